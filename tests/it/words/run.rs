//! What can go wrong with a relay, and what its replies mean.

use gonets::delivery::{Reply, TlsFlaw, Trouble};
use gonets::notice::{self, Language, Notice};
use gonets::policy::{Breakdown, Ending, LastRun, PutOff, StopCause};
use jiff::Timestamp;

use super::notices::moment;
use super::{all_have_samples, entry, holds, page, variants};

variants!(TlsFlaw: UnknownIssuer OtherName Expired BadCertificate NotTls NothingCommon Other);
variants!(Trouble: NoConnection ConnectionLost TimedOut Tls TlsNotOffered LoginNotOffered Garbled
    Turned Copy File Stopped);
variants!(Ending: Through Stopped PutOff Interrupted Failed);
variants!(StopCause: Trouble Sender LetterOrSender Refusals Copy Archive);

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
        Trouble::Copy { address: "kopie@one.test".into(), reply: spam() },
        Trouble::File("No space left on device (os error 28)".into()),
        Trouble::Stopped,
    ]);
    troubles
}

#[test]
fn every_trouble() {
    all_have_samples(&troubles());
    // The notice has the way on, too.
    let words = |it: &Trouble, language| stopped(&StopCause::Trouble(it.clone()), language);
    holds("troubles", &page(&troubles(), words));
}

fn stopped(cause: &StopCause, language: Language) -> String {
    Notice::RunStopped { cause: cause.clone(), folder: "семинар 2026".into() }.words(language)
}

fn spam() -> Reply {
    Reply { code: 554, text: "5.7.1 message rejected under suspicion of SPAM".into() }
}

#[test]
fn every_cause_of_a_stop() {
    let detail = "No space left on device (os error 28)".to_owned();
    let lacks = vec!["anna@one.test".to_owned(), "boris@two.test".to_owned()];
    let causes = [
        StopCause::Trouble(Trouble::TimedOut),
        StopCause::Sender { letters: 0, reply: spam() },
        StopCause::Sender { letters: 3, reply: spam() },
        StopCause::LetterOrSender { reply: spam() },
        StopCause::Refusals { letters: 25, reply: spam() },
        StopCause::Copy { address: "kopie@one.test".into(), reply: spam() },
        StopCause::Archive { detail, lacks },
    ];
    all_have_samples(&causes);
    holds("stop_causes", &page(&causes, stopped));
}

#[test]
fn every_ending_of_a_run() {
    let refused = |code: u16, text: &str| {
        let reply = Reply { code, text: text.into() };
        Ending::Stopped(StopCause::Trouble(Trouble::Turned(reply)))
    };
    let endings = [
        Ending::Through,
        refused(535, "5.7.8 Error: authentication failed"),
        refused(554, "5.7.1 go away"),
        Ending::Stopped(StopCause::Trouble(Trouble::TimedOut)),
        Ending::Stopped(StopCause::Trouble(Trouble::NoConnection("refused".into()))),
        Ending::Stopped(StopCause::Trouble(Trouble::File("No space left on device".into()))),
        Ending::Stopped(StopCause::Trouble(Trouble::Stopped)),
        Ending::Stopped(StopCause::Sender { letters: 3, reply: spam() }),
        Ending::PutOff(PutOff::ByPace, moment()),
        Ending::PutOff(PutOff::ByRelay, moment()),
        Ending::Interrupted,
        Ending::Failed(Breakdown::DiskFull, "as told".into()),
        Ending::Failed(Breakdown::ListChanged, String::new()),
        Ending::Failed(Breakdown::Ledger, "as told".into()),
        Ending::Failed(Breakdown::Other, String::new()),
    ];
    all_have_samples(&endings);
    let words = |ended: Option<(Timestamp, Ending)>, language| {
        let run = LastRun { began: moment(), ended };
        Notice::LastRun { run, is_open: true, folder: "семинар 2026".into() }.words(language)
    };
    let ended = page(&endings, |it, language| words(Some((moment(), it.clone())), language));
    holds("endings", &(entry("cut off", |language| words(None, language)) + &ended));
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
        "250 2.0.0 Ok; no copy to kopie@one.test: 550 5.1.1 No such user",
        "timed out",
        "tls: certificate expired",
        "299 odd",
    ];
    let words = |reply: &str, language: Language| notice::reply_words(reply, language);
    let page: String =
        replies.iter().map(|reply| entry(reply, |language| words(reply, language))).collect();
    holds("replies", &page);
}
