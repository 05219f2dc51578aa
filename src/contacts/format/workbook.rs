//! Workbooks: XLSX and XLS by calamine, ODS by `ods`.
//!
//! Reads one sheet whole. `number_format` decides how a number looks, `sheet` how much is kept.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::AssertUnwindSafe;

use calamine::{DataRef, DataType as _, Reader as _, Xls, XlsError, Xlsx, XlsxError};
use zip::ZipArchive;

use super::number_format;
use super::sheet::{MOST_BYTES, Sheet, SheetBuilder, SheetCell, choose_sheet};
use super::{ods, xls};
use crate::problem::{Cause, Fault, FileFault, ListFault};

/// What a workbook is stored in, by its first bytes, whatever its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// XLSX and ODS.
    Zip,
    /// XLS, and XLSX protected by a password.
    Compound,
}

/// Detects the container of a workbook; `None` if the file is not one.
pub(super) fn container(file: &mut File) -> std::io::Result<Option<Container>> {
    let mut head = Vec::new();
    (&mut *file).take(8).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(match head.as_slice() {
        [b'P', b'K', 3 | 5 | 7, ..] => Some(Container::Zip),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some(Container::Compound),
        _ => None,
    })
}

/// Reads the sheet that is named, else the first.
pub(super) fn read(file: File, container: Container, sheet: Option<&str>) -> Result<Sheet, Fault> {
    // The readers may panic on a malicious file: that is a fault of the file.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let read = std::panic::catch_unwind(AssertUnwindSafe(|| match container {
        Container::Zip => read_zip(file, sheet),
        Container::Compound => read_xls(file, sheet),
    }));
    std::panic::set_hook(hook);
    read.unwrap_or(Err(ListFault::NotWorkbook.into()))
}

/// Reads a sheet of a FODS file, which is not packed.
pub(super) fn read_flat(file: File, sheet: Option<&str>) -> Result<Sheet, Fault> {
    let about = file.metadata().map_err(|error| unreadable(&error))?;
    match about.len() {
        0 => Err(ListFault::ListEmpty.into()),
        1..=MOST_BYTES => ods::read_content(BufReader::new(file), sheet),
        _ => Err(ListFault::WorkbookTooLarge.into()),
    }
}

fn read_zip(mut file: File, sheet: Option<&str>) -> Result<Sheet, Fault> {
    let mut zip = ZipArchive::new(BufReader::new(&mut file)).map_err(|_| ListFault::NotWorkbook)?;
    let is_ods = zip.index_for_name("content.xml").is_some();
    if !is_ods && zip.index_for_name("xl/workbook.bin").is_some() {
        return Err(ListFault::ListKind { extension: "xlsb".into() }.into());
    }
    check_size(&mut zip, MOST_BYTES)?;
    drop(zip);
    file.seek(SeekFrom::Start(0)).map_err(|error| unreadable(&error))?;
    if is_ods { ods::read(file, sheet) } else { read_xlsx(file, sheet) }
}

/// Checks the size by unpacking every part once: the size that a part declares may be a lie.
fn check_size<R: Read + Seek>(zip: &mut ZipArchive<R>, most: u64) -> Result<(), Fault> {
    if zip.len() > 10_000 {
        return Err(ListFault::WorkbookTooLarge.into());
    }
    let mut left = most;
    for index in 0..zip.len() {
        let part = zip.by_index(index).map_err(|_| ListFault::NotWorkbook)?;
        if !part.name().is_ok_and(|name| name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|_| ListFault::NotWorkbook)?;
        left = left.checked_sub(read).ok_or(ListFault::WorkbookTooLarge)?;
    }
    Ok(())
}

fn read_xlsx(file: File, sheet: Option<&str>) -> Result<Sheet, Fault> {
    let fault = |error: XlsxError| match error {
        XlsxError::Password => ListFault::WorkbookProtected.into(),
        XlsxError::Io(error) => unreadable(&error),
        _ => ListFault::NotWorkbook.into(),
    };
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(fault)?;
    let sheet = choose_sheet(sheet, &book.sheet_names())?;
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
    let mut rows = SheetBuilder::default();
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(fault)? {
        let (row, column) = cell.get_position();
        let format = formats.get(style).map_or("", String::as_str);
        let shown = match cell.get_value() {
            DataRef::Error(error) => SheetCell::Error(error.to_string()),
            DataRef::Int(number) => {
                SheetCell::Text(number_format::number(number_format::to_f64(*number), format))
            }
            DataRef::Float(number) => SheetCell::Text(number_format::number(*number, format)),
            DataRef::String(text) => SheetCell::Text(text.clone()),
            DataRef::SharedString(text) => SheetCell::Text((*text).to_owned()),
            DataRef::Bool(yes) => SheetCell::Text(number_format::boolean(*yes).to_owned()),
            DataRef::DateTime(moment) => SheetCell::Text(number_format::moment(moment, format)),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                SheetCell::Text(number_format::iso(text))
            }
            DataRef::Empty => continue,
        };
        rows.add(u64::from(row), column as usize, shown)?;
    }
    Ok(rows.build(sheet))
}

fn read_xls(mut file: File, sheet: Option<&str>) -> Result<Sheet, Fault> {
    let mut bytes = Vec::new();
    (&mut file).take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(ListFault::WorkbookTooLarge.into());
    }
    // An XLSX with a password is a compound file with this stream.
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if memchr::memmem::find(&bytes, &name).is_some() {
        return Err(ListFault::WorkbookProtected.into());
    }
    let fault = |error: XlsError| match error {
        XlsError::Password => ListFault::WorkbookProtected.into(),
        XlsError::Io(error) => unreadable(&error),
        _ => ListFault::NotWorkbook.into(),
    };
    let mut book: Xls<_> = Xls::new(std::io::Cursor::new(&bytes[..])).map_err(fault)?;
    let names = book.sheet_names();
    let sheet = choose_sheet(sheet, &names)?;
    let styles =
        names.iter().position(|name| *name == sheet).and_then(|at| xls::styles(&bytes, at));
    let bare_formula = styles.as_ref().and_then(|styles| styles.bare_formula);
    let bare_formula =
        bare_formula.map(|(row, column)| (u64::from(row) + 1, u64::from(column) + 1));
    let formats = styles.map(|styles| styles.formats);
    let range = book.worksheet_range(&sheet).map_err(fault)?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut rows = SheetBuilder::default();
    let mut bare_number = None;
    for (row, column, value) in range.used_cells() {
        let row = u64::from(first_row) + row as u64;
        let column = first_column as usize + column;
        let place = u32::try_from(row).ok().zip(u32::try_from(column).ok());
        let format = formats
            .as_ref()
            .map(|formats| place.and_then(|place| formats.get(&place)).map_or("", String::as_str));
        let number = value.get_float().or_else(|| value.get_int().map(number_format::to_f64));
        let shown = match (value, number) {
            (calamine::Data::Error(error), _) => SheetCell::Error(error.to_string()),
            (calamine::Data::Bool(yes), _) => {
                SheetCell::Text(number_format::boolean(*yes).to_owned())
            }
            (calamine::Data::DateTime(moment), _) => {
                SheetCell::Text(number_format::moment(moment, format.unwrap_or_default()))
            }
            (_, Some(number)) => {
                let shown = number_format::number(number, format.unwrap_or_default());
                if format.is_none() {
                    bare_number.get_or_insert((row + 1, column as u64 + 1, shown.clone()));
                }
                SheetCell::Text(shown)
            }
            (value, None) => SheetCell::Text(value.get_string().unwrap_or_default().to_owned()),
        };
        rows.add(row, column, shown)?;
    }
    if let Some((row, column, text)) = bare_number {
        rows.doubt(row, column, ListFault::NumberUnformatted { text }.into());
    }
    if let Some((row, column)) = bare_formula {
        rows.doubt(row, column, ListFault::FormulaBare.into());
    }
    Ok(rows.build(sheet))
}

fn unreadable(error: &std::io::Error) -> Fault {
    FileFault::Unreadable { cause: Cause::from(error) }.into()
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
        assert_eq!(check_size(&mut zip, 199_999), Err(ListFault::WorkbookTooLarge.into()));
    }
}
