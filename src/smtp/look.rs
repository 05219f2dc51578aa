//! A look at a relay, step by step: what it shows of itself is kept as far as the dialogue came.
//!
//! Names senders and a recipient, and takes them back; no letter is begun.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use super::envelope::Extensions;
use super::session::Session;
use super::socket::{self, resolve};
use super::wire::{BEFORE_HANDSHAKE, Wire};
use super::{Relay, tls};
use crate::delivery::{Security, Stage, Trouble};
use crate::finding::CertificateFlaw;

/// What a relay showed of itself.
#[derive(Debug, Default)]
pub struct Look {
    /// Its first words.
    pub greeting: Option<String>,
    /// What it offered before STARTTLS.
    pub in_clear: Option<Offer>,
    /// Whether it sent something in the clear between its answer to STARTTLS and the handshake,
    /// where nothing may stand (RFC 3207, 6).
    pub speaks_before_tls: bool,
    pub tls_version: Option<&'static str>,
    /// For how many hours its certificates stay valid.
    pub valid_hours: Option<u64>,
    pub certificate: Option<CertificateFlaw>,
    /// What it offers on the connection that carries letters.
    pub offer: Option<Offer>,
    pub is_logged_in: bool,
    /// For each sender that was named, in order.
    pub senders: Vec<SenderLook>,
    /// Where the dialogue broke off.
    pub ended: Option<(Stage, Trouble)>,
}

/// The service extensions of a relay that matter to letters (RFC 5321, 4.1.1.1).
#[allow(clippy::struct_excessive_bools, reason = "each extension is offered or not")]
#[derive(Debug, Default, Clone)]
pub struct Offer {
    pub pipelining: bool,
    pub dsn: bool,
    pub eight_bit: bool,
    pub utf8: bool,
    /// In octets, if it names a limit.
    pub max_size: Option<u64>,
    /// The login mechanisms, by name.
    pub mechanisms: Vec<String>,
    /// Whether something on the way overwrote a line of the offer.
    pub is_masked: bool,
}

impl Offer {
    fn of(extensions: &Extensions) -> Self {
        Self {
            pipelining: extensions.pipelining,
            dsn: extensions.dsn,
            eight_bit: extensions.eight_bit,
            utf8: extensions.utf8,
            max_size: extensions.size.filter(|most| *most > 0).map(|most| most as u64),
            mechanisms: extensions.mechanism_names.clone(),
            is_masked: extensions.is_masked,
        }
    }
}

/// What a relay said to a sender, and, if it took it, to a recipient.
#[derive(Debug)]
pub struct SenderLook {
    pub sender: Result<(), Trouble>,
    pub recipient: Result<(), Trouble>,
}

/// What a relay is asked for.
#[derive(Debug, Clone)]
pub struct Probe {
    pub senders: Vec<String>,
    /// The recipient that is named with each of them.
    pub to: String,
    /// The octets of the largest letter, if known.
    pub largest: Option<u64>,
}

/// The addresses of a relay, as the system knows them.
pub fn addresses(relay: &Relay, timeout: Duration) -> Result<Vec<SocketAddr>, Trouble> {
    resolve(relay.host.clone(), relay.port, timeout)
}

/// Whether something answers at an address.
pub fn reach(address: SocketAddr, timeout: Duration) -> Result<(), Trouble> {
    match socket::connect(None, address, timeout) {
        Ok(_) => Ok(()),
        Err(error) if socket::is_timeout(&error) => Err(Trouble::TimedOut),
        Err(error) => Err(Trouble::NoConnection(error.to_string())),
    }
}

/// Whether this computer knows a way to an address. Sends nothing.
pub fn has_route(ip: IpAddr) -> bool {
    let any: IpAddr =
        if ip.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    UdpSocket::bind((any, 0)).and_then(|socket| socket.connect((ip, 9))).is_ok()
}

/// Speaks with a relay at one of its addresses as a run would, until the deadline at most.
pub fn look(
    relay: &Relay,
    address: SocketAddr,
    probe: &Probe,
    connect: Duration,
    deadline: Instant,
) -> Look {
    let mut look = Look::default();
    let connect_by = deadline.min(Instant::now() + connect.min(relay.timeouts.connect));
    look.ended = speak(relay, address, probe, connect_by, deadline, &mut look).err();
    look
}

fn speak(
    relay: &Relay,
    address: SocketAddr,
    probe: &Probe,
    connect_by: Instant,
    deadline: Instant,
    look: &mut Look,
) -> Result<(), (Stage, Trouble)> {
    let (tls, witness) = match relay.security {
        Security::None => (None, None),
        Security::Tls | Security::StartTls => {
            let made = tls::config_with_witness(relay.authority.as_deref());
            let (tls, witness) = made.map_err(|trouble| (Stage::Tls, trouble))?;
            (Some(tls), Some(witness))
        }
    };
    let connected = Wire::connect_to(relay.bind.first().copied(), &[address], connect_by);
    let mut wire = connected.map_err(|trouble| (Stage::Connect, trouble))?;
    wire.limit(deadline);
    let begun = Session::begin(wire, relay, tls.as_ref());
    let secured = begun.and_then(|(mut session, greeting)| {
        look.greeting = Some(greeting.text);
        if let (Security::StartTls, Some(tls)) = (relay.security, tls) {
            look.in_clear = Some(Offer::of(session.extensions()));
            session = session.secure(relay, tls).map_err(|(stage, trouble)| {
                look.speaks_before_tls = trouble == Trouble::Garbled(BEFORE_HANDSHAKE.into());
                (stage, trouble)
            })?;
        }
        Ok(session)
    });
    if let Some(witness) = witness {
        look.certificate = witness.flaw();
        look.valid_hours = witness.hours_left();
    }
    let mut session = secured?;
    look.tls_version = session.tls_version();
    look.offer = Some(Offer::of(session.extensions()));
    if let Some(login) = &relay.login {
        session.login(login).map_err(|trouble| (Stage::Login, trouble))?;
        look.is_logged_in = true;
    }
    for sender in &probe.senders {
        let answer = session.try_sender(sender, &probe.to, probe.largest);
        look.senders.push(answer.map_err(|trouble| (Stage::Mail, trouble))?);
    }
    session.quit();
    Ok(())
}

/// What a host says to a request for `/` over HTTPS: the head of its answer. Anything that is
/// answered under a valid certificate will do.
pub fn https_head(host: &str, port: u16, deadline: Instant) -> Result<String, Trouble> {
    let timeout = deadline.saturating_duration_since(Instant::now());
    let mut wire = Wire::connect(host, port, timeout)?;
    wire.limit(deadline);
    wire = wire.start_tls(host, tls::config(None)?, timeout)?;
    let request = format!("HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    wire.write(request.as_bytes(), timeout).map_err(|error| error.trouble)?;
    wire.http_head(timeout)
}
