//! What the campaign's own files and this computer say: the letters, the ledger, the disk, the time
//! zone.

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::ZonedDateTime;

use crate::campaign::{Campaign, LoadError, Numbers, Routed};
use crate::command::load::home;
use crate::compose::Mode;
use crate::config::Config;
use crate::delivery::Home;
use crate::doctor::Survey;
use crate::failure::{Failure, ServerFlaw};
use crate::files;
use crate::finding::{CampaignFinding, Finding};
use crate::ledger::{Ledger, Location};
use crate::notice::{Extent, Language, Notice};
use crate::problem::Severity;
use crate::trust::Trust;

/// For how long letters are composed; of those of a long list with PDFs only the first are.
const TIMEOUT: Duration = Duration::from_secs(5);

/// For how long a ledger on a server is waited for.
const LEDGER_TIMEOUT: Duration = Duration::from_secs(10);

/// What a run writes besides letters: the ledger, for each letter.
const LEDGER_OCTETS: u64 = 2048;

pub(super) fn survey(
    config: &Config,
    (campaign, trust): (Routed, Trust),
    extent: Extent,
    language: Language,
) -> Result<(Survey, Vec<Finding>)> {
    let mut found = Vec::new();
    let mut survey = Survey::default();
    let (of_ledger, reachable) = match (&config.ledger.server, extent) {
        (Some(_), Extent::FilesAlone) => (CampaignFinding::LedgerNotAsked, Extent::FilesAlone),
        (Some(_), Extent::Whole) => ledger_on_server(config, language),
        (None, _) => (ledger(&config.ledger, &config.folder, &home(config), language), extent),
    };
    match Campaign::load_within(campaign, trust, reachable) {
        Ok(campaign) => found.push(compose(&campaign, &mut survey)?),
        Err(LoadError::Failure(error)) => return Err(error),
        Err(LoadError::Problems(problems)) => found.push(CampaignFinding::Faulty {
            folder: config.folder.clone(),
            errors: problems.len() as u64,
        }),
    }
    found.push(of_ledger);
    if let Some(kind) = files::network_share(&config.folder)
        && config.ledger.server.is_none()
    {
        found.push(CampaignFinding::LedgerOnShare { kind, folder: config.folder.clone() });
    }
    found.extend(disk(config, &survey));
    found.push(time_zone(config));
    Ok((survey, found.into_iter().map(Finding::from).collect()))
}

/// Composes the letters as long as there is time.
fn compose(campaign: &Campaign, survey: &mut Survey) -> Result<CampaignFinding> {
    let config = &campaign.config;
    // A ledger that cannot be read is told of by itself.
    let ledger = Ledger::look(&config.ledger).ok().flatten();
    let numbers = Numbers::new(&config.numbering, ledger.as_ref())?;
    let until = Instant::now() + TIMEOUT;
    let (mut errors, mut is_over) = (0, false);
    let composed = campaign.each_draft(numbers, &ZonedDateTime::now(), &Mode::Real, &mut |draft| {
        if let Some(composed) = &draft.composed {
            survey.add(&composed.letter, draft.place.sheet_row());
        }
        errors +=
            draft.problems.iter().filter(|problem| problem.severity == Severity::Error).count()
                as u64;
        is_over = Instant::now() >= until;
        if is_over { Err(anyhow::anyhow!("there is no more time")) } else { Ok(()) }
    });
    match composed {
        Err(error) if !is_over => return Err(error),
        Ok(()) | Err(_) => {}
    }
    Ok(if errors > 0 {
        CampaignFinding::Faulty { folder: config.folder.clone(), errors }
    } else {
        let Survey { letters, largest, .. } = *survey;
        CampaignFinding::Letters { letters, largest, are_all: !is_over }
    })
}

/// A ledger on a server, waited for no longer than anybody else. Where it fails, the letters are looked at
/// without it.
fn ledger_on_server(config: &Config, language: Language) -> (CampaignFinding, Extent) {
    let folder = config.folder.clone();
    let fails = |error| (fails(&folder, error, language), Extent::FilesAlone);
    // Before the time runs: a program may ask for the password of its store.
    if let Err(error) = config.ledger.fetch_secret() {
        return fails(error);
    }
    let silent = Failure::LedgerServer {
        server: "PostgreSQL".into(),
        flaw: ServerFlaw::Silent,
        detail: String::new(),
    };
    let (sender, receiver) = mpsc::channel();
    let (at, home, folder) = (config.ledger.clone(), home(config), config.folder.clone());
    std::thread::spawn(move || {
        let _ = sender.send(ledger(&at, &folder, &home, language));
    });
    match receiver.recv_timeout(LEDGER_TIMEOUT) {
        Ok(found @ CampaignFinding::LedgerFails { .. }) => (found, Extent::FilesAlone),
        Ok(found) => (found, Extent::Whole),
        Err(_) => fails(silent.into()),
    }
}

fn ledger(at: &Location, folder: &Path, home: &Home, language: Language) -> CampaignFinding {
    let read = Ledger::look(at).and_then(|ledger| {
        let Some(ledger) = ledger else { return Ok(CampaignFinding::NoLedger) };
        Ok(match ledger.strange_home(home)? {
            Some(from) => CampaignFinding::LedgerElsewhere { host: from.host, path: from.path },
            None => CampaignFinding::Ledger { letters: ledger.account()?.letters() },
        })
    });
    read.unwrap_or_else(|error| fails(folder, error, language))
}

fn fails(folder: &Path, error: anyhow::Error, language: Language) -> CampaignFinding {
    CampaignFinding::LedgerFails { folder: folder.to_owned(), detail: worded(error, language) }
}

/// What a failure says, as part of a finding.
pub(super) fn worded(error: anyhow::Error, language: Language) -> String {
    match error.downcast::<Failure>() {
        Ok(failure) => Notice::Failure(failure).words(language),
        Err(error) => format!("{error:#}"),
    }
}

/// Whether the disk has room for what a run writes: the ledger, and the letters that it keeps.
fn disk(config: &Config, survey: &Survey) -> Option<CampaignFinding> {
    let free = files::free_space(&config.folder).ok()?;
    let copies = u64::from(config.smtp.is_none()) + u64::from(config.archive.is_some());
    let needed = survey.octets * copies + survey.letters * LEDGER_OCTETS;
    Some(if free < needed {
        CampaignFinding::DiskShort { path: config.folder.clone(), free, needed }
    } else {
        CampaignFinding::Disk { free, needed }
    })
}

fn time_zone(config: &Config) -> CampaignFinding {
    let zone = config.zone.iana_name().unwrap_or_default();
    let now = ZonedDateTime::now().with_time_zone(config.zone.clone());
    let clock = now.strftime("%Y-%m-%d %H:%M (%:z)").to_string();
    match zone {
        "" if now.offset().seconds() != 0 => {
            CampaignFinding::TimeZone { zone: now.strftime("%:z").to_string(), now: clock }
        }
        "" | "UTC" | "Etc/UTC" | "Etc/Unknown" => CampaignFinding::TimeZoneUnset { now: clock },
        zone => CampaignFinding::TimeZone { zone: zone.to_owned(), now: clock },
    }
}
