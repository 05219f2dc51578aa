//! Cleans a cell as a person typed it: white space, invisible characters, alphabets.
//!
//! Decides nothing about declension: see `rules`.

use std::borrow::Cow;

use crate::russian::{Confidence, Flaw, Reason};

/// In characters; no name is longer.
const LONGEST_CELL: usize = 120;

/// Cleans white space and invisible characters of a cell; keeps every visible letter.
///
/// Runs of any space become one; those at the ends and around a hyphen go, and so do stress marks
/// and zero-width characters. All dashes become a hyphen; `и` + breve and `е` + diaeresis (as macOS
/// stores them) become one letter. Idempotent.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if is_clean(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        let c = match c {
            '\u{306}' | '\u{308}' => {
                compose(&mut out, c);
                continue;
            }
            c if is_invisible(c) => continue,
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => '-',
            c if c.is_whitespace() => {
                space = true;
                continue;
            }
            c if c.is_control() => continue,
            c => c,
        };
        let joined = out.is_empty() || out.ends_with('-') || c == '-';
        if space && !joined {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    Cow::Owned(out)
}

/// Accents, soft hyphens, zero-width and direction marks.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36F}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}' | '\u{FEFF}'
    )
}

fn is_clean(text: &str) -> bool {
    // Only two-byte Cyrillic letters and hyphens: true of most cells, and seen without decoding.
    text.bytes().all(|byte| matches!(byte, 0xD0 | 0xD1 | 0x80..=0xBF | b'-'))
}

fn compose(out: &mut String, mark: char) {
    let Some(last) = out.chars().next_back() else {
        return;
    };
    let whole = match (last, mark) {
        ('и', '\u{306}') => 'й',
        ('И', '\u{306}') => 'Й',
        ('е', '\u{308}') => 'ё',
        ('Е', '\u{308}') => 'Ё',
        _ => return,
    };
    out.pop();
    out.push(whole);
}

/// A name in capitals with one capital a word: «САВЕНКОВ» as «Савенков». Other words stay.
#[must_use]
pub fn one_capital(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut joint = None;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let next = after.chars().next();
        out.push_str(&in_one_capital(word, joint, next));
        if let Some(c) = next {
            out.push(c);
        }
        joint = next;
        rest = &after[next.map_or(0, char::len_utf8)..];
    }
    out
}

/// `joint` and `next` are the characters around the word.
fn in_one_capital(word: &str, joint: Option<char>, next: Option<char>) -> String {
    const BEFORE_A_SURNAME: [&str; 12] =
        ["фон", "де", "дер", "ла", "дю", "дель", "von", "van", "de", "der", "la", "du"];
    if word.chars().count() < 2 || word.chars().any(char::is_lowercase) || next == Some('.') {
        return word.to_owned();
    }
    let small = word.to_lowercase();
    let is_particle = match joint {
        Some('-') => super::surname::is_last_particle(&small),
        Some(_) => super::patronymic::particle(&small).is_some(),
        None => false,
    };
    if is_particle || next == Some(' ') && BEFORE_A_SURNAME.contains(&small.as_str()) {
        return small;
    }
    let mut letters = small.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let rest = letters.as_str();
    match rest.strip_prefix('c').filter(|rest| first == "M" && rest.len() > 2) {
        // McDonald
        Some(rest) => format!("Mc{}{}", rest[..1].to_uppercase(), &rest[1..]),
        None => first + rest,
    }
}

/// Whether a word of a name is in capitals, so that more of them may be.
pub(crate) fn is_in_capitals(word: &str) -> bool {
    word.chars().count() > 2 && word.chars().all(|c| c.is_uppercase() || c == '\'')
}

/// A cell that can be declined, perhaps with a flaw.
pub(super) struct Validated<'a> {
    pub text: Cow<'a, str>,
    pub flaw: Option<Flaw>,
}

/// Checks whether a clean cell can be a Russian spelling of a name.
///
/// # Errors
/// The text, and why it cannot be one.
pub(super) fn validate(text: Cow<'_, str>) -> Result<Validated<'_>, (Cow<'_, str>, Reason)> {
    if is_plain(&text) {
        return Ok(Validated { text, flaw: None });
    }
    let found = Characters::of(&text);
    if let Some(reason) = found.obstacle() {
        return Err((text, reason));
    }
    if let Some(letter) = found.latin {
        let flaw =
            Flaw { confidence: Confidence::Guess, reason: Reason::MixedAlphabets { letter } };
        let text = text.chars().map(|c| look_alike(c).unwrap_or(c)).collect();
        return Ok(Validated { text: Cow::Owned(text), flaw: Some(flaw) });
    }
    let flaw = found.foreign.map(|letter| Flaw {
        confidence: Confidence::Likely,
        reason: Reason::ForeignLetter { letter },
    });
    Ok(Validated { text, flaw })
}

/// Recognises nearly every cell quickly: Russian letters and hyphens, not too many.
fn is_plain(text: &str) -> bool {
    text.len() <= LONGEST_CELL
        && !text.starts_with('-')
        && !text.is_empty()
        && text.chars().all(|c| matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' | '-'))
}

/// What a cell is made of; of each kind of character the first.
#[derive(Default)]
struct Characters {
    count: usize,
    cyrillic: bool,
    latin: Option<char>,
    /// A Latin letter that does not look like a Cyrillic one.
    unlike: Option<char>,
    /// A Cyrillic letter that Russian does not have.
    foreign: Option<char>,
    /// A character that no name contains.
    stray: Option<char>,
}

impl Characters {
    fn of(text: &str) -> Self {
        let mut found = Self::default();
        for c in text.chars() {
            found.count += 1;
            match c {
                'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' => found.cyrillic = true,
                '-' | ' ' | '.' | '\'' | '’' | 'ʼ' | '`' => {}
                '\u{400}'..='\u{52F}' if c.is_alphabetic() => {
                    found.cyrillic = true;
                    found.foreign.get_or_insert(c);
                }
                c if c.is_alphabetic() => {
                    found.latin.get_or_insert(c);
                    if look_alike(c).is_none() {
                        found.unlike.get_or_insert(c);
                    }
                }
                c => {
                    found.stray.get_or_insert(c);
                }
            }
        }
        found
    }

    /// Why the cell cannot be declined, if it cannot.
    fn obstacle(&self) -> Option<Reason> {
        if self.count == 0 {
            return Some(Reason::Empty);
        }
        if self.count > LONGEST_CELL {
            return Some(Reason::TooLong { characters: self.count });
        }
        if let Some(character) = self.stray {
            return Some(Reason::NotALetter { character });
        }
        if !self.cyrillic {
            return Some(Reason::NotCyrillic);
        }
        self.unlike.map(|letter| Reason::MixedAlphabets { letter })
    }
}

/// Latin letters, and below them the Cyrillic ones that look alike.
const LATIN: &str = "ABCEHKMOPTXYaceopxyëË";
const CYRILLIC: &str = "АВСЕНКМОРТХУасеорхуёЁ";

fn look_alike(latin: char) -> Option<char> {
    LATIN.chars().zip(CYRILLIC.chars()).find(|(from, _)| *from == latin).map(|(_, to)| to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_of_all_kinds_become_one() {
        assert_eq!(clean("  Петрова -\u{a0}Водкина\t "), "Петрова-Водкина");
        assert_eq!(clean("Гасан\u{a0}\u{2009}оглы"), "Гасан оглы");
    }

    #[test]
    fn capitals_become_one_a_word() {
        for (typed, read) in [
            ("САВЕНКОВ", "Савенков"),
            ("ПЕТРОВА-ВОДКИНА АННА", "Петрова-Водкина Анна"),
            ("МАМЕДОВ АЛИ ГАСАН ОГЛЫ", "Мамедов Али Гасан оглы"),
            ("КАРА-ООЛ", "Кара-оол"),
            ("ФОН ШТЕЙН", "фон Штейн"),
            ("САВЕНКОВ М.Г.", "Савенков М.Г."),
            ("САВЕНКОВ Максим", "Савенков Максим"),
            ("ЦОЙ Б", "Цой Б"),
            ("O'BRIEN, MCDONALD", "O'Brien, McDonald"),
            ("Иванов", "Иванов"),
            ("ИВанов", "ИВанов"),
        ] {
            assert_eq!(one_capital(typed), read);
        }
    }

    #[test]
    fn decomposed_letters_are_composed() {
        assert_eq!(clean("Андреи\u{306} Королё\u{301}в"), "Андрей Королёв");
    }

    #[test]
    fn look_alike_letters_are_paired_one_to_one() {
        assert_eq!(look_alike('C'), Some('С'));
        assert_eq!(look_alike('y'), Some('у'));
        assert_eq!(look_alike('Ë'), Some('Ё'));
        assert_eq!(look_alike('z'), None);
    }
}
