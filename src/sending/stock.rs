//! What the office lays out for the desks: the next letters that are waiting and due, or the word
//! to rest or to go.

use std::time::Duration;

use anyhow::Result;
use jiff::{Timestamp, Zoned};

use super::office::{Flight, Office};
use super::shelf::{STOCK, Task};
use super::{DATED, Event, Job};
use crate::compose::LetterMeta;
use crate::delivery::State;
use crate::letter::LetterId;
use crate::policy;
use crate::recipient::Recipient;

/// A wait longer than this is spent without a connection.
const LONG_WAIT: Duration = Duration::from_secs(10);

/// So far may a record lie in the future before the clock is known to have been set back.
const SKEW: Duration = Duration::from_mins(1);

impl Office<'_> {
    /// Lays out what may go. Tells when there will be something to do, where that is known.
    pub(super) fn serve<I: Iterator<Item = Recipient>>(
        &mut self,
        now: Timestamp,
        recipients: &mut Option<I>,
        pass: &mut dyn FnMut() -> Result<I>,
    ) -> Result<Option<Timestamp>> {
        loop {
            if self.is_stopping() {
                self.shelf.dismiss(self.course());
                return Ok(None);
            }
            // Where the clock was set back, the hold must not last until it has caught up.
            let longest = policy::back_off(self.failures, self.rules.retry.reconnect_delay);
            self.hold_until = self.hold_until.min(now + longest);
            if self.hold_until > now {
                self.clear();
                self.rest_until(self.hold_until, now);
                return Ok(Some(self.hold_until));
            }
            let free = self.shelf.inner().pacer.next(now);
            if free > now {
                // What lies there was counted when it was put there, and may go, unless a desk
                // found that it may not.
                let (is_empty, is_shut) = self.shelf.lying();
                if is_shut {
                    self.clear();
                }
                if is_empty || is_shut {
                    self.rest_until(free, now);
                }
                return Ok(Some(free));
            }
            if self.lay_out(recipients, now)? {
                return Ok(None);
            }
            // The pass is over. Whoever is in flight may still come back as waiting.
            *recipients = None;
            let opens = self.deferred.next(&mut self.shelf.inner().pacer, now);
            if !self.in_flight.is_empty() {
                self.shelf.make_room();
                return Ok(opens);
            }
            if opens.is_none() && self.deferred.has_overflown {
                self.later = Some(now);
            }
            match [self.later, opens].into_iter().flatten().min() {
                None => {
                    self.shelf.dismiss(self.course());
                    return Ok(None);
                }
                Some(due) if due <= now => {
                    self.later = None;
                    self.deferred.has_overflown = false;
                    *recipients = Some(pass()?);
                }
                Some(due) => {
                    self.rest_until(due, now);
                    return Ok(Some(due));
                }
            }
        }
    }

    /// Fills the shelf. False where there is nothing more in this pass.
    fn lay_out<I: Iterator<Item = Recipient>>(
        &mut self,
        recipients: &mut Option<I>,
        now: Timestamp,
    ) -> Result<bool> {
        let (lying, is_shut) = {
            let inner = self.shelf.inner();
            (inner.tasks.len(), inner.is_shut)
        };
        // Shut by a desk: what lies there may not go now.
        let lying = if is_shut && lying > 0 {
            self.clear();
            0
        } else {
            lying
        };
        let mut tasks = Vec::new();
        let mut goes_on = true;
        if lying <= STOCK / 2 {
            while goes_on && lying + tasks.len() < STOCK {
                match self.next_task(recipients, now)? {
                    Some(task) => tasks.push(task),
                    None => goes_on = false,
                }
            }
        }
        self.shelf.put(tasks);
        Ok(goes_on)
    }

    /// Takes back all that lies on the shelf.
    pub(super) fn clear(&mut self) {
        self.shelf.clear().into_iter().for_each(|task| self.take_back(task));
    }

    /// A letter that was not tried waits in mind for its time.
    pub(super) fn take_back(&mut self, task: Task) {
        if self.in_flight.remove(&task.job.id).is_some() {
            self.shelf.inner().pacer.release(task.gate);
            self.deferred.put(task.gate, task.job.id, Box::new(task.job.recipient));
        }
    }

    /// Lets all who wait take leave of the relay when the wait is long.
    fn rest_until(&mut self, until: Timestamp, now: Timestamp) {
        if until < now + LONG_WAIT {
            return;
        }
        if self.rules.patience.is_some_and(|patience| until > now + patience)
            && self.in_flight.is_empty()
        {
            self.end.goes_on_at = Some(until);
            self.shelf.dismiss(self.course());
            return;
        }
        if self.shelf.rest() && self.told_until != Some(until) {
            self.told_until = Some(until);
            (self.tell)(Event::Waiting { until, letters: self.account.waiting });
        }
    }

    /// The next letter that is waiting and due: of those met before their time, else of this pass.
    fn next_task<I: Iterator<Item = Recipient>>(
        &mut self,
        recipients: &mut Option<I>,
        now: Timestamp,
    ) -> Result<Option<Task>> {
        loop {
            let deferred = self.deferred.take(&mut self.shelf.inner().pacer, now);
            let next = deferred.or_else(|| recipients.as_mut()?.next().map(Box::new));
            let Some(recipient) = next else { return Ok(None) };
            if let Some(task) = self.take_up(recipient, now)? {
                return Ok(Some(task));
            }
        }
    }

    /// The task of a recipient whose letter waits and may go now; one that may not is kept in mind.
    fn take_up(&mut self, mut recipient: Box<Recipient>, now: Timestamp) -> Result<Option<Task>> {
        {
            let suppression = &self.suppression;
            if suppression.entry(&recipient.address).is_some() {
                return Ok(None);
            }
            recipient.copies.retain(|copy| suppression.entry(copy).is_none());
        }
        let id = LetterId::of(&self.rules.campaign, &recipient.address, recipient.key.as_deref());
        // What is under way is not in the ledger as it stands.
        if self.in_flight.contains_key(&id) || self.deferred.holds(id) {
            return Ok(None);
        }
        let Some((letter, entry)) = self.session.entry(id)? else { return Ok(None) };
        if entry.state != State::Waiting {
            return Ok(None);
        }
        // A letter put off in the future was put off before the clock was set back: nobody knows
        // its time.
        let not_before = entry.not_before.filter(|_| entry.changed <= now + SKEW);
        if not_before.is_some_and(|due| due > now) {
            self.later = [self.later, not_before].into_iter().flatten().min();
            return Ok(None);
        }
        let is_new = !self.served.contains(letter.position);
        if is_new && self.rules.limit.is_some_and(|limit| self.served.count() >= limit) {
            return Ok(None);
        }
        let gate = {
            let pacer = &mut self.shelf.inner().pacer;
            let gate = pacer.gate(recipient.address.domain(), recipient.timezone.as_ref());
            if pacer.next_for(gate, now) > now {
                self.deferred.keep(gate, id, recipient);
                return Ok(None);
            }
            pacer.reserve(gate);
            gate
        };
        if self.rules.limit.is_some() {
            self.served.insert(letter.position);
        }
        let promised_date =
            entry.dated.as_deref().and_then(|dated| Zoned::strptime(DATED, dated).ok());
        let keeps_date = promised_date.is_some();
        let date = promised_date.unwrap_or_else(|| now.to_zoned(self.home.clone()));
        let promised = entry.promised();
        let meta = LetterMeta { number: entry.number, message_id: Some(entry.message_id), date };
        let (to, copies, attempts) =
            (recipient.address.clone(), recipient.copies.clone(), entry.attempts);
        self.in_flight.insert(id, Flight { to, copies, gate, attempts, is_begun: false });
        let job = Box::new(Job { id, recipient: *recipient, meta, promised });
        Ok(Some(Task { job, letter, gate, attempts, keeps_date }))
    }
}
