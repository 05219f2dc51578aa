//! `trust`: lists what folders may do, gives leave, takes it back; and the one question for it.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;

use super::load::settings;
use crate::campaign::needs;
use crate::cli::Trust as Given;
use crate::config::Config;
use crate::failure::{Doing, Exit, Failure};
use crate::notice::{Notice, Summary};
use crate::terminal::Terminal;
use crate::trust::{self, Need, Trust};

pub(super) fn run(given: &Given, terminal: &Terminal) -> Result<Exit> {
    match &given.folder {
        None => list(terminal),
        Some(folder) if given.remove => take_back(folder, terminal)?,
        Some(folder) => {
            let (_, config) = settings(Some(folder), terminal)?;
            give(&config.folder, needs::of(&config, Trust::ThisRun), terminal)?;
        }
    }
    terminal.summary(&Summary { command: "trust", ..Summary::default() });
    Ok(Exit::Well)
}

/// Makes sure that a campaign has leave for all that it runs, takes, reads and writes: it has been
/// given before, or a person gives it now, or it is for this run.
///
/// # Errors
/// [`Failure::NotTrusted`] if nobody can be asked, or says no.
pub(super) fn ensure(config: &Config, trust: Trust, terminal: &Terminal) -> Result<()> {
    let needs = needs::of(config, trust);
    if trust.allows(&config.folder, &needs) {
        return Ok(());
    }
    let folder = config.folder.clone();
    if terminal.can_ask() {
        terminal.warn(&Notice::AskLeave { folder: folder.clone(), needs: needs.clone() });
        if terminal.ask(&Notice::TypeYes).as_deref().is_some_and(super::is_yes) {
            keep(&folder, needs)?;
            // A template outside, now that it may be read, may include another.
            return ensure(config, trust, terminal);
        }
    }
    Err(Failure::NotTrusted { folder, needs }.into())
}

fn list(terminal: &Terminal) {
    let leaves = trust::all();
    if leaves.is_empty() {
        terminal.result(&Notice::NobodyHasLeave);
    }
    for leave in leaves {
        terminal.leave(&leave);
        let at = Some(leave.at());
        let (folder, needs) = (leave.folder, leave.needs);
        terminal.result(&Notice::LeaveGiven { folder, needs, at });
    }
}

fn give(folder: &Path, needs: Vec<Need>, terminal: &Terminal) -> Result<()> {
    if needs.is_empty() {
        terminal.result(&Notice::LeaveNotNeeded { folder: folder.to_owned() });
        return Ok(());
    }
    keep(folder, needs.clone())?;
    terminal.result(&Notice::LeaveGiven { folder: folder.to_owned(), needs, at: None });
    Ok(())
}

fn keep(folder: &Path, needs: Vec<Need>) -> Result<()> {
    trust::give(folder, needs, Timestamp::now())
        .map_err(|error| Failure::file(Doing::Writing, folder, &error).into())
}

/// Takes leave back from a campaign's folder or `campaign.toml`, which may be gone.
fn take_back(given: &Path, terminal: &Terminal) -> Result<()> {
    let is_file = given.file_name().is_some_and(|name| name == crate::config::FILE);
    let folder = given.parent().filter(|_| is_file).unwrap_or(given).to_owned();
    let was_given = trust::take_back(&folder)
        .map_err(|error| Failure::file(Doing::Writing, &folder, &error))?;
    terminal.result(&Notice::LeaveTakenBack { folder, was_given });
    Ok(())
}
