//! Whatever a cell holds: no panic, no sure form for garbage, cleaning that can be repeated.

use gonets::russian::names::{self, FullName};
use gonets::russian::salutation::{self, Style};
use gonets::russian::{Case, Confidence, Gender, gender};
use proptest::prelude::*;

fn any_gender() -> impl Strategy<Value = Gender> {
    prop_oneof![Just(Gender::Male), Just(Gender::Female)]
}

fn any_case() -> impl Strategy<Value = Case> {
    proptest::sample::select(Case::ALL.to_vec())
}

/// Cells as tables hold them, and worse.
fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        "[а-яА-ЯёЁ .'-]{0,40}",
        "[А-ЯЁ][а-яё]{1,12}",
        "[A-Za-zА-Яа-я0-9]{0,20}",
        "[а-яіїәө\u{300}-\u{310}\u{a0}\u{ad}\u{200b}ЀЁҐ–—-]{0,30}",
        "[а-я]{500,600}",
    ]
}

proptest! {
    #[test]
    fn nothing_panics(a in any_cell(), b in any_cell(), c in any_cell(), g in any_gender(), case in any_case()) {
        let split = FullName::split(&format!("{a} {b} {c}"));
        let name = FullName { surname: a, first_name: b, patronymic: c };
        for name in [name, split.name] {
            let form = names::full(&name, g, case);
            let _ = names::short(&form.surname.text, &name.first_name, &name.patronymic, names::Order::SurnameFirst);
            let _ = gender::of(None, "", &name);
            let _ = gender::parse(&name.surname);
            let _ = salutation::of(&name, g, Style::NameAndPatronymic);
            let _ = salutation::of(&name, g, Style::TitleAndSurname);
        }
    }

    #[test]
    fn cleaning_twice_is_cleaning_once(cell in any_cell()) {
        let once = names::clean(&cell).into_owned();
        prop_assert_eq!(names::clean(&once).into_owned(), once.clone());
    }

    #[test]
    fn garbage_is_never_sure(
        cell in "[а-я]{0,5}[0-9!?#a-z😀(/_]{1,3}[а-я]{0,5}|[A-Za-z]{1,20}|[бвгджзклмнпрст]{1,8}|[ъьы][а-я]{1,8}",
        g in any_gender(),
        case in any_case(),
    ) {
        prop_assert_ne!(names::surname(&cell, g, case).confidence, Confidence::Sure);
        prop_assert_ne!(names::first_name(&cell, g, case).confidence, Confidence::Sure);
        prop_assert_ne!(names::patronymic(&cell, g, case).confidence, Confidence::Sure);
        prop_assert_ne!(FullName::split(&cell).confidence, Confidence::Sure);
    }

    #[test]
    fn the_nominative_is_the_cleaned_cell(cell in "[А-ЯЁ][а-яё]{2,12}", g in any_gender()) {
        prop_assert_eq!(names::surname(&cell, g, Case::Nominative).text, cell.clone());
        prop_assert_eq!(names::first_name(&cell, g, Case::Nominative).text, cell);
    }

    #[test]
    fn capitals_decline_like_small_letters(cell in "[А-ЯЁ][а-яё]{2,12}", g in any_gender(), case in any_case()) {
        let small = names::surname(&cell, g, case).text.to_uppercase();
        prop_assert_eq!(names::surname(&cell.to_uppercase(), g, case).text, small);
    }

    #[test]
    fn white_space_does_not_matter(cell in "[А-ЯЁ][а-яё]{2,12}", g in any_gender(), case in any_case()) {
        let spaced = format!(" \u{a0}{cell}\t ");
        prop_assert_eq!(names::surname(&spaced, g, case), names::surname(&cell, g, case));
    }

    #[test]
    fn gender_is_never_made_up(surname in "[бвгдж][аоу][кмлрт]", first in "[бвг][аоу][ыэ][ыэ]") {
        let name = FullName { surname, first_name: first, patronymic: String::new() };
        prop_assert_eq!(gender::of(None, "", &name), gender::Verdict::Unknown);
    }
}
