//! What the last full pass over the list found, kept so that an interrupted run resumes at once.

use anyhow::Result;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::database::values;
use super::{Ledger, moment};
use crate::bitset::BitSet;
use crate::delivery::State;

/// How many warnings and doubts a row has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    pub row: u64,
    pub warnings: u64,
    pub doubts: u64,
}

/// A full pass over the list that found no error and enrolled all letters.
///
/// The counts and the digest are kept as JSON, the seal and the time as columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preflight {
    /// The seal of the letters.
    #[serde(skip)]
    pub seal: String,
    #[serde(skip)]
    pub at: Timestamp,
    pub rows: u64,
    pub letters: u64,
    pub suppressed: u64,
    pub blocked: u64,
    pub left_out: u64,
    pub warnings: u64,
    pub doubts: u64,
    /// The rows that have warnings or doubts; `None` if they are too many.
    #[serde(default)]
    pub noted: Option<Vec<Noted>>,
    /// A digest of the letters themselves.
    pub digest: Option<String>,
}

impl Ledger {
    /// Keeps a preflight until letters are enrolled again.
    pub fn note_preflight(&mut self, found: &Preflight) -> Result<()> {
        let counts = serde_json::to_string(found)?;
        self.write(|db| {
            db.execute("DELETE FROM preflight", &[])?;
            db.execute(
                "INSERT INTO preflight (\"only\", seal, at, found) VALUES (1, ?1, ?2, ?3)",
                values![found.seal, found.at.as_millisecond(), counts],
            )?;
            Ok(())
        })
    }

    /// The last preflight, if it had this seal.
    pub fn preflight(&self, seal: &str) -> Result<Option<Preflight>> {
        let kept: Option<(i64, String)> = self.read(|db| {
            let ask = "SELECT at, found FROM preflight WHERE seal = ?1";
            db.first(ask, values![seal], |row| Ok((row.get(0)?, row.get(1)?)))
        })?;
        Ok(kept.and_then(|(at, found)| {
            let found: Preflight = serde_json::from_str(&found).ok()?;
            Some(Preflight { seal: seal.to_owned(), at: moment(at), ..found })
        }))
    }

    /// Calls `each` with the addresses of all waiting letters, in the order of their enrolment.
    pub fn each_waiting(&self, each: &mut dyn FnMut(&str)) -> Result<()> {
        self.read(|db| {
            let ask = "SELECT address FROM letter WHERE state = ?1 ORDER BY position";
            db.each(ask, values![State::Waiting.as_str()], |row| {
                each(row.text(0)?);
                Ok(())
            })
        })
    }

    /// Calls `each` with the address of each waiting letter, and since when it waits: since it was
    /// entered, or first tried.
    pub fn each_waiting_since(&self, each: &mut dyn FnMut(&str, Timestamp)) -> Result<()> {
        self.read(|db| {
            let ask = "SELECT letter.address, coalesce(tried.first, letter.changed)
                 FROM letter LEFT JOIN
                   (SELECT position, min(begun) AS first FROM attempt GROUP BY position) AS tried
                   ON tried.position = letter.position
                 WHERE letter.state = ?1";
            db.each(ask, values![State::Waiting.as_str()], |row| {
                let since: i64 = row.get(1)?;
                each(row.text(0)?, moment(since));
                Ok(())
            })
        })
    }

    /// The rows whose letters are waiting, in the list that was enrolled last.
    pub fn waiting_rows(&self) -> Result<BitSet> {
        self.read(|db| {
            let mut waiting = BitSet::default();
            let ask = "SELECT row FROM letter WHERE state = ?1";
            db.each(ask, values![State::Waiting.as_str()], |row| {
                waiting.insert(row.get(0)?);
                Ok(())
            })?;
            Ok(waiting)
        })
    }
}
