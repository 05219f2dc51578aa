//! The transactions in which a run writes: one a batch, over the session that holds the worker's lock.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::Timestamp;

use super::super::attempt::{Attempt, out_of_order};
use super::super::database::{Db, values};
use super::super::recorder::{Denied, NotBegun, Pending, Tally, Written, is_suppressed};
use super::super::rollback_guard::{self, Guard};
use super::super::suppression;
use super::{Access, Session, Store, steps};
use crate::failure::{Failure, ServerFlaw};
use crate::suppression::Suppression;

/// How often a run with nothing to record looks what others changed, and whether one was cut off.
const LOOK: Duration = Duration::from_millis(500);

/// Writes for a run.
pub(in crate::ledger) struct Writer {
    session: Arc<Session>,
    relay: String,
    guard: Arc<Guard>,
    /// Transactions before the run, and the last row of `attempt`: what the guard counts.
    writes: u64,
    last: u64,
    /// The attempts at letters that were begun and have not ended, by the letters' positions.
    begun: HashMap<u64, i64>,
    pub(in crate::ledger) suppression: Arc<Suppression>,
    /// Rises when anybody changes something other than attempts.
    changes: Option<i64>,
    looked: Instant,
    /// Counts the letters of all workers, if the pace limits how many there are.
    tally: Option<Arc<dyn Tally>>,
    /// The last attempt that the tally knows.
    tallied: i64,
}

impl Store {
    /// What a run towards a relay writes with.
    pub(in crate::ledger) fn writer(&self, relay: &str) -> Result<Writer> {
        let Some(guard) = self.guard.clone() else {
            return Err(Failure::Ours { detail: "a run without the lock".into() }.into());
        };
        let (writes, last) =
            self.read(|db| Ok((rollback_guard::writes(db)?, rollback_guard::attempts(db)?)))?;
        let mut writer = Writer {
            session: self.session.clone(),
            relay: relay.to_owned(),
            guard,
            writes,
            last,
            begun: HashMap::new(),
            suppression: Arc::default(),
            changes: None,
            looked: Instant::now(),
            tally: None,
            tallied: self.tallied.get(),
        };
        writer.look()?;
        Ok(writer)
    }
}

impl Writer {
    /// Has the letters of all workers counted.
    pub(in crate::ledger) fn count_with(&mut self, tally: Arc<dyn Tally>) {
        self.tally = Some(tally);
    }

    /// Writes a batch.
    pub(in crate::ledger) fn write(&mut self, batch: &[Pending]) -> Result<Written, Failure> {
        let session = self.session.clone();
        let server = &session.server;
        if batch.is_empty() {
            if self.looked.elapsed() >= LOOK {
                self.look().map_err(|error| super::failure(server, error))?;
            }
            return Ok(Written::default());
        }
        // A limit holds for all workers only if they begin one after another.
        let access = if self.tally.is_some() { Access::Alone } else { Access::Together };
        let recorded = session.transact_with(access, |db| self.record(db, batch));
        let Recorded { denied, last, begun, changes } =
            recorded.map_err(|error| super::failure(server, error))?;
        self.last = last.unwrap_or(self.last);
        self.changes = Some(changes);
        for Pending { attempt, .. } in batch {
            if let Attempt::Ended { letter, .. } = attempt {
                self.begun.remove(&letter.position);
            }
        }
        self.begun.extend(begun);
        self.guard.note(self.writes + self.last);
        Ok(Written { denied, unsynced: None })
    }

    fn record(&mut self, db: Db, batch: &[Pending]) -> Result<Recorded> {
        let me = self.session.worker();
        let is_ended = |it: &&Pending| matches!(it.attempt, Attempt::Ended { .. });
        // Nobody can add an address between this look and the commit.
        let report = format!(
            "UPDATE worker SET letters = letters + ?2, last = ?3 WHERE id = ?1 AND ended IS NULL
             RETURNING (SELECT changes FROM gonets.campaign WHERE number = {})",
            self.session.number
        );
        let settled = batch.iter().filter(is_ended).count() as u64;
        let now = Timestamp::now().as_millisecond();
        let changes = db.first(&report, values![me, settled, now], |row| row.get(0))?;
        let Some(changes) = changes else {
            return Err(
                super::flawed(&self.session.server, ServerFlaw::Other, "not a worker").into()
            );
        };
        if self.changes != Some(changes) {
            self.suppression = Arc::new(suppressed(db)?);
        }
        if let Some(tally) = self.tally.clone() {
            self.learn(db, &*tally)?;
        }
        let mut recorded = Recorded { changes, ..Recorded::default() };
        for pending in batch {
            let Pending { number, attempt, gate, .. } = pending;
            let letter = attempt.letter();
            let Attempt::Begun { at, .. } = attempt else {
                let begun = self.begun.get(&letter.position).copied();
                let row = steps::end(db, attempt, &self.relay, me, begun)?
                    .ok_or_else(|| out_of_order(letter.position, "ended"))?;
                recorded.add(row);
                continue;
            };
            if is_suppressed(pending, &self.suppression) {
                recorded.denied.push((*number, NotBegun::Suppressed));
            } else if self.tally.as_ref().is_some_and(|tally| !tally.admits(*gate, *at)) {
                recorded.denied.push((*number, NotBegun::Paced));
            } else {
                let row = steps::begin(db, attempt, &self.relay, me)?
                    .ok_or_else(|| out_of_order(letter.position, "begun"))?;
                recorded.begun.push((letter.position, row));
                recorded.add(row);
            }
        }
        Ok(recorded)
    }

    /// Tells the tally which letters others have begun.
    fn learn(&mut self, db: Db, tally: &dyn Tally) -> Result<()> {
        let (mut domains, mut last) = (Vec::new(), self.tallied);
        // Also those that the relay refused before they could begin.
        db.each(
            "SELECT attempt.id, letter.address FROM attempt JOIN letter USING (position)
             WHERE attempt.id > ?1 AND attempt.record IS NOT NULL AND coalesce(attempt.worker, 0) <> ?2
             ORDER BY attempt.id",
            values![self.tallied, self.session.worker()],
            |row| {
                last = row.get(0)?;
                domains.push(domain(row.text(1)?));
                Ok(())
            },
        )?;
        tally.learn(&domains);
        self.tallied = last;
        Ok(())
    }

    /// Looks what others have changed, and whether one of them was cut off.
    fn look(&mut self) -> Result<()> {
        self.looked = Instant::now();
        self.session.look_after_others(Timestamp::now())?;
        let connection = self.session.connection();
        let db = Db::Postgres(&connection);
        let ask =
            format!("SELECT changes FROM gonets.campaign WHERE number = {}", self.session.number);
        let changes = Some(db.value(&ask, &[])?);
        if self.changes != changes {
            self.suppression = Arc::new(suppressed(db)?);
            self.changes = changes;
        }
        Ok(())
    }
}

/// What came of a batch once it is committed.
#[derive(Default)]
struct Recorded {
    denied: Denied,
    last: Option<u64>,
    begun: Vec<(u64, i64)>,
    changes: i64,
}

impl Recorded {
    fn add(&mut self, row: i64) {
        self.last = self.last.max(Some(row.cast_unsigned()));
    }
}

fn suppressed(db: Db) -> Result<Suppression> {
    let mut suppression = Suppression::default();
    for entry in suppression::entries(db)? {
        suppression.add(entry);
    }
    Ok(suppression)
}

/// The domain of an address as the ledger has it, as it is on the wire.
pub(super) fn domain(address: &str) -> String {
    let parsed = crate::recipient::Address::parse(address);
    parsed.map_or_else(|_| String::new(), |it| it.domain().to_owned())
}
