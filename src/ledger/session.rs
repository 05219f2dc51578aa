//! A run's hold on the ledger: letters are looked up ahead of the list, and what the connections
//! recorded is folded into the letters' table in groups.
//!
//! While a run has its session, nothing else in the process can write.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;

use super::Ledger;
use super::attempt::{Attempt, LetterKey};
use super::database::{Result as Read, Row, values};
use super::entries::{BY_ID, NEXT, entry};
use super::recorder::{Recorder, Tally, Veto};
use crate::delivery::{Account, LedgerEntry};
use crate::letter::LetterId;

#[cfg(feature = "postgres")]
use super::claims::Claims;
#[cfg(feature = "postgres")]
use super::engine::Engine;
#[cfg(feature = "postgres")]
use crate::delivery::WorkerName;

/// How many letters are looked up at once.
const AHEAD: u64 = 256;

/// How many may be looked up and not asked for before they are forgotten.
const MOST_AHEAD: usize = 4096;

/// A run's hold on the ledger.
pub struct RunSession<'a> {
    ledger: &'a mut Ledger,
    recorder: Arc<Recorder>,
    /// Waiting letters that were not asked for yet.
    ahead: HashMap<LetterId, (LetterKey, LedgerEntry)>,
    /// On a server: the letters that this worker has claimed.
    #[cfg(feature = "postgres")]
    claims: Claims,
}

/// Where a letter was met that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// On the list, in this row. Rows come in their order.
    InRow(u64),
    /// It was kept for later.
    Again,
}

impl Ledger {
    /// Begins a run towards a relay.
    ///
    /// # Errors
    /// When the ledger is damaged or cannot be written.
    pub fn begin_run(&mut self, relay: &str) -> Result<RunSession<'_>> {
        self.engine.must_be_sound()?;
        self.mark_run()?;
        #[cfg(feature = "postgres")]
        if let Engine::Postgres(store) = &self.engine {
            store.join(None, &WorkerName::unknown(), relay, Timestamp::now())?;
        }
        let recorder = Arc::new(Recorder::new(self.engine.writer(relay)?));
        Ok(RunSession {
            ledger: self,
            recorder,
            ahead: HashMap::new(),
            #[cfg(feature = "postgres")]
            claims: Claims::default(),
        })
    }
}

impl RunSession<'_> {
    /// What the threads of the run record with.
    pub fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// Who else must not get a letter, asked before each begins.
    pub fn set_veto(&self, veto: Arc<dyn Veto>) {
        self.recorder.set_veto(veto);
    }

    /// Has the letters of all workers counted, where there may be several.
    pub fn count_with(&self, tally: Arc<dyn Tally>) {
        self.recorder.count_with(tally);
    }

    /// Whether several workers may send the letters.
    pub fn is_shared(&self) -> bool {
        self.ledger.is_shared()
    }

    /// The list is read from its beginning, and letters are claimed so many at once where there are
    /// several workers.
    pub fn begin_pass(&mut self, at_once: u64) {
        #[cfg(feature = "postgres")]
        self.claims.begin_pass(at_once);
        let _ = at_once;
    }

    /// The list has been read to its end. Letters that were claimed and not met are free again.
    pub fn end_pass(&mut self) -> Result<()> {
        #[cfg(feature = "postgres")]
        if let Engine::Postgres(store) = &self.ledger.engine {
            self.claims.free_unmet(store, u64::MAX)?;
        }
        Ok(())
    }

    /// A letter that was asked for does not go now: another worker may have it.
    pub fn put_back(&mut self, id: LetterId) {
        #[cfg(feature = "postgres")]
        self.claims.put_back(id);
        let _ = id;
    }

    /// Whether other workers have letters to do.
    pub fn others_are_busy(&self) -> Result<bool> {
        #[cfg(feature = "postgres")]
        if let Engine::Postgres(store) = &self.ledger.engine {
            return store.others_are_busy();
        }
        Ok(false)
    }

    /// How many letters are in each state.
    pub fn account(&self) -> Result<Account> {
        self.ledger.account()
    }

    /// What the ledger knows of a letter as of the last [`RunSession::fold`]: the caller has to
    /// know which letters are under way. Where there are several workers, `None` also says that another
    /// one has it.
    pub fn entry(&mut self, id: LetterId, met: Met) -> Result<Option<(LetterKey, LedgerEntry)>> {
        #[cfg(feature = "postgres")]
        if let Engine::Postgres(store) = &self.ledger.engine {
            return self.claims.entry(store, &self.recorder, id, met);
        }
        let _ = met;
        if let Some(found) = self.ahead.remove(&id) {
            return Ok(Some(found));
        }
        let found = self.ledger.read(|db| db.first(BY_ID, values![id.bytes()], keyed))?;
        let Some((key, entry)) = found else { return Ok(None) };
        if self.ahead.len() > MOST_AHEAD {
            self.ahead.clear();
        }
        // The list is usually in the order of enrolment.
        let ahead = &mut self.ahead;
        self.ledger.read(|db| {
            db.each(NEXT, values![key.position + 1, key.position + AHEAD], |row| {
                let (key, entry) = keyed(row)?;
                ahead.insert(key.id, (key, entry));
                Ok(())
            })
        })?;
        Ok(Some((key, entry)))
    }

    /// When a letter was last accepted, if that is known of any.
    pub fn last_acceptance(&self) -> Result<Option<Timestamp>> {
        let ask = "SELECT max(changed) FROM letter WHERE state = 'accepted'";
        let last: Option<i64> = self.ledger.read(|db| db.value(ask, &[]))?;
        Ok(last.map(super::moment))
    }

    /// Brings the letters' table up to date, and returns the attempts that it now reflects.
    ///
    /// # Errors
    /// When the ledger cannot be written. What was recorded is kept for the next call.
    pub fn fold(&mut self) -> Result<Vec<Attempt>> {
        let folded = self.recorder.fold()?;
        for attempt in &folded {
            self.ahead.remove(&attempt.letter().id);
            #[cfg(feature = "postgres")]
            self.claims.note(attempt);
        }
        Ok(folded)
    }

    /// Connects to the ledger's server again, once, and goes on as a worker.
    ///
    /// # Errors
    /// When there still is no connection, or the letters may not be sent any more.
    pub fn reconnect(&mut self, now: Timestamp) -> Result<()> {
        #[cfg(feature = "postgres")]
        if let Engine::Postgres(store) = &self.ledger.engine {
            self.claims = Claims::default();
            self.recorder.was_away();
            return store.reconnect(now);
        }
        let _ = now;
        Ok(())
    }

    /// Lets letters begin again after [`RunSession::reconnect`].
    pub fn resume(&self) {
        #[cfg(feature = "postgres")]
        if let Engine::Postgres(store) = &self.ledger.engine {
            self.recorder.resume(store.tallied());
        }
    }

    /// The ledger, to look at it.
    pub fn ledger(&self) -> &Ledger {
        self.ledger
    }

    /// Takes nothing more from the threads of the run. Returns the letters that were begun and have
    /// not ended.
    pub fn close(&mut self) -> Vec<(LetterKey, Timestamp)> {
        self.recorder.close()
    }

    /// Records what became of letters after the session was closed.
    pub fn conclude(&mut self, ended: Vec<Attempt>) -> Result<Vec<Attempt>> {
        self.recorder.conclude(ended);
        self.fold()
    }
}

impl Drop for RunSession<'_> {
    /// A thread that outlives the run must not write any more.
    fn drop(&mut self) {
        self.recorder.cut_off();
        self.ledger.unmark_run();
    }
}

fn keyed(row: Row) -> Read<(LetterKey, LedgerEntry)> {
    let entry = entry(row)?;
    Ok((LetterKey { position: row.get(12)?, id: entry.id }, entry))
}
