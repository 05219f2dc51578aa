//! Puts a position and an organisation from two columns together.
//!
//! What the position says of the organisation already is found in `overlap`.

use super::head::{self, Knowledge};
use super::letters::fold;
use super::overlap::{self, Overlap};
use super::tokens::{self, TokenKind};
use super::words::Words;
use super::{Referent, decline_as, epithets, lexicon};
use crate::russian::{Case, Confidence, Form, Reason};

pub(super) fn join(position: &str, organisation: &str, case: Case) -> Form {
    if organisation.trim().is_empty() {
        return decline_as(position, case, Referent::Position);
    }
    if position.trim().is_empty() {
        // An organisation alone is addressed in the nominative (ГОСТ Р 7.0.97-2025).
        return Form {
            text: organisation.trim().to_owned(),
            confidence: Confidence::Guess,
            reason: Reason::PositionMissing,
        };
    }
    let (position, end_mark) = split_end_mark(position.trim());
    let position_words = Words::of(position);
    let organisation_words = Words::of(organisation);
    let overlap = overlap::find(&position_words, &organisation_words);
    let governor = match &overlap {
        Overlap::Run { words: run } => position_words.before_last(*run),
        Overlap::None | Overlap::Doubtful(_) | Overlap::Whole(_) | Overlap::Ending => {
            position_words.last()
        }
    };
    let organisation_case = match governor {
        Some(word) if epithets::governs_instrumental(word) => Case::Instrumental,
        Some(_) | None => Case::Genitive,
    };
    let position = decline_as(position, case, Referent::Position);
    let organisation = decline_organisation(organisation, &organisation_words, organisation_case);
    let text = match &overlap {
        Overlap::Whole(_) | Overlap::Ending => position.text.clone(),
        Overlap::None | Overlap::Doubtful(_) => format!("{} {}", position.text, organisation.text),
        Overlap::Run { words: run } => {
            format!("{} {}", without_last(&position.text, *run), organisation.text)
        }
    };
    let form = Form { text, ..position }.at_most(organisation.confidence, organisation.reason);
    let form = match end_mark.or_else(|| position_words.unfinished()) {
        Some(word) => form.at_most(Confidence::Likely, Reason::UnfinishedPosition { word }),
        None => form,
    };
    match overlap {
        // «Начальник отдела образования» of «Отдел образования» says it twice, and once is meant.
        Overlap::None | Overlap::Run { .. } | Overlap::Ending => form,
        Overlap::Doubtful(word) | Overlap::Whole(word) => {
            form.at_most(Confidence::Likely, Reason::OrganisationRepeated { word })
        }
    }
}

fn quoted_alone(organisation: &str) -> bool {
    let tokens = tokens::tokenise(organisation.trim()).tokens;
    matches!(tokens.as_slice(), [only] if only.kind == TokenKind::Quoted)
}

/// The text without its last words.
fn without_last(text: &str, words: usize) -> &str {
    (0..words).fold(text, |text, _| {
        text.rsplit_once(char::is_whitespace).map_or("", |(kept, _)| kept.trim_end())
    })
}

/// Cuts off the mark of «Начальник,» or «Начальник.», which would part the position from its
/// organisation.
fn split_end_mark(position: &str) -> (&str, Option<String>) {
    let marks = [',', ';', ':', '-', '–', '—', ' '];
    let bare = position.trim_end_matches(|c: char| c == '.' || marks.contains(&c));
    let last = fold(bare.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or(bare));
    let is_whole_word = lexicon::is_post(&last) || lexicon::is_oblique(&last);
    let kept = if is_whole_word { bare } else { position.trim_end_matches(marks) };
    match position[kept.len()..].trim() {
        "" => (position, None),
        mark => (kept, Some(mark.to_owned())),
    }
}

/// The organisation in its case; one that is oblique already stays, as a doubt.
fn decline_organisation(organisation: &str, words: &Words, case: Case) -> Form {
    let form = decline_as(organisation, case, Referent::Organisation);
    if let Reason::NotNominative { word } = form.reason {
        return Form {
            text: form.text,
            confidence: Confidence::Likely,
            reason: Reason::OrganisationNotNominative { word },
        };
    }
    let first = words.list.first().cloned().unwrap_or_default();
    let is_oblique = lexicon::is_oblique(&first)
        && head::recognise_from(Knowledge::Listed, &first, &first, Referent::Organisation)
            .is_none();
    if !is_oblique {
        // «Родная газета» in quotation marks, without «редакция» or the like before it.
        return if quoted_alone(organisation) {
            form.at_most(Confidence::Likely, Reason::OnlyAName)
        } else {
            form
        };
    }
    Form { text: organisation.trim().to_owned(), ..form }
        .at_most(Confidence::Likely, Reason::OrganisationNotNominative { word: first })
}
