//! The check of the ledger's file: at once, or in threads of its own if the file is large.

use std::path::Path;
use std::thread::JoinHandle;

use anyhow::Result;
use rusqlite::Connection;

use super::{Store, damage, reading};
use crate::failure::Failure;

/// A larger ledger is checked while other things are read.
const LARGE: u64 = 32 * 1024 * 1024;

impl Store {
    /// Checks the file, or begins to. Nothing is written before it is known to be sound.
    pub(super) fn inspect(&mut self) -> Result<()> {
        if std::fs::metadata(&self.path).is_ok_and(|about| about.len() > LARGE) {
            self.inspection = Some(Inspection::begin(&self.path));
            return Ok(());
        }
        // The full check also finds an index that disagrees with its table: a letter would seem
        // new.
        let verdict: String =
            self.db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if verdict == "ok" { Ok(()) } else { Err(self.damaged(&verdict)) }
    }

    /// Waits for the check of a large file.
    pub(in crate::ledger) fn must_be_sound(&mut self) -> Result<()> {
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

/// A check in progress: one thread for the letters, one for all the rest.
pub(super) struct Inspection(Vec<JoinHandle<rusqlite::Result<String>>>);

/// Which tables a thread checks. The letters and their index are about as large as all the rest.
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

/// "ok", or the first thing that is wrong in these tables or their indexes.
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
