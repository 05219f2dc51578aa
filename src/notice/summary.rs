//! The counts at the end of a command.

use crate::delivery::Account;
use crate::problem::{Fault, ListFault, Problem, Severity};

/// The last line of `check`, `preview`, `send` and `status`.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    pub command: &'static str,
    pub rows: u64,
    pub letters: u64,
    pub account: Account,
    pub suppressed: u64,
    pub blocked: u64,
    pub errors: u64,
    pub warnings: u64,
    pub doubts: u64,
    pub seal: Option<String>,
}

impl Summary {
    /// Counts a row with its problems, and its letter if it has one. A suppressed row is not
    /// counted as blocked.
    pub fn add(&mut self, problems: &[Problem], is_composed: bool) {
        self.rows += 1;
        self.letters += u64::from(is_composed);
        let is_suppressed = problems
            .iter()
            .any(|problem| matches!(problem.fault, Fault::List(ListFault::Suppressed { .. })))
            && problems.iter().all(|problem| problem.severity != Severity::Error);
        self.suppressed += u64::from(!is_composed && is_suppressed);
        self.blocked += u64::from(!is_composed && !is_suppressed);
        problems.iter().for_each(|problem| self.count(problem));
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
