//! How a row stands among the others: read before, the same person again, forbidden.

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::quality::RandomState;

use super::addresses::CellAddresses;
use super::{DuplicatePolicy, ListSettings};
use crate::problem::{Fault, ListFault, NoMail, Severity};
use crate::recipient::Address;
use crate::suppression::{Suppressed, Suppression};

/// The rows that were read so far, as far as later ones depend on them.
pub(super) struct CrossChecker {
    pub duplicates: DuplicatePolicy,
    suppression: Arc<Suppression>,
    without_mail: Arc<BTreeMap<String, NoMail>>,
    seen: FirstLines,
    people: FirstLines,
    /// Who got a copy.
    copied: FirstLines,
    /// What of them is still asked for.
    pub memory: Memory,
    /// The one by which the hashes were made.
    hasher: RandomState,
}

/// What is still asked of the rows before a row. What is not need not be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Memory {
    /// Every row has a letter of its own.
    Nothing,
    /// Whose address stood before; the people were told of already.
    Addresses,
    All,
}

/// How a row stands among the others.
#[derive(Default)]
pub(super) struct Findings {
    /// No letter is made of it, and that is no error.
    pub is_passed_over: bool,
    /// The copies that may be sent.
    pub copies: Vec<Address>,
    /// What is to be said of its address.
    pub faults: Vec<(Severity, Fault)>,
}

impl CrossChecker {
    pub(super) fn new(settings: &ListSettings, hasher: &RowHasher) -> Self {
        let hasher = hasher.hasher.clone();
        let (duplicates, suppression) = (settings.duplicates, settings.suppression.clone());
        let without_mail = settings.without_mail.clone();
        let (seen, people) = (FirstLines::default(), FirstLines::default());
        Self {
            duplicates,
            suppression,
            without_mail,
            seen,
            people,
            copied: FirstLines::default(),
            memory: Memory::All,
            hasher,
        }
    }

    /// Brings what these rows will be looked up in near: one look after the other would wait for
    /// memory each time, looks that do not wait for one another come all at once.
    pub(super) fn prepare(&self, rows: impl Iterator<Item = RowHashes>) {
        let looks = rows.map(|hashes| {
            self.seen.peek(hashes.address) ^ hashes.person.map_or(0, |it| self.people.peek(it))
        });
        std::hint::black_box(looks.fold(0, |all, look| all ^ look));
    }

    /// Looks at a row's addresses beside those that were read before, and those that are forbidden.
    /// `name` tells whom the row is about.
    pub(super) fn findings(
        &mut self,
        line: u64,
        addresses: &CellAddresses,
        name: &dyn Fn() -> String,
        hashes: RowHashes,
    ) -> Findings {
        let mut findings = Findings::default();
        let mut warn = Vec::new();
        let all = || std::iter::once(&addresses.to).chain(&addresses.copies);
        for address in all().filter(|_| !self.without_mail.is_empty()) {
            if let Some(why) = self.without_mail.get(address.domain()) {
                let domain = address.domain_shown().to_owned();
                warn.push(ListFault::DomainWithoutMail { domain, why: *why });
            }
        }
        let earlier = if self.memory >= Memory::Addresses {
            self.seen.note(hashes.address, line)
        } else {
            None
        };
        if let Some(line) = earlier {
            let address = addresses.to.to_string();
            let noted = match self.duplicates {
                DuplicatePolicy::Error => {
                    Some((Severity::Error, ListFault::AddressTwice { address, line }))
                }
                DuplicatePolicy::First => {
                    Some((Severity::Warning, ListFault::AddressTwice { address, line }))
                }
                DuplicatePolicy::Each => {
                    Some((Severity::Error, ListFault::KeyTwice { address, line }))
                }
                DuplicatePolicy::Ignore => None,
            };
            findings.is_passed_over = self.duplicates == DuplicatePolicy::First;
            findings.faults.extend(noted.map(|(severity, fault)| (severity, fault.into())));
        }
        if earlier.is_none()
            && self.memory >= Memory::All
            && let Some(line) = hashes.person.and_then(|person| self.people.note(person, line))
        {
            warn.push(ListFault::SamePerson { name: name(), line });
        }
        if let Some(line) = self.copied.line(hashes.address) {
            warn.push(ListFault::CopyTwice { address: addresses.to.to_string(), line });
        }
        for copy in &addresses.copies {
            let hash = self.hasher.hash_one(copy.key());
            if let Some(line) = self.seen.line(hash) {
                warn.push(ListFault::CopyTwice { address: copy.to_string(), line });
            }
            if self.memory >= Memory::Addresses {
                self.copied.note(hash, line);
            }
        }
        for (index, address) in all().enumerate() {
            match self.suppression.entry(address) {
                Some(found) => {
                    let Suppressed { entry, reason, date } = found.clone();
                    warn.push(ListFault::Suppressed { entry, reason, date });
                    findings.is_passed_over |= index == 0;
                }
                None if index > 0 => findings.copies.push(address.clone()),
                None => {}
            }
        }
        findings.faults.extend(warn.into_iter().map(|fault| (Severity::Warning, fault.into())));
        findings
    }
}

/// What a row is known by among the others: hashes under keys of this run, so that a million fit in
/// little memory. The chance that two of a million are taken for one is below one in ten million.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowHashes {
    address: u64,
    /// Of whom it is about, where that is known well enough.
    person: Option<u64>,
}

/// Makes the hashes of a list's rows.
#[derive(Clone)]
pub(super) struct RowHasher {
    hasher: RandomState,
    duplicates: DuplicatePolicy,
    /// Room for the words that are hashed.
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

/// Writes what tells one person from another: the whole name, and the organisation where the list
/// has one.
fn spell_person(name: [&str; 3], organisation: &str, into: &mut String) -> bool {
    if name.iter().any(|part| part.is_empty()) {
        return false;
    }
    into.clear();
    for part in name.into_iter().chain([organisation]) {
        // A small letter stands as it is; of most words that is all but the first.
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

/// A letter that is its own small one, and no ё.
fn is_small(c: char) -> bool {
    matches!(c, 'а'..='я' | 'a'..='z' | ' '..='@')
}

/// A letter without case, ё as е.
fn folded(c: char) -> char {
    match c {
        'ё' | 'Ё' => 'е',
        'А'..='Я' => char::from_u32(u32::from(c) + 32).unwrap_or(c),
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

/// What was met so far, and on which line first.
///
/// An open table of our own: hash and line stand side by side, so that a look into it is one look
/// into memory.
#[derive(Default)]
struct FirstLines {
    /// A power of two of them; those without a line are free.
    slots: Vec<Slot>,
    taken: usize,
}

/// A hash in two halves, so that a slot is twelve bytes, and the line where it stood first.
#[derive(Clone, Copy, Default)]
struct Slot {
    high: u32,
    low: u32,
    line: u32,
}

impl FirstLines {
    /// What stands where a hash is looked for first.
    fn peek(&self, hash: u64) -> u32 {
        let (_, low) = halves(hash);
        let mask = self.slots.len().wrapping_sub(1);
        self.slots.get(low as usize & mask).map_or(0, |slot| slot.low)
    }

    /// The line on which a hash stood.
    fn line(&self, hash: u64) -> Option<u64> {
        if self.slots.is_empty() {
            return None;
        }
        Some(self.slots[self.slot(halves(hash))].line).filter(|line| *line > 0).map(u64::from)
    }

    /// Notes a hash; tells on which line it stood before.
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

    /// Where a hash stands, or the free slot where it belongs.
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
