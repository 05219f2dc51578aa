//! The lines of a letter's source as its reader sees them, for whoever looks for words in it.

use super::dialect::tags_of_template;
use crate::problem::Place;

/// What stands for a value that a tag of the template prints.
const FIELD: char = '\u{fffc}';

/// A line, the cell of a table, or what stands between two `<br>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenLine {
    pub place: Place,
    /// Each character of a value is a [`FIELD`]; signs and tags are spaces.
    pub text: Vec<char>,
    /// Whether only some letters have it.
    pub is_conditional: bool,
}

/// The lines of a source, first to last.
pub(crate) fn seen_lines(file: &str, source: &str) -> Vec<SeenLine> {
    let (text, conditional) = without_tags_of_template(source);
    let text = without_html(text);
    let mut lines = Vec::new();
    let (mut line, mut column, mut start) = (1, 1, 0);
    for at in 0..=text.len() {
        let end = text.get(at).copied().unwrap_or('\n');
        if !matches!(end, '\n' | BREAK) {
            continue;
        }
        let part = &text[start..at];
        let margin = part.iter().take_while(|c| c.is_whitespace()).count();
        lines.push(SeenLine {
            place: Place::at(file, line, column + margin as u64),
            text: part.to_vec(),
            is_conditional: conditional[start..at].contains(&true),
        });
        column += (at - start) as u64 + 1;
        start = at + 1;
        if end == '\n' {
            line += 1;
            column = 1;
        }
    }
    lines
}

/// Ends a line within a line of the source.
const BREAK: char = '\u{b}';

/// The source's characters, and which of them lie within an `{% if %}`.
fn without_tags_of_template(source: &str) -> (Vec<char>, Vec<bool>) {
    let (mut text, mut conditional) = (Vec::new(), Vec::new());
    let mut depth = 0_u32;
    let mut from = 0;
    let mut push = |part: &str, depth: u32, instead: Option<char>| {
        for c in part.chars() {
            text.push(if c == '\n' { c } else { instead.unwrap_or(c) });
            conditional.push(depth > 0);
        }
    };
    for tag in tags_of_template(source) {
        push(&source[from..tag.start], depth, None);
        let inside = &source[tag.clone()];
        let word = inside.trim_start_matches(['{', '%', '-', ' ']);
        if inside.starts_with("{%") && word.starts_with("if") {
            depth += 1;
        } else if inside.starts_with("{%") && word.starts_with("endif") {
            depth = depth.saturating_sub(1);
        }
        push(inside, depth, Some(if inside.starts_with("{{") { FIELD } else { ' ' }));
        from = tag.end;
    }
    push(&source[from..], depth, None);
    (text, conditional)
}

/// As many characters, signs of Markdown, tags and entities of HTML as spaces.
fn without_html(mut text: Vec<char>) -> Vec<char> {
    let mut at = 0;
    while at < text.len() {
        let ahead = |end: char| {
            let rest = text[at..].iter().take(400).take_while(|c| **c != '\n');
            rest.collect::<Vec<_>>().iter().position(|c| **c == end)
        };
        let length = match text[at] {
            '<' if text.get(at + 1).is_some_and(|c| c.is_ascii_alphabetic() || *c == '/') => {
                ahead('>').map_or(1, |end| end + 1)
            }
            '&' => ahead(';').filter(|end| *end < 9).map_or(1, |end| end + 1),
            '*' | '#' | '>' | '~' | '\\' | '`' => 1,
            '|' => {
                text[at] = BREAK;
                0
            }
            '_' if text.get(at + 1) != Some(&'_')
                && at.checked_sub(1).is_none_or(|before| text[before] != '_') =>
            {
                1
            }
            _ => 0,
        };
        let tag: String = text[at..at + length].iter().collect();
        text[at..at + length].fill(' ');
        if tag.to_lowercase().starts_with("<br") {
            text[at] = BREAK;
        }
        at += length.max(1);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(source: &str) -> Vec<(String, String, bool)> {
        let lines = seen_lines("l.md", source).into_iter();
        let shown = |line: SeenLine| {
            let text: String = line.text.iter().collect();
            (line.place.to_string(), text.trim().to_owned(), line.is_conditional)
        };
        lines.map(shown).filter(|(_, text, _)| !text.is_empty()).collect()
    }

    #[test]
    fn cells_and_lines_are_told_apart_and_signs_are_not_seen() {
        let lines = seen("Да\n| **Один** | Два<br/>Три |\n<p>&nbsp;Четыре</p>\n");
        let lines: Vec<_> = lines.iter().map(|(place, text, _)| (&**place, &**text)).collect();
        assert_eq!(
            lines,
            [
                ("l.md:1:1", "Да"),
                ("l.md:2:5", "Один"),
                ("l.md:2:14", "Два"),
                ("l.md:2:22", "Три"),
                ("l.md:3:10", "Четыре"),
            ]
        );
    }

    #[test]
    fn what_only_some_letters_have_is_known() {
        let lines = seen("{% if a %}Да{% if b %}Так{% endif %}{% endif %}\nНет {{ c }}\n");
        assert!(lines[0].2);
        assert_eq!((lines[1].1.chars().last(), lines[1].2), (Some(FIELD), false));
    }

    proptest::proptest! {
        #[test]
        fn any_source_is_read_to_its_end(source in "[а-в1*_~<>bu/`|{}%&;#=\\-\\\\ \n]{0,120}") {
            let lines = seen_lines("l.md", &source);
            assert!(lines.len() > source.matches('\n').count());
        }
    }
}
