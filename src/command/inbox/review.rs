//! `inbox --review`: asks a person about what is not certain.

use anyhow::Result;
use jiff::Timestamp;

use crate::answer::Answer;
use crate::command::local::who;
use crate::command::suppress::open_or_join;
use crate::config::Config;
use crate::failure::{Exit, Failure};
use crate::ledger::{Ledger, Undecided, Word};
use crate::notice::{InboxNotice, Notice, ReviewMail};
use crate::terminal::Terminal;

/// Shows the mails that are not certain one by one, and keeps what the person says.
pub(super) fn review(config: &Config, terminal: &Terminal) -> Result<Exit> {
    if Ledger::look(&config.ledger)?.is_none() {
        return Err(Failure::NoLedger { path: config.folder.clone() }.into());
    }
    let mut ledger = open_or_join(config)?.0;
    let undecided = ledger.undecided()?;
    let tell = |notice| terminal.result(&Notice::Inbox(notice));
    if undecided.is_empty() {
        tell(InboxNotice::NothingToReview);
        return Ok(Exit::Well);
    }
    let mut decided = 0;
    for item in &undecided {
        tell(InboxNotice::Review(shown(item)));
        match ask(item, terminal) {
            Said::Word(word) => {
                if let Some(address) = ledger.decide(item, word, &who(), Timestamp::now())? {
                    let answer = item.mail.answer.unwrap_or(Answer::Unsubscribed);
                    tell(InboxNotice::Suppressed { address, answer });
                }
                decided += 1;
            }
            Said::Later => {}
            Said::Stop => break,
        }
    }
    let left = undecided.len() as u64 - decided;
    tell(InboxNotice::Reviewed { decided, left });
    Ok(if left > 0 { Exit::Open } else { Exit::Well })
}

fn shown(item: &Undecided) -> ReviewMail {
    let mail = &item.mail;
    ReviewMail {
        at: mail.at,
        from: mail.from.clone(),
        name: mail.name.clone(),
        subject: mail.subject.clone(),
        address: item.address.clone().unwrap_or_default(),
        answer: mail.answer.unwrap_or(Answer::Unsure),
        bounce: mail.bounce,
        excerpt: mail.excerpt.clone(),
        source: mail.source.clone(),
    }
}

/// What a person typed.
enum Said {
    Word(Word),
    Later,
    Stop,
}

/// Asks until the answer is one of the keys. Without a terminal everything waits.
fn ask(item: &Undecided, terminal: &Terminal) -> Said {
    let is_proposal = item.mail.answer != Some(Answer::Unsure);
    let address = item.address.clone().unwrap_or_default();
    let question =
        if is_proposal { InboxNotice::AskSuppress { address } } else { InboxNotice::AskWhat };
    loop {
        let Some(typed) = terminal.ask(&Notice::Inbox(question.clone())) else { return Said::Stop };
        let key = typed.to_lowercase().chars().next();
        return match (is_proposal, key) {
            (true, Some('y' | 'д')) => Said::Word(Word::Suppress),
            (true, Some('n' | 'н')) => Said::Word(Word::Leave),
            (false, Some('r' | 'о')) => Said::Word(Word::Is(Answer::Replied)),
            (false, Some('a' | 'а')) => Said::Word(Word::Is(Answer::AutoReplied)),
            (false, Some('b' | 'н')) => Said::Word(Word::Is(Answer::Bounced)),
            (false, Some('u' | 'п')) => Said::Word(Word::Is(Answer::Unsubscribed)),
            (false, Some('n' | 'ч')) => Said::Word(Word::NotOurs),
            (_, Some('s' | 'с')) => Said::Later,
            (_, Some('q' | 'к')) => Said::Stop,
            _ => continue,
        };
    }
}
