//! What `doctor` finds.

use std::net::IpAddr;

use gonets::delivery::{MailboxTrouble, Reply, TlsFlaw, Trouble};
use gonets::finding::{
    Aligned, CampaignFinding, CertificateFlaw, Check, DomainFinding, Finding, Gravity,
    MailboxFinding, Provider, RelayFinding, SpfFlaw,
};
use gonets::notice::{Language, Notice, finding, fix};
use gonets::problem::{Cause, ConfigFault, KeyFlaw, LetterFault, NoMail, Place, Problem};

use super::{Variants, all_have_samples, holds, page, variants};

variants!(RelayFinding: NoRelay Answers Fails Refuses Breaks NotAsked Unknown OneAddressFails NoRoute NotEncrypted Certificate
    CertificateEnds CertificateBad OldTls NotTls TlsFails StartTlsMissing SpeaksBeforeTls LoginInClear
    LoggedIn LoginFails LoginNotOffered NoLogin SenderAccepted SenderRefused FromRefused
    RecipientRefused SenderPutOff Extensions TakesUpTo TooLarge NoUtf8 NoEightBit);
variants!(DomainFinding: DnsSilent NoAnswer ReceivesMail ReceivesNoMail SpfMissing SpfSeveral SpfBroken
    SpfFragile SpfOpen SpfPtr SpfPasses SpfInside SpfDoesNotPass NoKey KeyFails KeyShort DkimGood DkimMissing DkimSeveral
    DkimRevoked DkimOtherKey DkimUnfit DkimTest DkimShort DmarcFound DmarcMissing DmarcSeveral
    DmarcBroken DmarcNoPolicy DmarcTest DmarcRemovedTag DmarcAligned DmarcNotAligned FreeProvider
    PtrGood PtrMissing PtrNotConfirmed);
variants!(MailboxFinding: NoInbox InboxNotAsked InboxOpens InboxFails FolderRefused NoJunk LoopImpossible LoopNotSent
    LoopArrived LoopInJunk LoopLost MessageIdKept MessageIdChanged ReturnPathKept ReturnPathChanged
    SignatureKept SignatureLost ResultsPass ResultFails ResultsMissing OneClickAnswers OneClickFails UnsubscribeUnread UnsubscribeElsewhere);
variants!(CampaignFinding: Faulty Letters NoLedger LedgerNotAsked Ledger LedgerFails LedgerElsewhere LedgerOnShare Disk DiskShort
    TimeZone TimeZoneUnset Clock ClockWrong ClockUnknown);
variants!(CertificateFlaw: Expired NotYetValid OtherName UnknownIssuer Bad);
variants!(Provider: Yandex MailRu Gmail Microsoft Rambler ICloud Yahoo);
variants!(SpfFlaw: Term NoRecord Several TooManyLookups TooManyVoid TooManyHosts);
variants!(Aligned: Spf Dkim Both);

const V4: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const V6: IpAddr = IpAddr::V6(std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));

const INNER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 5));
/// This machine.
const OURS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn host() -> String {
    "smtp.example.org".into()
}

fn domain() -> String {
    "example.org".into()
}

fn reply(code: u16, text: &str) -> Reply {
    Reply { code, text: text.into() }
}

#[expect(clippy::too_many_lines, reason = "a sample of each")]
fn of_relay() -> Vec<RelayFinding> {
    let user = || "invite@example.org".to_owned();
    let mechanisms = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let refused = || reply(553, "5.7.1 sender not allowed");
    let mut samples = vec![
        RelayFinding::NoRelay,
        RelayFinding::Answers { host: host(), port: 465, ips: vec![V4, V6] },
        RelayFinding::Fails { host: host(), port: 465, trouble: Trouble::TimedOut },
        RelayFinding::Fails {
            host: host(),
            port: 465,
            trouble: Trouble::NoConnection("Connection refused (os error 111)".into()),
        },
        RelayFinding::Unknown { host: host() },
        RelayFinding::Refuses { host: host(), port: 465, reply: reply(554, "no service") },
        RelayFinding::Breaks { host: host(), port: 465, trouble: Trouble::TimedOut },
        RelayFinding::NotAsked { check: Check::Auth, detail: "the password is empty".into() },
        RelayFinding::OneAddressFails {
            host: host(),
            ip: V6,
            port: 465,
            trouble: Trouble::TimedOut,
            answers: V4,
        },
        RelayFinding::NoRoute { ip: V6, answers: V4 },
        RelayFinding::NotEncrypted,
        RelayFinding::Certificate { version: "TLS 1.3", days: 63 },
        RelayFinding::Certificate { version: "TLS 1.2", days: 400 },
        RelayFinding::CertificateEnds { host: host(), days: 0 },
        RelayFinding::CertificateEnds { host: host(), days: 13 },
        RelayFinding::OldTls { host: host() },
        RelayFinding::NotTls { host: host(), port: 587 },
        RelayFinding::TlsFails {
            host: host(),
            trouble: Trouble::Tls(TlsFlaw::Other("bad record".into())),
        },
        RelayFinding::TlsFails { host: host(), trouble: Trouble::TimedOut },
        RelayFinding::StartTlsMissing { host: host(), port: 25, is_masked: false },
        RelayFinding::StartTlsMissing { host: host(), port: 25, is_masked: true },
        RelayFinding::SpeaksBeforeTls { host: host() },
        RelayFinding::LoginInClear { mechanisms: mechanisms(&["PLAIN", "LOGIN"]) },
        RelayFinding::LoggedIn { user: user(), mechanisms: mechanisms(&["PLAIN"]) },
        RelayFinding::LoginFails {
            host: host(),
            user: user(),
            provider: None,
            trouble: Trouble::Turned(reply(535, "5.7.8 authentication failed")),
        },
        RelayFinding::LoginFails {
            host: host(),
            user: user(),
            provider: None,
            trouble: Trouble::TimedOut,
        },
        RelayFinding::LoginNotOffered { host: host(), mechanisms: Vec::new() },
        RelayFinding::LoginNotOffered { host: host(), mechanisms: mechanisms(&["XOAUTH2"]) },
        RelayFinding::LoginNotOffered { host: host(), mechanisms: mechanisms(&["PLAIN"]) },
        RelayFinding::LoginNotOffered { host: host(), mechanisms: mechanisms(&["NTLM"]) },
        RelayFinding::NoLogin { mechanisms: Vec::new() },
        RelayFinding::NoLogin { mechanisms: mechanisms(&["PLAIN"]) },
        RelayFinding::SenderAccepted { address: user() },
        RelayFinding::SenderRefused {
            host: host(),
            address: user(),
            is_return_path: false,
            reply: refused(),
        },
        RelayFinding::SenderRefused {
            host: host(),
            address: user(),
            is_return_path: true,
            reply: refused(),
        },
        RelayFinding::FromRefused { host: host(), address: user(), reply: refused() },
        RelayFinding::RecipientRefused {
            host: host(),
            address: user(),
            to: user(),
            reply: refused(),
        },
        RelayFinding::SenderPutOff {
            host: host(),
            address: user(),
            reply: reply(451, "4.7.1 try later"),
        },
        RelayFinding::Extensions { offered: vec!["PIPELINING", "DSN"], missing: vec!["SMTPUTF8"] },
        RelayFinding::Extensions { offered: Vec::new(), missing: vec!["PIPELINING", "DSN"] },
        RelayFinding::TakesUpTo { octets: Some(20_000_000), largest: Some(1_500_000) },
        RelayFinding::TakesUpTo { octets: None, largest: None },
        RelayFinding::TooLarge { host: host(), most: 10_000_000, largest: 12_000_000, row: 14 },
        RelayFinding::NoUtf8 { host: host(), letters: 2, address: "анна@example.org".into() },
        RelayFinding::NoEightBit { host: host(), letters: 1, row: 14 },
    ];
    let on = || Some("2026-11-01".to_owned());
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let flaws = [
        CertificateFlaw::Expired { on: on() },
        CertificateFlaw::NotYetValid { from: on() },
        CertificateFlaw::OtherName { names: names(&["*.example.net", "mail.example.net"]) },
        CertificateFlaw::OtherName { names: names(&["*.example.net"]) },
        CertificateFlaw::UnknownIssuer,
        CertificateFlaw::Bad,
    ];
    all_have_samples(&flaws);
    let bad = |flaw| RelayFinding::CertificateBad { host: host(), flaw };
    samples.extend(flaws.into_iter().map(bad));
    let providers = [
        Provider::Yandex,
        Provider::MailRu,
        Provider::Gmail,
        Provider::Microsoft,
        Provider::Rambler,
        Provider::ICloud,
        Provider::Yahoo,
    ];
    all_have_samples(&providers);
    samples.extend(providers.into_iter().map(|provider| RelayFinding::LoginFails {
        host: host(),
        user: user(),
        provider: Some(provider),
        trouble: Trouble::Turned(reply(535, "5.7.8 authentication failed")),
    }));
    samples
}

fn of_spf() -> Vec<DomainFinding> {
    let fails = |ip, result, term: &str| DomainFinding::SpfDoesNotPass {
        domain: domain(),
        ip,
        result,
        term: term.into(),
    };
    vec![
        fails(V4, "softfail", "ip4:192.0.2.1"),
        fails(V4, "fail", "include:_spf.example.net"),
        fails(OURS, "fail", "ip4:127.0.0.1"),
        DomainFinding::SpfInside { domain: domain(), host: host(), ip: INNER },
        DomainFinding::SpfInside { domain: domain(), host: host(), ip: OURS },
    ]
}

fn of_domain() -> Vec<DomainFinding> {
    let key = || "s1._domainkey.example.org".to_owned();
    let policy = || "_dmarc.example.org".to_owned();
    let record = || "v=DKIM1; k=rsa; p=MIIB".to_owned();
    let mut samples = vec![
        DomainFinding::DnsSilent { servers: vec!["192.0.2.53".into()] },
        DomainFinding::NoAnswer { check: Check::Spf, name: domain() },
        DomainFinding::ReceivesMail { domain: domain() },
        DomainFinding::SpfMissing {
            domain: domain(),
            proposal: "v=spf1 ip4:192.0.2.1 ~all".into(),
        },
        DomainFinding::SpfSeveral { domain: domain() },
        DomainFinding::SpfFragile { domain: domain(), flaw: SpfFlaw::TooManyLookups },
        DomainFinding::SpfOpen { domain: domain() },
        DomainFinding::SpfPtr { domain: domain() },
        DomainFinding::SpfPasses { domain: domain(), host: host() },
        DomainFinding::NoKey,
        DomainFinding::KeyFails {
            key: "dkim.pem".into(),
            problem: Problem::error(
                Place::file("campaign.toml"),
                LetterFault::Attachment { name: "dkim.pem".into(), cause: Cause::NotFound },
            ),
        },
        DomainFinding::KeyFails {
            key: "dkim.pem".into(),
            problem: Problem::error(
                Place::file("campaign.toml"),
                ConfigFault::KeyFile { flaw: KeyFlaw::Open },
            ),
        },
        DomainFinding::KeyShort { bits: 768 },
        DomainFinding::DkimGood { name: key(), bits: Some(2048) },
        DomainFinding::DkimGood { name: key(), bits: None },
        DomainFinding::DkimMissing { name: key(), record: record() },
        DomainFinding::DkimSeveral { name: key(), record: record() },
        DomainFinding::DkimRevoked { name: key(), record: record() },
        DomainFinding::DkimOtherKey { name: key(), record: record() },
        DomainFinding::DkimUnfit { name: key(), tag: "h=sha1".into(), record: record() },
        DomainFinding::DkimTest { name: key() },
        DomainFinding::DkimShort { bits: 1024 },
        DomainFinding::DmarcFound { name: policy(), policy: "reject".into() },
        DomainFinding::DmarcMissing { domain: domain() },
        DomainFinding::DmarcSeveral { name: policy() },
        DomainFinding::DmarcBroken { name: policy() },
        DomainFinding::DmarcNoPolicy { name: policy() },
        DomainFinding::DmarcTest { name: policy() },
        DomainFinding::DmarcRemovedTag { name: policy(), tag: "pct".into() },
        DomainFinding::DmarcNotAligned {
            from: domain(),
            envelope: "relay.test".into(),
            dkim: None,
        },
        DomainFinding::FreeProvider { domain: "mail.test".into(), host: host() },
        DomainFinding::PtrGood { ip: V4, name: host() },
        DomainFinding::PtrMissing {
            ip: V4,
            host: host(),
            record: "1.2.0.192.in-addr.arpa. PTR smtp.example.org.".into(),
        },
        DomainFinding::PtrNotConfirmed {
            ip: V6,
            name: host(),
            record: "smtp.example.org. AAAA 2001:db8::1".into(),
        },
    ];
    samples.extend(of_spf());
    for why in [NoMail::NoSuchDomain, NoMail::Declined, NoMail::NoHost] {
        samples.push(DomainFinding::ReceivesNoMail { domain: domain(), why });
    }
    for by in [Aligned::Spf, Aligned::Dkim, Aligned::Both] {
        samples.push(DomainFinding::DmarcAligned { by });
    }
    let flaws = [
        SpfFlaw::Term { domain: domain(), term: "ipv4:192.0.2.1".into() },
        SpfFlaw::NoRecord { domain: "spf.example.net".into() },
        SpfFlaw::Several { domain: "spf.example.net".into() },
        SpfFlaw::TooManyLookups,
        SpfFlaw::TooManyVoid,
        SpfFlaw::TooManyHosts { domain: domain() },
    ];
    all_have_samples(&flaws);
    let broken = |flaw| DomainFinding::SpfBroken { domain: domain(), flaw };
    samples.extend(flaws.into_iter().map(broken));
    samples
}

fn of_mailbox() -> Vec<MailboxFinding> {
    let to = || "invite@example.org".to_owned();
    let fails = |trouble| MailboxFinding::InboxFails {
        host: "imap.example.org".into(),
        provider: Some(Provider::Yandex),
        trouble,
    };
    vec![
        MailboxFinding::NoInbox,
        MailboxFinding::InboxNotAsked { detail: "the password is empty".into() },
        MailboxFinding::InboxOpens { user: to(), folders: vec!["INBOX".into(), "Спам".into()] },
        fails(MailboxTrouble::LoginRefused("[AUTHENTICATIONFAILED] invalid credentials".into())),
        fails(Trouble::TimedOut.into()),
        fails(Trouble::Tls(TlsFlaw::Expired).into()),
        fails(Trouble::Tls(TlsFlaw::OtherName).into()),
        fails(Trouble::Tls(TlsFlaw::UnknownIssuer).into()),
        fails(Trouble::Tls(TlsFlaw::BadCertificate).into()),
        fails(MailboxTrouble::Bye("shutting down".into())),
        MailboxFinding::FolderRefused { folder: "Спам".into(), text: "no such folder".into() },
        MailboxFinding::NoJunk,
        MailboxFinding::LoopImpossible,
        MailboxFinding::LoopNotSent { to: to(), outcome: "550 5.7.1 spam".into() },
        MailboxFinding::LoopArrived { to: to(), folder: "INBOX".into(), seconds: 4 },
        MailboxFinding::LoopInJunk { to: to(), folder: "Спам".into(), seconds: 21 },
        MailboxFinding::LoopLost { to: to(), seconds: 180 },
        MailboxFinding::MessageIdKept,
        MailboxFinding::MessageIdChanged {
            ours: "<1@example.org>".into(),
            theirs: "<2@relay.test>".into(),
        },
        MailboxFinding::ReturnPathKept { address: to() },
        MailboxFinding::ReturnPathChanged { ours: to(), theirs: "bounces@relay.test".into() },
        MailboxFinding::SignatureKept,
        MailboxFinding::SignatureLost,
        MailboxFinding::ResultsPass {
            by: "mx.example.org".into(),
            results: vec!["spf=pass".into(), "dkim=pass".into()],
        },
        MailboxFinding::ResultFails {
            by: "mx.example.org".into(),
            method: "spf",
            result: "softfail".into(),
        },
        MailboxFinding::ResultsMissing,
        MailboxFinding::OneClickAnswers { host: host() },
        MailboxFinding::OneClickFails { host: host(), trouble: Trouble::TimedOut },
        MailboxFinding::UnsubscribeUnread { address: "off@example.org".into() },
        MailboxFinding::UnsubscribeElsewhere { address: "off@example.org".into() },
    ]
}

fn of_campaign() -> Vec<CampaignFinding> {
    let folder = || "seminar".into();
    let now = || "2026-11-29 09:05".to_owned();
    vec![
        CampaignFinding::Faulty { folder: folder(), errors: 1 },
        CampaignFinding::Letters { letters: 40, largest: 1_500_000, are_all: true },
        CampaignFinding::Letters { letters: 321, largest: 1_500_000, are_all: false },
        CampaignFinding::NoLedger,
        CampaignFinding::LedgerNotAsked,
        CampaignFinding::Ledger { letters: 40 },
        CampaignFinding::LedgerFails { folder: folder(), detail: "it is damaged".into() },
        CampaignFinding::LedgerElsewhere {
            host: "office".into(),
            path: "/home/anna/seminar".into(),
        },
        CampaignFinding::LedgerOnShare { kind: "NFS", folder: folder() },
        CampaignFinding::Disk { free: 5_000_000_000, needed: 60_000_000 },
        CampaignFinding::DiskShort { path: folder(), free: 5_000_000, needed: 60_000_000 },
        CampaignFinding::TimeZone { zone: "Europe/Moscow".into(), now: now() },
        CampaignFinding::TimeZoneUnset { now: now() },
        CampaignFinding::Clock { by: host() },
        CampaignFinding::ClockWrong { by: host(), seconds: 3700 },
        CampaignFinding::ClockWrong { by: host(), seconds: -400 },
        CampaignFinding::ClockUnknown { now: now() },
    ]
}

fn held<T: Variants + Clone + Into<Finding>>(samples: &[T]) -> String {
    all_have_samples(samples);
    for found in samples.iter().cloned().map(Into::into) {
        for language in [Language::English, Language::Russian] {
            let (what, fix) = (finding(&found, language), fix(&found, language));
            let is_grave = matches!(found.gravity(), Gravity::Warning | Gravity::Error);
            assert!(!is_grave || !fix.is_empty(), "nothing to do about: {what}");
            assert!(
                found.gravity() != Gravity::Ok || fix.is_empty(),
                "well, and to be done: {what}"
            );
        }
    }
    page(samples, |found, language| Notice::Found(found.clone().into()).words(language))
}

#[test]
fn every_finding() {
    let pages = [held(&of_relay()), held(&of_domain()), held(&of_mailbox()), held(&of_campaign())];
    holds("findings", &pages.concat());
}
