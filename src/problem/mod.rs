//! What is wrong, and where: place, severity and fault of a problem.
//!
//! Plain values. A [`Fault`] has a code for programs; its words for people are in `notice`.

mod cause;
mod fault;
mod nearest;
mod place;

use std::sync::Arc;

pub use cause::{Cause, IsLink, NotPlain};
pub use fault::{
    AddressFlaw, ConfigFault, DocumentFault, DocumentFlaw, Expected, Fault, FileFault, FilterFault,
    FilterRisk, FormsFault, KeyFlaw, Kind, LetterFault, ListFault, NoMail, OddRowFate, Slip,
    TableFault,
};
pub use nearest::{distance, nearest};
pub use place::{Place, RowName, cell_name, column_letters};

/// How serious a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The letter, or the whole campaign, cannot be sent.
    Error,
    /// It can be sent, but somebody should look.
    Warning,
    /// The program chose between several readings and is not sure.
    Doubt,
}

impl Severity {
    /// Returns the word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Doubt => "doubt",
        }
    }
}

/// The rule by which a row gets no letter although nothing is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// `[contacts] where`, or `--where` of the run that enrolled the letters.
    Where,
    /// `--rows` of that run.
    Rows,
    /// `[follows]`: what came back for the letter that is followed.
    Follows,
    /// A row before it has the same address, and `duplicates = "first"`.
    Duplicates,
    /// The row says that there is nobody to write to.
    Nobody,
}

impl LeftOut {
    pub const ALL: [Self; 5] =
        [Self::Where, Self::Rows, Self::Follows, Self::Duplicates, Self::Nobody];

    /// Returns the word used in JSON and in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Where => "where",
            Self::Rows => "rows",
            Self::Follows => "follows",
            Self::Duplicates => "duplicates",
            Self::Nobody => "nobody",
        }
    }

    /// The rule of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == name)
    }
}

/// One thing that is wrong, or worth a look, at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub place: Place,
    pub severity: Severity,
    /// The row below the headings, counted from 1, if the problem belongs to one.
    pub row: Option<u64>,
    /// The field it belongs to, or the heading of a column that is not a field.
    pub field: Option<Arc<str>>,
    /// The heading of that column in the list, if known.
    pub heading: Option<Arc<str>>,
    pub fault: Fault,
}

impl Problem {
    /// Makes an error that belongs to no row.
    pub fn error(place: Place, fault: impl Into<Fault>) -> Self {
        let fault = fault.into();
        Self { place, severity: Severity::Error, row: None, field: None, heading: None, fault }
    }

    /// Makes a warning that belongs to no row.
    pub fn warning(place: Place, fault: impl Into<Fault>) -> Self {
        Self::error(place, fault).with_severity(Severity::Warning)
    }

    /// Assigns the problem to a field of a row.
    pub fn of_row(mut self, row: u64, field: impl Into<Arc<str>>) -> Self {
        self.row = Some(row);
        self.field = Some(field.into());
        self
    }

    /// Names the column by its heading in the list.
    pub fn headed(mut self, heading: impl Into<Arc<str>>) -> Self {
        self.heading = Some(heading.into());
        self
    }

    /// Changes the severity.
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The rule by which its row gets no letter, if that is what it says.
    pub fn leaves_out(&self) -> Option<LeftOut> {
        if matches!(self.fault, Fault::List(ListFault::AddressSkipped { .. })) {
            return Some(LeftOut::Duplicates);
        }
        matches!(self.fault, Fault::Table(TableFault::NobodyHere { .. })).then_some(LeftOut::Nobody)
    }

    /// Whether it says that the address must not be written to.
    pub fn suppresses(&self) -> bool {
        matches!(self.fault, Fault::List(ListFault::Suppressed { .. }))
    }
}
