//! Who has a letter does not look new after a change of settings, or in a copy of the folder.

use std::fs;
use std::path::Path;

use crate::server::Server;
use crate::support::{Campaign, THREE, copy_files, gonets, ran};

/// Three people with a key each.
fn keyed(keys: [&str; 3]) -> String {
    let column = std::iter::once("key").chain(keys);
    THREE.lines().zip(column).map(|(line, key)| format!("{line};{key}\n")).collect()
}

#[test]
fn a_letter_for_each_row_makes_nobody_look_new_who_has_one() {
    let server = Server::kind();
    let campaign = Campaign::new().contacts(&keyed(["a", "b", "c"])).to(&server).write();
    campaign.run(["send", "--yes", "--to", "anna@one.test", "boris@two.test"]).code(7);
    campaign.edit("campaign.toml", "contacts.csv\"\n", "contacts.csv\"\nduplicates = \"each\"\n");
    campaign
        .run(["send", "--yes"])
        .code(3)
        .says("2 letters would go to people who already have one")
        .says("anna@one.test")
        .says("--second-letters");
    campaign.run(["send", "--dry-run"]).code(3);
    for command in ["check", "preview"] {
        campaign.run([command]).code(0).says("2 letters would go to people who already have one");
    }
    // Who never had one may get it.
    campaign.run(["send", "--yes", "--to", "vera@three.test"]).says("vera");
    server.has_nobody_twice();
    campaign.edit("campaign.toml", "duplicates = \"each\"\n", "");
    campaign.run(["check"]).code(0);
    server.has_nobody_twice();
    // The control: by a person's word they get a second one, and this judge sees it.
    campaign.edit("campaign.toml", "contacts.csv\"\n", "contacts.csv\"\nduplicates = \"each\"\n");
    campaign.run(["send", "--yes", "--second-letters"]);
    assert_eq!(server.counts()["anna@one.test"], 2);
}

#[test]
fn changed_keys_make_nobody_look_new_and_a_second_person_at_an_address_is_new() {
    let server = Server::kind();
    let campaign = Campaign::new()
        .contacts(&keyed(["a", "b", "c"]))
        .contacts_table("duplicates = \"each\"")
        .to(&server)
        .write();
    campaign.run(["send", "--yes"]).code(0);
    let list = keyed(["a", "b", "c"]);
    let second = "anna@one.test;Ким;Ольга;;Ким О.;Директору;Уважаемая Ольга;Южный;second\n";
    fs::write(campaign.path().join("contacts.csv"), list + second).unwrap();
    campaign.run(["send", "--yes"]).code(0).says("4 accepted");
    assert_eq!(server.counts()["anna@one.test"], 2);
    fs::write(campaign.path().join("contacts.csv"), keyed(["1", "2", "3"])).unwrap();
    campaign.run(["send", "--yes"]).code(3).says("3 letters would go to people");
    assert_eq!(server.taken().len(), 4);
}

#[test]
fn a_second_person_at_an_address_is_asked_about_after_a_change_of_settings() {
    let server = Server::kind();
    let second = "anna@one.test;Ким;Ольга;;Ким О.;Директору;Уважаемая Ольга;Южный;second\n";
    let list = keyed(["", "b", "c"]) + second;
    let campaign = Campaign::new()
        .contacts(&list)
        .contacts_table("duplicates = \"first\"")
        .to(&server)
        .write();
    campaign.run(["send", "--yes", "--limit", "1"]);
    campaign.edit("campaign.toml", "\"first\"", "\"each\"");
    campaign
        .run(["send", "--yes"])
        .code(3)
        .says("1 letter would go to people who already have one");
    // Others may get theirs, by address or by row; that says nothing about her.
    campaign.run(["send", "--yes", "--to", "boris@two.test"]);
    campaign.run(["send", "--yes", "--rows", "4"]);
    campaign.run(["send", "--yes"]).code(3).says("1 letter would go");
    assert_eq!(server.taken().len(), 3);
    server.has_nobody_twice();
    campaign.run(["send", "--yes", "--second-letters"]).code(0);
    assert_eq!(server.counts()["anna@one.test"], 2);
    // From now on, the list tells people apart.
    let third = second.replace("second", "third");
    fs::write(campaign.path().join("contacts.csv"), list + &third).unwrap();
    campaign.run(["send", "--yes"]).code(0).says("5 accepted");
}

#[test]
fn who_was_not_asked_for_is_not_known_to_the_next_run() {
    let server = Server::kind();
    let campaign = Campaign::new().contacts(&keyed(["a", "b", "c"])).to(&server).write();
    campaign.run(["send", "--yes", "--to", "anna@one.test", "boris@two.test"]).code(7);
    campaign.edit("campaign.toml", "contacts.csv\"\n", "contacts.csv\"\nduplicates = \"each\"\n");
    campaign.run(["send", "--yes", "--to", "vera@three.test"]);
    campaign.run(["send", "--yes"]).code(3).says("2 letters would go");
    campaign.run(["send", "--yes", "--second-letters", "--to", "anna@one.test"]);
    campaign.run(["send", "--yes"]).code(3).says("1 letter would go");
    assert_eq!((server.counts()["anna@one.test"], server.counts()["boris@two.test"]), (2, 1));
}

#[test]
fn another_id_does_not_make_everybody_new() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--yes"]).code(0);
    campaign.edit("campaign.toml", "id = \"test\"", "id = \"other\"");
    campaign
        .run(["send", "--yes"])
        .code(3)
        .says("belongs to the campaign \"test\", of which people have 3 letters")
        .says("--second-letters");
    for command in ["check", "preview", "status"] {
        campaign.run([command]).code(3);
    }
    server.has_nobody_twice();
    campaign.edit("campaign.toml", "id = \"other\"", "id = \"test\"");
    campaign.run(["send", "--yes"]).code(0);
    server.has_nobody_twice();
}

#[test]
fn a_campaign_goes_on_under_another_id_by_a_persons_word() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--yes", "--to", "anna@one.test"]).code(7);
    campaign.edit("campaign.toml", "id = \"test\"", "id = \"other\"");
    campaign
        .run(["send", "--dry-run", "--second-letters"])
        .code(0)
        .says("1 letter will go to people who already have one");
    campaign.run(["status"]).code(3);
    // Who never had one gets it, and keeps the place that waits; who has one is still known.
    campaign.run(["send", "--yes", "--second-letters", "--to", "boris@two.test"]).code(7);
    campaign
        .run(["send", "--yes"])
        .code(3)
        .says("1 letter would go to people who already have one");
    server.has_nobody_twice();
    campaign.run(["status"]).says("2 accepted").says("1 waiting");
    campaign
        .run(["send", "--yes", "--second-letters"])
        .code(0)
        .says("1 letter will go to people who already have one");
    assert_eq!(server.counts().into_values().collect::<Vec<_>>(), [2, 1, 1]);
    campaign.run(["send", "--yes"]).code(0).says("4 accepted");
    assert_eq!(server.taken().len(), 4);
    // What is noted beside the ledger goes with the new id.
    fs::remove_file(campaign.path().join("ledger.sqlite")).unwrap();
    campaign.run(["send", "--yes"]).code(5);
}

fn send(folder: &Path, more: &[&str]) -> crate::support::Ran {
    ran(gonets().args(["send", "--yes"]).args(more).arg(folder).output().unwrap())
}

#[test]
fn a_copied_folder_asks_once_before_it_sends() {
    let server = Server::kind();
    let campaign = Campaign::new().people(4).to(&server).write();
    campaign.run(["send", "--yes", "--limit", "2"]).code(7);
    let other = tempfile::tempdir().unwrap();
    let there = other.path().join("copy");
    copy_files(campaign.path(), &there);
    send(&there, &[]).code(3).says("--here").says(campaign.path().to_str().unwrap());
    for command in ["check", "preview", "status"] {
        let said = ran(gonets().arg(command).arg(&there).output().unwrap());
        said.code(0).says("if this folder is a copy");
    }
    assert_eq!(server.taken().len(), 2);
    send(&there, &["--here", "--limit", "1"]).code(7);
    send(&there, &[]).code(0);
    // Moved: it asks as well.
    let moved = other.path().join("moved");
    fs::rename(&there, &moved).unwrap();
    send(&moved, &[]).code(3).says("--here");
    server.has_nobody_twice();
    // The control: the original does not know of it, and this judge sees what that means.
    campaign.run(["send", "--yes"]).code(0);
    assert!(server.counts().values().any(|n| *n == 2));
}

#[cfg(unix)]
#[test]
fn another_spelling_of_the_same_folder_is_the_same_place() {
    let server = Server::kind();
    let campaign = Campaign::new().people(4).to(&server).write();
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    let other = tempfile::tempdir().unwrap();
    let link = other.path().join("link");
    std::os::unix::fs::symlink(campaign.path(), &link).unwrap();
    send(&link, &["--limit", "1"]).code(7);
    send(&campaign.path().join("../").join(campaign.path().file_name().unwrap()), &[]).code(0);
    server.has_nobody_twice();
}
