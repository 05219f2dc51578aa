//! kill -9 at any moment of the dialogue: no letter is sent twice or lost.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use crate::server::{Moment, Server, WITHOUT_PIPELINING, say};
use crate::support::Campaign;

const PEOPLE: usize = 6;

#[test]
fn killed_at_every_moment_nobody_gets_two_letters_and_nobody_none() {
    kill_at_every_moment(None);
}

#[test]
fn the_same_where_the_relay_takes_commands_one_at_a_time() {
    kill_at_every_moment(Some(WITHOUT_PIPELINING));
}

/// Kills the run when the server has seen its n-th moment, for every n there is; then goes on until
/// all is done, a person deciding the unknown ones by what the server knows.
fn kill_at_every_moment(hello: Option<&'static str>) {
    let mut nth = 0;
    loop {
        let (tell, told) = mpsc::channel();
        let count = Arc::new(Mutex::new(0));
        let server = Server::scripted(move |_, moment| {
            let mut count = count.lock().unwrap();
            *count += 1;
            if *count == nth + 1 {
                let _ = tell.send(moment.clone());
                // Half of the time the answer still leaves before the process is gone.
                if nth % 2 == 0 {
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
            }
            matches!(moment, Moment::Command(line) if line.starts_with("EHLO"))
                .then_some(hello?)
                .map(say)
        });
        let campaign = Campaign::new().people(PEOPLE).to(&server).impatient().write();
        let is_killed = campaign.is_killed_when(&told, |child| child.kill().unwrap());
        let unknown = campaign.send_rest(&server);
        let counts = server.counts();
        assert!(
            counts.len() == PEOPLE && counts.values().all(|n| *n == 1),
            "moment {nth}: {counts:?}"
        );
        assert!(unknown <= 1, "moment {nth}: {unknown} unknown after one kill");
        if !is_killed {
            break;
        }
        nth += 1;
    }
    assert!(nth > PEOPLE * 4, "only {nth} moments were tried");
}

/// Whoever looks first after a kill is told by name which letter is in doubt, whatever the command.
#[test]
fn after_a_kill_status_and_report_name_the_letter_in_doubt() {
    for command in ["status", "report"] {
        let (server, told, _held) = Server::holding();
        let campaign = Campaign::new().people(PEOPLE).to(&server).write();
        let mut child = campaign.spawn(["send", "--yes"]);
        told.recv().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        campaign
            .run([command])
            .code(0)
            .says("p0@many.test")
            .says("unknown")
            .says("5 waiting, 1 unknown");
        let lines = campaign.run(["report", "--json"]).code(0).out;
        assert!(
            lines.contains(r#""state":"unknown""#) && !lines.contains(r#""state":"sending""#),
            "{lines}"
        );
    }
}

/// SIGTERM lets the letter in flight finish: nothing unknown, and the same command goes on.
#[cfg(unix)]
#[test]
fn a_polite_stop_leaves_nothing_unknown() {
    for nth in [3, 5, 6, 9, 12] {
        let (tell, told) = mpsc::channel();
        let count = Mutex::new(0);
        let server = Server::scripted(move |_, moment| {
            let mut count = count.lock().unwrap();
            *count += 1;
            if *count == nth {
                let _ = tell.send(());
                std::thread::sleep(std::time::Duration::from_millis(
                    if *moment == Moment::Message { 200 } else { 50 },
                ));
            }
            None
        });
        let campaign = Campaign::new().people(PEOPLE).to(&server).write();
        let mut child = campaign.spawn(["send", "--yes"]);
        told.recv().unwrap();
        let killed = std::process::Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let status = campaign.run(["status", "--json"]).code(0).summary();
        assert_eq!(status["unknown"], 0, "moment {nth}");
        campaign.run(["send", "--yes"]).code(0).says("6 accepted");
        assert!(server.counts().values().all(|n| *n == 1));
    }
}
