//! What people who do not know TOML write, and the line that is meant.

use crate::problem::{ConfigFault, Slip};

/// What a line that the parser does not understand was meant to be.
pub(super) fn slip(text: &str, byte: usize) -> Option<ConfigFault> {
    let byte = byte.min(text.len());
    let start = text[..byte].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let (key, value) = line.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    let is_key = |c: char| c.is_alphanumeric() || "_-.\"' ".contains(c);
    if key.is_empty() || !key.chars().all(is_key) || value.is_empty() {
        return None;
    }
    let quoted = |inside: &str| format!("{key} = \"{}\"", inside.replace('"', "'"));
    let (slip, meant) = if let Some(rest) = value.strip_prefix('"') {
        let inside = &rest[..rest.rfind('"').unwrap_or(rest.len())];
        if let Some(meant) = without_backslashes(value) {
            (Slip::Backslash, format!("{key} = {meant}"))
        } else if inside.contains('"') {
            (Slip::QuotesInside, quoted(inside))
        } else {
            return None;
        }
    } else if value.contains('"') && without_backslashes(value).is_some() {
        (Slip::Backslash, format!("{key} = {}", without_backslashes(value)?))
    } else if let Some(inside) = value.strip_prefix(['“', '”', '„', '«', '‘', '’', '‚'])
    {
        (Slip::OtherQuotes, quoted(inside.trim_end_matches(['“', '”', '»', '’', '‘'])))
    } else if value.starts_with(|c: char| c.is_alphabetic()) {
        (Slip::NoQuotes, quoted(value))
    } else {
        return None;
    };
    Some(ConfigFault::Slip { slip, line: shown(meant) })
}

/// The slip in a value that the parser understood, but hardly as it was meant: in `"C:\temp"` the
/// `\t` is a tab.
pub(super) fn slip_in(key: &str, written: &str) -> Option<ConfigFault> {
    let meant = without_backslashes(written)?;
    Some(ConfigFault::Slip { slip: Slip::Backslash, line: shown(format!("{key} = {meant}")) })
}

/// A value as it is written, with `/` for each backslash; `None` if it has none that separates names.
fn without_backslashes(written: &str) -> Option<String> {
    let is_path = written.contains('"') && written.replace("\\\"", "").contains('\\');
    // A share keeps both at its beginning: `\\server\lists`.
    let share = written.replace("\"\\\\\\\\", "\"//").replace("\"\\\\", "\"//");
    is_path.then(|| share.replace("\\\\", "\\").replace('\\', "/"))
}

/// The line, unless it may hold a secret.
fn shown(line: String) -> Option<String> {
    let lower = line.to_lowercase();
    let words = ["pass", "secret", "token", "пароль", "command", "env"];
    let is_harmless = !words.iter().any(|word| lower.contains(word));
    (is_harmless && line.chars().count() <= 200).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(line: &str) -> Option<(Slip, String)> {
        let text = format!("[letter]\n{line}\nbody = \"b\"\n");
        let Some(ConfigFault::Slip { slip: found, line }) = slip(&text, 14) else { return None };
        Some((found, line.unwrap_or_default()))
    }

    #[test]
    fn the_line_that_was_meant_is_written() {
        for (written, slip, line) in [
            (
                r#"file = "C:\Users\anna\list.csv""#,
                Slip::Backslash,
                "file = \"C:/Users/anna/list.csv\"",
            ),
            (r#"file = "\\server\a\b.csv""#, Slip::Backslash, "file = \"//server/a/b.csv\""),
            (r#"file = "\\\\server\\b.csv""#, Slip::Backslash, "file = \"//server/b.csv\""),
            (r#"attachments = ["a\план.pdf"]"#, Slip::Backslash, "attachments = [\"a/план.pdf\"]"),
            (
                r#"subject = "Для {{ row["Имя"] }}""#,
                Slip::QuotesInside,
                "subject = \"Для {{ row['Имя'] }}\"",
            ),
            ("subject = «О «семинаре»»", Slip::OtherQuotes, "subject = \"О «семинаре\""),
            ("subject = “О семинаре”", Slip::OtherQuotes, "subject = \"О семинаре\""),
            ("subject = О семинаре", Slip::NoQuotes, "subject = \"О семинаре\""),
        ] {
            assert_eq!(meant(written), Some((slip, line.to_owned())), "{written}");
        }
        for other in ["subject = \"О", "= \"a\"", "subject", "first = 1 2"] {
            assert_eq!(meant(other), None, "{other}");
        }
    }

    #[test]
    fn a_line_that_may_hold_a_secret_is_not_repeated() {
        assert_eq!(meant(r#"password = "ab\cd""#), Some((Slip::Backslash, String::new())));
    }
}
