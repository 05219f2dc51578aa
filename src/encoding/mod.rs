//! The encodings of text files and mails, and their text as UTF-8.
//!
//! `detect` finds out which one a file, or a text that names none, has.

mod detect;

use std::io::{self, Read};
use std::sync::LazyLock;

pub(crate) use detect::{Detection, find, misread};

/// An encoding that a list can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1251,
    Windows1252,
    Koi8R,
    Koi8U,
    Cp866,
    Ibm855,
    Iso8859_5,
    MacCyrillic,
}

impl Encoding {
    /// Their names in `campaign.toml`.
    pub const NAMES: [(&'static str, Self); 11] = [
        ("utf-8", Self::Utf8),
        ("windows-1251", Self::Windows1251),
        ("utf-16le", Self::Utf16Le),
        ("utf-16be", Self::Utf16Be),
        ("koi8-r", Self::Koi8R),
        ("koi8-u", Self::Koi8U),
        ("cp866", Self::Cp866),
        ("ibm855", Self::Ibm855),
        ("iso-8859-5", Self::Iso8859_5),
        ("mac-cyrillic", Self::MacCyrillic),
        ("windows-1252", Self::Windows1252),
    ];

    /// Other names that people and programs use, in lower case.
    const ALIASES: [(&'static str, Self); 17] = [
        ("utf8", Self::Utf8),
        ("utf-8-sig", Self::Utf8),
        ("cp1251", Self::Windows1251),
        ("1251", Self::Windows1251),
        ("win-1251", Self::Windows1251),
        ("windows1251", Self::Windows1251),
        ("ansi", Self::Windows1251),
        ("utf16le", Self::Utf16Le),
        ("utf-16", Self::Utf16Le),
        ("utf16be", Self::Utf16Be),
        ("koi8r", Self::Koi8R),
        ("koi8u", Self::Koi8U),
        ("ibm866", Self::Cp866),
        ("dos", Self::Cp866),
        ("cp855", Self::Ibm855),
        ("iso8859-5", Self::Iso8859_5),
        ("cp1252", Self::Windows1252),
    ];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, encoding)| *encoding == self).map_or("utf-8", |(name, _)| name)
    }

    /// The encoding of a name or an alias, in either case, with `_` for `-`.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase().replace('_', "-");
        let mut all = Self::NAMES.into_iter().chain(Self::ALIASES);
        all.find(|(known, _)| *known == name).map(|(_, encoding)| encoding)
    }

    /// `None` for the one that has a table of its own here.
    fn rules(self) -> Option<&'static encoding_rs::Encoding> {
        Some(match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Windows1251 => encoding_rs::WINDOWS_1251,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
            Self::Koi8R => encoding_rs::KOI8_R,
            Self::Koi8U => encoding_rs::KOI8_U,
            Self::Cp866 => encoding_rs::IBM866,
            Self::Ibm855 => return None,
            Self::Iso8859_5 => encoding_rs::ISO_8859_5,
            Self::MacCyrillic => encoding_rs::X_MAC_CYRILLIC,
        })
    }

    /// Decodes the beginning of a text.
    pub fn text(self, bytes: &[u8]) -> String {
        self.rules().map_or_else(
            || ibm855(bytes),
            |rules| rules.decode_without_bom_handling(bytes).0.into_owned(),
        )
    }
}

/// The text of octets under the name that a mail gives their charset, in any of the ways in which
/// mails are written. Octets whose charset is not named, or named wrongly, are read by what they look
/// like.
pub fn text(bytes: &[u8], label: Option<&str>) -> String {
    // ISO-2022-JP is ASCII, but for its escapes.
    let has_escape = memchr::memchr(0x1b, bytes).is_some();
    if !has_escape && bytes.is_ascii() {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let label = label.map(str::trim).filter(|label| {
        !["us-ascii", "ascii", "ansi_x3.4-1968", "x-unknown", "unknown-8bit"]
            .iter()
            .any(|vague| label.eq_ignore_ascii_case(vague))
    });
    let named = label.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
    if let Some(named) = named.filter(|it| *it != encoding_rs::UTF_8) {
        return named.decode(bytes).0.into_owned();
    }
    if named.is_none() && (has_escape && bytes.is_ascii()) {
        return encoding_rs::ISO_2022_JP.decode(bytes).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => detect::of_bytes(bytes).text(bytes),
    }
}

fn ibm855(bytes: &[u8]) -> String {
    /// The characters from 0x80 on: the DOS code page 855 (ISO-IR, Cyrillic).
    const UPPER: &str = "ђЂѓЃёЁєЄѕЅіІїЇјЈљЉњЊћЋќЌўЎџЏюЮъЪаАбБцЦдДеЕфФгГ«»░▒▓│┤хХиИ╣║╗╝\
                         йЙ┐└┴┬├─┼кК╚╔╩╦╠═╬¤лЛмМнНоОп┘┌█▄Пя▀ЯрРсСтТуУжЖвВьЬ№\u{ad}\
                         ыЫзЗшШэЭщЩчЧ§■\u{a0}";
    static TABLE: LazyLock<Vec<char>> = LazyLock::new(|| UPPER.chars().collect());
    bytes
        .iter()
        .map(|byte| usize::from(*byte).checked_sub(0x80).map_or(char::from(*byte), |at| TABLE[at]))
        .collect()
}

/// A text of an office, and the encoding that it had if that was not UTF-8. `None` for UTF-8 with
/// bytes that are not: they are to be shown where they stand.
pub(crate) fn decoded(bytes: Vec<u8>) -> Option<(String, Option<Encoding>)> {
    let in_encoding =
        |bytes: &[u8], encoding: Encoding| Some((encoding.text(bytes), Some(encoding)));
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => return in_encoding(rest, Encoding::Utf16Le),
        [0xFE, 0xFF, rest @ ..] => return in_encoding(rest, Encoding::Utf16Be),
        // Latin letters and line ends of UTF-16 without a mark.
        [_, 0, _, ..] => return in_encoding(&bytes, Encoding::Utf16Le),
        [0, _, ..] => return in_encoding(&bytes, Encoding::Utf16Be),
        _ => {}
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Some((text, None)),
        Err(error) => error.into_bytes(),
    };
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    if good >= bad { None } else { in_encoding(&bytes, Encoding::Windows1251) }
}

/// A file's text as UTF-8. The bytes of a UTF-8 file pass unchanged; in other encodings, bytes that
/// are not a character become U+FFFD.
pub(crate) struct Utf8Reader<R> {
    input: R,
    decoder: Option<encoding_rs::Decoder>,
    /// Decoded with the table here.
    is_ibm855: bool,
    raw: Vec<u8>,
    raw_at: usize,
    text: Vec<u8>,
    text_at: usize,
    has_ended: bool,
}

impl<R: Read> Utf8Reader<R> {
    /// `input` begins after the byte order mark.
    pub fn new(input: R, encoding: Encoding) -> Self {
        let rules = encoding.rules().filter(|_| encoding != Encoding::Utf8);
        let decoder = rules.map(encoding_rs::Encoding::new_decoder_without_bom_handling);
        let is_ibm855 = encoding == Encoding::Ibm855;
        Self {
            input,
            decoder,
            is_ibm855,
            raw: Vec::new(),
            raw_at: 0,
            text: Vec::new(),
            text_at: 0,
            has_ended: false,
        }
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.decoder.is_none() && !self.is_ibm855 {
            return self.input.read(into);
        }
        while self.text_at == self.text.len() && !self.has_ended {
            if self.raw_at == self.raw.len() {
                self.raw.resize(32 * 1024, 0);
                let n = self.input.read(&mut self.raw)?;
                self.raw.truncate(n);
                self.raw_at = 0;
            }
            let is_last = self.raw.is_empty();
            self.text_at = 0;
            let Some(decoder) = &mut self.decoder else {
                self.text = ibm855(&self.raw).into_bytes();
                self.raw_at = self.raw.len();
                self.has_ended = is_last;
                continue;
            };
            self.text.resize(64 * 1024, 0);
            let (result, read, written, _) =
                decoder.decode_to_utf8(&self.raw[self.raw_at..], &mut self.text, is_last);
            self.raw_at += read;
            self.text.truncate(written);
            self.has_ended = is_last && result == encoding_rs::CoderResult::InputEmpty;
        }
        let n = into.len().min(self.text.len() - self.text_at);
        into[..n].copy_from_slice(&self.text[self.text_at..self.text_at + n]);
        self.text_at += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const LIST: &str =
        "Эл. почта;Фамилия;Должность\r\nanna@one.test;Ильина;Начальник отдела образования\r\n";

    pub(super) fn in_encoding(encoding: Encoding, text: &str) -> Vec<u8> {
        let Some(rules) = encoding.rules() else {
            let byte = |c: char| (0..=255u8).find(|byte| ibm855(&[*byte]).starts_with(c)).unwrap();
            return text.chars().map(byte).collect();
        };
        rules.encode(text).0.into_owned()
    }

    #[test]
    fn a_text_of_a_mail_is_read_whatever_its_charset_is_called() {
        let text = LIST.trim_end();
        for encoding in [Encoding::Koi8R, Encoding::Windows1251, Encoding::Cp866] {
            let bytes = in_encoding(encoding, text);
            assert_eq!(super::text(&bytes, None), text, "{encoding:?}");
            assert_eq!(super::text(&bytes, Some("us-ascii")), text, "{encoding:?}");
            assert_eq!(super::text(&bytes, Some("UFT-8")), text, "{encoding:?}");
        }
        let koi8 = in_encoding(Encoding::Koi8R, text);
        assert_eq!(super::text(&koi8, Some("KOI8-R")), text);
        assert_eq!(super::text(text.as_bytes(), Some("utf-8")), text);
        assert_eq!(super::text(b"\x1b$B%(%i!<\x1b(B", None), "エラー");
    }

    #[test]
    fn a_text_is_the_same_in_every_encoding() {
        let text = LIST.repeat(2000);
        for encoding in [
            Encoding::Windows1251,
            Encoding::Koi8R,
            Encoding::Koi8U,
            Encoding::Cp866,
            Encoding::Ibm855,
        ] {
            let mut read = String::new();
            Utf8Reader::new(&*in_encoding(encoding, &text), encoding)
                .read_to_string(&mut read)
                .unwrap();
            assert_eq!(read, text);
        }
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let mut read = String::new();
        Utf8Reader::new(&*wide, Encoding::Utf16Be).read_to_string(&mut read).unwrap();
        assert_eq!(read, text);
    }
}
