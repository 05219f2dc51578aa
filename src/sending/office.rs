//! The calling thread's side of a run: it lays out what may go, takes what was recorded into the
//! ledger, and decides how the run goes on.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::clock::Clock;
use super::deferred::Deferred;
use super::shelf::{Course, Shelf};
use super::{End, Event, Rules, Said, Stop};
use crate::bitset::BitSet;
use crate::delivery::{Account, Outcome, Stage, State, Trouble};
use crate::ledger::{Attempt, RunSession};
use crate::letter::LetterId;
use crate::policy::{self, Gate, RunGoes, Verdict};
use crate::recipient::{Address, Recipient};
use crate::suppression::Suppression;

/// How long letters in flight may take after a stop.
const GRACE: Duration = Duration::from_secs(8);

/// How often a stop is looked for, and how old the ledger's knowledge may grow.
const GLANCE: Duration = Duration::from_millis(100);

/// A letter between draw and settle.
pub(super) struct Flight {
    pub(super) to: Address,
    pub(super) copies: Vec<Address>,
    pub(super) gate: Gate,
    pub(super) attempts: u32,
    /// Whether its message was begun.
    pub(super) is_begun: bool,
}

/// The calling thread's side: ledger, pace, and what may go next.
pub(super) struct Office<'a> {
    pub(super) session: RunSession<'a>,
    /// Who must not be written to, as the session last read it.
    pub(super) suppression: Arc<Suppression>,
    pub(super) shelf: Arc<Shelf>,
    pub(super) clock: Clock,
    /// The zone of the letters' dates.
    pub(super) home: TimeZone,
    pub(super) rules: &'a Rules,
    /// Letters that lie on the shelf, are on their way, or of whose end the ledger does not know
    /// yet.
    pub(super) in_flight: HashMap<LetterId, Flight>,
    /// Letters met before their time, and those that came back untried.
    pub(super) deferred: Deferred,
    /// The letters that this run has taken up, where it may take up so many alone.
    pub(super) served: BitSet,
    /// Kept along with every change, so that nothing need be counted in the ledger while letters
    /// go.
    pub(super) account: Account,
    /// Failures of the relay in a row; those of several connections at once are one.
    pub(super) failures: u32,
    pub(super) has_told_fewer: bool,
    /// Letters refused for good in a row.
    pub(super) refusals: u32,
    /// No letter is handed out before this moment.
    pub(super) hold_until: Timestamp,
    /// When the first letter that this pass left waiting is due.
    pub(super) later: Option<Timestamp>,
    /// The wait that was told last.
    pub(super) told_until: Option<Timestamp>,
    pub(super) end: End,
    pub(super) stopping_since: Option<Duration>,
    pub(super) tell: &'a mut dyn FnMut(Event),
}

impl Office<'_> {
    pub(super) fn run<I: Iterator<Item = Recipient>>(
        mut self,
        pass: &mut dyn FnMut() -> Result<I>,
        is_stopped: &Stop,
    ) -> Result<End> {
        let ran = self.serve_until_done(pass, is_stopped);
        if ran.is_err() {
            self.keep_what_is_known();
        }
        ran.map(|()| std::mem::take(&mut self.end))
    }

    fn serve_until_done<I: Iterator<Item = Recipient>>(
        &mut self,
        pass: &mut dyn FnMut() -> Result<I>,
        is_stopped: &Stop,
    ) -> Result<()> {
        let mut recipients = Some(pass()?);
        loop {
            if is_stopped() && self.stopping_since.is_none() {
                self.stopping_since = Some(self.clock.steady());
                self.end.was_interrupted = true;
                (self.tell)(Event::Stopping);
            }
            let open = self.shelf.open();
            self.hear()?;
            if open == 0 {
                return Ok(());
            }
            // A relay that hangs must not keep us.
            if self
                .stopping_since
                .is_some_and(|since| self.clock.steady().saturating_sub(since) > GRACE)
            {
                return self.abandon();
            }
            let now = self.clock.now();
            let wake = self.serve(now, &mut recipients, pass)?;
            let wait = wake.map(|at| Duration::try_from(at - now).unwrap_or_default());
            self.shelf.wait(match self.clock {
                Clock::System => wait.map_or(GLANCE, |wait| wait.min(GLANCE)),
                Clock::Told(_) => wait.unwrap_or(GLANCE),
            });
        }
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.end.was_interrupted || self.end.stopped.is_some() || self.end.goes_on_at.is_some()
    }

    /// How the desks are to go on.
    pub(super) fn course(&self) -> Course {
        if self.end.stopped.is_some() {
            Course::Stopped
        } else if self.is_stopping() {
            Course::Closing
        } else {
            Course::Open
        }
    }

    /// Hears what the desks said, and folds what they recorded.
    fn hear(&mut self) -> Result<()> {
        for said in self.shelf.mail() {
            match said {
                Said::Return { task } => self.take_back(task),
                Said::Faulty { id, problems } => {
                    if let Some(flight) = self.in_flight.remove(&id) {
                        self.shelf.inner().pacer.release(flight.gate);
                    }
                    (self.tell)(Event::Faulty(problems));
                }
            }
        }
        let attempts = self.session.fold()?;
        let suppression = self.session.recorder().suppression();
        if !Arc::ptr_eq(&suppression, &self.suppression) {
            self.suppression = suppression;
            self.clear();
        }
        self.learn(attempts);
        match self.session.recorder().failure() {
            Some(failure) => Err(failure.into()),
            None => Ok(()),
        }
    }

    /// Draws the consequences of what is in the ledger now, for the run; then tells it.
    fn learn(&mut self, attempts: Vec<Attempt>) {
        for attempt in attempts {
            match attempt {
                Attempt::Begun { letter, .. } => {
                    if let Some(flight) = self.in_flight.get_mut(&letter.id) {
                        flight.is_begun = true;
                    }
                }
                Attempt::Ended { letter, outcome, verdict, ended, connection, .. } => {
                    if let Some(flight) = self.in_flight.remove(&letter.id) {
                        let is_one_too_many =
                            self.draw_conclusions(&outcome, &verdict, ended, connection);
                        match (self.settle(&flight, &outcome, &verdict, ended), is_one_too_many) {
                            (Some(Event::Disturbed(trouble)), true) => self.tell_fewer(trouble),
                            (event, _) => event.into_iter().for_each(&mut *self.tell),
                        }
                    }
                    match outcome {
                        Outcome::Accepted(_) => {}
                        Outcome::Refused { .. }
                        | Outcome::Unsent { .. }
                        | Outcome::Unknown { .. } => {
                            self.shelf.heard();
                        }
                    }
                }
            }
        }
    }

    /// What an outcome means for the run. True where the relay let in some connections and not this
    /// one.
    fn draw_conclusions(
        &mut self,
        outcome: &Outcome,
        verdict: &Verdict,
        now: Timestamp,
        connection: u64,
    ) -> bool {
        let trouble = match outcome {
            Outcome::Unsent { trouble, .. } | Outcome::Unknown { trouble } => Some(trouble),
            Outcome::Accepted(_) | Outcome::Refused { .. } => None,
        };
        match &verdict.run {
            RunGoes::On => self.failures = 0,
            RunGoes::Later => {
                let is_at_the_door = matches!(
                    outcome,
                    Outcome::Unsent { stage: Stage::Connect | Stage::Tls | Stage::Login, .. }
                );
                let delay = self.rules.retry.reconnect_delay;
                if is_at_the_door && self.shelf.keep_out(connection, now, delay) {
                    return true;
                }
                // What fails while all wait for the relay failed with the one before it.
                if now >= self.hold_until {
                    self.failures += 1;
                    self.hold_until = now + policy::back_off(self.failures, delay);
                }
                if self.failures >= policy::CONNECTION_FAILURES {
                    self.end.stopped = trouble.cloned();
                }
            }
            RunGoes::Stops(trouble) => self.end.stopped = Some(trouble.clone()),
        }
        match (outcome, verdict.state) {
            (Outcome::Accepted(_), _) => self.refusals = 0,
            (Outcome::Refused { reply, .. }, State::Refused) if !reply.is_transient() => {
                self.refusals += 1;
                if self.refusals >= self.rules.retry.refusals_in_a_row {
                    self.end.stopped = Some(Trouble::Turned(reply.clone()));
                }
            }
            _ => {}
        }
        false
    }

    fn tell_fewer(&mut self, trouble: Trouble) {
        if !std::mem::replace(&mut self.has_told_fewer, true) {
            (self.tell)(Event::Fewer(trouble));
        }
    }

    /// What an outcome changes in what is known of the letters; what of it is to be told.
    fn settle(
        &mut self,
        flight: &Flight,
        outcome: &Outcome,
        verdict: &Verdict,
        now: Timestamp,
    ) -> Option<Event> {
        match outcome {
            _ if flight.is_begun => {}
            Outcome::Unsent { .. } => self.shelf.inner().pacer.release(flight.gate),
            Outcome::Accepted(_) | Outcome::Refused { .. } | Outcome::Unknown { .. } => {
                self.shelf.inner().pacer.begin(flight.gate, now);
            }
        }
        if verdict.state == State::Waiting {
            let due = verdict.not_before.unwrap_or(now);
            self.later = Some(self.later.map_or(due, |later| later.min(due)));
        }
        let state = verdict.state;
        self.account.turn(State::Waiting, state);
        // Those put off before and now are known by their attempts that counted.
        let is_put_off = state == State::Waiting && (flight.attempts > 0 || verdict.charged);
        self.account.retrying = (self.account.retrying + u64::from(is_put_off))
            .saturating_sub((flight.attempts > 0).into());
        let (address, account) = (flight.to.to_string(), self.account);
        match outcome {
            Outcome::Unsent { trouble: Trouble::Stopped, .. } if self.forbids(flight) => None,
            Outcome::Unsent { trouble, .. } if state == State::Waiting => {
                Some(Event::Disturbed(trouble.clone()))
            }
            Outcome::Accepted(reply) | Outcome::Refused { reply, .. } => {
                Some(Event::Settled { address, state, reply: reply.to_string(), account })
            }
            Outcome::Unsent { trouble, .. } | Outcome::Unknown { trouble } => {
                Some(Event::Settled { address, state, reply: trouble.to_string(), account })
            }
        }
    }

    fn forbids(&self, flight: &Flight) -> bool {
        let mut to = std::iter::once(&flight.to).chain(&flight.copies);
        to.any(|address| self.suppression.entry(address).is_some())
    }

    /// Gives up waiting for couriers: what they are sending now is unknown, at once and for all.
    fn abandon(&mut self) -> Result<()> {
        let now = self.clock.now();
        let sending = self.session.close();
        let ended = sending.into_iter().map(|(letter, begun)| {
            let outcome = Outcome::Unknown { trouble: Trouble::Stopped };
            let attempts = self.in_flight.get(&letter.id).map_or(0, |flight| flight.attempts);
            let verdict = policy::judge(&outcome, letter.id, attempts, &self.rules.retry, now);
            // Which connection it was is of no use any more.
            Attempt::Ended { letter, outcome, verdict, begun, ended: now, connection: 0 }
        });
        let attempts = self.session.conclude(ended.collect())?;
        self.learn(attempts);
        Ok(())
    }

    /// After a failure of the ledger: lets nothing begin, hears what becomes of the letters
    /// in flight, and tries once more to record it. What cannot be recorded then is unknown to the
    /// next run.
    fn keep_what_is_known(&mut self) {
        self.session.recorder().end();
        let since = self.clock.steady();
        while self.session.recorder().is_sending()
            && self.clock.steady().saturating_sub(since) <= GRACE
        {
            self.shelf.dismiss(Course::Stopped);
            self.shelf.wait(GLANCE);
        }
        self.session.close();
        // The failure that brought us here is told; a second one would say the same.
        let _ = self.session.fold();
    }
}

impl Drop for Office<'_> {
    fn drop(&mut self) {
        self.shelf.close();
    }
}
