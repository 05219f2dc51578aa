//! Notices a ledger that lost something: removed, put back from an older copy, or cut short. It
//! would send to people who have their letter.
//!
//! A file beside the ledger holds how many transactions and attempts were recorded. It is written after each
//! commit and not synced, so it is never ahead of the database. During a run the files are also
//! checked to be the ones that were opened.

use std::fs::File;
use std::io::Read as _;
#[cfg(not(unix))]
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::database::{Db, Result};
use crate::files;

/// The file beside the ledger.
pub(super) const LOCK: &str = "ledger.lock";

/// Enough for a number and a campaign's id.
const LONGEST: u64 = 4096;

/// What the ledger holds of what the guard counts.
pub(super) fn known(db: Db) -> Result<u64> {
    Ok(writes(db)? + attempts(db)?)
}

/// Transactions other than those that record attempts.
pub(super) fn writes(db: Db) -> Result<u64> {
    db.value("SELECT writes FROM campaign", &[])
}

/// Rows ever appended to `attempt`.
pub(super) fn attempts(db: Db) -> Result<u64> {
    db.value("SELECT coalesce(max(id), 0) FROM attempt", &[])
}

/// Counts the transaction that is about to be committed, and returns what the guard then knows.
pub(super) fn count(db: Db) -> Result<u64> {
    db.execute("UPDATE campaign SET writes = writes + 1", &[])?;
    known(db)
}

/// What the lock file says of a campaign's ledger; 0 if it says nothing.
pub(super) fn seen(lock: &Path, campaign: &str) -> u64 {
    noted(lock).filter(|(_, of)| of == campaign).map_or(0, |(count, _)| count)
}

/// The campaign whose ledger the lock file was of, if it is another one.
pub(super) fn other_campaign(lock: &Path, campaign: &str) -> Option<String> {
    noted(lock).map(|(_, of)| of).filter(|of| of != campaign)
}

/// What a lock file says: how much its ledger holds, and of which campaign it is.
fn noted(lock: &Path) -> Option<(u64, String)> {
    files::must_be_plain(lock).ok()?;
    let mut text = String::new();
    File::open(lock).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
    let (count, of) = text.lines().next()?.split_once(' ')?;
    Some((count.parse().unwrap_or(0), of.trim_end().to_owned()))
}

/// Where it is noted what was committed.
pub(super) struct Guard {
    path: PathBuf,
    note: Mutex<Note>,
}

struct Note {
    file: File,
    campaign: String,
}

impl Guard {
    pub(super) fn new(path: PathBuf, file: File, campaign: &str) -> Self {
        Self { path, note: Mutex::new(Note { file, campaign: campaign.to_owned() }) }
    }

    /// From the next note on, the ledger is of another campaign.
    pub(super) fn rename(&self, campaign: &str) {
        let mut note = self.note.lock().unwrap_or_else(PoisonError::into_inner);
        campaign.clone_into(&mut note.campaign);
    }

    /// Notes what was committed. If that fails, less is known later, and nothing is wrong.
    pub(super) fn note(&self, count: u64) {
        let mut note = self.note.lock().unwrap_or_else(PoisonError::into_inner);
        let line = format!("{count:020} {}\n", note.campaign);
        if is_replaced(&self.path, &note.file)
            && let Ok(new) = files::open_or_create(&self.path)
        {
            note.file = new;
        }
        let _ = write_at_start(&note.file, line.as_bytes());
    }
}

/// Whether an open file was removed or replaced.
#[cfg(unix)]
fn is_replaced(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata().is_ok_and(|about| identity(path) != Some((about.dev(), about.ino())))
}

/// On Windows it cannot be.
#[cfg(not(unix))]
fn is_replaced(_: &Path, _: &File) -> bool {
    false
}

fn write_at_start(file: &File, octets: &[u8]) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileExt::write_all_at(file, octets, 0)
    }
    #[cfg(not(unix))]
    {
        let mut file = file;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(octets)
    }
}

/// The files that were opened.
#[derive(Debug, Default)]
pub(super) struct OpenFiles(Vec<(PathBuf, Identity)>);

#[cfg(unix)]
pub(super) type Identity = (u64, u64);
#[cfg(not(unix))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Identity;

impl OpenFiles {
    /// The ledger and its write-ahead log, as they are now.
    pub(super) fn of(ledger: &Path) -> Self {
        // Elsewhere than on Linux, the lock is on that file.
        let lock = (!cfg!(target_os = "linux")).then(|| ledger.with_file_name(LOCK));
        let files = [ledger.to_owned(), log_of(ledger)];
        Self(
            files
                .into_iter()
                .chain(lock)
                .filter_map(|path| identity(&path).map(|identity| (path, identity)))
                .collect(),
        )
    }

    /// A file that was removed or replaced since.
    pub(super) fn missing(&self) -> Option<&Path> {
        self.0
            .iter()
            .find(|(path, known)| identity(path) != Some(*known))
            .map(|(path, _)| path.as_path())
    }
}

/// SQLite's write-ahead log.
pub(super) fn log_of(ledger: &Path) -> PathBuf {
    let mut log = ledger.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).ok().map(|about| (about.dev(), about.ino()))
}

/// On Windows an open file cannot be removed. Its creation time is not used: network shares make it
/// up.
#[cfg(not(unix))]
pub(super) fn identity(path: &Path) -> Option<Identity> {
    path.exists().then_some(Identity)
}
