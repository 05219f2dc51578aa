//! The run: letters are claimed, carried and settled until none is left that can go.
//!
//! Each courier has a thread with a [`Worker`], which takes tasks from the [`ReadyQueue`], composes,
//! and records each attempt. The calling thread is the [`Dispatcher`]: it fills the queue from the
//! list, folds what was recorded into the ledger, and decides how the run goes on. A letter that
//! goes well needs no message between the threads. What to do next is decided in `policy`.

mod batch;
mod clock;
mod deferred;
mod dispatcher;
mod in_flight;
mod ready_queue;
mod rehearsal;
mod relay_health;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;

use crate::compose::{LetterMeta, STACK};
use crate::delivery::{Account, Courier, State, Trouble};
use crate::failure::Failure;
use crate::ledger::{Ledger, Veto};
use crate::letter::{Digest, Letter, LetterId};
use crate::policy::{Pace, Pacer, PutOff, Retry, StopCause};
use crate::problem::Problem;
use crate::recipient::{Address, Recipient};
use dispatcher::Dispatcher;
use ready_queue::ReadyQueue;
use worker::{Shared, Worker};

pub(crate) use batch::{Batch, Scope};
pub use clock::{Clock, Simulated};
pub use rehearsal::rehearse;

/// A letter to be composed and carried.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: LetterId,
    pub recipient: Recipient,
    pub meta: LetterMeta,
    /// What the letter has to be if a relay may have it already.
    pub promised: Option<Digest>,
}

/// Composes a job's letter; shared by the workers' threads.
pub type Compose = dyn Fn(&Job) -> Result<Letter, Vec<Problem>> + Send + Sync;

/// Whether a run is to end; asked by all its threads.
pub type Stop = dyn Fn() -> bool + Send + Sync;

/// What a run has to keep to.
#[derive(Clone)]
pub struct Rules {
    /// The campaign's id, part of each letter's identity.
    pub campaign: String,
    pub pace: Pace,
    pub retry: Retry,
    /// The relay or outbox, as recorded with each attempt.
    pub relay: String,
    /// The largest number of letters to send.
    pub limit: Option<u64>,
    /// A longer pause ends the run; `None` waits for as long as it takes.
    pub patience: Option<Duration>,
    pub clock: Clock,
    /// Who must not get a letter although it waits, asked at the last moment.
    pub veto: Option<Arc<dyn Veto>>,
}

/// Something that happened during a run.
#[derive(Debug)]
pub enum RunEvent {
    Settled {
        address: String,
        state: State,
        reply: String,
        account: Account,
    },
    /// A connection failed; another will be tried.
    Disturbed(Trouble),
    /// The ledger failed, and the relay has accepted the letters to these addresses besides those
    /// that are recorded.
    Unrecorded(Vec<String>),
    /// A letter goes without a copy, because the relay refused that.
    WithoutCopy {
        address: String,
        copy: String,
        reply: String,
    },
    /// The relay accepts no more connections than are open.
    Fewer(Trouble),
    /// Nothing can go before this moment.
    Waiting {
        until: Timestamp,
        letters: u64,
    },
    /// The connection to the ledger's server is lost: nothing begins until it is back.
    LedgerAway {
        server: String,
    },
    LedgerBack,
    /// A letter that composed well before no longer does.
    Faulty(Vec<Problem>),
    Stopping,
}

/// How a run ended.
#[derive(Debug, Default)]
pub struct RunEnd {
    /// Why it stopped before all was done.
    pub stopped: Option<StopCause>,
    pub was_interrupted: bool,
    /// When it can go on, if the pause until then was too long, and whose doing that is.
    pub goes_on_at: Option<(Timestamp, PutOff)>,
}

/// A run that is about to begin.
pub struct Run<'a> {
    pub rules: &'a Rules,
    /// One for each connection.
    pub couriers: Vec<Box<dyn Courier>>,
    pub compose: Arc<Compose>,
    /// Turns true at Ctrl-C: then nothing new is begun.
    pub stop: Arc<Stop>,
}

impl Run<'_> {
    /// Sends every waiting letter that `pass` brings.
    ///
    /// `pass` reads the contact list from its first row each time it is called: letters to be tried
    /// again are found in the next pass.
    ///
    /// # Errors
    /// When the ledger cannot be written, or `pass` fails: what is not recorded is not sent.
    pub fn send<I: Iterator<Item = Recipient>>(
        self,
        ledger: &mut Ledger,
        pass: &mut dyn FnMut() -> Result<I>,
        tell: &mut dyn FnMut(RunEvent),
    ) -> Result<RunEnd> {
        let Self { rules, couriers, compose, stop } = self;
        let now = rules.clock.now();
        let pacer = pacer_among_others(&rules.pace, ledger, now)?;
        let session = ledger.begin_run(&rules.relay)?;
        if let Some(veto) = &rules.veto {
            session.set_veto(veto.clone());
        }
        let queue = ReadyQueue::new(couriers.len(), pacer, rules, stop.clone());
        let queue = if session.is_shared() { queue.beside_others(rules) } else { queue };
        let queue = Arc::new(queue);
        if rules.pace.is_counted() {
            session.count_with(queue.clone());
        }
        let shared = Shared {
            queue: queue.clone(),
            recorder: session.recorder().clone(),
            compose,
            retry: rules.retry.clone(),
            clock: rules.clock.clone(),
        };
        for (index, mut courier) in couriers.into_iter().enumerate() {
            let mut worker = Worker::new(index, shared.clone());
            let thread = std::thread::Builder::new().stack_size(STACK);
            thread
                .spawn(move || courier.carry(&mut worker))
                .map_err(|error| Failure::Ours { detail: error.to_string() })?;
        }
        Dispatcher::new(session, queue, rules, tell)?.run(pass, &*stop)
    }
}

/// A pacer that also knows what other workers are sending.
fn pacer_among_others(pace: &Pace, ledger: &Ledger, now: Timestamp) -> Result<Pacer> {
    // First what others are sending, then what was sent: nothing falls between.
    let underway = if pace.is_counted() { ledger.underway()? } else { Vec::new() };
    let mut pacer = pacer(pace, Some(ledger), now)?;
    for domain in &underway {
        let _ = pacer.remember(now, now, domain, now);
    }
    Ok(pacer)
}

/// A pacer that knows what earlier runs began.
///
/// # Errors
/// When the ledger cannot be read.
pub fn pacer(pace: &Pace, ledger: Option<&Ledger>, now: Timestamp) -> Result<Pacer> {
    let mut pacer = Pacer::new(pace);
    if let Some(ledger) = ledger.filter(|_| pace.is_bounded()) {
        ledger.begun(|begun, ended, address| {
            let address = Address::parse(address);
            pacer.remember(begun, ended, address.as_ref().map_or("", Address::domain), now)
        })?;
    }
    Ok(pacer)
}
