//! Ctrl-C, and the system's request to end: the first finishes what is in flight, the second ends
//! at once.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use anyhow::Result;

use crate::failure::{Exit, Failure};

/// True once letters are under way; before that nothing has to be finished.
static IN_FLIGHT: AtomicBool = AtomicBool::new(false);

/// How often Ctrl-C was pressed.
static STOPS: AtomicU32 = AtomicU32::new(0);

/// Listens from now on. Until [`begin`], the first request ends the process.
pub(super) fn listen() -> Result<()> {
    let listening = ctrlc::set_handler(|| {
        if STOPS.fetch_add(1, Ordering::SeqCst) > 0 || !IN_FLIGHT.load(Ordering::SeqCst) {
            // A question for a password may be open.
            crate::secret::restore_terminal();
            std::process::exit(i32::from(Exit::Interrupted as u8));
        }
    });
    listening.map_err(|error| Failure::Ours { detail: error.to_string() }.into())
}

/// From now on, the first request is for the run to hear.
pub(super) fn begin() {
    IN_FLIGHT.store(true, Ordering::SeqCst);
}

pub(super) fn is_asked() -> bool {
    STOPS.load(Ordering::SeqCst) > 0
}
