//! ODS and FODS: the text of each cell as LibreOffice shows it (OpenDocument 1.3, part 3).

use super::ListFile;
use std::collections::HashSet;
use std::io::{BufReader, Read, Seek as _};
use std::sync::Arc;

use quick_xml::events::BytesStart;
use zip::ZipArchive;

use super::number_format::{self, Epoch};
use super::sheet::{
    MOST_CELLS, Merge, NewCell, ROWS_OF_A_GLANCE, Sheet, SheetBuilder, SheetInfo, Strike,
};
use super::workbook::{Extent, Workbook, unreadable};
use super::xml::{Node, Xml, attribute, number};
use crate::contacts::cells;
use crate::problem::{Fault, ListFault};

/// A workbook, whose content is read once for its sheets and once for their cells.
pub(super) struct Ods {
    source: Source,
    sheets: Vec<SheetInfo>,
    /// The styles of cells whose text is struck through.
    struck: HashSet<String>,
}

enum Source {
    Packed(ZipArchive<BufReader<ListFile>>),
    Flat(ListFile),
}

impl Ods {
    pub(super) fn open(file: ListFile) -> Result<Self, Fault> {
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|_| ListFault::NotWorkbook)?;
        if let Ok(manifest) = zip.by_name("META-INF/manifest.xml") {
            let manifest = std::io::read_to_string(manifest).map_err(|_| ListFault::NotWorkbook)?;
            if manifest.contains("encryption-data") {
                return Err(ListFault::WorkbookProtected.into());
            }
        }
        Self::of(Source::Packed(zip))
    }

    pub(super) fn flat(file: ListFile) -> Result<Self, Fault> {
        Self::of(Source::Flat(file))
    }

    fn of(source: Source) -> Result<Self, Fault> {
        let mut book = Self { source, sheets: Vec::new(), struck: HashSet::new() };
        let mut content = Styles::default();
        book.source.each_node(&mut |node| {
            content.take(node);
            Ok(Reading::GoesOn)
        })?;
        let Styles { sheets, struck, hidden, .. } = content;
        book.sheets = sheets
            .into_iter()
            .map(|(name, style)| SheetInfo { name, is_hidden: hidden.contains(&style) })
            .collect();
        book.struck = struck;
        Ok(book)
    }
}

impl Workbook for Ods {
    fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    fn read(&mut self, extents: &[Option<Extent>]) -> Result<Vec<Option<Sheet>>, Fault> {
        let mut content = ContentReader {
            extents,
            struck: &self.struck,
            read: Vec::new(),
            sheet: None,
            row: RowReader::default(),
            cell: None,
            aside: 0,
        };
        self.source.each_node(&mut |node| content.take(node))?;
        Ok(content.read)
    }
}

/// Whether the rest of the content is wanted.
#[derive(PartialEq, Eq)]
enum Reading {
    GoesOn,
    IsDone,
}

impl Source {
    fn each_node(
        &mut self,
        take: &mut dyn FnMut(&Node) -> Result<Reading, Fault>,
    ) -> Result<(), Fault> {
        let content: Box<dyn Read + '_> = match self {
            Self::Packed(zip) => {
                Box::new(zip.by_name("content.xml").map_err(|_| ListFault::NotWorkbook)?)
            }
            Self::Flat(file) => {
                file.rewind().map_err(|error| unreadable(&error))?;
                Box::new(file)
            }
        };
        let mut xml = Xml::new(BufReader::new(content));
        while let Some(node) = xml.next()? {
            if take(&node)? == Reading::IsDone {
                break;
            }
        }
        Ok(())
    }
}

/// The sheets with their styles, and what the styles say.
#[derive(Default)]
struct Styles {
    /// Names of sheets, and of their styles.
    sheets: Vec<(String, String)>,
    struck: HashSet<String>,
    hidden: HashSet<String>,
    /// The style that is being read.
    style: String,
    depth: usize,
}

impl Styles {
    fn take(&mut self, node: &Node) {
        let tag = match node {
            Node::Open(tag) => tag,
            Node::Close(tag) => {
                self.depth -= usize::from(tag.local_name().as_ref() == "table" && self.depth > 0);
                return;
            }
            Node::Text(_) | Node::Other => return,
        };
        match tag.local_name().as_ref() {
            "style" => self.style = attribute(tag, "name").unwrap_or_default(),
            "table-properties" if attribute(tag, "display").as_deref() == Some("false") => {
                self.hidden.insert(self.style.clone());
            }
            "text-properties" => {
                let line = attribute(tag, "text-line-through-style")
                    .or_else(|| attribute(tag, "text-line-through-type"));
                if line.is_some_and(|line| line != "none") {
                    self.struck.insert(self.style.clone());
                }
            }
            "table" => {
                self.depth += 1;
                if self.depth == 1 {
                    let text = |name| attribute(tag, name).unwrap_or_default();
                    self.sheets.push((text("name"), text("style-name")));
                }
            }
            _ => {}
        }
    }
}

/// The state of reading the cells.
struct ContentReader<'a> {
    extents: &'a [Option<Extent>],
    struck: &'a HashSet<String>,
    /// The sheets that have ended.
    read: Vec<Option<Sheet>>,
    sheet: Option<OpenSheet>,
    row: RowReader,
    cell: Option<OdsCell>,
    /// Depth inside a comment, a drawing or another table, whose text is not the cell's.
    aside: usize,
}

struct OpenSheet {
    name: String,
    extent: Option<Extent>,
    rows: SheetBuilder,
    row: u64,
    /// Of the next `table-column`.
    column: usize,
}

#[derive(Default)]
struct RowReader {
    repeats: u64,
    is_hidden: bool,
    /// The style of cells that have none.
    style: String,
    cells: Vec<OdsCell>,
}

/// A cell, and how often it is repeated.
#[derive(Default)]
struct OdsCell {
    text: String,
    repeats: usize,
    rows_spanned: u64,
    columns_spanned: usize,
    is_struck: bool,
    has_formula: bool,
    /// What the file holds of its value beside the text.
    value: Option<String>,
    paragraphs: usize,
    is_in_paragraph: bool,
}

impl ContentReader<'_> {
    fn take(&mut self, node: &Node) -> Result<Reading, Fault> {
        match node {
            Node::Open(tag) => self.open(tag),
            Node::Close(tag) => return self.close(tag.local_name().as_ref()),
            Node::Text(text) => {
                if let Some(cell) = self.cell.as_mut().filter(|cell| cell.is_in_paragraph)
                    && self.aside == 0
                {
                    cell.text.push_str(text);
                }
            }
            Node::Other => {}
        }
        Ok(Reading::GoesOn)
    }

    fn open(&mut self, tag: &BytesStart) {
        let name = tag.local_name();
        let name: &str = name.as_ref();
        if self.aside > 0 {
            self.aside += 1;
            return;
        }
        match name {
            "table" if self.sheet.is_none() => {
                let extent = self.extents.get(self.read.len()).copied().flatten();
                let name = attribute(tag, "name").unwrap_or_default();
                let rows = SheetBuilder::new(Arc::default());
                self.sheet = Some(OpenSheet { name, extent, rows, row: 0, column: 0 });
            }
            "table" | "annotation" | "frame" | "custom-shape" | "shapes" => self.aside = 1,
            "table-column" => {
                if let Some(sheet) = &mut self.sheet {
                    let first = sheet.column;
                    let repeats = number(tag, "number-columns-repeated").unwrap_or(1);
                    sheet.column = first.saturating_add(repeats);
                    let is_hidden = attribute(tag, "visibility")
                        .is_some_and(|it| matches!(it.as_str(), "collapse" | "filter"));
                    if is_hidden && sheet.column > first {
                        sheet.rows.hide_columns(first, sheet.column - 1);
                    }
                }
            }
            "table-row" if self.is_wanted() => {
                let visibility = attribute(tag, "visibility").unwrap_or_default();
                self.row = RowReader {
                    repeats: number(tag, "number-rows-repeated").unwrap_or(1),
                    is_hidden: matches!(visibility.as_str(), "collapse" | "filter"),
                    style: attribute(tag, "default-cell-style-name").unwrap_or_default(),
                    cells: Vec::new(),
                };
            }
            "table-cell" | "covered-table-cell" if self.is_wanted() => {
                self.cell = Some(self.row.cell(tag, self.struck));
            }
            "p" => {
                if let Some(cell) = &mut self.cell {
                    if cell.paragraphs > 0 {
                        cell.text.push('\n');
                    }
                    cell.paragraphs += 1;
                    cell.is_in_paragraph = true;
                }
            }
            "s" => {
                let spaces = number::<usize>(tag, "c").unwrap_or(1).min(cells::LONGEST);
                self.push(&" ".repeat(spaces));
            }
            "tab" => self.push("\t"),
            "line-break" => self.push("\n"),
            _ => {}
        }
    }

    fn is_wanted(&self) -> bool {
        self.sheet.as_ref().is_some_and(|sheet| match sheet.extent {
            Some(Extent::Whole) => true,
            Some(Extent::Glance) => sheet.rows.rows() < ROWS_OF_A_GLANCE,
            None => false,
        })
    }

    fn close(&mut self, name: &str) -> Result<Reading, Fault> {
        if self.aside > 0 {
            self.aside -= 1;
            return Ok(Reading::GoesOn);
        }
        match name {
            "p" => {
                if let Some(cell) = &mut self.cell {
                    cell.is_in_paragraph = false;
                }
            }
            "table-cell" | "covered-table-cell" => self.row.cells.extend(self.cell.take()),
            "table-row" if self.is_wanted() => {
                let row = std::mem::take(&mut self.row);
                if let Some(sheet) = &mut self.sheet {
                    sheet.add(&row)?;
                }
            }
            "table" => {
                if let Some(sheet) = self.sheet.take() {
                    let built = sheet.extent.map(|_| sheet.rows.build(sheet.name)).transpose()?;
                    self.read.push(built);
                }
                let is_wanted = |extent: &Option<Extent>| extent.is_some();
                if !self.extents.iter().skip(self.read.len()).any(is_wanted) {
                    return Ok(Reading::IsDone);
                }
            }
            _ => {}
        }
        Ok(Reading::GoesOn)
    }

    fn push(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell {
            cell.text.push_str(text);
        }
    }
}

impl RowReader {
    fn cell(&self, tag: &BytesStart, struck: &HashSet<String>) -> OdsCell {
        let style = attribute(tag, "style-name").unwrap_or_else(|| self.style.clone());
        OdsCell {
            repeats: number(tag, "number-columns-repeated").unwrap_or(1),
            rows_spanned: number(tag, "number-rows-spanned").unwrap_or(1),
            columns_spanned: number(tag, "number-columns-spanned").unwrap_or(1),
            is_struck: struck.contains(&style),
            has_formula: attribute(tag, "formula").is_some(),
            value: value_of(tag),
            ..OdsCell::default()
        }
    }
}

/// The value of a cell, as it is shown if nobody wrote how it looks.
fn value_of(tag: &BytesStart) -> Option<String> {
    let plain = |value: f64| number_format::number(value, "", Epoch::Of1900).text;
    match attribute(tag, "value-type")?.as_str() {
        "string" => attribute(tag, "string-value"),
        "percentage" => {
            let value: f64 = number(tag, "value")?;
            Some(number_format::number(value, "0%", Epoch::Of1900).text)
        }
        "float" | "currency" => Some(plain(number(tag, "value")?)),
        "boolean" => {
            Some(number_format::boolean(attribute(tag, "boolean-value")? == "true").to_owned())
        }
        "date" => {
            let moment = number_format::iso(&attribute(tag, "date-value")?)?;
            let format = number_format::plain_format(moment);
            Some(number_format::number(moment, format, Epoch::Of1900).text)
        }
        _ => None,
    }
}

impl OdsCell {
    fn is_empty(&self) -> bool {
        self.shown().trim().is_empty() && !self.is_uncalculated()
    }

    fn shown(&self) -> &str {
        match &self.value {
            Some(value) if self.paragraphs == 0 => value,
            _ => &self.text,
        }
    }

    fn is_uncalculated(&self) -> bool {
        self.has_formula && self.paragraphs == 0 && self.value.is_none()
    }
}

impl OpenSheet {
    /// Adds a row as often as it is repeated.
    fn add(&mut self, row: &RowReader) -> Result<(), Fault> {
        if row.cells.iter().all(OdsCell::is_empty) {
            self.row = self.row.saturating_add(row.repeats);
            return Ok(());
        }
        let filled = row.cells.iter().filter(|cell| !cell.is_empty());
        let filled = filled.map(|cell| cell.repeats as u64).fold(0, u64::saturating_add);
        if filled.saturating_mul(row.repeats) > MOST_CELLS as u64 {
            return Err(ListFault::WorkbookTooLarge.into());
        }
        for _ in 0..row.repeats {
            let mut column = 0usize;
            for cell in &row.cells {
                let behind = column.saturating_add(cell.repeats);
                if !cell.is_empty() {
                    for column in column..behind {
                        self.put(column, cell)?;
                    }
                }
                column = behind;
            }
            if row.is_hidden {
                self.rows.hide(self.row);
            }
            self.row += 1;
        }
        Ok(())
    }

    fn put(&mut self, column: usize, cell: &OdsCell) -> Result<(), Fault> {
        let text = cell.shown();
        let shown = if cell.is_uncalculated() {
            NewCell::Uncalculated
        } else if cells::is_error(text) {
            NewCell::Error(text)
        } else {
            NewCell::Text(text)
        };
        let strike = if cell.is_struck { Strike::Whole } else { Strike::None };
        self.rows.add(self.row, column, shown, strike)?;
        self.rows.merge(Merge {
            first_row: self.row,
            last_row: self.row.saturating_add(cell.rows_spanned.max(1) - 1),
            first_column: column,
            last_column: column.saturating_add(cell.columns_spanned.max(1) - 1),
        })
    }
}
