//! Writes the gallery that a person looks through before anything is sent: a page, its data in
//! chunks, and each letter as a file.
//!
//! Works from the disk, without network. The page runs only its own script, letters are shown in
//! frames that may run nothing, and what a cell says is data all the way. `folder` knows which
//! files are ours.

mod entry;
mod folder;
mod page;
mod stored;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::compose::Composed;
use crate::letter::{Attachment, Origin};
use crate::notice::{self, Language};
use crate::outbox::file_name;
use crate::seal::SealRecord;
use entry::{flag, for_script, shape};
use folder::{Folder, SEAL};
use stored::stored_name;

pub(crate) use entry::{Entry, Outcome};

/// The folder's name beside `campaign.toml`.
pub(crate) const FOLDER: &str = "preview";

/// Rows of the list in one file.
const LINES: usize = 2000;

/// Letters in one file of data, and the bytes after which it is full in any case.
const LETTERS: usize = 100;
const BYTES: usize = 512 * 1024;

/// The seal under which the gallery in `folder` was made, if there is one.
pub(crate) fn record(folder: &Path) -> Option<SealRecord> {
    SealRecord::of_json(&fs::read_to_string(folder.join(SEAL)).ok()?)
}

/// What the gallery says about the campaign as a whole.
pub(crate) struct About<'a> {
    pub title: &'a str,
    /// The relay; `None` for the outbox.
    pub relay: Option<String>,
    /// Whether the campaign has a pace.
    pub is_paced: bool,
}

/// A gallery that is being written.
pub(crate) struct Gallery<'a> {
    folder: Folder,
    about: About<'a>,
    language: Language,
    lines: Vec<String>,
    chunks: usize,
    letters: Vec<String>,
    bytes: usize,
    shards: usize,
    counts: Counts,
    shapes: HashMap<u64, usize>,
    /// Files shared by letters, each written once: their names and their paths.
    shared: Vec<(Arc<[u8]>, String, String)>,
    /// The addresses by which the letters' HTML refers to its pictures, and the pictures.
    pictures: BTreeMap<String, String>,
}

/// What the summary at the top of the page shows.
#[derive(Default)]
struct Counts {
    rows: u64,
    letters: u64,
    domains: HashMap<String, u64>,
    whole: u64,
    largest: usize,
    own_files: u64,
    causes: Vec<Cause>,
    /// What became of the letters that went: the filter's name, its words, the letters.
    outcomes: Vec<(&'static str, &'static str, u64)>,
}

/// A kind of problem, and the rows that have it.
struct Cause {
    /// Whether it is why they have no letter.
    is_why: bool,
    code: &'static str,
    rows: u64,
    /// The words of the first.
    words: String,
}

impl<'a> Gallery<'a> {
    /// Begins a gallery that replaces the one in `folder` when it is complete.
    ///
    /// # Errors
    /// [`crate::failure::Failure::PreviewNotOurs`] if something else is there, or what the
    /// system reports.
    pub(crate) fn begin(folder: &Path, about: About<'a>, language: Language) -> Result<Self> {
        Ok(Self {
            folder: Folder::begin(folder, &page::index(about.title, language))?,
            about,
            language,
            lines: Vec::new(),
            chunks: 0,
            letters: Vec::new(),
            bytes: 0,
            shards: 0,
            counts: Counts::default(),
            shapes: HashMap::new(),
            shared: Vec::new(),
            pictures: BTreeMap::new(),
        })
    }

    /// Adds a row of the list, with its letter if it has one.
    pub(crate) fn add(&mut self, entry: &Entry) -> Result<()> {
        let causes = self.counts.add(entry, self.language);
        let mut files = Vec::new();
        let mut eml = None;
        let mut kind = 0;
        let mut has_own_file = false;
        if let (Some(recipient), Some(composed)) = (entry.recipient, entry.composed) {
            let name = format!(
                "{:04}-{}",
                entry.row,
                file_name(recipient.address.shown(), composed.letter.id)
            );
            self.folder.write(&format!("letters/{name}"), &composed.letter.bytes)?;
            for (index, attachment) in composed.attachments.iter().enumerate() {
                let is_own = !self.is_shared(attachment);
                has_own_file |= is_own && attachment.origin == Origin::File;
                self.counts.own_files += u64::from(is_own);
                files.push(self.file(attachment, entry.row, index)?);
            }
            self.pictures.extend(composed.pictures());
            eml = Some(format!("letters/{name}"));
            let next = self.shapes.len();
            kind = *self.shapes.entry(shape(composed)).or_insert(next);
        }
        let letter = for_script(&entry.letter(&files, eml.as_deref(), self.language));
        self.bytes += letter.len();
        let at = (self.shards, self.letters.len());
        self.letters.push(letter);
        let flags = entry.flags() | if has_own_file { flag::OWN_FILE } else { 0 };
        self.lines.push(for_script(&entry.line(flags, kind, at, &causes)));
        if self.letters.len() >= LETTERS || self.bytes >= BYTES {
            self.write_letters()?;
        }
        if self.lines.len() >= LINES {
            self.write_lines()?;
        }
        Ok(())
    }

    /// Puts the gallery in its place. Returns the path of its page, and how many files are left there
    /// that no preview of this computer made. `takes` is the least time that sending all letters takes.
    pub(crate) fn finish(
        &mut self,
        record: &SealRecord,
        takes: Option<Duration>,
    ) -> Result<(PathBuf, u64)> {
        if !self.letters.is_empty() {
            self.write_letters()?;
        }
        if !self.lines.is_empty() {
            self.write_lines()?;
        }
        let about = for_script(&self.summary(record, takes));
        self.folder.write("data/about.js", format!("gonets.about({about});\n").as_bytes())?;
        self.folder.write(SEAL, record.to_json().as_bytes())?;
        self.folder.finish()
    }

    fn write_letters(&mut self) -> Result<()> {
        let letters = self.letters.join(",\n");
        let name = format!("data/letters-{}.js", self.shards);
        self.folder
            .write(&name, format!("gonets.letters({},[{letters}]);\n", self.shards).as_bytes())?;
        self.letters.clear();
        self.bytes = 0;
        self.shards += 1;
        Ok(())
    }

    fn write_lines(&mut self) -> Result<()> {
        let lines = self.lines.join(",\n");
        let name = format!("data/list-{}.js", self.chunks);
        self.folder
            .write(&name, format!("gonets.list({},[{lines}]);\n", self.chunks).as_bytes())?;
        self.lines.clear();
        self.chunks += 1;
        Ok(())
    }

    /// Whether letters share a file: then the composer's cache or another letter holds it too.
    fn is_shared(&self, attachment: &Attachment) -> bool {
        Arc::strong_count(&attachment.bytes) > 1
            || self.shared.iter().any(|(bytes, ..)| Arc::ptr_eq(bytes, &attachment.bytes))
    }

    /// Writes an attachment, once if it is shared, and returns what the script needs of it.
    fn file(&mut self, attachment: &Attachment, row: u64, index: usize) -> Result<Value> {
        let known = self.shared.iter().find(|(bytes, ..)| Arc::ptr_eq(bytes, &attachment.bytes));
        let path = match known {
            Some((.., path)) => path.clone(),
            None if self.is_shared(attachment) => {
                let path = format!("files/all/{}-{}", self.shared.len(), stored_name(attachment));
                self.folder.write(&path, &attachment.bytes)?;
                let name = attachment.name.clone();
                self.shared.push((attachment.bytes.clone(), name, path.clone()));
                path
            }
            None => {
                let path = format!("files/{row:04}-{index}-{}", stored_name(attachment));
                self.folder.write(&path, &attachment.bytes)?;
                path
            }
        };
        let bytes = attachment.bytes.len();
        let is_letter = attachment.origin == Origin::Letterhead;
        Ok(json!([
            attachment.name,
            notice::size(bytes, self.language),
            path,
            attachment.media_type,
            is_letter
        ]))
    }

    fn summary(&self, record: &SealRecord, takes: Option<Duration>) -> Value {
        let counts = &self.counts;
        let mut domains: Vec<(&String, &u64)> = counts.domains.iter().collect();
        domains.sort_by(|(a, m), (b, n)| n.cmp(m).then(a.cmp(b)));
        let causes = counts.causes.iter().map(|it| json!([it.is_why, it.rows, it.words]));
        let causes: Vec<Value> = causes.collect();
        let shared: Vec<Value> = self
            .shared
            .iter()
            .map(|(bytes, name, path)| {
                json!([name, notice::size(bytes.len(), self.language), path])
            })
            .collect();
        let mut outcomes = counts.outcomes.clone();
        outcomes.sort_by_key(|(kind, ..)| Reverse(Answer::parse(kind)));
        let whole = usize::try_from(counts.whole).unwrap_or(usize::MAX);
        json!({
            "seal": record.seal.as_str(),
            "made": notice::moment(record.at, self.language),
            "rows": counts.rows,
            "letters": counts.letters,
            "chunks": self.chunks,
            "domains": domains.iter().take(12).collect::<Vec<_>>(),
            "moredomains": domains.len().saturating_sub(12),
            "whole": notice::size(whole, self.language),
            "largest": notice::size(counts.largest, self.language),
            "shared": shared,
            "pictures": self.pictures,
            "own": counts.own_files,
            "takes": takes.filter(|_| self.about.is_paced).map(|time| notice::duration(time, self.language)),
            "relay": self.about.relay,
            "causes": causes,
            "outcomes": outcomes,
        })
    }
}

impl Counts {
    /// Counts a row. Returns which causes it has.
    fn add(&mut self, entry: &Entry, language: Language) -> Vec<usize> {
        self.rows += u64::from(entry.record.is_none());
        if let (Some(recipient), Some(Composed { letter, .. })) = (entry.recipient, entry.composed)
        {
            self.letters += 1;
            *self.domains.entry(recipient.address.domain_shown().to_lowercase()).or_default() += 1;
            self.whole += letter.bytes.len() as u64;
            self.largest = self.largest.max(letter.bytes.len());
        }
        if let Some(outcome) = &entry.outcome {
            match self.outcomes.iter_mut().find(|(kind, ..)| *kind == outcome.kind) {
                Some((.., letters)) => *letters += 1,
                None => self.outcomes.push((outcome.kind, outcome.kind_words, 1)),
            }
        }
        let mut found = Vec::new();
        for (is_why, problem) in entry.causes() {
            let code = problem.fault.code();
            let known = self.causes.iter().position(|it| it.is_why == is_why && it.code == code);
            let at = known.unwrap_or_else(|| {
                let words = notice::fault(&problem.fault, language);
                self.causes.push(Cause { is_why, code, rows: 0, words });
                self.causes.len() - 1
            });
            if !found.contains(&at) {
                found.push(at);
                self.causes[at].rows += 1;
            }
        }
        found
    }
}
