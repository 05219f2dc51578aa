//! A program that tells the password.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::Result;
use zeroize::Zeroizing;

use super::LONGEST;
use crate::failure::Failure;

/// How often is looked whether the program has ended.
const GLANCE: Duration = Duration::from_millis(5);

/// How long to wait for what an ended program left in the pipe.
const REST: Duration = Duration::from_secs(1);

/// What a program prints before it ends. It may ask the person at the terminal itself.
pub(super) fn ask(words: &[String], timeout: Duration) -> Result<Zeroizing<String>> {
    let (program, arguments) = words.split_first().ok_or(Failure::SecretEmpty)?;
    let failed = |detail: String| Failure::SecretCommand { program: program.clone(), detail };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::inherit()).stderr(Stdio::inherit());
    match run(command, timeout).map_err(|error| failed(error.to_string()))? {
        Ended::Well(text) => Ok(text),
        Ended::Badly(status, _) => Err(failed(status).into()),
        Ended::Late => {
            Err(Failure::SecretTimeOut { program: program.clone(), seconds: timeout.as_secs() }
                .into())
        }
    }
}

/// How a program ended.
pub(super) enum Ended {
    Well(Zeroizing<String>),
    /// Its status, and what it said on the standard error where that was asked for.
    #[cfg_attr(windows, expect(dead_code, reason = "the keyring is no program there"))]
    Badly(String, String),
    /// It had to be ended.
    Late,
}

/// Runs a program and takes what it prints, `timeout` long at most.
pub(super) fn run(mut command: Command, timeout: Duration) -> std::io::Result<Ended> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let deadline = Instant::now() + timeout;
    let (printed, complained) = (listen(child.stdout.take()), listen(child.stderr.take()));
    loop {
        if let Some(status) = child.try_wait()? {
            // A child of its own may hold the pipe open for as long as it likes.
            let text = printed.recv_timeout(REST).unwrap_or_default();
            if status.success() {
                return Ok(Ended::Well(text));
            }
            let complaint = complained.recv_timeout(REST).unwrap_or_default();
            return Ok(Ended::Badly(status.to_string(), complaint.trim().to_owned()));
        }
        if Instant::now() >= deadline {
            end(&mut child);
            return Ok(Ended::Late);
        }
        std::thread::sleep(GLANCE);
    }
}

/// Reads a pipe in a thread of its own: no program may keep us by saying nothing, or by never
/// ending.
fn listen(pipe: Option<impl std::io::Read + Send + 'static>) -> mpsc::Receiver<Zeroizing<String>> {
    let (tell, told) = mpsc::channel();
    if let Some(pipe) = pipe {
        std::thread::spawn(move || {
            let mut bytes = Zeroizing::new(Vec::new());
            let _ = pipe.take(LONGEST).read_to_end(&mut bytes);
            let _ = tell.send(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()));
        });
    }
    told
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
