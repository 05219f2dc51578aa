//! The list as a whole: opened by its headings, then an iterator over its rows.
//!
//! What a row says on its own is parsed in `row`, and compared with the rows before it in
//! `cross_check`.

use std::path::Path;
use std::sync::Arc;

use super::addresses::DomainTypos;
use super::cross_check::{CrossChecker, Findings, Memory, RowHasher};
use super::fields::Field;
use super::format::{ListFormat, RowSource, misread};
use super::headings::{self, HeadingRow};
use super::parallel::ParsedRows;
use super::remarks::{self, NotAddressees};
use super::row::{self, ColumnNames, ParsedRow, RowBody, RowParser, RowPosition, RowReader};
use super::{DuplicatePolicy, ListSettings, cells, is_reason};
use crate::bitset::BitSet;
use crate::encoding::Encoding;
use crate::problem::{Fault, FileFault, ListFault, Place, Problem, Severity};
use crate::recipient::{Card, Cells, Recipient};

/// Bytes of text that a thread parses at once: so few that no cell in them can be too long.
const CHUNK: usize = cells::LONGEST;

/// Texts longer than this, in bytes, are read on all cores.
const LONG: u64 = 512 * 1024;

/// One row: a recipient unless an error prevents it, and all that is wrong with it.
#[derive(Debug)]
pub struct ListRow {
    /// The record below the headings, counted from 1.
    pub row: u64,
    /// Where it begins.
    pub place: Place,
    pub recipient: Option<Recipient>,
    /// The person in the row, if no letter can go there but its cells could be read.
    pub card: Option<Card>,
    pub problems: Vec<Problem>,
    /// The cells of a row without a recipient.
    faulty: Cells,
}

impl ListRow {
    /// The cells as far as they could be read, one for each heading unless the row is ragged.
    pub fn cells(&self) -> &Cells {
        self.recipient.as_ref().map_or(&self.faulty, |recipient| &recipient.cells)
    }

    /// Adds an error, so that no letter goes there.
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

    /// Returns recipient, card, problems, and the cells of a row without a recipient.
    pub fn into_parts(self) -> (Option<Recipient>, Option<Card>, Vec<Problem>, Cells) {
        (self.recipient, self.card, self.problems, self.faulty)
    }
}

/// The problems of a row, found without making a recipient of it.
#[derive(Debug)]
pub(crate) struct RowCheck {
    /// The record below the headings, counted from 1.
    pub row: u64,
    /// Where it begins.
    pub place: Place,
    /// Whether a letter can go there.
    pub is_sound: bool,
    pub problems: Vec<Problem>,
    pub cells: Cells,
}

/// What was detected of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    pub format: ListFormat,
    pub columns: usize,
    /// The row of the headings, if other rows precede it.
    pub headings: Option<u64>,
    /// The fields that were found, each with its heading.
    pub fields: Vec<(&'static str, String)>,
}

/// An open contact list.
pub(crate) struct List {
    headings: Arc<[String]>,
    detected: Detected,
    /// The parser of the rows, here for what it knows of columns and places.
    parser: RowParser,
    rows: ParsedRows,
    checker: CrossChecker,
    /// The problems of the list as a whole; the first row takes them along.
    remarks: Vec<Problem>,
    /// The row after the current one: the last row takes along what is told at the end.
    ahead: Option<(ParsedRow, Cells)>,
    has_begun: bool,
    not_addressees: NotAddressees,
}

impl List {
    /// Opens a list and reads its headings. `shown` is the file's name as the user knows it.
    ///
    /// # Errors
    /// Every problem with the file as a whole and with its headings.
    pub(crate) fn open(
        path: &Path,
        shown: &str,
        settings: &ListSettings,
    ) -> Result<Self, Vec<Problem>> {
        let whole = |fault: Fault| vec![Problem::error(Place::file(shown), fault)];
        let (mut source, mut format) = RowSource::open(path, settings).map_err(whole)?;
        let origin = source.origin(shown);
        let found =
            headings::find(&mut source, &origin, settings).map_err(|problems| match &format {
                ListFormat::Text { encoding, .. } => {
                    let misread = Encoding::parse(encoding).and_then(|taken| misread(path, taken));
                    misread.map_or(problems, whole)
                }
                ListFormat::Sheets { .. } => {
                    remarks::lead_to_another_sheet(problems, &source, &origin)
                }
            })?;
        // Headings in a wrong encoding are unknown ones.
        if let ListFormat::Text { encoding, .. } = &format
            && !headings::has_known_address(&found)
            && let Some(fault) = Encoding::parse(encoding).and_then(|taken| misread(path, taken))
        {
            return Err(whole(fault));
        }
        let mut remarks = remarks::of_book(&source, &origin, found.line, settings.odd_rows);
        let HeadingRow { line, records, headings, columns, declared, passed, .. } = found;
        if let ListFormat::Text { encoding, delimiter, sample } = &mut format {
            let known = ListSettings {
                encoding: Encoding::parse(encoding),
                delimiter: Some(*delimiter),
                ..settings.clone()
            };
            source = RowSource::open(path, &known).map_err(whole)?.0;
            for _ in 0..records {
                source.next().map_err(|cause| whole(FileFault::Unreadable { cause }.into()))?;
            }
            if let Some(sample) = sample {
                *sample = sample_row(path, &known, line).unwrap_or_else(|| headings.join(" · "));
            }
        }
        let fields =
            columns.mapping().map(|(field, column)| (field, headings[column].clone())).collect();
        let above = passed.is_some().then_some(line);
        let detected = Detected { format, columns: headings.len(), headings: above, fields };
        if let Some(passed) = passed.filter(|_| settings.headings.is_none()) {
            let fault = ListFault::HeadingsBelow { row: line, passed };
            let below = Problem::error(origin.place_of(0, line, 1), fault);
            remarks.push(below.with_severity(Severity::Doubt));
        }
        remarks.extend(found.remarks);
        let hasher = RowHasher::new(settings.duplicates);
        let names = columns.of_names().map(|column| headings[column].clone());
        let checker = CrossChecker::new(settings, &hasher, &origin.sheets, names);
        let parser = RowParser {
            origin,
            names: ColumnNames::new(&columns, &headings),
            columns,
            several: settings.several,
            timezones: settings.timezones,
            people: settings.people,
            languages: settings.languages.clone().into(),
            odd_rows: settings.odd_rows,
            declared,
            hasher,
            typos: DomainTypos::default(),
            is_ours: headings.iter().any(|heading| is_reason(heading)),
            only: None,
        };
        let reader = RowReader { source, parser: parser.clone(), row: 0, has_ended: false };
        let is_long = std::fs::metadata(path).is_ok_and(|it| it.len() > LONG);
        let rows = if is_long {
            ParsedRows::parallel(reader, CHUNK)
        } else {
            ParsedRows::sequential(reader)
        };
        Ok(Self {
            headings: headings.into(),
            detected,
            parser,
            rows,
            checker,
            remarks,
            ahead: None,
            has_begun: false,
            not_addressees: NotAddressees::default(),
        })
    }

    /// Skips all rows but these, unread. Each of these has a letter of its own.
    pub(crate) fn only(mut self, rows: BitSet) -> Self {
        if let Some(parser) = self.rows.parser() {
            parser.only = Some(Arc::new(rows));
        }
        // These rows have different addresses. But if the list was changed meanwhile, another row
        // may have the number of one of them, and `First` would write to its address twice.
        self.checker.memory = match self.checker.duplicates {
            DuplicatePolicy::First => Memory::Addresses,
            DuplicatePolicy::Error | DuplicatePolicy::Each | DuplicatePolicy::Ignore => {
                Memory::Nothing
            }
        };
        self
    }

    /// Remembers no more of a row than decides about letters: for a list whose problems have been
    /// reported before.
    pub(crate) fn already_reported(mut self) -> Self {
        self.checker.memory = Memory::Addresses;
        self
    }

    /// The problems of each row, without its recipient.
    pub(crate) fn checks(mut self) -> impl Iterator<Item = RowCheck> {
        std::iter::from_fn(move || {
            let (mut row, cells) = self.parsed()?;
            let findings = self.findings(&mut row, &cells);
            let is_sound =
                findings.is_some_and(|findings| !findings.is_skipped) && !has_error(&row.problems);
            let place = self.parser.origin.place(row.position.place, 1);
            let problems = row.problems;
            Some(RowCheck { row: row.position.row, place, is_sound, problems, cells })
        })
    }

    /// Reads the list in chunks of so many bytes, however short it is.
    #[cfg(test)]
    pub(super) fn in_chunks(self, chunk: usize) -> Self {
        Self { rows: self.rows.in_chunks(chunk), ..self }
    }

    /// The headings as they are written in the list.
    pub(crate) fn headings(&self) -> &Arc<[String]> {
        &self.headings
    }

    /// The heading of the column of names, of surnames if they stand apart.
    pub(crate) fn column_of_names(&self) -> Option<&str> {
        Some(&self.headings[self.parser.columns.of_names()?])
    }

    /// What was detected of the list.
    pub(crate) fn detected(&self) -> &Detected {
        &self.detected
    }

    /// The next row as far as it can be understood on its own. The first one takes along what is
    /// to be told of the list, the last one which rows were left out.
    fn parsed(&mut self) -> Option<(ParsedRow, Cells)> {
        if !self.has_begun {
            self.has_begun = true;
            self.ahead = self.addressee();
        }
        let (mut row, cells) = self.ahead.take()?;
        self.ahead = self.addressee();
        row.problems.splice(0..0, self.remarks.drain(..));
        if self.ahead.is_none() {
            row.problems.extend(self.not_addressees.problem(&self.parser.origin));
        }
        Some((row, cells))
    }

    /// The next row that is about somebody.
    fn addressee(&mut self) -> Option<(ParsedRow, Cells)> {
        loop {
            if self.rows.begins_batch() {
                self.checker.prefetch(self.rows.hashes());
            }
            let (row, cells) = self.rows.next()?;
            let RowBody::NoAddressee(kind) = row.body else { return Some((row, cells)) };
            self.not_addressees.add(kind, row.position.place);
        }
    }

    /// Compares a row with those before it and adds the problems that this shows; `None` if it has
    /// no address.
    fn findings(&mut self, row: &mut ParsedRow, cells: &Cells) -> Option<Findings> {
        let RowBody::Whole { addresses: Some((addresses, hashes)), name: read, .. } = &row.body
        else {
            return None;
        };
        let name = || {
            let name = row::card(cells, &self.parser.columns, None, read.clone(), None).name;
            [&name.surname, &name.first_name, &name.patronymic].map(String::as_str).join(" ")
        };
        let mut findings = self.checker.check(row.position.place, addresses, &name, *hashes);
        for (severity, fault) in findings.faults.drain(..) {
            let problem = self.parser.email_problem(row.position, row.email_column, fault);
            row.problems.push(problem.with_severity(severity));
        }
        Some(findings)
    }

    fn finish(&self, parsed: ParsedRow, cells: Cells, findings: Option<Findings>) -> ListRow {
        let ParsedRow { position, body, problems, .. } = parsed;
        let RowPosition { row, place } = position;
        let place = self.parser.origin.place(place, 1);
        let RowBody::Whole { addresses, gender, name, timezone, reply_to, beside } = body else {
            return ListRow { row, place, recipient: None, card: None, problems, faulty: cells };
        };
        let columns = &self.parser.columns;
        let card = row::card(&cells, columns, gender, name, beside.map(|beside| *beside));
        let findings = findings.filter(|it| !it.is_skipped && !has_error(&problems));
        let (Some((addresses, _)), Some(findings)) = (addresses, findings) else {
            let card = Some(card);
            return ListRow { row, place, recipient: None, card, problems, faulty: cells };
        };
        let key = columns.of(Field::Key).and_then(|column| cells.get(column));
        let key = key.filter(|key| !key.is_empty()).map(str::to_owned);
        let recipient = Recipient {
            place: place.clone(),
            row,
            address: addresses.to,
            copies: findings.copies,
            reply_to: reply_to.map(|mailbox| *mailbox),
            card,
            key: key.filter(|_| self.checker.duplicates == DuplicatePolicy::Each),
            timezone,
            headings: self.headings.clone(),
            cells,
        };
        let (recipient, faulty) = (Some(recipient), Cells::default());
        ListRow { row, place, recipient, card: None, problems, faulty }
    }
}

impl Iterator for List {
    type Item = ListRow;

    fn next(&mut self) -> Option<ListRow> {
        let (mut row, cells) = self.parsed()?;
        let findings = self.findings(&mut row, &cells);
        Some(self.finish(row, cells, findings))
    }
}

fn has_error(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// The first row below the headings, by which a person sees whether the encoding was guessed
/// correctly.
fn sample_row(path: &Path, settings: &ListSettings, headings: u64) -> Option<String> {
    let (mut source, _) = RowSource::open(path, settings).ok()?;
    while source.next().ok()??.line <= headings || source.is_blank() {}
    let cells =
        (0..source.len()).map(|cell| source.anything(cell)).filter(|cell| !cell.trim().is_empty());
    Some(cells.collect::<Vec<_>>().join(" · "))
}
