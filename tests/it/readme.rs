//! The commands of the READMEs, run in a copy of the files that they name.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use quick_xml::events::Event;

use crate::support::{Campaign, edit, example, gonets, ran, with_built_in_font};

/// The blocks of a page: what stands behind the three backticks, and the text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), open.as_mut()) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(kind), None) => open = Some((kind.to_owned(), String::new())),
            (None, Some((_, text))) => *text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    blocks
}

/// The lines of a session that a person types.
fn typed(session: &str) -> impl Iterator<Item = &str> {
    session.lines().filter_map(|line| line.strip_prefix("$ "))
}

fn is_of_commands(session: &str) -> bool {
    typed(session).count() == session.lines().count()
}

#[test]
#[cfg_attr(not(feature = "pdf"), ignore = "the example has [pdf]")]
fn every_block_of_the_readmes_runs() {
    for page in ["README.md", "README.ru.md"] {
        let folder = example();
        let binary = PathBuf::from(env!("CARGO_BIN_EXE_gonets"));
        let mut run = 0;
        for (kind, text) in blocks(&fs::read_to_string(page).unwrap()) {
            match kind.as_str() {
                "sh" => {
                    for line in text.lines() {
                        run += 1;
                        // This very test is run by the one, and the other builds what was built.
                        if line == "cargo test" {
                            continue;
                        }
                        let words = line
                            .strip_prefix("cargo run -- ")
                            .or_else(|| line.strip_prefix("gonets "));
                        let words = words.unwrap_or_else(|| panic!("{page}: cannot run `{line}`"));
                        let output = Command::new(&binary)
                            .args(words.split(' '))
                            .current_dir(folder.path())
                            .env("XDG_STATE_HOME", crate::support::state())
                            .output()
                            .unwrap();
                        assert!(
                            output.status.success(),
                            "{page}: {line}\n{}",
                            String::from_utf8_lossy(&output.stderr)
                        );
                    }
                }
                "toml" => {
                    let campaign = Campaign::new().with(&text).write();
                    campaign.run(["check"]).code(0);
                    run += 1;
                }
                // Shown with its answer: held by the test below.
                "console" if !is_of_commands(&text) => run += 1,
                // No server is set in this copy, so nobody is written to; and no letter is unknown.
                "console" => {
                    for line in text.lines() {
                        let words = line
                            .strip_prefix("$ gonets ")
                            .unwrap_or_else(|| panic!("{page}: cannot run `{line}`"));
                        let output = Command::new(&binary)
                            .args(words.split(' '))
                            .current_dir(folder.path())
                            .env("XDG_STATE_HOME", crate::support::state())
                            .output()
                            .unwrap();
                        let said = String::from_utf8_lossy(&output.stderr).into_owned();
                        let expected = if words.starts_with("resolve") { 3 } else { 0 };
                        assert_eq!(output.status.code(), Some(expected), "{page}: {line}\n{said}");
                        run += 1;
                    }
                }
                "text" => {}
                other => panic!("{page}: nothing runs a block of the kind `{other}`"),
            }
        }
        assert!(run >= 12, "{page}: only {run} lines");
        assert_eq!(fs::read_dir(folder.path().join("seminar/outbox")).unwrap().count(), 6);
    }
}

/// A slip in the letter and one in the list, on the first screen of each page.
#[test]
fn the_first_screen_shows_what_the_program_says() {
    for (page, locale) in [("README.md", "C"), ("README.ru.md", "ru_RU.UTF-8")] {
        let folder = tempfile::tempdir().unwrap();
        let gonets = |words: &str| {
            let mut command = crate::support::gonets();
            command.args(words.split(' ')).current_dir(folder.path()).env("LANG", locale);
            ran(command.output().unwrap())
        };
        gonets("init seminar").code(0);
        for (file, from, to) in [
            ("letter.md", "{{ salutation }}", "{{ salutaton }}"),
            ("contacts.csv", "education@rybinsk", "education@@rybinsk"),
        ] {
            let path = folder.path().join("seminar").join(file);
            edit(&path, from, to);
        }
        with_built_in_font(&folder.path().join("seminar"));
        let text = fs::read_to_string(page).unwrap();
        let mut blocks = blocks(&text).into_iter();
        let (_, shown) = blocks.find(|(kind, _)| kind == "console").unwrap();
        let line = typed(&shown).next().unwrap();
        let said = gonets(line.strip_prefix("gonets ").unwrap()).code(3);
        assert_eq!(shown, format!("$ {line}\n{}{}", said.err, said.out), "{page}");
    }
}

#[test]
fn both_readmes_have_the_same_blocks() {
    let commands = |page| {
        let mut blocks = blocks(&fs::read_to_string(page).unwrap());
        blocks.retain(|(kind, _)| kind == "sh" || kind == "console");
        for (_, text) in blocks.iter_mut().filter(|(kind, _)| kind == "console") {
            *text = typed(text).collect::<Vec<_>>().join("\n");
        }
        blocks
    };
    assert_eq!(commands("README.md"), commands("README.ru.md"));
}

#[test]
fn every_key_is_documented_and_every_documented_key_is_known() {
    let reader: String = fs::read_dir("src/config")
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    let is_word = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let keys: Vec<&str> = reader
        .split("table.")
        .skip(1)
        .filter_map(|call| call.split_once("(\"").filter(|(name, _)| is_word(name)))
        .filter_map(|(_, rest)| rest.split('"').next())
        .collect();
    assert!(keys.len() > 60, "{keys:?}");
    for page in ["docs/campaign.md", "docs/campaign.ru.md"] {
        let text = fs::read_to_string(page).unwrap();
        for key in &keys {
            assert!(
                text.contains(&format!("`{key}`"))
                    || text.contains(&format!("{key} = "))
                    || text.contains(&format!(".{key}]")),
                "{page} lacks {key}"
            );
        }
    }
}

/// The file that `docs/operations.md` has given to `schtasks`.
#[test]
fn the_task_for_windows_is_what_the_scheduler_reads() {
    let octets = fs::read("examples/windows/gonets.xml").unwrap();
    assert_eq!(octets[..2], [0xFF, 0xFE], "UTF-16, as the scheduler writes it");
    let units: Vec<u16> =
        octets[2..].chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let text = String::from_utf16(&units).unwrap();
    let mut reader = quick_xml::Reader::from_str(&text);
    let (mut path, mut values) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => path.push(tag.name().as_ref().to_owned()),
            Event::End(_) => drop(path.pop()),
            Event::Text(text) => {
                values.push(format!("{}={}", path.join("/"), text.xml10_content()));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(path.is_empty());
    for value in [
        "Task/Triggers/CalendarTrigger/Repetition/Interval=PT1H",
        "Task/Settings/MultipleInstancesPolicy=IgnoreNew",
        "Task/Settings/StartWhenAvailable=true",
        "Task/Actions/Exec/Command=C:\\Program Files\\gonets\\gonets.exe",
    ] {
        assert!(values.iter().any(|it| it == value), "{value} is not in {values:#?}");
    }
    let arguments = values.iter().find(|it| it.contains("Exec/Arguments")).unwrap();
    assert!(arguments.contains("send --yes C:\\mailings\\seminar"));
}

/// What `docs/operations.md` has an administrator, a timer or cron run.
#[test]
fn the_commands_of_the_administrators_chapter_run() {
    for page in ["docs/operations.md", "docs/operations.ru.md"] {
        let campaign = Campaign::new().write();
        let elsewhere = tempfile::tempdir().unwrap();
        let mut codes = Vec::new();
        let page = fs::read_to_string(page).unwrap();
        let lines = blocks(&page)
            .into_iter()
            .flat_map(|(_, text)| text.lines().map(str::to_owned).collect::<Vec<_>>());
        for line in lines.filter(|line| !line.starts_with("schtasks")) {
            let Some(at) = line.rfind("gonets ") else { continue };
            let mut command = &line[at + "gonets ".len()..];
            for end in [" 2>&1", " >/dev/null", " | ", "  "] {
                command = command.split(end).next().unwrap();
            }
            if command.starts_with("-m") {
                continue;
            }
            let word = |word: &str| match word {
                "FOLDER" | "ПАПКА" | "/srv/mailings/seminar" | "%f" => {
                    campaign.path().to_owned()
                }
                path if path.starts_with('/') => {
                    elsewhere.path().join(Path::new(path).file_name().unwrap())
                }
                word => word.into(),
            };
            let ran = ran(gonets().args(command.split(' ').map(word)).output().unwrap());
            let name = command.split(' ').find(|word| !word.starts_with('-')).unwrap_or_default();
            // Nothing is lost: the chapter says so.
            let code = if command.starts_with("resolve --lost") { 3 } else { 0 };
            assert_eq!(ran.code, code, "{line}\n{}", ran.err);
            codes.push(name.to_owned());
        }
        assert!(codes.len() >= 14, "{codes:?}");
    }
}
