//! What can go wrong with a relay, and what its replies mean.

use gonets::delivery::{Reply, TlsFlaw, Trouble};
use gonets::notice::{self, Language, Notice};

use super::{all_have_samples, entry, holds, page, variants};

variants!(TlsFlaw: UnknownIssuer OtherName Expired BadCertificate NotTls NothingCommon Other);
variants!(Trouble: NoConnection ConnectionLost TimedOut Tls TlsNotOffered LoginNotOffered Garbled
    Turned File Stopped);

/// What the system says of connections and files, as far as we have words for it, and one more.
const SYSTEM: [&str; 14] = [
    "closed",
    "Connection reset by peer (os error 104)",
    "Connection refused (os error 111)",
    "Broken pipe (os error 32)",
    "connection timed out",
    "Network is unreachable (os error 101)",
    "failed to lookup address information",
    "Name or service not known",
    "no address",
    "no such host",
    "Permission denied (os error 13)",
    "No space left on device (os error 28)",
    "Read-only file system (os error 30)",
    "no such luck",
];

fn troubles() -> Vec<Trouble> {
    let flaws = [
        TlsFlaw::UnknownIssuer,
        TlsFlaw::OtherName,
        TlsFlaw::Expired,
        TlsFlaw::BadCertificate,
        TlsFlaw::NotTls,
        TlsFlaw::NothingCommon,
        TlsFlaw::Other("odd".into()),
    ];
    all_have_samples(&flaws);
    let mut troubles: Vec<Trouble> =
        SYSTEM.map(|detail| Trouble::ConnectionLost(detail.into())).into();
    troubles.extend(flaws.map(Trouble::Tls));
    troubles.extend([
        Trouble::NoConnection("refused".into()),
        Trouble::TimedOut,
        Trouble::TlsNotOffered,
        Trouble::LoginNotOffered,
        Trouble::Garbled("хм".into()),
        Trouble::Turned(Reply { code: 535, text: "5.7.8 bad credentials".into() }),
        Trouble::File("No space left on device (os error 28)".into()),
        Trouble::Stopped,
    ]);
    troubles
}

#[test]
fn every_trouble() {
    all_have_samples(&troubles());
    // The notice has the way on, too.
    let words = |it: &Trouble, language| Notice::RunStopped { trouble: it.clone() }.words(language);
    holds("troubles", &page(&troubles(), words));
}

/// Every meaning is held beside its table; here is how a reply is put together with it.
#[test]
fn replies_with_their_meaning() {
    let replies = [
        "550 5.1.1 No such user",
        "550 5.4.99 odd",
        "450 4.2.1 busy",
        "450 try later",
        "550 no",
        "554 no",
        "250 2.0.0 Ok",
        "250 0001-anna.eml",
        "timed out",
        "tls: certificate expired",
        "299 odd",
    ];
    let words = |reply: &str, language: Language| notice::reply_words(reply, language);
    let page: String =
        replies.iter().map(|reply| entry(reply, |language| words(reply, language))).collect();
    holds("replies", &page);
}
