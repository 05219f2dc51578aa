//! Until when somebody is away: the last day that a notice of absence names.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

/// How far ahead a day of return may lie: leave of three years is the longest there is (ТК РФ,
/// ст. 256).
fn horizon() -> Span {
    (3 * 366).days()
}

/// The last day named in `text`, which is normalised; a day without a year is the next such day
/// after the mail was written, or at most a month before.
pub(super) fn until(text: &str, written: Date) -> Option<Date> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "(),;:!?«»\"".contains(c))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| !word.is_empty())
        .collect();
    let near = |date: Date| {
        let from = written.saturating_sub(31.days());
        (from..=written.saturating_add(horizon())).contains(&date).then_some(date)
    };
    let mut last: Option<Date> = None;
    for at in 0..words.len() {
        let found = numeric(words[at], written).or_else(|| named(&words[at..], written));
        last = last.max(found.and_then(near));
    }
    last
}

/// `15.07.2026`, `15.07.26`, `15.07`, `2026-07-15`, `15/07/2026`.
fn numeric(word: &str, written: Date) -> Option<Date> {
    // `01.07-14.07`, `01.07–14.07`
    let word = word.rsplit(['–', '—']).next()?;
    if word.len() == 10 && word.as_bytes()[4] == b'-' {
        return word.parse().ok();
    }
    let word = word.rsplit('-').next()?;
    let parts: Vec<&str> = word.split(['.', '/']).collect();
    let number = |part: &str| part.parse::<i16>().ok();
    let is_two = |part: &str| (1..=2).contains(&part.len());
    match parts.as_slice() {
        [day, month] if is_two(day) && month.len() == 2 => {
            next(number(day)?, number(month)?, written)
        }
        [day, month, year] if is_two(day) && is_two(month) => {
            let year = number(year)?;
            let year = if year < 100 { year + 2000 } else { year };
            date(year, number(month)?, number(day)?)
        }
        _ => None,
    }
}

/// `15 июля`, `15 июля 2026`, `15th of July`, `July 15`.
fn named(words: &[&str], written: Date) -> Option<Date> {
    let day = |word: &str| {
        let word =
            word.rsplit(['–', '—', '-']).find(|it| it.starts_with(|c: char| c.is_ascii_digit()))?;
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        digits.parse::<i16>().ok().filter(|day| (1..=31).contains(day))
    };
    let of = |at: usize| words.get(at).copied().unwrap_or_default();
    let year = |at: usize| of(at).parse::<i16>().ok().filter(|year| (2000..2200).contains(year));
    let with_year = |day, month, at| match year(at) {
        Some(year) => date(year, month, day),
        None => next(day, month, written),
    };
    if let Some(day) = day(of(0)) {
        let skip = usize::from(of(1) == "of");
        return with_year(day, month(of(1 + skip))?, 2 + skip);
    }
    let month = month(of(0))?;
    with_year(day(of(1))?, month, 2)
}

fn month(word: &str) -> Option<i16> {
    const MONTHS: [[&str; 3]; 12] = [
        ["январ", "january", "jan"],
        ["феврал", "february", "feb"],
        ["март", "march", "mar"],
        ["апрел", "april", "apr"],
        ["мая", "may", "мае"],
        ["июн", "june", "jun"],
        ["июл", "july", "jul"],
        ["август", "august", "aug"],
        ["сентябр", "september", "sep"],
        ["октябр", "october", "oct"],
        ["ноябр", "november", "nov"],
        ["декабр", "december", "dec"],
    ];
    let at = MONTHS.iter().position(|[stem, whole, short]| {
        word.starts_with(stem) || word == *whole || word == *short
    })?;
    i16::try_from(at + 1).ok()
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The day in the year in which it is next.
fn next(day: i16, month: i16, written: Date) -> Option<Date> {
    let this = date(written.year(), month, day)?;
    let is_past = this < written.saturating_sub(31.days());
    if is_past { date(written.year() + 1, month, day) } else { Some(this) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Date> {
        let written = Date::new(2026, 7, 1).unwrap();
        until(&crate::inbox::phrases::normalised(text), written)
    }

    fn day(month: i8, day: i8) -> Option<Date> {
        Date::new(2026, month, day).ok()
    }

    #[test]
    fn the_last_day_of_an_absence_is_found() {
        assert_eq!(of("Нахожусь в отпуске с 1 по 14 июля."), day(7, 14));
        assert_eq!(of("в отпуске с 29.06.2026 по 17.07.2026 включительно"), day(7, 17));
        assert_eq!(of("отсутствую до 15.07, звоните +7 (495) 123-45-67"), day(7, 15));
        assert_eq!(of("I am away until July 20th, 2026"), day(7, 20));
        assert_eq!(of("returning on the 3rd of August"), day(8, 3));
        assert_eq!(of("until 2026-08-05"), day(8, 5));
        assert_eq!(of("с 28 декабря по 9 января"), Date::new(2027, 1, 9).ok());
        assert_eq!(of("в отпуске"), None);
        assert_eq!(of("в отпуске до 31.02"), None);
    }
}
