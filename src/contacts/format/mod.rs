//! A list file as rows of cells: a text or a workbook, recognised by its first bytes.
//!
//! Knows places and encodings; what a cell means is decided in `row` and `headings`.

mod csv;
mod file;
mod number_format;
mod ods;
mod sheet;
mod survey;
mod workbook;
mod xls;
mod xlsx;
mod xml;

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use super::settings::{OddRowPolicy, OddRows};
use super::{ListSettings, cells, fields};
use crate::encoding::{self, Detection, Encoding, Utf8Reader};
use crate::problem::{Cause, Fault, FileFault, ListFault, Place, TableFault};
use crate::recipient::CellPage;
use csv::{MOST_CELLS, RecordFlaw};
use sheet::{NoText, Sheet};
use workbook::BookSheets;

pub(super) use csv::{Chunk, CsvRecords};
pub(crate) use file::{Blocks, ListFile};
pub(super) use sheet::{Merge, RowLook};
pub(super) use survey::{Survey, SurveyCell, SurveyRow};

/// What kind of file a list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListFormat {
    Text {
        encoding: &'static str,
        delimiter: char,
        /// A few words by which a person sees whether the encoding is right, if it was guessed.
        sample: Option<String>,
    },
    Sheets {
        names: Vec<String>,
    },
}

/// A text as UTF-8.
pub(super) type Input = Box<dyn Read + Send>;

/// The rows of an open list.
pub(super) enum RowSource {
    Text(Box<CsvRecords<Input>>),
    Book(Box<BookRows>),
}

/// The rows of the sheets of a workbook, one sheet after the other.
pub(super) struct BookRows {
    sheets: Vec<Sheet>,
    /// The sheet of the current row.
    at: usize,
    /// The sheets among them that are hidden.
    pub hidden: Vec<String>,
    /// Sheets that are not read and have addresses, with how many.
    pub others: Vec<(String, usize)>,
}

/// Where a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RowPlace {
    /// The sheet, counted from 0.
    pub sheet: u16,
    /// The physical line of a text on which it begins, or the row of the sheet.
    pub line: u64,
    /// The row as a spreadsheet numbers it.
    pub number: u64,
}

fn next_record(records: &mut CsvRecords<Input>) -> Result<Option<RowPlace>, Cause> {
    let line = records.next().map_err(|error| Cause::from(&error))?;
    Ok(line.map(|line| RowPlace { sheet: 0, line, number: records.row() }))
}

impl BookRows {
    /// Each sheet, by its number from 0, with the row from which it is read.
    pub(super) fn each(&self) -> impl Iterator<Item = (u16, &Sheet)> {
        (0u16..).zip(&self.sheets)
    }

    fn place(&self, row: u64) -> RowPlace {
        let sheet = u16::try_from(self.at).unwrap_or(u16::MAX);
        RowPlace { sheet, line: row, number: row }
    }

    fn sheet(&self) -> &Sheet {
        // There is at least one: a book without any is no workbook.
        &self.sheets[self.at]
    }

    fn next(&mut self) -> Option<u64> {
        loop {
            let next = self.sheets[self.at].next();
            if next.is_some() || self.at + 1 == self.sheets.len() {
                return next;
            }
            self.at += 1;
        }
    }
}

/// Why a cell has no text.
pub(super) enum UnreadableCell {
    Bytes(String),
    Error(String),
    /// A formula whose result the file does not hold.
    Uncalculated,
}

impl UnreadableCell {
    pub(super) fn fault(self) -> Fault {
        match self {
            Self::Bytes(_) => FileFault::NotUtf8.into(),
            Self::Error(value) => ListFault::CellIsError { value }.into(),
            Self::Uncalculated => TableFault::FormulaUncalculated.into(),
        }
    }
}

impl RowSource {
    /// Opens a list. Also returns its format.
    pub(super) fn open(path: &Path, settings: &ListSettings) -> Result<(Self, ListFormat), Fault> {
        let unreadable =
            |error: std::io::Error| FileFault::Unreadable { cause: Cause::from(&error) };
        let extension = path
            .extension()
            .map(|extension| extension.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        let is_text = matches!(extension.as_str(), "" | "csv" | "tsv" | "txt" | "tab");
        let is_workbook = matches!(
            extension.as_str(),
            "xlsx" | "xlsm" | "xltx" | "xltm" | "xls" | "xlt" | "ods" | "ots" | "fods"
        );
        if !is_text && !is_workbook {
            return Err(ListFault::ListKind { extension }.into());
        }
        let mut file = ListFile::new(open_plain_file(path)?, settings.sealed.clone());
        if extension == "fods" {
            return Ok(Self::of_book(workbook::read_flat(file, &settings.sheets)?));
        }
        if let Some(container) = workbook::container(&mut file).map_err(unreadable)? {
            return Ok(Self::of_book(workbook::read(file, container, &settings.sheets)?));
        }
        if is_workbook {
            return Err(if file.metadata().map_err(unreadable)?.len() == 0 {
                ListFault::ListEmpty.into()
            } else {
                ListFault::NotWorkbook.into()
            });
        }
        let text = TextFile::open(file, settings.encoding, settings.delimiter)
            .map_err(|fault| misread_instead(path, &fault).unwrap_or(fault))?;
        let sample = text.is_guess.then(String::new);
        let delimiter = text.records.delimiter();
        let format = ListFormat::Text { encoding: text.encoding.name(), delimiter, sample };
        Ok((Self::Text(Box::new(text.records)), format))
    }

    fn of_book(book: BookSheets) -> (Self, ListFormat) {
        let BookSheets { sheets, hidden, others } = book;
        let names = sheets.iter().map(|sheet| sheet.name.clone()).collect();
        (
            Self::Book(Box::new(BookRows { sheets, at: 0, hidden, others })),
            ListFormat::Sheets { names },
        )
    }

    /// Goes on to the next row.
    pub(super) fn next(&mut self) -> Result<Option<RowPlace>, Cause> {
        match self {
            Self::Text(records) => next_record(records),
            Self::Book(book) => Ok(book.next().map(|row| book.place(row))),
        }
    }

    /// Like [`RowSource::next`], but not beyond the end of the sheet.
    fn next_of_sheet(&mut self) -> Result<Option<RowPlace>, Cause> {
        match self {
            Self::Text(records) => next_record(records),
            Self::Book(book) => {
                let next = book.sheets[book.at].next();
                Ok(next.map(|row| book.place(row)))
            }
        }
    }

    /// How many sheets there are; a text is one.
    pub(super) fn sheets(&self) -> u16 {
        match self {
            Self::Text(_) => 1,
            Self::Book(book) => u16::try_from(book.sheets.len()).unwrap_or(u16::MAX),
        }
    }

    /// The first rows of a sheet. A text has to be opened again for its rows afterwards.
    pub(super) fn survey(&mut self, sheet: u16, headings: u64) -> Result<Survey, Cause> {
        if let Self::Book(book) = self {
            book.at = usize::from(sheet);
            book.sheets[book.at].start_after(0);
        }
        survey::read(self, headings)
    }

    /// Has the rows of a sheet begin behind a row.
    pub(super) fn begin(&mut self, sheet: u16, behind: u64) {
        if let Self::Book(book) = self {
            book.sheets[usize::from(sheet)].start_after(behind);
        }
    }

    /// Has the cells of a sheet in the order of these columns.
    pub(super) fn reorder(&mut self, sheet: u16, columns: Vec<usize>) {
        if let Self::Book(book) = self {
            book.sheets[usize::from(sheet)].reorder(columns);
        }
    }

    /// Goes back to the first sheet.
    pub(super) fn rewind(&mut self) {
        if let Self::Book(book) = self {
            book.at = 0;
        }
    }

    fn merges(&self) -> Vec<Merge> {
        match self {
            Self::Text(_) => Vec::new(),
            Self::Book(book) => book.sheet().merges().to_vec(),
        }
    }

    pub(super) fn is_covered(&self, cell: usize) -> bool {
        match self {
            Self::Text(_) => false,
            Self::Book(book) => book.sheet().is_covered(cell),
        }
    }

    pub(super) fn book(&self) -> Option<&BookRows> {
        match self {
            Self::Text(_) => None,
            Self::Book(book) => Some(book),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Text(records) => records.len(),
            Self::Book(book) => book.sheet().len(),
        }
    }

    pub(super) fn cell(&self, cell: usize) -> Result<&str, UnreadableCell> {
        match self {
            Self::Text(records) => records.cell(cell).map_err(|bytes| {
                UnreadableCell::Bytes(String::from_utf8_lossy(bytes).into_owned())
            }),
            Self::Book(book) => book.sheet().cell(cell).map_err(|none| match none {
                NoText::Error(name) => UnreadableCell::Error(name.to_owned()),
                NoText::Uncalculated => UnreadableCell::Uncalculated,
            }),
        }
    }

    /// Appends the cells of the row to a page if none of them has to be cleaned; returns whether it
    /// did.
    pub(super) fn copy_plain(&self, columns: usize, page: &mut CellPage) -> bool {
        let Self::Text(records) = self else { return false };
        let Some((text, ranges)) = records.plain() else { return false };
        if text.len() > cells::LONGEST
            || cells::may_have_error(text.as_bytes())
            || cells::may_need_cleaning(text.as_bytes(), [records.delimiter_byte(); 3])
        {
            return false;
        }
        // The delimiter is ASCII, so a cell begins and ends between characters.
        ranges
            .take(columns)
            .for_each(|range| page.push(cells::trimmed(text.get(range).unwrap_or_default())));
        true
    }

    /// A cell as far as it could be read, cut if it is far too long.
    pub(super) fn anything(&self, cell: usize) -> String {
        match self.cell(cell) {
            Ok(text) => text.chars().take(cells::LONGEST).collect(),
            Err(UnreadableCell::Bytes(text) | UnreadableCell::Error(text)) => text,
            Err(UnreadableCell::Uncalculated) => String::new(),
        }
    }

    /// Whether nothing is written in the row. A row with a broken quotation is never blank.
    pub(super) fn is_blank(&self) -> bool {
        if matches!(self, Self::Text(records) if records.begins_with_a_word()) {
            return false;
        }
        (0..self.len()).all(|cell| self.cell(cell).is_ok_and(|text| text.trim().is_empty()))
            && self.flaw().is_none()
    }

    /// What is wrong with the row as a whole, and in which cell.
    pub(super) fn flaw(&self) -> Option<(usize, Fault)> {
        match self {
            Self::Text(records) => records.flaw().map(|flaw| match flaw {
                RecordFlaw::Unclosed(cell) => (cell, ListFault::QuoteUnclosed.into()),
                RecordFlaw::Stray(cell) => (cell, ListFault::QuoteStray.into()),
                RecordFlaw::Wide(cell) => (cell, ListFault::RowTooWide { most: MOST_CELLS }.into()),
                RecordFlaw::Endless(cell) => {
                    let characters =
                        records.cell(cell).map_or_else(<[u8]>::len, |text| text.chars().count());
                    (cell, ListFault::CellTooLong { characters, most: cells::LONGEST }.into())
                }
            }),
            Self::Book(_) => None,
        }
    }

    /// Why the row does not have as many cells as the headings, and at which cell that shows. A
    /// sheet may lack empty cells at the end of a row, but its cells cannot shift.
    pub(super) fn ragged(&self, expected: usize) -> Option<(usize, Fault)> {
        let Self::Text(records) = self else { return None };
        let found = records.len();
        let has_more = |cell| records.cell(cell).map_or(true, |text| !text.trim().is_empty());
        let is_ragged = found < expected || (expected..found).any(has_more);
        is_ragged.then(|| {
            (found.min(expected).saturating_sub(1), ListFault::RowRagged { expected, found }.into())
        })
    }

    /// The first cell after these columns that is not blank.
    pub(super) fn beyond(&self, columns: usize) -> Option<usize> {
        match self {
            Self::Text(records) => (columns..records.len())
                .find(|cell| records.cell(*cell).map_or(true, |text| !text.trim().is_empty())),
            Self::Book(book) => book.sheet().beyond(columns),
        }
    }

    /// The column of a cell as a [`ListOrigin`] counts it.
    pub(super) fn column(&self, cell: usize) -> u64 {
        match self {
            Self::Text(records) => records.column(cell),
            Self::Book(book) => (book.sheet().column(cell) as u64).saturating_add(1),
        }
    }

    /// Whether no letter goes to the current row because of how it looks.
    pub(super) fn is_left_out(&self, policy: OddRowPolicy) -> bool {
        let Self::Book(book) = self else { return false };
        match book.sheet().look() {
            RowLook::Plain => false,
            RowLook::Hidden => policy.hidden == OddRows::LeaveOut,
            RowLook::StruckThrough => policy.struck == OddRows::LeaveOut,
        }
    }

    /// The format of a cell that could not be followed, so that Excel may show something else.
    pub(super) fn guessed(&self, cell: usize) -> Option<&str> {
        match self {
            Self::Text(_) => None,
            Self::Book(book) => book.sheet().guessed(cell),
        }
    }

    /// The file, as the user knows it, and the sheets.
    pub(super) fn origin(&self, file: &str) -> ListOrigin {
        let sheets = match self {
            Self::Text(_) => Vec::new(),
            Self::Book(book) => {
                book.sheets.iter().map(|sheet| sheet.name.as_str().into()).collect()
            }
        };
        ListOrigin { file: file.into(), sheets }
    }
}

/// A text file of records.
pub(super) struct TextFile {
    pub records: CsvRecords<Input>,
    encoding: Encoding,
    /// The encoding was guessed from the frequency of letters.
    is_guess: bool,
}

impl TextFile {
    /// Detects the encoding and the delimiter unless they are given.
    pub(super) fn open(
        mut file: ListFile,
        encoding: Option<Encoding>,
        delimiter: Option<char>,
    ) -> Result<Self, Fault> {
        let unreadable = |error: io::Error| FileFault::Unreadable { cause: Cause::from(&error) };
        let (encoding, mark, is_guess) =
            match encoding::find(&mut file, encoding).map_err(unreadable)? {
                Detection::Sure(encoding, mark) => (encoding, mark, false),
                Detection::Guess(encoding) => (encoding, 0, true),
                Detection::Unclear(likely) => {
                    return Err(ListFault::EncodingUnclear { likely: likely.name() }.into());
                }
            };
        file.seek(SeekFrom::Start(mark)).map_err(unreadable)?;
        let input: Input = Box::new(Utf8Reader::new(file, encoding));
        let records = CsvRecords::new(input, delimiter).map_err(unreadable)?;
        Ok(Self { records, encoding, is_guess })
    }
}

/// The file and the sheets that places in a list name.
#[derive(Debug, Clone)]
pub(super) struct ListOrigin {
    pub file: Arc<str>,
    /// None for a text.
    pub sheets: Vec<Arc<str>>,
}

impl ListOrigin {
    /// The place of a cell of a row.
    pub(super) fn place(&self, row: RowPlace, column: u64) -> Place {
        let place = self.place_of(row.sheet, row.line, column);
        if self.sheets.is_empty() { place.numbered(row.number) } else { place }
    }

    /// A place by its sheet, counted from 0, and by line and column.
    pub(super) fn place_of(&self, sheet: u16, line: u64, column: u64) -> Place {
        match self.sheets.get(usize::from(sheet)) {
            None => Place::at(self.file.clone(), line, column),
            Some(sheet) => Place::in_sheet(self.file.clone(), sheet, line, column),
        }
    }

    pub(super) fn name_of(&self, sheet: u16) -> String {
        self.sheets.get(usize::from(sheet)).map_or_else(String::new, ToString::to_string)
    }
}

/// The fault of a text whose headings show that it is not in the encoding it was taken for.
pub(super) fn misread(path: &Path, taken: Encoding) -> Option<Fault> {
    let mut head = Vec::new();
    open_plain_file(path).ok()?.take(4096).read_to_end(&mut head).ok()?;
    encoding::misread(&head, taken, fields::name_an_address)
}

/// A clearer fault for a text whose encoding is not clear from its bytes.
fn misread_instead(path: &Path, fault: &Fault) -> Option<Fault> {
    let Fault::List(ListFault::EncodingUnclear { likely }) = fault else { return None };
    misread(path, Encoding::parse(likely)?)
}

/// Opens a regular file: reading a pipe or a device might never end.
pub(super) fn open_plain_file(path: &Path) -> Result<File, Fault> {
    let unreadable = |error: &std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => FileFault::Missing,
        _ => FileFault::Unreadable { cause: Cause::from(error) },
    };
    let about = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    if about.is_dir() {
        return Err(FileFault::Unreadable { cause: Cause::IsFolder }.into());
    }
    if !about.is_file() {
        return Err(FileFault::Unreadable { cause: Cause::NotPlainFile }.into());
    }
    Ok(File::open(path).map_err(|error| unreadable(&error))?)
}
