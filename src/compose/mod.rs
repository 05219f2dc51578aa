//! From a recipient to a finished message: template, Markdown, the three forms, MIME.
//!
//! One body makes text and HTML, so they cannot disagree. Cells are data all the way: `escape` carries
//! them past Tera, Markdown and HTML. Nothing is read or sent here; files come in as their text.

mod body;
mod escape;
mod filter;
mod filters;
mod header;
mod html;
mod message;
mod pieces;
mod template;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Zoned;
use jiff::civil::Date;
use serde_json::Value;

use crate::letter::{Attachment, Digest, Letter, LetterId, Sender};
use crate::place::{Fault, Place, Problem, Severity};
use crate::recipient::{Address, Recipient};
use crate::russian::dates;
use crate::russian::forms::Forms;
use template::{Fields, Form, Template};

pub use filter::Filter;
pub use header::display_date;

/// A template file: its name as the user knows it, and its text.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub text: String,
}

/// All that is the same in every letter of a campaign.
#[derive(Debug, Clone)]
pub struct Settings {
    pub campaign: String,
    pub sender: Sender,
    pub language: String,
    pub subject: String,
    pub subject_place: Place,
    pub body: Option<Source>,
    pub html: Option<Source>,
    pub text: Option<Source>,
    pub values: BTreeMap<String, Value>,
    /// `letter.date`.
    pub date: Option<Date>,
    /// Whether letters have a `letter.number`.
    pub is_numbered: bool,
    /// The headings of the contact list.
    pub headings: Arc<[String]>,
}

/// What is a letter's own beside its recipient.
#[derive(Debug, Clone)]
pub struct Stamp {
    pub number: Option<String>,
    /// The one that the ledger keeps; made from the letter's identity when `None`.
    pub message_id: Option<String>,
    /// The moment in the `Date` field; it decides nothing else.
    pub date: Zoned,
}

/// A letter's Message-ID: the same letter has the same one, whenever it is composed.
pub fn message_id(id: LetterId, from: &Address) -> String {
    format!("<{id}@{}>", from.domain())
}

/// Who a composed letter is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// The recipient.
    Real,
    /// Oneself: another address, a mark in the subject, a Message-ID of its own.
    Rehearsal { to: Address, run: String },
}

/// A finished letter, and its parts as a reader sees them.
#[derive(Debug)]
pub struct Composed {
    pub letter: Letter,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
    pub warnings: Vec<Problem>,
}

/// Makes letters. Shared by all threads.
pub struct Composer {
    settings: Settings,
    subject: Template,
    body: Option<Template>,
    html: Option<Template>,
    text: Option<Template>,
    seen: Seen,
}

impl Composer {
    /// Reads the templates and checks every name that they use.
    ///
    /// # Errors
    /// Every problem found in the templates, each at its line and column.
    pub fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let known = known_names(&settings);
        let mut load = |source: Option<&Source>, form, origin: Option<&Place>| {
            let source = source?;
            match Template::new(&source.name, &source.text, form, &settings.values, origin) {
                Ok(template) => {
                    problems.extend(template.unknown_names(&known));
                    Some(template)
                }
                Err(problem) => {
                    problems.push(problem);
                    None
                }
            }
        };
        let subject_source = Source { name: settings.subject_place.file.to_string(), text: settings.subject.clone() };
        let subject = load(Some(&subject_source), Form::Plain, Some(&settings.subject_place));
        let body = load(settings.body.as_ref(), Form::Markdown, None);
        let html = load(settings.html.as_ref(), Form::Html, None);
        let text = load(settings.text.as_ref(), Form::Plain, None);
        match subject {
            Some(subject) if problems.is_empty() => {
                let all = [Some(&subject), body.as_ref(), html.as_ref(), text.as_ref()];
                let seen = Seen::of(&settings, &all.into_iter().flatten().collect::<Vec<_>>());
                Ok(Self { settings, subject, body, html, text, seen })
            }
            _ => Err(problems),
        }
    }

    /// True where the letter speaks to or of its addressee in forms that depend on their gender.
    pub fn needs_gender(&self) -> bool {
        self.seen.gender
    }

    /// The headings of the list that the letters are made from.
    pub fn headings(&self) -> &[String] {
        &self.settings.headings
    }

    /// Composes one letter.
    ///
    /// # Errors
    /// All that is wrong with this letter; warnings that go with it are among them.
    pub fn compose(
        &self,
        recipient: &Recipient,
        forms: &Forms,
        stamp: &Stamp,
        mark: &Mark,
    ) -> Result<Composed, Vec<Problem>> {
        let composed = self.compose_with(Extent::Used, recipient, forms, stamp, mark);
        composed.or_else(|_| self.compose_with(Extent::All, recipient, forms, stamp, mark))
    }

    fn compose_with(
        &self,
        extent: Extent,
        recipient: &Recipient,
        forms: &Forms,
        stamp: &Stamp,
        mark: &Mark,
    ) -> Result<Composed, Vec<Problem>> {
        filters::take_doubts();
        let mut problems = Vec::new();
        let mut values = self.values(recipient, forms, stamp.number.as_deref(), extent);
        let subject = printed(&self.subject, &values, recipient, forms, &mut problems);
        let body =
            self.body.as_ref().and_then(|body| printed_with_gaps(body, &values, recipient, forms, &mut problems));
        let body = body.map(|markdown| pieces::render(&markdown)).unwrap_or_default();
        let is_known = subject.is_some();
        let subject = subject.unwrap_or_default();
        let text = match &self.text {
            None => body.text,
            Some(own) => {
                values.body(&body.text);
                printed(own, &values, recipient, forms, &mut problems).unwrap_or_default()
            }
        };
        let html = match &self.html {
            None if self.body.is_none() => String::new(),
            None => html::page(&body.html, &subject, &self.settings.language),
            Some(own) => {
                values.body(&body.html);
                printed(own, &values, recipient, forms, &mut problems).unwrap_or_default()
            }
        };

        let name = self.body.as_ref().map_or_else(|| self.subject.name(), Template::name);
        let doubts = filters::take_doubts().into_iter();
        problems.extend(
            doubts.map(|fault| {
                problem_of_row(recipient, &Place::file(name.clone()), fault).with_severity(Severity::Doubt)
            }),
        );
        if is_known && subject.trim().is_empty() {
            problems.push(problem_of_row(recipient, &self.settings.subject_place, Fault::SubjectEmpty));
        } else if subject.chars().any(char::is_control) {
            problems.push(problem_of_row(recipient, &self.settings.subject_place, Fault::SubjectLineBreak));
        }
        let unprintable = |own: Option<&Template>, form| own.and_then(|_| pieces::unprintable(form));
        let of_own = || unprintable(self.text.as_ref(), &text).or_else(|| unprintable(self.html.as_ref(), &html));
        if let Some(character) = body.unprintable.or_else(of_own) {
            problems.push(problem_of_row(recipient, &Place::file(name), Fault::CellControl { character }));
        }
        if problems.iter().all(|p| p.severity != Severity::Error) && (text.trim().is_empty() || html.trim().is_empty())
        {
            let name = [&self.settings.body, &self.settings.text].into_iter().flatten().next();
            let place = Place::file(name.map_or("", |source| source.name.as_str()));
            problems.push(problem_of_row(recipient, &place, Fault::BodyEmpty));
        }
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            return Err(problems);
        }
        match self.finish(recipient, stamp, mark, &Readable { subject, text: &text, html: &html }) {
            Ok(letter) => Ok(Composed { letter, text, html, attachments: Vec::new(), warnings: problems }),
            Err(detail) => {
                problems.push(problem_of_row(recipient, &recipient.place, Fault::Template { detail }));
                Err(problems)
            }
        }
    }

    fn finish(&self, recipient: &Recipient, stamp: &Stamp, mark: &Mark, parts: &Readable) -> Result<Letter, String> {
        let sender = &self.settings.sender;
        let id = LetterId::of(&self.settings.campaign, &recipient.address, recipient.key.as_deref());
        let name = [&recipient.card.name.first_name, &recipient.card.name.patronymic, &recipient.card.name.surname];
        let name = name.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ");
        let subject = &parts.subject;
        let copies: Vec<Address> = sender.cc.iter().chain(&recipient.copies).cloned().collect();
        let (to, to_name, subject, message_id, cc, bcc): (_, _, _, _, &[Address], &[Address]) = match mark {
            Mark::Real => {
                let kept = stamp.message_id.clone().unwrap_or_else(|| message_id(id, &sender.address));
                (&recipient.address, name, subject.clone(), kept, &copies, &sender.bcc)
            }
            Mark::Rehearsal { to, run } => {
                let mark = if self.settings.language == "en" { "[Rehearsal]" } else { "[Репетиция]" };
                let message_id = format!("<{id}.{run}@{}>", sender.address.domain());
                (to, recipient.address.shown().to_owned(), format!("{mark} {subject}"), message_id, &[], &[])
            }
        };
        let bytes = message::build(&message::Parts {
            id,
            sender,
            language: &self.settings.language,
            to: (&to_name, to),
            cc,
            message_id: &message_id,
            subject: &subject,
            date: &stamp.date,
            text: parts.text,
            html: parts.html,
        })?;
        Ok(Letter {
            id,
            from: sender.address.clone(),
            to: each_once([to].into_iter().chain(cc).chain(bcc)),
            message_id,
            number: stamp.number.clone(),
            subject,
            digest: Digest::of(&bytes),
            bytes,
        })
    }

    /// What the templates see: what they use, or all that they could.
    fn values(&self, recipient: &Recipient, forms: &Forms, number: Option<&str>, extent: Extent) -> template::Values {
        let mut values = template::Values::default();
        let seen = &self.seen;
        let is_seen = |name| extent == Extent::All || seen.names.contains(&name);
        for (column, is_used) in &seen.columns {
            if let (true, Some(cell)) = (*is_used || extent == Extent::All, recipient.cells.get(*column)) {
                values.text(recipient.headings[*column].clone(), cell);
            }
        }
        if is_seen("row") {
            values.fields("row", seen.fields.filled(&recipient.headings, &recipient.cells));
        }
        if is_seen("recipient") {
            let (card, gender) = (&recipient.card, forms.gender.map(crate::russian::Gender::as_str));
            let mut fields = Fields::of([
                ("surname", Some(&card.name.surname)),
                ("first_name", Some(&card.name.first_name)),
                ("patronymic", Some(&card.name.patronymic)),
                ("gender", gender),
                ("position", Some(&card.position)),
                ("organisation", Some(&card.organisation)),
                ("email", Some(recipient.address.shown())),
            ]);
            fields.add_number("row", recipient.row);
            values.fields("recipient", fields);
        }
        if is_seen("addressee") {
            let (position, name) = (&forms.position_dative, &forms.name_dative);
            values.fields("addressee", Fields::of([("position", Some(position)), ("name", Some(name))]));
        }
        if is_seen("salutation") {
            values.text("salutation", &forms.salutation);
        }
        if is_seen("letter") {
            let date = self.settings.date.map(dates::short);
            values.fields(
                "letter",
                match (number, &date) {
                    (None, None) => Fields::default(),
                    (Some(number), None) => Fields::of([("number", Some(number))]),
                    (None, Some(date)) => Fields::of([("date", Some(date))]),
                    (Some(number), Some(date)) => Fields::of([("number", Some(number)), ("date", Some(date))]),
                },
            );
        }
        values
    }
}

/// How many values a letter is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// Those that the templates use.
    Used,
    /// All: a mistake is worded with the names that could have been meant.
    All,
}

/// What every letter has to give beside the columns and values of its campaign.
const NAMES: [&str; 5] = ["recipient", "addressee", "salutation", "letter", "row"];

/// Which values the templates use, found out once.
#[derive(Default)]
struct Seen {
    /// The columns that can be used bare, and whether they are.
    columns: Vec<(usize, bool)>,
    /// Those of [`NAMES`] that are used.
    names: Vec<&'static str>,
    /// The fields of `row`, empty.
    fields: Fields,
    /// True where the letter speaks to or of its addressee in forms that depend on their gender.
    gender: bool,
}

impl Seen {
    fn of(settings: &Settings, templates: &[&Template]) -> Self {
        let uses = |name: &str| templates.iter().any(|template| template.uses(name));
        let mentions = |name: &str| templates.iter().any(|template| template.mentions(name));
        let is_bare = |heading: &String| is_identifier(heading) && !settings.values.contains_key(heading);
        let bare = settings.headings.iter().enumerate().filter(|(_, heading)| is_bare(heading));
        Self {
            columns: bare.map(|(column, heading)| (column, uses(heading))).collect(),
            names: NAMES.into_iter().filter(|name| uses(name)).collect(),
            fields: Fields::named(settings.headings.iter()),
            gender: ["addressee", "salutation", "recipient.gender"].into_iter().any(mentions),
        }
    }
}

/// The addresses of an envelope: one that stands in several places gets the letter once.
fn each_once<'a>(addresses: impl Iterator<Item = &'a Address>) -> Vec<Address> {
    let mut once: Vec<Address> = Vec::new();
    for address in addresses {
        if once.iter().all(|known| known.key() != address.key()) {
            once.push(address.clone());
        }
    }
    once
}

/// What a reader reads of one letter.
struct Readable<'a> {
    subject: String,
    text: &'a str,
    html: &'a str,
}

/// Gaps where an empty value was printed: an error where a form of the addressee is missing, else a warning.
fn look_for_gaps(
    template: &Template,
    printed: &str,
    recipient: &Recipient,
    forms: &Forms,
    problems: &mut Vec<Problem>,
) {
    if !escape::has_gap(printed) {
        return;
    }
    let needed = [
        ("addressee.position", &forms.position_dative, "position_dative"),
        ("addressee.name", &forms.name_dative, "name_dative"),
        ("salutation", &forms.salutation, "salutation"),
    ];
    let mut explained = false;
    for (name, form, column) in needed {
        if form.is_empty() && template.mentions(name) {
            explained = true;
            let problem = Problem::error(recipient.place.clone(), Fault::FormMissing { column });
            let problem = problem.of_row(recipient.row, column);
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    if !explained {
        for (before, after) in escape::gaps(printed) {
            let fault = Fault::ValuePrintedEmpty { before, after };
            let place = template.whole();
            problems.push(problem_of_row(recipient, &place, fault).with_severity(Severity::Warning));
        }
    }
}

/// A problem of a template that shows itself in one row.
fn problem_of_row(recipient: &Recipient, place: &Place, fault: Fault) -> Problem {
    Problem::error(place.clone(), fault).of_row(recipient.row, recipient.address.shown())
}

/// What a template says of one recipient, gaps and all.
fn printed_with_gaps(
    template: &Template,
    values: &template::Values,
    recipient: &Recipient,
    forms: &Forms,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let printed = template.render(values, recipient).map_err(|problem| problems.push(problem)).ok()?;
    look_for_gaps(template, &printed, recipient, forms, problems);
    Some(printed)
}

/// The same without the marks of empty values.
fn printed(
    template: &Template,
    values: &template::Values,
    recipient: &Recipient,
    forms: &Forms,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    printed_with_gaps(template, values, recipient, forms, problems).map(escape::without_gaps)
}

/// Every name that a template may use at the top.
fn known_names(settings: &Settings) -> Vec<String> {
    let own = NAMES.into_iter().chain(["body"]).map(str::to_owned);
    let columns = settings.headings.iter().filter(|heading| is_identifier(heading)).cloned();
    own.chain(settings.values.keys().cloned()).chain(columns).collect()
}

/// True where Tera can read the heading as a name.
fn is_identifier(heading: &str) -> bool {
    let mut characters = heading.chars();
    characters.next().is_some_and(|c| c == '_' || c.is_ascii_alphabetic())
        && characters.all(|c| c == '_' || c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_latin_names_can_be_used_bare() {
        assert!(is_identifier("district_2"));
        assert!(!is_identifier("Район") && !is_identifier("2nd") && !is_identifier("a b") && !is_identifier(""));
    }
}
