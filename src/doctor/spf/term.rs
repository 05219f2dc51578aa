//! The terms of an SPF record (RFC 7208, 4.6 and 5, grammar in 12).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::expand::DomainSpec;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Qualifier {
    Pass,
    Fail,
    SoftFail,
    Neutral,
}

/// The domain of `a` and `mx`, and the ranges around its addresses.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub domain: Option<DomainSpec>,
    pub v4_prefix: u8,
    pub v6_prefix: u8,
}

#[derive(Debug, Clone)]
pub(super) enum Mechanism {
    All,
    Include(DomainSpec),
    A(Target),
    Mx(Target),
    Ptr(Option<DomainSpec>),
    Network { address: IpAddr, prefix: u8 },
    Exists(DomainSpec),
}

#[derive(Debug, Clone)]
pub(super) enum Term {
    Directive(Qualifier, Mechanism),
    Redirect(DomainSpec),
    /// `exp`, or a modifier that is not known: of no consequence for the result.
    Other,
}

impl Term {
    pub(super) fn mechanism(&self) -> Option<(Qualifier, &Mechanism)> {
        match self {
            Self::Directive(qualifier, mechanism) => Some((*qualifier, mechanism)),
            Self::Redirect(_) | Self::Other => None,
        }
    }

    pub(super) fn redirect(&self) -> Option<&DomainSpec> {
        match self {
            Self::Redirect(target) => Some(target),
            Self::Directive(_, _) | Self::Other => None,
        }
    }
}

/// Parses what follows `v=spf1`.
///
/// # Errors
/// The first term that is wrong.
pub(super) fn parse(record: &str) -> Result<Vec<Term>, String> {
    let mut has_redirect = false;
    let mut has_explanation = false;
    let terms = record.split(' ').filter(|term| !term.is_empty());
    let parse = |term| {
        one(term, &mut has_redirect, &mut has_explanation).ok_or_else(|| str::to_owned(term))
    };
    terms.map(parse).collect()
}

fn one(term: &str, has_redirect: &mut bool, has_explanation: &mut bool) -> Option<Term> {
    let Some(name) = modifier_name(term) else { return directive(term) };
    let value = &term[name.len() + 1..];
    if name.eq_ignore_ascii_case("redirect") {
        if std::mem::replace(has_redirect, true) {
            return None;
        }
        return Some(Term::Redirect(DomainSpec::parse(value)?));
    }
    if name.eq_ignore_ascii_case("exp") {
        if std::mem::replace(has_explanation, true) {
            return None;
        }
        DomainSpec::parse(value)?;
        return Some(Term::Other);
    }
    DomainSpec::is_macro_string(value).then_some(Term::Other)
}

/// The name of `name=value`.
fn modifier_name(term: &str) -> Option<&str> {
    let (name, _) = term.split_once('=')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    is_name.then_some(name)
}

fn directive(term: &str) -> Option<Term> {
    let (qualifier, rest) = match term.as_bytes().first()? {
        b'+' => (Qualifier::Pass, &term[1..]),
        b'-' => (Qualifier::Fail, &term[1..]),
        b'~' => (Qualifier::SoftFail, &term[1..]),
        b'?' => (Qualifier::Neutral, &term[1..]),
        _ => (Qualifier::Pass, term),
    };
    let end = rest.find([':', '/']).unwrap_or(rest.len());
    let (name, argument) = rest.split_at(end);
    let domain = || argument.strip_prefix(':').and_then(DomainSpec::parse);
    let mechanism = match name.to_ascii_lowercase().as_str() {
        "all" if argument.is_empty() => Mechanism::All,
        "include" => Mechanism::Include(domain()?),
        "exists" => Mechanism::Exists(domain()?),
        "a" => Mechanism::A(target(argument)?),
        "mx" => Mechanism::Mx(target(argument)?),
        "ptr" if argument.is_empty() => Mechanism::Ptr(None),
        "ptr" => Mechanism::Ptr(Some(domain()?)),
        "ip4" => {
            let (address, prefix) = network(argument.strip_prefix(':')?, 32)?;
            Mechanism::Network { address: IpAddr::V4(address.parse::<Ipv4Addr>().ok()?), prefix }
        }
        "ip6" => {
            let (address, prefix) = network(argument.strip_prefix(':')?, 128)?;
            Mechanism::Network { address: IpAddr::V6(address.parse::<Ipv6Addr>().ok()?), prefix }
        }
        _ => return None,
    };
    Some(Term::Directive(qualifier, mechanism))
}

/// `address[/prefix]`
fn network(text: &str, longest: u8) -> Option<(&str, u8)> {
    match text.split_once('/') {
        None => Some((text, longest)),
        Some((address, prefix)) => Some((address, prefix_length(prefix, longest)?)),
    }
}

/// `[:domain][/v4-prefix][//v6-prefix]`
fn target(argument: &str) -> Option<Target> {
    let (argument, v6_prefix) = match argument.split_once("//") {
        None => (argument, 128),
        Some((rest, prefix)) => (rest, prefix_length(prefix, 128)?),
    };
    // A slash may also delimit a macro: «%{d/}».
    let after_macros = argument.rfind('}').map_or(0, |at| at + 1);
    let (domain, v4_prefix) = match argument[after_macros..].rfind('/') {
        None => (argument, 32),
        Some(at) if !argument[after_macros + at + 1..].bytes().all(|b| b.is_ascii_digit()) => {
            (argument, 32)
        }
        Some(at) => {
            let at = after_macros + at;
            (&argument[..at], prefix_length(&argument[at + 1..], 32)?)
        }
    };
    let domain = match domain.strip_prefix(':') {
        Some(spec) => Some(DomainSpec::parse(spec)?),
        None if domain.is_empty() => None,
        None => return None,
    };
    Some(Target { domain, v4_prefix, v6_prefix })
}

/// Figures without a leading zero.
fn prefix_length(text: &str, longest: u8) -> Option<u8> {
    let figures = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text == "0" || !text.starts_with('0');
    text.parse().ok().filter(|prefix| figures && plain && *prefix <= longest)
}
