//! A password from the system's keyring: through its program, or on Windows through its API.

use std::time::Duration;

use zeroize::Zeroizing;

use crate::failure::{KeyringFlaw, SecretFlaw};

fn flawed(service: &str, user: &str, flaw: KeyringFlaw) -> SecretFlaw {
    SecretFlaw::Keyring { service: service.to_owned(), user: user.to_owned(), flaw }
}

/// Returns the password of a user of a service.
#[cfg(not(windows))]
pub(super) fn ask(
    service: &str,
    user: &str,
    timeout: Duration,
) -> Result<Zeroizing<String>, SecretFlaw> {
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
            return Err(SecretFlaw::TimeOut { program, seconds: timeout.as_secs() });
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
    Err(flawed(service, user, flaw))
}

/// Returns the password that the Credential Manager has for a service.
#[cfg(windows)]
pub(super) fn ask(service: &str, user: &str, _: Duration) -> Result<Zeroizing<String>, SecretFlaw> {
    use keyring_core::api::CredentialStoreApi as _;

    // The target is what the Credential Manager shows as the entry's name.
    let named = std::collections::HashMap::from([("target", service)]);
    let held = windows_native_keyring_store::Store::new()
        .and_then(|store| store.build(service, user, Some(&named)))
        .and_then(|entry| entry.get_password());
    match held {
        Ok(password) => Ok(Zeroizing::new(password)),
        Err(keyring_core::Error::NoEntry) => Err(flawed(service, user, KeyringFlaw::NoEntry)),
        Err(error) => Err(flawed(service, user, KeyringFlaw::Failed(error.to_string()))),
    }
}
