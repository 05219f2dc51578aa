//! Suppression lists kept as files: address or domain, reason, date.

use std::path::Path;

use super::format::{ListFile, TextFile, open_plain_file};
use crate::problem::{AddressFlaw, Cause, Fault, FileFault, ListFault, Place, Problem};
use crate::recipient::Address;
use crate::suppression::{Suppressed, is_entry};

/// Reads the entries of a file: address or domain, reason, date, in this order. A first row of
/// headings is skipped. `shown` is the file's name as the user knows it.
///
/// # Errors
/// Every row whose first cell is neither an address nor a domain: a typo must not let a letter
/// through.
pub(crate) fn read_suppression(path: &Path, shown: &str) -> Result<Vec<Suppressed>, Vec<Problem>> {
    let whole = |fault: Fault| vec![Problem::error(Place::file(shown), fault)];
    let unreadable =
        |error: std::io::Error| whole(FileFault::Unreadable { cause: Cause::from(&error) }.into());
    let file = open_plain_file(path).map_err(whole)?;
    let mut records = TextFile::open(ListFile::new(file, None), None, None).map_err(whole)?.records;
    let mut entries = Vec::new();
    let mut problems = Vec::new();
    let mut is_first = true;
    while let Some(line) = records.next().map_err(unreadable)? {
        let cell = |at| records.cell(at).unwrap_or_default().trim().to_owned();
        let entry = cell(0);
        let is_heading = is_first && !entry.contains(['@', '.']);
        is_first = false;
        if entry.is_empty() || is_heading {
            continue;
        }
        if is_entry(&entry) {
            entries.push(Suppressed { entry, reason: cell(1), date: cell(2) });
        } else {
            let flaw = Address::parse(&entry).err().unwrap_or(AddressFlaw::Domain);
            let fault = ListFault::AddressSyntax { value: entry, flaw };
            problems.push(Problem::error(Place::at(shown, line, 1), fault));
        }
    }
    if problems.is_empty() { Ok(entries) } else { Err(problems) }
}
