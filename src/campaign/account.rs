//! How a campaign's letters are doing, and what a person can do next.

use anyhow::Result;

use super::suppression;
use crate::config::Config;
use crate::delivery::Account;
use crate::ledger::Ledger;
use crate::notice::NextStep;

/// Counts the letters of a ledger by state, and those that wait but never go, because their address
/// was suppressed after they were enrolled. The account leaves the latter out.
pub(crate) fn account(ledger: &Ledger, config: &Config) -> Result<(Account, u64)> {
    let mut account = ledger.account()?;
    let suppression = suppression(config).unwrap_or_default();
    let mut suppressed = 0;
    if account.waiting > 0 && !suppression.is_empty() {
        ledger
            .each_waiting(&mut |address| suppressed += u64::from(suppression.forbids(address)))?;
    }
    account.waiting = account.waiting.saturating_sub(suppressed);
    Ok((account, suppressed))
}

/// What to do next about these letters.
pub(crate) fn next_steps(account: &Account, config: &Config) -> Vec<NextStep> {
    let folder = || config.folder.clone();
    let mut steps = Vec::new();
    if account.unknown > 0 {
        steps.push(NextStep::ResolveUnknown { unknown: account.unknown, folder: folder() });
    }
    if account.waiting > 0 {
        steps.push(NextStep::RunAgain { waiting: account.waiting, folder: folder() });
    }
    if account.refused > 0 {
        steps.push(NextStep::LookAtRefused { refused: account.refused, folder: folder() });
    }
    if account.filed > 0 {
        steps.push(match config.smtp {
            Some(_) => NextStep::SendFiled { filed: account.filed, folder: folder() },
            None => NextStep::Filed { folder: folder() },
        });
    }
    if steps.is_empty() && account.letters() > 0 {
        steps.push(NextStep::AllDone);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::testing::campaign;

    const LIST: &str = "email,name\nanna@a.test,Анна\n";

    fn steps(account: Account, settings: &str) -> Vec<NextStep> {
        let (_folder, campaign) = campaign(LIST, "Hello", settings);
        next_steps(&account, &campaign.config)
    }

    #[test]
    fn every_state_that_needs_a_person_is_a_step() {
        let account =
            Account { accepted: 1, waiting: 2, refused: 3, unknown: 4, ..Account::default() };
        let steps = steps(account, "");
        assert!(
            matches!(
                steps[..],
                [
                    NextStep::ResolveUnknown { unknown: 4, .. },
                    NextStep::RunAgain { waiting: 2, .. },
                    NextStep::LookAtRefused { refused: 3, .. }
                ]
            ),
            "{steps:?}"
        );
    }

    #[test]
    fn letters_that_were_filed_are_not_said_to_be_sent() {
        let filed = Account { accepted: 1, filed: 2, ..Account::default() };
        assert!(matches!(steps(filed, "")[..], [NextStep::Filed { .. }]));
        let relay = "[smtp]\nhost = \"localhost\"\nport = 25\nsecurity = \"none\"\n";
        assert!(matches!(steps(filed, relay)[..], [NextStep::SendFiled { filed: 2, .. }]));
        let accepted = Account { accepted: 1, ..Account::default() };
        for settings in ["", relay] {
            assert!(matches!(steps(accepted, settings)[..], [NextStep::AllDone]));
        }
        assert!(steps(Account::default(), "").is_empty());
    }
}
