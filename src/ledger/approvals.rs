//! Who approved which seal, and under which seal letters went: kept in the ledger beside the
//! letters.

use anyhow::Result;
use rusqlite::{OptionalExtension as _, params};

use super::{Ledger, moment};
use crate::seal::{Approval, Record};

impl Ledger {
    /// Notes that somebody looked at the letters under a seal.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn approve(&mut self, approval: &Approval) -> Result<()> {
        self.write(|db| {
            db.execute(
                "INSERT INTO approval (at, seal, name, user) VALUES (?1, ?2, ?3, ?4)",
                params![approval.at.as_millisecond(), approval.seal, approval.name, approval.user],
            )?;
            Ok(())
        })
    }

    /// All approvals ever given, in the order of time.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn approvals(&self) -> Result<Vec<Approval>> {
        self.read(|db| {
            db.prepare("SELECT name, user, seal, at FROM approval ORDER BY id")?
                .query_map([], |row| {
                    let at = moment(row.get(3)?);
                    Ok(Approval { name: row.get(0)?, user: row.get(1)?, seal: row.get(2)?, at })
                })?
                .collect()
        })
    }

    /// Notes under which seal letters begin to go.
    ///
    /// # Errors
    /// When it could not be written; then nothing may go.
    pub fn note_run(&mut self, record: &Record, who: &str) -> Result<()> {
        self.write(|db| {
            db.execute(
                "INSERT INTO run (who, record) VALUES (?1, ?2)",
                params![who, record.to_json()],
            )?;
            Ok(())
        })
    }

    /// Under which seal letters went last.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn last_run(&self) -> Result<Option<Record>> {
        self.read(|db| {
            let last = db.query_row("SELECT record FROM run ORDER BY id DESC LIMIT 1", [], |row| {
                row.get::<_, String>(0)
            });
            Ok(last.optional()?.and_then(|text| Record::of_json(&text)))
        })
    }
}
