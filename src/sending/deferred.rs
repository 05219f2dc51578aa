//! Letters that cannot go yet: their gate is shut, or they came back untried.

use std::collections::{BTreeMap, HashSet, VecDeque};

use jiff::Timestamp;

use crate::letter::LetterId;
use crate::policy::{Gate, Pacer};
use crate::recipient::Recipient;

/// How many are kept; the next pass finds the others again.
const MOST: usize = 4096;

/// Recipients, by the gate at which their letters wait.
#[derive(Default)]
pub(super) struct Deferred {
    waiting: BTreeMap<Gate, VecDeque<(LetterId, Box<Recipient>)>>,
    known: HashSet<LetterId>,
    /// Some were not kept.
    pub(super) has_overflown: bool,
}

impl Deferred {
    /// Keeps a letter for later if there is room.
    pub(super) fn keep(&mut self, gate: Gate, id: LetterId, recipient: Box<Recipient>) {
        if self.known.len() < MOST {
            self.put(gate, id, recipient);
        } else {
            self.has_overflown = true;
        }
    }

    /// Keeps a letter that was drawn and not tried.
    pub(super) fn put(&mut self, gate: Gate, id: LetterId, recipient: Box<Recipient>) {
        self.known.insert(id);
        self.waiting.entry(gate).or_default().push_back((id, recipient));
    }

    pub(super) fn holds(&self, id: LetterId) -> bool {
        self.known.contains(&id)
    }

    /// A letter whose gate is open.
    pub(super) fn take(&mut self, pacer: &mut Pacer, now: Timestamp) -> Option<Box<Recipient>> {
        let open = self.waiting.keys().copied().find(|gate| pacer.next_for(*gate, now) <= now)?;
        let queue = self.waiting.get_mut(&open)?;
        let (id, recipient) = queue.pop_front()?;
        if queue.is_empty() {
            self.waiting.remove(&open);
        }
        self.known.remove(&id);
        Some(recipient)
    }

    /// When the first gate opens at which a letter waits.
    pub(super) fn next(&self, pacer: &mut Pacer, now: Timestamp) -> Option<Timestamp> {
        self.waiting.keys().map(|gate| pacer.next_for(*gate, now)).min()
    }
}
