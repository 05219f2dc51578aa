//! The one place that writes to a disk.
//!
//! Nothing is written through a symbolic link or a junction. A file appears whole or not at all: it
//! is written under a temporary name of its own beside its target, then renamed. What holds personal
//! data is for its owner alone, unless the campaign shares its files with a group; the umask can
//! only narrow that.
//!
//! `tests/it/rooms.rs` holds that no other room creates, renames or removes files.

mod draft;
mod names;
mod share;
mod state;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::problem::{IsLink, NotPlain};

pub(crate) use draft::{Draft, Durability, put, sweep};
pub(crate) use names::{is_path_of_files, is_portable, is_remote};
pub(crate) use share::network_share;
pub(crate) use state::{is_persons_own, is_private, settings_folders, state_folder};

/// Who may read a file beside its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// It holds personal data: nobody, or the campaign's group.
    Owner,
    /// Whomever the umask allows.
    Everyone,
}

/// Set once, like the umask: every file of this process belongs to one campaign.
static IS_SHARED: AtomicBool = AtomicBool::new(false);

/// From now on, what holds personal data is also for the group (`[files] group = true`).
pub(crate) fn share_with_group() {
    IS_SHARED.store(true, Ordering::Relaxed);
}

impl Audience {
    /// The mode of a file (Unix).
    #[cfg(unix)]
    fn mode(self) -> u32 {
        match self {
            Self::Owner if IS_SHARED.load(Ordering::Relaxed) => 0o660,
            Self::Owner => 0o600,
            Self::Everyone => 0o666,
        }
    }
}

/// The octets that are free where a path lies, for whoever runs us.
pub(crate) fn free_space(path: &Path) -> io::Result<u64> {
    fs4::available_space(path)
}

/// Refuses a path that is a symbolic link or a junction. What is not there is none. On Windows, also
/// one whose name is a device or a stream of another file.
///
/// # Errors
/// [`IsLink`] inside, or what the system reports.
pub(crate) fn must_not_be_link(path: &Path) -> io::Result<()> {
    let name = path.file_name().map(|name| name.to_string_lossy());
    if cfg!(windows) && name.is_some_and(|name| !is_portable(&name)) {
        return Err(io::ErrorKind::InvalidFilename.into());
    }
    match fs::symlink_metadata(path) {
        // On Windows this is true of junctions, and not of the placeholders of cloud storage.
        Ok(about) if about.file_type().is_symlink() => Err(io::Error::other(IsLink)),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Refuses a path that is a link, or anything else but a plain file: opening a pipe would wait for
/// ever. What is not there is fine.
///
/// # Errors
/// [`IsLink`] or [`NotPlain`] inside, or what the system reports.
pub(crate) fn must_be_plain(path: &Path) -> io::Result<()> {
    must_not_be_link(path)?;
    match fs::symlink_metadata(path) {
        Ok(about) if !about.is_file() => Err(io::Error::other(NotPlain::OtherKind)),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Like [`must_be_plain`], and the file must have no second name: two folders would share it.
///
/// # Errors
/// [`IsLink`] or [`NotPlain`] inside, or what the system reports.
pub(crate) fn must_have_one_name(path: &Path) -> io::Result<()> {
    must_be_plain(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if fs::symlink_metadata(path).is_ok_and(|about| about.nlink() > 1) {
            return Err(io::Error::other(NotPlain::SecondName));
        }
    }
    #[cfg(windows)]
    {
        let names = |file| Ok(winapi_util::file::information(&file)?.number_of_links());
        let names: io::Result<u64> = winapi_util::Handle::from_path_any(path).and_then(names);
        if names.is_ok_and(|names| names > 1) {
            return Err(io::Error::other(NotPlain::SecondName));
        }
    }
    Ok(())
}

/// Like [`must_have_one_name`], for a database of SQLite and the files that SQLite keeps beside it.
///
/// # Errors
/// The first file that is otherwise, and what is wrong with it.
pub(crate) fn must_be_whole_database(path: &Path) -> Result<(), (PathBuf, io::Error)> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        let beside = PathBuf::from(beside);
        must_have_one_name(&beside).map_err(|error| (beside, error))?;
    }
    Ok(())
}

/// Options that open the path itself, never what a link there leads to.
fn unfollowed(audience: Audience) -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(audience.mode());
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt as _;
        /// `FILE_FLAG_OPEN_REPARSE_POINT`
        const ITSELF: u32 = 0x0020_0000;
        let _ = audience;
        options.custom_flags(ITSELF);
    }
    options
}

/// Adds to the end of a file, for its owner alone, which appears if it is not there. On a full disk nothing
/// is added, rather than a part.
///
/// # Errors
/// Like [`must_be_plain`].
pub(crate) fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use io::Write as _;

    must_be_plain(path)?;
    let mut file = unfollowed(Audience::Owner).append(true).create(true).open(path)?;
    let before = file.metadata()?.len();
    let written = file.write_all(bytes);
    if written.is_err() {
        let _ = file.set_len(before);
    }
    written
}

/// On Windows, nobody can remove or rename the file while it is open.
fn unremovable() -> OpenOptions {
    #[cfg_attr(not(windows), expect(unused_mut, reason = "only Windows has sharing modes"))]
    let mut options = unfollowed(Audience::Owner);
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt as _;
        /// `FILE_SHARE_READ | FILE_SHARE_WRITE`
        const SHARED: u32 = 0x0000_0003;
        options.share_mode(SHARED);
    }
    options
}

/// Opens a file for writing without changing it, and creates it if there is none: a lock, or a
/// database that another library goes on to write.
///
/// # Errors
/// [`IsLink`] or [`NotPlain`] inside, or what the system reports.
pub(crate) fn open_or_create(path: &Path) -> io::Result<File> {
    must_have_one_name(path)?;
    unremovable().create(true).truncate(false).write(true).open(path)
}

/// Opens a file that exists, for writing, without changing it.
///
/// # Errors
/// [`IsLink`] or [`NotPlain`] inside, or what the system reports.
pub(crate) fn open_existing(path: &Path) -> io::Result<File> {
    must_have_one_name(path)?;
    unremovable().write(true).open(path)
}

/// Creates the folder `name` of a campaign's folder, and those on the way to it, unless they exist.
/// Inside the campaign none of them may be a link; a folder elsewhere may lie behind one.
///
/// # Errors
/// [`IsLink`] inside, or what the system reports.
pub(crate) fn create_folder(campaign: &Path, name: &Path) -> io::Result<PathBuf> {
    let is_inside =
        name.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !is_inside {
        let path = campaign.join(name);
        create_path(&path)?;
        return Ok(path);
    }
    let mut path = campaign.to_owned();
    for part in name.components() {
        path.push(part);
        create_one(&path)?;
    }
    Ok(path)
}

/// Creates a folder at a path that a person named, with those on the way to it. It may not be a link
/// itself.
///
/// # Errors
/// [`IsLink`] inside, or what the system reports.
pub(crate) fn create_path(path: &Path) -> io::Result<()> {
    must_not_be_link(path)?;
    if path.is_dir() {
        return Ok(());
    }
    builder().recursive(true).create(path)
}

fn create_one(path: &Path) -> io::Result<()> {
    must_not_be_link(path)?;
    match builder().create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        done => done,
    }
}

/// Makes folders for their owner, or also for the group.
fn builder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(if IS_SHARED.load(Ordering::Relaxed) { 0o770 } else { 0o700 });
    }
    builder
}

/// Renames a file, a folder or a link (never what it leads to) to a name that is free.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if the name is taken, or what the system reports.
pub(crate) fn move_to_free_name(from: &Path, to: &Path) -> io::Result<()> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

/// Removes a plain file or a link (never what it leads to), if it is there.
///
/// # Errors
/// What the system reports.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Removes a folder if it is empty, and is none of links; otherwise leaves it as it is.
pub(crate) fn remove_if_empty(folder: &Path) {
    if must_not_be_link(folder).is_ok() {
        let _ = fs::remove_dir(folder);
    }
}

/// Makes what was renamed in a folder survive a power cut; Windows does so by itself.
///
/// # Errors
/// What the system reports.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests;
