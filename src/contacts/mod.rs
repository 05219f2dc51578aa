//! The contact list, read row by row into recipients.
//!
//! A faulty row never affects the others. `format` turns a file into rows of cells, `headings`
//! decides which column is which field, `row` parses a row on its own, `cross_check` compares it
//! with the rows before it, and `list` puts these together. Nothing here writes to the list.

mod addresses;
mod cells;
mod cross_check;
mod fields;
mod format;
#[cfg(fuzzing)]
mod fuzzing;
mod headings;
mod list;
mod parallel;
mod remarks;
mod row;
mod settings;
mod suppression;

pub(crate) use fields::field_names;
pub(crate) use format::{Blocks, ListFormat};
#[cfg(fuzzing)]
pub use fuzzing::records;
pub(crate) use list::{Detected, List, ListRow, RowCheck};
pub(crate) use settings::{
    DuplicatePolicy, ListSettings, ManyAddresses, OddRowPolicy, OddRows, People, TimezoneColumn,
};
pub(crate) use suppression::read_suppression;

/// The headings of the column in which `check --problems` says what to fix.
pub(crate) const REASONS: [&str; 2] = ["What to fix", "Что исправить"];

/// Whether this is such a heading. A list that has it was written by `check --problems`, with an
/// apostrophe before each cell that Excel would run as a formula.
pub(crate) fn is_reason(heading: &str) -> bool {
    REASONS.contains(&heading)
}

#[cfg(test)]
mod tests;
