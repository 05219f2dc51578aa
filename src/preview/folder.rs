//! The folder of a gallery, written beside the old one and put in its place when complete.
//!
//! Which files a preview made is kept in the user's state folder, under the digest of its page,
//! which holds a nonce: a list that came with the folder is never believed. Only those files are
//! removed. What somebody else put into the folder stays where it is, links as links.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use crate::failure::{Doing, Failure};
use crate::files::{self, Audience};

/// Marks a folder as made by us, so that its page may be replaced.
pub(super) const OURS: &str = "<meta name=\"generator\" content=\"gonets preview\">";

const INDEX: &str = "index.html";
/// The file with the seal of the letters.
pub(super) const SEAL: &str = "seal.json";
const FOLDERS: [&str; 4] = ["files/all", "files", "letters", "data"];
/// The largest page that is looked at, in octets.
const LARGEST_PAGE: u64 = 4 << 20;

/// A folder that is being filled.
pub(super) struct Folder {
    place: PathBuf,
    part: PathBuf,
    made: Made,
}

/// The list of the files that a preview made: the digest of a path a line, since paths hold addresses,
/// which belong in no other folder.
struct Made {
    /// `None` if the system has no place for state: then these files are never removed.
    path: Option<PathBuf>,
    file: Option<File>,
}

impl Folder {
    /// Begins a folder that will replace what an earlier preview made at `place`.
    ///
    /// # Errors
    /// [`Failure::PreviewNotOurs`] if something else is there, or what the system reports.
    pub(super) fn begin(place: &Path, index: &str) -> Result<Self> {
        let part = place.with_extension("part");
        let page =
            page_of(place).map_err(|error| Failure::file(Doing::Replacing, place, &error))?;
        if !is_free(place) && !page.as_deref().is_some_and(is_ours) {
            return Err(Failure::PreviewNotOurs { path: place.to_owned() }.into());
        }
        if !is_free(&part) {
            let cleared =
                clear(&part).map_err(|error| Failure::file(Doing::Replacing, &part, &error));
            cleared?;
            if !is_free(&part) {
                return Err(Failure::PreviewNotOurs { path: part }.into());
            }
        }
        let created = |path: &Path, error| Failure::file(Doing::Creating, path, &error);
        files::create_path(&part).map_err(|error| created(&part, error))?;
        for folder in FOLDERS {
            files::create_folder(&part, Path::new(folder))
                .map_err(|error| created(&part, error))?;
        }
        let made = Made::begin(index).map_err(|error| created(place, error))?;
        let mut folder = Self { place: place.to_owned(), part, made };
        folder.write(INDEX, index.as_bytes())?;
        Ok(folder)
    }

    /// Writes a file; `path` is relative, with `/`.
    pub(super) fn write(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let noted = self.made.note(path);
        let path = self.part.join(path);
        let written = noted.and_then(|()| files::put(&path, bytes, Audience::Owner));
        written.map_err(|error| Failure::file(Doing::Writing, &path, &error).into())
    }

    /// Puts the folder in its place. Returns the path of its page, and how many files are left in its
    /// folders that it did not make: those of a preview that was made on another computer.
    pub(super) fn finish(&mut self) -> Result<(PathBuf, u64)> {
        let replaced = |error: io::Error| Failure::file(Doing::Replacing, &self.place, &error);
        for folder in FOLDERS {
            let folder = self.place.join(folder);
            files::must_not_be_link(&folder)
                .map_err(|error| Failure::file(Doing::Replacing, &folder, &error))?;
        }
        clear(&self.place).map_err(replaced)?;
        let strangers = strangers(&self.place, &self.part);
        if is_free(&self.place) {
            files::move_to_free_name(&self.part, &self.place).map_err(replaced)?;
        } else {
            // Last what others believe: the seal, and the page that marks the folder as ours.
            let mut moved = Ok(());
            for folder in FOLDERS {
                moved =
                    moved.and_then(|()| merge(&self.part.join(folder), &self.place.join(folder)));
            }
            for name in [SEAL, INDEX] {
                moved =
                    moved.and_then(|()| hand_over(&self.part.join(name), &self.place.join(name)));
            }
            moved.map_err(replaced)?;
            files::remove_if_empty(&self.part);
        }
        self.made.is_finished();
        Ok((self.place.join(INDEX), strangers))
    }
}

impl Drop for Folder {
    /// Removes a folder that was not finished.
    fn drop(&mut self) {
        if self.made.file.is_some() {
            let _ = clear(&self.part);
        }
    }
}

impl Made {
    fn begin(index: &str) -> io::Result<Self> {
        let Some(path) = list_of(index) else { return Ok(Self { path: None, file: None }) };
        files::create_path(path.parent().unwrap_or(Path::new(".")))?;
        let file = files::open_or_create(&path)?;
        file.set_len(0)?;
        Ok(Self { path: Some(path), file: Some(file) })
    }

    /// At once, so that the next preview knows what this one made even if it is killed.
    fn note(&mut self, path: &str) -> io::Result<()> {
        let line = format!("{}\n", digest(path));
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(line.as_bytes()))
    }

    /// The folder is complete: it is not removed any more.
    fn is_finished(&mut self) {
        self.file = None;
        self.path = None;
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(16).map(|octet| format!("{octet:02x}")).collect()
}

/// Where the list of the preview with this page is kept.
fn list_of(index: &str) -> Option<PathBuf> {
    Some(files::state_folder()?.join("previews").join(digest(index)))
}

/// The page of a folder; `None` if there is none, or too large a one.
fn page_of(folder: &Path) -> io::Result<Option<String>> {
    files::must_not_be_link(folder)?;
    let page = folder.join(INDEX);
    files::must_not_be_link(&page)?;
    let is_page = |about: fs::Metadata| about.is_file() && about.len() <= LARGEST_PAGE;
    if !fs::metadata(&page).is_ok_and(is_page) {
        return Ok(None);
    }
    Ok(fs::read_to_string(&page).ok())
}

fn is_ours(page: &str) -> bool {
    page.contains(OURS)
}

/// The files in the folders of a preview that the next one neither made nor replaces.
fn strangers(place: &Path, part: &Path) -> u64 {
    let of = |folder: &str| {
        let entries = fs::read_dir(place.join(folder)).into_iter().flatten().flatten();
        let next = part.join(folder);
        let is_left = move |entry: &fs::DirEntry| {
            entry.file_type().is_ok_and(|kind| kind.is_file())
                && is_free(&next.join(entry.file_name()))
        };
        entries.filter(is_left).count() as u64
    };
    FOLDERS.into_iter().map(of).sum()
}

fn is_free(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err()
}

/// Removes the files that the preview in a folder made, if it was made here, and the folders that
/// are then empty.
fn clear(folder: &Path) -> io::Result<()> {
    let Some(page) = page_of(folder)? else { return Ok(()) };
    let Some(list) = list_of(&page).filter(|list| list.is_file()) else { return Ok(()) };
    // Nothing is removed behind a link.
    let behind_links: HashSet<&str> = FOLDERS
        .into_iter()
        .filter(|inner| files::must_not_be_link(&folder.join(inner)).is_err())
        .collect();
    // First what others believe.
    files::remove(&folder.join(SEAL))?;
    let made: HashSet<String> =
        BufReader::new(File::open(&list)?).lines().collect::<Result<_, _>>()?;
    for inner in FOLDERS.into_iter().filter(|inner| !behind_links.contains(inner)) {
        let path = folder.join(inner);
        files::sweep(&path);
        for entry in fs::read_dir(&path).into_iter().flatten() {
            let entry = entry?;
            let name = format!("{inner}/{}", entry.file_name().to_string_lossy());
            if made.contains(&digest(&name)) && !entry.file_type()?.is_dir() {
                files::remove(&entry.path())?;
            }
        }
    }
    // Last, since this page is how the list is found.
    files::remove(&folder.join(INDEX))?;
    for inner in FOLDERS {
        files::remove_if_empty(&folder.join(inner));
    }
    files::remove_if_empty(folder);
    files::remove(&list)
}

/// Moves a folder into its place, or its files if there is one already.
fn merge(from: &Path, to: &Path) -> io::Result<()> {
    if is_free(from) {
        return Ok(());
    }
    files::must_not_be_link(to)?;
    if is_free(to) {
        if let Some(parent) = to.parent() {
            files::create_path(parent)?;
        }
        return files::move_to_free_name(from, to);
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            hand_over(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    files::remove_if_empty(from);
    Ok(())
}

/// Moves a file into its place. A file of an earlier preview there is replaced; a link is not.
fn hand_over(from: &Path, to: &Path) -> io::Result<()> {
    if is_free(from) {
        return Ok(());
    }
    files::must_not_be_link(to)?;
    files::remove(to)?;
    files::move_to_free_name(from, to)
}
