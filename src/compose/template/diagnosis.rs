//! Explains what is wrong with a template: Tera's reports as problems, each at its place, and names
//! that do not exist.

use tera::{ErrorKind, ReportError};

use super::{Partial, Template};
use crate::compose::filters;
use crate::problem::{FilterFault, LetterFault, Place, Problem, nearest};

/// Names that are told one by one.
const MOST_ALIKE: usize = 50;

impl Template {
    /// Reports names that do not exist, except those whose absence the template provides for.
    pub(in crate::compose) fn unknown_names(&self, known: &[String]) -> Vec<Problem> {
        let Ok(used) = self.tera.get_template_variables(&self.name) else { return Vec::new() };
        let mut unknown: Vec<&str> =
            used.into_iter().filter(|name| !known.iter().any(|k| k == name)).collect();
        unknown.sort_unstable();
        // Each takes a look at the whole template.
        unknown.truncate(10 * MOST_ALIKE);
        unknown.retain(|name| !provides_for_absence(&self.text, name));
        let left_out = unknown.len().saturating_sub(MOST_ALIKE);
        unknown.truncate(MOST_ALIKE);
        let problem = |name: &str| {
            let nearest = nearest(name, known.iter().map(String::as_str));
            let place = self.place(self.find(name).unwrap_or(0));
            Problem::error(place, LetterFault::VariableUnknown { name: name.to_owned(), nearest })
        };
        let mut problems: Vec<Problem> = unknown.into_iter().map(problem).collect();
        if left_out > 0 {
            let fault = LetterFault::MoreAlike { count: left_out as u64 };
            problems.push(Problem::error(self.whole(), fault));
        }
        problems
    }

    /// Reports the columns that the template's conditions ask `row` for and the list does not have.
    pub(in crate::compose) fn unknown_columns(&self, headings: &[String]) -> Vec<Problem> {
        unknown_columns(&self.text, headings, &|at| self.place(at))
    }

    pub(super) fn problem(&self, error: &tera::Error, headings: &[String]) -> Problem {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                self.reported(report, headings)
            }
            ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
                Problem::error(
                    Place::file(tpl.as_str()),
                    LetterFault::TemplateCircle { name: tpl.clone() },
                )
            }
            // Reports of several lines: the first says what, the second where.
            other => {
                let report = other.to_string();
                let mut lines = report.lines();
                let detail =
                    lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
                let mut numbers = lines
                    .next()
                    .unwrap_or_default()
                    .rsplit(':')
                    .map(|part| part.trim().parse::<u64>());
                let place = match (numbers.next(), numbers.next()) {
                    (Some(Ok(column)), Some(Ok(line))) => self.place_of(line, column),
                    _ => Place::file(self.name.clone()),
                };
                let fault = match detail.strip_prefix("Unknown filter `") {
                    Some(name) => {
                        let name = name.trim_end_matches('`').to_owned();
                        let nearest = nearest(&name, filters::NAMES);
                        LetterFault::Filter(FilterFault::NoSuchFilter { name, nearest })
                    }
                    None => LetterFault::Template { detail: plain_words(&detail) },
                };
                Problem::error(place, fault)
            }
        }
    }

    fn reported(&self, report: &ReportError, headings: &[String]) -> Problem {
        let message = report.message();
        let span = report.span();
        let partial = self.partials.iter().find(|partial| report.filename() == partial.name);
        let place = match partial {
            Some(Partial { name, text, source }) => {
                let byte = byte_in_source(span.range.start, text, source);
                Place::of_byte(name.as_str(), source, byte)
            }
            None => self.place(span.range.start),
        };
        let text = partial.map_or(&self.text, |partial| &partial.text);
        let quoted = message.split('`').nth(1);
        let fault = if let Some(fault) = filters::take_failure() {
            LetterFault::Filter(fault)
        } else if message.starts_with("Field `") {
            let known = message.split_once("Available fields: ").map_or("", |(_, known)| known);
            let nearest = quoted.and_then(|name| nearest(name, known.split(", ")));
            LetterFault::ColumnUnknown { name: quoted.map(str::to_owned), nearest }
        } else if message.starts_with("Variable `") {
            let known = message.split_once("Available variables: ").map_or("", |(_, known)| known);
            let name = quoted.unwrap_or_default().to_owned();
            LetterFault::VariableUnknown { nearest: nearest(&name, known.split(", ")), name }
        } else if message.contains("is undefined") {
            let written = text.get(span.range.clone()).unwrap_or_default();
            let name = written.split(['"', '\'']).nth(1).map(str::to_owned);
            let nearest =
                name.as_deref().and_then(|name| nearest(name, headings.iter().map(String::as_str)));
            LetterFault::ColumnUnknown { name: name.or_else(|| Some(written.to_owned())), nearest }
        } else {
            LetterFault::Template { detail: plain_words(message) }
        };
        Problem::error(place, fault)
    }

    /// The byte at which a name occurs as a whole word inside a tag.
    fn find(&self, name: &str) -> Option<usize> {
        let is_part =
            |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.');
        self.text.match_indices(name).map(|(at, _)| at).find(|at| {
            let before = &self.text[..*at];
            let inside =
                before.rfind(['{', '}']).is_some_and(|open| before[open..].starts_with('{'));
            let word = !is_part(before.chars().next_back())
                && !is_part(self.text[at + name.len()..].chars().next());
            inside
                && (word || self.text[at + name.len()..].starts_with('.'))
                && !is_part(before.chars().next_back())
        })
    }

    pub(super) fn place(&self, byte: usize) -> Place {
        let byte = byte_in_source(byte, &self.text, &self.source);
        let inside = Place::of_byte(self.name.clone(), &self.source, byte);
        self.place_of(inside.line, inside.column)
    }

    fn place_of(&self, line: u64, column: u64) -> Place {
        match &self.origin {
            // A quoted text: its first character comes after the quotation mark.
            Some(origin) if line <= 1 => {
                Place::at(origin.file.clone(), origin.line, origin.column + column)
            }
            Some(origin) => origin.clone(),
            None => Place::at(self.name.clone(), line, column),
        }
    }
}

/// Where in the source a word of the text is: on the same line, the word that comes as often before
/// it.
fn byte_in_source(byte: usize, text: &str, source: &str) -> usize {
    if text == source {
        return byte;
    }
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let begins = source.match_indices('\n').map(|(at, _)| at + 1).nth(line.wrapping_sub(1));
    let begins = if line == 0 { 0 } else { begins.unwrap_or(source.len()) };
    let written = source[begins..].split('\n').next().unwrap_or_default();
    let rest = text.get(byte..).unwrap_or_default();
    let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let word = &rest[..length.max(rest.chars().next().map_or(0, char::len_utf8))];
    let nth = before[start..].matches(word).count();
    let found = written.match_indices(word).nth(nth).map(|(at, _)| at);
    begins + found.unwrap_or_else(|| written.len() - written.trim_start().len())
}

/// Whether a template says itself what happens if the name does not exist.
fn provides_for_absence(text: &str, name: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let text = bare(text);
    let name = bare(name);
    ["isdefined", "isnotdefined", "|default"]
        .iter()
        .any(|ask| text.contains(&format!("{name}{ask}")))
}

/// Reports the columns that conditions ask `row` for and the list does not have: in a comparison
/// Tera silently takes them for empty. Those that are printed it reports itself.
pub(in crate::compose) fn unknown_columns(
    text: &str,
    headings: &[String],
    place: &dyn Fn(usize) -> Place,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, opening) in text.match_indices("row[") {
        let before = &text[..at];
        let rest = &text[at + opening.len()..];
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some((name, _)) = quote.and_then(|quote| rest[1..].split_once(quote)) else { continue };
        let tag = before.rfind(['{', '}']).map_or("", |open| &before[open..]);
        let is_part = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
        let is_provided_for = || {
            ['"', '\'']
                .iter()
                .any(|quote| provides_for_absence(text, &format!("row[{quote}{name}{quote}]")))
        };
        if is_part
            || !tag.starts_with("{%")
            || headings.iter().any(|heading| heading == name)
            || is_provided_for()
        {
            continue;
        }
        let nearest = nearest(name, headings.iter().map(String::as_str));
        problems.push(Problem::error(
            place(at),
            LetterFault::ColumnUnknown { name: Some(name.to_owned()), nearest },
        ));
    }
    problems
}

/// Replaces Rust's names of types in Tera's words.
fn plain_words(message: &str) -> String {
    const TYPES: [(&str, &str); 9] = [
        ("`&str`", "a text"),
        ("`string`", "a text"),
        ("`i64`", "a number"),
        ("`u64`", "a number"),
        ("`usize`", "a positive number"),
        ("`f64`", "a number"),
        ("`bool`", "true or false"),
        ("`array`", "a list"),
        ("`map/struct`", "a table"),
    ];
    let plain =
        TYPES.iter().fold(message.to_owned(), |words, (kind, name)| words.replace(kind, name));
    plain.trim_end_matches('.').to_owned()
}
