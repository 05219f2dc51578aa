//! What a letterhead is made of, in a build with PDF as in one without.

use crate::letter::PdfStandard;
use crate::problem::Place;

/// The files of a letterhead, each known by its name from the campaign's folder.
#[derive(Debug, Clone)]
pub struct Materials {
    /// The built-in letterhead when `None`.
    pub letterhead: Option<(String, Place)>,
    /// Font files beside the built-in ones.
    pub fonts: Vec<(String, Place)>,
    pub logo: Option<String>,
    /// A picture of signature and stamp.
    pub signature: Option<(String, Place)>,
    pub standard: PdfStandard,
}
