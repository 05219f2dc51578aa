//! What can be wrong, by topic; each topic has the codes for JSON next to its variants.

mod config;
mod document;
mod forms;
mod letter;
mod list;
mod table;

pub use config::{ConfigFault, Expected, FileFault, KeyFlaw, Kind, Slip};
pub use document::{DocumentFault, DocumentFlaw};
pub use forms::FormsFault;
pub use letter::{FilterFault, FilterRisk, LetterFault};
pub use list::{AddressFlaw, ListFault, NoMail};
pub use table::{OddRowFate, TableFault};

/// What is wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    File(FileFault),
    Config(ConfigFault),
    List(ListFault),
    Table(TableFault),
    Forms(FormsFault),
    Letter(LetterFault),
    Document(DocumentFault),
}

impl Fault {
    /// Returns the stable code used in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(fault) => fault.code(),
            Self::Config(fault) => fault.code(),
            Self::List(fault) => fault.code(),
            Self::Table(fault) => fault.code(),
            Self::Forms(fault) => fault.code(),
            Self::Letter(fault) => fault.code(),
            Self::Document(fault) => fault.code(),
        }
    }
}

macro_rules! from_topics {
    ($($topic:ident($fault:ident))*) => {$(
        impl From<$fault> for Fault {
            fn from(fault: $fault) -> Self {
                Self::$topic(fault)
            }
        }
    )*};
}
from_topics!(File(FileFault) Config(ConfigFault) List(ListFault) Table(TableFault)
    Forms(FormsFault) Letter(LetterFault) Document(DocumentFault));
