//! Letters for each round trip and connection over a wire of 50 ms: `cargo bench --bench round_trips [-- LETTERS]`.
//!
//! The whole program, from the first MAIL to the last letter taken. One is the limit with DATA (RFC 5321): the end
//! of one letter travels with the envelope of the next. What is lost is mostly the ledger's fsync between a reply
//! and the next letter's first octet, so that is printed too. Set `TMPDIR` to choose the disk.

mod relay;

use std::process::{Command, Stdio};
use std::time::Duration;

const ROUND_TRIP: Duration = Duration::from_millis(50);

fn main() {
    let each: usize = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(100);
    let relay = relay::Relay::open();
    let wire = relay::long_wire(relay.address, ROUND_TRIP / 2);
    println!("{:>11} {:>10} {:>26} {:>10}", "connections", "letters/s", "a round trip, connection", "fsync, ms");
    for connections in [1, 4, 16] {
        let folder = relay::Folder::new("round-trips");
        let letters = each * connections;
        relay::write_campaign(&folder.0, letters, wire, connections);
        let fsync = relay::fsync_cost(&folder.0);
        relay.take();
        let sent = Command::new(env!("CARGO_BIN_EXE_gonets"))
            .args(["send", "--yes", "--quiet"])
            .arg(&folder.0)
            .stdout(Stdio::null())
            .status()
            .expect("gonets runs");
        let seen = relay.take();
        assert!(sent.success() && seen.letters == letters as u64, "{seen:?}");
        let (Some(first), Some(last)) = (seen.first_mail, seen.last_letter) else { continue };
        let seconds = (last - first).as_secs_f64();
        #[allow(clippy::cast_precision_loss, reason = "a number of letters")]
        let (letters, lines) = (letters as f64, connections as f64);
        let a_round_trip = letters / lines * ROUND_TRIP.as_secs_f64() / seconds;
        println!("{connections:>11} {:>10.0} {a_round_trip:>26.3} {fsync:>10.2}", letters / seconds);
    }
}
