//! What goes with a letter and what is kept of it: `[pdf]`, `[unsubscribe]`, `[dkim]`, `[archive]`.

use super::reader::Reader;
use crate::letter::PdfStandard;
use crate::problem::{Fault, Place};
use crate::recipient::Address;

/// A value and where it was written.
pub type Placed<T> = (T, Place);

/// `[pdf]`: the letter on letterhead.
#[derive(Debug, Clone)]
pub struct Pdf {
    /// A Typst template of the campaign's own; the built-in one when left out.
    pub letterhead: Option<Placed<String>>,
    /// The template of the file's name.
    pub name: Option<Placed<String>>,
    /// A folder of font files beside the built-in ones.
    pub fonts: Option<Placed<String>>,
    /// A picture of signature and stamp.
    pub signature: Option<Placed<String>>,
    pub standard: PdfStandard,
    /// Where the table begins.
    pub place: Place,
}

/// `[unsubscribe]`: where a reader can say that they want no more letters (RFC 2369, 8058).
#[derive(Debug, Clone)]
pub struct Unsubscribe {
    pub mailto: Option<Address>,
    /// The template of an https address that takes a POST.
    pub one_click: Option<Placed<String>>,
}

/// `[dkim]`: the sender's own signature (RFC 6376).
#[derive(Debug, Clone)]
pub struct Dkim {
    /// The domain that vouches; the sender's own when left out.
    pub domain: Option<String>,
    pub selector: String,
    /// The file of the private key.
    pub key: Placed<String>,
}

/// `[archive]`: accepted letters, kept byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    pub keep: Keep,
    /// A folder, or the one file.
    pub path: String,
}

/// How accepted letters are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// A file a letter.
    Files,
    /// All in one file, compressed.
    OneFile,
}

pub(super) fn pdf(table: &mut Reader) -> Pdf {
    let place = table.place();
    let standards = [
        ("a-2b", PdfStandard::A2b),
        ("a-3u", PdfStandard::A3u),
        ("ua-1", PdfStandard::Ua1),
        ("1.7", PdfStandard::Plain),
    ];
    Pdf {
        letterhead: table.placed_text("letterhead"),
        name: table.placed_text("name"),
        fonts: table.placed_text("fonts"),
        signature: table.placed_text("signature"),
        standard: table.one_of("standard", &standards).unwrap_or(PdfStandard::A2b),
        place,
    }
}

pub(super) fn unsubscribe(table: &mut Reader) -> Unsubscribe {
    let found =
        Unsubscribe { mailto: table.address("mailto"), one_click: table.placed_text("one_click") };
    if !table.has("mailto") && !table.has("one_click") {
        table.fault_here(Fault::KeyMissing { key: "mailto".into() });
    }
    found
}

pub(super) fn dkim(table: &mut Reader) -> Option<Dkim> {
    let (domain, selector) = (table.text("domain"), table.required_text("selector"));
    table.required_text("key");
    let key = table.placed_text("key");
    // Labels of a domain name (RFC 6376, 3.1), which stand in a header field.
    let is_name = |name: &str| {
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        name.len() <= 253 && name.split('.').all(is_label)
    };
    for (name, value) in [("domain", &domain), ("selector", &selector)] {
        if let Some(value) = value.as_ref().filter(|value| !is_name(value)) {
            table.fault(name, |key| Fault::NotDomain { key, value: value.clone() });
        }
    }
    Some(Dkim { domain, selector: selector?, key: key? })
}

pub(super) fn archive(table: &mut Reader) -> Archive {
    let keep = table
        .one_of("keep", &[("files", Keep::Files), ("one-file", Keep::OneFile)])
        .unwrap_or(Keep::Files);
    let path = table.text("path").unwrap_or_else(|| match keep {
        Keep::Files => "archive".into(),
        Keep::OneFile => "archive.sqlar".into(),
    });
    Archive { keep, path }
}
