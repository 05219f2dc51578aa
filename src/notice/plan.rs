//! What `send` is about to do, and what is known about the seal.

use std::path::PathBuf;

use crate::seal::{Approval, Change};

/// What `send` is about to do.
#[derive(Debug, Clone)]
pub struct Plan {
    pub from: String,
    /// The first letter's.
    pub subject: String,
    pub subjects_differ: bool,
    pub letters: u64,
    pub already: u64,
    /// Those to people who have one already, by a person's word.
    pub second_letters: u64,
    /// All addresses that get a letter or a copy; `None` if that is not known.
    pub addresses: Option<u64>,
    /// The files of the first letter, with their sizes in octets.
    pub files: Vec<(String, usize)>,
    pub files_differ: bool,
    pub omitted: Omitted,
    pub first: String,
    pub last: String,
    /// The domains with the most letters.
    pub domains: Vec<(String, u64)>,
    pub more_domains: u64,
    /// `None` for the outbox.
    pub relay: Option<String>,
    /// The file of `--relay`, if that is where it is from.
    pub relay_file: Option<PathBuf>,
    pub seal_status: SealStatus,
    /// Set if the pace delays letters.
    pub outlook: Option<Outlook>,
}

/// The rows that get no letter, and what somebody should look at in the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Omitted {
    pub blocked: u64,
    pub suppressed: u64,
    pub left_out: u64,
    pub warnings: u64,
    pub doubts: u64,
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
