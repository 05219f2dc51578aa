//! How a list is read: what `[contacts]` sets, and what must be known beside the list.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::format::Blocks;
use crate::encoding::Encoding;
use crate::problem::{NoMail, Place};
use crate::suppression::Suppression;

/// What to do with a second row that has the address of an earlier one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DuplicatePolicy {
    #[default]
    Error,
    /// Skip it with a warning.
    First,
    /// Write a letter for each row. The `key` column tells them apart: a running number would
    /// change whenever the list is sorted.
    Each,
    /// Accept it in silence: the list is not one of letters.
    Ignore,
}

/// What to do with several addresses in one cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ManyAddresses {
    #[default]
    Error,
    /// The first gets the letter, the others a copy.
    Copy,
}

/// Whether a column of time zones is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TimezoneColumn {
    Read,
    /// No letter depends on it, so its cells may hold anything.
    #[default]
    Ignore,
}

/// Whether the letter addresses a person by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum People {
    #[default]
    Needed,
    NotNeeded,
}

/// Whether a letter goes to rows that look unlike the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OddRows {
    /// Who does not see a row, or crossed it out, does not mean to write to it.
    #[default]
    LeaveOut,
    Write,
}

/// What becomes of the rows of a workbook that are hidden or struck through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OddRowPolicy {
    pub hidden: OddRows,
    pub struck: OddRows,
}

/// How a list is read: most of `[contacts]`, and what must be known beside the list.
#[derive(Debug, Clone, Default)]
pub struct ListSettings {
    /// Detected if `None`.
    pub delimiter: Option<char>,
    /// Detected if `None`.
    pub encoding: Option<Encoding>,
    /// The sheets of a workbook; the first that is shown if none is named.
    pub sheets: Vec<String>,
    pub odd_rows: OddRowPolicy,
    pub duplicates: DuplicatePolicy,
    pub several: ManyAddresses,
    /// The row of the headings, numbered as in a spreadsheet; detected if `None`.
    pub headings: Option<u64>,
    /// Field to heading, and where that was written.
    pub columns: BTreeMap<String, (String, Place)>,
    /// What the file was when it was sealed; it must be that still.
    pub(crate) sealed: Option<Arc<Blocks>>,
    pub timezones: TimezoneColumn,
    pub people: People,
    /// The languages that the campaign has a letter in, its own first. Russian if there is none.
    pub languages: Vec<String>,
    /// Who must not be written to.
    pub suppression: Arc<Suppression>,
    /// Domains known to take no mail.
    pub without_mail: Arc<BTreeMap<String, NoMail>>,
}
