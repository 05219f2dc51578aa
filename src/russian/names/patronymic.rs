//! Patronymics: Russian ones in «-ич» and «-на», Turkic ones with «оглы», «кызы», «улы», «уулу».

use super::compound::{Joint, NamePart, decline_parts};
use super::normalise::clean;
use super::paradigms::{A, HARD, HUSHING};
use super::rules::{
    Declined, Rule, RuleMatch, WordList, apply, by_ending, by_word, female, indeclinable, male,
    noun,
};
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
        if part.joint == Some(Joint::Hyphen) && part.word.is_pronounceable() {
            return Some(Declined::indeclinable_part(part.typed));
        }
        let found = find(part.word)?;
        let mut done = apply(found, part.typed, part.word, gender, case);
        if part.joint.is_some() {
            done.doubt(Reason::SeveralWords);
        }
        Some(done)
    })
}

/// The gender that a patronymic shows, if the text has the form of one.
#[must_use]
pub(in crate::russian) fn gender_of(text: &str) -> Option<Gender> {
    let cell = clean(text);
    turkic(&cell).or_else(|| {
        let word = Word::read(cell.rsplit([' ', '-']).next()?)?;
        find(&word)?.rule.only_gender
    })
}

/// Whether the text can only be a patronymic: «Петрович» does, «Бабич» does not.
pub(super) fn reads_as_patronymic(text: &str) -> bool {
    let cell = clean(text);
    turkic(&cell).is_some()
        || Word::read(cell.rsplit('-').next().unwrap_or_default())
            .is_some_and(|word| by_word(SHORT, &word).or_else(|| by_ending(ROWS, &word)).is_some())
}

/// The gender of a Turkic patronymic with this particle; `None` for any other word.
pub(super) fn particle(lower: &str) -> Option<Gender> {
    match lower {
        "оглы" | "оглу" | "оглан" | "углы" | "угли" | "оғлы" | "ўғли" | "улы" | "ұлы" | "уулу"
        | "огли" => Some(Gender::Male),
        "кызы" | "гызы" | "кизи" | "қызы" | "қизи" | "кыз" | "гизи" => {
            Some(Gender::Female)
        }
        _ => None,
    }
}

/// The gender of «Гасан оглы», «Гасан-оглы», «ГАСАН КЫЗЫ».
pub(super) fn turkic(cell: &str) -> Option<Gender> {
    let last = cell.rsplit([' ', '-']).next()?;
    if last.len() == cell.len() {
        return None;
    }
    particle(Word::read(last)?.folded())
}

/// Neither the father's name nor the particle declines.
fn child_of(part: &NamePart<'_>, gender: Gender, cell: &str) -> Option<Declined> {
    if part.joint.is_some() && !part.word.is_pronounceable() {
        return None;
    }
    let own = turkic(cell)?;
    Some(if own == gender {
        Declined::unchanged(part.typed, Confidence::Sure, Reason::Listed { source: Usage })
    } else {
        let reason = Reason::WrongGender { gender: own };
        Declined::unchanged(part.typed, Confidence::Guess, reason)
    })
}

fn find(word: &Word) -> Option<RuleMatch> {
    if !word.is_pronounceable() {
        return None;
    }
    by_word(SHORT, word).or_else(|| by_ending(ROWS, word)).or_else(|| by_ending(RARE_ROWS, word))
}

static ROWS: &[Rule] = &[
    male(&["ович", "евич", "йович"], &HUSHING, Rosenthal149),
    female(&["овна", "евна", "ична", "славна", "івна"], &A, &A, Rosenthal149),
    // Written in one with the father's name: Мамедоглы, Нурсултанулы.
    turkic_suffix(&["оглы", "оглу", "уулу", "улы", "ұлы"], Gender::Male),
    turkic_suffix(&["кызы", "гызы", "қызы"], Gender::Female),
];

/// Forms of patronymics that surnames share (Бабич).
static RARE_ROWS: &[Rule] = &[
    // Rare short ones and colloquial ones, also in documents: Данилич, Иваныч, Саввишна.
    male(&["ич", "ыч"], &HUSHING, Usage).or_man(&HARD),
    female(&["ишна"], &A, &A, Usage),
];

const fn turkic_suffix(endings: &'static [&'static str], gender: Gender) -> Rule {
    let mut rule = indeclinable(endings, Usage);
    rule.only_gender = Some(gender);
    rule
}

/// Ильич: ending stressed, «-ом».
static STRESSED: Rule = male(&[], &HARD, Zaliznyak);
/// Никитич: ending not stressed, «-ем».
static UNSTRESSED: Rule = male(&[], &HUSHING, Zaliznyak);
/// A son whose patronymic may be stressed either way.
static WAVERING: Rule = {
    let mut rule = noun(&[], &HUSHING, Zaliznyak).or_man(&HARD);
    rule.only_gender = Some(Gender::Male);
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
