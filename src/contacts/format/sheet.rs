//! One sheet of a workbook as rows of text.
//!
//! Keeps no more than bounds that no list of people reaches. The readers of workbooks fill it.

use crate::contacts::fields::TITLE_ROWS;
use crate::problem::{Fault, ListFault};

/// The most that a workbook may unpack to, in bytes.
pub(super) const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// The most cells that are kept.
pub(super) const MOST_CELLS: usize = 20_000_000;
/// The number of columns in Excel.
const MOST_COLUMNS: usize = 16_384;

/// A cell as its program shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SheetCell {
    Text(String),
    /// A formula that failed: `#N/A`.
    Error(String),
}

impl SheetCell {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// One sheet of a workbook.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub name: String,
    rows: std::vec::IntoIter<SheetRow>,
    current: SheetRow,
    /// What is doubtful in it: row and column from 1, and why.
    doubts: Vec<(u64, u64, Fault)>,
}

/// A row that is not empty.
#[derive(Debug, Default)]
struct SheetRow {
    /// Its number on the sheet, from 1.
    number: u64,
    cells: Vec<SheetCell>,
    /// The first cell after the columns that count, and its text.
    beyond: Option<(usize, String)>,
}

impl Sheet {
    /// Goes on to the next row that is not empty; returns its number on the sheet.
    pub(super) fn next(&mut self) -> Option<u64> {
        self.current = self.rows.next()?;
        Some(self.current.number)
    }

    pub(super) fn doubts(&self) -> Vec<(u64, u64, Fault)> {
        self.doubts.clone()
    }

    pub(super) fn len(&self) -> usize {
        self.current.cells.len()
    }

    /// The first cell after these columns that is not blank.
    pub(super) fn beyond(&self, columns: usize) -> Option<usize> {
        let kept = self.current.cells.iter().skip(columns).position(|cell| !cell.is_empty());
        kept.map(|at| columns + at).or_else(|| self.current.beyond.as_ref().map(|(at, _)| *at))
    }

    /// A cell of the current row; `Err` with the error's name if its formula failed.
    pub(super) fn cell(&self, cell: usize) -> Result<&str, &str> {
        match self.current.cells.get(cell) {
            None => Ok(self
                .current
                .beyond
                .as_ref()
                .filter(|(at, _)| *at == cell)
                .map_or("", |(_, text)| text)),
            Some(SheetCell::Text(text)) => Ok(text),
            Some(SheetCell::Error(name)) => Err(name),
        }
    }
}

/// The sheet of that name, whatever its case and the spaces around it; the first if no name is
/// given.
pub(super) fn choose_sheet(wanted: Option<&str>, names: &[String]) -> Result<String, Fault> {
    let Some(wanted) = wanted else {
        return names.first().cloned().ok_or(ListFault::NotWorkbook.into());
    };
    let plain = |name: &str| name.trim().to_lowercase();
    names.iter().find(|name| plain(name) == plain(wanted)).cloned().ok_or_else(|| {
        ListFault::SheetMissing { sheet: wanted.to_owned(), known: names.to_vec() }.into()
    })
}

/// Collects the rows of a sheet. The first ones, headings among them, decide how many columns
/// count.
#[derive(Default)]
pub(super) struct SheetBuilder {
    done: Vec<SheetRow>,
    /// The most cells that one of the first rows has.
    width: usize,
    cells: usize,
    /// The bytes of their text: very many cells can share one string of a workbook.
    bytes: u64,
    doubts: Vec<(u64, u64, Fault)>,
}

impl SheetBuilder {
    /// Rows that decide about columns: titles and the headings.
    const FIRST: usize = TITLE_ROWS + 1;

    /// Adds a cell; row and column are counted from 0, and rows come in their order.
    pub(super) fn add(&mut self, row: u64, column: usize, cell: SheetCell) -> Result<(), Fault> {
        if cell.is_empty() || column >= MOST_COLUMNS {
            return Ok(());
        }
        let (SheetCell::Text(text) | SheetCell::Error(text)) = &cell;
        self.bytes += text.len() as u64;
        if self.bytes > MOST_BYTES {
            return Err(ListFault::WorkbookTooLarge.into());
        }
        let number = row + 1;
        let is_new = self.done.last().is_none_or(|last| last.number != number);
        if is_new {
            if self.done.last().is_some_and(|last| last.number > number) {
                return Err(ListFault::NotWorkbook.into());
            }
            self.done.push(SheetRow { number, ..SheetRow::default() });
        }
        let is_first = self.done.len() <= Self::FIRST;
        let Some(row) = self.done.last_mut() else { return Ok(()) };
        // Of the cells after the last column the first is enough.
        if !is_first && column >= self.width {
            let (SheetCell::Text(text) | SheetCell::Error(text)) = cell;
            row.beyond.get_or_insert((column, text));
            return Ok(());
        }
        if row.cells.len() <= column {
            self.cells += column + 1 - row.cells.len();
            row.cells.resize(column + 1, SheetCell::Text(String::new()));
        }
        if self.cells > MOST_CELLS {
            return Err(ListFault::WorkbookTooLarge.into());
        }
        if is_first {
            self.width = self.width.max(row.cells.len());
        }
        if let Some(slot) = row.cells.get_mut(column) {
            *slot = cell;
        }
        Ok(())
    }

    /// Notes what is doubtful about a cell; row and column are counted from 1.
    pub(super) fn doubt(&mut self, row: u64, column: u64, fault: Fault) {
        self.doubts.push((row, column, fault));
    }

    pub(super) fn build(self, sheet: String) -> Sheet {
        Sheet {
            name: sheet,
            rows: self.done.into_iter(),
            current: SheetRow::default(),
            doubts: self.doubts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_far_apart_and_cells_far_to_the_right_stay_small() {
        let text = |text: &str| SheetCell::Text(text.into());
        let mut rows = SheetBuilder::default();
        rows.add(0, 0, text("email")).unwrap();
        rows.add(0, 1, text("x")).unwrap();
        for row in 1..30 {
            rows.add(row, 0, text("a@one.test")).unwrap();
        }
        rows.add(1_048_575, 16_383, text("far")).unwrap();
        let mut sheet = rows.build("Лист1".into());
        assert_eq!((sheet.next(), sheet.len()), (Some(1), 2));
        let last = (0..29).map(|_| sheet.next()).last();
        assert_eq!((last, sheet.len()), (Some(Some(30)), 1));
        assert_eq!(
            (sheet.next(), sheet.len(), sheet.beyond(2)),
            (Some(1_048_576), 0, Some(16_383))
        );
        assert_eq!(sheet.next(), None);
    }
}
