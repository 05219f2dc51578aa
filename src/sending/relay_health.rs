//! Failures and refusals in a row, and what they mean for the run.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::delivery::{Outcome, State};
use crate::letter::LetterId;
use crate::policy::{self, Retry, RunEffect, StopCause, Verdict};

/// How the relay has answered so far.
pub(super) struct RelayHealth {
    retry: Retry,
    /// Failures of the relay in a row. Those of several connections at once count as one.
    failures: u32,
    /// Letters refused for good in a row.
    refusals: u32,
    /// Letters refused, since the last acceptance, in a way that may concern the sender.
    suspects: HashSet<LetterId>,
    /// No letter is handed out before this moment.
    hold_until: Timestamp,
}

impl RelayHealth {
    pub(super) fn new(retry: Retry, now: Timestamp) -> Self {
        Self { retry, failures: 0, refusals: 0, suspects: HashSet::new(), hold_until: now }
    }

    /// Counts the outcome of an attempt at a letter. Returns why the run has to stop, if it has to.
    pub(super) fn count(
        &mut self,
        letter: LetterId,
        outcome: &Outcome,
        verdict: &Verdict,
        now: Timestamp,
    ) -> Option<StopCause> {
        let mut stop = None;
        match &verdict.run {
            RunEffect::Continue => self.failures = 0,
            RunEffect::Pause => {
                // While all wait, what fails failed together with the first.
                if now >= self.hold_until {
                    self.failures += 1;
                    let wait = policy::back_off(self.failures, self.retry.reconnect_delay);
                    self.hold_until = now + wait;
                }
                if self.failures >= policy::CONNECTION_FAILURES {
                    stop = outcome.trouble().cloned().map(StopCause::Trouble);
                }
            }
            RunEffect::Suspect => {
                self.failures = 0;
                self.suspects.insert(letter);
                let letters = self.suspects.len() as u64;
                if letters >= policy::SUSPECTS.into()
                    && let Outcome::Refused { reply, .. } = outcome
                {
                    stop = Some(StopCause::Sender { letters, reply: reply.clone() });
                }
            }
            RunEffect::Stop(cause) => stop = Some(cause.clone()),
        }
        match outcome {
            Outcome::Accepted(_) | Outcome::Filed { .. } => {
                self.refusals = 0;
                self.suspects.clear();
            }
            Outcome::Refused { reply, .. }
                if verdict.state == State::Refused && !reply.is_transient() =>
            {
                self.refusals += 1;
                self.suspects.remove(&letter);
                if self.refusals >= self.retry.refusals_in_a_row {
                    let letters = self.refusals;
                    stop = Some(StopCause::Refusals { letters, reply: reply.clone() });
                }
            }
            Outcome::Refused { .. } | Outcome::Unsent { .. } | Outcome::Unknown { .. } => {}
        }
        stop
    }

    /// How many letters in a row were refused in a way that may concern the sender.
    pub(super) fn suspects(&self) -> usize {
        self.suspects.len()
    }

    /// The moment before which nothing may go, if that is in the future.
    pub(super) fn hold_until(&mut self, now: Timestamp) -> Option<Timestamp> {
        // After the clock was set back, the hold must not last until it has caught up.
        let longest = policy::back_off(self.failures, self.retry.reconnect_delay);
        self.hold_until = self.hold_until.min(now + longest);
        (self.hold_until > now).then_some(self.hold_until)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::delivery::{Reply, Stage, Trouble};
    use crate::recipient::Address;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn health() -> RelayHealth {
        RelayHealth::new(Retry { refusals_in_a_row: 3, ..Retry::default() }, START)
    }

    fn letter(n: u8) -> LetterId {
        LetterId::of("test", &Address::parse(&format!("p{n}@a.test")).unwrap(), None)
    }

    fn verdict(state: State, run: RunEffect) -> Verdict {
        Verdict { state, charged: false, not_before: None, run }
    }

    fn lost() -> Outcome {
        Outcome::Unsent { stage: Stage::Connect, trouble: Trouble::TimedOut }
    }

    fn refused() -> Outcome {
        Outcome::Refused { stage: Stage::Rcpt, reply: Reply { code: 550, text: "no".into() } }
    }

    #[test]
    fn connections_that_fail_together_count_as_one_failure() {
        let mut health = health();
        let later = verdict(State::Waiting, RunEffect::Pause);
        for _ in 0..policy::CONNECTION_FAILURES {
            assert_eq!(health.count(letter(0), &lost(), &later, START), None);
        }
        let mut now = START;
        for _ in 1..policy::CONNECTION_FAILURES - 1 {
            now = health.hold_until(now).unwrap();
            assert_eq!(health.count(letter(0), &lost(), &later, now), None);
        }
        now = health.hold_until(now).unwrap();
        assert_eq!(
            health.count(letter(0), &lost(), &later, now),
            Some(StopCause::Trouble(Trouble::TimedOut))
        );
    }

    #[test]
    fn an_answer_of_the_relay_ends_the_row_of_failures() {
        let mut health = health();
        let later = verdict(State::Waiting, RunEffect::Pause);
        let mut now = START;
        for _ in 0..20 {
            assert_eq!(health.count(letter(0), &lost(), &later, now), None);
            now += Duration::from_hours(1);
            let accepted = Outcome::Accepted(Reply { code: 250, text: String::new() });
            let on = verdict(State::Accepted, RunEffect::Continue);
            assert_eq!(health.count(letter(0), &accepted, &on, now), None);
        }
    }

    #[test]
    fn refusals_in_a_row_stop_the_run_and_an_acceptance_between_them_does_not() {
        let on = |state| verdict(state, RunEffect::Continue);
        let mut health = health();
        let accepted = Outcome::Accepted(Reply { code: 250, text: String::new() });
        for _ in 0..5 {
            for _ in 0..2 {
                assert_eq!(health.count(letter(0), &refused(), &on(State::Refused), START), None);
            }
            assert_eq!(health.count(letter(0), &accepted, &on(State::Accepted), START), None);
        }
        for _ in 0..2 {
            health.count(letter(0), &refused(), &on(State::Refused), START);
        }
        let stop = health.count(letter(0), &refused(), &on(State::Refused), START);
        assert!(matches!(stop, Some(StopCause::Refusals { letters: 3, .. })));
    }

    #[test]
    fn several_letters_refused_alike_mean_the_sender_and_an_acceptance_between_them_does_not() {
        let suspect = verdict(State::Waiting, RunEffect::Suspect);
        let accepted = Outcome::Accepted(Reply { code: 250, text: String::new() });
        let mut health = health();
        for _ in 0..10 {
            // One letter again and again is not several.
            assert_eq!(health.count(letter(0), &refused(), &suspect, START), None);
        }
        let on = verdict(State::Accepted, RunEffect::Continue);
        for n in [1, 2, 3, 4, 5] {
            assert_eq!(health.count(letter(n), &refused(), &suspect, START), None);
            assert_eq!(health.count(letter(99), &accepted, &on, START), None);
        }
        for n in [20, 21] {
            assert_eq!(health.count(letter(n), &refused(), &suspect, START), None);
        }
        let stop = health.count(letter(22), &refused(), &suspect, START);
        assert!(matches!(stop, Some(StopCause::Sender { letters: 3, .. })), "{stop:?}");
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_prolong_the_hold() {
        let mut health = health();
        health.count(letter(0), &lost(), &verdict(State::Waiting, RunEffect::Pause), START);
        let earlier = START - Duration::from_hours(24);
        let until = health.hold_until(earlier).unwrap();
        assert!(until <= earlier + policy::back_off(1, Retry::default().reconnect_delay));
    }
}
