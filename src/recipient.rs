//! One checked row of the contact list: whom a letter goes to.
//!
//! Plain values. Reading them is `contacts`' work, declining them is `russian`'s.

use std::fmt;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::problem::{AddressFlaw, Place};
use crate::russian::Gender;
use crate::russian::forms::{Given, Person};
use crate::russian::names::FullName;

/// An e-mail address whose syntax was checked.
///
/// Dot-atom local parts and host names only (RFC 5321, 4.1.2). A domain beyond ASCII is kept as it
/// was written for people and as punycode for the wire; a local part beyond ASCII is refused, since
/// most relays cannot take one (RFC 6531).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    shown: Box<str>,
    /// Where it differs from what is shown.
    wire: Option<Box<str>>,
    /// How long the part before the @ is, 64 at most.
    local: u8,
}

impl Address {
    /// Checks an address.
    ///
    /// # Errors
    /// The first thing that keeps `text` from being an address.
    pub fn parse(text: &str) -> Result<Self, AddressFlaw> {
        if let Some(plain) = Self::plain(text) {
            return Ok(plain);
        }
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressFlaw::Empty);
        }
        if let Some(odd) = text.chars().find(|c| matches!(c, ';' | ',')) {
            let is_list = text.matches('@').count() > 1;
            return Err(if is_list { AddressFlaw::Several } else { AddressFlaw::Character(odd) });
        }
        let (local, domain) = text.split_once('@').ok_or(AddressFlaw::NoAt)?;
        if domain.contains('@') {
            return Err(AddressFlaw::TwoAts);
        }
        check_local_part(local)?;
        let domain_on_the_wire = check_domain(domain)?;
        let wire = domain_on_the_wire.map(|domain| format!("{local}@{domain}").into());
        Ok(Self { shown: text.into(), wire, local: u8::try_from(local.len()).unwrap_or(u8::MAX) })
    }

    /// The address where it is written as nearly all are, in small Latin letters, digits, dots and
    /// hyphens: seen in one look. `None` says nothing.
    pub fn plain(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let at = bytes.iter().take(65).position(|byte| *byte == b'@').filter(|at| *at > 0)?;
        let is_of_local =
            |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'A'..=b'Z' | b'_' | b'-' | b'+');
        let mut before = b'.';
        for byte in &bytes[..at] {
            if !is_of_local(*byte) && (*byte != b'.' || before == b'.') {
                return None;
            }
            before = *byte;
        }
        let domain = &bytes[at + 1..];
        let (mut begin, mut after) = (0, b'.');
        for (index, byte) in domain.iter().enumerate() {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' => {}
                b'-' if after != b'.' => {}
                b'.' if !matches!(after, b'.' | b'-') && index - begin <= 63 => begin = index + 1,
                _ => return None,
            }
            after = *byte;
        }
        let last = &domain[begin..];
        let is_sound = before != b'.'
            && begin > 0
            && domain.len() <= 253
            && (1..=63).contains(&last.len())
            && after != b'-'
            && last[0].is_ascii_lowercase();
        is_sound.then(|| Self {
            shown: text.into(),
            wire: None,
            local: u8::try_from(at).unwrap_or(u8::MAX),
        })
    }

    /// The address as it was written.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The address as it stands in an envelope or a header: ASCII, the domain in punycode.
    pub fn wire(&self) -> &str {
        self.wire.as_deref().unwrap_or(&self.shown)
    }

    /// The part before the @.
    pub fn local(&self) -> &str {
        self.shown.get(..usize::from(self.local)).unwrap_or_default()
    }

    /// The domain as it was written.
    pub fn domain_shown(&self) -> &str {
        self.shown.get(usize::from(self.local) + 1..).unwrap_or_default()
    }

    /// The domain as it stands on the wire.
    pub fn domain(&self) -> &str {
        self.wire().get(usize::from(self.local) + 1..).unwrap_or_default()
    }

    /// What makes two addresses the same mailbox for us: letter case does not count.
    pub fn key(&self) -> String {
        self.wire().to_lowercase()
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
    let is_atom = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '!' | '#'..='\'' | '*' | '+' | '-'..='/' | '=' | '?' | '^'..='`' | '{'..='~')
    };
    if let Some(odd) = local.chars().find(|c| !is_atom(*c)) {
        return Err(latin_look_alike(odd)
            .map_or(AddressFlaw::Character(odd), |latin| AddressFlaw::LookAlike(odd, latin)));
    }
    if local.split('.').any(str::is_empty) {
        return Err(AddressFlaw::LocalPart);
    }
    Ok(())
}

/// Gives the domain as it stands on the wire, where that is not how it is written.
fn check_domain(domain: &str) -> Result<Option<String>, AddressFlaw> {
    let is_odd = |c: char| {
        !matches!(c, 'a'..='z' | '0'..='9' | '.' | '-')
            && (c.is_whitespace() || c.is_control() || "<>()[]\\\"_/:".contains(c))
    };
    if let Some(odd) = domain.chars().find(|c| is_odd(*c)) {
        return Err(AddressFlaw::Character(odd));
    }
    if let Some((odd, latin)) = mixed_letter(domain) {
        return Err(AddressFlaw::LookAlike(odd, latin));
    }
    let other = if !domain.is_ascii() {
        Some(idna::domain_to_ascii_strict(domain).map_err(|_| AddressFlaw::Domain)?)
    } else if domain.bytes().any(|b| b.is_ascii_uppercase()) {
        Some(domain.to_ascii_lowercase())
    } else {
        None
    };
    let wire = other.as_deref().unwrap_or(domain);
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
        Some(_) => Ok(other),
    }
}

/// The Latin letter that a Cyrillic one is taken for.
fn latin_look_alike(c: char) -> Option<char> {
    const PAIRS: &str = "аaеeоoрpсcуyхxіiјjѕsһhԁdАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSЗ3кkмmтt";
    let mut pairs = PAIRS.chars();
    while let (Some(cyrillic), Some(latin)) = (pairs.next(), pairs.next()) {
        if cyrillic == c {
            return Some(latin);
        }
    }
    None
}

/// A Cyrillic look-alike in a domain that is Latin otherwise: in one label with Latin letters, or
/// where a Latin top-level domain follows and every Cyrillic letter is a look-alike.
fn mixed_letter(domain: &str) -> Option<(char, char)> {
    if domain.is_ascii() {
        return None;
    }
    let pair = |c: char| latin_look_alike(c).map(|latin| (c, latin));
    let mixed = domain
        .split('.')
        .find(|label| label.contains(|c: char| c.is_ascii_alphabetic()) && !label.is_ascii());
    if let Some(found) = mixed.and_then(|label| label.chars().find_map(pair)) {
        return Some(found);
    }
    let is_latin_at_the_end = domain.rsplit('.').next().is_some_and(str::is_ascii);
    let mut others = domain.chars().filter(|c| !c.is_ascii());
    if is_latin_at_the_end && others.clone().all(|c| latin_look_alike(c).is_some()) {
        return others.next().and_then(pair);
    }
    None
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
    /// Further addresses of the same row: they get a copy.
    pub copies: Vec<Address>,
    /// Tells letters to the same address apart, where the campaign allows several.
    pub key: Option<String>,
    /// Where letters go by their readers' clocks: the zone, where the list tells it.
    pub timezone: Option<TimeZone>,
    /// The headings of the list, the same for all its rows.
    pub headings: Arc<[String]>,
    /// The cells, one for each heading.
    pub cells: Cells,
}

/// The cells of one row as text. Rows that were read together share one page: a long list is many
/// of them.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    page: Arc<CellPage>,
    first: usize,
    count: usize,
}

/// The cells of some rows, in the order of the rows.
#[derive(Debug, Default)]
pub struct CellPage {
    text: String,
    /// Where each cell begins and ends in the text.
    cells: Vec<(u32, u32)>,
}

impl CellPage {
    /// A text in which the cells stand already, each from one byte to another.
    pub fn of(text: String, cells: Vec<(u32, u32)>) -> Self {
        Self { text, cells }
    }

    pub fn push(&mut self, cell: &str) {
        let begin = self.text.len();
        self.text.push_str(cell);
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        self.cells.push((place(begin), place(self.text.len())));
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// So many of its cells from one on, counted from 0.
    pub fn cells(self: &Arc<Self>, first: usize, count: usize) -> Cells {
        let first = first.min(self.len());
        Cells { page: self.clone(), first, count: count.min(self.len() - first) }
    }

    /// One of its cells, counted from 0.
    pub fn get(&self, cell: usize) -> Option<&str> {
        let (begin, end) = *self.cells.get(cell)?;
        self.text.get(begin as usize..end as usize)
    }
}

impl Cells {
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// A cell, counted from 0.
    pub fn get(&self, cell: usize) -> Option<&str> {
        if cell < self.count { self.page.get(self.first + cell) } else { None }
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.count).filter_map(|cell| self.get(cell))
    }
}

impl<S: AsRef<str>> FromIterator<S> for Cells {
    fn from_iter<T: IntoIterator<Item = S>>(cells: T) -> Self {
        let mut page = CellPage::default();
        cells.into_iter().for_each(|cell| page.push(cell.as_ref()));
        let count = page.len();
        Arc::new(page).cells(0, count)
    }
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
            ("ivаn@example.org", AddressFlaw::LookAlike('а', 'a')),
            ("ivan@exаmple.org", AddressFlaw::LookAlike('а', 'a')),
            ("иван@example.org", AddressFlaw::Character('и')),
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
        fn a_look_at_a_plain_address_finds_what_a_close_look_finds(text in "[a.-]{0,4}@?[a1.-]{0,5}[.@]?[a1-]{0,3}|[a-z.@]{0,70}") {
            if let Some(plain) = Address::plain(&text) {
                // A capital letter asks for a close look.
                let close = Address::parse(&format!("{}@{}", plain.local(), plain.domain().to_uppercase())).unwrap();
                assert_eq!((plain.wire(), plain.domain()), (close.wire(), close.domain()));
                assert_eq!(plain.shown(), text);
            }
        }

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
