//! Rate limits over sliding windows.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;

use super::pace::Limits;

/// Counts letters begun, and computes when the next may begin.
///
/// The windows slide: no minute, hour or day, wherever it starts, has more letters than its limit.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    limits: Vec<(usize, Duration)>,
    /// Oldest first; no more than the largest limit.
    begun: VecDeque<Timestamp>,
    /// Letters handed out and not yet begun: each may begin at any moment.
    reserved: usize,
}

impl Meter {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: limits.pairs().collect(), begun: VecDeque::new(), reserved: 0 }
    }

    fn most(&self) -> usize {
        self.limits.iter().map(|(count, _)| *count).max().unwrap_or(0)
    }

    /// The longest period of a limit.
    pub(super) fn memory(&self) -> Duration {
        self.limits.iter().map(|(_, period)| *period).max().unwrap_or_default()
    }

    /// Counts a letter begun earlier.
    pub(super) fn remember(&mut self, at: Timestamp) {
        let place = self.begun.partition_point(|known| *known <= at);
        self.begun.insert(place, at);
        while self.begun.len() > self.most() {
            self.begun.pop_front();
        }
    }

    /// Whether letters begun at `at` or earlier make no difference.
    pub(super) fn is_irrelevant(&self, at: Timestamp) -> bool {
        self.begun.len() >= self.most() && self.begun.front().is_none_or(|first| at <= *first)
    }

    /// Counts a letter that is handed out.
    pub(super) fn reserve(&mut self) {
        self.reserved += 1;
    }

    /// Counts a letter that was handed out and begins now.
    pub(super) fn begin(&mut self, now: Timestamp) {
        self.release();
        self.adjust_to_clock(now);
        self.begun.push_back(now);
        while self.begun.len() > self.most() {
            self.begun.pop_front();
        }
    }

    /// Uncounts a letter that was handed out and does not begin.
    pub(super) fn release(&mut self) {
        self.reserved = self.reserved.saturating_sub(1);
    }

    /// The first moment, not before `now`, at which one more letter keeps within every limit.
    pub(super) fn next(&mut self, now: Timestamp) -> Timestamp {
        self.adjust_to_clock(now);
        let free_again = |(count, period): &(usize, Duration)| {
            let blocking = (self.begun.len() + self.reserved).checked_sub(*count)?;
            // The reserved letters come after all that were begun.
            Some(self.begun.get(blocking).map_or(now, |at| (*at).max(now - *period)) + *period)
        };
        self.limits.iter().filter_map(free_again).max().map_or(now, |at| at.max(now))
    }

    /// Whether one more letter keeps within every limit, apart from those that are handed out.
    pub(super) fn fits(&self, now: Timestamp) -> bool {
        self.limits.iter().all(|(count, period)| {
            let blocking = self.begun.len().checked_sub(*count);
            blocking.and_then(|index| self.begun.get(index)).is_none_or(|at| *at + *period <= now)
        })
    }

    /// Moves letters from the future to now: the clock was set back after they began.
    fn adjust_to_clock(&mut self, now: Timestamp) {
        if self.begun.back().is_some_and(|last| *last > now) {
            self.begun.iter_mut().for_each(|at| *at = (*at).min(now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_clock_that_is_set_back_costs_one_period_and_not_a_year() {
        let mut meter = Meter::new(&Limits { per_minute: Some(2), ..Limits::default() });
        let year = 365 * 86400;
        for second in [year, year + 1] {
            meter.reserve();
            meter.begin(at(second));
        }
        assert_eq!(meter.next(at(year + 1)), at(year + 60));
        assert_eq!(meter.next(at(100)), at(160));
        assert_eq!(meter.next(at(130)), at(160));
        assert_eq!(meter.next(at(160)), at(160));
    }

    proptest::proptest! {
        #[test]
        fn no_time_ever_holds_more_than_its_limit(steps in proptest::collection::vec(0u64..40, 1..200)) {
            let mut meter = Meter::new(&Limits { per_minute: Some(5), per_hour: Some(60), per_day: None });
            let (mut now, mut begun) = (at(0), Vec::new());
            for step in steps {
                now = meter.next(now + Duration::from_secs(step));
                meter.reserve();
                meter.begin(now);
                begun.push(now);
            }
            for (index, start) in begun.iter().enumerate() {
                let within = |period: u64| begun[index..].iter().filter(|t| **t < *start + Duration::from_secs(period)).count();
                assert!(within(60) <= 5 && within(3600) <= 60);
            }
        }
    }
}
