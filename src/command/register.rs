//! `register`: the journal of outgoing letters, of all that were ever enrolled.
//!
//! A letter that went is told as it went, from the ledger; one that waits, as it would go now.

use std::collections::HashMap;

use anyhow::Result;
use jiff::ZonedDateTime;
use serde_json::json;

use super::inbox::counts_of;
use super::load::{load_if_sound, settings_and_leave};
use super::output;
use super::report::answer_cells;
use crate::answer::Answered;
use crate::campaign::{Campaign, Draft, Numbers};
use crate::cli::Register;
use crate::compose::Mode;
use crate::delivery::LedgerEntry;
use crate::failure::Exit;
use crate::ledger::Ledger;
use crate::letter::{LetterId, Record};
use crate::notice::{self, Fate, Heading, Lacks, Language, Notice, Summary};
use crate::report::{Column, Table, TableRow};
use crate::russian::dates;
use crate::terminal::Terminal;

/// The columns, with their names in JSON.
const COLUMNS: [(&str, Heading); 14] = [
    ("number", Heading::Number),
    ("date", Heading::Date),
    ("addressee", Heading::Addressee),
    ("position", Heading::Position),
    ("organisation", Heading::Organisation),
    ("address", Heading::Address),
    ("subject", Heading::Subject),
    ("sheets", Heading::Sheets),
    ("enclosures", Heading::Enclosures),
    ("executor", Heading::Executor),
    ("state", Heading::State),
    ("answer", Heading::Answer),
    ("answered_at", Heading::AnsweredAt),
    ("answer_from", Heading::AnsweredBy),
];

pub(super) fn run(given: &Register, terminal: &Terminal) -> Result<Exit> {
    let mut summary = Summary { command: "register", ..Summary::default() };
    let (file, config) =
        settings_and_leave(given.place.campaign.as_deref(), given.place.trust.into(), terminal)?;
    let out = output::table(&given.out, &config)?;
    let ledger = Ledger::look(&config.ledger)?;
    let mut entries = ledger.as_ref().map_or(Ok(Vec::new()), |ledger| ledger.entries(None))?;
    if let Some(ledger) = &ledger {
        let is_waiting = entries.iter().any(|entry| entry.went().is_none());
        let is_replaced = out.is_some_and(|(path, _)| path.exists());
        let campaign = if is_waiting || is_replaced {
            load_if_sound(&file, given.place.trust.into())?
        } else {
            None
        };
        if let (Some((path, _)), Some(campaign)) = (&out, &campaign) {
            output::not_of_letters(path, campaign)?;
        }
        if is_waiting && campaign.is_none() {
            let folder = config.folder.clone();
            terminal.warn(&Notice::ToldFromRecord { lacks: Lacks::TextOfWaiting, folder });
        }
        tell_as_they_would_go(&mut entries, campaign.as_ref(), ledger)?;
        summary.account = ledger.account()?;
        summary.letters = summary.account.letters();
    }
    let answers = ledger.as_ref().map_or(Ok(HashMap::new()), Ledger::answers)?;
    summary.answers = Some(counts_of(&entries, &answers));
    let line = |entry| line(entry, answers.get(&entry.id), terminal.language);
    if let Some((path, form)) = out.filter(|_| !entries.is_empty()) {
        let heading = |heading| notice::heading(heading, terminal.language).to_owned();
        let added = COLUMNS.map(|(key, name)| Column { key, heading: heading(name) }).to_vec();
        let lines = entries.iter().map(line).collect();
        let (name, title) = (heading(Heading::Register), config.name.clone());
        let signature = Some(heading(Heading::Signature));
        let table = Table { name, title, signature, own: Vec::new(), added, lines, brief: None };
        table.write(path, form)?;
        let lines = entries.len() as u64;
        terminal.result(&Notice::Written { path: path.to_owned(), lines });
    } else if entries.is_empty() {
        terminal.result(&Notice::NothingSentYet);
    } else {
        for entry in &entries {
            terminal.letter(entry, Fate::of(entry), answers.get(&entry.id));
            let cells = line(entry).added.into_iter().map(|(shown, _)| shown);
            terminal.result(&Notice::JournalLine { cells: cells.collect() });
        }
    }
    terminal.summary(&summary);
    Ok(Exit::Well)
}

/// Fills in the records of the letters that wait. A campaign that cannot be read by now has no more
/// to say of them than the ledger.
fn tell_as_they_would_go(
    entries: &mut [LedgerEntry],
    campaign: Option<&Campaign>,
    ledger: &Ledger,
) -> Result<()> {
    let mut planned = HashMap::new();
    if let Some(campaign) = campaign {
        planned = records(campaign, ledger)?;
    }
    for entry in entries.iter_mut().filter(|entry| entry.went().is_none()) {
        let number = entry.number.clone();
        let planned = planned.remove(&entry.id);
        entry.record = Some(planned.unwrap_or(Record { number, ..Record::default() }));
    }
    Ok(())
}

fn records(campaign: &Campaign, ledger: &Ledger) -> Result<HashMap<LetterId, Record>> {
    let mut records = HashMap::new();
    let numbers = Numbers::new(&campaign.config.numbering, Some(ledger))?;
    campaign.each_draft(numbers, &ZonedDateTime::now(), &Mode::Real, &mut |draft: Draft| {
        if let (Some(recipient), Some(composed)) = (&draft.recipient, draft.composed) {
            records.insert(campaign.id(recipient), composed.letter.record);
        }
        Ok(())
    })?;
    Ok(records)
}

/// A letter in the order of [`COLUMNS`].
fn line(entry: &LedgerEntry, answered: Option<&Answered>, language: Language) -> TableRow {
    let text = |text: &str| (text.to_owned(), json!(text));
    let fate = Fate::of(entry);
    let record = entry.record.clone().unwrap_or_default();
    let sheets = record.sheets.map(|sheets| sheets.to_string()).unwrap_or_default();
    let mut added = vec![
        text(record.number.as_deref().unwrap_or_default()),
        (record.date.parse().map(dates::short).unwrap_or_default(), json!(record.date)),
        text(&record.addressee),
        text(&record.position),
        text(&record.organisation),
        text(&entry.address),
        text(&record.subject),
        (sheets, json!(record.sheets)),
        (record.enclosures().join("; "), json!(record.enclosures())),
        text(record.executor.as_deref().unwrap_or_default()),
        (notice::fate_and(fate, entry.replaced_by.as_deref(), language), json!(fate.as_str())),
    ];
    // The last of these, what the mail says, has no place in a journal.
    added.extend(answer_cells(Some(entry), answered, language).into_iter().take(3));
    TableRow { own: Vec::new(), added }
}
