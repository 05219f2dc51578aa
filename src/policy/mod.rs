//! What to do next, as pure functions of what happened and of `now`: verdicts, retries, pace.
//!
//! No clock, no sleep, no ledger: the caller passes the time and keeps the result.

mod ending;
mod follow;
mod meter;
mod pace;
mod pacer;
mod remedy;
mod window;
mod zone;

use std::time::Duration;

use jiff::Timestamp;

use crate::delivery::{Outcome, Reply, Stage, State, Trouble};
use crate::letter::LetterId;
pub use ending::{Breakdown, Ending, LastRun, is_about_login};
pub use follow::{FollowTo, Wait, working_days_after};
pub use pace::{DomainGroup, Limits, Pace, RampUp};
pub use pacer::{Forecast, Gate, Pacer};
pub use remedy::remedy;
pub use window::{DateRange, Days, Hours, Window, WindowClock};
pub use zone::{moment, zone};

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
    /// The relay may have refused the sender, or this letter alone: whether another letter passes
    /// will tell.
    Suspect,
    /// Every further letter would fail too.
    Stop(StopCause),
}

/// Why a run ends before all its letters were tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopCause {
    /// The relay, or the folder of the outbox, cannot be used.
    Trouble(Trouble),
    /// The relay refuses the sender: it said so to MAIL (`letters` is 0), or to so many different
    /// letters in a row.
    Sender { letters: u64, reply: Reply },
    /// The relay refuses a letter again and again, and there is no other by which to tell whether
    /// it means the letter or the sender.
    LetterOrSender { reply: Reply },
    /// So many letters in a row were refused for good.
    Refusals { letters: u32, reply: Reply },
    /// A copy that all letters have is refused.
    Copy { address: String, reply: Reply },
    /// The archive cannot be written; it lacks the letters to these addresses.
    Archive { detail: String, lacks: Vec<String> },
}

/// Why letters cannot go before a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOff {
    ByPace,
    ByRelay,
}

/// What is known of a letter when an attempt at it ends.
#[derive(Debug, Clone, Copy)]
pub struct Tried {
    pub id: LetterId,
    /// The earlier attempts that were charged.
    pub attempts: u32,
    pub others: Others,
    pub copies: CopyHistory,
}

impl Tried {
    /// A letter about which nothing out of the ordinary is known.
    pub fn before(id: LetterId, attempts: u32) -> Self {
        Self { id, attempts, others: Others::NotAsked, copies: CopyHistory::default() }
    }
}

/// How other letters fared since one was refused in a way that may concern the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// It was never refused so.
    NotAsked,
    /// None has passed since; `ever` says whether the relay has accepted any of the campaign.
    NoneSince { ever: bool },
    /// One has passed since: it is the letter that the relay refuses.
    PassedSince,
}

/// What became of a letter's copies before.
#[derive(Debug, Clone, Copy, Default)]
pub struct CopyHistory {
    /// How often in this run the relay put a copy off.
    pub deferrals: u32,
    /// Whether the copy that it refuses now is this letter's own, not one of all letters.
    pub is_own: bool,
}

/// The run stops after this many failures of the relay in a row. With waits of 1, 2, 4 and 8
/// seconds between them, the relay has time to restart, and the user is not kept waiting.
pub const CONNECTION_FAILURES: u32 = 5;

/// The run stops after the relay has refused this many different letters in a way that may concern
/// the sender, without accepting one between them. A letter that is refused so this many times is
/// given up, or where nothing ever passed, the run is.
pub const SUSPECTS: u32 = 3;

/// Decides what an outcome means for a letter and for the run.
pub fn judge(outcome: &Outcome, tried: &Tried, retry: &Retry, now: Timestamp) -> Verdict {
    let Tried { id, attempts, .. } = *tried;
    let verdict = |state, charged, not_before, run| Verdict { state, charged, not_before, run };
    match outcome {
        Outcome::Accepted(_) => verdict(State::Accepted, true, None, RunEffect::Continue),
        Outcome::Filed { .. } => verdict(State::Filed, false, None, RunEffect::Continue),
        Outcome::Unknown { .. } => verdict(State::Unknown, true, None, RunEffect::Pause),
        Outcome::Refused { stage, reply } => match blame(*stage, reply) {
            Blame::Sender if *stage == Stage::Mail => {
                let cause = StopCause::Sender { letters: 0, reply: reply.clone() };
                verdict(State::Waiting, false, None, RunEffect::Stop(cause))
            }
            blame @ (Blame::Sender | Blame::Either) => match tried.others {
                Others::PassedSince => verdict(State::Refused, true, None, RunEffect::Continue),
                Others::NoneSince { ever } if attempts + 1 >= SUSPECTS => {
                    if ever && blame == Blame::Either {
                        verdict(State::Refused, true, None, RunEffect::Continue)
                    } else {
                        let cause = StopCause::LetterOrSender { reply: reply.clone() };
                        verdict(State::Waiting, false, None, RunEffect::Stop(cause))
                    }
                }
                Others::NotAsked | Others::NoneSince { .. } => {
                    // The others first, then this one once more.
                    let wait = back_off((attempts + 1).min(SUSPECTS), retry.reconnect_delay);
                    verdict(State::Waiting, true, Some(now + wait), RunEffect::Suspect)
                }
            },
            Blame::Letter if reply.is_transient() => {
                let attempt = attempts + 1;
                if attempt >= retry.attempts {
                    verdict(State::Refused, true, None, RunEffect::Continue)
                } else {
                    let due = now + wait(retry, id, attempt, reply);
                    verdict(State::Waiting, true, Some(due), RunEffect::Continue)
                }
            }
            Blame::Letter => verdict(State::Refused, true, None, RunEffect::Continue),
        },
        Outcome::Unsent { trouble: Trouble::Copy { address, reply }, .. } => {
            let attempt = tried.copies.deferrals + 1;
            let run = if reply.is_transient() && attempt < retry.attempts {
                let due = now + wait(retry, id, attempt, reply);
                return verdict(State::Waiting, false, Some(due), RunEffect::Continue);
            } else if tried.copies.is_own {
                // It goes without that copy.
                RunEffect::Continue
            } else {
                RunEffect::Stop(StopCause::Copy { address: address.clone(), reply: reply.clone() })
            };
            verdict(State::Waiting, false, None, run)
        }
        Outcome::Unsent { trouble, .. } => {
            let run = match trouble {
                Trouble::Tls(_)
                | Trouble::TlsNotOffered
                | Trouble::LoginNotOffered
                | Trouble::File(_) => RunEffect::Stop(StopCause::Trouble(trouble.clone())),
                Trouble::Turned(reply) if !reply.is_transient() => {
                    RunEffect::Stop(StopCause::Trouble(trouble.clone()))
                }
                Trouble::Turned(_)
                | Trouble::NoConnection(_)
                | Trouble::ConnectionLost(_)
                | Trouble::TimedOut
                | Trouble::Garbled(_) => RunEffect::Pause,
                Trouble::Copy { .. } | Trouble::Stopped => RunEffect::Continue,
            };
            verdict(State::Waiting, false, None, run)
        }
    }
}

/// Whom a refusal concerns, as far as its words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blame {
    Letter,
    /// The sender or its quota.
    Sender,
    /// The sender as well as this letter.
    Either,
}

/// Phrases in permanent refusals at any stage, in lower case, with the provider that uses them and
/// whom they concern.
const PHRASES: [(&str, &str, Blame); 26] = [
    ("Yandex", "suspicion of spam", Blame::Either),
    ("Yandex", "not owned by auth user", Blame::Sender),
    ("Yandex", "message rate limit", Blame::Sender),
    ("Yandex", "too many messages", Blame::Sender),
    ("Mail.ru", "spam message rejected", Blame::Either),
    ("Mail.ru", "not local sender over smtp", Blame::Sender),
    ("Mail.ru", "non-local sender", Blame::Sender),
    ("Mail.ru", "ratelimit exceeded", Blame::Sender),
    ("Mail.ru", "parol prilozheniya", Blame::Sender),
    ("Gmail", "daily user sending limit", Blame::Sender),
    ("Gmail", "daily sending quota", Blame::Sender),
    ("Gmail", "likely unsolicited mail", Blame::Either),
    ("Gmail", "low reputation", Blame::Either),
    ("Gmail", "authentication required", Blame::Sender),
    ("Outlook", "bad outbound sender", Blame::Sender),
    ("Outlook", "outboundspamexception", Blame::Sender),
    ("Outlook", "submissionquotaexceeded", Blame::Sender),
    ("Outlook", "sendasdenied", Blame::Sender),
    ("Outlook", "banned sending ip", Blame::Sender),
    ("Postfix", "sender address rejected", Blame::Sender),
    ("Postfix", "relay access denied", Blame::Either),
    ("Postfix", "client host rejected", Blame::Sender),
    ("Postfix", "helo command rejected", Blame::Sender),
    ("Postfix", "blocked using", Blame::Either),
    ("many", "relaying denied", Blame::Either),
    ("many", "not permitted to relay", Blame::Either),
];

/// Further such words, but only in replies to the message: at RCPT they may concern the recipient.
const MESSAGE_PHRASES: [(&str, Blame); 7] = [
    ("spam", Blame::Either),
    ("quota", Blame::Either),
    ("rate limit", Blame::Sender),
    ("limit exceeded", Blame::Sender),
    ("blacklist", Blame::Either),
    ("blocked", Blame::Either),
    ("reputation", Blame::Either),
];

/// Whom a refusal concerns by its stage and its words. Even those that name the sender are believed
/// only if other letters meet them too.
fn blame(stage: Stage, reply: &Reply) -> Blame {
    if reply.is_transient() {
        return Blame::Letter;
    }
    let text = reply.text.to_lowercase();
    let known = named(&text);
    match stage {
        // A message too big concerns only itself (RFC 3463, 3.4).
        Stage::Mail if reply.enhanced() == Some("5.3.4") => Blame::Letter,
        Stage::Mail => Blame::Sender,
        Stage::Rcpt if reply.code == 530 || reply.enhanced() == Some("5.7.0") => Blame::Sender,
        Stage::Rcpt => known.unwrap_or(Blame::Letter),
        Stage::Data | Stage::Message => {
            let word = MESSAGE_PHRASES.iter().find(|(word, _)| text.contains(word));
            known.or(word.map(|(_, blame)| *blame)).unwrap_or(Blame::Letter)
        }
        Stage::Connect | Stage::Tls | Stage::Login | Stage::Copy | Stage::File => Blame::Letter,
    }
}

/// Whom a known phrase in a reply, in lower case, concerns.
fn named(text: &str) -> Option<Blame> {
    PHRASES.iter().find(|(_, phrase, _)| text.contains(phrase)).map(|(_, _, blame)| *blame)
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

/// The wait before attempt `attempt` + 1, which the relay may ask to be longer.
fn wait(retry: &Retry, id: LetterId, attempt: u32, reply: &Reply) -> Duration {
    delay(retry, id, attempt).max(asked_wait(&reply.text).unwrap_or_default())
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
        let first = judge(&greylisted, &Tried::before(id(), 0), &retry, at(0));
        let second = judge(&greylisted, &Tried::before(id(), 1), &retry, at(0));
        assert_eq!((first.state, second.state), (State::Waiting, State::Waiting));
        assert!(first.not_before > Some(at(50)) && second.not_before > first.not_before);
        assert_eq!(
            judge(&greylisted, &Tried::before(id(), 2), &retry, at(0)).state,
            State::Refused
        );
    }

    #[test]
    fn a_permanent_refusal_of_a_recipient_is_final_and_the_run_goes_on() {
        let verdict = judge(
            &refused(Stage::Rcpt, 550, "5.1.1 no such user"),
            &Tried::before(id(), 0),
            &Retry::default(),
            at(0),
        );
        assert_eq!((verdict.state, verdict.run), (State::Refused, RunEffect::Continue));
    }

    /// A letter that was refused as if the sender were at fault.
    fn suspected(attempts: u32, others: Others) -> Tried {
        Tried { others, ..Tried::before(id(), attempts) }
    }

    #[test]
    fn a_refusal_of_the_sender_stops_the_run_and_keeps_the_letter_waiting() {
        let refusal = refused(Stage::Mail, 550, "sender rejected");
        let verdict = judge(&refusal, &Tried::before(id(), 0), &Retry::default(), at(0));
        assert_eq!((verdict.state, verdict.charged), (State::Waiting, false));
        assert!(matches!(verdict.run, RunEffect::Stop(StopCause::Sender { letters: 0, .. })));
    }

    #[test]
    fn a_refusal_that_may_concern_the_sender_is_the_letters_own_if_another_passed_since() {
        let spam = refused(Stage::Message, 554, "5.7.1 suspicion of SPAM");
        let ask = |tried| judge(&spam, &tried, &Retry::default(), at(0));
        let first = ask(Tried::before(id(), 0));
        assert_eq!((first.state, first.run), (State::Waiting, RunEffect::Suspect));
        assert_eq!(first.not_before, Some(at(1)), "others are tried first, but not for long");
        assert_eq!(ask(suspected(1, Others::PassedSince)).state, State::Refused);
        assert_eq!(ask(suspected(1, Others::NoneSince { ever: true })).run, RunEffect::Suspect);
        // There is no other left.
        assert_eq!(ask(suspected(2, Others::NoneSince { ever: true })).state, State::Refused);
        let alone = ask(suspected(2, Others::NoneSince { ever: false }));
        assert_eq!(alone.state, State::Waiting);
        assert!(matches!(alone.run, RunEffect::Stop(StopCause::LetterOrSender { .. })));
        let quota = refused(Stage::Message, 550, "5.4.5 Daily user sending limit exceeded");
        let last = suspected(2, Others::NoneSince { ever: true });
        let verdict = judge(&quota, &last, &Retry::default(), at(0));
        assert_eq!(verdict.state, State::Waiting, "the words are about the sender");
    }

    #[test]
    fn a_refused_copy_is_never_the_addressees_refusal() {
        let refused = |code| Outcome::Unsent {
            stage: Stage::Copy,
            trouble: Trouble::Copy {
                address: "b@b.test".into(),
                reply: Reply { code, text: String::new() },
            },
        };
        let retry = Retry { attempts: 3, ..Retry::default() };
        let ask = |code, deferrals, is_own| {
            let copies = CopyHistory { deferrals, is_own };
            let tried = Tried { copies, ..Tried::before(id(), 0) };
            judge(&refused(code), &tried, &retry, at(0))
        };
        for is_own in [true, false] {
            let later = ask(450, 1, is_own);
            assert!(later.not_before > Some(at(50)) && later.run == RunEffect::Continue);
            for last in [ask(450, 2, is_own), ask(550, 0, is_own)] {
                assert_eq!((last.state, last.charged), (State::Waiting, false));
                assert_eq!(last.not_before, None);
                assert_eq!(last.run == RunEffect::Continue, is_own);
            }
        }
    }

    #[test]
    fn a_relay_that_asks_for_a_longer_wait_gets_it() {
        let wait = |text| {
            judge(
                &refused(Stage::Rcpt, 450, text),
                &Tried::before(id(), 0),
                &Retry::default(),
                at(0),
            )
            .not_before
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
    fn known_phrases_raise_a_suspicion_and_a_recipients_own_trouble_does_not() {
        let run = |stage, code, text| {
            judge(&refused(stage, code, text), &Tried::before(id(), 0), &Retry::default(), at(0))
                .run
        };
        for text in ["5.7.1 <x>: Relay access denied", "5.4.5 Daily user sending limit exceeded."] {
            assert_eq!(run(Stage::Rcpt, 550, text), RunEffect::Suspect, "{text}");
        }
        for text in ["5.1.1 no such user", "5.2.2 mailbox over quota", "5.2.1 mailbox is blocked"] {
            assert_eq!(run(Stage::Rcpt, 550, text), RunEffect::Continue, "{text}");
        }
        assert!(PHRASES.iter().all(|(_, phrase, _)| *phrase == phrase.to_lowercase()));
    }

    #[test]
    fn a_lost_connection_costs_the_letter_nothing() {
        let lost =
            Outcome::Unsent { stage: Stage::Data, trouble: Trouble::ConnectionLost(String::new()) };
        let verdict = judge(&lost, &Tried::before(id(), 0), &Retry::default(), at(0));
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
