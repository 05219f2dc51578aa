//! E-mail addresses: their syntax, and letters that only look Latin.

use std::fmt;

use crate::problem::AddressFlaw;

/// An e-mail address whose syntax was checked.
///
/// Dot-atom local parts and host names only (RFC 5321, 4.1.2). A non-ASCII domain is kept as
/// written for people and as punycode for the wire. A local part may have letters beyond ASCII if its
/// domain has, as in `приёмная@пример.рф`: it needs relays with SMTPUTF8 (RFC 6531). Before another
/// domain such letters are hardly ever meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    shown: Box<str>,
    /// If it differs from what is shown.
    wire: Option<Box<str>>,
    /// The length of the part before the @, 64 at most.
    local: u8,
}

impl Address {
    /// Parses an address.
    ///
    /// # Errors
    /// The first flaw of `text` as an address.
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
        let is_international = !domain.is_ascii() || domain.to_ascii_lowercase().contains("xn--");
        check_local_part(local, if is_international { Script::Any } else { Script::Latin })?;
        let domain_on_the_wire = check_domain(domain)?;
        let wire = domain_on_the_wire.map(|domain| format!("{local}@{domain}").into());
        Ok(Self { shown: text.into(), wire, local: u8::try_from(local.len()).unwrap_or(u8::MAX) })
    }

    /// Parses an address in the common form of Latin letters, digits, dots and hyphens in one pass.
    /// `None` does not mean that `text` is invalid.
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
        let mut begin = 0;
        let mut after = b'.';
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

    /// The address in an envelope or a header: the domain in punycode, and all of it ASCII unless
    /// [`Address::needs_smtputf8`].
    pub fn wire(&self) -> &str {
        self.wire.as_deref().unwrap_or(&self.shown)
    }

    /// Whether only relays with SMTPUTF8 take the address (RFC 6531).
    pub fn needs_smtputf8(&self) -> bool {
        !self.local().is_ascii()
    }

    /// The part before the @.
    pub fn local(&self) -> &str {
        self.shown.get(..usize::from(self.local)).unwrap_or_default()
    }

    /// The domain as it was written.
    pub fn domain_shown(&self) -> &str {
        self.shown.get(usize::from(self.local) + 1..).unwrap_or_default()
    }

    /// The domain in punycode.
    pub fn domain(&self) -> &str {
        self.wire().get(usize::from(self.local) + 1..).unwrap_or_default()
    }

    /// Equal for two addresses that count as one mailbox: letter case does not matter.
    pub fn key(&self) -> String {
        self.wire().to_lowercase()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// The letters that a local part may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Any,
}

fn check_local_part(local: &str, script: Script) -> Result<(), AddressFlaw> {
    if local.len() > 64 {
        return Err(AddressFlaw::LocalPartTooLong);
    }
    let is_atom = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '!' | '#'..='\'' | '*' | '+' | '-'..='/' | '=' | '?' | '^'..='`' | '{'..='~')
    };
    // Letters, and the marks above them.
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36F}');
    let is_allowed = |c: char| is_atom(c) || script == Script::Any && !c.is_ascii() && is_letter(c);
    let odd = local.chars().find(|c| !is_allowed(*c)).or_else(|| mixed_word(local));
    if let Some(odd) = odd {
        // In a word with Latin letters a Russian one is a slip; a Russian word is another address.
        let has_latin = local.contains(|c: char| c.is_ascii_alphabetic());
        let latin = latin_look_alike(odd).filter(|_| has_latin);
        return Err(
            latin.map_or(AddressFlaw::Character(odd), |latin| AddressFlaw::LookAlike(odd, latin))
        );
    }
    if local.split('.').any(str::is_empty) {
        return Err(AddressFlaw::LocalPart);
    }
    Ok(())
}

/// The first letter beyond ASCII in a word that also has ASCII letters.
fn mixed_word(local: &str) -> Option<char> {
    let mut words = local.split(|c: char| !c.is_alphanumeric());
    let is_mixed =
        |word: &&str| !word.is_ascii() && word.contains(|c: char| c.is_ascii_alphabetic());
    words.find(is_mixed)?.chars().find(|c| !c.is_ascii())
}

/// Checks a domain and returns its form on the wire if it is written differently.
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

/// The Latin letter that a Cyrillic one looks like.
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

/// Finds a Cyrillic look-alike in an otherwise Latin domain: in one label with Latin letters, or
/// before a Latin top-level domain if every Cyrillic letter is a look-alike.
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
    fn a_mailbox_may_be_cyrillic_where_its_domain_is() {
        for text in ["приёмная@пример.рф", "приёмная@xn--e1afmkfd.xn--p1ai"]
        {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.wire(), "приёмная@xn--e1afmkfd.xn--p1ai");
            assert_eq!(address.domain(), "xn--e1afmkfd.xn--p1ai");
            assert!(address.needs_smtputf8());
        }
        assert!(!Address::parse("anna@пример.рф").unwrap().needs_smtputf8());
        assert!(Address::parse("иван.petrov-1@пример.рф").is_ok());
    }

    #[test]
    fn what_is_not_an_address_is_refused_with_its_flaw() {
        for (text, flaw) in [
            ("", AddressFlaw::Empty),
            ("ivan.example.org", AddressFlaw::NoAt),
            ("ivan@@example.org", AddressFlaw::TwoAts),
            ("ivan..petrov@example.org", AddressFlaw::LocalPart),
            ("ivan petrov@example.org", AddressFlaw::Character(' ')),
            ("ivаn@example.org", AddressFlaw::LookAlike('а', 'a')),
            ("ivan@exаmple.org", AddressFlaw::LookAlike('а', 'a')),
            ("иван@example.org", AddressFlaw::Character('и')),
            ("сосо@example.org", AddressFlaw::Character('с')),
            ("ivаn@пример.рф", AddressFlaw::LookAlike('а', 'a')),
            ("иванov@пример.рф", AddressFlaw::Character('и')),
            ("иван\u{202e}@пример.рф", AddressFlaw::Character('\u{202e}')),
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
        fn a_plain_address_is_parsed_as_any_other(text in "[a.-]{0,4}@?[a1.-]{0,5}[.@]?[a1-]{0,3}|[a-z.@]{0,70}") {
            if let Some(plain) = Address::plain(&text) {
                // A capital letter rules the common form out.
                let parsed = Address::parse(&format!("{}@{}", plain.local(), plain.domain().to_uppercase())).unwrap();
                assert_eq!((plain.wire(), plain.domain()), (parsed.wire(), parsed.domain()));
                assert_eq!(plain.shown(), text);
            }
        }

        #[test]
        fn an_accepted_address_can_stand_in_an_envelope(text in "\\PC{0,40}") {
            if let Ok(address) = Address::parse(&text) {
                let wire = address.wire();
                assert!(wire.is_ascii() || address.needs_smtputf8(), "{wire:?}");
                assert!(!wire.contains([' ', '<', '>', '\r', '\n', '"']), "{wire:?}");
                assert_eq!(wire.matches('@').count(), 1);
            }
        }
    }
}
