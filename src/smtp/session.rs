//! The dialogue on one connection: greeting, TLS, login, envelopes, messages, QUIT.
//!
//! Only the exact reply code of a step counts as success, and each reply is matched to its command,
//! even if several commands left in one write (RFC 2920). Which letter goes next is `couriers`'
//! choice.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::{Auth, Ehlo, Quit, Rset, Starttls};
use lettre::transport::smtp::extension::ClientId;
use rustls::ClientConfig;

use super::envelope::{Extensions, push_command, push_envelope};
use super::look::SenderLook;
use super::wire::{BLOCK, Wire, WriteError};
use super::{Login, Relay, Scheme};
use crate::delivery::{Outcome, Reply, Security, Stage, Trouble};
use crate::letter::Letter;
use crate::policy::Timeouts;

/// How long to wait for the reply to QUIT.
const QUIT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long to wait for the reason why a relay broke off in the middle of a message.
const ABORT_TIMEOUT: Duration = Duration::from_secs(1);

/// An open connection on which letters can be sent.
pub(super) struct Session {
    wire: Wire,
    extensions: Extensions,
    timeouts: Timeouts,
    /// Envelopes started so far.
    pub carried: u32,
    /// False once a reply was lost or out of step: nothing more may be sent on it.
    pub is_usable: bool,
    /// Whether a message was accepted on it.
    has_accepted: bool,
    /// The buffer for writes, kept for its memory.
    out: Vec<u8>,
}

impl Session {
    pub fn open(
        relay: &Relay,
        bind: Option<IpAddr>,
        tls: Option<Arc<ClientConfig>>,
    ) -> Result<Self, (Stage, Trouble)> {
        let connected = Wire::connect_from(bind, &relay.host, relay.port, relay.timeouts.connect);
        let wire = connected.map_err(|trouble| (Stage::Connect, trouble))?;
        let (mut session, _) = Self::begin(wire, relay, tls.as_ref())?;
        if let (Security::StartTls, Some(tls)) = (relay.security, tls) {
            session = session.secure(relay, tls)?;
        }
        if let Some(login) = &relay.login {
            session.login(login).map_err(|trouble| (Stage::Login, trouble))?;
        }
        Ok(session)
    }

    /// Begins the dialogue, under TLS if that comes first. Also returns the greeting.
    pub fn begin(
        mut wire: Wire,
        relay: &Relay,
        tls: Option<&Arc<ClientConfig>>,
    ) -> Result<(Self, Reply), (Stage, Trouble)> {
        let at = |stage| move |trouble| (stage, trouble);
        let timeouts = relay.timeouts;
        if let (Security::Tls, Some(tls)) = (relay.security, tls) {
            wire = wire
                .start_tls(&relay.host, tls.clone(), timeouts.connect)
                .map_err(at(Stage::Tls))?;
        }
        let mut session = Self {
            wire,
            extensions: Extensions::default(),
            timeouts,
            carried: 0,
            is_usable: true,
            has_accepted: false,
            out: Vec::new(),
        };
        let greeting = session.wire.reply(timeouts.greeting).map_err(at(Stage::Connect))?;
        let greeting = expect(greeting, 220).map_err(at(Stage::Connect))?;
        session.ehlo().map_err(at(Stage::Connect))?;
        Ok((session, greeting))
    }

    /// Changes to TLS, and asks again what the relay offers: what it said before is void (RFC 3207,
    /// 4.2).
    pub fn secure(self, relay: &Relay, tls: Arc<ClientConfig>) -> Result<Self, (Stage, Trouble)> {
        let mut session = self.start_tls(relay, tls).map_err(|trouble| (Stage::Tls, trouble))?;
        session.ehlo().map_err(|trouble| (Stage::Connect, trouble))?;
        Ok(session)
    }

    /// What the relay has offered last.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The version of TLS under which the dialogue goes on.
    pub fn tls_version(&self) -> Option<&'static str> {
        self.wire.tls_version()
    }

    /// Whether commands may be sent in groups.
    pub fn pipelines(&self) -> bool {
        self.extensions.pipelining
    }

    /// The largest message that the relay takes, in octets, if it names a limit.
    pub fn max_size(&self) -> Option<u64> {
        self.extensions.size.filter(|most| *most > 0).map(|most| most as u64)
    }

    /// Asks whether a sender may send a letter of this size, and, if so, to this address; takes it
    /// back. A relay that judges senders only at the recipient (Postfix does) refuses there.
    pub fn try_sender(
        &mut self,
        sender: &str,
        to: &str,
        octets: Option<u64>,
    ) -> Result<SenderLook, Trouble> {
        // A letter above the limit is told of as such; here the answer must mean the sender.
        let most = self.extensions.size.map(|most| if most == 0 { u64::MAX } else { most as u64 });
        let size = octets.filter(|octets| most.is_some_and(|most| *octets <= most));
        let size = size.map(|octets| format!(" SIZE={octets}")).unwrap_or_default();
        let mail = self.command(&format!("MAIL FROM:<{sender}>{size}\r\n"), self.timeouts.mail)?;
        let sender = expect(mail, 250).map(drop);
        let mut recipient = Ok(());
        if sender.is_ok() {
            let reply = self.command(&format!("RCPT TO:<{to}>\r\n"), self.timeouts.rcpt)?;
            recipient =
                if matches!(reply.code, 250..=252) { Ok(()) } else { Err(unexpected(reply)) };
        }
        let reset = self.command(&Rset.to_string(), self.timeouts.command)?;
        expect(reset, 250)?;
        Ok(SenderLook { sender, recipient })
    }

    /// Sends EHLO, or HELO to a relay that does not know it and thus offers no extensions (RFC
    /// 5321, 4.1.4).
    fn ehlo(&mut self) -> Result<(), Trouble> {
        let name = ClientId::default();
        self.write_command(&Ehlo::new(name.clone()).to_string(), self.timeouts.command)?;
        let reply = self.wire.reply_lines(self.timeouts.command)?;
        match reply.code {
            250 => {
                self.extensions = Extensions::parse(reply.text.lines().skip(1));
                Ok(())
            }
            500..=504 | 550 => {
                self.extensions = Extensions::default();
                expect(self.command(&format!("HELO {name}\r\n"), self.timeouts.command)?, 250)
                    .map(drop)
            }
            _ => Err(unexpected(reply)),
        }
    }

    fn start_tls(mut self, relay: &Relay, tls: Arc<ClientConfig>) -> Result<Self, Trouble> {
        if !self.extensions.start_tls {
            return Err(Trouble::TlsNotOffered);
        }
        expect(self.command(&Starttls.to_string(), self.timeouts.command)?, 220)?;
        self.wire = self.wire.start_tls(&relay.host, tls, self.timeouts.connect)?;
        Ok(self)
    }

    /// Logs in, and masks the password in the error if the relay echoes it.
    pub fn login(&mut self, login: &Login) -> Result<(), Trouble> {
        self.try_login(login).map_err(|trouble| match trouble {
            Trouble::Turned(reply) => {
                Trouble::Turned(Reply { code: reply.code, text: login.mask(&reply.text) })
            }
            Trouble::Garbled(detail) => Trouble::Garbled(login.mask(&detail)),
            other => other,
        })
    }

    fn try_login(&mut self, login: &Login) -> Result<(), Trouble> {
        let wanted: &[Mechanism] = match login.scheme {
            Scheme::Password => &[Mechanism::Plain, Mechanism::Login],
            Scheme::Token => &[Mechanism::Xoauth2],
        };
        let mechanism =
            wanted.iter().find(|mechanism| self.extensions.mechanisms.contains(mechanism));
        let mechanism = *mechanism.ok_or(Trouble::LoginNotOffered)?;
        let credentials = Credentials::new(login.user.clone(), login.password.to_string());
        let mut challenge = None;
        for _ in 0..4 {
            let step = match Auth::new(mechanism, credentials.clone(), challenge.take()) {
                Ok(step) => step.to_string(),
                Err(_) => {
                    return Err(Trouble::Garbled(
                        "a question that is not part of the login".into(),
                    ));
                }
            };
            let mut reply = self.command(&step, self.timeouts.command)?;
            if reply.code == 334 && mechanism.supports_initial_response() {
                // A challenge explains why a token is refused; the refusal itself follows an empty
                // answer.
                reply = self.command("\r\n", self.timeouts.command)?;
            }
            if reply.code != 334 {
                // Only 235 is success (RFC 4954, 4).
                return expect(reply, 235).map(drop);
            }
            let decoded = BASE64_STANDARD
                .decode(reply.text.trim())
                .ok()
                .and_then(|text| String::from_utf8(text).ok());
            challenge = Some(decoded.ok_or_else(|| Trouble::Garbled(reply.to_string()))?);
        }
        Err(Trouble::Garbled("a login without an end".into()))
    }

    /// Sends one command and reads its reply.
    fn command(&mut self, command: &str, timeout: Duration) -> Result<Reply, Trouble> {
        self.write_command(command, timeout)?;
        self.wire.reply(timeout)
    }

    /// Writes one command, unless an unexpected reply is already there.
    fn write_command(&mut self, command: &str, timeout: Duration) -> Result<(), Trouble> {
        if self.wire.has_unread()
            && let Some(trouble) = self.wire.unsolicited()
        {
            return Err(trouble);
        }
        self.wire.write(command.as_bytes(), timeout).map_err(|error| error.trouble)
    }

    /// The refusal to expect for a letter larger than the relay's announced limit, or to an address
    /// that it does not offer to take.
    pub fn objection(&self, letter: &Letter) -> Option<Outcome> {
        if !self.extensions.utf8 && letter.needs_smtputf8() {
            // The code that a relay itself would answer with (RFC 6531, 3.5).
            let text =
                "5.6.7 the address needs SMTPUTF8, which the relay does not offer".to_owned();
            return Some(Outcome::Refused { stage: Stage::Rcpt, reply: Reply { code: 553, text } });
        }
        let most = self.extensions.size.filter(|most| *most > 0 && letter.bytes.len() > *most)?;
        let text =
            format!("5.3.4 the letter has {} octets, the relay takes {most}", letter.bytes.len());
        Some(Outcome::Refused { stage: Stage::Message, reply: Reply { code: 552, text } })
    }

    /// Starts the envelope of a letter that follows no other message.
    pub fn start_envelope(&mut self, letter: &Letter) -> Result<(), Trouble> {
        self.carried += 1;
        if !self.pipelines() {
            return Ok(());
        }
        let mut out = std::mem::take(&mut self.out);
        out.clear();
        push_envelope(letter, &self.extensions, &mut out);
        let written = self.wire.write(&out, self.timeouts.mail);
        self.out = out;
        written.map_err(|error| error.trouble)
    }

    /// Reads the replies to a started envelope; without PIPELINING sends its commands one by one.
    /// `Ok` means that the relay waits for the message.
    pub fn finish_envelope(&mut self, letter: &Letter) -> Result<(), Outcome> {
        let commands = 2 + letter.to.len();
        let mut refused: Option<(Stage, Reply)> = None;
        let mut refused_copy = None;
        let mut accepted = 0;
        for index in 0..commands {
            let stage = match index {
                0 => Stage::Mail,
                1 => Stage::Rcpt,
                n if n + 1 == commands => Stage::Data,
                _ => Stage::Copy,
            };
            let timeout = match stage {
                Stage::Mail => self.timeouts.mail,
                Stage::Data => self.timeouts.data,
                Stage::Connect
                | Stage::Tls
                | Stage::Login
                | Stage::Rcpt
                | Stage::Copy
                | Stage::Message
                | Stage::File => self.timeouts.rcpt,
            };
            if !self.pipelines() && refused.is_some() {
                break;
            }
            let reply = if self.pipelines() {
                self.wire.reply(timeout)
            } else {
                let mut command = Vec::new();
                push_command(letter, index, &self.extensions, &mut command);
                self.command(&String::from_utf8_lossy(&command), timeout)
            };
            let reply = reply.map_err(|trouble| self.unsent(stage, trouble))?;
            match (stage, reply.code) {
                (_, 421) | (Stage::Mail, 400..500) => {
                    return Err(self.unsent(stage, Trouble::Turned(reply)));
                }
                (Stage::Data, 354) if refused.is_none() => return Ok(()),
                // A recipient was refused, yet the relay waits for the message. If no recipient was
                // accepted, an empty message ends it; otherwise only closing the connection keeps
                // the message from those who were.
                (Stage::Data, 354) => {
                    if accepted > 0 {
                        self.is_usable = false;
                    } else {
                        let answer = self.command(".\r\n", self.timeouts.end);
                        self.is_usable = answer.is_ok_and(|reply| reply.code != 421);
                    }
                }
                (Stage::Mail, 250) => {}
                (Stage::Rcpt | Stage::Copy, 250 | 251) => accepted += 1,
                (_, 400..600) => {
                    if stage == Stage::Copy && refused.is_none() {
                        refused_copy = letter.to.get(index - 1);
                    }
                    refused.get_or_insert((stage, reply));
                }
                _ => return Err(self.unsent(stage, Trouble::Garbled(reply.to_string()))),
            }
        }
        let Some((stage, reply)) = refused else {
            return Err(self.unsent(Stage::Data, Trouble::Garbled("no reply to DATA".into())));
        };
        if self.is_usable {
            let answer = self.command(&Rset.to_string(), self.timeouts.command);
            self.is_usable = answer.is_ok_and(|reply| reply.code == 250);
        }
        Err(match refused_copy {
            Some(copy) => {
                let trouble = Trouble::Copy { address: copy.shown().to_owned(), reply };
                Outcome::Unsent { stage, trouble }
            }
            None => Outcome::Refused { stage, reply },
        })
    }

    /// Whether the relay merely closed a connection on which it had accepted messages, as relays
    /// with a limit for each connection do. Another one can be opened at once.
    pub fn was_closed_by(&self, outcome: &Outcome) -> bool {
        let is_close = match outcome {
            Outcome::Unsent { trouble: Trouble::ConnectionLost(_), .. } => true,
            Outcome::Unsent { trouble, .. } => {
                trouble.reply().is_some_and(|reply| reply.code == 421)
            }
            Outcome::Accepted(_)
            | Outcome::Filed { .. }
            | Outcome::Refused { .. }
            | Outcome::Unknown { .. } => false,
        };
        self.has_accepted && is_close
    }

    /// Something that the relay sent unasked, after which no reply can be trusted.
    pub fn unsolicited(&mut self) -> Option<Trouble> {
        self.wire.unsolicited()
    }

    /// Whether further replies have been received already.
    pub fn has_unread(&self) -> bool {
        self.wire.has_unread()
    }

    /// Writes the message and its end, and in the same write the next envelope.
    ///
    /// Fails with the outcome if the end of the message cannot have left.
    pub fn write_message(&mut self, letter: &Letter, next: Option<&Letter>) -> Result<(), Outcome> {
        let mut out = std::mem::take(&mut self.out);
        out.clear();
        stuff_dots(&letter.bytes, &mut out);
        let body = if out.len() > BLOCK { out.len() } else { 0 };
        out.extend_from_slice(b".\r\n");
        let end = out.len();
        if let Some(next) = next {
            self.carried += 1;
            push_envelope(next, &self.extensions, &mut out);
        }
        let block = self.timeouts.block;
        let written = if body > 0 { self.wire.write_body(&out[..body], block) } else { Ok(()) };
        let written = written.and_then(|()| {
            let rest = self.wire.write(&out[body..], block);
            rest.map_err(|error| WriteError { written: body + error.written, ..error })
        });
        self.out = out;
        let trouble = match written {
            Err(WriteError { written, trouble }) if written < end => trouble,
            // The end may have left, so the reply to it has to be read.
            Ok(()) | Err(_) => return Ok(()),
        };
        self.is_usable = false;
        Err(match self.wire.reply(ABORT_TIMEOUT) {
            Ok(reply) if reply.code != 421 && (400..600).contains(&reply.code) => {
                Outcome::Refused { stage: Stage::Message, reply }
            }
            Ok(reply) => Outcome::Unsent { stage: Stage::Message, trouble: unexpected(reply) },
            Err(_) => Outcome::Unsent { stage: Stage::Message, trouble },
        })
    }

    /// Reads the reply to a message whose end was written.
    pub fn message_outcome(&mut self) -> Outcome {
        match self.wire.reply(self.timeouts.end) {
            Ok(reply) if reply.code == 250 => {
                self.has_accepted = true;
                Outcome::Accepted(reply)
            }
            Ok(reply) if reply.code == 421 => self.unsent(Stage::Message, Trouble::Turned(reply)),
            Ok(reply) if (400..600).contains(&reply.code) => {
                Outcome::Refused { stage: Stage::Message, reply }
            }
            Ok(reply) => self.unknown(Trouble::Garbled(reply.to_string())),
            Err(trouble) => self.unknown(trouble),
        }
    }

    fn unknown(&mut self, trouble: Trouble) -> Outcome {
        self.is_usable = false;
        Outcome::Unknown { trouble }
    }

    /// The outcome of a letter that nobody can have; this connection is not used again.
    pub fn unsent(&mut self, stage: Stage, trouble: Trouble) -> Outcome {
        self.is_usable = false;
        Outcome::Unsent { stage, trouble }
    }

    /// Sends QUIT and closes the connection.
    pub fn quit(mut self) {
        if self.wire.write(Quit.to_string().as_bytes(), QUIT_TIMEOUT).is_ok() {
            let _ = self.wire.reply(QUIT_TIMEOUT);
        }
        self.wire.close();
    }
}

fn expect(reply: Reply, code: u16) -> Result<Reply, Trouble> {
    if reply.code == code { Ok(reply) } else { Err(unexpected(reply)) }
}

/// The trouble that an unexpected reply means.
fn unexpected(reply: Reply) -> Trouble {
    if reply.code >= 400 { Trouble::Turned(reply) } else { Trouble::Garbled(reply.to_string()) }
}

/// Appends a message with a dot before each line that begins with one (RFC 5321, 4.5.2).
fn stuff_dots(message: &[u8], out: &mut Vec<u8>) {
    out.reserve(message.len() + 512);
    let mut rest = message;
    if rest.starts_with(b".") {
        out.push(b'.');
    }
    while let Some(at) = memchr::memmem::find(rest, b"\n.") {
        out.extend_from_slice(&rest[..=at]);
        out.push(b'.');
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    if !message.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stuffed(message: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        stuff_dots(message, &mut out);
        out
    }

    #[test]
    fn dots_at_the_start_of_a_line_are_doubled() {
        assert_eq!(stuffed(b".a\r\nb.\r\n..c\r\n.\r\n"), b"..a\r\nb.\r\n...c\r\n..\r\n");
        assert_eq!(stuffed(b"a"), b"a\r\n");
        assert_eq!(stuffed(b".\r\n.\r\n"), b"..\r\n..\r\n");
    }
}
