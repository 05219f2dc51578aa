//! How adjectives, participles and ordinals decline, by their ending: ordered tables.
//!
//! Зализняк's adjective classes 1 (hard), 2 (soft), 3 (velar), 4 (hushing), 6* (possessive:
//! «третий», «казачий»).

use super::inflection::{Agreement, Animacy, CaseEndings, ending_in};
use super::letters::{ends_with, replace_ending};
use crate::russian::Case;
use Agreement::{Feminine, Masculine, Neuter, Plural};

/// Adjectives with these endings lose `cut` letters, then take the ending of the case.
pub(super) struct AdjectiveClass {
    nominatives: &'static [&'static str],
    cut: usize,
    endings: CaseEndings,
    pub(super) agreement: Agreement,
}

const fn row(
    nominatives: &'static [&'static str],
    cut: usize,
    endings: CaseEndings,
    agreement: Agreement,
) -> AdjectiveClass {
    AdjectiveClass { nominatives, cut, endings, agreement }
}

/// The possessive kind (6*), whole words only, by the stem that all genders share.
const POSSESSIVE_STEMS: &[&str] =
    &["трет", "казач", "охотнич", "рыбач", "бож", "птич", "помещич", "пастуш", "медвеж", "волч"];

const POSSESSIVE: &[AdjectiveClass] = &[
    row(&["ий"], 2, ["ьего", "ьему", "", "ьим", "ьем"], Masculine),
    row(&["ья"], 1, ["ей", "ей", "ю", "ей", "ей"], Feminine),
    row(&["ье"], 1, ["его", "ему", "е", "им", "ем"], Neuter),
    row(&["ьи"], 1, ["их", "им", "", "ими", "их"], Plural),
];

const IE_PLURAL: CaseEndings = ["их", "им", "", "ими", "их"];

/// The first class that fits decides.
const PLAIN: &[AdjectiveClass] = &[
    row(&["ваше"], 1, ["его", "ему", "е", "им", "ем"], Neuter), // «Ваше Превосходительство»
    row(&["кий", "гий", "хий"], 2, ["ого", "ому", "", "им", "ом"], Masculine),
    row(&["ий"], 2, ["его", "ему", "", "им", "ем"], Masculine),
    row(&["ый"], 2, ["ого", "ому", "", "ым", "ом"], Masculine),
    row(&["кой", "гой", "хой", "жой", "шой"], 2, ["ого", "ому", "", "им", "ом"], Masculine),
    row(&["ой"], 2, ["ого", "ому", "", "ым", "ом"], Masculine),
    row(&["большая"], 2, ["ой", "ой", "ую", "ой", "ой"], Feminine),
    row(&["жая", "шая", "чая", "щая"], 2, ["ей", "ей", "ую", "ей", "ей"], Feminine),
    row(&["ая"], 2, ["ой", "ой", "ую", "ой", "ой"], Feminine),
    row(&["яя"], 2, ["ей", "ей", "юю", "ей", "ей"], Feminine),
    row(&["кое", "гое", "хое", "шое"], 2, ["ого", "ому", "ое", "им", "ом"], Neuter),
    row(&["ое"], 2, ["ого", "ому", "ое", "ым", "ом"], Neuter),
    row(&["ее"], 2, ["его", "ему", "ее", "им", "ем"], Neuter),
    row(&["ые"], 2, ["ых", "ым", "", "ыми", "ых"], Plural),
    // «-ие» alone is a noun: «правление».
    row(&["кие", "гие", "хие", "жие", "шие", "чие", "щие"], 2, IE_PLURAL, Plural),
    // «Средние», «летние», «внутренние».
    row(&["дние", "тние", "нние"], 2, IE_PLURAL, Plural),
];

/// Ordinals in figures, by what follows the hyphen (ГОСТ 7.0.97 leaves it to the norm: one
/// letter after a vowel, else two; Мильчин, «Справочник издателя и автора»).
const ORDINALS: &[AdjectiveClass] = &[
    row(&["й"], 1, ["го", "му", "", "м", "м"], Masculine),
    row(&["ый", "ой", "ий"], 2, ["го", "му", "", "м", "м"], Masculine),
    row(&["я"], 1, ["й", "й", "ю", "й", "й"], Feminine),
    row(&["ая"], 2, ["й", "й", "ю", "й", "й"], Feminine),
    row(&["е"], 1, ["го", "му", "е", "м", "м"], Neuter),
    row(&["ое"], 2, ["го", "му", "е", "м", "м"], Neuter),
];

/// The class of an adjective in the nominative, or `None`. Reflexive participles keep their «-ся».
///
/// Goes by the ending alone: the caller excludes nouns such as «отделение» and «герой» first.
pub(super) fn find(folded: &str) -> Option<&'static AdjectiveClass> {
    let stem = folded.strip_suffix("ся").unwrap_or(folded);
    if stem.chars().count() < 4 {
        return None;
    }
    let last_part = stem.rsplit('-').next().unwrap_or(stem);
    let is_possessive = |ending: &&str| {
        last_part.strip_suffix(*ending).is_some_and(|stem| POSSESSIVE_STEMS.contains(&stem))
    };
    let possessive = POSSESSIVE.iter().find(|class| class.nominatives.iter().any(is_possessive));
    possessive.or_else(|| PLAIN.iter().find(|class| class.fits(stem)))
}

/// The class of an ordinal in figures («1-й»), or `None` if the word is not one in the nominative.
pub(super) fn find_ordinal(folded: &str) -> Option<&'static AdjectiveClass> {
    let suffix = folded.trim_start_matches(|c: char| c.is_ascii_digit());
    if suffix.len() == folded.len() {
        return None;
    }
    let suffix = suffix.strip_prefix('-').unwrap_or(suffix);
    ORDINALS.iter().find(|class| class.nominatives.contains(&suffix))
}

impl AdjectiveClass {
    fn fits(&self, stem: &str) -> bool {
        self.nominatives.iter().any(|ending| ends_with(stem, ending))
    }

    /// Declines a word of this class.
    pub(super) fn decline(&self, word: &str, case: Case, animacy: Animacy) -> String {
        match ending_in(&self.endings, case, animacy) {
            None => word.to_owned(),
            Some(ending) if is_reflexive(word) => replace_ending(word, self.cut + 2, ending, "ся"),
            Some(ending) => replace_ending(word, self.cut, ending, ""),
        }
    }
}

fn is_reflexive(word: &str) -> bool {
    let mut last = word.chars().rev();
    matches!(last.next(), Some('я' | 'Я')) && matches!(last.next(), Some('с' | 'С'))
}
