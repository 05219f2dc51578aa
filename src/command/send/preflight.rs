//! The look at the whole list before anything is sent: every letter is composed once, or the last
//! full pass is reused if nothing that decides the letters has changed since.

use anyhow::Result;
use jiff::{Timestamp, ZonedDateTime};

use super::Run;
use crate::bitset::BitSet;
use crate::campaign::Numbers;
use crate::cli::Filed;
use crate::command::load::{repair, warn};
use crate::command::local::clock;
use crate::compose::Mode;
use crate::failure::Failure;
use crate::ledger::{Ledger, Noted, Preflight};
use crate::notice::{NextStep, Notice, Omitted, Summary};
use crate::policy::Pacer;
use crate::problem::{Problem, Severity};
use crate::recipient::Address;
use crate::seal::{LettersDigest, SealRecord};
use crate::sending::{self, Batch, Scope};

/// The most rows of which it is kept that there is something to look at.
const MOST_NOTED: usize = 10_000;

/// What there is to send.
pub(super) struct SealedBatch {
    pub(super) batch: Batch,
    pub(super) record: SealRecord,
    pub(super) is_reused: bool,
}

impl SealedBatch {
    /// Keeps the pass for later, if it found no error and every letter of the ledger on the list:
    /// a letter that is no longer on the list waits without going, and only a full pass notices.
    pub(super) fn keep(&self, ledger: &mut Ledger, summary: &Summary) -> Result<()> {
        if summary.errors > 0 || ledger.enrolled()? != summary.letters {
            return Ok(());
        }
        ledger.note_preflight(&Preflight {
            seal: self.record.seal.as_str().to_owned(),
            at: self.record.at,
            rows: summary.rows,
            letters: summary.letters,
            suppressed: summary.suppressed,
            blocked: summary.blocked,
            left_out: summary.left_out,
            warnings: summary.warnings,
            doubts: summary.doubts,
            noted: Some(&self.batch.noted).filter(|noted| noted.len() < MOST_NOTED).cloned(),
            digest: self.record.letters.clone(),
        })
    }
}

impl Run<'_> {
    /// Composes every letter, or reuses the last pass.
    pub(super) fn preflight(&mut self, ledger: Option<&Ledger>) -> Result<SealedBatch> {
        if let Some(ledger) = ledger
            && let Some(found) = self.reusable(ledger)?
        {
            return self.reuse(found, ledger);
        }
        let mut letters = LettersDigest::default();
        let batch = self.compose_all(ledger, &mut letters)?;
        let record = self.campaign.record(Some(letters.finish()));
        Ok(SealedBatch { batch, record, is_reused: false })
    }

    /// The last pass, if it was under this seal and the whole list is meant.
    fn reusable(&self, ledger: &Ledger) -> Result<Option<Preflight>> {
        let given = self.given;
        let is_whole = given.to.is_empty()
            && !given.retry_refused
            && !given.dry_run
            && self.campaign.following.is_none()
            && self.filed == Filed::Keep;
        // Only the list has the time zone of a recipient.
        if is_whole && !self.campaign.config.pace.is_by_recipient() {
            ledger.preflight(self.campaign.seal().as_str())
        } else {
            Ok(None)
        }
    }

    fn reuse(&mut self, found: Preflight, ledger: &Ledger) -> Result<SealedBatch> {
        self.summary.rows = found.rows;
        self.summary.letters = found.letters;
        self.summary.suppressed = found.suppressed;
        self.summary.blocked = found.blocked;
        self.summary.left_out = found.left_out;
        self.summary.warnings = found.warnings;
        self.summary.doubts = found.doubts;
        self.terminal
            .tell(&Notice::LookedAtBefore { time: clock(found.at), letters: found.letters });
        let mut batch = Batch::of_waiting(ledger, self.scope()?, self.pacer(Some(ledger))?)?;
        let waiting = ledger.waiting_rows()?;
        (batch.warnings, batch.doubts) = to_look_at(&found, &waiting, batch.letters);
        if let Some(first) = self.campaign.first_among(waiting)? {
            batch.sample.add(&first);
        }
        Ok(SealedBatch { batch, record: self.campaign.record(found.digest), is_reused: true })
    }

    /// Composes every letter, reports all problems and adds the letters to their digest.
    ///
    /// # Errors
    /// [`Failure::Faulty`] if there are errors that are not to be skipped,
    /// [`Failure::NoSuchRecipient`] if an address of `--to` is not on the list.
    pub(super) fn compose_all(
        &mut self,
        ledger: Option<&Ledger>,
        letters: &mut LettersDigest,
    ) -> Result<Batch> {
        let campaign = self.campaign;
        let mut batch = Batch::new(self.scope()?, self.pacer(ledger)?);
        let mut missing = batch.scope.addresses.clone();
        let numbers = Numbers::new(&campaign.config.numbering, ledger)?;
        self.terminal.start(None, &Notice::Composing);
        let terminal = &*self.terminal;
        let summary = &mut self.summary;
        let skips_faulty = self.given.skip_faulty;
        campaign.each_draft(numbers, &ZonedDateTime::now(), &Mode::Real, &mut |draft| {
            draft.add_to(letters);
            summary.add(&draft.problems, draft.composed.is_some());
            draft.problems.iter().for_each(|problem| terminal.problem(problem));
            terminal.progress(summary.rows, None);
            if let Some(recipient) = draft.recipient.as_ref().filter(|_| !missing.is_empty()) {
                missing.remove(&recipient.address.key());
            }
            let noted = noted(&draft.problems, draft.row);
            let (Some(recipient), Some(composed)) = (&draft.recipient, &draft.composed) else {
                batch.faulty.insert(draft.row);
                return if skips_faulty { Ok(()) } else { Ok(summary.must_be_mendable()?) };
            };
            let known = match ledger {
                Some(ledger) => ledger.entry(campaign.id(recipient))?,
                None => None,
            };
            batch.new += u64::from(known.is_none());
            let before = batch.letters;
            if batch.scope.includes(&recipient.address) {
                let size = composed.letter.bytes.len() as u64;
                batch.add(recipient, size, known.map(|entry| entry.state));
            }
            if batch.letters > before {
                batch.sample.add(composed);
                batch.warnings += noted.warnings;
                batch.doubts += noted.doubts;
            }
            if noted.warnings + noted.doubts > 0 && batch.noted.len() < MOST_NOTED {
                batch.noted.push(noted);
            }
            Ok(())
        })?;
        self.terminal.end_task();
        campaign.must_be_unchanged()?;
        self.terminal.tell(&campaign.list_read(self.summary.rows));
        let of_rows = (self.summary.warnings, self.summary.doubts);
        warn(campaign, self.terminal, &mut self.summary);
        // What is wrong with a file concerns every letter.
        batch.warnings += self.summary.warnings - of_rows.0;
        batch.doubts += self.summary.doubts - of_rows.1;
        if let Some(problem) = campaign.no_rows(self.summary.rows) {
            self.terminal.problem(&problem);
            self.summary.count(&problem);
        }
        let goes_on = self.given.skip_faulty && self.summary.letters > 0;
        if self.summary.errors > 0 && !goes_on {
            self.terminal.finish();
            self.terminal.summary(&self.summary);
            let folder = campaign.config.folder.clone();
            let repair = repair(folder, &self.given.select, Vec::new(), self.summary.letters);
            self.terminal.tell(&Notice::Next(NextStep::Repair(repair)));
            return Err(Failure::Faulty { errors: self.summary.errors }.into());
        }
        self.terminal.forget_problems();
        match missing.into_iter().min() {
            Some(address) => Err(Failure::NoSuchRecipient { address }.into()),
            None => Ok(batch),
        }
    }

    /// What the run leaves out, and what nobody may have looked at in the letters that go.
    pub(super) fn omitted(&self, batch: &Batch) -> Omitted {
        let Summary { blocked, suppressed, left_out, .. } = self.summary;
        let Batch { warnings, doubts, .. } = *batch;
        Omitted { blocked, suppressed, left_out, warnings, doubts }
    }

    pub(super) fn scope(&self) -> Result<Scope> {
        let key = |address: &String| match Address::parse(address) {
            Ok(address) => Ok(address.key()),
            Err(flaw) => Err(Failure::BadAddress { address: address.clone(), flaw }),
        };
        Ok(Scope {
            addresses: self.given.to.iter().map(key).collect::<Result<_, _>>()?,
            limit: self.given.limit,
            retries_refused: self.given.retry_refused,
            sends_filed: self.filed == Filed::Send,
        })
    }

    fn pacer(&self, ledger: Option<&Ledger>) -> Result<Option<Pacer>> {
        let pace = &self.campaign.config.pace;
        pace.is_bounded().then(|| sending::pacer(pace, ledger, Timestamp::now())).transpose()
    }
}

/// What is to be looked at in a row.
fn noted(problems: &[Problem], row: u64) -> Noted {
    let of = |severity| problems.iter().filter(|it| it.severity == severity).count() as u64;
    Noted { row, warnings: of(Severity::Warning), doubts: of(Severity::Doubt) }
}

/// The warnings and doubts of the letters that go now, of those that the last pass found.
fn to_look_at(found: &Preflight, waiting: &BitSet, letters: u64) -> (u64, u64) {
    let Some(noted) = &found.noted else { return (found.warnings, found.doubts) };
    // Up to the row of the last letter that `--limit` lets go.
    let mut going = 0;
    let last = (1..=found.rows).find(|row| {
        going += u64::from(waiting.contains(*row));
        going >= letters
    });
    let stays = |row: u64| !waiting.contains(row) || last.is_some_and(|last| row > last);
    let stay = noted.iter().filter(|noted| stays(noted.row));
    stay.fold((found.warnings, found.doubts), |(warnings, doubts), noted| {
        (warnings.saturating_sub(noted.warnings), doubts.saturating_sub(noted.doubts))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_concerns_the_letters_that_go_is_to_be_looked_at() {
        let noted = [(1, 1, 0), (3, 0, 2), (5, 1, 1)].map(|(row, warnings, doubts)| Noted {
            row,
            warnings,
            doubts,
        });
        let found = Preflight {
            seal: String::new(),
            at: Timestamp::UNIX_EPOCH,
            rows: 5,
            letters: 5,
            suppressed: 0,
            blocked: 0,
            left_out: 0,
            // One of each is of a file.
            warnings: 3,
            doubts: 4,
            noted: Some(noted.to_vec()),
            digest: None,
        };
        let mut waiting = BitSet::default();
        assert!((1..=5).all(|row| waiting.insert(row)));
        assert_eq!(to_look_at(&found, &waiting, 5), (3, 4));
        assert_eq!(to_look_at(&found, &waiting, 3), (2, 3));
        waiting.remove(1);
        waiting.remove(3);
        assert_eq!(to_look_at(&found, &waiting, 3), (2, 2));
        assert_eq!(to_look_at(&found, &waiting, 2), (1, 1));
        let unknown = Preflight { noted: None, ..found };
        assert_eq!(to_look_at(&unknown, &waiting, 2), (3, 4));
    }
}
