//! Where a password comes from, and a value that is never shown.

use std::fmt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::notice::Failure;
use crate::place::Cause;

/// A password. Its `Debug` says nothing, and it has no `Display`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The password itself, for the one call that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where to ask for it.
#[derive(Debug, Clone)]
pub enum Source {
    /// An environment variable.
    Env(String),
    /// The first line that a program prints; its arguments are passed as they are, no shell reads them.
    Command(Vec<String>),
    /// The first line of a file.
    File(PathBuf),
}

/// Fetches the password.
///
/// # Errors
/// Why there is none; no error ever holds what was read.
pub fn fetch(source: &Source) -> Result<Secret> {
    let text = match source {
        Source::Env(name) => std::env::var(name).map_err(|_| Failure::SecretVariable { name: name.clone() })?,
        Source::Command(words) => from_command(words)?,
        Source::File(path) => std::fs::read_to_string(path)
            .map_err(|error| Failure::SecretFile { path: path.clone(), cause: Cause::from(&error) })?,
    };
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::SecretEmpty.into());
    }
    Ok(Secret(line.to_owned()))
}

fn from_command(words: &[String]) -> Result<String> {
    let (program, arguments) = words.split_first().ok_or(Failure::SecretEmpty)?;
    let failed = |detail: String| Failure::SecretCommand { program: program.clone(), detail };
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(output.status.to_string()).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_itself() {
        assert_eq!(format!("{:?}", Secret("hunter2".into())), "Secret(…)");
    }

    #[test]
    fn the_first_line_of_a_file_is_the_password() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hunter2\r\nrest").unwrap();
        assert_eq!(fetch(&Source::File(file.path().to_owned())).unwrap().reveal(), "hunter2");
    }

    #[test]
    fn a_missing_variable_is_named() {
        let error = fetch(&Source::Env("GONETS_TEST_NO_SUCH".into())).unwrap_err();
        assert!(error.to_string().contains("GONETS_TEST_NO_SUCH"));
    }
}
