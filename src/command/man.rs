//! `man`: the manual pages, in the language asked for.

use anyhow::Result;

use crate::cli::{self, Man};
use crate::failure::{Doing, Exit, Failure};
use crate::notice::Notice;
use crate::report;
use crate::screen::Screen;

pub(super) fn run(given: &Man, screen: &Screen) -> Result<Exit> {
    let pages = cli::manual(screen.language)?;
    let Some(folder) = &given.out else {
        pages.iter().take(1).for_each(|(_, page)| screen.bytes(page));
        return Ok(Exit::Well);
    };
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::file(Doing::Creating, folder, &error))?;
    for (name, page) in &pages {
        report::put(&folder.join(name), page)?;
    }
    screen.result(&Notice::ManWritten { pages: pages.len() as u64, folder: folder.clone() });
    Ok(Exit::Well)
}
