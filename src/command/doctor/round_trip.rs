//! `doctor --loop`: sends one letter to oneself, and reads it back through `[inbox]`.

use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::ZonedDateTime;

use crate::campaign::{Campaign, LoadError, Numbers, Routed};
use crate::compose::Mode;
use crate::config::Config;
use crate::delivery::Outcome;
use crate::doctor::clock::Told;
use crate::doctor::round_trip::{self, Sent};
use crate::finding::{Finding, MailboxFinding};
use crate::inbox::imap::{Mailbox, Server};
use crate::letter::Letter;
use crate::notice::{Extent, Notice};
use crate::policy::Limits;
use crate::sending;
use crate::smtp::{Relay, SmtpCourier};
use crate::terminal::Terminal;
use crate::trust::Trust;

/// For each step of the mailbox.
const STEP_TIMEOUT: Duration = Duration::from_secs(20);

/// Sends the first letter of the campaign to where its answers go, and waits for it.
pub(super) fn make(
    config: &Config,
    campaign: (Routed, Trust),
    relay: &Relay,
    server: &Server,
    patience: Duration,
    terminal: &mut Terminal,
) -> Result<(Vec<Finding>, Option<Told>)> {
    let names = config.inbox.as_ref().map_or(&[] as &[String], |inbox| &inbox.folders);
    let server = Server { timeout: server.timeout.min(STEP_TIMEOUT), ..server.clone() };
    let of_mailbox =
        |trouble| MailboxFinding::InboxFails { host: server.host.clone(), provider: None, trouble };
    let Some(mut letter) = letter(config, campaign)? else { return Ok((Vec::new(), None)) };
    // Before it is sent: a mailbox that cannot be read would never find it.
    let opened = Mailbox::open(&server).and_then(|mut mailbox| {
        let watched = round_trip::watch(&mut mailbox, names)?;
        Ok((mailbox, watched))
    });
    // What is wrong was told already by the look at the mailbox.
    let Ok((mut mailbox, mut watched)) = opened else { return Ok((Vec::new(), None)) };
    let sent = Sent::of(&mut letter, format!("{:x}", jiff::Timestamp::now().as_nanosecond()));
    let begun = Instant::now();
    let to = sent.to.clone();
    if let Some(outcome) = carry(relay, letter) {
        return Ok((vec![MailboxFinding::LoopNotSent { to, outcome }.into()], None));
    }
    terminal.start(None, &Notice::LoopWaits { to: to.clone() });
    let arrival = round_trip::wait(&sent, &mut mailbox, &mut watched, begun + patience);
    terminal.finish();
    let seconds = begun.elapsed().as_secs();
    let mut found = Vec::new();
    let mut told = None;
    match arrival {
        Err(trouble) => found.push(of_mailbox(trouble)),
        Ok(None) => found.push(MailboxFinding::LoopLost { to, seconds }),
        Ok(Some(arrival)) => {
            let folder = arrival.folder.clone();
            found.push(if arrival.is_junk {
                MailboxFinding::LoopInJunk { to, folder, seconds }
            } else {
                MailboxFinding::LoopArrived { to, folder, seconds }
            });
            let (judged, time) = round_trip::judge(&sent, &arrival);
            found.extend(judged);
            told = time;
            mailbox.close();
        }
    }
    Ok((found.into_iter().map(Finding::from).collect(), told))
}

/// The first letter that composes, as a rehearsal to where answers go.
fn letter(config: &Config, (campaign, trust): (Routed, Trust)) -> Result<Option<Letter>> {
    let campaign = match Campaign::load_within(campaign, trust, Extent::Whole) {
        Ok(campaign) => campaign,
        Err(LoadError::Failure(error)) => return Err(error),
        // Told already by the look at the letters.
        Err(LoadError::Problems(_)) => return Ok(None),
    };
    let from = &config.from;
    let to = from.reply_to.as_ref().map_or(&from.address, |mailbox| &mailbox.address).clone();
    let now = ZonedDateTime::now();
    let run = format!("{:x}", now.timestamp().as_millisecond());
    let mode = Mode::Rehearsal { to, run };
    let numbers = Numbers::new(&config.numbering, None)?;
    let mut drafts = campaign.drafts(numbers, &now, &mode)?;
    let letter = drafts.find_map(|draft| draft.composed).map(|composed| composed.letter);
    Ok(letter)
}

/// Sends the letter. Returns what became of it otherwise.
fn carry(relay: &Relay, letter: Letter) -> Option<String> {
    let mut couriers = SmtpCourier::for_relay(relay.clone(), 1);
    let mut letters = std::iter::once((String::new(), letter));
    let mut failed = Some(String::new());
    let mut tell = |_: &str, outcome: &Outcome| {
        failed = match outcome {
            Outcome::Accepted(_) | Outcome::Filed { .. } => None,
            Outcome::Refused { reply, .. } => Some(reply.to_string()),
            Outcome::Unsent { trouble, .. } | Outcome::Unknown { trouble } => {
                Some(trouble.to_string())
            }
        };
    };
    sending::rehearse(&mut couriers[0], Limits::default(), &mut letters, &mut tell);
    failed
}
