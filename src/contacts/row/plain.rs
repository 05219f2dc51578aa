//! The fast path for text without quotation marks in which no cell has to be cleaned.
//!
//! Parses the same rows as `RowParser::parse`, without copying a cell.

use std::ops::Range;
use std::sync::Arc;

use super::nobody::{NoAddressee, no_addressee};
use super::{ParsedRow, RowBatch, RowCells, RowParser, RowPosition, beyond_headings};
use crate::contacts::cells;
use crate::contacts::fields::Field;
use crate::contacts::format::{Chunk, RowPlace};
use crate::problem::{ListFault, Severity};
use crate::recipient::CellPage;

/// A chunk of which every line is a record without quotation marks.
struct PlainChunk {
    text: String,
    delimiter: u8,
}

/// Where cells begin and end in a plain chunk.
type CellRanges = Vec<(u32, u32)>;

impl PlainChunk {
    fn cell(&self, (begin, end): (u32, u32)) -> &str {
        self.text.get(begin as usize..end as usize).unwrap_or_default()
    }

    fn is_blank(&self, cells: &[(u32, u32)]) -> bool {
        cells.iter().all(|cell| self.cell(*cell).trim().is_empty())
    }

    /// The same cell without the spaces around it.
    fn trimmed(&self, (begin, end): (u32, u32)) -> (u32, u32) {
        let whole = self.cell((begin, end));
        let kept = cells::trimmed(whole);
        if kept.len() == whole.len() {
            return (begin, end);
        }
        let begin = begin + offset(whole.len() - whole.trim_start().len());
        (begin, begin + offset(kept.len()))
    }
}

/// An offset in a chunk, which is far below 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl RowParser {
    /// Parses a chunk in which no cell has to be cleaned, so that its text can be the page. Returns
    /// any other chunk unread.
    pub(super) fn plain_chunk(
        &mut self,
        chunk: Chunk,
        delimiter: u8,
        before: u64,
    ) -> Result<RowBatch, Chunk> {
        if cells::may_have_error(&chunk.text)
            || cells::may_need_cleaning(&chunk.text, [b'\n', b'\r', delimiter])
        {
            return Err(chunk);
        }
        let text = match simdutf8::basic::from_utf8(&chunk.text) {
            Ok(text) => text.to_owned(),
            Err(_) => return Err(chunk),
        };
        let plain = PlainChunk { text, delimiter };
        let mut page = Vec::with_capacity(plain.text.len() / 16);
        let mut rows = Vec::with_capacity(plain.text.len() / 128);
        let place = RowPlace { sheet: 0, line: chunk.line, number: chunk.row };
        let mut position = RowPosition { row: before, place };
        let mut begin = 0;
        let bytes = plain.text.as_bytes();
        for end in memchr::memchr2_iter(b'\n', b'\r', bytes).chain([bytes.len()]) {
            if end > begin {
                position.row += 1;
                if self.wants(position.row) {
                    rows.extend(self.plain_row(&plain, begin..end, position, &mut page));
                }
            }
            let ends_line = bytes.get(end) == Some(&b'\n') || bytes.get(end + 1) != Some(&b'\n');
            position.place.line += u64::from(ends_line);
            position.place.number += u64::from(ends_line);
            begin = end + 1;
        }
        Ok(RowBatch { page: Arc::new(CellPage::of(plain.text, page)), rows: rows.into_iter() })
    }

    /// What a row of a plain chunk is if it is about nobody.
    fn plain_no_addressee(&self, chunk: &PlainChunk, cells: &[(u32, u32)]) -> Option<NoAddressee> {
        let email = self.columns.of(Field::Email)?;
        // A row that lacks cells is faulty, whatever it is about.
        if cells.len() < self.declared
            || cells.get(email).is_some_and(|cell| chunk.cell(*cell).contains('@'))
        {
            return None;
        }
        let cells: Vec<(usize, &str)> = cells
            .iter()
            .map(|cell| chunk.cell(*cell).trim())
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
            .collect();
        let headings: Vec<&str> = self.names.0.iter().map(|(_, heading)| &**heading).collect();
        no_addressee(&cells, false, &headings, &self.columns)
    }

    /// Parses a row of a plain chunk; `None` if it is blank.
    fn plain_row(
        &mut self,
        chunk: &PlainChunk,
        record: Range<usize>,
        position: RowPosition,
        page: &mut CellRanges,
    ) -> Option<ParsedRow> {
        let first = page.len();
        let mut begin = record.start;
        let bytes = &chunk.text.as_bytes()[record.clone()];
        let ends = memchr::memchr_iter(chunk.delimiter, bytes).map(|at| record.start + at);
        for end in ends.chain([record.end]) {
            page.push((offset(begin), offset(end)));
            begin = end + 1;
        }
        let found = page.len() - first;
        if !bytes[0].is_ascii_alphanumeric() && chunk.is_blank(&page[first..]) {
            page.truncate(first);
            return None;
        }
        if let Some(kind) = self.plain_no_addressee(chunk, &page[first..]) {
            page.truncate(first);
            return Some(ParsedRow::without_addressee(position, first, kind));
        }
        let column = |cell: usize, page: &[(u32, u32)]| {
            let begins = page.get(first + cell).map_or(record.start, |(begin, _)| *begin as usize);
            let before = chunk.text.get(record.start..begins);
            before.map_or(0, |before| before.chars().count() as u64) + 1
        };
        let expected = self.declared;
        if found != expected && (found < expected || !chunk.is_blank(&page[first + expected..])) {
            let at = found.min(expected).saturating_sub(1);
            let fault = ListFault::RowRagged { expected, found };
            let problem = self.problem(position, at, column(at, page), fault);
            return Some(ParsedRow::broken(position, first..page.len(), problem));
        }
        let mut problems = Vec::new();
        let columns = self.names.len();
        if found > columns {
            let mut beyond = columns..found;
            if let Some(cell) = beyond.find(|at| !chunk.cell(page[first + at]).trim().is_empty()) {
                let fault = beyond_headings(chunk.cell(page[first + cell]));
                let problem = self.problem(position, cell, column(cell, page), fault);
                problems.push(problem.with_severity(Severity::Warning));
            }
            page.truncate(first + columns);
        }
        // Columns count from where a cell begins, the spaces around it included.
        let trimmed: CellRanges = page[first..].iter().map(|cell| chunk.trimmed(*cell)).collect();
        let text = |at: usize| trimmed.get(at).map_or("", |cell| chunk.cell(*cell));
        let cells = RowCells { position, text: &text, column: &|at| column(at, page) };
        let row = self.understand(&cells, problems);
        page.truncate(first);
        page.extend(trimmed);
        Some(ParsedRow { cells: first..page.len(), ..row })
    }
}
