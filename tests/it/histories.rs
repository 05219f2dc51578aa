//! Random histories of several workers on one campaign: the real program and a real PostgreSQL. Workers are
//! killed, the server is killed or restarted, the network between them is cut, each at a random letter.
//!
//! Judged by what the relay took: everybody has one letter, by address and by Message-ID; and no more
//! letters are in doubt than connections were cut off.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::model::Dice;
use crate::postgres::cluster::Cluster;
use crate::postgres::{copied, judge, leading_to, prepared, sql};
use crate::server::{Moment, Server};
use crate::support::{Campaign, private};

/// No worker takes longer, whatever happens to it.
const PATIENCE: Duration = Duration::from_mins(2);

/// The network between one worker and the server.
struct Network {
    port: u16,
    wires: Arc<Mutex<Vec<TcpStream>>>,
    /// What the server says does not arrive.
    is_deaf: Arc<AtomicBool>,
}

impl Network {
    fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let network = Self {
            port: listener.local_addr().unwrap().port(),
            wires: Arc::default(),
            is_deaf: Arc::default(),
        };
        let (wires, is_deaf) = (network.wires.clone(), network.is_deaf.clone());
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                // While the server is down, the connection is closed at once.
                let Ok(far) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                let two = |wire: &TcpStream| wire.try_clone().unwrap();
                wires.lock().unwrap().extend([two(&near), two(&far)]);
                carry(two(&near), two(&far), Arc::default());
                carry(far, near, is_deaf.clone());
            }
        });
        network
    }

    /// All connections are closed. Before that, the server may have heard what it is asked, and its
    /// answers are lost.
    fn cut(&self, loses_answers: bool) {
        if loses_answers {
            self.is_deaf.store(true, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(60));
        }
        for wire in self.wires.lock().unwrap().drain(..) {
            let _ = wire.shutdown(Shutdown::Both);
        }
        self.is_deaf.store(false, Ordering::SeqCst);
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, is_lost: Arc<AtomicBool>) {
    std::thread::spawn(move || {
        let mut block = vec![0; 1 << 16];
        while let Ok(read @ 1..) = from.read(&mut block) {
            while is_lost.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
            if to.write_all(&block[..read]).is_err() {
                break;
            }
        }
        let _ = (to.shutdown(Shutdown::Both), from.shutdown(Shutdown::Both));
    });
}

/// What is wrong with the program under trial, for the judge's own trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    /// The ledger takes letters in doubt for letters that wait.
    Forgets,
    /// The relay says that it took a letter, and did not.
    Lies,
}

/// How a history came out.
#[derive(Default)]
struct Tale {
    told: String,
    unknown: usize,
    /// Connections of workers that were killed, or cut off from the ledger.
    cut_off: usize,
    kills: usize,
}

/// The workers of a campaign.
struct Crew {
    folders: Vec<Campaign>,
    networks: Vec<Network>,
    children: Vec<Child>,
    connections: usize,
}

impl Crew {
    fn start(cluster: &Cluster, campaign: Campaign, workers: usize, connections: usize) -> Self {
        let networks: Vec<Network> = (0..workers).map(|_| Network::to(cluster.port)).collect();
        let way = |network: &Network| {
            format!("postgresql://clerk@127.0.0.1:{}/postgres?sslmode=disable", network.port)
        };
        let mut folders = vec![leading_to(&way(&networks[0]), campaign)];
        for network in &networks[1..] {
            let other = copied(&folders[0]);
            private(&other.path().join("server"), &way(network));
            folders.push(other);
        }
        let children = folders.iter().map(|it| it.spawn(["send", "--yes"])).collect();
        Self { folders, networks, children, connections }
    }

    fn at_work(&mut self) -> usize {
        let at_work = self.children.iter_mut().map(|it| usize::from(is_at_work(it)));
        at_work.sum()
    }

    /// Kills or cuts something.
    fn harm(
        &mut self,
        cluster: &mut Cluster,
        below: &mut dyn FnMut(usize) -> usize,
        tale: &mut Tale,
    ) {
        let (worker, what, is_other_way) = (below(self.folders.len()), below(8), below(2) == 0);
        let mut affected = 1;
        match what {
            0..=3 => {
                let child = &mut self.children[worker];
                if !is_at_work(child) {
                    return;
                }
                child.kill().unwrap();
                child.wait().unwrap();
                tale.told += &format!("worker {worker} killed, started anew {is_other_way}; ");
                if is_other_way {
                    *child = self.folders[worker].spawn(["send", "--yes"]);
                }
            }
            4 | 5 => {
                affected = self.at_work();
                if is_other_way {
                    cluster.restart();
                } else {
                    cluster.crash();
                }
                tale.told += &format!("server down, immediate {is_other_way}; ");
            }
            _ => {
                self.networks[worker].cut(is_other_way);
                tale.told += &format!("worker {worker} cut off, answers lost {is_other_way}; ");
            }
        }
        tale.kills += 1;
        tale.cut_off += affected * self.connections;
    }

    /// Waits until all have ended.
    fn ended(&mut self) -> Result<(), String> {
        let all = wait_until(|| self.at_work() == 0);
        if !all {
            self.children.iter_mut().for_each(|child| drop(child.kill()));
            return Err("a worker does not end".to_owned());
        }
        Ok(())
    }
}

fn history(cluster: &mut Cluster, seed: u64, flaw: Flaw) -> (Tale, Result<(), String>) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut below = |sides: usize| dice.roll(u32::try_from(sides).unwrap()) as usize;
    let people = 24 + below(40);
    let (workers, connections) = (2 + below(2), 1 + below(3));
    let told = format!("{seed}: {people} people, {workers} workers of {connections} connections; ");
    let mut tale = Tale { told, ..Tale::default() };
    let server = Server::scripted(|_, moment| {
        if *moment == Moment::Message {
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    });
    let pace = format!("[pace]\nconnections = {connections}\n");
    let campaign = Campaign::new().people(people).to(&server).impatient().with(&pace);
    let mut crew = Crew::start(cluster, campaign, workers, connections);
    let mut after = 0;
    for _ in 0..=below(3) {
        after += 1 + below(people / 2);
        wait_until(|| server.seen.lock().unwrap().messages >= after || crew.at_work() == 0);
        tale.told += &format!("at {after} ");
        crew.harm(cluster, &mut below, &mut tale);
    }
    let verdict = crew.ended().and_then(|()| {
        finish(cluster, &crew.folders[0], &server, flaw, &mut tale)?;
        if flaw == Flaw::Lies {
            server.seen.lock().unwrap().taken.pop();
        }
        judge(&server.counts(), people)?;
        judge(&mails(&server), people)?;
        if tale.unknown > tale.cut_off {
            return Err(format!("{} unknown, {} cut off", tale.unknown, tale.cut_off));
        }
        Ok(())
    });
    (tale, verdict)
}

/// One worker sends the rest. Letters in doubt are settled as the relay knows it.
fn finish(
    cluster: &Cluster,
    campaign: &Campaign,
    server: &Server,
    flaw: Flaw,
    tale: &mut Tale,
) -> Result<(), String> {
    for _ in 0..10 {
        if flaw == Flaw::Forgets {
            // Whoever looks settles what was left behind.
            campaign.run(["status"]).code(0);
            sql(cluster, "UPDATE gonets.letter SET state = 'waiting' WHERE state = 'unknown'");
        }
        let ran = campaign.run(["send", "--yes", "--json"]);
        server.wait_until_quiet();
        match ran.code {
            0 => return Ok(()),
            6 => {
                let unknown = campaign.unknown();
                tale.unknown += unknown.len();
                for address in unknown {
                    campaign.resolve(&address, server.counts().contains_key(&address));
                }
            }
            code => return Err(format!("ended with {code}: {}{}", ran.out, ran.err)),
        }
    }
    Err("letters are in doubt again and again".to_owned())
}

fn is_at_work(child: &mut Child) -> bool {
    child.try_wait().unwrap().is_none()
}

/// Whether it came to hold in time.
fn wait_until(mut holds: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    while !holds() {
        if begun.elapsed() > PATIENCE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}

/// How often each letter was taken, by what it calls itself.
fn mails(server: &Server) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for taken in server.taken() {
        let text = String::from_utf8_lossy(&taken.bytes).into_owned();
        let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: "));
        *counts.entry(id.unwrap_or("none").to_owned()).or_default() += 1;
    }
    counts
}

/// Twelve histories; more with `GONETS_CREW_HISTORIES=200`.
#[test]
#[ignore = "needs PostgreSQL"]
fn whatever_is_killed_or_cut_nobody_gets_two_letters_and_nobody_none() {
    let number = |name| std::env::var(name).ok().and_then(|n| n.parse().ok());
    let (first, histories) =
        (number("GONETS_CREW_FIRST").unwrap_or(1), number("GONETS_CREW_HISTORIES"));
    let mut cluster = prepared();
    let (mut unknown, mut cut_off, mut kills) = (0, 0, 0);
    let mut wrong = Vec::new();
    let last = first + histories.unwrap_or(12);
    for seed in first..last {
        let (tale, verdict) = history(&mut cluster, seed, Flaw::None);
        println!("{}{} unknown: {verdict:?}", tale.told, tale.unknown);
        unknown += tale.unknown;
        cut_off += tale.cut_off;
        kills += tale.kills;
        if let Err(error) = verdict {
            wrong.push(format!("{}{error}", tale.told));
        }
    }
    println!(
        "{} histories, {kills} kills and cuts, {unknown} letters unknown of at most {cut_off}",
        last - first
    );
    assert!(wrong.is_empty() && kills > 0, "{wrong:#?}");
}

#[test]
#[ignore = "needs PostgreSQL"]
fn the_judge_of_histories_sees_a_ledger_that_forgets_and_a_relay_that_lies() {
    let mut cluster = prepared();
    for (flaw, what) in [(Flaw::Forgets, "not once: [(\""), (Flaw::Lies, "have one")] {
        let mut found = (1..=8).map(|seed| history(&mut cluster, seed, flaw).1);
        assert!(
            found.any(|verdict| verdict.is_err_and(|error| error.contains(what))),
            "nobody saw {flaw:?}"
        );
    }
}
