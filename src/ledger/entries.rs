//! Queries: one letter, all letters, how many are in each state.

use std::ops::ControlFlow;

use anyhow::Result;
use jiff::Timestamp;

use super::database::{Db, Result as Read, Row, values};
use super::{Ledger, Promise, moment};
use crate::delivery::{Account, LedgerEntry, Refusals, Remedy, State};
use crate::letter::{Digest, LetterId, Record};
use crate::policy;

impl Ledger {
    /// What is known of a letter.
    pub fn entry(&self, id: LetterId) -> Result<Option<LedgerEntry>> {
        self.read(|db| db.first(BY_ID, values![id.bytes()], entry))
    }

    /// A letter's place in the order of enrolment.
    pub fn place_of(&self, id: LetterId) -> Result<Option<u64>> {
        self.read(|db| {
            let ask = "SELECT position FROM letter WHERE id = ?1";
            db.first(ask, values![id.bytes()], |row| row.get(0))
        })
    }

    /// Whether anybody has a letter, or may have one.
    pub fn has_gone(&self) -> Result<bool> {
        let ask = format!("SELECT EXISTS (SELECT 1 FROM letter WHERE {GONE})");
        self.read(|db| db.value(&ask, &[]))
    }

    /// Calls `each` with position and address of every letter that somebody has, or may have.
    pub fn each_gone(&self, each: &mut dyn FnMut(u64, &str)) -> Result<()> {
        self.read(|db| {
            db.each(&format!("SELECT position, address FROM letter WHERE {GONE}"), &[], |row| {
                each(row.get(0)?, row.text(1)?);
                Ok(())
            })
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
            let ask = format!(
                "{SELECT} WHERE letter.state IN (?1, ?2) OR ?1 IS NULL ORDER BY letter.position"
            );
            db.all(&ask, values![wanted, cut_off], entry)
        })?;
        let named = |entry: LedgerEntry| match entry.state {
            State::Sending if !is_held => LedgerEntry { state: State::Unknown, ..entry },
            _ => entry,
        };
        Ok(found.into_iter().map(named).collect())
    }

    /// Whether a run holds the ledger, in this process or in another.
    fn is_held(&self) -> bool {
        self.is_ours() || self.holder().is_some()
    }

    /// The letters that wait to go again unchanged, because a relay may have them.
    pub fn promised(&self) -> Result<Vec<(LetterId, Promise)>> {
        self.read(|db| {
            let mut promised = Vec::new();
            let ask =
                format!("{SELECT} WHERE letter.state = 'waiting' AND letter.dated IS NOT NULL");
            db.each(&ask, &[], |row| {
                let entry = entry(row)?;
                if let Some(digest) = entry.promised() {
                    let date = entry.date();
                    let promise = Promise { message_id: entry.message_id, digest, date };
                    promised.push((entry.id, promise));
                }
                Ok(())
            })?;
            Ok(promised)
        })
    }

    /// Whether a letter ever went, or was to go, to a relay.
    pub fn has_used(&self, relay: &str) -> Result<bool> {
        self.read(|db| {
            db.value("SELECT EXISTS (SELECT 1 FROM letter WHERE relay = ?1)", values![relay])
        })
    }

    /// How many letters are in each state. A letter that is `sending` counts as waiting while its run
    /// is alive, and as unknown otherwise.
    pub fn account(&self) -> Result<Account> {
        let is_held = self.is_held();
        self.read(|db| count(db, is_held))
    }

    /// Like [`Ledger::account`] after a run whose last attempts could be recorded, and the letters'
    /// table not brought up to date: the disk is full.
    ///
    /// # Errors
    /// Like those of all questions.
    pub fn account_as_recorded(&self) -> Result<Account> {
        match self.engine.caught_up()? {
            Some(copy) => Ok(count(Db::Sqlite(&copy), false)?),
            None => self.account(),
        }
    }

    /// Calls `tell` with begin, end and address of each attempt that reached the relay, the last one
    /// first, until it breaks.
    pub fn begun(
        &self,
        mut tell: impl FnMut(Timestamp, Timestamp, &str) -> ControlFlow<()>,
    ) -> Result<()> {
        // In the order in which they ended: no index is needed.
        self.read(|db| {
            db.each_until(
                "SELECT attempt.begun, attempt.ended, letter.address
                 FROM attempt JOIN letter USING (position)
                 WHERE attempt.ended IS NOT NULL AND outcome NOT IN ('unsent', 'filed') ORDER BY attempt.id DESC",
                &[],
                |row| {
                    let told = tell(moment(row.get(0)?), moment(row.get(1)?), row.text(2)?);
                    Ok(told.is_continue())
                },
            )
        })
    }
}

/// What can be done about the refused letters.
fn count(db: Db, is_held: bool) -> Read<Account> {
    let mut account = Account::default();
    let count = "SELECT state, count(*), count(CASE WHEN attempts > 0 THEN 1 END)
                 FROM letter GROUP BY state";
    db.each(count, &[], |row| {
        let (letters, tried): (u64, u64) = (row.get(1)?, row.get(2)?);
        match State::parse(row.text(0)?) {
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
        Ok(())
    })?;
    if account.refused > 0 {
        account.refusals = refusals(db)?;
    }
    Ok(account)
}

fn refusals(db: Db) -> Read<Refusals> {
    let mut refusals = Refusals::default();
    let ask = "SELECT letter.reply, heir.position IS NOT NULL FROM letter
         LEFT JOIN letter AS heir ON heir.position = letter.replaced AND heir.state = 'accepted'
         WHERE letter.state = 'refused'";
    db.each(ask, &[], |row| {
        let (reply, is_replaced): (Option<String>, bool) = (row.get(0)?, row.get(1)?);
        let remedy = || policy::remedy(&reply.unwrap_or_default());
        refusals.add(if is_replaced { Remedy::Replaced } else { remedy() });
        Ok(())
    })?;
    Ok(refusals)
}

/// Letters that somebody has, or may have.
const GONE: &str =
    "state IN ('accepted', 'sending', 'unknown') OR state = 'waiting' AND dated IS NOT NULL";

/// The columns of an entry, and which letters. Without joins: a server would read all attempts and all
/// letters for them.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT letter.id, letter.row, letter.address, letter.message_id, letter.number, letter.state,
               letter.attempts, letter.not_before, letter.dated, letter.reply, letter.changed, letter.digest,
               letter.position, (SELECT record FROM attempt WHERE attempt.id = letter.recorded),
               CASE WHEN letter.state = 'refused' THEN
                 (SELECT heir.address FROM letter AS heir
                  WHERE heir.position = letter.replaced AND heir.state = 'accepted') END
             FROM letter",
            $which
        )
    };
}
pub(super) const SELECT: &str = select!("");
pub(super) const BY_ID: &str = select!(" WHERE letter.id = ?1");
/// The waiting ones among letters that were enrolled one after another.
pub(super) const NEXT: &str =
    select!(" WHERE letter.position BETWEEN ?1 AND ?2 AND letter.state = 'waiting'");

pub(super) fn entry(row: Row) -> Read<LedgerEntry> {
    Ok(LedgerEntry {
        id: LetterId::from_bytes(row.get(0)?),
        row: row.get(1)?,
        address: row.get(2)?,
        message_id: row.get(3)?,
        number: row.get(4)?,
        // The schema allows no other state. If there is one all the same, nothing may be sent.
        state: State::parse(row.text(5)?).unwrap_or(State::Unknown),
        attempts: row.get(6)?,
        not_before: row.get::<Option<i64>>(7)?.map(moment),
        dated: row.get(8)?,
        reply: row.get(9)?,
        changed: moment(row.get(10)?),
        digest: row.get::<Option<[u8; 32]>>(11)?.map(Digest::from_bytes),
        record: row.get::<Option<String>>(13)?.as_deref().and_then(Record::of_json),
        replaced_by: row.get(14)?,
    })
}
