//! `doctor` against Postfix, Exim, Dovecot and OpenSSL, started on the loopback interface.

use std::fs;
use std::net::TcpStream;
use std::process::{Command, Stdio};

use crate::doctor::{messages, run};
use crate::spf::serve;
use crate::support::mail_servers::{Dovecot, Exim, PASSWORD, Postfix, free_port, until};
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

#[test]
#[ignore = "needs Postfix and Dovecot"]
fn a_letter_goes_round_through_postfix_and_dovecot() {
    let postfix = Postfix::start();
    let dovecot = Dovecot::of(&postfix);
    let server = |table: &str, port: u16| {
        format!("[{table}]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n")
    };
    let login = "username = \"anna\"\npassword = { file = \"secret\" }\n";
    let campaign = Campaign::new()
        .sender_table("reply_to = \"anna@one.test\"")
        .with(&server("smtp", postfix.port))
        .with(&(server("inbox", dovecot.port) + login))
        .write();
    private(&campaign.path().join("secret"), PASSWORD);
    let dns = serve("").to_string();
    let run =
        run(&campaign, &["--trust", "--loop", "--deadline", "60", "--dns-server", &dns, "--json"]);
    let said = messages(&run, "inbox");
    assert!(said.contains("INBOX, Спам"), "{}", run.out);
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
    let port = free_port();
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
