//! How the last run ended, as `status` tells whoever was not there.

use std::fs;
use std::net::TcpListener;
use std::sync::mpsc;

use serde_json::Value;

use crate::server::{Act, Moment, Server, say};
use crate::support::Campaign;

const PEOPLE: usize = 6;

/// A server that answers commands that begin so with this.
fn saying(command: &'static str, reply: &'static str) -> Server {
    Server::scripted(move |_, moment| {
        matches!(moment, Moment::Command(line) if line.starts_with(command)).then(|| say(reply))
    })
}

fn campaign(server: &Server, more: &str) -> Campaign {
    Campaign::new().people(PEOPLE).to(server).with(more).write()
}

fn last_run(campaign: &Campaign) -> Value {
    campaign.run(["status", "--json"]).code(0).summary()["last_run"].clone()
}

/// The run ended with this code; `status` calls it that and says those words.
#[track_caller]
fn ends(campaign: &Campaign, code: i32, end: &str, words: &str) -> Value {
    campaign.run(["send", "--yes"]).code(code);
    let told = last_run(campaign);
    assert_eq!(told["end"], end, "{told}");
    assert!(told["ended"].is_string() && told["began"].is_string(), "{told}");
    campaign.run(["status"]).code(0).says(words);
    told
}

#[test]
fn status_says_why_the_relay_ended_it() {
    let retry = "[retry]\nreconnect_delay = \"1ms\"\nattempts = 3\nfirst_delay = \"1h\"\n";
    let server = saying("MAIL", "553 5.7.1 sender address rejected");
    let told = ends(&campaign(&server, retry), 4, "sender", "the relay refuses the sender");
    assert_eq!(told["reply"], "553 5.7.1 sender address rejected");
    let server = saying("EHLO", "421 4.3.2 too busy");
    ends(&campaign(&server, retry), 4, "relay", "421 4.3.2 too busy");
    let server = saying("RCPT", "450 4.2.0 greylisted");
    let told = ends(&campaign(&server, retry), 7, "deferred", "the relay put the others off");
    assert!(told["until"].is_string(), "{told}");
    let server = Server::scripted(|_, moment| (*moment == Moment::Greeting).then_some(Act::Close));
    ends(&campaign(&server, retry), 4, "connection_lost", "gonets doctor");
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let gone = campaign(&server, retry);
    let toml = gone.path().join("campaign.toml");
    let to = |port: u16| format!("port = {port}\n");
    let text = fs::read_to_string(&toml).unwrap().replace(&to(server.port), &to(nobody));
    fs::write(toml, text).unwrap();
    let told = ends(&gone, 4, "unreachable", "check `host` and `port` in [smtp]");
    assert!(told["reply"].as_str().unwrap().starts_with("no connection"), "{told}");
}

#[test]
fn status_says_that_the_pace_ended_it_and_then_that_all_was_tried() {
    let server = saying("NOOP", "250 ok");
    let paced = campaign(&server, "[pace]\nper_day = 2\n");
    let told =
        ends(&paced, 7, "pace", "the pace (limits or window of [pace]) allows no more before");
    assert!(told["until"].is_string(), "{told}");
    let quick = campaign(&server, "");
    let told = ends(&quick, 0, "done", "having tried every letter");
    assert_eq!((&told["reply"], &told["until"]), (&Value::Null, &Value::Null));
}

#[test]
fn status_tells_a_run_that_goes_on_from_one_that_was_cut_off() {
    let (tell, told) = mpsc::channel();
    let server = Server::scripted(move |_, moment| {
        if *moment == Moment::Message {
            let _ = tell.send(());
            std::thread::sleep(std::time::Duration::from_secs(2));
        }
        None
    });
    let campaign = campaign(&server, "");
    let mut child = campaign.spawn(["send", "--yes"]);
    told.recv().unwrap();
    let running = last_run(&campaign);
    assert_eq!((&running["end"], &running["ended"]), (&"running".into(), &Value::Null));
    child.kill().unwrap();
    child.wait().unwrap();
    let cut_off = last_run(&campaign);
    assert_eq!((&cut_off["end"], &cut_off["ended"]), (&"cut_off".into(), &Value::Null));
    campaign.run(["status"]).code(0).says("was cut off: the program was killed");
}

#[test]
fn a_run_of_a_build_that_did_not_keep_its_end_is_not_called_cut_off() {
    let server = saying("NOOP", "250 ok");
    let campaign = campaign(&server, "");
    campaign.run(["send", "--yes"]).code(0);
    let db = rusqlite::Connection::open(campaign.path().join("ledger.sqlite")).unwrap();
    let set = "UPDATE run SET record = json_remove(record, '$.end')";
    assert_eq!(db.execute(set, []).unwrap(), 1);
    drop(db);
    assert_eq!(last_run(&campaign), Value::Null);
    let status = campaign.run(["status"]).code(0).says("letters were sent under this seal");
    assert!(!status.out.contains("last run"), "{}", status.out);
}

#[test]
fn what_a_server_said_of_people_when_a_run_ended_is_forgotten_with_them() {
    let server = saying("RCPT", "550 5.1.1 <p0@many.test> unknown");
    let campaign = campaign(&server, "[retry]\nrefusals_in_a_row = 6\n");
    let told = ends(&campaign, 4, "refusals", "were refused for good");
    assert_eq!(told["reply"], "550 5.1.1 <p0@many.test> unknown");
    campaign.run(["forget", "--before", "2999-01-01", "--yes"]).code(0);
    let told = last_run(&campaign);
    assert_eq!((&told["end"], &told["reply"]), (&"refusals".into(), &"550 ".into()));
    let ledger = fs::read(campaign.path().join("ledger.sqlite")).unwrap();
    let address = b"p0@many.test";
    assert!(!ledger.windows(address.len()).any(|octets| octets == address));
}
