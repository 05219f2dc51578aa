//! Numbers, sizes, moments and paths as people read them.

use std::path::Path;

use super::Language;
use crate::russian::plural;

/// Formats a size in bytes.
pub fn size(bytes: usize, language: Language) -> String {
    let [small, middle, large, point] = match language {
        Language::English => ["B", "KB", "MB", "."],
        Language::Russian => ["Б", "КБ", "МБ", ","],
    };
    match bytes {
        0..=1023 => format!("{bytes} {small}"),
        1024..=1_048_575 => format!("{} {middle}", bytes.div_ceil(1024)),
        _ => {
            let tenths = bytes.saturating_mul(10) / 1_048_576;
            format!("{}{point}{} {large}", tenths / 10, tenths % 10)
        }
    }
}

/// Formats a size that the system or a relay counts in 64 bits.
pub(super) fn size_of(bytes: u64, language: Language) -> String {
    size(usize::try_from(bytes).unwrap_or(usize::MAX), language)
}

/// Formats a size in megabytes with one decimal.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub(super) fn megabytes(octets: u64, language: Language) -> String {
    let [kilo, mega] = match language {
        Language::English => ["KB", "MB"],
        Language::Russian => ["КБ", "МБ"],
    };
    if octets < 1 << 20 {
        return format!("{} {kilo}", octets.div_ceil(1 << 10));
    }
    let number = format!("{:.1}", octets as f64 / f64::from(1 << 20));
    match language {
        Language::English => format!("{number} {mega}"),
        Language::Russian => format!("{} {mega}", number.replace('.', ",")),
    }
}

pub(super) fn number(n: u64, language: Language) -> String {
    grouped(n, if language == Language::Russian { '\u{a0}' } else { ',' })
}

/// Groups the digits of a number in threes from five digits on.
fn grouped(n: u64, separator: char) -> String {
    let digits = n.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

pub(super) fn letters(n: u64, language: Language) -> String {
    match language {
        Language::English => en_count(n, "letter", "letters"),
        Language::Russian => ru_count(n, "письмо", "письма", "писем"),
    }
}

/// Formats a number with an English noun: `1 row`, `12,000 rows`.
pub(super) fn en_count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n, Language::English), if n == 1 { one } else { many })
}

/// Formats a number with a Russian noun: `1 строка`, `3 строки`, `5 строк`.
pub(super) fn ru_count(n: u64, one: &str, few: &str, many: &str) -> String {
    format!("{} {}", number(n, Language::Russian), plural::form(n, one, few, many))
}

/// Formats a moment in the system's time zone.
pub fn moment(at: jiff::Timestamp, language: Language) -> String {
    let form = match language {
        Language::English => "%Y-%m-%d %H:%M",
        Language::Russian => "%d.%m.%Y %H:%M",
    };
    at.to_zoned(jiff::tz::TimeZone::system()).strftime(form).to_string()
}

/// Rewrites `2026-11-22 18:13` in the order of the language.
pub(super) fn by_language(time: &str, language: Language) -> String {
    match language {
        Language::English => time.to_owned(),
        Language::Russian => day_first(time),
    }
}

/// Rewrites `2026-11-22 18:13:40`, or the date alone, as `22.11.2026 18:13:40`; leaves other text
/// as it is.
pub(super) fn day_first(time: &str) -> String {
    let (date, clock) = time.split_at(time.find(' ').unwrap_or(time.len()));
    match date.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] if year.len() == 4 => format!("{day}.{month}.{year}{clock}"),
        _ => time.to_owned(),
    }
}

/// Formats a duration in its two largest units.
pub fn duration(time: std::time::Duration, language: Language) -> String {
    let minutes = time.as_secs().div_ceil(60);
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let [day, hour, minute] = match language {
        Language::English => ["d", "h", "min"],
        Language::Russian => ["сут", "ч", "мин"],
    };
    match (days, hours, minutes) {
        (0, 0, minutes) => format!("{minutes} {minute}"),
        (0, hours, 0) => format!("{hours} {hour}"),
        (0, hours, minutes) => format!("{hours} {hour} {minutes} {minute}"),
        (days, 0, _) => format!("{days} {day}"),
        (days, hours, _) => format!("{days} {day} {hours} {hour}"),
    }
}

/// Quotes a path for use in a command line.
pub(super) fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    if path.contains(' ') { format!("\"{path}\"") } else { path }
}

/// Returns the usual name of an encoding: `Windows-1251`.
pub(super) fn encoding_name(name: &str) -> String {
    name.strip_prefix("windows-")
        .map_or_else(|| name.to_uppercase(), |number| format!("Windows-{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_by_language() {
        assert_eq!(size(1500, Language::Russian), "2 КБ");
        assert_eq!(size(3_670_016, Language::Russian), "3,5 МБ");
        assert_eq!(size(12, Language::English), "12 B");
    }

    #[test]
    fn long_numbers_are_read_in_threes() {
        assert_eq!(
            [999, 9999, 10_000, 1_234_567].map(|n| grouped(n, ',')),
            ["999", "9999", "10,000", "1,234,567"]
        );
    }

    #[test]
    fn russian_counts_agree() {
        assert_eq!(
            [1, 22, 11].map(|n| letters(n, Language::Russian)),
            ["1 письмо", "22 письма", "11 писем"]
        );
    }
}
