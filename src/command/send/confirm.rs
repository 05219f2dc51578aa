//! Shows what is about to happen, and asks if a real relay would take it out of our hands.

use anyhow::Result;
use jiff::Timestamp;

use super::Run;
use crate::command::{confirm_number, is_yes, local::outlook};
use crate::failure::{Asked, Failure};
use crate::notice::{Notice, Plan, SealStatus, Seen};
use crate::seal;
use crate::sending::Batch;
use crate::smtp::Relay;

/// The domains that the plan names.
const DOMAINS: usize = 3;

impl Run<'_> {
    pub(super) fn plan(&self, batch: &Batch, seal: SealStatus) -> Plan {
        let config = &self.campaign.config;
        let name = config.from.name.as_ref().map(|name| format!("{name} ")).unwrap_or_default();
        let (domains, more_domains) = most_frequent(batch);
        let relay = config.smtp.as_ref().map(|smtp| &smtp.relay);
        Plan {
            from: format!("{name}<{}>", config.from.address),
            subject: batch.sample.subject.clone(),
            subjects_differ: batch.sample.subjects_differ,
            letters: batch.letters,
            already: batch.already,
            second_letters: 0,
            // Of letters that were not composed again, one is a sample of the others.
            addresses: (batch.sample.letters == batch.letters).then_some(batch.sample.addresses),
            files: batch.sample.files.clone(),
            files_differ: batch.sample.files_differ,
            omitted: self.omitted(batch),
            first: batch.first.clone(),
            last: batch.last.clone(),
            domains,
            more_domains,
            relay: relay.map(Relay::name),
            relay_file: config.relay_file.clone(),
            outlook: batch.forecast(Timestamp::now()).and_then(outlook),
            seal_status: seal,
        }
    }

    /// Shows the plan, and asks unless the outbox is the target or the answer was given before.
    pub(super) fn confirm(&self, plan: Plan) -> Result<()> {
        let (config, given) = (&self.campaign.config, self.given);
        let letters = plan.letters;
        if numbers_moved(&plan.seal_status) && (given.seal.is_some() || config.approvals > 0) {
            return Err(Failure::NumbersMoved.into());
        }
        let plan = Notice::Plan(Box::new(plan));
        if config.smtp.is_none() || given.yes || given.seal.is_some() {
            self.terminal.tell(&plan);
            return Ok(());
        }
        if self.terminal.can_ask() {
            self.terminal.warn(&plan);
            let is_meant = || {
                let answer = self.terminal.ask(&Notice::AskSameForAll { letters });
                answer.as_deref().is_some_and(is_yes)
            };
            if self.campaign.is_same_for_all() && letters > 1 && !is_meant() {
                return Err(Failure::NotConfirmed.into());
            }
        }
        confirm_number(Asked::ToSend, letters, &Notice::TypeTheNumber { letters }, self.terminal)
    }
}

/// The domains with most letters, and how many more there are.
fn most_frequent(batch: &Batch) -> (Vec<(String, u64)>, u64) {
    let mut domains: Vec<(String, u64)> = batch.domains.clone().into_iter().collect();
    domains.sort_by_key(|(_, letters)| std::cmp::Reverse(*letters));
    domains.truncate(DOMAINS);
    let more = (batch.domains.len() - domains.len()) as u64;
    (domains, more)
}

/// Whether the letters are those of the preview but for their numbers.
fn numbers_moved(seal: &SealStatus) -> bool {
    match &seal.previewed {
        Seen::Other { changes, .. } => changes.iter().any(|change| change.part == seal::LETTERS),
        Seen::Never | Seen::This { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::{Change, How};

    #[test]
    fn the_domains_with_most_letters_are_named() {
        let domains = [("a.test", 1), ("b.test", 7), ("c.test", 3), ("d.test", 3), ("e.test", 2)];
        let domains = domains.map(|(domain, letters)| (domain.to_owned(), letters));
        let mut batch = Batch::default();
        batch.domains.extend(domains);
        let (named, more) = most_frequent(&batch);
        let named: Vec<&str> = named.iter().map(|(domain, _)| domain.as_str()).collect();
        assert_eq!((named, more), (vec!["b.test", "c.test", "d.test"], 2));
    }

    #[test]
    fn moved_numbers_are_told_from_other_changes() {
        let status = |part: &str| {
            let changes = vec![Change { part: part.into(), how: How::Changed }];
            SealStatus {
                seal: "7f3a-91c2-00aa-b1c4".into(),
                previewed: Seen::Other { at: Timestamp::now(), changes },
                sent: Seen::Never,
                approved: Vec::new(),
                people: 0,
            }
        };
        assert!(numbers_moved(&status(seal::LETTERS)));
        assert!(!numbers_moved(&status("letter.md")));
    }
}
