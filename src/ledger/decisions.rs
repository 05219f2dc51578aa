//! What people decide about letters, and what the outbox shows of interrupted ones.

use anyhow::Result;
use jiff::Timestamp;

use super::Ledger;
use super::database::{self, Db, values};
use super::entries::{SELECT, entry};
use crate::delivery::{LedgerEntry, State, WorkerName};
use crate::failure::Failure;
use crate::letter::LetterId;

impl Ledger {
    /// Settles the unknown letters to these addresses as a person decided, all or none, and says
    /// which they are.
    ///
    /// # Errors
    /// [`Failure::NotUnknown`] when there is no unknown letter to one of the addresses.
    pub fn resolve(
        &mut self,
        address_keys: &[String],
        after: State,
        who: &str,
        now: Timestamp,
    ) -> Result<Vec<LetterId>> {
        let all = self.entries(None)?;
        let mut unknown = Vec::new();
        for key in address_keys {
            let matching = || all.iter().filter(|entry| entry.address.to_lowercase() == *key);
            let before = unknown.len();
            // A letter that was to go again and cannot, because it changed, is still in doubt.
            let is_open = |entry: &&LedgerEntry| {
                entry.state == State::Unknown
                    || after == State::Accepted
                        && entry.state == State::Waiting
                        && entry.promised().is_some()
            };
            unknown.extend(matching().filter(is_open));
            if unknown.len() == before {
                self.must_not_be_underway(matching())?;
                let state = matching().next().map(|entry| entry.state);
                return Err(Failure::NotUnknown { address: key.clone(), state }.into());
            }
        }
        unknown.sort_by_key(|entry| entry.id);
        unknown.dedup_by_key(|entry| entry.id);
        let ids = unknown.iter().map(|entry| entry.id).collect();
        self.write(|db| decide(db, unknown, &Decision { after, who, now }))?;
        Ok(ids)
    }

    /// The letters to an address that a person may want to send again as new ones: accepted,
    /// filed, refused, or waiting to be sent again unchanged.
    ///
    /// # Errors
    /// [`Failure::NothingToReset`] when there is none.
    pub fn settled_for(&self, address_key: &str) -> Result<Vec<LedgerEntry>> {
        let mut matching = self.entries(None)?;
        matching.retain(|entry| entry.address.to_lowercase() == address_key);
        self.must_not_be_underway(matching.iter())?;
        let state = matching.first().map(|entry| entry.state);
        matching.retain(|entry| {
            matches!(entry.state, State::Accepted | State::Filed | State::Refused)
                || entry.state == State::Waiting && entry.promised().is_some()
        });
        if matching.is_empty() {
            return Err(Failure::NothingToReset { address: address_key.to_owned(), state }.into());
        }
        Ok(matching)
    }

    /// Lets letters go again, as a person decided. A letter that a relay may have gets another
    /// Message-ID, or a receiver would drop it as a duplicate.
    pub fn reset(&mut self, letters: &[LedgerEntry], who: &str, now: Timestamp) -> Result<u64> {
        self.write(|db| {
            for entry in letters.iter().filter(|entry| entry.promised().is_some()) {
                db.execute(
                    "UPDATE letter SET dated = NULL, digest = NULL, message_id = ?2
                     WHERE id = ?1 AND state = ?3",
                    values![entry.id.bytes(), renewed(&entry.message_id), entry.state.as_str()],
                )?;
            }
            decide(db, letters, &Decision { after: State::Waiting, who, now })
        })
    }

    /// Whatever becomes of a letter that a run is sending now is not for a person to say.
    fn must_not_be_underway<'a>(
        &self,
        mut letters: impl Iterator<Item = &'a LedgerEntry>,
    ) -> Result<()> {
        let Some(entry) = letters.find(|entry| entry.state == State::Sending) else {
            return Ok(());
        };
        let by = self.read(|db| claimed_by(db, entry.id))?.unwrap_or_else(WorkerName::unknown);
        Err(Failure::LetterHeld { address: entry.address.clone(), by: by.to_string() }.into())
    }

    /// Takes every letter that waits for unknown, as a person decided after a loss.
    pub(super) fn doubt_waiting(&mut self, who: &str, now: Timestamp) -> Result<u64> {
        let waiting = self.entries(Some(State::Waiting))?;
        self.write(|db| decide(db, &waiting, &Decision { after: State::Unknown, who, now }))
    }

    /// Settles the unknown letters of an outbox, where a letter's file is either there as a whole
    /// or not at all. Only letters begun towards `relay` are looked at. Returns how many there were.
    pub fn settle_seen(
        &mut self,
        relay: &str,
        is_there: impl Fn(&LedgerEntry) -> bool,
        now: Timestamp,
    ) -> Result<u64> {
        let unknown: Vec<LedgerEntry> = self.read(|db| {
            let ask = format!("{SELECT} WHERE letter.state = 'unknown' AND letter.relay = ?1");
            db.all(&ask, values![relay], entry)
        })?;
        if unknown.is_empty() {
            return Ok(0);
        }
        self.write(|db| {
            let mut settled = 0;
            for entry in &unknown {
                let after = if is_there(entry) { State::Filed } else { State::Waiting };
                db.execute(
                    "UPDATE letter SET state = ?2, changed = ?3, dated = NULL WHERE id = ?1 AND state = 'unknown'",
                    values![entry.id.bytes(), after.as_str(), now.as_millisecond()],
                )?;
                db.execute(
                    "INSERT INTO decision (letter, at, who, before, after) VALUES (?1, ?2, 'outbox', 'unknown', ?3)",
                    values![entry.id.bytes(), now.as_millisecond(), after.as_str()],
                )?;
                settled += 1;
            }
            Ok(settled)
        })
    }
}

/// What a person decided, and when.
struct Decision<'a> {
    after: State,
    who: &'a str,
    now: Timestamp,
}

fn decide<'a>(
    db: Db,
    letters: impl IntoIterator<Item = &'a LedgerEntry>,
    Decision { after, who, now }: &Decision,
) -> Result<u64> {
    let mut count = 0;
    for entry in letters {
        let id = entry.id.bytes();
        let change = format!(
            "UPDATE letter SET state = ?2, attempts = 0, not_before = NULL, changed = ?3
             WHERE id = ?1 AND state = ?4{}",
            of_nobody(db)
        );
        let (before, now) = (entry.state.as_str(), now.as_millisecond());
        if db.execute(&change, values![id, after.as_str(), now, before])? == 0 {
            match claimed_by(db, entry.id)? {
                Some(by) => {
                    let (address, by) = (entry.address.clone(), by.to_string());
                    return Err(Failure::LetterHeld { address, by }.into());
                }
                // Somebody has decided the same since, and the letter was sent.
                None => continue,
            }
        }
        if *after == State::Waiting && entry.state != State::Unknown {
            // Where it stands on the list now is found out by the next full pass.
            db.execute("DELETE FROM preflight", &[])?;
        }
        db.execute(
            "INSERT INTO decision (letter, at, who, before, after) VALUES (?1, ?2, ?3, ?4, ?5)",
            values![id, now, who, before, after.as_str()],
        )?;
        count += 1;
    }
    Ok(count)
}

/// A condition on letters: no worker has claimed it.
fn of_nobody(db: Db) -> &'static str {
    match db {
        Db::Sqlite(_) => "",
        #[cfg(feature = "postgres")]
        Db::Postgres(_) => " AND worker IS NULL",
    }
}

/// The worker that has claimed a letter.
fn claimed_by(db: Db, id: LetterId) -> database::Result<Option<WorkerName>> {
    match db {
        Db::Sqlite(_) => {
            let _ = id;
            Ok(None)
        }
        #[cfg(feature = "postgres")]
        Db::Postgres(_) => super::postgres::claimed_by(db, id),
    }
}

/// The Message-ID of the next letter to the same person: `<x@y>`, `<x.2@y>`, `<x.3@y>`.
fn renewed(message_id: &str) -> String {
    let (left, domain) = message_id.split_once('@').unwrap_or((message_id, ">"));
    let (stem, count) = left
        .rsplit_once('.')
        .and_then(|(stem, count)| Some((stem, count.parse::<u32>().ok()?)))
        .unwrap_or((left, 1));
    format!("{stem}.{}@{domain}", count.saturating_add(1))
}
