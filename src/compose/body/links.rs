//! Links: those that the writer made, with the beginning that they left out, and addresses in the
//! text, which are links by themselves.

use super::markdown::Run;
use crate::compose::escape;

/// A target that only leads somewhere, with `https://` or `mailto:` where it was left out; `None`
/// for all others, such as `javascript:`, a file or nothing.
pub(super) fn target(written: &str) -> Option<String> {
    if written.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let scheme = written.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https" | "mailto" | "tel") => return Some(written.to_owned()),
        // A port, or a colon further behind.
        Some(host) if host.contains('.') && !host.contains('@') => {}
        Some(_) => return None,
        None => {}
    }
    if is_mail_address(written) {
        return Some(format!("mailto:{written}"));
    }
    let host = written.split(['/', '?', '#', ':']).next().unwrap_or_default();
    is_host(host).then(|| format!("https://{written}"))
}

fn is_mail_address(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let fits = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    !name.is_empty() && name.chars().all(fits) && is_host(host)
}

/// A domain name with at least two parts, the last of letters. Names of files end like `план.pdf`.
fn is_host(text: &str) -> bool {
    const FILES: [&str; 14] = [
        "pdf", "doc", "docx", "odt", "rtf", "txt", "md", "xls", "xlsx", "ods", "png", "jpg",
        "jpeg", "html",
    ];
    let parts: Vec<&str> = text.split('.').collect();
    let fits = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let last = parts.last().copied().unwrap_or_default();
    parts.len() > 1
        && parts.iter().copied().all(fits)
        && last.chars().count() > 1
        && (last.chars().all(char::is_alphabetic) || last.starts_with("xn--"))
        && !FILES.contains(&last.to_lowercase().as_str())
}

/// The text as runs, with the addresses in it as links. Values are escaped still: a cell makes no
/// link.
pub(super) fn runs_of(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(is_boundary).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        match address(word) {
            Some((shown, to)) => {
                let (before, behind) = word.split_once(shown).unwrap_or((word, ""));
                plain.push_str(&escape::back(before));
                if !plain.is_empty() {
                    runs.push(Run::Text(std::mem::take(&mut plain)));
                }
                runs.push(Run::Link { to, runs: vec![Run::Text(shown.to_owned())] });
                plain.push_str(&escape::back(behind));
            }
            None => plain.push_str(&escape::back(word)),
        }
        let step = after.chars().next().map_or(0, char::len_utf8);
        plain.push_str(&escape::back(&after[..step]));
        rest = &after[step..];
    }
    if !plain.is_empty() {
        runs.push(Run::Text(plain));
    }
    runs
}

fn is_boundary(c: char) -> bool {
    c.is_whitespace() || "<>\"«»„“”()[]{}|".contains(c)
}

/// The address in a word, and where it leads.
fn address(word: &str) -> Option<(&str, String)> {
    if u32::try_from(word.len()).ok()? < 5 || word.chars().any(|c| u32::from(c) >= 0xF_0000) {
        return None;
    }
    let shown = word.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '…', '*']);
    let shown = shown.trim_start_matches(['*', '\'']);
    let lower = shown.to_lowercase();
    let begins = ["http://", "https://", "www."].iter().any(|begin| lower.starts_with(begin));
    let bare = lower.trim_start_matches("https://").trim_start_matches("http://");
    let host = bare.split(['/', '?', '#', ':']).next().unwrap_or_default();
    if begins && is_host(host) {
        return Some((shown, target(shown)?));
    }
    is_mail_address(shown).then(|| (shown, format!("mailto:{shown}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_of_a_link_is_put_before_it() {
        let found = |written| target(written).unwrap_or_default();
        assert_eq!(found("seminar.example.org"), "https://seminar.example.org");
        assert_eq!(found("пример.рф/а?б"), "https://пример.рф/а?б");
        assert_eq!(found("anna@one.test"), "mailto:anna@one.test");
        assert_eq!(found("one.test:8080/a"), "https://one.test:8080/a");
        for other in ["javascript:alert(1)", "план.pdf", "#1", "/a", "data:text/html,x", "a b.c"]
        {
            assert_eq!(target(other), None, "{other}");
        }
    }

    #[test]
    fn addresses_in_the_text_are_links() {
        let links = |text: &str| -> Vec<String> {
            let runs = runs_of(text).into_iter();
            runs.filter_map(|run| match run {
                Run::Link { to, .. } => Some(to),
                _ => None,
            })
            .collect()
        };
        assert_eq!(
            links("Сайт: www.one.test, почта anna@one.test; (https://one.test/a_b)."),
            ["https://www.one.test", "mailto:anna@one.test", "https://one.test/a_b"]
        );
        assert!(links("д. 5, кв. 6; план.pdf; и т.д. А.Б. 12.03.2027").is_empty());
    }
}
