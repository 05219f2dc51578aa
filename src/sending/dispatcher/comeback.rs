//! A run that has lost the server of its ledger: nothing begins, letters in flight go on with the relay, and
//! what became of them is recorded once the server is back.

use std::time::Duration;

use anyhow::Result;

use super::super::{RunEvent, Stop, pacer_among_others};
use super::{Dispatcher, TICK};
use crate::failure::{Failure, ServerFlaw};

/// How long a run waits for the server.
const PATIENCE: Duration = Duration::from_mins(2);

/// The first and the longest pause between two tries.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(10)];

impl Dispatcher<'_> {
    /// Waits until the ledger's server is back, if it was lost, and records what is known.
    ///
    /// # Errors
    /// Why the run cannot go on.
    pub(super) fn come_back(&mut self, error: anyhow::Error, is_stopped: &Stop) -> Result<()> {
        let lost = error.downcast_ref().and_then(Failure::lost_server).map(str::to_owned);
        let Some(server) = lost.filter(|_| !self.session.recorder().is_closed()) else {
            return Err(error);
        };
        self.session.recorder().end();
        self.clear();
        (self.tell)(RunEvent::LedgerAway { server });
        let since = self.clock.steady();
        let mut pause = PAUSES[0];
        loop {
            match self.try_to_come_back() {
                Ok(()) => break,
                Err(error) if !may_pass(&error) => return Err(error),
                Err(_) => {}
            }
            let next = self.clock.steady() + pause;
            while self.clock.steady() < next {
                let is_over = self.clock.steady().saturating_sub(since) > PATIENCE;
                if is_over || is_stopped() {
                    return Err(error);
                }
                // The relay need not keep connections that nobody uses.
                self.queue.rest();
                self.queue.wait(TICK);
            }
            pause = (pause * 2).min(PAUSES[1]);
        }
        (self.tell)(RunEvent::LedgerBack);
        Ok(())
    }

    fn try_to_come_back(&mut self) -> Result<()> {
        self.session.reconnect(self.clock.now())?;
        // Others have sent letters meanwhile.
        let pacer = pacer_among_others(&self.rules.pace, self.session.ledger(), self.clock.now())?;
        self.queue.lock().pacer = pacer;
        self.session.resume();
        self.catch_up()?;
        self.account = self.session.account()?;
        Ok(())
    }
}

/// Whether a server that is back may be as it was before.
fn may_pass(error: &anyhow::Error) -> bool {
    match error.downcast_ref() {
        Some(Failure::LedgerServer { flaw, .. }) => match flaw {
            ServerFlaw::Unreachable
            | ServerFlaw::Silent
            | ServerFlaw::Stalled
            | ServerFlaw::Tls
            | ServerFlaw::Busy
            | ServerFlaw::ReadOnly => true,
            ServerFlaw::Address
            | ServerFlaw::PlainText
            | ServerFlaw::Login
            | ServerFlaw::NoSchema
            | ServerFlaw::OlderSchema
            | ServerFlaw::NewerSchema
            | ServerFlaw::Forbidden
            | ServerFlaw::NotDurable
            | ServerFlaw::Lost
            | ServerFlaw::DiskFull
            | ServerFlaw::Other => false,
        },
        Some(Failure::LedgerHeld { .. }) => true,
        _ => false,
    }
}
