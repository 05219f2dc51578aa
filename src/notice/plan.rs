//! What is about to happen, and what is known of the seal.

use crate::seal::{Approval, Change};

/// What `send` is about to do.
#[derive(Debug, Clone)]
pub struct Plan {
    pub from: String,
    pub letters: u64,
    pub already: u64,
    pub first: String,
    pub last: String,
    /// The domains with most letters.
    pub domains: Vec<(String, u64)>,
    pub more_domains: u64,
    /// The relay, or none for the outbox.
    pub relay: Option<String>,
    pub seal_status: SealStatus,
    /// Where the pace bounds when letters go.
    pub outlook: Option<Outlook>,
}

/// When letters go under the pace, at the earliest.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// The first, where it cannot go at once.
    pub begins: Option<String>,
    pub ends: String,
}

/// The seal of now, and who saw it.
#[derive(Debug, Clone)]
pub struct SealStatus {
    pub seal: String,
    pub previewed: Seen,
    pub sent: Seen,
    /// Those who approved this very seal.
    pub approved: Vec<Approval>,
    /// How many have to.
    pub people: u32,
}

/// Whether the seal of now was seen by something: the preview, or a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Never,
    This {
        at: jiff::Timestamp,
    },
    /// Another seal was, the last time; what is different since.
    Other {
        at: jiff::Timestamp,
        changes: Vec<Change>,
    },
}
