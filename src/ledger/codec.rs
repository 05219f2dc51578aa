//! Numbers and texts as octets, for the journal. Numbers are little-endian; a text stands behind
//! its length.

use super::change::Key;
use crate::letter::LetterId;

/// Octets in the making.
pub(super) struct Writer(Vec<u8>);

impl Default for Writer {
    /// Room for what one letter needs.
    fn default() -> Self {
        Self(Vec::with_capacity(1024))
    }
}

impl Writer {
    pub(super) fn into_octets(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn byte(&mut self, byte: u8) -> &mut Self {
        self.0.push(byte);
        self
    }

    pub(super) fn octets(&mut self, octets: &[u8]) -> &mut Self {
        self.0.extend_from_slice(octets);
        self
    }

    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        self.octets(&number.to_le_bytes())
    }

    pub(super) fn signed(&mut self, number: i64) -> &mut Self {
        self.octets(&number.to_le_bytes())
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.number(text.len() as u64).octets(text.as_bytes())
    }

    pub(super) fn key(&mut self, key: Key) -> &mut Self {
        self.number(key.position).octets(&key.id.bytes())
    }
}

/// Octets to be read; each reading is `None` where they end too early.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.octets::<1>().map(|[byte]| byte)
    }

    pub(super) fn octets<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        self.octets().map(u64::from_le_bytes)
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        self.octets().map(i64::from_le_bytes)
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    pub(super) fn key(&mut self) -> Option<Key> {
        Some(Key { position: self.number()?, id: LetterId::from_bytes(self.octets()?) })
    }
}
