//! DMARC: where the policy of a domain is, and which organisation a domain belongs to, by the tree
//! walk of RFC 9989 (4.10). No list of public suffixes is needed.

use std::time::Instant;

use crate::dns::{LookupError, Resolver};

/// Tags that RFC 9989 has removed.
pub(super) const REMOVED: &[&str] = &["pct", "rf", "ri"];

/// The most labels of a name that is asked for; of a longer one only the last seven are looked at
/// (RFC 9989, 4.10).
const MOST_LABELS: usize = 8;

/// The policy that applies to a domain.
pub(super) enum Policy {
    None,
    Record {
        name: String,
        tags: Vec<(String, String)>,
    },
    /// More than one record at one name: all are ignored.
    Several {
        name: String,
    },
    /// The first tag is right, and the policy cannot be read.
    Broken {
        name: String,
    },
}

/// Finds the policy: at the domain itself, else at its organisation.
///
/// # Errors
/// The name about which DNS was silent.
pub(super) fn policy(domain: &str, resolver: &Resolver, until: Instant) -> Result<Policy, String> {
    let own = at(domain, resolver, until)?;
    if !matches!(own, Policy::None) {
        return Ok(own);
    }
    let organisation = organisation(domain, resolver, until)?;
    if organisation.eq_ignore_ascii_case(domain) {
        return Ok(Policy::None);
    }
    at(&organisation, resolver, until)
}

/// The organisational domain of a domain.
pub(super) fn organisation(
    domain: &str,
    resolver: &Resolver,
    until: Instant,
) -> Result<String, String> {
    let mut found = domain.to_owned();
    let mut below = None;
    let mut name = domain;
    loop {
        if let Policy::Record { tags, .. } = at(name, resolver, until)? {
            let psd = tags.iter().find(|(tag, _)| tag == "psd").map(|(_, value)| value.as_str());
            match psd {
                Some("n") => return Ok(name.to_owned()),
                // A public suffix: the organisation is the name below it.
                Some("y") => return Ok(below.unwrap_or(name).to_owned()),
                Some(_) | None => name.clone_into(&mut found),
            }
        }
        below = Some(name);
        let labels = name.split('.').count();
        let skip = if labels > MOST_LABELS { labels - (MOST_LABELS - 1) } else { 1 };
        match name.splitn(skip + 1, '.').nth(skip) {
            Some(rest) => name = rest,
            None => return Ok(found),
        }
    }
}

/// The record at one name.
fn at(domain: &str, resolver: &Resolver, until: Instant) -> Result<Policy, String> {
    let name = format!("_dmarc.{domain}");
    let texts = match resolver.texts(&name, until) {
        Ok(texts) => texts,
        Err(LookupError::NoSuchName) => Vec::new(),
        Err(LookupError::Unanswered) => return Err(name),
    };
    // The version comes first, in capitals (RFC 9989, 4.7).
    let is_dmarc = |text: &&String| {
        tags(text).first().is_some_and(|(tag, value)| tag == "v" && value == "DMARC1")
    };
    let records: Vec<&String> = texts.iter().filter(is_dmarc).collect();
    Ok(match records.as_slice() {
        [] => Policy::None,
        [record] => {
            let tags = tags(record);
            let policies = ["none", "quarantine", "reject"];
            let is_sound = tags
                .iter()
                .filter(|(tag, _)| ["p", "sp", "np"].contains(&tag.as_str()))
                .all(|(_, value)| policies.iter().any(|it| value.eq_ignore_ascii_case(it)));
            if is_sound { Policy::Record { name, tags } } else { Policy::Broken { name } }
        }
        [..] => Policy::Several { name },
    })
}

/// The tags of a record, names in small letters (RFC 6376, 3.2).
pub(super) fn tags(record: &str) -> Vec<(String, String)> {
    record
        .split(';')
        .filter_map(|tag| tag.split_once('='))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect()
}
