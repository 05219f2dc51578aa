//! Several workers of one campaign, on a real PostgreSQL: what each may have of its own, what counts for all of
//! them together, and what people may do meanwhile.

use std::collections::BTreeMap;
use std::fs;
use std::process::Child;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::postgres::{copied, judge, on, shared, slow};
use crate::server::{Act, Moment, Server};
use crate::support::{Campaign, Ran, gonets, ran};

const TWO_CONNECTIONS: &str = "[pace]\nconnections = 2\n";

/// Waits for a server that is held, however busy the machine is.
fn patient(campaign: Campaign, server: &Server) -> Campaign {
    let port = server.port;
    campaign.with(&format!("[smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n"))
}

fn ended(workers: Vec<Child>) -> Vec<i32> {
    let code = |mut worker: Child| worker.wait().unwrap().code().unwrap_or(-1);
    workers.into_iter().map(code).collect()
}

/// The same campaign on two computers.
fn two(campaign: Campaign) -> [Campaign; 2] {
    let campaign = on(shared(), "clerk", campaign);
    let other = copied(&campaign);
    [campaign, other]
}

fn spawned(both: &[Campaign; 2]) -> Vec<Child> {
    both.iter().map(|campaign| campaign.spawn(["send", "--yes"])).collect()
}

#[test]
#[ignore = "needs PostgreSQL"]
fn each_worker_has_a_relay_of_its_own() {
    const PEOPLE: usize = 120;
    let [one, second] = [slow(), slow()];
    let both = two(Campaign::new().people(PEOPLE).to(&one).with(TWO_CONNECTIONS));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("second.toml");
    let port = second.port;
    let smtp = format!("[smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n");
    fs::write(&file, smtp).unwrap();
    let mut workers = vec![
        both[0].spawn(["send", "--yes"]),
        both[1].spawn(["send", "--yes", "--relay", file.to_str().unwrap()]),
    ];
    let through = |server: &Server| format!("\"relay\":\"127.0.0.1:{}\"", server.port);
    let mut is_seen = false;
    while !is_seen && workers[0].try_wait().unwrap().is_none() {
        let status = both[0].run(["status", "--json"]).code(0).out;
        is_seen = status.contains(&through(&one)) && status.contains(&through(&second));
    }
    assert!(is_seen, "status never showed both relays");
    assert_eq!(ended(workers), [0, 0]);
    let mut counts = one.counts();
    assert!(!counts.is_empty() && !second.counts().is_empty());
    second.counts().into_iter().for_each(|(address, n)| *counts.entry(address).or_default() += n);
    judge(&counts, PEOPLE).unwrap();
    both[0].run(["status"]).code(0).says("120 accepted");
}

/// People at two domains in turn.
fn at_two_domains(people: usize) -> Campaign {
    let head = crate::support::THREE.lines().next().unwrap();
    let row = |i: usize| {
        let domain = ["one.test", "two.test"][i % 2];
        format!("p{i}@{domain};Ильина;Анна;;Ильиной А.;Начальнику;Уважаемая Анна;Район {i}\n")
    };
    let rows: String = (0..people).map(row).collect();
    Campaign::new().contacts(&format!("{head}\n{rows}"))
}

#[test]
#[ignore = "needs PostgreSQL"]
fn every_limit_holds_for_all_workers_together() {
    const PEOPLE: usize = 60;
    for (pace, of_one, of_two) in [
        ("per_day = 24\n", None, 24),
        ("ramp_up = { first_day = 15 }\n", None, 15),
        ("[pace.domains]\n\"one.test\" = { per_hour = 9 }\n", Some(9), 39),
        // The windows of both are shut.
        ("not_before = \"2099-01-01 09:00\"\n", None, 0),
    ] {
        let server = slow();
        let pace = format!("{TWO_CONNECTIONS}{pace}");
        let both = two(at_two_domains(PEOPLE).to(&server).with(&pace));
        assert_eq!(ended(spawned(&both)), [7, 7], "{pace}");
        let counts = server.counts();
        assert!(counts.values().all(|n| *n == 1) && counts.len() == of_two, "{pace}: {counts:?}");
        let at_one = counts.keys().filter(|address| address.ends_with("@one.test")).count();
        assert!(of_one.is_none_or(|most| at_one == most), "{pace}: {at_one}");
        // Whoever comes later counts what both have sent.
        both[1].run(["send", "--yes"]).code(7);
        assert_eq!(server.counts().len(), of_two, "{pace}");
    }
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_window_that_shuts_stops_all_workers() {
    let server = slow();
    // The day after tomorrow, wherever the test runs.
    let now = jiff::ZonedDateTime::now();
    let day = now.checked_add(jiff::Span::new().days(2)).unwrap();
    let day = day.strftime("%a").to_string().to_lowercase();
    let window = format!("[pace]\nwindow = {{ days = \"{day}\", hours = \"0-24\" }}\n");
    let both = two(Campaign::new().people(10).to(&server).with(&window));
    assert_eq!(ended(spawned(&both)), [7, 7]);
    assert_eq!(server.counts().len(), 0);
}

/// The numbers that the letters bear, by address.
fn numbers_sent(server: &Server) -> BTreeMap<String, String> {
    let number = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let line = text.lines().find_map(|line| line.strip_prefix("Subject: No "));
        line.map(|rest| rest.trim().to_owned()).unwrap_or_default()
    };
    server.taken().iter().map(|taken| (taken.to[0].clone(), number(&taken.bytes))).collect()
}

#[test]
#[ignore = "needs PostgreSQL"]
fn outgoing_numbers_are_given_out_once_and_without_gaps() {
    const PEOPLE: usize = 80;
    let server = slow();
    let campaign = Campaign::new().people(PEOPLE).subject("No {{ letter.number }}").to(&server);
    let register = format!("[register]\nfirst = 100\n{TWO_CONNECTIONS}");
    let both = two(campaign.with(&register));
    assert_eq!(ended(spawned(&both)), [0, 0]);
    let sent = numbers_sent(&server);
    let expected = (0..PEOPLE).map(|i| (format!("p{i}@many.test"), (100 + i).to_string()));
    assert_eq!(sent, expected.collect());
    let of_register: BTreeMap<String, String> = both[1]
        .letters()
        .iter()
        .map(|it| {
            let text = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
            (text("address"), text("number"))
        })
        .collect();
    assert_eq!(of_register, sent);
}

#[test]
#[ignore = "needs PostgreSQL"]
fn who_is_suppressed_meanwhile_gets_nothing_from_any_worker() {
    let (server, told, go_on) = Server::holding();
    let both = two(patient(at_two_domains(40), &server).with(TWO_CONNECTIONS));
    let workers = spawned(&both);
    // Each has letters on its way, and others ready.
    for _ in 0..4 {
        told.recv().unwrap();
    }
    let suppressed = both[0].run(["suppress", "--add", "two.test", "p38@one.test"]).code(0);
    suppressed.says("before its next letter").says(";");
    drop(go_on);
    assert!(ended(workers).iter().all(|code| [0, 7].contains(code)));
    let counts = server.counts();
    let at_two = counts.keys().filter(|address| address.ends_with("@two.test")).count();
    assert!(at_two <= 4, "{counts:?}");
    assert!(!counts.contains_key("p38@one.test"));
    assert_eq!(counts.len(), 19 + at_two);
}

#[test]
#[ignore = "needs PostgreSQL"]
fn approvals_count_on_every_computer() {
    let server = Server::kind();
    let both = two(Campaign::new().to(&server).with("[approval]\npeople = 2\n"));
    for campaign in &both {
        campaign.run(["preview"]).code(0);
    }
    both[0].run(["approve", "--by", "Анна"]).code(0);
    both[1].run(["send", "--yes"]).code(3);
    both[1].run(["approve", "--by", "Борис"]).code(0);
    assert_eq!(ended(spawned(&both)), [0, 0]);
    judge(&server.counts(), 3).unwrap();
}

#[test]
#[ignore = "needs PostgreSQL"]
fn people_may_decide_while_workers_send() {
    const PEOPLE: usize = 30;
    let (server, told, go_on) = Server::holding();
    let both = two(patient(Campaign::new().people(PEOPLE), &server).with("[approval]\n"));
    both[0].run(["preview"]).code(0);
    both[0].run(["approve", "--by", "Анна"]).code(0);
    // One letter is unknown, and one has gone.
    let mut killed = both[0].spawn(["send", "--yes", "--limit", "1"]);
    told.recv().unwrap();
    killed.kill().unwrap();
    killed.wait().unwrap();
    both[0].run(["status"]).code(0).says("unknown: p0@many.test");
    let workers = spawned(&both);
    for _ in 0..2 {
        told.recv().unwrap();
    }
    let at_work = |ran: Ran| ran.says("PID");
    both[0].run(["approve", "--by", "Борис"]).code(0);
    at_work(both[0].run(["resolve", "--to", "p1@many.test", "--resend"]).code(5)).says("p1@many");
    at_work(both[0].run(["reset", "--to", "p1@many.test", "--yes"]).code(5));
    both[1].run(["resolve", "--to", "p0@many.test", "--accepted"]).code(0);
    both[1].run(["answer", "--to", "p0@many.test", "--replied"]).code(0);
    // A person wants another one to p0: whoever sends now takes it up.
    both[0].run(["reset", "--to", "p0@many.test", "--yes"]).code(0);
    // What would take the ledger from them is refused, and names them.
    let forget = gonets().args(["forget", "--before", "2026-01-01"]).arg(both[0].path()).output();
    at_work(ran(forget.unwrap()).code(5)).says("another run is using this campaign");
    drop(go_on);
    assert_eq!(ended(workers), [0, 0]);
    let counts = server.counts();
    let others = counts.iter().filter(|(address, _)| *address != "p0@many.test");
    assert!(others.clone().all(|(_, n)| *n == 1) && others.count() == PEOPLE - 1, "{counts:?}");
    both[0].run(["status"]).code(0).says("30 accepted");
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_letter_that_a_worker_sent_may_be_sent_again_by_the_same_one() {
    const PEOPLE: usize = 12;
    let (tell, told) = std::sync::mpsc::channel();
    let (go_on, wait) = std::sync::mpsc::channel::<()>();
    let (wait, count) = (std::sync::Mutex::new(wait), AtomicUsize::new(0));
    let server = Server::scripted(move |_, moment| {
        if *moment == Moment::Message && count.fetch_add(1, Ordering::SeqCst) == 5 {
            let _ = tell.send(());
            let _ = wait.lock().unwrap().recv();
        }
        None
    });
    let campaign = on(shared(), "clerk", patient(Campaign::new().people(PEOPLE), &server));
    let mut worker = campaign.spawn(["send", "--yes"]);
    told.recv().unwrap();
    campaign.run(["reset", "--to", "p0@many.test", "--yes"]).code(0);
    drop(go_on);
    assert_eq!(worker.wait().unwrap().code(), Some(0));
    let mut counts = server.counts();
    assert_eq!(counts.remove("p0@many.test"), Some(2));
    judge(&counts, PEOPLE - 1).unwrap();
}

#[test]
#[ignore = "needs PostgreSQL"]
fn what_came_back_is_read_while_workers_send() {
    const PEOPLE: usize = 20;
    let (server, told, go_on) = Server::holding();
    let both = two(patient(Campaign::new().people(PEOPLE), &server));
    // One letter has gone.
    let first = both[0].spawn(["send", "--yes", "--limit", "1"]);
    told.recv().unwrap();
    let mails = tempfile::tempdir().unwrap();
    let leave = "From: p5@many.test\nTo: invite@sender.test\nSubject: unsubscribe\n\nunsubscribe\n";
    fs::write(mails.path().join("1.eml"), leave).unwrap();
    let workers = spawned(&both);
    told.recv().unwrap();
    let read = both[1].run(["inbox", "--from", mails.path().to_str().unwrap()]);
    assert!(read.code == 0 || read.code == 1, "{}{}", read.out, read.err);
    both[0].run(["status"]).code(0);
    drop(go_on);
    assert!(ended(vec![first]).iter().all(|code| [0, 7].contains(code)));
    assert!(ended(workers).iter().all(|code| [0, 7].contains(code)));
    server.has_nobody_twice();
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_letter_that_one_worker_put_off_goes_once() {
    const PEOPLE: usize = 40;
    let seen = std::sync::Mutex::new(std::collections::HashSet::new());
    let server = Server::scripted(move |_, moment| match moment {
        Moment::Command(line) if line.starts_with("RCPT") => {
            let is_first = seen.lock().unwrap().insert(line.clone());
            is_first.then(|| Act::Say("450 4.2.0 greylisted, try again".into()))
        }
        _ => None,
    });
    let retry = "[retry]\nattempts = 5\nfirst_delay = \"1s\"\n";
    let both = two(Campaign::new().people(PEOPLE).to(&server).with(TWO_CONNECTIONS).with(retry));
    assert_eq!(ended(spawned(&both)), [0, 0]);
    judge(&server.counts(), PEOPLE).unwrap();
}
