//! A password typed at the terminal without echo.

use zeroize::Zeroizing;

use crate::failure::SecretFlaw;

/// Prompts for a password.
pub(super) fn ask(prompt: &str) -> Result<Zeroizing<String>, SecretFlaw> {
    use std::io::IsTerminal as _;

    if !std::io::stdin().is_terminal() {
        return Err(SecretFlaw::NobodyToAsk);
    }
    platform::ask(prompt).map_err(|_| SecretFlaw::NobodyToAsk)
}

/// Turns echo on again, if the process ends during a prompt.
pub fn restore() {
    platform::restore();
}

#[cfg(unix)]
mod platform {
    use std::io::{self, BufRead as _, Write as _};
    use std::sync::Mutex;

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
    use zeroize::Zeroizing;

    /// The terminal's settings before echo was turned off.
    static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

    pub(super) fn ask(prompt: &str) -> io::Result<Zeroizing<String>> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        silent.local_modes.insert(LocalModes::ECHONL);
        *BEFORE.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(before);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        let mut stderr = io::stderr().lock();
        let _ = stderr.write_all(prompt.as_bytes()).and_then(|()| stderr.flush());
        let mut answer = Zeroizing::new(String::new());
        let read = io::stdin().lock().read_line(&mut answer);
        restore();
        read.map(|_| answer)
    }

    pub(super) fn restore() {
        let before = BEFORE.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(before) = before {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
        }
    }
}

#[cfg(windows)]
mod platform {
    use zeroize::Zeroizing;

    pub(super) fn ask(prompt: &str) -> std::io::Result<Zeroizing<String>> {
        rpassword::prompt_password(prompt).map(Zeroizing::new)
    }

    /// Nothing to do: the console of Windows restores itself.
    pub(super) fn restore() {}
}
