//! Loads a campaign: reads every file that `campaign.toml` names, and reports all problems
//! together.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::Result;

use super::assets::Assets;
use super::decided_forms::DecidedForms;
use super::filters;
use super::needs;
use super::seal_parts::{self, BackgroundDigest};
use super::selection::Selection;
use super::{Campaign, Following, typed_fields, typed_in_setting};
use crate::compose::{
    self, Composer, ComposerSettings, NamedPicture, Reference, RowFilter, TemplateSource,
};
use crate::config::{self, Config, LetterTable, Placed, ReferenceColumns, Route};
use crate::contacts::{
    Detected, List, ListFormat, ListRow, ListSettings, People, TimezoneColumn, read_suppression,
};
use crate::document::{self, PictureFile};
use crate::encoding::{Encoding, decoded};
use crate::failure::Failure;
use crate::folder::CampaignFolder;
use crate::notice::Extent;
use crate::policy::WindowClock;
use crate::problem::{
    Cause, DocumentFault, Fault, FileFault, LetterFault, ListFault, Place, Problem, Severity,
    nearest,
};
use crate::russian::forms::Manners;
use crate::seal::{self, SealPart};
use crate::suppression::Suppression;
use crate::trust::{Need, Trust};

/// A campaign, and where its letters go.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Routed<'a> {
    /// The folder or its file; the current folder if `None`.
    pub campaign: Option<&'a Path>,
    pub route: Route<'a>,
}

impl<'a> From<Option<&'a Path>> for Routed<'a> {
    fn from(campaign: Option<&'a Path>) -> Self {
        Self { campaign, route: Route::OfCampaign }
    }
}

/// Why a campaign could not be loaded.
pub enum LoadError {
    Problems(Vec<Problem>),
    Failure(anyhow::Error),
}

impl From<anyhow::Error> for LoadError {
    fn from(error: anyhow::Error) -> Self {
        Self::Failure(error)
    }
}

impl From<Vec<Problem>> for LoadError {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

impl Campaign {
    /// Reads `campaign.toml` and the files that it names.
    ///
    /// # Errors
    /// All problems of all these files together, or why `campaign.toml` could not be read.
    pub fn load(given: Option<&Path>) -> Result<Self, LoadError> {
        Self::load_with(given, Trust::Kept)
    }

    /// Like [`Campaign::load`]. What lies outside the folder is read only with leave.
    ///
    /// # Errors
    /// Also [`Failure::NotTrusted`].
    pub fn load_with(given: Option<&Path>, trust: Trust) -> Result<Self, LoadError> {
        Self::load_within(given.into(), trust, Extent::Whole)
    }

    /// Like [`Campaign::load_with`]; with the files alone, ledgers on servers are left out.
    pub(crate) fn load_within(
        given: Routed,
        trust: Trust,
        extent: Extent,
    ) -> Result<Self, LoadError> {
        let (file, text) = config::find(given.campaign)?;
        let mut config = config::read_for(&file, &text, given.route)?;
        if extent == Extent::FilesAlone {
            config.ledger.server = None;
        }
        let allowed = may_be_read(&config, trust, extent)?;
        let Files {
            list: opened,
            mut list_settings,
            decided_forms,
            mut templates,
            mut translations,
            mut assets,
        } = Files::read(&config, allowed)?;
        let mut warnings = std::mem::take(&mut config.warnings);
        warnings.append(&mut templates.warnings);
        let mut inside = std::mem::take(&mut templates.inside);
        for translation in &mut translations {
            warnings.append(&mut translation.warnings);
            inside.append(&mut translation.inside);
        }
        let headings = opened.headings().clone();
        let detected = opened.detected().clone();
        let list = config.folder.join(&config.contacts.file);
        let list_digest = BackgroundDigest::begin(&list);
        let reference = reference(&config, &headings)?;
        let mut settings = composer_settings(&config, templates, &mut assets, &headings, reference);
        let following = Following::open(&config, extent)?.map(Arc::new);
        settings.has_positions = detected
            .fields
            .iter()
            .any(|(field, _)| ["position", "position_dative"].contains(field));
        settings.threads = Arc::new(following.as_ref().map(|it| it.threads()).unwrap_or_default());
        let translated = translated(&config, translations, &settings);
        if let Some(window) = &mut config.pace.window
            && detected.fields.iter().any(|(field, _)| *field == "timezone")
        {
            window.whose = WindowClock::Recipient;
        }
        let mut seal_parts = seal_parts::of(&config, &settings, &decided_forms);
        for (settings, (_, letter)) in translated.iter().zip(&config.letter.translations) {
            seal_parts.extend(seal_parts::of_translation(settings, letter));
        }
        seal_parts.extend(inside.iter().map(|it| SealPart::of(&it.name, &it.bytes)));
        if let ListFormat::Text { encoding, .. } = &detected.format {
            // Spares later readings a pass over the whole file to find it out again.
            list_settings.encoding = Encoding::parse(encoding);
        }
        let suppressed =
            seal_parts::digest_of_suppressed(&list, &config.contacts.file, &list_settings)?;
        seal_parts.push(SealPart::digested(seal::SUPPRESSED, &suppressed));
        let selection = selection(&config, &detected, &headings, following.clone())?;
        let composer =
            composer(settings, translated).map_err(|problems| with_rows(problems, opened))?;
        if !composer.needs_gender() {
            list_settings.people = People::NotNeeded;
        }
        let manners = manners(&config, &detected);
        warnings.extend(composer.warnings().iter().cloned().map(in_file));
        warnings.extend(composer.letterhead().iter().flat_map(|it| it.warnings().iter().cloned()));
        let mut campaign = Self {
            config,
            composer: Arc::new(composer),
            manners: Arc::new(manners),
            detected,
            decided_forms,
            selection,
            following,
            choice: None,
            list,
            list_settings,
            list_digest,
            seal_parts,
            seal: OnceLock::new(),
            warnings,
        };
        campaign.must_be_for_all()?;
        let of_attachments = campaign.read_attachments(&assets)?;
        campaign.warnings.extend(of_attachments);
        campaign.warnings.extend(filters::of_settings(&campaign.config));
        for (name, digest) in assets.folder.digests() {
            campaign.seal_parts.push(SealPart::digested(name, &digest));
        }
        Ok(campaign)
    }

    /// Refuses a letter that is written to one person, and warns of one that says the same to all.
    fn must_be_for_all(&mut self) -> Result<(), LoadError> {
        let headings = self.headings();
        let in_sources = self
            .composer
            .sources()
            .flat_map(|source| typed_fields(&source.name, &source.text, headings));
        let in_settings = self
            .composer
            .seen_settings()
            .flat_map(|(text, place)| typed_in_setting(text, place, headings));
        let typed: Vec<Problem> = in_sources.chain(in_settings).collect();
        let is_told = |problem: &Problem| {
            let Fault::Letter(LetterFault::BracesLeft { text }) = &problem.fault else {
                return false;
            };
            typed.iter().filter(|it| it.place == problem.place).any(|it| {
                matches!(&it.fault, Fault::Letter(LetterFault::FieldTyped { written, .. })
                    if written.contains(text.as_str()))
            })
        };
        self.warnings.retain(|problem| !is_told(problem));
        self.warnings.extend(typed);
        let found = self.meant_for_one()?.into_iter();
        let (errors, warnings): (Vec<_>, Vec<_>) =
            found.partition(|problem| problem.severity == Severity::Error);
        self.warnings.extend(warnings);
        if errors.is_empty() {
            return Ok(());
        }
        let problems = std::mem::take(&mut self.warnings).into_iter().chain(errors).collect();
        Err(with_rows(problems, self.rows_unverified()?).into())
    }

    /// Reads every attachment once, so that the seal covers it. One that cannot be read is reported
    /// with the letters that it belongs to. Returns a warning for each that is empty, or of a kind that
    /// mail servers refuse.
    fn read_attachments(&self, assets: &Assets) -> Result<Vec<Problem>> {
        let names = &self.config.letter.settings.attachments;
        let mut warnings = Vec::new();
        if names.is_empty() {
            return Ok(warnings);
        }
        let is_template = |(name, _): &(String, _)| name.contains("{{") || name.contains("{%");
        let rows = if names.iter().any(is_template) { usize::MAX } else { 1 };
        let mut seen = HashSet::new();
        for recipient in self.rows()?.filter_map(|row| row.recipient).take(rows) {
            let forms = self.forms(&recipient.card);
            for name in self.composer.names_of_attachments(&recipient, &forms) {
                if seen.contains(&name) {
                    continue;
                }
                let bytes = assets.folder.read(&name);
                if bytes.as_ref().is_ok_and(Vec::is_empty) {
                    let place = Place::file(name.as_str());
                    warnings.push(Problem::warning(place, LetterFault::AttachmentEmpty));
                }
                let risk = bytes.ok().and_then(|bytes| filters::of_attachment(&name, &bytes));
                warnings.extend(risk);
                seen.insert(name);
            }
        }
        Ok(warnings)
    }
}

/// The files outside the folder that may be read.
fn may_be_read(config: &Config, trust: Trust, extent: Extent) -> Result<Vec<PathBuf>, LoadError> {
    let needs = needs::of(config, trust);
    if !needs::may_be_read(&needs, config, trust) {
        let needs = needs.into_iter().filter(Need::is_to_read).collect();
        let folder = config.folder.clone();
        return Err(anyhow::Error::from(Failure::NotTrusted { folder, needs }).into());
    }
    let asks_ledgers = extent == Extent::Whole && !needs::of_ledgers(config).is_empty();
    if asks_ledgers && !trust.allows(&config.folder, &needs) {
        let folder = config.folder.clone();
        return Err(anyhow::Error::from(Failure::NotTrusted { folder, needs }).into());
    }
    let paths = needs.into_iter().filter_map(|need| match need {
        Need::Read { path, .. } => Some(path),
        Need::Program { .. }
        | Need::Variable { .. }
        | Need::SecretFile { .. }
        | Need::Keyring { .. }
        | Need::Write { .. } => None,
    });
    Ok(paths.collect())
}

/// Which rows of the list get a letter.
fn selection(
    config: &Config,
    detected: &Detected,
    headings: &[String],
    following: Option<Arc<Following>>,
) -> Result<Selection, LoadError> {
    let named = detected.fields.iter().find(|(field, _)| *field == "email");
    let mut selection = Selection {
        following,
        email: named.map(|(_, heading)| heading.clone()),
        ..Selection::default()
    };
    if let Some((filter, place)) = &config.contacts.filter {
        let filter = RowFilter::new(filter, place, headings, &config.letter.settings.values)?;
        selection.filters.push(filter);
    }
    Ok(selection)
}

/// The files of a campaign, read without errors.
struct Files {
    list: List,
    list_settings: ListSettings,
    decided_forms: DecidedForms,
    templates: Templates,
    /// Of the letter in other languages, in the order of the settings.
    translations: Vec<Templates>,
    assets: Assets,
}

/// The fields that name a person.
const NAME_FIELDS: [&str; 4] = ["surname", "first_name", "full_name", "name_dative"];

struct Templates {
    body: Option<TemplateSource>,
    html: Option<TemplateSource>,
    text: Option<TemplateSource>,
    partials: Vec<TemplateSource>,
    /// The pictures in a letter that is a document.
    inside: Vec<PictureFile>,
    /// What is worth knowing about how these files were read.
    warnings: Vec<Problem>,
}

impl Files {
    fn read(config: &Config, allowed: Vec<PathBuf>) -> Result<Self, LoadError> {
        let mut problems = Vec::new();
        let folder = &config.folder;
        // Of its files, templates are read like attachments: from inside, or with leave.
        let inside = Assets::open_folder(config).or_else(|problems| {
            let plain = CampaignFolder::open(folder, &[], LARGEST_TEMPLATE);
            plain.map_err(|_| problems)
        })?;
        let inside = inside.allowing(allowed.clone());
        let contacts = &config.contacts;
        let suppression = match suppression(config) {
            Err(LoadError::Problems(found)) => report(Err(found), &mut problems),
            other => Some(other?),
        };
        let suppression = suppression.unwrap_or_default();
        let list_settings = list_settings(config, suppression);
        let list = List::open(&folder.join(&contacts.file), &contacts.file, &list_settings);
        let list = report(list, &mut problems);
        let decided = contacts.forms.as_ref().map(|file| DecidedForms::read(folder, file));
        let decided = decided.and_then(|read| report(read, &mut problems));
        let headings = list.as_ref().map(|list| list.headings().to_vec()).unwrap_or_default();
        let mut read = |letter: &LetterTable| {
            Templates::read(&inside, letter, &headings).map_err(|found| problems.extend(found)).ok()
        };
        let templates = read(&config.letter);
        let translations: Vec<Option<Templates>> =
            config.letter.translations.iter().map(|(_, letter)| read(letter)).collect();
        let all = || templates.iter().chain(translations.iter().flatten());
        let named: Vec<NamedPicture> =
            all().filter_map(|it| it.body.as_ref()).flat_map(compose::pictures_of).collect();
        let pictures: Vec<PictureFile> = all().flat_map(|it| it.inside.iter().cloned()).collect();
        let assets = report(Assets::read(config, &named, &pictures, allowed), &mut problems);
        let Some(list) = list else { return Err(problems.into()) };
        match (assets, templates) {
            (Some(assets), Some(templates)) if problems.is_empty() => Ok(Self {
                list,
                list_settings,
                decided_forms: decided.unwrap_or_default(),
                templates,
                translations: translations.into_iter().flatten().collect(),
                assets,
            }),
            _ => Err(with_rows(problems, list).into()),
        }
    }
}

impl Templates {
    /// Reads the letter in one language.
    fn read(
        folder: &CampaignFolder,
        letter: &LetterTable,
        headings: &[String],
    ) -> Result<Self, Vec<Problem>> {
        let (mut problems, mut warnings, mut inside) = (Vec::new(), Vec::new(), Vec::new());
        let body = letter.body.as_ref().and_then(|name| {
            let read = read_letter(folder, name, headings, &mut warnings);
            let (source, pictures) = report(read, &mut problems)?;
            inside = pictures;
            Some(source)
        });
        let mut template = |name: &Option<String>| {
            report(read_template(folder, name.as_ref()?, &mut warnings), &mut problems)
        };
        let html = template(&letter.html);
        let text = template(&letter.text);
        let partials = read_partials(folder, [&body, &html, &text], &mut warnings);
        let partials = report(partials, &mut problems).unwrap_or_default();
        if problems.is_empty() {
            Ok(Self { body, html, text, partials, inside, warnings })
        } else {
            Err(problems)
        }
    }
}

/// The value, or `None` and its problems among the others.
fn report<T>(read: Result<T, Vec<Problem>>, problems: &mut Vec<Problem>) -> Option<T> {
    read.map_err(|found| problems.extend(found)).ok()
}

/// A problem at the document itself: nobody sees the lines that were made of it.
fn in_file(problem: Problem) -> Problem {
    if !document::is_document(&problem.place.file) {
        return problem;
    }
    Problem { place: Place::file(problem.place.file.clone()), ..problem }
}

/// Adds the problems of the list's rows, so that all come out at once.
fn with_rows(mut problems: Vec<Problem>, list: impl Iterator<Item = ListRow>) -> Vec<Problem> {
    problems.extend(list.flat_map(|row| row.problems));
    problems
}

/// The settings of the letter in the other languages.
fn translated(
    config: &Config,
    translations: Vec<Templates>,
    settings: &ComposerSettings,
) -> Vec<ComposerSettings> {
    let translations = translations.into_iter().zip(&config.letter.translations);
    translations
        .map(|(templates, (language, letter))| ComposerSettings {
            language: language.clone(),
            letter: letter.settings.clone(),
            body: templates.body,
            html: templates.html,
            text: templates.text,
            partials: templates.partials,
            ..settings.clone()
        })
        .collect()
}

/// The composer of the letter in all its languages.
fn composer(
    settings: ComposerSettings,
    translated: Vec<ComposerSettings>,
) -> Result<Composer, Vec<Problem>> {
    let mut problems = Vec::new();
    let composer = report(Composer::new(settings), &mut problems);
    let composer = translated.into_iter().fold(composer, |composer, settings| {
        let language = settings.language.clone();
        let letter = report(Composer::new(settings), &mut problems);
        Some(composer?.translated(language, letter?))
    });
    composer.filter(|_| problems.is_empty()).ok_or(problems)
}

/// How people are addressed in each language.
fn manners(config: &Config, detected: &Detected) -> Manners {
    let translations = config.letter.translations.iter();
    let others = translations.map(|(language, letter)| (language.clone(), letter.manner.clone()));
    let mut manners = Manners { own: config.letter.manner.clone(), others: others.collect() };
    if !detected.fields.iter().any(|(field, _)| NAME_FIELDS.contains(field)) {
        // Nobody was forgotten: the list is one of institutions.
        manners.settle_institutions();
    }
    manners
}

fn composer_settings(
    config: &Config,
    templates: Templates,
    assets: &mut Assets,
    headings: &Arc<[String]>,
    reference: Reference,
) -> ComposerSettings {
    ComposerSettings {
        campaign: config.id.clone(),
        sender: config.from.clone(),
        language: config.language.clone(),
        letter: config.letter.settings.clone(),
        body: templates.body,
        html: templates.html,
        text: templates.text,
        partials: templates.partials,
        date: config.date,
        zone: config.zone.clone(),
        headings: headings.clone(),
        reference,
        has_positions: false,
        fetch: assets.fetch(),
        logo: assets.logo.take().map(Arc::new),
        pictures: assets.pictures.drain(..).map(|(name, it)| (name, Arc::new(it))).collect(),
        pdf: assets.pdf.take().map(Arc::new),
        threads: Arc::default(),
        signer: assets.signer.take().map(Arc::new),
    }
}

/// The columns with the letter that each one answers: those that `[register]` names, or those with
/// the headings of the office.
fn reference(config: &Config, headings: &[String]) -> Result<Reference, Vec<Problem>> {
    const NUMBERS: [&str; 4] = ["на №", "на n", "ваш №", "ваш исх. №"];
    const DATES: [&str; 3] = ["на № от", "на n от", "от"];
    let plain = |heading: &str| heading.to_lowercase().replace('\u{A0}', " ").trim().to_owned();
    let mut problems = Vec::new();
    let mut column = |key: &str, named: &Option<Placed<String>>, usual: &[&str]| {
        let Some((wanted, place)) = named else {
            return headings.iter().position(|heading| usual.contains(&plain(heading).as_str()));
        };
        let at = headings.iter().position(|heading| plain(heading) == plain(wanted));
        if at.is_none() {
            let nearest = nearest(wanted, headings.iter().map(String::as_str));
            let fault =
                ListFault::HeadingUnknown { key: key.to_owned(), heading: wanted.clone(), nearest };
            problems.push(Problem::error(place.clone(), fault));
        }
        at
    };
    let ReferenceColumns { number, date } = &config.reference;
    let number = column("reference_number", number, &NUMBERS);
    // By itself, «от» says nothing of a letter.
    let usual: &[&str] = if number.is_some() { &DATES } else { &DATES[..2] };
    let date = column("reference_date", date, usual);
    if problems.is_empty() { Ok(Reference { number, date }) } else { Err(problems) }
}

pub(super) fn list_settings(config: &Config, suppression: Suppression) -> ListSettings {
    let timezones = match config.pace.window {
        Some(_) => TimezoneColumn::Read,
        None => TimezoneColumn::Ignore,
    };
    let suppression = Arc::new(suppression);
    let translations = config.letter.translations.iter().map(|(language, _)| language);
    let languages = std::iter::once(&config.language).chain(translations).cloned().collect();
    ListSettings { timezones, languages, suppression, ..config.contacts.list.clone() }
}

/// Reads who must not be written to, from the campaign's file and from its ledger.
///
/// # Errors
/// The problems of the file, or why the ledger cannot be read.
pub(crate) fn suppression(config: &Config) -> Result<Suppression, LoadError> {
    let mut suppression = Suppression::default();
    for entry in crate::ledger::suppressed(&config.ledger)? {
        suppression.add(entry);
    }
    if let Some(file) = &config.contacts.suppress {
        for entry in read_suppression(&config.folder.join(file), file)? {
            suppression.add(entry);
        }
    }
    Ok(suppression)
}

/// Reads the templates that others extend or include, and those that these do.
fn read_partials(
    folder: &CampaignFolder,
    templates: [&Option<TemplateSource>; 3],
    warnings: &mut Vec<Problem>,
) -> Result<Vec<TemplateSource>, Vec<Problem>> {
    let mut partials: Vec<TemplateSource> = Vec::new();
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    let named = |source: &TemplateSource| compose::partials_of(&source.text);
    let mut ahead: Vec<String> = templates.into_iter().flatten().flat_map(named).collect();
    while let Some(name) = ahead.pop() {
        if seen.len() > MOST_PARTIALS {
            let fault = LetterFault::TooManyTemplates { most: MOST_PARTIALS };
            return Err(vec![Problem::error(Place::file(name.as_str()), fault)]);
        }
        if seen.insert(name.clone())
            && let Some(source) = report(read_template(folder, &name, warnings), &mut problems)
        {
            ahead.extend(named(&source));
            partials.push(source);
        }
    }
    if problems.is_empty() { Ok(partials) } else { Err(problems) }
}

/// Templates that others include or extend: each is read again for each of the letter's own.
pub(super) const MOST_PARTIALS: usize = 100;

/// The largest template, in octets.
const LARGEST_TEMPLATE: u64 = 1 << 20;

/// The text of a template inside a folder, or of one outside that may be read, if it can be. A
/// document names no other template.
pub(super) fn template_text(folder: &Path, name: &str, allowed: Option<PathBuf>) -> Option<String> {
    let folder = CampaignFolder::open(folder, &[], LARGEST_TEMPLATE).ok()?.allowing(allowed);
    Some(read_template(&folder, name, &mut Vec::new()).ok()?.text)
}

/// Reads the letter: Markdown, or a document of Word, whose pictures come with it.
fn read_letter(
    folder: &CampaignFolder,
    name: &str,
    headings: &[String],
    warnings: &mut Vec<Problem>,
) -> Result<(TemplateSource, Vec<PictureFile>), Vec<Problem>> {
    if !document::is_document(name) {
        return Ok((read_template(folder, name, warnings)?, Vec::new()));
    }
    let place = || Place::file(name);
    let mut document = document::read(read_file(folder, name, document::MOST)?)
        .map_err(|flaw| vec![Problem::error(place(), DocumentFault::Unreadable { flaw })])?;
    let remarks = document.remarks.drain(..);
    warnings.extend(remarks.map(|fault| Problem::warning(place(), fault)));
    document::resolve(&mut document, headings);
    let inside = format!("{name}/");
    let text = document::markdown(&document, &inside);
    let mut pictures = document.pictures;
    for picture in &mut pictures {
        picture.name.insert_str(0, &inside);
    }
    Ok((TemplateSource { name: name.to_owned(), text }, pictures))
}

fn read_template(
    folder: &CampaignFolder,
    name: &str,
    warnings: &mut Vec<Problem>,
) -> Result<TemplateSource, Vec<Problem>> {
    let bytes = read_file(folder, name, LARGEST_TEMPLATE)?;
    let valid = match std::str::from_utf8(&bytes) {
        Ok(_) => bytes.len(),
        Err(error) => error.valid_up_to(),
    };
    let valid = String::from_utf8_lossy(&bytes[..valid]).into_owned();
    let Some((text, encoding)) = decoded(bytes) else {
        let place = Place::of_byte(name, &valid, valid.len());
        return Err(vec![Problem::error(place, FileFault::NotUtf8)]);
    };
    if let Some(encoding) = encoding {
        let fault = DocumentFault::ReadAs { encoding: encoding.name() };
        warnings.push(Problem::warning(Place::file(name), fault));
    }
    Ok(TemplateSource { name: name.to_owned(), text })
}

fn read_file(folder: &CampaignFolder, name: &str, most: u64) -> Result<Vec<u8>, Vec<Problem>> {
    let problem = |fault| vec![Problem::error(Place::file(name), fault)];
    let unreadable = |cause| match cause {
        Cause::NotFound => problem(FileFault::Missing),
        cause => problem(FileFault::Unreadable { cause }),
    };
    let path = folder.find(name).map_err(unreadable)?;
    let about = std::fs::metadata(&path).map_err(|error| unreadable(Cause::from(&error)))?;
    if !about.is_file() {
        let cause = if about.is_dir() { Cause::IsFolder } else { Cause::NotPlainFile };
        return Err(unreadable(cause));
    }
    if about.len() > most {
        return Err(unreadable(Cause::TooLarge));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(&path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| unreadable(Cause::from(&error)))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::testing::{campaign, codes, files, load};
    use super::*;

    fn problems(list: &str, letter: &str, settings: &str) -> Vec<String> {
        let folder = files(list, letter, settings);
        let problems = load(folder.path()).err().unwrap();
        let found = problems.iter().zip(codes(&problems));
        found.map(|(problem, code)| format!("{} {code}", problem.place)).collect()
    }

    #[test]
    fn problems_of_all_files_come_out_together() {
        let settings = "html = \"page.html\"\nlogo = \"logo.png\"\n";
        assert_eq!(
            problems("email\nnobody\n", "{% include \"part.md\" %}", settings),
            [
                "page.html file_missing",
                "part.md file_missing",
                "campaign.toml:11:8 attachment",
                "contacts.csv:2:1 address_syntax",
            ]
        );
    }

    #[test]
    fn problems_of_templates_come_with_those_of_the_rows() {
        assert_eq!(
            problems("email\nnobody\n", "{{ surname }}", ""),
            ["letter.md:1:4 variable_unknown", "contacts.csv:2:1 address_syntax"]
        );
    }

    #[test]
    fn a_template_in_another_encoding_is_read_and_told() {
        let folder = files("email\na@one.test\n", "", "");
        let path = folder.path().join("letter.md");
        let wide = "Да".encode_utf16().flat_map(u16::to_le_bytes);
        let marked: Vec<u8> = b"\xff\xfe".iter().copied().chain(wide).collect();
        for bytes in [b"\xc4\xe0".to_vec(), marked] {
            fs::write(&path, bytes).unwrap();
            let campaign = load(folder.path()).ok().unwrap();
            assert_eq!(codes(&campaign.warnings), ["read_in_other_encoding"]);
        }
    }

    #[test]
    fn a_byte_that_is_not_utf8_is_reported_where_it_stands() {
        let folder = files("email\na@one.test\n", "", "");

        let mut bytes = "Да,\nчто ".as_bytes().to_vec();
        bytes.push(0xcf);
        fs::write(folder.path().join("letter.md"), bytes).unwrap();
        let problems = load(folder.path()).err().unwrap();
        assert_eq!(problems[0].place.to_string(), "letter.md:2:5");
        assert_eq!(codes(&problems), ["not_utf8"]);
    }

    #[test]
    fn included_templates_may_include_others_and_themselves_be_included_twice() {
        let folder =
            files("email\na@one.test\n", "{% include \"a.md\" %}{% include \"b.md\" %}", "");
        fs::write(folder.path().join("a.md"), "{% include \"b.md\" %}").unwrap();
        fs::write(folder.path().join("b.md"), "end").unwrap();
        assert!(load(folder.path()).is_ok());
    }

    #[test]
    fn a_list_that_changed_is_not_read_for_sending() {
        let (folder, campaign) = campaign("email\na@one.test\n", "Hello", "");
        campaign.seal();
        fs::write(folder.path().join("contacts.csv"), "email\nb@one.test\n").unwrap();
        let error = campaign.rows().err().unwrap();
        assert!(matches!(error.downcast_ref(), Some(Failure::ListChanged)), "{error}");
        assert_eq!(campaign.count_rows().unwrap(), 1);
    }
}
