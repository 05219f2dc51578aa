//! The sender's domain: whether it receives mail, its SPF record, its DKIM key, its DMARC policy.

use std::net::IpAddr;
use std::time::Instant;

use super::spf::{self, SpfQuestion, SpfResult};
use super::{Deadline, dmarc};
use crate::compose::PublicKey;
use crate::dns::{LookupError, MailStatus, Resolver};
use crate::finding::{Aligned, Check, Finding};

/// Providers whose domains people share, and whose DMARC policies tell receivers to distrust other
/// relays.
#[rustfmt::skip]
const FREE_PROVIDERS: &[&str] = &[
    "aol.com", "bk.ru", "gmail.com", "googlemail.com", "hotmail.com", "icloud.com", "inbox.ru",
    "internet.ru", "list.ru", "live.com", "mail.ru", "me.com", "outlook.com", "rambler.ru",
    "vk.com", "xmail.ru", "ya.ru", "yahoo.com", "yandex.by", "yandex.com", "yandex.kz", "yandex.ru",
];

/// The fewest bits of an RSA key that receivers accept, and that are advised (RFC 8301, 3.2).
const FEWEST_BITS: u32 = 1024;
const ADVISED_BITS: u32 = 2048;

/// What the letters of a campaign say of their origin.
pub struct Origin<'a> {
    /// The domain of From.
    pub from: &'a str,
    /// The domain of the envelope sender.
    pub envelope: &'a str,
    /// The relay's name and addresses.
    pub relay: Option<(&'a str, &'a [IpAddr])>,
    pub key: Option<DkimKey<'a>>,
}

/// `[dkim]`
pub struct DkimKey<'a> {
    pub domain: &'a str,
    pub selector: &'a str,
    pub public: &'a PublicKey,
}

/// Looks at everything that DNS says of the sender.
pub fn look(origin: &Origin, resolver: &Resolver, deadline: Deadline) -> Vec<Finding> {
    let mut found = Vec::new();
    let until = deadline.0;
    let mut domains = vec![origin.from];
    if !origin.envelope.eq_ignore_ascii_case(origin.from) {
        domains.push(origin.envelope);
    }
    for domain in domains {
        found.push(match resolver.ask(&[domain.to_owned()], |_| {}).into_values().next() {
            Some(MailStatus::Accepts) => Finding::ReceivesMail { domain: domain.to_owned() },
            Some(MailStatus::Not(why)) => {
                Finding::ReceivesNoMail { domain: domain.to_owned(), why }
            }
            Some(MailStatus::Unanswered) | None => silent(Check::Mx, domain),
        });
    }
    let passes_spf = look_at_spf(origin, resolver, until, &mut found);
    let signs = look_at_dkim(origin, resolver, until, &mut found);
    look_at_dmarc(origin, resolver, until, &mut found);
    let walk = |domain: &str| dmarc::organisation(domain, resolver, until);
    let is_aligned = |domain: &str| match (walk(domain), walk(origin.from)) {
        (Ok(one), Ok(other)) => one.eq_ignore_ascii_case(&other),
        (_, _) => domain.eq_ignore_ascii_case(origin.from),
    };
    let by_spf = passes_spf && is_aligned(origin.envelope);
    let by_dkim = signs && origin.key.as_ref().is_some_and(|key| is_aligned(key.domain));
    if let Some((host, _)) = origin.relay {
        found.push(match (by_spf, by_dkim) {
            (true, true) => Finding::DmarcAligned { by: Aligned::Both },
            (true, false) => Finding::DmarcAligned { by: Aligned::Spf },
            (false, true) => Finding::DmarcAligned { by: Aligned::Dkim },
            (false, false) => Finding::DmarcNotAligned {
                from: origin.from.to_owned(),
                envelope: origin.envelope.to_owned(),
                dkim: origin.key.as_ref().map(|key| key.domain.to_owned()),
            },
        });
        let is_free = FREE_PROVIDERS.iter().any(|free| free.eq_ignore_ascii_case(origin.from));
        if is_free && !is_of(host, origin.from) {
            let domain = origin.from.to_owned();
            found.push(Finding::FreeProvider { domain, host: host.to_owned() });
        }
    }
    found
}

/// Whether a relay belongs to a provider: `smtp.yandex.ru` to `yandex.ru`, also to `ya.ru`.
fn is_of(host: &str, domain: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let family: &[&str] = match domain.to_ascii_lowercase().as_str() {
        "ya.ru" | "yandex.ru" | "yandex.com" | "yandex.by" | "yandex.kz" => &["yandex."],
        "mail.ru" | "bk.ru" | "inbox.ru" | "list.ru" | "internet.ru" | "xmail.ru" => &["mail.ru"],
        "gmail.com" | "googlemail.com" => &["gmail.com", "google.com"],
        "outlook.com" | "hotmail.com" | "live.com" => &["outlook.com", "office365.com"],
        "icloud.com" | "me.com" => &["mail.me.com"],
        other => return host == other || host.ends_with(&format!(".{other}")),
    };
    family.iter().any(|part| host.contains(part))
}

fn silent(check: Check, name: &str) -> Finding {
    Finding::NoAnswer { check, name: name.to_owned() }
}

/// Whether the relay's addresses pass.
fn look_at_spf(
    origin: &Origin,
    resolver: &Resolver,
    until: Instant,
    found: &mut Vec<Finding>,
) -> bool {
    let domain = origin.envelope.to_owned();
    let texts = match resolver.texts(&domain, until) {
        Ok(texts) => texts,
        Err(LookupError::NoSuchName) => Vec::new(),
        Err(LookupError::Unanswered) => {
            found.push(silent(Check::Spf, &domain));
            return false;
        }
    };
    let is_spf = |text: &&String| {
        let version = text.split(' ').next().unwrap_or_default();
        version.eq_ignore_ascii_case("v=spf1")
    };
    let records: Vec<&String> = texts.iter().filter(is_spf).collect();
    let record = match records.as_slice() {
        [] => {
            let proposal = proposal(origin.relay.map_or(&[], |(_, ips)| ips));
            found.push(Finding::SpfMissing { domain, proposal });
            return false;
        }
        [record] => record.to_ascii_lowercase(),
        [..] => {
            found.push(Finding::SpfSeveral { domain });
            return false;
        }
    };
    let mut terms = record.split(' ').skip(1);
    if terms.clone().any(|term| matches!(term, "all" | "+all" | "?all")) {
        found.push(Finding::SpfOpen { domain: domain.clone() });
    }
    if terms.any(|term| {
        let term = term.trim_start_matches(['+', '-', '~', '?']);
        term == "ptr" || term.starts_with("ptr:")
    }) {
        found.push(Finding::SpfPtr { domain: domain.clone() });
    }
    let Some((host, ips)) = origin.relay else { return false };
    let sender = format!("postmaster@{domain}");
    let mut passes = !ips.is_empty();
    for ip in ips {
        let question = SpfQuestion { ip: *ip, mail_from: &sender, helo: host };
        let finding = match spf::check(&question, resolver) {
            SpfResult::Pass => continue,
            SpfResult::PermError => Finding::SpfBroken { domain: domain.clone() },
            SpfResult::TempError => silent(Check::Spf, &domain),
            result @ (SpfResult::Fail
            | SpfResult::SoftFail
            | SpfResult::Neutral
            | SpfResult::None) => {
                Finding::SpfDoesNotPass { domain: domain.clone(), ip: *ip, result: result.as_str() }
            }
        };
        passes = false;
        found.push(finding);
        break;
    }
    if passes {
        found.push(Finding::SpfPasses { domain, host: host.to_owned() });
    }
    passes
}

/// A record that lets the relay's addresses send; without a relay, those that receive.
fn proposal(ips: &[IpAddr]) -> String {
    let mut record = if ips.is_empty() { "v=spf1 mx" } else { "v=spf1" }.to_owned();
    for ip in ips {
        let kind = if ip.is_ipv4() { "ip4" } else { "ip6" };
        record.push_str(&format!(" {kind}:{ip}"));
    }
    record + " ~all"
}

/// Whether receivers find our key.
fn look_at_dkim(
    origin: &Origin,
    resolver: &Resolver,
    until: Instant,
    found: &mut Vec<Finding>,
) -> bool {
    let Some(key) = &origin.key else {
        found.push(Finding::NoKey);
        return false;
    };
    let name = format!("{}._domainkey.{}", key.selector, key.domain);
    let record = format!("v=DKIM1; k={}; p={}", key.public.algorithm, key.public.base64);
    let texts = match resolver.texts(&name, until) {
        Ok(texts) => texts,
        Err(LookupError::NoSuchName) => Vec::new(),
        Err(LookupError::Unanswered) => {
            found.push(silent(Check::Dkim, &name));
            return false;
        }
    };
    let text = match texts.as_slice() {
        [] => {
            found.push(Finding::DkimMissing { name, record });
            return false;
        }
        [text] => text,
        [..] => {
            found.push(Finding::DkimSeveral { name });
            return false;
        }
    };
    let tags = dmarc::tags(text);
    let tag = |wanted: &str| tags.iter().find(|(tag, _)| tag == wanted).map(|(_, value)| value);
    let published: String =
        tag("p").map(|p| p.chars().filter(|c| !c.is_whitespace()).collect()).unwrap_or_default();
    let algorithm = tag("k").map_or("rsa", String::as_str);
    if published.is_empty() {
        found.push(Finding::DkimRevoked { name, record });
        return false;
    }
    if published != key.public.base64 || algorithm != key.public.algorithm {
        found.push(Finding::DkimOtherKey { name, record });
        return false;
    }
    if tag("t").is_some_and(|flags| flags.split(':').any(|flag| flag.trim() == "y")) {
        found.push(Finding::DkimTest { name: name.clone() });
    }
    let bits = key.public.bits;
    match bits {
        Some(bits) if bits < ADVISED_BITS => found.push(Finding::DkimShort { bits }),
        Some(_) | None => {}
    }
    found.push(Finding::DkimGood { name, bits });
    bits.is_none_or(|bits| bits >= FEWEST_BITS)
}

fn look_at_dmarc(origin: &Origin, resolver: &Resolver, until: Instant, found: &mut Vec<Finding>) {
    match dmarc::policy(origin.from, resolver, until) {
        Err(name) => found.push(silent(Check::Dmarc, &name)),
        Ok(dmarc::Policy::None) => {
            found.push(Finding::DmarcMissing { domain: origin.from.to_owned() });
        }
        Ok(dmarc::Policy::Several { name }) => found.push(Finding::DmarcSeveral { name }),
        Ok(dmarc::Policy::Broken { name }) => found.push(Finding::DmarcBroken { name }),
        Ok(dmarc::Policy::Record { name, tags }) => {
            for (tag, _) in tags.iter().filter(|(tag, _)| dmarc::REMOVED.contains(&tag.as_str())) {
                let tag = tag.clone();
                found.push(Finding::DmarcRemovedTag { name: name.clone(), tag });
            }
            if tags.iter().any(|(tag, value)| tag == "t" && value.eq_ignore_ascii_case("y")) {
                found.push(Finding::DmarcTest { name });
            }
        }
    }
}
