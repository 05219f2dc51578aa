//! A database that the first version of the schema is in.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::cluster::Cluster;
use super::{judge, ledger, on, prepared};
use crate::server::Server;
use crate::support::{Campaign, private};

const PEOPLE: usize = 4;

/// Runs statements, or copies what follows them.
fn psql(cluster: &Cluster, database: &str, statement: &str, input: &str) -> String {
    let url = cluster.url("admin").replace("/postgres?", &format!("/{database}?"));
    let mut psql = Command::new("psql")
        .args([&url, "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", statement])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    psql.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let said = psql.wait_with_output().unwrap();
    assert!(said.status.success(), "{statement}");
    String::from_utf8(said.stdout).unwrap()
}

/// Copies the ledgers into a database of version 1, which has fewer columns.
fn copy_to_version_1(cluster: &Cluster) {
    psql(cluster, "postgres", "CREATE DATABASE old", "");
    psql(cluster, "old", include_str!("version_1.sql"), "");
    for table in ["campaign", "holder", "home", "letter", "attempt", "run", "preflight"] {
        let columns = psql(
            cluster,
            "old",
            &format!(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
                 WHERE table_schema = 'gonets' AND table_name = '{table}'"
            ),
            "",
        );
        let columns = columns.trim();
        let copy = format!("COPY (SELECT {columns} FROM gonets.{table}) TO STDOUT");
        let rows = psql(cluster, "postgres", &copy, "");
        let copy = format!("COPY gonets.{table} ({columns}) FROM STDIN");
        psql(cluster, "old", &copy, &rows);
    }
    for table in ["home", "attempt", "run"] {
        let pass =
            format!("SELECT setval('gonets.{table}_id_seq', (SELECT max(id) FROM gonets.{table}))");
        psql(cluster, "old", &pass, "");
    }
}

#[test]
#[ignore = "needs PostgreSQL"]
fn a_ledger_of_version_1_is_brought_up_to_date_with_what_its_last_run_had_not_folded() {
    let cluster = prepared();
    let server = Server::kind();
    let campaign = Campaign::new().people(PEOPLE).to(&server).with("[pace]\nconnections = 1\n");
    let campaign = on(&cluster, "clerk", campaign);
    campaign.run(["send", "--yes", "--limit", "3"]).code(7);
    copy_to_version_1(&cluster);
    // Its run was cut off before the letters' table knew anything, and one outcome was not recorded.
    let cut_off =
        "UPDATE gonets.letter SET state = 'waiting', dated = NULL, digest = NULL, relay = NULL,
           reply = NULL, recorded = NULL;
         UPDATE gonets.campaign SET folded = 0;
         DELETE FROM gonets.attempt WHERE ended IS NOT NULL AND position = 0";
    psql(&cluster, "old", cut_off, "");
    let lead_to = |user: &str| {
        let url = cluster.url(user).replace("/postgres?", "/old?");
        private(&campaign.path().join("server"), &url);
    };
    lead_to("clerk");
    campaign.run(["send", "--yes"]).code(5).says("gonets ledger init");
    lead_to("admin");
    // A worker of that version is at work.
    let lock = "SELECT pg_advisory_lock(x'676F6E65'::INT, number::INT) FROM gonets.campaign; SELECT pg_sleep(600)";
    let url = cluster.url("admin").replace("/postgres?", "/old?");
    let mut old = Command::new("psql").args([&url, "-XqAtc", lock]).spawn().unwrap();
    let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1735356005";
    while psql(&cluster, "old", held, "") != "1\n" {
        std::thread::yield_now();
    }
    ledger(&campaign, &["init"]).code(5).says("another run is using this campaign");
    let end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'";
    psql(&cluster, "old", end, "");
    old.wait().unwrap();
    ledger(&campaign, &["init"]).code(0).says("ready for ledgers");
    ledger(&campaign, &["init"]).code(0);
    lead_to("clerk");
    campaign.run(["status"]).code(0).says("2 accepted").says("1 waiting").says("1 unknown");
    // Nobody has a second letter.
    campaign.run(["send", "--yes"]).code(6).says("3 accepted");
    judge(&server.counts(), PEOPLE).unwrap();
    let unknown = campaign.unknown();
    assert_eq!(unknown.len(), 1);
    campaign.resolve(&unknown[0], true);
    campaign.run(["send", "--yes"]).code(0).says("4 accepted");
    judge(&server.counts(), PEOPLE).unwrap();
}
