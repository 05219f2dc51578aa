//! What was found about the mailbox of answers, and the way to be taken off the list.

use super::{Check, Gravity};
use crate::delivery::Trouble;

#[derive(Debug, Clone)]
pub enum MailboxFinding {
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
            Self::OneClickAnswers { .. }
            | Self::OneClickFails { .. }
            | Self::UnsubscribeUnread { .. }
            | Self::UnsubscribeElsewhere { .. } => Check::Unsubscribe,
        }
    }

    pub(super) fn gravity(&self) -> Gravity {
        match self {
            Self::OneClickAnswers { .. } => Gravity::Ok,
            Self::UnsubscribeElsewhere { .. } => Gravity::Info,
            Self::OneClickFails { .. } | Self::UnsubscribeUnread { .. } => Gravity::Warning,
        }
    }
}
