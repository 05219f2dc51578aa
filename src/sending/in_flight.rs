//! A letter between the ready queue and its outcome, as the dispatcher remembers it.

use crate::policy::Gate;
use crate::recipient::Address;

pub(super) struct InFlight {
    pub(super) to: Address,
    pub(super) copies: Vec<Address>,
    pub(super) gate: Gate,
    /// Those that were charged before this one.
    pub(super) attempts: u32,
    /// Whether its message was begun.
    pub(super) is_begun: bool,
}
