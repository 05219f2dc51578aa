//! `show`: one letter in the terminal, as its reader sees it.
//!
//! A letter that went is composed again only if it comes out the same to the last octet; else it is
//! told from the record.

mod recorded;

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::path::Path;

use anyhow::Result;
use jiff::ZonedDateTime;

use super::load::{load, settings_and_leave};
use super::output;
use crate::campaign::{Campaign, Draft, Numbers};
use crate::cli::Show;
use crate::compose::{Composed, Mode};
use crate::delivery::{LedgerEntry, State};
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::letter::{self, Origin};
use crate::notice::{Notice, Summary};
use crate::problem::RowName;
use crate::recipient::Recipient;
use crate::report;
use crate::terminal::Terminal;

/// Which letter to show.
enum Wanted {
    First,
    Address(String),
    Row(RowName),
    Number(String),
    /// The first that waits to be sent.
    Waiting,
}

pub(super) fn run(given: &Show, terminal: &Terminal) -> Result<Exit> {
    let (file, config) =
        settings_and_leave(given.place.campaign.as_deref(), given.place.trust.into(), terminal)?;
    if let Some(path) = &given.pdf {
        output::free(path, &config, given.replace.into())?;
    }
    let ledger = Ledger::look(&config.ledger)?;
    let gone = gone(given, ledger.as_ref())?;
    // What went can be shown even if the list or the letter has a fault by now.
    if let Some(entry) = &gone
        && Campaign::load_with(Some(&file), given.place.trust.into()).is_err()
    {
        return recorded::show(entry, given, &config, terminal);
    }
    let mut summary = Summary { command: "show", ..Summary::default() };
    let campaign = load(&given.place, terminal, &mut summary)?;
    if let Some(path) = &given.pdf {
        output::not_of_letters(path, &campaign)?;
    }
    let wanted = wanted(given, &campaign)?;
    let numbers = Numbers::new(&campaign.config.numbering, ledger.as_ref())?;
    let now = ZonedDateTime::now();
    // With `--next` and a letter that is named, the one after it is shown.
    let mut is_next = false;
    let mut drafts = campaign.drafts(numbers, &now, &Mode::Real)?;
    while let Some(mut draft) = drafts.next() {
        let is_wanted = match &gone {
            Some(entry) if matches!(wanted, Wanted::Number(_)) => {
                draft.recipient.as_ref().is_some_and(|it| campaign.id(it) == entry.id)
            }
            Some(_) | None => wanted.is(&draft, &campaign, ledger.as_ref())?,
        };
        let passes = given.next && !matches!(wanted, Wanted::Waiting);
        if is_next || is_wanted && !passes {
            if let Some(entry) = recorded::of(&mut draft, &campaign, ledger.as_ref())? {
                return recorded::show(&entry, given, &config, terminal);
            }
            let next = drafts.next().map(|next| campaign.name_of_row(&next.place));
            return show(&Found { draft, next }, given, &campaign, terminal);
        }
        is_next = is_wanted;
    }
    if is_next {
        return Err(Failure::NothingBehind.into());
    }
    if let Some(entry) = gone.filter(|_| !given.next) {
        return recorded::show(&entry, given, &config, terminal);
    }
    Err(match wanted {
        Wanted::Address(_) => {
            Failure::NoSuchRecipient { address: given.to.clone().unwrap_or_default() }.into()
        }
        Wanted::Row(row) => Failure::NoSuchRow { row: row.to_string() }.into(),
        Wanted::Number(number) => Failure::NoSuchNumber { number }.into(),
        Wanted::Waiting => Failure::NothingWaits.into(),
        Wanted::First => {
            campaign.no_rows(0).iter().for_each(|problem| terminal.problem(problem));
            Failure::Faulty { errors: 1 }.into()
        }
    })
}

/// The letter that went to the address, or under the number, that is asked for.
fn gone(given: &Show, ledger: Option<&Ledger>) -> Result<Option<LedgerEntry>> {
    let Some(ledger) = ledger.filter(|_| given.to.is_some() || given.number.is_some()) else {
        return Ok(None);
    };
    let address = given.to.as_ref().map(|address| address.trim().to_lowercase());
    let number = given.number.as_ref().map(|number| number.trim());
    let is_meant = |entry: &LedgerEntry| {
        let record = entry.went();
        record.is_some()
            && address.as_ref().is_none_or(|address| entry.address.to_lowercase() == *address)
            && number
                .is_none_or(|number| record.and_then(|it| it.number.as_deref()) == Some(number))
    };
    let mut letters = ledger.entries(None)?.into_iter().filter(is_meant);
    // A number that many letters have names none of them.
    Ok(letters.next().filter(|_| letters.next().is_none()))
}

fn wanted(given: &Show, campaign: &Campaign) -> Result<Wanted> {
    Ok(match (&given.to, given.row.clone(), &given.number) {
        (Some(address), _, _) => Wanted::Address(address.trim().to_lowercase()),
        (None, Some(row), _) => Wanted::Row(row),
        (None, None, Some(number)) => Wanted::Number(number.trim().to_owned()),
        (None, None, None) if given.random => Wanted::Row(any_row(campaign)?),
        (None, None, None) if given.next => Wanted::Waiting,
        (None, None, None) => Wanted::First,
    })
}

/// A row at random, of those that have an address.
fn any_row(campaign: &Campaign) -> Result<RowName> {
    let chance = RandomState::new();
    let rows = campaign.rows_unverified()?.filter(|row| row.recipient.is_some());
    let rows = rows.map(|row| RowName::of(&row.place));
    let any = rows.max_by_key(|row| chance.hash_one(row.to_string()));
    Ok(any.unwrap_or(RowName { sheet: None, row: 1 }))
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
            Self::Row(row) => row.holds(&draft.place),
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

/// The letter that was asked for.
struct Found {
    draft: Draft,
    /// The row of the letter after it.
    next: Option<String>,
}

fn show(found: &Found, given: &Show, campaign: &Campaign, terminal: &Terminal) -> Result<Exit> {
    let draft = &found.draft;
    let tell = |draft: &Draft| draft.problems.iter().for_each(|problem| terminal.problem(problem));
    let Some(composed) = &draft.composed else {
        tell(draft);
        return Err(Failure::Faulty { errors: draft.problems.len() as u64 }.into());
    };
    if let Some(path) = &given.pdf {
        write_pdf(path, composed)?;
        terminal.result(&Notice::PdfWritten { path: path.clone() });
    }
    if terminal.is_json() {
        item(draft, composed, given, terminal);
    } else if given.pdf.is_none() {
        print(found, composed, given, campaign, terminal);
    }
    tell(draft);
    Ok(Exit::Well)
}

/// Prints the letter as its reader sees it, or the part that was asked for.
fn print(
    found: &Found,
    composed: &Composed,
    given: &Show,
    campaign: &Campaign,
    terminal: &Terminal,
) {
    if given.raw {
        return terminal.bytes(&composed.letter.bytes);
    }
    if given.html {
        return terminal.text(&composed.page());
    }
    if given.text {
        return terminal.text(&composed.text);
    }
    terminal.result(&Notice::LetterHead {
        row: campaign.name_of_row(&found.draft.place),
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
    if let Some(row) = found.next.clone() {
        terminal.tell(&Notice::NextLetter { folder: campaign.config.folder.clone(), row });
    }
}

/// With `--json`: the letter, and the parts of it that were asked for.
fn item(draft: &Draft, composed: &Composed, given: &Show, terminal: &Terminal) {
    let letter = &composed.letter;
    let record = &letter.record;
    let address = letter.to.first().map(|address| address.shown().to_owned());
    let raw = given.raw.then(|| String::from_utf8_lossy(&letter.bytes).into_owned());
    terminal.item(
        "letter",
        [
            ("address", address.into()),
            ("number", letter.number.clone().into()),
            ("row", draft.row.into()),
            ("sheet_row", draft.place.sheet_row().into()),
            ("message_id", letter.message_id.clone().into()),
            ("date", record.date.clone().into()),
            ("subject", letter.subject.clone().into()),
            ("addressee", record.addressee.clone().into()),
            ("position", record.position.clone().into()),
            ("organisation", record.organisation.clone().into()),
            ("copies", record.copies.clone().into()),
            ("files", record.files.clone().into()),
            ("text", composed.text.clone().into()),
            ("html", given.html.then(|| composed.page()).into()),
            ("raw", raw.into()),
        ],
    );
}

fn write_pdf(path: &Path, composed: &Composed) -> Result<()> {
    let page =
        composed.attachments.iter().find(|attachment| attachment.origin == Origin::Letterhead);
    report::put(path, &page.ok_or(Failure::NoPdf)?.bytes)
}
