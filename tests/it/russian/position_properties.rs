//! Whatever is thrown at the module: an answer, never a panic, and never a sure answer to garbage.

use gonets::russian::{
    Case, Confidence, Reason, dates, organisation, plural, positions, typography,
};
use proptest::prelude::*;

const CASES: [Case; 6] = [
    Case::Nominative,
    Case::Genitive,
    Case::Dative,
    Case::Accusative,
    Case::Instrumental,
    Case::Prepositional,
];

/// Pieces of real phrases and of rubbish, in any order.
fn patchwork() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Начальник",
        "отдела",
        "и",
        "и.о.",
        "заведующая",
        "главный",
        "городской",
        "-",
        " – ",
        "–",
        ",",
        "«",
        "»",
        "\"",
        "(",
        ")",
        "№ 5",
        "1-й",
        "врач-",
        "-педиатр",
        "главы-начальник",
        "Директор-главный",
        "МБОУ",
        "зам.",
        "гл.",
        "ст",
        "а также",
        "/",
        ";",
        "\n",
        "\u{a0}",
        "ё",
        "Ё",
        "ЗАВЕДУЮЩИЙ",
        "управление",
        "Детский сад",
        "x",
        "Dиректор",
        "😀",
        "\u{0}",
        "\u{301}",
        "И.И.",
        "город",
        "Томск",
        "I",
        "5",
        ".",
        "„",
        "“",
        "школа-интернат",
        "курсы",
        "ся",
        "ий",
    ]);
    prop::collection::vec((piece, prop::sample::select(vec!["", " "])), 0..14)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, space)| [piece, space]).collect())
}

/// Text that typography may meet.
fn prose() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "слово",
        "\"",
        "«",
        "»",
        "„",
        "“",
        "”",
        " ",
        "  ",
        " - ",
        "-",
        "–",
        "№",
        "5",
        "28",
        " февраля",
        "2022",
        " г.",
        "%",
        "\n",
        "\n\n",
        "\u{a0}",
        "М.",
        "Г.",
        " Савенков",
        "т.",
        " е.",
        "с.",
        "https://a.b/c-d",
        "a@b.ru",
        "`",
        "<a b=\"c\">",
        "{{",
        "}}",
        "{%",
        "%}",
        "(",
        ")",
        ".",
        ",",
        "|",
        "\t",
        "10:30",
        "10-15",
        "x=1",
        "/",
        "'",
        "И. о.",
        "\r\n",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(text in any::<String>(), other in any::<String>()) {
        for case in CASES {
            let _ = positions::decline(&text, case);
            let _ = organisation::decline(&text, case);
            let _ = positions::with_organisation(&text, &other, case);
        }
        let _ = positions::addressee(&text, Some(&other));
        let _ = dates::parse(&text);
        let _ = typography::tidy(&text);
    }

    #[test]
    fn any_patchwork_gets_an_answer(text in patchwork(), other in patchwork()) {
        for case in CASES {
            let _ = positions::decline(&text, case);
            let _ = organisation::decline(&text, case);
            let _ = positions::with_organisation(&text, &other, case);
        }
    }

    #[test]
    fn the_nominative_of_a_sure_phrase_is_the_phrase(text in patchwork()) {
        let form = positions::decline(&text, Case::Nominative);
        if form.confidence == Confidence::Sure {
            prop_assert_eq!(form.text.split_whitespace().collect::<String>(), text.split_whitespace().collect::<String>());
        }
    }

    #[test]
    fn text_without_cyrillic_is_never_sure(text in "[ -~😀№]{0,40}") {
        let form = positions::decline(&text, Case::Dative);
        prop_assert_eq!(form.confidence, Confidence::Guess);
        prop_assert_eq!(form.text, text.trim());
    }

    #[test]
    fn tidying_twice_is_tidying_once(text in prose()) {
        let once = typography::tidy(&text);
        prop_assert_eq!(typography::tidy(&once), once);
    }

    #[test]
    fn tidying_any_text_twice_is_tidying_once(text in any::<String>()) {
        let once = typography::tidy(&text);
        prop_assert_eq!(typography::tidy(&once), once);
    }

    #[test]
    fn tidying_changes_only_spaces_quotes_and_dashes(text in prose()) {
        let bare = |text: &str| -> String {
            text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '"' | '«' | '»' | '„' | '“' | '-' | '–')).collect()
        };
        prop_assert_eq!(bare(&typography::tidy(&text)), bare(&text));
    }

    #[test]
    fn a_written_date_is_read_back(days in 0_i32..3_280_000) {
        let date = jiff::civil::date(1000, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        prop_assert_eq!(dates::parse(&dates::long(date)), Some(date));
        prop_assert_eq!(dates::parse(&dates::short(date)), Some(date));
        prop_assert_eq!(dates::parse(&date.to_string()), Some(date));
    }

    #[test]
    fn a_plural_is_one_of_its_three_forms(n in any::<u64>()) {
        prop_assert!(["a", "b", "c"].contains(&plural::form(n, "a", "b", "c")));
    }
}

#[test]
fn garbage_is_a_doubt() {
    let long = "начальник ".repeat(1000);
    for text in [
        "",
        "   ",
        "12345",
        "Director",
        "Dиректор",
        "😀 начальник",
        "начальник\u{7}",
        "Иванов Иван Иванович",
        "«»",
        "((",
        "начальник «отдела",
        "начальник (отдела",
        "-",
        "–",
        "№",
        &long,
    ] {
        let form = positions::decline(text, Case::Dative);
        assert!(form.confidence < Confidence::Sure, "{text:.40}: {form:?}");
        assert_ne!(form.reason, Reason::Plain);
        assert!(organisation::decline(text, Case::Dative).confidence <= Confidence::Sure);
    }
}

#[test]
fn a_form_is_as_sure_with_one_number_as_with_another() {
    let gold =
        include_str!("../../gold/positions.tsv").lines().filter(|line| !line.starts_with('#'));
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
