//! Relays that accept fewer connections than asked, go away for a while, or close idle ones.

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::server::{Act, Moment, Server, WITHOUT_PIPELINING, say};
use crate::support::Campaign;

const PEOPLE: usize = 60;

fn four_connections_to(server: &Server, reconnect_delay: &str) -> Campaign {
    let tables =
        format!("[pace]\nconnections = 4\n[retry]\nreconnect_delay = \"{reconnect_delay}\"\n");
    Campaign::new().people(PEOPLE).to(server).with(&tables).write()
}

fn everybody_once(server: &Server) {
    let counts = server.counts();
    assert!(counts.len() == PEOPLE && counts.values().all(|n| *n == 1), "{counts:?}");
}

/// At once there may be so many; the others hear 421, as Postfix says it
/// (smtpd_client_connection_count_limit).
fn with_places(places: usize) -> (Server, std::sync::Arc<Mutex<usize>>) {
    let refused = std::sync::Arc::new(Mutex::new(0));
    let (let_in, count) = (Mutex::new(HashSet::new()), refused.clone());
    let server = Server::scripted(move |connection, moment| {
        let mut let_in = let_in.lock().unwrap();
        match moment {
            Moment::Greeting if let_in.len() >= places => {
                *count.lock().unwrap() += 1;
                return Some(Act::SayAndClose(
                    "421 4.7.0 mx.test Error: too many connections".into(),
                ));
            }
            Moment::Command(line) if line == "QUIT" => _ = let_in.remove(&connection),
            Moment::Greeting => _ = let_in.insert(connection),
            Moment::Command(_) => {}
            Moment::Message => std::thread::sleep(Duration::from_millis(5)),
        }
        None
    });
    (server, refused)
}

#[test]
fn where_the_relay_lets_in_fewer_connections_the_run_goes_on_with_those() {
    for places in [1, 3] {
        let (server, refused) = with_places(places);
        let began = Instant::now();
        let sent =
            four_connections_to(&server, "10s").run(["send", "--yes"]).code(0).says("60 accepted");
        // At the very start none is open yet: who fails then makes all wait once.
        assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
        assert!(
            sent.err.contains("continuing with the open connections")
                || sent.err.contains("retrying"),
            "{}",
            sent.err
        );
        assert!(*refused.lock().unwrap() <= 12, "{} attempts in vain", refused.lock().unwrap());
        everybody_once(&server);
    }
}

#[test]
fn a_rehearsal_goes_on_too_where_the_relay_takes_one_message_a_connection() {
    for hello in [None, Some(WITHOUT_PIPELINING)] {
        let server = Server::scripted(move |_, moment| match moment {
            Moment::Command(line) if line.starts_with("EHLO") => hello.map(say),
            Moment::Message => {
                Some(Act::SayAndClose("250 2.0.0 ok\r\n421 4.7.0 too many messages".into()))
            }
            Moment::Command(_) | Moment::Greeting => None,
        });
        let campaign = Campaign::new().people(5).to(&server).write();
        campaign
            .run(["send", "--test-to", "me@own.test", "--limit", "3"])
            .code(0)
            .says("3 letters sent");
        assert_eq!(
            server.counts().into_iter().collect::<Vec<_>>(),
            [("me@own.test".to_owned(), 3)]
        );
    }
}

#[test]
fn a_relay_that_takes_few_messages_on_a_connection_is_given_the_next_one_at_once() {
    let leave = "421 4.7.0 mx.test too many messages on this connection";
    let closing = Act::SayAndClose("250 2.0.0 ok".into());
    let leaving = Act::SayAndClose(format!("250 2.0.0 ok\r\n{leave}"));
    let kinds = [(1, closing.clone()), (1, leaving.clone()), (3, closing), (3, leaving)];
    for ((most, act), hello) in kinds
        .into_iter()
        .flat_map(|kind| [None, Some(WITHOUT_PIPELINING)].map(|hello| (kind.clone(), hello)))
    {
        let taken = Mutex::new(std::collections::HashMap::<usize, usize>::new());
        let server = Server::scripted(move |connection, moment| {
            if *moment != Moment::Message {
                return matches!(moment, Moment::Command(line) if line.starts_with("EHLO"))
                    .then_some(hello?)
                    .map(say);
            }
            let mut taken = taken.lock().unwrap();
            let count = taken.entry(connection).or_default();
            *count += 1;
            (*count == most).then(|| act.clone())
        });
        let sent =
            four_connections_to(&server, "60s").run(["send", "--yes"]).code(0).says("60 accepted");
        assert!(!sent.err.contains("retrying"), "{}", sent.err);
        everybody_once(&server);
        let connections = server.seen.lock().unwrap().connections;
        assert!(
            (PEOPLE / most..PEOPLE / most + 8).contains(&connections),
            "{connections} connections"
        );
    }
}

/// As a Postfix at its process limit: who is one too many is connected and hears nothing until
/// another leaves.
#[test]
fn who_has_nothing_left_to_carry_makes_room_for_those_that_wait_at_the_door() {
    let let_in = Mutex::new(HashSet::new());
    let server = Server::scripted(move |connection, moment| {
        match moment {
            Moment::Greeting => loop {
                let mut let_in = let_in.lock().unwrap();
                if let_in.is_empty() {
                    let_in.insert(connection);
                    break;
                }
                drop(let_in);
                std::thread::sleep(Duration::from_millis(1));
            },
            Moment::Command(line) if line == "QUIT" => {
                _ = let_in.lock().unwrap().remove(&connection);
            }
            Moment::Command(_) | Moment::Message => {}
        }
        None
    });
    let tables = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\ntimeout = \"20s\"\n[pace]\nconnections = 4\n",
        server.port
    );
    let began = Instant::now();
    Campaign::new()
        .people(PEOPLE)
        .with(&tables)
        .write()
        .run(["send", "--yes"])
        .code(0)
        .says("60 accepted");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    everybody_once(&server);
}

#[test]
fn a_relay_that_starts_anew_is_waited_for_and_its_connections_fail_as_one() {
    let away: Mutex<(usize, Option<Instant>)> = Mutex::new((0, None));
    let server = Server::scripted(move |_, moment| {
        let mut away = away.lock().unwrap();
        let (messages, since) = &mut *away;
        if *moment == Moment::Message {
            *messages += 1;
            if *messages == 20 {
                *since = Some(Instant::now());
            }
        }
        let is_away = since.is_some_and(|since| since.elapsed() < Duration::from_millis(500));
        is_away.then(|| if *moment == Moment::Message { Act::TakeAndClose } else { Act::Close })
    });
    let sent = four_connections_to(&server, "50ms").run(["send", "--yes", "--json"]);
    let summary = sent.summary();
    let unknown = summary["unknown"].as_u64().unwrap();
    assert!(
        unknown <= 4 && sent.code == if unknown > 0 { 6 } else { 0 },
        "{}: {}",
        sent.code,
        sent.err
    );
    assert_eq!(summary["accepted"].as_u64().unwrap() + unknown, PEOPLE as u64, "{}", sent.err);
    everybody_once(&server);
}

#[test]
fn a_relay_that_is_not_there_at_all_is_soon_given_up() {
    let server = Server::scripted(|_, _| Some(Act::Close));
    let began = Instant::now();
    four_connections_to(&server, "50ms").run(["send", "--yes"]).code(4).says("60 waiting");
    assert!(began.elapsed() < Duration::from_secs(5));
    let connections = server.seen.lock().unwrap().connections;
    assert!((5..=20).contains(&connections), "{connections} connections");
}

/// What stands unread when the next letter is to go was said to nobody's command.
#[test]
fn a_relay_that_takes_leave_of_an_idle_connection_costs_nobody_anything() {
    let server = Server::scripted(|_, moment| {
        (*moment == Moment::Message).then(|| {
            Act::SayAndClose("250 2.0.0 ok\r\n421 4.4.2 mx.test Error: timeout exceeded".into())
        })
    });
    let tables = "[pace]\nper_minute = 600\n[retry]\nreconnect_delay = \"1ms\"\n";
    let campaign = Campaign::new().people(6).to(&server).with(tables).write();
    campaign.run(["send", "--yes"]).code(0).says("6 accepted");
    let counts = server.counts();
    assert!(counts.len() == 6 && counts.values().all(|n| *n == 1), "{counts:?}");
}
