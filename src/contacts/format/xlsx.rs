//! XLSX, read from its own XML (ECMA-376, part 1, 18): values, number formats, hidden and
//! struck-through rows, merged cells.

use super::ListFile;
use std::collections::HashMap;
use std::io::BufReader;
use std::sync::Arc;

use quick_xml::events::BytesStart;
use zip::ZipArchive;

use super::number_format::{self, Epoch, Shown};
use super::sheet::{
    MOST_ROWS, MOST_UNUSED, Merge, NewCell, ROWS_OF_A_GLANCE, SharedStrings, Sheet, SheetBuilder,
    SheetInfo, Strike,
};
use super::workbook::{Extent, Workbook, read_each};
use super::xml::{Node, Xml, attribute, is_set, number};
use crate::problem::{Fault, ListFault};

type Zip = ZipArchive<BufReader<ListFile>>;

/// A workbook whose sheets are read one by one.
pub(super) struct Xlsx {
    zip: Zip,
    sheets: Vec<SheetInfo>,
    /// The part of each sheet.
    parts: Vec<String>,
    epoch: Epoch,
    /// Formulas are calculated only when the file is opened.
    is_uncalculated: bool,
    shared: Arc<SharedStrings>,
    styles: Vec<CellStyle>,
}

/// The number format of a cell, and whether its text is struck through.
#[derive(Debug, Clone, Default)]
struct CellStyle {
    format: Arc<str>,
    strike: Strike,
}

impl Xlsx {
    pub(super) fn open(file: ListFile) -> Result<Self, Fault> {
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|_| ListFault::NotWorkbook)?;
        let book = relations(&mut zip, "")?
            .into_iter()
            .find(|relation| relation.kind.ends_with("/officeDocument"))
            .map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
        let mut workbook = Self {
            sheets: Vec::new(),
            parts: Vec::new(),
            epoch: Epoch::default(),
            is_uncalculated: false,
            shared: Arc::default(),
            styles: Vec::new(),
            zip,
        };
        let relations = relations(&mut workbook.zip, &book)?;
        workbook.read_book(&book, &relations)?;
        for relation in &relations {
            if relation.kind.ends_with("/sharedStrings") {
                workbook.shared = Arc::new(shared_strings(&mut workbook.zip, &relation.target)?);
            } else if relation.kind.ends_with("/styles") {
                workbook.styles = styles(&mut workbook.zip, &relation.target)?;
            }
        }
        Ok(workbook)
    }

    fn read_book(&mut self, part: &str, relations: &[Relation]) -> Result<(), Fault> {
        let Some(mut xml) = part_of(&mut self.zip, part) else {
            return Err(ListFault::NotWorkbook.into());
        };
        while let Some(node) = xml.next()? {
            let Node::Open(tag) = node else { continue };
            match tag.local_name().as_ref() {
                "workbookPr" if is_set(&tag, "date1904") => self.epoch = Epoch::Of1904,
                "calcPr" => self.is_uncalculated = is_set(&tag, "fullCalcOnLoad"),
                "sheet" => {
                    let Some(id) = attribute(&tag, "id") else { continue };
                    let Some(relation) = relations.iter().find(|relation| relation.id == id) else {
                        continue;
                    };
                    // Sheets of charts and dialogues have no cells.
                    if !relation.kind.ends_with("/worksheet") {
                        continue;
                    }
                    let is_hidden = attribute(&tag, "state")
                        .is_some_and(|state| state.to_lowercase().ends_with("hidden"));
                    let name = attribute(&tag, "name").unwrap_or_default();
                    self.sheets.push(SheetInfo { name, is_hidden });
                    self.parts.push(relation.target.clone());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Xlsx {
    fn read_sheet(&mut self, sheet: usize, extent: Extent) -> Result<Sheet, Fault> {
        let part = &self.parts[sheet];
        let xml = part_of(&mut self.zip, part).ok_or(ListFault::NotWorkbook)?;
        let reader = CellReader {
            rows: SheetBuilder::new(self.shared.clone()),
            shared: &self.shared,
            styles: &self.styles,
            epoch: self.epoch,
            is_uncalculated: self.is_uncalculated,
            row: 0,
            column: 0,
            cell: RawCell::default(),
            bare: None,
        };
        reader.read(xml, extent)?.build(self.sheets[sheet].name.clone())
    }
}

impl Workbook for Xlsx {
    fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    fn read(&mut self, extents: &[Option<Extent>]) -> Result<Vec<Option<Sheet>>, Fault> {
        read_each(extents, |at, extent| self.read_sheet(at, extent))
    }
}

/// A relation of a part to another.
struct Relation {
    id: String,
    kind: String,
    target: String,
}

/// What a part refers to; the package itself if its name is empty.
fn relations(zip: &mut Zip, part: &str) -> Result<Vec<Relation>, Fault> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let mut found = Vec::new();
    let Some(mut xml) = part_of(zip, &format!("{folder}_rels/{name}.rels")) else {
        return Ok(found);
    };
    while let Some(node) = xml.next()? {
        if let Node::Open(tag) = node
            && tag.local_name().as_ref() == "Relationship"
        {
            let text = |name| attribute(&tag, name).unwrap_or_default();
            let target = text("Target");
            let target = match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => resolved(&format!("{folder}{target}")),
            };
            found.push(Relation { id: text("Id"), kind: text("Type"), target });
        }
    }
    Ok(found)
}

/// A path without `.` and `..`.
fn resolved(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split(['/', '\\']) {
        match step {
            "." | "" => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// A part by its name, whatever its case, as Excel finds it.
fn part_of<'a>(
    zip: &'a mut Zip,
    name: &str,
) -> Option<Xml<BufReader<impl std::io::Read + use<'a>>>> {
    let index = zip.index_for_name(name).or_else(|| {
        let plain = |name: &str| name.replace('\\', "/").to_lowercase();
        let wanted = plain(name);
        (0..zip.len()).find(|at| {
            zip.name_for_index(*at).and_then(|name| name.ok().map(|name| plain(&name)))
                == Some(wanted.clone())
        })
    })?;
    Some(Xml::new(BufReader::new(zip.by_index(index).ok()?)))
}

fn shared_strings(zip: &mut Zip, part: &str) -> Result<SharedStrings, Fault> {
    let mut strings = SharedStrings::default();
    let Some(mut xml) = part_of(zip, part) else { return Ok(strings) };
    let mut rich = RichText::default();
    while let Some(node) = xml.next()? {
        match node {
            Node::Close(tag) if tag.local_name().as_ref() == "si" => {
                strings.add(&unescaped(&rich.text), rich.strike())?;
                rich = RichText::default();
            }
            node => rich.take(&node),
        }
    }
    Ok(strings)
}

/// The most styles, formats or fonts, as in Excel.
const MOST_STYLES: usize = 65_536;

/// The text of a cell that is read on, in octets, far beyond what a cell may hold.
const LONGEST_TEXT: usize = 1 << 20;

/// A string that may consist of runs (18.4.8), without its reading aid.
#[derive(Default)]
struct RichText {
    text: String,
    is_in_text: bool,
    is_in_reading: bool,
    /// The strike of the current run, and the characters in struck-through ones and in all.
    is_struck: bool,
    struck: usize,
    all: usize,
}

impl RichText {
    fn take(&mut self, node: &Node) {
        match node {
            Node::Open(tag) => match tag.local_name().as_ref() {
                "t" => self.is_in_text = !self.is_in_reading,
                "rPh" => self.is_in_reading = true,
                "r" => self.is_struck = false,
                "strike" => self.is_struck = attribute(tag, "val").is_none() || is_set(tag, "val"),
                _ => {}
            },
            Node::Close(tag) => match tag.local_name().as_ref() {
                "t" => self.is_in_text = false,
                "rPh" => self.is_in_reading = false,
                _ => {}
            },
            // What is longer is no cell, and is told as one.
            Node::Text(text) if self.is_in_text && self.text.len() < LONGEST_TEXT => {
                self.text.push_str(text);
                let length = text.trim().len();
                self.all += length;
                self.struck += if self.is_struck { length } else { 0 };
            }
            Node::Text(_) | Node::Other => {}
        }
    }

    fn strike(&self) -> Strike {
        if self.struck > 0 && self.struck == self.all { Strike::Whole } else { Strike::None }
    }
}

/// A text with its `_x000D_` as characters (ST_Xstring, 22.9.2.19).
fn unescaped(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let escape = rest.get(at + 2..at + 7).filter(|escape| escape.ends_with('_'));
        let character = escape
            .and_then(|escape| u32::from_str_radix(&escape[..4], 16).ok())
            .and_then(char::from_u32);
        whole.push_str(&rest[..at]);
        if let Some(character) = character {
            whole.push(character);
            rest = &rest[at + 7..];
        } else {
            whole.push_str("_x");
            rest = &rest[at + 2..];
        }
    }
    whole.push_str(rest);
    whole
}

/// The styles of cells, by their numbers.
fn styles(zip: &mut Zip, part: &str) -> Result<Vec<CellStyle>, Fault> {
    let mut formats: HashMap<u32, Arc<str>> = HashMap::new();
    let mut fonts = Vec::new();
    let mut styles = Vec::new();
    let Some(mut xml) = part_of(zip, part) else { return Ok(styles) };
    let mut within = Vec::new();
    while let Some(node) = xml.next()? {
        if formats.len().max(fonts.len()).max(styles.len()).max(within.len()) > MOST_STYLES {
            return Err(ListFault::WorkbookTooLarge.into());
        }
        let tag = match node {
            Node::Open(tag) => tag,
            Node::Close(_) => {
                within.pop();
                continue;
            }
            Node::Text(_) | Node::Other => continue,
        };
        let name = tag.local_name().as_ref().to_owned();
        let above = within.last().map_or("", String::as_str);
        match (above, name.as_str()) {
            ("numFmts", "numFmt") => {
                if let (Some(id), Some(code)) =
                    (number(&tag, "numFmtId"), attribute(&tag, "formatCode"))
                {
                    formats.insert(id, Arc::from(unescaped(&code)));
                }
            }
            ("fonts", "font") => fonts.push(Strike::None),
            ("font", "strike") => {
                let is_struck = attribute(&tag, "val").is_none() || is_set(&tag, "val");
                if let Some(font) = fonts.last_mut().filter(|_| is_struck) {
                    *font = Strike::Whole;
                }
            }
            ("cellXfs", "xf") => {
                let id: u32 = number(&tag, "numFmtId").unwrap_or(0);
                let built_in = || u16::try_from(id).ok().and_then(number_format::built_in);
                // A number without a meaning of its own is a format that cannot be followed.
                let unknown = || Arc::from(format!("[{id}]"));
                let format = formats
                    .get(&id)
                    .cloned()
                    .unwrap_or_else(|| built_in().map_or_else(unknown, Arc::from));
                let font: usize = number(&tag, "fontId").unwrap_or(0);
                let strike = fonts.get(font).copied().unwrap_or_default();
                styles.push(CellStyle { format, strike });
            }
            _ => {}
        }
        within.push(name);
    }
    Ok(styles)
}

/// A cell as it is written.
#[derive(Default)]
struct RawCell {
    style: usize,
    kind: String,
    value: String,
    has_value: bool,
    has_formula: bool,
    is_in_value: bool,
    rich: RichText,
}

struct CellReader<'a> {
    rows: SheetBuilder,
    shared: &'a SharedStrings,
    styles: &'a [CellStyle],
    epoch: Epoch,
    is_uncalculated: bool,
    /// From 0; the next one if a row or a cell does not say where it is.
    row: u64,
    column: usize,
    cell: RawCell,
    /// The first formula with the result 0 in a file that was never calculated.
    bare: Option<(u64, u64)>,
}

impl CellReader<'_> {
    fn read(
        mut self,
        mut xml: Xml<BufReader<impl std::io::Read>>,
        extent: Extent,
    ) -> Result<SheetBuilder, Fault> {
        let mut next_row = 0;
        let mut passed = 0;
        let mut is_hidden = false;
        while let Some(node) = xml.next()? {
            match &node {
                Node::Open(tag) => match tag.local_name().as_ref() {
                    "row" => {
                        self.row = number::<u64>(tag, "r").map_or(next_row, |row| row.max(1) - 1);
                        if self.row >= MOST_ROWS {
                            return Err(ListFault::WorkbookTooLarge.into());
                        }
                        next_row = self.row + 1;
                        self.column = 0;
                        let height: Option<f64> = number(tag, "ht");
                        is_hidden = is_set(tag, "hidden") || height == Some(0.0);
                    }
                    "col" if is_set(tag, "hidden") => {
                        let at = |name| number::<usize>(tag, name).filter(|at| *at > 0);
                        if let (Some(first), Some(last)) = (at("min"), at("max")) {
                            self.rows.hide_columns(first - 1, last - 1);
                        }
                    }
                    "c" => {
                        passed += 1;
                        if passed > self.rows.cells() + MOST_UNUSED {
                            return Err(ListFault::WorkbookTooLarge.into());
                        }
                        self.begin_cell(tag);
                    }
                    "v" => {
                        self.cell.is_in_value = true;
                        self.cell.has_value = true;
                    }
                    "f" => self.cell.has_formula = true,
                    "mergeCell" => {
                        if let Some(merge) = attribute(tag, "ref").as_deref().and_then(range) {
                            self.rows.merge(merge)?;
                        }
                    }
                    _ => self.cell.rich.take(&node),
                },
                Node::Close(tag) => match tag.local_name().as_ref() {
                    "v" => self.cell.is_in_value = false,
                    "c" => {
                        self.end_cell()?;
                        self.column += 1;
                    }
                    "row" => {
                        if is_hidden {
                            self.rows.hide(self.row);
                        }
                        if extent == Extent::Glance && self.rows.rows() >= ROWS_OF_A_GLANCE {
                            break;
                        }
                    }
                    _ => self.cell.rich.take(&node),
                },
                Node::Text(text) if self.cell.is_in_value => {
                    if self.cell.value.len() < LONGEST_TEXT {
                        self.cell.value.push_str(text);
                    }
                }
                Node::Text(_) | Node::Other => self.cell.rich.take(&node),
            }
        }
        if let Some((row, column)) = self.bare {
            self.rows.doubt(row, column, ListFault::FormulaBare.into());
        }
        Ok(self.rows)
    }

    /// Where a cell is, its style and its kind: read in one pass, as there are millions of them.
    fn begin_cell(&mut self, tag: &BytesStart) {
        self.cell = RawCell::default();
        for attribute in tag.attributes().with_checks(false).flatten() {
            let value: &str = &attribute.value;
            match attribute.key.as_ref() {
                "r" => {
                    if let Some((row, column)) = place(value) {
                        self.row = row;
                        self.column = column;
                    }
                }
                "s" => self.cell.style = value.trim().parse().unwrap_or(0),
                "t" => self.cell.kind.push_str(value.trim()),
                _ => {}
            }
        }
    }

    fn end_cell(&mut self) -> Result<(), Fault> {
        let cell = std::mem::take(&mut self.cell);
        let style = self.styles.get(cell.style);
        let format = style.map_or("", |style| &*style.format);
        let strike = style.map_or(Strike::None, |style| style.strike);
        let (row, column) = (self.row, self.column);
        let value = cell.value.trim();
        let rows = &mut self.rows;
        // Programs that do not calculate leave the value away, or leave it empty.
        if cell.has_formula && (value.is_empty() && cell.kind != "str" || !cell.has_value) {
            return rows.add(row, column, NewCell::Uncalculated, strike);
        }
        if cell.has_formula && self.is_uncalculated && value == "0" && cell.kind.is_empty() {
            self.bare.get_or_insert((row + 1, column as u64 + 1));
        }
        match cell.kind.as_str() {
            "s" => {
                let Ok(string) = value.parse::<usize>() else { return Ok(()) };
                let strike = if self.shared.strike(string) == Strike::Whole {
                    Strike::Whole
                } else {
                    strike
                };
                let formatted = number_format::text(self.shared.get(string), format);
                let text = formatted.as_deref().map_or(NewCell::Shared(string), NewCell::Text);
                rows.add(row, column, text, strike)
            }
            "inlineStr" => {
                let is_struck = cell.rich.strike() == Strike::Whole;
                let strike = if is_struck { Strike::Whole } else { strike };
                let text = unescaped(&cell.rich.text);
                let shown = number_format::text(&text, format).unwrap_or(text);
                rows.add(row, column, NewCell::Text(&shown), strike)
            }
            "str" => {
                let text = unescaped(&cell.value);
                let shown = number_format::text(&text, format).unwrap_or(text);
                rows.add(row, column, NewCell::Text(&shown), strike)
            }
            "b" => {
                let is_true = matches!(value, "1" | "true");
                rows.add(row, column, NewCell::Text(number_format::boolean(is_true)), strike)
            }
            "e" => rows.add(row, column, NewCell::Error(value), strike),
            kind => {
                let number =
                    if kind == "d" { number_format::iso(value) } else { value.parse::<f64>().ok() };
                let Some(number) = number else {
                    return rows.add(row, column, NewCell::Text(value), strike);
                };
                let format = if kind == "d" && number_format::is_general(format) {
                    number_format::plain_format(number)
                } else {
                    format
                };
                let Shown { text, is_followed } = number_format::number(number, format, self.epoch);
                let text = text.as_str();
                let cell =
                    if is_followed { NewCell::Text(text) } else { NewCell::Guess { text, format } };
                rows.add(row, column, cell, strike)
            }
        }
    }
}

/// The row and the column of a reference such as `B12`, from 0.
fn place(reference: &str) -> Option<(u64, usize)> {
    let reference = reference.trim().trim_start_matches('$');
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = reference.split_at(digits);
    let letters = letters.trim_end_matches('$');
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().try_fold(0usize, |column, letter| {
        let letter = letter.to_ascii_uppercase();
        letter.is_ascii_uppercase().then(|| column * 26 + usize::from(letter - b'A') + 1)
    })?;
    Some((row.parse::<u64>().ok()?.checked_sub(1)?, column - 1))
}

/// A range such as `B2:C4`.
fn range(reference: &str) -> Option<Merge> {
    let (first, last) = reference.split_once(':')?;
    let ((first_row, first_column), (last_row, last_column)) = (place(first)?, place(last)?);
    (first_row <= last_row && first_column <= last_column).then_some(Merge {
        first_row,
        last_row,
        first_column,
        last_column,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read() {
        assert_eq!(place("A1"), Some((0, 0)));
        assert_eq!(place("$XFD$1048576"), Some((1_048_575, 16_383)));
        assert_eq!((place("1"), place("A"), place("A0"), place("ЯЯ1")), (None, None, None, None));
        let merge = Merge { first_row: 1, last_row: 3, first_column: 1, last_column: 2 };
        assert_eq!((range("B2:C4"), range("C4:B2")), (Some(merge), None));
    }

    #[test]
    fn escaped_characters_are_characters() {
        assert_eq!(unescaped("a_x000D_\nb_x0041__x"), "a\r\nbA_x");
        assert_eq!(unescaped("_xЖЖЖЖ_"), "_xЖЖЖЖ_");
    }

    #[test]
    fn a_path_between_parts_is_resolved() {
        assert_eq!(resolved("xl/worksheets/../media/./a.xml"), "xl/media/a.xml");
    }
}
