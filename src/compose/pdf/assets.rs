//! Names the files that a letterhead is made of. Also part of a build without PDF.

use std::sync::Arc;

use crate::letter::PdfStandard;
use crate::problem::Place;

/// The files of a letterhead, by their names in the campaign's folder.
#[derive(Debug, Clone)]
pub struct LetterheadAssets {
    /// The built-in letterhead when `None`.
    pub letterhead: Option<(String, Place)>,
    /// Font files beside the built-in ones.
    pub fonts: Vec<(String, Place)>,
    pub logo: Option<String>,
    /// The pictures in the letter's text, by their names there.
    pub pictures: Vec<(String, Arc<[u8]>)>,
    /// A picture of signature and stamp.
    pub signature: Option<(String, Place)>,
    pub standard: PdfStandard,
}
