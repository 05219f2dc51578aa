//! What of a row decides whether its letter can be composed, so that one letter can speak for those
//! like it.
//!
//! A value that is only printed can do harm by being empty, by a line break or by its length, and
//! by nothing else: `contacts` has told of all other oddities of a cell. A value that a template
//! looks at, in a condition, a filter or a loop, may do anything. Whatever is not understood here
//! for certain speaks for no other letter.

use std::hash::{BuildHasher as _, Hash as _, Hasher as _};

use foldhash::quality::RandomState;

use super::template::Template;
use super::{Composed, Composer};
use crate::recipient::{Cells, Recipient};
use crate::russian::Gender;
use crate::russian::forms::Forms;

/// A row with more text than this, in octets, speaks for itself alone.
const LONGEST_ROW: usize = 2048;

/// An octet of a row takes no more than this in a letter each time that it is printed: a form may
/// be twice as long, an entity of HTML has six octets, text and HTML both have it, and their
/// encoding adds a third.
const OCTETS_FOR_ONE: u64 = 64;

/// The fields that the forms of a name are made from.
const OF_NAME: [&str; 8] = [
    "surname",
    "first_name",
    "patronymic",
    "full_name",
    "gender",
    "surname_dative",
    "name_dative",
    "salutation",
];

/// The fields that the form of a position is made from, beside the organisation.
const OF_POST: [&str; 2] = ["position", "position_dative"];

/// What letters must have in common to be alike: then what is wrong with one is wrong with all.
#[derive(Debug, Default)]
pub struct Likeness {
    /// The columns that are printed and nothing else.
    printed: Vec<usize>,
    /// The columns that the templates look at.
    looked_at: Vec<usize>,
    /// The columns of the name and of the position; empty where no letter shows them.
    name: Vec<usize>,
    post: Vec<usize>,
    organisation: Option<usize>,
    /// A letter tells its number.
    pub is_numbered: bool,
    /// How often a value may be printed in a letter.
    prints: u64,
    max_size: u64,
    hasher: RandomState,
}

/// What of the forms of a name or of a position can hinder a letter: which of them are missing, and
/// the gender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outline(u8);

impl Outline {
    /// That of a name.
    pub fn of_name(recipient: &Recipient, forms: &Forms) -> Self {
        let name = &recipient.card.name;
        let gender = match forms.gender {
            None => 0,
            Some(Gender::Male) => 1,
            Some(Gender::Female) => 2,
        };
        let texts = [
            &name.surname,
            &name.first_name,
            &name.patronymic,
            &forms.name_dative,
            &forms.salutation,
        ];
        Self(texts.into_iter().fold(gender, |bits, text| bits << 1 | u8::from(text.is_empty())))
    }

    /// That of a position.
    pub fn of_post(forms: &Forms) -> Self {
        Self(u8::from(forms.position_dative.is_empty()))
    }
}

impl Likeness {
    /// Where the letters show a name: by what rows with the same name are known.
    pub fn name(&self, cells: &Cells) -> Option<u64> {
        (!self.name.is_empty()).then(|| self.hash(&self.name, cells))
    }

    /// The same of a position. Where only numbers of schools or districts differ, one form is as
    /// sure as the other.
    pub fn post(&self, cells: &Cells) -> Option<u64> {
        if self.post.is_empty() && self.organisation.is_none() {
            return None;
        }
        let mut hasher = self.hasher.build_hasher();
        let mut has_figures = false;
        for column in &self.post {
            let cell = cells.get(*column).unwrap_or_default();
            has_figures |= cell.bytes().any(|byte| byte.is_ascii_digit());
            cell.hash(&mut hasher);
        }
        let organisation =
            self.organisation.and_then(|column| cells.get(column)).unwrap_or_default();
        let mut parts = organisation.split('№');
        // A position with a number may name the same school.
        let first = if has_figures { Some(organisation) } else { parts.next() };
        first.hash(&mut hasher);
        for part in parts.filter(|_| !has_figures) {
            let number = part.trim_start_matches(' ');
            let rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
            // A short number and a long one are not read alike.
            ((number.len() - rest.len()).min(3), rest).hash(&mut hasher);
        }
        Some(hasher.finish())
    }

    /// By what a row's letter is known to be like others; `None` where it speaks for itself alone.
    /// The outlines are those of its name and its position.
    pub fn letter(
        &self,
        cells: &Cells,
        name: Option<Outline>,
        post: Option<Outline>,
    ) -> Option<u64> {
        let mut hasher = self.hasher.build_hasher();
        (name.map(|it| it.0), post.map(|it| it.0)).hash(&mut hasher);
        for column in &self.printed {
            let cell = cells.get(*column)?;
            if cell.bytes().any(|byte| byte < b' ') {
                return None;
            }
            hasher.write_u8(u8::from(cell.is_empty()));
        }
        for column in &self.looked_at {
            cells.get(*column)?.hash(&mut hasher);
        }
        (cells.octets() <= LONGEST_ROW).then(|| hasher.finish())
    }

    /// True where no letter like this one can be too large.
    pub fn leaves_room(&self, composed: &Composed) -> bool {
        let most = (LONGEST_ROW as u64 * OCTETS_FOR_ONE).saturating_mul(self.prints);
        let fits = |length: usize, limit: u64| (length as u64).saturating_add(most) <= limit;
        let longer = composed.text.len().max(composed.html.len());
        fits(composed.letter.bytes.len(), self.max_size)
            && fits(longer, super::template::LONGEST as u64)
    }

    fn hash(&self, columns: &[usize], cells: &Cells) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        columns.iter().for_each(|column| cells.get(*column).hash(&mut hasher));
        hasher.finish()
    }
}

impl Composer {
    /// What letters must have in common to be alike; `None` where each has to be composed to know.
    /// `fields` tells the column of each field.
    pub fn likeness(&self, fields: &[(&'static str, usize)]) -> Option<Likeness> {
        let settings = &self.settings;
        if settings.sheets.is_some() || !self.enclosures.have_plain_names() {
            return None;
        }
        let max_size = settings.max_size;
        let found = Likeness { max_size, ..Likeness::default() };
        let mut finding =
            Finding { composer: self, fields, is_of_link: false, of_subject: 0, of_body: 0, found };
        finding.of_subject = finding.template(&self.subject)?;
        finding.of_body = self.body.as_ref().map_or(Some(0), |body| finding.template(body))?;
        let mut prints = finding.of_subject.saturating_add(finding.of_body);
        for own in [&self.html, &self.text].into_iter().flatten() {
            prints = prints.saturating_add(finding.template(own)?);
        }
        finding.is_of_link = true;
        if let Some(link) = &self.one_click {
            prints = prints.saturating_add(finding.template(link)?);
        }
        finding.found.prints = prints;
        if self.seen.gender {
            finding.name(false);
            finding.post(false);
        }
        let Likeness { printed, looked_at, .. } = &mut finding.found;
        for columns in [printed, looked_at] {
            columns.sort_unstable();
            columns.dedup();
        }
        Some(finding.found)
    }
}

/// How a template uses a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Prints,
    LooksAt,
}

/// Goes through the templates of a campaign.
struct Finding<'a> {
    composer: &'a Composer,
    fields: &'a [(&'static str, usize)],
    /// The template is that of a link: nearly all that is printed into one may make it none.
    is_of_link: bool,
    /// How often a value may be printed in the subject and in the body.
    of_subject: u64,
    of_body: u64,
    found: Likeness,
}

impl Finding<'_> {
    /// Notes what a template does with its values; tells how often it may print one.
    fn template(&mut self, template: &Template) -> Option<u64> {
        let (mut prints, mut inclusions) = (0_u64, 1_u64);
        for text in template.texts() {
            let mut loops = 0_u32;
            for tag in tags(text) {
                let tag = tag?;
                // What stands behind a quotation mark in a string is not told apart here.
                if tag.written().contains('\\') {
                    return None;
                }
                match tag {
                    Tag::Print(written) => {
                        let can_harm = self.is_of_link && written != "letter.id";
                        let is_printed = is_path(written) && loops == 0 && !can_harm;
                        let how = if is_printed { How::Prints } else { How::LooksAt };
                        // What a template printed is printed again, with all that is in it.
                        prints = prints.saturating_add(match without_safe(written) {
                            "body" => self.of_body,
                            "letter.subject" => self.of_subject,
                            _ => 1,
                        });
                        if without_safe(written) != "body" || loops > 0 {
                            self.expression(written, how)?;
                        }
                    }
                    Tag::Statement(written) => {
                        let (keyword, rest) =
                            written.split_once(char::is_whitespace).unwrap_or((written, ""));
                        match keyword {
                            "for" => loops += 1,
                            "endfor" => loops = loops.checked_sub(1)?,
                            "include" if loops == 0 => inclusions += 1,
                            "block" if loops == 0 => {}
                            "if" | "elif" | "else" | "endif" | "set" | "set_global"
                            | "endblock" | "extends" | "break" | "continue" => {}
                            _ => return None,
                        }
                        self.expression(rest, How::LooksAt)?;
                    }
                }
            }
        }
        let depth = u32::try_from(template.texts().count()).unwrap_or(u32::MAX);
        let times = inclusions.saturating_pow(depth);
        Some(prints.saturating_mul(times))
    }

    /// Notes the values that an expression names.
    fn expression(&mut self, written: &str, how: How) -> Option<()> {
        for path in paths(written) {
            self.value(&path?, how)?;
        }
        Some(())
    }

    fn value(&mut self, path: &[&str], how: How) -> Option<()> {
        let is_printed = how == How::Prints;
        match path {
            ["row", heading] => {
                let headings = self.composer.headings();
                let mut columns = headings
                    .iter()
                    .enumerate()
                    .filter(|(_, it)| it == heading)
                    .map(|(column, _)| column);
                let column = columns.next()?;
                // Of two columns with one heading, which one speaks?
                if columns.next().is_some() {
                    return None;
                }
                self.column(column, how);
            }
            ["recipient", field @ ("position" | "organisation")] => {
                // A field without a column is empty in each row.
                if let Some(column) = self.column_of(field) {
                    self.column(column, how);
                }
            }
            // Its outline tells all of it.
            ["recipient", "gender"] => self.name(false),
            ["recipient", "surname" | "first_name" | "patronymic"]
            | ["addressee", "name"]
            | ["salutation"] => {
                self.name(!is_printed);
            }
            ["addressee", "position"] => self.post(!is_printed),
            ["recipient", "email" | "row"] | ["letter", "id"] if is_printed => {}
            ["letter", "number"] if is_printed => self.found.is_numbered = true,
            ["letter", "subject"] if is_printed => {}
            ["letter", "date"] => {}
            ["row" | "recipient" | "addressee" | "salutation" | "letter" | "body", ..] => {
                return None;
            }
            [name, ..] if name.starts_with("__") => return None,
            [name, ..] if self.composer.settings.values.contains_key(*name) => {}
            // Names that the template gives itself are made from what it looks at.
            [name, further @ ..] => {
                let column = self.composer.headings().iter().position(|heading| heading == name);
                let how = if further.is_empty() { how } else { How::LooksAt };
                column.into_iter().for_each(|column| self.column(column, how));
            }
            [] => {}
        }
        Some(())
    }

    fn column_of(&self, field: &str) -> Option<usize> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, column)| *column)
    }

    fn column(&mut self, column: usize, how: How) {
        match how {
            How::Prints => self.found.printed.push(column),
            How::LooksAt => self.found.looked_at.push(column),
        }
    }

    fn columns_of(&self, fields: &[&str]) -> Vec<usize> {
        fields.iter().filter_map(|field| self.column_of(field)).collect()
    }

    /// The letter shows the name; or looks at it, so that only letters to people of one name are
    /// alike.
    fn name(&mut self, is_looked_at: bool) {
        self.found.name = self.columns_of(&OF_NAME);
        if is_looked_at {
            self.found.looked_at.extend(&self.found.name);
        }
    }

    /// The same of the position.
    fn post(&mut self, is_looked_at: bool) {
        self.found.post = self.columns_of(&OF_POST);
        self.found.organisation = self.column_of("organisation");
        if is_looked_at {
            self.found.looked_at.extend(self.found.post.iter().chain(&self.found.organisation));
        }
    }
}

/// A tag of a template, without its braces.
#[derive(Debug, PartialEq, Eq)]
enum Tag<'a> {
    Print(&'a str),
    Statement(&'a str),
}

impl<'a> Tag<'a> {
    fn written(&self) -> &'a str {
        match self {
            Self::Print(written) | Self::Statement(written) => written,
        }
    }
}

/// The same expression, printed as it is.
fn without_safe(written: &str) -> &str {
    let filtered =
        written.strip_suffix("safe").map(str::trim_end).and_then(|it| it.strip_suffix('|'));
    filtered.map_or(written, str::trim_end)
}

/// The tags of a template; `None` for one that has no end.
fn tags(text: &str) -> impl Iterator<Item = Option<Tag<'_>>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let open = rest.find('{')?;
            rest = rest.get(open + 1..)?;
            let kind = rest.chars().next()?;
            if kind == '#' {
                let Some(end) = rest.find("#}") else {
                    rest = "";
                    return Some(None);
                };
                rest = &rest[end + 2..];
                continue;
            }
            let close = match kind {
                '{' => "}}",
                '%' => "%}",
                _ => continue,
            };
            rest = &rest[1..];
            let Some(end) = outside_of_strings(rest).find(|(at, _)| rest[*at..].starts_with(close))
            else {
                rest = "";
                return Some(None);
            };
            let written =
                rest[..end.0].trim_start_matches(['-', '+']).trim_end_matches(['-', '+']).trim();
            rest = &rest[end.0 + 2..];
            return Some(Some(if kind == '{' {
                Tag::Print(written)
            } else {
                Tag::Statement(written)
            }));
        }
    })
}

/// The characters that are in no string of an expression, with their places; those that begin and
/// end one are.
fn outside_of_strings(written: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    written.char_indices().filter(move |(_, c)| match quote {
        Some(open) => {
            if *c == open {
                quote = None;
            }
            false
        }
        None if matches!(c, '"' | '\'' | '`') => {
            quote = Some(*c);
            false
        }
        None => true,
    })
}

/// True for a value and nothing done to it.
fn is_path(written: &str) -> bool {
    let mut all = Paths { rest: written };
    all.next().is_some_and(|path| path.is_some()) && all.rest.is_empty()
}

/// The values that an expression names, each as its steps: `row["Район"]`, `recipient.position`.
/// `None` for one that is named in a way that is not understood.
fn paths(written: &str) -> Paths<'_> {
    Paths { rest: written }
}

struct Paths<'a> {
    rest: &'a str,
}

impl<'a> Paths<'a> {
    fn identifier(&mut self) -> &'a str {
        let end =
            self.rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(self.rest.len());
        let (identifier, rest) = self.rest.split_at(end);
        self.rest = rest;
        identifier
    }

    /// What stands between the quotation marks with which the rest begins.
    fn string(&mut self) -> Option<&'a str> {
        let quote = self.rest.chars().next()?;
        let (string, rest) = self.rest.get(1..)?.split_once(quote)?;
        self.rest = rest;
        Some(string)
    }

    fn path(&mut self) -> Option<Vec<&'a str>> {
        let mut path = vec![self.identifier()];
        loop {
            if let Some(rest) = self.rest.strip_prefix('.') {
                self.rest = rest;
                let step = self.identifier();
                if step.is_empty() {
                    return None;
                }
                path.push(step);
            } else if let Some(rest) = self.rest.strip_prefix('[') {
                self.rest = rest.trim_start();
                if !self.rest.starts_with(['"', '\'']) {
                    return None;
                }
                path.push(self.string()?);
                self.rest = self.rest.trim_start().strip_prefix(']')?;
            } else if self.rest.starts_with(['?', '(']) && super::NAMES.contains(&path[0]) {
                return None;
            } else {
                return Some(path);
            }
        }
    }
}

impl<'a> Iterator for Paths<'a> {
    type Item = Option<Vec<&'a str>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let next = self.rest.chars().next()?;
            if next.is_alphabetic() || next == '_' {
                let path = self.path();
                if path.is_none() {
                    self.rest = "";
                }
                return Some(path);
            }
            if matches!(next, '"' | '\'' | '`') {
                if self.string().is_none() {
                    self.rest = "";
                    return Some(None);
                }
            } else if next.is_ascii_digit() {
                self.identifier();
            } else {
                self.rest = &self.rest[next.len_utf8()..];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Option<Tag<'_>>> {
        tags(text).collect()
    }

    #[test]
    fn tags_are_told_from_the_text_around_them() {
        assert_eq!(
            of("{ {# {{ a }} #} {{- row[\"}}\"] -}} {% if x == '%}' %}"),
            [Some(Tag::Print("row[\"}}\"]")), Some(Tag::Statement("if x == '%}'"))]
        );
        for endless in ["{{ a", "{% if \"%}", "{# a"] {
            assert_eq!(of(endless), [None], "{endless}");
        }
    }

    #[test]
    fn an_expression_names_its_values_and_no_strings() {
        let of = |written| paths(written).collect::<Option<Vec<_>>>();
        assert_eq!(of("a.b ~ row[ 'В 1' ] | f(x=1) and \"c.d\""), {
            Some(vec![vec!["a", "b"], vec!["row", "В 1"], vec!["f"], vec!["x"], vec!["and"]])
        });
        for unclear in ["row[x]", "recipient?.gender", "salutation(1)", "\"open", "letter."] {
            assert_eq!(of(unclear), None, "{unclear}");
        }
        assert!(is_path("row['В']") && is_path("salutation"));
        assert!(!is_path("a | b") && !is_path("\"a\"") && !is_path("a ~ b") && !is_path(""));
    }
}
