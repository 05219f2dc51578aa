//! `resolve`: records what became of unknown letters, by a person's word.

use anyhow::Result;
use jiff::Timestamp;

use super::load::{existing_ledger, settings_and_leave, split_campaign};
use super::local::who;
use super::settled;
use crate::cli::Resolve;
use crate::delivery::State;
use crate::failure::Exit;
use crate::ledger::Ledger;
use crate::notice::Notice;
use crate::terminal::Terminal;
use crate::trust::Trust;

pub(super) fn run(mut given: Resolve, terminal: &Terminal) -> Result<Exit> {
    split_campaign(&mut given.to, &mut given.place.campaign);
    let (_, config) = settings_and_leave(given.place.campaign.as_deref(), Trust::Kept, terminal)?;
    let now = Timestamp::now();
    if given.lost {
        let (ledger, letters) = Ledger::open_torn(&config.ledger, &who(), now)?;
        terminal.result(&Notice::Resolved { letters, state: State::Unknown });
        return settled("resolve", &[], &ledger, &config, terminal);
    }
    let mut ledger = existing_ledger(&config, now)?;
    let after = if given.accepted { State::Accepted } else { State::Waiting };
    let addresses: Vec<String> =
        given.to.iter().map(|address| address.trim().to_lowercase()).collect();
    let resolved = ledger.resolve(&addresses, after, &who(), now)?;
    terminal.result(&Notice::Resolved { letters: resolved.len() as u64, state: after });
    settled("resolve", &resolved, &ledger, &config, terminal)
}
