//! Tables for people: the forms of every row, the state of every letter, the register.
//!
//! CSV is UTF-8 with a byte order mark and `;`, as a Russian Excel expects it; in XLSX every cell
//! is text; JSON has names for programs. A cell is never a formula.

mod brief;
mod faulty_rows;
mod forms;
pub(crate) mod metrics;
mod sheet;

use std::path::Path;

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::escaping::{self, csv_row};
use crate::failure::{Doing, Failure};
use crate::files::{self, Audience};

pub(crate) use brief::{Brief, BriefCell, Sum, Tone};
pub(crate) use faulty_rows::FaultyRows;
pub(crate) use forms::FormsTable;

/// The file format of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableFormat {
    Csv,
    Xlsx,
    Json,
}

impl TableFormat {
    /// The format for a file's extension; `None` if it is not a known one.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_string_lossy().to_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// A column added to those of the list.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// The name in JSON.
    pub key: &'static str,
    /// The heading for people.
    pub heading: String,
}

/// One row: the list's own cells, then a value for each added column, for people and for programs.
#[derive(Debug, Clone)]
pub(crate) struct TableRow {
    pub own: Vec<String>,
    pub added: Vec<(String, Value)>,
}

/// A table to be written to a file.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// The name of the sheet.
    pub name: String,
    /// What it is a table of: printed above it, after its name.
    pub title: String,
    /// The line below each printed page on which somebody signs.
    pub signature: Option<String>,
    /// The headings of the list's own columns.
    pub own: Vec<String>,
    pub added: Vec<Column>,
    pub lines: Vec<TableRow>,
    /// A sheet before the table, in a workbook.
    pub brief: Option<Brief>,
}

impl Table {
    /// Writes the table to a file, which is replaced as a whole.
    pub(crate) fn write(&self, path: &Path, form: TableFormat) -> Result<()> {
        let bytes = match form {
            TableFormat::Csv => self.csv().into_bytes(),
            TableFormat::Xlsx => sheet::of(self).map_err(|detail| Failure::Ours { detail })?,
            TableFormat::Json => self.json().into_bytes(),
        };
        put(path, &bytes)
    }

    fn headings(&self) -> impl Iterator<Item = &str> {
        self.own
            .iter()
            .map(String::as_str)
            .chain(self.added.iter().map(|column| column.heading.as_str()))
    }

    fn csv(&self) -> String {
        let mut text = format!("{MARK}{}", csv_row(self.headings()));
        for line in &self.lines {
            text.push_str(&csv_row(line.cells()));
        }
        text
    }

    fn json(&self) -> String {
        let object = |line: &TableRow| {
            let mut object: Map<String, Value> = self
                .added
                .iter()
                .zip(&line.added)
                .map(|(column, (_, value))| (column.key.to_owned(), value.clone()))
                .collect();
            if !self.own.is_empty() {
                let own = self
                    .own
                    .iter()
                    .zip(&line.own)
                    .map(|(heading, cell)| (heading.clone(), json!(cell)));
                object.insert("columns".into(), Value::Object(own.collect()));
            }
            escaping::json(&Value::Object(object).to_string()).into_owned()
        };
        let lines: Vec<String> = self.lines.iter().map(object).collect();
        format!("[\n{}\n]\n", lines.join(",\n"))
    }
}

impl TableRow {
    fn cells(&self) -> impl Iterator<Item = &str> {
        self.own
            .iter()
            .map(String::as_str)
            .chain(self.added.iter().map(|(shown, _)| shown.as_str()))
    }
}

/// Writes a file as a whole or not at all.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    files::put(path, bytes, Audience::Owner)
        .map_err(|error| Failure::file(Doing::Writing, path, &error).into())
}

/// The byte order mark, without which Excel misreads UTF-8.
const MARK: char = '\u{feff}';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_reads_the_same_in_every_form() {
        let table = Table {
            name: "Отчёт".into(),
            title: "Семинар".into(),
            signature: None,
            own: vec!["Ф.И.О.".into()],
            added: vec![Column { key: "state", heading: "Состояние".into() }],
            lines: vec![TableRow {
                own: vec!["=Цой".into()],
                added: vec![("принято".into(), json!("accepted"))],
            }],
            brief: None,
        };
        assert_eq!(table.csv(), "\u{feff}Ф.И.О.;Состояние\r\n'=Цой;принято\r\n");
        let read: Value = serde_json::from_str(&table.json()).unwrap();
        assert_eq!(read, json!([{ "state": "accepted", "columns": { "Ф.И.О.": "=Цой" } }]));
        assert!(sheet::of(&table).unwrap().starts_with(b"PK"));
    }
}
