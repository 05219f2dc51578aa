//! `forget`: deletes the personal data of a finished mailing. The register stays.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::Timestamp;

use super::confirm_number;
use super::couriers;
use super::load::{existing_ledger_alone, settings_and_leave};
use super::send::{OUTBOX, REHEARSAL};
use crate::campaign::account;
use crate::cli::Forget;
use crate::config::{Config, Keep};
use crate::delivery::{LedgerEntry, State};
use crate::failure::{Asked, Doing, Exit, Failure};
use crate::files;
use crate::ledger::{self, Ledger};
use crate::letter::LetterId;
use crate::notice::{Notice, Remains, Summary};
use crate::outbox::file_name;
use crate::preview;
use crate::problem::Cause;
use crate::terminal::Terminal;

pub(super) fn run(given: &Forget, terminal: &Terminal) -> Result<Exit> {
    let place = &given.place;
    let (_, config) = settings_and_leave(place.campaign.as_deref(), place.trust.into(), terminal)?;
    let before = given.before.to_string();
    let until = given.before.to_zoned_datetime(config.zone.clone())?.timestamp();
    let mut ledger = existing_ledger_alone(&config, Timestamp::now())?;
    // Letters to those who must not be written to wait for good.
    let (account, _) = account(&ledger, &config)?;
    let open = account.waiting + account.unknown;
    if open > 0 {
        return Err(Failure::StillGoing { open, folder: config.folder }.into());
    }
    let letters = ledger.forgettable(until)?;
    let remains = remains(&config, &ledger, &letters)?;
    let count = letters.len() as u64;
    if count == 0 {
        terminal.result(&Notice::NothingToForget { before });
    } else {
        if !given.yes {
            let remains = remains.clone();
            let question = Notice::TypeToForget { letters: count, before, remains };
            confirm_number(Asked::ToForget, count, &question, terminal)?;
        }
        // Files first: of a letter that is forgotten, nobody knows the name of its file.
        let files = clear(&config, &letters, remains.letters == 0)?;
        let (letters, mails) = ledger.forget(until)?;
        terminal.result(&Notice::Forgotten { letters, mails, files, remains });
    }
    terminal.summary(&Summary { command: "forget", letters: count, ..Summary::default() });
    Ok(Exit::Well)
}

fn remains(config: &Config, ledger: &Ledger, forgotten: &[LedgerEntry]) -> Result<Remains> {
    let contacts = &config.contacts;
    let named = std::iter::once(&contacts.file).chain(&contacts.suppress).chain(&contacts.forms);
    let files = named.map(|file| config.folder.join(file)).filter(|file| file.exists());
    let forgotten: HashSet<LetterId> = forgotten.iter().map(|entry| entry.id).collect();
    let mut later = ledger.entries(None)?;
    // One that waits for good is told of with who must not be written to.
    later.retain(|entry| {
        let is_settled = entry.state != State::Waiting;
        is_settled && !entry.address.is_empty() && !forgotten.contains(&entry.id)
    });
    Ok(Remains {
        files: files.collect(),
        letters: later.len() as u64,
        suppressed: ledger::suppressed(&config.ledger)?.len() as u64,
    })
}

/// Removes what is left of these letters; of previews and rehearsals, which show several, only if no other
/// letter is left. Returns how many files that were.
fn clear(config: &Config, letters: &[LedgerEntry], are_all: bool) -> Result<u64> {
    let names: Vec<String> =
        letters.iter().map(|entry| file_name(&entry.address, entry.id)).collect();
    let mut folders = vec![config.folder.join(OUTBOX)];
    let mut removed = 0;
    if let Some(archive) = &config.archive {
        let path = config.folder.join(&archive.path);
        match archive.keep {
            Keep::Files => folders.push(path),
            Keep::OneFile => {
                removed += couriers::forget(&path, &names).map_err(|detail| Failure::File {
                    doing: Doing::Writing,
                    path: path.clone(),
                    cause: Cause::Other(detail),
                })?;
            }
        }
    }
    for folder in folders {
        for path in names.iter().map(|name| folder.join(name)).filter(|path| path.is_file()) {
            removed += removed_one(&path)?;
        }
        files::remove_if_empty(&folder);
    }
    if are_all {
        let preview = config.folder.join(preview::FOLDER);
        if preview::record(&preview).is_some() {
            removed += removed_all(&preview)?;
        }
        removed += removed_all(&config.folder.join(REHEARSAL))?;
    }
    Ok(removed)
}

fn removed_one(path: &Path) -> Result<u64> {
    files::remove(path).map_err(|error| Failure::file(Doing::Writing, path, &error))?;
    Ok(1)
}

/// Removes the files in a folder and those within it, and follows no link.
fn removed_all(folder: &Path) -> Result<u64> {
    let mut removed = 0;
    if files::must_not_be_link(folder).is_err() {
        return Ok(0);
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    for path in paths {
        let is_folder = std::fs::symlink_metadata(&path).is_ok_and(|about| about.is_dir());
        removed += if is_folder { removed_all(&path)? } else { removed_one(&path)? };
    }
    files::remove_if_empty(folder);
    Ok(removed)
}
