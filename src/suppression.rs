//! Who must not be written to: addresses and whole domains, each with a reason and a date.
//!
//! Says whether an entry forbids an address. Where entries come from is not decided here: `ledger`
//! keeps some, and `contacts` reads files of them.

use std::collections::HashMap;

use crate::recipient::Address;

/// One entry: an address, a domain (`example.org`, `@example.org`), or the subdomains of one
/// (`*.example.org`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// As it was written.
    pub entry: String,
    pub reason: String,
    pub date: String,
}

/// A set of entries, searched by address.
#[derive(Debug, Clone, Default)]
pub struct Suppression {
    entries: HashMap<String, Suppressed>,
}

impl Suppression {
    /// Adds an entry. Returns false, and adds nothing, if it names neither an address nor a domain.
    pub fn add(&mut self, entry: Suppressed) -> bool {
        let Some(key) = key(&entry.entry) else { return false };
        self.entries.insert(key, entry);
        true
    }

    /// Whether nobody is forbidden.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry that forbids an address.
    pub fn entry(&self, address: &Address) -> Option<&Suppressed> {
        if self.entries.is_empty() {
            return None;
        }
        let domain = address.domain().to_lowercase();
        let parents = domain.match_indices('.').map(|(at, _)| format!("*{}", &domain[at..]));
        let found = self.entries.get(&address.key()).or_else(|| self.entries.get(&domain));
        found.or_else(|| parents.into_iter().find_map(|parent| self.entries.get(&parent)))
    }

    /// Whether an entry forbids this address; text that is not an address is not forbidden.
    pub fn forbids(&self, address: &str) -> bool {
        Address::parse(address).is_ok_and(|address| self.entry(&address).is_some())
    }
}

/// Whether a text names an address or a domain, so that it can be an entry.
pub(crate) fn is_entry(text: &str) -> bool {
    key(text).is_some()
}

/// What an entry is found by: an address without case, or a domain as it is sent to a relay.
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

    fn add(suppression: &mut Suppression, entry: &str) -> bool {
        let (reason, date) = (String::new(), String::new());
        suppression.add(Suppressed { entry: entry.to_owned(), reason, date })
    }

    #[test]
    fn an_address_and_a_domain_are_found_without_case() {
        let mut suppression = Suppression::default();
        assert!(add(&mut suppression, "Anna@One.test"));
        assert!(add(&mut suppression, "@пример.рф") && add(&mut suppression, "two.test"));
        assert!(!add(&mut suppression, "не адрес"));
        let found = |suppression: &Suppression, address: &str| {
            let address = Address::parse(address).unwrap();
            suppression.entry(&address).map(|found| found.entry.clone())
        };
        assert_eq!(found(&suppression, "anna@one.TEST").as_deref(), Some("Anna@One.test"));
        assert_eq!(found(&suppression, "who@two.test").as_deref(), Some("two.test"));
        assert_eq!(found(&suppression, "a@ПРИМЕР.рф").as_deref(), Some("@пример.рф"));
        assert_eq!(found(&suppression, "boris@one.test"), None);
        assert_eq!(found(&suppression, "a@sub.two.test"), None);
        assert!(add(&mut suppression, "*.Two.test"));
        assert_eq!(found(&suppression, "a@sub.two.test").as_deref(), Some("*.Two.test"));
        assert_eq!(found(&suppression, "a@deep.sub.two.test").as_deref(), Some("*.Two.test"));
        assert_eq!(found(&suppression, "a@nottwo.test"), None);
    }
}
