//! A letter between the ready queue and its outcome, as the dispatcher remembers it.

use crate::policy::Gate;
use crate::recipient::Address;
use crate::suppression::Suppression;

pub(super) struct InFlight {
    pub(super) to: Address,
    pub(super) copies: Vec<Address>,
    pub(super) gate: Gate,
    /// Those that were charged before this one.
    pub(super) attempts: u32,
    /// Whether its message was begun.
    pub(super) is_begun: bool,
}

impl InFlight {
    /// Whether somebody who would get the letter must not be written to.
    pub(super) fn is_suppressed(&self, suppression: &Suppression) -> bool {
        let mut to = std::iter::once(&self.to).chain(&self.copies);
        to.any(|address| suppression.entry(address).is_some())
    }
}
