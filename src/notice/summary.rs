//! The counts at the end of a command.

use crate::answer::AnswerCounts;
use crate::delivery::Account;
use crate::failure::Failure;
use crate::notice::Fate;
use crate::policy::LastRun;
use crate::problem::{Problem, Severity};

/// Rows with errors until a list is read no further.
const MOST_FAULTY: u64 = 100_000;

/// The last line of `check`, `preview`, `send` and `status`.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    pub command: &'static str,
    pub rows: u64,
    pub letters: u64,
    pub account: Account,
    pub suppressed: u64,
    pub blocked: u64,
    /// Rows that get no letter by a rule of the campaign.
    pub left_out: u64,
    pub errors: u64,
    pub warnings: u64,
    pub doubts: u64,
    pub seal: Option<String>,
    /// What came back for the letters that were accepted, where the command tells it.
    pub answers: Option<AnswerCounts>,
    /// What a monitor asks, where the command tells it.
    pub ages: Option<Ages>,
    /// How the last run ended, where the command tells it.
    pub last_run: Option<LastRunSeen>,
}

/// The last run, as it is seen now.
#[derive(Debug, Clone)]
pub struct LastRunSeen {
    pub run: LastRun,
    /// Somebody is sending.
    pub is_running: bool,
}

impl LastRunSeen {
    /// How it ended, as it is called in JSON.
    pub fn code(&self) -> &'static str {
        match &self.run.ended {
            Some((_, ending)) => ending.code(),
            None if self.is_running => "running",
            None => "cut_off",
        }
    }
}

/// For how long, in seconds, something has not happened.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ages {
    /// Since the letter that waits longest was entered.
    pub oldest_waiting: Option<u64>,
    /// Since the mailbox was last read to its end.
    pub mailbox_read: Option<u64>,
}

impl Summary {
    /// Counts a row with its problems, and its letter if it has one.
    pub fn add(&mut self, problems: &[Problem], is_composed: bool) {
        self.rows += 1;
        self.letters += u64::from(is_composed);
        if !is_composed {
            self.count_row(Fate::without_letter(problems));
        }
        problems.iter().for_each(|problem| self.count(problem));
    }

    /// Whether it makes sense to read the list on: nobody fixes so many rows one by one.
    ///
    /// # Errors
    /// [`Failure::ManyFaulty`]
    pub fn must_be_mendable(&self) -> Result<(), Failure> {
        if self.blocked < MOST_FAULTY {
            return Ok(());
        }
        Err(Failure::ManyFaulty { rows: self.blocked })
    }

    /// Counts a row that has no letter.
    pub fn count_row(&mut self, fate: Fate) {
        match fate {
            Fate::Suppressed => self.suppressed += 1,
            Fate::Blocked => self.blocked += 1,
            Fate::LeftOut(_) => self.left_out += 1,
            Fate::Letter(_) | Fate::Replaced => {}
        }
    }

    /// Counts a problem.
    pub fn count(&mut self, problem: &Problem) {
        match problem.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Doubt => self.doubts += 1,
        }
    }
}
