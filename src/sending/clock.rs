//! Where a run takes its time from: the machine's clock, or one that is told what to show.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The time of a run. What people see goes by `now`, which may be set back or forward while it goes
/// on; how long something lasts, by `steady`.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    #[default]
    System,
    /// Time stands still but when a run waits, and then passes at once.
    Told(Told),
}

/// A clock for tests, shared by all who ask it.
#[derive(Debug, Clone, Default)]
pub struct Told(Arc<Hands>);

#[derive(Debug, Default)]
struct Hands {
    /// Milliseconds since 1970.
    shown: AtomicI64,
    /// Milliseconds that passed.
    passed: AtomicU64,
}

impl Told {
    /// A clock that shows a moment.
    pub fn at(moment: Timestamp) -> Self {
        let told = Self::default();
        told.0.shown.store(moment.as_millisecond(), Ordering::SeqCst);
        told
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        let passed = u64::try_from(time.as_millis()).unwrap_or(u64::MAX / 4).max(1);
        self.0.passed.fetch_add(passed, Ordering::SeqCst);
        self.0.shown.fetch_add(passed.cast_signed(), Ordering::SeqCst);
    }

    /// Sets what it shows; no time passes.
    pub fn set(&self, moment: Timestamp) {
        self.0.shown.store(moment.as_millisecond(), Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.shown.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

impl Clock {
    pub(super) fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Told(told) => told.now(),
        }
    }

    /// The time since some moment that never changes.
    pub(super) fn steady(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        match self {
            Self::System => START.get_or_init(Instant::now).elapsed(),
            Self::Told(told) => Duration::from_millis(told.0.passed.load(Ordering::SeqCst)),
        }
    }
}
