//! A rehearsal: real letters to oneself, of which the ledger does not hear.

use std::time::Duration;

use jiff::Timestamp;

use crate::delivery::{Courier, LetterQueue, Outcome, Permit, Work};
use crate::letter::{Letter, LetterId};
use crate::policy::{Limits, Pace, Pacer};

/// A clock that is set back must not be waited for.
const GLANCE: Duration = Duration::from_secs(1);

/// Carries letters of a rehearsal: no ledger, no retries. Tells the outcome of each.
pub fn rehearse(
    courier: &mut dyn Courier,
    limits: Limits,
    letters: &mut dyn Iterator<Item = (String, Letter)>,
    tell: &mut dyn FnMut(&str, &Outcome),
) {
    let pacer = Pacer::new(&Pace { limits, ..Pace::default() });
    let mut stage =
        RehearsalQueue { letters, tell, pacer, drawn: None, is_given_back: false, is_over: false };
    courier.carry(&mut stage);
}

/// The queue of a rehearsal.
struct RehearsalQueue<'a> {
    letters: &'a mut dyn Iterator<Item = (String, Letter)>,
    tell: &'a mut dyn FnMut(&str, &Outcome),
    /// The relay counts these letters too; the window does not keep anybody from writing to
    /// themselves.
    pacer: Pacer,
    /// The letter in hand and whose it is.
    drawn: Option<(String, Letter)>,
    is_given_back: bool,
    /// One failure ends it: it would be the same with the next.
    is_over: bool,
}

impl RehearsalQueue<'_> {
    /// Waits until one more letter keeps the pace, and counts it.
    fn wait(&mut self) {
        let gate = self.pacer.gate("", None);
        loop {
            let now = Timestamp::now();
            let next = self.pacer.next_for(gate, now);
            if next <= now {
                self.pacer.reserve(gate);
                return self.pacer.begin(gate, now);
            }
            std::thread::sleep(Duration::try_from(next - now).unwrap_or_default().min(GLANCE));
        }
    }
}

impl LetterQueue for RehearsalQueue<'_> {
    fn draw(&mut self) -> Work {
        if self.is_over {
            return Work::Done;
        }
        if !std::mem::take(&mut self.is_given_back) {
            self.drawn = self.letters.next();
            if self.drawn.is_some() {
                self.wait();
            }
        }
        self.drawn.as_ref().map_or(Work::Done, |(_, letter)| Work::Carry(Box::new(letter.clone())))
    }

    /// A rehearsal is over with the first failure, so the next letter is drawn when this one is
    /// settled.
    fn draw_ahead(&mut self) -> Option<Box<Letter>> {
        None
    }

    fn begin(&mut self, _: LetterId, _: Option<(LetterId, Outcome)>) -> Permit {
        Permit::Granted
    }

    fn settle(&mut self, _: LetterId, outcome: Outcome) {
        self.is_over = !matches!(outcome, Outcome::Accepted(_) | Outcome::Filed { .. });
        if let Some((address, _)) = &self.drawn {
            (self.tell)(address, &outcome);
        }
    }

    fn give_back(&mut self, _: LetterId) {
        self.is_given_back = true;
    }
}
