//! Any text in place of a name, a position or a date: an answer, never a panic.
#![no_main]

use gonets::russian::forms::{Companion, Forms, Given, Manner, Person};
use gonets::russian::names::FullName;
use gonets::russian::{dates, gender, typography};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut cells = text.split('\n');
    let mut next = || cells.next().unwrap_or_default().to_owned();
    let name = FullName { surname: next(), first_name: next(), patronymic: next() };
    let (position, organisation, given) = (next(), next(), Given::default());
    let gender = gender::parse(&next());
    let (title, degree) = (next(), next());
    let other =
        Companion { name: FullName::split(&next()).name, position: next(), ..Companion::default() };
    let person = Person {
        name: &name,
        gender,
        title: &title,
        degree: &degree,
        position: &position,
        organisation: &organisation,
        given: &given,
        others: &[other],
    };
    Forms::of(&person, &Manner::default());
    let _ = FullName::split(text);
    let _ = dates::parse(text);
    let tidy = typography::tidy(text);
    assert_eq!(typography::tidy(&tidy), tidy);
});
