//! Watches over letters that do not come to an end.
//!
//! A template's loop, a value that doubles with each step and a letterhead without a last page cannot
//! be interrupted from outside. So a thread of its own looks at how long each letter has been under
//! way and what memory that took, and says which one went too far; whoever asked for the watch ends
//! the process. A run that sends is not watched: its letters have been composed before.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::problem::{LetterFault, Place, Problem};

/// Seconds of computing time that one letter may take. The largest takes a twentieth of that; a build
/// without optimisation is slower by more than an order of magnitude.
const MOST_SECONDS: u64 = if cfg!(debug_assertions) { 10 } else { 1 };

/// The memory that one letter may take, in octets.
const MOST_MEMORY: u64 = 160 << 20;

/// How often is looked.
const TICK: Duration = Duration::from_millis(10);

/// Ticks within which no letter is judged, however much memory something else takes meanwhile.
const TICKS_OF_GRACE: u64 = 3;

/// A letter that is being composed.
struct UnderWay {
    id: u64,
    row: u64,
    place: Place,
    address: String,
}

/// The letters under way, and the number of the next.
static UNDER_WAY: Mutex<(Vec<UnderWay>, u64)> = Mutex::new((Vec::new(), 0));

static IS_ON: AtomicBool = AtomicBool::new(false);

/// Counts a letter as under way until it is dropped.
pub(super) struct Watched(Option<u64>);

/// Begins a letter: its template, and whose it is.
pub(super) fn begin(place: impl FnOnce() -> Place, row: u64, address: &str) -> Watched {
    if !IS_ON.load(Ordering::Relaxed) {
        return Watched(None);
    }
    let (place, address) = (place(), address.to_owned());
    let mut under_way = UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner);
    let id = under_way.1;
    under_way.1 += 1;
    under_way.0.push(UnderWay { id, row, place, address });
    Watched(Some(id))
}

impl Drop for Watched {
    fn drop(&mut self) {
        let Some(id) = self.0 else { return };
        let mut under_way = UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.0.retain(|letter| letter.id != id);
    }
}

/// What the process has used so far.
#[derive(Clone, Copy)]
struct Used {
    ticks: u64,
    /// Hundredths of a second of computing time, of all threads.
    cpu: u64,
    memory: u64,
}

/// Watches from now on, and calls `ended` with the problem of the letter that goes too far.
pub(crate) fn over(ended: impl FnOnce(&Problem) + Send + 'static) {
    IS_ON.store(true, Ordering::Relaxed);
    let look = move || {
        let mut since: HashMap<u64, Used> = HashMap::new();
        for ticks in 0.. {
            std::thread::sleep(TICK);
            if !IS_ON.load(Ordering::Relaxed) {
                return;
            }
            let under_way = UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner);
            if under_way.0.is_empty() {
                since.clear();
                continue;
            }
            let now = used(ticks);
            since.retain(|id, _| under_way.0.iter().any(|letter| letter.id == *id));
            let count = under_way.0.len() as u64;
            let too_far = under_way
                .0
                .iter()
                .find(|letter| goes_too_far(*since.entry(letter.id).or_insert(now), now, count));
            if let Some(letter) = too_far {
                let problem = Problem::error(letter.place.clone(), LetterFault::NeverEnds)
                    .of_row(letter.row, letter.address.as_str());
                drop(under_way);
                return ended(&problem);
            }
        }
    };
    // Without it, everything works the same but for this.
    let _ = std::thread::Builder::new().name("watch".into()).spawn(look);
}

/// Ends the watch.
pub(crate) fn end() {
    IS_ON.store(false, Ordering::Relaxed);
}

/// Whether one of `count` letters that are under way at once has used too much. Computing time counts
/// rather than the clock: a machine may be busy, asleep, or the process halted.
fn goes_too_far(then: Used, now: Used, count: u64) -> bool {
    let ticks = now.ticks - then.ticks;
    if ticks < TICKS_OF_GRACE {
        return false;
    }
    let tick = u64::try_from(TICK.as_millis()).unwrap_or(1);
    let clock = ticks * tick;
    let cpu = if now.cpu == 0 { clock } else { now.cpu.saturating_sub(then.cpu) * 10 / count };
    (clock >= MOST_SECONDS * 1000 && cpu >= MOST_SECONDS * 1000)
        || now.memory.saturating_sub(then.memory) > MOST_MEMORY
}

/// What the process has used, as far as the system says so.
fn used(ticks: u64) -> Used {
    let (cpu, memory) = if cfg!(target_os = "linux") { of_linux() } else { (0, 0) };
    Used { ticks, cpu, memory }
}

/// Hundredths of a second, and octets (proc(5)).
fn of_linux() -> (u64, u64) {
    let read = |name| std::fs::read_to_string(name).unwrap_or_default();
    let about = read("/proc/self/stat");
    // After the program's name in brackets; the 14th and 15th fields of all.
    let fields = about.rsplit_once(')').map_or("", |(_, rest)| rest);
    let times = fields.split_whitespace().skip(11).take(2);
    let cpu = times.filter_map(|time| time.parse::<u64>().ok()).sum();
    let about = read("/proc/self/status");
    let line = about.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(0);
    (cpu, kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEN: Used = Used { ticks: 100, cpu: 1000, memory: 50 << 20 };

    fn after(seconds: u64, cpu: u64, memory: u64) -> Used {
        Used { ticks: 100 + seconds * 100, cpu: 1000 + cpu * 100, memory: (50 + memory) << 20 }
    }

    #[test]
    fn a_letter_goes_too_far_by_computing_time_or_memory() {
        let most = MOST_SECONDS;
        assert!(!goes_too_far(THEN, after(0, 0, 900), 1));
        assert!(goes_too_far(THEN, after(1, 0, 161), 1));
        assert!(!goes_too_far(THEN, after(1, 0, 159), 1));
        assert!(goes_too_far(THEN, after(most, most, 0), 1));
        // Halted for an hour, or beside another that takes its share.
        assert!(!goes_too_far(THEN, after(3600, 0, 0), 1));
        assert!(!goes_too_far(THEN, after(most, most, 0), 2));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_says_what_was_used() {
        assert!(of_linux().1 > 1 << 20);
    }
}
