//! The run: letters are claimed, carried and settled until none is left that can go.
//!
//! The calling thread owns the ledger; each courier is a thread that draws letters at a counter and reports
//! what became of them. All that waits is recorded in one transaction. What to do next is `policy`'s word.

mod deferred;
mod desk;
mod office;
mod rehearsal;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self};
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;

use crate::compose::Stamp;
use crate::contacts::Suppression;
use crate::delivery::{Account, Courier, Outcome, Permit, State, Trouble};
use crate::ledger::Ledger;
use crate::letter::{Digest, Letter, LetterId};
use crate::place::Problem;
use crate::policy::{Pace, Pacer, Retry};
use crate::recipient::{Address, Recipient};
use deferred::Deferred;
use desk::Desk;
use office::Office;

pub use rehearsal::rehearse;

/// How a letter's `Date` is kept: to the second and with its offset, as the header says it.
const DATED: &str = "%Y-%m-%dT%H:%M:%S%:z";

/// A letter to be composed and carried.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: LetterId,
    pub recipient: Recipient,
    pub stamp: Stamp,
    /// What the letter has to be, where a relay may have it already.
    pub promised: Option<Digest>,
}

/// Makes a job's letter; shared by the couriers' threads.
pub type Compose = dyn Fn(&Job) -> Result<Letter, Vec<Problem>> + Send + Sync;

/// What a run is to keep to.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The campaign's id, part of each letter's identity.
    pub campaign: String,
    pub pace: Pace,
    pub retry: Retry,
    /// The name of relay or outbox, for the record.
    pub relay: String,
    /// At most so many letters.
    pub limit: Option<u64>,
    /// A longer pause than this ends the run; `None` sits through all.
    pub patience: Option<Duration>,
}

/// Something that happened during a run.
#[derive(Debug)]
pub enum Event {
    Settled {
        address: String,
        state: State,
        reply: String,
        account: Account,
    },
    /// A connection failed; another will be tried.
    Disturbed(Trouble),
    /// Nothing can go before this moment.
    Waiting {
        until: Timestamp,
        letters: u64,
    },
    /// A letter that composed well before no longer does.
    Faulty(Vec<Problem>),
    Stopping,
}

/// How a run ended.
#[derive(Debug, Default)]
pub struct End {
    /// Why it stopped before all was done.
    pub stopped: Option<Trouble>,
    pub was_interrupted: bool,
    /// When it can go on, where the pause until then was too long.
    pub goes_on_at: Option<Timestamp>,
}

/// Sends every waiting letter that `pass` brings.
///
/// `pass` reads the contact list from its first row again each time it is called: letters to be tried again
/// are found in the next pass. `is_stopped` turns true at Ctrl-C: then nothing new is begun.
///
/// # Errors
/// When the ledger could not be written, or `pass` fails: what is not recorded is not sent.
pub fn run<I>(
    ledger: &mut Ledger,
    rules: &Rules,
    couriers: Vec<Box<dyn Courier>>,
    compose: &Arc<Compose>,
    pass: &mut dyn FnMut() -> Result<I>,
    is_stopped: &dyn Fn() -> bool,
    tell: &mut dyn FnMut(Event),
) -> Result<End>
where
    I: Iterator<Item = Recipient>,
{
    let (to_office, inbox) = mpsc::channel();
    let mut desks = Vec::new();
    let is_closing = Arc::new(AtomicBool::new(false));
    for (index, mut courier) in couriers.into_iter().enumerate() {
        let (answer, answers) = mpsc::channel();
        let mut desk = Desk {
            index,
            to_office: to_office.clone(),
            answers,
            compose: compose.clone(),
            is_closing: is_closing.clone(),
            drawn: Vec::new(),
            queued: None,
        };
        std::thread::spawn(move || {
            courier.carry(&mut desk);
        });
        desks.push(answer);
    }
    drop(to_office);
    let now = Timestamp::now();
    let pacer = pacer(&rules.pace, Some(ledger), now)?;
    let account = ledger.account()?;
    let office = Office {
        ledger,
        rules,
        open: desks.len(),
        desks,
        is_closing,
        resting: HashSet::new(),
        idle: Vec::new(),
        in_flight: HashMap::new(),
        deferred: Deferred::default(),
        unrecorded: Vec::new(),
        served: HashSet::new(),
        pacer,
        account,
        suppression: Suppression::default(),
        failures: 0,
        refusals: 0,
        hold_until: now,
        later: None,
        told_until: None,
        end: End::default(),
        stopping_since: None,
        tell,
    };
    office.run(&inbox, pass, is_stopped)
}

/// A pacer that knows what earlier runs began.
///
/// # Errors
/// When the ledger cannot be read.
pub fn pacer(pace: &Pace, ledger: Option<&Ledger>, now: Timestamp) -> Result<Pacer> {
    let mut pacer = Pacer::new(pace);
    if let Some(ledger) = ledger.filter(|_| pace.is_bounded()) {
        ledger.begun(|at, address| {
            let address = Address::parse(address);
            pacer.remember(at, address.as_ref().map_or("", Address::domain), now)
        })?;
    }
    Ok(pacer)
}

/// What couriers say to the office.
enum Said {
    Draw { desk: usize },
    Ahead { desk: usize },
    Begin(Box<Begin>),
    Settle { desk: usize, id: LetterId, outcome: Outcome },
    Return { job: Box<Job> },
    Faulty { id: LetterId, problems: Vec<Problem> },
    Left,
}

/// A letter's message is about to be written.
struct Begin {
    desk: usize,
    id: LetterId,
    dated: String,
    digest: Digest,
    /// What came of the letter before it on the same connection.
    settled: Option<(LetterId, Outcome)>,
    /// The desk has no further job in hand: one may come with the permit.
    wants: bool,
}

/// What the office answers.
enum Answer {
    Job(Box<Job>),
    /// To a draw ahead: nothing may go at once.
    Nothing,
    Rest,
    Done,
    Permit {
        permit: Permit,
        ahead: Option<Box<Job>>,
    },
}
