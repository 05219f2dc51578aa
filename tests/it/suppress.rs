//! The suppression list, including entries added during a run.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::server::{Moment, Server};
use crate::support::{Campaign, Ran, gonets, ran};

/// The folder that `suppress` is run in, and what it said.
type Suppressing = (Arc<Mutex<PathBuf>>, Arc<Mutex<Option<Ran>>>);

/// A server at whose first message `suppress` is run for an entry, before the message is answered.
fn suppressing_at_the_first(entry: &'static str) -> (Server, Suppressing) {
    let (folder, said) = (Arc::new(Mutex::new(PathBuf::new())), Arc::new(Mutex::new(None)));
    let (shared, heard) = (folder.clone(), said.clone());
    let server = Server::scripted(move |_, moment| {
        let mut heard = heard.lock().unwrap();
        if *moment == Moment::Message && heard.is_none() {
            *heard = Some(suppress(&shared.lock().unwrap(), entry));
        }
        None
    });
    (server, (folder, said))
}

fn suppress(folder: &Path, entry: &str) -> Ran {
    ran(gonets()
        .args(["suppress", "--add", entry, "--reason", "asked"])
        .arg(folder)
        .output()
        .unwrap())
}

#[test]
fn a_run_that_goes_on_hears_whom_it_must_not_write_to() {
    let (server, (folder, said)) = suppressing_at_the_first("two.test");
    let campaign = Campaign::new().to(&server).impatient().write();
    *folder.lock().unwrap() = campaign.path().to_owned();
    let sent = campaign.run(["send", "--yes", "--json"]).code(0);
    said.lock().unwrap().take().unwrap().code(0).says("1 added").says("before its next letter");
    let counts = server.counts();
    assert_eq!(counts.keys().collect::<Vec<_>>(), ["anna@one.test", "vera@three.test"]);
    let summary = sent.summary();
    let of = |name: &str| summary[name].as_u64();
    assert_eq!((of("accepted"), of("waiting"), of("suppressed")), (Some(2), Some(0), Some(1)));
    assert!(sent.err.contains("1 letter not sent: the address was suppressed"), "{}", sent.err);
    // Entered, waiting, and forbidden: told as such, and not sent by a later run either.
    campaign
        .run(["status"])
        .code(0)
        .says("2 letters: 2 accepted, 0 refused, 0 waiting, 0 unknown; 1 more suppressed");
    campaign.run(["report"]).code(0).says("boris@two.test: suppressed");
    assert!(
        campaign
            .run(["report", "--json"])
            .out
            .contains("\"address\":\"boris@two.test\",\"state\":\"suppressed\"")
    );
    campaign
        .run(["send", "--yes"])
        .code(0)
        .says("there is nothing left to send")
        .says("1 more suppressed");
    campaign.run(["suppress", "--remove", "two.test"]).code(0);
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    assert_eq!(server.counts().values().sum::<usize>(), 3);
}

#[test]
fn a_copy_is_forbidden_while_its_letter_is_on_the_way() {
    let (server, (folder, said)) = suppressing_at_the_first("office@two.test");
    let list =
        crate::support::THREE.replace("boris@two.test", "\"boris@two.test, office@two.test\"");
    let campaign = Campaign::new()
        .contacts(&list)
        .contacts_table("several = \"copy\"")
        .to(&server)
        .impatient()
        .write();
    *folder.lock().unwrap() = campaign.path().to_owned();
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    said.lock().unwrap().take().unwrap().code(0);
    let to: Vec<Vec<String>> = server.taken().into_iter().map(|taken| taken.to).collect();
    assert!(to.contains(&vec!["boris@two.test".to_owned()]), "{to:?}");
}
