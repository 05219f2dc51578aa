//! What a run records of a letter: how it is written into the journal, and what it changes in the
//! ledger.

use std::borrow::Cow;
use std::collections::HashMap;

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::codec::{Reader, Writer};
use crate::delivery::{Outcome, Reply, Stage, State};
use crate::failure::Failure;
use crate::letter::{Digest, LetterId};
use crate::policy::Verdict;

/// A reply is kept up to so many octets: nobody reads more.
const LONGEST_TEXT: usize = 8 * 1024;

/// A letter by its place in the ledger, where it is found at once, and by its identity, which has
/// to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// In the order of enrolment, from 0.
    pub position: u64,
    pub id: LetterId,
}

/// Something to be recorded.
#[derive(Debug, Clone)]
pub enum Change {
    /// The message is about to be written.
    Begin { letter: Key, dated: String, digest: Digest, at: Timestamp },
    /// The attempt ended.
    Settle {
        letter: Key,
        outcome: Outcome,
        verdict: Verdict,
        begun: Timestamp,
        ended: Timestamp,
        connection: u64,
    },
}

impl Change {
    pub fn letter(&self) -> Key {
        match self {
            Self::Begin { letter, .. } | Self::Settle { letter, .. } => *letter,
        }
    }

    /// Writes it as [`Line::read`] reads it.
    pub(super) fn write(&self, out: &mut Writer) {
        match self {
            Self::Begin { letter, dated, digest, at } => {
                out.byte(1)
                    .key(*letter)
                    .octets(&digest.bytes())
                    .signed(at.as_millisecond())
                    .text(dated);
            }
            Self::Settle { letter, outcome, verdict, begun, ended, connection } => {
                let (name, stage, code, text) = columns(outcome);
                let not_before = verdict.not_before.map(Timestamp::as_millisecond);
                out.byte(2)
                    .key(*letter)
                    .text(verdict.state.as_str())
                    .byte(u8::from(verdict.charged));
                out.byte(u8::from(not_before.is_some())).signed(not_before.unwrap_or_default());
                out.signed(begun.as_millisecond())
                    .signed(ended.as_millisecond())
                    .number(*connection);
                out.text(name).text(stage.map_or("", Stage::as_str));
                out.number(u64::from(code.unwrap_or_default())).text(&text);
            }
        }
    }
}

/// A change in the words of the ledger's columns; moments are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    Begin { letter: Key, dated: String, digest: [u8; 32], at: i64 },
    Settle { letter: Key, ended: Ended },
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    /// Of the letter, from now on.
    state: State,
    charged: bool,
    not_before: Option<i64>,
    begun: i64,
    at: i64,
    connection: u64,
    outcome: String,
    stage: Option<String>,
    code: Option<u16>,
    text: String,
}

impl Ended {
    /// The last reply as people see it.
    fn shown(&self) -> String {
        self.code.map_or_else(|| self.text.clone(), |code| format!("{code} {}", self.text))
    }

    /// Where nobody can have the letter, its Date is free again.
    fn keeps_date(&self) -> bool {
        matches!(self.state, State::Accepted | State::Unknown)
    }
}

impl Line {
    pub(super) fn of(change: &Change) -> Self {
        match change {
            Change::Begin { letter, dated, digest, at } => Self::Begin {
                letter: *letter,
                dated: dated.clone(),
                digest: digest.bytes(),
                at: at.as_millisecond(),
            },
            Change::Settle { letter, outcome, verdict, begun, ended, connection } => {
                let (name, stage, code, text) = columns(outcome);
                let ended = Ended {
                    state: verdict.state,
                    charged: verdict.charged,
                    not_before: verdict.not_before.map(Timestamp::as_millisecond),
                    begun: begun.as_millisecond(),
                    at: ended.as_millisecond(),
                    connection: *connection,
                    outcome: name.to_owned(),
                    stage: stage.map(|stage| stage.as_str().to_owned()),
                    code,
                    text: text.into_owned(),
                };
                Self::Settle { letter: *letter, ended }
            }
        }
    }

    /// The line that comes next; `None` where there is none that makes sense.
    pub(super) fn read(from: &mut Reader) -> Option<Self> {
        let kind = from.byte()?;
        let letter = from.key()?;
        match kind {
            1 => Some(Self::Begin {
                letter,
                digest: from.octets()?,
                at: from.signed()?,
                dated: from.text()?,
            }),
            2 => {
                let state = State::parse(&from.text()?)?;
                let charged = from.byte()? == 1;
                let (is_put_off, not_before) = (from.byte()? == 1, from.signed()?);
                let (begun, at, connection) = (from.signed()?, from.signed()?, from.number()?);
                let (outcome, stage) = (from.text()?, from.text()?);
                let code = u16::try_from(from.number()?).ok().filter(|code| *code > 0);
                let ended = Ended {
                    state,
                    charged,
                    not_before: is_put_off.then_some(not_before),
                    begun,
                    at,
                    connection,
                    outcome,
                    stage: Some(stage).filter(|stage| !stage.is_empty()),
                    code,
                    text: from.text()?,
                };
                Some(Self::Settle { letter, ended })
            }
            _ => None,
        }
    }
}

/// Makes changes in the ledger, in their order. A letter that was begun and settled among them is
/// written once.
pub(super) fn apply(
    db: &Transaction,
    lines: impl IntoIterator<Item = Line>,
    relay: &str,
) -> Result<()> {
    let mut begun: HashMap<u64, (Key, String, [u8; 32], i64)> = HashMap::new();
    for line in lines {
        match line {
            Line::Begin { letter, dated, digest, at } => {
                if let Some(before) = begun.insert(letter.position, (letter, dated, digest, at)) {
                    return Err(twice(before.0, "begun"));
                }
            }
            Line::Settle { letter, ended } => {
                let begin =
                    begun.remove(&letter.position).map(|(_, dated, digest, _)| (dated, digest));
                settle(db, letter, begin, &ended, relay)?;
            }
        }
    }
    begun
        .into_values()
        .try_for_each(|(letter, dated, digest, at)| begin(db, letter, &dated, &digest, at, relay))
}

fn begin(
    db: &Transaction,
    letter: Key,
    dated: &str,
    digest: &[u8; 32],
    at: i64,
    relay: &str,
) -> Result<()> {
    let changed = db
        .prepare_cached(
            "UPDATE letter SET state = 'sending', dated = ?3, digest = ?4, changed = ?5, relay = ?6
             WHERE position = ?1 AND id = ?2 AND state = 'waiting'",
        )?
        .execute(params![letter.position, letter.id.bytes(), dated, digest, at, relay])?;
    if changed == 1 { Ok(()) } else { Err(twice(letter, "begun")) }
}

fn settle(
    db: &Transaction,
    letter: Key,
    begin: Option<(String, [u8; 32])>,
    ended: &Ended,
    relay: &str,
) -> Result<()> {
    let shown = ended.shown();
    let keeps_date = ended.keeps_date();
    let changed = if let Some((dated, digest)) = begin {
        db.prepare_cached(
            "UPDATE letter SET state = ?3, attempts = attempts + ?4, not_before = ?5, reply = ?6, changed = ?7,
               dated = ?8, digest = ?9, relay = ?10
             WHERE position = ?1 AND id = ?2 AND state = 'waiting'",
        )?
        .execute(params![
            letter.position,
            letter.id.bytes(),
            ended.state.as_str(),
            u32::from(ended.charged),
            ended.not_before,
            shown,
            ended.at,
            keeps_date.then_some(dated),
            digest,
            relay
        ])?
    } else {
        db.prepare_cached(
            "UPDATE letter SET state = ?3, attempts = attempts + ?4, not_before = ?5, reply = ?6, changed = ?7,
               dated = CASE WHEN ?8 THEN dated END
             WHERE position = ?1 AND id = ?2 AND state IN ('waiting', 'sending')",
        )?
        .execute(params![
            letter.position,
            letter.id.bytes(),
            ended.state.as_str(),
            u32::from(ended.charged),
            ended.not_before,
            shown,
            ended.at,
            keeps_date
        ])?
    };
    if changed != 1 {
        return Err(twice(letter, "settled"));
    }
    let reply = ended.code.map(|code| Reply { code, text: ended.text.clone() });
    db.prepare_cached(
        "INSERT INTO attempt (letter, begun, ended, outcome, stage, code, enhanced, text, relay, connection)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        letter.id.bytes(),
        ended.begun,
        ended.at,
        ended.outcome,
        ended.stage,
        ended.code,
        reply.as_ref().and_then(Reply::enhanced),
        ended.text,
        relay,
        ended.connection
    ])?;
    Ok(())
}

/// Never to be seen: what is begun waits, and what is settled was begun.
pub(super) fn twice(letter: Key, what: &str) -> anyhow::Error {
    Failure::Ours { detail: format!("the letter {} was {what} twice", letter.id) }.into()
}

/// An outcome as the columns of an attempt.
fn columns(outcome: &Outcome) -> (&'static str, Option<Stage>, Option<u16>, Cow<'_, str>) {
    let (name, stage, reply, trouble) = match outcome {
        Outcome::Accepted(reply) => ("accepted", None, Some(reply), None),
        Outcome::Refused { stage, reply } => ("refused", Some(*stage), Some(reply), None),
        Outcome::Unsent { stage, trouble } => {
            ("unsent", Some(*stage), trouble.reply(), Some(trouble))
        }
        Outcome::Unknown { trouble } => {
            ("unknown", Some(Stage::Message), trouble.reply(), Some(trouble))
        }
    };
    let text = match (reply, trouble) {
        (Some(reply), _) => Cow::Borrowed(clipped(&reply.text)),
        (None, trouble) => {
            Cow::Owned(trouble.map(|it| clipped(&it.to_string()).to_owned()).unwrap_or_default())
        }
    };
    (name, stage, reply.map(|reply| reply.code), text)
}

fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_TEXT)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Trouble;
    use crate::policy::{Retry, judge};
    use crate::recipient::Address;

    #[test]
    fn a_change_is_read_as_it_was_written() {
        let id = LetterId::of("test", &Address::parse("a@example.org").unwrap(), None);
        let (letter, at) = (Key { position: 7, id }, Timestamp::from_millisecond(-5).unwrap());
        let settle = |outcome: Outcome| {
            let verdict = judge(&outcome, id, 0, &Retry::default(), at);
            Change::Settle {
                letter,
                outcome,
                verdict,
                begun: at,
                ended: Timestamp::UNIX_EPOCH,
                connection: 3,
            }
        };
        let reply = |code, text: &str| Reply { code, text: text.into() };
        let changes = [
            Change::Begin { letter, dated: "now".into(), digest: Digest::of(b"x"), at },
            settle(Outcome::Accepted(reply(250, "2.0.0 queued"))),
            settle(Outcome::Refused { stage: Stage::Rcpt, reply: reply(450, "4.2.0 позже") }),
            settle(Outcome::Refused {
                stage: Stage::Message,
                reply: reply(550, &"ы".repeat(LONGEST_TEXT)),
            }),
            settle(Outcome::Unsent {
                stage: Stage::Mail,
                trouble: Trouble::Turned(reply(421, "")),
            }),
            settle(Outcome::Unknown { trouble: Trouble::ConnectionLost("closed".into()) }),
        ];
        let mut out = Writer::default();
        changes.iter().for_each(|change| change.write(&mut out));
        let octets = out.into_octets();
        let mut reader = Reader::new(&octets);
        for change in &changes {
            assert_eq!(Line::read(&mut reader), Some(Line::of(change)));
        }
        assert_eq!(Line::read(&mut reader), None);
    }
}
