//! `send`: look once more, ask, enrol, send; or rehearse, or only tell what would happen.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use anyhow::Result;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::couriers::{archived, couriers};
use super::{load, recall, sealed, select, split_campaign};
use crate::bitset::BitSet;
use crate::campaign::{Campaign, Draft, Numbers};
use crate::cli::Send;
use crate::compose::Mode;
use crate::config::Config;
use crate::delivery::{Account, Entry, Outcome, State, Trouble};
use crate::failure::{Asked, Exit, Failure};
use crate::ledger::Ledger;
use crate::notice::{Fate, Next, Notice, Plan, SealStatus, Seen, Summary};
use crate::outbox::Outbox;
use crate::policy::{Gate, Pacer};
use crate::recipient::{Address, Recipient};
use crate::russian::forms::Forms;
use crate::seal::{self, Gatherer};
use crate::sending::{self, Job, Rules, RunEvent};
use crate::smtp;
use crate::terminal::Terminal;

/// A pause that a person sits through without having been asked.
const PATIENCE: Duration = Duration::from_mins(15);

/// The folder of letters filed, and the name that the ledger has for it.
const OUTBOX: &str = "outbox";

/// True from the first letter on; before it nothing has to be finished.
static IN_FLIGHT: AtomicBool = AtomicBool::new(false);

/// How often Ctrl-C was pressed.
static STOPS: AtomicU32 = AtomicU32::new(0);

pub(super) fn run(mut given: Send, terminal: &mut Terminal) -> Result<Exit> {
    split_campaign(&mut given.to, &mut given.place.campaign);
    let mut summary = Summary { command: "send", ..Summary::default() };
    listen_for_stops()?;
    let mut campaign = load(given.place.campaign.as_deref(), terminal, &mut summary)?;
    select(&mut campaign, &given.select, terminal, &mut summary)?;
    match &given.test_to {
        Some(to) => rehearse(&campaign, &given, to, terminal, &mut summary),
        None => send(&campaign, &given, terminal, &mut summary),
    }
}

#[expect(clippy::too_many_lines, reason = "to be split")]
fn send(
    campaign: &Campaign,
    given: &Send,
    terminal: &mut Terminal,
    summary: &mut Summary,
) -> Result<Exit> {
    let config = &campaign.config;
    // A ledger that exists is taken at once: two runs must not both get as far as the question.
    let mut ledger = match Ledger::look(&config.folder, &config.id)? {
        None => None,
        Some(looking) if given.dry_run => Some(looking),
        Some(_) => Some(open_ledger(campaign, terminal)?),
    };
    let mut seal_status = sealed::seal_status(campaign, ledger.as_ref())?;
    if !given.dry_run {
        sealed::must_be_approved(&seal_status, campaign)?;
    }
    let known = recall::known(campaign, given, ledger.as_ref())?;
    let (survey, record) = if let (Some(found), Some(ledger)) = (&known, &ledger) {
        recall::recount(found, summary);
        terminal
            .tell(&Notice::LookedAtBefore { time: super::clock(found.at), letters: found.letters });
        (recalled(campaign, given, ledger)?, recall::record(campaign, found))
    } else {
        let mut survey = survey(campaign, given, ledger.as_ref(), terminal, summary)?;
        let digest = std::mem::take(&mut survey.digest);
        (survey, sealed::record(campaign, digest))
    };
    sealed::must_match(given.seal.as_deref(), campaign)?;
    sealed::compare_letters(
        &mut seal_status,
        campaign,
        record.letters.as_deref().unwrap_or_default(),
    );
    let plan = survey.plan(campaign, seal_status);
    if given.dry_run {
        terminal.result(&Notice::Plan(plan));
        terminal.result(&Notice::WouldSend { letters: survey.letters });
        terminal.summary(summary);
        return try_relay(campaign, survey.largest, terminal);
    }
    if survey.letters == 0 {
        let account = ledger
            .as_ref()
            .map_or(Ok((Account::default(), 0)), |ledger| super::account(ledger, config))?
            .0;
        terminal.result(&Notice::NothingToSend);
        return Ok(close(account, config, terminal, summary));
    }
    confirm(campaign, given, plan, terminal)?;
    let couriers = couriers(campaign, config.pace.connections, OUTBOX, terminal)?;
    let (couriers, unkept) = archived(campaign, couriers)?;
    let mut ledger = match ledger.take() {
        Some(ledger) => ledger,
        None => open_ledger(campaign, terminal)?,
    };
    ledger.note_run(&record, &super::who())?;
    if known.is_none() {
        let numbered =
            campaign.recipients()?.filter(|recipient| !survey.faulty.contains(recipient.row));
        ledger.enrol(
            numbered.map(|recipient| campaign.enrolment(&recipient)),
            &config.numbering,
            Timestamp::now(),
        )?;
        recall::note(&mut ledger, &record, summary)?;
    }

    if given.retry_refused {
        let_refused_go_again(&mut ledger, &survey)?;
    }
    IN_FLIGHT.store(true, Ordering::SeqCst);
    let rules = rules(campaign, given);
    let (composer, manner) = (campaign.composer.clone(), campaign.manner);
    let compose: Arc<sending::Compose> = Arc::new(move |job: &Job| {
        let composed = composer.compose(
            &job.recipient,
            &Forms::of(&job.recipient.card.person(), manner),
            &job.meta,
            &Mode::Real,
        )?;
        Ok(composed.letter)
    });
    let mut pass = || {
        let wanted = |recipient: &Recipient| {
            survey.is_wanted(recipient) && !survey.faulty.contains(recipient.row)
        };
        // Of a list of which most is done, the few rows that wait are found without reading the
        // others.
        let waiting = Ledger::look(&config.folder, &config.id)?
            .map(|ledger| ledger.waiting_rows())
            .transpose()?;
        Ok(campaign.recipients_among(waiting.unwrap_or_default())?.filter(wanted))
    };
    let (before, withheld) = super::account(&ledger, config)?;
    let label = Notice::Sending { account: before, reply: String::new() };
    terminal.start_paced(Some(survey.letters), &label, survey.least());
    let end = {
        let terminal = &*terminal;
        let stop: Arc<sending::Stop> = Arc::new(is_stopped);
        let mut tell =
            |event| tell(event, before.accepted + before.refused + before.unknown, terminal);
        let run = sending::Run { rules: &rules, couriers, compose, stop };
        run.send(&mut ledger, &mut pass, &mut tell)
    };
    terminal.finish();
    let end = match end {
        // What cannot be kept is told before all else: nothing went on after it.
        Ok(end) => match unkept.detail() {
            Some(detail) => sending::RunEnd { stopped: Some(Trouble::File(detail)), ..end },
            None => end,
        },
        Err(error) => {
            if let Ok(account) = ledger.account() {
                terminal.warn(&Notice::Account {
                    account,
                    blocked: summary.blocked,
                    suppressed: summary.suppressed,
                });
            }
            return Err(error);
        }
    };
    let (account, suppressed) = super::account(&ledger, config)?;
    let meanwhile = suppressed.saturating_sub(withheld);
    if meanwhile > 0 {
        summary.suppressed += meanwhile;
        terminal.warn(&Notice::SuppressedMeanwhile { letters: meanwhile });
    }
    conclude(campaign, given, end, (before, account), terminal, summary)
}

/// Knocks at the relay, so that a dry run finds what a real one would: who is there, the login, the
/// largest size. Not one command is given that could bring a letter on its way.
fn try_relay(campaign: &Campaign, largest: u64, terminal: &Terminal) -> Result<Exit> {
    let Some(smtp) = &campaign.config.smtp else { return Ok(Exit::Well) };
    let info = smtp::probe(super::couriers::relay(campaign, smtp, terminal)?)
        .map_err(|trouble| Failure::Relay { host: smtp.relay.host.clone(), trouble })?;
    let (host, most) = (smtp.relay.host.clone(), info.max_size);
    terminal.result(&Notice::RelayTried { host, is_logged_in: info.is_logged_in, most, largest });
    match most {
        Some(most) if largest > most => Err(Failure::TooLarge { largest, most }.into()),
        Some(_) | None => Ok(Exit::Well),
    }
}

/// Says how the run ended and what stands where now.
fn conclude(
    campaign: &Campaign,
    given: &Send,
    end: sending::RunEnd,
    (before, account): (Account, Account),
    terminal: &Terminal,
    summary: &mut Summary,
) -> Result<Exit> {
    let config = &campaign.config;
    if config.smtp.is_none() && account.accepted > before.accepted {
        terminal.result(&Notice::InOutbox { folder: config.folder.join(OUTBOX) });
    }
    let not_on_list = if given.to.is_empty()
        && given.limit.is_none()
        && end.stopped.is_none()
        && end.goes_on_at.is_none()
        && !end.was_interrupted
    {
        account.waiting
    } else {
        0
    };
    if not_on_list > 0 {
        terminal.warn(&Notice::NotOnList { letters: not_on_list });
    }
    let exit = close(account, config, terminal, summary);
    if end.was_interrupted && account.waiting > 0 {
        return Err(Failure::Interrupted.into());
    }
    if let Some(until) = end.goes_on_at {
        terminal.warn(&Notice::GoesOnAt { time: super::clock(until), letters: account.waiting });
    }
    match end.stopped {
        Some(trouble) => {
            terminal.warn(&Notice::RunStopped { trouble });
            Ok(if exit == Exit::Unknown { exit } else { Exit::Server })
        }
        None if exit == Exit::Well && summary.blocked > 0 => Ok(Exit::Open),
        None => Ok(exit),
    }
}

/// What the run is to keep to.
fn rules(campaign: &Campaign, given: &Send) -> Rules {
    let config = &campaign.config;
    Rules {
        campaign: config.id.clone(),
        pace: config.pace.clone(),
        retry: config.retry.clone(),
        relay: config.smtp.as_ref().map_or_else(|| OUTBOX.into(), |smtp| smtp.relay.host.clone()),
        limit: given.limit,
        patience: (!given.wait).then_some(PATIENCE),
        clock: sending::Clock::System,
    }
}

/// By the person's word that `--retry-refused` is: recorded as one.
fn let_refused_go_again(ledger: &mut Ledger, survey: &Survey) -> Result<()> {
    let is_wanted = |address: &str| {
        survey.wanted.is_empty()
            || Address::parse(address).is_ok_and(|address| survey.wanted.contains(&address.key()))
    };
    let mut refused = ledger.entries(Some(State::Refused))?;
    refused.retain(|entry| is_wanted(&entry.address));
    ledger.reset(&refused, &super::who(), Timestamp::now())?;
    Ok(())
}

/// Says what stands where at the end.
fn close(account: Account, config: &Config, terminal: &Terminal, summary: &mut Summary) -> Exit {
    summary.account = account;
    summary.letters = account.letters();
    terminal.result(&Notice::Account {
        account,
        blocked: summary.blocked,
        suppressed: summary.suppressed,
    });
    for next in super::next_steps(&account, config) {
        terminal.tell(&Notice::Next(next));
    }
    terminal.summary(summary);
    Exit::of(&account)
}

fn open_ledger(campaign: &Campaign, terminal: &Terminal) -> Result<Ledger> {
    let (folder, now) = (&campaign.config.folder, Timestamp::now());
    let (mut ledger, recovered) = Ledger::open(folder, &campaign.config.id, &super::who(), now)?;
    // What a run that was cut off did to a file can be seen; what a relay did, nobody can know.
    let is_filed = |entry: &Entry| Outbox::holds(&folder.join(OUTBOX), &entry.address, entry.id);
    let seen = ledger.settle_seen(OUTBOX, is_filed, now)?;
    if recovered > seen {
        terminal.warn(&Notice::RecoveredUnknown { letters: recovered - seen });
    }
    Ok(ledger)
}

/// What a look at the whole list told.
#[derive(Default)]
struct Survey {
    /// The addresses asked for; all when empty.
    wanted: HashSet<String>,
    faulty: BitSet,
    /// Letters that would go now.
    letters: u64,
    already: u64,
    domains: BTreeMap<String, u64>,
    /// Where the pace bounds when letters go: what it knows, and the letters at each gate.
    pacer: Option<Pacer>,
    gates: BTreeMap<Gate, u64>,
    first: String,
    last: String,
    /// The size of the largest message.
    largest: u64,
    /// The rows whose letters are wanted.
    rows: Vec<u64>,
    /// Of all letters, those that went already among them.
    digest: Gatherer,
}

impl Survey {
    fn is_wanted(&self, recipient: &Recipient) -> bool {
        self.wanted.is_empty() || self.wanted.contains(&recipient.address.key())
    }

    /// Counts a letter that would go now.
    fn count(&mut self, address: &str, domain: &str, zone: Option<&TimeZone>) {
        self.letters += 1;
        if let Some(pacer) = &mut self.pacer {
            let gate = pacer.gate(domain, zone);
            *self.gates.entry(gate).or_default() += 1;
        }
        match self.domains.get_mut(domain) {
            Some(letters) => *letters += 1,
            None => drop(self.domains.insert(domain.to_owned(), 1)),
        }
        if self.first.is_empty() {
            address.clone_into(&mut self.first);
        }
        address.clone_into(&mut self.last);
    }

    /// So long the pace makes it last, from now on.
    fn least(&self) -> Duration {
        let now = Timestamp::now();
        let told = self.pacer.clone().and_then(|pacer| pacer.forecast(self.gates.clone(), now));
        told.and_then(|told| Duration::try_from(told.last - now).ok()).unwrap_or_default()
    }

    fn plan(&self, campaign: &Campaign, seal_status: SealStatus) -> Plan {
        let config = &campaign.config;
        let name = config.from.name.as_ref().map(|name| format!("{name} ")).unwrap_or_default();
        let mut domains: Vec<(String, u64)> = self.domains.clone().into_iter().collect();
        domains.sort_by_key(|(_, letters)| std::cmp::Reverse(*letters));
        domains.truncate(3);
        Plan {
            from: format!("{name}<{}>", config.from.address),
            letters: self.letters,
            already: self.already,
            first: self.first.clone(),
            last: self.last.clone(),
            more_domains: (self.domains.len() - domains.len()) as u64,
            domains,
            relay: config
                .smtp
                .as_ref()
                .map(|smtp| format!("{}:{}", smtp.relay.host, smtp.relay.port)),
            outlook: self.pacer.clone().and_then(|pacer| super::outlook(pacer, self.gates.clone())),
            seal_status,
        }
    }
}

/// What there is to send, by the ledger alone: nothing has changed since the whole list was looked
/// at.
fn recalled(campaign: &Campaign, given: &Send, ledger: &Ledger) -> Result<Survey> {
    let pace = &campaign.config.pace;
    let pacer = pace
        .is_bounded()
        .then(|| sending::pacer(pace, Some(ledger), Timestamp::now()))
        .transpose()?;
    let mut survey = Survey { pacer, ..Survey::default() };
    let mut waiting = 0;
    ledger.each_waiting(&mut |address| {
        waiting += 1;
        if given.limit.is_some_and(|limit| survey.letters >= limit) {
            return;
        }
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        // As it stands on the wire; most are written so.
        if domain.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii()) {
            let parsed = Address::parse(address);
            survey.count(address, parsed.as_ref().map_or(domain, Address::domain), None);
        } else {
            survey.count(address, domain, None);
        }
    })?;
    survey.already = ledger.enrolled()?.saturating_sub(waiting);
    Ok(survey)
}

/// Composes everything once more: tells all problems, and what there is to send.
fn survey(
    campaign: &Campaign,
    given: &Send,
    ledger: Option<&Ledger>,
    terminal: &mut Terminal,
    summary: &mut Summary,
) -> Result<Survey> {
    let pace = &campaign.config.pace;
    let pacer =
        pace.is_bounded().then(|| sending::pacer(pace, ledger, Timestamp::now())).transpose()?;
    let mut survey = Survey { wanted: addresses(&given.to)?, pacer, ..Survey::default() };
    let mut missing = survey.wanted.clone();
    let numbers = Numbers::new(&campaign.config.numbering, ledger)?;
    let now = Zoned::now();
    terminal.start(None, &Notice::Composing);
    let mut each = |draft: Draft| {
        sealed::gather(&draft, &mut survey.digest);
        let Draft { row, recipient, composed, problems, .. } = draft;
        summary.add(&problems, composed.is_some());
        problems.iter().for_each(|problem| terminal.problem(problem));
        terminal.progress(summary.rows, None);
        if let Some(recipient) = &recipient {
            missing.remove(&recipient.address.key());
        }
        let Some(recipient) = recipient.filter(|_| composed.is_some()) else {
            survey.faulty.insert(row);
            return Ok(());
        };
        if !survey.is_wanted(&recipient) {
            return Ok(());
        }
        survey.rows.push(row);
        let bytes = composed.as_ref().map_or(0, |composed| composed.letter.bytes.len() as u64);
        survey.largest = survey.largest.max(bytes);
        let state = match ledger {
            Some(ledger) => ledger.entry(campaign.id(&recipient))?.map(|entry| entry.state),
            None => None,
        };
        let goes_again = given.retry_refused && state == Some(State::Refused);
        if state.is_some_and(|state| state != State::Waiting) && !goes_again {
            survey.already += 1;
            return Ok(());
        }
        if given.limit.is_some_and(|limit| survey.letters >= limit) {
            return Ok(());
        }
        survey.count(
            recipient.address.shown(),
            recipient.address.domain(),
            recipient.timezone.as_ref(),
        );
        Ok(())
    };
    campaign.each_draft(numbers, &now, &Mode::Real, &mut each)?;
    terminal.finish();
    terminal.tell(&campaign.list_read(summary.rows));
    if let Some(problem) = campaign.no_rows(summary.rows) {
        terminal.problem(&problem);
        summary.count(&problem);
    }
    if summary.errors > 0 && !(given.skip_faulty && summary.letters > 0) {
        terminal.tell(&Notice::Next(Next::Mend));
        terminal.summary(summary);
        return Err(Failure::Faulty { errors: summary.errors }.into());
    }
    match missing.into_iter().min() {
        Some(address) => Err(Failure::NoSuchRecipient { address }.into()),
        None => Ok(survey),
    }
}

fn addresses(given: &[String]) -> Result<HashSet<String>> {
    let key = |address: &String| match Address::parse(address) {
        Ok(address) => Ok(address.key()),
        Err(flaw) => Err(Failure::BadAddress { address: address.clone(), flaw }.into()),
    };
    given.iter().map(key).collect()
}

/// Shows what is about to happen, and asks where a real relay would take it out of our hands.
fn confirm(campaign: &Campaign, given: &Send, plan: Plan, terminal: &Terminal) -> Result<()> {
    let letters = plan.letters;
    let numbers_moved = matches!(&plan.seal_status.previewed, Seen::Other { changes, .. }
        if changes.iter().any(|change| change.part == seal::LETTERS));
    if numbers_moved && (given.seal.is_some() || campaign.config.approvals > 0) {
        return Err(Failure::NumbersMoved.into());
    }
    let plan = Notice::Plan(plan);
    if campaign.config.smtp.is_none() || given.yes || given.seal.is_some() {
        terminal.tell(&plan);
        return Ok(());
    }
    if !terminal.can_ask() {
        return Err(Failure::NeedsConfirmation(Asked::ToSend).into());
    }
    terminal.warn(&plan);
    let answer = terminal.ask(&Notice::TypeTheNumber { letters });
    match answer {
        Some(answer) if answer == letters.to_string() => Ok(()),
        Some(_) | None => Err(Failure::NotConfirmed.into()),
    }
}

/// Ctrl-C, and the system's wish that we end: the first finishes what is in flight, the second ends
/// at once.
fn listen_for_stops() -> Result<()> {
    let listening = ctrlc::set_handler(|| {
        if STOPS.fetch_add(1, Ordering::SeqCst) > 0 || !IN_FLIGHT.load(Ordering::SeqCst) {
            // A question for a password may be open.
            crate::secret::restore_terminal();
            std::process::exit(i32::from(Exit::Interrupted as u8));
        }
    });
    listening.map_err(|error| Failure::Ours { detail: error.to_string() }.into())
}

fn is_stopped() -> bool {
    STOPS.load(Ordering::SeqCst) > 0
}

fn tell(event: RunEvent, settled_before: u64, terminal: &Terminal) {
    match event {
        RunEvent::Settled { address, state, reply, account } => {
            let done = (account.accepted + account.refused + account.unknown)
                .saturating_sub(settled_before);
            if state != State::Accepted {
                let fate = Fate::Letter(state);
                terminal.tell(&Notice::LetterSettled { address, fate, reply: reply.clone() });
            }
            terminal.progress(done, Some(&Notice::Sending { account, reply }));
        }
        RunEvent::Disturbed(trouble) => terminal.tell(&Notice::ConnectionTrouble { trouble }),
        RunEvent::Fewer(trouble) => terminal.tell(&Notice::FewerConnections { trouble }),
        RunEvent::Waiting { until, letters } => {
            terminal.tell(&Notice::WaitingUntil { time: super::clock(until), letters });
        }
        RunEvent::Faulty(problems) => problems.iter().for_each(|problem| terminal.problem(problem)),
        RunEvent::Stopping => terminal.warn(&Notice::Stopping),
    }
}

/// The rows of a rehearsal: all that are wanted, the first so many, or so many at random.
fn chosen(rows: &[u64], given: &Send) -> HashSet<u64> {
    let most = given
        .random
        .or(given.limit)
        .map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    let mut rows = rows.to_vec();
    if given.random.is_some() {
        let chance = RandomState::new();
        rows.sort_by_cached_key(|row| chance.hash_one(row));
    }
    rows.into_iter().take(most).collect()
}

/// So many letters to oneself are seldom meant.
const MANY: u64 = 20;

fn confirm_many(letters: u64, given: &Send, terminal: &Terminal) -> Result<()> {
    if letters <= MANY || given.yes {
        return Ok(());
    }
    if !terminal.can_ask() {
        return Err(Failure::NeedsConfirmation(Asked::ToRehearse).into());
    }
    match terminal.ask(&Notice::TypeTheNumber { letters }) {
        Some(answer) if answer == letters.to_string() => Ok(()),
        Some(_) | None => Err(Failure::NotConfirmed.into()),
    }
}

/// Sends real letters to oneself. The ledger does not hear of it.
fn rehearse(
    campaign: &Campaign,
    given: &Send,
    to: &str,
    terminal: &mut Terminal,
    summary: &mut Summary,
) -> Result<Exit> {
    let to =
        Address::parse(to).map_err(|flaw| Failure::BadAddress { address: to.to_owned(), flaw })?;
    let survey = survey(campaign, given, None, terminal, summary)?;
    let chosen = chosen(&survey.rows, given);
    confirm_many(chosen.len() as u64, given, terminal)?;
    let mut couriers = couriers(campaign, 1, "rehearsal", terminal)?;
    let Some(courier) = couriers.first_mut() else { return Ok(Exit::Well) };
    let now = Zoned::now();
    let mode =
        Mode::Rehearsal { to: to.clone(), run: format!("{:x}", now.timestamp().as_millisecond()) };
    let ledger = Ledger::look(&campaign.config.folder, &campaign.config.id)?;
    let numbers = Numbers::new(&campaign.config.numbering, ledger.as_ref())?;
    let drafts = campaign.drafts(numbers, &now, &mode)?.filter_map(|draft| {
        let recipient = draft.recipient.filter(|_| chosen.contains(&draft.row))?;
        Some((recipient.address.to_string(), draft.composed?.letter))
    });
    let mut letters = drafts;
    let (mut sent, mut failed) = (0, None);
    let mut tell = |address: &str, outcome: &Outcome| {
        let reply = match outcome {
            Outcome::Accepted(_) => {
                sent += 1;
                return;
            }
            Outcome::Refused { reply, .. } => reply.to_string(),
            Outcome::Unsent { trouble, .. } | Outcome::Unknown { trouble } => {
                failed = Some(trouble.clone());
                trouble.to_string()
            }
        };
        terminal.warn(&Notice::RehearsalFailed { address: address.to_owned(), reply });
    };
    sending::rehearse(courier.as_mut(), campaign.config.pace.limits, &mut letters, &mut tell);
    summary.letters = sent;
    terminal.result(&Notice::Rehearsed { letters: sent, address: to.to_string() });
    let folder = campaign.config.folder.clone();
    let files = campaign.config.smtp.is_none().then(|| folder.join("rehearsal"));
    if let Some(folder) = &files {
        terminal.result(&Notice::InOutbox { folder: folder.clone() });
    }
    if failed.is_none() && sent > 0 {
        terminal.tell(&Notice::Next(Next::AfterRehearsal { folder, files }));
    }
    terminal.summary(summary);
    match (failed, &campaign.config.smtp) {
        (Some(trouble), Some(smtp)) => {
            Err(Failure::Relay { host: smtp.relay.host.clone(), trouble }.into())
        }
        (Some(trouble), None) => Err(Failure::Relay { host: "rehearsal".into(), trouble }.into()),
        (None, _) if sent == 0 => Ok(Exit::Open),
        (None, _) => Ok(Exit::Well),
    }
}
