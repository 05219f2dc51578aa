//! Runs that lose the server of their ledger: it is started anew, stopped, or cut off for a while or for good.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Mutex, mpsc};

use super::cluster::Cluster;
use super::proxy::{Passage, Proxy};
use super::{copied, judge, on, prepared, shared, sql};
use crate::server::{Moment, Server};
use crate::support::{Campaign, private};

const PEOPLE: usize = 40;
const CONNECTIONS: usize = 2;

/// A relay that holds a message at its end until the test says so.
struct Held {
    server: Server,
    reached: Receiver<()>,
    go_on: Sender<()>,
}

impl Held {
    /// Holds that message.
    fn at(nth: usize) -> Self {
        let (tell, reached) = mpsc::channel();
        let (go_on, wait) = mpsc::channel();
        let wait: Mutex<Receiver<()>> = Mutex::new(wait);
        let count = Mutex::new(0);
        let server = Server::scripted(move |_, moment| {
            if *moment != Moment::Message {
                return None;
            }
            let number = {
                let mut count = count.lock().unwrap();
                *count += 1;
                *count
            };
            if number == nth {
                let _ = tell.send(());
                let _ = wait.lock().unwrap().recv();
            }
            None
        });
        Self { server, reached, go_on }
    }
}

fn campaign(cluster: &Cluster, server: &Server) -> Campaign {
    let pace = format!("[pace]\nconnections = {CONNECTIONS}\n");
    let campaign = Campaign::new().people(PEOPLE).to(server).impatient().with(&pace);
    let campaign = on(cluster, "clerk", campaign);
    // The relay holds a letter for as long as it takes.
    campaign.edit("campaign.toml", "timeout = \"2s\"", "timeout = \"600s\"");
    campaign.trusted()
}

/// A run, and what it says as it says it.
struct Running {
    child: Child,
    said: Receiver<String>,
}

impl Running {
    fn send(campaign: &Campaign) -> Self {
        let mut command = campaign.command(["send", "--yes"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (tell, said) = mpsc::channel();
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| drop(tell.send(line)));
        });
        Self { child, said }
    }

    /// Waits until it says that.
    fn wait_for(&self, words: &str) {
        let mut all = Vec::new();
        for line in &self.said {
            if line.contains(words) {
                return;
            }
            all.push(line);
        }
        panic!("it never said {words:?}:\n{}", all.join("\n"));
    }

    /// Its exit code, and what it said to the end.
    fn end(mut self) -> (i32, String) {
        let code = self.child.wait().unwrap().code().unwrap();
        (code, self.said.iter().collect::<Vec<_>>().join("\n"))
    }
}

#[test]
#[ignore = "needs PostgreSQL"]
fn one_worker_goes_on_after_the_server_was_started_anew() {
    let mut cluster = prepared();
    for nth in [1, 9, 22] {
        let held = Held::at(nth);
        let campaign = campaign(&cluster, &held.server);
        let run = Running::send(&campaign);
        held.reached.recv().unwrap();
        cluster.restart();
        run.wait_for("is lost; until it is back no letter begins");
        drop(held.go_on);
        run.wait_for("the ledger is back");
        let (code, said) = run.end();
        assert_eq!(code, 0, "{said}");
        assert!(campaign.unknown().is_empty());
        judge(&held.server.counts(), PEOPLE).unwrap();
    }
}

#[test]
#[ignore = "needs PostgreSQL"]
fn two_workers_go_on_after_the_server_was_started_anew() {
    let mut cluster = prepared();
    for nth in [2, 15] {
        let held = Held::at(nth);
        let campaign = campaign(&cluster, &held.server);
        let other = copied(&campaign);
        let runs = [&campaign, &other].map(Running::send);
        held.reached.recv().unwrap();
        cluster.restart();
        drop(held.go_on);
        for run in runs {
            let (code, said) = run.end();
            // What the other has not recorded yet is unknown to whoever is done first.
            assert!(code == 0 || code == 6, "{code}: {said}");
        }
        let unknown = campaign.send_rest(&held.server);
        assert!(unknown <= 2 * CONNECTIONS, "{unknown} unknown");
        judge(&held.server.counts(), PEOPLE).unwrap();
    }
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_server_that_was_stopped_is_given_up_and_found_again() {
    let mut cluster = prepared();
    let held = Held::at(7);
    let campaign = campaign(&cluster, &held.server);
    let run = Running::send(&campaign);
    held.reached.recv().unwrap();
    cluster.stop();
    drop(held.go_on);
    run.wait_for("is lost; until it is back no letter begins");
    cluster.go_on();
    run.wait_for("the ledger is back");
    let (code, said) = run.end();
    assert_eq!(code, 0, "{said}");
    assert!(campaign.unknown().is_empty());
    judge(&held.server.counts(), PEOPLE).unwrap();
}

#[test]
#[ignore = "needs PostgreSQL"]
fn what_others_settled_while_the_network_was_cut_is_put_right() {
    let cluster = prepared();
    for passage in [Passage::Cut, Passage::Silent] {
        let held = Held::at(1);
        let campaign = campaign(&cluster, &held.server);
        let other = copied(&campaign);
        let proxy = Proxy::to(&cluster);
        private(&campaign.path().join("server"), &proxy.url("clerk"));
        let run = Running::send(&campaign);
        held.reached.recv().unwrap();
        proxy.set(passage);
        run.wait_for("is lost; until it is back no letter begins");
        if passage == Passage::Silent {
            // Before the server notices by itself.
            let end =
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'clerk'";
            sql(&cluster, end);
        }
        // The letter that the relay holds is unknown to the other, which sends the rest.
        let (code, said) = Running::send(&other).end();
        assert_eq!(code, 6, "{said}");
        assert!((1..=CONNECTIONS).contains(&other.unknown().len()));
        proxy.set(Passage::Open);
        drop(held.go_on);
        run.wait_for("the ledger is back");
        let (code, said) = run.end();
        assert_eq!(code, 0, "{said}");
        assert!(campaign.unknown().is_empty());
        judge(&held.server.counts(), PEOPLE).unwrap();
    }
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_letter_that_a_person_lets_go_again_does_not_if_its_worker_knows_better() {
    let held = Held::at(1);
    let campaign = campaign(shared(), &held.server);
    let other = copied(&campaign);
    let proxy = Proxy::to(shared());
    private(&campaign.path().join("server"), &proxy.url("clerk"));
    let run = Running::send(&campaign);
    held.reached.recv().unwrap();
    proxy.set(Passage::Cut);
    run.wait_for("is lost; until it is back no letter begins");
    for address in other.unknown() {
        other.resolve(&address, false);
    }
    proxy.set(Passage::Open);
    run.wait_for("the ledger is back");
    drop(held.go_on);
    let (code, said) = run.end();
    assert_eq!(code, 0, "{said}");
    judge(&held.server.counts(), PEOPLE).unwrap();
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_network_that_stays_cut_ends_the_run_and_the_letters_in_doubt_are_named() {
    for is_interrupted in [true, false] {
        let held = Held::at(5);
        let campaign = campaign(shared(), &held.server);
        let proxy = Proxy::to(shared());
        private(&campaign.path().join("server"), &proxy.url("clerk"));
        let run = Running::send(&campaign);
        held.reached.recv().unwrap();
        proxy.set(Passage::Cut);
        run.wait_for("is lost; until it is back no letter begins");
        let before = held.server.counts();
        drop(held.go_on);
        if is_interrupted {
            let interrupt = format!("kill -INT {}", run.child.id());
            std::process::Command::new("sh").args(["-c", &interrupt]).status().unwrap();
        }
        let (code, said) = run.end();
        assert_eq!(code, 5, "{said}");
        // Nothing began, and what the relay took is named.
        let after = held.server.counts();
        assert!(after.len() <= before.len() + CONNECTIONS, "{before:?} {after:?}");
        let new = after.keys().find(|address| !before.contains_key(*address)).unwrap();
        assert!(said.contains(new), "{new} is not in\n{said}");
        private(&campaign.path().join("server"), &shared().url("clerk"));
        assert!(campaign.send_rest(&held.server) <= CONNECTIONS);
        judge(&held.server.counts(), PEOPLE).unwrap();
    }
}
