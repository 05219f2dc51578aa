//! What is told of a list as a whole: its sheets, merged cells, and the rows that are left out.

use super::format::{ListOrigin, Merge, RowLook, RowPlace, RowSource};
use super::row::NoAddressee;
use super::settings::{OddRowPolicy, OddRows};
use crate::problem::{
    Fault, ListFault, OddRowFate, Place, Problem, Severity, TableFault, cell_name, column_letters,
};

/// The most ranges of rows that are named.
const MOST_RANGES: usize = 12;

/// What is to be told of a workbook whose headings end in row `headings`.
pub(super) fn of_book(
    source: &RowSource,
    origin: &ListOrigin,
    headings: u64,
    policy: OddRowPolicy,
) -> Vec<Problem> {
    let Some(book) = source.book() else { return Vec::new() };
    let mut remarks = Vec::new();
    let whole = |fault: TableFault, severity| {
        Problem::error(Place::file(origin.file.clone()), fault).with_severity(severity)
    };
    for sheet in &book.hidden {
        remarks.push(whole(TableFault::SheetHidden { sheet: sheet.clone() }, Severity::Doubt));
    }
    for (sheet, addresses) in &book.others {
        let read = origin.sheets.iter().map(ToString::to_string).collect();
        let (sheet, addresses) = (sheet.clone(), *addresses);
        remarks.push(whole(TableFault::SheetNotRead { sheet, addresses, read }, Severity::Warning));
    }
    for (number, sheet) in book.each() {
        let mut merges = sheet.spread_below(headings);
        if let Some(first) = merges.next() {
            let place = origin.place_of(number, first.first_row + 1, first.first_column as u64 + 1);
            let others = merges.count() as u64;
            let fault = TableFault::CellsMerged { range: range(first), others };
            remarks.push(Problem::error(place, fault).with_severity(Severity::Doubt));
        }
        for (look, odd) in
            [(RowLook::Hidden, policy.hidden), (RowLook::StruckThrough, policy.struck)]
        {
            let rows = sheet.odd_rows_below(headings).filter(|(_, its)| *its == look);
            let rows: Vec<u64> = rows.map(|(row, _)| row).collect();
            let Some(first) = rows.first() else { continue };
            let (fate, severity) = match odd {
                OddRows::LeaveOut => (OddRowFate::LeftOut, Severity::Warning),
                OddRows::Write => (OddRowFate::Written, Severity::Doubt),
            };
            let (count, place) = (rows.len() as u64, origin.place_of(number, *first, 1));
            let rows = ranges(&rows);
            let fault = match look {
                RowLook::StruckThrough => TableFault::RowsStruckThrough { rows, count, fate },
                RowLook::Hidden | RowLook::Plain => TableFault::RowsHidden { rows, count, fate },
            };
            remarks.push(Problem::error(place, fault).with_severity(severity));
        }
        let hidden = sheet.hidden_columns();
        if let Some(first) = hidden.first() {
            let letters = |column: &usize| column_letters(*column as u64 + 1);
            let columns = hidden.iter().take(MOST_RANGES).map(letters).collect::<Vec<_>>();
            let more = if hidden.len() > MOST_RANGES { " …" } else { "" };
            let columns = format!("{}{more}", columns.join(", "));
            let fault = TableFault::ColumnsHidden { columns, count: hidden.len() as u64 };
            let place = origin.place_of(number, headings, *first as u64 + 1);
            remarks.push(Problem::error(place, fault).with_severity(Severity::Doubt));
        }
        remarks.extend(sheet.doubts().iter().map(|(row, column, fault)| {
            let place = origin.place_of(number, *row, *column);
            Problem::error(place, fault.clone()).with_severity(Severity::Doubt)
        }));
    }
    remarks
}

/// If a sheet has no column of addresses, but others have: names those instead.
pub(super) fn lead_to_another_sheet(
    problems: Vec<Problem>,
    source: &RowSource,
    origin: &ListOrigin,
) -> Vec<Problem> {
    let is_without = |problem: &Problem| {
        matches!(
            problem.fault,
            Fault::List(ListFault::HeadingMissing { .. } | ListFault::ListEmpty)
        )
    };
    let mut others = source.book().map(|book| book.others.clone()).unwrap_or_default();
    if others.is_empty() || !problems.iter().any(is_without) {
        return problems;
    }
    others.sort_by_key(|(_, addresses)| std::cmp::Reverse(*addresses));
    let sheet = origin.name_of(0);
    let others = others.into_iter().map(|(name, _)| name).collect();
    let fault = TableFault::SheetWithoutAddresses { sheet, others };
    vec![Problem::error(Place::file(origin.file.clone()), fault)]
}

fn range(merge: Merge) -> String {
    let cell = |row, column| cell_name(row + 1, column as u64 + 1);
    let first = cell(merge.first_row, merge.first_column);
    format!("{first}:{}", cell(merge.last_row, merge.last_column))
}

/// Numbers as people write them: `3, 5–7`.
fn ranges(numbers: &[u64]) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let range = |(first, last): &(u64, u64)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    };
    let shown: Vec<String> = ranges.iter().take(MOST_RANGES).map(range).collect();
    let more = if ranges.len() > MOST_RANGES { " …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// The rows that are about nobody, as far as they are named.
#[derive(Debug, Default)]
pub(super) struct NotAddressees {
    count: u64,
    kinds: Vec<NoAddressee>,
    places: Vec<RowPlace>,
}

impl NotAddressees {
    pub(super) fn add(&mut self, kind: NoAddressee, place: RowPlace) {
        self.count += 1;
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        if self.places.len() < 1000 {
            self.places.push(place);
        }
    }

    /// All of them in one problem.
    pub(super) fn problem(&self, origin: &ListOrigin) -> Option<Problem> {
        let first = self.places.first()?;
        let mut rows = Vec::new();
        for sheet in 0..=self.places.last()?.sheet {
            let numbers = self.places.iter().filter(|place| place.sheet == sheet);
            let numbers: Vec<u64> = numbers.map(|place| place.number).collect();
            if numbers.is_empty() {
                continue;
            }
            let prefix = match origin.sheets.len() {
                0 | 1 => String::new(),
                _ => format!("{}: ", origin.name_of(sheet)),
            };
            rows.push(format!("{prefix}{}", ranges(&numbers)));
        }
        let fault = TableFault::RowsOfNobody { rows: rows.join("; "), count: self.count };
        Some(Problem::error(origin.place(*first, 1), fault).with_severity(Severity::Doubt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_in_ranges() {
        assert_eq!(ranges(&[3, 5, 6, 7, 9, 10]), "3, 5–7, 9, 10");
        let odd: Vec<u64> = (0..40).map(|n| n * 2 + 1).collect();
        assert_eq!(ranges(&odd), "1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 …");
    }

    #[test]
    fn a_merged_range_is_named_as_excel_names_it() {
        let merge = Merge { first_row: 1, last_row: 2, first_column: 5, last_column: 26 };
        assert_eq!(range(merge), "F2:AA3");
    }
}
