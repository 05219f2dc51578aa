//! What a folder may do beyond reading its own files, asked of a person once.
//!
//! A campaign's folder comes by mail or from a shared disk. Before it makes us run a program, take a
//! secret, or read or write outside itself, somebody has to have said so, for this folder and for
//! these very needs. The same holds for a relay's file that is named with `--relay`. The answer is kept in the user's state folder, never in the folder itself.
//!
//! Whoever needs something more (a mailbox's password, say) adds a [`Need`] to the campaign's own
//! (`campaign::needs`): then one question covers it, and a change asks again.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::files::{self, Audience};

/// Something for which a folder needs permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Need {
    /// A program is run, and the first line that it prints is the password. `contents` are the
    /// digests of those files of the folder that the command line names.
    Program { words: Vec<String>, contents: Vec<String>, login: Login },
    /// An environment variable is the password.
    Variable { name: String, login: Login },
    /// The first line of a file is the password.
    SecretFile { path: PathBuf, login: Login },
    /// The system's keyring has the password.
    Keyring { service: String, login: Login },
    /// A file or folder outside is read; `key` is what names it in `campaign.toml`.
    Read { key: String, path: PathBuf },
    /// Files are written outside.
    Write { key: String, path: PathBuf },
}

/// For whom a secret is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// `host:port`
    pub server: String,
    pub account: String,
}

impl Login {
    /// The ledger's server, whose account is part of the secret.
    pub(crate) fn of_ledger() -> Self {
        Self { server: "PostgreSQL".into(), account: String::new() }
    }

    pub(crate) fn is_of_ledger(&self) -> bool {
        self.account.is_empty()
    }
}

impl Need {
    /// Whether it is needed merely to read the campaign.
    pub(crate) fn is_to_read(&self) -> bool {
        match self {
            Self::Read { .. } => true,
            Self::Program { .. }
            | Self::Variable { .. }
            | Self::SecretFile { .. }
            | Self::Keyring { .. }
            | Self::Write { .. } => false,
        }
    }
}

/// Whose word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// What was said before, and is kept.
    Kept,
    /// `--trust`: whatever the folder needs, in this run.
    ThisRun,
}

impl From<bool> for Trust {
    /// `--trust`, given or not.
    fn from(given: bool) -> Self {
        if given { Self::ThisRun } else { Self::Kept }
    }
}

impl Trust {
    /// Whether a folder, or a relay's file, has leave for these needs, to the letter.
    pub(crate) fn allows(self, folder: &Path, needs: &[Need]) -> bool {
        let covers = |leave: Leave| needs.iter().all(|need| leave.needs.contains(need));
        needs.is_empty() || self == Self::ThisRun || leave(folder).is_some_and(covers)
    }

    /// Whether a person has said before that this file outside may be read, whatever else the folder
    /// needs by now.
    pub(crate) fn lets_read(self, folder: &Path, file: &Path) -> bool {
        let is_it = |need: &Need| matches!(need, Need::Read { path, .. } if path == file);
        self == Self::ThisRun || leave(folder).is_some_and(|leave| leave.needs.iter().any(is_it))
    }
}

/// The leave that a folder has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Leave {
    pub folder: PathBuf,
    /// Seconds since 1970.
    at: i64,
    pub needs: Vec<Need>,
}

impl Leave {
    /// When it was given.
    pub(crate) fn at(&self) -> Timestamp {
        Timestamp::from_second(self.at).unwrap_or_default()
    }
}

/// The largest file of a leave that is read.
const LARGEST: u64 = 1 << 20;

/// The largest file of a folder whose digest is part of a need; of a larger one, its beginning.
const LARGEST_PROGRAM: u64 = 64 << 20;

/// Gives a folder leave for these needs, for good.
///
/// # Errors
/// What the system reports when that cannot be kept.
pub(crate) fn give(folder: &Path, needs: Vec<Need>, at: Timestamp) -> io::Result<()> {
    let folder = whole(folder);
    let path = kept_at(&folder).ok_or(io::ErrorKind::NotFound)?;
    files::create_path(path.parent().unwrap_or(Path::new(".")))?;
    let leave = Leave { folder, at: at.as_second(), needs };
    files::put(&path, &serde_json::to_vec_pretty(&leave)?, Audience::Owner)
}

/// Takes a folder's leave back. Returns whether it had one.
///
/// # Errors
/// What the system reports when it cannot be removed.
pub(crate) fn take_back(folder: &Path) -> io::Result<bool> {
    let Some(path) = kept_at(&whole(folder)) else { return Ok(false) };
    let had_one = path.exists();
    files::remove(&path)?;
    Ok(had_one)
}

/// Every leave that was given, by folder.
pub(crate) fn all() -> Vec<Leave> {
    let folder = files::state_folder().map(|state| state.join(KEPT));
    let entries = folder.into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let mut leaves: Vec<Leave> =
        entries.flatten().filter_map(|entry| read(&entry.path())).collect();
    leaves.sort_by(|a, b| a.folder.cmp(&b.folder));
    leaves
}

/// The digests of those files of a folder, or beside the person who runs us, that a command line
/// names: whoever may change the folder must not change what was looked at.
pub(crate) fn contents(folder: &Path, words: &[String]) -> Vec<String> {
    let root = whole(folder);
    let files = words.iter().flat_map(|word| [PathBuf::from(word), folder.join(word)]);
    let inside = files.filter_map(|path| fs::canonicalize(path).ok()).filter(|path| {
        path.starts_with(&root) && fs::metadata(path).is_ok_and(|about| about.is_file())
    });
    let mut digests: Vec<String> = inside.filter_map(|path| digest_of(&path).ok()).collect();
    digests.dedup();
    digests
}

const KEPT: &str = "trust";

/// Where the leave of a folder is kept.
fn kept_at(folder: &Path) -> Option<PathBuf> {
    let name = hex(&Sha256::digest(folder.as_os_str().as_encoded_bytes())[..16]);
    Some(files::state_folder()?.join(KEPT).join(format!("{name}.json")))
}

fn leave(folder: &Path) -> Option<Leave> {
    let folder = whole(folder);
    read(&kept_at(&folder)?).filter(|leave| leave.folder == folder)
}

fn read(path: &Path) -> Option<Leave> {
    let mut text = Vec::new();
    fs::File::open(path).ok()?.take(LARGEST).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

/// The folder's path without links, also of one that is gone.
fn whole(folder: &Path) -> PathBuf {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    fs::canonicalize(folder)
        .or_else(|_| std::path::absolute(folder))
        .unwrap_or_else(|_| folder.to_owned())
}

fn digest_of(path: &Path) -> io::Result<String> {
    let mut octets = Vec::new();
    fs::File::open(path)?.take(LARGEST_PROGRAM).read_to_end(&mut octets)?;
    Ok(hex(&Sha256::digest(&octets)))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_needs_no_leave_and_this_run_covers_everything() {
        let folder = tempfile::tempdir().unwrap();
        let need = Need::Read { key: "body".into(), path: "/tmp/letter.md".into() };
        assert!(Trust::Kept.allows(folder.path(), &[]));
        assert!(!Trust::Kept.allows(folder.path(), std::slice::from_ref(&need)));
        assert!(Trust::ThisRun.allows(folder.path(), &[need]));
    }

    #[test]
    fn every_part_of_a_need_counts() {
        let login = |server: &str, account: &str| Login {
            server: server.to_owned(),
            account: account.to_owned(),
        };
        let variable = |name: &str, login| Need::Variable { name: name.to_owned(), login };
        let needs = [
            variable("A", login("a.test:465", "me")),
            variable("B", login("a.test:465", "me")),
            variable("A", login("b.test:465", "me")),
            variable("A", login("a.test:465", "you")),
            Need::Keyring { service: "A".into(), login: login("a.test:465", "me") },
        ];
        for need in &needs {
            let kept = serde_json::to_vec(need).unwrap();
            let kept: Need = serde_json::from_slice(&kept).unwrap();
            assert_eq!(needs.iter().filter(|need| **need == kept).count(), 1);
        }
    }

    #[test]
    fn a_script_of_the_folder_is_part_of_what_was_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ask.sh"), "echo one").unwrap();
        let words = ["sh", "ask.sh"].map(str::to_owned);
        let before = contents(folder.path(), &words);
        fs::write(folder.path().join("ask.sh"), "echo two").unwrap();
        assert_eq!(before.len(), 1);
        assert_ne!(contents(folder.path(), &words), before);
        assert!(contents(folder.path(), &words[..1]).is_empty());
    }
}
