//! A noun's form after a number: «1 письмо, 2 письма, 5 писем».

/// The form that a whole number takes (Розенталь, «Справочник по правописанию и
/// литературной правке»: numerals with nouns).
///
/// `one` after 1, 21, 101; `few` after 2 to 4, 22, 104; `many` after the rest, 11 to 14 among them.
#[must_use]
pub fn form<'a>(n: u64, one: &'a str, few: &'a str, many: &'a str) -> &'a str {
    match (n % 10, n % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eleven_to_fourteen_take_the_genitive_plural_in_every_hundred() {
        let expected = [
            ("письмо", [1, 21, 101, 1_000_001].as_slice()),
            ("письма", &[2, 4, 22]),
            ("писем", &[0, 5, 10, 11, 12, 14, 15, 20, 25, 111, 112, u64::MAX]),
        ];
        for (form_expected, n) in
            expected.into_iter().flat_map(|(form, numbers)| numbers.iter().map(move |n| (form, *n)))
        {
            assert_eq!(form(n, "письмо", "письма", "писем"), form_expected, "{n}");
        }
    }
}
