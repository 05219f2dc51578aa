//! Problems of a list that is not a plain table: its sheets, its merged and odd rows, what its
//! columns and cells turn out to hold.

/// What is to be told of a table as its owner sees it.
#[derive(Debug, Clone, PartialEq)]
pub enum TableFault {
    /// A hidden sheet that was named.
    SheetHidden {
        sheet: String,
    },
    /// A sheet with a column of so many addresses beside those that are read.
    SheetNotRead {
        sheet: String,
        addresses: usize,
        read: Vec<String>,
    },
    /// The sheet is a title page; these have addresses.
    SheetWithoutAddresses {
        sheet: String,
        others: Vec<String>,
    },
    /// A heading that only one of several sheets has.
    SheetsDiffer {
        sheet: String,
        heading: String,
    },
    /// The first merged range whose value was taken for every cell, and how many more there are.
    CellsMerged {
        range: String,
        others: u64,
    },
    RowsHidden {
        rows: String,
        count: u64,
        fate: OddRowFate,
    },
    /// Every row is hidden or struck through, and none is written to.
    RowsAllLeftOut,
    /// Columns that are hidden, by their letters; they are read like the others.
    ColumnsHidden {
        columns: String,
        count: u64,
    },
    RowsStruckThrough {
        rows: String,
        count: u64,
        fate: OddRowFate,
    },
    /// Titles, totals and the like among the rows of people.
    RowsOfNobody {
        rows: String,
        count: u64,
    },
    /// A cell that says that there is nobody, where a name or an address should be.
    NobodyHere {
        value: String,
    },
    /// What stands beside the addresses of a cell.
    AddressNote {
        addresses: Vec<String>,
        note: String,
    },
    /// A number format that could not be followed, and what the cell was read as.
    FormatUnfollowed {
        format: String,
        text: String,
    },
    FormulaUncalculated,
    /// The column that holds the addresses, instead of the one whose heading says so.
    EmailByCells {
        heading: String,
        instead: Option<String>,
    },
    /// A column of a part of the name that holds whole names.
    NamesWhole {
        heading: String,
    },
    /// A column of titles where salutations or positions should be.
    TitlesOnly {
        heading: String,
    },
    /// Columns whose names are in capitals and are read with one capital a word.
    NamesInCapitals {
        headings: Vec<String>,
    },
    /// Columns that are read as those of the addressees beside the first.
    FurtherAddressees {
        headings: Vec<String>,
    },
    /// A column of a fifth addressee, who stands on no letter.
    AddresseesTooMany {
        heading: String,
    },
    /// A cell of the column of languages that names none with a letter of its own.
    LanguageUnknown {
        value: String,
        known: Vec<String>,
    },
    /// The list begins with a row of people.
    HeadingsAbsent {
        example: String,
    },
}

impl TableFault {
    /// Returns the stable code used in JSON.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::SheetHidden { .. } => "sheet_hidden",
            Self::SheetNotRead { .. } => "sheet_not_read",
            Self::SheetWithoutAddresses { .. } => "sheet_without_addresses",
            Self::SheetsDiffer { .. } => "sheets_differ",
            Self::CellsMerged { .. } => "cells_merged",
            Self::RowsHidden { .. } => "rows_hidden",
            Self::RowsAllLeftOut => "rows_all_left_out",
            Self::ColumnsHidden { .. } => "columns_hidden",
            Self::RowsStruckThrough { .. } => "rows_struck_through",
            Self::RowsOfNobody { .. } => "rows_of_nobody",
            Self::NobodyHere { .. } => "nobody_here",
            Self::AddressNote { .. } => "address_note",
            Self::FormatUnfollowed { .. } => "format_unfollowed",
            Self::FormulaUncalculated => "formula_uncalculated",
            Self::EmailByCells { .. } => "email_by_cells",
            Self::NamesWhole { .. } => "names_whole",
            Self::TitlesOnly { .. } => "titles_only",
            Self::NamesInCapitals { .. } => "names_in_capitals",
            Self::FurtherAddressees { .. } => "further_addressees",
            Self::AddresseesTooMany { .. } => "addressees_too_many",
            Self::LanguageUnknown { .. } => "language_unknown",
            Self::HeadingsAbsent { .. } => "headings_absent",
        }
    }
}

/// What becomes of rows that are hidden or struck through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OddRowFate {
    LeftOut,
    Written,
}
