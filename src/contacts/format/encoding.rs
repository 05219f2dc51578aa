//! Detects the encoding of a text file, and reads its text as UTF-8.
//!
//! A byte order mark decides, then the campaign's setting, then strict UTF-8. Anything else is read
//! as Windows-1251, which Excel writes in Russia, unless the frequency of its letters points to
//! another encoding.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::sync::LazyLock;

use crate::problem::{Fault, ListFault};

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
    fn text(self, bytes: &[u8]) -> String {
        self.rules().map_or_else(
            || ibm855(bytes),
            |rules| rules.decode_without_bom_handling(bytes).0.into_owned(),
        )
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

/// The fault of a text whose first words are not known in the encoding it was taken for: the
/// encoding in which they are known, or what became of its letters.
pub(super) fn misread(
    head: &[u8],
    taken: Encoding,
    is_known: impl Fn(&str) -> bool,
) -> Option<Fault> {
    use Encoding::{
        Cp866, Ibm855, Iso8859_5, Koi8R, Koi8U, MacCyrillic, Utf8, Windows1251, Windows1252,
    };
    let all = [Utf8, Windows1251, Koi8R, Koi8U, Cp866, Iso8859_5, MacCyrillic, Ibm855, Windows1252];
    let fits = |encoding: &Encoding| is_known(&encoding.text(head));
    if fits(&taken) {
        return None;
    }
    if let Some(likely) = all.into_iter().find(fits) {
        return Some(ListFault::EncodingUnclear { likely: likely.name() }.into());
    }
    let unread = unread(head, &is_known).map(|name| ListFault::EncodingUnread { name });
    let fault = unread.or_else(|| has_lost_letters(head).then_some(ListFault::LettersLost));
    fault.map(Fault::from)
}

/// Whether words of the first line consist of question marks.
fn has_lost_letters(head: &[u8]) -> bool {
    let line = head
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let is_lost = |word: &[u8]| {
        word.windows(2).any(|pair| pair == b"??") && !word.iter().any(u8::is_ascii_alphanumeric)
    };
    line.split(|byte| b";,\t|".contains(byte)).filter(|word| is_lost(word)).count() >= 2
}

/// The encoding of a text if LibreOffice writes it, but lists cannot be read in it.
fn unread(head: &[u8], is_known: impl Fn(&str) -> bool) -> Option<&'static str> {
    let all = [
        encoding_rs::GB18030,
        encoding_rs::EUC_JP,
        encoding_rs::SHIFT_JIS,
        encoding_rs::ISO_2022_JP,
        encoding_rs::EUC_KR,
        encoding_rs::BIG5,
    ];
    let is_in = |encoding: &&'static encoding_rs::Encoding| {
        is_known(&encoding.decode_without_bom_handling(head).0)
    };
    if let Some(encoding) = all.into_iter().find(is_in) {
        return Some(encoding.name());
    }
    for (name, mark) in [("ISO-2022-KR", b"\x1b$)C"), ("ISO-2022-CN", b"\x1b$)A")] {
        if memchr::memmem::find(head, mark).is_some() {
            return Some(name);
        }
    }
    // Cyrillic letters in UTF-7 begin with this.
    let begins = memchr::memmem::find_iter(head, b"+B")
        .filter(|at| head.get(*at + 2).is_some_and(|next| *next != b'-'));
    let is_utf7 = head.is_ascii() && begins.count() > 3;
    is_utf7.then_some("UTF-7")
}

/// The encoding of a file, as far as it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detection {
    /// With the length of the byte order mark.
    Sure(Encoding, u64),
    /// The likeliest one.
    Guess(Encoding),
    /// The likeliest, but not the one that would be guessed.
    Unclear(Encoding),
}

/// Detects the encoding. Reads the file, if need be to its end, unless a mark or a name decides.
pub(super) fn find(file: &mut File, named: Option<Encoding>) -> io::Result<Detection> {
    let mut head = Vec::new();
    file.take(3).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let marked = match head.as_slice() {
        [0xEF, 0xBB, 0xBF] => Some(Detection::Sure(Encoding::Utf8, 3)),
        [0xFF, 0xFE, ..] => Some(Detection::Sure(Encoding::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Some(Detection::Sure(Encoding::Utf16Be, 2)),
        _ => named.map(|encoding| Detection::Sure(encoding, 0)),
    };
    if let Some(found) = marked {
        return Ok(found);
    }
    let statistics = ByteStatistics::of(file)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(statistics.verdict())
}

/// Counts of the bytes of a file.
struct ByteStatistics {
    /// Characters beyond ASCII in valid UTF-8, and bytes that are not UTF-8.
    good: u64,
    bad: u64,
    bytes: [u64; 256],
    /// NUL bytes at even and at odd offsets.
    nuls: [u64; 2],
    /// Bytes beyond ASCII next to an ASCII letter.
    beside_latin: u64,
    total: u64,
}

impl ByteStatistics {
    fn of(file: &mut File) -> io::Result<Self> {
        let mut statistics =
            Self { good: 0, bad: 0, bytes: [0; 256], nuls: [0; 2], beside_latin: 0, total: 0 };
        // The bytes of a character that the block cuts are carried over.
        let mut block = vec![0; 256 * 1024];
        let mut kept = 0;
        loop {
            let n = file.read(&mut block[kept..])?;
            if n == 0 {
                statistics.count(&block[..kept]);
                return Ok(statistics);
            }
            let filled = kept + n;
            let whole = filled - cut_character(&block[..filled]);
            statistics.count(&block[..whole]);
            block.copy_within(whole..filled, 0);
            kept = filled - whole;
            // No other encoding has so many such characters by accident.
            if statistics.bad == 0 && statistics.good > 1_000 && statistics.nuls == [0, 0] {
                return Ok(statistics);
            }
        }
    }

    fn count(&mut self, block: &[u8]) {
        let is_even = self.total.is_multiple_of(2);
        self.total += block.len() as u64;
        if memchr::memchr(0, block).is_some() {
            for at in memchr::memchr_iter(0, block) {
                self.nuls[usize::from(at.is_multiple_of(2) != is_even)] += 1;
            }
        }
        if self.bad == 0 && std::str::from_utf8(block).is_ok() {
            self.good += block.iter().filter(|byte| **byte >= 0xC0).count() as u64;
            return;
        }
        for chunk in block.utf8_chunks() {
            self.good += chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u64;
            self.bad += chunk.invalid().len() as u64;
        }
        for (at, byte) in block.iter().enumerate() {
            self.bytes[usize::from(*byte)] += 1;
            if *byte >= 0xC0 {
                let before = at.checked_sub(1).and_then(|at| block.get(at));
                let beside =
                    [before, block.get(at + 1)].into_iter().flatten().any(u8::is_ascii_alphabetic);
                self.beside_latin += u64::from(beside);
            }
        }
    }

    fn verdict(&self) -> Detection {
        // Two octets a character: the NULs of the ASCII ones are all on one side.
        let [even, odd] = self.nuls;
        if self.total >= 40 && (even + odd) * 20 > self.total && even.min(odd) * 20 < even.max(odd)
        {
            let little = self.nuls[1] > self.nuls[0];
            return Detection::Unclear(if little { Encoding::Utf16Le } else { Encoding::Utf16Be });
        }
        if self.bad == 0 {
            return Detection::Sure(Encoding::Utf8, 0);
        }
        if self.good > 4 * self.bad {
            // UTF-8 with a few bad bytes: each is reported at its cell.
            return Detection::Sure(Encoding::Utf8, 0);
        }
        let letters: u64 = self.bytes[0xC0..].iter().sum();
        if letters > 0 && self.beside_latin * 2 > letters {
            return Detection::Unclear(Encoding::Windows1252);
        }
        let likely = self.likeness(Encoding::Windows1251);
        let best = [
            Encoding::Koi8R,
            Encoding::Cp866,
            Encoding::Iso8859_5,
            Encoding::MacCyrillic,
            Encoding::Ibm855,
        ]
        .into_iter()
        .map(|encoding| (self.likeness(encoding), encoding))
        .max_by_key(|(likeness, _)| *likeness);
        match best {
            // KOI8-U differs in four letters, which Russian does not have.
            Some((likeness, Encoding::Koi8R))
                if likeness > likely && self.has_ukrainian_letters() =>
            {
                Detection::Unclear(Encoding::Koi8U)
            }
            Some((likeness, encoding)) if likeness * 4 > likely * 5 && likeness > 0 => {
                Detection::Unclear(encoding)
            }
            Some(_) | None => Detection::Guess(Encoding::Windows1251),
        }
    }

    /// Є, І, Ї and Ґ as KOI8-U has them, where KOI8-R draws lines.
    fn has_ukrainian_letters(&self) -> bool {
        [0xA4, 0xA6, 0xA7, 0xAD, 0xB4, 0xB6, 0xB7, 0xBD]
            .iter()
            .any(|byte: &usize| self.bytes[*byte] > 0)
    }

    /// How much the bytes look like Russian: each counts by the frequency of its letter, capitals
    /// less.
    fn likeness(&self, encoding: Encoding) -> i64 {
        const COMMON: &str = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё";
        let mut sum = 0;
        for byte in 0x80..=0xFFu8 {
            let count = i64::try_from(self.bytes[usize::from(byte)]).unwrap_or(i64::MAX / 1000);
            let bytes = [byte];
            let text = encoding.text(&bytes);
            let Some(c) = text.chars().next() else { continue };
            let small = c.to_lowercase().next().unwrap_or(c);
            let rank = COMMON.chars().position(|common| common == small);
            let weight = match rank {
                Some(rank) => {
                    (36 - i64::try_from(rank).unwrap_or(36)) * if small == c { 10 } else { 9 }
                }
                None if "«»–—№“”„…\u{a0}’‘•§°©®™±·ґҐіІїЇєЄўЎ".contains(c) => {
                    0
                }
                None => -1000,
            };
            sum += count * weight;
        }
        sum
    }
}

/// The number of bytes at the end that may be the beginning of a character.
fn cut_character(block: &[u8]) -> usize {
    let tail = &block[block.len().saturating_sub(3)..];
    match std::str::from_utf8(tail) {
        Err(error) if error.error_len().is_none() => tail.len() - error.valid_up_to(),
        // The tail itself may begin in the middle of a character.
        Err(_) | Ok(_) => tail
            .iter()
            .rposition(|byte| *byte >= 0xC0)
            .filter(|at| {
                std::str::from_utf8(&tail[*at..]).is_err_and(|error| error.error_len().is_none())
            })
            .map_or(0, |at| tail.len() - at),
    }
}

/// A file's text as UTF-8. The bytes of a UTF-8 file pass unchanged; in other encodings, bytes that
/// are not a character become U+FFFD.
pub(super) struct Utf8Reader<R> {
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
    pub(super) fn new(input: R, encoding: Encoding) -> Self {
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
    use std::io::Write as _;

    use super::*;

    const LIST: &str =
        "Эл. почта;Фамилия;Должность\r\nanna@one.test;Ильина;Начальник отдела образования\r\n";

    fn found(bytes: &[u8]) -> Detection {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        find(&mut file, None).unwrap()
    }

    fn in_encoding(encoding: Encoding, text: &str) -> Vec<u8> {
        let Some(rules) = encoding.rules() else {
            let byte = |c: char| (0..=255u8).find(|byte| ibm855(&[*byte]).starts_with(c)).unwrap();
            return text.chars().map(byte).collect();
        };
        rules.encode(text).0.into_owned()
    }

    #[test]
    fn what_excel_writes_in_russia_is_recognised() {
        for text in [LIST.to_owned(), LIST.to_uppercase(), "email;Имя\na@one.test;Ёж\n".to_owned()]
        {
            assert_eq!(
                found(&in_encoding(Encoding::Windows1251, &text)),
                Detection::Guess(Encoding::Windows1251)
            );
            assert_eq!(found(text.as_bytes()), Detection::Sure(Encoding::Utf8, 0));
        }
    }

    #[test]
    fn another_encoding_is_named_rather_than_misread() {
        use Encoding::{Cp866, Ibm855, Iso8859_5, Koi8R, MacCyrillic};
        for encoding in [Koi8R, Cp866, Iso8859_5, MacCyrillic, Ibm855] {
            assert_eq!(found(&in_encoding(encoding, LIST)), Detection::Unclear(encoding));
        }
        assert_eq!(
            found(b"email;name\na@one.test;Jos\xe9\n"),
            Detection::Unclear(Encoding::Windows1252)
        );
        let wide: Vec<u8> = LIST.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found(&wide), Detection::Unclear(Encoding::Utf16Le));
    }

    #[test]
    fn a_bad_byte_in_utf8_does_not_change_the_encoding() {
        let mut bytes = LIST.as_bytes().to_vec();
        bytes.push(0xFF);
        assert_eq!(found(&bytes), Detection::Sure(Encoding::Utf8, 0));
    }

    #[test]
    fn a_character_may_be_cut_by_a_block() {
        for before in 0..4 {
            let text = "a".repeat(256 * 1024 - before) + "€ж🙂";
            assert_eq!(found(text.as_bytes()), Detection::Sure(Encoding::Utf8, 0));
        }
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
