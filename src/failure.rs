//! Why a command cannot continue, and the exit code that follows.
//!
//! A [`Failure`] travels inside `anyhow` up to `command`, which asks it for its exit code. Its words
//! for people are in `notice`; its `Display` is for logs and tests.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::delivery::Home;
use crate::delivery::{Account, MailboxTrouble, State, Trouble, WorkerName};
use crate::problem::{AddressFlaw, Cause};
use crate::seal::Change;
use crate::trust::Need;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Well = 0,
    /// Letters were refused, or wait and cannot go by themselves.
    Open = 1,
    Misused = 2,
    /// The campaign has errors, or the seal does not match: nothing was sent.
    Faulty = 3,
    /// The relay could not be used, or told us to stop.
    Server = 4,
    /// The ledger is held by another run, damaged, or cannot be written.
    Ledger = 5,
    /// Letters are in the state `unknown`.
    Unknown = 6,
    /// The pace, `--limit` or `--to` allows no more for now, or the relay put letters off: they go
    /// with a later `send`.
    NotNow = 7,
    Interrupted = 130,
}

impl Exit {
    /// Returns the exit code for the states of the letters.
    pub(crate) fn of(account: &Account) -> Self {
        if account.unknown > 0 {
            Self::Unknown
        } else if account.open_refusals() + account.off_list > 0 {
            Self::Open
        } else if account.waiting > 0 {
            Self::NotNow
        } else {
            Self::Well
        }
    }
}

/// What was being done with a file when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    Reading,
    Writing,
    Creating,
    Replacing,
}

/// What a person has to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    ToSend,
    ToRehearse,
    ToReset,
    ToForget,
}

/// Why the ledger cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerFlaw {
    DiskFull,
    /// It may be read and not written: the disk, or the file for this user.
    ReadOnly,
    /// It may not even be read: it belongs to another user.
    Forbidden,
    /// Another program has locked it.
    Busy,
    /// A folder, a device or a pipe stands in its place.
    NotFile,
    /// It is a symbolic link or a junction.
    Link,
    /// It has a second name: another folder would share it.
    SecondName,
    Other,
}

/// Why a ledger on a server cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerFlaw {
    /// The connection string cannot be read.
    Address,
    /// No TLS, and the server is not on this machine.
    PlainText,
    Tls,
    /// It cannot be reached, or the connection broke off.
    Unreachable,
    /// It lets connections in and says nothing.
    Silent,
    /// It does not answer any more, or takes far too long.
    Stalled,
    /// It refuses the account, or does not have the database.
    Login,
    NoSchema,
    OlderSchema,
    NewerSchema,
    /// The account lacks a right.
    Forbidden,
    /// It may lose what it has confirmed.
    NotDurable,
    /// It knows less than was recorded: the detail is how many changes are missing.
    Lost,
    Busy,
    DiskFull,
    ReadOnly,
    Other,
}

impl From<&std::io::Error> for LedgerFlaw {
    fn from(error: &std::io::Error) -> Self {
        match Cause::from(error) {
            Cause::DiskFull => Self::DiskFull,
            Cause::ReadOnly => Self::ReadOnly,
            Cause::Forbidden => Self::Forbidden,
            Cause::IsFolder | Cause::NotPlainFile => Self::NotFile,
            Cause::IsLink | Cause::LinkLoop => Self::Link,
            Cause::SecondName => Self::SecondName,
            Cause::NotFound
            | Cause::NotFolder
            | Cause::Exists
            | Cause::OutsideCampaign
            | Cause::TooLarge
            | Cause::Changed
            | Cause::Other(_) => Self::Other,
        }
    }
}

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretOf {
    /// The password of `[smtp]`.
    Relay,
    /// The password of `[inbox]`.
    Mailbox,
    /// The connection string of `[ledger]`.
    Ledger,
}

/// Why a secret could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretFlaw {
    Variable {
        name: String,
    },
    Command {
        program: String,
        detail: String,
    },
    File {
        path: PathBuf,
        cause: Cause,
    },
    /// Other users can read the file.
    ForAll {
        path: PathBuf,
    },
    TimeOut {
        program: String,
        seconds: u64,
    },
    Keyring {
        service: String,
        user: String,
        flaw: KeyringFlaw,
    },
    /// It has to be asked for, but stdin is not a terminal.
    NobodyToAsk,
    Empty,
}

/// Why the keyring did not return a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyringFlaw {
    NoEntry,
    /// The system's keyring program is not installed.
    NoProgram(String),
    Failed(String),
}

/// Why a command cannot continue. Travels inside `anyhow`.
#[derive(Debug, Clone)]
pub enum Failure {
    NoCampaign {
        path: PathBuf,
    },
    /// There is no `campaign.toml`, but a file with nearly that name.
    NamedOtherwise {
        path: PathBuf,
    },
    /// `campaign.toml` is not in UTF-8.
    SavedAs {
        path: PathBuf,
        encoding: &'static str,
    },
    File {
        doing: Doing,
        path: PathBuf,
        cause: Cause,
    },
    /// The problems were already listed; nothing was sent.
    Faulty {
        errors: u64,
    },
    /// So many rows have errors that the list was not read on.
    ManyFaulty {
        rows: u64,
    },
    NoSuchRecipient {
        address: String,
    },
    SealDiffers {
        given: String,
        now: String,
        changes: Vec<Change>,
    },
    /// Another worker of a shared ledger sends letters under another seal.
    OtherSeal {
        by: WorkerName,
        changes: Vec<Change>,
    },
    /// The seal is the same, but the letters would get other outgoing numbers than in the preview.
    NumbersMoved,
    /// There is no preview with this seal.
    NotPreviewed {
        folder: PathBuf,
        changes: Vec<Change>,
    },
    NotApproved {
        folder: PathBuf,
        seal: String,
        approved: Vec<String>,
        people: u32,
        changes: Vec<Change>,
    },
    /// Nobody has said that the folder may do this.
    NotTrusted {
        folder: PathBuf,
        needs: Vec<Need>,
    },
    /// Nobody has said that a relay's file may do this; the folder is of the campaign.
    RelayNotTrusted {
        file: PathBuf,
        needs: Vec<Need>,
        folder: PathBuf,
    },
    NeedsConfirmation(Asked),
    /// The ledger sent from another folder or computer.
    Elsewhere {
        from: Home,
        folder: PathBuf,
    },
    /// People have a letter under this number, and new ones would say something else under it.
    TwoVersions {
        letters: u64,
        number: String,
        folder: PathBuf,
    },
    /// People who have a letter look new; some of their addresses.
    LookAlikes {
        letters: u64,
        examples: Vec<String>,
        folder: PathBuf,
    },
    /// There is a relay now, letters are in the outbox, and nobody said whether they go.
    FiledLetters {
        letters: u64,
        folder: PathBuf,
    },
    NotConfirmed,
    BadAddress {
        address: String,
        flaw: AddressFlaw,
    },
    PreviewNotOurs {
        path: PathBuf,
    },
    FolderNotEmpty {
        path: PathBuf,
    },
    /// There is no table format for this file extension.
    TableKind {
        path: PathBuf,
    },
    FileThere {
        path: PathBuf,
    },
    /// The file is part of the campaign.
    FileOfCampaign {
        path: PathBuf,
    },
    NoPdf,
    /// The letter went, the campaign has changed since, and nothing kept its text.
    TextNotKept {
        address: String,
    },
    NoSuchRow {
        /// As it was named.
        row: String,
    },
    NoSuchNumber {
        number: String,
    },
    NothingBehind,
    NothingWaits,
    /// The largest letter exceeds the relay's limit; both in bytes.
    TooLarge {
        largest: u64,
        most: u64,
    },
    /// A run has the letter now.
    LetterHeld {
        address: String,
        by: String,
    },
    NotUnknown {
        address: String,
        state: Option<State>,
    },
    NothingToReset {
        address: String,
        state: Option<State>,
    },
    /// Letters that are to go again, and no row of the list stands for them.
    NotOnList {
        address: String,
        /// The letter went there instead.
        replaced_by: Option<String>,
        list: String,
    },
    LedgerHeld {
        by: String,
    },
    LedgerDamaged {
        path: PathBuf,
        detail: String,
    },
    LedgerNewer {
        path: PathBuf,
        version: i64,
    },
    /// It was written by a build before the first release; such ledgers are not migrated.
    LedgerOlder {
        path: PathBuf,
        version: i64,
    },
    /// The campaign has another id than its ledger.
    LedgerOfOther {
        folder: PathBuf,
        campaign: String,
        /// Those that somebody has, or may have.
        letters: u64,
    },
    /// The ledger has fewer changes than were recorded in it.
    LedgerLost {
        path: PathBuf,
        lost: u64,
    },
    /// The last run was cut off, and its write-ahead log is gone: letters that wait may have gone.
    LedgerTorn {
        folder: PathBuf,
        by: String,
        waiting: u64,
    },
    /// It is a copy that was put back without the lock file of its time: letters that wait may have gone.
    LedgerCopied {
        folder: PathBuf,
        waiting: u64,
    },
    /// `--lost`, and nothing was.
    NothingLost,
    /// A file of the ledger was deleted or replaced during the run.
    LedgerGone {
        path: PathBuf,
    },
    /// The ledger's file is sound as far as is known, and cannot be used.
    LedgerFailed {
        path: PathBuf,
        flaw: LedgerFlaw,
        /// In the words of SQLite or the system.
        detail: String,
    },
    /// A ledger on a server cannot be used.
    LedgerServer {
        /// Host, port and database.
        server: String,
        flaw: ServerFlaw,
        /// In the words of the server or the system; may be empty.
        detail: String,
    },
    /// The ledger was moved to another engine, and is closed.
    LedgerMoved {
        from: String,
        to: String,
    },
    /// `[ledger]` names a server, and there is a ledger in the folder.
    LedgerInFolder {
        path: PathBuf,
    },
    /// `gonets ledger` for a campaign without `[ledger]`.
    NoServer,
    /// There is no ledger to be moved where it would come from.
    NothingToMove,
    /// There is a ledger already where one was to be moved.
    LedgerThere {
        at: String,
    },
    /// This build has no PostgreSQL.
    NoPostgres,
    NoLedger {
        path: PathBuf,
    },
    /// A copy of a ledger on a server is the server's to make.
    CopyOnServer,
    /// Letters of this campaign are not settled.
    StillGoing {
        open: u64,
        folder: PathBuf,
    },
    /// There is no password, or no connection string.
    Secret {
        of: SecretOf,
        flaw: SecretFlaw,
    },
    /// `answer` for an address that no letter went to.
    NothingToAnswer {
        address: String,
    },
    /// Neither `[inbox]` nor `--from`.
    NoInbox,
    /// A mailbox in files that cannot be read.
    Mailbox {
        path: PathBuf,
        cause: Cause,
    },
    /// Those who are silent are to be written to, and the answers were not read lately.
    AnswersUnread {
        /// Of the campaign that is followed.
        folder: PathBuf,
        read: Option<jiff::Timestamp>,
    },
    /// Nobody may get a letter before this day.
    TooEarly {
        folder: PathBuf,
        day: jiff::civil::Date,
    },
    /// Campaigns follow each other in a circle.
    FollowsItself {
        folder: PathBuf,
    },
    /// A mailbox on a server that cannot be read.
    MailServer {
        host: String,
        trouble: MailboxTrouble,
    },
    Relay {
        host: String,
        trouble: Trouble,
    },
    ListChanged,
    /// The results could not be written to stdout.
    OutputLost,
    Interrupted,
    /// A bug: a state that should be impossible.
    Ours {
        detail: String,
    },
}

impl Failure {
    /// Makes a failure from a system error about a file.
    pub fn file(doing: Doing, path: &Path, error: &std::io::Error) -> Self {
        Self::File { doing, path: path.to_owned(), cause: Cause::from(error) }
    }

    /// The server of the ledger, if there is no connection to it any more and one may come to be again.
    pub fn lost_server(&self) -> Option<&str> {
        match self {
            Self::LedgerServer {
                server,
                flaw: ServerFlaw::Unreachable | ServerFlaw::Silent | ServerFlaw::Stalled,
                ..
            } => Some(server),
            _ => None,
        }
    }

    /// Returns the exit code for it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::NoCampaign { .. }
            | Self::NamedOtherwise { .. }
            | Self::SavedAs { .. }
            | Self::Faulty { .. }
            | Self::ManyFaulty { .. }
            | Self::File { .. }
            | Self::NoSuchRecipient { .. }
            | Self::SealDiffers { .. }
            | Self::OtherSeal { .. }
            | Self::NumbersMoved
            | Self::NotPreviewed { .. }
            | Self::NotApproved { .. }
            | Self::FiledLetters { .. }
            | Self::Elsewhere { .. }
            | Self::LookAlikes { .. }
            | Self::TwoVersions { .. }
            | Self::LedgerOfOther { .. }
            | Self::NotTrusted { .. }
            | Self::RelayNotTrusted { .. }
            | Self::PreviewNotOurs { .. }
            | Self::FolderNotEmpty { .. }
            | Self::FileThere { .. }
            | Self::FileOfCampaign { .. }
            | Self::NoPdf
            | Self::TextNotKept { .. }
            | Self::NoSuchRow { .. }
            | Self::NoSuchNumber { .. }
            | Self::NothingBehind
            | Self::NothingWaits
            | Self::TooLarge { .. }
            | Self::NotUnknown { .. }
            | Self::NothingToReset { .. }
            | Self::NotOnList { .. }
            | Self::NothingToAnswer { .. }
            | Self::NothingLost
            | Self::CopyOnServer
            | Self::StillGoing { .. }
            | Self::Secret { .. }
            | Self::NoLedger { .. }
            | Self::LedgerMoved { .. }
            | Self::LedgerInFolder { .. }
            | Self::LedgerThere { .. }
            | Self::NoServer
            | Self::NothingToMove
            | Self::NoPostgres
            | Self::AnswersUnread { .. }
            | Self::TooEarly { .. }
            | Self::FollowsItself { .. }
            | Self::ListChanged
            | Self::NotConfirmed
            | Self::OutputLost
            | Self::Ours { .. } => Exit::Faulty,
            Self::NoInbox
            | Self::NeedsConfirmation(_)
            | Self::BadAddress { .. }
            | Self::TableKind { .. } => Exit::Misused,
            Self::Relay { .. } | Self::Mailbox { .. } | Self::MailServer { .. } => Exit::Server,
            Self::LedgerHeld { .. }
            | Self::LetterHeld { .. }
            | Self::LedgerDamaged { .. }
            | Self::LedgerNewer { .. }
            | Self::LedgerOlder { .. }
            | Self::LedgerLost { .. }
            | Self::LedgerTorn { .. }
            | Self::LedgerCopied { .. }
            | Self::LedgerGone { .. }
            | Self::LedgerFailed { .. }
            | Self::LedgerServer { .. } => Exit::Ledger,
            Self::Interrupted => Exit::Interrupted,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Failure {}
