//! `man`: the manual pages, in the language asked for.

use anyhow::Result;

use crate::cli::{self, Man};
use crate::failure::{Doing, Exit, Failure};
use crate::notice::Notice;
use crate::report;
use crate::terminal::Terminal;

pub(super) fn run(given: &Man, terminal: &Terminal) -> Result<Exit> {
    let pages = cli::manual(terminal.language)?;
    let Some(folder) = &given.out else {
        pages.iter().take(1).for_each(|(_, page)| terminal.bytes(page));
        return Ok(Exit::Well);
    };
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::file(Doing::Creating, folder, &error))?;
    for (name, page) in &pages {
        report::put(&folder.join(name), page)?;
    }
    terminal.result(&Notice::ManWritten { pages: pages.len() as u64, folder: folder.clone() });
    Ok(Exit::Well)
}
