//! A letter that the relay hates, a copy that it refuses, a sender that it does not want: each is
//! told from the others, and none holds up more than it has to.

use std::sync::Mutex;

use crate::server::{Act, Moment, Server, say};
use crate::support::{Campaign, Ran, THREE};

const SPAM: &str = "554 5.7.1 message rejected under suspicion of SPAM";
const NO_RELAYING: &str = "554 5.7.1 <x>: Relay access denied";

/// Refuses the letters to these people whenever they come: at their address, or at the end of the
/// message that their address stands in.
fn hating(who: &'static [usize], reply: &'static str) -> Server {
    let is_at_the_end = reply == SPAM;
    let hated = Mutex::new(std::collections::HashMap::new());
    Server::scripted(move |connection, moment| match moment {
        Moment::Command(line) if line.starts_with("RCPT") => {
            let is_hated = who.iter().any(|n| line.contains(&format!("<p{n}@")));
            hated.lock().unwrap().insert(connection, is_hated);
            (is_hated && !is_at_the_end).then(|| say(reply))
        }
        Moment::Message if is_at_the_end && hated.lock().unwrap()[&connection] => Some(say(reply)),
        Moment::Greeting | Moment::Command(_) | Moment::Message => None,
    })
}

fn campaign(server: &Server, people: usize) -> Campaign {
    Campaign::new().people(people).to(server).impatient().write()
}

fn account(ran: &Ran) -> (u64, u64, u64) {
    let summary = ran.summary();
    let count = |name: &str| summary[name].as_u64().unwrap();
    (count("accepted"), count("refused"), count("waiting"))
}

#[test]
fn a_letter_that_the_relay_hates_is_set_aside_wherever_it_stands_and_the_others_go() {
    for who in [&[0], &[3], &[7]] {
        for reply in [SPAM, NO_RELAYING] {
            let server = hating(who, reply);
            let campaign = campaign(&server, 8);
            let ran = campaign.run(["send", "--yes", "--json"]).code(1);
            assert_eq!(account(&ran), (7, 1, 0), "{who:?} {reply}: {}", ran.err);
            assert!(!ran.err.contains("was stopped"), "{}", ran.err);
            let address = format!("RCPT TO:<p{}@", who[0]);
            let tries = server.commands().iter().filter(|line| line.contains(&address)).count();
            assert!((2..=3).contains(&tries), "{tries} tries");
            server.has_nobody_twice();
            campaign.run(["report"]).says(&reply[..9]);
        }
    }
}

#[test]
fn it_is_the_same_over_many_connections() {
    for who in [&[0, 9][..], &[19, 38, 39]] {
        let server = hating(who, SPAM);
        let campaign = Campaign::new()
            .people(40)
            .to(&server)
            .impatient()
            .with("[pace]\nconnections = 6\n")
            .write();
        let mut ran = campaign.run(["send", "--yes", "--json"]);
        for _ in 0..2 {
            if ran.code == 4 {
                ran = campaign.run(["send", "--yes", "--json"]);
            }
        }
        let hated = who.len() as u64;
        assert_eq!(account(&ran.code(1)), (40 - hated, hated, 0));
        server.has_nobody_twice();
    }
}

#[test]
fn several_hated_letters_in_a_row_hold_up_nobody_for_good() {
    let server = hating(&[0, 1], SPAM);
    let ran = campaign(&server, 6).run(["send", "--yes", "--json"]).code(1);
    assert_eq!(account(&ran), (4, 2, 0), "{}", ran.err);

    // Three in a row look like a refusal of the sender; the next run begins with the others.
    let server = hating(&[0, 1, 2, 3], SPAM);
    let campaign = campaign(&server, 8);
    let ran = campaign.run(["send", "--yes", "--json"]).code(4);
    assert_eq!(account(&ran), (0, 0, 8));
    assert_eq!(server.seen.lock().unwrap().messages, 3);
    let ran = campaign.run(["send", "--yes", "--json"]).code(1);
    assert_eq!(account(&ran), (4, 4, 0), "{}", ran.err);
    server.has_nobody_twice();
}

#[test]
fn hated_letters_at_the_end_of_the_list_are_given_up_in_a_few_runs() {
    let server = hating(&[4, 5, 6], SPAM);
    let campaign = campaign(&server, 7);
    let mut ran = campaign.run(["send", "--yes", "--json"]);
    for _ in 0..2 {
        assert_eq!(account(&ran.code(4)).0, 4);
        ran = campaign.run(["send", "--yes", "--json"]);
    }
    assert_eq!(account(&ran.code(1)), (4, 3, 0));
}

#[test]
fn a_run_that_ends_at_the_hated_letter_does_not_begin_with_it_again() {
    let server = hating(&[0], SPAM);
    let campaign = campaign(&server, 4);
    for _ in 0..4 {
        campaign.run(["send", "--yes", "--limit", "1"]);
    }
    assert_eq!(server.taken().len(), 3, "{:?}", server.counts());
    campaign.run(["send", "--yes"]).code(1).says("3 accepted, 1 refused, 0 waiting");
}

#[test]
fn a_refused_sender_stops_the_run_after_very_few_letters() {
    for reply in [SPAM, "550 5.4.5 Daily user sending limit exceeded"] {
        for connections in [1, 8] {
            let server =
                Server::scripted(move |_, moment| (*moment == Moment::Message).then(|| say(reply)));
            let campaign = Campaign::new()
                .people(30)
                .to(&server)
                .impatient()
                .with(&format!("[pace]\nconnections = {connections}\n"))
                .write();
            let ran = campaign.run(["send", "--yes"]).code(4).says("30 waiting").says("the sender");
            // Nothing tells a person to go on now, beside the words that it would make it worse.
            assert!(!ran.err.contains("to continue"), "{}", ran.err);
            assert!(!ran.out.contains("to continue"), "{}", ran.out);
            let messages = server.seen.lock().unwrap().messages;
            assert!(messages <= 3 + connections, "{messages} messages over {connections}");
        }
    }
}

#[test]
fn a_letter_that_has_no_other_to_compare_it_with_waits() {
    let server = hating(&[0], SPAM);
    let campaign = campaign(&server, 1);
    for run in 1..=3 {
        campaign.run(["send", "--yes"]).code(4).says("1 waiting").says("no other has passed");
        assert_eq!(server.seen.lock().unwrap().messages, 2 + run, "three tries, then one a run");
    }
}

#[test]
fn a_quota_that_is_used_up_with_the_last_letter_does_not_refuse_it() {
    let count = Mutex::new(0);
    let server = Server::scripted(move |_, moment| {
        let mut count = count.lock().unwrap();
        *count += usize::from(*moment == Moment::Message);
        (*moment == Moment::Message && *count > 4)
            .then(|| say("550 5.4.5 Daily user sending limit exceeded"))
    });
    let ran = campaign(&server, 5).run(["send", "--yes", "--json"]).code(4);
    assert_eq!(account(&ran), (4, 0, 1));
}

#[test]
fn a_wrong_login_is_tried_once_however_many_connections_there_are() {
    let logins = std::sync::Arc::new(Mutex::new(0));
    let count = logins.clone();
    let server = Server::scripted(move |_, moment| match moment {
        Moment::Command(line) if line.starts_with("AUTH") => {
            *count.lock().unwrap() += 1;
            Some(say("535 5.7.8 authentication failed"))
        }
        Moment::Greeting | Moment::Command(_) | Moment::Message => None,
    });
    let smtp = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nusername = \"a\"\n\
         password = {{ env = \"GONETS_TEST_PASSWORD\" }}\n[pace]\nconnections = 8\n",
        server.port
    );
    let campaign = Campaign::new().people(30).with(&smtp).write().trusted();
    let mut command = campaign.command(["send", "--yes"]);
    let ran = crate::support::ran(command.env("GONETS_TEST_PASSWORD", "x").output().unwrap());
    ran.code(4).says("authentication failed");
    let told = campaign.run(["status", "--json"]).code(0).summary()["last_run"].clone();
    assert_eq!(
        (&told["end"], &told["reply"]),
        (&"login".into(), &"535 5.7.8 authentication failed".into())
    );
    campaign.run(["status"]).code(0).says("check `username` and the password of [smtp]");
    assert_eq!(*logins.lock().unwrap(), 1);
    assert_eq!(server.seen.lock().unwrap().connections, 1);
}

/// A copy of every letter, and one that Anna's letter has of its own.
fn with_copies(server: &Server, all: &str) -> Campaign {
    let people = THREE.replace("anna@one.test;", "\"anna@one.test, assistant@one.test\";");
    Campaign::new()
        .contacts(&people)
        .contacts_table("several = \"copy\"")
        .sender_table(&format!("bcc = [\"{all}\"]"))
        .to(server)
        .impatient()
        .write()
}

fn refusing(copy: &'static str, reply: &'static str) -> Server {
    Server::scripted(move |_, moment| match moment {
        Moment::Command(line) if line.contains(copy) => Some(say(reply)),
        Moment::Greeting | Moment::Command(_) | Moment::Message => None,
    })
}

#[test]
fn a_letter_goes_without_a_copy_of_its_own_that_is_refused_and_the_copy_is_named() {
    for reply in ["550 5.1.1 no such user", "450 4.2.1 busy"] {
        let server = refusing("assistant@", reply);
        let campaign = with_copies(&server, "archive@sender.test");
        campaign
            .run(["send", "--yes"])
            .code(0)
            .says("3 accepted, 0 refused")
            .says("goes without the copy to assistant@one.test");
        server.has_nobody_twice();
        assert!(
            server.taken().iter().all(|taken| !taken.to.iter().any(|to| to.contains("assist")))
        );
        campaign.run(["report"]).says("without the copy to assistant@one.test").says(&reply[..9]);
    }
}

#[test]
fn a_copy_of_all_letters_that_is_refused_stops_the_run_and_refuses_nobody() {
    for reply in ["550 5.1.1 no such user", "452 4.2.2 mailbox full"] {
        let server = refusing("archive@", reply);
        let campaign = with_copies(&server, "archive@sender.test");
        campaign
            .run(["send", "--yes"])
            .code(4)
            .says("0 refused, 3 waiting")
            .says("the copy to archive@sender.test was refused")
            .says(&reply[..9]);
        assert!(server.taken().is_empty());
    }
}

#[test]
fn a_copy_that_is_put_off_at_first_goes_with_its_letter() {
    let count = Mutex::new(0);
    let server = Server::scripted(move |_, moment| match moment {
        Moment::Command(line) if line.contains("archive@") => {
            let mut count = count.lock().unwrap();
            *count += 1;
            (*count <= 3).then(|| say("450 4.2.0 greylisted"))
        }
        Moment::Greeting | Moment::Command(_) | Moment::Message => None,
    });
    with_copies(&server, "archive@sender.test").run(["send", "--yes"]).code(0).says("3 accepted");
    server.has_nobody_twice();
    assert!(server.taken().iter().all(|taken| taken.to.iter().any(|to| to.contains("archive"))));
}

#[test]
fn an_archive_that_cannot_be_written_stops_before_the_next_letter_and_says_what_it_lacks() {
    let campaign = Campaign::new();
    let archive = campaign.path().join("archive");
    let server = Server::scripted(move |_, moment| {
        if *moment == Moment::Message {
            let _ = std::fs::remove_dir_all(&archive);
        }
        None::<Act>
    });
    let campaign = campaign.people(20).to(&server).with("[archive]\n").write();
    campaign
        .run(["send", "--yes"])
        .code(4)
        .says("1 accepted, 0 refused, 19 waiting")
        .says("missing in the archive: p0@many.test");
    assert_eq!(server.taken().len(), 1);
}
