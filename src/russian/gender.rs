//! The gender that a person is addressed in, from evidence: the gender column, the patronymic, the
//! surname, the first name.
//!
//! Never falls back to a default and never outvotes a contradiction: both are reported.

use super::names::{self, Bearer, FullName};
use super::{Gender, titles};

/// What the evidence comes from, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EvidenceKind {
    /// The gender column, filled in by a person.
    Column,
    /// «г-н», «Ms».
    Title,
    /// «-ич», «-на», «оглы», «кызы».
    Patronymic,
    /// A surname form used by one gender only: Иванов, Толстая.
    Surname,
    /// A first name used by one gender only.
    FirstName,
}

/// One piece of evidence and the gender that it speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Evidence {
    pub kind: EvidenceKind,
    pub gender: Gender,
}

/// What the evidence amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The gender, by the strongest evidence.
    Known { gender: Gender, kind: EvidenceKind },
    /// The strongest evidence and the strongest against it: an error in the row.
    Contradiction { one: Evidence, other: Evidence },
    /// There is no evidence: ask.
    Unknown,
}

/// Weighs the evidence for a person's gender.
///
/// A column against a patronymic is always a contradiction. A column that agrees with any other
/// evidence overrides the rest; without a column all evidence must agree.
#[must_use]
pub fn of(column: Option<Gender>, title: &str, name: &FullName) -> Verdict {
    let title = if title.is_empty() { None } else { titles::gender_of(title) };
    let mut known = [
        (EvidenceKind::Column, column),
        (EvidenceKind::Title, title),
        (EvidenceKind::Patronymic, names::patronymic_gender(&name.patronymic)),
        (EvidenceKind::Surname, names::surname_gender(&name.surname)),
        (EvidenceKind::FirstName, first_name_gender(&name.first_name)),
    ]
    .into_iter()
    .filter_map(|(kind, gender)| gender.map(|gender| Evidence { kind, gender }));
    let Some(one) = known.next() else {
        return Verdict::Unknown;
    };
    let mut confirmed = false;
    let mut against = None;
    for evidence in known {
        if evidence.gender == one.gender {
            confirmed = true;
        } else {
            against = against.or(Some(evidence));
        }
    }
    // A column confirmed by the name overrides a surname or first name, but never a patronymic.
    let written = |kind| matches!(kind, EvidenceKind::Column | EvidenceKind::Title);
    let confirmed_column = confirmed && written(one.kind);
    // Men named Лабутина and Дубына are doubted where the name declines.
    let may_be_a_mans = |other: Evidence| {
        confirmed
            && (one.kind, one.gender) == (EvidenceKind::Patronymic, Gender::Male)
            && other.kind == EvidenceKind::Surname
            && ["ина", "ына"].iter().any(|ending| name.surname.trim_end().ends_with(ending))
    };
    match against {
        Some(other) if may_be_a_mans(other) => {
            Verdict::Known { gender: one.gender, kind: one.kind }
        }
        Some(other)
            if !confirmed_column
                || written(other.kind)
                || other.kind == EvidenceKind::Patronymic =>
        {
            Verdict::Contradiction { one, other }
        }
        Some(_) | None => Verdict::Known { gender: one.gender, kind: one.kind },
    }
}

fn first_name_gender(first_name: &str) -> Option<Gender> {
    match names::bearer(first_name) {
        Bearer::Only(gender) => Some(gender),
        Bearer::Either | Bearer::Unlisted => None,
    }
}

#[rustfmt::skip]
const MALE_CELLS: &[&str] = &[
    "м", "муж", "мужской", "мужской пол", "мужчина", "мужск", "m", "male", "man", "mr", "г-н",
    "господин",
];
#[rustfmt::skip]
const FEMALE_CELLS: &[&str] = &[
    "ж", "жен", "женский", "женский пол", "женщина", "женск", "f", "female", "woman", "w", "mrs",
    "ms", "г-жа", "госпожа",
];

/// Reads a cell of the gender column: «м», «Жен.», «мужской», «female», «m».
///
/// Returns `None` for anything else, an empty cell included.
#[must_use]
pub fn parse(cell: &str) -> Option<Gender> {
    // Nearly every list uses these; they need no cleaning.
    match cell {
        "" => return None,
        "м" | "m" | "муж" => return Some(Gender::Male),
        "ж" | "f" | "жен" => return Some(Gender::Female),
        _ => {}
    }
    let cell = names::clean(cell).to_lowercase();
    let cell = cell.trim_end_matches('.').trim_end();
    if MALE_CELLS.contains(&cell) {
        Some(Gender::Male)
    } else if FEMALE_CELLS.contains(&cell) {
        Some(Gender::Female)
    } else {
        None
    }
}
