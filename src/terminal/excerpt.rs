//! The line of a file at which something is wrong, and a caret under the place.

use std::path::Path;

use unicode_width::UnicodeWidthChar as _;

use crate::escaping::one_line;
use crate::problem::{ConfigFault, Fault, FileFault, Problem};

/// The columns of a line that are shown.
const WIDTH: usize = 68;

/// The largest file, in octets, of which a line is shown.
const LARGEST: u64 = 1 << 20;

/// Returns two lines that show the place of a problem in a text file of the campaign.
///
/// `None` for a problem of a row, without a place, or on a line that may hold a secret.
pub(super) fn of(problem: &Problem, folder: &Path) -> Option<String> {
    let place = &problem.place;
    let is_of_row = problem.row.is_some() || place.cell.is_some();
    if is_of_row
        || place.line == 0
        || place.column == 0
        || matches!(
            problem.fault,
            Fault::Config(ConfigFault::PasswordInFile | ConfigFault::ConnectionInFile)
        )
    {
        return None;
    }
    let path = folder.join(&*place.file);
    std::fs::metadata(&path).ok().filter(|about| about.is_file() && about.len() <= LARGEST)?;
    let bytes = std::fs::read(&path).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let number = usize::try_from(place.line).ok()?;
    let line = text.trim_start_matches('\u{feff}').split('\n').nth(number - 1)?;
    // A list in another encoding than UTF-8 would be unreadable.
    let is_unreadable = line.contains(['\u{fffd}', '\0'])
        && !matches!(problem.fault, Fault::File(FileFault::NotUtf8));
    if is_unreadable || bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return None;
    }
    let is_settings = path.extension().is_some_and(|extension| extension == "toml");
    if is_settings && may_hold_a_secret(&text, number) {
        return None;
    }
    Some(drawn(line.trim_end_matches('\r'), place.line, usize::try_from(place.column).ok()? - 1))
}

/// Whether a line of `campaign.toml` may hold a secret: no value of the tables that concern logins
/// is shown, even if its key is misspelt.
fn may_hold_a_secret(text: &str, number: usize) -> bool {
    let lines: Vec<&str> = text.lines().take(number).collect();
    let table = lines.iter().rev().find(|line| line.trim_start().starts_with('[')).unwrap_or(&"");
    let own = lines.last().unwrap_or(&"").to_lowercase();
    let harmless =
        ["[from", "[contacts", "[letter", "[register", "[pace", "[retry", "[approval", "[pdf"];
    let is_harmless_table =
        table.is_empty() || harmless.iter().any(|name| table.trim_start().starts_with(name));
    let words = ["pass", "secret", "token", "smtp", "пароль", "command", "env"];
    !is_harmless_table || words.iter().any(|word| own.contains(word))
}

/// Draws the line as far as it fits, and the caret under character `column`, counted from 0.
fn drawn(line: &str, number: u64, column: usize) -> String {
    // Of a line of a megabyte, only what is near the place is looked at.
    let far = column.saturating_sub(2 * WIDTH);
    let is_cut = line.chars().nth(far + 4 * WIDTH).is_some();
    // Each character as it is shown, with its width.
    let shown: Vec<(String, usize)> = line
        .chars()
        .skip(far)
        .take(4 * WIDTH)
        .map(|c| {
            let text = match c {
                '\t' => "    ".to_owned(),
                c => one_line(c.encode_utf8(&mut [0; 4])).into_owned(),
            };
            let wide = text.chars().filter_map(char::width).sum();
            (text, wide)
        })
        .collect();
    let column = (column - far).min(shown.len());
    let wide =
        |from: usize, to: usize| shown[from..to].iter().map(|(_, width)| width).sum::<usize>();
    // A long line is cut on both sides of the place, with a third of the width before it.
    let (mut first, mut last) = (0, shown.len());
    if wide(0, last) > WIDTH {
        while first < column && wide(first, column) > WIDTH / 3 {
            first += 1;
        }
        while last > column + 1 && wide(first, last) > WIDTH {
            last -= 1;
        }
    }
    let before = if first > 0 || far > 0 { "…" } else { "" };
    let behind = if last < shown.len() || is_cut { "…" } else { "" };
    let text: String = shown[first..last].iter().map(|(text, _)| text.as_str()).collect();
    let indent = " ".repeat(before.chars().count() + wide(first, column));
    let label = number.to_string();
    let blank = " ".repeat(label.len());
    format!("  {label} │ {before}{text}{behind}\n  {blank} │ {indent}^")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_place() {
        assert_eq!(drawn("тема = 1", 7, 7), "  7 │ тема = 1\n    │        ^");
        assert_eq!(drawn("\ta漢b", 12, 3), "  12 │     a漢b\n     │        ^");
        assert_eq!(drawn("a\u{1b}b", 1, 2), "  1 │ a\\u{1b}b\n    │        ^");
        assert_eq!(drawn("", 1, 9), "  1 │ \n    │ ^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{}X{}", "а".repeat(500), "б".repeat(500));
        let drawn = drawn(&line, 3, 500);
        let lines: Vec<&str> = drawn.lines().collect();
        let at = |line: &str, c: char| line.chars().position(|other| other == c).unwrap();
        assert_eq!(at(lines[0], 'X'), at(lines[1], '^'));
        assert!(lines[0].chars().count() < 80 && lines[0].contains('…'));
    }

    #[test]
    fn a_line_that_may_hold_a_secret_is_not_repeated() {
        let text = "id = \"a\"\n[smtp]\npasword = \"hunter2\"\n[pace]\nper_minute = x\n";
        assert!(
            !may_hold_a_secret(text, 1)
                && may_hold_a_secret(text, 3)
                && !may_hold_a_secret(text, 5)
        );
        assert!(may_hold_a_secret("smtp.pw = \"hunter2\"\n", 1));
        assert!(may_hold_a_secret("[imap]\nword = \"hunter2\"\n", 2));
    }
}
