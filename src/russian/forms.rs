//! What the language asks of one recipient, ready for the letter.

use crate::recipient::Recipient;

/// The forms of one recipient; one that is not known is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forms {
    /// «Уважаемый Максим Георгиевич», without punctuation.
    pub salutation: String,
    /// «Савенкову М.Г.»
    pub name_dative: String,
    /// «Руководителю Департамента образования администрации Города Томска»
    pub position_dative: String,
}

impl Forms {
    /// The forms that the list itself gives.
    pub fn of(recipient: &Recipient) -> Self {
        let given = &recipient.overrides;
        Self {
            salutation: given.salutation.clone(),
            name_dative: given.name_dative.clone(),
            position_dative: given.position_dative.clone(),
        }
    }
}
