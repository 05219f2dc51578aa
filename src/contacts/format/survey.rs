//! The first rows of a list, from which headings and columns are found.

use super::{Merge, RowSource};
use crate::contacts::cells;
use crate::contacts::fields::TITLE_ROWS;
use crate::problem::{Cause, Fault};

/// Rows below the headings that show what the columns hold.
const ROWS_OF_EVIDENCE: usize = 40;
/// The most records that are looked at, blank ones included.
const MOST_RECORDS: u64 = 200;

/// The first rows of a sheet or a text that are not blank.
pub(in crate::contacts) struct Survey {
    pub rows: Vec<SurveyRow>,
    pub merges: Vec<Merge>,
}

pub(in crate::contacts) struct SurveyRow {
    /// The physical line, or the row of the sheet.
    pub line: u64,
    /// The row as a spreadsheet numbers it.
    pub number: u64,
    /// The records up to here, this one included.
    pub records: usize,
    /// Its cells, empty ones at its end included.
    pub declared: usize,
    pub cells: Vec<SurveyCell>,
    pub flaw: Option<(usize, Fault)>,
}

pub(in crate::contacts) struct SurveyCell {
    pub text: String,
    /// Why it has no text.
    pub fault: Option<Fault>,
    pub column: u64,
    /// It shows the value of a merged cell.
    pub is_covered: bool,
}

impl SurveyRow {
    /// The texts that are not empty.
    pub(in crate::contacts) fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|cell| cell.text.trim()).filter(|text| !text.is_empty())
    }

    /// Its own texts, without those of merged cells further to the left or above.
    pub(in crate::contacts) fn own(&self) -> impl Iterator<Item = &str> {
        let own = self.cells.iter().filter(|cell| !cell.is_covered);
        own.map(|cell| cell.text.trim()).filter(|text| !text.is_empty())
    }
}

/// Reads the first rows of a source. With `headings` that are further down, from there on.
pub(super) fn read(source: &mut RowSource, headings: u64) -> Result<Survey, Cause> {
    let mut survey = Survey { rows: Vec::new(), merges: source.merges() };
    let mut records = 0;
    while survey.rows.len() <= TITLE_ROWS + ROWS_OF_EVIDENCE
        && records < MOST_RECORDS.saturating_add(headings)
    {
        let Some(place) = source.next_of_sheet()? else { break };
        records += 1;
        // Of the rows above headings that were set, those nearby can belong to them.
        if source.is_blank() || place.number + 3 < headings {
            continue;
        }
        let cell = |cell| SurveyCell {
            text: source.anything(cell).chars().take(cells::LONGEST).collect(),
            fault: source.cell(cell).err().map(super::UnreadableCell::fault),
            column: source.column(cell),
            is_covered: source.is_covered(cell),
        };
        survey.rows.push(SurveyRow {
            line: place.line,
            number: place.number,
            records: usize::try_from(records).unwrap_or(usize::MAX),
            declared: source.len(),
            cells: (0..source.len()).map(cell).collect(),
            flaw: source.flaw(),
        });
    }
    Ok(survey)
}
