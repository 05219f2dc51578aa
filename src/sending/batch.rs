//! The letters that one run is to send: how many, to which domains, and how long the pace makes
//! them take.
//!
//! Counted letter by letter: by the caller that composes them all, or from the ledger if nothing
//! has changed since that was done. Composes nothing and sends nothing.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::bitset::BitSet;
use crate::compose::Composed;
use crate::delivery::State;
use crate::ledger::{Ledger, Noted};
use crate::policy::{Forecast, Gate, Pacer};
use crate::recipient::{Address, Recipient};

/// Which letters of a campaign were asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    /// Keys of addresses (see [`Address::key`]); empty for all.
    pub(crate) addresses: HashSet<String>,
    /// The most letters to send.
    pub(crate) limit: Option<u64>,
    pub(crate) retries_refused: bool,
    /// Letters in the outbox go too.
    pub(crate) sends_filed: bool,
}

impl Scope {
    /// Whether letters to this address were asked for.
    pub(crate) fn includes(&self, address: &Address) -> bool {
        self.addresses.is_empty() || self.addresses.contains(&address.key())
    }

    /// Like [`Scope::includes`], for an address as the ledger has it.
    pub(crate) fn asks_for(&self, address: &str) -> bool {
        self.addresses.is_empty() || Address::parse(address).is_ok_and(|it| self.includes(&it))
    }

    /// Whether a letter in this state goes; `None` for one that the ledger does not know yet.
    fn sends(&self, state: Option<State>) -> bool {
        match state {
            None | Some(State::Waiting) => true,
            Some(State::Refused) => self.retries_refused,
            Some(State::Filed) => self.sends_filed,
            Some(State::Sending | State::Accepted | State::Unknown) => false,
        }
    }
}

/// What letters are like, as far as they are alike.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    pub(crate) letters: u64,
    /// Of the first letter.
    pub(crate) subject: String,
    pub(crate) subjects_differ: bool,
    /// The files of the first letter, with their sizes in octets.
    pub(crate) files: Vec<(String, usize)>,
    pub(crate) files_differ: bool,
    /// The addresses that get the letters and their copies.
    pub(crate) addresses: u64,
}

impl Sample {
    pub(crate) fn add(&mut self, composed: &Composed) {
        let subject = &composed.letter.subject;
        let files = composed.attachments.iter();
        self.addresses += composed.letter.to.len() as u64;
        if self.letters == 0 {
            self.subject.clone_from(subject);
            self.files = files.map(|file| (file.name.clone(), file.bytes.len())).collect();
        } else {
            self.subjects_differ |= self.subject != *subject;
            self.files_differ |=
                !files.map(|file| &file.name).eq(self.files.iter().map(|it| &it.0));
        }
        self.letters += 1;
    }
}

/// The letters that one run is to send.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) scope: Scope,
    pub(crate) letters: u64,
    /// Letters that the ledger does not know yet, asked for or not.
    pub(crate) new: u64,
    /// Letters that were asked for and went before.
    pub(crate) already: u64,
    pub(crate) domains: BTreeMap<String, u64>,
    pub(crate) first: String,
    pub(crate) last: String,
    /// Octets of the largest message that was asked for.
    pub(crate) largest: u64,
    /// What the letters that go are like.
    pub(crate) sample: Sample,
    /// Rows whose letters were asked for, sent before or not.
    pub(crate) rows: Vec<u64>,
    /// Rows that have no letter.
    pub(crate) faulty: BitSet,
    /// Rows with something to look at, also those whose letters do not go.
    pub(crate) noted: Vec<Noted>,
    /// What is to be looked at in the letters that go.
    pub(crate) warnings: u64,
    pub(crate) doubts: u64,
    /// Set if the pace bounds when letters go.
    pacer: Option<Pacer>,
    gates: BTreeMap<Gate, u64>,
}

impl Batch {
    /// An empty batch.
    pub(crate) fn new(scope: Scope, pacer: Option<Pacer>) -> Self {
        Self { scope, pacer, ..Self::default() }
    }

    /// The batch of all letters that wait by the ledger. Valid only if the list and the letters
    /// have not changed since they were enrolled.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn of_waiting(ledger: &Ledger, scope: Scope, pacer: Option<Pacer>) -> Result<Self> {
        let mut batch = Self::new(scope, pacer);
        let mut waiting = 0;
        ledger.each_waiting(&mut |address| {
            waiting += 1;
            let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
            // Parsing is slow; most domains are written as on the wire.
            if domain.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii()) {
                let parsed = Address::parse(address);
                batch.count(address, parsed.as_ref().map_or(domain, Address::domain), None);
            } else {
                batch.count(address, domain, None);
            }
        })?;
        batch.already = ledger.enrolled()?.saturating_sub(waiting);
        Ok(batch)
    }

    /// Adds a row whose letter was composed, `size` octets long; `state` is what the ledger knows
    /// of it.
    pub(crate) fn add(&mut self, recipient: &Recipient, size: u64, state: Option<State>) {
        self.rows.push(recipient.row);
        self.largest = self.largest.max(size);
        if self.scope.sends(state) {
            let address = &recipient.address;
            self.count(address.shown(), address.domain(), recipient.timezone.as_ref());
        } else {
            self.already += 1;
        }
    }

    fn count(&mut self, address: &str, domain: &str, zone: Option<&TimeZone>) {
        if self.scope.limit.is_some_and(|limit| self.letters >= limit) {
            return;
        }
        self.letters += 1;
        if let Some(pacer) = &mut self.pacer {
            let gate = pacer.gate(domain, zone);
            *self.gates.entry(gate).or_default() += 1;
        }
        // People know «пример.рф», not its form on the wire.
        let shown = match address.rsplit_once('@') {
            Some((_, shown)) if domain.contains("xn--") => Cow::Owned(shown.to_lowercase()),
            Some(_) | None => Cow::Borrowed(domain),
        };
        match self.domains.get_mut(&*shown) {
            Some(letters) => *letters += 1,
            None => drop(self.domains.insert(shown.into_owned(), 1)),
        }
        if self.first.is_empty() {
            address.clone_into(&mut self.first);
        }
        address.clone_into(&mut self.last);
    }

    /// Whether a run sends a letter to this recipient, if it waits.
    pub(crate) fn includes(&self, recipient: &Recipient) -> bool {
        self.scope.includes(&recipient.address) && !self.faulty.contains(recipient.row)
    }

    /// When the letters go, if the pace bounds it.
    pub(crate) fn forecast(&self, now: Timestamp) -> Option<Forecast> {
        self.pacer.clone()?.forecast(self.gates.clone(), now)
    }

    /// How long the letters take at least, if the pace bounds it.
    pub(crate) fn lasts(&self, now: Timestamp) -> Option<Duration> {
        Duration::try_from(self.forecast(now)?.last - now).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::policy::{Limits, Pace};
    use crate::problem::Place;
    use crate::recipient::{Card, Cells};

    fn recipient(row: u64, address: &str) -> Recipient {
        Recipient {
            place: Place::at("list", row + 1, 1),
            row,
            address: Address::parse(address).unwrap(),
            card: Card::default(),
            copies: Vec::new(),
            reply_to: None,
            key: None,
            timezone: None,
            headings: Arc::new([]),
            cells: Cells::default(),
        }
    }

    #[test]
    fn a_letter_that_went_is_counted_as_sent_before() {
        let mut batch = Batch::default();
        let states = [None, Some(State::Waiting), Some(State::Accepted), Some(State::Refused)];
        for (row, state) in (1..).zip(states) {
            batch.add(&recipient(row, "anna@a.test"), 100, state);
        }
        assert_eq!((batch.letters, batch.already, batch.rows.len()), (2, 2, 4));
    }

    #[test]
    fn a_refused_letter_goes_again_only_if_asked_for() {
        let scope = Scope { retries_refused: true, ..Scope::default() };
        let mut batch = Batch::new(scope, None);
        batch.add(&recipient(1, "anna@a.test"), 100, Some(State::Refused));
        batch.add(&recipient(2, "boris@a.test"), 100, Some(State::Unknown));
        assert_eq!((batch.letters, batch.already), (1, 1));
    }

    #[test]
    fn letters_beyond_the_limit_are_not_counted() {
        let mut batch = Batch::new(Scope { limit: Some(2), ..Scope::default() }, None);
        for (row, address) in (1..).zip(["a@a.test", "b@b.test", "c@c.test"]) {
            batch.add(&recipient(row, address), row * 100, None);
        }
        assert_eq!((batch.letters, batch.last.as_str()), (2, "b@b.test"));
        assert_eq!(batch.domains.len(), 2);
        assert_eq!((batch.largest, batch.rows), (300, vec![1, 2, 3]));
    }

    #[test]
    fn a_scope_of_addresses_knows_them_however_they_are_written() {
        let key = Address::parse("Anna@A.test").unwrap().key();
        let scope = Scope { addresses: HashSet::from([key]), ..Scope::default() };
        assert!(scope.includes(&Address::parse("anna@a.TEST").unwrap()));
        assert!(!scope.includes(&Address::parse("boris@a.test").unwrap()));
    }

    #[test]
    fn a_faulty_row_is_not_sent() {
        let mut batch = Batch::default();
        batch.faulty.insert(7);
        assert!(!batch.includes(&recipient(7, "anna@a.test")));
        assert!(batch.includes(&recipient(8, "anna@a.test")));
    }

    #[test]
    fn the_pace_makes_a_run_last() {
        let limits = Limits { per_minute: Some(1), ..Limits::default() };
        let pace = Pace { limits, ..Pace::default() };
        let now = Timestamp::from_second(1_000_000).unwrap();
        let mut batch = Batch::new(Scope::default(), Some(Pacer::new(&pace)));
        for row in 1..=3 {
            batch.add(&recipient(row, "anna@a.test"), 100, None);
        }
        assert_eq!(batch.lasts(now), Some(Duration::from_mins(2)));
        assert_eq!(Batch::default().lasts(now), None);
    }
}
