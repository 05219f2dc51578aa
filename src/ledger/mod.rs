//! The ledger: what happened to every letter, kept in SQLite beside `campaign.toml`.
//!
//! Written before and after each attempt, in groups: one transaction, one fsync for all that waits.
//! Decides nothing: see `policy`. One process at a time writes it; anybody may look, and forbid addresses meanwhile.

mod approval;
mod archive;
mod suppression;
mod survey;
mod witness;

use std::fs::{File, OpenOptions};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use crate::delivery::{Account, Entry, Outcome, Reply, Stage, State};
use crate::letter::{Digest, LetterId, Numbering};
use crate::notice::{Doing, Failure};
use crate::policy::Verdict;

pub use archive::Archive;
pub use suppression::{Suppressed, suppressed};
use survey::Inspection;
pub use survey::Surveyed;
use witness::Files;

const FILE: &str = "ledger.sqlite";
const LOCK: &str = "ledger.lock";
const SCHEMA: &str = include_str!("ledger.sql");
const VERSION: i64 = 4;
/// What leads from each version to the next, from version 1 on.
const MIGRATIONS: [&str; 3] = [include_str!("2.sql"), include_str!("3.sql"), include_str!("4.sql")];
/// «gone» in ASCII: says that an SQLite file is a ledger of ours.
const APPLICATION: i64 = 0x676F_6E65;

/// A letter to be entered.
#[derive(Debug, Clone)]
pub struct Enrolment {
    pub id: LetterId,
    pub row: u64,
    pub address: String,
    pub message_id: String,
}

/// What a letter has to be, to the last octet but those of its `Date`.
#[derive(Debug, Clone)]
pub struct Promise {
    pub message_id: String,
    pub digest: Digest,
}

/// Something to be recorded.
#[derive(Debug, Clone)]
pub enum Change {
    /// The message is about to be written.
    Begin { id: LetterId, dated: String, digest: Digest },
    /// The attempt ended.
    Settle { id: LetterId, outcome: Outcome, verdict: Verdict, begun: Timestamp, connection: u64 },
}

/// An open ledger.
pub struct Ledger {
    db: Connection,
    path: PathBuf,
    /// Held while this process may write; the system lets go of it however the process ends.
    lock_file: Option<File>,
    campaign: String,
    /// The files as they were opened.
    files: Files,
    /// The check of a large file, until somebody has to know.
    inspection: Option<Inspection>,
    /// What SQLite counts up when another process has written; unknown until it is asked.
    foreign_version: Option<i64>,
}

impl Ledger {
    /// Where the ledger of a campaign's folder lies.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }

    /// Opens the ledger for writing, making it where there is none. Letters found `sending` become
    /// `unknown`: whoever was sending them is gone. Tells how many.
    ///
    /// # Errors
    /// [`Failure::LedgerHeld`], [`Failure::LedgerDamaged`], [`Failure::LedgerNewer`],
    /// [`Failure::LedgerOfOther`], or what the system says.
    pub fn open(folder: &Path, campaign: &str, who: &str, now: Timestamp) -> Result<(Self, u64)> {
        let path = Self::path(folder);
        let lock = lock(folder, &path)?;
        if !path.exists() {
            must_never_have_been(&path, campaign)?;
        }
        private_file(&path).map_err(|error| Failure::file(Doing::Creating, &path, &error))?;
        let db = Connection::open(&path).map_err(|error| damage(&path, &error))?;
        let mut ledger = Self::of(db, path, campaign);
        ledger.lock_file = Some(lock);
        ledger.prepare(campaign, now).map_err(|error| ledger.worded(error))?;
        let recovered = ledger.recover(who, now).map_err(|error| ledger.worded(error))?;
        ledger.files = Files::of(&ledger.path);
        Ok((ledger, recovered))
    }

    /// Opens the ledger to look at it, also while a run goes on; `None` where there is none.
    ///
    /// # Errors
    /// The same as [`Ledger::open`], save that it may be held.
    pub fn look(folder: &Path, campaign: &str) -> Result<Option<Self>> {
        let path = Self::path(folder);
        if !path.exists() {
            must_never_have_been(&path, campaign)?;
            return Ok(None);
        }
        let db = reading(&path).map_err(|error| damage(&path, &error))?;
        let ledger = Self::of(db, path, campaign);
        match ledger.version().map_err(|error| damage(&ledger.path, &error))? {
            (0, 0) => {
                must_never_have_been(&ledger.path, campaign)?;
                Ok(None)
            }
            known => {
                ledger.check(known, campaign).map_err(|error| ledger.worded(error))?;
                ledger.must_know_all()?;
                Ok(Some(ledger))
            }
        }
    }

    fn of(db: Connection, path: PathBuf, campaign: &str) -> Self {
        let (campaign, files) = (campaign.to_owned(), Files::default());
        Self { db, path, lock_file: None, campaign, files, inspection: None, foreign_version: None }
    }

    /// Who holds the ledger now, if anybody does.
    pub fn holder(&self) -> Option<String> {
        holder(&self.path.with_file_name(LOCK), &self.db)
    }

    /// Enters letters in the order given, each once: those known already keep their number. One
    /// transaction: all or none.
    ///
    /// # Errors
    /// When nothing could be written.
    pub fn enrol(
        &mut self,
        letters: impl IntoIterator<Item = Enrolment>,
        numbering: &Numbering,
        now: Timestamp,
    ) -> Result<()> {
        self.write(|db| {
            let mut position: u64 =
                db.query_row("SELECT coalesce(max(position) + 1, 0) FROM letter", [], |row| row.get(0))?;
            db.execute("DELETE FROM survey", [])?;
            let mut insert = db.prepare(
                "INSERT INTO letter (id, position, row, address, message_id, number, state, changed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7) ON CONFLICT (id) DO NOTHING",
            )?;
            // The row belongs to the list as it is now.
            let mut refresh = db.prepare("UPDATE letter SET row = ?2 WHERE id = ?1 AND row <> ?2")?;
            for letter in letters {
                let number = numbering.number(position);
                let known = (
                    letter.id.bytes(),
                    position,
                    letter.row,
                    letter.address,
                    letter.message_id,
                    number,
                    now.as_millisecond(),
                );
                let (id, row) = (known.0, known.2);
                if insert.execute(known)? == 0 {
                    refresh.execute((id, row))?;
                } else {
                    position += 1;
                }
            }
            Ok(())
        })
    }

    /// How many letters were ever entered: the position of the next.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn enrolled(&self) -> Result<u64> {
        self.read(|db| db.query_row("SELECT coalesce(max(position) + 1, 0) FROM letter", [], |row| row.get(0)))
    }

    /// What is known of a letter.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn entry(&self, id: LetterId) -> Result<Option<Entry>> {
        self.read(|db| db.prepare_cached(BY_ID)?.query_row([id.bytes()], entry).optional())
    }

    /// All letters, in the order of their enrolment, or those in one state.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn entries(&self, state: Option<State>) -> Result<Vec<Entry>> {
        self.read(|db| {
            let wanted = state.map(State::as_str);
            db.prepare(&format!("{SELECT} WHERE ?1 IS NULL OR state = ?1 ORDER BY position"))?
                .query_map([wanted], entry)?
                .collect()
        })
    }

    /// The letters that wait to go again just as they were: a relay may have them.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn promised(&self) -> Result<Vec<(LetterId, Promise)>> {
        self.read(|db| {
            db.prepare(&format!("{SELECT} WHERE state = 'waiting' AND dated IS NOT NULL"))?
                .query_map([], entry)?
                .filter_map(|entry| match entry {
                    Ok(entry) => {
                        let digest = entry.promised()?;
                        Some(Ok((entry.id, Promise { message_id: entry.message_id, digest })))
                    }
                    Err(error) => Some(Err(error)),
                })
                .collect()
        })
    }

    /// How many letters are in each state. A letter that is `sending` counts as waiting while its run is
    /// alive, else as unknown.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn account(&self) -> Result<Account> {
        let is_held = self.lock_file.is_some() || self.holder().is_some();
        self.read(|db| {
            let mut account = Account::default();
            let mut count =
                db.prepare_cached("SELECT state, count(*), sum(attempts > 0) FROM letter GROUP BY state")?;
            let mut rows = count.query([])?;
            while let Some(row) = rows.next()? {
                let (state, letters, tried): (String, u64, u64) = (row.get(0)?, row.get(1)?, row.get(2)?);
                match State::parse(&state) {
                    Some(State::Accepted) => account.accepted += letters,
                    Some(State::Refused) => account.refused += letters,
                    Some(State::Sending) if is_held => account.waiting += letters,
                    Some(State::Waiting) => {
                        account.waiting += letters;
                        account.retrying += tried;
                    }
                    Some(State::Unknown | State::Sending) | None => account.unknown += letters,
                }
            }
            Ok(account)
        })
    }

    /// Tells when each attempt that reached the relay was begun, and to which address; the latest first, until
    /// that is enough.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn begun(&self, mut tell: impl FnMut(Timestamp, &str) -> ControlFlow<()>) -> Result<()> {
        // Attempts are written in the order of time: the last ones are found without an index over all.
        self.read(|db| {
            let mut attempts = db.prepare(
                "SELECT attempt.begun, letter.address FROM attempt JOIN letter ON letter.id = attempt.letter
                 WHERE outcome <> 'unsent' ORDER BY attempt.id DESC",
            )?;
            let mut rows = attempts.query([])?;
            while let Some(row) = rows.next()? {
                if tell(moment(row.get(0)?), row.get_ref(1)?.as_str()?).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Records changes: one transaction, durable when this returns.
    ///
    /// # Errors
    /// When it could not be recorded; then nothing of it was.
    pub fn record(&mut self, changes: &[Change], relay: &str, now: Timestamp) -> Result<()> {
        self.write(|db| changes.iter().try_for_each(|change| record(db, change, relay, now)))
    }

    /// Settles unknown letters as a person decided: all that are named, or none.
    ///
    /// # Errors
    /// [`Failure::NotUnknown`] when there is no unknown letter to one of the addresses.
    pub fn resolve(&mut self, address_keys: &[String], after: State, who: &str, now: Timestamp) -> Result<u64> {
        let all = self.entries(None)?;
        let mut unknown = Vec::new();
        for key in address_keys {
            let matching = || all.iter().filter(|entry| entry.address.to_lowercase() == *key);
            let before = unknown.len();
            // One that was to go again and cannot, since it changed, is in doubt still.
            let is_open = |entry: &&Entry| {
                entry.state == State::Unknown
                    || after == State::Accepted && entry.state == State::Waiting && entry.promised().is_some()
            };
            unknown.extend(matching().filter(is_open));
            if unknown.len() == before {
                let state = matching().next().map(|entry| entry.state);
                return Err(Failure::NotUnknown { address: key.clone(), state }.into());
            }
        }
        unknown.sort_by_key(|entry| entry.id);
        unknown.dedup_by_key(|entry| entry.id);
        self.write(|db| decide(db, unknown, after, who, now))
    }

    /// The letters to an address which a person may want to go again as new ones: accepted, refused, or waiting
    /// to be sent again just as they were.
    ///
    /// # Errors
    /// [`Failure::NothingToReset`] when there is none.
    pub fn settled_for(&self, address_key: &str) -> Result<Vec<Entry>> {
        let mut matching = self.entries(None)?;
        matching.retain(|entry| entry.address.to_lowercase() == address_key);
        let state = matching.first().map(|entry| entry.state);
        matching.retain(|entry| {
            matches!(entry.state, State::Accepted | State::Refused)
                || entry.state == State::Waiting && entry.promised().is_some()
        });
        if matching.is_empty() {
            return Err(Failure::NothingToReset { address: address_key.to_owned(), state }.into());
        }
        Ok(matching)
    }

    /// Lets letters go again, as a person decided. One that a relay has or may have becomes a new letter, with
    /// a Message-ID of its own: under the old one a receiver would drop it as a twin.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn reset(&mut self, letters: &[Entry], who: &str, now: Timestamp) -> Result<u64> {
        self.write(|db| {
            for entry in letters.iter().filter(|entry| entry.promised().is_some()) {
                db.execute(
                    "UPDATE letter SET dated = NULL, digest = NULL, message_id = ?2 WHERE id = ?1",
                    params![entry.id.bytes(), renewed(&entry.message_id)],
                )?;
            }
            decide(db, letters, State::Waiting, who, now)
        })
    }

    /// Settles letters of which it can be seen what became of them, as the outbox can: its file is there whole
    /// or not at all. Only letters begun towards `relay` are looked at. Tells how many were settled.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn settle_seen(&mut self, relay: &str, is_there: impl Fn(&Entry) -> bool, now: Timestamp) -> Result<u64> {
        let unknown: Vec<Entry> = self.read(|db| {
            db.prepare(&format!("{SELECT} WHERE state = 'unknown' AND relay = ?1"))?
                .query_map([relay], entry)?
                .collect()
        })?;
        if unknown.is_empty() {
            return Ok(0);
        }
        self.write(|db| {
            let mut settled = 0;
            for entry in &unknown {
                let after = if is_there(entry) { State::Accepted } else { State::Waiting };
                db.execute(
                    "UPDATE letter SET state = ?2, changed = ?3, dated = CASE WHEN ?2 = 'accepted' THEN dated END
                     WHERE id = ?1 AND state = 'unknown'",
                    params![entry.id.bytes(), after.as_str(), now.as_millisecond()],
                )?;
                db.execute(
                    "INSERT INTO decision (letter, at, who, before, after) VALUES (?1, ?2, 'outbox', 'unknown', ?3)",
                    params![entry.id.bytes(), now.as_millisecond(), after.as_str()],
                )?;
                settled += 1;
            }
            Ok(settled)
        })
    }

    fn prepare(&mut self, campaign: &str, now: Timestamp) -> Result<()> {
        self.db.busy_timeout(std::time::Duration::from_secs(2))?;
        let found = self.version()?;
        if found == (0, 0) {
            let is_empty: bool = self.db.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?;
            if !is_empty {
                return Err(self.damaged("not a ledger"));
            }
            must_never_have_been(&self.path, campaign)?;
        }
        // WAL with FULL: a commit is on the disk when it returns. Read back, for a build may decide otherwise.
        let mode: String = self.db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        // Memory for the index of a million letters, and a checkpoint now and then instead of all the time.
        self.db.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000;",
        )?;
        let synchronous: i64 = self.db.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
        if mode != "wal" || synchronous != 2 {
            let detail = format!("journal {mode}, synchronous {synchronous}");
            return Err(Failure::LedgerFailed { detail }.into());
        }
        if found != (0, 0) {
            self.check(found, campaign)?;
            self.inspect()?;
            self.migrate(found.1)?;
            self.must_know_all()?;
            witness::prepare(&self.db)?;
            return Ok(self.db.execute_batch("PRAGMA foreign_keys = ON;")?);
        }
        let transaction = self.db.transaction()?;
        transaction.execute_batch(SCHEMA)?;
        transaction
            .execute("INSERT INTO campaign (id, created) VALUES (?1, ?2)", params![campaign, now.as_millisecond()])?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        transaction.commit()?;
        witness::prepare(&self.db)?;
        Ok(self.db.execute_batch("PRAGMA foreign_keys = ON;")?)
    }

    /// Brings a ledger of an older version up to ours: all of it or nothing.
    fn migrate(&mut self, version: i64) -> Result<()> {
        let done = usize::try_from(version - 1).unwrap_or(0);
        if done >= MIGRATIONS.len() {
            return Ok(());
        }
        let transaction = self.db.transaction()?;
        for step in &MIGRATIONS[done..] {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "user_version", VERSION)?;
        Ok(transaction.commit()?)
    }

    /// Refuses a ledger of a newer version or of another campaign.
    fn check(&self, (application, version): (i64, i64), campaign: &str) -> Result<()> {
        if application != APPLICATION {
            return Err(self.damaged("not a ledger"));
        }
        if version > VERSION {
            return Err(Failure::LedgerNewer { path: self.path.clone(), version }.into());
        }
        let own: String = self.db.query_row("SELECT id FROM campaign", [], |row| row.get(0))?;
        if own != campaign {
            return Err(Failure::LedgerOfOther { path: self.path.clone(), campaign: own }.into());
        }
        Ok(())
    }

    /// Refuses a ledger that knows less than was recorded in it.
    fn must_know_all(&self) -> Result<()> {
        // In this order: a run that goes on counts up in the other.
        let seen = witness::seen(&self.path.with_file_name(LOCK), &self.campaign);
        let known = witness::known(&self.db);
        match seen.checked_sub(known) {
            Some(lost) if lost > 0 => Err(Failure::LedgerLost { path: self.path.clone(), lost }.into()),
            Some(_) | None => Ok(()),
        }
    }

    fn recover(&mut self, who: &str, now: Timestamp) -> Result<u64> {
        let transaction = self.db.transaction()?;
        transaction.execute("INSERT OR REPLACE INTO holder (only, who) VALUES (1, ?1)", [who])?;
        // The attempt counts against the pace, although nobody lived to tell its outcome.
        transaction.execute(
            "INSERT INTO attempt (letter, begun, ended, outcome, stage, text, relay)
             SELECT id, changed, ?1, 'unknown', 'message', 'cut off', coalesce(relay, '') FROM letter WHERE state = 'sending'",
            [now.as_millisecond()],
        )?;
        let recovered = transaction.execute(
            "UPDATE letter SET state = 'unknown', changed = ?1 WHERE state = 'sending'",
            [now.as_millisecond()],
        )?;
        transaction.commit()?;
        Ok(recovered as u64)
    }

    fn version(&self) -> rusqlite::Result<(i64, i64)> {
        let read = |name| self.db.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0));
        Ok((read("application_id")?, read("user_version")?))
    }

    fn write<T>(&mut self, change: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        if let Some(path) = self.files.missing() {
            return Err(Failure::LedgerGone { path: path.to_owned() }.into());
        }
        self.must_be_sound()?;
        let attempt = |db: &mut Connection| {
            // At once for writing: who must not be written to may be added by another process.
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = change(&transaction)?;
            let commits = witness::count(&transaction)?;
            transaction.commit()?;
            Ok((done, commits))
        };
        let (done, commits) = attempt(&mut self.db).map_err(|error| self.worded(error))?;
        if let Some(lock) = &self.lock_file {
            witness::note(lock, &self.campaign, commits);
        }
        Ok(done)
    }

    fn read<T>(&self, ask: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        ask(&self.db).map_err(|error| damage(&self.path, &error).into())
    }

    fn damaged(&self, detail: &str) -> anyhow::Error {
        Failure::LedgerDamaged { path: self.path.clone(), detail: detail.to_owned() }.into()
    }

    /// SQLite's errors as failures of ours; others as they are.
    fn worded(&self, error: anyhow::Error) -> anyhow::Error {
        match error.downcast_ref::<rusqlite::Error>() {
            Some(cause) => damage(&self.path, cause).into(),
            None => error,
        }
    }
}

/// What makes an entry, with which of them behind.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT id, row, address, message_id, number, state, attempts, not_before, dated, reply, changed, digest FROM letter",
            $which
        )
    };
}
const SELECT: &str = select!("");
const BY_ID: &str = select!(" WHERE id = ?1");

fn entry(row: &Row) -> rusqlite::Result<Entry> {
    let state: String = row.get(5)?;
    Ok(Entry {
        id: LetterId::from_bytes(row.get(0)?),
        row: row.get(1)?,
        address: row.get(2)?,
        message_id: row.get(3)?,
        number: row.get(4)?,
        // The schema lets no other in; should one be there all the same, nothing may be sent.
        state: State::parse(&state).unwrap_or(State::Unknown),
        attempts: row.get(6)?,
        not_before: row.get::<_, Option<i64>>(7)?.map(moment),
        dated: row.get(8)?,
        reply: row.get(9)?,
        changed: moment(row.get(10)?),
        digest: row.get::<_, Option<[u8; 32]>>(11)?.map(Digest::from_bytes),
    })
}

fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

fn record(db: &Transaction, change: &Change, relay: &str, now: Timestamp) -> Result<()> {
    match change {
        Change::Begin { id, dated, digest } => {
            let changed = db
                .prepare_cached(
                    "UPDATE letter SET state = 'sending', dated = ?2, digest = ?3, changed = ?4, relay = ?5 WHERE id = ?1 AND state = 'waiting'",
                )?
                .execute(params![id.bytes(), dated, digest.bytes(), now.as_millisecond(), relay])?;
            anyhow::ensure!(
                changed == 1,
                Failure::Ours { detail: format!("the letter {id} was begun and is not waiting") }
            );
        }
        Change::Settle { id, outcome, verdict, begun, connection } => {
            let (name, stage, reply, trouble) = columns(outcome);
            let shown = reply.map(ToString::to_string).or_else(|| trouble.clone());
            // Where nobody can have the letter, its Date is free again.
            let keeps_date = matches!(verdict.state, State::Accepted | State::Unknown);
            let changed = db
                .prepare_cached(
                    "UPDATE letter SET state = ?2, attempts = attempts + ?3, not_before = ?4, reply = ?5, changed = ?6,
                       dated = CASE WHEN ?7 THEN dated END
                     WHERE id = ?1 AND state IN ('waiting', 'sending')",
                )?
                .execute(params![
                    id.bytes(),
                    verdict.state.as_str(),
                    u32::from(verdict.charged),
                    verdict.not_before.map(jiff::Timestamp::as_millisecond),
                    shown,
                    now.as_millisecond(),
                    keeps_date
                ])?;
            anyhow::ensure!(changed == 1, Failure::Ours { detail: format!("the letter {id} was settled twice") });
            db.prepare_cached(
                "INSERT INTO attempt (letter, begun, ended, outcome, stage, code, enhanced, text, relay, connection)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                id.bytes(),
                begun.as_millisecond(),
                now.as_millisecond(),
                name,
                stage.map(Stage::as_str),
                reply.map(|reply| reply.code),
                reply.and_then(|reply| reply.enhanced()),
                reply.map(|reply| reply.text.as_str()).or(trouble.as_deref()),
                relay,
                connection
            ])?;
        }
    }
    Ok(())
}

fn decide<'a>(
    db: &Transaction,
    letters: impl IntoIterator<Item = &'a Entry>,
    after: State,
    who: &str,
    now: Timestamp,
) -> Result<u64> {
    let mut count = 0;
    for entry in letters {
        let id = entry.id.bytes();
        db.execute(
            "UPDATE letter SET state = ?2, attempts = 0, not_before = NULL, changed = ?3 WHERE id = ?1",
            params![id, after.as_str(), now.as_millisecond()],
        )?;
        db.execute(
            "INSERT INTO decision (letter, at, who, before, after) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id, now.as_millisecond(), who, entry.state.as_str(), after.as_str()],
        )?;
        count += 1;
    }
    Ok(count)
}

/// The Message-ID of the next letter to the same person: `<x@y>`, `<x.2@y>`, `<x.3@y>`.
fn renewed(message_id: &str) -> String {
    let (left, domain) = message_id.split_once('@').unwrap_or((message_id, ">"));
    let (stem, count) =
        left.rsplit_once('.').and_then(|(stem, count)| Some((stem, count.parse::<u32>().ok()?))).unwrap_or((left, 1));
    format!("{stem}.{}@{domain}", count.saturating_add(1))
}

/// An outcome as the columns of an attempt.
fn columns(outcome: &Outcome) -> (&'static str, Option<Stage>, Option<&Reply>, Option<String>) {
    match outcome {
        Outcome::Accepted(reply) => ("accepted", None, Some(reply), None),
        Outcome::Refused { stage, reply } => ("refused", Some(*stage), Some(reply), None),
        Outcome::Unsent { stage, trouble } => ("unsent", Some(*stage), trouble.reply(), Some(trouble.to_string())),
        Outcome::Unknown { trouble } => ("unknown", Some(Stage::Message), trouble.reply(), Some(trouble.to_string())),
    }
}

/// Takes the lock of a folder, or tells who has it.
fn lock(folder: &Path, ledger: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| Failure::file(Doing::Creating, &path, &error))?;
    // Somebody who only looks may hold it for an instant.
    let mut tried = file.try_lock();
    for _ in 0..10 {
        if !matches!(tried, Err(std::fs::TryLockError::WouldBlock)) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(30));
        tried = file.try_lock();
    }
    match tried {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            let by = Connection::open_with_flags(ledger, OpenFlags::SQLITE_OPEN_READ_ONLY)
                .and_then(|db| db.query_row("SELECT who FROM holder", [], |row| row.get(0)))
                .unwrap_or_else(|_| "?".to_owned());
            Err(Failure::LedgerHeld { by }.into())
        }
        Err(std::fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| Failure::LedgerFailed { detail: path.display().to_string() })
        }
    }
}

/// Who holds the lock: known only while somebody does.
fn holder(lock: &Path, db: &Connection) -> Option<String> {
    let file = OpenOptions::new().write(true).open(lock).ok()?;
    match file.try_lock() {
        Ok(()) => None,
        Err(_) => db.query_row("SELECT who FROM holder", [], |row| row.get(0)).ok(),
    }
}

/// Refuses to begin anew where a ledger was.
fn must_never_have_been(path: &Path, campaign: &str) -> Result<()> {
    match witness::seen(&path.with_file_name(LOCK), campaign) {
        0 => Ok(()),
        lost => Err(Failure::LedgerLost { path: path.to_owned(), lost }.into()),
    }
}

/// A connection that only looks. What a power cut left half done has to be undone first, and only one that may
/// write can do so.
fn reading(path: &Path) -> rusqlite::Result<Connection> {
    let look = || {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(db)
    };
    let is_half_done = |error: &rusqlite::Error| error.sqlite_error_code() == Some(rusqlite::ErrorCode::ReadOnly);
    look().or_else(|error| {
        if !is_half_done(&error) {
            return Err(error);
        }
        let undoing = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        undoing.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        drop(undoing);
        look()
    })
}

/// Makes the file, readable by its owner alone, where there is none.
fn private_file(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map(drop)
}

/// An error of SQLite's: a damaged file, or one that cannot be written.
fn damage(path: &Path, error: &rusqlite::Error) -> Failure {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => Failure::LedgerDamaged { path: path.to_owned(), detail },
        _ => Failure::LedgerFailed { detail },
    }
}

#[cfg(test)]
mod tests;
