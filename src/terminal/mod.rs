//! What the user sees: results on stdout, progress, warnings and errors on stderr, or JSON lines.
//!
//! The words come from `notice`. Whatever a file or a server put into them, no control character
//! reaches the terminal.

mod excerpt;
mod page;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde_json::{Map, Value, json};

use crate::delivery::Entry;
use crate::notice::{self, Fate, Language, Notice, Summary};
use crate::problem::{Fault, Problem, Severity};

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Words,
    Json,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

/// Where there is no bar, a line tells how far it is: the first after so long, then at times twice
/// as far apart.
const FIRST_LINE: Duration = Duration::from_secs(5);
const LONGEST_SILENCE: Duration = Duration::from_mins(5);

/// Where the user reads results, warnings and progress, and answers questions.
pub struct Terminal {
    pub language: Language,
    format: Format,
    is_quiet: bool,
    is_coloured: bool,
    colour: Colour,
    /// Where the files lie that problems speak of.
    folder: RefCell<PathBuf>,
    bar: ProgressBar,
    /// How many problems of each kind were told in words, and one of those that were not.
    told: RefCell<Told>,
    /// Where there is no bar: when the last line was written, and how long to be silent after it.
    lined: Cell<Option<(Instant, Duration)>>,
}

impl Terminal {
    /// Sets the terminal up by the flags; `NO_COLOR` counts unless colours are asked for.
    pub fn new(language: Language, format: Format, is_quiet: bool, colour: Colour) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_coloured = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                io::stderr().is_terminal()
                    && !no_color
                    && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        };
        Self {
            language,
            format,
            is_quiet,
            is_coloured,
            colour,
            folder: RefCell::default(),
            bar: ProgressBar::hidden(),
            told: RefCell::default(),
            lined: Cell::new(None),
        }
    }

    /// Says where the files lie that problems will speak of, so that their lines can be shown.
    pub fn look_in(&self, folder: &Path) {
        self.folder.replace(folder.to_owned());
    }

    /// A result, on stdout. Nothing in JSON: there the objects are the results.
    pub fn result(&self, notice: &Notice) {
        if self.format == Format::Words {
            self.bar.suspend(|| out(&visible(&notice.words(self.language))));
        }
    }

    /// Text that is a result as it stands, its lines kept.
    pub fn text(&self, text: &str) {
        self.bar.suspend(|| out(visible(text).trim_end_matches('\n')));
    }

    /// A letter's text as its reader sees it: what is strong in its HTML is strong here, addresses
    /// of pages are coloured, lines too long for the terminal are wrapped.
    pub fn page(&self, text: &str, html: &str) {
        let width = io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
        let width = width.map(|(columns, _)| usize::from(columns.0));
        let strong = page::strong(html);
        let page = page::laid_out(&visible(text), &strong, width, self.paints_results());
        self.bar.suspend(|| out(page.trim_end_matches('\n')));
    }

    /// Whether results may be coloured: where they go, not where errors do.
    fn paints_results(&self) -> bool {
        match self.colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => self.is_coloured && io::stdout().is_terminal(),
        }
    }

    /// Bytes for another program, as they are.
    pub fn bytes(&self, bytes: &[u8]) {
        let mut stdout = io::stdout().lock();
        settle(stdout.write_all(bytes).and_then(|()| stdout.flush()));
    }

    /// Something to know by the way, on stderr. Not when quiet.
    pub fn tell(&self, notice: &Notice) {
        if !self.is_quiet {
            self.warn(notice);
        }
    }

    /// Something that must be known, on stderr.
    pub fn warn(&self, notice: &Notice) {
        self.bar.suspend(|| err(&visible(&notice.words(self.language))));
    }

    /// A failure that ends the command.
    pub fn fail(&self, words: &str) {
        let label = match self.language {
            Language::English => "error: ",
            Language::Russian => "ошибка: ",
        };
        self.bar.suspend(|| err(&format!("{}{}", self.painted(label, RED), visible(words))));
    }

    /// Tells what was folded: how many more problems of each kind there were.
    fn unfold(&self) {
        let mut folded: Vec<_> = self.told.take().into_iter().collect();
        folded.sort_by_key(|(kind, _)| *kind);
        for (_, (count, example)) in folded {
            if let Some(example) = example {
                self.warn(&Notice::Folded { more: count - MOST_OF_A_KIND, example });
            }
        }
    }

    /// One problem: an object on stdout in JSON, else a line on stderr, up to a number of each
    /// kind.
    pub fn problem(&self, problem: &Problem) {
        if self.format == Format::Words && problem.row.is_some() {
            let mut told = self.told.borrow_mut();
            let (count, example) =
                told.entry((problem.severity, problem.fault.code())).or_default();
            *count += 1;
            if *count > MOST_OF_A_KIND {
                example.get_or_insert_with(|| problem.fault.clone());
                return;
            }
        }
        match self.format {
            Format::Json => self.object(&problem_object(problem, self.language)),
            Format::Words => {
                let line = visible(&Notice::Problem(problem.clone()).words(self.language));
                let colour = match problem.severity {
                    Severity::Error => RED,
                    Severity::Warning | Severity::Doubt => YELLOW,
                };
                let place = problem.place.to_string();
                let line = match line.strip_prefix(&place) {
                    Some(rest) => format!("{}{rest}", self.painted(&place, colour)),
                    None => line,
                };
                let excerpt = excerpt::of(problem, &self.folder.borrow());
                let excerpt = excerpt.map(|excerpt| format!("\n{excerpt}")).unwrap_or_default();
                self.bar.suspend(|| err(&format!("{line}{excerpt}")));
            }
        }
    }

    /// One letter of the ledger and what became of it, in JSON.
    pub fn letter(&self, entry: &Entry, fate: Fate) {
        if self.format == Format::Json {
            self.object(&letter_object(entry, fate));
        }
    }

    /// The last line of a command, in JSON.
    pub fn summary(&self, summary: &Summary) {
        if self.format == Format::Json {
            self.object(&summary_object(summary));
        }
    }

    fn object(&self, object: &Map<String, Value>) {
        self.bar.suspend(|| out(&Value::Object(object.clone()).to_string()));
    }

    /// Whether a progress bar would be seen.
    pub fn is_watched(&self) -> bool {
        !self.is_quiet && io::stderr().is_terminal()
    }

    /// Begins a progress bar; hidden when quiet or when nobody watches.
    pub fn start(&mut self, length: Option<u64>, label: &Notice) {
        self.start_paced(length, label, Duration::ZERO);
    }

    /// The same for work that cannot be done sooner than in `least`, however fast it begins.
    pub fn start_paced(&mut self, length: Option<u64>, label: &Notice, least: Duration) {
        if self.is_quiet {
            return;
        }
        self.lined.set(Some((Instant::now(), FIRST_LINE)));
        let target = ProgressDrawTarget::stderr_with_hz(10);
        self.bar = ProgressBar::with_draw_target(length, target);
        let (second, left, point) = match self.language {
            Language::English => ("s", "left", "."),
            Language::Russian => ("с", "осталось", ","),
        };
        // What a relay replied may be longer than the terminal is wide: the widest field is cut.
        let template = if length.is_some() {
            format!(
                "{{bar:24}} {{pos}}/{{len}}  {{rate}}  {left} {{left}}\n{{prefix}}\n{{wide_msg}}"
            )
        } else {
            "{spinner} {pos}  {prefix}".to_owned()
        };
        if let Ok(style) = ProgressStyle::with_template(&template) {
            let rate = move |state: &ProgressState, to: &mut dyn fmt::Write| {
                let rate = format!("{:.1}", state.per_sec()).replace('.', point);
                let _ = write!(to, "{rate}/{second}");
            };
            let begun = Instant::now();
            let left = move |state: &ProgressState, to: &mut dyn fmt::Write| {
                let seconds = state.eta().max(least.saturating_sub(begun.elapsed())).as_secs();
                let _ =
                    write!(to, "{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
            };
            let style = style.with_key("rate", rate).with_key("left", left);
            self.bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
        self.label(label);
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    /// The label's first line stands beside the spinner or under the bar, its second below.
    fn label(&self, label: &Notice) {
        let words = visible(&label.words(self.language));
        let (first, second) = words.split_once('\n').unwrap_or((&words, ""));
        self.bar.set_prefix(first.to_owned());
        self.bar.set_message(second.replace('\n', " "));
    }

    /// Moves the bar on to `done`.
    pub fn progress(&self, done: u64, label: Option<&Notice>) {
        if self.bar.is_hidden() {
            self.line(done, label);
            return;
        }
        self.bar.set_position(done);
        label.into_iter().for_each(|label| self.label(label));
    }

    /// Where there is no bar, a line now and then says how far it is.
    fn line(&self, done: u64, label: Option<&Notice>) {
        let (Some((at, silence)), Some(of), Some(label)) =
            (self.lined.get(), self.bar.length(), label)
        else {
            return;
        };
        if at.elapsed() >= silence {
            self.lined.set(Some((Instant::now(), (silence * 2).min(LONGEST_SILENCE))));
            let words = label.words(self.language);
            err(&visible(&format!("{done}/{of}  {}", words.lines().next().unwrap_or_default())));
        }
    }

    /// Takes the bar away.
    pub fn finish(&mut self) {
        self.bar.finish_and_clear();
        self.bar = ProgressBar::hidden();
        self.lined.set(None);
        self.unfold();
    }

    /// Asks on the terminal; `None` where nobody can answer.
    pub fn ask(&self, question: &Notice) -> Option<String> {
        if !io::stdin().is_terminal() {
            return None;
        }
        let _ = write!(io::stderr(), "{}", visible(&question.words(self.language)));
        let _ = io::stderr().flush();
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer).ok()?;
        Some(answer.trim().to_owned())
    }

    /// True where a question would be answered by a person.
    pub fn can_ask(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn painted(&self, text: &str, colour: &str) -> String {
        if self.is_coloured { format!("\u{1b}[{colour}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

type Told = HashMap<(Severity, &'static str), (u64, Option<Fault>)>;

/// So many problems of one kind are told in words; the rest are counted.
const MOST_OF_A_KIND: u64 = 20;

const RED: &str = "31";
const YELLOW: &str = "33";

/// Writes a line to stdout; whoever closed the pipe has seen enough.
fn out(line: &str) {
    settle(writeln!(io::stdout().lock(), "{line}"));
}

fn err(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A reader such as `head` that left has seen enough; any other failure must not pass for success.
fn settle(written: io::Result<()>) {
    if written.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
        LOST.store(true, Ordering::Relaxed);
    }
}

static LOST: AtomicBool = AtomicBool::new(false);

/// True where a result could not be written, for instance into a file on a full disk.
pub fn lost_a_result() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Text in which control characters and marks of direction are shown instead of obeyed.
pub fn visible(text: &str) -> String {
    let is_hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    if !text.contains(is_hidden) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| if is_hidden(c) { c.escape_unicode().to_string() } else { c.to_string() })
        .collect()
}

fn problem_object(problem: &Problem, language: Language) -> Map<String, Value> {
    object([
        ("type", json!("problem")),
        ("severity", json!(problem.severity.as_str())),
        ("code", json!(problem.fault.code())),
        ("file", json!(&*problem.place.file)),
        ("line", json!(problem.place.line)),
        ("column", json!(problem.place.column)),
        ("row", json!(problem.row)),
        ("cell", json!(problem.place.cell.as_deref())),
        ("field", json!(problem.field.as_deref())),
        ("message", json!(notice::fault(&problem.fault, language))),
        ("hint", json!(notice::hint(&problem.fault, language))),
    ])
}

fn letter_object(entry: &Entry, fate: Fate) -> Map<String, Value> {
    let local = |at: jiff::Timestamp| {
        at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    };
    object([
        ("type", json!("letter")),
        ("address", json!(entry.address)),
        ("state", json!(fate.as_str())),
        ("number", json!(entry.number)),
        ("row", json!(entry.row)),
        ("attempts", json!(entry.attempts)),
        ("reply", json!(entry.reply)),
        ("message_id", json!(entry.message_id)),
        ("at", json!(local(entry.changed))),
        ("next_attempt", json!(entry.not_before.map(local))),
    ])
}

fn summary_object(summary: &Summary) -> Map<String, Value> {
    let account = &summary.account;
    object([
        ("type", json!("summary")),
        ("command", json!(summary.command)),
        ("rows", json!(summary.rows)),
        ("letters", json!(summary.letters)),
        ("accepted", json!(account.accepted)),
        ("refused", json!(account.refused)),
        ("waiting", json!(account.waiting)),
        ("unknown", json!(account.unknown)),
        ("suppressed", json!(summary.suppressed)),
        ("blocked", json!(summary.blocked)),
        ("errors", json!(summary.errors)),
        ("warnings", json!(summary.warnings)),
        ("doubts", json!(summary.doubts)),
        ("seal", json!(summary.seal)),
    ])
}

fn object<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_escape_sequence_reaches_the_terminal() {
        assert_eq!(visible("a\u{1b}[31mб\u{202e}\r\nв"), "a\\u{1b}[31mб\\u{202e}\\u{d}\nв");
    }
}
