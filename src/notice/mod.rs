//! Everything that is shown to the user, as values, and the words for it in two languages.
//!
//! Nothing is printed here: see `terminal`. The words of a problem, a failure or a notice are in
//! `words`; those of the gallery, of relay replies and of Typst in files of their own.

mod digest;
mod format;
mod gallery;
mod inbox;
mod letterhead;
mod plan;
mod replies;
mod summary;
mod words;

use std::path::PathBuf;

use crate::delivery::Home;
use crate::delivery::{Account, LedgerEntry, Refusals, State, Trouble, WorkerAtWork};
use crate::escaping::one_line;
use crate::failure::Failure;
use crate::finding::{Finding, Subject};
use crate::policy::{LastRun, PutOff, StopCause};
use crate::problem::{Fault, LeftOut, Place, Problem, Severity};
use crate::trust::Need;

pub(crate) use digest::Digest;
use format::wrapped;
pub use format::{day, duration, moment, size};
pub use gallery::gallery;
pub use inbox::{
    Followed, Held, InboxNotice, InboxSummary, MailRead, Origin, RecipientRead, ReviewMail,
};
pub use plan::{Omitted, Outlook, Plan, SealStatus, Seen};
pub use replies::{meaning, reply_words};
pub use summary::{Ages, LastRunSeen, Summary};
pub use words::{answer, bounce, fate, fate_and, heading, not_on_list};

/// The language of all output for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    Russian,
}

impl Language {
    /// Returns the language of a locale name such as `ru_RU.UTF-8` or `en`.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_lowercase().starts_with("ru") { Self::Russian } else { Self::English }
    }
}

/// What an account of letters lacks where the campaign cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacks {
    /// Rows that have no letter in the ledger.
    RowsWithoutLetter,
    /// These, and the columns of the list.
    List,
    /// What letters that wait will say.
    TextOfWaiting,
}

/// How much `doctor` looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    Whole,
    /// With `--offline`.
    FilesAlone,
}

/// What `forget` leaves where it is.
#[derive(Debug, Clone, Default)]
pub struct Remains {
    /// Files with people in them that a person made: the list above all.
    pub files: Vec<PathBuf>,
    /// Letters that were settled later.
    pub letters: u64,
    /// Addresses and domains that must not be written to.
    pub suppressed: u64,
}

/// A setting in force: as it is written, and where.
#[derive(Debug, Clone)]
pub struct Setting {
    pub table: &'static str,
    /// Keys within keys are parted by dots.
    pub key: String,
    pub value: String,
    pub place: Place,
}

/// Where a file of defaults is looked for.
#[derive(Debug, Clone)]
pub struct DefaultsPlace {
    pub path: PathBuf,
    pub is_there: bool,
}

/// A message for the user.
#[derive(Debug, Clone)]
pub enum Notice {
    Problem(Problem),
    Failure(Failure),
    Misuse(Misuse),
    /// What `doctor` found.
    Found(Finding),
    /// The heading above the findings about one thing.
    FindingsAbout(Subject),
    /// What the findings come to.
    DoctorVerdict {
        errors: u64,
        warnings: u64,
        is_unusable: bool,
        extent: Extent,
    },
    /// The names that `doctor` looked up, at which servers, and the servers that it talked to.
    AskedOfTheNetwork {
        dns: Vec<String>,
        names: Vec<String>,
        servers: Vec<String>,
    },
    /// The label while the letter of `doctor --loop` is looked for.
    LoopWaits {
        to: String,
    },
    /// `doctor` never looked at this relay for this sender.
    DoctorNotRun {
        relay: String,
        folder: PathBuf,
    },
    /// The answer to `doctor --spf`.
    SpfResult {
        result: &'static str,
    },
    /// The settings that may stand in files of defaults, and where those are looked for.
    Settings {
        settings: Vec<Setting>,
        defaults: Vec<DefaultsPlace>,
    },
    /// The head of a letter, above its text: fields by their names in a message, attachments with
    /// their sizes in bytes.
    LetterHead {
        /// As people name it.
        row: String,
        number: Option<String>,
        fields: Vec<(String, String)>,
        attachments: Vec<(String, usize)>,
    },
    /// A letter went, the campaign has changed since, and nothing kept its text.
    TextNotKept,
    /// How to see the letter after this one.
    NextLetter {
        folder: PathBuf,
        row: String,
    },
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
    /// The cells of one line of the register.
    JournalLine {
        cells: Vec<String>,
    },
    /// Why letters are in a state, grouped by reply.
    Reasons {
        state: State,
        groups: Vec<Group>,
    },
    /// When the first deferred letter is due.
    NextAttempt {
        at: jiff::Timestamp,
        letters: u64,
    },
    /// How many more letters the report has.
    MoreInReport {
        more: u64,
    },
    /// What a dry run learned about the relay; sizes in bytes.
    RelayTried {
        host: String,
        is_logged_in: bool,
        most: Option<u64>,
        largest: u64,
    },
    /// How the list was read. `headings` is set if rows above the headings were skipped, `text`
    /// (encoding and delimiter) or `sheets` by the kind of file, `sample` if the encoding was
    /// guessed.
    ListRead {
        file: String,
        columns: usize,
        headings: Option<u64>,
        rows: u64,
        text: Option<(&'static str, char)>,
        sheets: Vec<String>,
        sample: Option<String>,
    },
    /// Which column is which field, and which columns are not fields.
    Mapping {
        fields: Vec<(&'static str, String)>,
        others: Vec<String>,
    },
    /// The face that the PDF is set in, and the others that its letterhead takes from the system.
    Faces {
        of_text: Option<String>,
        others: Vec<String>,
        size: u8,
    },
    FaultyRows {
        rows: u64,
        path: PathBuf,
    },
    ListAlone {
        rows: u64,
    },
    /// The result of a `check` that found errors, or of a strict one that found anything: how many
    /// letters, or rows where none were composed, are well.
    Unsound {
        well: u64,
        is_of_rows: bool,
        blocked: u64,
        errors: u64,
        to_look_at: u64,
    },
    /// One entry of the suppression list.
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
    /// What a run in progress does with a changed suppression list.
    SuppressHeard {
        by: String,
    },
    /// Letters that were not sent because their addresses were suppressed during the run.
    SuppressedMeanwhile {
        letters: u64,
    },
    /// The result of `check`.
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
    /// When the waiting letters will be sent.
    Outlook(Outlook),
    SealStatus(SealStatus),
    Approved {
        name: String,
        seal: String,
        given: usize,
        people: u32,
    },
    /// What is about to happen, shown before the question.
    Plan(Box<Plan>),
    /// What a folder needs permission for, above the question whether it may.
    AskLeave {
        folder: PathBuf,
        needs: Vec<Need>,
    },
    /// The same for the file of `--relay`.
    AskRelayLeave {
        file: PathBuf,
        needs: Vec<Need>,
    },
    TypeYes,
    /// A folder has permission, since a moment if it was not given just now.
    LeaveGiven {
        folder: PathBuf,
        needs: Vec<Need>,
        at: Option<jiff::Timestamp>,
    },
    LeaveNotNeeded {
        folder: PathBuf,
    },
    /// Whether there was one to take back.
    /// A server has the tables for ledgers.
    LedgerReady {
        server: String,
    },
    /// A ledger was moved to a server.
    LedgerOnServer {
        letters: u64,
    },
    /// A ledger was moved into the campaign's folder.
    LedgerInFolder {
        letters: u64,
    },
    LeaveTakenBack {
        folder: PathBuf,
        was_given: bool,
    },
    NobodyHasLeave,
    /// Files in the folders of a preview that no preview of this computer made.
    PreviewHasOthers {
        files: u64,
        folder: PathBuf,
    },
    /// Lists outside the campaign's folder, which are read without permission.
    ReadOutside {
        files: Vec<String>,
    },
    /// What a rehearsal leaves out.
    Omitted(Omitted),
    /// The question of `send`: type the number of letters.
    TypeTheNumber {
        letters: u64,
    },
    /// The ledger sent from another folder or computer.
    WokeElsewhere {
        from: Home,
    },
    /// The question whether it goes on here: type the campaign's id.
    AskWhetherHere {
        from: Home,
        id: String,
    },
    /// People who have a letter look new.
    /// People have a letter that says something else now; the day on which the first went.
    ChangedLetters {
        letters: u64,
        first: Option<jiff::civil::Date>,
        folder: PathBuf,
    },
    LookAlikes {
        letters: u64,
    },
    /// The question about letters filed before a relay was set.
    AskAboutFiled {
        letters: u64,
    },
    /// A question of `init`, asked again if the answer was none.
    InitQuestion {
        question: InitQuestion,
        is_again: bool,
    },
    /// The question about a letter that says the same to all.
    AskSameForAll {
        letters: u64,
    },
    /// The question about filed letters, in a dry run that does not ask.
    FiledBefore {
        letters: u64,
    },
    TypeThePassword {
        user: String,
        host: String,
    },
    /// The question of `reset`: type the number of letters.
    TypeToReset {
        letters: u64,
        accepted: u64,
    },
    /// The question of `forget`, and what will be left: type the number of letters.
    TypeToForget {
        letters: u64,
        before: String,
        remains: Remains,
    },
    Forgotten {
        letters: u64,
        mails: u64,
        files: u64,
        remains: Remains,
    },
    NothingToForget {
        before: String,
    },
    /// The ledger is a file on a network share, which promises no locks.
    OnNetworkShare {
        kind: &'static str,
        folder: PathBuf,
    },
    /// A copy of the ledger was written.
    LedgerCopied {
        path: PathBuf,
        letters: u64,
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
        /// The address to which it went instead.
        replaced_by: Option<String>,
        reply: String,
    },
    /// A row of the list that has no letter in the ledger; `address` and `reason` may be empty.
    RowSettled {
        row: u64,
        address: String,
        fate: Fate,
        reason: String,
    },
    ConnectionTrouble {
        trouble: Trouble,
    },
    /// The relay accepts no more connections.
    FewerConnections {
        trouble: Trouble,
    },
    /// Letters that the relay has accepted and the ledger could not record.
    Unrecorded {
        addresses: Vec<String>,
        folder: PathBuf,
    },
    /// What the system's limit of open files leaves of the connections.
    FewFiles {
        connections: u32,
        asked: u32,
    },
    /// A letter goes without a copy, because the relay refused that.
    WithoutCopy {
        address: String,
        copy: String,
        reply: String,
    },
    /// The pace, or the relay's deferrals, ask for a longer wait than a run sits through without
    /// `--wait`.
    GoesOnAt {
        time: String,
        letters: u64,
        by: PutOff,
    },
    /// The label next to the progress bar.
    Composing,
    /// The label while domains are looked up.
    AskingDns,
    /// The label below the progress bar of a run: its counts and the last reply.
    Sending {
        account: Account,
        reply: String,
    },
    /// All letters were checked before, and nothing has changed since.
    LookedAtBefore {
        time: String,
        letters: u64,
    },
    WaitingUntil {
        time: String,
        letters: u64,
    },
    Stopping,
    /// The connection to the ledger's server is lost, and nothing begins.
    LedgerAway {
        server: String,
    },
    LedgerBack,
    /// Ctrl-C was pressed again.
    CutShort {
        folder: PathBuf,
    },
    RunStopped {
        cause: StopCause,
        folder: PathBuf,
    },
    /// How the last run ended. `is_open` says whether there are letters left for another.
    LastRun {
        run: LastRun,
        is_open: bool,
        folder: PathBuf,
    },
    Account {
        account: Account,
        blocked: u64,
        suppressed: u64,
        left_out: u64,
    },
    InOutbox {
        folder: PathBuf,
        /// A relay is set all the same.
        has_relay: bool,
    },
    Next(NextStep),
    RecoveredUnknown {
        letters: u64,
    },
    UnknownLetter {
        address: String,
        message_id: String,
        at: String,
    },
    Resolved {
        letters: u64,
        state: State,
    },
    NothingSentYet,
    /// The campaign cannot be read as it is now: what went is told from the ledger alone.
    ToldFromRecord {
        lacks: Lacks,
        folder: PathBuf,
    },
    /// What `inbox` tells.
    Inbox(InboxNotice),
    LedgerIsHeld {
        by: String,
    },
    /// Who sends letters from a shared ledger.
    AtWork(WorkerAtWork),
    Created {
        folder: PathBuf,
    },
    /// What the settings say of a list that `init` was given, since it needs that.
    ListAdopted {
        file: String,
        sheet: Option<String>,
        /// How many cells hold several addresses.
        several: u64,
        /// How many rows have an address that an earlier one has, and the column of names.
        shared: Option<(u64, String)>,
    },
    /// What was found in a letter, and every replacement made in it: what was written, and what
    /// stands there now.
    LetterRead {
        file: String,
        heading: Option<String>,
        signature: Option<String>,
        mark: Option<String>,
        replaced: Vec<(String, String)>,
    },
    Begin,
}

/// Letters with the same kind of reply, one of which is the example.
#[derive(Debug, Clone)]
pub struct Group {
    pub reply: String,
    pub letters: u64,
    pub example: String,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Letter(State),
    /// It was refused, and went to the address that was put in its place on the list.
    Replaced,
    Suppressed,
    Blocked,
    LeftOut(LeftOut),
}

impl Fate {
    /// What became of a letter of the ledger.
    pub fn of(entry: &LedgerEntry) -> Self {
        match entry.replaced_by {
            Some(_) => Self::Replaced,
            None => Self::Letter(entry.state),
        }
    }

    /// Returns the name used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Letter(state) => state.as_str(),
            Self::Replaced => State::Refused.as_str(),
            Self::Suppressed => "suppressed",
            Self::Blocked => "blocked",
            Self::LeftOut(_) => "left_out",
        }
    }

    /// Why a row with these problems has no letter.
    pub fn without_letter(problems: &[Problem]) -> Self {
        let rule = problems.iter().find_map(Problem::leaves_out);
        match rule {
            _ if problems.iter().any(|problem| problem.severity == Severity::Error) => {
                Self::Blocked
            }
            _ if problems.iter().any(Problem::suppresses) => Self::Suppressed,
            Some(rule) => Self::LeftOut(rule),
            None => Self::Blocked,
        }
    }
}

/// A row of the list that has no letter in the ledger.
#[derive(Debug, Clone, Copy)]
pub struct RowLine<'a> {
    pub row: u64,
    pub sheet_row: u64,
    /// As the list has it.
    pub address: &'a str,
    pub fate: Fate,
    pub problems: &'a [Problem],
}

/// A heading of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    Address,
    /// What came back for the letter, when, from whom, and what it said.
    Answer,
    AnsweredAt,
    AnsweredBy,
    Diagnostic,
    Addressee,
    /// Before the sum of all answers.
    Answers,
    /// Before the moment of which a report tells.
    AsOf,
    Date,
    Enclosures,
    /// The sheet with all columns.
    Everything,
    Executor,
    /// Before the sum of all rows.
    Letters,
    Number,
    Organisation,
    Position,
    Register,
    Reply,
    Report,
    Sheets,
    /// The line on which somebody signs the register.
    Signature,
    State,
    Subject,
    Time,
}

/// What `init` asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitQuestion {
    /// On whose behalf the letters go.
    Sender,
    /// Their e-mail address.
    Address,
    /// The server that sends them, if there is one yet.
    Server,
}

/// Where a person reads why letters were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reasons {
    /// Just above.
    Shown,
    InStatus,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    AllDone {
        /// Letters that went to a corrected address.
        replaced: u64,
    },
    RunAgain {
        waiting: u64,
        folder: PathBuf,
    },
    ResolveUnknown {
        unknown: u64,
        folder: PathBuf,
    },
    LookAtRefused {
        refusals: Refusals,
        reasons: Reasons,
        folder: PathBuf,
    },
    /// Letters wait, and no row of the list stands for them.
    OffList {
        letters: u64,
        list: String,
        folder: PathBuf,
    },
    /// Every letter is in the outbox: nobody got anything yet.
    Filed {
        folder: PathBuf,
    },
    /// There is a relay by now, and these letters are still in the outbox.
    SendFiled {
        filed: u64,
        folder: PathBuf,
    },
    /// A rehearsal went well; `files` if there is no relay.
    AfterRehearsal {
        folder: PathBuf,
        files: Option<PathBuf>,
    },
    /// The campaign has errors now.
    Check {
        folder: PathBuf,
    },
    /// A campaign was created: what is in it.
    FillIn {
        folder: PathBuf,
    },
    /// A campaign was made from a letter and a list.
    LookAtAdopted {
        /// The sender was asked for and stands in the settings.
        has_sender: bool,
        folder: PathBuf,
    },
    Preview {
        folder: PathBuf,
    },
    LookThenSend {
        folder: PathBuf,
    },
    LookThenApprove {
        folder: PathBuf,
        people: u32,
    },
    Send {
        folder: PathBuf,
    },
    MoreApprovals {
        folder: PathBuf,
        missing: u32,
    },
    /// Mails wait for a person's word.
    Review {
        mails: u64,
        folder: PathBuf,
    },
    /// Some rows have no letter: the same command again, and what else can be done.
    Repair(Repair),
}

/// How to go on with a list that has faulty rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    pub folder: PathBuf,
    /// `--where` and `--rows` as they were given, each flag with its value.
    pub selection: Vec<(String, String)>,
    /// Further flags of the `check` that was run.
    pub flags: Vec<String>,
    /// The letters that can go without the faulty rows.
    pub letters: u64,
}

/// What is wrong with the command line.
#[derive(Debug, Clone)]
pub enum Misuse {
    /// An unknown argument or command; `nearest` may be empty.
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
    /// Returns the words, without a final line break.
    pub fn words(&self, language: Language) -> String {
        words::notice(self, language)
    }
}

/// Says what is wrong.
pub fn fault(fault: &Fault, language: Language) -> String {
    words::fault(fault, language).what
}

/// Says what was found about a relay or a domain.
pub fn finding(found: &Finding, language: Language) -> String {
    words::finding(found, language).what
}

/// The record or line that puts it right; empty if nothing is wrong.
pub fn fix(found: &Finding, language: Language) -> String {
    words::finding(found, language).hint
}

/// Says what to do about it.
pub fn hint(fault: &Fault, language: Language) -> String {
    words::fault(fault, language).hint
}

/// Returns the name of a message field as mail programs show it.
fn field_name(name: &str, language: Language) -> &str {
    gallery(language)
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map_or(name, |(_, words)| words)
}

/// Returns the field that a problem belongs to, by its heading or its name in the language.
pub fn field_of(problem: &Problem, language: Language) -> Option<&str> {
    // A column without a heading has no name at all.
    let field = problem.field.as_deref().filter(|field| !field.is_empty());
    problem.heading.as_deref().filter(|heading| !heading.is_empty()).or(match language {
        Language::English => field,
        Language::Russian => field.map(words::field),
    })
}

/// Formats `place: what; hint`.
/// A problem in lines no longer than `width` where words allow it.
pub(crate) fn problem_lines(problem: &Problem, language: Language, width: usize) -> Vec<String> {
    wrapped(&one_line(&problem_line(problem, language)), width, "  ")
}

/// A failure's words in lines no longer than `width` where words allow it; commands and listings,
/// which have an indent, stay as they are.
pub(crate) fn failure_lines(label: &str, words: &str, width: usize) -> String {
    let whole = format!("{label}{words}");
    let lines = whole.split('\n').flat_map(|line| {
        if line.starts_with([' ', '\t']) {
            return vec![line.to_owned()];
        }
        wrapped(line, width, "  ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn problem_line(problem: &Problem, language: Language) -> String {
    let label = match (language, problem.severity) {
        (_, Severity::Error) => "",
        (Language::English, Severity::Warning) => "warning: ",
        (Language::English, Severity::Doubt) => "please check: ",
        (Language::Russian, Severity::Warning) => "внимание: ",
        (Language::Russian, Severity::Doubt) => "проверьте: ",
    };
    let field = field_of(problem, language).map(|name| format!("{name}: ")).unwrap_or_default();
    let words::Said { what, hint } = words::fault(&problem.fault, language);
    format!("{}: {label}{field}{what}; {hint}", problem.place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_follows_the_locale() {
        assert_eq!(Language::of_locale("ru_RU.UTF-8"), Language::Russian);
        assert_eq!(Language::of_locale("C.UTF-8"), Language::English);
    }
}
