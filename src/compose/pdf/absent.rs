//! Stands in for the letterhead in a build without the feature `pdf`.

use serde_json::Value;

use super::{LetterheadAssets, Pdf};
use crate::compose::Fetch;
use crate::compose::body::Block;
use crate::problem::{ConfigFault, Place, Problem};

/// Cannot be made.
pub(crate) enum Letterhead {}

impl Letterhead {
    /// # Errors
    /// [`ConfigFault::PdfNotBuilt`], always.
    pub(crate) fn new(_: &LetterheadAssets, _: &Fetch) -> Result<Self, Vec<Problem>> {
        Err(vec![Problem::error(Place::file("campaign.toml"), ConfigFault::PdfNotBuilt)])
    }

    pub(crate) fn typeset(&self, _: Value, _: &[Block], _: &str) -> Result<Pdf, Problem> {
        match *self {}
    }
}
