//! The database connection over which a run writes: one transaction a batch.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use rusqlite::{Connection, TransactionBehavior};

use super::super::database::{self, Db};
use super::super::recorder::{Fold, Pending, Written, append_all};
use super::super::rollback_guard::{self, Guard, OpenFiles};
use super::super::{attempt, suppression};
use super::Store;
use crate::failure::{Failure, LedgerFlaw};
use crate::files;
use crate::suppression::Suppression;

/// How long another process may lock the database before the run gives up.
const PATIENCE: Duration = Duration::from_secs(5);

/// The connection to the database over which a run writes.
///
/// SQLite syncs with fsync(2), which also writes the file's time of change. So it is told not to
/// sync each commit of a run (`synchronous = NORMAL`), and its log is synced here with
/// fdatasync(2). For the same reason the log is kept short: overwriting it is cheaper than letting
/// it grow.
pub(in crate::ledger) struct Writer {
    db: Connection,
    /// SQLite's write-ahead log.
    log: File,
    path: PathBuf,
    relay: String,
    guard: Arc<Guard>,
    files: OpenFiles,
    /// Transactions before the run, and the last row of `attempt`: what the guard counts.
    writes: u64,
    last: u64,
    /// The letters' table lacks attempts that are recorded.
    is_behind: bool,
    pub(in crate::ledger) suppression: Arc<Suppression>,
    /// Changes when another process has written.
    data_version: Option<i64>,
}

impl Store {
    /// The connection over which a run towards a relay writes.
    pub(in crate::ledger) fn writer(&self, relay: &str) -> Result<Writer> {
        let Some(guard) = self.guard.clone() else {
            return Err(Failure::Ours { detail: "a run without the lock".into() }.into());
        };
        Writer::open(self, guard, relay)
    }
}

impl Writer {
    /// Opens another connection to a ledger whose lock is held.
    fn open(store: &Store, guard: Arc<Guard>, relay: &str) -> Result<Self> {
        let path = store.path.clone();
        let open = || -> Result<Self> {
            let db = Connection::open(&path)?;
            db.busy_timeout(PATIENCE)?;
            super::make_durable(&db)?;
            db.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 256;")?;
            let log = files::open_existing(&rollback_guard::log_of(&path))?;
            let mut writer = Self {
                writes: rollback_guard::writes(Db::Sqlite(&db))?,
                last: rollback_guard::attempts(Db::Sqlite(&db))?,
                is_behind: attempt::is_behind(Db::Sqlite(&db))?,
                db,
                log,
                path: path.clone(),
                relay: relay.to_owned(),
                guard,
                files: OpenFiles::of(&path),
                suppression: Arc::default(),
                data_version: None,
            };
            writer.refresh()?;
            Ok(writer)
        };
        open().map_err(|error| store.worded(error))
    }

    /// Writes a batch and, if asked to, folds.
    pub(in crate::ledger) fn write(
        &mut self,
        batch: &[Pending],
        fold: Fold,
    ) -> Result<Written, Failure> {
        if let Some(path) = self.files.missing() {
            return Err(Failure::LedgerGone { path: path.to_owned() });
        }
        let has_to_fold = fold == Fold::Yes && self.is_behind;
        let written = if batch.is_empty() && !has_to_fold {
            self.refresh().map(|()| Written::default()).map_err(Into::into)
        } else {
            self.transact(batch, fold)
        };
        written.map_err(|error| super::failure(&self.path, error))
    }

    fn transact(&mut self, batch: &[Pending], fold: Fold) -> Result<Written> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Nobody else can add an address between this look and the commit.
        if let Some(suppression) = newly_suppressed(&transaction, &mut self.data_version)? {
            self.suppression = Arc::new(suppression);
        }
        let db = Db::Sqlite(&transaction);
        let (denied, last) = append_all(db, batch, &self.suppression, &self.relay)?;
        let has_appended = last.is_some();
        self.last = last.unwrap_or(self.last);
        if fold == Fold::Yes {
            attempt::fold(db)?;
        }
        transaction.commit()?;
        self.is_behind = fold == Fold::No && (self.is_behind || has_appended);
        let unsynced = self.log.sync_data().err().map(|error| {
            let flaw = LedgerFlaw::from(&error);
            Failure::LedgerFailed { path: self.path.clone(), flaw, detail: error.to_string() }
        });
        if unsynced.is_none() {
            self.guard.note(self.writes + self.last);
        }
        Ok(Written { denied, unsynced })
    }

    /// Reads who must not be written to, if another process has written.
    fn refresh(&mut self) -> database::Result<()> {
        if let Some(suppression) = newly_suppressed(&self.db, &mut self.data_version)? {
            self.suppression = Arc::new(suppression);
        }
        Ok(())
    }
}

fn newly_suppressed(
    db: &Connection,
    known: &mut Option<i64>,
) -> database::Result<Option<Suppression>> {
    let version = db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
    if known.replace(version) == Some(version) {
        return Ok(None);
    }
    let mut suppression = Suppression::default();
    for entry in suppression::entries(Db::Sqlite(db))? {
        suppression.add(entry);
    }
    Ok(Some(suppression))
}
