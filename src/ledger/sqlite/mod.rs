//! A ledger in an SQLite file beside `campaign.toml`: how it is opened, locked, checked and made
//! durable. One process at a time writes letters; others may look, and suppress addresses.

mod integrity;
mod lock;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, params};

use super::database::{self, Db};
use super::rollback_guard::{self, Guard, LOCK, OpenFiles, identity};
use super::{COPY, HAVE_A_LETTER, Location, attempt, suppression};
use crate::failure::{Doing, Failure, LedgerFlaw};
use crate::files::{self, Audience, Draft, Durability};
use crate::suppression::Suppressed;
use integrity::Inspection;
use lock::{Hold, Lockable, holder};
pub(super) use writer::Writer;

const FILE: &str = "ledger.sqlite";
const SCHEMA: &str = include_str!("schema.sql");
const VERSION: i64 = 3;
/// "gone" in ASCII: marks an SQLite file as a ledger of ours.
const APPLICATION: i64 = 0x676F_6E65;

/// "gonM": marks one whose content went to a server.
const MOVED: i64 = 0x676F_6E4D;

/// An open file.
pub(super) struct Store {
    db: Connection,
    path: PathBuf,
    /// The campaign that the ledger is of.
    campaign: String,
    takes_other_id: bool,
    /// The files as they were opened.
    files: OpenFiles,
    /// The check of a large file, until its result is needed.
    inspection: Option<Inspection>,
    /// There was something in the write-ahead log.
    has_log: bool,
    /// Where it is noted what was committed, while this process may write.
    guard: Option<Arc<Guard>>,
    /// Held while this process may write.
    hold: Option<Hold>,
    /// Last, because it has to be closed after the connection.
    lockable: Lockable,
}

/// What a ledger is that does not exist yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum New {
    Begins,
    /// It comes from a server, and knows what the rollback guard has seen.
    Arrives,
}

/// The ledger's file in a campaign's folder.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Whether there is a ledger that nobody has moved to a server.
pub(super) fn is_in_use(path: &Path) -> bool {
    let mark = || reading(path)?.query_row("PRAGMA application_id", [], |row| row.get(0));
    // One that cannot be read may be in use.
    path.exists() && mark().map_or(true, |mark: i64| mark == APPLICATION)
}

/// The suppression list of a ledger, also during a run. Empty if there is no ledger.
pub(super) fn suppressed(folder: &Path) -> Result<Vec<Suppressed>, Failure> {
    let path = path(folder);
    if !path.exists() {
        return Ok(Vec::new());
    }
    must_be_whole(&path, Doing::Reading)?;
    let read = || -> database::Result<Vec<Suppressed>> {
        let db = reading(&path)?;
        // Another process may be creating the ledger.
        if !db.table_exists(None, "suppression")? {
            return Ok(Vec::new());
        }
        suppression::entries(Db::Sqlite(&db))
    };
    read().map_err(|error| unreadable(&path, &error))
}

impl Store {
    /// Takes the lock and opens the ledger; creates it if there is none. Whether it lost something is
    /// not known yet.
    pub(super) fn hold(at: &Location, now: Timestamp) -> Result<Self> {
        Self::hold_new(at, now, New::Begins)
    }

    /// Like [`Store::hold`], for a ledger that comes from a server.
    pub(super) fn hold_for_move(at: &Location, now: Timestamp) -> Result<Self> {
        let path = path(&at.folder);
        if is_in_use(&path) {
            return Err(Failure::LedgerThere { at: path.display().to_string() }.into());
        }
        // All that one knew which is closed is on the server.
        for closed in [rollback_guard::log_of(&path), path] {
            files::remove(&closed)
                .map_err(|error| Failure::file(Doing::Replacing, &closed, &error))?;
        }
        Self::hold_new(at, now, New::Arrives)
    }

    fn hold_new(at: &Location, now: Timestamp, new: New) -> Result<Self> {
        let path = path(&at.folder);
        let unusable = |path: &Path, error| unusable(Doing::Creating, path, &error);
        must_be_whole(&path, Doing::Creating)?;
        if !path.exists() && new == New::Begins {
            must_not_be_lost(&path, &at.campaign)?;
        }
        let beside = path.with_file_name(LOCK);
        let lockable = Lockable::created(&path).map_err(|error| unusable(&path, error))?;
        let hold = lockable.hold(&path)?;
        let guard = hold.guard_file(&path).map_err(|error| unusable(&beside, error))?;
        let has_log = has_log(&path);
        // Not through `files`: closing a handle of the ledger would release SQLite's locks.
        let db = Connection::open(&path).map_err(|error| damage(&path, &error))?;
        let mut store = Self::of(db, lockable, path, at);
        store.has_log = has_log;
        store.hold = Some(hold);
        store.prepare(now, new).map_err(|error| store.worded(error))?;
        store.guard = Some(Arc::new(Guard::new(beside, guard, &store.campaign)));
        store.files = OpenFiles::of(&store.path);
        Ok(store)
    }

    /// Opens the ledger to look at it, also during a run. Returns `None` if there is none.
    pub(super) fn look(at: &Location) -> Result<Option<Self>> {
        let path = path(&at.folder);
        must_be_whole(&path, Doing::Reading)?;
        if !path.exists() {
            must_not_be_lost(&path, &at.campaign)?;
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
        let mut store = Self::of(db, lockable, path.clone(), at);
        store.has_log = has_log;
        match store.version().map_err(|error| damage(&store.path, &error))? {
            (0, 0) => {
                must_not_be_lost(&store.path, &at.campaign)?;
                Ok(None)
            }
            known => {
                store.check(known).map_err(|error| store.worded(error))?;
                store.let_catch_up()?;
                Ok(Some(store))
            }
        }
    }

    /// Opens the ledger beside the run that holds it, to change the suppression list and nothing else.
    pub(super) fn beside(at: &Location) -> Result<Self> {
        let path = path(&at.folder);
        let open = || {
            let db = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            keep_log(&db)?;
            // Enrolling a million letters is one transaction.
            db.busy_timeout(Duration::from_mins(1))?;
            Ok(db)
        };
        must_be_whole(&path, Doing::Writing)?;
        let lockable =
            Lockable::existing(&path).map_err(|error| unusable(Doing::Reading, &path, &error))?;
        let db = open().map_err(|error| damage(&path, &error))?;
        let mut store = Self::of(db, lockable, path.clone(), at);
        let known = store.version().map_err(|error| damage(&store.path, &error))?;
        if known.1 != VERSION {
            let by = store.holder().unwrap_or_else(|| "?".to_owned());
            return Err(Failure::LedgerHeld { by }.into());
        }
        store.check(known)?;
        Ok(store)
    }

    fn of(db: Connection, lockable: Lockable, path: PathBuf, at: &Location) -> Self {
        Self {
            db,
            path,
            campaign: at.campaign.clone(),
            takes_other_id: at.takes_other_id,
            files: OpenFiles::default(),
            inspection: None,
            has_log: false,
            guard: None,
            hold: None,
            lockable,
        }
    }

    /// After an interrupted run, brings the letters' table up to date before anybody looks.
    fn let_catch_up(&mut self) -> Result<()> {
        if !self.read(attempt::is_behind)? {
            return Ok(());
        }
        let Some(_hold) = self.lockable.free() else { return Ok(()) };
        let catch_up = || -> Result<()> {
            let mut db = Connection::open(&self.path)?;
            keep_log(&db)?;
            make_durable(&db)?;
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            attempt::fold(Db::Sqlite(&transaction))?;
            Ok(transaction.commit()?)
        };
        match catch_up().map_err(|error| failure(&self.path, error)) {
            Err(Failure::LedgerFailed {
                flaw: LedgerFlaw::DiskFull | LedgerFlaw::ReadOnly | LedgerFlaw::Forbidden,
                ..
            }) => {
                // Somebody wants to know what is recorded all the same.
                self.db = self.caught_up()?;
                Ok(())
            }
            caught_up => Ok(caught_up?),
        }
    }

    /// A copy in memory whose letters' table is up to date, where nothing can be written.
    pub(super) fn caught_up(&self) -> Result<Connection> {
        let copy = || -> Result<Connection> {
            let mut memory = Connection::open_in_memory()?;
            Backup::new(&self.db, &mut memory)?.run_to_completion(
                i32::MAX,
                Duration::ZERO,
                None,
            )?;
            attempt::fold(Db::Sqlite(&memory))?;
            Ok(memory)
        };
        copy().map_err(|error| self.worded(error))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether this process may write letters.
    pub(super) fn is_ours(&self) -> bool {
        self.hold.is_some()
    }

    /// Who holds the ledger now, if anybody does.
    pub(super) fn holder(&self) -> Option<String> {
        holder(&self.lockable, &self.db)
    }

    /// Whether the write-ahead log, in which an interrupted run left what it recorded, was there.
    pub(super) fn has_log(&self) -> bool {
        self.has_log
    }

    /// What the rollback guard says.
    pub(super) fn seen(&self) -> u64 {
        rollback_guard::seen(&self.path.with_file_name(LOCK), &self.campaign)
    }

    /// Whether this very file is in a folder: the path has two spellings.
    pub(super) fn is_file_in(&self, folder: &str) -> bool {
        let there = identity(&Path::new(folder).join(FILE));
        cfg!(unix) && there.is_some() && there == identity(&self.path)
    }

    fn prepare(&mut self, now: Timestamp, new: New) -> Result<()> {
        self.db.busy_timeout(Duration::from_secs(2))?;
        let found = self.version()?;
        if found == (0, 0) {
            let is_empty: bool =
                self.db
                    .query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?;
            if !is_empty {
                return Err(self.damaged("not a ledger"));
            }
            if new == New::Begins {
                must_not_be_lost(&self.path, &self.campaign)?;
            }
        }
        make_durable(&self.db)?;
        if found == (0, 0) {
            self.create(now)?;
        } else {
            self.check(found)?;
            self.inspect()?;
        }
        Ok(self.db.execute_batch("PRAGMA foreign_keys = ON;")?)
    }

    fn create(&mut self, now: Timestamp) -> Result<()> {
        let transaction = self.db.transaction()?;
        transaction.execute_batch(SCHEMA)?;
        transaction.execute(
            "INSERT INTO campaign (id, created) VALUES (?1, ?2)",
            params![self.campaign, now.as_millisecond()],
        )?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        Ok(transaction.commit()?)
    }

    /// Refuses a ledger of another version or of another campaign.
    fn check(&mut self, (application, version): (i64, i64)) -> Result<()> {
        if application == MOVED {
            let (from, to) = (self.path.display().to_string(), "PostgreSQL".to_owned());
            return Err(Failure::LedgerMoved { from, to }.into());
        }
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
        if own != self.campaign && !self.takes_other_id {
            let letters = self.db.query_row(HAVE_A_LETTER, [], |row| row.get(0))?;
            let folder = self.path.parent().unwrap_or(Path::new(".")).to_owned();
            return Err(Failure::LedgerOfOther { folder, campaign: own, letters }.into());
        }
        self.campaign = own;
        Ok(())
    }

    fn version(&self) -> rusqlite::Result<(i64, i64)> {
        let read = |name| self.db.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0));
        Ok((read("application_id")?, read("user_version")?))
    }

    /// Puts what was written into the file itself, not only into its log. Somebody who reads may keep
    /// it in the log for now; the rollback guard remains.
    pub(super) fn checkpoint(&self) -> Result<()> {
        self.read(|_| Ok(self.db.query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(()))?))
    }

    /// Makes a change as a whole or not at all. Durable when this returns.
    pub(super) fn write<T>(&mut self, change: impl FnOnce(Db) -> Result<T>) -> Result<T> {
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

    fn commit<T>(&mut self, change: impl FnOnce(Db) -> Result<T>) -> Result<T> {
        if let Some(path) = self.files.missing() {
            return Err(Failure::LedgerGone { path: path.to_owned() }.into());
        }
        self.must_be_sound()?;
        self.transact(change)
    }

    /// Like [`Store::write`], neither counted nor waiting for the check of a large file.
    pub(super) fn transact<T>(&mut self, change: impl FnOnce(Db) -> Result<T>) -> Result<T> {
        let attempt = |db: &mut Connection| {
            // Another process may be adding to the suppression list.
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = change(Db::Sqlite(&transaction))?;
            transaction.commit()?;
            Ok(done)
        };
        attempt(&mut self.db).map_err(|error| self.worded(error))
    }

    pub(super) fn read<T>(&self, ask: impl FnOnce(Db) -> database::Result<T>) -> Result<T> {
        ask(Db::Sqlite(&self.db)).map_err(|error| unreadable(&self.path, &error).into())
    }

    /// From the next change on, the ledger is of another campaign.
    pub(super) fn rename(&mut self, campaign: &str) {
        campaign.clone_into(&mut self.campaign);
        self.guard.iter().for_each(|guard| guard.rename(campaign));
    }

    /// Writes a copy, whole and of one moment, also while a run goes on. It replaces what is there.
    pub(super) fn copy_to(&self, path: &Path) -> Result<()> {
        let failed = |error| Failure::file(Doing::Writing, path, &error);
        let draft = Draft::begin(path, Audience::Owner).map_err(failed)?;
        let part = draft.part().to_string_lossy().into_owned();
        self.read(|_| {
            self.db.execute("VACUUM INTO ?1", [&part])?;
            // Put back without the lock file of its time, it does not know what went since.
            let copy = Connection::open(&part)?;
            copy.query_row("PRAGMA journal_mode = MEMORY", [], |_| Ok(()))?;
            copy.execute(
                "INSERT INTO holder (only, who, running) VALUES (1, '', ?1)
                 ON CONFLICT (only) DO UPDATE SET running = ?1",
                [COPY],
            )?;
            Ok(())
        })?;
        Ok(draft.finish(Durability::Synced).map_err(failed)?)
    }

    /// Leaves nothing of what was deleted in the file.
    pub(super) fn compact(&self) -> Result<()> {
        self.read(|_| {
            self.db.execute_batch("VACUUM")?;
            Ok(self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
        })
    }

    /// Notes that the ledger went to a server, and closes it.
    pub(super) fn close(&self) -> Result<()> {
        self.read(|_| Ok(self.db.pragma_update(None, "application_id", MOVED)?))?;
        self.checkpoint()
    }

    fn damaged(&self, detail: &str) -> anyhow::Error {
        Failure::LedgerDamaged { path: self.path.clone(), detail: detail.to_owned() }.into()
    }

    fn worded(&self, error: anyhow::Error) -> anyhow::Error {
        failure(&self.path, error).into()
    }
}

/// Refuses to create a ledger where one was lost.
fn must_not_be_lost(path: &Path, campaign: &str) -> Result<()> {
    match rollback_guard::seen(&path.with_file_name(LOCK), campaign) {
        0 => Ok(()),
        lost => Err(Failure::LedgerLost { path: path.to_owned(), lost }.into()),
    }
}

/// A file of the ledger that cannot be used.
fn unusable(doing: Doing, path: &Path, error: &std::io::Error) -> Failure {
    match LedgerFlaw::from(error) {
        LedgerFlaw::Other => Failure::file(doing, path, error),
        flaw => {
            let (path, detail) = (path.to_owned(), error.to_string());
            Failure::LedgerFailed { path, flaw, detail }
        }
    }
}

/// Refuses a ledger of which a part is a link or has a second name.
fn must_be_whole(path: &Path, doing: Doing) -> Result<(), Failure> {
    let found = files::must_be_whole_database(path).and_then(|()| {
        let beside = path.with_file_name(LOCK);
        files::must_have_one_name(&beside).map_err(|error| (beside, error))
    });
    found.map_err(|(path, error)| unusable(doing, &path, &error))
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
            if let Some(cause) = error.downcast_ref::<database::Error>() {
                return unreadable(path, cause);
            }
            let flaw = error.downcast_ref::<std::io::Error>();
            let flaw = flaw.map_or(LedgerFlaw::Other, LedgerFlaw::from);
            Failure::LedgerFailed { path: path.to_owned(), flaw, detail: error.to_string() }
        }
    }
}

/// An answer that is none: the file is damaged, or cannot be used.
fn unreadable(path: &Path, error: &database::Error) -> Failure {
    match error {
        database::Error::Sqlite(error) => damage(path, error),
        error => Failure::LedgerDamaged { path: path.to_owned(), detail: error.to_string() },
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
