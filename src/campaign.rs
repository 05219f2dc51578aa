//! A campaign: settings, contact list, forms and templates brought together into letters and problems.
//!
//! Reads everything once and says all that is wrong at once. Sends nothing, writes nothing.

mod abreast;
mod enclosed;
mod known;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use anyhow::Result;
use jiff::Zoned;
use sha2::{Digest as _, Sha256};

use enclosed::Enclosed;
use known::Known;

use crate::bitset::BitSet;
use crate::compose::{self, Composed, Composer, Filter, Mark, Settings, Source, Stamp};
use crate::config::{self, Config, Duplicates};
use crate::contacts::{self, Encoding, Form, Glance, List, Row, Several, Suppression, Twins, Understood, Zones};
use crate::ledger::{Enrolment, Ledger, Promise};
use crate::letter::{LetterId, Numbering};
use crate::notice::{Doing, Failure, Notice};
use crate::place::{Cause, Fault, NoMail, Place, Problem, Severity};
use crate::policy::Whose;
use crate::recipient::{Address, Card, Cells, Recipient};
use crate::russian::forms::{Forms, Manner, Question};
use crate::russian::gender::Evidence;
use crate::russian::names::FullName;
use crate::seal::{self, Part, Seal};

/// A campaign that was read and has no fault as a whole; its rows may still have some.
pub struct Campaign {
    pub config: Config,
    pub composer: Arc<Composer>,
    pub manner: Manner,
    /// Forms that a person decided in a file of their own, by address.
    decisions: Decisions,
    /// How the list was understood.
    pub understood: Understood,
    selection: Selection,
    list: PathBuf,
    list_settings: contacts::Settings,
    list_digest: LateDigest,
    /// What the seal is over, in order; the digest of the list is filled in when it is known.
    parts: Vec<Part>,
    seal: OnceLock<Seal>,
}

/// By address: several where several people share one.
type Decisions = HashMap<String, Vec<Card>>;

/// Which rows of the list are meant.
#[derive(Default)]
struct Selection {
    filters: Vec<Filter>,
    /// The first and the last row, counted from 1.
    rows: Option<(u64, u64)>,
}

impl Selection {
    /// The row where it is meant; with an error where an expression could not be computed.
    fn keep(&self, row: Row, headings: &[String]) -> Option<Row> {
        match self.keeps(row.row, row.cells(), headings) {
            Ok(keeps) => keeps.then_some(row),
            Err(problem) => Some(row.blocked(problem)),
        }
    }

    /// The same of a row for the sake of its problems.
    fn keep_glance(&self, mut glance: Glance, headings: &[String]) -> Option<Glance> {
        match self.keeps(glance.row, &glance.cells, headings) {
            Ok(keeps) => keeps.then_some(glance),
            Err(problem) => {
                glance.is_sound = false;
                glance.problems.push(problem.of_row(glance.row, ""));
                Some(glance)
            }
        }
    }

    fn keeps(&self, row: u64, cells: &Cells, headings: &[String]) -> Result<bool, Problem> {
        if self.rows.is_some_and(|(first, last)| !(first..=last).contains(&row)) {
            return Ok(false);
        }
        // A row without all its cells is told, whatever it was to be.
        if cells.len() < headings.len() {
            return Ok(true);
        }
        for filter in &self.filters {
            if !filter.keeps(headings, cells)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What became of one row.
pub struct Draft {
    pub row: u64,
    pub recipient: Option<Recipient>,
    /// Who a row is about that is no recipient, where it could be read.
    card: Option<Card>,
    /// What the language made of whom it is about.
    pub forms: Option<Forms>,
    /// The position was not declined: there would be nothing to tell of its form.
    is_post_sure: bool,
    pub composed: Option<Composed>,
    pub problems: Vec<Problem>,
    /// So many of the problems are the row's own; those behind are its letter's.
    own_problems: usize,
    /// There would be nothing to tell of its letter, which was not composed.
    is_known: bool,
    faulty: Cells,
}

impl Draft {
    /// True where the row has a letter, composed or not.
    pub fn is_letter(&self) -> bool {
        self.composed.is_some() || self.is_known
    }

    /// The cells of the row, as far as they could be read.
    pub fn cells(&self) -> &Cells {
        self.recipient.as_ref().map_or(&self.faulty, |recipient| &recipient.cells)
    }

    /// Who the row is about, where it could be read.
    pub fn card(&self) -> Option<&Card> {
        self.recipient.as_ref().map(|recipient| &recipient.card).or(self.card.as_ref())
    }
}

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

        let decisions = config.contacts.forms.as_ref().map(|forms| decisions(&config.folder, forms));
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
        let enclosed = Enclosed::read(&config).map_err(|faults| faults_of_files.extend(faults)).ok();
        let (body, html, own_text) = (read(&config.letter.body), read(&config.letter.html), read(&config.letter.text));
        problems.extend(faults_of_files);
        let partials = partials(&config.folder, [&body, &html, &own_text]).unwrap_or_else(|faults| {
            problems.extend(faults);
            Vec::new()
        });
        let Some(opened) = opened else { return Err(problems.into()) };
        let Some(mut enclosed) = enclosed.filter(|_| problems.is_empty()) else {
            problems.extend(opened.flat_map(|row| row.problems));
            return Err(problems.into());
        };

        let settings = Settings {
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
            is_numbered: config.numbering != Numbering::None,
            headings: opened.headings().clone(),
            attachments: config.letter.attachments.clone(),
            fetch: enclosed.fetch(),
            logo: enclosed.logo.take(),
            sheets: enclosed.sheets.take(),
            max_size: config.letter.max_size,
            post: std::mem::take(&mut enclosed.post),
        };
        let list_digest = LateDigest::begin(&list);
        let understood = opened.understood().clone();
        let has_zones = understood.fields.iter().any(|(field, _)| *field == "timezone");
        if let Some(window) = config.pace.window.as_mut().filter(|_| has_zones) {
            window.whose = Whose::Recipient;
        }
        let mut parts = parts(&config, &settings, &decisions);
        if let Form::Text { encoding, .. } = &understood.form {
            // Found out once: the next readings need not go through the whole file for it.
            list_settings.encoding = Encoding::of_name(encoding);
        }
        let withheld = withheld(&list, &config.contacts.file, &list_settings)?;
        parts.push(Part::digested(seal::SUPPRESSED, &withheld));
        let mut selection = Selection::default();
        if let Some((filter, place)) = &config.contacts.filter {
            selection.filters.push(Filter::new(filter, place, opened.headings(), &config.letter.values)?);
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
            understood,
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

    /// Reads every file that goes with a letter once, so that the seal covers it. One that cannot be read is
    /// told with the letters that it was to go with.
    fn look_at_attachments(&self, enclosed: &Enclosed) -> Result<()> {
        let names = &self.config.letter.attachments;
        let is_template = |(name, _): &(String, _)| name.contains("{{") || name.contains("{%");
        let rows = if names.iter().any(is_template) { usize::MAX } else { usize::from(!names.is_empty()) };
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
    pub fn select(&mut self, filter: Option<&str>, rows: Option<(u64, u64)>) -> Result<(), Vec<Problem>> {
        if let Some(filter) = filter {
            let headings = self.composer.headings();
            self.selection.filters.push(Filter::new(
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
            parts[LIST_PART] = Part::digested(self.config.contacts.file.as_str(), &self.list_digest.get());
            Seal::over(parts)
        })
    }

    /// The rows of the list, from the first.
    ///
    /// # Errors
    /// [`Failure::ListChanged`] when the list is no longer what was read first.
    pub fn rows(&self) -> Result<impl Iterator<Item = Row> + '_> {
        let list = self.list()?;
        let headings = list.headings().clone();
        Ok(list.filter_map(move |row| self.selection.keep(row, &headings)).map(|row| self.decided(row)))
    }

    /// The recipients alone, after all was said that is to be said of their rows.
    ///
    /// # Errors
    /// The same as [`Campaign::rows`].
    pub fn recipients(&self) -> Result<impl Iterator<Item = Recipient> + '_> {
        Ok(self.chosen(self.list()?.told()))
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

    /// The same rows, without a second look whether the list is still what it was: for what sends nothing.
    ///
    /// # Errors
    /// [`Failure::ListChanged`] when the list cannot be read any more.
    pub fn rows_to_look_at(&self) -> Result<impl Iterator<Item = Row> + '_> {
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
    pub fn glances(&self) -> Result<impl Iterator<Item = Glance> + '_> {
        let list = self.list_to_look_at()?;
        let headings = list.headings().clone();
        Ok(list.glances().filter_map(move |glance| self.selection.keep_glance(glance, &headings)))
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
        let now = digest_of_file(&self.list).map_err(|error| Failure::file(Doing::Reading, &self.list, &error))?;
        match List::open(&self.list, &self.config.contacts.file, &self.list_settings) {
            Ok(list) if now == self.list_digest.get() => Ok(list),
            Ok(_) | Err(_) => Err(Failure::ListChanged.into()),
        }
    }

    /// A row with the forms that were decided elsewhere; what the list itself says comes first.
    fn decided(&self, mut row: Row) -> Row {
        let address = row.recipient.as_ref().map(|recipient| recipient.address.key());
        let card = row.recipient.as_mut().map(|recipient| &mut recipient.card).or(row.card.as_mut());
        let Some(card) = card else { return row };
        let address = address.or_else(|| Address::parse(&card.email).ok().map(|address| address.key()));
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
        let fault = Fault::FormsOfAnother { file };
        let place = place.unwrap_or_else(|| Place::file(self.config.contacts.file.as_str()));
        let problem = Problem::error(place, fault).of_row(row.row, "email").with_severity(Severity::Warning);
        row.problems.push(problem);
        row
    }

    /// Composes the letter of every row, one after the other.
    ///
    /// # Errors
    /// The same as [`Campaign::rows`].
    pub fn drafts<'a>(
        &'a self,
        mut numbers: Numbers<'a>,
        date: &'a Zoned,
        mark: &'a Mark,
    ) -> Result<impl Iterator<Item = Draft> + 'a> {
        Ok(self.rows()?.map(move |row| self.draft(row, None, &mut numbers, date, mark)))
    }

    fn draft(&self, row: Row, known: Option<&Known>, numbers: &mut Numbers, date: &Zoned, mark: &Mark) -> Draft {
        let numbered = numbers.of(row.recipient.as_ref().map(|recipient| self.id(recipient)), 0);
        let mut draft = self.prepare(row, known);
        self.compose_unless(known, &mut draft, &numbered, date, mark);
        numbers.given_out(&numbered, &draft);
        draft
    }

    /// A row with what the language makes of it, not composed yet. A position whose form is known to be beyond doubt is
    /// not declined.
    fn prepare(&self, row: Row, known: Option<&Known>) -> Draft {
        let number_of_row = row.row;
        let (recipient, card, mut problems, faulty) = row.into_parts();
        let is_post_sure = known.zip(recipient.as_ref()).is_some_and(|(known, it)| known.is_post_sure(&it.cells));
        let person = recipient.as_ref().map(|recipient| &recipient.card).or(card.as_ref());
        let forms = person
            .map(|card| if is_post_sure { Forms::of_name(&card.person(), self.manner) } else { self.forms(card) });
        if let (Some(recipient), Some(forms)) = (&recipient, &forms) {
            problems.extend(self.doubts(recipient, forms));
        }
        let own_problems = problems.len();
        let (row, composed, is_known) = (number_of_row, None, false);
        Draft { row, recipient, card, forms, is_post_sure, composed, problems, own_problems, is_known, faulty }
    }

    /// What is known of some letters without composing them, where one can speak for another.
    fn known(&self, numbers: &Numbers) -> Option<Known> {
        let is_whole = self.selection.filters.is_empty() && self.selection.rows.is_none();
        if !is_whole || !self.decisions.is_empty() || !numbers.promised.is_empty() {
            return None;
        }
        let headings = self.composer.headings();
        let column =
            |(field, heading): &(&'static str, String)| Some((*field, headings.iter().position(|it| it == heading)?));
        let fields = self.understood.fields.iter().map(column).collect::<Option<Vec<_>>>()?;
        let likeness = self.composer.likeness(&fields)?;
        // Letters that were numbered before may have other numbers, or none.
        (!likeness.is_numbered || numbers.ledger.is_none()).then(|| Known::new(likeness))
    }

    /// Composes the letter of a row, unless it is known that nothing would be wrong with it.
    fn compose_unless(&self, known: Option<&Known>, draft: &mut Draft, numbered: &Numbered, date: &Zoned, mark: &Mark) {
        let is_sound = draft.problems.iter().all(|problem| problem.severity != Severity::Error);
        let letter = known.filter(|_| is_sound).and_then(|known| {
            let (recipient, forms) = (draft.recipient.as_ref()?, draft.forms.as_ref()?);
            if draft.problems.is_empty() {
                known.keep_forms(recipient, forms);
            }
            Some((known, known.letter(recipient, forms)?))
        });
        draft.is_known = letter.is_some_and(|(known, letter)| known.has(letter));
        if draft.is_known {
            return;
        }
        if let (true, Some(recipient)) = (draft.is_post_sure, &draft.recipient) {
            draft.forms = Some(self.forms(&recipient.card));
        }
        self.compose_draft(draft, numbered, date, mark);
        let is_well = draft.problems.len() == draft.own_problems;
        if let (Some((known, letter)), Some(composed), true) = (letter, &draft.composed, is_well) {
            known.keep(letter, composed);
        }
    }

    /// Composes the letter of a row, or once more with another number.
    fn compose_draft(&self, draft: &mut Draft, numbered: &Numbered, date: &Zoned, mark: &Mark) {
        let Draft { recipient: Some(recipient), forms: Some(forms), problems, .. } = draft else { return };
        problems.truncate(draft.own_problems);
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            return;
        }
        let promise = numbered.promise.as_ref().filter(|_| *mark == Mark::Real);
        let message_id = promise.map(|promise| promise.message_id.clone());
        let stamp = Stamp { number: numbered.number.clone(), message_id, date: date.clone() };
        draft.composed = match self.composer.compose(recipient, forms, &stamp, mark) {
            Ok(composed) if promise.is_some_and(|promise| promise.digest != composed.letter.digest) => {
                let address = recipient.address.to_string();
                let fault = Fault::LetterChanged { address, message_id: composed.letter.message_id };
                problems.push(Problem::error(recipient.place.clone(), fault).of_row(recipient.row, "email"));
                None
            }
            Ok(mut composed) => {
                problems.append(&mut composed.warnings);
                Some(composed)
            }
            Err(faults) => {
                problems.extend(faults);
                None
            }
        };
    }

    /// How the list was understood.
    pub fn list_read(&self, rows: u64) -> Notice {
        let file = self.config.contacts.file.clone();
        let columns = self.understood.columns;
        let headings = self.understood.headings;
        match self.understood.form.clone() {
            Form::Text { encoding, delimiter, sample } => Notice::ListRead {
                file,
                columns,
                headings,
                rows,
                text: Some((encoding, delimiter)),
                sheet: None,
                sample,
            },
            Form::Sheet { name } => {
                Notice::ListRead { file, columns, headings, rows, text: None, sheet: Some(name), sample: None }
            }
        }
    }

    /// Which column is which field.
    pub fn mapping(&self) -> Notice {
        let fields = self.understood.fields.clone();
        let headings = self.composer.headings().iter();
        let others = headings.filter(|heading| fields.iter().all(|(_, taken)| taken != *heading));
        Notice::Mapping { others: others.filter(|heading| !heading.is_empty()).cloned().collect(), fields }
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
        (rows == 0).then(|| Problem::error(Place::file(self.config.contacts.file.as_str()), Fault::ListHasNoRows))
    }

    /// What the language makes of a person on the list.
    pub fn forms(&self, card: &Card) -> Forms {
        Forms::of(&card.person(), self.manner)
    }

    /// What is doubtful in the forms that the letter needs, and what has to be asked.
    fn doubts(&self, recipient: &Recipient, forms: &Forms) -> Vec<Problem> {
        if !self.composer.needs_gender() {
            return Vec::new();
        }
        let name = &recipient.card.name;
        let question = forms.question.map(|question| match question {
            Question::GenderUnknown => {
                let words = [&name.surname, &name.first_name, &name.patronymic];
                let name = words.into_iter().filter(|word| !word.is_empty()).cloned().collect::<Vec<_>>().join(" ");
                ("gender", Severity::Error, Fault::GenderUnknown { name })
            }
            Question::GenderContradicted { one, other } => {
                let field = if one.evidence == Evidence::Column { "gender" } else { "patronymic" };
                (field, Severity::Error, Fault::GenderContradicted { one, other })
            }
        });
        let doubts = forms.doubts.iter().map(|doubt| {
            let (nominative, proposed) = (doubt.nominative.clone(), doubt.proposed.clone());
            let fault =
                Fault::FormDoubtful { nominative, proposed, reason: doubt.reason.clone(), column: Some(doubt.remedy) };
            (doubt.field, Severity::Doubt, fault)
        });
        let problem = |(field, severity, fault): (&str, _, _)| {
            Problem::error(recipient.place.clone(), fault).of_row(recipient.row, field).with_severity(severity)
        };
        question.into_iter().chain(doubts).map(problem).collect()
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

/// Which number each letter has, or will have when it is enrolled.
pub struct Numbers<'a> {
    numbering: Numbering,
    ledger: Option<&'a Ledger>,
    next: u64,
    /// The letters that are to go again just as they were.
    promised: HashMap<LetterId, Promise>,
}

impl<'a> Numbers<'a> {
    /// Numbers for a list whose earlier letters may be in a ledger.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn new(numbering: &Numbering, ledger: Option<&'a Ledger>) -> Result<Self> {
        let next = ledger.map_or(Ok(0), Ledger::enrolled)?;
        let promised = ledger.map_or_else(|| Ok(Vec::new()), Ledger::promised)?;
        Ok(Self { numbering: numbering.clone(), ledger, next, promised: promised.into_iter().collect() })
    }

    /// The number of a letter that stands behind `ahead` new ones; nobody's number for a row without one.
    fn of(&self, id: Option<LetterId>, ahead: u64) -> Numbered {
        let promise = id.and_then(|id| self.promised.get(&id)).cloned();
        let Some(id) = id.filter(|_| self.numbering != Numbering::None) else {
            return Numbered { promise, ..Numbered::default() };
        };
        match self.ledger.and_then(|ledger| ledger.entry(id).ok().flatten()) {
            Some(known) => Numbered { number: known.number, is_new: false, promise },
            None => Numbered { number: self.numbering.number(self.next + ahead), is_new: true, promise },
        }
    }

    /// The number that is due now to a letter that was numbered in advance.
    fn due(&self, numbered: &Numbered) -> Option<String> {
        if numbered.is_new { self.numbering.number(self.next) } else { numbered.number.clone() }
    }

    /// A draft is there: a new letter that was composed used its number up.
    fn given_out(&mut self, numbered: &Numbered, draft: &Draft) {
        self.next += u64::from(numbered.is_new && draft.is_letter());
    }
}

/// A letter's number, and whether it is given out for the first time.
#[derive(Debug, Default)]
struct Numbered {
    number: Option<String>,
    is_new: bool,
    promise: Option<Promise>,
}

/// How the list is to be read.
fn list_settings(config: &Config, suppression: Suppression) -> contacts::Settings {
    contacts::Settings {
        delimiter: config.contacts.delimiter,
        encoding: config.contacts.encoding.and_then(Encoding::of_name),
        sheet: config.contacts.sheet.clone(),
        several: match config.contacts.several {
            config::Several::Error => Several::Refuse,
            config::Several::Copy => Several::Copy,
        },
        suppression: Arc::new(suppression),
        zones: if config.pace.window.is_some() { Zones::Wanted } else { Zones::Unused },
        twins: match config.contacts.duplicates {
            Duplicates::Error => Twins::Refuse,
            Duplicates::First => Twins::PassOver,
            Duplicates::Each => Twins::Keep,
        },
        without_mail: Arc::default(),
        headings: config.contacts.headings,
        columns: config.contacts.columns.clone(),
    }
}

/// Reads a list of forms, as `check --forms` writes it and a person mended it.
fn decisions(folder: &Path, name: &str) -> Result<Decisions, Vec<Problem>> {
    let settings = contacts::Settings {
        delimiter: None,
        twins: Twins::Unchecked,
        columns: BTreeMap::new(),
        headings: None,
        encoding: None,
        sheet: None,
        several: Several::Copy,
        suppression: Arc::default(),
        zones: Zones::Unused,
        without_mail: Arc::default(),
    };
    let mut decisions = Decisions::new();
    let mut problems = Vec::new();
    for row in List::open(&folder.join(name), name, &settings)? {
        // A row that had no address then decides for nobody now.
        let Some(recipient) = row.recipient else {
            problems.extend(
                row.problems
                    .into_iter()
                    .filter(|problem| !matches!(problem.fault, Fault::CellEmpty | Fault::AddressSyntax { .. })),
            );
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
        vec![Problem::error(place, Fault::FileUnreadable { cause: Cause::Other(detail) })]
    })? {
        suppression.add(&entry.entry, &entry.reason, &entry.date);
    }
    if let Some(file) = &config.contacts.suppress {
        suppression.read(&config.folder.join(file), file)?;
    }
    Ok(suppression)
}

/// The templates that others extend or include, those of these templates included.
fn partials(folder: &Path, templates: [&Option<Source>; 3]) -> Result<Vec<Source>, Vec<Problem>> {
    let (mut partials, mut problems) = (Vec::<Source>::new(), Vec::new());
    let mut seen = HashSet::new();
    let named = |source: &Source| compose::partials_of(&source.text);
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

fn read_template(folder: &Path, name: &str) -> Result<Source, Problem> {
    let problem = |fault| Problem::error(Place::file(name), fault);
    let unreadable = |error: &io::Error| match error.kind() {
        io::ErrorKind::NotFound => problem(Fault::FileMissing),
        _ => problem(Fault::FileUnreadable { cause: Cause::from(error) }),
    };
    let path = folder.join(name);
    let about = std::fs::metadata(&path).map_err(|error| unreadable(&error))?;
    if !about.is_file() {
        let cause = if about.is_dir() { Cause::IsFolder } else { Cause::NotPlainFile };
        return Err(problem(Fault::FileUnreadable { cause }));
    }
    let bytes = std::fs::read(&path).map_err(|error| unreadable(&error))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source { name: name.to_owned(), text }),
        Err(error) => {
            let good = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]).into_owned();
            Err(Problem::error(Place::of_byte(name, &good, good.len()), Fault::NotUtf8))
        }
    }
}

/// Where the list stands among the parts of the seal.
const LIST_PART: usize = 2;

/// The digest of the list, made by a thread of its own while the list is read for the first time.
struct LateDigest {
    under_way: Mutex<Option<JoinHandle<[u8; 32]>>>,
    known: OnceLock<[u8; 32]>,
}

impl LateDigest {
    fn begin(list: &Path) -> Self {
        // A list that cannot be read is told by whoever reads it; its digest is nobody's.
        let digest = |path: &Path| digest_of_file(path).unwrap_or_default();
        let (path, known) = (list.to_owned(), OnceLock::new());
        let thread = std::thread::Builder::new().name("digest".into()).spawn(move || digest(&path));
        let under_way = thread.map_err(|_| known.set(digest(list))).ok();
        Self { under_way: Mutex::new(under_way), known }
    }

    fn get(&self) -> [u8; 32] {
        *self.known.get_or_init(|| {
            let thread = self.under_way.lock().unwrap_or_else(PoisonError::into_inner).take();
            thread.and_then(|thread| thread.join().ok()).unwrap_or_default()
        })
    }
}

fn digest_of_file(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut block = vec![0; 128 * 1024];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(hash.finalize().into()),
            n => hash.update(&block[..n]),
        }
    }
}

/// All that decides what a letter says, each with its name: program, settings, list, templates, forms. Pace
/// and server are not among them. Who is suppressed is added when the list can be gone through.
fn parts(config: &Config, settings: &Settings, decisions: &Decisions) -> Vec<Part> {
    let contacts = &config.contacts;
    let columns: BTreeMap<_, _> = contacts.columns.iter().map(|(field, (heading, _))| (field, heading)).collect();
    let of = |name: &str, value: &dyn std::fmt::Debug| Part::of(name, format!("{value:?}").as_bytes());
    let mut parts = vec![
        Part::of(seal::PROGRAM, env!("CARGO_PKG_VERSION").as_bytes()),
        of("[from]", &(&config.id, &settings.language, &settings.sender)),
        // The place of the list: see `LIST_PART`.
        Part::digested(&contacts.file, &[0; 32]),
        of(
            "[contacts]",
            &(
                (contacts.delimiter, contacts.duplicates, contacts.headings, columns),
                (contacts.encoding, &contacts.sheet, contacts.several),
                contacts.filter.as_ref().map(|(filter, _)| filter),
            ),
        ),
        of(
            "[letter]",
            &(
                (&settings.subject, config.letter.order, config.letter.style),
                config.letter.attachments.iter().map(|(name, _)| name).collect::<Vec<_>>(),
                (config.letter.logo.as_ref().map(|(name, _)| name), config.letter.receipts),
            ),
        ),
        of("[letter.values]", &settings.values),
        of("[register]", &(&config.numbering, config.date)),
    ];
    if let Some(pdf) = &config.pdf {
        let name = |placed: &Option<(String, Place)>| placed.as_ref().map(|(name, _)| name.clone());
        let files = (name(&pdf.letterhead), name(&pdf.fonts), name(&pdf.signature));
        parts.push(of("[pdf]", &(files, name(&pdf.name), pdf.standard)));
    }
    if let Some(unsubscribe) = &config.unsubscribe {
        let link = unsubscribe.one_click.as_ref().map(|(link, _)| link);
        parts.push(of("[unsubscribe]", &(&unsubscribe.mailto, link)));
    }
    if let Some(dkim) = &config.dkim {
        parts.push(of("[dkim]", &(&dkim.domain, &dkim.selector)));
    }
    let templates = [(&settings.body, "body"), (&settings.html, "html"), (&settings.text, "text")];
    for (source, role) in templates.into_iter().filter_map(|(source, role)| Some((source.as_ref()?, role))) {
        // The role belongs to it: one file for another's purpose makes other letters.
        parts.push(Part::of(&source.name, format!("{role}\n{}", source.text).as_bytes()));
    }
    let mut partials: Vec<&Source> = settings.partials.iter().collect();
    partials.sort_by(|one, other| one.name.cmp(&other.name));
    parts.extend(partials.into_iter().map(|source| Part::of(&source.name, source.text.as_bytes())));
    if let Some(forms) = &contacts.forms {
        parts.push(of(forms, &decisions.iter().collect::<BTreeMap<_, _>>()));
    }
    parts
}

/// A digest of whom of the list nobody must write to. An entry that forbids nobody here changes no letter.
fn withheld(path: &Path, shown: &str, settings: &contacts::Settings) -> Result<[u8; 32], Vec<Problem>> {
    let mut hash = Sha256::new();
    if !settings.suppression.is_empty() {
        let is_withheld = |row: &Row| row.problems.iter().any(|p| matches!(p.fault, Fault::Suppressed { .. }));
        for row in List::open(path, shown, settings)?.filter(is_withheld) {
            let recipient = row.recipient.as_ref();
            let copies = recipient.map(|it| it.copies.iter().map(Address::key).collect::<Vec<_>>());
            hash.update(format!("{} {:?} {copies:?}\n", row.row, recipient.map(|it| it.address.key())).as_bytes());
        }
    }
    Ok(hash.finalize().into())
}
