//! The order of the rooms, as the table in `src/lib.rs` has it: a room uses only rooms below it,
//! and a foreign crate that the table names is used only in the rooms that it names it for.

use std::fs;
use std::path::Path;

struct Room {
    name: String,
    crates: Vec<String>,
}

/// The rows of the table, top to bottom.
fn rooms() -> Vec<Room> {
    let lib = fs::read_to_string("src/lib.rs").unwrap();
    let rows = lib.lines().filter_map(|line| line.strip_prefix("//! | [`"));
    rows.map(|row| {
        let mut cells = row.split('|');
        let name = cells.next().unwrap().trim().trim_end_matches("`]").to_owned();
        let crates = cells.nth(1).unwrap().split(',').map(str::trim);
        Room { name, crates: crates.filter(|it| !it.is_empty()).map(str::to_owned).collect() }
    })
    .collect()
}

struct Source {
    file: String,
    room: String,
    /// Without comments.
    code: String,
}

fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    collect(Path::new("src"), &mut files);
    files
}

fn collect(folder: &Path, into: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = path.strip_prefix("src").unwrap().to_string_lossy().replace('\\', "/");
            let room = file.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let is_code = |line: &&str| !line.trim_start().starts_with("//");
            let code = text.lines().filter(is_code).collect::<Vec<_>>().join("\n");
            into.push(Source { file, room, code });
        }
    }
}

/// The first path segments behind `crate::`, also of `use crate::{a, b}`.
fn used_rooms(code: &str) -> Vec<&str> {
    let segment = |text| {
        let text: &str = text;
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        &text[..end]
    };
    let mut used = Vec::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(group) => {
                let group = group.split("};").next().unwrap();
                used.extend(group.split(',').map(|item| segment(item.trim())));
            }
            None => used.push(segment(after)),
        }
    }
    used
}

/// Whether code names a crate, or one of its family: `clap_complete` for `clap`, but not for `clap::`.
fn names(code: &str, foreign: &str) -> bool {
    code.match_indices(foreign).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + foreign.len()..];
        let is_whole = before.is_none_or(|c| !c.is_alphanumeric() && !"_:.\"".contains(c));
        let is_crate = foreign.ends_with("::")
            || ["::", ";", "_"].iter().any(|follows| after.starts_with(follows));
        is_whole && is_crate
    })
}

#[test]
fn a_room_uses_only_rooms_below_it() {
    let order: Vec<String> = rooms().into_iter().map(|room| room.name).collect();
    let rank = |room: &str| order.iter().position(|it| it == room);
    let (mut checked, mut broken) = (0, Vec::new());
    for Source { file, room, code } in sources() {
        if ["lib", "main"].contains(&room.as_str()) {
            continue;
        }
        let own = rank(&room)
            .unwrap_or_else(|| panic!("{file}: add the room {room} to the table in src/lib.rs"));
        for used in used_rooms(&code) {
            // What is not a room is an item of `lib.rs` itself.
            let Some(below) = rank(used) else { continue };
            checked += 1;
            if below < own {
                broken.push(format!("{file} uses {used}, which is above {room}"));
            }
        }
    }
    assert!(checked > 400, "only {checked} imports were seen");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_room_of_the_table_is_there() {
    let lib = fs::read_to_string("src/lib.rs").unwrap();
    let modules = lib.lines().filter_map(|line| line.strip_suffix(';')?.split_once("mod "));
    let mut modules: Vec<&str> = modules.map(|(_, name)| name).collect();
    let rooms = rooms();
    let mut listed: Vec<&str> = rooms.iter().map(|room| room.name.as_str()).collect();
    modules.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, modules);
}

#[test]
fn a_foreign_crate_stays_in_its_room() {
    let sources = sources();
    let rooms = rooms();
    for Room { name, crates } in &rooms {
        for foreign in crates {
            let is_at_home = |source: &&Source| {
                rooms.iter().any(|room| room.name == source.room && room.crates.contains(foreign))
            };
            let users = sources.iter().filter(|source| names(&source.code, foreign));
            let (users, abroad): (Vec<&Source>, Vec<&Source>) = users.partition(is_at_home);
            let abroad: Vec<&str> = abroad.iter().map(|source| source.file.as_str()).collect();
            assert!(abroad.is_empty(), "{foreign} belongs to {name}, and {abroad:?} name it");
            assert!(
                cfg!(windows) || users.iter().any(|source| source.room == *name),
                "{name} does not use {foreign}: correct the table in src/lib.rs"
            );
        }
    }
}

/// What changes the disk; `files` has a guard before each.
const WRITERS: [&str; 14] = [
    "File::create",
    "File::options",
    "fs::write",
    "OpenOptions",
    "DirBuilder",
    "create_dir",
    "fs::rename",
    "fs::copy",
    "remove_file",
    "remove_dir",
    "hard_link",
    "set_permissions",
    "symlink(",
    "tempfile",
];

/// The code above its tests, which may write as they like.
fn without_tests(source: &Source) -> &str {
    if source.file.ends_with("tests.rs") {
        ""
    } else {
        source.code.split("#[cfg(test)]").next().unwrap()
    }
}

#[test]
fn only_one_room_writes_files() {
    let writers = |source: &Source| {
        let code = without_tests(source);
        WRITERS.into_iter().filter(|writer| code.contains(writer)).collect::<Vec<_>>()
    };
    let mut of_files = 0;
    for source in sources() {
        let found = writers(&source);
        if source.room == "files" {
            of_files += found.len();
        } else {
            assert!(found.is_empty(), "{} writes by itself: {found:?}; see `files`", source.file);
        }
    }
    assert!(of_files >= 5, "only {of_files} were seen in `files`");
}

/// A judge that cannot fail is none.
#[test]
fn imports_and_crates_are_recognised() {
    let code = "use crate::{problem::Problem, seal};\nuse crate::letter::Letter; crate::run();";
    assert_eq!(used_rooms(code), ["problem", "seal", "letter", "run"]);
    for code in ["use clap::Parser;", "clap_complete::generate()", "fn f() { clap::x() }"] {
        assert!(names(code, "clap"), "{code}");
    }
    assert!(!names("let clap = 1; self.clap::<u8>()", "clap"));
    assert!(names("use lettre::transport::smtp;", "lettre::transport"));
    assert!(!names("use lettre::address::Address;", "lettre::transport"));
    assert!(!names("use rustls_pki_types::PrivateKeyDer;", "rustls::"));
}
