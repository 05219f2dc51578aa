//! One cell as text: what is cleaned away, and what is an error.

use std::borrow::Cow;

use crate::problem::{Fault, ListFault, Severity};

/// The longest cell that is read, in characters: the limit of Excel.
pub(super) const LONGEST: usize = 32_767;

/// What a cell is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellUse {
    /// A field of the recipient: one line, nothing invisible.
    Field,
    /// Addresses: like a field, but a line break separates them.
    Address,
    /// Free text: kept as it is.
    Free,
}

/// A cell's text, and the worst that is wrong with it.
pub(super) struct CleanedCell<'a> {
    pub text: Cow<'a, str>,
    pub fault: Option<(Severity, Fault)>,
}

/// Cleans a cell: removes the spaces around it, and from a field invisible characters and line
/// breaks.
pub(super) fn clean(cell: &str, of: CellUse) -> CleanedCell<'_> {
    let text = cell.trim();
    if is_error(text) {
        let fault = ListFault::CellIsError { value: text.to_owned() }.into();
        return CleanedCell { text: text.into(), fault: Some((Severity::Error, fault)) };
    }
    // Nearly every cell needs nothing more.
    if text.len() <= LONGEST && !may_need_cleaning(text.as_bytes(), [b' '; 3]) {
        return CleanedCell { text: text.into(), fault: None };
    }
    let characters = text.chars().count();
    if characters > LONGEST {
        let text: String = text.chars().take(LONGEST).collect();
        return CleanedCell {
            text: text.into(),
            fault: Some((
                Severity::Error,
                ListFault::CellTooLong { characters, most: LONGEST }.into(),
            )),
        };
    }
    if let Some(character) = text.chars().find(|c| is_unprintable(*c)) {
        return CleanedCell {
            text: text.into(),
            fault: Some((Severity::Error, ListFault::CellControl { character }.into())),
        };
    }
    if text.contains('\u{fffd}') {
        return CleanedCell {
            text: text.into(),
            fault: Some((Severity::Error, ListFault::CharacterLost.into())),
        };
    }
    if of == CellUse::Free {
        return CleanedCell {
            text: text.replace("\r\n", "\n").replace('\r', "\n").into(),
            fault: None,
        };
    }
    let mut fault = None;
    let mut cleaned = text.to_owned();
    if let Some(character) = text.chars().find(|c| is_invisible(*c)) {
        fault = Some((Severity::Warning, ListFault::InvisibleRemoved { character }.into()));
        cleaned.retain(|c| !is_invisible(c));
    }
    if let Some(character) = cleaned.chars().find(|c| c.is_control()) {
        let parts = cleaned.split(char::is_control).map(str::trim).filter(|part| !part.is_empty());
        if of == CellUse::Address {
            cleaned = parts.collect::<Vec<_>>().join("\n");
        } else {
            cleaned = parts.collect::<Vec<_>>().join(" ");
            fault =
                fault.or(Some((Severity::Warning, ListFault::CellControl { character }.into())));
        }
    }
    CleanedCell { text: cleaned.trim().to_owned().into(), fault }
}

/// Whether a text may have to be cleaned, or has an error; three characters of the format do not
/// count. Costs least for many rows at once.
pub(super) fn may_need_cleaning(text: &[u8], known: [u8; 3]) -> bool {
    let Some((last, rest)) =
        text.split_last().zip(text.get(1..)).map(|((last, _), rest)| (*last, rest))
    else {
        return false;
    };
    let mut at = 0;
    // In pieces, so that an early find ends the search; without branches inside a piece, so that
    // the compiler uses vector instructions.
    for (piece, next) in text.chunks(256).zip(rest.chunks(256)) {
        let is_suspect = piece
            .iter()
            .zip(next)
            .fold(false, |found, (byte, next)| found | suspect(*byte, *next, known));
        if is_suspect && is_suspect_piece(text, at..at + piece.len(), known) {
            return true;
        }
        at += piece.len();
    }
    suspect(last, b' ', known)
}

/// Examines a piece of a text closely, as dashes and quotation marks look like the invisible
/// characters next to them in Unicode.
fn is_suspect_piece(text: &[u8], mut piece: std::ops::Range<usize>, known: [u8; 3]) -> bool {
    piece.any(|at| {
        let byte = |at: usize| text.get(at).copied().unwrap_or(b' ');
        let is_dash = (byte(at), byte(at + 1)) == (0xE2, 0x80)
            && text.get(at + 2).is_some_and(|it| !matches!(it, 0x8B..=0x8F | 0xAA..=0xAE));
        suspect(byte(at), byte(at + 1), known) && !is_dash
    })
}

/// Whether a character that may need cleaning can begin with these bytes: control characters and
/// others below U+00A0, the soft hyphen, the marks around U+2000, U+FEFF and the end of that plane,
/// characters of four bytes.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "without branches, sixteen bytes are compared in one step"
)]
const fn suspect(byte: u8, next: u8, known: [u8; 3]) -> bool {
    ((byte < 0x20) & (byte != known[0]) & (byte != known[1]) & (byte != known[2]))
        | (byte == 0x7F)
        | ((byte == 0xC2) & ((next < 0xA0) | (next == 0xAD)))
        | ((byte == 0xE2) & ((next == 0x80) | (next == 0x81)))
        | ((byte == 0xEF) & ((next == 0xBB) | (next == 0xBF)))
        | (byte >= 0xF0)
}

/// Whether a text is what Excel and LibreOffice show, and save as CSV, for a formula that failed
/// (in English and in Russian), or for a number that did not fit into its column.
pub(super) fn is_error(text: &str) -> bool {
    const NAMES: [&str; 14] = [
        "#N/A",
        "#Н/Д",
        "#REF!",
        "#ССЫЛКА!",
        "#VALUE!",
        "#ЗНАЧ!",
        "#DIV/0!",
        "#ДЕЛ/0!",
        "#NAME?",
        "#ИМЯ?",
        "#NUM!",
        "#ЧИСЛО!",
        "#NULL!",
        "#ПУСТО!",
    ];
    match text.as_bytes() {
        [b'#', rest @ ..] => {
            NAMES.contains(&text) || rest.len() > 2 && rest.iter().all(|byte| *byte == b'#')
        }
        [b'E', b'r', b'r', b':', code @ ..] => {
            !code.is_empty() && code.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// Whether a text may have such a cell.
pub(super) fn may_have_error(text: &[u8]) -> bool {
    memchr::memchr(b'#', text).is_some() || memchr::memmem::find(text, b"Err:").is_some()
}

/// Trims a cell that needs no other cleaning.
pub(super) fn trimmed(cell: &str) -> &str {
    // A text that begins and ends with a letter or a digit has no space there.
    let is_word = match cell.as_bytes() {
        [first, .., before, last] => {
            (first.is_ascii_alphanumeric() || matches!(first, 0xD0 | 0xD1))
                && (last.is_ascii_alphanumeric() || matches!(before, 0xD0 | 0xD1))
        }
        _ => false,
    };
    if is_word { cell } else { cell.trim() }
}

/// Control characters other than tab and line break, marks that reverse the direction of text,
/// noncharacters, and the private plane in which `compose` has marks of its own.
fn is_unprintable(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
        || c >= '\u{f0000}'
}

/// Invisible characters in copied text: spaces of no width, soft hyphens, marks of direction and
/// byte order.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_removed_from_fields_and_reported() {
        let cell = clean("Ива\u{ad}нова\u{200b}\u{a0}", CellUse::Field);
        assert_eq!(cell.text, "Иванова");
        assert_eq!(
            cell.fault,
            Some((Severity::Warning, ListFault::InvisibleRemoved { character: '\u{ad}' }.into()))
        );
        assert_eq!(clean("👩\u{200d}🏫", CellUse::Free).text, "👩\u{200d}🏫");
    }

    #[test]
    fn a_lost_letter_and_a_reversed_direction_are_errors() {
        for (text, code) in [
            ("Ив\u{fffd}нов", "character_lost"),
            ("a\u{202e}b", "cell_control"),
            ("a\0b", "cell_control"),
        ] {
            let (severity, fault) = clean(text, CellUse::Free).fault.unwrap();
            assert_eq!((severity, fault.code()), (Severity::Error, code));
        }
    }

    proptest::proptest! {
        #[test]
        fn a_plain_cell_stays_as_it_is(text in "[а-яёА-ЯЁa-zA-Z0-9@.\"'{}<>*_-]{0,40}") {
            let cell = clean(&text, CellUse::Field);
            assert_eq!(cell.text, text);
            assert!(cell.fault.is_none());
        }

        #[test]
        fn a_field_is_one_visible_line(text in "\\PC{0,20}[\r\n\t]{0,2}\\PC{0,20}") {
            let cell = clean(&text, CellUse::Field);
            if cell.fault.is_none() {
                let is_bad = |c: char| c.is_control() || is_invisible(c);
                assert!(!cell.text.contains(is_bad), "{:?}", cell.text);
            }
        }
    }
}
