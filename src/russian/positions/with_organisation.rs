//! A position and an organisation from two columns, put together.

use super::head::{self, Knowledge};
use super::letters::fold;
use super::lexicon::{self, Mark};
use super::overlap::{self, Overlap};
use super::tokens::{self, Kind};
use super::{Subject, decline_as, graver, head_start};
use crate::russian::{Case, Confidence, Form, Reason};

/// Abbreviations of words that take an instrumental.
const GOVERNING_INSTRUMENTAL_SHORT: &[&str] = &["зав", "замзав"];

/// Last words after which the genitive of an organisation cannot simply follow.
const UNFINISHED: &[&str] =
    &["обязанности", "полномочия", "исполняющий", "исполняющая", "ответственный", "ответственная"];

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
        Some(word) if asks_for_instrumental(word) => Case::Instrumental,
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

fn asks_for_instrumental(word: &str) -> bool {
    head_start::governs_instrumental(word) || GOVERNING_INSTRUMENTAL_SHORT.contains(&word)
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
    let whole = lexicon::is_office(&last) || lexicon::is_oblique(&last);
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

/// The folded words of a text; those of quotations too.
pub(super) struct Words {
    pub(super) folded: String,
    pub(super) list: Vec<String>,
    /// Whether the text ends in the last word, with nothing but a dot after it.
    ends_in_word: bool,
}

impl Words {
    fn of(text: &str) -> Self {
        let folded = fold(text.trim());
        let (pieces, _) = tokens::cut(&folded);
        let mut list = Vec::new();
        for piece in &pieces {
            let part = &folded[piece.range.clone()];
            match piece.kind {
                Kind::Word => list.push(part.to_owned()),
                Kind::Quoted => list.extend(
                    part.split(|c: char| !c.is_alphanumeric())
                        .filter(|word| !word.is_empty())
                        .map(str::to_owned),
                ),
                Kind::Space
                | Kind::Break
                | Kind::Open
                | Kind::Close
                | Kind::Dash
                | Kind::Comma
                | Kind::Semicolon
                | Kind::Slash
                | Kind::Other => {}
            }
        }
        let ends_in_word = pieces
            .iter()
            .rev()
            .find(|piece| &folded[piece.range.clone()] != ".")
            .is_some_and(|piece| piece.kind == Kind::Word);
        Self { folded, list, ends_in_word }
    }

    pub(super) fn last(&self) -> Option<&str> {
        self.list.last().map(String::as_str).filter(|_| self.ends_in_word)
    }

    /// The word before the last `run` words.
    fn before_last(&self, run: usize) -> Option<&str> {
        let at = self.list.len().checked_sub(run + 1)?;
        self.list.get(at).map(String::as_str)
    }

    /// The last word, where an organisation in the genitive cannot follow it.
    fn unfinished(&self) -> Option<String> {
        let last = self.last()?;
        let marks = lexicon::marks(last);
        let wants_more = UNFINISHED.contains(&last)
            || marks.has(Mark::Preposition)
            || marks.has(Mark::Acting)
            || marks.has(Mark::Conjunction);
        (wants_more && !(marks.has(Mark::Preposition) && self.list.len() == 1))
            .then(|| last.to_owned())
    }
}
