//! `check` composes one letter of those that are alike: it must tell all that composing each of
//! them tells.

use std::cell::Cell;
use std::collections::BTreeSet;

use gonets::campaign::{self, Numbers};
use gonets::compose::Mark;
use gonets::place::Problem;
use gonets::russian::positions;
use jiff::Zoned;
use proptest::prelude::*;

use crate::support::Campaign;

const HEADINGS: &str =
    "Эл. почта;Фамилия;Имя;Отчество;Пол;Должность;Организация;Регион;Заметка;code";

/// What was told of each row, how many rows have a letter, and how many were passed over for it.
#[derive(Debug, PartialEq)]
struct Told {
    problems: Vec<(u64, Vec<Problem>)>,
    letters: u64,
    rows: u64,
}

/// The same by composing every letter, and by composing those that are unlike; and how many of
/// these there were not.
fn both(campaign: &Campaign) -> (Told, Told, u64) {
    let campaign = match campaign::Campaign::load(Some(campaign.path())) {
        Ok(campaign) => campaign,
        Err(campaign::Unreadable::Problems(problems)) => panic!("{problems:?}"),
        Err(campaign::Unreadable::Failure(failure)) => panic!("{failure}"),
    };
    let numbers = || Numbers::new(&campaign.config.numbering, None).unwrap();
    let now = Zoned::now();
    let tell = |passed: Option<&Cell<u64>>| {
        let mut told = Told { problems: Vec::new(), letters: 0, rows: 0 };
        let mut each = |draft: campaign::Draft| {
            told.rows += 1;
            told.letters += u64::from(draft.is_letter());
            if !draft.problems.is_empty() {
                told.problems.push((draft.row, draft.problems));
            }
            Ok(())
        };
        match passed {
            None => campaign.each_draft(numbers(), &now, &Mark::Real, &mut each).unwrap(),
            Some(passed) => {
                let pass = || passed.set(passed.get() + 1);
                campaign.each_doubtful_draft(numbers(), &now, &pass, &mut each).unwrap();
                told.rows += passed.get();
                told.letters += passed.get();
            }
        }
        told
    };
    let passed = Cell::new(0);
    let (all, unlike) = (tell(None), tell(Some(&passed)));
    (all, unlike, passed.get())
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(values)
}

fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A row in which anything may be odd, and mostly little is.
fn row() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        8 => one_of(&["Иванова;Анна;Петровна;ж", "Иванова;Анна;Петровна;", "Орлов;Пётр;Ильич;м", "Орлов;Пётр;Ильич;"]),
        1 => one_of(&["Черных;;;", "Орлов;Анна;Ильич;", "Ким;Ён Су;;м", ";;;", "Гусь;Саша;;", "Иванова;Анна;Петровна;м"]),
    ];
    let post = prop_oneof![
        8 => one_of(&[
            "Начальник;Управление образования № 5",
            "Начальник;Управление образования № 12",
            "Директор;Школа № 123",
            "Директор;",
        ]),
        1 => one_of(&["Директор школы № 5;Школа № 5", "Директор школы;МБОУ СОШ № 71", ";Школа № 4", "Ок;Ок"]),
    ];
    let region = one_of(&["Томск", "Тверь", "", "Северный район"]);
    let note = prop_oneof![
        6 => Just("просто слова".to_owned()),
        1 => Just(String::new()),
        1 => Just("первая\nвторая".to_owned()),
        1 => Just("*не* {{ код }} <b>".to_owned()),
        1 => prop::sample::select(vec![3_000, 32_000]).prop_map(|length| "х".repeat(length)),
        1 => (0..90_u32).prop_map(|n| n.to_string()),
    ];
    let code = one_of(&["7", "8", "семь", ""]);
    (name, post, region, note, code).prop_map(|(name, post, region, note, code)| {
        format!("{name};{post};{region};{};{code}", cell(&note))
    })
}

/// What a letter may say, each with what it does to likeness.
const SAYINGS: &[&str] = &[
    "{{ salutation }}!",
    "{{ addressee.position }}",
    "{{ addressee.name }}, {{ recipient.email }}",
    "{{ row[\"Регион\"] }}",
    "{{ row['Заметка'] }}",
    "{{ code }}",
    "{{ recipient.first_name }} {{ recipient.organisation }}",
    "{{ recipient.position | genitive }}",
    "{{ row[\"Организация\"] | dative }}",
    "{{ code | int }}",
    "{% if row['Регион'] == \"Томск\" %}{{ code | int }}{% else %}{{ row.code }}{% endif %}",
    "{% if recipient.gender == \"f\" %}{{ row['Регион'] }}{% endif %}",
    "{% set x = row['Заметка'] %}{{ x | int }}",
    "{% for word in row['Заметка'] | split(pat=\" \") %}{{ word }} {{ salutation }}{% endfor %}",
    "{% if addressee.position %}да{% else %}{{ row['нет'] }}{% endif %}",
    "{% if salutation == \"Уважаемый Пётр Ильич\" %}{{ code | int }}{% endif %}",
    "{{ \"\\\"\" ~ row['code'] ~ \"}}\" | int }}",
    "{% include \"part.md\" %}",
    "{# {{ row['нет'] }} #}",
    "{{ letter.id }}",
    "Исх. № {{ letter.number }}",
    "{% set y %}{{ code }}{% endset %}{{ y | int }}",
    "{% filter upper %}{{ row['Заметка'] }}{% endfilter %}",
    "{{ row['Заметка']|safe }} {{ salutation|default(value=code) }}",
];

#[test]
fn every_saying_is_a_template() {
    let list =
        format!("{HEADINGS}\r\np@one.test;Орлов;Пётр;Ильич;м;Директор;Школа № 1;Томск;слово;7\r\n");
    for saying in SAYINGS {
        let campaign = Campaign::new().contacts(&list).letter(saying).file("part.md", "часть");
        let campaign = campaign.with("[register]\nfirst = 7\n").write();
        assert!(campaign::Campaign::load(Some(campaign.path())).is_ok(), "{saying}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_letter_speaks_only_for_those_that_are_alike(
        rows in prop::collection::vec(row(), 40..160),
        sayings in prop::collection::btree_set(0..SAYINGS.len(), 0..5),
        subject in one_of(&["О семинаре", "{{ row['Заметка'] }}", "Для {{ salutation }}", "{{ code }}"]),
        size in one_of(&["20 MB", "300 kB", "12 kB"]),
        link in one_of(&["", "u?{{ letter.id }}", "{{ code }}", "{{ recipient.email }}", "{{ recipient.surname }}"]),
    ) {
        let rows = rows.iter().enumerate().map(|(n, row)| format!("p{n}{}@{}.test;{row}\r\n", if n % 11 == 0 { "{}" } else { "" }, n % 7));
        let list = format!("{HEADINGS}\r\n{}", rows.collect::<String>());
        let said: BTreeSet<usize> = sayings;
        let letter: String = said.iter().map(|n| format!("{}\n\n", SAYINGS[*n])).collect();
        let campaign = Campaign::new().contacts(&list).subject(subject).letter(&letter);
        let campaign = campaign.letter_table(&format!("max_size = \"{size}\"")).file("part.md", "{{ code | int }} {{ row['Регион'] }}");
        let unsubscribe = format!("[unsubscribe]\nmailto = \"no@sender.test\"\none_click = \"https://example.org/{link}\"");
        let campaign = if link.is_empty() { campaign } else { campaign.with(&unsubscribe) };
        let campaign = campaign.with("[register]\nfirst = 7\n");
        let campaign = campaign.write();
        if campaign::Campaign::load(Some(campaign.path())).is_ok() {
            let (all, unlike, _) = both(&campaign);
            prop_assert_eq!(all, unlike, "{}", letter);
        }
    }
}

/// So many rows of a list were not composed, nor read further, with this letter.
fn passed(letter: &str) -> u64 {
    let row = |n| {
        let (name, post) = match n % 3 {
            0 => ("Иванова;Анна;Петровна;", "Начальник;Управление образования города"),
            1 => ("Орлов;Пётр;Ильич;м", "Директор;Школа"),
            _ => ("Ким;Инна;Олеговна;ж", "Начальник;Управление образования города"),
        };
        format!("p{n}@{}.test;{name};{post} № {n};Район {n};Заметка {n};{}\r\n", n % 7, n % 5)
    };
    let list = format!("{HEADINGS}\r\n{}", (0..3000).map(row).collect::<String>());
    let (all, unlike, passed) = both(&Campaign::new().contacts(&list).letter(letter).write());
    assert_eq!(all, unlike);
    assert_eq!((all.rows, all.letters), (3000, 3000), "{:?}", all.problems.first());
    passed
}

#[test]
fn letters_that_differ_in_what_is_printed_are_alike() {
    for letter in [
        "Добрый день.",
        "{{ addressee.position }}\n\n{{ salutation }}! {{ row['Регион'] }} {{ recipient.email }} {{ letter.id }}",
        "{% if recipient.gender == \"f\" %}Коллега{% endif %} {{ row['Заметка'] }}",
        "{% if code == \"3\" %}три{% endif %} {{ code }} {% for x in [1, 2] %}{{ x }}{% endfor %}",
    ] {
        let passed = passed(letter);
        assert!(passed > 2000, "{passed}: {letter}");
    }
}

#[test]
fn a_letter_that_fails_gives_its_number_to_those_behind_it() {
    let row = |n: u32| {
        let letter = char::from_u32(0x430 + n % 32).unwrap();
        let code = if n % 50 == 49 { "семь" } else { "7" };
        format!("p{n}@one.test;Ката{letter}ов;Пётр;Ильич;м;Директор;Школа № {n};;;{code}\r\n")
    };
    let list = format!("{HEADINGS}\r\n{}", (0..600).map(row).collect::<String>());
    let letter =
        "№ {{ letter.number }}\n\n{{ addressee.position }}\n\n{{ salutation }}! {{ code | int }}";
    let campaign = Campaign::new().contacts(&list).letter(letter).with("[register]\nfirst = 7\n");
    let (all, unlike, passed) = both(&campaign.write());
    assert_eq!(all, unlike);
    assert_eq!((all.letters, all.problems.len()), (588, 12));
    assert!(passed > 0);
}

/// The campaign with a list of which the last row has so long a note, and a letter that is then too
/// large.
fn one_is_too_large(campaign: Campaign, length: usize) -> u64 {
    let row = |n| {
        let note = if n == 300 { "&".repeat(length) } else { "&".into() };
        format!("p{n}@one.test;;;;;;;;{note};\r\n")
    };
    let list = format!("{HEADINGS}\r\n{}", (1..=300).map(row).collect::<String>());
    let (all, unlike, passed) = both(&campaign.contacts(&list).write());
    assert_eq!(all, unlike);
    assert_eq!((all.letters, all.problems.len()), (299, 1));
    passed
}

#[test]
fn a_letter_says_nothing_of_one_that_is_much_longer() {
    let campaign =
        Campaign::new().letter("{{ row['Заметка'] }}").letter_table("max_size = \"150 kB\"");
    assert!(one_is_too_large(campaign, 32_000) > 0);
}

#[test]
fn a_subject_is_printed_with_all_that_is_in_it() {
    let page = "<p>{{ letter.subject }}</p>".repeat(30);
    let campaign = Campaign::new()
        .subject(&"{{ row['Заметка'] }}".repeat(30))
        .letter("Добрый день.")
        .file("own.html", page);
    // Nine hundred notes, where sixty would have room.
    one_is_too_large(campaign.letter_table("html = \"own.html\""), 1900);
}

#[test]
fn a_form_is_as_sure_with_one_number_as_with_another() {
    let gold = include_str!("../gold/positions.tsv").lines().filter(|line| !line.starts_with('#'));
    let posts: Vec<&str> = gold.filter_map(|line| line.split('\t').next()).collect();
    let without_figures = posts.iter().filter(|post| !post.contains(|c: char| c.is_ascii_digit()));
    let bodies = ["Школа №", "МБОУ «Лицей №", "Управление образования округа №", "1-я гимназия №"];
    let mut compared = 0;
    for (position, body) in without_figures.zip(bodies.iter().cycle()) {
        for (one, other) in [("1", "5"), ("12", "21"), ("123", "4001"), (" 1", "2")] {
            for end in ["", " города Томска", "-А"] {
                let form = |number: &str| {
                    let organisation = format!("{body}{number}{end}");
                    let form = positions::addressee(position, Some(&organisation));
                    (form.confidence, form.text.is_empty())
                };
                assert_eq!(form(one), form(other), "{position}, {body}{one}{end} and {other}");
                compared += 1;
            }
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn letters_that_look_at_what_is_each_row_s_own_speak_for_nobody_else() {
    for letter in [
        "{{ row['Регион'] | upper }}",
        "{% if row['Заметка'] %}{{ salutation }}{% endif %}",
        "{% for heading, cell in row %}{{ cell }}{% endfor %}",
        "{{ recipient.email | upper }}",
    ] {
        assert_eq!(passed(letter), 0, "{letter}");
    }
}
