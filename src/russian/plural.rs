//! A noun's form after a number: «1 письмо, 2 письма, 5 писем».

/// The form that a whole number asks for (Розенталь, «Справочник по правописанию и
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

/// The number and the noun in the form that it asks for: `"5 писем"`, with a plain space.
#[must_use]
pub fn counted(n: u64, one: &str, few: &str, many: &str) -> String {
    format!("{n} {}", form(n, one, few, many))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eleven_to_fourteen_take_the_genitive_plural_in_every_hundred() {
        for (n, expected) in [
            (0, "писем"),
            (1, "письмо"),
            (2, "письма"),
            (4, "письма"),
            (5, "писем"),
            (10, "писем"),
            (11, "писем"),
            (12, "писем"),
            (14, "писем"),
            (15, "писем"),
            (20, "писем"),
            (21, "письмо"),
            (22, "письма"),
            (25, "писем"),
            (101, "письмо"),
            (111, "писем"),
            (112, "писем"),
            (1_000_001, "письмо"),
            (u64::MAX, "писем"),
        ] {
            assert_eq!(form(n, "письмо", "письма", "писем"), expected, "{n}");
        }
        assert_eq!(counted(3, "письмо", "письма", "писем"), "3 письма");
    }
}
