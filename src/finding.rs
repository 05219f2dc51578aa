//! What `doctor` found about a relay and a domain, as values. The words are in `notice`.

use std::net::IpAddr;

use crate::delivery::{Reply, Trouble};
use crate::problem::NoMail;

/// What is looked at, by its name in the JSON lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    Relay,
    Tls,
    Auth,
    Sender,
    Size,
    Mx,
    Spf,
    Dkim,
    Dmarc,
}

impl Check {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Tls => "tls",
            Self::Auth => "auth",
            Self::Sender => "sender",
            Self::Size => "size",
            Self::Mx => "mx",
            Self::Spf => "spf",
            Self::Dkim => "dkim",
            Self::Dmarc => "dmarc",
        }
    }
}

/// How grave a finding is. Later is graver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    Ok,
    Info,
    Warning,
    Error,
}

impl Gravity {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One finding.
#[derive(Debug, Clone)]
pub enum Finding {
    /// No server is set: letters are filed.
    NoRelay,
    RelayAnswers {
        host: String,
        port: u16,
    },
    RelayFails {
        host: String,
        port: u16,
        trouble: Trouble,
    },
    /// The name has no address, or none that DNS knows.
    RelayUnknown {
        host: String,
    },
    /// Passwords and letters go in the clear; allowed on this machine only.
    NotEncrypted,
    CertificateGood,
    TlsFails {
        trouble: Trouble,
    },
    /// The certificate is not valid any more in so many days.
    CertificateEnds {
        days: u16,
    },
    LoggedIn {
        user: String,
    },
    LoginFails {
        host: String,
        trouble: Trouble,
    },
    NoLogin,
    SenderAccepted {
        address: String,
    },
    SenderRefused {
        address: String,
        reply: Reply,
    },
    /// The largest message that the relay takes, in octets.
    TakesUpTo {
        octets: Option<u64>,
    },
    /// DNS gave no usable answer about a name.
    NoAnswer {
        check: Check,
        name: String,
    },
    ReceivesMail {
        domain: String,
    },
    ReceivesNoMail {
        domain: String,
        why: NoMail,
    },
    SpfMissing {
        domain: String,
        proposal: String,
    },
    SpfSeveral {
        domain: String,
    },
    /// The record cannot be read, or asks too much (more than 10 look-ups or 2 void ones).
    SpfBroken {
        domain: String,
    },
    /// `+all`, or no limit at the end: anybody may send.
    SpfOpen {
        domain: String,
    },
    /// `ptr`, which RFC 7208 (5.5) advises against.
    SpfPtr {
        domain: String,
    },
    SpfPasses {
        domain: String,
        host: String,
    },
    SpfDoesNotPass {
        domain: String,
        ip: IpAddr,
        result: &'static str,
    },
    /// No `[dkim]`: the relay may sign.
    NoKey,
    DkimGood {
        name: String,
        bits: Option<u32>,
    },
    DkimMissing {
        name: String,
        record: String,
    },
    DkimSeveral {
        name: String,
    },
    DkimRevoked {
        name: String,
        record: String,
    },
    DkimOtherKey {
        name: String,
        record: String,
    },
    /// Receivers treat a test key as if there were no signature (RFC 6376, 3.6.1).
    DkimTest {
        name: String,
    },
    DkimShort {
        bits: u32,
    },
    DmarcMissing {
        domain: String,
    },
    DmarcSeveral {
        name: String,
    },
    DmarcBroken {
        name: String,
    },
    /// `t=y`: receivers report, and do not apply the policy.
    DmarcTest {
        name: String,
    },
    /// A tag that RFC 9989 has removed.
    DmarcRemovedTag {
        name: String,
        tag: String,
    },
    DmarcAligned {
        by: Aligned,
    },
    DmarcNotAligned {
        from: String,
        envelope: String,
        dkim: Option<String>,
    },
    /// A free provider's address through another relay.
    FreeProvider {
        domain: String,
        host: String,
    },
}

/// What makes From agree with the letter's origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aligned {
    Spf,
    Dkim,
    Both,
}

impl Finding {
    pub fn check(&self) -> Check {
        match self {
            Self::NoRelay
            | Self::RelayAnswers { .. }
            | Self::RelayFails { .. }
            | Self::RelayUnknown { .. } => Check::Relay,
            Self::NotEncrypted
            | Self::CertificateGood
            | Self::TlsFails { .. }
            | Self::CertificateEnds { .. } => Check::Tls,
            Self::LoggedIn { .. } | Self::LoginFails { .. } | Self::NoLogin => Check::Auth,
            Self::SenderAccepted { .. } | Self::SenderRefused { .. } => Check::Sender,
            Self::TakesUpTo { .. } => Check::Size,
            Self::NoAnswer { check, .. } => *check,
            Self::ReceivesMail { .. } | Self::ReceivesNoMail { .. } => Check::Mx,
            Self::SpfMissing { .. }
            | Self::SpfSeveral { .. }
            | Self::SpfBroken { .. }
            | Self::SpfOpen { .. }
            | Self::SpfPtr { .. }
            | Self::SpfPasses { .. }
            | Self::SpfDoesNotPass { .. } => Check::Spf,
            Self::NoKey
            | Self::DkimGood { .. }
            | Self::DkimMissing { .. }
            | Self::DkimSeveral { .. }
            | Self::DkimRevoked { .. }
            | Self::DkimOtherKey { .. }
            | Self::DkimTest { .. }
            | Self::DkimShort { .. } => Check::Dkim,
            Self::DmarcMissing { .. }
            | Self::DmarcSeveral { .. }
            | Self::DmarcBroken { .. }
            | Self::DmarcTest { .. }
            | Self::DmarcRemovedTag { .. }
            | Self::DmarcAligned { .. }
            | Self::DmarcNotAligned { .. }
            | Self::FreeProvider { .. } => Check::Dmarc,
        }
    }

    pub fn gravity(&self) -> Gravity {
        match self {
            Self::RelayAnswers { .. }
            | Self::CertificateGood
            | Self::LoggedIn { .. }
            | Self::SenderAccepted { .. }
            | Self::ReceivesMail { .. }
            | Self::SpfPasses { .. }
            | Self::DkimGood { .. }
            | Self::DmarcAligned { .. } => Gravity::Ok,
            Self::NoRelay
            | Self::NotEncrypted
            | Self::NoLogin
            | Self::TakesUpTo { .. }
            | Self::NoKey => Gravity::Info,
            Self::CertificateEnds { .. }
            | Self::NoAnswer { .. }
            | Self::SpfMissing { .. }
            | Self::SpfOpen { .. }
            | Self::SpfPtr { .. }
            | Self::SpfDoesNotPass { .. }
            | Self::DkimTest { .. }
            | Self::DkimShort { .. }
            | Self::DmarcMissing { .. }
            | Self::DmarcTest { .. }
            | Self::DmarcRemovedTag { .. } => Gravity::Warning,
            Self::RelayFails { .. }
            | Self::RelayUnknown { .. }
            | Self::TlsFails { .. }
            | Self::LoginFails { .. }
            | Self::SenderRefused { .. }
            | Self::ReceivesNoMail { .. }
            | Self::SpfSeveral { .. }
            | Self::SpfBroken { .. }
            | Self::DkimMissing { .. }
            | Self::DkimSeveral { .. }
            | Self::DkimRevoked { .. }
            | Self::DkimOtherKey { .. }
            | Self::DmarcSeveral { .. }
            | Self::DmarcBroken { .. }
            | Self::DmarcNotAligned { .. }
            | Self::FreeProvider { .. } => Gravity::Error,
        }
    }

    /// Whether the relay cannot be used as it is.
    pub fn is_unusable(&self) -> bool {
        matches!(self.check(), Check::Relay | Check::Tls | Check::Auth | Check::Sender)
            && self.gravity() == Gravity::Error
    }
}
