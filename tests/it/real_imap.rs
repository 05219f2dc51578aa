//! `gonets inbox` against Dovecot: what is read, and that the mailbox is the same afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::server::Server;
use crate::support::{Campaign, Ran, private};

const PASSWORD: &str = "geheim-Пароль";

/// A Dovecot with one account, whose mails lie in a Maildir.
struct Dovecot {
    folder: tempfile::TempDir,
    port: u16,
    tls_port: u16,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Dovecot {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display().to_string();
        let (port, tls_port) = (free_port(), free_port());
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
        fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        let settings = format!(
            "base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = {at}/log\nprotocols = imap\n\
             ssl = yes\nssl_cert = <{at}/cert.pem\nssl_key = <{at}/key.pem\n\
             auth_mechanisms = plain login\ndisable_plaintext_auth = yes\n\
             mail_location = maildir:{at}/mail\nfirst_valid_uid = 1\n\
             passdb {{\n driver = passwd-file\n args = scheme=PLAIN {at}/users\n}}\n\
             userdb {{\n driver = static\n args = uid=nobody gid=nogroup home={at}\n}}\n\
             namespace inbox {{\n inbox = yes\n mailbox Спам {{\n auto = create\n special_use = \\Junk\n }}\n \
             mailbox Sent {{\n auto = create\n special_use = \\Sent\n }}\n}}\n\
             service imap-login {{\n inet_listener imap {{\n address = 127.0.0.1\n port = {port}\n }}\n \
             inet_listener imaps {{\n address = 127.0.0.1\n port = {tls_port}\n }}\n}}\n\
             service stats {{\n unix_listener stats-writer {{\n mode = 0666\n }}\n}}\n"
        );
        fs::write(folder.path().join("dovecot.conf"), settings).unwrap();
        fs::write(folder.path().join("users"), format!("anna:{{PLAIN}}{PASSWORD}::::::\n"))
            .unwrap();
        fs::create_dir(folder.path().join("mail")).unwrap();
        let run = |program: &str, words: &[&str]| {
            assert!(Command::new(program).args(words).arg(&at).status().unwrap().success());
        };
        run("chmod", &["-R", "a+rX"]);
        run("chown", &["-R", "nobody:nogroup"]);
        let dovecot = Self { folder, port, tls_port };
        let started = dovecot
            .command("dovecot", &[])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(started.success(), "{started}");
        dovecot
    }

    fn command(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.arg("-c").arg(self.folder.path().join("dovecot.conf")).args(words);
        command
    }

    fn comes(&self, folder: &str, mail: &str) {
        let mut save = self
            .command("doveadm", &["save", "-u", "anna", "-m", folder])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        save.stdin.take().unwrap().write_all(mail.as_bytes()).unwrap();
        assert!(save.wait().unwrap().success());
    }

    fn ask(&self, words: &[&str]) -> String {
        let output = self.command("doveadm", words).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// All mails with their flags, dates and octets, and the names and octets of their files.
    fn all(&self) -> (String, BTreeMap<PathBuf, Vec<u8>>) {
        let fields = "mailbox uid guid flags date.received date.saved size.physical hdr";
        let asked = self.ask(&["fetch", "-u", "anna", fields, "mailbox", "*", "all"]);
        let mut files = BTreeMap::new();
        collect(&self.folder.path().join("mail"), &mut files);
        (asked, files)
    }
}

/// The files of mails; Dovecot's own indexes are its own affair.
fn collect(folder: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, into);
        } else if !name.starts_with("dovecot") && name != "maildirfolder" {
            into.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        let _ = self.command("doveadm", &["stop"]).status();
    }
}

fn sent(dovecot: &Dovecot, security: &str) -> Campaign {
    let port = if security == "tls" { dovecot.tls_port } else { dovecot.port };
    let inbox = format!(
        "[inbox]\nhost = \"localhost\"\nport = {port}\nsecurity = \"{security}\"\nusername = \"anna\"\n\
         password = {{ file = \"secret\" }}\nca_file = \"ca.pem\"\ntimeout = \"20s\"\n"
    );
    let campaign = Campaign::new().to(&Server::kind()).with(&inbox).impatient().write();
    private(&campaign.path().join("secret"), PASSWORD);
    fs::copy(dovecot.folder.path().join("cert.pem"), campaign.path().join("ca.pem")).unwrap();
    let campaign = campaign.trusted();
    campaign.run(["send", "--yes"]).code(0);
    campaign
}

fn letters(ran: &Ran) -> Vec<Value> {
    let all = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    all.filter(|it| it["type"] == "letter").collect()
}

fn answers(campaign: &Campaign) -> Vec<String> {
    let letters = letters(&campaign.run(["report", "--json"]));
    letters.iter().map(|it| it["answer"].as_str().unwrap().to_owned()).collect()
}

fn reply(from: &str, text: &str) -> String {
    format!("From: {from}\r\nTo: invite@sender.test\r\nSubject: Re: О семинаре\r\n\r\n{text}\r\n")
}

#[test]
#[ignore = "needs Dovecot"]
fn dovecots_mailbox_is_read_and_the_same_afterwards() {
    let dovecot = Dovecot::start();
    let campaigns = ["tls", "starttls"].map(|security| sent(&dovecot, security));
    dovecot.comes("INBOX", &reply("anna@one.test", "Буду."));
    dovecot.comes("Спам", &reply("boris@two.test", "Приеду."));
    dovecot.comes("INBOX", "Subject: Cheap\r\n\r\nBuy\r\n");
    dovecot.comes("INBOX", &reply("vera@three.test", &"Очень длинный ответ. ".repeat(100_000)));
    dovecot.comes("Sent", &reply("invite@sender.test", "Наше письмо"));
    // Some are read, flagged, answered already.
    dovecot.ask(&[
        "flags",
        "add",
        "-u",
        "anna",
        "\\Seen \\Flagged",
        "mailbox",
        "INBOX",
        "uid",
        "1",
    ]);
    let before = dovecot.all();
    assert_eq!(before.1.len(), 5, "{:?}", before.1.keys());
    for campaign in &campaigns {
        let ran = campaign.run(["inbox", "--json"]).code(0);
        assert_eq!(ran.summary()["read"], 4, "{}", ran.out);
        assert_eq!(answers(campaign), ["replied", "replied", "replied"]);
        assert_eq!(campaign.run(["inbox", "--json"]).code(0).summary()["read"], 0);
        let after = dovecot.all();
        assert_eq!(before.0, after.0);
        assert!(before.1 == after.1, "the files of the mailbox changed");
    }
    // A wrong password is not accepted, and not repeated.
    private(&campaigns[0].path().join("secret"), "falsch");
    let ran = campaigns[0].run(["inbox"]).code(4);
    assert!(!ran.err.contains("falsch"));
}

#[test]
#[ignore = "needs Dovecot"]
fn a_mailbox_that_dovecot_rebuilt_is_read_again_and_nothing_counts_twice() {
    let dovecot = Dovecot::start();
    let campaign = sent(&dovecot, "tls");
    for who in ["anna@one.test", "boris@two.test"] {
        dovecot.comes("INBOX", &reply(who, "Буду."));
    }
    assert_eq!(campaign.run(["inbox", "--json"]).code(0).summary()["ours"], 2);
    // Without its list of UIDs, Dovecot gives new ones, under another UIDVALIDITY.
    dovecot.ask(&["stop"]);
    let mail = dovecot.folder.path().join("mail");
    for entry in fs::read_dir(&mail).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("dovecot") && path.is_file() {
            fs::remove_file(path).unwrap();
        }
    }
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", dovecot.tls_port)).is_ok() {
        assert!(started.elapsed() < Duration::from_secs(20), "Dovecot goes on");
    }
    let again =
        dovecot.command("dovecot", &[]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(again.unwrap().success());
    dovecot.comes("INBOX", &reply("vera@three.test", "Буду."));
    let summary = campaign.run(["inbox", "--json"]).code(0).summary();
    assert_eq!((&summary["read"], &summary["already"]), (&3.into(), &2.into()));
    assert_eq!(answers(&campaign), ["replied", "replied", "replied"]);
}
