//! Epithets: adjectives and participles before a noun, or in place of one.
//!
//! Decides by the word alone, its ending and the word lists; its neighbours are for `head_start` and
//! `phrase` to consider.

use super::adjective;
use super::inflection::Agreement;
use super::lexicon::{self, Tag};

/// Endings that only adjectives have; others in -ий may be genitive plurals («организаций»).
#[rustfmt::skip]
const CLEAR_ENDINGS: &[&str] = &[
    "ый", "кий", "гий", "хий", "жий", "ший", "чий", "щий", "третий", "последний", "средний",
    "внутренний",
];

/// The agreement of a word that can only be an adjective in the nominative.
///
/// «Городской» may be a feminine genitive as well, «организаций» is a noun.
pub(super) fn epithet(folded: &str) -> Option<Agreement> {
    let tags = lexicon::tags(folded);
    if tags.is_post() || tags.is_organisation() || tags.has(Tag::NeverAgreeing) {
        return None;
    }
    let class = adjective::find(folded)?;
    let stem = folded.strip_suffix("ся").unwrap_or(folded);
    let is_clear = match class.agreement {
        Agreement::Masculine => CLEAR_ENDINGS.iter().any(|ending| stem.ends_with(ending)),
        Agreement::Feminine | Agreement::Neuter => true,
        Agreement::Plural | Agreement::Common => false,
    };
    is_clear.then_some(class.agreement)
}

/// Endings of active participles, which may name a person.
const PARTICIPLES: &[&str] = &["щий", "щая", "щее", "щие", "вший", "вшая", "вшее", "вшие"];

/// Whether the adjective can be a head by itself: «заведующая», «уполномоченный», «рабочий».
pub(super) fn stands_alone(folded: &str) -> bool {
    let stem = folded.strip_suffix("ся").unwrap_or(folded);
    if lexicon::tags(&masculine_form(stem)).has(Tag::Substantive) {
        return true;
    }
    PARTICIPLES.iter().any(|ending| stem.ends_with(ending))
        && !["общий", "будущий", "следующий", "настоящий", "действующий"]
            .contains(&masculine_form(stem).as_str())
}

/// Stems of words that take an instrumental (Розенталь, «Управление в русском
/// языке»: «заведовать», «управлять», «руководить чем»).
const GOVERNING_INSTRUMENTAL: &[&str] =
    &["заведующ", "управляющ", "командующ", "руководящ", "ведающ", "распоряжающ"];

/// Abbreviations of words that take an instrumental.
const GOVERNING_INSTRUMENTAL_SHORT: &[&str] = &["зав", "замзав"];

/// Whether the word, in any case, takes an instrumental («заведующий чем»).
pub(super) fn governs_instrumental(folded: &str) -> bool {
    GOVERNING_INSTRUMENTAL.iter().any(|stem| folded.starts_with(stem))
        || GOVERNING_INSTRUMENTAL_SHORT.contains(&folded)
}

/// Whether the word only describes the noun after it («ведущий»).
pub(super) fn is_only_an_attribute(folded: &str) -> bool {
    lexicon::tags(&masculine_form(folded)).has(Tag::AttributeOnly)
}

/// «Ответственная» → «ответственный», with the ending that the lists know, else -ий.
fn masculine_form(folded: &str) -> String {
    let Some(stem) = ["ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие"]
        .iter()
        .find_map(|ending| folded.strip_suffix(ending))
    else {
        return folded.to_owned();
    };
    ["ый", "ий", "ой"]
        .iter()
        .map(|ending| format!("{stem}{ending}"))
        .find(|form| {
            lexicon::tags(form).has(Tag::Substantive) || lexicon::tags(form).has(Tag::AttributeOnly)
        })
        .unwrap_or_else(|| format!("{stem}ий"))
}
