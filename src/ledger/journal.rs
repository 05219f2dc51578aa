//! The journal of a run: what each connection says is durable when it is let go on, and reaches the
//! ledger later.
//!
//! The connections' threads write it themselves. Whoever finds nobody writing writes for all that
//! wait: one write and one sync. The ledger takes what was written in large groups
//! ([`super::Book`]); until then the journal is what stands between a crash and a second letter.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;

use jiff::Timestamp;

use super::block::{self, Ring};
use super::change::{Change, Key, twice};
use super::witness::{self, Files};
use crate::bitset::BitSet;
use crate::delivery::State;
use crate::failure::Failure;

/// What to do where the file has no room before the ledger takes what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    Awaited,
    /// Whoever takes it for the ledger cannot wait for the ledger.
    Needed,
}

/// What may still be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stance {
    Open,
    /// After a failure: nothing is begun any more; outcomes are taken as long as can be.
    Settling,
    /// Nobody is to wait for room any more either.
    Closing,
}

/// A change could not be made durable: what it was to allow must not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotKept;

/// The journal of a run, shared by all its threads.
pub struct Journal {
    pages: Mutex<Pages>,
    /// Room was made, or all is over; and a block was written, where somebody watches for that.
    turned: Condvar,
    path: PathBuf,
    news: PathBuf,
    campaign: String,
    relay: String,
    /// Of the ledger to which the blocks belong.
    salt: i64,
    /// The ledger's file as it was opened. Where the journal itself is lost, its number tells.
    files: Files,
}

struct Pages {
    /// The journal and the lock file; gone once it is closed.
    open: Option<Arc<(File, File)>>,
    /// Said and not yet written.
    noted: Vec<Change>,
    /// Written and synced, and not yet taken by the ledger.
    kept: Vec<Change>,
    /// How many changes were ever said, and how many of them are durable.
    said: u64,
    safe: u64,
    /// The number of the last block.
    number: u64,
    is_writing: bool,
    /// Threads that wait for their changes to be written. Each is woken by itself, and only when
    /// there is something for it: the others would but crowd at the lock.
    waiting: Vec<(u64, Thread)>,
    /// How many watch for a block to be written.
    watchers: usize,
    /// The file is full of what the ledger has not taken.
    is_crowded: bool,
    ring: Ring,
    stance: Stance,
    failure: Option<Failure>,
    letters: Letters,
}

/// Which letters went, by their positions: the last thing that stands between a mistake of ours and
/// a second letter.
#[derive(Default)]
struct Letters {
    /// Begun or settled for good in this run.
    gone: BitSet,
    /// Begun and not settled.
    sending: HashMap<u64, (Key, Timestamp)>,
}

impl Letters {
    fn admit(&mut self, change: &Change) -> Result<(), Key> {
        let letter = change.letter();
        match change {
            Change::Begin { at, .. } => {
                if !self.gone.insert(letter.position) {
                    return Err(letter);
                }
                self.sending.insert(letter.position, (letter, *at));
            }
            Change::Settle { verdict, .. } => {
                self.sending.remove(&letter.position);
                match verdict.state {
                    State::Waiting => self.gone.remove(letter.position),
                    State::Sending | State::Accepted | State::Refused | State::Unknown => {
                        self.gone.insert(letter.position);
                    }
                }
            }
        }
        Ok(())
    }
}

/// What a journal is opened for.
pub(super) struct About<'a> {
    pub(super) ledger: &'a Path,
    pub(super) journal: PathBuf,
    pub(super) lock: File,
    pub(super) campaign: &'a str,
    pub(super) relay: &'a str,
    pub(super) salt: i64,
    /// Where another process says that it forbade an address.
    pub(super) news: PathBuf,
    /// The number of the ledger's last commit.
    pub(super) number: u64,
}

impl Journal {
    pub(super) fn open(about: About) -> Result<Self, Failure> {
        let About { ledger, journal, lock, campaign, relay, salt, news, number } = about;
        let file = block::make(&journal).map_err(|error| failed(&journal, &error))?;
        let files = Files::among([ledger.to_owned()]);
        let pages = Pages {
            open: Some(Arc::new((file, lock))),
            noted: Vec::new(),
            kept: Vec::new(),
            said: 0,
            safe: 0,
            number,
            is_writing: false,
            waiting: Vec::new(),
            watchers: 0,
            is_crowded: false,
            ring: Ring::default(),
            stance: Stance::Open,
            failure: None,
            letters: Letters::default(),
        };
        Ok(Self {
            pages: Mutex::new(pages),
            turned: Condvar::new(),
            path: journal,
            news,
            campaign: campaign.to_owned(),
            relay: relay.to_owned(),
            salt,
            files,
        })
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records changes; they are durable when this returns. Tells how many changes wait for the
    /// ledger.
    ///
    /// # Errors
    /// When they are not, or nothing is to be begun any more. Then [`Journal::failure`] says why,
    /// if anything failed.
    pub fn record(&self, changes: Vec<Change>) -> Result<usize, NotKept> {
        let mut pages = self.pages();
        if pages.open.is_none() {
            return Err(NotKept);
        }
        if pages.stance != Stance::Open
            && changes.iter().any(|change| matches!(change, Change::Begin { .. }))
        {
            // What is known is kept all the same.
            pages
                .note(changes.into_iter().filter(|change| matches!(change, Change::Settle { .. })));
            return Err(NotKept);
        }
        pages.note(changes);
        let mine = pages.said;
        if pages.failure.is_some() {
            return Err(NotKept);
        }
        self.sync(pages, mine)
    }

    /// Notes what came of a letter. It becomes durable with the next block, or when the ledger
    /// takes it.
    pub fn note(&self, change: Change) {
        self.pages().note([change]);
    }

    /// How often, so far, another process changed who must not be written to. Whoever is about to
    /// begin a letter asks.
    pub fn news(&self) -> u64 {
        std::fs::metadata(&self.news).map_or(0, |about| about.len())
    }

    /// Lets nothing be begun any more; outcomes are still taken.
    pub fn shut(&self) {
        let mut pages = self.pages();
        pages.stance = pages.stance.max(Stance::Settling);
    }

    /// Whether a letter is begun and not settled.
    pub fn is_sending(&self) -> bool {
        !self.pages().letters.sending.is_empty()
    }

    /// Waits until the changes up to `mine` are durable; writes them where nobody else does.
    fn sync<'a>(&'a self, mut pages: MutexGuard<'a, Pages>, mine: u64) -> Result<usize, NotKept> {
        loop {
            if pages.safe >= mine {
                return Ok(pages.kept.len());
            }
            if pages.failure.is_some() || pages.stance == Stance::Closing {
                // Who was woken to write passes the word on.
                drop(self.turn(pages));
                return Err(NotKept);
            }
            if !pages.is_writing {
                pages = self.write(pages, Room::Awaited);
                continue;
            }
            let own = std::thread::current();
            pages.waiting.push((mine, own.clone()));
            drop(pages);
            std::thread::park();
            pages = self.pages();
            pages.waiting.retain(|(_, thread)| thread.id() != own.id());
        }
    }

    /// Wakes those whose changes are written, and one who is to write the next block; all when all
    /// is over.
    fn turn<'a>(&'a self, mut pages: MutexGuard<'a, Pages>) -> MutexGuard<'a, Pages> {
        if pages.watchers > 0 {
            self.turned.notify_all();
        }
        if pages.waiting.is_empty() {
            return pages;
        }
        let (is_over, safe) =
            (pages.failure.is_some() || pages.stance == Stance::Closing, pages.safe);
        let mut has_writer = false;
        let mut woken = Vec::new();
        pages.waiting.retain(|(goal, thread)| {
            let is_woken = is_over || *goal <= safe || !std::mem::replace(&mut has_writer, true);
            if is_woken {
                woken.push(thread.clone());
            }
            !is_woken
        });
        // Not while they would find the lock taken.
        drop(pages);
        woken.iter().for_each(Thread::unpark);
        self.pages()
    }

    /// Waits until something turns.
    fn watch<'a>(&'a self, mut pages: MutexGuard<'a, Pages>) -> MutexGuard<'a, Pages> {
        pages.watchers += 1;
        let mut pages = self.turned.wait(pages).unwrap_or_else(PoisonError::into_inner);
        pages.watchers -= 1;
        pages
    }

    /// Writes one block of what is noted.
    fn write<'a>(&'a self, mut pages: MutexGuard<'a, Pages>, room: Room) -> MutexGuard<'a, Pages> {
        let Some(open) = pages.open.clone() else { return pages };
        let mut changes = std::mem::take(&mut pages.noted);
        let number = pages.number + 1;
        let (octets, taken) = block::block(self.salt, number, &self.relay, &changes);
        pages.noted = changes.split_off(taken);
        pages.is_writing = true;
        let place = loop {
            // The ledger makes room as soon as it has taken what is written.
            match pages.ring.place(number, octets.len() as u64) {
                Some(place) => break Some(place),
                None if room == Room::Needed || pages.stance == Stance::Closing => break None,
                None => {
                    pages.is_crowded = true;
                    self.turned.notify_all();
                    pages = self.watch(pages);
                }
            }
        };
        let Some(place) = place else {
            changes.append(&mut pages.noted);
            pages.noted = changes;
            (pages.is_writing, pages.is_crowded) = (false, true);
            return self.turn(pages);
        };
        drop(pages);
        let written = self.write_block(&open.0, &octets, place);
        if written.is_ok() {
            witness::note(&open.1, &self.campaign, number);
        }
        drop(open);
        let mut pages = self.pages();
        pages.is_writing = false;
        pages.number = number;
        match written {
            Ok(()) => {
                pages.safe += changes.len() as u64;
                pages.kept.append(&mut changes);
            }
            Err(failure) => {
                changes.append(&mut pages.noted);
                pages.noted = changes;
                pages.stance = pages.stance.max(Stance::Settling);
                pages.failure.get_or_insert(failure);
            }
        }
        self.turn(pages)
    }

    fn write_block(&self, journal: &File, octets: &[u8], place: u64) -> Result<(), Failure> {
        if let Some(path) = self.files.missing() {
            return Err(Failure::LedgerGone { path: path.to_owned() });
        }
        let written = block::write_at(journal, octets, place).and_then(|()| journal.sync_data());
        written.map_err(|error| failed(&self.path, &error))
    }

    /// What is durable and the ledger has not, and the number under which it then knows it. What
    /// was noted is written first where nobody else does so; after a failure it is given as it is,
    /// for the ledger to keep.
    pub(super) fn take(&self) -> (Vec<Change>, u64) {
        let mut pages = self.pages();
        let goal = pages.said;
        while pages.safe < goal
            && pages.failure.is_none()
            && pages.open.is_some()
            && !pages.is_crowded
        {
            pages =
                if pages.is_writing { self.watch(pages) } else { self.write(pages, Room::Needed) };
        }
        let mut changes = std::mem::take(&mut pages.kept);
        if pages.failure.is_some() || pages.open.is_none() {
            // A letter that was not let go was never begun.
            let settled = |change: &Change| matches!(change, Change::Settle { .. });
            changes.extend(std::mem::take(&mut pages.noted).into_iter().filter(settled));
        }
        (changes, pages.number)
    }

    /// The ledger has it.
    pub(super) fn let_go(&self, up_to: u64) {
        let mut pages = self.pages();
        pages.ring.let_go(up_to);
        pages.is_crowded = false;
        self.turned.notify_all();
    }

    /// Why something could not be written.
    pub fn failure(&self) -> Option<Failure> {
        self.pages().failure.clone()
    }

    /// Nobody writes in it any more; what was noted is written first, where that can be. Gives the
    /// letters that were begun and not settled.
    pub fn close(&self) -> Vec<(Key, Timestamp)> {
        let mut pages = self.quiet();
        // Whoever waited to begin is told no.
        let Pages { noted, letters, .. } = &mut *pages;
        noted.retain(|change| match change {
            Change::Begin { letter, .. } => {
                letters.sending.remove(&letter.position);
                false
            }
            Change::Settle { .. } => true,
        });
        let mut left = usize::MAX;
        while (1..left).contains(&pages.noted.len())
            && pages.failure.is_none()
            && pages.open.is_some()
        {
            left = pages.noted.len();
            pages = self.write(pages, Room::Needed);
        }
        pages.open = None;
        self.turned.notify_all();
        pages.letters.sending.values().copied().collect()
    }

    /// Nobody writes in it any more, whatever was noted.
    pub(super) fn cut_off(&self) {
        self.quiet().open = None;
        self.turned.notify_all();
    }

    /// Waits until nobody writes. Nobody begins to, either: whoever waits is told that the journal
    /// is closed.
    fn quiet(&self) -> MutexGuard<'_, Pages> {
        let mut pages = self.pages();
        pages.stance = Stance::Closing;
        self.turned.notify_all();
        while pages.is_writing {
            pages = self.watch(pages);
        }
        pages
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Pages {
    fn note(&mut self, changes: impl IntoIterator<Item = Change>) {
        if self.open.is_none() {
            return;
        }
        for change in changes {
            if let Err(letter) = self.letters.admit(&change) {
                self.stance = self.stance.max(Stance::Settling);
                let detail = twice(letter, "begun").to_string();
                self.failure.get_or_insert(Failure::Ours { detail });
                continue;
            }
            self.said += 1;
            self.noted.push(change);
        }
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::LedgerFailed { detail: format!("{}: {error}", path.display()) }
}
