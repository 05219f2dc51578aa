//! What `check` answers, and what `send` shows before it asks.

use std::fs;

use crate::server::Server;
use crate::support::{Campaign, Ran, THREE};

/// Many rows with faults of several kinds, and two that are well.
fn faulty() -> String {
    let head = THREE.lines().next().unwrap();
    let mut list = THREE.replace("boris@two.test", "boris@@two.test");
    for n in 0..40 {
        let row = match n % 4 {
            0 => format!("нет{n};И;А;;И;Н;У;Р\n"),
            1 => format!("p{n}@one.test;И;А;;;Н;У;Р\n"),
            2 => format!("p{n}@one.test;И;А;;И;Н;;Р\n"),
            _ => format!("p{n}@one.test;И;А;;И;Н;У\n"),
        };
        list.push_str(&row);
    }
    assert!(list.starts_with(head));
    list
}

#[track_caller]
fn fits_a_screen(ran: &Ran) {
    let lines: Vec<&str> = ran.out.lines().chain(ran.err.lines()).collect();
    assert!(lines.len() <= 24, "{} lines\n{}\n{}", lines.len(), ran.out, ran.err);
    let widest = lines.iter().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 80, "{widest} columns\n{}\n{}", ran.out, ran.err);
}

#[test]
fn the_answer_of_a_check_fits_a_screen_and_ends_with_what_to_do() {
    let campaign = Campaign::new().contacts(&faulty()).write();
    for language in ["en", "ru"] {
        fits_a_screen(&campaign.run(["check", "--lang", language]).code(3));
    }
    let checked = campaign.run(["check", "--rows", "1-30"]).code(3);
    fits_a_screen(&checked);
    assert_eq!(checked.out.trim(), "2 letters well, 27 rows not: 27 errors");
    let last: Vec<&str> = checked.err.lines().rev().take(3).collect();
    assert!(last[0].contains("--rows 1-30 --skip-faulty"), "{}", checked.err);
    assert!(checked.err.contains("--rows 1-30 --problems errors.csv"), "{}", checked.err);
    // Everything is there for whoever wants it.
    let all = campaign.run(["check", "--all"]).code(3);
    assert_eq!(all.err.lines().filter(|line| line.starts_with("contacts.csv:")).count(), 42);
}

#[test]
fn a_strict_check_takes_warnings_and_doubts_for_errors() {
    let list = THREE.replace("boris@two.test", "boris@gmial.com");
    let campaign = Campaign::new().contacts(&list).write();
    campaign.run(["check"]).code(0).says("3 letters can be sent; look at 1 place above");
    campaign.run(["check", "--strict"]).code(3).says("3 letters well; look at 1 other place");
    Campaign::new().write().run(["check", "--strict"]).code(0);
}

#[test]
fn a_send_says_in_one_line_what_does_not_go() {
    let server = Server::kind();
    let campaign = Campaign::new()
        .contacts(&faulty())
        .sender_table("bcc = [\"archive@sender.test\"]")
        .letter_table("attachments = [\"plan.txt\"]")
        .file("plan.txt", "План")
        .to(&server)
        .write();
    let sent = campaign.run(["send", "--dry-run", "--skip-faulty"]).code(0);
    for line in [
        "From:     Дирекция <invite@sender.test>",
        "Subject:  О семинаре",
        "Letters:  2, 4 addresses with copies",
        "Files:    plan.txt (8 B)",
        "First:    anna@one.test",
        "Last:     vera@three.test",
        "Note:     41 rows will not go: 41 with errors (gonets check)",
        "Through:  the relay 127.0.0.1",
    ] {
        assert!(sent.out.contains(line), "{line}\n{}", sent.out);
    }
    assert!(!sent.err.contains("is not an e-mail address"), "{}", sent.err);
    // What is left of an interrupted run is shown the same.
    campaign.run(["send", "--skip-faulty", "--yes", "--limit", "1"]).code(7);
    campaign.run(["send", "--skip-faulty", "--yes"]).code(1).says("Subject:  О семинаре");
    assert!(fs::exists(campaign.path().join("ledger.sqlite")).unwrap());
}
