//! Numbers and dates of a workbook as a Russian Excel shows them.
//!
//! Follows the common format codes; with any other the value is written in full.

use calamine::ExcelDateTime;

const MONTHS: [(&str, &str); 12] = [
    ("январь", "января"),
    ("февраль", "февраля"),
    ("март", "марта"),
    ("апрель", "апреля"),
    ("май", "мая"),
    ("июнь", "июня"),
    ("июль", "июля"),
    ("август", "августа"),
    ("сентябрь", "сентября"),
    ("октябрь", "октября"),
    ("ноябрь", "ноября"),
    ("декабрь", "декабря"),
];

/// The cell of a boolean value.
pub(super) fn boolean(value: bool) -> &'static str {
    if value { "ИСТИНА" } else { "ЛОЖЬ" }
}

/// A whole number of a workbook.
#[expect(clippy::cast_precision_loss, reason = "a workbook's numbers are floating-point ones")]
pub(super) fn to_f64(number: i64) -> f64 {
    number as f64
}

/// A number in a format code of Excel's (`000`, `0.00`, `#,##0`, `0%`, `+7 (000) 000-00-00`).
pub(super) fn number(value: f64, format: &str) -> String {
    formatted(value, format).unwrap_or_else(|| general(value))
}

/// All significant digits, as in a cell without a format.
fn general(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    // Fifteen digits are significant; the rest is the noise of binary fractions.
    let before = if value.abs() >= 1.0 { value.abs().log10().floor() } else { 0.0 };
    let behind = (14.0 - before).clamp(0.0, 14.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 14")]
    let text = format!("{value:.*}", behind as usize);
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.replace('.', ",") }
}

/// An element of a number's format code.
#[derive(Debug, Clone, PartialEq)]
enum FormatPart {
    /// `0` is always shown, `#` only if the number has the digit.
    Digit {
        is_forced: bool,
    },
    Point,
    Literal(char),
}

fn formatted(value: f64, format: &str) -> Option<String> {
    if format.is_empty() || format.eq_ignore_ascii_case("general") || format == "@" {
        return None;
    }
    let section = match format.split(';').collect::<Vec<_>>().as_slice() {
        [_, negative, ..] if value < 0.0 && !negative.is_empty() => {
            return formatted(-value, negative);
        }
        [first, ..] => (*first).to_owned(),
        [] => return None,
    };
    let (parts, has_groups, percents) = parse_format(&section)?;
    let digits_behind = parts
        .iter()
        .skip_while(|part| **part != FormatPart::Point)
        .filter(|part| matches!(part, FormatPart::Digit { .. }))
        .count();
    if digits_behind > 14 || !parts.iter().any(|part| matches!(part, FormatPart::Digit { .. })) {
        return None;
    }
    let value = value * 100f64.powi(percents);
    // Excel rounds a half away from zero.
    let scale = 10f64.powi(i32::try_from(digits_behind).unwrap_or(0));
    let text = format!("{:.*}", digits_behind, (value.abs() * scale).round() / scale);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut whole: Vec<char> = whole.trim_start_matches('0').chars().collect();
    let point = parts.iter().position(|part| *part == FormatPart::Point).unwrap_or(parts.len());
    let mut shown: Vec<char> = Vec::new();
    let mut placed = 0;
    let first_digit =
        parts[..point].iter().position(|part| matches!(part, FormatPart::Digit { .. }));
    for (at, part) in parts[..point].iter().enumerate().rev() {
        match part {
            FormatPart::Digit { is_forced } => {
                let mut next = |shown: &mut Vec<char>, digit: char| {
                    if has_groups && placed > 0 && placed % 3 == 0 {
                        shown.push('\u{a0}');
                    }
                    placed += 1;
                    shown.push(digit);
                };
                match whole.pop() {
                    Some(digit) => next(&mut shown, digit),
                    None if *is_forced => next(&mut shown, '0'),
                    None => {}
                }
                // Digits for which the format has no place go before the first one.
                while Some(at) == first_digit
                    && let Some(digit) = whole.pop()
                {
                    next(&mut shown, digit);
                }
            }
            FormatPart::Literal(c) => shown.push(*c),
            FormatPart::Point => {}
        }
    }
    let mut shown: String = shown.iter().rev().collect();
    let mut fraction = fraction.chars();
    let mut behind = String::new();
    for part in &parts[point.min(parts.len())..] {
        match part {
            FormatPart::Point => behind.push(','),
            FormatPart::Digit { .. } => behind.extend(fraction.next()),
            FormatPart::Literal(c) => behind.push(*c),
        }
    }
    shown.push_str(&behind);
    let is_zero = !text.contains(|c: char| c.is_ascii_digit() && c != '0');
    if value < 0.0 && !is_zero {
        shown.insert(0, '-');
    }
    Some(shown)
}

/// Parses a format code: its parts, whether digits are grouped, and the number of percent signs.
/// `None` if something in it is not supported.
fn parse_format(section: &str) -> Option<(Vec<FormatPart>, bool, i32)> {
    let mut parts = Vec::new();
    let mut has_groups = false;
    let mut percents = 0;
    let mut characters = section.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '0' => parts.push(FormatPart::Digit { is_forced: true }),
            '#' => parts.push(FormatPart::Digit { is_forced: false }),
            '.' if !parts.contains(&FormatPart::Point) => parts.push(FormatPart::Point),
            ',' => {
                // Behind the last digit it would divide by a thousand.
                if !matches!(characters.peek(), Some('0' | '#')) {
                    return None;
                }
                has_groups = true;
            }
            '%' => {
                percents += 1;
                parts.push(FormatPart::Literal('%'));
            }
            '"' => {
                parts
                    .extend(characters.by_ref().take_while(|c| *c != '"').map(FormatPart::Literal));
            }
            '\\' => parts.push(FormatPart::Literal(characters.next()?)),
            // A space as wide as the next character.
            '_' => {
                characters.next()?;
                parts.push(FormatPart::Literal(' '));
            }
            '[' => {
                let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                if let Some(currency) = inside.strip_prefix('$') {
                    parts.extend(
                        currency
                            .split('-')
                            .next()
                            .unwrap_or_default()
                            .chars()
                            .map(FormatPart::Literal),
                    );
                } else if inside.contains(['<', '>', '=']) {
                    return None;
                }
            }
            ' '
            | '-'
            | '+'
            | '('
            | ')'
            | '/'
            | ':'
            | '1'..='9'
            | '№'
            | '₽'
            | '$'
            | '€'
            | '\u{a0}' => {
                parts.push(FormatPart::Literal(c));
            }
            _ => return None,
        }
    }
    Some((parts, has_groups, percents))
}

/// A date or a time in a format code of Excel's; `28.02.2022` if the code is not supported.
pub(super) fn moment(moment: &ExcelDateTime, format: &str) -> String {
    if moment.is_duration() {
        let seconds = (moment.as_f64() * 86_400.0).round();
        #[expect(clippy::cast_possible_truncation, reason = "Excel's durations are far below this")]
        let seconds = seconds as i64;
        return format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let clock = DateTimeParts { year, month, day, hour, minute, second };
    clock.formatted(format).unwrap_or_else(|| clock.plain(moment.as_f64()))
}

struct DateTimeParts {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
}

impl DateTimeParts {
    fn plain(&self, value: f64) -> String {
        let date = format!("{:02}.{:02}.{}", self.day, self.month, self.year);
        let time = format!("{:02}:{:02}", self.hour, self.minute);
        if value < 1.0 {
            time
        } else if value.fract() == 0.0 {
            date
        } else {
            format!("{date} {time}")
        }
    }

    fn formatted(&self, format: &str) -> Option<String> {
        let section = format.split(';').next().unwrap_or_default();
        // Excel shows these short dates by the rules of the country.
        if matches!(section, "" | "m/d/yy" | "mm-dd-yy" | "m/d/yyyy" | "mm/dd/yyyy" | "General") {
            return None;
        }
        if section == "m/d/yy h:mm" || section == "m/d/yyyy h:mm" {
            return Some(format!(
                "{:02}.{:02}.{} {}:{:02}",
                self.day, self.month, self.year, self.hour, self.minute
            ));
        }
        let mut shown = String::new();
        let mut after_hour = false;
        let mut has_day = false;
        let characters: Vec<char> = section.chars().collect();
        let mut at = 0;
        while let Some(c) = characters.get(at).copied() {
            let small = c.to_ascii_lowercase();
            let run = characters[at..]
                .iter()
                .take_while(|next| next.to_ascii_lowercase() == small)
                .count();
            at += 1;
            match small {
                'y' => {
                    let year = if run > 2 {
                        self.year.to_string()
                    } else {
                        format!("{:02}", self.year % 100)
                    };
                    shown.push_str(&year);
                }
                'd' if run <= 2 => {
                    has_day = true;
                    shown.push_str(&digits(self.day, run));
                }
                'h' => {
                    after_hour = true;
                    shown.push_str(&digits(self.hour, run));
                }
                's' => shown.push_str(&digits(self.second, run)),
                'm' if run <= 2 => {
                    let is_minute = after_hour
                        || characters[at + run - 1..].iter().collect::<String>().starts_with(":s");
                    shown.push_str(&digits(if is_minute { self.minute } else { self.month }, run));
                }
                'm' if run <= 4 => {
                    let (nominative, genitive) =
                        MONTHS.get(usize::from(self.month).checked_sub(1)?)?;
                    let name = if has_day { genitive } else { nominative };
                    shown.extend(name.chars().take(if run == 3 { 3 } else { usize::MAX }));
                }
                '"' => {
                    let text: String = characters[at..].iter().take_while(|c| **c != '"').collect();
                    at += text.chars().count() + 1;
                    shown.push_str(&text);
                    continue;
                }
                '\\' => {
                    shown.push(*characters.get(at)?);
                    at += 1;
                    continue;
                }
                '[' => {
                    let inside = characters[at..].iter().take_while(|c| **c != ']').count();
                    if characters.get(at) != Some(&'$') {
                        return None;
                    }
                    at += inside + 1;
                    continue;
                }
                '@' => {}
                ' ' | '.' | ',' | '/' | '-' | ':' | 'г' | '\u{a0}' => {
                    shown.push(c);
                    continue;
                }
                _ => return None,
            }
            at += run - 1;
        }
        Some(shown)
    }
}

fn digits(number: u8, width: usize) -> String {
    format!("{number:0width$}")
}

/// An ISO 8601 date in Russian order; any other text unchanged.
pub(super) fn iso(text: &str) -> String {
    let date = text.get(..10).unwrap_or(text);
    let parts: Vec<&str> = date.split('-').collect();
    match parts.as_slice() {
        [year, month, day]
            if year.len() == 4
                && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) =>
        {
            format!("{day}.{month}.{year}")
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    use super::*;

    #[test]
    fn a_number_is_shown_as_excel_shows_it() {
        for (value, format, shown) in [
            (7.0, "000", "007"),
            (7.0, "General", "7"),
            (7.0, "", "7"),
            (1234.0, "000", "1234"),
            (0.1 + 0.2, "", "0,3"),
            (-1.5, "0.00", "-1,50"),
            (1_234_567.0, "#,##0", "1\u{a0}234\u{a0}567"),
            (0.125, "0%", "13%"),
            (9_990_001_122.0, "\\+7 (000) 000-00-00", "+7 (999) 000-11-22"),
            (79_990_001_122.0, "", "79990001122"),
            (12.0, "\"№\" 000", "№ 012"),
            (5.0, "0.00E+00", "5"),
            (0.0, "#", ""),
        ] {
            assert_eq!(number(value, format), shown, "{value} {format}");
        }
    }

    #[test]
    fn a_date_is_shown_as_excel_shows_it() {
        let at = |value, format: &str| {
            moment(&ExcelDateTime::new(value, ExcelDateTimeType::DateTime, false), format)
        };
        for (value, format, shown) in [
            (44620.0, "mm-dd-yy", "28.02.2022"),
            (44620.0, "DD/MM/YYYY", "28/02/2022"),
            (44620.0, "dd\\.mm\\.yyyy", "28.02.2022"),
            (44620.0, "[$-419]d mmmm yyyy\\ \"г.\"", "28 февраля 2022 г."),
            (44620.0, "mmmm yyyy", "февраль 2022"),
            (44620.5, "dd.mm.yyyy hh:mm", "28.02.2022 12:00"),
            (0.4375, "h:mm", "10:30"),
            (44620.5, "aaa", "28.02.2022 12:00"),
        ] {
            assert_eq!(at(value, format), shown, "{format}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_format_makes_it_panic(value: f64, format in "[0#.,%;@dmyhs\\[\\]\"\\\\ _$-]{0,16}") {
            number(value, &format);
            let days = value.abs() % 2_000_000.0;
            moment(&ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false), &format);
        }
    }
}
