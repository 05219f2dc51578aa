//! `[pdf]`, `[unsubscribe]`, `[dkim]` and `[archive]`: what goes with a letter, what is kept of it.

use super::Placed;
use super::table_reader::TableReader;
use crate::compose::{ElectronicSignature, LetterheadAssets, Typography};
use crate::letter::PdfStandard;
use crate::problem::ConfigFault;
use crate::recipient::Address;

/// `[pdf]`: the letter on letterhead.
#[derive(Debug, Clone)]
pub struct PdfTable {
    /// Without fonts and logo, which are read from the folder.
    pub assets: LetterheadAssets,
    /// The template of the file's name.
    pub name: Option<Placed<String>>,
    /// A folder of font files beside the built-in ones.
    pub fonts: Option<Placed<String>>,
}

/// `[dkim]`: the sender's own signature (RFC 6376).
#[derive(Debug, Clone)]
pub struct DkimTable {
    /// The signing domain; the sender's own if `None`.
    pub domain: Option<String>,
    pub selector: String,
    /// The file of the private key.
    pub key: Placed<String>,
}

/// `[archive]`: accepted letters, kept byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveTable {
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

/// `[pdf]`; typed quotation marks become those of print in Russian letters, if nothing else is said.
pub(super) fn pdf(table: &mut TableReader, language: &str) -> PdfTable {
    let is_russian = language.split('-').next() == Some("ru");
    let is_set = table.yes_no("typography").unwrap_or(is_russian);
    let typography = if is_set { Typography::Russian } else { Typography::AsTyped };
    let font_size = table.integer("font_size", 12, 14).and_then(|size| u8::try_from(size).ok());
    let standards = [
        ("a-2b", PdfStandard::A2b),
        ("a-3u", PdfStandard::A3u),
        ("ua-1", PdfStandard::Ua1),
        ("1.7", PdfStandard::Plain),
    ];
    let assets = LetterheadAssets {
        letterhead: table.placed_text("letterhead"),
        fonts: Vec::new(),
        font: table.placed_text("font"),
        font_size: font_size.unwrap_or(14),
        typography,
        logo: None,
        pictures: Vec::new(),
        signature: table.placed_text("signature"),
        electronic_signature: table.inner("electronic_signature", electronic_signature).flatten(),
        standard: table.one_of("standard", &standards).unwrap_or(PdfStandard::A2b),
        place: table.place(),
    };
    PdfTable { assets, name: table.placed_text("name"), fonts: table.placed_text("fonts") }
}

/// `[pdf.electronic_signature]`
fn electronic_signature(table: &mut TableReader) -> Option<ElectronicSignature> {
    let certificate = table.required_text("certificate");
    let owner = table.required_text("owner");
    let valid_from = table.date("valid_from");
    let valid_until = table.required_date("valid_until");
    Some(ElectronicSignature {
        certificate: certificate?,
        owner: owner?,
        valid_from,
        valid_until: valid_until?,
    })
}

/// `[unsubscribe]`: the address to write to (RFC 2369), and the template of an https address that
/// takes a POST (RFC 8058).
pub(super) fn unsubscribe(table: &mut TableReader) -> (Option<Address>, Option<Placed<String>>) {
    let ways = (table.address("mailto"), table.placed_text("one_click"));
    if !table.has("mailto") && !table.has("one_click") {
        table.fault_here(ConfigFault::KeyMissing { key: "mailto".into() });
    }
    ways
}

pub(super) fn dkim(table: &mut TableReader) -> Option<DkimTable> {
    let domain = table.text("domain");
    let selector = table.required_text("selector");
    table.required_text("key");
    let key = table.placed_text("key");
    // Labels of a domain name (RFC 6376, 3.1); both are written into a header field.
    let is_name = |name: &str| {
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        name.len() <= 253 && name.split('.').all(is_label)
    };
    for (name, value) in [("domain", &domain), ("selector", &selector)] {
        if let Some(value) = value.as_ref().filter(|value| !is_name(value)) {
            table.fault(name, |key| ConfigFault::NotDomain { key, value: value.clone() });
        }
    }
    Some(DkimTable { domain, selector: selector?, key: key? })
}

pub(super) fn archive(table: &mut TableReader) -> ArchiveTable {
    let keep = table
        .one_of("keep", &[("files", Keep::Files), ("one-file", Keep::OneFile)])
        .unwrap_or(Keep::Files);
    let path = table.text("path").unwrap_or_else(|| match keep {
        Keep::Files => "archive".into(),
        Keep::OneFile => "archive.sqlar".into(),
    });
    ArchiveTable { keep, path }
}
