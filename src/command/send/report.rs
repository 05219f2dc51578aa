//! What a run reports: each letter that did not go well, the bar, and how it ended.

use std::path::Path;

use anyhow::Result;

use super::{OUTBOX, Run};
use crate::campaign::{next_steps, off_list, tell_off_list};
use crate::command::local::clock;
use crate::delivery::{Account, State};
use crate::failure::{Exit, Failure, LedgerFlaw, ServerFlaw};
use crate::ledger::Ledger;
use crate::notice::{Fate, Language, NextStep, Notice, Reasons, Summary};
use crate::policy::{Breakdown, Ending};
use crate::problem::Cause;
use crate::sending::{RunEnd, RunEvent};
use crate::terminal::Terminal;

/// Reports what happened during the run; `before` is how the letters were at its beginning.
pub(super) fn event(event: RunEvent, before: &Account, folder: &Path, terminal: &Terminal) {
    match event {
        RunEvent::Settled { address, state, reply, account } => {
            let done = settled(&account).saturating_sub(settled(before));
            terminal.settled(&address, state, &reply);
            if !matches!(state, State::Accepted | State::Filed) {
                let fate = Fate::Letter(state);
                terminal.tell(&Notice::LetterSettled {
                    address,
                    fate,
                    replaced_by: None,
                    reply: reply.clone(),
                });
            }
            terminal.progress(done, Some(&Notice::Sending { account, reply }));
        }
        RunEvent::Unrecorded(addresses) => {
            let folder = folder.to_owned();
            terminal.warn(&Notice::Unrecorded { addresses, folder });
        }
        RunEvent::WithoutCopy { address, copy, reply } => {
            terminal.warn(&Notice::WithoutCopy { address, copy, reply });
        }
        RunEvent::Disturbed(trouble) => terminal.tell(&Notice::ConnectionTrouble { trouble }),
        RunEvent::Fewer(trouble) => terminal.tell(&Notice::FewerConnections { trouble }),
        RunEvent::Waiting { until, letters } => {
            terminal.tell(&Notice::WaitingUntil { time: clock(until), letters });
        }
        RunEvent::LedgerAway { server } => terminal.warn(&Notice::LedgerAway { server }),
        RunEvent::LedgerBack => terminal.warn(&Notice::LedgerBack),
        RunEvent::Faulty(problems) => problems.iter().for_each(|problem| terminal.problem(problem)),
        RunEvent::Stopping => terminal.warn(&Notice::Stopping),
    }
}

/// Whether the next steps say how the letters that wait go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WhenToGoOn {
    Now,
    /// It is told with the reason why the run ended.
    IsTold,
}

fn settled(account: &Account) -> u64 {
    account.accepted + account.filed + account.refused + account.unknown
}

/// How a run ended that came to an orderly end.
pub(super) fn ending(end: &RunEnd, after: &Account) -> Ending {
    match (&end.stopped, end.goes_on_at) {
        _ if end.was_interrupted && after.waiting > 0 => Ending::Interrupted,
        (Some(cause), _) => Ending::Stopped(cause.clone()),
        (None, Some((until, by))) if after.waiting > 0 => Ending::PutOff(by, until),
        (None, _) => Ending::Through,
    }
}

/// How a run ended that could not go on here.
pub(super) fn failed(error: &anyhow::Error, language: Language) -> Ending {
    let failure = error.downcast_ref::<Failure>();
    let what = match failure {
        Some(
            Failure::LedgerFailed { flaw: LedgerFlaw::DiskFull, .. }
            | Failure::LedgerServer { flaw: ServerFlaw::DiskFull, .. }
            | Failure::File { cause: Cause::DiskFull, .. },
        ) => Breakdown::DiskFull,
        Some(Failure::ListChanged) => Breakdown::ListChanged,
        Some(failure) if failure.exit() == Exit::Ledger => Breakdown::Ledger,
        Some(_) | None => Breakdown::Other,
    };
    let detail = failure.map_or_else(
        || format!("{error:#}"),
        |failure| Notice::Failure(failure.clone()).words(language),
    );
    Ending::Failed(what, detail)
}

impl Run<'_> {
    /// Reports how the run ended and how the letters are now.
    pub(super) fn conclude(
        &mut self,
        end: RunEnd,
        before: Account,
        mut after: Account,
        ledger: &Ledger,
    ) -> Result<Exit> {
        let config = &self.campaign.config;
        if after.filed > before.filed {
            self.terminal.result(&Notice::InOutbox {
                folder: config.folder.join(OUTBOX),
                has_relay: config.has_relay,
            });
        }
        if after.waiting > 0 && self.went_to_the_end(&end) {
            after.off_list = off_list(self.campaign, ledger)?;
        }
        if after.open_refusals() > 0 {
            tell_off_list(&mut after.refusals, self.campaign, ledger)?;
        }
        // Why it ended says when and how it goes on.
        let is_told = end.stopped.is_some() || end.goes_on_at.is_some() || end.was_interrupted;
        let next = if is_told { WhenToGoOn::IsTold } else { WhenToGoOn::Now };
        let exit = self.report_account(after, next);
        if end.was_interrupted && after.waiting > 0 {
            return Err(Failure::Interrupted.into());
        }
        let folder = config.folder.clone();
        if let Some((until, by)) = end.goes_on_at {
            let (time, letters) = (clock(until), after.waiting);
            self.terminal.warn(&Notice::GoesOnAt { time, letters, by });
        }
        match end.stopped {
            Some(cause) => {
                self.terminal.warn(&Notice::RunStopped { cause, folder });
                Ok(if exit == Exit::Unknown { exit } else { Exit::Server })
            }
            // A timer that runs `send` each day is not to be red on each of them.
            None if after.waiting > 0
                && after.unknown + after.off_list + self.summary.blocked == 0
                && after.refused == before.refused =>
            {
                Ok(Exit::NotNow)
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
    pub(super) fn report_account(&mut self, account: Account, next: WhenToGoOn) -> Exit {
        self.summary.account = account;
        self.summary.letters = account.letters();
        self.terminal.result(&self.account_notice(account));
        let steps = next_steps(&account, Reasons::InStatus, &self.campaign.config).into_iter();
        for step in steps
            .filter(|step| next == WhenToGoOn::Now || !matches!(step, NextStep::RunAgain { .. }))
        {
            let step = match step {
                // The rows with errors are still to be put right.
                NextStep::AllDone { .. } if self.summary.blocked > 0 => {
                    NextStep::Check { folder: self.campaign.config.folder.clone() }
                }
                step => step,
            };
            self.terminal.tell(&Notice::Next(step));
        }
        self.terminal.summary(&self.summary);
        Exit::of(&account)
    }

    pub(super) fn account_notice(&self, account: Account) -> Notice {
        let Summary { blocked, suppressed, left_out, .. } = self.summary;
        Notice::Account { account, blocked, suppressed, left_out }
    }
}
