//! `init --letter --list`: a campaign made from a letter and a list that are there already.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use anyhow::Result;

use super::list::{self, Needs};
use super::{Example, answers};
use crate::campaign::typed_fields;
use crate::cli::Init;
use crate::config;
use crate::document::{self, Proposal};
use crate::encoding::decoded;
use crate::failure::{Doing, Failure};
use crate::notice::{Language, Notice};
use crate::problem::{DocumentFault, DocumentFlaw, Fault, Place, Problem};
use crate::russian::names::Order;
use crate::terminal::Terminal;

/// The largest list that is copied.
const LARGEST_LIST: u64 = 1 << 30;

/// The files of a campaign, and what is to be said about them.
#[derive(Default)]
pub(super) struct Adopted {
    pub(super) files: Vec<(String, Vec<u8>)>,
    /// The sender was asked for and given.
    pub(super) has_sender: bool,
    problems: Vec<Problem>,
    notices: Vec<Notice>,
}

impl Adopted {
    pub(super) fn tell(&self, terminal: &Terminal) {
        self.notices.iter().for_each(|notice| terminal.tell(notice));
        self.problems.iter().for_each(|problem| terminal.problem(problem));
    }
}

/// Reads letter and list and makes a campaign's files of them. Writes nothing.
///
/// # Errors
/// [`Failure::File`] if one of them cannot be read, [`Failure::Faulty`] if the letter is none.
pub(super) fn read(given: &Init, terminal: &Terminal) -> Result<Adopted> {
    let mut adopted = Adopted::default();
    let example = Example::of(terminal.language);
    let (list_name, list) = match &given.list {
        Some(path) => (name_of(path, "list"), bytes(path, LARGEST_LIST)?),
        None => ("contacts.csv".to_owned(), example.list()),
    };
    let mut needs = Needs::default();
    let headings = match &given.list {
        Some(path) => match list::needs(path, &list_name) {
            Ok((headings, found)) => {
                needs = found;
                headings
            }
            Err(problems) => {
                adopted.problems.extend(problems);
                Vec::new()
            }
        },
        None => example.headings(),
    };
    adopted.notices.extend(needs.notice(&list_name));
    let (source, campaign) = if let Some(path) = &given.letter {
        let letter = adopted.letter(path, &headings, terminal)?;
        let campaign = campaign(given, (&list_name, &needs), &letter, terminal.language);
        (letter.source, campaign)
    } else {
        let letterhead = super::letterhead(terminal.language).into_bytes();
        adopted.files.push(("letterhead.typ".to_owned(), letterhead));
        (example.letter.to_owned(), with_list(&example.settings(&given.folder), &list_name, &needs))
    };
    let answers = answers::ask(terminal);
    adopted.has_sender = answers.have_sender();
    let campaign = answers.written_into(&campaign);
    adopted.files.push((config::FILE.to_owned(), campaign.into_bytes()));
    adopted.files.push(("letter.md".to_owned(), source.into_bytes()));
    adopted.files.push((list_name, list));
    Ok(adopted)
}

/// A letter's source, and what was found in it.
struct Letter {
    source: String,
    subject: Option<String>,
    proposal: Proposal,
}

impl Adopted {
    fn letter(&mut self, path: &Path, headings: &[String], terminal: &Terminal) -> Result<Letter> {
        let name = name_of(path, "letter.docx");
        let bytes = bytes(path, document::MOST)?;
        let subject = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let is_text = path.extension().is_some_and(|ending| {
            ["md", "txt"].iter().any(|known| ending.eq_ignore_ascii_case(known))
        });
        let mut document = match document::read(bytes.clone()) {
            Ok(document) => document,
            Err(DocumentFlaw::NotDocument) if is_text => {
                return self.text(&name, bytes, subject, headings);
            }
            Err(flaw) => {
                let fault = DocumentFault::Unreadable { flaw };
                terminal.problem(&Problem::error(Place::file(name.as_str()), fault));
                return Err(Failure::Faulty { errors: 1 }.into());
            }
        };
        let warning = |fault: DocumentFault| Problem::warning(Place::file(name.as_str()), fault);
        self.problems.extend(document.remarks.drain(..).map(warning));
        let fields = document::resolve(&mut document, headings);
        let proposal = document::propose(&mut document);
        let all = proposal.replaced.iter().chain(&fields.replaced);
        self.notices.push(Notice::LetterRead {
            file: name.clone(),
            heading: proposal.heading.clone(),
            signature: proposal.signature.clone(),
            mark: proposal.mark.clone(),
            replaced: all.map(|it| (it.before.clone(), it.after.clone())).collect(),
        });
        if !headings.is_empty() {
            let unknown = fields.unknown.into_iter();
            let unknown = unknown.map(|name| warning(DocumentFault::ColumnMissing { name }));
            self.problems.extend(unknown);
        }
        let stays = proposal.stays.iter().cloned();
        let stays = stays.map(|text| warning(DocumentFault::LineForAll { text }));
        self.problems.extend(stays);
        let source = document::markdown(&document, "pictures/");
        for picture in document.pictures {
            self.files.push((format!("pictures/{}", picture.name), picture.bytes));
        }
        self.problems.extend(typed_fields("letter.md", &source, headings));
        Ok(Letter { source, subject, proposal })
    }

    /// A letter that is plain text already.
    fn text(
        &mut self,
        name: &str,
        bytes: Vec<u8>,
        subject: Option<String>,
        headings: &[String],
    ) -> Result<Letter> {
        let place = Place::file(name);
        let Some((source, encoding)) = decoded(bytes) else {
            let flaw = DocumentFlaw::NotDocument;
            self.problems.push(Problem::error(place, DocumentFault::Unreadable { flaw }));
            return Err(Failure::Faulty { errors: 1 }.into());
        };
        if let Some(encoding) = encoding {
            let fault: Fault = DocumentFault::ReadAs { encoding: encoding.name() }.into();
            self.problems.push(Problem::warning(place, fault));
        }
        self.problems.extend(typed_fields("letter.md", &source, headings));
        Ok(Letter { source, subject, proposal: Proposal::default() })
    }
}

fn name_of(path: &Path, otherwise: &str) -> String {
    path.file_name()
        .map_or_else(|| otherwise.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn bytes(path: &Path, most: u64) -> Result<Vec<u8>> {
    let failure = |error: &std::io::Error| Failure::file(Doing::Reading, path, error);
    let about = fs::metadata(path).map_err(|error| failure(&error))?;
    if !about.is_file() {
        let cause = crate::problem::Cause::NotPlainFile;
        return Err(Failure::File { doing: Doing::Reading, path: path.to_owned(), cause }.into());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| failure(&error))?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| failure(&error))?;
    if bytes.len() as u64 > most {
        let cause = crate::problem::Cause::TooLarge;
        return Err(Failure::File { doing: Doing::Reading, path: path.to_owned(), cause }.into());
    }
    Ok(bytes)
}

/// The example's settings with another list.
fn with_list(settings: &str, list: &str, needs: &Needs) -> String {
    let line = |line: &str| {
        if line.starts_with("file = \"contacts.csv\"") {
            return format!("file = {}\n{}", config::text_value(list), needs.keys());
        }
        // The remark above the table of the letter belongs to it.
        let is_remark =
            ["# ── Письмо ─", "# -- The letter -"].iter().any(|it| line.starts_with(it));
        let columns = if is_remark { needs.columns() } else { String::new() };
        format!("{columns}{line}\n")
    };
    settings.lines().map(line).collect()
}

/// `campaign.toml` for a letter and a list.
fn campaign(
    given: &Init,
    (list, needs): (&str, &Needs),
    letter: &Letter,
    language: Language,
) -> String {
    let Letter { source, subject, proposal } = letter;
    let text = |value: &str| config::text_value(value);
    let subject = proposal.heading.as_ref().or(subject.as_ref()).map_or("", String::as_str);
    // A brace would begin a tag of the template.
    let subject = text(&subject.replace("{{", "{ {").replace("{%", "{ %"));
    let mut letter_table = String::new();
    if proposal.initials == Some(Order::InitialsFirst) {
        letter_table.push_str("initials = \"before\"\n");
    }
    if proposal.is_by_title {
        letter_table.push_str("salutation = \"title\"\n");
    }
    let mut register = String::new();
    match &proposal.number {
        Some(number) => register.push_str(&format!("number = {}\n", text(number))),
        None if source.contains("letter.number") => register.push_str("first = 1\n"),
        None => {}
    }
    let today = || source.contains("letter.date").then(|| jiff::ZonedDateTime::now().date());
    if let Some(date) = proposal.date.or_else(today) {
        register.push_str(&format!("date = {date}\n"));
    }
    if !register.is_empty() {
        register.insert_str(0, "\n[register]\n");
    }
    let template = match language {
        Language::Russian => include_str!("../../../templates/adopted.ru.toml"),
        Language::English => include_str!("../../../templates/adopted.en.toml"),
    };
    template
        .replace("@ID@", &text(&super::id(&given.folder)))
        .replace("@SUBJECT@", &subject)
        .replace("@LIST@", &text(list))
        .replace("@CONTACTS@\n", &needs.keys())
        .replace("[letter]\n", &(needs.columns() + "[letter]\n"))
        .replace("@LETTER@\n", &letter_table)
        .replace("@REGISTER@\n", &register)
}
