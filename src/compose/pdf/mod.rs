//! The letter on letterhead as PDF, set by Typst as a library.
//!
//! A letterhead is the campaign's own Typst template or the built-in one. Values reach it as data,
//! never as Typst source. It reads only the files that it names literally: neither the network nor,
//! through a cell, another file of this machine. Without the feature `pdf`, `absent` stands in.

mod assets;
#[cfg(feature = "pdf")]
mod faults;
#[cfg(feature = "pdf")]
mod letterhead;
#[cfg(not(feature = "pdf"))]
#[path = "absent.rs"]
mod letterhead;
#[cfg(feature = "pdf")]
mod sections;

pub use assets::LetterheadAssets;
pub(crate) use letterhead::Letterhead;

use crate::problem::{Place, Problem};

/// How letters on letterhead are made.
pub(crate) struct PdfSettings {
    pub letterhead: Letterhead,
    /// The template of the file's name.
    pub name: Option<(String, Place)>,
}

/// A letter as PDF, and what a person should know about it.
pub(crate) struct Pdf {
    pub(crate) bytes: Vec<u8>,
    pub(crate) pages: u32,
    pub(crate) warnings: Vec<Problem>,
}
