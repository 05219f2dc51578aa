//! One connection past greeting, TLS and login, and what can be said on it: envelopes, messages,
//! farewell.
//!
//! The exact code of each step counts, and each reply is matched to its command, also where several
//! commands left in one write (RFC 2920). Which letter goes next is not decided here.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::{Auth, Data, Ehlo, Mail, Quit, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::{ClientId, MailParameter, RcptParameter};
use rustls::ClientConfig;
use zeroize::Zeroizing;

use super::wire::{Cut, Wire};
use super::{Login, Relay, Scheme};
use crate::delivery::{Outcome, Reply, Security, Stage, Trouble};
use crate::letter::{Letter, Receipt};
use crate::policy::Timeouts;

/// How long to wait for the farewell of a relay.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long to listen for why a relay broke off in the middle of a message.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What a relay said it can do (RFC 5321, 4.1.1.1).
#[derive(Debug, Default, PartialEq, Eq)]
struct Offers {
    start_tls: bool,
    pipelining: bool,
    /// RFC 1870; 0 where it says no number.
    size: Option<usize>,
    dsn: bool,
    mechanisms: Vec<Mechanism>,
}

impl Offers {
    /// Reads the lines of a reply to EHLO behind the first; what we have no use for is passed over.
    fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut offers = Self::default();
        for line in lines {
            let line = line.to_ascii_uppercase();
            let mut words = line.split([' ', '=']);
            match words.next().unwrap_or_default() {
                "STARTTLS" => offers.start_tls = true,
                "PIPELINING" => offers.pipelining = true,
                "SIZE" => {
                    offers.size = Some(words.next().and_then(|n| n.parse().ok()).unwrap_or(0));
                }
                "DSN" => offers.dsn = true,
                "AUTH" => offers.mechanisms.extend(words.filter_map(|word| match word {
                    "PLAIN" => Some(Mechanism::Plain),
                    "LOGIN" => Some(Mechanism::Login),
                    "XOAUTH2" => Some(Mechanism::Xoauth2),
                    _ => None,
                })),
                _ => {}
            }
        }
        offers
    }
}

/// An open connection on which letters can be carried.
pub(super) struct Session {
    wire: Wire,
    offers: Offers,
    timeouts: Timeouts,
    /// Envelopes offered so far.
    pub carried: u32,
    /// False once a reply was lost or out of step: then nothing more is said on it.
    pub is_sound: bool,
    /// Whether a message was taken on it.
    has_served: bool,
    out: Vec<u8>,
}

impl Session {
    pub fn open(relay: &Relay, trust: Option<Arc<ClientConfig>>) -> Result<Self, (Stage, Trouble)> {
        let at = |stage| move |trouble| (stage, trouble);
        let timeouts = relay.timeouts;
        let mut wire =
            Wire::connect(&relay.host, relay.port, timeouts.connect).map_err(at(Stage::Connect))?;
        if let (Security::Tls, Some(trust)) = (relay.security, &trust) {
            wire = wire
                .secure(&relay.host, trust.clone(), timeouts.connect)
                .map_err(at(Stage::Tls))?;
        }
        let mut session = Self {
            wire,
            offers: Offers::default(),
            timeouts,
            carried: 0,
            is_sound: true,
            has_served: false,
            out: Vec::new(),
        };
        let greeting = session.wire.reply(timeouts.greeting).map_err(at(Stage::Connect))?;
        expect(greeting, 220).map_err(at(Stage::Connect))?;
        session.hello().map_err(at(Stage::Connect))?;
        if let (Security::StartTls, Some(trust)) = (relay.security, trust) {
            session = session.start_tls(relay, trust).map_err(at(Stage::Tls))?;
            session.hello().map_err(at(Stage::Connect))?;
        }
        if let Some(login) = &relay.login {
            session.login(login).map_err(at(Stage::Login))?;
        }
        Ok(session)
    }

    /// Whether commands may leave in groups.
    pub fn pipelines(&self) -> bool {
        self.offers.pipelining
    }

    /// The largest message that the relay says it takes.
    pub fn most(&self) -> Option<u64> {
        self.offers.size.filter(|most| *most > 0).map(|most| most as u64)
    }

    /// EHLO; HELO where the relay does not know it, and then nothing is offered (RFC 5321, 4.1.4).
    fn hello(&mut self) -> Result<(), Trouble> {
        let name = ClientId::default();
        self.say(&Ehlo::new(name.clone()).to_string(), self.timeouts.command)?;
        let reply = self.wire.lines(self.timeouts.command)?;
        match reply.code {
            250 => {
                self.offers = Offers::read(reply.text.lines().skip(1));
                Ok(())
            }
            500..=504 | 550 => {
                self.offers = Offers::default();
                expect(self.ask(&format!("HELO {name}\r\n"), self.timeouts.command)?, 250).map(drop)
            }
            _ => Err(turned_or_garbled(reply)),
        }
    }

    fn start_tls(mut self, relay: &Relay, trust: Arc<ClientConfig>) -> Result<Self, Trouble> {
        if !self.offers.start_tls {
            return Err(Trouble::TlsNotOffered);
        }
        expect(self.ask(&Starttls.to_string(), self.timeouts.command)?, 220)?;
        self.wire = self.wire.secure(&relay.host, trust, self.timeouts.connect)?;
        Ok(self)
    }

    /// A relay that repeats the password in its answer must not make us write it down.
    fn login(&mut self, login: &Login) -> Result<(), Trouble> {
        self.try_login(login).map_err(|trouble| {
            let password = login.password.as_str();
            let plain = format!("\0{}\0{password}", login.user);
            let token = format!("user={}\x01auth=Bearer {password}\x01\x01", login.user);
            let secrets =
                [password, &plain, &token].map(|text| Zeroizing::new(BASE64_STANDARD.encode(text)));
            let secrets = [login.password.clone()].into_iter().chain(secrets).collect::<Vec<_>>();
            let masked = |text: String| {
                secrets.iter().fold(text, |text, secret| text.replace(secret.as_str(), "…"))
            };
            match trouble {
                Trouble::Turned(reply) => {
                    Trouble::Turned(Reply { code: reply.code, text: masked(reply.text) })
                }
                Trouble::Garbled(detail) => Trouble::Garbled(masked(detail)),
                other => other,
            }
        })
    }

    fn try_login(&mut self, login: &Login) -> Result<(), Trouble> {
        let wanted: &[Mechanism] = match login.scheme {
            Scheme::Password => &[Mechanism::Plain, Mechanism::Login],
            Scheme::Token => &[Mechanism::Xoauth2],
        };
        let mechanism = wanted.iter().find(|mechanism| self.offers.mechanisms.contains(mechanism));
        let mechanism = *mechanism.ok_or(Trouble::LoginNotOffered)?;
        let credentials = Credentials::new(login.user.clone(), login.password.to_string());
        let mut challenge = None;
        for _ in 0..4 {
            let step = match Auth::new(mechanism, credentials.clone(), challenge.take()) {
                Ok(step) => step.to_string(),
                Err(_) => {
                    return Err(Trouble::Garbled("a question that is no part of the login".into()));
                }
            };
            let mut reply = self.ask(&step, self.timeouts.command)?;
            if reply.code == 334 && mechanism.supports_initial_response() {
                // A token that is refused is explained in a challenge; the refusal follows an empty
                // answer.
                reply = self.ask("\r\n", self.timeouts.command)?;
            }
            if reply.code != 334 {
                // 235 and no other success (RFC 4954, 4): one that answers something else is out of
                // step.
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

    /// One command and its reply.
    fn ask(&mut self, command: &str, timeout: Duration) -> Result<Reply, Trouble> {
        self.say(command, timeout)?;
        self.wire.reply(timeout)
    }

    /// One command; no reply to an earlier one may be left over.
    fn say(&mut self, command: &str, timeout: Duration) -> Result<(), Trouble> {
        if self.wire.has_unread()
            && let Some(trouble) = self.wire.unasked()
        {
            return Err(trouble);
        }
        self.wire.write(command.as_bytes(), timeout).map_err(|cut| cut.trouble)
    }

    /// Why the relay cannot take this letter, where it said so beforehand.
    pub fn objection(&self, letter: &Letter) -> Option<Outcome> {
        let most = self.offers.size.filter(|most| *most > 0 && letter.bytes.len() > *most)?;
        let text =
            format!("5.3.4 the letter has {} octets, the relay takes {most}", letter.bytes.len());
        Some(Outcome::Refused { stage: Stage::Message, reply: Reply { code: 552, text } })
    }

    /// Offers the first envelope of a group by itself.
    pub fn offer(&mut self, letter: &Letter) -> Result<(), Trouble> {
        self.carried += 1;
        if !self.pipelines() {
            return Ok(());
        }
        let mut out = std::mem::take(&mut self.out);
        out.clear();
        envelope(letter, &self.offers, &mut out);
        let written = self.wire.write(&out, self.timeouts.mail);
        self.out = out;
        written.map_err(|cut| cut.trouble)
    }

    /// Reads what the relay says to an envelope that was offered; without PIPELINING offers it step
    /// by step. `Ok` is a go-ahead for the message.
    pub fn envelope(&mut self, letter: &Letter) -> Result<(), Outcome> {
        let commands = 2 + letter.to.len();
        let mut refused: Option<(Stage, Reply)> = None;
        let mut taken = 0;
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
                step(letter, index, &self.offers, &mut command);
                self.ask(&String::from_utf8_lossy(&command), timeout)
            };
            let reply = reply.map_err(|trouble| self.broken(stage, trouble))?;
            match (stage, reply.code) {
                (_, 421) | (Stage::Mail, 400..500) => {
                    return Err(self.broken(stage, Trouble::Turned(reply)));
                }
                (Stage::Data, 354) if refused.is_none() => return Ok(()),
                // Someone was refused, and yet the relay waits for a message. With nobody left to
                // have it, a lone dot ends it; else only the end of the connection keeps it from
                // those who were taken.
                (Stage::Data, 354) => {
                    if taken > 0 {
                        self.is_sound = false;
                    } else {
                        let answer = self.ask(".\r\n", self.timeouts.end);
                        self.is_sound = answer.is_ok_and(|reply| reply.code != 421);
                    }
                }
                (Stage::Mail, 250) => {}
                (Stage::Rcpt | Stage::Copy, 250 | 251) => taken += 1,
                (_, 400..600) => {
                    refused.get_or_insert((stage, reply));
                }
                _ => return Err(self.broken(stage, Trouble::Garbled(reply.to_string()))),
            }
        }
        let Some((stage, reply)) = refused else {
            return Err(self.broken(Stage::Data, Trouble::Garbled("no reply to DATA".into())));
        };
        if self.is_sound {
            let answer = self.ask(&Rset.to_string(), self.timeouts.command);
            self.is_sound = answer.is_ok_and(|reply| reply.code == 250);
        }
        Err(Outcome::Refused { stage, reply })
    }

    /// True where the relay only ended a connection that had served: so many messages and no more,
    /// as it may. Another one can be opened at once.
    pub fn was_ended_by(&self, outcome: &Outcome) -> bool {
        let is_leave = match outcome {
            Outcome::Unsent { trouble: Trouble::ConnectionLost(_), .. } => true,
            Outcome::Unsent { trouble: Trouble::Turned(reply), .. } => reply.code == 421,
            _ => false,
        };
        self.has_served && is_leave
    }

    /// What the relay said unasked, which makes every later reply doubtful.
    pub fn unasked(&mut self) -> Option<Trouble> {
        self.wire.unasked()
    }

    /// True where the replies that follow the last one stand read already.
    pub fn has_more(&self) -> bool {
        self.wire.has_unread()
    }

    /// Writes the message and its end, and in the same write the next envelope. An outcome comes
    /// early where the end cannot have left.
    pub fn message(&mut self, letter: &Letter, next: Option<&Letter>) -> Result<(), Outcome> {
        let mut out = std::mem::take(&mut self.out);
        out.clear();
        stuff_dots(&letter.bytes, &mut out);
        out.extend_from_slice(b".\r\n");
        let end = out.len();
        if let Some(next) = next {
            self.carried += 1;
            envelope(next, &self.offers, &mut out);
        }
        let written = self.wire.write(&out, self.timeouts.block);
        self.out = out;
        let trouble = match written {
            Err(Cut { written, trouble }) if written < end => trouble,
            // The end may have left: what the relay says to it is read, whatever became of the
            // rest.
            Ok(()) | Err(_) => return Ok(()),
        };
        self.is_sound = false;
        Err(match self.wire.reply(LAST_WORDS) {
            Ok(reply) if reply.code != 421 && (400..600).contains(&reply.code) => {
                Outcome::Refused { stage: Stage::Message, reply }
            }
            Ok(reply) => {
                Outcome::Unsent { stage: Stage::Message, trouble: turned_or_garbled(reply) }
            }
            Err(_) => Outcome::Unsent { stage: Stage::Message, trouble },
        })
    }

    /// Reads what became of a message whose end was written.
    pub fn end(&mut self) -> Outcome {
        match self.wire.reply(self.timeouts.end) {
            Ok(reply) if reply.code == 250 => {
                self.has_served = true;
                Outcome::Accepted(reply)
            }
            Ok(reply) if reply.code == 421 => self.broken(Stage::Message, Trouble::Turned(reply)),
            Ok(reply) if (400..600).contains(&reply.code) => {
                Outcome::Refused { stage: Stage::Message, reply }
            }
            Ok(reply) => self.doubtful(Trouble::Garbled(reply.to_string())),
            Err(trouble) => self.doubtful(trouble),
        }
    }

    fn doubtful(&mut self, trouble: Trouble) -> Outcome {
        self.is_sound = false;
        Outcome::Unknown { trouble }
    }

    /// Ends the use of this connection: nobody can have the letter.
    pub fn broken(&mut self, stage: Stage, trouble: Trouble) -> Outcome {
        self.is_sound = false;
        Outcome::Unsent { stage, trouble }
    }

    /// Takes leave.
    pub fn quit(mut self) {
        if self.wire.write(Quit.to_string().as_bytes(), FAREWELL).is_ok() {
            let _ = self.wire.reply(FAREWELL);
        }
        self.wire.close();
    }
}

/// The commands of a letter's envelope, all in one.
fn envelope(letter: &Letter, offers: &Offers, out: &mut Vec<u8>) {
    (0..2 + letter.to.len()).for_each(|index| step(letter, index, offers, out));
}

/// One command of a letter's envelope: MAIL, a RCPT for each recipient, DATA.
fn step(letter: &Letter, index: usize, offers: &Offers, out: &mut Vec<u8>) {
    let command = match index.checked_sub(1) {
        None => {
            let mut parameters = Vec::new();
            if offers.size.is_some() {
                parameters.push(MailParameter::Size(letter.bytes.len()));
            }
            if offers.dsn {
                // A bounce then names the letter, and repeats its head alone (RFC 3461, 4.3 and
                // 4.4).
                let other = |keyword: &str, value| MailParameter::Other {
                    keyword: keyword.into(),
                    value: Some(value),
                };
                parameters.push(other("RET", "HDRS".into()));
                parameters.push(other("ENVID", letter.id.to_string()));
            }
            Mail::new(letter.from.wire().parse().ok(), parameters).to_string()
        }
        Some(recipient) => match letter.to.get(recipient) {
            Some(to) => match to.wire().parse() {
                Ok(to) => {
                    let is_asked = offers.dsn && letter.receipt == Receipt::Asked;
                    let value = Some("SUCCESS,FAILURE,DELAY".to_owned());
                    let notify =
                        is_asked.then(|| RcptParameter::Other { keyword: "NOTIFY".into(), value });
                    Rcpt::new(to, notify.into_iter().collect()).to_string()
                }
                // Our own check is the stricter one; this says the same in plain words.
                Err(_) => format!("RCPT TO:<{}>\r\n", to.wire()),
            },
            None => Data.to_string(),
        },
    };
    out.extend_from_slice(command.as_bytes());
}

fn expect(reply: Reply, code: u16) -> Result<Reply, Trouble> {
    if reply.code == code { Ok(reply) } else { Err(turned_or_garbled(reply)) }
}

fn turned_or_garbled(reply: Reply) -> Trouble {
    if reply.code >= 400 { Trouble::Turned(reply) } else { Trouble::Garbled(reply.to_string()) }
}

/// The octets of a message with a dot before each line that begins with one (RFC 5321, 4.5.2).
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

    #[test]
    fn offers_are_read_line_by_line() {
        let offers = Offers::read(
            ["size 1000", "AUTH=LOGIN", "AUTH PLAIN XOAUTH2", "PIPELINING", "X"].into_iter(),
        );
        assert_eq!(offers.size, Some(1000));
        assert_eq!(offers.mechanisms, [Mechanism::Login, Mechanism::Plain, Mechanism::Xoauth2]);
        assert!(offers.pipelining && !offers.dsn && !offers.start_tls);
    }
}
