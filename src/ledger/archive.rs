//! Accepted letters in one file: an SQLite Archive (`sqlite3 archive.sqlar -Ax` unpacks it), each
//! compressed.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use rusqlite::{Connection, OpenFlags, params};

use crate::files;
use crate::letter::Letter;

/// Mode of a regular file that only its owner may write.
const MODE: i64 = 0o100_644;

/// An open archive.
pub struct Archive {
    db: Mutex<Connection>,
}

impl Archive {
    /// Opens the archive, and creates it if there is none.
    pub fn open(path: &Path) -> Result<Self, String> {
        let open = || -> rusqlite::Result<Connection> {
            let unusable =
                |error: std::io::Error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
            files::must_be_whole_database(path).map_err(|(_, error)| unusable(error))?;
            files::open_or_create(path).map_err(unusable)?;
            let db = Connection::open(path)?;
            db.pragma_update(None, "journal_mode", "WAL")?;
            db.pragma_update(None, "synchronous", "FULL")?;
            // As the SQLite Archive format defines it.
            db.execute_batch(
                "CREATE TABLE IF NOT EXISTS sqlar (name TEXT PRIMARY KEY, mode INT, mtime INT, sz INT, data BLOB)",
            )?;
            Ok(db)
        };
        open().map(|db| Self { db: Mutex::new(db) }).map_err(|error| error.to_string())
    }

    /// Reads a letter back; `None` if there is none, or no archive.
    pub fn read(path: &Path, name: &str) -> Option<Vec<u8>> {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
        let ask = "SELECT sz, data FROM sqlar WHERE name = ?1";
        let (size, data): (usize, Vec<u8>) =
            db.query_row(ask, [name], |row| Ok((row.get(0)?, row.get(1)?))).ok()?;
        if data.len() == size {
            return Some(data);
        }
        let mut bytes = Vec::new();
        ZlibDecoder::new(&data[..]).take(size as u64).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Removes letters by their names, and what they leave in the file. Returns how many there were.
    pub fn remove(path: &Path, names: &[String]) -> Result<u64, String> {
        if !path.is_file() {
            return Ok(0);
        }
        let archive = Self::open(path)?;
        let db = archive.db.lock().unwrap_or_else(PoisonError::into_inner);
        let remove = || -> rusqlite::Result<u64> {
            let mut removed = 0;
            for name in names {
                removed += db.execute("DELETE FROM sqlar WHERE name = ?1", [name])? as u64;
            }
            db.execute_batch("VACUUM")?;
            db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            Ok(removed)
        };
        remove().map_err(|error| error.to_string())
    }

    /// Keeps a letter under `name`, unless there is one.
    pub fn keep(&self, name: &str, letter: &Letter) -> Result<(), String> {
        let compressed = || -> std::io::Result<Vec<u8>> {
            let mut encoder = ZlibEncoder::new(
                Vec::with_capacity(letter.bytes.len() / 2),
                Compression::default(),
            );
            encoder.write_all(&letter.bytes)?;
            encoder.finish()
        };
        let compressed = compressed().map_err(|error| error.to_string())?;
        // As the format asks: what does not get smaller is kept uncompressed.
        let data = if compressed.len() < letter.bytes.len() { &compressed } else { &letter.bytes };
        let now = jiff::Timestamp::now().as_second();
        let row = params![name, MODE, now, letter.bytes.len() as u64, data];
        let db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        let written = db.execute(
            "INSERT OR IGNORE INTO sqlar (name, mode, mtime, sz, data) VALUES (?1, ?2, ?3, ?4, ?5)",
            row,
        );
        written.map(drop).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::{Digest, LetterId, Receipt};
    use crate::recipient::Address;

    #[test]
    fn a_letter_comes_back_byte_for_byte() {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::parse("a@example.org").unwrap();
        let bytes = b"Date: x\r\n\r\nhello hello hello hello hello hello\r\n".to_vec();
        let letter = Letter {
            id: LetterId::of("test", &address, None),
            from: address.clone(),
            to: vec![address],
            message_id: String::new(),
            number: None,
            subject: String::new(),
            record: crate::letter::Record::default(),
            receipt: Receipt::None,
            digest: Digest::of(&bytes),
            bytes: bytes.clone(),
        };
        let path = folder.path().join("archive.sqlar");
        for _ in 0..2 {
            Archive::open(&path).unwrap().keep("a.eml", &letter).unwrap();
        }
        assert_eq!(Archive::read(&path, "a.eml").as_ref(), Some(&bytes));
        assert_eq!(Archive::read(&path, "b.eml"), None);
        let db = Connection::open(&path).unwrap();
        let (count, size, data): (i64, usize, Vec<u8>) = db
            .query_row("SELECT count(*), sz, data FROM sqlar", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        let mut back = Vec::new();
        flate2::read::ZlibDecoder::new(&data[..]).read_to_end(&mut back).unwrap();
        assert_eq!((count, size, back), (1, bytes.len(), bytes));
    }
}
