//! Random histories in simulated time: runs with the real ledger and policy, simulated couriers,
//! and a clock that advances only when a run waits. Runs are killed and stopped, every outcome
//! occurs, and the clock is set back and forward. After each run the ledger is compared with what
//! the relay received.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gonets::delivery::{Courier, LetterQueue, Outcome, Permit, Reply, Stage, Trouble, Work};
use gonets::ledger::{Ledger, Location};
use gonets::letter::{Letter, LetterId};
use gonets::policy::{Limits, Pace, Retry};
use gonets::sending::{self, Clock, Rules, Simulated};
use jiff::Timestamp;

use crate::model::{Dice, hold_against, ledger_of, letter, recipient};

const FIRST_DELAY: Duration = Duration::from_mins(1);

/// The relay as it really is, whatever the program believes.
#[derive(Default)]
struct World {
    taken: BTreeMap<String, usize>,
    /// When each letter was begun that the relay may have had.
    begun: Vec<Timestamp>,
    /// When each letter was put off last.
    put_off: BTreeMap<String, Timestamp>,
    refused_for_good: BTreeMap<String, u32>,
    tried_too_soon: Vec<String>,
    /// Letters that waited behind another, and were begun although somebody had asked for the end.
    begun_late: Vec<String>,
}

/// One connection to it.
struct Line {
    world: Arc<Mutex<World>>,
    told: Simulated,
    dice: Dice,
    /// The process is dead: nothing more is said or heard.
    is_dead: Arc<AtomicBool>,
    wants_end: Arc<AtomicBool>,
}

fn refused(stage: Stage, code: u16, text: &str) -> Outcome {
    Outcome::Refused { stage, reply: Reply { code, text: text.into() } }
}

impl Line {
    /// What happens before the message may be written; `None` where all goes well.
    fn before(&mut self, to: &str) -> Option<Outcome> {
        let outcome = match self.dice.roll(40) {
            0 => refused(Stage::Rcpt, 550, "5.1.1 no such user"),
            1 | 2 => refused(Stage::Rcpt, 450, "4.2.0 greylisted"),
            3 => Outcome::Unsent {
                stage: Stage::Connect,
                trouble: Trouble::NoConnection("refused".into()),
            },
            4 => Outcome::Unsent {
                stage: Stage::Rcpt,
                trouble: Trouble::ConnectionLost("reset by peer".into()),
            },
            _ => return None,
        };
        self.note(to, &outcome);
        Some(outcome)
    }

    /// The message is on the wire.
    fn message(&mut self, to: &str) -> Outcome {
        {
            let mut world = self.world.lock().unwrap();
            let now = self.told.now();
            if world.put_off.remove(to).is_some_and(|at| now < at + FIRST_DELAY.mul_f64(0.9)) {
                world.tried_too_soon.push(to.to_owned());
            }
        }
        let begun = self.told.now();
        self.told.pass(Duration::from_millis(5));
        let (outcome, is_taken) = match self.dice.roll(40) {
            0 => (refused(Stage::Message, 554, "5.6.0 no"), false),
            1 | 2 => (refused(Stage::Message, 451, "4.3.0 later"), false),
            3 => (Outcome::Unknown { trouble: Trouble::TimedOut }, true),
            4 => (Outcome::Unknown { trouble: Trouble::ConnectionLost("closed".into()) }, false),
            5 => (
                Outcome::Unsent {
                    stage: Stage::Data,
                    trouble: Trouble::ConnectionLost("closed".into()),
                },
                false,
            ),
            _ => (Outcome::Accepted(Reply { code: 250, text: "2.0.0 queued".into() }), true),
        };
        if is_taken {
            *self.world.lock().unwrap().taken.entry(to.to_owned()).or_default() += 1;
        }
        // A letter that the relay cannot have had counts for nothing.
        if !matches!(outcome, Outcome::Unsent { .. }) {
            self.world.lock().unwrap().begun.push(begun);
        }
        self.note(to, &outcome);
        outcome
    }

    fn note(&self, to: &str, outcome: &Outcome) {
        let Outcome::Refused { reply, .. } = outcome else { return };
        let mut world = self.world.lock().unwrap();
        if reply.is_transient() {
            world.put_off.insert(to.to_owned(), self.told.now());
        } else {
            *world.refused_for_good.entry(to.to_owned()).or_default() += 1;
        }
    }
}

impl Courier for Line {
    fn carry(&mut self, queue: &mut dyn LetterQueue) {
        let address = |letter: &Letter| letter.to[0].to_string();
        let mut next: Option<Box<Letter>> = None;
        let mut settled: Option<(LetterId, Outcome)> = None;
        loop {
            if self.is_dead.load(Ordering::SeqCst) {
                return;
            }
            let is_ahead = next.is_some();
            let letter = match next.take() {
                Some(letter) => letter,
                None => match queue.draw() {
                    Work::Carry(letter) => letter,
                    Work::Rest => continue,
                    Work::Done => return,
                },
            };
            let to = address(&letter);
            if let Some(outcome) = self.before(&to) {
                if let Some((id, outcome)) = settled.take() {
                    queue.settle(id, outcome);
                }
                queue.settle(letter.id, outcome);
                continue;
            }
            let ends = self.wants_end.load(Ordering::SeqCst);
            if queue.begin(letter.id, settled.take()) == Permit::Denied {
                queue.settle(
                    letter.id,
                    Outcome::Unsent { stage: Stage::Data, trouble: Trouble::Stopped },
                );
                continue;
            }
            if ends && is_ahead {
                self.world.lock().unwrap().begun_late.push(to.clone());
            }
            if self.is_dead.load(Ordering::SeqCst) {
                return;
            }
            let outcome = self.message(&to);
            if self.is_dead.load(Ordering::SeqCst) {
                // It may have been taken: nobody lives to tell.
                return;
            }
            next = if self.dice.roll(2) == 0 { queue.draw_ahead() } else { None };
            if let (Some(_), Outcome::Accepted(_)) = (&next, &outcome) {
                // The next envelope left with the end of this message, and is answered with it or later.
                if self.dice.roll(2) == 0 {
                    settled = Some((letter.id, outcome));
                } else {
                    queue.settle(letter.id, outcome);
                }
                continue;
            }
            queue.settle(letter.id, outcome);
            if let Some(next) = next.take() {
                queue.give_back(next.id);
            }
        }
    }
}

struct Run<'a> {
    folder: &'a Path,
    people: usize,
    rules: &'a Rules,
    told: &'a Simulated,
    world: &'a Arc<Mutex<World>>,
    /// So many events long, where it is to be cut off.
    lives: Option<u64>,
    /// So many events until somebody wants it to end.
    stops: Option<u64>,
}

impl Run<'_> {
    fn go(&self, dice: &mut Dice) {
        let now = self.told.now();
        let mut ledger = ledger_of(self.folder, self.people, now);
        let is_dead = Arc::new(AtomicBool::new(false));
        let wants_end = Arc::new(AtomicBool::new(false));
        let couriers = (0..self.rules.pace.connections).map(|_| {
            let dice = Dice(u64::from(dice.roll(u32::MAX)) << 8 | 1);
            let (world, told, is_dead) = (self.world.clone(), self.told.clone(), is_dead.clone());
            let wants_end = wants_end.clone();
            Box::new(Line { world, told, dice, is_dead, wants_end }) as Box<dyn Courier>
        });
        let compose: Arc<sending::Compose> = Arc::new(|job| Ok(letter(job)));
        let mut pass = || Ok((0..self.people).map(recipient));
        let asked = wants_end.clone();
        let stop: Arc<sending::Stop> = Arc::new(move || asked.load(Ordering::SeqCst));
        let (mut lives, mut stops) = (self.lives, self.stops);
        let mut tell = |_| {
            let counts_down = |left: &mut Option<u64>| {
                *left = left.map(|left| left.saturating_sub(1));
                *left == Some(0)
            };
            if counts_down(&mut stops) {
                wants_end.store(true, Ordering::SeqCst);
            }
            if counts_down(&mut lives) {
                is_dead.store(true, Ordering::SeqCst);
                std::panic::resume_unwind(Box::new("cut off"));
            }
        };
        let couriers = couriers.collect();
        let ended = catch_unwind(AssertUnwindSafe(|| {
            sending::Run { rules: self.rules, couriers, compose, stop }.send(
                &mut ledger,
                &mut pass,
                &mut tell,
            )
        }));
        if let Ok(ended) = ended {
            ended.unwrap();
        }
        is_dead.store(true, Ordering::SeqCst);
        drop(ledger);
        // The threads of a run that was cut off see that it is over, and say nothing more.
        while Arc::strong_count(self.world) > 1 {
            std::thread::yield_now();
        }
    }
}

fn history(seed: u64, root: &Path) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (people, connections) = (2 + dice.roll(14) as usize, 1 + dice.roll(4));
    let per_minute = (dice.roll(2) == 0).then(|| 1 + dice.roll(6));
    let told = Simulated::at("2026-03-02T10:00:00Z".parse().unwrap());
    let rules = Rules {
        campaign: "model".into(),
        pace: Pace {
            connections,
            limits: Limits { per_minute, ..Limits::default() },
            ..Pace::default()
        },
        retry: Retry {
            attempts: 4,
            first_delay: FIRST_DELAY,
            refusals_in_a_row: 1000,
            ..Retry::default()
        },
        relay: "model".into(),
        limit: None,
        patience: None,
        clock: Clock::Simulated(told.clone()),
        veto: None,
    };
    let world = Arc::new(Mutex::new(World::default()));
    let folder = tempfile::tempdir_in(root).unwrap();
    let (mut cuts, mut turns) = (0_usize, 0);
    for round in 0..60 {
        let lives = (dice.roll(3) == 0).then(|| 1 + u64::from(dice.roll(12)));
        let stops = (dice.roll(4) == 0).then(|| 1 + u64::from(dice.roll(12)));
        cuts += usize::from(lives.is_some());
        Run {
            folder: folder.path(),
            people,
            rules: &rules,
            told: &told,
            world: &world,
            lives,
            stops,
        }
        .go(&mut dice);
        let at = || {
            format!(
                "seed {seed}, round {round}, {connections} connections, {per_minute:?} a minute"
            )
        };
        let (mut ledger, cut_off) =
            Ledger::open(&Location::in_folder(folder.path(), "model"), "the model", told.now())
                .unwrap();
        assert!(
            cut_off <= u64::from(connections) && (lives.is_some() || cut_off == 0),
            "{cut_off} cut off; {}",
            at()
        );
        let taken = world.lock().unwrap().taken.clone();
        for address in hold_against(&mut ledger, people, &taken, told.now(), &at) {
            // A person decided: it may go at once.
            world.lock().unwrap().put_off.remove(&address);
        }
        {
            let seen = world.lock().unwrap();
            // A refusal that a cut kept from being recorded may come a second time.
            let most = 1 + u32::try_from(cuts).unwrap();
            assert!(
                seen.refused_for_good.values().all(|n| *n <= most),
                "P8: {:?}; {}",
                seen.refused_for_good,
                at()
            );
            assert!(seen.begun_late.is_empty(), "begun late: {:?}; {}", seen.begun_late, at());
            if turns == 0 && cuts == 0 {
                assert!(
                    seen.tried_too_soon.is_empty(),
                    "P8, too soon: {:?}; {}",
                    seen.tried_too_soon,
                    at()
                );
            }
            if let Some(most) = per_minute.filter(|_| turns == 0) {
                let allowed = most as usize + cuts * connections as usize;
                for begun in &seen.begun {
                    let within = seen
                        .begun
                        .iter()
                        .filter(|it| (*begun..*begun + Duration::from_secs(59)).contains(*it));
                    let within = within.count();
                    assert!(within <= allowed, "{within} in a minute; {}", at());
                }
            }
        }
        if ledger.account().unwrap().waiting == 0 {
            return;
        }
        drop(ledger);
        if dice.roll(6) == 0 {
            turns += 1;
            let now = told.now();
            let hours = Duration::from_secs(3600 * u64::from(1 + dice.roll(30)));
            told.set(if dice.roll(2) == 0 { now + hours } else { now - hours });
        }
    }
    panic!("P3, seed {seed}: not done after 60 runs");
}

/// Five hundred histories; more with `GONETS_SIMULATED=20000`.
#[test]
fn in_simulated_time_nobody_is_sent_to_twice_lost_misnamed_or_hurried() {
    // A ledger in memory makes no difference but that its syncs cost nothing.
    let memory = Path::new("/dev/shm");
    let root = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let histories =
        std::env::var("GONETS_SIMULATED").ok().and_then(|n| n.parse().ok()).unwrap_or(500);
    (1..=histories).for_each(|seed| history(seed, &root));
}
