//! `--log`: what happened, one JSON object a line, for administrators.
//!
//! Nobody's name or address is in it unless asked for: of what concerns a person, only the kind is told.
//! The file is opened for each line, so that others may move it away at any time.

use std::cell::{Cell, RefCell};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::ZonedDateTime;
use serde_json::{Value, json};

use crate::delivery::{Reply, State};
use crate::failure::{Doing, Failure};
use crate::files;
use crate::notice::{Language, NextStep, Notice, Summary};
use crate::problem::{Problem, Severity};

/// The name that stands for stderr.
const STDERR: &str = "-";

/// What each line begins with, by which a file of ours is known.
const BEGINNING: &str = "{\"time\":\"";

/// What is written of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    Nothing,
    /// `--log-personal`
    Everything,
}

pub(crate) struct Log {
    /// `None` for stderr.
    path: Option<PathBuf>,
    detail: Detail,
    language: Language,
    campaign: RefCell<Option<String>>,
    begun: Instant,
    /// Whether it was told that nothing can be written.
    is_broken: Cell<bool>,
}

impl Log {
    /// Begins a log, or goes on with one.
    ///
    /// # Errors
    /// [`Failure::FileThere`] for a file that is no log, [`Failure::File`] for one that cannot be written.
    pub(crate) fn open(to: &Path, detail: Detail, language: Language) -> Result<Self, Failure> {
        let path = (to != Path::new(STDERR)).then(|| to.to_owned());
        let log = Self {
            path,
            detail,
            language,
            campaign: RefCell::default(),
            begun: Instant::now(),
            is_broken: Cell::default(),
        };
        if let Some(path) = &log.path {
            let failed = |error: &io::Error| Failure::file(Doing::Writing, path, error);
            files::append(path, b"").map_err(|error| failed(&error))?;
            let mut first = Vec::new();
            let file = std::fs::File::open(path).map_err(|error| failed(&error))?;
            let read = file.take(BEGINNING.len() as u64).read_to_end(&mut first);
            read.map_err(|error| failed(&error))?;
            if !first.is_empty() && first != BEGINNING.as_bytes() {
                return Err(Failure::FileThere { path: path.clone() });
            }
        }
        Ok(log)
    }

    /// Whether words for people have no place on stderr.
    pub(super) fn is_stderr(&self) -> bool {
        self.path.is_none()
    }

    /// Names the campaign's folder in the lines to come.
    pub(super) fn look_in(&self, folder: &Path) {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        self.campaign.replace(Some(folder.display().to_string()));
    }

    pub(super) fn begin(&self, command: &str) -> io::Result<()> {
        let fields = [
            ("command", json!(command)),
            ("version", json!(env!("CARGO_PKG_VERSION"))),
            ("pid", json!(std::process::id())),
        ];
        self.write("info", "begin", fields)
    }

    pub(super) fn end(&self, exit: i32) -> io::Result<()> {
        let level = if matches!(exit, 0 | 7) { "info" } else { "error" };
        let seconds = self.begun.elapsed().as_secs_f64();
        let seconds = (seconds * 1000.0).round() / 1000.0;
        self.write(level, "end", [("exit", json!(exit)), ("seconds", json!(seconds))])
    }

    pub(super) fn notice(&self, level: &str, notice: &Notice) -> io::Result<()> {
        // A line of its own tells of each letter.
        if matches!(notice, Notice::LetterSettled { .. }) {
            return Ok(());
        }
        let kind = name_of(notice);
        let text = (self.detail == Detail::Everything || is_of_nobody(notice))
            .then(|| self.shown(&notice.words(self.language)));
        self.write(level, "message", [("kind", json!(kind)), ("text", json!(text))])
    }

    /// Why the command ended.
    pub(super) fn failure(&self, words: &str) -> io::Result<()> {
        self.write("error", "failure", [("text", json!(self.shown(words)))])
    }

    pub(super) fn problem(&self, problem: &Problem) -> io::Result<()> {
        let level = match problem.severity {
            Severity::Error => "error",
            Severity::Warning | Severity::Doubt => "warning",
        };
        let place = &problem.place;
        let everything = self.detail == Detail::Everything;
        let words = everything.then(|| Notice::Problem(problem.clone()).words(self.language));
        let fields = [
            ("severity", json!(problem.severity.as_str())),
            ("code", json!(problem.fault.code())),
            ("line", json!(place.line)),
            ("sheet_row", json!(problem.row.map(|_| place.sheet_row()))),
            ("text", json!(words)),
        ];
        self.write(level, "problem", fields)
    }

    /// What became of a letter.
    pub(super) fn letter(&self, address: &str, state: State, said: &str) -> io::Result<()> {
        let level = match state {
            State::Accepted | State::Filed | State::Waiting | State::Sending => "info",
            State::Refused | State::Unknown => "warning",
        };
        let reply = Reply::parse(said);
        let everything = self.detail == Detail::Everything;
        let fields = [
            ("state", json!(state.as_str())),
            ("code", json!(reply.as_ref().map(|reply| reply.code))),
            ("status", json!(reply.as_ref().and_then(Reply::enhanced))),
            ("address", json!(everything.then_some(address))),
            ("text", json!(everything.then_some(said))),
        ];
        self.write(level, "letter", fields)
    }

    pub(super) fn summary(&self, summary: &Summary) -> io::Result<()> {
        let fields = super::json::summary(summary).into_iter();
        let fields = fields.filter(|(name, value)| name == "command" || value.is_number());
        self.write("info", "summary", fields)
    }

    fn shown(&self, text: &str) -> String {
        match self.detail {
            Detail::Everything => text.to_owned(),
            Detail::Nothing => without_addresses(text),
        }
    }

    fn write(
        &self,
        level: &str,
        event: &str,
        fields: impl IntoIterator<Item = (impl AsRef<str>, Value)>,
    ) -> io::Result<()> {
        let now = ZonedDateTime::now().strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string();
        let mut line = format!("{BEGINNING}{now}\"");
        let mut put = |name: &str, value: &Value| {
            line.push_str(&format!(",{}:{value}", Value::from(name)));
        };
        put("level", &level.into());
        put("event", &event.into());
        if let Some(campaign) = &*self.campaign.borrow() {
            put("folder", &campaign.as_str().into());
        }
        fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .for_each(|(name, value)| put(name.as_ref(), &value));
        line.push_str("}\n");
        match &self.path {
            Some(path) => files::append(path, line.as_bytes()),
            None => io::stderr().lock().write_all(line.as_bytes()),
        }
    }

    /// The failure to tell, the first time that something cannot be written.
    pub(super) fn first_failure(&self, written: io::Result<()>) -> Option<Failure> {
        let (error, path) = (written.err()?, self.path.as_ref()?);
        (!self.is_broken.replace(true)).then(|| Failure::file(Doing::Writing, path, &error))
    }
}

/// The name of a notice in the code.
fn name_of(notice: &Notice) -> String {
    let shown = match notice {
        Notice::Failure(failure) => format!("{failure:?}"),
        Notice::Next(next) => format!("{next:?}"),
        notice => format!("{notice:?}"),
    };
    shown.chars().take_while(|c| c.is_alphanumeric()).collect()
}

/// Whether a notice is about the run and not about people; addresses in it are taken out all the same.
fn is_of_nobody(notice: &Notice) -> bool {
    // A condition on rows may name somebody.
    if let Notice::Next(NextStep::Repair(repair)) = notice {
        return repair.selection.is_empty();
    }
    matches!(
        notice,
        Notice::RunStopped { .. }
            | Notice::GoesOnAt { .. }
            | Notice::ConnectionTrouble { .. }
            | Notice::FewerConnections { .. }
            | Notice::WaitingUntil { .. }
            | Notice::Stopping
            | Notice::LedgerAway { .. }
            | Notice::LedgerBack
            | Notice::Failure(_)
            | Notice::FewFiles { .. }
            | Notice::RecoveredUnknown { .. }
            | Notice::LedgerIsHeld { .. }
            | Notice::NothingSentYet
            | Notice::NothingToSend
            | Notice::SuppressedMeanwhile { .. }
            | Notice::DoctorNotRun { .. }
            | Notice::InOutbox { .. }
            | Notice::Next(_)
    )
}

/// A text whose addresses cannot be read.
fn without_addresses(text: &str) -> String {
    let is_of_address = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.@".contains(c);
    let mut shown = String::new();
    let mut word = String::new();
    let end = |word: &mut String, shown: &mut String| {
        shown.push_str(if word.contains('@') { "(address)" } else { word });
        word.clear();
    };
    for c in text.chars() {
        if is_of_address(c) {
            word.push(c);
        } else {
            end(&mut word, &mut shown);
            shown.push(c);
        }
    }
    end(&mut word, &mut shown);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_out_of_a_text() {
        for (text, shown) in [
            ("550 <anna.petrova+x@one.test>: no", "550 <(address)>: no"),
            ("anna@one.test,boris@two.test", "(address),(address)"),
            ("анна@пример.рф не найдена", "(address) не найдена"),
            ("nobody here: 5.1.1", "nobody here: 5.1.1"),
        ] {
            assert_eq!(without_addresses(text), shown);
        }
    }
}
