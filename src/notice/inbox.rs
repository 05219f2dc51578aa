//! What is told about mails that came back.

use crate::answer::{Answer, AnswerCounts, Answered, Bounce};

/// A message of `inbox`.
#[derive(Debug, Clone)]
pub enum InboxNotice {
    /// The label next to the progress bar.
    Reading,
    /// The same for a folder on a server.
    ReadingFolder {
        folder: String,
    },
    /// How many mails were read, and how many of them concern the campaign.
    Read {
        read: u64,
        ours: u64,
        already: u64,
    },
    /// How many letters have which answer.
    Answers {
        counts: AnswerCounts,
    },
    /// A mail that could not be read.
    Unreadable {
        source: String,
    },
    /// A folder that the server did not open, and its words.
    FolderRefused {
        folder: String,
        text: String,
    },
    /// A mail of which a person has to say what it is.
    Unsure {
        source: String,
        from: String,
        subject: String,
    },
    /// A mail from another address than the letter went to counts as its answer.
    ByAnother {
        address: String,
        from: String,
        name: Option<String>,
    },
    /// Letters of which nobody knew whether the relay had them are accepted now.
    Proved {
        letters: u64,
    },
    /// An address that nobody writes to from now on, and the kind of mail that asked for it.
    Suppressed {
        address: String,
        answer: Answer,
    },
    /// What came back for a letter, below its line.
    Answered(Answered),
    /// Nothing was kept.
    DryRun,
    /// A mail before the question of `--review`.
    Review(ReviewMail),
    /// The question about a mail of which it is not clear what it is.
    AskWhat,
    /// The question whether an address is to be suppressed.
    AskSuppress {
        address: String,
    },
    /// Who gets a letter of a campaign that follows another.
    Following(Followed),
    /// Answers that came otherwise than by mail.
    KeptByWord {
        letters: u64,
    },
    NothingToReview,
    Reviewed {
        decided: u64,
        left: u64,
    },
}

/// Who gets a letter of a campaign that follows another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Followed {
    /// Of the campaign that is followed.
    pub folder: std::path::PathBuf,
    /// Those who get a letter now.
    pub wanted: u64,
    /// Those who need none: they have answered, or it never reached them.
    pub others: u64,
    /// Those who get one later, and the first day of these.
    pub later: u64,
    pub first_day: Option<jiff::civil::Date>,
    /// Those about whom a person has to decide first.
    pub held: Vec<(String, Held)>,
    /// What a person last read by hand, and when: whether all answers were there, nobody but that
    /// person knows.
    pub by_hand: Option<(String, jiff::Timestamp)>,
}

/// Why somebody gets no letter before a person has looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// It is not known whether they have the first letter.
    Unknown,
    Delayed,
    Unsure,
    /// Nobody knows until when.
    Away,
}

/// A mail as a person sees it who decides about it.
#[derive(Debug, Clone)]
pub struct ReviewMail {
    pub at: jiff::Timestamp,
    pub from: String,
    pub name: Option<String>,
    pub subject: String,
    /// Whom the letter that it seems to answer went to.
    pub address: String,
    pub answer: Answer,
    pub bounce: Option<Bounce>,
    pub excerpt: String,
    /// Where it lies.
    pub source: String,
}

/// A mail that was read, for programs.
#[derive(Debug, Clone)]
pub struct MailRead {
    pub origin: Origin,
    pub kind: &'static str,
    pub bounce: Option<Bounce>,
    pub address: String,
    pub status: Option<String>,
    pub matched_by: Option<&'static str>,
    /// The address of the letter that it answers.
    pub letter: Option<String>,
    pub counted: &'static str,
    pub is_already_kept: bool,
    pub from: String,
    pub subject: String,
    pub until: Option<jiff::civil::Date>,
    pub recipients: Vec<RecipientRead>,
}

/// Where a mail lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    File(String),
    Mailbox { folder: String, uid: u32 },
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => f.write_str(path),
            Self::Mailbox { folder, uid } => write!(f, "{folder}/{uid}"),
        }
    }
}

/// What a mail says of one recipient, for programs.
#[derive(Debug, Clone)]
pub struct RecipientRead {
    pub address: String,
    pub kind: &'static str,
    pub bounce: Option<Bounce>,
    pub status: Option<String>,
    pub letter: Option<String>,
}

/// The last line of `inbox`, for programs.
#[derive(Debug, Clone, Copy, Default)]
pub struct InboxSummary {
    /// The sum of the four below.
    pub read: u64,
    pub ours: u64,
    pub not_ours: u64,
    pub unsure: u64,
    pub unreadable: u64,
    /// Those that an earlier reading has kept.
    pub already: u64,
    pub suppressed: u64,
    pub proved: u64,
}
