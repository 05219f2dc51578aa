//! `suppress`: lists and changes who must not be written to.

use anyhow::Result;
use jiff::{Timestamp, ZonedDateTime};

use super::load::leave_for_ledger;
use super::local::who;
use crate::cli::Suppress;
use crate::config::{self, Config};
use crate::delivery::WorkerName;
use crate::failure::{Exit, Failure};
use crate::ledger::{Ledger, suppressed};
use crate::notice::{Notice, Summary};
use crate::problem::AddressFlaw;
use crate::recipient::Address;
use crate::suppression::{self, Suppressed};
use crate::terminal::Terminal;
use crate::trust::Trust;

pub(super) fn run(mut given: Suppress, terminal: &Terminal) -> Result<Exit> {
    split_entries(&mut given);
    let (file, text) = config::find(given.place.campaign.as_deref())?;
    let config = match config::read(&file, &text) {
        Ok(config) => config,
        Err(problems) => {
            problems.iter().for_each(|problem| terminal.problem(problem));
            return Err(Failure::Faulty { errors: problems.len() as u64 }.into());
        }
    };
    leave_for_ledger(&config, Trust::Kept, terminal)?;
    if given.add.is_empty() && given.remove.is_empty() {
        return list(&config, terminal);
    }
    // All entries are checked before the first is written.
    for entry in given.add.iter().chain(&given.remove) {
        if !suppression::is_entry(entry) {
            let flaw = Address::parse(entry).err().unwrap_or(AddressFlaw::Domain);
            return Err(Failure::BadAddress { address: entry.clone(), flaw }.into());
        }
    }
    let (mut ledger, held_by) = open_or_join(&config)?;
    let date = ZonedDateTime::now().strftime("%Y-%m-%d").to_string();
    for entry in &given.add {
        let new = Suppressed {
            entry: entry.trim().to_owned(),
            reason: given.reason.clone().unwrap_or_default(),
            date: date.clone(),
        };
        ledger.suppress(&new, &who())?;
        tell(&new.entry, &new.reason, &new.date, terminal);
    }
    let mut removed = 0;
    for entry in &given.remove {
        let was_there = ledger.allow(entry.trim())?;
        removed += u64::from(was_there);
        let fields = [("address", entry.trim().into()), ("was_suppressed", was_there.into())];
        terminal.item("allowed", fields);
    }
    terminal.result(&Notice::SuppressChanged { added: given.add.len() as u64, removed });
    if let Some(by) = held_by {
        terminal.tell(&Notice::SuppressHeard { by });
    }
    Ok(Exit::Well)
}

fn list(config: &Config, terminal: &Terminal) -> Result<Exit> {
    let entries = suppressed(&config.ledger)?;
    if entries.is_empty() {
        terminal.tell(&Notice::SuppressedNobody);
        // Also where there is nothing to list, there is a line with the schema.
        terminal.summary(&Summary { command: "suppress", ..Summary::default() });
    }
    for Suppressed { entry, reason, date } in entries {
        tell(&entry, &reason, &date, terminal);
        terminal.result(&Notice::SuppressedEntry { entry, reason, date });
    }
    Ok(Exit::Well)
}

fn tell(entry: &str, reason: &str, date: &str, terminal: &Terminal) {
    let fields = [("address", entry), ("reason", reason), ("date", date)];
    terminal.item("suppressed", fields.map(|(name, value)| (name, value.into())));
}

/// Opens the ledger, or joins the runs that use it: somebody who asks for no more letters must not
/// get one from them. Returns whose they are then.
pub(super) fn open_or_join(config: &Config) -> Result<(Ledger, Option<String>)> {
    match Ledger::share(&config.ledger, &who(), Timestamp::now()) {
        Ok((ledger, _)) => {
            let at_work = ledger.workers()?.into_iter().map(|worker| worker.name);
            Ok((ledger, WorkerName::list(at_work)))
        }
        Err(error) => match error.downcast_ref::<Failure>() {
            Some(Failure::LedgerHeld { by }) if config.ledger.server.is_none() => {
                Ok((Ledger::beside(&config.ledger)?, Some(by.clone())))
            }
            Some(_) | None => Err(error),
        },
    }
}

/// `--add ADDRESS… [CAMPAIGN]`: the campaign that was taken for a further entry. A domain may look
/// like a folder, so only a folder or file that exists counts as one.
fn split_entries(given: &mut Suppress) {
    for entries in [&mut given.add, &mut given.remove] {
        if given.place.campaign.is_none()
            && entries.len() > 1
            && entries.last().is_some_and(|last| std::path::Path::new(last).exists())
        {
            given.place.campaign = entries.pop().map(Into::into);
        }
    }
}
