//! The contact list, read row by row into recipients.
//!
//! A faulty row never affects the others. Which heading is which field is decided in `headings`,
//! where a cell stands in the file in `records` and `workbook`, what an address cell says in
//! `addresses`, what a row is on its own in `reading`, and beside the others in `standing`.

mod addresses;
mod cells;
mod displayed;
mod encoding;
mod headings;
mod ods;
mod reading;
mod records;
mod source;
mod standing;
mod supply;
mod suppression;
mod workbook;
mod xls;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::bitset::BitSet;
use crate::problem::{Fault, NoMail, Place, Problem, Severity};
use crate::recipient::{Card, Cells, Recipient};
use crate::suppression::Suppression;
use addresses::Typos;
use headings::{Columns, Field};
use reading::{Body, Names, Reader, Reading, Sense};
use source::{Ground, Source, Unreadable};
use standing::{Heed, Marker, Others, Standing};
use supply::Readings;

pub use encoding::Encoding;
pub use headings::field_names;
pub use suppression::read_suppression;

/// What to do with a second row that has the address of an earlier one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DuplicatePolicy {
    #[default]
    Error,
    /// Skip it with a warning.
    First,
    /// Write a letter for each row. The `key` column tells them apart: a running number would
    /// change whenever the list is sorted.
    Each,
    /// Accept it in silence: the list is not one of letters.
    Ignore,
}

/// What to do with several addresses in one cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ManyAddresses {
    #[default]
    Error,
    /// The first gets the letter, the others a copy.
    Copy,
}

/// Whether a column of time zones is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TimezoneColumn {
    Read,
    /// No letter depends on it, so its cells may hold anything.
    #[default]
    Ignore,
}

/// How a list is read: most of `[contacts]`, and what must be known beside the list.
#[derive(Debug, Clone, Default)]
pub struct ListSettings {
    /// Detected if `None`.
    pub delimiter: Option<char>,
    /// Detected if `None`.
    pub encoding: Option<Encoding>,
    /// The sheet of a workbook; the first if `None`.
    pub sheet: Option<String>,
    pub duplicates: DuplicatePolicy,
    pub several: ManyAddresses,
    /// The row of the headings, numbered as in a spreadsheet; detected if `None`.
    pub headings: Option<u64>,
    /// Field to heading, and where that was written.
    pub columns: BTreeMap<String, (String, Place)>,
    pub timezones: TimezoneColumn,
    /// Who must not be written to.
    pub suppression: Arc<Suppression>,
    /// Domains known to take no mail.
    pub without_mail: Arc<BTreeMap<String, NoMail>>,
}

/// One row: a recipient unless an error stands in the way, and all that is wrong with it.
#[derive(Debug)]
pub struct Row {
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

impl Row {
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

/// What kind of file a list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListFormat {
    Text {
        encoding: &'static str,
        delimiter: char,
        /// The encoding was guessed: a few words by which a person sees whether it was right.
        sample: Option<String>,
    },
    Sheet {
        name: String,
    },
}

/// The heading of the column in which `check --problems` says what to mend.
pub const REASONS: [&str; 2] = ["What to mend", "Что исправить"];

/// True for that heading. A list that has it was written by `check --problems`, with an apostrophe
/// before each cell that Excel would run as a formula.
pub fn is_reason(heading: &str) -> bool {
    REASONS.contains(&heading)
}

/// An open contact list: an iterator over its rows.
pub struct List {
    ground: Ground,
    headings: Arc<[String]>,
    columns: Columns,
    names: Names,
    email: usize,
    detected: Detected,
    readings: Readings,
    others: Others,
    /// What is to be said of the list as a whole: it goes with its first row.
    remarks: Vec<Problem>,
}

/// So many rows with something in them may stand above the headings.
const TITLE_ROWS: usize = 20;

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
        let whole = |fault| vec![Problem::error(Place::file(shown), fault)];
        let (mut source, mut format) = Source::open(path, settings).map_err(whole)?;
        let ground = source.ground(shown);
        let found =
            find_headings(&mut source, &ground, settings).map_err(|problems| match &format {
                ListFormat::Text { encoding, .. } => {
                    let misread =
                        Encoding::parse(encoding).and_then(|taken| source::misread(path, taken));
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
        let names: Names = columns.fields(headings.len()).into_iter().zip(named).collect();
        let remarks = found.passed.filter(|_| settings.headings.is_none()).map(|passed| {
            let fault = Fault::HeadingsBelow { row: found.line, passed };
            Problem::error(ground.place(found.line, 1), fault).with_severity(Severity::Doubt)
        });
        let (bare_number, bare_formula) = match &source {
            Source::Sheet(book) => (book.bare_number.clone(), book.bare_formula),
            Source::Text(_) => (None, None),
        };
        let remarks = remarks.into_iter().chain(bare_number.map(|(line, column, text)| {
            Problem::error(ground.place(line, column), Fault::NumberUnformatted { text })
                .with_severity(Severity::Doubt)
        }));
        let remarks = remarks.chain(bare_formula.map(|(line, column)| {
            Problem::error(ground.place(line, column), Fault::FormulaBare)
                .with_severity(Severity::Doubt)
        }));
        let remarks = remarks.collect();
        let is_long = std::fs::metadata(path).is_ok_and(|it| it.len() > LONG);
        let email = columns.of(Field::Email).unwrap_or(0);
        let marker = Marker::new(settings.duplicates);
        let others = Others::new(settings, &marker);
        let sense = Sense {
            ground: ground.clone(),
            columns: columns.clone(),
            names: names.clone(),
            several: settings.several,
            timezones: settings.timezones,
            declared: found.declared,
            marker,
            typos: Typos::default(),
            is_ours: headings.iter().any(|heading| is_reason(heading)),
            only: None,
        };
        let reader = Reader { source, sense, row: 0, has_ended: false };
        let readings =
            if is_long { Readings::abreast(reader, CHUNK) } else { Readings::here(reader) };
        Ok(Self {
            ground,
            headings: headings.into(),
            columns,
            names,
            email,
            detected,
            readings,
            others,
            remarks,
        })
    }

    /// The same list, of which all rows but some are passed over unread. Each of these has a letter
    /// of its own.
    pub fn only(mut self, rows: BitSet) -> Self {
        if let Some(sense) = self.readings.sense() {
            sense.only = Some(Arc::new(rows));
        }
        // A second row of one address is faulty, and none of these; but where it is passed over
        // silently, it has to be known when the list was changed meanwhile and another row has its
        // number.
        self.others.heed = if self.others.duplicates == DuplicatePolicy::First {
            Heed::Addresses
        } else {
            Heed::Nothing
        };
        self
    }

    /// The same list, of which all that is to be said was said: it remembers no more than it has
    /// to.
    pub fn told(mut self) -> Self {
        self.others.heed = Heed::Addresses;
        self
    }

    /// The rows for the sake of their problems.
    pub fn glances(mut self) -> impl Iterator<Item = RowCheck> {
        std::iter::from_fn(move || {
            let (mut reading, cells) = self.reading()?;
            let is_sound = self
                .standing(&mut reading, &cells)
                .is_some_and(|standing| !standing.is_passed_over)
                && reading.problems.iter().all(|problem| problem.severity != Severity::Error);
            Some(RowCheck { row: reading.row, is_sound, problems: reading.problems, cells })
        })
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
    fn reading(&mut self) -> Option<(Reading, Cells)> {
        if self.readings.begins() {
            self.others.prepare(self.readings.marks());
        }
        let (mut reading, cells) = self.readings.next()?;
        reading.problems.splice(0..0, self.remarks.drain(..));
        Some((reading, cells))
    }

    /// Looks at a row beside the others and adds what is to be said about that; `None` where it has
    /// no address.
    fn standing(&mut self, reading: &mut Reading, cells: &Cells) -> Option<Standing> {
        let Body::Whole { addresses: Some((addresses, marks)), split, .. } = &reading.body else {
            return None;
        };
        let name = || {
            let name = reading::card(cells, &self.columns, None, split.clone()).name;
            [&name.surname, &name.first_name, &name.patronymic].map(String::as_str).join(" ")
        };
        let mut standing = self.others.standing(reading.line, addresses, &name, *marks);
        let Reading { row, line, email_column, problems, .. } = reading;
        problems.extend(standing.faults.drain(..).map(|(severity, fault)| {
            let place = self.ground.place(*line, *email_column);
            reading::problem(&self.names, *row, self.email, place, fault).with_severity(severity)
        }));
        Some(standing)
    }

    fn row(&self, reading: Reading, cells: Cells, standing: Option<Standing>) -> Row {
        let Reading { row, line, body, problems, .. } = reading;
        let Body::Whole { addresses, gender, split, timezone } = body else {
            return Row { row, recipient: None, card: None, problems, faulty: cells };
        };
        let card = reading::card(&cells, &self.columns, gender, split);
        let is_faulty = problems.iter().any(|problem| problem.severity == Severity::Error);
        let (Some((addresses, _)), Some(standing)) =
            (addresses, standing.filter(|it| !is_faulty && !it.is_passed_over))
        else {
            return Row { row, recipient: None, card: Some(card), problems, faulty: cells };
        };
        let key = self
            .columns
            .of(Field::Key)
            .and_then(|column| cells.get(column))
            .filter(|key| !key.is_empty());
        let key =
            key.filter(|_| self.others.duplicates == DuplicatePolicy::Each).map(str::to_owned);
        let recipient = Recipient {
            place: self.ground.place(line, 1),
            row,
            address: addresses.to,
            copies: standing.copies,
            card,
            key,
            timezone,
            headings: self.headings.clone(),
            cells,
        };
        Row { row, recipient: Some(recipient), card: None, problems, faulty: Cells::default() }
    }
}

impl Iterator for List {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let (mut reading, cells) = self.reading()?;
        let standing = self.standing(&mut reading, &cells);
        Some(self.row(reading, cells, standing))
    }
}

/// The headings of a list.
struct Found {
    line: u64,
    headings: Vec<String>,
    columns: Columns,
    /// The cells of their row, empty ones at its end included.
    declared: usize,
    /// The first of the rows that stand above them.
    passed: Option<String>,
}

/// Goes on to the headings: the row that is named, else the first that has one for the address,
/// else the first.
fn find_headings(
    source: &mut Source,
    ground: &Ground,
    settings: &ListSettings,
) -> Result<Found, Vec<Problem>> {
    let whole = |fault| vec![Problem::error(Place::file(ground.file.clone()), fault)];
    let (mut passed, mut first_problems, mut most_filled) = (None, None, 0);
    for _ in 0..=TITLE_ROWS {
        let line = match (
            source.next().map_err(|cause| whole(Fault::FileUnreadable { cause }))?,
            settings.headings,
        ) {
            (None, _) => break,
            (Some(line), Some(wanted)) if line > wanted => break,
            (Some(line), _) => line,
        };
        if source.is_blank() {
            continue;
        }
        let is_wanted = settings.headings.is_none_or(|wanted| wanted == line);
        let read =
            if is_wanted { headings_in(source, ground, line, settings) } else { Err(Vec::new()) };
        match read {
            Ok((headings, columns)) => {
                return Ok(Found { line, headings, columns, declared: source.len(), passed });
            }
            // A title is passed over; what is wrong with headings that have one for the address is
            // told.
            Err(problems) => {
                let is_missing = |fault: &Fault| {
                    matches!(fault, Fault::HeadingMissing { .. } | Fault::HeadingUnknown { .. })
                };
                let is_title =
                    !is_wanted || problems.iter().any(|problem| is_missing(&problem.fault));
                if !is_title || settings.headings == Some(line) {
                    return Err(problems);
                }
                // A title is one cell; what looks like headings is what was meant to be some.
                let filled = (0..source.len())
                    .filter(|cell| !source.anything(*cell).trim().is_empty())
                    .count()
                    .min(2);
                if filled > most_filled {
                    (most_filled, first_problems) = (filled, Some(problems));
                }
            }
        }
        passed.get_or_insert_with(|| {
            let cells = (0..source.len())
                .map(|cell| source.anything(cell))
                .filter(|cell| !cell.trim().is_empty());
            cells
                .take(3)
                .map(|cell| cell.trim().chars().take(60).collect::<String>())
                .collect::<Vec<_>>()
                .join(" · ")
        });
    }
    match (settings.headings, first_problems) {
        (Some(row), _) => {
            Err(vec![Problem::error(ground.place(row, 1), Fault::HeadingsRowEmpty { row })])
        }
        (None, Some(problems)) => Err(problems),
        (None, None) => Err(whole(Fault::ListEmpty)),
    }
}

/// The current row as headings.
fn headings_in(
    source: &Source,
    ground: &Ground,
    line: u64,
    settings: &ListSettings,
) -> Result<(Vec<String>, Columns), Vec<Problem>> {
    let place = |column| ground.place(line, source.column(column));
    if let Some((cell, fault)) = source.flaw() {
        return Err(vec![Problem::error(place(cell), fault)]);
    }
    let mut headings = Vec::new();
    for column in 0..source.len() {
        let cell = source.cell(column).map_err(|unreadable| match unreadable {
            Unreadable::Bytes(_) => Fault::NotUtf8,
            Unreadable::Error(value) => Fault::CellIsError { value },
        });
        let heading = cell.and_then(|text| {
            let cell = cells::clean(text, cells::Use::Field);
            match cell.fault {
                Some((Severity::Error, fault)) => Err(fault),
                Some(_) | None => Ok(cell.text.trim_matches('\u{a0}').to_owned()),
            }
        });
        headings.push(heading.map_err(|fault| vec![Problem::error(place(column), fault)])?);
    }
    while headings.len() > 1 && headings.last().is_some_and(String::is_empty) {
        headings.pop();
    }
    let columns = Columns::find(&headings, settings, place)?;
    Ok((headings, columns))
}

/// The first row below the headings, by which a person sees whether the encoding was guessed right.
fn sample_row(path: &Path, settings: &ListSettings, headings: u64) -> Option<String> {
    let (mut source, _) = Source::open(path, settings).ok()?;
    while source.next().ok()?? <= headings || source.is_blank() {}
    let cells =
        (0..source.len()).map(|cell| source.anything(cell)).filter(|cell| !cell.trim().is_empty());
    Some(cells.collect::<Vec<_>>().join(" · "))
}

#[cfg(test)]
mod tests;
