//! `reset`: a person undoes an acceptance or a refusal; the letter goes again with the next `send`.

use anyhow::Result;
use jiff::Timestamp;

use super::split_campaign;
use crate::cli::Reset;
use crate::delivery::State;
use crate::failure::{Asked, Exit, Failure};
use crate::ledger::Ledger;
use crate::notice::Notice;
use crate::terminal::Terminal;

pub(super) fn run(mut given: Reset, terminal: &Terminal) -> Result<Exit> {
    split_campaign(&mut given.to, &mut given.place.campaign);
    let (_, config) = super::settings(given.place.campaign.as_deref(), terminal)?;
    if Ledger::look(&config.folder, &config.id)?.is_none() {
        return Err(Failure::NoLedger { path: config.folder }.into());
    }
    let now = Timestamp::now();
    let (mut ledger, _) = Ledger::open(&config.folder, &config.id, &super::who(), now)?;
    let mut letters = Vec::new();
    for address in &given.to {
        letters.extend(ledger.settled_for(&address.trim().to_lowercase())?);
    }
    if given.all {
        letters = ledger.entries(None)?;
        letters.retain(|entry| matches!(entry.state, State::Accepted | State::Refused));
    }
    if letters.is_empty() {
        return Err(Failure::NoLedger { path: config.folder }.into());
    }
    letters.sort_by_key(|entry| entry.id);
    letters.dedup_by_key(|entry| entry.id);
    if !given.yes {
        if !terminal.can_ask() {
            return Err(Failure::NeedsConfirmation(Asked::ToReset).into());
        }
        let accepted = letters.iter().filter(|entry| entry.state == State::Accepted).count() as u64;
        let answer = terminal.ask(&Notice::TypeToReset { letters: letters.len() as u64, accepted });
        if answer != Some(letters.len().to_string()) {
            return Err(Failure::NotConfirmed.into());
        }
    }
    let letters = ledger.reset(&letters, &super::who(), now)?;
    terminal.result(&Notice::Resolved { letters, state: State::Waiting });
    for next in super::next_steps(&ledger.account()?, &config) {
        terminal.tell(&Notice::Next(next));
    }
    Ok(Exit::Well)
}
