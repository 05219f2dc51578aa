//! What is written, and where: never through a link, never over what is not ours, for nobody else.

use std::fs;
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;

#[cfg(unix)]
use crate::server::Server;
use crate::support::{Campaign, THREE, gonets, ran};

/// The options that name a file to write, and what they need to get that far.
const OPTIONS: [&[&str]; 4] =
    [&["check", "--forms"], &["check", "--problems"], &["report", "--out"], &["register", "--out"]];

fn run(campaign: &Campaign, words: &[&str], file: &Path) -> crate::support::Ran {
    let mut command = gonets();
    command.arg(words[0]).arg(campaign.path()).args(&words[1..]).arg(file);
    ran(command.output().unwrap())
}

fn sent() -> Campaign {
    let campaign = Campaign::new().file("mine.csv", "precious").write();
    campaign.run(["send", "--yes"]).code(0);
    campaign
}

#[test]
fn every_option_that_names_a_file_keeps_what_is_there() {
    let campaign = sent();
    for words in OPTIONS {
        let mine = campaign.path().join("mine.csv");
        run(&campaign, words, &mine).code(3).says("--replace");
        assert_eq!(fs::read_to_string(&mine).unwrap(), "precious", "{words:?}");
        for own in ["contacts.csv", "preview/mine.csv", "outbox/mine.csv", "ledger.csv"] {
            fs::create_dir_all(campaign.path().join("preview")).unwrap();
            let file = campaign.path().join(own);
            let before = fs::read(&file).ok();
            let with_replace: Vec<&str> =
                words[..1].iter().chain(&["--replace"]).chain(&words[1..]).copied().collect();
            run(&campaign, &with_replace, &file).code(3).says("part of the campaign");
            assert_eq!(fs::read(&file).ok(), before, "{words:?} {own}");
        }
        let new = campaign.path().join("new.csv");
        run(&campaign, words, &new).code(0);
        fs::remove_file(new).unwrap();
    }
}

#[test]
fn what_only_templates_and_cells_name_is_not_replaced_either() {
    let campaign = Campaign::new()
        .contacts(&THREE.replace("Северный", "north.csv"))
        .letter("{{ salutation }}! {% include \"part.csv\" %}\n")
        .letter_table(
            "attachments = [\"{% if row['Район'] == 'north.csv' %}{{ row['Район'] }}{% endif %}\"]",
        )
        .file("part.csv", "precious")
        .file("north.csv", "precious")
        .write();
    campaign.run(["preview"]).code(0);
    campaign.run(["send", "--yes"]).code(0);
    for name in ["part.csv", "north.csv"] {
        let file = campaign.path().join(name);
        for words in OPTIONS {
            let words = [words[0], "--replace", words[1]];
            run(&campaign, &words, &file).code(3).says("part of the campaign");
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    }
}

#[test]
fn the_forms_and_the_problems_are_two_files() {
    let campaign = Campaign::new().write();
    let file = campaign.path().join("both.csv");
    let file = file.to_str().unwrap();
    campaign.run(["check", "--forms", file, "--problems", file]).code(3);
    assert!(!Path::new(file).exists());
}

#[test]
fn manual_pages_replace_nothing_unless_told_to() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("gonets-send.1"), "precious").unwrap();
    let man = |more: &[&str]| {
        ran(gonets().args(["man", "--out"]).arg(folder.path()).args(more).output().unwrap())
    };
    man(&[]).code(3).says("--replace");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    man(&["--replace"]).code(0);
}

#[test]
fn a_list_of_made_files_that_came_with_the_folder_is_not_believed() {
    let campaign = Campaign::new().write();
    campaign.run(["preview"]).code(0);
    let preview = campaign.path().join("preview");
    fs::write(preview.join("mine.txt"), "precious").unwrap();
    fs::write(preview.join("letters/mine.eml"), "precious").unwrap();
    fs::write(preview.join("made.txt"), "index.html\nmine.txt\nletters/mine.eml\n").unwrap();
    campaign.run(["preview"]).code(0);
    // Also where the whole preview came from another machine.
    let page = fs::read_to_string(preview.join("index.html")).unwrap();
    fs::write(preview.join("index.html"), page + " ").unwrap();
    campaign.run(["preview"]).code(0);
    for name in ["mine.txt", "letters/mine.eml"] {
        assert_eq!(fs::read_to_string(preview.join(name)).unwrap(), "precious");
    }
}

#[test]
fn letters_of_a_preview_from_elsewhere_are_left_and_told() {
    let campaign = Campaign::new().write();
    campaign.run(["preview"]).code(0);
    let preview = campaign.path().join("preview");
    // As it comes from another computer: nobody here knows what it made.
    let page = fs::read_to_string(preview.join("index.html")).unwrap();
    fs::write(preview.join("index.html"), page + " ").unwrap();
    fs::write(preview.join("letters/0009-old@one.test.eml"), "precious").unwrap();
    campaign.run(["preview"]).code(0).says("did not make");
    assert!(preview.join("letters/0009-old@one.test.eml").exists());
    fs::remove_dir_all(&preview).unwrap();
    let ran = campaign.run(["preview"]).code(0);
    assert!(!ran.err.contains("did not make"), "{}", ran.err);
}

#[test]
fn a_preview_without_letters_leaves_none_of_the_last() {
    let campaign = Campaign::new().write();
    campaign.run(["preview"]).code(0);
    let one = THREE.lines().take(2).collect::<Vec<_>>().join("\n");
    fs::write(campaign.path().join("contacts.csv"), one).unwrap();
    campaign.run(["preview"]).code(0);
    assert_eq!(fs::read_dir(campaign.path().join("preview/letters")).unwrap().count(), 1);
    for gone in ["preview.part", "preview.old"] {
        assert!(!campaign.path().join(gone).exists());
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn no_option_writes_through_a_link() {
        let campaign = sent();
        let elsewhere = tempfile::tempdir().unwrap();
        let precious = elsewhere.path().join("precious.csv");
        let new = elsewhere.path().join("new.csv");
        fs::write(&precious, "precious").unwrap();
        for (link, target) in [("link.csv", &precious), ("dangling.csv", &new)] {
            symlink(target, campaign.path().join(link)).unwrap();
        }
        for words in OPTIONS {
            for link in ["link.csv", "dangling.csv"] {
                run(&campaign, words, &campaign.path().join(link)).code(3).says("link");
            }
        }
        assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
        assert!(!new.exists());
    }

    #[test]
    fn no_folder_or_file_of_the_campaign_is_written_through_a_link() {
        let elsewhere = tempfile::tempdir().unwrap();
        let count = || fs::read_dir(elsewhere.path()).unwrap().count();
        for (name, command) in [
            ("outbox", ["send", "--yes"]),
            ("rehearsal", ["send", "--test-to=me@here.test"]),
            ("preview", ["preview", "--quiet"]),
            ("preview.part", ["preview", "--quiet"]),
            ("ledger.sqlite", ["send", "--yes"]),
            ("ledger.lock", ["send", "--yes"]),
        ] {
            let campaign = Campaign::new().write();
            let target = elsewhere.path().join("nothing");
            let target = if name.contains("ledger") { target.as_path() } else { elsewhere.path() };
            symlink(target, campaign.path().join(name)).unwrap();
            let ran = campaign.run(command);
            assert_ne!(ran.code, 0, "{name}: {}{}", ran.out, ran.err);
            assert_eq!(count(), 0, "{name}");
            assert!(campaign.path().join(name).is_symlink(), "{name}");
        }
    }

    #[test]
    fn no_part_of_a_ledger_or_an_archive_is_written_through_a_second_name() {
        let elsewhere = tempfile::tempdir().unwrap();
        let precious = elsewhere.path().join("precious");
        let add = ["suppress", "--add=x@one.test", "--reason=asked"];
        for (name, is_there) in [
            ("ledger.sqlite-wal", true),
            ("ledger.sqlite-wal", false),
            ("ledger.sqlite-shm", true),
            ("ledger.sqlite-journal", true),
            ("ledger.lock", true),
            ("archive.sqlar", true),
            ("archive.sqlar-wal", true),
        ] {
            let server = Server::kind();
            let archive = "[archive]\nkeep = \"one-file\"\n";
            let campaign = Campaign::new().with(archive).to(&server).write();
            if is_there {
                campaign.run(["send", "--yes", "--limit=1"]).code(7);
            }
            fs::write(&precious, "precious").unwrap();
            let path = campaign.path().join(name);
            let _ = fs::remove_file(&path);
            fs::hard_link(&precious, &path).unwrap();
            for words in [&["send", "--yes"][..], &["approve", "--by=Anna"], &add] {
                let _ = gonets()
                    .args(&words[..1])
                    .arg(campaign.path())
                    .args(&words[1..])
                    .output()
                    .unwrap();
                assert_eq!(fs::read_to_string(&precious).unwrap(), "precious", "{name} {words:?}");
            }
            fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn links_in_a_preview_are_left_as_links_and_nothing_behind_them_is_touched() {
        let elsewhere = tempfile::tempdir().unwrap();
        let campaign = Campaign::new().write();
        campaign.run(["preview"]).code(0);
        let preview = campaign.path().join("preview");
        symlink(elsewhere.path(), preview.join("notes")).unwrap();
        fs::write(elsewhere.path().join("mine.txt"), "precious").unwrap();
        campaign.run(["preview"]).code(0);
        assert_eq!(fs::read_link(preview.join("notes")).unwrap(), elsewhere.path());
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);

        // The letters themselves behind a link: neither removed there nor written there.
        let letters = elsewhere.path().join("letters");
        fs::rename(preview.join("letters"), &letters).unwrap();
        symlink(&letters, preview.join("letters")).unwrap();
        campaign.run(["preview"]).code(3).says("link");
        assert_eq!(fs::read_dir(&letters).unwrap().count(), 3);
        assert!(!campaign.path().join("preview.part").exists());
    }

    #[test]
    fn what_holds_personal_data_is_for_its_owner_alone_or_for_the_group_if_so_set() {
        for (settings, file, folder) in
            [("", 0o600, 0o700), ("[files]\ngroup = true\n", 0o660, 0o770)]
        {
            let archive = "[archive]\nkeep = \"files\"\n";
            let server = Server::kind();
            let campaign = Campaign::new().with(settings).write();
            let relayed = Campaign::new().to(&server).with(settings).with(archive).write();
            let archived = relayed.path().join("archive");
            let table = campaign.path().join("table.csv");
            let forms = campaign.path().join("forms.csv");
            // The umask of whoever runs the tests may narrow it.
            let gonets = env!("CARGO_BIN_EXE_gonets");
            let (path, state) = (campaign.path().display(), crate::support::state().display());
            let line = format!(
                "umask 000; export XDG_STATE_HOME={state} LANG=C; cd {path} && {gonets} preview && \
                 {gonets} check --forms forms.csv && {gonets} send --yes && \
                 {gonets} report --out table.csv && {gonets} send --yes {}",
                relayed.path().display()
            );
            ran(std::process::Command::new("sh").args(["-c", &line]).output().unwrap()).code(0);
            let letters = |folder: PathBuf| {
                let first = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
                assert_eq!(mode(&first), file, "{}", first.display());
                folder
            };
            let own = |name| letters(campaign.path().join(name));
            for made in [own("outbox"), own("preview/letters"), letters(archived)] {
                assert_eq!(mode(&made), folder, "{}", made.display());
            }
            let ledger = ["ledger.sqlite", "ledger.lock"].map(|name| campaign.path().join(name));
            for made in [table, forms].iter().chain(&ledger) {
                assert_eq!(mode(made), file, "{}", made.display());
            }
        }
    }
}
