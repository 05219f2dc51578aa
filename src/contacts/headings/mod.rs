//! Finds the rows of the headings among the first rows of each sheet, and the columns of the
//! fields.

mod block;
mod columns;
mod evidence;

use super::ListSettings;
use super::fields::{FIELDS, Field, TITLE_ROWS, further_headings, plain};
use super::format::{ListOrigin, RowSource, Survey, SurveyRow};
use crate::problem::{Fault, FileFault, ListFault, Place, Problem, TableFault};
use block::Block;
pub(super) use columns::Columns;
use columns::{FoundColumns, Heading, REMARK, is_without_address};
use evidence::Evidence;

/// The headings of a list, or of one of its sheets.
pub(super) struct HeadingRow {
    /// The last of its rows.
    pub line: u64,
    /// How many records precede the first row of people.
    pub records: usize,
    pub headings: Vec<String>,
    pub columns: Columns,
    /// The cells of the row, empty ones at its end included.
    pub declared: usize,
    /// The beginning of the first row above it.
    pub passed: Option<String>,
    /// What is to be told of the columns.
    pub remarks: Vec<Problem>,
}

/// Goes on to the first row below the headings of each sheet: those that are set, else the first
/// that have a heading for the address. All sheets must have the same headings.
pub(super) fn find(
    source: &mut RowSource,
    origin: &ListOrigin,
    settings: &ListSettings,
) -> Result<HeadingRow, Vec<Problem>> {
    let mut first: Option<HeadingRow> = None;
    for sheet in 0..source.sheets() {
        let place = |line, column| origin.place_of(sheet, line, column);
        let whole = |fault: Fault| vec![Problem::error(Place::file(origin.file.clone()), fault)];
        let survey = source
            .survey(sheet, settings.headings.unwrap_or(0))
            .map_err(|cause| whole(FileFault::Unreadable { cause }.into()))?;
        let found = in_survey(&survey, settings, &place, &whole)?;
        source.begin(sheet, found.line);
        match &first {
            None => first = Some(found),
            Some(first) => {
                let order = order(&first.headings, &found.headings);
                let order = order.map_err(|heading| {
                    let sheet = origin.name_of(sheet);
                    let fault = TableFault::SheetsDiffer { sheet, heading };
                    vec![Problem::error(place(found.line, 1), fault)]
                })?;
                source.reorder(sheet, order);
            }
        }
    }
    source.rewind();
    first.ok_or_else(|| {
        vec![Problem::error(Place::file(origin.file.clone()), ListFault::NotWorkbook)]
    })
}

/// The column of each heading of the first sheet on another one; the first heading that only one
/// of them has is the error.
fn order(first: &[String], other: &[String]) -> Result<Vec<usize>, String> {
    let missing = other.iter().find(|heading| {
        !heading.is_empty() && !first.iter().any(|known| plain(known) == plain(heading))
    });
    if let Some(heading) = missing {
        return Err(heading.clone());
    }
    let column = |heading: &String| {
        if heading.is_empty() {
            // Nothing is read from a column without a heading.
            return Ok(usize::MAX);
        }
        let found = other.iter().position(|known| plain(known) == plain(heading));
        found.ok_or_else(|| heading.clone())
    };
    first.iter().map(column).collect()
}

fn in_survey(
    survey: &Survey,
    settings: &ListSettings,
    place: &dyn Fn(u64, u64) -> Place,
    whole: &dyn Fn(Fault) -> Vec<Problem>,
) -> Result<HeadingRow, Vec<Problem>> {
    let rows = &survey.rows;
    if let Some(set) = settings.headings {
        let row = rows.iter().position(|row| row.number == set);
        let Some(row) = row else {
            let fault = ListFault::HeadingsRowEmpty { row: set };
            return Err(vec![Problem::error(place(set, 1), fault)]);
        };
        return read(survey, Block::at(survey, row), settings, place);
    }
    // Of the rows without a heading for the address: which is likeliest, and its problems.
    let mut most = (0, 0);
    let mut likeliest = None;
    for (at, row) in rows.iter().enumerate().take(TITLE_ROWS + 1) {
        // What stands below an address is no heading.
        let is_of_people = row.texts().any(evidence::has_address);
        if is_of_people && likeliest.is_some() {
            break;
        }
        // A title that is merged over the table.
        if row.own().count() == 1 && row.texts().count() > 1 {
            continue;
        }
        let block = Block::at(survey, at);
        let weight = weight(row, &block);
        match read(survey, block, settings, place) {
            Ok(found) if found.remarks.is_empty() || has_known_address(&found) => return Ok(found),
            // Known by its cells alone: a row further down may be the headings proper.
            Ok(_) if is_of_people => {
                return Err(vec![no_headings(row, place)]);
            }
            Ok(found) => {
                if weight > most {
                    (most, likeliest) = (weight, Some(Ok(found)));
                }
            }
            Err(problems) if problems.iter().any(is_without_address) => {
                // A title fills one cell; a row with more was probably meant as headings.
                if weight > most {
                    let nobody = is_of_people.then(|| vec![no_headings(row, place)]);
                    (most, likeliest) = (weight, Some(Err(nobody.unwrap_or(problems))));
                }
            }
            // Rows further down may be the headings proper.
            Err(problems) => {
                if weight > most {
                    (most, likeliest) = (weight, Some(Err(problems)));
                }
            }
        }
    }
    likeliest.unwrap_or_else(|| Err(whole(ListFault::ListEmpty.into())))
}

fn no_headings(row: &SurveyRow, place: &dyn Fn(u64, u64) -> Place) -> Problem {
    let example = row.texts().find(|text| evidence::has_address(text)).unwrap_or_default();
    let example = example.trim().chars().take(60).collect();
    Problem::error(place(row.line, 1), TableFault::HeadingsAbsent { example })
}

/// Whether the heading of the addresses is one that people give to them.
pub(in crate::contacts) fn has_known_address(found: &HeadingRow) -> bool {
    let by_cells = |problem: &Problem| {
        matches!(problem.fault, Fault::Table(TableFault::EmailByCells { instead: None, .. }))
    };
    !found.remarks.iter().any(by_cells)
}

/// How much a row looks like one of headings: the known ones, and all that are filled.
fn weight(row: &SurveyRow, block: &Block) -> (usize, usize) {
    let is_known = |heading: &&Heading| FIELDS.iter().any(|(_, _, known)| heading.is_of(known));
    let known = block.headings.iter().filter(is_known).count();
    (known, row.own().count().min(2))
}

/// Reads a block of rows as headings.
fn read(
    survey: &Survey,
    block: Block,
    settings: &ListSettings,
    place: &dyn Fn(u64, u64) -> Place,
) -> Result<HeadingRow, Vec<Problem>> {
    let last = &survey.rows[block.last];
    let at = |column: usize| {
        let column = last.cells.get(column).map_or(column as u64 + 1, |cell| cell.column);
        place(last.line, column)
    };
    if let Some((column, fault)) = block.fault(survey) {
        return Err(vec![Problem::error(at(column), fault)]);
    }
    let mut evidence = vec![Evidence::default(); block.headings.len()];
    for row in &survey.rows[block.last + 1..] {
        for (cell, evidence) in row.cells.iter().zip(&mut evidence) {
            evidence.add(&cell.text);
        }
    }
    let FoundColumns { columns, remarks } =
        columns::find(&block.headings, &evidence, settings, at)?;
    let remark = |(column, fault)| Problem::error(at(column), fault).with_severity(REMARK);
    let passed = survey.rows[..block.first].first().map(|row| {
        let cells = row.own().take(3).map(|cell| cell.trim().chars().take(60).collect::<String>());
        cells.collect::<Vec<_>>().join(" · ")
    });
    Ok(HeadingRow {
        line: last.line,
        records: last.records,
        declared: last.declared,
        headings: block.headings.into_iter().map(|heading| heading.shown).collect(),
        columns,
        passed,
        remarks: remarks.into_iter().map(remark).collect(),
    })
}

/// Whether headings of these words include a field that people are known by.
fn is_known(text: &str) -> bool {
    let plain = plain(text);
    FIELDS.iter().any(|(field, _, known)| {
        known.contains(&plain.as_str()) || further_headings(*field).contains(&plain.as_str())
    })
}

/// Whether a text is a heading for addresses.
fn is_of_address(text: &str) -> bool {
    FIELDS[Field::Email as usize].2.contains(&plain(text).as_str())
}
