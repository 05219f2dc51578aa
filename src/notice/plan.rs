//! What `send` is about to do, and what is known about the seal.

use crate::seal::{Approval, Change};

/// What `send` is about to do.
#[derive(Debug, Clone)]
pub struct Plan {
    pub from: String,
    pub letters: u64,
    pub already: u64,
    pub first: String,
    pub last: String,
    /// The domains with the most letters.
    pub domains: Vec<(String, u64)>,
    pub more_domains: u64,
    /// `None` for the outbox.
    pub relay: Option<String>,
    pub seal_status: SealStatus,
    /// Set if the pace delays letters.
    pub outlook: Option<Outlook>,
}

/// When the pace lets letters go, at the earliest.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// The first letter, if it cannot go at once.
    pub begins: Option<String>,
    pub ends: String,
}

/// The current seal, and who has seen it.
#[derive(Debug, Clone)]
pub struct SealStatus {
    pub seal: String,
    pub previewed: Seen,
    pub sent: Seen,
    /// The approvals of this seal.
    pub approved: Vec<Approval>,
    /// How many approvals are required.
    pub people: u32,
}

/// Whether the preview, or a run, had the current seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Never,
    This {
        at: jiff::Timestamp,
    },
    /// The last one had another seal; what has changed since.
    Other {
        at: jiff::Timestamp,
        changes: Vec<Change>,
    },
}
