//! One Tera template, and what it says when it is wrong.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::Arc;

use serde_json::Value;
use tera::{Context, ErrorKind, ReportError, Tera};

use super::{TemplateSource, escape, filters};
use crate::problem::{Fault, FilterFault, Place, Problem, nearest};
use crate::recipient::{Cells, Recipient};

/// What is made of a template, and so how values are escaped in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Markdown,
    Html,
    Plain,
}

/// The values that one letter gives to its templates.
#[derive(Default)]
pub(super) struct Values(Context);

/// A table of texts, as `recipient` and `row` are.
#[derive(Clone, Default)]
pub(super) struct Fields(tera::Map);

impl Fields {
    pub(super) fn of<const N: usize>(fields: [(&'static str, Option<&str>); N]) -> Self {
        let value = |text: Option<&str>| text.map_or_else(tera::Value::none, tera::Value::from);
        Self(fields.into_iter().map(|(name, text)| (name.into(), value(text))).collect())
    }

    /// A table with a field for each name, to be filled with [`Fields::filled`].
    pub(super) fn named<'a>(names: impl Iterator<Item = &'a String>) -> Self {
        Self(names.map(|name| (name.clone().into(), tera::Value::none())).collect())
    }

    /// The same names with the cells of one row, in the same order.
    pub(super) fn filled(&self, headings: &[String], cells: &Cells) -> Self {
        // A heading that stands twice has one field, and the last cell says what it holds.
        if self.0.len() != cells.len() || cells.len() != headings.len() {
            let fields = headings.iter().zip(cells.iter());
            return Self(fields.map(|(name, cell)| (name.clone().into(), cell.into())).collect());
        }
        let mut filled = self.0.clone();
        filled.values_mut().zip(cells.iter()).for_each(|(field, cell)| *field = cell.into());
        Self(filled)
    }

    /// A field that some letters lack.
    pub(super) fn add(&mut self, name: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.0.insert(name.into(), text.into());
        }
    }

    pub(super) fn add_number(&mut self, name: &'static str, number: u64) {
        self.0.insert(name.into(), number.into());
    }
}

impl Values {
    pub(super) fn text(&mut self, name: impl Into<Cow<'static, str>>, text: &str) {
        self.0.insert_value(name, text.into());
    }

    pub(super) fn fields(&mut self, name: &'static str, fields: Fields) {
        self.0.insert_value(name, fields.0.into());
    }

    /// Gives `letter.subject`, which the templates behind the subject see.
    pub(super) fn subject(&mut self, subject: &str) {
        let mut letter = Fields::default();
        if let Some(known) = self.0.get("letter").and_then(tera::Value::as_map) {
            letter.0.clone_from(known);
        }
        letter.add("subject", Some(subject));
        self.fields("letter", letter);
    }

    /// Gives `body`, for a template that stands around it: it is not escaped again.
    pub(super) fn body(&mut self, body: &str) {
        self.0.insert_value("body", tera::Value::safe_string(body));
    }
}

/// What all templates of a campaign share.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a> {
    /// The campaign's own values.
    pub(super) values: &'a BTreeMap<String, Value>,
    /// Templates that others extend or include.
    pub(super) partials: &'a [TemplateSource],
}

/// A letter is never longer than this, in octets: a template that prints on and on is ended.
const LONGEST: usize = 8 << 20;

/// A template that was read and understood.
pub(super) struct Template {
    tera: Tera,
    name: Arc<str>,
    text: String,
    partials: Vec<TemplateSource>,
    /// Where the text stands in a larger file, when it is part of one.
    origin: Option<Place>,
    /// The names that it may ask for; `None` where that cannot be told.
    used: Option<HashSet<String>>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// What Tera does not understand, at its line and column.
    pub(super) fn new(
        name: &str,
        text: &str,
        form: Form,
        shared: Shared,
        origin: Option<&Place>,
    ) -> Result<Self, Problem> {
        let mut tera = Tera::new();
        filters::register(&mut tera);
        tera.autoescape_on(vec![""]);
        tera.set_escape_fn(match form {
            Form::Markdown => escape::markdown,
            Form::Html => escape::html,
            Form::Plain => escape::plain,
        });
        for (name, value) in shared.values {
            tera.global_context().insert(name.clone(), value);
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        let others = shared.partials.iter().filter(|partial| partial.name != name);
        let partials: Vec<TemplateSource> = others.cloned().collect();
        let all = partials.iter().map(|partial| (partial.name.as_str(), partial.text.as_str()));
        let added = tera.add_raw_templates(all.chain([(name, text.as_str())]));
        let mut template =
            Self { tera, name: name.into(), text, partials, origin: origin.cloned(), used: None };
        template.used = template.names();
        let odd = template
            .text
            .char_indices()
            .find(|(_, c)| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        if let Some((byte, character)) = odd {
            return Err(Problem::error(template.place(byte), Fault::CellControl { character }));
        }
        match added {
            Ok(()) => Ok(template),
            Err(error) => Err(template.problem(&error, &[])),
        }
    }

    /// The file's name as the user knows it.
    pub(super) fn name(&self) -> Arc<str> {
        self.name.clone()
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The template as a whole, or where it stands in a larger file.
    pub(super) fn whole(&self) -> Place {
        self.origin.clone().unwrap_or_else(|| Place::file(self.name.clone()))
    }

    /// True where the text speaks of `name`.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.text.contains(name) || self.partials.iter().any(|partial| partial.text.contains(name))
    }

    /// True where the template may ask for `name` at the top.
    pub(super) fn uses(&self, name: &str) -> bool {
        self.used.as_ref().is_none_or(|used| used.contains(name))
    }

    fn names(&self) -> Option<HashSet<String>> {
        // A component can ask for names of whoever calls it, which Tera does not list.
        if self.text.contains("component") {
            return None;
        }
        let used = self.tera.get_template_variables(&self.name).ok()?;
        Some(used.into_iter().map(str::to_owned).collect())
    }

    /// Names that the template uses and nobody gives it, unless it asks itself whether they exist.
    pub(super) fn unknown_names(&self, known: &[String]) -> Vec<Problem> {
        let Ok(used) = self.tera.get_template_variables(&self.name) else { return Vec::new() };
        let mut unknown: Vec<&str> =
            used.into_iter().filter(|name| !known.iter().any(|k| k == name)).collect();
        unknown.retain(|name| !self.asks_for(name));
        unknown.sort_unstable();
        let problem = |name: &str| {
            let nearest = nearest(name, known.iter().map(String::as_str));
            let place = self.place(self.find(name).unwrap_or(0));
            Problem::error(place, Fault::VariableUnknown { name: name.to_owned(), nearest })
        };
        unknown.into_iter().map(problem).collect()
    }

    /// The columns that the template's conditions ask `row` for and the list does not have.
    pub(super) fn unknown_columns(&self, headings: &[String]) -> Vec<Problem> {
        unknown_columns(&self.text, headings, &|at| self.place(at))
    }

    /// Renders the template for one recipient.
    ///
    /// # Errors
    /// What went wrong, at its line and column of the template, said of the recipient's row.
    pub(super) fn render(&self, values: &Values, recipient: &Recipient) -> Result<String, Problem> {
        self.print(values, &recipient.headings)
            .map_err(|problem| problem.of_row(recipient.row, recipient.address.shown()))
    }

    /// Renders the template with values that are nobody's letter.
    ///
    /// # Errors
    /// What went wrong, at its line and column of the template.
    pub(super) fn print(&self, values: &Values, headings: &[String]) -> Result<String, Problem> {
        filters::begin();
        let mut printed =
            Printed { octets: Vec::with_capacity(self.text.len() * 2), is_full: false };
        match self.tera.render_to(&self.name, &values.0, &mut printed) {
            _ if printed.is_full => Err(Problem::error(
                self.whole(),
                Fault::LetterTooLong { megabytes: LONGEST as u64 >> 20 },
            )),
            Err(error) => Err(self.problem(&error, headings)),
            // Templates and values are text, and so is what they print.
            Ok(()) => Ok(match simdutf8::basic::from_utf8(&printed.octets) {
                Ok(text) => text.to_owned(),
                Err(_) => String::from_utf8_lossy(&printed.octets).into_owned(),
            }),
        }
    }

    fn problem(&self, error: &tera::Error, headings: &[String]) -> Problem {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                self.reported(report, headings)
            }
            ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
                Problem::error(
                    Place::file(tpl.as_str()),
                    Fault::TemplateCircle { name: tpl.clone() },
                )
            }
            // Tera words these as a small report of several lines: the first says what, the second
            // where.
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
                        Fault::Filter(FilterFault::NoSuchFilter { name, nearest })
                    }
                    None => Fault::Template { detail: plain_words(&detail) },
                };
                Problem::error(place, fault)
            }
        }
    }

    fn reported(&self, report: &ReportError, headings: &[String]) -> Problem {
        let (message, span) = (report.message(), report.span());
        let place = match self.partials.iter().find(|partial| report.filename() == partial.name) {
            Some(partial) => Place::of_byte(partial.name.as_str(), &partial.text, span.range.start),
            None => self.place(span.range.start),
        };
        let quoted = message.split('`').nth(1);
        let fault = if let Some(fault) = filters::take_failure() {
            Fault::Filter(fault)
        } else if message.starts_with("Field `") {
            let known = message.split_once("Available fields: ").map_or("", |(_, known)| known);
            let nearest = quoted.and_then(|name| nearest(name, known.split(", ")));
            Fault::ColumnUnknown { name: quoted.map(str::to_owned), nearest }
        } else if message.starts_with("Variable `") {
            let known = message.split_once("Available variables: ").map_or("", |(_, known)| known);
            let name = quoted.unwrap_or_default().to_owned();
            Fault::VariableUnknown { nearest: nearest(&name, known.split(", ")), name }
        } else if message.contains("is undefined") {
            let written = self.text.get(span.range.clone()).unwrap_or_default();
            let name = written.split(['"', '\'']).nth(1).map(str::to_owned);
            let nearest =
                name.as_deref().and_then(|name| nearest(name, headings.iter().map(String::as_str)));
            Fault::ColumnUnknown { name: name.or_else(|| Some(written.to_owned())), nearest }
        } else {
            Fault::Template { detail: plain_words(message) }
        };
        Problem::error(place, fault)
    }

    /// True where the template says itself what happens when the name is missing.
    fn asks_for(&self, name: &str) -> bool {
        asks_for(&self.text, name)
    }

    /// The byte at which a name stands as a whole word inside a tag.
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

    fn place(&self, byte: usize) -> Place {
        let inside = Place::of_byte(self.name.clone(), &self.text, byte);
        self.place_of(inside.line, inside.column)
    }

    fn place_of(&self, line: u64, column: u64) -> Place {
        match &self.origin {
            // A text in quotes: its first character stands behind the quotation mark.
            Some(origin) if line <= 1 => {
                Place::at(origin.file.clone(), origin.line, origin.column + column)
            }
            Some(origin) => origin.clone(),
            None => Place::at(self.name.clone(), line, column),
        }
    }
}

/// True where a template says itself what happens when the name is missing.
fn asks_for(text: &str, name: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let (text, name) = (bare(text), bare(name));
    ["isdefined", "isnotdefined", "|default"]
        .iter()
        .any(|ask| text.contains(&format!("{name}{ask}")))
}

/// The columns that the conditions of a template's text ask `row` for and the list does not have,
/// each where it stands: in a comparison Tera would take them for nothing, without a word. What is
/// printed it tells itself.
pub(super) fn unknown_columns(
    text: &str,
    headings: &[String],
    place: &dyn Fn(usize) -> Place,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, opening) in text.match_indices("row[") {
        let (before, rest) = (&text[..at], &text[at + opening.len()..]);
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some((name, _)) = quote.and_then(|quote| rest[1..].split_once(quote)) else { continue };
        let tag = before.rfind(['{', '}']).map_or("", |open| &before[open..]);
        let is_part = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
        let is_asked_for = || {
            ['"', '\''].iter().any(|quote| asks_for(text, &format!("row[{quote}{name}{quote}]")))
        };
        if is_part
            || !tag.starts_with("{%")
            || headings.iter().any(|heading| heading == name)
            || is_asked_for()
        {
            continue;
        }
        let nearest = nearest(name, headings.iter().map(String::as_str));
        problems.push(Problem::error(
            place(at),
            Fault::ColumnUnknown { name: Some(name.to_owned()), nearest },
        ));
    }
    problems
}

/// What a template printed so far.
struct Printed {
    octets: Vec<u8>,
    is_full: bool,
}

impl io::Write for Printed {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if self.octets.len() + octets.len() > LONGEST {
            self.is_full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.octets.extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The templates that `text` extends or includes, by the names that it gives them.
pub fn partials_of(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for tag in text.split("{%").skip(1).filter_map(|rest| rest.split_once("%}")).map(|(tag, _)| tag)
    {
        let tag = tag.trim_matches(['-', ' ', '\t', '\n', '\r']);
        let Some(named) = tag.strip_prefix("extends").or_else(|| tag.strip_prefix("include"))
        else {
            continue;
        };
        names.extend(named.split(['"', '\'']).skip(1).step_by(2).map(str::to_owned));
    }
    names
}

/// Tera's words without the names of types.
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
