//! What to do next, as pure functions of what happened and of `now`: verdicts, retries, pace.
//!
//! No clock, no sleep, no ledger: the caller passes the time and keeps the result.

mod meter;
mod pace;
mod pacer;
mod window;
mod zone;

use std::time::Duration;

use jiff::Timestamp;

use crate::delivery::{Outcome, Reply, Stage, State, Trouble};
use crate::letter::LetterId;
pub use pace::{DomainGroup, Limits, Pace, RampUp};
pub use pacer::{Forecast, Gate, Pacer};
pub use window::{DateRange, Days, Hours, Window, WindowClock};
pub use zone::zone;

/// `[retry]`: how often and when a letter is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// Attempts in all, the first included.
    pub attempts: u32,
    pub first_delay: Duration,
    pub max_delay: Duration,
    /// Before the next connection after a failed one; doubled for each further failure.
    pub reconnect_delay: Duration,
    /// The run stops after this many permanently refused letters in a row: something else is wrong.
    pub refusals_in_a_row: u32,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 5,
            first_delay: Duration::from_mins(1),
            max_delay: Duration::from_hours(1),
            reconnect_delay: Duration::from_secs(1),
            refusals_in_a_row: 25,
        }
    }
}

/// `[smtp.timeouts]`: the total time that each step may take (RFC 5321, 4.5.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// The connection, and the TLS handshake.
    pub connect: Duration,
    pub greeting: Duration,
    /// EHLO, STARTTLS, AUTH and RSET.
    pub command: Duration,
    pub mail: Duration,
    pub rcpt: Duration,
    pub data: Duration,
    /// Writing each 64 KiB of a message.
    pub block: Duration,
    /// The reply to the end of the message.
    pub end: Duration,
}

impl Default for Timeouts {
    /// The timeouts of RFC 5321, shorter for the steps that it does not name.
    fn default() -> Self {
        let minutes = Duration::from_mins;
        Self {
            connect: minutes(1),
            greeting: minutes(5),
            command: minutes(5),
            mail: minutes(5),
            rcpt: minutes(5),
            data: minutes(2),
            block: minutes(3),
            end: minutes(10),
        }
    }
}

impl Timeouts {
    /// One timeout for every step, doubled for the reply to the end of a message.
    pub fn of(each: Duration) -> Self {
        let end = (each * 2).min(Duration::from_mins(10)).max(each);
        Self {
            connect: each,
            greeting: each,
            command: each,
            mail: each,
            rcpt: each,
            data: each,
            block: each,
            end,
        }
    }
}

/// What an outcome means for the letter and for the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub state: State,
    /// Whether the attempt counts against `[retry] attempts`.
    pub charged: bool,
    /// Not to be tried before this moment.
    pub not_before: Option<Timestamp>,
    pub run: RunEffect,
}

/// What an outcome means for the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEffect {
    Continue,
    /// The connection or the relay failed: continue after a while.
    Pause,
    /// Every further letter would fail too.
    Stop(Trouble),
}

/// The run stops after this many failures of the relay in a row. With waits of 1, 2, 4 and 8
/// seconds between them, the relay has time to restart, and the user is not kept waiting.
pub const CONNECTION_FAILURES: u32 = 5;

/// Decides what an outcome means for a letter. `attempts` counts the earlier charged ones.
pub fn judge(
    outcome: &Outcome,
    id: LetterId,
    attempts: u32,
    retry: &Retry,
    now: Timestamp,
) -> Verdict {
    let verdict = |state, charged, not_before, run| Verdict { state, charged, not_before, run };
    match outcome {
        Outcome::Accepted(_) => verdict(State::Accepted, true, None, RunEffect::Continue),
        Outcome::Filed { .. } => verdict(State::Filed, false, None, RunEffect::Continue),
        Outcome::Unknown { .. } => verdict(State::Unknown, true, None, RunEffect::Pause),
        Outcome::Refused { stage, reply } if concerns_the_sender(*stage, reply) => {
            verdict(State::Waiting, false, None, RunEffect::Stop(Trouble::Turned(reply.clone())))
        }
        Outcome::Refused { reply, .. } if reply.is_transient() => {
            let attempt = attempts + 1;
            if attempt >= retry.attempts {
                verdict(State::Refused, true, None, RunEffect::Continue)
            } else {
                let wait =
                    delay(retry, id, attempt).max(asked_wait(&reply.text).unwrap_or_default());
                verdict(State::Waiting, true, Some(now + wait), RunEffect::Continue)
            }
        }
        Outcome::Refused { .. } => verdict(State::Refused, true, None, RunEffect::Continue),
        Outcome::Unsent { trouble, .. } => {
            let run = match trouble {
                Trouble::Tls(_)
                | Trouble::TlsNotOffered
                | Trouble::LoginNotOffered
                | Trouble::File(_) => RunEffect::Stop(trouble.clone()),
                Trouble::Turned(reply) if !reply.is_transient() => RunEffect::Stop(trouble.clone()),
                Trouble::Turned(_)
                | Trouble::NoConnection(_)
                | Trouble::ConnectionLost(_)
                | Trouble::TimedOut
                | Trouble::Garbled(_) => RunEffect::Pause,
                Trouble::Stopped => RunEffect::Continue,
            };
            verdict(State::Waiting, false, None, run)
        }
    }
}

/// Phrases in permanent refusals that every further letter would meet too, in lower case, with the
/// provider that uses them. They concern the sender, the quota or the content at any stage.
const PHRASES: [(&str, &str); 26] = [
    ("Yandex", "suspicion of spam"),
    ("Yandex", "not owned by auth user"),
    ("Yandex", "message rate limit"),
    ("Yandex", "too many messages"),
    ("Mail.ru", "spam message rejected"),
    ("Mail.ru", "not local sender over smtp"),
    ("Mail.ru", "non-local sender"),
    ("Mail.ru", "ratelimit exceeded"),
    ("Mail.ru", "parol prilozheniya"),
    ("Gmail", "daily user sending limit"),
    ("Gmail", "daily sending quota"),
    ("Gmail", "likely unsolicited mail"),
    ("Gmail", "low reputation"),
    ("Gmail", "authentication required"),
    ("Outlook", "bad outbound sender"),
    ("Outlook", "outboundspamexception"),
    ("Outlook", "submissionquotaexceeded"),
    ("Outlook", "sendasdenied"),
    ("Outlook", "banned sending ip"),
    ("Postfix", "sender address rejected"),
    ("Postfix", "relay access denied"),
    ("Postfix", "client host rejected"),
    ("Postfix", "helo command rejected"),
    ("Postfix", "blocked using"),
    ("many", "relaying denied"),
    ("many", "not permitted to relay"),
];

/// Further such words, but only in replies to the message: at RCPT they may concern the recipient.
const MESSAGE_PHRASES: [&str; 7] =
    ["spam", "quota", "rate limit", "limit exceeded", "blacklist", "blocked", "reputation"];

/// Whether every further letter would be refused too: the refusal concerns the sender, the quota,
/// or the content as spam.
fn concerns_the_sender(stage: Stage, reply: &Reply) -> bool {
    let text = reply.text.to_lowercase();
    let is_known = !reply.is_transient() && PHRASES.iter().any(|(_, phrase)| text.contains(phrase));
    match stage {
        // A message too big concerns only itself (RFC 3463, 3.4).
        Stage::Mail => !reply.is_transient() && reply.enhanced() != Some("5.3.4"),
        // The copies are the same in every letter.
        Stage::Copy => !reply.is_transient(),
        Stage::Rcpt => is_known || reply.code == 530 || reply.enhanced() == Some("5.7.0"),
        Stage::Data | Stage::Message => {
            is_known
                || !reply.is_transient() && MESSAGE_PHRASES.iter().any(|word| text.contains(word))
        }
        Stage::Connect | Stage::Tls | Stage::Login | Stage::File => false,
    }
}

/// How long a relay asks to wait, at most a day: "try again in 2 minutes". Of several times in a
/// reply, the first that follows a word of asking; otherwise the first that is not the period of a
/// limit ("100 in 24 hours", "per hour").
fn asked_wait(text: &str) -> Option<Duration> {
    const ASKING: [&str; 12] = [
        "again",
        "retry",
        "back",
        "wait",
        "until",
        "after",
        "later",
        "delay",
        "delayed",
        "defer",
        "deferred",
        "greylisted",
    ];
    const LIMITING: [&str; 8] = ["per", "every", "each", "within", "last", "past", "many", "limit"];
    let text = text.to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut since = 0;
    let mut other = None;
    for at in 0..words.len() {
        let Some((time, length)) = duration(&words[at..]) else { continue };
        let before = &words[since.min(at)..at];
        since = at + length;
        if before.iter().any(|word| ASKING.contains(word)) {
            return Some(time);
        }
        if !before.iter().any(|word| LIMITING.contains(word)) {
            other = other.or(Some(time));
        }
    }
    other
}

/// The time that words begin with, at most a day, and how many words it takes: `5 minutes`, `300s`.
fn duration(words: &[&str]) -> Option<(Duration, usize)> {
    let first = *words.first()?;
    let digits = first.find(|c: char| !c.is_ascii_digit()).unwrap_or(first.len());
    let (count, glued) = first.split_at(digits);
    let (unit, length) = if glued.is_empty() { (*words.get(1)?, 2) } else { (glued, 1) };
    let seconds = match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3600,
        _ => return None,
    };
    let time = Duration::from_secs(count.parse::<u64>().ok()?.saturating_mul(seconds));
    Some((time.min(Duration::from_hours(24)), length))
}

/// The wait before attempt `attempt` + 1: doubled each time up to the limit, and varied by up to a
/// tenth, depending on the letter, so that letters refused together do not come back together.
fn delay(retry: &Retry, id: LetterId, attempt: u32) -> Duration {
    let doubled = retry.first_delay.saturating_mul(2u32.saturating_pow(attempt.saturating_sub(1)));
    let capped = doubled.min(retry.max_delay);
    let spread = f64::from(id.bytes()[(attempt % 16) as usize]) / 255.0 * 0.2 + 0.9;
    capped.mul_f64(spread)
}

/// The wait before the next connection after `failures` in a row: 1, 2, 4 … 60 times `scale`.
pub fn back_off(failures: u32, scale: Duration) -> Duration {
    if failures == 0 {
        return Duration::ZERO;
    }
    scale.saturating_mul(2u32.saturating_pow(failures - 1)).min(scale.saturating_mul(60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipient::Address;

    fn id() -> LetterId {
        LetterId::of("test", &Address::parse("a@example.org").unwrap(), None)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn refused(stage: Stage, code: u16, text: &str) -> Outcome {
        Outcome::Refused { stage, reply: Reply { code, text: text.into() } }
    }

    #[test]
    fn a_temporary_refusal_waits_longer_each_time_and_ends() {
        let retry = Retry { attempts: 3, ..Retry::default() };
        let greylisted = refused(Stage::Rcpt, 450, "4.2.0 greylisted");
        let first = judge(&greylisted, id(), 0, &retry, at(0));
        let second = judge(&greylisted, id(), 1, &retry, at(0));
        assert_eq!((first.state, second.state), (State::Waiting, State::Waiting));
        assert!(first.not_before > Some(at(50)) && second.not_before > first.not_before);
        assert_eq!(judge(&greylisted, id(), 2, &retry, at(0)).state, State::Refused);
    }

    #[test]
    fn a_permanent_refusal_of_a_recipient_is_final_and_the_run_goes_on() {
        let verdict = judge(
            &refused(Stage::Rcpt, 550, "5.1.1 no such user"),
            id(),
            0,
            &Retry::default(),
            at(0),
        );
        assert_eq!((verdict.state, verdict.run), (State::Refused, RunEffect::Continue));
    }

    #[test]
    fn a_refusal_of_the_sender_stops_the_run_and_keeps_the_letter_waiting() {
        for refusal in [
            refused(Stage::Mail, 550, "sender rejected"),
            refused(Stage::Message, 554, "5.7.1 suspicion of SPAM"),
        ] {
            let verdict = judge(&refusal, id(), 0, &Retry::default(), at(0));
            assert_eq!((verdict.state, verdict.charged), (State::Waiting, false));
            assert!(matches!(verdict.run, RunEffect::Stop(_)), "{refusal:?}");
        }
    }

    #[test]
    fn a_relay_that_asks_for_a_longer_wait_gets_it() {
        let wait = |text| {
            judge(&refused(Stage::Rcpt, 450, text), id(), 0, &Retry::default(), at(0)).not_before
        };
        assert_eq!(wait("4.2.0 greylisted, try again in 300 seconds"), Some(at(300)));
        assert_eq!(wait("4.7.1 come back in 2 hours"), Some(at(7200)));
        assert_eq!(
            wait("4.7.1 too many in 24 hours, try again in 2 minutes"),
            Some(at(120)),
            "the period of the limit is not the wait"
        );
        assert_eq!(wait("4.7.1 retry in 300s (limit: 100 per 24 hours)"), Some(at(300)));
        assert_eq!(wait("4.2.0 Greylisted for 5 minutes"), Some(at(300)));
        assert!(wait("4.7.0 100 messages per hour are allowed") < Some(at(70)));
        assert!(
            wait("4.2.0 try again in 1 second") > Some(at(50))
                && wait("4.2.0 later") < Some(at(70))
        );
    }

    #[test]
    fn known_phrases_stop_the_run_and_a_recipients_own_trouble_does_not() {
        let run = |stage, code, text| {
            judge(&refused(stage, code, text), id(), 0, &Retry::default(), at(0)).run
        };
        for text in ["5.7.1 <x>: Relay access denied", "5.4.5 Daily user sending limit exceeded."] {
            assert!(matches!(run(Stage::Rcpt, 550, text), RunEffect::Stop(_)), "{text}");
        }
        for text in ["5.1.1 no such user", "5.2.2 mailbox over quota", "5.2.1 mailbox is blocked"] {
            assert_eq!(run(Stage::Rcpt, 550, text), RunEffect::Continue, "{text}");
        }
        assert!(PHRASES.iter().all(|(_, phrase)| *phrase == phrase.to_lowercase()));
    }

    #[test]
    fn a_lost_connection_costs_the_letter_nothing() {
        let lost =
            Outcome::Unsent { stage: Stage::Data, trouble: Trouble::ConnectionLost(String::new()) };
        let verdict = judge(&lost, id(), 0, &Retry::default(), at(0));
        assert_eq!(
            (verdict.state, verdict.charged, verdict.run),
            (State::Waiting, false, RunEffect::Pause)
        );
    }

    #[test]
    fn back_off_doubles_up_to_a_minute() {
        let second = Duration::from_secs(1);
        let waits: Vec<u64> =
            [0, 1, 2, 3, 9].map(|failures| back_off(failures, second).as_secs()).into();
        assert_eq!(waits, [0, 1, 2, 4, 60]);
    }
}
