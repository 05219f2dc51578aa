//! Power cuts: the real binary runs under strace, which records the order of all writes to the
//! ledger and the relay. A cut at some point leaves what was synced on the disk, and any part of
//! what was written since, torn at sectors. The binary resumes from there: no letter is sent twice
//! or lost.
#![cfg(target_os = "linux")]

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::process::Command;

use crate::server::Server;
use crate::support::Campaign;

const PEOPLE: usize = 12;
const SECTOR: usize = 512;

/// What happened, in its order.
enum Act {
    Write {
        file: String,
        at: usize,
        octets: Vec<u8>,
    },
    Truncate {
        file: String,
        length: usize,
    },
    Remove {
        file: String,
    },
    Sync {
        file: String,
    },
    SyncFolder,
    /// The relay was sent the end of a letter to this address: it may have it from here on.
    Offered(String),
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// What strace writes between quotes with -xx.
fn octets(text: &str) -> Vec<u8> {
    text.split("\\x").skip(1).map(|hex| u8::from_str_radix(&hex[..2], 16).unwrap()).collect()
}

fn quoted(line: &str) -> Vec<u8> {
    line.split('"').nth(1).map(octets).unwrap_or_default()
}

/// The name of the file that a descriptor stands for, where it is one of the ledger's.
fn ledger_file(path: &str) -> Option<String> {
    let path = String::from_utf8(octets(path)).ok()?;
    let name = path.rsplit('/').next()?.to_owned();
    (name.starts_with("ledger.") && !name.ends_with("-shm")).then_some(name)
}

/// The last argument of a call.
fn last_number(arguments: &str) -> usize {
    let inside = arguments.rsplit_once(" = ").unwrap().0.trim_end().trim_end_matches(')');
    inside.rsplit(", ").next().unwrap().parse().unwrap()
}

/// A relay's end of one connection: which letters were offered to the end.
#[derive(Default)]
struct Dialogue {
    pending: Vec<u8>,
    to: String,
    is_message: bool,
}

impl Dialogue {
    fn hear(&mut self, octets: &[u8]) -> Vec<String> {
        let mut offered = Vec::new();
        self.pending.extend_from_slice(octets);
        while let Some(end) = self.pending.windows(2).position(|pair| pair == b"\r\n") {
            let line: Vec<u8> = self.pending.drain(..end + 2).collect();
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            match (self.is_message, line.as_str()) {
                (true, ".") => {
                    self.is_message = false;
                    offered.push(self.to.clone());
                }
                (true, _) => {}
                (false, "DATA") => self.is_message = true,
                (false, line) => {
                    if let Some(to) = line.strip_prefix("RCPT TO:<") {
                        to.split('>').next().unwrap().clone_into(&mut self.to);
                    }
                }
            }
        }
        offered
    }
}

/// Reads the log. A call that was interrupted by another thread's line has its effect where it
/// ended, save for what goes to the relay: that may have left as soon as it began.
fn acts(log: &str) -> Vec<Act> {
    let mut acts = Vec::new();
    let mut begun: HashMap<&str, String> = HashMap::new();
    let mut dialogues: HashMap<String, Dialogue> = HashMap::new();
    for line in log.lines() {
        let Some((pid, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        if call.starts_with("sendto(") {
            let socket =
                call.split('<').nth(1).and_then(|rest| rest.split('>').next()).unwrap_or_default();
            let offered = dialogues.entry(socket.to_owned()).or_default().hear(&quoted(call));
            acts.extend(offered.into_iter().map(Act::Offered));
            continue;
        }
        let whole = if let Some(start) = call.strip_suffix(" <unfinished ...>") {
            begun.insert(pid, start.to_owned());
            continue;
        } else if call.starts_with("<... ") {
            let rest = call.split_once("resumed>").map_or("", |(_, rest)| rest);
            format!("{}{rest}", begun.remove(pid).unwrap_or_default())
        } else {
            call.to_owned()
        };
        let Some((name, arguments)) = whole.split_once('(') else { continue };
        let result = whole.rsplit(" = ").next().unwrap_or_default().trim();
        if result.starts_with('-') {
            continue;
        }
        let file =
            || arguments.split('<').nth(1).and_then(|rest| ledger_file(rest.split('>').next()?));
        match name {
            "pwrite64" => {
                let Some(file) = file() else { continue };
                let at = last_number(arguments);
                acts.push(Act::Write { file, at, octets: quoted(arguments) });
            }
            // The number in the lock file, always from its start.
            "write" => {
                let Some(file) = file() else { continue };
                acts.push(Act::Write { file, at: 0, octets: quoted(arguments) });
            }
            "ftruncate" => {
                let Some(file) = file() else { continue };
                let length = last_number(arguments);
                acts.push(Act::Truncate { file, length });
            }
            // The folder itself is synced where a name was made or taken away.
            "fsync" | "fdatasync" => {
                acts.push(file().map_or(Act::SyncFolder, |file| Act::Sync { file }));
            }
            "unlink" => {
                let name = String::from_utf8(quoted(arguments)).unwrap();
                let file = name.rsplit('/').next().unwrap().to_owned();
                if file.starts_with("ledger.") {
                    acts.push(Act::Remove { file });
                }
            }
            _ => {}
        }
    }
    acts
}

type Disk = BTreeMap<String, Vec<u8>>;

fn apply(disk: &mut Disk, act: &Act) {
    match act {
        Act::Write { file, at, octets } => {
            let content = disk.entry(file.clone()).or_default();
            content.resize(content.len().max(at + octets.len()), 0);
            content[*at..at + octets.len()].copy_from_slice(octets);
        }
        Act::Truncate { file, length } => disk.entry(file.clone()).or_default().resize(*length, 0),
        Act::Remove { file } => drop(disk.remove(file)),
        Act::Sync { .. } | Act::SyncFolder | Act::Offered(_) => {}
    }
}

/// Of a write that was on its way, the sectors that reached the disk.
fn torn(act: &Act, dice: &mut Dice) -> Vec<Act> {
    match act {
        Act::Write { file, at, octets } if dice.roll(3) == 0 => {
            let mut parts = Vec::new();
            let (mut from, end) = (*at, at + octets.len());
            while from < end {
                let to = ((from / SECTOR + 1) * SECTOR).min(end);
                if dice.roll(2) == 0 {
                    let octets = octets[from - at..to - at].to_vec();
                    parts.push(Act::Write { file: file.clone(), at: from, octets });
                }
                from = to;
            }
            parts
        }
        Act::Write { file, at, octets } => {
            vec![Act::Write { file: file.clone(), at: *at, octets: octets.clone() }]
        }
        Act::Truncate { file, length } => {
            vec![Act::Truncate { file: file.clone(), length: *length }]
        }
        Act::Remove { file } => vec![Act::Remove { file: file.clone() }],
        Act::Sync { .. } | Act::SyncFolder | Act::Offered(_) => Vec::new(),
    }
}

/// What a cut after so many acts leaves, and who may have a letter then.
fn cut(acts: &[Act], before: &Disk, dice: &mut Dice) -> (Disk, Vec<String>) {
    let mut disk = before.clone();
    let mut pending: Vec<&Act> = Vec::new();
    let mut offered = Vec::new();
    for act in acts {
        match act {
            Act::Sync { file } => {
                let of = |act: &&Act| match act {
                    Act::Write { file: name, .. } | Act::Truncate { file: name, .. } => {
                        name == file
                    }
                    Act::Remove { .. } => false,
                    Act::Sync { .. } | Act::SyncFolder | Act::Offered(_) => false,
                };
                pending.iter().filter(|act| of(act)).for_each(|act| apply(&mut disk, act));
                pending.retain(|act| !of(act));
            }
            Act::SyncFolder => {
                pending
                    .iter()
                    .filter(|act| matches!(act, Act::Remove { .. }))
                    .for_each(|act| apply(&mut disk, act));
                pending.retain(|act| !matches!(act, Act::Remove { .. }));
            }
            Act::Offered(address) => offered.push(address.clone()),
            Act::Write { .. } | Act::Truncate { .. } | Act::Remove { .. } => pending.push(act),
        }
    }
    let all = dice.roll(4);
    for act in pending {
        // None, all, or any of them.
        if all == 0 || all > 1 && dice.roll(2) == 0 {
            torn(act, dice).iter().for_each(|act| apply(&mut disk, act));
        }
    }
    (disk, offered)
}

fn read_disk(campaign: &Campaign) -> Disk {
    let mut disk = Disk::new();
    for entry in fs::read_dir(campaign.path()).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("ledger.") && !name.ends_with("-shm") {
            disk.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    disk
}

/// A run under strace: what it did, and what was on the disk before.
fn record(connections: usize) -> (Vec<Act>, Disk) {
    let server = Server::kind();
    let pace = format!("[pace]\nconnections = {connections}\nmessages_per_connection = 5");
    let campaign = Campaign::new().people(PEOPLE).to(&server).impatient().with(&pace).write();
    let before = read_disk(&campaign);
    let log = campaign.path().join("strace.log");
    let status = Command::new("strace")
        .args(["-f", "-qq", "-y", "-xx", "-s", "1000000"])
        .args(["-e", "trace=write,pwrite64,sendto,fsync,fdatasync,ftruncate,unlink", "-o"])
        .args([&log, std::path::Path::new(env!("CARGO_BIN_EXE_gonets"))])
        .arg("send")
        .arg(campaign.path())
        .args(["--yes", "--quiet"])
        .env("LANG", "C")
        .stdin(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(server.taken().len(), PEOPLE);
    let acts = acts(&fs::read_to_string(log).unwrap());
    let offered = acts.iter().filter(|act| matches!(act, Act::Offered(_))).count();
    let syncs = acts.iter().filter(|act| matches!(act, Act::Sync { .. })).count();
    assert!(
        offered == PEOPLE && syncs > PEOPLE / 2,
        "{offered} letters, {syncs} syncs in {} acts",
        acts.len()
    );
    (acts, before)
}

#[test]
#[ignore = "needs strace"]
fn after_power_cuts_nobody_gets_two_letters_and_nobody_none() {
    let cuts = std::env::var("GONETS_CUTS").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let mut dice = Dice(0x5DEE_CE66);
    let recordings: Vec<_> =
        [1, 1, 3, 4].into_iter().map(|connections| (connections, record(connections))).collect();
    let (mut unknown_in_all, mut resumed) = (0, 0);
    for number in 0..cuts {
        let (connections, (acts, before)) = &recordings[dice.roll(recordings.len())];
        let point = dice.roll(acts.len() + 1);
        let (disk, offered) = cut(&acts[..point], before, &mut dice);
        let at =
            format!("cut {number} after {point} of {} acts, {connections} connections", acts.len());
        let server = Server::kind();
        let campaign = Campaign::new().people(PEOPLE).to(&server).impatient().write();
        for (name, content) in &disk {
            fs::write(campaign.path().join(name), content).unwrap();
        }
        // The disk of the cut is another folder.
        let ran = campaign.run(["send", "--yes", "--json", "--here"]);
        assert!(ran.code == 0 || ran.code == 6, "{at}: {} {} {}", ran.code, ran.out, ran.err);
        let unknown = campaign.unknown();
        assert!(unknown.len() <= *connections, "{at}: {unknown:?}");
        for address in &unknown {
            campaign.resolve(address, offered.contains(address));
        }
        if !unknown.is_empty() {
            campaign.run(["send", "--yes"]).code(0);
        }
        let mut counts = server.counts();
        offered.iter().for_each(|address| *counts.entry(address.clone()).or_default() += 1);
        assert!(
            counts.len() == PEOPLE && counts.values().all(|n| *n == 1),
            "{at}: {counts:?}, unknown {unknown:?}"
        );
        unknown_in_all += unknown.len();
        resumed += usize::from(!offered.is_empty() && offered.len() < PEOPLE);
    }
    println!(
        "{cuts} cuts, {resumed} of them in the middle of the letters, {unknown_in_all} letters unknown after them"
    );
}
