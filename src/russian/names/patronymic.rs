//! Patronymics: Russian ones in «-ич» and «-на», Turkic ones with «оглы», «кызы», «улы», «уулу».

use super::normalise::clean;
use super::patterns::{A, HARD, HUSH};
use super::rules::{Declined, Rule, apply, by_ending, by_word, mans, noun, stay, womans};
use super::rules::{Hit, WordList};
use super::whole::{Part, Place, decline_parts};
use super::word::Word;
use crate::russian::Source::{Rosenthal149, Usage, Zaliznyak};
use crate::russian::{Case, Confidence, Form, Gender, Reason};

/// Declines a patronymic; an empty one is rightly absent, not a doubt.
#[must_use]
pub fn patronymic(text: &str, gender: Gender, case: Case) -> Form {
    let cell = clean(text);
    if cell.is_empty() {
        return Form { text: String::new(), confidence: Confidence::Sure, reason: Reason::AsGiven };
    }
    if !cell.bytes().all(|byte| byte >= 0x80) && turkic(&cell).is_some() {
        return decline_parts(&cell, case, |part| child_of(part, gender, &cell));
    }
    decline_parts(&cell, case, |part| {
        // «Бато-Мункуевич», «Кара-ооловна»: only the last part declines.
        if part.hyphen && part.word.is_pronounceable() {
            return Some(stays(part.typed, Confidence::Sure, Reason::Compound { frozen: true }));
        }
        let hit = find(part.word)?;
        let mut done = apply(hit, part.typed, part.word, gender, case);
        if part.place == Place::First && done.confidence == Confidence::Sure {
            done.confidence = Confidence::Likely;
            done.reason = Reason::SeveralWords;
        }
        Some(done)
    })
}

/// The gender that a patronymic tells, if it has the form of one.
#[must_use]
pub(in crate::russian) fn gender_of(text: &str) -> Option<Gender> {
    let cell = clean(text);
    turkic(&cell).or_else(|| {
        let word = Word::read(cell.rsplit([' ', '-']).next()?)?;
        find(&word)?.rule.worn_by
    })
}

/// Whether words read as a patronymic and as nothing else: «Петрович» does, «Бабич» does not.
pub(super) fn reads_as_patronymic(text: &str) -> bool {
    let cell = clean(text);
    turkic(&cell).is_some()
        || Word::read(cell.rsplit('-').next().unwrap_or_default())
            .is_some_and(|word| by_word(SHORT, &word).or_else(|| by_ending(ROWS, &word)).is_some())
}

/// Whether a word is the particle of a Turkic patronymic, and whose.
pub(super) fn particle(lower: &str) -> Option<Gender> {
    match lower {
        "оглы" | "оглу" | "оглан" | "углы" | "угли" | "оғлы" | "ўғли" | "улы" | "ұлы" | "уулу"
        | "оол" | "огли" => Some(Gender::Male),
        "кызы" | "гызы" | "кизи" | "қызы" | "қизи" | "кыз" | "гизи" => {
            Some(Gender::Female)
        }
        _ => None,
    }
}

/// The gender of «Гасан оглы», «Гасан-оглы», «ГАСАН КЫЗЫ».
fn turkic(cell: &str) -> Option<Gender> {
    let last = cell.rsplit([' ', '-']).next()?;
    if last.len() == cell.len() {
        return None;
    }
    particle(Word::read(last)?.folded())
}

/// Neither the father's name nor the particle declines.
fn child_of(part: &Part<'_>, gender: Gender, cell: &str) -> Option<Declined> {
    if part.place == Place::First && !part.word.is_pronounceable() {
        return None;
    }
    let worn_by = turkic(cell)?;
    let (confidence, reason) = if worn_by == gender {
        (Confidence::Sure, Reason::Listed { source: Usage })
    } else {
        (Confidence::Guess, Reason::WrongGender { worn_by })
    };
    Some(stays(part.typed, confidence, reason))
}

fn stays(typed: &str, confidence: Confidence, reason: Reason) -> Declined {
    Declined { text: typed.to_owned(), other: None, confidence, reason }
}

fn find(word: &Word) -> Option<Hit> {
    if !word.is_pronounceable() {
        return None;
    }
    by_word(SHORT, word).or_else(|| by_ending(ROWS, word)).or_else(|| by_ending(RARE_ROWS, word))
}

static ROWS: &[Rule] = &[
    mans(&["ович", "евич", "йович"], &HUSH, Rosenthal149),
    womans(&["овна", "евна", "ична", "славна", "івна"], &A, &A, Rosenthal149),
    // Written in one with the father's name: Мамедоглы, Нурсултанулы.
    turkic_suffix(&["оглы", "оглу", "уулу", "улы", "ұлы"], Gender::Male),
    turkic_suffix(&["кызы", "гызы", "қызы"], Gender::Female),
];

/// Forms that a patronymic may have, but surnames have them too (Бабич).
static RARE_ROWS: &[Rule] = &[
    // Rare short ones and colloquial ones, also in documents: Данилич, Иваныч, Саввишна.
    mans(&["ич", "ыч"], &HUSH, Usage).or_man(&HARD),
    womans(&["ишна"], &A, &A, Usage),
];

const fn turkic_suffix(endings: &'static [&'static str], worn_by: Gender) -> Rule {
    let mut rule = stay(endings, Usage);
    rule.worn_by = Some(worn_by);
    rule
}

/// Ильич: ending stressed, «-ом».
static STRESSED: Rule = mans(&[], &HARD, Zaliznyak);
/// Никитич: ending not stressed, «-ем».
static UNSTRESSED: Rule = mans(&[], &HUSH, Zaliznyak);
/// A son whose patronymic may be stressed either way.
static WAVERING: Rule = {
    let mut rule = noun(&[], &HUSH, Zaliznyak).or_man(&HARD);
    rule.worn_by = Some(Gender::Male);
    rule
};

/// Short patronymics in «-ич» (Русская грамматика 1980: from Лука, Илья, Фома, Кузьма, Никита,
/// Фока, Савва, Сила …).
#[rustfmt::skip]
static SHORT: WordList = &[
    ("вячеславич", &UNSTRESSED), ("зосимич", &UNSTRESSED), ("ильич", &STRESSED),
    ("ионич", &UNSTRESSED), ("ионыч", &UNSTRESSED), ("козьмич", &STRESSED), ("кузьмич", &STRESSED),
    ("лукич", &STRESSED), ("минич", &UNSTRESSED), ("мокич", &UNSTRESSED), ("никитич", &UNSTRESSED),
    ("саввич", &UNSTRESSED), ("савич", &UNSTRESSED), ("святославич", &UNSTRESSED),
    ("силич", &UNSTRESSED), ("силыч", &UNSTRESSED), ("фокич", &WAVERING), ("фомич", &STRESSED),
    ("ярославич", &UNSTRESSED),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_patronymics_are_sorted() {
        assert!(SHORT.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
