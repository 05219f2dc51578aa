//! Dates, times and durations.

use jiff::civil::{Date, DateTime, Time, date};
use jiff::{Span, ToSpan as _};

use super::Epoch;
use super::code::{Filler, Locale, Part, Section, Unit};
use super::names::{MonthAfter, Tongue};

const SECONDS_OF_A_DAY: i64 = 86_400;

/// A moment as its parts. Excel counts a day before the first of January 1900, and a 29th of
/// February in that year, which no calendar has.
struct Clock {
    year: i16,
    month: i8,
    day: i8,
    /// From 0 for Monday.
    weekday: usize,
    hour: i64,
    minute: i64,
    second: i64,
    /// What is left of a second, in as many digits as are shown.
    fraction: i64,
    /// All seconds since the beginning, for durations.
    seconds: i64,
}

impl Clock {
    /// The parts of a number of days, rounded to this many digits of a second; `None` if no date
    /// has that number.
    fn at(value: f64, epoch: Epoch, digits: u32) -> Option<Self> {
        let value = value + if epoch == Epoch::Of1904 { 1462.0 } else { 0.0 };
        // 31.12.9999 is the last day of Excel.
        if !(0.0..2_958_466.0).contains(&value) {
            return None;
        }
        let scale = 10i64.pow(digits.min(3));
        #[expect(clippy::cast_possible_truncation, reason = "below 3e14, as the day is bounded")]
        let ticks = (value * 86_400.0 * super::to_f64(scale)).round() as i64;
        let seconds = ticks / scale;
        let days = seconds / SECONDS_OF_A_DAY;
        let of_day = seconds % SECONDS_OF_A_DAY;
        let date = |days: i64| date(1899, 12, 30).checked_add(days.days()).ok();
        let (year, month, day, weekday) = match days {
            0 => (1900, 1, 0, 5),
            60 => (1900, 2, 29, 2),
            days => {
                let date: Date = date(if days < 60 { days + 1 } else { days })?;
                let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
                (date.year(), date.month(), date.day(), weekday)
            }
        };
        Some(Self {
            year,
            month,
            day,
            weekday,
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            fraction: ticks % scale,
            seconds,
        })
    }

    fn date(&self) -> String {
        format!("{:02}.{:02}.{}", self.day, self.month, self.year)
    }

    fn time(&self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }
}

/// The short date of the system, with or without the time: Excel keeps it as an American one, and
/// shows it by the rules of the country.
pub(super) fn short(value: f64, format: &str, epoch: Epoch) -> Option<String> {
    let format = format.strip_suffix(";@").unwrap_or(format);
    let clock = || Clock::at(value, epoch, 0);
    match format {
        "m/d/yy" | "mm-dd-yy" | "m/d/yyyy" | "mm/dd/yyyy" => Some(clock()?.date()),
        "m/d/yy h:mm" | "m/d/yyyy h:mm" => {
            let clock = clock()?;
            Some(format!("{} {}:{:02}", clock.date(), clock.hour, clock.minute))
        }
        _ => None,
    }
}

/// A moment whose format cannot be followed.
pub(super) fn plain(value: f64, epoch: Epoch) -> Option<String> {
    let clock = Clock::at(value, epoch, 0)?;
    Some(if value < 1.0 {
        clock.time()
    } else if value.fract() == 0.0 {
        clock.date()
    } else {
        format!("{} {}", clock.date(), clock.time())
    })
}

/// A moment by a section of a format code.
pub(super) fn shown(section: &Section, value: f64, epoch: Epoch) -> Option<String> {
    let tongue = match section.locale {
        Locale::LongDate => {
            let clock = Clock::at(value, epoch, 0)?;
            let month = Tongue::Russian.month(clock.month, MonthAfter::Day)?;
            return Some(format!("{} {month} {} г.", clock.day, clock.year));
        }
        Locale::LongTime => {
            let clock = Clock::at(value, epoch, 0)?;
            return Some(format!("{}:{:02}:{:02}", clock.hour, clock.minute, clock.second));
        }
        Locale::Readers => Some(Tongue::Russian),
        Locale::Of(tongue) => Some(tongue),
        Locale::Other => None,
    };
    // The separator of the parts of a date is that of the country.
    let separator = match tongue {
        Some(Tongue::Russian | Tongue::Ukrainian | Tongue::Belarusian | Tongue::Kazakh) => '.',
        Some(Tongue::English) | None => '/',
    };
    let parts = &section.parts;
    let digits = (0..parts.len()).map(|at| fraction_digits(parts, at)).max().unwrap_or(0);
    let clock = Clock::at(value, epoch, u32::try_from(digits).ok()?)?;
    let has_half_day = parts.contains(&Part::HalfDay);
    let has_day = parts.iter().any(|part| matches!(part, Part::Time(Unit::Day, 1..=2)));
    let mut shown = String::new();
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        let of_fraction = fraction_digits(parts, at);
        at += 1 + of_fraction;
        if of_fraction > 0 {
            shown.push_str(&format!(",{:0of_fraction$}", clock.fraction));
            continue;
        }
        match *part {
            Part::Literal(c) => shown.push(c),
            Part::Point => shown.push('.'),
            Part::Comma => shown.push(','),
            Part::Slash => shown.push(separator),
            Part::Time(Unit::Year, 1..=2) => shown.push_str(&format!("{:02}", clock.year % 100)),
            Part::Time(Unit::Year, _) => shown.push_str(&clock.year.to_string()),
            Part::Time(Unit::Month, width @ 1..=2) => {
                let is_minute = is_minute(parts, at - 1);
                let number = if is_minute { clock.minute } else { i64::from(clock.month) };
                shown.push_str(&format!("{number:0width$}"));
            }
            Part::Time(Unit::Month, 3) => shown.push_str(&tongue?.short_month(clock.month)?),
            Part::Time(Unit::Month, 4) => {
                let after = if has_day { MonthAfter::Day } else { MonthAfter::Nothing };
                let name = tongue?.month(clock.month, after)?;
                if tongue == Some(Tongue::Russian) && !has_day {
                    shown.push_str(&capitalised(name));
                } else {
                    shown.push_str(name);
                }
            }
            Part::Time(Unit::Month, _) => {
                let name = tongue?.month(clock.month, MonthAfter::Nothing)?;
                shown.extend(name.chars().next().into_iter().flat_map(char::to_uppercase));
            }
            Part::Time(Unit::Day, width @ 1..=2) => {
                shown.push_str(&format!("{:0width$}", clock.day));
            }
            Part::Time(Unit::Day, 3) => shown.push_str(tongue?.short_weekday(clock.weekday)?),
            Part::Time(Unit::Day, _) => shown.push_str(tongue?.weekday(clock.weekday)?),
            Part::Time(Unit::Hour, width) => {
                let hour = if has_half_day { (clock.hour + 11) % 12 + 1 } else { clock.hour };
                shown.push_str(&format!("{hour:0width$}"));
            }
            Part::Time(Unit::Second, width) => {
                shown.push_str(&format!("{:0width$}", clock.second));
            }
            Part::Elapsed(unit, width) => {
                let number = match unit {
                    Unit::Hour => clock.seconds / 3600,
                    Unit::Month => clock.seconds / 60,
                    Unit::Second => clock.seconds,
                    Unit::Year | Unit::Day => return None,
                };
                shown.push_str(&format!("{number:0width$}"));
            }
            Part::HalfDay => shown.push_str(if clock.hour < 12 { "AM" } else { "PM" }),
            Part::Digit(_) | Part::Percent | Part::Exponent(_) | Part::Text | Part::General => {
                return None;
            }
        }
    }
    Some(shown)
}

/// A name that begins with a capital, as a month alone does in a Russian Excel.
fn capitalised(name: &str) -> String {
    let mut rest = name.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

/// How many digits of a second begin here: `.00` after seconds.
fn fraction_digits(parts: &[Part], at: usize) -> usize {
    let is_after_seconds = at > 0
        && matches!(parts[at - 1], Part::Time(Unit::Second, _) | Part::Elapsed(Unit::Second, _));
    if !is_after_seconds || parts[at] != Part::Point {
        return 0;
    }
    let is_zero = |part: &&Part| **part == Part::Digit(Filler::Zero);
    parts[at + 1..].iter().take_while(is_zero).count().min(3)
}

/// Whether the month at this part is a minute: it follows an hour, or seconds follow it.
fn is_minute(parts: &[Part], at: usize) -> bool {
    let unit = |part: &Part| match part {
        Part::Time(unit, _) | Part::Elapsed(unit, _) => Some(*unit),
        _ => None,
    };
    parts[..at].iter().rev().find_map(unit) == Some(Unit::Hour)
        || parts[at + 1..].iter().find_map(unit) == Some(Unit::Second)
}

/// An ISO 8601 date, time or both as Excel's number of days.
pub(super) fn of_iso(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('Z');
    let of_time = |time: Time| {
        let second = super::to_f64(i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60)
            + f64::from(time.second())
            + f64::from(time.subsec_nanosecond()) / 1e9;
        second / 86_400.0
    };
    if !text.contains('-') {
        return text.parse::<Time>().ok().map(of_time);
    }
    let moment: DateTime = text.parse().ok()?;
    let since: Span = moment.date().since(date(1899, 12, 30)).ok()?;
    let days = i64::from(since.get_days());
    // Before March 1900 Excel is a day behind, as it counts a day that there was not.
    let days = if days < 61 { days - 1 } else { days };
    (days >= 0).then(|| super::to_f64(days) + of_time(moment.time()))
}
