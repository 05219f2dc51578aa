//! `report`: every letter's fate, one by one, or as a table with the list's own columns.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::load::settings;
use super::local::zoned;
use super::output::{self, Existing};
use crate::campaign::{self, Campaign, account};
use crate::cli::Report;
use crate::delivery::{LedgerEntry, State};
use crate::failure::Exit;
use crate::ledger::Ledger;
use crate::letter::LetterId;
use crate::notice::{self, Fate, Heading, Language, Notice, Summary};
use crate::problem::{Fault, ListFault, Problem, Severity};
use crate::recipient::Address;
use crate::report::{Column, Table, TableRow};
use crate::terminal::Terminal;

pub(super) fn run(given: &Report, terminal: &Terminal) -> Result<Exit> {
    let (file, config) = settings(given.place.campaign.as_deref(), terminal)?;
    let mut summary = Summary { command: "report", ..Summary::default() };
    let ledger = Ledger::look(&config.folder, &config.id)?;
    let entries = ledger.as_ref().map_or(Ok(Vec::new()), |ledger| ledger.entries(None))?;
    if let Some(ledger) = &ledger {
        (summary.account, summary.suppressed) = account(ledger, &config)?;
        summary.letters = summary.account.letters();
    }
    if let Some(path) = &given.out.out {
        let form = output::table(path, &config, Existing::replaced(given.out.replace))?;
        let table = table(&file, &entries, terminal.language)?;
        table.write(path, form)?;
        terminal.result(&Notice::Written { path: path.clone(), lines: table.lines.len() as u64 });
    } else if entries.is_empty() {
        terminal.result(&Notice::NothingSentYet);
    } else {
        let suppression = campaign::suppression(&config).unwrap_or_default();
        for entry in entries {
            let is_suppressed =
                entry.state == State::Waiting && suppression.forbids(&entry.address);
            let fate = if is_suppressed { Fate::Suppressed } else { Fate::Letter(entry.state) };
            terminal.letter(&entry, fate);
            let reply = entry.reply.filter(|_| !is_suppressed).unwrap_or_default();
            let address = entry.address;
            terminal.result(&Notice::LetterSettled { address, fate, reply });
        }
    }
    if summary.letters > 0 {
        terminal.result(&Notice::Account {
            account: summary.account,
            blocked: 0,
            suppressed: summary.suppressed,
        });
    }
    terminal.summary(&summary);
    Ok(Exit::Well)
}

/// Every row of the list with what became of it; behind them the letters that are no longer on the
/// list.
fn table(file: &Path, entries: &[LedgerEntry], language: Language) -> Result<Table> {
    let mut by_id: HashMap<LetterId, &LedgerEntry> =
        entries.iter().map(|entry| (entry.id, entry)).collect();
    let mut lines = Vec::new();
    let mut own = Vec::new();
    // The ledger can be told of even where the list or the letter has a fault by now.
    if let Ok(campaign) = Campaign::load(Some(file)) {
        own = campaign.headings().to_vec();
        for row in campaign.rows_unverified()? {
            // A row that may not be written to now may have had its letter before.
            let address = || Address::parse(&row.card.as_ref()?.email).ok();
            let known =
                || address().map(|address| LetterId::of(&campaign.config.id, &address, None));
            let id = row.recipient.as_ref().map(|recipient| campaign.id(recipient)).or_else(known);
            let entry = id.and_then(|id| by_id.remove(&id));
            let mut cells: Vec<String> = row.cells().iter().map(str::to_owned).collect();
            cells.resize(own.len(), String::new());
            lines.push(TableRow { own: cells, added: fate(entry, &row.problems, language) });
        }
    }
    let email = own
        .iter()
        .position(|heading| heading.contains("mail") || heading.to_lowercase().contains("почт"));
    for entry in entries.iter().filter(|entry| by_id.contains_key(&entry.id)) {
        let mut cells = vec![String::new(); own.len()];
        if let Some(email) = email {
            cells[email].clone_from(&entry.address);
        }
        lines.push(TableRow { own: cells, added: fate(Some(entry), &[], language) });
    }
    let heading =
        |key, heading| Column { key, heading: notice::heading(heading, language).to_owned() };
    let added = vec![
        heading("address", Heading::Address),
        heading("number", Heading::Number),
        heading("state", Heading::State),
        heading("at", Heading::Time),
        heading("reply", Heading::Reply),
    ];
    let name = notice::heading(Heading::Report, language).to_owned();
    Ok(Table { name, own, added, lines })
}

/// What became of a row, in the order of the added columns.
fn fate(
    entry: Option<&LedgerEntry>,
    problems: &[Problem],
    language: Language,
) -> Vec<(String, serde_json::Value)> {
    let errors: Vec<&Problem> =
        problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
    let suppressed = problems
        .iter()
        .find(|problem| matches!(problem.fault, Fault::List(ListFault::Suppressed { .. })));
    let fate = match (entry, suppressed) {
        (Some(entry), Some(_)) if entry.state == State::Waiting => Fate::Suppressed,
        (Some(entry), _) => Fate::Letter(entry.state),
        (None, _) if !errors.is_empty() => Fate::Blocked,
        (None, Some(_)) => Fate::Suppressed,
        (None, None) => Fate::Letter(State::Waiting),
    };
    let why = || {
        let words = errors
            .iter()
            .copied()
            .chain(suppressed)
            .map(|problem| notice::fault(&problem.fault, language));
        words.collect::<Vec<_>>().join("; ")
    };
    let address = entry.map(|entry| entry.address.clone());
    let number = entry.and_then(|entry| entry.number.clone());
    let at = entry.map(|entry| entry.changed);
    let reply = entry.filter(|_| fate != Fate::Suppressed).and_then(|entry| entry.reply.clone());
    let shown = reply.as_deref().map_or_else(why, |reply| notice::reply_words(reply, language));
    vec![
        (address.clone().unwrap_or_default(), json!(address)),
        (number.clone().unwrap_or_default(), json!(number)),
        (notice::fate(fate, language).to_owned(), json!(fate.as_str())),
        (at.map(|at| notice::moment(at, language)).unwrap_or_default(), json!(at.map(zoned))),
        (shown.clone(), json!(reply.unwrap_or(shown))),
    ]
}
