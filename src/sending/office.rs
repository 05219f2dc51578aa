//! The calling thread's side of a run: the ledger, the pace, and who gets what next.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::{Timestamp, Zoned};

use super::deferred::Deferred;
use super::{Answer, Begin, DATED, End, Event, Job, Rules, Said};
use crate::compose::Stamp;
use crate::contacts::Suppression;
use crate::delivery::{Account, Entry, Outcome, Permit, State, Trouble};
use crate::ledger::{Change, Ledger};
use crate::letter::LetterId;
use crate::policy::{self, Gate, Pacer, RunGoes};
use crate::recipient::{Address, Recipient};

/// A wait longer than this is spent without a connection.
const LONG_WAIT: Duration = Duration::from_secs(10);

/// How often a stop is looked for.
const GLANCE: Duration = Duration::from_millis(100);

/// So far may a record lie in the future before the clock is known to have been set back.
const SKEW: Duration = Duration::from_mins(1);

/// How long letters in flight may take after a stop.
const GRACE: Duration = Duration::from_secs(8);

/// A letter between draw and settle.
pub(super) struct Flight {
    to: Address,
    copies: Vec<Address>,
    gate: Gate,
    attempts: u32,
    drawn: Timestamp,
    /// Since when it is `sending`, if it is.
    begun: Option<Timestamp>,
}

/// The calling thread's side: ledger, pace, and who gets what next.
pub(super) struct Office<'a> {
    pub(super) ledger: &'a mut Ledger,
    pub(super) rules: &'a Rules,
    /// How many couriers are still there.
    pub(super) open: usize,
    pub(super) desks: Vec<Sender<Answer>>,
    /// Tells the desks to begin nothing more.
    pub(super) is_closing: Arc<AtomicBool>,
    /// Desks whose courier took leave of the relay and waits.
    pub(super) resting: HashSet<usize>,
    /// Desks that wait for an answer to `draw`.
    pub(super) idle: Vec<usize>,
    pub(super) in_flight: HashMap<LetterId, Flight>,
    /// Letters met before their time, and those that came back untried.
    pub(super) deferred: Deferred,
    /// Outcomes that the ledger did not take.
    pub(super) unrecorded: Vec<Change>,
    /// The letters that this run has taken up.
    pub(super) served: HashSet<LetterId>,
    pub(super) pacer: Pacer,
    /// Kept along with every change, so that nothing need be counted in the ledger while letters go.
    pub(super) account: Account,
    /// Who must not be written to by what the ledger says, also by what was added since the run began.
    pub(super) suppression: Suppression,
    /// Failed connections in a row.
    pub(super) failures: u32,
    /// Letters refused for good in a row.
    pub(super) refusals: u32,
    /// No letter is handed out before this moment.
    pub(super) hold_until: Timestamp,
    /// When the first letter that this pass left waiting is due.
    pub(super) later: Option<Timestamp>,
    /// The wait that was told last.
    pub(super) told_until: Option<Timestamp>,
    pub(super) end: End,
    pub(super) stopping_since: Option<Instant>,
    pub(super) tell: &'a mut dyn FnMut(Event),
}

impl Office<'_> {
    pub(super) fn run<I: Iterator<Item = Recipient>>(
        mut self,
        inbox: &Receiver<Said>,
        pass: &mut dyn FnMut() -> Result<I>,
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<End> {
        let mut recipients = Some(pass()?);
        while self.open > 0 {
            let now = Timestamp::now();
            if is_stopped() && self.stopping_since.is_none() {
                self.stopping_since = Some(Instant::now());
                self.end.was_interrupted = true;
                (self.tell)(Event::Stopping);
            }
            if self.is_stopping() {
                self.is_closing.store(true, Ordering::SeqCst);
            }
            // A relay that hangs must not keep us.
            if self.stopping_since.is_some_and(|since| since.elapsed() > GRACE) {
                self.abandon(now)?;
                break;
            }
            let wake = self.serve(now, &mut recipients, pass)?;
            let wait = wake.map_or(GLANCE, |at| Duration::try_from(at - now).unwrap_or_default().min(GLANCE));
            let first = match inbox.recv_timeout(wait) {
                Ok(said) => said,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let said: Vec<Said> = std::iter::once(first).chain(inbox.try_iter()).collect();
            if let Err(error) = self.hear(said, &mut recipients, Timestamp::now()) {
                self.keep_what_is_known(inbox);
                return Err(error);
            }
        }
        Ok(self.end)
    }

    fn is_stopping(&self) -> bool {
        self.end.was_interrupted || self.end.stopped.is_some() || self.end.goes_on_at.is_some()
    }

    /// Records all that was said in one transaction, then answers.
    fn hear<I: Iterator<Item = Recipient>>(
        &mut self,
        said: Vec<Said>,
        recipients: &mut Option<I>,
        now: Timestamp,
    ) -> Result<()> {
        let (mut changes, mut permits, mut ahead, mut events) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        self.hear_who_is_suppressed()?;
        for said in said {
            match said {
                Said::Draw { desk } => self.idle.push(desk),
                Said::Ahead { desk } => ahead.push(desk),
                Said::Begin(begin) => {
                    let Begin { desk, id, dated, digest, settled, wants } = *begin;
                    // A letter that waited behind another is not begun any more once the run ends.
                    let is_late = settled.is_some() && self.is_stopping();
                    if let Some((id, outcome)) = settled {
                        self.settle(id, outcome, desk, now, &mut changes, &mut events);
                    }
                    // Its window may have shut while it was drawn, and the relay took its time.
                    let gate = self.in_flight.get(&id).map(|flight| flight.gate);
                    let is_shut = gate.is_some_and(|gate| !self.pacer.may_begin(gate, now));
                    let is_forbidden = self.in_flight.get(&id).is_some_and(|flight| self.is_suppressed(flight));
                    if is_late || is_shut || is_forbidden || self.end.stopped.is_some() {
                        permits.push((desk, Permit::Denied, false));
                        continue;
                    }
                    if let Some(flight) = self.in_flight.get_mut(&id) {
                        flight.begun = Some(now);
                        self.pacer.begin(flight.gate, now);
                    }
                    changes.push(Change::Begin { id, dated, digest });
                    permits.push((desk, Permit::Granted, wants));
                }
                Said::Settle { desk, id, outcome } => {
                    self.settle(id, outcome, desk, now, &mut changes, &mut events);
                }
                Said::Return { job } => {
                    if let Some(flight) = self.in_flight.remove(&job.id) {
                        self.pacer.release(flight.gate);
                        self.deferred.put(flight.gate, job.id, Box::new(job.recipient));
                    }
                }
                Said::Faulty { id, problems } => {
                    let flight = self.in_flight.remove(&id);
                    flight.iter().for_each(|flight| self.pacer.release(flight.gate));
                    (self.tell)(Event::Faulty(problems));
                }
                Said::Left => self.open -= 1,
            }
        }
        if !changes.is_empty() {
            let recorded = self.ledger.record(&changes, &self.rules.relay, now);
            if let Err(error) = recorded {
                // Not one octet more: whoever waits for a permit is denied it, all others find us gone. What is
                // known and could not be written stays `sending`, and so is unknown to the next run.
                self.is_closing.store(true, Ordering::SeqCst);
                for (desk, _, _) in permits {
                    self.answer(desk, Answer::Permit { permit: Permit::Denied, ahead: None });
                }
                changes.retain(|change| matches!(change, Change::Settle { .. }));
                self.unrecorded = changes;
                return Err(error);
            }
        }
        for (desk, permit, wants) in permits {
            let ahead = if wants { self.job_ahead(recipients, now)? } else { None };
            self.answer(desk, Answer::Permit { permit, ahead });
        }
        for desk in ahead {
            let job = self.job_ahead(recipients, now)?;
            self.answer(desk, job.map_or(Answer::Nothing, Answer::Job));
        }
        events.into_iter().for_each(|event| (self.tell)(event));
        Ok(())
    }

    /// What an outcome changes, for the letter and for the run.
    fn settle(
        &mut self,
        id: LetterId,
        outcome: Outcome,
        desk: usize,
        now: Timestamp,
        changes: &mut Vec<Change>,
        events: &mut Vec<Event>,
    ) {
        let Some(flight) = self.in_flight.remove(&id) else { return };
        match &outcome {
            _ if flight.begun.is_some() => {}
            Outcome::Unsent { .. } => self.pacer.release(flight.gate),
            Outcome::Accepted(_) | Outcome::Refused { .. } | Outcome::Unknown { .. } => {
                self.pacer.begin(flight.gate, now);
            }
        }
        let verdict = policy::judge(&outcome, id, flight.attempts, &self.rules.retry, now);
        match &verdict.run {
            RunGoes::On => self.failures = 0,
            RunGoes::Later => {
                self.failures += 1;
                self.hold_until = now + policy::back_off(self.failures, self.rules.retry.reconnect_delay);
            }
            RunGoes::Stops(trouble) => self.end.stopped = Some(trouble.clone()),
        }
        let trouble = match &outcome {
            Outcome::Unsent { trouble, .. } | Outcome::Unknown { trouble } => Some(trouble),
            Outcome::Accepted(_) | Outcome::Refused { .. } => None,
        };
        if self.failures >= policy::CONNECTION_FAILURES && trouble.is_some() {
            self.end.stopped = trouble.cloned();
        }
        match (&outcome, verdict.state) {
            (Outcome::Accepted(_), _) => self.refusals = 0,
            (Outcome::Refused { reply, .. }, State::Refused) if !reply.is_transient() => {
                self.refusals += 1;
                if self.refusals >= self.rules.retry.refusals_in_a_row {
                    self.end.stopped = Some(Trouble::Turned(reply.clone()));
                }
            }
            _ => {}
        }
        if verdict.state == State::Waiting {
            let due = verdict.not_before.unwrap_or(now);
            self.later = Some(self.later.map_or(due, |later| later.min(due)));
        }
        let state = verdict.state;
        self.account.turn(State::Waiting, state);
        // Those put off before and now are known by their attempts that counted.
        let is_put_off = state == State::Waiting && (flight.attempts > 0 || verdict.charged);
        self.account.retrying =
            (self.account.retrying + u64::from(is_put_off)).saturating_sub((flight.attempts > 0).into());
        let is_forbidden = self.is_suppressed(&flight);
        let address = flight.to.to_string();
        events.extend(match &outcome {
            Outcome::Unsent { trouble: Trouble::Stopped, .. } if is_forbidden => None,
            Outcome::Unsent { trouble, .. } if state == State::Waiting => Some(Event::Disturbed(trouble.clone())),
            Outcome::Accepted(reply) | Outcome::Refused { reply, .. } => {
                Some(Event::Settled { address, state, reply: reply.to_string(), account: self.account })
            }
            Outcome::Unsent { trouble, .. } | Outcome::Unknown { trouble } => {
                Some(Event::Settled { address, state, reply: trouble.to_string(), account: self.account })
            }
        });
        changes.push(Change::Settle {
            id,
            outcome,
            verdict,
            begun: flight.begun.unwrap_or(flight.drawn),
            connection: desk as u64,
        });
    }

    /// Gives up waiting for couriers: what they are sending now is unknown, at once and for all.
    fn abandon(&mut self, now: Timestamp) -> Result<()> {
        let (mut changes, mut events) = (Vec::new(), Vec::new());
        let sending = self.in_flight.iter().filter(|(_, flight)| flight.begun.is_some());
        for id in sending.map(|(id, _)| *id).collect::<Vec<_>>() {
            let outcome = Outcome::Unknown { trouble: Trouble::Stopped };
            self.settle(id, outcome, 0, now, &mut changes, &mut events);
        }
        self.ledger.record(&changes, &self.rules.relay, now)?;
        events.into_iter().for_each(|event| (self.tell)(event));
        Ok(())
    }

    /// After a failure of the ledger: hears what becomes of the letters in flight, hands out nothing, and tries
    /// once more to record it. What cannot be recorded then is unknown to the next run.
    fn keep_what_is_known(&mut self, inbox: &Receiver<Said>) {
        let (mut changes, mut events) = (std::mem::take(&mut self.unrecorded), Vec::new());
        let deadline = Instant::now() + GRACE;
        while self.in_flight.values().any(|flight| flight.begun.is_some()) {
            let Ok(said) = inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())) else { break };
            let now = Timestamp::now();
            match said {
                Said::Draw { desk } => self.answer(desk, Answer::Done),
                Said::Ahead { desk } => self.answer(desk, Answer::Nothing),
                Said::Begin(begin) => {
                    if let Some((id, outcome)) = begin.settled {
                        self.settle(id, outcome, begin.desk, now, &mut changes, &mut events);
                    }
                    self.answer(begin.desk, Answer::Permit { permit: Permit::Denied, ahead: None });
                }
                Said::Settle { desk, id, outcome } => {
                    self.settle(id, outcome, desk, now, &mut changes, &mut events);
                }
                Said::Return { .. } | Said::Faulty { .. } | Said::Left => {}
            }
        }
        // The failure that brought us here is told; a second one would say the same.
        let _ = self.ledger.record(&changes, &self.rules.relay, Timestamp::now());
    }

    /// A job for a courier that can take one along, where one may go at once and nobody else is waiting.
    fn job_ahead<I: Iterator<Item = Recipient>>(
        &mut self,
        recipients: &mut Option<I>,
        now: Timestamp,
    ) -> Result<Option<Box<Job>>> {
        if self.is_stopping() || !self.idle.is_empty() || self.free_at(now) > now {
            return Ok(None);
        }
        self.next_job(recipients, now)
    }

    /// Gives work to those who wait for it. Tells when there will be something to do, where that is known.
    fn serve<I: Iterator<Item = Recipient>>(
        &mut self,
        now: Timestamp,
        recipients: &mut Option<I>,
        pass: &mut dyn FnMut() -> Result<I>,
    ) -> Result<Option<Timestamp>> {
        while let Some(desk) = self.idle.pop() {
            if self.is_stopping() {
                self.answer(desk, Answer::Done);
                continue;
            }
            let free = self.free_at(now);
            if free > now {
                self.idle.push(desk);
                self.rest_until(free, now);
                return Ok(Some(free));
            }
            if let Some(job) = self.next_job(recipients, now)? {
                self.resting.remove(&desk);
                self.answer(desk, Answer::Job(job));
                continue;
            }
            // The pass is over. Whoever is in flight may still come back as waiting.
            *recipients = None;
            let opens = self.deferred.next(&mut self.pacer, now);
            if !self.in_flight.is_empty() {
                self.idle.push(desk);
                return Ok(opens);
            }
            if opens.is_none() && self.deferred.has_overflown {
                self.later = Some(now);
            }
            match [self.later, opens].into_iter().flatten().min() {
                None => self.answer(desk, Answer::Done),
                Some(due) if due <= now => {
                    self.later = None;
                    self.deferred.has_overflown = false;
                    *recipients = Some(pass()?);
                    self.idle.push(desk);
                }
                Some(due) => {
                    self.idle.push(desk);
                    self.rest_until(due, now);
                    return Ok(Some(due));
                }
            }
        }
        Ok(None)
    }

    /// Lets all who wait take leave of the relay when the wait is long.
    fn rest_until(&mut self, until: Timestamp, now: Timestamp) {
        if until < now + LONG_WAIT {
            return;
        }
        if self.rules.patience.is_some_and(|patience| until > now + patience) && self.in_flight.is_empty() {
            self.end.goes_on_at = Some(until);
            return;
        }
        let idle = std::mem::take(&mut self.idle);
        for desk in idle {
            if self.resting.insert(desk) {
                self.answer(desk, Answer::Rest);
            } else {
                self.idle.push(desk);
            }
        }
        if self.idle.len() == self.open && self.told_until != Some(until) {
            self.told_until = Some(until);
            (self.tell)(Event::Waiting { until, letters: self.account.waiting });
        }
    }

    /// When any letter may go at all.
    fn free_at(&mut self, now: Timestamp) -> Timestamp {
        // Where the clock was set back, the hold must not last until it has caught up.
        self.hold_until = self.hold_until.min(now + policy::back_off(self.failures, self.rules.retry.reconnect_delay));
        self.pacer.next(now).max(self.hold_until)
    }

    /// The next letter that is waiting and due: of those met before their time, else of this pass.
    fn next_job<I: Iterator<Item = Recipient>>(
        &mut self,
        recipients: &mut Option<I>,
        now: Timestamp,
    ) -> Result<Option<Box<Job>>> {
        loop {
            let deferred = self.deferred.take(&mut self.pacer, now);
            let next = deferred.or_else(|| recipients.as_mut()?.next().map(Box::new));
            let Some(recipient) = next else { return Ok(None) };
            if let Some(job) = self.take_up(recipient, now)? {
                return Ok(Some(job));
            }
        }
    }

    /// Looks whether somebody has forbidden an address while the run goes on.
    fn hear_who_is_suppressed(&mut self) -> Result<()> {
        if let Some(entries) = self.ledger.newly_suppressed()? {
            self.suppression = Suppression::default();
            for new in entries {
                self.suppression.add(&new.entry, &new.reason, &new.date);
            }
        }
        Ok(())
    }

    /// True where its message must not be written, to its recipient or to one of those who get a copy.
    fn is_suppressed(&self, flight: &Flight) -> bool {
        let mut addresses = std::iter::once(&flight.to).chain(&flight.copies);
        addresses.any(|address| self.suppression.entry(address).is_some())
    }

    /// The job of a recipient whose letter waits and may go now; one that may not is kept in mind.
    fn take_up(&mut self, mut recipient: Box<Recipient>, now: Timestamp) -> Result<Option<Box<Job>>> {
        if self.suppression.entry(&recipient.address).is_some() {
            return Ok(None);
        }
        recipient.copies.retain(|copy| self.suppression.entry(copy).is_none());
        let Some((id, entry)) = self.known(&recipient)? else { return Ok(None) };
        if entry.state != State::Waiting || self.in_flight.contains_key(&id) || self.deferred.holds(id) {
            return Ok(None);
        }
        // A letter put off in the future was put off before the clock was set back: nobody knows its time.
        let not_before = entry.not_before.filter(|_| entry.changed <= now + SKEW);
        if not_before.is_some_and(|due| due > now) {
            self.later = [self.later, not_before].into_iter().flatten().min();
            return Ok(None);
        }
        let is_new = !self.served.contains(&id);
        if is_new && self.rules.limit.is_some_and(|limit| self.served.len() as u64 >= limit) {
            return Ok(None);
        }
        let gate = self.pacer.gate(recipient.address.domain(), recipient.timezone.as_ref());
        if self.pacer.next_for(gate, now) > now {
            self.deferred.keep(gate, id, recipient);
            return Ok(None);
        }
        if self.rules.limit.is_some() {
            self.served.insert(id);
        }
        let date =
            entry.dated.as_deref().and_then(|dated| Zoned::strptime(DATED, dated).ok()).unwrap_or_else(Zoned::now);
        let promised = entry.promised();
        let stamp = Stamp { number: entry.number, message_id: Some(entry.message_id), date };
        self.pacer.reserve(gate);
        let (to, copies) = (recipient.address.clone(), recipient.copies.clone());
        self.in_flight.insert(id, Flight { to, copies, gate, attempts: entry.attempts, drawn: now, begun: None });
        Ok(Some(Box::new(Job { id, recipient: *recipient, stamp, promised })))
    }

    fn known(&self, recipient: &Recipient) -> Result<Option<(LetterId, Entry)>> {
        let id = LetterId::of(&self.rules.campaign, &recipient.address, recipient.key.as_deref());
        Ok(self.ledger.entry(id)?.map(|entry| (id, entry)))
    }

    /// Answers a desk; one whose thread is gone needs none.
    fn answer(&self, desk: usize, answer: Answer) {
        let _ = self.desks[desk].send(answer);
    }
}
