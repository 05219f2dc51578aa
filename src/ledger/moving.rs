//! Moves a ledger from one engine to the other: every row of every table, compared afterwards by digest.
//! The old one is closed, and knows where the new one is.

use anyhow::Result;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::database::{self, Db, Value};
use super::engine::Engine;
use super::{Ledger, Location, Server, postgres, sqlite};
use crate::failure::Failure;

/// A table, and its columns: first that or those by which it is ordered.
struct Table {
    name: &'static str,
    columns: &'static [&'static str],
    /// How many columns make a key.
    key: usize,
}

/// Every table. A row comes after those that it refers to.
const TABLES: [Table; 12] = [
    Table { name: "campaign", columns: &["created", "identity", "writes", "folded"], key: 1 },
    Table { name: "holder", columns: &["\"only\"", "who", "running"], key: 1 },
    Table { name: "home", columns: &["id", "host", "path", "at", "who"], key: 1 },
    Table {
        name: "letter",
        columns: &[
            "position",
            "id",
            "row",
            "address",
            "message_id",
            "number",
            "state",
            "attempts",
            "not_before",
            "dated",
            "digest",
            "relay",
            "reply",
            "recorded",
            "replaced",
            "changed",
        ],
        key: 1,
    },
    Table {
        name: "attempt",
        columns: &[
            "id",
            "position",
            "begun",
            "ended",
            "relay",
            "dated",
            "digest",
            "record",
            "state",
            "charged",
            "not_before",
            "outcome",
            "stage",
            "code",
            "enhanced",
            "text",
            "connection",
        ],
        key: 1,
    },
    Table { name: "decision", columns: &["id", "letter", "at", "who", "before", "after"], key: 1 },
    Table { name: "suppression", columns: &["entry", "reason", "date", "who"], key: 1 },
    Table { name: "approval", columns: &["id", "at", "seal", "name", "\"user\""], key: 1 },
    Table { name: "run", columns: &["id", "who", "record", "chosen"], key: 1 },
    Table { name: "preflight", columns: &["\"only\"", "seal", "at", "found"], key: 1 },
    Table {
        name: "answer",
        columns: &[
            "id",
            "mail",
            "letter",
            "answer",
            "kind",
            "bounce",
            "status",
            "diagnostic",
            "sender",
            "name",
            "subject",
            "excerpt",
            "at",
            "until",
            "matched_by",
            "source",
            "follows",
            "read",
            "word",
            "word_by",
            "word_at",
        ],
        key: 1,
    },
    Table { name: "mailbox", columns: &["account", "folder", "validity", "uid", "read"], key: 2 },
];

/// Moves the ledger in the folder to the server. Returns how many letters it has.
///
/// # Errors
/// [`Failure::NothingToMove`], [`Failure::LedgerThere`], or what either engine reports. Unless all was
/// moved, the ledger stays where it was.
pub(super) fn to_server(at: &Location, server: &Server, who: &str, now: Timestamp) -> Result<u64> {
    if !sqlite::is_in_use(&sqlite::path(&at.folder)) {
        return Err(Failure::NothingToMove.into());
    }
    let here = Location { server: None, ..at.clone() };
    let (ledger, _) = Ledger::open(&here, who, now)?;
    let letters = ledger.enrolled()?;
    let Engine::Sqlite(from) = ledger.engine else {
        return Err(Failure::NothingToMove.into());
    };
    let wanted = from.read(digest)?;
    let (mut to, is_new) = postgres::Store::hold_for_move(at, server, now)?;
    if is_new {
        let copied = to.transact(|to| {
            from.read(|from| copy(from, to))?;
            postgres::pass_numbers_over(to)?;
            must_be(to.read_digest()?, wanted)
        });
        if copied.is_err() {
            to.forget()?;
        }
        copied?;
    } else if to.read(digest)? != wanted {
        return Err(Failure::LedgerThere { at: to.name() }.into());
    }
    from.close()?;
    Ok(letters)
}

/// Moves the ledger on the server into the folder. Returns how many letters it has.
///
/// # Errors
/// Like [`to_server`].
pub(super) fn to_folder(at: &Location, who: &str, now: Timestamp) -> Result<u64> {
    if Ledger::look(at)?.is_none() {
        return Err(Failure::NothingToMove.into());
    }
    let (ledger, _) = Ledger::open(at, who, now)?;
    let letters = ledger.enrolled()?;
    let Engine::Postgres(from) = ledger.engine else {
        return Err(Failure::NothingToMove.into());
    };
    let wanted = from.read(digest)?;
    let mut to = sqlite::Store::hold_for_move(at, now)?;
    to.transact(|to| {
        from.read(|from| copy(from, to))?;
        must_be(to.read_digest()?, wanted)
    })?;
    from.close(&to.path().display().to_string())?;
    Ok(letters)
}

fn must_be(found: Digest, wanted: Digest) -> Result<()> {
    if found == wanted {
        return Ok(());
    }
    Err(Failure::Ours { detail: "the copy of the ledger differs".into() }.into())
}

type Digest = [u8; 32];

impl Db<'_> {
    fn read_digest(self) -> Result<Digest> {
        Ok(digest(self)?)
    }
}

/// Copies all rows. The other ledger has none but that of the campaign.
fn copy(from: Db, to: Db) -> database::Result<()> {
    for Table { name, columns, key } in &TABLES {
        let ask = rows_of(name, columns, *key);
        if *name == "campaign" {
            let set = "UPDATE campaign SET created = ?1, identity = ?2, writes = ?3, folded = ?4";
            from.each(&ask, &[], |row| {
                to.execute(set, &[row.at(0)?, row.at(1)?, row.at(2)?, row.at(3)?]).map(drop)
            })?;
            continue;
        }
        to.fill(name, columns, &mut |put| {
            from.each(&ask, &[], |row| {
                let cells = (0..columns.len()).map(|column| row.at(column));
                put(&cells.collect::<database::Result<Vec<_>>>()?)
            })
        })?;
    }
    Ok(())
}

fn rows_of(table: &str, columns: &[&str], key: usize) -> String {
    let (columns, order) = (columns.join(", "), columns[..key].join(", "));
    format!("SELECT {columns} FROM {table} ORDER BY {order}")
}

/// Over every cell of every table.
fn digest(db: Db) -> database::Result<Digest> {
    let mut sha = Sha256::new();
    for Table { name, columns, key } in &TABLES {
        sha.update(name);
        db.each(&rows_of(name, columns, *key), &[], |row| {
            for column in 0..columns.len() {
                match row.at(column)? {
                    Value::Null => sha.update("n"),
                    Value::Integer(number) => {
                        sha.update("i");
                        sha.update(number.to_le_bytes());
                    }
                    Value::Text(text) => {
                        // PostgreSQL has no NUL in texts.
                        let text = text.replace('\0', "\u{fffd}");
                        sha.update("t");
                        sha.update(text.len().to_le_bytes());
                        sha.update(text);
                    }
                    Value::Blob(blob) => {
                        sha.update("b");
                        sha.update(blob.len().to_le_bytes());
                        sha.update(blob);
                    }
                }
            }
            Ok(())
        })?;
    }
    Ok(sha.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables and columns of a schema, without quotes and without the number of the campaign.
    fn columns(schema: &str, table: &str) -> Vec<String> {
        let begin = format!("{table} (\n");
        let at = schema.find(&begin).unwrap_or_else(|| panic!("no table {table}"));
        let lines = schema[at + begin.len()..].lines().take_while(|line| line.starts_with("  "));
        let names = lines.filter(|line| !line.starts_with("   ")).filter_map(|line| {
            let name = line.split_whitespace().next()?.trim_matches('"');
            let is_column =
                name != "campaign" && !name.contains('(') && name != name.to_uppercase();
            is_column.then(|| name.to_owned())
        });
        names.collect()
    }

    #[test]
    fn every_column_of_a_ledger_in_a_file_is_on_a_server_and_is_moved() {
        let (file, server) = (include_str!("sqlite/schema.sql"), postgres::SCHEMA);
        let tables = file.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
        let tables: Vec<&str> = tables.filter_map(|rest| rest.split_whitespace().next()).collect();
        assert_eq!(tables.len(), TABLES.len());
        for table in tables {
            let known = TABLES.iter().find(|known| known.name == table).expect(table);
            let moved: Vec<String> =
                known.columns.iter().map(|name| name.trim_matches('"').to_owned()).collect();
            if table == "campaign" {
                assert_eq!(columns(file, table)[1..], moved);
                continue;
            }
            assert_eq!(columns(file, table), moved, "{table}");
            assert_eq!(columns(server, &format!("gonets.{table}")), moved, "{table}");
        }
    }
}
