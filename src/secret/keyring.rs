//! A password from the system's keyring: through its program, or on Windows through its API.

use std::time::Duration;

use anyhow::Result;
use zeroize::Zeroizing;

use crate::failure::{Failure, KeyringFlaw};

fn failure(service: &str, user: &str, flaw: KeyringFlaw) -> Failure {
    Failure::SecretKeyring { service: service.to_owned(), user: user.to_owned(), flaw }
}

/// Returns the password of a user of a service.
#[cfg(not(windows))]
pub(super) fn ask(service: &str, user: &str, timeout: Duration) -> Result<Zeroizing<String>> {
    use std::process::{Command, Stdio};

    use super::command::{Ended, run};

    let mut command = if cfg!(target_os = "macos") {
        let mut command = Command::new("security");
        command.args(["find-generic-password", "-s", service, "-a", user, "-w"]);
        command
    } else {
        let mut command = Command::new("secret-tool");
        command.args(["lookup", "service", service, "username", user]);
        command
    };
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    let flaw = match run(command, timeout) {
        Ok(Ended::Well(text)) if !text.is_empty() => return Ok(text),
        Ok(Ended::Well(_)) => KeyringFlaw::NoEntry,
        Ok(Ended::Late) => {
            return Err(Failure::SecretTimeOut { program, seconds: timeout.as_secs() }.into());
        }
        // For a missing entry, secret-tool prints nothing and security says so.
        Ok(Ended::Badly(_, said)) if said.is_empty() || said.contains("could not be found") => {
            KeyringFlaw::NoEntry
        }
        Ok(Ended::Badly(_, said)) => {
            KeyringFlaw::Failed(said.lines().next().unwrap_or_default().to_owned())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            KeyringFlaw::NoProgram(program)
        }
        Err(error) => KeyringFlaw::Failed(error.to_string()),
    };
    Err(failure(service, user, flaw).into())
}

/// Returns the password that the Credential Manager has for a service.
#[cfg(windows)]
pub(super) fn ask(service: &str, user: &str, _: Duration) -> Result<Zeroizing<String>> {
    use keyring_core::api::CredentialStoreApi as _;

    // The target is what the Credential Manager shows as the entry's name.
    let named = std::collections::HashMap::from([("target", service)]);
    let held = windows_native_keyring_store::Store::new()
        .and_then(|store| store.build(service, user, Some(&named)))
        .and_then(|entry| entry.get_password());
    match held {
        Ok(password) => Ok(Zeroizing::new(password)),
        Err(keyring_core::Error::NoEntry) => {
            Err(failure(service, user, KeyringFlaw::NoEntry).into())
        }
        Err(error) => Err(failure(service, user, KeyringFlaw::Failed(error.to_string())).into()),
    }
}
