//! What is looked at before any grammar: size, alphabet, odd characters, spaces.

use super::letters::{is_cyrillic, repair_mixed};
use crate::russian::{Confidence, Form, Reason};

/// Longer than the longest official name of a Russian institution (about 350 characters), twice
/// over.
const LONGEST: usize = 800;

/// A text fit for declining, and what is odd about it.
pub(super) struct Screened {
    pub(super) text: String,
    pub(super) doubt: Option<(Confidence, Reason)>,
}

/// Tidies spaces and alphabets, or gives the text back as a form of its own where nothing can be
/// done.
pub(super) fn screen(text: &str) -> Result<Screened, Form> {
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
    let mut doubt = None;
    let mut clean = composed(single_spaces(text.trim()));
    if let Some(odd) = clean.chars().find(|c| !is_expected(*c)) {
        doubt = Some((Confidence::Guess, Reason::NotALetter { character: odd }));
    } else if let Some((repaired, word)) = repair_mixed(&clean) {
        clean = repaired;
        doubt = Some((Confidence::Likely, Reason::LatinInside { word }));
    }
    Ok(Screened { text: clean, doubt })
}

/// Runs of plain spaces and tabs become one space; line breaks and no-break spaces stay.
fn single_spaces(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut after_space = false;
    for c in text.chars() {
        let space = matches!(c, ' ' | '\t');
        match (space, after_space) {
            (true, true) => {}
            (true, false) => clean.push(' '),
            (false, true | false) => clean.push(c),
        }
        after_space = space;
    }
    clean
}

/// «й» and «ё» that were written as two characters, as macOS does.
fn composed(text: String) -> String {
    if !text.contains(['\u{306}', '\u{308}']) {
        return text;
    }
    [("и\u{306}", "й"), ("И\u{306}", "Й"), ("е\u{308}", "ё"), ("Е\u{308}", "Ё")]
        .iter()
        .fold(text, |text, (two, one)| text.replace(two, one))
}

/// Characters that a position or the name of an organisation may contain.
fn is_expected(c: char) -> bool {
    is_cyrillic(c)
        || c.is_ascii_alphanumeric()
        || matches!(c, ' ' | '\n' | '\r' | '\u{A0}' | '\u{202F}' | '\u{2009}' | '\u{AD}')
        || matches!(
            c,
            '.' | ','
                | ';'
                | ':'
                | '/'
                | '\\'
                | '&'
                | '+'
                | '%'
                | '\''
                | '*'
                | '!'
                | '@'
                | '='
                | '"'
                | '('
                | ')'
                | '['
                | ']'
        )
        || matches!(
            c,
            '-' | '–'
                | '—'
                | '―'
                | '−'
                | '\u{2010}'
                | '\u{2011}'
                | '«'
                | '»'
                | '„'
                | '“'
                | '”'
                | '’'
                | '№'
                | '§'
                | '°'
                | '…'
                | '\u{301}'
        )
}
