//! A letter's text laid out for a terminal.

use unicode_width::UnicodeWidthChar as _;

const STRONG: &str = "\u{1b}[1m";
const LINK: &str = "\u{1b}[36;4m";
const PLAIN: &str = "\u{1b}[0m";

/// How a page is laid out.
#[derive(Clone, Copy)]
pub(super) struct PageStyle {
    /// The columns of the terminal; lines are not wrapped if `None`.
    pub width: Option<usize>,
    pub is_coloured: bool,
}

/// Returns the bold texts of an HTML page.
pub(super) fn strong(html: &str) -> Vec<String> {
    let mut phrases = Vec::new();
    for (open, close) in [("<strong>", "</strong>"), ("<b>", "</b>")] {
        for rest in html.split(open).skip(1) {
            let Some((inside, _)) = rest.split_once(close) else { continue };
            let mut text = String::new();
            for piece in inside.split('<') {
                text.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
            }
            let text = text
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'");
            phrases.push(text.replace("&nbsp;", "\u{a0}").replace("&amp;", "&"));
        }
    }
    phrases
}

/// Wraps the text and marks its bold phrases and its links.
pub(super) fn laid_out(text: &str, strong: &[String], style: PageStyle) -> String {
    let text = match style.width {
        Some(width) if width >= 20 => {
            text.lines().map(|line| wrapped(line, width) + "\n").collect()
        }
        Some(_) | None => text.to_owned(),
    };
    if !style.is_coloured {
        return text;
    }
    let mut marks: Vec<(usize, usize, &str)> = Vec::new();
    let mut from = 0;
    for phrase in strong {
        if let Some((start, end)) = find(&text, from, phrase) {
            marks.push((start, end, STRONG));
            from = end;
        }
    }
    for (start, _) in text.match_indices("http") {
        let link = text[start..]
            .split(|c: char| c.is_whitespace() || "<>()[]«»\"".contains(c))
            .next()
            .unwrap_or("");
        let link = link.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        let overlaps = marks.iter().any(|(a, b, _)| start < *b && *a < start + link.len());
        if link.contains("://") && !overlaps {
            marks.push((start, start + link.len(), LINK));
        }
    }
    marks.sort_unstable();
    let mut painted = String::with_capacity(text.len() + marks.len() * 10);
    let mut at = 0;
    for (start, end, style) in marks {
        painted.push_str(&text[at..start]);
        // Each line sets the style again, because a pager may show it alone.
        let inside = text[start..end].split('\n').map(|line| format!("{style}{line}{PLAIN}"));
        painted.push_str(&inside.collect::<Vec<_>>().join("\n"));
        at = end;
    }
    painted.push_str(&text[at..]);
    painted
}

/// Finds a phrase in a text whose spaces may be line ends.
fn find(text: &str, from: usize, phrase: &str) -> Option<(usize, usize)> {
    let words: Vec<&str> = phrase.split_whitespace().collect();
    let first = *words.first()?;
    text[from..].match_indices(first).find_map(|(at, _)| {
        let start = from + at;
        let mut end = start + first.len();
        for word in &words[1..] {
            let rest = &text[end..];
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() || !trimmed.starts_with(word) {
                return None;
            }
            end += rest.len() - trimmed.len() + word.len();
        }
        Some((start, end))
    })
}

/// Breaks a line at spaces so that it fits; the new lines keep its indentation.
fn wrapped(line: &str, width: usize) -> String {
    let wide = |text: &str| text.chars().filter_map(char::width).sum::<usize>();
    if wide(line) <= width {
        return line.to_owned();
    }
    let indent: String = line.chars().take_while(|c| *c == ' ').take(width / 2).collect();
    let mut lines = Vec::new();
    let mut current = indent.clone();
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        if current.trim().is_empty() || wide(&current) + 1 + wide(word) <= width {
            if !current.trim().is_empty() {
                current.push(' ');
            }
        } else {
            lines.push(std::mem::replace(&mut current, indent.clone()));
        }
        current.push_str(word);
    }
    lines.push(current);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strong_words_and_links_are_painted_where_they_stand() {
        let strong = strong("<p>См. <strong>«Назад в&nbsp;<em>будущее</em>»</strong></p>");
        assert_eq!(strong, ["«Назад в\u{a0}будущее»"]);
        let page = laid_out(
            "Тема «Назад\nв\u{a0}будущее», https://example.org/x.\n",
            &strong,
            PageStyle { width: None, is_coloured: true },
        );
        assert_eq!(
            page,
            "Тема \u{1b}[1m«Назад\u{1b}[0m\n\u{1b}[1mв\u{a0}будущее»\u{1b}[0m, \u{1b}[36;4mhttps://example.org/x\u{1b}[0m.\n"
        );
    }

    #[test]
    fn a_line_is_wrapped_to_the_terminal_with_its_indentation() {
        assert_eq!(
            laid_out(
                "  раз два три четыре пять\n",
                &[],
                PageStyle { width: Some(20), is_coloured: true }
            ),
            "  раз два три четыре\n  пять\n"
        );
        assert_eq!(
            laid_out("раз два\n", &[], PageStyle { width: None, is_coloured: false }),
            "раз два\n"
        );
    }
}
