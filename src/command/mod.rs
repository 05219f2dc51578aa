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

use crate::campaign::{self, Campaign, Unreadable};
use crate::cli::{self, Command, Common, Parsed, When};
use crate::config::{self, Config};
use crate::delivery::Account;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::notice::{Language, Next, Notice, Outlook, Summary};
use crate::policy::{Gate, Pacer};
use crate::screen::{self, Colour, Format, Screen};

/// Runs a command line.
pub fn run(arguments: Vec<OsString>) -> Exit {
    let language = language(&arguments);
    let plain = Screen::new(language, Format::Words, false, Colour::Auto);
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
    let mut screen = screen_of(&cli.common, language);
    let Some(command) = cli.command else {
        screen.result(&Notice::Begin);
        return Exit::Well;
    };
    let done = match command {
        Command::Init(given) => init::run(&given, &screen),
        Command::Check(given) => check::run(&given, &mut screen),
        Command::Preview(given) => preview::run(&given, &mut screen),
        Command::Approve(given) => approve::run(&given, &screen),
        Command::Show(given) => show::run(&given, &screen),
        Command::Send(given) => send::run(given, &mut screen),
        Command::Status(given) => status::run(&given, &screen),
        Command::Report(given) => report::run(&given, &screen),
        Command::Register(given) => register::run(&given, &screen),
        Command::Man(given) => man::run(&given, &screen),
        Command::Reset(given) => reset::run(given, &screen),
        Command::Resolve(given) => resolve::run(given, &screen),
        Command::Suppress(given) => suppress::run(given, &screen),
        Command::Completions(given) => {
            screen.bytes(&cli::completions(given.shell));
            Ok(Exit::Well)
        }
    };
    screen.finish();
    let exit = done.unwrap_or_else(|error| failed(&error, &screen));
    if screen::lost_a_result() && exit == Exit::Well {
        return failed(&Failure::OutputLost.into(), &screen);
    }
    exit
}

fn screen_of(common: &Common, language: Language) -> Screen {
    let format = if common.json { Format::Json } else { Format::Words };
    let colour = match common.color {
        When::Auto => Colour::Auto,
        When::Always => Colour::Always,
        When::Never => Colour::Never,
    };
    Screen::new(language, format, common.quiet, colour)
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
fn failed(error: &anyhow::Error, screen: &Screen) -> Exit {
    let Some(failure) = error.downcast_ref::<Failure>() else {
        screen.fail(
            &Notice::Failure(Failure::Ours { detail: format!("{error:#}") }).words(screen.language),
        );
        return Exit::Faulty;
    };
    if matches!(failure, Failure::Interrupted) {
        screen.warn(&Notice::Failure(failure.clone()));
        return Exit::Interrupted;
    }
    screen.fail(&Notice::Failure(failure.clone()).words(screen.language));
    failure.exit()
}

fn look_in(given: Option<&Path>, screen: &Screen) {
    let given = given.unwrap_or(Path::new("."));
    screen.look_in(if given.is_dir() { given } else { given.parent().unwrap_or(Path::new(".")) });
}

/// Reads `campaign.toml` alone; tells its problems where it has some.
fn settings(given: Option<&Path>, screen: &Screen) -> Result<(PathBuf, Config)> {
    let (file, text) = config::find(given)?;
    look_in(given, screen);
    let config = config::read(&file, &text).map_err(|problems| {
        problems.iter().for_each(|problem| screen.problem(problem));
        Failure::Faulty { errors: problems.len() as u64 }
    })?;
    Ok((file, config))
}

/// Reads a campaign; tells all its problems where it has some, and counts them in the summary.
fn load(given: Option<&Path>, screen: &Screen, summary: &mut Summary) -> Result<Campaign> {
    let campaign = load_unsealed(given, screen, summary)?;
    summary.seal = Some(campaign.seal().as_str().to_owned());
    Ok(campaign)
}

/// The same, without waiting for the seal of a long list.
fn load_unsealed(given: Option<&Path>, screen: &Screen, summary: &mut Summary) -> Result<Campaign> {
    look_in(given, screen);
    match Campaign::load(given) {
        Ok(campaign) => Ok(campaign),
        Err(Unreadable::Failure(error)) => Err(error),
        Err(Unreadable::Problems(problems)) => {
            for problem in &problems {
                screen.problem(problem);
                summary.count(problem);
            }
            screen.summary(summary);
            Err(Failure::Faulty { errors: summary.errors }.into())
        }
    }
}

/// Narrows a campaign to the rows that the command line means.
fn select(
    campaign: &mut Campaign,
    given: &cli::Select,
    screen: &Screen,
    summary: &mut Summary,
) -> Result<()> {
    let Err(problems) = campaign.select(given.filter.as_deref(), given.rows) else { return Ok(()) };
    summary.seal = Some(campaign.seal().as_str().to_owned());
    for problem in &problems {
        screen.problem(problem);
        summary.count(problem);
    }
    screen.summary(summary);
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
