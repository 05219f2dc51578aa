//! In place of the letterhead where the program was built without the feature `pdf`.

use serde_json::Value;

use super::body::Block;
use super::{Fetch, Materials};
use crate::problem::{Fault, Place, Problem};

/// There is none.
pub enum Paper {}

pub(super) struct Sheet {
    pub(super) pdf: Vec<u8>,
    pub(super) warnings: Vec<Problem>,
}

impl Paper {
    /// # Errors
    /// [`Fault::PdfNotBuilt`], always.
    pub fn new(_: &Materials, _: &Fetch) -> Result<Self, Vec<Problem>> {
        Err(vec![Problem::error(Place::file("campaign.toml"), Fault::PdfNotBuilt)])
    }

    pub(super) fn set(&self, _: Value, _: &[Block], _: &str) -> Result<Sheet, Problem> {
        match *self {}
    }
}
