//! The ledger: what happened to every letter, kept in SQLite beside `campaign.toml`.
//!
//! Written before and after each attempt. The connections of a run append to the `attempt` table
//! together ([`Recorder`]); the letters' table is brought up to date from it in groups and when the
//! ledger is opened. One process at a time writes letters; others may look, and suppress addresses.
//! Decides nothing: see `policy`.

mod answers;
mod approvals;
mod archive;
mod attempt;
mod decisions;
mod entries;
mod home;
mod integrity;
mod lock;
mod preflight;
mod recorder;
mod rollback_guard;
mod session;
mod suppression;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use jiff::{Timestamp, Zoned};
use rusqlite::config::DbConfig;
use rusqlite::{
    Connection, ErrorCode, OpenFlags, OptionalExtension as _, Transaction, TransactionBehavior,
    params,
};

use crate::failure::{Doing, Failure, LedgerFlaw};
use crate::files;
use crate::letter::{Digest, LetterId, Numbering};

pub use answers::{Kept, Position, Undecided, Word};
pub use archive::Archive;
pub use attempt::{Attempt, LetterKey};
use integrity::Inspection;
use lock::{Hold, LOCK, Lockable, holder};
pub use preflight::Preflight;
pub use recorder::{Beginning, NotBegun, Recorder};
use rollback_guard::{Guard, OpenFiles};
pub use session::RunSession;
pub use suppression::suppressed;

const FILE: &str = "ledger.sqlite";
const SCHEMA: &str = include_str!("schema.sql");
const VERSION: i64 = 3;
/// "gone" in ASCII: marks an SQLite file as a ledger of ours.
const APPLICATION: i64 = 0x676F_6E65;

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
    pub date: Option<Zoned>,
}

/// An open ledger.
pub struct Ledger {
    db: Connection,
    path: PathBuf,
    campaign: String,
    /// The files as they were opened.
    files: OpenFiles,
    /// The check of a large file, until its result is needed.
    inspection: Option<Inspection>,
    /// Where it is noted what was committed, while this process may write.
    guard: Option<Arc<Guard>>,
    /// Held while this process may write.
    hold: Option<Hold>,
    /// Last, because it has to be closed after the connection.
    lockable: Lockable,
}

impl Ledger {
    /// The ledger's file in a campaign's folder.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }

    /// Opens the ledger for writing, and creates it if there is none. Letters found `sending` become
    /// `unknown`, because the process that was sending them is gone. Also returns how many.
    ///
    /// # Errors
    /// [`Failure::LedgerHeld`], [`Failure::LedgerDamaged`], [`Failure::LedgerNewer`], [`Failure::LedgerOlder`],
    /// [`Failure::LedgerOfOther`], or an error of the system.
    pub fn open(folder: &Path, campaign: &str, who: &str, now: Timestamp) -> Result<(Self, u64)> {
        let (mut ledger, has_log) = Self::hold(folder, campaign, now)?;
        ledger.must_know_all(has_log)?;
        let recovered = ledger.recover(who, now).map_err(|error| ledger.worded(error))?;
        Ok((ledger, recovered))
    }

    /// Opens a ledger whose last run was cut off and whose log is lost: every letter that waits may
    /// have gone, and becomes `unknown`. Also returns how many.
    ///
    /// # Errors
    /// [`Failure::NothingLost`], or like [`Ledger::open`].
    pub fn open_torn(
        folder: &Path,
        campaign: &str,
        who: &str,
        now: Timestamp,
    ) -> Result<(Self, u64)> {
        let (mut ledger, has_log) = Self::hold(folder, campaign, now)?;
        let Err(failure) = ledger.must_know_all(has_log) else {
            return Err(Failure::NothingLost.into());
        };
        if !matches!(failure.downcast_ref(), Some(Failure::LedgerTorn { .. })) {
            return Err(failure);
        }
        let mut unknown = ledger.recover(who, now).map_err(|error| ledger.worded(error))?;
        unknown += ledger.doubt_waiting(who, now)?;
        Ok((ledger, unknown))
    }

    /// Takes the lock and opens the ledger; whether it lost something is not known yet. Also returns
    /// whether there was a log.
    fn hold(folder: &Path, campaign: &str, now: Timestamp) -> Result<(Self, bool)> {
        let path = Self::path(folder);
        let unusable = |path: &Path, error| unusable(Doing::Creating, path, &error);
        files::must_have_one_name(&path).map_err(|error| unusable(&path, error))?;
        if !path.exists() {
            must_not_be_lost(&path, campaign)?;
        }
        let beside = path.with_file_name(LOCK);
        let lockable = Lockable::created(&path).map_err(|error| unusable(&path, error))?;
        let hold = lockable.hold(&path)?;
        let guard = hold.guard_file(&path).map_err(|error| unusable(&beside, error))?;
        let has_log = has_log(&path);
        // Not through `files`: closing a handle of the ledger would release SQLite's locks.
        let db = Connection::open(&path).map_err(|error| damage(&path, &error))?;
        let mut ledger = Self::of(db, lockable, path, campaign);
        ledger.hold = Some(hold);
        ledger.guard = Some(Arc::new(Guard::new(beside, guard, campaign)));
        ledger.prepare(campaign, now).map_err(|error| ledger.worded(error))?;
        ledger.files = OpenFiles::of(&ledger.path);
        Ok((ledger, has_log))
    }

    /// Opens the ledger to look at it, also during a run. Returns `None` if there is none.
    ///
    /// # Errors
    /// Like [`Ledger::open`], except that it may be held.
    pub fn look(folder: &Path, campaign: &str) -> Result<Option<Self>> {
        let path = Self::path(folder);
        let beside = path.with_file_name(LOCK);
        for path in [&path, &beside] {
            files::must_have_one_name(path)
                .map_err(|error| unusable(Doing::Reading, path, &error))?;
        }
        if !path.exists() {
            must_not_be_lost(&path, campaign)?;
            return Ok(None);
        }
        let lockable = Lockable::existing(&path).or_else(|error| match error.kind() {
            // Where the lock is a file beside the ledger, it may be missing.
            std::io::ErrorKind::NotFound => Lockable::created(&path),
            _ => Err(error),
        });
        let lockable = lockable.map_err(|error| unusable(Doing::Reading, &path, &error))?;
        let has_log = has_log(&path);
        let db = reading(&path).map_err(|error| damage(&path, &error))?;
        let ledger = Self::of(db, lockable, path.clone(), campaign);
        match ledger.version().map_err(|error| damage(&ledger.path, &error))? {
            (0, 0) => {
                must_not_be_lost(&ledger.path, campaign)?;
                Ok(None)
            }
            known => {
                ledger.check(known, campaign).map_err(|error| ledger.worded(error))?;
                ledger.let_catch_up()?;
                ledger.must_know_all(has_log)?;
                Ok(Some(ledger))
            }
        }
    }

    /// After an interrupted run, brings the letters' table up to date before anybody looks.
    fn let_catch_up(&self) -> Result<()> {
        if !self.read(attempt::is_behind)? {
            return Ok(());
        }
        let Some(_hold) = self.lockable.free() else { return Ok(()) };
        let catch_up = || -> Result<()> {
            let mut db = Connection::open(&self.path)?;
            keep_log(&db)?;
            make_durable(&db)?;
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            attempt::fold(&transaction)?;
            Ok(transaction.commit()?)
        };
        catch_up().map_err(|error| self.worded(error))
    }

    fn of(db: Connection, lockable: Lockable, path: PathBuf, campaign: &str) -> Self {
        let (campaign, files) = (campaign.to_owned(), OpenFiles::default());
        Self { db, path, campaign, files, inspection: None, guard: None, hold: None, lockable }
    }

    /// Who holds the ledger now, if anybody does.
    pub fn holder(&self) -> Option<String> {
        holder(&self.lockable, &self.db)
    }

    /// Enrols letters in this order, all or none. A letter that is known keeps its number.
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
            db.execute("DELETE FROM preflight", [])?;
            let mut insert = db.prepare(
                "INSERT INTO letter (id, position, row, address, message_id, number, state, changed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7) ON CONFLICT (id) DO NOTHING",
            )?;
            // The list may have been sorted since. What is settled stays as it was.
            let mut refresh = db.prepare(
                "UPDATE letter SET row = ?2
                 WHERE id = ?1 AND row <> ?2 AND state IN ('waiting', 'unknown')",
            )?;
            let mut rename = db.prepare(
                "UPDATE OR IGNORE letter SET id = ?2, message_id = ?3 WHERE id = ?1
                 AND state = 'waiting' AND dated IS NULL
                 AND NOT EXISTS (SELECT 1 FROM decision WHERE decision.letter = ?1)",
            )?;
            for letter in letters {
                if let Some(earlier) = letter.earlier {
                    rename.execute((earlier.bytes(), letter.id.bytes(), &letter.message_id))?;
                }
                let number = numbering.number(position);
                let replaces = letter.replaces;
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
                    if let Some(replaced) = replaces {
                        // Also those that the replaced one had replaced.
                        db.execute(
                            "UPDATE letter SET replaced = ?2 WHERE id = ?1
                             OR replaced = (SELECT position FROM letter WHERE id = ?1)",
                            (replaced.bytes(), position),
                        )?;
                    }
                    position += 1;
                }
            }
            Ok(())
        })
    }

    /// How many letters were ever enrolled: the position of the next.
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
            must_not_be_lost(&self.path, campaign)?;
        }
        make_durable(&self.db)?;
        if found == (0, 0) {
            self.create(campaign, now)?;
        } else {
            self.check(found, campaign)?;
            self.inspect()?;
        }
        Ok(self.db.execute_batch("PRAGMA foreign_keys = ON;")?)
    }

    fn create(&mut self, campaign: &str, now: Timestamp) -> Result<()> {
        let transaction = self.db.transaction()?;
        transaction.execute_batch(SCHEMA)?;
        transaction.execute(
            "INSERT INTO campaign (id, created) VALUES (?1, ?2)",
            params![campaign, now.as_millisecond()],
        )?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        Ok(transaction.commit()?)
    }

    /// Refuses a ledger of another version or of another campaign.
    fn check(&self, (application, version): (i64, i64), campaign: &str) -> Result<()> {
        if application != APPLICATION {
            return Err(self.damaged("not a ledger"));
        }
        if version > VERSION {
            return Err(Failure::LedgerNewer { path: self.path.clone(), version }.into());
        }
        if version < VERSION {
            return Err(Failure::LedgerOlder { path: self.path.clone(), version }.into());
        }
        let own: String = self.db.query_row("SELECT id FROM campaign", [], |row| row.get(0))?;
        if own != campaign {
            let ask =
                "SELECT count(*) FROM letter WHERE state IN ('accepted', 'sending', 'unknown')";
            let letters = self.db.query_row(ask, [], |row| row.get(0))?;
            let path = self.path.clone();
            return Err(Failure::LedgerOfOther { path, campaign: own, letters }.into());
        }
        Ok(())
    }

    /// Refuses a ledger that knows less than was recorded in it, or may: its last run was cut off, its
    /// log is gone, and the rollback guard says nothing.
    fn must_know_all(&self, has_log: bool) -> Result<()> {
        // In this order, because a run in progress writes to the database first.
        let seen = rollback_guard::seen(&self.path.with_file_name(LOCK), &self.campaign);
        let lost = seen.saturating_sub(self.read(rollback_guard::known)?);
        if lost == 0 && (has_log || seen > 0) {
            return Ok(());
        }
        let of_a_run = "SELECT who FROM holder WHERE running";
        let by = self.read(|db| db.query_row(of_a_run, [], |row| row.get(0)).optional())?;
        match by {
            Some(by) if self.hold.is_some() || self.holder().is_none() => {
                let folder = self.path.parent().unwrap_or(Path::new(".")).to_owned();
                let waiting = self.account()?.waiting;
                Err(Failure::LedgerTorn { folder, by, waiting }.into())
            }
            _ if lost > 0 => Err(Failure::LedgerLost { path: self.path.clone(), lost }.into()),
            _ => Ok(()),
        }
    }

    /// Notes in the file itself, not only in its log, that a run begins to send.
    fn mark_run(&mut self) -> Result<()> {
        self.write(|db| Ok(db.execute("UPDATE holder SET running = 1", []).map(drop)?))?;
        // Somebody who reads may keep it in the log for now; the rollback guard remains.
        self.read(|db| db.query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(())))
    }

    /// Notes that the run has ended, unless something of it is still open.
    fn unmark_run(&mut self) {
        let is_open = |db: &Connection| -> rusqlite::Result<bool> {
            let sending = "SELECT count(*) > 0 FROM letter WHERE state = 'sending'";
            Ok(attempt::is_behind(db)? || db.query_row(sending, [], |row| row.get(0))?)
        };
        if self.read(is_open).is_ok_and(|is_open| !is_open) {
            // If that fails, the next run takes this one for cut off, and finds nothing lost.
            let _ =
                self.write(|db| Ok(db.execute("UPDATE holder SET running = 0", []).map(drop)?));
        }
    }

    /// Brings the letters' table up to date. Letters found `sending` become `unknown`.
    fn recover(&mut self, who: &str, now: Timestamp) -> Result<u64> {
        if self.read(attempt::is_behind)? {
            self.must_be_sound()?;
        }
        let now = now.as_millisecond();
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("INSERT OR REPLACE INTO holder (only, who) VALUES (1, ?1)", [who])?;
        attempt::fold(&transaction)?;
        // The attempt counts against the pace, although its outcome was not recorded.
        transaction.execute(
            "INSERT INTO attempt (position, begun, ended, relay, state, charged, outcome, stage, text)
             SELECT position, changed, ?1, coalesce(relay, ''), 'unknown', 0, 'unknown', 'message',
               'cut off'
             FROM letter WHERE state = 'sending'",
            [now],
        )?;
        let recovered = transaction.execute(
            "UPDATE letter SET state = 'unknown', changed = ?1 WHERE state = 'sending'",
            [now],
        )?;
        transaction.execute(
            "UPDATE campaign SET folded = (SELECT coalesce(max(id), 0) FROM attempt)",
            [],
        )?;
        transaction.commit()?;
        Ok(recovered as u64)
    }

    fn version(&self) -> rusqlite::Result<(i64, i64)> {
        let read = |name| self.db.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0));
        Ok((read("application_id")?, read("user_version")?))
    }

    /// Makes a change as a whole or not at all. Durable when this returns.
    fn write<T>(&mut self, change: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        let Some(guard) = self.guard.clone() else {
            // Beside a run, which does the counting.
            return self.commit(change);
        };
        let (done, count) = self.commit(|db| {
            let done = change(db)?;
            Ok((done, rollback_guard::count(db)?))
        })?;
        guard.note(count);
        Ok(done)
    }

    fn commit<T>(&mut self, change: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        if let Some(path) = self.files.missing() {
            return Err(Failure::LedgerGone { path: path.to_owned() }.into());
        }
        self.must_be_sound()?;
        let attempt = |db: &mut Connection| {
            // Another process may be adding to the suppression list.
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

    fn worded(&self, error: anyhow::Error) -> anyhow::Error {
        failure(&self.path, error).into()
    }
}

fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

/// Refuses to create a ledger where one was lost.
fn must_not_be_lost(path: &Path, campaign: &str) -> Result<()> {
    match rollback_guard::seen(&path.with_file_name(LOCK), campaign) {
        0 => Ok(()),
        lost => Err(Failure::LedgerLost { path: path.to_owned(), lost }.into()),
    }
}

/// A file of the ledger that cannot be used; where it is a link, that says more.
fn unusable(doing: Doing, path: &Path, error: &std::io::Error) -> Failure {
    match LedgerFlaw::from(error) {
        LedgerFlaw::Other => Failure::file(doing, path, error),
        flaw => {
            let (path, detail) = (path.to_owned(), error.to_string());
            Failure::LedgerFailed { path, flaw, detail }
        }
    }
}

/// A read-only connection. If a power cut left something half done, a connection that may write has
/// to undo it first. Where nobody may write, a ledger without a log is read as it lies there.
fn reading(path: &Path) -> rusqlite::Result<Connection> {
    let look = || {
        let db = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(db)
    };
    let undo = || {
        let undoing = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        keep_log(&undoing)?;
        undoing.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
    };
    let is = |error: &rusqlite::Error, code| error.sqlite_error_code() == Some(code);
    look()
        .or_else(|error| {
            if !is(&error, ErrorCode::ReadOnly) {
                return Err(error);
            }
            undo()?;
            look()
        })
        .or_else(|error| {
            let cannot_write = [ErrorCode::ReadOnly, ErrorCode::CannotOpen];
            if !cannot_write.into_iter().any(|code| is(&error, code)) || has_log(path) {
                return Err(error);
            }
            immutable(path)
        })
}

/// A connection that trusts the file not to change: SQLite needs no files beside it then.
#[cfg(unix)]
fn immutable(path: &Path) -> rusqlite::Result<Connection> {
    use std::os::unix::ffi::OsStrExt as _;
    let octet = |octet: &u8| match octet {
        b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
            char::from(*octet).to_string()
        }
        octet => format!("%{octet:02X}"),
    };
    let encoded: String = path.as_os_str().as_bytes().iter().map(octet).collect();
    let db = Connection::open_with_flags(
        format!("file:{encoded}?immutable=1"),
        OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI,
    )?;
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(db)
}

#[cfg(not(unix))]
fn immutable(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// Whether there is a write-ahead log with something in it.
fn has_log(path: &Path) -> bool {
    std::fs::metadata(rollback_guard::log_of(path)).is_ok_and(|about| about.len() > 0)
}

/// A connection beside a run that may have been cut off leaves its log where it is: a missing one
/// means that something was lost.
fn keep_log(db: &Connection) -> rusqlite::Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map(drop)
}

/// WAL with FULL: a commit is on the disk when it returns.
fn make_durable(db: &Connection) -> Result<()> {
    let mode: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    // Memory for the index of a million letters, and fewer checkpoints.
    db.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000;",
    )?;
    // Read back: SQLite may have been built otherwise.
    let synchronous: i64 = db.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    if mode != "wal" || synchronous != 2 {
        let detail = format!("journal {mode}, synchronous {synchronous}");
        let path = db.path().map(PathBuf::from).unwrap_or_default();
        return Err(Failure::LedgerFailed { path, flaw: LedgerFlaw::Other, detail }.into());
    }
    Ok(())
}

/// Any error of the ledger as a [`Failure`].
fn failure(path: &Path, error: anyhow::Error) -> Failure {
    match error.downcast::<Failure>() {
        Ok(failure) => failure,
        Err(error) => {
            if let Some(cause) = error.downcast_ref::<rusqlite::Error>() {
                return damage(path, cause);
            }
            let flaw = error.downcast_ref::<std::io::Error>();
            let flaw = flaw.map_or(LedgerFlaw::Other, LedgerFlaw::from);
            Failure::LedgerFailed { path: path.to_owned(), flaw, detail: error.to_string() }
        }
    }
}

/// An error of SQLite: the file is damaged, or cannot be used.
fn damage(path: &Path, error: &rusqlite::Error) -> Failure {
    use ErrorCode as Code;
    let (path, detail) = (path.to_owned(), error.to_string());
    let flaw = match error.sqlite_error_code() {
        // A table that is not there is SQLITE_ERROR, which has no code of its own here.
        Some(Code::DatabaseCorrupt | Code::NotADatabase | Code::Unknown) => {
            return Failure::LedgerDamaged { path, detail };
        }
        Some(Code::DiskFull) => LedgerFlaw::DiskFull,
        Some(Code::ReadOnly) => LedgerFlaw::ReadOnly,
        Some(Code::PermissionDenied | Code::CannotOpen) => LedgerFlaw::Forbidden,
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => LedgerFlaw::Busy,
        Some(_) => LedgerFlaw::Other,
        // A value that is none, or none where there has to be one.
        None => return Failure::LedgerDamaged { path, detail },
    };
    Failure::LedgerFailed { path, flaw, detail }
}

#[cfg(test)]
mod tests;
