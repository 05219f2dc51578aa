//! A password printed by a program.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::MAX_LENGTH;
use crate::failure::SecretFlaw;

/// The interval at which the program is checked for having ended.
const POLL: Duration = Duration::from_millis(5);

/// How long to wait for the rest of an ended program's output.
const DRAIN: Duration = Duration::from_secs(1);

/// Runs a program and returns what it prints. It may prompt the user itself.
pub(super) fn ask(words: &[String], timeout: Duration) -> Result<Zeroizing<String>, SecretFlaw> {
    let (program, arguments) = words.split_first().ok_or(SecretFlaw::Empty)?;
    let failed = |detail: String| SecretFlaw::Command { program: program.clone(), detail };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::inherit()).stderr(Stdio::inherit());
    match run(command, timeout).map_err(|error| failed(error.to_string()))? {
        Ended::Well(text) => Ok(text),
        Ended::Badly(status, _) => Err(failed(status)),
        Ended::Late => {
            Err(SecretFlaw::TimeOut { program: program.clone(), seconds: timeout.as_secs() })
        }
    }
}

/// How a program ended.
pub(super) enum Ended {
    Well(Zeroizing<String>),
    /// Its status, and its standard error if that is a pipe.
    #[cfg_attr(windows, expect(dead_code, reason = "the keyring is not a program there"))]
    Badly(String, String),
    /// It was killed after the timeout.
    Late,
}

/// Runs a program for at most `timeout` and captures its output.
pub(super) fn run(mut command: Command, timeout: Duration) -> std::io::Result<Ended> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let deadline = Instant::now() + timeout;
    let stdout = read_in_thread(child.stdout.take());
    let stderr = read_in_thread(child.stderr.take());
    loop {
        if let Some(status) = child.try_wait()? {
            // A child of the program may keep the pipe open.
            let text = stdout.recv_timeout(DRAIN).unwrap_or_default();
            if status.success() {
                return Ok(Ended::Well(text));
            }
            let message = stderr.recv_timeout(DRAIN).unwrap_or_default();
            return Ok(Ended::Badly(status.to_string(), message.trim().to_owned()));
        }
        if Instant::now() >= deadline {
            let _ = child.kill();
            let _ = child.wait();
            return Ok(Ended::Late);
        }
        std::thread::sleep(POLL);
    }
}

/// Reads a pipe in a thread, so that a program that prints nothing or never ends cannot block.
fn read_in_thread(
    pipe: Option<impl std::io::Read + Send + 'static>,
) -> mpsc::Receiver<Zeroizing<String>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(pipe) = pipe {
        std::thread::spawn(move || {
            let mut bytes = Zeroizing::new(Vec::new());
            let _ = pipe.take(MAX_LENGTH).read_to_end(&mut bytes);
            let _ = sender.send(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()));
        });
    }
    receiver
}
