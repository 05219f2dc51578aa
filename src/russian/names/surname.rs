//! Surnames: particles, indeclinable first parts, hyphens; then each part by `surname_words` and
//! `surname_rules`.

use super::compound::{Joint, NamePart, decline_parts};
use super::first_name;
use super::normalise::{clean, validate};
use super::patronymic::{patronymic, turkic};
use super::rules::{Declined, RuleMatch, apply, by_ending, by_word, lists};
use super::surname_rules::ending_with;
use super::surname_words::WORDS;
use super::word::{Word, is_vowel};
use crate::russian::{Case, Confidence, Form, Gender, Reason};

/// Declines a surname, single or double.
///
/// White space is cleaned; letter case, `ё` and apostrophes are kept. A text that cannot be a
/// Russian spelling of a surname comes back unchanged, as a [`Confidence::Guess`].
#[must_use]
pub fn surname(text: &str, gender: Gender, case: Case) -> Form {
    // «Мирлан кызы» stands in for a surname, and stays.
    if text.contains(' ') && turkic(&clean(text)) == Some(gender) {
        return patronymic(text, gender, case);
    }
    decline_parts(text, case, |part| decline(part, gender, case))
}

/// The gender that a surname's form shows: Иванов, Толстая, but not Шевченко or Литвин.
#[must_use]
pub(in crate::russian) fn gender_of(text: &str) -> Option<Gender> {
    if text.contains(' ')
        && let Some(gender) = turkic(&clean(text))
    {
        return Some(gender);
    }
    let validated = validate(clean(text)).ok()?;
    if validated.flaw.is_some() {
        return None;
    }
    let last = validated.text.rsplit([' ', '-']).next()?;
    find(&Word::read(last)?)?.rule.only_gender
}

fn decline(part: &NamePart<'_>, gender: Gender, case: Case) -> Option<Declined> {
    if let Some(joint) = part.joint
        && (is_indeclinable(part.word, joint) || leads_to_particle(part))
    {
        return Some(Declined::indeclinable_part(part.typed));
    }
    let found = find(part.word)?;
    let may_stay = part.joint == Some(Joint::Hyphen)
        && gender == Gender::Male
        && !declines_in_front(part.word, &found);
    let may_be_given_name = part.joint == Some(Joint::Hyphen)
        && found.rule.only_gender.is_none()
        && matches!(part.word.last(), 'а' | 'я')
        && (part.word.count() <= 4 || first_name::is_listed(part.word));
    let mut done = apply(found, part.typed, part.word, gender, case);
    // «Дава-Очиров», «Бадма-Убушаев»: a given name in front, which stays; short words may be one.
    if may_be_given_name && done.text != part.typed {
        return Some(done.rather_unchanged(part.typed));
    }
    if part.joint == Some(Joint::Space) {
        done.doubt(Reason::SeveralWords);
    }
    // A first part that is not a surname of its own stays («Грум-Гржимайло»); of these it is not
    // known.
    if may_stay && done.text != part.typed && done.confidence == Confidence::Sure {
        done.or_unchanged(part.typed);
    }
    if part.word.count() == 1 {
        done.doubt(Reason::UnknownEnding);
    }
    Some(done)
}

fn find(word: &Word) -> Option<RuleMatch> {
    if !word.is_pronounceable() {
        return None;
    }
    by_word(WORDS, word).or_else(|| by_ending(ending_with(word.last()), word))
}

/// Whether a man's first part is plainly a surname of its own: Иванов-, Мельник-, Шевчук-.
fn declines_in_front(word: &Word, found: &RuleMatch) -> bool {
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| word.ends_with(suffix));
    found.rule.only_gender.is_some()
        || is_vowel(word.last())
        || ends(SURNAMES_ONLY)
        || ends(NAMES_TOO)
}

/// Whether a word has the form of a surname that first names do not share.
#[must_use]
pub fn looks_like_surname(text: &str) -> bool {
    let last = text.rsplit([' ', '-']).next().and_then(Word::read);
    gender_of(text).is_some()
        || last.is_some_and(|word| SURNAMES_ONLY.iter().any(|suffix| word.ends_with(suffix)))
}

/// Suffixes of surnames that first names do not share.
#[rustfmt::skip]
static SURNAMES_ONLY: &[&str] = &[
    "енко", "чук", "щук", "люк", "нюк", "рук", "дюк", "ник", "чик", "чак", "няк", "ляк", "шак",
    "сяк", "ич", "янц", "берг", "штейн", "нок", "чок", "дзе", "швили", "ых", "их",
];

/// Suffixes of surnames that first names may share.
static NAMES_TOO: &[&str] = &["ян", "ман", "ец", "арь", "ай", "ей", "ий", "ер"];

fn is_indeclinable(word: &Word, joint: Joint) -> bool {
    let list = match joint {
        Joint::Hyphen => INDECLINABLE_BEFORE_HYPHEN,
        Joint::Space => PARTICLES,
    };
    lists(list, word)
}

/// «Турсун-заде», «Гасан-бек», «Дамба-оол»: the part before such a last part never declines.
pub(super) fn leads_to_particle(part: &NamePart<'_>) -> bool {
    part.joint == Some(Joint::Hyphen)
        && Word::read(part.rest).is_some_and(|word| lists(LAST_PARTICLES, &word))
}

pub(super) fn is_last_particle(small: &str) -> bool {
    LAST_PARTICLES.contains(&small)
}

/// Last parts that were titles or words of kinship.
#[rustfmt::skip]
static LAST_PARTICLES: &[&str] = &[
    "ага", "бей", "бек", "гызы", "заде", "зода", "кызы", "кыс", "оглу", "оглы", "оол", "паша",
    "улы", "уулу", "хан", "шах", "эфенди",
];

/// Separate words before a surname (Розенталь § 149): «де», «фон», «тер», and Turkic and Arabic
/// ones.
#[rustfmt::skip]
static PARTICLES: &[&str] = &[
    "абу", "аз", "аль", "ас", "ат", "аф", "аш", "бен", "бин", "ван", "ге", "д", "да", "дас", "де",
    "делла", "дель", "ден", "дер", "деш", "ди", "до", "дос", "ду", "дю", "ибн", "ла", "ле", "мак",
    "о", "оф", "сан", "санта", "сен", "тен", "тер", "у", "фан", "фон", "цу", "эль",
];

/// First parts that are not surnames of their own (Розенталь § 149): Бонч-Бруевич, Тер-Габриэлян,
/// Кара-Мурза, Тян-Шанский.
#[rustfmt::skip]
static INDECLINABLE_BEFORE_HYPHEN: &[&str] = &[
    "абд", "абдул", "абу", "ага", "ад", "аз", "ак", "али", "аль", "амир", "ар", "ас", "ат", "ата",
    "аф", "аш", "баба", "бала", "бар", "бек", "бен", "бин", "бонч", "ван", "гаджи", "грум", "гулак",
    "д", "да", "де", "дел", "делла", "дель", "дем", "демут", "ден", "дер", "джан", "ди", "дон",
    "дос", "ду", "дю", "ибн", "кади", "кара", "кизил", "кок", "кызыл", "ла", "лас", "ле", "лже",
    "лос", "мак", "мелик", "мирза", "мулла", "нор", "нур", "о", "оглан", "паша", "пир", "саид",
    "сан", "санкт", "сант", "санта", "сари", "сары", "сахиб", "сеид", "сейд", "сейид", "сен",
    "сент", "сквозник", "сталь", "су", "султан", "тер", "тян", "уз", "узун", "уста", "усть", "фан",
    "фон", "хаджи", "хан", "хара", "цу", "шара", "шах", "шейх", "ших", "шолом", "эль", "эмир", "ян",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_first_parts_are_sorted() {
        for list in [PARTICLES, INDECLINABLE_BEFORE_HYPHEN, LAST_PARTICLES] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
        }
        assert!(WORDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
