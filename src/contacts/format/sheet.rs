//! The sheets of a workbook as rows of text.
//!
//! Keeps no more than bounds that no list of people reaches. The readers of workbooks fill a
//! [`SheetBuilder`]; each text is kept once, and cells point to it.

mod builder;

use std::collections::HashMap;
use std::sync::Arc;

use crate::problem::{Fault, ListFault};
use crate::recipient::Address;

pub(super) use builder::SheetBuilder;

/// The most that a workbook may unpack to, in bytes.
pub(super) const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// The most text that is kept, in bytes.
const MOST_TEXT: usize = 128 * 1024 * 1024;
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

#[cfg(test)]
mod tests {
    use super::*;

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
