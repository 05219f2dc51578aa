//! Salutations, exact to the letter.

use gonets::russian::Gender::{Female, Male};
use gonets::russian::salutation::{Style, of};
use gonets::russian::{Confidence, Gender, Reason};

use super::person;

fn by_name(surname: &str, first: &str, patronymic: &str, gender: Gender) -> (String, Confidence) {
    let form = of(&person(surname, first, patronymic), gender, Style::NameAndPatronymic);
    (form.text, form.confidence)
}

#[test]
fn people_are_addressed_by_name_and_patronymic() {
    for (first, patronymic, gender, wanted) in [
        ("Максим", "Георгиевич", Male, "Уважаемый Максим Георгиевич"),
        ("Анна", "Петровна", Female, "Уважаемая Анна Петровна"),
        (" Никита ", "Саввич", Male, "Уважаемый Никита Саввич"),
        ("Любовь", "Ильинична", Female, "Уважаемая Любовь Ильинична"),
        ("Гасан", "Али оглы", Male, "Уважаемый Гасан Али оглы"),
        ("Айгуль", "Рашид-кызы", Female, "Уважаемая Айгуль Рашид-кызы"),
        ("Анна-Мария", "Карловна", Female, "Уважаемая Анна-Мария Карловна"),
        ("Саша", "Олеговна", Female, "Уважаемая Саша Олеговна"),
        ("Пётр", "Фомич", Male, "Уважаемый Пётр Фомич"),
    ] {
        assert_eq!(
            by_name("Ким", first, patronymic, gender),
            (wanted.to_owned(), Confidence::Sure)
        );
    }
}

#[test]
fn a_title_goes_with_the_surname() {
    for (surname, gender, wanted) in [
        ("Савенков", Male, "Уважаемый господин Савенков"),
        ("Савенкова", Female, "Уважаемая госпожа Савенкова"),
        ("Ким", Female, "Уважаемая госпожа Ким"),
        ("Кара-Мурза", Male, "Уважаемый господин Кара-Мурза"),
    ] {
        let form = of(&person(surname, "Саша", ""), gender, Style::TitleAndSurname);
        assert_eq!((form.text.as_str(), form.confidence), (wanted, Confidence::Sure));
    }
}

#[test]
fn a_missing_part_is_a_doubt_with_a_proposal() {
    let form = of(&person("Ким", "Айгуль", ""), Female, Style::NameAndPatronymic);
    assert_eq!((form.text.as_str(), form.reason), ("Уважаемая Айгуль", Reason::NoPatronymic));
    let form = of(&person("Ким", "", ""), Female, Style::NameAndPatronymic);
    assert_eq!(
        (form.text.as_str(), form.reason),
        ("Уважаемая госпожа Ким", Reason::FirstNameMissing)
    );
    let form = of(&person("Савенков", "М.", "Г."), Male, Style::NameAndPatronymic);
    assert_eq!(
        (form.text.as_str(), form.reason),
        ("Уважаемый господин Савенков", Reason::FirstNameAbbreviated)
    );
    let form = of(&person("", "Анна", "Петровна"), Female, Style::TitleAndSurname);
    assert_eq!(
        (form.text.as_str(), form.reason),
        ("Уважаемая Анна Петровна", Reason::SurnameMissing)
    );
}

#[test]
fn what_looks_wrong_is_a_doubt() {
    assert_eq!(by_name("", "ИВАН", "ПЕТРОВИЧ", Male).1, Confidence::Likely);
    assert_eq!(by_name("", "анна", "петровна", Female).1, Confidence::Likely);
    assert_eq!(by_name("", "John", "", Male).1, Confidence::Guess);
    assert_eq!(by_name("", "Анна", "Петровна", Male).1, Confidence::Guess);
    assert_eq!(by_name("", "", "", Male).1, Confidence::Guess);
}
