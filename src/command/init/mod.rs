//! `init`: creates a campaign folder that works right away, with an example, or with a letter and a
//! list that are there already.

mod adopt;

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::cli::Init;
use crate::failure::{Doing, Exit, Failure};
use crate::files::{self, Audience};
use crate::notice::{NextStep, Notice};
use crate::terminal::Terminal;

/// The files of a new campaign. The list begins with a byte order mark, without which Excel
/// misreads it.
const FILES: [(&str, &str); 4] = [
    ("campaign.toml", include_str!("../../../templates/campaign.toml")),
    ("letter.md", include_str!("../../../templates/letter.md")),
    ("letterhead.typ", include_str!("../../../templates/letterhead.typ")),
    ("contacts.csv", concat!("\u{feff}", include_str!("../../../templates/contacts.csv"))),
];

pub(super) fn run(given: &Init, terminal: &Terminal) -> Result<Exit> {
    let folder = &given.folder;
    let occupied =
        folder.exists() && !fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if occupied {
        return Err(Failure::FolderNotEmpty { path: folder.clone() }.into());
    }
    if given.letter.is_some() || given.list.is_some() {
        let adopted = adopt::read(given, terminal)?;
        write(folder, &adopted.files)?;
        let names = adopted.files.iter().map(|(name, _)| name.clone()).collect();
        tell_files(folder, names, terminal);
        terminal.result(&Notice::Created { folder: folder.clone() });
        adopted.tell(terminal);
        terminal.tell(&Notice::Next(NextStep::LookAtAdopted { folder: folder.clone() }));
        return Ok(Exit::Well);
    }
    let file = |(name, text): (&str, &str)| {
        // Two campaigns must not share an id, or their letters would share identities.
        let text = text.replace("id = \"my-campaign\"", &format!("id = \"{}\"", id(folder)));
        let text = if cfg!(feature = "pdf") { text } else { without_pdf(&text) };
        (name.to_owned(), text.into_bytes())
    };
    write(folder, &FILES.map(file))?;
    tell_files(folder, FILES.map(|(name, _)| name.to_owned()).to_vec(), terminal);
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

fn example_letter() -> &'static str {
    FILES[1].1
}

fn example_list() -> &'static [u8] {
    FILES[3].1.as_bytes()
}

fn example_headings() -> Vec<String> {
    let first = FILES[3].1.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    first.split(';').map(str::to_owned).collect()
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
    format!("{}-{}", name.trim_matches('-'), jiff::Zoned::now().date())
}
