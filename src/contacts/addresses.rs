//! The addresses of a cell, as people write them there.

use std::collections::HashMap;

use super::ManyAddresses;
use crate::problem::{AddressFlaw, distance};
use crate::recipient::{Address, Mailbox};

/// The addresses of a cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CellAddresses {
    pub to: Address,
    pub copies: Vec<Mailbox>,
}

impl CellAddresses {
    pub fn all(&self) -> impl Iterator<Item = &Address> {
        std::iter::once(&self.to).chain(self.copies.iter().map(|copy| &copy.address))
    }
}

/// A cell of addresses.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AddressCell {
    pub addresses: CellAddresses,
    /// What stands beside them: «приёмная».
    pub note: Option<String>,
}

/// Reads the addresses of a cell: plain, with a display name, or several if that is allowed.
///
/// # Errors
/// The text that is not an address, and why.
pub(super) fn read(
    cell: &str,
    several: ManyAddresses,
) -> Result<AddressCell, (String, AddressFlaw)> {
    if let Some(to) = Address::plain(cell) {
        let addresses = CellAddresses { to, copies: Vec::new() };
        return Ok(AddressCell { addresses, note: None });
    }
    let (addresses, note) = if let Some(apart) = taken_apart(cell) {
        apart
    } else {
        let parse = |part| Address::parse(part).map_err(|flaw| (part.to_owned(), flaw));
        let parts = parts(cell);
        if parts.len() > 1 && several == ManyAddresses::Error {
            return Err((cell.to_owned(), AddressFlaw::Several));
        }
        (parts.into_iter().map(parse).collect::<Result<Vec<_>, _>>()?, None)
    };
    let mut addresses = addresses.into_iter();
    let Some(to) = addresses.next() else { return Err((String::new(), AddressFlaw::Empty)) };
    let mut copies: Vec<Mailbox> = Vec::new();
    for other in addresses {
        if several == ManyAddresses::Error {
            return Err((cell.to_owned(), AddressFlaw::Several));
        }
        if other.key() != to.key() && copies.iter().all(|copy| copy.address.key() != other.key()) {
            copies.push(other.into());
        }
    }
    Ok(AddressCell { addresses: CellAddresses { to, copies }, note })
}

/// The addresses of a cell in which something else stands beside them: separators, notes in
/// brackets or in Russian, labels. `None` if that is no sure reading.
fn taken_apart(cell: &str) -> Option<(Vec<Address>, Option<String>)> {
    const SEPARATORS: [char; 10] = [',', ';', '|', '/', '•', '·', '\n', '\r', '\t', '\u{a0}'];
    const CONJUNCTIONS: [&str; 6] = ["и", "или", "and", "or", "&", "+"];
    if !cell.contains('@') || cell.contains(['<', '>']) {
        return None;
    }
    let mut notes = Vec::new();
    let rest = without_brackets(cell, &mut notes);
    let mut addresses = Vec::new();
    for piece in rest.split(SEPARATORS) {
        let mut words = Vec::new();
        for word in piece.split_whitespace() {
            let Some((label, address)) = word.contains('@').then(|| {
                word.rsplit_once(':').map_or(("", word), |(label, address)| (label, address))
            }) else {
                words.extend((!CONJUNCTIONS.contains(&word)).then_some(word));
                continue;
            };
            addresses.push(Address::parse(address).ok()?);
            words.extend((!label.is_empty() && !starts_with_mailto(word)).then_some(label));
        }
        let note = words.join(" ");
        // A Latin word may be a part of the address that a space has cut off.
        let is_label = note.ends_with([':', '–', '—']);
        if !is_label && note.contains(|c: char| c.is_ascii_alphabetic()) && !note.contains('-') {
            return None;
        }
        notes.extend(Some(note.trim_matches([':', '-', '–', '—', ' ']).to_owned()));
    }
    notes.retain(|note| !note.is_empty());
    let note: String = notes.join(", ").chars().take(80).collect();
    (!addresses.is_empty()).then_some((addresses, Some(note).filter(|note| !note.is_empty())))
}

/// A cell without what is in brackets, unless there is an address in them.
fn without_brackets(cell: &str, notes: &mut Vec<String>) -> String {
    let mut kept = String::new();
    let mut rest = cell;
    while let Some((before, inside, after)) =
        rest.split_once(['(', '[']).and_then(|(before, behind)| {
            let (inside, after) = behind.split_once([')', ']'])?;
            Some((before, inside, after))
        })
    {
        kept.push_str(before);
        kept.push(' ');
        if inside.contains('@') {
            kept.push_str(inside);
            kept.push(' ');
        } else {
            notes.push(inside.trim().to_owned());
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// The texts in angle brackets, if any; else the parts between separators, if each has an @.
fn parts(cell: &str) -> Vec<&str> {
    let cell = cell.trim();
    if !cell.contains(['<', ';', ',', ' ', '\t', '\n', '\u{a0}']) && !starts_with_mailto(cell) {
        return if cell.is_empty() { Vec::new() } else { vec![cell] };
    }
    if cell.contains('<') && cell.contains('>') {
        return cell
            .split('<')
            .skip(1)
            .filter_map(|rest| rest.split_once('>'))
            .map(|(part, _)| bare(part))
            .collect();
    }
    let split = |separators: &[char]| -> Vec<&str> {
        cell.split(separators).map(bare).filter(|part| !part.is_empty()).collect()
    };
    let parts = split(&[';', ',', '\n']);
    if parts.iter().all(|part| part.contains('@')) && !parts.is_empty() {
        let words = split(&[';', ',', '\n', ' ', '\t', '\u{a0}']);
        let is_list = words.len() > parts.len() && words.iter().all(|word| word.contains('@'));
        return if is_list { words } else { parts };
    }
    vec![bare(cell)]
}

fn starts_with_mailto(text: &str) -> bool {
    text.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("mailto:"))
}

fn bare(part: &str) -> &str {
    let part = part.trim();
    if starts_with_mailto(part) { part[7..].trim() } else { part }
}

/// Finds mistyped domains. Remembers its answers, as most lists repeat their domains.
#[derive(Clone, Default)]
pub(super) struct DomainTypos {
    known: HashMap<Box<str>, Option<String>, foldhash::fast::RandomState>,
}

impl DomainTypos {
    /// The domain that was probably meant. The whole address could be another person's.
    pub(super) fn proposal(&mut self, address: &Address) -> Option<String> {
        let domain = address.domain();
        if let Some(meant) = self.known.get(domain) {
            return meant.clone();
        }
        // A list with more domains hardly repeats them.
        if self.known.len() > 10_000 {
            self.known.clear();
        }
        self.known.entry(domain.into()).or_insert_with(|| meant(domain)).clone()
    }
}

fn meant(domain: &str) -> Option<String> {
    /// Long names: recognised in spite of one slip.
    const LONG: [&str; 8] = [
        "gmail.com",
        "yandex.ru",
        "yandex.com",
        "rambler.ru",
        "icloud.com",
        "outlook.com",
        "hotmail.com",
        "yahoo.com",
    ];
    /// Real domains, one slip away from those.
    const REAL: [&str; 9] = [
        "mail.com",
        "email.com",
        "ymail.com",
        "gmail.co",
        "yandex.by",
        "yandex.kz",
        "yandex.uz",
        "yandex.ua",
        "inbox.ru",
    ];
    /// Short names, with their common slips.
    const SLIPS: [(&str, &[&str]); 4] = [
        (
            "mail.ru",
            &[
                "mial.ru", "maill.ru", "mai.ru", "mail.tu", "mail.ry", "nail.ru", "amil.ru",
                "mail.ri",
            ],
        ),
        ("bk.ru", &["bk.ry", "bk.tu", "bkk.ru"]),
        ("list.ru", &["lsit.ru", "list.ry", "listt.ru"]),
        ("inbox.ru", &["inbx.ru", "inbox.ry", "inboxx.ru"]),
    ];
    if LONG.contains(&domain) || REAL.contains(&domain) {
        return None;
    }
    if let Some((name, _)) = SLIPS.iter().find(|(_, slips)| slips.contains(&domain)) {
        return Some((*name).to_owned());
    }
    let letters: Vec<char> = domain.chars().collect();
    // One slip changes the length by one letter at most, which excludes nearly every domain.
    let is_near = |name: &&&str| {
        name.len().abs_diff(letters.len()) <= 1
            && distance(&letters, &name.chars().collect::<Vec<_>>()) == 1
    };
    if let Some(name) = LONG.iter().find(is_near) {
        return Some((*name).to_owned());
    }
    let (name, top) = domain.rsplit_once('.')?;
    let top = match top {
        "r" | "ruu" | "rru" => "ru",
        "con" | "comm" | "c" | "xom" | "cim" => "com",
        _ => return None,
    };
    Some(format!("{name}.{top}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(cell: &str) -> Vec<String> {
        let read = read(cell, ManyAddresses::Copy).unwrap().addresses;
        read.all().map(ToString::to_string).collect()
    }

    #[test]
    fn addresses_are_read_as_people_write_them() {
        assert_eq!(all("a@one.test"), ["a@one.test"]);
        assert_eq!(all("a@one.test;"), ["a@one.test"]);
        assert_eq!(all("mailto:a@one.test"), ["a@one.test"]);
        assert_eq!(all("Иванов, Иван <a@one.test>"), ["a@one.test"]);
        assert_eq!(all("Иванов <a@one.test>; Цой <b@two.test>"), ["a@one.test", "b@two.test"]);
        assert_eq!(all("a@one.test, b@two.test ;A@one.test"), ["a@one.test", "b@two.test"]);
        assert_eq!(
            all("a@one.test\nb@two.test c@two.test"),
            ["a@one.test", "b@two.test", "c@two.test"]
        );
    }

    #[test]
    fn what_stands_beside_addresses_is_taken_from_them_and_told() {
        for (cell, addresses, note) in [
            ("p1@one.test (приёмная)", vec!["p1@one.test"], "приёмная"),
            ("приёмная: p1@one.test", vec!["p1@one.test"], "приёмная"),
            ("e-mail:p1@one.test", vec!["p1@one.test"], "e-mail"),
            ("p1@one.test / p2@one.test", vec!["p1@one.test", "p2@one.test"], ""),
            ("p1@one.test|p2@one.test", vec!["p1@one.test", "p2@one.test"], ""),
            ("p1@one.test и p2@one.test", vec!["p1@one.test", "p2@one.test"], ""),
            (
                "приёмная: p1@one.test;\nканцелярия: p2@one.test (Петрова)",
                vec!["p1@one.test", "p2@one.test"],
                "Петрова, приёмная, канцелярия",
            ),
            ("Директор (p1@one.test)", vec!["p1@one.test"], "Директор"),
            ("p1@one.test, тел. 22-33", vec!["p1@one.test"], "тел. 22-33"),
        ] {
            assert_eq!(all(cell), addresses, "{cell}");
            let read = read(cell, ManyAddresses::Copy).unwrap();
            assert_eq!(read.note.unwrap_or_default(), note, "{cell}");
        }
        for cell in ["p1@one.test и p2@one.test", "p1@one.test/p2@one.test"] {
            let flaw = read(cell, ManyAddresses::Error).unwrap_err().1;
            assert_eq!(flaw, AddressFlaw::Several, "{cell}");
        }
    }

    #[test]
    fn a_single_address_with_a_separator_in_it_is_not_a_list() {
        assert_eq!(
            read("ivan petrov@one.test", ManyAddresses::Copy).unwrap_err().1,
            AddressFlaw::Character(' ')
        );
        assert_eq!(
            read("boris@two,test", ManyAddresses::Copy).unwrap_err().1,
            AddressFlaw::Character(',')
        );
        assert_eq!(
            read("a@one.test, b@two.test", ManyAddresses::Error).unwrap_err().1,
            AddressFlaw::Several
        );
        assert_eq!(
            read("a@one.test, b@@two.test", ManyAddresses::Copy).unwrap_err().1,
            AddressFlaw::TwoAts
        );
        assert_eq!(read("<>", ManyAddresses::Copy).unwrap_err().1, AddressFlaw::Empty);
        assert_eq!(read(" ; ", ManyAddresses::Copy).unwrap_err().1, AddressFlaw::Character(';'));
    }

    #[test]
    fn a_slip_in_a_common_domain_is_seen() {
        let mut typos = DomainTypos::default();
        let mut proposal = |text: &str| typos.proposal(&Address::parse(text).unwrap());
        for (written, meant) in [
            ("a@gmial.com", Some("gmail.com")),
            ("a@yandex.r", Some("yandex.ru")),
            ("a@mail.ry", Some("mail.ru")),
            ("a@dept.example.con", Some("dept.example.com")),
            ("a@yandex.ru", None),
            ("a@email.ru", None),
            ("a@mail.com", None),
            ("a@one.test", None),
        ] {
            assert_eq!(proposal(written).as_deref(), meant, "{written}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_cell_makes_it_panic(cell in "[a@.;, <>\\n«жmailto:]{0,40}") {
            let _ = read(&cell, ManyAddresses::Copy);
            let _ = read(&cell, ManyAddresses::Error);
        }
    }
}
