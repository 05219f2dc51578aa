//! XLS: values by calamine; formats, hidden and struck-through rows, and the kind of file by the
//! records that calamine does not return (MS-XLS, 2.4).

use super::ListFile;
use std::collections::HashMap;
use std::io::{Cursor, Read as _};

use calamine::{Data, DataType as _, Reader as _, Xls, XlsError, XlsOptions};

use super::number_format::{self, Epoch, Shown};
use super::sheet::{MOST_BYTES, Merge, NewCell, Sheet, SheetBuilder, SheetInfo, Strike};
use super::workbook::{Extent, Workbook, read_each, unreadable};
use crate::problem::{Fault, ListFault};

/// A workbook whose values have been read.
pub(super) struct XlsBook {
    book: Xls<Cursor<Vec<u8>>>,
    sheets: Vec<SheetInfo>,
    /// `None` if its records are not as expected.
    records: Option<BookRecords>,
}

impl XlsBook {
    pub(super) fn open(mut file: ListFile) -> Result<Self, Fault> {
        let mut bytes = Vec::new();
        (&mut file)
            .take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(&error))?;
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
        let records = BookRecords::read(&bytes);
        let mut options = XlsOptions::default();
        // Since 1997 text is UTF-16, whatever the record of the code page says.
        if records.as_ref().is_some_and(|records| records.version == Version::Since1997) {
            options.force_codepage = Some(1200);
        }
        let book = Xls::new_with_options(Cursor::new(bytes), options).map_err(fault)?;
        let sheets = book
            .sheets_metadata()
            .iter()
            .map(|sheet| SheetInfo {
                name: sheet.name.clone(),
                is_hidden: sheet.visible != calamine::SheetVisible::Visible,
            })
            .collect();
        Ok(Self { book, sheets, records })
    }

    fn read_sheet(&mut self, at: usize) -> Result<Sheet, Fault> {
        let name = self.sheets[at].name.clone();
        let range = self.book.worksheet_range(&name).map_err(|_| ListFault::NotWorkbook)?;
        let records = self.records.as_ref().and_then(|records| records.sheet(at));
        let epoch = self.records.as_ref().map_or(Epoch::Of1900, |records| records.epoch);
        let (first_row, first_column) = range.start().unwrap_or_default();
        let mut rows = SheetBuilder::default();
        let mut bare_number = None;
        for (row, column, value) in range.used_cells() {
            let row = u64::from(first_row) + row as u64;
            let column = first_column as usize + column;
            let style = self.records.as_ref().zip(records.as_ref());
            let style = style.map(|(book, sheet)| book.style(sheet.style(row, column)));
            let (format, strike) = style.unwrap_or(("", Strike::None));
            let number = match value {
                Data::DateTime(moment) => Some(moment.as_f64()),
                value => value.get_float().or_else(|| value.get_int().map(number_format::to_f64)),
            };
            let shown: Shown;
            let formatted: String;
            let cell = match (value, number) {
                (Data::Error(error), _) => {
                    formatted = error.to_string();
                    NewCell::Error(&formatted)
                }
                (Data::Bool(yes), _) => NewCell::Text(number_format::boolean(*yes)),
                (_, Some(number)) => {
                    shown = number_format::number(number, format, epoch);
                    if style.is_none() {
                        bare_number.get_or_insert((row + 1, column as u64 + 1, shown.text.clone()));
                    }
                    let text = shown.text.as_str();
                    if shown.is_followed {
                        NewCell::Text(text)
                    } else {
                        NewCell::Guess { text, format }
                    }
                }
                (value, None) => {
                    let text = value.get_string().unwrap_or_default();
                    formatted = number_format::text(text, format).unwrap_or(text.to_owned());
                    NewCell::Text(&formatted)
                }
            };
            rows.add(row, column, cell, strike)?;
        }
        if let Some((row, column, text)) = bare_number {
            rows.doubt(row, column, ListFault::NumberUnformatted { text }.into());
        }
        if let Some(records) = records {
            records.hidden.iter().for_each(|row| rows.hide(u64::from(*row)));
            for (first, last) in &records.hidden_columns {
                rows.hide_columns((*first).into(), (*last).into());
            }
            records.merges.into_iter().try_for_each(|merge| rows.merge(merge))?;
            if let Some((row, column)) = records.bare_formula {
                let (row, column) = (u64::from(row) + 1, u64::from(column) + 1);
                rows.doubt(row, column, ListFault::FormulaBare.into());
            }
        }
        rows.build(name)
    }
}

impl Workbook for XlsBook {
    fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    fn read(&mut self, extents: &[Option<Extent>]) -> Result<Vec<Option<Sheet>>, Fault> {
        read_each(extents, |at, _| self.read_sheet(at))
    }
}

/// Which kind of records a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Before1997,
    Since1997,
}

/// What the records of a workbook say beside its values.
struct BookRecords {
    version: Version,
    epoch: Epoch,
    stream: Vec<u8>,
    /// Where each sheet begins in the stream.
    sheets: Vec<usize>,
    /// The format code and the strike of each cell style.
    styles: Vec<(String, Strike)>,
}

/// What the records of a sheet say; rows and columns are counted from 0.
#[derive(Default)]
struct SheetRecords {
    /// The styles of its cells by row and column.
    styles: HashMap<(u32, u32), u16>,
    hidden: Vec<u16>,
    hidden_columns: Vec<(u16, u16)>,
    merges: Vec<Merge>,
    /// The first formula whose result is 0: programs that do not compute write that as well.
    bare_formula: Option<(u32, u32)>,
}

impl BookRecords {
    /// `None` if the file is not as expected.
    fn read(file: &[u8]) -> Option<Self> {
        let mut compound = cfb::CompoundFile::open(Cursor::new(file)).ok()?;
        let name = ["/Workbook", "/Book"].into_iter().find(|name| compound.is_stream(name))?;
        let mut stream = Vec::new();
        compound.open_stream(name).ok()?.read_to_end(&mut stream).ok()?;
        let version = match records(&stream).next() {
            Some((0x0809, data)) if number(data, 0) == Some(0x0600) => Version::Since1997,
            _ => Version::Before1997,
        };
        let mut epoch = Epoch::Of1900;
        let mut codes = HashMap::new();
        let mut fonts = Vec::new();
        let mut formats = Vec::new();
        let mut sheets = Vec::new();
        for (kind, data) in records(&stream) {
            match kind {
                // Date1904
                0x0022 if number(data, 0) == Some(1) => epoch = Epoch::Of1904,
                // Font: height, then flags.
                0x0031 => {
                    let is_struck = number(data, 2)? & 0x0008 != 0;
                    fonts.push(if is_struck { Strike::Whole } else { Strike::None });
                }
                // Format
                0x041E => {
                    let text = data.get(2..)?;
                    let code = match version {
                        Version::Since1997 => code(text),
                        Version::Before1997 => code_before_1997(text),
                    };
                    codes.insert(number(data, 0)?, code?);
                }
                // XF: font and format.
                0x00E0 => formats.push((number(data, 0)?, number(data, 2)?)),
                // BoundSheet8
                0x0085 => {
                    let (low, high) = (number(data, 0)?, number(data, 2)?);
                    sheets.push(usize::from(low) | usize::from(high) << 16);
                }
                _ => {}
            }
        }
        let styles = formats
            .into_iter()
            .map(|(font, format)| {
                let built_in = || number_format::built_in(format).map(str::to_owned);
                let unknown = || format!("[{format}]");
                let code = codes.get(&format).cloned().or_else(built_in).unwrap_or_else(unknown);
                // No font has the number 4.
                let font = usize::from(font) - usize::from(font > 4);
                (code, fonts.get(font).copied().unwrap_or_default())
            })
            .collect();
        Some(Self { version, epoch, stream, sheets, styles })
    }

    fn style(&self, style: Option<u16>) -> (&str, Strike) {
        let style = style.and_then(|style| self.styles.get(usize::from(style)));
        style.map_or(("", Strike::None), |(format, strike)| (format, *strike))
    }

    fn sheet(&self, sheet: usize) -> Option<SheetRecords> {
        let mut found = SheetRecords::default();
        for (kind, data) in records(self.stream.get(*self.sheets.get(sheet)?..)?) {
            let place = |column: u16| Some((u32::from(number(data, 0)?), u32::from(column)));
            match kind {
                // Number, RK, Formula, LabelSst, Label, RString, BoolErr: row, column, style.
                0x0203 | 0x027E | 0x0006 | 0x00FD | 0x0204 | 0x00D6 | 0x0205 => {
                    let place = place(number(data, 2)?)?;
                    found.styles.insert(place, number(data, 4)?);
                    if kind == 0x0006 && data.get(6..14) == Some(&[0; 8]) {
                        found.bare_formula.get_or_insert(place);
                    }
                }
                // MulRk: row, first column, then style and number of each.
                0x00BD => {
                    let cells = data.get(4..data.len().checked_sub(2)?)?.chunks_exact(6);
                    for (column, cell) in (number(data, 2)?..).zip(cells) {
                        found.styles.insert(place(column)?, number(cell, 0)?);
                    }
                }
                // Row: its flags say whether it has no height.
                0x0208 if number(data, 12).is_some_and(|flags| flags & 0x0020 != 0) => {
                    found.hidden.push(number(data, 0)?);
                }
                // ColInfo: first and last column, width, style, flags.
                0x007D if number(data, 8).is_some_and(|flags| flags & 1 != 0) => {
                    found.hidden_columns.push((number(data, 0)?, number(data, 2)?));
                }
                // MergeCells: a count, then rows and columns.
                0x00E5 => {
                    let merges = data.get(2..)?.chunks_exact(8).map(|range| {
                        let at = |at| number(range, at).unwrap_or(0);
                        Merge {
                            first_row: at(0).into(),
                            last_row: at(2).max(at(0)).into(),
                            first_column: at(4).into(),
                            last_column: at(6).max(at(4)).into(),
                        }
                    });
                    found.merges.extend(merges);
                }
                _ => {}
            }
        }
        Some(found)
    }
}

impl SheetRecords {
    fn style(&self, row: u64, column: usize) -> Option<u16> {
        let place = (u32::try_from(row).ok()?, u32::try_from(column).ok()?);
        self.styles.get(&place).copied()
    }
}

/// The records from the beginning to the end of a substream, without those of substreams in it,
/// such as charts.
fn records(mut stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut depth = 0usize;
    let next = move || {
        let kind = number(stream, 0)?;
        let length = usize::from(number(stream, 2)?);
        let data = stream.get(4..4 + length)?;
        stream = &stream[4 + length..];
        Some((kind, data))
    };
    std::iter::from_fn(next)
        .map_while(move |(kind, data)| {
            match kind {
                0x0809 => depth += 1,
                0x000A if depth <= 1 => return None,
                0x000A => depth -= 1,
                _ => {}
            }
            Some((depth <= 1 && (kind, depth) != (0x000A, 1), (kind, data)))
        })
        .filter_map(|(is_ours, record)| is_ours.then_some(record))
}

fn number(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([*data.get(at)?, *data.get(at + 1)?]))
}

/// A format code: two bytes of length, a byte with the width of the characters, the characters.
fn code(data: &[u8]) -> Option<String> {
    let length = usize::from(number(data, 0)?);
    let is_wide = data.get(2)? & 1 == 1;
    let text = data.get(3..)?;
    if is_wide {
        let units = text
            .get(..length * 2)?
            .chunks_exact(2)
            .map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
        return Some(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect());
    }
    Some(text.get(..length)?.iter().map(|byte| char::from(*byte)).collect())
}

/// A format code of a file from before 1997: a byte of length, and Windows-1251.
fn code_before_1997(data: &[u8]) -> Option<String> {
    let text = data.get(1..1 + usize::from(*data.first()?))?;
    Some(encoding_rs::WINDOWS_1251.decode_without_bom_handling(text).0.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;

    use super::*;

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in vec(proptest::num::u8::ANY, 0..200)) {
            BookRecords::read(&bytes);
            records(&bytes).count();
            code(&bytes);
            code_before_1997(&bytes);
        }
    }
}
