//! A ledger that is damaged, truncated, removed, restored from an older copy, or on a full disk:
//! nothing more is sent, and nobody gets a second letter.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::server::Server;
use crate::support::Campaign;

const LEDGER: &str = "ledger.sqlite";

/// The head of SQLite's log and its first page; what lies far behind may be left from before.
const FRAME: usize = 32 + 24 + 4096;

/// Calls back when the server has read its n-th message, before it answers.
fn at_message(
    nth: usize,
    act: impl Fn(&Path) + Send + Sync + 'static,
) -> (Server, Arc<Mutex<std::path::PathBuf>>) {
    let folder = Arc::new(Mutex::new(std::path::PathBuf::new()));
    let shared = folder.clone();
    let server = Server::at_message(nth, move || act(&shared.lock().unwrap()));
    (server, folder)
}

#[cfg(unix)]
#[test]
fn a_ledger_that_is_removed_during_a_run_stops_it_and_is_missed_ever_after() {
    let (server, folder) = at_message(2, |folder| fs::remove_file(folder.join(LEDGER)).unwrap());
    let campaign = Campaign::new().people(6).to(&server).impatient().write();
    campaign.path().clone_into(&mut folder.lock().unwrap());
    campaign.run(["send", "--yes"]).code(5).says("deleted or replaced");
    let taken = server.taken().len();
    assert!(taken <= 3, "{taken} letters");
    for command in ["send", "status"] {
        campaign.run([command]).code(5).says("has lost its last");
    }
    assert_eq!(server.taken().len(), taken);
    assert!(!campaign.path().join(LEDGER).exists());
}

#[test]
fn an_older_copy_of_the_ledger_is_refused() {
    let server = Server::kind();
    let campaign = Campaign::new().people(6).to(&server).write();
    campaign.run(["send", "--yes", "--limit", "2"]).code(7);
    let copy = campaign.path().join("copy");
    fs::copy(campaign.path().join(LEDGER), &copy).unwrap();
    campaign.run(["send", "--yes", "--limit", "2"]).code(7);
    fs::copy(&copy, campaign.path().join(LEDGER)).unwrap();
    campaign.run(["send", "--yes"]).code(5).says("has lost its last");
    campaign.run(["resolve", "--to", "p0@many.test", "--accepted"]).code(5);
    assert_eq!(server.taken().len(), 4);
    fs::remove_file(campaign.path().join(LEDGER)).unwrap();
    campaign.run(["send", "--yes"]).code(5).says("ledger.lock");
    // A person who means it says so by removing both.
    fs::remove_file(campaign.path().join("ledger.lock")).unwrap();
    campaign.run(["send", "--yes"]).code(0);
    assert_eq!(server.taken().len(), 10);
}

/// The run is killed, so that its last commits stand in the log alone, and the log is cut short.
#[test]
fn a_log_that_was_cut_short_is_noticed() {
    for cut in [1, 2] {
        let (tell, told) = std::sync::mpsc::channel();
        let tell = Mutex::new(tell);
        let (server, folder) = at_message(4, move |_| {
            tell.lock().unwrap().send(()).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(200));
        });
        let campaign = Campaign::new().people(6).to(&server).impatient().write();
        campaign.path().clone_into(&mut folder.lock().unwrap());
        let mut child = campaign.spawn(["send", "--yes"]);
        told.recv().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let log = campaign.path().join("ledger.sqlite-wal");
        let whole = fs::read(&log).unwrap();
        fs::write(&log, if cut == 1 { &whole[..FRAME] } else { &[] }).unwrap();
        campaign.run(["send", "--yes"]).code(5).says("was cut off");
        fs::write(&log, &whole).unwrap();
        server.wait_until_quiet();
        campaign.run(["send", "--yes"]).code(6);
        server.has_nobody_twice();
    }
}

/// A sync program that "repairs" the lock file while letters go.
#[cfg(target_os = "linux")]
#[test]
fn a_lock_file_that_is_removed_or_replaced_lets_no_second_run_in() {
    for is_replaced in [false, true] {
        let second = Arc::new(Mutex::new(None));
        let (server, folder) = at_message(2, {
            let second = second.clone();
            move |folder| {
                fs::remove_file(folder.join("ledger.lock")).unwrap();
                if is_replaced {
                    fs::write(folder.join("ledger.lock"), "").unwrap();
                }
                let mut send = crate::support::gonets();
                let ran = send.args(["send", "--yes"]).arg(folder).output().unwrap();
                *second.lock().unwrap() = Some(crate::support::ran(ran));
            }
        });
        let campaign = Campaign::new().people(6).to(&server).write();
        campaign.path().clone_into(&mut folder.lock().unwrap());
        campaign.run(["send", "--yes"]).code(0);
        second.lock().unwrap().take().unwrap().code(5).says("another run");
        assert_eq!(server.taken().len(), 6);
        // What the ledger should know is noted anew.
        fs::remove_file(campaign.path().join(LEDGER)).unwrap();
        campaign.run(["send", "--yes"]).code(5).says("has lost its last");
    }
}

#[cfg(unix)]
#[test]
fn a_ledger_that_two_folders_share_is_refused_in_both() {
    let server = Server::kind();
    let one = Campaign::new().people(3).to(&server).write();
    let other = Campaign::new().people(3).to(&server).write();
    one.run(["send", "--yes", "--limit", "1"]).code(7);
    fs::hard_link(one.path().join(LEDGER), other.path().join(LEDGER)).unwrap();
    for campaign in [&one, &other] {
        campaign.run(["send", "--yes"]).code(5).says("second name");
        campaign.run(["status"]).code(5).says("second name");
    }
    fs::remove_file(other.path().join(LEDGER)).unwrap();
    std::os::unix::fs::symlink(one.path().join(LEDGER), other.path().join(LEDGER)).unwrap();
    other.run(["send", "--yes"]).code(5).says("link");
    one.run(["send", "--yes"]).code(0);
    server.has_nobody_twice();
}

/// A run of which four letters went, killed: its last commits stand in the log alone.
fn killed() -> (Server, Campaign) {
    let (tell, told) = std::sync::mpsc::channel();
    let tell = Mutex::new(tell);
    let (server, _) = at_message(4, move |_| {
        tell.lock().unwrap().send(()).unwrap();
        std::thread::park_timeout(std::time::Duration::from_millis(200));
    });
    let campaign = Campaign::new().people(6).to(&server).impatient().write();
    let mut child = campaign.spawn(["send", "--yes"]);
    told.recv().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    server.wait_until_quiet();
    (server, campaign)
}

fn remove(campaign: &Campaign, names: &[&str]) {
    for name in names {
        fs::remove_file(campaign.path().join(name)).unwrap();
    }
}

#[test]
fn a_cut_off_run_whose_lock_file_is_gone_is_recovered_as_one() {
    let (server, campaign) = killed();
    remove(&campaign, &["ledger.lock"]);
    campaign.run(["send", "--yes"]).code(6).says("unknown");
    server.has_nobody_twice();
}

#[test]
fn a_cut_off_run_whose_log_is_gone_is_found_out_even_if_nothing_beside_the_ledger_is_left() {
    for lost in [&["ledger.sqlite-wal", "ledger.lock"][..], &["ledger.sqlite-wal"]] {
        let (server, campaign) = killed();
        remove(&campaign, lost);
        campaign.run(["send", "--yes"]).code(5).says("6 letters that the ledger shows as waiting");
        campaign.run(["status"]).code(5).says("resolve");
        campaign.run(["resolve", "--lost"]).code(0).says("6 letters settled as unknown");
        campaign.run(["resolve", "--lost"]).code(3).says("has lost nothing");
        campaign.run(["send", "--yes"]).code(6);
        assert_eq!(server.counts().len(), server.taken().len(), "{lost:?}");
    }
}

/// The control of the two tests above: without the mark of the open run, people get two letters.
#[test]
fn without_the_mark_of_the_open_run_a_lost_log_would_mean_second_letters() {
    let (server, campaign) = killed();
    remove(&campaign, &["ledger.sqlite-wal", "ledger.lock"]);
    let db = rusqlite::Connection::open(campaign.path().join(LEDGER)).unwrap();
    assert_eq!(db.execute("UPDATE holder SET running = 0", []).unwrap(), 1);
    drop(db);
    campaign.run(["send", "--yes"]).code(0);
    assert!(server.counts().values().any(|letters| *letters > 1));
}

/// Octets turned at random: either that is noticed, or nobody is written to who has a letter.
#[test]
fn octets_that_turn_make_nobody_get_a_second_letter() {
    let server = Server::kind();
    let campaign = Campaign::new().people(40).to(&server).write();
    campaign.run(["send", "--yes", "--limit", "30"]).code(7);
    let (ledger, lock) = (campaign.path().join(LEDGER), campaign.path().join("ledger.lock"));
    let (whole, number) = (fs::read(&ledger).unwrap(), fs::read(&lock).unwrap());
    let before = server.counts();
    let mut dice: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut noticed = 0;
    for _ in 0..40 {
        let mut damaged = whole.clone();
        for _ in 0..3 {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(dice >> 33).unwrap() % damaged.len();
            damaged[at] ^= 1 << (dice % 8);
        }
        fs::write(&ledger, &damaged).unwrap();
        fs::write(&lock, &number).unwrap();
        let ran = campaign.run(["send", "--yes", "--limit", "1"]);
        noticed += u32::from(ran.code == 5 || ran.code == 3);
        let counts = server.counts();
        let again: Vec<_> = before.keys().filter(|address| counts[*address] > 1).collect();
        assert!(
            again.is_empty(),
            "{again:?} once more, and the run ended with {}: {}",
            ran.code,
            ran.err
        );
    }
    assert!(noticed > 0);
}

/// No file may grow beyond a size, as on a full disk; the signal that says so is not listened to.
#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_nothing_more_is_sent_and_all_goes_on_when_there_is_room() {
    let server = Server::kind();
    let campaign = Campaign::new().people(300).to(&server).impatient().write();
    let line = format!(
        "trap '' XFSZ; ulimit -f 300; exec {} send {} --yes",
        env!("CARGO_BIN_EXE_gonets"),
        campaign.path().display()
    );
    let output =
        std::process::Command::new("bash").args(["-c", &line]).env("LANG", "C").output().unwrap();
    let ran = crate::support::ran(output).code(5);
    let taken = server.taken().len();
    assert!(taken < 300, "{taken}: {}", ran.err);
    let unknown = campaign.run(["send", "--yes", "--json"]).summary()["unknown"].as_u64().unwrap();
    assert!(unknown <= 1, "{unknown}");
    server.has_nobody_twice();
    assert_eq!(
        server.taken().len() as u64,
        300 - unknown + u64::from(unknown == 1 && server.counts().len() == 300)
    );
}

/// What a damaged file is, whichever command meets it, and what to do about it.
#[test]
fn a_damaged_ledger_ends_every_command_alike_and_says_what_to_put_in_its_place() {
    let campaign = Campaign::new().people(300).write();
    campaign.run(["send"]).code(0);
    let ledger = campaign.path().join(LEDGER);
    let whole = fs::read(&ledger).unwrap();
    let noise = vec![0xA5; 20_000];
    let cut = whole[..8192].to_vec();
    let mut holed = whole.clone();
    holed[4096 * 3..4096 * 6].fill(0);
    for damaged in [noise, cut, holed] {
        for log in ["ledger.sqlite-wal", "ledger.sqlite-shm"] {
            let _ = fs::remove_file(campaign.path().join(log));
        }
        fs::write(&ledger, &damaged).unwrap();
        for command in ["send", "status", "report", "register", "preview", "check"] {
            campaign.run([command]).code(5).says("the ledger is damaged").says("whole copy");
        }
        campaign.run(["suppress", "--add", "a@b.test"]).code(5);
    }
    fs::write(&ledger, &whole).unwrap();
    let db = rusqlite::Connection::open(&ledger).unwrap();
    db.execute_batch("DROP TABLE holder; DROP TABLE suppression").unwrap();
    drop(db);
    campaign.run(["send"]).code(5).says("the ledger is damaged");
}

/// As on a full disk: what the relay took after that is named, because no count has it.
#[cfg(target_os = "linux")]
#[test]
fn what_the_relay_has_and_the_ledger_could_not_record_is_named() {
    let (server, folder) = at_message(3, |folder| {
        let db = rusqlite::Connection::open(folder.join(LEDGER)).unwrap();
        db.execute_batch("BEGIN IMMEDIATE").unwrap();
        // Held until the test is over.
        std::mem::forget(db);
    });
    let campaign = Campaign::new().people(6).to(&server).impatient().write();
    campaign.path().clone_into(&mut folder.lock().unwrap());
    campaign
        .run(["send", "--yes"])
        .code(5)
        .says("could not record: p2@many.test")
        .says("another program has locked it")
        .says("--to ADDRESS --accepted");
    assert_eq!(server.taken().len(), 3);
}

/// The program run by a user who owns nothing.
#[cfg(target_os = "linux")]
fn by_a_stranger(program: &Path, folder: &Path, arguments: &[&str]) -> crate::support::Ran {
    use std::os::unix::process::CommandExt as _;
    let mut command = std::process::Command::new(program);
    command.uid(65534).gid(65534).env("LANG", "C").stdin(std::process::Stdio::null());
    crate::support::ran(command.args(arguments).arg(folder).output().unwrap())
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs root"]
fn a_ledger_of_another_user_is_read_if_it_may_be_and_never_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    let set = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let programs = tempfile::tempdir().unwrap();
    let program = programs.path().join("gonets");
    std::fs::copy(env!("CARGO_BIN_EXE_gonets"), &program).unwrap();
    for path in [programs.path(), &program, campaign.path()] {
        set(path, 0o755);
    }
    let run = |arguments: &[&str]| by_a_stranger(&program, campaign.path(), arguments);
    let ledger = campaign.path().join("ledger.sqlite");
    set(&ledger, 0o644);
    for command in ["status", "report", "register"] {
        run(&[command]).code(0);
    }
    run(&["status"]).code(0).says("1 accepted, 0 refused, 2 waiting");
    run(&["send", "--yes"]).code(5).says("let the user whose file it is run the command");
    set(&ledger, 0o600);
    for command in [["status"].as_slice(), &["report"], &["send", "--yes"], &["check"]] {
        run(command).code(5).says("let the user whose file it is run the command");
    }
    campaign.run(["send", "--yes"]).code(0);
    assert!(server.counts().values().all(|letters| *letters == 1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_or_a_folder_in_place_of_the_ledger_is_named_at_once() {
    for name in ["ledger.sqlite", "ledger.lock"] {
        let campaign = Campaign::new().write();
        std::fs::create_dir(campaign.path().join(name)).unwrap();
        for command in ["send", "status"] {
            campaign.run([command]).code(5).says("a folder, a device or a pipe").says(name);
        }
    }
}
