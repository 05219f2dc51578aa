//! `status`: what stands where.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;

use super::Exit;
use super::sealed::standing;
use crate::campaign::Campaign;
use crate::cli::Status;
use crate::delivery::State;
use crate::ledger::Ledger;
use crate::notice::{Next, Notice, Outlook, Summary};
use crate::policy::Pace;
use crate::recipient::Address;
use crate::screen::Screen;
use crate::sending;

pub(super) fn run(given: &Status, screen: &Screen) -> Result<Exit> {
    let (file, config) = super::settings(given.place.campaign.as_deref(), screen)?;
    let ledger = Ledger::look(&config.folder, &config.id)?;
    // What stands where can be told of a campaign whose letters have a fault by now.
    let standing = match Campaign::load(Some(&file)) {
        Ok(campaign) => Some(standing(&campaign, ledger.as_ref())?),
        Err(_) => None,
    };
    let seal = standing.as_ref().map(|standing| standing.seal.clone());
    let mut summary = Summary { command: "status", seal, ..Summary::default() };
    let ledger = match ledger {
        Some(ledger) if ledger.enrolled()? > 0 => Some(ledger),
        Some(_) | None => None,
    };
    let Some(ledger) = ledger else {
        screen.result(&Notice::NothingSentYet);
        standing.into_iter().for_each(|standing| screen.result(&Notice::Standing(standing)));
        screen.tell(&Notice::Next(Next::Preview { folder: config.folder }));
        screen.summary(&summary);
        return Ok(Exit::Well);
    };
    summary.account = ledger.account()?;
    summary.letters = summary.account.letters();
    if let Some(by) = ledger.holder() {
        screen.tell(&Notice::LedgerIsHeld { by });
    }
    for state in [State::Refused, State::Unknown] {
        for entry in ledger.entries(Some(state))? {
            let reply = entry.reply.unwrap_or_default();
            screen.result(&match state {
                State::Unknown => Notice::UnknownLetter {
                    address: entry.address,
                    message_id: entry.message_id,
                    at: super::clock(entry.changed),
                },
                _ => Notice::LetterSettled { address: entry.address, state, reply },
            });
        }
    }
    screen.result(&Notice::Account { account: summary.account, blocked: 0 });
    if let Some(outlook) = outlook(&ledger, &config.pace, summary.account.waiting)? {
        screen.tell(&Notice::Outlook(outlook));
    }
    standing.into_iter().for_each(|standing| screen.result(&Notice::Standing(standing)));
    for next in super::next_steps(&summary.account) {
        screen.tell(&Notice::Next(next));
    }
    screen.summary(&summary);
    Ok(Exit::Well)
}

/// More letters than this are not gone through for it.
const MANY: u64 = 200_000;

/// When those that wait will go: by the window's own clock, for the list is not read here.
fn outlook(ledger: &Ledger, pace: &Pace, waiting: u64) -> Result<Option<Outlook>> {
    if !pace.is_bounded() || waiting == 0 || waiting > MANY {
        return Ok(None);
    }
    let mut pacer = sending::pacer(pace, Some(ledger), Timestamp::now())?;
    let mut gates = BTreeMap::new();
    for entry in ledger.entries(Some(State::Waiting))? {
        let address = Address::parse(&entry.address);
        let gate = pacer.gate(address.as_ref().map_or("", Address::domain), None);
        *gates.entry(gate).or_default() += 1;
    }
    Ok(super::outlook(pacer, gates))
}
