//! The letters that this worker has claimed: it alone sends them.
//!
//! They are claimed in the order of the list, some ahead of it. A letter that is on the list and not among
//! them is another worker's, or none that waits.

use std::collections::HashMap;

use anyhow::Result;

use super::attempt::{Attempt, LetterKey};
use super::postgres::Store;
use super::recorder::Recorder;
use super::session::Met;
use crate::delivery::LedgerEntry;
use crate::letter::LetterId;

/// How many are claimed at once, unless a run says so.
const AT_ONCE: u64 = 16;

pub(super) struct Claims {
    held: HashMap<LetterId, Claim>,
    /// The row from which on nothing was claimed in this pass.
    next: u64,
    at_once: u64,
}

struct Claim {
    letter: LetterKey,
    entry: LedgerEntry,
    /// It was asked for, and is to go.
    is_met: bool,
}

impl Default for Claims {
    fn default() -> Self {
        Self { held: HashMap::new(), next: 0, at_once: AT_ONCE }
    }
}

impl Claims {
    pub(super) fn begin_pass(&mut self, at_once: u64) {
        self.next = 0;
        self.at_once = at_once.max(1);
    }

    /// The letter, if it is this worker's.
    pub(super) fn entry(
        &mut self,
        store: &Store,
        recorder: &Recorder,
        id: LetterId,
        met: Met,
    ) -> Result<Option<(LetterKey, LedgerEntry)>> {
        if let Some(claim) = self.held.get_mut(&id) {
            return Ok(Some(claim.meet()));
        }
        match met {
            Met::Again => {
                let claimed = store.claim(id)?;
                claimed.into_iter().for_each(|claimed| self.hold(claimed));
            }
            Met::InRow(row) if row < self.next => {}
            Met::InRow(row) => {
                self.free_unmet(store, row)?;
                let claimed = store.claim_from(row, self.at_once)?;
                recorder.claimed(claimed.iter().map(|(letter, _)| letter.position));
                let is_last = (claimed.len() as u64) < self.at_once;
                let last = claimed.last().map(|(_, entry)| entry.row).filter(|_| !is_last);
                self.next = last.unwrap_or(u64::MAX);
                claimed.into_iter().for_each(|claimed| self.hold(claimed));
            }
        }
        Ok(self.held.get_mut(&id).map(Claim::meet))
    }

    fn hold(&mut self, (letter, entry): (LetterKey, LedgerEntry)) {
        self.held.insert(letter.id, Claim { letter, entry, is_met: false });
    }

    pub(super) fn put_back(&mut self, id: LetterId) {
        if let Some(claim) = self.held.get_mut(&id) {
            claim.is_met = false;
        }
    }

    /// Frees the letters of earlier rows that were not met: they are not on the list, or do not go.
    pub(super) fn free_unmet(&mut self, store: &Store, before: u64) -> Result<()> {
        let mut unmet = Vec::new();
        self.held.retain(|_, claim| {
            let is_kept = claim.is_met || claim.entry.row >= before;
            if !is_kept {
                unmet.push(claim.letter.position);
            }
            is_kept
        });
        store.free(&unmet)
    }

    /// Whatever became of a letter, it is not claimed any more.
    pub(super) fn note(&mut self, attempt: &Attempt) {
        if let Attempt::Ended { letter, .. } = attempt {
            self.held.remove(&letter.id);
        }
    }
}

impl Claim {
    fn meet(&mut self) -> (LetterKey, LedgerEntry) {
        self.is_met = true;
        (self.letter, self.entry.clone())
    }
}
