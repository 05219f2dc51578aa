//! The ledger: what happened to every letter, kept in SQLite beside `campaign.toml`.
//!
//! Written before and after each attempt. While a run goes on, what its connections say is made
//! durable in a journal beside the ledger (`ledger.journal`), overwritten in place, one sync for
//! all that waits; the ledger takes it in large groups, several times a second. Whoever opens the
//! ledger reads first what the journal has and it has not. Decides nothing: see `policy`. One
//! process at a time writes; anybody may look, and forbid addresses meanwhile.

mod approval;
mod archive;
mod block;
mod book;
mod change;
mod codec;
mod decisions;
mod entries;
mod journal;
mod lock;
mod suppression;
mod survey;
mod witness;

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};

use crate::failure::{Doing, Failure};
use crate::letter::{Digest, LetterId, Numbering};
use block::Block;

pub use archive::Archive;
pub use book::Book;
pub use change::{Change, Key};
use entries::{BY_ID, NEXT, entry};
pub use journal::{Journal, NotKept};
use lock::{LOCK, holder, lock};
pub use suppression::suppressed;
use survey::Inspection;
pub use survey::Surveyed;
use witness::Files;

const FILE: &str = "ledger.sqlite";
const JOURNAL: &str = "ledger.journal";
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
                ledger.let_catch_up()?;
                ledger.must_know_all()?;
                Ok(Some(ledger))
            }
        }
    }

    /// Where a run was cut off and none goes on, what its journal has is taken up before anybody
    /// looks.
    fn let_catch_up(&self) -> Result<()> {
        if self.news()?.is_empty() {
            return Ok(());
        }
        let Some(lock) = lock::free(&self.path.with_file_name(LOCK)) else { return Ok(()) };
        let db = Connection::open(&self.path).map_err(|error| damage(&self.path, &error))?;
        let mut writing = Self::of(db, self.path.clone(), &self.campaign);
        writing.lock_file = Some(lock);
        writing.catch_up().map_err(|error| self.worded(error))
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
                db.query_row("SELECT coalesce(max(position) + 1, 0) FROM letter", [], |row| {
                    row.get(0)
                })?;
            db.execute("DELETE FROM survey", [])?;
            let mut insert = db.prepare(
                "INSERT INTO letter (id, position, row, address, message_id, number, state, changed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7) ON CONFLICT (id) DO NOTHING",
            )?;
            // The row belongs to the list as it is now.
            let mut refresh =
                db.prepare("UPDATE letter SET row = ?2 WHERE id = ?1 AND row <> ?2")?;
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
        self.read(|db| {
            db.query_row("SELECT coalesce(max(position) + 1, 0) FROM letter", [], |row| row.get(0))
        })
    }

    fn prepare(&mut self, campaign: &str, now: Timestamp) -> Result<()> {
        self.db.busy_timeout(std::time::Duration::from_secs(2))?;
        let found = self.version()?;
        if found == (0, 0) {
            let is_empty: bool =
                self.db
                    .query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?;
            if !is_empty {
                return Err(self.damaged("not a ledger"));
            }
            must_never_have_been(&self.path, campaign)?;
        }
        // WAL with FULL: a commit is on the disk when it returns. Read back, for a build may decide
        // otherwise.
        let mode: String = self.db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        // Memory for the index of a million letters, and a checkpoint now and then instead of all
        // the time.
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
            witness::prepare(&self.db)?;
            self.catch_up()?;
            self.must_know_all()?;
            return Ok(self.db.execute_batch("PRAGMA foreign_keys = ON;")?);
        }
        let transaction = self.db.transaction()?;
        transaction.execute_batch(SCHEMA)?;
        transaction.execute(
            "INSERT INTO campaign (id, created) VALUES (?1, ?2)",
            params![campaign, now.as_millisecond()],
        )?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        witness::prepare(&transaction)?;
        transaction.commit()?;
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

    /// Takes up what the journal of a run that was cut off has and the ledger has not.
    fn catch_up(&mut self) -> Result<()> {
        let blocks = self.news()?;
        let Some(last) = blocks.last() else { return Ok(()) };
        self.must_be_sound()?;
        let number = last.number;
        let transaction = self.db.transaction()?;
        for block in blocks {
            change::apply(&transaction, block.lines, &block.relay)?;
        }
        witness::count_to(&transaction, number)?;
        Ok(transaction.commit()?)
    }

    /// What the journal has and the ledger has not.
    fn news(&self) -> Result<Vec<Block>> {
        let path = self.journal_path();
        let found = block::following(&path, self.salt()?, self.read(witness::known)?);
        found.map_err(|error| Failure::file(Doing::Reading, &path, &error).into())
    }

    fn journal_path(&self) -> PathBuf {
        self.path.with_file_name(JOURNAL)
    }

    /// Tells the journals of this ledger from those of another that lay in the same folder.
    fn salt(&self) -> Result<i64> {
        self.read(|db| db.query_row("SELECT created FROM campaign", [], |row| row.get(0)))
    }

    /// Refuses a ledger that knows less than was recorded in it and in its journal.
    fn must_know_all(&self) -> Result<()> {
        let mut lost = 0;
        for glance in 0..5 {
            // While a run goes on, all three move.
            std::thread::sleep(std::time::Duration::from_millis(10 * glance));
            // In this order: a run that goes on counts up in the others.
            let seen = witness::seen(&self.path.with_file_name(LOCK), &self.campaign);
            let mut known = self.read(witness::known)?;
            if seen > known {
                known = self.news()?.last().map_or(known, |block| block.number);
            }
            lost = seen.saturating_sub(known);
            if lost == 0 {
                return Ok(());
            }
        }
        Err(Failure::LedgerLost { path: self.path.clone(), lost }.into())
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

    /// Changes the ledger: all of it or nothing, durable when this returns.
    fn write<T>(&mut self, change: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        let Some(lock) = self.lock_file.as_ref().map(File::try_clone).transpose()? else {
            // Beside a run, whose journal counts on.
            return self.commit(change);
        };
        let (done, commits) = self.commit(|db| {
            let done = change(db)?;
            Ok((done, witness::count(db)?))
        })?;
        witness::note(&lock, &self.campaign, commits);
        Ok(done)
    }

    fn commit<T>(&mut self, change: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        if let Some(path) = self.files.missing() {
            return Err(Failure::LedgerGone { path: path.to_owned() }.into());
        }
        self.must_be_sound()?;
        let attempt = |db: &mut Connection| {
            // At once for writing: who must not be written to may be added by another process.
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = change(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        attempt(&mut self.db).map_err(|error| self.worded(error))
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

fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

/// Refuses to begin anew where a ledger was.
fn must_never_have_been(path: &Path, campaign: &str) -> Result<()> {
    match witness::seen(&path.with_file_name(LOCK), campaign) {
        0 => Ok(()),
        lost => Err(Failure::LedgerLost { path: path.to_owned(), lost }.into()),
    }
}

/// A connection that only looks. What a power cut left half done has to be undone first, and only
/// one that may write can do so.
fn reading(path: &Path) -> rusqlite::Result<Connection> {
    let look = || {
        let db = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(db)
    };
    let is_half_done =
        |error: &rusqlite::Error| error.sqlite_error_code() == Some(rusqlite::ErrorCode::ReadOnly);
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
        Some(DatabaseCorrupt | NotADatabase) => {
            Failure::LedgerDamaged { path: path.to_owned(), detail }
        }
        _ => Failure::LedgerFailed { detail },
    }
}

#[cfg(test)]
mod tests;
