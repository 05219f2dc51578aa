//! What a run reports: each letter that did not go well, the bar, and how it ended.

use anyhow::Result;

use super::{OUTBOX, Run};
use crate::command::local::clock;
use crate::command::tell_next_steps;
use crate::delivery::{Account, State};
use crate::failure::{Exit, Failure};
use crate::notice::{Fate, Notice, Summary};
use crate::sending::{RunEnd, RunEvent};
use crate::terminal::Terminal;

/// Reports what happened during the run; `before` is how the letters were at its beginning.
pub(super) fn event(event: RunEvent, before: &Account, terminal: &Terminal) {
    match event {
        RunEvent::Settled { address, state, reply, account } => {
            let done = settled(&account).saturating_sub(settled(before));
            if !matches!(state, State::Accepted | State::Filed) {
                let fate = Fate::Letter(state);
                terminal.tell(&Notice::LetterSettled { address, fate, reply: reply.clone() });
            }
            terminal.progress(done, Some(&Notice::Sending { account, reply }));
        }
        RunEvent::Disturbed(trouble) => terminal.tell(&Notice::ConnectionTrouble { trouble }),
        RunEvent::Fewer(trouble) => terminal.tell(&Notice::FewerConnections { trouble }),
        RunEvent::Waiting { until, letters } => {
            terminal.tell(&Notice::WaitingUntil { time: clock(until), letters });
        }
        RunEvent::Faulty(problems) => problems.iter().for_each(|problem| terminal.problem(problem)),
        RunEvent::Stopping => terminal.warn(&Notice::Stopping),
    }
}

fn settled(account: &Account) -> u64 {
    account.accepted + account.filed + account.refused + account.unknown
}

impl Run<'_> {
    /// Reports how the run ended and how the letters are now.
    pub(super) fn conclude(
        &mut self,
        end: RunEnd,
        before: Account,
        after: Account,
    ) -> Result<Exit> {
        let config = &self.campaign.config;
        if after.filed > before.filed {
            self.terminal.result(&Notice::InOutbox { folder: config.folder.join(OUTBOX) });
        }
        if after.waiting > 0 && self.went_to_the_end(&end) {
            self.terminal.warn(&Notice::NotOnList { letters: after.waiting });
        }
        let exit = self.report_account(after);
        if end.was_interrupted && after.waiting > 0 {
            return Err(Failure::Interrupted.into());
        }
        if let Some(until) = end.goes_on_at {
            self.terminal.warn(&Notice::GoesOnAt { time: clock(until), letters: after.waiting });
        }
        match end.stopped {
            Some(trouble) => {
                self.terminal.warn(&Notice::RunStopped { trouble });
                Ok(if exit == Exit::Unknown { exit } else { Exit::Server })
            }
            None if exit == Exit::Well && self.summary.blocked > 0 => Ok(Exit::Open),
            None => Ok(exit),
        }
    }

    /// Whether every letter that is on the list was tried: what waits still is not on it.
    fn went_to_the_end(&self, end: &RunEnd) -> bool {
        self.given.to.is_empty()
            && self.given.limit.is_none()
            && end.stopped.is_none()
            && end.goes_on_at.is_none()
            && !end.was_interrupted
    }

    /// Reports how the letters are, and what to do next.
    pub(super) fn report_account(&mut self, account: Account) -> Exit {
        self.summary.account = account;
        self.summary.letters = account.letters();
        self.terminal.result(&self.account_notice(account));
        tell_next_steps(&account, &self.campaign.config, self.terminal);
        self.terminal.summary(&self.summary);
        Exit::of(&account)
    }

    pub(super) fn account_notice(&self, account: Account) -> Notice {
        let Summary { blocked, suppressed, left_out, .. } = self.summary;
        Notice::Account { account, blocked, suppressed, left_out }
    }
}
