//! Who must not be written to: addresses and whole domains, with reason and date.

use std::collections::HashMap;
use std::path::Path;

use super::encoding::{self, Decoded, Found};
use super::records::Records;
use super::source::open_plain_file;
use crate::place::{Cause, Fault, Place, Problem};
use crate::recipient::Address;

/// Addresses and domains, found by an address.
#[derive(Debug, Clone, Default)]
pub struct Suppression {
    entries: HashMap<String, Why>,
}

/// Why somebody must not be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// As it was written.
    entry: String,
    pub reason: String,
    pub date: String,
}

impl Suppression {
    /// Adds an address, a domain (`example.org`, `@example.org`) or its subdomains
    /// (`*.example.org`). False where it is neither.
    pub fn add(&mut self, entry: &str, reason: &str, date: &str) -> bool {
        let Some(key) = key(entry) else { return false };
        let why = Why {
            entry: entry.trim().to_owned(),
            reason: reason.trim().to_owned(),
            date: date.trim().to_owned(),
        };
        self.entries.insert(key, why);
        true
    }

    /// True where nobody is forbidden.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry that forbids an address, and why.
    pub fn entry(&self, address: &Address) -> Option<(&str, &Why)> {
        if self.entries.is_empty() {
            return None;
        }
        let domain = address.domain().to_lowercase();
        let parents = domain.match_indices('.').map(|(at, _)| format!("*{}", &domain[at..]));
        let found = self.entries.get(&address.key()).or_else(|| self.entries.get(&domain));
        let found =
            found.or_else(|| parents.into_iter().find_map(|parent| self.entries.get(&parent)));
        found.map(|why| (why.entry.as_str(), why))
    }

    /// True where one of the entries forbids an address, written as it may be.
    pub fn forbids(&self, address: &str) -> bool {
        Address::parse(address).is_ok_and(|address| self.entry(&address).is_some())
    }

    /// Adds what a file says: address or domain, reason, date, in this order; a first row of
    /// headings is passed over.
    ///
    /// # Errors
    /// Every row whose first cell is neither an address nor a domain: nobody may slip through by a
    /// typo.
    pub fn read(&mut self, path: &Path, shown: &str) -> Result<(), Vec<Problem>> {
        let whole = |fault| vec![Problem::error(Place::file(shown), fault)];
        let unreadable =
            |error: std::io::Error| whole(Fault::FileUnreadable { cause: Cause::from(&error) });
        let mut file = open_plain_file(path).map_err(whole)?;
        let (encoding, mark) = match encoding::find(&mut file, None).map_err(unreadable)? {
            Found::Sure(encoding, mark) => (encoding, mark),
            Found::Guess(encoding) => (encoding, 0),
            Found::Unclear(likely) => {
                return Err(whole(Fault::EncodingUnclear { likely: likely.name() }));
            }
        };
        std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(mark)).map_err(unreadable)?;
        let mut records = Records::new(Decoded::new(file, encoding), None).map_err(unreadable)?;
        let mut problems = Vec::new();
        let mut is_first = true;
        while let Some(line) = records.next().map_err(unreadable)? {
            let cell = |at| records.cell(at).unwrap_or_default().trim();
            let entry = cell(0);
            let is_heading = is_first && !entry.contains(['@', '.']);
            is_first = false;
            if !entry.is_empty() && !is_heading && !self.add(entry, cell(1), cell(2)) {
                let flaw = Address::parse(entry).err().unwrap_or(crate::place::AddressFlaw::Domain);
                let fault = Fault::AddressSyntax { value: entry.to_owned(), flaw };
                problems.push(Problem::error(Place::at(shown, line, 1), fault));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

/// What an entry is found by: an address without case, or a domain as it stands on the wire.
fn key(entry: &str) -> Option<String> {
    let entry = entry.trim();
    if let Ok(address) = Address::parse(entry) {
        return Some(address.key());
    }
    let (star, domain) = match entry.strip_prefix("*.") {
        Some(domain) => ("*.", domain),
        None => ("", entry.strip_prefix('@').unwrap_or(entry)),
    };
    Address::parse(&format!("a@{domain}"))
        .ok()
        .map(|address| format!("{star}{}", address.domain().to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_a_domain_are_found_without_case() {
        let mut suppression = Suppression::default();
        assert!(suppression.add("Anna@One.test", "asked", "2026-03-01"));
        assert!(suppression.add("@пример.рф", "", "") && suppression.add("two.test", "", ""));
        assert!(!suppression.add("не адрес", "", ""));
        let reason = |text: &str| {
            suppression.entry(&Address::parse(text).unwrap()).map(|(entry, _)| entry.to_owned())
        };
        assert_eq!(reason("anna@one.TEST").as_deref(), Some("Anna@One.test"));
        assert_eq!(reason("who@two.test").as_deref(), Some("two.test"));
        assert_eq!(reason("a@ПРИМЕР.рф").as_deref(), Some("@пример.рф"));
        assert_eq!(reason("boris@one.test"), None);
        assert_eq!(reason("a@sub.two.test"), None);
        assert!(suppression.add("*.Two.test", "", ""));
        let reason = |text: &str| {
            suppression.entry(&Address::parse(text).unwrap()).map(|(entry, _)| entry.to_owned())
        };
        assert_eq!(reason("a@sub.two.test").as_deref(), Some("*.Two.test"));
        assert_eq!(reason("a@deep.sub.two.test").as_deref(), Some("*.Two.test"));
        assert_eq!(reason("a@nottwo.test"), None);
    }
}
