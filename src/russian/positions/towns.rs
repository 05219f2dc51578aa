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
}
