//! Selects rows of the list by number and by expressions.

use std::sync::Arc;

use super::Following;
use crate::compose::RowFilter;
use crate::contacts::{ListRow, RowCheck};
use crate::problem::Problem;
use crate::recipient::Cells;

/// Which rows of the list are selected.
#[derive(Default)]
pub(super) struct Selection {
    pub(super) filters: Vec<RowFilter>,
    /// The first and the last row, as a spreadsheet numbers them.
    pub(super) rows: Option<(u64, u64)>,
    /// The campaign that is followed.
    pub(super) following: Option<Arc<Following>>,
    /// The heading of the column with the addresses.
    pub(super) email: Option<String>,
}

impl Selection {
    /// Whether it leaves out nothing.
    pub(super) fn is_everything(&self) -> bool {
        self.filters.is_empty() && self.rows.is_none()
    }

    /// The row if it is selected; with an error if an expression could not be computed.
    pub(super) fn keep(&self, row: ListRow, headings: &[String]) -> Option<ListRow> {
        match self.keeps(row.place.sheet_row(), row.cells(), headings) {
            Ok(keeps) => keeps.then_some(row),
            Err(problem) => Some(row.blocked(problem)),
        }
    }

    /// Like [`Selection::keep`], for the problems of a row.
    pub(super) fn keep_check(&self, mut check: RowCheck, headings: &[String]) -> Option<RowCheck> {
        match self.keeps(check.place.sheet_row(), &check.cells, headings) {
            Ok(keeps) => keeps.then_some(check),
            Err(problem) => {
                check.is_sound = false;
                check.problems.push(problem.of_row(check.row, ""));
                Some(check)
            }
        }
    }

    /// Whether what came back for the letter that is followed leaves the row out.
    pub(super) fn is_followed_by_none(&self, cells: &Cells, headings: &[String]) -> bool {
        let following = self.following.as_ref();
        following.is_some_and(|it| !it.keeps(headings, cells, self.email.as_deref()))
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
        // A row that lacks cells is always kept, so that it is reported.
        if cells.len() < headings.len() {
            return Ok(true);
        }
        for filter in &self.filters {
            if !filter.keeps(headings, cells)? {
                return Ok(false);
            }
        }
        Ok(!self.is_followed_by_none(cells, headings))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{campaign, codes};

    const LIST: &str = "email;region\na@one.test;Tomsk\nb@one.test;Tver\nc@one.test;Tomsk\n";

    fn selected(filter: Option<&str>, rows: Option<(u64, u64)>) -> Vec<u64> {
        let (_folder, mut campaign) = campaign(LIST, "Hello", "");
        campaign.select(filter, rows).unwrap();
        campaign.rows().unwrap().map(|row| row.row).collect()
    }

    #[test]
    fn rows_must_be_in_the_range_and_satisfy_the_expression() {
        let in_tomsk = Some("row[\"region\"] == \"Tomsk\"");
        assert_eq!(selected(None, None), [1, 2, 3]);
        assert_eq!(selected(None, Some((3, 4))), [2, 3]);
        assert_eq!(selected(in_tomsk, None), [1, 3]);
        assert_eq!(selected(in_tomsk, Some((3, 4))), [3]);
    }

    #[test]
    fn a_row_that_lacks_cells_is_always_kept() {
        let (_folder, mut campaign) = campaign("email;region\na@one.test\n", "Hello", "");
        campaign.select(Some("region == \"Tver\""), None).unwrap();
        let rows: Vec<_> = campaign.rows().unwrap().collect();
        assert_eq!(codes(&rows[0].problems), ["row_ragged"]);
    }

    #[test]
    fn a_row_for_which_the_expression_fails_is_an_error_in_every_reading() {
        let (_folder, mut campaign) = campaign(LIST, "Hello", "");
        campaign.select(Some("region | int > 5"), None).unwrap();
        let row = campaign.rows().unwrap().next().unwrap();
        let check = campaign.row_checks().unwrap().next().unwrap();
        assert!(row.recipient.is_none() && !check.is_sound);
        assert_eq!(codes(&row.problems), codes(&check.problems));
        assert_eq!(codes(&row.problems), ["condition"]);
    }
}
