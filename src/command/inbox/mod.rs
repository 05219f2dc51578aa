//! `inbox`: reads what came back into the ledger, and asks a person about what is not certain.

mod reader;
mod review;
mod sources;

use std::collections::HashMap;

use anyhow::Result;
use jiff::Timestamp;

use super::load::settings_and_leave;
use super::send::end_at_once;
use super::suppress::open_or_join;
use super::trust;
use crate::answer::{Answer, AnswerCounts, Answered};
use crate::cli::Inbox;
use crate::config::Config;
use crate::delivery::{LedgerEntry, State};
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::letter::LetterId;
use crate::notice::{InboxNotice, NextStep, Notice};
use crate::terminal::Terminal;
use reader::Reader;
pub(super) use sources::server as server_of;
use sources::{Reading, read_files, read_mailbox};

pub(super) fn run(given: &Inbox, terminal: &mut Terminal) -> Result<Exit> {
    end_at_once(terminal.words(&Notice::Failure(Failure::Interrupted)))?;
    let (_, config) =
        settings_and_leave(given.place.campaign.as_deref(), given.place.trust.into(), terminal)?;
    if given.review {
        return review::review(&config, terminal);
    }
    let inbox = match (&given.from, &config.inbox) {
        (Some(_), _) => None,
        (None, Some(inbox)) => Some(inbox),
        (None, None) => return Err(Failure::NoInbox.into()),
    };
    if inbox.is_some() {
        trust::ensure(&config, given.place.trust.into(), terminal)?;
    }
    let mut ledger = open(&config, given)?;
    let looked = match ledger {
        Some(_) => None,
        None => Ledger::look(&config.ledger)?,
    };
    let mut reader = Reader::new(ledger.as_ref().or(looked.as_ref()), &config, given.since)?;
    let read = match (&given.from, inbox) {
        (Some(from), _) => read_files(from, &mut reader, ledger.as_mut(), terminal),
        (None, Some(inbox)) => {
            let (reader, ledger, looked) = (&mut reader, ledger.as_mut(), looked.as_ref());
            let since = given.since;
            let mut reading = Reading { config: &config, inbox, reader, ledger, looked, since };
            read_mailbox(&mut reading, terminal)
        }
        (None, None) => Ok(()),
    };
    terminal.finish();
    let exit = match &read {
        // What was read before counts all the same.
        Ok(()) => finish(&reader, ledger.as_ref(), &config, terminal)?,
        Err(_) if reader.summary.read > 0 => finish(&reader, ledger.as_ref(), &config, terminal)?,
        Err(_) => Exit::Server,
    };
    read.map(|()| exit)
}

/// The ledger to write to; `None` for a dry run.
fn open(config: &Config, given: &Inbox) -> Result<Option<Ledger>> {
    if given.dry_run {
        return Ok(None);
    }
    if Ledger::look(&config.ledger)?.is_none() {
        return Err(Failure::NoLedger { path: config.folder.clone() }.into());
    }
    Ok(Some(open_or_join(config)?.0))
}

/// Tells the sums, and what to do next.
fn finish(
    reader: &Reader,
    ledger: Option<&Ledger>,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit> {
    let summary = reader.summary;
    let tell = |notice| terminal.result(&Notice::Inbox(notice));
    tell(InboxNotice::Read {
        read: summary.read,
        ours: summary.ours + summary.unsure,
        already: summary.already,
    });
    let mut unknown = 0;
    if let Some(ledger) = ledger {
        tell(InboxNotice::Answers { counts: counts(ledger)? });
        if summary.proved > 0 {
            tell(InboxNotice::Proved { letters: summary.proved });
        }
        let undecided = ledger.undecided()?.len() as u64;
        if undecided > 0 {
            let folder = config.folder.clone();
            terminal.tell(&Notice::Next(NextStep::Review { mails: undecided, folder }));
        }
        unknown = ledger.account()?.unknown;
    } else {
        tell(InboxNotice::DryRun);
    }
    terminal.inbox_summary(&summary);
    Ok(if unknown > 0 {
        Exit::Unknown
    } else if summary.unsure + summary.unreadable + reader.folders_unread > 0 {
        Exit::Open
    } else {
        Exit::Well
    })
}

/// When a mailbox was last read to its end.
pub(super) fn last_read(ledger: &Ledger) -> Result<Option<Timestamp>> {
    Ok(ledger.inbox_read()?.map(|(_, at)| at))
}

/// How many of the letters that were accepted have which answer.
pub(super) fn counts(ledger: &Ledger) -> Result<AnswerCounts> {
    Ok(counts_of(&ledger.entries(Some(State::Accepted))?, &ledger.answers()?))
}

/// Like [`counts`], of letters and answers that were read before.
pub(super) fn counts_of(
    entries: &[LedgerEntry],
    answers: &HashMap<LetterId, Answered>,
) -> AnswerCounts {
    let accepted = entries.iter().filter(|entry| entry.state == State::Accepted);
    accepted.map(|it| answers.get(&it.id).map_or(Answer::Silent, |it| it.answer)).collect()
}
