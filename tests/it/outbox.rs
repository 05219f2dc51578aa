//! Letters that are filed because no server is set, and what becomes of them when one is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::server::Server;
use crate::support::Campaign;

/// Adds a relay to a campaign that had none.
fn set_server(campaign: &Campaign, server: &Server) {
    let path = campaign.path().join("campaign.toml");
    let relay = format!(
        "\n[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\ntimeout = \"2s\"\n",
        server.port
    );
    fs::write(&path, fs::read_to_string(&path).unwrap() + &relay).unwrap();
}

/// Message-IDs and outgoing numbers by address.
fn identities(folder: &Path) -> BTreeMap<String, (String, Option<String>)> {
    let db = rusqlite::Connection::open(folder.join("ledger.sqlite")).unwrap();
    let mut ask = db.prepare("SELECT address, message_id, number FROM letter").unwrap();
    let rows = ask.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn filed() -> Campaign {
    let campaign = Campaign::new().with("[register]\nfirst = 7\nformat = \"{:03}\"\n").write();
    campaign.run(["send"]).code(0).says("3 letters: 0 accepted, 3 filed");
    campaign
}

#[test]
fn a_letter_in_the_outbox_is_filed_and_not_accepted() {
    let campaign = filed();
    campaign.run(["send"]).code(0).says("nothing left to send").says("nobody got anything");
    let status = campaign.run(["status", "--json"]).code(0).summary();
    assert_eq!(
        (&status["filed"], &status["accepted"], &status["letters"]),
        (&3.into(), &0.into(), &3.into())
    );
    campaign.run(["report", "--json"]).code(0).says("\"state\":\"filed\"");
}

#[test]
fn when_a_server_is_set_nothing_goes_before_somebody_says_what_becomes_of_filed_letters() {
    let campaign = filed();
    let server = Server::kind();
    set_server(&campaign, &server);
    campaign.run(["send", "--yes"]).code(3).says("3 letters filed").says("--filed send");
    campaign.run(["send", "--dry-run"]).code(0).says("--filed keep");
    let kept = campaign.run(["send", "--yes", "--filed", "keep", "--json"]).code(0).summary();
    assert_eq!((&kept["filed"], &kept["accepted"]), (&3.into(), &0.into()));
    assert!(server.counts().is_empty());
}

#[test]
fn filed_letters_go_once_with_the_message_id_and_the_number_that_they_had() {
    let campaign = filed();
    let before = identities(campaign.path());
    let server = Server::kind();
    set_server(&campaign, &server);
    let one = ["send", "--yes", "--filed", "send", "--to", "boris@two.test"];
    campaign.run(one).code(0).says("1 accepted, 2 filed");
    campaign.run(["send", "--yes", "--filed", "send"]).code(0).says("3 accepted");
    campaign.run(["send", "--yes"]).code(0).says("nothing left to send");
    assert_eq!(server.counts().values().copied().collect::<Vec<_>>(), [1, 1, 1]);
    assert_eq!(identities(campaign.path()), before);
    let seen = server.seen.lock().unwrap();
    for taken in &seen.taken {
        let (message_id, _) = &before[&taken.to[0]];
        assert!(String::from_utf8_lossy(&taken.bytes).contains(message_id.as_str()));
    }
}

#[test]
fn new_people_get_their_letters_while_filed_ones_are_kept() {
    let campaign = filed();
    let server = Server::kind();
    set_server(&campaign, &server);
    let list = campaign.path().join("contacts.csv");
    let more = "gleb@four.test;Ли;Глеб;;Ли Г.;Директору;Уважаемый господин Ли;Южный\n";
    fs::write(&list, fs::read_to_string(&list).unwrap() + more).unwrap();
    campaign.run(["send", "--yes", "--filed", "keep"]).code(0).says("1 accepted, 3 filed");
    assert_eq!(server.counts().keys().collect::<Vec<_>>(), ["gleb@four.test"]);
}

#[test]
fn a_ledger_of_version_1_is_refused() {
    let campaign = filed();
    let db = rusqlite::Connection::open(campaign.path().join("ledger.sqlite")).unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
    drop(db);
    campaign.run(["send"]).code(5).says("older build");
    campaign.run(["status"]).code(5).says("older build");
}
