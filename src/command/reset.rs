//! `reset`: undoes an acceptance or a refusal, so that the next `send` sends the letter again.

use anyhow::Result;
use jiff::Timestamp;

use super::load::{existing_ledger, load_if_sound, settings_and_leave, split_campaign};
use super::local::who;
use super::{confirm_number, settled};
use crate::cli::Reset;
use crate::delivery::{LedgerEntry, State};
use crate::failure::{Asked, Exit, Failure};
use crate::letter::LetterId;
use crate::notice::Notice;
use crate::terminal::Terminal;
use crate::trust::Trust;

pub(super) fn run(mut given: Reset, terminal: &Terminal) -> Result<Exit> {
    split_campaign(&mut given.to, &mut given.place.campaign);
    let (file, config) =
        settings_and_leave(given.place.campaign.as_deref(), Trust::Kept, terminal)?;
    let now = Timestamp::now();
    let mut ledger = existing_ledger(&config, now)?;
    let mut letters = Vec::new();
    for address in &given.to {
        letters.extend(ledger.settled_for(&address.trim().to_lowercase())?);
    }
    if given.all {
        letters = ledger.entries(None)?;
        letters
            .retain(|entry| matches!(entry.state, State::Accepted | State::Filed | State::Refused));
    }
    if letters.is_empty() {
        return Err(Failure::NoLedger { path: config.folder }.into());
    }
    letters.sort_by_key(|entry| entry.id);
    letters.dedup_by_key(|entry| entry.id);
    // If the list cannot be read now, the next `send` says what is on it.
    if let Ok(Some(campaign)) = load_if_sound(&file, Trust::Kept) {
        let absent = campaign.absent(&letters)?;
        let first = letters.iter().find(|entry| absent.contains(&entry.id)).cloned();
        if given.all {
            letters.retain(|entry| !absent.contains(&entry.id));
        }
        if let Some(LedgerEntry { address, replaced_by, .. }) = first
            && (!given.all || letters.is_empty())
        {
            let list = config.contacts.file;
            return Err(Failure::NotOnList { address, replaced_by, list }.into());
        }
    }
    if !given.yes {
        let accepted = letters.iter().filter(|entry| entry.state == State::Accepted).count() as u64;
        let letters = letters.len() as u64;
        let question = Notice::TypeToReset { letters, accepted };
        confirm_number(Asked::ToReset, letters, &question, terminal)?;
    }
    let ids: Vec<LetterId> = letters.iter().map(|entry| entry.id).collect();
    let letters = ledger.reset(&letters, &who(), now)?;
    terminal.result(&Notice::Resolved { letters, state: State::Waiting });
    settled("reset", &ids, &ledger, &config, terminal)
}
