//! `resolve`: a person decides what became of letters that nobody else can know of.

use anyhow::Result;
use jiff::Timestamp;

use super::split_campaign;
use crate::cli::Resolve;
use crate::delivery::State;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::notice::Notice;
use crate::terminal::Terminal;

pub(super) fn run(mut given: Resolve, terminal: &Terminal) -> Result<Exit> {
    split_campaign(&mut given.to, &mut given.place.campaign);
    let (_, config) = super::settings(given.place.campaign.as_deref(), terminal)?;
    if Ledger::look(&config.folder, &config.id)?.is_none() {
        return Err(Failure::NoLedger { path: config.folder }.into());
    }
    let after = if given.accepted { State::Accepted } else { State::Waiting };
    let now = Timestamp::now();
    let (mut ledger, _) = Ledger::open(&config.folder, &config.id, &super::who(), now)?;
    let addresses: Vec<String> =
        given.to.iter().map(|address| address.trim().to_lowercase()).collect();
    let letters = ledger.resolve(&addresses, after, &super::who(), now)?;
    terminal.result(&Notice::Resolved { letters, state: after });
    for next in super::next_steps(&ledger.account()?, &config) {
        terminal.tell(&Notice::Next(next));
    }
    Ok(Exit::Well)
}
