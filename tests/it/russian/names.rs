//! Single forms, initials, short names, and the doubts that come with damaged cells.

use Case::{Dative, Genitive, Instrumental, Nominative, Prepositional};
use Gender::{Female, Male};
use gonets::russian::names::{Order, first_name, full, initials, patronymic, short, surname};
use gonets::russian::{Case, Confidence, Form, Gender, Reason, Source};

use super::person;

#[track_caller]
fn sure(form: &Form, wanted: &str) {
    assert_eq!((form.text.as_str(), form.confidence), (wanted, Confidence::Sure), "{form:?}");
}

#[track_caller]
fn doubt(form: &Form, wanted: &str, reason: &Reason) {
    assert_eq!((form.text.as_str(), &form.reason), (wanted, reason), "{form:?}");
    assert_ne!(form.confidence, Confidence::Sure);
}

#[test]
fn letter_case_and_yo_are_kept() {
    sure(&surname("ИВАНОВ", Male, Dative), "ИВАНОВУ");
    sure(&surname("СОЛОВЕЙ", Male, Dative), "СОЛОВЬЮ");
    sure(&first_name("ПЁТР", Male, Dative), "ПЕТРУ");
    sure(&surname("Гребёнкин", Male, Dative), "Гребёнкину");
    sure(&surname("Ёж", Male, Dative), "Ежу");
    sure(&surname("О'Нил", Male, Dative), "О'Нилу");
    sure(&first_name("Алёна", Female, Instrumental), "Алёной");
}

#[test]
fn white_space_is_cleaned() {
    sure(&surname(" Савенков ", Male, Dative), "Савенкову");
    sure(&surname("Петрова\u{a0}–\u{a0}Водкина", Female, Dative), "Петровой-Водкиной");
    sure(&patronymic("Гасан\u{a0} оглы", Male, Dative), "Гасан оглы");
    sure(&surname("Анд\u{ad}реев\u{200b}", Male, Genitive), "Андреева");
}

#[test]
fn damaged_cells_are_doubts() {
    doubt(&surname("Савeнков", Male, Dative), "Савенкову", &Reason::MixedAlphabets { letter: 'e' });
    doubt(&surname("Savenkov", Male, Dative), "Savenkov", &Reason::NotCyrillic);
    doubt(&surname("Иванов2", Male, Dative), "Иванов2", &Reason::NotALetter { character: '2' });
    doubt(
        &surname("Иванов😀", Male, Nominative),
        "Иванов😀",
        &Reason::NotALetter { character: '😀' },
    );
    doubt(&surname("", Male, Dative), "", &Reason::Empty);
    doubt(&surname("иванов", Male, Dative), "иванову", &Reason::SmallLetter);
    doubt(&surname("ИВанов", Male, Dative), "ИВанову", &Reason::OddCapitals);
    doubt(&surname("иВАНОВ", Male, Dative), "иВАНОВу", &Reason::OddCapitals);
    doubt(
        &surname("Дорофееев", Male, Dative),
        "Дорофеееву",
        &Reason::RepeatedLetter { letter: 'е' },
    );
    doubt(&surname("Бойків", Male, Dative), "Бойківу", &Reason::ForeignLetter { letter: 'і' });
    let long = "а".repeat(10_000);
    doubt(&surname(&long, Male, Dative), &long, &Reason::TooLong { characters: 10_000 });
}

#[test]
fn a_form_of_the_other_gender_is_a_doubt() {
    doubt(&surname("Иванова", Male, Dative), "Иванове", &Reason::WrongGender { gender: Female });
    doubt(&surname("Иванов", Female, Dative), "Иванов", &Reason::WrongGender { gender: Male });
    doubt(&first_name("Анна", Male, Dative), "Анне", &Reason::WrongGender { gender: Female });
    doubt(
        &patronymic("Петровна", Male, Dative),
        "Петровне",
        &Reason::WrongGender { gender: Female },
    );
}

#[test]
fn parts_before_a_title_or_patronymic_stay() {
    sure(&surname("Турсун-заде", Male, Dative), "Турсун-заде");
    sure(&surname("Дамба-оол", Male, Dative), "Дамба-оолу");
    sure(&first_name("Шолбан-оол", Male, Dative), "Шолбан-оолу");
    sure(&patronymic("Бато-Мункуевич", Male, Dative), "Бато-Мункуевичу");
    sure(&patronymic("Кара-ооловна", Female, Dative), "Кара-ооловне");
}

#[test]
fn two_readings_name_the_other() {
    doubt(&surname("Лев", Male, Dative), "Леву", &Reason::TwoReadings { other: "Льву".to_owned() });
    doubt(
        &surname("Иванов-Заяц", Male, Dative),
        "Иванову-Зайцу",
        &Reason::TwoReadings { other: "Иванову-Заяцу".to_owned() },
    );
    sure(&surname("Лев", Male, Nominative), "Лев");
}

#[test]
fn hard_first_names_decline() {
    sure(&first_name("Лев", Male, Dative), "Льву");
    sure(&first_name("Павел", Male, Prepositional), "Павле");
    sure(&first_name("Любовь", Female, Dative), "Любови");
    sure(&first_name("Мария", Female, Instrumental), "Марией");
    sure(&first_name("Наталия", Female, Dative), "Наталии");
    sure(&first_name("Наталья", Female, Dative), "Наталье");
    sure(&first_name("Абдул-Азиз", Male, Dative), "Абдул-Азизу");
    doubt(
        &first_name("Гузель", Female, Dative),
        "Гузель",
        &Reason::HandbooksDisagree {
            own: Source::Kalakutskaya,
            other: "Гузели".to_owned(),
            others: Source::Superanskaya,
        },
    );
    sure(&first_name("М.", Male, Dative), "М.");
    sure(&first_name("Ж.-П.", Male, Dative), "Ж.-П.");
}

#[test]
fn parts_in_each_others_column_are_a_doubt() {
    let form = full(&person("Максим", "Савенков", "Георгиевич"), Male, Dative);
    assert_eq!(form.surname.reason, Reason::Swapped);
    assert_eq!(form.surname.confidence, Confidence::Likely);
}

#[test]
fn initials_are_unspaced() {
    for (first, father, wanted) in [
        ("Максим", "Георгиевич", "М.Г."),
        ("Жан-Поль", "", "Ж.-П."),
        ("Анна-Мария", "Карловна", "А.-М.К."),
        ("Али", "Гасан оглы", "А.Г."),
        ("Али", "Гасан-оглы", "А.Г."),
        ("Айгуль", "", "А."),
        ("М.", "Г.", "М.Г."),
        ("М.Г.", "", "М.Г."),
        ("Ж.-П.", "", "Ж.-П."),
        ("ёлка", "игоревна", "Ё.И."),
        ("", "", ""),
    ] {
        assert_eq!(initials(first, father), wanted, "{first} {father}");
    }
}

#[test]
fn short_names_have_a_no_break_space() {
    assert_eq!(
        short("Савенкову", "Максим", "Георгиевич", Order::SurnameFirst),
        "Савенкову\u{a0}М.Г."
    );
    assert_eq!(
        short("Савенкову", "Максим", "Георгиевич", Order::InitialsFirst),
        "М.Г.\u{a0}Савенкову"
    );
    assert_eq!(short("Савенкову", "", "", Order::InitialsFirst), "Савенкову");
}

/// Not sure, and `right` is the form or the other reading.
#[track_caller]
fn unsure_or_right(form: &Form, right: &str) {
    let is_right = form.text == right;
    assert!(is_right || form.confidence < Confidence::Sure, "{form:?} instead of {right}");
}

#[test]
fn a_first_part_that_is_a_given_name_is_not_declined_in_silence() {
    for (typed, right) in [
        ("Дава-Очиров", "Дава-Очирову"),
        ("Шара-Манджиев", "Шара-Манджиеву"),
        ("Хара-Давиев", "Хара-Давиеву"),
        ("Дада-Мирзоев", "Дада-Мирзоеву"),
        ("Бадма-Убушаев", "Бадма-Убушаеву"),
        ("Мола-Цеденов", "Мола-Цеденову"),
    ] {
        unsure_or_right(&surname(typed, Male, Dative), right);
    }
    unsure_or_right(&surname("Дава-Очирова", Female, Dative), "Дава-Очировой");
    // Surnames of their own decline as before.
    sure(&surname("Сковорода-Иванов", Male, Dative), "Сковороде-Иванову");
    sure(&surname("Гулыга-Петренко", Female, Dative), "Гулыге-Петренко");
}

#[test]
fn ukrainian_nouns_in_iy_are_not_taken_for_adjectives_in_silence() {
    for (typed, right) in [
        ("Кущий", "Кущию"),
        ("Трощий", "Трощию"),
        ("Загий", "Загию"),
        ("Мержий", "Мержию"),
        ("Лящий", "Лящию"),
    ] {
        unsure_or_right(&surname(typed, Male, Dative), right);
    }
    for (typed, right) in [
        ("Хорунжий", "Хорунжему"),
        ("Рыжий", "Рыжему"),
        ("Горячий", "Горячему"),
        ("Долгий", "Долгому"),
        ("Строгий", "Строгому"),
        ("Хороший", "Хорошему"),
        ("Тощий", "Тощему"),
        ("Настоящий", "Настоящему"),
        ("Свежий", "Свежему"),
        ("Островский", "Островскому"),
    ] {
        sure(&surname(typed, Male, Dative), right);
    }
}

#[test]
fn a_surname_that_is_french_or_slavic_is_a_doubt() {
    for typed in ["Люка", "Золя", "Лаба"] {
        let form = surname(typed, Male, Dative);
        assert_ne!(form.confidence, Confidence::Sure, "{form:?}");
    }
    sure(&surname("Дюма", Male, Dative), "Дюма");
    sure(&surname("Петипа", Male, Dative), "Петипа");
}

#[test]
fn a_slip_that_no_russian_word_can_have_is_a_doubt() {
    for typed in ["Анатолии", "Алексеи", "Виталии", "Андрй", "Игоьр", "Сергеи"]
    {
        let form = first_name(typed, Male, Dative);
        assert_ne!(form.confidence, Confidence::Sure, "{form:?}");
        let form = first_name(typed, Male, Nominative);
        assert_ne!(form.confidence, Confidence::Sure, "{form:?}");
    }
    for typed in ["Петрвй", "Сидоьров"] {
        let form = surname(typed, Male, Dative);
        assert_ne!(form.confidence, Confidence::Sure, "{form:?}");
    }
    sure(&surname("Йоргенсен", Male, Dative), "Йоргенсену");
    sure(&first_name("Майя", Female, Dative), "Майе");
    sure(&surname("Галилеи", Male, Dative), "Галилеи");
}

#[test]
fn the_last_word_of_an_eastern_name_declines() {
    sure(&first_name("Ван Тханг", Male, Dative), "Ван Тхангу");
    sure(&first_name("Мин Хо", Male, Dative), "Мин Хо");
    unsure_or_right(&first_name("Хуан Карлос", Male, Dative), "Хуану Карлосу");
}

#[test]
fn womens_names_on_which_handbooks_disagree_are_doubts() {
    for typed in [
        "Айгуль",
        "Асель",
        "Мишель",
        "Николь",
        "Изабель",
        "Ассоль",
        "Жизель",
        "Адель",
        "Альфия",
        "Зульфия",
        "Гульфия",
        "Алия",
        "Рания",
    ] {
        let form = first_name(typed, Female, Dative);
        assert_eq!(form.confidence, Confidence::Likely, "{form:?}");
    }
    sure(&first_name("Любовь", Female, Dative), "Любови");
    sure(&first_name("Мария", Female, Dative), "Марии");
    sure(&first_name("Лилия", Female, Dative), "Лилии");
    sure(&first_name("Эсфирь", Female, Dative), "Эсфири");
}
