//! Names the files that a letterhead is made of. Also part of a build without PDF.

use std::sync::Arc;

use jiff::civil::Date;

use crate::letter::PdfStandard;
use crate::problem::Place;

/// The files of a letterhead, by their names in the campaign's folder.
#[derive(Debug, Clone)]
pub struct LetterheadAssets {
    /// The built-in letterhead when `None`.
    pub letterhead: Option<(String, Place)>,
    /// Font files beside the built-in ones.
    pub fonts: Vec<(String, Place)>,
    /// The face of the text by its name; one with the metrics of Times New Roman when `None`.
    pub font: Option<(String, Place)>,
    /// The size of the text, in points.
    pub font_size: u8,
    /// Whether typed quotation marks and hyphens become those of print.
    pub typography: Typography,
    pub logo: Option<String>,
    /// The pictures in the letter's text, by their names there.
    pub pictures: Vec<(String, Arc<[u8]>)>,
    /// A picture of signature and stamp.
    pub signature: Option<(String, Place)>,
    /// The mark of an electronic signature, in place of that picture.
    pub electronic_signature: Option<ElectronicSignature>,
    pub standard: PdfStandard,
    /// Where the settings of the PDF begin.
    pub place: Place,
}

/// What becomes of quotation marks and hyphens as they were typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typography {
    /// Russian ones: « », „ “ and a dash.
    Russian,
    /// They stay.
    AsTyped,
}

/// What the mark of an electronic signature says (GOST R 7.0.97-2025, 5.23). The program prints it
/// and signs nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElectronicSignature {
    /// The number of the certificate.
    pub certificate: String,
    pub owner: String,
    pub valid_from: Option<Date>,
    pub valid_until: Date,
}
