//! Epithets: adjectives and participles before a noun, or in place of one.
//!
//! Decides by a word's ending and the word lists alone; what stands around it is for `head_start`
//! and `phrase`.

use super::adjective;
use super::inflection::Agreement;
use super::lexicon::{self, Tag};

/// Endings in -ий that are adjectives for certain; the rest may be genitive plurals
/// («организаций»).
const CLEAR_ENDINGS: &[&str] = &[
    "ый",
    "кий",
    "гий",
    "хий",
    "жий",
    "ший",
    "чий",
    "щий",
    "третий",
    "последний",
    "средний",
    "внутренний",
];

/// The agreement of a word that is an adjective in the nominative and nothing else.
///
/// Not so «городской», which is a feminine genitive as well, nor «организаций».
pub(super) fn epithet(folded: &str) -> Option<Agreement> {
    let tags = lexicon::tags(folded);
    if tags.is_post() || tags.is_organisation() || tags.has(Tag::NeverAgreeing) {
        return None;
    }
    let row = adjective::find(folded)?;
    let stem = folded.strip_suffix("ся").unwrap_or(folded);
    let clear = match row.agreement {
        Agreement::Masculine => CLEAR_ENDINGS.iter().any(|ending| stem.ends_with(ending)),
        Agreement::Feminine | Agreement::Neuter => true,
        Agreement::Plural | Agreement::Common => false,
    };
    clear.then_some(row.agreement)
}

/// Endings of active participles, which may stand for a person.
const PARTICIPLES: &[&str] = &["щий", "щая", "щее", "щие", "вший", "вшая", "вшее", "вшие"];

/// Whether the adjective may be a head by itself: «заведующая», «уполномоченный», «рабочий».
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

/// Whether the word only ever describes the noun after it («ведущий»).
pub(super) fn is_only_an_attribute(folded: &str) -> bool {
    lexicon::tags(&masculine_form(folded)).has(Tag::AttributeOnly)
}

/// «Ответственная» → «ответственный», in whatever of the three endings a list has it.
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
