//! A million letters, and going on among them: `cargo bench --bench million [-- ROWS]`.
//!
//! The whole program sends all but a thousand letters to a relay in this process that takes
//! everything; memory is that of the whole process at its highest. Then it is started again, and
//! the time is taken from its start to the first MAIL. Needs about 600 bytes of disk a row in
//! `TMPDIR`.

mod relay;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

fn main() {
    let rows: usize =
        std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let relay = relay::Relay::open();
    let folder = relay::Folder::new("million");
    relay::write_campaign(&folder.0, rows, relay.address, 16);
    println!("{rows} rows; fsync {:.2} ms", relay::fsync_cost(&folder.0));
    let first = (rows - rows.min(1000)).to_string();
    for (what, limit) in [("first run", Some(first)), ("resumed", None)] {
        relay.take();
        let begun = Instant::now();
        let memory = send(&folder.0, limit.as_deref());
        let all = begun.elapsed().as_secs_f64();
        let seen = relay.take();
        let to_mail = seen.first_mail.map_or(f64::NAN, |at| (at - begun).as_secs_f64());
        #[allow(clippy::cast_precision_loss, reason = "a number of letters")]
        let rate = seen.letters as f64 / (all - to_mail);
        println!(
            "{what}: {} letters, first MAIL after {to_mail:.2} s, then {rate:.0}/s, {memory}",
            seen.letters
        );
    }
}

/// Sends, at most so many; tells the memory at its highest where the system has GNU time.
fn send(folder: &Path, limit: Option<&str>) -> String {
    let gonets = env!("CARGO_BIN_EXE_gonets");
    let mut command =
        Command::new(if Path::new("/usr/bin/time").exists() { "/usr/bin/time" } else { gonets });
    if Path::new("/usr/bin/time").exists() {
        command.args(["-f", "%M", gonets]);
    }
    command
        .args(["send", "--yes", "--quiet"])
        .arg(folder)
        .args(limit.iter().flat_map(|limit| ["--limit", limit]));
    let ran = command.stdout(Stdio::null()).output().expect("gonets runs");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    match said.lines().last().and_then(|line| line.parse::<u64>().ok()) {
        Some(kilobytes) => format!("{} MiB", kilobytes / 1024),
        None => format!("memory unknown; {said}"),
    }
}
