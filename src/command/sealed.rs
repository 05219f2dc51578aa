//! What is known of a seal: whether it was previewed, sent and approved, and what changed since.

use anyhow::Result;
use jiff::Timestamp;

use crate::campaign::{Campaign, Draft};
use crate::failure::Failure;
use crate::ledger::Ledger;
use crate::notice::{SealStatus, Seen};
use crate::preview;
use crate::seal::{self, Change, Gatherer, How, Record, Seal, approvers};

/// What is known of a campaign's seal.
pub(super) fn seal_status(campaign: &Campaign, ledger: Option<&Ledger>) -> Result<SealStatus> {
    let seal = campaign.seal();
    let approvals = ledger.map_or(Ok(Vec::new()), Ledger::approvals)?;
    let sent = ledger.map_or(Ok(None), Ledger::last_run)?;
    Ok(SealStatus {
        seal: seal.as_str().to_owned(),
        previewed: seen(seal, previewed(campaign).as_ref()),
        sent: seen(seal, sent.as_ref()),
        approved: approvers(&approvals, seal.as_str()).into_iter().cloned().collect(),
        people: campaign.config.approvals,
    })
}

/// The last preview, if there is one.
pub(super) fn previewed(campaign: &Campaign) -> Option<Record> {
    preview::record(&campaign.config.folder.join(preview::FOLDER))
}

fn seen(now: &Seal, record: Option<&Record>) -> Seen {
    match record {
        None => Seen::Never,
        Some(record) if record.seal == *now => Seen::This { at: record.at },
        Some(record) => Seen::Other { at: record.at, changes: now.changes(&record.seal) },
    }
}

/// Refuses where the seal that was given is not that of the letters now, and names what changed.
pub(super) fn must_match(given: Option<&str>, campaign: &Campaign) -> Result<()> {
    let now = campaign.seal();
    let Some(given) = given.map(str::trim).filter(|given| *given != now.as_str()) else {
        return Ok(());
    };
    let earlier = previewed(campaign).filter(|record| record.seal.as_str() == given);
    let changes = earlier.map(|record| now.changes(&record.seal)).unwrap_or_default();
    Err(Failure::SealDiffers { given: given.to_owned(), now: now.as_str().to_owned(), changes }
        .into())
}

/// Refuses where more people have to approve the letters than did.
pub(super) fn must_be_approved(seal_status: &SealStatus, campaign: &Campaign) -> Result<()> {
    if seal_status.approved.len() as u64 >= u64::from(seal_status.people) {
        return Ok(());
    }
    let changes = match &seal_status.previewed {
        Seen::Other { changes, .. } => changes.clone(),
        Seen::Never | Seen::This { .. } => Vec::new(),
    };
    Err(Failure::NotApproved {
        folder: campaign.config.folder.clone(),
        seal: seal_status.seal.clone(),
        approved: seal_status.approved.iter().map(|approval| approval.name.clone()).collect(),
        people: seal_status.people,
        changes,
    }
    .into())
}

/// Adds to a digest all that the reader of a draft would read.
pub(super) fn gather(draft: &Draft, letters: &mut Gatherer) {
    let Some(composed) = &draft.composed else { return };
    let letter = &composed.letter;
    let number = letter.number.as_deref().unwrap_or_default();
    letters.add(&[&letter.id.to_string(), number, &letter.subject, &composed.text, &composed.html]);
}

/// Whether the letters are those of the preview under the same seal: the ledger may give them other
/// numbers.
pub(super) fn compare_letters(seal_status: &mut SealStatus, campaign: &Campaign, letters: &str) {
    let Some(record) = previewed(campaign) else { return };
    if let Seen::This { at } = seal_status.previewed
        && record.letters.as_deref().is_some_and(|known| known != letters)
    {
        let changes = vec![Change { part: seal::LETTERS.into(), how: How::Changed }];
        seal_status.previewed = Seen::Other { at, changes };
    }
}

/// The seal as it is kept.
pub(super) fn record(campaign: &Campaign, letters: Gatherer) -> Record {
    Record { seal: campaign.seal().clone(), at: Timestamp::now(), letters: Some(letters.finish()) }
}
