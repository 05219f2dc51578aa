//! What commands begin with: the campaign's settings, the campaign with its list and templates, or
//! its ledger. Problems are reported here, and end the command.

use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::Timestamp;

use super::local::{host, who};
use crate::campaign::{Campaign, LoadError, Routed, needs};
use crate::cli::{self, PlaceToRead};
use crate::config::{self, Config, Route};
use crate::delivery::Home;
use crate::failure::Failure;
use crate::files;
use crate::ledger::Ledger;
use crate::notice::{Extent, InboxNotice, Notice, Repair, Summary};
use crate::preview;
use crate::problem::Problem;
use crate::seal::SealRecord;
use crate::terminal::Terminal;
use crate::trust::Trust;

/// Reads `campaign.toml` alone.
pub(super) fn settings<'a>(
    given: impl Into<Routed<'a>>,
    terminal: &Terminal,
) -> Result<(PathBuf, Config)> {
    let Routed { campaign: given, route } = given.into();
    let (file, text) = config::find(given)?;
    look_in(given, terminal);
    let config = config::read_for(&file, &text, route).map_err(|problems| {
        problems.iter().for_each(|problem| terminal.problem(problem));
        Failure::Faulty { errors: problems.len() as u64 }
    })?;
    share(&config);
    Ok((file, config))
}

/// Like [`settings`], with leave for the secret that leads to a ledger on a server.
pub(super) fn settings_and_leave(
    given: Option<&Path>,
    trust: Trust,
    terminal: &Terminal,
) -> Result<(PathBuf, Config)> {
    let (file, config) = settings(given, terminal)?;
    leave_for_ledger(&config, trust, terminal)?;
    Ok((file, config))
}

/// Asks for leave, if the ledger is on a server, or that of a campaign that is followed.
pub(super) fn leave_for_ledger(config: &Config, trust: Trust, terminal: &Terminal) -> Result<()> {
    if !needs::of_ledgers(config).is_empty() {
        super::trust::ensure(config, trust, terminal)?;
    }
    Ok(())
}

/// Reads `campaign.toml` alone; `None` if it has errors, which are reported with all others.
pub(super) fn settings_if_sound(given: Routed) -> Result<Option<Config>> {
    let (file, text) = config::find(given.campaign)?;
    Ok(config::read_for(&file, &text, given.route).ok())
}

/// A campaign whose letters go through the relay of a file, if one is named.
pub(super) fn through<'a>(campaign: Option<&'a Path>, relay: Option<&'a Path>) -> Routed<'a> {
    Routed { campaign, route: relay.map_or(Route::OfCampaign, Route::Through) }
}

/// Files of this campaign are also for its group, if it says so.
fn share(config: &Config) {
    if config.is_for_group {
        files::share_with_group();
    }
}

/// Reads a campaign, and seals it.
pub(super) fn load(
    given: &PlaceToRead,
    terminal: &Terminal,
    summary: &mut Summary,
) -> Result<Campaign> {
    let routed = given.campaign.as_deref().into();
    load_for(routed, given.trust.into(), terminal, summary)
}

/// Like [`load`], for a run whose letters go this way.
pub(super) fn load_for(
    given: Routed,
    trust: Trust,
    terminal: &Terminal,
    summary: &mut Summary,
) -> Result<Campaign> {
    let campaign = load_unsealed_for(given, trust, terminal, summary)?;
    summary.seal = Some(campaign.seal().as_str().to_owned());
    Ok(campaign)
}

/// Like [`load`], but does not wait for the seal of a long list.
pub(super) fn load_unsealed(
    given: &PlaceToRead,
    terminal: &Terminal,
    summary: &mut Summary,
) -> Result<Campaign> {
    let routed = given.campaign.as_deref().into();
    load_unsealed_for(routed, given.trust.into(), terminal, summary)
}

fn load_unsealed_for(
    given: Routed,
    trust: Trust,
    terminal: &Terminal,
    summary: &mut Summary,
) -> Result<Campaign> {
    look_in(given.campaign, terminal);
    if let Some(config) = settings_if_sound(given)? {
        leave_for_ledger(&config, trust, terminal)?;
    }
    match Campaign::load_within(given, trust, Extent::Whole) {
        Ok(campaign) => {
            share(&campaign.config);
            let outside = campaign.read_outside();
            if !outside.is_empty() {
                terminal.tell(&Notice::ReadOutside { files: outside });
            }
            Ok(campaign)
        }
        Err(LoadError::Failure(error)) => Err(error),
        Err(LoadError::Problems(problems)) => Err(faulty(&problems, terminal, summary).into()),
    }
}

/// The campaign of this file, if it has no errors: what its ledger says can be told without it.
///
/// # Errors
/// [`Failure::NotTrusted`]: a person decides that first.
pub(super) fn load_if_sound(file: &Path, trust: Trust) -> Result<Option<Campaign>> {
    match Campaign::load_with(Some(file), trust) {
        Ok(campaign) => Ok(Some(campaign)),
        Err(LoadError::Failure(error)) => match error.downcast_ref() {
            Some(Failure::NotTrusted { .. }) => Err(error),
            Some(_) | None => Ok(None),
        },
        Err(LoadError::Problems(_)) => Ok(None),
    }
}

/// Narrows a campaign to the rows of `--where` and `--rows`.
pub(super) fn select(
    campaign: &mut Campaign,
    given: &cli::Select,
    terminal: &Terminal,
    summary: &mut Summary,
) -> Result<()> {
    let Err(problems) = campaign.select(given.filter.as_deref(), given.rows) else { return Ok(()) };
    summary.seal = Some(campaign.seal().as_str().to_owned());
    Err(faulty(&problems, terminal, summary).into())
}

/// How to go on when some rows of the list have errors.
pub(super) fn repair(
    folder: PathBuf,
    given: &cli::Select,
    flags: Vec<String>,
    letters: u64,
) -> Repair {
    let mut selection = Vec::new();
    selection.extend(given.filter.clone().map(|filter| ("--where".to_owned(), filter)));
    selection.extend(given.rows.map(|rows| {
        let rows = match rows {
            (first, last) if first == last => first.to_string(),
            (first, u64::MAX) => format!("{first}-"),
            (first, last) => format!("{first}-{last}"),
        };
        ("--rows".to_owned(), rows)
    }));
    Repair { folder, selection, flags, letters }
}

fn faulty(problems: &[Problem], terminal: &Terminal, summary: &mut Summary) -> Failure {
    for problem in problems {
        terminal.problem(problem);
        summary.count(problem);
    }
    terminal.summary(summary);
    Failure::Faulty { errors: summary.errors }
}

/// Reports what concerns the campaign as a whole.
pub(super) fn warn(campaign: &Campaign, terminal: &Terminal, summary: &mut Summary) {
    for problem in &campaign.warnings {
        terminal.problem(problem);
        summary.count(problem);
    }
}

fn look_in(given: Option<&Path>, terminal: &Terminal) {
    let given = given.unwrap_or(Path::new("."));
    terminal.look_in(if given.is_dir() { given } else { given.parent().unwrap_or(Path::new(".")) });
}

/// `--to ADDRESS… [CAMPAIGN]`: the campaign that was taken for a further address.
pub(super) fn split_campaign(to: &mut Vec<String>, campaign: &mut Option<PathBuf>) {
    if campaign.is_none() && to.len() > 1 && to.last().is_some_and(|last| !last.contains('@')) {
        *campaign = to.pop().map(Into::into);
    }
}

/// Opens a ledger that must exist; beside runs, if it is on a server.
pub(super) fn existing_ledger(config: &Config, now: Timestamp) -> Result<Ledger> {
    must_have_ledger(config)?;
    Ok(Ledger::share(&config.ledger, &who(), now)?.0)
}

/// Opens a ledger that must exist, while nobody else uses it.
pub(super) fn existing_ledger_alone(config: &Config, now: Timestamp) -> Result<Ledger> {
    must_have_ledger(config)?;
    Ok(Ledger::open(&config.ledger, &who(), now)?.0)
}

fn must_have_ledger(config: &Config) -> Result<()> {
    match Ledger::look(&config.ledger)? {
        Some(_) => Ok(()),
        None => Err(Failure::NoLedger { path: config.folder.clone() }.into()),
    }
}

/// Where the campaign's folder is.
pub(super) fn home(config: &Config) -> Home {
    let path = std::fs::canonicalize(&config.folder).unwrap_or_else(|_| config.folder.clone());
    Home { host: host(), path: path.to_string_lossy().into_owned() }
}

/// Says what does not keep a command that sends nothing: the ledger was used elsewhere, or people who
/// have a letter look new.
pub(super) fn warn_of_second_letters(
    campaign: &Campaign,
    ledger: Option<&Ledger>,
    terminal: &Terminal,
) -> Result<()> {
    warn_if_elsewhere(&campaign.config, ledger, terminal)?;
    warn_of_changed_letters(campaign, ledger, u64::MAX, terminal)?;
    let look_alikes = campaign.look_alikes(ledger)?.into_iter();
    let letters = look_alikes.filter(|it| it.is_kept).count() as u64;
    if letters > 0 {
        terminal.warn(&Notice::LookAlikes { letters });
    }
    Ok(())
}

/// Says who gets a letter of a campaign that follows another.
pub(super) fn tell_following(campaign: &Campaign, terminal: &Terminal) -> Result<()> {
    if let Some(following) = &campaign.following {
        terminal.tell(&Notice::Inbox(InboxNotice::Following(following.counts()?)));
    }
    Ok(())
}

/// Names the people who have a letter that says something else now.
pub(super) fn warn_of_changed_letters(
    campaign: &Campaign,
    ledger: Option<&Ledger>,
    most: u64,
    terminal: &Terminal,
) -> Result<u64> {
    let changed = campaign.changed_letters(ledger, most)?;
    let letters = changed.letters;
    if letters > 0 {
        let folder = campaign.config.folder.clone();
        terminal.warn(&Notice::ChangedLetters { letters, first: changed.first, folder });
    }
    Ok(letters)
}

pub(super) fn warn_if_elsewhere(
    config: &Config,
    ledger: Option<&Ledger>,
    terminal: &Terminal,
) -> Result<()> {
    let from = ledger.map(|ledger| ledger.strange_home(&home(config))).transpose()?.flatten();
    from.into_iter().for_each(|from| terminal.warn(&Notice::WokeElsewhere { from }));
    Ok(())
}

/// The seal and the letters of the last preview.
pub(super) fn previewed(campaign: &Campaign) -> Option<SealRecord> {
    preview::record(&campaign.config.folder.join(preview::FOLDER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_behind_addresses_is_not_an_address() {
        let split = |to: &[&str]| {
            let mut to: Vec<String> = to.iter().map(|&word| word.to_owned()).collect();
            let mut campaign = None;
            split_campaign(&mut to, &mut campaign);
            (to.len(), campaign)
        };
        assert_eq!(split(&["anna@a.test", "seminar"]), (1, Some("seminar".into())));
        assert_eq!(split(&["anna@a.test", "boris@a.test"]), (2, None));
        assert_eq!(split(&["seminar"]), (1, None));
    }
}
