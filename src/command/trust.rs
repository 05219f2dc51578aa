//! `trust`: lists what folders may do, gives leave, takes it back; and the one question for it.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;

use super::load::{settings, through};
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
            let (_, config) = settings(Some(folder.as_path()), terminal)?;
            give(&config.folder, needs::of(&config, Trust::ThisRun), terminal)?;
            if given.relay.is_some() {
                let routed = through(Some(folder), given.relay.as_deref());
                let (_, config) = settings(routed, terminal)?;
                if let Some((file, needs)) = needs::of_relay_file(&config) {
                    give(file, needs, terminal)?;
                }
            }
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
    if let Some((file, needs)) = needs::of_relay_file(config)
        && !trust.allows(file, &needs)
    {
        let file = file.to_owned();
        let question = Notice::AskRelayLeave { file: file.clone(), needs: needs.clone() };
        if !is_allowed(&question, terminal) {
            let folder = config.folder.clone();
            return Err(Failure::RelayNotTrusted { file, needs, folder }.into());
        }
        keep(&file, needs)?;
    }
    let needs = needs::of(config, trust);
    if trust.allows(&config.folder, &needs) {
        return Ok(());
    }
    let folder = config.folder.clone();
    let question = Notice::AskLeave { folder: folder.clone(), needs: needs.clone() };
    if !is_allowed(&question, terminal) {
        return Err(Failure::NotTrusted { folder, needs }.into());
    }
    keep(&folder, needs)?;
    // A template outside, now that it may be read, may include another.
    ensure(config, trust, terminal)
}

fn is_allowed(question: &Notice, terminal: &Terminal) -> bool {
    if !terminal.can_ask() {
        return false;
    }
    terminal.warn(question);
    terminal.ask(&Notice::TypeYes).as_deref().is_some_and(super::is_yes)
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
