//! What a list needs in `[contacts]`, found by reading it once: without these settings its rows
//! would be errors.

use std::path::Path;

use crate::config::text_value;
use crate::contacts::{DuplicatePolicy, List, ListSettings, ManyAddresses};
use crate::notice::Notice;
use crate::problem::{AddressFlaw, Fault, ListFault, Place, Problem, TableFault};

/// Settings of a list that differ from the usual ones.
#[derive(Debug, Default)]
pub(super) struct Needs {
    sheet: Option<String>,
    /// How many cells hold several addresses.
    several: u64,
    /// How many rows have an address that an earlier one has, and the column that tells them apart.
    shared: Option<(u64, String)>,
}

/// Reads a list; returns its headings and what it needs.
///
/// # Errors
/// The problems with the file as a whole and with its headings.
pub(super) fn needs(path: &Path, shown: &str) -> Result<(Vec<String>, Needs), Vec<Problem>> {
    let mut needs = Needs::default();
    let mut settings = ListSettings::default();
    let list = List::open(path, shown, &settings).or_else(|problems| {
        needs.sheet = problems.iter().find_map(other_sheet);
        let Some(sheet) = &needs.sheet else { return Err(problems) };
        settings.sheets = vec![sheet.clone()];
        List::open(path, shown, &settings)
    })?;
    let headings = list.headings().to_vec();
    let names = list.column_of_names().map(str::to_owned);
    needs.several = count(list, |fault| {
        matches!(fault, ListFault::AddressSyntax { flaw: AddressFlaw::Several, .. })
    });
    settings.several = ManyAddresses::Copy;
    let repeated = count(List::open(path, shown, &settings)?, |fault| {
        matches!(fault, ListFault::AddressTwice { .. })
    });
    if let Some(names) = names.filter(|_| repeated > 0) {
        settings.duplicates = DuplicatePolicy::Each;
        settings.columns.insert("key".to_owned(), (names.clone(), Place::file(shown)));
        let alike = count(List::open(path, shown, &settings)?, |fault| {
            matches!(fault, ListFault::KeyTwice { .. })
        });
        needs.shared = (alike < repeated).then_some((repeated - alike, names));
    }
    Ok((headings, needs))
}

fn other_sheet(problem: &Problem) -> Option<String> {
    match &problem.fault {
        Fault::Table(TableFault::SheetWithoutAddresses { others, .. }) => others.first().cloned(),
        _ => None,
    }
}

/// How many rows have such a fault.
fn count(list: List, is_such: impl Fn(&ListFault) -> bool) -> u64 {
    let has_such = |problem: &Problem| match &problem.fault {
        Fault::List(fault) => is_such(fault),
        _ => false,
    };
    list.checks().filter(|row| row.problems.iter().any(has_such)).count() as u64
}

impl Needs {
    /// The lines of `[contacts]` behind its `file`.
    pub(super) fn keys(&self) -> String {
        let mut lines = String::new();
        if let Some(sheet) = &self.sheet {
            lines.push_str(&format!("sheet = {}\n", text_value(sheet)));
        }
        if self.several > 0 {
            lines.push_str("several = \"copy\"\n");
        }
        if self.shared.is_some() {
            lines.push_str("duplicates = \"each\"\n");
        }
        lines
    }

    /// The table `[contacts.columns]`, or nothing.
    pub(super) fn columns(&self) -> String {
        self.shared.as_ref().map_or_else(String::new, |(_, names)| {
            format!("[contacts.columns]\nkey = {}\n\n", text_value(names))
        })
    }

    /// What is to be said of them.
    pub(super) fn notice(&self, file: &str) -> Option<Notice> {
        let Self { sheet, several, shared } = self;
        let is_any = sheet.is_some() || *several > 0 || shared.is_some();
        is_any.then(|| Notice::ListAdopted {
            file: file.to_owned(),
            sheet: sheet.clone(),
            several: *several,
            shared: shared.clone(),
        })
    }
}
