//! The contact list, read row by row into recipients.
//!
//! Checks each row on its own and against those before it; a faulty row never affects the others. Which
//! heading is which field is decided in `headings`, where a cell stands in the file in `records` and
//! `workbook`, what an address cell says in `addresses`.

mod addresses;
mod cells;
mod displayed;
mod encoding;
mod headings;
mod ods;
mod records;
mod suppression;
mod workbook;

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::place::{AddressFlaw, Cause, Expected, Fault, Place, Problem, Severity};
use crate::policy;
use crate::recipient::{Address, Card, Recipient, Rows};
use crate::russian::forms::Given;
use crate::russian::names::FullName;
use crate::russian::{Confidence, gender};
use addresses::{Addresses, Typos};
use encoding::{Decoded, Found};
use headings::{Columns, Field};
use records::{Quote, Records};
use workbook::Book;

pub use encoding::Encoding;
pub use suppression::Suppression;

/// What to do with a second row for one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twins {
    /// It is an error.
    Refuse,
    /// It is passed over with a warning.
    PassOver,
    /// It is a letter of its own, told apart by the `key` column: a count would change when the list is sorted.
    Keep,
    /// Nobody asks: the list decides nothing about letters.
    Unchecked,
}

/// What a column of time zones is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zones {
    /// Letters go by it.
    Wanted,
    /// Nothing; it may hold what it likes.
    Unused,
}

/// What several addresses in one cell mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Several {
    /// It is an error.
    Refuse,
    /// The first gets the letter, the others a copy.
    Copy,
}

/// How the list is to be read.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The delimiter, found out when `None`.
    pub delimiter: Option<char>,
    /// The encoding, found out when `None`.
    pub encoding: Option<Encoding>,
    /// The sheet of a workbook, the first when `None`.
    pub sheet: Option<String>,
    pub twins: Twins,
    pub several: Several,
    /// Field name to heading, where the headings alone do not say it.
    pub columns: BTreeMap<String, String>,
    /// Where `columns` was written.
    pub columns_place: Place,
    /// Who must not be written to.
    pub suppression: Arc<Suppression>,
    pub zones: Zones,
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
    faulty: Vec<String>,
}

impl Row {
    /// The cells as far as they could be read, one for each heading unless the row is ragged.
    pub fn cells(&self) -> &[String] {
        self.recipient.as_ref().map_or(&self.faulty, |recipient| &recipient.cells)
    }

    /// The same row with an error.
    pub fn blocked(mut self, problem: Problem) -> Self {
        let heading = self.problems.first().and_then(|problem| problem.field.clone()).unwrap_or_default();
        self.problems.push(problem.of_row(self.row, heading));
        if let Some(recipient) = self.recipient.take() {
            self.faulty = recipient.cells;
            self.card = Some(recipient.card);
        }
        self
    }

    /// Takes the row apart into recipient, card, problems, and the cells of a row that is no recipient.
    pub fn into_parts(self) -> (Option<Recipient>, Option<Card>, Vec<Problem>, Vec<String>) {
        (self.recipient, self.card, self.problems, self.faulty)
    }
}

/// How a list was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    pub form: Form,
    pub columns: usize,
    /// The fields that were found, each with its heading.
    pub fields: Vec<(&'static str, String)>,
}

/// What kind of file a list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
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

/// An open contact list: an iterator over its rows.
pub struct List {
    file: Arc<str>,
    source: Source,
    headings: Arc<[String]>,
    columns: Columns,
    /// The field of each column, and its heading as problems name it.
    fields: Vec<(Option<Field>, Arc<str>)>,
    understood: Understood,
    twins: Twins,
    several: Several,
    suppression: Arc<Suppression>,
    zones: Zones,
    row: u64,
    /// Those that are wanted, where not all are.
    only: Option<Rows>,
    has_ended: bool,
    seen: Seen,
    people: Seen,
    typos: Typos,
}

/// Where the rows come from.
enum Source {
    Text(Box<Records<Decoded<File>>>),
    Sheet(Box<Book>),
}

/// Why a cell has no text.
enum Unreadable {
    Bytes(String),
    Error(String),
}

impl Source {
    fn next(&mut self) -> Result<Option<u64>, Cause> {
        match self {
            Self::Text(records) => records.next(),
            Self::Sheet(book) => Ok(book.next()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(records) => records.len(),
            Self::Sheet(book) => book.len(),
        }
    }

    fn cell(&self, cell: usize) -> Result<&str, Unreadable> {
        match self {
            Self::Text(records) => {
                records.cell(cell).map_err(|bytes| Unreadable::Bytes(String::from_utf8_lossy(bytes).into_owned()))
            }
            Self::Sheet(book) => book.cell(cell).map_err(|name| Unreadable::Error(name.to_owned())),
        }
    }

    fn is_blank(&self) -> bool {
        (0..self.len()).all(|cell| self.cell(cell).is_ok_and(|text| text.trim().is_empty()))
    }

    /// What is wrong with the quotation marks, and in which cell.
    fn quote(&self) -> Option<(usize, Fault)> {
        match self {
            Self::Text(records) => records.quote().map(|quote| match quote {
                Quote::Unclosed => (records.len().saturating_sub(1), Fault::QuoteUnclosed),
                Quote::Stray(cell) => (cell, Fault::QuoteStray),
            }),
            Self::Sheet(_) => None,
        }
    }

    fn place(&self, file: &Arc<str>, line: u64, cell: usize) -> Place {
        match self {
            Self::Text(records) => Place::at(file.clone(), line, records.column(cell)),
            Self::Sheet(book) => Place::in_sheet(file.clone(), &book.sheet, line, cell as u64 + 1),
        }
    }

    /// Where the row begins; costs nothing.
    fn place_of_row(&self, file: &Arc<str>, line: u64) -> Place {
        match self {
            Self::Text(_) => Place::at(file.clone(), line, 1),
            Self::Sheet(book) => Place::in_sheet(file.clone(), &book.sheet, line, 1),
        }
    }
}

impl List {
    /// Opens a list and reads its headings. `shown` is the file's name as the user knows it.
    ///
    /// # Errors
    /// Every problem with the file as a whole and with its headings.
    pub fn open(path: &Path, shown: &str, settings: &Settings) -> Result<Self, Vec<Problem>> {
        let whole = |fault| vec![Problem::error(Place::file(shown), fault)];
        let (mut source, mut form) = open_source(path, settings).map_err(whole)?;
        let file: Arc<str> = shown.into();
        let line = loop {
            match source.next() {
                Err(cause) => return Err(whole(Fault::FileUnreadable { cause })),
                Ok(None) => return Err(whole(Fault::ListEmpty)),
                Ok(Some(_)) if source.is_blank() => {}
                Ok(Some(line)) => break line,
            }
        };
        let place = |column| source.place(&file, line, column);
        if let Some((cell, fault)) = source.quote() {
            return Err(vec![Problem::error(place(cell), fault)]);
        }
        let mut headings = Vec::new();
        for column in 0..source.len() {
            match source.cell(column).map(|text| cells::clean(text, cells::Use::Field)) {
                Ok(cell) if cell.fault.as_ref().is_none_or(|(severity, _)| *severity != Severity::Error) => {
                    headings.push(cell.text.trim_matches('\u{a0}').to_owned());
                }
                Ok(cell) => {
                    let fault = cell.fault.map_or(Fault::CharacterLost, |(_, fault)| fault);
                    return Err(vec![Problem::error(place(column), fault)]);
                }
                Err(Unreadable::Bytes(_)) => return Err(vec![Problem::error(place(column), Fault::NotUtf8)]),
                Err(Unreadable::Error(value)) => {
                    return Err(vec![Problem::error(place(column), Fault::CellIsError { value })]);
                }
            }
        }
        while headings.len() > 1 && headings.last().is_some_and(String::is_empty) {
            headings.pop();
        }
        if let Form::Text { sample: Some(sample), .. } = &mut form {
            *sample = sample_row(path, settings).unwrap_or_else(|| headings.join(" · "));
        }
        let columns = Columns::find(&headings, settings, place)?;
        let fields = columns.mapping().map(|(field, column)| (field, headings[column].clone())).collect();
        let understood = Understood { form, columns: headings.len(), fields };
        let named = headings.iter().map(|heading| Arc::from(heading.as_str()));
        Ok(Self {
            fields: columns.fields(headings.len()).into_iter().zip(named).collect(),
            file,
            source,
            headings: headings.into(),
            columns,
            understood,
            twins: settings.twins,
            several: settings.several,
            suppression: settings.suppression.clone(),
            zones: settings.zones,
            row: 0,
            only: None,
            has_ended: false,
            seen: Seen::default(),
            people: Seen::default(),
            typos: Typos::default(),
        })
    }

    /// The same list, of which all rows but some are passed over unread: not even their twins are known.
    pub fn only(self, rows: Rows) -> Self {
        Self { only: Some(rows), ..self }
    }

    /// The headings as they are written in the list.
    pub fn headings(&self) -> &Arc<[String]> {
        &self.headings
    }

    /// How the list was understood.
    pub fn understood(&self) -> &Understood {
        &self.understood
    }

    fn problem(&self, line: u64, column: usize, severity: Severity, fault: Fault) -> Problem {
        let (field, heading) =
            self.fields.get(column).map_or((None, Arc::from("")), |(field, heading)| (*field, heading.clone()));
        let name = field.map_or_else(|| heading.clone(), |field| field.name().into());
        let place = self.source.place(&self.file, line, column);
        Problem::error(place, fault).of_row(self.row, name).headed(heading).with_severity(severity)
    }

    fn read(&mut self, line: u64) -> Row {
        let row = self.row;
        if let Some((cell, fault)) = self.tear() {
            let problems = vec![self.problem(line, cell, Severity::Error, fault)];
            let source = &self.source;
            let cells = (0..source.len()).map(|cell| match source.cell(cell) {
                Ok(text) => text.chars().take(cells::LONGEST).collect(),
                Err(Unreadable::Bytes(text) | Unreadable::Error(text)) => text,
            });
            return Row { row, recipient: None, card: None, faulty: cells.collect(), problems };
        }
        let (texts, mut problems) = self.texts(line);
        let text_of = |field| self.columns.of(field).map_or("", |column| texts[column].as_str());
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
        let timezone = self.timezone(line, text_of(Field::Timezone), &mut problems);
        let standing = addresses.ok().map(|addresses| {
            let standing = self.among_others(line, &addresses, &card, key.as_deref(), &mut problems);
            (addresses.to, standing)
        });
        let is_faulty = problems.iter().any(|problem| problem.severity == Severity::Error);
        let Some((address, standing)) = standing.filter(|(_, standing)| !is_faulty && !standing.is_passed_over) else {
            return Row { row, recipient: None, card: Some(card), problems, faulty: texts };
        };
        let key = key.filter(|_| self.twins == Twins::Keep);
        let recipient = Recipient {
            place: self.source.place_of_row(&self.file, line),
            row,
            address,
            copies: standing.copies,
            card,
            key,
            timezone,
            headings: self.headings.clone(),
            cells: texts,
        };
        Row { row, recipient: Some(recipient), card: None, problems, faulty: Vec::new() }
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

    /// Why the current row cannot be taken apart into cells, and at which.
    fn tear(&self) -> Option<(usize, Fault)> {
        let (source, expected) = (&self.source, self.fields.len());
        source.quote().or_else(|| {
            let found = source.len();
            let has_more = |cell| source.cell(cell).map_or(true, |text| !text.trim().is_empty());
            let is_ragged = found < expected || (expected..found).any(has_more);
            is_ragged.then(|| (found.min(expected) - 1, Fault::RowRagged { expected, found }))
        })
    }

    /// The cells of the current row as text, one for each heading, and what is wrong with them.
    fn texts(&self, line: u64) -> (Vec<String>, Vec<Problem>) {
        let (mut texts, mut problems) = (Vec::with_capacity(self.fields.len()), Vec::new());
        for (column, (field, _)) in self.fields.iter().enumerate() {
            let of = match field {
                None => cells::Use::Free,
                Some(Field::Email) => cells::Use::Address,
                Some(_) => cells::Use::Field,
            };
            let (text, fault) = match self.source.cell(column) {
                Ok(text) => {
                    let cell = cells::clean(text, of);
                    (cell.text, cell.fault)
                }
                Err(Unreadable::Bytes(text)) => (text, Some((Severity::Error, Fault::NotUtf8))),
                Err(Unreadable::Error(value)) => (value.clone(), Some((Severity::Error, Fault::CellIsError { value }))),
            };
            problems.extend(fault.map(|(severity, fault)| self.problem(line, column, severity, fault)));
            texts.push(text);
        }
        (texts, problems)
    }

    /// Looks at a row's addresses beside those that were read before, and those that are forbidden.
    fn among_others(
        &mut self,
        line: u64,
        addresses: &Addresses,
        card: &Card,
        key: Option<&str>,
        problems: &mut Vec<Problem>,
    ) -> Standing {
        let (name, organisation) = (&card.name, &card.organisation);
        let email = self.columns.of(Field::Email).unwrap_or(0);
        let mut standing = Standing::default();
        let mut warn = Vec::new();
        let all = || std::iter::once(&addresses.to).chain(&addresses.copies);
        for address in all() {
            if let Some(proposal) = self.typos.proposal(address) {
                warn.push(Fault::AddressTypo { address: address.to_string(), proposal });
            }
        }
        let letter = match (self.twins, key) {
            (Twins::Keep, Some(key)) => format!("{}\n{key}", addresses.to.key()),
            _ => addresses.to.key(),
        };
        let earlier = self.seen.note(&letter, line);
        if let Some(earlier) = earlier {
            let (address, line_before) = (addresses.to.to_string(), earlier.line.into());
            let noted = match self.twins {
                Twins::Refuse => Some((Severity::Error, Fault::AddressTwice { address, line: line_before })),
                Twins::PassOver => Some((Severity::Warning, Fault::AddressTwice { address, line: line_before })),
                Twins::Keep => Some((Severity::Error, Fault::KeyTwice { address, line: line_before })),
                Twins::Unchecked => None,
            };
            standing.is_passed_over = self.twins == Twins::PassOver;
            problems.extend(noted.map(|(severity, fault)| self.problem(line, email, severity, fault)));
        }
        if earlier.is_none()
            && let Some(person) = person(name, organisation)
            && let Some(earlier) = self.people.note(&person, line)
        {
            let name = [&name.surname, &name.first_name, &name.patronymic].map(String::as_str).join(" ");
            warn.push(Fault::SamePerson { name, line: earlier.line.into() });
        }
        for (index, address) in all().enumerate() {
            match self.suppression.entry(address) {
                Some((entry, why)) => {
                    let (entry, reason, date) = (entry.to_owned(), why.reason.clone(), why.date.clone());
                    warn.push(Fault::Suppressed { entry, reason, date });
                    standing.is_passed_over |= index == 0;
                }
                None if index > 0 => standing.copies.push(address.clone()),
                None => {}
            }
        }
        problems.extend(warn.into_iter().map(|fault| self.problem(line, email, Severity::Warning, fault)));
        standing
    }
}

/// How a row stands among the others.
#[derive(Default)]
struct Standing {
    /// No letter is made of it, and that is no error.
    is_passed_over: bool,
    copies: Vec<Address>,
}

impl Iterator for List {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        while !self.has_ended {
            match self.source.next() {
                Ok(None) => self.has_ended = true,
                Ok(Some(line)) => {
                    self.row += 1;
                    if self.only.as_ref().is_some_and(|only| !only.contains(self.row)) {
                        continue;
                    }
                    // Excel keeps rows that were emptied, not deleted.
                    if !self.source.is_blank() || self.source.quote().is_some() {
                        return Some(self.read(line));
                    }
                }
                Err(cause) => {
                    self.has_ended = true;
                    let problem = Problem::error(Place::file(self.file.clone()), Fault::FileUnreadable { cause });
                    let (row, problems) = (self.row + 1, vec![problem]);
                    return Some(Row { row, recipient: None, card: None, problems, faulty: Vec::new() });
                }
            }
        }
        None
    }
}

/// The first row below the headings, by which a person sees whether the encoding was guessed right.
fn sample_row(path: &Path, settings: &Settings) -> Option<String> {
    let (mut source, _) = open_source(path, settings).ok()?;
    source.next().ok()??;
    source.next().ok()??;
    let cells = (0..source.len()).filter_map(|cell| source.cell(cell).ok().map(str::to_owned));
    Some(cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" · "))
}

/// Opens a list by what its first bytes say it is.
fn open_source(path: &Path, settings: &Settings) -> Result<(Source, Form), Fault> {
    let unreadable = |error: std::io::Error| Fault::FileUnreadable { cause: Cause::from(&error) };
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
    if !matches!(extension.as_str(), "" | "csv" | "tsv" | "txt" | "tab" | "xlsx" | "xlsm" | "xls" | "ods") {
        return Err(Fault::ListKind { extension });
    }
    let mut file = open_plain_file(path)?;
    if let Some(kind) = workbook::kind(&mut file).map_err(unreadable)? {
        let book = workbook::read(file, kind, settings.sheet.as_deref())?;
        let form = Form::Sheet { name: book.sheet.clone() };
        return Ok((Source::Sheet(Box::new(book)), form));
    }
    if matches!(extension.as_str(), "xlsx" | "xlsm" | "xls" | "ods") {
        return Err(if file.metadata().map_err(unreadable)?.len() == 0 {
            Fault::ListEmpty
        } else {
            Fault::NotWorkbook
        });
    }
    let (encoding, mark, is_guess) = match encoding::find(&mut file, settings.encoding).map_err(unreadable)? {
        Found::Sure(encoding, mark) => (encoding, mark, false),
        Found::Guess(encoding) => (encoding, 0, true),
        Found::Unclear(likely) => return Err(Fault::EncodingUnclear { likely: likely.name() }),
    };
    file.seek(SeekFrom::Start(mark)).map_err(unreadable)?;
    let records = Records::new(Decoded::new(file, encoding), settings.delimiter).map_err(unreadable)?;
    let sample = is_guess.then(String::new);
    let form = Form::Text { encoding: encoding.name(), delimiter: records.delimiter(), sample };
    Ok((Source::Text(Box::new(records)), form))
}

/// Opens a file that is no folder, pipe or device: reading one of those might never end.
fn open_plain_file(path: &Path) -> Result<File, Fault> {
    let unreadable = |error: &std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Fault::FileMissing,
        _ => Fault::FileUnreadable { cause: Cause::from(error) },
    };
    let about = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    if about.is_dir() {
        return Err(Fault::FileUnreadable { cause: Cause::IsFolder });
    }
    if !about.is_file() {
        return Err(Fault::FileUnreadable { cause: Cause::NotPlainFile });
    }
    File::open(path).map_err(|error| unreadable(&error))
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

/// What tells one person from another: the whole name, and the organisation where the list has one.
fn person(name: &FullName, organisation: &str) -> Option<String> {
    if name.surname.is_empty() || name.first_name.is_empty() || name.patronymic.is_empty() {
        return None;
    }
    let parts = [&name.surname, &name.first_name, &name.patronymic, organisation];
    let mut whole = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts {
        whole.extend(part.chars().map(folded));
        whole.push('\n');
    }
    Some(whole)
}

/// A letter without case, ё as е.
fn folded(c: char) -> char {
    match c {
        'ё' | 'Ё' => 'е',
        'А'..='Я' => char::from_u32(u32::from(c) + 32).unwrap_or(c),
        c if c.is_ascii() => c.to_ascii_lowercase(),
        'а'..='я' => c,
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

/// What was met so far, as 64-bit hashes under keys of this run, so that a million fit in little memory: the
/// chance that two of a million are taken for one is below one in ten million.
#[derive(Default)]
struct Seen {
    hasher: RandomState,
    first: HashMap<u64, Earlier, BuildKept>,
}

/// Where something stood first.
#[derive(Clone, Copy)]
struct Earlier {
    line: u32,
}

impl Seen {
    /// Notes a key; tells where it stood before.
    fn note(&mut self, key: &str, line: u64) -> Option<Earlier> {
        let hash = self.hasher.hash_one(key);
        if let Some(earlier) = self.first.get(&hash) {
            return Some(*earlier);
        }
        self.first.insert(hash, Earlier { line: u32::try_from(line).unwrap_or(u32::MAX) });
        None
    }
}

/// Keeps a key that is a hash already as it is.
type BuildKept = std::hash::BuildHasherDefault<Kept>;

#[derive(Default)]
struct Kept(u64);

impl std::hash::Hasher for Kept {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests;
