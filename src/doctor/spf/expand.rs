//! Macros in the domains of an SPF record (RFC 7208, 7).

use std::net::IpAddr;

use super::{Check, Stop, is_below, nibbles};
use crate::finding::SpfFlaw;

/// The longest name; a longer one loses labels from the left (RFC 7208, 7.3).
const LONGEST: usize = 253;

/// A domain with macros, as the grammar allows it.
#[derive(Debug, Clone)]
pub(super) struct DomainSpec(Vec<Piece>);

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Macro { letter: char, is_escaped: bool, keep: usize, is_reversed: bool, delimiters: String },
}

impl DomainSpec {
    /// Parses a `domain-spec`: a macro string that ends in a macro or a top label.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let pieces = pieces(text)?;
        let ends_well = match pieces.last()? {
            Piece::Macro { .. } => true,
            Piece::Text(end) => {
                let is_whole = pieces.len() == 1;
                ends_in_a_top_label(end, is_whole)
            }
        };
        // `c`, `r` and `t` belong to explanations.
        let is_for_domains = |piece: &Piece| match piece {
            Piece::Macro { letter, .. } => !matches!(letter, 'c' | 'r' | 't'),
            Piece::Text(_) => true,
        };
        (ends_well && pieces.iter().all(is_for_domains)).then_some(Self(pieces))
    }

    /// Whether a text is a `macro-string`, the value of an unknown modifier.
    pub(super) fn is_macro_string(text: &str) -> bool {
        pieces(text).is_some()
    }
}

/// `.toplabel[.]`: letters, figures and hyphens, not only figures, no hyphen at the ends.
fn ends_in_a_top_label(text: &str, is_whole: bool) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let Some((before, label)) = text.rsplit_once('.') else {
        return false;
    };
    let is_label = !label.is_empty()
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.contains(|c: char| c.is_ascii_alphabetic() || c == '-');
    is_label && (!is_whole || !before.is_empty() || text.starts_with('.'))
}

fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !('!'..='~').contains(&c) {
            return None;
        }
        let literal = match (c, rest.as_bytes().get(1)) {
            ('%', Some(b'%')) => Some(("%", 2)),
            ('%', Some(b'_')) => Some((" ", 2)),
            ('%', Some(b'-')) => Some(("%20", 2)),
            ('%', Some(b'{')) => None,
            ('%', _) => return None,
            _ => Some((&rest[..1], 1)),
        };
        if let Some((literal, length)) = literal {
            match pieces.last_mut() {
                Some(Piece::Text(text)) => text.push_str(literal),
                Some(Piece::Macro { .. }) | None => pieces.push(Piece::Text(literal.to_owned())),
            }
            rest = &rest[length..];
        } else {
            let end = rest.find('}')?;
            pieces.push(macro_of(&rest[2..end])?);
            rest = &rest[end + 1..];
        }
    }
    Some(pieces)
}

/// `letter [figures] [r] [delimiters]`
fn macro_of(text: &str) -> Option<Piece> {
    let first = text.chars().next().filter(char::is_ascii_alphabetic)?;
    let letter = first.to_ascii_lowercase();
    if !"slodiphcrtv".contains(letter) {
        return None;
    }
    let rest = &text[1..];
    let figures = rest.bytes().take_while(u8::is_ascii_digit).count();
    let keep = match &rest[..figures] {
        "" => usize::MAX,
        figures => figures.parse().ok().filter(|keep| *keep > 0)?,
    };
    let rest = &rest[figures..];
    let is_reversed = rest.starts_with(['r', 'R']);
    let delimiters = if is_reversed { &rest[1..] } else { rest };
    if !delimiters.chars().all(|c| ".-+,/_=".contains(c)) {
        return None;
    }
    let delimiters = if delimiters.is_empty() { "." } else { delimiters }.to_owned();
    Some(Piece::Macro {
        letter,
        is_escaped: first.is_ascii_uppercase(),
        keep,
        is_reversed,
        delimiters,
    })
}

impl Check<'_> {
    /// Fills the macros of a domain.
    pub(super) fn expand(&mut self, spec: &DomainSpec, domain: &str) -> Result<String, Stop> {
        let mut name = String::new();
        for piece in &spec.0 {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Macro { letter, is_escaped, keep, is_reversed, delimiters } => {
                    let value = self.value(*letter, domain);
                    let mut parts: Vec<&str> = value.split(|c| delimiters.contains(c)).collect();
                    if *is_reversed {
                        parts.reverse();
                    }
                    let kept = parts[parts.len().saturating_sub(*keep)..].join(".");
                    name.push_str(&if *is_escaped { escaped(&kept) } else { kept });
                }
            }
        }
        let mut name = name.trim_end_matches('.');
        while name.len() > LONGEST {
            let rest = name.split_once('.').map(|(_, rest)| rest);
            name = rest.ok_or_else(|| {
                let term = name.to_owned();
                Stop::Permanent(SpfFlaw::Term { domain: domain.to_owned(), term })
            })?;
        }
        Ok(name.to_owned())
    }

    fn value(&mut self, letter: char, domain: &str) -> String {
        match letter {
            's' => format!("{}@{}", self.local, self.sender_domain),
            'l' => self.local.to_owned(),
            'o' => self.sender_domain.to_owned(),
            'i' => match self.ip {
                IpAddr::V4(v4) => v4.to_string(),
                IpAddr::V6(v6) => nibbles(v6.octets()).collect::<Vec<_>>().join("."),
            },
            'p' => self.validated_name(domain),
            'h' => self.helo.to_owned(),
            'v' => if self.ip.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
            // 'd'; `DomainSpec::parse` lets no other letter pass.
            _ => domain.to_owned(),
        }
    }

    /// `p`: the domain itself if the host has its name, else a name below it, else any.
    fn validated_name(&mut self, domain: &str) -> String {
        let names = self.host_names();
        names
            .iter()
            .find(|name| name.eq_ignore_ascii_case(domain))
            .or_else(|| names.iter().find(|name| is_below(name, domain)))
            .or(names.first())
            .cloned()
            .unwrap_or_else(|| "unknown".to_owned())
    }
}

/// Everything but unreserved characters as `%XX` (RFC 3986, 2.3).
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
