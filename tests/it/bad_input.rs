//! Bad input: one clear message with its place, exit code 3, nothing sent, no partial files.

use std::fs;
#[cfg(unix)]
use std::process::Stdio;

use crate::server::Server;
use crate::support::{Campaign, LETTER, THREE, gonets, ran};

/// Every command says the same, and `send` reaches no server.
#[track_caller]
fn all_refuse(campaign: &Campaign, message: &str) {
    let server = Server::kind();
    let toml = campaign.path().join("campaign.toml");
    if let Ok(text) = fs::read_to_string(&toml) {
        let smtp =
            format!("[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n", server.port);
        fs::write(&toml, text + "\n" + &smtp).unwrap();
    }
    for command in [["check", "--quiet"], ["preview", "--quiet"], ["send", "--yes"]] {
        campaign.run(command).code(3).says(message);
    }
    assert_eq!(server.seen.lock().unwrap().connections, 0);
    assert!(!campaign.path().join("ledger.sqlite").exists());
    assert!(!campaign.path().join("preview.part").join("x").exists());
}

#[test]
fn a_campaign_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    ran(gonets().arg("check").arg(folder.path()).output().unwrap())
        .code(3)
        .says("no campaign.toml")
        .says("gonets init");
}

#[test]
fn a_broken_campaign_file() {
    let campaign = Campaign::new().write();
    fs::write(campaign.path().join("campaign.toml"), "id = \"a\"\n[from\n").unwrap();
    campaign.run(["check"]).code(3).says("campaign.toml:2:");
}

#[test]
fn an_unknown_key_names_the_nearest() {
    all_refuse(
        &Campaign::new().contacts_table("duplicats = \"first\"").write(),
        "campaign.toml:7:1: unknown key \"duplicats\"; did you mean \"duplicates\"?",
    );
}

#[test]
fn a_contact_list_that_is_not_there() {
    let campaign = Campaign::new().write();
    fs::remove_file(campaign.path().join("contacts.csv")).unwrap();
    all_refuse(&campaign, "contacts.csv: there is no such file");
}

#[test]
fn a_template_that_is_not_there() {
    let campaign = Campaign::new().write();
    fs::remove_file(campaign.path().join("letter.md")).unwrap();
    all_refuse(&campaign, "letter.md: there is no such file");
}

#[test]
fn a_folder_in_place_of_a_list() {
    let campaign = Campaign::new().write();
    fs::remove_file(campaign.path().join("contacts.csv")).unwrap();
    fs::create_dir(campaign.path().join("contacts.csv")).unwrap();
    all_refuse(&campaign, "contacts.csv: cannot be read: it is a folder");
}

#[test]
fn a_broken_template() {
    all_refuse(
        &Campaign::new().letter("Добрый день,\n{{ salutation !\n").write(),
        "letter.md:2:15: cannot parse the template",
    );
}

#[test]
fn a_variable_that_nobody_gives() {
    all_refuse(
        &Campaign::new().letter("{{ salutation }}\n\n{{ salutaton }}").write(),
        "letter.md:3:4: the template uses \"salutaton\", which is neither a column nor a value; did you mean \"salutation\"?",
    );
}

#[test]
fn a_column_that_the_list_does_not_have() {
    let campaign = Campaign::new().letter("Из района {{ row[\"Раён\"] }}").write();
    campaign.run(["check"]).code(3).says("letter.md:1:14: ");
    all_refuse(&campaign, "there is no \"Раён\" here");
}

#[test]
fn a_broken_subject() {
    all_refuse(
        &Campaign::new().subject("О {{ nothing }}").write(),
        "campaign.toml:9:17: the template uses \"nothing\"",
    );
}

#[test]
fn all_faulty_rows_are_told_at_once() {
    let list = THREE
        .replace("anna@one.test", "anna@@one.test")
        .replace("vera@three.test", "")
        .replace("Директору", "");
    let mut checked = Campaign::new().contacts(&list).write().run(["check", "--all"]).code(3);
    for message in [
        "contacts.csv:2:1: email: \"anna@@one.test\" is not an e-mail address: it has two @",
        "contacts.csv:3:1: position_dative: the letter uses this form (letter.md:1:4), but the column position_dative is empty; fill in position_dative",
        "contacts.csv:4:1: email: the cell is empty; fill it in",
    ] {
        checked = checked.says(message);
    }
    checked.says("0 letters well, 3 rows not: 3 errors");
}

#[test]
fn problems_are_json_lines_too() {
    let list = THREE.replace("boris@two.test", "boris@two,test");
    let checked = Campaign::new().contacts(&list).write().run(["check", "--json"]).code(3);
    let problem: serde_json::Value =
        serde_json::from_str(checked.out.lines().next().unwrap()).unwrap();
    assert_eq!(problem["type"], "problem");
    assert_eq!(
        (
            problem["code"].as_str(),
            problem["line"].as_u64(),
            problem["column"].as_u64(),
            problem["row"].as_u64()
        ),
        (Some("address_syntax"), Some(3), Some(1), Some(2))
    );
    let summary = checked.summary();
    assert_eq!(
        (
            summary["rows"].as_u64(),
            summary["letters"].as_u64(),
            summary["blocked"].as_u64(),
            summary["errors"].as_u64()
        ),
        (Some(3), Some(2), Some(1), Some(1))
    );
}

#[test]
fn one_bad_row_does_not_keep_the_others_when_asked() {
    let server = Server::kind();
    let campaign =
        Campaign::new().contacts(&THREE.replace("boris@two.test", "boris")).to(&server).write();
    campaign.run(["send", "--yes"]).code(3).says("--skip-faulty");
    campaign.run(["send", "--yes", "--skip-faulty"]).code(1).says("2 accepted");
    assert_eq!(server.counts().len(), 2);
}

#[test]
fn an_outbox_that_cannot_be_written() {
    let campaign = Campaign::new().write();
    fs::write(campaign.path().join("outbox"), "in the way").unwrap();
    campaign.run(["send"]).code(3).says("outbox");
    assert!(!campaign.path().join("ledger.sqlite").exists());
}

#[test]
fn a_line_break_in_the_subject_is_no_header() {
    let list = THREE.replace("Северный", "\"Север\r\nBcc: evil@one.test\"");
    let campaign = Campaign::new().contacts(&list).subject("Район {{ row['Район'] }}").write();
    campaign.run(["send"]).code(3).says("line break");
}

#[test]
fn a_gap_in_a_letter_is_a_warning() {
    let list = THREE.replace("Северный", "");
    let campaign = Campaign::new()
        .contacts(&list)
        .letter(&format!("{LETTER}\nДля района {{{{ row['Район'] }}}} важно."))
        .write();
    campaign
        .run(["check"])
        .code(0)
        .says("letter.md:8:12: warning: anna@one.test: an empty value leaves a gap in the letter: \"Для района [ ] важно.\"");
}

#[test]
fn a_password_in_the_file_is_refused_and_never_repeated() {
    let smtp = "[smtp]\nhost = \"127.0.0.1\"\nsecurity = \"none\"\nusername = \"u\"\npassword = \"hunter2\"\n";
    let ran = Campaign::new()
        .with(smtp)
        .write()
        .run(["send", "--yes"])
        .code(3)
        .says("the file contains a password");
    assert!(!ran.err.contains("hunter2") && !ran.out.contains("hunter2"));
}

#[test]
fn duplicates_are_refused_or_passed_over_or_kept_as_asked() {
    let list = format!(
        "{THREE}ANNA@one.test;Ильина;Анна;Петровна;Ильиной А.П.;Начальнику;Уважаемая Анна Петровна;Южный\n"
    );
    let with = |table: &str| {
        Campaign::new().contacts(&list).contacts_table(table).write().run(["check", "--json"])
    };
    assert_eq!(with("").code(3).summary()["errors"], 1);
    let first = with("duplicates = \"first\"").code(0).summary();
    assert_eq!((first["letters"].as_u64(), first["warnings"].as_u64()), (Some(3), Some(1)));
    assert_eq!(with("duplicates = \"each\"").code(3).summary()["errors"], 1);
    let keyed = list.replace(";Район\n", ";key\n");
    let campaign = Campaign::new().contacts(&keyed).contacts_table("duplicates = \"each\"").write();
    assert_eq!(campaign.run(["check", "--json"]).code(0).summary()["letters"], 4);
}

#[test]
fn the_line_at_fault_is_shown_with_a_caret_and_a_secret_is_not() {
    let campaign = Campaign::new().letter("Первая\n\t{{ salutatoin }}\n").write();
    campaign.run(["check"]).code(3).says("  2 │     {{ salutatoin }}\n    │        ^");
    let toml = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap();
    for secret in [
        "[smtp]\nhost = \"x\"\npasword = \"hunter2\"\n",
        "[smtp]\nhost = \"x\"\npassword = hunter2\n",
    ] {
        fs::write(&toml, format!("{text}{secret}")).unwrap();
        let ran = campaign.run(["check"]).code(3).says("campaign.toml:");
        assert!(!format!("{}{}", ran.out, ran.err).contains("hunter2"), "{}", ran.err);
    }
}

/// Reading or opening one would wait for ever.
#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_in_the_place_of_a_file_is_an_error_at_once() {
    for name in ["ledger.sqlite", "ledger.lock", "contacts.csv", "letter.md", "campaign.toml"] {
        for command in
            [&["send", "--yes"][..], &["status"], &["check"], &["suppress", "--add", "a@b.test"]]
        {
            let campaign = Campaign::new().write();
            let path = campaign.path().join(name);
            let _ = fs::remove_file(&path);
            let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
            assert!(made.success());
            let mut run = crate::support::gonets();
            let mut child = run
                .args(command)
                .arg(campaign.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let (tell, ended) = std::sync::mpsc::channel();
            let pid = child.id();
            std::thread::spawn(move || tell.send(child.wait().unwrap().code()));
            let Ok(code) = ended.recv_timeout(std::time::Duration::from_mins(1)) else {
                let _ =
                    std::process::Command::new("kill").args(["-KILL", &pid.to_string()]).status();
                panic!("{command:?} waits for {name}");
            };
            // Status needs no list, and letters are no matter of suppress.
            let needs_it = command[0] == "send" || name.starts_with("campaign");
            assert!(!needs_it || code != Some(0), "{command:?} with {name}: {code:?}");
        }
    }
}
