//! What the last look at the whole list found, and the check of a large ledger that goes on
//! meanwhile.
//!
//! Both are here so that a run that was cut off among a million letters goes on at once.

use std::path::Path;
use std::thread::JoinHandle;

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::{Value, json};

use super::{Ledger, damage, moment, reading};
use crate::bitset::BitSet;
use crate::delivery::State;
use crate::failure::Failure;

/// A larger ledger is checked in a thread of its own.
const LARGE: u64 = 32 * 1024 * 1024;

/// What a look at the whole list found, when it found no error and all letters were entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    /// The seal that the letters had.
    pub seal: String,
    pub at: Timestamp,
    pub rows: u64,
    pub letters: u64,
    pub suppressed: u64,
    pub blocked: u64,
    pub warnings: u64,
    pub doubts: u64,
    /// The digest over the letters themselves.
    pub digest: Option<String>,
}

impl Ledger {
    /// Notes what a look at the whole list found. Valid until letters are entered again.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn note_preflight(&mut self, found: &Preflight) -> Result<()> {
        let counts = json!({
            "rows": found.rows, "letters": found.letters, "suppressed": found.suppressed, "blocked": found.blocked,
            "warnings": found.warnings, "doubts": found.doubts, "digest": found.digest,
        });
        self.write(|db| {
            db.execute(
                "INSERT OR REPLACE INTO preflight (only, seal, at, found) VALUES (1, ?1, ?2, ?3)",
                params![found.seal, found.at.as_millisecond(), counts.to_string()],
            )?;
            Ok(())
        })
    }

    /// What the last look at the whole list found under this seal, if it was the last one.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn preflight(&self, seal: &str) -> Result<Option<Preflight>> {
        let kept: Option<(i64, String)> = self.read(|db| {
            let ask = "SELECT at, found FROM preflight WHERE seal = ?1";
            db.query_row(ask, [seal], |row| Ok((row.get(0)?, row.get(1)?))).optional()
        })?;
        Ok(kept.and_then(|(at, found)| {
            let found: Value = serde_json::from_str(&found).ok()?;
            let count = |name: &str| found.get(name).and_then(Value::as_u64);
            Some(Preflight {
                seal: seal.to_owned(),
                at: moment(at),
                rows: count("rows")?,
                letters: count("letters")?,
                suppressed: count("suppressed")?,
                blocked: count("blocked")?,
                warnings: count("warnings")?,
                doubts: count("doubts")?,
                digest: found.get("digest").and_then(Value::as_str).map(str::to_owned),
            })
        }))
    }

    /// Tells the addresses of all letters that wait, in the order of their enrolment.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn each_waiting(&self, each: &mut dyn FnMut(&str)) -> Result<()> {
        self.read(|db| {
            let mut ask =
                db.prepare("SELECT address FROM letter WHERE state = ?1 ORDER BY position")?;
            let mut rows = ask.query([State::Waiting.as_str()])?;
            while let Some(row) = rows.next()? {
                each(row.get_ref(0)?.as_str()?);
            }
            Ok(())
        })
    }

    /// The rows, by the list that was entered last, whose letters wait.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn waiting_rows(&self) -> Result<BitSet> {
        self.read(|db| {
            let mut waiting = BitSet::default();
            let mut ask = db.prepare("SELECT row FROM letter WHERE state = ?1")?;
            let mut rows = ask.query([State::Waiting.as_str()])?;
            while let Some(row) = rows.next()? {
                waiting.insert(row.get(0)?);
            }
            Ok(waiting)
        })
    }

    /// Checks the file: at once, or where it is large while other things are read. Nothing is
    /// written through [`Ledger::write`] before it is known to be sound.
    pub(super) fn inspect(&mut self) -> Result<()> {
        if std::fs::metadata(&self.path).is_ok_and(|about| about.len() > LARGE) {
            self.inspection = Some(Inspection::begin(&self.path));
            return Ok(());
        }
        // The whole check sees an index that does not agree with its table too: a letter would seem
        // new.
        let verdict: String =
            self.db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if verdict == "ok" { Ok(()) } else { Err(self.damaged(&verdict)) }
    }

    /// Waits for the check of a large ledger.
    pub(super) fn must_be_sound(&mut self) -> Result<()> {
        for thread in self.inspection.take().into_iter().flat_map(|Inspection(threads)| threads) {
            match thread.join() {
                Ok(Ok(verdict)) if verdict == "ok" => {}
                Ok(Ok(verdict)) => return Err(self.damaged(&verdict)),
                Ok(Err(error)) => return Err(damage(&self.path, &error).into()),
                Err(_) => {
                    return Err(Failure::Ours {
                        detail: "the check of the ledger broke off".into(),
                    }
                    .into());
                }
            }
        }
        Ok(())
    }
}

/// A check of a ledger that goes on in threads of its own: one for the letters, one for all the
/// rest.
pub(super) struct Inspection(Vec<JoinHandle<rusqlite::Result<String>>>);

/// Which tables belong to a part of the check. The letters with their index are about as large as
/// all the rest.
type Part = fn(&str) -> bool;
const LETTERS: Part = |table| table == "letter";
const ALL_ELSE: Part = |table| table != "letter";

impl Inspection {
    fn begin(path: &Path) -> Self {
        let begin = |part: Part| {
            let path = path.to_owned();
            std::thread::spawn(move || verdict(&reading(&path)?, part))
        };
        Self([LETTERS, ALL_ELSE].map(begin).into())
    }
}

/// «ok», or the first thing that is wrong in the tables asked for or in their indexes.
fn verdict(db: &Connection, is_wanted: Part) -> rusqlite::Result<String> {
    let tables: Vec<String> = db
        .prepare(
            "SELECT 'sqlite_schema' UNION ALL SELECT name FROM sqlite_schema WHERE type = 'table'",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for table in tables.iter().filter(|table| is_wanted(table)) {
        let verdict: String =
            db.query_row("SELECT * FROM pragma_quick_check(?1)", [table], |row| row.get(0))?;
        if verdict != "ok" {
            return Ok(verdict);
        }
    }
    Ok("ok".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of each table is spoilt in turn.
    #[test]
    fn damage_in_any_table_is_found_by_the_thread_that_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        let db = Connection::open(&path).unwrap();
        db.execute_batch("CREATE TABLE letter (a TEXT); CREATE TABLE attempt (b TEXT);").unwrap();
        for table in ["letter", "attempt"] {
            db.execute_batch(&format!(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
                 INSERT INTO {table} SELECT '{table} with some text to fill its pages ' || i FROM n"
            ))
            .unwrap();
        }
        drop(db);
        let whole = std::fs::read(&path).unwrap();
        let is_sound = |part| {
            reading(&path).and_then(|db| verdict(&db, part)).is_ok_and(|verdict| verdict == "ok")
        };
        assert!(is_sound(LETTERS) && is_sound(ALL_ELSE));
        for table in ["letter", "attempt"] {
            let text = format!("{table} with some text to fill its pages 1000");
            let at = memchr::memmem::find(&whole, text.as_bytes()).unwrap() / 4096 * 4096;
            let mut spoilt = whole.clone();
            spoilt[at..at + 16].fill(0xA5);
            std::fs::write(&path, spoilt).unwrap();
            assert_eq!(
                (is_sound(LETTERS), is_sound(ALL_ELSE)),
                (table != "letter", table != "attempt"),
                "{table}"
            );
        }
    }
}
