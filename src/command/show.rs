//! `show`: one letter in the terminal, as its reader sees it.

use anyhow::Result;
use jiff::Zoned;

use super::{Exit, load};
use crate::campaign::Numbers;
use crate::cli::Show;
use crate::compose::Mark;
use crate::ledger::Ledger;
use crate::notice::{Failure, Notice, Summary};
use crate::screen::Screen;

pub(super) fn run(given: &Show, screen: &Screen) -> Result<Exit> {
    let mut summary = Summary { command: "show", ..Summary::default() };
    let campaign = load(given.place.campaign.as_deref(), screen, &mut summary)?;
    let ledger = Ledger::look(&campaign.config.folder, &campaign.config.id)?;
    let numbers = Numbers::new(&campaign.config.numbering, ledger.as_ref())?;
    let now = Zoned::now();
    let wanted = given.to.as_ref().map(|address| address.trim().to_lowercase());
    for draft in campaign.drafts(numbers, &now, &Mark::Real)? {
        let is_wanted = match (&wanted, &draft.recipient) {
            (None, _) => true,
            (Some(wanted), Some(recipient)) => {
                *wanted == recipient.address.key() || *wanted == recipient.address.shown().to_lowercase()
            }
            (Some(_), None) => false,
        };
        if !is_wanted {
            continue;
        }
        draft.problems.iter().for_each(|problem| screen.problem(problem));
        let (Some(recipient), Some(composed)) = (draft.recipient, draft.composed) else {
            return Err(Failure::Faulty { errors: draft.problems.len() as u64 }.into());
        };
        if given.raw {
            screen.bytes(&composed.letter.bytes);
        } else if given.html {
            screen.text(&composed.html);
        } else {
            if !given.text {
                let from = &campaign.config.from;
                let name = from.name.as_ref().map(|name| format!("{name} ")).unwrap_or_default();
                let copies = from.cc.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                screen.result(&Notice::LetterHead {
                    from: format!("{name}<{}>", from.address),
                    to: recipient.address.to_string(),
                    copies,
                    subject: composed.letter.subject.clone(),
                });
                screen.text("");
            }
            screen.text(&composed.text);
        }
        return Ok(Exit::Well);
    }
    if let Some(address) = &given.to {
        Err(Failure::NoSuchRecipient { address: address.clone() }.into())
    } else {
        campaign.no_rows(0).iter().for_each(|problem| screen.problem(problem));
        Err(Failure::Faulty { errors: 1 }.into())
    }
}
