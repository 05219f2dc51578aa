//! `send`: composes everything once more, asks, enrols, sends; or rehearses, or only reports what
//! would happen.
//!
//! The order of these steps is here. What they find and decide is in `sending` and `campaign`.

mod confirm;
mod filed;
mod home;
mod preflight;
mod rehearse;
mod report;
mod stop;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;

use super::couriers::{archived, couriers, relay};
use super::load::{
    home as place, load_for, previewed, select, settings_if_sound, split_campaign, tell_following,
    through, warn_of_changed_letters,
};
use super::local::{host, user, who};
use super::trust;
use crate::bitset::BitSet;
use crate::campaign::{Campaign, Replacements, account, compare_letters, off_list, tell_off_list};
use crate::cli::{Filed, Send};
use crate::compose::{self, Mode};
use crate::config::Route;
use crate::delivery::{Account, Courier, LedgerEntry, State, WorkerName};
use crate::doctor::record;
use crate::failure::{Exit, Failure};
use crate::files;
use crate::ledger::{Ledger, Veto};
use crate::notice::{Notice, Plan, Summary};
use crate::outbox::{Outbox, archive};
use crate::policy::{Ending, StopCause};
use crate::recipient::Recipient;
use crate::russian::forms::Forms;
use crate::sending::{self, Batch, Job, Rules};
use crate::smtp;
use crate::terminal::Terminal;
use crate::trust::Trust;
use home::LookAlikes;
use preflight::SealedBatch;
use report::WhenToGoOn;
pub(super) use stop::end_at_once;
#[cfg(target_os = "linux")]
pub(super) use stop::keep_hang_up_ignored;

/// A pause that a person sits through without having been asked.
const PATIENCE: Duration = Duration::from_mins(15);

/// The folder of letters as files, and the name that the ledger has for it.
pub(super) const OUTBOX: &str = "outbox";

/// The folder of rehearsed letters, if no relay is set.
pub(super) const REHEARSAL: &str = "rehearsal";

/// A `send` that is under way.
struct Run<'a> {
    campaign: &'a Campaign,
    given: &'a Send,
    terminal: &'a mut Terminal,
    summary: Summary,
    /// What becomes of letters in the outbox.
    filed: Filed,
}

pub(super) fn run(mut given: Send, terminal: &mut Terminal) -> Result<Exit> {
    split_campaign(&mut given.to, &mut given.place.campaign);
    let mut summary = Summary { command: "send", ..Summary::default() };
    stop::listen(terminal.words(&Notice::CutShort {
        folder: given.place.campaign.clone().unwrap_or_else(|| ".".into()),
    }))?;
    // Before anything is read: then one question covers it all. The campaign as it is read in
    // full is asked about again, in case somebody changed it in between.
    let trust = Trust::from(given.place.trust);
    let mut routed = through(given.place.campaign.as_deref(), given.relay.as_deref());
    if given.outbox {
        routed.route = Route::Outbox;
    }
    if let Some(config) = settings_if_sound(routed)? {
        trust::ensure(&config, trust, terminal)?;
    }
    let mut campaign = load_for(routed, trust, terminal, &mut summary)?;
    trust::ensure(&campaign.config, trust, terminal)?;
    campaign.config.ledger.takes_other_id = given.second_letters;
    select(&mut campaign, &given.select, terminal, &mut summary)?;
    let mut run = Run { campaign: &campaign, given: &given, terminal, summary, filed: Filed::Keep };
    match &given.test_to {
        Some(to) => run.rehearse(to),
        None => run.send(),
    }
}

impl Run<'_> {
    fn send(&mut self) -> Result<Exit> {
        let (campaign, given) = (self.campaign, self.given);
        let ledger = self.ledger_if_any()?;
        let previewed = previewed(campaign);
        let mut seal = campaign.seal_status(previewed.as_ref(), ledger.as_ref())?;
        if !given.dry_run {
            campaign.require_approvals(&seal)?;
        }
        self.must_be_at_home(ledger.as_ref())?;
        self.filed = self.decide_filed(ledger.as_ref())?;
        tell_following(campaign, self.terminal)?;
        if let Some(following) = campaign.following.as_ref().filter(|_| !given.dry_run) {
            following.must_be_due()?;
        }
        let sealed = self.preflight(ledger.as_ref())?;
        let mut look_alikes = LookAlikes::default();
        if !sealed.is_reused {
            look_alikes = self.must_know_who_has_a_letter(ledger.as_ref())?;
            self.must_not_be_two_versions(ledger.as_ref(), &sealed.batch)?;
        }
        if let Some(given) = &given.seal {
            campaign.expect_seal(given, previewed.as_ref())?;
        }
        // Who gets a letter changes with every answer.
        if campaign.following.is_none() {
            compare_letters(&mut seal, previewed.as_ref(), sealed.record.letters.as_deref());
        }
        let plan = Plan { second_letters: look_alikes.asked, ..self.plan(&sealed.batch, seal) };
        if given.dry_run {
            self.foresee(ledger.as_ref(), &sealed.batch)?;
            return self.end_dry_run(plan, &sealed.batch);
        }
        if sealed.batch.letters == 0 {
            return self.end_without_letters(ledger);
        }
        self.say_if_nobody_looked(ledger.as_ref())?;
        self.confirm(plan)?;
        let connections = campaign.config.pace.connections;
        let couriers = couriers(campaign, connections, OUTBOX, self.terminal)?;
        let (couriers, archive_failure) = archived(campaign, couriers)?;
        let mut ledger = ledger.map_or_else(|| self.open_ledger(), Ok)?;
        let run = self.enrol(&mut ledger, &sealed, &look_alikes.not_asked)?;
        self.carry(ledger, run, couriers, &archive_failure, &sealed.batch)
    }

    /// Says that `doctor` was not run, before the first letter to a relay.
    fn say_if_nobody_looked(&self, ledger: Option<&Ledger>) -> Result<()> {
        let config = &self.campaign.config;
        let Some(relay) = config.smtp.as_ref().map(|smtp| &smtp.relay) else { return Ok(()) };
        let is_used = ledger.map_or(Ok(false), |ledger| ledger.has_used(&relay.host))?;
        if !is_used && !record::is_kept(&relay.name(), config.from.address.domain()) {
            let folder = config.folder.clone();
            self.terminal.tell(&Notice::DoctorNotRun { relay: relay.name(), folder });
        }
        Ok(())
    }

    /// Names the people who have a letter that says something else now, and refuses to send another
    /// text under the same number.
    fn must_not_be_two_versions(&self, ledger: Option<&Ledger>, batch: &Batch) -> Result<()> {
        let campaign = self.campaign;
        let letters = warn_of_changed_letters(campaign, ledger, u64::MAX, self.terminal)?;
        let is_allowed = self.given.new_version || !campaign.has_one_number();
        if letters == 0 || batch.letters == 0 || is_allowed {
            return Ok(());
        }
        let number = campaign.config.numbering.number(0).unwrap_or_default();
        let folder = campaign.config.folder.clone();
        Err(Failure::TwoVersions { letters, number, folder }.into())
    }

    /// Opens the ledger if there is one: two runs must not both get as far as the question. A dry
    /// run only looks.
    fn ledger_if_any(&self) -> Result<Option<Ledger>> {
        let config = &self.campaign.config;
        match Ledger::look(&config.ledger)? {
            Some(_) if !self.given.dry_run => Ok(Some(self.open_ledger()?)),
            looked => Ok(looked),
        }
    }

    fn open_ledger(&self) -> Result<Ledger> {
        let config = &self.campaign.config;
        if let Some(kind) = files::network_share(&config.folder)
            && config.ledger.server.is_none()
        {
            let folder = config.folder.clone();
            self.terminal.warn(&Notice::OnNetworkShare { kind, folder });
        }
        let now = Timestamp::now();
        let (mut ledger, recovered) = Ledger::share(&config.ledger, &who(), now)?;
        if ledger.is_shared() {
            let name = WorkerName { host: host(), account: user(), process: std::process::id() };
            let relay = config.smtp.as_ref().map_or(OUTBOX.to_owned(), |it| it.relay.name());
            ledger.join(&self.campaign.seal_beside_others(), &name, &relay, now)?;
        }
        // What an interrupted run did to a file can be seen; what a relay did cannot.
        let outbox = config.folder.join(OUTBOX);
        let is_filed = |entry: &LedgerEntry| Outbox::holds(&outbox, &entry.address, entry.id);
        let seen = ledger.settle_seen(OUTBOX, is_filed, now)?;
        if recovered > seen {
            self.terminal.warn(&Notice::RecoveredUnknown { letters: recovered - seen });
        }
        Ok(ledger)
    }

    /// Counts the letters as they would be before the first one goes.
    fn foresee(&mut self, ledger: Option<&Ledger>, batch: &Batch) -> Result<()> {
        if let Some(ledger) = ledger {
            self.summary.account = account(ledger, &self.campaign.config)?.0;
        }
        self.summary.account.waiting += batch.new;
        self.summary.letters = self.summary.account.letters();
        Ok(())
    }

    /// Reports the plan and tries the relay, so that a dry run finds what a real one would: the
    /// greeting, the login, the largest size. No command is given that could start a letter.
    fn end_dry_run(&self, plan: Plan, batch: &Batch) -> Result<Exit> {
        self.terminal.result(&Notice::Plan(Box::new(plan)));
        self.terminal.result(&Notice::WouldSend { letters: batch.letters });
        self.terminal.summary(&self.summary);
        let Some(smtp) = &self.campaign.config.smtp else { return Ok(Exit::Well) };
        let host = smtp.relay.host.clone();
        let info = smtp::probe(relay(&self.campaign.config, smtp, self.terminal)?)
            .map_err(|trouble| Failure::Relay { host: host.clone(), trouble })?;
        let largest = batch.largest;
        let (is_logged_in, most) = (info.is_logged_in, info.max_size);
        self.terminal.result(&Notice::RelayTried { host, is_logged_in, most, largest });
        match most {
            Some(most) if largest > most => Err(Failure::TooLarge { largest, most }.into()),
            Some(_) | None => Ok(Exit::Well),
        }
    }

    fn end_without_letters(&mut self, ledger: Option<Ledger>) -> Result<Exit> {
        let config = &self.campaign.config;
        let account = match ledger {
            Some(mut ledger) => {
                // A person has just said that it goes on here.
                if ledger.strange_home(&place(config))?.is_some() {
                    ledger.note_home(&place(config), &who(), Timestamp::now())?;
                }
                let mut account = account(&ledger, config)?.0;
                account.off_list = off_list(self.campaign, &ledger)?;
                if account.open_refusals() > 0 {
                    tell_off_list(&mut account.refusals, self.campaign, &ledger)?;
                }
                account
            }
            None => Account::default(),
        };
        self.terminal.result(&Notice::NothingToSend);
        Ok(self.report_account(account, WhenToGoOn::Now))
    }

    /// Records the run and the letters that it may send. Returns the run's number.
    fn enrol(
        &self,
        ledger: &mut Ledger,
        sealed: &SealedBatch,
        look_alikes: &BitSet,
    ) -> Result<Option<i64>> {
        let (campaign, batch) = (self.campaign, &sealed.batch);
        ledger.note_campaign(&campaign.config.id)?;
        ledger.note_home(&place(&campaign.config), &who(), Timestamp::now())?;
        let run = ledger.note_run(&sealed.record, campaign.choice(), &who())?;
        let mut replacements = Replacements::default();
        if !sealed.is_reused {
            let refused = ledger.entries(Some(State::Refused))?;
            replacements = campaign.replacements(&refused, ledger)?;
        }
        if self.given.retry_refused {
            let mut refused = ledger.entries(Some(State::Refused))?;
            refused.retain(|entry| batch.scope.asks_for(&entry.address));
            refused.retain(|entry| !replacements.absent.contains(&entry.id));
            // Recorded as a person's decision, which `--retry-refused` is.
            ledger.reset(&refused, &who(), Timestamp::now())?;
        }
        if self.filed == Filed::Send {
            let filed = filed::filed(ledger, &batch.scope)?;
            ledger.reset(&filed, &who(), Timestamp::now())?;
        }
        if !sealed.is_reused {
            let recipients = campaign.recipients()?;
            let is_left_out = |row| batch.faulty.contains(row) || look_alikes.contains(row);
            let numbered = recipients.filter(|recipient| !is_left_out(recipient.row));
            ledger.enrol(
                numbered.map(|recipient| campaign.enrolment(&recipient, &replacements)),
                &campaign.config.numbering,
                Timestamp::now(),
            )?;
            campaign.must_be_unchanged()?;
            if look_alikes.count() == 0 {
                ledger.note_identity(&campaign.identity())?;
                sealed.keep(ledger, &self.summary)?;
            }
        }
        Ok(run)
    }

    /// Sends the letters and reports how that ended.
    fn carry(
        &mut self,
        mut ledger: Ledger,
        run: Option<i64>,
        couriers: Vec<Box<dyn Courier>>,
        archive_failure: &archive::StoreFailure,
        batch: &Batch,
    ) -> Result<Exit> {
        let campaign = self.campaign;
        let config = &campaign.config;
        stop::begin();
        // Each letter has been composed once: a busy machine must not end a run.
        compose::end_watch();
        let mut pass = || {
            // If most of a list is done, the rows that wait are found without reading the others.
            let looked = Ledger::look(&config.ledger)?;
            let waiting = looked.map(|ledger| ledger.waiting_rows()).transpose()?;
            let recipients = campaign.recipients_among(waiting.unwrap_or_default())?;
            Ok(recipients.filter(|recipient: &Recipient| batch.includes(recipient)))
        };
        let (before, suppressed_before) = account(&ledger, config)?;
        let label = Notice::Sending { account: before, reply: String::new() };
        let least = batch.lasts(Timestamp::now()).unwrap_or_default();
        self.terminal.start_paced(Some(batch.letters), &label, least);
        let end = {
            let terminal = &*self.terminal;
            let stop: Arc<sending::Stop> = Arc::new(stop::is_asked);
            let mut tell = |event| report::event(event, &before, &config.folder, terminal);
            let compose = composing(campaign);
            let sending = sending::Run { rules: &self.rules(), couriers, compose, stop };
            sending.send(&mut ledger, &mut pass, &mut tell)
        };
        self.terminal.finish();
        let end = end.and_then(|end| campaign.must_be_unchanged().map(|()| end));
        let mut end = match end {
            Ok(end) => end,
            Err(error) => {
                note_end(&mut ledger, run, &report::failed(&error, self.terminal.language));
                if let Ok(account) = ledger.account_as_recorded() {
                    self.terminal.warn(&self.account_notice(account));
                }
                return Err(error);
            }
        };
        // A letter that could not be archived ended the run, whatever came after it.
        if let Some(detail) = archive_failure.detail() {
            end.stopped = Some(StopCause::Archive { detail, lacks: archive_failure.lacks() });
        }
        let (after, suppressed) = account(&ledger, config)?;
        note_end(&mut ledger, run, &report::ending(&end, &after));
        let meanwhile = suppressed.saturating_sub(suppressed_before);
        if meanwhile > 0 {
            self.summary.suppressed += meanwhile;
            self.terminal.warn(&Notice::SuppressedMeanwhile { letters: meanwhile });
        }
        self.conclude(end, before, after, &ledger)
    }

    fn rules(&self) -> Rules {
        let config = &self.campaign.config;
        let relay = config.smtp.as_ref().map(|smtp| smtp.relay.host.clone());
        Rules {
            campaign: config.id.clone(),
            pace: config.pace.clone(),
            retry: config.retry.clone(),
            relay: relay.unwrap_or_else(|| OUTBOX.into()),
            limit: self.given.limit,
            patience: (!self.given.wait).then_some(PATIENCE),
            clock: sending::Clock::System,
            veto: self.campaign.following.clone().map(|following| following as Arc<dyn Veto>),
        }
    }
}

/// Keeps how a run ended, for whoever asks later. One that cannot be kept looks cut off.
fn note_end(ledger: &mut Ledger, run: Option<i64>, ending: &Ending) {
    if let Some(run) = run {
        let _ = ledger.note_run_end(run, ending, Timestamp::now());
    }
}

/// What the couriers' threads call to compose a letter.
fn composing(campaign: &Campaign) -> Arc<sending::Compose> {
    let (composer, manners) = (campaign.composer.clone(), campaign.manners.clone());
    Arc::new(move |job: &Job| {
        let card = &job.recipient.card;
        let forms = Forms::of(&card.person(), manners.of(card.language.as_deref()));
        Ok(composer.compose(&job.recipient, &forms, &job.meta, &Mode::Real)?.letter)
    })
}
