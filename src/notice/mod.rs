//! All that the user may be told, as values; the words are in `en` and `ru`.
//!
//! Each language is a `match` without `_`: what is not translated does not compile. Nothing is
//! printed here.

mod en;
mod gallery;
mod letterhead;
mod replies;
mod ru;

use std::path::{Path, PathBuf};

use crate::delivery::{Account, State, Trouble};
use crate::failure::Failure;
use crate::problem::{Fault, ListFault, Problem, Severity};
use crate::seal::{Approval, Change};

pub use gallery::gallery;
pub use replies::{meaning, reply_words};

/// The language of everything that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    Russian,
}

impl Language {
    /// The language of a locale name such as `ru_RU.UTF-8` or `en`.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_lowercase().starts_with("ru") { Self::Russian } else { Self::English }
    }
}

/// Something to be told.
#[derive(Debug, Clone)]
pub enum Notice {
    Problem(Problem),
    Failure(Failure),
    Misuse(Misuse),
    /// The head of a letter, above its text.
    LetterHead {
        row: u64,
        number: Option<String>,
        /// Names of fields as they stand in a message, values as a reader sees them.
        fields: Vec<(String, String)>,
        /// Names and sizes in bytes.
        attachments: Vec<(String, usize)>,
    },
    /// How to go on to the letter behind one.
    NextLetter {
        folder: PathBuf,
        row: u64,
    },
    /// A table or a letter was written to a file.
    Written {
        path: PathBuf,
        lines: u64,
    },
    PdfWritten {
        path: PathBuf,
    },
    ManWritten {
        pages: u64,
        folder: PathBuf,
    },
    /// Cells of a journal's line.
    JournalLine {
        cells: Vec<String>,
    },
    /// Why letters are in a state, grouped.
    Reasons {
        state: State,
        groups: Vec<Group>,
    },
    /// When the first of those that were put off is due.
    NextAttempt {
        at: jiff::Timestamp,
        letters: u64,
    },
    /// So many more are in the report.
    MoreInReport {
        more: u64,
    },
    /// What the relay told a dry run about itself.
    RelayTried {
        host: String,
        is_logged_in: bool,
        most: Option<u64>,
        largest: u64,
    },
    /// How the list was understood.
    ListRead {
        file: String,
        columns: usize,
        /// The row of the headings, where others stand above it.
        headings: Option<u64>,
        rows: u64,
        /// Of a text file.
        text: Option<(&'static str, char)>,
        /// Of a workbook.
        sheet: Option<String>,
        /// A row, where the encoding was guessed.
        sample: Option<String>,
    },
    /// Which column is which field, and which columns are none.
    Mapping {
        fields: Vec<(&'static str, String)>,
        others: Vec<String>,
    },
    /// So many more problems of a kind that was told often enough.
    Folded {
        more: u64,
        example: Fault,
    },
    /// The faulty rows were written to a file.
    FaultyRows {
        rows: u64,
        path: PathBuf,
    },
    ListAlone {
        rows: u64,
    },
    /// Somebody who must not be written to.
    SuppressedEntry {
        entry: String,
        reason: String,
        date: String,
    },
    SuppressedNobody,
    SuppressChanged {
        added: u64,
        removed: u64,
    },
    /// The same while a run goes on: what that run makes of it.
    SuppressHeard {
        by: String,
    },
    /// Letters that were to go and whose addresses were forbidden meanwhile.
    SuppressedMeanwhile {
        letters: u64,
    },
    /// Everything is in order; nothing was written.
    Checked {
        letters: u64,
        to_look_at: u64,
    },
    FormsWritten {
        file: PathBuf,
    },
    Previewed {
        letters: u64,
        index: PathBuf,
    },
    Seal {
        seal: String,
    },
    /// When those that wait will go.
    Outlook(Outlook),
    /// The seal, and who saw it.
    Standing(Standing),
    /// Somebody's approval was recorded.
    Approved {
        name: String,
        seal: String,
        given: usize,
        people: u32,
    },
    /// What is about to happen, before the question.
    Plan(Plan),
    /// The question: the number of letters has to be typed.
    TypeTheNumber {
        letters: u64,
    },
    /// The question for a password that is set nowhere.
    TypeThePassword {
        user: String,
        host: String,
    },
    /// The question of `reset`: the number of letters has to be typed.
    TypeToReset {
        letters: u64,
        accepted: u64,
    },
    NothingToSend,
    WouldSend {
        letters: u64,
    },
    Rehearsed {
        letters: u64,
        address: String,
    },
    RehearsalFailed {
        address: String,
        reply: String,
    },
    LetterSettled {
        address: String,
        fate: Fate,
        reply: String,
    },
    ConnectionTrouble {
        trouble: Trouble,
    },
    /// The relay lets in no more connections than there are.
    FewerConnections {
        trouble: Trouble,
    },
    /// The pace asks for a wait that is too long to sit through.
    GoesOnAt {
        time: String,
        letters: u64,
    },
    /// The label beside the progress bar.
    Composing,
    /// The same, while domains are asked about.
    AskingDns,
    /// The label below the progress bar of a run: what stands where, and what was heard last.
    Sending {
        account: Account,
        reply: String,
    },
    /// All letters were composed and entered before, and nothing has changed since.
    LookedAtBefore {
        time: String,
        letters: u64,
    },
    WaitingUntil {
        time: String,
        letters: u64,
    },
    Stopping,
    RunStopped {
        trouble: Trouble,
    },
    Account {
        account: Account,
        blocked: u64,
        suppressed: u64,
    },
    InOutbox {
        folder: PathBuf,
    },
    /// What to do next, after a run or in `status`.
    Next(Next),
    RecoveredUnknown {
        letters: u64,
    },
    UnknownLetter {
        address: String,
        message_id: String,
        at: String,
    },
    NotOnList {
        letters: u64,
    },
    Resolved {
        letters: u64,
        state: State,
    },
    NothingSentYet,
    LedgerIsHeld {
        by: String,
    },
    Created {
        folder: PathBuf,
    },
    Begin,
}

/// What `send` is about to do.
#[derive(Debug, Clone)]
pub struct Plan {
    pub from: String,
    pub letters: u64,
    pub already: u64,
    pub first: String,
    pub last: String,
    /// The domains with most letters.
    pub domains: Vec<(String, u64)>,
    pub more_domains: u64,
    /// The relay, or none for the outbox.
    pub relay: Option<String>,
    pub standing: Standing,
    /// Where the pace bounds when letters go.
    pub outlook: Option<Outlook>,
}

/// When letters go under the pace, at the earliest.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// The first, where it cannot go at once.
    pub begins: Option<String>,
    pub ends: String,
}

/// The seal of now, and who saw it.
#[derive(Debug, Clone)]
pub struct Standing {
    pub seal: String,
    pub previewed: Seen,
    pub sent: Seen,
    /// Those who approved this very seal.
    pub approved: Vec<Approval>,
    /// How many have to.
    pub people: u32,
}

/// Whether the seal of now was seen by something: the preview, or a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Never,
    This {
        at: jiff::Timestamp,
    },
    /// Another seal was, the last time; what is different since.
    Other {
        at: jiff::Timestamp,
        changes: Vec<Change>,
    },
}

/// Letters with the same reason.
#[derive(Debug, Clone)]
pub struct Group {
    /// The reply of one of them.
    pub reply: String,
    pub letters: u64,
    /// The address of that one.
    pub example: String,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Letter(State),
    /// Nobody may write to them.
    Suppressed,
    /// It has errors.
    Blocked,
}

impl Fate {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Letter(state) => state.as_str(),
            Self::Suppressed => "suppressed",
            Self::Blocked => "blocked",
        }
    }
}

/// A heading of a table for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    Address,
    Addressee,
    Date,
    Number,
    Organisation,
    Position,
    Register,
    Reply,
    Report,
    State,
    Subject,
    Time,
}

/// The way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    AllDone,
    RunAgain {
        waiting: u64,
        folder: PathBuf,
    },
    ResolveUnknown {
        unknown: u64,
        folder: PathBuf,
    },
    LookAtRefused {
        refused: u64,
        folder: PathBuf,
    },
    /// Every letter lies in the outbox: nobody got anything yet.
    Filed {
        folder: PathBuf,
    },
    /// A rehearsal went well; by files, where there is no server.
    AfterRehearsal {
        folder: PathBuf,
        files: Option<PathBuf>,
    },
    /// The letters have errors by now.
    Check {
        folder: PathBuf,
    },
    /// A campaign was made: what is in it.
    FillIn {
        folder: PathBuf,
    },
    Preview {
        folder: PathBuf,
    },
    LookThenSend {
        folder: PathBuf,
    },
    /// The letters have to be approved before they may go.
    LookThenApprove {
        folder: PathBuf,
        people: u32,
    },
    /// All approvals are there.
    Send {
        folder: PathBuf,
    },
    /// So many approvals are missing yet.
    MoreApprovals {
        folder: PathBuf,
        missing: u32,
    },
    Mend,
}

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
    /// Counts a row with its problems, and its letter if it has one. A suppressed row is not a
    /// blocked one.
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

/// What was wrong with the command line.
#[derive(Debug, Clone)]
pub enum Misuse {
    /// No such argument or command; `nearest` may be empty.
    Unknown {
        written: String,
        nearest: String,
    },
    Missing {
        argument: String,
    },
    NoValue {
        argument: String,
    },
    Value {
        argument: String,
        value: String,
        allowed: String,
    },
    Conflict {
        argument: String,
        other: String,
    },
    Other {
        detail: String,
    },
}

impl Notice {
    /// The words, in one or several lines, without a line end.
    pub fn words(&self, language: Language) -> String {
        match language {
            Language::English => en::notice(self),
            Language::Russian => ru::notice(self),
        }
    }
}

/// What is wrong, in words.
pub fn fault(fault: &Fault, language: Language) -> String {
    match language {
        Language::English => en::fault(fault),
        Language::Russian => ru::fault(fault),
    }
}

/// What to do about it, in words.
pub fn hint(fault: &Fault, language: Language) -> String {
    match language {
        Language::English => en::hint(fault),
        Language::Russian => ru::hint(fault),
    }
}

/// What becomes of a row, in a word or two.
pub fn fate(fate: Fate, language: Language) -> &'static str {
    match language {
        Language::English => en::fate(fate),
        Language::Russian => ru::fate(fate),
    }
}

/// A heading of a table.
pub fn heading(heading: Heading, language: Language) -> &'static str {
    match language {
        Language::English => en::heading(heading),
        Language::Russian => ru::heading(heading),
    }
}

/// A size in bytes as people read it.
pub fn size(bytes: usize, language: Language) -> String {
    let [small, middle, large, point] = match language {
        Language::English => ["B", "KB", "MB", "."],
        Language::Russian => ["Б", "КБ", "МБ", ","],
    };
    match bytes {
        0..=1023 => format!("{bytes} {small}"),
        1024..=1_048_575 => format!("{} {middle}", bytes.div_ceil(1024)),
        _ => {
            let tenths = bytes.saturating_mul(10) / 1_048_576;
            format!("{}{point}{} {large}", tenths / 10, tenths % 10)
        }
    }
}

/// The name of a message's field as mail programs show it.
fn field_name(name: &str, language: Language) -> &str {
    gallery(language)
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map_or(name, |(_, words)| words)
}

/// The lines of a letter's head, names in a column of their own.
fn letter_head(lines: &[(String, String)]) -> String {
    let widest = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0) + 2;
    let line = |(name, value): &(String, String)| format!("{:<widest$}{value}", format!("{name}:"));
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A number as people read it: from five digits on in threes.
fn grouped(n: u64, separator: char) -> String {
    let digits = n.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A path as it can be typed after a command.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    if path.contains(' ') { format!("\"{path}\"") } else { path }
}

/// A moment as people at this machine write it.
pub fn moment(at: jiff::Timestamp, language: Language) -> String {
    let form = match language {
        Language::English => "%Y-%m-%d %H:%M",
        Language::Russian => "%d.%m.%Y %H:%M",
    };
    at.to_zoned(jiff::tz::TimeZone::system()).strftime(form).to_string()
}

/// An encoding as people know it.
fn encoding_name(name: &str) -> String {
    name.strip_prefix("windows-")
        .map_or_else(|| name.to_uppercase(), |number| format!("Windows-{number}"))
}

/// The field that a problem belongs to, as people call it.
pub fn field_of(problem: &Problem, language: Language) -> Option<&str> {
    // A column without a heading has no name at all.
    let field = problem.field.as_deref().filter(|field| !field.is_empty());
    problem.heading.as_deref().filter(|heading| !heading.is_empty()).or(match language {
        Language::English => field,
        Language::Russian => field.map(ru::field),
    })
}

/// A duration in words, to its two largest units.
pub fn duration(time: std::time::Duration, language: Language) -> String {
    let minutes = time.as_secs().div_ceil(60);
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let [day, hour, minute] = match language {
        Language::English => ["d", "h", "min"],
        Language::Russian => ["сут", "ч", "мин"],
    };
    match (days, hours, minutes) {
        (0, 0, minutes) => format!("{minutes} {minute}"),
        (0, hours, 0) => format!("{hours} {hour}"),
        (0, hours, minutes) => format!("{hours} {hour} {minutes} {minute}"),
        (days, 0, _) => format!("{days} {day}"),
        (days, hours, _) => format!("{days} {day} {hours} {hour}"),
    }
}

/// `place: what; what to do`.
fn problem_line(problem: &Problem, language: Language) -> String {
    let label = match (language, problem.severity) {
        (_, Severity::Error) => "",
        (Language::English, Severity::Warning) => "warning: ",
        (Language::English, Severity::Doubt) => "please check: ",
        (Language::Russian, Severity::Warning) => "внимание: ",
        (Language::Russian, Severity::Doubt) => "проверьте: ",
    };
    let field = field_of(problem, language).map(|name| format!("{name}: ")).unwrap_or_default();
    let (what, way_on) = (fault(&problem.fault, language), hint(&problem.fault, language));
    format!("{}: {label}{field}{what}; {way_on}", problem.place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_by_language() {
        assert_eq!(size(1500, Language::Russian), "2 КБ");
        assert_eq!(size(3_670_016, Language::Russian), "3,5 МБ");
        assert_eq!(size(12, Language::English), "12 B");
    }

    #[test]
    fn long_numbers_are_read_in_threes() {
        assert_eq!(
            [999, 9999, 10_000, 1_234_567].map(|n| grouped(n, ',')),
            ["999", "9999", "10,000", "1,234,567"]
        );
    }

    #[test]
    fn the_language_follows_the_locale() {
        assert_eq!(Language::of_locale("ru_RU.UTF-8"), Language::Russian);
        assert_eq!(Language::of_locale("C.UTF-8"), Language::English);
    }

    #[test]
    fn russian_counts_agree() {
        let words = |letters| Notice::Checked { letters, to_look_at: 0 }.words(Language::Russian);
        assert!(words(1).contains("1 письмо "), "{}", words(1));
        assert!(words(22).contains("22 письма "), "{}", words(22));
        assert!(words(11).contains("11 писем "), "{}", words(11));
    }
}
