//! A whole surname: particles, frozen first parts, hyphens; each part then by `surname_words` and
//! `surname_rules`.

use super::rules::{Declined, Hit, apply, by_ending, by_word, lists};
use super::surname_rules::ending_with;
use super::surname_words::WORDS;
use super::whole::{Part, Place, decline_parts};
use super::word::{Word, is_vowel};
use crate::russian::{Case, Confidence, Form, Gender, Reason};

/// Declines a surname, single or double.
///
/// White space is cleaned; letter case, `ё` and apostrophes are kept. A text that cannot be a
/// Russian spelling of a surname comes back as it is, as a [`Confidence::Guess`].
#[must_use]
pub fn surname(text: &str, gender: Gender, case: Case) -> Form {
    decline_parts(text, case, |part| decline(part, gender, case))
}

/// The gender that a surname's form tells, if it does: Иванов, Толстая, but not Шевченко or Литвин.
#[must_use]
pub(in crate::russian) fn worn_by(text: &str) -> Option<Gender> {
    let cell = super::normalise::clean(text);
    let vetted = super::normalise::vet(cell).ok()?;
    if vetted.flaw.is_some() {
        return None;
    }
    let last = vetted.text.rsplit([' ', '-']).next()?;
    let word = Word::read(last)?;
    let rule = find(&word)?.rule;
    rule.worn_by
}

fn decline(part: &Part<'_>, gender: Gender, case: Case) -> Option<Declined> {
    if part.place == Place::First && (is_frozen(part.word, part.hyphen) || leads_to_particle(part))
    {
        return Some(frozen(part.typed));
    }
    let hit = find(part.word)?;
    let unsettled = part.place == Place::First
        && part.hyphen
        && gender == Gender::Male
        && !declines_in_front(part.word, &hit);
    let mut done = apply(hit, part.typed, part.word, gender, case);
    if part.place == Place::First && !part.hyphen && done.confidence == Confidence::Sure {
        done.confidence = Confidence::Likely;
        done.reason = Reason::SeveralWords;
    }
    // A first part that is no surname of its own stays («Грум-Гржимайло»); of these it is not
    // known.
    if unsettled && done.text != part.typed && done.confidence == Confidence::Sure {
        done.confidence = Confidence::Likely;
        done.other = Some(part.typed.to_owned());
        done.reason = Reason::TwoReadings { other: part.typed.to_owned() };
    }
    if part.word.count() == 1 && done.confidence == Confidence::Sure {
        done.confidence = Confidence::Likely;
        done.reason = Reason::UnknownEnding;
    }
    Some(done)
}

fn frozen(typed: &str) -> Declined {
    Declined {
        text: typed.to_owned(),
        other: None,
        confidence: Confidence::Sure,
        reason: Reason::Compound { frozen: true },
    }
}

fn find(word: &Word) -> Option<Hit> {
    if !word.is_pronounceable() {
        return None;
    }
    by_word(WORDS, word).or_else(|| by_ending(ending_with(word.last()), word))
}

/// Whether a man's first part is plainly a surname of its own: Иванов-, Мельник-, Шевчук-.
fn declines_in_front(word: &Word, hit: &Hit) -> bool {
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| word.ends_with(suffix));
    hit.rule.worn_by.is_some() || is_vowel(word.last()) || ends(SURNAMES_ONLY) || ends(NAMES_TOO)
}

/// Whether a word has a form that surnames have and first names have not.
pub(super) fn looks_like_surname(text: &str) -> bool {
    let last = text.rsplit([' ', '-']).next().and_then(Word::read);
    worn_by(text).is_some()
        || last.is_some_and(|word| SURNAMES_ONLY.iter().any(|suffix| word.ends_with(suffix)))
}

/// Suffixes that surnames have and first names have not.
#[rustfmt::skip]
static SURNAMES_ONLY: &[&str] = &[
    "енко", "чук", "щук", "люк", "нюк", "рук", "дюк", "ник", "чик", "чак", "няк", "ляк", "шак",
    "сяк", "ич", "янц", "берг", "штейн", "нок", "чок", "дзе", "швили", "ых", "их",
];

/// Suffixes that first names may have too.
static NAMES_TOO: &[&str] = &["ян", "ман", "ец", "арь", "ай", "ей", "ий", "ер"];

/// Whether this first part never declines.
fn is_frozen(word: &Word, hyphen: bool) -> bool {
    lists(if hyphen { FROZEN_BEFORE_HYPHEN } else { PARTICLES }, word)
}

/// «Турсун-заде», «Гасан-бек», «Дамба-оол»: what stands before such a last part never declines.
pub(super) fn leads_to_particle(part: &Part<'_>) -> bool {
    part.hyphen && Word::read(part.after).is_some_and(|word| lists(LAST_PARTICLES, &word))
}

/// Last parts that were titles or words of kinship.
#[rustfmt::skip]
static LAST_PARTICLES: &[&str] = &[
    "ага", "бей", "бек", "гызы", "заде", "зода", "кызы", "кыс", "оглу", "оглы", "оол", "паша",
    "улы", "уулу", "хан", "шах", "эфенди",
];

/// Words of their own before a surname (Розенталь § 149): «де», «фон», «тер», and the Turkic and
/// Arabic ones.
#[rustfmt::skip]
static PARTICLES: &[&str] = &[
    "абу", "аз", "аль", "ас", "ат", "аф", "аш", "бен", "бин", "ван", "ге", "д", "да", "дас", "де",
    "делла", "дель", "ден", "дер", "деш", "ди", "до", "дос", "ду", "дю", "ибн", "ла", "ле", "мак",
    "о", "оф", "сан", "санта", "сен", "тен", "тер", "у", "фан", "фон", "цу", "эль",
];

/// First parts that are no surname of their own (Розенталь § 149): Бонч-Бруевич, Тер-Габриэлян,
/// Кара-Мурза, Тян-Шанский.
#[rustfmt::skip]
static FROZEN_BEFORE_HYPHEN: &[&str] = &[
    "абд", "абдул", "абу", "ага", "ад", "аз", "ак", "али", "аль", "амир", "ар", "ас", "ат", "ата",
    "аф", "аш", "баба", "бала", "бар", "бек", "бен", "бин", "бонч", "ван", "гаджи", "грум", "гулак",
    "д", "да", "де", "дел", "делла", "дель", "дем", "демут", "ден", "дер", "джан", "ди", "дон",
    "дос", "ду", "дю", "ибн", "кади", "кара", "кизил", "кок", "кызыл", "ла", "лас", "ле", "лже",
    "лос", "мак", "мелик", "мирза", "мулла", "нор", "нур", "о", "оглан", "паша", "пир", "саид",
    "сан", "санкт", "сант", "санта", "сари", "сары", "сахиб", "сеид", "сейд", "сейид", "сен",
    "сент", "сквозник", "сталь", "су", "султан", "тер", "тян", "уз", "узун", "уста", "усть", "фан",
    "фон", "хаджи", "хан", "цу", "шах", "шейх", "ших", "шолом", "эль", "эмир", "ян",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_first_parts_are_sorted() {
        for list in [PARTICLES, FROZEN_BEFORE_HYPHEN, LAST_PARTICLES] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
        }
        assert!(WORDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
