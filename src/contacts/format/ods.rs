//! ODS and FODS: the text of each cell as LibreOffice shows it.

use std::fs::File;
use std::io::{BufRead, BufReader};

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::sheet::{MOST_CELLS, Sheet, SheetBuilder, SheetCell, choose_sheet};
use crate::contacts::cells;
use crate::problem::{Fault, ListFault};

/// Reads the sheet that is named, else the first.
pub(super) fn read(file: File, sheet: Option<&str>) -> Result<Sheet, Fault> {
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|_| ListFault::NotWorkbook)?;
    if let Ok(manifest) = zip.by_name("META-INF/manifest.xml") {
        let manifest = std::io::read_to_string(manifest).map_err(|_| ListFault::NotWorkbook)?;
        if manifest.contains("encryption-data") {
            return Err(ListFault::WorkbookProtected.into());
        }
    }
    let content = zip.by_name("content.xml").map_err(|_| ListFault::NotWorkbook)?;
    read_content(BufReader::new(content), sheet)
}

/// Reads a sheet of an unpacked document: a FODS file, or `content.xml` of an ODS.
pub(super) fn read_content(content: impl BufRead, sheet: Option<&str>) -> Result<Sheet, Fault> {
    let mut xml = Reader::from_reader(content);
    xml.config_mut().expand_empty_elements = true;
    let mut sheets = ContentReader::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| ListFault::NotWorkbook)? {
            Event::Start(tag) => sheets.open(&tag, sheet),
            Event::End(tag) if sheets.close(tag.name().as_ref())? => break,
            Event::Text(text) => sheets.text(&text.xml10_content()),
            Event::CData(text) => sheets.text(&text.xml10_content()),
            Event::GeneralRef(name) => {
                let resolved = name.resolve_char_ref().ok().flatten().map(String::from);
                let known = || match &*name.xml10_content() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => "\u{fffd}",
                };
                sheets.text(&resolved.unwrap_or_else(|| known().to_owned()));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match sheets.chosen {
        Some((name, rows)) => Ok(rows.build(name)),
        None => {
            Err(choose_sheet(sheet, &sheets.names).err().unwrap_or(ListFault::NotWorkbook.into()))
        }
    }
}

/// The state of reading a document.
#[derive(Default)]
struct ContentReader {
    names: Vec<String>,
    chosen: Option<(String, SheetBuilder)>,
    is_inside: bool,
    row: u64,
    row_repeats: u64,
    /// The cells of the current row: text, and how often it is repeated.
    cells: Vec<(String, usize)>,
    cell: Option<String>,
    paragraphs: usize,
    is_in_paragraph: bool,
    /// Depth inside a comment or a drawing, whose text is not the cell's.
    aside: usize,
}

impl ContentReader {
    fn open(&mut self, tag: &BytesStart, wanted: Option<&str>) {
        let name = tag.name();
        let name: &str = name.as_ref();
        if self.aside > 0 {
            self.aside += 1;
            return;
        }
        match name {
            "table:table" => {
                let sheet = attribute(tag, "table:name").unwrap_or_default();
                self.names.push(sheet.clone());
                let fits = choose_sheet(wanted, std::slice::from_ref(&sheet)).is_ok();
                if self.chosen.is_none() && fits {
                    self.chosen = Some((sheet, SheetBuilder::default()));
                    self.is_inside = true;
                    self.row = 0;
                }
            }
            "table:table-row" if self.is_inside => {
                self.row_repeats = count(tag, "table:number-rows-repeated");
                self.cells.clear();
            }
            "table:table-cell" | "table:covered-table-cell" if self.is_inside => {
                let repeats =
                    usize::try_from(count(tag, "table:number-columns-repeated")).unwrap_or(1);
                self.cells.push((String::new(), repeats));
                self.cell = Some(String::new());
                self.paragraphs = 0;
            }
            "office:annotation" | "draw:frame" | "draw:custom-shape" | "table:shapes" => {
                self.aside = 1;
            }
            "text:p" => {
                if self.paragraphs > 0 {
                    self.push("\n");
                }
                self.paragraphs += 1;
                self.is_in_paragraph = true;
            }
            "text:s" => {
                let spaces = usize::try_from(count(tag, "text:c")).unwrap_or(1).min(32_767);
                self.push(&" ".repeat(spaces));
            }
            "text:tab" => self.push("\t"),
            "text:line-break" => self.push("\n"),
            _ => {}
        }
    }

    /// Returns true at the end of the wanted sheet.
    fn close(&mut self, name: &str) -> Result<bool, Fault> {
        if self.aside > 0 {
            self.aside -= 1;
            return Ok(false);
        }
        match name {
            "text:p" => self.is_in_paragraph = false,
            "table:table-cell" | "table:covered-table-cell" => {
                if let (Some(text), Some(slot)) = (self.cell.take(), self.cells.last_mut()) {
                    slot.0 = text;
                }
            }
            "table:table-row" if self.is_inside => self.end_row()?,
            "table:table" if self.is_inside => return Ok(true),
            _ => {}
        }
        Ok(false)
    }

    fn end_row(&mut self) -> Result<(), Fault> {
        let Some((_, rows)) = &mut self.chosen else { return Ok(()) };
        let is_empty = self.cells.iter().all(|(text, _)| text.trim().is_empty());
        if is_empty {
            self.row = self.row.saturating_add(self.row_repeats);
            return Ok(());
        }
        let filled = self
            .cells
            .iter()
            .filter(|(text, _)| !text.trim().is_empty())
            .map(|(_, repeats)| *repeats as u64);
        if filled.fold(0, u64::saturating_add).saturating_mul(self.row_repeats) > MOST_CELLS as u64
        {
            return Err(ListFault::WorkbookTooLarge.into());
        }
        for _ in 0..self.row_repeats {
            let mut column = 0usize;
            for (text, repeats) in &self.cells {
                if !text.trim().is_empty() {
                    for column in column..column.saturating_add(*repeats) {
                        let cell = if cells::is_error(text) {
                            SheetCell::Error(text.clone())
                        } else {
                            SheetCell::Text(text.clone())
                        };
                        rows.add(self.row, column, cell)?;
                    }
                }
                column = column.saturating_add(*repeats);
            }
            self.row += 1;
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.is_in_paragraph && self.aside == 0 {
            self.push(text);
        }
    }

    fn push(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell {
            cell.push_str(text);
        }
    }
}

fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok()??;
    Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

fn count(tag: &BytesStart, name: &str) -> u64 {
    attribute(tag, name).and_then(|text| text.parse().ok()).unwrap_or(1)
}
