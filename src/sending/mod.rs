//! The run: letters are claimed, carried and settled until none is left that can go.
//!
//! Each courier is a thread with a desk: it takes tasks from a shelf, composes, records in the
//! journal that a letter is about to go, and what became of it. The calling thread is the office:
//! it owns the ledger, lays out what may go, and takes into the ledger what the journal has. So a
//! letter that goes well costs no word between threads. What to do next is `policy`'s word.

mod clock;
mod deferred;
mod desk;
mod office;
mod rehearsal;
mod shelf;
mod stock;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::bitset::BitSet;
use crate::compose::LetterMeta;
use crate::delivery::{Account, Courier, State, Trouble};
use crate::ledger::Ledger;
use crate::letter::{Digest, Letter, LetterId};
use crate::policy::{Pace, Pacer, Retry};
use crate::problem::Problem;
use crate::recipient::{Address, Recipient};
use deferred::Deferred;
use desk::Desk;
use office::Office;
use shelf::{Shelf, Task};

pub use clock::{Clock, Told};
pub use rehearsal::rehearse;

/// How a letter's `Date` is kept: to the second and with its offset, as the header says it.
const DATED: &str = "%Y-%m-%dT%H:%M:%S%:z";

/// A letter to be composed and carried.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: LetterId,
    pub recipient: Recipient,
    pub meta: LetterMeta,
    /// What the letter has to be, where a relay may have it already.
    pub promised: Option<Digest>,
}

/// Makes a job's letter; shared by the couriers' threads.
pub type Compose = dyn Fn(&Job) -> Result<Letter, Vec<Problem>> + Send + Sync;

/// Whether a run is to end; asked by all its threads.
pub type Stop = dyn Fn() -> bool + Send + Sync;

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
    pub clock: Clock,
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
    /// The relay lets in no more connections than there are.
    Fewer(Trouble),
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
/// `pass` reads the contact list from its first row again each time it is called: letters to be
/// tried again are found in the next pass. `stop` turns true at Ctrl-C: then nothing new is begun.
///
/// # Errors
/// When the ledger could not be written, or `pass` fails: what is not recorded is not sent.
pub fn run<I>(
    ledger: &mut Ledger,
    rules: &Rules,
    couriers: Vec<Box<dyn Courier>>,
    compose: &Arc<Compose>,
    pass: &mut dyn FnMut() -> Result<I>,
    stop: &Arc<Stop>,
    tell: &mut dyn FnMut(Event),
) -> Result<End>
where
    I: Iterator<Item = Recipient>,
{
    let clock = rules.clock.clone();
    let now = clock.now();
    let pacer = pacer(&rules.pace, Some(ledger), now)?;
    let account = ledger.account()?;
    let session = ledger.begin_run(&rules.relay)?;
    let shelf = Arc::new(Shelf::new(couriers.len(), pacer, rules, stop.clone()));
    for (index, mut courier) in couriers.into_iter().enumerate() {
        let mut desk = Desk {
            index,
            shelf: shelf.clone(),
            recorder: session.recorder().clone(),
            compose: compose.clone(),
            retry: rules.retry.clone(),
            clock: clock.clone(),
            drawn: Vec::new(),
        };
        std::thread::spawn(move || courier.carry(&mut desk));
    }
    let office = Office {
        suppression: session.recorder().suppression(),
        session,
        shelf,
        clock,
        home: TimeZone::system(),
        rules,
        in_flight: HashMap::new(),
        deferred: Deferred::default(),
        served: BitSet::default(),
        account,
        failures: 0,
        has_told_fewer: false,
        refusals: 0,
        hold_until: now,
        later: None,
        told_until: None,
        end: End::default(),
        stopping_since: None,
        tell,
    };
    office.run(pass, &**stop)
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

/// What desks say to the office beside the journal.
enum Said {
    /// A letter that was not tried comes back.
    Return { task: Task },
    /// A letter that does not compose.
    Faulty { id: LetterId, problems: Vec<Problem> },
}
