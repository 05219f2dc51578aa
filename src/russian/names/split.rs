//! Takes a `full_name` cell apart: surname first or first name first, initials, Turkic patronymics.
//!
//! Goes by the form of a patronymic, known first names and the form of a surname. An order that
//! these do not show is a doubt.

use super::FullName;
use super::compound::initials_only;
use super::first_name::{Bearer, bearer};
use super::normalise::{clean, validate};
use super::patronymic::{gender_of as patronymic_gender, particle, reads_as_patronymic, turkic};
use super::surname::{gender_of as surname_gender, looks_like_surname};
use crate::russian::titles::{self, Titles};
use crate::russian::{Confidence, Gender, Reason};

/// A full name in its parts, and how sure their order is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    pub name: FullName,
    /// What stood beside the name.
    pub titles: Titles,
    pub confidence: Confidence,
    pub reason: Reason,
}

impl FullName {
    /// Takes a full name apart.
    ///
    /// Knows «Савенков Максим Георгиевич», «Максим Георгиевич Савенков», «Савенков М.Г.», «М. Г.
    /// Савенков», «Мамедов Али Гасан оглы», «Савенков, Максим Георгиевич». An unclear order is read
    /// as surname first, in doubt.
    #[must_use]
    pub fn split(text: &str) -> Split {
        let (name, titles) = titles::take_off(text);
        Split { titles, ..Self::split_bare(&name) }
    }

    /// Takes a name apart in a letter that is not in Russian: «Anna Smith», «Smith, Anna». Cyrillic
    /// ones are taken as Russian.
    #[must_use]
    pub fn split_foreign(text: &str) -> Split {
        let (whole, titles) = titles::take_off(text);
        if !whole.chars().any(|c| c.is_ascii_alphabetic()) {
            return Split { titles, ..Self::split_bare(&whole) };
        }
        let words: Vec<&str> = whole.split_whitespace().collect();
        let split = match (whole.split_once(','), words.as_slice()) {
            (Some((surname, rest)), _) => sure(name(surname, rest.trim(), "")),
            (None, [only]) => {
                unsure(name(only, "", ""), Confidence::Likely, Reason::FirstNameMissing)
            }
            (None, words) => foreign(words),
        };
        Split { titles, ..split }
    }

    /// Takes a name apart that has no titles.
    fn split_bare(text: &str) -> Split {
        let cell = clean(text);
        let without_comma: String = cell.replacen(',', " ", 1);
        let flaw = match validate(clean(&without_comma)) {
            Ok(validated) => validated.flaw,
            Err((_, reason)) => {
                return unsure(name(&cell, "", ""), Confidence::Guess, reason);
            }
        };
        let mut split = match cell.split_once(',') {
            Some((surname, rest)) => after_surname(surname, &words(rest)),
            None => by_words(&words(&cell)),
        };
        if let Some(flaw) = flaw.filter(|flaw| flaw.confidence < split.confidence) {
            split.confidence = flaw.confidence;
            split.reason = flaw.reason;
        }
        split
    }
}

fn name(surname: &str, first_name: &str, patronymic: &str) -> FullName {
    FullName {
        surname: clean(surname).into_owned(),
        first_name: clean(first_name).into_owned(),
        patronymic: clean(patronymic).into_owned(),
    }
}

fn sure(name: FullName) -> Split {
    unsure(name, Confidence::Sure, Reason::Plain)
}

fn unsure(name: FullName, confidence: Confidence, reason: Reason) -> Split {
    Split { name, titles: Titles::default(), confidence, reason }
}

/// The words of a name: initials apart from each other («М.», «Г.»), a Turkic particle together with
/// the father's name.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let bare_letters = text.split(' ').filter(|token| is_letter(token)).count();
    for token in text.split_whitespace() {
        match words.last_mut() {
            Some(father) if particle(&token.to_lowercase()).is_some() => {
                father.push(' ');
                father.push_str(token);
            }
            Some(_) | None if token.contains('.') => initials_apart(token, &mut words),
            // «Савенков М Г»: two bare letters are initials; one alone may be a surname (Ю, О).
            Some(_) | None if bare_letters > 1 && is_letter(token) => {
                words.push(format!("{token}."));
            }
            Some(_) | None => words.push(token.to_owned()),
        }
    }
    words
}

fn is_letter(token: &str) -> bool {
    let mut letters = token.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

/// «М.Г.Савенков» as «М.», «Г.», «Савенков»; «Ж.-П.» stays together; «М.Г» gets its last dot.
fn initials_apart(token: &str, words: &mut Vec<String>) {
    for piece in token.split_inclusive('.') {
        match words.last_mut() {
            Some(first) if piece.starts_with('-') && first.ends_with('.') => first.push_str(piece),
            Some(_) | None if is_letter(piece) => words.push(format!("{piece}.")),
            Some(_) | None => words.push(piece.to_owned()),
        }
    }
}

fn is_first_name(word: &str) -> bool {
    bearer(word) != Bearer::Unlisted
}

fn by_words(words: &[String]) -> Split {
    let parts: Vec<&str> = words.iter().map(String::as_str).collect();
    if parts.iter().any(|word| initials_only(word)) {
        return with_initials(&parts);
    }
    match parts.as_slice() {
        [] => unsure(FullName::default(), Confidence::Guess, Reason::Empty),
        [only] => one(only),
        [a, b] => two(a, b),
        [a, b, c] => three(a, b, c),
        [..] => many(&parts),
    }
}

fn after_surname(surname: &str, rest: &[String]) -> Split {
    match rest {
        [first] => sure(name(surname, first, "")),
        [first, father] => sure(name(surname, first, father)),
        [] => unsure(name(surname, "", ""), Confidence::Likely, Reason::FirstNameMissing),
        [first, more @ ..] => {
            unsure(name(surname, first, &more.join(" ")), Confidence::Guess, Reason::SeveralWords)
        }
    }
}

fn with_initials(parts: &[&str]) -> Split {
    let initials: Vec<&str> = parts.iter().copied().filter(|word| initials_only(word)).collect();
    let whole: Vec<&str> = parts.iter().copied().filter(|word| !initials_only(word)).collect();
    let surname = whole.join(" ");
    let together =
        parts.windows(2).filter(|pair| initials_only(pair[0]) != initials_only(pair[1])).count()
            == 1;
    match (initials.as_slice(), whole.len()) {
        ([first], 1) => sure(name(&surname, first, "")),
        ([first, father], 1) if together => sure(name(&surname, first, father)),
        ([father], 2) if is_first_name(whole[0]) && parts[1] == *father => {
            sure(name(whole[1], whole[0], father))
        }
        ([father], 2) if is_first_name(whole[1]) && parts[2] == *father => {
            sure(name(whole[0], whole[1], father))
        }
        ([first, more @ ..], _) => {
            unsure(name(&surname, first, &more.join("")), Confidence::Guess, Reason::OrderUnclear)
        }
        ([], _) => unsure(name(&surname, "", ""), Confidence::Guess, Reason::OrderUnclear),
    }
}

fn one(word: &str) -> Split {
    let is_patronymic = reads_as_patronymic(word) && surname_gender(word).is_none();
    let confidence = if is_patronymic { Confidence::Guess } else { Confidence::Likely };
    unsure(name(word, "", ""), confidence, Reason::FirstNameMissing)
}

fn two(a: &str, b: &str) -> Split {
    // «Мирлан кызы Айдана»: the father's name stands where others have a surname.
    if turkic(a).is_some() && !reads_as_patronymic(b) {
        return sure(name(a, b, ""));
    }
    if reads_as_patronymic(b) {
        return with_patronymic(a, b);
    }
    match (is_first_name(a), is_first_name(b)) {
        (true, false) if looks_like_surname(b) => sure(name(b, a, "")),
        // «Роман Ким»: perhaps a man whose surname is Роман.
        (true, false) => unsure(name(b, a, ""), Confidence::Likely, Reason::OrderUnclear),
        (false, true) => sure(name(a, b, "")),
        (_, _) => match (surname_gender(a), surname_gender(b)) {
            (Some(_), None) => sure(name(a, b, "")),
            (None, Some(_)) => sure(name(b, a, "")),
            (_, _) => unsure(name(a, b, ""), Confidence::Likely, Reason::OrderUnclear),
        },
    }
}

/// «Анна Абрамович» has no patronymic, «Максим Георгиевич» no surname, unless he is a man named so.
fn with_patronymic(a: &str, b: &str) -> Split {
    match (is_first_name(a), agree(a, b)) {
        (true, true) => unsure(name("", a, b), Confidence::Likely, Reason::SurnameMissing),
        (true, false) => sure(name(b, a, "")),
        // «Айдана Мирлан кызы»
        (false, _) if b.contains(' ') && !looks_like_surname(a) => {
            unsure(name("", a, b), Confidence::Likely, Reason::SurnameMissing)
        }
        (false, _) => unsure(name(a, "", b), Confidence::Guess, Reason::FirstNameMissing),
    }
}

/// Whether the first name and the patronymic can belong to one person.
fn agree(first_name: &str, patronymic: &str) -> bool {
    match (bearer(first_name), patronymic_gender(patronymic)) {
        (Bearer::Only(one), Some(other)) => one == other,
        (Bearer::Only(_) | Bearer::Either | Bearer::Unlisted, _) => true,
    }
}

fn three(a: &str, b: &str, c: &str) -> Split {
    match (reads_as_patronymic(a), reads_as_patronymic(b), reads_as_patronymic(c)) {
        // «Абрамович Роман Аркадьевич» too: the patronymic is last.
        (_, false, true) => sure(name(a, b, c)),
        // «Роман Аркадьевич Абрамович», and «Абрамович Роман …» never has two in a row.
        (_, true, false) => sure(name(c, a, b)),
        // «Анна Петровна Маркевич»: no surname ends in «-вна».
        (_, true, true) if is_first_name(a) || patronymic_gender(b) == Some(Gender::Female) => {
            sure(name(c, a, b))
        }
        (_, true, true) => unsure(name(c, a, b), Confidence::Likely, Reason::OrderUnclear),
        (_, false, false) => unsure(name(a, b, c), Confidence::Guess, Reason::OrderUnclear),
    }
}

fn many(parts: &[&str]) -> Split {
    let fathers: Vec<usize> =
        (0..parts.len()).filter(|at| reads_as_patronymic(parts[*at])).collect();
    let last = parts.len() - 1;
    match fathers.as_slice() {
        [at] if *at == last => {
            let surname = &parts[..last - 1];
            several(name(&surname.join(" "), parts[last - 1], parts[last]), surname)
        }
        [1] => several(name(&parts[2..].join(" "), parts[0], parts[1]), &parts[2..]),
        _ => unsure(
            name(&parts[..last - 1].join(" "), parts[last - 1], parts[last]),
            Confidence::Guess,
            Reason::SeveralWords,
        ),
    }
}

/// Sure only if all words before the last begin with a small letter («фон», «де», «ван дер»).
fn several(name: FullName, surname: &[&str]) -> Split {
    let (_, before) = surname.split_last().unwrap_or((&"", &[]));
    if before.iter().all(|word| word.starts_with(char::is_lowercase)) {
        sure(name)
    } else {
        unsure(name, Confidence::Likely, Reason::SeveralWords)
    }
}

/// First names first; what leads to a surname («van», «de») belongs to it.
fn foreign(words: &[&str]) -> Split {
    let (last, before) = words.split_last().unwrap_or((&"", &[]));
    let leads = |word: &&str| {
        let small = word.to_lowercase();
        LEADING.contains(&small.as_str())
    };
    let at = before.iter().position(leads).filter(|at| *at > 0);
    let at = at.unwrap_or(before.len());
    let full = name(&words[at..].join(" "), &words[..at].join(" "), "");
    // «Kim Min-jun», «Nguyen Van Hung»: the surname may come first.
    let may_be_reversed = EASTERN.contains(&words[0].to_lowercase().as_str())
        || words[0].chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase)
            && words[0].chars().count() > 2
            && last.chars().any(char::is_lowercase);
    let is_long =
        words[..at].iter().filter(|word| !word.ends_with('.') && word.len() > 1).count() > 1;
    if may_be_reversed || is_long {
        return unsure(full, Confidence::Likely, Reason::OrderUnclear);
    }
    sure(full)
}

/// What leads to a surname and belongs to it.
#[rustfmt::skip]
static LEADING: &[&str] = &[
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "du", "la",
    "le", "al", "el", "bin", "ibn", "ben", "ter", "ten", "zu", "st", "st.",
];

/// The commonest surnames of China, Korea and Vietnam, which come first there.
#[rustfmt::skip]
static EASTERN: &[&str] = &[
    "bui", "cao", "chen", "cheng", "choi", "chung", "dang", "deng", "do", "fan", "feng", "gao", "guo", "han", "he", "hoang",
    "hu", "huang", "huynh", "jang", "jeong", "jiang", "jung", "kang", "kim", "le", "lee", "li", "liang", "lim", "lin",
    "liu", "lu", "luo", "ma", "ngo", "nguyen", "park", "pham", "phan", "shin", "song", "sun", "tang", "tran", "truong",
    "wang", "wu", "xie", "xu", "yang", "yoon", "yu", "zhang", "zhao", "zheng", "zhou", "zhu",
];
