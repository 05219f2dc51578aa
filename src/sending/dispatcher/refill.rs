//! Fills the ready queue with the letters that are waiting and due, and lets the workers rest or go
//! when there are none.

use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;

use super::super::in_flight::InFlight;
use super::super::ready_queue::{CopyRefusals, Task};
use super::super::{Job, RunEvent};
use super::{Dispatcher, Others};
use crate::compose::LetterMeta;
use crate::delivery::State;
use crate::ledger::Met;
use crate::letter::LetterId;
use crate::policy::PutOff;
use crate::recipient::{Mailbox, Recipient};

/// A wait longer than this is spent without a connection.
const LONG_WAIT: Duration = Duration::from_secs(10);

/// How often it is looked whether other workers have finished, or left something.
const NEWS: Duration = Duration::from_millis(500);

/// A record further in the future than this shows that the clock was set back.
const SKEW: Duration = Duration::from_mins(1);

impl Dispatcher<'_> {
    /// Puts into the queue what may go. Returns when there will be something to do, if that is
    /// known.
    pub(super) fn serve<I: Iterator<Item = Recipient>>(
        &mut self,
        now: Timestamp,
        recipients: &mut Option<I>,
        pass: &mut dyn FnMut() -> Result<I>,
    ) -> Result<Option<Timestamp>> {
        loop {
            if self.is_stopping() {
                self.queue.dismiss(self.phase());
                return Ok(None);
            }
            if let Some(until) = self.health.hold_until(now) {
                self.clear();
                self.rest_until(until, PutOff::ByRelay, now);
                return Ok(Some(until));
            }
            let free = self.queue.lock().pacer.next(now);
            if free > now {
                // Queued tasks were counted when they were put there and may go, unless a worker
                // found that they may not.
                let is_shut = self.queue.is_shut();
                if is_shut {
                    self.clear();
                }
                if is_shut || self.queue.len() == 0 {
                    self.rest_until(free, PutOff::ByPace, now);
                }
                return Ok(Some(free));
            }
            if self.refill(recipients, now)? {
                return Ok(None);
            }
            // The pass is over. Letters in flight may still come back as waiting.
            if recipients.take().is_some() {
                self.session.end_pass()?;
            }
            let opens = self.deferred.next(&mut self.queue.lock().pacer, now);
            if !self.in_flight.is_empty() {
                self.queue.make_room();
                return Ok(opens);
            }
            if opens.is_none() && self.deferred.has_overflown {
                self.later = Some(now);
            }
            if self.later.is_none() && opens.is_none() && self.session.is_shared() {
                // What another worker leaves undone is found in another pass.
                if self.others != Others::Changed && self.session.others_are_busy()? {
                    self.others = Others::Busy;
                    self.queue.rest();
                    return Ok(Some(now + NEWS));
                }
                self.later = (self.others != Others::Quiet).then_some(now);
            }
            match [self.later, opens].into_iter().flatten().min() {
                None => {
                    self.queue.dismiss(self.phase());
                    return Ok(None);
                }
                Some(due) if due <= now => {
                    self.is_first_pass = false;
                    self.deferred.has_overflown = false;
                    *recipients = Some(self.begin_pass(pass)?);
                }
                Some(due) => {
                    let by = if opens == Some(due) { PutOff::ByPace } else { PutOff::ByRelay };
                    self.rest_until(due, by, now);
                    return Ok(Some(due));
                }
            }
        }
    }

    /// Fills the queue. Returns false once this pass has nothing more.
    fn refill<I: Iterator<Item = Recipient>>(
        &mut self,
        recipients: &mut Option<I>,
        now: Timestamp,
    ) -> Result<bool> {
        if self.queue.is_shut() {
            // A worker shut it: what is queued may not go now.
            self.clear();
        }
        let queued = self.queue.len();
        let mut tasks = Vec::new();
        let mut goes_on = true;
        let capacity = self.queue.capacity;
        if queued <= capacity / 2 {
            while goes_on && queued + tasks.len() < capacity {
                match self.next_task(recipients, now) {
                    Ok(Some(task)) => tasks.push(task),
                    Ok(None) => goes_on = false,
                    // If the ledger comes back, these go on.
                    Err(error) => {
                        tasks.into_iter().for_each(|task| self.take_back(task));
                        return Err(error);
                    }
                }
            }
        }
        self.queue.put(tasks);
        Ok(goes_on)
    }

    /// Takes back all that is queued.
    pub(super) fn clear(&mut self) {
        self.queue.clear().into_iter().for_each(|task| self.take_back(task));
    }

    /// Keeps a letter that was not tried for later.
    pub(super) fn take_back(&mut self, task: Task) {
        if self.in_flight.remove(&task.job.id).is_some() {
            self.queue.lock().pacer.release(task.gate);
            self.deferred.put(task.gate, task.job.id, Box::new(task.job.recipient));
        }
    }

    /// Lets the workers disconnect if the wait is long.
    fn rest_until(&mut self, until: Timestamp, by: PutOff, now: Timestamp) {
        if until < now + LONG_WAIT {
            return;
        }
        let is_too_long = self.rules.patience.is_some_and(|patience| until > now + patience);
        if is_too_long && self.in_flight.is_empty() {
            self.end.goes_on_at = Some((until, by));
            self.queue.dismiss(self.phase());
            return;
        }
        if self.queue.rest() && self.reported_wait != Some(until) {
            self.reported_wait = Some(until);
            (self.tell)(RunEvent::Waiting { until, letters: self.account.waiting });
        }
    }

    /// The next letter that is waiting and due: a deferred one, or one of this pass.
    fn next_task<I: Iterator<Item = Recipient>>(
        &mut self,
        recipients: &mut Option<I>,
        now: Timestamp,
    ) -> Result<Option<Task>> {
        loop {
            let deferred = self.deferred.take(&mut self.queue.lock().pacer, now);
            let met_again = deferred.map(|recipient| (recipient, Met::Again));
            let next = met_again.or_else(|| {
                let recipient = recipients.as_mut()?.next()?;
                let met = Met::InRow(recipient.row);
                Some((Box::new(recipient), met))
            });
            let Some((recipient, met)) = next else { return Ok(None) };
            let id =
                LetterId::of(&self.rules.campaign, &recipient.address, recipient.key.as_deref());
            if let Some(task) = self.take_up(recipient, id, met, now)? {
                return Ok(Some(task));
            }
            if !self.in_flight.contains_key(&id) && !self.deferred.holds(id) {
                self.session.put_back(id);
            }
        }
    }

    /// The task of a recipient whose letter is waiting and may go now; one that may not is deferred.
    fn take_up(
        &mut self,
        mut recipient: Box<Recipient>,
        id: LetterId,
        met: Met,
        now: Timestamp,
    ) -> Result<Option<Task>> {
        let is_vetoed =
            self.rules.veto.as_ref().is_some_and(|veto| veto.forbids(&recipient.address));
        if is_vetoed || self.suppression.entry(&recipient.address).is_some() {
            return Ok(None);
        }
        recipient.copies.retain(|copy| self.suppression.entry(&copy.address).is_none());
        // The ledger does not show yet what is under way.
        if self.in_flight.contains_key(&id) || self.deferred.holds(id) {
            return Ok(None);
        }
        // Before the ledger is asked: the rest of a long list costs nothing.
        let is_new = !self.served.contains(recipient.row);
        if is_new && self.rules.limit.is_some_and(|limit| self.served.count() >= limit) {
            return Ok(None);
        }
        let Some((letter, entry)) = self.session.entry(id, met)? else { return Ok(None) };
        if entry.state != State::Waiting {
            return Ok(None);
        }
        // A letter put off in the future was put off before the clock was set back.
        let not_before = entry.not_before.filter(|_| entry.changed <= now + SKEW);
        if not_before.is_some_and(|due| due > now) {
            self.later = [self.later, not_before].into_iter().flatten().min();
            return Ok(None);
        }
        let suspected = entry.suspected();
        if suspected.is_some() && self.is_first_pass {
            self.later = Some(self.later.map_or(now, |later| later.min(now)));
            return Ok(None);
        }
        if suspected.is_some() && !std::mem::replace(&mut self.knows_last_acceptance, true) {
            let last = self.session.last_acceptance()?;
            last.into_iter().for_each(|at| self.queue.note_accepted(at));
        }
        let gate = {
            let pacer = &mut self.queue.lock().pacer;
            let gate = pacer.gate(recipient.address.domain(), recipient.timezone.as_ref());
            if pacer.next_for(gate, now) > now {
                self.deferred.keep(gate, id, recipient);
                return Ok(None);
            }
            pacer.reserve(gate);
            gate
        };
        if self.rules.limit.is_some() {
            self.served.insert(recipient.row);
        }
        if let Some(CopyRefusals { left_out, .. }) = self.copies.get(&id) {
            let is_left_out = |copy: &Mailbox| left_out.iter().any(|(out, _)| *out == copy.address);
            recipient.copies.retain(|copy| !is_left_out(copy));
        }
        let promised_date = entry.date();
        let keeps_date = promised_date.is_some();
        let date = promised_date.unwrap_or_else(|| now.to_zoned_datetime(self.home.clone()));
        let promised = entry.promised();
        let meta = LetterMeta { number: entry.number, message_id: Some(entry.message_id), date };
        let attempts = entry.attempts;
        let in_flight = InFlight {
            to: recipient.address.clone(),
            copies: recipient.copies.iter().map(|copy| copy.address.clone()).collect(),
            gate,
            attempts,
            is_begun: false,
        };
        self.in_flight.insert(id, in_flight);
        let copies = self.copies.get(&id).cloned().unwrap_or_default();
        let job = Box::new(Job { id, recipient: *recipient, meta, promised });
        Ok(Some(Task { job, letter, gate, attempts, keeps_date, suspected, copies }))
    }
}
