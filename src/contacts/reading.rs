//! One row on its own: its cells as text, its addresses, whom it is about.
//!
//! Knows nothing of the other rows: that is `standing`'s matter. So a long list is read ahead by a thread.

use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use jiff::tz::TimeZone;

use super::addresses::{self, Addresses};
use super::headings::{Columns, Field};
use super::source::{Ground, Source, Unreadable};
use super::standing::{Marker, Marks};
use super::{Several, Zones, cells};
use crate::place::{AddressFlaw, Cause, Expected, Fault, Place, Problem, Severity};
use crate::policy;
use crate::recipient::{Card, Cells, Page, Rows};
use crate::russian::forms::Given;
use crate::russian::names::{FullName, Split};
use crate::russian::{Confidence, Gender, gender};

/// A row as far as it can be understood on its own.
pub(super) struct Reading {
    pub row: u64,
    pub line: u64,
    /// The column of the address, as its place counts it.
    pub email_column: u64,
    /// Its cells on the page that it was read to.
    cells: Range<usize>,
    pub body: Body,
    pub problems: Vec<Problem>,
}

/// What a row says.
pub(super) enum Body {
    /// It could not be taken apart into cells.
    Torn,
    Whole {
        addresses: Option<(Addresses, Marks)>,
        gender: Option<Gender>,
        /// The name, where it was split out of one cell.
        split: Option<FullName>,
        timezone: Option<TimeZone>,
    },
}

/// The field of each column, and its heading as problems name it.
pub(super) type Names = Arc<[(Option<Field>, Arc<str>)]>;

/// A problem in a cell of a row.
pub(super) fn problem(names: &Names, row: u64, column: usize, place: Place, fault: Fault) -> Problem {
    let (field, heading) = names.get(column).map_or((None, Arc::from("")), |(field, it)| (*field, it.clone()));
    let name = field.map_or_else(|| heading.clone(), |field| field.name().into());
    Problem::error(place, fault).of_row(row, name).headed(heading)
}

/// Reads row after row.
pub(super) struct Reader {
    pub source: Source,
    pub ground: Ground,
    pub columns: Columns,
    pub names: Names,
    pub several: Several,
    pub zones: Zones,
    /// The cells of the headings' row, empty ones at its end included.
    pub declared: usize,
    pub marker: Marker,
    /// The list is one that `check --problems` wrote.
    pub is_ours: bool,
    pub row: u64,
    /// Those that are wanted, where not all are.
    pub only: Option<Rows>,
    pub has_ended: bool,
}

impl Reader {
    /// The next rows, as many as that, and the page with their cells. None at the end of the list.
    fn batch(&mut self, most: usize) -> Batch {
        let (mut page, mut rows) = (Page::default(), Vec::with_capacity(most));
        while rows.len() < most && !self.has_ended {
            match self.source.next() {
                Ok(None) => self.has_ended = true,
                Ok(Some(line)) => {
                    self.row += 1;
                    let is_wanted = self.only.as_ref().is_none_or(|only| only.contains(self.row));
                    // Excel keeps rows that were emptied, not deleted.
                    if is_wanted && !self.source.is_blank() {
                        rows.push(self.read(line, &mut page));
                    }
                }
                Err(cause) => {
                    self.has_ended = true;
                    self.row += 1;
                    let place = Place::file(self.ground.file.clone());
                    rows.push(self.torn(0, 0..0, Problem::error(place, Fault::FileUnreadable { cause })));
                }
            }
        }
        Batch { page: Arc::new(page), rows: rows.into_iter() }
    }

    fn torn(&self, line: u64, cells: Range<usize>, problem: Problem) -> Reading {
        Reading { row: self.row, line, email_column: 0, cells, body: Body::Torn, problems: vec![problem] }
    }

    fn problem(&self, line: u64, column: usize, severity: Severity, fault: Fault) -> Problem {
        let place = self.ground.place(line, self.source.column(column));
        problem(&self.names, self.row, column, place, fault).with_severity(severity)
    }

    fn read(&mut self, line: u64, page: &mut Page) -> Reading {
        let first = page.len();
        if let Some((cell, fault)) = self.source.flaw().or_else(|| self.source.ragged(self.declared)) {
            (0..self.source.len()).for_each(|cell| page.push(&self.source.anything(cell)));
            return self.torn(line, first..page.len(), self.problem(line, cell, Severity::Error, fault));
        }
        let mut problems = Vec::new();
        if self.is_ours || !self.source.copy_plain(self.names.len(), page) {
            problems = self.texts(line, page);
        }
        if let Some(cell) = self.source.beyond(self.names.len()) {
            let text = self.source.anything(cell).trim().chars().take(60).collect();
            problems.push(self.problem(line, cell, Severity::Warning, Fault::CellBeyondHeadings { text }));
        }
        let text_of = |field| self.columns.of(field).and_then(|it| page.get(first + it)).unwrap_or_default();
        let email = self.columns.of(Field::Email).unwrap_or(0);
        let addresses = addresses::read(text_of(Field::Email), self.several).map_err(|(value, flaw)| {
            let fault =
                if flaw == AddressFlaw::Empty { Fault::CellEmpty } else { Fault::AddressSyntax { value, flaw } };
            problems.push(self.problem(line, email, Severity::Error, fault));
        });
        let written = text_of(Field::Gender);
        let gender = gender::parse(written);
        if let (None, Some(column), false) = (gender, self.columns.of(Field::Gender), written.is_empty()) {
            let fault = Fault::GenderUnreadable { value: written.to_owned() };
            problems.push(self.problem(line, column, Severity::Error, fault));
        }
        let split = split(&text_of).map(|split| {
            if let (Some(column), true) = (self.columns.of(Field::FullName), split.confidence < Confidence::Sure) {
                let fault = Fault::NameOrder { name: split.name.clone(), reason: split.reason.clone() };
                problems.push(self.problem(line, column, Severity::Doubt, fault));
            }
            split.name
        });
        let timezone = self.timezone(line, text_of(Field::Timezone), &mut problems);
        let addresses = addresses.ok().map(|addresses| {
            let name = split.as_ref().map_or_else(
                || [Field::Surname, Field::FirstName, Field::Patronymic].map(text_of),
                |split| [&split.surname, &split.first_name, &split.patronymic].map(String::as_str),
            );
            let marks = self.marker.marks(&addresses.to, text_of(Field::Key), name, text_of(Field::Organisation));
            (addresses, marks)
        });
        let body = Body::Whole { addresses, gender, split, timezone };
        let email_column = self.source.column(email);
        Reading { row: self.row, line, email_column, cells: first..page.len(), body, problems }
    }

    /// The zone that a cell names, where letters go by it.
    fn timezone(&self, line: u64, written: &str, problems: &mut Vec<Problem>) -> Option<TimeZone> {
        let column = self.columns.of(Field::Timezone)?;
        if self.zones == Zones::Unused || written.is_empty() {
            return None;
        }
        let zone = policy::zone(written);
        if zone.is_none() {
            let fault = Fault::Unreadable { value: written.to_owned(), expected: Expected::Zone };
            problems.push(self.problem(line, column, Severity::Error, fault));
        }
        zone
    }

    /// Appends the cells of the current row as text, one for each heading; tells what is wrong with them.
    fn texts(&self, line: u64, texts: &mut Page) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (column, (field, _)) in self.names.iter().enumerate() {
            let of = match field {
                None => cells::Use::Free,
                Some(Field::Email) => cells::Use::Address,
                Some(_) => cells::Use::Field,
            };
            let fault = match self.source.cell(column) {
                Ok(text) => {
                    let is_marked = self.is_ours && text.strip_prefix('\'').is_some_and(runs_in_excel);
                    let cell = cells::clean(text.get(usize::from(is_marked)..).unwrap_or_default(), of);
                    texts.push(&cell.text);
                    cell.fault
                }
                Err(Unreadable::Bytes(text)) => {
                    texts.push(&text);
                    Some((Severity::Error, Fault::NotUtf8))
                }
                Err(Unreadable::Error(value)) => {
                    texts.push(&value);
                    Some((Severity::Error, Fault::CellIsError { value }))
                }
            };
            problems.extend(fault.map(|(severity, fault)| self.problem(line, column, severity, fault)));
        }
        problems
    }
}

/// True for a cell before which `check --problems` writes an apostrophe.
fn runs_in_excel(cell: &str) -> bool {
    cell.trim_start().starts_with(['=', '@', '+', '-']) || cell.starts_with(['\t', '\r', '\n'])
}

/// The full name taken apart, where the parts have no columns of their own.
fn split<'a>(text_of: &impl Fn(Field) -> &'a str) -> Option<Split> {
    let has_parts = [Field::Surname, Field::FirstName, Field::Patronymic].into_iter().any(|it| !text_of(it).is_empty());
    let full = text_of(Field::FullName);
    (!has_parts && !full.is_empty()).then(|| FullName::split(full))
}

/// Who a row is about.
pub(super) fn card(cells: &Cells, columns: &Columns, gender: Option<Gender>, split: Option<FullName>) -> Card {
    let text_of = |field| columns.of(field).and_then(|column| cells.get(column)).unwrap_or_default().to_owned();
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
struct Batch {
    page: Arc<Page>,
    rows: std::vec::IntoIter<Reading>,
}

impl Iterator for Batch {
    type Item = (Reading, Cells);

    fn next(&mut self) -> Option<(Reading, Cells)> {
        let reading = self.rows.next()?;
        let cells = self.page.cells(reading.cells.start, reading.cells.len());
        Some((reading, cells))
    }
}

/// The readings of a list in their order, with their cells.
pub(super) struct Readings {
    batch: Batch,
    supply: Supply,
}

enum Supply {
    Here(Box<Reader>),
    /// To be read ahead, once the first row is asked for.
    Long(Option<Box<Reader>>),
    /// Read ahead by a thread, some hundred rows at most. What is worth keeping of a row is made by whoever
    /// takes it, so that little memory goes from one thread to the other.
    Ahead {
        batches: Receiver<Batch>,
        reader: Option<JoinHandle<()>>,
    },
}

impl Readings {
    const BATCH: usize = 64;
    const BATCHES_AHEAD: usize = 8;

    /// The rows, one at a time as they are asked for.
    pub(super) fn here(reader: Reader) -> Self {
        Self::of(Supply::Here(Box::new(reader)))
    }

    /// The rows, read by a thread of their own from the first that is asked for.
    pub(super) fn ahead(reader: Reader) -> Self {
        Self::of(Supply::Long(Some(Box::new(reader))))
    }

    /// Passes over all rows but these.
    pub(super) fn only(&mut self, rows: Rows) {
        match &mut self.supply {
            Supply::Here(reader) | Supply::Long(Some(reader)) => reader.only = Some(rows),
            Supply::Long(None) | Supply::Ahead { .. } => {}
        }
    }

    fn start(&mut self, mut reader: Box<Reader>) {
        let (rows, batches) = sync_channel(Self::BATCHES_AHEAD);
        let file = reader.ground.file.clone();
        let read = move || {
            while !reader.has_ended {
                // Whoever asked for the rows may have seen enough.
                if rows.send(reader.batch(Self::BATCH)).is_err() {
                    return;
                }
            }
        };
        match std::thread::Builder::new().name("contacts".into()).spawn(read) {
            Ok(reader) => self.supply = Supply::Ahead { batches, reader: Some(reader) },
            Err(error) => {
                let fault = Fault::FileUnreadable { cause: Cause::from(&error) };
                let (body, problems) = (Body::Torn, vec![Problem::error(Place::file(file), fault)]);
                let reading = Reading { row: 1, line: 0, email_column: 0, cells: 0..0, body, problems };
                self.batch.rows = vec![reading].into_iter();
            }
        }
    }

    fn of(supply: Supply) -> Self {
        Self { batch: Batch { page: Arc::default(), rows: Vec::new().into_iter() }, supply }
    }
}

impl Readings {
    /// Goes on to the next rows that have something in them; false at the end of the list.
    fn supply(&mut self) -> bool {
        while self.batch.rows.as_slice().is_empty() {
            match &mut self.supply {
                Supply::Long(None) => return false,
                Supply::Long(reader) => {
                    if let Some(reader) = reader.take() {
                        self.start(reader);
                    }
                }
                Supply::Here(reader) if reader.has_ended => return false,
                Supply::Here(reader) => self.batch = reader.batch(1),
                Supply::Ahead { batches, reader } => {
                    let Ok(batch) = batches.recv() else {
                        // The end of the list; a reader that fell over must not pass for it.
                        if let Some(Err(panic)) = reader.take().map(JoinHandle::join) {
                            std::panic::resume_unwind(panic);
                        }
                        return false;
                    };
                    self.batch = batch;
                }
            }
        }
        true
    }

    /// The marks of the rows that were read and not yet taken.
    pub(super) fn marks(&self) -> impl Iterator<Item = Marks> {
        self.batch.rows.as_slice().iter().filter_map(|reading| match &reading.body {
            Body::Whole { addresses: Some((_, marks)), .. } => Some(*marks),
            Body::Whole { addresses: None, .. } | Body::Torn => None,
        })
    }

    /// True where the next row is the first of those that were read together.
    pub(super) fn begins(&mut self) -> bool {
        let begins = self.batch.rows.as_slice().is_empty() && self.supply();
        begins && self.batch.rows.as_slice().len() > 1
    }
}

impl Iterator for Readings {
    type Item = (Reading, Cells);

    fn next(&mut self) -> Option<(Reading, Cells)> {
        self.batch.next().or_else(|| if self.supply() { self.batch.next() } else { None })
    }
}
