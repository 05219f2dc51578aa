//! The format codes of the numbers in an XLS.
//!
//! calamine reads the values, but does not return their formats; only these are read here (MS-XLS,
//! 2.4: the records Format, XF, BoundSheet8, and those of cells).

use std::collections::HashMap;
use std::io::{Cursor, Read as _};

/// How the cells of a sheet are shown; row and column are counted from 0.
#[derive(Default)]
pub(super) struct CellStyles {
    /// The format codes of its numbers.
    pub formats: HashMap<(u32, u32), String>,
    /// The first formula whose result is 0: programs that do not compute write that as well.
    pub bare_formula: Option<(u32, u32)>,
}

/// Reads the styles of the sheet of that number; `None` if the file is not as expected.
pub(super) fn styles(file: &[u8], sheet: usize) -> Option<CellStyles> {
    let mut compound = cfb::CompoundFile::open(Cursor::new(file)).ok()?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| compound.is_stream(name))?;
    let mut stream = Vec::new();
    compound.open_stream(name).ok()?.read_to_end(&mut stream).ok()?;
    let mut codes = HashMap::new();
    let mut styles = Vec::new();
    let mut sheets = Vec::new();
    for (kind, data) in records(&stream) {
        match kind {
            0x041E => {
                codes.insert(
                    number(data, 0)?,
                    if name == "/Workbook" {
                        code(data.get(2..)?)
                    } else {
                        code_before_1997(data.get(2..)?)
                    }?,
                );
            }
            0x00E0 => styles.push(number(data, 2)?),
            0x0085 => {
                sheets.push(usize::from(number(data, 0)?) | usize::from(number(data, 2)?) << 16);
            }
            _ => {}
        }
    }
    let of_style = |style: u16| {
        let format = styles.get(usize::from(style)).copied().unwrap_or(0);
        codes
            .get(&format)
            .cloned()
            .or_else(|| built_in(format).map(str::to_owned))
            .unwrap_or_default()
    };
    let mut styles = CellStyles::default();
    for (kind, data) in records(stream.get(*sheets.get(sheet)?..)?) {
        let place = |column: u16| Some((u32::from(number(data, 0)?), u32::from(column)));
        match kind {
            // Number, RK and Formula: row, column, style.
            0x0203 | 0x027E | 0x0006 => {
                let place = place(number(data, 2)?)?;
                styles.formats.insert(place, of_style(number(data, 4)?));
                if kind == 0x0006 && data.get(6..14) == Some(&[0; 8]) {
                    styles.bare_formula.get_or_insert(place);
                }
            }
            // MulRk: row, first column, then style and number of each.
            0x00BD => {
                for (column, cell) in (number(data, 2)?..)
                    .zip(data.get(4..data.len().checked_sub(2)?)?.chunks_exact(6))
                {
                    styles.formats.insert(place(column)?, of_style(number(cell, 0)?));
                }
            }
            _ => {}
        }
    }
    Some(styles)
}

/// The records from the beginning to the first end of a substream.
fn records(mut stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let kind = number(stream, 0)?;
        let length = usize::from(number(stream, 2)?);
        let data = stream.get(4..4 + length)?;
        stream = &stream[4 + length..];
        (kind != 0x000A).then_some((kind, data))
    })
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

/// The formats that every file has without declaring them (ECMA-376, 18.8.30).
fn built_in(format: u16) -> Option<&'static str> {
    Some(match format {
        1 => "0",
        2 => "0.00",
        3 | 37 | 38 => "#,##0",
        4 | 39 | 40 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        14 => "mm-dd-yy",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 => "h:mm",
        21 => "h:mm:ss",
        22 => "m/d/yy h:mm",
        45 => "mm:ss",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;

    use super::*;

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in vec(proptest::num::u8::ANY, 0..200)) {
            styles(&bytes, 0);
            records(&bytes).count();
            code(&bytes);
            code_before_1997(&bytes);
        }
    }
}
