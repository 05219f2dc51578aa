//! CSV records with the physical place of each cell.
//!
//! Not by the csv crate, whose line numbers are wrong after CRLF, blank lines and line breaks in
//! quotes, and which does not say where in the file a cell is or what is wrong with its quotation
//! marks. The cells of a record are the same, as a test shows.

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::Range;

/// The longest record that is read, in bytes: an unclosed quote makes one of the rest of the file.
const LONGEST_RECORD: usize = 16 * 1024 * 1024;
/// The most cells of a record, as in Excel.
pub(super) const MOST_CELLS: usize = 16_384;
/// The least that is read at once, in bytes.
const BLOCK: usize = 256 * 1024;

/// The records of a CSV text.
pub(crate) struct CsvRecords<R> {
    input: R,
    delimiter: u8,
    /// The text from the current record on, as far as it has been read.
    text: Vec<u8>,
    has_ended: bool,
    /// The current record is too long, and its rest is still to come: whether a quotation mark is
    /// open there.
    cut: Option<bool>,
    /// The current record in `text`, without its line end, and where the next one begins.
    record: Range<usize>,
    next: usize,
    /// The physical lines on which the current record and the next one begin.
    line: u64,
    next_line: u64,
    /// How many of the lines before it are no rows of their own to a spreadsheet: those after the
    /// first of a record, and the one that names the delimiter.
    folded: u64,
    next_folded: u64,
    cells: Vec<CsvCell>,
    /// The content of cells whose quotation marks were doubled.
    unquoted: Vec<u8>,
    flaw: Option<RecordFlaw>,
    /// The record has no quotation mark, and so no line break.
    is_plain: bool,
    /// A place in the current record whose column is known: a byte of `text`, and the characters
    /// before it. Of a wide record, each cell's column is asked for.
    counted: Cell<(usize, u64)>,
}

/// One cell of the current record.
#[derive(Clone)]
struct CsvCell {
    /// Where it begins in the text, with its quotation mark.
    begin: usize,
    content: CellContent,
}

#[derive(Clone)]
enum CellContent {
    /// A part of the text.
    Text(Range<usize>),
    /// A part of the buffer `unquoted`.
    Unquoted(Range<usize>),
}

/// Whole records of a text, cut off to be parsed by another thread.
pub(crate) struct Chunk {
    pub text: Vec<u8>,
    /// The line on which it begins, and how many records it has.
    pub line: u64,
    pub records: u64,
    /// The row of its first line, as a spreadsheet numbers it.
    pub row: u64,
    /// It has no quotation mark: every line is a record.
    pub is_plain: bool,
}

/// What is wrong with a record as a whole, and in which cell, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordFlaw {
    /// The file ends, or far too much follows, inside a quoted cell.
    Unclosed(usize),
    /// Something other than the delimiter follows a closing mark.
    Stray(usize),
    /// The line is longer than anybody would write.
    Endless(usize),
    /// It has more cells than a sheet has columns; those behind are left out.
    Wide(usize),
}

/// How a record ended.
enum RecordEnd {
    /// At a line end.
    Line,
    /// At the end of what has been read.
    Text,
}

impl<R: Read> CsvRecords<R> {
    /// Detects the delimiter if it is not given.
    pub(crate) fn new(input: R, delimiter: Option<char>) -> io::Result<Self> {
        let mut records = Self {
            input,
            delimiter: b',',
            text: Vec::new(),
            has_ended: false,
            cut: None,
            record: 0..0,
            next: 0,
            line: 1,
            next_line: 1,
            folded: 0,
            next_folded: 0,
            cells: Vec::new(),
            unquoted: Vec::new(),
            flaw: None,
            is_plain: true,
            counted: Cell::default(),
        };
        records.read_on()?;
        let declared = declared_delimiter(&records.text);
        if let Some((_, behind)) = declared {
            (records.next, records.next_line, records.next_folded) = (behind, 2, 1);
        }
        let declared = declared.map(|(delimiter, _)| delimiter);
        let given = delimiter.and_then(|delimiter| u8::try_from(delimiter).ok());
        let head = &records.text[..records.text.len().min(64 * 1024)];
        records.delimiter = given.or(declared).unwrap_or_else(|| guess_delimiter(head));
        Ok(records)
    }

    /// The records of a chunk.
    pub(crate) fn of_chunk(input: R, chunk: Chunk, delimiter: u8) -> Self {
        let Chunk { text, line, row, .. } = chunk;
        let folded = line.saturating_sub(row);
        Self {
            cut: None,
            input,
            delimiter,
            text,
            has_ended: true,
            record: 0..0,
            next: 0,
            line,
            next_line: line,
            folded,
            next_folded: folded,
            cells: Vec::new(),
            unquoted: Vec::new(),
            flaw: None,
            is_plain: true,
            counted: Cell::default(),
        }
    }

    /// Cuts off whole records of about so many bytes; `None` at the end of the text.
    pub(crate) fn chunk(&mut self, bytes: usize) -> io::Result<Option<Chunk>> {
        if self.text.len() - self.next < bytes && !self.has_ended {
            self.read_on()?;
        }
        let ahead = &self.text[self.next..];
        let head = &ahead[..ahead.len().min(bytes)];
        let is_rest = head.len() == ahead.len() && self.has_ended;
        let end =
            if is_rest { Some(head.len()) } else { memchr::memrchr(b'\n', head).map(|at| at + 1) };
        match end {
            Some(0) => Ok(None),
            Some(end) if memchr::memchr(b'"', &head[..end]).is_none() => {
                let text = head[..end].to_vec();
                let line = self.next_line;
                let row = line - self.next_folded;
                let records = count_lines(&text, &mut self.next_line);
                self.next += end;
                Ok(Some(Chunk { text, line, records, row, is_plain: true }))
            }
            Some(_) | None => self.chunk_of_records(bytes),
        }
    }

    /// Cuts off record by record, as a line break may be in quotes.
    fn chunk_of_records(&mut self, bytes: usize) -> io::Result<Option<Chunk>> {
        let mut chunk = Chunk {
            text: Vec::new(),
            line: self.next_line,
            records: 0,
            row: self.next_line - self.next_folded,
            is_plain: false,
        };
        let mut line = chunk.line;
        while chunk.text.len() < bytes {
            let Some(begins) = self.next()? else { break };
            chunk
                .text
                .resize(chunk.text.len() + usize::try_from(begins - line).unwrap_or(0), b'\n');
            chunk.text.extend_from_slice(&self.text[self.record.clone()]);
            chunk.records += 1;
            line = self.next_line;
            // What is too long to be a record does not go on in this chunk.
            if matches!(self.flaw, Some(RecordFlaw::Endless(_) | RecordFlaw::Unclosed(_))) {
                break;
            }
        }
        Ok((chunk.records > 0).then_some(chunk))
    }

    pub(crate) fn delimiter_byte(&self) -> u8 {
        self.delimiter
    }

    pub(crate) fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// Goes on to the next record that is not a blank line; returns the physical line on which it
    /// begins.
    pub(crate) fn next(&mut self) -> io::Result<Option<u64>> {
        if let Some(is_open) = self.cut.take() {
            self.skip_rest(is_open)?;
        }
        if !self.skip_blank_lines()? {
            return Ok(None);
        }
        self.line = self.next_line;
        self.folded = self.next_folded;
        loop {
            let end = self.split_record();
            match end {
                RecordEnd::Line => break,
                RecordEnd::Text if self.has_ended => break,
                RecordEnd::Text if self.text.len() - self.next > LONGEST_RECORD => {
                    self.cut = Some(matches!(self.flaw, Some(RecordFlaw::Unclosed(_))));
                    self.flaw =
                        self.flaw.or(Some(RecordFlaw::Endless(self.cells.len().saturating_sub(1))));
                    break;
                }
                // This doubles the text, so that a long record is not parsed too often.
                RecordEnd::Text => self.read_on()?,
            }
        }
        self.end_line();
        self.counted.set((self.record.start, 0));
        Ok(Some(self.line))
    }

    /// The row of the current record as a spreadsheet numbers it.
    pub(crate) fn row(&self) -> u64 {
        self.line - self.folded
    }

    /// How many cells the current record has.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The current record and the cells in it, if it is UTF-8 without a quotation mark.
    pub(crate) fn plain(&self) -> Option<(&str, impl Iterator<Item = Range<usize>>)> {
        let text =
            self.is_plain.then(|| std::str::from_utf8(&self.text[self.record.clone()]).ok())??;
        let start = self.record.start;
        let ranges = self.cells.iter().filter_map(move |cell| match &cell.content {
            CellContent::Text(range) => Some(range.start - start..range.end - start),
            CellContent::Unquoted(_) => None,
        });
        Some((text, ranges))
    }

    /// Whether the first character shows that the current record is not blank.
    pub(crate) fn begins_with_a_word(&self) -> bool {
        self.text.get(self.record.start).is_some_and(u8::is_ascii_alphanumeric)
    }

    /// A cell of the current record, or its bytes if they are not UTF-8.
    pub(crate) fn cell(&self, cell: usize) -> Result<&str, &[u8]> {
        let bytes = match self.cells.get(cell).map(|cell| &cell.content) {
            Some(CellContent::Text(range)) => &self.text[range.clone()],
            Some(CellContent::Unquoted(range)) => &self.unquoted[range.clone()],
            None => &[],
        };
        std::str::from_utf8(bytes).map_err(|_| bytes)
    }

    /// The character of the current record at which a cell begins, counted from 1, quotes and
    /// delimiters included.
    pub(crate) fn column(&self, cell: usize) -> u64 {
        let begin = self.cells.get(cell).map_or(self.record.start, |cell| cell.begin);
        let (from, before) = self.counted.get();
        // A cell begins behind a delimiter, so no character is cut.
        let (from, before) = if from <= begin { (from, before) } else { (self.record.start, 0) };
        let before = before + characters(&self.text[from..begin]);
        self.counted.set((begin, before));
        before + 1
    }

    /// What is wrong with the current record as a whole.
    pub(crate) fn flaw(&self) -> Option<RecordFlaw> {
        self.flaw
    }

    /// Reads one more block, and drops what precedes the next record.
    fn read_on(&mut self) -> io::Result<()> {
        self.text.drain(..self.next);
        self.next = 0;
        let kept = self.text.len();
        let wanted = BLOCK.max(kept);
        self.text.resize(kept + wanted, 0);
        let mut filled = kept;
        while filled < self.text.len() {
            match self.input.read(&mut self.text[filled..]) {
                Ok(0) => {
                    self.has_ended = true;
                    break;
                }
                Ok(n) => filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.text.truncate(filled);
        Ok(())
    }

    /// Moves `next` on to the end of a record that is too long to be kept.
    fn skip_rest(&mut self, mut is_open: bool) -> io::Result<()> {
        loop {
            for at in self.next..self.text.len() {
                match self.text[at] {
                    b'"' => is_open = !is_open,
                    b'\n' if is_open => {
                        self.next_line += 1;
                        self.next_folded += 1;
                    }
                    b'\n' | b'\r' if !is_open => {
                        self.next = at;
                        return Ok(());
                    }
                    _ => {}
                }
            }
            self.next = self.text.len();
            if self.has_ended {
                return Ok(());
            }
            self.read_on()?;
        }
    }

    /// Moves `next` on to a byte that is not a line end; false at the end of the text.
    fn skip_blank_lines(&mut self) -> io::Result<bool> {
        loop {
            match self.text.get(self.next) {
                Some(b'\n') => {
                    self.next += 1;
                    self.next_line += 1;
                }
                // A line feed may follow in the next block.
                Some(b'\r') if self.next + 1 == self.text.len() && !self.has_ended => {
                    self.read_on()?;
                }
                Some(b'\r') => {
                    self.next += 1;
                    self.next_line += u64::from(self.text.get(self.next) != Some(&b'\n'));
                }
                Some(_) => return Ok(true),
                None if self.has_ended => return Ok(false),
                None => self.read_on()?,
            }
        }
    }

    /// Splits the record at `next` into cells, as far as it has been read.
    fn split_record(&mut self) -> RecordEnd {
        self.cells.clear();
        self.unquoted.clear();
        self.flaw = None;
        let begin = self.next;
        let line = &self.text[begin..];
        // Nearly every record is a line without a quotation mark.
        if let Some(end) = memchr::memchr3(b'\n', b'\r', b'"', line).filter(|at| line[*at] != b'"')
        {
            let mut from = begin;
            let delimiters = memchr::memchr_iter(self.delimiter, &line[..end]).map(|at| begin + at);
            for to in delimiters.chain([begin + end]) {
                if self.cells.len() == MOST_CELLS {
                    self.flaw = Some(RecordFlaw::Wide(MOST_CELLS - 1));
                    break;
                }
                self.cells.push(CsvCell { begin: from, content: CellContent::Text(from..to) });
                from = to + 1;
            }
            self.record = begin..begin + end;
            self.is_plain = true;
            return RecordEnd::Line;
        }
        self.is_plain = false;
        let mut at = begin;
        loop {
            let cell = at;
            if self.cells.len() == MOST_CELLS {
                self.flaw = self.flaw.or(Some(RecordFlaw::Wide(MOST_CELLS - 1)));
                at = self.next_quoted(at);
            }
            let kept = self.unquoted.len();
            let content = self.content(&mut at);
            if self.cells.len() < MOST_CELLS {
                self.cells.push(CsvCell { begin: cell, content });
            } else {
                self.unquoted.truncate(kept);
            }
            match self.text.get(at) {
                Some(byte) if *byte == self.delimiter => at += 1,
                Some(_) => {
                    self.record = begin..at;
                    return RecordEnd::Line;
                }
                None => {
                    self.record = begin..at;
                    return RecordEnd::Text;
                }
            }
        }
    }

    /// The beginning of the next quoted cell from the one at `at` on, or else of the last cell.
    fn next_quoted(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let is_end =
            |mark: &usize| rest[*mark] != b'"' || *mark == 0 || rest[mark - 1] == self.delimiter;
        let end = memchr::memchr3_iter(b'"', b'\n', b'\r', rest).find(is_end);
        let end = end.unwrap_or(rest.len());
        if rest.get(end) == Some(&b'"') {
            return at + end;
        }
        at + memchr::memrchr(self.delimiter, &rest[..end]).map_or(0, |last| last + 1)
    }

    /// Reads the cell at `at` and moves on to the delimiter or line end after it.
    fn content(&mut self, at: &mut usize) -> CellContent {
        let plain_end = |from: usize| {
            memchr::memchr3(self.delimiter, b'\n', b'\r', &self.text[from..])
                .map_or(self.text.len(), |n| from + n)
        };
        if self.text.get(*at) != Some(&b'"') {
            let begin = *at;
            *at = plain_end(begin);
            return CellContent::Text(begin..*at);
        }
        let unquoted = self.unquoted.len();
        let mut begin = *at + 1;
        loop {
            let Some(mark) = memchr::memchr(b'"', &self.text[begin..]).map(|n| begin + n) else {
                *at = self.text.len();
                self.flaw = self.flaw.or(Some(RecordFlaw::Unclosed(self.cells.len())));
                self.unquoted.extend_from_slice(&self.text[begin..]);
                return CellContent::Unquoted(unquoted..self.unquoted.len());
            };
            if self.text.get(mark + 1) == Some(&b'"') {
                self.unquoted.extend_from_slice(&self.text[begin..=mark]);
                begin = mark + 2;
                continue;
            }
            *at = plain_end(mark + 1);
            let is_stray = *at > mark + 1;
            if is_stray {
                self.flaw = self.flaw.or(Some(RecordFlaw::Stray(self.cells.len())));
            } else if self.unquoted.len() == unquoted {
                return CellContent::Text(begin..mark);
            }
            self.unquoted.extend_from_slice(&self.text[begin..mark]);
            self.unquoted.extend_from_slice(&self.text[mark + 1..*at]);
            return CellContent::Unquoted(unquoted..self.unquoted.len());
        }
    }

    /// Counts the lines of the current record. Its own line end is skipped together with the blank
    /// lines that may follow.
    fn end_line(&mut self) {
        self.next = self.record.end;
        self.next_line = self.line;
        if !self.is_plain {
            let passed = &self.text[self.record.clone()];
            let returns = memchr::memchr_iter(b'\r', passed)
                .filter(|at| passed.get(at + 1) != Some(&b'\n'))
                .count();
            let breaks = (memchr::memchr_iter(b'\n', passed).count() + returns) as u64;
            self.next_line += breaks;
            self.next_folded = self.folded + breaks;
        }
    }
}

/// The number of lines that are not empty. Adds the line ends to `line`.
fn count_lines(text: &[u8], line: &mut u64) -> u64 {
    let mut filled = 0;
    let mut begin = 0;
    for at in memchr::memchr2_iter(b'\n', b'\r', text) {
        filled += u64::from(at > begin);
        // Of CRLF only the line feed counts.
        *line += u64::from(text[at] == b'\n' || text.get(at + 1) != Some(&b'\n'));
        begin = at + 1;
    }
    filled + u64::from(begin < text.len())
}

/// The number of characters in bytes that may not be UTF-8.
fn characters(bytes: &[u8]) -> u64 {
    String::from_utf8_lossy(bytes).chars().count() as u64
}

/// The delimiter of a first line `sep=;`, which Excel writes and obeys, and where the next line
/// begins.
fn declared_delimiter(head: &[u8]) -> Option<(u8, usize)> {
    if head.len() < 5 || !head[..4].eq_ignore_ascii_case(b"sep=") || !DELIMITERS.contains(&head[4])
    {
        return None;
    }
    match &head[5..] {
        [b'\r', b'\n', ..] => Some((head[4], 7)),
        [b'\r' | b'\n', ..] => Some((head[4], 6)),
        _ => None,
    }
}

const DELIMITERS: [u8; 4] = *b";,\t|";

/// The delimiter that occurs most often outside quotes in the first lines, and equally often in
/// each.
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
    // The last line may be incomplete, or the empty one after the last line end.
    if counts.len() > 1 {
        counts.pop();
    }
    let score = |at: usize| {
        let first = counts[0][at];
        let like_it = counts.iter().filter(|line| line[at] == first).count();
        if first == 0 { (0, 0, 0) } else { (like_it, first, DELIMITERS.len() - at) }
    };
    (0..DELIMITERS.len())
        .max_by_key(|at| score(*at))
        .filter(|at| score(*at).0 > 0)
        .map_or(b',', |at| DELIMITERS[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_too_long_loses_none_of_those_behind_it() {
        let long = "x".repeat(LONGEST_RECORD * 2 + 5);
        for record in [long.clone(), format!("\"{long}\n{long}\"")] {
            let text = format!("a,b\n{record},1\nc,d\n");
            let mut records = CsvRecords::new(text.as_bytes(), Some(',')).unwrap();
            let mut seen = Vec::new();
            while let Some(line) = records.next().unwrap() {
                seen.push((line, records.row(), records.flaw.is_some()));
            }
            let last = 3 + record.matches('\n').count() as u64;
            assert_eq!(seen, [(1, 1, false), (2, 2, true), (last, 3, false)]);
        }
    }

    #[test]
    fn behind_the_last_cell_that_is_kept_quotes_still_hold_a_record_together() {
        for end in [";\"a\nb;\"\"c\";d", ";x\"y;\"\"", ";\"\";\"a\n\n\"", ";"] {
            let text = format!("{}{end}\nc;d\n", ";".repeat(MOST_CELLS + 9));
            let mut records = CsvRecords::new(text.as_bytes(), Some(';')).unwrap();
            assert!(records.next().unwrap().is_some());
            let seen = (records.len(), records.flaw());
            assert_eq!(seen, (MOST_CELLS, Some(RecordFlaw::Wide(MOST_CELLS - 1))), "{end}");
            let line = 2 + end.matches('\n').count() as u64;
            assert_eq!(records.next().unwrap(), Some(line), "{end}");
            assert_eq!(records.cell(0), Ok("c"));
        }
    }

    #[test]
    fn columns_are_counted_from_any_cell() {
        let mut records =
            CsvRecords::new("ж;яя;\"a\"\"\";b\nяя;c\n".as_bytes(), Some(';')).unwrap();
        let mut columns = Vec::new();
        while records.next().unwrap().is_some() {
            columns.extend([1, 0, 3, 2, 1].map(|cell| records.column(cell)));
        }
        assert_eq!(columns, [3, 1, 12, 6, 3, 4, 1, 1, 1, 4]);
    }

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
            assert_eq!(
                char::from(guess_delimiter(text.as_bytes())),
                char::from(delimiter),
                "{text:?}"
            );
        }
    }

    /// The cells according to the csv crate.
    fn according_to_the_csv_crate(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(b';')
            .from_reader(text);
        reader
            .byte_records()
            .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
            .collect()
    }

    /// A reader that returns one byte at a time.
    struct Dripping<'a>(&'a [u8]);

    impl Read for Dripping<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let n = self.0.len().min(1);
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn cells(input: impl Read) -> Vec<Vec<Vec<u8>>> {
        let mut records = CsvRecords::new(input, Some(';')).unwrap();
        let mut all = Vec::new();
        while records.next().unwrap().is_some() {
            let bytes = |cell| {
                records.cell(cell).map_or_else(<[u8]>::to_vec, |text| text.as_bytes().to_vec())
            };
            all.push((0..records.len()).map(bytes).collect());
        }
        all
    }

    #[test]
    fn lines_are_counted_over_breaks_of_every_kind() {
        let text = "a;b\r\n\r\n\nc;\"d\r\ne\nf\rg\"\rh;i\n";
        let mut records = CsvRecords::new(text.as_bytes(), None).unwrap();
        let lines: Vec<_> = std::iter::from_fn(|| records.next().unwrap()).collect();
        assert_eq!(lines, [1, 4, 8]);
    }

    #[test]
    fn a_record_longer_than_a_block_is_read_whole() {
        let long = "ж\"\"".repeat(BLOCK);
        let text = format!("a;\"{long}\"\r\nb;c\r\n{};d\r\n", "e".repeat(3 * BLOCK));
        assert_eq!(cells(text.as_bytes()), according_to_the_csv_crate(text.as_bytes()));
    }

    proptest::proptest! {
        #[test]
        fn cells_are_those_of_the_csv_crate(text in "[a;\"\n\rж ]{0,40}") {
            let text = format!("x;y\n{text}");
            assert_eq!(cells(text.as_bytes()), according_to_the_csv_crate(text.as_bytes()));
            let dripping = Dripping(text.as_bytes());
            assert_eq!(cells(dripping), according_to_the_csv_crate(text.as_bytes()));
        }
    }
}
