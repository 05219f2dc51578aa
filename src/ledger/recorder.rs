//! Group commit: the connections of a run record their attempts together.
//!
//! Whichever thread finds nobody committing commits for all that wait: one transaction, one fsync
//! (docs/design/exactly-once.md). The same transaction looks who must not be written to, so that an
//! address added by another process is heard of before the next letter. [`super::RunSession`]
//! folds what was recorded into the letters' table.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;

use jiff::Timestamp;

use super::attempt::{self, Attempt, LetterKey, out_of_order};
use super::database::Db;
use super::engine::Writer;
use crate::bitset::BitSet;
use crate::delivery::{Outcome, State};
use crate::failure::Failure;
use crate::letter::Digest;
use crate::policy::Gate;
use crate::recipient::Address;
use crate::suppression::Suppression;

/// A letter whose message is about to be written.
#[derive(Debug)]
pub struct Beginning {
    pub letter: LetterKey,
    pub dated: String,
    pub digest: Digest,
    /// What the letter says to the outside: [`crate::letter::Record`] as JSON.
    pub record: String,
    pub at: Timestamp,
    /// All who would get it. None of them may be suppressed.
    pub to: Vec<Address>,
    /// How the pace treats it.
    pub gate: Gate,
}

/// Why a message must not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotBegun {
    /// It could not be recorded, or nothing may begin any more. [`Recorder::failure`] says why, if
    /// anything failed.
    NotRecorded,
    /// Somebody who would get the letter was suppressed meanwhile.
    Suppressed,
    /// Other workers have used up what the pace allows now.
    Paced,
    /// Another worker has the letter, or settled it.
    Taken,
}

/// Counts the letters of all workers of a campaign.
pub trait Tally: Send + Sync {
    /// Other workers have begun letters to these domains.
    fn learn(&self, domains: &[String]);
    /// Counts a letter that begins now, if the pace allows one more.
    fn admits(&self, gate: Gate, now: Timestamp) -> bool;
}

/// Records attempts; shared by all threads of a run.
pub struct Recorder {
    queue: Mutex<Queue>,
    /// Notified after a commit, for [`Recorder::wait_for_commit`].
    committed: Condvar,
    /// `None` once the run is over.
    writer: Mutex<Option<Writer>>,
}

struct Queue {
    pending: Vec<Pending>,
    /// Durable, and not folded yet.
    recorded: Vec<Attempt>,
    /// Numbers of the last attempt that was queued, and of the last that is durable.
    queued: u64,
    durable: u64,
    /// Beginnings that will not be recorded, by their numbers.
    denied: HashMap<u64, NotBegun>,
    is_committing: bool,
    /// Someone waits for the current commit to end and must not be overtaken by the next.
    has_watcher: bool,
    /// Threads that wait for their attempts, with the numbers of these. Each is woken by itself:
    /// all at once would only queue for the lock.
    waiting: Vec<(u64, Thread)>,
    intake: Intake,
    failure: Option<Failure>,
    underway: Underway,
    suppression: Arc<Suppression>,
    veto: Option<Arc<dyn Veto>>,
}

/// What may still be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Intake {
    Open,
    /// Nothing begins any more; what became of letters in flight is still taken.
    Ending,
    Closed,
}

/// Which letters this run has begun: the last check against beginning one twice.
#[derive(Default)]
struct Underway {
    /// Begun, or settled for good.
    gone: BitSet,
    /// Begun and not ended.
    sending: HashMap<u64, (LetterKey, Timestamp)>,
}

impl Underway {
    fn admit(&mut self, attempt: &Attempt) -> Result<(), Failure> {
        let position = attempt.letter().position;
        match attempt {
            Attempt::Begun { letter, at, .. } => {
                if !self.gone.insert(position) {
                    return Err(out_of_order(position, "begun"));
                }
                self.sending.insert(position, (*letter, *at));
            }
            Attempt::Ended { verdict, .. } => {
                self.sending.remove(&position);
                match verdict.state {
                    State::Waiting => self.gone.remove(position),
                    State::Sending
                    | State::Accepted
                    | State::Filed
                    | State::Refused
                    | State::Unknown => {
                        self.gone.insert(position);
                    }
                }
            }
        }
        Ok(())
    }

    /// The letter was not begun after all.
    fn forget(&mut self, letter: LetterKey) {
        self.sending.remove(&letter.position);
        self.gone.remove(letter.position);
    }
}

/// An attempt that waits to be recorded.
pub(super) struct Pending {
    pub(super) number: u64,
    pub(super) attempt: Attempt,
    /// All who would get the letter, if it is to begin.
    pub(super) to: Vec<Address>,
    pub(super) gate: Gate,
    /// Its addressee must not get it now.
    pub(super) is_vetoed: bool,
}

/// Knows who must not get a letter for what became of an earlier one.
pub trait Veto: Send + Sync {
    /// Looks at the last moment before letters go. If that fails, nobody gets one.
    fn look(&self);
    /// Whether the addressee must not get a letter, as of the last look.
    fn forbids(&self, address: &Address) -> bool;
}

/// Whether a commit also brings the letters' table up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    Yes,
    No,
}

/// Numbers of beginnings that were left out.
pub(super) type Denied = Vec<(u64, NotBegun)>;

/// What came of a batch.
#[derive(Default)]
pub(super) struct Written {
    pub(super) denied: Denied,
    /// Why a power cut may undo it.
    pub(super) unsynced: Option<Failure>,
}

/// Appends a batch, but for beginnings whose letters are suppressed. Returns the numbers of these, and
/// the last row.
pub(super) fn append_all(
    db: Db,
    batch: &[Pending],
    suppression: &Suppression,
    relay: &str,
) -> anyhow::Result<(Denied, Option<u64>)> {
    let (mut denied, mut last) = (Vec::new(), None);
    for pending in batch {
        if is_suppressed(pending, suppression) {
            denied.push((pending.number, NotBegun::Suppressed));
        } else {
            last = Some(attempt::append(db, &pending.attempt, relay)?);
        }
    }
    Ok((denied, last))
}

/// Whether somebody who would get the letter must not get it.
pub(super) fn is_suppressed(pending: &Pending, suppression: &Suppression) -> bool {
    pending.is_vetoed || pending.to.iter().any(|address| suppression.entry(address).is_some())
}

impl Recorder {
    pub(super) fn new(writer: Writer) -> Self {
        let queue = Queue {
            pending: Vec::new(),
            recorded: Vec::new(),
            queued: 0,
            durable: 0,
            denied: HashMap::new(),
            is_committing: false,
            has_watcher: false,
            waiting: Vec::new(),
            intake: Intake::Open,
            failure: None,
            underway: Underway::default(),
            suppression: writer.suppression().clone(),
            veto: None,
        };
        Self {
            queue: Mutex::new(queue),
            committed: Condvar::new(),
            writer: Mutex::new(Some(writer)),
        }
    }

    /// Records that a message is about to be written, and what became of the letter before it, in
    /// one transaction. Durable when this returns `Ok`, with the number of attempts that wait to be
    /// folded.
    ///
    /// # Errors
    /// The message must not be written. `settled` is recorded all the same, if anything can be.
    pub fn begin(&self, beginning: Beginning, settled: Option<Attempt>) -> Result<usize, NotBegun> {
        let mut queue = self.queue();
        if queue.intake == Intake::Closed {
            return Err(NotBegun::NotRecorded);
        }
        if let Some(settled) = settled {
            queue.push(settled, Vec::new(), Gate::default());
        }
        if queue.intake != Intake::Open {
            return Err(NotBegun::NotRecorded);
        }
        let Beginning { letter, dated, digest, record, at, to, gate } = beginning;
        match queue.push(Attempt::Begun { letter, dated, digest, record, at }, to, gate) {
            Some(number) => self.wait_until_durable(queue, number),
            None => Err(NotBegun::NotRecorded),
        }
    }

    /// Notes what became of a letter. It becomes durable with the next commit.
    pub fn settle(&self, ended: Attempt) {
        let mut queue = self.queue();
        if queue.intake != Intake::Closed {
            queue.push(ended, Vec::new(), Gate::default());
        }
    }

    /// Lets nothing begin any more.
    pub fn end(&self) {
        let mut queue = self.queue();
        queue.intake = queue.intake.max(Intake::Ending);
    }

    /// The connection to a server was lost: others may have settled what this run left.
    #[cfg(feature = "postgres")]
    pub(super) fn was_away(&self) {
        if let Some(Writer::Postgres(writer)) = &mut *self.writer() {
            writer.was_away = true;
        }
    }

    /// Lets letters begin again. What is known of the pace is as of that attempt.
    #[cfg(feature = "postgres")]
    pub(super) fn resume(&self, tallied: i64) {
        if let Some(Writer::Postgres(writer)) = &mut *self.writer() {
            writer.tallied = tallied;
        }
        let mut queue = self.queue();
        if queue.intake == Intake::Ending {
            queue.intake = Intake::Open;
            queue.failure = None;
        }
    }

    /// Whether nothing is taken from the threads of the run any more.
    pub fn is_closed(&self) -> bool {
        self.queue().intake == Intake::Closed
    }

    /// Whether a letter is begun and has not ended.
    pub fn is_sending(&self) -> bool {
        !self.queue().underway.sending.is_empty()
    }

    /// Letters that waited on a server, where nobody had them: whatever this run did with one before, a
    /// person has decided since that it goes again.
    #[cfg(feature = "postgres")]
    pub(super) fn claimed(&self, positions: impl Iterator<Item = u64>) {
        let mut queue = self.queue();
        positions.for_each(|position| queue.underway.gone.remove(position));
    }

    pub(super) fn set_veto(&self, veto: Arc<dyn Veto>) {
        self.queue().veto = Some(veto);
    }

    pub(super) fn count_with(&self, tally: Arc<dyn Tally>) {
        if let Some(writer) = &mut *self.writer() {
            writer.count_with(tally);
        }
    }

    /// Why something could not be recorded.
    pub fn failure(&self) -> Option<Failure> {
        self.queue().failure.clone()
    }

    /// Who must not be written to, as last read.
    pub fn suppression(&self) -> Arc<Suppression> {
        self.queue().suppression.clone()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until an attempt is durable; commits if nobody else does.
    fn wait_until_durable<'a>(
        &'a self,
        mut queue: MutexGuard<'a, Queue>,
        number: u64,
    ) -> Result<usize, NotBegun> {
        loop {
            if let Some(why) = queue.denied.remove(&number) {
                return Err(why);
            }
            if queue.durable >= number {
                return Ok(queue.recorded.len());
            }
            if !queue.is_committing && !queue.has_watcher {
                queue = self.commit(queue, Fold::No).0;
                continue;
            }
            let own = std::thread::current();
            queue.waiting.push((number, own.clone()));
            drop(queue);
            std::thread::park();
            queue = self.queue();
            queue.waiting.retain(|(_, thread)| thread.id() != own.id());
        }
    }

    /// Commits what is pending, and returns the attempts that the letters' table now reflects where
    /// it was brought up to date.
    ///
    /// After a failure what became of letters stays pending, for another try; what was to begin is
    /// denied.
    fn commit<'a>(
        &'a self,
        mut queue: MutexGuard<'a, Queue>,
        fold: Fold,
    ) -> (MutexGuard<'a, Queue>, Result<Vec<Attempt>, Failure>) {
        let mut batch = std::mem::take(&mut queue.pending);
        queue.is_committing = true;
        let veto = queue.veto.clone();
        drop(queue);
        let mut beginning = batch.iter_mut().filter(|pending| !pending.to.is_empty()).peekable();
        if let Some(veto) = veto.filter(|_| beginning.peek().is_some()) {
            veto.look();
            beginning.for_each(|pending| pending.is_vetoed = veto.forbids(&pending.to[0]));
        }
        let (written, suppression) = match &mut *self.writer() {
            Some(writer) => (writer.write(&batch, fold), Some(writer.suppression().clone())),
            None => (Err(Failure::Ours { detail: "recorded after the run".into() }), None),
        };
        let mut queue = self.queue();
        queue.is_committing = false;
        queue.suppression = suppression.unwrap_or_else(|| queue.suppression.clone());
        let folded = match written {
            Ok(Written { denied, unsynced }) => {
                if let Some(failure) = unsynced {
                    queue.deny_unsynced(&batch);
                    queue.fail(failure);
                }
                queue.accept(batch, &denied);
                Ok(match fold {
                    Fold::Yes => std::mem::take(&mut queue.recorded),
                    Fold::No => Vec::new(),
                })
            }
            Err(failure) => {
                batch.append(&mut queue.pending);
                queue.pending = batch;
                queue.fail(failure.clone());
                Err(failure)
            }
        };
        (self.wake(queue), folded)
    }

    /// Wakes the threads whose attempts are decided, and one to commit next.
    fn wake<'a>(&'a self, mut queue: MutexGuard<'a, Queue>) -> MutexGuard<'a, Queue> {
        if queue.has_watcher {
            self.committed.notify_all();
        }
        let woken = queue.take_woken();
        if woken.is_empty() {
            return queue;
        }
        // With the lock free, or they would only wait again.
        drop(queue);
        woken.iter().for_each(Thread::unpark);
        self.queue()
    }

    /// Waits until nobody commits, and lets nobody else begin to.
    fn wait_for_commit(&self) -> MutexGuard<'_, Queue> {
        let mut queue = self.queue();
        queue.has_watcher = true;
        while queue.is_committing {
            queue = self.committed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        queue.has_watcher = false;
        queue
    }

    /// Commits what is pending, brings the letters' table up to date, and returns the attempts that
    /// it now reflects.
    pub(super) fn fold(&self) -> Result<Vec<Attempt>, Failure> {
        let queue = self.wait_for_commit();
        self.commit(queue, Fold::Yes).1
    }

    /// Takes nothing more from the threads of the run. Returns the letters that were begun and have
    /// not ended.
    pub(super) fn close(&self) -> Vec<(LetterKey, Timestamp)> {
        let mut queue = self.wait_for_commit();
        queue.intake = Intake::Closed;
        queue.deny_beginnings();
        self.wake(queue).underway.sending.values().copied().collect()
    }

    /// The letters that the relay has accepted and that could not be recorded so.
    pub fn unrecorded(&self) -> Vec<LetterKey> {
        let queue = self.queue();
        let accepted = queue.pending.iter().filter(|pending| {
            matches!(pending.attempt, Attempt::Ended { outcome: Outcome::Accepted(_), .. })
        });
        accepted.map(|pending| pending.attempt.letter()).collect()
    }

    /// Notes what became of letters after [`Recorder::close`].
    pub(super) fn conclude(&self, ended: Vec<Attempt>) {
        let mut queue = self.queue();
        for attempt in ended {
            queue.push(attempt, Vec::new(), Gate::default());
        }
    }

    /// Closes the database. What is pending is lost, as in a crash.
    pub(super) fn cut_off(&self) {
        self.close();
        *self.writer() = None;
    }

    fn writer(&self) -> MutexGuard<'_, Option<Writer>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// Takes an attempt, and returns its number. `None` means that it came out of order.
    fn push(&mut self, attempt: Attempt, to: Vec<Address>, gate: Gate) -> Option<u64> {
        if let Err(failure) = self.underway.admit(&attempt) {
            self.fail(failure);
            return None;
        }
        self.queued += 1;
        self.pending.push(Pending { number: self.queued, attempt, to, gate, is_vetoed: false });
        Some(self.queued)
    }

    /// A batch is durable, but for beginnings that were left out.
    fn accept(&mut self, batch: Vec<Pending>, denied: &[(u64, NotBegun)]) {
        self.durable = batch.last().map_or(self.durable, |last| last.number);
        for Pending { number, attempt, .. } in batch {
            match denied.iter().find(|(left_out, _)| *left_out == number) {
                Some((_, why)) => {
                    self.underway.forget(attempt.letter());
                    self.denied.insert(number, *why);
                }
                None => self.recorded.push(attempt),
            }
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.intake = self.intake.max(Intake::Ending);
        self.failure.get_or_insert(failure);
        self.deny_beginnings();
    }

    /// A batch is written and may be lost in a power cut: its messages must not be.
    fn deny_unsynced(&mut self, batch: &[Pending]) {
        let begun = batch.iter().filter(|it| matches!(it.attempt, Attempt::Begun { .. }));
        self.denied.extend(begun.map(|it| (it.number, NotBegun::NotRecorded)));
    }

    fn deny_beginnings(&mut self) {
        let Self { pending, denied, underway, .. } = self;
        pending.retain(|Pending { number, attempt, .. }| match attempt {
            Attempt::Begun { letter, .. } => {
                underway.forget(*letter);
                denied.insert(*number, NotBegun::NotRecorded);
                false
            }
            Attempt::Ended { .. } => true,
        });
    }

    /// The threads whose attempts are decided, and one that is to commit.
    fn take_woken(&mut self) -> Vec<Thread> {
        let Self { waiting, durable, denied, has_watcher, .. } = self;
        let mut has_leader = *has_watcher;
        let mut woken = Vec::new();
        waiting.retain(|(number, thread)| {
            let is_decided = *number <= *durable || denied.contains_key(number);
            let is_woken = is_decided || !std::mem::replace(&mut has_leader, true);
            if is_woken {
                woken.push(thread.clone());
            }
            !is_woken
        });
        woken
    }
}
