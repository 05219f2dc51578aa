//! A run that resumes an earlier one without checking again what has not changed.

use std::fs;

use crate::server::Server;
use crate::support::Campaign;

const NOT_AGAIN: &str = "nothing has changed since";

#[test]
fn the_rest_of_a_list_goes_without_a_second_look_at_all_of_it() {
    let server = Server::kind();
    let campaign = Campaign::new().people(40).to(&server).write();
    campaign.run(["send", "--yes", "--limit", "13"]).code(7);
    campaign
        .run(["send", "--yes", "--limit", "13"])
        .code(7)
        .says(NOT_AGAIN)
        .says("13 (13 already settled)");
    let last = campaign.run(["send", "--yes", "--json"]).code(0);
    let summary = last.summary();
    assert_eq!((summary["rows"].as_u64(), summary["accepted"].as_u64()), (Some(40), Some(40)));
    let taken = server.counts();
    assert_eq!(taken.len(), 40);
    assert!(taken.values().all(|n| *n == 1), "{taken:?}");
}

#[test]
fn what_changed_is_looked_at_again() {
    let server = Server::kind();
    let campaign = Campaign::new().people(6).to(&server).write();
    campaign.run(["send", "--yes", "--limit", "2"]).code(7);
    fs::write(
        campaign.path().join("letter.md"),
        "{{ salutation }}!\n\nПереносится: {{ nothing }}.\n",
    )
    .unwrap();
    let ran = campaign.run(["send", "--yes"]).code(3);
    assert!(!ran.err.contains(NOT_AGAIN), "{}", ran.err);
    // Rows move up where one is taken out; who they are decides, not where they stand.
    fs::write(campaign.path().join("letter.md"), "{{ salutation }}!\n\nПереносится.\n").unwrap();
    let list = fs::read_to_string(campaign.path().join("contacts.csv")).unwrap();
    let without_first: String = list
        .lines()
        .enumerate()
        .filter(|(line, _)| *line != 1)
        .map(|(_, row)| format!("{row}\n"))
        .collect();
    fs::write(campaign.path().join("contacts.csv"), without_first).unwrap();
    let ran = campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    assert!(!ran.err.contains(NOT_AGAIN), "{}", ran.err);
    campaign.run(["send", "--yes"]).code(0);
    let taken = server.counts();
    assert_eq!(taken.len(), 6);
    assert!(taken.values().all(|n| *n == 1), "{taken:?}");
}

#[test]
fn a_letter_that_left_the_list_is_not_counted_among_those_to_go() {
    let server = Server::kind();
    let campaign = Campaign::new().people(4).to(&server).write();
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    let list = fs::read_to_string(campaign.path().join("contacts.csv")).unwrap();
    let shorter: String = list.lines().take(4).map(|row| format!("{row}\n")).collect();
    fs::write(campaign.path().join("contacts.csv"), shorter).unwrap();
    campaign.run(["send", "--yes", "--limit", "1"]).code(7).says("Letters:  1 (1 already settled)");
    let ran = campaign.run(["send", "--yes"]).code(1);
    assert!(!ran.err.contains(NOT_AGAIN), "{}", ran.err);
    assert_eq!(server.counts().len(), 3);
}
