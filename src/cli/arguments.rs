//! The commands and their arguments. The doc comments are the English help; the Russian help is in
//! `help_ru`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::civil::Date;

use crate::policy::FollowTo;
use crate::problem::RowName;

/// Writes each person on a list an official letter of their own: reviewed first, sent once
#[derive(Debug, Parser)]
#[command(name = "gonets", version, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Where in the help the arguments stand that every command takes: behind its own.
const GENERAL: usize = 100;

/// The arguments that every command takes.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Language of all messages: ru or en
    #[arg(
        long,
        global = true,
        value_name = "LANG",
        hide_possible_values = true,
        display_order = GENERAL
    )]
    pub lang: Option<Lang>,
    /// Print JSON lines to stdout, for programs
    #[arg(long, global = true, display_order = GENERAL)]
    pub json: bool,
    /// Hide progress and hints
    #[arg(long, short, global = true, display_order = GENERAL)]
    pub quiet: bool,
    /// Use colours: auto, always or never [default: auto]
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true,
        display_order = GENERAL
    )]
    pub color: When,
    /// Log what happens to this file as JSON lines, naming nobody; - for stderr
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        display_order = GENERAL
    )]
    pub log: Option<PathBuf>,
    /// With --log: also addresses and what servers said
    #[arg(long, global = true, display_order = GENERAL)]
    pub log_personal: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Lang {
    Ru,
    En,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Init(Init),
    Check(Check),
    Preview(Preview),
    Approve(Approve),
    Show(Show),
    Send(Send),
    Status(Status),
    Report(Report),
    Register(Register),
    Resolve(Resolve),
    Reset(Reset),
    Inbox(Inbox),
    Answer(Answer),
    Suppress(Suppress),
    Doctor(Doctor),
    Ledger(Ledger),
    Forget(Forget),
    Trust(Trust),
    Completions(Completions),
    Man(Man),
}

impl Command {
    /// As it is typed.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Check(_) => "check",
            Self::Preview(_) => "preview",
            Self::Approve(_) => "approve",
            Self::Show(_) => "show",
            Self::Send(_) => "send",
            Self::Status(_) => "status",
            Self::Report(_) => "report",
            Self::Register(_) => "register",
            Self::Resolve(_) => "resolve",
            Self::Reset(_) => "reset",
            Self::Inbox(_) => "inbox",
            Self::Answer(_) => "answer",
            Self::Suppress(_) => "suppress",
            Self::Doctor(_) => "doctor",
            Self::Ledger(_) => "ledger",
            Self::Forget(_) => "forget",
            Self::Trust(_) => "trust",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }
}

/// Where the campaign is.
#[derive(Debug, Args)]
pub struct Place {
    /// The campaign's folder or campaign.toml [default: the current folder]
    pub campaign: Option<PathBuf>,
}

/// A campaign whose files are read.
#[derive(Debug, Args)]
pub struct PlaceToRead {
    /// The campaign's folder or campaign.toml [default: the current folder]
    pub campaign: Option<PathBuf>,
    /// For this run, allow all that the folder needs permission for; see `gonets trust`
    #[arg(long, display_order = GENERAL - 1)]
    pub trust: bool,
}

/// Which rows of the list are meant.
#[derive(Debug, Args)]
pub struct Select {
    /// Only the rows for which this holds, such as `row["Region"] == "North"`
    #[arg(long = "where", value_name = "EXPRESSION")]
    pub filter: Option<String>,
    /// Only these rows, numbered as in Excel: 10-20, 10- or 10
    #[arg(long, value_name = "ROWS", value_parser = rows)]
    pub rows: Option<(u64, u64)>,
}

/// Where a table goes.
#[derive(Debug, Args)]
pub struct Out {
    /// Write a table to this file: .csv, .xlsx or .json
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "out")]
    pub replace: bool,
}

/// Create a campaign folder that works right away
#[derive(Debug, Args)]
pub struct Init {
    /// The folder to create
    pub folder: PathBuf,
    /// A letter to begin with: Word (.docx) or LibreOffice (.odt)
    #[arg(long, value_name = "FILE")]
    pub letter: Option<PathBuf>,
    /// A list to begin with: .xlsx, .ods or .csv
    #[arg(long, value_name = "FILE")]
    pub list: Option<PathBuf>,
    /// A campaign that the new one follows: a reminder, a correction
    #[arg(long, value_name = "CAMPAIGN", conflicts_with_all = ["letter", "list"])]
    pub follow: Option<PathBuf>,
    /// Whom a campaign that follows another writes to: silent, accepted, replied, bounced, refused
    #[arg(long, value_name = "WHAT", requires = "follow", value_parser = follow_to)]
    pub to: Option<FollowTo>,
}

/// Read and compose everything without writing anything; list all problems and doubts
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are yes or no")]
pub struct Check {
    #[command(flatten)]
    pub place: PlaceToRead,
    /// Write the rows with errors to this CSV file, with what to fix in each
    #[arg(long, value_name = "FILE")]
    pub problems: Option<PathBuf>,
    /// Write the Russian forms of every row to this CSV file, to review in Excel
    #[arg(long, value_name = "FILE")]
    pub forms: Option<PathBuf>,
    /// Replace these files if they exist
    #[arg(long)]
    pub replace: bool,
    /// List every place by itself, not a few of each kind
    #[arg(long)]
    pub all: bool,
    /// Also count warnings and doubts as errors, for scripts
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub select: Select,
    /// Check only the list, without composing letters
    #[arg(long, conflicts_with = "forms")]
    pub list: bool,
    /// Ask DNS whether the domains on the list accept mail
    #[arg(long)]
    pub dns: bool,
    /// The DNS server to ask instead of the system's, such as 127.0.0.1:5353
    #[arg(long, value_name = "SERVER", requires = "dns", value_parser = server)]
    pub dns_server: Option<SocketAddr>,
}

/// Compose every letter into preview/ for review; print the seal
#[derive(Debug, Args)]
pub struct Preview {
    #[command(flatten)]
    pub place: PlaceToRead,
    #[command(flatten)]
    pub select: Select,
    /// Open the list of letters in the browser
    #[arg(long)]
    pub open: bool,
}

/// Record that someone has reviewed the letters with this seal and approves them
#[derive(Debug, Args)]
pub struct Approve {
    #[command(flatten)]
    pub place: PlaceToRead,
    #[command(flatten)]
    pub select: Select,
    /// Who reviewed the letters: name and surname
    #[arg(long, value_name = "NAME", required = true, value_parser = name)]
    pub by: String,
    /// The seal that they reviewed; nothing is recorded if the letters have another by now
    #[arg(long, value_name = "SEAL")]
    pub seal: Option<String>,
}

/// Show one letter in the terminal as its reader sees it
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are yes or no")]
pub struct Show {
    #[command(flatten)]
    pub place: PlaceToRead,
    /// Whose letter to show; the first one by default
    #[arg(long, value_name = "ADDRESS", group = "which")]
    pub to: Option<String>,
    /// The letter of this row, numbered as in Excel; with several sheets, 'South!3'
    #[arg(long, allow_negative_numbers = true, value_name = "N", group = "which", value_parser = row)]
    pub row: Option<RowName>,
    /// The letter with this outgoing number
    #[arg(long, value_name = "NUMBER", group = "which")]
    pub number: Option<String>,
    /// The letter after that one; on its own, the next one waiting to be sent
    #[arg(long, conflicts_with = "random")]
    pub next: bool,
    /// Any letter
    #[arg(long, group = "which")]
    pub random: bool,
    /// Write the letter on letterhead to this file
    #[arg(long, value_name = "FILE", group = "form")]
    pub pdf: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "pdf")]
    pub replace: bool,
    /// Print the whole message as the relay gets it
    #[arg(long, group = "form")]
    pub raw: bool,
    /// Print the HTML part
    #[arg(long, group = "form")]
    pub html: bool,
    /// Print only the text part
    #[arg(long, group = "form")]
    pub text: bool,
}

/// Send the letters, each once; continue a run begun earlier
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are yes or no")]
pub struct Send {
    #[command(flatten)]
    pub place: PlaceToRead,
    /// Send only to these addresses
    #[arg(long, value_name = "ADDRESS", num_args = 1.., action = ArgAction::Append)]
    pub to: Vec<String>,
    /// Send at most this many letters
    #[arg(long, allow_negative_numbers = true, value_name = "N")]
    pub limit: Option<u64>,
    #[command(flatten)]
    pub select: Select,
    /// Do everything except hand the letters over, and report what would happen
    #[arg(long)]
    pub dry_run: bool,
    /// Rehearse: send real letters, all of them to this address, marked in the subject
    #[arg(long, value_name = "ADDRESS", conflicts_with = "dry_run")]
    pub test_to: Option<String>,
    /// In a rehearsal, send this many letters chosen at random
    #[arg(
        long,
        allow_negative_numbers = true,
        value_name = "N",
        requires = "test_to",
        conflicts_with = "limit"
    )]
    pub random: Option<u64>,
    /// Send without asking if the letters still have this seal of the preview
    #[arg(long, value_name = "SEAL")]
    pub seal: Option<String>,
    /// Send without asking
    #[arg(long, short)]
    pub yes: bool,
    /// Wait when the pace requires a long pause, instead of ending and saying when to continue
    #[arg(long)]
    pub wait: bool,
    /// Skip the rows with errors and send the other letters
    #[arg(long)]
    pub skip_faulty: bool,
    /// Try again the letters that were refused for good
    #[arg(long)]
    pub retry_refused: bool,
    /// Go on in this folder although the letters went from another folder or computer
    #[arg(long)]
    pub here: bool,
    /// Write again to people who have a letter and look new, since `id`, `key` or `duplicates` changed
    #[arg(long)]
    pub second_letters: bool,
    /// Send although people have this letter with another text under the same number
    #[arg(long)]
    pub new_version: bool,
    /// Send through the relay in [smtp] of this file, in place of the campaign's
    #[arg(long, value_name = "FILE")]
    pub relay: Option<PathBuf>,
    /// Write the letters to outbox/, whichever relay is set
    #[arg(long, conflicts_with = "relay")]
    pub outbox: bool,
    /// What to do with letters that were filed in the outbox: send or keep
    #[arg(long, value_name = "WHAT", hide_possible_values = true)]
    pub filed: Option<Filed>,
}

/// What becomes of letters in the outbox now that there is a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Filed {
    Send,
    Keep,
}

/// Show the state of every letter
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    pub place: PlaceToRead,
    /// Write what a monitor asks to this file, in the text format of Prometheus; to stdout without a name
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        default_missing_value = "-",
        conflicts_with = "settings"
    )]
    pub metrics: Option<PathBuf>,
    /// List the settings of [from], [smtp], [inbox] and [pace], and the file that each is from
    #[arg(long)]
    pub settings: bool,
    /// With --settings: as they are for `send --relay FILE`
    #[arg(long, value_name = "FILE", requires = "settings")]
    pub relay: Option<PathBuf>,
}

/// List what became of each letter, or write it to a file as a table
#[derive(Debug, Args)]
pub struct Report {
    #[command(flatten)]
    pub place: PlaceToRead,
    #[command(flatten)]
    pub out: Out,
}

/// List the outgoing letters: number, date, addressee, subject, state
#[derive(Debug, Args)]
pub struct Register {
    #[command(flatten)]
    pub place: PlaceToRead,
    #[command(flatten)]
    pub out: Out,
}

/// Settle the letters that may or may not have been accepted
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("decision").required(true))]
pub struct Resolve {
    #[command(flatten)]
    pub place: Place,
    /// The addresses of these letters
    #[arg(long, value_name = "ADDRESS", required_unless_present = "lost", num_args = 1.., action = ArgAction::Append)]
    pub to: Vec<String>,
    /// The relay accepted them: never send them again
    #[arg(long, group = "decision")]
    pub accepted: bool,
    /// The relay did not accept them: send them again, with the same Message-ID
    #[arg(long, group = "decision")]
    pub resend: bool,
    /// After a loss of ledger.sqlite-wal: take every waiting letter for unknown
    #[arg(long, group = "decision", conflicts_with = "to")]
    pub lost: bool,
}

/// Let letters that were accepted or refused be sent again
#[derive(Debug, Args)]
pub struct Reset {
    #[command(flatten)]
    pub place: Place,
    /// The addresses of these letters
    #[arg(long, value_name = "ADDRESS", required_unless_present = "all", num_args = 1.., action = ArgAction::Append)]
    pub to: Vec<String>,
    /// All letters, for instance after a trial into the outbox
    #[arg(long, conflicts_with = "to")]
    pub all: bool,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

/// Keep an answer that came by telephone or on paper
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("word").required(true))]
pub struct Answer {
    #[command(flatten)]
    pub place: Place,
    /// The addresses of these letters
    #[arg(long, value_name = "ADDRESS", required = true, num_args = 1.., action = ArgAction::Append)]
    pub to: Vec<String>,
    /// They answered
    #[arg(long, group = "word")]
    pub replied: bool,
    /// They answered, and declined
    #[arg(long, group = "word")]
    pub declined: bool,
    /// What they said, for the record
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

/// Read what came back: bounces, automatic replies, answers
#[derive(Debug, Args)]
pub struct Inbox {
    #[command(flatten)]
    pub place: PlaceToRead,
    /// Read mails from this Maildir, mbox or folder of .eml files instead of `[inbox]`
    #[arg(long, value_name = "PATH", conflicts_with = "review")]
    pub from: Option<PathBuf>,
    /// Judge the mails without keeping anything
    #[arg(long, conflicts_with = "review")]
    pub dry_run: bool,
    /// Only mails written on this day or later: 2026-03-01
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with = "review")]
    pub since: Option<Date>,
    /// Decide about the mails that are not certain, one by one
    #[arg(long)]
    pub review: bool,
}

/// List, add or remove those who must not be written to
#[derive(Debug, Args)]
pub struct Suppress {
    #[command(flatten)]
    pub place: Place,
    /// Never write to these addresses or domains
    #[arg(long, value_name = "ADDRESS", num_args = 1.., action = ArgAction::Append)]
    pub add: Vec<String>,
    /// The reason, for the record
    #[arg(long, value_name = "TEXT", requires = "add")]
    pub reason: Option<String>,
    /// Write to these addresses or domains again
    #[arg(long, value_name = "ADDRESS", num_args = 1.., action = ArgAction::Append)]
    pub remove: Vec<String>,
}

/// Prepare a PostgreSQL server for ledgers, move a ledger to it or back, or write a copy of it
#[derive(Debug, Args)]
pub struct Ledger {
    /// init: create the tables on the server of [ledger]; move: carry this campaign's ledger over; backup: write a copy of it, also during a run
    #[arg(hide_possible_values = true)]
    pub action: LedgerAction,
    #[command(flatten)]
    pub place: PlaceToRead,
    /// Where it is moved: postgres or sqlite
    #[arg(
        long,
        value_name = "ENGINE",
        hide_possible_values = true,
        required_if_eq("action", "move")
    )]
    pub to: Option<LedgerEngine>,
    /// Where a copy is written
    #[arg(long, value_name = "FILE", required_if_eq("action", "backup"))]
    pub out: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "out")]
    pub replace: bool,
}

/// Delete the personal data of a finished mailing; the register stays
#[derive(Debug, Args)]
pub struct Forget {
    #[command(flatten)]
    pub place: PlaceToRead,
    /// Of letters that were settled before this day: 2026-03-01
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub before: Date,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LedgerAction {
    Init,
    Move,
    Backup,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LedgerEngine {
    Postgres,
    Sqlite,
}

/// List what campaign folders may do beyond reading their own files; give permission or take it back
#[derive(Debug, Args)]
pub struct Trust {
    /// Give this campaign folder permission for what it needs now: programs, secrets, files outside
    pub folder: Option<PathBuf>,
    /// Take its permission back
    #[arg(long, requires = "folder")]
    pub remove: bool,
    /// Give permission to this file of `send --relay` too
    #[arg(long, value_name = "FILE", requires = "folder", conflicts_with = "remove")]
    pub relay: Option<PathBuf>,
}

/// Try relay and mailbox and ask DNS whether letters will arrive; send nothing without --loop
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are yes or no")]
pub struct Doctor {
    #[command(flatten)]
    pub place: PlaceToRead,
    /// Try the relay in [smtp] of this file, in place of the campaign's
    #[arg(long, value_name = "FILE")]
    pub relay: Option<PathBuf>,
    /// The DNS server to ask instead of the system's, such as 127.0.0.1:5353
    #[arg(long, value_name = "SERVER", value_parser = server)]
    pub dns_server: Option<SocketAddr>,
    /// Look only at the campaign's own files; talk to nobody
    #[arg(long, conflicts_with = "dns_server")]
    pub offline: bool,
    /// List the names that were looked up and the servers that were talked to
    #[arg(long)]
    pub explain: bool,
    /// Send one letter to oneself, and read it back through [inbox]
    #[arg(long = "loop", conflicts_with = "offline")]
    pub round_trip: bool,
    /// For how long to wait for that letter
    #[arg(long, value_name = "SECONDS", requires = "round_trip", default_value_t = 180)]
    pub deadline: u64,
    /// Only answer one question of SPF: may this host send for this sender?
    #[arg(long, requires = "ip")]
    pub spf: bool,
    /// The address of the host
    #[arg(long, value_name = "ADDRESS", requires = "spf")]
    pub ip: Option<std::net::IpAddr>,
    /// The sender of its letters (MAIL FROM)
    #[arg(long, value_name = "ADDRESS", requires = "spf")]
    pub mail_from: Option<String>,
    /// What the host calls itself (HELO)
    #[arg(long, value_name = "NAME", requires = "spf")]
    pub helo: Option<String>,
}

/// Print the completion script of a shell
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

/// Write the manual pages, for packagers
#[derive(Debug, Args)]
pub struct Man {
    /// Write a page for each command to this folder; by default, print the main page
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Replace pages that exist
    #[arg(long, requires = "out")]
    pub replace: bool,
}

/// Reads `3` or `South!3`. The error is an example of what is right.
fn row(text: &str) -> Result<RowName, String> {
    RowName::parse(text).ok_or_else(|| "3".to_owned())
}

/// Reads `10-20`, `10-` or `10`. The error is an example of what is right.
fn rows(text: &str) -> Result<(u64, u64), String> {
    let number = |text: &str| text.trim().parse::<u64>().ok().filter(|number| *number > 0);
    let range = match text.split_once('-') {
        None => number(text).map(|row| (row, row)),
        Some((first, "")) => number(first).map(|first| (first, u64::MAX)),
        Some((first, last)) => {
            number(first).zip(number(last)).filter(|(first, last)| first <= last)
        }
    };
    range.ok_or_else(|| "10-20".to_owned())
}

/// Reads `2026-03-01`. The error is an example of what is right.
fn follow_to(text: &str) -> Result<FollowTo, String> {
    FollowTo::parse(text).ok_or_else(|| FollowTo::NAMES.map(|(name, _)| name).join(", "))
}

fn day(text: &str) -> Result<Date, String> {
    text.trim().parse().map_err(|_| "2026-03-01".to_owned())
}

fn server(text: &str) -> Result<SocketAddr, String> {
    crate::dns::server_address(text).ok_or_else(|| "127.0.0.1:5353".to_owned())
}

/// Accepts a name that has at least one letter; folds its spaces.
fn name(text: &str) -> Result<String, String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().any(char::is_alphabetic) { Ok(text) } else { Err(String::new()) }
}
