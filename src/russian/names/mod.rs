//! Names of persons in six cases: surname, first name, patronymic; initials; a full name taken
//! apart.
//!
//! The rules are tables (`surname_rules`, `surname_words`, `first_name`, `patronymic`) with the
//! source of each row. The gender comes from the caller: see [`super::gender`]. Every form says how
//! sure it is.

mod compound;
mod first_name;
mod first_names;
mod normalise;
mod paradigms;
mod patronymic;
mod rules;
mod split;
mod surname;
mod surname_rules;
mod surname_words;
mod word;

pub(super) use compound::initials_only;
pub(super) use first_name::{Bearer, bearer};
pub(super) use patronymic::gender_of as patronymic_gender;
pub(super) use surname::gender_of as surname_gender;

pub use first_name::{Disputed, disputed, first_name, is_first_name};
pub(crate) use normalise::is_in_capitals;
pub use normalise::{clean, one_capital};
pub use patronymic::patronymic;
pub use split::Split;
pub use surname::{looks_like_surname, surname};

use super::{Case, Confidence, Form, Gender, Reason};

/// A person's name in the nominative; an empty part is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct FullName {
    pub surname: String,
    pub first_name: String,
    pub patronymic: String,
}

impl FullName {
    /// The parts that there are, as a journal writes them: `Ильина Анна Петровна`.
    #[must_use]
    pub fn in_full(&self) -> String {
        let parts = [&self.surname, &self.first_name, &self.patronymic].map(String::as_str);
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The parts that there are, as English has them: `Anna Smith`.
    #[must_use]
    pub fn first_name_first(&self) -> String {
        let parts = [&self.first_name, &self.patronymic, &self.surname].map(String::as_str);
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// The three parts of a name in one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullForm {
    pub surname: Form,
    pub first_name: Form,
    pub patronymic: Form,
}

/// Declines a whole name.
///
/// An absent patronymic is not a doubt; an absent surname or first name is, and so are parts that
/// seem to be in each other's column.
#[must_use]
pub fn full(name: &FullName, gender: Gender, case: Case) -> FullForm {
    let mut form = FullForm {
        surname: surname(&name.surname, gender, case),
        first_name: first_name(&name.first_name, gender, case),
        patronymic: patronymic(&name.patronymic, gender, case),
    };
    if seem_swapped(name) {
        form.surname = form.surname.at_most(Confidence::Likely, Reason::Swapped);
        form.first_name = form.first_name.at_most(Confidence::Likely, Reason::Swapped);
    }
    form
}

/// «Савенков» in the column of first names and «Максим» in that of surnames.
fn seem_swapped(name: &FullName) -> bool {
    ends_as_surname(&name.first_name)
        && bearer(&name.first_name) == Bearer::Unlisted
        && bearer(&name.surname) != Bearer::Unlisted
}

/// A quick check before the lists are searched: few first names end like this.
fn ends_as_surname(text: &str) -> bool {
    let endings: &[&str] = match text.chars().next_back() {
        Some('в') => &["ов", "ев", "ёв"],
        Some('а') => &["ова", "ева", "ёва"],
        Some('й') => &["ский", "цкий"],
        Some('я') => &["ская", "цкая"],
        Some('о') => &["енко"],
        Some(_) | None => &[],
    };
    endings.iter().any(|ending| text.ends_with(ending))
}

/// The order of a short name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// «Савенкову М.Г.», as in an addressee.
    SurnameFirst,
    /// «М.Г. Савенкову», as in a signature.
    InitialsFirst,
}

/// The initials of a first name and a patronymic without spaces: «М.Г.», «Ж.-П.», «А.».
///
/// «Гасан оглы» gives only «Г.»; initials stay.
#[must_use]
pub fn initials(first_name: &str, patronymic: &str) -> String {
    let mut text = initials_of(first_name);
    text.push_str(&initials_of(patronymic));
    text
}

fn initials_of(name: &str) -> String {
    let cell = clean(name);
    let mut text = String::new();
    for (at, word) in cell.split(' ').enumerate() {
        for (nth, piece) in word.split('-').enumerate() {
            let lower = piece.to_lowercase();
            // «Шериг-оол» gives «Ш.»
            let is_particle = patronymic::particle(&lower).is_some() || lower == "оол";
            if is_particle && (at, nth) != (0, 0) {
                continue;
            }
            for (stop, chunk) in piece.split('.').enumerate() {
                let Some(letter) = chunk.chars().find(|c| c.is_alphabetic()) else {
                    continue;
                };
                if nth > 0 && stop == 0 && !text.is_empty() {
                    text.push('-');
                }
                text.extend(letter.to_uppercase());
                text.push('.');
            }
        }
    }
    text
}

/// The same initials with no-break spaces between them: «И. И.»
#[must_use]
pub fn spaced(initials: &str) -> String {
    let mut spaced = String::with_capacity(initials.len() + 4);
    let mut after_dot = false;
    for c in initials.chars() {
        if after_dot && c.is_alphabetic() {
            spaced.push('\u{a0}');
        }
        after_dot = c == '.';
        spaced.push(c);
    }
    spaced
}

/// Surname and initials, joined by a no-break space; the caller declines the surname.
#[must_use]
pub fn short(surname_in_case: &str, first_name: &str, patronymic: &str, order: Order) -> String {
    with_initials(surname_in_case, &initials(first_name, patronymic), order)
}

/// The same with initials that are there already.
pub(super) fn with_initials(surname: &str, initials: &str, order: Order) -> String {
    if initials.is_empty() || surname.is_empty() {
        return format!("{surname}{initials}");
    }
    match order {
        Order::SurnameFirst => format!("{surname}\u{a0}{initials}"),
        Order::InitialsFirst => format!("{initials}\u{a0}{surname}"),
    }
}
