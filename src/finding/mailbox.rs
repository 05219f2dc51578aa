//! What was found about the mailbox of answers, and the way to be taken off the list.

use super::{Check, Gravity, Provider};
use crate::delivery::{MailboxTrouble, Trouble};

#[derive(Debug, Clone)]
pub enum MailboxFinding {
    /// No `[inbox]`: answers are read by a person.
    NoInbox,
    /// It was not asked, since its password or authority could not be had.
    InboxNotAsked {
        detail: String,
    },
    InboxOpens {
        user: String,
        folders: Vec<String>,
    },
    InboxFails {
        host: String,
        provider: Option<Provider>,
        trouble: MailboxTrouble,
    },
    FolderRefused {
        folder: String,
        text: String,
    },
    /// No folder is known to be for junk, where bounces and answers may lie.
    NoJunk,
    /// `--loop` without `[smtp]` or `[inbox]`.
    LoopImpossible,
    LoopNotSent {
        to: String,
        outcome: String,
    },
    LoopArrived {
        to: String,
        folder: String,
        seconds: u64,
    },
    LoopInJunk {
        to: String,
        folder: String,
        seconds: u64,
    },
    LoopLost {
        to: String,
        seconds: u64,
    },
    MessageIdKept,
    MessageIdChanged {
        ours: String,
        theirs: String,
    },
    ReturnPathKept {
        address: String,
    },
    ReturnPathChanged {
        ours: String,
        theirs: String,
    },
    SignatureKept,
    SignatureLost,
    /// What the receiver wrote into Authentication-Results.
    ResultsPass {
        by: String,
        results: Vec<String>,
    },
    ResultFails {
        by: String,
        method: &'static str,
        result: String,
    },
    ResultsMissing,
    OneClickAnswers {
        host: String,
    },
    OneClickFails {
        host: String,
        trouble: Trouble,
    },
    /// Mail to the address of `[unsubscribe]` cannot arrive.
    UnsubscribeUnread {
        address: String,
    },
    /// Whether that mailbox is read, only a person knows.
    UnsubscribeElsewhere {
        address: String,
    },
}

impl MailboxFinding {
    pub(super) fn check(&self) -> Check {
        match self {
            Self::NoInbox
            | Self::InboxNotAsked { .. }
            | Self::InboxOpens { .. }
            | Self::InboxFails { .. }
            | Self::FolderRefused { .. }
            | Self::NoJunk => Check::Inbox,
            Self::LoopImpossible
            | Self::LoopNotSent { .. }
            | Self::LoopArrived { .. }
            | Self::LoopInJunk { .. }
            | Self::LoopLost { .. }
            | Self::MessageIdKept
            | Self::MessageIdChanged { .. }
            | Self::ReturnPathKept { .. }
            | Self::ReturnPathChanged { .. }
            | Self::SignatureKept
            | Self::SignatureLost
            | Self::ResultsPass { .. }
            | Self::ResultFails { .. }
            | Self::ResultsMissing => Check::Loop,
            Self::OneClickAnswers { .. }
            | Self::OneClickFails { .. }
            | Self::UnsubscribeUnread { .. }
            | Self::UnsubscribeElsewhere { .. } => Check::Unsubscribe,
        }
    }

    pub(super) fn gravity(&self) -> Gravity {
        match self {
            Self::InboxOpens { .. }
            | Self::LoopArrived { .. }
            | Self::MessageIdKept
            | Self::ReturnPathKept { .. }
            | Self::SignatureKept
            | Self::ResultsPass { .. }
            | Self::OneClickAnswers { .. } => Gravity::Ok,
            Self::NoInbox
            | Self::NoJunk
            | Self::ResultsMissing
            | Self::UnsubscribeElsewhere { .. } => Gravity::Info,
            Self::FolderRefused { .. }
            | Self::LoopImpossible
            | Self::LoopInJunk { .. }
            | Self::MessageIdChanged { .. }
            | Self::ReturnPathChanged { .. }
            | Self::SignatureLost
            | Self::ResultFails { .. }
            | Self::OneClickFails { .. }
            | Self::UnsubscribeUnread { .. } => Gravity::Warning,
            Self::InboxFails { .. }
            | Self::InboxNotAsked { .. }
            | Self::LoopNotSent { .. }
            | Self::LoopLost { .. } => Gravity::Error,
        }
    }
}
