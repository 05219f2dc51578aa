//! Signs by which special words are known: «и.о.», degrees, figures, surnames, oblique cases.

use super::epithets::epithet;
use super::head;
use super::letters;
use super::lexicon::{self, Tag};
use super::tokens::{TokenKind, Tokens};

/// An adverb in -о before an epithet («материально ответственное лицо»).
pub(super) fn is_adverb(tokens: &Tokens<'_>, at: usize) -> bool {
    let folded = tokens.folded(at);
    folded.ends_with('о')
        && !letters::is_acronym(tokens.word(at))
        && lexicon::tags(folded) == lexicon::Tags::default()
        && tokens.next(at + 1).is_some_and(|next| epithet(tokens.folded(next)).is_some())
}

/// Nouns after «исполняющий», whose own complement is a genitive.
pub(super) const DUTIES: &[&str] = &["обязанности", "полномочия", "функции"];

/// Where «и.о.», «врио», «вр. и. о.» ends that begins at `at`.
pub(super) fn acting(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
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
        let dotted = tokens.is_dotted(here) || tokens.kind(here + 1) == Some(TokenKind::Slash);
        if lexicon::tags(&letters).has(Tag::Acting) && (letters != "ип" || parts > 1) {
            return Some(here + 1 + usize::from(tokens.is_dotted(here)));
        }
        if !dotted {
            return None;
        }
        here = tokens.next(here + 2)?;
    }
    None
}

/// Whether the word `at` is an abbreviation with its dot.
pub(super) fn begins_with_abbreviation(tokens: &Tokens<'_>, at: usize) -> bool {
    let tags = lexicon::tags(tokens.folded(at));
    tokens.is_dotted(at) && (tags.has(Tag::AbbreviatedNoun) || tags.has(Tag::AbbreviatedAdjective))
}

/// Figures and Roman numerals: they stay.
pub(super) fn is_figure(folded: &str) -> bool {
    folded.chars().all(|c| c.is_ascii_digit())
        || folded.chars().all(|c| matches!(c, 'i' | 'v' | 'x' | 'і'))
}

/// Endings that no head in the nominative singular has, among words of a tail.
const OBLIQUE_ENDINGS: &[&str] =
    &["и", "ы", "у", "ю", "ого", "его", "ой", "ей", "ых", "их", "ым", "им", "ами", "ями"];

/// Whether a word of a tail is no nominative of a person, so that nothing more need be asked.
pub(super) fn is_surely_oblique(folded: &str) -> bool {
    if folded.len() < 6 {
        return false;
    }
    if folded.ends_with(['а', 'я']) {
        let last = head::last_part(folded);
        return !folded.ends_with("ая")
            && !folded.ends_with("яя")
            && !folded.ends_with("ся")
            && !lexicon::tags(last).has(Tag::Post);
    }
    OBLIQUE_ENDINGS.iter().any(|ending| folded.ends_with(ending))
        && !lexicon::tags(folded).has(Tag::Post)
}

/// Whether a word right after a head seems to be a surname or a name that was left in the
/// nominative.
///
/// A capital, and an ending that no genitive singular has; «-ых» may be an adjective.
pub(super) fn looks_like_a_name(word: &str, folded: &str, phrase_in_capitals: bool) -> bool {
    let letters = folded.chars().all(|c| letters::is_cyrillic(c) || head::is_hyphen(c));
    if !letters
        || folded.chars().count() < 3
        || lexicon::tags(folded) != lexicon::Tags::default()
        || lexicon::is_oblique(folded)
    {
        return false;
    }
    if phrase_in_capitals {
        return ["ов", "ев", "ин", "ын", "енко"].iter().any(|ending| folded.ends_with(ending));
    }
    let capital = word.chars().next().is_some_and(char::is_uppercase) && !letters::is_acronym(word);
    let consonant = folded.ends_with(|c| "бвгджзклмнпрстфхцчшщ".contains(c))
        && !folded.ends_with("ых")
        && !folded.ends_with("их");
    let in_o = folded.ends_with('о') && !folded.ends_with("ого") && !folded.ends_with("его");
    let diphthong = ["ай", "яй", "уй"].iter().any(|ending| folded.ends_with(ending));
    capital && (consonant || in_o || diphthong)
}

/// A surname in -ов, -ин anywhere in a tail; «Совета ветеранов» has one too, but of a person.
pub(super) fn looks_like_a_surname(word: &str, folded: &str) -> bool {
    let ending = ["ов", "ев", "ин", "ын"].iter().find_map(|ending| folded.strip_suffix(ending));
    let capital =
        word.chars().next().is_some_and(char::is_uppercase) && !letters::in_capitals(word);
    ending.is_some_and(|stem| {
        stem.len() >= 4
            && capital
            && !lexicon::has_person_suffix(stem)
            && !lexicon::is_oblique(folded)
            && !lexicon::tags(folded).is_organisation()
    })
}

/// Where a learned degree ends that begins at `at`: «д.п.н.», «к. м. н.».
pub(super) fn degree(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
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

/// Endings of patronymics in the nominative.
pub(super) fn looks_like_a_patronymic(folded: &str) -> bool {
    ["ович", "евич", "ьич", "овна", "евна", "инична", "ьинична"]
        .iter()
        .any(|ending| folded.len() > ending.len() + 4 && folded.ends_with(ending))
}
