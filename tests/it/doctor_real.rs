//! `doctor` against Postfix, Exim, Dovecot and OpenSSL, started on the loopback interface.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use crate::doctor::{messages, run};
use crate::real_servers::{Exim, Postfix, number, sound, until};
use crate::spf::serve;
use crate::support::{Campaign, Ran, private};

/// What `doctor` says of a relay on this port.
fn of_relay(port: u16, sender: &str) -> Ran {
    let smtp = format!("[smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n");
    let campaign = Campaign::new().sender_table(sender).with(&smtp).write();
    let dns = serve("").to_string();
    run(&campaign, &["--trust", "--dns-server", &dns, "--json"])
}

#[test]
#[ignore = "needs Postfix"]
fn postfix_judges_the_sender_only_at_the_recipient_and_is_asked_that_far() {
    let postfix = Postfix::with(
        "smtpd_sender_restrictions = check_sender_access inline:{invite@sender.test=REJECT}\n\
         message_size_limit = 400\nvirtual_mailbox_limit = 400\n",
    );
    let run = of_relay(postfix.port, "").code(4);
    let said = messages(&run, "sender");
    assert!(said.contains("refuses a letter of theirs") && said.contains("554 5.7.1"), "{said}");
    let run = of_relay(postfix.port, "return_path = \"bounce@sender.test\"").code(4);
    assert!(messages(&run, "size").contains("takes 400 B at most"), "{}", run.out);
}

#[test]
#[ignore = "needs Postfix"]
fn postfix_in_order_is_well_and_gets_no_letter() {
    let postfix = Postfix::start();
    let run = of_relay(postfix.port, "").code(1);
    for check in ["relay", "sender", "size", "extensions"] {
        assert!(!messages(&run, check).is_empty(), "{check}: {}", run.out);
    }
    assert!(messages(&run, "sender").contains("accepts invite@sender.test"), "{}", run.out);
    assert!(messages(&run, "extensions").contains("PIPELINING"), "{}", run.out);
    let log = fs::read_to_string(postfix.folder.path().join("log")).unwrap();
    assert!(!log.contains("cleanup["), "no message was begun: {log}");
}

#[test]
#[ignore = "needs Exim"]
fn exim_tells_the_time_and_what_it_does_not_relay() {
    let exim = Exim::start();
    let run = of_relay(exim.port, "").code(4);
    assert!(messages(&run, "clock").contains("agrees with that of"), "{}", run.out);
    assert!(messages(&run, "sender").contains("relay not permitted"), "{}", run.out);
}

/// A Dovecot that shows the mailboxes of a Postfix over IMAP.
pub struct Dovecot {
    folder: tempfile::TempDir,
    pub port: u16,
}

impl Dovecot {
    pub fn start(postfix: &Postfix) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (at, mail) = (folder.path().display(), postfix.folder.path().join("mail"));
        let (uid, gid) = (number("-u"), number("-g"));
        let settings = format!(
            "base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = {at}/log\nprotocols = imap\nssl = no\n\
             disable_plaintext_auth = no\nauth_mechanisms = plain\nfirst_valid_uid = 1\n\
             mail_location = maildir:{mail}/%u\n\
             passdb {{\n driver = passwd-file\n args = scheme=PLAIN {at}/users\n}}\n\
             userdb {{\n driver = static\n args = uid={uid} gid={gid} home={at}/home\n}}\n\
             service imap-login {{\n inet_listener imap {{\n address = 127.0.0.1\n port = {port}\n}}\n\
             inet_listener imaps {{\n port = 0\n}}\n}}\n\
             namespace inbox {{\n inbox = yes\n mailbox Junk {{\n special_use = \\Junk\n auto = create\n}}\n}}\n",
            mail = mail.display()
        );
        fs::write(folder.path().join("dovecot.conf"), settings).unwrap();
        fs::write(folder.path().join("users"), "anna:{PLAIN}geheim::::::\n").unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        sound(Command::new("chmod").args(["-R", "a+rwX"]).arg(folder.path()));
        let dovecot = Self { folder, port };
        // It goes on in the background and would hold our pipes.
        let mut start = dovecot.command("dovecot", &[]);
        let started = start.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(started.success(), "{started}");
        until("Dovecot listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        dovecot
    }

    fn command(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.arg("-c").arg(self.folder.path().join("dovecot.conf")).args(words);
        command
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        let _ = self.command("doveadm", &["stop"]).status();
    }
}

#[test]
#[ignore = "needs Postfix and Dovecot"]
fn a_letter_goes_round_through_postfix_and_dovecot() {
    let postfix = Postfix::start();
    let dovecot = Dovecot::start(&postfix);
    let server = |table: &str, port: u16| {
        format!("[{table}]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n")
    };
    let login = "username = \"anna\"\npassword = { file = \"secret\" }\n";
    let campaign = Campaign::new()
        .sender_table("reply_to = \"anna@one.test\"")
        .with(&server("smtp", postfix.port))
        .with(&(server("inbox", dovecot.port) + login))
        .write();
    private(&campaign.path().join("secret"), "geheim");
    let dns = serve("").to_string();
    let run =
        run(&campaign, &["--trust", "--loop", "--deadline", "60", "--dns-server", &dns, "--json"]);
    let said = messages(&run, "inbox");
    assert!(said.contains("INBOX, Junk"), "{}", run.out);
    let said = messages(&run, "loop");
    for words in ["arrived in INBOX", "kept the Message-ID", "return path invite@sender.test"] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
#[ignore = "needs openssl"]
fn a_server_of_tls_1_0_is_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (key, cert) = (folder.path().join("key.pem"), folder.path().join("cert.pem"));
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    fs::write(&cert, made.cert.pem()).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut server = Command::new("openssl")
        .args(["s_server", "-quiet", "-tls1", "-cipher", "ALL:@SECLEVEL=0", "-accept"])
        .arg(port.to_string())
        .args(["-key".as_ref(), key.as_os_str(), "-cert".as_ref(), cert.as_os_str()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("openssl answers", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    let smtp = format!(
        "[smtp]\nhost = \"localhost\"\nport = {port}\nsecurity = \"tls\"\nca_file = \"{}\"\n",
        cert.display()
    );
    let campaign = Campaign::new().with(&smtp).write();
    let dns = serve("").to_string();
    let run = run(&campaign, &["--trust", "--dns-server", &dns, "--json"]);
    let _ = server.kill();
    let _ = server.wait();
    let run = run.code(4);
    assert!(messages(&run, "tls").contains("TLS 1.2 or later is needed"), "{}", run.out);
}
