//! Signals, terminals and low resource limits: no letter is lost or sent twice, and runs end
//! cleanly.
#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::imap_server::{Act, ImapServer};
use crate::secrets::at_a_terminal;
use crate::server::{Moment, Server, say};
use crate::support::{Campaign, lock_of, ran};

const PEOPLE: usize = 6;

/// Sends a signal to one process.
fn signal(pid: u32, name: &str) {
    assert!(Command::new("kill").args([name, &pid.to_string()]).status().unwrap().success());
}

/// A server that acts on the run at its third message, before it answers, and where to put the run's
/// process id.
fn acting(act: impl Fn(u32) + Send + Sync + 'static) -> (Server, Arc<Mutex<u32>>) {
    let pid = Arc::new(Mutex::new(0));
    let shared = pid.clone();
    let server = Server::at_message(3, move || {
        while *shared.lock().unwrap() == 0 {
            std::thread::yield_now();
        }
        act(*shared.lock().unwrap());
    });
    (server, pid)
}

/// Waits until the run lets go of its lock, which it does when it ends.
fn wait_for_end_of_run(campaign: &Campaign) {
    let lock = std::fs::OpenOptions::new().write(true).open(lock_of(campaign.path())).unwrap();
    lock.lock().unwrap();
}

fn all_get_one_letter_in_the_end(campaign: &Campaign, server: &Server) {
    let status = campaign.run(["status", "--json"]).code(0).summary();
    assert_eq!(status["unknown"], 0);
    campaign.run(["send", "--yes"]).code(0).says("6 accepted");
    let counts = server.counts();
    assert!(counts.len() == PEOPLE && counts.values().all(|n| *n == 1), "{counts:?}");
}

#[test]
fn a_hang_up_is_an_orderly_end() {
    let (server, pid) = acting(|pid| {
        signal(pid, "-HUP");
        // The program hears it in a thread of its own, which a busy machine may start late.
        std::thread::sleep(Duration::from_secs(1));
    });
    let campaign = Campaign::new().people(PEOPLE).to(&server).write();
    // Hang-ups are heard, also where these tests themselves run under nohup.
    let mut child = Command::new("env")
        .args(["--default-signal=HUP", env!("CARGO_BIN_EXE_gonets"), "send", "--yes"])
        .arg(campaign.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    *pid.lock().unwrap() = child.id();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    all_get_one_letter_in_the_end(&campaign, &server);
}

/// The relay puts one letter off for a second: meanwhile the bar says so, and what the relay said
/// last.
#[test]
#[ignore = "needs script"]
fn a_bar_shows_who_waits_for_another_try_and_the_last_reply() {
    let is_first = Mutex::new(true);
    let server = Server::scripted(move |_, moment| {
        let puts_off = *moment == Moment::Message && std::mem::take(&mut *is_first.lock().unwrap());
        puts_off.then(|| say("450 4.2.1 come back"))
    });
    let campaign =
        Campaign::new().people(PEOPLE).to(&server).with("[retry]\nfirst_delay = \"1s\"\n").write();
    let line = format!("{} send {} --yes", env!("CARGO_BIN_EXE_gonets"), campaign.path().display());
    let shown = at_a_terminal(&line, "Seal:", "");
    assert!(shown.contains("5/6") && shown.contains("left"), "{shown}");
    assert!(shown.contains("accepted 5, to retry 1, refused 0, unknown 0"), "{shown}");
    assert!(shown.contains("last reply: 250"), "{shown}");
    assert!(shown.contains("6 letters: 6 accepted"), "{shown}");
}

/// The terminal goes away while the bar is drawn: a hang-up, and every further word is an error.
#[test]
#[ignore = "needs script"]
fn a_terminal_that_goes_away_loses_nothing() {
    let (server, pid) = acting(|pid| {
        signal(pid, "-KILL");
    });
    let campaign = Campaign::new().people(PEOPLE).to(&server).write();
    let line = format!("{} send {} --yes", env!("CARGO_BIN_EXE_gonets"), campaign.path().display());
    let mut terminal = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env("LANG", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    *pid.lock().unwrap() = terminal.id();
    terminal.wait().unwrap();
    wait_for_end_of_run(&campaign);
    server.wait_until_quiet();
    all_get_one_letter_in_the_end(&campaign, &server);
}

#[test]
fn nobody_listening_to_the_words_is_no_reason_to_stop() {
    let server = Server::kind();
    let campaign = Campaign::new().people(PEOPLE).to(&server).write();
    let line = format!(
        "{} send {} --yes --json 2>&1 | true",
        env!("CARGO_BIN_EXE_gonets"),
        campaign.path().display()
    );
    assert!(Command::new("bash").args(["-c", &line]).status().unwrap().success());
    let line =
        format!("{} status {} >&- 2>&-", env!("CARGO_BIN_EXE_gonets"), campaign.path().display());
    assert!(Command::new("bash").args(["-c", &line]).status().unwrap().success());
    // `true` may be gone before all were sent; the run is not.
    wait_for_end_of_run(&campaign);
    all_get_one_letter_in_the_end(&campaign, &server);
}

/// Stopped for longer than its patience: what has arrived meanwhile is read all the same.
#[test]
fn a_process_that_stood_still_for_a_while_goes_on() {
    let (server, pid) = acting(|pid| {
        signal(pid, "-STOP");
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(1200));
            signal(pid, "-CONT");
        });
    });
    let smtp = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n[smtp.timeouts]\nend = \"500ms\"\nmail = \"500ms\"\n",
        server.port
    );
    let campaign = Campaign::new().people(PEOPLE).with(&smtp).impatient().write();
    let mut child = campaign.spawn(["send", "--yes"]);
    *pid.lock().unwrap() = child.id();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    all_get_one_letter_in_the_end(&campaign, &server);
}

#[test]
fn with_few_open_files_fewer_connections_are_made_and_all_is_sent_or_kept() {
    for (connections, files) in [(4, 32), (16, 32), (64, 20)] {
        let server = Server::kind();
        let pace = format!("[pace]\nconnections = {connections}");
        let campaign = Campaign::new().people(PEOPLE).to(&server).impatient().with(&pace).write();
        let gonets = env!("CARGO_BIN_EXE_gonets");
        let line =
            format!("ulimit -n {files}; exec {gonets} send {} --yes", campaign.path().display());
        let ended =
            ran(Command::new("bash").args(["-c", &line]).env("LANG", "C").output().unwrap());
        assert!(ended.code == 0, "{connections}, {files}: {} {}", ended.code, ended.err);
        let is_told = ended.err.contains(&format!("of {connections} connections are used"));
        assert!(is_told || connections == 4, "{}", ended.err);
        all_get_one_letter_in_the_end(&campaign, &server);
    }
}

/// The suppressions come while six connections send; then Ctrl-C.
#[test]
fn a_hundred_suppressions_beside_a_run_neither_hang_it_nor_leave_a_letter_unknown() {
    let server = Server::scripted(|_, moment| {
        if *moment == Moment::Message {
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    });
    let pace = "[pace]\nconnections = 6";
    let campaign = Campaign::new().people(3000).to(&server).with(pace).write();
    let mut child = campaign.spawn(["send", "--yes"]);
    while server.taken().is_empty() {
        std::thread::yield_now();
    }
    std::thread::scope(|scope| {
        for part in 0..4 {
            let campaign = &campaign;
            scope.spawn(move || {
                for person in (0..25).map(|n| 2999 - 4 * n - part) {
                    let address = format!("p{person}@many.test");
                    campaign.run(["suppress", "--add", &address]).code(0);
                }
            });
        }
    });
    let before = server.taken().len();
    assert!(child.try_wait().unwrap().is_none(), "the run ended with {before} letters");
    signal(child.id(), "-INT");
    let (tell, ended) = std::sync::mpsc::channel();
    let pid = child.id();
    std::thread::spawn(move || tell.send(child.wait().unwrap().code()));
    let Ok(code) = ended.recv_timeout(Duration::from_mins(1)) else {
        signal(pid, "-KILL");
        panic!("it hangs");
    };
    assert_eq!(code, Some(130));
    let summary = campaign.run(["status", "--json"]).code(0).summary();
    assert_eq!(summary["unknown"], 0);
    assert_eq!(summary["accepted"].as_u64(), Some(server.taken().len() as u64));
    assert!((2900..3000).all(|n| !server.counts().contains_key(&format!("p{n}@many.test"))));
}

#[test]
fn under_nohup_a_hang_up_is_not_heard() {
    let (server, pid) = acting(|pid| {
        signal(pid, "-HUP");
    });
    let campaign = Campaign::new().people(PEOPLE).to(&server).write();
    let line = format!(
        "trap '' HUP; exec {} send {} --yes",
        env!("CARGO_BIN_EXE_gonets"),
        campaign.path().display()
    );
    let mut child = Command::new("bash")
        .args(["-c", &line])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    *pid.lock().unwrap() = child.id();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(server.taken().len(), PEOPLE);
}

#[test]
fn the_reading_of_a_mailbox_can_be_interrupted() {
    let (fetching, begun) = std::sync::mpsc::channel();
    let is_first = Mutex::new(Some(fetching));
    let server = ImapServer::scripted(move |_, command| {
        let begins = command.starts_with("UID FETCH").then(|| is_first.lock().unwrap().take());
        begins.flatten().map(|fetching| {
            fetching.send(()).unwrap();
            Act::Hang
        })
    });
    server.comes(0, 1, "From: anna@one.test\nSubject: Re: О семинаре\n\nБуду.\n");
    let campaign = crate::imap::sent(&server);
    let read = || {
        let mut command = campaign.command(["inbox"]);
        command.env("GONETS_TEST_PASSWORD", crate::imap::PASSWORD);
        command
    };
    let child = read().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    begun.recv_timeout(Duration::from_mins(1)).unwrap();
    signal(child.id(), "-INT");
    ran(child.wait_with_output().unwrap()).code(130).says("run the same command to continue");
    ran(read().output().unwrap()).code(0).says("1  replied");
}
