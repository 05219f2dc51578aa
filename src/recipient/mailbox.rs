//! An address with the name that people see beside it (RFC 5322, 3.4).

use std::fmt;

use super::Address;
use crate::problem::AddressFlaw;

/// `Дирекция <invite@example.org>`, or an address alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub name: Option<String>,
    pub address: Address,
}

impl Mailbox {
    /// Parses an address, with or without a name before it. The name may be in quotation marks.
    ///
    /// # Errors
    /// The first flaw of the address.
    pub fn parse(text: &str) -> Result<Self, AddressFlaw> {
        let text = text.trim();
        let Some((name, inside)) = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'))
        else {
            return Ok(Self { name: None, address: Address::parse(text)? });
        };
        let name = unquoted(name.trim());
        let is_name = !name.is_empty() && !name.chars().any(char::is_control);
        Ok(Self { name: Some(name).filter(|_| is_name), address: Address::parse(inside)? })
    }

    /// Parses the mailboxes of a list: separated by a comma or a semicolon, which in a name stand in
    /// quotation marks.
    ///
    /// # Errors
    /// The first text that is not a mailbox, and the flaw of its address.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, (String, AddressFlaw)> {
        let mut is_quoted = false;
        let mut is_escaped = false;
        let separates = |c: char| {
            let was_escaped = is_escaped;
            is_escaped = c == '\\' && !was_escaped;
            is_quoted ^= c == '"' && !was_escaped;
            !is_quoted && matches!(c, ',' | ';' | '\n')
        };
        let parts = text.split(separates).filter(|part| !part.trim().is_empty());
        parts.map(|part| Self::parse(part).map_err(|flaw| (part.trim().to_owned(), flaw))).collect()
    }
}

impl From<Address> for Mailbox {
    fn from(address: Address) -> Self {
        Self { name: None, address }
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => self.address.fmt(f),
        }
    }
}

/// A name without the quotation marks around it, and without the backslashes inside.
fn unquoted(name: &str) -> String {
    let Some(inside) = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else {
        return name.to_owned();
    };
    let mut characters = inside.chars();
    let mut plain = String::with_capacity(inside.len());
    while let Some(c) = characters.next() {
        // A backslash makes the next character a plain one.
        plain.extend(if c == '\\' { characters.next() } else { Some(c) });
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Option<String>, String) {
        let mailbox = Mailbox::parse(text).unwrap();
        (mailbox.name, mailbox.address.to_string())
    }

    #[test]
    fn a_name_may_stand_before_the_address() {
        let named = |name: &str| (Some(name.to_owned()), "a@example.org".to_owned());
        assert_eq!(parsed("Дирекция <a@example.org>"), named("Дирекция"));
        assert_eq!(
            parsed(" \"Отдел, сектор \\\"А\\\"\" <a@example.org> "),
            named("Отдел, сектор \"А\"")
        );
        assert_eq!(parsed("a < b <a@example.org>"), named("a < b"));
        assert_eq!(parsed("<a@example.org>"), (None, "a@example.org".to_owned()));
        assert_eq!(parsed("a@example.org"), (None, "a@example.org".to_owned()));
        assert_eq!(Mailbox::parse("Анна <a@@example.org>"), Err(AddressFlaw::TwoAts));
        assert_eq!(Mailbox::parse("Anna a@example.org"), Err(AddressFlaw::Character(' ')));
    }

    #[test]
    fn a_list_is_separated_outside_of_names() {
        let list = Mailbox::parse_list("\"Ким, А.\" <a@example.org>; b@example.org,\n").unwrap();
        let list: Vec<String> = list.iter().map(ToString::to_string).collect();
        assert_eq!(list, ["Ким, А. <a@example.org>", "b@example.org"]);
        assert_eq!(
            Mailbox::parse_list("b@example.org, c"),
            Err(("c".to_owned(), AddressFlaw::NoAt))
        );
        assert_eq!(Mailbox::parse_list(" ; "), Ok(Vec::new()));
    }
}
