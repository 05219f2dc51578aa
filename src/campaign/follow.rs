//! The campaign that this one follows: who of its people gets a letter now.
//!
//! Its ledger is only read, and asked again whenever it has changed: an answer that comes in during a
//! run still stops the letter.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::LoadError;
use crate::answer::Answer;
use crate::compose::Thread;
use crate::config::{self, Config, FollowsTable, InboxTable};
use crate::delivery::State;
use crate::failure::Failure;
use crate::ledger::{Ledger, Veto};
use crate::notice::{Extent, Followed, Held};
use crate::policy::{FollowTo, Window, working_days_after};
use crate::recipient::{Address, Cells, Mailbox};

/// So many campaigns may follow each other.
pub(super) const LONGEST_CHAIN: usize = 20;

/// How long ago the mailbox may have been read before those who are silent are written to.
const FRESH: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// How old what a ledger said may be while the list is read.
const A_MOMENT: Duration = Duration::from_secs(1);

/// Headings under which people note by hand that somebody answered.
const ANSWERED: [&str; 6] =
    ["ответил", "ответила", "ответили", "ответ получен", "replied", "answered"];

/// The campaign that is followed, and those that it follows itself.
pub(crate) struct Following {
    table: FollowsTable,
    window: Option<Window>,
    zone: TimeZone,
    /// Of the campaign that is followed, then of the one before it.
    sources: Mutex<Vec<Source>>,
    /// The last look before letters went failed.
    is_unread: AtomicBool,
}

struct Source {
    folder: PathBuf,
    ledger: Ledger,
    /// The mailbox of `[inbox]`.
    account: Option<String>,
    /// When it was last asked whether `people` is what it says.
    looked: Instant,
    /// Of what `people` says.
    version: Option<[i64; 2]>,
    /// By the keys of their addresses.
    people: HashMap<String, Person>,
}

/// What became of somebody's letter.
#[derive(Debug, Clone)]
struct Person {
    address: String,
    state: State,
    message_id: String,
    at: Timestamp,
    answer: Answer,
    until: Option<Date>,
}

/// Whether somebody gets a letter now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Wanted,
    /// The letter went, and what came back for it is not what is asked for.
    Other,
    /// No letter went.
    Nothing,
    /// Not before this day.
    NotYet(Date),
    /// A person has to look first.
    Held(Held),
}

impl Following {
    /// Opens the ledgers of the campaigns that this one follows. With the files alone, a campaign whose
    /// ledger is on a server is not followed.
    pub(super) fn open(config: &Config, extent: Extent) -> Result<Option<Self>, LoadError> {
        let Some(table) = &config.follows else { return Ok(None) };
        let mut sources = Vec::new();
        let mut next = Some(table.campaign.clone());
        while let Some(folder) = next.take() {
            if sources.len() == LONGEST_CHAIN {
                return Err(LoadError::Failure(Failure::FollowsItself { folder }.into()));
            }
            let (file, text) = config::find(Some(&folder))?;
            let followed = config::read(&file, &text)?;
            if extent == Extent::FilesAlone && followed.ledger.server.is_some() {
                return Ok(None);
            }
            let ledger = Ledger::look(&followed.ledger)?;
            let ledger = ledger.ok_or(Failure::NoLedger { path: followed.folder.clone() });
            let ledger = ledger.map_err(anyhow::Error::from)?;
            let folder = tidy(&followed.folder);
            let account = followed.inbox.as_ref().map(InboxTable::account);
            let (looked, people) = (Instant::now(), HashMap::new());
            sources.push(Source { folder, ledger, account, looked, version: None, people });
            next = followed.follows.map(|table| table.campaign);
        }
        let following = Self {
            table: table.clone(),
            window: config.pace.window.clone(),
            zone: config.zone.clone(),
            sources: Mutex::new(sources),
            is_unread: AtomicBool::new(false),
        };
        drop(following.refreshed(Duration::ZERO)?);
        Ok(Some(following))
    }

    /// The folders of the campaigns that are followed.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        self.sources().iter().map(|source| source.folder.clone()).collect()
    }

    fn sources(&self) -> MutexGuard<'_, Vec<Source>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the ledgers said so long ago at most.
    fn refreshed(&self, age: Duration) -> Result<MutexGuard<'_, Vec<Source>>> {
        let mut sources = self.sources();
        for source in sources.iter_mut() {
            source.refresh(age)?;
        }
        Ok(sources)
    }

    /// Whether a letter to this address must not go, as the ledgers said a moment ago: a list may ask a
    /// million times. If they cannot be read, it must not.
    fn is_kept_from(&self, address: &Address) -> bool {
        let Ok(sources) = self.refreshed(A_MOMENT) else { return true };
        self.standing(&sources, &address.key()) != Standing::Wanted
    }

    /// Like [`Following::is_kept_from`], for an address as a ledger has it.
    pub(crate) fn forbids_text(&self, address: &str) -> bool {
        Address::parse(address).map_or(true, |address| self.is_kept_from(&address))
    }

    /// Whether a row of the list is for somebody who gets a letter. A row whose address cannot be read
    /// is kept, so that it is reported.
    pub(super) fn keeps(&self, headings: &[String], cells: &Cells, email: Option<&str>) -> bool {
        let column = |is_it: &dyn Fn(&str) -> bool| headings.iter().position(|it| is_it(it));
        let cell = email.and_then(|email| cells.get(column(&|heading| heading == email)?));
        let address = cell.and_then(|cell| Mailbox::parse_list(cell).ok()?.into_iter().next());
        let Some(Mailbox { address, .. }) = address else { return true };
        let by_hand = column(&|heading| ANSWERED.contains(&heading.trim().to_lowercase().as_str()));
        let has_answered = by_hand.and_then(|at| cells.get(at)).is_some_and(is_yes);
        let wants_answered = [FollowTo::Replied, FollowTo::Accepted];
        if has_answered {
            return self.table.to.iter().any(|it| wants_answered.contains(it));
        }
        !self.is_kept_from(&address)
    }

    fn standing(&self, sources: &[Source], key: &str) -> Standing {
        let Some(person) = sources.first().and_then(|first| first.people.get(key)) else {
            return Standing::Nothing;
        };
        let wants = |choice| self.table.to.contains(&choice);
        match person.state {
            State::Waiting | State::Filed | State::Sending => return Standing::Nothing,
            State::Refused if wants(FollowTo::Refused) => return self.when(person),
            State::Refused => return Standing::Other,
            State::Unknown => return Standing::Held(Held::Unknown),
            State::Accepted => {}
        }
        // What came back for any letter of the chain counts.
        let all = sources.iter().filter_map(|source| source.people.get(key));
        let answer = all.clone().map(|it| it.answer).max().unwrap_or(Answer::Silent);
        let until = all.filter_map(|it| it.until).max();
        match answer {
            Answer::Complained | Answer::Unsubscribed => Standing::Other,
            Answer::Bounced if wants(FollowTo::Bounced) => self.when(person),
            Answer::Bounced => Standing::Other,
            Answer::Replied if wants(FollowTo::Replied) => self.when(person),
            _ if wants(FollowTo::Accepted) => self.when(person),
            Answer::Replied => Standing::Other,
            _ if !wants(FollowTo::Silent) => Standing::Other,
            Answer::Silent | Answer::AutoReplied => self.when(person),
            Answer::Delayed => Standing::Held(Held::Delayed),
            Answer::Unsure => Standing::Held(Held::Unsure),
            Answer::Away => match until {
                // The day of return, and one working day.
                Some(last) => {
                    let back = last.tomorrow().unwrap_or(last);
                    let due = working_days_after(back, 1, self.window.as_ref());
                    match self.when(person) {
                        Standing::NotYet(later) => Standing::NotYet(due.max(later)),
                        _ if due > self.today() => Standing::NotYet(due),
                        other => other,
                    }
                }
                None => Standing::Held(Held::Away),
            },
        }
    }

    fn today(&self) -> Date {
        Timestamp::now().to_zoned_datetime(self.zone.clone()).date()
    }

    /// Whether enough time has passed since the letter.
    fn when(&self, person: &Person) -> Standing {
        let Some(after) = self.table.after else { return Standing::Wanted };
        let went = person.at.to_zoned_datetime(self.zone.clone()).date();
        let due = after.since(went, self.window.as_ref());
        if due > self.today() { Standing::NotYet(due) } else { Standing::Wanted }
    }

    /// The letters that a letter to this address follows, the oldest first.
    pub(super) fn threads(&self) -> HashMap<String, Thread> {
        if !self.table.thread {
            return HashMap::new();
        }
        let sources = self.sources();
        let Some(first) = sources.first() else { return HashMap::new() };
        let thread = |key: &String| {
            let all = sources.iter().rev().filter_map(|source| source.people.get(key));
            Thread { message_ids: all.map(|person| person.message_id.clone()).collect() }
        };
        first.people.keys().map(|key| (key.clone(), thread(key))).collect()
    }

    /// How many people get a letter now, and who does not yet.
    pub(crate) fn counts(&self) -> Result<Followed> {
        let sources = self.refreshed(Duration::ZERO)?;
        let mut counts = Followed::default();
        let Some(first) = sources.first() else { return Ok(counts) };
        counts.folder.clone_from(&first.folder);
        if self.table.to.contains(&FollowTo::Silent) {
            let read = first.ledger.inbox_read()?;
            counts.by_hand = read.filter(|(name, _)| first.account.as_ref() != Some(name));
        }
        for (key, person) in &first.people {
            match self.standing(&sources, key) {
                Standing::Wanted => counts.wanted += 1,
                Standing::Other => counts.others += 1,
                Standing::Nothing => {}
                Standing::NotYet(day) => {
                    counts.later += 1;
                    counts.first_day = counts.first_day.into_iter().chain([day]).min();
                }
                Standing::Held(why) => counts.held.push((person.address.clone(), why)),
            }
        }
        counts.held.sort();
        Ok(counts)
    }

    /// Refuses to write to those who are silent if that is not known.
    ///
    /// # Errors
    /// [`Failure::AnswersUnread`], [`Failure::TooEarly`]
    pub(crate) fn must_be_due(&self) -> Result<()> {
        if self.table.to.contains(&FollowTo::Silent) {
            let sources = self.sources();
            for source in sources.iter() {
                let read = source.ledger.inbox_read()?;
                let read = read.map(|(_, at)| at);
                let is_fresh = read.is_some_and(|at| Timestamp::now().duration_since(at) <= FRESH);
                if !is_fresh {
                    let folder = source.folder.clone();
                    return Err(Failure::AnswersUnread { folder, read }.into());
                }
            }
        }
        let counts = self.counts()?;
        match counts.first_day {
            Some(day) if counts.wanted == 0 => {
                Err(Failure::TooEarly { folder: counts.folder, day }.into())
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Veto for Following {
    fn look(&self) {
        let is_unread = self.refreshed(Duration::ZERO).is_err();
        self.is_unread.store(is_unread, Ordering::SeqCst);
    }

    fn forbids(&self, address: &Address) -> bool {
        self.is_unread.load(Ordering::SeqCst)
            || self.standing(&self.sources(), &address.key()) != Standing::Wanted
    }
}

impl Source {
    fn refresh(&mut self, age: Duration) -> Result<()> {
        if self.version.is_some() && self.looked.elapsed() < age {
            return Ok(());
        }
        self.looked = Instant::now();
        let version = self.ledger.version()?;
        if self.version == Some(version) {
            return Ok(());
        }
        let answers = self.ledger.answers()?;
        let mut people: HashMap<String, Person> = HashMap::new();
        for entry in self.ledger.entries(None)? {
            let Ok(address) = Address::parse(&entry.address) else { continue };
            let answered = answers.get(&entry.id);
            let person = Person {
                state: entry.state,
                at: entry.date().map_or(entry.changed, |date| date.timestamp()),
                address: entry.address,
                message_id: entry.message_id,
                answer: answered.map_or(Answer::Silent, |it| it.answer),
                until: answered.and_then(|it| it.until),
            };
            // Of several letters to one address, an answer to any is an answer.
            let rank = |it: &Person| (it.state == State::Accepted, it.answer, it.until);
            match people.get(&address.key()) {
                Some(known) if rank(known) >= rank(&person) => {}
                _ => drop(people.insert(address.key(), person)),
            }
        }
        self.people = people;
        self.version = Some(version);
        Ok(())
    }
}

/// A path without steps that are taken back.
fn tidy(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        let is_back = part == Component::ParentDir
            && matches!(out.components().next_back(), Some(Component::Normal(_)));
        if is_back {
            out.pop();
        } else {
            out.push(part);
        }
    }
    out
}

/// Whether a cell says that somebody has answered.
fn is_yes(cell: &str) -> bool {
    let cell = cell.trim().to_lowercase();
    !matches!(cell.as_str(), "" | "нет" | "не" | "no" | "-" | "–" | "—" | "0" | "false" | "ложь")
}

/// The folder from which a path of a campaign is seen from another.
pub(crate) fn relative(from: &Path, to: &Path) -> PathBuf {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (from, to) = (whole(from), whole(to));
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    // On another disk.
    if shared == 0 {
        return to;
    }
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_from_where_they_are_seen() {
        let seen = |from, to| relative(Path::new(from), Path::new(to)).display().to_string();
        assert_eq!(seen("/a/reminder", "/a/salon"), "../salon");
        assert_eq!(seen("/a/b/reminder", "/a/salon/list.csv"), "../../salon/list.csv");
        assert_eq!(seen("reminder", "salon"), "../salon");
    }

    #[test]
    fn steps_that_are_taken_back_are_not_shown() {
        for (path, shown) in
            [("reminder/../salon", "salon"), ("../a/../../b", "../../b"), ("a/./b", "a/b")]
        {
            assert_eq!(tidy(Path::new(path)), Path::new(shown));
        }
    }

    #[test]
    fn a_cell_says_whether_somebody_answered() {
        assert!(["да", "+", "01.03.2026", "Ответил по телефону"].into_iter().all(is_yes));
        assert!(!["", " ", "нет", "-", "No", "0"].into_iter().any(is_yes));
    }
}
