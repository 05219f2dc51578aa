//! The files of a campaign's folder that its letters use: attachments, pictures, letterhead, fonts.
//!
//! A file name comes from a template or a cell, so it may only lead into the folder, or into those
//! that the campaign explicitly allows. A file that changes after it was first read is refused.
//! Nothing is written here.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::files;
use crate::problem::Cause;

/// Reads a plain file of at most `limit` octets, wherever it is.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Cause> {
    let about = fs::metadata(path).map_err(|error| Cause::from(&error))?;
    if about.is_dir() {
        return Err(Cause::IsFolder);
    }
    if !about.is_file() {
        return Err(Cause::NotPlainFile);
    }
    if about.len() > limit {
        return Err(Cause::TooLarge);
    }
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default() + 1);
        // A file that grows while it is read must not fill the memory.
        fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| Cause::from(&error))?;
    if bytes.len() as u64 > limit {
        return Err(Cause::TooLarge);
    }
    Ok(bytes)
}

/// A campaign's folder, and the others from which its files may be read.
pub(crate) struct CampaignFolder {
    root: PathBuf,
    /// The allowed folders as canonical paths, the campaign's own first.
    open: Vec<PathBuf>,
    /// Files and folders outside for which the campaign has leave, as canonical paths.
    allowed: Vec<PathBuf>,
    /// The largest file allowed, in octets.
    limit: u64,
    /// The digest of each file when it was first read.
    known: Mutex<HashMap<PathBuf, [u8; 32]>>,
}

impl CampaignFolder {
    /// Opens the folder `root`, and `others` as the campaign names them; files may have at most
    /// `limit` octets.
    ///
    /// # Errors
    /// The first of them that is not a folder, and why.
    pub(crate) fn open(
        root: &Path,
        others: &[String],
        limit: u64,
    ) -> Result<Self, (String, Cause)> {
        let whole = |path: &Path| fs::canonicalize(path).map_err(|error| Cause::from(&error));
        let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
        let mut open = vec![whole(root).map_err(|cause| (root.display().to_string(), cause))?];
        for other in others {
            let path = whole(&root.join(other)).map_err(|cause| (other.clone(), cause))?;
            if !path.is_dir() {
                return Err((other.clone(), Cause::NotFolder));
            }
            open.push(path);
        }
        Ok(Self {
            root: root.to_owned(),
            open,
            allowed: Vec::new(),
            limit,
            known: Mutex::default(),
        })
    }

    /// Lets these be read too, which lie outside: a person has said so.
    pub(crate) fn allowing(mut self, paths: impl IntoIterator<Item = PathBuf>) -> Self {
        self.allowed.extend(paths);
        self
    }

    /// Returns the canonical path of a file.
    ///
    /// # Errors
    /// [`Cause::OutsideCampaign`] for an absolute name and for a name or link that leads outside;
    /// otherwise the system's error.
    pub(crate) fn find(&self, name: &str) -> Result<PathBuf, Cause> {
        let spelt = plain(&self.root.join(name.trim()));
        if files::is_remote(name) && self.allowed.contains(&spelt) {
            return Ok(spelt);
        }
        if !self.allowed.is_empty()
            && let Ok(whole) = fs::canonicalize(self.root.join(name.trim()))
            && self.allowed.iter().any(|allowed| whole.starts_with(allowed))
        {
            return Ok(whole);
        }
        // Lists from Windows have backslashes; a name must mean the same on every system.
        let name = name.trim().replace('\\', "/");
        let path = Path::new(&name);
        let is_drive =
            name.as_bytes().get(1) == Some(&b':') && name.as_bytes()[0].is_ascii_alphabetic();
        if name.is_empty() {
            return Err(Cause::NotFound);
        }
        if name.contains('\0') || is_drive || path.has_root() {
            return Err(Cause::OutsideCampaign);
        }
        if cfg!(windows) && !files::is_path_of_files(&name) {
            return Err(Cause::NotPlainFile);
        }
        let leads_up =
            path.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir));
        if leads_up && self.open.len() == 1 {
            return Err(Cause::OutsideCampaign);
        }
        let whole = fs::canonicalize(self.root.join(path)).map_err(|error| Cause::from(&error))?;
        if !self.open.iter().any(|folder| whole.starts_with(folder)) {
            return Err(Cause::OutsideCampaign);
        }
        Ok(whole)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Why it may not or cannot be read; [`Cause::Changed`] if it changed after it was first read.
    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>, Cause> {
        let path = self.find(name)?;
        let bytes = read(&path, self.limit)?;
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if *known.entry(path).or_insert(digest) != digest {
            return Err(Cause::Changed);
        }
        Ok(bytes)
    }

    /// Returns every file that was read, by its path within the campaign's folder, with its digest;
    /// sorted by path.
    pub(crate) fn digests(&self) -> Vec<(String, [u8; 32])> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = |path: &Path| {
            let path = path.strip_prefix(&self.open[0]).unwrap_or(path);
            path.components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/")
        };
        let mut files: Vec<_> = known.iter().map(|(path, digest)| (shown(path), *digest)).collect();
        files.sort();
        files
    }

    /// Lists the plain files of a folder inside, except hidden ones.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>, Cause> {
        let path = self.find(name)?;
        let entries = fs::read_dir(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotADirectory => Cause::NotFolder,
            _ => Cause::from(&error),
        })?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| Cause::from(&error))?;
            if let (Some(file), true) = (entry.file_name().to_str(), entry.path().is_file())
                && !file.starts_with('.')
            {
                names.push(format!("{}/{file}", name.trim_end_matches(['/', '\\'])));
            }
        }
        names.sort();
        Ok(names)
    }
}

/// Where a folder ends: which names lead out of it, and of those opened beside it.
pub(crate) struct Boundary {
    root: PathBuf,
    /// As canonical paths.
    open: Vec<PathBuf>,
}

impl Boundary {
    /// The boundary of one folder.
    pub(crate) fn around(root: &Path) -> Self {
        let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
        Self { root: root.to_owned(), open: fs::canonicalize(root).into_iter().collect() }
    }

    /// Takes in another folder.
    pub(crate) fn open(&mut self, folder: PathBuf) {
        self.open.push(folder);
    }

    /// Whether a name says by itself that it leads out.
    pub(crate) fn is_spelt_out(&self, name: &str) -> bool {
        let root = self.open.first().cloned().unwrap_or_default();
        !plain(&root.join(name.trim())).starts_with(root)
    }

    /// Where a name or a link leads, if that is outside: without links as far as it exists.
    pub(crate) fn led_out_by(&self, name: &str) -> Option<PathBuf> {
        let name = name.trim();
        let spelt = self.root.join(name);
        let found = if files::is_remote(name) { None } else { fs::canonicalize(&spelt).ok() };
        let path = found.unwrap_or_else(|| {
            // What is not there, or on another computer, is judged by its name alone.
            plain(&self.open.first().cloned().unwrap_or_default().join(name))
        });
        (!self.open.iter().any(|folder| path.starts_with(folder))).then_some(path)
    }
}

/// The path without `.` and `..`, as it is written.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("campaign/files")).unwrap();
        fs::create_dir_all(folder.path().join("common")).unwrap();
        fs::write(folder.path().join("campaign/files/a.pdf"), "a").unwrap();
        fs::write(folder.path().join("common/b.pdf"), "b").unwrap();
        folder
    }

    fn cause(folder: &CampaignFolder, name: &str) -> Cause {
        folder.read(name).unwrap_err()
    }

    #[test]
    fn a_name_leads_inside_or_nowhere() {
        let temp = folder();
        let inside = CampaignFolder::open(&temp.path().join("campaign"), &[], 10).unwrap();
        assert_eq!(inside.read("files/a.pdf"), Ok(b"a".to_vec()));
        assert_eq!(inside.read(" .\\files\\a.pdf "), Ok(b"a".to_vec()));
        let absolute = temp.path().join("common/b.pdf").display().to_string();
        for name in [
            "../common/b.pdf",
            "files/../../common/b.pdf",
            "C:\\b.pdf",
            "/etc/hostname",
            "a\0b",
            &absolute,
        ] {
            assert_eq!(cause(&inside, name), Cause::OutsideCampaign, "{name}");
        }
        assert_eq!(cause(&inside, ""), Cause::NotFound);
        assert_eq!(cause(&inside, "files/c.pdf"), Cause::NotFound);
        assert_eq!(cause(&inside, "files"), Cause::IsFolder);
    }

    #[test]
    fn a_folder_that_the_campaign_opens_can_be_read_and_no_other() {
        let temp = folder();
        let inside =
            CampaignFolder::open(&temp.path().join("campaign"), &["../common".into()], 10).unwrap();
        assert_eq!(inside.read("../common/b.pdf"), Ok(b"b".to_vec()));
        fs::write(temp.path().join("c.pdf"), "c").unwrap();
        assert_eq!(cause(&inside, "../c.pdf"), Cause::OutsideCampaign);
        let (name, cause) =
            CampaignFolder::open(temp.path(), &["nowhere".into()], 10).err().unwrap();
        assert_eq!((name.as_str(), cause), ("nowhere", Cause::NotFound));
    }

    #[test]
    fn a_boundary_knows_what_leads_out() {
        let temp = folder();
        let root = fs::canonicalize(temp.path()).unwrap();
        let mut boundary = Boundary::around(&temp.path().join("campaign"));
        for name in ["files/a.pdf", "files/../files/a.pdf", "missing.md", "a/../b.md", "."] {
            assert_eq!(boundary.led_out_by(name), None, "{name}");
        }
        let out = |name: &str| Some(root.join(name));
        assert_eq!(boundary.led_out_by("../common/b.pdf"), out("common/b.pdf"));
        assert_eq!(boundary.led_out_by("../missing/../b.md"), out("b.md"));
        let absolute = temp.path().join("common");
        assert_eq!(boundary.led_out_by(absolute.to_str().unwrap()), out("common"));
        boundary.open(root.join("common"));
        assert_eq!(boundary.led_out_by("../common/b.pdf"), None);
        // Windows would log in there to look.
        let remote = "//server/share/a.md";
        assert_eq!(boundary.led_out_by(remote), Some(plain(Path::new(remote))));
    }

    #[test]
    fn a_file_outside_for_which_there_is_leave_can_be_read_and_no_other() {
        let temp = folder();
        let root = fs::canonicalize(temp.path()).unwrap();
        let inside = CampaignFolder::open(&temp.path().join("campaign"), &[], 10).unwrap();
        let inside = inside.allowing([root.join("common/b.pdf")]);
        fs::write(temp.path().join("common/c.pdf"), "c").unwrap();
        assert_eq!(inside.read("../common/b.pdf"), Ok(b"b".to_vec()));
        assert_eq!(inside.read(root.join("common/b.pdf").to_str().unwrap()), Ok(b"b".to_vec()));
        assert_eq!(cause(&inside, "../common/c.pdf"), Cause::OutsideCampaign);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_is_no_way_out() {
        let temp = folder();
        std::os::unix::fs::symlink(temp.path().join("common"), temp.path().join("campaign/link"))
            .unwrap();
        let inside = CampaignFolder::open(&temp.path().join("campaign"), &[], 10).unwrap();
        assert_eq!(cause(&inside, "link/b.pdf"), Cause::OutsideCampaign);
    }

    #[test]
    fn a_large_file_and_a_changed_one_are_refused() {
        let temp = folder();
        let inside = CampaignFolder::open(&temp.path().join("campaign"), &[], 10).unwrap();
        fs::write(temp.path().join("campaign/large"), [0; 11]).unwrap();
        assert_eq!(cause(&inside, "large"), Cause::TooLarge);
        inside.read("files/a.pdf").unwrap();
        fs::write(temp.path().join("campaign/files/a.pdf"), "other").unwrap();
        assert_eq!(cause(&inside, "files/a.pdf"), Cause::Changed);
        assert_eq!(inside.digests().len(), 1);
        assert_eq!(inside.digests()[0].0, "files/a.pdf");
    }
}
