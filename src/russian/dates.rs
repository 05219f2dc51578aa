//! Dates as an official letter writes them.
//!
//! ГОСТ Р 7.0.97-2025, the requisite «дата документа»: «28.02.2022» or «28 февраля 2022 г.».

use jiff::civil::Date;

/// The months in the genitive.
#[rustfmt::skip]
pub(super) const MONTHS: [&str; 12] = [
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября",
    "ноября", "декабря",
];

const NO_BREAK_SPACE: char = '\u{A0}';

/// `28 февраля 2022 г.`: no leading zero, no-break spaces after the day and before «г.».
#[must_use]
pub fn long(date: Date) -> String {
    format!("{} {}{NO_BREAK_SPACE}г.", day_and_month(date), date.year())
}

/// `28.02.2022`: zeros kept, no «г.».
#[must_use]
pub fn short(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// A span of days, both included: `29 и 30 апреля`, `с 28 по 30 марта`, `с 30 марта по 2 апреля`.
///
/// Years are named only if they differ. One day is `28 февраля`. Returns `None` if `to` is before
/// `from`.
#[must_use]
pub fn range(from: Date, to: Date) -> Option<String> {
    if to < from {
        return None;
    }
    let next_day = from.tomorrow().is_ok_and(|next| next == to);
    let same_year = from.year() == to.year();
    let same_month = same_year && from.month() == to.month();
    let start = match (same_year, same_month) {
        (false, _) => long(from),
        (true, false) => day_and_month(from),
        (true, true) => from.day().to_string(),
    };
    let end = if same_year { day_and_month(to) } else { long(to) };
    Some(match (from == to, next_day) {
        (true, _) => end,
        (false, true) => format!("{start} и {end}"),
        (false, false) => format!("с {start} по {end}"),
    })
}

/// Reads `2022-02-28`, `28.02.2022`, `28 февраля 2022`, with «г.» or «года» at the end or without.
///
/// Years have four figures. Returns `None` for anything else and for a day that does not exist.
#[must_use]
pub fn parse(text: &str) -> Option<Date> {
    let lower = text.trim().to_lowercase();
    let bare = ["г.", "года", "г"]
        .iter()
        .find_map(|year| lower.strip_suffix(year))
        .unwrap_or(&lower)
        .trim_end();
    let by = |separator: char| -> Option<[&str; 3]> {
        let mut parts = bare.split(separator);
        let three = [parts.next()?, parts.next()?, parts.next()?];
        parts.next().is_none().then_some(three)
    };
    if let Some([year, month, day]) = by('-') {
        return date(year, number(month, 2)?, day);
    }
    if let Some([day, month, year]) = by('.') {
        return date(year, number(month, 2)?, day);
    }
    let mut words = bare.split_whitespace();
    let [day, month, year] = [words.next()?, words.next()?, words.next()?];
    if words.next().is_some() {
        return None;
    }
    let month = MONTHS.iter().position(|name| *name == month)?;
    date(year, i16::try_from(month + 1).ok()?, day.trim_matches(['«', '»', '"']))
}

/// Tidies «1 марта», «01 марта» or «01.03», a day without a year; `None` if there is no such day.
#[must_use]
pub fn day_and_month_of(text: &str) -> Option<String> {
    let day = text.trim();
    let separator = match day.matches('.').count() {
        0 => ' ',
        1 if !day.contains(char::is_alphabetic) => '.',
        _ => return None,
    };
    // A leap year, so that «29 февраля» is a day.
    parse(&format!("{day}{separator}2028")).map(day_and_month)
}

fn date(year: &str, month: i16, day: &str) -> Option<Date> {
    if year.len() != 4 {
        return None;
    }
    Date::new(number(year, 4)?, i8::try_from(month).ok()?, i8::try_from(number(day, 2)?).ok()?).ok()
}

fn number(text: &str, longest: usize) -> Option<i16> {
    let figures =
        !text.is_empty() && text.len() <= longest && text.bytes().all(|b| b.is_ascii_digit());
    figures.then(|| text.parse().ok()).flatten()
}

/// `1 марта`, for «до 1 марта», «к 1 марта».
#[must_use]
pub fn day_and_month(date: Date) -> String {
    let month = usize::try_from(date.month())
        .ok()
        .and_then(|month| MONTHS.get(month - 1))
        .copied()
        .unwrap_or_default();
    format!("{}{NO_BREAK_SPACE}{month}", date.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn long_has_no_zero_and_short_has() {
        assert_eq!(long(date(2022, 2, 28)), "28\u{A0}февраля 2022\u{A0}г.");
        assert_eq!(long(date(2025, 8, 1)), "1\u{A0}августа 2025\u{A0}г.");
        assert_eq!(short(date(2025, 8, 1)), "01.08.2025");
    }

    #[test]
    fn a_range_names_only_what_differs() {
        let range = |a, b| range(a, b).map(|text| text.replace('\u{A0}', " "));
        assert_eq!(range(date(2022, 4, 29), date(2022, 4, 30)).as_deref(), Some("29 и 30 апреля"));
        assert_eq!(
            range(date(2022, 3, 28), date(2022, 3, 30)).as_deref(),
            Some("с 28 по 30 марта")
        );
        assert_eq!(
            range(date(2022, 3, 30), date(2022, 4, 2)).as_deref(),
            Some("с 30 марта по 2 апреля")
        );
        assert_eq!(
            range(date(2022, 3, 31), date(2022, 4, 1)).as_deref(),
            Some("31 марта и 1 апреля")
        );
        assert_eq!(
            range(date(2022, 12, 30), date(2023, 1, 2)).as_deref(),
            Some("с 30 декабря 2022 г. по 2 января 2023 г.")
        );
        assert_eq!(
            range(date(2022, 12, 31), date(2023, 1, 1)).as_deref(),
            Some("31 декабря 2022 г. и 1 января 2023 г.")
        );
        assert_eq!(range(date(2022, 2, 28), date(2022, 2, 28)).as_deref(), Some("28 февраля"));
        assert_eq!(range(date(2022, 3, 2), date(2022, 3, 1)), None);
    }

    #[test]
    fn a_day_may_lack_its_year() {
        for text in ["1 марта", "01 марта", " 01.03 ", "1.3", "1\u{A0}марта"] {
            assert_eq!(day_and_month_of(text).as_deref(), Some("1\u{A0}марта"), "{text}");
        }
        assert_eq!(day_and_month_of("29.02").as_deref(), Some("29\u{A0}февраля"));
        for text in ["", "марта", "32.01", "01.13", "1.марта", "01.03.2027", "1 марта 2027"]
        {
            assert_eq!(day_and_month_of(text), None, "{text}");
        }
    }

    #[test]
    fn three_ways_of_writing_are_read() {
        for text in [
            "2022-02-28",
            "28.02.2022",
            " 28.02.2022 г. ",
            "28 февраля 2022",
            "28\u{A0}Февраля 2022\u{A0}г.",
            "«28» февраля 2022 года",
        ] {
            assert_eq!(parse(text), Some(date(2022, 2, 28)), "{text}");
        }
        for text in [
            "",
            "29.02.2022",
            "28.02.22",
            "28 феврал 2022",
            "2022-2-28-1",
            "28/02/2022",
            "февраля",
            "0.0.0000",
            "-1.02.2022",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
