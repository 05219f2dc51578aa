//! Collects the rows of a sheet, as the readers of workbooks find them.

use std::sync::Arc;

use super::{
    CellKind, MOST_CELLS, MOST_COLUMNS, Merge, NewCell, SharedStrings, Sheet, SheetCell, SheetRow,
    Strike, TextRange, append,
};
use crate::contacts::fields::TITLE_ROWS;
use crate::problem::{Fault, ListFault};

/// The most ranges of hidden columns of a sheet.
const MOST_HIDDEN_COLUMNS: usize = 1000;
/// The most text that cells show of the strings that they share, in bytes.
const MOST_SHOWN: usize = 512 * 1024 * 1024;
/// The most formats that could not be followed, which are told by their codes.
const MOST_FORMATS: usize = 100;
/// The most merged ranges that are kept.
const MOST_MERGES: usize = 1_000_000;

/// Collects the rows of a sheet. The first ones, headings among them, decide how many columns
/// count.
pub struct SheetBuilder {
    done: Vec<SheetRow>,
    text: String,
    shared: Arc<SharedStrings>,
    formats: Vec<String>,
    /// The most cells that one of the first rows has.
    width: usize,
    cells: usize,
    /// What its cells show of the shared strings, in octets.
    shown: usize,
    doubts: Vec<(u64, u64, Fault)>,
    merges: Vec<Merge>,
    /// First and last.
    hidden_columns: Vec<(usize, usize)>,
}

impl Default for SheetBuilder {
    fn default() -> Self {
        Self::new(Arc::default())
    }
}

impl SheetBuilder {
    /// Rows that decide about columns: titles and the headings.
    const FIRST: usize = TITLE_ROWS + 1;

    pub fn new(shared: Arc<SharedStrings>) -> Self {
        Self {
            done: Vec::new(),
            text: String::new(),
            shared,
            formats: Vec::new(),
            width: 0,
            cells: 0,
            shown: 0,
            doubts: Vec::new(),
            merges: Vec::new(),
            hidden_columns: Vec::new(),
        }
    }

    /// How many cells are kept.
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// How many rows have something in them.
    pub fn rows(&self) -> usize {
        self.done.len()
    }

    /// Adds a cell; row and column are counted from 0, and rows come in their order.
    pub fn add(
        &mut self,
        row: u64,
        column: usize,
        cell: NewCell<'_>,
        strike: Strike,
    ) -> Result<(), Fault> {
        let is_blank = match cell {
            NewCell::Text(text) | NewCell::Guess { text, .. } => text.trim().is_empty(),
            NewCell::Shared(string) => self.shared.get(string).trim().is_empty(),
            NewCell::Error(_) | NewCell::Uncalculated => false,
        };
        if is_blank || column >= MOST_COLUMNS {
            return Ok(());
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
        let width = self.width;
        let is_beyond = !is_first && column >= width;
        // Of the cells after the last column the first is enough.
        if is_beyond && self.done.last().is_some_and(|row| row.beyond.is_some()) {
            return Ok(());
        }
        let cell = self.keep(cell)?;
        let Some(row) = self.done.last_mut() else { return Ok(()) };
        row.filled += 1;
        row.struck += u32::from(strike == Strike::Whole);
        if is_beyond {
            row.beyond = Some(Box::new((column, cell)));
            return Ok(());
        }
        self.cells += row.put(column, cell);
        if self.cells > MOST_CELLS {
            return Err(ListFault::WorkbookTooLarge.into());
        }
        if is_first {
            self.width = self.width.max(row.cells.len());
        }
        Ok(())
    }

    fn keep(&mut self, cell: NewCell<'_>) -> Result<SheetCell, Fault> {
        let (text, kind) = match cell {
            NewCell::Text(text) => (append(&mut self.text, text)?, CellKind::Own),
            NewCell::Shared(string) => {
                let range = self.shared.strings.get(string).map(|it| it.0).unwrap_or_default();
                // A long string in many cells takes little memory, and all the time to read them.
                self.shown += (range.end - range.begin) as usize;
                if self.shown > MOST_SHOWN {
                    return Err(ListFault::WorkbookTooLarge.into());
                }
                (range, CellKind::Shared)
            }
            NewCell::Guess { text, format } => {
                let known = self.formats.iter().position(|known| known == format);
                let at = known.unwrap_or(self.formats.len());
                // A list has far fewer formats; of more than that the last is named.
                if known.is_none() && at < MOST_FORMATS {
                    self.formats.push(format.to_owned());
                }
                let at = u16::try_from(at.min(MOST_FORMATS - 1)).unwrap_or(0);
                (append(&mut self.text, text)?, CellKind::Guess(at))
            }
            NewCell::Error(name) => (append(&mut self.text, name)?, CellKind::Error),
            NewCell::Uncalculated => (TextRange::default(), CellKind::Uncalculated),
        };
        Ok(SheetCell { text, kind, is_covered: false })
    }

    /// Says that a row is hidden. Comes before or after its cells.
    pub fn hide(&mut self, row: u64) {
        let at = self.done.partition_point(|known| known.number < row + 1);
        if let Some(known) = self.done.get_mut(at).filter(|known| known.number == row + 1) {
            known.is_hidden = true;
        }
    }

    /// Says that columns are hidden, both ends included.
    pub fn hide_columns(&mut self, first: usize, last: usize) {
        if self.hidden_columns.len() < MOST_HIDDEN_COLUMNS {
            self.hidden_columns.push((first, last));
        }
    }

    /// The hidden columns that have something in them.
    fn hidden_columns(&self) -> Vec<usize> {
        let ranges = self.hidden_columns.iter();
        let ranges = ranges.map(|(first, last)| *first..(last + 1).min(self.width));
        let is_filled = |column: &usize| {
            self.done.iter().any(|row| row.cells.get(*column).is_some_and(|cell| !cell.is_blank()))
        };
        let mut columns: Vec<usize> = ranges.flatten().filter(is_filled).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    pub fn merge(&mut self, merge: Merge) -> Result<(), Fault> {
        if self.merges.len() >= MOST_MERGES {
            return Err(ListFault::WorkbookTooLarge.into());
        }
        if merge.last_row > merge.first_row || merge.last_column > merge.first_column {
            self.merges.push(merge);
        }
        Ok(())
    }

    /// Notes what is doubtful about a cell; row and column are counted from 1.
    pub fn doubt(&mut self, row: u64, column: u64, fault: Fault) {
        self.doubts.push((row, column, fault));
    }

    pub fn build(mut self, sheet: String) -> Result<Sheet, Fault> {
        let spread = self.spread_merges()?;
        // A row may consist of nothing but what lies under a merge.
        self.done
            .retain(|row| row.beyond.is_some() || row.cells.iter().any(|cell| !cell.is_blank()));
        let hidden_columns = self.hidden_columns();
        Ok(Sheet {
            name: sheet,
            text: self.text,
            shared: self.shared,
            formats: self.formats,
            rows: self.done,
            passed: 0,
            order: None,
            doubts: self.doubts,
            spread,
            merges: self.merges,
            hidden_columns,
        })
    }

    /// Gives every cell under a merge the value of its first one. A row that has nothing else
    /// stays as it is.
    fn spread_merges(&mut self) -> Result<Vec<Merge>, Fault> {
        let mut spread = Vec::new();
        let mut filled = 0usize;
        for merge in &self.merges {
            let first = self.done.partition_point(|row| row.number < merge.first_row + 1);
            let behind = self.done.partition_point(|row| row.number <= merge.last_row + 1);
            let last_column = merge.last_column.min(self.width.saturating_sub(1));
            let source = self.done.get(first).filter(|row| row.number == merge.first_row + 1);
            let source = source.and_then(|row| row.cells.get(merge.first_column)).copied();
            let source = source.unwrap_or_default();
            let mut is_spread = false;
            for row in &mut self.done[first..behind] {
                let is_outside =
                    |column: usize| column < merge.first_column || column > merge.last_column;
                let has_more = row.beyond.is_some()
                    || row.cells.iter().enumerate().any(|(column, cell)| {
                        is_outside(column) && !cell.is_blank() && !cell.is_covered
                    });
                let is_first_row = row.number == merge.first_row + 1;
                for column in merge.first_column..=last_column {
                    if is_first_row && column == merge.first_column {
                        continue;
                    }
                    filled += 1;
                    let covered =
                        if has_more || is_first_row { source } else { SheetCell::default() };
                    self.cells += row.put(column, SheetCell { is_covered: true, ..covered });
                    is_spread |= has_more && !source.is_blank();
                }
            }
            if filled > MOST_CELLS || self.cells > MOST_CELLS {
                return Err(ListFault::WorkbookTooLarge.into());
            }
            if is_spread {
                spread.push(*merge);
            }
        }
        Ok(spread)
    }
}

impl SheetCell {
    fn is_blank(&self) -> bool {
        self.text.begin == self.text.end && !matches!(self.kind, CellKind::Uncalculated)
    }
}

impl SheetRow {
    /// Puts a cell into its column; returns how many cells the row has more than before.
    fn put(&mut self, column: usize, cell: SheetCell) -> usize {
        let before = self.cells.len();
        if before <= column {
            self.cells.resize(column + 1, SheetCell::default());
        }
        self.cells[column] = cell;
        self.cells.len() - before
    }
}

#[cfg(test)]
mod tests {
    use super::super::RowLook;
    use super::*;

    #[test]
    fn strings_that_cells_share_have_a_bound_and_so_has_what_is_shown_of_them() {
        let long = "a".repeat(1 << 20);
        let mut strings = SharedStrings::default();
        assert!((0..1000).any(|_| strings.add(&long, Strike::None).is_err()));
        let mut rows = SheetBuilder::new(Arc::new(strings));
        let mut add = |row| rows.add(row, 0, NewCell::Shared(0), Strike::None);
        assert!((0..400).all(|row| add(row).is_ok()) && (400..1000).any(|row| add(row).is_err()));
    }

    fn add(rows: &mut SheetBuilder, row: u64, column: usize, text: &str) {
        rows.add(row, column, NewCell::Text(text), Strike::None).unwrap();
    }

    fn texts(sheet: &mut Sheet) -> Vec<Vec<String>> {
        std::iter::from_fn(|| {
            sheet.next()?;
            let cell = |at| sheet.cell(at).ok().unwrap_or("?").to_owned();
            Some((0..sheet.len()).map(cell).collect())
        })
        .collect()
    }

    #[test]
    fn rows_far_apart_and_cells_far_to_the_right_stay_small() {
        let mut rows = SheetBuilder::default();
        add(&mut rows, 0, 0, "email");
        add(&mut rows, 0, 1, "x");
        for row in 1..30 {
            add(&mut rows, row, 0, "a@one.test");
        }
        add(&mut rows, 1_048_575, 16_383, "far");
        let mut sheet = rows.build("Лист1".into()).unwrap();
        assert_eq!((sheet.next(), sheet.len()), (Some(1), 2));
        let last = (0..29).map(|_| sheet.next()).last();
        assert_eq!((last, sheet.len()), (Some(Some(30)), 1));
        assert_eq!(
            (sheet.next(), sheet.len(), sheet.beyond(2)),
            (Some(1_048_576), 0, Some(16_383))
        );
        assert_eq!(sheet.next(), None);
    }

    #[test]
    fn a_merged_value_counts_for_every_cell_that_it_covers() {
        let mut rows = SheetBuilder::default();
        for (row, cells) in
            [["a", "office", "x"], ["b", "under", ""], ["c", "own", "y"]].iter().enumerate()
        {
            for (column, text) in cells.iter().enumerate() {
                add(&mut rows, row as u64, column, text);
            }
        }
        let merge = |first_row, last_row, first_column, last_column| Merge {
            first_row,
            last_row,
            first_column,
            last_column,
        };
        rows.merge(merge(0, 1, 1, 1)).unwrap();
        rows.merge(merge(2, 9, 2, 3)).unwrap();
        let mut sheet = rows.build("Лист1".into()).unwrap();
        assert_eq!(sheet.spread_below(0).collect::<Vec<_>>(), [merge(0, 1, 1, 1)]);
        assert_eq!(
            texts(&mut sheet),
            [vec!["a", "office", "x"], vec!["b", "office"], vec!["c", "own", "y"]]
        );
    }

    #[test]
    fn a_row_is_struck_through_if_most_of_its_text_is() {
        let mut rows = SheetBuilder::default();
        for (row, strikes) in [[0, 0], [1, 1], [1, 0]].iter().enumerate() {
            for (column, strike) in strikes.iter().enumerate() {
                let strike = if *strike == 1 { Strike::Whole } else { Strike::None };
                rows.add(row as u64, column, NewCell::Text("x"), strike).unwrap();
            }
        }
        rows.hide(2);
        let sheet = rows.build("Лист1".into()).unwrap();
        let odd: Vec<_> = sheet.odd_rows_below(0).collect();
        assert_eq!(odd, [(2, RowLook::StruckThrough), (3, RowLook::Hidden)]);
    }
}
