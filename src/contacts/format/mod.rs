//! A list file as rows of cells: a text or a workbook, recognised by its first bytes.
//!
//! Knows places and encodings; what a cell means is decided in `row` and `headings`.

mod csv;
mod encoding;
mod number_format;
mod ods;
mod sheet;
mod workbook;
mod xls;

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use super::{ListSettings, cells, fields};
use crate::problem::{Cause, Fault, FileFault, ListFault, Place};
use crate::recipient::CellPage;
use csv::RecordFlaw;
use encoding::{Detection, Utf8Reader};
use sheet::Sheet;

pub(super) use csv::{Chunk, CsvRecords};
pub(crate) use encoding::Encoding;

/// What kind of file a list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListFormat {
    Text {
        encoding: &'static str,
        delimiter: char,
        /// A few words by which a person sees whether the encoding is right, if it was guessed.
        sample: Option<String>,
    },
    Sheet {
        name: String,
    },
}

/// A text as UTF-8.
pub(super) type Input = Box<dyn Read + Send>;

/// The rows of an open list.
pub(super) enum RowSource {
    Text(Box<CsvRecords<Input>>),
    Sheet(Box<Sheet>),
}

/// Why a cell has no text.
pub(super) enum UnreadableCell {
    Bytes(String),
    Error(String),
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
        let mut file = open_plain_file(path)?;
        if extension == "fods" {
            let sheet = workbook::read_flat(file, settings.sheet.as_deref())?;
            return Ok(Self::of_sheet(sheet));
        }
        if let Some(container) = workbook::container(&mut file).map_err(unreadable)? {
            let sheet = workbook::read(file, container, settings.sheet.as_deref())?;
            return Ok(Self::of_sheet(sheet));
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

    fn of_sheet(sheet: Sheet) -> (Self, ListFormat) {
        let format = ListFormat::Sheet { name: sheet.name.clone() };
        (Self::Sheet(Box::new(sheet)), format)
    }

    /// Goes on to the next row and returns its line: the physical one, or the row of the sheet.
    pub(super) fn next(&mut self) -> Result<Option<u64>, Cause> {
        match self {
            Self::Text(records) => records.next().map_err(|error| Cause::from(&error)),
            Self::Sheet(sheet) => Ok(sheet.next()),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Text(records) => records.len(),
            Self::Sheet(sheet) => sheet.len(),
        }
    }

    pub(super) fn cell(&self, cell: usize) -> Result<&str, UnreadableCell> {
        match self {
            Self::Text(records) => records.cell(cell).map_err(|bytes| {
                UnreadableCell::Bytes(String::from_utf8_lossy(bytes).into_owned())
            }),
            Self::Sheet(sheet) => {
                sheet.cell(cell).map_err(|name| UnreadableCell::Error(name.to_owned()))
            }
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
                RecordFlaw::Endless(cell) => {
                    let characters =
                        records.cell(cell).map_or_else(<[u8]>::len, |text| text.chars().count());
                    (cell, ListFault::CellTooLong { characters, most: cells::LONGEST }.into())
                }
            }),
            Self::Sheet(_) => None,
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
            Self::Sheet(sheet) => sheet.beyond(columns),
        }
    }

    /// The column of a cell as a [`ListOrigin`] counts it.
    pub(super) fn column(&self, cell: usize) -> u64 {
        match self {
            Self::Text(records) => records.column(cell),
            Self::Sheet(_) => cell as u64 + 1,
        }
    }

    /// Cells of a workbook that may look different there: row, column, and what is doubtful.
    pub(super) fn doubts(&self) -> Vec<(u64, u64, Fault)> {
        match self {
            Self::Text(_) => Vec::new(),
            Self::Sheet(sheet) => sheet.doubts(),
        }
    }

    /// The file, as the user knows it, and the sheet.
    pub(super) fn origin(&self, file: &str) -> ListOrigin {
        match self {
            Self::Text(_) => ListOrigin { file: file.into(), sheet: None },
            Self::Sheet(sheet) => {
                ListOrigin { file: file.into(), sheet: Some(sheet.name.as_str().into()) }
            }
        }
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
        mut file: File,
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

/// The file and the sheet that places in a list name.
#[derive(Debug, Clone)]
pub(super) struct ListOrigin {
    pub file: Arc<str>,
    sheet: Option<Arc<str>>,
}

impl ListOrigin {
    pub(super) fn place(&self, line: u64, column: u64) -> Place {
        match &self.sheet {
            None => Place::at(self.file.clone(), line, column),
            Some(sheet) => Place::in_sheet(self.file.clone(), sheet, line, column),
        }
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
