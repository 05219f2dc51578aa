//! People who have their letter and look new, because a letter's identity is made otherwise now:
//! `duplicates` or `key` was set, or the cells of `key` were changed.
//!
//! The ledger knows how identities were made. Where it is otherwise now, whoever has a letter counts;
//! where it is the same, the list tells a second person at an address from the first.

use std::collections::HashMap;

use anyhow::Result;

use super::Campaign;
use crate::bitset::BitSet;
use crate::contacts::DuplicatePolicy;
use crate::ledger::Ledger;
use crate::recipient::{Address, Recipient};

/// A row whose letter the ledger does not know, although somebody at its address has one.
pub(crate) struct LookAlike {
    pub(crate) row: u64,
    pub(crate) address: Address,
    /// Whether the row is selected.
    pub(crate) is_kept: bool,
}

impl Campaign {
    /// How the identity of a letter is made: of its address, or also of the cells under a heading.
    pub(crate) fn identity(&self) -> String {
        match self.list_settings.duplicates {
            DuplicatePolicy::Each => {
                let key = self.detected.fields.iter().find(|(field, _)| *field == "key");
                format!("each {}", key.map_or("", |(_, heading)| heading))
            }
            DuplicatePolicy::Error | DuplicatePolicy::First | DuplicatePolicy::Ignore => {
                "address".to_owned()
            }
        }
    }

    /// The letters that the ledger does not know, although a letter to the same address went. In list
    /// order.
    ///
    /// As long as identities are made as they were, a second person with the address of a first is
    /// none of them if both are on the list.
    ///
    /// # Errors
    /// When the list or the ledger cannot be read.
    pub(crate) fn look_alikes(&self, ledger: Option<&Ledger>) -> Result<Vec<LookAlike>> {
        let Some(ledger) = ledger else { return Ok(Vec::new()) };
        if !ledger.has_gone()? {
            return Ok(Vec::new());
        }
        let is_as_it_was = ledger.identity()?.is_none_or(|known| known == self.identity());
        let mut present = BitSet::default();
        let mut new: Vec<LookAlike> = Vec::new();
        for (row, is_kept) in self.rows_with_others()? {
            let Some(recipient) = row.recipient else { continue };
            if let Some(position) = ledger.place_of(self.id(&recipient))? {
                present.insert(position);
            } else {
                let Recipient { row, address, .. } = recipient;
                new.push(LookAlike { row, address, is_kept });
            }
        }
        if new.is_empty() {
            return Ok(Vec::new());
        }
        // How many letters to an address went that the list does not stand for.
        let mut gone: HashMap<String, u64> = new.iter().map(|it| (it.address.key(), 0)).collect();
        ledger.each_gone(&mut |position, address| {
            if !(is_as_it_was && present.contains(position))
                && let Ok(address) = Address::parse(address)
                && let Some(gone) = gone.get_mut(&address.key())
            {
                *gone += 1;
            }
        })?;
        new.retain(|it| gone.get(&it.address.key()).is_some_and(|gone| *gone > 0));
        Ok(new)
    }
}
