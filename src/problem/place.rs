//! A place in a file: name, line, column, or the cell of a workbook.

use std::fmt;
use std::sync::Arc;

/// A place in one of the user's files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's name as the user knows it.
    pub file: Arc<str>,
    /// The physical line, counted from 1; 0 means the whole file.
    pub line: u64,
    /// The character of that line, counted from 1; 0 means the whole line.
    pub column: u64,
    /// The cell of a workbook as its program names it: `Лист1!C14`.
    pub cell: Option<Arc<str>>,
    /// The row of a text list as a spreadsheet numbers it, where that is known. People are told
    /// this one.
    pub row: Option<u64>,
}

impl Place {
    /// Makes the place of a whole file.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), line: 0, column: 0, cell: None, row: None }
    }

    /// Makes the place of one character of a file; line and column count from 1.
    pub fn at(file: impl Into<Arc<str>>, line: u64, column: u64) -> Self {
        Self { file: file.into(), line, column, cell: None, row: None }
    }

    /// Makes the place of a cell; row and column count from 1.
    pub fn in_sheet(file: impl Into<Arc<str>>, sheet: &str, line: u64, column: u64) -> Self {
        let cell = format!("{sheet}!{}", cell_name(line, column));
        Self { cell: Some(cell.into()), ..Self::at(file, line, column) }
    }

    /// Says which row of a spreadsheet the place is in.
    pub fn numbered(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The row as a spreadsheet numbers it.
    pub fn sheet_row(&self) -> u64 {
        self.row.unwrap_or(self.line)
    }

    /// The sheet of a workbook.
    pub fn sheet(&self) -> Option<&str> {
        Some(self.cell.as_deref()?.rsplit_once('!')?.0)
    }

    /// The place without its file: the cell alone, or line and column.
    pub fn within_file(&self) -> String {
        match &self.cell {
            Some(cell) => cell.rsplit('!').next().unwrap_or_default().to_owned(),
            None => self.to_string()[self.file.len()..].trim_start_matches(':').to_owned(),
        }
    }

    /// Finds the place of a byte of `text`, the whole content of `file`.
    pub fn of_byte(file: impl Into<Arc<str>>, text: &str, byte: usize) -> Self {
        let mut end = byte.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line = before.matches('\n').count() as u64 + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Self::at(file, line, before[start..].chars().count() as u64 + 1)
    }
}

/// A row as people name it: as a spreadsheet numbers it, and its sheet if the list has several:
/// `Юг!3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowName {
    pub sheet: Option<String>,
    pub row: u64,
}

impl RowName {
    /// The name of the row in which a place is.
    pub fn of(place: &Place) -> Self {
        Self { sheet: place.sheet().map(str::to_owned), row: place.sheet_row() }
    }

    /// Reads `3` or `Юг!3`.
    pub fn parse(text: &str) -> Option<Self> {
        let (sheet, row) = match text.trim().rsplit_once('!') {
            Some((sheet, row)) => (Some(sheet.trim_matches('\'')), row),
            None => (None, text),
        };
        let sheet = sheet.filter(|sheet| !sheet.is_empty()).map(str::to_owned);
        Some(Self { sheet, row: row.trim().parse().ok()? })
    }

    /// Whether a place is in this row.
    pub fn holds(&self, place: &Place) -> bool {
        let is_there = |sheet: &String| {
            place.sheet().is_none_or(|other| other.to_lowercase() == sheet.to_lowercase())
        };
        self.row == place.sheet_row() && self.sheet.as_ref().is_none_or(is_there)
    }
}

impl fmt::Display for RowName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sheet) = &self.sheet {
            write!(f, "{sheet}!")?;
        }
        write!(f, "{}", self.row)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(cell) = &self.cell {
            return write!(f, ":{cell}");
        }
        match (self.sheet_row(), self.column) {
            (0, _) => Ok(()),
            (line, 0) => write!(f, ":{line}"),
            (line, column) => write!(f, ":{line}:{column}"),
        }
    }
}

/// Returns the name of a cell; row and column count from 1.
pub fn cell_name(row: u64, column: u64) -> String {
    format!("{}{row}", column_letters(column))
}

/// Returns the letters of a sheet's column, counted from 1: A, B, … Z, AA.
pub fn column_letters(mut column: u64) -> String {
    let mut letters = Vec::new();
    while column > 0 {
        column -= 1;
        letters.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        column /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_not_bytes() {
        let text = "первая\nвторая = 1\n";
        let byte = text.find('=').unwrap();
        assert_eq!(Place::of_byte("a.toml", text, byte).to_string(), "a.toml:2:8");
    }

    #[test]
    fn a_place_in_a_workbook_is_named_as_its_program_names_it() {
        let place = |column| Place::in_sheet("a.xlsx", "Лист1", 14, column).to_string();
        assert_eq!(
            [place(3), place(27), place(16384)],
            ["a.xlsx:Лист1!C14", "a.xlsx:Лист1!AA14", "a.xlsx:Лист1!XFD14"]
        );
    }

    #[test]
    fn a_place_inside_a_character_is_that_character() {
        assert_eq!(Place::of_byte("a", "ж", 1).to_string(), "a:1:1");
    }
}
