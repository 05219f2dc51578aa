//! One file a command: load, call the room below, report the result.
//!
//! The order of these steps is decided here, and how the process ends. What letters are, which of
//! them may go and when is decided below.

mod answer;
mod approve;
mod check;
mod couriers;
mod doctor;
mod forget;
mod inbox;
mod init;
mod ledger;
mod load;
mod local;
mod man;
mod output;
mod preview;
mod register;
mod report;
mod reset;
mod resolve;
mod send;
mod show;
mod status;
mod suppress;
mod trust;

use std::ffi::OsString;
use std::io::Write as _;

use anyhow::Result;

use crate::campaign::{account, next_steps};
use crate::cli::{self, Command, Common, Parsed, When};
use crate::compose;
use crate::config::Config;
use crate::delivery::Account;
use crate::failure::{Asked, Exit, Failure};
use crate::ledger::Ledger;
use crate::letter::LetterId;
use crate::notice::{Fate, Language, Notice, Reasons, Summary};
use crate::problem::Problem;
use crate::terminal::{self, Colour, Detail, Log, ResultFormat, Settings, Terminal};
use local::language;

/// Runs a command line, on a stack for all that is read by going down into what lies in one another;
/// Windows gives the first thread a sixteenth of it.
pub fn run(arguments: Vec<OsString>) -> Exit {
    #[cfg(target_os = "linux")]
    send::keep_hang_up_ignored();
    let thread = std::thread::Builder::new().name("gonets".into()).stack_size(compose::STACK);
    let run = || run_here(arguments);
    match thread.spawn(run).map(std::thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit,
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            Exit::Faulty
        }
    }
}

fn run_here(arguments: Vec<OsString>) -> Exit {
    let language = language(&arguments);
    let plain = Terminal::new(Settings {
        language,
        format: ResultFormat::Words,
        is_quiet: false,
        colour: Colour::Auto,
    });
    let cli = match cli::parse(arguments, language) {
        Parsed::Run(cli) => cli,
        Parsed::Text(text) => {
            plain.text(&text);
            return Exit::Well;
        }
        Parsed::Misuse(misuse) => {
            plain.fail(&Notice::Misuse(misuse).words(language));
            return Exit::Misused;
        }
    };
    let mut terminal = terminal_for(&cli.common, language);
    let common = cli.common.clone();
    let name = cli.command.as_ref().and_then(with_summary);
    compose::watch(move |problem| end_by(problem, terminal_for(&common, language), name));
    if let Some(to) = &cli.common.log {
        let detail = if cli.common.log_personal { Detail::Everything } else { Detail::Nothing };
        match Log::open(to, detail, language) {
            Ok(log) => terminal.log_to(log),
            Err(failure) => return failed(&failure.into(), &terminal),
        }
    }
    let Some(command) = cli.command else {
        terminal.result(&Notice::Begin);
        return Exit::Well;
    };
    terminal.begin(command.name());
    let done = match command {
        Command::Init(given) => init::run(&given, &terminal),
        Command::Check(given) => check::run(&given, &mut terminal),
        Command::Preview(given) => preview::run(&given, &mut terminal),
        Command::Approve(given) => approve::run(&given, &terminal),
        Command::Show(given) => show::run(&given, &terminal),
        Command::Send(given) => send::run(given, &mut terminal),
        Command::Status(given) => status::run(&given, &terminal),
        Command::Report(given) => report::run(&given, &terminal),
        Command::Register(given) => register::run(&given, &terminal),
        Command::Man(given) => man::run(&given, &terminal),
        Command::Reset(given) => reset::run(given, &terminal),
        Command::Resolve(given) => resolve::run(given, &terminal),
        Command::Suppress(given) => suppress::run(given, &terminal),
        Command::Answer(given) => answer::run(given, &terminal),
        Command::Inbox(given) => inbox::run(&given, &mut terminal),
        Command::Ledger(given) => ledger::run(&given, &terminal),
        Command::Forget(given) => forget::run(&given, &terminal),
        Command::Trust(given) => trust::run(&given, &terminal),
        Command::Doctor(given) => doctor::run(&given, &mut terminal),
        Command::Completions(given) => {
            let (shell, script) = (given.shell, cli::completions(given.shell));
            if terminal.is_json() {
                let script = String::from_utf8_lossy(&script);
                let fields = [("shell", shell.to_string().into()), ("text", script.into())];
                terminal.item("script", fields);
            } else {
                terminal.bytes(&script);
            }
            Ok(Exit::Well)
        }
    };
    terminal.finish();
    let mut exit = done.unwrap_or_else(|error| failed(&error, &terminal));
    if terminal::lost_a_result() && exit == Exit::Well {
        exit = failed(&Failure::OutputLost.into(), &terminal);
    }
    terminal.end(exit as i32);
    exit
}

/// The name of a command whose last line is a summary.
fn with_summary(command: &Command) -> Option<&'static str> {
    match command {
        Command::Check(_) => Some("check"),
        Command::Preview(_) => Some("preview"),
        Command::Send(_) => Some("send"),
        _ => None,
    }
}

/// Reports a letter that does not come to an end, and ends the process: nothing else stops it.
fn end_by(problem: &Problem, mut terminal: Terminal, command: Option<&'static str>) {
    terminal.problem(problem);
    if let Some(command) = command {
        terminal.summary(&Summary { command, errors: 1, ..Summary::default() });
    }
    terminal.finish();
    terminal.fail(&Notice::Failure(Failure::Faulty { errors: 1 }).words(terminal.language));
    std::process::exit(Exit::Faulty as i32);
}

fn terminal_for(common: &Common, language: Language) -> Terminal {
    let format = if common.json { ResultFormat::Json } else { ResultFormat::Words };
    let colour = match common.color {
        When::Auto => Colour::Auto,
        When::Always => Colour::Always,
        When::Never => Colour::Never,
    };
    Terminal::new(Settings { language, format, is_quiet: common.quiet, colour })
}

/// Reports why a command ended, and returns what that means for the caller.
fn failed(error: &anyhow::Error, terminal: &Terminal) -> Exit {
    let Some(failure) = error.downcast_ref::<Failure>() else {
        terminal.fail(
            &Notice::Failure(Failure::Ours { detail: format!("{error:#}") })
                .words(terminal.language),
        );
        return Exit::Faulty;
    };
    if matches!(failure, Failure::Interrupted) {
        terminal.warn(&Notice::Failure(failure.clone()));
        return Exit::Interrupted;
    }
    terminal.fail(&Notice::Failure(failure.clone()).words(terminal.language));
    failure.exit()
}

/// Asks for the number of letters, so that nobody confirms by habit.
fn confirm_number(
    asked: Asked,
    letters: u64,
    question: &Notice,
    terminal: &Terminal,
) -> Result<()> {
    if !terminal.can_ask() {
        return Err(Failure::NeedsConfirmation(asked).into());
    }
    if terminal.ask(question) == Some(letters.to_string()) {
        Ok(())
    } else {
        Err(Failure::NotConfirmed.into())
    }
}

/// Reports letters that a person has decided about, how all letters are now, and what to do next.
fn settled(
    command: &'static str,
    letters: &[LetterId],
    ledger: &Ledger,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit> {
    for id in letters {
        let entry = ledger.entry(*id)?;
        entry.iter().for_each(|entry| terminal.letter(entry, Fate::of(entry), None));
    }
    let (account, suppressed) = account(ledger, config)?;
    tell_next_steps(&account, config, terminal);
    let letters = account.letters();
    terminal.summary(&Summary { command, letters, account, suppressed, ..Summary::default() });
    Ok(Exit::Well)
}

fn is_yes(answer: &str) -> bool {
    ["yes", "y", "да", "д"].contains(&answer.to_lowercase().as_str())
}

fn tell_next_steps(account: &Account, config: &Config, terminal: &Terminal) {
    for next in next_steps(account, Reasons::InStatus, config) {
        terminal.tell(&Notice::Next(next));
    }
}
