//! The dialogue with a relay, on lettre's `SmtpConnection`: one command at a time, exact reply codes.
//!
//! The stage at which something happens decides the outcome: before the end of the message is written
//! nobody can have the letter; from then on, until a reply is read, nobody can know. Never retries.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;

use crate::delivery::{Counter, Courier, Errand, Outcome, Permit, Reply, Stage, TlsFlaw, Trouble};
use crate::letter::Letter;

/// A message up to this size goes out in one write with its end, so that no delayed ACK stalls it.
const ONE_WRITE: usize = 32 * 1024;

/// How long to wait for the farewell of a relay.
const FAREWELL: Duration = Duration::from_secs(5);

/// How long to listen for octets that should not be there.
const STRAY: Duration = Duration::from_millis(1);

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first octet (RFC 8314).
    Tls,
    /// TLS after STARTTLS (RFC 3207); a relay that does not offer it gets nothing.
    StartTls,
    /// None; for the loopback interface only, which `config` sees to.
    None,
}

/// A relay and how to speak to it.
#[derive(Debug, Clone)]
pub struct Relay {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<Login>,
    /// A certificate authority beside the system's own, as PEM.
    pub authority: Option<Vec<u8>>,
    /// For each reply but the last (RFC 5321, 4.5.3.2 wants 5 minutes).
    pub timeout: Duration,
    /// For the reply to the end of the message (the same wants 10 minutes).
    pub final_timeout: Duration,
    pub messages_per_connection: u32,
}

/// A name and a password. Its `Debug` tells the name alone.
#[derive(Clone)]
pub struct Login {
    pub user: String,
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({}, …)", self.user)
    }
}

/// A courier that speaks SMTP to a relay.
pub struct Smtp {
    relay: Relay,
    session: Option<Session>,
}

impl Smtp {
    /// A courier that has not connected yet.
    pub fn new(relay: Relay) -> Self {
        Self { relay, session: None }
    }

    fn leave(&mut self) {
        if let Some(mut session) = self.session.take() {
            let _ = session.connection.set_timeout(Some(FAREWELL));
            let _ = session.connection.command(Quit);
        }
    }

    /// Delivers one letter, over the open connection or a new one.
    fn deliver(&mut self, letter: &Letter, counter: &mut dyn Counter) -> Outcome {
        if self.session.as_ref().is_some_and(|session| session.carried >= self.relay.messages_per_connection) {
            self.leave();
        }
        let mut session = match self.session.take() {
            Some(session) => session,
            None => match Session::open(&self.relay) {
                Ok(session) => session,
                Err((stage, trouble)) => return Outcome::Unsent { stage, trouble },
            },
        };
        let outcome = session.deliver(letter, &self.relay, counter);
        if session.is_sound {
            session.carried += 1;
            self.session = Some(session);
        }
        outcome
    }
}

impl Courier for Smtp {
    fn carry(&mut self, counter: &mut dyn Counter) {
        loop {
            match counter.draw() {
                Errand::Carry(letter) => {
                    let outcome = self.deliver(&letter, counter);
                    counter.settle(letter.id, outcome);
                }
                Errand::Rest => self.leave(),
                Errand::Done => return self.leave(),
            }
        }
    }
}

/// One connection, past greeting, TLS and login.
struct Session {
    connection: SmtpConnection,
    carried: u32,
    /// False once an answer was lost or out of step: then nothing more is said on it.
    is_sound: bool,
}

impl Session {
    fn open(relay: &Relay) -> Result<Self, (Stage, Trouble)> {
        let tls = tls(relay).map_err(|trouble| (Stage::Tls, trouble))?;
        let hello = ClientId::default();
        let at_once = tls.as_ref().filter(|_| relay.security == Security::Tls);
        let address = (relay.host.as_str(), relay.port);
        let connection = SmtpConnection::connect(address, Some(relay.timeout), &hello, at_once, None);
        let mut connection = connection.map_err(|error| {
            let trouble = trouble(&error);
            let trouble =
                if let Trouble::ConnectionLost(detail) = trouble { Trouble::NoConnection(detail) } else { trouble };
            (if matches!(trouble, Trouble::Tls(_)) { Stage::Tls } else { Stage::Connect }, trouble)
        })?;
        if let (Security::StartTls, Some(tls)) = (relay.security, &tls) {
            if !connection.can_starttls() {
                return Err((Stage::Tls, Trouble::TlsNotOffered));
            }
            connection.starttls(tls, &hello).map_err(|error| (Stage::Tls, trouble(&error)))?;
        }
        let mut session = Self { connection, carried: 0, is_sound: true };
        session.login(relay).map_err(|trouble| (Stage::Login, trouble))?;
        Ok(session)
    }

    fn login(&mut self, relay: &Relay) -> Result<(), Trouble> {
        let Some(login) = &relay.login else { return Ok(()) };
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        if self.connection.server_info().get_auth_mechanism(&mechanisms).is_none() {
            return Err(Trouble::LoginNotOffered);
        }
        let credentials = Credentials::new(login.user.clone(), login.password.clone());
        match self.connection.auth(&mechanisms, &credentials) {
            // 235 and no other success (RFC 4954, 4): one that answers something else is out of step.
            Ok(response) if response.has_code(235) => Ok(()),
            Ok(response) => Err(Trouble::Garbled(reply(&response).to_string())),
            Err(error) => Err(trouble(&error)),
        }
    }

    fn deliver(&mut self, letter: &Letter, relay: &Relay, counter: &mut dyn Counter) -> Outcome {
        let _ = self.connection.set_timeout(Some(relay.timeout));
        let outcome = self.hand_over(letter, relay, counter);
        let (Ok(outcome) | Err(outcome)) = outcome;
        outcome
    }

    /// `Err` is an outcome that came early.
    fn hand_over(&mut self, letter: &Letter, relay: &Relay, counter: &mut dyn Counter) -> Result<Outcome, Outcome> {
        let from = lettre_address(letter.from.wire());
        self.step(Stage::Mail, &Mail::new(from, Vec::new()).to_string(), 250)?;
        for to in &letter.to {
            let Some(to) = lettre_address(to.wire()) else {
                let reply = Reply { code: 553, text: format!("{to} is no address for lettre") };
                self.reset();
                return Err(Outcome::Refused { stage: Stage::Rcpt, reply });
            };
            self.step(Stage::Rcpt, &Rcpt::new(to, Vec::new()).to_string(), 250)?;
        }
        self.step(Stage::Data, &Data.to_string(), 354)?;
        if self.has_stray_reply() {
            return Err(self.broken(Stage::Data, Trouble::Garbled("a reply that nobody asked for".into())));
        }
        if counter.begin(letter.id) == Permit::Denied {
            return Err(self.broken(Stage::Data, Trouble::Stopped));
        }
        Ok(self.write_message(&letter.bytes, relay.final_timeout))
    }

    /// Sends a command; anything but the code that it asks for ends the letter.
    fn step(&mut self, stage: Stage, command: &str, code: u16) -> Result<(), Outcome> {
        match self.connection.command(command) {
            Ok(response) if response.has_code(code) || (code == 250 && response.has_code(251)) => Ok(()),
            Ok(response) => Err(self.broken(stage, Trouble::Garbled(reply(&response).to_string()))),
            Err(error) => match trouble(&error) {
                Trouble::Turned(reply) if reply.code == 421 || (stage == Stage::Mail && reply.is_transient()) => {
                    Err(self.broken(stage, Trouble::Turned(reply)))
                }
                Trouble::Turned(reply) => {
                    self.reset();
                    Err(Outcome::Refused { stage, reply })
                }
                other => Err(self.broken(stage, other)),
            },
        }
    }

    /// Writes the message and its end, and reads what became of it.
    fn write_message(&mut self, message: &[u8], patience: Duration) -> Outcome {
        let _ = self.connection.set_timeout(Some(patience));
        let stuffed = stuff_dots(message);
        let mut end_was_begun = true;
        let answer = if stuffed.len() <= ONE_WRITE {
            match String::from_utf8(stuffed) {
                Ok(text) => self.connection.command(text + ".\r\n"),
                Err(_) => return self.broken(Stage::Message, Trouble::Garbled("the message is not ASCII".into())),
            }
        } else {
            // lettre asks for the next part when the one before is written, and after the last writes the end.
            end_was_begun = false;
            let body = message.strip_suffix(b"\r\n").unwrap_or(message);
            let mut rest = Some(body);
            let parts = std::iter::from_fn(|| {
                end_was_begun = rest.is_none();
                rest.take()
            });
            self.connection.message_iter(parts)
        };
        match answer {
            Ok(response) if response.has_code(250) => Outcome::Accepted(reply(&response)),
            Ok(response) => {
                self.is_sound = false;
                Outcome::Unknown { trouble: Trouble::Garbled(reply(&response).to_string()) }
            }
            Err(error) => match trouble(&error) {
                Trouble::Turned(reply) if reply.code == 421 => self.broken(Stage::Message, Trouble::Turned(reply)),
                Trouble::Turned(reply) => Outcome::Refused { stage: Stage::Message, reply },
                other if !end_was_begun || nothing_was_written(&error) => self.broken(Stage::Message, other),
                other => {
                    self.is_sound = false;
                    Outcome::Unknown { trouble: other }
                }
            },
        }
    }

    /// Forgets the envelope, so that the connection can carry the next letter.
    fn reset(&mut self) {
        self.is_sound = matches!(self.connection.command(Rset), Ok(response) if response.has_code(250));
    }

    /// Ends the use of this connection: nobody can have the letter.
    fn broken(&mut self, stage: Stage, trouble: Trouble) -> Outcome {
        self.is_sound = false;
        Outcome::Unsent { stage, trouble }
    }

    /// True where octets stand unread although every command was answered: an answer counted twice could
    /// turn a refusal into a success.
    fn has_stray_reply(&mut self) -> bool {
        let _ = self.connection.set_timeout(Some(STRAY));
        match self.connection.read_response() {
            Ok(_) => true,
            Err(error) => trouble(&error) != Trouble::TimedOut,
        }
    }
}

fn tls(relay: &Relay) -> Result<Option<TlsParameters>, Trouble> {
    if relay.security == Security::None {
        return Ok(None);
    }
    let failed = |error: lettre::transport::smtp::Error| Trouble::Tls(tls_flaw(&detail(&error)));
    let mut builder = TlsParameters::builder(relay.host.clone());
    if let Some(authority) = &relay.authority {
        builder = builder.add_root_certificate(Certificate::from_pem(authority).map_err(failed)?);
    }
    builder.build().map(Some).map_err(failed)
}

/// rustls's words for what is wrong with a certificate.
fn tls_flaw(detail: &str) -> TlsFlaw {
    if detail.contains("UnknownIssuer") || detail.contains("CaUsedAsEndEntity") {
        TlsFlaw::UnknownIssuer
    } else if detail.contains("NotValidForName") || detail.contains("not valid for name") {
        TlsFlaw::OtherName
    } else if detail.contains("Expired") || detail.contains("expired") {
        TlsFlaw::Expired
    } else {
        TlsFlaw::Other(detail.to_owned())
    }
}

fn lettre_address(wire: &str) -> Option<lettre::Address> {
    wire.parse().ok()
}

/// The octets of a message with a dot before each line that begins with one (RFC 5321, 4.5.2).
fn stuff_dots(message: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(message.len() + 64);
    for line in message.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(b".") {
            stuffed.push(b'.');
        }
        stuffed.extend_from_slice(line);
    }
    if !stuffed.ends_with(b"\r\n") {
        stuffed.extend_from_slice(b"\r\n");
    }
    stuffed
}

fn reply(response: &Response) -> Reply {
    let text = response.message().collect::<Vec<_>>().join(" ");
    Reply { code: response.code().into(), text }
}

/// lettre's error in our own terms, its source told once.
fn trouble(error: &lettre::transport::smtp::Error) -> Trouble {
    if let Some(code) = error.status() {
        return Trouble::Turned(Reply { code: code.into(), text: detail(error) });
    }
    if error.is_tls() {
        return Trouble::Tls(tls_flaw(&detail(error)));
    }
    match system_error(error).map(io::Error::kind) {
        // lettre's own test misses WouldBlock, which is what a read that timed out says.
        Some(io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => Trouble::TimedOut,
        // rustls tells of a bad certificate or handshake in this way.
        Some(io::ErrorKind::InvalidData) => Trouble::Tls(tls_flaw(&detail(error))),
        None if error.is_response() && detail(error) == "incomplete response" => {
            Trouble::ConnectionLost("closed".into())
        }
        None if error.is_response() => Trouble::Garbled(detail(error)),
        Some(_) | None => Trouble::ConnectionLost(detail(error)),
    }
}

/// True where the very write failed because the connection was gone before it: the end never left.
fn nothing_was_written(error: &lettre::transport::smtp::Error) -> bool {
    system_error(error).is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn system_error(error: &lettre::transport::smtp::Error) -> Option<&io::Error> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(found) = cause.downcast_ref::<io::Error>() {
            return Some(found);
        }
        source = cause.source();
    }
    None
}

fn detail(error: &lettre::transport::smtp::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_at_the_start_of_a_line_are_doubled() {
        assert_eq!(stuff_dots(b".a\r\nb.\r\n..c\r\n.\r\n"), b"..a\r\nb.\r\n...c\r\n..\r\n");
        assert_eq!(stuff_dots(b"a"), b"a\r\n");
    }
}
