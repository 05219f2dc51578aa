//! A finished letter, and what identifies it for good.
//!
//! Plain values; composing letters is `compose`'s work. A letter's identity never depends on its
//! row number.

mod headers;
mod record;
mod text;

use std::fmt;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::problem::AddressFlaw;
use crate::recipient::{Address, Mailbox};

pub use headers::{headers, shown_headers};
pub use record::Record;
pub use text::text_of;

/// A letter's identity: the campaign, the normalised address, and a key if one address gets several
/// letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LetterId([u8; 16]);

impl LetterId {
    /// The first 128 bits of SHA-256 over the parts, each preceded by its length.
    pub fn of(campaign: &str, address: &Address, key: Option<&str>) -> Self {
        let mut hash = Sha256::new();
        for part in [campaign, &address.key(), key.unwrap_or_default()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        Self(id)
    }

    /// The 16 bytes, as the ledger keeps them.
    pub fn bytes(&self) -> [u8; 16] {
        self.0
    }

    /// From the 16 bytes that the ledger keeps.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The first eight hexadecimal digits, for file names.
    pub fn short(&self) -> String {
        self.to_string()[..8].to_owned()
    }
}

impl fmt::Display for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A digest of a letter's bytes without its `Date`, the only field that depends on the time of
/// sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    /// SHA-256 over `message` after its first line, which must be the `Date` field.
    pub fn of(message: &[u8]) -> Self {
        let start = message.iter().position(|&b| b == b'\n').map_or(0, |at| at + 1);
        Self(Sha256::digest(&message[start..]).into())
    }

    /// From the 32 bytes that the ledger keeps.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn bytes(&self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The sender, and the recipients of copies of every letter.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The display name.
    pub name: Option<String>,
    pub address: Address,
    pub sender: Option<Address>,
    pub reply_to: Option<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub bcc: Vec<Address>,
    /// Where bounces go; `address` if `None`.
    pub return_path: Option<ReturnPath>,
}

/// An address for bounces that may name the letter: `bounce+{id}@example.org`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnPath(String);

impl ReturnPath {
    /// Parses an address in which `{id}` stands for the letter's identity.
    ///
    /// # Errors
    /// Its first flaw as an address.
    pub fn parse(text: &str) -> Result<Self, AddressFlaw> {
        let sample = LetterId([0; 16]);
        Address::parse(&text.replace("{id}", &sample.to_string()))
            .map(|_| Self(text.trim().to_owned()))
    }

    /// The address for one letter.
    pub fn of(&self, id: LetterId) -> Option<Address> {
        Address::parse(&self.0.replace("{id}", &id.to_string())).ok()
    }
}

/// How outgoing numbers are given out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Numbering {
    /// The campaign has no register.
    #[default]
    None,
    /// One number for the whole mailing.
    One(String),
    /// A number for each letter, in list order, from `first` on.
    Each { first: u32, width: usize, before: String, after: String },
}

impl Numbering {
    /// The number of the letter enrolled at `position`, counted from 0.
    pub fn number(&self, position: u64) -> Option<String> {
        match self {
            Self::None => None,
            Self::One(number) => Some(number.clone()),
            Self::Each { first, width, before, after } => {
                let number = u64::from(*first) + position;
                Some(format!("{before}{number:0width$}{after}"))
            }
        }
    }
}

/// A file attached to a letter.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// The name that the reader sees: one path component, valid on every system.
    pub name: String,
    /// `application/pdf`.
    pub media_type: String,
    /// Shared if the file is the same in every letter.
    pub bytes: Arc<[u8]>,
    pub origin: Origin,
}

/// The standard to which the letter on letterhead conforms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PdfStandard {
    /// ISO 19005-2, level B: for archives.
    A2b,
    /// ISO 19005-3, level U: its text can be searched.
    A3u,
    /// ISO 14289-1: for screen readers.
    Ua1,
    /// PDF 1.7 without further rules.
    Plain,
}

/// Where an attachment comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The letter itself on letterhead.
    Letterhead,
    /// A file of the campaign's folder.
    File,
}

/// One recipient's finished message.
#[derive(Debug, Clone)]
pub struct Letter {
    pub id: LetterId,
    /// Envelope sender (RFC 5321, 4.1.1.2).
    pub from: Address,
    /// Envelope recipients: the addressee first, then copies.
    pub to: Vec<Address>,
    pub message_id: String,
    pub number: Option<String>,
    pub subject: String,
    /// What the ledger takes down of it.
    pub record: Record,
    /// Whether a delivery report is requested.
    pub receipt: Receipt,
    /// The message: CRLF line ends, `Date` first, ASCII only but for addresses that need SMTPUTF8.
    pub bytes: Vec<u8>,
    /// Of the message before it was signed.
    pub digest: Digest,
}

impl Letter {
    /// Whether only a relay with SMTPUTF8 takes it: an address in its envelope or its header has
    /// letters beyond ASCII before the @ (RFC 6531). Nothing else in a message does.
    pub fn needs_smtputf8(&self) -> bool {
        self.to.iter().chain([&self.from]).any(Address::needs_smtputf8) || {
            let end = memchr::memmem::find(&self.bytes, b"\r\n\r\n").unwrap_or(self.bytes.len());
            !self.bytes[..end].is_ascii()
        }
    }
}

/// The delivery status notifications that relays are asked for (RFC 3461, 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// Failures only, the default.
    None,
    /// Deliveries and delays as well.
    Asked,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_forgets_letter_case_and_knows_the_campaign() {
        let id =
            |campaign, address| LetterId::of(campaign, &Address::parse(address).unwrap(), None);
        assert_eq!(id("a", "Ivan@Example.org"), id("a", "ivan@example.org"));
        assert_ne!(id("a", "ivan@example.org"), id("b", "ivan@example.org"));
    }

    #[test]
    fn the_digest_forgets_the_date_alone() {
        assert_eq!(Digest::of(b"Date: 1\r\nTo: a\r\n"), Digest::of(b"Date: 2\r\nTo: a\r\n"));
        assert_ne!(Digest::of(b"Date: 1\r\nTo: a\r\n"), Digest::of(b"Date: 1\r\nTo: b\r\n"));
    }

    #[test]
    fn numbers_run_on_from_the_first() {
        let each =
            Numbering::Each { first: 7, width: 3, before: "01-".into(), after: "/22".into() };
        assert_eq!(each.number(0).as_deref(), Some("01-007/22"));
        assert_eq!(each.number(999).as_deref(), Some("01-1006/22"));
    }
}
