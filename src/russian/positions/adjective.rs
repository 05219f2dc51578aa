//! How adjectives, participles and ordinals decline: one ordered table.
//!
//! Зализняк's adjective classes 1 (hard), 2 (soft), 3 (velar), 4 (hushing),
//! 6* (possessive: «третий», «казачий»).

use super::letters::{ends_with, replace_ending};
use super::noun::{Agreement, Animacy};
use crate::russian::Case;

/// Endings after the nominative lost `cut` letters: genitive, dative, accusative, instrumental,
/// prepositional.
///
/// An empty accusative goes by animacy.
pub(super) struct Row {
    ending: &'static str,
    cut: usize,
    cases: [&'static str; 5],
    pub(super) agreement: Agreement,
}

const fn row(
    ending: &'static str,
    cut: usize,
    cases: [&'static str; 5],
    agreement: Agreement,
) -> Row {
    Row { ending, cut, cases, agreement }
}

use Agreement::{Feminine, Masculine, Neuter, Plural};

/// The possessive kind (6*), whole words only, by the stem that all genders share.
const POSSESSIVE_STEMS: &[&str] =
    &["трет", "казач", "охотнич", "рыбач", "бож", "птич", "помещич", "пастуш", "медвеж", "волч"];

const POSSESSIVE: &[Row] = &[
    row("ий", 2, ["ьего", "ьему", "", "ьим", "ьем"], Masculine),
    row("ья", 1, ["ей", "ей", "ю", "ей", "ей"], Feminine),
    row("ье", 1, ["его", "ему", "е", "им", "ем"], Neuter),
    row("ьи", 1, ["их", "им", "", "ими", "их"], Plural),
];

/// The first row whose ending fits decides.
const PLAIN: &[Row] = &[
    row("ваше", 1, ["его", "ему", "е", "им", "ем"], Neuter), // «Ваше Превосходительство»
    row("кий", 2, ["ого", "ому", "", "им", "ом"], Masculine),
    row("гий", 2, ["ого", "ому", "", "им", "ом"], Masculine),
    row("хий", 2, ["ого", "ому", "", "им", "ом"], Masculine),
    row("ий", 2, ["его", "ему", "", "им", "ем"], Masculine),
    row("ый", 2, ["ого", "ому", "", "ым", "ом"], Masculine),
    row("кой", 2, ["ого", "ому", "", "им", "ом"], Masculine),
    row("гой", 2, ["ого", "ому", "", "им", "ом"], Masculine),
    row("хой", 2, ["ого", "ому", "", "им", "ом"], Masculine),
    row("жой", 2, ["ого", "ому", "", "им", "ом"], Masculine),
    row("шой", 2, ["ого", "ому", "", "им", "ом"], Masculine),
    row("ой", 2, ["ого", "ому", "", "ым", "ом"], Masculine),
    row("большая", 2, ["ой", "ой", "ую", "ой", "ой"], Feminine),
    row("жая", 2, ["ей", "ей", "ую", "ей", "ей"], Feminine),
    row("шая", 2, ["ей", "ей", "ую", "ей", "ей"], Feminine),
    row("чая", 2, ["ей", "ей", "ую", "ей", "ей"], Feminine),
    row("щая", 2, ["ей", "ей", "ую", "ей", "ей"], Feminine),
    row("ая", 2, ["ой", "ой", "ую", "ой", "ой"], Feminine),
    row("яя", 2, ["ей", "ей", "юю", "ей", "ей"], Feminine),
    row("кое", 2, ["ого", "ому", "ое", "им", "ом"], Neuter),
    row("гое", 2, ["ого", "ому", "ое", "им", "ом"], Neuter),
    row("хое", 2, ["ого", "ому", "ое", "им", "ом"], Neuter),
    row("шое", 2, ["ого", "ому", "ое", "им", "ом"], Neuter),
    row("ое", 2, ["ого", "ому", "ое", "ым", "ом"], Neuter),
    row("ее", 2, ["его", "ему", "ее", "им", "ем"], Neuter),
    row("ые", 2, ["ых", "ым", "", "ыми", "ых"], Plural),
    row("кие", 2, ["их", "им", "", "ими", "их"], Plural), // «-ие» alone is a noun: «правление»
    row("гие", 2, ["их", "им", "", "ими", "их"], Plural),
    row("хие", 2, ["их", "им", "", "ими", "их"], Plural),
    row("жие", 2, ["их", "им", "", "ими", "их"], Plural),
    row("шие", 2, ["их", "им", "", "ими", "их"], Plural),
    row("чие", 2, ["их", "им", "", "ими", "их"], Plural),
    row("щие", 2, ["их", "им", "", "ими", "их"], Plural),
    row("дние", 2, ["их", "им", "", "ими", "их"], Plural), // средние
    row("тние", 2, ["их", "им", "", "ими", "их"], Plural), // летние
    row("нние", 2, ["их", "им", "", "ими", "их"], Plural), // внутренние
];

/// Ordinals in figures, by what stands after the hyphen (ГОСТ 7.0.97 leaves it to the norm: one
/// letter after a vowel, else two; Мильчин, «Справочник издателя и автора»).
const ORDINALS: &[(&str, [&str; 5], Agreement)] = &[
    ("й", ["го", "му", "", "м", "м"], Masculine),
    ("ый", ["го", "му", "", "м", "м"], Masculine),
    ("ой", ["го", "му", "", "м", "м"], Masculine),
    ("ий", ["го", "му", "", "м", "м"], Masculine),
    ("я", ["й", "й", "ю", "й", "й"], Feminine),
    ("ая", ["й", "й", "ю", "й", "й"], Feminine),
    ("е", ["го", "му", "е", "м", "м"], Neuter),
    ("ое", ["го", "му", "е", "м", "м"], Neuter),
];

/// The row of an adjective in the nominative, or nothing. Reflexive participles keep their «-ся».
///
/// Looks at the ending alone: «отделение» and «герой» are for the dictionary to catch first.
pub(super) fn find(folded: &str) -> Option<&'static Row> {
    let stem = folded.strip_suffix("ся").unwrap_or(folded);
    if stem.chars().count() < 4 {
        return None;
    }
    let last_part = stem.rsplit('-').next().unwrap_or(stem);
    let possessive = POSSESSIVE.iter().find(|row| {
        last_part.strip_suffix(row.ending).is_some_and(|stem| POSSESSIVE_STEMS.contains(&stem))
    });
    possessive.or_else(|| PLAIN.iter().find(|row| ends_with(stem, row.ending)))
}

/// Declines an adjective by its row.
pub(super) fn decline(word: &str, folded: &str, row: &Row, case: Case, animacy: Animacy) -> String {
    let Some(ending) = ending_of(&row.cases, case, animacy) else {
        return word.to_owned();
    };
    if folded.ends_with("ся") {
        return replace_ending(word, row.cut + 2, ending, "ся");
    }
    replace_ending(word, row.cut, ending, "")
}

/// Declines an ordinal in figures («1-й» → «1-му»), or nothing where the word is none in the
/// nominative.
pub(super) fn decline_ordinal(
    word: &str,
    folded: &str,
    case: Case,
    animacy: Animacy,
) -> Option<(String, Agreement)> {
    let digits = folded.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = folded.len() - digits.len();
    if number == 0 {
        return None;
    }
    let suffix = digits.strip_prefix('-').unwrap_or(digits);
    let (from, cases, agreement) = ORDINALS.iter().find(|(from, _, _)| *from == suffix)?;
    let text = match ending_of(cases, case, animacy) {
        Some(ending) => replace_ending(word, from.chars().count(), ending, ""),
        None => word.to_owned(),
    };
    Some((text, *agreement))
}

fn ending_of(cases: &[&'static str; 5], case: Case, animacy: Animacy) -> Option<&'static str> {
    let [genitive, dative, accusative, instrumental, prepositional] = *cases;
    match case {
        Case::Nominative => None,
        Case::Genitive => Some(genitive),
        Case::Dative => Some(dative),
        Case::Accusative => match (accusative, animacy) {
            ("", Animacy::Person) => Some(genitive),
            ("", Animacy::Thing) => None,
            (own, Animacy::Person | Animacy::Thing) => Some(own),
        },
        Case::Instrumental => Some(instrumental),
        Case::Prepositional => Some(prepositional),
    }
}
