//! The list as a whole: opened by its headings, read row by row.
//!
//! What a row says on its own is read in `row`, and compared with other rows in `cross_check`.

use std::path::Path;
use std::sync::Arc;

use super::addresses::DomainTypos;
use super::cross_check::{CrossChecker, Findings, Memory, RowHasher};
use super::fields::Field;
use super::format::{Encoding, ListFormat, ListOrigin, RowSource, misread};
use super::headings::{Columns, find_headings};
use super::parallel::ParsedRows;
use super::row::{self, ColumnNames, ParsedRow, RowBody, RowParser, RowReader};
use super::{DuplicatePolicy, ListSettings, cells, is_reason};
use crate::bitset::BitSet;
use crate::problem::{Fault, ListFault, Place, Problem, Severity};
use crate::recipient::{Card, Cells, Recipient};

/// One row: a recipient unless an error stands in the way, and all that is wrong with it.
#[derive(Debug)]
pub struct ListRow {
    /// The record below the headings, counted from 1.
    pub row: u64,
    pub recipient: Option<Recipient>,
    /// Who the row is about, where no letter can go there but its cells could be read.
    pub card: Option<Card>,
    pub problems: Vec<Problem>,
    /// The cells of a row that is no recipient.
    faulty: Cells,
}

/// A row for the sake of its problems: no recipient is made of it.
#[derive(Debug)]
pub struct RowCheck {
    /// The record below the headings, counted from 1.
    pub row: u64,
    /// A letter can go there.
    pub is_sound: bool,
    pub problems: Vec<Problem>,
    pub cells: Cells,
}

impl ListRow {
    /// The cells as far as they could be read, one for each heading unless the row is ragged.
    pub fn cells(&self) -> &Cells {
        self.recipient.as_ref().map_or(&self.faulty, |recipient| &recipient.cells)
    }

    /// The same row with an error.
    pub fn blocked(mut self, problem: Problem) -> Self {
        let heading =
            self.problems.first().and_then(|problem| problem.field.clone()).unwrap_or_default();
        self.problems.push(problem.of_row(self.row, heading));
        if let Some(recipient) = self.recipient.take() {
            self.faulty = recipient.cells;
            self.card = Some(recipient.card);
        }
        self
    }

    /// Takes the row apart into recipient, card, problems, and the cells of a row that is no
    /// recipient.
    pub fn into_parts(self) -> (Option<Recipient>, Option<Card>, Vec<Problem>, Cells) {
        (self.recipient, self.card, self.problems, self.faulty)
    }
}

/// What was detected of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    pub format: ListFormat,
    pub columns: usize,
    /// The row of the headings, where others stand above it.
    pub headings: Option<u64>,
    /// The fields that were found, each with its heading.
    pub fields: Vec<(&'static str, String)>,
}

/// An open contact list: an iterator over its rows.
pub struct List {
    origin: ListOrigin,
    headings: Arc<[String]>,
    columns: Columns,
    names: ColumnNames,
    email: usize,
    detected: Detected,
    readings: ParsedRows,
    checker: CrossChecker,
    /// What is to be said of the list as a whole: it goes with its first row.
    remarks: Vec<Problem>,
}

/// The text that goes to a thread at once, in bytes: short enough that no cell in it can be too
/// long.
const CHUNK: usize = cells::LONGEST;

/// A text longer than this is read on all cores.
const LONG: u64 = 512 * 1024;

impl List {
    /// Opens a list and reads its headings. `shown` is the file's name as the user knows it.
    ///
    /// # Errors
    /// Every problem with the file as a whole and with its headings.
    pub fn open(path: &Path, shown: &str, settings: &ListSettings) -> Result<Self, Vec<Problem>> {
        let whole = |fault: Fault| vec![Problem::error(Place::file(shown), fault)];
        let (mut source, mut format) = RowSource::open(path, settings).map_err(whole)?;
        let origin = source.origin(shown);
        let found =
            find_headings(&mut source, &origin, settings).map_err(|problems| match &format {
                ListFormat::Text { encoding, .. } => {
                    let misread = Encoding::parse(encoding).and_then(|taken| misread(path, taken));
                    misread.map_or(problems, whole)
                }
                ListFormat::Sheet { .. } => problems,
            })?;
        let (headings, columns) = (found.headings, found.columns);
        if let ListFormat::Text { sample: Some(sample), .. } = &mut format {
            *sample =
                sample_row(path, settings, found.line).unwrap_or_else(|| headings.join(" · "));
        }
        let fields =
            columns.mapping().map(|(field, column)| (field, headings[column].clone())).collect();
        let above = found.passed.is_some().then_some(found.line);
        let detected = Detected { format, columns: headings.len(), headings: above, fields };
        let named = headings.iter().map(|heading| Arc::from(heading.as_str()));
        let names: ColumnNames = columns.fields(headings.len()).into_iter().zip(named).collect();
        let passed = found.passed.filter(|_| settings.headings.is_none());
        let passed = passed.map(|passed| ListFault::HeadingsBelow { row: found.line, passed });
        let of_list = passed.map(|fault| (found.line, 1, fault.into())).into_iter();
        let remarks = of_list
            .chain(source.doubts())
            .map(|(line, column, fault)| {
                Problem::error(origin.place(line, column), fault).with_severity(Severity::Doubt)
            })
            .collect();
        let is_long = std::fs::metadata(path).is_ok_and(|it| it.len() > LONG);
        let email = columns.of(Field::Email).unwrap_or(0);
        let hasher = RowHasher::new(settings.duplicates);
        let checker = CrossChecker::new(settings, &hasher);
        let parser = RowParser {
            origin: origin.clone(),
            columns: columns.clone(),
            names: names.clone(),
            several: settings.several,
            timezones: settings.timezones,
            declared: found.declared,
            hasher,
            typos: DomainTypos::default(),
            is_ours: headings.iter().any(|heading| is_reason(heading)),
            only: None,
        };
        let reader = RowReader { source, parser, row: 0, has_ended: false };
        let readings = if is_long {
            ParsedRows::parallel(reader, CHUNK)
        } else {
            ParsedRows::sequential(reader)
        };
        Ok(Self {
            origin,
            headings: headings.into(),
            columns,
            names,
            email,
            detected,
            readings,
            checker,
            remarks,
        })
    }

    /// The same list, of which all rows but some are passed over unread. Each of these has a letter
    /// of its own.
    pub fn only(mut self, rows: BitSet) -> Self {
        if let Some(parser) = self.readings.parser() {
            parser.only = Some(Arc::new(rows));
        }
        // A second row of one address is faulty, and none of these; but where it is passed over
        // silently, it has to be known when the list was changed meanwhile and another row has its
        // number.
        self.checker.memory = if self.checker.duplicates == DuplicatePolicy::First {
            Memory::Addresses
        } else {
            Memory::Nothing
        };
        self
    }

    /// The same list, of which all that is to be said was said: it remembers no more than it has
    /// to.
    pub fn told(mut self) -> Self {
        self.checker.memory = Memory::Addresses;
        self
    }

    /// The rows for the sake of their problems.
    pub fn glances(mut self) -> impl Iterator<Item = RowCheck> {
        std::iter::from_fn(move || {
            let (mut reading, cells) = self.reading()?;
            let is_sound = self
                .findings(&mut reading, &cells)
                .is_some_and(|findings| !findings.is_passed_over)
                && reading.problems.iter().all(|problem| problem.severity != Severity::Error);
            Some(RowCheck { row: reading.row, is_sound, problems: reading.problems, cells })
        })
    }

    /// The same list, read in chunks of so many bytes, however short it is.
    #[cfg(test)]
    pub(super) fn in_chunks(self, chunk: usize) -> Self {
        Self { readings: self.readings.in_chunks(chunk), ..self }
    }

    /// The headings as they are written in the list.
    pub fn headings(&self) -> &Arc<[String]> {
        &self.headings
    }

    /// What was detected of the list.
    pub fn detected(&self) -> &Detected {
        &self.detected
    }

    /// The next row as far as it can be understood on its own.
    fn reading(&mut self) -> Option<(ParsedRow, Cells)> {
        if self.readings.begins() {
            self.checker.prepare(self.readings.hashes());
        }
        let (mut reading, cells) = self.readings.next()?;
        reading.problems.splice(0..0, self.remarks.drain(..));
        Some((reading, cells))
    }

    /// Looks at a row beside the others and adds what is to be said about that; `None` where it has
    /// no address.
    fn findings(&mut self, reading: &mut ParsedRow, cells: &Cells) -> Option<Findings> {
        let RowBody::Whole { addresses: Some((addresses, hashes)), split, .. } = &reading.body
        else {
            return None;
        };
        let name = || {
            let name = row::card(cells, &self.columns, None, split.clone()).name;
            [&name.surname, &name.first_name, &name.patronymic].map(String::as_str).join(" ")
        };
        let mut findings = self.checker.findings(reading.line, addresses, &name, *hashes);
        let ParsedRow { row, line, email_column, problems, .. } = reading;
        problems.extend(findings.faults.drain(..).map(|(severity, fault)| {
            let place = self.origin.place(*line, *email_column);
            row::problem(&self.names, *row, self.email, place, fault).with_severity(severity)
        }));
        Some(findings)
    }

    fn row(&self, reading: ParsedRow, cells: Cells, findings: Option<Findings>) -> ListRow {
        let ParsedRow { row, line, body, problems, .. } = reading;
        let RowBody::Whole { addresses, gender, split, timezone } = body else {
            return ListRow { row, recipient: None, card: None, problems, faulty: cells };
        };
        let card = row::card(&cells, &self.columns, gender, split);
        let is_faulty = problems.iter().any(|problem| problem.severity == Severity::Error);
        let (Some((addresses, _)), Some(findings)) =
            (addresses, findings.filter(|it| !is_faulty && !it.is_passed_over))
        else {
            return ListRow { row, recipient: None, card: Some(card), problems, faulty: cells };
        };
        let key = self
            .columns
            .of(Field::Key)
            .and_then(|column| cells.get(column))
            .filter(|key| !key.is_empty());
        let key =
            key.filter(|_| self.checker.duplicates == DuplicatePolicy::Each).map(str::to_owned);
        let recipient = Recipient {
            place: self.origin.place(line, 1),
            row,
            address: addresses.to,
            copies: findings.copies,
            card,
            key,
            timezone,
            headings: self.headings.clone(),
            cells,
        };
        ListRow { row, recipient: Some(recipient), card: None, problems, faulty: Cells::default() }
    }
}

impl Iterator for List {
    type Item = ListRow;

    fn next(&mut self) -> Option<ListRow> {
        let (mut reading, cells) = self.reading()?;
        let findings = self.findings(&mut reading, &cells);
        Some(self.row(reading, cells, findings))
    }
}

/// The first row below the headings, by which a person sees whether the encoding was guessed right.
fn sample_row(path: &Path, settings: &ListSettings, headings: u64) -> Option<String> {
    let (mut source, _) = RowSource::open(path, settings).ok()?;
    while source.next().ok()?? <= headings || source.is_blank() {}
    let cells =
        (0..source.len()).map(|cell| source.anything(cell)).filter(|cell| !cell.trim().is_empty());
    Some(cells.collect::<Vec<_>>().join(" · "))
}
