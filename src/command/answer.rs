//! `answer`: keeps an answer that came by telephone or on paper.

use anyhow::Result;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::load::{settings_and_leave, split_campaign};
use super::local::who;
use super::suppress::open_or_join;
use crate::answer::{Answer, AnswerMail, Follows};
use crate::cli;
use crate::delivery::{LedgerEntry, State};
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::notice::{Fate, InboxNotice, Notice};
use crate::terminal::Terminal;
use crate::trust::Trust;

pub(super) fn run(mut given: cli::Answer, terminal: &Terminal) -> Result<Exit> {
    split_campaign(&mut given.to, &mut given.place.campaign);
    let (_, config) = settings_and_leave(given.place.campaign.as_deref(), Trust::Kept, terminal)?;
    if Ledger::look(&config.ledger)?.is_none() {
        return Err(Failure::NoLedger { path: config.folder.clone() }.into());
    }
    let mut ledger = open_or_join(&config)?.0;
    let now = Timestamp::now();
    let mut mails = Vec::new();
    let entries = ledger.entries(Some(State::Accepted))?;
    for address in &given.to {
        let key = address.trim().to_lowercase();
        let before = mails.len();
        let letters = entries.iter().filter(|entry| entry.address.to_lowercase() == key);
        mails.extend(letters.map(|entry| by_word(entry, &given, now)));
        if mails.len() == before {
            return Err(Failure::NothingToAnswer { address: address.clone() }.into());
        }
    }
    ledger.keep(&mails, &who(), now)?;
    let answers = ledger.answers()?;
    for entry in entries.iter().filter(|entry| mails.iter().any(|it| it.letter == Some(entry.id))) {
        terminal.letter(entry, Fate::of(entry), answers.get(&entry.id));
    }
    terminal.result(&Notice::Inbox(InboxNotice::KeptByWord { letters: mails.len() as u64 }));
    Ok(Exit::Well)
}

/// An answer that no mail brought.
fn by_word(entry: &LedgerEntry, given: &cli::Answer, now: Timestamp) -> AnswerMail {
    let note = given.note.clone().unwrap_or_default();
    let kind = if given.declined { "declined" } else { "replied" };
    // Said again on another day, it is another answer.
    let said = format!("{}\n{kind}\n{note}\n{}", entry.id, now.as_millisecond());
    let mut mail = [0; 16];
    mail.copy_from_slice(&Sha256::digest(said)[..16]);
    AnswerMail {
        mail,
        letter: Some(entry.id),
        answer: Some(Answer::Replied),
        kind: kind.to_owned(),
        bounce: None,
        status: None,
        diagnostic: None,
        from: entry.address.clone(),
        name: None,
        subject: String::new(),
        excerpt: note,
        at: now,
        until: None,
        matched_by: None,
        source: who(),
        follows: Follows::Nothing,
    }
}
