//! People who have their letter and look new, because a letter's identity is made otherwise now:
//! `duplicates` or `key` was set, or the cells of `key` were changed.

use std::collections::HashMap;

use anyhow::Result;

use super::Campaign;
use crate::bitset::BitSet;
use crate::ledger::Ledger;
use crate::recipient::Address;

impl Campaign {
    /// The addresses of letters that the ledger does not know, although a letter to the same address
    /// went, and no row of the list stands for that one any more. In list order.
    ///
    /// A second person with the address of a first is none of them, as long as both are on the list.
    ///
    /// # Errors
    /// When the list or the ledger cannot be read.
    pub(crate) fn look_alikes(&self, ledger: Option<&Ledger>) -> Result<Vec<String>> {
        let Some(ledger) = ledger else { return Ok(Vec::new()) };
        if !ledger.has_gone()? {
            return Ok(Vec::new());
        }
        let mut present = BitSet::default();
        let mut new: Vec<Address> = Vec::new();
        for (row, is_kept) in self.rows_with_others()? {
            let Some(recipient) = row.recipient else { continue };
            match ledger.place_of(self.id(&recipient))? {
                Some(position) => drop(present.insert(position)),
                None if is_kept => new.push(recipient.address),
                None => {}
            }
        }
        if new.is_empty() {
            return Ok(Vec::new());
        }
        // How many letters to an address went that the list does not stand for.
        let mut gone: HashMap<String, u64> = new.iter().map(|it| (it.key(), 0)).collect();
        ledger.each_gone(&mut |position, address| {
            if !present.contains(position)
                && let Ok(address) = Address::parse(address)
                && let Some(gone) = gone.get_mut(&address.key())
            {
                *gone += 1;
            }
        })?;
        let looks_new = |address: &Address| gone.get(&address.key()).is_some_and(|gone| *gone > 0);
        new.retain(looks_new);
        Ok(new.iter().map(ToString::to_string).collect())
    }
}
