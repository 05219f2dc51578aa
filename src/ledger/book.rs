//! A run's hold on the ledger: letters are looked up ahead of the list, and what the journal has
//! kept is taken into the ledger in large groups. While a run has the book, nobody else in the
//! process can write.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use super::change::{self, Change, Key, Line};
use super::journal::{About, Journal};
use super::witness::{self, Files};
use super::{BY_ID, Ledger, NEXT, entry};
use crate::delivery::Entry;
use crate::failure::Failure;
use crate::letter::LetterId;
use crate::suppression::Suppressed;

/// So many letters are looked up at once.
const AHEAD: u64 = 256;

/// So many may be looked up and not asked for before they are forgotten.
const MOST_AHEAD: usize = 4096;

/// An open book.
pub struct Book<'a> {
    ledger: &'a mut Ledger,
    journal: Arc<Journal>,
    relay: String,
    /// Durable, or as durable as it gets, and not in the ledger; and the number that the ledger has
    /// with it.
    taken: Vec<Change>,
    number: u64,
    /// Letters that wait, by the ledger, and that were not asked for yet.
    ahead: HashMap<LetterId, (Key, Entry)>,
}

impl Ledger {
    /// Opens the journal of a run towards a relay.
    ///
    /// # Errors
    /// When the ledger is damaged, or the journal cannot be made.
    pub fn begin_run(&mut self, relay: &str) -> Result<Book<'_>> {
        self.must_be_sound()?;
        let Some(lock) = self.lock_file.as_ref().map(std::fs::File::try_clone).transpose()? else {
            return Err(Failure::Ours { detail: "a run without the lock".into() }.into());
        };
        let number = self.read(witness::known)?;
        let about = About {
            ledger: &self.path,
            journal: self.journal_path(),
            lock,
            campaign: &self.campaign,
            relay,
            salt: self.salt()?,
            news: self.news_path(),
            number,
        };
        let journal = Arc::new(Journal::open(about)?);
        // A letter's position and identity are looked at with each change: there is no attempt at a
        // letter unknown.
        self.db.execute_batch("PRAGMA foreign_keys = OFF")?;
        self.files = Files::of(&self.path);
        let (taken, ahead) = (Vec::new(), HashMap::new());
        Ok(Book { ledger: self, journal, relay: relay.to_owned(), taken, number, ahead })
    }
}

impl Book<'_> {
    /// The journal, for the threads of the run.
    pub fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Who must not be written to, where that changed since it was asked last.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn newly_suppressed(&mut self) -> Result<Option<Vec<Suppressed>>> {
        self.ledger.newly_suppressed()
    }

    /// What is known of a letter. Of one that changed since [`Book::absorb`] was called last, what
    /// was known then: the caller has to know which are under way.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn entry(&mut self, id: LetterId) -> Result<Option<(Key, Entry)>> {
        if let Some(found) = self.ahead.remove(&id) {
            return Ok(Some(found));
        }
        let found = self
            .ledger
            .read(|db| db.prepare_cached(BY_ID)?.query_row([id.bytes()], placed).optional())?;
        let Some((key, entry)) = found else { return Ok(None) };
        if self.ahead.len() > MOST_AHEAD {
            self.ahead.clear();
        }
        // The list goes on in the order of enrolment, as a rule.
        let (ledger, ahead) = (&*self.ledger, &mut self.ahead);
        ledger.read(|db| {
            let mut next = db.prepare_cached(NEXT)?;
            let found = next.query_map([key.position + 1, key.position + AHEAD], placed)?;
            for found in found {
                let (key, entry) = found?;
                ahead.insert(key.id, (key, entry));
            }
            Ok(())
        })?;
        Ok(Some((key, entry)))
    }

    /// Takes what the journal has into the ledger: one transaction. Gives the changes that are in
    /// the ledger now.
    ///
    /// # Errors
    /// When the journal or the ledger cannot be written. What was taken is kept for the next call.
    pub fn absorb(&mut self) -> Result<Vec<Change>> {
        let (mut changes, number) = self.journal.take();
        self.taken.append(&mut changes);
        self.number = number;
        if !self.taken.is_empty() {
            let (taken, relay, number) = (&self.taken, &self.relay, self.number);
            self.ledger.commit(|db| {
                change::apply(db, taken.iter().map(Line::of), relay)?;
                Ok(witness::count_to(db, number)?)
            })?;
            self.journal.let_go(number);
        }
        for change in &self.taken {
            // What was looked up before it changed must not be believed.
            self.ahead.remove(&change.letter().id);
        }
        Ok(std::mem::take(&mut self.taken))
    }

    /// Ends the use of the journal: what was said counts, and nothing more. Gives the letters that
    /// were begun and not settled.
    pub fn close(&mut self) -> Vec<(Key, Timestamp)> {
        self.journal.close()
    }

    /// Records what became of letters after the journal was closed.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn conclude(&mut self, changes: Vec<Change>) -> Result<Vec<Change>> {
        self.taken.extend(changes);
        self.absorb()
    }
}

impl Drop for Book<'_> {
    /// A journal whose changes are all in the ledger is not needed any more; any other one is read
    /// by whoever opens the ledger next.
    fn drop(&mut self) {
        // Where it fails, nothing is looked at that need be.
        let _ = self.ledger.db.execute_batch("PRAGMA foreign_keys = ON");
        self.journal.cut_off();
        let (left, _) = self.journal.take();
        if left.is_empty() && self.taken.is_empty() && self.journal.failure().is_none() {
            // One that stays is of no harm: its blocks have numbers that the ledger has passed.
            let _ = std::fs::remove_file(self.journal.path());
            let _ = std::fs::remove_file(self.ledger.news_path());
        }
    }
}

fn placed(row: &Row) -> rusqlite::Result<(Key, Entry)> {
    let entry = entry(row)?;
    Ok((Key { position: row.get(12)?, id: entry.id }, entry))
}
