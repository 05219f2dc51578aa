//! Which column is which field of a recipient.

use super::{ListSettings, TITLE_ROWS};
use crate::problem::{Fault, Place, Problem, nearest};

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
    Timezone,
}

/// The fields, their names in `[contacts.columns]`, and the headings that people give them,
/// in small letters, ё as е, without spaces and punctuation.
const FIELDS: [(Field, &str, &[&str]); 14] = [
    (
        Field::Email,
        "email",
        &[
            "email",
            "mail",
            "emailaddress",
            "emails",
            "элпочта",
            "электроннаяпочтаemail",
            "эпочта",
            "адресэлектроннойпочтыemail",
            "адресemail",
            "emailадрес",
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
            "мейл",
            "мэйл",
            "контактныйemail",
            "электроннаяпочтаруководителя",
        ],
    ),
    (
        Field::Surname,
        "surname",
        &["surname", "lastname", "familyname", "фамилия", "фамилияруководителя"],
    ),
    (Field::FirstName, "first_name", &["firstname", "givenname", "имя", "имяруководителя"]),
    (
        Field::Patronymic,
        "patronymic",
        &["patronymic", "middlename", "отчество", "отчествоприналичии", "отчестворуководителя"],
    ),
    (
        Field::FullName,
        "full_name",
        &[
            "fullname",
            "фио",
            "фиоруководителя",
            "фамилияимяотчество",
            "полноеимя",
            "руководительфио",
            "фиополностью",
            "фиополучателя",
            "фиоадресата",
            "фамилияиимя",
            "фамилияимяиотчество",
            "фамилияимяотчествоприналичии",
            "фамилияимя",
        ],
    ),
    (Field::Gender, "gender", &["gender", "sex", "пол", "полмж"]),
    (
        Field::Position,
        "position",
        &[
            "position",
            "jobtitle",
            "title",
            "должность",
            "должностьруководителя",
            "наименованиедолжности",
            "должностьадресата",
        ],
    ),
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
            "названиеорганизации",
            "полноенаименованиеорганизации",
            "компания",
            "местоработы",
        ],
    ),
    (Field::Salutation, "salutation", &["salutation", "обращение"]),
    (
        Field::SurnameDative,
        "surname_dative",
        &["surnamedative", "фамилиядательный", "фамилиявдательномпадеже"],
    ),
    (
        Field::NameDative,
        "name_dative",
        &["namedative", "addresseename", "имядательный", "фиовдательномпадеже"],
    ),
    (
        Field::PositionDative,
        "position_dative",
        &["positiondative", "addresseeposition", "должностьдательный", "должностьвдательномпадеже"],
    ),
    (Field::Key, "key", &["key", "ключ"]),
    (
        Field::Timezone,
        "timezone",
        &[
            "timezone",
            "tz",
            "часовойпояс",
            "часпояс",
            "часоваязона",
            "часовойпоясмск",
            "поясвремени",
        ],
    ),
];

/// The names of the fields in `[contacts.columns]`.
pub fn field_names() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|(_, name, _)| *name)
}

impl Field {
    /// Its name in `[contacts.columns]` and in the JSON lines.
    pub(super) fn name(self) -> &'static str {
        FIELDS[self as usize].1
    }
}

/// The column of each field.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns([Option<usize>; 14]);

impl Columns {
    /// The column of a field, counted from 0.
    pub(super) fn of(&self, field: Field) -> Option<usize> {
        self.0[field as usize]
    }

    /// The field that a column holds.
    pub(super) fn field_of(&self, column: usize) -> Option<Field> {
        FIELDS.iter().map(|(field, ..)| *field).find(|field| self.of(*field) == Some(column))
    }

    /// Each field that has a column, and the column.
    pub(super) fn mapping(&self) -> impl Iterator<Item = (&'static str, usize)> {
        FIELDS.iter().filter_map(|(field, name, _)| Some((*name, self.of(*field)?)))
    }

    /// The field of each of so many columns.
    pub(super) fn fields(&self, columns: usize) -> Vec<Option<Field>> {
        (0..columns).map(|column| self.field_of(column)).collect()
    }

    /// Finds the fields among the headings; `place` tells where a heading stands.
    pub(super) fn find(
        headings: &[String],
        settings: &ListSettings,
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
            if let Some((wanted, written)) = settings.columns.get(name) {
                *slot = headings
                    .iter()
                    .position(|heading| heading == wanted.trim())
                    .or_else(|| plain.iter().position(|heading| *heading == self::plain(wanted)));
                if slot.is_none() {
                    let nearest = nearest(wanted, headings.iter().map(String::as_str));
                    let fault = Fault::HeadingUnknown {
                        key: name.to_owned(),
                        heading: wanted.clone(),
                        nearest,
                    };
                    problems.push(Problem::error(written.clone(), fault));
                }
                continue;
            }
            let mut found = plain
                .iter()
                .enumerate()
                .filter(|(_, heading)| synonyms.contains(&heading.as_str()))
                .map(|(at, _)| at);
            *slot = found.next();
            if let (Some(first), Some(second)) = (*slot, found.next())
                && headings[first] != headings[second]
            {
                let (first, second_heading) = (headings[first].clone(), headings[second].clone());
                let fault =
                    Fault::HeadingsForOneField { field: name, first, second: second_heading };
                problems.push(Problem::error(place(second), fault));
            }
        }
        for (column, heading) in plain.iter().enumerate() {
            let is_taken = columns.field_of(column).is_some();
            if let Some((first, second)) = fits_two(heading).filter(|_| !is_taken)
                && columns.of(first).is_none()
                && columns.of(second).is_none()
            {
                let (first, second) = (FIELDS[first as usize].1, FIELDS[second as usize].1);
                let fault =
                    Fault::HeadingFitsTwo { heading: headings[column].clone(), first, second };
                problems.push(Problem::error(place(column), fault));
            }
        }
        if columns.of(Field::Email).is_none() && !settings.columns.contains_key("email") {
            let nearest = plain
                .iter()
                .position(|heading| {
                    heading.contains("mail")
                        || heading.contains("почт")
                        || heading.contains("адрес")
                })
                .or_else(|| {
                    plain.iter().position(|heading| {
                        nearest(heading, ["email", "электроннаяпочта"]).is_some()
                    })
                })
                .map(|column| headings[column].clone());
            let seen = headings.iter().filter(|heading| !heading.is_empty()).take(12);
            let seen = seen.map(|heading| heading.chars().take(40).collect()).collect();
            problems.push(Problem::error(
                place(0),
                Fault::HeadingMissing { field: "email", seen, nearest },
            ));
        }
        if problems.is_empty() { Ok(columns) } else { Err(problems) }
    }
}

/// True where one of the first lines has a heading for the column with the addresses.
pub(super) fn name_an_address(text: &str) -> bool {
    text.lines()
        .take(TITLE_ROWS)
        .flat_map(|line| line.split([';', ',', '\t', '|']))
        .any(is_of_address)
}

/// True for a heading of the column with the addresses.
fn is_of_address(heading: &str) -> bool {
    // What a wrong encoding makes of letters is often no letter.
    heading.chars().all(|c| c.is_alphanumeric() || c.is_ascii() && !c.is_control())
        && FIELDS[Field::Email as usize].2.contains(&plain(heading).as_str())
}

/// The two fields whose names make up a heading («Имя Отчество», «Должность, организация»).
fn fits_two(heading: &str) -> Option<(Field, Field)> {
    let with = |part: &str| {
        FIELDS.iter().find(|(_, _, synonyms)| synonyms.contains(&part)).map(|(field, ..)| *field)
    };
    heading.char_indices().skip(1).find_map(|(at, _)| {
        let (first, rest) = heading.split_at(at);
        let second = with(rest).or_else(|| with(rest.strip_prefix('и')?))?;
        with(first).filter(|first| *first != second).map(|first| (first, second))
    })
}

/// A heading as it is compared: small letters and digits alone, ё as е.
fn plain(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .map(|c| if c == 'ё' { 'е' } else { c })
        .filter(|c| c.is_alphanumeric())
        .collect()
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
    fn a_heading_may_fit_two_fields() {
        let two = |heading: &str| fits_two(&plain(heading));
        assert_eq!(two("Имя и отчество"), Some((Field::FirstName, Field::Patronymic)));
        assert_eq!(two("Должность, организация"), Some((Field::Position, Field::Organisation)));
        assert_eq!(two("Ф.И.О. и должность"), Some((Field::FullName, Field::Position)));
        for one in ["Имя", "Электронная почта", "Район", "Фамилия руководителя"]
        {
            assert_eq!(two(one), None, "{one}");
        }
    }

    #[test]
    fn a_heading_is_compared_without_case_spaces_and_dots() {
        assert_eq!(plain(" Эл. почта\n"), "элпочта");
        assert_eq!(plain("E-mail"), "email");
    }
}
