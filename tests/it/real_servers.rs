//! Servers that others wrote, started on the loopback interface with a configuration of the test's own.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::{Campaign, THREE};

/// A Postfix that delivers every address of three domains into Maildirs. Needs root, as Postfix does.
struct Postfix {
    folder: tempfile::TempDir,
    port: u16,
    /// TLS from the first octet.
    tls_port: u16,
}

impl Postfix {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [port, tls_port] = [(); 2]
            .map(|()| TcpListener::bind("127.0.0.1:0").unwrap())
            .map(|listener| listener.local_addr().unwrap().port());
        let root = folder.path();
        for name in ["queue", "data", "mail", "etc"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        let at = root.display();
        let (uid, gid) = (number("-u"), number("-g"));
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\n\
             daemon_directory = /usr/lib/postfix/sbin\ncommand_directory = /usr/sbin\nmail_owner = postfix\n\
             maillog_file = {at}/log\nmaillog_file_prefixes = {at}\nmyhostname = relay.test\nmydestination =\n\
             inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmynetworks = 127.0.0.0/8\nalias_maps =\n\
             virtual_mailbox_domains = one.test, two.test, three.test\nvirtual_mailbox_base = {at}/mail\n\
             virtual_mailbox_maps = inline:{{ anna@one.test=anna/, boris@two.test=boris/, vera@three.test=vera/ }}\n\
             virtual_minimum_uid = 1\nvirtual_uid_maps = static:{uid}\nvirtual_gid_maps = static:{gid}\n\
             default_transport = discard\nsmtputf8_enable = no\n\
             smtpd_tls_security_level = may\nsmtpd_tls_chain_files = {at}/etc/chain.pem\n"
        );
        let master = format!(
            "127.0.0.1:{port} inet n - n - - smtpd\n127.0.0.1:{tls_port} inet n - n - - smtpd\n  \
             -o smtpd_tls_wrappermode=yes\ntlsmgr unix - - n 1000? 1 tlsmgr\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n\
             rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\n\
             trace unix - - n - 0 bounce\nvirtual unix - n n - - virtual\nanvil unix - - n - 1 anvil\n\
             discard unix - - n - - discard\nproxymap unix - - n - - proxymap\nerror unix - - n - - error\n\
             pickup unix n - n 60 1 pickup\npostlog unix-dgram n - n - 1 postlogd\n"
        );
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(root.join("etc/chain.pem"), made.signing_key.serialize_pem() + &made.cert.pem()).unwrap();
        fs::write(root.join("etc/ca.pem"), made.cert.pem()).unwrap();
        fs::write(root.join("etc/main.cf"), main).unwrap();
        fs::write(root.join("etc/master.cf"), master).unwrap();
        sound(Command::new("chown").arg("postfix").arg(root.join("data")).arg(root.join("mail")));
        sound(Command::new("chmod").arg("755").arg(root));
        let postfix = Self { folder, port, tls_port };
        sound(&mut postfix.command("start"));
        until("Postfix answers", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        postfix
    }

    fn command(&self, word: &str) -> Command {
        let mut command = Command::new("postfix");
        command.arg("-c").arg(self.folder.path().join("etc")).arg(word);
        command
    }

    fn mailbox(&self, name: &str) -> PathBuf {
        self.folder.path().join("mail").join(name).join("new")
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // Its own master process, by the pid file in its own queue.
        let _ = self.command("stop").status();
    }
}

fn number(flag: &str) -> String {
    let output =
        Command::new("id").args([flag, "postfix"]).output().expect("Postfix is installed (apt-get install postfix)");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[track_caller]
fn sound(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Waits for another program, half a minute at most.
#[track_caller]
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn letters_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).map(|entries| entries.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default()
}

#[test]
#[ignore = "needs Postfix"]
fn postfix_puts_one_letter_into_each_mailbox() {
    let postfix = Postfix::start();
    let smtp = format!("[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n", postfix.port);
    let list = format!("{THREE}nobody@one.test;Никто;Н;;Никому Н.;Никому;Уважаемый Никто;Х\n");
    let campaign =
        Campaign::new().contacts(&list).letter("{{ salutation }}!\n\n.точка\n\nПриглашаем.").with(&smtp).write();
    campaign.run(["preview", "--quiet"]).code(0);
    campaign.run(["send", "--yes"]).code(1).says("3 accepted, 1 refused").says("nobody@one.test: refused 550 5.1.1");
    campaign.run(["send", "--yes"]).code(1).says("nothing left to send");

    for (name, address) in [("anna", "anna@one.test"), ("boris", "boris@two.test"), ("vera", "vera@three.test")] {
        until(name, || !letters_in(&postfix.mailbox(name)).is_empty());
        let found = letters_in(&postfix.mailbox(name));
        assert_eq!(found.len(), 1, "{found:?}");
        let delivered = fs::read_to_string(&found[0]).unwrap();
        let sent =
            fs::read_to_string(campaign.file_of("preview/letters", address, ".eml")).unwrap().replace("\r\n", "\n");
        let (_, own) = sent.split_once('\n').unwrap();
        assert!(delivered.ends_with(own), "what Postfix delivered is not what was previewed:\n{delivered}\n---\n{own}");
        assert!(delivered.contains("Return-Path: <invite@sender.test>"));
    }
}

#[test]
#[ignore = "needs Postfix"]
fn postfix_takes_letters_under_tls_at_once_and_after_starttls() {
    let postfix = Postfix::start();
    for (security, port, letters) in [("starttls", postfix.port, 1), ("tls", postfix.tls_port, 2)] {
        let smtp = format!(
            "[smtp]\nhost = \"localhost\"\nport = {port}\nsecurity = \"{security}\"\nca_file = \"{}\"\n",
            postfix.folder.path().join("etc/ca.pem").display()
        );
        let campaign = Campaign::new().with(&smtp).write();
        campaign.run(["send", "--yes"]).code(0).says("3 accepted");
        for name in ["anna", "boris", "vera"] {
            until(name, || letters_in(&postfix.mailbox(name)).len() == letters);
        }
        let log = fs::read_to_string(postfix.folder.path().join("log")).unwrap();
        assert!(!log.contains("improper command pipelining"), "{log}");
    }
}
