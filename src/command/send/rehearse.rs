//! A rehearsal: real letters, all of them to oneself. The ledger does not hear of it.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

use anyhow::Result;
use jiff::ZonedDateTime;

use super::{REHEARSAL, Run};
use crate::campaign::Numbers;
use crate::cli::Send;
use crate::command::confirm_number;
use crate::command::couriers::couriers;
use crate::compose::Mode;
use crate::delivery::{Outcome, Trouble};
use crate::failure::{Asked, Exit, Failure};
use crate::ledger::Ledger;
use crate::notice::{NextStep, Notice};
use crate::recipient::Address;
use crate::seal::LettersDigest;
use crate::sending;

/// More letters to oneself than this are seldom meant.
const MANY: u64 = 20;

impl Run<'_> {
    pub(super) fn rehearse(&mut self, to: &str) -> Result<Exit> {
        let to = Address::parse(to)
            .map_err(|flaw| Failure::BadAddress { address: to.to_owned(), flaw })?;
        let batch = self.compose_all(None, &mut LettersDigest::default())?;
        let omitted = Notice::Omitted(self.omitted(&batch));
        if !omitted.words(self.terminal.language).is_empty() {
            self.terminal.tell(&omitted);
        }
        let chosen = chosen(&batch.rows, self.given);
        let letters = chosen.len() as u64;
        if letters > MANY && !self.given.yes {
            let question = Notice::TypeTheNumber { letters };
            confirm_number(Asked::ToRehearse, letters, &question, self.terminal)?;
        }
        let (sent, trouble) = self.carry_to(&to, &chosen)?;
        self.report_rehearsal(&to, sent, trouble)
    }

    /// Sends the letters of these rows to oneself. Returns how many went, and the last trouble.
    fn carry_to(&self, to: &Address, rows: &HashSet<u64>) -> Result<(u64, Option<Trouble>)> {
        let (campaign, terminal) = (self.campaign, &*self.terminal);
        let config = &campaign.config;
        let mut couriers = couriers(campaign, 1, REHEARSAL, terminal)?;
        let Some(courier) = couriers.first_mut() else { return Ok((0, None)) };
        let now = ZonedDateTime::now();
        let run = format!("{:x}", now.timestamp().as_millisecond());
        let mode = Mode::Rehearsal { to: to.clone(), run };
        let ledger = Ledger::look(&config.ledger)?;
        let numbers = Numbers::new(&config.numbering, ledger.as_ref())?;
        let mut letters = campaign.drafts(numbers, &now, &mode)?.filter_map(|draft| {
            let recipient = draft.recipient.filter(|_| rows.contains(&draft.row))?;
            Some((recipient.address.to_string(), draft.composed?.letter))
        });
        let (mut sent, mut last_trouble) = (0, None);
        let mut tell = |address: &str, outcome: &Outcome| {
            let reply = match outcome {
                Outcome::Accepted(_) | Outcome::Filed { .. } => {
                    sent += 1;
                    return;
                }
                Outcome::Refused { reply, .. } => reply.to_string(),
                Outcome::Unsent { trouble, .. } | Outcome::Unknown { trouble } => {
                    last_trouble = Some(trouble.clone());
                    trouble.to_string()
                }
            };
            terminal.warn(&Notice::RehearsalFailed { address: address.to_owned(), reply });
        };
        sending::rehearse(courier.as_mut(), config.pace.limits, &mut letters, &mut tell);
        Ok((sent, last_trouble))
    }

    fn report_rehearsal(
        &mut self,
        to: &Address,
        sent: u64,
        trouble: Option<Trouble>,
    ) -> Result<Exit> {
        let config = &self.campaign.config;
        let folder = config.folder.clone();
        self.summary.letters = sent;
        self.terminal.result(&Notice::Rehearsed { letters: sent, address: to.to_string() });
        let files = config.smtp.is_none().then(|| folder.join(REHEARSAL));
        if let Some(folder) = &files {
            self.terminal
                .result(&Notice::InOutbox { folder: folder.clone(), has_relay: config.has_relay });
        }
        if trouble.is_none() && sent > 0 {
            self.terminal.tell(&Notice::Next(NextStep::AfterRehearsal { folder, files }));
        }
        self.terminal.summary(&self.summary);
        match trouble {
            Some(trouble) => {
                let host = config.smtp.as_ref().map(|smtp| smtp.relay.host.clone());
                let host = host.unwrap_or_else(|| REHEARSAL.into());
                Err(Failure::Relay { host, trouble }.into())
            }
            None if sent == 0 => Ok(Exit::Open),
            None => Ok(Exit::Well),
        }
    }
}

/// The rows that are rehearsed: all, the first `--limit`, or `--random` of them.
fn chosen(rows: &[u64], given: &Send) -> HashSet<u64> {
    let most = given.random.or(given.limit);
    let most = most.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    let mut rows = rows.to_vec();
    if given.random.is_some() {
        let chance = RandomState::new();
        rows.sort_by_cached_key(|row| chance.hash_one(row));
    }
    rows.into_iter().take(most).collect()
}
