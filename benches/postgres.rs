//! A ledger on PostgreSQL: `cargo bench --bench postgres [-- workers [LETTERS] | million [ROWS]]`.
//!
//! *workers*: 1, 2 and 4 workers of 4 connections each send one campaign to a relay that takes 20 ms for a letter,
//! after one worker with a ledger in a file. The rate is that of the letters in the middle, so the start of the
//! workers and the end have no part in it; LETTERS are for each worker. *million*: ROWS letters are enrolled, in a file
//! and on a server, and nine of ten marked as sent; then `status` and `send` are started.
//!
//! Starts a PostgreSQL server in `/tmp`, with its usual settings, or uses that of an empty database for an
//! administrator without a password in `GONETS_BENCH_POSTGRES`. What the server counts is of the whole server. Needs psql;
//! `GONETS` may name another program.

#[path = "../src/ledger/postgres/cluster.rs"]
mod cluster;
mod relay;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 4;
const PAUSE: Duration = Duration::from_millis(20);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let number = arguments.iter().find_map(|argument| argument.parse().ok());
    let is_asked_for = |part: &str| {
        let parts = ["workers", "million"];
        let named = arguments.iter().any(|argument| parts.contains(&argument.as_str()));
        !named || arguments.iter().any(|argument| argument == part)
    };
    let database = Database::open();
    if is_asked_for("workers") {
        workers(&database, number.unwrap_or(2000));
    }
    if is_asked_for("million") {
        million(&database, number.unwrap_or(1_000_000));
    }
}

struct Database {
    url: String,
    _cluster: Option<cluster::Cluster>,
}

impl Database {
    fn open() -> Self {
        let given = std::env::var("GONETS_BENCH_POSTGRES").ok();
        let cluster = given.is_none().then(|| {
            let counted = "shared_preload_libraries=pg_stat_statements";
            cluster::Cluster::start_with(&["-c", counted, "-c", "track_io_timing=on"])
        });
        let started = cluster.as_ref().map(|cluster| cluster.url("admin"));
        let database = Self { url: given.or(started).unwrap_or_default(), _cluster: cluster };
        database.ask("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
        println!("{}", database.ask("SELECT split_part(version(), ' on ', 1)"));
        database
    }

    fn ask(&self, sql: &str) -> String {
        let psql = Command::new("psql")
            .args([&self.url, "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .output()
            .expect("psql");
        assert!(psql.status.success(), "{}", String::from_utf8_lossy(&psql.stderr));
        String::from_utf8_lossy(&psql.stdout).trim_end().to_owned()
    }

    fn number(&self, sql: &str) -> f64 {
        self.ask(sql).parse().unwrap_or(f64::NAN)
    }

    /// What the server has done so far: octets of WAL, and seconds of CPU time where it runs here and its sessions
    /// have ended.
    fn spent(&self) -> (f64, f64) {
        let wal = self.number("SELECT pg_current_wal_lsn() - '0/0'");
        let main = self.ask("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)");
        let children = std::fs::read_to_string(format!("/proc/{main}/task/{main}/children"));
        let children = children.unwrap_or_default();
        let all = children.split_whitespace().chain([main.as_str()]);
        (wal, all.map(cpu_time).map(|(own, children)| own + children).sum())
    }

    fn forget_statements(&self) {
        self.ask("SELECT pg_stat_statements_reset()");
    }

    /// Statements of sessions with a campaign, the most expensive first: how often for each of so many letters, the
    /// time, and their text.
    fn statements(&self, letters: f64) -> String {
        let ask = format!(
            "SELECT calls || ' ' || round(calls / {letters}::numeric, 3) || ' ' || round(total_exec_time::numeric) || ' '
               || round((wal_bytes / {letters})::numeric) || ' ' || left(regexp_replace(query, '\\s+', ' ', 'g'), 84)
             FROM pg_stat_statements WHERE query !~ 'pg_stat_statements|pg_read_file|pg_current_wal_lsn'
             ORDER BY total_exec_time DESC LIMIT 14"
        );
        let mut table = format!(
            "{:>9} {:>8} {:>9} {:>9}  {}\n",
            "calls", "a letter", "ms in all", "WAL, B", "statement"
        );
        for line in self.ask(&ask).lines() {
            let mut words = line.splitn(5, ' ');
            let mut word = || words.next().unwrap_or_default();
            let (calls, each, time, wal) = (word(), word(), word(), word());
            let _ = writeln!(table, "{calls:>9} {each:>8} {time:>9} {wal:>9}  {}", word());
        }
        table
    }
}

/// Seconds of CPU time of a process, and of those of its children that it has waited for.
fn cpu_time(process: &str) -> (f64, f64) {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ').skip(11);
    let mut seconds = fields.map(|field| field.parse().unwrap_or(0.0) / 100.0);
    let mut two = || seconds.by_ref().take(2).sum::<f64>();
    (two(), two())
}

fn gonets() -> Command {
    let program = std::env::var_os("GONETS").unwrap_or(env!("CARGO_BIN_EXE_gonets").into());
    let mut command = Command::new(program);
    // Nobody's settings.
    command.env("XDG_CONFIG_HOME", std::env::temp_dir().join("gonets-bench-settings"));
    command
}

/// Folders of one campaign, one for each worker.
fn folders(
    home: &relay::Folder,
    rows: usize,
    to: &relay::Relay,
    workers: usize,
    database: Option<&Database>,
) -> Vec<PathBuf> {
    let first = home.0.join("1");
    relay::write_campaign(&first, rows, to.address, CONNECTIONS);
    if let Some(database) = database {
        let toml = first.join("campaign.toml");
        let id = home.0.file_name().expect("a name").to_string_lossy();
        let text = std::fs::read_to_string(&toml).expect("it was written");
        let text = text.replace("id = \"bench\"", &format!("id = \"{id}\""));
        let text = text + "[ledger]\npostgres = { env = \"GONETS_BENCH_LEDGER\" }\n";
        std::fs::write(&toml, text).expect("room on the disk");
        let mut init = gonets();
        init.args(["ledger", "init"]).arg(&first);
        run(&mut init, Some(database));
    }
    let mut all = vec![first.clone()];
    for number in 2..=workers {
        let other = home.0.join(number.to_string());
        std::fs::create_dir_all(&other).expect("a folder for the bench");
        for name in ["campaign.toml", "letter.md", "contacts.csv"] {
            std::fs::copy(first.join(name), other.join(name)).expect("room on the disk");
        }
        all.push(other);
    }
    all
}

fn spawn(command: &mut Command, database: Option<&Database>) -> Child {
    command.env("GONETS_BENCH_LEDGER", database.map_or("", |it| &it.url));
    command.arg("--trust").stdin(Stdio::null()).stdout(Stdio::null());
    command.spawn().expect("gonets runs")
}

/// Seconds that it takes.
fn run(command: &mut Command, database: Option<&Database>) -> f64 {
    let begun = Instant::now();
    let ended = spawn(command, database).wait().expect("it ends");
    assert!(matches!(ended.code(), Some(0 | 7)), "{ended}");
    begun.elapsed().as_secs_f64()
}

fn send(folder: &Path, limit: Option<&str>) -> Command {
    let mut command = gonets();
    command.args(["send", "--yes", "--quiet"]).arg(folder);
    command.args(limit.iter().flat_map(|limit| ["--limit", limit]));
    command
}

#[allow(clippy::cast_precision_loss, reason = "a number of letters")]
fn workers(database: &Database, each: usize) {
    let ideal = CONNECTIONS as f64 / PAUSE.as_secs_f64();
    println!(
        "{CONNECTIONS} connections a worker to a relay that takes {PAUSE:?}: at most {ideal:.0} letters/s each"
    );
    println!(
        "{:>8} {:>10} {:>9} {:>13} {:>14} {:>14} {:>10} {:>12}",
        "workers",
        "letters/s",
        "of ideal",
        "of one worker",
        "CPU ms, worker",
        "CPU ms, server",
        "WAL, bytes",
        "table, bytes"
    );
    let mut one = f64::NAN;
    for workers in [0, 1, 2, 4] {
        let is_shared = workers > 0;
        let database = is_shared.then_some(database);
        let crew = workers.max(1);
        let relay = relay::Relay::slow(PAUSE);
        let letters = each * crew;
        let home = relay::Folder::new(&format!("workers-{workers}"));
        let folders = folders(&home, letters, &relay, crew, database);
        // The look at the whole list, and the enrolment.
        run(&mut send(&folders[0], Some("1")), database);
        if !is_shared {
            println!("an fsync takes {:.2} ms here", relay::fsync_cost(&home.0));
        }
        relay.take();
        let before = database.map(|database| {
            database.forget_statements();
            database.spent()
        });
        let mut crew: Vec<Child> =
            folders.iter().map(|folder| spawn(&mut send(folder, None), database)).collect();
        let own = cpu_of(&mut crew);
        let mut times = relay.take().times;
        times.sort();
        assert_eq!(times.len(), letters - 1);
        let (from, to) = (times.len() / 5, times.len() * 4 / 5);
        let rate = (to - from) as f64 / (times[to] - times[from]).as_secs_f64();
        let ideal = ideal * workers.max(1) as f64;
        if workers == 1 {
            one = rate;
        }
        let letters = letters as f64;
        print!(
            "{:>8} {rate:>10.0} {:>9.3} {:>13.3} {:>14.2}",
            if is_shared { workers.to_string() } else { "a file".into() },
            rate / ideal,
            rate / one / workers.max(1) as f64,
            own / letters * 1000.0
        );
        let Some((database, before)) = database.zip(before) else {
            println!();
            continue;
        };
        let after = database.spent();
        let size = "SELECT pg_total_relation_size('gonets.letter') + pg_total_relation_size('gonets.attempt')";
        println!(
            " {:>14.2} {:>10.0} {:>12.0}",
            (after.1 - before.1) / letters * 1000.0,
            (after.0 - before.0) / letters,
            database.number(size) / letters
        );
        println!("{}", database.statements(letters));
        database.ask("TRUNCATE gonets.campaign, gonets.letter, gonets.attempt CASCADE");
    }
}

/// Waits for all, and returns the CPU time that they took.
fn cpu_of(crew: &mut [Child]) -> f64 {
    // The relay's threads are of this process itself.
    let of_children = || cpu_time("self").1;
    let before = of_children();
    for child in crew {
        let ended = child.wait().expect("it ends");
        assert!(ended.success(), "{ended}");
    }
    of_children() - before
}

#[allow(clippy::cast_precision_loss, reason = "a number of letters")]
fn million(database: &Database, rows: usize) {
    let relay = relay::Relay::open();
    let home = relay::Folder::new("million-file");
    let folder = &folders(&home, rows, &relay, 1, None)[0];
    let in_file = run(&mut send(folder, Some("1")), None);
    drop(home);
    let home = relay::Folder::new("million");
    let folder = &folders(&home, rows, &relay, 1, Some(database))[0];
    database.forget_statements();
    let before = database.spent();
    let on_server = run(&mut send(folder, Some("1")), Some(database));
    let after = database.spent();
    let letters = rows as f64;
    println!(
        "{rows} letters, looked at and enrolled: {in_file:.1} s in a file, {on_server:.1} s on a server, {:.2} of it",
        on_server / in_file
    );
    println!(
        "server: {:.1} s of CPU time, {:.0} bytes of WAL and {:.0} bytes of table a letter",
        after.1 - before.1,
        (after.0 - before.0) / letters,
        database.number("SELECT pg_total_relation_size('gonets.letter')") / letters
    );
    println!("{}", database.statements(letters));
    let begun = Instant::now();
    database.ask(
        "UPDATE gonets.letter SET state = 'accepted', attempts = 1, relay = '127.0.0.1:25', reply = '250 2.0.0 Ok: queued',
           dated = '2026-11-29T12:00:00+03:00[Europe/Moscow]', digest = sha256(id), recorded = position
         WHERE row <= (SELECT count(*) * 9 / 10 FROM gonets.letter)",
    );
    println!("nine of ten marked as sent in {:.1} s", begun.elapsed().as_secs_f64());
    for state in ["at once", "after VACUUM ANALYZE"] {
        database.forget_statements();
        let mut status = gonets();
        status.arg("status").arg(folder);
        let status = run(&mut status, Some(database));
        relay.take();
        let begun = Instant::now();
        let all = run(&mut send(folder, Some("100")), Some(database));
        let first = relay.take().first_mail.map_or(f64::NAN, |at| (at - begun).as_secs_f64());
        println!(
            "{state}: status {status:.2} s; send: first MAIL after {first:.2} s, 100 letters in {all:.2} s"
        );
        println!("{}", database.statements(100.0));
        database.ask("VACUUM ANALYZE");
    }
    database.ask("TRUNCATE gonets.campaign, gonets.letter, gonets.attempt CASCADE");
}
