//! Encodes MIME parts (RFC 2045, 2046, 2183, 2231): ASCII only, CRLF line ends, lines of at most 76
//! octets.
//!
//! A file that goes with many letters is encoded once and written as it is. `message` puts the
//! parts together.

use std::sync::LazyLock;

use base64::Engine as _;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
use base64::engine::general_purpose::{GeneralPurpose, STANDARD};
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use base64::engine::{general_purpose::PAD, simd::Simd};

use super::header::encoded_words;

/// The longest line of an encoded body (RFC 2045, 6.7 and 6.8).
const LINE: usize = 76;
/// Octets in one line of base64.
const LINE_OF_BASE64: usize = LINE / 4 * 3;

/// A part of a message, its header fields included.
pub(super) enum MimePart<'a> {
    /// `text/plain` or `text/html` in UTF-8.
    Text {
        subtype: &'static str,
        content: &'a str,
    },
    /// Already encoded by [`file`].
    Ready(&'a [u8]),
    Several {
        subtype: &'static str,
        boundary: String,
        parts: Vec<MimePart<'a>>,
    },
}

impl MimePart<'_> {
    /// Writes header fields, an empty line and the body, without a line end after the last line.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text { subtype, content } => {
                let encoding = Encoding::of(content);
                out.extend_from_slice(b"Content-Type: text/");
                out.extend_from_slice(subtype.as_bytes());
                out.extend_from_slice(b"; charset=utf-8\r\nContent-Transfer-Encoding: ");
                out.extend_from_slice(encoding.name().as_bytes());
                out.extend_from_slice(b"\r\n\r\n");
                encoding.write(content, out);
            }
            Self::Ready(octets) => out.extend_from_slice(octets),
            Self::Several { subtype, boundary, parts } => {
                let head = format!(
                    "Content-Type: multipart/{subtype};\r\n boundary=\"{boundary}\"\r\n\r\n"
                );
                out.extend_from_slice(head.as_bytes());
                for part in parts {
                    out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
                    part.write(out);
                    out.extend_from_slice(b"\r\n");
                }
                out.extend_from_slice(format!("--{boundary}--").as_bytes());
            }
        }
    }
}

/// How a file is presented (RFC 2183, 2).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Disposition<'a> {
    Attachment,
    /// Shown where the HTML refers to this content identifier (RFC 2392).
    Inline {
        content_id: &'a str,
    },
}

/// Encodes a file as a part: in base64, its name by RFC 2231 and, for readers that know only the
/// older way, as `name` with encoded words (RFC 2047 forbids them there; these readers expect them).
pub(crate) fn file(
    name: &str,
    media_type: &str,
    bytes: &[u8],
    disposition: Disposition,
) -> Vec<u8> {
    let mut head = format!(
        "Content-Type: {media_type};\r\n name=\"{}\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: ",
        old_name(name)
    );
    let kind = match disposition {
        Disposition::Attachment => "attachment",
        Disposition::Inline { .. } => "inline",
    };
    head.push_str(kind);
    for parameter in parameter("filename", name) {
        head.push_str(";\r\n ");
        head.push_str(&parameter);
    }
    head.push_str("\r\n");
    if let Disposition::Inline { content_id } = disposition {
        head.push_str(&format!("Content-ID: <{content_id}>\r\n"));
    }
    head.push_str("\r\n");
    let mut out =
        Vec::with_capacity(head.len() + bytes.len() / LINE_OF_BASE64 * (LINE + 2) + LINE + 2);
    out.extend_from_slice(head.as_bytes());
    base64(bytes, &mut out);
    out
}

/// The value of `name` between its quotation marks.
fn old_name(name: &str) -> String {
    let used = " name=\"".len();
    let is_plain = |b: u8| (b' '..=b'~').contains(&b) && !b"\"\\".contains(&b);
    if name.len() < LINE - used && name.bytes().all(is_plain) && !name.contains("=?") {
        return name.to_owned();
    }
    // With room for the quotation mark at the end.
    encoded_words(name, used + 1).join("\r\n ")
}

/// Encodes a parameter, in several pieces if it is long or beyond ASCII (RFC 2231, 3 and 4).
fn parameter(name: &str, value: &str) -> Vec<String> {
    let is_plain = |b: u8| (b' '..=b'~').contains(&b) && !b"\"\\%'*".contains(&b);
    if value.len() <= 50 && value.bytes().all(is_plain) {
        return vec![format!("{name}=\"{value}\"")];
    }
    // A space before, a semicolon after, and `filename*10*=`.
    let room = 78 - name.len() - 7;
    let mut pieces = vec!["UTF-8''".to_owned()];
    for c in value.chars() {
        let encoded: String = if c.is_ascii_alphanumeric() || "-._".contains(c) {
            c.to_string()
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().map(|b| format!("%{b:02X}")).collect()
        };
        match pieces.last_mut() {
            Some(piece) if piece.len() + encoded.len() <= room => piece.push_str(&encoded),
            _ => pieces.push(encoded),
        }
    }
    if let [only] = pieces.as_slice() {
        return vec![format!("{name}*={only}")];
    }
    pieces.iter().enumerate().map(|(index, piece)| format!("{name}*{index}*={piece}")).collect()
}

/// The transfer encoding of a text (RFC 2045, 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    SevenBit,
    QuotedPrintable,
    Base64,
}

impl Encoding {
    /// No encoding where that is safe, else the shorter of the two.
    fn of(content: &str) -> Self {
        let is_text = |b: u8| b == b'\t' || (b' '..=b'~').contains(&b);
        let is_safe = |line: &str| {
            let line = line.strip_suffix('\r').unwrap_or(line);
            // `=_` begins our boundaries; mbox files change `From ` at the start of a line.
            line.len() <= LINE
                && line.bytes().all(is_text)
                && !line.ends_with([' ', '\t'])
                && !line.contains("=_")
                && !line.starts_with("From ")
        };
        if content.split('\n').all(is_safe) {
            return Self::SevenBit;
        }
        let others = content.bytes().filter(|b| !b.is_ascii() || *b == b'=').count();
        let quoted = content.len() + 2 * others;
        if quoted <= content.len().div_ceil(3) * 4 { Self::QuotedPrintable } else { Self::Base64 }
    }

    fn name(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
        }
    }

    /// Writes the content with CRLF line ends, whichever it has.
    fn write(self, content: &str, out: &mut Vec<u8>) {
        let lines = content.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        match self {
            Self::SevenBit => {
                for (index, line) in lines.enumerate() {
                    if index > 0 {
                        out.extend_from_slice(b"\r\n");
                    }
                    out.extend_from_slice(line.as_bytes());
                }
            }
            Self::QuotedPrintable => {
                for (index, line) in lines.enumerate() {
                    if index > 0 {
                        out.extend_from_slice(b"\r\n");
                    }
                    quoted_printable(line.as_bytes(), out);
                }
            }
            Self::Base64 => {
                let mut whole = Vec::with_capacity(content.len() + content.len() / 32);
                for (index, line) in lines.enumerate() {
                    if index > 0 {
                        whole.extend_from_slice(b"\r\n");
                    }
                    whole.extend_from_slice(line.as_bytes());
                }
                base64(&whole, out);
            }
        }
    }
}

/// The fastest encoder that this machine has.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
static ENGINE: LazyLock<Simd> = LazyLock::new(|| Simd::standard(PAD));
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
static ENGINE: LazyLock<GeneralPurpose> = LazyLock::new(|| STANDARD);

/// Base64 in lines of 76 octets (RFC 2045, 6.8).
fn base64(bytes: &[u8], out: &mut Vec<u8>) {
    /// Lines encoded at a time.
    const LINES: usize = 24;
    out.reserve(bytes.len().div_ceil(LINE_OF_BASE64) * (LINE + 2));
    let mut encoded = [0; LINES * LINE];
    for (index, chunk) in bytes.chunks(LINES * LINE_OF_BASE64).enumerate() {
        // `encoded` has exactly the room that these lines take.
        let written = ENGINE.encode_slice(chunk, &mut encoded).unwrap_or(0);
        for (line, text) in encoded[..written].chunks(LINE).enumerate() {
            if index + line > 0 {
                out.extend_from_slice(b"\r\n");
            }
            out.extend_from_slice(text);
        }
    }
}

/// One line in quoted-printable (RFC 2045, 6.7), with soft breaks if it is long.
fn quoted_printable(line: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut column = 0;
    for (index, byte) in line.iter().copied().enumerate() {
        let is_last = index + 1 == line.len();
        let is_plain = match byte {
            b' ' | b'\t' => !is_last,
            b'=' => false,
            // `From ` at the start of a line and a lone dot trip up mailers.
            b'F' | b'.' if column == 0 => !line[index..].starts_with(b"From ") && byte != b'.',
            b'!'..=b'~' => true,
            _ => false,
        };
        let width = if is_plain { 1 } else { 3 };
        // The `=` of a soft break takes an octet; the last octet of a line needs none after it.
        if column + width > LINE - usize::from(!is_last) {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        if is_plain {
            out.push(byte);
        } else {
            out.extend_from_slice(&[
                b'=',
                HEX[usize::from(byte >> 4)],
                HEX[usize::from(byte & 15)],
            ]);
        }
        column += width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(content: &str) -> (Encoding, String) {
        let encoding = Encoding::of(content);
        let mut out = Vec::new();
        encoding.write(content, &mut out);
        (encoding, String::from_utf8(out).unwrap())
    }

    /// An independent reader of quoted-printable.
    fn read_quoted(text: &str) -> String {
        let joined = text.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let [first, tail @ ..] = rest {
            if *first == b'=' {
                bytes.push(
                    u8::from_str_radix(std::str::from_utf8(&tail[..2]).unwrap(), 16).unwrap(),
                );
                rest = &tail[2..];
            } else {
                bytes.push(*first);
                rest = tail;
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn plain_english_stays_as_it_is() {
        assert_eq!(
            written("Dear all,\n\nyes.\n"),
            (Encoding::SevenBit, "Dear all,\r\n\r\nyes.\r\n".to_owned())
        );
    }

    #[test]
    fn what_a_mailer_could_change_is_encoded() {
        let tail = "x ".to_owned();
        for text in ["From here", "a --=_0 b", tail.as_str(), &"y".repeat(77)] {
            assert_eq!(Encoding::of(text), Encoding::QuotedPrintable, "{text}");
        }
        assert_eq!(written("From x \n. =").1, "=46rom x=20\r\n=2E =3D");
    }

    #[test]
    fn cyrillic_is_base64_and_html_with_little_of_it_is_quoted() {
        assert_eq!(written("Приглашение").0, Encoding::Base64);
        assert_eq!(
            written(
                "<p style=\"margin:0\">Hello there, dear Мария, and welcome to our seminar</p>"
            )
            .0,
            Encoding::QuotedPrintable
        );
    }

    #[test]
    fn a_long_cyrillic_file_name_comes_in_pieces_that_fit() {
        let name = "Приглашение № 007 на Московский международный салон образования.pdf";
        let part =
            String::from_utf8(file(name, "application/pdf", b"%PDF", Disposition::Attachment))
                .unwrap();
        let (head, body) = part.split_once("\r\n\r\n").unwrap();
        let most = |line: &str| if line.contains("=?") { 76 } else { 78 };
        assert!(head.lines().all(|line| line.len() <= most(line)), "{head}");
        assert!(head.contains("application/pdf;\r\n name=\"=?UTF-8?B?0J/RgNC4"), "{head}");
        assert!(
            head.contains("filename*0*=UTF-8''%D0%9F") && head.contains("filename*1*=%D"),
            "{head}"
        );
        assert_eq!(body, "JVBERg==");
        let pieces: String =
            parameter("filename", name).iter().map(|p| p.split_once('=').unwrap().1).collect();
        assert_eq!(read_quoted(&pieces.trim_start_matches("UTF-8''").replace('%', "=")), name);
    }

    #[test]
    fn old_readers_get_the_name_their_way() {
        assert_eq!(old_name("programme 2.pdf"), "programme 2.pdf");
        let long = "Ё".repeat(90) + ".pdf";
        for name in ["a\"b.pdf", "x =?y?= z", &long, &"x".repeat(70)] {
            let value = old_name(name);
            let lines = format!(" name=\"{value}\"");
            assert!(lines.split("\r\n").all(|line| line.len() <= 76), "{lines}");
            let words = value.split("\r\n ").map(|word| &word[10..word.len() - 2]);
            let decode = |word| base64::engine::general_purpose::STANDARD.decode(word).unwrap();
            let back: Vec<u8> = words.flat_map(decode).collect();
            assert_eq!(String::from_utf8(back).unwrap(), name);
        }
    }

    #[test]
    fn many_lines_of_base64_are_cut_where_few_are() {
        use base64::engine::general_purpose::STANDARD;
        let bytes: Vec<u8> = (0..10_000_u32).map(|n| (n * n % 251) as u8).collect();
        for length in [0, 56, 57, 58, 1367, 1368, 1369, 10_000] {
            let mut out = Vec::new();
            base64(&bytes[..length], &mut out);
            let lines: Vec<String> =
                bytes[..length].chunks(57).map(|line| STANDARD.encode(line)).collect();
            assert_eq!(String::from_utf8(out).unwrap(), lines.join("\r\n"), "{length}");
        }
    }

    #[test]
    fn a_plain_file_name_is_quoted() {
        assert_eq!(parameter("filename", "programme 2.pdf"), ["filename=\"programme 2.pdf\""]);
        assert_eq!(parameter("filename", "a\"b.pdf"), ["filename*=UTF-8''a%22b.pdf"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_back_and_keeps_the_limits(text in "[a-zA-Zа-я =.\t\n]{0,300}", long in "[a-z =]{0,200}") {
            let text = format!("{text}{long}");
            let (encoding, written) = written(&text);
            assert!(written.is_ascii() && written.split("\r\n").all(|line| line.len() <= LINE), "{written}");
            let back = match encoding {
                Encoding::SevenBit => written,
                Encoding::QuotedPrintable => read_quoted(&written),
                Encoding::Base64 => {
                    use base64::engine::general_purpose::STANDARD;
                    String::from_utf8(STANDARD.decode(written.replace("\r\n", "")).unwrap()).unwrap()
                }
            };
            assert_eq!(back.replace("\r\n", "\n"), text);
        }
    }
}
