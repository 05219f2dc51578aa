//! The gallery that a person looks through before anything is sent: a page, its data in pieces,
//! each letter as a file.
//!
//! Works from the disk, without network. The page runs no script but its own, letters stand in
//! frames that may run nothing at all, and whatever a cell says is data all the way. Which files
//! are ours is `folder`'s to know.

mod entry;
mod folder;
mod page;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::compose::Composed;
use crate::letter::{Attachment, Origin};
use crate::notice::{self, Language};
use crate::outbox::file_name;
use crate::seal::SealRecord;
use entry::{for_script, shape};
use folder::Folder;

pub use entry::Entry;

/// The folder's name beside `campaign.toml`.
pub const FOLDER: &str = "preview";

/// The seal of the letters in it.
const SEAL: &str = "seal.json";

/// Lines of the list in one file.
const LINES: usize = 2000;

/// Letters in one file: so many, or so many bytes.
const LETTERS: usize = 100;
const BYTES: usize = 512 * 1024;

/// The seal under which a gallery was made; `None` where there is none.
pub fn record(folder: &Path) -> Option<SealRecord> {
    SealRecord::of_json(&fs::read_to_string(folder.join(SEAL)).ok()?)
}

/// What the gallery says about the campaign as a whole.
pub struct About<'a> {
    pub title: &'a str,
    /// The relay, or none for the outbox.
    pub relay: Option<String>,
    /// Whether the pace bounds when letters go.
    pub is_paced: bool,
}

/// A gallery that is being written.
pub struct Gallery<'a> {
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
    /// Files that are the same in every letter, and where they lie: written once.
    shared: Vec<(Arc<[u8]>, String)>,
    /// What the letters' HTML names a picture by, and the picture itself: told once for all of
    /// them.
    picture: Option<(String, String)>,
}

/// What the summary on top counts.
#[derive(Default)]
struct Counts {
    rows: u64,
    letters: u64,
    domains: HashMap<String, u64>,
    whole: u64,
    largest: usize,
    own_files: u64,
    /// By kind of problem: how many rows, an example in words, and whether it keeps the letter from
    /// going.
    problems: BTreeMap<(bool, &'static str), (u64, String)>,
}

impl<'a> Gallery<'a> {
    /// Begins a gallery that will stand in `folder`.
    ///
    /// # Errors
    /// [`crate::failure::Failure::PreviewNotOurs`] when something else stands there, or what the
    /// system says.
    pub fn begin(folder: &Path, about: About<'a>, language: Language) -> Result<Self> {
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
            picture: None,
        })
    }

    /// Adds a row of the list, with its letter if it has one.
    ///
    /// # Errors
    /// What the system says when it cannot be written.
    pub fn add(&mut self, entry: &Entry) -> Result<()> {
        self.counts.add(entry, self.language);
        let (mut files, mut eml, mut kind, mut has_own_file) = (Vec::new(), None, 0, false);
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
            self.picture = self.picture.take().or_else(|| composed.picture());
            eml = Some(format!("letters/{name}"));
            let next = self.shapes.len();
            kind = *self.shapes.entry(shape(composed)).or_insert(next);
        }
        let letter = for_script(&entry.letter(&files, eml.as_deref(), self.language));
        self.bytes += letter.len();
        let at = (self.shards, self.letters.len());
        self.letters.push(letter);
        self.lines.push(for_script(&entry.line(entry.flags(has_own_file), kind, at)));
        if self.letters.len() >= LETTERS || self.bytes >= BYTES {
            self.write_letters()?;
        }
        if self.lines.len() >= LINES {
            self.write_lines()?;
        }
        Ok(())
    }

    /// Puts the gallery in its place. Tells where its page is. `takes` is the least time that all
    /// letters need.
    ///
    /// # Errors
    /// What the system says, for instance when a file of the old gallery is open in a program.
    pub fn finish(&mut self, record: &SealRecord, takes: Option<Duration>) -> Result<PathBuf> {
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
        (self.bytes, self.shards) = (0, self.shards + 1);
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

    /// A file that somebody else holds too is the same in every letter.
    fn is_shared(&self, attachment: &Attachment) -> bool {
        Arc::strong_count(&attachment.bytes) > 1
            || self.shared.iter().any(|(bytes, _)| Arc::ptr_eq(bytes, &attachment.bytes))
    }

    /// Writes an attachment, once where it is shared, and tells the script of it.
    fn file(&mut self, attachment: &Attachment, row: u64, index: usize) -> Result<Value> {
        let known = self.shared.iter().find(|(bytes, _)| Arc::ptr_eq(bytes, &attachment.bytes));
        let path = match known {
            Some((_, path)) => path.clone(),
            None if self.is_shared(attachment) => {
                let path = format!("files/all/{}-{}", self.shared.len(), attachment.name);
                self.folder.write(&path, &attachment.bytes)?;
                self.shared.push((attachment.bytes.clone(), path.clone()));
                path
            }
            None => {
                let path = format!("files/{row:04}-{index}-{}", attachment.name);
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
        let problems: Vec<Value> = counts
            .problems
            .iter()
            .map(|((blocks, _), (rows, words))| json!([blocks, rows, words]))
            .collect();
        let shared: Vec<Value> = self
            .shared
            .iter()
            .map(|(bytes, path)| {
                json!([
                    path.split_once('-').map(|(_, name)| name),
                    notice::size(bytes.len(), self.language),
                    path
                ])
            })
            .collect();
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
            "picture": self.picture,
            "own": counts.own_files,
            "takes": takes.filter(|_| self.about.is_paced).map(|time| notice::duration(time, self.language)),
            "relay": self.about.relay,
            "problems": problems,
        })
    }
}

impl Counts {
    fn add(&mut self, entry: &Entry, language: Language) {
        self.rows += 1;
        if let (Some(recipient), Some(Composed { letter, .. })) = (entry.recipient, entry.composed)
        {
            self.letters += 1;
            *self.domains.entry(recipient.address.domain().to_owned()).or_default() += 1;
            self.whole += letter.bytes.len() as u64;
            self.largest = self.largest.max(letter.bytes.len());
        }
        let mut told: Vec<(bool, &'static str)> = Vec::new();
        for problem in entry.problems {
            let kind = (entry.composed.is_none(), problem.fault.code());
            if !told.contains(&kind) {
                told.push(kind);
                let words = || notice::fault(&problem.fault, language);
                self.problems.entry(kind).or_insert_with(|| (0, words())).0 += 1;
            }
        }
    }
}
