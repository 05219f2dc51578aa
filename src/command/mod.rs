//! One file a command: load, call the floor below, tell the result.

mod approve;
mod check;
mod couriers;
mod init;
mod man;
mod output;
mod preview;
mod recall;
mod register;
mod report;
mod reset;
mod resolve;
mod sealed;
mod send;
mod show;
mod status;
mod suppress;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::campaign::{self, Campaign, LoadError};
use crate::cli::{self, Command, Common, Parsed, When};
use crate::config::{self, Config};
use crate::delivery::Account;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::notice::{Language, Next, Notice, Outlook, Summary};
use crate::policy::{Gate, Pacer};
use crate::terminal::{self, Colour, OutputFormat, Settings, Terminal};

/// Runs a command line.
pub fn run(arguments: Vec<OsString>) -> Exit {
    let language = language(&arguments);
    let plain = Terminal::new(Settings {
        language,
        format: OutputFormat::Words,
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
    let Some(command) = cli.command else {
        terminal.result(&Notice::Begin);
        return Exit::Well;
    };
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
        Command::Completions(given) => {
            terminal.bytes(&cli::completions(given.shell));
            Ok(Exit::Well)
        }
    };
    terminal.finish();
    let exit = done.unwrap_or_else(|error| failed(&error, &terminal));
    if terminal::lost_a_result() && exit == Exit::Well {
        return failed(&Failure::OutputLost.into(), &terminal);
    }
    exit
}

fn terminal_for(common: &Common, language: Language) -> Terminal {
    let format = if common.json { OutputFormat::Json } else { OutputFormat::Words };
    let colour = match common.color {
        When::Auto => Colour::Auto,
        When::Always => Colour::Always,
        When::Never => Colour::Never,
    };
    Terminal::new(Settings { language, format, is_quiet: common.quiet, colour })
}

/// `--lang`, else the first of LC_ALL, LC_MESSAGES and LANG that is set, else what the system says.
fn language(arguments: &[OsString]) -> Language {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    let asked = words.clone().find_map(|word| word.strip_prefix("--lang=")).or_else(|| {
        words.find(|word| *word == "--lang")?;
        words.next()
    });
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = asked
        .map(str::to_owned)
        .or_else(|| ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set))
        .or_else(system_locale);
    Language::of_locale(locale.as_deref().unwrap_or_default())
}

#[cfg(windows)]
fn system_locale() -> Option<String> {
    sys_locale::get_locale()
}

#[cfg(not(windows))]
fn system_locale() -> Option<String> {
    None
}

/// Tells why a command ended and what that means for the caller.
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

fn look_in(given: Option<&Path>, terminal: &Terminal) {
    let given = given.unwrap_or(Path::new("."));
    terminal.look_in(if given.is_dir() { given } else { given.parent().unwrap_or(Path::new(".")) });
}

/// Reads `campaign.toml` alone; tells its problems where it has some.
fn settings(given: Option<&Path>, terminal: &Terminal) -> Result<(PathBuf, Config)> {
    let (file, text) = config::find(given)?;
    look_in(given, terminal);
    let config = config::read(&file, &text).map_err(|problems| {
        problems.iter().for_each(|problem| terminal.problem(problem));
        Failure::Faulty { errors: problems.len() as u64 }
    })?;
    Ok((file, config))
}

/// Reads a campaign; tells all its problems where it has some, and counts them in the summary.
fn load(given: Option<&Path>, terminal: &Terminal, summary: &mut Summary) -> Result<Campaign> {
    let campaign = load_unsealed(given, terminal, summary)?;
    summary.seal = Some(campaign.seal().as_str().to_owned());
    Ok(campaign)
}

/// The same, without waiting for the seal of a long list.
fn load_unsealed(
    given: Option<&Path>,
    terminal: &Terminal,
    summary: &mut Summary,
) -> Result<Campaign> {
    look_in(given, terminal);
    match Campaign::load(given) {
        Ok(campaign) => Ok(campaign),
        Err(LoadError::Failure(error)) => Err(error),
        Err(LoadError::Problems(problems)) => {
            for problem in &problems {
                terminal.problem(problem);
                summary.count(problem);
            }
            terminal.summary(summary);
            Err(Failure::Faulty { errors: summary.errors }.into())
        }
    }
}

/// Narrows a campaign to the rows that the command line means.
fn select(
    campaign: &mut Campaign,
    given: &cli::Select,
    terminal: &Terminal,
    summary: &mut Summary,
) -> Result<()> {
    let Err(problems) = campaign.select(given.filter.as_deref(), given.rows) else { return Ok(()) };
    summary.seal = Some(campaign.seal().as_str().to_owned());
    for problem in &problems {
        terminal.problem(problem);
        summary.count(problem);
    }
    terminal.summary(summary);
    Err(Failure::Faulty { errors: summary.errors }.into())
}

/// `--to ADDRESS… [CAMPAIGN]`: the campaign that was taken for a further address.
fn split_campaign(to: &mut Vec<String>, campaign: &mut Option<PathBuf>) {
    if campaign.is_none() && to.len() > 1 && to.last().is_some_and(|last| !last.contains('@')) {
        *campaign = to.pop().map(Into::into);
    }
}

/// Who runs this process, for the record and for whoever finds the ledger held.
fn who() -> String {
    let user = ["USER", "USERNAME", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    let user = user.map(|user| format!("{user}, ")).unwrap_or_default();
    format!("{user}PID {}, {}", std::process::id(), clock(jiff::Timestamp::now()))
}

/// The account at this machine.
fn user() -> String {
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    ["USER", "USERNAME", "LOGNAME"].iter().find_map(set).unwrap_or_else(|| "?".into())
}

/// A moment as people at this machine write it.
fn clock(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A moment for programs (RFC 3339), by this machine's clock.
fn zoned(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// When letters will go, where the pace keeps them from going at once.
fn outlook(pacer: Pacer, letters: BTreeMap<Gate, u64>) -> Option<Outlook> {
    let now = jiff::Timestamp::now();
    let told = pacer.forecast(letters, now).filter(|told| told.last > now)?;
    Some(Outlook { begins: (told.first > now).then(|| clock(told.first)), ends: clock(told.last) })
}

/// The account without the letters to those who were forbidden after these were entered, and how
/// many those are: they wait and never go.
fn account(ledger: &Ledger, config: &Config) -> Result<(Account, u64)> {
    let mut account = ledger.account()?;
    let suppression = campaign::suppression(config).unwrap_or_default();
    let mut suppressed = 0;
    if account.waiting > 0 && !suppression.is_empty() {
        ledger
            .each_waiting(&mut |address| suppressed += u64::from(suppression.forbids(address)))?;
    }
    account.waiting = account.waiting.saturating_sub(suppressed);
    Ok((account, suppressed))
}

/// The ways on from where the letters stand.
fn next_steps(account: &Account, config: &Config) -> Vec<Next> {
    let folder = || config.folder.clone();
    let mut steps = Vec::new();
    if account.unknown > 0 {
        steps.push(Next::ResolveUnknown { unknown: account.unknown, folder: folder() });
    }
    if account.waiting > 0 {
        steps.push(Next::RunAgain { waiting: account.waiting, folder: folder() });
    }
    if account.refused > 0 {
        steps.push(Next::LookAtRefused { refused: account.refused, folder: folder() });
    }
    if steps.is_empty() && account.letters() > 0 {
        steps.push(if config.smtp.is_none() {
            Next::Filed { folder: folder() }
        } else {
            Next::AllDone
        });
    }
    steps
}
