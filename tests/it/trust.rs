//! Trust, asked once: what a folder may run, take and read outside itself.

use std::fs;
use std::path::Path;

use crate::server::Server;
use crate::support::{Campaign, gonets, private, ran};

/// A relay that needs a password, which `source` gives.
fn with_password(server: &Server, source: &str) -> Campaign {
    let smtp = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nusername = \"u\"\n\
         timeout = \"2s\"\npassword = {source}\n",
        server.port
    );
    Campaign::new().with(&smtp).write()
}

fn trust(campaign: &Campaign, more: &[&str]) -> crate::support::Ran {
    ran(gonets().arg("trust").arg(campaign.path()).args(more).output().unwrap())
}

#[test]
fn without_leave_no_secret_is_taken_and_nobody_is_logged_in() {
    let server = Server::kind();
    for source in [
        "{ env = \"GONETS_TEST\" }",
        "{ file = \"secret\" }",
        "{ keyring = \"mail\" }",
        "{ command = [\"sh\", \"-c\", \"touch ran\"] }",
    ] {
        let campaign = with_password(&server, source);
        private(&campaign.path().join("secret"), "hunter2\n");
        for words in [["send", "--yes"], ["send", "--dry-run"], ["send", "--test-to=me@here.test"]]
        {
            let mut command = campaign.command(words);
            command.env("GONETS_TEST", "hunter2").current_dir(campaign.path());
            let refused = ran(command.output().unwrap()).code(3);
            let server = format!("u at 127.0.0.1:{}", server.port);
            refused.says(&server).says("gonets trust").says("--trust");
        }
        assert!(!campaign.path().join("ran").exists(), "{source}");
    }
    assert_eq!(server.seen.lock().unwrap().connections, 0);
}

#[test]
fn to_look_at_letters_runs_nothing_and_needs_no_leave() {
    let server = Server::kind();
    let campaign = with_password(&server, "{ command = [\"sh\", \"-c\", \"touch ran\"] }");
    for words in ["check", "preview", "show", "status", "report"] {
        let mut command = campaign.command([words]);
        ran(command.current_dir(campaign.path()).output().unwrap()).code(0);
    }
    assert!(!campaign.path().join("ran").exists());
}

#[test]
fn a_program_for_the_ledger_of_a_campaign_that_is_followed_needs_leave_too() {
    let ledger = "[ledger]\npostgres = { command = [\"sh\", \"-c\", \"touch ran\"] }\n";
    let first = Campaign::new().with(ledger).write();
    let second = Campaign::new().with(&follows(&first)).write();
    let third = Campaign::new().with(&follows(&second)).write();
    for campaign in [&first, &second, &third] {
        for words in ["check", "preview", "show", "status", "report", "register", "send"] {
            let mut command = campaign.command([words]);
            let refused = ran(command.current_dir(campaign.path()).output().unwrap());
            refused.code(3).says("touch ran").says("gonets trust");
        }
        assert!(!campaign.path().join("ran").exists());
    }
}

fn follows(campaign: &Campaign) -> String {
    format!("[follows]\ncampaign = '{}'\n", campaign.path().display())
}

#[test]
fn leave_lasts_until_what_was_asked_for_changes() {
    let server = Server::kind();
    let campaign = with_password(&server, "{ file = \"secret\" }");
    private(&campaign.path().join("secret"), "hunter2\n");
    let dry = |more: &[&str]| {
        let mut command = campaign.command(["send", "--dry-run"]);
        ran(command.args(more).output().unwrap())
    };
    dry(&["--trust"]).code(0);
    // For that run alone.
    dry(&[]).code(3);
    trust(&campaign, &[]).code(0).says("secret").says("from now on");
    dry(&[]).code(0);
    // Nothing that a person was asked about.
    campaign.edit("campaign.toml", "О семинаре", "О встрече");
    campaign.edit("campaign.toml", "timeout = \"2s\"", "timeout = \"3s\"");
    dry(&[]).code(0);
    for (old, new) in [
        ("\"secret\"", "\"secret2\""),
        ("username = \"u\"", "username = \"v\""),
        ("127.0.0.1", "localhost"),
    ] {
        fs::copy(campaign.path().join("secret"), campaign.path().join("secret2")).unwrap();
        campaign.edit("campaign.toml", old, new);
        dry(&[]).code(3).says("gonets trust");
        campaign.edit("campaign.toml", new, old);
        dry(&[]).code(0);
    }
    trust(&campaign, &["--remove"]).code(0).says("taken back");
    dry(&[]).code(3);
    trust(&campaign, &["--remove"]).code(0).says("had no permission");
}

#[test]
fn leave_is_for_the_folder_and_not_for_a_copy_of_it() {
    let server = Server::kind();
    let campaign = with_password(&server, "{ file = \"secret\" }");
    private(&campaign.path().join("secret"), "hunter2\n");
    trust(&campaign, &[]).code(0);
    let copy = tempfile::tempdir().unwrap();
    for name in ["campaign.toml", "contacts.csv", "letter.md", "secret"] {
        fs::copy(campaign.path().join(name), copy.path().join(name)).unwrap();
    }
    let mut command = gonets();
    command.arg("send").arg(copy.path()).arg("--dry-run");
    ran(command.output().unwrap()).code(3).says("gonets trust");
}

#[cfg(unix)]
#[test]
fn a_script_of_the_folder_that_changed_is_asked_about_again() {
    let server = Server::kind();
    let campaign = with_password(&server, "{ command = [\"sh\", \"ask.sh\"] }");
    let script = campaign.path().join("ask.sh");
    fs::write(&script, "echo hunter2").unwrap();
    let dry = || {
        let mut command = campaign.command(["send", "--dry-run"]);
        ran(command.current_dir(campaign.path()).output().unwrap())
    };
    trust(&campaign, &[]).code(0).says("sh ask.sh");
    dry().code(0);
    fs::write(&script, "touch ran; echo hunter2").unwrap();
    dry().code(3);
    assert!(!campaign.path().join("ran").exists());
}

#[test]
fn what_was_given_is_listed_for_people_and_programs() {
    let state = tempfile::tempdir().unwrap();
    let server = Server::kind();
    let campaign = with_password(&server, "{ env = \"GONETS_TEST\" }");
    let run = |words: &[&str]| {
        let mut command = gonets();
        command.env("XDG_STATE_HOME", state.path()).env("LOCALAPPDATA", state.path()).arg("trust");
        ran(command.args(words).output().unwrap())
    };
    run(&[]).code(0).says("no folder");
    let path = fs::canonicalize(campaign.path()).unwrap();
    let path = path.to_str().unwrap();
    run(&[path]).code(0);
    run(&[]).code(0).says(path).says("GONETS_TEST");
    let listed = run(&["--json"]).code(0).out;
    let first: serde_json::Value = serde_json::from_str(listed.lines().next().unwrap()).unwrap();
    assert_eq!(first["type"], "trust");
    assert_eq!(first["folder"], path);
    assert_eq!(first["needs"][0]["kind"], "variable");
    assert_eq!(first["needs"][0]["login"]["account"], "u");
    run(&[path, "--remove"]).code(0);
    run(&[]).code(0).says("no folder");
}

#[test]
fn a_folder_that_stays_by_itself_needs_no_leave() {
    let campaign = Campaign::new().write();
    trust(&campaign, &[]).code(0).says("needs no permission");
    campaign.run(["send", "--yes"]).code(0);
}

/// A folder with the campaign and a file beside it.
fn beside(name: &str, text: &str) -> (tempfile::TempDir, Campaign) {
    let parent = tempfile::tempdir().unwrap();
    fs::write(parent.path().join(name), text).unwrap();
    let campaign = Campaign::new();
    (parent, campaign)
}

fn path_of(parent: &tempfile::TempDir, name: &str) -> String {
    parent.path().join(name).to_str().unwrap().replace('\\', "/")
}

#[test]
fn a_letter_from_outside_is_read_only_with_leave() {
    let (parent, campaign) = beside("secret.md", "the secret of another folder");
    let campaign = campaign.letter_table(&format!("text = \"{}\"", path_of(&parent, "secret.md")));
    let campaign = campaign.write();
    for words in
        [["check", "--quiet"], ["preview", "--quiet"], ["show", "--text"], ["send", "--yes"]]
    {
        let refused = campaign.run(words).code(3).says("secret.md").says("gonets trust");
        assert!(!refused.out.contains("the secret of"));
    }
    for words in ["status", "report"] {
        let ran = campaign.run([words]);
        assert!(!ran.out.contains("the secret of") && !ran.err.contains("the secret of"));
    }
    campaign.run(["show", "--text", "--trust"]).code(0).says("the secret of another folder");
    trust(&campaign, &[]).code(0);
    campaign.run(["show", "--text"]).code(0).says("the secret of another folder");
}

#[test]
fn an_include_from_outside_is_read_only_with_leave() {
    let (parent, campaign) = beside("part.md", "a part from outside");
    let part = path_of(&parent, "part.md");
    let campaign =
        campaign.letter(&format!("{{{{ salutation }}}}!\n\n{{% include \"{part}\" %}}\n"));
    let campaign = campaign.write();
    campaign.run(["check"]).code(3).says("part.md").says("gonets trust");
    trust(&campaign, &[]).code(0);
    campaign.run(["show", "--text"]).code(0).says("a part from outside");
}

#[test]
fn what_a_template_outside_includes_needs_leave_too_and_one_answer_covers_both() {
    let (parent, campaign) = beside("part.md", "a part of a part");
    let (part, letter) = (path_of(&parent, "part.md"), path_of(&parent, "letter.txt"));
    fs::write(&letter, format!("{{% include \"{part}\" %}}\n")).unwrap();
    let campaign = campaign.letter_table(&format!("text = \"{letter}\"")).write();
    let refused = campaign.run(["check"]).code(3).says("letter.txt").says("gonets trust");
    // Not even its names are read before there is leave.
    assert!(!refused.err.contains("part.md"), "{}", refused.err);
    campaign.run(["show", "--text", "--trust"]).code(0).says("a part of a part");
    trust(&campaign, &[]).code(0).says("letter.txt").says("part.md");
    campaign.run(["show", "--text"]).code(0).says("a part of a part");
    fs::write(path_of(&parent, "more.md"), "more").unwrap();
    fs::write(&letter, format!("{{% include \"{}\" %}}", path_of(&parent, "more.md"))).unwrap();
    campaign.run(["check"]).code(3).says("more.md").says("gonets trust");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_folder_leads_nowhere_without_leave() {
    let (parent, campaign) = beside("secret.md", "the secret of another folder");
    let campaign = campaign.write();
    fs::remove_file(campaign.path().join("letter.md")).unwrap();
    std::os::unix::fs::symlink(parent.path().join("secret.md"), campaign.path().join("letter.md"))
        .unwrap();
    campaign.run(["show"]).code(3).says("secret.md").says("gonets trust");
}

#[test]
fn every_key_that_names_a_file_outside_needs_leave() {
    let (parent, _) = beside("x", "x");
    let outside = path_of(&parent, "x");
    let folder = parent.path().to_str().unwrap().replace('\\', "/");
    let with = |letter: &str, rest: &str| {
        let campaign = Campaign::new().letter_table(letter).with(rest).write();
        campaign.run(["check"]).code(3).says("gonets trust").says(&outside[..outside.len() - 2]);
    };
    with(&format!("html = \"{outside}\""), "");
    with(&format!("logo = \"{outside}\""), "");
    with(&format!("attachments_from = [\"{folder}\"]"), "");
    with("", &format!("[dkim]\nselector = \"a\"\nkey = \"{outside}\"\n"));
    with(
        "",
        &format!("[smtp]\nhost = \"127.0.0.1\"\nsecurity = \"none\"\nca_file = \"{outside}\"\n"),
    );
    with("", &format!("[pdf]\nletterhead = \"{outside}\"\n"));
    with("", &format!("[pdf]\nfonts = \"{folder}\"\n"));
}

#[test]
fn letters_are_archived_outside_only_with_leave() {
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("kept");
    let path = path.to_str().unwrap().replace('\\', "/");
    let archive = format!("[archive]\nkeep = \"files\"\npath = \"{path}\"\n");
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).with(&archive).write();
    campaign.run(["send", "--yes"]).code(3).says("kept").says("gonets trust");
    assert!(!Path::new(&path).exists());
    campaign.run(["send", "--yes", "--trust"]).code(0);
    assert_eq!(fs::read_dir(path).unwrap().count(), 3);
}

#[cfg(unix)]
#[test]
fn a_list_behind_a_link_is_named_by_where_it_lies() {
    let (parent, campaign) = beside("theirs.csv", "email\nanna@one.test\n");
    let campaign = campaign.letter("Да.").write();
    let list = campaign.path().join("contacts.csv");
    fs::remove_file(&list).unwrap();
    std::os::unix::fs::symlink(parent.path().join("theirs.csv"), list).unwrap();
    campaign.run(["check"]).says("outside the campaign's folder").says("theirs.csv");
}

#[test]
fn a_campaign_outside_that_is_followed_is_named() {
    let server = Server::kind();
    let first = Campaign::new().to(&server).write();
    first.run(["send", "--yes"]).code(0);
    let second = Campaign::new().with(&follows(&first)).write();
    second.run(["check"]).says("read from outside").says(first.path().to_str().unwrap());
}

#[test]
fn a_translation_from_outside_is_read_only_with_leave() {
    let outside = tempfile::tempdir().unwrap();
    let letter = outside.path().join("letter.en.md");
    fs::write(&letter, "Dear {{ row['email'] }},\n\nHello.\n").unwrap();
    let table = format!("[letter.en]\nsubject = \"A\"\nbody = '{}'\n", letter.display());
    let campaign = Campaign::new().with(&table).write();
    campaign.run(["check"]).code(3).says(letter.to_str().unwrap()).says("gonets trust");
    campaign.run(["check", "--trust"]).code(0);
}

#[test]
fn lists_may_lie_anywhere_and_are_named() {
    let (parent, campaign) = beside("no.csv", "email\nanna@one.test\n");
    let list = path_of(&parent, "no.csv");
    let campaign = campaign.contacts_table(&format!("suppress = \"{list}\"")).write();
    campaign.run(["check"]).code(0).says("outside the campaign's folder").says("no.csv");
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs script"]
fn at_a_terminal_leave_is_asked_for_once() {
    use crate::secrets::at_a_terminal;
    let server = Server::kind();
    let campaign = with_password(&server, "{ file = \"secret\" }");
    private(&campaign.path().join("secret"), "hunter2\n");
    let gonets = env!("CARGO_BIN_EXE_gonets");
    let (path, state) = (campaign.path().display(), crate::support::state().display());
    let line = format!("XDG_STATE_HOME={state} {gonets} send {path} --yes");
    let shown = at_a_terminal(&line, "Type yes", "no\n");
    assert!(shown.contains("secret") && shown.contains("--trust"), "{shown}");
    assert_eq!(server.seen.lock().unwrap().connections, 0);
    let shown = at_a_terminal(&line, "Type yes", "yes\n");
    assert!(shown.contains("3 accepted"), "{shown}");
    let shown = at_a_terminal(&line, "Type yes", "");
    assert!(!shown.contains("Type yes"), "{shown}");
}
