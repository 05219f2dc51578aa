//! The transactions in which a run writes: one a batch, over the session that holds the worker's lock.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::Timestamp;

use super::super::attempt::{Attempt, out_of_order};
use super::super::database::{Db, Row, values};
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
    /// Transactions of which it is not known whether they were committed.
    doubtful: Vec<Doubtful>,
    /// Outcomes that such a transaction has recorded, by their numbers.
    recorded: HashSet<u64>,
    /// The connection was lost for a while, in which others may have settled what this worker left.
    pub(in crate::ledger) was_away: bool,
    pub(in crate::ledger) suppression: Arc<Suppression>,
    /// Rises when anybody changes something other than attempts.
    changes: Option<i64>,
    looked: Instant,
    /// Counts the letters of all workers, if the pace limits how many there are.
    tally: Option<Arc<dyn Tally>>,
    /// The last attempt that the tally knows.
    pub(in crate::ledger) tallied: i64,
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
            doubtful: Vec::new(),
            recorded: HashSet::new(),
            was_away: false,
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
        if batch.is_empty() && self.doubtful.is_empty() {
            if self.looked.elapsed() >= LOOK {
                self.look().map_err(|error| super::failure(server, error))?;
            }
            return Ok(Written::default());
        }
        // A limit holds for all workers only if they begin one after another.
        let access = if self.tally.is_some() { Access::Alone } else { Access::Together };
        let mut doubt = None;
        let recorded = session.transact_with(access, |db| {
            let recorded = self.record(db, batch)?;
            doubt = Doubtful::of(&recorded, batch, session.worker());
            Ok(recorded)
        });
        let Recorded { denied, last, begun, changes, .. } = recorded.map_err(|error| {
            // The server may have committed it, and the answer was lost.
            self.doubtful.extend(doubt);
            super::failure(server, error)
        })?;
        self.doubtful.clear();
        self.recorded.clear();
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

    /// Finds out which transactions in doubt were committed. Their sessions have ended.
    fn settle_doubts(&mut self, db: Db) -> Result<()> {
        for doubt in &self.doubtful {
            let ask = "SELECT count(*) > 0 FROM worker WHERE id = ?1 AND last >= ?2";
            if db.value(ask, values![doubt.worker, doubt.word])? {
                self.recorded.extend(&doubt.ended);
                self.begun.extend(doubt.begun.iter().copied());
            }
        }
        Ok(())
    }

    fn record(&mut self, db: Db, batch: &[Pending]) -> Result<Recorded> {
        self.settle_doubts(db)?;
        let me = self.session.worker();
        let is_ended = |it: &&Pending| matches!(it.attempt, Attempt::Ended { .. });
        let settled = batch.iter().filter(is_ended).count() as u64;
        // Nobody can add an address between this look and the commit.
        let state =
            format!("SELECT changes FROM gonets.campaign WHERE number = {}", self.session.number);
        // Each word of a worker is later than the one before, so that it can be known again. The number of a
        // transaction is given to another one after a crash.
        let report = format!(
            "UPDATE worker SET letters = letters + ?2, last = greatest(?3::BIGINT, last + 1)
             WHERE id = ?1 AND ended IS NULL RETURNING ({state}), last"
        );
        let now = Timestamp::now().as_millisecond();
        let read = |row: Row| Ok((row.get(0)?, row.get(1)?));
        let mut reported = db.first(&report, values![me, settled, now], read)?;
        if reported.is_none() && settled == batch.len() as u64 {
            // Outcomes are recorded also by one that is no worker any more.
            reported = db.first(&state, &[], |row| Ok((row.get(0)?, None)))?;
        }
        let Some((changes, word)) = reported else {
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
        let mut recorded = Recorded { changes, word, ..Recorded::default() };
        for pending in batch {
            let Pending { number, attempt, gate, .. } = pending;
            let letter = attempt.letter();
            let Attempt::Begun { at, .. } = attempt else {
                if self.recorded.contains(number) {
                    continue;
                }
                let begun = self.begun.get(&letter.position).copied();
                match steps::end(db, attempt, &self.relay, me, begun)? {
                    Some(row) => recorded.add(row),
                    // Somebody decided about the letter while nothing was heard of this worker.
                    None if self.was_away => {}
                    None => return Err(out_of_order(letter.position, "ended").into()),
                }
                continue;
            };
            if is_suppressed(pending, &self.suppression) {
                recorded.denied.push((*number, NotBegun::Suppressed));
            } else if self.tally.as_ref().is_some_and(|tally| !tally.admits(*gate, *at)) {
                recorded.denied.push((*number, NotBegun::Paced));
            } else {
                match steps::begin(db, attempt, &self.relay, me)? {
                    Some(row) => {
                        recorded.begun.push((letter.position, row));
                        recorded.add(row);
                    }
                    None if self.was_away => recorded.denied.push((*number, NotBegun::Taken)),
                    None => return Err(out_of_order(letter.position, "begun").into()),
                }
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
    /// The worker's last word in it.
    word: Option<i64>,
}

/// A transaction of which it is not known whether it was committed.
struct Doubtful {
    worker: i64,
    /// What its last word would be.
    word: i64,
    /// The letters that it began, which do not go, and the attempts.
    begun: Vec<(u64, i64)>,
    /// The numbers of the outcomes that it recorded.
    ended: Vec<u64>,
}

impl Doubtful {
    fn of(recorded: &Recorded, batch: &[Pending], worker: i64) -> Option<Self> {
        let ended = batch.iter().filter(|it| matches!(it.attempt, Attempt::Ended { .. }));
        Some(Self {
            worker,
            word: recorded.word?,
            begun: recorded.begun.clone(),
            ended: ended.map(|it| it.number).collect(),
        })
    }
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
