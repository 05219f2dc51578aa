//! `[pace]`: how much, how fast and when letters are sent over all connections.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::window::{Window, WindowClock};

#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    pub connections: u32,
    pub messages_per_connection: u32,
    /// For all letters.
    pub limits: Limits,
    /// For the letters to certain domains.
    pub groups: Vec<DomainGroup>,
    pub window: Option<Window>,
    pub ramp_up: Option<RampUp>,
    /// No letter begins earlier.
    pub not_before: Option<Timestamp>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            connections: 1,
            messages_per_connection: 100,
            limits: Limits::default(),
            groups: Vec::new(),
            window: None,
            ramp_up: None,
            not_before: None,
        }
    }
}

impl Pace {
    /// The zone whose days count: the window's, otherwise this machine's.
    pub fn home(&self) -> TimeZone {
        self.window.as_ref().map_or_else(TimeZone::system, |window| window.zone.clone())
    }

    /// Whether the window applies to the recipients' time zones.
    pub fn is_by_recipient(&self) -> bool {
        self.window.as_ref().is_some_and(|window| window.whose == WindowClock::Recipient)
    }

    /// Whether anything limits how many letters begin.
    pub fn is_counted(&self) -> bool {
        let mut limits = self.groups.iter().map(|group| &group.limits).chain([&self.limits]);
        self.ramp_up.is_some() || limits.any(|limits| limits.pairs().next().is_some())
    }

    /// Whether anything limits when a letter may be sent.
    pub fn is_bounded(&self) -> bool {
        self.window.is_some() || self.not_before.is_some() || self.is_counted()
    }
}

/// The most letters in any minute, hour and day, counted across runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    pub per_minute: Option<u32>,
    pub per_hour: Option<u32>,
    pub per_day: Option<u32>,
}

impl Limits {
    /// Each limit with its period.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (usize, Duration)> {
        [(self.per_minute, 60), (self.per_hour, 3600), (self.per_day, 86400)]
            .into_iter()
            .filter_map(|(count, seconds)| Some((count? as usize, Duration::from_secs(seconds))))
    }
}

/// Domains that share limits of their own, such as those of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainGroup {
    /// In lower case and punycode.
    pub domains: Vec<String>,
    pub limits: Limits,
}

/// The limits of a new sender, which grow with each day on which it sends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RampUp {
    /// The most letters on the first day.
    pub first_day: u32,
    /// The growth on each further day.
    pub factor: f64,
}

impl RampUp {
    /// The most letters on a day after `days` earlier days with letters.
    pub(super) fn most(&self, days: usize) -> u32 {
        let most =
            f64::from(self.first_day) * self.factor.powi(i32::try_from(days).unwrap_or(i32::MAX));
        // Rounded down, but never less than on the first day.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive, and `as` saturates"
        )]
        let most = most as u32;
        most.max(self.first_day)
    }
}
