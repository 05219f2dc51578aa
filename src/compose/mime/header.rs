//! Folds and encodes header fields.
//!
//! Lines have at most 76 octets, which is what a line with an encoded word may have, encoded words
//! at most 75, and none splits a character (RFC 2047, 2 and 5); an address too long for a line has
//! one to itself. Text beyond ASCII is encoded as a whole, spaces included, so that decoders lose
//! none.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::ZonedDateTime;

use crate::recipient::Address;

const LINE: usize = 76;
const WORD: usize = 75;
const WORD_FRAME: usize = "=?UTF-8?B?".len() + "?=".len();

/// A date such as `Thu, 28 Apr 2022 10:00:00 +0300` (RFC 5322, 3.3).
pub(super) fn display_date(date: &ZonedDateTime) -> String {
    date.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
}

/// Encodes the value of an unstructured field such as Subject, to follow `name: `.
pub(super) fn unstructured(name: &str, value: &str) -> String {
    let used = name.len() + ": ".len();
    if needs_no_encoding(value)
        && let Some(folded) = fold(value, used)
    {
        return folded;
    }
    encoded_words(value, used).join("\r\n ")
}

/// Encodes the value of a field with addresses (RFC 5322, 3.4), to follow `name: `.
pub(crate) fn mailboxes<'a>(
    name: &str,
    list: impl IntoIterator<Item = (&'a str, &'a Address)>,
) -> String {
    let mut value = String::new();
    let mut used = name.len() + ": ".len();
    let mut list = list.into_iter().enumerate().peekable();
    while let Some((index, (shown, address))) = list.next() {
        let mut tokens = phrase(shown, if index == 0 { used } else { 1 });
        let comma = if list.peek().is_some() { "," } else { "" };
        tokens.push(if shown.is_empty() {
            format!("{}{comma}", address.wire())
        } else {
            format!("<{}>{comma}", address.wire())
        });
        for (position, token) in tokens.into_iter().enumerate() {
            if index == 0 && position == 0 {
                used += token.len();
            } else if used + 1 + token.len() > LINE {
                value.push_str("\r\n ");
                used = 1 + token.len();
            } else {
                value.push(' ');
                used += 1 + token.len();
            }
            value.push_str(&token);
        }
    }
    value
}

/// Encodes a display name as tokens between which a line may be folded.
fn phrase(shown: &str, used: usize) -> Vec<String> {
    if shown.is_empty() {
        return Vec::new();
    }
    if !needs_no_encoding(shown) || shown.len() > LINE - used.min(LINE) {
        return encoded_words(shown, used);
    }
    let is_atoms = shown.split(' ').all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    });
    if is_atoms {
        return shown.split(' ').map(str::to_owned).collect();
    }
    let quoted = format!("\"{}\"", shown.replace('\\', "\\\\").replace('"', "\\\""));
    if quoted.len() > LINE - used.min(LINE) { encoded_words(shown, used) } else { vec![quoted] }
}

/// Whether a value is printable ASCII that no reader takes for an encoded word.
fn needs_no_encoding(value: &str) -> bool {
    value.bytes().all(|b| (b' '..=b'~').contains(&b))
        && !value.contains("=?")
        && !value.contains("  ")
        && !value.starts_with(' ')
        && !value.ends_with(' ')
}

/// Folds at spaces; `None` if a word is too long for a line.
fn fold(value: &str, used: usize) -> Option<String> {
    let mut folded = String::new();
    let mut column = used;
    for (index, word) in value.split(' ').enumerate() {
        if index > 0 && column + 1 + word.len() > LINE {
            folded.push_str("\r\n ");
            column = 1;
        } else if index > 0 {
            folded.push(' ');
            column += 1;
        }
        column += word.len();
        if column > LINE {
            return None;
        }
        folded.push_str(word);
    }
    Some(folded)
}

/// Splits text into encoded words, the first short enough for the rest of the first line.
pub(super) fn encoded_words(value: &str, used: usize) -> Vec<String> {
    let bytes_that_fit = |room: usize| room.min(WORD).saturating_sub(WORD_FRAME) / 4 * 3;
    let mut room = bytes_that_fit(LINE.saturating_sub(used)).max(4);
    let mut words = Vec::new();
    let mut part = String::new();
    for c in value.chars() {
        if part.len() + c.len_utf8() > room {
            words.push(encoded_word(&part));
            part.clear();
            room = bytes_that_fit(LINE - 1);
        }
        part.push(c);
    }
    words.push(encoded_word(&part));
    words
}

fn encoded_word(part: &str) -> String {
    format!("=?UTF-8?B?{}?=", STANDARD.encode(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    fn check_lines(name: &str, value: &str) {
        for line in format!("{name}: {value}").split("\r\n") {
            assert!(line.len() <= LINE && line.is_ascii(), "{line}");
        }
    }

    fn decode(value: &str) -> String {
        let bytes: Vec<u8> = value
            .split("\r\n ")
            .flat_map(|word| {
                STANDARD
                    .decode(word.trim_start_matches("=?UTF-8?B?").trim_end_matches("?="))
                    .unwrap()
            })
            .collect();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_plain_subject_stays_readable() {
        assert_eq!(unstructured("Subject", "An invitation"), "An invitation");
    }

    #[test]
    fn what_looks_encoded_is_encoded() {
        assert_eq!(decode(&unstructured("Subject", "=?UTF-8?B?eA==?=")), "=?UTF-8?B?eA==?=");
    }

    #[test]
    fn a_name_with_a_comma_is_quoted() {
        assert_eq!(
            mailboxes("To", [("Doe, J. \"X\"", &address("a@example.org"))]),
            "\"Doe, J. \\\"X\\\"\" <a@example.org>"
        );
    }

    #[test]
    fn a_long_cyrillic_name_is_folded() {
        let name =
            "Дирекция Московского международного салона образования и ещё что-нибудь подлиннее";
        let value = mailboxes(
            "From",
            [(name, &address("invite@example.org")), ("", &address("b@example.org"))],
        );
        check_lines("From", &value);
        assert!(
            value.ends_with("<invite@example.org>, b@example.org")
                || value.ends_with(",\r\n b@example.org"),
            "{value}"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_subject_comes_back_and_keeps_the_limits(subject in "[а-яё  a-z😀]{1,120}") {
            let value = unstructured("Subject", &subject);
            check_lines("Subject", &value);
            for word in value.split("\r\n ").filter(|word| word.starts_with("=?")) {
                assert!(word.len() <= WORD);
            }
            let back = if value.starts_with("=?") { decode(&value) } else { value.replace("\r\n ", " ") };
            assert_eq!(back, subject);
        }

        #[test]
        fn any_list_of_names_keeps_the_limits(
            names in proptest::collection::vec("[а-яa-z\"\\\\ ,.@=?]{0,90}|[a-z ]{60,76}", 1..5),
            local in "[a-z]{1,64}",
        ) {
            let address = address(&format!("{local}@example.org"));
            let value = mailboxes("Disposition-Notification-To", names.iter().map(|name| (name.as_str(), &address)));
            let lines: Vec<String> = format!("Disposition-Notification-To: {value}").split("\r\n").map(str::to_owned).collect();
            for line in &lines {
                // An address is never folded.
                assert!(line.len() <= LINE || !line.contains("=?UTF-8"), "{line}");
            }
            assert_eq!(value.matches("@example.org").count(), names.len());
        }
    }
}
