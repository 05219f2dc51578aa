//! What was found about the relay.

use std::net::IpAddr;

use super::{Check, Gravity};
use crate::delivery::{Reply, Trouble};

#[derive(Debug, Clone)]
pub enum RelayFinding {
    /// No server is set: letters are filed.
    NoRelay,
    Answers {
        host: String,
        port: u16,
        ips: Vec<IpAddr>,
    },
    Fails {
        host: String,
        port: u16,
        trouble: Trouble,
    },
    /// It refuses the connection itself.
    Refuses {
        host: String,
        port: u16,
        reply: Reply,
    },
    /// It answered, and broke the dialogue off or said nothing more.
    Breaks {
        host: String,
        port: u16,
        trouble: Trouble,
    },
    /// It was not asked, since its password or authority could not be had.
    NotAsked {
        check: Check,
        detail: String,
    },
    /// The name has no address.
    Unknown {
        host: String,
    },
    /// It has addresses of both families, and only the other one answers.
    OneAddressFails {
        host: String,
        ip: IpAddr,
        port: u16,
        trouble: Trouble,
        answers: IpAddr,
    },
    /// This computer has no way to addresses of a family at all.
    NoRoute {
        ip: IpAddr,
        answers: IpAddr,
    },
    /// Passwords and letters go in the clear; allowed on this machine only.
    NotEncrypted,
    Certificate {
        version: &'static str,
        days: u64,
    },
    /// The certificate is not valid any more in so many days.
    CertificateEnds {
        host: String,
        days: u64,
    },
    CertificateBad {
        host: String,
        flaw: CertificateFlaw,
    },
    /// The server speaks no TLS that is safe.
    OldTls {
        host: String,
    },
    /// The server does not begin with TLS on this port.
    NotTls {
        host: String,
        port: u16,
    },
    TlsFails {
        host: String,
        trouble: Trouble,
    },
    StartTlsMissing {
        host: String,
        port: u16,
        /// Something on the way overwrote what the server offers.
        is_masked: bool,
    },
    /// Something was said in the clear where only the handshake may follow.
    SpeaksBeforeTls {
        host: String,
    },
    /// A login is offered before TLS; we never use it.
    LoginInClear {
        mechanisms: Vec<String>,
    },
    LoggedIn {
        user: String,
        mechanisms: Vec<String>,
    },
    LoginFails {
        host: String,
        user: String,
        provider: Option<Provider>,
        trouble: Trouble,
    },
    /// None of the mechanisms is one that we speak.
    LoginNotOffered {
        host: String,
        mechanisms: Vec<String>,
    },
    NoLogin {
        mechanisms: Vec<String>,
    },
    SenderAccepted {
        address: String,
    },
    SenderRefused {
        host: String,
        address: String,
        /// Whether it is the key `return_path`, and not `address`.
        is_return_path: bool,
        reply: Reply,
    },
    /// From may not send, but the return path may, which is the envelope's sender.
    FromRefused {
        host: String,
        address: String,
        reply: Reply,
    },
    /// The sender may send, but not to itself.
    RecipientRefused {
        host: String,
        address: String,
        to: String,
        reply: Reply,
    },
    /// A reply for now: the same may be accepted later.
    SenderPutOff {
        host: String,
        address: String,
        reply: Reply,
    },
    /// What is offered beside that, by the names of the extensions.
    Extensions {
        offered: Vec<&'static str>,
        missing: Vec<&'static str>,
    },
    /// The largest message that the relay takes, in octets; none if it names no limit.
    TakesUpTo {
        octets: Option<u64>,
        /// Our largest letter.
        largest: Option<u64>,
    },
    TooLarge {
        host: String,
        most: u64,
        largest: u64,
        /// The row of the list.
        row: u64,
    },
    /// Letters need SMTPUTF8, and the relay does not offer it.
    NoUtf8 {
        host: String,
        letters: u64,
        address: String,
    },
    /// Letters need 8BITMIME, and the relay does not offer it.
    NoEightBit {
        host: String,
        letters: u64,
        row: u64,
    },
}

/// What is wrong with a certificate. Days are written `2026-11-29`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateFlaw {
    Expired { on: Option<String> },
    NotYetValid { from: Option<String> },
    OtherName { names: Vec<String> },
    UnknownIssuer,
    Bad,
}

/// Whose mailbox a login is for, where that asks for something of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    Yandex,
    MailRu,
    Gmail,
    Microsoft,
    Rambler,
    ICloud,
    Yahoo,
}

impl RelayFinding {
    pub(super) fn check(&self) -> Check {
        match self {
            Self::NotAsked { check, .. } => *check,
            Self::NoRelay
            | Self::Answers { .. }
            | Self::Fails { .. }
            | Self::Refuses { .. }
            | Self::Breaks { .. }
            | Self::Unknown { .. }
            | Self::OneAddressFails { .. }
            | Self::NoRoute { .. } => Check::Relay,
            Self::NotEncrypted
            | Self::Certificate { .. }
            | Self::CertificateEnds { .. }
            | Self::CertificateBad { .. }
            | Self::OldTls { .. }
            | Self::NotTls { .. }
            | Self::TlsFails { .. }
            | Self::StartTlsMissing { .. }
            | Self::SpeaksBeforeTls { .. } => Check::Tls,
            Self::LoginInClear { .. }
            | Self::LoggedIn { .. }
            | Self::LoginFails { .. }
            | Self::LoginNotOffered { .. }
            | Self::NoLogin { .. } => Check::Auth,
            Self::SenderAccepted { .. }
            | Self::SenderRefused { .. }
            | Self::FromRefused { .. }
            | Self::RecipientRefused { .. }
            | Self::SenderPutOff { .. } => Check::Sender,
            Self::Extensions { .. } | Self::NoUtf8 { .. } | Self::NoEightBit { .. } => {
                Check::Extensions
            }
            Self::TakesUpTo { .. } | Self::TooLarge { .. } => Check::Size,
        }
    }

    pub(super) fn gravity(&self) -> Gravity {
        match self {
            Self::Answers { .. }
            | Self::Certificate { .. }
            | Self::LoggedIn { .. }
            | Self::SenderAccepted { .. }
            | Self::TakesUpTo { .. } => Gravity::Ok,
            Self::NoRelay
            | Self::NoRoute { .. }
            | Self::NotEncrypted
            | Self::LoginInClear { .. }
            | Self::NoLogin { .. }
            | Self::Extensions { .. } => Gravity::Info,
            Self::OneAddressFails { .. }
            | Self::CertificateEnds { .. }
            | Self::FromRefused { .. }
            | Self::SenderPutOff { .. }
            | Self::NoEightBit { .. } => Gravity::Warning,
            Self::Fails { .. }
            | Self::Refuses { .. }
            | Self::Breaks { .. }
            | Self::NotAsked { .. }
            | Self::Unknown { .. }
            | Self::CertificateBad { .. }
            | Self::OldTls { .. }
            | Self::NotTls { .. }
            | Self::TlsFails { .. }
            | Self::StartTlsMissing { .. }
            | Self::SpeaksBeforeTls { .. }
            | Self::LoginFails { .. }
            | Self::LoginNotOffered { .. }
            | Self::SenderRefused { .. }
            | Self::RecipientRefused { .. }
            | Self::TooLarge { .. }
            | Self::NoUtf8 { .. } => Gravity::Error,
        }
    }
}
