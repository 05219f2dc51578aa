//! The declension of names and positions against the gold lists, its promises by examples and
//! properties.

mod accuracy;
mod gender;
mod names;
mod position_properties;
mod positions;
mod properties;
mod salutation;
mod split;

use gonets::russian::names::FullName;

/// A name in its parts.
fn person(surname: &str, first_name: &str, patronymic: &str) -> FullName {
    FullName {
        surname: surname.to_owned(),
        first_name: first_name.to_owned(),
        patronymic: patronymic.to_owned(),
    }
}
