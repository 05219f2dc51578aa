//! Full names taken apart.

use gonets::russian::names::FullName;
use gonets::russian::{Confidence, Reason};

use super::person;

#[test]
fn clear_orders_are_sure() {
    for (cell, surname, first, patronymic) in [
        ("Савенков Максим Георгиевич", "Савенков", "Максим", "Георгиевич"),
        ("Максим Георгиевич Савенков", "Савенков", "Максим", "Георгиевич"),
        ("  Савенков\u{a0}Максим   Георгиевич ", "Савенков", "Максим", "Георгиевич"),
        ("САВЕНКОВ МАКСИМ ГЕОРГИЕВИЧ", "САВЕНКОВ", "МАКСИМ", "ГЕОРГИЕВИЧ"),
        ("Савенков М.Г.", "Савенков", "М.", "Г."),
        ("Савенков М. Г.", "Савенков", "М.", "Г."),
        ("М.Г. Савенков", "Савенков", "М.", "Г."),
        ("М. Г. Савенков", "Савенков", "М.", "Г."),
        ("М.Г.Савенков", "Савенков", "М.", "Г."),
        ("Савенков М.", "Савенков", "М.", ""),
        ("Анна Бабич", "Бабич", "Анна", ""),
        ("Анна Абрамович", "Абрамович", "Анна", ""),
        ("Савенков М.Г", "Савенков", "М.", "Г."),
        ("Савенков М Г", "Савенков", "М.", "Г."),
        ("Ю Ольга Чановна", "Ю", "Ольга", "Чановна"),
        ("Дюпон Ж.-П.", "Дюпон", "Ж.-П.", ""),
        ("Савенков Максим Г.", "Савенков", "Максим", "Г."),
        ("Абрамович Роман Аркадьевич", "Абрамович", "Роман", "Аркадьевич"),
        ("Роман Аркадьевич Абрамович", "Абрамович", "Роман", "Аркадьевич"),
        ("Мамедов Али Гасан оглы", "Мамедов", "Али", "Гасан оглы"),
        ("Али Гасан оглы Мамедов", "Мамедов", "Али", "Гасан оглы"),
        ("Мамедова Лейла Гасан кызы", "Мамедова", "Лейла", "Гасан кызы"),
        ("Мамедов Али Гасан-оглы", "Мамедов", "Али", "Гасан-оглы"),
        ("Асанов Бакыт Нурлан уулу", "Асанов", "Бакыт", "Нурлан уулу"),
        ("Савенков Максим", "Савенков", "Максим", ""),
        ("Максим Савенков", "Савенков", "Максим", ""),
        ("Савенков, Максим Георгиевич", "Савенков", "Максим", "Георгиевич"),
        ("фон Штейн Вернер Карлович", "фон Штейн", "Вернер", "Карлович"),
        ("Вернер Карлович фон Штейн", "фон Штейн", "Вернер", "Карлович"),
        ("Петрова - Водкина Анна Ильинична", "Петрова-Водкина", "Анна", "Ильинична"),
        ("Ким Ольга Чановна", "Ким", "Ольга", "Чановна"),
        ("Ондар Белек-оол Мерген-оолович", "Ондар", "Белек-оол", "Мерген-оолович"),
        ("Эрес-оол Петрович Сат", "Сат", "Эрес-оол", "Петрович"),
        ("Хертек Кежик-оол", "Хертек", "Кежик-оол", ""),
        ("Мирлан кызы Айдана", "Мирлан кызы", "Айдана", ""),
        ("Ооржак Айдыс-оол", "Ооржак", "Айдыс-оол", ""),
        ("Монгуш Кара-оол Сергеевич", "Монгуш", "Кара-оол", "Сергеевич"),
        ("д.и.н., проф. Лугов Пётр Ильич", "Лугов", "Пётр", "Ильич"),
    ] {
        let split = FullName::split(cell);
        assert_eq!(split.name, person(surname, first, patronymic), "{cell}");
        assert_eq!(split.confidence, Confidence::Sure, "{cell}: {:?}", split.reason);
    }
}

#[test]
fn unclear_orders_are_doubts() {
    for (cell, reason) in [
        ("Роман Иван", Reason::OrderUnclear),
        ("Ли Мин Хо", Reason::OrderUnclear),
        ("Ооржак Хертек", Reason::OrderUnclear),
        ("Савенков", Reason::FirstNameMissing),
        ("Максим Георгиевич", Reason::SurnameMissing),
        ("Лейла Гасан кызы", Reason::SurnameMissing),
        ("Куулар Петрович", Reason::FirstNameMissing),
        ("Роман Ким", Reason::OrderUnclear),
        ("Савенков Максим Георгиевич Петров Иван Ильич", Reason::SeveralWords),
        ("", Reason::Empty),
        ("   ", Reason::Empty),
        ("John Smith", Reason::NotCyrillic),
        ("Иванова (Петрова) Анна Ильинична", Reason::NotALetter { character: '(' }),
        ("Савенков Максим 2", Reason::NotALetter { character: '2' }),
    ] {
        let split = FullName::split(cell);
        assert_ne!(split.confidence, Confidence::Sure, "{cell}");
        assert_eq!(split.reason, reason, "{cell}");
    }
}

#[test]
fn a_foreign_name_has_its_first_names_first() {
    for (cell, surname, first, is_sure) in [
        ("Anna Smith", "Smith", "Anna", true),
        ("Smith, Anna", "Smith", "Anna", true),
        ("Dr John F. Brown, PhD", "Brown", "John F.", true),
        ("Ludwig van der Meer", "van der Meer", "Ludwig", true),
        ("Maria de la Cruz", "de la Cruz", "Maria", true),
        ("Gabriel Garcia Marquez", "Marquez", "Gabriel Garcia", false),
        ("Kim Min-jun", "Min-jun", "Kim", false),
        ("WANG Fang", "Fang", "WANG", false),
        ("Anna", "Anna", "", false),
    ] {
        let split = FullName::split_foreign(cell);
        assert_eq!(split.name, person(surname, first, ""), "{cell}");
        assert_eq!(split.confidence == Confidence::Sure, is_sure, "{cell}");
    }
}

#[test]
fn a_tuvan_first_name_has_one_initial() {
    use gonets::russian::names::initials;
    assert_eq!(initials("Белек-оол", "Мерген-оолович"), "Б.М.-О.");
    assert_eq!(initials("Кежик-оол", ""), "К.");
}
