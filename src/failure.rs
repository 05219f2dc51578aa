//! Why a command cannot go on, and with which code the process ends.
//!
//! A [`Failure`] travels inside `anyhow` up to `command`, which asks it for its exit code. Its words
//! for people are in `notice`; its `Display` is for logs and tests.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::delivery::{Account, State, Trouble};
use crate::problem::{AddressFlaw, Cause};
use crate::seal::Change;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Well = 0,
    /// Letters were refused or still wait.
    Open = 1,
    Misused = 2,
    /// The campaign has errors, or the seal does not match: nothing was sent.
    Faulty = 3,
    /// The server could not be used, or told us to stop.
    Server = 4,
    /// The ledger is held, damaged, or cannot be written.
    Ledger = 5,
    /// Letters are in the state unknown.
    Unknown = 6,
    Interrupted = 130,
}

impl Exit {
    /// What the state of the letters says.
    pub(crate) fn of(account: &Account) -> Self {
        if account.unknown > 0 {
            Self::Unknown
        } else if account.refused + account.waiting > 0 {
            Self::Open
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

/// What a person has to say yes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    ToSend,
    ToRehearse,
    ToReset,
}

/// Why the keyring gave no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyringFlaw {
    NoEntry,
    /// The system's own program for it is not installed.
    NoProgram(String),
    Failed(String),
}

/// Why a command cannot go on. Travels inside `anyhow` and decides the exit code at the door.
#[derive(Debug, Clone)]
pub enum Failure {
    /// `campaign.toml` is not there.
    NoCampaign {
        path: PathBuf,
    },
    File {
        doing: Doing,
        path: PathBuf,
        cause: Cause,
    },
    /// The problems were told one by one; nothing was sent.
    Faulty {
        errors: u64,
    },
    NoSuchRecipient {
        address: String,
    },
    SealDiffers {
        given: String,
        now: String,
        /// Since the preview, where that had the seal that was given.
        changes: Vec<Change>,
    },
    /// The seal is the same, but the ledger would give the letters other numbers than those that
    /// were looked at.
    NumbersMoved,
    /// Nobody can have looked at the letters of this seal.
    NotPreviewed {
        folder: PathBuf,
        changes: Vec<Change>,
    },
    NotApproved {
        folder: PathBuf,
        seal: String,
        approved: Vec<String>,
        people: u32,
        /// What is not as it was in the last preview.
        changes: Vec<Change>,
    },
    NeedsConfirmation(Asked),
    NotConfirmed,
    BadAddress {
        address: String,
        flaw: AddressFlaw,
    },
    /// A file that we did not write stands where one of ours should.
    FileNotOurs {
        path: PathBuf,
    },
    PreviewNotOurs {
        path: PathBuf,
    },
    FolderNotEmpty {
        path: PathBuf,
    },
    /// A table cannot be written in the form that this ending asks for.
    TableKind {
        path: PathBuf,
    },
    /// There is a file already.
    FileThere {
        path: PathBuf,
    },
    /// The campaign itself is made of this file.
    FileOfCampaign {
        path: PathBuf,
    },
    /// There is no letter on letterhead.
    NoPdf,
    NoSuchRow {
        row: u64,
    },
    NoSuchNumber {
        number: String,
    },
    NothingBehind,
    NothingWaits,
    /// The largest letter is larger than what the relay takes.
    TooLarge {
        largest: u64,
        most: u64,
    },
    NotUnknown {
        address: String,
        state: Option<State>,
    },
    NothingToReset {
        address: String,
        state: Option<State>,
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
    LedgerOfOther {
        path: PathBuf,
        campaign: String,
    },
    /// The ledger knows less than was recorded in it.
    LedgerLost {
        path: PathBuf,
        lost: u64,
    },
    /// A file of the ledger was removed or replaced under us.
    LedgerGone {
        path: PathBuf,
    },
    LedgerFailed {
        detail: String,
    },
    NoLedger {
        path: PathBuf,
    },
    SecretVariable {
        name: String,
    },
    SecretCommand {
        program: String,
        detail: String,
    },
    SecretFile {
        path: PathBuf,
        cause: Cause,
    },
    /// Others can read the file.
    SecretForAll {
        path: PathBuf,
    },
    SecretTimeOut {
        program: String,
        seconds: u64,
    },
    SecretKeyring {
        service: String,
        user: String,
        flaw: KeyringFlaw,
    },
    /// A password has to be asked for, and there is no terminal.
    SecretNobodyToAsk,
    SecretEmpty,
    Relay {
        host: String,
        trouble: Trouble,
    },
    ListChanged,
    /// The results could not be written to where stdout leads.
    OutputLost,
    Interrupted,
    /// A bug of ours: a state that the code holds impossible.
    Ours {
        detail: String,
    },
}

impl Failure {
    /// A failure with a file, from what the system said.
    pub fn file(doing: Doing, path: &Path, error: &std::io::Error) -> Self {
        Self::File { doing, path: path.to_owned(), cause: Cause::from(error) }
    }

    /// The exit code that it means.
    pub fn exit(&self) -> Exit {
        match self {
            Self::NoCampaign { .. }
            | Self::Faulty { .. }
            | Self::File { .. }
            | Self::NoSuchRecipient { .. }
            | Self::SealDiffers { .. }
            | Self::NumbersMoved
            | Self::NotPreviewed { .. }
            | Self::NotApproved { .. }
            | Self::FileNotOurs { .. }
            | Self::PreviewNotOurs { .. }
            | Self::FolderNotEmpty { .. }
            | Self::FileThere { .. }
            | Self::FileOfCampaign { .. }
            | Self::NoPdf
            | Self::NoSuchRow { .. }
            | Self::NoSuchNumber { .. }
            | Self::NothingBehind
            | Self::NothingWaits
            | Self::TooLarge { .. }
            | Self::NotUnknown { .. }
            | Self::NothingToReset { .. }
            | Self::SecretVariable { .. }
            | Self::SecretCommand { .. }
            | Self::SecretFile { .. }
            | Self::SecretForAll { .. }
            | Self::SecretTimeOut { .. }
            | Self::SecretKeyring { .. }
            | Self::SecretNobodyToAsk
            | Self::SecretEmpty
            | Self::NoLedger { .. }
            | Self::ListChanged
            | Self::NotConfirmed
            | Self::OutputLost
            | Self::Ours { .. } => Exit::Faulty,
            Self::NeedsConfirmation(_) | Self::BadAddress { .. } | Self::TableKind { .. } => {
                Exit::Misused
            }
            Self::Relay { .. } => Exit::Server,
            Self::LedgerHeld { .. }
            | Self::LedgerDamaged { .. }
            | Self::LedgerNewer { .. }
            | Self::LedgerOfOther { .. }
            | Self::LedgerLost { .. }
            | Self::LedgerGone { .. }
            | Self::LedgerFailed { .. } => Exit::Ledger,
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
