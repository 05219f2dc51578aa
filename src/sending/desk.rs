//! A courier's end of the counter, in its own thread: asks the office, composes, hands letters over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};

use super::{Answer, Begin, Compose, DATED, Job, Said};
use crate::delivery::{Counter, Errand, Outcome, Permit};
use crate::letter::{Digest, Letter, LetterId};
use crate::place::{Fault, Problem};

/// A courier's end of the counter, in its own thread.
pub(super) struct Desk {
    pub(super) index: usize,
    pub(super) to_office: Sender<Said>,
    pub(super) answers: Receiver<Answer>,
    pub(super) compose: Arc<Compose>,
    /// No more letters are to be begun.
    pub(super) is_closing: Arc<AtomicBool>,
    /// The letters that were drawn and neither begun nor given back: two at most.
    pub(super) drawn: Vec<Drawn>,
    /// A job that came with a permit.
    pub(super) queued: Option<Box<Job>>,
}

/// A composed letter's job, with the `Date` and the digest that the ledger keeps.
pub(super) struct Drawn {
    job: Box<Job>,
    dated: String,
    digest: Digest,
}

impl Desk {
    /// A message to the office; `None` when the office is gone.
    fn say(&self, said: Said) -> Option<()> {
        self.to_office.send(said).ok()
    }

    fn ask(&self, said: Said) -> Option<Answer> {
        self.say(said).and_then(|()| self.answers.recv().ok())
    }

    /// The job that came with a permit, unless the run is closing.
    fn queued(&mut self) -> Option<Box<Job>> {
        let job = self.queued.take()?;
        if self.is_closing.load(Ordering::SeqCst) {
            self.say(Said::Return { job });
            return None;
        }
        Some(job)
    }

    /// The letter of a job; a fault is told to the office.
    fn compose(&mut self, job: Box<Job>) -> Option<Box<Letter>> {
        match (self.compose)(&job) {
            Ok(letter) if job.promised.is_some_and(|promised| promised != letter.digest) => {
                let recipient = &job.recipient;
                let address = recipient.address.to_string();
                let fault = Fault::LetterChanged { address, message_id: letter.message_id };
                let problem = Problem::error(recipient.place.clone(), fault).of_row(recipient.row, "email");
                self.say(Said::Faulty { id: job.id, problems: vec![problem] });
                None
            }
            Ok(letter) => {
                let dated = job.stamp.date.strftime(DATED).to_string();
                self.drawn.push(Drawn { job, dated, digest: letter.digest });
                Some(Box::new(letter))
            }
            Err(problems) => {
                self.say(Said::Faulty { id: job.id, problems });
                None
            }
        }
    }

    fn take_drawn(&mut self, id: LetterId) -> Option<Drawn> {
        let at = self.drawn.iter().position(|drawn| drawn.job.id == id)?;
        Some(self.drawn.swap_remove(at))
    }
}

impl Drop for Desk {
    /// However a courier's thread ends, the office hears of it.
    fn drop(&mut self) {
        self.say(Said::Left);
    }
}

impl Counter for Desk {
    fn draw(&mut self) -> Errand {
        loop {
            let answer = match self.queued() {
                Some(job) => Some(Answer::Job(job)),
                None => self.ask(Said::Draw { desk: self.index }),
            };
            match answer {
                Some(Answer::Job(job)) => {
                    if let Some(letter) = self.compose(job) {
                        return Errand::Carry(letter);
                    }
                }
                Some(Answer::Rest) => return Errand::Rest,
                Some(Answer::Done | Answer::Nothing | Answer::Permit { .. }) | None => return Errand::Done,
            }
        }
    }

    fn draw_ahead(&mut self) -> Option<Box<Letter>> {
        let job = match self.queued() {
            Some(job) => job,
            None => match self.ask(Said::Ahead { desk: self.index })? {
                Answer::Job(job) => job,
                Answer::Nothing | Answer::Rest | Answer::Done | Answer::Permit { .. } => return None,
            },
        };
        self.compose(job)
    }

    fn begin(&mut self, id: LetterId, settled: Option<(LetterId, Outcome)>) -> Permit {
        let Some(Drawn { dated, digest, .. }) = self.take_drawn(id) else { return Permit::Denied };
        let wants = self.queued.is_none();
        let begin = Begin { desk: self.index, id, dated, digest, settled, wants };
        match self.ask(Said::Begin(Box::new(begin))) {
            Some(Answer::Permit { permit, ahead }) => {
                self.queued = self.queued.take().or(ahead);
                permit
            }
            Some(Answer::Job(_) | Answer::Nothing | Answer::Rest | Answer::Done) | None => Permit::Denied,
        }
    }

    fn settle(&mut self, id: LetterId, outcome: Outcome) {
        self.take_drawn(id);
        self.say(Said::Settle { desk: self.index, id, outcome });
    }

    fn give_back(&mut self, id: LetterId) {
        if let Some(Drawn { job, .. }) = self.take_drawn(id) {
            self.say(Said::Return { job });
        }
    }
}
