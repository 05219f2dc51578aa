//! `status`: what stands where.

use anyhow::Result;

use super::Exit;
use super::sealed::standing;
use crate::campaign::Campaign;
use crate::cli::Status;
use crate::delivery::State;
use crate::ledger::Ledger;
use crate::notice::{Next, Notice, Summary};
use crate::screen::Screen;

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
    standing.into_iter().for_each(|standing| screen.result(&Notice::Standing(standing)));
    for next in super::next_steps(&summary.account) {
        screen.tell(&Notice::Next(next));
    }
    screen.summary(&summary);
    Ok(Exit::Well)
}
