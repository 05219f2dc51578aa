//! The commands and their arguments. The doc comments are the English help; the Russian help is in
//! `help_ru`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Writes an official letter of their own to each person on a list: looked at first, sent once.
#[derive(Debug, Parser)]
#[command(name = "gonets", version, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command understands.
#[derive(Debug, Args)]
pub struct Common {
    /// Language of all messages: ru or en
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<Lang>,
    /// JSON lines on stdout, for programs
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress and no hints
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Colours: auto, always or never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: When,
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
    Suppress(Suppress),
    Completions(Completions),
    Man(Man),
}

/// Where the campaign is.
#[derive(Debug, Args)]
pub struct Place {
    /// The campaign's folder or its campaign.toml; the current folder when left out
    pub campaign: Option<PathBuf>,
}

/// Make a campaign folder that works at once
#[derive(Debug, Args)]
pub struct Init {
    /// The new folder
    pub folder: PathBuf,
}

/// Which rows of the list are meant.
#[derive(Debug, Args)]
pub struct Select {
    /// Only the rows for which this holds, as in `row["Region"] == "North"`
    #[arg(long = "where", value_name = "EXPRESSION")]
    pub filter: Option<String>,
    /// Only these rows, counted below the headings: 10-20, 10- or 10
    #[arg(long, value_name = "ROWS", value_parser = rows)]
    pub rows: Option<(u64, u64)>,
}

/// Reads `10-20`, `10-` or `10`.
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

fn server(text: &str) -> Result<SocketAddr, String> {
    crate::config::server(text).ok_or_else(|| "127.0.0.1:5353".to_owned())
}

/// Read and compose everything, write nothing; list all problems and doubts
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub place: Place,
    /// Write the forms of every row into this CSV, to be read through in Excel
    #[arg(long, value_name = "FILE")]
    pub forms: Option<PathBuf>,
    #[command(flatten)]
    pub select: Select,
    /// Check the list alone, without composing letters
    #[arg(long, conflicts_with = "forms")]
    pub list: bool,
    /// Ask DNS whether the domains of the list take mail
    #[arg(long)]
    pub dns: bool,
    /// The DNS server instead of the system's, such as 127.0.0.1:5353
    #[arg(long, value_name = "SERVER", requires = "dns", value_parser = server)]
    pub dns_server: Option<SocketAddr>,
    /// Write the rows with errors to this CSV file, with what to mend in each
    #[arg(long, value_name = "FILE")]
    pub problems: Option<PathBuf>,
}

/// Compose every letter into preview/ to look through; print the seal
#[derive(Debug, Args)]
pub struct Preview {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub select: Select,
    /// Open the list of letters in the browser
    #[arg(long)]
    pub open: bool,
}

/// Record that somebody looked at the letters under this seal and approves them
#[derive(Debug, Args)]
pub struct Approve {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub select: Select,
    /// Who looked: name and surname
    #[arg(long, value_name = "NAME", required = true, value_parser = name)]
    pub by: String,
    /// The seal that they saw; nothing is recorded where it is another by now
    #[arg(long, value_name = "SEAL")]
    pub seal: Option<String>,
}

/// A name that says something.
fn name(text: &str) -> Result<String, String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().any(char::is_alphabetic) { Ok(text) } else { Err(String::new()) }
}

/// Show one letter in the terminal as its reader sees it
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are yes or no")]
pub struct Show {
    #[command(flatten)]
    pub place: Place,
    /// Whose letter; the first when left out
    #[arg(long, value_name = "ADDRESS", group = "which")]
    pub to: Option<String>,
    /// The letter of this row, counted below the headings
    #[arg(long, allow_negative_numbers = true, value_name = "N", group = "which")]
    pub row: Option<u64>,
    /// The letter with this outgoing number
    #[arg(long, value_name = "NUMBER", group = "which")]
    pub number: Option<String>,
    /// The letter behind that one; alone: the next that waits to be sent
    #[arg(long, conflicts_with = "random")]
    pub next: bool,
    /// Any letter
    #[arg(long, group = "which")]
    pub random: bool,
    /// Write the letter on letterhead into this file
    #[arg(long, value_name = "FILE", group = "form")]
    pub pdf: Option<PathBuf>,
    /// The whole message as the relay gets it
    #[arg(long, group = "form")]
    pub raw: bool,
    /// The HTML part
    #[arg(long, group = "form")]
    pub html: bool,
    /// The text part alone
    #[arg(long, group = "form")]
    pub text: bool,
}

/// Send the letters, each once; a run begun earlier goes on
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are yes or no")]
pub struct Send {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub select: Select,
    /// Go through everything but the hand-over, and tell what would happen
    #[arg(long)]
    pub dry_run: bool,
    /// Send without a question if the seal is the one of the preview
    #[arg(long, value_name = "SEAL")]
    pub seal: Option<String>,
    /// Send without a question
    #[arg(long, short)]
    pub yes: bool,
    /// These addresses only
    #[arg(long, value_name = "ADDRESS", num_args = 1.., action = ArgAction::Append)]
    pub to: Vec<String>,
    /// At most so many letters
    #[arg(long, allow_negative_numbers = true, value_name = "N")]
    pub limit: Option<u64>,
    /// In a rehearsal: so many letters, chosen at random
    #[arg(
        long,
        allow_negative_numbers = true,
        value_name = "N",
        requires = "test_to",
        conflicts_with = "limit"
    )]
    pub random: Option<u64>,
    /// Rehearsal: real letters, but all to this address, marked in the subject
    #[arg(long, value_name = "ADDRESS", conflicts_with = "dry_run")]
    pub test_to: Option<String>,
    /// Wait where the pace asks for a long pause; else the program ends and says when to go on
    #[arg(long)]
    pub wait: bool,
    /// Send the others when some rows have errors
    #[arg(long)]
    pub skip_faulty: bool,
    /// Try the letters again that were refused for good
    #[arg(long)]
    pub retry_refused: bool,
}

/// What stands where
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    pub place: Place,
}

/// Every letter's fate, one by one, or as a table in a file
#[derive(Debug, Args)]
pub struct Report {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub out: Out,
}

/// Where a table goes.
#[derive(Debug, Args)]
pub struct Out {
    /// Write a table into this file: .csv, .xlsx or .json
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace the file if there is one
    #[arg(long, requires = "out")]
    pub replace: bool,
}

/// The journal of outgoing letters: number, date, addressee, subject, state
#[derive(Debug, Args)]
pub struct Register {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub out: Out,
}

/// Write the manual pages, for packagers
#[derive(Debug, Args)]
pub struct Man {
    /// Write one page for each command into this folder; the main page to stdout when left out
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

/// Let letters go again that were accepted or refused
#[derive(Debug, Args)]
pub struct Reset {
    #[command(flatten)]
    pub place: Place,
    /// The addresses of these letters
    #[arg(long, value_name = "ADDRESS", required_unless_present = "all", num_args = 1.., action = ArgAction::Append)]
    pub to: Vec<String>,
    /// All of them, as after a trial into the outbox
    #[arg(long, conflicts_with = "to")]
    pub all: bool,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

/// Settle letters of which it is unknown whether they were accepted
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("decision").required(true))]
pub struct Resolve {
    #[command(flatten)]
    pub place: Place,
    /// The addresses of these letters
    #[arg(long, value_name = "ADDRESS", required = true, num_args = 1.., action = ArgAction::Append)]
    pub to: Vec<String>,
    /// The relay took it: never send it again
    #[arg(long, group = "decision")]
    pub accepted: bool,
    /// The relay did not take it: send it again, with the same Message-ID
    #[arg(long, group = "decision")]
    pub resend: bool,
}

/// Tell, add or remove those who must not be written to
#[derive(Debug, Args)]
pub struct Suppress {
    #[command(flatten)]
    pub place: Place,
    /// Never write to these addresses or domains
    #[arg(long, value_name = "ADDRESS", num_args = 1.., action = ArgAction::Append)]
    pub add: Vec<String>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", requires = "add")]
    pub reason: Option<String>,
    /// Write to these addresses or domains again
    #[arg(long, value_name = "ADDRESS", num_args = 1.., action = ArgAction::Append)]
    pub remove: Vec<String>,
}

/// Print the completions for a shell
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}
