//! The forms of every row, to be reviewed and corrected in Excel, and read back.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{csv_cell, csv_writer};
use crate::failure::{Doing, Failure};
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
    part: PathBuf,
    /// Closed before it is renamed, as Windows requires.
    file: Option<csv::Writer<File>>,
}

impl FormsTable {
    /// Begins the table under a temporary name.
    ///
    /// # Errors
    /// If it cannot be written, or `path` is a file that is not such a table.
    pub(crate) fn begin(path: &Path) -> Result<Self> {
        // Only a table of forms may be overwritten.
        let is_ours = |text: String| {
            text.trim_start_matches('\u{feff}').starts_with(&HEADINGS[..6].join(";"))
        };
        if path.exists() && !std::fs::read_to_string(path).is_ok_and(is_ours) {
            return Err(Failure::FileNotOurs { path: path.to_owned() }.into());
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = path.with_file_name(name);
        let mut file =
            File::create(&part).map_err(|error| Failure::file(Doing::Creating, path, &error))?;
        let marked = file.write_all("\u{feff}".as_bytes());
        let mut table = Self { path: path.to_owned(), part, file: Some(csv_writer(file)) };
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
    pub(crate) fn finish(&mut self) -> Result<()> {
        let flushed = self.file.take().map_or(Ok(()), |mut file| file.flush());
        flushed.map_err(|error| Failure::file(Doing::Writing, &self.path, &error))?;
        std::fs::rename(&self.part, &self.path)
            .map_err(|error| Failure::file(Doing::Replacing, &self.path, &error).into())
    }

    fn line(&mut self, cells: &[&str; 16]) -> Result<()> {
        let written =
            self.file.as_mut().map_or(Ok(()), |file| file.write_record(cells.map(csv_cell)));
        // Only the file can fail: a record of texts is always valid.
        written.map_err(|error| {
            Failure::file(Doing::Writing, &self.path, &std::io::Error::from(error)).into()
        })
    }
}

impl Drop for FormsTable {
    /// Removes a table that was not finished.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.part);
    }
}
