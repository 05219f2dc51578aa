//! Passwords: where they come from, and a type that never shows its value.

mod command;
mod keyring;
mod prompt;

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::failure::{Failure, SecretFlaw, SecretOf};
use crate::files;
use crate::problem::Cause;
use crate::trust::{self, Login, Need};

pub use prompt::restore as restore_terminal;

/// The most octets that are read; a program or device may print without end.
const MAX_LENGTH: u64 = 64 * 1024;

/// A password. Its `Debug` shows nothing, it has no `Display`, and its memory is wiped on drop.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The password itself, for the one call that needs it.
    pub fn reveal(&self) -> &Zeroizing<String> {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where a password comes from.
#[derive(Debug, Clone)]
pub enum PasswordSource {
    /// An environment variable.
    Env(String),
    /// The first line printed by a program, which runs without a shell and is killed after the
    /// timeout.
    Command { words: Vec<String>, timeout: Duration },
    /// The first line of a file that only its owner can read.
    File(PathBuf),
    /// The keyring of the system, by service and user.
    Keyring { service: String, user: String, timeout: Duration },
    /// Typed at the terminal without echo, after `prompt`.
    Terminal { prompt: String },
}

impl PasswordSource {
    /// The default timeout of a program or the keyring, which may ask for a master password.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_mins(2);

    /// The leave that a campaign's folder needs for it; `None` if a person types it.
    pub(crate) fn need(&self, login: Login, folder: &Path) -> Option<Need> {
        Some(match self {
            Self::Env(name) => Need::Variable { name: name.clone(), login },
            Self::Command { words, .. } => {
                let contents = trust::contents(folder, words);
                Need::Program { words: words.clone(), contents, login }
            }
            Self::File(path) => Need::SecretFile { path: path.clone(), login },
            Self::Keyring { service, .. } => Need::Keyring { service: service.clone(), login },
            Self::Terminal { .. } => return None,
        })
    }
}

/// Fetches a password, or what else is kept as one.
///
/// # Errors
/// [`Failure::Secret`]; an error never contains what was read.
pub fn fetch(source: &PasswordSource, of: SecretOf) -> Result<Secret, Failure> {
    read(source).map_err(|flaw| Failure::Secret { of, flaw })
}

fn read(source: &PasswordSource) -> Result<Secret, SecretFlaw> {
    let text = match source {
        PasswordSource::Env(name) => Zeroizing::new(
            std::env::var(name).map_err(|_| SecretFlaw::Variable { name: name.clone() })?,
        ),
        PasswordSource::Command { words, timeout } => command::ask(words, *timeout)?,
        PasswordSource::File(path) => from_file(path)?,
        PasswordSource::Keyring { service, user, timeout } => {
            keyring::ask(service, user, *timeout)?
        }
        PasswordSource::Terminal { prompt } => prompt::ask(prompt)?,
    };
    // Windows editors begin a file with a byte order mark; it is no part of a password.
    let line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(SecretFlaw::Empty);
    }
    Ok(Secret(Zeroizing::new(line.to_owned())))
}

fn from_file(path: &Path) -> Result<Zeroizing<String>, SecretFlaw> {
    let failed = |cause| SecretFlaw::File { path: path.to_owned(), cause };
    let about = std::fs::metadata(path).map_err(|error| failed(Cause::from(&error)))?;
    if !about.is_file() {
        return Err(failed(if about.is_dir() { Cause::IsFolder } else { Cause::NotPlainFile }));
    }
    if !files::is_private(&about) {
        return Err(SecretFlaw::ForAll { path: path.to_owned() });
    }
    let mut text = Zeroizing::new(String::new());
    let read = File::open(path).and_then(|file| file.take(MAX_LENGTH).read_to_string(&mut text));
    read.map_err(|error| failed(Cause::from(&error)))?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_itself() {
        assert_eq!(format!("{:?}", Secret(Zeroizing::new("hunter2".into()))), "Secret(…)");
    }

    #[test]
    fn the_first_line_of_a_file_is_the_password() {
        // Created with access for its owner only.
        let file = tempfile::NamedTempFile::new().unwrap();
        for text in ["hunter2\r\nrest", "\u{feff}hunter2\r\n"] {
            std::fs::write(file.path(), text).unwrap();
            assert_eq!(
                read(&PasswordSource::File(file.path().to_owned())).unwrap().reveal().as_str(),
                "hunter2"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hunter2").unwrap();
        for mode in [0o640, 0o604, 0o620] {
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            let flaw = read(&PasswordSource::File(file.path().to_owned())).unwrap_err();
            assert!(matches!(flaw, SecretFlaw::ForAll { .. }), "{mode:o}: {flaw:?}");
        }
    }

    #[test]
    fn a_missing_variable_is_named() {
        let source = PasswordSource::Env("GONETS_TEST_NO_SUCH".into());
        let error = fetch(&source, SecretOf::Relay).unwrap_err();
        assert!(error.to_string().contains("GONETS_TEST_NO_SUCH"));
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_hangs_is_ended_and_one_that_leaves_a_child_behind_is_heard() {
        let ask = |words: &[&str], timeout| {
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            read(&PasswordSource::Command { words, timeout })
        };
        let flaw = ask(&["sleep", "600"], Duration::from_millis(10)).unwrap_err();
        assert!(matches!(flaw, SecretFlaw::TimeOut { .. }), "{flaw:?}");
        let long = Duration::from_mins(1);
        let said = ask(&["sh", "-c", "sleep 600 & echo hunter2; kill $! "], long).unwrap();
        assert_eq!(said.reveal().as_str(), "hunter2");
        assert!(
            ask(&["sh", "-c", "exit 1"], long).is_err()
                && ask(&["sh", "-c", "true"], long).is_err()
        );
        assert!(ask(&["yes"], Duration::from_millis(50)).is_err());
    }
}
