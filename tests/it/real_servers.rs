//! Real mail servers, started on the loopback interface with a test configuration.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Campaign, THREE};

/// A Postfix that delivers every address of three domains into Maildirs. Needs root, as Postfix
/// does.
pub struct Postfix {
    pub folder: tempfile::TempDir,
    pub port: u16,
    /// TLS from the first octet.
    tls_port: u16,
}

impl Postfix {
    pub fn start() -> Self {
        Self::with("")
    }

    /// With more lines of main.cf.
    pub fn with(more: &str) -> Self {
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
             smtpd_tls_security_level = may\nsmtpd_tls_chain_files = {at}/etc/chain.pem\n{more}"
        );
        let master = format!(
            "127.0.0.1:{port} inet n - n - - smtpd\n127.0.0.1:{tls_port} inet n - n - - smtpd\n  \
             -o smtpd_tls_wrappermode=yes\ntlsmgr unix - - n 1000? 1 tlsmgr\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n\
             rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\n\
             trace unix - - n - 0 bounce\nvirtual unix - n n - - virtual\nanvil unix - - n - 1 anvil\n\
             discard unix - - n - - discard\nproxymap unix - - n - - proxymap\nerror unix - - n - - error\n\
             returns unix - n n - - pipe user=nobody argv=/bin/sh -c {{ echo $$0 not here; exit 69 }} ${{nexthop}}\n\
             pickup unix n - n 60 1 pickup\npostlog unix-dgram n - n - 1 postlogd\n"
        );
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(root.join("etc/chain.pem"), made.signing_key.serialize_pem() + &made.cert.pem())
            .unwrap();
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

pub fn number(flag: &str) -> String {
    let output = Command::new("id")
        .args([flag, "postfix"])
        .output()
        .expect("Postfix is installed (apt-get install postfix)");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[track_caller]
pub fn sound(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Waits for another program, half a minute at most.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn letters_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default()
}

#[test]
#[ignore = "needs Postfix"]
fn postfix_puts_one_letter_into_each_mailbox() {
    let postfix = Postfix::start();
    let smtp =
        format!("[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n", postfix.port);
    let list = format!("{THREE}nobody@one.test;Никто;Н;;Никому Н.;Никому;Уважаемый Никто;Х\n");
    let campaign = Campaign::new()
        .contacts(&list)
        .letter("{{ salutation }}!\n\n.точка\n\nПриглашаем.")
        .with(&smtp)
        .write();
    campaign.run(["preview", "--quiet"]).code(0);
    campaign
        .run(["send", "--yes"])
        .code(1)
        .says("3 accepted, 1 refused")
        .says("nobody@one.test: refused")
        .says("(550 5.1.1");
    campaign.run(["send", "--yes"]).code(1).says("nothing left to send");

    for (name, address) in
        [("anna", "anna@one.test"), ("boris", "boris@two.test"), ("vera", "vera@three.test")]
    {
        until(name, || !letters_in(&postfix.mailbox(name)).is_empty());
        let found = letters_in(&postfix.mailbox(name));
        assert_eq!(found.len(), 1, "{found:?}");
        let delivered = fs::read_to_string(&found[0]).unwrap();
        let sent = fs::read_to_string(campaign.file_of("preview/letters", address, ".eml"))
            .unwrap()
            .replace("\r\n", "\n");
        let (_, own) = sent.split_once('\n').unwrap();
        assert!(
            delivered.ends_with(own),
            "what Postfix delivered is not what was previewed:\n{delivered}\n---\n{own}"
        );
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
        let campaign = Campaign::new().with(&smtp).write().trusted();
        campaign.run(["send", "--yes"]).code(0).says("3 accepted");
        for name in ["anna", "boris", "vera"] {
            until(name, || letters_in(&postfix.mailbox(name)).len() == letters);
        }
        let log = fs::read_to_string(postfix.folder.path().join("log")).unwrap();
        assert!(!log.contains("improper command pipelining"), "{log}");
    }
}

/// A Dovecot that only knows who may log in, for a Postfix to ask.
struct Dovecot {
    folder: tempfile::TempDir,
}

impl Dovecot {
    fn start(postfix: &Postfix, mechanisms: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (at, queue) =
            (folder.path().display(), postfix.folder.path().join("queue").display().to_string());
        let settings = format!(
            "base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = {at}/log\nprotocols =\nssl = no\n\
             disable_plaintext_auth = no\nauth_mechanisms = {mechanisms}\n\
             passdb {{\n driver = passwd-file\n args = scheme=PLAIN {at}/users\n}}\n\
             userdb {{\n driver = static\n args = uid=nobody gid=nogroup home=/nonexistent\n}}\n\
             service auth {{\n unix_listener {queue}/private/auth {{\n mode = 0666\n }}\n}}\n"
        );
        fs::write(folder.path().join("dovecot.conf"), settings).unwrap();
        fs::write(folder.path().join("users"), "u:{PLAIN}geheim-Пароль::::::\n").unwrap();
        sound(Command::new("chmod").args(["-R", "a+rX"]).arg(folder.path()));
        let dovecot = Self { folder };
        // It goes on in the background and would hold our pipes.
        let started = dovecot
            .command("dovecot", &[])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(started.success(), "{started}");
        until("Dovecot listens", || postfix.folder.path().join("queue/private/auth").exists());
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
fn postfix_lets_in_whom_dovecot_knows_by_plain_and_by_login() {
    for mechanisms in ["plain login", "login"] {
        let postfix = Postfix::with(
            "smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n\
             smtpd_sasl_security_options = noanonymous\n\
             smtpd_recipient_restrictions = permit_sasl_authenticated, reject\n",
        );
        let _dovecot = Dovecot::start(&postfix, mechanisms);
        let smtp = |password: &str| {
            let smtp = format!(
                "[smtp]\nhost = \"localhost\"\nport = {}\nsecurity = \"starttls\"\nca_file = \"{}\"\nusername = \"u\"\npassword = {{ file = \"secret\" }}\n",
                postfix.port,
                postfix.folder.path().join("etc/ca.pem").display()
            );
            let campaign = Campaign::new().with(&smtp).write().trusted();
            crate::support::private(&campaign.path().join("secret"), password);
            campaign
        };
        let refused =
            smtp("falsch").run(["send", "--yes"]).code(4).says("535 5.7.8").says("3 waiting");
        assert!(!refused.err.contains("falsch"));
        smtp("geheim-Пароль").run(["send", "--yes"]).code(0).says("3 accepted");
        for name in ["anna", "boris", "vera"] {
            until(name, || letters_in(&postfix.mailbox(name)).len() == 1);
        }
    }
}

#[test]
#[ignore = "needs Postfix"]
fn a_letter_that_postfix_holds_too_large_is_refused_alone() {
    let postfix = Postfix::with("message_size_limit = 4000\nvirtual_mailbox_limit = 4000\n");
    let smtp =
        format!("[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n", postfix.port);
    let long = "Очень длинное письмо. ".repeat(200);
    let letter = format!(
        "{{{{ salutation }}}}!\n\n{{% if row[\"Район\"] == \"Южный\" %}}{long}{{% endif %}}\n"
    );
    let campaign = Campaign::new().letter(&letter).with(&smtp).write();
    campaign
        .run(["send", "--yes"])
        .code(1)
        .says("2 accepted, 1 refused")
        .says("boris@two.test: refused")
        .says("(552 5.3.4");
    for name in ["anna", "vera"] {
        until(name, || letters_in(&postfix.mailbox(name)).len() == 1);
    }
    assert!(letters_in(&postfix.mailbox("boris")).is_empty());
}

/// An Exim that takes letters into its queue and does no more. Its package cannot be installed
/// beside Postfix: `.ci/run` unpacks it, and says where in `GONETS_EXIM`.
pub struct Exim {
    folder: tempfile::TempDir,
    pub port: u16,
    child: std::process::Child,
}

impl Exim {
    pub fn start() -> Self {
        let program = std::env::var("GONETS_EXIM").unwrap_or_else(|_| "exim4".into());
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = folder.path().display();
        let settings = format!(
            "primary_hostname = relay.test\nexim_user = nobody\nexim_group = nogroup\nspool_directory = {at}/spool\nlog_file_path = {at}/log/%slog\n\
             pid_file_path = {at}/pid\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = {port}\n\
             tls_advertise_hosts =\npipelining_advertise_hosts = *\nkeep_environment =\nqueue_only = true\n\
             domainlist local = one.test : two.test : three.test\nacl_smtp_rcpt = check\nacl_smtp_data = accept\n\
             begin acl\ncheck:\n  deny local_parts = gone\n       message = no such user here\n\
             \x20 defer local_parts = grey\n        message = greylisted\n  accept domains = +local\n\
             \x20 deny message = relay not permitted\nbegin routers\nall:\n  driver = accept\n  transport = none\n\
             begin transports\nnone:\n  driver = appendfile\n  file = /dev/null\n"
        );
        fs::write(folder.path().join("conf"), settings).unwrap();
        for name in ["spool", "log"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        // With a configuration of others Exim works as nobody special.
        sound(Command::new("chown").args(["-R", "nobody:nogroup"]).arg(folder.path()));
        let child = Command::new("setpriv")
            .args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", &program, "-C"])
            .arg(folder.path().join("conf"))
            .args(["-bdf"])
            .spawn()
            .expect("setpriv is there");
        until("Exim answers", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Self { folder, port, child }
    }

    /// The recipients of what lies in the queue.
    fn recipients(&self) -> Vec<String> {
        let mut found: Vec<String> = letters_in(&self.folder.path().join("spool/input"))
            .into_iter()
            .filter(|path| path.to_string_lossy().ends_with("-H"))
            .map(|path| {
                let head = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
                let envelope = head.split("\n\n").next().unwrap();
                envelope.lines().rfind(|line| line.contains('@')).unwrap_or_default().to_owned()
            })
            .collect();
        found.sort();
        found
    }
}

impl Drop for Exim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "needs Exim"]
fn exim_takes_each_letter_once_and_its_refusals_are_told_apart() {
    let exim = Exim::start();
    let smtp = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n[retry]\nattempts = 2\nfirst_delay = \"10ms\"\n",
        exim.port
    );
    let more = ["gone@one.test", "grey@two.test"]
        .map(|address| format!("{address};Ильина;Анна;;Ильиной А.;Начальнику;Уважаемая Анна;Х\n"));
    let campaign =
        Campaign::new().contacts(&format!("{THREE}{}", more.concat())).with(&smtp).write();
    campaign
        .run(["send", "--yes"])
        .code(1)
        .says("3 accepted, 2 refused, 0 waiting, 0 unknown")
        .says("gone@one.test: refused")
        .says("(550 no such user here)")
        .says("(451 greylisted)");
    assert_eq!(exim.recipients(), ["anna@one.test", "boris@two.test", "vera@three.test"]);
    campaign.run(["send", "--yes"]).code(1).says("nothing left to send");
    assert_eq!(exim.recipients().len(), 3);
}
