//! One row on its own: its cells as text, its addresses, whom it is about.
//!
//! Knows nothing of the other rows: that is `standing`'s matter. So a long list is read on all
//! cores, in chunks.

use std::ops::Range;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::addresses::{self, CellAddresses, DomainTypos};
use super::cross_check::{RowHasher, RowHashes};
use super::fields::Field;
use super::format::{Chunk, CsvRecords, Input, ListOrigin, RowSource, UnreadableCell};
use super::headings::Columns;
use super::{ManyAddresses, TimezoneColumn, cells};
use crate::bitset::BitSet;
use crate::policy;
use crate::problem::{
    AddressFlaw, Cause, ConfigFault, Expected, Fault, FileFault, FormsFault, ListFault, Place,
    Problem, Severity,
};
use crate::recipient::{Card, Cells, Page};
use crate::russian::forms::Given;
use crate::russian::names::{FullName, Split};
use crate::russian::{Confidence, Gender, gender};

/// A row as far as it can be understood on its own.
pub(super) struct ParsedRow {
    pub row: u64,
    pub line: u64,
    /// The column of the address, as its place counts it.
    pub email_column: u64,
    /// Its cells on the page that it was read to.
    cells: Range<usize>,
    pub body: RowBody,
    pub problems: Vec<Problem>,
}

/// What a row says.
pub(super) enum RowBody {
    /// It could not be taken apart into cells.
    Broken,
    Whole {
        addresses: Option<(CellAddresses, RowHashes)>,
        gender: Option<Gender>,
        /// The name, where it was split out of one cell.
        split: Option<FullName>,
        timezone: Option<TimeZone>,
    },
}

/// The field of each column, and its heading as problems name it.
pub(super) type ColumnNames = Arc<[(Option<Field>, Arc<str>)]>;

/// A problem in a cell of a row.
pub(super) fn problem(
    names: &ColumnNames,
    row: u64,
    column: usize,
    place: Place,
    fault: Fault,
) -> Problem {
    let (field, heading) =
        names.get(column).map_or((None, Arc::from("")), |(field, it)| (*field, it.clone()));
    let name = field.map_or_else(|| heading.clone(), |field| field.name().into());
    Problem::error(place, fault).of_row(row, name).headed(heading)
}

/// Reads row after row.
pub(super) struct RowReader {
    pub source: RowSource,
    pub parser: RowParser,
    pub row: u64,
    pub has_ended: bool,
}

impl RowReader {
    /// The next rows, as many as that, and the page with their cells. None at the end of the list.
    pub(super) fn batch(&mut self, most: usize) -> RowBatch {
        let (mut page, mut rows) = (Page::default(), Vec::new());
        while rows.len() < most && !self.has_ended {
            match self.source.next() {
                Ok(None) => self.has_ended = true,
                Ok(Some(line)) => {
                    self.row += 1;
                    // Excel keeps rows that were emptied, not deleted.
                    if self.parser.wants(self.row) && !self.source.is_blank() {
                        rows.push(self.parser.read(&self.source, self.row, line, &mut page));
                    }
                }
                Err(cause) => {
                    self.has_ended = true;
                    self.row += 1;
                    rows.push(unread(self.row, &self.parser.origin.file, cause));
                }
            }
        }
        RowBatch { page: Arc::new(page), rows: rows.into_iter() }
    }
}

/// What stands in place of the rows that could not be read any more.
pub(super) fn unread(row: u64, file: &Arc<str>, cause: Cause) -> ParsedRow {
    let problem = Problem::error(Place::file(file.clone()), FileFault::Unreadable { cause });
    ParsedRow {
        row,
        line: 0,
        email_column: 0,
        cells: 0..0,
        body: RowBody::Broken,
        problems: vec![problem],
    }
}

/// What a row is read by: the same for all rows of a list, on whichever thread.
#[derive(Clone)]
pub(super) struct RowParser {
    pub origin: ListOrigin,
    pub columns: Columns,
    pub names: ColumnNames,
    pub several: ManyAddresses,
    pub timezones: TimezoneColumn,
    /// The cells of the headings' row, empty ones at its end included.
    pub declared: usize,
    pub hasher: RowHasher,
    pub typos: DomainTypos,
    /// The list is one that `check --problems` wrote.
    pub is_ours: bool,
    /// Those that are wanted, where not all are.
    pub only: Option<Arc<BitSet>>,
}

impl RowParser {
    fn wants(&self, row: u64) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(row))
    }

    /// Reads all rows of a chunk. `before` rows stand above it.
    pub(super) fn chunk(&mut self, chunk: Chunk, delimiter: u8, before: u64) -> RowBatch {
        let chunk = if chunk.is_plain && !self.is_ours && chunk.text.len() <= cells::LONGEST {
            match self.plain_chunk(chunk, delimiter, before) {
                Ok(batch) => return batch,
                Err(chunk) => chunk,
            }
        } else {
            chunk
        };
        let records = CsvRecords::of_chunk(
            Box::new(std::io::empty()) as Input,
            chunk.text,
            delimiter,
            chunk.line,
        );
        let source = RowSource::Text(Box::new(records));
        let mut reader = RowReader { source, parser: self.clone(), row: before, has_ended: false };
        reader.batch(usize::MAX)
    }

    /// The rows of a chunk in which nothing needs a second look: its text is the page. Else the
    /// chunk again.
    fn plain_chunk(&mut self, chunk: Chunk, delimiter: u8, before: u64) -> Result<RowBatch, Chunk> {
        if cells::may_have_error(&chunk.text)
            || cells::needs_a_second_look(&chunk.text, [b'\n', b'\r', delimiter])
        {
            return Err(chunk);
        }
        let text = match simdutf8::basic::from_utf8(&chunk.text) {
            Ok(text) => text.to_owned(),
            Err(_) => return Err(chunk),
        };
        let mut page = Vec::with_capacity(text.len() / 16);
        let mut rows = Vec::with_capacity(text.len() / 128);
        let (mut row, mut line, mut begin) = (before, chunk.line, 0);
        let bytes = text.as_bytes();
        for end in memchr::memchr2_iter(b'\n', b'\r', bytes).chain([bytes.len()]) {
            if end > begin {
                row += 1;
                if self.wants(row) {
                    rows.extend(self.plain_row(&text, begin..end, delimiter, row, line, &mut page));
                }
            }
            line += u64::from(bytes.get(end) == Some(&b'\n') || bytes.get(end + 1) != Some(&b'\n'));
            begin = end + 1;
        }
        Ok(RowBatch { page: Arc::new(Page::of(text, page)), rows: rows.into_iter() })
    }

    /// Reads a row of such a chunk; `None` where nothing is written in it.
    fn plain_row(
        &mut self,
        text: &str,
        record: Range<usize>,
        delimiter: u8,
        row: u64,
        line: u64,
        page: &mut Vec<(u32, u32)>,
    ) -> Option<ParsedRow> {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let cell =
            |(begin, end): (u32, u32)| text.get(begin as usize..end as usize).unwrap_or_default();
        let first = page.len();
        let mut begin = record.start;
        let ends = memchr::memchr_iter(delimiter, &text.as_bytes()[record.clone()])
            .map(|at| record.start + at);
        for end in ends.chain([record.end]) {
            page.push((place(begin), place(end)));
            begin = end + 1;
        }
        let found = page.len() - first;
        let all = |cells: &[(u32, u32)]| cells.iter().all(|place| cell(*place).trim().is_empty());
        if !text.as_bytes()[record.start].is_ascii_alphanumeric() && all(&page[first..]) {
            page.truncate(first);
            return None;
        }
        let column = |cell: usize, page: &[(u32, u32)]| {
            let begins = page.get(first + cell).map_or(record.start, |(begin, _)| *begin as usize);
            text.get(record.start..begins).map_or(0, |before| before.chars().count() as u64) + 1
        };
        let expected = self.declared;
        if found != expected && (found < expected || !all(&page[first + expected..])) {
            let at = found.min(expected).saturating_sub(1);
            let fault = ListFault::RowRagged { expected, found };
            let problem = self.problem(row, line, at, column(at, page), fault.into());
            return Some(broken(row, line, first..page.len(), problem));
        }
        let mut problems = Vec::new();
        let columns = self.names.len();
        if found > columns {
            if let Some(beyond) =
                (columns..found).find(|at| !cell(page[first + at]).trim().is_empty())
            {
                let text = cell(page[first + beyond]).trim().chars().take(60).collect();
                let fault = ListFault::CellBeyondHeadings { text };
                let problem = self.problem(row, line, beyond, column(beyond, page), fault.into());
                problems.push(problem.with_severity(Severity::Warning));
            }
            page.truncate(first + columns);
        }
        // Where the cells begin is asked for seldom, and before the spaces at their ends are left
        // out.
        let raw: &[(u32, u32)] = &page[first..];
        let trimmed: Vec<(u32, u32)> = raw
            .iter()
            .map(|(begin, end)| {
                let whole = cell((*begin, *end));
                let kept = cells::trimmed(whole);
                let lead = if kept.len() == whole.len() {
                    0
                } else {
                    whole.len() - whole.trim_start().len()
                };
                (begin + place(lead), begin + place(lead + kept.len()))
            })
            .collect();
        let text_of = |at: usize| trimmed.get(at).map_or("", |place| cell(*place));
        let reading = self.understand(row, line, &text_of, &|at| column(at, page), problems);
        page.truncate(first);
        page.extend(trimmed);
        Some(ParsedRow { cells: first..page.len(), ..reading })
    }

    fn problem(&self, row: u64, line: u64, column: usize, shown: u64, fault: Fault) -> Problem {
        problem(&self.names, row, column, self.origin.place(line, shown), fault)
    }

    fn read(&mut self, source: &RowSource, row: u64, line: u64, page: &mut Page) -> ParsedRow {
        let first = page.len();
        let column = |cell| source.column(cell);
        if let Some((cell, fault)) = source.flaw().or_else(|| source.ragged(self.declared)) {
            (0..source.len()).for_each(|cell| page.push(&source.anything(cell)));
            return broken(
                row,
                line,
                first..page.len(),
                self.problem(row, line, cell, column(cell), fault),
            );
        }
        let mut problems = Vec::new();
        if self.is_ours || !source.copy_plain(self.names.len(), page) {
            problems = self.texts(source, row, line, page);
        }
        if let Some(cell) = source.beyond(self.names.len()) {
            let text = source.anything(cell).trim().chars().take(60).collect();
            let fault = ListFault::CellBeyondHeadings { text };
            problems.push(
                self.problem(row, line, cell, column(cell), fault.into())
                    .with_severity(Severity::Warning),
            );
        }
        let text_of = |at: usize| page.get(first + at).unwrap_or_default();
        let reading = self.understand(row, line, &text_of, &column, problems);
        ParsedRow { cells: first..page.len(), ..reading }
    }

    /// What the cells of a row say; `column` tells where one stands.
    fn understand<'a>(
        &mut self,
        row: u64,
        line: u64,
        cell: &dyn Fn(usize) -> &'a str,
        column: &dyn Fn(usize) -> u64,
        mut problems: Vec<Problem>,
    ) -> ParsedRow {
        let columns = self.columns.clone();
        let text_of = |field| columns.of(field).map_or("", cell);
        let email = columns.of(Field::Email).unwrap_or(0);
        let email_column = column(email);
        let mut tell = |this: &Self, at: usize, severity, fault| {
            problems.push(this.problem(row, line, at, column(at), fault).with_severity(severity));
        };
        let addresses =
            addresses::read(text_of(Field::Email), self.several).map_err(|(value, flaw)| {
                let fault = if flaw == AddressFlaw::Empty {
                    ListFault::CellEmpty
                } else {
                    ListFault::AddressSyntax { value, flaw }
                };
                tell(self, email, Severity::Error, fault.into());
            });
        for address in addresses.iter().flat_map(|all| std::iter::once(&all.to).chain(&all.copies))
        {
            if let Some(proposal) = self.typos.proposal(address) {
                let address = address.to_string();
                tell(
                    self,
                    email,
                    Severity::Warning,
                    ListFault::AddressTypo { address, proposal }.into(),
                );
            }
        }
        let written = text_of(Field::Gender);
        let gender = gender::parse(written);
        if let (None, Some(at), false) = (gender, columns.of(Field::Gender), written.is_empty()) {
            tell(
                self,
                at,
                Severity::Error,
                FormsFault::GenderUnreadable { value: written.to_owned() }.into(),
            );
        }
        let split = split(&text_of).map(|split| {
            if let (Some(at), true) =
                (columns.of(Field::FullName), split.confidence < Confidence::Sure)
            {
                let fault = FormsFault::NameOrder {
                    name: split.name.clone(),
                    reason: split.reason.clone(),
                };
                tell(self, at, Severity::Doubt, fault.into());
            }
            split.name
        });
        let mut timezone = None;
        if let Some(at) =
            columns.of(Field::Timezone).filter(|_| self.timezones == TimezoneColumn::Read)
        {
            // The zone that a cell names, where letters go by it.
            let written = text_of(Field::Timezone);
            timezone = policy::zone(written).filter(|_| !written.is_empty());
            if timezone.is_none() && !written.is_empty() {
                let fault = ConfigFault::ValueUnreadable {
                    value: written.to_owned(),
                    expected: Expected::Zone,
                };
                tell(self, at, Severity::Error, fault.into());
            }
        }
        let addresses = addresses.ok().map(|addresses| {
            let name = split.as_ref().map_or_else(
                || [Field::Surname, Field::FirstName, Field::Patronymic].map(text_of),
                |split| [&split.surname, &split.first_name, &split.patronymic].map(String::as_str),
            );
            let hashes = self.hasher.hashes(
                &addresses.to,
                text_of(Field::Key),
                name,
                text_of(Field::Organisation),
            );
            (addresses, hashes)
        });
        let body = RowBody::Whole { addresses, gender, split, timezone };
        ParsedRow { row, line, email_column, cells: 0..0, body, problems }
    }

    /// Appends the cells of the current row as text, one for each heading; tells what is wrong with
    /// them.
    fn texts(&self, source: &RowSource, row: u64, line: u64, texts: &mut Page) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (column, (field, _)) in self.names.iter().enumerate() {
            let of = match field {
                None => cells::CellUse::Free,
                Some(Field::Email) => cells::CellUse::Address,
                Some(_) => cells::CellUse::Field,
            };
            let fault = match source.cell(column) {
                Ok(text) => {
                    let is_marked =
                        self.is_ours && text.strip_prefix('\'').is_some_and(runs_in_excel);
                    let cell =
                        cells::clean(text.get(usize::from(is_marked)..).unwrap_or_default(), of);
                    texts.push(&cell.text);
                    cell.fault
                }
                Err(UnreadableCell::Bytes(text)) => {
                    texts.push(&text);
                    Some((Severity::Error, FileFault::NotUtf8.into()))
                }
                Err(UnreadableCell::Error(value)) => {
                    texts.push(&value);
                    Some((Severity::Error, ListFault::CellIsError { value }.into()))
                }
            };
            problems.extend(fault.map(|(severity, fault)| {
                self.problem(row, line, column, source.column(column), fault)
                    .with_severity(severity)
            }));
        }
        problems
    }
}

fn broken(row: u64, line: u64, cells: Range<usize>, problem: Problem) -> ParsedRow {
    ParsedRow { row, line, email_column: 0, cells, body: RowBody::Broken, problems: vec![problem] }
}

/// True for a cell before which `check --problems` writes an apostrophe.
fn runs_in_excel(cell: &str) -> bool {
    cell.trim_start().starts_with(['=', '@', '+', '-']) || cell.starts_with(['\t', '\r', '\n'])
}

/// The full name taken apart, where the parts have no columns of their own.
fn split<'a>(text_of: &impl Fn(Field) -> &'a str) -> Option<Split> {
    let has_parts = [Field::Surname, Field::FirstName, Field::Patronymic]
        .into_iter()
        .any(|it| !text_of(it).is_empty());
    let full = text_of(Field::FullName);
    (!has_parts && !full.is_empty()).then(|| FullName::split(full))
}

/// Who a row is about.
pub(super) fn card(
    cells: &Cells,
    columns: &Columns,
    gender: Option<Gender>,
    split: Option<FullName>,
) -> Card {
    let text_of = |field| {
        columns.of(field).and_then(|column| cells.get(column)).unwrap_or_default().to_owned()
    };
    let name = split.unwrap_or_else(|| FullName {
        surname: text_of(Field::Surname),
        first_name: text_of(Field::FirstName),
        patronymic: text_of(Field::Patronymic),
    });
    Card {
        email: text_of(Field::Email),
        name,
        gender,
        position: text_of(Field::Position),
        organisation: text_of(Field::Organisation),
        given: Given {
            surname_dative: text_of(Field::SurnameDative),
            name_dative: text_of(Field::NameDative),
            position_dative: text_of(Field::PositionDative),
            salutation: text_of(Field::Salutation),
        },
    }
}

/// Some rows and the page with their cells.
pub(super) struct RowBatch {
    pub page: Arc<Page>,
    pub rows: std::vec::IntoIter<ParsedRow>,
}

impl Iterator for RowBatch {
    type Item = (ParsedRow, Cells);

    fn next(&mut self) -> Option<(ParsedRow, Cells)> {
        let reading = self.rows.next()?;
        let cells = self.page.cells(reading.cells.start, reading.cells.len());
        Some((reading, cells))
    }
}
