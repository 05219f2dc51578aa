//! Which outgoing number each letter has, or will have.

use std::collections::HashMap;

use anyhow::Result;

use super::Draft;
use crate::ledger::{Ledger, Promise};
use crate::letter::{LetterId, Numbering};

/// Which number each letter has, or will have when it is enrolled.
pub struct Numbers<'a> {
    numbering: Numbering,
    ledger: Option<&'a Ledger>,
    next: u64,
    /// The letters that are to go again just as they were.
    promised: HashMap<LetterId, Promise>,
}

impl<'a> Numbers<'a> {
    /// Numbers for a list whose earlier letters may be in a ledger.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn new(numbering: &Numbering, ledger: Option<&'a Ledger>) -> Result<Self> {
        let next = ledger.map_or(Ok(0), Ledger::enrolled)?;
        let promised = ledger.map_or_else(|| Ok(Vec::new()), Ledger::promised)?;
        Ok(Self {
            numbering: numbering.clone(),
            ledger,
            next,
            promised: promised.into_iter().collect(),
        })
    }

    /// The number of a letter that stands behind `ahead` new ones; nobody's number for a row
    /// without one.
    pub(super) fn of(&self, id: Option<LetterId>, ahead: u64) -> Numbered {
        let promise = id.and_then(|id| self.promised.get(&id)).cloned();
        let Some(id) = id.filter(|_| self.numbering != Numbering::None) else {
            return Numbered { promise, ..Numbered::default() };
        };
        match self.ledger.and_then(|ledger| ledger.entry(id).ok().flatten()) {
            Some(known) => Numbered { number: known.number, is_new: false, promise },
            None => {
                Numbered { number: self.numbering.number(self.next + ahead), is_new: true, promise }
            }
        }
    }

    /// The number that is due now to a letter that was numbered in advance.
    pub(super) fn due(&self, numbered: &Numbered) -> Option<String> {
        if numbered.is_new { self.numbering.number(self.next) } else { numbered.number.clone() }
    }

    /// A draft is there: a new letter that was composed used its number up.
    pub(super) fn given_out(&mut self, numbered: &Numbered, draft: &Draft) {
        self.next += u64::from(numbered.is_new && draft.composed.is_some());
    }
}

/// A letter's number, and whether it is given out for the first time.
#[derive(Debug, Default)]
pub(super) struct Numbered {
    pub(super) number: Option<String>,
    pub(super) is_new: bool,
    pub(super) promise: Option<Promise>,
}
