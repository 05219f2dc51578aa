//! Every fault at every step of the dialogue: no letter is lost or sent twice, and only a lost
//! reply to a message leaves its outcome unknown.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::server::{Act, Moment, Server, WITHOUT_PIPELINING, say};
use crate::support::Campaign;

const PEOPLE: usize = 4;

fn acts() -> Vec<(&'static str, Act)> {
    let long = format!("250 {}", "x".repeat(100_000));
    vec![
        ("closes", Act::Close),
        ("hangs", Act::Hang),
        ("drips", Act::Drip),
        ("takes leave", Act::SayAndClose("421 4.3.2 service shutting down".into())),
        ("takes leave and stays", say("421 4.7.0 too many messages on this connection")),
        ("puts off", say("450 4.7.1 rate limit, try again in 1 second")),
        ("fails for now", say("451-4.3.0 mail server\r\n451 4.3.0 temporarily unavailable")),
        ("refuses", say("550 5.1.1 no such user")),
        ("refuses and closes", Act::SayAndClose("554 5.3.0 go away".into())),
        ("speaks in many lines", say("250-one\r\n250-two\r\n250 three")),
        ("says it twice", say("250 2.0.0 ok\r\n250 2.0.0 ok")),
        ("says another code", say("354 go on")),
        ("says an odd success", say("251 2.0.0 somewhere else")),
        ("says nonsense", say("hello there")),
        ("says nothing in a line", say("")),
        ("contradicts itself", say("250-2.0.0 ok\r\n550 5.0.0 no")),
        ("does not come to an end", Act::Say(long)),
    ]
}

fn is_at(step: &str, moment: &Moment) -> bool {
    match moment {
        Moment::Greeting => step == "greeting",
        Moment::Command(line) => line.starts_with(step),
        Moment::Message => step == "message",
    }
}

/// One fault, once; then the server is as it should be.
fn one_fault(step: &'static str, name: &str, act: &Act, hello: Option<&'static str>) {
    let (act, is_done) = (act.clone(), AtomicBool::new(false));
    let server = Server::scripted(move |_, moment| {
        // The second of the letters meets it, where there is one before it.
        let is_second = !matches!(moment, Moment::Command(line) if line.starts_with("RCPT") && line.contains("p0@"));
        if is_at(step, moment) && is_second && !is_done.swap(true, Ordering::SeqCst) {
            return Some(act.clone());
        }
        matches!(moment, Moment::Command(line) if line.starts_with("EHLO"))
            .then_some(hello?)
            .map(say)
    });
    let smtp = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\ntimeout = \"250ms\"\n[retry]\nattempts = 3\nfirst_delay = \"1ms\"\nreconnect_delay = \"1ms\"\n",
        server.port
    );
    let campaign = Campaign::new().people(PEOPLE).with(&smtp).write();
    let at = format!("the server {name} at {step}, {}", hello.map_or("pipelining", |_| "plain"));
    let first = campaign.run(["send", "--yes"]);
    assert!([0, 1, 4, 6].contains(&first.code), "{at}: {} {}", first.code, first.err);
    let unknown = campaign.unknown();
    assert!(unknown.is_empty() || unknown.len() == 1 && step == "message", "{at}: {unknown:?}");
    for address in &unknown {
        campaign.resolve(address, server.counts().contains_key(address));
    }
    let last = campaign.run(["send", "--yes", "--json"]);
    let summary = last.summary();
    let (accepted, refused) =
        (summary["accepted"].as_u64().unwrap(), summary["refused"].as_u64().unwrap());
    let counts = server.counts();
    assert!(counts.values().all(|n| *n == 1), "{at}: {counts:?}");
    assert_eq!(
        (accepted + refused, accepted),
        (PEOPLE as u64, counts.len() as u64),
        "{at}: {} {}",
        first.err,
        last.err
    );
    assert!(refused <= 1, "{at}: {refused} refused");
}

fn every_fault_at(step: &'static str) {
    for (name, act) in acts() {
        one_fault(step, name, &act, None);
        if matches!(step, "MAIL" | "RCPT" | "DATA" | "message") {
            one_fault(step, name, &act, Some(WITHOUT_PIPELINING));
        }
    }
}

#[test]
fn faults_at_the_greeting_and_the_farewell() {
    every_fault_at("greeting");
    every_fault_at("QUIT");
}

#[test]
fn faults_at_ehlo() {
    every_fault_at("EHLO");
}

#[test]
fn faults_at_mail() {
    every_fault_at("MAIL");
}

#[test]
fn faults_at_rcpt() {
    every_fault_at("RCPT");
}

#[test]
fn faults_at_data() {
    every_fault_at("DATA");
}

#[test]
fn faults_at_the_message() {
    every_fault_at("message");
}
