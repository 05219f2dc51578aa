//! What came back for the letters, and how far the mailbox was read.

use std::collections::HashMap;

use anyhow::Result;
use jiff::Timestamp;

use super::database::{Db, Result as Read, Row, values};
use super::{Ledger, moment};
use crate::answer::{Answer, AnswerMail, Answered, Bounce, Follows, MailDigest};
use crate::letter::LetterId;

/// What keeping mails changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Letters of which nobody knew whether the relay had them, and a mail proves that it did.
    pub proved: u64,
    /// The addresses that are suppressed now, and why.
    pub suppressed: Vec<(String, Answer)>,
}

/// What a person decided about a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It says this of the letter.
    Is(Answer),
    /// It is not about this campaign.
    NotOurs,
    /// The address is suppressed, as was proposed.
    Suppress,
    /// What was proposed is not done.
    Leave,
}

/// How far a folder of a mailbox was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// UIDVALIDITY (RFC 3501, 2.3.1.1); 0 for files.
    pub validity: u32,
    /// The last UID that was read.
    pub uid: u32,
}

/// A kept mail, and its number in the ledger.
#[derive(Debug, Clone)]
pub struct Undecided {
    pub row: i64,
    pub mail: AnswerMail,
    /// The address of its letter.
    pub address: Option<String>,
}

const COLUMNS: &str =
    "mail, answer.letter, answer.answer, kind, bounce, status, diagnostic, sender,
     name, subject, excerpt, at, until, matched_by, source, follows";

impl Ledger {
    /// The digests of the mails that are kept, and whether a person has decided about them.
    pub fn kept_mails(&self) -> Result<HashMap<MailDigest, bool>> {
        self.read(|db| {
            db.all("SELECT mail, word IS NOT NULL FROM answer", &[], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
        })
    }

    /// Keeps what mails say, all or nothing. A mail that is known changes nothing.
    pub fn keep(&mut self, mails: &[AnswerMail], who: &str, now: Timestamp) -> Result<Kept> {
        // Beside a run, states of letters are the run's to change.
        let is_ours = self.is_ours();
        self.write(|db| {
            let mut kept = Kept::default();
            for mail in mails {
                if insert(db, mail, now)? == 0 {
                    continue;
                }
                let Some(letter) = mail.letter else { continue };
                if mail.follows == Follows::Suppression
                    && let Some(address) = suppress(db, letter, &mail.kind, who, now)?
                {
                    let answer = mail.answer.unwrap_or(Answer::Unsubscribed);
                    kept.suppressed.push((address, answer));
                }
                if is_ours && is_evidence(mail) {
                    kept.proved += prove(db, letter, mail, now)?;
                }
            }
            Ok(kept)
        })
    }

    /// The answer of one letter.
    pub fn answer(&self, letter: LetterId) -> Result<Option<Answered>> {
        Ok(self.answers_of(Some(letter))?.remove(&letter))
    }

    /// The answers of all letters that have one.
    pub fn answers(&self) -> Result<HashMap<LetterId, Answered>> {
        self.answers_of(None)
    }

    fn answers_of(&self, only: Option<LetterId>) -> Result<HashMap<LetterId, Answered>> {
        self.read(|db| {
            let mut all: HashMap<LetterId, Answered> = HashMap::new();
            let ask = format!(
                "SELECT {COLUMNS} FROM answer
                 WHERE length(letter) > 0 AND answer IS NOT NULL AND (letter = ?1 OR ?1 IS NULL)"
            );
            db.each(&ask, values![only.map(|it| it.bytes())], |row| {
                let mail = mail(row)?;
                let (Some(letter), Some(answer)) = (mail.letter, mail.answer) else {
                    return Ok(());
                };
                let new = Answered {
                    answer,
                    bounce: mail.bounce,
                    status: mail.status,
                    diagnostic: mail.diagnostic,
                    at: mail.at,
                    from: mail.from,
                    name: mail.name,
                    until: mail.until,
                    excerpt: mail.excerpt,
                };
                match all.get(&letter) {
                    Some(known) if !known.is_outweighed_by(&new) => {}
                    _ => {
                        all.insert(letter, new);
                    }
                }
                Ok(())
            })?;
            Ok(all)
        })
    }

    /// The mails that wait for a person's word, the oldest first.
    pub fn undecided(&self) -> Result<Vec<Undecided>> {
        self.read(|db| {
            let ask = format!(
                "SELECT {COLUMNS}, answer.id, letter.address FROM answer
                 LEFT JOIN letter ON letter.id = answer.letter
                 WHERE word IS NULL AND (answer.answer = 'unsure' OR follows = 'proposal')
                 ORDER BY at, answer.id"
            );
            db.all(&ask, &[], |row| {
                Ok(Undecided { row: row.get(16)?, mail: mail(row)?, address: row.get(17)? })
            })
        })
    }

    /// Keeps what a person decided about a mail. Returns the address that is suppressed now.
    pub fn decide(
        &mut self,
        undecided: &Undecided,
        word: Word,
        who: &str,
        now: Timestamp,
    ) -> Result<Option<String>> {
        let letter = undecided.mail.letter;
        self.write(|db| {
            let (answer, name) = match word {
                Word::Is(answer) => (Some(answer), answer.as_str()),
                Word::NotOurs => (None, "not_ours"),
                Word::Suppress => (undecided.mail.answer, "suppress"),
                // Who asks for no letters, and is not taken at his word, has answered all the same.
                Word::Leave if undecided.mail.answer == Some(Answer::Unsubscribed) => {
                    (Some(Answer::Replied), "leave")
                }
                Word::Leave => (undecided.mail.answer, "leave"),
            };
            db.execute(
                "UPDATE answer SET answer = ?2, word = ?3, word_by = ?4, word_at = ?5 WHERE id = ?1",
                values![undecided.row, answer.map(Answer::as_str), name, who, now.as_millisecond()],
            )?;
            match (word, letter) {
                (Word::Suppress, Some(letter)) => {
                    suppress(db, letter, &undecided.mail.kind, who, now)
                }
                _ => Ok(None),
            }
        })
    }

    /// How far a folder of an account was read.
    pub fn position(&self, account: &str, folder: &str) -> Result<Option<Position>> {
        self.read(|db| {
            let ask = "SELECT validity, uid FROM mailbox WHERE account = ?1 AND folder = ?2";
            db.first(ask, values![account, folder], |row| {
                Ok(Position { validity: row.get(0)?, uid: row.get(1)? })
            })
        })
    }

    /// Notes how far a folder was read. `is_whole` if to its end.
    pub fn note_position(
        &mut self,
        (account, folder): (&str, &str),
        at: Position,
        read_to_end: Option<Timestamp>,
    ) -> Result<()> {
        self.write(|db| {
            let read = read_to_end.map(Timestamp::as_millisecond);
            let noted = values![account, folder, at.validity, at.uid, read];
            let updated = db.execute(
                "UPDATE mailbox SET validity = ?3, uid = ?4, read = coalesce(?5, read)
                 WHERE account = ?1 AND folder = ?2",
                noted,
            )?;
            if updated == 0 {
                db.execute(
                    "INSERT INTO mailbox (account, folder, validity, uid, read)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                    noted,
                )?;
            }
            Ok(())
        })
    }

    /// Differs from an earlier one if somebody has written since that what became of letters.
    pub fn version(&self) -> Result<[i64; 2]> {
        if !self.engine.is_shared() {
            let version = self.read(|db| db.value("PRAGMA data_version", &[]))?;
            return Ok([version, 0]);
        }
        // Asked before each letter, so nothing may be counted: attempts are numbered, and all else
        // raises `changes`.
        let ask = "SELECT changes, (SELECT coalesce(max(id), 0) FROM attempt)
             FROM gonets.campaign WHERE number = gonets.this_campaign()";
        let version = self.read(|db| db.first(ask, &[], |row| Ok([row.get(0)?, row.get(1)?])))?;
        Ok(version.unwrap_or_default())
    }

    /// Which mailbox was last read to its end, by its account or by the path that a person named, and
    /// when.
    pub fn inbox_read(&self) -> Result<Option<(String, Timestamp)>> {
        self.read(|db| {
            let ask = "SELECT account, read FROM mailbox
                 WHERE read IS NOT NULL ORDER BY read DESC LIMIT 1";
            db.first(ask, &[], |row| Ok((row.get(0)?, moment(row.get(1)?))))
        })
    }
}

fn insert(db: Db, mail: &AnswerMail, now: Timestamp) -> Result<u64> {
    let letter = mail.letter.map(|letter| letter.bytes().to_vec()).unwrap_or_default();
    Ok(db.execute(
        "INSERT INTO answer (mail, letter, answer, kind, bounce, status, diagnostic, sender, name,
               subject, excerpt, at, until, matched_by, source, follows, read)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
             ON CONFLICT DO NOTHING",
        values![
            mail.mail,
            letter,
            mail.answer.map(Answer::as_str),
            mail.kind,
            mail.bounce.map(Bounce::as_str),
            mail.status,
            mail.diagnostic,
            mail.from,
            mail.name,
            mail.subject,
            mail.excerpt,
            mail.at.as_millisecond(),
            mail.until.map(|day| day.to_string()),
            mail.matched_by,
            mail.source,
            mail.follows.as_str(),
            now.as_millisecond(),
        ],
    )?)
}

/// Suppresses the address of a letter. Returns it, unless it was suppressed already.
fn suppress(
    db: Db,
    letter: LetterId,
    kind: &str,
    who: &str,
    now: Timestamp,
) -> Result<Option<String>> {
    let ask = "SELECT address FROM letter WHERE id = ?1";
    let address: Option<String> = db.first(ask, values![letter.bytes()], |row| row.get(0))?;
    let Some(address) = address else { return Ok(None) };
    let date = now.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d").to_string();
    let added = db.execute(
        "INSERT INTO suppression (entry, reason, date, who) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO NOTHING",
        values![address.to_lowercase(), kind, date, who],
    )?;
    Ok((added > 0).then_some(address))
}

/// Whether a mail proves that the relay had the letter: it names it by what only the letter tells.
fn is_evidence(mail: &AnswerMail) -> bool {
    let by = mail.matched_by.as_deref();
    mail.answer != Some(Answer::Unsure)
        && matches!(by, Some("return_path" | "envelope_id" | "message_id" | "in_reply_to"))
}

/// `unknown` becomes `accepted`, with the mail as evidence.
fn prove(db: Db, letter: LetterId, mail: &AnswerMail, now: Timestamp) -> Result<u64> {
    let id = letter.bytes();
    let changed = db.execute(
        "UPDATE letter SET state = 'accepted', changed = ?2 WHERE id = ?1 AND state = 'unknown'",
        values![id, now.as_millisecond()],
    )?;
    if changed > 0 {
        db.execute(
            "INSERT INTO decision (letter, at, who, before, after) VALUES (?1, ?2, ?3, 'unknown', 'accepted')",
            values![id, now.as_millisecond(), format!("inbox: {}", mail.source)],
        )?;
    }
    Ok(changed)
}

fn mail(row: Row) -> Read<AnswerMail> {
    let letter: Vec<u8> = row.get(1)?;
    let named = |at| -> Read<Option<String>> { row.get(at) };
    Ok(AnswerMail {
        mail: row.get(0)?,
        letter: letter.try_into().ok().map(LetterId::from_bytes),
        answer: named(2)?.as_deref().and_then(Answer::parse),
        kind: row.get(3)?,
        bounce: named(4)?.as_deref().and_then(Bounce::parse),
        status: row.get(5)?,
        diagnostic: row.get(6)?,
        from: row.get(7)?,
        name: row.get(8)?,
        subject: row.get(9)?,
        excerpt: row.get(10)?,
        at: moment(row.get(11)?),
        until: named(12)?.and_then(|day| day.parse().ok()),
        matched_by: row.get(13)?,
        source: row.get(14)?,
        follows: named(15)?.as_deref().and_then(Follows::parse).unwrap_or(Follows::Nothing),
    })
}
