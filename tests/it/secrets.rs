//! Passwords: where they come from, and that they are never shown.

#[cfg(unix)]
use std::fs;
#[cfg(unix)]
use std::io::Write as _;
#[cfg(unix)]
use std::process::Stdio;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::server::{Moment, Server, say};
#[cfg(unix)]
use crate::support::ran;
use crate::support::{Campaign, private};

fn campaign(server: &Server, password: &str) -> Campaign {
    let smtp = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nusername = \"u\"\ntimeout = \"2s\"\n{password}\n",
        server.port
    );
    Campaign::new().with(&smtp).write().trusted()
}

#[cfg(unix)]
/// What PLAIN makes of the user `u` and a password.
fn plain(password: &str) -> String {
    format!("AUTH PLAIN {}", BASE64_STANDARD.encode(format!("\0u\0{password}")))
}

#[cfg(unix)]
#[test]
fn a_password_file_that_others_can_read_is_refused_with_what_to_do() {
    let server = Server::kind();
    let campaign = campaign(&server, "password = { file = \"secret\" }");
    let secret = campaign.path().join("secret");
    fs::write(&secret, "hunter2\n").unwrap();
    std::process::Command::new("chmod").arg("644").arg(&secret).status().unwrap();
    let refused = campaign.run(["send", "--yes"]).code(3).says("chmod 600");
    assert!(!refused.err.contains("hunter2") && server.seen.lock().unwrap().connections == 0);
    private(&secret, "hunter2\n");
    campaign.run(["send", "--yes"]).code(0);
    assert!(server.commands().contains(&plain("hunter2")));
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let server = Server::kind();
    campaign(&server, "")
        .run(["send", "--yes"])
        .code(3)
        .says("stdin is not a terminal")
        .says("keyring");
    assert_eq!(server.seen.lock().unwrap().connections, 0);
}

#[cfg(unix)]
#[test]
fn a_program_that_hangs_is_given_up() {
    let server = Server::kind();
    let hanging =
        campaign(&server, "password = { command = [\"sleep\", \"600\"], timeout = \"20ms\" }");
    hanging.run(["send", "--yes"]).code(3).says("\"sleep\"").says("timeout = \"5m\"");
    let dumb = campaign(&server, "password = { command = [\"gonets-no-such-program\"] }");
    dumb.run(["send", "--yes"]).code(3).says("gonets-no-such-program");
    assert_eq!(server.seen.lock().unwrap().connections, 0);
}

#[cfg(unix)]
#[test]
fn while_a_program_thinks_a_stop_is_heard() {
    let server = Server::kind();
    let begun = tempfile::tempdir().unwrap();
    let script = format!("touch {}/begun; exec sleep 3", begun.path().display());
    let campaign =
        campaign(&server, &format!("password = {{ command = [\"sh\", \"-c\", \"{script}\"] }}"));
    let mut child = campaign.spawn(["send", "--yes"]);
    while !begun.path().join("begun").exists() {
        std::thread::yield_now();
    }
    let told = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(told.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

/// A program of this name in a folder of its own stands for the system's.
#[cfg(target_os = "linux")]
#[test]
fn the_keyring_is_asked_by_service_and_user_and_says_what_is_wrong() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = Server::kind();
    let campaign = campaign(&server, "password = { keyring = \"mail\" }");
    let tools = tempfile::tempdir().unwrap();
    let tool = tools.path().join("secret-tool");
    let with_tool = |script: &str| {
        fs::write(&tool, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/bin:/bin", tools.path().display());
        ran(campaign.command(["send", "--yes"]).env("PATH", path).output().unwrap())
    };
    let nowhere =
        ran(campaign.command(["send", "--yes"]).env("PATH", "/nowhere").output().unwrap());
    nowhere.code(3).says("\"secret-tool\", which is not installed");
    with_tool("exit 1").code(3).says("no such entry").says("secret-tool store");
    with_tool("echo 'Cannot autolaunch D-Bus without X11 $DISPLAY' >&2; exit 1")
        .code(3)
        .says("Cannot autolaunch");
    assert_eq!(server.seen.lock().unwrap().connections, 0);
    let asked = "[ \"$*\" = 'lookup service mail username u' ] && printf hunter2";
    let sent = with_tool(asked).code(0);
    assert!(server.commands().contains(&plain("hunter2")) && !sent.err.contains("hunter2"));
}

fn xoauth2(reply: &'static str) -> Server {
    Server::scripted(move |_, moment| match moment {
        Moment::Command(line) if line.starts_with("EHLO") => {
            Some(say("250-test\r\n250-PIPELINING\r\n250 AUTH XOAUTH2"))
        }
        Moment::Command(line) if line.starts_with("AUTH") => Some(say(reply)),
        Moment::Command(line) if line.is_empty() => {
            Some(say("535 5.7.8 Username and Password not accepted"))
        }
        _ => None,
    })
}

#[test]
fn an_access_token_logs_in_by_xoauth2() {
    let server = xoauth2("235 2.7.0 Accepted");
    let campaign = campaign(&server, "password = { file = \"secret\" }\nauth = \"xoauth2\"");
    private(&campaign.path().join("secret"), "ya29.token\n");
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    let expected = BASE64_STANDARD.encode("user=u\x01auth=Bearer ya29.token\x01\x01");
    assert!(
        server.commands().contains(&format!("AUTH XOAUTH2 {expected}")),
        "{:?}",
        server.commands()
    );
}

#[test]
fn a_refused_token_is_explained_in_a_challenge_that_wants_an_empty_line() {
    let explained = BASE64_STANDARD
        .encode(r#"{"status":"400","schemes":"Bearer","scope":"https://mail.test/"}"#);
    let server = xoauth2(Box::leak(format!("334 {explained}").into_boxed_str()));
    let campaign = campaign(&server, "password = { file = \"secret\" }\nauth = \"xoauth2\"");
    private(&campaign.path().join("secret"), "ya29.token\n");
    let stopped = campaign.run(["send", "--yes"]).code(4).says("535 5.7.8").says("3 waiting");
    assert!(!stopped.err.contains("ya29") && server.commands().iter().any(String::is_empty));
    // A refused login is not tried again and again.
    assert_eq!(server.seen.lock().unwrap().connections, 1);
}

#[test]
fn what_a_relay_repeats_of_a_token_is_masked() {
    let token = BASE64_STANDARD.encode("user=u\x01auth=Bearer ya29.token\x01\x01");
    let server = xoauth2(Box::leak(format!("535 5.7.8 bad AUTH {token}").into_boxed_str()));
    let campaign = campaign(&server, "password = { file = \"secret\" }\nauth = \"xoauth2\"");
    private(&campaign.path().join("secret"), "ya29.token\n");
    let ran = campaign.run(["send", "--yes"]).code(4).says("bad AUTH …");
    assert!(!ran.err.contains(&token));
}

/// Runs a shell line at a terminal of its own, types `keys`, and gives what the terminal showed.
#[cfg(target_os = "linux")]
pub fn at_a_terminal(line: &str, prompt: &str, keys: &str) -> String {
    use std::io::Read as _;
    let mut child = std::process::Command::new("script")
        .args(["-qec", line, "/dev/null"])
        .env("SHELL", "/bin/sh")
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdout, mut shown, mut block) = (child.stdout.take().unwrap(), Vec::new(), [0; 4096]);
    let mut typing = child.stdin.take();
    loop {
        match stdout.read(&mut block) {
            Ok(0) | Err(_) => break,
            Ok(n) => shown.extend_from_slice(&block[..n]),
        }
        if String::from_utf8_lossy(&shown).contains(prompt)
            && let Some(mut stdin) = typing.take()
        {
            stdin.write_all(keys.as_bytes()).unwrap();
            stdin.flush().unwrap();
            // Held open: its end would be one for the terminal too.
            std::mem::forget(stdin);
        }
    }
    child.wait().unwrap();
    String::from_utf8_lossy(&shown).into_owned()
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs script"]
fn at_a_terminal_the_password_is_asked_for_and_not_shown() {
    let server = Server::kind();
    let campaign = campaign(&server, "");
    let line = format!("{} send {} --yes", env!("CARGO_BIN_EXE_gonets"), campaign.path().display());
    let shown = at_a_terminal(&line, "Password of u at 127.0.0.1: ", "hunter2\n");
    assert!(shown.contains("3 accepted") && !shown.contains("hunter2"), "{shown}");
    assert!(server.commands().contains(&plain("hunter2")));
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs script"]
fn a_stop_at_the_question_for_the_password_gives_the_terminal_its_voice_back() {
    let server = Server::kind();
    let campaign = campaign(&server, "");
    let gonets = env!("CARGO_BIN_EXE_gonets");
    // Ctrl-C goes to all of the terminal: a shell that traps nothing would end too, and say no
    // more.
    let line = format!(
        "trap : INT; {gonets} send {} --yes; echo ended with $?; stty -a",
        campaign.path().display()
    );
    let shown = at_a_terminal(&line, "Password of u", "\x03");
    assert!(
        shown.contains("ended with 130") && shown.contains(" echo ") && !shown.contains("-echo "),
        "{shown}"
    );
}
