//! Letters that went, and a folder that was copied or settings that changed: nobody gets a second
//! letter without a person's word.

use anyhow::Result;

use super::Run;
use crate::bitset::BitSet;
use crate::command::load::home;
use crate::failure::Failure;
use crate::ledger::Ledger;
use crate::notice::Notice;

/// How many addresses a message names.
const EXAMPLES: usize = 10;

/// Letters to people who have one and look new.
#[derive(Default)]
pub(super) struct LookAlikes {
    /// How many go, by a person's word.
    pub(super) asked: u64,
    /// The rows of those who were not asked for: they must not be enrolled, or the next run would
    /// know them.
    pub(super) not_asked: BitSet,
}

impl Run<'_> {
    /// Refuses a ledger that sent its letters from another folder or computer, unless somebody says
    /// that it goes on here.
    ///
    /// # Errors
    /// [`Failure::Elsewhere`] if nobody said and nobody can be asked.
    pub(super) fn must_be_at_home(&self, ledger: Option<&Ledger>) -> Result<()> {
        let config = &self.campaign.config;
        let here = home(config);
        let Some(from) = ledger.map(|ledger| ledger.strange_home(&here)).transpose()?.flatten()
        else {
            return Ok(());
        };
        if self.given.here {
            return Ok(());
        }
        if self.given.dry_run {
            self.terminal.warn(&Notice::WokeElsewhere { from });
            return Ok(());
        }
        let question = Notice::AskWhetherHere { from: from.clone(), id: config.id.clone() };
        match self.terminal.ask(&question) {
            None => Err(Failure::Elsewhere { from, folder: config.folder.clone() }.into()),
            Some(answer) if answer == config.id => Ok(()),
            Some(_) => Err(Failure::NotConfirmed.into()),
        }
    }

    /// Refuses letters to people who have one and look new.
    ///
    /// # Errors
    /// [`Failure::LookAlikes`] unless somebody said that they get a second letter.
    pub(super) fn must_know_who_has_a_letter(&self, ledger: Option<&Ledger>) -> Result<LookAlikes> {
        let scope = self.scope()?;
        let (asked, not_asked): (Vec<_>, Vec<_>) = self
            .campaign
            .look_alikes(ledger)?
            .into_iter()
            .partition(|it| it.is_kept && scope.includes(&it.address));
        let letters = asked.len() as u64;
        if asked.is_empty() || self.given.second_letters {
            let mut found = LookAlikes { asked: letters, ..LookAlikes::default() };
            for it in not_asked {
                found.not_asked.insert(it.row);
            }
            return Ok(found);
        }
        let examples = asked.iter().take(EXAMPLES).map(|it| it.address.to_string()).collect();
        let folder = self.campaign.config.folder.clone();
        Err(Failure::LookAlikes { letters, examples, folder }.into())
    }
}
