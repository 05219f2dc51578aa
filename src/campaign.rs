//! A campaign: settings, contact list, forms and templates brought together into letters and
//! problems.
//!
//! Reads everything once and says all that is wrong at once. Sends nothing, writes nothing.

mod abreast;
mod draft;
mod enclosed;
mod numbers;
mod parts;
mod selection;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::Result;

use enclosed::Enclosed;
use parts::{LIST_PART, LateDigest, digest_of_file, withheld};
use selection::Selection;

pub use draft::Draft;
pub use numbers::Numbers;

use crate::bitset::BitSet;
use crate::compose::{self, Composer, ComposerSettings, RowFilter, TemplateSource};
use crate::config::{self, Config};
use crate::contacts::{
    Detected, DuplicatePolicy, Encoding, List, ListFormat, ListRow, ListSettings, ManyAddresses,
    RowCheck, TimezoneColumn, read_suppression,
};
use crate::failure::{Doing, Failure};
use crate::ledger::Enrolment;
use crate::letter::LetterId;
use crate::notice::Notice;
use crate::policy::Whose;
use crate::problem::{
    Cause, Fault, FileFault, FormsFault, ListFault, NoMail, Place, Problem, Severity,
};
use crate::recipient::{Address, Card, Recipient};
use crate::russian::forms::{Forms, Manner};
use crate::russian::names::FullName;
use crate::seal::{self, Part, Seal};
use crate::suppression::Suppression;

/// A campaign that was read and has no fault as a whole; its rows may still have some.
pub struct Campaign {
    pub config: Config,
    pub composer: Arc<Composer>,
    pub manner: Manner,
    /// Forms that a person decided in a file of their own, by address.
    decisions: Decisions,
    /// How the list was detected.
    pub detected: Detected,
    selection: Selection,
    list: PathBuf,
    list_settings: ListSettings,
    list_digest: LateDigest,
    /// What the seal is over, in order; the digest of the list is filled in when it is known.
    parts: Vec<Part>,
    seal: OnceLock<Seal>,
}

/// By address: several where several people share one.
type Decisions = HashMap<String, Vec<Card>>;

/// Why a campaign could not be read.
pub enum Unreadable {
    /// Problems, each with its place.
    Problems(Vec<Problem>),
    Failure(anyhow::Error),
}

impl From<anyhow::Error> for Unreadable {
    fn from(error: anyhow::Error) -> Self {
        Self::Failure(error)
    }
}

impl From<Vec<Problem>> for Unreadable {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

impl Campaign {
    /// Reads `campaign.toml`, the headings of the list and the templates.
    ///
    /// # Errors
    /// All problems of all these files together, or why the first of them could not be read.
    #[expect(clippy::too_many_lines, reason = "to be split")]
    pub fn load(given: Option<&Path>) -> Result<Self, Unreadable> {
        let (file, text) = config::find(given)?;
        let mut config = config::read(&file, &text)?;
        let mut problems = Vec::new();

        let list = config.folder.join(&config.contacts.file);
        let suppression = suppression(&config).unwrap_or_else(|faults| {
            problems.extend(faults);
            Suppression::default()
        });
        let mut list_settings = list_settings(&config, suppression);
        let opened = List::open(&list, &config.contacts.file, &list_settings);
        let opened = opened.map_err(|faults| problems.extend(faults)).ok();

        let decisions =
            config.contacts.forms.as_ref().map(|forms| decisions(&config.folder, forms));
        let decisions = match decisions {
            None => Decisions::new(),
            Some(Ok(decisions)) => decisions,
            Some(Err(faults)) => {
                problems.extend(faults);
                Decisions::new()
            }
        };

        let mut faults_of_files = Vec::new();
        let mut read = |name: &Option<String>| {
            let name = name.as_ref()?;
            read_template(&config.folder, name).map_err(|problem| problems.push(problem)).ok()
        };
        let enclosed =
            Enclosed::read(&config).map_err(|faults| faults_of_files.extend(faults)).ok();
        let (body, html, own_text) =
            (read(&config.letter.body), read(&config.letter.html), read(&config.letter.text));
        problems.extend(faults_of_files);
        let partials =
            partials(&config.folder, [&body, &html, &own_text]).unwrap_or_else(|faults| {
                problems.extend(faults);
                Vec::new()
            });
        let Some(opened) = opened else { return Err(problems.into()) };
        let Some(mut enclosed) = enclosed.filter(|_| problems.is_empty()) else {
            problems.extend(opened.flat_map(|row| row.problems));
            return Err(problems.into());
        };

        let settings = ComposerSettings {
            campaign: config.id.clone(),
            sender: config.from.clone(),
            language: config.language.clone(),
            subject: config.letter.subject.clone(),
            subject_place: config.letter.subject_place.clone(),
            body,
            html,
            text: own_text,
            partials,
            values: config.letter.values.clone(),
            date: config.date,
            headings: opened.headings().clone(),
            attachments: config.letter.attachments.clone(),
            fetch: enclosed.fetch(),
            logo: enclosed.logo.take(),
            pdf: enclosed.pdf.take(),
            max_size: config.letter.max_size,
            headers: config.letter.headers.clone(),
            signer: enclosed.signer.take(),
        };
        let list_digest = LateDigest::begin(&list);
        let detected = opened.detected().clone();
        let has_zones = detected.fields.iter().any(|(field, _)| *field == "timezone");
        if let Some(window) = config.pace.window.as_mut().filter(|_| has_zones) {
            window.whose = Whose::Recipient;
        }
        let mut parts = parts::of(&config, &settings, &decisions);
        if let ListFormat::Text { encoding, .. } = &detected.format {
            // Found out once: the next readings need not go through the whole file for it.
            list_settings.encoding = Encoding::parse(encoding);
        }
        let withheld = withheld(&list, &config.contacts.file, &list_settings)?;
        parts.push(Part::digested(seal::SUPPRESSED, &withheld));
        let mut selection = Selection::default();
        if let Some((filter, place)) = &config.contacts.filter {
            selection.filters.push(RowFilter::new(
                filter,
                place,
                opened.headings(),
                &config.letter.values,
            )?);
        }
        let composer = match Composer::new(settings) {
            Ok(composer) => Arc::new(composer),
            Err(mut problems) => {
                problems.extend(opened.flat_map(|row| row.problems));
                return Err(problems.into());
            }
        };
        let manner = Manner { order: config.letter.order, style: config.letter.style };
        let mut campaign = Self {
            config,
            composer,
            manner,
            decisions,
            detected,
            selection,
            list,
            list_settings,
            list_digest,
            parts,
            seal: OnceLock::new(),
        };
        campaign.look_at_attachments(&enclosed)?;
        for (name, digest) in enclosed.folder.digests() {
            campaign.parts.push(Part::digested(name, &digest));
        }
        Ok(campaign)
    }

    /// Reads every file that goes with a letter once, so that the seal covers it. One that cannot
    /// be read is told with the letters that it was to go with.
    fn look_at_attachments(&self, enclosed: &Enclosed) -> Result<()> {
        let names = &self.config.letter.attachments;
        let is_template = |(name, _): &(String, _)| name.contains("{{") || name.contains("{%");
        let rows =
            if names.iter().any(is_template) { usize::MAX } else { usize::from(!names.is_empty()) };
        if rows == 0 {
            return Ok(());
        }
        let mut seen = HashSet::new();
        for recipient in self.rows()?.filter_map(|row| row.recipient).take(rows) {
            let forms = self.forms(&recipient.card);
            for name in self.composer.names_of_attachments(&recipient, &forms) {
                if !seen.contains(&name) {
                    let _ = enclosed.folder.read(&name);
                    seen.insert(name);
                }
            }
        }
        Ok(())
    }

    /// Narrows the list to rows from one to another and to those for which an expression holds.
    ///
    /// # Errors
    /// What is wrong with the expression.
    pub fn select(
        &mut self,
        filter: Option<&str>,
        rows: Option<(u64, u64)>,
    ) -> Result<(), Vec<Problem>> {
        if let Some(filter) = filter {
            let headings = self.composer.headings();
            self.selection.filters.push(RowFilter::new(
                filter,
                &Place::file("--where"),
                headings,
                &self.config.letter.values,
            )?);
        }
        self.selection.rows = rows;
        if filter.is_some() || rows.is_some() {
            // Numbers can depend on it, so it is part of what was looked at.
            let chosen = Part::of(seal::SELECTION, format!("{filter:?} {rows:?}").as_bytes());
            self.parts.push(chosen);
            self.seal = OnceLock::new();
        }
        Ok(())
    }

    /// The seal over all that decides what the letters say.
    pub fn seal(&self) -> &Seal {
        self.seal.get_or_init(|| {
            let mut parts = self.parts.clone();
            parts[LIST_PART] =
                Part::digested(self.config.contacts.file.as_str(), &self.list_digest.get());
            Seal::over(parts)
        })
    }

    /// The rows of the list, from the first.
    ///
    /// # Errors
    /// [`Failure::ListChanged`] when the list is no longer what was read first.
    pub fn rows(&self) -> Result<impl Iterator<Item = ListRow> + '_> {
        let list = self.list()?;
        let headings = list.headings().clone();
        Ok(list
            .filter_map(move |row| self.selection.keep(row, &headings))
            .map(|row| self.decided(row)))
    }

    /// The recipients alone, after all was said that is to be said of their rows.
    ///
    /// # Errors
    /// The same as [`Campaign::rows`].
    pub fn recipients(&self) -> Result<impl Iterator<Item = Recipient> + '_> {
        Ok(self.chosen(self.list()?.already_reported()))
    }

    /// The recipients in some rows, each of which has a letter; the others are passed over unread.
    ///
    /// # Errors
    /// The same as [`Campaign::rows`].
    pub fn recipients_among(&self, wanted: BitSet) -> Result<impl Iterator<Item = Recipient> + '_> {
        Ok(self.chosen(self.list()?.only(wanted)))
    }

    fn chosen(&self, list: List) -> impl Iterator<Item = Recipient> + '_ {
        let headings = list.headings().clone();
        list.filter_map(move |row| self.decided(self.selection.keep(row, &headings)?).recipient)
    }

    /// The same rows, without a second look whether the list is still what it was: for what sends
    /// nothing.
    ///
    /// # Errors
    /// [`Failure::ListChanged`] when the list cannot be read any more.
    pub fn rows_to_look_at(&self) -> Result<impl Iterator<Item = ListRow> + '_> {
        let list = self.list_to_look_at()?;
        let headings = list.headings().clone();
        Ok(list.filter_map(move |row| self.selection.keep(row, &headings)))
    }

    fn list_to_look_at(&self) -> Result<List> {
        let list = List::open(&self.list, &self.config.contacts.file, &self.list_settings);
        Ok(list.map_err(|_| Failure::ListChanged)?)
    }

    /// The rows for the sake of their problems: no recipient is made of any.
    ///
    /// # Errors
    /// The same as [`Campaign::rows_to_look_at`].
    pub fn glances(&self) -> Result<impl Iterator<Item = RowCheck> + '_> {
        let list = self.list_to_look_at()?;
        let headings = list.headings().clone();
        Ok(list.checks().filter_map(move |glance| self.selection.keep_glance(glance, &headings)))
    }

    /// How many rows are meant, read without composing.
    ///
    /// # Errors
    /// The same as [`Campaign::rows_to_look_at`].
    pub fn count_rows(&self) -> Result<u64> {
        Ok(self.glances()?.count() as u64)
    }

    /// The domains of all addresses that letters would go to, each once.
    ///
    /// # Errors
    /// [`Failure::ListChanged`] when the list cannot be read any more.
    pub fn domains(&self) -> Result<Vec<String>> {
        let recipients = self.rows_to_look_at()?.filter_map(|row| row.recipient);
        let mut domains = BTreeSet::new();
        for recipient in recipients {
            for address in std::iter::once(&recipient.address).chain(&recipient.copies) {
                if !domains.contains(address.domain()) {
                    domains.insert(address.domain().to_owned());
                }
            }
        }
        Ok(domains.into_iter().collect())
    }

    /// Has addresses in these domains told from now on.
    pub fn warn_of(&mut self, without_mail: BTreeMap<String, NoMail>) {
        self.list_settings.without_mail = Arc::new(without_mail);
    }

    fn list(&self) -> Result<List> {
        let now = digest_of_file(&self.list)
            .map_err(|error| Failure::file(Doing::Reading, &self.list, &error))?;
        match List::open(&self.list, &self.config.contacts.file, &self.list_settings) {
            Ok(list) if now == self.list_digest.get() => Ok(list),
            Ok(_) | Err(_) => Err(Failure::ListChanged.into()),
        }
    }

    /// A row with the forms that were decided elsewhere; what the list itself says comes first.
    fn decided(&self, mut row: ListRow) -> ListRow {
        let address = row.recipient.as_ref().map(|recipient| recipient.address.key());
        let card =
            row.recipient.as_mut().map(|recipient| &mut recipient.card).or(row.card.as_mut());
        let Some(card) = card else { return row };
        let address =
            address.or_else(|| Address::parse(&card.email).ok().map(|address| address.key()));
        let decided = address.and_then(|address| self.decisions.get(&address));
        let Some(decided) = decided else { return row };
        let is_same = |one: &str, other: &str| one.is_empty() || one == other;
        let same = decided.iter().find(|decided| {
            (decided.name == FullName::default() || decided.name == card.name)
                && is_same(&decided.position, &card.position)
                && is_same(&decided.organisation, &card.organisation)
        });
        if let Some(same) = same {
            card.gender = card.gender.or(same.gender);
            card.given.complete(&same.given);
            return row;
        }
        let place = row.recipient.as_ref().map(|recipient| recipient.place.clone());
        let file = self.config.contacts.forms.clone().unwrap_or_default();
        let fault = FormsFault::FormsOfAnother { file };
        let place = place.unwrap_or_else(|| Place::file(self.config.contacts.file.as_str()));
        let problem =
            Problem::error(place, fault).of_row(row.row, "email").with_severity(Severity::Warning);
        row.problems.push(problem);
        row
    }

    /// How the list was detected.
    pub fn list_read(&self, rows: u64) -> Notice {
        let file = self.config.contacts.file.clone();
        let columns = self.detected.columns;
        let headings = self.detected.headings;
        match self.detected.format.clone() {
            ListFormat::Text { encoding, delimiter, sample } => Notice::ListRead {
                file,
                columns,
                headings,
                rows,
                text: Some((encoding, delimiter)),
                sheet: None,
                sample,
            },
            ListFormat::Sheet { name } => Notice::ListRead {
                file,
                columns,
                headings,
                rows,
                text: None,
                sheet: Some(name),
                sample: None,
            },
        }
    }

    /// Which column is which field.
    pub fn mapping(&self) -> Notice {
        let fields = self.detected.fields.clone();
        let headings = self.composer.headings().iter();
        let others = headings.filter(|heading| fields.iter().all(|(_, taken)| taken != *heading));
        Notice::Mapping {
            others: others.filter(|heading| !heading.is_empty()).cloned().collect(),
            fields,
        }
    }

    /// The headings of the list.
    pub fn headings(&self) -> &[String] {
        self.composer.headings()
    }

    /// True where `path` is the contact list itself.
    pub fn is_list(&self, path: &Path) -> bool {
        let whole = |path: &Path| std::fs::canonicalize(path).ok();
        whole(path).is_some_and(|path| Some(path) == whole(&self.list))
    }

    /// A list without rows is a mistake.
    pub fn no_rows(&self, rows: u64) -> Option<Problem> {
        (rows == 0).then(|| {
            Problem::error(
                Place::file(self.config.contacts.file.as_str()),
                ListFault::ListHasNoRows,
            )
        })
    }

    /// What the language makes of a person on the list.
    pub fn forms(&self, card: &Card) -> Forms {
        Forms::of(&card.person(), self.manner)
    }

    /// The identity of a recipient's letter.
    pub fn id(&self, recipient: &Recipient) -> LetterId {
        LetterId::of(&self.config.id, &recipient.address, recipient.key.as_deref())
    }

    /// A recipient's letter as the ledger is told of it.
    pub fn enrolment(&self, recipient: &Recipient) -> Enrolment {
        let id = self.id(recipient);
        Enrolment {
            id,
            row: recipient.row,
            address: recipient.address.shown().to_owned(),
            message_id: crate::compose::message_id(id, &self.config.from.address),
        }
    }
}

/// How the list is to be read.
fn list_settings(config: &Config, suppression: Suppression) -> ListSettings {
    let timezones = match config.pace.window {
        Some(_) => TimezoneColumn::Read,
        None => TimezoneColumn::Ignore,
    };
    let suppression = Arc::new(suppression);
    ListSettings { timezones, suppression, ..config.contacts.list.clone() }
}

/// Reads a list of forms, as `check --forms` writes it and a person mended it.
fn decisions(folder: &Path, name: &str) -> Result<Decisions, Vec<Problem>> {
    let settings = ListSettings {
        duplicates: DuplicatePolicy::Ignore,
        several: ManyAddresses::Copy,
        ..ListSettings::default()
    };
    let mut decisions = Decisions::new();
    let mut problems = Vec::new();
    for row in List::open(&folder.join(name), name, &settings)? {
        // A row that had no address then decides for nobody now.
        let Some(recipient) = row.recipient else {
            problems.extend(row.problems.into_iter().filter(|problem| {
                !matches!(
                    problem.fault,
                    Fault::List(ListFault::CellEmpty | ListFault::AddressSyntax { .. })
                )
            }));
            continue;
        };
        decisions.entry(recipient.address.key()).or_default().push(recipient.card);
    }
    problems.retain(|problem| problem.severity == Severity::Error);
    if problems.is_empty() { Ok(decisions) } else { Err(problems) }
}

/// Who must not be written to, by the campaign's file and by its ledger.
///
/// # Errors
/// All that is wrong with the file.
pub fn suppression(config: &Config) -> Result<Suppression, Vec<Problem>> {
    let mut suppression = Suppression::default();
    for entry in crate::ledger::suppressed(&config.folder).map_err(|detail| {
        let place = Place::file("ledger.sqlite");
        vec![Problem::error(place, FileFault::Unreadable { cause: Cause::Other(detail) })]
    })? {
        suppression.add(entry);
    }
    if let Some(file) = &config.contacts.suppress {
        for entry in read_suppression(&config.folder.join(file), file)? {
            suppression.add(entry);
        }
    }
    Ok(suppression)
}

/// The templates that others extend or include, those of these templates included.
fn partials(
    folder: &Path,
    templates: [&Option<TemplateSource>; 3],
) -> Result<Vec<TemplateSource>, Vec<Problem>> {
    let (mut partials, mut problems) = (Vec::<TemplateSource>::new(), Vec::new());
    let mut seen = HashSet::new();
    let named = |source: &TemplateSource| compose::partials_of(&source.text);
    let mut ahead: Vec<String> = templates.into_iter().flatten().flat_map(named).collect();
    while let Some(name) = ahead.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        match read_template(folder, &name) {
            Ok(source) => {
                ahead.extend(compose::partials_of(&source.text));
                partials.push(source);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(partials) } else { Err(problems) }
}

fn read_template(folder: &Path, name: &str) -> Result<TemplateSource, Problem> {
    let problem = |fault| Problem::error(Place::file(name), fault);
    let unreadable = |error: &io::Error| match error.kind() {
        io::ErrorKind::NotFound => problem(FileFault::Missing),
        _ => problem(FileFault::Unreadable { cause: Cause::from(error) }),
    };
    let path = folder.join(name);
    let about = std::fs::metadata(&path).map_err(|error| unreadable(&error))?;
    if !about.is_file() {
        let cause = if about.is_dir() { Cause::IsFolder } else { Cause::NotPlainFile };
        return Err(problem(FileFault::Unreadable { cause }));
    }
    let bytes = std::fs::read(&path).map_err(|error| unreadable(&error))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(TemplateSource { name: name.to_owned(), text }),
        Err(error) => {
            let good =
                String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()])
                    .into_owned();
            Err(Problem::error(Place::of_byte(name, &good, good.len()), FileFault::NotUtf8))
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::{Campaign, Unreadable};

    /// A campaign with this list, letter and further settings; it lives as long as its folder.
    pub(crate) fn campaign(
        list: &str,
        letter: &str,
        further: &str,
    ) -> (tempfile::TempDir, Campaign) {
        let folder = tempfile::tempdir().unwrap();
        let settings = format!(
            "id = \"test\"\nname = \"Test\"\n[from]\naddress = \"me@sender.test\"\n\
             [contacts]\nfile = \"contacts.csv\"\n\
             [letter]\nsubject = \"About\"\nbody = \"letter.md\"\n{further}"
        );
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("campaign.toml", &settings);
        write("contacts.csv", list);
        write("letter.md", letter);
        match Campaign::load(Some(folder.path())) {
            Ok(campaign) => (folder, campaign),
            Err(Unreadable::Problems(problems)) => panic!("{problems:?}"),
            Err(Unreadable::Failure(failure)) => panic!("{failure}"),
        }
    }
}
