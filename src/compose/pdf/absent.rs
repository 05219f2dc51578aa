//! Stands in for the letterhead in a build without the feature `pdf`.

use serde_json::Value;

use super::{Face, LetterheadAssets, Pdf};
use crate::compose::Fetch;
use crate::compose::body::Block;
use crate::problem::{ConfigFault, Problem};

/// Cannot be made.
pub(crate) enum Letterhead {}

impl Letterhead {
    /// # Errors
    /// [`ConfigFault::PdfNotBuilt`], always.
    pub(crate) fn new(assets: &LetterheadAssets, _: &Fetch) -> Result<Self, Vec<Problem>> {
        Err(vec![Problem::error(assets.place.clone(), ConfigFault::PdfNotBuilt)])
    }

    pub(crate) fn faces(&self) -> &[Face] {
        match *self {}
    }

    pub(crate) fn warnings(&self) -> &[Problem] {
        match *self {}
    }

    pub(crate) fn typeset(&self, _: Value, _: &[Block], _: &str) -> Result<Pdf, Problem> {
        match *self {}
    }
}
