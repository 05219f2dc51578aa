//! Which column is which field of a recipient.

use std::sync::Arc;

use super::Settings;
use crate::place::{Fault, Place, Problem, nearest};

/// A field of a recipient that a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Email,
    Surname,
    FirstName,
    Patronymic,
    FullName,
    Gender,
    Position,
    Organisation,
    Salutation,
    SurnameDative,
    NameDative,
    PositionDative,
    Key,
}

/// The fields, their names in `[contacts.columns]`, and the headings that people give them,
/// in small letters, ё as е, without spaces and punctuation.
const FIELDS: [(Field, &str, &[&str]); 13] = [
    (
        Field::Email,
        "email",
        &[
            "email",
            "mail",
            "emailaddress",
            "emails",
            "элпочта",
            "элпочтa",
            "электроннаяпочта",
            "почта",
            "адресэлпочты",
            "адресэлектроннойпочты",
            "электронныйадрес",
            "эладрес",
            "имейл",
            "емейл",
            "емайл",
            "имэйл",
        ],
    ),
    (Field::Surname, "surname", &["surname", "lastname", "familyname", "фамилия"]),
    (Field::FirstName, "first_name", &["firstname", "givenname", "имя"]),
    (Field::Patronymic, "patronymic", &["patronymic", "middlename", "отчество"]),
    (
        Field::FullName,
        "full_name",
        &["fullname", "фио", "фиоруководителя", "фамилияимяотчество", "полноеимя", "руководительфио", "фиополностью"],
    ),
    (Field::Gender, "gender", &["gender", "sex", "пол"]),
    (Field::Position, "position", &["position", "jobtitle", "должность", "должностьруководителя"]),
    (
        Field::Organisation,
        "organisation",
        &[
            "organisation",
            "organization",
            "company",
            "организация",
            "наименованиеорганизации",
            "учреждение",
            "ведомство",
            "орган",
        ],
    ),
    (Field::Salutation, "salutation", &["salutation", "обращение"]),
    (Field::SurnameDative, "surname_dative", &["surnamedative", "фамилиядательный", "фамилиявдательномпадеже"]),
    (Field::NameDative, "name_dative", &["namedative", "addresseename", "имядательный", "фиовдательномпадеже"]),
    (
        Field::PositionDative,
        "position_dative",
        &["positiondative", "addresseeposition", "должностьдательный", "должностьвдательномпадеже"],
    ),
    (Field::Key, "key", &["key", "ключ"]),
];

/// The column of each field.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns([Option<usize>; 13]);

impl Columns {
    /// The column of a field, counted from 0.
    pub(super) fn of(&self, field: Field) -> Option<usize> {
        self.0[field as usize]
    }

    /// The field that a column holds.
    pub(super) fn field_of(&self, column: usize) -> Option<Field> {
        FIELDS.iter().map(|(field, ..)| *field).find(|field| self.of(*field) == Some(column))
    }

    /// Finds the fields among the headings; `place` tells where a heading stands.
    pub(super) fn find(
        headings: &[String],
        settings: &Settings,
        file: &Arc<str>,
        place: impl Fn(usize) -> Place,
    ) -> Result<Self, Vec<Problem>> {
        let mut columns = Self::default();
        let mut problems = Vec::new();
        let plain: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
        for (column, heading) in headings.iter().enumerate() {
            if !heading.is_empty() && headings[..column].contains(heading) {
                let fault = Fault::HeadingTwice { heading: heading.clone() };
                problems.push(Problem::error(place(column), fault));
            }
        }
        for (field, name, synonyms) in FIELDS {
            let slot = &mut columns.0[field as usize];
            if let Some(wanted) = settings.columns.get(name) {
                *slot = headings
                    .iter()
                    .position(|heading| heading == wanted.trim())
                    .or_else(|| plain.iter().position(|heading| *heading == self::plain(wanted)));
                if slot.is_none() {
                    let nearest = nearest(wanted, headings.iter().map(String::as_str));
                    let fault = Fault::HeadingUnknown { key: name.to_owned(), heading: wanted.clone(), nearest };
                    problems.push(Problem::error(settings.columns_place.clone(), fault));
                }
                continue;
            }
            let mut found =
                plain.iter().enumerate().filter(|(_, heading)| synonyms.contains(&heading.as_str())).map(|(at, _)| at);
            *slot = found.next();
            if let (Some(first), Some(second)) = (*slot, found.next())
                && headings[first] != headings[second]
            {
                let (first, second_heading) = (headings[first].clone(), headings[second].clone());
                let fault = Fault::HeadingsForOneField { field: name, first, second: second_heading };
                problems.push(Problem::error(place(second), fault));
            }
        }
        if columns.of(Field::Email).is_none() && !settings.columns.contains_key("email") {
            let nearest = plain
                .iter()
                .position(|heading| heading.contains("mail") || heading.contains("почт") || heading.contains("адрес"))
                .map(|column| headings[column].clone());
            let place = Place::at(file.clone(), place(0).line, 1);
            problems.push(Problem::error(place, Fault::HeadingMissing { field: "email", nearest }));
        }
        if problems.is_empty() { Ok(columns) } else { Err(problems) }
    }
}

/// A heading as it is compared: small letters and digits alone, ё as е.
fn plain(heading: &str) -> String {
    heading.to_lowercase().chars().map(|c| if c == 'ё' { 'е' } else { c }).filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_fields() {
        for (index, (field, ..)) in FIELDS.iter().enumerate() {
            assert_eq!(*field as usize, index);
        }
    }

    #[test]
    fn a_heading_is_compared_without_case_spaces_and_dots() {
        assert_eq!(plain(" Эл. почта\n"), "элпочта");
        assert_eq!(plain("E-mail"), "email");
    }
}
