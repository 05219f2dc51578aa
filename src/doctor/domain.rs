//! The sender's domain: whether it receives mail, its SPF record, its DKIM key, its DMARC policy.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use super::provider::{self, is_below};
use super::spf::{self, SpfQuestion, SpfResult};
use super::{Deadline, dmarc};
use crate::compose::PublicKey;
use crate::dns::{LookupError, MailStatus, Record, RecordKind, Resolver};
use crate::finding::{Aligned, Check, DomainFinding, Finding, SpfFlaw};
use crate::problem::Problem;

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

/// The most names of an address that are followed.
const MOST_NAMES: usize = 10;

/// What the letters of a campaign say of their origin.
pub struct Origin<'a> {
    /// The domain of From.
    pub from: &'a str,
    /// The domain of the envelope sender.
    pub envelope: &'a str,
    /// The relay's name and addresses.
    pub relay: Option<(&'a str, &'a [IpAddr])>,
    /// What `[dkim]` signs with, or what is wrong with it.
    pub key: Result<Option<DkimKey<'a>>, KeyProblem<'a>>,
}

impl<'a> Origin<'a> {
    fn key(&self) -> Option<&DkimKey<'a>> {
        self.key.as_ref().ok().and_then(Option::as_ref)
    }

    /// That letters are not signed here, or cannot be.
    fn without_key(&self) -> Option<DomainFinding> {
        match &self.key {
            Ok(Some(_)) => None,
            Ok(None) => Some(DomainFinding::NoKey),
            Err(KeyProblem { key, problem }) => {
                let (key, problem) = ((*key).to_owned(), (*problem).clone());
                Some(DomainFinding::KeyFails { key, problem })
            }
        }
    }
}

/// `[dkim]`
pub struct DkimKey<'a> {
    pub domain: &'a str,
    pub selector: &'a str,
    pub public: &'a PublicKey,
}

/// A key that cannot be used, by its name in `[dkim]`.
pub struct KeyProblem<'a> {
    pub key: &'a str,
    pub problem: &'a Problem,
}

/// What can be said without asking anybody.
pub fn foresee(origin: &Origin) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(key) = origin.key() {
        look_at_length(key, &mut found);
    }
    found.extend(origin.without_key());
    look_at_provider(origin, &mut found);
    found.into_iter().map(Finding::from).collect()
}

/// Looks at everything that DNS says of the sender.
pub fn look(origin: &Origin, resolver: &Resolver, deadline: Deadline) -> Vec<Finding> {
    let mut found = Vec::new();
    let until = deadline.0;
    if let Err(LookupError::Unanswered) = resolver.lookup(origin.from, RecordKind::Mx, until)
        && let Err(LookupError::Unanswered) = resolver.lookup(origin.from, RecordKind::Txt, until)
    {
        found.push(DomainFinding::DnsSilent { servers: resolver.servers() });
        found.extend(origin.without_key());
        look_at_provider(origin, &mut found);
        return found.into_iter().map(Finding::from).collect();
    }
    let mut domains = vec![origin.from];
    if !origin.envelope.eq_ignore_ascii_case(origin.from) {
        domains.push(origin.envelope);
    }
    for domain in domains {
        found.push(match resolver.mail_status(domain, until) {
            MailStatus::Accepts => DomainFinding::ReceivesMail { domain: domain.to_owned() },
            MailStatus::Not(why) => {
                DomainFinding::ReceivesNoMail { domain: domain.to_owned(), why }
            }
            MailStatus::Unanswered => silent(Check::Mx, domain),
        });
    }
    let passes_spf = look_at_spf(origin, resolver, until, &mut found);
    let signs = look_at_dkim(origin, resolver, until, &mut found);
    let alignment = look_at_dmarc(origin, resolver, until, &mut found);
    look_at_alignment(origin, (passes_spf, signs), alignment, (resolver, until), &mut found);
    look_at_provider(origin, &mut found);
    look_at_names(origin, resolver, until, &mut found);
    found.into_iter().map(Finding::from).collect()
}

/// Whether SPF or DKIM speaks for the domain of From (RFC 9989, 4.4).
fn look_at_alignment(
    origin: &Origin,
    (passes_spf, signs): (Option<bool>, bool),
    alignment: Alignment,
    (resolver, until): (&Resolver, Instant),
    found: &mut Vec<DomainFinding>,
) {
    if origin.relay.is_none() {
        return;
    }
    let walk = |domain: &str| dmarc::organisation(domain, resolver, until);
    let is_aligned = |domain: &str, is_strict: bool| {
        let is_same = domain.eq_ignore_ascii_case(origin.from);
        is_same
            || !is_strict
                && matches!((walk(domain), walk(origin.from)),
                    (Ok(one), Ok(other)) if one.eq_ignore_ascii_case(&other))
    };
    let may_agree = is_aligned(origin.envelope, alignment.strict_spf);
    let by_spf = passes_spf == Some(true) && may_agree;
    let key = origin.key().filter(|_| signs);
    let by_dkim = key.is_some_and(|key| is_aligned(key.domain, alignment.strict_dkim));
    found.push(match (by_spf, by_dkim) {
        (true, true) => DomainFinding::DmarcAligned { by: Aligned::Both },
        (true, false) => DomainFinding::DmarcAligned { by: Aligned::Spf },
        (false, true) => DomainFinding::DmarcAligned { by: Aligned::Dkim },
        // SPF could still speak for it.
        (false, false) if passes_spf.is_none() && may_agree => return,
        (false, false) => DomainFinding::DmarcNotAligned {
            from: origin.from.to_owned(),
            envelope: origin.envelope.to_owned(),
            dkim: origin.key().map(|key| key.domain.to_owned()),
        },
    });
}

/// Whether an address at a free provider goes through another's relay.
fn look_at_provider(origin: &Origin, found: &mut Vec<DomainFinding>) {
    let Some((host, _)) = origin.relay else { return };
    let is_free = FREE_PROVIDERS.iter().any(|free| free.eq_ignore_ascii_case(origin.from));
    if is_free && !is_of(host, origin.from) {
        let domain = origin.from.to_owned();
        found.push(DomainFinding::FreeProvider { domain, host: host.to_owned() });
    }
}

/// The names of the relay's addresses, where the relay is ours: a provider looks after its own.
fn look_at_names(
    origin: &Origin,
    resolver: &Resolver,
    until: Instant,
    found: &mut Vec<DomainFinding>,
) {
    let Some((host, ips)) = origin.relay else { return };
    let is_ours = is_below(host, origin.from) || is_below(host, origin.envelope);
    for ip in ips.iter().copied().filter(|ip| is_ours && is_public(*ip)) {
        let reverse = spf::reverse_name(ip);
        let names = match resolver.lookup(&reverse, RecordKind::Ptr, until) {
            Ok(records) => records,
            Err(LookupError::NoSuchName) => Vec::new(),
            Err(LookupError::Unanswered) => {
                found.push(silent(Check::Ptr, &reverse));
                continue;
            }
        };
        let names = names.into_iter().filter_map(|record| match record {
            Record::Name(name) => Some(name),
            Record::Address(_) | Record::Mx { .. } | Record::Text(_) => None,
        });
        let names: Vec<String> = names.take(MOST_NAMES).collect();
        let leads_back = |name: &&String| {
            resolver.addresses(name, until).is_ok_and(|addresses| addresses.contains(&ip))
        };
        found.push(match (names.iter().find(leads_back), names.first()) {
            (Some(name), _) => DomainFinding::PtrGood { ip, name: name.clone() },
            (None, Some(name)) => {
                let record = if is_below(name, origin.from) {
                    format!("{name}. {} {ip}", if ip.is_ipv4() { "A" } else { "AAAA" })
                } else {
                    format!("{reverse}. PTR {host}.")
                };
                DomainFinding::PtrNotConfirmed { ip, name: name.clone(), record }
            }
            (None, None) => {
                let record = format!("{reverse}. PTR {host}.");
                DomainFinding::PtrMissing { ip, host: host.to_owned(), record }
            }
        });
    }
}

/// Whether receivers see mail from this address: not within a network of one's own.
fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            !(v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified())
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_unique_local()
                || v6.is_unicast_link_local())
        }
    }
}

/// Whether an address is one that only the networks of an organisation or a provider know.
fn is_inside(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        // The last: RFC 6598.
        IpAddr::V4(v4) => {
            v4.is_private()
                || v4.is_link_local()
                || (v4.octets()[0] == 100 && v4.octets()[1] & 0xC0 == 64)
        }
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    }
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

fn silent(check: Check, name: &str) -> DomainFinding {
    DomainFinding::NoAnswer { check, name: name.to_owned() }
}

/// The TXT records of a name; `None` if that cannot be known, which is found too.
fn texts_of(
    check: Check,
    name: &str,
    resolver: &Resolver,
    until: Instant,
    found: &mut Vec<DomainFinding>,
) -> Option<Vec<String>> {
    match resolver.texts(name, until) {
        Ok(texts) => Some(texts),
        Err(LookupError::NoSuchName) => Some(Vec::new()),
        Err(LookupError::Unanswered) => {
            found.push(silent(check, name));
            None
        }
    }
}

/// Whether the relay's addresses pass; `None` if that cannot be known.
fn look_at_spf(
    origin: &Origin,
    resolver: &Resolver,
    until: Instant,
    found: &mut Vec<DomainFinding>,
) -> Option<bool> {
    let domain = origin.envelope.to_owned();
    let texts = texts_of(Check::Spf, &domain, resolver, until, found)?;
    let is_spf = |text: &&String| {
        let version = text.split(' ').next().unwrap_or_default();
        version.eq_ignore_ascii_case("v=spf1")
    };
    let records: Vec<&String> = texts.iter().filter(is_spf).collect();
    let provider = origin.relay.and_then(|(host, _)| provider::of_host(host));
    let include = provider.and_then(provider::spf_of);
    let ips = origin.relay.map_or(&[] as &[IpAddr], |(_, ips)| ips);
    let inside = |domain| {
        let ip = ips.iter().copied().find(|ip| is_inside(*ip) || ip.is_loopback());
        let (host, ip) = origin.relay.zip(ip)?;
        Some(DomainFinding::SpfInside { domain, host: host.0.to_owned(), ip })
    };
    let record = match records.as_slice() {
        [] => {
            // A relay on this machine sends from another address than it is reached at.
            let is_known = |ip: &IpAddr| !is_inside(*ip) && !ip.is_loopback();
            let outside = ips.iter().copied().filter(is_known).collect::<Vec<_>>();
            let proposal = proposal(include, &outside);
            found.push(DomainFinding::SpfMissing { domain: domain.clone(), proposal });
            if outside.is_empty() && include.is_none() {
                found.extend(inside(domain));
            }
            return Some(false);
        }
        [record] => record.to_ascii_lowercase(),
        [..] => {
            found.push(DomainFinding::SpfSeveral { domain });
            return Some(false);
        }
    };
    look_at_terms(&record, &domain, found);
    let sender = format!("postmaster@{domain}");
    // An address that nobody has runs through the whole record: what is wrong behind the term that
    // our relay meets concerns other senders of the domain.
    let host = origin.relay.map_or(domain.as_str(), |(host, _)| host);
    let nobody = SpfQuestion { ip: NOBODY, mail_from: &sender, helo: host };
    let (_, flaw) = spf::examine(&nobody, resolver, until);
    let flaw = flaw.filter(|flaw| !(*flaw == SpfFlaw::TooManyVoid && record.contains('%')));
    let Some((host, _)) = origin.relay else {
        found.extend(flaw.map(|flaw| DomainFinding::SpfBroken { domain, flaw }));
        return Some(false);
    };
    if include.is_some_and(|include| names(&record, include)) {
        found.push(match flaw {
            Some(flaw) => DomainFinding::SpfBroken { domain, flaw },
            None => DomainFinding::SpfPasses { domain, host: host.to_owned() },
        });
        return Some(matches!(found.last(), Some(DomainFinding::SpfPasses { .. })));
    }
    if !ips.is_empty() && ips.iter().all(|ip| is_inside(*ip)) {
        if let Some(flaw) = flaw {
            found.push(DomainFinding::SpfBroken { domain, flaw });
            return Some(false);
        }
        found.extend(inside(domain));
        return None;
    }
    for ip in ips.iter().filter(|ip| !is_inside(**ip)) {
        let question = SpfQuestion { ip: *ip, mail_from: &sender, helo: host };
        let finding = match spf::examine(&question, resolver, until) {
            (SpfResult::Pass, _) => continue,
            (SpfResult::PermError, Some(flaw)) => {
                DomainFinding::SpfBroken { domain: domain.clone(), flaw }
            }
            (SpfResult::TempError | SpfResult::PermError, _) => {
                found.push(silent(Check::Spf, &domain));
                return None;
            }
            (
                result @ (SpfResult::Fail
                | SpfResult::SoftFail
                | SpfResult::Neutral
                | SpfResult::None),
                _,
            ) => {
                let include = include.map(|include| format!("include:{include}"));
                DomainFinding::SpfDoesNotPass {
                    domain: domain.clone(),
                    ip: *ip,
                    result: result.as_str(),
                    term: include.unwrap_or_else(|| term_of(*ip)),
                }
            }
        };
        found.push(finding);
        return Some(false);
    }
    found.extend(flaw.map(|flaw| DomainFinding::SpfFragile { domain: domain.clone(), flaw }));
    if ips.is_empty() {
        return None;
    }
    found.push(DomainFinding::SpfPasses { domain, host: host.to_owned() });
    Some(true)
}

/// What a record had better not have.
fn look_at_terms(record: &str, domain: &str, found: &mut Vec<DomainFinding>) {
    let mut terms = record.split(' ').skip(1);
    if terms.clone().any(|term| matches!(term, "all" | "+all" | "?all")) {
        found.push(DomainFinding::SpfOpen { domain: domain.to_owned() });
    }
    if terms.any(|term| {
        let term = term.trim_start_matches(['+', '-', '~', '?']);
        term == "ptr" || term.starts_with("ptr:")
    }) {
        found.push(DomainFinding::SpfPtr { domain: domain.to_owned() });
    }
}

/// A reserved address (RFC 1112, 4), from which no mail can come.
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(240, 0, 0, 1));

/// Whether a record includes another's, or is replaced by it.
fn names(record: &str, other: &str) -> bool {
    let terms = record.split(' ').map(|term| term.trim_start_matches('+'));
    let mut targets = terms.filter_map(|term| {
        term.strip_prefix("include:").or_else(|| term.strip_prefix("redirect="))
    });
    targets.any(|target| target.trim_end_matches('.') == other)
}

fn term_of(ip: IpAddr) -> String {
    format!("{}:{ip}", if ip.is_ipv4() { "ip4" } else { "ip6" })
}

/// A record that lets the relay send; without a relay, the hosts that receive.
fn proposal(include: Option<&str>, ips: &[IpAddr]) -> String {
    let mut record = "v=spf1".to_owned();
    match include {
        Some(include) => record.push_str(&format!(" include:{include}")),
        None if ips.is_empty() => record.push_str(" mx"),
        None => {
            for ip in ips {
                record.push_str(&format!(" {}", term_of(*ip)));
            }
        }
    }
    record + " ~all"
}

fn look_at_length(key: &DkimKey, found: &mut Vec<DomainFinding>) {
    match key.public.bits {
        Some(bits) if bits < FEWEST_BITS => found.push(DomainFinding::KeyShort { bits }),
        Some(bits) if bits < ADVISED_BITS => found.push(DomainFinding::DkimShort { bits }),
        Some(_) | None => {}
    }
}

/// Whether receivers find our key.
fn look_at_dkim(
    origin: &Origin,
    resolver: &Resolver,
    until: Instant,
    found: &mut Vec<DomainFinding>,
) -> bool {
    let Some(key) = origin.key() else {
        found.extend(origin.without_key());
        return false;
    };
    look_at_length(key, found);
    let name = format!("{}._domainkey.{}", key.selector, key.domain);
    let record = format!("v=DKIM1; k={}; p={}", key.public.algorithm, key.public.base64);
    let Some(texts) = texts_of(Check::Dkim, &name, resolver, until, found) else {
        return false;
    };
    let text = match texts.as_slice() {
        [] => {
            found.push(DomainFinding::DkimMissing { name, record });
            return false;
        }
        [text] => text,
        [..] => {
            found.push(DomainFinding::DkimSeveral { name, record });
            return false;
        }
    };
    let tags = dmarc::tags(text);
    let tag = |wanted: &str| tags.iter().find(|(tag, _)| tag == wanted).map(|(_, value)| value);
    let published: String =
        tag("p").map(|p| p.chars().filter(|c| !c.is_whitespace()).collect()).unwrap_or_default();
    if published.is_empty() {
        found.push(DomainFinding::DkimRevoked { name, record });
        return false;
    }
    // A list without what a letter's signature is made of excludes it (RFC 6376, 3.6.1).
    let excludes = |wanted: &str, values: [&str; 2]| {
        let list = tag(wanted)?;
        let holds = list.split(':').any(|it| values.contains(&it.trim()));
        (!holds).then(|| format!("{wanted}={list}"))
    };
    let version = tags.first().filter(|(tag, _)| tag == "v").map(|(_, value)| value.as_str());
    let is_version_wrong = version.map_or_else(|| tag("v").is_some(), |version| version != "DKIM1");
    let wrong_version = is_version_wrong.then(|| format!("v={}", tag("v").map_or("", |v| v)));
    let unfit = wrong_version
        .or_else(|| excludes("k", [key.public.algorithm, key.public.algorithm]))
        .or_else(|| excludes("h", ["sha256", "sha256"]))
        .or_else(|| excludes("s", ["*", "email"]));
    if published != key.public.base64 || tag("k").is_none() && key.public.algorithm != "rsa" {
        found.push(DomainFinding::DkimOtherKey { name, record });
        return false;
    }
    if let Some(tag) = unfit {
        found.push(DomainFinding::DkimUnfit { name, tag, record });
        return false;
    }
    if tag("t").is_some_and(|flags| flags.split(':').any(|flag| flag.trim() == "y")) {
        found.push(DomainFinding::DkimTest { name: name.clone() });
    }
    let bits = key.public.bits;
    found.push(DomainFinding::DkimGood { name, bits });
    bits.is_none_or(|bits| bits >= FEWEST_BITS)
}

/// Whether From must be the very domain, and not only of the same organisation.
#[derive(Default, Clone, Copy)]
struct Alignment {
    strict_spf: bool,
    strict_dkim: bool,
}

fn look_at_dmarc(
    origin: &Origin,
    resolver: &Resolver,
    until: Instant,
    found: &mut Vec<DomainFinding>,
) -> Alignment {
    let (name, tags) = match dmarc::policy(origin.from, resolver, until) {
        Err(name) => {
            found.push(silent(Check::Dmarc, &name));
            return Alignment::default();
        }
        Ok(dmarc::Policy::None) => {
            found.push(DomainFinding::DmarcMissing { domain: origin.from.to_owned() });
            return Alignment::default();
        }
        Ok(dmarc::Policy::Several { name }) => {
            found.push(DomainFinding::DmarcSeveral { name });
            return Alignment::default();
        }
        Ok(dmarc::Policy::Broken { name }) => {
            found.push(DomainFinding::DmarcBroken { name });
            return Alignment::default();
        }
        Ok(dmarc::Policy::Record { name, tags }) => (name, tags),
    };
    let tag = |wanted: &str| {
        tags.iter().find(|(tag, _)| tag == wanted).map(|(_, value)| value.to_ascii_lowercase())
    };
    for (tag, _) in tags.iter().filter(|(tag, _)| dmarc::REMOVED.contains(&tag.as_str())) {
        let tag = tag.clone();
        found.push(DomainFinding::DmarcRemovedTag { name: name.clone(), tag });
    }
    if tag("t").is_some_and(|value| value == "y") {
        found.push(DomainFinding::DmarcTest { name: name.clone() });
    }
    let is_own = name.eq_ignore_ascii_case(&format!("_dmarc.{}", origin.from));
    let policy = tag("p");
    let applies = if is_own { policy.clone() } else { tag("sp").or_else(|| policy.clone()) };
    let strict = |wanted| tag(wanted).is_some_and(|value| value == "s");
    let alignment = Alignment { strict_spf: strict("aspf"), strict_dkim: strict("adkim") };
    found.push(match (policy, applies) {
        (Some(_), Some(policy)) => DomainFinding::DmarcFound { name, policy },
        (_, _) => DomainFinding::DmarcNoPolicy { name },
    });
    alignment
}
