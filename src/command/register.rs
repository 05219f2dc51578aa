//! `register`: the journal of outgoing letters, of all that were ever enrolled.

use std::collections::HashMap;

use anyhow::Result;
use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::load::load;
use super::output;
use crate::campaign::{Campaign, Draft, Numbers};
use crate::cli::Register;
use crate::compose::Mode;
use crate::delivery::LedgerEntry;
use crate::failure::Exit;
use crate::ledger::Ledger;
use crate::letter::LetterId;
use crate::notice::{self, Fate, Heading, Language, Notice, Summary};
use crate::report::{Column, Table, TableRow};
use crate::russian::dates;
use crate::terminal::Terminal;

/// The columns, with their names in JSON.
const COLUMNS: [(&str, Heading); 8] = [
    ("number", Heading::Number),
    ("date", Heading::Date),
    ("addressee", Heading::Addressee),
    ("position", Heading::Position),
    ("organisation", Heading::Organisation),
    ("subject", Heading::Subject),
    ("address", Heading::Address),
    ("state", Heading::State),
];

/// What the list and the templates say of a letter.
#[derive(Debug, Clone, Default)]
struct Printed {
    addressee: String,
    position: String,
    organisation: String,
    subject: String,
}

pub(super) fn run(given: &Register, terminal: &Terminal) -> Result<Exit> {
    let mut summary = Summary { command: "register", ..Summary::default() };
    let campaign = load(given.place.campaign.as_deref(), terminal, &mut summary)?;
    let config = &campaign.config;
    let out = output::table(&given.out, config)?;
    let ledger = Ledger::look(&config.folder, &config.id)?;
    let entries = ledger.as_ref().map_or(Ok(Vec::new()), |ledger| ledger.entries(None))?;
    if entries.is_empty() {
        terminal.result(&Notice::NothingSentYet);
        return Ok(Exit::Well);
    }
    let mut printed = printed(&campaign, ledger.as_ref())?;
    let lines = entries.iter().map(|entry| {
        let sent = || entry.changed.to_zoned(TimeZone::system()).date();
        let date = config.date.unwrap_or_else(sent);
        line(entry, date, printed.remove(&entry.id).unwrap_or_default(), terminal.language)
    });
    let lines: Vec<TableRow> = lines.collect();
    if let Some((path, form)) = out {
        let count = lines.len() as u64;
        let heading = |heading| notice::heading(heading, terminal.language).to_owned();
        let column = |(key, name)| Column { key, heading: heading(name) };
        let added = COLUMNS.map(column).to_vec();
        let name = heading(Heading::Register);
        Table { name, own: Vec::new(), added, lines }.write(path, form)?;
        terminal.result(&Notice::Written { path: path.to_owned(), lines: count });
    } else {
        for line in lines {
            let cells = line.added.into_iter().map(|(shown, _)| shown).collect();
            terminal.result(&Notice::JournalLine { cells });
        }
    }
    Ok(Exit::Well)
}

fn printed(campaign: &Campaign, ledger: Option<&Ledger>) -> Result<HashMap<LetterId, Printed>> {
    let mut printed = HashMap::new();
    let numbers = Numbers::new(&campaign.config.numbering, ledger)?;
    campaign.each_draft(numbers, &Zoned::now(), &Mode::Real, &mut |draft: Draft| {
        if let (Some(recipient), Some(composed)) = (&draft.recipient, &draft.composed) {
            let card = &recipient.card;
            let names = [&card.name.surname, &card.name.first_name, &card.name.patronymic];
            let names: Vec<&str> =
                names.into_iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
            let of_letter = Printed {
                addressee: names.join(" "),
                position: card.position.clone(),
                organisation: card.organisation.clone(),
                subject: composed.letter.subject.clone(),
            };
            printed.insert(campaign.id(recipient), of_letter);
        }
        Ok(())
    })?;
    Ok(printed)
}

/// A letter in the order of [`COLUMNS`].
fn line(entry: &LedgerEntry, date: Date, printed: Printed, language: Language) -> TableRow {
    let text = |text: String| (text.clone(), json!(text));
    let fate = Fate::Letter(entry.state);
    let added = vec![
        text(entry.number.clone().unwrap_or_default()),
        (dates::short(date), json!(date.to_string())),
        text(printed.addressee),
        text(printed.position),
        text(printed.organisation),
        text(printed.subject),
        text(entry.address.clone()),
        (notice::fate(fate, language).to_owned(), json!(fate.as_str())),
    ];
    TableRow { own: Vec::new(), added }
}
