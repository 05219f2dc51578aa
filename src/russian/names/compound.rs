//! What surname, first name and patronymic share: a cell is cleaned, validated, cut into parts, and
//! put together again.
//!
//! Contains no rules: the caller declines each part.

use std::borrow::Cow;

use super::normalise::{Validated, clean, validate};
use super::rules::Declined;
use super::word::{Capitals, Word};
use crate::russian::{Case, Confidence, Flaw, Form, Reason};

/// One word of a compound.
pub(super) struct NamePart<'a> {
    pub typed: &'a str,
    pub word: &'a Word,
    /// What joins it to the next part; `None` for the last part or the only one.
    pub joint: Option<Joint>,
    /// The rest of the cell, after the joint.
    pub rest: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    Hyphen,
    Space,
}

/// Declines a cell part by part; `decline` returns `None` if no rule fits.
pub(super) fn decline_parts(
    text: &str,
    case: Case,
    decline: impl Fn(&NamePart<'_>) -> Option<Declined>,
) -> Form {
    if let Some(form) = decline_plain(text, case, &decline) {
        return form;
    }
    let validated = match validate(clean(text)) {
        Ok(validated) => validated,
        Err((text, reason)) => return guess(text, reason),
    };
    let text: &str = &validated.text;
    if text.contains('.') {
        return abbreviated(&validated);
    }
    let mut compound = Compound::default();
    let mut from = 0;
    while from <= text.len() {
        let rest = &text[from..];
        let end = rest
            .bytes()
            .position(|byte| matches!(byte, b'-' | b' '))
            .map_or(text.len(), |at| from + at);
        let typed = &text[from..end];
        let joint = match text[end..].chars().next() {
            Some('-') => Some(Joint::Hyphen),
            Some(_) => Some(Joint::Space),
            None => None,
        };
        let done = Word::read(typed).and_then(|word| {
            let rest = text.get(end + 1..).unwrap_or_default();
            Some(trust(decline(&NamePart { typed, word: &word, joint, rest })?, &word))
        });
        compound.add(typed, done);
        match joint {
            Some(Joint::Hyphen) => compound.join('-'),
            Some(Joint::Space) => compound.join(' '),
            None => {}
        }
        from = end + 1;
    }
    compound.finish(text, case, validated.flaw)
}

/// A shortcut to the same result for nearly every cell: one word of Russian letters.
fn decline_plain(
    text: &str,
    case: Case,
    decline: impl Fn(&NamePart<'_>) -> Option<Declined>,
) -> Option<Form> {
    let word = Word::read(text).filter(Word::is_plain)?;
    let part = NamePart { typed: text, word: &word, joint: None, rest: "" };
    let done = trust(decline(&part)?, &word);
    if word.capitals == Capitals::None || done.confidence < Confidence::Sure {
        return None;
    }
    let reason = if case == Case::Nominative { Reason::AsGiven } else { done.reason };
    Some(Form { text: done.text, confidence: Confidence::Sure, reason })
}

/// Initials stay; any other dot does not belong to a name.
fn abbreviated(validated: &Validated<'_>) -> Form {
    if !initials_only(&validated.text) {
        return guess(Cow::Borrowed(&validated.text), Reason::NotALetter { character: '.' });
    }
    let form = Form {
        text: validated.text.clone().into_owned(),
        confidence: Confidence::Sure,
        reason: Reason::Initial,
    };
    match &validated.flaw {
        Some(flaw) => form.at_most(flaw.confidence, flaw.reason.clone()),
        None => form,
    }
}

/// Doubts slips of the hand such as `Дорофееев`, `Андрй` and `ИВанов`, whatever rule fits.
fn trust(mut done: Declined, word: &Word) -> Declined {
    if let Some(letter) = word.tripled {
        done.confidence = Confidence::Guess;
        done.reason = Reason::RepeatedLetter { letter };
    } else if let Some(letter) = word.misplaced {
        done.confidence = Confidence::Guess;
        done.reason = Reason::ImpossibleLetter { letter };
    } else if word.has_odd_capitals() && done.confidence == Confidence::Sure {
        done.confidence = Confidence::Likely;
        done.reason = Reason::OddCapitals;
    }
    done
}

fn guess(text: Cow<'_, str>, reason: Reason) -> Form {
    Form { text: text.into_owned(), confidence: Confidence::Guess, reason }
}

/// Whether the text is nothing but initials: «М.», «Ж.-П.», «М.Г.».
pub(in crate::russian) fn initials_only(text: &str) -> bool {
    text.ends_with('.')
        && text.split(['.', '-', ' ']).all(|piece| piece.chars().count() <= 1)
        && text.chars().any(char::is_alphabetic)
}

/// A compound as it grows.
#[derive(Default)]
struct Compound {
    text: String,
    /// The other reading of the compound, once a part has one.
    other: Option<String>,
    /// The least sure part so far.
    worst: Option<Flaw>,
}

impl Compound {
    fn add(&mut self, typed: &str, declined: Option<Declined>) {
        let done = declined.unwrap_or_else(|| {
            Declined::unchanged(typed, Confidence::Guess, Reason::UnknownEnding)
        });
        match (&mut self.other, &done.other) {
            (Some(other), reading) => other.push_str(reading.as_deref().unwrap_or(&done.text)),
            (None, Some(reading)) => self.other = Some(format!("{}{reading}", self.text)),
            (None, None) => {}
        }
        self.text.push_str(&done.text);
        match &mut self.worst {
            Some(worst) if done.confidence >= worst.confidence => {
                if matches!(worst.reason, Reason::Rule { .. }) {
                    worst.reason = Reason::Compound { frozen: false };
                }
            }
            Some(_) | None => {
                self.worst = Some(Flaw { confidence: done.confidence, reason: done.reason });
            }
        }
    }

    fn join(&mut self, joint: char) {
        self.text.push(joint);
        if let Some(other) = &mut self.other {
            other.push(joint);
        }
    }

    fn finish(self, nominative: &str, case: Case, flaw: Option<Flaw>) -> Form {
        let mut form = match self.worst {
            Some(Flaw { confidence, reason }) => Form { text: self.text, confidence, reason },
            None => guess(Cow::Owned(self.text), Reason::Empty),
        };
        if case == Case::Nominative {
            nominative.clone_into(&mut form.text);
        }
        if let (Some(whole), Reason::TwoReadings { other }) = (self.other, &mut form.reason) {
            *other = whole;
        }
        if let Some(flaw) = flaw {
            form = form.at_most(flaw.confidence, flaw.reason);
        }
        if nominative.starts_with(char::is_lowercase) && !nominative.chars().any(char::is_uppercase)
        {
            form = form.at_most(Confidence::Likely, Reason::SmallLetter);
        }
        if case == Case::Nominative && form.confidence == Confidence::Sure {
            form.reason = Reason::AsGiven;
        }
        form
    }
}
