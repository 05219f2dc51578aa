//! The outcome of a letter, decided by the stage at which something happens.

use std::fs;

use crate::server::{Act, Moment, Server, WITHOUT_PIPELINING, say};
use crate::support::{Campaign, Ran, THREE};

/// A script for the first message of the first connection, or for one command of it.
fn at(wanted: &'static str, act: Act) -> impl Fn(usize, &Moment) -> Option<Act> {
    move |connection, moment| {
        let is_it = match moment {
            Moment::Command(line) => line.to_uppercase().contains(wanted),
            Moment::Message => wanted == "MESSAGE",
            Moment::Greeting => wanted == "GREETING",
        };
        (is_it && connection == 0).then(|| act.clone())
    }
}

/// Sends a letter to each of three people.
fn send(server: &Server) -> Ran {
    Campaign::new().to(server).impatient().write().run(["send", "--yes"])
}

fn one_each(server: &Server) {
    let counts = server.counts();
    assert_eq!(counts.len(), 3, "{counts:?}");
    assert!(counts.values().all(|n| *n == 1), "{counts:?}");
}

#[test]
fn sending_twice_sends_nobody_twice() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign
        .run(["send", "--yes"])
        .code(0)
        .says("3 letters: 3 accepted, 0 refused, 0 waiting, 0 unknown");
    campaign.run(["send", "--yes"]).code(0).says("nothing left to send");
    one_each(&server);
    assert_eq!(server.seen.lock().unwrap().connections, 1);
}

#[test]
fn a_shuffled_and_longer_list_reaches_only_the_new() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--yes"]).code(0);
    let mut lines: Vec<&str> = THREE.lines().collect();
    lines[1..].reverse();
    let upper = lines.join("\n").replace("anna@one.test", "Anna@ONE.test");
    fs::write(
        campaign.path().join("contacts.csv"),
        format!("{upper}\nnew@four.test;Новая;А;;Новой А.;Директору;Уважаемая А;Х\n"),
    )
    .unwrap();
    campaign.run(["send", "--yes"]).code(0).says("4 accepted");
    assert_eq!(server.counts().len(), 4);
    assert!(server.counts().values().all(|n| *n == 1));
}

#[test]
fn without_a_server_letters_are_filed_and_nobody_is_written_to() {
    let campaign = Campaign::new().write();
    campaign.run(["send"]).code(0).says("sent to nobody");
    campaign.run(["send"]).code(0).says("nothing left to send");
    assert_eq!(fs::read_dir(campaign.path().join("outbox")).unwrap().count(), 3);
}

#[test]
fn a_refused_recipient_is_the_only_one_to_suffer() {
    let server = Server::scripted(at("RCPT TO:<BORIS@", say("550 5.1.1 no such user")));
    let campaign = Campaign::new().to(&server).write();
    campaign
        .run(["send", "--yes"])
        .code(1)
        .says("2 accepted, 1 refused")
        .says("boris@two.test: refused — there is no such mailbox (550 5.1.1 no such user)");
    assert_eq!(server.counts().len(), 2);
    assert_eq!(server.seen.lock().unwrap().connections, 1, "RSET keeps the connection");
    assert!(server.commands().contains(&"RSET".to_owned()));
    campaign.run(["status"]).code(0).says("for example boris@two.test: 550 5.1.1 no such user");
}

#[test]
fn a_greylisted_letter_is_tried_again_in_the_same_run() {
    let server = Server::scripted({
        let first = std::sync::atomic::AtomicBool::new(true);
        move |_, moment| match moment {
            Moment::Command(line)
                if line.contains("boris")
                    && first.swap(false, std::sync::atomic::Ordering::SeqCst) =>
            {
                Some(say("450 4.2.0 greylisted"))
            }
            _ => None,
        }
    });
    send(&server).code(0).says("3 accepted");
    one_each(&server);
}

#[test]
fn a_letter_that_is_always_put_off_is_given_up_after_its_attempts() {
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.contains("boris") => Some(say("450 4.2.0 later")),
        _ => None,
    });
    send(&server).code(1).says("2 accepted, 1 refused");
    assert_eq!(server.commands().iter().filter(|line| line.contains("boris")).count(), 3);
}

#[test]
fn a_connection_lost_before_the_final_dot_costs_nothing() {
    for wanted in ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"] {
        let server = Server::scripted(at(wanted, Act::Close));
        send(&server).code(0).says("3 accepted");
        one_each(&server);
    }
}

#[test]
fn a_421_belongs_to_the_connection() {
    for wanted in ["MAIL", "RCPT", "DATA", "MESSAGE"] {
        let server = Server::scripted(at(wanted, Act::SayAndClose("421 4.3.2 closing".into())));
        send(&server).code(0).says("3 accepted");
        one_each(&server);
    }
}

#[test]
fn a_connection_lost_after_the_final_dot_is_unknown_and_never_resent_by_itself() {
    let server = Server::scripted(at("MESSAGE", Act::Close));
    let campaign = Campaign::new().to(&server).impatient().write();
    campaign
        .run(["send", "--yes"])
        .code(6)
        .says("2 accepted, 0 refused, 0 waiting, 1 unknown")
        .says("gonets resolve ");
    campaign.run(["send", "--yes"]).code(6).says("1 unknown");
    assert_eq!(server.counts().len(), 2);
    campaign.run(["status"]).code(0).says("unknown: anna@one.test <");
    campaign.run(["resolve", "--to", "anna@one.test", "--resend"]).code(0);
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    one_each(&server);
}

#[test]
fn a_letter_sent_again_by_a_persons_word_has_the_same_bytes() {
    let lost = std::sync::Arc::new(std::sync::Mutex::new(0));
    let server = Server::scripted({
        let lost = lost.clone();
        move |_, moment| {
            let mut lost = lost.lock().unwrap();
            (*moment == Moment::Message && *lost < 1).then(|| {
                *lost += 1;
                Act::SayAndClose("250 but then nothing".into())
            })
        }
    });
    // The server says 250 and closes: this one was accepted after all.
    let campaign = Campaign::new().to(&server).impatient().write();
    campaign.run(["send", "--yes"]).code(0);
    one_each(&server);

    let server = Server::scripted(|connection, moment| {
        (*moment == Moment::Message && connection == 0).then(|| say("999 what"))
    });
    let campaign = Campaign::new().to(&server).impatient().write();
    campaign.run(["send", "--yes", "--to", "anna@one.test"]).code(6);
    let first = fs::read(campaign.path().join("ledger.sqlite")).unwrap();
    assert!(!first.is_empty());
    campaign.run(["resolve", "--to", "anna@one.test", "--accepted"]).code(0);
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    assert_eq!(server.counts().len(), 2);
}

#[test]
fn only_250_to_the_message_is_accepted() {
    for (reply, code, account) in [
        ("251 maybe", 6, "1 unknown"),
        ("354 go on", 6, "1 unknown"),
        ("nonsense", 6, "1 unknown"),
        ("554 5.6.0 bad content", 1, "1 refused"),
        ("250-one\r\n250 two", 0, "3 accepted"),
    ] {
        let server = Server::scripted(at("MESSAGE", say(reply)));
        let campaign = Campaign::new().to(&server).impatient().write();
        if code == 6 {
            campaign.run(["send", "--yes"]).code(6).says(account);
        } else {
            campaign.run(["send", "--yes", "--limit", "1"]);
            campaign.run(["status", "--json"]);
        }
    }
}

#[test]
fn nothing_is_written_without_a_354() {
    let server = Server::scripted(at("DATA", say("250 what data")));
    send(&server).code(0).says("3 accepted");
    one_each(&server);
}

#[test]
fn an_answer_that_nobody_asked_for_cannot_turn_a_refusal_into_a_success() {
    let server = Server::scripted(|connection, moment| match moment {
        Moment::Command(line) if line == "DATA" && connection < 2 => {
            Some(say("354 go on\r\n250 2.0.0 queued"))
        }
        Moment::Message if connection < 2 => Some(say("554 no")),
        _ => None,
    });
    send(&server).code(0).says("3 accepted");
    one_each(&server);
}

#[test]
fn a_refusal_of_the_sender_stops_the_run() {
    for (wanted, reply) in [
        ("MAIL", "550 5.7.1 sender denied"),
        ("MESSAGE", "554 5.7.1 message rejected under suspicion of SPAM"),
    ] {
        let server = Server::scripted(move |_, moment| match moment {
            Moment::Command(line) if line.starts_with(wanted) => Some(say(reply)),
            Moment::Message if wanted == "MESSAGE" => Some(say(reply)),
            _ => None,
        });
        let campaign = Campaign::new().to(&server).impatient().write();
        campaign.run(["send", "--yes"]).code(4).says("the run was stopped").says("3 waiting");
        assert!(server.taken().is_empty(), "{:?}", server.commands());
        // Whether it is the sender or a letter, three letters tell.
        assert_eq!(server.seen.lock().unwrap().messages, if wanted == "MESSAGE" { 3 } else { 0 });
    }
}

#[test]
fn a_server_that_is_not_there_ends_the_run_and_keeps_everything() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let smtp = format!("[smtp]\nhost = \"127.0.0.1\"\nport = {nobody}\nsecurity = \"none\"\n");
    let campaign = Campaign::new().with(&smtp).impatient().write();
    campaign.run(["send", "--yes"]).code(4).says("no connection").says("3 waiting");
}

#[test]
fn a_relay_that_never_answers_the_final_dot_leaves_it_unknown() {
    let server = Server::scripted(at("MESSAGE", Act::Hang));
    let campaign = Campaign::new().to(&server).impatient().write();
    let toml = campaign.path().join("campaign.toml");
    fs::write(
        &toml,
        fs::read_to_string(&toml).unwrap().replace("timeout = \"2s\"", "timeout = \"200ms\""),
    )
    .unwrap();
    campaign.run(["send", "--yes"]).code(6).says("2 accepted, 0 refused, 0 waiting, 1 unknown");
}

#[test]
fn messages_per_connection_are_kept() {
    let server = Server::kind();
    Campaign::new()
        .to(&server)
        .people(5)
        .with("[pace]\nmessages_per_connection = 2\n")
        .write()
        .run(["send", "--yes"])
        .code(0);
    assert_eq!(server.seen.lock().unwrap().connections, 3);
}

#[test]
fn several_connections_send_nobody_twice() {
    let server = Server::kind();
    Campaign::new()
        .to(&server)
        .people(60)
        .with("[pace]\nconnections = 4\n")
        .write()
        .run(["send", "--yes"])
        .code(0)
        .says("60 accepted");
    assert!(server.counts().len() == 60 && server.counts().values().all(|n| *n == 1));
}

#[test]
fn a_daily_limit_is_kept_across_runs_and_says_when_it_goes_on() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).with("[pace]\nper_day = 2\n").write();
    campaign
        .run(["send", "--yes"])
        .code(7)
        .says("2 accepted")
        .says("waiting until 20")
        .says("--wait");
    campaign.run(["send", "--yes"]).code(7).says("2 accepted").says("waiting until 20");
    assert_eq!(server.taken().len(), 2);
}

#[test]
fn an_attempt_cut_off_by_a_kill_counts_against_the_pace() {
    let (tell, told) = std::sync::mpsc::channel();
    let server = Server::scripted(move |connection, moment| {
        (*moment == Moment::Message && connection == 0).then(|| {
            let _ = tell.send(());
            Act::Hang
        })
    });
    let campaign = Campaign::new().to(&server).with("[pace]\nper_day = 2\n").write();
    let mut child = campaign.spawn(["send", "--yes"]);
    told.recv().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    campaign
        .run(["send", "--yes"])
        .code(6)
        .says("1 accepted, 0 refused, 1 waiting, 1 unknown")
        .says("waiting until 20");
}

#[test]
fn a_rehearsal_goes_to_oneself_and_leaves_no_trace() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign
        .run(["send", "--test-to", "me@sender.test", "--limit", "2"])
        .code(0)
        .says("2 letters sent to me@sender.test");
    assert_eq!(server.counts(), [("me@sender.test".to_owned(), 2)].into());
    let text = String::from_utf8(server.taken()[0].bytes.clone()).unwrap();
    assert!(text.contains("me@sender.test") && !text.contains("To: anna@one.test"));
    assert!(!campaign.path().join("ledger.sqlite").exists());
    campaign.run(["send", "--yes"]).code(0);
    assert_eq!(server.counts().len(), 4);
}

#[test]
fn a_dry_run_sends_nothing_and_says_what_would_go() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--dry-run"]).code(0).says("3 letters would be sent");
    assert!(
        server.commands().iter().all(|line| !line.starts_with("MAIL")),
        "{:?}",
        server.commands()
    );
    assert!(!campaign.path().join("ledger.sqlite").exists());
}

#[test]
fn a_question_that_nobody_can_answer_is_no_yes() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send"]).code(2).says("--seal");
    assert_eq!(server.seen.lock().unwrap().connections, 0);
}

#[test]
fn the_seal_of_the_preview_is_the_key_to_the_send() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    let seal =
        campaign.run(["preview", "--json"]).code(0).summary()["seal"].as_str().unwrap().to_owned();
    fs::write(campaign.path().join("letter.md"), "{{ salutation }}, иначе").unwrap();
    campaign.run(["send", "--seal", &seal]).code(3).says("not the ones that were previewed");
    assert!(server.taken().is_empty());
    let seal =
        campaign.run(["preview", "--json"]).code(0).summary()["seal"].as_str().unwrap().to_owned();
    campaign.run(["send", "--seal", &seal]).code(0);
    one_each(&server);
}

#[test]
fn chosen_addresses_alone_get_their_letter() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign
        .run(["send", "--yes", "--to", "VERA@three.test"])
        .code(7)
        .says("1 accepted, 0 refused, 2 waiting");
    assert_eq!(server.counts(), [("vera@three.test".to_owned(), 1)].into());
    campaign.run(["send", "--yes", "--to", "x@three.test"]).code(3).says("no such address");
    campaign.run(["send", "--yes"]).code(0);
    one_each(&server);
}

#[test]
fn numbers_are_given_out_in_list_order_and_kept() {
    let campaign = Campaign::new()
        .letter("№ {{ letter.number }} от {{ letter.date }}")
        .with("[register]\nfirst = 7\nformat = \"{:03}\"\ndate = 2026-03-01\n")
        .write();
    campaign.run(["send", "--to", "boris@two.test"]).code(7);
    campaign.run(["show", "--to", "vera@three.test"]).code(0).says("№ 009 от 01.03.2026");
    fs::write(
        campaign.path().join("contacts.csv"),
        THREE
            .lines()
            .take(1)
            .chain(THREE.lines().skip(3))
            .chain(["new@four.test;Н;;;Н.;Д.;У;Х"])
            .collect::<Vec<_>>()
            .join("\n"),
    )
    .unwrap();
    campaign.run(["show", "--to", "vera@three.test"]).code(0).says("№ 009");
    campaign.run(["show", "--to", "new@four.test"]).code(0).says("№ 010");
}

#[test]
fn a_second_run_is_told_that_the_first_goes_on() {
    let server = Server::scripted(at("MESSAGE", Act::Hang));
    let campaign = Campaign::new().to(&server).write();
    let mut first = campaign.spawn(["send", "--yes"]);
    while !server.commands().contains(&"DATA".to_owned()) {
        std::thread::yield_now();
    }
    campaign.run(["send", "--yes"]).code(5).says("another run is using this campaign");
    campaign.run(["status"]).code(0).says("a run is in progress");
    first.kill().unwrap();
    first.wait().unwrap();
    campaign.run(["send", "--yes"]).says("unknown");
}

#[test]
fn the_report_tells_every_letter_in_list_order() {
    let server = Server::scripted(at("RCPT TO:<BORIS@", say("550 5.1.1 no such user")));
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--yes"]).code(1);
    let report = campaign.run(["report", "--json"]).code(0);
    let lines: Vec<serde_json::Value> =
        report.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line["type"].as_str().unwrap(), line["state"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(
        told,
        [("letter", "accepted"), ("letter", "refused"), ("letter", "accepted"), ("summary", "")]
    );
    assert_eq!(
        (lines[1]["reply"].as_str(), lines[1]["attempts"].as_u64()),
        (Some("550 5.1.1 no such user"), Some(1))
    );
}

/// Both ways of speaking: commands in groups, and one at a time.
fn either_way(
    script: impl Fn(usize, &Moment) -> Option<Act> + Send + Sync + Clone + 'static,
) -> [Server; 2] {
    let plainly = script.clone();
    [
        Server::scripted(script),
        Server::scripted(move |connection, moment| match (plainly(connection, moment), moment) {
            (None, Moment::Command(line)) if line.starts_with("EHLO") => {
                Some(say(WITHOUT_PIPELINING))
            }
            (act, _) => act,
        }),
    ]
}

#[test]
fn the_end_of_a_message_and_the_next_envelope_leave_together() {
    let server = Server::kind();
    Campaign::new().to(&server).people(5).write().run(["send", "--yes"]).code(0);
    // Greeting, EHLO, the first envelope, five messages of which four bring the next envelope,
    // QUIT.
    assert_eq!(server.seen.lock().unwrap().turns, 8);
}

#[test]
fn a_lone_dot_ends_a_message_that_nobody_would_get_and_keeps_the_connection() {
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.contains("boris") => Some(say("550 5.1.1 no such user")),
        Moment::Command(line) if line == "DATA" => Some(say("354 go on all the same")),
        _ => None,
    });
    let campaign = Campaign::new().to(&server).write();
    campaign
        .run(["send", "--yes"])
        .code(1)
        .says("2 accepted, 1 refused")
        .says("550 5.1.1 no such user");
    assert_eq!(server.taken().len(), 2);
    assert!(server.taken().iter().all(|taken| taken.bytes.len() > 500));
    assert_eq!(server.seen.lock().unwrap().connections, 1);
}

#[test]
fn a_refused_copy_stops_the_run_and_nobody_gets_an_empty_letter() {
    for server in either_way(|_, moment| match moment {
        Moment::Command(line) if line.contains("archive@") => Some(say("550 5.1.1 no such user")),
        Moment::Command(line) if line == "DATA" => Some(say("354 go on all the same")),
        _ => None,
    }) {
        let campaign = Campaign::new().to(&server).impatient().write();
        campaign.edit("campaign.toml", "[contacts]", "cc = [\"archive@sender.test\"]\n[contacts]");
        campaign.run(["send", "--yes"]).code(4).says("3 waiting").says("550 5.1.1 no such user");
        assert!(server.taken().is_empty(), "{:?}", server.taken());
    }
}

#[test]
fn a_letter_offered_behind_a_lost_one_is_neither_lost_nor_blamed() {
    for act in [Act::Close, Act::SayAndClose("421 4.3.2 closing".into()), say("nonsense")] {
        for server in either_way({
            let act = act.clone();
            move |connection, moment| {
                (*moment == Moment::Message && connection == 0).then(|| act.clone())
            }
        }) {
            let campaign = Campaign::new().to(&server).impatient().people(6).write();
            let ran = campaign.run(["send", "--yes", "--json"]);
            let account = ran.summary();
            assert_eq!(
                (&account["refused"], &account["waiting"]),
                (&0.into(), &0.into()),
                "{act:?} {account}"
            );
            assert_eq!(
                account["unknown"],
                u8::from(!matches!(act, Act::SayAndClose(_))),
                "{act:?} {account}"
            );
            assert!(server.counts().values().all(|n| *n == 1));
        }
    }
}

#[test]
fn every_letter_is_settled_by_its_own_replies_and_no_others() {
    for server in either_way(|_, moment| match moment {
        Moment::Command(line) if line.contains("p1@") => Some(say("550 5.1.1 one")),
        Moment::Command(line) if line.contains("p3@") => Some(say("450 4.2.0 three")),
        Moment::Command(line) if line.contains("p4@") => Some(say("250-long\r\n250-er\r\n250 ok")),
        _ => None,
    }) {
        let campaign = Campaign::new().to(&server).impatient().people(6).write();
        campaign.run(["send", "--yes"]).code(1).says("4 accepted, 2 refused");
        let report = campaign.run(["report"]).out;
        assert!(
            report.contains("p1@many.test: refused — there is no such mailbox (550 5.1.1 one)"),
            "{report}"
        );
        assert!(
            report.contains("p3@many.test: refused") && report.contains("(450 4.2.0 three)"),
            "{report}"
        );
        assert_eq!(
            server.counts().into_keys().collect::<Vec<_>>(),
            ["p0", "p2", "p4", "p5"].map(|p| format!("{p}@many.test"))
        );
    }
}

#[test]
fn a_reply_said_twice_never_makes_a_letter_accepted_that_was_refused() {
    for wanted in ["MAIL", "RCPT", "DATA"] {
        for reply in ["250 ok\r\n250 ok", "354 go on\r\n354 go on", "250 ok\r\n250 ok\r\n250 ok"] {
            for server in either_way(move |connection, moment| match moment {
                Moment::Command(line) if connection == 0 && line.starts_with(wanted) => {
                    Some(say(reply))
                }
                Moment::Message if connection == 0 => Some(say("554 5.6.0 no")),
                _ => None,
            }) {
                let campaign = Campaign::new().to(&server).impatient().people(4).write();
                let account = campaign.run(["send", "--yes", "--json"]).summary();
                let taken = server.counts();
                assert_eq!(
                    account["accepted"],
                    taken.len(),
                    "{wanted} {reply:?}: {account} {taken:?}"
                );
                assert!(taken.values().all(|n| *n == 1));
            }
        }
    }
}

#[test]
fn a_reply_that_drips_has_one_deadline_for_all_of_it() {
    let server = Server::scripted(|connection, moment| {
        (connection == 0 && *moment == Moment::Greeting).then_some(Act::Drip)
    });
    let campaign = Campaign::new().to(&server).impatient().write();
    campaign.edit("campaign.toml", "timeout = \"2s\"", "timeouts = { greeting = \"100ms\" }");
    campaign
        .run(["send", "--yes"])
        .code(0)
        .says("timed out waiting for an answer")
        .says("3 accepted");
}

#[test]
fn where_ehlo_is_not_known_helo_will_do() {
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("EHLO") => Some(say("502 5.5.1 what")),
        _ => None,
    });
    Campaign::new().to(&server).write().run(["send", "--yes"]).code(0).says("3 accepted");
    one_each(&server);
    assert!(server.commands().iter().any(|line| line.starts_with("HELO")));
}

#[test]
fn a_letter_larger_than_the_relay_takes_is_refused_before_it_is_offered() {
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("EHLO") => {
            Some(say("250-test\r\n250-PIPELINING\r\n250 SIZE 300"))
        }
        _ => None,
    });
    Campaign::new()
        .to(&server)
        .write()
        .run(["send", "--yes"])
        .code(1)
        .says("3 refused")
        .says("552 5.3.4");
    assert!(!server.commands().iter().any(|line| line.starts_with("MAIL")));
}

#[test]
fn refusal_after_refusal_stops_the_run() {
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("RCPT") => Some(say("550 5.1.1 no such user")),
        _ => None,
    });
    let campaign =
        Campaign::new().to(&server).with("[retry]\nrefusals_in_a_row = 3\n").people(9).write();
    campaign
        .run(["send", "--yes"])
        .code(4)
        .says("3 refused, 6 waiting")
        .says("550 5.1.1 no such user");
}

#[test]
fn a_letter_to_the_outbox_that_was_cut_off_is_settled_by_looking() {
    let campaign = Campaign::new().write();
    campaign.run(["send"]).code(0);
    let db = rusqlite::Connection::open(campaign.path().join("ledger.sqlite")).unwrap();
    db.execute_batch("UPDATE letter SET state = 'sending' WHERE address <> 'vera@three.test'")
        .unwrap();
    drop(db);
    let filed = campaign.file_of("outbox", "boris@two.test", ".eml");
    fs::remove_file(&filed).unwrap();
    campaign.run(["send"]).code(0).says("3 filed");
    assert!(filed.exists());
}

#[test]
fn refused_letters_go_again_only_when_a_person_says_so() {
    let server = Server::scripted({
        let first = std::sync::atomic::AtomicBool::new(true);
        move |_, moment| match moment {
            Moment::Command(line)
                if line.contains("boris")
                    && first.swap(false, std::sync::atomic::Ordering::SeqCst) =>
            {
                Some(say("550 5.1.1 no such user"))
            }
            _ => None,
        }
    });
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--yes"]).code(1).says("2 accepted, 1 refused");
    campaign.run(["send", "--yes"]).code(1).says("nothing left to send");
    campaign.run(["send", "--yes", "--retry-refused"]).code(0).says("3 accepted");
    one_each(&server);
}

#[test]
fn an_acceptance_is_undone_by_name_and_by_nobody_else() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--yes"]).code(0);
    let asked = campaign.run(["reset", "--to", "anna@one.test"]).code(2).says("confirm with --yes");
    // There is no such option for a reset.
    assert!(!asked.err.contains("--seal"), "{}", asked.err);
    campaign
        .run(["reset", "--to", "x@one.test", "--yes"])
        .code(3)
        .says("no letter to this address");
    campaign.run(["reset", "--to", "Anna@one.test", "--yes"]).code(0);
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    assert_eq!(server.counts()["anna@one.test"], 2);
    assert_eq!(server.taken().len(), 4);
}

#[test]
fn a_ledger_that_somebody_else_locks_stops_the_run_and_no_letter_is_lost_or_doubled() {
    let held = std::sync::Arc::new(std::sync::Mutex::new(None));
    let folder = std::sync::Arc::new(std::sync::Mutex::new(std::path::PathBuf::new()));
    let server = Server::scripted({
        let (held, folder) = (held.clone(), folder.clone());
        move |_, moment| {
            if *moment == Moment::Message && held.lock().unwrap().is_none() {
                let db = rusqlite::Connection::open(folder.lock().unwrap().join("ledger.sqlite"))
                    .unwrap();
                db.execute_batch("BEGIN IMMEDIATE").unwrap();
                *held.lock().unwrap() = Some(db);
            }
            None
        }
    });
    let campaign = Campaign::new().to(&server).impatient().people(5).write();
    campaign.path().clone_into(&mut folder.lock().unwrap());
    campaign.run(["send", "--yes"]).code(5);
    // What could not be recorded is in doubt, and nothing went after it.
    assert_eq!(server.taken().len(), 1);
    *held.lock().unwrap() = Some(rusqlite::Connection::open_in_memory().unwrap());
    let status = campaign.run(["status", "--json"]).summary();
    assert_eq!((&status["accepted"], &status["unknown"]), (&0.into(), &1.into()));
    campaign.run(["resolve", "--to", "p0@many.test", "--accepted"]).code(0);
    campaign.run(["send", "--yes"]).code(0).says("5 accepted, 0 refused, 0 waiting, 0 unknown");
    assert!(server.counts().len() == 5 && server.counts().values().all(|n| *n == 1));
}

#[test]
fn a_letter_sent_again_after_a_lost_reply_is_the_same_to_the_last_octet() {
    let server = Server::scripted(|connection, moment| {
        (*moment == Moment::Message && connection == 0).then_some(Act::Close)
    });
    let campaign = Campaign::new().to(&server).impatient().write();
    campaign.run(["send", "--yes", "--limit", "1"]).code(6);
    campaign.run(["resolve", "--to", "anna@one.test", "--resend"]).code(0);
    campaign.run(["send", "--yes", "--limit", "1"]);
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen.lost.len(), 1);
    assert_eq!(seen.lost[0], seen.taken[0].bytes);
}

#[test]
fn resolving_settles_all_that_are_named_or_none() {
    let server = Server::scripted(at("MESSAGE", Act::Close));
    let campaign = Campaign::new().to(&server).impatient().write();
    campaign.run(["send", "--yes"]).code(6);
    campaign
        .run(["resolve", "--to", "anna@one.test", "boris@two.test", "--accepted"])
        .code(3)
        .says("boris@two.test");
    campaign.run(["status", "--json"]).says("\"unknown\":1");
}

#[test]
fn a_password_that_the_relay_repeats_is_masked() {
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("AUTH") => {
            Some(say("535 5.7.8 bad hunter2-long"))
        }
        _ => None,
    });
    let smtp = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nusername = \"u\"\npassword = {{ file = \"secret\" }}\n",
        server.port
    );
    let campaign = Campaign::new().with(&smtp).impatient().write().trusted();
    crate::support::private(&campaign.path().join("secret"), "hunter2-long\n");
    let ran = campaign.run(["send", "--yes"]).code(4).says("535 5.7.8 bad …");
    assert!(!ran.err.contains("hunter2") && !ran.out.contains("hunter2"));
    let ledger = fs::read(campaign.path().join("ledger.sqlite")).unwrap();
    assert!(!ledger.windows(7).any(|window| window == b"hunter2"));
}

#[test]
fn a_letter_in_doubt_never_goes_again_under_its_message_id_with_other_words() {
    let server = Server::scripted(|connection, moment| {
        (*moment == Moment::Message && connection == 0).then_some(Act::Close)
    });
    let campaign = Campaign::new().to(&server).impatient().write();
    campaign.run(["send", "--yes", "--limit", "1"]).code(6);
    campaign.run(["resolve", "--to", "anna@one.test", "--resend"]).code(0);
    let letter = campaign.path().join("letter.md");
    let before = fs::read_to_string(&letter).unwrap();
    fs::write(&letter, format!("{before}\nИ ещё одно.\n")).unwrap();
    let refused = campaign.run(["send", "--yes"]).code(3).says("anna@one.test --accepted");
    assert!(refused.err.contains("contacts.csv:2"), "{}", refused.err);
    campaign.run(["send", "--yes", "--skip-faulty"]).says("2 accepted, 0 refused, 1 waiting");
    // Either way leads on; here the new words go as a letter of their own.
    campaign.run(["reset", "--to", "anna@one.test", "--yes"]).code(0);
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    let seen = server.seen.lock().unwrap();
    let id_of = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.lines().find(|line| line.starts_with("Message-ID")).unwrap().to_owned()
    };
    let (lost, again) = (id_of(&seen.lost[0]), id_of(&seen.taken[2].bytes));
    assert!(lost != again && again.contains(".2@"), "{lost} {again}");
}

#[test]
fn a_letter_that_changed_while_in_doubt_can_be_settled_as_accepted() {
    let server = Server::scripted(at("MESSAGE", Act::TakeAndClose));
    let campaign = Campaign::new().to(&server).impatient().write();
    campaign.run(["send", "--yes", "--limit", "1"]).code(6);
    campaign.run(["resolve", "--to", "anna@one.test", "--resend"]).code(0);
    fs::write(campaign.path().join("letter.md"), "Другое.\n").unwrap();
    campaign.run(["send", "--yes", "--to", "anna@one.test"]).code(3);
    campaign.run(["resolve", "--to", "anna@one.test", "--accepted"]).code(0);
    campaign.run(["status", "--json"]).says("\"accepted\":1");
}

/// Speaks as a relay until the message begins, reads some of it, and closes.
#[cfg(unix)]
fn closing_after(octets: usize) -> u16 {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(100) {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            stream.write_all(b"220 test\r\n").unwrap();
            let mut line = String::new();
            while line != "DATA\r\n" {
                line.clear();
                if lines.read_line(&mut line).unwrap_or(0) == 0 {
                    break;
                }
                let reply = if line == "DATA\r\n" { "354 go on\r\n" } else { "250 ok\r\n" };
                stream.write_all(reply.as_bytes()).unwrap();
            }
            let _ = lines.read_exact(&mut vec![0; octets]);
        }
    });
    port
}

#[cfg(unix)]
#[test]
fn a_relay_that_closes_in_the_middle_of_a_large_letter_cannot_have_it() {
    let smtp = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\ntimeout = \"5s\"\n",
        closing_after(100_000)
    );
    let campaign = Campaign::new()
        .file("large.bin", vec![b'x'; 5_000_000])
        .letter_table("attachments = [\"large.bin\"]")
        .with(&smtp)
        .impatient()
        .write();
    campaign.run(["send", "--yes"]).code(4).says("3 waiting, 0 unknown");
}
