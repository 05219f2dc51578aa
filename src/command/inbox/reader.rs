//! Reads mails in batches, judges them, and keeps what they say.

use std::collections::HashMap;

use anyhow::Result;
use jiff::Timestamp;
use jiff::civil::Date;

use super::sources::day;
use crate::answer::{Answer, AnswerMail, MailDigest};
use crate::command::local::who;
use crate::config::Config;
use crate::delivery::{LedgerEntry, State};
use crate::inbox::{self, Answerable, Counted, Found, Judgement, Kind, Letters, Mailed, Reading};
use crate::ledger::Ledger;
use crate::notice::{InboxNotice, InboxSummary, MailRead, Notice, Origin, RecipientRead};
use crate::terminal::Terminal;

/// Reads mails in batches, judges them, and keeps what they say.
pub(super) struct Reader {
    letters: Letters,
    /// The mails that are kept already, and whether a person has decided about them.
    kept: HashMap<MailDigest, bool>,
    since: Option<Date>,
    /// The day of the first letter that somebody may have.
    first_letter: Option<Date>,
    pub summary: InboxSummary,
    /// Folders that the server did not open.
    pub folders_unread: u64,
    pub now: Timestamp,
    pub done: u64,
}

impl Reader {
    pub fn new(ledger: Option<&Ledger>, config: &Config, since: Option<Date>) -> Result<Self> {
        let entries = ledger.map_or(Ok(Vec::new()), |ledger| ledger.entries(None))?;
        let (letters, first) = letters(entries, config);
        Ok(Self {
            letters,
            kept: ledger.map_or(Ok(HashMap::new()), Ledger::kept_mails)?,
            since,
            first_letter: first.map(day),
            summary: InboxSummary::default(),
            folders_unread: 0,
            now: Timestamp::now(),
            done: 0,
        })
    }

    /// The day of the first letter that somebody may have.
    pub fn first_letter(&self) -> Option<Date> {
        self.first_letter
    }

    /// Whether no mail is left out for its age.
    pub fn is_whole(&self) -> bool {
        self.since.is_none()
    }

    /// Reads and judges a batch on all cores, then keeps and tells it in order.
    pub fn take<T: Sync>(
        &mut self,
        batch: &[T],
        raw: impl Fn(&T) -> (Origin, Option<Vec<u8>>) + Sync,
        ledger: Option<&mut Ledger>,
        terminal: &Terminal,
    ) -> Result<()> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let share = batch.len().div_ceil(cores).max(1);
        let judged = |item: &T| {
            let (origin, raw) = raw(item);
            let judged = raw.and_then(|raw| self.judged(&origin, &raw));
            (origin, judged)
        };
        let judged: Vec<(Origin, Option<Judged>)> = std::thread::scope(|scope| {
            let parts: Vec<_> = batch
                .chunks(share)
                .map(|part| scope.spawn(|| part.iter().map(&judged).collect::<Vec<_>>()))
                .collect();
            parts
                .into_iter()
                .flat_map(|part| match part.join() {
                    Ok(judged) => judged,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
                .collect()
        });
        self.done += batch.len() as u64;
        self.keep(judged, ledger, terminal)?;
        terminal.progress(self.done, None);
        Ok(())
    }

    pub fn take_all(
        &mut self,
        batch: &mut Vec<(Origin, Option<Vec<u8>>)>,
        ledger: Option<&mut Ledger>,
        terminal: &Terminal,
    ) -> Result<()> {
        let raw = |(origin, raw): &(Origin, Option<Vec<u8>>)| (origin.clone(), raw.clone());
        self.take(batch, raw, ledger, terminal)?;
        batch.clear();
        Ok(())
    }

    fn judged(&self, origin: &Origin, raw: &[u8]) -> Option<Judged> {
        let reading = inbox::read(raw)?;
        let digest = inbox::digest(raw);
        let source = origin.to_string();
        let mailed = Mailed { digest, source: &source, now: self.now };
        let judgement = inbox::judge(&reading, &self.letters, mailed);
        Some(Judged { reading, judgement, digest })
    }

    fn keep(
        &mut self,
        judged: Vec<(Origin, Option<Judged>)>,
        ledger: Option<&mut Ledger>,
        terminal: &Terminal,
    ) -> Result<()> {
        let mut mails = Vec::new();
        for (origin, judged) in judged {
            let source = origin.to_string();
            let Some(Judged { reading, judgement, digest }) = judged else {
                self.summary.read += 1;
                self.summary.unreadable += 1;
                terminal.mail(&unreadable(origin));
                terminal.warn(&Notice::Inbox(InboxNotice::Unreadable { source }));
                continue;
            };
            if self.is_too_old(&reading) {
                continue;
            }
            let before = self.kept.get(&digest).copied();
            let counted = match (judgement.counted, before) {
                (Counted::Unsure, Some(true)) => Counted::Ours,
                (counted, _) => counted,
            };
            self.summary.read += 1;
            *match counted {
                Counted::Ours => &mut self.summary.ours,
                Counted::NotOurs => &mut self.summary.not_ours,
                Counted::Unsure => &mut self.summary.unsure,
                Counted::Unreadable => &mut self.summary.unreadable,
            } += 1;
            self.summary.already += u64::from(before.is_some());
            terminal.mail(&self.told(
                origin,
                &reading,
                &judgement.found,
                counted,
                before.is_some(),
            ));
            if before.is_none() && counted != Counted::NotOurs {
                self.tell_person(&source, &reading, &judgement, terminal);
                self.kept.insert(digest, false);
                mails.extend(judgement.mails);
            }
        }
        let Some(ledger) = ledger else { return Ok(()) };
        let kept = ledger.keep(&mails, &who(), self.now)?;
        self.summary.proved += kept.proved;
        self.summary.suppressed += kept.suppressed.len() as u64;
        for (address, answer) in kept.suppressed {
            terminal.result(&Notice::Inbox(InboxNotice::Suppressed { address, answer }));
        }
        Ok(())
    }

    fn is_too_old(&self, reading: &Reading) -> bool {
        self.since.zip(reading.date).is_some_and(|(since, date)| day(date) < since)
    }

    /// Tells what a person should know at once.
    fn tell_person(
        &self,
        source: &str,
        reading: &Reading,
        judgement: &Judgement,
        terminal: &Terminal,
    ) {
        if judgement.counted == Counted::Unsure {
            terminal.warn(&Notice::Inbox(InboxNotice::Unsure {
                source: source.to_owned(),
                from: reading.from.clone(),
                subject: reading.subject.clone(),
            }));
            return;
        }
        for AnswerMail { answer, from, name, .. } in &judgement.mails {
            let letter = judgement.found.iter().flatten().next().map(|it| self.letters.get(*it));
            let Some(letter) = letter else { continue };
            let is_persons = matches!(answer, Some(Answer::Replied | Answer::Unsubscribed));
            if is_persons && !letter.address.eq_ignore_ascii_case(from) {
                terminal.result(&Notice::Inbox(InboxNotice::ByAnother {
                    address: letter.address.clone(),
                    from: from.clone(),
                    name: name.clone(),
                }));
            }
        }
    }

    fn told(
        &self,
        origin: Origin,
        reading: &Reading,
        found: &[Option<Found>],
        counted: Counted,
        is_already_kept: bool,
    ) -> MailRead {
        let address_of =
            |found: Option<Found>| found.map(|it| self.letters.get(it).address.clone());
        let recipients = reading.told.iter().enumerate().map(|(at, told)| RecipientRead {
            address: told.address.clone(),
            kind: told.kind.as_str(),
            bounce: told.bounce,
            status: told.status.clone(),
            letter: address_of(found.get(at).copied().flatten()),
        });
        let first = found.iter().flatten().next().copied();
        let gravest = reading.told.iter().find(|told| told.kind == reading.kind);
        MailRead {
            origin,
            kind: reading.kind.as_str(),
            bounce: gravest.and_then(|told| told.bounce),
            address: gravest.map_or(&reading.from, |told| &told.address).clone(),
            status: gravest.and_then(|told| told.status.clone()),
            matched_by: first.map(|it| it.by.as_str()),
            letter: address_of(first),
            counted: counted.as_str(),
            is_already_kept,
            from: reading.from.clone(),
            subject: reading.subject.clone(),
            until: reading.until.filter(|_| reading.kind == Kind::Away),
            recipients: recipients.collect(),
        }
    }
}

/// A mail that was recognised and judged.
struct Judged {
    reading: Reading,
    judgement: Judgement,
    digest: MailDigest,
}

fn unreadable(origin: Origin) -> MailRead {
    MailRead {
        origin,
        kind: Kind::None.as_str(),
        bounce: None,
        address: String::new(),
        status: None,
        matched_by: None,
        letter: None,
        counted: Counted::Unreadable.as_str(),
        is_already_kept: false,
        from: String::new(),
        subject: String::new(),
        until: None,
        recipients: Vec::new(),
    }
}

/// The letters that somebody may have, with all by which their answers are known, and when the first
/// of them went.
fn letters(entries: Vec<LedgerEntry>, config: &Config) -> (Letters, Option<Timestamp>) {
    let sender = &config.from;
    let headers = &config.letter.settings.headers;
    let reply_to = sender.reply_to.as_ref().map(|it| &it.address);
    let own = [Some(&sender.address), sender.sender.as_ref(), reply_to];
    let own = own.into_iter().flatten().chain(headers.unsubscribe.as_ref());
    let own: Vec<String> = own.map(|address| address.wire().to_owned()).collect();
    let copies = sender.cc.iter().map(|it| &it.address).chain(&sender.bcc);
    let mut copies: Vec<String> = copies.map(|address| address.wire().to_owned()).collect();
    let answerable = entries.into_iter().filter_map(|entry| {
        let may_be_there = match entry.state {
            State::Accepted | State::Unknown | State::Sending => true,
            State::Refused | State::Waiting | State::Filed => false,
        };
        let at = entry.date().map_or(entry.changed, |date| date.timestamp());
        may_be_there.then(|| {
            let record = entry.record;
            if let Some(record) = &record {
                copies.extend(record.copies.iter().cloned());
            }
            Answerable {
                id: entry.id,
                address: entry.address,
                message_id: entry.message_id,
                number: record.as_ref().and_then(|it| it.number.clone()).or(entry.number),
                subject: record.map(|it| it.subject),
                at,
            }
        })
    });
    let answerable: Vec<Answerable> = answerable.collect();
    copies.sort();
    copies.dedup();
    let first = answerable.iter().map(|it| it.at).min();
    (Letters::new(answerable, own, copies), first)
}
