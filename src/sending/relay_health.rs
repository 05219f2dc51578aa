//! Failures and refusals in a row, and what they mean for the run.

use jiff::Timestamp;

use crate::delivery::{Outcome, State, Trouble};
use crate::policy::{self, Retry, RunEffect, Verdict};

/// How the relay has answered so far.
pub(super) struct RelayHealth {
    /// Failures of the relay in a row. Those of several connections at once count as one.
    failures: u32,
    /// Letters refused for good in a row.
    refusals: u32,
    /// No letter is handed out before this moment.
    hold_until: Timestamp,
}

impl RelayHealth {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { failures: 0, refusals: 0, hold_until: now }
    }

    /// Counts an outcome. Returns why the run has to stop, if it has to.
    pub(super) fn count(
        &mut self,
        outcome: &Outcome,
        verdict: &Verdict,
        retry: &Retry,
        now: Timestamp,
    ) -> Option<Trouble> {
        let mut stop = None;
        match &verdict.run {
            RunEffect::Continue => self.failures = 0,
            RunEffect::Pause => {
                // While all wait, what fails failed together with the first.
                if now >= self.hold_until {
                    self.failures += 1;
                    self.hold_until = now + policy::back_off(self.failures, retry.reconnect_delay);
                }
                if self.failures >= policy::CONNECTION_FAILURES {
                    stop = outcome.trouble().cloned();
                }
            }
            RunEffect::Stop(trouble) => stop = Some(trouble.clone()),
        }
        match outcome {
            Outcome::Accepted(_) | Outcome::Filed { .. } => self.refusals = 0,
            Outcome::Refused { reply, .. }
                if verdict.state == State::Refused && !reply.is_transient() =>
            {
                self.refusals += 1;
                if self.refusals >= retry.refusals_in_a_row {
                    stop = Some(Trouble::Turned(reply.clone()));
                }
            }
            Outcome::Refused { .. } | Outcome::Unsent { .. } | Outcome::Unknown { .. } => {}
        }
        stop
    }

    /// The moment before which nothing may go, if that is in the future.
    pub(super) fn hold_until(&mut self, retry: &Retry, now: Timestamp) -> Option<Timestamp> {
        // After the clock was set back, the hold must not last until it has caught up.
        let longest = policy::back_off(self.failures, retry.reconnect_delay);
        self.hold_until = self.hold_until.min(now + longest);
        (self.hold_until > now).then_some(self.hold_until)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::delivery::{Reply, Stage};

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn retry() -> Retry {
        Retry { refusals_in_a_row: 3, ..Retry::default() }
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
        let mut health = RelayHealth::new(START);
        let later = verdict(State::Waiting, RunEffect::Pause);
        for _ in 0..policy::CONNECTION_FAILURES {
            assert_eq!(health.count(&lost(), &later, &retry(), START), None);
        }
        let mut now = START;
        for _ in 1..policy::CONNECTION_FAILURES - 1 {
            now = health.hold_until(&retry(), now).unwrap();
            assert_eq!(health.count(&lost(), &later, &retry(), now), None);
        }
        now = health.hold_until(&retry(), now).unwrap();
        assert_eq!(health.count(&lost(), &later, &retry(), now), Some(Trouble::TimedOut));
    }

    #[test]
    fn an_answer_of_the_relay_ends_the_row_of_failures() {
        let mut health = RelayHealth::new(START);
        let later = verdict(State::Waiting, RunEffect::Pause);
        let mut now = START;
        for _ in 0..20 {
            assert_eq!(health.count(&lost(), &later, &retry(), now), None);
            now += Duration::from_hours(1);
            let accepted = Outcome::Accepted(Reply { code: 250, text: String::new() });
            let on = verdict(State::Accepted, RunEffect::Continue);
            assert_eq!(health.count(&accepted, &on, &retry(), now), None);
        }
    }

    #[test]
    fn refusals_in_a_row_stop_the_run_and_an_acceptance_between_them_does_not() {
        let on = |state| verdict(state, RunEffect::Continue);
        let mut health = RelayHealth::new(START);
        let accepted = Outcome::Accepted(Reply { code: 250, text: String::new() });
        for _ in 0..5 {
            for _ in 0..2 {
                assert_eq!(health.count(&refused(), &on(State::Refused), &retry(), START), None);
            }
            assert_eq!(health.count(&accepted, &on(State::Accepted), &retry(), START), None);
        }
        for _ in 0..2 {
            health.count(&refused(), &on(State::Refused), &retry(), START);
        }
        let stop = health.count(&refused(), &on(State::Refused), &retry(), START);
        assert!(matches!(stop, Some(Trouble::Turned(reply)) if reply.code == 550));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_prolong_the_hold() {
        let mut health = RelayHealth::new(START);
        health.count(&lost(), &verdict(State::Waiting, RunEffect::Pause), &retry(), START);
        let earlier = START - Duration::from_hours(24);
        let until = health.hold_until(&retry(), earlier).unwrap();
        assert!(until <= earlier + policy::back_off(1, retry().reconnect_delay));
    }
}
