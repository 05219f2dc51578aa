//! Responses as they come off the wire: lines and literals, each with a bound.

use std::time::Instant;

use imap_proto::Response;

use crate::delivery::Trouble;
use crate::inbox::mime::MAX_READ;
use crate::smtp::Wire;

/// The octets of a literal that are kept; what follows is read and dropped.
const MAX_LITERAL: usize = MAX_READ + 1;

/// The octets of a response that are kept. A SEARCH names all that it finds in one line.
const MAX_RESPONSE: usize = 16 << 20;

/// A literal that announces more is a lie.
const MAX_ANNOUNCED: usize = 1 << 30;

/// Parentheses of a response that are parsed: the parser calls itself for each.
const MAX_OPEN: usize = 256;

/// One response with its literals.
pub(super) struct Received {
    /// All of it, with its last line end.
    octets: Vec<u8>,
    open: usize,
}

impl Received {
    /// Reads the next response.
    pub fn read(wire: &mut Wire, deadline: Instant) -> Result<Self, Trouble> {
        let mut received = Self { octets: Vec::new(), open: 0 };
        loop {
            let start = received.octets.len();
            received.read_line(wire, deadline)?;
            let line = &received.octets[start..];
            received.open += memchr::memchr_iter(b'(', line).count();
            let Some(announced) = received.announced(start) else { return Ok(received) };
            received.read_literal(announced, wire, deadline)?;
        }
    }

    fn read_line(&mut self, wire: &mut Wire, deadline: Instant) -> Result<(), Trouble> {
        let mut looked = 0;
        loop {
            let input = wire.input();
            if let Some(end) = memchr::memchr(b'\n', &input[looked..]) {
                if self.octets.len() + looked + end > MAX_RESPONSE {
                    return Err(Trouble::Garbled("a response without an end".into()));
                }
                self.octets.extend(input.drain(..=looked + end));
                if !self.octets.ends_with(b"\r\n") {
                    self.octets.pop();
                    self.octets.extend_from_slice(b"\r\n");
                }
                return Ok(());
            }
            looked = input.len();
            if self.octets.len() + looked > MAX_RESPONSE {
                return Err(Trouble::Garbled("a response without an end".into()));
            }
            wire.read_more(deadline)?;
        }
    }

    /// The length of the literal that the line announces. Words for people announce none.
    fn announced(&self, start: usize) -> Option<usize> {
        if self.status().is_some() || !self.octets.starts_with(b"* ") {
            return None;
        }
        let line = self.octets[start..].strip_suffix(b"}\r\n")?;
        let digits = line.rsplit(|octet| *octet == b'{').next()?;
        std::str::from_utf8(digits).ok()?.trim_end_matches('+').parse().ok()
    }

    fn read_literal(
        &mut self,
        announced: usize,
        wire: &mut Wire,
        deadline: Instant,
    ) -> Result<(), Trouble> {
        if announced > MAX_ANNOUNCED {
            return Err(Trouble::Garbled(format!("a literal of {announced} octets")));
        }
        let kept = announced.min(MAX_LITERAL);
        if self.octets.len() + kept > MAX_RESPONSE {
            return Err(Trouble::Garbled("a response without an end".into()));
        }
        if let Some(at) = self.octets.iter().rposition(|octet| *octet == b'{') {
            self.octets.truncate(at);
            self.octets.extend_from_slice(format!("{{{kept}}}\r\n").as_bytes());
        }
        let (mut left, mut wanted) = (announced, kept);
        while left > 0 {
            let input = wire.input();
            let taken = input.len().min(left);
            let part = taken.min(wanted);
            self.octets.extend_from_slice(&input[..part]);
            input.drain(..taken);
            left -= taken;
            wanted -= part;
            if left > 0 {
                wire.read_more(deadline)?;
            }
        }
        Ok(())
    }

    /// Whether it answers the command with this tag, and what it says.
    pub fn answers(&self, tag: &str) -> Option<(bool, String)> {
        let text = String::from_utf8_lossy(&self.octets);
        let (first, rest) = text.trim_end().split_once(' ')?;
        let (status, said) = rest.split_once(' ').unwrap_or((rest, ""));
        let is_ours = first == tag;
        is_ours.then(|| (status.eq_ignore_ascii_case("OK"), said.to_owned()))
    }

    /// Whether the server waits for the rest of a command.
    pub fn is_continuation(&self) -> bool {
        self.octets.starts_with(b"+")
    }

    /// The status of an untagged response that has one, and what it says.
    pub fn status(&self) -> Option<(&'static str, String)> {
        let rest = self.octets.strip_prefix(b"* ")?;
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        let is = |word: &&&str| rest[..end].eq_ignore_ascii_case(word.as_bytes());
        let word = ["OK", "NO", "BAD", "BYE", "PREAUTH"].iter().find(is)?;
        Some((word, String::from_utf8_lossy(&rest[end..]).trim().to_owned()))
    }

    /// The capabilities that it lists, in upper case.
    pub fn capabilities(&self) -> Option<Vec<String>> {
        let text = String::from_utf8_lossy(self.octets.get(..self.octets.len().min(8192))?);
        let text = text.to_ascii_uppercase();
        let listed = match text.strip_prefix("* CAPABILITY ") {
            Some(listed) => listed,
            None if self.octets.starts_with(b"* ") && self.status().is_none() => return None,
            None => text.split_once("[CAPABILITY ")?.1.split(']').next()?,
        };
        Some(listed.split_whitespace().map(str::to_owned).collect())
    }

    /// The response as the parser understands it; `None` if it does not.
    pub fn parsed(&self) -> Option<Response<'_>> {
        if self.open > MAX_OPEN {
            return None;
        }
        Response::parse(&self.octets).ok().map(|(_, response)| response)
    }

    /// Its beginning, for an error.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.octets[..self.octets.len().min(200)]).trim_end().to_owned()
    }
}
