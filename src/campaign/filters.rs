//! What large receivers hold against a mailing as a whole, told once before it goes.
//!
//! Sources: the senders' guidelines of Gmail, Yahoo, Yandex and Mail.ru (2024), RFC 7489 (3.1) for
//! alignment, RFC 8058 (4) for the signature under one-click. A warning never stops a letter.

use std::collections::HashMap;

use crate::config::Config;
use crate::policy::Limits;
use crate::problem::{FilterRisk, LetterFault, Place, Problem};
use crate::recipient::Address;

/// Mail for everybody: the domains of its addresses, and those of the relays that may send for them.
const PROVIDERS: [(&[&str], &[&str]); 6] = [
    (&["gmail.com", "googlemail.com"], &["gmail.com", "google.com", "googlemail.com"]),
    (&["mail.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru", "xmail.ru"], &["mail.ru"]),
    (
        &["yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "narod.ru"],
        &["yandex.ru", "yandex.com", "yandex.net", "ya.ru"],
    ),
    (&["rambler.ru", "lenta.ru", "autorambler.ru", "ro.ru"], &["rambler.ru"]),
    (
        &["outlook.com", "hotmail.com", "live.com", "live.ru", "msn.com"],
        &["outlook.com", "office365.com", "live.com", "hotmail.com"],
    ),
    (&["yahoo.com", "icloud.com", "me.com"], &["yahoo.com", "icloud.com", "me.com"]),
];

/// Endings of files that Gmail, Outlook and Mail.ru refuse, whatever is in them.
const REFUSED: [&str; 36] = [
    "ade", "adp", "apk", "appx", "bat", "cab", "chm", "cmd", "com", "cpl", "dll", "dmg", "exe",
    "hta", "iso", "jar", "js", "jse", "lnk", "mde", "msc", "msi", "msp", "mst", "pif", "ps1",
    "reg", "scr", "sys", "vb", "vbe", "vbs", "vhd", "wsc", "wsf", "xll",
];

/// Letters an hour to one provider from which a sender that it does not know is slowed down.
const MOST_AN_HOUR: u64 = 300;

/// What the settings alone show.
pub(super) fn of_settings(config: &Config) -> Vec<Problem> {
    let mut risks = Vec::new();
    let from = config.from.address.domain();
    if let (Some(smtp), Some((_, relays))) = (&config.smtp, provider(from)) {
        let host = smtp.relay.host.to_lowercase();
        if !relays.iter().any(|relay| organisation(&host) == *relay) {
            let domain = config.from.address.domain_shown().to_owned();
            risks.push(FilterRisk::SenderElsewhere { domain, host });
        }
    }
    if let Some(signed) = config.dkim.as_ref().and_then(|dkim| dkim.domain.as_deref())
        && organisation(&signed.to_lowercase()) != organisation(from)
    {
        let from = config.from.address.domain_shown().to_owned();
        risks.push(FilterRisk::SignatureElsewhere { signed: signed.to_owned(), from });
    }
    let letter = &config.letter.settings;
    if letter.headers.one_click.is_some() && config.dkim.is_none() && config.smtp.is_some() {
        risks.push(FilterRisk::OneClickUnsigned);
    }
    let place = Place::file(crate::config::FILE);
    let mut problems: Vec<Problem> =
        risks.into_iter().map(|risk| warning(place.clone(), risk)).collect();
    if is_shouted(&letter.subject) {
        problems.push(warning(letter.subject_place.clone(), FilterRisk::SubjectCapitals));
    }
    problems
}

/// What an attachment shows.
pub(super) fn of_attachment(name: &str, bytes: &[u8]) -> Option<Problem> {
    let ending =
        |name: &str| name.rsplit_once('.').map_or(String::new(), |(_, it)| it.to_lowercase());
    let own = ending(name);
    let is_refused = |ending: &String| REFUSED.contains(&ending.as_str());
    let risk = if is_refused(&own) {
        FilterRisk::AttachmentRefused { ending: own }
    } else if own == "zip" {
        let inside = names_in_zip(bytes).map(|name| ending(&name));
        let inside = inside.into_iter().find(|it| is_refused(it) || is_archive(it))?;
        FilterRisk::ArchiveRefused { ending: inside }
    } else {
        return None;
    };
    Some(warning(Place::file(name), risk))
}

fn is_archive(ending: &str) -> bool {
    matches!(ending, "zip" | "rar" | "7z")
}

/// The names in the directory of a zip archive (APPNOTE 4.3.12).
fn names_in_zip(bytes: &[u8]) -> impl Iterator<Item = String> {
    memchr::memmem::find_iter(bytes, b"PK\x01\x02").take(1000).filter_map(|at| {
        let length = bytes.get(at + 28..at + 30)?;
        let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
        let name = bytes.get(at + 46..at + 46 + length)?;
        Some(String::from_utf8_lossy(name).into_owned())
    })
}

/// Counts the addressees of each provider.
#[derive(Debug, Default)]
pub(crate) struct Providers(HashMap<&'static str, u64>);

impl Providers {
    pub(crate) fn count(&mut self, address: &Address) {
        if let Some((domains, _)) = provider(address.domain()) {
            *self.0.entry(domains[0]).or_default() += 1;
        }
    }

    /// A warning for each provider that would get more letters an hour than it takes from a
    /// stranger.
    pub(crate) fn risks(&self, config: &Config) -> Vec<Problem> {
        let an_hour = |limits: &Limits| {
            let minutes = limits.per_minute.map(|letters| u64::from(letters) * 60);
            let days = limits.per_day.map(u64::from);
            [minutes, limits.per_hour.map(u64::from), days].into_iter().flatten().min()
        };
        let pace = &config.pace;
        let mut risks: Vec<(&str, u64)> = Vec::new();
        for (&domain, &letters) in &self.0 {
            let groups =
                pace.groups.iter().filter(|group| group.domains.iter().any(|it| it == domain));
            let limits = groups.map(|group| &group.limits).chain([&pace.limits]);
            let most = limits.filter_map(an_hour).min().unwrap_or(u64::MAX).min(letters);
            if most > MOST_AN_HOUR {
                risks.push((domain, letters));
            }
        }
        risks.sort_unstable();
        let problem = |(domain, letters): (&str, u64)| {
            let domain = domain.to_owned();
            let risk = FilterRisk::TooMany { domain, letters, most: MOST_AN_HOUR };
            warning(Place::file(crate::config::FILE), risk)
        };
        if config.smtp.is_some() { risks.into_iter().map(problem).collect() } else { Vec::new() }
    }
}

fn warning(place: Place, risk: FilterRisk) -> Problem {
    Problem::warning(place, LetterFault::Risk(risk))
}

fn provider(domain: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    PROVIDERS.into_iter().find(|(domains, _)| domains.contains(&domain))
}

/// The last two labels of a domain: what relaxed alignment compares, but for domains such as
/// `example.co.uk`, for which nothing is warned of.
fn organisation(domain: &str) -> &str {
    let mut dots = domain.rmatch_indices('.').map(|(at, _)| at);
    dots.nth(1).map_or(domain, |at| &domain[at + 1..])
}

/// Whether a subject of several words has no small letter.
fn is_shouted(subject: &str) -> bool {
    let outside: String =
        subject.split("{{").map(|part| part.split_once("}}").map_or(part, |(_, it)| it)).collect();
    let letters = outside.chars().filter(|c| c.is_alphabetic()).count();
    letters > 10 && outside.contains(' ') && !outside.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisation_is_the_end_of_its_domains() {
        assert_eq!(organisation("smtp.mail.example.org"), "example.org");
        assert_eq!(organisation("example.org"), "example.org");
        assert_eq!(organisation("localhost"), "localhost");
    }

    #[test]
    fn a_subject_in_capitals_is_shouted_and_an_abbreviation_is_not() {
        assert!(is_shouted("ПРИГЛАШЕНИЕ НА СЕМИНАР {{ event.name }}"));
        for subject in ["ММСО 2026", "О проведении ММСО", "{{ row['тема'] }}", "ПРИГЛАШЕНИЕ"]
        {
            assert!(!is_shouted(subject), "{subject}");
        }
    }

    #[test]
    fn what_servers_refuse_is_known_by_name_and_inside_archives() {
        let zip = |name: &str| {
            let mut bytes = b"PK\x03\x04....PK\x01\x02".to_vec();
            bytes.resize(8 + 28, 0);
            bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            bytes.resize(8 + 46, 0);
            bytes.extend(name.as_bytes());
            bytes
        };
        let is_told = |name: &str, bytes: &[u8]| of_attachment(name, bytes).is_some();
        assert!(is_told("setup.EXE", b"MZ") && is_told("a.zip", &zip("b.zip")));
        assert!(is_told("a.zip", &zip("folder/run.js")));
        assert!(!is_told("a.zip", &zip("план.pdf")) && !is_told("a.pdf", b"%PDF"));
    }
}
