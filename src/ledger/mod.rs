//! The ledger: what happened to every letter, kept in SQLite beside `campaign.toml` or on a
//! PostgreSQL server.
//!
//! Written before and after each attempt. The connections of a run append to the `attempt` table
//! together ([`Recorder`]); the letters' table is brought up to date from it in groups and when the
//! ledger is opened. One process at a time writes letters; others may look, and suppress addresses.
//! What is asked of it is in `database`; how it is opened, locked and made durable depends on the
//! `engine`: `sqlite`, or `postgres` for a ledger on a server.
//! Decides nothing: see `policy`.

#![cfg_attr(
    not(feature = "postgres"),
    allow(
        dead_code,
        clippy::infallible_destructuring_match,
        clippy::unnecessary_wraps,
        reason = "what a ledger on a server needs is not built"
    )
)]

mod answers;
mod approvals;
mod archive;
mod attempt;
#[cfg(feature = "postgres")]
mod claims;
mod database;
mod decisions;
mod engine;
mod entries;
mod forgetting;
mod home;
mod location;
#[cfg(feature = "postgres")]
mod moving;
#[cfg(feature = "postgres")]
mod postgres;
mod preflight;
mod recorder;
mod rollback_guard;
mod session;
mod sqlite;
mod suppression;

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use jiff::{Timestamp, ZonedDateTime};

use crate::delivery::{State, WorkerAtWork, WorkerName};
use crate::failure::{Failure, ServerFlaw};
use crate::letter::{Digest, LetterId, Numbering};
use crate::seal::SealRecord;

pub use answers::{Kept, Position, Undecided, Word};
pub use archive::Archive;
pub use attempt::{Attempt, LetterKey};
use database::{Db, values};
use engine::Engine;
pub use engine::{init, move_to_folder, move_to_server, suppressed};
pub use location::{Location, Server};
pub use preflight::{Noted, Preflight};
pub use recorder::{Beginning, NotBegun, Recorder, Tally, Veto};
pub use session::{Met, RunSession};

/// What `holder.running` says: a run of theirs began to send and has not ended.
const RUNNING: i64 = 1;
/// This is a copy that `ledger backup` wrote.
const COPY: i64 = 2;

/// A letter to be enrolled.
#[derive(Debug, Clone)]
pub struct Enrolment {
    pub id: LetterId,
    pub row: u64,
    pub address: String,
    pub message_id: String,
    /// The refused letter whose address was replaced by this one on the list.
    pub replaces: Option<LetterId>,
    /// The same letter under an earlier identity: it keeps its place and its number.
    pub earlier: Option<LetterId>,
}

/// What a letter has to be, to the last octet except those of its `Date`.
#[derive(Debug, Clone)]
pub struct Promise {
    pub message_id: String,
    pub digest: Digest,
    /// Its `Date`, which a letter on letterhead may bear too.
    pub date: Option<ZonedDateTime>,
}

/// An open ledger.
pub struct Ledger {
    engine: Engine,
}

impl Ledger {
    /// Opens the ledger for writing, and creates it if there is none. Letters found `sending` become
    /// `unknown`, because the process that was sending them is gone. Also returns how many.
    ///
    /// # Errors
    /// [`Failure::LedgerHeld`], [`Failure::LedgerDamaged`], [`Failure::LedgerNewer`], [`Failure::LedgerOlder`],
    /// [`Failure::LedgerOfOther`], or an error of the system.
    pub fn open(at: &Location, who: &str, now: Timestamp) -> Result<(Self, u64)> {
        let mut ledger = Self { engine: Engine::hold(at, now)? };
        ledger.must_know_all()?;
        let recovered = ledger.recover(who, now)?;
        Ok((ledger, recovered))
    }

    /// Like [`Ledger::open`], to send letters: beside other workers if the ledger is on a server. Letters
    /// that those are sending stay as they are.
    ///
    /// # Errors
    /// Like [`Ledger::open`].
    pub fn share(at: &Location, who: &str, now: Timestamp) -> Result<(Self, u64)> {
        let mut ledger = Self { engine: Engine::share(at, now)? };
        ledger.must_know_all()?;
        let recovered = ledger.recover(who, now)?;
        Ok((ledger, recovered))
    }

    /// Opens a ledger whose last run was cut off and whose log is lost, or which was restored from an
    /// older copy: every letter that waits may have gone, and becomes `unknown`. Also returns how many.
    ///
    /// # Errors
    /// [`Failure::NothingLost`], or like [`Ledger::open`].
    pub fn open_torn(at: &Location, who: &str, now: Timestamp) -> Result<(Self, u64)> {
        let mut ledger = Self { engine: Engine::hold(at, now)? };
        let Err(failure) = ledger.must_know_all() else {
            return Err(Failure::NothingLost.into());
        };
        // A copy from before the letters were entered says nothing of them.
        let is_of_any = ledger.enrolled()? > 0;
        let is_lost = match failure.downcast_ref() {
            Some(Failure::LedgerTorn { .. } | Failure::LedgerCopied { .. }) => true,
            Some(
                Failure::LedgerLost { .. } | Failure::LedgerServer { flaw: ServerFlaw::Lost, .. },
            ) => is_of_any,
            _ => false,
        };
        if !is_lost {
            return Err(failure);
        }
        let mut unknown = ledger.recover(who, now)?;
        unknown += ledger.doubt_waiting(who, now)?;
        Ok((ledger, unknown))
    }

    /// Opens the ledger to look at it, also during a run. Returns `None` if there is none.
    ///
    /// # Errors
    /// Like [`Ledger::open`], except that it may be held.
    pub fn look(at: &Location) -> Result<Option<Self>> {
        let Some(engine) = Engine::look(at)? else { return Ok(None) };
        let ledger = Self { engine };
        ledger.must_know_all()?;
        Ok(Some(ledger))
    }

    /// Opens the ledger beside the run that holds it, to change the suppression list and nothing
    /// else. The run sees the change before its next letter.
    ///
    /// # Errors
    /// [`Failure::LedgerHeld`] while the run is still creating the ledger.
    pub fn beside(at: &Location) -> Result<Self> {
        Ok(Self { engine: Engine::beside(at)? })
    }

    /// Whether several workers may send its letters at once.
    pub fn is_shared(&self) -> bool {
        self.engine.is_shared()
    }

    /// The workers that send its letters now, if it is on a server.
    pub fn workers(&self) -> Result<Vec<WorkerAtWork>> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(Vec::new()),
            #[cfg(feature = "postgres")]
            Engine::Postgres(store) => store.crew(),
        }
    }

    /// Begins to send letters under a seal, beside other workers that send the same ones.
    ///
    /// # Errors
    /// [`Failure::OtherSeal`] if others send different ones.
    pub fn join(
        &self,
        seal: &SealRecord,
        me: &WorkerName,
        relay: &str,
        now: Timestamp,
    ) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(_) => {
                let _ = (seal, me, relay, now);
                Ok(())
            }
            #[cfg(feature = "postgres")]
            Engine::Postgres(store) => store.join(Some(seal), me, relay, now),
        }
    }

    /// The domains of letters that other workers are sending now.
    pub fn underway(&self) -> Result<Vec<String>> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(Vec::new()),
            #[cfg(feature = "postgres")]
            Engine::Postgres(store) => store.underway(),
        }
    }

    /// Whether this process may write letters.
    fn is_ours(&self) -> bool {
        self.engine.is_ours()
    }

    /// Who holds the ledger now, if anybody does.
    pub fn holder(&self) -> Option<String> {
        self.engine.holder()
    }

    /// Enrols letters in this order, all or none. A letter that is known keeps its number.
    pub fn enrol(
        &mut self,
        letters: impl IntoIterator<Item = Enrolment>,
        numbering: &Numbering,
        now: Timestamp,
    ) -> Result<()> {
        if self.engine.is_shared() {
            return self.write(|db| enrol_many(db, letters, numbering, now));
        }
        self.write(|db| {
            let mut position: u64 = db.value(NEXT_POSITION, &[])?;
            db.execute("DELETE FROM preflight", &[])?;
            for letter in letters {
                if let Some(earlier) = letter.earlier {
                    rename(db, earlier, letter.id, &letter.message_id)?;
                }
                let number = numbering.number(position);
                let inserted = db.execute(
                    "INSERT INTO letter (id, position, row, address, message_id, number, state, changed)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7) ON CONFLICT DO NOTHING",
                    values![
                        letter.id.bytes(),
                        position,
                        letter.row,
                        letter.address,
                        letter.message_id,
                        number,
                        now.as_millisecond()
                    ],
                )?;
                if inserted > 0 {
                    if let Some(replaced) = letter.replaces {
                        replace(db, replaced, position)?;
                    }
                    position += 1;
                    continue;
                }
                put_in_row(db, letter.id, letter.row)?;
            }
            Ok(())
        })
    }

    /// How many letters were ever enrolled: the position of the next.
    pub fn enrolled(&self) -> Result<u64> {
        self.read(|db| db.value(NEXT_POSITION, &[]))
    }

    /// Refuses a ledger that knows less than was recorded in it, or may: its last run was cut off, its
    /// log is gone, and the rollback guard says nothing.
    fn must_know_all(&self) -> Result<()> {
        let store = match &self.engine {
            Engine::Sqlite(store) => store,
            #[cfg(feature = "postgres")]
            Engine::Postgres(store) => return store.must_know_all(),
        };
        // In this order, because a run in progress writes to the database first.
        let seen = store.seen();
        let lost = seen.saturating_sub(self.read(rollback_guard::known)?);
        if lost == 0 && seen > 0 {
            return Ok(());
        }
        let marked = "SELECT who, running FROM holder WHERE running <> 0";
        let marked: Option<(String, i64)> =
            self.read(|db| db.first(marked, &[], |row| Ok((row.get(0)?, row.get(1)?))))?;
        let path = store.path();
        let folder = || path.parent().unwrap_or(Path::new(".")).to_owned();
        match marked {
            Some((_, COPY)) if lost == 0 => match self.account()?.waiting {
                0 => Ok(()),
                waiting => Err(Failure::LedgerCopied { folder: folder(), waiting }.into()),
            },
            _ if lost == 0 && store.has_log() => Ok(()),
            Some((by, RUNNING)) if self.is_ours() || self.holder().is_none() => {
                let waiting = self.account()?.waiting;
                Err(Failure::LedgerTorn { folder: folder(), by, waiting }.into())
            }
            _ if lost > 0 => Err(Failure::LedgerLost { path: path.to_owned(), lost }.into()),
            _ => Ok(()),
        }
    }

    /// Notes in the file itself, not only in its log, that a run begins to send.
    fn mark_run(&mut self) -> Result<()> {
        if self.engine.is_shared() {
            return Ok(());
        }
        self.write(|db| {
            Ok(db.execute("UPDATE holder SET running = ?1", values![RUNNING]).map(drop)?)
        })?;
        self.engine.checkpoint()
    }

    /// Notes that the run has ended, unless something of it is still open.
    fn unmark_run(&mut self) {
        #[cfg(feature = "postgres")]
        if let Engine::Postgres(store) = &self.engine {
            store.leave(Timestamp::now());
            return;
        }
        let is_open = |db: Db| -> database::Result<bool> {
            let sending = "SELECT count(*) > 0 FROM letter WHERE state = 'sending'";
            Ok(attempt::is_behind(db)? || db.value(sending, &[])?)
        };
        if self.read(is_open).is_ok_and(|is_open| !is_open) {
            // If that fails, the next run takes this one for cut off, and finds nothing lost.
            let _ =
                self.write(|db| Ok(db.execute("UPDATE holder SET running = 0", &[]).map(drop)?));
        }
    }

    /// Brings the letters' table up to date. Letters found `sending` become `unknown`.
    fn recover(&mut self, who: &str, now: Timestamp) -> Result<u64> {
        #[cfg(feature = "postgres")]
        if let Engine::Postgres(store) = &self.engine {
            return store.recover(who, now);
        }
        if self.read(attempt::is_behind)? {
            self.engine.must_be_sound()?;
        }
        let now = now.as_millisecond();
        self.engine.transact(|db| {
            db.execute("DELETE FROM holder", &[])?;
            db.execute("INSERT INTO holder (\"only\", who) VALUES (1, ?1)", values![who])?;
            attempt::fold(db)?;
            // The attempt counts against the pace, although its outcome was not recorded.
            db.execute(
                "INSERT INTO attempt (position, begun, ended, relay, state, charged, outcome, stage, text)
                 SELECT position, changed, ?1, coalesce(relay, ''), 'unknown', 0, 'unknown', 'message',
                   'cut off'
                 FROM letter WHERE state = 'sending'",
                values![now],
            )?;
            let recovered = db.execute(
                "UPDATE letter SET state = 'unknown', changed = ?1 WHERE state = 'sending'",
                values![now],
            )?;
            db.execute(
                "UPDATE campaign SET folded = (SELECT coalesce(max(id), 0) FROM attempt)",
                &[],
            )?;
            Ok(recovered)
        })
    }

    /// Makes a change as a whole or not at all. Durable when this returns.
    fn write<T>(&mut self, change: impl FnOnce(Db) -> Result<T>) -> Result<T> {
        self.engine.write(change)
    }

    fn read<T>(&self, ask: impl FnOnce(Db) -> database::Result<T>) -> Result<T> {
        self.engine.read(ask)
    }
}

/// Like [`Ledger::enrol`], where a statement a letter would be a round trip each.
fn enrol_many(
    db: Db,
    letters: impl IntoIterator<Item = Enrolment>,
    numbering: &Numbering,
    now: Timestamp,
) -> Result<()> {
    let mut position: u64 = db.value(NEXT_POSITION, &[])?;
    db.execute("DELETE FROM preflight", &[])?;
    let known = format!("SELECT id, row, {CAN_BE_RENAMED} FROM letter");
    let mut rows: HashMap<[u8; 16], (u64, bool)> =
        db.all(&known, &[], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    let (mut elsewhere, mut replaced, mut renamed) = (Vec::new(), Vec::new(), Vec::new());
    let columns = ["id", "position", "row", "address", "message_id", "number", "state", "changed"];
    let mut letters = letters.into_iter();
    db.fill("letter", &columns, &mut |put| {
        for letter in letters.by_ref() {
            if let Some(earlier) = letter.earlier
                && let Some((row, true)) = rows.get(&earlier.bytes()).copied()
                && !rows.contains_key(&letter.id.bytes())
            {
                rows.remove(&earlier.bytes());
                rows.insert(letter.id.bytes(), (row, false));
                renamed.push((earlier, letter.id, letter.message_id.clone()));
            }
            if let Some((row, _)) = rows.insert(letter.id.bytes(), (letter.row, false)) {
                if row != letter.row {
                    elsewhere.push((letter.id, letter.row));
                }
                continue;
            }
            put(values![
                letter.id.bytes(),
                position,
                letter.row,
                letter.address,
                letter.message_id,
                numbering.number(position),
                State::Waiting.as_str(),
                now.as_millisecond()
            ])?;
            replaced.extend(letter.replaces.map(|replaced| (replaced, position)));
            position += 1;
        }
        Ok(())
    })?;
    for (earlier, letter, message_id) in renamed {
        rename(db, earlier, letter, &message_id)?;
    }
    elsewhere.into_iter().try_for_each(|(letter, row)| put_in_row(db, letter, row))?;
    replaced.into_iter().try_for_each(|(replaced, position)| replace(db, replaced, position))?;
    Ok(())
}

/// Nobody has the letter, or may have it, and no person decided about it.
const CAN_BE_RENAMED: &str = "state = 'waiting' AND dated IS NULL
     AND NOT EXISTS (SELECT 1 FROM decision WHERE decision.letter = letter.id)";

/// Gives a letter another identity, if it can be, and there is none of that.
fn rename(db: Db, earlier: LetterId, letter: LetterId, message_id: &str) -> database::Result<()> {
    db.execute(
        &format!(
            "UPDATE letter SET id = ?2, message_id = ?3 WHERE id = ?1 AND {CAN_BE_RENAMED}
             AND NOT EXISTS (SELECT 1 FROM letter AS other WHERE other.id = ?2)"
        ),
        values![earlier.bytes(), letter.bytes(), message_id],
    )?;
    Ok(())
}

/// The list may have been sorted since. What is settled stays as it was.
fn put_in_row(db: Db, letter: LetterId, row: u64) -> database::Result<()> {
    db.execute(
        "UPDATE letter SET row = ?2
         WHERE id = ?1 AND row <> ?2 AND state IN ('waiting', 'unknown')",
        values![letter.bytes(), row],
    )?;
    Ok(())
}

/// Notes that the letter at a position went in place of a refused one.
fn replace(db: Db, replaced: LetterId, position: u64) -> database::Result<()> {
    // Also those that the replaced one had replaced.
    db.execute(
        "UPDATE letter SET replaced = ?2 WHERE id = ?1
         OR replaced = (SELECT position FROM letter WHERE id = ?1)",
        values![replaced.bytes(), position],
    )?;
    Ok(())
}

/// Those that somebody has, or may have.
const HAVE_A_LETTER: &str =
    "SELECT count(*) FROM letter WHERE state IN ('accepted', 'sending', 'unknown')";

/// How many letters were ever enrolled.
const NEXT_POSITION: &str = "SELECT coalesce(max(position) + 1, 0) FROM letter";

fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

#[cfg(test)]
mod tests;
