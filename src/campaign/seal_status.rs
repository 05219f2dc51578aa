//! What is known of a campaign's seal: whether it was previewed, sent and approved, what has
//! changed since, and whether that allows the letters to go.
//!
//! The record of the last preview is given by the caller. The seal itself is in `seal`.

use anyhow::Result;
use jiff::Timestamp;

use super::{Campaign, Draft};
use crate::failure::Failure;
use crate::ledger::Ledger;
use crate::notice::{SealStatus, Seen};
use crate::seal::{self, Change, How, LettersDigest, Seal, SealPart, SealRecord, approvers};

impl Campaign {
    /// What is known of the seal that the letters have now.
    pub(crate) fn seal_status(
        &self,
        previewed: Option<&SealRecord>,
        ledger: Option<&Ledger>,
    ) -> Result<SealStatus> {
        let seal = self.seal();
        let approvals = ledger.map_or(Ok(Vec::new()), Ledger::approvals)?;
        let sent = ledger.map_or(Ok(None), Ledger::last_run)?;
        Ok(SealStatus {
            seal: seal.as_str().to_owned(),
            previewed: seen(seal, previewed),
            sent: seen(seal, sent.as_ref()),
            approved: approvers(&approvals, seal.as_str()).into_iter().cloned().collect(),
            people: self.config.approvals,
        })
    }

    /// Refuses a seal that is not that of the letters now, and names what has changed if it is that
    /// of the last preview.
    pub(crate) fn expect_seal(&self, given: &str, previewed: Option<&SealRecord>) -> Result<()> {
        let given = given.trim();
        let now = self.seal();
        if given == now.as_str() {
            return Ok(());
        }
        let earlier = previewed.filter(|record| record.seal.as_str() == given);
        let changes = earlier.map(|record| now.changes(&record.seal)).unwrap_or_default();
        Err(Failure::SealDiffers { given: given.to_owned(), now: now.as_str().to_owned(), changes }
            .into())
    }

    /// Refuses letters that not enough people have approved.
    pub(crate) fn require_approvals(&self, status: &SealStatus) -> Result<()> {
        if status.approved.len() as u64 >= u64::from(status.people) {
            return Ok(());
        }
        let changes = match &status.previewed {
            Seen::Other { changes, .. } => changes.clone(),
            Seen::Never | Seen::This { .. } => Vec::new(),
        };
        Err(Failure::NotApproved {
            folder: self.config.folder.clone(),
            seal: status.seal.clone(),
            approved: status.approved.iter().map(|approval| approval.name.clone()).collect(),
            people: status.people,
            changes,
        }
        .into())
    }

    /// What has to be the same for all workers that send the letters together. Whom the ledger suppresses
    /// they all hear of while they send; whom a file suppresses they do not.
    pub(crate) fn seal_beside_others(&self) -> SealRecord {
        let file = self.config.contacts.suppress.as_ref();
        let bytes = file.and_then(|file| std::fs::read(self.config.folder.join(file)).ok());
        let part = file.map(|file| SealPart::of(file.as_str(), &bytes.unwrap_or_default()));
        let seal = self.seal().clone().without(seal::SUPPRESSED);
        let seal = part.into_iter().fold(seal, Seal::and);
        SealRecord { seal, at: Timestamp::now(), letters: None }
    }

    /// The seal as it is kept, with the digest over all letters.
    pub(crate) fn record(&self, letters: Option<String>) -> SealRecord {
        SealRecord { seal: self.seal().clone(), at: Timestamp::now(), letters }
    }
}

impl Draft {
    /// Adds to a digest all that the recipient will read.
    pub(crate) fn add_to(&self, letters: &mut LettersDigest) {
        let Some(composed) = &self.composed else { return };
        let letter = &composed.letter;
        let id = letter.id.to_string();
        let number = letter.number.as_deref().unwrap_or_default();
        letters.add(&[&id, number, &letter.subject, &composed.text, &composed.html]);
    }
}

fn seen(now: &Seal, record: Option<&SealRecord>) -> Seen {
    match record {
        None => Seen::Never,
        Some(record) if record.seal == *now => Seen::This { at: record.at },
        Some(record) => Seen::Other { at: record.at, changes: now.changes(&record.seal) },
    }
}

/// Notes in the status if letters of the previewed seal are not those of the preview: the ledger
/// may give them other numbers.
pub(crate) fn compare_letters(
    status: &mut SealStatus,
    previewed: Option<&SealRecord>,
    letters: Option<&str>,
) {
    let known = previewed.and_then(|record| record.letters.as_deref());
    if let Seen::This { at } = status.previewed
        && known.is_some_and(|known| known != letters.unwrap_or_default())
    {
        let changes = vec![Change { part: seal::LETTERS.into(), how: How::Changed }];
        status.previewed = Seen::Other { at, changes };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::testing::campaign;
    use crate::seal::Approval;

    const LIST: &str = "email,name\nanna@a.test,Анна\n";

    fn failure(result: Result<()>) -> Failure {
        result.unwrap_err().downcast_ref::<Failure>().unwrap().clone()
    }

    #[test]
    fn a_seal_that_was_not_previewed_was_never_seen() {
        let (_folder, campaign) = campaign(LIST, "Hello", "");
        let status = campaign.seal_status(None, None).unwrap();
        assert_eq!((status.previewed, status.sent), (Seen::Never, Seen::Never));
    }

    #[test]
    fn the_seal_of_the_preview_is_seen_until_the_letter_changes() {
        let (_folder, before) = campaign(LIST, "Hello", "");
        let record = before.record(None);
        let status = before.seal_status(Some(&record), None).unwrap();
        assert_eq!(status.previewed, Seen::This { at: record.at });

        let (_folder, after) = campaign(LIST, "Good day", "");
        let status = after.seal_status(Some(&record), None).unwrap();
        let changed = vec![Change { part: "letter.md".into(), how: How::Changed }];
        assert_eq!(status.previewed, Seen::Other { at: record.at, changes: changed.clone() });
        match failure(after.expect_seal(before.seal().as_str(), Some(&record))) {
            Failure::SealDiffers { changes, .. } => assert_eq!(changes, changed),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_seal_is_accepted_with_spaces_around_it() {
        let (_folder, campaign) = campaign(LIST, "Hello", "");
        campaign.expect_seal(&format!(" {}\n", campaign.seal().as_str()), None).unwrap();
        let failure = failure(campaign.expect_seal("0000-0000-0000-0000", None));
        assert!(matches!(failure, Failure::SealDiffers { changes, .. } if changes.is_empty()));
    }

    #[test]
    fn other_letters_under_the_previewed_seal_are_noticed() {
        let (_folder, campaign) = campaign(LIST, "Hello", "");
        let record = campaign.record(Some("one".into()));
        let status = campaign.seal_status(Some(&record), None).unwrap();
        for (letters, is_same) in [(Some("one"), true), (Some("two"), false), (None, false)] {
            let mut status = status.clone();
            compare_letters(&mut status, Some(&record), letters);
            assert_eq!(status.previewed == Seen::This { at: record.at }, is_same, "{letters:?}");
        }
        let unknown = SealRecord { letters: None, ..record };
        let mut status = status.clone();
        compare_letters(&mut status, Some(&unknown), Some("two"));
        assert_eq!(status.previewed, Seen::This { at: unknown.at });
    }

    #[test]
    fn two_people_have_to_approve_if_two_are_asked_for() {
        let (_folder, campaign) = campaign(LIST, "Hello", "[approval]\npeople = 2\n");
        let approval = |name: &str| Approval {
            name: name.into(),
            user: "me".into(),
            seal: campaign.seal().as_str().into(),
            at: Timestamp::now(),
        };
        let mut status = campaign.seal_status(None, None).unwrap();
        status.approved = vec![approval("Anna")];
        match failure(campaign.require_approvals(&status)) {
            Failure::NotApproved { approved, people, .. } => {
                assert_eq!((approved, people), (vec!["Anna".to_owned()], 2));
            }
            other => panic!("{other:?}"),
        }
        status.approved.push(approval("Boris"));
        campaign.require_approvals(&status).unwrap();
    }
}
