//! One row on its own: its cells as text, its addresses, the person it is about.
//!
//! Knows nothing of the other rows (see `cross_check`), so the rows of a long list can be parsed on
//! all cores, in chunks.

mod nobody;
mod plain;

use std::ops::Range;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::bitset::BitSet;
use crate::contacts::addresses::{self, AddressCell, CellAddresses, DomainTypos};
use crate::contacts::cross_check::{RowHasher, RowHashes};
use crate::contacts::fields::{FURTHER, Field};
use crate::contacts::format::{Chunk, CsvRecords, Input, ListOrigin, RowPlace, RowSource};
use crate::contacts::headings::Columns;
use crate::contacts::{ManyAddresses, OddRowPolicy, People, TimezoneColumn, cells};
use crate::policy;
use crate::problem::{
    AddressFlaw, Cause, ConfigFault, Expected, Fault, FileFault, FormsFault, ListFault, Place,
    Problem, Severity, TableFault,
};
use crate::recipient::{Card, CellPage, Cells, Mailbox};
use crate::russian::forms::{Companion, Given};
use crate::russian::names::{FullName, one_capital};
use crate::russian::titles::Titles;
use crate::russian::{Confidence, Gender, gender, languages};
use languages::is_russian;
pub(super) use nobody::{NoAddressee, is_title};
use nobody::{is_nobody, no_addressee};

/// A row as far as it can be understood on its own.
pub(super) struct ParsedRow {
    pub position: RowPosition,
    /// The column of the address, as places count it.
    pub email_column: u64,
    /// Its cells on the page of its batch.
    cells: Range<usize>,
    pub body: RowBody,
    pub problems: Vec<Problem>,
}

/// The number of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowPosition {
    /// The record below the headings, counted from 1.
    pub row: u64,
    pub place: RowPlace,
}

/// What a row says.
pub(super) enum RowBody {
    /// It could not be split into cells.
    Broken,
    /// It is about nobody: a title, a total, a heading.
    NoAddressee(NoAddressee),
    Whole {
        addresses: Option<(CellAddresses, RowHashes)>,
        gender: Option<Gender>,
        /// The name, if its cells do not hold it as it is read.
        name: Option<FullName>,
        timezone: Option<TimeZone>,
        reply_to: Option<Box<Mailbox>>,
        beside: Option<Box<Beside>>,
    },
}

/// What few rows have.
#[derive(Default)]
pub(super) struct Beside {
    pub titles: Titles,
    pub others: Vec<Companion>,
    pub language: Option<String>,
}

impl ParsedRow {
    /// Stands for the rows from here on, which could not be read.
    pub(super) fn unreadable(row: u64, file: &Arc<str>, cause: Cause) -> Self {
        let problem = Problem::error(Place::file(file.clone()), FileFault::Unreadable { cause });
        Self::broken(RowPosition { row, place: RowPlace::default() }, 0..0, problem)
    }

    /// Has no cells of the page, of which `first` would be the first.
    fn without_addressee(position: RowPosition, first: usize, kind: NoAddressee) -> Self {
        Self {
            position,
            email_column: 0,
            cells: first..first,
            body: RowBody::NoAddressee(kind),
            problems: Vec::new(),
        }
    }

    fn broken(position: RowPosition, cells: Range<usize>, problem: Problem) -> Self {
        let problems = vec![problem];
        Self { position, email_column: 0, cells, body: RowBody::Broken, problems }
    }
}

/// Some rows, and the page that holds their cells.
pub(super) struct RowBatch {
    pub page: Arc<CellPage>,
    pub rows: std::vec::IntoIter<ParsedRow>,
}

impl Iterator for RowBatch {
    type Item = (ParsedRow, Cells);

    fn next(&mut self) -> Option<(ParsedRow, Cells)> {
        let row = self.rows.next()?;
        let cells = self.page.cells(row.cells.start, row.cells.len());
        Some((row, cells))
    }
}

/// The field and the heading of each column, as problems name them.
#[derive(Clone)]
pub(super) struct ColumnNames(Arc<[(Option<Field>, Arc<str>)]>);

impl ColumnNames {
    pub(super) fn new(columns: &Columns, headings: &[String]) -> Self {
        let named = headings.iter().map(|heading| Arc::from(heading.as_str()));
        Self(columns.fields(headings.len()).into_iter().zip(named).collect())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    /// A problem in a cell of a row.
    fn problem(&self, row: u64, column: usize, place: Place, fault: impl Into<Fault>) -> Problem {
        let (field, heading) =
            self.0.get(column).map_or((None, Arc::from("")), |(field, it)| (*field, it.clone()));
        let name = field.map_or_else(|| heading.clone(), |field| field.name().into());
        Problem::error(place, fault).of_row(row, name).headed(heading)
    }
}

/// Parses row after row.
pub(super) struct RowReader {
    pub source: RowSource,
    pub parser: RowParser,
    /// The number of the last row.
    pub row: u64,
    pub has_ended: bool,
}

impl RowReader {
    /// Returns the next rows, at most so many; none at the end of the list.
    pub(super) fn batch(&mut self, most: usize) -> RowBatch {
        let mut page = CellPage::default();
        let mut rows = Vec::new();
        while rows.len() < most && !self.has_ended {
            match self.source.next() {
                Ok(None) => self.has_ended = true,
                Ok(Some(place)) => {
                    self.row += 1;
                    let position = RowPosition { row: self.row, place };
                    // Excel keeps rows that were emptied, not deleted.
                    if self.parser.wants(self.row)
                        && !self.source.is_left_out(self.parser.odd_rows)
                        && !self.source.is_blank()
                    {
                        rows.push(self.parser.parse(&self.source, position, &mut page));
                    }
                }
                Err(cause) => {
                    self.has_ended = true;
                    self.row += 1;
                    let file = &self.parser.origin.file;
                    rows.push(ParsedRow::unreadable(self.row, file, cause));
                }
            }
        }
        RowBatch { page: Arc::new(page), rows: rows.into_iter() }
    }
}

/// Parses the rows of one list. Each thread has a clone.
#[derive(Clone)]
pub(super) struct RowParser {
    pub origin: ListOrigin,
    pub columns: Columns,
    pub names: ColumnNames,
    pub several: ManyAddresses,
    pub timezones: TimezoneColumn,
    pub people: People,
    /// As in `ListSettings`.
    pub languages: Arc<[String]>,
    pub odd_rows: OddRowPolicy,
    /// The cells of the heading row, empty ones at its end included.
    pub declared: usize,
    pub hasher: RowHasher,
    pub typos: DomainTypos,
    /// The list was written by `check --problems`.
    pub is_ours: bool,
    /// The rows that are wanted; all if `None`.
    pub only: Option<Arc<BitSet>>,
}

/// The cells of one row.
struct RowCells<'a> {
    position: RowPosition,
    /// The text of a cell; empty after the last.
    text: &'a dyn Fn(usize) -> &'a str,
    /// The column of a cell, as places count it.
    column: &'a dyn Fn(usize) -> u64,
}

impl RowParser {
    fn wants(&self, row: u64) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(row))
    }

    /// Parses all rows of a chunk. `before` rows precede it.
    pub(super) fn chunk(&mut self, chunk: Chunk, delimiter: u8, before: u64) -> RowBatch {
        let chunk = if chunk.is_plain && !self.is_ours && chunk.text.len() <= cells::LONGEST {
            match self.plain_chunk(chunk, delimiter, before) {
                Ok(batch) => return batch,
                Err(chunk) => chunk,
            }
        } else {
            chunk
        };
        let empty: Input = Box::new(std::io::empty());
        let records = CsvRecords::of_chunk(empty, chunk, delimiter);
        let source = RowSource::Text(Box::new(records));
        let mut reader = RowReader { source, parser: self.clone(), row: before, has_ended: false };
        reader.batch(usize::MAX)
    }

    fn problem(
        &self,
        at: RowPosition,
        column: usize,
        shown: u64,
        fault: impl Into<Fault>,
    ) -> Problem {
        self.names.problem(at.row, column, self.origin.place(at.place, shown), fault)
    }

    /// Parses the current row of a source, and appends its cells to the page.
    fn parse(
        &mut self,
        source: &RowSource,
        position: RowPosition,
        page: &mut CellPage,
    ) -> ParsedRow {
        let first = page.len();
        let column = |cell| source.column(cell);
        if let Some((cell, fault)) = source.flaw().or_else(|| source.ragged(self.declared)) {
            (0..source.len()).for_each(|cell| page.push(&source.anything(cell)));
            let problem = self.problem(position, cell, column(cell), fault);
            return ParsedRow::broken(position, first..page.len(), problem);
        }
        if let Some(kind) = self.no_addressee(source) {
            return ParsedRow::without_addressee(position, first, kind);
        }
        let mut problems = Vec::new();
        if self.is_ours || !source.copy_plain(self.names.len(), page) {
            problems = self.clean(source, position, page);
        }
        if let Some(cell) = source.beyond(self.names.len()) {
            let fault = beyond_headings(&source.anything(cell));
            let problem = self.problem(position, cell, column(cell), fault);
            problems.push(problem.with_severity(Severity::Warning));
        }
        let text = |at: usize| page.get(first + at).unwrap_or_default();
        let row = self.understand(&RowCells { position, text: &text, column: &column }, problems);
        ParsedRow { cells: first..page.len(), ..row }
    }

    /// Appends the cells of the current row as clean text, one for each heading; returns what is
    /// wrong with them.
    fn clean(
        &self,
        source: &RowSource,
        position: RowPosition,
        page: &mut CellPage,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut more: Option<(Severity, usize, u64)> = None;
        for (column, (field, _)) in self.names.0.iter().enumerate() {
            let of = match field {
                None => cells::CellUse::Free,
                Some(Field::Email | Field::Cc | Field::ReplyTo) => cells::CellUse::Address,
                Some(_) => cells::CellUse::Field,
            };
            let fault = match source.cell(column) {
                Ok(text) => {
                    let is_marked =
                        self.is_ours && text.strip_prefix('\'').is_some_and(runs_in_excel);
                    let text = text.get(usize::from(is_marked)..).unwrap_or_default();
                    let cell = cells::clean(text, of);
                    page.push(&cell.text);
                    cell.fault
                }
                Err(unreadable) => {
                    page.push(&source.anything(column));
                    Some((Severity::Error, unreadable.fault()))
                }
            };
            let guessed = source.guessed(column).map(|format| {
                let (format, text) = (format.to_owned(), source.anything(column));
                (Severity::Warning, TableFault::FormatUnfollowed { format, text }.into())
            });
            for (severity, fault) in fault.into_iter().chain(guessed) {
                if problems.len() < MOST_PROBLEMS {
                    let problem = self.problem(position, column, source.column(column), fault);
                    problems.push(problem.with_severity(severity));
                } else {
                    let (worst, first, cells) = more.unwrap_or((severity, column, 0));
                    more = Some((worst.min(severity), first, cells + 1));
                }
            }
        }
        problems.extend(more.map(|(severity, column, cells)| {
            let fault = ListFault::CellsMore { cells };
            self.problem(position, column, source.column(column), fault).with_severity(severity)
        }));
        problems
    }

    /// What the current row is if it is about nobody.
    fn no_addressee(&self, source: &RowSource) -> Option<NoAddressee> {
        let email = self.columns.of(Field::Email)?;
        if source.cell(email).is_ok_and(|text| text.contains('@')) {
            return None;
        }
        let cells: Vec<(usize, String)> = (0..source.len())
            .filter(|cell| !source.is_covered(*cell))
            .map(|cell| (cell, source.anything(cell).trim().to_owned()))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        let is_merged = (0..source.len()).any(|cell| source.is_covered(cell));
        let cells: Vec<(usize, &str)> =
            cells.iter().map(|(cell, text)| (*cell, text.as_str())).collect();
        let headings: Vec<&str> = self.names.0.iter().map(|(_, heading)| &**heading).collect();
        no_addressee(&cells, is_merged, &headings, &self.columns)
    }

    /// What the cells of a row say.
    fn understand(&mut self, cells: &RowCells, mut problems: Vec<Problem>) -> ParsedRow {
        let mut addresses = self.addresses(cells, &mut problems);
        if self.is_without_person(cells, &mut problems) {
            addresses = None;
        }
        let language = self.language(cells, &mut problems);
        let speaks_russian = match language.as_ref().or(self.languages.first()) {
            Some(language) => is_russian(language),
            None => true,
        };
        let own = |field| self.columns.of(field);
        let gender = self.gender(own(Field::Gender), cells, &mut problems);
        let (name, titles) = self.name(&own, speaks_russian, cells, &mut problems);
        let others: Vec<Companion> = (0..FURTHER)
            .filter(|nth| self.columns.has_further(*nth))
            .filter_map(|nth| self.companion(nth, speaks_russian, cells, &mut problems))
            .collect();
        let is_plain = titles == Titles::default() && others.is_empty() && language.is_none();
        let beside = (!is_plain).then(|| Box::new(Beside { titles, others, language }));
        let timezone = self.timezone(cells, &mut problems);
        let reply_to = self.reply_to(cells, &mut problems);
        let text = |field| self.columns.of(field).map_or("", cells.text);
        let addresses = addresses.map(|addresses| {
            let name = name.as_ref().map_or_else(
                || NAME_PARTS.map(text),
                |name| [&name.surname, &name.first_name, &name.patronymic].map(String::as_str),
            );
            let organisation = text(Field::Organisation);
            let hashes = self.hasher.hashes(&addresses.to, text(Field::Key), name, organisation);
            (addresses, hashes)
        });
        ParsedRow {
            position: cells.position,
            email_column: (cells.column)(self.email()),
            cells: 0..0,
            body: RowBody::Whole { addresses, gender, name, timezone, reply_to, beside },
            problems,
        }
    }

    /// A problem in the address of a row. `shown` is its column as places count it.
    pub(super) fn email_problem(&self, at: RowPosition, shown: u64, fault: Fault) -> Problem {
        self.problem(at, self.email(), shown, fault)
    }

    /// The column of the address, counted from 0.
    fn email(&self) -> usize {
        self.columns.of(Field::Email).unwrap_or(0)
    }

    fn note(
        &self,
        cells: &RowCells,
        at: usize,
        severity: Severity,
        fault: impl Into<Fault>,
    ) -> Problem {
        self.problem(cells.position, at, (cells.column)(at), fault).with_severity(severity)
    }

    fn addresses(
        &mut self,
        cells: &RowCells,
        problems: &mut Vec<Problem>,
    ) -> Option<CellAddresses> {
        let email = self.email();
        let written = self.columns.of(Field::Email).map_or("", cells.text);
        let shown = (cells.column)(email);
        let is_of_email = |problem: &Problem| {
            problem.severity == Severity::Error && problem.place.column == shown
        };
        let copies = self.mailboxes(Field::Cc, cells, problems);
        let AddressCell { mut addresses, note } = match addresses::read(written, self.several) {
            Ok(read) => read,
            Err(_) if is_nobody(written) => {
                let fault = TableFault::NobodyHere { value: written.to_owned() };
                problems.push(self.note(cells, email, Severity::Warning, fault));
                return None;
            }
            // What is wrong with the cell itself is told already.
            Err((_, AddressFlaw::Empty)) if problems.iter().any(is_of_email) => return None,
            Err((value, flaw)) => {
                let fault = match flaw {
                    AddressFlaw::Empty => ListFault::CellEmpty,
                    flaw => ListFault::AddressSyntax { value, flaw },
                };
                problems.push(self.note(cells, email, Severity::Error, fault));
                return None;
            }
        };
        if let Some(note) = note {
            let addresses = addresses.all().map(ToString::to_string).collect();
            let fault = TableFault::AddressNote { addresses, note };
            problems.push(self.note(cells, email, Severity::Doubt, fault));
        }
        for copy in copies {
            if addresses.all().all(|known| known.key() != copy.address.key()) {
                addresses.copies.push(copy);
            }
        }
        for address in addresses.all() {
            if let Some(proposal) = self.typos.proposal(address) {
                let fault = ListFault::AddressTypo { address: address.to_string(), proposal };
                problems.push(self.note(cells, email, Severity::Warning, fault));
            }
        }
        Some(addresses)
    }

    /// Whether the row says that there is nobody in the post, so that no letter can address them.
    /// A salutation of its own is enough to write to the office.
    fn is_without_person(&self, cells: &RowCells, problems: &mut Vec<Problem>) -> bool {
        let text = |field| self.columns.of(field).map_or("", cells.text);
        let salutation = text(Field::Salutation);
        if self.people == People::NotNeeded || !salutation.is_empty() && !is_title(salutation) {
            return false;
        }
        let name =
            [Field::FullName, Field::Surname].into_iter().find(|field| is_nobody(text(*field)));
        let Some(column) = name.and_then(|field| self.columns.of(field)) else { return false };
        let value = (cells.text)(column).to_owned();
        problems.push(self.note(
            cells,
            column,
            Severity::Warning,
            TableFault::NobodyHere { value },
        ));
        true
    }

    /// The mailboxes in a column that only some lists have.
    fn mailboxes(
        &self,
        field: Field,
        cells: &RowCells,
        problems: &mut Vec<Problem>,
    ) -> Vec<Mailbox> {
        let Some(column) = self.columns.of(field) else { return Vec::new() };
        Mailbox::parse_list((cells.text)(column)).unwrap_or_else(|(value, flaw)| {
            let fault = ListFault::AddressSyntax { value, flaw };
            problems.push(self.note(cells, column, Severity::Error, fault));
            Vec::new()
        })
    }

    fn reply_to(&self, cells: &RowCells, problems: &mut Vec<Problem>) -> Option<Box<Mailbox>> {
        let mut mailboxes = self.mailboxes(Field::ReplyTo, cells, problems);
        if mailboxes.len() > 1 {
            let column = self.columns.of(Field::ReplyTo).unwrap_or(0);
            let value = (cells.text)(column).to_owned();
            let fault = ListFault::AddressSyntax { value, flaw: AddressFlaw::Several };
            problems.push(self.note(cells, column, Severity::Error, fault));
        }
        mailboxes.pop().map(Box::new)
    }

    fn gender(
        &self,
        column: Option<usize>,
        cells: &RowCells,
        problems: &mut Vec<Problem>,
    ) -> Option<Gender> {
        let column = column?;
        let written = (cells.text)(column);
        let gender = gender::parse(written);
        if gender.is_none() && !written.is_empty() {
            let fault = FormsFault::GenderUnreadable { value: written.to_owned() };
            problems.push(self.note(cells, column, Severity::Error, fault));
        }
        gender
    }

    /// The name if its cells do not hold it as it is read, and what stood beside it. A whole name is
    /// split, unless its parts have cells of their own.
    fn name(
        &self,
        column_of: &dyn Fn(Field) -> Option<usize>,
        speaks_russian: bool,
        cells: &RowCells,
        problems: &mut Vec<Problem>,
    ) -> (Option<FullName>, Titles) {
        let text = |field| column_of(field).map_or("", cells.text);
        if NAME_PARTS.into_iter().any(|part| !text(part).is_empty()) {
            let part = |field| {
                let part = text(field);
                if is_nobody(part) { String::new() } else { one_capital(part) }
            };
            let name = self.columns.capitals.then(|| FullName {
                surname: part(Field::Surname),
                first_name: part(Field::FirstName),
                patronymic: part(Field::Patronymic),
            });
            return (name, Titles::default());
        }
        let Some(column) = column_of(Field::FullName) else { return (None, Titles::default()) };
        let full = (cells.text)(column);
        if full.is_empty() || is_nobody(full) {
            return (None, Titles::default());
        }
        let in_one_capital;
        let full = if self.columns.capitals {
            in_one_capital = one_capital(full);
            &in_one_capital
        } else {
            full
        };
        let split =
            if speaks_russian { FullName::split(full) } else { FullName::split_foreign(full) };
        if split.confidence < Confidence::Sure {
            let fault = FormsFault::NameOrder { name: split.name.clone(), reason: split.reason };
            problems.push(self.note(cells, column, Severity::Doubt, fault));
        }
        (Some(split.name), split.titles)
    }

    /// An addressee beside the first; `None` if the row has no such person.
    fn companion(
        &self,
        nth: usize,
        speaks_russian: bool,
        cells: &RowCells,
        problems: &mut Vec<Problem>,
    ) -> Option<Companion> {
        let column_of = |field| self.columns.of_further(nth, field);
        let text = |field| column_of(field).map_or("", cells.text).to_owned();
        let (name, titles) = self.name(&column_of, speaks_russian, cells, problems);
        let name = name.unwrap_or_else(|| name_of_parts(text));
        let name_dative = text(Field::NameDative);
        if name == FullName::default() && name_dative.is_empty() {
            return None;
        }
        let written =
            |field, beside: String| Some(text(field)).filter(|it| !it.is_empty()).unwrap_or(beside);
        Some(Companion {
            name,
            gender: self.gender(column_of(Field::Gender), cells, problems),
            title: written(Field::Title, titles.title),
            degree: written(Field::Degree, titles.degree),
            position: text(Field::Position),
            organisation: text(Field::Organisation),
            given: Given {
                name_dative,
                position_dative: text(Field::PositionDative),
                ..Given::default()
            },
        })
    }

    /// The language of the letter, if the campaign has letters in several and this is not the first.
    fn language(&self, cells: &RowCells, problems: &mut Vec<Problem>) -> Option<String> {
        let [first, _, ..] = &*self.languages else { return None };
        let column = self.columns.of(Field::Language)?;
        let written = (cells.text)(column);
        if written.is_empty() {
            return None;
        }
        let language = languages::find(written, &self.languages);
        if language.is_none() {
            let (value, known) = (written.to_owned(), self.languages.to_vec());
            let fault = TableFault::LanguageUnknown { value, known };
            problems.push(self.note(cells, column, Severity::Error, fault));
        }
        language.filter(|language| *language != first).cloned()
    }

    fn timezone(&self, cells: &RowCells, problems: &mut Vec<Problem>) -> Option<TimeZone> {
        if self.timezones == TimezoneColumn::Ignore {
            return None;
        }
        let column = self.columns.of(Field::Timezone)?;
        let written = Some((cells.text)(column)).filter(|written| !written.is_empty())?;
        let timezone = policy::zone(written);
        if timezone.is_none() {
            let value = written.to_owned();
            let fault = ConfigFault::ValueUnreadable { value, expected: Expected::Zone };
            problems.push(self.note(cells, column, Severity::Error, fault));
        }
        timezone
    }
}

/// The most problems of its cells that a row has; the others are counted.
const MOST_PROBLEMS: usize = 100;

const NAME_PARTS: [Field; 3] = [Field::Surname, Field::FirstName, Field::Patronymic];

fn beyond_headings(text: &str) -> ListFault {
    ListFault::CellBeyondHeadings { text: text.trim().chars().take(60).collect() }
}

/// Whether Excel would run a cell as a formula, so that `check --problems` writes an apostrophe
/// before it.
fn runs_in_excel(cell: &str) -> bool {
    cell.trim_start().starts_with(['=', '@', '+', '-']) || cell.starts_with(['\t', '\r', '\n'])
}

/// A name as its columns give it.
fn name_of_parts(text: impl Fn(Field) -> String) -> FullName {
    let part = |field| Some(text(field)).filter(|text| !is_nobody(text)).unwrap_or_default();
    FullName {
        surname: part(Field::Surname),
        first_name: part(Field::FirstName),
        patronymic: part(Field::Patronymic),
    }
}

/// The person whom a row is about.
pub(super) fn card(
    cells: &Cells,
    columns: &Columns,
    gender: Option<Gender>,
    name: Option<FullName>,
    beside: Option<Beside>,
) -> Card {
    let text_of = |field| {
        columns.of(field).and_then(|column| cells.get(column)).unwrap_or_default().to_owned()
    };
    let name = name.unwrap_or_else(|| name_of_parts(text_of));
    let Beside { titles, others, language } = beside.unwrap_or_default();
    let mut salutation = text_of(Field::Salutation);
    let mut title = Some(text_of(Field::Title)).filter(|it| !it.is_empty()).unwrap_or(titles.title);
    // «г-жа» is a title: the salutation is composed from the name.
    if is_title(&salutation) {
        let cell = std::mem::take(&mut salutation);
        title = if title.is_empty() { cell } else { title };
    }
    Card {
        email: text_of(Field::Email),
        name,
        gender,
        title,
        degree: Some(text_of(Field::Degree)).filter(|it| !it.is_empty()).unwrap_or(titles.degree),
        position: text_of(Field::Position),
        organisation: text_of(Field::Organisation),
        given: Given {
            surname_dative: text_of(Field::SurnameDative),
            name_dative: text_of(Field::NameDative),
            position_dative: text_of(Field::PositionDative),
            salutation,
        },
        others,
        language,
    }
}
