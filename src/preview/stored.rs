//! The name under which an attachment lies in the gallery's folder, so that a browser runs nothing
//! of it.
//!
//! From a file, a browser goes by the ending of the name, and by the first bytes where it does not
//! know the ending; the attribute `download` counts for nothing. So only a file that is what its
//! name says keeps that name; any other is shown as text or saved.

use crate::letter::Attachment;

/// Endings that no browser runs, and how such files begin (all begin so, if there is a beginning).
const HARMLESS: [(&str, &[&[u8]]); 21] = [
    ("txt", &[]),
    ("pdf", &[b"%PDF-"]),
    ("png", &[b"\x89PNG"]),
    ("jpg", &[b"\xFF\xD8\xFF"]),
    ("jpeg", &[b"\xFF\xD8\xFF"]),
    ("gif", &[b"GIF8"]),
    ("webp", &[b"RIFF"]),
    ("docx", ZIP),
    ("xlsx", ZIP),
    ("pptx", ZIP),
    ("odt", ZIP),
    ("ods", ZIP),
    ("odp", ZIP),
    ("zip", ZIP),
    ("doc", OLE),
    ("xls", OLE),
    ("ppt", OLE),
    ("rtf", &[b"{\\rtf"]),
    ("7z", &[b"7z\xBC\xAF"]),
    ("rar", &[b"Rar!"]),
    ("bin", &[b"\0"]),
];
const ZIP: &[&[u8]] = &[b"PK\x03\x04"];
const OLE: &[&[u8]] = &[b"\xD0\xCF\x11\xE0"];

/// The attachment's own name, or with `.txt` behind it for what is text, else with `.bin`.
pub(super) fn stored_name(attachment: &Attachment) -> String {
    let Attachment { name, bytes, .. } = attachment;
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let is_harmless = HARMLESS.iter().any(|(known, beginnings)| {
        *known == ending
            && (beginnings.is_empty() || beginnings.iter().any(|begins| bytes.starts_with(begins)))
    });
    if is_harmless {
        return name.clone();
    }
    let is_text = !bytes.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31));
    format!("{name}.{}", if is_text { "txt" } else { "bin" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::Origin;

    fn stored(name: &str, bytes: &[u8]) -> String {
        stored_name(&Attachment {
            name: name.to_owned(),
            media_type: String::new(),
            bytes: bytes.into(),
            origin: Origin::File,
        })
    }

    #[test]
    fn what_is_what_its_name_says_keeps_it() {
        for (name, bytes) in [
            ("Программа.PDF", &b"%PDF-1.7"[..]),
            ("a.docx", b"PK\x03\x04\x14"),
            ("notes.txt", b"<script>"),
            ("photo.jpeg", b"\xFF\xD8\xFF\xE0"),
        ] {
            assert_eq!(stored(name, bytes), name);
        }
    }

    #[test]
    fn what_a_browser_could_run_is_text_or_is_saved() {
        for name in ["a.html", "a.HTM", "a.svg", "a.xhtml", "a.mht", "a.xml", "a", "a.unknown"] {
            assert_eq!(stored(name, b"<html>"), format!("{name}.txt"));
            assert_eq!(stored(name, b"<html>\0"), format!("{name}.bin"));
        }
        assert_eq!(stored("a.docx", b"<html>"), "a.docx.txt");
        assert_eq!(stored("a.pdf", b""), "a.pdf.txt");
    }
}
