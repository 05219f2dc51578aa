//! CSV records with the physical place of each cell.
//!
//! The csv crate counts lines its own way (CRLF, blank lines and breaks in quotes shift it), so the bytes
//! that pass through are kept until their record is done, and lines and characters are counted in them.

use std::io::{self, Read};

use crate::place::Cause;

/// One record.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// The physical line on which it begins, from 1.
    pub line: u64,
    pub cells: Vec<Vec<u8>>,
}

/// The records of a CSV file.
pub(super) struct Records<R> {
    reader: csv::Reader<Window<R>>,
    delimiter: u8,
    record: csv::ByteRecord,
    /// The physical line at `counted`.
    line: u64,
    /// The byte up to which lines were counted: where the current record begins.
    counted: u64,
    closed: bool,
}

impl<R: Read> Records<R> {
    /// Takes a byte order mark off and finds the delimiter out when it is not given.
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
        if head.starts_with("\u{feff}".as_bytes()) {
            head.drain(..3);
        }
        let delimiter = match delimiter {
            Some(given) => u8::try_from(given).unwrap_or(b','),
            None => guess_delimiter(&head),
        };
        let window = Window { head: io::Cursor::new(head), rest: input, bytes: Vec::new(), start: 0 };
        let reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(window);
        Ok(Self { reader, delimiter, record: csv::ByteRecord::new(), line: 1, counted: 0, closed: false })
    }

    pub(super) fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// No more records after this.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// The next record, blank lines passed over.
    pub(super) fn next(&mut self) -> Result<Option<Record>, Cause> {
        if self.closed {
            return Ok(None);
        }
        self.reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => Cause::from(&error),
            other => Cause::Other(format!("{other:?}")),
        })?;
        if self.record.is_empty() {
            return Ok(None);
        }
        let begin = self.record.position().map_or(self.counted, csv::Position::byte);
        self.advance(begin);
        let cells = self.record.iter().map(<[u8]>::to_vec).collect();
        Ok(Some(Record { line: self.line, cells }))
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

    /// True where the file ended inside a quoted cell of the current record.
    pub(super) fn has_open_quote(&self) -> bool {
        let mut scan = Scan::default();
        for byte in self.raw() {
            scan.step(*byte, self.delimiter);
        }
        scan.quoted
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
        window.forget(to);
    }
}

/// Characters as a person counts them, in bytes that may not be UTF-8.
fn characters(bytes: &[u8]) -> u64 {
    String::from_utf8_lossy(bytes).chars().count() as u64
}

/// The delimiter that stands most often outside quotes in the first line.
fn guess_delimiter(head: &[u8]) -> u8 {
    let mut counts = [(b';', 0), (b',', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted && counts.iter().any(|(_, n)| *n > 0) => break,
            byte if !quoted => {
                if let Some((_, n)) = counts.iter_mut().find(|(delimiter, _)| delimiter == byte) {
                    *n += 1;
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().map(|(_, n)| *n).max().unwrap_or(0);
    counts.iter().find(|(_, n)| *n == most && most > 0).map_or(b',', |(delimiter, _)| *delimiter)
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
    /// The offset in the file of the first kept byte.
    start: u64,
}

impl<R> Window<R> {
    /// Lets go of the first `n` bytes, a block at a time.
    fn forget(&mut self, n: usize) {
        if n >= 64 * 1024 {
            self.bytes.drain(..n);
            self.start += n as u64;
        }
    }
}

impl<R: Read> Read for Window<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = match self.head.read(into)? {
            0 => self.rest.read(into)?,
            n => n,
        };
        self.bytes.extend_from_slice(&into[..n]);
        Ok(n)
    }
}
