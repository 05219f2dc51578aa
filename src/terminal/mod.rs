//! Terminal output: results on stdout, progress, warnings and errors on stderr, or JSON lines.
//!
//! The words come from `notice`. Control characters that a file or a server put into them are
//! escaped before they reach the terminal.

mod excerpt;
mod json;
mod log;
mod page;
mod progress;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Map, Value};

use crate::answer::Answered;
use crate::delivery::{LedgerEntry, State};
use crate::escaping::{self, one_line, visible};
use crate::failure::Failure;
use crate::finding::Finding;
use crate::notice::{
    self, Digest, Fate, InboxSummary, Language, MailRead, NextStep, Notice, RowLine, Setting,
    Summary, failure_lines,
};
use crate::problem::{Problem, Severity};
use crate::trust::Leave;
pub(crate) use log::{Detail, Log};
use progress::Progress;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResultFormat {
    Words,
    Json,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

/// The flags that decide how output looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub language: Language,
    pub format: ResultFormat,
    pub is_quiet: bool,
    pub colour: Colour,
}

/// Where the user reads results, warnings and progress, and answers questions.
pub(crate) struct Terminal {
    pub language: Language,
    settings: Settings,
    is_stderr_coloured: bool,
    /// The folder of the files that problems name.
    folder: RefCell<PathBuf>,
    progress: Progress,
    /// Problems of rows, until the task ends.
    digest: RefCell<Digest>,
    lists_all: bool,
    /// Whether the problems of files are gathered too.
    gathers_all: bool,
    /// Whether an object was written.
    has_written: Cell<bool>,
    log: Option<Log>,
}

/// The version of the objects of `--json`: fields may be added under the same number.
const SCHEMA: u32 = 1;

/// The columns that lines are wrapped to.
const WIDTH: usize = 80;

impl Terminal {
    /// Sets the terminal up; `NO_COLOR` counts unless colours are asked for.
    pub(crate) fn new(settings: Settings) -> Self {
        let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_stderr_coloured = match settings.colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => io::stderr().is_terminal() && !is_plain,
        };
        Self {
            language: settings.language,
            settings,
            is_stderr_coloured,
            folder: RefCell::default(),
            progress: Progress::new(settings.language),
            digest: RefCell::default(),
            lists_all: false,
            gathers_all: false,
            has_written: Cell::default(),
            log: None,
        }
    }

    /// From now on, what happens is also written to a log.
    pub(crate) fn log_to(&mut self, log: Log) {
        // Words and a bar would stand between its lines.
        self.settings.is_quiet |= log.is_stderr();
        self.log = Some(log);
    }

    /// Writes to the log, if there is one. A log that cannot be written is told once and ends nothing.
    fn logged(&self, write: impl FnOnce(&Log) -> io::Result<()>) {
        if let Some(log) = &self.log
            && let Some(failure) = log.first_failure(write(log))
        {
            self.err(&visible(&Notice::Failure(failure).words(self.language)));
        }
    }

    /// Logs that a command begins.
    pub(crate) fn begin(&self, command: &str) {
        self.logged(|log| log.begin(command));
    }

    /// Logs how it ended.
    pub(crate) fn end(&self, exit: i32) {
        self.logged(|log| log.end(exit));
    }

    /// Logs what became of a letter.
    pub(crate) fn settled(&self, address: &str, state: State, reply: &str) {
        self.logged(|log| log.letter(address, state, reply));
    }

    /// Writes a line to stderr, which has none if the log is there.
    fn err(&self, line: &str) {
        if !self.log.as_ref().is_some_and(Log::is_stderr) {
            self.progress.suspend(|| err(line));
        }
    }

    /// Sets the folder of the files that problems name, so that their lines can be shown.
    pub(crate) fn look_in(&self, folder: &Path) {
        self.folder.replace(folder.to_owned());
        self.log.iter().for_each(|log| log.look_in(folder));
    }

    /// Writes a result to stdout; nothing with `--json`, where the objects are the results.
    pub(crate) fn result(&self, notice: &Notice) {
        if self.settings.format == ResultFormat::Words {
            self.progress.suspend(|| out(&visible(&notice.words(self.language))));
        }
    }

    /// The words of a notice, for where there is no terminal to tell it.
    pub(crate) fn words(&self, notice: &Notice) -> String {
        visible(&notice.words(self.language)).into_owned()
    }

    /// Writes text to stdout as it is.
    pub(crate) fn text(&self, text: &str) {
        self.progress.suspend(|| out(visible(text).trim_end_matches('\n')));
    }

    /// Writes a letter's text as its reader sees it: bold where its HTML is, with coloured links,
    /// wrapped to the terminal.
    pub(crate) fn page(&self, text: &str, html: &str) {
        let width = io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
        let width = width.map(|(columns, _)| usize::from(columns.0));
        let style = page::PageStyle { width, is_coloured: self.is_stdout_coloured() };
        let page = page::laid_out(&visible(text), &page::strong(html), style);
        self.progress.suspend(|| out(page.trim_end_matches('\n')));
    }

    fn is_stdout_coloured(&self) -> bool {
        match self.settings.colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => self.is_stderr_coloured && io::stdout().is_terminal(),
        }
    }

    /// Writes bytes for another program to stdout.
    pub(crate) fn bytes(&self, bytes: &[u8]) {
        self.progress.suspend(|| {
            let mut stdout = io::stdout().lock();
            note_failure(stdout.write_all(bytes).and_then(|()| stdout.flush()));
        });
    }

    /// Writes information to stderr, unless `--quiet`.
    pub(crate) fn tell(&self, notice: &Notice) {
        self.logged(|log| log.notice("info", notice));
        if !self.settings.is_quiet {
            self.err(&visible(&notice.words(self.language)));
        }
    }

    /// Writes a warning to stderr.
    pub(crate) fn warn(&self, notice: &Notice) {
        self.logged(|log| log.notice("warning", notice));
        self.err(&visible(&notice.words(self.language)));
    }

    /// Writes the failure that ends the command to stderr.
    pub(crate) fn fail(&self, words: &str) {
        let label = match self.language {
            Language::English => "error: ",
            Language::Russian => "ошибка: ",
        };
        self.logged(|log| log.failure(words));
        // For a script it stays one line.
        let width = if io::stderr().is_terminal() { columns() } else { usize::MAX };
        let lines = failure_lines(label, &visible(words), width);
        let rest = lines.strip_prefix(label).unwrap_or(&lines);
        self.err(&format!("{}{rest}", self.painted(label, RED)));
    }

    /// Writes the failure that ends the command, and what to do next.
    pub(crate) fn fail_and(&self, failure: &Failure, next: NextStep) {
        self.fail(&Notice::Failure(failure.clone()).words(self.language));
        self.tell(&Notice::Next(next));
    }

    /// Writes the problems of rows that were gathered.
    fn report_digest(&self) {
        let digest = self.digest.take();
        if digest.is_empty() {
            return;
        }
        for (severity, line) in digest.lines(self.language, columns()) {
            let line = one_line(&shortened(&line)).into_owned();
            let line = match (severity, line.split_once(": ")) {
                (Some(severity), Some((label, rest))) => {
                    format!("{}: {rest}", self.painted(label, colour_of(severity)))
                }
                (_, _) => line,
            };
            self.err(&line);
        }
    }

    /// Forgets the problems of rows that were gathered: something shorter is said of them.
    pub(crate) fn forget_problems(&self) {
        self.digest.take();
    }

    /// Has every problem of a row written by itself, however many there are.
    pub(crate) fn list_all_problems(&mut self) {
        self.lists_all = true;
    }

    /// Has the problems of files gathered like those of rows, so that the answer comes before them.
    pub(crate) fn gather_all_problems(&mut self) {
        self.gathers_all = true;
    }

    /// Writes a problem: with `--json` an object to stdout, otherwise to stderr. Those of rows are
    /// gathered until the task ends.
    pub(crate) fn problem(&self, problem: &Problem) {
        self.logged(|log| log.problem(problem));
        match self.settings.format {
            ResultFormat::Json => self.object(&json::problem(problem, self.language)),
            ResultFormat::Words
                if !self.lists_all && (problem.row.is_some() || self.gathers_all) =>
            {
                let excerpt = excerpt::of(problem, &self.folder.borrow());
                self.digest.borrow_mut().add(problem, excerpt, self.language);
            }
            ResultFormat::Words => {
                let lines = notice::problem_lines(problem, self.language, columns());
                let place = one_line(&problem.place.to_string()).into_owned();
                let text = lines.join("\n");
                let text = shortened(&text).into_owned();
                let text = match text.strip_prefix(&place) {
                    Some(rest) => {
                        format!("{}{rest}", self.painted(&place, colour_of(problem.severity)))
                    }
                    None => text,
                };
                let excerpt = excerpt::of(problem, &self.folder.borrow());
                let excerpt = excerpt.map(|excerpt| format!("\n{excerpt}")).unwrap_or_default();
                self.err(&format!("{text}{excerpt}"));
            }
        }
    }

    /// With `--json`, writes a letter of the ledger and what became of it.
    pub(crate) fn letter(&self, entry: &LedgerEntry, fate: Fate, answered: Option<&Answered>) {
        self.letter_with(entry, fate, answered, []);
    }

    /// Like `letter`, with further fields.
    pub(crate) fn letter_with<const N: usize>(
        &self,
        entry: &LedgerEntry,
        fate: Fate,
        answered: Option<&Answered>,
        fields: [(&str, Value); N],
    ) {
        if self.is_json() {
            let mut letter = json::letter(entry, fate, answered);
            letter.extend(fields.map(|(name, value)| (name.to_owned(), value)));
            self.object(&letter);
        }
    }

    /// With `--json`, writes a mail that was read.
    pub(crate) fn mail(&self, mail: &MailRead) {
        if self.settings.format == ResultFormat::Json {
            self.object(&json::mail(mail));
        }
    }

    /// With `--json`, writes the last line of `inbox`.
    pub(crate) fn inbox_summary(&self, summary: &InboxSummary) {
        if self.settings.format == ResultFormat::Json {
            self.object(&json::inbox_summary(summary));
        }
    }

    /// With `--json`, writes a row of the list that has no letter in the ledger.
    pub(crate) fn row(&self, row: &RowLine) {
        if self.settings.format == ResultFormat::Json {
            self.object(&json::row(row));
        }
    }

    /// With `--json`, writes what a folder may do.
    pub(crate) fn leave(&self, leave: &Leave) {
        if self.settings.format == ResultFormat::Json {
            self.object(&json::leave(leave));
        }
    }

    /// With `--json`, writes what was found about a relay or a domain.
    pub(crate) fn finding(&self, found: &Finding) {
        if self.settings.format == ResultFormat::Json {
            self.object(&json::finding(found, self.language));
        }
    }

    /// With `--json`, writes what `doctor` asked of the network.
    pub(crate) fn asked(&self, dns: &[String], names: &[String], servers: &[String]) {
        if self.settings.format == ResultFormat::Json {
            self.object(&json::asked(dns, names, servers));
        }
    }

    /// With `--json`, writes a setting in force.
    pub(crate) fn setting(&self, setting: &Setting) {
        if self.settings.format == ResultFormat::Json {
            self.object(&json::setting(setting));
        }
    }

    /// With `--json`, writes the answer to a question of SPF.
    pub(crate) fn spf(&self, result: &str) {
        if self.settings.format == ResultFormat::Json {
            self.object(&json::spf(result));
        }
    }

    /// With `--json`, writes the last line of a command.
    pub(crate) fn summary(&self, summary: &Summary) {
        self.logged(|log| log.summary(summary));
        if self.settings.format == ResultFormat::Json {
            self.object(&json::summary(summary));
        }
    }

    /// Whether results are objects.
    pub(crate) fn is_json(&self) -> bool {
        self.settings.format == ResultFormat::Json
    }

    /// With `--json`, writes a result of a command of its own kind.
    pub(crate) fn item<const N: usize>(&self, kind: &str, fields: [(&str, Value); N]) {
        if self.is_json() {
            let kind = std::iter::once(("type", Value::from(kind)));
            let fields = kind.chain(fields).map(|(name, value)| (name.to_owned(), value));
            self.object(&fields.collect());
        }
    }

    /// The first object says which schema all of them follow.
    fn object(&self, object: &Map<String, Value>) {
        let mut object = object.clone();
        if !self.has_written.replace(true) {
            object.insert("schema".into(), SCHEMA.into());
        }
        self.progress.suspend(|| out(&escaping::json(&Value::Object(object).to_string())));
    }

    /// Whether a progress bar would be seen.
    pub(crate) fn is_watched(&self) -> bool {
        !self.settings.is_quiet && io::stderr().is_terminal()
    }

    /// Begins a task of `length` steps, if that is known; its progress is shown unless `--quiet`.
    pub(crate) fn start(&mut self, length: Option<u64>, label: &Notice) {
        self.start_paced(length, label, Duration::ZERO);
    }

    /// Like `start`, for a task that takes no less than `at_least`, however fast it begins.
    pub(crate) fn start_paced(&mut self, length: Option<u64>, label: &Notice, at_least: Duration) {
        if !self.settings.is_quiet {
            self.progress.start(length, label, at_least);
        }
    }

    /// Moves the progress on to step `done`.
    pub(crate) fn progress(&self, done: u64, label: Option<&Notice>) {
        self.progress.advance(done, label);
    }

    /// Ends the task, and writes the problems of rows that it found.
    pub(crate) fn finish(&mut self) {
        self.end_task();
        self.report_digest();
    }

    /// Ends the task; its problems are still to be written, or forgotten.
    pub(crate) fn end_task(&mut self) {
        self.progress.finish();
    }

    /// Asks a question; `None` if stdin is not a terminal.
    pub(crate) fn ask(&self, question: &Notice) -> Option<String> {
        if !io::stdin().is_terminal() {
            return None;
        }
        let _ = write!(io::stderr(), "{}", visible(&question.words(self.language)));
        let _ = io::stderr().flush();
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer).ok()?;
        Some(answer.trim().to_owned())
    }

    /// Whether a person can answer a question.
    #[expect(clippy::unused_self, reason = "a question to the terminal, like the others")]
    pub(crate) fn can_ask(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn painted(&self, text: &str, colour: &str) -> String {
        if self.is_stderr_coloured {
            format!("\u{1b}[{colour}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// The columns that lines on stderr may take.
fn columns() -> usize {
    terminal_size::terminal_size_of(io::stderr())
        .map_or(WIDTH, |(columns, _)| usize::from(columns.0).clamp(40, WIDTH))
}

/// What is said of a problem, as far as anybody reads it: a value in it may be as long as a file.
fn shortened(line: &str) -> Cow<'_, str> {
    const MOST: usize = 2000;
    const END: usize = 400;
    if line.chars().nth(MOST + END).is_none() {
        return line.into();
    }
    let begin: String = line.chars().take(MOST).collect();
    let mut end: Vec<char> = line.chars().rev().take(END).collect();
    end.reverse();
    format!("{begin} … {}", end.into_iter().collect::<String>()).into()
}

fn colour_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => RED,
        Severity::Warning | Severity::Doubt => YELLOW,
    }
}

const RED: &str = "31";
const YELLOW: &str = "33";

/// Writes a line to stdout.
fn out(line: &str) {
    note_failure(writeln!(io::stdout().lock(), "{line}"));
}

/// Writes a line to stderr.
fn err(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Remembers a failed write, except to a pipe that its reader closed, as `head` does.
fn note_failure(written: io::Result<()>) {
    if written.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
        OUTPUT_LOST.store(true, Ordering::Relaxed);
    }
}

static OUTPUT_LOST: AtomicBool = AtomicBool::new(false);

/// Whether a result could not be written, for instance to a full disk.
pub(crate) fn lost_a_result() -> bool {
    OUTPUT_LOST.load(Ordering::Relaxed)
}
