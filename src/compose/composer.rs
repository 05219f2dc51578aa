//! Composes one letter after the other. The composer is shared by all threads.

use std::sync::Arc;

use super::assembly::Readable;
use super::attachments::{Attachments, EncodedFile};
use super::rendering::Rendering;
use super::template::{self, Environment, OutputFormat, Template};
use super::values::{self, Addressee, Extent, Usage};
use super::watch::{self, Watched};
use super::{
    Composed, ComposerSettings, LetterMeta, Letterhead, Mode, Picture, TemplateSource, body,
    escape, filters,
};
use crate::files;
use crate::letter::Origin;
use crate::problem::{Fault, FormsFault, LetterFault, ListFault, Place, Problem, Severity};
use crate::recipient::Recipient;
use crate::russian::forms::Forms;
use crate::russian::languages;

/// Characters that some system does not allow in file names.
const NOT_IN_NAMES: &str = "/\\:*?\"<>|";

/// Octets of HTML that Gmail shows.
const CLIPPED: usize = 102 << 10;

/// Composes letters.
pub struct Composer {
    pub(super) settings: ComposerSettings,
    pub(super) templates: Templates,
    attachments: Attachments,
    pub(super) logo: Option<Arc<Picture>>,
    /// By their names in the letter.
    pictures: Vec<(String, Arc<Picture>)>,
    warnings: Vec<Problem>,
    usage: Usage,
    /// The letter in other languages, by their codes.
    translations: Vec<(String, Composer)>,
}

pub(super) struct Templates {
    subject: Template,
    body: Option<Template>,
    html: Option<Template>,
    text: Option<Template>,
    pub(super) one_click: Option<Template>,
    pdf_name: Option<Template>,
    preheader: Option<Template>,
}

/// What a letter says to its reader.
struct Content {
    /// `None` if it could not be rendered.
    subject: Option<String>,
    /// The body, with values escaped.
    markdown: Option<String>,
    text: String,
    html: String,
    /// The first control character that no mail client prints.
    unprintable: Option<char>,
    is_too_deep: bool,
}

impl Composer {
    /// Reads the templates and checks every name that they use.
    ///
    /// # Errors
    /// Every problem found in the templates, each at its line and column.
    pub(crate) fn new(mut settings: ComposerSettings) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let known = values::known_names(&settings);
        let environment =
            Environment { values: &settings.letter.values, partials: &settings.partials };
        let mut load = |source: &TemplateSource, format, origin: Option<&Place>| match Template::new(
            source,
            format,
            environment,
            origin,
        ) {
            Ok(template) => {
                problems.extend(template.unknown_names(&known));
                problems.extend(template.unknown_columns(&settings.headings));
                Some(template)
            }
            Err(problem) => {
                let bare = bare_columns(source, origin, &settings.headings);
                let is_one = matches!(problem.fault, Fault::Letter(LetterFault::Template { .. }));
                if is_one && !bare.is_empty() {
                    problems.extend(bare);
                } else {
                    problems.push(problem);
                }
                None
            }
        };
        let in_settings = |place: &Place, text: &str| TemplateSource {
            name: place.file.to_string(),
            text: text.to_owned(),
        };
        let place = &settings.letter.subject_place;
        let subject =
            load(&in_settings(place, &settings.letter.subject), OutputFormat::Plain, Some(place));
        let mut load_file = |source: &Option<TemplateSource>, format| {
            source.as_ref().and_then(|source| load(source, format, None))
        };
        let body = load_file(&settings.body, OutputFormat::Markdown);
        let html = load_file(&settings.html, OutputFormat::Html);
        let text = load_file(&settings.text, OutputFormat::Plain);
        let mut load_value = |(text, place): &(String, Place), format| {
            load(&in_settings(place, text), format, Some(place))
        };
        let names = settings.letter.attachments.iter();
        let names: Vec<Template> =
            names.filter_map(|name| load_value(name, OutputFormat::Plain)).collect();
        let one_click = settings.letter.headers.one_click.as_ref();
        let one_click = one_click.and_then(|link| load_value(link, OutputFormat::Url));
        let preheader = settings.letter.preheader.as_ref();
        let preheader = preheader.and_then(|text| load_value(text, OutputFormat::Plain));
        let pdf_name = settings.pdf.as_ref().and_then(|pdf| pdf.name.as_ref());
        let pdf_name = pdf_name.and_then(|name| load_value(name, OutputFormat::Plain));
        for TemplateSource { name, text } in &settings.partials {
            let place = |at| Place::of_byte(name.as_str(), text, at);
            problems.extend(template::unknown_columns(text, &settings.headings, &place));
        }
        let Some(subject) = subject.filter(|_| problems.is_empty()) else { return Err(problems) };
        let all: Vec<&Template> = [&body, &html, &text, &one_click, &pdf_name, &preheader]
            .into_iter()
            .flatten()
            .chain(&names)
            .chain([&subject])
            .collect();
        let seen: Vec<&Template> =
            [&body, &html, &text].into_iter().flatten().chain(&names).chain([&subject]).collect();
        let warnings = source_warnings(&settings);
        Ok(Self {
            usage: Usage::of(&settings, &all, &seen),
            pictures: std::mem::take(&mut settings.pictures),
            warnings,
            attachments: Attachments::new(names, settings.fetch.clone()),
            logo: settings.logo.take(),
            translations: Vec::new(),
            templates: Templates { subject, body, html, text, one_click, pdf_name, preheader },
            settings,
        })
    }

    /// Adds the letter in another language, which goes to those whose row names it.
    pub(crate) fn translated(mut self, language: String, letter: Self) -> Self {
        self.warnings.extend(letter.warnings.iter().cloned());
        self.translations.push((language, letter));
        self
    }

    /// The composer of the letter in a recipient's language.
    fn for_recipient(&self, recipient: &Recipient) -> &Self {
        let Some(language) = &recipient.card.language else { return self };
        let own = self.translations.iter().find(|(code, _)| code == language);
        own.map_or(self, |(_, composer)| composer)
    }

    /// Whether any letter uses forms of its addressee that depend on their gender.
    pub(crate) fn needs_gender(&self) -> bool {
        self.usage.needs_gender || self.translations.iter().any(|(_, it)| it.needs_gender())
    }

    /// Whether the letter in this language does.
    pub(crate) fn addresses_people(&self, language: Option<&str>) -> bool {
        let own = self.translations.iter().find(|(code, _)| Some(code.as_str()) == language);
        own.map_or(self, |(_, composer)| composer).usage.needs_gender
    }

    /// Whether any letter uses the addressee's name or position in the dative.
    pub(crate) fn needs_dative(&self) -> bool {
        self.usage.needs_dative || self.translations.iter().any(|(_, it)| it.needs_dative())
    }

    /// What is worth a look in the letters' sources, once for all letters.
    pub(crate) fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// What the letters on letterhead are set with, if there are any.
    pub(crate) fn letterhead(&self) -> Option<&Letterhead> {
        self.settings.pdf.as_ref().map(|pdf| &pdf.letterhead)
    }

    /// The sources of the letters themselves, without what they include.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &TemplateSource> {
        let translations = self.translations.iter().map(|(_, letter)| letter);
        std::iter::once(self).chain(translations).flat_map(|letter| {
            let ComposerSettings { body, html, text, .. } = &letter.settings;
            [body, html, text].into_iter().flatten()
        })
    }

    /// The texts of the settings that are templates of what a reader sees, each with its place.
    pub(crate) fn seen_settings(&self) -> impl Iterator<Item = (&str, &Place)> {
        let translations = self.translations.iter().map(|(_, letter)| letter);
        std::iter::once(self).chain(translations).flat_map(|letter| {
            let settings = &letter.settings.letter;
            let others = settings.preheader.iter().chain(&settings.attachments);
            std::iter::once((settings.subject.as_str(), &settings.subject_place))
                .chain(others.map(|(text, place)| (text.as_str(), place)))
        })
    }

    /// Whether all readers of a letter would see the same.
    pub(crate) fn is_same_for_all(&self) -> bool {
        self.settings.pdf.is_none()
            && !self.usage.is_personal
            && self.translations.iter().all(|(_, letter)| letter.is_same_for_all())
    }

    /// The headings of the list that the letters are made from.
    pub(crate) fn headings(&self) -> &[String] {
        &self.settings.headings
    }

    /// The names of the files that go with a recipient's letter, as far as they can be found out.
    pub(crate) fn names_of_attachments(&self, recipient: &Recipient, forms: &Forms) -> Vec<String> {
        let composer = self.for_recipient(recipient);
        let addressee = Addressee { recipient, forms, number: None };
        let _watched = self.watched(recipient);
        let mut rendering = composer.rendering(addressee, Extent::All);
        let names = composer.attachments.names(&mut rendering).into_iter();
        names.map(|(_, name)| escape::without_gaps(name)).collect()
    }

    /// Composes one letter.
    ///
    /// # Errors
    /// All problems of this letter, warnings included.
    pub fn compose(
        &self,
        recipient: &Recipient,
        forms: &Forms,
        meta: &LetterMeta,
        mode: &Mode,
    ) -> Result<Composed, Vec<Problem>> {
        let date = meta.date.with_time_zone(self.settings.zone.clone());
        let meta = &LetterMeta { date, ..meta.clone() };
        let addressee = Addressee { recipient, forms, number: meta.number.as_deref() };
        let _watched = self.watched(recipient);
        let composer = self.for_recipient(recipient);
        composer
            .compose_with(Extent::Used, addressee, meta, mode)
            .or_else(|_| composer.compose_with(Extent::All, addressee, meta, mode))
    }

    fn compose_with(
        &self,
        extent: Extent,
        addressee: Addressee,
        meta: &LetterMeta,
        mode: &Mode,
    ) -> Result<Composed, Vec<Problem>> {
        filters::take_doubts();
        filters::speak(&self.settings.language, self.settings.letter.habits);
        let mut rendering = self.rendering(addressee, extent);
        self.check_addressees(&mut rendering);
        let content = self.content(&mut rendering);
        let mut attachments = self.attachments.of(&mut rendering);
        let fields = self.fields(&mut rendering);
        self.check(&content, &mut rendering);
        if rendering.has_error() {
            return Err(rendering.problems);
        }
        let Content { subject, markdown, text, html, .. } = content;
        let subject = subject.unwrap_or_default();
        let mut sheets = None;
        if let (Some(pdf), Some(markdown)) = (&self.settings.pdf, &markdown) {
            let data =
                values::for_letterhead(&self.settings, addressee, &subject, meta.date.date());
            let name = self.name_of_pdf(&mut rendering, addressee.number);
            let id = self.settings.id_of(addressee.recipient).to_string();
            match pdf.letterhead.typeset(data, &body::parse(markdown).blocks, &id) {
                Ok(pdf) => {
                    rendering.extend(pdf.warnings);
                    sheets = Some(pdf.pages);
                    if let Some(name) = name {
                        let file = EncodedFile::new(&name, pdf.bytes, Origin::Letterhead);
                        attachments.insert(0, Arc::new(file));
                    }
                }
                Err(problem) => rendering.extend([problem]),
            }
            if rendering.has_error() {
                return Err(rendering.problems);
            }
        }
        if html.len() > CLIPPED {
            let kilobytes = html.len() as u64 >> 10;
            let place = addressee.recipient.place.clone();
            let fault = LetterFault::HtmlClipped { kilobytes };
            rendering.report_as(Severity::Warning, place, fault);
        }
        let pictures = self.shown_in(&html);
        let parts = Readable {
            pictures: &pictures,
            subject,
            text: &text,
            html: &html,
            fields: &fields,
            attachments: &attachments,
            sheets,
        };
        let letter = self.letter(addressee, meta, mode, &parts);
        let size = letter.bytes.len() as u64;
        let limit = self.settings.letter.max_size;
        if size > limit {
            let place = addressee.recipient.place.clone();
            rendering.report(place, LetterFault::MessageTooLarge { size, limit });
            return Err(rendering.problems);
        }
        Ok(Composed {
            letter,
            text,
            html,
            attachments: attachments.iter().map(|file| file.attachment.clone()).collect(),
            warnings: rendering.problems,
            pictures,
        })
    }

    fn watched(&self, recipient: &Recipient) -> Watched {
        let Templates { subject, body, .. } = &self.templates;
        let place = || Place::file(body.as_ref().unwrap_or(subject).name());
        watch::begin(place, recipient.row, recipient.address.shown())
    }

    /// The pictures that the HTML shows, each once.
    fn shown_in(&self, html: &str) -> Vec<Arc<Picture>> {
        let mut shown: Vec<Arc<Picture>> = Vec::new();
        for picture in self.logo.iter().chain(self.pictures.iter().map(|(_, picture)| picture)) {
            let is_new = shown.iter().all(|known| known.source() != picture.source());
            if is_new && html.contains(&picture.source()) {
                shown.push(picture.clone());
            }
        }
        shown
    }

    fn rendering<'a>(&self, addressee: Addressee<'a>, extent: Extent) -> Rendering<'a> {
        let Addressee { recipient, forms, .. } = addressee;
        let values = self.usage.values(&self.settings, addressee, extent);
        let declines = languages::is_russian(&self.settings.language);
        Rendering { recipient, forms, values, problems: Vec::new(), declines }
    }

    /// Renders subject, text and HTML.
    fn content(&self, rendering: &mut Rendering) -> Content {
        let templates = &self.templates;
        let subject = rendering.render(&templates.subject);
        let subject = subject.map(|subject| escape::one_stop_behind_years(&subject));
        let markdown = templates.body.as_ref().and_then(|body| rendering.render_marked(body));
        let markdown = markdown.map(escape::one_full_stop);
        let mut body = markdown.as_deref().map(body::render).unwrap_or_default();
        for (name, picture) in &self.pictures {
            let named = format!("{}{}\"", body::PICTURE, escape::into_html(name));
            if body.html.contains(&named) {
                body.html = body.html.replace(&named, &format!("{}\"", picture.source()));
            }
        }
        let shown_subject = subject.as_deref().unwrap_or_default();
        rendering.values.subject(shown_subject);
        let is_too_deep = body.is_too_deep;
        let mut unprintable = body.unprintable;
        let mut own = |template: &Template, body: &str| {
            rendering.values.body(body);
            let rendered = rendering.render(template).unwrap_or_default();
            unprintable = unprintable.or_else(|| body::unprintable(&rendered));
            rendered
        };
        let text = match &templates.text {
            Some(template) => own(template, &body.text),
            None => body.text.clone(),
        };
        let html = match &templates.html {
            Some(template) => own(template, &body.html),
            None if templates.body.is_none() => String::new(),
            None => {
                let preheader = match &templates.preheader {
                    Some(template) => rendering.render(template).unwrap_or_default(),
                    None => body::first_sentence(&body.text, &rendering.forms.salutation),
                };
                self.page(&body.html, shown_subject, &preheader)
            }
        };
        Content { subject, markdown, text, html, unprintable, is_too_deep }
    }

    /// Wraps the body in a page with the logo above it.
    fn page(&self, body: &str, subject: &str, preheader: &str) -> String {
        let sender = &self.settings.sender;
        let logo = self.logo.as_ref().map(|logo| body::Logo {
            source: logo.source(),
            width: logo.width,
            alternative: sender.name.as_deref().unwrap_or(sender.address.shown()),
        });
        body::page(&body::Page {
            body,
            title: subject,
            preheader,
            language: &self.settings.language,
            logo: logo.as_ref(),
        })
    }

    /// Reports addressees that the letter does not name, and a position that its block lacks.
    fn check_addressees(&self, rendering: &mut Rendering) {
        let further = rendering.forms.others.len();
        let templates = &self.templates;
        let all = [&templates.body, &templates.html, &templates.text];
        let names = |name| all.into_iter().flatten().any(|template| template.mentions(name));
        if further > 0 && names("addressee.") && !names("addressee.block") && !names("addressees") {
            let place = Place::file(templates.body.as_ref().unwrap_or(&templates.subject).name());
            rendering.report(place, LetterFault::AddresseesUnnamed);
        }
        let is_position_missing = self.settings.has_positions
            && rendering.forms.position_dative.is_empty()
            && !rendering.forms.name_dative.is_empty();
        let block = "addressee.block";
        let with_block = all.into_iter().flatten().find(|template| template.mentions(block));
        if let Some(template) = with_block.filter(|_| is_position_missing) {
            let used = template.place_where_named(block);
            let fault =
                FormsFault::FormMissing { column: rendering.column("position_dative"), used };
            let place = rendering.recipient.place.clone();
            rendering.report_as(Severity::Warning, place, fault);
        }
    }

    /// Reports doubtful forms, a subject or body that is empty, and characters that no mail client
    /// prints.
    fn check(&self, content: &Content, rendering: &mut Rendering) {
        let Templates { subject, body, .. } = &self.templates;
        let file = Place::file(body.as_ref().unwrap_or(subject).name());
        for fault in filters::take_doubts() {
            rendering.report_as(Severity::Doubt, file.clone(), fault);
        }
        let in_subject = |fault| (self.settings.letter.subject_place.clone(), fault);
        let of_subject = match &content.subject {
            Some(subject) if subject.trim().is_empty() => {
                Some(in_subject(LetterFault::SubjectEmpty))
            }
            Some(subject) if subject.chars().any(char::is_control) => {
                Some(in_subject(LetterFault::SubjectLineBreak))
            }
            Some(_) | None => None,
        };
        if let Some((place, fault)) = of_subject {
            rendering.report(place, fault);
        }
        if let Some(character) = content.unprintable {
            rendering.report(file.clone(), ListFault::CellControl { character });
        }
        if content.is_too_deep {
            rendering.report(file, LetterFault::NestedTooDeep);
            return;
        }
        let is_empty = content.text.trim().is_empty() || content.html.trim().is_empty();
        if is_empty && !rendering.has_error() {
            let source = self.settings.body.as_ref().or(self.settings.text.as_ref());
            let name = source.map_or("", |source| source.name.as_str());
            rendering.report(Place::file(name), LetterFault::BodyEmpty);
        }
    }

    /// The file name of the letter on letterhead.
    fn name_of_pdf(&self, rendering: &mut Rendering, number: Option<&str>) -> Option<String> {
        let Some(template) = &self.templates.pdf_name else {
            let (word, sign) = if languages::is_russian(&self.settings.language) {
                ("Письмо", "№")
            } else {
                ("Letter", "No.")
            };
            let number = number.map(|number| format!(" {sign} {number}")).unwrap_or_default();
            let name = format!("{word}{number}").replace(|c| NOT_IN_NAMES.contains(c), "-");
            return Some(format!("{name}.pdf"));
        };
        let name = rendering.render(template)?;
        let name = name.trim();
        let is_fit =
            (1..=200).contains(&name.len()) && !name.starts_with('.') && files::is_portable(name);
        if !is_fit {
            rendering
                .report(template.whole(), LetterFault::FileNameUnfit { name: name.to_owned() });
            return None;
        }
        let has_ending = name.to_lowercase().ends_with(".pdf");
        Some(if has_ending { name.to_owned() } else { format!("{name}.pdf") })
    }
}

/// The columns that a template names as Tera cannot read them.
fn bare_columns(
    source: &TemplateSource,
    origin: Option<&Place>,
    headings: &[String],
) -> Vec<Problem> {
    let found = template::bare_columns(&source.text, headings).into_iter();
    let problem = |column: template::BareColumn| {
        let place = Place::of_byte(source.name.as_str(), &source.text, column.range.start);
        let (place, quote) = match origin {
            Some(origin) => {
                let at = origin.column + place.column;
                (Place::at(origin.file.clone(), origin.line, at), '\'')
            }
            None => (place, '"'),
        };
        let heading = column.heading.as_deref().unwrap_or("…");
        let fault = LetterFault::ColumnBare {
            written: column.written,
            instead: format!("row[{quote}{heading}{quote}]"),
        };
        Problem::error(place, fault)
    };
    found.map(problem).collect()
}

/// What is worth a look in the sources, which all letters share.
fn source_warnings(settings: &ComposerSettings) -> Vec<Problem> {
    let sources = settings.body.iter().chain(&settings.partials);
    let is_markdown = |source: &&TemplateSource| {
        let ending = source.name.rsplit('.').next().unwrap_or_default().to_lowercase();
        settings.body.as_ref().is_some_and(|body| body.name == source.name)
            || !["html", "htm", "txt"].contains(&ending.as_str())
    };
    let mut warnings: Vec<Problem> = sources
        .filter(is_markdown)
        .flat_map(|source| body::lint(&source.name, &source.text))
        .collect();
    let place = &settings.letter.subject_place;
    if let Some(text) = body::braces(&body::masked(&settings.letter.subject)) {
        let problem = Problem::error(place.clone(), LetterFault::BracesLeft { text });
        warnings.push(problem.with_severity(Severity::Warning));
    }
    if let Some(signs) = body::markup(&body::masked(&settings.letter.subject)) {
        let fault = LetterFault::SubjectMarked { signs: signs.to_owned() };
        warnings.push(Problem::error(place.clone(), fault).with_severity(Severity::Warning));
    }
    warnings
}
