//! `ledger`: prepares a server for ledgers, and moves a ledger to it or back.

use anyhow::Result;
use jiff::Timestamp;

use super::load::settings_and_leave;
use super::local::who;
use crate::cli::{Ledger as Given, LedgerAction, LedgerEngine};
use crate::failure::{Exit, Failure};
use crate::ledger;
use crate::notice::{Notice, Summary};
use crate::terminal::Terminal;

pub(super) fn run(given: &Given, terminal: &Terminal) -> Result<Exit> {
    let place = &given.place;
    let (_, config) = settings_and_leave(place.campaign.as_deref(), place.trust.into(), terminal)?;
    let at = &config.ledger;
    let server = at.server.as_ref().ok_or(Failure::NoServer)?;
    let now = Timestamp::now();
    let mut summary = Summary { command: "ledger", ..Summary::default() };
    match (given.action, given.to) {
        (LedgerAction::Init, _) => {
            let server = ledger::init(server)?;
            terminal.result(&Notice::LedgerReady { server });
        }
        (LedgerAction::Move, Some(LedgerEngine::Postgres)) => {
            summary.letters = ledger::move_to_server(at, &who(), now)?;
            terminal.result(&Notice::LedgerOnServer { letters: summary.letters });
        }
        (LedgerAction::Move, Some(LedgerEngine::Sqlite)) => {
            summary.letters = ledger::move_to_folder(at, &who(), now)?;
            terminal.result(&Notice::LedgerInFolder { letters: summary.letters });
        }
        (LedgerAction::Move, None) => return Err(Failure::NothingToMove.into()),
    }
    terminal.summary(&summary);
    Ok(Exit::Well)
}
