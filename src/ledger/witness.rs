//! What tells a ledger that has lost something: a number in the lock file beside it, written after
//! each commit and each block of the journal, and a look whether the files are still those that
//! were opened.
//!
//! A ledger that was removed, put back from an older copy, or whose last commits were cut off would
//! send to people who have their letter. The number is never ahead of what is on the disk: it is
//! written when the commit is.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, Transaction};

use super::block::write_at;

/// Made when it is missing: ledgers of all versions can have it.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS tally (
  only    INTEGER PRIMARY KEY CHECK (only = 1),
  commits INTEGER NOT NULL                     -- counted up with each commit of a run
) STRICT;
INSERT OR IGNORE INTO tally (only, commits) VALUES (1, 0);";

/// Enough for a number and a campaign's id.
const LONGEST: u64 = 4096;

/// Makes the table.
pub(super) fn prepare(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(TABLE)
}

/// How many commits the ledger knows; none where it was never asked to count, or a kill came
/// between the two steps of [`prepare`].
pub(super) fn known(db: &Connection) -> rusqlite::Result<u64> {
    if !db.table_exists(None, "tally")? {
        return Ok(0);
    }
    Ok(db.query_row("SELECT commits FROM tally", [], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Counts the commit that is about to be made.
pub(super) fn count(db: &Transaction) -> rusqlite::Result<u64> {
    db.prepare_cached("UPDATE tally SET commits = commits + 1 RETURNING commits")?
        .query_row([], |row| row.get(0))
}

/// Counts on to what a journal was written up to.
pub(super) fn count_to(db: &Transaction, commits: u64) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE tally SET commits = ?1")?.execute([commits]).map(drop)
}

/// How many commits of a campaign's ledger the lock file has seen.
pub(super) fn seen(lock: &Path, campaign: &str) -> u64 {
    let Ok(file) = File::open(lock) else { return 0 };
    let mut text = String::new();
    // What cannot be read says nothing.
    if file.take(LONGEST).read_to_string(&mut text).is_err() {
        return 0;
    }
    match text.lines().next().and_then(|line| line.split_once(' ')) {
        Some((commits, of)) if of.trim_end() == campaign => commits.parse().unwrap_or(0),
        Some(_) | None => 0,
    }
}

/// Notes a commit that was made. Where it cannot be noted, less is known later, and nothing is
/// wrong.
pub(super) fn note(lock: &File, campaign: &str, commits: u64) {
    let line = format!("{commits:020} {campaign}\n");
    let _ = write_at(lock, line.as_bytes(), 0);
}

/// Which files were opened.
#[derive(Debug, Default)]
pub(super) struct Files(Vec<(PathBuf, Identity)>);

#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
#[derive(Debug, Clone, Copy, PartialEq)]
struct Identity;

impl Files {
    /// The ledger and its log as they are now.
    pub(super) fn of(ledger: &Path) -> Self {
        let mut log = ledger.as_os_str().to_owned();
        log.push("-wal");
        Self::among([ledger.to_owned(), PathBuf::from(log)])
    }

    /// Some files, those of them that are there.
    pub(super) fn among<const N: usize>(files: [PathBuf; N]) -> Self {
        Self(
            files
                .into_iter()
                .filter_map(|path| identity(&path).map(|identity| (path, identity)))
                .collect(),
        )
    }

    /// The file that is gone, or another one by now.
    pub(super) fn missing(&self) -> Option<&Path> {
        self.0
            .iter()
            .find(|(path, known)| identity(path) != Some(*known))
            .map(|(path, _)| path.as_path())
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).ok().map(|about| (about.dev(), about.ino()))
}

/// Elsewhere an open file cannot be removed; when it was made is no mark, for a share may make that
/// up.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    path.exists().then_some(Identity)
}
