//! Who must not be written to, kept in the ledger beside the letters.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use rusqlite::{Connection, OpenFlags, params};

use super::Ledger;
use super::lock::Lockable;
use crate::failure::{Doing, Failure};
use crate::files;
use crate::suppression::Suppressed;

/// The suppression list in a campaign's ledger, also during a run. Empty if there is no ledger.
///
/// # Errors
/// When the ledger is damaged, or cannot be read.
pub fn suppressed(folder: &Path) -> Result<Vec<Suppressed>, Failure> {
    let path = Ledger::path(folder);
    if !path.exists() {
        return Ok(Vec::new());
    }
    files::must_be_plain(&path).map_err(|error| super::unusable(Doing::Reading, &path, &error))?;
    let read = super::reading(&path).and_then(|db| entries(&db));
    read.map_err(|error| super::damage(&path, &error))
}

pub(super) fn entries(db: &Connection) -> rusqlite::Result<Vec<Suppressed>> {
    // Another process may be creating the ledger.
    if !db.table_exists(None, "suppression")? {
        return Ok(Vec::new());
    }
    db.prepare("SELECT entry, reason, date FROM suppression ORDER BY date, entry")?
        .query_map([], |row| {
            Ok(Suppressed { entry: row.get(0)?, reason: row.get(1)?, date: row.get(2)? })
        })?
        .collect()
}

impl Ledger {
    /// Opens the ledger beside the run that holds it, to change the suppression list and nothing
    /// else. The run sees the change before its next letter.
    ///
    /// # Errors
    /// [`Failure::LedgerHeld`] while the run is still creating the ledger.
    pub fn beside(folder: &Path, campaign: &str) -> Result<Self> {
        let path = Self::path(folder);
        let open = || {
            let db = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            super::keep_log(&db)?;
            // Enrolling a million letters is one transaction.
            db.busy_timeout(Duration::from_mins(1))?;
            Ok(db)
        };
        let lockable = Lockable::existing(&path)
            .map_err(|error| super::unusable(Doing::Reading, &path, &error))?;
        let db = open().map_err(|error| super::damage(&path, &error))?;
        let ledger = Self::of(db, lockable, path.clone(), campaign);
        match ledger.version().map_err(|error| super::damage(&ledger.path, &error))? {
            known @ (_, super::VERSION) => ledger.check(known, campaign)?,
            _ => {
                return Err(Failure::LedgerHeld {
                    by: ledger.holder().unwrap_or_else(|| "?".to_owned()),
                }
                .into());
            }
        }
        Ok(ledger)
    }

    /// Adds an address or a domain; a known one gets the new reason and date.
    pub fn suppress(&mut self, new: &Suppressed, who: &str) -> Result<()> {
        self.write(|db| {
            db.execute(
                "INSERT INTO suppression (entry, reason, date, who) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (entry) DO UPDATE SET reason = ?2, date = ?3, who = ?4",
                params![new.entry.to_lowercase(), new.reason, new.date, who],
            )?;
            Ok(())
        })
    }

    /// Removes an address or a domain. Returns false if it was not there.
    pub fn allow(&mut self, entry: &str) -> Result<bool> {
        self.write(|db| {
            Ok(db.execute("DELETE FROM suppression WHERE entry = ?1", [entry.to_lowercase()])? > 0)
        })
    }
}
