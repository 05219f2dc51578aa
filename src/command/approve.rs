//! `approve`: somebody says that they looked at the letters, and the ledger keeps it.

use anyhow::Result;
use jiff::Timestamp;

use super::sealed::{must_match, seal_status};
use super::{load, select, user, who};
use crate::cli::Approve;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::notice::{Next, Notice, Seen, Summary};
use crate::seal::Approval;
use crate::terminal::Terminal;

pub(super) fn run(given: &Approve, terminal: &Terminal) -> Result<Exit> {
    let mut summary = Summary { command: "approve", ..Summary::default() };
    let mut campaign = load(given.place.campaign.as_deref(), terminal, &mut summary)?;
    select(&mut campaign, &given.select, terminal, &mut summary)?;
    must_match(given.seal.as_deref(), &campaign)?;
    let folder = campaign.config.folder.clone();
    let seen = |changes| Failure::NotPreviewed { folder: folder.clone(), changes };
    match seal_status(&campaign, None)?.previewed {
        Seen::This { .. } => {}
        Seen::Never => return Err(seen(Vec::new()).into()),
        Seen::Other { changes, .. } => return Err(seen(changes).into()),
    }
    let now = Timestamp::now();
    let (mut ledger, _) = Ledger::open(&folder, &campaign.config.id, &who(), now)?;
    let seal = campaign.seal().as_str().to_owned();
    ledger.approve(&Approval {
        name: given.by.clone(),
        user: user(),
        seal: seal.clone(),
        at: now,
    })?;
    let seal_status = seal_status(&campaign, Some(&ledger))?;
    let (approved, people) = (seal_status.approved.len(), seal_status.people);
    terminal.result(&Notice::Approved { name: given.by.clone(), seal, given: approved, people });
    let missing = people.saturating_sub(u32::try_from(approved).unwrap_or(u32::MAX));
    terminal.tell(&Notice::Next(match missing {
        0 => Next::Send { folder },
        missing => Next::MoreApprovals { folder, missing },
    }));
    terminal.summary(&summary);
    Ok(Exit::Well)
}
