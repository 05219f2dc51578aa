//! What surname, first name and patronymic share: a cell is cleaned, vetted, cut into parts, and
//! put together again.
//!
//! Knows no rule: the caller declines each part.

use std::borrow::Cow;

use super::normalise::{Flaw, Vetted, clean, vet};
use super::rules::Declined;
use super::word::{Capitals, Word};
use crate::russian::{Case, Confidence, Form, Reason};

/// Where a part stands in its compound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Before another part.
    First,
    /// The last part, or the only one.
    Last,
}

/// One word of a compound.
pub(super) struct Part<'a> {
    pub typed: &'a str,
    pub word: &'a Word,
    pub place: Place,
    /// What follows in the cell, after the joint.
    pub after: &'a str,
    /// A hyphen follows (else a space, an apostrophe's particle, or nothing).
    pub hyphen: bool,
}

/// Declines a cell part by part; `decline` gives `None` where no rule fits.
pub(super) fn decline_parts(
    text: &str,
    case: Case,
    decline: impl Fn(&Part<'_>) -> Option<Declined>,
) -> Form {
    if let Some(form) = decline_plain(text, case, &decline) {
        return form;
    }
    let vetted = match vet(clean(text)) {
        Ok(vetted) => vetted,
        Err((text, reason)) => return guess(text, reason),
    };
    let text: &str = &vetted.text;
    if text.contains('.') {
        return abbreviated(&vetted);
    }
    let mut whole = Whole::default();
    let mut from = 0;
    while from <= text.len() {
        let rest = &text[from..];
        let end = rest
            .bytes()
            .position(|byte| matches!(byte, b'-' | b' '))
            .map_or(text.len(), |at| from + at);
        let typed = &text[from..end];
        let joint = text[end..].chars().next();
        let place = if joint.is_some() { Place::First } else { Place::Last };
        let done = Word::read(typed).and_then(|word| {
            let after = text.get(end + 1..).unwrap_or_default();
            let part = Part { typed, word: &word, place, hyphen: joint == Some('-'), after };
            Some(trust(decline(&part)?, &word))
        });
        whole.add(typed, done);
        if let Some(joint) = joint {
            whole.join(joint);
        }
        from = end + 1;
    }
    whole.finish(text, case, vetted.flaw)
}

/// The usual cell, one word of Russian letters: the same as the long way, without its detours.
fn decline_plain(
    text: &str,
    case: Case,
    decline: impl Fn(&Part<'_>) -> Option<Declined>,
) -> Option<Form> {
    let word = Word::read(text).filter(Word::is_plain)?;
    let part = Part { typed: text, word: &word, place: Place::Last, hyphen: false, after: "" };
    let done = trust(decline(&part)?, &word);
    if word.capitals == Capitals::None || done.confidence < Confidence::Sure {
        return None;
    }
    let reason = if case == Case::Nominative { Reason::AsGiven } else { done.reason };
    Some(Form { text: done.text, confidence: Confidence::Sure, reason })
}

/// Initials stay; any other stop belongs to no name.
fn abbreviated(vetted: &Vetted<'_>) -> Form {
    if !initials_only(&vetted.text) {
        return guess(Cow::Borrowed(&vetted.text), Reason::NotALetter { character: '.' });
    }
    let (confidence, reason) = match &vetted.flaw {
        Some(flaw) => (flaw.most, flaw.reason.clone()),
        None => (Confidence::Sure, Reason::Initial),
    };
    Form { text: vetted.text.clone().into_owned(), confidence, reason }
}

/// `Дорофееев` and `ИВанов` are slips of the hand, whatever they rhyme with.
fn trust(mut done: Declined, word: &Word) -> Declined {
    if let Some(letter) = word.stutter {
        done.confidence = Confidence::Guess;
        done.reason = Reason::RepeatedLetter { letter };
    } else if word.oddly_capital() && done.confidence == Confidence::Sure {
        done.confidence = Confidence::Likely;
        done.reason = Reason::OddCapitals;
    }
    done
}

fn guess(text: Cow<'_, str>, reason: Reason) -> Form {
    Form { text: text.into_owned(), confidence: Confidence::Guess, reason }
}

/// «М.», «Ж.-П.», «М.Г.», or one bare capital letter with a stop.
pub(in crate::russian) fn initials_only(text: &str) -> bool {
    text.ends_with('.')
        && text.split(['.', '-', ' ']).all(|piece| piece.chars().count() <= 1)
        && text.chars().any(char::is_alphabetic)
}

/// A compound as it grows.
#[derive(Default)]
struct Whole {
    text: String,
    /// The other reading of the whole, once a part has one.
    other: Option<String>,
    worst: Option<(Confidence, Reason)>,
    parts: usize,
}

impl Whole {
    fn add(&mut self, typed: &str, declined: Option<Declined>) {
        self.parts += 1;
        let done = declined.unwrap_or_else(|| Declined {
            text: typed.to_owned(),
            other: None,
            confidence: Confidence::Guess,
            reason: Reason::UnknownEnding,
        });
        let other = match (&mut self.other, &done.other) {
            (Some(other), reading) => {
                other.push_str(reading.as_deref().unwrap_or(&done.text));
                None
            }
            (None, Some(reading)) => Some(format!("{}{reading}", self.text)),
            (None, None) => None,
        };
        self.other = other.or(self.other.take());
        if self.text.is_empty() {
            self.text = done.text;
        } else {
            self.text.push_str(&done.text);
        }
        let worse = self.worst.as_ref().is_none_or(|(worst, _)| done.confidence < *worst);
        if worse {
            self.worst = Some((done.confidence, done.reason));
        } else if let Some((_, reason @ Reason::Rule { .. })) = &mut self.worst {
            *reason = Reason::Compound { frozen: false };
        }
    }

    fn join(&mut self, joint: char) {
        self.text.push(joint);
        if let Some(other) = &mut self.other {
            other.push(joint);
        }
    }

    fn finish(self, nominative: &str, case: Case, flaw: Option<Flaw>) -> Form {
        let text = if case == Case::Nominative { nominative.to_owned() } else { self.text };
        let (confidence, reason) = self.worst.unwrap_or((Confidence::Guess, Reason::Empty));
        let (mut confidence, mut reason) = match (self.other, reason) {
            (Some(other), Reason::TwoReadings { .. }) => {
                (confidence, Reason::TwoReadings { other })
            }
            (_, reason) => (confidence, reason),
        };
        if let Some(flaw) = flaw.filter(|flaw| flaw.most < confidence) {
            (confidence, reason) = (flaw.most, flaw.reason);
        }
        let begins_small = nominative.chars().next().is_some_and(char::is_lowercase);
        let small = begins_small && !nominative.chars().any(char::is_uppercase);
        if small && confidence == Confidence::Sure {
            (confidence, reason) = (Confidence::Likely, Reason::SmallLetter);
        }
        if case == Case::Nominative && confidence == Confidence::Sure {
            reason = Reason::AsGiven;
        }
        Form { text, confidence, reason }
    }
}
