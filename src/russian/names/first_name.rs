//! First names: single, hyphenated, Russian and foreign; which are known, and of which gender.
//!
//! The lists of known names are in `first_names`.

use super::first_names::{EITHER, FEMALE, MALE};
use super::normalise::clean;
#[allow(clippy::wildcard_imports, reason = "a table names most of the patterns")]
use super::patterns::*;
use super::rules::{
    Declined, Hit, Rule, STAY, WordList, apply, both, by_ending, by_word, lists, noun, stay,
};
use super::surname::leads_to_particle;
use super::whole::{Part, Place, decline_parts};
use super::word::Word;
use crate::russian::Source::{Gramota, Rosenthal149, Superanskaya, Usage, Zaliznyak};
use crate::russian::{Case, Confidence, Form, Gender, Reason};

/// Who bears a first name, as far as the lists know.
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
    // «Жан-Жаку», «Касым-Жомарту»: of a man's double name many decline the last part alone.
    let halves = text.trim().rsplit_once('-').zip(form.text.rsplit_once('-'));
    match halves {
        Some(((first, _), (declined, last)))
            if gender == Gender::Male
                && first != declined
                && form.confidence == Confidence::Sure =>
        {
            let reason = Reason::TwoReadings { other: format!("{first}-{last}") };
            Form { confidence: Confidence::Likely, reason, ..form }
        }
        Some(_) | None => form,
    }
}

/// Who bears this first name; of a compound, its last part that the lists know decides.
#[must_use]
pub(in crate::russian) fn bearer(text: &str) -> Bearer {
    let cell = clean(text);
    let mut found = Bearer::Unlisted;
    for part in cell.split([' ', '-']) {
        let Some(word) = Word::read(part) else {
            return Bearer::Unlisted;
        };
        match (found, bearer_of(&word)) {
            (_, Bearer::Unlisted) => {}
            (Bearer::Unlisted, bearer) => found = bearer,
            // «Анна-Мария» agrees with itself; «Мария-Пётр» says nothing.
            (Bearer::Only(_) | Bearer::Either, bearer) => {
                found = if found == bearer { bearer } else { Bearer::Either };
            }
        }
    }
    found
}

fn bearer_of(word: &Word) -> Bearer {
    if lists(MALE, word) {
        Bearer::Only(Gender::Male)
    } else if lists(FEMALE, word) {
        Bearer::Only(Gender::Female)
    } else if lists(EITHER, word) {
        Bearer::Either
    } else {
        Bearer::Unlisted
    }
}

fn names_of(gender: Gender) -> &'static [&'static str] {
    match gender {
        Gender::Male => MALE,
        Gender::Female => FEMALE,
    }
}

fn decline(part: &Part<'_>, gender: Gender, case: Case) -> Option<Declined> {
    if !part.word.is_pronounceable() || part.word.count() == 1 {
        return None;
    }
    if part.place == Place::First && (lists(FROZEN, part.word) || leads_to_particle(part)) {
        return Some(stays(part.typed));
    }
    let hit = find(part.word, gender)?;
    let mut done = apply(hit, part.typed, part.word, gender, case);
    if lists(names_of(gender.other()), part.word) {
        done.confidence = Confidence::Guess;
        done.reason = Reason::WrongGender { worn_by: gender.other() };
    }
    // Of «Абдул-Гамид» only the last part declines, of «Мухаммед-Али» both may; feminine first
    // parts always do.
    if part.place == Place::First && gender == Gender::Male && done.text != part.typed {
        done.confidence = done.confidence.min(Confidence::Likely);
        done.other.get_or_insert_with(|| part.typed.to_owned());
        done.reason = Reason::TwoReadings { other: part.typed.to_owned() };
    }
    Some(done)
}

fn stays(typed: &str) -> Declined {
    Declined {
        text: typed.to_owned(),
        other: None,
        confidence: Confidence::Sure,
        reason: Reason::Compound { frozen: true },
    }
}

fn find(word: &Word, gender: Gender) -> Option<Hit> {
    let (words, rows) = match gender {
        Gender::Male => (MENS_WORDS, MENS_ROWS),
        Gender::Female => (WOMENS_WORDS, WOMENS_ROWS),
    };
    by_word(words, word).or_else(|| by_ending(rows, word))
}

/// First parts of compound names that stay (Розенталь § 149): Жан-Жак, Абдул-Азиз.
#[rustfmt::skip]
static FROZEN: &[&str] = &[
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
    noun(&["ж", "ч", "ш", "щ"], &HUSH, Rosenthal149).of_one_syllable().or_man(&HARD),
    noun(&["ж", "ч", "ш", "щ", "ц"], &HUSH, Rosenthal149),
    noun(&["ия"], &IYA, Rosenthal149),
    noun(&["я"], &YA, Rosenthal149),
    stay(&["уа", "оа", "иа", "аа", "эа"], Rosenthal149).or_man(&A),
    noun(&["га", "ка", "ха"], &A_VELAR, Rosenthal149),
    noun(&["жа", "ша", "ча", "ща"], &A_HUSH, Rosenthal149),
    noun(&["ца"], &A_TS, Rosenthal149),
    noun(&["а"], &A, Rosenthal149),
    // Ukrainian and old Russian names: Данило like Данила, or not at all.
    noun(&["ило", "йло"], &LO, Rosenthal149).or_man(&STAY),
    stay(&["о", "е", "ё", "и", "у", "ы", "э", "ю", "і", "ү"], Rosenthal149),
    noun(
        &["р", "н", "в", "л", "м", "т", "д", "с", "к", "г", "б", "п", "з", "ф", "х"],
        &HARD,
        Rosenthal149,
    ),
];

static WOMENS_ROWS: &[Rule] = &[
    both(&["ия"], &IYA, Rosenthal149),
    both(&["я"], &YA, Rosenthal149),
    stay(&["уа", "оа", "иа", "аа", "эа"], Rosenthal149).or_woman(&A),
    both(&["га", "ка", "ха"], &A_VELAR, Rosenthal149),
    both(&["жа", "ша", "ча", "ща"], &A_HUSH, Rosenthal149),
    both(&["ца"], &A_TS, Rosenthal149),
    both(&["а"], &A, Rosenthal149),
    // Айгуль, Нинель: Калакуцкая lets them stay, Суперанская declines them.
    stay(&["ь"], Gramota).or_woman(&THIRD),
    stay(&["о", "е", "ё", "и", "у", "ы", "э", "ю", "і", "ү"], Rosenthal149),
    stay(
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
/// Typed without the dots: nothing but the ending changes.
static ELIJAH: Rule = noun(&[], &YA_STRESSED, Zaliznyak);
/// Шота: traditionally it stays before Руставели, of living persons it declines.
static SHOTA: Rule = noun(&[], &A, Rosenthal149).or_man(&STAY);
/// Зия: one vowel before «-ия», the norm wavers between «-ии» and «-ие».
static ZIYA: Rule = both(&[], &YA, Zaliznyak).or(&IYA);

/// Яцек, Марек: Polish and Czech names, mostly with the vowel kept; not so Ирек, Нарек, where it
/// never falls out.
static JACEK: Rule = noun(&[], &HARD, Usage).or_man(&OK);

#[rustfmt::skip]
static MENS_WORDS: WordList = &[
    ("вацек", &JACEK), ("владек", &JACEK), ("войтек", &JACEK), ("гия", &ZIYA), ("зия", &ZIYA),
    ("илья", &ELIJAH), ("лев", &LEO), ("лешек", &JACEK), ("марек", &JACEK), ("павел", &PAUL),
    ("петр", &PETER), ("радек", &JACEK), ("тадек", &JACEK), ("франтишек", &JACEK), ("шота", &SHOTA),
    ("юзек", &JACEK), ("юрек", &JACEK), ("янек", &JACEK), ("яцек", &JACEK),
];

/// Любовь: the only Russian name so, with the biblical ones.
static LOVE: Rule = both(&[], &THIRD, Zaliznyak);
/// Нинель, Жизель: declining them is the more usual, staying is allowed.
static NINEL: Rule = both(&[], &THIRD, Superanskaya).or_woman(&STAY);

#[rustfmt::skip]
static WOMENS_WORDS: WordList = &[
    ("агарь", &LOVE), ("ассоль", &NINEL), ("есфирь", &LOVE), ("жизель", &NINEL), ("зия", &ZIYA),
    ("ия", &ZIYA), ("лия", &ZIYA), ("любовь", &LOVE), ("мия", &ZIYA), ("нинель", &NINEL),
    ("рахиль", &LOVE), ("рашель", &NINEL), ("руфь", &LOVE), ("суламифь", &LOVE), ("эсфирь", &LOVE),
    ("юдифь", &LOVE),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_words_are_sorted() {
        for list in [MENS_WORDS, WOMENS_WORDS] {
            assert!(list.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
        for list in [MALE, FEMALE, EITHER, FROZEN] {
            for pair in list.windows(2) {
                assert!(pair[0] < pair[1], "{pair:?}");
            }
        }
    }
}
