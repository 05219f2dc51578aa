//! The forms of every row, to be reviewed and corrected in Excel, and read back.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::MARK;
use crate::escaping::csv_row;
use crate::failure::{Doing, Failure};
use crate::files::{Audience, Draft, Durability};
use crate::russian::Gender;
use crate::russian::forms::{Forms, Person};

/// The headings of the table, which are recognised when it is read back.
const HEADINGS: [&str; 16] = [
    "row",
    "email",
    "surname",
    "first_name",
    "patronymic",
    "gender",
    "surname_dative",
    "first_name_dative",
    "patronymic_dative",
    "addressee_name",
    "position",
    "organisation",
    "addressee_position",
    "salutation",
    "confidence",
    "doubt",
];

/// A table of forms being written: one line for every row, blocked or not.
pub(crate) struct FormsTable {
    path: PathBuf,
    file: Draft,
}

impl FormsTable {
    /// Begins the table under a temporary name.
    ///
    /// # Errors
    /// What the system reports when it cannot be written.
    pub(crate) fn begin(path: &Path) -> Result<Self> {
        let mut file = Draft::begin(path, Audience::Owner)
            .map_err(|error| Failure::file(Doing::Creating, path, &error))?;
        let marked = write!(file, "{MARK}");
        let mut table = Self { path: path.to_owned(), file };
        marked.map_err(|error| Failure::file(Doing::Writing, path, &error))?;
        table.line(&HEADINGS)?;
        Ok(table)
    }

    /// Adds a row; `doubt` says in words what should be checked.
    pub(crate) fn add(
        &mut self,
        row: u64,
        email: &str,
        person: &Person,
        forms: &Forms,
        doubt: &str,
    ) -> Result<()> {
        self.line(&[
            &row.to_string(),
            email,
            &person.name.surname,
            &person.name.first_name,
            &person.name.patronymic,
            forms.gender.or(person.gender).map_or("", Gender::as_str),
            &forms.surname_dative,
            &forms.first_name_dative,
            &forms.patronymic_dative,
            &forms.name_dative,
            person.position,
            person.organisation,
            &forms.position_dative,
            &forms.salutation,
            forms.confidence.as_str(),
            doubt,
        ])
    }

    /// Completes the table and gives it its name.
    pub(crate) fn finish(self) -> Result<()> {
        self.file
            .finish(Durability::Ordinary)
            .map_err(|error| Failure::file(Doing::Writing, &self.path, &error).into())
    }

    fn line(&mut self, cells: &[&str; 16]) -> Result<()> {
        let written = self.file.write_all(csv_row(cells.iter().copied()).as_bytes());
        written.map_err(|error| Failure::file(Doing::Writing, &self.path, &error).into())
    }
}
