//! What was found in the campaign's own files and on this computer.

use std::path::PathBuf;

use super::{Check, Gravity};

#[derive(Debug, Clone)]
pub enum CampaignFinding {
    /// The campaign has errors, so that its letters are not known.
    Faulty {
        folder: PathBuf,
        errors: u64,
    },
    /// Sizes in octets.
    Letters {
        letters: u64,
        largest: u64,
        /// Whether all letters were composed; the first ones otherwise.
        are_all: bool,
    },
    NoLedger,
    /// It is on a server, and nobody is to be asked.
    LedgerNotAsked,
    Ledger {
        letters: u64,
    },
    LedgerFails {
        folder: PathBuf,
        detail: String,
    },
    /// The ledger sent from another folder or computer before.
    LedgerElsewhere {
        host: String,
        path: String,
    },
    /// The ledger is a file on a network share, which promises no locks.
    LedgerOnShare {
        kind: &'static str,
        folder: PathBuf,
    },
    /// Octets that are free and that the run writes.
    Disk {
        free: u64,
        needed: u64,
    },
    DiskShort {
        path: PathBuf,
        free: u64,
        needed: u64,
    },
    TimeZone {
        zone: String,
        now: String,
    },
    /// Neither the campaign nor this computer says which time zone it is.
    TimeZoneUnset {
        now: String,
    },
    Clock {
        by: String,
    },
    /// By how many seconds this computer's clock is ahead (or, negative, behind).
    ClockWrong {
        by: String,
        seconds: i64,
    },
    /// No server told the time.
    ClockUnknown {
        now: String,
    },
}

impl CampaignFinding {
    pub(super) fn check(&self) -> Check {
        match self {
            Self::Faulty { .. } | Self::Letters { .. } => Check::Letters,
            Self::NoLedger
            | Self::LedgerNotAsked
            | Self::Ledger { .. }
            | Self::LedgerFails { .. }
            | Self::LedgerOnShare { .. }
            | Self::LedgerElsewhere { .. } => Check::Ledger,
            Self::Disk { .. } | Self::DiskShort { .. } => Check::Disk,
            Self::TimeZone { .. } | Self::TimeZoneUnset { .. } => Check::TimeZone,
            Self::Clock { .. } | Self::ClockWrong { .. } | Self::ClockUnknown { .. } => {
                Check::Clock
            }
        }
    }

    pub(super) fn gravity(&self) -> Gravity {
        match self {
            Self::Letters { .. }
            | Self::NoLedger
            | Self::Ledger { .. }
            | Self::Disk { .. }
            | Self::TimeZone { .. }
            | Self::Clock { .. } => Gravity::Ok,
            Self::LedgerNotAsked | Self::ClockUnknown { .. } | Self::TimeZoneUnset { .. } => {
                Gravity::Info
            }
            Self::LedgerElsewhere { .. }
            | Self::LedgerOnShare { .. }
            | Self::DiskShort { .. }
            | Self::ClockWrong { .. } => Gravity::Warning,
            Self::Faulty { .. } | Self::LedgerFails { .. } => Gravity::Error,
        }
    }
}
