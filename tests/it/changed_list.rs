//! A list that somebody overwrites while it is sent: nobody gets a letter that nobody looked at.

use std::fs::OpenOptions;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::server::Server;
use crate::support::{Campaign, THREE};

const PEOPLE: usize = 1500;

/// Rows with much text, so that the end of the list is read long after its beginning.
fn long_list() -> String {
    let head = THREE.lines().next().unwrap();
    let rows = (0..PEOPLE).map(|row| {
        let text = "о".repeat(2000);
        format!("p{row:04}@many.test;Ильина;Анна;;Ильиной А.;Начальнику;Уважаемая Анна;{text}\n")
    });
    format!("{head}\n{}", rows.collect::<String>())
}

#[test]
fn a_list_that_is_overwritten_in_place_stops_the_run_before_a_changed_letter() {
    let list = long_list();
    let last = list.rfind(&format!("p{:04}@many.test", PEOPLE - 1)).unwrap();
    let path = Arc::new(Mutex::new(PathBuf::new()));
    let shared = path.clone();
    let server = Server::at_message(2, move || {
        let path = shared.lock().unwrap().join("contacts.csv");
        let mut file = OpenOptions::new().write(true).open(path).unwrap();
        file.seek(SeekFrom::Start(last as u64)).unwrap();
        file.write_all(b"other").unwrap();
    });
    let campaign = Campaign::new().contacts(&list).to(&server).write();
    campaign.path().clone_into(&mut path.lock().unwrap());
    let relayed = campaign.run(["send", "--yes", "--quiet"]).code(3).says("list");
    assert!(relayed.err.contains("changed"), "{}", relayed.err);
    let counts = server.counts();
    assert!(counts.len() < PEOPLE, "{}", counts.len());
    assert!(counts.keys().all(|address| address.starts_with('p')), "{counts:?}");
    assert!(counts.values().all(|letters| *letters == 1));
    // The list as it was: the others get theirs.
    std::fs::write(campaign.path().join("contacts.csv"), list).unwrap();
    campaign.run(["send", "--yes", "--quiet"]).code(0);
    assert_eq!(server.counts().len(), PEOPLE);
    assert!(server.counts().values().all(|letters| *letters == 1));
}
