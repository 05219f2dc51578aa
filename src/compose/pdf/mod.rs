//! The letter on letterhead as PDF, set by Typst as a library.
//!
//! A letterhead is the campaign's own Typst template or the built-in one. Values reach it as data,
//! never as Typst source. It reads only the files that it names literally: neither the network nor,
//! through a cell, another file of this machine. Without the feature `pdf`, `absent` stands in.

mod assets;
#[cfg(feature = "pdf")]
mod faces;
#[cfg(feature = "pdf")]
mod faults;
#[cfg(feature = "pdf")]
mod letterhead;
#[cfg(not(feature = "pdf"))]
#[path = "absent.rs"]
mod letterhead;
#[cfg(feature = "pdf")]
mod sections;
#[cfg(feature = "pdf")]
mod setting;

pub use assets::{ElectronicSignature, LetterheadAssets, Typography};
pub(crate) use letterhead::Letterhead;

use crate::problem::{Place, Problem};

/// How letters on letterhead are made.
pub(crate) struct PdfSettings {
    pub letterhead: Letterhead,
    /// The template of the file's name.
    pub name: Option<(String, Place)>,
}

/// A face that letters are set in, and what identifies its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Face {
    pub name: String,
    pub origin: FaceOrigin,
    /// Of the system's files; the campaign's own are known by the folder.
    pub digests: Vec<[u8; 32]>,
    /// Whether the text of the letters is set in it: a letterhead may name others.
    pub is_of_text: bool,
}

/// Where a face comes from.
#[cfg_attr(not(feature = "pdf"), allow(dead_code, reason = "only Typst finds faces"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaceOrigin {
    /// The campaign's folder of fonts.
    Campaign,
    System,
    BuiltIn,
}

/// A letter as PDF, and what a person should know about it.
pub(crate) struct Pdf {
    pub(crate) bytes: Vec<u8>,
    pub(crate) pages: u32,
    pub(crate) warnings: Vec<Problem>,
}
