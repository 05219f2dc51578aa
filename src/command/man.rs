//! `man`: the manual pages, in the language asked for.

use anyhow::Result;

use crate::cli::{self, Man};
use crate::failure::{Doing, Exit, Failure};
use crate::files::{self, Audience};
use crate::notice::Notice;
use crate::terminal::Terminal;

pub(super) fn run(given: &Man, terminal: &Terminal) -> Result<Exit> {
    let pages = cli::manual(terminal.language)?;
    let Some(folder) = &given.out else {
        if let Some((name, page)) = pages.first() {
            if terminal.is_json() {
                let page = String::from_utf8_lossy(page);
                terminal.item("page", [("name", name.as_str().into()), ("text", page.into())]);
            } else {
                terminal.bytes(page);
            }
        }
        return Ok(Exit::Well);
    };
    files::create_path(folder).map_err(|error| Failure::file(Doing::Creating, folder, &error))?;
    for (name, _) in &pages {
        let path = folder.join(name);
        if !given.replace && path.exists() {
            return Err(Failure::FileThere { path }.into());
        }
    }
    for (name, page) in &pages {
        let path = folder.join(name);
        files::put(&path, page, Audience::Everyone)
            .map_err(|error| Failure::file(Doing::Writing, &path, &error))?;
        let file = path.to_string_lossy();
        terminal.item("page", [("name", name.as_str().into()), ("file", file.into())]);
    }
    terminal.result(&Notice::ManWritten { pages: pages.len() as u64, folder: folder.clone() });
    Ok(Exit::Well)
}
