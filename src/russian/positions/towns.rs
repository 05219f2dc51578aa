//! Russia's towns and cities in all cases, as they decline beside the word «город».
//!
//! The table is `towns.tsv`: nominative, genitive, dative, accusative, instrumental, prepositional.
//! A line with the nominative alone stays as it is beside «город»: names in «-о», plurals and
//! indeclinable ones (Розенталь, § 197; Грамота.ру). Written by hand from the list of towns by region.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::letters::{fold, in_capitals};
use crate::russian::Case;

static TOWNS: LazyLock<HashMap<String, Vec<&'static str>>> = LazyLock::new(|| {
    let rows = include_str!("towns.tsv").lines().map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|forms| (fold(forms[0]), forms)).collect()
});

/// A town in the case that was asked for, in the capitals of `typed`; `None` if it is not listed.
pub(super) fn decline(typed: &str, case: Case) -> Option<String> {
    let forms = TOWNS.get(&fold(typed))?;
    let form = match case {
        Case::Nominative => None,
        Case::Genitive => forms.get(1),
        Case::Dative => forms.get(2),
        Case::Accusative => forms.get(3),
        Case::Instrumental => forms.get(4),
        Case::Prepositional => forms.get(5),
    };
    let Some(form) = form else {
        return Some(typed.to_owned());
    };
    let alike = |(a, b): &(char, char)| a == b;
    let common = forms[0].chars().zip(form.chars()).take_while(alike).count();
    let mut text: String = typed.chars().take(common).collect();
    let rest = form.chars().skip(common);
    if in_capitals(typed) {
        text.extend(rest.flat_map(char::to_uppercase));
    } else {
        text.extend(rest);
    }
    Some(text)
}

/// «Город», «республика» and what else stands before the name of a place.
pub(super) fn names_a_place(folded: &str) -> bool {
    const NOUNS: [&str; 12] = [
        "г",
        "г.",
        "город",
        "село",
        "поселок",
        "деревня",
        "станица",
        "хутор",
        "аул",
        "республика",
        "зато",
        "пгт",
    ];
    NOUNS.contains(&folded)
}

/// Whether a name that stays beside «город» declines by itself: «Великие Луки», but not «Сочи».
pub(super) fn may_decline(name: &str) -> bool {
    const INDECLINABLE: [&str; 7] =
        ["сочи", "тольятти", "нерюнгри", "суоярви", "томари", "туапсе", "тарко-сале"];
    let folded = fold(name);
    folded.ends_with(['ы', 'и', 'е']) && !INDECLINABLE.contains(&folded.as_str())
}

/// Words between «город» and its name, in the cases of [`Case::ALL`]; those of a title decline.
#[rustfmt::skip]
const TITLES: [(&str, [&str; 6]); 8] = [
    ("-герой", ["-герой", "-героя", "-герою", "-герой", "-героем", "-герое"]),
    (" герой", [" герой", " героя", " герою", " герой", " героем", " герое"]),
    ("-курорт", ["-курорт", "-курорта", "-курорту", "-курорт", "-курортом", "-курорте"]),
    (" курорт", [" курорт", " курорта", " курорту", " курорт", " курортом", " курорте"]),
    ("-порт", ["-порт", "-порта", "-порту", "-порт", "-портом", "-порте"]),
    (" воинской славы", [" воинской славы"; 6]),
    (" трудовой доблести", [" трудовой доблести"; 6]),
    (" федерального значения", [" федерального значения"; 6]),
];
const CITY: [&str; 6] = ["город", "города", "городу", "город", "городом", "городе"];

/// «Город-герой Волгоград», «Город воинской славы Воронеж», and nothing else.
pub(super) fn titled_city(text: &str, case: Case) -> Option<String> {
    let rest: String = text.chars().skip("город".chars().count()).collect();
    let folded = fold(&rest);
    if !fold(text).starts_with("город") {
        return None;
    }
    let (title, forms) = TITLES.iter().find(|(title, _)| folded.starts_with(title))?;
    let name: String = rest.chars().skip(title.chars().count()).collect();
    let name = decline(name.strip_prefix(' ')?.trim(), case)?;
    let city = CITY[case as usize];
    let first: String = text.chars().take(1).collect();
    let titled = format!("{}{}", &city["г".len()..], forms[case as usize]);
    let titled = if in_capitals(text) { titled.to_uppercase() } else { titled };
    Some(format!("{first}{titled} {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_has_one_form_or_six() {
        for line in include_str!("towns.tsv").lines() {
            let forms = line.split('\t').count();
            assert!(forms == 1 || forms == 6, "{line}");
        }
        assert!(TOWNS.len() > 1100);
    }

    #[test]
    fn capitals_and_the_dots_of_yo_are_kept_as_typed() {
        let genitive = |town| decline(town, Case::Genitive).unwrap();
        assert_eq!(genitive("ТВЕРЬ"), "ТВЕРИ");
        assert_eq!(genitive("Орел"), "Орла");
        assert_eq!(genitive("Королев"), "Королева");
        assert_eq!(genitive("Гусь-Хрустальный"), "Гуся-Хрустального");
        assert_eq!(genitive("Набережные Челны"), "Набережные Челны");
        assert_eq!(decline("Нигденск", Case::Genitive), None);
    }

    #[test]
    fn a_city_declines_with_its_title() {
        for (typed, genitive) in [
            ("Город-герой Волгоград", Some("Города-героя Волгограда")),
            ("Город герой Волгоград", Some("Города героя Волгограда")),
            ("город-курорт Анапа", Some("города-курорта Анапы")),
            ("Город воинской славы Воронеж", Some("Города воинской славы Воронежа")),
            ("Город федерального значения Москва", Some("Города федерального значения Москвы")),
            ("ГОРОД-ГЕРОЙ ВОЛГОГРАД", Some("ГОРОДА-ГЕРОЯ ВОЛГОГРАДА")),
            ("Город-герой", None),
            ("Город Волгоград", None),
        ] {
            assert_eq!(titled_city(typed, Case::Genitive).as_deref(), genitive);
        }
    }
}
