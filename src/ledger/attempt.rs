//! The `attempt` table: what a run records of a letter before its message is written, and after.
//!
//! Rows are only appended. [`fold`] brings the letters' table up to date from those that it does
//! not reflect yet; what an outcome means for a letter was decided before, by `policy`.

use std::borrow::Cow;
use std::collections::HashMap;

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};

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

/// Appends a row. A letter that does not wait cannot be begun.
pub(super) fn append(db: &Transaction, attempt: &Attempt, relay: &str) -> Result<()> {
    match attempt {
        Attempt::Begun { letter, dated, digest, record, at } => {
            let appended = db
                .prepare_cached(
                    "INSERT INTO attempt (position, begun, relay, dated, digest, record)
                     SELECT position, ?3, ?4, ?5, ?6, ?7 FROM letter
                     WHERE position = ?1 AND id = ?2 AND state = 'waiting'",
                )?
                .execute(params![
                    letter.position,
                    letter.id.bytes(),
                    at.as_millisecond(),
                    relay,
                    dated,
                    digest.bytes(),
                    record
                ])?;
            if appended == 1 { Ok(()) } else { Err(out_of_order(letter.position, "begun").into()) }
        }
        Attempt::Ended { letter, outcome, verdict, begun, ended, connection, record } => {
            let columns = OutcomeColumns::of(outcome);
            db.prepare_cached(
                "INSERT INTO attempt (position, begun, ended, relay, state, charged, not_before,
                   outcome, stage, code, enhanced, text, connection, record)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
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
            ])?;
            Ok(())
        }
    }
}

/// Whether the letters' table lacks some attempts.
pub(super) fn is_behind(db: &Connection) -> rusqlite::Result<bool> {
    let ask = "SELECT coalesce(max(id), 0) > (SELECT folded FROM campaign) FROM attempt";
    db.query_row(ask, [], |row| row.get(0))
}

/// Brings the letters' table up to date. A letter whose attempt began and ended meanwhile is
/// written once.
pub(super) fn fold(db: &Transaction) -> Result<()> {
    let mut begun: HashMap<u64, Begun> = HashMap::new();
    let mut select = db.prepare_cached(
        "SELECT id, position, begun, ended, relay, dated, digest, state, charged, not_before, code,
           text, record IS NOT NULL
         FROM attempt WHERE id > (SELECT folded FROM campaign) ORDER BY id",
    )?;
    let mut rows = select.query([])?;
    let mut last: Option<i64> = None;
    while let Some(row) = rows.next()? {
        last = Some(row.get(0)?);
        let position: u64 = row.get(1)?;
        let is_ended = row.get::<_, Option<i64>>(3)?.is_some();
        if is_ended {
            end(db, position, begun.remove(&position), row)?;
        } else if begun.insert(position, Begun::of(row)?).is_some() {
            return Err(out_of_order(position, "begun").into());
        }
    }
    drop(rows);
    begun.into_iter().try_for_each(|(position, begun)| begin(db, position, &begun))?;
    if let Some(last) = last {
        db.prepare_cached("UPDATE campaign SET folded = ?1")?.execute([last])?;
    }
    Ok(())
}

/// What the row that begins an attempt says.
struct Begun {
    /// The row, whose record is not copied.
    row: i64,
    at: i64,
    relay: String,
    dated: String,
    digest: [u8; 32],
}

impl Begun {
    fn of(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            row: row.get(0)?,
            at: row.get(2)?,
            relay: row.get(4)?,
            dated: row.get(5)?,
            digest: row.get(6)?,
        })
    }
}

fn begin(db: &Transaction, position: u64, begun: &Begun) -> Result<()> {
    let changed = db
        .prepare_cached(
            "UPDATE letter SET state = 'sending', dated = ?2, digest = ?3, changed = ?4, relay = ?5,
               recorded = ?6
             WHERE position = ?1 AND state = 'waiting'",
        )?
        .execute(params![position, begun.dated, begun.digest, begun.at, begun.relay, begun.row])?;
    if changed == 1 { Ok(()) } else { Err(out_of_order(position, "begun").into()) }
}

fn end(db: &Transaction, position: u64, begun: Option<Begun>, row: &Row) -> Result<()> {
    let state: String = row.get(7)?;
    let code: Option<u16> = row.get(10)?;
    let text: String = row.get(11)?;
    let reply = code.map_or_else(|| text.clone(), |code| format!("{code} {text}"));
    // Once the relay cannot have the letter, it may go with another Date.
    let keeps_date = matches!(State::parse(&state), Some(State::Accepted | State::Unknown));
    let (charged, not_before): (u32, Option<i64>) = (row.get(8)?, row.get(9)?);
    let ended: i64 = row.get(3)?;
    let recorded: Option<i64> = if row.get(12)? { Some(row.get(0)?) } else { None };
    let changed = if let Some(begun) = begun {
        db.prepare_cached(
            "UPDATE letter SET state = ?2, attempts = attempts + ?3, not_before = ?4, reply = ?5,
               changed = ?6, dated = ?7, digest = ?8, relay = ?9, recorded = ?10
             WHERE position = ?1 AND state = 'waiting'",
        )?
        .execute(params![
            position,
            state,
            charged,
            not_before,
            reply,
            ended,
            keeps_date.then_some(begun.dated),
            begun.digest,
            begun.relay,
            begun.row
        ])?
    } else {
        db.prepare_cached(
            "UPDATE letter SET state = ?2, attempts = attempts + ?3, not_before = ?4, reply = ?5,
               changed = ?6, dated = CASE WHEN ?7 THEN dated END, recorded = coalesce(?8, recorded)
             WHERE position = ?1 AND state IN ('waiting', 'sending')",
        )?
        .execute(params![
            position, state, charged, not_before, reply, ended, keeps_date, recorded
        ])?
    };
    if changed == 1 { Ok(()) } else { Err(out_of_order(position, "ended").into()) }
}

/// A fault of ours: a letter was begun that does not wait, or ended that was not begun.
pub(super) fn out_of_order(position: u64, what: &str) -> Failure {
    Failure::Ours { detail: format!("an attempt at letter {position} was {what} out of order") }
}

/// An outcome as columns.
struct OutcomeColumns<'a> {
    outcome: &'static str,
    stage: Option<Stage>,
    code: Option<u16>,
    enhanced: Option<&'a str>,
    text: Cow<'a, str>,
}

impl<'a> OutcomeColumns<'a> {
    fn of(outcome: &'a Outcome) -> Self {
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
}

fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_TEXT)]
}
