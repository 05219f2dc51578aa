//! What the campaign's own files and this computer say: the letters, the ledger, the disk, the time
//! zone.

use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::ZonedDateTime;

use crate::campaign::{Campaign, LoadError, Numbers};
use crate::cli::PlaceToRead;
use crate::command::load::home;
use crate::compose::Mode;
use crate::config::Config;
use crate::doctor::Survey;
use crate::files;
use crate::finding::{CampaignFinding, Finding};
use crate::ledger::Ledger;
use crate::notice::{Language, Notice};
use crate::problem::Severity;

/// For how long letters are composed; of those of a long list with PDFs only the first are.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What a run writes besides letters: the ledger, for each letter.
const LEDGER_OCTETS: u64 = 2048;

pub(super) fn survey(
    config: &Config,
    place: &PlaceToRead,
    language: Language,
) -> Result<(Survey, Vec<Finding>)> {
    let mut found = Vec::new();
    let mut survey = Survey::default();
    match Campaign::load_with(place.campaign.as_deref(), place.trust.into()) {
        Ok(campaign) => found.push(compose(&campaign, &mut survey)?),
        Err(LoadError::Failure(error)) => return Err(error),
        Err(LoadError::Problems(problems)) => found.push(CampaignFinding::Faulty {
            folder: config.folder.clone(),
            errors: problems.len() as u64,
        }),
    }
    found.push(ledger(config, language));
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

fn ledger(config: &Config, language: Language) -> CampaignFinding {
    let looked = Ledger::look(&config.ledger);
    let read = looked.and_then(|ledger| {
        let Some(ledger) = ledger else { return Ok(CampaignFinding::NoLedger) };
        Ok(match ledger.strange_home(&home(config))? {
            Some(from) => CampaignFinding::LedgerElsewhere { host: from.host, path: from.path },
            None => CampaignFinding::Ledger { letters: ledger.account()?.letters() },
        })
    });
    read.unwrap_or_else(|error| {
        let detail = match error.downcast::<crate::failure::Failure>() {
            Ok(failure) => Notice::Failure(failure).words(language),
            Err(error) => format!("{error:#}"),
        };
        CampaignFinding::LedgerFails { folder: config.folder.clone(), detail }
    })
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
