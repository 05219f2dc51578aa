//! The contact list, read row by row into recipients.
//!
//! Checks each row on its own and against those before it; a faulty row never affects the others. Which
//! heading is which field is decided in `headings`, where a cell stands in the file in `records`.

mod headings;
mod records;

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::Arc;

use crate::place::{AddressFlaw, Cause, Fault, Place, Problem, Severity};
use crate::recipient::{Address, Card, Recipient};
use crate::russian::forms::Given;
use crate::russian::names::FullName;
use crate::russian::{Confidence, gender};
use headings::{Columns, Field};
use records::Records;

/// The longest cell that is read, in characters.
const LONGEST_CELL: usize = 32_767;

/// What to do with a second row for one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twins {
    /// It is an error.
    Refuse,
    /// It is passed over with a warning.
    PassOver,
    /// It is a letter of its own; the `key` column tells the letters apart, else the count of the address.
    Keep,
}

/// How the list is to be read.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The delimiter, found out when `None`.
    pub delimiter: Option<char>,
    pub twins: Twins,
    /// Field name to heading, where the headings alone do not say it.
    pub columns: BTreeMap<String, String>,
    /// Where `columns` was written.
    pub columns_place: Place,
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
}

/// An open contact list: an iterator over its rows.
pub struct List {
    file: Arc<str>,
    records: Records<File>,
    headings: Arc<[String]>,
    columns: Columns,
    twins: Twins,
    row: u64,
    seen: Seen,
}

impl List {
    /// Opens a list and reads its headings. `shown` is the file's name as the user knows it.
    ///
    /// # Errors
    /// Every problem with the file as a whole and with its headings.
    pub fn open(path: &Path, shown: &str, settings: &Settings) -> Result<Self, Vec<Problem>> {
        let whole = |fault| vec![Problem::error(Place::file(shown), fault)];
        match path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).as_deref() {
            None | Some("csv" | "tsv" | "txt") => {}
            Some(other) => return Err(whole(Fault::ListKind { extension: other.to_owned() })),
        }
        let file = open_plain_file(path).map_err(&whole)?;
        let file_name: Arc<str> = shown.into();
        let mut records = Records::new(file, settings.delimiter)
            .map_err(|error| whole(Fault::FileUnreadable { cause: Cause::from(&error) }))?;
        let first = match records.next() {
            Err(error) => return Err(whole(Fault::FileUnreadable { cause: error })),
            Ok(None) => return Err(whole(Fault::ListEmpty)),
            Ok(Some(first)) => first,
        };
        let place = |column| Place::at(file_name.clone(), first.line, records.column(column));
        if records.has_open_quote() {
            return Err(vec![Problem::error(place(first.cells.len() - 1), Fault::QuoteUnclosed)]);
        }
        let mut headings = Vec::new();
        for (column, cell) in first.cells.iter().enumerate() {
            match std::str::from_utf8(cell) {
                Ok(text) => headings.push(text.trim().to_owned()),
                Err(_) => return Err(vec![Problem::error(place(column), Fault::NotUtf8)]),
            }
        }
        while headings.len() > 1 && headings.last().is_some_and(String::is_empty) {
            headings.pop();
        }
        let columns = Columns::find(&headings, settings, &file_name, place)?;
        let headings = headings.into();
        let seen = Seen::default();
        Ok(Self { file: file_name, records, headings, columns, twins: settings.twins, row: 0, seen })
    }

    /// The headings as they are written in the list.
    pub fn headings(&self) -> &Arc<[String]> {
        &self.headings
    }

    /// What separates the cells.
    pub fn delimiter(&self) -> char {
        self.records.delimiter()
    }

    fn read(&mut self, line: u64, cells: &[Vec<u8>]) -> Row {
        let row = self.row;
        let place = |column: usize| Place::at(self.file.clone(), line, self.records.column(column));
        let mut problems = Vec::new();
        let mut note = |column: usize, severity, fault| {
            let heading = self.headings.get(column).cloned().unwrap_or_default();
            problems.push(Problem::error(place(column), fault).of_row(row, heading).with_severity(severity));
        };

        if self.records.has_open_quote() {
            note(cells.len() - 1, Severity::Error, Fault::QuoteUnclosed);
            return Row { row, recipient: None, card: None, problems };
        }
        let expected = self.headings.len();
        if cells.len() < expected || cells[expected..].iter().any(|cell| !cell.is_empty()) {
            note(cells.len().min(expected) - 1, Severity::Error, Fault::RowRagged { expected, found: cells.len() });
            return Row { row, recipient: None, card: None, problems };
        }
        let mut texts = Vec::with_capacity(expected);
        for (column, cell) in cells[..expected].iter().enumerate() {
            let (text, fault) = clean(cell, self.columns.field_of(column).is_some());
            if let Some((severity, fault)) = fault {
                note(column, severity, fault);
            }
            texts.push(text);
        }

        let text_of = |field| self.columns.of(field).map_or("", |column| texts[column].as_str());
        let email = self.columns.of(Field::Email).unwrap_or(0);
        let address = Address::parse(text_of(Field::Email)).map_err(|flaw| {
            let value = text_of(Field::Email).to_owned();
            let fault =
                if flaw == AddressFlaw::Empty { Fault::CellEmpty } else { Fault::AddressSyntax { value, flaw } };
            note(email, Severity::Error, fault);
        });
        let gender = match (self.columns.of(Field::Gender), text_of(Field::Gender)) {
            (None, _) | (_, "") => None,
            (Some(column), value) => {
                let gender = gender::parse(value);
                if gender.is_none() {
                    note(column, Severity::Error, Fault::GenderUnreadable { value: value.to_owned() });
                }
                gender
            }
        };
        let (name, order) = name(&text_of);
        if let (Some(fault), Some(column)) = (order, self.columns.of(Field::FullName)) {
            note(column, Severity::Doubt, fault);
        }
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
        let mut key = Some(text_of(Field::Key)).filter(|key| !key.is_empty()).map(str::to_owned);
        let Ok(address) = address else { return Row { row, recipient: None, card: Some(card), problems } };
        match (self.twins, self.seen.note(&address, line)) {
            (Twins::Keep, Some(earlier)) => key = key.or_else(|| Some(earlier.count.to_string())),
            (Twins::Keep, None) => {}
            (Twins::Refuse | Twins::PassOver, None) => key = None,
            (twins, Some(earlier)) => {
                key = None;
                let severity = if twins == Twins::Refuse { Severity::Error } else { Severity::Warning };
                note(email, severity, Fault::AddressTwice { address: address.to_string(), line: earlier.line });
                if twins == Twins::PassOver {
                    return Row { row, recipient: None, card: Some(card), problems };
                }
            }
        }
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            return Row { row, recipient: None, card: Some(card), problems };
        }
        let place = Place::at(self.file.clone(), line, 1);
        let recipient = Recipient { place, row, address, card, key, headings: self.headings.clone(), cells: texts };
        Row { row, recipient: Some(recipient), card: None, problems }
    }
}

impl Iterator for List {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            match self.records.next() {
                Ok(None) => return None,
                Ok(Some(record)) => {
                    self.row += 1;
                    // Excel keeps rows that were emptied, not deleted.
                    if record.cells.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                        return Some(self.read(record.line, &record.cells));
                    }
                }
                Err(cause) => {
                    self.records.close();
                    let place = Place::file(self.file.clone());
                    let problem = Problem::error(place, Fault::FileUnreadable { cause });
                    return Some(Row { row: self.row + 1, recipient: None, card: None, problems: vec![problem] });
                }
            }
        }
    }
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

/// A cell as text: without space at its ends, in one line where it is a `field` of the recipient.
fn clean(cell: &[u8], is_field: bool) -> (String, Option<(Severity, Fault)>) {
    let Ok(text) = std::str::from_utf8(cell) else {
        return (String::from_utf8_lossy(cell).into_owned(), Some((Severity::Error, Fault::NotUtf8)));
    };
    let text = text.trim();
    let characters = text.chars().count();
    if characters > LONGEST_CELL {
        return (String::new(), Some((Severity::Error, Fault::CellTooLong { characters, most: LONGEST_CELL })));
    }
    if let Some(character) = text.chars().find(|c| is_unprintable(*c)) {
        return (text.to_owned(), Some((Severity::Error, Fault::CellControl { character })));
    }
    match text.chars().find(|c| c.is_control()) {
        None => (text.to_owned(), None),
        Some(character) if is_field => {
            let one_line =
                text.split(char::is_control).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>();
            (one_line.join(" "), Some((Severity::Warning, Fault::CellControl { character })))
        }
        Some(_) => (text.replace("\r\n", "\n").replace('\r', "\n"), None),
    }
}

/// Control characters beside tab and line break, marks that turn the direction of the text, noncharacters,
/// and the private plane that `compose` uses for its own marks.
fn is_unprintable(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
        || c >= '\u{f0000}'
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

/// The addresses met so far, as 128-bit hashes so that a million of them fit.
#[derive(Default)]
struct Seen {
    hashers: (RandomState, RandomState),
    first: HashMap<(u64, u64), Earlier>,
}

/// Where an address stood first, and how often it was met.
#[derive(Clone, Copy)]
struct Earlier {
    line: u64,
    count: u32,
}

impl Seen {
    /// Notes an address; tells where it stood before.
    fn note(&mut self, address: &Address, line: u64) -> Option<Earlier> {
        let key = address.key();
        let hash = (self.hashers.0.hash_one(&key), self.hashers.1.hash_one(&key));
        if let Some(earlier) = self.first.get_mut(&hash) {
            earlier.count += 1;
            Some(*earlier)
        } else {
            self.first.insert(hash, Earlier { line, count: 1 });
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn settings() -> Settings {
        Settings {
            delimiter: None,
            twins: Twins::Refuse,
            columns: BTreeMap::new(),
            columns_place: Place::file("campaign.toml"),
        }
    }

    fn list(bytes: &[u8], settings: &Settings) -> Result<List, Vec<Problem>> {
        let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        file.write_all(bytes).unwrap();
        List::open(file.path(), "contacts.csv", settings)
    }

    fn problems(bytes: &[u8]) -> Vec<(String, &'static str)> {
        let problems = match list(bytes, &settings()) {
            Ok(list) => list.flat_map(|row| row.problems).collect(),
            Err(problems) => problems,
        };
        problems.iter().map(|p| (p.place.to_string(), p.fault.code())).collect()
    }

    #[test]
    fn a_row_is_read_by_its_headings() {
        let rows: Vec<Row> =
            list("Эл. почта;Фамилия;Район\r\na@example.org;Ильина;*Север*\r\n".as_bytes(), &settings())
                .unwrap()
                .collect();
        let recipient = rows[0].recipient.as_ref().unwrap();
        assert_eq!(recipient.card.name.surname, "Ильина");
        assert_eq!(recipient.cells[2], "*Север*");
        assert_eq!(recipient.place.to_string(), "contacts.csv:2:1");
    }

    #[test]
    fn every_faulty_row_is_told_at_its_physical_line_and_character() {
        let text = "email,name\r\n\r\na@example.org,\"Анна\nПетровна\"\r\nb@@example.org,x\r\nc@example.org\r\n\"д,е\",y\r\na@EXAMPLE.org,z\r\n";
        assert_eq!(
            problems(text.as_bytes()),
            [
                ("contacts.csv:5:1".to_owned(), "address_syntax"),
                ("contacts.csv:6:1".to_owned(), "row_ragged"),
                ("contacts.csv:7:1".to_owned(), "address_syntax"),
                ("contacts.csv:8:1".to_owned(), "address_twice"),
            ]
        );
    }

    #[test]
    fn a_column_counts_characters_as_a_person_sees_them() {
        assert_eq!(problems("Имя;email\nЮлия;нет\n".as_bytes()), [("contacts.csv:2:6".to_owned(), "address_syntax")]);
        assert_eq!(
            problems("Имя;email\n\"Юл\"\"ия\";нет\n".as_bytes()),
            [("contacts.csv:2:10".to_owned(), "address_syntax")]
        );
    }

    #[test]
    fn files_that_are_no_list_get_one_clear_problem() {
        assert_eq!(problems(b""), [("contacts.csv".to_owned(), "list_empty")]);
        assert_eq!(problems(b"a;b\n1;2\n"), [("contacts.csv:1:1".to_owned(), "heading_missing")]);
        assert_eq!(problems(b"email;\xcf\xf0\n"), [("contacts.csv:1:7".to_owned(), "not_utf8")]);
        assert_eq!(problems(b"email;x\n\"a@example.org;y\nz;w\n"), [("contacts.csv:2:1".to_owned(), "quote_unclosed")]);
    }

    #[test]
    fn a_control_character_never_reaches_a_letter() {
        assert_eq!(problems(b"email;x\na@example.org;\x1b[31m\n"), [("contacts.csv:2:15".to_owned(), "cell_control")]);
        let text = "email;surname\na@example.org;\"Иль\r\nина\"\n";
        let rows: Vec<Row> = list(text.as_bytes(), &settings()).unwrap().collect();
        assert_eq!(rows[0].recipient.as_ref().unwrap().card.name.surname, "Иль ина");
        assert_eq!(rows[0].problems[0].severity, Severity::Warning);
    }

    #[test]
    fn rows_that_excel_left_empty_are_passed_over() {
        let rows: Vec<Row> = list(b"email;x\n;\na@example.org;y;;\n ; \n", &settings()).unwrap().collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].row, 2);
    }

    #[test]
    fn several_letters_to_one_address_are_told_apart_when_allowed() {
        let settings = Settings { twins: Twins::Keep, ..settings() };
        let rows = list(b"email\na@example.org\na@example.org\na@example.org\n", &settings).unwrap();
        let keys: Vec<_> = rows.map(|row| row.recipient.unwrap().key).collect();
        assert_eq!(keys, [None, Some("2".to_owned()), Some("3".to_owned())]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_hang(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let mut with_heading = b"email;x\n".to_vec();
            with_heading.extend(&bytes);
            for bytes in [bytes, with_heading] {
                problems(&bytes);
            }
        }
    }
}
