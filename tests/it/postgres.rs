//! The ledger on a PostgreSQL server: the whole way with the rights of a worker, kills of either side, moving
//! there and back, and what is refused.

use std::fs;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};

use crate::server::{Moment, Server};
use crate::support::{Campaign, Ran, copy_files, gonets, private, ran};
use cluster::Cluster;
use proxy::Proxy;

mod away;
#[path = "../../src/ledger/postgres/cluster.rs"]
pub mod cluster;
mod proxy;
mod upgrade;

/// A server with the tables, and an account that may only work with them.
pub fn prepared() -> Cluster {
    let cluster = Cluster::start();
    let campaign = on(&cluster, "admin", Campaign::new());
    ledger(&campaign, &["init"]).code(0).says("ready for ledgers");
    // Once more does no harm.
    ledger(&campaign, &["init"]).code(0);
    sql(&cluster, "CREATE ROLE clerk LOGIN IN ROLE gonets_worker");
    cluster
}

/// One server for all tests that do not harm it.
pub fn shared() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(prepared)
}

pub fn sql(cluster: &Cluster, statement: &str) -> String {
    let psql = std::process::Command::new("psql")
        .args([&cluster.url("admin"), "-XqAtc", statement])
        .output()
        .unwrap();
    assert!(psql.status.success(), "{}", String::from_utf8_lossy(&psql.stderr));
    String::from_utf8(psql.stdout).unwrap()
}

/// A campaign of its own id whose ledger is on a server.
pub fn on(cluster: &Cluster, user: &str, campaign: Campaign) -> Campaign {
    leading_to(&cluster.url(user), campaign)
}

pub fn leading_to(url: &str, campaign: Campaign) -> Campaign {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let campaign = campaign.with("[ledger]\npostgres = { file = \"server\" }\n").write();
    private(&campaign.path().join("server"), url);
    let id = format!("id = \"test-{}\"", COUNT.fetch_add(1, Ordering::SeqCst));
    campaign.edit("campaign.toml", "id = \"test\"", &id);
    campaign.trusted()
}

fn ledger(campaign: &Campaign, arguments: &[&str]) -> Ran {
    let (action, rest) = arguments.split_first().unwrap();
    ran(gonets().args(["ledger", action]).arg(campaign.path()).args(rest).output().unwrap())
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_campaign_goes_its_whole_way_with_the_rights_of_a_worker() {
    let server = Server::kind();
    let campaign =
        on(shared(), "clerk", Campaign::new().to(&server).with("[register]\nfirst = 7\n"));
    campaign.run(["status"]).code(0).says("nothing has been sent");
    campaign.run(["suppress", "--add", "boris@two.test"]).code(0);
    campaign.run(["check"]).code(0);
    campaign.run(["preview"]).code(0);
    campaign.run(["approve", "--by", "Анна"]).code(0);
    campaign.run(["send", "--yes"]).code(0).says("2 accepted");
    campaign.run(["suppress", "--remove", "boris@two.test"]).code(0);
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    campaign.run(["send", "--yes"]).code(0);
    assert!(server.counts().len() == 3 && server.counts().values().all(|n| *n == 1));
    campaign.run(["status"]).code(0).says("3 accepted");
    campaign.run(["report"]).code(0);
    campaign.run(["register"]).code(0).says("9");
    campaign.run(["answer", "--to", "anna@one.test", "--replied"]).code(0);
    campaign.run(["show", "--to", "anna@one.test"]).code(0);
    campaign.run(["reset", "--to", "vera@three.test", "--yes"]).code(0);
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    assert_eq!(server.counts()["vera@three.test"], 2);
    assert!(!campaign.path().join("ledger.sqlite").exists());
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_reminder_and_the_campaign_that_it_follows_are_on_a_server() {
    let server = Server::kind();
    let first = on(shared(), "clerk", Campaign::new().to(&server));
    first.run(["send", "--yes"]).code(0);
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mails");
    fs::create_dir(&mails).unwrap();
    let reminder = folder.path().join("reminder");
    let of_reminder = |arguments: &[&str]| {
        let mut command = gonets();
        command.arg(arguments[0]).arg(&reminder).args(&arguments[1..]).arg("--trust");
        ran(command.output().unwrap())
    };
    let init = ["--follow", first.path().to_str().unwrap()];
    ran(gonets().arg("init").arg(&reminder).args(init).output().unwrap()).code(0);
    let toml = reminder.join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap().replace("5 working days", "0 days");
    fs::write(&toml, text + "\n[ledger]\npostgres = { file = \"server\" }\n").unwrap();
    private(&reminder.join("server"), &shared().url("clerk"));
    of_reminder(&["send", "--yes"]).code(3).says("never read");
    let reply = "From: boris@two.test\nTo: invite@sender.test\nSubject: Re: О семинаре\n\nБуду.\n";
    fs::write(mails.join("1.eml"), reply).unwrap();
    first.run(["inbox", "--from", mails.to_str().unwrap()]).code(0);
    of_reminder(&["send", "--yes", "--limit", "1"]).code(7);
    // What is read between two runs, or during one, stops a letter.
    fs::write(mails.join("2.eml"), reply.replace("boris@two", "vera@three")).unwrap();
    first.run(["inbox", "--from", mails.to_str().unwrap()]).code(0);
    of_reminder(&["send", "--yes"]).code(0);
    let counts = server.counts();
    let count = |who: &str| counts.get(who).copied().unwrap_or_default();
    assert_eq!(["anna@one.test", "boris@two.test", "vera@three.test"].map(count), [2, 1, 1]);
    assert!(!reminder.join("ledger.sqlite").exists());
    of_reminder(&["status"]).code(0).says("1 accepted");
}

#[test]
#[ignore = "needs PostgreSQL"]
fn another_id_enters_no_new_campaign_in_silence() {
    let server = Server::kind();
    let campaign = on(shared(), "clerk", Campaign::new().to(&server));
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    campaign.edit("campaign.toml", "id = \"test-", "id = \"other-");
    campaign.run(["send", "--yes", "--trust"]).code(3).says("of which people have 1 letter");
    campaign.run(["status", "--trust"]).code(3);
    campaign
        .run(["send", "--yes", "--trust", "--second-letters"])
        .code(0)
        .says("1 letter will go to people who already have one");
    campaign.run(["send", "--yes", "--trust"]).code(0).says("4 accepted");
    assert_eq!(server.taken().len(), 4);
}

#[derive(Debug, Clone, Copy)]
enum Victim {
    Worker,
    Server,
}

/// Whatever is killed and at whichever moment of the dialogue, nobody gets two letters and nobody none, and at
/// most one letter a connection is in doubt.
#[test]
#[ignore = "needs PostgreSQL"]
fn kill_9_of_the_worker_or_of_the_server_at_every_moment() {
    const PEOPLE: usize = 5;
    let mut cluster = prepared();
    let mut histories = 0;
    for (victim, connections) in
        [(Victim::Worker, 1), (Victim::Server, 1), (Victim::Worker, 3), (Victim::Server, 3)]
    {
        // With several connections the moments come in another order each time.
        for nth in (0..).step_by(connections) {
            let (tell, told) = mpsc::channel();
            let count = Arc::new(Mutex::new(0));
            let server = Server::scripted(move |_, moment| {
                let mut count = count.lock().unwrap();
                *count += 1;
                if *count == nth + 1 {
                    let _ = tell.send(moment.clone());
                }
                None
            });
            let pace = format!("[pace]\nconnections = {connections}\n");
            let campaign = Campaign::new().people(PEOPLE).to(&server).impatient().with(&pace);
            let campaign = on(&cluster, "clerk", campaign);
            let is_killed = campaign.is_killed_when(&told, |child| match victim {
                Victim::Worker => child.kill().unwrap(),
                Victim::Server => cluster.crash(),
            });
            histories += 1;
            let unknown = campaign.send_rest(&server);
            let counts = server.counts();
            let context = format!("{victim:?}, {connections} connections, moment {nth}");
            assert!(
                counts.len() == PEOPLE && counts.values().all(|n| *n == 1),
                "{context}: {counts:?}"
            );
            assert!(unknown <= connections, "{context}: {unknown} unknown after one kill");
            if !is_killed {
                break;
            }
        }
    }
    assert!(histories > 60, "only {histories} histories");
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_ledger_moves_to_a_server_and_back_and_knows_the_same() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).with("[register]\nfirst = 7\n").write();
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    campaign.run(["suppress", "--add", "boris@two.test", "--reason", "a\ttab, a \\ and «кавычки»"]);
    campaign.run(["answer", "--to", "anna@one.test", "--replied"]).code(0);
    let report = |campaign: &Campaign| campaign.run(["report", "--json"]).code(0).out;
    let before = report(&campaign);
    let toml = campaign.path().join("campaign.toml");
    let without = fs::read_to_string(&toml).unwrap();
    let with = without.clone() + "[ledger]\npostgres = { file = \"server\" }\n";
    let with = with.replace("id = \"test\"", "id = \"moved\"");
    private(&campaign.path().join("server"), &shared().url("clerk"));
    // The id is part of a ledger.
    fs::write(&toml, &with).unwrap();
    let campaign = campaign.trusted();
    ledger(&campaign, &["move", "--to", "postgres"]).code(3).says("test");
    fs::write(&toml, with.replace("id = \"moved\"", "id = \"test\"")).unwrap();
    campaign.run(["send", "--yes"]).code(3).says("gonets ledger move --to postgres");
    ledger(&campaign, &["move", "--to", "sqlite"]).code(3);
    ledger(&campaign, &["move", "--to", "postgres"]).code(0).says("3 letters");
    assert_eq!(report(&campaign), before);
    ledger(&campaign, &["move", "--to", "postgres"])
        .code(3)
        .says("nothing has been recorded there");
    fs::write(&toml, &without).unwrap();
    campaign.run(["send", "--yes"]).code(3).says("this ledger is closed");
    fs::write(&toml, with.replace("id = \"moved\"", "id = \"test\"")).unwrap();
    campaign.run(["send", "--yes", "--limit", "1"]).code(0);
    let before = report(&campaign);
    ledger(&campaign, &["move", "--to", "sqlite"]).code(0).says("3 letters");
    campaign.run(["status"]).code(3).says("gonets ledger move --to postgres");
    fs::write(&toml, &without).unwrap();
    assert_eq!(report(&campaign), before);
    campaign.run(["suppress", "--remove", "boris@two.test"]).code(0);
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    // And there again, past the closed one.
    fs::write(&toml, with.replace("id = \"moved\"", "id = \"test\"")).unwrap();
    ledger(&campaign, &["move", "--to", "postgres"]).code(0);
    campaign.run(["status"]).code(0).says("3 accepted");
    assert!(server.counts().values().all(|n| *n == 1) && server.counts().len() == 3);
}

#[test]
#[ignore = "needs PostgreSQL"]
fn what_cannot_be_used_is_refused_in_words() {
    let cluster = Cluster::start();
    let send = |campaign: &Campaign| campaign.run(["send", "--yes"]);
    let campaign = on(&cluster, "admin", Campaign::new());
    send(&campaign).code(5).says("gonets ledger init");
    ledger(&campaign, &["init"]).code(0);
    sql(&cluster, "CREATE ROLE stranger LOGIN");
    send(&on(&cluster, "stranger", Campaign::new())).code(5).says("GRANT gonets_worker");
    send(&on(&cluster, "nobody", Campaign::new())).code(5).says("did not let this account in");
    let far = leading_to("postgresql://a@db.example.org/d?sslmode=disable", Campaign::new());
    send(&far).code(5).says("this machine only");
    let bad = leading_to("postgres:hunter2", Campaign::new());
    let said = send(&bad).code(5).says("the connection string cannot be read");
    assert!(!said.err.contains("hunter2"));
    let tls = cluster.url("admin").replace("sslmode=disable", "sslmode=verify-full");
    send(&leading_to(&tls, Campaign::new())).code(5).says("the encrypted connection failed");
    // Letters went, and the database is an older one.
    send(&campaign).code(0);
    sql(&cluster, "DELETE FROM gonets.attempt");
    send(&campaign).code(5).says("restored from an older copy");
    sql(&cluster, "UPDATE gonets.version SET version = 99");
    send(&campaign).code(5).says("install that version");
    drop(cluster);
    send(&campaign).code(5).says("there is no connection to the server");
    let unsafe_ = Cluster::start_with(&["-c", "fsync=off"]);
    let campaign = on(&unsafe_, "admin", Campaign::new());
    ledger(&campaign, &["init"]).code(0);
    send(&campaign).code(5).says("fsync = off");
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_server_is_not_asked_before_a_person_gave_leave() {
    let campaign = on(shared(), "clerk", Campaign::new());
    campaign.run(["trust", "--remove"]).code(0);
    for command in ["status", "report", "send", "suppress", "preview", "check"] {
        campaign.run([command]).code(3).says("the connection string of the ledger");
    }
}

/// What lets connections in and says nothing, as a server that hangs does.
fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, format!("postgresql://a@127.0.0.1:{port}/d?sslmode=disable"))
}

#[test]
fn doctor_offline_asks_no_server_of_a_ledger() {
    let (listener, url) = silent();
    listener.set_nonblocking(true).unwrap();
    let campaign = leading_to(&url, Campaign::new());
    let run = campaign.run(["doctor", "--offline"]).code(0);
    run.says("which --offline does not ask").says("3 letters composed");
    // No secret is taken, so nobody's leave is needed.
    campaign.run(["trust", "--remove"]).code(0);
    campaign.run(["doctor", "--offline"]).code(0).says("3 letters composed");
    let follower = Campaign::new().with(&format!(
        "[follows]\ncampaign = \"{}\"\nto = \"silent\"\n",
        campaign.path().display()
    ));
    follower.write().run(["doctor", "--offline", "--trust"]).code(0).says("3 letters composed");
    let asked = listener.accept().unwrap_err();
    assert_eq!(asked.kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn a_server_that_says_nothing_is_given_up_in_words() {
    let (_listener, url) = silent();
    let campaign = leading_to(&url, Campaign::new());
    campaign.run(["status"]).code(5).says("the server did not answer within 10 seconds");
    let doctor = campaign.run(["doctor"]).code(1);
    doctor.says("the server did not answer within 10 seconds").says("3 letters composed");
}

/// Wherever the network begins to swallow packets, every command ends, and says why.
#[test]
#[ignore = "needs PostgreSQL"]
fn no_statement_is_waited_for_without_end() {
    let server = Server::kind();
    let sent = on(shared(), "clerk", Campaign::new().to(&server));
    sent.run(["send", "--yes"]).code(0);
    // The login, the look at the schema, a question about the letters, a transaction.
    let moments = [0, 3, 6, 9, 12];
    let ended: Vec<_> = moments
        .into_iter()
        .map(|replies| {
            let campaign = copied(&sent);
            std::thread::spawn(move || {
                let proxy = Proxy::to(shared());
                private(&campaign.path().join("server"), &proxy.url("clerk"));
                proxy.silent_after(replies);
                let campaign = campaign.trusted();
                let said = if replies < 9 {
                    campaign.run(["status"]).code(5)
                } else {
                    campaign.run(["suppress", "--add", "x@one.test"]).code(5)
                };
                let [login, later] = ["did not answer within 10", "has not answered for 30"];
                let said = said.err.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(said.contains(login) || said.contains(later), "{said}");
                said.contains(later)
            })
        })
        .collect();
    let ended: Vec<bool> = ended.into_iter().map(|it| it.join().unwrap()).collect();
    assert!(!ended[0] && ended[1..].iter().any(|is_later| *is_later), "{ended:?}");
}

/// The same folder on another computer.
pub fn copied(campaign: &Campaign) -> Campaign {
    let other = Campaign::new();
    copy_files(campaign.path(), other.path());
    other.trusted()
}

/// How many workers have begun letters of a campaign.
fn workers_of(cluster: &Cluster, campaign: &Campaign) -> String {
    let text = fs::read_to_string(campaign.path().join("campaign.toml")).unwrap();
    let id = text.split('"').nth(1).unwrap().to_owned();
    sql(
        cluster,
        &format!(
            "SELECT count(DISTINCT worker) FROM gonets.attempt WHERE ended IS NULL AND campaign =
               (SELECT number FROM gonets.campaign WHERE id = '{id}')"
        ),
    )
}

/// Everybody has one letter.
pub fn judge(
    counts: &std::collections::BTreeMap<String, usize>,
    people: usize,
) -> Result<(), String> {
    let twice: Vec<_> = counts.iter().filter(|(_, count)| **count != 1).collect();
    if twice.is_empty() && counts.len() == people {
        return Ok(());
    }
    Err(format!("{} of {people} have one, not once: {twice:?}", counts.len()))
}

/// A relay that takes its time for each letter.
pub fn slow() -> Server {
    Server::scripted(|_, moment| {
        if *moment == Moment::Message {
            std::thread::sleep(std::time::Duration::from_millis(15));
        }
        None
    })
}

#[test]
#[ignore = "needs PostgreSQL"]
fn two_workers_share_a_campaign_and_nobody_gets_two_letters() {
    const PEOPLE: usize = 160;
    let server = slow();
    let pace = "[pace]\nconnections = 2\n[register]\nfirst = 1\n";
    let campaign = on(shared(), "clerk", Campaign::new().people(PEOPLE).to(&server).with(pace));
    let other = copied(&campaign);
    let mut one = campaign.spawn(["send", "--yes"]);
    let mut two = other.spawn(["send", "--yes"]);
    let mut both = 0;
    while one.try_wait().unwrap().is_none() && both < 2 {
        let status = campaign.run(["status", "--json"]).code(0);
        let lines = status.out.lines().filter(|line| line.contains("\"type\":\"worker\""));
        both = lines.count();
    }
    assert_eq!(both, 2, "status never showed both");
    assert_eq!(one.wait().unwrap().code(), Some(0));
    assert_eq!(two.wait().unwrap().code(), Some(0));
    judge(&server.counts(), PEOPLE).unwrap();
    assert_eq!(workers_of(shared(), &campaign), "2\n");
    campaign.run(["status"]).code(0).says("160 accepted");
    // All numbers were given out once.
    let register = campaign.run(["report", "--json"]).code(0).out;
    let numbers: std::collections::BTreeSet<String> = register
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|line| Some(line["number"].as_str()?.to_owned()))
        .collect();
    assert_eq!(numbers.len(), PEOPLE);
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_worker_with_another_letter_is_refused_and_told_which_file_differs() {
    let (server, told, go_on) = Server::holding();
    let campaign = on(shared(), "clerk", Campaign::new().to(&server));
    let other = copied(&campaign);
    let mut child = campaign.spawn(["send", "--yes"]);
    told.recv().unwrap();
    fs::write(other.path().join("letter.md"), "Something else").unwrap();
    other.run(["send", "--yes"]).code(3).says("letter.md");
    drop(go_on);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    judge(&server.counts(), 3).unwrap();
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_limit_holds_for_all_workers_together() {
    let server = slow();
    let pace = "[pace]\nconnections = 4\nper_hour = 30\n";
    let campaign = on(shared(), "clerk", Campaign::new().people(100).to(&server).with(pace));
    let other = copied(&campaign);
    let mut workers =
        [&campaign, &other, &campaign].map(|campaign| campaign.spawn(["send", "--yes"]));
    for worker in &mut workers {
        assert_eq!(worker.wait().unwrap().code(), Some(7));
    }
    assert_eq!(server.counts().len(), 30);
    campaign.run(["status"]).code(0).says("30 accepted").says("70 waiting");
}

#[test]
#[ignore = "needs PostgreSQL"]
fn what_a_killed_worker_left_is_sent_by_the_other() {
    const PEOPLE: usize = 60;
    const CONNECTIONS: usize = 2;
    for nth in [1, 7, 20, 31] {
        let (tell, told) = mpsc::channel();
        let count = Mutex::new(0);
        let server = Server::scripted(move |_, moment| {
            if *moment == Moment::Message {
                std::thread::sleep(std::time::Duration::from_millis(10));
                let mut count = count.lock().unwrap();
                *count += 1;
                if *count == nth {
                    let _ = tell.send(());
                }
            }
            None
        });
        let pace = format!("[pace]\nconnections = {CONNECTIONS}\n");
        let campaign = Campaign::new().people(PEOPLE).to(&server).impatient().with(&pace);
        let campaign = on(shared(), "clerk", campaign);
        let other = copied(&campaign);
        let mut one = campaign.spawn(["send", "--yes"]);
        let mut two = other.spawn(["send", "--yes"]);
        told.recv().unwrap();
        one.kill().unwrap();
        one.wait().unwrap();
        // The other sends all but those in doubt.
        let code = two.wait().unwrap().code();
        assert!(code == Some(0) || code == Some(6), "{code:?}");
        let status = campaign.run(["status", "--json"]).code(0);
        assert_eq!(status.summary()["waiting"], 0, "{}", status.out);
        let unknown = campaign.send_rest(&server);
        assert!(unknown <= CONNECTIONS, "{unknown} unknown after one kill");
        judge(&server.counts(), PEOPLE).unwrap();
    }
}

#[test]
fn the_judge_sees_a_second_letter_and_a_lost_one() {
    let counts = |counts: &[(&str, usize)]| {
        counts.iter().map(|(address, count)| ((*address).to_owned(), *count)).collect()
    };
    assert!(judge(&counts(&[("a", 1), ("b", 1)]), 2).is_ok());
    assert!(judge(&counts(&[("a", 2), ("b", 1)]), 2).is_err());
    assert!(judge(&counts(&[("a", 1)]), 2).is_err());
}
