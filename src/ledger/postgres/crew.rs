//! The workers of a campaign: who sends its letters at this moment, and which letters each has claimed.
//!
//! A worker is a row of the table `worker` and the advisory lock of that row's number, which its session
//! holds. The server releases the lock when the session ends, however that happens: a worker without it
//! that has not taken its leave was cut off. Whoever notices makes its letters in doubt unknown, and frees
//! those that it had only claimed.

use std::sync::atomic::Ordering;

use anyhow::Result;
use jiff::Timestamp;

use super::super::attempt::LetterKey;
use super::super::database::{self, Db, Row, values};
use super::super::entries::{SELECT, entry};
use super::super::moment;
use super::{Access, Member, Session, Store};
use crate::delivery::{LedgerEntry, WorkerAtWork, WorkerName};
use crate::failure::Failure;
use crate::letter::LetterId;
use crate::seal::SealRecord;

/// The lock of a worker is (this, the worker's number).
pub(super) const WORKERS: u32 = super::CHANGES + 1;

/// Whether a row of `worker` has its lock.
fn is_alive() -> String {
    format!(
        "EXISTS (SELECT FROM pg_locks
           WHERE locktype = 'advisory' AND granted AND classid = {WORKERS}::oid
             AND objid = worker.id::oid AND objsubid = 2
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
}

/// The workers that were cut off.
fn cut_off() -> String {
    format!("SELECT id FROM worker WHERE ended IS NULL AND NOT {}", is_alive())
}

impl Store {
    /// Becomes a worker, unless it is one.
    ///
    /// # Errors
    /// [`Failure::OtherSeal`] if others send letters under another seal.
    pub(in crate::ledger) fn join(
        &self,
        seal: Option<&SealRecord>,
        me: &WorkerName,
        relay: &str,
        now: Timestamp,
    ) -> Result<()> {
        if self.session.worker() != 0 {
            return Ok(());
        }
        let member = Member { seal: seal.cloned(), name: me.clone(), relay: relay.to_owned() };
        let id = self.session.transact(|db| register(db, &member, now))?;
        self.session.worker.store(id, Ordering::SeqCst);
        self.member.replace(Some(member));
        Ok(())
    }

    /// Takes leave: what was claimed is free again. Letters that are being sent stay with the worker, for
    /// whoever finds that it has gone.
    pub(in crate::ledger) fn leave(&self, now: Timestamp) {
        let me = self.session.worker.swap(0, Ordering::SeqCst);
        if me == 0 {
            return;
        }
        let left = self.session.transact(|db| {
            let freed = db.execute(
                "UPDATE letter SET worker = NULL WHERE worker = ?1 AND state = 'waiting'",
                values![me],
            )?;
            db.execute(
                "UPDATE worker SET ended = ?2 WHERE id = ?1
                 AND NOT EXISTS (SELECT FROM letter WHERE worker = ?1)",
                values![me, now.as_millisecond()],
            )?;
            if freed > 0 {
                note_change(db, self.session.number)?;
            }
            Ok(())
        });
        // If that failed, whoever comes next finds a worker that was cut off.
        let unlock = format!("SELECT pg_advisory_unlock({WORKERS}, {me})");
        let _ = left.and_then(|()| Ok(self.session.connection().batch(&unlock)?));
    }

    /// The workers that are alive.
    pub(in crate::ledger) fn crew(&self) -> Result<Vec<WorkerAtWork>> {
        let ask = format!(
            "SELECT host, account, process, since, letters, last, coalesce(relay, '') FROM worker
             WHERE ended IS NULL AND {} ORDER BY id",
            is_alive()
        );
        self.read(|db| {
            db.all(&ask, &[], |row| {
                Ok(WorkerAtWork {
                    relay: row.get(6)?,
                    since: moment(row.get(3)?),
                    letters: row.get(4)?,
                    last: moment(row.get(5)?),
                    name: named(row)?,
                })
            })
        })
    }

    /// Whether another worker has letters to do.
    pub(in crate::ledger) fn others_are_busy(&self) -> Result<bool> {
        let ask = "SELECT EXISTS (SELECT FROM letter WHERE worker IS NOT NULL AND worker <> ?1)";
        self.read(|db| db.value(ask, values![self.session.worker()]))
    }

    /// Claims waiting letters that nobody has, in the order of the list from a row on.
    pub(in crate::ledger) fn claim_from(
        &self,
        row: u64,
        most: u64,
    ) -> Result<Vec<(LetterKey, LedgerEntry)>> {
        // Letters that another worker claims at this moment are passed over.
        let claim = format!(
            "WITH free AS MATERIALIZED (
               SELECT position FROM letter WHERE state = 'waiting' AND worker IS NULL AND row >= ?2
               ORDER BY row LIMIT ?3 FOR UPDATE SKIP LOCKED),
             mine AS (
               UPDATE letter SET worker = ?1 FROM free WHERE letter.position = free.position
               RETURNING letter.position)
             {SELECT} WHERE letter.position IN (SELECT position FROM mine) ORDER BY letter.row"
        );
        self.read(|db| db.all(&claim, values![self.session.worker(), row, most], keyed))
    }

    /// Claims a letter, if it waits and nobody else has it.
    pub(in crate::ledger) fn claim(
        &self,
        id: LetterId,
    ) -> Result<Option<(LetterKey, LedgerEntry)>> {
        let claim = format!(
            "WITH mine AS (
               UPDATE letter SET worker = ?1
               WHERE id = ?2 AND state = 'waiting' AND coalesce(worker, ?1) = ?1
               RETURNING position)
             {SELECT} WHERE letter.position IN (SELECT position FROM mine)"
        );
        self.read(|db| db.first(&claim, values![self.session.worker(), id.bytes()], keyed))
    }

    /// Frees letters that were claimed and not begun.
    pub(in crate::ledger) fn free(&self, positions: &[u64]) -> Result<()> {
        if positions.is_empty() {
            return Ok(());
        }
        let listed: Vec<String> = positions.iter().map(u64::to_string).collect();
        let free = "UPDATE letter SET worker = NULL
             WHERE position = ANY (string_to_array(?2, ',')::BIGINT[]) AND worker = ?1 AND state = 'waiting'";
        self.session.transact_with(Access::Together, |db| {
            db.execute(free, values![self.session.worker(), listed.join(",")]).map(drop)?;
            Ok(())
        })
    }
}

/// The worker that has claimed a letter.
pub(in crate::ledger) fn claimed_by(db: Db, id: LetterId) -> database::Result<Option<WorkerName>> {
    let ask = "SELECT host, account, process FROM worker
         WHERE id = (SELECT worker FROM letter WHERE id = ?1)";
    db.first(ask, values![id.bytes()], named)
}

fn named(row: Row) -> database::Result<WorkerName> {
    Ok(WorkerName { host: row.get(0)?, account: row.get(1)?, process: row.get(2)? })
}

impl Session {
    /// Who works now, on one line.
    pub(super) fn at_work(&self) -> Option<String> {
        let ask = format!(
            "SELECT host, account, process FROM worker WHERE ended IS NULL AND {} ORDER BY id",
            is_alive()
        );
        let names: database::Result<Vec<WorkerName>> =
            Db::Postgres(&self.connection()).all(&ask, &[], named);
        WorkerName::list(names.into_iter().flatten())
    }

    /// Which worker this session is; 0 if it is none.
    pub(super) fn worker(&self) -> i64 {
        self.worker.load(Ordering::SeqCst)
    }

    /// Looks whether a worker was cut off, and settles what it left. Returns how many letters are unknown
    /// for that.
    pub(super) fn look_after_others(&self, now: Timestamp) -> Result<u64> {
        let ask = format!("SELECT EXISTS ({})", cut_off());
        let is_needed: bool = {
            let connection = self.connection();
            Db::Postgres(&connection)
                .value(&ask, &[])
                .map_err(|error| super::unreadable(&self.server, &error))?
        };
        if !is_needed {
            return Ok(0);
        }
        self.transact(|db| recover(db, self.number, now))
    }
}

fn keyed(row: Row) -> database::Result<(LetterKey, LedgerEntry)> {
    let entry = entry(row)?;
    Ok((LetterKey { position: row.get(12)?, id: entry.id }, entry))
}

/// All who send letters at the same time send the same ones.
fn must_be_same(db: Db, seal: &SealRecord) -> Result<()> {
    let ask = format!(
        "SELECT seal, host, account, process FROM worker
         WHERE ended IS NULL AND seal <> '' AND {} ORDER BY id",
        is_alive()
    );
    let others: Vec<(String, WorkerName)> = db.all(&ask, &[], |row| {
        let (host, account, process) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok((row.get(0)?, WorkerName { host, account, process }))
    })?;
    for (other, by) in others {
        let other = SealRecord::of_json(&other);
        if other.as_ref().is_some_and(|other| other.seal == seal.seal) {
            continue;
        }
        let changes = other.map(|other| seal.seal.changes(&other.seal)).unwrap_or_default();
        return Err(Failure::OtherSeal { by, changes }.into());
    }
    Ok(())
}

/// Enters a worker, whose lock is held before anybody sees it.
///
/// # Errors
/// [`Failure::OtherSeal`] if others send letters under another seal.
pub(super) fn register(db: Db, member: &Member, now: Timestamp) -> Result<i64> {
    let Member { seal, name: me, relay } = member;
    if let Some(seal) = seal {
        must_be_same(db, seal)?;
    }
    let seal = seal.as_ref().map(SealRecord::to_json).unwrap_or_default();
    let enter = "INSERT INTO worker (host, account, process, seal, relay, since, last)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)";
    let now = now.as_millisecond();
    let id = db
        .insert(enter, values![me.host, me.account, me.process, seal, relay, now])?
        .ok_or(database::Error::NoRow)?;
    let lock = format!("SELECT pg_try_advisory_lock({WORKERS}, {id})");
    let is_locked: bool = db.value(&lock, &[])?;
    if is_locked { Ok(id) } else { Err(database::Error::NoRow.into()) }
}

/// Settles what workers left that were cut off: what they were sending is unknown, what they had claimed
/// waits. Returns how many letters are unknown for that.
pub(super) fn recover(db: Db, campaign: i64, now: Timestamp) -> Result<u64> {
    let now = now.as_millisecond();
    let gone = cut_off();
    let in_doubt = format!("state = 'sending' AND (worker IS NULL OR worker IN ({gone}))");
    // The attempt counts against the pace, although its outcome was not recorded.
    db.execute(
        &format!(
            "INSERT INTO attempt (position, begun, ended, relay, state, charged, outcome, stage, text, worker)
             SELECT position, changed, ?1, coalesce(relay, ''), 'unknown', 0, 'unknown', 'message', 'cut off', worker
             FROM letter WHERE {in_doubt}"
        ),
        values![now],
    )?;
    let unknown = db.execute(
        &format!(
            "UPDATE letter SET state = 'unknown', changed = ?1, worker = NULL WHERE {in_doubt}"
        ),
        values![now],
    )?;
    db.execute(&format!("UPDATE letter SET worker = NULL WHERE worker IN ({gone})"), &[])?;
    db.execute(&format!("UPDATE worker SET ended = ?1 WHERE id IN ({gone})"), values![now])?;
    note_change(db, campaign)?;
    Ok(unknown)
}

/// Whoever is at work reads again what may have changed.
pub(super) fn note_change(db: Db, campaign: i64) -> database::Result<()> {
    let note =
        format!("UPDATE gonets.campaign SET changes = changes + 1 WHERE number = {campaign}");
    db.execute(&note, &[]).map(drop)
}
