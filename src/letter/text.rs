//! The text of a message of ours, read back from its octets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;

/// The first `text/plain` part, decoded (RFC 2045, 6); `None` if there is none.
pub fn text_of(message: &[u8]) -> Option<String> {
    let message = String::from_utf8_lossy(message);
    let start = message.find("Content-Type: text/plain")?;
    let (head, rest) = message[start..].split_once("\r\n\r\n")?;
    // A boundary begins a line with two hyphens; neither encoding writes such a line.
    let body = rest.split("\r\n--").next()?;
    let is = |encoding: &str| memmem::find(head.as_bytes(), encoding.as_bytes()).is_some();
    if is("base64") {
        let text = STANDARD.decode(body.replace("\r\n", "")).ok()?;
        String::from_utf8(text).ok().map(|text| text.replace("\r\n", "\n"))
    } else if is("quoted-printable") {
        quoted_printable(body)
    } else {
        Some(body.replace("\r\n", "\n"))
    }
}

fn quoted_printable(body: &str) -> Option<String> {
    let joined = body.replace("=\r\n", "").replace("\r\n", "\n");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        if *first == b'=' {
            let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(encoding: &str, body: &str) -> String {
        format!(
            "Date: x\r\nContent-Type: multipart/mixed;\r\n boundary=\"b\"\r\n\r\n--b\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n--b\r\n\
             Content-Type: text/html; charset=utf-8\r\n\r\n<p>no</p>\r\n--b--\r\n"
        )
    }

    #[test]
    fn a_text_is_read_in_each_encoding() {
        for (encoding, body, text) in [
            ("7bit", "one\r\ntwo", "one\ntwo"),
            ("base64", "0LTQsA==", "да"),
            ("quoted-printable", "=D0=B4=D0=B0 a=3D=\r\nb", "да a=b"),
        ] {
            assert_eq!(text_of(message(encoding, body).as_bytes()).as_deref(), Some(text));
        }
        assert_eq!(text_of(b"Date: x\r\n\r\nno part"), None);
        assert_eq!(text_of(message("quoted-printable", "=XY").as_bytes()), None);
    }
}
