//! Queries: one letter, all letters, how many are in each state.

use std::ops::ControlFlow;

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{Ledger, Promise, moment};
use crate::delivery::{Account, LedgerEntry, Refusals, Remedy, State};
use crate::letter::{Digest, LetterId, Record};
use crate::policy;

impl Ledger {
    /// What is known of a letter.
    pub fn entry(&self, id: LetterId) -> Result<Option<LedgerEntry>> {
        self.read(|db| db.prepare_cached(BY_ID)?.query_row([id.bytes()], entry).optional())
    }

    /// A letter's place in the order of enrolment.
    pub fn place_of(&self, id: LetterId) -> Result<Option<u64>> {
        self.read(|db| {
            db.prepare_cached("SELECT position FROM letter WHERE id = ?1")?
                .query_row([id.bytes()], |row| row.get(0))
                .optional()
        })
    }

    /// Whether anybody has a letter, or may have one.
    pub fn has_gone(&self) -> Result<bool> {
        let ask = format!("SELECT EXISTS (SELECT 1 FROM letter WHERE {GONE})");
        self.read(|db| db.query_row(&ask, [], |row| row.get(0)))
    }

    /// Calls `each` with position and address of every letter that somebody has, or may have.
    pub fn each_gone(&self, each: &mut dyn FnMut(u64, &str)) -> Result<()> {
        self.read(|db| {
            let mut ask =
                db.prepare(&format!("SELECT position, address FROM letter WHERE {GONE}"))?;
            let mut rows = ask.query([])?;
            while let Some(row) = rows.next()? {
                each(row.get(0)?, row.get_ref(1)?.as_str()?);
            }
            Ok(())
        })
    }

    /// All letters in the order of their enrolment, or those in one state. A letter that is `sending`
    /// counts as unknown unless its run is alive.
    pub fn entries(&self, state: Option<State>) -> Result<Vec<LedgerEntry>> {
        let is_held = self.is_held();
        let wanted = state.map(State::as_str);
        let cut_off =
            (state == Some(State::Unknown) && !is_held).then_some(State::Sending.as_str());
        let found: Vec<LedgerEntry> = self.read(|db| {
            db.prepare(&format!(
                "{SELECT} WHERE ?1 IS NULL OR letter.state IN (?1, ?2) ORDER BY letter.position"
            ))?
            .query_map([wanted, cut_off], entry)?
            .collect()
        })?;
        let named = |entry: LedgerEntry| match entry.state {
            State::Sending if !is_held => LedgerEntry { state: State::Unknown, ..entry },
            _ => entry,
        };
        Ok(found.into_iter().map(named).collect())
    }

    /// Whether a run holds the ledger, in this process or in another.
    fn is_held(&self) -> bool {
        self.hold.is_some() || self.holder().is_some()
    }

    /// The letters that wait to go again unchanged, because a relay may have them.
    pub fn promised(&self) -> Result<Vec<(LetterId, Promise)>> {
        self.read(|db| {
            db.prepare(&format!(
                "{SELECT} WHERE letter.state = 'waiting' AND letter.dated IS NOT NULL"
            ))?
            .query_map([], entry)?
            .filter_map(|entry| match entry {
                Ok(entry) => {
                    let (digest, date) = (entry.promised()?, entry.date());
                    let promise = Promise { message_id: entry.message_id, digest, date };
                    Some(Ok((entry.id, promise)))
                }
                Err(error) => Some(Err(error)),
            })
            .collect()
        })
    }

    /// Whether a letter ever went, or was to go, to a relay.
    pub fn has_used(&self, relay: &str) -> Result<bool> {
        self.read(|db| {
            db.query_row("SELECT EXISTS (SELECT 1 FROM letter WHERE relay = ?1)", [relay], |row| {
                row.get(0)
            })
        })
    }

    /// How many letters are in each state. A letter that is `sending` counts as waiting while its run
    /// is alive, and as unknown otherwise.
    pub fn account(&self) -> Result<Account> {
        let is_held = self.is_held();
        self.read(|db| {
            let mut account = Account::default();
            let mut count = db.prepare_cached(
                "SELECT state, count(*), sum(attempts > 0) FROM letter GROUP BY state",
            )?;
            let mut rows = count.query([])?;
            while let Some(row) = rows.next()? {
                let (state, letters, tried): (String, u64, u64) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                match State::parse(&state) {
                    Some(State::Accepted) => account.accepted += letters,
                    Some(State::Filed) => account.filed += letters,
                    Some(State::Refused) => account.refused += letters,
                    Some(State::Sending) if is_held => account.waiting += letters,
                    Some(State::Waiting) => {
                        account.waiting += letters;
                        account.retrying += tried;
                    }
                    Some(State::Unknown | State::Sending) | None => account.unknown += letters,
                }
            }
            if account.refused > 0 {
                account.refusals = refusals(db)?;
            }
            Ok(account)
        })
    }

    /// Calls `tell` with begin, end and address of each attempt that reached the relay, the last one
    /// first, until it breaks.
    pub fn begun(
        &self,
        mut tell: impl FnMut(Timestamp, Timestamp, &str) -> ControlFlow<()>,
    ) -> Result<()> {
        // In the order in which they ended: no index is needed.
        self.read(|db| {
            let mut attempts = db.prepare(
                "SELECT attempt.begun, attempt.ended, letter.address
                 FROM attempt JOIN letter USING (position)
                 WHERE attempt.ended IS NOT NULL AND outcome NOT IN ('unsent', 'filed') ORDER BY attempt.id DESC",
            )?;
            let mut rows = attempts.query([])?;
            while let Some(row) = rows.next()? {
                if tell(moment(row.get(0)?), moment(row.get(1)?), row.get_ref(2)?.as_str()?)
                    .is_break()
                {
                    break;
                }
            }
            Ok(())
        })
    }
}

/// What can be done about the refused letters.
fn refusals(db: &Connection) -> rusqlite::Result<Refusals> {
    let mut refusals = Refusals::default();
    let mut ask = db.prepare(
        "SELECT letter.reply, heir.position IS NOT NULL FROM letter
         LEFT JOIN letter AS heir ON heir.position = letter.replaced AND heir.state = 'accepted'
         WHERE letter.state = 'refused'",
    )?;
    let mut rows = ask.query([])?;
    while let Some(row) = rows.next()? {
        let reply: Option<String> = row.get(0)?;
        let is_replaced: bool = row.get(1)?;
        let remedy = || policy::remedy(&reply.unwrap_or_default());
        refusals.add(if is_replaced { Remedy::Replaced } else { remedy() });
    }
    Ok(refusals)
}

/// Letters that somebody has, or may have.
const GONE: &str =
    "state IN ('accepted', 'sending', 'unknown') OR state = 'waiting' AND dated IS NOT NULL";

/// The columns of an entry, and which letters.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT letter.id, letter.row, letter.address, letter.message_id, letter.number, letter.state,
               letter.attempts, letter.not_before, letter.dated, letter.reply, letter.changed, letter.digest,
               letter.position, record, heir.address
             FROM letter LEFT JOIN attempt ON attempt.id = letter.recorded
             LEFT JOIN letter AS heir ON heir.position = letter.replaced
               AND letter.state = 'refused' AND heir.state = 'accepted'",
            $which
        )
    };
}
pub(super) const SELECT: &str = select!("");
pub(super) const BY_ID: &str = select!(" WHERE letter.id = ?1");
/// The waiting ones among letters that were enrolled one after another.
pub(super) const NEXT: &str =
    select!(" WHERE letter.position BETWEEN ?1 AND ?2 AND letter.state = 'waiting'");

pub(super) fn entry(row: &Row) -> rusqlite::Result<LedgerEntry> {
    let state: String = row.get(5)?;
    Ok(LedgerEntry {
        id: LetterId::from_bytes(row.get(0)?),
        row: row.get(1)?,
        address: row.get(2)?,
        message_id: row.get(3)?,
        number: row.get(4)?,
        // The schema allows no other state. If there is one all the same, nothing may be sent.
        state: State::parse(&state).unwrap_or(State::Unknown),
        attempts: row.get(6)?,
        not_before: row.get::<_, Option<i64>>(7)?.map(moment),
        dated: row.get(8)?,
        reply: row.get(9)?,
        changed: moment(row.get(10)?),
        digest: row.get::<_, Option<[u8; 32]>>(11)?.map(Digest::from_bytes),
        record: row.get::<_, Option<String>>(13)?.as_deref().and_then(Record::of_json),
        replaced_by: row.get(14)?,
    })
}
