//! Whether letters will arrive: what the relay, the mailbox and DNS say, as values.
//!
//! Asks and judges; prints nothing. Sends nothing but the one letter of `--loop`.

pub mod clock;
mod dmarc;
pub mod domain;
pub mod mailbox;
mod provider;
pub mod record;
pub mod relay;
pub mod round_trip;
pub mod spf;
pub mod unsubscribe;

use std::time::{Duration, Instant};

use crate::letter::Letter;

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

    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

/// What the letters of a campaign ask of a relay and a disk. Sizes in octets.
#[derive(Debug, Default, Clone)]
pub struct Survey {
    pub letters: u64,
    /// All of them together.
    pub octets: u64,
    pub largest: u64,
    /// The row of the largest letter.
    pub largest_row: u64,
    /// Letters that need SMTPUTF8 (RFC 6531), and the address of the first.
    pub utf8_letters: u64,
    pub utf8_address: Option<String>,
    /// Letters that need 8BITMIME (RFC 6152), and the row of the first.
    pub eight_bit_letters: u64,
    pub eight_bit_row: u64,
}

impl Survey {
    /// Counts a letter of a row.
    pub fn add(&mut self, letter: &Letter, row: u64) {
        let octets = letter.bytes.len() as u64;
        self.letters += 1;
        self.octets += octets;
        if octets > self.largest {
            (self.largest, self.largest_row) = (octets, row);
        }
        if letter.needs_smtputf8() {
            self.utf8_letters += 1;
            let address = letter.to.first().map(|to| to.shown().to_owned());
            self.utf8_address = self.utf8_address.take().or(address);
        } else if !letter.bytes.is_ascii() {
            if self.eight_bit_letters == 0 {
                self.eight_bit_row = row;
            }
            self.eight_bit_letters += 1;
        }
    }

    /// The octets of the largest letter, if there is any.
    pub fn largest(&self) -> Option<u64> {
        (self.letters > 0).then_some(self.largest)
    }
}
