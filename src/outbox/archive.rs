//! Accepted letters, kept byte for byte.
//!
//! Stands between a courier and its queue: a letter is kept before its acceptance is reported, so
//! that none is accepted in the ledger and missing here. What cannot be kept stops the run.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::Outbox;
use crate::delivery::{Courier, LetterQueue, Outcome, Permit, Work};
use crate::letter::{Letter, LetterId};

/// Keeps letters.
pub trait Keeper: Send + Sync {
    /// Makes a letter durable.
    ///
    /// # Errors
    /// What the system says.
    fn keep(&self, letter: &Letter) -> Result<(), String>;
}

/// A file a letter.
pub struct Files(Outbox);

impl Files {
    /// Makes the folder where there is none.
    ///
    /// # Errors
    /// What the system says when the folder cannot be made or written into.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        Outbox::open(folder).map(Self)
    }
}

impl Keeper for Files {
    fn keep(&self, letter: &Letter) -> Result<(), String> {
        self.0.file(letter).map(drop).map_err(|error| error.to_string())
    }
}

/// Why a run's letters could not be kept, once that is so; shared by all its couriers.
#[derive(Clone, Default)]
pub struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    /// What the system said first.
    pub fn detail(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, detail: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(detail);
    }
}

/// A courier whose accepted letters are kept.
pub struct Archiving {
    courier: Box<dyn Courier>,
    keeper: Arc<dyn Keeper>,
    trouble: Trouble,
}

impl Archiving {
    /// The same courier, its accepted letters kept by `keeper`.
    pub fn new(courier: Box<dyn Courier>, keeper: Arc<dyn Keeper>, trouble: Trouble) -> Self {
        Self { courier, keeper, trouble }
    }
}

impl Courier for Archiving {
    fn carry(&mut self, queue: &mut dyn LetterQueue) {
        let mut clerk =
            Clerk { queue, keeper: &*self.keeper, trouble: &self.trouble, under_way: Vec::new() };
        self.courier.carry(&mut clerk);
    }
}

/// The queue as the courier sees it.
struct Clerk<'a> {
    queue: &'a mut dyn LetterQueue,
    keeper: &'a dyn Keeper,
    trouble: &'a Trouble,
    /// Copies of the letters that were drawn and are not settled: two at most.
    under_way: Vec<Letter>,
}

impl Clerk<'_> {
    fn copy(&mut self, letter: &Letter) {
        self.under_way.push(letter.clone());
    }

    fn file(&mut self, id: LetterId, outcome: &Outcome) {
        let Some(at) = self.under_way.iter().position(|letter| letter.id == id) else { return };
        let letter = self.under_way.swap_remove(at);
        if let Outcome::Accepted(_) = outcome
            && let Err(detail) = self.keeper.keep(&letter)
        {
            self.trouble.note(detail);
        }
    }
}

impl LetterQueue for Clerk<'_> {
    fn draw(&mut self) -> Work {
        if self.trouble.detail().is_some() {
            return Work::Done;
        }
        let work = self.queue.draw();
        if let Work::Carry(letter) = &work {
            self.copy(letter);
        }
        work
    }

    fn draw_ahead(&mut self) -> Option<Box<Letter>> {
        if self.trouble.detail().is_some() {
            return None;
        }
        let letter = self.queue.draw_ahead()?;
        self.copy(&letter);
        Some(letter)
    }

    fn begin(&mut self, id: LetterId, settled: Option<(LetterId, Outcome)>) -> Permit {
        if let Some((before, outcome)) = &settled {
            self.file(*before, outcome);
        }
        self.queue.begin(id, settled)
    }

    fn settle(&mut self, id: LetterId, outcome: Outcome) {
        self.file(id, &outcome);
        self.queue.settle(id, outcome);
    }

    fn give_back(&mut self, id: LetterId) {
        self.under_way.retain(|letter| letter.id != id);
        self.queue.give_back(id);
    }
}
