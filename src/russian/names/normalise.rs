//! A cell as a person typed it, made ready for the rules: white space, invisible characters,
//! alphabets.
//!
//! Decides nothing about declension: see `rules`.

use std::borrow::Cow;

use crate::russian::{Confidence, Reason};

/// Longest cell that is looked at, in characters; nobody's name is longer.
const LONGEST_CELL: usize = 120;

/// Cleans white space and invisible characters of a cell; keeps every visible letter.
///
/// Runs of any space become one, those at the ends and around a hyphen go; all dashes become a
/// hyphen; `и` + breve and `е` + diaeresis (as macOS stores them) become one letter; stress marks
/// and zero-width characters go. Idempotent.
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
    // Only two-byte Cyrillic letters and hyphens: the usual case, seen without decoding.
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

/// What was found wrong with a cell, and how far its form can then be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    pub most: Confidence,
    pub reason: Reason,
}

/// A cell that may be declined, perhaps with a flaw.
pub(super) struct Vetted<'a> {
    pub text: Cow<'a, str>,
    pub flaw: Option<Flaw>,
}

/// Looks whether a clean cell can be a Russian spelling of a name at all; else says why not.
pub(super) fn vet(text: Cow<'_, str>) -> Result<Vetted<'_>, (Cow<'_, str>, Reason)> {
    match inspect(&text) {
        Finding::Hopeless(reason) => Err((text, reason)),
        Finding::Fine(flaw) => Ok(Vetted { text, flaw }),
        Finding::LookAlikes(letter) => Ok(Vetted {
            text: Cow::Owned(text.chars().map(|c| look_alike(c).unwrap_or(c)).collect()),
            flaw: Some(Flaw { most: Confidence::Guess, reason: Reason::MixedAlphabets { letter } }),
        }),
    }
}

enum Finding {
    Fine(Option<Flaw>),
    LookAlikes(char),
    Hopeless(Reason),
}

/// The usual cell, seen quickly: Russian letters and hyphens, not too many.
fn is_plain(text: &str) -> bool {
    text.len() <= LONGEST_CELL
        && !text.starts_with('-')
        && !text.is_empty()
        && text.chars().all(|c| matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' | '-'))
}

fn inspect(text: &str) -> Finding {
    if is_plain(text) {
        return Finding::Fine(None);
    }
    let (mut cyrillic, mut count) = (false, 0);
    let (mut latin, mut unlike, mut foreign, mut stray) = (None, None, None, None);
    for c in text.chars() {
        count += 1;
        match c {
            'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' => cyrillic = true,
            '-' | ' ' | '.' | '\'' | '’' | 'ʼ' | '`' => {}
            '\u{400}'..='\u{52F}' if c.is_alphabetic() => {
                cyrillic = true;
                foreign = foreign.or(Some(c));
            }
            c if c.is_alphabetic() => {
                latin = latin.or(Some(c));
                if look_alike(c).is_none() {
                    unlike = unlike.or(Some(c));
                }
            }
            c => stray = stray.or(Some(c)),
        }
    }
    if text.is_empty() {
        return Finding::Hopeless(Reason::Empty);
    }
    if count > LONGEST_CELL {
        return Finding::Hopeless(Reason::TooLong { characters: count });
    }
    if let Some(character) = stray {
        return Finding::Hopeless(Reason::NotALetter { character });
    }
    if !cyrillic {
        return Finding::Hopeless(Reason::NotCyrillic);
    }
    match (latin, unlike) {
        (Some(_), Some(letter)) => return Finding::Hopeless(Reason::MixedAlphabets { letter }),
        (Some(letter), None) => return Finding::LookAlikes(letter),
        (None, _) => {}
    }
    Finding::Fine(
        foreign.map(|letter| Flaw {
            most: Confidence::Likely,
            reason: Reason::ForeignLetter { letter },
        }),
    )
}

/// The Cyrillic letter that a Latin one is easily mistaken for.
fn look_alike(c: char) -> Option<char> {
    let (latin, cyrillic) = ("ABCEHKMOPTXYaceopxyëË", "АВСЕНКМОРТХУасеорхуёЁ");
    let at = latin.chars().position(|l| l == c)?;
    cyrillic.chars().nth(at)
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
