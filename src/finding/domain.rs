//! What was found about the sender's domain.

use std::net::IpAddr;

use super::{Check, Gravity};
use crate::problem::{NoMail, Problem};

#[derive(Debug, Clone)]
pub enum DomainFinding {
    /// DNS gave no usable answer to anything.
    DnsSilent {
        servers: Vec<String>,
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
    SpfBroken {
        domain: String,
        flaw: SpfFlaw,
    },
    /// Our relay passes; for other senders of the domain the record is an error.
    SpfFragile {
        domain: String,
        flaw: SpfFlaw,
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
    /// The relay's address is of a network of one's own: receivers see another.
    SpfInside {
        domain: String,
        host: String,
        ip: IpAddr,
    },
    SpfDoesNotPass {
        domain: String,
        ip: IpAddr,
        result: &'static str,
        /// What to add to the record.
        term: String,
    },
    /// No `[dkim]`: the relay may sign.
    NoKey,
    /// The key of `[dkim]` cannot be used.
    KeyFails {
        /// As `campaign.toml` names it.
        key: String,
        problem: Problem,
    },
    /// Fewer bits than receivers accept (RFC 8301, 3.2).
    KeyShort {
        bits: u32,
    },
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
        record: String,
    },
    DkimRevoked {
        name: String,
        record: String,
    },
    DkimOtherKey {
        name: String,
        record: String,
    },
    /// The record allows other hashes or services than a letter's (RFC 6376, 3.6.1).
    DkimUnfit {
        name: String,
        tag: String,
        record: String,
    },
    /// Receivers treat a test key as if there were no signature (RFC 6376, 3.6.1).
    DkimTest {
        name: String,
    },
    DkimShort {
        bits: u32,
    },
    /// Where the policy is, and what it asks for.
    DmarcFound {
        name: String,
        policy: String,
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
    /// There is no `p`, which counts as `p=none`.
    DmarcNoPolicy {
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
    PtrGood {
        ip: IpAddr,
        name: String,
    },
    /// Our own relay's address has no name.
    PtrMissing {
        ip: IpAddr,
        host: String,
        record: String,
    },
    /// The name of the address does not lead back to it.
    PtrNotConfirmed {
        ip: IpAddr,
        name: String,
        record: String,
    },
}

/// What is wrong with an SPF record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpfFlaw {
    /// A term of the record at a domain.
    Term {
        domain: String,
        term: String,
    },
    /// An included domain has no record.
    NoRecord {
        domain: String,
    },
    Several {
        domain: String,
    },
    TooManyLookups,
    TooManyVoid,
    TooManyHosts {
        domain: String,
    },
}

/// What makes From agree with the letter's origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aligned {
    Spf,
    Dkim,
    Both,
}

impl DomainFinding {
    pub(super) fn check(&self) -> Check {
        match self {
            Self::DnsSilent { .. } => Check::Dns,
            Self::NoAnswer { check, .. } => *check,
            Self::ReceivesMail { .. } | Self::ReceivesNoMail { .. } => Check::Mx,
            Self::SpfMissing { .. }
            | Self::SpfSeveral { .. }
            | Self::SpfBroken { .. }
            | Self::SpfFragile { .. }
            | Self::SpfOpen { .. }
            | Self::SpfPtr { .. }
            | Self::SpfPasses { .. }
            | Self::SpfInside { .. }
            | Self::SpfDoesNotPass { .. } => Check::Spf,
            Self::NoKey
            | Self::KeyFails { .. }
            | Self::KeyShort { .. }
            | Self::DkimGood { .. }
            | Self::DkimMissing { .. }
            | Self::DkimSeveral { .. }
            | Self::DkimRevoked { .. }
            | Self::DkimOtherKey { .. }
            | Self::DkimUnfit { .. }
            | Self::DkimTest { .. }
            | Self::DkimShort { .. } => Check::Dkim,
            Self::DmarcFound { .. }
            | Self::DmarcMissing { .. }
            | Self::DmarcSeveral { .. }
            | Self::DmarcBroken { .. }
            | Self::DmarcNoPolicy { .. }
            | Self::DmarcTest { .. }
            | Self::DmarcRemovedTag { .. }
            | Self::DmarcAligned { .. }
            | Self::DmarcNotAligned { .. }
            | Self::FreeProvider { .. } => Check::Dmarc,
            Self::PtrGood { .. } | Self::PtrMissing { .. } | Self::PtrNotConfirmed { .. } => {
                Check::Ptr
            }
        }
    }

    pub(super) fn gravity(&self) -> Gravity {
        match self {
            Self::ReceivesMail { .. }
            | Self::SpfPasses { .. }
            | Self::DkimGood { .. }
            | Self::DmarcFound { .. }
            | Self::DmarcAligned { .. }
            | Self::PtrGood { .. } => Gravity::Ok,
            Self::NoKey | Self::SpfInside { .. } => Gravity::Info,
            Self::DnsSilent { .. }
            | Self::NoAnswer { .. }
            | Self::SpfMissing { .. }
            | Self::SpfFragile { .. }
            | Self::SpfOpen { .. }
            | Self::SpfPtr { .. }
            | Self::SpfDoesNotPass { .. }
            | Self::DkimTest { .. }
            | Self::DkimShort { .. }
            | Self::DmarcMissing { .. }
            | Self::DmarcNoPolicy { .. }
            | Self::DmarcTest { .. }
            | Self::DmarcRemovedTag { .. }
            | Self::PtrMissing { .. }
            | Self::PtrNotConfirmed { .. } => Gravity::Warning,
            Self::ReceivesNoMail { .. }
            | Self::SpfSeveral { .. }
            | Self::SpfBroken { .. }
            | Self::KeyFails { .. }
            | Self::KeyShort { .. }
            | Self::DkimMissing { .. }
            | Self::DkimSeveral { .. }
            | Self::DkimRevoked { .. }
            | Self::DkimOtherKey { .. }
            | Self::DkimUnfit { .. }
            | Self::DmarcSeveral { .. }
            | Self::DmarcBroken { .. }
            | Self::DmarcNotAligned { .. }
            | Self::FreeProvider { .. } => Gravity::Error,
        }
    }
}
