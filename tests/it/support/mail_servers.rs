//! Real mail servers, started on the loopback interface with a test configuration. They need root.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A Postfix that delivers every address of three domains into Maildirs. Needs root, as Postfix
/// does.
pub struct Postfix {
    pub folder: TempDir,
    pub port: u16,
    /// TLS from the first octet.
    pub tls_port: u16,
}

impl Postfix {
    pub fn start() -> Self {
        Self::with("")
    }

    /// With more lines of main.cf.
    pub fn with(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [port, tls_port] = [(); 2].map(|()| free_port());
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

    pub fn mailbox(&self, name: &str) -> PathBuf {
        self.folder.path().join("mail").join(name).join("new")
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // Its own master process, by the pid file in its own queue.
        let _ = self.command("stop").status();
    }
}

/// A Dovecot with one account, `anna`.
pub struct Dovecot {
    pub folder: TempDir,
    pub port: u16,
    /// TLS from the first octet.
    pub tls_port: u16,
}

/// Her password.
pub const PASSWORD: &str = "geheim-Пароль";

impl Dovecot {
    /// Has mails of its own in the folder `mail`, and shows them under TLS only.
    pub fn start() -> Self {
        let dovecot = Self::new();
        let at = dovecot.folder.path();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(at.join("cert.pem"), made.cert.pem()).unwrap();
        fs::write(at.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        fs::create_dir(at.join("mail")).unwrap();
        let settings = format!(
            "ssl = yes\nssl_cert = <{at}/cert.pem\nssl_key = <{at}/key.pem\n\
             disable_plaintext_auth = yes\nauth_mechanisms = plain login\n\
             mail_location = maildir:{at}/mail\n{user}\
             service stats {{\n unix_listener stats-writer {{\n mode = 0666\n }}\n}}\n",
            at = at.display(),
            user = dovecot.user("nobody", "nogroup"),
        );
        dovecot.write(&(settings + &dovecot.imap()));
        sound(Command::new("chown").args(["-R", "nobody:nogroup"]).arg(at));
        dovecot.begin();
        dovecot
    }

    /// Shows the mailboxes of a Postfix, without TLS.
    pub fn of(postfix: &Postfix) -> Self {
        let dovecot = Self::new();
        let settings = format!(
            "ssl = no\ndisable_plaintext_auth = no\nauth_mechanisms = plain\n\
             mail_location = maildir:{}/%u\n{}",
            postfix.folder.path().join("mail").display(),
            dovecot.user(&number("-u"), &number("-g")),
        );
        dovecot.write(&(settings + &dovecot.imap()));
        dovecot.begin();
        dovecot
    }

    /// Only knows who may log in, for a Postfix to ask.
    pub fn asked_by(postfix: &Postfix, mechanisms: &str) -> Self {
        let dovecot = Self::new();
        let socket = postfix.folder.path().join("queue/private/auth");
        let settings = format!(
            "protocols =\nssl = no\ndisable_plaintext_auth = no\nauth_mechanisms = {mechanisms}\n{}\
             service auth {{\n unix_listener {} {{\n mode = 0666\n }}\n}}\n",
            dovecot.user("nobody", "nogroup"),
            socket.display(),
        );
        dovecot.write(&settings);
        dovecot.launch();
        until("Dovecot listens", || socket.exists());
        dovecot
    }

    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        Self { folder, port: free_port(), tls_port: free_port() }
    }

    /// As whom mails are read.
    fn user(&self, uid: &str, gid: &str) -> String {
        let at = self.folder.path().display();
        format!("userdb {{\n driver = static\n args = uid={uid} gid={gid} home={at}/home\n}}\n")
    }

    fn imap(&self) -> String {
        let (port, tls_port) = (self.port, self.tls_port);
        format!(
            "protocols = imap\nnamespace inbox {{\n inbox = yes\n\
             mailbox Спам {{\n auto = create\n special_use = \\Junk\n }}\n\
             mailbox Sent {{\n auto = create\n special_use = \\Sent\n }}\n}}\n\
             service imap-login {{\n inet_listener imap {{\n address = 127.0.0.1\n port = {port}\n }}\n\
             inet_listener imaps {{\n address = 127.0.0.1\n port = {tls_port}\n }}\n}}\n"
        )
    }

    fn write(&self, settings: &str) {
        let at = self.folder.path();
        let settings = format!(
            "base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = {at}/log\nfirst_valid_uid = 1\n\
             passdb {{\n driver = passwd-file\n args = scheme=PLAIN {at}/users\n}}\n{settings}",
            at = at.display()
        );
        fs::write(at.join("dovecot.conf"), settings).unwrap();
        fs::write(at.join("users"), format!("anna:{{PLAIN}}{PASSWORD}::::::\n")).unwrap();
        sound(Command::new("chmod").args(["-R", "a+rwX"]).arg(at));
    }

    /// Starts it, for the first time or after `doveadm stop`.
    pub fn begin(&self) {
        self.launch();
        until("Dovecot listens", || TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }

    fn launch(&self) {
        // It goes on in the background and would hold our pipes.
        let mut command = self.command("dovecot", &[]);
        let started = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(started.success(), "{started}");
    }

    pub fn command(&self, program: &str, words: &[&str]) -> Command {
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

/// An Exim that takes letters into its queue and does no more. Its package cannot be installed
/// beside Postfix: `.ci/run` unpacks it, and says where in `GONETS_EXIM`.
pub struct Exim {
    folder: TempDir,
    pub port: u16,
    child: std::process::Child,
}

impl Exim {
    pub fn start() -> Self {
        let program = std::env::var("GONETS_EXIM").unwrap_or_else(|_| "exim4".into());
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
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
    pub fn recipients(&self) -> Vec<String> {
        let mut found: Vec<String> = files_in(&self.folder.path().join("spool/input"))
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

/// Of the user `postfix`: `-u` its number, `-g` that of its group.
fn number(flag: &str) -> String {
    let output = Command::new("id")
        .args([flag, "postfix"])
        .output()
        .expect("Postfix is installed (apt-get install postfix)");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[track_caller]
fn sound(command: &mut Command) {
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

/// The files of a folder, if there is one.
pub fn files_in(folder: &std::path::Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default()
}

/// A port on which nobody listens now.
pub fn free_port() -> u16 {
    // Below the ports that the system gives out by itself, to other tests too, until the server listens.
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 50).unwrap() * 200;
    (0..200)
        .map(|_| first + NEXT.fetch_add(1, Ordering::SeqCst) % 200)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a port is free")
}
