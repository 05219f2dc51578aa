//! The clock of a run: the machine's, or a simulated one for tests.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The time of a run. What people see follows `now`, which may be set back or forward meanwhile;
/// how long something takes, `steady`.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    #[default]
    System,
    /// Time stands still except while a run waits, and then passes at once.
    Simulated(Simulated),
}

/// A clock for tests, shared by its clones.
#[derive(Debug, Clone, Default)]
pub struct Simulated(Arc<Hands>);

#[derive(Debug, Default)]
struct Hands {
    /// Milliseconds since 1970.
    shown: AtomicI64,
    /// Milliseconds that passed.
    passed: AtomicU64,
}

impl Simulated {
    /// A clock that shows this moment.
    pub fn at(moment: Timestamp) -> Self {
        let clock = Self::default();
        clock.0.shown.store(moment.as_millisecond(), Ordering::SeqCst);
        clock
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        let passed = u64::try_from(time.as_millis()).unwrap_or(u64::MAX / 4).max(1);
        self.0.passed.fetch_add(passed, Ordering::SeqCst);
        self.0.shown.fetch_add(passed.cast_signed(), Ordering::SeqCst);
    }

    /// Sets what it shows. No time passes.
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
            Self::Simulated(clock) => clock.now(),
        }
    }

    /// The time since a moment that never changes.
    pub(super) fn steady(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        match self {
            Self::System => START.get_or_init(Instant::now).elapsed(),
            Self::Simulated(clock) => Duration::from_millis(clock.0.passed.load(Ordering::SeqCst)),
        }
    }
}
