//! A letter read from a word processor's document.
//!
//! [`read`] makes a [`Document`], a value of our own: the text as a person sees it, and what they
//! should know about it. `fields` turns what stands for a column into one, `proposal` finds what
//! belongs to one person, `markdown` writes the letter's source. Everything is bounded, and nothing
//! is read or written here.

mod docx;
mod fields;
mod markdown;
mod model;
mod numbering;
mod odt;
mod package;
mod proposal;
mod styles;
mod xml;

pub(crate) use fields::{column_of, resolve};
pub(crate) use markdown::markdown;
pub(crate) use model::{Document, PictureFile};
use package::Package;
pub(crate) use proposal::{Proposal, addresses_one, greets_one, propose, short_name};

use crate::problem::DocumentFlaw;

/// Octets that a document may have.
pub(crate) const MOST: u64 = 64 << 20;

/// Whether a letter of this name is a document, or is meant to be one.
pub(crate) fn is_document(name: &str) -> bool {
    const ENDINGS: [&str; 6] = ["docx", "docm", "doc", "odt", "rtf", "pdf"];
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    ENDINGS.contains(&ending.as_str())
}

/// Reads a document, of whichever kind it is by its first octets.
pub(crate) fn read(bytes: Vec<u8>) -> Result<Document, DocumentFlaw> {
    if let Some(flaw) = other_kind(&bytes) {
        return Err(flaw);
    }
    let mut package = Package::open(bytes)?;
    if let Some(kind) = package.bytes("mimetype")? {
        if kind.starts_with(b"application/vnd.oasis.opendocument.text") {
            return odt::read(&mut package);
        }
        if kind.starts_with(b"application/vnd.oasis") {
            return Err(DocumentFlaw::OpenDocument);
        }
    }
    if package.has("Index/Document.iwa") || package.has("index.apxl") {
        return Err(DocumentFlaw::Pages);
    }
    docx::read(&mut package)
}

/// What the file is instead, if that can be told.
fn other_kind(bytes: &[u8]) -> Option<DocumentFlaw> {
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    let holds = |text: &str| {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    if bytes.starts_with(OLE) {
        // A protected .docx lies in the container that .doc has (MS-OFFCRYPTO, 2.3.4.4).
        let is_protected = holds("EncryptedPackage");
        return Some(if is_protected { DocumentFlaw::Protected } else { DocumentFlaw::OldWord });
    }
    if bytes.starts_with(b"{\\rtf") {
        return Some(DocumentFlaw::RichText);
    }
    if bytes.starts_with(b"%PDF") {
        return Some(DocumentFlaw::Pdf);
    }
    (!bytes.starts_with(b"PK")).then_some(DocumentFlaw::NotDocument)
}
