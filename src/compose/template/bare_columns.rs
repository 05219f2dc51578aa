//! Columns named in a template as people name them, `{{ Фамилия }}`, which Tera cannot read.

use std::ops::Range;

use crate::compose::body::tags_of_template;
use crate::problem::nearest;

/// Words of Tera that a name does not contain.
const WORDS: [&str; 15] = [
    "if", "elif", "else", "endif", "for", "endfor", "in", "and", "or", "not", "is", "set", "true",
    "false", "filter",
];

/// A name that is no name to Tera.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::compose) struct BareColumn {
    pub range: Range<usize>,
    pub written: String,
    /// The heading that is meant.
    pub heading: Option<String>,
}

/// Finds every such name in a template that Tera did not understand.
pub(in crate::compose) fn bare_columns(text: &str, headings: &[String]) -> Vec<BareColumn> {
    let mut found = Vec::new();
    for tag in tags_of_template(text) {
        let inside = text[tag.clone()].get(2..tag.len().saturating_sub(2)).unwrap_or_default();
        // One that is not closed ends with another.
        if text[tag.start..].starts_with("{#") || inside.contains(['{', '}']) {
            continue;
        }
        for range in names(&text[tag.clone()]) {
            let range = tag.start + range.start..tag.start + range.end;
            let written = &text[range.clone()];
            let is_it = |heading: &&String| bare(heading) == bare(written);
            let heading = headings.iter().find(is_it).cloned();
            let is_foreign = written.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
            if !is_foreign && (heading.is_none() || !written.contains(' ')) {
                continue;
            }
            let heading = heading.or_else(|| nearest(written, headings.iter().map(String::as_str)));
            found.push(BareColumn { range, written: written.to_owned(), heading });
        }
    }
    found
}

/// Words beside one another outside of quotes.
fn names(tag: &str) -> Vec<Range<usize>> {
    let mut names: Vec<Range<usize>> = Vec::new();
    let mut quote = None;
    let mut open: Option<Range<usize>> = None;
    let mut word = String::new();
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '№' | '/');
    for (at, c) in tag.char_indices() {
        if quote.is_none() && is_inside(c) {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            let start = at - word.len();
            if WORDS.contains(&word.as_str()) || !word.contains(char::is_alphabetic) {
                names.extend(open.take());
            } else {
                open = Some(open.map_or(start, |open| open.start)..at);
            }
            word.clear();
        }
        if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && matches!(c, '"' | '\'' | '`') {
            quote = Some(c);
        }
        if !c.is_whitespace() {
            names.extend(open.take());
        }
    }
    names.extend(open);
    names
}

/// Letters and digits alone, in lower case.
fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_other_letters_and_spaces_are_found_where_they_stand() {
        let headings = ["Фамилия", "Эл. почта", "First name"].map(str::to_owned);
        let found = |text: &str| {
            let found = bare_columns(text, &headings).into_iter();
            let one = |it: BareColumn| (text[it.range].to_owned(), it.heading.unwrap_or_default());
            found.map(one).collect::<Vec<_>>()
        };
        let pair = |written: &str, heading: &str| (written.to_owned(), heading.to_owned());
        assert_eq!(
            found("{{ фамилия }} {{Эл. почта|upper}} {{ First name }} {{ Фамилиа }}"),
            [
                pair("фамилия", "Фамилия"),
                pair("Эл. почта", "Эл. почта"),
                pair("First name", "First name"),
                pair("Фамилиа", "Фамилия"),
            ]
        );
        assert_eq!(
            found("{% if Пол == \"м\" and Фамилия %}да{% endif %}"),
            [pair("Пол", ""), pair("Фамилия", "Фамилия")]
        );
        assert_eq!(found("{{ salutation }!\nПриглашаем {{ name }}"), []);
        assert_eq!(found("{{ row[\"Фамилия\"] }} {{ salutation }} Фамилия {# Имя #}"), []);
    }
}
