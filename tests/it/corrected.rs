//! A refused address that somebody corrected on the list, and letters whose rows left it.

use std::fs;

use serde_json::{Value, json};

use crate::server::{Moment, Server, say};
use crate::support::{Campaign, THREE};

/// Refuses those whose address begins with `old`.
fn refusing_old(reply: &'static str) -> Server {
    Server::scripted(move |_, moment| match moment {
        Moment::Command(line) if line.contains("RCPT TO:<old") => Some(say(reply)),
        _ => None,
    })
}

fn list(second: &str) -> String {
    THREE.replace("boris@two.test", second)
}

fn rewrite(campaign: &Campaign, list: &str) {
    fs::write(campaign.path().join("contacts.csv"), list).unwrap();
}

/// The letter to Boris was refused; the others went.
fn refused(server: &Server) -> Campaign {
    let campaign = Campaign::new().contacts(&list("old@two.test")).to(server).write();
    campaign.run(["send", "--yes"]).code(1);
    campaign
}

fn letter(campaign: &Campaign, command: &str, address: &str) -> Value {
    let out = campaign.run([command, "--json"]).code(0).out;
    let mut lines = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.find(|line| line["address"] == address).unwrap()
}

#[test]
fn a_corrected_address_is_no_longer_a_refusal_once_the_letter_went_there() {
    let server = refusing_old("550 5.1.1 no such user");
    let campaign = refused(&server);
    campaign.run(["status"]).code(0).says("the address is wrong");
    rewrite(&campaign, &list("boris@two.test"));
    assert_eq!(letter(&campaign, "report", "old@two.test")["replaced_by"], Value::Null);
    campaign.run(["send", "--yes"]).code(0).says("1 refused (1 went to a corrected address)");
    for command in ["report", "register"] {
        let old = letter(&campaign, command, "old@two.test");
        assert_eq!(
            (&old["state"], &old["replaced_by"]),
            (&json!("refused"), &json!("boris@two.test")),
            "{command}"
        );
        campaign.run([command]).says("replaced by boris@two.test");
    }
    let status = campaign.run(["status"]).code(0).says("nothing is left to do");
    assert!(!status.out.contains("550"), "{}", status.out);
    let summary = campaign.run(["status", "--json"]).summary();
    let counts = ["letters", "accepted", "refused", "replaced"].map(|name| &summary[name]);
    assert_eq!(counts, [4, 3, 1, 1]);
    campaign.run(["show", "--to", "old@two.test"]).code(0).says("replaced by boris@two.test");
    campaign
        .run(["reset", "--to", "old@two.test", "--yes"])
        .code(3)
        .says("the letter went to boris@two.test");
    // Nor does the list or the letter make it another account afterwards.
    let before = letter(&campaign, "register", "old@two.test");
    rewrite(&campaign, &list("late@two.test"));
    assert_eq!(letter(&campaign, "register", "old@two.test"), before);
    campaign.run(["send", "--yes", "--retry-refused"]).code(0);
    assert_eq!(server.counts().get("old@two.test"), None);
}

#[test]
fn a_second_correction_counts_for_both() {
    let server = refusing_old("550 5.1.1 no such user");
    let campaign = refused(&server);
    rewrite(&campaign, &list("older@two.test"));
    campaign.run(["send", "--yes"]).code(1);
    rewrite(&campaign, &list("boris@two.test"));
    campaign.run(["send", "--yes"]).code(0).says("2 went to a corrected address");
}

#[test]
fn an_address_that_is_still_on_the_list_or_another_person_is_no_correction() {
    let server = refusing_old("550 5.1.1 no such user");
    let oleg = "oleg@four.test;Ким;Олег;;Киму О.;Ректору;Уважаемый;Южный\n";
    let boris = "boris@two.test;Цой;Борис;;Цою Б.;Директору;Уважаемый господин Цой;Южный\n";
    let old = boris.replace("boris@", "old@");
    let old = old.as_str();
    for list in [
        // The same person a second time.
        format!("{}{boris}", list("old@two.test")),
        // Somebody else in that row.
        list("old@two.test").replace(old, oleg),
    ] {
        let campaign = refused(&server);
        rewrite(&campaign, &list);
        campaign.run(["send", "--yes"]).code(1);
        let old = letter(&campaign, "report", "old@two.test");
        assert_eq!((&old["state"], &old["replaced_by"]), (&json!("refused"), &Value::Null));
    }
}

#[test]
fn who_has_the_same_key_is_the_same_whatever_else_was_corrected() {
    let server = refusing_old("550 5.1.1 no such user");
    let column = ["key", "1", "2", "3"];
    let keyed = |list: &str, column: [&str; 4]| -> String {
        list.lines().zip(column).map(|(line, key)| format!("{line};{key}\n")).collect()
    };
    for (key, is_replaced) in [("2", true), ("4", false)] {
        let campaign = Campaign::new()
            .contacts(&keyed(&list("old@two.test"), column))
            .contacts_table("duplicates = \"each\"")
            .to(&server)
            .write();
        campaign.run(["send", "--yes"]).code(1);
        let other =
            list("olga@five.test").replace("Цой;Борис;", "Ким;Ольга;").replace("Цою Б.", "Ким О.");
        rewrite(&campaign, &keyed(&other, ["key", "1", key, "3"]));
        let sent = campaign.run(["send", "--yes"]);
        let replaced_by = &letter(&campaign, "report", "old@two.test")["replaced_by"];
        if is_replaced {
            sent.code(0);
            assert_eq!(replaced_by, "olga@five.test");
        } else {
            // Somebody else, as far as anybody can know; there is nothing to correct any more.
            sent.code(1).says("no longer in the list: nothing is left to do");
            assert_eq!(replaced_by, &Value::Null);
            campaign.run(["status"]).code(0).says("no longer in the list: nothing is left to do");
        }
    }
}

#[test]
fn advice_follows_the_reason() {
    for (reply, said) in [
        ("550 5.1.1 no such user", "correct it in the list"),
        ("552 5.3.4 too big", "change the letter"),
        ("550 5.7.1 not today", "ask its operator"),
        ("450 4.2.0 greylisted", "--retry-refused"),
    ] {
        let server = refusing_old(reply);
        let campaign =
            Campaign::new().contacts(&list("old@two.test")).to(&server).impatient().write();
        campaign.run(["send", "--yes"]).code(1).says(said);
        let status = campaign.run(["status"]).code(0).says(said);
        assert_eq!(status.err.contains("correct it"), reply.contains("no such"), "{}", status.err);
    }
}

#[test]
fn a_letter_whose_row_left_the_list_is_not_sent_in_circles() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--yes", "--limit", "1"]);
    let without_boris: String = THREE
        .lines()
        .filter(|line| !line.contains("boris"))
        .map(|line| format!("{line}\n"))
        .collect();
    rewrite(&campaign, &without_boris);
    let status = campaign.run(["status"]).code(0).says("1 letter still waiting");
    assert!(
        status.err.contains("1 letter waiting for addresses that are no longer in contacts.csv")
    );
    for _ in 0..2 {
        let sent = campaign.run(["send", "--yes"]).code(1).says("no longer in contacts.csv");
        assert!(!sent.err.contains("still waiting; to continue"), "{}", sent.err);
    }
    let status = campaign.run(["status"]).code(0).says("no longer in contacts.csv");
    assert!(!status.err.contains("to continue"), "{}", status.err);
    campaign.run(["report"]).says("boris@two.test: waiting — the address is no longer on the list");
    campaign.run(["suppress", "--add", "boris@two.test", "--reason", "left"]).code(0);
    campaign.run(["status"]).code(0).says("nothing is left to do");
    campaign.run(["send", "--yes"]).code(0);
    // An accepted letter cannot be reset into such a state.
    rewrite(&campaign, &THREE.replace("anna@", "other@"));
    campaign
        .run(["reset", "--to", "anna@one.test", "--yes"])
        .code(3)
        .says("no longer in contacts.csv");
}

#[test]
fn what_waits_behind_a_fault_is_sent_to_check_first() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    fs::remove_file(campaign.path().join("letter.md")).unwrap();
    let status = campaign.run(["status"]).code(0).says("see them with gonets check");
    assert!(!status.err.contains("to continue"), "{}", status.err);
}

#[test]
fn rows_with_errors_are_not_forgotten_once_the_others_went() {
    let server = Server::kind();
    let campaign = Campaign::new().contacts(&list("bad@@two.test")).to(&server).write();
    let sent = campaign.run(["send", "--yes", "--skip-faulty"]).code(1).says("gonets check");
    let status = campaign.run(["status"]).code(0).says("see them with gonets check");
    for said in [sent.err, status.err] {
        assert!(!said.contains("nothing is left to do"), "{said}");
    }
}
