//! A PostgreSQL server for tests, on a port of this machine. It ends with whoever started it, however that
//! ends. Also used by `tests/it`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

/// Starts a server in a new folder, and does what the lines of its input say. The end of its input ends it.
const SCRIPT: &str = r#"
set -e
bin=$1; port=$2; shift 2
dir=$(mktemp -d /tmp/gonets-postgres-XXXXXX)
"$bin/initdb" --no-sync -A trust -U admin -E UTF8 --locale=C -D "$dir/data" >/dev/null
start() {
  while true; do
    "$bin/postgres" -D "$dir/data" -h 127.0.0.1 -p "$port" -k "$dir" "$@" >>"$dir/log" 2>&1 &
    pid=$!
    while kill -0 $pid 2>/dev/null; do
      if "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; then echo ready; return; fi
      sleep 0.05
    done
    # What a killed server left may keep its successor away for a moment.
    sleep 0.1
  done
}
start "$@"
# Processes of the server may end meanwhile, and are no fault.
all() { kill "$1" $pid $(cat /proc/$pid/task/$pid/children) 2>/dev/null || true; }
while read -r word; do
  case $word in
    crash) kill -9 $pid; wait $pid || true; start "$@" ;;
    restart) kill -QUIT $pid; wait $pid || true; start "$@" ;;
    stop) all -STOP; echo ready ;;
    continue) all -CONT; echo ready ;;
  esac
done
all -CONT; kill -QUIT $pid; wait $pid || true
rm -rf "$dir"
"#;

/// A port below those that the system gives out by itself, so that nobody takes it while the server restarts.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + u16::try_from(std::process::id() % 50).unwrap() * 200;
    (0..200)
        .map(|_| first + NEXT.fetch_add(1, Ordering::SeqCst) % 200)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a port is free")
}

pub struct Cluster {
    pub port: u16,
    script: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Cluster {
    #[allow(dead_code, reason = "not every user of this file asks for it")]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server with further arguments.
    pub fn start_with(arguments: &[&str]) -> Self {
        let bin = programs().expect("apt-get install postgresql");
        let port = free_port();
        // PostgreSQL does not run as root.
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        let mut script = command
            .args(["-c", SCRIPT, "sh"])
            .arg(bin)
            .arg(port.to_string())
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = script.stdin.take();
        let output = BufReader::new(script.stdout.take().unwrap());
        let mut cluster = Self { port, script, input, output };
        cluster.wait_until_ready();
        cluster
    }

    /// `kill -9`, and a new start.
    #[allow(dead_code, reason = "not every user of this file asks for it")]
    pub fn crash(&mut self) {
        self.tell("crash");
    }

    /// What `pg_ctl restart -m immediate` does.
    #[allow(dead_code, reason = "not every user of this file asks for it")]
    pub fn restart(&mut self) {
        self.tell("restart");
    }

    /// Stops every process of the server where it is.
    #[allow(dead_code, reason = "not every user of this file asks for it")]
    pub fn stop(&mut self) {
        self.tell("stop");
    }

    /// Lets them go on.
    #[allow(dead_code, reason = "not every user of this file asks for it")]
    pub fn go_on(&mut self) {
        self.tell("continue");
    }

    fn tell(&mut self, word: &str) {
        writeln!(self.input.as_mut().unwrap(), "{word}").unwrap();
        self.wait_until_ready();
    }

    fn wait_until_ready(&mut self) {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
    }

    /// The connection string of an account without a password.
    pub fn url(&self, user: &str) -> String {
        format!("postgresql://{user}@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.script.wait();
    }
}

/// Where Debian or the path has the server's programs, the newest first.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut known: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    known.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    known
        .into_iter()
        .rev()
        .chain(std::env::split_paths(&path))
        .find(|bin| bin.join("initdb").is_file())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n")
}
