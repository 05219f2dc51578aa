//! The gender that a person is addressed in, from evidence: the column, the patronymic, the
//! surname, the first name.
//!
//! Never a default. A contradiction is told, not voted on.

use super::Gender;
use super::names::{self, Bearer, FullName};

/// What speaks for a gender, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evidence {
    /// The gender column, which a person filled.
    Column,
    /// «-ич», «-на», «оглы», «кызы».
    Patronymic,
    /// A surname of a form that one gender alone wears: Иванов, Толстая.
    Surname,
    /// A first name that one gender alone bears.
    FirstName,
}

/// One piece of evidence and the gender that it speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Witness {
    pub evidence: Evidence,
    pub gender: Gender,
}

/// What the evidence amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The gender, by the strongest evidence.
    Known { gender: Gender, evidence: Evidence },
    /// The strongest evidence and the strongest against it: an error in the row.
    Contradiction { one: Witness, other: Witness },
    /// Nothing tells: ask.
    Unknown,
}

/// Weighs the evidence for a person's gender.
///
/// A column against a patronymic is always a contradiction. A column that agrees with any other
/// evidence settles the rest; without a column all evidence must agree.
#[must_use]
pub fn of(column: Option<Gender>, name: &FullName) -> Verdict {
    let witnesses = [
        (Evidence::Column, column),
        (Evidence::Patronymic, names::patronymic_gender(&name.patronymic)),
        (Evidence::Surname, names::surname_gender(&name.surname)),
        (Evidence::FirstName, first_name_gender(&name.first_name)),
    ];
    let mut known = witnesses
        .into_iter()
        .filter_map(|(evidence, gender)| gender.map(|gender| Witness { evidence, gender }));
    let Some(one) = known.next() else {
        return Verdict::Unknown;
    };
    let (mut backed, mut against) = (false, None);
    for witness in known {
        if witness.gender == one.gender {
            backed = true;
        } else {
            against = against.or(Some(witness));
        }
    }
    match against {
        Some(other) if !settles(one, backed, other) => Verdict::Contradiction { one, other },
        Some(_) | None => Verdict::Known { gender: one.gender, evidence: one.evidence },
    }
}

/// A person's own word, backed by the name, outweighs a surname or first name; never a patronymic.
fn settles(one: Witness, backed: bool, other: Witness) -> bool {
    one.evidence == Evidence::Column && backed && other.evidence != Evidence::Patronymic
}

fn first_name_gender(first_name: &str) -> Option<Gender> {
    match names::bearer(first_name) {
        Bearer::Only(gender) => Some(gender),
        Bearer::Either | Bearer::Unlisted => None,
    }
}

/// Reads a cell of the gender column: «м», «Жен.», «мужской», «female», «m».
///
/// `None` for anything else, the empty cell too.
#[must_use]
pub fn parse(cell: &str) -> Option<Gender> {
    // As it stands in nearly every list.
    match cell {
        "" => return None,
        "м" | "m" | "муж" => return Some(Gender::Male),
        "ж" | "f" | "жен" => return Some(Gender::Female),
        _ => {}
    }
    let cell = names::clean(cell).to_lowercase();
    match cell.trim_end_matches('.').trim_end() {
        "м"
        | "муж"
        | "мужской"
        | "мужской пол"
        | "мужчина"
        | "мужск"
        | "m"
        | "male"
        | "man"
        | "mr"
        | "г-н"
        | "господин" => Some(Gender::Male),
        "ж"
        | "жен"
        | "женский"
        | "женский пол"
        | "женщина"
        | "женск"
        | "f"
        | "female"
        | "woman"
        | "w"
        | "mrs"
        | "ms"
        | "г-жа"
        | "госпожа" => Some(Gender::Female),
        _ => None,
    }
}
