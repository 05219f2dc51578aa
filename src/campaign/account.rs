//! How a campaign's letters are doing, and what a person can do next.

use anyhow::Result;
use jiff::Timestamp;

use super::{Campaign, Following, suppression};
use crate::config::Config;
use crate::delivery::{Account, Refusals, State};
use crate::ledger::Ledger;
use crate::notice::{Extent, NextStep, Reasons};
use crate::policy;

/// Counts the letters of a ledger by state, and those that wait but never go, because their address
/// was suppressed after they were enrolled. The account leaves the latter out.
pub(crate) fn account(ledger: &Ledger, config: &Config) -> Result<(Account, u64)> {
    let mut account = ledger.account()?;
    let suppression = suppression(config).unwrap_or_default();
    // Who has answered meanwhile gets no letter, although one was entered for them.
    let following = Following::open(config, Extent::Whole).ok().flatten();
    let is_out = |address: &str| {
        suppression.forbids(address)
            || following.as_ref().is_some_and(|it| it.forbids_text(address))
    };
    let mut suppressed = 0;
    if account.waiting > 0 && (!suppression.is_empty() || following.is_some()) {
        ledger.each_waiting(&mut |address| suppressed += u64::from(is_out(address)))?;
    }
    account.waiting = account.waiting.saturating_sub(suppressed);
    Ok((account, suppressed))
}

/// Since when the letter has waited that waits longest; those that never go aside.
pub(crate) fn oldest_waiting(ledger: &Ledger, config: &Config) -> Result<Option<Timestamp>> {
    let suppression = suppression(config).unwrap_or_default();
    let mut oldest: Option<Timestamp> = None;
    ledger.each_waiting_since(&mut |address, since| {
        if !suppression.forbids(address) && oldest.is_none_or(|oldest| since < oldest) {
            oldest = Some(since);
        }
    })?;
    Ok(oldest)
}

/// How many letters wait that no row of the list stands for; those to suppressed addresses aside.
pub(crate) fn off_list(campaign: &Campaign, ledger: &Ledger) -> Result<u64> {
    let mut waiting = ledger.entries(Some(State::Waiting))?;
    let suppression = suppression(&campaign.config).unwrap_or_default();
    waiting.retain(|entry| !suppression.forbids(&entry.address));
    Ok(campaign.absent(&waiting)?.len() as u64)
}

/// Tells the refused letters that no row of the list stands for from those that a correction helps.
pub(crate) fn tell_off_list(
    refusals: &mut Refusals,
    campaign: &Campaign,
    ledger: &Ledger,
) -> Result<()> {
    let mut refused = ledger.entries(Some(State::Refused))?;
    refused.retain(|entry| entry.replaced_by.is_none());
    let absent = campaign.absent(&refused)?;
    for entry in refused.iter().filter(|entry| absent.contains(&entry.id)) {
        refusals.take_off_list(policy::remedy(entry.reply.as_deref().unwrap_or_default()));
    }
    Ok(())
}

/// What to do next about these letters.
pub(crate) fn next_steps(account: &Account, reasons: Reasons, config: &Config) -> Vec<NextStep> {
    let folder = || config.folder.clone();
    let mut steps = Vec::new();
    if account.unknown > 0 {
        steps.push(NextStep::ResolveUnknown { unknown: account.unknown, folder: folder() });
    }
    let waiting = account.waiting.saturating_sub(account.off_list);
    if waiting > 0 {
        steps.push(NextStep::RunAgain { waiting, folder: folder() });
    }
    if account.off_list > 0 {
        let list = config.contacts.file.clone();
        steps.push(NextStep::OffList { letters: account.off_list, list, folder: folder() });
    }
    if account.open_refusals() > 0 {
        let refusals = account.refusals;
        steps.push(NextStep::LookAtRefused { refusals, reasons, folder: folder() });
    }
    if account.filed > 0 {
        steps.push(if config.has_relay {
            NextStep::SendFiled { filed: account.filed, folder: folder() }
        } else {
            NextStep::Filed { folder: folder() }
        });
    }
    if steps.is_empty() && account.letters() > 0 {
        steps.push(NextStep::AllDone { replaced: account.refusals.replaced });
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
        next_steps(&account, Reasons::InStatus, &campaign.config)
    }

    #[test]
    fn every_state_that_needs_a_person_is_a_step() {
        let account = Account {
            accepted: 1,
            waiting: 2,
            off_list: 1,
            refused: 3,
            unknown: 4,
            ..Account::default()
        };
        let steps = steps(account, "");
        assert!(
            matches!(
                steps[..],
                [
                    NextStep::ResolveUnknown { unknown: 4, .. },
                    NextStep::RunAgain { waiting: 1, .. },
                    NextStep::OffList { letters: 1, .. },
                    NextStep::LookAtRefused { .. }
                ]
            ),
            "{steps:?}"
        );
    }

    #[test]
    fn a_refusal_that_was_put_right_needs_nobody() {
        let refusals = Refusals { replaced: 1, ..Refusals::default() };
        let account = Account { accepted: 1, refused: 1, refusals, ..Account::default() };
        assert!(matches!(steps(account, "")[..], [NextStep::AllDone { replaced: 1 }]));
    }

    #[test]
    fn letters_that_were_filed_are_not_said_to_be_sent() {
        let filed = Account { accepted: 1, filed: 2, ..Account::default() };
        assert!(matches!(steps(filed, "")[..], [NextStep::Filed { .. }]));
        let relay = "[smtp]\nhost = \"localhost\"\nport = 25\nsecurity = \"none\"\n";
        assert!(matches!(steps(filed, relay)[..], [NextStep::SendFiled { filed: 2, .. }]));
        let accepted = Account { accepted: 1, ..Account::default() };
        for settings in ["", relay] {
            assert!(matches!(steps(accepted, settings)[..], [NextStep::AllDone { replaced: 0 }]));
        }
        assert!(steps(Account::default(), "").is_empty());
    }
}
