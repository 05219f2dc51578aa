//! `status`: what stands where.

use anyhow::Result;

use super::Exit;
use crate::campaign::Campaign;
use crate::cli::Status;
use crate::delivery::State;
use crate::ledger::Ledger;
use crate::notice::{Notice, Summary};
use crate::screen::Screen;

pub(super) fn run(given: &Status, screen: &Screen) -> Result<Exit> {
    let (file, config) = super::settings(given.place.campaign.as_deref(), screen)?;
    let seal = Campaign::load(Some(&file)).ok().map(|campaign| campaign.seal().to_owned());
    let mut summary = Summary { command: "status", seal, ..Summary::default() };
    let Some(ledger) = Ledger::look(&config.folder, &config.id)? else {
        screen.result(&Notice::NothingSentYet);
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
    for next in super::next_steps(&summary.account) {
        screen.tell(&Notice::Next(next));
    }
    screen.summary(&summary);
    Ok(Exit::Well)
}
