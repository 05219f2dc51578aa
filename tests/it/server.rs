//! A scripted SMTP server in the test process.

use std::collections::BTreeMap;
use std::io::{BufRead, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, mpsc};

use crate::support::listener::{self, Connection, Tls, listen};

/// Something that happened on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    Greeting,
    Command(String),
    /// The end of a message was read.
    Message,
}

/// What the server does about it.
#[derive(Debug, Clone)]
pub enum Act {
    Say(String),
    SayAndClose(String),
    Close,
    /// Says nothing and keeps the connection open.
    Hang,
    /// Takes the message, and closes before it says so.
    TakeAndClose,
    /// Says one octet after the other and never comes to an end.
    Drip,
}

pub fn say(text: &str) -> Act {
    Act::Say(text.into())
}

/// A message that the server took: it said 250 to its end.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub bytes: Vec<u8>,
}

/// What was seen so far.
#[derive(Debug, Default)]
pub struct Seen {
    pub taken: Vec<Taken>,
    /// Messages that were read to their end and not taken.
    pub lost: Vec<Vec<u8>>,
    pub commands: Vec<String>,
    pub connections: usize,
    /// Who connected.
    pub peers: Vec<std::net::IpAddr>,
    pub closed: usize,
    /// Ends of messages that were read, taken or not.
    pub messages: usize,
    /// How often the server had answered all that there was and had to wait for more.
    pub turns: usize,
}

pub struct Server {
    pub port: u16,
    pub seen: Arc<Mutex<Seen>>,
}

/// A relay that takes commands one at a time.
pub const WITHOUT_PIPELINING: &str = "250-test\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 1000000";

/// Decides about each moment; `None` is the ordinary answer.
pub type Script = dyn Fn(usize, &Moment) -> Option<Act> + Send + Sync;

impl Server {
    /// Takes everything.
    pub fn kind() -> Self {
        Self::scripted(|_, _| None)
    }

    /// `script` sees the number of the connection, from 0, and the moment.
    pub fn scripted(
        script: impl Fn(usize, &Moment) -> Option<Act> + Send + Sync + 'static,
    ) -> Self {
        Self::new(Arc::new(script), None)
    }

    /// Takes everything, and calls back at its n-th message, before it answers.
    pub fn at_message(nth: usize, act: impl Fn() + Send + Sync + 'static) -> Self {
        let count = Mutex::new(0);
        Self::scripted(move |_, moment| {
            if *moment == Moment::Message {
                let mut count = count.lock().unwrap();
                *count += 1;
                if *count == nth {
                    act();
                }
            }
            None
        })
    }

    /// Takes everything, tells of each message, and answers it when the last value is dropped.
    pub fn holding() -> (Self, mpsc::Receiver<()>, mpsc::Sender<()>) {
        let (tell, told) = mpsc::channel();
        let (go_on, wait) = mpsc::channel::<()>();
        let wait = Mutex::new(wait);
        let server = Self::scripted(move |_, moment| {
            if *moment == Moment::Message && tell.send(()).is_ok() {
                let _ = wait.lock().unwrap().recv();
            }
            None
        });
        (server, told, go_on)
    }

    /// With TLS, at once or after STARTTLS.
    pub fn new(script: Arc<Script>, tls: Option<Tls>) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = seen.clone();
        let port = listen(10_000, move |number, stream| {
            let (script, seen, tls) = (script.clone(), shared.clone(), tls.clone());
            let mut counted = seen.lock().unwrap();
            counted.connections += 1;
            counted.peers.extend(stream.peer_addr().map(|peer| peer.ip()));
            drop(counted);
            move |stream: &TcpStream| {
                let _ = serve(stream, number, &*script, &seen, tls.as_ref());
                seen.lock().unwrap().closed += 1;
            }
        });
        Self { port, seen }
    }

    /// How often each address was the first recipient of a message that was taken.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for taken in &self.seen.lock().unwrap().taken {
            *counts.entry(taken.to[0].clone()).or_default() += 1;
        }
        counts
    }

    #[track_caller]
    pub fn has_nobody_twice(&self) {
        let counts = self.counts();
        assert!(counts.values().all(|n| *n == 1), "{counts:?}");
    }

    /// Waits until every connection is over.
    pub fn wait_until_quiet(&self) {
        loop {
            let seen = self.seen.lock().unwrap();
            if seen.closed == seen.connections {
                return;
            }
            drop(seen);
            std::thread::yield_now();
        }
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.seen.lock().unwrap().taken.clone()
    }

    pub fn commands(&self) -> Vec<String> {
        self.seen.lock().unwrap().commands.clone()
    }
}

fn serve(
    stream: &TcpStream,
    number: usize,
    script: &Script,
    seen: &Mutex<Seen>,
    tls: Option<&Tls>,
) -> std::io::Result<()> {
    let mut is_secure = tls.is_some_and(|(_, at_once)| *at_once);
    let mut connection = listener::connection(stream, tls.filter(|_| is_secure))?;

    let (mut from, mut to) = (String::new(), Vec::new());
    if !answer(&mut connection, script(number, &Moment::Greeting), "220 test ESMTP")? {
        return Ok(());
    }
    loop {
        let mut line = String::new();
        seen.lock().unwrap().turns += usize::from(connection.buffer().is_empty());
        if connection.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        seen.lock().unwrap().commands.push(line.clone());
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let ordinary = match word.as_str() {
            "EHLO" if tls.is_some() && !is_secure => "250-test\r\n250-STARTTLS\r\n250 SIZE 1000000",
            "EHLO" => "250-test\r\n250-PIPELINING\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 1000000",
            "STARTTLS" => "220 go on",
            "AUTH" => "235 2.7.0 welcome",
            "DATA" if to.is_empty() => "554 5.5.1 no valid recipients",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 2.0.0 ok",
        };
        let act = script(number, &Moment::Command(line.clone()));
        let said = act.as_ref().map_or(ordinary.to_owned(), |act| match act {
            Act::Say(text) | Act::SayAndClose(text) => text.clone(),
            Act::Close | Act::TakeAndClose | Act::Hang | Act::Drip => String::new(),
        });
        if !answer(&mut connection, act, ordinary)? || word == "QUIT" {
            return Ok(());
        }
        match word.as_str() {
            "STARTTLS" if said.starts_with("220") => {
                connection = listener::connection(stream, tls)?;
                is_secure = true;
            }
            "MAIL" => {
                (from, to) = (line, Vec::new());
            }
            "RCPT" if said.starts_with("250") => to.push(address(&line)),
            "DATA" if said.starts_with("354") => {
                seen.lock().unwrap().turns += usize::from(connection.buffer().is_empty());
                let bytes = read_message(&mut connection)?;
                seen.lock().unwrap().messages += 1;
                let act = script(number, &Moment::Message);
                let is_taken = match &act {
                    None | Some(Act::TakeAndClose) => !to.is_empty(),
                    Some(Act::Say(text) | Act::SayAndClose(text)) => {
                        text.starts_with("250") && !to.is_empty()
                    }
                    Some(Act::Close | Act::Hang | Act::Drip) => false,
                };
                if is_taken {
                    let taken = Taken { from: address(&from), to: to.clone(), bytes };
                    seen.lock().unwrap().taken.push(taken);
                } else {
                    seen.lock().unwrap().lost.push(bytes);
                }
                let ordinary = if to.is_empty() {
                    "554 5.5.1 no valid recipients"
                } else {
                    "250 2.0.0 queued"
                };
                if !answer(&mut connection, act, ordinary)? {
                    return Ok(());
                }
            }
            _ => {}
        }
    }
}

/// False when the connection is over.
fn answer(connection: &mut Connection, act: Option<Act>, ordinary: &str) -> std::io::Result<bool> {
    let (text, goes_on) = match act {
        None => (ordinary.to_owned(), true),
        Some(Act::Say(text)) => (text, true),
        Some(Act::SayAndClose(text)) => (text, false),
        Some(Act::Close | Act::TakeAndClose) => return Ok(false),
        Some(Act::Drip) => {
            for _ in 0..3000 {
                connection.get_mut().write_all(b"2")?;
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            return Ok(false);
        }
        Some(Act::Hang) => return connection.read(&mut [0]).map(|_| false),
    };
    connection.get_mut().write_all(format!("{text}\r\n").as_bytes())?;
    connection.get_mut().flush()?;
    Ok(goes_on)
}

fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

/// The octets of a message, its dots unstuffed.
fn read_message(connection: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let mut line = Vec::new();
        if connection.read_until(b'\n', &mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(message);
        }
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
