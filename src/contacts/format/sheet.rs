//! The sheets of a workbook as rows of text.
//!
//! Keeps no more than bounds that no list of people reaches. The readers of workbooks fill it;
//! each text is kept once, and cells point to it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::contacts::fields::TITLE_ROWS;
use crate::problem::{Fault, ListFault};
use crate::recipient::Address;

/// The most ranges of hidden columns of a sheet.
const MOST_HIDDEN_COLUMNS: usize = 1000;

/// The most that a workbook may unpack to, in bytes.
pub(super) const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// The most text that is kept, in bytes.
const MOST_TEXT: usize = 128 * 1024 * 1024;
/// The most text that cells show of the strings that they share, in bytes.
const MOST_SHOWN: usize = 512 * 1024 * 1024;
/// The most formats that could not be followed, which are told by their codes.
const MOST_FORMATS: usize = 100;
/// The most rows, as in Excel.
pub(super) const MOST_ROWS: u64 = 1_048_576;
/// The most cells that are empty, or lie behind those that count.
pub(super) const MOST_UNUSED: usize = 4_000_000;
/// The most cells that are kept.
pub(super) const MOST_CELLS: usize = 10_000_000;
/// The most strings that cells share.
const MOST_STRINGS: usize = 5_000_000;
/// The number of columns in Excel.
pub(super) const MOST_COLUMNS: usize = 16_384;
/// The most merged ranges that are kept.
const MOST_MERGES: usize = 1_000_000;
/// The rows of a sheet that is not read, by which one sees whether it has addresses.
pub(super) const ROWS_OF_A_GLANCE: usize = 200;

/// What a cell shows, on its way into a sheet.
#[derive(Debug, Clone, Copy)]
pub(super) enum NewCell<'a> {
    Text(&'a str),
    /// One of the strings that the cells of a workbook share, by its number.
    Shared(usize),
    /// A value whose number format could not be followed.
    Guess {
        text: &'a str,
        format: &'a str,
    },
    /// A formula that failed: `#N/A`.
    Error(&'a str),
    /// A formula whose result the file does not hold.
    Uncalculated,
}

/// Where a text is.
#[derive(Debug, Clone, Copy, Default)]
struct TextRange {
    begin: u32,
    end: u32,
}

impl TextRange {
    fn of(self, text: &str) -> &str {
        text.get(self.begin as usize..self.end as usize).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct SheetCell {
    text: TextRange,
    kind: CellKind,
    /// It lies under a merged cell, and shows that one's value.
    is_covered: bool,
}

#[derive(Debug, Clone, Copy, Default)]
enum CellKind {
    #[default]
    Own,
    Shared,
    /// The number of its format.
    Guess(u16),
    Error,
    Uncalculated,
}

/// The strings that the cells of a workbook share.
#[derive(Debug, Default)]
pub(super) struct SharedStrings {
    text: String,
    strings: Vec<(TextRange, Strike)>,
}

/// Whether a text is struck through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Strike {
    #[default]
    None,
    Whole,
}

impl SharedStrings {
    pub(super) fn add(&mut self, text: &str, strike: Strike) -> Result<(), Fault> {
        if self.strings.len() >= MOST_STRINGS {
            return Err(ListFault::WorkbookTooLarge.into());
        }
        self.strings.push((append(&mut self.text, text)?, strike));
        Ok(())
    }

    pub(super) fn get(&self, string: usize) -> &str {
        self.strings.get(string).map_or("", |(range, _)| range.of(&self.text))
    }

    pub(super) fn strike(&self, string: usize) -> Strike {
        self.strings.get(string).map_or(Strike::None, |(_, strike)| *strike)
    }
}

fn append(all: &mut String, text: &str) -> Result<TextRange, Fault> {
    let too_large = |_| Fault::from(ListFault::WorkbookTooLarge);
    let begin = u32::try_from(all.len()).map_err(too_large)?;
    if all.len() + text.len() > MOST_TEXT {
        return Err(ListFault::WorkbookTooLarge.into());
    }
    all.push_str(text);
    Ok(TextRange { begin, end: u32::try_from(all.len()).map_err(too_large)? })
}

/// What people see of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowLook {
    Plain,
    /// Hidden by hand or by a filter.
    Hidden,
    /// All its text is struck through.
    StruckThrough,
}

/// A range of merged cells; rows and columns from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    pub first_row: u64,
    pub last_row: u64,
    pub first_column: usize,
    pub last_column: usize,
}

/// One sheet of a workbook.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub name: String,
    text: String,
    shared: Arc<SharedStrings>,
    formats: Vec<String>,
    rows: Vec<SheetRow>,
    /// The rows that were passed, the current one included.
    passed: usize,
    /// The column of each cell, where they stand in another order than on the first sheet.
    order: Option<Vec<usize>>,
    /// What is doubtful in it: row and column from 1, and why.
    doubts: Vec<(u64, u64, Fault)>,
    /// The merged ranges whose value was taken for other cells of rows that have more.
    spread: Vec<Merge>,
    merges: Vec<Merge>,
    /// The columns that are hidden and have something in them, counted from 0.
    hidden_columns: Vec<usize>,
}

/// A row that is not empty.
#[derive(Debug, Default)]
struct SheetRow {
    /// Its number on the sheet, from 1.
    number: u64,
    cells: Vec<SheetCell>,
    is_hidden: bool,
    /// Its cells that have a text, and those of them that are struck through.
    filled: u32,
    struck: u32,
    /// The first cell after the columns that count.
    beyond: Option<Box<(usize, SheetCell)>>,
}

impl Sheet {
    /// Goes on to the next row that is not empty; returns its number on the sheet.
    pub(super) fn next(&mut self) -> Option<u64> {
        let next = self.rows.get(self.passed)?;
        self.passed += 1;
        Some(next.number)
    }

    /// Goes back to the beginning, and to the first row after that number.
    pub(super) fn start_after(&mut self, number: u64) {
        self.passed = self.rows.partition_point(|row| row.number <= number);
    }

    /// Has the cells of each row in the order of these columns.
    pub(super) fn reorder(&mut self, columns: Vec<usize>) {
        self.order = Some(columns);
    }

    fn current(&self) -> Option<&SheetRow> {
        self.rows.get(self.passed.checked_sub(1)?)
    }

    /// The column on the sheet, counted from 0.
    pub(super) fn column(&self, cell: usize) -> usize {
        self.order.as_ref().map_or(cell, |order| order.get(cell).copied().unwrap_or(cell))
    }

    pub(in crate::contacts) fn doubts(&self) -> &[(u64, u64, Fault)] {
        &self.doubts
    }

    /// The merged ranges below a row whose value was taken for other cells.
    pub(in crate::contacts) fn spread_below(&self, number: u64) -> impl Iterator<Item = Merge> {
        self.spread.iter().copied().filter(move |merge| merge.first_row >= number)
    }

    /// All merged ranges.
    pub(super) fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// The columns that are hidden and have something in them, counted from 0.
    pub(in crate::contacts) fn hidden_columns(&self) -> &[usize] {
        &self.hidden_columns
    }

    /// The rows below a row that look unlike the others.
    pub(in crate::contacts) fn odd_rows_below(
        &self,
        number: u64,
    ) -> impl Iterator<Item = (u64, RowLook)> {
        let below = self.rows.iter().filter(move |row| row.number > number);
        below.map(|row| (row.number, row.look())).filter(|(_, look)| *look != RowLook::Plain)
    }

    pub(super) fn look(&self) -> RowLook {
        self.current().map_or(RowLook::Plain, SheetRow::look)
    }

    pub(super) fn len(&self) -> usize {
        match &self.order {
            Some(order) => order.len(),
            None => self.current().map_or(0, |row| row.cells.len()),
        }
    }

    /// The first cell after these columns that is not blank.
    pub(super) fn beyond(&self, columns: usize) -> Option<usize> {
        let row = self.current()?;
        if self.order.is_some() {
            return None;
        }
        let is_filled =
            |cell: &SheetCell| self.text(cell).is_ok_and(|text| !text.trim().is_empty());
        let kept = row.cells.iter().skip(columns).position(is_filled);
        kept.map(|at| columns + at).or_else(|| row.beyond.as_ref().map(|beyond| beyond.0))
    }

    fn get(&self, cell: usize) -> Option<&SheetCell> {
        let row = self.current()?;
        let column = self.column(cell);
        let beyond = || row.beyond.as_deref().filter(|(at, _)| *at == column).map(|(_, cell)| cell);
        row.cells.get(column).or_else(beyond)
    }

    fn text(&self, cell: &SheetCell) -> Result<&str, NoText<'_>> {
        match cell.kind {
            CellKind::Own | CellKind::Guess(_) => Ok(cell.text.of(&self.text)),
            CellKind::Shared => Ok(cell.text.of(&self.shared.text)),
            CellKind::Error => Err(NoText::Error(cell.text.of(&self.text))),
            CellKind::Uncalculated => Err(NoText::Uncalculated),
        }
    }

    /// A cell of the current row.
    pub(super) fn cell(&self, cell: usize) -> Result<&str, NoText<'_>> {
        self.get(cell).map_or(Ok(""), |cell| self.text(cell))
    }

    /// Whether a cell of the current row shows the value of a merged one.
    pub(super) fn is_covered(&self, cell: usize) -> bool {
        self.get(cell).is_some_and(|cell| cell.is_covered)
    }

    /// The format of a cell of the current row that could not be followed.
    pub(super) fn guessed(&self, cell: usize) -> Option<&str> {
        match self.get(cell)?.kind {
            CellKind::Guess(format) => self.formats.get(usize::from(format)).map(String::as_str),
            CellKind::Own | CellKind::Shared | CellKind::Error | CellKind::Uncalculated => None,
        }
    }

    /// How many addresses the column has that holds most of them.
    pub(super) fn addresses(&self) -> usize {
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for row in self.rows.iter().take(ROWS_OF_A_GLANCE) {
            for (column, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_covered)
            {
                let is_address = self
                    .text(cell)
                    .is_ok_and(|text| text.contains('@') && Address::parse(text.trim()).is_ok());
                if is_address {
                    *counts.entry(column).or_default() += 1;
                }
            }
        }
        counts.into_values().max().unwrap_or(0)
    }
}

/// Why a cell of a sheet has no text.
pub(super) enum NoText<'a> {
    Error(&'a str),
    Uncalculated,
}

impl SheetRow {
    fn look(&self) -> RowLook {
        if self.is_hidden {
            RowLook::Hidden
        } else if self.struck > 0 && self.struck * 2 > self.filled {
            RowLook::StruckThrough
        } else {
            RowLook::Plain
        }
    }
}

/// A sheet of a workbook, before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetInfo {
    pub name: String,
    pub is_hidden: bool,
}

/// The numbers of the sheets of these names, whatever their case and the spaces around them; of
/// the first that is shown if no name is given.
pub(super) fn choose_sheets(wanted: &[String], sheets: &[SheetInfo]) -> Result<Vec<usize>, Fault> {
    if wanted.is_empty() {
        let first = sheets.iter().position(|sheet| !sheet.is_hidden);
        return match first.or((!sheets.is_empty()).then_some(0)) {
            Some(first) => Ok(vec![first]),
            None => Err(ListFault::NotWorkbook.into()),
        };
    }
    let plain = |name: &str| name.trim().to_lowercase();
    let mut chosen = Vec::new();
    for name in wanted {
        let found = sheets.iter().position(|sheet| plain(&sheet.name) == plain(name));
        let Some(found) = found else {
            let known = sheets.iter().map(|sheet| sheet.name.clone()).collect();
            return Err(ListFault::SheetMissing { sheet: name.clone(), known }.into());
        };
        if !chosen.contains(&found) {
            chosen.push(found);
        }
    }
    Ok(chosen)
}

/// Collects the rows of a sheet. The first ones, headings among them, decide how many columns
/// count.
pub(super) struct SheetBuilder {
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

    pub(super) fn new(shared: Arc<SharedStrings>) -> Self {
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
    pub(super) fn cells(&self) -> usize {
        self.cells
    }

    /// How many rows have something in them.
    pub(super) fn rows(&self) -> usize {
        self.done.len()
    }

    /// Adds a cell; row and column are counted from 0, and rows come in their order.
    pub(super) fn add(
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
    pub(super) fn hide(&mut self, row: u64) {
        let at = self.done.partition_point(|known| known.number < row + 1);
        if let Some(known) = self.done.get_mut(at).filter(|known| known.number == row + 1) {
            known.is_hidden = true;
        }
    }

    /// Says that columns are hidden, both ends included.
    pub(super) fn hide_columns(&mut self, first: usize, last: usize) {
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

    pub(super) fn merge(&mut self, merge: Merge) -> Result<(), Fault> {
        if self.merges.len() >= MOST_MERGES {
            return Err(ListFault::WorkbookTooLarge.into());
        }
        if merge.last_row > merge.first_row || merge.last_column > merge.first_column {
            self.merges.push(merge);
        }
        Ok(())
    }

    /// Notes what is doubtful about a cell; row and column are counted from 1.
    pub(super) fn doubt(&mut self, row: u64, column: u64, fault: Fault) {
        self.doubts.push((row, column, fault));
    }

    pub(super) fn build(mut self, sheet: String) -> Result<Sheet, Fault> {
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

    #[test]
    fn the_first_sheet_that_is_shown_is_read_unless_others_are_named() {
        let sheet = |name: &str, is_hidden| SheetInfo { name: name.into(), is_hidden };
        let sheets = [sheet("Старый", true), sheet("Север", false), sheet("Юг", false)];
        let wanted = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            choose_sheets(&names, &sheets)
        };
        assert_eq!(wanted(&[]), Ok(vec![1]));
        assert_eq!(wanted(&[" юг", "Север"]), Ok(vec![2, 1]));
        assert_eq!(wanted(&["старый"]), Ok(vec![0]));
        assert!(wanted(&["Запад"]).is_err());
        assert_eq!(choose_sheets(&[], &sheets[..1]), Ok(vec![0]));
    }
}
