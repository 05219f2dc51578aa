//! The delivery of a letter: its stages, its outcome, and the states of a letter.
//!
//! Plain values, and the traits between a run and its couriers: [`LetterQueue`] and [`Courier`].
//! What to do after an outcome is for `policy` to decide.

use std::fmt;

use jiff::{Timestamp, ZonedDateTime};

use crate::letter::{Digest, Letter, LetterId, Record};
use crate::recipient::Address;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first octet (RFC 8314).
    Tls,
    /// TLS after STARTTLS (RFC 3207); nothing is sent to a relay that does not offer it.
    StartTls,
    /// None; `config` allows it for the loopback interface only.
    None,
}

/// A step of the dialogue with a relay (RFC 5321, 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Connect,
    Tls,
    Login,
    Mail,
    Rcpt,
    /// RCPT for a copy (Cc, Bcc), the same in every letter.
    Copy,
    Data,
    /// From the first octet of the message to the reply to its end.
    Message,
    /// The outbox: writing the file.
    File,
}

impl Stage {
    /// The name kept in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Login => "login",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Copy => "copy",
            Self::Data => "data",
            Self::Message => "message",
            Self::File => "file",
        }
    }
}

/// What stands in the reply to a letter before a copy that did not go, and the relay's words.
pub const NO_COPY: &str = "; no copy to ";

/// A relay's reply: the code and its text, lines joined by a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    pub text: String,
}

impl Reply {
    /// Whether it is a 4yz: the command may succeed later (RFC 5321, 4.2.1).
    pub fn is_transient(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// Parses what [`Reply`] shows of itself.
    pub fn parse(text: &str) -> Option<Self> {
        let (code, text) = text.split_once(' ').unwrap_or((text, ""));
        let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
        Some(Self { code: code.parse().ok().filter(|_| is_code)?, text: text.to_owned() })
    }

    /// Adds the copies without which the letter went, each with what the relay said of it.
    pub fn add_left_out(&mut self, copies: &[(Address, Reply)]) {
        for (address, reply) in copies {
            self.text.push_str(&format!("{NO_COPY}{address}: {reply}"));
        }
    }

    /// What it says without its words, which may name a person.
    pub fn codes(&self) -> String {
        match self.enhanced() {
            Some(enhanced) => format!("{} {enhanced}", self.code),
            None => self.code.to_string(),
        }
    }

    /// The enhanced status code at the start of the text, such as `5.7.1` (RFC 3463, 2).
    pub fn enhanced(&self) -> Option<&str> {
        let first = self.text.split_whitespace().next()?;
        let mut parts = first.split('.');
        let numbers = parts.by_ref().take(3).filter(|part| part.parse::<u16>().is_ok()).count();
        (numbers == 3 && parts.next().is_none()).then_some(first)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text)
    }
}

/// Why a secure connection failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsFlaw {
    /// The certificate is not issued by an authority that this machine trusts.
    UnknownIssuer,
    /// The certificate is for another name.
    OtherName,
    Expired,
    /// The certificate is malformed, revoked, not yet valid, or not for servers.
    BadCertificate,
    /// The server does not speak TLS: another port or STARTTLS is needed.
    NotTls,
    /// There is no common version or cipher.
    NothingCommon,
    Other(String),
}

impl fmt::Display for TlsFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownIssuer => f.write_str("unknown issuer"),
            Self::OtherName => f.write_str("certificate for another name"),
            Self::Expired => f.write_str("certificate expired"),
            Self::BadCertificate => f.write_str("bad certificate"),
            Self::NotTls => f.write_str("not tls"),
            Self::NothingCommon => f.write_str("nothing in common"),
            Self::Other(detail) => f.write_str(detail),
        }
    }
}

/// Why there was no usable reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The name did not resolve, or nothing listens there.
    NoConnection(String),
    ConnectionLost(String),
    TimedOut,
    /// The certificate or the handshake failed.
    Tls(TlsFlaw),
    /// STARTTLS is required and the relay does not offer it.
    TlsNotOffered,
    /// The relay offers no login mechanism that we may use.
    LoginNotOffered,
    /// A reply that is malformed or belongs to no command.
    Garbled(String),
    /// The relay refused the connection, the login or the sender, not the recipient.
    Turned(Reply),
    /// The relay refused a copy (Cc, Bcc), and not the addressee.
    Copy {
        address: String,
        reply: Reply,
    },
    /// A file could not be written.
    File(String),
    /// The run was stopped before the letter was begun.
    Stopped,
}

impl Trouble {
    /// The relay's reply to the letter or the connection, if that is the trouble.
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Turned(reply) => Some(reply),
            Self::NoConnection(_)
            | Self::ConnectionLost(_)
            | Self::TimedOut
            | Self::Tls(_)
            | Self::TlsNotOffered
            | Self::LoginNotOffered
            | Self::Garbled(_)
            | Self::Copy { .. }
            | Self::File(_)
            | Self::Stopped => None,
        }
    }

    /// Parses the text that the ledger keeps; `None` for a relay's reply or anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let detail = |prefix: &str| text.strip_prefix(prefix).map(str::to_owned);
        Some(match text {
            "timed out" => Self::TimedOut,
            "starttls not offered" => Self::TlsNotOffered,
            "login not offered" => Self::LoginNotOffered,
            "stopped" => Self::Stopped,
            _ => {
                return detail("no connection: ")
                    .map(Self::NoConnection)
                    .or_else(|| detail("connection lost: ").map(Self::ConnectionLost))
                    .or_else(|| detail("garbled: ").map(Self::Garbled))
                    .or_else(|| detail("file: ").map(Self::File))
                    .or_else(|| {
                        let (address, reply) = text.strip_prefix("copy ")?.split_once(": ")?;
                        Some(Self::Copy {
                            address: address.to_owned(),
                            reply: Reply::parse(reply)?,
                        })
                    })
                    .or_else(|| {
                        let flaw = detail("tls: ")?;
                        let known = [
                            TlsFlaw::UnknownIssuer,
                            TlsFlaw::OtherName,
                            TlsFlaw::Expired,
                            TlsFlaw::BadCertificate,
                            TlsFlaw::NotTls,
                            TlsFlaw::NothingCommon,
                        ];
                        let known = known.into_iter().find(|known| known.to_string() == flaw);
                        Some(Self::Tls(known.unwrap_or(TlsFlaw::Other(flaw))))
                    });
            }
        })
    }
}

/// The text that the ledger keeps; `notice` has the words for people.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoConnection(detail) => write!(f, "no connection: {detail}"),
            Self::ConnectionLost(detail) => write!(f, "connection lost: {detail}"),
            Self::TimedOut => f.write_str("timed out"),
            Self::Tls(flaw) => write!(f, "tls: {flaw}"),
            Self::TlsNotOffered => f.write_str("starttls not offered"),
            Self::LoginNotOffered => f.write_str("login not offered"),
            Self::Garbled(detail) => write!(f, "garbled: {detail}"),
            Self::Turned(reply) => reply.fmt(f),
            Self::Copy { address, reply } => write!(f, "copy {address}: {reply}"),
            Self::File(detail) => write!(f, "file: {detail}"),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

/// Why a mailbox on a server cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailboxTrouble {
    /// There is no usable connection.
    Connection(Trouble),
    /// The login was refused, in the server's words.
    LoginRefused(String),
    /// NO or BAD to a command, in the server's words.
    Refused { command: &'static str, text: String },
    /// The server ended the session (BYE), in its words.
    Bye(String),
    /// Mail after mail cannot be fetched, this one last.
    NothingFetched { folder: String, uid: u32 },
}

impl From<Trouble> for MailboxTrouble {
    fn from(trouble: Trouble) -> Self {
        Self::Connection(trouble)
    }
}

impl fmt::Display for MailboxTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(trouble) => trouble.fmt(f),
            Self::LoginRefused(text) => write!(f, "login: {text}"),
            Self::Refused { command, text } => write!(f, "{command}: {text}"),
            Self::Bye(text) => write!(f, "BYE {text}"),
            Self::NothingFetched { folder, uid } => write!(f, "{folder}/{uid}"),
        }
    }
}

/// The outcome of one attempt. Only the stage decides which it is: nothing can have been accepted
/// before the end of the message is written; from then until a reply is read, it is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Exactly 250 to the end of the message.
    Accepted(Reply),
    /// Written to the outbox under this name: nobody has it.
    Filed { name: String },
    /// A 4yz or 5yz that concerns this letter.
    Refused { stage: Stage, reply: Reply },
    /// The end of the message was never written: nobody can have the letter.
    Unsent { stage: Stage, trouble: Trouble },
    /// The end of the message may have been read, but no usable reply came.
    Unknown { trouble: Trouble },
}

impl Outcome {
    /// Why there was no usable reply.
    pub fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Unsent { trouble, .. } | Self::Unknown { trouble } => Some(trouble),
            Self::Accepted(_) | Self::Filed { .. } | Self::Refused { .. } => None,
        }
    }
}

/// The state of a letter in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Waiting,
    Sending,
    Accepted,
    /// In the outbox: nobody has it.
    Filed,
    Refused,
    Unknown,
}

impl State {
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Sending, Self::Accepted, Self::Filed, Self::Refused, Self::Unknown];

    /// The name kept in the ledger and shown in the JSON lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Filed => "filed",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// What the ledger knows of one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    pub id: LetterId,
    pub row: u64,
    pub address: String,
    pub message_id: String,
    pub number: Option<String>,
    pub state: State,
    pub attempts: u32,
    pub not_before: Option<Timestamp>,
    /// The `Date` field, if a relay may have seen it.
    pub dated: Option<String>,
    /// Of the bytes of the last attempt.
    pub digest: Option<Digest>,
    pub reply: Option<String>,
    /// What the letter of the last attempt said to the outside.
    pub record: Option<Record>,
    /// Of a refused letter: the address that was put in its place on the list, once the relay has
    /// accepted the letter there.
    pub replaced_by: Option<String>,
    pub changed: Timestamp,
}

/// How a letter's `Date` is kept: to the second and with its offset, like the header.
pub const DATED: &str = "%Y-%m-%dT%H:%M:%S%:z";

impl LedgerEntry {
    /// What the letter said to the outside, once a relay or the outbox may have it or has refused
    /// it. A letter that waits says what the campaign says when it goes.
    pub fn went(&self) -> Option<&Record> {
        self.record.as_ref().filter(|_| self.state != State::Waiting || self.dated.is_some())
    }

    /// When the relay last refused the letter in a way that may concern the sender as well
    /// (`policy::RunEffect::Suspect`): such an attempt is charged, and the letter waits all the same.
    pub fn suspected(&self) -> Option<Timestamp> {
        let is_refused = self.reply.as_deref().is_some_and(|reply| reply.starts_with('5'));
        (self.state == State::Waiting && self.attempts > 0 && is_refused).then_some(self.changed)
    }

    /// The digest that a letter must keep, because a relay may have it under its Message-ID; `None`
    /// if nobody can have it.
    pub fn promised(&self) -> Option<Digest> {
        self.digest.filter(|_| self.dated.is_some())
    }

    /// The date that such a letter must keep.
    pub fn date(&self) -> Option<ZonedDateTime> {
        ZonedDateTime::strptime(DATED, self.dated.as_deref()?).ok()
    }
}

/// From where letters go: a computer and a folder on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    pub host: String,
    /// The whole path, without links.
    pub path: String,
}

/// Who sends letters: a process on a computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerName {
    pub host: String,
    /// The account that it runs under.
    pub account: String,
    pub process: u32,
}

impl WorkerName {
    /// This process, on a computer of which nothing else is known.
    pub fn unknown() -> Self {
        Self { host: "?".into(), account: "?".into(), process: std::process::id() }
    }

    /// Several on one line; `None` if there are none.
    pub fn list(names: impl Iterator<Item = Self>) -> Option<String> {
        let names: Vec<String> = names.map(|name| name.to_string()).collect();
        (!names.is_empty()).then(|| names.join("; "))
    }
}

impl fmt::Display for WorkerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}, PID {}", self.account, self.host, self.process)
    }
}

/// A worker of a shared ledger that is sending letters now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerAtWork {
    pub name: WorkerName,
    /// Where it brings them.
    pub relay: String,
    pub since: Timestamp,
    /// How many letters it has settled.
    pub letters: u64,
    /// When it last recorded something.
    pub last: Timestamp,
}

/// How many letters are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Account {
    pub accepted: u64,
    /// Those in the outbox.
    pub filed: u64,
    pub refused: u64,
    pub waiting: u64,
    pub unknown: u64,
    /// The waiting ones that the relay deferred and that will be tried again.
    pub retrying: u64,
    /// The waiting ones that no row of the list stands for, as far as that was looked up.
    pub off_list: u64,
    /// The refused ones, as far as they were looked at.
    pub refusals: Refusals,
}

/// What a person can do about a letter that was refused for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: it went to another address.
    Replaced,
    /// Correct the address.
    Address,
    /// Try again: it was only put off too often.
    Later,
    /// Change what is in the letter.
    Letter,
    /// Ask the relay's operator.
    Relay,
}

/// How many refused letters have which [`Remedy`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Refusals {
    pub replaced: u64,
    pub address: u64,
    pub later: u64,
    pub letter: u64,
    pub relay: u64,
    /// Those that no row of the list stands for, as far as that was looked up: nothing is left to do.
    pub off_list: u64,
}

impl Refusals {
    pub fn add(&mut self, remedy: Remedy) {
        *self.of(remedy) += 1;
    }

    /// Counts one that was counted by its remedy as off the list.
    pub fn take_off_list(&mut self, remedy: Remedy) {
        let counted = self.of(remedy);
        if *counted > 0 {
            *counted -= 1;
            self.off_list += 1;
        }
    }

    fn of(&mut self, remedy: Remedy) -> &mut u64 {
        match remedy {
            Remedy::Replaced => &mut self.replaced,
            Remedy::Address => &mut self.address,
            Remedy::Later => &mut self.later,
            Remedy::Letter => &mut self.letter,
            Remedy::Relay => &mut self.relay,
        }
    }
}

impl Account {
    /// All letters: accepted + filed + refused + waiting + unknown.
    pub fn letters(&self) -> u64 {
        self.accepted + self.filed + self.refused + self.waiting + self.unknown
    }

    /// The refused letters about which something is left to do.
    pub fn open_refusals(&self) -> u64 {
        self.refused.saturating_sub(self.refusals.replaced)
    }

    /// Counts a letter; one that the ledger does not know waits.
    pub fn add(&mut self, state: Option<State>) {
        *self.of(state.unwrap_or(State::Waiting)) += 1;
    }

    /// Moves one letter from a state to another; `sending` counts as waiting.
    pub fn shift(&mut self, from: State, to: State) {
        let before = self.of(from);
        *before = before.saturating_sub(1);
        *self.of(to) += 1;
    }

    fn of(&mut self, state: State) -> &mut u64 {
        match state {
            State::Waiting | State::Sending => &mut self.waiting,
            State::Accepted => &mut self.accepted,
            State::Filed => &mut self.filed,
            State::Refused => &mut self.refused,
            State::Unknown => &mut self.unknown,
        }
    }
}

/// What a courier gets when it asks for work.
#[derive(Debug)]
pub enum Work {
    /// A letter to carry; it is not yet `sending`.
    Carry(Box<Letter>),
    /// Nothing is due for a while: close the connection, then ask again.
    Rest,
    /// There is no more work.
    Done,
}

/// Whether the message of a letter may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permit {
    Granted,
    Denied,
}

/// The queue from which couriers draw letters and to which they report outcomes.
pub trait LetterQueue {
    /// The next work. Blocks until there is one.
    fn draw(&mut self) -> Work;

    /// Draws a letter that may be sent at once while another is in flight; `None` if there is none
    /// yet. Never waits for the pace or for a letter to be due.
    fn draw_ahead(&mut self) -> Option<Box<Letter>>;

    /// Makes `sending` durable, and in the same transaction the outcome of the previous letter. No
    /// octet of the message may be written before this grants it. A courier may have only one
    /// letter begun at a time.
    fn begin(&mut self, id: LetterId, settled: Option<(LetterId, Outcome)>) -> Permit;

    /// Reports the outcome of a drawn letter, exactly once for each that was not given back.
    fn settle(&mut self, id: LetterId, outcome: Outcome);

    /// Gives back a drawn letter that was not tried.
    fn give_back(&mut self, id: LetterId);
}

/// Carries letters to a relay or into the outbox.
pub trait Courier: Send {
    /// Draws letters from the queue and reports the outcome of each, until there are no more.
    fn carry(&mut self, queue: &mut dyn LetterQueue);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_enhanced_code_is_read_only_where_there_is_one() {
        let reply = |text: &str| Reply { code: 550, text: text.into() };
        assert_eq!(reply("5.7.1 spam").enhanced(), Some("5.7.1"));
        assert_eq!(reply("No such user").enhanced(), None);
        assert_eq!(reply("1.2.3.4 blocked").enhanced(), None);
    }

    #[test]
    fn a_trouble_is_read_back_from_the_ledger() {
        for trouble in [
            Trouble::TimedOut,
            Trouble::NoConnection("x: y".into()),
            Trouble::Tls(TlsFlaw::Expired),
            Trouble::Tls(TlsFlaw::NotTls),
            Trouble::Tls(TlsFlaw::Other("odd".into())),
            Trouble::Garbled("?".into()),
            Trouble::Copy {
                address: "b@two.test".into(),
                reply: Reply { code: 550, text: "5.1.1 no: none".into() },
            },
        ] {
            assert_eq!(Trouble::parse(&trouble.to_string()), Some(trouble));
        }
        assert_eq!(Trouble::parse("550 no"), None);
    }

    #[test]
    fn a_state_keeps_its_name() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
    }
}
