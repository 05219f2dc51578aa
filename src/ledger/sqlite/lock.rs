//! One process at a time writes a ledger; the system releases its lock however the process ends.
//!
//! On Linux the lock is on the ledger itself: flock(2), which the locks of SQLite (fcntl(2)) do not
//! meet. Whatever is done to other files, a second run finds it. Elsewhere such a lock would shut
//! SQLite out; there it is on a file beside the ledger, which Windows lets nobody remove while it is
//! open, and which a run misses when it is replaced.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use rusqlite::{Connection, OpenFlags};

use super::super::rollback_guard::{Identity, LOCK, identity};
use crate::failure::{Doing, Failure};
use crate::files;

/// How often, and after which pauses, the lock is tried: a process that only looks may hold it for
/// an instant.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(30);

/// The file that is locked, open once in this process: closing another handle of the ledger would
/// release the locks that SQLite has on it (fcntl(2); "How To Corrupt An SQLite Database File", 2.2).
struct LockFile {
    file: File,
    is_held: AtomicBool,
}

type Key = (PathBuf, Option<Identity>);

/// The files that are open, each as long as somebody has it.
static OPEN: Mutex<Option<HashMap<Key, Arc<LockFile>>>> = Mutex::new(None);

fn open_files() -> MutexGuard<'static, Option<HashMap<Key, Arc<LockFile>>>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The file whose lock is asked for. It has to outlive every connection to the ledger.
pub(super) struct Lockable {
    key: Key,
    shared: Option<Arc<LockFile>>,
}

/// The file that is locked for a ledger.
fn path_of_lock(ledger: &Path) -> PathBuf {
    if cfg!(target_os = "linux") { ledger.to_owned() } else { ledger.with_file_name(LOCK) }
}

impl Lockable {
    /// Opens the file to look whether it is locked.
    pub(super) fn existing(ledger: &Path) -> io::Result<Self> {
        Self::open(ledger, |path| {
            // On a medium that cannot be written, nobody holds it.
            files::open_existing(path).or_else(|error| match error.kind() {
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    File::open(path)
                }
                _ => Err(error),
            })
        })
    }

    /// Opens the file, and creates it if there is none.
    pub(super) fn created(ledger: &Path) -> io::Result<Self> {
        Self::open(ledger, files::open_or_create)
    }

    fn open(ledger: &Path, open: impl FnOnce(&Path) -> io::Result<File>) -> io::Result<Self> {
        let path = path_of_lock(ledger);
        let mut known = open_files();
        let known = known.get_or_insert_default();
        let key_of =
            |path: &Path| -> io::Result<Key> { Ok((std::fs::canonicalize(path)?, identity(path))) };
        if let Ok(key) = key_of(&path)
            && let Some(shared) = known.get(&key)
        {
            return Ok(Self { key, shared: Some(shared.clone()) });
        }
        let file = open(&path)?;
        let key = key_of(&path)?;
        let shared = Arc::new(LockFile { file, is_held: AtomicBool::new(false) });
        known.insert(key.clone(), shared.clone());
        Ok(Self { key, shared: Some(shared) })
    }

    fn file(&self) -> Option<&Arc<LockFile>> {
        self.shared.as_ref()
    }

    /// Takes the lock if nobody has it, in this process or in another.
    fn try_hold(&self) -> Result<Option<Hold>, io::Error> {
        let Some(shared) = self.file() else { return Ok(None) };
        if shared.is_held.swap(true, Ordering::SeqCst) {
            return Ok(None);
        }
        match shared.file.try_lock() {
            Ok(()) => Ok(Some(Hold { lockable: self.share() })),
            Err(error) => {
                shared.is_held.store(false, Ordering::SeqCst);
                match error {
                    TryLockError::WouldBlock => Ok(None),
                    TryLockError::Error(error) => Err(error),
                }
            }
        }
    }

    fn share(&self) -> Self {
        Self { key: self.key.clone(), shared: self.shared.clone() }
    }

    /// The lock, unless somebody has it.
    pub(super) fn free(&self) -> Option<Hold> {
        self.try_hold().ok().flatten()
    }

    /// Takes the lock, or reports who has it.
    pub(super) fn hold(&self, ledger: &Path) -> Result<Hold> {
        for turn in 0..=TRIES {
            match self.try_hold() {
                Ok(Some(hold)) => return Ok(hold),
                Ok(None) if turn < TRIES => std::thread::sleep(PAUSE),
                Ok(None) => break,
                Err(error) => {
                    return Err(
                        super::unusable(Doing::Writing, &path_of_lock(ledger), &error).into()
                    );
                }
            }
        }
        let by = Connection::open_with_flags(ledger, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .and_then(|db| db.query_row("SELECT who FROM holder", [], |row| row.get(0)))
            .unwrap_or_else(|_| "?".to_owned());
        Err(Failure::LedgerHeld { by }.into())
    }
}

impl Drop for Lockable {
    /// The last one closes the file, before anybody can open it again.
    fn drop(&mut self) {
        let mut known = open_files();
        let Some(shared) = self.shared.take() else { return };
        if let Some(known) = known.as_mut().filter(|_| Arc::strong_count(&shared) == 2) {
            known.remove(&self.key);
        }
        drop(shared);
    }
}

/// The lock, held until this is dropped.
pub(super) struct Hold {
    lockable: Lockable,
}

impl Hold {
    /// The file of the rollback guard.
    pub(super) fn guard_file(&self, ledger: &Path) -> io::Result<File> {
        match self.lockable.file() {
            // Windows would let no other handle write to it.
            Some(shared) if !cfg!(target_os = "linux") => shared.file.try_clone(),
            Some(_) | None => files::open_or_create(&ledger.with_file_name(LOCK)),
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(shared) = self.lockable.file() {
            // Closing the file would do the same.
            let _ = shared.file.unlock();
            shared.is_held.store(false, Ordering::SeqCst);
        }
    }
}

/// Who holds the lock, if anybody does.
pub(super) fn holder(lockable: &Lockable, db: &Connection) -> Option<String> {
    match lockable.try_hold() {
        Ok(Some(_)) => None,
        Ok(None) | Err(_) => db.query_row("SELECT who FROM holder", [], |row| row.get(0)).ok(),
    }
}
