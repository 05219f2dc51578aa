//! SPF: whether a host may send for a domain (RFC 7208).
//!
//! `term` parses a record, `expand` fills its macros. The limits of section 4.6.4 are counted over
//! the whole question, included records too.

mod expand;
mod term;

use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::dns::{LookupError, Record, RecordKind, Resolver};
use crate::finding::SpfFlaw;
use term::{Mechanism, Qualifier, Target, Term};

/// The result of a question (RFC 7208, 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpfResult {
    Pass,
    Fail,
    SoftFail,
    Neutral,
    /// The domain has no SPF record, or is no domain.
    None,
    /// DNS did not answer.
    TempError,
    /// The record cannot be read, or asks too much.
    PermError,
}

impl SpfResult {
    /// The word of RFC 7208, as in the JSON lines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::Neutral => "neutral",
            Self::None => "none",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

/// Mechanisms and modifiers that query DNS, in all (RFC 7208, 4.6.4).
const MOST_LOOKUPS: u32 = 10;
/// Queries without an answer, in all.
const MOST_VOID: u32 = 2;
/// Names of an `mx` or `ptr` mechanism.
const MOST_NAMES: usize = 10;
/// For the whole question (RFC 7208, 4.6.4 advises at least 20 seconds).
const TIMEOUT: Duration = Duration::from_secs(20);

/// Who wants to send what.
#[derive(Debug, Clone)]
pub struct SpfQuestion<'a> {
    /// The address of the sending host.
    pub ip: IpAddr,
    /// MAIL FROM; empty for a bounce.
    pub mail_from: &'a str,
    /// What the host calls itself.
    pub helo: &'a str,
}

/// Answers a question.
pub fn check(question: &SpfQuestion, resolver: &Resolver) -> SpfResult {
    examine(question, resolver, Instant::now() + TIMEOUT).0
}

/// Answers a question until a deadline, and says why a record is a permanent error.
pub(super) fn examine(
    question: &SpfQuestion,
    resolver: &Resolver,
    deadline: Instant,
) -> (SpfResult, Option<SpfFlaw>) {
    let ip = question.ip.to_canonical();
    let (local, domain) = match question.mail_from.rsplit_once('@') {
        Some(("", domain)) => ("postmaster", domain),
        Some((local, domain)) => (local, domain),
        None if question.mail_from.is_empty() => ("postmaster", question.helo),
        None => ("postmaster", question.mail_from),
    };
    let mut check = Check {
        resolver,
        deadline,
        ip,
        local,
        sender_domain: domain,
        helo: question.helo,
        lookups: 0,
        void: 0,
    };
    match check.host(domain) {
        Ok(result) => (result, None),
        Err(Stop::Temporary) => (SpfResult::TempError, None),
        Err(Stop::Permanent(flaw)) => (SpfResult::PermError, Some(flaw)),
    }
}

/// Why a question cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stop {
    Temporary,
    Permanent(SpfFlaw),
}

struct Check<'a> {
    resolver: &'a Resolver,
    deadline: Instant,
    ip: IpAddr,
    local: &'a str,
    sender_domain: &'a str,
    helo: &'a str,
    lookups: u32,
    void: u32,
}

impl Check<'_> {
    /// `check_host()` of RFC 7208, 4.
    fn host(&mut self, domain: &str) -> Result<SpfResult, Stop> {
        if !is_a_domain(domain) {
            return Ok(SpfResult::None);
        }
        let Some(record) = self.record(domain)? else {
            return Ok(SpfResult::None);
        };
        let terms = term::parse(&record)
            .map_err(|term| Stop::Permanent(SpfFlaw::Term { domain: domain.to_owned(), term }))?;
        for (qualifier, mechanism) in terms.iter().filter_map(Term::mechanism) {
            if self.matches(mechanism, domain)? {
                return Ok(match qualifier {
                    Qualifier::Pass => SpfResult::Pass,
                    Qualifier::Fail => SpfResult::Fail,
                    Qualifier::SoftFail => SpfResult::SoftFail,
                    Qualifier::Neutral => SpfResult::Neutral,
                });
            }
        }
        let Some(redirect) = terms.iter().find_map(Term::redirect) else {
            return Ok(SpfResult::Neutral);
        };
        self.count_lookup()?;
        let target = self.expand(redirect, domain)?;
        match self.host(&target)? {
            SpfResult::None => Err(Stop::Permanent(SpfFlaw::NoRecord { domain: target })),
            result => Ok(result),
        }
    }

    /// The SPF record of a domain, `v=spf1` taken off; an error if it has several.
    fn record(&self, domain: &str) -> Result<Option<String>, Stop> {
        let texts = match self.resolver.texts(domain, self.deadline) {
            Ok(texts) => texts,
            Err(LookupError::NoSuchName) => return Ok(None),
            Err(LookupError::Unanswered) => return Err(Stop::Temporary),
        };
        let mut records = texts.iter().filter_map(|text| {
            let (version, rest) = text.split_at_checked(6)?;
            let is_spf = version.eq_ignore_ascii_case("v=spf1");
            (is_spf && (rest.is_empty() || rest.starts_with(' '))).then_some(rest)
        });
        let first = records.next().map(str::to_owned);
        if records.next().is_some() {
            return Err(Stop::Permanent(SpfFlaw::Several { domain: domain.to_owned() }));
        }
        Ok(first)
    }

    fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Stop> {
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Network { address, prefix } => Ok(is_within(self.ip, *address, *prefix)),
            Mechanism::Include(target) => {
                self.count_lookup()?;
                let target = self.expand(target, domain)?;
                match self.host(&target)? {
                    SpfResult::Pass => Ok(true),
                    SpfResult::Fail | SpfResult::SoftFail | SpfResult::Neutral => Ok(false),
                    SpfResult::None | SpfResult::PermError => {
                        Err(Stop::Permanent(SpfFlaw::NoRecord { domain: target }))
                    }
                    SpfResult::TempError => Err(Stop::Temporary),
                }
            }
            Mechanism::A(target) => {
                self.count_lookup()?;
                let name = self.target(target, domain)?;
                let addresses = self.addresses(&name)?;
                Ok(addresses.iter().any(|address| self.is_in_range(*address, target)))
            }
            Mechanism::Mx(target) => {
                self.count_lookup()?;
                let name = self.target(target, domain)?;
                self.matches_mx(&name, target)
            }
            Mechanism::Ptr(target) => {
                self.count_lookup()?;
                let name = match target {
                    Some(target) => self.expand(target, domain)?,
                    None => domain.to_owned(),
                };
                Ok(self.host_names().iter().any(|host| is_below(host, &name)))
            }
            Mechanism::Exists(target) => {
                self.count_lookup()?;
                let name = self.expand(target, domain)?;
                Ok(!self.query(&name, RecordKind::A)?.is_empty())
            }
        }
    }

    fn matches_mx(&mut self, name: &str, target: &Target) -> Result<bool, Stop> {
        let mut hosts: Vec<(u16, String)> = self
            .query(name, RecordKind::Mx)?
            .into_iter()
            .filter_map(|record| match record {
                Record::Mx { preference, host } => Some((preference, host)),
                Record::Address(_) | Record::Text(_) | Record::Name(_) => None,
            })
            .filter(|(_, host)| !host.is_empty())
            .collect();
        if hosts.len() > MOST_NAMES {
            return Err(Stop::Permanent(SpfFlaw::TooManyHosts { domain: name.to_owned() }));
        }
        hosts.sort();
        for (_, host) in hosts {
            let addresses = self.addresses(&host)?;
            if addresses.iter().any(|address| self.is_in_range(*address, target)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The validated names of the host (RFC 7208, 5.5); errors count as no name.
    fn host_names(&mut self) -> Vec<String> {
        let Ok(records) = self.query(&reverse_name(self.ip), RecordKind::Ptr) else {
            return Vec::new();
        };
        let names = records.into_iter().filter_map(|record| match record {
            Record::Name(name) => Some(name),
            Record::Address(_) | Record::Mx { .. } | Record::Text(_) => None,
        });
        names
            .take(MOST_NAMES)
            .filter(|name| {
                let found = self.resolver.lookup(name, self.family(), self.deadline);
                found.is_ok_and(|records| records.contains(&Record::Address(self.ip)))
            })
            .collect()
    }

    fn family(&self) -> RecordKind {
        match self.ip {
            IpAddr::V4(_) => RecordKind::A,
            IpAddr::V6(_) => RecordKind::Aaaa,
        }
    }

    /// The addresses of a name, of the family of the host.
    fn addresses(&mut self, name: &str) -> Result<Vec<IpAddr>, Stop> {
        let records = self.query(name, self.family())?;
        let address = |record| match record {
            Record::Address(address) => Some(address),
            Record::Mx { .. } | Record::Text(_) | Record::Name(_) => None,
        };
        Ok(records.into_iter().filter_map(address).collect())
    }

    fn is_in_range(&self, address: IpAddr, target: &Target) -> bool {
        let prefix = if address.is_ipv4() { target.v4_prefix } else { target.v6_prefix };
        is_within(self.ip, address, prefix)
    }

    /// Asks, and counts a question without an answer.
    fn query(&mut self, name: &str, kind: RecordKind) -> Result<Vec<Record>, Stop> {
        let records = match self.resolver.lookup(name, kind, self.deadline) {
            Ok(records) => records,
            Err(LookupError::NoSuchName) => Vec::new(),
            Err(LookupError::Unanswered) => return Err(Stop::Temporary),
        };
        if records.is_empty() {
            self.void += 1;
            if self.void > MOST_VOID {
                return Err(Stop::Permanent(SpfFlaw::TooManyVoid));
            }
        }
        Ok(records)
    }

    fn count_lookup(&mut self) -> Result<(), Stop> {
        self.lookups += 1;
        if self.lookups > MOST_LOOKUPS {
            return Err(Stop::Permanent(SpfFlaw::TooManyLookups));
        }
        Ok(())
    }

    fn target(&mut self, target: &Target, domain: &str) -> Result<String, Stop> {
        match &target.domain {
            Some(spec) => self.expand(spec, domain),
            None => Ok(domain.to_owned()),
        }
    }
}

/// Whether a text can be asked for at all (RFC 7208, 4.3): labels of 1 to 63 octets, at least two.
fn is_a_domain(domain: &str) -> bool {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    domain.len() <= 253
        && domain.contains('.')
        && domain.is_ascii()
        && domain.split('.').all(|label| (1..=63).contains(&label.len()))
}

/// Whether a host belongs to a domain: its own name, or one below it.
fn is_below(host: &str, domain: &str) -> bool {
    let domain = domain.trim_end_matches('.').to_ascii_lowercase();
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
}

fn is_within(ip: IpAddr, network: IpAddr, prefix: u8) -> bool {
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => {
            let mask = u32::MAX.checked_shl(u32::from(32 - prefix.min(32))).unwrap_or(0);
            (ip.to_bits() ^ network.to_bits()) & mask == 0
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) => {
            let mask = u128::MAX.checked_shl(u32::from(128 - prefix.min(128))).unwrap_or(0);
            (ip.to_bits() ^ network.to_bits()) & mask == 0
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

/// The name under which the PTR records of an address are.
pub(super) fn reverse_name(ip: IpAddr) -> String {
    let labels: Vec<String> = match ip {
        IpAddr::V4(v4) => v4.octets().iter().rev().map(u8::to_string).collect(),
        IpAddr::V6(v6) => nibbles(v6.octets()).rev().collect(),
    };
    let zone = if ip.is_ipv4() { "in-addr" } else { "ip6" };
    format!("{}.{zone}.arpa", labels.join("."))
}

fn nibbles(octets: [u8; 16]) -> impl DoubleEndedIterator<Item = String> {
    octets.into_iter().flat_map(|octet| [octet >> 4, octet & 15]).map(|half| format!("{half:x}"))
}
