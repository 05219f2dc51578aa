//! The rows of a list that have errors, each with what to fix, to be corrected in Excel and read
//! back as a list: UTF-8 with a byte order mark, semicolons.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::contacts;
use crate::escaping::csv_row;
use crate::failure::{Doing, Failure};
use crate::files::{Audience, Draft, Durability};
use crate::notice::{self, Language};
use crate::problem::{Problem, Severity};
use crate::recipient::Cells;

/// The file of `check --problems` while it is written.
pub(crate) struct FaultyRows {
    file: Draft,
    path: PathBuf,
    /// The columns of the list without that of an earlier reason.
    own: Vec<usize>,
    rows: u64,
    language: Language,
}

impl FaultyRows {
    /// Creates the file, with the headings of the list and one for the reason.
    ///
    /// # Errors
    /// What the system says when it cannot be written.
    pub(crate) fn create(path: &Path, headings: &[String], language: Language) -> Result<Self> {
        let file = Draft::begin(path, Audience::Owner)
            .map_err(|error| Failure::file(Doing::Creating, path, &error))?;
        // A list that was written here before has a reason already.
        let own = (0..headings.len()).filter(|&column| !contacts::is_reason(&headings[column]));
        let own: Vec<usize> = own.collect();
        let [english, russian] = contacts::REASONS;
        let reason = match language {
            Language::English => english,
            Language::Russian => russian,
        };
        let path = path.to_owned();
        let mut rows = Self { file, path, own, rows: 0, language };
        rows.write("\u{feff}")?;
        let own: Vec<&str> = rows.own.iter().map(|&column| headings[column].as_str()).collect();
        rows.line(own.into_iter().chain([reason]))?;
        Ok(rows)
    }

    /// Adds a row if it has an error.
    ///
    /// # Errors
    /// What the system says when it cannot be written.
    pub(crate) fn add(&mut self, problems: &[Problem], cells: &Cells) -> Result<()> {
        let language = self.language;
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
        let reasons: Vec<String> = errors.map(|problem| reason(problem, language)).collect();
        if reasons.is_empty() {
            return Ok(());
        }
        self.rows += 1;
        let reason = reasons.join("\n");
        let own: Vec<&str> =
            self.own.iter().map(|column| cells.get(*column).unwrap_or_default()).collect();
        self.line(own.into_iter().chain([reason.as_str()]))
    }

    /// Gives the file its name. Returns how many rows it has.
    ///
    /// # Errors
    /// What the system says when it cannot be written.
    pub(crate) fn finish(self) -> Result<u64> {
        let finished = self.file.finish(Durability::Ordinary);
        finished.map_err(|error| Failure::file(Doing::Writing, &self.path, &error))?;
        Ok(self.rows)
    }

    fn line<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> Result<()> {
        self.write(&csv_row(cells))
    }

    fn write(&mut self, text: &str) -> Result<()> {
        let written = self.file.write_all(text.as_bytes());
        written.map_err(|error| Failure::file(Doing::Writing, &self.path, &error).into())
    }
}

fn reason(problem: &Problem, language: Language) -> String {
    let field = notice::field_of(problem, language);
    let field = field.map(|field| format!("{field}: ")).unwrap_or_default();
    let what = notice::fault(&problem.fault, language);
    let hint = notice::hint(&problem.fault, language);
    format!("{}: {field}{what}; {hint}", problem.place)
}
