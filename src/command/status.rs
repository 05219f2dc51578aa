//! `status`: reports the state of the letters and of the seal.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::Timestamp;

use super::inbox::{counts, last_read};
use super::load::{
    load_if_sound, previewed, settings_and_leave, through, warn_if_elsewhere,
    warn_of_changed_letters,
};
use super::local::{clock, outlook, zoned};
use super::output;
use crate::answer::{Answer, AnswerCounts};
use crate::campaign::{Campaign, account, next_steps, off_list, oldest_waiting, tell_off_list};
use crate::cli::Status;
use crate::config::{self, Config};
use crate::delivery::{Account, LedgerEntry, State, WorkerName};
use crate::failure::{Doing, Exit, Failure};
use crate::files::{self, Audience};
use crate::ledger::Ledger;
use crate::notice::{
    Ages, Group, InboxNotice, LastRunSeen, NextStep, Notice, Outlook, Reasons, SealStatus, Seen,
    Summary,
};
use crate::policy::Pace;
use crate::problem::{Problem, Severity};
use crate::recipient::Address;
use crate::report::metrics::{self, Metrics};
use crate::sending;
use crate::terminal::Terminal;

/// The most unknown letters that are listed one by one.
const MOST_LISTED: usize = 20;

/// The most letters that an outlook is made for.
const MOST_FORESEEN: u64 = 200_000;

/// The most letters that are composed again to see whether they changed.
const MOST_COMPOSED: u64 = 2000;

pub(super) fn run(given: &Status, terminal: &Terminal) -> Result<Exit> {
    if given.settings {
        return list_settings(given, terminal);
    }
    if let Some(to) = &given.metrics {
        return write_metrics(given, to, terminal);
    }
    let (file, config) =
        settings_and_leave(given.place.campaign.as_deref(), given.place.trust.into(), terminal)?;
    let ledger = Ledger::look(&config.ledger)?;
    // The ledger can be reported even if the letters have a fault by now.
    let campaign = load_if_sound(&file, given.place.trust.into())?;
    let seal = match &campaign {
        Some(campaign) => {
            Some(campaign.seal_status(previewed(campaign).as_ref(), ledger.as_ref())?)
        }
        None => None,
    };
    let mut summary = Summary {
        command: "status",
        seal: seal.as_ref().map(|status| status.seal.clone()),
        ..Summary::default()
    };
    let ledger = match ledger {
        Some(ledger) if ledger.enrolled()? > 0 => ledger,
        Some(_) | None => {
            terminal.result(&Notice::NothingSentYet);
            terminal.tell(&Notice::Next(first_step(seal.as_ref(), config.folder)));
            seal.into_iter().for_each(|seal| terminal.result(&Notice::SealStatus(seal)));
            summary.ages = Some(Ages::default());
            terminal.summary(&summary);
            return Ok(Exit::Well);
        }
    };
    warn_if_elsewhere(&config, Some(&ledger), terminal)?;
    if let Some(campaign) = &campaign {
        warn_of_changed_letters(campaign, Some(&ledger), MOST_COMPOSED, terminal)?;
    }
    (summary.account, summary.suppressed) = account(&ledger, &config)?;
    if let Some(campaign) = &campaign
        && (1..=MOST_FORESEEN).contains(&summary.account.waiting)
    {
        summary.account.off_list = off_list(campaign, &ledger)?;
    }
    if let Some(campaign) = campaign.as_ref().filter(|_| summary.account.open_refusals() > 0) {
        tell_off_list(&mut summary.account.refusals, campaign, &ledger)?;
    }
    summary.letters = summary.account.letters();
    let is_running = ledger.holder().is_some();
    report_workers(&ledger, terminal)?;
    report_letters(&ledger, terminal)?;
    terminal.result(&Notice::Account {
        account: summary.account,
        blocked: 0,
        suppressed: summary.suppressed,
        left_out: 0,
    });
    if let Some(run) = ledger.how_last_run_ended()? {
        let seen = LastRunSeen { run, is_running };
        let is_open = summary.account.waiting + summary.account.unknown > 0;
        // Who is sending was said above.
        if seen.run.ended.is_some() || !is_running {
            let (run, folder) = (seen.run.clone(), config.folder.clone());
            terminal.result(&Notice::LastRun { run, is_open, folder });
        }
        summary.last_run = Some(seen);
    }
    let counts = counts(&ledger)?;
    summary.answers = Some(counts);
    if terminal.is_json() {
        summary.ages = Some(ages(&ledger, &config)?);
    }
    if counts.by_weight().any(|(answer, letters)| answer != Answer::Silent && letters > 0) {
        terminal.result(&Notice::Inbox(InboxNotice::Answers { counts }));
    }
    if let Some(outlook) = waiting_outlook(&ledger, &config.pace, summary.account.waiting)? {
        terminal.tell(&Notice::Outlook(outlook));
    }
    seal.into_iter().for_each(|seal| terminal.result(&Notice::SealStatus(seal)));
    for next in next_steps(&summary.account, Reasons::Shown, &config) {
        let next = match (next, &campaign) {
            // The run that is under way sends them.
            (NextStep::RunAgain { .. }, _) if is_running => continue,
            // They cannot go before its faults are fixed.
            (NextStep::RunAgain { folder, .. }, None) => NextStep::Check { folder },
            (NextStep::AllDone { .. }, Some(campaign)) if has_faulty_rows(campaign)? => {
                NextStep::Check { folder: config.folder.clone() }
            }
            (next, _) => next,
        };
        terminal.tell(&Notice::Next(next));
    }
    terminal.summary(&summary);
    Ok(Exit::Well)
}

fn ages(ledger: &Ledger, config: &Config) -> Result<Ages> {
    let now = Timestamp::now();
    let age = |at: Timestamp| u64::try_from(now.duration_since(at).as_secs()).unwrap_or(0);
    Ok(Ages {
        oldest_waiting: oldest_waiting(ledger, config)?.map(age),
        mailbox_read: last_read(ledger)?.map(age),
    })
}

/// Writes what a monitor reads. Reads no list.
fn write_metrics(given: &Status, to: &Path, terminal: &Terminal) -> Result<Exit> {
    let place = &given.place;
    let (_, config) = settings_and_leave(place.campaign.as_deref(), place.trust.into(), terminal)?;
    let mut summary =
        Summary { command: "status", ages: Some(Ages::default()), ..Summary::default() };
    let mut metrics = Metrics {
        campaign: &config.id,
        account: Account::default(),
        suppressed: 0,
        answers: AnswerCounts::default(),
        is_running: false,
        oldest_waiting: None,
        mailbox_read: None,
        now: Timestamp::now().as_second(),
    };
    if let Some(ledger) = Ledger::look(&config.ledger)? {
        (metrics.account, metrics.suppressed) = account(&ledger, &config)?;
        metrics.answers = counts(&ledger)?;
        metrics.is_running = ledger.holder().is_some();
        metrics.oldest_waiting = oldest_waiting(&ledger, &config)?.map(Timestamp::as_second);
        metrics.mailbox_read = last_read(&ledger)?.map(Timestamp::as_second);
        summary.ages = Some(ages(&ledger, &config)?);
        summary.answers = Some(metrics.answers);
    }
    (summary.account, summary.suppressed) = (metrics.account, metrics.suppressed);
    summary.letters = summary.account.letters();
    let text = metrics.text();
    if to == Path::new("-") {
        terminal.bytes(text.as_bytes());
        return Ok(Exit::Well);
    }
    let is_ours = read_beginning(to).is_some_and(|it| it == metrics::BEGINNING.as_bytes());
    output::free(to, &config, is_ours.into())?;
    files::put(to, text.as_bytes(), Audience::Everyone)
        .map_err(|error| Failure::file(Doing::Writing, to, &error))?;
    terminal.result(&Notice::Written { path: to.to_owned(), lines: text.lines().count() as u64 });
    terminal.summary(&summary);
    Ok(Exit::Well)
}

/// As much of a file as a file of ours begins with.
fn read_beginning(path: &Path) -> Option<Vec<u8>> {
    let mut beginning = vec![0; metrics::BEGINNING.len()];
    let about = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file);
    about.and_then(|_| std::fs::File::open(path).ok())?.read_exact(&mut beginning).ok()?;
    Some(beginning)
}

/// Lists what may stand in files of defaults, and where it does. Asks no ledger.
fn list_settings(given: &Status, terminal: &Terminal) -> Result<Exit> {
    let routed = through(given.place.campaign.as_deref(), given.relay.as_deref());
    let (file, text) = config::find(routed.campaign)?;
    let (settings, defaults) =
        config::in_force(&file, &text, routed.route).map_err(|problems| {
            problems.iter().for_each(|problem| terminal.problem(problem));
            Failure::Faulty { errors: problems.len() as u64 }
        })?;
    settings.iter().for_each(|setting| terminal.setting(setting));
    terminal.result(&Notice::Settings { settings, defaults });
    // Whatever is wrong with a value is told as well.
    super::load::settings(routed, terminal)?;
    terminal.summary(&Summary { command: "status", ..Summary::default() });
    Ok(Exit::Well)
}

/// Reports who is sending letters now.
fn report_workers(ledger: &Ledger, terminal: &Terminal) -> Result<()> {
    let workers = ledger.workers()?;
    if workers.is_empty() {
        let held = ledger.holder().map(|by| Notice::LedgerIsHeld { by });
        held.into_iter().for_each(|held| terminal.tell(&held));
    }
    for worker in workers {
        let [since, last] = [worker.since, worker.last].map(zoned);
        let WorkerName { host, account, process } = &worker.name;
        let fields = [
            ("host", host.as_str().into()),
            ("account", account.as_str().into()),
            ("process", (*process).into()),
            ("relay", worker.relay.as_str().into()),
            ("since", since.into()),
            ("letters", worker.letters.into()),
            ("last", last.into()),
        ];
        terminal.item("worker", fields);
        terminal.result(&Notice::AtWork(worker));
    }
    Ok(())
}

/// Whether somebody on the list gets no letter because of an error in their row.
fn has_faulty_rows(campaign: &Campaign) -> Result<bool> {
    let is_error = |problem: &Problem| problem.severity == Severity::Error;
    Ok(campaign.row_checks()?.any(|row| row.problems.iter().any(is_error)))
}

/// Reports the unknown letters one by one, and why others were refused or put off.
fn report_letters(ledger: &Ledger, terminal: &Terminal) -> Result<()> {
    let unknown = ledger.entries(Some(State::Unknown))?;
    for entry in unknown.iter().take(MOST_LISTED) {
        terminal.result(&Notice::UnknownLetter {
            address: entry.address.clone(),
            message_id: entry.message_id.clone(),
            at: clock(entry.changed),
        });
    }
    if unknown.len() > MOST_LISTED {
        terminal.result(&Notice::MoreInReport { more: (unknown.len() - MOST_LISTED) as u64 });
    }
    let mut refused = ledger.entries(Some(State::Refused))?;
    refused.retain(|entry| entry.replaced_by.is_none());
    let mut put_off = ledger.entries(Some(State::Waiting))?;
    put_off.retain(|entry| entry.attempts > 0);
    for (state, entries) in [(State::Refused, &refused), (State::Waiting, &put_off)] {
        if !entries.is_empty() {
            terminal.result(&Notice::Reasons { state, groups: by_reply(entries) });
        }
    }
    if let Some(at) = put_off.iter().filter_map(|entry| entry.not_before).min() {
        terminal.result(&Notice::NextAttempt { at, letters: put_off.len() as u64 });
    }
    Ok(())
}

/// What to do in a campaign of which nothing was sent yet; `None` if it has faults.
fn first_step(seal: Option<&SealStatus>, folder: PathBuf) -> NextStep {
    let Some(seal) = seal else { return NextStep::Check { folder } };
    let approved = u32::try_from(seal.approved.len()).unwrap_or(u32::MAX);
    match (&seal.previewed, seal.people.saturating_sub(approved)) {
        (Seen::Never | Seen::Other { .. }, _) => NextStep::Preview { folder },
        (Seen::This { .. }, 0) => NextStep::Send { folder },
        (Seen::This { .. }, missing) => NextStep::MoreApprovals { folder, missing },
    }
}

/// Groups letters by the relay's reply, the largest group first.
fn by_reply(entries: &[LedgerEntry]) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for entry in entries {
        let reply = entry.reply.clone().unwrap_or_default();
        let key = reply_kind(&reply);
        let new = || Group { reply, letters: 0, example: entry.address.clone() };
        groups.entry(key).or_insert_with(new).letters += 1;
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.letters));
    groups
}

/// What makes replies alike: the code and the enhanced status code, or the beginning of what the
/// program noted without a reply.
fn reply_kind(reply: &str) -> String {
    let mut words = reply.split_whitespace();
    let code = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    let is_enhanced =
        second.starts_with(|c: char| c.is_ascii_digit()) && second.matches('.').count() == 2;
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
    match (is_code, is_enhanced) {
        (true, true) => format!("{code} {second}"),
        (true, false) => code.to_owned(),
        (false, _) => reply.split(':').next().unwrap_or_default().to_owned(),
    }
}

/// When the letters that wait will go, by the window's own clock: the list is not read here.
fn waiting_outlook(ledger: &Ledger, pace: &Pace, waiting: u64) -> Result<Option<Outlook>> {
    if !pace.is_bounded() || waiting == 0 || waiting > MOST_FORESEEN {
        return Ok(None);
    }
    let mut pacer = sending::pacer(pace, Some(ledger), Timestamp::now())?;
    let mut gates = BTreeMap::new();
    for entry in ledger.entries(Some(State::Waiting))? {
        let address = Address::parse(&entry.address);
        let gate = pacer.gate(address.as_ref().map_or("", Address::domain), None);
        *gates.entry(gate).or_default() += 1;
    }
    Ok(pacer.forecast(gates, Timestamp::now()).and_then(outlook))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_with_the_same_codes_are_alike() {
        for (one, other) in [
            ("550 5.1.1 <a@a.test> unknown", "550 5.1.1 no such user"),
            ("451 try later", "451 greylisted"),
            ("connection lost: reset", "connection lost: timed out"),
        ] {
            assert_eq!(reply_kind(one), reply_kind(other));
        }
        assert_ne!(reply_kind("550 5.1.1 unknown"), reply_kind("550 5.7.1 rejected"));
        assert_ne!(reply_kind("451 try later"), reply_kind("452 try later"));
    }

    #[test]
    fn the_first_step_follows_the_seal() {
        let status = |previewed, people| SealStatus {
            seal: "7f3a-91c2-00aa-b1c4".into(),
            previewed,
            sent: Seen::Never,
            approved: Vec::new(),
            people,
        };
        let folder = || PathBuf::from("seminar");
        let seen = || Seen::This { at: Timestamp::now() };
        assert!(matches!(first_step(None, folder()), NextStep::Check { .. }));
        let never = status(Seen::Never, 2);
        assert!(matches!(first_step(Some(&never), folder()), NextStep::Preview { .. }));
        assert!(matches!(first_step(Some(&status(seen(), 0)), folder()), NextStep::Send { .. }));
        assert!(matches!(
            first_step(Some(&status(seen(), 2)), folder()),
            NextStep::MoreApprovals { missing: 2, .. }
        ));
    }
}
