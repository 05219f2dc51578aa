//! Which rows of the list are meant.

use crate::compose::RowFilter;
use crate::contacts::{ListRow, RowCheck};
use crate::problem::Problem;
use crate::recipient::Cells;

/// Which rows of the list are meant.
#[derive(Default)]
pub(super) struct Selection {
    pub(super) filters: Vec<RowFilter>,
    /// The first and the last row, counted from 1.
    pub(super) rows: Option<(u64, u64)>,
}

impl Selection {
    /// The row where it is meant; with an error where an expression could not be computed.
    pub(super) fn keep(&self, row: ListRow, headings: &[String]) -> Option<ListRow> {
        match self.keeps(row.row, row.cells(), headings) {
            Ok(keeps) => keeps.then_some(row),
            Err(problem) => Some(row.blocked(problem)),
        }
    }

    /// The same of a row for the sake of its problems.
    pub(super) fn keep_glance(
        &self,
        mut glance: RowCheck,
        headings: &[String],
    ) -> Option<RowCheck> {
        match self.keeps(glance.row, &glance.cells, headings) {
            Ok(keeps) => keeps.then_some(glance),
            Err(problem) => {
                glance.is_sound = false;
                glance.problems.push(problem.of_row(glance.row, ""));
                Some(glance)
            }
        }
    }

    pub(super) fn keeps(
        &self,
        row: u64,
        cells: &Cells,
        headings: &[String],
    ) -> Result<bool, Problem> {
        if self.rows.is_some_and(|(first, last)| !(first..=last).contains(&row)) {
            return Ok(false);
        }
        // A row without all its cells is told, whatever it was to be.
        if cells.len() < headings.len() {
            return Ok(true);
        }
        for filter in &self.filters {
            if !filter.keeps(headings, cells)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
