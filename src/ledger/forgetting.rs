//! Takes people out of a ledger whose mailing is over. What the register tells stays, and so does the
//! digest of each address, by which nobody is written to twice.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;

use super::Ledger;
use super::approvals::object;
use super::database::{Db, values};
use super::entries::{SELECT, entry};
use crate::delivery::{LedgerEntry, Reply};
use crate::letter::Record;
use crate::policy::Ending;

/// The letters that were settled before a moment, and are not forgotten yet, or were tried again since.
const WHICH: &str = "letter.changed < ?1 AND letter.state IN ('accepted', 'filed', 'refused')
    AND (letter.address <> ''
         OR letter.position IN (SELECT position FROM attempt WHERE text IS NOT NULL))";

/// Mails to nobody's letter, or to one that is forgotten.
const MAILS: &str = "at < ?1 AND sender <> '' AND
    (length(letter) = 0 OR letter IN (SELECT id FROM letter WHERE address = ''))";

impl Ledger {
    /// The letters of which nothing but the register is to remain.
    pub fn forgettable(&self, before: Timestamp) -> Result<Vec<LedgerEntry>> {
        let ask = format!("{SELECT} WHERE {WHICH}");
        self.read(|db| db.all(&ask, values![before.as_millisecond()], entry))
    }

    /// Forgets the addresses of these letters, what servers said of them and what came back. Returns
    /// how many letters and mails that were.
    pub fn forget(&mut self, before: Timestamp) -> Result<(u64, u64)> {
        let at = before.as_millisecond();
        let forgotten = self.write(|db| {
            let ask = format!("SELECT position, reply FROM letter WHERE {WHICH} AND state = 'refused'");
            let refused: Vec<(i64, Option<String>)> =
                db.all(&ask, values![at], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let letters =
                format!("UPDATE letter SET address = '', reply = NULL WHERE {WHICH}");
            let letters = db.execute(&letters, values![at])?;
            for (position, reply) in refused {
                let codes = reply.as_deref().and_then(Reply::parse).map(|reply| reply.codes());
                db.execute(
                    "UPDATE letter SET reply = ?2 WHERE position = ?1",
                    values![position, codes],
                )?;
            }
            let positions = "position IN (SELECT position FROM letter WHERE address = '')";
            let texts = format!("UPDATE attempt SET text = NULL WHERE text IS NOT NULL AND {positions}");
            db.execute(&texts, &[])?;
            forget_copies(db, positions)?;
            forget_what_ended_runs(db, before)?;
            let mails = format!(
                "UPDATE answer SET sender = '', name = NULL, subject = '', excerpt = '', diagnostic = NULL,
                     source = '' WHERE {MAILS}"
            );
            Ok((letters, db.execute(&mails, values![at])?))
        })?;
        self.engine.compact()?;
        Ok(forgotten)
    }

    /// Writes a copy, whole and of one moment, also while a run goes on.
    ///
    /// # Errors
    /// [`Failure::CopyOnServer`](crate::failure::Failure::CopyOnServer), or what the disk reports.
    pub fn copy_to(&self, path: &Path) -> Result<()> {
        self.engine.copy_to(path)
    }
}

/// Takes the addresses of copies out of what is recorded of letters.
fn forget_copies(db: Db, positions: &str) -> Result<()> {
    let ask = format!("SELECT id, record FROM attempt WHERE record IS NOT NULL AND {positions}");
    let records: Vec<(i64, String)> =
        db.all(&ask, &[], |row| Ok((row.get(0)?, row.text(1)?.to_owned())))?;
    for (id, text) in records {
        if let Some(mut record) = Record::of_json(&text)
            && !record.copies.is_empty()
        {
            record.copies.clear();
            let scrubbed = record.to_json();
            db.execute("UPDATE attempt SET record = ?2 WHERE id = ?1", values![id, scrubbed])?;
        }
    }
    Ok(())
}

/// Takes out of the records of runs what servers said when they ended.
fn forget_what_ended_runs(db: Db, before: Timestamp) -> Result<()> {
    let runs: Vec<(i64, String)> = db
        .all("SELECT id, record FROM run", &[], |row| Ok((row.get(0)?, row.text(1)?.to_owned())))?;
    for (id, text) in runs {
        let Some(mut record) = object(&text) else { continue };
        let at = record["end"]["at"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
        let ending = Ending::of_json(&record["end"]["ending"]);
        if let Some(ending) = ending.filter(|_| at.is_some_and(|at| at < before)) {
            record["end"]["ending"] = ending.without_people().to_json();
            let set = "UPDATE run SET record = ?2 WHERE id = ?1";
            db.execute(set, values![id, record.to_string()])?;
        }
    }
    Ok(())
}
