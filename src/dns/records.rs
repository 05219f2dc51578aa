//! The records of a name, as values: what SPF, DKIM and DMARC are read from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Instant;

use simple_dns::rdata::{RData, TXT};
use simple_dns::{Packet, TYPE};

use super::Resolver;

/// A kind of record that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    A,
    Aaaa,
    Mx,
    Txt,
    Ptr,
}

impl RecordKind {
    fn wire(self) -> TYPE {
        match self {
            Self::A => TYPE::A,
            Self::Aaaa => TYPE::AAAA,
            Self::Mx => TYPE::MX,
            Self::Txt => TYPE::TXT,
            Self::Ptr => TYPE::PTR,
        }
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    Address(IpAddr),
    Mx {
        preference: u16,
        /// Empty for a null MX (RFC 7505).
        host: String,
    },
    /// All strings of the record, joined. Octets that are not UTF-8 are replaced.
    Text(String),
    Name(String),
}

/// Why there are no records to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookupError {
    /// The name does not exist.
    NoSuchName,
    /// No server gave a usable answer in time.
    Unanswered,
}

impl Resolver {
    /// The records of a kind; empty if the name exists and has none.
    pub fn lookup(
        &self,
        name: &str,
        kind: RecordKind,
        deadline: Instant,
    ) -> Result<Vec<Record>, LookupError> {
        match self.records(name.trim_end_matches('.'), kind.wire(), deadline) {
            None => Err(LookupError::Unanswered),
            Some(super::Answer::NoSuchName) => Err(LookupError::NoSuchName),
            Some(super::Answer::Records(records)) => Ok(records),
        }
    }

    /// The texts of a name.
    pub fn texts(&self, name: &str, deadline: Instant) -> Result<Vec<String>, LookupError> {
        let texts = |record| match record {
            Record::Text(text) => Some(text),
            Record::Address(_) | Record::Mx { .. } | Record::Name(_) => None,
        };
        let records = self.lookup(name, RecordKind::Txt, deadline)?;
        Ok(records.into_iter().filter_map(texts).collect())
    }

    /// The addresses of a name, of both families.
    pub fn addresses(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, LookupError> {
        let (v4, v6) = (
            self.lookup(name, RecordKind::A, deadline),
            self.lookup(name, RecordKind::Aaaa, deadline),
        );
        let addresses = |records: Vec<Record>| {
            records.into_iter().filter_map(|record| match record {
                Record::Address(address) => Some(address),
                Record::Mx { .. } | Record::Text(_) | Record::Name(_) => None,
            })
        };
        match (v4, v6) {
            (Err(error), Err(_)) => Err(error),
            (v4, v6) => Ok(addresses(v4.unwrap_or_default())
                .chain(addresses(v6.unwrap_or_default()))
                .collect()),
        }
    }
}

/// The name of a kind of record.
pub(super) fn name_of(kind: TYPE) -> &'static str {
    match kind {
        TYPE::A => "A",
        TYPE::AAAA => "AAAA",
        TYPE::MX => "MX",
        TYPE::TXT => "TXT",
        TYPE::PTR => "PTR",
        _ => "?",
    }
}

/// The records of the kind that a reply holds.
pub(super) fn of(packet: &Packet, kind: TYPE) -> Vec<Record> {
    packet
        .answers
        .iter()
        .filter_map(|record| match (&record.rdata, kind) {
            (RData::A(a), TYPE::A) => {
                Some(Record::Address(IpAddr::V4(Ipv4Addr::from_bits(a.address))))
            }
            (RData::AAAA(aaaa), TYPE::AAAA) => {
                Some(Record::Address(IpAddr::V6(Ipv6Addr::from_bits(aaaa.address))))
            }
            (RData::MX(mx), TYPE::MX) => {
                Some(Record::Mx { preference: mx.preference, host: mx.exchange.to_string() })
            }
            (RData::TXT(txt), TYPE::TXT) => Some(Record::Text(text(txt))),
            (RData::PTR(ptr), TYPE::PTR) => Some(Record::Name(ptr.0.to_string())),
            (_, _) => None,
        })
        .collect()
}

fn text(txt: &TXT) -> String {
    String::try_from(txt.clone()).unwrap_or_else(|_| {
        let joined: Vec<u8> = txt
            .iter_raw()
            .flat_map(|(key, value)| match value {
                Some(value) => [key, b"=", value].concat(),
                None => key.to_vec(),
            })
            .collect();
        String::from_utf8_lossy(&joined).into_owned()
    })
}
