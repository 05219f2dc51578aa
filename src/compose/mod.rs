//! From a recipient to a finished message: template, Markdown, the three forms, MIME.
//!
//! One body makes text and HTML, so they cannot disagree. Cells are data all the way: `escape`
//! carries them past Tera, Markdown and HTML. Nothing is read or sent here; files come in as their
//! text.

mod attachments;
mod body;
mod escape;
mod filters;
mod mime;
mod pdf;
mod picture;
mod row_filter;
mod template;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Zoned;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::letter::{Attachment, Digest, Letter, LetterId, Origin, Receipt, Sender};
use crate::problem::{Fault, Place, Problem, Severity};
use crate::recipient::{Address, Recipient};
use crate::russian::dates;
use crate::russian::forms::Forms;
use attachments::{Attachments, EncodedFile};
use template::{Fields, Form, Shared, Template};

pub use attachments::Fetch;
pub use mime::Signer;
pub use pdf::{Letterhead, LetterheadAssets, PdfSettings};
pub use picture::Picture;
pub use row_filter::RowFilter;
pub use template::partials_of;

/// What one system or another does not take in a file's name.
const NOT_IN_NAMES: &str = "/\\:*?\"<>|";

/// A template file: its name as the user knows it, and its text.
#[derive(Debug, Clone)]
pub struct TemplateSource {
    pub name: String,
    pub text: String,
}

/// All that is the same in every letter of a campaign.
pub struct ComposerSettings {
    pub campaign: String,
    pub sender: Sender,
    pub language: String,
    pub subject: String,
    pub subject_place: Place,
    pub body: Option<TemplateSource>,
    pub html: Option<TemplateSource>,
    pub text: Option<TemplateSource>,
    /// Templates that these extend or include.
    pub partials: Vec<TemplateSource>,
    pub values: BTreeMap<String, Value>,
    /// `letter.date`.
    pub date: Option<Date>,
    /// Whether letters have a `letter.number`.
    pub is_numbered: bool,
    /// The headings of the contact list.
    pub headings: Arc<[String]>,
    /// Templates of the names of files that go with each letter.
    pub attachments: Vec<(String, Place)>,
    /// Reads those files.
    pub fetch: Arc<Fetch>,
    pub logo: Option<Picture>,
    /// The letter on letterhead goes with each message.
    pub pdf: Option<PdfSettings>,
    /// No message may be larger, in octets.
    pub max_size: u64,
    pub headers: HeaderSettings,
    pub signer: Option<Signer>,
}

/// What a message says to mail programs and servers beside its text.
#[derive(Debug, Clone, Default)]
pub struct HeaderSettings {
    /// Where to write in order to get no more letters (RFC 2369).
    pub unsubscribe: Option<Address>,
    /// The template of an https address that does the same at one click (RFC 8058).
    pub one_click: Option<(String, Place)>,
    /// Ask readers' programs for a word that the letter was opened (RFC 8098).
    pub read_receipt: bool,
    /// Ask the relays for a word that it was delivered (RFC 3461).
    pub delivery_receipt: bool,
}

/// What is a letter's own beside its recipient.
#[derive(Debug, Clone)]
pub struct LetterMeta {
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
pub enum Mode {
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
    logo: Option<Arc<Picture>>,
}

impl Composed {
    /// The HTML with its pictures inside, for a reader without the message around it.
    pub fn page(&self) -> String {
        self.picture()
            .map_or_else(|| self.html.clone(), |(source, data)| self.html.replace(&source, &data))
    }

    /// What the HTML names its picture by, and the picture as a `data:` address.
    pub fn picture(&self) -> Option<(String, String)> {
        self.logo.as_ref().map(|logo| (logo.source(), logo.data()))
    }
}

/// Makes letters. Shared by all threads.
pub struct Composer {
    settings: ComposerSettings,
    subject: Template,
    body: Option<Template>,
    html: Option<Template>,
    text: Option<Template>,
    one_click: Option<Template>,
    attachments: Attachments,
    logo: Option<Arc<Picture>>,
    pdf_name: Option<Template>,
    seen: Seen,
}

impl Composer {
    /// Reads the templates and checks every name that they use.
    ///
    /// # Errors
    /// Every problem found in the templates, each at its line and column.
    pub fn new(mut settings: ComposerSettings) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let known = known_names(&settings);
        let shared = Shared { values: &settings.values, partials: &settings.partials };
        let mut load = |source: Option<&TemplateSource>, form, origin: Option<&Place>| {
            let source = source?;
            match Template::new(&source.name, &source.text, form, shared, origin) {
                Ok(template) => {
                    problems.extend(template.unknown_names(&known));
                    problems.extend(template.unknown_columns(&settings.headings));
                    Some(template)
                }
                Err(problem) => {
                    problems.push(problem);
                    None
                }
            }
        };
        let subject_source = TemplateSource {
            name: settings.subject_place.file.to_string(),
            text: settings.subject.clone(),
        };
        let subject = load(Some(&subject_source), Form::Plain, Some(&settings.subject_place));
        let body = load(settings.body.as_ref(), Form::Markdown, None);
        let html = load(settings.html.as_ref(), Form::Html, None);
        let text = load(settings.text.as_ref(), Form::Plain, None);
        let mut load_value = |(text, place): &(String, Place)| {
            load(
                Some(&TemplateSource { name: place.file.to_string(), text: text.clone() }),
                Form::Plain,
                Some(place),
            )
        };
        let names: Vec<Template> =
            settings.attachments.iter().filter_map(&mut load_value).collect();
        let one_click = settings.headers.one_click.as_ref().and_then(&mut load_value);
        let pdf_name = settings.pdf.as_ref().and_then(|pdf| pdf.name.as_ref()).and_then(load_value);
        for TemplateSource { name, text } in &settings.partials {
            let place = |at| Place::of_byte(name.as_str(), text, at);
            problems.extend(template::unknown_columns(text, &settings.headings, &place));
        }
        let logo = settings.logo.take().map(Arc::new);
        match subject {
            Some(subject) if problems.is_empty() => {
                let all = [
                    Some(&subject),
                    body.as_ref(),
                    html.as_ref(),
                    text.as_ref(),
                    one_click.as_ref(),
                ];
                let all: Vec<_> =
                    all.into_iter().flatten().chain(&names).chain(&pdf_name).collect();
                let seen = Seen::of(&settings, &all);
                let attachments = Attachments::new(names, settings.fetch.clone());
                Ok(Self {
                    settings,
                    subject,
                    body,
                    html,
                    text,
                    one_click,
                    attachments,
                    logo,
                    pdf_name,
                    seen,
                })
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
        meta: &LetterMeta,
        mode: &Mode,
    ) -> Result<Composed, Vec<Problem>> {
        let composed = self.compose_with(Extent::Used, recipient, forms, meta, mode);
        composed.or_else(|_| self.compose_with(Extent::All, recipient, forms, meta, mode))
    }

    #[expect(clippy::too_many_lines, reason = "to be split")]
    fn compose_with(
        &self,
        extent: Extent,
        recipient: &Recipient,
        forms: &Forms,
        meta: &LetterMeta,
        mode: &Mode,
    ) -> Result<Composed, Vec<Problem>> {
        filters::take_doubts();
        let mut problems = Vec::new();
        let mut values = self.values(recipient, forms, meta.number.as_deref(), extent);
        let subject = printed(&self.subject, &values, recipient, forms, &mut problems);
        let markdown = self
            .body
            .as_ref()
            .and_then(|body| printed_with_gaps(body, &values, recipient, forms, &mut problems));
        let body = markdown.as_deref().map(body::render).unwrap_or_default();
        let is_known = subject.is_some();
        let subject = subject.unwrap_or_default();
        values.subject(&subject);
        let text = match &self.text {
            None => body.text,
            Some(own) => {
                values.body(&body.text);
                printed(own, &values, recipient, forms, &mut problems).unwrap_or_default()
            }
        };
        let html = match &self.html {
            None if self.body.is_none() => String::new(),
            None => self.page(&body.html, &subject),
            Some(own) => {
                values.body(&body.html);
                printed(own, &values, recipient, forms, &mut problems).unwrap_or_default()
            }
        };

        let mut attachments = self.attachments.of(&values, recipient, forms, &mut problems);
        let fields = self.fields(&values, recipient, &mut problems);

        let name = self.body.as_ref().map_or_else(|| self.subject.name(), Template::name);
        let doubts = filters::take_doubts().into_iter();
        problems.extend(doubts.map(|fault| {
            problem_of_row(recipient, &Place::file(name.clone()), fault)
                .with_severity(Severity::Doubt)
        }));
        if is_known && subject.trim().is_empty() {
            problems.push(problem_of_row(
                recipient,
                &self.settings.subject_place,
                Fault::SubjectEmpty,
            ));
        } else if subject.chars().any(char::is_control) {
            problems.push(problem_of_row(
                recipient,
                &self.settings.subject_place,
                Fault::SubjectLineBreak,
            ));
        }
        let unprintable = |own: Option<&Template>, form| own.and_then(|_| body::unprintable(form));
        let of_own = || {
            unprintable(self.text.as_ref(), &text)
                .or_else(|| unprintable(self.html.as_ref(), &html))
        };
        if let Some(character) = body.unprintable.or_else(of_own) {
            problems.push(problem_of_row(
                recipient,
                &Place::file(name),
                Fault::CellControl { character },
            ));
        }
        if problems.iter().all(|p| p.severity != Severity::Error)
            && (text.trim().is_empty() || html.trim().is_empty())
        {
            let name = [&self.settings.body, &self.settings.text].into_iter().flatten().next();
            let place = Place::file(name.map_or("", |source| source.name.as_str()));
            problems.push(problem_of_row(recipient, &place, Fault::BodyEmpty));
        }
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            return Err(problems);
        }
        if let (Some(pdf), Some(markdown)) = (&self.settings.pdf, &markdown) {
            let name = self.name_of_pdf(&values, recipient, forms, meta, &mut problems);
            let data = self.data(recipient, forms, meta, &subject);
            let id =
                LetterId::of(&self.settings.campaign, &recipient.address, recipient.key.as_deref());
            match pdf.letterhead.typeset(data, &body::parse(markdown), &id.to_string()) {
                Ok(set) => {
                    let of_row =
                        |problem: Problem| problem.of_row(recipient.row, recipient.address.shown());
                    problems.extend(set.warnings.into_iter().map(of_row));
                    if let Some(name) = name {
                        attachments.insert(
                            0,
                            Arc::new(EncodedFile::new(&name, set.bytes, Origin::Letterhead)),
                        );
                    }
                }
                Err(problem) => {
                    problems.push(problem.of_row(recipient.row, recipient.address.shown()));
                }
            }
            if problems.iter().any(|problem| problem.severity == Severity::Error) {
                return Err(problems);
            }
        }
        let parts = Readable {
            subject,
            text: &text,
            html: &html,
            fields: &fields,
            attachments: &attachments,
        };
        let letter = self.finish(recipient, meta, mode, &parts);
        let (size, limit) = (letter.bytes.len() as u64, self.settings.max_size);
        if size > limit {
            problems.push(problem_of_row(
                recipient,
                &recipient.place,
                Fault::MessageTooLarge { size, limit },
            ));
            return Err(problems);
        }
        let attachments = attachments.iter().map(|file| file.attachment.clone()).collect();
        Ok(Composed {
            letter,
            text,
            html,
            attachments,
            warnings: problems,
            logo: self.logo.clone(),
        })
    }

    /// The name of the letter on letterhead.
    fn name_of_pdf(
        &self,
        values: &template::Values,
        recipient: &Recipient,
        forms: &Forms,
        meta: &LetterMeta,
        problems: &mut Vec<Problem>,
    ) -> Option<String> {
        let Some(template) = &self.pdf_name else {
            let word = if self.settings.language == "en" { "Letter" } else { "Письмо" };
            let number =
                meta.number.as_ref().map(|number| format!(" № {number}")).unwrap_or_default();
            let name: String = format!("{word}{number}")
                .chars()
                .map(|c| if NOT_IN_NAMES.contains(c) { '-' } else { c })
                .collect();
            return Some(format!("{name}.pdf"));
        };
        let name = printed(template, values, recipient, forms, problems)?;
        let name = name.trim();
        let is_fit = (1..=200).contains(&name.len())
            && !name.starts_with('.')
            && !name.chars().any(|c| c.is_control() || NOT_IN_NAMES.contains(c));
        if !is_fit {
            let fault = Fault::FileNameUnfit { name: name.to_owned() };
            problems.push(problem_of_row(recipient, &template.whole(), fault));
            return None;
        }
        Some(if name.to_lowercase().ends_with(".pdf") {
            name.to_owned()
        } else {
            format!("{name}.pdf")
        })
    }

    /// What a letterhead sees: the same as the templates.
    fn data(
        &self,
        recipient: &Recipient,
        forms: &Forms,
        meta: &LetterMeta,
        subject: &str,
    ) -> Value {
        let (settings, card) = (&self.settings, &recipient.card);
        let id = LetterId::of(&settings.campaign, &recipient.address, recipient.key.as_deref());
        let mut letter = json!({ "id": id.to_string(), "subject": subject });
        if let Some(number) = &meta.number {
            letter["number"] = json!(number);
        }
        if let Some(date) = settings.date {
            letter["date"] = json!(dates::short(date));
        }
        let row: serde_json::Map<String, Value> = recipient
            .headings
            .iter()
            .cloned()
            .zip(recipient.cells.iter().map(|cell| json!(cell)))
            .collect();
        let (language, region) = match settings.language.split_once('-') {
            Some((language, region)) => (language, Some(region)),
            None => (settings.language.as_str(), None),
        };
        json!({
            "letter": letter,
            "addressee": { "position": forms.position_dative, "name": forms.name_dative },
            "recipient": {
                "surname": card.name.surname,
                "first_name": card.name.first_name,
                "patronymic": card.name.patronymic,
                "gender": forms.gender.map(crate::russian::Gender::as_str),
                "position": card.position,
                "organisation": card.organisation,
                "email": recipient.address.shown(),
                "row": recipient.row,
            },
            "salutation": forms.salutation,
            "row": row,
            "values": settings.values,
            "sender": {
                "name": settings.sender.name.as_deref().unwrap_or(settings.sender.address.shown()),
                "address": settings.sender.address.shown(),
            },
            "language": language,
            "region": region.filter(|region| region.len() == 2),
            "day": settings.date.map(|day| json!({ "year": day.year(), "month": day.month(), "day": day.day() })),
        })
    }

    /// The names of the files that go with a recipient's letter, as far as they can be told.
    pub fn names_of_attachments(&self, recipient: &Recipient, forms: &Forms) -> Vec<String> {
        let values = self.values(recipient, forms, None, Extent::All);
        let names = self.attachments.names(&values, recipient, &mut Vec::new()).into_iter();
        names.map(|(_, printed)| escape::without_gaps(printed)).collect()
    }

    /// Further header fields, folded and encoded.
    fn fields(
        &self,
        values: &template::Values,
        recipient: &Recipient,
        problems: &mut Vec<Problem>,
    ) -> Vec<(&'static str, String)> {
        let (settings, sender) = (&self.settings.headers, &self.settings.sender);
        let mut fields = Vec::new();
        let id =
            LetterId::of(&self.settings.campaign, &recipient.address, recipient.key.as_deref());
        let mut ways = Vec::new();
        if let Some(address) = &settings.unsubscribe {
            ways.push(format!("<mailto:{}?subject=unsubscribe%20{id}>", address.wire()));
        }
        if let Some(template) = &self.one_click
            && let Some(link) = settle(template.render(values, recipient), problems)
        {
            let is_sound = link.starts_with("https://")
                && link.len() <= 900
                && link.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&b));
            if is_sound {
                ways.push(format!("<{link}>"));
            } else {
                let value = escape::without_gaps(link);
                problems.push(problem_of_row(
                    recipient,
                    &template.whole(),
                    Fault::LinkUnfit { value },
                ));
            }
        }
        if !ways.is_empty() {
            fields.push(("List-Unsubscribe", ways.join(",\r\n ")));
        }
        if self.one_click.is_some() {
            fields.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        if settings.read_receipt {
            let to = sender.reply_to.as_ref().unwrap_or(&sender.address);
            let name = "Disposition-Notification-To";
            fields.push((name, mime::mailboxes(name, [("", to)])));
        }
        fields
    }

    /// The letter's HTML with the logo above it.
    fn page(&self, body: &str, subject: &str) -> String {
        let sender = &self.settings.sender;
        let alternative = sender.name.as_deref().unwrap_or(sender.address.shown());
        let logo = self.logo.as_ref().map(|logo| body::Logo {
            source: logo.source(),
            width: logo.width,
            alternative,
        });
        body::page(body, subject, &self.settings.language, logo.as_ref())
    }

    fn finish(
        &self,
        recipient: &Recipient,
        meta: &LetterMeta,
        mode: &Mode,
        parts: &Readable,
    ) -> Letter {
        let sender = &self.settings.sender;
        let id =
            LetterId::of(&self.settings.campaign, &recipient.address, recipient.key.as_deref());
        let name = [
            &recipient.card.name.first_name,
            &recipient.card.name.patronymic,
            &recipient.card.name.surname,
        ];
        let name =
            name.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ");
        let subject = &parts.subject;
        let copies: Vec<Address> = sender.cc.iter().chain(&recipient.copies).cloned().collect();
        let (to, to_name, subject, message_id, cc, bcc): (_, _, _, _, &[Address], &[Address]) =
            match mode {
                Mode::Real => {
                    let kept =
                        meta.message_id.clone().unwrap_or_else(|| message_id(id, &sender.address));
                    (&recipient.address, name, subject.clone(), kept, &copies, &sender.bcc)
                }
                Mode::Rehearsal { to, run } => {
                    let mark = if self.settings.language == "en" {
                        "[Rehearsal]"
                    } else {
                        "[Репетиция]"
                    };
                    let message_id = format!("<{id}.{run}@{}>", sender.address.domain());
                    (
                        to,
                        recipient.address.shown().to_owned(),
                        format!("{mark} {subject}"),
                        message_id,
                        &[],
                        &[],
                    )
                }
            };
        let pictures: Vec<&[u8]> = self
            .logo
            .iter()
            .filter(|logo| parts.html.contains(&logo.source()))
            .map(|logo| logo.part.as_slice())
            .collect();
        let files: Vec<&[u8]> = parts.attachments.iter().map(|file| file.part.as_slice()).collect();
        let mut bytes = mime::build(&mime::MessageParts {
            id,
            sender,
            language: &self.settings.language,
            to: (&to_name, to),
            cc,
            message_id: &message_id,
            subject: &subject,
            date: &meta.date,
            fields: parts.fields,
            text: parts.text,
            html: parts.html,
            inline: &pictures,
            attachments: &files,
        });
        let digest = Digest::of(&bytes);
        if let Some(signer) = &self.settings.signer {
            signer.sign(&mut bytes);
        }
        let from = sender.return_path.as_ref().and_then(|path| path.of(id));
        Letter {
            id,
            from: from.unwrap_or_else(|| sender.address.clone()),
            to: each_once([to].into_iter().chain(cc).chain(bcc)),
            message_id,
            number: meta.number.clone(),
            subject,
            receipt: if self.settings.headers.delivery_receipt {
                Receipt::Asked
            } else {
                Receipt::None
            },
            digest,
            bytes,
        }
    }

    /// What the templates see: what they use, or all that they could.
    fn values(
        &self,
        recipient: &Recipient,
        forms: &Forms,
        number: Option<&str>,
        extent: Extent,
    ) -> template::Values {
        let mut values = template::Values::default();
        let seen = &self.seen;
        let is_seen = |name| extent == Extent::All || seen.names.contains(&name);
        for (column, is_used) in &seen.columns {
            if let (true, Some(cell)) =
                (*is_used || extent == Extent::All, recipient.cells.get(*column))
            {
                values.text(recipient.headings[*column].clone(), cell);
            }
        }
        if is_seen("row") {
            values.fields("row", seen.fields.filled(&recipient.headings, &recipient.cells));
        }
        if is_seen("recipient") {
            let (card, gender) =
                (&recipient.card, forms.gender.map(crate::russian::Gender::as_str));
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
            values.fields(
                "addressee",
                Fields::of([("position", Some(position)), ("name", Some(name))]),
            );
        }
        if is_seen("salutation") {
            values.text("salutation", &forms.salutation);
        }
        if is_seen("letter") {
            let id =
                LetterId::of(&self.settings.campaign, &recipient.address, recipient.key.as_deref())
                    .to_string();
            let date = self.settings.date.map(dates::short);
            let mut fields = Fields::of([("id", Some(&id))]);
            for (name, value) in [("number", number), ("date", date.as_deref())] {
                fields.add(name, value);
            }
            values.fields("letter", fields);
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
    fn of(settings: &ComposerSettings, templates: &[&Template]) -> Self {
        let uses = |name: &str| templates.iter().any(|template| template.uses(name));
        let mentions = |name: &str| templates.iter().any(|template| template.mentions(name));
        let is_bare =
            |heading: &String| is_identifier(heading) && !settings.values.contains_key(heading);
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
    fields: &'a [(&'static str, String)],
    attachments: &'a [Arc<EncodedFile>],
}

/// Gaps where an empty value was printed: an error where a form of the addressee is missing, else a
/// warning.
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
            problems
                .push(problem_of_row(recipient, &place, fault).with_severity(Severity::Warning));
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
    let printed =
        template.render(values, recipient).map_err(|problem| problems.push(problem)).ok()?;
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

/// The value, or its problem among the others.
fn settle<T>(result: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

/// Every name that a template may use at the top.
fn known_names(settings: &ComposerSettings) -> Vec<String> {
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
        assert!(
            !is_identifier("Район")
                && !is_identifier("2nd")
                && !is_identifier("a b")
                && !is_identifier("")
        );
    }
}
