//! `register`: the journal of outgoing letters, of all that were ever given out.

use std::collections::HashMap;

use anyhow::Result;
use jiff::Zoned;
use serde_json::{Value, json};

use super::load::load;
use super::output::{self, Existing};
use crate::campaign::Numbers;
use crate::cli::Register;
use crate::compose::Mode;
use crate::delivery::LedgerEntry;
use crate::failure::Exit;
use crate::ledger::Ledger;
use crate::letter::LetterId;
use crate::notice::{self, Fate, Heading, Notice, Summary};
use crate::report::{Column, Table, TableRow};
use crate::russian::dates;
use crate::terminal::Terminal;

pub(super) fn run(given: &Register, terminal: &Terminal) -> Result<Exit> {
    let mut summary = Summary { command: "register", ..Summary::default() };
    let campaign = load(given.place.campaign.as_deref(), terminal, &mut summary)?;
    let config = &campaign.config;
    let form = match &given.out.out {
        Some(path) => {
            Some((path, output::table(path, config, Existing::replaced(given.out.replace))?))
        }
        None => None,
    };
    let ledger = Ledger::look(&config.folder, &config.id)?;
    let entries = ledger.as_ref().map_or(Ok(Vec::new()), |ledger| ledger.entries(None))?;
    if entries.is_empty() {
        terminal.result(&Notice::NothingSentYet);
        return Ok(Exit::Well);
    }
    let mut known: HashMap<LetterId, [String; 4]> = HashMap::new();
    let numbers = Numbers::new(&config.numbering, ledger.as_ref())?;
    campaign.each_draft(numbers, &Zoned::now(), &Mode::Real, &mut |draft| {
        if let (Some(recipient), Some(composed)) = (&draft.recipient, &draft.composed) {
            let card = &recipient.card;
            let name = [&card.name.surname, &card.name.first_name, &card.name.patronymic];
            let name = name
                .into_iter()
                .filter(|part| !part.is_empty())
                .cloned()
                .collect::<Vec<_>>()
                .join(" ");
            let subject = composed.letter.subject.clone();
            known.insert(
                campaign.id(recipient),
                [name, card.position.clone(), card.organisation.clone(), subject],
            );
        }
        Ok(())
    })?;
    let date_of = |entry: &LedgerEntry| {
        let sent = || entry.changed.to_zoned(jiff::tz::TimeZone::system()).date();
        config.date.unwrap_or_else(sent)
    };
    let lines: Vec<TableRow> = entries
        .iter()
        .map(|entry| {
            let [name, position, organisation, subject] =
                known.remove(&entry.id).unwrap_or_default();
            let text = |text: String| (text.clone(), json!(text));
            let date = date_of(entry);
            let state = Fate::Letter(entry.state);
            let number = entry.number.clone().unwrap_or_default();
            let added: Vec<(String, Value)> = vec![
                text(number),
                (dates::short(date), json!(date.to_string())),
                text(name),
                text(position),
                text(organisation),
                text(subject),
                text(entry.address.clone()),
                (notice::fate(state, terminal.language).to_owned(), json!(state.as_str())),
            ];
            TableRow { own: Vec::new(), added }
        })
        .collect();
    if let Some((path, form)) = form {
        let column = |key, heading| Column {
            key,
            heading: notice::heading(heading, terminal.language).to_owned(),
        };
        let added = vec![
            column("number", Heading::Number),
            column("date", Heading::Date),
            column("addressee", Heading::Addressee),
            column("position", Heading::Position),
            column("organisation", Heading::Organisation),
            column("subject", Heading::Subject),
            column("address", Heading::Address),
            column("state", Heading::State),
        ];
        let name = notice::heading(Heading::Register, terminal.language).to_owned();
        Table { name, own: Vec::new(), added, lines: lines.clone() }.write(path, form)?;
        terminal.result(&Notice::Written { path: path.clone(), lines: lines.len() as u64 });
    } else {
        for line in lines {
            let cells = line.added.into_iter().map(|(shown, _)| shown).collect();
            terminal.result(&Notice::JournalLine { cells });
        }
    }
    Ok(Exit::Well)
}
