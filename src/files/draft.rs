//! A file that is being written, under a temporary name beside its target.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Audience, must_not_be_link, sync_folder, unfollowed};

/// How temporary names begin and end.
const PREFIX: &str = ".gonets-";
const SUFFIX: &str = ".part";

/// Whether a file must survive a power cut once it is finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It can be made again.
    Ordinary,
    /// It and its name are on the disk when [`Draft::finish`] returns.
    Synced,
}

/// A file that is being written. It has its name only once it is finished; dropped before that, it
/// is removed.
pub(crate) struct Draft {
    target: PathBuf,
    part: PathBuf,
    /// Closed before it is renamed, as Windows requires.
    file: Option<BufWriter<File>>,
}

impl Draft {
    /// Begins a file that will replace what is at `target`, if anything is.
    ///
    /// # Errors
    /// [`crate::problem::IsLink`] inside if a link is there, or what the system reports.
    pub(crate) fn begin(target: &Path, audience: Audience) -> io::Result<Self> {
        must_not_be_link(target)?;
        target.file_name().ok_or(io::ErrorKind::IsADirectory)?;
        if target.exists() && !target.is_file() {
            let is_folder = target.is_dir();
            let other = || io::Error::other("not a plain file");
            return Err(if is_folder { io::ErrorKind::IsADirectory.into() } else { other() });
        }
        let (part, file) = create_new(target, audience)?;
        Ok(Self { target: target.to_owned(), part, file: Some(BufWriter::new(file)) })
    }

    /// Where it is for now, for a library that writes files by itself. It is empty.
    pub(crate) fn part(&self) -> &Path {
        &self.part
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// What the system reports; then there is no such file, or the former one.
    pub(crate) fn finish(mut self, durability: Durability) -> io::Result<()> {
        let file =
            self.file.take().map(|file| file.into_inner().map_err(io::IntoInnerError::into_error));
        if let (Some(file), Durability::Synced) = (file.transpose()?, durability) {
            file.sync_all()?;
        }
        fs::rename(&self.part, &self.target)?;
        // Nothing is left to remove.
        self.part.clear();
        match durability {
            Durability::Ordinary => Ok(()),
            Durability::Synced => sync_folder(self.target.parent().unwrap_or(Path::new("."))),
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(bytes.len()), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), BufWriter::flush)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        drop(self.file.take());
        if !self.part.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// Writes a file as a whole or not at all.
///
/// # Errors
/// Like [`Draft::begin`] and [`Draft::finish`].
pub(crate) fn put(target: &Path, bytes: &[u8], audience: Audience) -> io::Result<()> {
    let mut draft = Draft::begin(target, audience)?;
    draft.write_all(bytes)?;
    draft.finish(Durability::Ordinary)
}

/// Creates a file that did not exist, in the folder of `target`.
fn create_new(target: &Path, audience: Audience) -> io::Result<(PathBuf, File)> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}-{count}{SUFFIX}", std::process::id());
        let part = target.with_file_name(name);
        match unfollowed(audience).write(true).create_new(true).open(&part) {
            Ok(file) => return Ok((part, file)),
            // Left by a process that had the same number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// Removes the temporary files that interrupted runs left in a folder, which only one process at a
/// time writes to.
pub(crate) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_part = name.starts_with(PREFIX) && name.ends_with(SUFFIX);
        if is_part && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
