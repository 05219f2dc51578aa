//! What `doctor` found, as values. The words are in `notice`.

mod campaign;
mod domain;
mod mailbox;
mod relay;

pub use campaign::CampaignFinding;
pub use domain::{Aligned, DomainFinding, SpfFlaw};
pub use mailbox::MailboxFinding;
pub use relay::{CertificateFlaw, Provider, RelayFinding};

/// What is looked at, by its name in the JSON lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    Relay,
    Tls,
    Auth,
    Sender,
    Size,
    Extensions,
    Mx,
    Spf,
    Dkim,
    Dmarc,
    Ptr,
    Dns,
    Inbox,
    Loop,
    Unsubscribe,
    Letters,
    Ledger,
    Disk,
    Clock,
    TimeZone,
}

impl Check {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Tls => "tls",
            Self::Auth => "auth",
            Self::Sender => "sender",
            Self::Size => "size",
            Self::Extensions => "extensions",
            Self::Mx => "mx",
            Self::Spf => "spf",
            Self::Dkim => "dkim",
            Self::Dmarc => "dmarc",
            Self::Ptr => "ptr",
            Self::Dns => "dns",
            Self::Inbox => "inbox",
            Self::Loop => "loop",
            Self::Unsubscribe => "unsubscribe",
            Self::Letters => "letters",
            Self::Ledger => "ledger",
            Self::Disk => "disk",
            Self::Clock => "clock",
            Self::TimeZone => "timezone",
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

/// One finding, by what it is about.
#[derive(Debug, Clone)]
pub enum Finding {
    Relay(RelayFinding),
    Domain(DomainFinding),
    Mailbox(MailboxFinding),
    Campaign(CampaignFinding),
}

/// What findings are about; they are told in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Relay,
    Domain,
    Mailbox,
    Campaign,
}

impl Finding {
    pub fn subject(&self) -> Subject {
        match self {
            Self::Campaign(_) => Subject::Campaign,
            Self::Relay(_) => Subject::Relay,
            Self::Domain(_) => Subject::Domain,
            Self::Mailbox(_) => Subject::Mailbox,
        }
    }

    pub fn check(&self) -> Check {
        match self {
            Self::Campaign(it) => it.check(),
            Self::Relay(it) => it.check(),
            Self::Domain(it) => it.check(),
            Self::Mailbox(it) => it.check(),
        }
    }

    pub fn gravity(&self) -> Gravity {
        match self {
            Self::Campaign(it) => it.gravity(),
            Self::Relay(it) => it.gravity(),
            Self::Domain(it) => it.gravity(),
            Self::Mailbox(it) => it.gravity(),
        }
    }

    /// Whether the relay cannot be used as it is.
    pub fn is_unusable(&self) -> bool {
        matches!(self.check(), Check::Relay | Check::Tls | Check::Auth | Check::Sender)
            && self.gravity() == Gravity::Error
    }
}

impl From<CampaignFinding> for Finding {
    fn from(it: CampaignFinding) -> Self {
        Self::Campaign(it)
    }
}

impl From<RelayFinding> for Finding {
    fn from(it: RelayFinding) -> Self {
        Self::Relay(it)
    }
}

impl From<DomainFinding> for Finding {
    fn from(it: DomainFinding) -> Self {
        Self::Domain(it)
    }
}

impl From<MailboxFinding> for Finding {
    fn from(it: MailboxFinding) -> Self {
        Self::Mailbox(it)
    }
}
