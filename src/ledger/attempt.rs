//! The `attempt` table: what a run records of a letter before its message is written, and after.
//!
//! Rows are only appended. [`fold`] brings the letters' table up to date from those that it does
//! not reflect yet; what an outcome means for a letter was decided before, by `policy`.

use std::borrow::Cow;
use std::collections::HashMap;

use anyhow::Result;
use jiff::Timestamp;

use super::database::{Db, Result as Read, Row, values};
use crate::delivery::{Outcome, Reply, Stage, State};
use crate::failure::Failure;
use crate::letter::{Digest, LetterId};
use crate::policy::Verdict;

/// Octets of a reply that are kept.
const LONGEST_TEXT: usize = 8 * 1024;

/// A letter by its row in the ledger and by its identity, which have to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LetterKey {
    /// In the order of enrolment, from 0.
    pub position: u64,
    pub id: LetterId,
}

/// A row of the table.
#[derive(Debug, Clone)]
pub enum Attempt {
    /// The message is about to be written.
    Begun { letter: LetterKey, dated: String, digest: Digest, record: String, at: Timestamp },
    /// The attempt has ended.
    Ended {
        letter: LetterKey,
        outcome: Outcome,
        verdict: Verdict,
        begun: Timestamp,
        ended: Timestamp,
        connection: u64,
        /// What the letter says, if it was refused before it began.
        record: Option<String>,
    },
}

impl Attempt {
    pub fn letter(&self) -> LetterKey {
        match self {
            Self::Begun { letter, .. } | Self::Ended { letter, .. } => *letter,
        }
    }
}

/// Appends a row, and returns its number. A letter that does not wait cannot be begun.
pub(super) fn append(db: Db, attempt: &Attempt, relay: &str) -> Result<u64> {
    match attempt {
        Attempt::Begun { letter, dated, digest, record, at } => {
            let appended = db.insert(
                "INSERT INTO attempt (position, begun, relay, dated, digest, record)
                     SELECT position, ?3, ?4, ?5, ?6, ?7 FROM letter
                     WHERE position = ?1 AND id = ?2 AND state = 'waiting'",
                values![
                    letter.position,
                    letter.id.bytes(),
                    at.as_millisecond(),
                    relay,
                    dated,
                    digest.bytes(),
                    record
                ],
            )?;
            appended
                .map(i64::cast_unsigned)
                .ok_or_else(|| out_of_order(letter.position, "begun").into())
        }
        Attempt::Ended { letter, outcome, verdict, begun, ended, connection, record } => {
            let columns = OutcomeColumns::of(outcome);
            let appended = db.insert(
                "INSERT INTO attempt (position, begun, ended, relay, state, charged, not_before,
                   outcome, stage, code, enhanced, text, connection, record)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                values![
                    letter.position,
                    begun.as_millisecond(),
                    ended.as_millisecond(),
                    relay,
                    verdict.state.as_str(),
                    verdict.charged,
                    verdict.not_before.map(Timestamp::as_millisecond),
                    columns.outcome,
                    columns.stage.map(Stage::as_str),
                    columns.code,
                    columns.enhanced,
                    columns.text,
                    connection,
                    record
                ],
            )?;
            appended
                .map(i64::cast_unsigned)
                .ok_or_else(|| out_of_order(letter.position, "ended").into())
        }
    }
}

/// Whether the letters' table lacks some attempts.
pub(super) fn is_behind(db: Db) -> Read<bool> {
    let ask = "SELECT coalesce(max(id), 0) > (SELECT folded FROM campaign) FROM attempt";
    db.value(ask, &[])
}

/// Brings the letters' table up to date. A letter whose attempt began and ended meanwhile is
/// written once.
pub(super) fn fold(db: Db) -> Result<()> {
    let rows: Vec<Recorded> = db.all(
        "SELECT id, position, begun, ended, relay, dated, digest, state, charged, not_before, code,
           text, record IS NOT NULL
         FROM attempt WHERE id > (SELECT folded FROM campaign) ORDER BY id",
        &[],
        Recorded::of,
    )?;
    let Some(last) = rows.last().map(Recorded::row) else { return Ok(()) };
    let mut begun: HashMap<u64, Begun> = HashMap::new();
    for row in rows {
        match row {
            Recorded::Begun(new) => {
                let position = new.position;
                if begun.insert(position, new).is_some() {
                    return Err(out_of_order(position, "begun").into());
                }
            }
            Recorded::Ended(ended) => end(db, begun.remove(&ended.position), &ended)?,
        }
    }
    begun.into_values().try_for_each(|begun| begin(db, &begun))?;
    db.execute("UPDATE campaign SET folded = ?1", values![last])?;
    Ok(())
}

/// A row that the letters' table does not reflect yet.
enum Recorded {
    Begun(Begun),
    Ended(Ended),
}

/// What the row that begins an attempt says.
struct Begun {
    /// The row, whose record is not copied.
    row: i64,
    position: u64,
    at: i64,
    relay: String,
    dated: String,
    digest: [u8; 32],
}

/// What the row says with which an attempt has ended.
struct Ended {
    row: i64,
    position: u64,
    at: i64,
    state: String,
    charged: u32,
    not_before: Option<i64>,
    reply: String,
    has_record: bool,
}

impl Recorded {
    fn of(row: Row) -> Read<Self> {
        let (id, position) = (row.get(0)?, row.get(1)?);
        let Some(at) = row.get(3)? else {
            let (at, relay) = (row.get(2)?, row.get(4)?);
            let (dated, digest) = (row.get(5)?, row.get(6)?);
            return Ok(Self::Begun(Begun { row: id, position, at, relay, dated, digest }));
        };
        let (code, text): (Option<u16>, &str) = (row.get(10)?, row.text(11)?);
        Ok(Self::Ended(Ended {
            row: id,
            position,
            at,
            state: row.get(7)?,
            charged: row.get(8)?,
            not_before: row.get(9)?,
            reply: reply(code, text),
            has_record: row.get(12)?,
        }))
    }

    fn row(&self) -> i64 {
        match self {
            Self::Begun(begun) => begun.row,
            Self::Ended(ended) => ended.row,
        }
    }
}

fn begin(db: Db, begun: &Begun) -> Result<()> {
    let changed = db.execute(
        "UPDATE letter SET state = 'sending', dated = ?2, digest = ?3, changed = ?4, relay = ?5,
           recorded = ?6
         WHERE position = ?1 AND state = 'waiting'",
        values![begun.position, begun.dated, begun.digest, begun.at, begun.relay, begun.row],
    )?;
    if changed == 1 { Ok(()) } else { Err(out_of_order(begun.position, "begun").into()) }
}

fn end(db: Db, begun: Option<Begun>, ended: &Ended) -> Result<()> {
    let Ended { position, state, charged, not_before, reply, at, .. } = ended;
    // Once the relay cannot have the letter, it may go with another Date.
    let keeps_date = matches!(State::parse(state), Some(State::Accepted | State::Unknown));
    let changed = if let Some(begun) = begun {
        db.execute(
            "UPDATE letter SET state = ?2, attempts = attempts + ?3, not_before = ?4, reply = ?5,
               changed = ?6, dated = ?7, digest = ?8, relay = ?9, recorded = ?10
             WHERE position = ?1 AND state = 'waiting'",
            values![
                position,
                state,
                charged,
                not_before,
                reply,
                at,
                keeps_date.then_some(begun.dated),
                begun.digest,
                begun.relay,
                begun.row
            ],
        )?
    } else {
        let recorded = ended.has_record.then_some(ended.row);
        db.execute(
            "UPDATE letter SET state = ?2, attempts = attempts + ?3, not_before = ?4, reply = ?5,
               changed = ?6, dated = CASE WHEN ?7 = 1 THEN dated END,
               recorded = coalesce(?8, recorded)
             WHERE position = ?1 AND state IN ('waiting', 'sending')",
            values![position, state, charged, not_before, reply, at, keeps_date, recorded],
        )?
    };
    if changed == 1 { Ok(()) } else { Err(out_of_order(*position, "ended").into()) }
}

/// A fault of ours: a letter was begun that does not wait, or ended that was not begun.
pub(super) fn out_of_order(position: u64, what: &str) -> Failure {
    Failure::Ours { detail: format!("an attempt at letter {position} was {what} out of order") }
}

/// An outcome as columns.
pub(super) struct OutcomeColumns<'a> {
    pub(super) outcome: &'static str,
    pub(super) stage: Option<Stage>,
    pub(super) code: Option<u16>,
    pub(super) enhanced: Option<&'a str>,
    pub(super) text: Cow<'a, str>,
}

impl<'a> OutcomeColumns<'a> {
    pub(super) fn of(outcome: &'a Outcome) -> Self {
        let (name, stage, reply, trouble) = match outcome {
            Outcome::Accepted(reply) => ("accepted", None, Some(reply), None),
            Outcome::Filed { .. } => ("filed", None, None, None),
            Outcome::Refused { stage, reply } => ("refused", Some(*stage), Some(reply), None),
            Outcome::Unsent { stage, trouble } => {
                ("unsent", Some(*stage), trouble.reply(), Some(trouble))
            }
            Outcome::Unknown { trouble } => {
                ("unknown", Some(Stage::Message), trouble.reply(), Some(trouble))
            }
        };
        let text = match (outcome, reply, trouble) {
            (_, Some(reply), _) => Cow::Borrowed(clipped(&reply.text)),
            (_, None, Some(trouble)) => Cow::Owned(clipped(&trouble.to_string()).to_owned()),
            (Outcome::Filed { name }, None, None) => Cow::Borrowed(clipped(name)),
            (_, None, None) => Cow::Borrowed(""),
        };
        Self {
            outcome: name,
            stage,
            code: reply.map(|reply| reply.code),
            enhanced: reply.and_then(Reply::enhanced),
            text,
        }
    }

    /// What the letters' table keeps of it.
    #[cfg(feature = "postgres")]
    pub(super) fn reply(&self) -> String {
        reply(self.code, &self.text)
    }
}

fn reply(code: Option<u16>, text: &str) -> String {
    code.map_or_else(|| text.to_owned(), |code| format!("{code} {text}"))
}

fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_TEXT)]
}
