//! A mail taken apart: its head, the texts that a person reads, reports, and the head of the letter
//! that came back with it.
//!
//! Only as much of MIME (RFC 2045 to 2047, 2231) as recognising needs, and forgiving: servers write
//! much that no standard knows. Nothing here builds a tree. A returned letter is read to the end of
//! its head and never taken apart, so that no depth of nesting costs more than its octets.

use base64::Engine as _;

use crate::encoding;

/// What is read of a mail at most, in octets.
pub(super) const MAX_READ: usize = 1 << 20;

const MAX_DEPTH: usize = 12;
const MAX_PARTS: usize = 200;
const MAX_FIELDS: usize = 500;
/// An encoded word, in octets.
const MAX_WORD: usize = 4000;
/// A text of a mail is read so far, in octets.
const MAX_TEXT: usize = 256 * 1024;

/// The fields of a head: names in lower case, values unfolded, encoded words decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head {
    fields: Vec<(String, String)>,
}

impl Head {
    /// Parses a head, and returns it with the offset at which the body begins.
    pub fn parse(raw: &[u8]) -> (Self, usize) {
        let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
        let mut at = 0;
        let mut is_first = true;
        while at < raw.len() {
            let (line, next) = line_at(raw, at);
            let is_envelope =
                is_first && (line.starts_with(b"From ") || line.starts_with(b">From "));
            is_first = false;
            if line.is_empty() && !fields.is_empty() {
                at = next;
                break;
            }
            if line.is_empty() || is_envelope {
                at = next;
                continue;
            }
            if matches!(line[0], b' ' | b'\t') {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(b' ');
                    value.extend_from_slice(line.trim_ascii());
                }
            } else if let Some((name, value)) = field(line) {
                if fields.len() < MAX_FIELDS {
                    fields.push((name, value.to_vec()));
                }
            } else {
                // What is no field ends the head.
                break;
            }
            at = next;
        }
        let decoded = fields.into_iter().map(|(name, value)| (name, decoded(&value)));
        (Self { fields: decoded.collect() }, at)
    }

    /// The value of the first field of that name, which is in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The values of all fields of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| name.as_str())
    }
}

/// A part that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Plain(String),
    Html(String),
    /// `message/delivery-status` (RFC 3464) and its sister of RFC 6533.
    DeliveryStatus(String),
    /// `message/disposition-notification` (RFC 8098).
    Disposition(String),
    /// `message/feedback-report` (RFC 5965).
    Feedback(String),
}

/// A letter that came back as a part.
#[derive(Debug)]
pub(super) struct Returned {
    pub head: Head,
    /// All of it, if it is a notice of a server itself.
    pub notice: Option<Vec<u8>>,
}

impl Returned {
    fn read(octets: &[u8]) -> Self {
        let head = Head::parse(octets).0;
        let notice = super::prose::is_wrapped(&head).then(|| octets.to_vec());
        Self { head, notice }
    }
}

#[derive(Debug, Default)]
pub(super) struct Mail {
    pub head: Head,
    pub parts: Vec<Part>,
    /// The first letter that came back as a part.
    pub returned: Option<Returned>,
    /// Whether something was left out because a bound was reached.
    pub is_cut: bool,
}

impl Mail {
    /// Takes a mail apart. `None` if it has no head at all.
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let is_cut = raw.len() > MAX_READ;
        let raw = &raw[..raw.len().min(MAX_READ)];
        let (head, body) = Head::parse(raw);
        if head.is_empty() {
            return None;
        }
        let mut mail = Self { is_cut, ..Self::default() };
        mail.part(&head, &raw[body..], 0);
        mail.head = head;
        Some(mail)
    }

    fn part(&mut self, head: &Head, body: &[u8], depth: usize) {
        if depth > MAX_DEPTH || self.parts.len() >= MAX_PARTS {
            self.is_cut = true;
            return;
        }
        let kind = ContentType::parse(head.get("content-type").unwrap_or_default());
        if kind.media.starts_with("multipart/") {
            let parts = kind.boundary.as_deref().map(|boundary| split(body, boundary));
            if let Some(parts) = parts.filter(|parts| !parts.is_empty()) {
                for part in parts {
                    let (head, body) = part_head(part);
                    self.part(&head, body, depth + 1);
                }
                return;
            }
        }
        let transfer = head.get("content-transfer-encoding").unwrap_or_default();
        let body = &body[..body.len().min(MAX_TEXT)];
        let octets = transferred(body, transfer);
        let text = || encoding::text(&octets, kind.charset.as_deref());
        match kind.media.as_str() {
            "message/delivery-status" | "message/global-delivery-status" => {
                self.parts.push(Part::DeliveryStatus(text()));
            }
            "message/disposition-notification" | "message/global-disposition-notification" => {
                self.parts.push(Part::Disposition(text()));
            }
            "message/feedback-report" => self.parts.push(Part::Feedback(text())),
            "message/rfc822"
            | "message/global"
            | "message/news"
            | "text/rfc822-headers"
            | "message/rfc822-headers"
            | "message/global-headers"
            | "text/rfc822-header" => {
                self.returned.get_or_insert_with(|| Returned::read(&octets));
            }
            media if media.starts_with("text/") || media.starts_with("multipart/") => {
                let disposition = head.get("content-disposition").unwrap_or_default();
                let is_attached = disposition.trim_start().to_lowercase().starts_with("attachment");
                if is_attached {
                    let inside = Head::parse(&octets).0;
                    if inside.get("received").is_some() || inside.get("message-id").is_some() {
                        self.returned.get_or_insert(Returned { head: inside, notice: None });
                    }
                } else if media == "text/html" {
                    self.parts.push(Part::Html(text()));
                } else {
                    self.parts.push(Part::Plain(text()));
                }
            }
            _ => {}
        }
    }

    /// The text that a person reads: the plain parts, or the HTML ones if there are none.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for part in &self.parts {
            if let Part::Plain(plain) = part {
                text.push_str(plain);
                text.push('\n');
            }
        }
        if text.trim().len() < 16 {
            for part in &self.parts {
                if let Part::Html(html) = part {
                    text.push_str(&super::html::text(html));
                    text.push('\n');
                }
            }
        }
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
    }
}

/// The head of a part, which may be missing.
fn part_head(part: &[u8]) -> (Head, &[u8]) {
    if part.starts_with(b"\n") || part.starts_with(b"\r\n") {
        let (_, next) = line_at(part, 0);
        return (Head::default(), &part[next..]);
    }
    let (head, body) = Head::parse(part);
    (head, &part[body..])
}

/// The line at an offset without its end, and the offset of the next.
fn line_at(raw: &[u8], at: usize) -> (&[u8], usize) {
    let end = memchr::memchr(b'\n', &raw[at..]).map_or(raw.len(), |length| at + length);
    let line = &raw[at..end];
    (line.strip_suffix(b"\r").unwrap_or(line), (end + 1).min(raw.len()))
}

fn field(line: &[u8]) -> Option<(String, &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let name = line[..colon].trim_ascii_end();
    let is_name = !name.is_empty() && name.len() < 80 && name.iter().all(u8::is_ascii_graphic);
    is_name.then(|| {
        (String::from_utf8_lossy(name).to_ascii_lowercase(), line[colon + 1..].trim_ascii())
    })
}

struct ContentType {
    /// `text/plain`, in lower case.
    media: String,
    boundary: Option<String>,
    charset: Option<String>,
}

impl ContentType {
    fn parse(value: &str) -> Self {
        let media = value.split(';').next().unwrap_or_default().trim().to_lowercase();
        let media = if media.contains('/') { media } else { "text/plain".to_owned() };
        Self { media, boundary: parameter(value, "boundary"), charset: parameter(value, "charset") }
    }
}

/// A parameter of a structured field (RFC 2045, 5.1), quoted or not.
fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value;
    loop {
        let at = rest.find(';')?;
        rest = rest[at + 1..].trim_start();
        let Some((key, after)) = rest.split_once('=') else { continue };
        let key = key.trim().trim_end_matches('*');
        if !key.eq_ignore_ascii_case(name) {
            // A quoted value may hold a semicolon.
            if let Some(quoted) = after.trim_start().strip_prefix('"')
                && key.chars().all(|c| c.is_ascii_graphic() && c != ';')
                && let Some(end) = quoted.find('"')
            {
                rest = &quoted[end + 1..];
            }
            continue;
        }
        let after = after.trim_start();
        let found = match after.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => after.split([';', ' ', '\t']).next(),
        };
        return found.map(str::to_owned).filter(|found| !found.is_empty());
    }
}

/// The parts between the lines of a boundary (RFC 2046, 5.1.1). The last may lack its end.
fn split<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut start = None;
    let mut at = 0;
    while at < body.len() && parts.len() < MAX_PARTS {
        let (line, next) = line_at(body, at);
        let rest = line.strip_prefix(b"--").and_then(|it| it.strip_prefix(boundary.as_bytes()));
        let ends = |rest: &[u8]| rest.trim_ascii() == b"--";
        if let Some(rest) = rest.filter(|rest| rest.trim_ascii().is_empty() || ends(rest)) {
            if let Some(start) = start.take() {
                parts.push(&body[start..at]);
            }
            if ends(rest) {
                return parts;
            }
            start = Some(next);
        }
        at = next;
    }
    if let Some(start) = start {
        parts.push(&body[start..]);
    }
    parts
}

/// A body without its transfer encoding (RFC 2045, 6).
fn transferred<'a>(body: &'a [u8], encoding: &str) -> std::borrow::Cow<'a, [u8]> {
    let encoding = encoding.trim();
    if encoding.eq_ignore_ascii_case("base64") {
        from_base64(body).into()
    } else if encoding.eq_ignore_ascii_case("quoted-printable") {
        from_quoted(body, false).into()
    } else {
        body.into()
    }
}

/// Decodes base64, whatever stands between its letters.
fn from_base64(body: &[u8]) -> Vec<u8> {
    use base64::alphabet::STANDARD;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut letters: Vec<u8> = body.iter().copied().filter(is_letter).collect();
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    LENIENT.decode(letters).unwrap_or_default()
}

/// Decodes quoted-printable; what is no code stays as it is.
fn from_quoted(body: &[u8], is_word: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut at = 0;
    while let Some(&byte) = body.get(at) {
        at += 1;
        match byte {
            b'_' if is_word => out.push(b' '),
            b'=' => match body.get(at..at + 2) {
                Some(b"\r\n") => at += 2,
                _ if body.get(at) == Some(&b'\n') => at += 1,
                Some(&[a, b]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {
                    let pair = [a, b];
                    let code = std::str::from_utf8(&pair).ok();
                    out.extend(code.and_then(|code| u8::from_str_radix(code, 16).ok()));
                    at += 2;
                }
                _ => out.push(b'='),
            },
            other => out.push(other),
        }
    }
    out
}

/// A field's value with its encoded words decoded (RFC 2047). Neighbours in one charset are joined
/// before they are decoded: some programs cut in the middle of a character.
fn decoded(value: &[u8]) -> String {
    let plain = encoding::text(value, None);
    if !plain.contains("=?") {
        return plain;
    }
    let mut text = String::with_capacity(plain.len());
    let mut pending: Option<(String, Vec<u8>)> = None;
    let mut rest = plain.as_str();
    while let Some(at) = rest.find("=?") {
        let Some((charset, octets, after)) = encoded_word(&rest[at..]) else {
            flush(&mut text, &mut pending);
            text.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        };
        let between = &rest[..at];
        if !(pending.is_some() && between.trim().is_empty()) {
            flush(&mut text, &mut pending);
            text.push_str(between);
        }
        match &mut pending {
            Some((known, joined)) if known.eq_ignore_ascii_case(charset) => {
                joined.extend_from_slice(&octets);
            }
            _ => {
                flush(&mut text, &mut pending);
                pending = Some((charset.to_owned(), octets));
            }
        }
        rest = &rest[at + after..];
    }
    flush(&mut text, &mut pending);
    text.push_str(rest);
    text
}

fn flush(text: &mut String, pending: &mut Option<(String, Vec<u8>)>) {
    if let Some((charset, octets)) = pending.take() {
        text.push_str(&encoding::text(&octets, Some(&charset)));
    }
}

/// The charset, the octets and the length of the encoded word at the beginning of `text`.
fn encoded_word(text: &str) -> Option<(&str, Vec<u8>, usize)> {
    // RFC 2047, 2 allows 75 characters; some programs write longer ones.
    let most = (0..=MAX_WORD.min(text.len())).rev().find(|at| text.is_char_boundary(*at))?;
    let inside = text[..most].strip_prefix("=?")?;
    let (charset, rest) = inside.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (content, _) = rest.split_once("?=")?;
    let octets = match encoding {
        "B" | "b" => from_base64(content.as_bytes()),
        "Q" | "q" => from_quoted(content.as_bytes(), true),
        _ => return None,
    };
    let charset = charset.split('*').next()?;
    let length = 2 + (inside.len() - rest.len()) + content.len() + 2;
    (!charset.contains(' ')).then_some((charset, octets, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_of_every_kind_are_read() {
        let head = "Subject: =?koi8-r?B?8NLJ18XU?= =?koi8-r?Q?_=CD=C9=D2?=\r\n\
                    From: =?UTF-8?B?0JDQvdC9?=\r\n =?UTF-8?B?0LA=?= <anna@one.test>\r\n\r\nbody";
        let (head, body) = Head::parse(head.as_bytes());
        assert_eq!(head.get("subject"), Some("Привет мир"));
        assert_eq!(head.get("from"), Some("Анна <anna@one.test>"));
        assert!(body > 0);
    }

    #[test]
    fn a_character_cut_by_two_encoded_words_is_whole() {
        let (head, _) = Head::parse(b"Subject: =?UTF-8?B?0Q==?= =?UTF-8?B?jw==?=\n\nx");
        assert_eq!(head.get("subject"), Some("я"));
    }

    #[test]
    fn parts_without_an_end_and_returned_letters_are_read() {
        let raw = "Content-Type: multipart/report; x=\"a;b\"; boundary=\"=_b\"\n\n--=_b\n\n\
                   Text\n--=_b \nContent-Type: message/delivery-status\n\nAction: failed\n\
                   --=_b\nContent-Type: message/rfc822\n\nMessage-ID: <1@one.test>\n\nText";
        let mail = Mail::parse(raw.as_bytes()).unwrap();
        assert_eq!(mail.text().trim(), "Text");
        assert!(mail.parts.contains(&Part::DeliveryStatus("Action: failed\n".into())));
        assert_eq!(mail.returned.unwrap().head.get("message-id"), Some("<1@one.test>"));
    }

    #[test]
    fn nesting_has_a_bound() {
        let mut raw = String::from("Subject: x\n");
        for depth in 0..50_000 {
            raw.push_str(&format!(
                "Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n"
            ));
        }
        assert!(Mail::parse(raw.as_bytes()).unwrap().is_cut);
        let raw = "Content-Type: message/rfc822\n\n".repeat(50_000);
        assert!(Mail::parse(raw.as_bytes()).is_some());
    }

    proptest::proptest! {
        #[test]
        fn no_octets_break_the_reader(raw in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let _ = Mail::parse(&raw);
            let _ = Mail::parse(&[b"Content-Type: multipart/x; boundary=a\n\n--a\n".as_slice(), &raw].concat());
        }
    }
}
