//! Letters for each round trip and connection over a wire of 50 ms: `cargo bench --bench
//! round_trips [-- LETTERS]`.
//!
//! The whole program, from the first MAIL to the last letter taken. One is the limit with DATA (RFC
//! 5321): the end of one letter travels with the envelope of the next. What is lost is mostly the
//! ledger's fsync between a reply and the next letter's first octet, so that is printed too. Set
//! `TMPDIR` to choose the disk.

mod relay;

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

const ROUND_TRIP: Duration = Duration::from_millis(50);

fn main() {
    let each: usize =
        std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(100);
    let relay = relay::Relay::open();
    let wire = relay::long_wire(relay.address, ROUND_TRIP / 2);
    println!(
        "{:>11} {:>10} {:>26} {:>10}",
        "connections", "letters/s", "a round trip, connection", "fsync, ms"
    );
    for connections in [1, 4, 16] {
        let (rate, fsync) = send(&relay, wire, each * connections, connections);
        #[allow(clippy::cast_precision_loss, reason = "a number of connections")]
        let a_round_trip = rate / connections as f64 * ROUND_TRIP.as_secs_f64();
        println!("{connections:>11} {rate:>10.0} {a_round_trip:>26.3} {fsync:>10.2}");
    }
    let beside = send(&relay, relay.address, each * 20, 1).0;
    let terse = relay::Relay::of_few_words();
    let one_by_one = send(&terse, terse.address, each * 20, 1).0;
    println!(
        "beside us, one connection: {beside:.0}/s; from a relay that writes its replies one by one {one_by_one:.0}/s, {:.2} of it",
        one_by_one / beside
    );
}

/// Letters a second from the first MAIL to the last letter taken, and what an fsync costs, in
/// milliseconds.
fn send(relay: &relay::Relay, at: SocketAddr, letters: usize, connections: usize) -> (f64, f64) {
    let folder = relay::Folder::new("round-trips");
    relay::write_campaign(&folder.0, letters, at, connections);
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
    let (Some(first), Some(last)) = (seen.first_mail, seen.last_letter) else {
        return (f64::NAN, fsync);
    };
    #[allow(clippy::cast_precision_loss, reason = "a number of letters")]
    let letters = letters as f64;
    (letters / (last - first).as_secs_f64(), fsync)
}
