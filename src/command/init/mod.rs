//! `init`: creates a campaign folder that works right away, with an example, or with a letter and a
//! list that are there already.

mod adopt;
mod answers;
mod follow;
mod list;

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::cli::Init;
use crate::config;
use crate::failure::{Doing, Exit, Failure};
use crate::files::{self, Audience};
use crate::notice::{Language, NextStep, Notice};
use crate::terminal::Terminal;

/// The files of a new campaign.
#[derive(Clone, Copy)]
struct Example {
    settings: &'static str,
    letter: &'static str,
    list: &'static str,
}

impl Example {
    fn of(language: Language) -> Self {
        match language {
            Language::Russian => Self {
                settings: include_str!("../../../templates/campaign.toml"),
                letter: include_str!("../../../templates/letter.md"),
                list: include_str!("../../../templates/contacts.csv"),
            },
            Language::English => Self {
                settings: include_str!("../../../templates/campaign.en.toml"),
                letter: include_str!("../../../templates/letter.en.md"),
                list: include_str!("../../../templates/contacts.en.csv"),
            },
        }
    }

    /// The settings of a campaign in this folder.
    fn settings(self, folder: &Path) -> String {
        // Two campaigns must not share an id, or their letters would share identities.
        let settings = self.settings.replace("my-campaign", &id(folder));
        if cfg!(feature = "pdf") { settings } else { without_pdf(&settings) }
    }

    /// The list as a file. It begins with a byte order mark, without which Excel misreads it.
    fn list(self) -> Vec<u8> {
        format!("\u{feff}{}", self.list).into_bytes()
    }

    fn headings(self) -> Vec<String> {
        let first = self.list.lines().next().unwrap_or_default();
        first.split(';').map(str::to_owned).collect()
    }
}

pub(super) fn run(given: &Init, terminal: &Terminal) -> Result<Exit> {
    let folder = &given.folder;
    let occupied =
        folder.exists() && !fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if occupied {
        return Err(Failure::FolderNotEmpty { path: folder.clone() }.into());
    }
    if let Some(followed) = &given.follow {
        let files = follow::read(given, followed, terminal)?;
        write(folder, &files)?;
        tell_files(folder, files.iter().map(|(name, _)| name.clone()).collect(), terminal);
        terminal.result(&Notice::Created { folder: folder.clone() });
        terminal.tell(&Notice::Next(NextStep::FillIn { folder: folder.clone() }));
        return Ok(Exit::Well);
    }
    if given.letter.is_some() || given.list.is_some() {
        let adopted = adopt::read(given, terminal)?;
        write(folder, &adopted.files)?;
        let names = adopted.files.iter().map(|(name, _)| name.clone()).collect();
        tell_files(folder, names, terminal);
        terminal.result(&Notice::Created { folder: folder.clone() });
        adopted.tell(terminal);
        let has_sender = adopted.has_sender;
        terminal
            .tell(&Notice::Next(NextStep::LookAtAdopted { folder: folder.clone(), has_sender }));
        return Ok(Exit::Well);
    }
    let example = Example::of(terminal.language);
    let settings = answers::ask(terminal).written_into(&example.settings(folder));
    let files = [
        (config::FILE.to_owned(), settings.into_bytes()),
        ("letter.md".to_owned(), example.letter.into()),
        ("letterhead.typ".to_owned(), letterhead(terminal.language).into_bytes()),
        ("contacts.csv".to_owned(), example.list()),
    ];
    write(folder, &files)?;
    tell_files(folder, files.map(|(name, _)| name).to_vec(), terminal);
    terminal.result(&Notice::Created { folder: folder.clone() });
    terminal.tell(&Notice::Next(NextStep::FillIn { folder: folder.clone() }));
    Ok(Exit::Well)
}

fn tell_files(folder: &Path, names: Vec<String>, terminal: &Terminal) {
    let shown = folder.display().to_string();
    terminal.item("created", [("folder", shown.into()), ("files", names.into())]);
}

/// Writes the files of a new campaign, and the folders that they lie in.
fn write(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<()> {
    for (name, bytes) in files {
        let path = folder.join(name);
        let within = path.parent().unwrap_or(folder);
        files::create_path(within)
            .map_err(|error| Failure::file(Doing::Creating, within, &error))?;
        files::put(&path, bytes, Audience::Owner)
            .map_err(|error| Failure::file(Doing::Writing, &path, &error))?;
    }
    Ok(())
}

/// The letterhead; in English its remarks are one.
fn letterhead(language: Language) -> String {
    let letterhead = include_str!("../../../templates/letterhead.typ");
    if language == Language::Russian {
        return letterhead.to_owned();
    }
    let remark = "// The letterhead. What the program fills in comes from gonets.typ; change the rest as \
                  you like:\n// font, margins, sizes, order. Paths of pictures are counted from this \
                  file.\n";
    let code = letterhead.split_inclusive('\n').filter(|line| !line.starts_with("//"));
    code.fold(remark.to_owned(), |text, line| text + line)
}

/// Comments out the table `[pdf]`, so that the campaign works right away in a build without PDF.
fn without_pdf(text: &str) -> String {
    let mut is_inside = false;
    let line = |line: &str| {
        is_inside = line == "[pdf]" || is_inside && !line.is_empty();
        if is_inside && !line.starts_with('#') {
            format!("# {line}\n")
        } else {
            format!("{line}\n")
        }
    };
    text.lines().map(line).collect()
}

/// The folder's name and today's date, as an id.
fn id(folder: &Path) -> String {
    let name = folder
        .file_name()
        .map_or_else(|| "campaign".into(), |name| name.to_string_lossy().to_lowercase());
    let name: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    format!("{}-{}", name.trim_matches('-'), jiff::ZonedDateTime::now().date())
}
