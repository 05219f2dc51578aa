//! A courier's side of a run, in its own thread: takes tasks from the ready queue, composes their
//! letters, and records each attempt.

use std::sync::Arc;

use jiff::Timestamp;

use super::clock::Clock;
use super::ready_queue::{Phase, ReadyQueue, Taken, Task, WorkerEvent};
use super::{Compose, Job};
use crate::delivery::{DATED, LetterQueue, Outcome, Permit, Trouble, Work};
use crate::ledger::{Attempt, Beginning, NotBegun, Recorder};
use crate::letter::{Digest, Letter, LetterId};
use crate::policy::{self, CopyHistory, Retry, RunEffect, Tried};
use crate::problem::{LetterFault, Problem};

/// The dispatcher is called to fold once this many attempts wait for it.
const BACKLOG: usize = 256;

/// What all workers of a run share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) queue: Arc<ReadyQueue>,
    pub(super) recorder: Arc<Recorder>,
    pub(super) compose: Arc<Compose>,
    pub(super) retry: Retry,
    pub(super) clock: Clock,
}

pub(super) struct Worker {
    index: usize,
    shared: Shared,
    /// The letters in hand: one begun, and at most two that are to follow it.
    drawn: Vec<Drawn>,
    /// Since a task was last taken in its turn, the relay refused a letter in a way that may
    /// concern the sender.
    follows_suspect: bool,
}

/// A composed letter's task, with the `Date` and the digest that the ledger keeps.
struct Drawn {
    task: Task,
    dated: String,
    digest: Digest,
    /// What the ledger takes down of the letter.
    record: String,
    /// It was taken while another letter was on its way.
    is_ahead: bool,
    begun: Option<Timestamp>,
}

impl Worker {
    pub(super) fn new(index: usize, shared: Shared) -> Self {
        Self { index, shared, drawn: Vec::new(), follows_suspect: false }
    }

    /// The letter of a task. If it does not compose, the dispatcher gets its problems.
    fn compose(&mut self, mut task: Task, is_ahead: bool) -> Option<Box<Letter>> {
        if !task.keeps_date {
            let zone = task.job.meta.date.time_zone().clone();
            task.job.meta.date = self.shared.clock.now().to_zoned_datetime(zone);
        }
        match self.compose_as_promised(&task) {
            Ok(letter) => {
                let dated = task.job.meta.date.strftime(DATED).to_string();
                let (digest, record) = (letter.digest, letter.record.to_json());
                self.drawn.push(Drawn { task, dated, digest, record, is_ahead, begun: None });
                Some(Box::new(letter))
            }
            Err(problems) => {
                self.shared.queue.report(WorkerEvent::Faulty { id: task.job.id, problems });
                None
            }
        }
    }

    /// A letter that a relay may have must not have changed since.
    fn compose_as_promised(&self, task: &Task) -> Result<Letter, Vec<Problem>> {
        let job = &task.job;
        let letter = (self.shared.compose)(job)?;
        if job.promised.is_none_or(|promised| promised == letter.digest) {
            return Ok(letter);
        }
        let recipient = &job.recipient;
        let fault = LetterFault::LetterChanged {
            address: recipient.address.to_string(),
            message_id: letter.message_id,
        };
        let problem = Problem::error(recipient.place.clone(), fault);
        Err(vec![problem.of_row(recipient.row, "email")])
    }

    fn position(&self, id: LetterId) -> Option<usize> {
        self.drawn.iter().position(|drawn| drawn.task.job.id == id)
    }

    /// The end of an attempt. Unless the letter was accepted, nothing is taken from the queue
    /// before the dispatcher knows of it.
    fn ended(&mut self, id: LetterId, mut outcome: Outcome, now: Timestamp) -> Option<Attempt> {
        let drawn = self.drawn.swap_remove(self.position(id)?);
        let task = &drawn.task;
        let tried = Tried {
            id,
            attempts: task.attempts,
            others: self.shared.queue.others_since(task.suspected),
            copies: CopyHistory {
                deferrals: task.copies.deferrals,
                is_own: is_own_copy(&outcome, &task.job),
            },
        };
        let verdict = policy::judge(&outcome, &tried, &self.shared.retry, now);
        self.follows_suspect |= verdict.run == RunEffect::Suspect;
        match &mut outcome {
            Outcome::Accepted(reply) => {
                reply.add_left_out(&task.copies.left_out);
                self.shared.queue.accepted(now);
            }
            Outcome::Filed { .. } => {}
            Outcome::Refused { .. } | Outcome::Unsent { .. } | Outcome::Unknown { .. } => {
                self.shared.queue.hold(self.index, &outcome, &verdict.run);
            }
        }
        let is_refused_early = drawn.begun.is_none() && matches!(outcome, Outcome::Refused { .. });
        Some(Attempt::Ended {
            record: is_refused_early.then_some(drawn.record),
            letter: drawn.task.letter,
            outcome,
            verdict,
            begun: drawn.begun.unwrap_or(now),
            ended: now,
            connection: self.index as u64,
        })
    }
}

/// Whether the copy that the relay refused is the letter's own, not one of all letters.
fn is_own_copy(outcome: &Outcome, job: &Job) -> bool {
    let Some(Trouble::Copy { address, .. }) = outcome.trouble() else { return false };
    job.recipient.copies.iter().any(|copy| copy.address.shown() == address)
}

impl Drop for Worker {
    /// However a courier's thread ends, the dispatcher learns of it.
    fn drop(&mut self) {
        self.shared.queue.leave(self.index);
    }
}

impl LetterQueue for Worker {
    fn draw(&mut self) -> Work {
        self.follows_suspect = false;
        loop {
            match self.shared.queue.take(self.index) {
                Taken::Task(task) => {
                    if let Some(letter) = self.compose(task, false) {
                        return Work::Carry(letter);
                    }
                }
                Taken::Rest => return Work::Rest,
                Taken::Done => return Work::Done,
            }
        }
    }

    fn draw_ahead(&mut self) -> Option<Box<Letter>> {
        let task = self.shared.queue.take_ahead()?;
        self.compose(task, true)
    }

    fn begin(&mut self, id: LetterId, settled: Option<(LetterId, Outcome)>) -> Permit {
        let now = self.shared.clock.now();
        let settled = settled.and_then(|(id, outcome)| self.ended(id, outcome, now));
        let was_accepted = settled.as_ref().is_none_or(|ended| {
            matches!(
                ended,
                Attempt::Ended { outcome: Outcome::Accepted(_) | Outcome::Filed { .. }, .. }
            )
        });
        let may_follow = !self.follows_suspect || self.shared.queue.may_follow_suspect(self.index);
        let allowed = self.position(id).filter(|at| {
            let Drawn { task: Task { gate, .. }, is_ahead, .. } = self.drawn[*at];
            // Once the run ends, a letter that waited behind another is not begun.
            let latest = if is_ahead { Phase::Open } else { Phase::Closing };
            may_follow && self.shared.queue.begin(self.index, gate, now, latest) == Permit::Granted
        });
        let Some(at) = allowed else {
            settled.into_iter().for_each(|ended| self.shared.recorder.settle(ended));
            self.shared.queue.call_dispatcher();
            return Permit::Denied;
        };
        let drawn = &mut self.drawn[at];
        let recipient = &drawn.task.job.recipient;
        let beginning = Beginning {
            letter: drawn.task.letter,
            dated: drawn.dated.clone(),
            digest: drawn.digest,
            record: std::mem::take(&mut drawn.record),
            at: now,
            to: recipient.addresses().cloned().collect(),
            gate: drawn.task.gate,
        };
        match self.shared.recorder.begin(beginning, settled) {
            Ok(backlog) => {
                drawn.begun = Some(now);
                if !was_accepted || backlog >= BACKLOG {
                    self.shared.queue.call_dispatcher();
                }
                Permit::Granted
            }
            Err(why) => {
                if why != NotBegun::Paced {
                    self.shared.queue.uncount(drawn.task.gate);
                }
                self.shared.queue.call_dispatcher();
                Permit::Denied
            }
        }
    }

    fn settle(&mut self, id: LetterId, outcome: Outcome) {
        let was_accepted = matches!(outcome, Outcome::Accepted(_) | Outcome::Filed { .. });
        if let Some(ended) = self.ended(id, outcome, self.shared.clock.now()) {
            self.shared.recorder.settle(ended);
            if !was_accepted {
                self.shared.queue.call_dispatcher();
            }
        }
    }

    fn give_back(&mut self, id: LetterId) {
        if let Some(at) = self.position(id) {
            let task = self.drawn.swap_remove(at).task;
            self.shared.queue.report(WorkerEvent::Return { task });
        }
    }
}
