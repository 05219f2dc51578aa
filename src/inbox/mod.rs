//! What came back: recognising a mail, and finding the letter that it answers.
//!
//! No ledger and no screen: octets in, values out. `mime` takes a mail apart, `report` and `prose`
//! read failures, `people` tells persons from programs, `verdict` hard from soft. The words that
//! they go by are tables in `rules/`.

mod addresses;
mod away;
mod clues;
pub mod files;
mod html;
pub mod imap;
mod judge;
mod matching;
mod mime;
mod people;
mod phrases;
mod prose;
mod report;
mod verdict;

use jiff::Timestamp;
use jiff::civil::Date;

use mime::{Mail, Part};
use prose::Text;
use report::DeliveryStatus;

use crate::answer::Bounce;
pub use clues::Clues;
pub use judge::{Counted, Judgement, Mailed, digest, judge};
pub use matching::{Answerable, Found, Letters, Match, MatchedBy};

/// What a mail is in itself, whoever it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Bounce,
    /// A warning: the letter may still arrive.
    Delay,
    /// A report of success.
    Delivered,
    /// A receipt that the reader's program sent (RFC 8098).
    Receipt,
    /// Nobody reads it before a day.
    Away,
    AutoReply,
    /// A filter asks the sender to prove that he is a person.
    Challenge,
    /// A person's.
    Reply,
    Unsubscribe,
    Complaint,
    /// A person has to look.
    Unsure,
    /// None of these.
    None,
}

impl Kind {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Delay => "delay",
            Self::Delivered => "delivered",
            Self::Receipt => "receipt",
            Self::Away => "away",
            Self::AutoReply => "auto_reply",
            Self::Challenge => "challenge",
            Self::Reply => "reply",
            Self::Unsubscribe => "unsubscribe",
            Self::Complaint => "complaint",
            Self::Unsure => "unsure",
            Self::None => "none",
        }
    }
}

/// What a mail says of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Whom we wrote to, as far as the mail shows it.
    pub address: String,
    /// Other addresses under which it speaks of the same recipient.
    pub also: Vec<String>,
    /// [`Kind::Bounce`], [`Kind::Delay`] or [`Kind::Delivered`].
    pub kind: Kind,
    pub bounce: Option<Bounce>,
    /// The enhanced status code (RFC 3463).
    pub status: Option<String>,
    /// What the server said, 500 characters at most.
    pub diagnostic: String,
}

/// A mail, recognised.
#[derive(Debug, Clone)]
pub struct Reading {
    pub kind: Kind,
    pub told: Vec<Told>,
    /// The address of the writer, and the name that he gives himself.
    pub from: String,
    pub name: Option<String>,
    /// When it says that it was written.
    pub date: Option<Timestamp>,
    pub subject: String,
    /// The last day of an absence.
    pub until: Option<Date>,
    /// The beginning of what it says, without what it quotes.
    pub excerpt: String,
    /// Whether it went to many.
    pub is_bulk: bool,
    /// Whether an unsubscription was made by the address that List-Unsubscribe names, which only
    /// programs write.
    pub is_by_button: bool,
    pub clues: Clues,
}

/// Recognises a mail. `None` if it cannot be read: it has no head.
pub fn read(raw: &[u8]) -> Option<Reading> {
    let mail = Mail::parse(raw)?;
    let text = Text::of(&mail);
    let report = delivery_status(&mail);
    let mut reading = reading(&mail, &text, &report);
    (reading.kind, reading.told) = recognise(&mail, &text, report);
    // A notice within a notice, as a forwarding server wraps it, says more than its wrapper.
    let has_report = mail.parts.iter().any(|part| matches!(part, Part::DeliveryStatus(_)));
    let may_wrap = !has_report && matches!(reading.kind, Kind::Bounce | Kind::Delay | Kind::Unsure);
    if let Some(raw) = text.wrapped.as_deref().filter(|_| may_wrap)
        && let Some(mail) = Mail::parse(raw)
    {
        let text = Text::of(&mail);
        let report = delivery_status(&mail);
        let clues = Clues::of(&mail, &text, &report);
        let (kind, told) = recognise(&mail, &text, report);
        if !told.is_empty() {
            (reading.kind, reading.told, reading.clues) = (kind, told, clues);
        }
    }
    Some(reading)
}

/// All of a mail but what it is.
fn reading(mail: &Mail, text: &Text, report: &DeliveryStatus) -> Reading {
    let head = &mail.head;
    let from = head.get("from").unwrap_or_default();
    let subject = head.get("subject").unwrap_or_default();
    let date = head.get("date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    let own = people::own_words(&text.joined());
    let day = date.as_ref().map_or_else(
        || Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date(),
        jiff::ZonedDateTime::date,
    );
    let words = phrases::normalised(&format!("{subject} {own}"));
    Reading {
        kind: Kind::None,
        told: Vec::new(),
        from: addresses::first(from).unwrap_or_default().to_owned(),
        name: addresses::name(from),
        date: date.map(|date| date.timestamp()),
        subject: excerpt(subject),
        until: away::until(&words, day),
        excerpt: excerpt(&own),
        is_bulk: people::is_bulk(head),
        is_by_button: people::is_unsubscribe_subject(&phrases::normalised(subject)),
        clues: Clues::of(mail, text, report),
    }
}

fn delivery_status(mail: &Mail) -> DeliveryStatus {
    let mut report = DeliveryStatus::default();
    for part in &mail.parts {
        if let Part::DeliveryStatus(fields) = part {
            let read = DeliveryStatus::read(fields);
            report.envelope_id = report.envelope_id.or(read.envelope_id);
            report.groups.extend(read.groups);
        }
    }
    report
}

/// What a mail is, and what it tells of whom.
fn recognise(mail: &Mail, text: &Text, mut report: DeliveryStatus) -> (Kind, Vec<Told>) {
    for part in &mail.parts {
        match part {
            Part::Feedback(fields) => return (people::feedback(fields), Vec::new()),
            Part::Disposition(_) => return (Kind::Receipt, Vec::new()),
            Part::DeliveryStatus(_) | Part::Plain(_) | Part::Html(_) => {}
        }
    }
    let joined = text.joined();
    let subject = mail.head.get("subject").unwrap_or_default();
    let words = phrases::normalised(&joined);
    let all_words = phrases::normalised(&format!("{subject} {joined}"));
    let has_fields = words.contains("final-recipient:")
        && (words.contains("action:") || words.contains("status:"));
    let is_notice = prose::is_notice(mail, text, &words);
    if report.groups.is_empty() && has_fields && is_notice {
        report = DeliveryStatus::read(&joined);
    }
    let told = if !report.groups.is_empty() {
        of_report(report, mail, text, &all_words)
    } else if people::is_cloud_notice(&mail.head) {
        people::cloud_notice(&joined)
    } else if is_notice {
        of_prose(mail, text, &all_words)
    } else {
        return (people::kind(mail, &joined), Vec::new());
    };
    (gravest(&told), told)
}

fn of_prose(mail: &Mail, text: &Text, words: &str) -> Vec<Told> {
    let is_delay = prose::is_delay(words).unwrap_or(false);
    let told = prose::recipients(mail, text).into_iter().map(|named| {
        let status = named.texts.iter().find_map(|text| verdict::status_in(text));
        let texts = named.texts.iter().map(String::as_str);
        let bounce = verdict::of(texts, status.as_deref());
        Told {
            kind: if is_delay { Kind::Delay } else { Kind::Bounce },
            bounce: (!is_delay).then_some(bounce),
            status,
            diagnostic: excerpt(named.text()),
            address: named.address,
            also: named.also,
        }
    });
    told.collect()
}

/// The gravest of what a mail tells; unsure if it names nobody.
fn gravest(told: &[Told]) -> Kind {
    let order = [Kind::Bounce, Kind::Delay, Kind::Complaint, Kind::Delivered];
    let is_told = |kind: &Kind| told.iter().any(|it| it.kind == *kind);
    order.into_iter().find(is_told).unwrap_or(Kind::Unsure)
}

fn of_report(report: DeliveryStatus, mail: &Mail, text: &Text, words: &str) -> Vec<Told> {
    let is_alone = report.groups.len() == 1;
    let named = prose::recipients(mail, text);
    let mut all: Vec<Told> = Vec::new();
    for group in report.groups {
        let (Some(address), last) =
            (group.original.clone().or_else(|| group.last.clone()), group.last)
        else {
            continue;
        };
        let mut also: Vec<String> =
            last.into_iter().filter(|it| !it.eq_ignore_ascii_case(&address)).collect();
        also.extend(report::from_xtext(&address));
        let prose = named.iter().find(|it| {
            let is = |other: &str| it.address.eq_ignore_ascii_case(other);
            is(&address) || also.iter().any(|it| is(it))
        });
        if let Some(prose) = prose {
            also.extend(prose.also.iter().cloned());
        }
        let mut said = vec![group.diagnostic.clone()];
        match prose {
            Some(prose) => said.extend(prose.texts.iter().cloned()),
            None if is_alone => said.push(text.joined()),
            None => {}
        }
        let status = [verdict::status_in(&group.diagnostic), group.status.clone()]
            .into_iter()
            .flatten()
            .max_by_key(|code| !code.ends_with(".0.0"));
        let kind = match group.action.as_deref() {
            Some("failed" | "failure" | "fail" | "error" | "undeliverable") => Kind::Bounce,
            Some("delayed" | "deferred") => Kind::Delay,
            Some("delivered" | "relayed" | "expanded" | "success") => Kind::Delivered,
            _ => match prose::is_delay(words) {
                Some(true) => Kind::Delay,
                Some(false) => Kind::Bounce,
                None if status.as_deref().is_some_and(|it| it.starts_with('2')) => Kind::Delivered,
                None if status.as_deref().is_some_and(|it| it.starts_with('4')) => Kind::Delay,
                None => Kind::Bounce,
            },
        };
        let bounce = (kind == Kind::Bounce)
            .then(|| verdict::of(said.iter().map(String::as_str), status.as_deref()));
        let is_said = |text: &&String| !text.trim().is_empty();
        let diagnostic = excerpt(said.iter().find(is_said).map_or("", String::as_str));
        if all.iter().any(|it| it.address.eq_ignore_ascii_case(&address) && it.kind == kind) {
            continue;
        }
        all.push(Told { address, also, kind, bounce, status, diagnostic });
    }
    all
}

/// The beginning of a text in one line: whole words of at most 500 octets together, or the
/// beginning of a first word that is longer.
fn excerpt(text: &str) -> String {
    const MOST: usize = 500;
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let mut out = first[..first.floor_char_boundary(MOST)].to_owned();
    for word in words {
        if out.len() + 1 + word.len() > MOST {
            break;
        }
        out.push(' ');
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests;
