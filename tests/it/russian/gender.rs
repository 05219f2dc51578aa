//! Gender by evidence, contradictions, and questions.

use gonets::russian::Gender::{self, Female, Male};
use gonets::russian::gender::{Evidence, EvidenceKind, Verdict, of, parse};

use super::person;

fn known(
    column: Option<Gender>,
    surname: &str,
    first: &str,
    patronymic: &str,
) -> Option<(Gender, EvidenceKind)> {
    match of(column, "", &person(surname, first, patronymic)) {
        Verdict::Known { gender, kind } => Some((gender, kind)),
        Verdict::Contradiction { .. } | Verdict::Unknown => None,
    }
}

#[test]
fn evidence_is_taken_in_order() {
    assert_eq!(known(Some(Male), "Ким", "Саша", ""), Some((Male, EvidenceKind::Column)));
    assert_eq!(known(None, "Ким", "Саша", "Петрович"), Some((Male, EvidenceKind::Patronymic)));
    assert_eq!(
        known(None, "Шевченко", "Женя", "Ильинична"),
        Some((Female, EvidenceKind::Patronymic))
    );
    assert_eq!(known(None, "Иванова", "Саша", ""), Some((Female, EvidenceKind::Surname)));
    assert_eq!(known(None, "Толстой", "Саша", ""), Some((Male, EvidenceKind::Surname)));
    assert_eq!(known(None, "Савенков", "М.", "Г."), Some((Male, EvidenceKind::Surname)));
    assert_eq!(known(None, "Ким", "Айгуль", ""), Some((Female, EvidenceKind::FirstName)));
    assert_eq!(known(None, "Ли", "Гасан", "Али оглы"), Some((Male, EvidenceKind::Patronymic)));
    assert_eq!(known(None, "Ли", "Нур", "Али-кызы"), Some((Female, EvidenceKind::Patronymic)));
    assert_eq!(known(None, "ИВАНОВ", "", ""), Some((Male, EvidenceKind::Surname)));
}

#[test]
fn without_evidence_nothing_is_said() {
    for (surname, first) in [
        ("Ким", "Саша"),
        ("Шевченко", "Женя"),
        ("Ли", "Валя"),
        ("Черных", "А."),
        ("Сова", "Саша"),
        ("Литвин", "Слава"),
        ("Мельник", ""),
        ("", ""),
        ("Цой", "Минь"),
        ("Smith", "John"),
        ("Калина", "Н."),
        ("Грин", "Н."),
    ] {
        assert_eq!(
            of(None, "", &person(surname, first, "")),
            Verdict::Unknown,
            "{surname} {first}"
        );
    }
}

#[test]
fn a_column_against_the_patronymic_is_a_contradiction() {
    let verdict = of(Some(Female), "", &person("Иванова", "Анна", "Петрович"));
    let one = Evidence { kind: EvidenceKind::Column, gender: Female };
    let other = Evidence { kind: EvidenceKind::Patronymic, gender: Male };
    assert_eq!(verdict, Verdict::Contradiction { one, other });
}

#[test]
fn evidence_that_disagrees_is_a_contradiction() {
    for (column, surname, first, patronymic) in [
        (None, "Иванова", "Пётр", "Петрович"),
        (None, "Иванов", "Анна", "Петровна"),
        (None, "Ким", "Анна", "Петрович"),
        (None, "Иванов", "Анна", ""),
        (Some(Male), "Иванова", "Саша", ""),
        (Some(Male), "Ким", "Анна", ""),
    ] {
        let verdict = of(column, "", &person(surname, first, patronymic));
        assert!(
            matches!(verdict, Verdict::Contradiction { .. }),
            "{surname} {first} {patronymic}: {verdict:?}"
        );
    }
}

#[test]
fn a_column_backed_by_the_patronymic_settles_the_surname() {
    assert_eq!(
        known(Some(Female), "Левин", "Анна", "Петровна"),
        Some((Female, EvidenceKind::Column))
    );
}

#[test]
fn cells_of_the_gender_column_are_read() {
    for cell in
        ["м", "М", "муж", "муж.", "Мужской", "МУЖСКОЙ", " m ", "M", "male", "Male", "мужчина", "м."]
    {
        assert_eq!(parse(cell), Some(Male), "{cell}");
    }
    for cell in
        ["ж", "Ж", "жен", "Жен.", "женский", "ЖЕНСКИЙ", "f", "F", "female", "женщина", "ж\u{a0}"]
    {
        assert_eq!(parse(cell), Some(Female), "{cell}");
    }
    for cell in ["", " ", "?", "мж", "м/ж", "x", "0", "1", "да", "не указан", "😀"]
    {
        assert_eq!(parse(cell), None, "{cell}");
    }
}
