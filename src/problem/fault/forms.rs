//! Problems of names, genders and declined forms.

use super::super::Place;
use crate::russian::Reason;
use crate::russian::gender::Evidence;
use crate::russian::names::FullName;

/// What can be wrong with the Russian forms of a person.
#[derive(Debug, Clone, PartialEq)]
pub enum FormsFault {
    /// The letter is in a language whose salutations must be given.
    SalutationUnknown {
        language: String,
    },
    GenderUnreadable {
        value: String,
    },
    /// A form that the letter uses, where it says so, and the list does not have.
    FormMissing {
        column: &'static str,
        used: Place,
    },
    /// A form that the rules are not sure of; `column` settles it, if there is one.
    FormDoubtful {
        nominative: String,
        proposed: String,
        reason: Reason,
        column: Option<&'static str>,
    },
    /// The list of forms has this address, but for somebody else.
    FormsOfAnother {
        file: String,
    },
    /// How a name in one cell was read.
    NameOrder {
        name: FullName,
        reason: Reason,
    },
    GenderUnknown {
        name: String,
    },
    GenderContradicted {
        one: Evidence,
        other: Evidence,
    },
}

impl FormsFault {
    /// Returns the stable code used in JSON.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::GenderUnreadable { .. } => "gender_unreadable",
            Self::FormMissing { .. } => "form_missing",
            Self::FormDoubtful { .. } => "form_doubtful",
            Self::FormsOfAnother { .. } => "forms_of_another",
            Self::NameOrder { .. } => "name_order",
            Self::GenderUnknown { .. } => "gender_unknown",
            Self::SalutationUnknown { .. } => "salutation_unknown",
            Self::GenderContradicted { .. } => "gender_contradicted",
        }
    }
}
