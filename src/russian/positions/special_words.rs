//! Recognises special words: «и.о.», degrees, figures, names of people, oblique cases.

use super::epithets::epithet;
use super::lexicon::{self, Tag};
use super::tokens::{TokenKind, Tokens};
use super::{head, letters};

/// An adverb in -о before an epithet («материально ответственное лицо»).
pub(super) fn is_adverb(tokens: &Tokens<'_>, at: usize) -> bool {
    let folded = tokens.folded(at);
    folded.ends_with('о')
        && !letters::is_acronym(tokens.word(at))
        && lexicon::tags(folded) == lexicon::Tags::default()
        && tokens.next(at + 1).is_some_and(|next| epithet(tokens.folded(next)).is_some())
}

/// Nouns after «исполняющий» that take a genitive themselves.
pub(super) const DUTIES: &[&str] = &["обязанности", "полномочия", "функции"];

/// Where the «и.о.», «врио», «вр. и. о.» that begins at `at` ends.
pub(super) fn acting_end(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let mut letters = String::new();
    let mut parts = 0;
    let mut here = at;
    while tokens.kind(here) == Some(TokenKind::Word) && parts < 4 {
        let folded = tokens.folded(here);
        if folded.len() > 10 {
            return None;
        }
        letters.push_str(folded);
        parts += 1;
        if lexicon::tags(&letters).has(Tag::Acting) && (letters != "ип" || parts > 1) {
            return Some(here + 1 + usize::from(tokens.is_dotted(here)));
        }
        if !tokens.is_dotted(here) && tokens.kind(here + 1) != Some(TokenKind::Slash) {
            return None;
        }
        here = tokens.next(here + 2)?;
    }
    None
}

/// Whether the word `at` is an abbreviation with its dot.
pub(super) fn is_abbreviation(tokens: &Tokens<'_>, at: usize) -> bool {
    let tags = lexicon::tags(tokens.folded(at));
    tokens.is_dotted(at) && (tags.has(Tag::AbbreviatedNoun) || tags.has(Tag::AbbreviatedAdjective))
}

/// Figures and Roman numerals, which never change.
pub(super) fn is_figure(folded: &str) -> bool {
    folded.chars().all(|c| c.is_ascii_digit())
        || folded.chars().all(|c| matches!(c, 'i' | 'v' | 'x' | 'і'))
}

/// Endings that no head in the nominative singular has, among words of a tail.
const OBLIQUE_ENDINGS: &[&str] =
    &["и", "ы", "у", "ю", "ого", "его", "ой", "ей", "ых", "их", "ым", "им", "ами", "ями"];

/// Whether a word of a tail cannot be the nominative of a person.
pub(super) fn is_surely_oblique(folded: &str) -> bool {
    if folded.len() < 6 {
        return false;
    }
    if folded.ends_with(['а', 'я']) {
        return !ends_in(folded, &["ая", "яя", "ся"])
            && !lexicon::tags(head::last_part(folded)).has(Tag::Post);
    }
    ends_in(folded, OBLIQUE_ENDINGS) && !lexicon::tags(folded).has(Tag::Post)
}

/// Whether a word right after a head looks like a surname or first name left in the nominative.
///
/// It begins with a capital and ends as no genitive singular does; «-ых» may be an adjective.
pub(super) fn looks_like_a_name(word: &str, folded: &str) -> bool {
    is_unlisted_word(folded)
        && letters::is_capitalised(word)
        && !letters::is_acronym(word)
        && (folded.ends_with(|c| "бвгджзклмнпрстфхцчшщ".contains(c))
            && !ends_in(folded, &["ых", "их"])
            || folded.ends_with('о') && !ends_in(folded, &["ого", "его"])
            || ends_in(folded, &["ай", "яй", "уй"]))
}

/// Like [`looks_like_a_name`], in a phrase typed in capitals: a surname by its ending.
pub(super) fn ends_like_a_surname(folded: &str) -> bool {
    is_unlisted_word(folded) && ends_in(folded, &["ов", "ев", "ин", "ын", "енко"])
}

fn is_unlisted_word(folded: &str) -> bool {
    folded.chars().all(|c| letters::is_cyrillic(c) || head::is_hyphen(c))
        && folded.chars().count() >= 3
        && lexicon::tags(folded) == lexicon::Tags::default()
        && !lexicon::is_oblique(folded)
}

/// A surname in -ов, -ин anywhere in a tail, but not the persons of «Совет ветеранов».
pub(super) fn looks_like_a_surname(word: &str, folded: &str) -> bool {
    let ending = ["ов", "ев", "ин", "ын"].iter().find_map(|ending| folded.strip_suffix(ending));
    ending.is_some_and(|stem| {
        stem.len() >= 4
            && letters::is_capitalised(word)
            && !letters::in_capitals(word)
            && !lexicon::has_person_suffix(stem)
            && !lexicon::is_oblique(folded)
            && !lexicon::tags(folded).is_organisation()
    })
}

/// Ends of words that a space tore off («образова ния», as copied from a PDF): no words themselves.
#[rustfmt::skip]
const TORN_OFF: &[&str] = &[
    "ция", "ции", "цией", "ций", "ния", "ние", "нию", "ний", "нием", "ность", "ности", "ский",
    "ского", "скому", "ской", "ская", "ские", "ных", "ного", "ной", "ный", "ная", "ные", "тель",
    "теля", "тельный", "тельного", "ственный", "ственного", "ческий", "ческого", "ческой", "вания",
    "вание", "ования", "ование", "тура", "туры", "лист", "листа", "щик", "ник", "ника",
];

/// Whether a word in small letters is only the end of one.
pub(super) fn is_torn_off(folded: &str) -> bool {
    TORN_OFF.contains(&folded)
}

/// Where the learned degree that begins at `at` ends: «д.п.н.», «к. м. н.».
pub(super) fn degree_end(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let mut here = at;
    let mut end = None;
    while tokens.folded(here).chars().count() == 1
        && tokens.is_dotted(here)
        && tokens.word(here).chars().all(char::is_lowercase)
    {
        let next = here + 2;
        if here > at {
            end = Some(next);
        }
        here = match tokens.next(next) {
            Some(word) => word,
            None => break,
        };
    }
    end
}

/// Whether the word ends like a patronymic in the nominative.
pub(super) fn looks_like_a_patronymic(folded: &str) -> bool {
    ["ович", "евич", "ьич", "овна", "евна", "инична", "ьинична"]
        .iter()
        .any(|ending| folded.len() > ending.len() + 4 && folded.ends_with(ending))
}

fn ends_in(folded: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| folded.ends_with(ending))
}
