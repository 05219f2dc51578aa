//! What a worker records of a letter, one statement each: the letter changes its state and the attempt is
//! appended, or neither. A letter begins only if it waits and no other worker has it, which the server
//! decides.

use jiff::Timestamp;

use super::super::attempt::{Attempt, OutcomeColumns};
use super::super::database::{Db, Result, values};
use crate::delivery::{Stage, State};

/// Begins a letter. Returns the number of its attempt; `None` if it cannot begin.
pub(super) fn begin(db: Db, attempt: &Attempt, relay: &str, worker: i64) -> Result<Option<i64>> {
    let Attempt::Begun { letter, dated, digest, record, at } = attempt else { return Ok(None) };
    db.insert(
        "WITH begun AS (
           UPDATE letter SET state = 'sending', worker = ?8::BIGINT, dated = ?5, digest = ?6, changed = ?3::BIGINT,
             relay = ?4, recorded = nextval('gonets.attempt_id_seq')
           WHERE position = ?1 AND id = ?2 AND state = 'waiting' AND coalesce(worker, ?8::BIGINT) = ?8::BIGINT
           RETURNING position, recorded)
         INSERT INTO attempt (id, position, begun, relay, dated, digest, record, worker)
         SELECT recorded, position, ?3::BIGINT, ?4, ?5, ?6, ?7, ?8::BIGINT FROM begun",
        values![
            letter.position,
            letter.id.bytes(),
            at.as_millisecond(),
            relay,
            dated,
            digest.bytes(),
            record,
            worker
        ],
    )
}

/// Ends a letter that this worker began as that attempt, or that it found it cannot begin. Returns the number
/// of the row; `None` if somebody has settled it meanwhile. A letter that a person lets go again, and that
/// has not begun, is accepted all the same: only this worker knew that.
pub(super) fn end(
    db: Db,
    attempt: &Attempt,
    relay: &str,
    worker: i64,
    begun_as: Option<i64>,
) -> Result<Option<i64>> {
    let Attempt::Ended { letter, outcome, verdict, begun, ended, connection, record } = attempt
    else {
        return Ok(None);
    };
    let columns = OutcomeColumns::of(outcome);
    // Once the relay cannot have the letter, it may go with another Date.
    let keeps_date = matches!(verdict.state, State::Accepted | State::Unknown);
    db.insert(
        "WITH ended AS (
           UPDATE letter SET state = ?5::TEXT, attempts = attempts + ?6::BIGINT, not_before = ?7::BIGINT, reply = ?16::TEXT,
             changed = ?3::BIGINT, worker = NULL, dated = CASE WHEN ?17::BIGINT = 1 THEN dated END,
             recorded = CASE WHEN ?14::TEXT IS NULL THEN recorded ELSE nextval('gonets.attempt_id_seq') END
           WHERE position = ?1 AND CASE WHEN ?18::BIGINT IS NULL
             THEN state = 'waiting' AND coalesce(worker, ?15::BIGINT) = ?15::BIGINT
             ELSE recorded = ?18::BIGINT AND (state IN ('sending', 'unknown')
               OR ?19::BIGINT = 1 AND state = 'waiting' AND worker IS NULL AND 'unknown' = (
                 SELECT before FROM decision WHERE decision.letter = letter.id ORDER BY decision.id DESC LIMIT 1))
             END
           RETURNING position, CASE WHEN ?14::TEXT IS NULL THEN nextval('gonets.attempt_id_seq') ELSE recorded END AS id)
         INSERT INTO attempt (id, position, begun, ended, relay, state, charged, not_before, outcome, stage,
           code, enhanced, text, connection, record, worker)
         SELECT id, position, ?2::BIGINT, ?3::BIGINT, ?4, ?5::TEXT, ?6::BIGINT, ?7::BIGINT, ?8, ?9, ?10::BIGINT, ?11,
           ?12, ?13::BIGINT, ?14::TEXT, ?15::BIGINT FROM ended",
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
            record,
            worker,
            columns.reply(),
            keeps_date,
            begun_as,
            verdict.state == State::Accepted
        ],
    )
}
