//! Between the office and the desks: tasks that may be taken at once, the pace, and word that the
//! run ends.
//!
//! A desk takes what lies there without asking anybody. The office puts more there before it runs
//! out, and takes all back when nothing may go for a while.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::clock::Clock;
use super::{Job, Rules, Said, Stop};
use crate::delivery::{Outcome, Permit};
use crate::ledger::LetterKey;
use crate::policy::{self, Gate, Pacer, RunGoes};

/// So many tasks lie there when there is no need to be sparing; more are put there when half of
/// them are gone.
pub(super) const STOCK: usize = 512;

/// A job, and what the desk has to know besides.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) job: Box<Job>,
    pub(super) letter: LetterKey,
    pub(super) gate: Gate,
    /// Those that counted, before this one.
    pub(super) attempts: u32,
    /// A relay may have the letter under its date; else it is that of the moment when it is
    /// composed.
    pub(super) keeps_date: bool,
}

/// How the run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Course {
    Open,
    /// Nothing new is taken; what was taken first on its connection is still carried.
    Closing,
    /// Not one letter more is begun.
    Stopped,
}

/// What a desk gets when it asks for something to do.
pub(super) enum Slip {
    Task(Task),
    Rest,
    Done,
}

pub(super) struct Shelf {
    inner: Mutex<Inner>,
    for_desks: Condvar,
    for_office: Condvar,
    clock: Clock,
    /// Whether somebody wants the run to end.
    stop: Arc<Stop>,
    /// Where there is no limit and no window, no letter has to be counted.
    is_bounded: bool,
}

pub(super) struct Inner {
    pub(super) tasks: VecDeque<Task>,
    pub(super) pacer: Pacer,
    pub(super) course: Course,
    /// Nothing may be taken before the office says so.
    pub(super) is_shut: bool,
    /// Outcomes that may change everything and of which the office has not heard.
    unheard: usize,
    seats: Vec<Seat>,
    doors: Vec<Door>,
    mail: Vec<Said>,
    is_called: bool,
    is_over: bool,
}

/// What a desk's connection came to.
#[derive(Debug, Clone, Copy, Default)]
struct Door {
    is_open: bool,
    /// The relay did not let it in while others were, so often in a row.
    refusals: u32,
    /// From when until when it does not ask again, as long as any other is open.
    shut: Option<(Timestamp, Timestamp)>,
}

/// A desk as the office sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seat {
    Busy,
    /// Waits for something to do.
    Idle,
    /// Was told to take leave of the relay.
    Leaving,
    /// Did so, and waits.
    Resting,
    Dismissed,
    Gone,
}

impl Shelf {
    pub(super) fn new(desks: usize, pacer: Pacer, rules: &Rules, stop: Arc<Stop>) -> Self {
        let inner = Inner {
            tasks: VecDeque::new(),
            pacer,
            course: Course::Open,
            is_shut: true,
            unheard: 0,
            seats: vec![Seat::Busy; desks],
            doors: vec![Door::default(); desks],
            mail: Vec::new(),
            is_called: false,
            is_over: false,
        };
        Self {
            inner: Mutex::new(inner),
            for_desks: Condvar::new(),
            for_office: Condvar::new(),
            clock: rules.clock.clone(),
            stop,
            is_bounded: rules.pace.is_bounded(),
        }
    }

    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, inner: &mut Inner) {
        if !inner.is_called {
            inner.is_called = true;
            self.for_office.notify_one();
        }
    }

    /// Something for a desk to do; waits until there is.
    pub(super) fn take(&self, desk: usize) -> Slip {
        let mut inner = self.inner();
        // Who is woken for nothing need not say so: the office would wake all again, and so on
        // without an end.
        let mut has_called = false;
        loop {
            if inner.is_over {
                return Slip::Done;
            }
            match inner.seats[desk] {
                Seat::Leaving => {
                    inner.seats[desk] = Seat::Resting;
                    inner.doors[desk].is_open = false;
                    return Slip::Rest;
                }
                Seat::Dismissed => return Slip::Done,
                Seat::Busy | Seat::Idle | Seat::Resting | Seat::Gone => {}
            }
            if !self.is_kept_out(&inner, desk)
                && let Some(task) = self.pop(&mut inner)
            {
                inner.seats[desk] = Seat::Busy;
                return Slip::Task(task);
            }
            if inner.seats[desk] == Seat::Busy {
                inner.seats[desk] = Seat::Idle;
            }
            if !std::mem::replace(&mut has_called, true) {
                self.call(&mut inner);
            }
            inner = self.for_desks.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Something to be done behind what a desk has in hand, where it lies there and nobody waits
    /// for it.
    pub(super) fn take_ahead(&self) -> Option<Task> {
        let mut inner = self.inner();
        let is_waiting = |desk: &usize| {
            matches!(inner.seats[*desk], Seat::Idle | Seat::Resting)
                && !self.is_kept_out(&inner, *desk)
        };
        let waiting = (0..inner.seats.len()).filter(is_waiting).count();
        let task = if inner.tasks.len() > waiting { self.pop(&mut inner) } else { None };
        if task.is_none() {
            self.call(&mut inner);
        }
        task
    }

    /// The relay did not let a connection in. Where others are open it is kept out for a while,
    /// each time for longer.
    pub(super) fn keep_out(&self, connection: u64, now: Timestamp, delay: Duration) -> bool {
        let mut inner = self.inner();
        let is_alone = !inner.doors.iter().any(|door| door.is_open);
        let door = usize::try_from(connection).ok().and_then(|desk| inner.doors.get_mut(desk));
        let Some(door) = door.filter(|door| !is_alone && !door.is_open) else { return false };
        door.refusals += 1;
        door.shut = Some((now, now + policy::back_off(door.refusals, delay)));
        true
    }

    fn is_kept_out(&self, inner: &Inner, desk: usize) -> bool {
        // A clock that was set back is before both.
        inner.doors[desk]
            .shut
            .is_some_and(|(from, until)| (from..until).contains(&self.clock.now()))
            && inner.doors.iter().any(|door| door.is_open)
    }

    /// Whoever finds that the run is to end tells the others.
    fn look_for_stop(&self, inner: &mut Inner) {
        if inner.course == Course::Open && (self.stop)() {
            inner.course = Course::Closing;
        }
    }

    fn pop(&self, inner: &mut Inner) -> Option<Task> {
        self.look_for_stop(inner);
        if inner.is_shut || inner.unheard > 0 || inner.course != Course::Open {
            return None;
        }
        let gate = inner.tasks.front()?.gate;
        if self.is_bounded && !inner.pacer.may_begin(gate, self.clock.now()) {
            // A window shut; the office knows what may go instead.
            inner.is_shut = true;
            return None;
        }
        let task = inner.tasks.pop_front();
        if inner.tasks.len() == STOCK / 2 {
            self.call(inner);
        }
        task
    }

    /// A letter is about to begin: counts it, if the pace and the course of the run still allow it.
    pub(super) fn begin(&self, desk: usize, gate: Gate, now: Timestamp, worst: Course) -> Permit {
        let mut inner = self.inner();
        inner.doors[desk] = Door { is_open: true, ..Door::default() };
        self.look_for_stop(&mut inner);
        if inner.course > worst {
            return Permit::Denied;
        }
        if self.is_bounded {
            if !inner.pacer.may_begin(gate, now) {
                return Permit::Denied;
            }
            inner.pacer.begin(gate, now);
        }
        Permit::Granted
    }

    /// A letter that was counted does not begin after all. It is reserved again, as before it was
    /// counted; the count stays, so that the pace errs on the slow side.
    pub(super) fn take_back_begin(&self, gate: Gate) {
        if self.is_bounded {
            self.inner().pacer.reserve(gate);
        }
    }

    /// An outcome that is not plain success: nothing is taken before the office has heard of it.
    pub(super) fn hold(&self, desk: usize, outcome: &Outcome, run: &RunGoes) {
        let mut inner = self.inner();
        inner.unheard += 1;
        if matches!(outcome, Outcome::Unsent { .. } | Outcome::Unknown { .. }) {
            inner.doors[desk].is_open = false;
        }
        match run {
            RunGoes::On | RunGoes::Later => {}
            RunGoes::Stops(_) => inner.course = Course::Stopped,
        }
    }

    /// The office heard of such an outcome.
    pub(super) fn heard(&self) {
        let mut inner = self.inner();
        inner.unheard = inner.unheard.saturating_sub(1);
    }

    /// Calls the office.
    pub(super) fn ring(&self) {
        self.call(&mut self.inner());
    }

    pub(super) fn say(&self, said: Said) {
        let mut inner = self.inner();
        inner.mail.push(said);
        self.call(&mut inner);
    }

    /// A desk's thread ends.
    pub(super) fn leave(&self, desk: usize) {
        let mut inner = self.inner();
        inner.seats[desk] = Seat::Gone;
        inner.doors[desk].is_open = false;
        self.call(&mut inner);
    }

    /// The office waits until it is called, or for so long.
    pub(super) fn wait(&self, time: Duration) {
        let mut inner = self.inner();
        if let Clock::Told(told) = &self.clock {
            // Nobody else can make anything happen: the time passes at once.
            while !inner.is_called && inner.seats.contains(&Seat::Busy) {
                inner = self.for_office.wait(inner).unwrap_or_else(PoisonError::into_inner);
            }
            if !inner.is_called {
                told.pass(time);
            }
        } else if !inner.is_called {
            inner =
                self.for_office.wait_timeout(inner, time).unwrap_or_else(PoisonError::into_inner).0;
        }
        inner.is_called = false;
    }

    pub(super) fn mail(&self) -> Vec<Said> {
        std::mem::take(&mut self.inner().mail)
    }

    /// Puts tasks there and lets them be taken.
    pub(super) fn put(&self, tasks: Vec<Task>) {
        let mut inner = self.inner();
        inner.tasks.extend(tasks);
        inner.is_shut = false;
        if !inner.tasks.is_empty()
            && inner.seats.iter().any(|seat| matches!(seat, Seat::Idle | Seat::Resting))
        {
            self.for_desks.notify_all();
        }
    }

    /// Whether nothing lies there, and whether nothing may be taken.
    pub(super) fn lying(&self) -> (bool, bool) {
        let inner = self.inner();
        (inner.tasks.is_empty(), inner.is_shut)
    }

    /// Takes all back that lies there; nothing can be taken until more is put there.
    pub(super) fn clear(&self) -> Vec<Task> {
        let mut inner = self.inner();
        inner.is_shut = true;
        inner.tasks.drain(..).collect()
    }

    /// Sends all who wait to take leave of the relay. True where nobody is left who is at work.
    pub(super) fn rest(&self) -> bool {
        let mut inner = self.inner();
        let mut has_idle = false;
        for seat in inner.seats.iter_mut().filter(|seat| **seat == Seat::Idle) {
            *seat = Seat::Leaving;
            has_idle = true;
        }
        if has_idle {
            self.for_desks.notify_all();
        }
        inner.seats.iter().all(|seat| matches!(seat, Seat::Resting | Seat::Gone | Seat::Dismissed))
    }

    /// Where some have nothing to do while others wait at the door, those take leave: a relay may
    /// let nobody in before somebody goes.
    pub(super) fn make_room(&self) {
        let inner = self.inner();
        let mut at_work =
            inner.seats.iter().zip(&inner.doors).filter(|(seat, _)| **seat == Seat::Busy);
        let has_waiting = inner.tasks.is_empty() && at_work.any(|(_, door)| !door.is_open);
        drop(inner);
        if has_waiting {
            self.rest();
        }
    }

    /// Nothing is left to do: all who wait, and all who will, are let go.
    pub(super) fn dismiss(&self, course: Course) {
        let mut inner = self.inner();
        inner.course = inner.course.max(course);
        let idle = |seat: &&mut Seat| matches!(seat, Seat::Idle | Seat::Resting | Seat::Leaving);
        inner.seats.iter_mut().filter(idle).for_each(|seat| *seat = Seat::Dismissed);
        self.for_desks.notify_all();
    }

    /// The office is gone, however it ended: nobody waits for it any more.
    pub(super) fn close(&self) {
        let mut inner = self.inner();
        inner.is_over = true;
        inner.course = Course::Stopped;
        self.for_desks.notify_all();
    }

    /// How many desks there still are.
    pub(super) fn open(&self) -> usize {
        self.inner().seats.iter().filter(|seat| **seat != Seat::Gone).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Pace, Retry};

    #[test]
    fn who_waits_for_a_long_time_is_left_in_peace() {
        let rules = Rules {
            campaign: "test".into(),
            pace: Pace::default(),
            retry: Retry::default(),
            relay: "relay".into(),
            limit: None,
            patience: None,
            clock: Clock::System,
        };
        let shelf = Arc::new(Shelf::new(2, Pacer::new(&rules.pace), &rules, Arc::new(|| false)));
        let desks = [0, 1].map(|desk| {
            let shelf = shelf.clone();
            std::thread::spawn(move || while !matches!(shelf.take(desk), Slip::Done) {})
        });
        while !shelf.rest() {
            shelf.wait(Duration::from_millis(1));
        }
        // Both said that they rest; from now on nothing happens, however often the office looks.
        let mut calls = 0;
        for _ in 0..20 {
            shelf.put(Vec::new());
            assert!(shelf.rest());
            shelf.wait(Duration::from_millis(5));
            std::thread::sleep(Duration::from_millis(2));
            calls += usize::from(shelf.inner().is_called);
        }
        assert!(calls <= 1, "called {calls} times for nothing");
        shelf.close();
        for desk in desks {
            desk.join().unwrap();
        }
    }
}
