//! A scripted IMAP server in the test process.

use std::collections::BTreeMap;
use std::io::{BufRead as _, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use crate::support::listener::{self, Connection, Tls, listen};

/// What the server does about a command instead of answering it.
#[derive(Debug, Clone)]
pub enum Act {
    /// Says this; `{tag}` is that of the command.
    Say(Vec<u8>),
    SayAndClose(Vec<u8>),
    /// Says this, and then the ordinary answer.
    First(Vec<u8>),
    Close,
    /// Says nothing and keeps the connection open.
    Hang,
    /// Says one octet after the other and never comes to an end.
    Drip,
}

pub fn say(text: &str) -> Act {
    Act::Say(text.as_bytes().to_owned())
}

/// A folder: its name on the wire, its attributes, UIDVALIDITY, and its mails.
#[derive(Debug, Clone)]
pub struct Folder {
    pub name: String,
    pub attributes: String,
    pub validity: u32,
    pub mails: BTreeMap<u32, Vec<u8>>,
}

impl Folder {
    pub fn new(name: &str, attributes: &str) -> Self {
        let (name, attributes) = (name.to_owned(), attributes.to_owned());
        Self { name, attributes, validity: 7, mails: BTreeMap::new() }
    }
}

#[derive(Debug, Default)]
pub struct State {
    pub folders: Vec<Folder>,
    /// Without their tags.
    pub commands: Vec<String>,
    pub connections: usize,
}

/// Decides about a command on a connection, from 0; `greeting` before the first.
pub type Script = dyn Fn(usize, &str) -> Option<Act> + Send + Sync;

pub struct ImapServer {
    pub port: u16,
    pub state: Arc<Mutex<State>>,
}

pub const CAPABILITIES: &str = "IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 ID SPECIAL-USE";

impl ImapServer {
    pub fn kind() -> Self {
        Self::scripted(|_, _| None)
    }

    pub fn scripted(script: impl Fn(usize, &str) -> Option<Act> + Send + Sync + 'static) -> Self {
        Self::new(Arc::new(script), None)
    }

    /// With TLS, at once or after STARTTLS.
    pub fn new(script: Arc<Script>, tls: Option<Tls>) -> Self {
        let folders = vec![
            Folder::new("INBOX", ""),
            Folder::new("&BCEEPwQwBDw-", "\\Junk"),
            Folder::new("Sent", "\\Sent"),
        ];
        let state = Arc::new(Mutex::new(State { folders, ..State::default() }));
        let shared = state.clone();
        let port = listen(1000, move |number, _| {
            shared.lock().unwrap().connections += 1;
            let (script, state, tls) = (script.clone(), shared.clone(), tls.clone());
            move |stream: &TcpStream| {
                let _ = serve(stream, number, &*script, &state, tls.as_ref());
            }
        });
        Self { port, state }
    }

    /// Puts a mail into the folder with this index.
    pub fn comes(&self, folder: usize, uid: u32, mail: &str) {
        let mail = mail.replace('\n', "\r\n").into_bytes();
        self.state.lock().unwrap().folders[folder].mails.insert(uid, mail);
    }

    /// The commands so far, which are forgotten.
    pub fn commands(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().commands)
    }
}

fn serve(
    stream: &TcpStream,
    number: usize,
    script: &Script,
    state: &Mutex<State>,
    tls: Option<&Tls>,
) -> std::io::Result<()> {
    let mut is_secure = tls.is_some_and(|(_, at_once)| *at_once);
    let mut connection = listener::connection(stream, tls.filter(|_| is_secure))?;
    let greeting = b"* OK ready\r\n".to_vec();
    if !answer(&mut connection, script(number, "greeting"), "*", greeting)? {
        return Ok(());
    }
    let mut open = None;
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
        state.lock().unwrap().commands.push(command.to_owned());
        let ordinary = ordinary(tag, command, &mut open, state, tls.is_some() && !is_secure);
        if !answer(&mut connection, script(number, command), tag, ordinary)? {
            return Ok(());
        }
        if command == "STARTTLS" && tls.is_some() && !is_secure {
            connection = listener::connection(stream, tls)?;
            is_secure = true;
        }
        if command == "LOGOUT" {
            return Ok(());
        }
    }
}

fn ordinary(
    tag: &str,
    command: &str,
    open: &mut Option<usize>,
    state: &Mutex<State>,
    is_clear: bool,
) -> Vec<u8> {
    let state = state.lock().unwrap();
    let mut out = Vec::new();
    let mut say = |text: &str| out.extend_from_slice(format!("{text}\r\n").as_bytes());
    let mails = || &state.folders[open.unwrap()].mails;
    match command.split(' ').next().unwrap() {
        "CAPABILITY" if is_clear => say("* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED"),
        "CAPABILITY" => say(&format!("* CAPABILITY {CAPABILITIES}")),
        "LIST" => {
            for folder in &state.folders {
                say(&format!("* LIST ({}) \"/\" \"{}\"", folder.attributes, folder.name));
            }
        }
        "EXAMINE" => {
            let name = command.split('"').nth(1).unwrap();
            let Some(at) = state.folders.iter().position(|it| it.name == name) else {
                say(&format!("{tag} NO [NONEXISTENT] Unknown Mailbox: {name}"));
                return out;
            };
            *open = Some(at);
            let folder = &state.folders[at];
            say(&format!("* {} EXISTS", folder.mails.len()));
            say(&format!("* OK [UIDVALIDITY {}] UIDs valid", folder.validity));
        }
        "UID" if command.starts_with("UID SEARCH SINCE") => {
            let uids: String = mails().keys().map(|uid| format!(" {uid}")).collect();
            say(&format!("* SEARCH{uids}"));
        }
        "UID" if command.starts_with("UID FETCH") => {
            let set = command.split(' ').nth(2).unwrap();
            let last = mails().keys().last().copied().unwrap_or(0);
            let number = |text: &str| text.parse().unwrap_or(last);
            let within = |uid: u32| {
                set.split(',').any(|range| {
                    let (a, b) = range.split_once(':').unwrap_or((range, range));
                    let (a, b) = (number(a), number(b));
                    (a.min(b)..=a.max(b)).contains(&uid)
                })
            };
            let limit = command.split_once("<0.").map(|(_, rest)| rest.trim_end_matches(">)"));
            let limit: Option<usize> = limit.map(|it| it.parse().unwrap());
            for (sequence, (uid, mail)) in (1..).zip(mails()) {
                if !within(*uid) {
                    continue;
                }
                match limit {
                    None => out.extend_from_slice(
                        format!("* {sequence} FETCH (UID {uid} RFC822.SIZE {})\r\n", mail.len())
                            .as_bytes(),
                    ),
                    Some(limit) => {
                        let mail = &mail[..mail.len().min(limit)];
                        out.extend_from_slice(
                            format!(
                                "* {sequence} FETCH (UID {uid} BODY[]<0> {{{}}}\r\n",
                                mail.len()
                            )
                            .as_bytes(),
                        );
                        out.extend_from_slice(mail);
                        out.extend_from_slice(b")\r\n");
                    }
                }
            }
        }
        "LOGOUT" => say("* BYE bye"),
        "STARTTLS" | "AUTHENTICATE" | "LOGIN" | "ID" => {}
        _ => {
            say(&format!("{tag} BAD unknown"));
            return out;
        }
    }
    out.extend_from_slice(format!("{tag} OK done\r\n").as_bytes());
    out
}

/// False when the connection is over.
fn answer(
    connection: &mut Connection,
    act: Option<Act>,
    tag: &str,
    ordinary: Vec<u8>,
) -> std::io::Result<bool> {
    let filled = |text: Vec<u8>| {
        let at = text.windows(5).position(|window| window == b"{tag}");
        match at {
            Some(at) => [&text[..at], tag.as_bytes(), &text[at + 5..]].concat(),
            None => text,
        }
    };
    let (octets, goes_on) = match act {
        None => (ordinary, true),
        Some(Act::Say(octets)) => (filled(octets), true),
        Some(Act::SayAndClose(octets)) => (filled(octets), false),
        Some(Act::First(octets)) => ([octets, ordinary].concat(), true),
        Some(Act::Close) => return Ok(false),
        Some(Act::Hang) => return connection.read(&mut [0]).map(|_| false),
        Some(Act::Drip) => {
            for _ in 0..3000 {
                connection.get_mut().write_all(b"*")?;
                connection.get_mut().flush()?;
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            return Ok(false);
        }
    };
    connection.get_mut().write_all(&octets)?;
    connection.get_mut().flush()?;
    Ok(goes_on)
}
