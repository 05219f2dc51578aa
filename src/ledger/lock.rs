//! One process at a time writes a ledger: it holds a lock on a file beside it, which the system
//! releases however the process ends.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result};
use rusqlite::{Connection, OpenFlags};

use crate::failure::{Doing, Failure};
use crate::files;

pub(super) const LOCK: &str = "ledger.lock";

/// Takes the lock of a folder, or reports who has it.
pub(super) fn lock(folder: &Path, ledger: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let file = files::open_or_create(&path)
        .map_err(|error| Failure::file(Doing::Creating, &path, &error))?;
    // A process that only looks may hold it for an instant.
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

/// Who holds the lock, if anybody does.
pub(super) fn holder(lock: &Path, db: &Connection) -> Option<String> {
    let file = files::open_existing(lock).ok()?;
    match file.try_lock() {
        Ok(()) => None,
        Err(_) => db.query_row("SELECT who FROM holder", [], |row| row.get(0)).ok(),
    }
}

/// The lock, unless somebody has it.
pub(super) fn free(lock: &Path) -> Option<File> {
    let file = files::open_existing(lock).ok()?;
    file.try_lock().ok().map(|()| file)
}
