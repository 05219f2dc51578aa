//! Names of organisations in any case, by the grammar of `positions`: the head declines; its tail,
//! quotations and abbreviations stay.

use super::positions::{Referent, decline_as};
use super::{Case, Form};

/// Declines the name of an organisation, given in the nominative.
///
/// «Управление образования» → «Управления образования»; «МКУ «Центр»» stays.
#[must_use]
pub fn decline(organisation: &str, case: Case) -> Form {
    decline_as(organisation, case, Referent::Organisation)
}
