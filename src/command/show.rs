//! `show`: one letter in the terminal, as its reader sees it.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::path::Path;

use anyhow::Result;
use jiff::Zoned;

use super::load::load;
use super::output;
use crate::campaign::{Campaign, Draft, Numbers};
use crate::cli::Show;
use crate::compose::{Composed, Mode};
use crate::delivery::State;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::letter::{self, Origin};
use crate::notice::{Notice, Summary};
use crate::recipient::Recipient;
use crate::report;
use crate::terminal::Terminal;

/// Which letter to show.
enum Wanted {
    First,
    Address(String),
    Row(u64),
    Number(String),
    /// The first that waits to be sent.
    Waiting,
}

pub(super) fn run(given: &Show, terminal: &Terminal) -> Result<Exit> {
    let mut summary = Summary { command: "show", ..Summary::default() };
    let campaign = load(given.place.campaign.as_deref(), terminal, &mut summary)?;
    if let Some(path) = &given.pdf {
        output::free(path, &campaign.config, given.replace.into())?;
    }
    let wanted = wanted(given, &campaign)?;
    let ledger = Ledger::look(&campaign.config.folder, &campaign.config.id)?;
    let numbers = Numbers::new(&campaign.config.numbering, ledger.as_ref())?;
    let now = Zoned::now();
    // With `--next` and a letter that is named, the one after it is shown.
    let mut is_next = false;
    for draft in campaign.drafts(numbers, &now, &Mode::Real)? {
        let is_wanted = wanted.is(&draft, &campaign, ledger.as_ref())?;
        let passes = given.next && !matches!(wanted, Wanted::Waiting);
        if is_next || is_wanted && !passes {
            return show(&draft, given, &campaign, terminal);
        }
        is_next = is_wanted;
    }
    if is_next {
        return Err(Failure::NothingBehind.into());
    }
    Err(match wanted {
        Wanted::Address(_) => {
            Failure::NoSuchRecipient { address: given.to.clone().unwrap_or_default() }.into()
        }
        Wanted::Row(row) => Failure::NoSuchRow { row }.into(),
        Wanted::Number(number) => Failure::NoSuchNumber { number }.into(),
        Wanted::Waiting => Failure::NothingWaits.into(),
        Wanted::First => {
            campaign.no_rows(0).iter().for_each(|problem| terminal.problem(problem));
            Failure::Faulty { errors: 1 }.into()
        }
    })
}

fn wanted(given: &Show, campaign: &Campaign) -> Result<Wanted> {
    Ok(match (&given.to, given.row, &given.number) {
        (Some(address), _, _) => Wanted::Address(address.trim().to_lowercase()),
        (None, Some(row), _) => Wanted::Row(row),
        (None, None, Some(number)) => Wanted::Number(number.trim().to_owned()),
        (None, None, None) if given.random => Wanted::Row(any_row(campaign)?),
        (None, None, None) if given.next => Wanted::Waiting,
        (None, None, None) => Wanted::First,
    })
}

/// A row at random, of those that have an address.
fn any_row(campaign: &Campaign) -> Result<u64> {
    let chance = RandomState::new();
    let rows = campaign.rows_unverified()?.filter(|row| row.recipient.is_some()).map(|row| row.row);
    Ok(rows.max_by_key(|row| chance.hash_one(row)).unwrap_or(1))
}

impl Wanted {
    fn is(&self, draft: &Draft, campaign: &Campaign, ledger: Option<&Ledger>) -> Result<bool> {
        let of_address = |recipient: &Recipient, wanted: &str| {
            *wanted == recipient.address.key()
                || *wanted == recipient.address.shown().to_lowercase()
        };
        Ok(match self {
            Self::First => true,
            Self::Address(wanted) => {
                draft.recipient.as_ref().is_some_and(|recipient| of_address(recipient, wanted))
            }
            Self::Row(row) => draft.row == *row,
            Self::Number(wanted) => draft
                .composed
                .as_ref()
                .is_some_and(|composed| composed.letter.number.as_ref() == Some(wanted)),
            Self::Waiting => match (&draft.recipient, ledger) {
                (None, _) => false,
                (Some(_), None) => draft.composed.is_some(),
                (Some(recipient), Some(ledger)) => ledger
                    .entry(campaign.id(recipient))?
                    .is_none_or(|entry| entry.state == State::Waiting),
            },
        })
    }
}

fn show(draft: &Draft, given: &Show, campaign: &Campaign, terminal: &Terminal) -> Result<Exit> {
    let tell = |draft: &Draft| draft.problems.iter().for_each(|problem| terminal.problem(problem));
    let Some(composed) = &draft.composed else {
        tell(draft);
        return Err(Failure::Faulty { errors: draft.problems.len() as u64 }.into());
    };
    if let Some(path) = &given.pdf {
        write_pdf(path, composed)?;
        terminal.result(&Notice::PdfWritten { path: path.clone() });
    } else if given.raw {
        terminal.bytes(&composed.letter.bytes);
    } else if given.html {
        terminal.text(&composed.page());
    } else if given.text {
        terminal.text(&composed.text);
    } else {
        terminal.result(&Notice::LetterHead {
            row: draft.row,
            number: composed.letter.number.clone(),
            fields: letter::shown_headers(&composed.letter),
            attachments: composed
                .attachments
                .iter()
                .map(|file| (file.name.clone(), file.bytes.len()))
                .collect(),
        });
        terminal.text("");
        terminal.page(&composed.text, &composed.html);
        terminal.tell(&Notice::NextLetter {
            folder: campaign.config.folder.clone(),
            row: draft.row + 1,
        });
    }
    tell(draft);
    Ok(Exit::Well)
}

fn write_pdf(path: &Path, composed: &Composed) -> Result<()> {
    let page =
        composed.attachments.iter().find(|attachment| attachment.origin == Origin::Letterhead);
    report::put(path, &page.ok_or(Failure::NoPdf)?.bytes)
}
