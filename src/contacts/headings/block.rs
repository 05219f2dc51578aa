//! Headings in one to three rows, joined into one for each column.

use super::columns::Heading;
use super::{is_known, is_of_address};
use crate::contacts::cells::{self, CellUse};
use crate::contacts::format::{Survey, SurveyCell, SurveyRow};
use crate::problem::{Fault, Severity};

/// The most rows of headings above or below the one that was found.
const MOST_MORE: usize = 2;

/// The rows of the headings among the first rows of a list, both ends included.
pub(super) struct Block {
    pub first: usize,
    pub last: usize,
    pub headings: Vec<Heading>,
}

impl Block {
    /// The block to which a row belongs.
    pub(super) fn at(survey: &Survey, row: usize) -> Self {
        let (mut first, mut last) = (row, row);
        while first > 0 && row - first < MOST_MORE && is_group_above(survey, first - 1, first) {
            first -= 1;
        }
        while last + 1 < survey.rows.len()
            && last - row < MOST_MORE
            && (is_merged_into(survey, last, last + 1)
                || is_group_over(survey, last, last + 1)
                || goes_on_below(survey, last))
        {
            last += 1;
        }
        let headings = headings(&survey.rows[first..=last]);
        Self { first, last, headings }
    }

    /// What is wrong with a cell of the headings, and its column.
    pub(super) fn fault(&self, survey: &Survey) -> Option<(usize, Fault)> {
        let rows = &survey.rows[self.first..=self.last];
        let of_row = |row: &SurveyRow| {
            let of_cell = row.cells.iter().enumerate().find_map(|(column, cell)| {
                let cleaned = || match cells::clean(&cell.text, CellUse::Field).fault {
                    Some((Severity::Error, fault)) => Some(fault),
                    Some(_) | None => None,
                };
                Some((column, cell.fault.clone().or_else(cleaned)?))
            });
            row.flaw.clone().or(of_cell)
        };
        rows.iter().find_map(of_row)
    }
}

/// Whether this row has headings of groups over the row below, which has no people yet.
fn is_group_over(survey: &Survey, row: usize, below: usize) -> bool {
    let has_people = survey.rows[below].texts().any(|text| text.contains('@'));
    !has_people && is_group_above(survey, row, below)
}

/// Whether the row above has headings of groups: merged cells that reach down into this row, or
/// that stand over some of its columns. A lone text over the first of them is a title.
fn is_group_above(survey: &Survey, above: usize, row: usize) -> bool {
    let (above, row) = (&survey.rows[above], &survey.rows[row]);
    if above.number + 1 != row.number {
        return false;
    }
    let is_filled = |cell: &SurveyCell| !cell.text.trim().is_empty();
    let width = row.cells.iter().filter(|cell| is_filled(cell)).count();
    let begins = row.cells.iter().position(is_filled);
    let is_lone = above.own().count() == 1;
    survey.merges.iter().filter(|merge| merge.first_row + 1 == above.number).any(|merge| {
        let spans = merge.last_column - merge.first_column + 1;
        let reaches_down = merge.last_row + 1 == row.number && spans == 1;
        let is_over = merge.last_row + 1 == above.number
            && (2..width).contains(&spans)
            && !(is_lone && begins.is_none_or(|begins| merge.first_column <= begins));
        reaches_down || is_over
    })
}

/// Whether a merged cell that begins in this row or above reaches down into the next.
fn is_merged_into(survey: &Survey, row: usize, next: usize) -> bool {
    let (row, next) = (&survey.rows[row], &survey.rows[next]);
    let has_address = next.texts().any(|text| text.contains('@'));
    row.number + 1 == next.number
        && !has_address
        && survey.merges.iter().any(|merge| {
            merge.first_row < row.number
                && merge.first_row + 3 >= row.number
                && merge.last_row + 1 >= next.number
                && merge.last_row < merge.first_row + 3
        })
}

/// Whether the row below has the headings of groups, without merged cells: nothing under the
/// heading of the addresses, and known headings where this row has none or a group.
fn goes_on_below(survey: &Survey, at: usize) -> bool {
    let (row, below) = (&survey.rows[at], &survey.rows[at + 1]);
    let text = |row: &SurveyRow, column: usize| {
        row.cells.get(column).map_or(String::new(), |cell| cell.text.trim().to_owned())
    };
    let Some(email) = row.cells.iter().position(|cell| is_of_address(&cell.text)) else {
        return false;
    };
    let has_gap = (0..below.cells.len())
        .any(|column| !text(below, column).is_empty() && text(row, column).is_empty());
    row.number + 1 == below.number
        && has_gap
        && text(below, email).is_empty()
        && !below.texts().any(|text| text.contains('@'))
        && below.texts().any(is_known)
        && below.texts().all(|text| !text.chars().any(|c| c.is_ascii_digit()))
}

/// The headings of some rows, one for each column.
fn headings(rows: &[SurveyRow]) -> Vec<Heading> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let clean = |row: &SurveyRow, column: usize| {
        let text = row.cells.get(column).map_or("", |cell| cell.text.as_str());
        let cell = cells::clean(text, CellUse::Field);
        cell.text.trim_matches('\u{a0}').to_owned()
    };
    let is_merged: Vec<bool> =
        rows.iter().map(|row| row.cells.iter().any(|cell| cell.is_covered)).collect();
    let mut headings = Vec::new();
    let mut group: Vec<String> = vec![String::new(); rows.len()];
    for column in 0..width {
        let mut texts: Vec<String> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let mut text = clean(row, column);
            // Without merged cells, a group stands over the columns to its right that have none.
            let has_more = rows[at + 1..].iter().any(|below| !clean(below, column).is_empty());
            if text.is_empty() && has_more && !is_merged[at] {
                text.clone_from(&group[at]);
            }
            group[at] = if has_more { text.clone() } else { String::new() };
            if !text.is_empty() && texts.last() != Some(&text) {
                texts.push(text);
            }
        }
        headings.push(Heading::of(&texts));
    }
    while headings.len() > 1 && headings.last().is_some_and(|heading| heading.shown.is_empty()) {
        headings.pop();
    }
    headings
}
