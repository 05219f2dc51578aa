//! The progress of a command: a bar on a terminal, otherwise a line now and then.

use std::cell::Cell;
use std::fmt;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::err;
use crate::escaping::visible;
use crate::notice::{Language, Notice};

/// Without a bar, lines report the progress: the first after this time, the next ones at doubling
/// intervals.
const FIRST_LINE: Duration = Duration::from_secs(5);
const MAX_INTERVAL: Duration = Duration::from_mins(5);

/// A progress bar, hidden before the first task and between tasks.
pub(super) struct Progress {
    language: Language,
    bar: ProgressBar,
    /// Without a bar: when the last line was written, and the interval to the next.
    last_line: Cell<Option<(Instant, Duration)>>,
}

impl Progress {
    pub(crate) fn new(language: Language) -> Self {
        Self { language, bar: ProgressBar::hidden(), last_line: Cell::new(None) }
    }

    /// Hides the bar while `write` writes.
    pub(crate) fn suspend(&self, write: impl FnOnce()) {
        self.bar.suspend(write);
    }

    /// Begins a task of `length` steps that takes no less than `at_least`.
    pub(crate) fn start(&mut self, length: Option<u64>, label: &Notice, at_least: Duration) {
        self.last_line.set(Some((Instant::now(), FIRST_LINE)));
        let target = ProgressDrawTarget::stderr_with_hz(10);
        self.bar = ProgressBar::with_draw_target(length, target);
        if let Some(style) = self.style(length, at_least) {
            self.bar.set_style(style);
        }
        self.label(label);
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    fn style(&self, length: Option<u64>, at_least: Duration) -> Option<ProgressStyle> {
        let (second, left, point) = match self.language {
            Language::English => ("s", "left", "."),
            Language::Russian => ("с", "осталось", ","),
        };
        // A relay's reply may be wider than the terminal: the widest field is cut.
        let template = if length.is_some() {
            format!(
                "{{bar:24}} {{pos}}/{{len}}  {{rate}}  {left} {{left}}\n{{prefix}}\n{{wide_msg}}"
            )
        } else {
            "{spinner} {pos}  {prefix}".to_owned()
        };
        let rate = move |state: &ProgressState, to: &mut dyn fmt::Write| {
            let rate = format!("{:.1}", state.per_sec()).replace('.', point);
            let _ = write!(to, "{rate}/{second}");
        };
        let begun = Instant::now();
        let left = move |state: &ProgressState, to: &mut dyn fmt::Write| {
            let seconds = state.eta().max(at_least.saturating_sub(begun.elapsed())).as_secs();
            let _ = write!(to, "{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        };
        let style = ProgressStyle::with_template(&template).ok()?;
        Some(style.with_key("rate", rate).with_key("left", left).progress_chars("█▉▊▋▌▍▎▏ "))
    }

    /// Shows the label's first line beside the spinner or under the bar, its second below.
    fn label(&self, label: &Notice) {
        let words = label.words(self.language);
        let words = visible(&words);
        let (first, second) = words.split_once('\n').unwrap_or((&words, ""));
        self.bar.set_prefix(first.to_owned());
        self.bar.set_message(second.replace('\n', " "));
    }

    /// Moves on to step `done`.
    pub(crate) fn advance(&self, done: u64, label: Option<&Notice>) {
        if self.bar.is_hidden() {
            self.line(done, label);
            return;
        }
        self.bar.set_position(done);
        label.into_iter().for_each(|label| self.label(label));
    }

    /// Writes a line about the progress if it is time for one.
    fn line(&self, done: u64, label: Option<&Notice>) {
        let (Some((at, interval)), Some(length), Some(label)) =
            (self.last_line.get(), self.bar.length(), label)
        else {
            return;
        };
        if at.elapsed() >= interval {
            self.last_line.set(Some((Instant::now(), (interval * 2).min(MAX_INTERVAL))));
            let words = label.words(self.language);
            let first = words.lines().next().unwrap_or_default();
            err(&visible(&format!("{done}/{length}  {first}")));
        }
    }

    /// Removes the bar.
    pub(crate) fn finish(&mut self) {
        self.bar.finish_and_clear();
        self.bar = ProgressBar::hidden();
        self.last_line.set(None);
    }
}
