//! A row compared with the rows before it, and with those who must not be written to.
//!
//! Finds repeated addresses, repeated people, and addresses that are suppressed or whose domain
//! takes no mail. What a row says on its own is read in `row`.

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::quality::RandomState;

use super::addresses::CellAddresses;
use super::format::RowPlace;
use super::{DuplicatePolicy, ListSettings};
use crate::problem::{Fault, ListFault, NoMail, Severity};
use crate::recipient::{Address, Mailbox};
use crate::suppression::{Suppressed, Suppression};

/// Remembers the rows that were read, as far as later ones depend on them.
pub(super) struct CrossChecker {
    pub duplicates: DuplicatePolicy,
    pub memory: Memory,
    suppression: Arc<Suppression>,
    without_mail: Arc<BTreeMap<String, NoMail>>,
    addresses: FirstLines,
    people: FirstLines,
    /// Who gets a copy of another's letter.
    copied: FirstLines,
    /// The one that made the rows' hashes.
    hasher: RandomState,
    /// The names of the sheets, if there are several.
    sheets: Vec<Arc<str>>,
    /// The heading of the column of names.
    names: Option<String>,
}

/// What is remembered of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Memory {
    /// Nothing: all rows are known to have different addresses.
    Nothing,
    /// Its address: repeated people have been reported before.
    Addresses,
    All,
}

/// What the comparison shows.
#[derive(Default)]
pub(super) struct Findings {
    /// No letter is made of the row, and that is not an error.
    pub is_skipped: bool,
    /// The copies that may be sent.
    pub copies: Vec<Mailbox>,
    /// What is wrong with its address.
    pub faults: Vec<(Severity, Fault)>,
}

impl CrossChecker {
    /// `sheets` are the names of the list's sheets, `names` is its column of names.
    pub(super) fn new(
        settings: &ListSettings,
        hasher: &RowHasher,
        sheets: &[Arc<str>],
        names: Option<String>,
    ) -> Self {
        Self {
            duplicates: settings.duplicates,
            memory: Memory::All,
            suppression: settings.suppression.clone(),
            without_mail: settings.without_mail.clone(),
            addresses: FirstLines::default(),
            people: FirstLines::default(),
            copied: FirstLines::default(),
            hasher: hasher.hasher.clone(),
            sheets: if sheets.len() > 1 { sheets.to_vec() } else { Vec::new() },
            names,
        }
    }

    /// The number under which a row is remembered: a sheet has no more than 2^20 rows.
    fn ticket(&self, row: RowPlace) -> u64 {
        if self.sheets.is_empty() { row.number } else { u64::from(row.sheet) << 21 | row.number }
    }

    /// The row of that number as people name it.
    fn name(&self, ticket: u64) -> String {
        let sheet = usize::try_from(ticket >> 21).ok().and_then(|sheet| self.sheets.get(sheet));
        match sheet {
            Some(sheet) => format!("{sheet}!{}", ticket & 0x1F_FFFF),
            None => ticket.to_string(),
        }
    }

    /// Prefetches the slots in which these rows will be looked up, so that their cache misses
    /// overlap.
    pub(super) fn prefetch(&self, rows: impl Iterator<Item = RowHashes>) {
        let slots = rows.map(|hashes| {
            self.addresses.peek(hashes.address) ^ hashes.person.map_or(0, |it| self.people.peek(it))
        });
        std::hint::black_box(slots.fold(0, |all, slot| all ^ slot));
    }

    /// Compares a row with those before it, and remembers it. `name` is the person in it.
    pub(super) fn check(
        &mut self,
        row: RowPlace,
        addresses: &CellAddresses,
        name: &dyn Fn() -> String,
        hashes: RowHashes,
    ) -> Findings {
        let line = self.ticket(row);
        let mut findings = Findings::default();
        let mut warnings = self.domains_without_mail(addresses);
        let earlier = match self.memory {
            Memory::Nothing => None,
            Memory::Addresses | Memory::All => self.addresses.note(hashes.address, line),
        };
        if let Some(earlier) = earlier {
            let repeated = self.repeated(addresses.to.to_string(), self.name(earlier), name());
            findings.faults.extend(repeated.map(|(severity, fault)| (severity, fault.into())));
            findings.is_skipped = self.duplicates == DuplicatePolicy::First;
        } else if self.memory == Memory::All
            && let Some(line) = hashes.person.and_then(|person| self.people.note(person, line))
        {
            warnings.push(ListFault::SamePerson { name: name(), row: self.name(line) });
        }
        if let Some(line) = self.copied.line(hashes.address) {
            let row = self.name(line);
            warnings.push(ListFault::CopyTwice { address: addresses.to.to_string(), row });
        }
        for Mailbox { address: copy, .. } in &addresses.copies {
            let hash = self.hasher.hash_one(copy.key());
            if let Some(line) = self.addresses.line(hash) {
                let row = self.name(line);
                warnings.push(ListFault::CopyTwice { address: copy.to_string(), row });
            }
            if self.memory >= Memory::Addresses {
                self.copied.note(hash, line);
            }
        }
        let mut suppressed = |address: &Address| {
            let found = self.suppression.entry(address);
            warnings.extend(found.cloned().map(|Suppressed { entry, reason, date }| {
                ListFault::Suppressed { entry, reason, date }
            }));
            found.is_some()
        };
        findings.is_skipped |= suppressed(&addresses.to);
        let copies = addresses.copies.iter();
        findings.copies = copies.filter(|copy| !suppressed(&copy.address)).cloned().collect();
        findings.faults.extend(warnings.into_iter().map(|fault| (Severity::Warning, fault.into())));
        findings
    }

    fn domains_without_mail(&self, addresses: &CellAddresses) -> Vec<ListFault> {
        if self.without_mail.is_empty() {
            return Vec::new();
        }
        let fault = |address: &Address| {
            let why = *self.without_mail.get(address.domain())?;
            Some(ListFault::DomainWithoutMail { domain: address.domain_shown().to_owned(), why })
        };
        addresses.all().filter_map(fault).collect()
    }

    /// What is wrong with an address that an earlier row has as well; `name` is the person in the
    /// later one.
    fn repeated(
        &self,
        address: String,
        row: String,
        name: String,
    ) -> Option<(Severity, ListFault)> {
        match self.duplicates {
            DuplicatePolicy::Error => {
                let names = self.names.clone();
                Some((Severity::Error, ListFault::AddressTwice { address, row, names }))
            }
            DuplicatePolicy::First => {
                let names = self.names.clone();
                Some((Severity::Warning, ListFault::AddressSkipped { address, row, name, names }))
            }
            DuplicatePolicy::Each => Some((Severity::Error, ListFault::KeyTwice { address, row })),
            DuplicatePolicy::Ignore => None,
        }
    }
}

/// What a row is recognised by: hashes under random keys of this run, so that a million rows need
/// little memory. The chance that two of a million collide is below one in ten million.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowHashes {
    address: u64,
    /// The hash of the person, if the row has a whole name.
    person: Option<u64>,
}

/// Makes the hashes of a list's rows.
#[derive(Clone)]
pub(super) struct RowHasher {
    hasher: RandomState,
    duplicates: DuplicatePolicy,
    /// A buffer for what is hashed.
    word: String,
}

impl RowHasher {
    pub(super) fn new(duplicates: DuplicatePolicy) -> Self {
        Self { hasher: RandomState::default(), duplicates, word: String::new() }
    }

    pub(super) fn hashes(
        &mut self,
        to: &Address,
        key: &str,
        name: [&str; 3],
        organisation: &str,
    ) -> RowHashes {
        self.word.clear();
        self.word.push_str(to.wire());
        self.word.make_ascii_lowercase();
        if self.duplicates == DuplicatePolicy::Each && !key.is_empty() {
            self.word.push('\n');
            self.word.push_str(key);
        }
        let address = self.hasher.hash_one(&self.word);
        let person = spell_person(name, organisation, &mut self.word)
            .then(|| self.hasher.hash_one(&self.word));
        RowHashes { address, person }
    }
}

/// Writes what distinguishes one person from another: the whole name, and the organisation if
/// there is one. Returns false if a part of the name is missing.
fn spell_person(name: [&str; 3], organisation: &str, into: &mut String) -> bool {
    if name.iter().any(|part| part.is_empty()) {
        return false;
    }
    into.clear();
    for part in name.into_iter().chain([organisation]) {
        // Lower-case letters are copied as they are; in most words that is all but the first.
        let mut rest = part;
        while let Some(at) = rest.char_indices().find(|(_, c)| !is_small(*c)).map(|(at, _)| at) {
            into.push_str(&rest[..at]);
            let mut others = rest[at..].chars();
            into.extend(others.next().map(folded));
            rest = others.as_str();
        }
        into.push_str(rest);
        into.push('\n');
    }
    true
}

/// A lower-case letter other than ё, or an ASCII character without case.
fn is_small(c: char) -> bool {
    matches!(c, 'а'..='я' | 'a'..='z' | ' '..='@')
}

/// A letter in lower case, ё as е.
fn folded(c: char) -> char {
    match c {
        'ё' | 'Ё' => 'е',
        'А'..='Я' => char::from_u32(u32::from(c) + 32).unwrap_or(c),
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

/// The line on which each hash was met first.
///
/// A table with open addressing: hash and line lie side by side, so that a lookup is one access to
/// memory.
#[derive(Default)]
struct FirstLines {
    /// A power of two; those without a line are free.
    slots: Vec<Slot>,
    taken: usize,
}

/// A hash in two halves, so that a slot has twelve bytes, and the line where it was met first.
#[derive(Clone, Copy, Default)]
struct Slot {
    high: u32,
    low: u32,
    line: u32,
}

impl FirstLines {
    /// Reads the slot in which a hash is looked up first.
    fn peek(&self, hash: u64) -> u32 {
        let (_, low) = halves(hash);
        let mask = self.slots.len().wrapping_sub(1);
        self.slots.get(low as usize & mask).map_or(0, |slot| slot.low)
    }

    /// The line on which a hash was met first.
    fn line(&self, hash: u64) -> Option<u64> {
        if self.slots.is_empty() {
            return None;
        }
        Some(self.slots[self.slot(halves(hash))].line).filter(|line| *line > 0).map(u64::from)
    }

    /// Notes a hash; returns the line on which it was met before.
    fn note(&mut self, hash: u64, line: u64) -> Option<u64> {
        if self.taken * 3 >= self.slots.len() * 2 {
            self.grow();
        }
        let line = u32::try_from(line).unwrap_or(u32::MAX).max(1);
        let slot = self.slot(halves(hash));
        let known = &mut self.slots[slot];
        if known.line > 0 {
            return Some(known.line.into());
        }
        let (high, low) = halves(hash);
        *known = Slot { high, low, line };
        self.taken += 1;
        None
    }

    /// The slot of a hash, or the free one where it belongs.
    fn slot(&self, (high, low): (u32, u32)) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = low as usize & mask;
        loop {
            let slot = &self.slots[at];
            if slot.line == 0 || (slot.low == low && slot.high == high) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let wider = vec![Slot::default(); (self.slots.len() * 2).max(64)];
        for slot in std::mem::replace(&mut self.slots, wider) {
            if slot.line > 0 {
                let at = self.slot((slot.high, slot.low));
                self.slots[at] = slot;
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
fn halves(hash: u64) -> (u32, u32) {
    ((hash >> 32) as u32, hash as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_known_with_its_first_line() {
        let mut seen = FirstLines::default();
        for line in 1..=10_000u64 {
            assert_eq!(seen.note(line.wrapping_mul(0x9E37_79B9_7F4A_7C15), line), None);
        }
        for line in 1..=10_000u64 {
            let hash = line.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            assert_eq!(seen.note(hash, line + 20_000), Some(line));
            assert_ne!(seen.peek(hash), 0);
        }
    }

    #[test]
    fn a_name_is_the_same_in_capitals_and_with_ё() {
        let spelt = |surname: &str| {
            let name = [surname, "АННА", "Петро\u{301}вна "];
            let mut word = String::new();
            spell_person(name, "Æther", &mut word).then_some(word)
        };
        assert_eq!(spelt("Алёшина"), spelt("АЛЕШИНА"));
        assert_ne!(spelt("Алёшина"), spelt("Алешинa"));
        assert_eq!(spelt(""), None);
    }
}
