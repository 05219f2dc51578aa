//! The import rule of the rooms (src/lib.rs): down only, and no two rooms of one floor import each
//! other, save on the ground.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const FLOORS: [(u8, &[&str]); 5] = [
    (5, &["cli", "command"]),
    (4, &["campaign", "preview", "sending", "report"]),
    (3, &["config"]),
    (
        2,
        &["contacts", "dns", "compose", "folder", "smtp", "outbox", "ledger", "secret", "terminal"],
    ),
    (
        1,
        &[
            "problem",
            "failure",
            "recipient",
            "suppression",
            "russian",
            "letter",
            "bitset",
            "seal",
            "delivery",
            "policy",
            "notice",
        ],
    ),
];

/// Crates that one room alone may name, so that swapping one is rewriting a room.
const FOREIGN: [(&str, &str); 21] = [
    ("simple_dns", "dns"),
    ("rustix", "secret"),
    ("rpassword", "secret"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("clap_mangen", "cli"),
    ("rust_xlsxwriter", "report"),
    ("terminal_size", "terminal"),
    ("rusqlite", "ledger"),
    ("tera", "compose"),
    ("pulldown_cmark", "compose"),
    ("lettre::transport", "smtp"),
    ("rustls::", "smtp"),
    ("calamine", "contacts"),
    ("cfb::", "contacts"),
    ("encoding_rs", "contacts"),
    ("quick_xml", "contacts"),
    ("zip::", "contacts"),
    ("toml::", "config"),
    ("indicatif", "terminal"),
    ("ctrlc", "command"),
];

fn sources(folder: &Path, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix("src").unwrap().to_string_lossy().replace('\\', "/");
            into.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

fn room_of(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

#[test]
fn imports_go_down_only() {
    let floor_of: BTreeMap<&str, u8> =
        FLOORS.iter().flat_map(|(floor, rooms)| rooms.iter().map(|room| (*room, *floor))).collect();
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut checked = 0;
    let mut broken = Vec::new();
    for (file, text) in &files {
        let room = room_of(file);
        if matches!(room, "lib" | "main") {
            continue;
        }
        let floor = *floor_of
            .get(room)
            .unwrap_or_else(|| panic!("{file}: the room {room} has no floor in tests/it/rooms.rs"));
        for used in text.split("crate::").skip(1) {
            let used: String =
                used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(below) = floor_of.get(used.as_str()) else { continue };
            checked += 1;
            let allowed = used == room
                || *below < floor
                || (floor, *below) == (1, 1)
                || (room, used.as_str()) == ("command", "cli");
            if !allowed {
                broken.push(format!("{file} (floor {floor}) uses {used} (floor {below})"));
            }
        }
    }
    assert!(checked > 100, "only {checked} imports were seen");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_foreign_crate_stays_in_its_room() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    for (file, text) in &files {
        for (crate_name, room) in FOREIGN {
            let is_used = text.lines().any(|line| {
                let line = line.trim_start();
                !line.starts_with("//")
                    && (line.starts_with(&format!("use {crate_name}"))
                        || line.contains(&format!(" {crate_name}")) && crate_name.ends_with("::"))
            });
            assert!(
                !is_used || room_of(file) == room,
                "{file} names {crate_name}, which belongs to {room}"
            );
        }
    }
}
