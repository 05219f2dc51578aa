//! `[archive]`: copies of accepted letters.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;

use crate::server::{Moment, Server, say};
use crate::support::Campaign;

/// Refuses one of the three.
fn server() -> Server {
    Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("RCPT TO:<boris@") => {
            Some(say("550 5.1.1 no such user"))
        }
        _ => None,
    })
}

fn taken(server: &Server) -> BTreeMap<String, Vec<u8>> {
    server.taken().into_iter().map(|taken| (taken.to[0].clone(), taken.bytes)).collect()
}

#[test]
fn accepted_letters_are_kept_byte_for_byte_and_no_others() {
    let server = server();
    let campaign = Campaign::new().to(&server).with("[archive]\n").write();
    campaign.run(["send", "--yes"]).code(1);
    let kept: BTreeMap<String, Vec<u8>> = fs::read_dir(campaign.path().join("archive"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().rsplit_once('-').unwrap().0.to_owned(),
                fs::read(path).unwrap(),
            )
        })
        .collect();
    assert_eq!(kept, taken(&server));
    assert_eq!(kept.len(), 2);
}

#[test]
fn one_file_holds_them_all_compressed() {
    let server = server();
    let campaign = Campaign::new().to(&server).with("[archive]\nkeep = \"one-file\"\n").write();
    campaign.run(["send", "--yes"]).code(1);
    let db = rusqlite::Connection::open(campaign.path().join("archive.sqlar")).unwrap();
    let mut read = db.prepare("SELECT name, sz, data FROM sqlar").unwrap();
    let rows = read
        .query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, usize>(1)?, row.get::<_, Vec<u8>>(2)?))
        })
        .unwrap()
        .map(|row| {
            let (name, size, data) = row.unwrap();
            let mut bytes = Vec::new();
            flate2::read::ZlibDecoder::new(&data[..]).read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes.len(), size);
            (name.rsplit_once('-').unwrap().0.to_owned(), bytes)
        });
    assert_eq!(rows.collect::<BTreeMap<_, _>>(), taken(&server));
}

#[test]
fn what_cannot_be_kept_stops_the_run() {
    let campaign = Campaign::new();
    let archive = campaign.path().join("archive");
    let server = Server::scripted(move |_, moment| {
        if let Moment::Command(line) = moment
            && line.starts_with("DATA")
        {
            let _ = fs::remove_dir_all(&archive);
        }
        None
    });
    let campaign = campaign.people(20).to(&server).with("[archive]\n").write();
    let ran = campaign.run(["send", "--yes", "--json"]).code(4);
    let (accepted, waiting) =
        (ran.summary()["accepted"].as_u64(), ran.summary()["waiting"].as_u64());
    assert_eq!(accepted, Some(server.taken().len() as u64));
    assert!(waiting > Some(0), "{:?}", ran.summary());
}
