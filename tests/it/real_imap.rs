//! `gonets inbox` against Dovecot: what is read, and that the mailbox is the same afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::server::Server;
use crate::support::mail_servers::{Dovecot, PASSWORD, until};
use crate::support::{Campaign, private};

impl Dovecot {
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

fn answers(campaign: &Campaign) -> Vec<String> {
    let letters = campaign.letters();
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
    until("Dovecot ends", || TcpStream::connect(("127.0.0.1", dovecot.tls_port)).is_err());
    dovecot.begin();
    dovecot.comes("INBOX", &reply("vera@three.test", "Буду."));
    let summary = campaign.run(["inbox", "--json"]).code(0).summary();
    assert_eq!((&summary["read"], &summary["already"]), (&3.into(), &2.into()));
    assert_eq!(answers(&campaign), ["replied", "replied", "replied"]);
}
