//! CSV records with the physical place of each cell.
//!
//! The csv crate counts lines its own way (CRLF, blank lines and breaks in quotes shift it), so the bytes
//! that pass through are kept until their record is done, and lines and characters are counted in them.

use std::io::{self, Read};

use crate::place::Cause;

/// The longest record that is read, in bytes: behind an unclosed quote the rest of the file is one.
const LONGEST_RECORD: usize = 16 * 1024 * 1024;

/// The records of a CSV text.
pub(super) struct Records<R> {
    reader: csv::Reader<Window<R>>,
    delimiter: u8,
    record: Current,
    /// The physical line at `counted`.
    line: u64,
    /// The byte up to which lines were counted: where the current record begins.
    counted: u64,
}

/// The cells of the current record; as bytes where they are not all UTF-8.
enum Current {
    Text(csv::StringRecord),
    Bytes(csv::ByteRecord),
}

/// What a quotation mark does where it should not stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    /// The file ended, or far too much followed, inside a quoted cell.
    Unclosed,
    /// More than the delimiter follows a closing mark, in this cell.
    Stray(usize),
}

impl<R: Read> Records<R> {
    /// Finds the delimiter out when it is not given.
    pub(super) fn new(mut input: R, delimiter: Option<char>) -> io::Result<Self> {
        let mut head = vec![0; 64 * 1024];
        let mut filled = 0;
        while filled < head.len() {
            match input.read(&mut head[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        head.truncate(filled);
        let (told, line) = told_delimiter(&mut head);
        let delimiter = match (delimiter, told) {
            (Some(given), _) => u8::try_from(given).unwrap_or(b','),
            (None, Some(told)) => told,
            (None, None) => guess_delimiter(&head),
        };
        let window = Window {
            head: io::Cursor::new(head),
            rest: input,
            bytes: Vec::new(),
            start: 0,
            begin: 0,
            has_ended: false,
        };
        let reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(window);
        Ok(Self { reader, delimiter, record: Current::Text(csv::StringRecord::new()), line, counted: 0 })
    }

    pub(super) fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// Goes on to the next record, blank lines passed over, and tells the physical line on which it begins.
    pub(super) fn next(&mut self) -> Result<Option<u64>, Cause> {
        let mut record = match std::mem::replace(&mut self.record, Current::Text(csv::StringRecord::new())) {
            Current::Text(record) => record.into_byte_record(),
            Current::Bytes(record) => record,
        };
        self.reader.read_byte_record(&mut record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => Cause::from(&error),
            other => Cause::Other(format!("{other:?}")),
        })?;
        if record.is_empty() {
            return Ok(None);
        }
        let begin = record.position().map_or(self.counted, csv::Position::byte);
        self.record = match csv::StringRecord::from_byte_record(record) {
            Ok(record) => Current::Text(record),
            Err(error) => Current::Bytes(error.into_byte_record()),
        };
        self.advance(begin);
        Ok(Some(self.line))
    }

    /// How many cells the current record has.
    pub(super) fn len(&self) -> usize {
        match &self.record {
            Current::Text(record) => record.len(),
            Current::Bytes(record) => record.len(),
        }
    }

    /// A cell of the current record, or its bytes where they are no UTF-8.
    pub(super) fn cell(&self, cell: usize) -> Result<&str, &[u8]> {
        match &self.record {
            Current::Text(record) => Ok(record.get(cell).unwrap_or_default()),
            Current::Bytes(record) => {
                let bytes = record.get(cell).unwrap_or_default();
                std::str::from_utf8(bytes).map_err(|_| bytes)
            }
        }
    }

    /// The character of the current record at which a cell begins, from 1, quotes and delimiters counted.
    pub(super) fn column(&self, cell: usize) -> u64 {
        let mut seen = 0;
        let mut scan = Scan::default();
        for (at, byte) in self.raw().iter().enumerate() {
            if seen == cell {
                return characters(&self.raw()[..at]) + 1;
            }
            if scan.step(*byte, self.delimiter) {
                seen += 1;
            }
        }
        if seen == cell { characters(self.raw()) + 1 } else { 1 }
    }

    /// What is wrong with the quotation marks of the current record.
    pub(super) fn quote(&self) -> Option<Quote> {
        let raw = self.raw();
        memchr::memchr(b'"', raw)?;
        let (mut scan, mut cell) = (Scan::default(), 0);
        for byte in raw {
            if scan.before == Before::QuoteClosed && !matches!(*byte, b'"' | b'\r' | b'\n') && *byte != self.delimiter {
                return Some(Quote::Stray(cell));
            }
            cell += usize::from(scan.step(*byte, self.delimiter));
        }
        scan.quoted.then_some(Quote::Unclosed)
    }

    /// The bytes of the current record, as they are in the file.
    fn raw(&self) -> &[u8] {
        let window = self.reader.get_ref();
        let from = usize::try_from(self.counted - window.start).unwrap_or(0);
        let end = usize::try_from(self.reader.position().byte() - window.start).unwrap_or(0);
        window.bytes.get(from..end).unwrap_or_default()
    }

    /// Counts lines up to the record that begins at `begin` or behind the line ends that follow it.
    fn advance(&mut self, begin: u64) {
        let window = self.reader.get_mut();
        let offset = |byte: u64| usize::try_from(byte - window.start).unwrap_or(0);
        let (from, mut to) = (offset(self.counted), offset(begin));
        while window.bytes.get(to).is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            to += 1;
        }
        let passed = &window.bytes[from..to];
        let lone_returns = memchr::memchr_iter(b'\r', passed).filter(|at| passed.get(at + 1) != Some(&b'\n')).count();
        self.line += (memchr::memchr_iter(b'\n', passed).count() + lone_returns) as u64;
        self.counted = window.start + to as u64;
        window.begin = to;
        window.forget();
    }
}

/// Characters as a person counts them, in bytes that may not be UTF-8.
fn characters(bytes: &[u8]) -> u64 {
    String::from_utf8_lossy(bytes).chars().count() as u64
}

/// The delimiter of a first line `sep=;`, as Excel writes and obeys it; takes that line off.
fn told_delimiter(head: &mut Vec<u8>) -> (Option<u8>, u64) {
    if head.len() < 5 || !head[..4].eq_ignore_ascii_case(b"sep=") || !DELIMITERS.contains(&head[4]) {
        return (None, 1);
    }
    let told = head[4];
    let line_end = match &head[5..] {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return (None, 1),
    };
    head.drain(..5 + line_end);
    (Some(told), 2)
}

const DELIMITERS: [u8; 4] = *b";,\t|";

/// The delimiter that stands most often outside quotes in the first lines, and equally often in each.
fn guess_delimiter(head: &[u8]) -> u8 {
    const LINES: usize = 10;
    let mut counts: Vec<[usize; 4]> = vec![[0; 4]];
    let mut quoted = false;
    for byte in head {
        let Some(line) = counts.last_mut() else { break };
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => {
                if line.iter().any(|n| *n > 0) {
                    counts.push([0; 4]);
                }
                if counts.len() > LINES {
                    break;
                }
            }
            byte if !quoted => {
                if let Some(at) = DELIMITERS.iter().position(|delimiter| delimiter == byte) {
                    line[at] += 1;
                }
            }
            _ => {}
        }
    }
    // The last line may be cut by the end of the block, or be the empty one behind the last line end.
    if counts.len() > 1 {
        counts.pop();
    }
    let score = |at: usize| {
        let first = counts[0][at];
        let like_it = counts.iter().filter(|line| line[at] == first).count();
        if first == 0 { (0, 0, 0) } else { (like_it, first, DELIMITERS.len() - at) }
    };
    (0..DELIMITERS.len()).max_by_key(|at| score(*at)).filter(|at| score(*at).0 > 0).map_or(b',', |at| DELIMITERS[at])
}

/// Walks over the raw bytes of one record.
#[derive(Default)]
struct Scan {
    quoted: bool,
    /// What the byte before was, within the cell.
    before: Before,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Before {
    #[default]
    CellBegan,
    QuoteClosed,
    Other,
}

impl Scan {
    /// Takes one byte; true where it ends a cell.
    fn step(&mut self, byte: u8, delimiter: u8) -> bool {
        if byte == b'"' {
            // A quote opens a cell only as its first byte, or doubled; elsewhere it is a letter like others.
            let closes = self.quoted;
            self.quoted = !closes && self.before != Before::Other;
            self.before = if closes { Before::QuoteClosed } else { Before::Other };
            return false;
        }
        let ends = byte == delimiter && !self.quoted;
        self.before = if ends { Before::CellBegan } else { Before::Other };
        ends
    }
}

/// The bytes on their way into the csv reader, kept from the current record on.
struct Window<R> {
    head: io::Cursor<Vec<u8>>,
    rest: R,
    bytes: Vec<u8>,
    /// The offset in the text of the first kept byte.
    start: u64,
    /// Where the current record begins among the kept bytes.
    begin: usize,
    has_ended: bool,
}

impl<R> Window<R> {
    /// Lets go of what stands before the current record, a block at a time.
    fn forget(&mut self) {
        if self.begin >= 64 * 1024 {
            self.bytes.drain(..self.begin);
            self.start += self.begin as u64;
            self.begin = 0;
        }
    }
}

impl<R: Read> Read for Window<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // A text that ends here: the record is told as one whose quote never closes.
        self.has_ended |= self.bytes.len() - self.begin > LONGEST_RECORD;
        if self.has_ended {
            return Ok(0);
        }
        let n = match self.head.read(into)? {
            0 => self.rest.read(into)?,
            n => n,
        };
        self.has_ended = n == 0;
        self.bytes.extend_from_slice(&into[..n]);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_every_line_has() {
        for (text, delimiter) in [
            ("email;name\na@one.test;b\n", b';'),
            ("email,name\na@one.test,\"b;c;d\"\n", b','),
            ("email\tname\na@one.test\tb, c, d\n", b'\t'),
            ("email|name\r\na@one.test|b\r\n", b'|'),
            ("email;Фамилия, имя, отчество;x\na@one.test;Ильина Анна;y\nb@one.test;Цой;z\n", b';'),
            ("email;Фамилия, имя, отчество;x", b';'),
            ("email\na@one.test\n", b','),
        ] {
            assert_eq!(char::from(guess_delimiter(text.as_bytes())), char::from(delimiter), "{text:?}");
        }
    }
}
