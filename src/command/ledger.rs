//! `ledger`: prepares a server for ledgers, moves a ledger to it or back, and writes a copy of one.

use anyhow::Result;
use jiff::Timestamp;

use super::load::settings_and_leave;
use super::local::who;
use super::output;
use crate::cli::{Ledger as Given, LedgerAction, LedgerEngine};
use crate::failure::{Exit, Failure};
use crate::ledger::{self, Ledger};
use crate::notice::{Notice, Summary};
use crate::terminal::Terminal;

pub(super) fn run(given: &Given, terminal: &Terminal) -> Result<Exit> {
    let place = &given.place;
    let (_, config) = settings_and_leave(place.campaign.as_deref(), place.trust.into(), terminal)?;
    let at = &config.ledger;
    if let (LedgerAction::Backup, Some(path)) = (given.action, &given.out) {
        output::free(path, &config, given.replace.into())?;
        let path_of = || config.folder.clone();
        let ledger = Ledger::look(at)?.ok_or_else(|| Failure::NoLedger { path: path_of() })?;
        ledger.copy_to(path)?;
        let letters = ledger.enrolled()?;
        terminal.result(&Notice::LedgerCopied { path: path.clone(), letters });
        terminal.summary(&Summary { command: "ledger", letters, ..Summary::default() });
        return Ok(Exit::Well);
    }
    let server = at.server.as_ref().ok_or(Failure::NoServer)?;
    let now = Timestamp::now();
    let mut summary = Summary { command: "ledger", ..Summary::default() };
    match (given.action, given.to) {
        (LedgerAction::Init, _) => {
            let server = ledger::init(server)?;
            terminal.result(&Notice::LedgerReady { server });
        }
        (LedgerAction::Move | LedgerAction::Backup, Some(LedgerEngine::Postgres)) => {
            summary.letters = ledger::move_to_server(at, &who(), now)?;
            terminal.result(&Notice::LedgerOnServer { letters: summary.letters });
        }
        (LedgerAction::Move | LedgerAction::Backup, Some(LedgerEngine::Sqlite)) => {
            summary.letters = ledger::move_to_folder(at, &who(), now)?;
            terminal.result(&Notice::LedgerInFolder { letters: summary.letters });
        }
        (LedgerAction::Move | LedgerAction::Backup, None) => {
            return Err(Failure::NothingToMove.into());
        }
    }
    terminal.summary(&summary);
    Ok(Exit::Well)
}
