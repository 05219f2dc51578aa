//! Letters that were met before their time: at a gate that is shut, or handed back.

use std::collections::{BTreeMap, HashSet, VecDeque};

use jiff::Timestamp;

use crate::letter::LetterId;
use crate::policy::{Gate, Pacer};
use crate::recipient::Recipient;

/// So many are kept; further ones are found again in the next pass.
const MOST: usize = 4096;

/// Recipients by the gate that their letters wait at.
#[derive(Default)]
pub(super) struct Deferred {
    waiting: BTreeMap<Gate, VecDeque<(LetterId, Box<Recipient>)>>,
    known: HashSet<LetterId>,
    /// Some were met and not kept.
    pub(super) has_overflown: bool,
}

impl Deferred {
    /// Keeps one for later, where there is room.
    pub(super) fn keep(&mut self, gate: Gate, id: LetterId, recipient: Box<Recipient>) {
        if self.known.len() < MOST {
            self.put(gate, id, recipient);
        } else {
            self.has_overflown = true;
        }
    }

    /// Keeps one that was drawn and not tried.
    pub(super) fn put(&mut self, gate: Gate, id: LetterId, recipient: Box<Recipient>) {
        self.known.insert(id);
        self.waiting.entry(gate).or_default().push_back((id, recipient));
    }

    pub(super) fn holds(&self, id: LetterId) -> bool {
        self.known.contains(&id)
    }

    /// One whose gate is open.
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

    /// When the first gate opens at which letters wait.
    pub(super) fn next(&self, pacer: &mut Pacer, now: Timestamp) -> Option<Timestamp> {
        self.waiting.keys().map(|gate| pacer.next_for(*gate, now)).min()
    }
}
