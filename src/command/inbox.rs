//! `inbox`: reads what came back into the ledger, and asks a person about what is not certain.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::Result;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::load::settings;
use super::local::who;
use super::suppress::open_or_join;
use crate::answer::{Answer, AnswerMail, MailDigest};
use crate::cli::Inbox;
use crate::config::Config;
use crate::delivery::{LedgerEntry, State};
use crate::failure::{Exit, Failure};
use crate::inbox::files::{self, Files, MboxReader};
use crate::inbox::{self, Answerable, Counted, Found, Judgement, Kind, Letters, Mailed, Reading};
use crate::ledger::{Ledger, Position, Undecided, Word};
use crate::notice::{
    InboxNotice, InboxSummary, MailRead, NextStep, Notice, Origin, RecipientRead, ReviewMail,
};
use crate::terminal::Terminal;

/// Mails that are read and judged together, and kept in one transaction.
const BATCH: usize = 1024;

pub(super) fn run(given: &Inbox, terminal: &mut Terminal) -> Result<Exit> {
    let (_, config) = settings(given.place.campaign.as_deref(), terminal)?;
    if given.review {
        return review(&config, terminal);
    }
    let Some(from) = &given.from else { return Err(Failure::NoInbox.into()) };
    let mut ledger = open(&config, given)?;
    let mut reader = Reader::new(ledger.as_ref(), &config, given.since)?;
    let unusable = |cause| Failure::Mailbox { path: from.clone(), cause };
    let found = Files::find(from).map_err(|error| unusable((&error).into()))?;
    terminal.start(found.count(), &Notice::Inbox(InboxNotice::Reading));
    match found {
        Files::Each(paths) => {
            for batch in paths.chunks(BATCH) {
                let raw = |path: &PathBuf| (path.display().to_string(), files::read(path).ok());
                reader.take(batch, raw, ledger.as_mut(), terminal)?;
            }
        }
        Files::Mbox(path) => {
            let mails = MboxReader::open(&path).map_err(|error| unusable((&error).into()))?;
            let mut batch = Vec::new();
            for (index, mail) in mails.enumerate() {
                let mail = mail.map_err(|error| unusable((&error).into()))?;
                batch.push((format!("{}:{}", path.display(), index + 1), mail));
                if batch.len() == BATCH {
                    reader.take_all(&mut batch, ledger.as_mut(), terminal)?;
                }
            }
            reader.take_all(&mut batch, ledger.as_mut(), terminal)?;
        }
    }
    if let Some(ledger) = &mut ledger {
        let path = std::path::absolute(from).unwrap_or_else(|_| from.clone());
        let at = Position { validity: 0, uid: 0 };
        ledger.note_position((&path.display().to_string(), ""), at, Some(reader.now))?;
    }
    terminal.finish();
    finish(&reader, ledger.as_ref(), &config, terminal)
}

/// The ledger to write to; `None` for a dry run.
fn open(config: &Config, given: &Inbox) -> Result<Option<Ledger>> {
    if given.dry_run {
        return Ok(None);
    }
    if Ledger::look(&config.folder, &config.id)?.is_none() {
        return Err(Failure::NoLedger { path: config.folder.clone() }.into());
    }
    Ok(Some(open_or_join(config)?.0))
}

/// Reads mails in batches, judges them, and keeps what they say.
struct Reader {
    letters: Letters,
    /// The mails that are kept already, and whether a person has decided about them.
    kept: HashMap<MailDigest, bool>,
    since: Option<Date>,
    summary: InboxSummary,
    now: Timestamp,
    done: u64,
}

impl Reader {
    fn new(ledger: Option<&Ledger>, config: &Config, since: Option<Date>) -> Result<Self> {
        let looked = match ledger {
            Some(_) => None,
            None => Ledger::look(&config.folder, &config.id)?,
        };
        let ledger = ledger.or(looked.as_ref());
        let entries = ledger.map_or(Ok(Vec::new()), |ledger| ledger.entries(None))?;
        Ok(Self {
            letters: letters(entries, config),
            kept: ledger.map_or(Ok(HashMap::new()), Ledger::kept_mails)?,
            since,
            summary: InboxSummary::default(),
            now: Timestamp::now(),
            done: 0,
        })
    }

    /// Reads and judges a batch on all cores, then keeps and tells it in order.
    fn take<T: Sync>(
        &mut self,
        batch: &[T],
        raw: impl Fn(&T) -> (String, Option<Vec<u8>>) + Sync,
        ledger: Option<&mut Ledger>,
        terminal: &Terminal,
    ) -> Result<()> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let share = batch.len().div_ceil(cores).max(1);
        let judged = |item: &T| {
            let (source, raw) = raw(item);
            let judged = raw.and_then(|raw| self.judged(&source, &raw));
            (source, judged)
        };
        let judged: Vec<(String, Option<Judged>)> = std::thread::scope(|scope| {
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

    fn take_all(
        &mut self,
        batch: &mut Vec<(String, Vec<u8>)>,
        ledger: Option<&mut Ledger>,
        terminal: &Terminal,
    ) -> Result<()> {
        let raw = |(source, raw): &(String, Vec<u8>)| (source.clone(), Some(raw.clone()));
        self.take(batch, raw, ledger, terminal)?;
        batch.clear();
        Ok(())
    }

    fn judged(&self, source: &str, raw: &[u8]) -> Option<Judged> {
        let reading = inbox::read(raw)?;
        let digest = inbox::digest(raw);
        let mailed = Mailed { digest, source, now: self.now };
        let judgement = inbox::judge(&reading, &self.letters, mailed);
        Some(Judged { reading, judgement, digest })
    }

    fn keep(
        &mut self,
        judged: Vec<(String, Option<Judged>)>,
        ledger: Option<&mut Ledger>,
        terminal: &Terminal,
    ) -> Result<()> {
        let mut mails = Vec::new();
        for (source, judged) in judged {
            let Some(Judged { reading, judgement, digest }) = judged else {
                self.summary.read += 1;
                self.summary.unreadable += 1;
                terminal.mail(&unreadable(source.clone()));
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
                &source,
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
        let day = |date: Timestamp| date.to_zoned(TimeZone::system()).date();
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
        source: &str,
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
            origin: Origin::File(source.to_owned()),
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

fn unreadable(source: String) -> MailRead {
    MailRead {
        origin: Origin::File(source),
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

/// The letters that somebody may have, with all by which their answers are known.
fn letters(entries: Vec<LedgerEntry>, config: &Config) -> Letters {
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
    Letters::new(answerable, own, copies)
}

/// Tells the sums, and what to do next.
fn finish(
    reader: &Reader,
    ledger: Option<&Ledger>,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit> {
    let summary = reader.summary;
    let tell = |notice| terminal.result(&Notice::Inbox(notice));
    tell(InboxNotice::Read {
        read: summary.read,
        ours: summary.ours + summary.unsure,
        already: summary.already,
    });
    let mut unknown = 0;
    if let Some(ledger) = ledger {
        tell(InboxNotice::Answers { counts: counts(ledger)? });
        if summary.proved > 0 {
            tell(InboxNotice::Proved { letters: summary.proved });
        }
        let undecided = ledger.undecided()?.len() as u64;
        if undecided > 0 {
            let folder = config.folder.clone();
            terminal.tell(&Notice::Next(NextStep::Review { mails: undecided, folder }));
        }
        unknown = ledger.account()?.unknown;
    } else {
        tell(InboxNotice::DryRun);
    }
    terminal.inbox_summary(&summary);
    Ok(if unknown > 0 {
        Exit::Unknown
    } else if summary.unsure + summary.unreadable > 0 {
        Exit::Open
    } else {
        Exit::Well
    })
}

/// How many of the letters that were accepted have which answer, the heaviest last.
pub(super) fn counts(ledger: &Ledger) -> Result<Vec<(Answer, u64)>> {
    let answers = ledger.answers()?;
    let accepted = ledger.entries(Some(State::Accepted))?;
    let mut counts: HashMap<Answer, u64> = HashMap::new();
    for entry in accepted {
        let answer = answers.get(&entry.id).map_or(Answer::Silent, |it| it.answer);
        *counts.entry(answer).or_default() += 1;
    }
    let all = Answer::ALL.into_iter().rev();
    Ok(all.filter_map(|answer| Some((answer, *counts.get(&answer)?))).collect())
}

/// Shows the mails that are not certain one by one, and keeps what the person says.
fn review(config: &Config, terminal: &Terminal) -> Result<Exit> {
    if Ledger::look(&config.folder, &config.id)?.is_none() {
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
