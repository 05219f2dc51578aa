//! Whether letters will arrive: what the relay and DNS say, as values.
//!
//! Asks and judges; prints nothing and sends nothing.

mod dmarc;
pub mod domain;
pub mod relay;
pub mod spf;

use std::time::{Duration, Instant};

/// When looking at one thing must end.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    pub fn instant(self) -> Instant {
        self.0
    }
}
