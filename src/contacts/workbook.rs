//! Workbooks: XLSX and XLS through calamine, ODS by the text that LibreOffice shows.
//!
//! A sheet is read whole, up to bounds that no list of people reaches. How a number is shown is
//! decided in `displayed`; what a row means is the contact list's matter.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::AssertUnwindSafe;

use calamine::{DataRef, DataType as _, Reader as _, Xls, XlsError, Xlsx, XlsxError};
use zip::ZipArchive;

use super::displayed;
use super::{ods, xls};
use crate::problem::{Cause, Fault};

/// What a workbook may unpack to, in bytes.
const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// The cells that are kept.
pub(super) const MOST_CELLS: usize = 20_000_000;
/// The columns that Excel has.
const MOST_COLUMNS: usize = 16_384;

/// A cell as its program shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Text(String),
    /// A formula that failed: `#N/A`.
    Error(String),
}

impl Cell {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// One sheet of a workbook.
#[derive(Debug)]
pub(super) struct Book {
    pub sheet: String,
    rows: std::vec::IntoIter<SheetRow>,
    current: SheetRow,
    /// The first number whose format could not be read, as it is taken: row and column from 1, and
    /// its text.
    pub bare_number: Option<(u64, u64, String)>,
    /// The first formula of an XLS that has nothing for a result, as one has that was never
    /// computed.
    pub bare_formula: Option<(u64, u64)>,
}

/// A row that has anything in it.
#[derive(Debug, Default)]
struct SheetRow {
    /// Its number on the sheet, from 1.
    number: u64,
    cells: Vec<Cell>,
    /// The first cell, and its text, behind those that count.
    beyond: Option<(usize, String)>,
}

impl Book {
    /// Goes on to the next row that has anything in it, and tells its number on the sheet.
    pub(super) fn next(&mut self) -> Option<u64> {
        self.current = self.rows.next()?;
        Some(self.current.number)
    }

    pub(super) fn len(&self) -> usize {
        self.current.cells.len()
    }

    /// The first cell with something in it behind so many columns.
    pub(super) fn beyond(&self, columns: usize) -> Option<usize> {
        let kept = self.current.cells.iter().skip(columns).position(|cell| !cell.is_empty());
        kept.map(|at| columns + at).or_else(|| self.current.beyond.as_ref().map(|(at, _)| *at))
    }

    /// A cell of the current row; an error's name where its formula failed.
    pub(super) fn cell(&self, cell: usize) -> Result<&str, &str> {
        match self.current.cells.get(cell) {
            None => Ok(self
                .current
                .beyond
                .as_ref()
                .filter(|(at, _)| *at == cell)
                .map_or("", |(_, text)| text)),
            Some(Cell::Text(text)) => Ok(text),
            Some(Cell::Error(name)) => Err(name),
        }
    }
}

/// The kind of workbook that a file is by its first bytes, whatever its name ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// XLSX and ODS.
    Zip,
    /// XLS, and XLSX behind a password.
    Compound,
}

/// Looks at the first bytes.
pub(super) fn kind(file: &mut File) -> std::io::Result<Option<Kind>> {
    let mut head = Vec::new();
    (&mut *file).take(8).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(match head.as_slice() {
        [b'P', b'K', 3 | 5 | 7, ..] => Some(Kind::Zip),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some(Kind::Compound),
        _ => None,
    })
}

/// Reads a sheet: the one that is named, else the first.
pub(super) fn read(file: File, kind: Kind, sheet: Option<&str>) -> Result<Book, Fault> {
    // The foreign readers may stumble over a file made to hurt: that is a fault of the file.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let read = std::panic::catch_unwind(AssertUnwindSafe(|| match kind {
        Kind::Zip => read_zip(file, sheet),
        Kind::Compound => read_xls(file, sheet),
    }));
    std::panic::set_hook(hook);
    read.unwrap_or(Err(Fault::NotWorkbook))
}

/// Reads a sheet of a FODS.
pub(super) fn read_flat(file: File, sheet: Option<&str>) -> Result<Book, Fault> {
    let about = file.metadata().map_err(|error| unreadable(&error))?;
    match about.len() {
        0 => Err(Fault::ListEmpty),
        1..=MOST_BYTES => ods::read_content(BufReader::new(file), sheet),
        _ => Err(Fault::WorkbookTooLarge),
    }
}

fn read_zip(mut file: File, sheet: Option<&str>) -> Result<Book, Fault> {
    let mut zip = ZipArchive::new(BufReader::new(&mut file)).map_err(|_| Fault::NotWorkbook)?;
    let is_ods = zip.index_for_name("content.xml").is_some();
    if !is_ods && zip.index_for_name("xl/workbook.bin").is_some() {
        return Err(Fault::ListKind { extension: "xlsb".into() });
    }
    check_size(&mut zip, MOST_BYTES)?;
    drop(zip);
    file.seek(SeekFrom::Start(0)).map_err(|error| unreadable(&error))?;
    if is_ods { ods::read(file, sheet) } else { read_xlsx(file, sheet) }
}

/// Unpacks every part once and throws it away: what a part says of its own size may be a lie.
fn check_size<R: Read + Seek>(zip: &mut ZipArchive<R>, most: u64) -> Result<(), Fault> {
    if zip.len() > 10_000 {
        return Err(Fault::WorkbookTooLarge);
    }
    let mut left = most;
    for index in 0..zip.len() {
        let part = zip.by_index(index).map_err(|_| Fault::NotWorkbook)?;
        if !part.name().is_ok_and(|name| name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|_| Fault::NotWorkbook)?;
        left = left.checked_sub(read).ok_or(Fault::WorkbookTooLarge)?;
    }
    Ok(())
}

fn read_xlsx(file: File, sheet: Option<&str>) -> Result<Book, Fault> {
    let fault = |error: XlsxError| match error {
        XlsxError::Password => Fault::WorkbookProtected,
        XlsxError::Io(error) => unreadable(&error),
        _ => Fault::NotWorkbook,
    };
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(fault)?;
    let sheet = choose(sheet, &book.sheet_names())?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(fault)?;
    let formats: Vec<String> = cells
        .styles()
        .iter()
        .map(|style| {
            style
                .number_format
                .as_ref()
                .map(|format| format.format_code.clone())
                .unwrap_or_default()
        })
        .collect();
    let mut rows = Rows::default();
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(fault)? {
        let (row, column) = cell.get_position();
        let format = formats.get(style).map_or("", String::as_str);
        let shown = match cell.get_value() {
            DataRef::Error(error) => Cell::Error(error.to_string()),
            DataRef::Int(number) => {
                Cell::Text(displayed::number(displayed::to_f64(*number), format))
            }
            DataRef::Float(number) => Cell::Text(displayed::number(*number, format)),
            DataRef::String(text) => Cell::Text(text.clone()),
            DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
            DataRef::Bool(yes) => Cell::Text(displayed::yes_no(*yes).to_owned()),
            DataRef::DateTime(moment) => Cell::Text(displayed::moment(moment, format)),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                Cell::Text(displayed::iso(text))
            }
            DataRef::Empty => continue,
        };
        rows.add(u64::from(row), column as usize, shown)?;
    }
    Ok(rows.book(sheet))
}

fn read_xls(mut file: File, sheet: Option<&str>) -> Result<Book, Fault> {
    let mut bytes = Vec::new();
    (&mut file).take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Fault::WorkbookTooLarge);
    }
    // An XLSX with a password is a compound file with this stream.
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if memchr::memmem::find(&bytes, &name).is_some() {
        return Err(Fault::WorkbookProtected);
    }
    let fault = |error: XlsError| match error {
        XlsError::Password => Fault::WorkbookProtected,
        XlsError::Io(error) => unreadable(&error),
        _ => Fault::NotWorkbook,
    };
    let mut book: Xls<_> = Xls::new(std::io::Cursor::new(&bytes[..])).map_err(fault)?;
    let names = book.sheet_names();
    let sheet = choose(sheet, &names)?;
    let looks = names.iter().position(|name| *name == sheet).and_then(|at| xls::looks(&bytes, at));
    let bare_formula = looks.as_ref().and_then(|looks| looks.bare_formula);
    let bare_formula =
        bare_formula.map(|(row, column)| (u64::from(row) + 1, u64::from(column) + 1));
    let formats = looks.map(|looks| looks.formats);
    let range = book.worksheet_range(&sheet).map_err(fault)?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut rows = Rows::default();
    let mut bare_number = None;
    for (row, column, value) in range.used_cells() {
        let (row, column) = (u64::from(first_row) + row as u64, first_column as usize + column);
        let place = u32::try_from(row).ok().zip(u32::try_from(column).ok());
        let format = formats
            .as_ref()
            .map(|formats| place.and_then(|place| formats.get(&place)).map_or("", String::as_str));
        let number = value.get_float().or_else(|| value.get_int().map(displayed::to_f64));
        let shown = match (value, number) {
            (calamine::Data::Error(error), _) => Cell::Error(error.to_string()),
            (calamine::Data::Bool(yes), _) => Cell::Text(displayed::yes_no(*yes).to_owned()),
            (calamine::Data::DateTime(moment), _) => {
                Cell::Text(displayed::moment(moment, format.unwrap_or_default()))
            }
            (_, Some(number)) => {
                let shown = displayed::number(number, format.unwrap_or_default());
                if format.is_none() {
                    bare_number.get_or_insert((row + 1, column as u64 + 1, shown.clone()));
                }
                Cell::Text(shown)
            }
            (value, None) => Cell::Text(value.get_string().unwrap_or_default().to_owned()),
        };
        rows.add(row, column, shown)?;
    }
    Ok(Book { bare_number, bare_formula, ..rows.book(sheet) })
}

fn unreadable(error: &std::io::Error) -> Fault {
    Fault::FileUnreadable { cause: Cause::from(error) }
}

/// The sheet that is wanted: without care for case and space at the ends.
pub(super) fn choose(wanted: Option<&str>, names: &[String]) -> Result<String, Fault> {
    let Some(wanted) = wanted else { return names.first().cloned().ok_or(Fault::NotWorkbook) };
    let plain = |name: &str| name.trim().to_lowercase();
    names.iter().find(|name| plain(name) == plain(wanted)).cloned().ok_or_else(|| {
        let known = names.iter().map(|name| format!("«{name}»")).collect::<Vec<_>>().join(", ");
        Fault::SheetMissing { sheet: wanted.to_owned(), known }
    })
}

/// Rows on their way out of a workbook. The first of them, headings among them, say how many
/// columns count.
#[derive(Default)]
pub(super) struct Rows {
    done: Vec<SheetRow>,
    /// The most cells that one of the first rows has.
    width: usize,
    cells: usize,
    /// The bytes of their text: one string of a workbook can stand in very many cells.
    bytes: u64,
}

impl Rows {
    /// Titles above the headings, and the headings.
    const FIRST: usize = super::TITLE_ROWS + 1;

    /// Takes a cell, both counted from 0; rows come in their order.
    pub(super) fn add(&mut self, row: u64, column: usize, cell: Cell) -> Result<(), Fault> {
        if cell.is_empty() || column >= MOST_COLUMNS {
            return Ok(());
        }
        let (Cell::Text(text) | Cell::Error(text)) = &cell;
        self.bytes += text.len() as u64;
        if self.bytes > MOST_BYTES {
            return Err(Fault::WorkbookTooLarge);
        }
        let number = row + 1;
        let is_new = self.done.last().is_none_or(|last| last.number != number);
        if is_new {
            if self.done.last().is_some_and(|last| last.number > number) {
                return Err(Fault::NotWorkbook);
            }
            self.done.push(SheetRow { number, ..SheetRow::default() });
        }
        let is_first = self.done.len() <= Self::FIRST;
        let Some(row) = self.done.last_mut() else { return Ok(()) };
        // Of what stands behind the last column the first cell is enough.
        if !is_first && column >= self.width {
            let (Cell::Text(text) | Cell::Error(text)) = cell;
            row.beyond.get_or_insert((column, text));
            return Ok(());
        }
        if row.cells.len() <= column {
            self.cells += column + 1 - row.cells.len();
            row.cells.resize(column + 1, Cell::Text(String::new()));
        }
        if self.cells > MOST_CELLS {
            return Err(Fault::WorkbookTooLarge);
        }
        if is_first {
            self.width = self.width.max(row.cells.len());
        }
        if let Some(slot) = row.cells.get_mut(column) {
            *slot = cell;
        }
        Ok(())
    }

    pub(super) fn book(self, sheet: String) -> Book {
        Book {
            sheet,
            rows: self.done.into_iter(),
            current: SheetRow::default(),
            bare_number: None,
            bare_formula: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    #[test]
    fn a_zip_that_unpacks_to_too_much_is_refused() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["xl/a.xml", "xl/b.xml", "xl/media/picture.png"] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(&vec![b' '; 100_000]).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert!(bytes.len() < 2_000);
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(check_size(&mut zip, 200_000), Ok(()));
        assert_eq!(check_size(&mut zip, 199_999), Err(Fault::WorkbookTooLarge));
    }

    #[test]
    fn rows_far_apart_and_cells_far_to_the_right_stay_small() {
        let text = |text: &str| Cell::Text(text.into());
        let mut rows = Rows::default();
        rows.add(0, 0, text("email")).unwrap();
        rows.add(0, 1, text("x")).unwrap();
        for row in 1..30 {
            rows.add(row, 0, text("a@one.test")).unwrap();
        }
        rows.add(1_048_575, 16_383, text("far")).unwrap();
        let mut book = rows.book("Лист1".into());
        assert_eq!((book.next(), book.len()), (Some(1), 2));
        let last = (0..29).map(|_| book.next()).last();
        assert_eq!((last, book.len()), (Some(Some(30)), 1));
        assert_eq!((book.next(), book.len(), book.beyond(2)), (Some(1_048_576), 0, Some(16_383)));
        assert_eq!(book.next(), None);
    }
}
