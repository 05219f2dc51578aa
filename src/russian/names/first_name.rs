//! First names: single, hyphenated, Russian and foreign; which are known, and of which gender.
//!
//! The lists of known names are in `first_names`.

use super::compound::{Joint, NamePart, decline_parts};
use super::first_names::{EITHER, FEMALE, MALE};
use super::normalise::clean;
#[allow(clippy::wildcard_imports, reason = "a table names most of the paradigms")]
use super::paradigms::*;
use super::rules::{
    Declined, INDECLINABLE, Rule, RuleMatch, WordList, apply, both, by_ending, by_word,
    indeclinable, lists, noun,
};
use super::surname::leads_to_particle;
use super::word::Word;
use crate::russian::Source::{
    Gramota, Kalakutskaya, Lopatin, Rosenthal149, Superanskaya, Usage, Zaliznyak,
};
use crate::russian::{Case, Confidence, Form, Gender, Reason};

/// The gender of people with a first name, as far as the lists know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::russian) enum Bearer {
    Only(Gender),
    Either,
    Unlisted,
}

/// Declines a first name; an initial («М.») stays.
#[must_use]
pub fn first_name(text: &str, gender: Gender, case: Case) -> Form {
    let form = decline_parts(text, case, |part| decline(part, gender, case));
    if gender == Gender::Female {
        return with_sources(form, text);
    }
    if form.confidence < Confidence::Sure {
        return form;
    }
    // «Жан-Жаку», «Касым-Жомарту»: of a man's double name many decline the last part alone.
    let parts = text.trim().rsplit_once('-').zip(form.text.rsplit_once('-'));
    match parts {
        Some(((first, _), (declined_first, last))) if first != declined_first => {
            let other = format!("{first}-{last}");
            form.at_most(Confidence::Likely, Reason::TwoReadings { other })
        }
        Some(_) | None => form,
    }
}

/// Names which handbooks decline each in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disputed {
    /// Айгуль, Адель: Калакуцкая leaves them, Суперанская declines them.
    SoftSign,
    /// Алия, Зульфия: with the stress on the end «-ие» (Лопатин), by the common rule «-ии».
    StressedIya,
}

/// Which of these a woman's name is that has two readings.
#[must_use]
pub fn disputed(text: &str) -> Option<Disputed> {
    match text.trim().to_lowercase() {
        name if name.ends_with('ь') => Some(Disputed::SoftSign),
        name if name.ends_with("ия") => Some(Disputed::StressedIya),
        _ => None,
    }
}

/// Two readings of a woman's name with the handbooks that have them.
fn with_sources(mut form: Form, text: &str) -> Form {
    let Reason::TwoReadings { other } = &form.reason else { return form };
    let (own, others) = match disputed(text) {
        Some(Disputed::SoftSign) if form.text.ends_with(['ь', 'Ь']) => {
            (Kalakutskaya, Superanskaya)
        }
        Some(Disputed::SoftSign) => (Superanskaya, Kalakutskaya),
        Some(Disputed::StressedIya) if form.text.ends_with(['е', 'Е']) => (Lopatin, Rosenthal149),
        Some(Disputed::StressedIya) => (Rosenthal149, Lopatin),
        None => return form,
    };
    form.reason = Reason::HandbooksDisagree { own, other: other.clone(), others };
    form
}

/// The gender of a first name; the listed parts of a compound must agree.
#[must_use]
pub(in crate::russian) fn bearer(text: &str) -> Bearer {
    let cell = clean(text);
    // Tuvan boys' names: «Чечен-оол», «Шериг-оол».
    if cell.rsplit_once('-').is_some_and(|(_, last)| last.to_lowercase() == "оол") {
        return Bearer::Only(Gender::Male);
    }
    let mut found = Bearer::Unlisted;
    for part in cell.split([' ', '-']) {
        let Some(word) = Word::read(part) else {
            return Bearer::Unlisted;
        };
        match (found, bearer_of(&word)) {
            (_, Bearer::Unlisted) => {}
            (Bearer::Unlisted, bearer) => found = bearer,
            // «Анна-Мария» agrees with itself, «Мария-Пётр» does not.
            (Bearer::Only(_) | Bearer::Either, bearer) => {
                found = if found == bearer { bearer } else { Bearer::Either };
            }
        }
    }
    found
}

/// Whether a text is a known first name of anybody.
#[must_use]
pub fn is_first_name(text: &str) -> bool {
    bearer(text) != Bearer::Unlisted
}

/// Whether a word is a known first name of anybody.
pub(super) fn is_listed(word: &Word) -> bool {
    bearer_of(word) != Bearer::Unlisted
}

fn bearer_of(word: &Word) -> Bearer {
    if lists(&MALE, word) {
        Bearer::Only(Gender::Male)
    } else if lists(&FEMALE, word) {
        Bearer::Only(Gender::Female)
    } else if lists(&EITHER, word) {
        Bearer::Either
    } else {
        Bearer::Unlisted
    }
}

fn names_of(gender: Gender) -> &'static [&'static str] {
    match gender {
        Gender::Male => &MALE,
        Gender::Female => &FEMALE,
    }
}

fn decline(part: &NamePart<'_>, gender: Gender, case: Case) -> Option<Declined> {
    if !part.word.is_pronounceable() || part.word.count() == 1 {
        return None;
    }
    let is_last = part.joint.is_none();
    if !is_last && (lists(INDECLINABLE_FIRST_PARTS, part.word) || leads_to_particle(part)) {
        return Some(Declined::indeclinable_part(part.typed));
    }
    // Of a Vietnamese, Korean or Chinese name of several words the last alone declines (Грамота).
    if part.joint == Some(Joint::Space) && part.word.syllables() == 1 && !is_listed(part.word) {
        return Some(Declined::indeclinable_part(part.typed));
    }
    let found = find(part.word, gender)?;
    let mut done = apply(found, part.typed, part.word, gender, case);
    if lists(names_of(gender.other()), part.word) {
        done.confidence = Confidence::Guess;
        done.reason = Reason::WrongGender { gender: gender.other() };
    }
    if gender == Gender::Male
        && is_last
        && let Some(proposal) = final_short_i(part)
    {
        done.confidence = Confidence::Guess;
        done.reason = Reason::FinalI { proposal };
    }
    // Of «Абдул-Гамид» only the last part declines, of «Мухаммед-Али» both may; feminine first
    // parts always do.
    if !is_last && gender == Gender::Male && done.text != part.typed {
        done.or_unchanged(part.typed);
    }
    Some(done)
}

/// «Анатолий» for «Анатолии»: no man's name ends in «-ии» or «-еи», and «Николаи» is no name.
fn final_short_i(part: &NamePart<'_>) -> Option<String> {
    let stem = part.typed.strip_suffix(['и', 'И'])?;
    let short_i = if part.typed.ends_with('И') { 'Й' } else { 'й' };
    let proposal = format!("{stem}{short_i}");
    let never = part.word.ends_with("ии") || part.word.ends_with("еи");
    (never || Word::read(&proposal).is_some_and(|word| lists(&MALE, &word))).then_some(proposal)
}

fn find(word: &Word, gender: Gender) -> Option<RuleMatch> {
    let (words, rows) = match gender {
        Gender::Male => (MENS_WORDS, MENS_ROWS),
        Gender::Female => (WOMENS_WORDS, WOMENS_ROWS),
    };
    by_word(words, word).or_else(|| by_ending(rows, word))
}

/// First parts of compound names that stay (Розенталь § 149): Жан-Жак, Абдул-Азиз.
#[rustfmt::skip]
static INDECLINABLE_FIRST_PARTS: &[&str] = &[
    "абд", "абдель", "абду", "абдул", "абдур", "абу", "аль", "гаджи", "джан", "жан", "ибн", "ибни",
    "иль", "мир", "мулла", "нур", "пьер", "сеид", "сен", "хаджи", "ходжа", "шах", "шейх", "эль",
];

static MENS_ROWS: &[Rule] = &[
    noun(&["ёк"], &YOK, Zaliznyak).or_man(&HARD),
    noun(&["ий"], &SHORT_I, Zaliznyak).of_one_syllable(),
    noun(&["ий"], &IY, Rosenthal149),
    noun(&["й"], &SHORT_I, Rosenthal149),
    noun(&["ь"], &SOFT, Rosenthal149),
    // Дорж, Франц: the stress decides.
    noun(&["ж", "ч", "ш", "щ"], &HUSHING, Rosenthal149).of_one_syllable().or_man(&HARD),
    noun(&["ж", "ч", "ш", "щ", "ц"], &HUSHING, Rosenthal149),
    noun(&["ия"], &IYA, Rosenthal149),
    noun(&["я"], &YA, Rosenthal149),
    indeclinable(&["уа", "оа", "иа", "аа", "эа"], Rosenthal149).or_man(&A),
    noun(&["га", "ка", "ха"], &A_VELAR, Rosenthal149),
    noun(&["жа", "ша", "ча", "ща"], &A_HUSHING, Rosenthal149),
    noun(&["ца"], &A_TS, Rosenthal149),
    noun(&["а"], &A, Rosenthal149),
    // Ukrainian and old Russian names: Данило like Данила, or not at all.
    noun(&["ило", "йло"], &LO, Rosenthal149).or_man(&INDECLINABLE),
    indeclinable(&["о", "е", "ё", "и", "у", "ы", "э", "ю", "і", "ү"], Rosenthal149),
    noun(
        &["р", "н", "в", "л", "м", "т", "д", "с", "к", "г", "б", "п", "з", "ф", "х"],
        &HARD,
        Rosenthal149,
    ),
];

static WOMENS_ROWS: &[Rule] = &[
    both(&["ия"], &IYA, Rosenthal149),
    both(&["я"], &YA, Rosenthal149),
    indeclinable(&["уа", "оа", "иа", "аа", "эа"], Rosenthal149).or_woman(&A),
    both(&["га", "ка", "ха"], &A_VELAR, Rosenthal149),
    both(&["жа", "ша", "ча", "ща"], &A_HUSHING, Rosenthal149),
    both(&["ца"], &A_TS, Rosenthal149),
    both(&["а"], &A, Rosenthal149),
    // Айгуль, Нинель: they stay with Калакуцкая, decline with Суперанская.
    indeclinable(&["ь"], Gramota).or_woman(&THIRD),
    indeclinable(&["о", "е", "ё", "и", "у", "ы", "э", "ю", "і", "ү"], Rosenthal149),
    indeclinable(
        &[
            "р", "н", "в", "л", "м", "т", "д", "с", "к", "г", "б", "п", "з", "ф", "х", "ж", "ч",
            "ш", "щ", "ц", "й",
        ],
        Rosenthal149,
    ),
];

static PAUL: Rule = noun(&[], &PAVEL, Zaliznyak);
static LEO: Rule = noun(&[], &LEV, Zaliznyak);
static PETER: Rule = noun(&[], &PYOTR, Zaliznyak);
/// Илья: only the ending changes.
static ELIJAH: Rule = noun(&[], &YA_STRESSED, Zaliznyak);
/// Шота: traditionally stays before Руставели, declines for living persons.
static SHOTA: Rule = noun(&[], &A, Rosenthal149).or_man(&INDECLINABLE);
/// Зия: one vowel before «-ия», the norm wavers between «-ии» and «-ие».
static ZIYA: Rule = both(&[], &YA, Zaliznyak).or(&IYA);

/// Яцек, Марек: Polish and Czech names that mostly keep the vowel; Ирек and Нарек always do.
static JACEK: Rule = noun(&[], &HARD, Usage).or_man(&OK);

#[rustfmt::skip]
static MENS_WORDS: WordList = &[
    ("вацек", &JACEK), ("владек", &JACEK), ("войтек", &JACEK), ("гия", &ZIYA), ("зия", &ZIYA),
    ("илья", &ELIJAH), ("лев", &LEO), ("лешек", &JACEK), ("марек", &JACEK), ("павел", &PAUL),
    ("петр", &PETER), ("радек", &JACEK), ("тадек", &JACEK), ("франтишек", &JACEK), ("шота", &SHOTA),
    ("юзек", &JACEK), ("юрек", &JACEK), ("янек", &JACEK), ("яцек", &JACEK),
];

/// Любовь: the only Russian name of this kind, beside biblical ones.
static LOVE: Rule = both(&[], &THIRD, Zaliznyak);
/// Альфия: with the ending stressed, «-ие» (Лопатин, § 71); «-ии» is as common.
static ALFIYA: Rule = both(&[], &IYA, Usage).or_woman(&YA);
/// Нинель, Жизель: they usually decline but may stay.
static NINEL: Rule = both(&[], &THIRD, Superanskaya).or_woman(&INDECLINABLE);

#[rustfmt::skip]
static WOMENS_WORDS: WordList = &[
    ("агарь", &LOVE), ("алия", &ALFIYA), ("алфия", &ALFIYA), ("альфия", &ALFIYA),
    ("ассоль", &NINEL), ("гайния", &ALFIYA), ("галия", &ALFIYA), ("гульфия", &ALFIYA),
    ("есфирь", &LOVE), ("жизель", &NINEL), ("зия", &ZIYA), ("зулфия", &ALFIYA),
    ("зульфия", &ALFIYA), ("ия", &ZIYA), ("камария", &ALFIYA), ("лия", &ZIYA), ("лутфия", &ALFIYA),
    ("любовь", &LOVE), ("мавлия", &ALFIYA), ("мия", &ZIYA), ("нажия", &ALFIYA), ("назия", &ALFIYA),
    ("нинель", &NINEL), ("рания", &ALFIYA), ("рафия", &ALFIYA), ("рахиль", &LOVE),
    ("рашель", &NINEL), ("рашидия", &ALFIYA), ("руфь", &LOVE), ("сания", &ALFIYA),
    ("сафия", &ALFIYA), ("суламифь", &LOVE), ("фагия", &ALFIYA), ("фания", &ALFIYA),
    ("хания", &ALFIYA), ("шамсия", &ALFIYA), ("эсфирь", &LOVE), ("юдифь", &LOVE),
    ("ямалия", &ALFIYA),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_words_are_sorted() {
        for list in [MENS_WORDS, WOMENS_WORDS] {
            assert!(list.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
        for list in [&MALE[..], &FEMALE, &EITHER, INDECLINABLE_FIRST_PARTS] {
            for pair in list.windows(2) {
                assert!(pair[0] < pair[1], "{pair:?}");
            }
        }
    }
}
