//! What comes from outside, made harmless where it is shown: a cell, a file name, a relay's reply in
//! words on a terminal, in JSON lines and in cells of CSV.
//!
//! No character moves the cursor, turns the direction of writing or begins a line of its own, and
//! no cell is a formula.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character acts instead of being seen: C0, DEL and C1 (ECMA-48), the marks of direction
/// (UAX #9, 2), the separators of lines and paragraphs, the tags that nothing shows.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// A text of several lines, with its line breaks and tabs.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    shown(text, |c| acts(c) && !matches!(c, '\n' | '\t'))
}

/// A value, or a message of one line: a line break in it is shown as a sign.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    if text.contains(['\n', '\r', '\t']) {
        let text = text.replace("\r\n", "\n").replace(['\n', '\r'], "↵").replace('\t', " ");
        return Cow::Owned(shown(&text, acts).into_owned());
    }
    shown(text, acts)
}

fn shown(text: &str, is_hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// JSON as `serde_json` writes it, which leaves most of these characters as they are. Outside its
/// strings there are none.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    let is_hidden = |c: char| acts(c) && c != '\n';
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// A cell of CSV, quoted where any program may take a character of it for a separator. What Excel
/// would run as a formula gets an apostrophe, which `contacts` takes away again; also behind a
/// separator of another locale, where a cell may begin for another Excel.
pub(crate) fn csv_cell(text: &str) -> String {
    const SEPARATORS: [char; 5] = [',', ';', '\t', '|', '\n'];
    let text = visible(text);
    let mut cell = String::with_capacity(text.len() + 2);
    for (index, piece) in text.split_inclusive(SEPARATORS).enumerate() {
        let is_formula = if index == 0 { is_formula(&text) } else { is_inner_formula(piece) };
        if is_formula {
            cell.push('\'');
        }
        cell.push_str(piece);
    }
    let needs_quotes = cell.contains(SEPARATORS) || cell.contains(['"', '\r']);
    if needs_quotes { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

/// A row of CSV as a Russian Excel expects it: semicolons, CRLF.
pub(crate) fn csv_row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(csv_cell).collect();
    let mut row = cells.join(";");
    row.push_str("\r\n");
    row
}

/// A cell of a row that is printed with tabs between its cells: people paste it into a spreadsheet.
pub(crate) fn tab_cell(text: &str) -> Cow<'_, str> {
    let cell = one_line(text);
    if is_formula(&cell) { Cow::Owned(format!("'{cell}")) } else { cell }
}

/// Characters with which a formula begins, in any script's width.
fn sign(text: &str) -> Option<char> {
    match text.trim_start().chars().next()? {
        '=' | '＝' => Some('='),
        '@' | '＠' => Some('@'),
        '+' | '＋' => Some('+'),
        '-' | '－' | '−' => Some('-'),
        _ => None,
    }
}

fn is_formula(cell: &str) -> bool {
    match sign(cell) {
        Some('+' | '-') => !is_number(cell) && !are_telephones(cell),
        Some(_) => true,
        None => cell.starts_with(['\t', '\n']),
    }
}

/// Behind a separator a dash is mostly a dash: only what calls or computes is guarded.
fn is_inner_formula(piece: &str) -> bool {
    match sign(piece) {
        Some('+' | '-') => {
            is_formula(piece.trim_end_matches([',', ';', '\t', '|', '\n']))
                && piece.contains(['(', '!', '|', '*', '^', '&'])
        }
        Some(_) => true,
        None => false,
    }
}

/// A signed number, with spaces between its digits and one decimal sign: it computes nothing.
fn is_number(cell: &str) -> bool {
    let digits = cell.trim().trim_start_matches(['+', '-', '−']);
    let signs = cell.trim().chars().count() - digits.chars().count();
    let points = digits.matches(['.', ',']).count();
    signs == 1
        && points <= 1
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || ".,% \u{a0}\u{202f}".contains(c))
}

/// One telephone number or several, as people write them (E.164 has 15 digits at most); each may
/// have an extension.
fn are_telephones(cell: &str) -> bool {
    cell.split([',', ';', '/', '\n']).all(|one| is_telephone(one.trim()))
}

fn is_telephone(text: &str) -> bool {
    let lower = text.to_lowercase();
    let extension = ["доб", "вн", "ext", "#"].iter().filter_map(|word| lower.find(word)).min();
    let (number, extension) = lower.split_at(extension.unwrap_or(lower.len()));
    let rest = number.strip_prefix('+').unwrap_or(number);
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    let is_part = |c: char| c.is_ascii_digit() || "-()‐‑–. \u{a0}\u{202f}".contains(c);
    let is_plain = |c: char| c.is_alphanumeric() || ".#: ".contains(c);
    (7..=15).contains(&digits)
        && rest.starts_with(|c: char| c.is_ascii_digit() || c == '(')
        && rest.chars().all(is_part)
        && extension.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_between_tabs_is_no_formula_and_a_telephone_stays() {
        for (cell, shown) in [
            ("=cmd|x", "'=cmd|x"),
            ("a\t=1+1\nb", "a =1+1↵b"),
            ("+1+1", "'+1+1"),
            ("+7 (999) 000-11-22", "+7 (999) 000-11-22"),
            ("", ""),
        ] {
            assert_eq!(tab_cell(cell), shown);
        }
    }

    #[test]
    fn nothing_moves_the_cursor_or_turns_the_writing() {
        for c in [
            '\u{0}',
            '\u{7}',
            '\u{8}',
            '\u{1b}',
            '\r',
            '\u{7f}',
            '\u{85}',
            '\u{9b}',
            '\u{61c}',
            '\u{200e}',
            '\u{202e}',
            '\u{2028}',
            '\u{2029}',
            '\u{2066}',
            '\u{2069}',
            '\u{e0041}',
        ] {
            let text = format!("a{c}b");
            let escaped = c.escape_unicode().to_string();
            assert!(visible(&text).contains(&escaped), "{escaped}");
            assert!(!one_line(&text).contains(c), "{escaped}");
            assert!(json(&text).is_ascii() && !json(&text).contains(c), "{escaped}");
            assert!(!csv_cell(&text).contains(c), "{escaped}");
        }
        assert_eq!(visible("раз\n\tдва"), "раз\n\tдва");
        assert_eq!(
            one_line("seal: 7f3a\r\nstate: accepted\tyes"),
            "seal: 7f3a↵state: accepted yes"
        );
        assert_eq!(one_line("ёлка «№ 7» — é 👍🏽"), "ёлка «№ 7» — é 👍🏽");
    }

    #[test]
    fn escaped_json_says_the_same() {
        let text = "\u{1b}[31m\u{7f}\u{85}\u{61c}\u{2028}\u{202e}\u{e0041}\n\"ё\"";
        let written = serde_json::to_string(text).unwrap();
        let escaped = json(&written);
        assert!(escaped.chars().all(|c| !acts(c)), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
    }

    #[test]
    fn a_cell_is_quoted_and_never_a_formula() {
        for (cell, written) in [
            ("МКУ «Центр»; \"А\"", "\"МКУ «Центр»; \"\"А\"\"\""),
            ("=1+1", "'=1+1"),
            (" =1", "' =1"),
            ("+1+1", "'+1+1"),
            ("-1-1", "'-1-1"),
            ("+1*1", "'+1*1"),
            ("−1+1", "'−1+1"),
            ("-2+cmd|' /C calc'!A0", "\"'-2+cmd|' /C calc'!A0\""),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝1+1", "'＝1+1"),
            ("\t=1", "\"'\t'=1\""),
            ("а,=1+1", "\"а,'=1+1\""),
            ("а;@SUM(A1)", "\"а;'@SUM(A1)\""),
            ("а\n=HYPERLINK(\"x\")", "\"а\n'=HYPERLINK(\"\"x\"\")\""),
            ("а,+cmd|' /C calc'!A0", "\"а,'+cmd|' /C calc'!A0\""),
            ("Иванов, - директор", "\"Иванов, - директор\""),
        ] {
            assert_eq!(csv_cell(cell), written);
        }
    }

    #[test]
    fn numbers_and_telephones_stay_as_they_are() {
        for cell in [
            "-5",
            "+5",
            "-5.5",
            "-12 345",
            "-10%",
            "+7 (999) 000-11-22",
            "+79990001122",
            "+7-999-000-11-22",
            "+7 (999) 000-11-22 доб. 15",
            "+44 20 7946 0000",
            "8 (999) 000-11-22",
        ] {
            assert_eq!(csv_cell(cell), cell);
        }
        for cell in ["+7 (999) 000-11-22, +7 (999) 000-11-23", "-5,5"] {
            assert_eq!(csv_cell(cell), format!("\"{cell}\""));
        }
    }

    #[test]
    fn a_row_keeps_its_empty_cells() {
        assert_eq!(csv_row(["", "a", ""]), ";a;\r\n");
        assert_eq!(csv_row(["a"]), "a\r\n");
    }
}
