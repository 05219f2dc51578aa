//! Everything that is said to the user, as values, and the words for it in two languages.
//!
//! Nothing is printed here: see `terminal`. The words of a problem, a failure or a notice are in
//! `words`, those of the gallery and of tables of replies in files of their own.

mod format;
mod gallery;
mod letterhead;
mod plan;
mod replies;
mod summary;
mod words;

use std::path::PathBuf;

use crate::delivery::{Account, State, Trouble};
use crate::failure::Failure;
use crate::problem::{Fault, Problem, Severity};

pub use format::{duration, moment, size};
pub use gallery::gallery;
pub use plan::{Outlook, Plan, SealStatus, Seen};
pub use replies::{meaning, reply_words};
pub use summary::Summary;
pub use words::{fate, heading};

/// The language of everything that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    Russian,
}

impl Language {
    /// The language of a locale name such as `ru_RU.UTF-8` or `en`.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_lowercase().starts_with("ru") { Self::Russian } else { Self::English }
    }
}

/// Something to be told.
#[derive(Debug, Clone)]
pub enum Notice {
    Problem(Problem),
    Failure(Failure),
    Misuse(Misuse),
    /// The head of a letter, above its text.
    LetterHead {
        row: u64,
        number: Option<String>,
        /// Names of fields as they stand in a message, values as a reader sees them.
        fields: Vec<(String, String)>,
        /// Names and sizes in bytes.
        attachments: Vec<(String, usize)>,
    },
    /// How to go on to the letter behind one.
    NextLetter {
        folder: PathBuf,
        row: u64,
    },
    /// A table or a letter was written to a file.
    Written {
        path: PathBuf,
        lines: u64,
    },
    PdfWritten {
        path: PathBuf,
    },
    ManWritten {
        pages: u64,
        folder: PathBuf,
    },
    /// Cells of a journal's line.
    JournalLine {
        cells: Vec<String>,
    },
    /// Why letters are in a state, grouped.
    Reasons {
        state: State,
        groups: Vec<Group>,
    },
    /// When the first of those that were put off is due.
    NextAttempt {
        at: jiff::Timestamp,
        letters: u64,
    },
    /// So many more are in the report.
    MoreInReport {
        more: u64,
    },
    /// What the relay told a dry run about itself.
    RelayTried {
        host: String,
        is_logged_in: bool,
        most: Option<u64>,
        largest: u64,
    },
    /// How the list was understood.
    ListRead {
        file: String,
        columns: usize,
        /// The row of the headings, where others stand above it.
        headings: Option<u64>,
        rows: u64,
        /// Of a text file.
        text: Option<(&'static str, char)>,
        /// Of a workbook.
        sheet: Option<String>,
        /// A row, where the encoding was guessed.
        sample: Option<String>,
    },
    /// Which column is which field, and which columns are none.
    Mapping {
        fields: Vec<(&'static str, String)>,
        others: Vec<String>,
    },
    /// So many more problems of a kind that was told often enough.
    Folded {
        more: u64,
        example: Fault,
    },
    /// The faulty rows were written to a file.
    FaultyRows {
        rows: u64,
        path: PathBuf,
    },
    ListAlone {
        rows: u64,
    },
    /// Somebody who must not be written to.
    SuppressedEntry {
        entry: String,
        reason: String,
        date: String,
    },
    SuppressedNobody,
    SuppressChanged {
        added: u64,
        removed: u64,
    },
    /// The same while a run goes on: what that run makes of it.
    SuppressHeard {
        by: String,
    },
    /// Letters that were to go and whose addresses were forbidden meanwhile.
    SuppressedMeanwhile {
        letters: u64,
    },
    /// Everything is in order; nothing was written.
    Checked {
        letters: u64,
        to_look_at: u64,
    },
    FormsWritten {
        file: PathBuf,
    },
    Previewed {
        letters: u64,
        index: PathBuf,
    },
    Seal {
        seal: String,
    },
    /// When those that wait will go.
    Outlook(Outlook),
    /// The seal, and who saw it.
    SealStatus(SealStatus),
    /// Somebody's approval was recorded.
    Approved {
        name: String,
        seal: String,
        given: usize,
        people: u32,
    },
    /// What is about to happen, before the question.
    Plan(Plan),
    /// The question: the number of letters has to be typed.
    TypeTheNumber {
        letters: u64,
    },
    /// The question for a password that is set nowhere.
    TypeThePassword {
        user: String,
        host: String,
    },
    /// The question of `reset`: the number of letters has to be typed.
    TypeToReset {
        letters: u64,
        accepted: u64,
    },
    NothingToSend,
    WouldSend {
        letters: u64,
    },
    Rehearsed {
        letters: u64,
        address: String,
    },
    RehearsalFailed {
        address: String,
        reply: String,
    },
    LetterSettled {
        address: String,
        fate: Fate,
        reply: String,
    },
    ConnectionTrouble {
        trouble: Trouble,
    },
    /// The relay lets in no more connections than there are.
    FewerConnections {
        trouble: Trouble,
    },
    /// The pace asks for a wait that is too long to sit through.
    GoesOnAt {
        time: String,
        letters: u64,
    },
    /// The label beside the progress bar.
    Composing,
    /// The same, while domains are asked about.
    AskingDns,
    /// The label below the progress bar of a run: what stands where, and what was heard last.
    Sending {
        account: Account,
        reply: String,
    },
    /// All letters were composed and entered before, and nothing has changed since.
    LookedAtBefore {
        time: String,
        letters: u64,
    },
    WaitingUntil {
        time: String,
        letters: u64,
    },
    Stopping,
    RunStopped {
        trouble: Trouble,
    },
    Account {
        account: Account,
        blocked: u64,
        suppressed: u64,
    },
    InOutbox {
        folder: PathBuf,
    },
    /// What to do next, after a run or in `status`.
    Next(Next),
    RecoveredUnknown {
        letters: u64,
    },
    UnknownLetter {
        address: String,
        message_id: String,
        at: String,
    },
    NotOnList {
        letters: u64,
    },
    Resolved {
        letters: u64,
        state: State,
    },
    NothingSentYet,
    LedgerIsHeld {
        by: String,
    },
    Created {
        folder: PathBuf,
    },
    Begin,
}

/// Letters with the same reason.
#[derive(Debug, Clone)]
pub struct Group {
    /// The reply of one of them.
    pub reply: String,
    pub letters: u64,
    /// The address of that one.
    pub example: String,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Letter(State),
    /// Nobody may write to them.
    Suppressed,
    /// It has errors.
    Blocked,
}

impl Fate {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Letter(state) => state.as_str(),
            Self::Suppressed => "suppressed",
            Self::Blocked => "blocked",
        }
    }
}

/// A heading of a table for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    Address,
    Addressee,
    Date,
    Number,
    Organisation,
    Position,
    Register,
    Reply,
    Report,
    State,
    Subject,
    Time,
}

/// The way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    AllDone,
    RunAgain {
        waiting: u64,
        folder: PathBuf,
    },
    ResolveUnknown {
        unknown: u64,
        folder: PathBuf,
    },
    LookAtRefused {
        refused: u64,
        folder: PathBuf,
    },
    /// Every letter lies in the outbox: nobody got anything yet.
    Filed {
        folder: PathBuf,
    },
    /// A rehearsal went well; by files, where there is no server.
    AfterRehearsal {
        folder: PathBuf,
        files: Option<PathBuf>,
    },
    /// The letters have errors by now.
    Check {
        folder: PathBuf,
    },
    /// A campaign was made: what is in it.
    FillIn {
        folder: PathBuf,
    },
    Preview {
        folder: PathBuf,
    },
    LookThenSend {
        folder: PathBuf,
    },
    /// The letters have to be approved before they may go.
    LookThenApprove {
        folder: PathBuf,
        people: u32,
    },
    /// All approvals are there.
    Send {
        folder: PathBuf,
    },
    /// So many approvals are missing yet.
    MoreApprovals {
        folder: PathBuf,
        missing: u32,
    },
    Mend,
}

/// What was wrong with the command line.
#[derive(Debug, Clone)]
pub enum Misuse {
    /// No such argument or command; `nearest` may be empty.
    Unknown {
        written: String,
        nearest: String,
    },
    Missing {
        argument: String,
    },
    NoValue {
        argument: String,
    },
    Value {
        argument: String,
        value: String,
        allowed: String,
    },
    Conflict {
        argument: String,
        other: String,
    },
    Other {
        detail: String,
    },
}

impl Notice {
    /// The words, in one or several lines, without a line end.
    pub fn words(&self, language: Language) -> String {
        words::notice(self, language)
    }
}

/// What is wrong, in words.
pub fn fault(fault: &Fault, language: Language) -> String {
    words::fault(fault, language).what
}

/// What to do about it, in words.
pub fn hint(fault: &Fault, language: Language) -> String {
    words::fault(fault, language).hint
}

/// The name of a message's field as mail programs show it.
fn field_name(name: &str, language: Language) -> &str {
    gallery(language)
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map_or(name, |(_, words)| words)
}

/// The field that a problem belongs to, as people call it.
pub fn field_of(problem: &Problem, language: Language) -> Option<&str> {
    // A column without a heading has no name at all.
    let field = problem.field.as_deref().filter(|field| !field.is_empty());
    problem.heading.as_deref().filter(|heading| !heading.is_empty()).or(match language {
        Language::English => field,
        Language::Russian => field.map(words::field),
    })
}

/// `place: what; what to do`.
fn problem_line(problem: &Problem, language: Language) -> String {
    let label = match (language, problem.severity) {
        (_, Severity::Error) => "",
        (Language::English, Severity::Warning) => "warning: ",
        (Language::English, Severity::Doubt) => "please check: ",
        (Language::Russian, Severity::Warning) => "внимание: ",
        (Language::Russian, Severity::Doubt) => "проверьте: ",
    };
    let field = field_of(problem, language).map(|name| format!("{name}: ")).unwrap_or_default();
    let words::Said { what, hint } = words::fault(&problem.fault, language);
    format!("{}: {label}{field}{what}; {hint}", problem.place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_follows_the_locale() {
        assert_eq!(Language::of_locale("ru_RU.UTF-8"), Language::Russian);
        assert_eq!(Language::of_locale("C.UTF-8"), Language::English);
    }
}
