//! `report`: what became of each letter, one by one, or as a table with the list's own columns.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::load::settings;
use super::local::zoned;
use super::output;
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

/// The columns that are added to the list's, with their names in JSON.
const COLUMNS: [(&str, Heading); 5] = [
    ("address", Heading::Address),
    ("number", Heading::Number),
    ("state", Heading::State),
    ("at", Heading::Time),
    ("reply", Heading::Reply),
];

pub(super) fn run(given: &Report, terminal: &Terminal) -> Result<Exit> {
    let (file, config) = settings(given.place.campaign.as_deref(), terminal)?;
    let mut summary = Summary { command: "report", ..Summary::default() };
    let ledger = Ledger::look(&config.folder, &config.id)?;
    let entries = ledger.as_ref().map_or(Ok(Vec::new()), |ledger| ledger.entries(None))?;
    if let Some(ledger) = &ledger {
        (summary.account, summary.suppressed) = account(ledger, &config)?;
        summary.letters = summary.account.letters();
    }
    if let Some((path, form)) = output::table(&given.out, &config)? {
        let table = table(&file, config.name.clone(), &entries, terminal.language)?;
        table.write(path, form)?;
        terminal
            .result(&Notice::Written { path: path.to_owned(), lines: table.lines.len() as u64 });
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

/// Every row of the list with what became of it, then the letters that are no longer on the list.
fn table(file: &Path, title: String, entries: &[LedgerEntry], language: Language) -> Result<Table> {
    let mut by_id: HashMap<LetterId, &LedgerEntry> =
        entries.iter().map(|entry| (entry.id, entry)).collect();
    let mut lines = Vec::new();
    let mut own = Vec::new();
    // The ledger can be reported even if the list or the letter has a fault by now.
    if let Ok(campaign) = Campaign::load(Some(file)) {
        own = campaign.headings().to_vec();
        for row in campaign.rows_unverified()? {
            // A row that may not be written to now may have had its letter before.
            let address = || Address::parse(&row.card.as_ref()?.email).ok();
            let known =
                || address().map(|address| LetterId::of(&campaign.config.id, &address, None));
            let id = row.recipient.as_ref().map(|recipient| campaign.id(recipient)).or_else(known);
            let entry = id.and_then(|id| by_id.remove(&id));
            let mut row_cells: Vec<String> = row.cells().iter().map(str::to_owned).collect();
            row_cells.resize(own.len(), String::new());
            lines.push(TableRow { own: row_cells, added: cells(entry, &row.problems, language) });
        }
    }
    let email = own
        .iter()
        .position(|heading| heading.contains("mail") || heading.to_lowercase().contains("почт"));
    for entry in entries.iter().filter(|entry| by_id.contains_key(&entry.id)) {
        let mut row_cells = vec![String::new(); own.len()];
        if let Some(email) = email {
            row_cells[email].clone_from(&entry.address);
        }
        lines.push(TableRow { own: row_cells, added: cells(Some(entry), &[], language) });
    }
    let heading = |heading| notice::heading(heading, language).to_owned();
    let added = COLUMNS.map(|(key, name)| Column { key, heading: heading(name) }).to_vec();
    let name = heading(Heading::Report);
    Ok(Table { name, title, signature: None, own, added, lines })
}

/// What became of a row, in the order of [`COLUMNS`].
fn cells(
    entry: Option<&LedgerEntry>,
    problems: &[Problem],
    language: Language,
) -> Vec<(String, serde_json::Value)> {
    let fate = fate(entry, problems);
    let address = entry.map(|entry| entry.address.clone());
    let number = entry.and_then(|entry| entry.number.clone());
    let at = entry.map(|entry| entry.changed);
    let reply = entry.filter(|_| fate != Fate::Suppressed).and_then(|entry| entry.reply.clone());
    let shown = match &reply {
        Some(reply) => notice::reply_words(reply, language),
        None => reasons(problems, language),
    };
    vec![
        (address.clone().unwrap_or_default(), json!(address)),
        (number.clone().unwrap_or_default(), json!(number)),
        (notice::fate(fate, language).to_owned(), json!(fate.as_str())),
        (at.map(|at| notice::moment(at, language)).unwrap_or_default(), json!(at.map(zoned))),
        (shown.clone(), json!(reply.unwrap_or(shown))),
    ]
}

/// What became of a row that may have a letter in the ledger.
fn fate(entry: Option<&LedgerEntry>, problems: &[Problem]) -> Fate {
    let is_suppressed = problems.iter().any(suppresses);
    match entry {
        Some(entry) if entry.state == State::Waiting && is_suppressed => Fate::Suppressed,
        Some(entry) => Fate::Letter(entry.state),
        None if problems.iter().any(|problem| problem.severity == Severity::Error) => Fate::Blocked,
        None if is_suppressed => Fate::Suppressed,
        None => Fate::Letter(State::Waiting),
    }
}

/// Why a row has no letter: its errors, then its suppression.
fn reasons(problems: &[Problem], language: Language) -> String {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let suppression = problems.iter().find(|problem| suppresses(problem));
    let words = errors.chain(suppression).map(|problem| notice::fault(&problem.fault, language));
    words.collect::<Vec<_>>().join("; ")
}

fn suppresses(problem: &Problem) -> bool {
    matches!(problem.fault, Fault::List(ListFault::Suppressed { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{FormsFault, Place};

    fn entry(state: State) -> LedgerEntry {
        LedgerEntry {
            id: LetterId::of("test", &Address::parse("anna@a.test").unwrap(), None),
            row: 1,
            address: "anna@a.test".into(),
            message_id: String::new(),
            number: None,
            state,
            attempts: 0,
            not_before: None,
            dated: None,
            digest: None,
            reply: None,
            record: None,
            changed: jiff::Timestamp::now(),
        }
    }

    fn error() -> Problem {
        let fault = FormsFault::GenderUnknown { name: "Саша".into() };
        Problem::error(Place::file("list"), fault)
    }

    fn suppressed() -> Problem {
        let fault = ListFault::Suppressed {
            entry: "anna@a.test".into(),
            reason: String::new(),
            date: String::new(),
        };
        Problem::error(Place::file("list"), fault).with_severity(Severity::Warning)
    }

    #[test]
    fn a_row_without_a_letter_says_why() {
        assert_eq!(fate(None, &[]), Fate::Letter(State::Waiting));
        assert_eq!(fate(None, &[error()]), Fate::Blocked);
        assert_eq!(fate(None, &[suppressed()]), Fate::Suppressed);
        assert_eq!(fate(None, &[suppressed(), error()]), Fate::Blocked);
    }

    #[test]
    fn what_became_of_a_letter_outweighs_what_the_list_says_now() {
        let accepted = entry(State::Accepted);
        assert_eq!(fate(Some(&accepted), &[suppressed()]), Fate::Letter(State::Accepted));
        assert_eq!(fate(Some(&accepted), &[error()]), Fate::Letter(State::Accepted));
        let waiting = entry(State::Waiting);
        assert_eq!(fate(Some(&waiting), &[suppressed()]), Fate::Suppressed);
        assert_eq!(fate(Some(&waiting), &[error()]), Fate::Letter(State::Waiting));
    }
}
