//! `preview`: writes every letter as a file to look at, and the gallery.

use std::collections::HashMap;

use anyhow::Result;
use jiff::ZonedDateTime;

use super::load::{load, repair, select, warn, warn_of_second_letters};
use super::report;
use crate::campaign::Numbers;
use crate::cli::Preview;
use crate::compose::Mode;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::notice::{NextStep, Notice, Summary};
use crate::preview::{self, About, Entry, Gallery};
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
    campaign.each_draft(numbers, &now, &Mode::Real, &mut |draft| {
        summary.add(&draft.problems, draft.composed.is_some());
        let known = campaign.known(&draft, ledger.as_ref())?;
        if draft.recipient.is_some() && draft.composed.is_some() {
            summary.account.add(known.as_ref().map(|entry| entry.state));
        }
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
        })?;
        if let (Some(recipient), Some(composed)) = (&draft.recipient, &draft.composed) {
            batch.add(recipient, composed.letter.bytes.len() as u64, None);
        }
        terminal.progress(summary.rows, None);
        Ok(summary.must_be_mendable()?)
    })?;
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
