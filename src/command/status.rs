//! `status`: reports the state of the letters and of the seal.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use jiff::Timestamp;

use super::load::{previewed, settings};
use super::local::{clock, outlook};
use super::tell_next_steps;
use crate::campaign::{Campaign, account};
use crate::cli::Status;
use crate::delivery::{LedgerEntry, State};
use crate::failure::Exit;
use crate::ledger::Ledger;
use crate::notice::{Group, NextStep, Notice, Outlook, SealStatus, Seen, Summary};
use crate::policy::Pace;
use crate::recipient::Address;
use crate::sending;
use crate::terminal::Terminal;

pub(super) fn run(given: &Status, terminal: &Terminal) -> Result<Exit> {
    let (file, config) = settings(given.place.campaign.as_deref(), terminal)?;
    let ledger = Ledger::look(&config.folder, &config.id)?;
    // The ledger can be reported even if the letters have a fault by now.
    let seal_status = match Campaign::load(Some(&file)) {
        Ok(campaign) => Some(campaign.seal_status(previewed(&campaign).as_ref(), ledger.as_ref())?),
        Err(_) => None,
    };
    let seal = seal_status.as_ref().map(|seal_status| seal_status.seal.clone());
    let mut summary = Summary { command: "status", seal, ..Summary::default() };
    let ledger = match ledger {
        Some(ledger) if ledger.enrolled()? > 0 => Some(ledger),
        Some(_) | None => None,
    };
    let Some(ledger) = ledger else {
        terminal.result(&Notice::NothingSentYet);
        terminal.tell(&Notice::Next(
            seal_status
                .as_ref()
                .map_or(NextStep::Check { folder: config.folder.clone() }, |seal_status| {
                    first_step(seal_status, config.folder.clone())
                }),
        ));
        seal_status
            .into_iter()
            .for_each(|seal_status| terminal.result(&Notice::SealStatus(seal_status)));
        terminal.summary(&summary);
        return Ok(Exit::Well);
    };
    (summary.account, summary.suppressed) = account(&ledger, &config)?;
    summary.letters = summary.account.letters();
    if let Some(by) = ledger.holder() {
        terminal.tell(&Notice::LedgerIsHeld { by });
    }
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
    let refused = ledger.entries(Some(State::Refused))?;
    if !refused.is_empty() {
        terminal.result(&Notice::Reasons { state: State::Refused, groups: grouped(&refused) });
    }
    let put_off: Vec<LedgerEntry> =
        ledger.entries(Some(State::Waiting))?.into_iter().filter(|it| it.attempts > 0).collect();
    if !put_off.is_empty() {
        terminal.result(&Notice::Reasons { state: State::Waiting, groups: grouped(&put_off) });
    }
    let next = put_off.iter().filter_map(|entry| entry.not_before).min();
    if let Some(at) = next {
        terminal.result(&Notice::NextAttempt { at, letters: put_off.len() as u64 });
    }
    terminal.result(&Notice::Account {
        account: summary.account,
        blocked: 0,
        suppressed: summary.suppressed,
    });
    if let Some(outlook) = waiting_outlook(&ledger, &config.pace, summary.account.waiting)? {
        terminal.tell(&Notice::Outlook(outlook));
    }
    seal_status
        .into_iter()
        .for_each(|seal_status| terminal.result(&Notice::SealStatus(seal_status)));
    tell_next_steps(&summary.account, &config, terminal);
    terminal.summary(&summary);
    Ok(Exit::Well)
}

/// What to do in a campaign of which nothing was sent yet.
fn first_step(seal_status: &SealStatus, folder: PathBuf) -> NextStep {
    let approved = u32::try_from(seal_status.approved.len()).unwrap_or(u32::MAX);
    match (&seal_status.previewed, seal_status.people.saturating_sub(approved)) {
        (Seen::Never | Seen::Other { .. }, _) => NextStep::Preview { folder },
        (Seen::This { .. }, 0) => NextStep::Send { folder },
        (Seen::This { .. }, missing) => NextStep::MoreApprovals { folder, missing },
    }
}

/// Unknown letters that are listed one by one.
const MOST_LISTED: usize = 20;

/// Letters by what the relay said of them: by its code and enhanced code, the most frequent first.
fn grouped(entries: &[LedgerEntry]) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for entry in entries {
        let reply = entry.reply.clone().unwrap_or_default();
        let mut words = reply.split_whitespace();
        let (code, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let is_enhanced =
            second.starts_with(|c: char| c.is_ascii_digit()) && second.matches('.').count() == 2;
        let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
        let key = match (is_code, is_enhanced) {
            (true, true) => format!("{code} {second}"),
            (true, false) => code.to_owned(),
            // What the program noted in place of a reply: by its kind.
            (false, _) => reply.split(':').next().unwrap_or_default().to_owned(),
        };
        let new = || Group { reply: reply.clone(), letters: 0, example: entry.address.clone() };
        groups.entry(key).or_insert_with(new).letters += 1;
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.letters));
    groups
}

/// The most letters that an outlook is made for.
const MANY: u64 = 200_000;

/// When the letters that wait will go, by the window's own clock: the list is not read here.
fn waiting_outlook(ledger: &Ledger, pace: &Pace, waiting: u64) -> Result<Option<Outlook>> {
    if !pace.is_bounded() || waiting == 0 || waiting > MANY {
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
