//! The folder of a gallery, written beside the old one and put in its place when complete.
//!
//! It keeps a list of the files that we made. No other file is removed: what somebody put into an
//! old preview is moved into the new one.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Component, Path, PathBuf};

use anyhow::Result;

use crate::failure::{Doing, Failure};

/// Marks a folder as made by us, so that it may be replaced.
pub(super) const OURS: &str = "<meta name=\"generator\" content=\"gonets preview\">";

const INDEX: &str = "index.html";
/// The list of our files, one path a line.
const MADE: &str = "made.txt";
const FOLDERS: [&str; 5] = ["files/all", "files", "letters", "data", ""];

/// A folder that is being filled.
pub(super) struct Folder {
    place: PathBuf,
    part: PathBuf,
    /// Closed before the folder is renamed, as Windows wants it.
    made: Option<BufWriter<File>>,
}

impl Folder {
    /// Begins a folder that will replace the one at `place`.
    ///
    /// # Errors
    /// [`Failure::PreviewNotOurs`] if something else is there, or what the system reports.
    pub(super) fn begin(place: &Path, index: &str) -> Result<Self> {
        let part = place.with_extension("part");
        for folder in [place, part.as_path()] {
            if folder.exists() && !is_ours(folder) {
                return Err(Failure::PreviewNotOurs { path: folder.to_owned() }.into());
            }
        }
        if part.exists() {
            clear(&part, None).map_err(|error| Failure::file(Doing::Replacing, &part, &error))?;
        }
        for folder in FOLDERS {
            let folder = part.join(folder);
            fs::create_dir_all(&folder)
                .map_err(|error| Failure::file(Doing::Creating, &folder, &error))?;
        }
        let mut folder = Self { place: place.to_owned(), part, made: None };
        // First the page that marks the folder as ours, then the list of its files.
        let path = folder.part.join(INDEX);
        fs::write(&path, index).map_err(|error| Failure::file(Doing::Creating, &path, &error))?;
        let path = folder.part.join(MADE);
        let made =
            File::create(&path).map_err(|error| Failure::file(Doing::Creating, &path, &error))?;
        folder.made = Some(BufWriter::new(made));
        folder.note(INDEX)?;
        folder.note(MADE)?;
        Ok(folder)
    }

    /// Writes a file; `path` is relative, with `/`.
    pub(super) fn write(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.note(path)?;
        let path = self.part.join(path);
        fs::write(&path, bytes).map_err(|error| Failure::file(Doing::Writing, &path, &error).into())
    }

    fn note(&mut self, path: &str) -> Result<()> {
        let noted = self.made.as_mut().map_or(Ok(()), |made| writeln!(made, "{path}"));
        noted.map_err(|error| Failure::file(Doing::Writing, &self.part.join(MADE), &error).into())
    }

    /// Puts the folder in its place and returns the path of its page.
    pub(super) fn finish(&mut self) -> Result<PathBuf> {
        let flushed = self.made.take().map_or(Ok(()), |mut made| made.flush());
        flushed.map_err(|error| Failure::file(Doing::Writing, &self.part.join(MADE), &error))?;
        let replaced = |error| Failure::file(Doing::Replacing, &self.place, &error);
        let old = self.place.with_extension("old");
        if old.exists() && is_ours(&old) {
            clear(&old, Some(&self.place)).map_err(replaced)?;
        }
        let had_one = self.place.exists();
        if had_one {
            fs::rename(&self.place, &old).map_err(replaced)?;
        }
        if let Err(error) = fs::rename(&self.part, &self.place) {
            if had_one {
                let _ = fs::rename(&old, &self.place);
            }
            return Err(replaced(error).into());
        }
        if had_one {
            clear(&old, Some(&self.place)).map_err(replaced)?;
        }
        Ok(self.place.join(INDEX))
    }
}

impl Drop for Folder {
    /// Removes a folder that was not finished.
    fn drop(&mut self) {
        if let Some(mut made) = self.made.take() {
            let _ = made.flush();
            drop(made);
            let _ = clear(&self.part, None);
        }
    }
}

fn is_ours(folder: &Path) -> bool {
    fs::read_to_string(folder.join(INDEX)).is_ok_and(|index| index.contains(OURS))
}

/// Removes the files that we made and the folders that are then empty; moves the rest to `heir`.
fn clear(folder: &Path, heir: Option<&Path>) -> std::io::Result<()> {
    let made = fs::read_to_string(folder.join(MADE)).unwrap_or_default();
    let is_plain =
        |path: &Path| path.components().all(|component| matches!(component, Component::Normal(_)));
    for path in
        made.lines().map(Path::new).filter(|path| is_plain(path) && *path != Path::new(INDEX))
    {
        remove(&folder.join(path))?;
    }
    if made.is_empty() {
        // Early versions kept no list: their letters are recognised by row, address and identity.
        for entry in fs::read_dir(folder.join("letters")).into_iter().flatten() {
            let path = entry?.path();
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            let is_numbered = name
                .split_once('-')
                .is_some_and(|(row, _)| row.bytes().all(|b| b.is_ascii_digit()));
            let is_letter =
                path.extension().is_some_and(|extension| extension == "eml" || extension == "html");
            if is_numbered && is_letter {
                remove(&path)?;
            }
        }
    }
    // Last, since this page marks the folder as ours.
    remove(&folder.join(INDEX))?;
    for inner in FOLDERS {
        let _ = fs::remove_dir(folder.join(inner));
    }
    match heir {
        Some(heir) if folder.exists() => hand_over(folder, heir),
        Some(_) | None => Ok(()),
    }
}

fn hand_over(folder: &Path, heir: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let to = heir.join(entry.file_name());
        if path.is_dir() {
            fs::create_dir_all(&to)?;
            hand_over(&path, &to)?;
        } else if !to.exists() {
            fs::rename(&path, &to)?;
        }
    }
    let _ = fs::remove_dir(folder);
    Ok(())
}

fn remove(file: &Path) -> std::io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
