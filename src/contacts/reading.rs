//! One row on its own: its cells as text, its addresses, whom it is about.
//!
//! Knows nothing of the other rows: that is `standing`'s matter. So a long list is read ahead by a thread.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use super::addresses::{self, Addresses};
use super::headings::{Columns, Field};
use super::source::{Ground, Source, Unreadable};
use super::{Several, cells};
use crate::place::{AddressFlaw, Fault, Place, Problem, Severity};
use crate::recipient::{Card, Cells};
use crate::russian::forms::Given;
use crate::russian::names::FullName;
use crate::russian::{Confidence, gender};

/// A row as far as it can be understood on its own.
pub(super) struct Reading {
    pub row: u64,
    pub line: u64,
    /// The column of the address, as its place counts it.
    pub email_column: u64,
    pub cells: Cells,
    /// Whom it is about; none where the row could not be taken apart.
    pub card: Option<Card>,
    pub addresses: Option<Addresses>,
    pub key: Option<String>,
    pub problems: Vec<Problem>,
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
    /// The cells of the headings' row, empty ones at its end included.
    pub declared: usize,
    pub row: u64,
    pub has_ended: bool,
}

impl Iterator for Reader {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        while !self.has_ended {
            match self.source.next() {
                Ok(None) => self.has_ended = true,
                Ok(Some(line)) => {
                    self.row += 1;
                    // Excel keeps rows that were emptied, not deleted.
                    if !self.source.is_blank() {
                        return Some(self.read(line));
                    }
                }
                Err(cause) => {
                    self.has_ended = true;
                    let place = Place::file(self.ground.file.clone());
                    let problem = Problem::error(place, Fault::FileUnreadable { cause });
                    return Some(Self::torn(0, self.row + 1, Cells::default(), problem));
                }
            }
        }
        None
    }
}

impl Reader {
    fn torn(line: u64, row: u64, cells: Cells, problem: Problem) -> Reading {
        let problems = vec![problem];
        Reading { row, line, email_column: 0, cells, card: None, addresses: None, key: None, problems }
    }

    fn problem(&self, line: u64, column: usize, severity: Severity, fault: Fault) -> Problem {
        let place = self.ground.place(line, self.source.column(column));
        problem(&self.names, self.row, column, place, fault).with_severity(severity)
    }

    fn read(&self, line: u64) -> Reading {
        if let Some((cell, fault)) = self.source.flaw().or_else(|| self.source.ragged(self.declared)) {
            let cells = (0..self.source.len()).map(|cell| self.source.anything(cell)).collect();
            return Self::torn(line, self.row, cells, self.problem(line, cell, Severity::Error, fault));
        }
        let (cells, mut problems) = self.texts(line);
        if let Some(cell) = self.source.beyond(self.names.len()) {
            let text = self.source.anything(cell).trim().chars().take(60).collect();
            problems.push(self.problem(line, cell, Severity::Warning, Fault::CellBeyondHeadings { text }));
        }
        let text_of = |field| self.columns.of(field).and_then(|column| cells.get(column)).unwrap_or_default();
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
        let (name, order) = name(&text_of);
        if let (Some(fault), Some(column)) = (order, self.columns.of(Field::FullName)) {
            problems.push(self.problem(line, column, Severity::Doubt, fault));
        }
        let key = Some(text_of(Field::Key)).filter(|key| !key.is_empty()).map(str::to_owned);
        let card = Card {
            email: text_of(Field::Email).to_owned(),
            name,
            gender,
            position: text_of(Field::Position).to_owned(),
            organisation: text_of(Field::Organisation).to_owned(),
            given: Given {
                surname_dative: text_of(Field::SurnameDative).to_owned(),
                name_dative: text_of(Field::NameDative).to_owned(),
                position_dative: text_of(Field::PositionDative).to_owned(),
                salutation: text_of(Field::Salutation).to_owned(),
            },
        };
        let email_column = self.source.column(email);
        let (row, addresses) = (self.row, addresses.ok());
        Reading { row, line, email_column, cells, card: Some(card), addresses, key, problems }
    }

    /// The cells of the current row as text, one for each heading, and what is wrong with them.
    fn texts(&self, line: u64) -> (Cells, Vec<Problem>) {
        let mut texts = Cells::with_capacity(self.names.len(), self.source.bytes());
        let mut problems = Vec::new();
        for (column, (field, _)) in self.names.iter().enumerate() {
            let of = match field {
                None => cells::Use::Free,
                Some(Field::Email) => cells::Use::Address,
                Some(_) => cells::Use::Field,
            };
            let fault = match self.source.cell(column) {
                Ok(text) => {
                    let cell = cells::clean(text, of);
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
        (texts, problems)
    }
}

/// The parts of the name, from their own columns or taken out of the full name; where the order of that is
/// not clear, the fault says how it was read.
fn name<'a>(text_of: &impl Fn(Field) -> &'a str) -> (FullName, Option<Fault>) {
    let name = FullName {
        surname: text_of(Field::Surname).to_owned(),
        first_name: text_of(Field::FirstName).to_owned(),
        patronymic: text_of(Field::Patronymic).to_owned(),
    };
    let full = text_of(Field::FullName);
    if name != FullName::default() || full.is_empty() {
        return (name, None);
    }
    let split = FullName::split(full);
    let fault = (split.confidence < Confidence::Sure)
        .then(|| Fault::NameOrder { name: split.name.clone(), reason: split.reason.clone() });
    (split.name, fault)
}

/// The readings of a list in their order.
pub(super) enum Readings {
    Here(Box<Reader>),
    /// Read ahead by a thread, some hundred rows at most.
    Ahead {
        batches: Receiver<Vec<Reading>>,
        batch: std::vec::IntoIter<Reading>,
        reader: Option<JoinHandle<()>>,
    },
}

impl Readings {
    const BATCH: usize = 128;
    const BATCHES_AHEAD: usize = 4;

    /// The rows, one at a time as they are asked for.
    pub(super) fn here(reader: Reader) -> Self {
        Self::Here(Box::new(reader))
    }

    /// The rows, read by a thread of their own.
    pub(super) fn ahead(mut reader: Reader) -> std::io::Result<Self> {
        let (rows, batches) = sync_channel(Self::BATCHES_AHEAD);
        let read = move || {
            loop {
                let batch: Vec<Reading> = reader.by_ref().take(Self::BATCH).collect();
                // Whoever asked for the rows may have seen enough.
                if batch.is_empty() || rows.send(batch).is_err() {
                    return;
                }
            }
        };
        let reader = std::thread::Builder::new().name("contacts".into()).spawn(read)?;
        Ok(Self::Ahead { batches, batch: Vec::new().into_iter(), reader: Some(reader) })
    }
}

impl Iterator for Readings {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        match self {
            Self::Here(reader) => reader.next(),
            Self::Ahead { batches, batch, reader } => {
                if let Some(reading) = batch.next() {
                    return Some(reading);
                }
                if let Ok(next) = batches.recv() {
                    *batch = next.into_iter();
                    return batch.next();
                }
                // The end of the list; a reader that fell over must not pass for it.
                if let Some(Err(panic)) = reader.take().map(JoinHandle::join) {
                    std::panic::resume_unwind(panic);
                }
                None
            }
        }
    }
}
