//! Detects the encoding of a text file.
//!
//! A byte order mark decides, then the campaign's setting, then strict UTF-8. Anything else is read
//! as Windows-1251, which Excel writes in Russia, unless the frequency of its letters points to
//! another encoding.

use std::io::{self, Read, Seek, SeekFrom};

use super::Encoding;
use crate::problem::{Fault, ListFault};

/// The fault of a text whose first words are not known in the encoding it was taken for: the
/// encoding in which they are known, or what became of its letters.
pub(crate) fn misread(
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
pub(crate) enum Detection {
    /// With the length of the byte order mark.
    Sure(Encoding, u64),
    /// The likeliest one.
    Guess(Encoding),
    /// The likeliest, but not the one that would be guessed.
    Unclear(Encoding),
}

/// Detects the encoding. Reads the file, if need be to its end, unless a mark or a name decides.
pub(crate) fn find(
    file: &mut (impl Read + Seek),
    named: Option<Encoding>,
) -> io::Result<Detection> {
    let mut head = Vec::new();
    file.by_ref().take(3).read_to_end(&mut head)?;
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

/// The likeliest encoding of a text that says nothing of its own.
pub(super) fn of_bytes(bytes: &[u8]) -> Encoding {
    let mut statistics = ByteStatistics::new();
    statistics.count(bytes);
    match statistics.verdict() {
        Detection::Sure(encoding, _)
        | Detection::Guess(encoding)
        | Detection::Unclear(encoding) => encoding,
    }
}

/// Counts of the bytes of a file.
struct ByteStatistics {
    /// Characters beyond ASCII in valid UTF-8, and bytes that are not UTF-8.
    good: u64,
    bad: u64,
    /// The characters among the good ones that a list in this part of the world has.
    likely: u64,
    bytes: [u64; 256],
    /// NUL bytes at even and at odd offsets.
    nuls: [u64; 2],
    /// Bytes beyond ASCII next to an ASCII letter.
    beside_latin: u64,
    total: u64,
}

impl ByteStatistics {
    fn new() -> Self {
        Self {
            good: 0,
            bad: 0,
            likely: 0,
            bytes: [0; 256],
            nuls: [0; 2],
            beside_latin: 0,
            total: 0,
        }
    }

    fn of(file: &mut impl Read) -> io::Result<Self> {
        let mut statistics = Self::new();
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
            let good = block.iter().filter(|byte| **byte >= 0xC0).count() as u64;
            self.good += good;
            self.likely += good;
            return;
        }
        for chunk in block.utf8_chunks() {
            for c in chunk.valid().chars().filter(|c| !c.is_ascii()) {
                self.good += 1;
                self.likely += u64::from(is_likely(c));
            }
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
        // Words in other encodings hold a valid character at times, but more bytes that are none.
        if self.good > 4 * self.bad || self.likely >= self.bad {
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

/// A letter of Latin or Cyrillic, or punctuation. What other encodings write reads as UTF-8 at
/// times, but mostly as characters of other scripts.
fn is_likely(c: char) -> bool {
    matches!(c, '\u{a0}'..='\u{17f}' | '\u{400}'..='\u{52f}' | '\u{2010}'..='\u{203a}' | '€' | '₽' | '№')
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::tests::{LIST, in_encoding};
    use super::*;

    fn found(bytes: &[u8]) -> Detection {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        find(&mut file, None).unwrap()
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
        for few in [
            "email;Имя\na@one.test;Jos\u{e9}\n",
            "email;name\na@one.test;Ян\n",
            "email;№\na@b.test;1\n",
        ] {
            bytes = few.as_bytes().to_vec();
            bytes.push(0xFF);
            assert_eq!(found(&bytes), Detection::Sure(Encoding::Utf8, 0), "{few}");
        }
    }

    #[test]
    fn a_short_list_in_an_old_encoding_is_not_taken_for_utf8() {
        for text in [
            "email;Имя\na@one.test;Пётр\n",
            "email;Имя\na@one.test;Фёкла Рёва\n",
            "email;name\na@one.test;Сёма\n",
        ] {
            for encoding in [Encoding::Windows1251, Encoding::Cp866, Encoding::Koi8R] {
                let found = found(&in_encoding(encoding, text));
                assert_ne!(found, Detection::Sure(Encoding::Utf8, 0), "{text} {encoding:?}");
            }
        }
    }

    #[test]
    fn a_character_may_be_cut_by_a_block() {
        for before in 0..4 {
            let text = "a".repeat(256 * 1024 - before) + "€ж🙂";
            assert_eq!(found(text.as_bytes()), Detection::Sure(Encoding::Utf8, 0));
        }
    }
}
