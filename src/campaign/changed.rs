//! Letters that went, and that the campaign would write differently now.

use anyhow::Result;
use jiff::civil::Date;

use super::Campaign;
use crate::delivery::State;
use crate::ledger::Ledger;
use crate::letter::Numbering;
use crate::notice::Seen;
use crate::seal;

/// How many people have a letter that says something else now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ChangedLetters {
    pub letters: u64,
    /// The day on which the first of them went.
    pub first: Option<Date>,
}

impl Campaign {
    /// The letters that went and would say something else now. They are composed again only if
    /// something that decides what letters say has changed since the last run, and at most so many.
    ///
    /// # Errors
    /// When the list or the ledger cannot be read.
    pub(crate) fn changed_letters(
        &self,
        ledger: Option<&Ledger>,
        most: u64,
    ) -> Result<ChangedLetters> {
        let mut changed = ChangedLetters::default();
        let Some(ledger) = ledger else { return Ok(changed) };
        let Seen::Other { changes, .. } = self.seal_status(None, Some(ledger))?.sent else {
            return Ok(changed);
        };
        // Another version of the program may build the same letter in other octets.
        let decides =
            |part: &str| ![seal::PROGRAM, seal::SUPPRESSED, seal::SELECTION].contains(&part);
        let is_other_program = changes.iter().any(|change| change.part == seal::PROGRAM);
        if is_other_program || !changes.iter().any(|change| decides(&change.part)) {
            return Ok(changed);
        }
        if ledger.account()?.accepted > most {
            return Ok(changed);
        }
        for row in self.rows_unverified()? {
            let mut draft = self.prepare(row);
            let Some(id) = draft.recipient.as_ref().map(|recipient| self.id(recipient)) else {
                continue;
            };
            let Some(entry) = ledger.entry(id)? else { continue };
            if entry.state != State::Accepted || entry.went().is_none() {
                continue;
            }
            self.compose_as_it_went(&mut draft, &entry);
            let now = draft.composed.as_ref().map(|composed| composed.letter.digest);
            if now.is_some() && entry.digest.is_some() && now != entry.digest {
                changed.letters += 1;
                let day = entry.date().map(|date| date.date());
                changed.first = changed.first.into_iter().chain(day).min();
            }
        }
        Ok(changed)
    }

    /// Whether all letters have one number.
    pub(crate) fn has_one_number(&self) -> bool {
        matches!(self.config.numbering, Numbering::One(_))
    }
}
