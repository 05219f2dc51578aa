//! Letters that were filed in the outbox, now that there is a relay: a person says whether they go.

use anyhow::Result;

use super::Run;
use crate::cli::Filed;
use crate::delivery::{LedgerEntry, State};
use crate::failure::Failure;
use crate::ledger::Ledger;
use crate::notice::Notice;
use crate::sending::Scope;

impl Run<'_> {
    /// What becomes of the filed letters among those that were asked for.
    ///
    /// # Errors
    /// [`Failure::FiledLetters`] if nobody said and nobody can be asked.
    pub(super) fn decide_filed(&self, ledger: Option<&Ledger>) -> Result<Filed> {
        let Some(ledger) = ledger.filter(|_| self.campaign.config.smtp.is_some()) else {
            return Ok(Filed::Keep);
        };
        if let Some(given) = self.given.filed {
            return Ok(given);
        }
        let letters = filed(ledger, &self.scope()?)?.len() as u64;
        if letters == 0 {
            return Ok(Filed::Keep);
        }
        if self.given.dry_run {
            self.terminal.warn(&Notice::FiledBefore { letters });
            return Ok(Filed::Keep);
        }
        let folder = self.campaign.config.folder.clone();
        match self.terminal.ask(&Notice::AskAboutFiled { letters }) {
            None => Err(Failure::FiledLetters { letters, folder }.into()),
            Some(answer) if answer == letters.to_string() => Ok(Filed::Send),
            Some(answer) if answer.is_empty() => Ok(Filed::Keep),
            Some(_) => Err(Failure::NotConfirmed.into()),
        }
    }
}

/// The filed letters among those that were asked for.
pub(super) fn filed(ledger: &Ledger, scope: &Scope) -> Result<Vec<LedgerEntry>> {
    let mut filed = ledger.entries(Some(State::Filed))?;
    filed.retain(|entry| scope.asks_for(&entry.address));
    Ok(filed)
}
