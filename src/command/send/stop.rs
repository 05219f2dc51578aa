//! Ctrl-C, and the system's request to end: the first finishes what is in flight, the second ends
//! at once.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use anyhow::Result;

use crate::failure::{Exit, Failure};

/// True once letters are under way; before that nothing has to be finished.
static IN_FLIGHT: AtomicBool = AtomicBool::new(false);

/// How often Ctrl-C was pressed.
static STOPS: AtomicU32 = AtomicU32::new(0);

/// Listens from now on. Until [`begin`], the first request ends the process; the second
/// says so in these words.
pub(super) fn listen(cut_short: String) -> Result<()> {
    let listening = ctrlc::set_handler(move || {
        let is_in_flight = IN_FLIGHT.load(Ordering::SeqCst);
        if STOPS.fetch_add(1, Ordering::SeqCst) > 0 || !is_in_flight {
            if is_in_flight {
                let _ = writeln!(std::io::stderr(), "\n{cut_short}");
            }
            // A question for a password may be open.
            crate::secret::restore_terminal();
            std::process::exit(i32::from(Exit::Interrupted as u8));
        }
    });
    listening.map_err(|error| Failure::Ours { detail: error.to_string() }.into())
}

/// Listens from now on: the first request ends the process with these words. For what is kept as it
/// goes, and can be killed at any moment.
pub(in crate::command) fn end_at_once(words: String) -> Result<()> {
    let listening = ctrlc::set_handler(move || {
        let _ = writeln!(std::io::stderr(), "\n{words}");
        crate::secret::restore_terminal();
        std::process::exit(i32::from(Exit::Interrupted as u8));
    });
    listening.map_err(|error| Failure::Ours { detail: error.to_string() }.into())
}

/// `nohup` starts a program with hang-ups ignored, and `ctrlc` would listen to them all the same. So
/// they are blocked, before there is any other thread.
#[cfg(target_os = "linux")]
pub(in crate::command) fn keep_hang_up_ignored() {
    use nix::sys::signal::{SigSet, Signal};
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|set| u64::from_str_radix(set.trim(), 16).ok());
    if ignored.is_some_and(|set| set & (1 << (Signal::SIGHUP as u64 - 1)) != 0) {
        // Where this fails, a hang-up is an orderly end as before.
        let _ = SigSet::from(Signal::SIGHUP).thread_block();
    }
}

/// From now on, the first request is for the run to hear.
pub(super) fn begin() {
    IN_FLIGHT.store(true, Ordering::SeqCst);
}

pub(super) fn is_asked() -> bool {
    STOPS.load(Ordering::SeqCst) > 0
}
