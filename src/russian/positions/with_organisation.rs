//! A position and an organisation from two columns, put together.

use super::head::{self, Knowledge};
use super::letters::fold;
use super::lexicon;
use super::overlap::{self, Overlap};
use super::words::Words;
use super::{Subject, decline_as, epithets, graver};
use crate::russian::{Case, Confidence, Form, Reason};

pub(super) fn join(position: &str, organisation: &str, case: Case) -> Form {
    if organisation.trim().is_empty() {
        return decline_as(position, case, Subject::Position);
    }
    if position.trim().is_empty() {
        // An organisation alone is addressed in the nominative (ГОСТ Р 7.0.97-2025).
        return Form {
            text: organisation.trim().to_owned(),
            confidence: Confidence::Guess,
            reason: Reason::PositionMissing,
        };
    }
    let (position, end_mark) = without_end_mark(position.trim());
    let holder = decline_as(position, case, Subject::Position);
    let words = Words::of(position);
    let body_words = Words::of(organisation);
    let overlap = overlap::find(&words, &body_words);
    let (kept, governor) = match &overlap {
        Overlap::Run { words: run, word: _ } => {
            (without_last(&holder.text, *run), words.before_last(*run))
        }
        Overlap::None | Overlap::Doubtful(_) | Overlap::Whole(_) => {
            (holder.text.as_str(), words.last())
        }
    };
    let body_case = match governor {
        Some(word) if epithets::governs_instrumental(word) => Case::Instrumental,
        Some(_) | None => Case::Genitive,
    };
    let body = decline_body(organisation, &body_words, body_case);
    let text = match &overlap {
        Overlap::Whole(_) => holder.text.clone(),
        Overlap::None | Overlap::Doubtful(_) | Overlap::Run { words: _, word: _ } => {
            format!("{kept} {}", body.text)
        }
    };
    let mut doubt = graver((holder.confidence, holder.reason), (body.confidence, body.reason));
    if let Some(word) = end_mark.or_else(|| words.unfinished()) {
        doubt = graver(doubt, (Confidence::Likely, Reason::UnfinishedPosition { word }));
    }
    match overlap {
        Overlap::None => {}
        Overlap::Doubtful(word) | Overlap::Whole(word) | Overlap::Run { words: _, word } => {
            doubt = graver(doubt, (Confidence::Likely, Reason::OrganisationRepeated { word }));
        }
    }
    Form { text, confidence: doubt.0, reason: doubt.1 }
}

/// The text without its last words.
fn without_last(text: &str, words: usize) -> &str {
    (0..words).fold(text, |text, _| {
        text.rsplit_once(char::is_whitespace).map_or("", |(kept, _)| kept.trim_end())
    })
}

/// «Начальник,» and «Начальник.»: the mark would part the position from its organisation.
fn without_end_mark(position: &str) -> (&str, Option<String>) {
    let bare = position.trim_end_matches([',', ';', ':', '-', '–', '—', '.', ' ']);
    let last = fold(bare.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or(bare));
    let whole = lexicon::is_post(&last) || lexicon::is_oblique(&last);
    let kept = if whole {
        bare
    } else {
        position.trim_end_matches([',', ';', ':', '-', '–', '—', ' '])
    };
    let mark = position[kept.len()..].trim();
    match mark {
        "" => (position, None),
        mark => (kept, Some(mark.to_owned())),
    }
}

/// The organisation in its case; one that is oblique already stays, as a doubt.
fn decline_body(organisation: &str, words: &Words, case: Case) -> Form {
    let form = decline_as(organisation, case, Subject::Organisation);
    let first = words.list.first().cloned().unwrap_or_default();
    match form.reason {
        Reason::NotNominative { word } => Form {
            text: form.text,
            confidence: Confidence::Likely,
            reason: Reason::OrganisationNotNominative { word },
        },
        reason
            if head::recognise_from(Knowledge::Listed, &first, &first, Subject::Organisation)
                .is_none()
                && lexicon::is_oblique(&first) =>
        {
            Form {
                text: organisation.trim().to_owned(),
                confidence: form.confidence.min(Confidence::Likely),
                reason: match form.confidence {
                    Confidence::Sure => Reason::OrganisationNotNominative { word: first },
                    Confidence::Likely | Confidence::Guess => reason,
                },
            }
        }
        reason => Form { text: form.text, confidence: form.confidence, reason },
    }
}
