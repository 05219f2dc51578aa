//! A courier's end of the queue, in its own thread: takes tasks from the shelf, composes, records
//! in the journal.

use std::sync::Arc;

use jiff::Timestamp;

use super::clock::Clock;
use super::shelf::{Course, Shelf, Slip, Task};
use super::{Compose, DATED, Said};
use crate::delivery::{LetterQueue, Outcome, Permit, Work};
use crate::ledger::{Attempt, Beginning, NotBegun, Recorder};
use crate::letter::{Digest, Letter, LetterId};
use crate::policy::{self, Retry};
use crate::problem::{Fault, Problem};

/// The office is called to fold this many attempts.
const BACKLOG: usize = 256;

/// A courier's end of the queue, in its own thread.
pub(super) struct Desk {
    pub(super) index: usize,
    pub(super) shelf: Arc<Shelf>,
    pub(super) recorder: Arc<Recorder>,
    pub(super) compose: Arc<Compose>,
    pub(super) retry: Retry,
    pub(super) clock: Clock,
    /// The letters in hand: one begun, and two at most that are to follow it.
    pub(super) drawn: Vec<Drawn>,
}

/// A composed letter's task, with the `Date` and the digest that the ledger keeps.
pub(super) struct Drawn {
    task: Task,
    dated: String,
    digest: Digest,
    begun: Option<Timestamp>,
}

impl Desk {
    /// The letter of a task; a fault is told to the office.
    fn compose(&mut self, mut task: Task) -> Option<Box<Letter>> {
        if !task.keeps_date {
            let zone = task.job.meta.date.time_zone().clone();
            task.job.meta.date = self.clock.now().to_zoned(zone);
        }
        let job = &task.job;
        let id = job.id;
        match (self.compose)(job) {
            Ok(letter) if job.promised.is_some_and(|promised| promised != letter.digest) => {
                let recipient = &job.recipient;
                let address = recipient.address.to_string();
                let fault = Fault::LetterChanged { address, message_id: letter.message_id };
                let problem =
                    Problem::error(recipient.place.clone(), fault).of_row(recipient.row, "email");
                self.shelf.say(Said::Faulty { id, problems: vec![problem] });
                None
            }
            Ok(letter) => {
                let dated = job.meta.date.strftime(DATED).to_string();
                self.drawn.push(Drawn { task, dated, digest: letter.digest, begun: None });
                Some(Box::new(letter))
            }
            Err(problems) => {
                self.shelf.say(Said::Faulty { id, problems });
                None
            }
        }
    }

    fn position(&self, id: LetterId) -> Option<usize> {
        self.drawn.iter().position(|drawn| drawn.task.job.id == id)
    }

    /// What an outcome changes. Where it is not plain success, nobody takes anything before the
    /// office has heard of it.
    fn settlement(&mut self, id: LetterId, outcome: Outcome, now: Timestamp) -> Option<Attempt> {
        let drawn = self.drawn.swap_remove(self.position(id)?);
        let verdict = policy::judge(&outcome, id, drawn.task.attempts, &self.retry, now);
        match &outcome {
            Outcome::Accepted(_) => {}
            Outcome::Refused { .. } | Outcome::Unsent { .. } | Outcome::Unknown { .. } => {
                self.shelf.hold(self.index, &outcome, &verdict.run);
            }
        }
        Some(Attempt::Ended {
            letter: drawn.task.letter,
            outcome,
            verdict,
            begun: drawn.begun.unwrap_or(now),
            ended: now,
            connection: self.index as u64,
        })
    }
}

impl Drop for Desk {
    /// However a courier's thread ends, the office hears of it.
    fn drop(&mut self) {
        self.shelf.leave(self.index);
    }
}

impl LetterQueue for Desk {
    fn draw(&mut self) -> Work {
        loop {
            match self.shelf.take(self.index) {
                Slip::Task(task) => {
                    if let Some(letter) = self.compose(task) {
                        return Work::Carry(letter);
                    }
                }
                Slip::Rest => return Work::Rest,
                Slip::Done => return Work::Done,
            }
        }
    }

    fn draw_ahead(&mut self) -> Option<Box<Letter>> {
        let task = self.shelf.take_ahead()?;
        self.compose(task)
    }

    fn begin(&mut self, id: LetterId, settled: Option<(LetterId, Outcome)>) -> Permit {
        let now = self.clock.now();
        // A letter that waited behind another is not begun any more once the run ends.
        let worst = if settled.is_some() { Course::Open } else { Course::Closing };
        let settled = settled.and_then(|(id, outcome)| self.settlement(id, outcome, now));
        let is_smooth = settled.as_ref().is_none_or(|ended| {
            matches!(ended, Attempt::Ended { outcome: Outcome::Accepted(_), .. })
        });
        let allowed = self.position(id).filter(|at| {
            let task = &self.drawn[*at].task;
            self.shelf.begin(self.index, task.gate, now, worst) == Permit::Granted
        });
        let Some(at) = allowed else {
            settled.into_iter().for_each(|ended| self.recorder.settle(ended));
            self.shelf.ring();
            return Permit::Denied;
        };
        let drawn = &mut self.drawn[at];
        let recipient = &drawn.task.job.recipient;
        let beginning = Beginning {
            letter: drawn.task.letter,
            dated: drawn.dated.clone(),
            digest: drawn.digest,
            at: now,
            to: std::iter::once(&recipient.address).chain(&recipient.copies).cloned().collect(),
        };
        match self.recorder.begin(beginning, settled) {
            Ok(backlog) => {
                drawn.begun = Some(now);
                if !is_smooth || backlog >= BACKLOG {
                    self.shelf.ring();
                }
                Permit::Granted
            }
            Err(why) => {
                if why == NotBegun::Suppressed {
                    self.shelf.take_back_begin(drawn.task.gate);
                }
                self.shelf.ring();
                Permit::Denied
            }
        }
    }

    fn settle(&mut self, id: LetterId, outcome: Outcome) {
        let is_smooth = matches!(outcome, Outcome::Accepted(_));
        if let Some(ended) = self.settlement(id, outcome, self.clock.now()) {
            self.recorder.settle(ended);
            if !is_smooth {
                self.shelf.ring();
            }
        }
    }

    fn give_back(&mut self, id: LetterId) {
        if let Some(at) = self.position(id) {
            let task = self.drawn.swap_remove(at).task;
            self.shelf.say(Said::Return { task });
        }
    }
}
