//! What `doctor` finds.

use gonets::delivery::{Reply, TlsFlaw, Trouble};
use gonets::finding::{Aligned, Check, Finding};
use gonets::notice::Notice;
use gonets::problem::NoMail;

use super::{all_have_samples, holds, page, variants};

variants!(Finding: NoRelay RelayAnswers RelayFails RelayUnknown NotEncrypted CertificateGood TlsFails
    CertificateEnds LoggedIn LoginFails NoLogin SenderAccepted SenderRefused TakesUpTo NoAnswer
    ReceivesMail ReceivesNoMail SpfMissing SpfSeveral SpfBroken SpfOpen SpfPtr SpfPasses
    SpfDoesNotPass NoKey DkimGood DkimMissing DkimSeveral DkimRevoked DkimOtherKey DkimTest DkimShort
    DmarcMissing DmarcSeveral DmarcBroken DmarcTest DmarcRemovedTag DmarcAligned DmarcNotAligned
    FreeProvider);
variants!(Aligned: Spf Dkim Both);

fn samples() -> Vec<Finding> {
    let host = || "smtp.example.org".to_owned();
    let domain = || "example.org".to_owned();
    let key = || "s1._domainkey.example.org".to_owned();
    let policy = || "_dmarc.example.org".to_owned();
    let record = || "v=DKIM1; k=rsa; p=MIIB".to_owned();
    let reply = || Reply { code: 553, text: "5.7.1 sender not allowed".into() };
    let mut samples = vec![
        Finding::NoRelay,
        Finding::RelayAnswers { host: host(), port: 465 },
        Finding::RelayFails { host: host(), port: 465, trouble: Trouble::TimedOut },
        Finding::RelayUnknown { host: host() },
        Finding::NotEncrypted,
        Finding::CertificateGood,
        Finding::TlsFails { trouble: Trouble::Tls(TlsFlaw::Expired) },
        Finding::CertificateEnds { days: 1 },
        Finding::CertificateEnds { days: 14 },
        Finding::LoggedIn { user: "invite@example.org".into() },
        Finding::LoginFails { host: host(), trouble: Trouble::Turned(reply()) },
        Finding::NoLogin,
        Finding::SenderAccepted { address: "invite@example.org".into() },
        Finding::SenderRefused { address: "invite@example.org".into(), reply: reply() },
        Finding::TakesUpTo { octets: Some(20_000_000) },
        Finding::TakesUpTo { octets: None },
        Finding::NoAnswer { check: Check::Spf, name: domain() },
        Finding::ReceivesMail { domain: domain() },
        Finding::SpfMissing { domain: domain(), proposal: "v=spf1 ip4:192.0.2.1 ~all".into() },
        Finding::SpfSeveral { domain: domain() },
        Finding::SpfBroken { domain: domain() },
        Finding::SpfOpen { domain: domain() },
        Finding::SpfPtr { domain: domain() },
        Finding::SpfPasses { domain: domain(), host: host() },
        Finding::SpfDoesNotPass {
            domain: domain(),
            ip: "192.0.2.1".parse().unwrap(),
            result: "softfail",
        },
        Finding::NoKey,
        Finding::DkimGood { name: key(), bits: Some(2048) },
        Finding::DkimGood { name: key(), bits: None },
        Finding::DkimMissing { name: key(), record: record() },
        Finding::DkimSeveral { name: key() },
        Finding::DkimRevoked { name: key(), record: record() },
        Finding::DkimOtherKey { name: key(), record: record() },
        Finding::DkimTest { name: key() },
        Finding::DkimShort { bits: 1024 },
        Finding::DmarcMissing { domain: domain() },
        Finding::DmarcSeveral { name: policy() },
        Finding::DmarcBroken { name: policy() },
        Finding::DmarcTest { name: policy() },
        Finding::DmarcRemovedTag { name: policy(), tag: "pct".into() },
        Finding::DmarcNotAligned { from: domain(), envelope: "relay.test".into(), dkim: None },
        Finding::FreeProvider { domain: "mail.test".into(), host: host() },
    ];
    for why in [NoMail::NoSuchDomain, NoMail::Declined, NoMail::NoHost] {
        samples.push(Finding::ReceivesNoMail { domain: domain(), why });
    }
    for by in [Aligned::Spf, Aligned::Dkim, Aligned::Both] {
        samples.push(Finding::DmarcAligned { by });
    }
    samples
}

#[test]
fn every_finding() {
    all_have_samples(&samples());
    let words = |found: &Finding, language| Notice::Found(found.clone()).words(language);
    holds("findings", &page(&samples(), words));
}
