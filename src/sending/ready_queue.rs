//! Between the dispatcher and the workers: tasks that may be taken at once, the pace, and word that
//! the run ends.
//!
//! A worker takes what is there without asking anybody. The dispatcher refills the queue before it
//! runs out, and takes everything back when nothing may go for a while.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::clock::Clock;
use super::{Job, Rules, Stop};
use crate::delivery::{Outcome, Permit, Reply, Stage};
use crate::ledger::{LetterKey, Tally};
use crate::letter::LetterId;
use crate::policy::{self, Gate, Others, Pacer, RunEffect};
use crate::problem::Problem;
use crate::recipient::Address;

/// Capacity of the queue. Refilled at half.
const CAPACITY: usize = 512;
/// Where several workers share the letters: what is here, no other has. For each connection.
const SHARED_CAPACITY: usize = 16;

/// A job, and what its worker has to know besides.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) job: Box<Job>,
    pub(super) letter: LetterKey,
    pub(super) gate: Gate,
    /// Those that were charged before this one.
    pub(super) attempts: u32,
    /// A relay may have the letter under its date; otherwise it is dated when it is composed.
    pub(super) keeps_date: bool,
    /// When the relay refused it in a way that may concern the sender.
    pub(super) suspected: Option<Timestamp>,
    pub(super) copies: CopyRefusals,
}

/// What the relay said of a letter's copies.
#[derive(Debug, Clone, Default)]
pub(super) struct CopyRefusals {
    /// How often it put one off.
    pub(super) deferrals: u32,
    /// Those without which the letter goes.
    pub(super) left_out: Vec<(Address, Reply)>,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Open,
    /// Nothing new is taken; what was taken first on its connection is still carried.
    Closing,
    /// No letter is begun.
    Stopped,
}

/// What a worker takes from the queue.
pub(super) enum Taken {
    Task(Task),
    Rest,
    Done,
}

/// What a worker has to report other than attempts.
pub(super) enum WorkerEvent {
    /// A letter that was not tried comes back.
    Return { task: Task },
    /// A letter that does not compose.
    Faulty { id: LetterId, problems: Vec<Problem> },
}

pub(super) struct ReadyQueue {
    inner: Mutex<Inner>,
    for_workers: Condvar,
    for_dispatcher: Condvar,
    clock: Clock,
    stop: Arc<Stop>,
    /// Whether letters have to be counted: there is a limit or a window.
    is_bounded: bool,
    /// Whether they are counted as they begin, together with those of other workers.
    is_tallied: bool,
    pub(super) capacity: usize,
    /// When the relay last accepted a letter, in milliseconds since 1970; [`NEVER`] if never.
    accepted: AtomicI64,
    /// Whether one connection alone may carry letters.
    is_on_trial: AtomicBool,
}

const NEVER: i64 = i64::MIN;

pub(super) struct Inner {
    tasks: VecDeque<Task>,
    pub(super) pacer: Pacer,
    phase: Phase,
    /// Nothing may be taken until the dispatcher allows it.
    is_shut: bool,
    /// Outcomes that may change everything and that the dispatcher does not know yet.
    holds: usize,
    /// Refusals in a row that may concern the sender: what the dispatcher has counted, and what it
    /// does not know yet.
    suspects: usize,
    workers: Vec<WorkerState>,
    connections: Vec<ConnectionState>,
    trial: Trial,
    /// The worker that alone may take tasks while there is a trial.
    on_trial: Option<usize>,
    events: Vec<WorkerEvent>,
    is_called: bool,
    is_over: bool,
}

/// What one connection has to show before the others are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trial {
    /// That the relay accepts login and sender: a wrong password must not be tried eight times.
    Login,
    /// That it accepts letters, after it refused one in a way that may concern the sender.
    Acceptance,
    Passed,
}

/// A worker's connection to the relay.
#[derive(Debug, Clone, Copy, Default)]
struct ConnectionState {
    is_open: bool,
    /// How often in a row the relay did not accept it while others were open.
    rejections: u32,
    /// When it is not tried again, as long as another is open.
    kept_out: Option<(Timestamp, Timestamp)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WorkerState {
    Busy,
    /// Waits for something to do.
    Idle,
    /// Was told to disconnect.
    Leaving,
    /// Has disconnected, and waits.
    Resting,
    Dismissed,
    Gone,
}

impl WorkerState {
    fn is_waiting(self) -> bool {
        matches!(self, Self::Idle | Self::Resting)
    }
}

impl Inner {
    /// Whether a worker may take tasks: while there is a trial, whoever comes first.
    fn may_try(&mut self, worker: usize) -> bool {
        self.trial == Trial::Passed || *self.on_trial.get_or_insert(worker) == worker
    }

    /// Lets another worker try.
    fn give_up_trial(&mut self, worker: usize) {
        self.on_trial = self.on_trial.filter(|it| *it != worker);
    }
}

impl ReadyQueue {
    pub(super) fn new(workers: usize, pacer: Pacer, rules: &Rules, stop: Arc<Stop>) -> Self {
        let inner = Inner {
            tasks: VecDeque::new(),
            pacer,
            phase: Phase::Open,
            is_shut: true,
            holds: 0,
            suspects: 0,
            workers: vec![WorkerState::Busy; workers],
            connections: vec![ConnectionState::default(); workers],
            trial: Trial::Login,
            on_trial: None,
            events: Vec::new(),
            is_called: false,
            is_over: false,
        };
        Self {
            inner: Mutex::new(inner),
            for_workers: Condvar::new(),
            for_dispatcher: Condvar::new(),
            clock: rules.clock.clone(),
            stop,
            is_bounded: rules.pace.is_bounded(),
            is_tallied: false,
            capacity: CAPACITY,
            accepted: AtomicI64::new(NEVER),
            is_on_trial: AtomicBool::new(true),
        }
    }

    /// The same for a run beside other workers.
    pub(super) fn beside_others(self, rules: &Rules) -> Self {
        let connections = self.lock().workers.len();
        let capacity = (connections * SHARED_CAPACITY).min(CAPACITY);
        Self { is_tallied: rules.pace.is_counted(), capacity, ..self }
    }

    /// Learns of a letter that the relay has accepted.
    pub(super) fn note_accepted(&self, at: Timestamp) {
        self.accepted.fetch_max(at.as_millisecond(), Ordering::SeqCst);
    }

    /// Whether a letter may follow one that the relay refused in a way that may concern the sender.
    pub(super) fn may_follow_suspect(&self, worker: usize) -> bool {
        let mut inner = self.lock();
        // Otherwise the dispatcher decides first whether the run goes on.
        inner.suspects < policy::SUSPECTS as usize && inner.may_try(worker)
    }

    /// A letter of this run was accepted.
    pub(super) fn accepted(&self, now: Timestamp) {
        self.note_accepted(now);
        if self.is_on_trial.load(Ordering::SeqCst) {
            self.pass_trial(&mut self.lock());
        }
    }

    fn pass_trial(&self, inner: &mut Inner) {
        inner.trial = Trial::Passed;
        inner.on_trial = None;
        self.is_on_trial.store(false, Ordering::SeqCst);
        self.for_workers.notify_all();
    }

    /// How other letters fared since one was refused at that moment.
    pub(super) fn others_since(&self, suspected: Option<Timestamp>) -> Others {
        let accepted = self.accepted.load(Ordering::SeqCst);
        match suspected {
            None => Others::NotAsked,
            Some(at) if accepted > at.as_millisecond() => Others::PassedSince,
            Some(_) => Others::NoneSince { ever: accepted > NEVER },
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, inner: &mut Inner) {
        if !inner.is_called {
            inner.is_called = true;
            self.for_dispatcher.notify_one();
        }
    }

    /// Something for a worker to do; waits until there is.
    pub(super) fn take(&self, worker: usize) -> Taken {
        let mut inner = self.lock();
        // Calls once only: the dispatcher wakes all workers, and each would call it again.
        let mut has_called = false;
        loop {
            if inner.is_over {
                return Taken::Done;
            }
            match inner.workers[worker] {
                WorkerState::Leaving => {
                    inner.workers[worker] = WorkerState::Resting;
                    inner.connections[worker].is_open = false;
                    inner.give_up_trial(worker);
                    return Taken::Rest;
                }
                WorkerState::Dismissed => return Taken::Done,
                WorkerState::Busy
                | WorkerState::Idle
                | WorkerState::Resting
                | WorkerState::Gone => {}
            }
            if !self.is_kept_out(&inner, worker)
                && inner.may_try(worker)
                && let Some(task) = self.pop(&mut inner)
            {
                inner.workers[worker] = WorkerState::Busy;
                return Taken::Task(task);
            }
            if inner.workers[worker] == WorkerState::Busy {
                inner.workers[worker] = WorkerState::Idle;
            }
            if !std::mem::replace(&mut has_called, true) {
                self.call(&mut inner);
            }
            inner = self.for_workers.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A task to follow the one in hand, if no idle worker needs it.
    pub(super) fn take_ahead(&self) -> Option<Task> {
        let mut inner = self.lock();
        let needs_task = |worker: &usize| {
            inner.workers[*worker].is_waiting()
                && inner.trial == Trial::Passed
                && !self.is_kept_out(&inner, *worker)
        };
        let waiting = (0..inner.workers.len()).filter(needs_task).count();
        let task = if inner.tasks.len() > waiting { self.pop(&mut inner) } else { None };
        if task.is_none() {
            self.call(&mut inner);
        }
        task
    }

    /// Keeps out a connection that the relay did not accept, longer each time. Returns false if no
    /// other is open: then the relay is at fault.
    pub(super) fn keep_out(&self, connection: u64, now: Timestamp, delay: Duration) -> bool {
        let mut inner = self.lock();
        let is_alone = !inner.connections.iter().any(|connection| connection.is_open);
        let state =
            usize::try_from(connection).ok().and_then(|index| inner.connections.get_mut(index));
        let Some(state) = state.filter(|state| !is_alone && !state.is_open) else { return false };
        state.rejections += 1;
        state.kept_out = Some((now, now + policy::back_off(state.rejections, delay)));
        true
    }

    fn is_kept_out(&self, inner: &Inner, worker: usize) -> bool {
        // A clock that was set back is before both ends.
        let kept_out = inner.connections[worker].kept_out;
        kept_out.is_some_and(|(from, until)| (from..until).contains(&self.clock.now()))
            && inner.connections.iter().any(|connection| connection.is_open)
    }

    /// Passes a stop request on to the workers.
    fn look_for_stop(&self, inner: &mut Inner) {
        if inner.phase == Phase::Open && (self.stop)() {
            inner.phase = Phase::Closing;
        }
    }

    fn pop(&self, inner: &mut Inner) -> Option<Task> {
        self.look_for_stop(inner);
        if inner.is_shut || inner.holds > 0 || inner.phase != Phase::Open {
            return None;
        }
        let gate = inner.tasks.front()?.gate;
        if self.is_bounded && !inner.pacer.may_begin(gate, self.clock.now()) {
            // A window has closed; the dispatcher knows what may go instead.
            inner.is_shut = true;
            return None;
        }
        let task = inner.tasks.pop_front();
        if inner.tasks.len() == self.capacity / 2 {
            self.call(inner);
        }
        task
    }

    /// A letter is about to begin: counts it, if the pace and the phase of the run still allow it.
    pub(super) fn begin(&self, worker: usize, gate: Gate, now: Timestamp, latest: Phase) -> Permit {
        let mut inner = self.lock();
        inner.connections[worker] = ConnectionState { is_open: true, ..ConnectionState::default() };
        if inner.trial == Trial::Login {
            self.pass_trial(&mut inner);
        }
        self.look_for_stop(&mut inner);
        if inner.phase > latest {
            return Permit::Denied;
        }
        if self.is_bounded {
            if !inner.pacer.may_begin(gate, now) {
                return Permit::Denied;
            }
            if !self.is_tallied {
                inner.pacer.begin(gate, now);
            }
        }
        Permit::Granted
    }

    /// A letter that was counted does not begin after all. It is reserved again, as it was before;
    /// the count stays, so that the pace errs on the slow side.
    pub(super) fn uncount(&self, gate: Gate) {
        if self.is_bounded && !self.is_tallied {
            self.lock().pacer.reserve(gate);
        }
    }

    /// An outcome other than acceptance: nothing is taken until the dispatcher knows of it.
    pub(super) fn hold(&self, worker: usize, outcome: &Outcome, run: &RunEffect) {
        let mut inner = self.lock();
        inner.holds += 1;
        match outcome {
            // The relay answered: login and sender are well.
            Outcome::Accepted(_)
            | Outcome::Filed { .. }
            | Outcome::Refused { .. }
            | Outcome::Unsent { stage: Stage::Copy, .. } => {
                if inner.trial == Trial::Login {
                    self.pass_trial(&mut inner);
                }
            }
            Outcome::Unsent { .. } | Outcome::Unknown { .. } => {
                inner.connections[worker].is_open = false;
                inner.give_up_trial(worker);
            }
        }
        match run {
            RunEffect::Continue | RunEffect::Pause => {}
            RunEffect::Suspect => {
                inner.suspects += 1;
                inner.trial = Trial::Acceptance;
                inner.on_trial.get_or_insert(worker);
                self.is_on_trial.store(true, Ordering::SeqCst);
            }
            RunEffect::Stop(_) => inner.phase = Phase::Stopped,
        }
    }

    /// The dispatcher knows of such an outcome, and has decided how the run goes on.
    pub(super) fn resolve_hold(&self, suspects: usize, phase: Phase) {
        let mut inner = self.lock();
        inner.holds = inner.holds.saturating_sub(1);
        inner.phase = inner.phase.max(phase);
        if inner.holds == 0 {
            inner.suspects = suspects;
            // The dispatcher may have nothing to add to what is queued.
            self.for_workers.notify_all();
        }
    }

    pub(super) fn call_dispatcher(&self) {
        self.call(&mut self.lock());
    }

    pub(super) fn report(&self, event: WorkerEvent) {
        let mut inner = self.lock();
        inner.events.push(event);
        self.call(&mut inner);
    }

    /// A worker's thread ends.
    pub(super) fn leave(&self, worker: usize) {
        let mut inner = self.lock();
        inner.workers[worker] = WorkerState::Gone;
        inner.connections[worker].is_open = false;
        inner.give_up_trial(worker);
        self.call(&mut inner);
    }

    /// The dispatcher waits until it is called, or for this long.
    pub(super) fn wait(&self, time: Duration) {
        let mut inner = self.lock();
        if let Clock::Simulated(clock) = &self.clock {
            // Nobody else can make anything happen: the time passes at once.
            while !inner.is_called && inner.workers.contains(&WorkerState::Busy) {
                inner = self.for_dispatcher.wait(inner).unwrap_or_else(PoisonError::into_inner);
            }
            if !inner.is_called {
                clock.pass(time);
            }
        } else if !inner.is_called {
            let waited = self.for_dispatcher.wait_timeout(inner, time);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        inner.is_called = false;
    }

    pub(super) fn take_events(&self) -> Vec<WorkerEvent> {
        std::mem::take(&mut self.lock().events)
    }

    /// Adds tasks and lets them be taken.
    pub(super) fn put(&self, tasks: Vec<Task>) {
        let mut inner = self.lock();
        inner.tasks.extend(tasks);
        inner.is_shut = false;
        if !inner.tasks.is_empty() && inner.workers.iter().any(|worker| worker.is_waiting()) {
            self.for_workers.notify_all();
        }
    }

    /// How many tasks are in the queue.
    pub(super) fn len(&self) -> usize {
        self.lock().tasks.len()
    }

    /// Whether nothing may be taken.
    pub(super) fn is_shut(&self) -> bool {
        self.lock().is_shut
    }

    /// Takes all tasks back; nothing can be taken until some are put.
    pub(super) fn clear(&self) -> Vec<Task> {
        let mut inner = self.lock();
        inner.is_shut = true;
        inner.tasks.drain(..).collect()
    }

    /// Lets idle workers disconnect. Returns whether none is connected any more.
    pub(super) fn rest(&self) -> bool {
        let mut inner = self.lock();
        let mut has_idle = false;
        for worker in inner.workers.iter_mut().filter(|worker| **worker == WorkerState::Idle) {
            *worker = WorkerState::Leaving;
            has_idle = true;
        }
        if has_idle {
            self.for_workers.notify_all();
        }
        inner.workers.iter().all(|worker| match worker {
            WorkerState::Resting | WorkerState::Gone | WorkerState::Dismissed => true,
            WorkerState::Busy | WorkerState::Idle | WorkerState::Leaving => false,
        })
    }

    /// If some workers have nothing to do while others wait to connect, the former disconnect: the
    /// relay may accept nobody before somebody leaves.
    pub(super) fn make_room(&self) {
        let inner = self.lock();
        let mut busy = inner
            .workers
            .iter()
            .zip(&inner.connections)
            .filter(|(it, _)| **it == WorkerState::Busy);
        let is_waited_for =
            inner.tasks.is_empty() && busy.any(|(_, connection)| !connection.is_open);
        drop(inner);
        if is_waited_for {
            self.rest();
        }
    }

    /// Nothing is left to do: lets workers go as soon as they wait.
    pub(super) fn dismiss(&self, phase: Phase) {
        let mut inner = self.lock();
        inner.phase = inner.phase.max(phase);
        for worker in &mut inner.workers {
            if worker.is_waiting() || *worker == WorkerState::Leaving {
                *worker = WorkerState::Dismissed;
            }
        }
        self.for_workers.notify_all();
    }

    /// The dispatcher is gone, however it ended.
    pub(super) fn close(&self) {
        let mut inner = self.lock();
        inner.is_over = true;
        inner.phase = Phase::Stopped;
        self.for_workers.notify_all();
    }

    /// How many workers are left.
    pub(super) fn open_workers(&self) -> usize {
        self.lock().workers.iter().filter(|worker| **worker != WorkerState::Gone).count()
    }
}

impl Tally for ReadyQueue {
    fn learn(&self, domains: &[String]) {
        if domains.is_empty() {
            return;
        }
        // By this machine's clock, whatever the others' say.
        let (mut inner, now) = (self.lock(), self.clock.now());
        for domain in domains {
            let _ = inner.pacer.remember(now, now, domain, now);
        }
    }

    fn admits(&self, gate: Gate, now: Timestamp) -> bool {
        let mut inner = self.lock();
        let fits = inner.pacer.fits(gate, now);
        if fits {
            inner.pacer.begin(gate, now);
        } else {
            // What is queued was not counted with what others have begun.
            inner.is_shut = true;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Pace, Retry};

    #[test]
    fn workers_that_rest_do_not_call_the_dispatcher() {
        let rules = Rules {
            campaign: "test".into(),
            pace: Pace::default(),
            retry: Retry::default(),
            relay: "relay".into(),
            limit: None,
            patience: None,
            clock: Clock::System,
            veto: None,
        };
        let queue =
            Arc::new(ReadyQueue::new(2, Pacer::new(&rules.pace), &rules, Arc::new(|| false)));
        let workers = [0, 1].map(|worker| {
            let queue = queue.clone();
            std::thread::spawn(move || while !matches!(queue.take(worker), Taken::Done) {})
        });
        while !queue.rest() {
            queue.wait(Duration::from_millis(1));
        }
        // Both said that they rest; from now on nothing happens, however often the dispatcher looks.
        let mut calls = 0;
        for _ in 0..20 {
            queue.put(Vec::new());
            assert!(queue.rest());
            queue.wait(Duration::from_millis(5));
            std::thread::sleep(Duration::from_millis(2));
            calls += usize::from(queue.lock().is_called);
        }
        assert!(calls <= 1, "called {calls} times for nothing");
        queue.close();
        for worker in workers {
            worker.join().unwrap();
        }
    }
}
