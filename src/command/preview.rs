//! `preview`: writes every letter as a file to look at, and the gallery.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use jiff::ZonedDateTime;

use super::load::{load, repair, select, warn, warn_of_second_letters};
use super::report;
use crate::campaign::Numbers;
use crate::cli::Preview;
use crate::compose::Mode;
use crate::delivery::LedgerEntry;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::letter::Record;
use crate::notice::{NextStep, Notice, Summary};
use crate::preview::{self, About, Entry, Gallery};
use crate::recipient::{Card, Cells};
use crate::russian::names::FullName;
use crate::seal::LettersDigest;
use crate::sending::{self, Batch, Scope};
use crate::terminal::Terminal;

pub(super) fn run(given: &Preview, terminal: &mut Terminal) -> Result<Exit> {
    let mut summary = Summary { command: "preview", ..Summary::default() };
    let mut campaign = load(&given.place, terminal, &mut summary)?;
    select(&mut campaign, &given.select, terminal, &mut summary)?;
    let config = &campaign.config;
    let ledger = Ledger::look(&config.ledger)?;
    warn_of_second_letters(&campaign, ledger.as_ref(), terminal)?;
    let answers = ledger.as_ref().map_or(Ok(HashMap::new()), Ledger::answers)?;
    let numbers = Numbers::new(&config.numbering, ledger.as_ref())?;
    let relay = config.smtp.as_ref().map(|smtp| format!("{}:{}", smtp.relay.host, smtp.relay.port));
    let about = About { title: &config.name, relay, is_paced: config.pace.is_bounded() };
    let mut gallery =
        Gallery::begin(&config.folder.join(preview::FOLDER), about, terminal.language)?;
    let now = ZonedDateTime::now();
    let mut letters = LettersDigest::default();
    let pace = config.pace.is_bounded().then_some(&config.pace);
    let pacer = pace.map(|pace| sending::pacer(pace, ledger.as_ref(), now.timestamp()));
    let mut batch = Batch::new(Scope::default(), pacer.transpose()?);
    terminal.start(None, &Notice::Composing);
    let mut on_list = HashSet::new();
    let mut last_row = 0;
    campaign.each_draft(numbers, &now, &Mode::Real, &mut |draft| {
        summary.add(&draft.problems, draft.composed.is_some());
        let known = campaign.known(&draft, ledger.as_ref())?;
        if draft.recipient.is_some() && draft.composed.is_some() {
            summary.account.add(known.as_ref().map(|entry| entry.state));
        }
        on_list.extend(known.as_ref().map(|entry| entry.id));
        last_row = last_row.max(draft.place.sheet_row());
        draft.add_to(&mut letters);
        draft.problems.iter().for_each(|problem| terminal.problem(problem));
        gallery.add(&Entry {
            row: draft.place.sheet_row(),
            recipient: draft.recipient.as_ref(),
            card: draft.card(),
            cells: draft.cells(),
            composed: draft.composed.as_ref(),
            problems: &draft.problems,
            outcome: known.and_then(|entry| {
                report::outcome(&entry, answers.get(&entry.id), terminal.language)
            }),
            record: None,
        })?;
        if let (Some(recipient), Some(composed)) = (&draft.recipient, &draft.composed) {
            batch.add(recipient, composed.letter.bytes.len() as u64, None);
        }
        terminal.progress(summary.rows, None);
        Ok(summary.must_be_mendable()?)
    })?;
    // Letters that went, and of which the list knows nothing any more.
    let is_whole = given.select.filter.is_none() && given.select.rows.is_none();
    let went = ledger.as_ref().filter(|_| is_whole);
    let went = went.map_or(Ok(Vec::new()), |ledger| ledger.entries(None))?;
    for entry in went.iter().filter(|entry| !on_list.contains(&entry.id)) {
        let outcome = report::outcome(entry, answers.get(&entry.id), terminal.language);
        let (Some(outcome), Some(record)) = (outcome, entry.went()) else { continue };
        last_row += 1;
        gallery.add(&Entry {
            row: last_row,
            recipient: None,
            card: Some(&card(entry, record)),
            cells: &Cells::default(),
            composed: None,
            problems: &[],
            outcome: Some(outcome),
            record: Some(record),
        })?;
    }
    terminal.end_task();
    warn(&campaign, terminal, &mut summary);
    if let Some(problem) = campaign.no_rows(summary.rows) {
        terminal.problem(&problem);
        summary.count(&problem);
    }
    let record = campaign.record(Some(letters.finish()));
    let (index, strangers) = gallery.finish(&record, batch.lasts(now.timestamp()))?;
    terminal.tell(&campaign.list_read(summary.rows));
    terminal.finish();
    terminal.summary(&summary);
    terminal.result(&Notice::Previewed { letters: summary.letters, index: index.clone() });
    if strangers > 0 {
        let folder = config.folder.join(preview::FOLDER);
        terminal.warn(&Notice::PreviewHasOthers { files: strangers, folder });
    }
    terminal.result(&Notice::Seal { seal: campaign.seal().as_str().to_owned() });
    if given.open {
        // If no browser opens, the letters are there all the same, and where was just reported.
        let _ = open::that_detached(&index);
    }
    if summary.errors > 0 {
        let folder = config.folder.clone();
        let repair = repair(folder, &given.select, Vec::new(), summary.letters);
        terminal.fail_and(&Failure::Faulty { errors: summary.errors }, NextStep::Repair(repair));
        return Ok(Exit::Faulty);
    }
    let folder = config.folder.clone();
    terminal.tell(&Notice::Next(match config.approvals {
        0 => NextStep::LookThenSend { folder },
        people => NextStep::LookThenApprove { folder, people },
    }));
    Ok(Exit::Well)
}

/// Whom a letter that went was for.
fn card(entry: &LedgerEntry, record: &Record) -> Card {
    Card {
        email: entry.address.clone(),
        name: FullName { surname: record.addressee.clone(), ..FullName::default() },
        position: record.position.clone(),
        organisation: record.organisation.clone(),
        ..Card::default()
    }
}
