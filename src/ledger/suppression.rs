//! Who must not be written to, kept in the ledger beside the letters.

use anyhow::Result;

use super::Ledger;
use super::database::{Db, Result as Read, values};
use crate::suppression::Suppressed;

pub(super) fn entries(db: Db) -> Read<Vec<Suppressed>> {
    db.all("SELECT entry, reason, date FROM suppression ORDER BY date, entry", &[], |row| {
        Ok(Suppressed { entry: row.get(0)?, reason: row.get(1)?, date: row.get(2)? })
    })
}

impl Ledger {
    /// Adds an address or a domain; a known one gets the new reason and date.
    pub fn suppress(&mut self, new: &Suppressed, who: &str) -> Result<()> {
        let entry = new.entry.to_lowercase();
        self.write(|db| {
            db.execute("DELETE FROM suppression WHERE entry = ?1", values![entry])?;
            db.execute(
                "INSERT INTO suppression (entry, reason, date, who) VALUES (?1, ?2, ?3, ?4)",
                values![entry, new.reason, new.date, who],
            )?;
            Ok(())
        })
    }

    /// Removes an address or a domain. Returns false if it was not there.
    pub fn allow(&mut self, entry: &str) -> Result<bool> {
        self.write(|db| {
            let entry = entry.to_lowercase();
            let known = values![entry];
            Ok(db.execute("DELETE FROM suppression WHERE entry = ?1", known)? > 0)
        })
    }
}
