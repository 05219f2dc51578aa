//! Several workers of one campaign, on a real PostgreSQL: what each may have of its own, and what counts for all
//! of them together.

use std::fs;
use std::process::Child;

use crate::postgres::{copied, judge, on, shared, slow};
use crate::server::Server;
use crate::support::Campaign;

fn ended(workers: Vec<Child>) -> Vec<i32> {
    let code = |mut worker: Child| worker.wait().unwrap().code().unwrap_or(-1);
    workers.into_iter().map(code).collect()
}

#[test]
#[ignore = "needs PostgreSQL"]
fn each_worker_has_a_relay_of_its_own() {
    const PEOPLE: usize = 120;
    let [one, two] = [slow(), slow()];
    let pace = "[pace]\nconnections = 2\n";
    let campaign = on(shared(), "clerk", Campaign::new().people(PEOPLE).to(&one).with(pace));
    let other = copied(&campaign);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("second.toml");
    let port = two.port;
    let smtp = format!("[smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n");
    fs::write(&file, smtp).unwrap();
    let mut workers = vec![
        campaign.spawn(["send", "--yes"]),
        other.spawn(["send", "--yes", "--relay", file.to_str().unwrap()]),
    ];
    let through = |server: &Server| format!("\"relay\":\"127.0.0.1:{}\"", server.port);
    let mut is_seen = false;
    while !is_seen && workers[0].try_wait().unwrap().is_none() {
        let status = campaign.run(["status", "--json"]).code(0).out;
        is_seen = status.contains(&through(&one)) && status.contains(&through(&two));
    }
    assert!(is_seen, "status never showed both relays");
    assert_eq!(ended(workers), [0, 0]);
    let mut counts = one.counts();
    assert!(!counts.is_empty() && !two.counts().is_empty());
    two.counts().into_iter().for_each(|(address, n)| *counts.entry(address).or_default() += n);
    judge(&counts, PEOPLE).unwrap();
    campaign.run(["status"]).code(0).says("120 accepted");
}
