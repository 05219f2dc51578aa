//! `report`: every letter's fate, one by one.

use anyhow::Result;

use super::Exit;
use crate::cli::Report;
use crate::ledger::Ledger;
use crate::notice::{Notice, Summary};
use crate::screen::Screen;

pub(super) fn run(given: &Report, screen: &Screen) -> Result<Exit> {
    let (_, config) = super::settings(given.place.campaign.as_deref(), screen)?;
    let mut summary = Summary { command: "report", ..Summary::default() };
    let Some(ledger) = Ledger::look(&config.folder, &config.id)? else {
        screen.result(&Notice::NothingSentYet);
        screen.summary(&summary);
        return Ok(Exit::Well);
    };
    for entry in ledger.entries(None)? {
        screen.letter(&entry);
        let (address, state, reply) = (entry.address, entry.state, entry.reply.unwrap_or_default());
        screen.result(&Notice::LetterSettled { address, state, reply });
    }
    summary.account = ledger.account()?;
    summary.letters = summary.account.letters();
    screen.result(&Notice::Account { account: summary.account, blocked: 0 });
    screen.summary(&summary);
    Ok(Exit::Well)
}
