//! Numbers, sizes, moments and paths as people read them.

use std::path::Path;

use super::Language;
use crate::escaping::one_line;
use crate::russian::plural;

/// Formats a size in bytes.
pub fn size(bytes: usize, language: Language) -> String {
    let [small, middle, large, huge, point] = match language {
        Language::English => ["B", "KB", "MB", "GB", "."],
        Language::Russian => ["Б", "КБ", "МБ", "ГБ", ","],
    };
    match bytes {
        0..=1023 => format!("{bytes} {small}"),
        1024..=1_048_575 => format!("{} {middle}", bytes.div_ceil(1024)),
        1_048_576..1_073_741_824 => {
            let tenths = bytes.saturating_mul(10) / 1_048_576;
            format!("{}{point}{} {large}", tenths / 10, tenths % 10)
        }
        _ => {
            let tenths = bytes / (1_073_741_824 / 10);
            format!("{}{point}{} {huge}", tenths / 10, tenths % 10)
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

/// Breaks a line at spaces so that it fits `width`; further lines begin with `indent`.
pub(super) fn wrapped(line: &str, width: usize, indent: &str) -> Vec<String> {
    let long = |text: &str| text.chars().count();
    let start = &line[..line.len() - line.trim_start().len()];
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        if current.is_empty() {
            current = format!("{}{word}", if lines.is_empty() { start } else { indent });
        } else if long(&current) + 1 + long(word) <= width {
            current.push(' ');
            current.push_str(word);
        } else {
            lines.push(std::mem::replace(&mut current, format!("{indent}{word}")));
        }
    }
    lines.push(current);
    lines
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
    at.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime(form).to_string()
}

/// Formats a day.
pub fn day(day: jiff::civil::Date, language: Language) -> String {
    let form = match language {
        Language::English => "%Y-%m-%d",
        Language::Russian => "%d.%m.%Y",
    };
    day.strftime(form).to_string()
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

/// The most characters of a relay's reply, or of a message of the system, that are shown. A reply
/// may have 64 KB; all that the ledger keeps of it is in `report --json`.
const LONGEST_REPLY: usize = 400;

/// Cuts what somebody else wrote to a length that is read.
pub(super) fn cut(text: &str) -> String {
    let text = one_line(text);
    match text.char_indices().nth(LONGEST_REPLY) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.into_owned(),
    }
}

/// A path as one word of a command line: what a shell would read otherwise is quoted.
pub(super) fn quoted(path: &Path) -> String {
    let path = one_line(&path.display().to_string()).into_owned();
    if cfg!(windows) { quoted_for_windows(&path) } else { quoted_for_unix(&path) }
}

/// Bare, in double quotes, or in single quotes where double ones would not be enough (POSIX shell,
/// 2.2).
fn quoted_for_unix(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:@%,".contains(c);
    let path = if path.starts_with('-') { format!("./{path}") } else { path.to_owned() };
    if !path.is_empty() && path.chars().all(is_plain) {
        path
    } else if path.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", path.replace('\'', "'\\''"))
    } else {
        format!("\"{path}\"")
    }
}

/// Bare or in double quotes, which no path of Windows has in it. A backslash before the last quote
/// would make it part of the path.
fn quoted_for_windows(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "\\/._-+:".contains(c);
    let path = if path.starts_with('-') { format!(".\\{path}") } else { path.to_owned() };
    if !path.is_empty() && path.chars().all(is_plain) {
        return path;
    }
    let end = if path.ends_with('\\') { "\\" } else { "" };
    format!("\"{path}{end}\"")
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
    fn a_path_is_one_word_of_a_command_line() {
        for (path, word) in [
            ("/home/anna/семинар", "/home/anna/семинар"),
            ("my seminar", "\"my seminar\""),
            ("a&b;(c)*", "\"a&b;(c)*\""),
            ("it's", "\"it's\""),
            ("$HOME `x` it's", "'$HOME `x` it'\\''s'"),
            ("-rf", "./-rf"),
            ("", "\"\""),
        ] {
            assert_eq!(quoted_for_unix(path), word);
        }
        for (path, word) in [
            (r"C:\mail\семинар", r"C:\mail\семинар"),
            (r"C:\My Mail\", r#""C:\My Mail\\""#),
            ("a&b^(c)", "\"a&b^(c)\""),
        ] {
            assert_eq!(quoted_for_windows(path), word);
        }
    }

    #[test]
    fn a_long_reply_is_cut_between_characters() {
        let long = format!("554 {}", "ж".repeat(63 * 1024));
        let shown = cut(&long);
        assert!(shown.starts_with("554 жжж") && shown.ends_with("ж…"));
        assert_eq!(shown.chars().count(), LONGEST_REPLY + 1);
        assert_eq!(cut("554 no"), "554 no");
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
