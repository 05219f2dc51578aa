//! Checks a text before any grammar: size, alphabet, unexpected characters, spaces.

use super::letters::{is_cyrillic, repair_mixed};
use crate::russian::{Confidence, Flaw, Form, Reason};

/// In characters: twice the longest official name of a Russian institution (about 350), and some.
const LONGEST: usize = 800;

/// A text that can be declined, and what is odd about it.
pub(super) struct Validated {
    pub(super) text: String,
    pub(super) flaw: Option<Flaw>,
}

/// Tidies spaces and alphabets.
///
/// # Errors
/// A text that cannot be declined comes back as a form that says why.
pub(super) fn validate(text: &str) -> Result<Validated, Form> {
    let as_typed =
        |reason| Form { text: text.trim().to_owned(), confidence: Confidence::Guess, reason };
    if text.trim().is_empty() {
        return Err(as_typed(Reason::Empty));
    }
    let characters = text.chars().count();
    if characters > LONGEST {
        return Err(as_typed(Reason::TooLong { characters }));
    }
    if !text.chars().any(is_cyrillic) {
        return Err(as_typed(Reason::NotCyrillic));
    }
    let text = composed(single_spaces(text.trim()));
    if let Some(character) = text.chars().find(|c| !is_expected(*c)) {
        let reason = Reason::NotALetter { character };
        return Ok(Validated { text, flaw: Some(Flaw { confidence: Confidence::Guess, reason }) });
    }
    if let Some(repaired) = repair_mixed(&text) {
        let reason = Reason::LatinInside { word: repaired.first_word };
        let flaw = Flaw { confidence: Confidence::Likely, reason };
        return Ok(Validated { text: repaired.text, flaw: Some(flaw) });
    }
    Ok(Validated { text, flaw: None })
}

/// Runs of plain spaces and tabs become one space; line breaks and no-break spaces stay.
fn single_spaces(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut after_space = false;
    for c in text.chars() {
        let is_space = matches!(c, ' ' | '\t');
        if !is_space {
            clean.push(c);
        } else if !after_space {
            clean.push(' ');
        }
        after_space = is_space;
    }
    clean
}

/// Joins «й» and «ё» that were typed as two characters, as macOS does.
fn composed(text: String) -> String {
    if !text.contains(['\u{306}', '\u{308}']) {
        return text;
    }
    [("и\u{306}", "й"), ("И\u{306}", "Й"), ("е\u{308}", "ё"), ("Е\u{308}", "Ё")]
        .iter()
        .fold(text, |text, (two, one)| text.replace(two, one))
}

/// Whether a position or the name of an organisation may contain the character.
fn is_expected(c: char) -> bool {
    const MARKS: &str = ".,;:/\\&+%'*!@=\"()[]-–—―−\u{2010}\u{2011}«»„“”’№§°…\u{301}";
    const SPACES: &str = " \n\r\u{A0}\u{202F}\u{2009}\u{AD}";
    is_cyrillic(c) || c.is_ascii_alphanumeric() || SPACES.contains(c) || MARKS.contains(c)
}
