//! The archive of accepted letters, kept byte for byte.
//!
//! Wraps a courier's queue: a letter is stored before its acceptance is reported, so that no letter
//! is accepted in the ledger and missing here. A letter that cannot be stored stops the run.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Outbox;
use crate::delivery::{Courier, LetterQueue, Outcome, Permit, Work};
use crate::letter::{Letter, LetterId};

/// Where accepted letters are stored.
pub(crate) trait Store: Send + Sync {
    /// Stores a letter durably.
    fn store(&self, letter: &Letter) -> Result<(), String>;
}

/// A folder with one file for each letter.
pub(crate) struct LetterFolder(Outbox);

impl LetterFolder {
    /// Opens the folder `name` of a campaign, creating it if necessary.
    pub(crate) fn open(campaign: &Path, name: &Path) -> std::io::Result<Self> {
        Outbox::open(campaign, name).map(Self)
    }
}

impl Store for LetterFolder {
    fn store(&self, letter: &Letter) -> Result<(), String> {
        self.0.write(letter).map(drop).map_err(|error| error.to_string())
    }
}

/// Which letters of this run could not be stored, and why; shared by all couriers.
#[derive(Clone, Default)]
pub(crate) struct StoreFailure(Arc<Mutex<Lacking>>);

#[derive(Default)]
struct Lacking {
    /// The first message of the system.
    detail: Option<String>,
    addresses: Vec<String>,
}

impl StoreFailure {
    /// Why a letter could not be stored, if that has happened.
    pub(crate) fn detail(&self) -> Option<String> {
        self.lacking().detail.clone()
    }

    /// Whose letters were accepted and are not in the archive.
    pub(crate) fn lacks(&self) -> Vec<String> {
        self.lacking().addresses.clone()
    }

    fn note(&self, detail: String, letter: &Letter) {
        let mut lacking = self.lacking();
        lacking.detail.get_or_insert(detail);
        lacking.addresses.extend(letter.to.first().map(ToString::to_string));
    }

    fn lacking(&self) -> MutexGuard<'_, Lacking> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A courier whose accepted letters are stored.
pub(crate) struct ArchivingCourier {
    courier: Box<dyn Courier>,
    store: Arc<dyn Store>,
    failure: StoreFailure,
}

impl ArchivingCourier {
    /// Wraps `courier` so that its accepted letters go to `store`.
    pub(crate) fn new(
        courier: Box<dyn Courier>,
        store: Arc<dyn Store>,
        failure: StoreFailure,
    ) -> Self {
        Self { courier, store, failure }
    }
}

impl Courier for ArchivingCourier {
    fn carry(&mut self, queue: &mut dyn LetterQueue) {
        let mut queue = ArchivingQueue {
            queue,
            store: &*self.store,
            failure: &self.failure,
            in_flight: Vec::new(),
        };
        self.courier.carry(&mut queue);
    }
}

/// The queue as the courier sees it.
struct ArchivingQueue<'a> {
    queue: &'a mut dyn LetterQueue,
    store: &'a dyn Store,
    failure: &'a StoreFailure,
    /// Copies of the letters drawn and not yet settled: two at most.
    in_flight: Vec<Letter>,
}

impl ArchivingQueue<'_> {
    fn store_if_accepted(&mut self, id: LetterId, outcome: &Outcome) {
        let Some(at) = self.in_flight.iter().position(|letter| letter.id == id) else { return };
        let letter = self.in_flight.swap_remove(at);
        if let Outcome::Accepted(_) = outcome
            && let Err(detail) = self.store.store(&letter)
        {
            self.failure.note(detail, &letter);
        }
    }
}

impl LetterQueue for ArchivingQueue<'_> {
    fn draw(&mut self) -> Work {
        if self.failure.detail().is_some() {
            return Work::Done;
        }
        let work = self.queue.draw();
        if let Work::Carry(letter) = &work {
            self.in_flight.push(Letter::clone(letter));
        }
        work
    }

    fn draw_ahead(&mut self) -> Option<Box<Letter>> {
        if self.failure.detail().is_some() {
            return None;
        }
        let letter = self.queue.draw_ahead()?;
        self.in_flight.push(Letter::clone(&letter));
        Some(letter)
    }

    fn begin(&mut self, id: LetterId, settled: Option<(LetterId, Outcome)>) -> Permit {
        if let Some((before, outcome)) = &settled {
            self.store_if_accepted(*before, outcome);
        }
        // Nothing more goes that could not be kept.
        if self.failure.detail().is_some() {
            if let Some((before, outcome)) = settled {
                self.queue.settle(before, outcome);
            }
            return Permit::Denied;
        }
        self.queue.begin(id, settled)
    }

    fn settle(&mut self, id: LetterId, outcome: Outcome) {
        self.store_if_accepted(id, &outcome);
        self.queue.settle(id, outcome);
    }

    fn give_back(&mut self, id: LetterId) {
        self.in_flight.retain(|letter| letter.id != id);
        self.queue.give_back(id);
    }
}
