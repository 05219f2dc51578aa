//! Escapes values, so that no template engine or Markdown parser takes a cell for syntax.
//!
//! Before a value is printed into Markdown, every ASCII character that could mean something there
//! is moved into a private plane of Unicode; after parsing it is moved back. A cell therefore
//! cannot open a list, a link or a tag, not even together with its neighbours. An empty value
//! leaves a mark, by which gaps in a letter are found.

use std::borrow::Cow;
use std::io::{self, Write};

/// The plane that ASCII moves to. `contacts` refuses cells with characters of it.
const PLANE: u32 = 0xF_0000;

/// Marks the position of an empty value.
const GAP: char = '\u{F0000}';

/// Stands between a mark of emphasis and punctuation, so that the parser takes them for a word's
/// neighbours; printed as nothing.
pub(super) const JOIN: char = '\u{F0080}';

/// The first byte in UTF-8 of every character of the plane, and of hardly any other.
const LEAD: u8 = 0xF3;

/// The mark as a string, for templates.
pub(super) const GAP_TEXT: &str = "\u{F0000}";

/// Escapes for Markdown: moves all ASCII except letters.
pub(super) fn markdown(value: &str, out: &mut dyn Write) -> io::Result<()> {
    if value.is_empty() {
        return out.write_all(GAP_TEXT.as_bytes());
    }
    let mut moved = Vec::with_capacity(value.len() * 2);
    for byte in value.bytes() {
        if byte.is_ascii() && !byte.is_ascii_alphabetic() {
            // U+F0000 and the character, in UTF-8.
            moved.extend_from_slice(&[LEAD, 0xB0, 0x80 | byte >> 6, 0x80 | byte & 0x3F]);
        } else {
            moved.push(byte);
        }
    }
    out.write_all(&moved)
}

/// Escapes for the campaign's own HTML.
pub(super) fn html(value: &str, out: &mut dyn Write) -> io::Result<()> {
    if value.is_empty() {
        return out.write_all(GAP_TEXT.as_bytes());
    }
    out.write_all(into_html(value).as_bytes())
}

/// Marks empty values in plain text and headers.
pub(super) fn plain(value: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(if value.is_empty() { GAP_TEXT } else { value }.as_bytes())
}

/// Restores the text, without the marks of empty values.
pub(super) fn back(text: &str) -> Cow<'_, str> {
    if memchr::memchr(LEAD, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let home = |c: char| match u32::from(c).checked_sub(PLANE) {
        Some(0 | 0x80) => None,
        Some(code @ 1..=0x7F) => char::from_u32(code),
        Some(_) | None => Some(c),
    };
    Cow::Owned(text.chars().filter_map(home).collect())
}

/// Restores a link's target. A value that is the whole target keeps its own syntax; one inside it
/// is percent-encoded, so that it stays one part of the address. Characters that no address may
/// hold are always encoded (RFC 3986, 2).
pub(super) fn back_in_url(url: &str) -> String {
    let is_whole = url.chars().take_while(|c| *c != ':').all(|c| c != '/') && !url.contains(':');
    let mut target = String::with_capacity(url.len());
    for c in url.chars() {
        let (home, is_value) = match u32::from(c).checked_sub(PLANE) {
            Some(0 | 0x80) => continue,
            Some(code @ 1..=0x7F) => (char::from_u32(code).unwrap_or(c), true),
            Some(_) | None => (c, false),
        };
        let is_reserved =
            is_value && !is_whole && !(home.is_ascii_alphanumeric() || "-._~".contains(home));
        if is_reserved || home.is_whitespace() || home.is_control() || "\"<>\\^`{|}".contains(home)
        {
            push_percent_encoded(home, &mut target);
        } else {
            target.push(home);
        }
    }
    target
}

/// Finishes an address that a template printed, for a header field: like [`back_in_url`], and what
/// lies beyond ASCII is percent-encoded too, except in the host, where that would mean nothing.
pub(super) fn into_url(printed: &str) -> String {
    let target = back_in_url(printed);
    let host = target.find("://").map_or(0, |at| at + "://".len());
    let path = target[host..].find(['/', '?', '#']).map_or(target.len(), |at| host + at);
    let mut url = target[..path].to_owned();
    for c in target[path..].chars() {
        if c.is_ascii() { url.push(c) } else { push_percent_encoded(c, &mut url) }
    }
    url
}

/// Percent-encodes a value, so that it is one part of an address (RFC 3986, 2.1).
pub(super) fn percent_encoded(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for c in value.chars() {
        if c.is_ascii_alphanumeric() || "-._~".contains(c) {
            encoded.push(c);
        } else {
            push_percent_encoded(c, &mut encoded);
        }
    }
    encoded
}

fn push_percent_encoded(c: char, out: &mut String) {
    use std::fmt::Write as _;
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        // Writing into a string cannot fail.
        let _ = write!(out, "%{byte:02X}");
    }
}

/// Escapes text for use between tags and in quoted attributes.
pub(super) fn into_html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    push_html(text, &mut safe);
    safe
}

/// Appends text like [`into_html`].
pub(super) fn push_html(text: &str, safe: &mut String) {
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        safe.push_str(&text[start..at]);
        safe.push_str(entity);
        start = at + 1;
    }
    safe.push_str(&text[start..]);
}

/// Whether an empty value was printed.
pub(super) fn has_gap(printed: &str) -> bool {
    memchr::memchr(LEAD, printed.as_bytes()).is_some_and(|first| printed[first..].contains(GAP))
}

/// Removes the marks of empty values.
pub(super) fn without_gaps(printed: String) -> String {
    if has_gap(&printed) { printed.replace(GAP, "") } else { printed }
}

/// A full stop that a value for Markdown ends with, as [`markdown`] moves it.
const STOP: char = '\u{F002E}';

/// Takes the full stop of the letter away where the value before it ended in one: «18 марта 2027 г.»,
/// «Савенкову М.Г.» at the end of a sentence.
pub(super) fn one_full_stop(printed: String) -> String {
    if !printed.contains(STOP) {
        return printed;
    }
    let mut kept = String::with_capacity(printed.len());
    let mut rest = printed.as_str();
    while let Some((before, after)) = rest.split_once(STOP) {
        kept.push_str(before);
        let is_alone = before.ends_with(char::is_alphabetic);
        kept.push(STOP);
        rest = after;
        let marks = after.len() - after.trim_start_matches(['*', '_']).len();
        if let Some(next) = after[marks..].strip_prefix('.')
            && is_alone
            && !next.starts_with(|c: char| c == '.' || c == STOP || c.is_alphanumeric())
        {
            kept.push_str(&after[..marks]);
            rest = next;
        }
    }
    kept.push_str(rest);
    kept
}

/// The same in plain text, of dates alone: «2027 г..».
pub(super) fn one_stop_behind_years(printed: &str) -> String {
    let mut kept = String::with_capacity(printed.len());
    let mut rest = printed;
    while let Some((before, after)) = rest.split_once("г..") {
        kept.push_str(before);
        let is_year = before.trim_end().ends_with(|c: char| c.is_ascii_digit());
        let is_end = !after.starts_with(|c: char| c == '.' || c.is_alphanumeric());
        kept.push_str(if is_year && is_end { "г." } else { "г.." });
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// The text around each gap, some characters of the same line, for a person to find it by.
pub(super) fn gaps(printed: &str) -> Vec<(String, String)> {
    const AROUND: usize = 24;
    let around = |at: usize| {
        let before = printed[..at].rsplit('\n').next().unwrap_or_default();
        let after = printed[at + GAP.len_utf8()..].split('\n').next().unwrap_or_default();
        let skip = before.chars().count().saturating_sub(AROUND);
        let before: String = before.chars().skip(skip).collect();
        let after: String = after.chars().take(AROUND).collect();
        (back(before.trim()).into_owned(), back(after.trim()).into_owned())
    };
    printed.match_indices(GAP).map(|(at, _)| around(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_s_full_stop_ends_the_sentence() {
        let value = |text| escaped(text);
        for (printed, expected) in [
            (format!("С {}. Ждём", value("18 марта 2027 г.")), "С 18 марта 2027 г. Ждём"),
            (format!("**{}**.", value("18 марта 2027 г.")), "**18 марта 2027 г.**"),
            (format!("{}.\n{}.", value("г."), value("М.Г.")), "г.\nМ.Г."),
            (format!("{}...", value("и др.")), "и др...."),
            (format!("{}.ru", value("a.")), "a..ru"),
            (format!("{}.", value("...")), "...."),
            (format!("{}.", value("а")), "а."),
        ] {
            assert_eq!(back(&one_full_stop(printed)), expected);
        }
        for (printed, expected) in [
            ("Семинар 18 марта 2027 г..", "Семинар 18 марта 2027 г."),
            ("2027\u{a0}г.. Школа", "2027\u{a0}г. Школа"),
            ("2027 г...", "2027 г..."),
            ("от г..", "от г.."),
        ] {
            assert_eq!(one_stop_behind_years(printed), expected);
        }
    }

    fn escaped(value: &str) -> String {
        let mut out = Vec::new();
        markdown(value, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_gap_is_shown_with_its_neighbours() {
        let printed = format!("первая\nУважаемый {GAP}!");
        assert_eq!(gaps(&printed), [("Уважаемый".to_owned(), "!".to_owned())]);
    }

    #[test]
    fn a_value_is_one_part_of_an_address_or_the_whole_of_it() {
        assert_eq!(
            back_in_url(&format!("https://e.test/?q={}", escaped("a b&c) \"x"))),
            "https://e.test/?q=a%20b%26c%29%20%22x"
        );
        assert_eq!(back_in_url(&escaped("https://e.test/a?b=c d")), "https://e.test/a?b=c%20d");
    }

    #[test]
    fn an_address_in_a_header_is_ascii_beyond_its_host() {
        let printed = format!("https://e.test/путь?q={}#ё", escaped("Анна & Ко?"));
        assert_eq!(
            into_url(&printed),
            "https://e.test/%D0%BF%D1%83%D1%82%D1%8C?q=%D0%90%D0%BD%D0%BD%D0%B0%20%26%20%D0%9A%D0%BE%3F#%D1%91"
        );
        assert_eq!(into_url(&escaped("https://e.test/?a=b&c=d")), "https://e.test/?a=b&c=d");
        assert_eq!(into_url("https://сайт.test/"), "https://сайт.test/");
    }

    proptest::proptest! {
        #[test]
        fn what_was_moved_away_comes_back(value in "\\PC{1,40}|[ -~\n\t]{1,40}") {
            proptest::prop_assume!(value.chars().all(|c| u32::from(c) < PLANE));
            assert_eq!(back(&escaped(&value)), value);
        }

        #[test]
        fn a_cell_stays_plain_text_in_markdown(value in "[ -~\n\t]{1,60}", around in "[*_`]{0,2}") {
            let printed = format!("{around}{}{around}", escaped(&value));
            let text: String = pulldown_cmark::Parser::new(&printed)
                .filter_map(|event| match event {
                    pulldown_cmark::Event::Text(text) | pulldown_cmark::Event::Code(text) => Some(back(&text).into_owned()),
                    _ => None,
                })
                .collect();
            assert!(text.contains(&value), "{value:?} became {text:?}");
        }
    }
}
