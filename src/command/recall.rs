//! A look at the whole list that need not be taken again: nothing that decides the letters has
//! changed since.

use anyhow::Result;
use jiff::Timestamp;

use super::sealed;
use crate::campaign::Campaign;
use crate::cli::Send;
use crate::ledger::{Ledger, Preflight};
use crate::notice::Summary;
use crate::seal::{Gatherer, Record};

/// What the last look found, where it was under the same seal, found no error, and the same letters
/// are meant.
pub(super) fn known(
    campaign: &Campaign,
    given: &Send,
    ledger: Option<&Ledger>,
) -> Result<Option<Preflight>> {
    let is_whole = given.to.is_empty() && !given.retry_refused && !given.dry_run;
    // Only the list knows in which time zone a recipient lives.
    let is_foreseeable = !campaign.config.pace.is_by_recipient();
    match ledger.filter(|_| is_whole && is_foreseeable) {
        Some(ledger) => ledger.preflight(campaign.seal().as_str()),
        None => Ok(None),
    }
}

/// Notes a look for later, where it found no error and all letters of the ledger on the list.
pub(super) fn note(ledger: &mut Ledger, record: &Record, summary: &Summary) -> Result<()> {
    // A letter that is no longer on the list waits without going: a look at the list alone tells
    // them apart.
    if summary.errors > 0 || ledger.enrolled()? != summary.letters {
        return Ok(());
    }
    ledger.note_preflight(&Preflight {
        seal: record.seal.as_str().to_owned(),
        at: record.at,
        rows: summary.rows,
        letters: summary.letters,
        suppressed: summary.suppressed,
        blocked: summary.blocked,
        warnings: summary.warnings,
        doubts: summary.doubts,
        digest: record.letters.clone(),
    })
}

/// The counts as if the look had been taken now.
pub(super) fn recount(found: &Preflight, summary: &mut Summary) {
    summary.rows = found.rows;
    summary.letters = found.letters;
    summary.suppressed = found.suppressed;
    summary.blocked = found.blocked;
    summary.warnings = found.warnings;
    summary.doubts = found.doubts;
}

/// The record of a run whose letters are those of an earlier look.
pub(super) fn record(campaign: &Campaign, found: &Preflight) -> Record {
    Record {
        letters: found.digest.clone(),
        at: Timestamp::now(),
        ..sealed::record(campaign, Gatherer::default())
    }
}
