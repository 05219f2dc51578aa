//! What DNS says of a domain: its records, and whether it accepts mail: MX, otherwise A or AAAA
//! (RFC 5321, 5.1; RFC 7505).
//!
//! Plain sockets with total deadlines, a few queries at a time. Which domains are looked up, and
//! what an answer means for a row, is decided elsewhere.

mod records;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE};

pub use records::{LookupError, Record, RecordKind};

use crate::problem::NoMail;

/// Queries at a time.
const CONCURRENCY: usize = 8;
/// Attempts with each server.
const TRIES: usize = 2;
/// Unanswered queries after which no server is taken to exist, unless one has answered.
const MAX_SILENT: usize = 4;
const DEFAULT_PORT: u16 = 53;

/// Whether a domain accepts mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailStatus {
    Accepts,
    Not(NoMail),
    /// There was no usable answer.
    Unanswered,
}

/// Names, each with the kind of record that was asked for.
type Names = BTreeSet<(String, &'static str)>;

/// The servers to ask, and the timeouts.
#[derive(Debug, Clone)]
pub struct Resolver {
    servers: Vec<SocketAddr>,
    /// For one query to one server.
    timeout: Duration,
    /// For all queries together.
    total_timeout: Duration,
    journal: Option<Arc<Mutex<Names>>>,
}

/// Parses the address of a DNS server, with or without a port.
pub fn server_address(text: &str) -> Option<SocketAddr> {
    let text = text.trim();
    let host = || text.parse::<IpAddr>().ok();
    text.parse().ok().or_else(|| host().map(|host| SocketAddr::new(host, DEFAULT_PORT)))
}

impl Resolver {
    /// A resolver that asks one server.
    pub fn at(server: SocketAddr) -> Self {
        Self::of(vec![server])
    }

    /// A resolver that asks the servers of this machine.
    pub fn of_system() -> Self {
        Self::of(system_servers())
    }

    fn of(servers: Vec<SocketAddr>) -> Self {
        Self {
            servers,
            timeout: Duration::from_secs(3),
            total_timeout: Duration::from_mins(10),
            journal: None,
        }
    }

    /// Sets the timeouts for one query and for all of them.
    pub fn with_timeouts(self, timeout: Duration, total_timeout: Duration) -> Self {
        Self { timeout, total_timeout, ..self }
    }

    /// The servers that are asked.
    pub fn servers(&self) -> Vec<String> {
        self.servers.iter().map(|server| server.ip().to_string()).collect()
    }

    /// From now on, keeps the names that are asked for.
    pub fn with_journal(self) -> Self {
        Self { journal: Some(Arc::default()), ..self }
    }

    /// The names that were asked for, each with the kind of record, in the order of their names.
    pub fn asked(&self) -> Vec<(String, &'static str)> {
        let journal = self.journal.as_ref().and_then(|journal| journal.lock().ok());
        journal.map(|asked| asked.iter().cloned().collect()).unwrap_or_default()
    }

    /// Looks up each domain, and calls `done` with the number of those done.
    ///
    /// Ends early when the time for all is over or no server answers the first queries; the rest is
    /// [`MailStatus::Unanswered`].
    pub fn ask(
        &self,
        domains: &[String],
        mut done: impl FnMut(u64),
    ) -> BTreeMap<String, MailStatus> {
        let deadline = Instant::now() + self.total_timeout;
        let next = AtomicUsize::new(0);
        let silent = AtomicUsize::new(0);
        let has_answered = AtomicBool::new(false);
        let mut all: BTreeMap<String, MailStatus> =
            domains.iter().map(|it| (it.clone(), MailStatus::Unanswered)).collect();
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..CONCURRENCY.min(domains.len()) {
                let sender = sender.clone();
                let (next, silent, has_answered) = (&next, &silent, &has_answered);
                scope.spawn(move || {
                    while let Some(domain) = domains.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let is_silence = !has_answered.load(Ordering::Relaxed)
                            && silent.load(Ordering::Relaxed) >= MAX_SILENT;
                        if is_silence || Instant::now() >= deadline {
                            return;
                        }
                        let mail = self.mail_status(domain, deadline);
                        match mail {
                            MailStatus::Unanswered => {
                                silent.fetch_add(1, Ordering::Relaxed);
                            }
                            MailStatus::Accepts | MailStatus::Not(_) => {
                                has_answered.store(true, Ordering::Relaxed);
                            }
                        }
                        if sender.send((domain, mail)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            for (count, (domain, mail)) in receiver.iter().enumerate() {
                all.insert(domain.clone(), mail);
                done(count as u64 + 1);
            }
        });
        all
    }

    /// Whether one domain accepts mail.
    pub fn mail_status(&self, domain: &str, deadline: Instant) -> MailStatus {
        match self.records(domain, TYPE::MX, deadline) {
            None => MailStatus::Unanswered,
            Some(Answer::NoSuchName) => MailStatus::Not(NoMail::NoSuchDomain),
            Some(Answer::Records(records)) if records.iter().any(is_a_mail_host) => {
                MailStatus::Accepts
            }
            Some(Answer::Records(records)) if !records.is_empty() => {
                MailStatus::Not(NoMail::Declined)
            }
            Some(Answer::Records(_)) => {
                // Without an MX, the domain's own host receives its mail.
                let mut is_open = false;
                for kind in [TYPE::A, TYPE::AAAA] {
                    match self.records(domain, kind, deadline) {
                        Some(Answer::Records(records)) if !records.is_empty() => {
                            return MailStatus::Accepts;
                        }
                        Some(Answer::Records(_) | Answer::NoSuchName) => {}
                        None => is_open = true,
                    }
                }
                if is_open { MailStatus::Unanswered } else { MailStatus::Not(NoMail::NoHost) }
            }
        }
    }

    /// Asks for the records of a kind; the first usable answer counts.
    fn records(&self, domain: &str, kind: TYPE, deadline: Instant) -> Option<Answer> {
        // SPF asks for names that are not host names, with spaces and percent signs among them.
        let is_a_name =
            domain.len() <= 253 && domain.split('.').all(|label| (1..=63).contains(&label.len()));
        if !is_a_name {
            return Some(Answer::NoSuchName);
        }
        if let Some(Ok(mut asked)) = self.journal.as_ref().map(|journal| journal.lock()) {
            asked.insert((domain.to_owned(), records::name_of(kind)));
        }
        let name = Name::new_unchecked(domain);
        for server in std::iter::repeat_n(&self.servers, TRIES).flatten() {
            let until = deadline.min(Instant::now() + self.timeout);
            if until <= Instant::now() {
                return None;
            }
            let question =
                Question::new(name.clone(), QTYPE::TYPE(kind), QCLASS::CLASS(CLASS::IN), false);
            if let Ok(Some(answer)) = exchange(*server, &question, until) {
                return Some(answer);
            }
        }
        None
    }
}

/// A server's answer.
enum Answer {
    NoSuchName,
    /// Those of the kind; none if the name has no such record.
    Records(Vec<Record>),
}

/// An MX that is not null (RFC 7505).
fn is_a_mail_host(record: &Record) -> bool {
    matches!(record, Record::Mx { host, .. } if !host.is_empty())
}

/// Sends one query over UDP, and over TCP if the answer is too long for that.
fn exchange(
    server: SocketAddr,
    question: &Question<'_>,
    until: Instant,
) -> io::Result<Option<Answer>> {
    let id = random();
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    packet.questions.push(question.clone());
    let query = packet.build_bytes_vec().map_err(io::Error::other)?;
    let any: IpAddr =
        if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0))?;
    // Only datagrams of this server are received then.
    socket.connect(server)?;
    socket.send(&query)?;
    let mut reply = [0; 4096];
    loop {
        socket.set_read_timeout(Some(left(until)?))?;
        let n = socket.recv(&mut reply)?;
        let reply = &reply[..n];
        if !is_reply(reply, id) {
            continue;
        }
        if simple_dns::header_buffer::has_flags(reply, PacketFlag::TRUNCATION).unwrap_or(false) {
            return Ok(read(&over_tcp(server, &query, until)?, id, question));
        }
        return Ok(read(reply, id, question));
    }
}

fn over_tcp(server: SocketAddr, query: &[u8], until: Instant) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&server, left(until)?)?;
    stream.set_write_timeout(Some(left(until)?))?;
    let length = u16::try_from(query.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), query].concat())?;
    let mut length = [0; 2];
    fill(&mut stream, &mut length, until)?;
    let mut reply = vec![0; usize::from(u16::from_be_bytes(length))];
    fill(&mut stream, &mut reply, until)?;
    Ok(reply)
}

/// Fills the buffer before the deadline, however slowly the octets arrive.
fn fill(stream: &mut TcpStream, into: &mut [u8], until: Instant) -> io::Result<()> {
    let mut filled = 0;
    while filled < into.len() {
        stream.set_read_timeout(Some(left(until)?))?;
        match stream.read(&mut into[filled..])? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => filled += n,
        }
    }
    Ok(())
}

fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

fn is_reply(reply: &[u8], id: u16) -> bool {
    simple_dns::header_buffer::id(reply).is_ok_and(|it| it == id)
        && simple_dns::header_buffer::has_flags(reply, PacketFlag::RESPONSE).unwrap_or(false)
}

/// Parses the reply to a question; `None` if it answers another one or reports a server failure.
fn read(reply: &[u8], id: u16, question: &Question<'_>) -> Option<Answer> {
    let packet = Packet::parse(reply).ok()?;
    let spelt = |name: &Name<'_>| name.to_string().to_lowercase();
    let is_ours = |asked: &Question<'_>| {
        asked.qtype == question.qtype && spelt(&asked.qname) == spelt(&question.qname)
    };
    if packet.id() != id || !packet.questions.first().is_some_and(is_ours) {
        return None;
    }
    match packet.rcode() {
        RCODE::NameError => return Some(Answer::NoSuchName),
        RCODE::NoError => {}
        _ => return None,
    }
    let QTYPE::TYPE(kind) = question.qtype else { return None };
    Some(Answer::Records(records::of(&packet, kind)))
}

/// An unpredictable number: the keys of the standard library's hashes are random.
#[expect(clippy::cast_possible_truncation, reason = "sixteen bits are wanted")]
fn random() -> u16 {
    RandomState::new().build_hasher().finish() as u16
}

#[cfg(not(windows))]
fn system_servers() -> Vec<SocketAddr> {
    let text = std::fs::read("/etc/resolv.conf").unwrap_or_default();
    let (config, _) = resolv_conf::Config::parse_with_errors(&text);
    config
        .get_nameservers_or_local()
        .iter()
        .map(|it| SocketAddr::new(it.into(), DEFAULT_PORT))
        .collect()
}

#[cfg(windows)]
fn system_servers() -> Vec<SocketAddr> {
    let adapters = ipconfig::get_adapters().unwrap_or_default();
    let up = adapters
        .iter()
        .filter(|adapter| adapter.oper_status() == ipconfig::OperStatus::IfOperStatusUp);
    // Windows lists site-local addresses at which there is no server.
    let is_real = |it: &IpAddr| !matches!(it, IpAddr::V6(v6) if v6.segments()[0] == 0xfec0);
    up.flat_map(|adapter| adapter.dns_servers().to_vec())
        .filter(is_real)
        .map(|it| SocketAddr::new(it, DEFAULT_PORT))
        .collect()
}
