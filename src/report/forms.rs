//! The forms of every row, to be read through in Excel, mended, and read back.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{csv_cell, csv_writer};
use crate::failure::{Doing, Failure};
use crate::russian::Gender;
use crate::russian::forms::{Forms, Person};

/// The headings of the list of forms. Read back as a contact list or as overrides, they are known
/// again.
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

/// The list of forms that is being written: one line for every row, blocked or not.
pub struct FormsTable {
    path: PathBuf,
    part: PathBuf,
    /// Closed before it is renamed, as Windows wants it.
    file: Option<csv::Writer<File>>,
}

impl FormsTable {
    /// Begins the list beside its place; it stands there when it is finished.
    ///
    /// # Errors
    /// What the system says when it cannot be written.
    pub fn begin(path: &Path) -> Result<Self> {
        // Nothing of the user's is overwritten but a list of forms that we made.
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

    /// Adds a row; `doubt` is what is to be looked at, in words.
    ///
    /// # Errors
    /// What the system says when it cannot be written.
    pub fn add(
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

    /// Puts the list in its place.
    ///
    /// # Errors
    /// What the system says, for instance when Excel holds the old one open.
    pub fn finish(&mut self) -> Result<()> {
        let flushed = self.file.take().map_or(Ok(()), |mut file| file.flush());
        flushed.map_err(|error| Failure::file(Doing::Writing, &self.path, &error))?;
        std::fs::rename(&self.part, &self.path)
            .map_err(|error| Failure::file(Doing::Replacing, &self.path, &error).into())
    }

    fn line(&mut self, cells: &[&str; 16]) -> Result<()> {
        let written =
            self.file.as_mut().map_or(Ok(()), |file| file.write_record(cells.map(csv_cell)));
        // It is the file that fails: a record of texts has nothing else that could.
        written.map_err(|error| {
            Failure::file(Doing::Writing, &self.path, &std::io::Error::from(error)).into()
        })
    }
}

impl Drop for FormsTable {
    /// What was begun and not finished is taken away again.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.part);
    }
}
