//! The calling thread's side of a run: fills the ready queue, folds what was recorded into the
//! ledger, and decides how the run goes on.

mod comeback;
mod refill;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::clock::Clock;
use super::deferred::Deferred;
use super::in_flight::InFlight;
use super::ready_queue::{CopyRefusals, Phase, ReadyQueue, WorkerEvent};
use super::relay_health::RelayHealth;
use super::{Rules, RunEnd, RunEvent, Stop};
use crate::bitset::BitSet;
use crate::delivery::{Account, Outcome, Stage, State, Trouble};
use crate::ledger::{Attempt, LetterKey, RunSession};
use crate::letter::LetterId;
use crate::policy::{self, RunEffect, Tried, Verdict};
use crate::recipient::Recipient;
use crate::suppression::Suppression;

/// How long letters in flight may take after a stop.
const GRACE: Duration = Duration::from_secs(8);

/// How often a stop is looked for, and how far the ledger may lag behind.
const TICK: Duration = Duration::from_millis(100);

/// What others have done with a shared ledger since a pass over the list began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Others {
    Quiet,
    /// They had letters to do when the pass ended.
    Busy,
    /// They have changed something.
    Changed,
}

pub(super) struct Dispatcher<'a> {
    session: RunSession<'a>,
    queue: Arc<ReadyQueue>,
    clock: Clock,
    /// The zone of the letters' dates.
    home: TimeZone,
    rules: &'a Rules,
    /// Who must not be written to, as the session last read it.
    suppression: Arc<Suppression>,
    /// Letters in the queue, on their way, or whose outcome is not folded yet.
    in_flight: HashMap<LetterId, InFlight>,
    /// Letters met before their time, and those that came back untried.
    deferred: Deferred,
    /// The rows whose letters this run has taken up, if it is limited to a number of them.
    served: BitSet,
    /// Kept with every change, so that nothing has to be counted in the ledger during a run.
    account: Account,
    health: RelayHealth,
    /// What the relay said of the copies of letters that still wait.
    copies: HashMap<LetterId, CopyRefusals>,
    /// The first pass over the list: a letter that the relay refused in a way that may concern the
    /// sender comes after the others.
    is_first_pass: bool,
    /// When the relay last accepted a letter was looked up in the ledger.
    knows_last_acceptance: bool,
    /// When the first letter that this pass left waiting is due.
    later: Option<Timestamp>,
    others: Others,
    has_reported_fewer: bool,
    /// The wait that was reported last.
    reported_wait: Option<Timestamp>,
    end: RunEnd,
    stopping_since: Option<Duration>,
    tell: &'a mut dyn FnMut(RunEvent),
}

impl<'a> Dispatcher<'a> {
    pub(super) fn new(
        session: RunSession<'a>,
        queue: Arc<ReadyQueue>,
        rules: &'a Rules,
        tell: &'a mut dyn FnMut(RunEvent),
    ) -> Result<Self> {
        let clock = rules.clock.clone();
        Ok(Self {
            account: session.account()?,
            suppression: session.recorder().suppression(),
            session,
            queue,
            home: TimeZone::system(),
            rules,
            in_flight: HashMap::new(),
            deferred: Deferred::default(),
            served: BitSet::default(),
            health: RelayHealth::new(rules.retry.clone(), clock.now()),
            copies: HashMap::new(),
            is_first_pass: true,
            knows_last_acceptance: false,
            clock,
            later: None,
            others: Others::Quiet,
            has_reported_fewer: false,
            reported_wait: None,
            end: RunEnd::default(),
            stopping_since: None,
            tell,
        })
    }

    pub(super) fn run<I: Iterator<Item = Recipient>>(
        mut self,
        pass: &mut dyn FnMut() -> Result<I>,
        is_stopped: &Stop,
    ) -> Result<RunEnd> {
        let mut ran = self.serve_until_done(pass, is_stopped);
        while let Err(error) = ran {
            ran = match self.come_back(error, is_stopped) {
                Ok(()) => self.serve_until_done(pass, is_stopped),
                Err(error) => {
                    self.keep_what_is_known();
                    return Err(error);
                }
            };
        }
        ran.map(|()| std::mem::take(&mut self.end))
    }

    fn serve_until_done<I: Iterator<Item = Recipient>>(
        &mut self,
        pass: &mut dyn FnMut() -> Result<I>,
        is_stopped: &Stop,
    ) -> Result<()> {
        let mut recipients = Some(self.begin_pass(pass)?);
        loop {
            if is_stopped() && self.stopping_since.is_none() {
                self.stopping_since = Some(self.clock.steady());
                self.end.was_interrupted = true;
                (self.tell)(RunEvent::Stopping);
            }
            let open = self.queue.open_workers();
            self.catch_up()?;
            if open == 0 {
                return Ok(());
            }
            // A relay that hangs must not keep the program.
            let is_overdue = |since| self.clock.steady().saturating_sub(since) > GRACE;
            if self.stopping_since.is_some_and(is_overdue) {
                return self.abandon();
            }
            let now = self.clock.now();
            let wake = self.serve(now, &mut recipients, pass)?;
            let wait = wake.map(|at| Duration::try_from(at - now).unwrap_or_default());
            self.queue.wait(match self.clock {
                Clock::System => wait.map_or(TICK, |wait| wait.min(TICK)),
                Clock::Simulated(_) => wait.unwrap_or(TICK),
            });
        }
    }

    /// Reads the list from its beginning.
    fn begin_pass<I: Iterator<Item = Recipient>>(
        &mut self,
        pass: &mut dyn FnMut() -> Result<I>,
    ) -> Result<I> {
        self.later = None;
        self.others = Others::Quiet;
        let at_once = self.queue.capacity as u64 / 2;
        self.session.begin_pass(self.rules.limit.map_or(at_once, |limit| limit.min(at_once)));
        pass()
    }

    fn is_stopping(&self) -> bool {
        self.end.was_interrupted || self.end.stopped.is_some() || self.end.goes_on_at.is_some()
    }

    /// How the workers are to go on.
    fn phase(&self) -> Phase {
        if self.end.stopped.is_some() {
            Phase::Stopped
        } else if self.is_stopping() {
            Phase::Closing
        } else {
            Phase::Open
        }
    }

    /// Takes up the workers' events and folds what they recorded.
    fn catch_up(&mut self) -> Result<()> {
        for event in self.queue.take_events() {
            match event {
                WorkerEvent::Return { task } => self.take_back(task),
                WorkerEvent::Faulty { id, problems } => {
                    if let Some(letter) = self.in_flight.remove(&id) {
                        self.queue.lock().pacer.release(letter.gate);
                    }
                    (self.tell)(RunEvent::Faulty(problems));
                }
            }
        }
        let attempts = self.session.fold()?;
        let suppression = self.session.recorder().suppression();
        if !Arc::ptr_eq(&suppression, &self.suppression) {
            self.suppression = suppression;
            self.others = Others::Changed;
            self.clear();
        }
        self.learn(attempts);
        match self.session.recorder().failure() {
            Some(failure) => Err(failure.into()),
            None => Ok(()),
        }
    }

    /// Draws the consequences of attempts for the run, then reports them.
    fn learn(&mut self, attempts: Vec<Attempt>) {
        for attempt in attempts {
            match attempt {
                Attempt::Begun { letter, .. } => {
                    if let Some(letter) = self.in_flight.get_mut(&letter.id) {
                        letter.is_begun = true;
                    }
                }
                Attempt::Ended { letter: key, outcome, verdict, ended, connection, .. } => {
                    if let Some(letter) = self.in_flight.remove(&key.id) {
                        let is_kept_out = self.keep_out(connection, &outcome, &verdict, ended);
                        if !is_kept_out {
                            let stop = self.health.count(key.id, &outcome, &verdict, ended);
                            self.end.stopped = stop.or_else(|| self.end.stopped.take());
                        }
                        self.note_copies(key.id, &letter, &outcome, &verdict);
                        match (self.settle(&letter, &outcome, &verdict, ended), is_kept_out) {
                            (Some(RunEvent::Disturbed(trouble)), true) => {
                                self.report_fewer(trouble);
                            }
                            (event, _) => event.into_iter().for_each(&mut *self.tell),
                        }
                    }
                    match outcome {
                        Outcome::Accepted(_) | Outcome::Filed { .. } => {}
                        Outcome::Refused { .. }
                        | Outcome::Unsent { .. }
                        | Outcome::Unknown { .. } => {
                            self.queue.resolve_hold(self.health.suspects(), self.phase());
                        }
                    }
                }
            }
        }
    }

    /// Keeps a connection out for a while that the relay did not accept while others are open.
    fn keep_out(
        &self,
        connection: u64,
        outcome: &Outcome,
        verdict: &Verdict,
        now: Timestamp,
    ) -> bool {
        let was_not_accepted = matches!(
            outcome,
            Outcome::Unsent { stage: Stage::Connect | Stage::Tls | Stage::Login, .. }
        );
        verdict.run == RunEffect::Pause
            && was_not_accepted
            && self.queue.keep_out(connection, now, self.rules.retry.reconnect_delay)
    }

    /// Remembers what the relay said of a copy. Where it refused one of the letter's own for good,
    /// the addressee gets the letter without it.
    fn note_copies(
        &mut self,
        id: LetterId,
        letter: &InFlight,
        outcome: &Outcome,
        verdict: &Verdict,
    ) {
        let Some(Trouble::Copy { address, reply }) = outcome.trouble() else {
            if verdict.state != State::Waiting {
                self.copies.remove(&id);
            }
            return;
        };
        let known = self.copies.entry(id).or_default();
        known.deferrals += u32::from(verdict.not_before.is_some());
        let own = letter.copies.iter().find(|copy| copy.shown() == address);
        if let (Some(own), None) = (own, verdict.not_before) {
            known.left_out.push((own.clone(), reply.clone()));
            (self.tell)(RunEvent::WithoutCopy {
                address: letter.to.to_string(),
                copy: address.clone(),
                reply: reply.to_string(),
            });
        }
    }

    fn report_fewer(&mut self, trouble: Trouble) {
        if !std::mem::replace(&mut self.has_reported_fewer, true) {
            (self.tell)(RunEvent::Fewer(trouble));
        }
    }

    /// Updates pace and account for an outcome. Returns what is to be reported of it.
    fn settle(
        &mut self,
        letter: &InFlight,
        outcome: &Outcome,
        verdict: &Verdict,
        now: Timestamp,
    ) -> Option<RunEvent> {
        match outcome {
            _ if letter.is_begun => {}
            Outcome::Unsent { .. } => self.queue.lock().pacer.release(letter.gate),
            Outcome::Accepted(_)
            | Outcome::Filed { .. }
            | Outcome::Refused { .. }
            | Outcome::Unknown { .. } => {
                self.queue.lock().pacer.begin(letter.gate, now);
            }
        }
        let state = verdict.state;
        if state == State::Waiting {
            let due = verdict.not_before.unwrap_or(now);
            self.later = Some(self.later.map_or(due, |later| later.min(due)));
        }
        self.account.shift(State::Waiting, state);
        let was_put_off = letter.attempts > 0;
        let is_put_off = state == State::Waiting && (was_put_off || verdict.charged);
        self.account.retrying =
            (self.account.retrying + u64::from(is_put_off)).saturating_sub(u64::from(was_put_off));
        let settled = |reply: String| RunEvent::Settled {
            address: letter.to.to_string(),
            state,
            reply,
            account: self.account,
        };
        match outcome {
            // It waits for its turn: nothing has happened.
            Outcome::Unsent { trouble: Trouble::Stopped, .. } => None,
            // Either the run stops for it, or it was told with the copy.
            Outcome::Unsent { trouble: Trouble::Copy { .. }, .. }
                if verdict.not_before.is_none() =>
            {
                None
            }
            Outcome::Unsent { trouble, .. } if state == State::Waiting => {
                Some(RunEvent::Disturbed(trouble.clone()))
            }
            Outcome::Accepted(reply) | Outcome::Refused { reply, .. } => {
                Some(settled(reply.to_string()))
            }
            Outcome::Filed { name } => Some(settled(name.clone())),
            Outcome::Unsent { trouble, .. } | Outcome::Unknown { trouble } => {
                Some(settled(trouble.to_string()))
            }
        }
    }

    /// Stops waiting for couriers: what they are sending now is unknown.
    fn abandon(&mut self) -> Result<()> {
        let now = self.clock.now();
        let sending = self.session.close();
        let ended = sending.into_iter().map(|(letter, begun)| {
            let outcome = Outcome::Unknown { trouble: Trouble::Stopped };
            let attempts = self.in_flight.get(&letter.id).map_or(0, |letter| letter.attempts);
            let tried = Tried::before(letter.id, attempts);
            let verdict = policy::judge(&outcome, &tried, &self.rules.retry, now);
            // Which connection it was does not matter any more.
            let connection = 0;
            Attempt::Ended { letter, outcome, verdict, begun, ended: now, connection, record: None }
        });
        let attempts = self.session.conclude(ended.collect())?;
        self.learn(attempts);
        Ok(())
    }

    /// After a failure of the ledger: lets nothing begin, waits for the letters in flight, and tries
    /// once more to record what became of them. What cannot be recorded then is unknown to the next
    /// run.
    fn keep_what_is_known(&mut self) {
        self.session.recorder().end();
        let since = self.clock.steady();
        while self.session.recorder().is_sending()
            && self.clock.steady().saturating_sub(since) <= GRACE
        {
            self.queue.dismiss(Phase::Stopped);
            self.queue.wait(TICK);
        }
        self.session.close();
        // The failure that led here is reported; a second one would say the same.
        if self.session.fold().is_err() {
            let lost = self.session.recorder().unrecorded();
            let address = |key: LetterKey| Some(self.in_flight.get(&key.id)?.to.to_string());
            let addresses: Vec<String> = lost.into_iter().filter_map(address).collect();
            if !addresses.is_empty() {
                (self.tell)(RunEvent::Unrecorded(addresses));
            }
        }
    }
}

impl Drop for Dispatcher<'_> {
    fn drop(&mut self) {
        self.queue.close();
    }
}
