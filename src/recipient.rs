//! One checked row of the contact list: whom a letter goes to.
//!
//! Plain values. Reading them is `contacts`' work, declining them is `russian`'s.

use std::fmt;
use std::sync::Arc;

use crate::place::{AddressFlaw, Place};
use crate::russian::Gender;
use crate::russian::forms::{Given, Person};
use crate::russian::names::FullName;

/// An e-mail address whose syntax was checked.
///
/// Dot-atom local parts and host names only (RFC 5321, 4.1.2). A domain beyond ASCII is kept as it was
/// written for people and as punycode for the wire; a local part beyond ASCII is refused, since most
/// relays cannot take one (RFC 6531).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    shown: Box<str>,
    wire: Box<str>,
}

impl Address {
    /// Checks an address.
    ///
    /// # Errors
    /// The first thing that keeps `text` from being an address.
    pub fn parse(text: &str) -> Result<Self, AddressFlaw> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressFlaw::Empty);
        }
        if text.contains([';', ',']) {
            return Err(AddressFlaw::Several);
        }
        let (local, domain) = text.split_once('@').ok_or(AddressFlaw::NoAt)?;
        if domain.contains('@') {
            return Err(AddressFlaw::TwoAts);
        }
        check_local_part(local)?;
        let domain_on_the_wire = check_domain(domain)?;
        Ok(Self { shown: text.into(), wire: format!("{local}@{domain_on_the_wire}").into() })
    }

    /// The address as it was written.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The address as it stands in an envelope or a header: ASCII, the domain in punycode.
    pub fn wire(&self) -> &str {
        &self.wire
    }

    /// The domain as it stands on the wire.
    pub fn domain(&self) -> &str {
        self.wire.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// What makes two addresses the same mailbox for us: letter case does not count.
    pub fn key(&self) -> String {
        self.wire.to_lowercase()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

fn check_local_part(local: &str) -> Result<(), AddressFlaw> {
    if local.len() > 64 {
        return Err(AddressFlaw::LocalPartTooLong);
    }
    if let Some(odd) = local.chars().find(|c| !c.is_ascii_alphanumeric() && !"!#$%&'*+/=?^_`{|}~-.".contains(*c)) {
        return Err(AddressFlaw::Character(odd));
    }
    if local.split('.').any(str::is_empty) {
        return Err(AddressFlaw::LocalPart);
    }
    Ok(())
}

fn check_domain(domain: &str) -> Result<String, AddressFlaw> {
    if let Some(odd) = domain.chars().find(|c| c.is_whitespace() || c.is_control() || "<>()[]\\\"_/:".contains(*c)) {
        return Err(AddressFlaw::Character(odd));
    }
    let wire = if domain.is_ascii() {
        domain.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii_strict(domain).map_err(|_| AddressFlaw::Domain)?
    };
    let label_is_sound = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if wire.len() > 253 || !wire.split('.').all(label_is_sound) {
        return Err(AddressFlaw::Domain);
    }
    match wire.rsplit_once('.') {
        None => Err(AddressFlaw::DomainWithoutDot),
        Some((_, top)) if top.bytes().all(|b| b.is_ascii_digit()) => Err(AddressFlaw::Domain),
        Some(_) => Ok(wire),
    }
}

/// Who a row is about, whether or not a letter can go there.
#[derive(Debug, Clone)]
pub struct Card {
    /// The cell as it was written.
    pub email: String,
    pub name: FullName,
    pub gender: Option<Gender>,
    pub position: String,
    pub organisation: String,
    pub given: Given,
}

impl Card {
    /// What the language is asked about.
    pub fn person(&self) -> Person<'_> {
        Person {
            name: &self.name,
            gender: self.gender,
            position: &self.position,
            organisation: &self.organisation,
            given: &self.given,
        }
    }
}

/// One row of the contact list, checked.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Where the row begins.
    pub place: Place,
    /// The record below the headings, counted from 1.
    pub row: u64,
    pub address: Address,
    pub card: Card,
    /// Tells letters to the same address apart, where the campaign allows several.
    pub key: Option<String>,
    /// The headings of the list, the same for all its rows.
    pub headings: Arc<[String]>,
    /// The cells, one for each heading.
    pub cells: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_as_written_and_sent_in_punycode() {
        let address = Address::parse(" Anna@Пример.РФ ").unwrap();
        assert_eq!(address.shown(), "Anna@Пример.РФ");
        assert_eq!(address.wire(), "Anna@xn--e1afmkfd.xn--p1ai");
        assert_eq!(address.key(), "anna@xn--e1afmkfd.xn--p1ai");
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_flaw() {
        for (text, flaw) in [
            ("", AddressFlaw::Empty),
            ("ivan.example.org", AddressFlaw::NoAt),
            ("ivan@@example.org", AddressFlaw::TwoAts),
            ("ivan..petrov@example.org", AddressFlaw::LocalPart),
            ("ivan petrov@example.org", AddressFlaw::Character(' ')),
            ("ivаn@example.org", AddressFlaw::Character('а')),
            ("ivan@example", AddressFlaw::DomainWithoutDot),
            ("ivan@-example.org", AddressFlaw::Domain),
            ("ivan@127.0.0.1", AddressFlaw::Domain),
            ("a@example.org, b@example.org", AddressFlaw::Several),
            ("ivan@example.org\r\nBcc: x@example.org", AddressFlaw::TwoAts),
            ("ivan@example.org\r\nX", AddressFlaw::Character('\r')),
        ] {
            assert_eq!(Address::parse(text), Err(flaw), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn an_accepted_address_can_stand_in_an_envelope(text in "\\PC{0,40}") {
            if let Ok(address) = Address::parse(&text) {
                let wire = address.wire();
                assert!(wire.is_ascii() && !wire.contains([' ', '<', '>', '\r', '\n', '"']), "{wire:?}");
                assert_eq!(wire.matches('@').count(), 1);
            }
        }
    }
}
