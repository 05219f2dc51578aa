//! Letters of the ledger that no row of the list stands for any more, and those that take the place of
//! refused ones: somebody corrected an address.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use super::Campaign;
use super::fates::letter_of;
use crate::contacts::ListRow;
use crate::delivery::{LedgerEntry, State};
use crate::ledger::Ledger;
use crate::letter::LetterId;
use crate::recipient::{Address, Recipient};
use crate::russian::forms::Forms;

/// What the list says of refused letters.
#[derive(Default)]
pub(crate) struct Replacements {
    /// The refused letters that no row stands for.
    pub(crate) absent: HashSet<LetterId>,
    /// The refused letter that a new one replaces.
    replaced: HashMap<LetterId, LetterId>,
    /// The letter, begun by nobody, that has the identity of a new one now.
    renamed: HashMap<LetterId, LetterId>,
}

impl Replacements {
    /// The refused letter whose place a new one takes.
    pub(crate) fn of(&self, new: LetterId) -> Option<LetterId> {
        self.replaced.get(&new).copied()
    }

    /// The letter that waits under another identity, since `key` or `duplicates` was changed.
    pub(crate) fn earlier(&self, new: LetterId) -> Option<LetterId> {
        self.renamed.get(&new).copied()
    }
}

impl Campaign {
    /// The letters among these that no row of the list stands for, selected or not.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub(crate) fn absent(&self, letters: &[LedgerEntry]) -> Result<HashSet<LetterId>> {
        let mut absent: HashSet<LetterId> = letters.iter().map(|entry| entry.id).collect();
        if absent.is_empty() {
            return Ok(absent);
        }
        for (row, _) in self.rows_with_others()? {
            if let Some(id) = self.letter_of(&row) {
                absent.remove(&id);
            }
        }
        Ok(absent)
    }

    /// Which letters that are still to be enrolled take the place of refused ones: those with the same
    /// `key`, to the same person, or in the same row of the same office, if the refused address is on
    /// the list no more.
    ///
    /// # Errors
    /// When the list or the ledger cannot be read.
    pub(crate) fn replacements(
        &self,
        refused: &[LedgerEntry],
        ledger: &Ledger,
    ) -> Result<Replacements> {
        let mut found = Replacements::default();
        let waiting = self.waiting_otherwise(ledger)?;
        if refused.is_empty() && waiting.is_empty() {
            return Ok(found);
        }
        let known = Known::of(refused);
        let (mut pairs, mut renamed) = (Vec::new(), Vec::new());
        found.absent.extend(refused.iter().map(|entry| entry.id).chain(waiting.values().copied()));
        for (row, is_kept) in self.rows_with_others()? {
            if let Some(id) = self.letter_of(&row) {
                found.absent.remove(&id);
            }
            let Some(recipient) = row.recipient.filter(|_| is_kept) else { continue };
            let id = self.id(&recipient);
            if let Some(old) = waiting.get(&recipient.address.key()) {
                renamed.push((id, *old));
            }
            let like = || known.like(&recipient, &self.forms(&recipient.card));
            if ledger.place_of(id)?.is_none()
                && let Some(old) = self.of_the_same_key(&recipient, refused).or_else(like)
            {
                pairs.push((id, old));
            }
        }
        let mut taken = HashSet::new();
        let mut is_free = |old: &LetterId| found.absent.contains(old) && taken.insert(*old);
        pairs.retain(|(_, old)| is_free(old));
        renamed.retain(|(_, old)| is_free(old));
        found.replaced.extend(pairs);
        found.renamed.extend(renamed);
        Ok(found)
    }

    /// The refused letter of whoever has this `key`, whatever else was corrected.
    fn of_the_same_key(&self, recipient: &Recipient, refused: &[LedgerEntry]) -> Option<LetterId> {
        let key = recipient.key.as_deref()?;
        let has_it = |entry: &&LedgerEntry| {
            let address = Address::parse(&entry.address);
            address.is_ok_and(|it| LetterId::of(&self.config.id, &it, Some(key)) == entry.id)
        };
        refused.iter().find(has_it).map(|entry| entry.id)
    }

    /// By address, the letters that wait and that nobody has begun, if their identities are made
    /// otherwise now.
    fn waiting_otherwise(&self, ledger: &Ledger) -> Result<HashMap<String, LetterId>> {
        if ledger.identity()?.is_none_or(|known| known == self.identity()) {
            return Ok(HashMap::new());
        }
        let waiting = ledger.entries(Some(State::Waiting))?.into_iter();
        let untouched = waiting.filter(|entry| entry.attempts == 0 && entry.dated.is_none());
        let by_address =
            |entry: LedgerEntry| Some((Address::parse(&entry.address).ok()?.key(), entry.id));
        Ok(untouched.filter_map(by_address).collect())
    }

    /// The letter that a row stands for, also if it may not be written to now.
    fn letter_of(&self, row: &ListRow) -> Option<LetterId> {
        letter_of(row, &self.config.id)
    }
}

/// Whom a letter is for: name as it is printed, position, organisation.
type Person = (String, String, String);

/// Refused letters by row and by person.
struct Known {
    rows: HashMap<u64, (LetterId, Person)>,
    people: HashMap<Person, LetterId>,
}

impl Known {
    fn of(refused: &[LedgerEntry]) -> Self {
        let (mut rows, mut people) = (HashMap::new(), HashMap::new());
        for entry in refused {
            let record = entry.record.clone().unwrap_or_default();
            let person = (record.addressee, record.position, record.organisation);
            // A name alone is shared by too many.
            let (name, position, organisation) = &person;
            let has_more = !position.is_empty() || !organisation.is_empty();
            if !name.is_empty() && has_more {
                people.insert(person.clone(), entry.id);
            }
            rows.insert(entry.row, (entry.id, person));
        }
        Self { rows, people }
    }

    fn like(&self, recipient: &Recipient, forms: &Forms) -> Option<LetterId> {
        let card = &recipient.card;
        // As the record has them.
        let either = |first: &str, other: String| {
            if first.is_empty() { other } else { first.to_owned() }
        };
        let person = (
            either(&forms.name_dative, card.name.in_full()),
            either(&card.position, forms.position_dative.clone()),
            card.organisation.clone(),
        );
        if let Some(id) = self.people.get(&person) {
            return Some(*id);
        }
        let (id, (name, _, organisation)) = self.rows.get(&recipient.row)?;
        let is_same = |old: &String, new: &String| !old.is_empty() && old == new;
        let is_like = is_same(name, &person.0)
            || is_same(organisation, &person.2)
            || name.is_empty() && organisation.is_empty();
        is_like.then_some(*id)
    }
}
