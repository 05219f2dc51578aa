//! How a row stands among the others: read before, the same person again, forbidden.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use super::addresses::{Addresses, Typos};
use super::{Settings, Suppression, Twins};
use crate::place::{Fault, NoMail, Severity};
use crate::recipient::{Address, Card};
use crate::russian::names::FullName;

/// The rows that were read so far, as far as later ones depend on them.
pub(super) struct Others {
    pub twins: Twins,
    suppression: Arc<Suppression>,
    without_mail: Arc<BTreeMap<String, NoMail>>,
    seen: Seen,
    people: Seen,
    typos: Typos,
    /// Room for the words that are looked up.
    word: String,
}

/// How a row stands among the others.
#[derive(Default)]
pub(super) struct Standing {
    /// No letter is made of it, and that is no error.
    pub is_passed_over: bool,
    /// The copies that may be sent.
    pub copies: Vec<Address>,
    /// What is to be said of its address.
    pub faults: Vec<(Severity, Fault)>,
}

impl Others {
    pub(super) fn new(settings: &Settings) -> Self {
        let (twins, suppression) = (settings.twins, settings.suppression.clone());
        let without_mail = settings.without_mail.clone();
        let (seen, people, typos) = (Seen::default(), Seen::default(), Typos::default());
        Self { twins, suppression, without_mail, seen, people, typos, word: String::new() }
    }

    /// Looks at a row's addresses beside those that were read before, and those that are forbidden.
    pub(super) fn standing(&mut self, line: u64, addresses: &Addresses, card: &Card, key: Option<&str>) -> Standing {
        let mut standing = Standing::default();
        let mut warn = Vec::new();
        let all = || std::iter::once(&addresses.to).chain(&addresses.copies);
        for address in all() {
            if let Some(why) = self.without_mail.get(address.domain()) {
                let domain = address.shown().rsplit_once('@').map_or("", |(_, domain)| domain).to_owned();
                warn.push(Fault::DomainWithoutMail { domain, why: *why });
            }
            if let Some(proposal) = self.typos.proposal(address) {
                warn.push(Fault::AddressTypo { address: address.to_string(), proposal });
            }
        }
        self.word.clear();
        self.word.push_str(addresses.to.wire());
        self.word.make_ascii_lowercase();
        if let (Twins::Keep, Some(key)) = (self.twins, key) {
            self.word.push('\n');
            self.word.push_str(key);
        }
        let earlier = self.seen.note(&self.word, line);
        if let Some(line) = earlier {
            let address = addresses.to.to_string();
            let noted = match self.twins {
                Twins::Refuse => Some((Severity::Error, Fault::AddressTwice { address, line })),
                Twins::PassOver => Some((Severity::Warning, Fault::AddressTwice { address, line })),
                Twins::Keep => Some((Severity::Error, Fault::KeyTwice { address, line })),
                Twins::Unchecked => None,
            };
            standing.is_passed_over = self.twins == Twins::PassOver;
            standing.faults.extend(noted);
        }
        if earlier.is_none()
            && spell_person(&card.name, &card.organisation, &mut self.word)
            && let Some(line) = self.people.note(&self.word, line)
        {
            let name = &card.name;
            let name = [&name.surname, &name.first_name, &name.patronymic].map(String::as_str).join(" ");
            warn.push(Fault::SamePerson { name, line });
        }
        for (index, address) in all().enumerate() {
            match self.suppression.entry(address) {
                Some((entry, why)) => {
                    let (entry, reason, date) = (entry.to_owned(), why.reason.clone(), why.date.clone());
                    warn.push(Fault::Suppressed { entry, reason, date });
                    standing.is_passed_over |= index == 0;
                }
                None if index > 0 => standing.copies.push(address.clone()),
                None => {}
            }
        }
        standing.faults.extend(warn.into_iter().map(|fault| (Severity::Warning, fault)));
        standing
    }
}

/// Writes what tells one person from another: the whole name, and the organisation where the list has one.
fn spell_person(name: &FullName, organisation: &str, into: &mut String) -> bool {
    if name.surname.is_empty() || name.first_name.is_empty() || name.patronymic.is_empty() {
        return false;
    }
    into.clear();
    for part in [&name.surname, &name.first_name, &name.patronymic, organisation] {
        // A small letter stands as it is; of most words that is all but the first.
        let mut rest: &str = part;
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

/// What was met so far, as 64-bit hashes under keys of this run, so that a million fit in little memory: the
/// chance that two of a million are taken for one is below one in ten million.
///
/// An open table of our own: hash and line stand side by side, so that a look into it is one look into memory.
#[derive(Default)]
struct Seen {
    hasher: RandomState,
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

impl Seen {
    /// Notes a word; tells on which line it stood before.
    fn note(&mut self, word: &str, line: u64) -> Option<u64> {
        if self.taken * 3 >= self.slots.len() * 2 {
            self.grow();
        }
        let hash = self.hasher.hash_one(word);
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
        let mut seen = Seen::default();
        for line in 1..=10_000 {
            assert_eq!(seen.note(&format!("a{line}"), line), None);
        }
        for line in 1..=10_000 {
            assert_eq!(seen.note(&format!("a{line}"), line + 20_000), Some(line));
        }
    }

    #[test]
    fn a_name_is_the_same_in_capitals_and_with_ё() {
        let spelt = |surname: &str| {
            let name =
                FullName {
                    surname: surname.into(), first_name: "АННА".into(), patronymic: "Петро\u{301}вна ".into()
                };
            let mut word = String::new();
            spell_person(&name, "Æther", &mut word).then_some(word)
        };
        assert_eq!(spelt("Алёшина"), spelt("АЛЕШИНА"));
        assert_ne!(spelt("Алёшина"), spelt("Алешинa"));
        assert_eq!(spelt(""), None);
    }
}
