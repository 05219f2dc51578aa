//! Who must not be written to, kept in the ledger beside the letters.
//!
//! A ledger of an older version may lack the table: it forbids nothing.

use std::path::Path;

use anyhow::Result;
use rusqlite::params;

use super::Ledger;

/// One address or domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    pub entry: String,
    pub reason: String,
    pub date: String,
}

/// What a campaign's ledger forbids; nothing where there is none. Also while a run goes on.
///
/// # Errors
/// What the database says.
pub fn suppressed(folder: &Path) -> Result<Vec<Suppressed>, String> {
    let path = Ledger::path(folder);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let read = || -> rusqlite::Result<Vec<Suppressed>> {
        let db = super::reading(&path)?;
        if !db.table_exists(None, "suppression")? {
            return Ok(Vec::new());
        }
        db.prepare("SELECT entry, reason, date FROM suppression ORDER BY date, entry")?
            .query_map([], |row| Ok(Suppressed { entry: row.get(0)?, reason: row.get(1)?, date: row.get(2)? }))?
            .collect()
    };
    // A damaged ledger is told by whoever opens it as one.
    match read() {
        Ok(entries) => Ok(entries),
        Err(rusqlite::Error::SqliteFailure(failure, _)) if failure.code == rusqlite::ErrorCode::NotADatabase => {
            Ok(Vec::new())
        }
        Err(error) => Err(error.to_string()),
    }
}

impl Ledger {
    /// Forbids an address or a domain; one that is known gets the new reason and date.
    ///
    /// # Errors
    /// When it could not be written.
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

    /// Allows an address or a domain again; false where it was not forbidden.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn allow(&mut self, entry: &str) -> Result<bool> {
        self.write(|db| Ok(db.execute("DELETE FROM suppression WHERE entry = ?1", [entry.to_lowercase()])? > 0))
    }
}
