//! `approve`: records in the ledger that a person has looked at the letters.

use anyhow::Result;
use jiff::Timestamp;

use super::load::{load, previewed, select};
use super::local::{user, who};
use crate::cli::Approve;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::notice::{NextStep, Notice, Seen, Summary};
use crate::seal::Approval;
use crate::terminal::Terminal;

pub(super) fn run(given: &Approve, terminal: &Terminal) -> Result<Exit> {
    let mut summary = Summary { command: "approve", ..Summary::default() };
    let mut campaign = load(&given.place, terminal, &mut summary)?;
    select(&mut campaign, &given.select, terminal, &mut summary)?;
    let previewed = previewed(&campaign);
    if let Some(seal) = &given.seal {
        campaign.expect_seal(seal, previewed.as_ref())?;
    }
    let folder = campaign.config.folder.clone();
    let changes = match campaign.seal_status(previewed.as_ref(), None)?.previewed {
        Seen::This { .. } => None,
        Seen::Never => Some(Vec::new()),
        Seen::Other { changes, .. } => Some(changes),
    };
    if let Some(changes) = changes {
        return Err(Failure::NotPreviewed { folder, changes }.into());
    }
    let now = Timestamp::now();
    let (mut ledger, _) = Ledger::share(&campaign.config.ledger, &who(), now)?;
    let seal = campaign.seal().as_str().to_owned();
    ledger.approve(&Approval {
        name: given.by.clone(),
        user: user(),
        seal: seal.clone(),
        at: now,
    })?;
    let status = campaign.seal_status(previewed.as_ref(), Some(&ledger))?;
    let (approved, people) = (status.approved.len(), status.people);
    terminal.item(
        "approval",
        [
            ("name", given.by.clone().into()),
            ("seal", seal.clone().into()),
            ("given", approved.into()),
            ("needed", people.into()),
        ],
    );
    terminal.result(&Notice::Approved { name: given.by.clone(), seal, given: approved, people });
    let missing = people.saturating_sub(u32::try_from(approved).unwrap_or(u32::MAX));
    terminal.tell(&Notice::Next(match missing {
        0 => NextStep::Send { folder },
        missing => NextStep::MoreApprovals { folder, missing },
    }));
    terminal.summary(&summary);
    Ok(Exit::Well)
}
