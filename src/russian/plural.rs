//! Agreement of a noun with its number.

/// The form that goes with `n`: «1 письмо, 2 письма, 5 писем» (Розенталь, § 163).
pub fn form<'a>(n: u64, one: &'a str, few: &'a str, many: &'a str) -> &'a str {
    match (n % 100, n % 10) {
        (11..=14, _) => many,
        (_, 1) => one,
        (_, 2..=4) => few,
        _ => many,
    }
}
