//! The header of a message as its reader sees it: unfolded, encoded words decoded (RFC 2047).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Letter;

/// Returns the fields of a message's header, their values as a mail program shows them.
pub fn headers(message: &[u8]) -> Vec<(String, String)> {
    let end = memchr::memmem::find(message, b"\r\n\r\n").unwrap_or(message.len());
    let head =
        String::from_utf8_lossy(&message[..end]).replace("\r\n ", " ").replace("\r\n\t", " ");
    let field = |line: &str| {
        line.split_once(':').map(|(name, value)| (name.to_owned(), decoded(value.trim())))
    };
    head.split("\r\n").filter_map(field).collect()
}

/// Returns the fields that a mail program shows above a letter, and the blind copies that it does
/// not show.
pub fn shown_headers(letter: &Letter) -> Vec<(String, String)> {
    let all = headers(&letter.bytes);
    let mut shown: Vec<(String, String)> = Vec::new();
    for name in ["From", "Sender", "Reply-To", "To", "Cc", "Subject"] {
        let fields = all.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        shown.extend(fields.map(|(_, value)| (name.to_owned(), value.clone())));
    }
    let is_open =
        |address: &str| shown.iter().any(|(name, value)| name != "From" && value.contains(address));
    let blind = letter.to.iter().filter(|address| !is_open(address.wire()));
    let blind = blind.map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if !blind.is_empty() {
        shown.push(("Bcc".into(), blind));
    }
    shown
}

/// Decodes the encoded words of a field; spaces between two of them are ignored.
fn decoded(value: &str) -> String {
    let mut text = String::new();
    let mut was_encoded = false;
    for token in value.split(' ') {
        let (word, rest) = match token.rfind("?=") {
            Some(end) => token.split_at(end + 2),
            None => (token, ""),
        };
        let plain =
            word.find("=?").and_then(|start| Some((&word[..start], encoded_word(&word[start..])?)));
        let is_one_word =
            was_encoded && plain.as_ref().is_some_and(|(before, _)| before.is_empty());
        if !text.is_empty() && !is_one_word {
            text.push(' ');
        }
        match &plain {
            Some((before, inside)) => text.extend([*before, inside, rest]),
            None => text.push_str(token),
        }
        was_encoded = plain.is_some() && rest.is_empty();
    }
    text
}

/// Decodes `=?UTF-8?B?…?=` or `=?UTF-8?Q?…?=`, the encoded words that our letters have.
fn encoded_word(word: &str) -> Option<String> {
    let mut parts = word.strip_prefix("=?")?.strip_suffix("?=")?.splitn(3, '?');
    let (charset, encoding, inside) = (parts.next()?, parts.next()?, parts.next()?);
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let bytes = match encoding {
        "B" | "b" => STANDARD.decode(inside).ok()?,
        "Q" | "q" => quoted(inside)?,
        _ => return None,
    };
    String::from_utf8(bytes).ok()
}

fn quoted(inside: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = inside.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'_' => b' ',
            b'=' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_a_mail_program_shows_it() {
        let message = "Date: x\r\nFrom: =?UTF-8?B?0JTQuNGA0LXQutGG0LjRjw==?= <a@example.org>\r\n\
                       Subject: =?UTF-8?B?0J4g0YHQtdC80Lg=?=\r\n =?UTF-8?Q?=D0=BD=D0=B0_re?=\r\nTo: \"A, B\" <b@example.org>,\r\n <c@example.org>\r\n\r\nSubject: no\r\n";
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            headers(message.as_bytes()),
            [
                field("Date", "x"),
                field("From", "Дирекция <a@example.org>"),
                field("Subject", "О семина re"),
                field("To", "\"A, B\" <b@example.org>, <c@example.org>"),
            ]
        );
    }

    #[test]
    fn what_only_looks_encoded_stays() {
        assert_eq!(
            decoded("a =?koi8-r?B?xx?= =?UTF-8?B?%?= b"),
            "a =?koi8-r?B?xx?= =?UTF-8?B?%?= b"
        );
    }
}
