//! What follows from a mail that was recognised and matched.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::matching::{Found, Letters, Match, MatchedBy};
use super::{Kind, Reading, Told};
use crate::answer::{Answer, AnswerMail, Bounce, Follows, MailDigest};

/// Whether a mail counts for the campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Ours,
    NotOurs,
    Unsure,
    Unreadable,
}

impl Counted {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::NotOurs => "not_ours",
            Self::Unsure => "unsure",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A mail and where it lies.
#[derive(Debug, Clone, Copy)]
pub struct Mailed<'a> {
    pub digest: MailDigest,
    /// A file, or a folder and a UID.
    pub source: &'a str,
    pub now: Timestamp,
}

/// What a mail means for the campaign.
#[derive(Debug, Clone)]
pub struct Judgement {
    pub counted: Counted,
    /// The letter of each recipient told, or the one of the whole mail.
    pub found: Vec<Option<Found>>,
    /// For the ledger; empty if the mail is not ours.
    pub mails: Vec<AnswerMail>,
}

/// The digest by which a mail is known wherever it lies: line ends, and the fields that mailboxes in
/// files add, do not count.
pub fn digest(raw: &[u8]) -> MailDigest {
    let mut hash = Sha256::new();
    let mut is_head = true;
    // Empty lines at the end come and go.
    let mut empty = 0;
    for (at, line) in raw.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        is_head &= !line.is_empty() || at == 0;
        let added: [&[u8]; 6] =
            [b"From ", b"Status:", b"X-Status:", b"X-UID:", b"X-Keywords:", b"X-Mozilla-"];
        if is_head && added.iter().any(|field| line.starts_with(field)) {
            continue;
        }
        if line.is_empty() {
            empty += 1;
            continue;
        }
        for _ in 0..std::mem::take(&mut empty) {
            hash.update(b"\n");
        }
        hash.update(line);
        hash.update(b"\n");
    }
    let whole = hash.finalize();
    let mut digest = [0; 16];
    digest.copy_from_slice(&whole[..16]);
    digest
}

/// Judges a mail: which letters it concerns, and what it says of each.
pub fn judge(reading: &Reading, letters: &Letters, mailed: Mailed) -> Judgement {
    match letters.find(reading) {
        Match::NotOurs => {
            Judgement { counted: Counted::NotOurs, found: Vec::new(), mails: Vec::new() }
        }
        Match::Unsure(guess) => {
            let mail = of_whole(reading, guess, letters, mailed);
            let mail =
                AnswerMail { answer: Some(Answer::Unsure), follows: Follows::Nothing, ..mail };
            Judgement { counted: Counted::Unsure, found: vec![guess], mails: vec![mail] }
        }
        Match::Ours(found) if reading.told.is_empty() => {
            let mail = of_whole(reading, found.first().copied().flatten(), letters, mailed);
            let is_unsure = mail.answer == Some(Answer::Unsure) && reading.kind != Kind::Challenge;
            let counted = if is_unsure { Counted::Unsure } else { Counted::Ours };
            Judgement { counted, found, mails: vec![mail] }
        }
        Match::Ours(found) => {
            let pairs = reading.told.iter().zip(&found);
            let mails = pairs.filter_map(|(told, found)| {
                let found = (*found)?;
                Some(of_told(reading, told, of_whole(reading, Some(found), letters, mailed)))
            });
            let mails = mails.collect();
            Judgement { counted: Counted::Ours, found, mails }
        }
    }
}

/// What one recipient's part of a report says.
fn of_told(reading: &Reading, told: &Told, whole: AnswerMail) -> AnswerMail {
    let answer = match told.kind {
        Kind::Bounce => Some(Answer::Bounced),
        Kind::Delay => Some(Answer::Delayed),
        Kind::Complaint => Some(Answer::Complained),
        _ => None,
    };
    let follows = match (told.kind, told.bounce) {
        (Kind::Bounce, Some(Bounce::Hard)) => Follows::Proposal,
        (Kind::Complaint, _) => whole.follows,
        _ => Follows::Nothing,
    };
    AnswerMail {
        answer,
        kind: told.kind.as_str().to_owned(),
        bounce: told.bounce,
        status: told.status.clone(),
        diagnostic: Some(told.diagnostic.clone()).filter(|text| !text.is_empty()),
        excerpt: if told.diagnostic.is_empty() {
            reading.excerpt.clone()
        } else {
            told.diagnostic.clone()
        },
        follows,
        ..whole
    }
}

/// What a mail says as a whole.
fn of_whole(
    reading: &Reading,
    found: Option<Found>,
    letters: &Letters,
    Mailed { digest, source, now }: Mailed,
) -> AnswerMail {
    let letter = found.map(|found| letters.get(found));
    let by = found.map(|found| found.by);
    // By what only the letter tells, and not by an address that anybody may write.
    let is_certain = by.is_some_and(|by| by <= MatchedBy::InReplyTo);
    let is_addressee = letter.is_some_and(|it| it.address.eq_ignore_ascii_case(&reading.from));
    let (answer, follows) = match reading.kind {
        Kind::Bounce => (Some(Answer::Bounced), Follows::Nothing),
        Kind::Delay => (Some(Answer::Delayed), Follows::Nothing),
        Kind::Delivered | Kind::Receipt => (None, Follows::Nothing),
        Kind::Away => (Some(Answer::Away), Follows::Nothing),
        Kind::AutoReply => (Some(Answer::AutoReplied), Follows::Nothing),
        // A person has to prove that he is one.
        Kind::Challenge | Kind::Unsure => (Some(Answer::Unsure), Follows::Nothing),
        Kind::Complaint if is_certain => (Some(Answer::Complained), Follows::Suppression),
        Kind::Complaint => (Some(Answer::Complained), Follows::Proposal),
        Kind::Unsubscribe if reading.is_by_button && (is_certain || is_addressee) => {
            (Some(Answer::Unsubscribed), Follows::Suppression)
        }
        Kind::Unsubscribe => (Some(Answer::Unsubscribed), Follows::Proposal),
        Kind::None if reading.is_bulk => (Some(Answer::Unsure), Follows::Nothing),
        Kind::Reply | Kind::None => (Some(Answer::Replied), Follows::Nothing),
    };
    let written = reading.date.filter(|date| *date <= now);
    AnswerMail {
        mail: digest,
        letter: letter.map(|letter| letter.id),
        answer,
        kind: reading.kind.as_str().to_owned(),
        bounce: None,
        status: None,
        diagnostic: None,
        from: reading.from.clone(),
        name: reading.name.clone(),
        subject: reading.subject.clone(),
        excerpt: reading.excerpt.clone(),
        at: written.unwrap_or(now),
        until: reading.until.filter(|_| reading.kind == Kind::Away),
        matched_by: by.map(|by| by.as_str().to_owned()),
        source: source.to_owned(),
        follows,
    }
}
