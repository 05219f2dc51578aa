//! SMTP: carrying letters to a relay.
//!
//! `couriers` decides which letter goes over which connection and when, `session` holds the
//! dialogue on one connection, `envelope` writes the commands of a letter, `wire` moves octets with
//! deadlines over `socket` and `tls`. Nothing here retries or records.
//!
//! Commands, credentials and extensions are lettre's; the stream is our own. lettre's stream has a
//! time-out for each read instead of a deadline for the whole wait, and it hides how much was
//! written and what is still unread.

mod couriers;
mod envelope;
mod look;
mod session;
mod socket;
mod tls;
mod wire;

use std::fmt;
use std::net::IpAddr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use crate::delivery::{Security, Trouble};
use crate::policy::Timeouts;

pub use couriers::SmtpCourier;
pub use look::{Look, Offer, Probe, SenderLook, addresses, has_route, https_head, look, reach};
pub(crate) use tls::{config as tls_config, has_certificate};
pub(crate) use wire::Wire;

/// A relay and how to speak to it.
#[derive(Debug, Clone)]
pub struct Relay {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// Addresses of this computer from which the connections go, in turn; the system's choice if none.
    pub bind: Vec<IpAddr>,
    pub login: Option<Login>,
    /// A certificate authority trusted besides the system's own, as PEM.
    pub authority: Option<Vec<u8>>,
    pub timeouts: Timeouts,
    pub messages_per_connection: u32,
}

impl Relay {
    /// `host:port`
    pub fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// A user name and a password. Its `Debug` shows only the name.
#[derive(Clone)]
pub struct Login {
    pub user: String,
    pub password: Zeroizing<String>,
    pub scheme: Scheme,
}

/// How the password is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// A password, for PLAIN or LOGIN.
    Password,
    /// An OAuth 2 access token, for XOAUTH2.
    Token,
}

impl Login {
    /// A server's words without the password, in any form in which it was sent.
    pub(crate) fn mask(&self, text: &str) -> String {
        let password = self.password.as_str();
        let plain = format!("\0{}\0{password}", self.user);
        let token = format!("user={}\x01auth=Bearer {password}\x01\x01", self.user);
        let secrets =
            [password, &plain, &token].map(|text| Zeroizing::new(BASE64_STANDARD.encode(text)));
        let secrets = [self.password.clone()].into_iter().chain(secrets);
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "…"))
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({}, …)", self.user)
    }
}

/// What a relay announces after connecting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelayInfo {
    /// The largest message that it takes, in octets, if it names a limit (RFC 1870).
    pub max_size: Option<u64>,
    pub is_logged_in: bool,
}

/// Connects, negotiates TLS, logs in if there is a login, and quits without sending anything.
pub fn probe(relay: Relay) -> Result<RelayInfo, Trouble> {
    let is_logged_in = relay.login.is_some();
    let mut couriers = SmtpCourier::for_relay(relay, 1);
    let session = couriers.remove(0).connect().map_err(|(_, trouble)| trouble)?;
    let info = RelayInfo { max_size: session.max_size(), is_logged_in };
    session.quit();
    Ok(info)
}
