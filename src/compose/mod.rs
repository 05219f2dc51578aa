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
mod template;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Zoned;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::letter::{Attachment, Digest, Letter, LetterId, Sender};
use crate::place::{Fault, Place, Problem, Severity};
use crate::recipient::{Address, Recipient};
use crate::russian::dates;
use crate::russian::forms::Forms;
use template::{Form, Template};

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
            Some(subject) if problems.is_empty() => Ok(Self { settings, subject, body, html, text }),
            _ => Err(problems),
        }
    }

    /// True where the letter speaks to or of its addressee in forms that depend on their gender.
    pub fn needs_gender(&self) -> bool {
        let templates = [Some(&self.subject), self.body.as_ref(), self.html.as_ref(), self.text.as_ref()];
        let names = ["addressee", "salutation", "recipient.gender"];
        templates.into_iter().flatten().any(|template| names.iter().any(|name| template.mentions(name)))
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
        filters::take_doubts();
        let mut problems = Vec::new();
        let mut values = self.values(recipient, forms, stamp.number.as_deref());
        let subject = self.subject.render(&values, recipient).map(|printed| {
            look_for_gaps(&self.subject, &printed, recipient, forms, &mut problems);
            escape::without_gaps(&printed)
        });
        let blocks = self.body.as_ref().map(|body| {
            body.render(&values, recipient).map(|printed| {
                look_for_gaps(body, &printed, recipient, forms, &mut problems);
                body::parse(&printed)
            })
        });
        let blocks = settle(blocks.transpose(), &mut problems).flatten();
        let subject = settle(subject, &mut problems);
        let is_known = subject.is_some();
        let subject = subject.unwrap_or_default();
        let of_body = blocks.as_ref().map(|blocks| (text::render(blocks), html::render(blocks)));

        let language = &self.settings.language;
        let (mut text, mut html) = of_body
            .as_ref()
            .map_or_else(Default::default, |(text, html)| (text.clone(), html::page(html, &subject, language)));
        for (own, is_html) in [(&self.text, false), (&self.html, true)] {
            let Some(template) = own else { continue };
            let (body_text, body_html) = of_body.clone().unwrap_or_default();
            values.body(if is_html { template::Body::Html(body_html) } else { template::Body::Plain(body_text) });
            let Some(printed) = settle(template.render(&values, recipient), &mut problems) else { continue };
            look_for_gaps(template, &printed, recipient, forms, &mut problems);
            *(if is_html { &mut html } else { &mut text }) = escape::without_gaps(&printed);
        }

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
        let is_unprintable = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if let Some(character) = text.chars().chain(html.chars()).find(is_unprintable) {
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

    /// What the templates see.
    fn values(&self, recipient: &Recipient, forms: &Forms, number: Option<&str>) -> template::Values {
        let mut values = template::Values::default();
        for (heading, cell) in recipient.headings.iter().zip(recipient.cells.iter()) {
            if is_identifier(heading) && !self.settings.values.contains_key(heading) {
                values.insert(heading, &json!(cell));
            }
        }
        let row: Map<String, Value> =
            recipient.headings.iter().cloned().zip(recipient.cells.iter().map(|cell| json!(cell))).collect();
        values.insert("row", &Value::Object(row));
        values.insert(
            "recipient",
            &json!({
                "surname": recipient.card.name.surname,
                "first_name": recipient.card.name.first_name,
                "patronymic": recipient.card.name.patronymic,
                "gender": forms.gender.map(crate::russian::Gender::as_str),
                "position": recipient.card.position,
                "organisation": recipient.card.organisation,
                "email": recipient.address.shown(),
                "row": recipient.row,
            }),
        );
        values.insert("addressee", &json!({ "position": forms.position_dative, "name": forms.name_dative }));
        values.insert("salutation", &json!(forms.salutation));
        let mut letter = Map::new();
        if let Some(number) = number {
            letter.insert("number".into(), json!(number));
        }
        if let Some(date) = self.settings.date {
            letter.insert("date".into(), json!(dates::short(date)));
        }
        values.insert("letter", &Value::Object(letter));
        values
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

/// The value, or its problem among the others.
fn settle<T>(result: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

/// Every name that a template may use at the top.
fn known_names(settings: &Settings) -> Vec<String> {
    let own = ["recipient", "addressee", "salutation", "letter", "row", "body"].map(str::to_owned);
    let columns = settings.headings.iter().filter(|heading| is_identifier(heading)).cloned();
    own.into_iter().chain(settings.values.keys().cloned()).chain(columns).collect()
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
