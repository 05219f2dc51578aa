//! When `doctor` last looked at a relay for a sender. Kept in the user's state folder.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::files::{self, Audience};

/// The folder of these files within the state folder.
const FOLDER: &str = "doctor";

/// Keeps that `doctor` looked at a relay (`host:port`) for a sender's domain.
///
/// # Errors
/// What the system reports when that cannot be kept.
pub fn keep(relay: &str, domain: &str, at: Timestamp) -> io::Result<()> {
    let path = path(relay, domain).ok_or(io::ErrorKind::NotFound)?;
    files::create_path(path.parent().unwrap_or(Path::new(".")))?;
    files::put(&path, format!("{relay} {domain} {at}\n").as_bytes(), Audience::Owner)
}

/// Whether it ever did.
pub fn is_kept(relay: &str, domain: &str) -> bool {
    path(relay, domain).is_some_and(|path| path.is_file())
}

fn path(relay: &str, domain: &str) -> Option<PathBuf> {
    let digest = Sha256::digest(format!("{relay} {domain}").to_lowercase());
    let name: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    Some(files::state_folder()?.join(FOLDER).join(name))
}
