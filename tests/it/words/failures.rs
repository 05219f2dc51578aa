//! Why a command cannot go on, and what was wrong with the command line.

use gonets::delivery::{MailboxTrouble, State, TlsFlaw, Trouble, WorkerName};
use gonets::failure::{
    Asked, Doing, Failure, KeyringFlaw, LedgerFlaw, SecretFlaw, SecretOf, ServerFlaw,
};
use gonets::notice::{Misuse, Notice};
use gonets::problem::Cause;

use super::notices::{changes, needs};
use super::problems::{address_flaws, causes};
use super::{all_have_samples, holds, page, variants};

variants!(Failure: NoCampaign NamedOtherwise SavedAs File Faulty ManyFaulty NoSuchRecipient SealDiffers OtherSeal NumbersMoved NotPreviewed
    NotApproved NotTrusted RelayNotTrusted NeedsConfirmation NotConfirmed BadAddress PreviewNotOurs
    FolderNotEmpty TableKind FileThere FileOfCampaign NoPdf TextNotKept NoSuchRow NoSuchNumber NothingBehind
    NothingWaits TooLarge NotUnknown NothingToReset NotOnList TwoVersions FiledLetters Elsewhere LookAlikes LetterHeld LedgerHeld LedgerDamaged
    LedgerNewer LedgerOlder LedgerOfOther LedgerLost LedgerTorn LedgerCopied NothingLost LedgerGone LedgerFailed LedgerServer LedgerMoved
    LedgerInFolder LedgerThere NoServer NothingToMove NoPostgres NoLedger CopyOnServer StillGoing Secret NothingToAnswer NoInbox Mailbox AnswersUnread TooEarly FollowsItself MailServer Relay
    ListChanged OutputLost Interrupted Ours);
variants!(MailboxTrouble: Connection LoginRefused Refused Bye NothingFetched);
variants!(Asked: ToSend ToRehearse ToReset ToForget);
variants!(LedgerFlaw: DiskFull ReadOnly Forbidden Busy NotFile Link SecondName Other);
variants!(ServerFlaw: Address PlainText Tls Unreachable Silent Stalled Login NoSchema OlderSchema NewerSchema Forbidden NotDurable Lost
    Busy DiskFull ReadOnly Other);
variants!(Doing: Reading Writing Creating Replacing);
variants!(KeyringFlaw: NoEntry NoProgram Failed);
variants!(SecretOf: Relay Mailbox Ledger);
variants!(SecretFlaw: Variable Command File ForAll TimeOut Keyring NobodyToAsk Empty);
variants!(Misuse: Unknown Missing NoValue Value Conflict Other);

fn keyring(flaw: KeyringFlaw) -> SecretFlaw {
    SecretFlaw::Keyring { service: "gonets".into(), user: "anna".into(), flaw }
}

fn of_secrets() -> Vec<Failure> {
    let of = [SecretOf::Relay, SecretOf::Mailbox, SecretOf::Ledger];
    all_have_samples(&of);
    let path = || "пароль почты".into();
    let mut flaws = vec![
        SecretFlaw::Variable { name: "SMTP_PASSWORD".into() },
        SecretFlaw::Command { program: "pass".into(), detail: "exit status: 1".into() },
        SecretFlaw::ForAll { path: path() },
        SecretFlaw::TimeOut { program: "pass".into(), seconds: 1 },
        SecretFlaw::TimeOut { program: "pass".into(), seconds: 120 },
        keyring(KeyringFlaw::NoProgram("secret-tool".into())),
        keyring(KeyringFlaw::Failed("no session bus".into())),
        SecretFlaw::NobodyToAsk,
        SecretFlaw::Empty,
        SecretFlaw::File { path: path(), cause: Cause::NotFound },
    ];
    all_have_samples(&flaws);
    let each = |of| flaws.clone().into_iter().map(move |flaw| Failure::Secret { of, flaw });
    let mut failures: Vec<Failure> = of.into_iter().flat_map(each).collect();
    flaws = causes().into_iter().map(|cause| SecretFlaw::File { path: path(), cause }).collect();
    failures.extend(flaws.into_iter().map(|flaw| Failure::Secret { of: SecretOf::Relay, flaw }));
    failures
}

fn ledger_failures() -> [Failure; 8] {
    let flaws = [
        LedgerFlaw::DiskFull,
        LedgerFlaw::ReadOnly,
        LedgerFlaw::Forbidden,
        LedgerFlaw::Busy,
        LedgerFlaw::NotFile,
        LedgerFlaw::Link,
        LedgerFlaw::SecondName,
        LedgerFlaw::Other,
    ];
    all_have_samples(&flaws);
    let failed = |flaw| {
        let detail = "in SQLite's words".into();
        Failure::LedgerFailed { path: "ledger.sqlite".into(), flaw, detail }
    };
    flaws.map(failed)
}

fn of_another_list_or_id() -> Vec<Failure> {
    let off_list = |replaced_by| {
        let (address, list) = ("anna@one.test".into(), "список.csv".into());
        Failure::NotOnList { address, replaced_by, list }
    };
    let campaign = "семинар".into();
    vec![
        off_list(None),
        off_list(Some("anna.ilyina@one.test".to_owned())),
        Failure::LedgerOfOther { folder: "семинар 2026".into(), campaign, letters: 38 },
    ]
}

fn mailbox_troubles() -> Vec<MailboxTrouble> {
    let refused = |command| MailboxTrouble::Refused { command, text: "[LIMIT] later".into() };
    let troubles = vec![
        Trouble::NoConnection("connection refused".into()).into(),
        Trouble::ConnectionLost("closed".into()).into(),
        Trouble::TimedOut.into(),
        Trouble::Tls(TlsFlaw::UnknownIssuer).into(),
        Trouble::TlsNotOffered.into(),
        Trouble::LoginNotOffered.into(),
        Trouble::Garbled("220 mx.example.org".into()).into(),
        MailboxTrouble::LoginRefused("[AUTHENTICATIONFAILED] invalid credentials".into()),
        refused("EXAMINE"),
        MailboxTrouble::Bye("shutting down".into()),
        MailboxTrouble::NothingFetched { folder: "Спам".into(), uid: 17 },
    ];
    all_have_samples(&troubles);
    troubles
}

fn of_settings() -> [Failure; 5] {
    let path = || "семинар/campaign.toml".into();
    [
        Failure::NamedOtherwise { path: "семинар/campaign.toml.txt".into() },
        Failure::SavedAs { path: path(), encoding: "windows-1251" },
        Failure::SavedAs { path: path(), encoding: "" },
        Failure::FolderNotEmpty { path: "семинар".into() },
        Failure::TableKind { path: "t.doc".into() },
    ]
}

fn server_failures() -> Vec<Failure> {
    let flaws = [
        (ServerFlaw::Address, ""),
        (ServerFlaw::PlainText, "sslmode=disable"),
        (ServerFlaw::Tls, "invalid peer certificate: UnknownIssuer"),
        (ServerFlaw::Unreachable, "Connection refused"),
        (ServerFlaw::Silent, ""),
        (ServerFlaw::Stalled, ""),
        (ServerFlaw::Login, "password authentication failed for user \"anna\""),
        (ServerFlaw::NoSchema, ""),
        (ServerFlaw::OlderSchema, "1"),
        (ServerFlaw::NewerSchema, "9"),
        (ServerFlaw::Forbidden, "permission denied for view letter"),
        (ServerFlaw::NotDurable, "fsync = off"),
        (ServerFlaw::Lost, "12"),
        (ServerFlaw::Busy, "canceling statement due to lock timeout"),
        (ServerFlaw::DiskFull, "No space left on device"),
        (ServerFlaw::ReadOnly, "cannot execute INSERT in a read-only transaction"),
        (ServerFlaw::Other, "in the server's words"),
    ];
    all_have_samples(&flaws.map(|(flaw, _)| flaw));
    let failed = |(flaw, detail): (ServerFlaw, &str)| {
        let server = "db.one.test:5432/letters".into();
        Failure::LedgerServer { server, flaw, detail: detail.into() }
    };
    let mut failures: Vec<Failure> = flaws.map(failed).into();
    failures.extend([
        Failure::LedgerMoved { from: "ledger.sqlite".into(), to: "PostgreSQL".into() },
        Failure::LedgerInFolder { path: "семинар/ledger.sqlite".into() },
        Failure::LedgerThere { at: "ledger.sqlite".into() },
        Failure::NoServer,
        Failure::NothingToMove,
        Failure::NoPostgres,
    ]);
    failures
}

fn of_followers() -> Vec<Failure> {
    let folder = || "семинар 2026".into();
    vec![
        Failure::AnswersUnread { folder: folder(), read: None },
        Failure::AnswersUnread {
            folder: folder(),
            read: Some("2026-11-30T10:00:00Z".parse().unwrap()),
        },
        Failure::TooEarly { folder: folder(), day: jiff::civil::date(2026, 12, 7) },
        Failure::FollowsItself { folder: folder() },
        Failure::TwoVersions { letters: 8, number: "015".into(), folder: folder() },
    ]
}

fn of_files() -> Vec<Failure> {
    let file = |doing, cause| Failure::File { doing, path: "t.csv".into(), cause };
    let doings = [Doing::Reading, Doing::Writing, Doing::Creating, Doing::Replacing];
    all_have_samples(&doings);
    let read = causes().into_iter().map(|cause| file(Doing::Reading, cause));
    let done = [Cause::NotFound, Cause::DiskFull]
        .into_iter()
        .flat_map(|cause| doings.map(|doing| file(doing, cause.clone())));
    read.chain(done).collect()
}

fn failures() -> Vec<Failure> {
    let folder = || "семинар 2026".into();
    let address = || "anna@one.test".to_owned();
    let seal = || "12ab 34cd 56ef 7890".to_owned();
    let mut failures = vec![
        Failure::NoCampaign { path: "семинар/campaign.toml".into() },
        Failure::NoSuchRecipient { address: address() },
        Failure::SealDiffers { given: seal(), now: "aaaa bbbb".into(), changes: vec![] },
        Failure::SealDiffers { given: seal(), now: "aaaa bbbb".into(), changes: changes() },
        Failure::OtherSeal {
            by: WorkerName { host: "office-2".into(), account: "anna".into(), process: 4711 },
            changes: changes(),
        },
        Failure::NumbersMoved,
        Failure::NotPreviewed { folder: folder(), changes: vec![] },
        Failure::NotPreviewed { folder: folder(), changes: changes() },
        Failure::NotConfirmed,
        Failure::NotTrusted { folder: folder(), needs: needs() },
        Failure::RelayNotTrusted {
            file: "/etc/relay 2.toml".into(),
            needs: needs()[..1].to_vec(),
            folder: folder(),
        },
        Failure::PreviewNotOurs { path: "preview".into() },
        Failure::FileThere { path: "t.csv".into() },
        Failure::FileOfCampaign { path: "letter.md".into() },
        Failure::NoPdf,
        Failure::TextNotKept { address: address() },
        Failure::NoSuchRow { row: "Юг!12".into() },
        Failure::NoSuchNumber { number: "12-03".into() },
        Failure::NothingBehind,
        Failure::NothingWaits,
        Failure::TooLarge { largest: 26_214_400, most: 20_971_520 },
        Failure::NotUnknown { address: address(), state: Some(State::Accepted) },
        Failure::NotUnknown { address: address(), state: None },
        Failure::NothingToReset { address: address(), state: Some(State::Waiting) },
        Failure::NothingToReset { address: address(), state: None },
        Failure::LetterHeld { address: address(), by: "anna@office-2, PID 4711".into() },
        Failure::LedgerHeld { by: "pid 4711".into() },
        Failure::LedgerDamaged { path: "ledger.sqlite".into(), detail: "malformed".into() },
        Failure::LedgerNewer { path: "ledger.sqlite".into(), version: 9 },
        Failure::LedgerOlder { path: "ledger.sqlite".into(), version: 1 },
        Failure::LedgerGone { path: "ledger.sqlite".into() },
        Failure::NothingLost,
        Failure::Elsewhere { from: super::notices::elsewhere(), folder: folder() },
        Failure::NoLedger { path: "ledger.sqlite".into() },
        Failure::Relay { host: "mail.one.test".into(), trouble: Trouble::TimedOut },
        Failure::CopyOnServer,
        Failure::NothingToAnswer { address: address() },
        Failure::NoInbox,
        Failure::Mailbox { path: "Maildir".into(), cause: Cause::NotFound },
        Failure::ManyFaulty { rows: 100_000 },
        Failure::ListChanged,
        Failure::OutputLost,
        Failure::Interrupted,
        Failure::Ours { detail: "no such letter".into() },
    ];
    failures.extend(of_settings());
    failures.extend(of_another_list_or_id());
    failures.extend(ledger_failures().into_iter().chain(server_failures()).chain(of_followers()));
    let server = |trouble| Failure::MailServer { host: "imap.example.org".into(), trouble };
    failures.extend(mailbox_troubles().into_iter().map(server));
    failures.extend(of_files());
    let asked = [Asked::ToSend, Asked::ToRehearse, Asked::ToReset, Asked::ToForget];
    all_have_samples(&asked);
    failures.extend(asked.map(Failure::NeedsConfirmation));
    failures.extend(of_secrets());
    failures.extend(
        address_flaws()
            .into_iter()
            .map(|flaw| Failure::BadAddress { address: "anna.one.test".into(), flaw }),
    );
    for n in [1_u32, 3, 5, 11, 12_321] {
        let approved = if n == 1 { vec![] } else { vec!["Анна".into(), "Вера".into()] };
        failures.extend([
            Failure::Faulty { errors: n.into() },
            Failure::StillGoing { open: n.into(), folder: folder() },
            Failure::FiledLetters { letters: n.into(), folder: folder() },
            Failure::LookAlikes {
                letters: n.into(),
                examples: vec![address(); if n == 1 { 1 } else { 3 }],
                folder: folder(),
            },
            Failure::LedgerTorn { folder: folder(), by: "pid 4711".into(), waiting: n.into() },
            Failure::LedgerCopied { folder: folder(), waiting: n.into() },
            Failure::LedgerLost { path: "ledger.sqlite".into(), lost: n.into() },
            Failure::NotApproved {
                folder: folder(),
                seal: seal(),
                approved,
                people: n,
                changes: if n == 3 { changes() } else { vec![] },
            },
        ]);
    }
    failures
}

fn misuse() -> Vec<Misuse> {
    let (argument, value) = (|| "--limit".to_owned(), || "x".to_owned());
    vec![
        Misuse::Unknown { written: "snd".into(), nearest: "send".into() },
        Misuse::Unknown { written: "snd".into(), nearest: String::new() },
        Misuse::Missing { argument: argument() },
        Misuse::NoValue { argument: argument() },
        Misuse::Value { argument: argument(), value: value(), allowed: "1, 2, 3 …".into() },
        Misuse::Value { argument: argument(), value: value(), allowed: String::new() },
        Misuse::Conflict { argument: argument(), other: "--to".into() },
        Misuse::Other { detail: "invalid UTF-8".into() },
    ]
}

#[test]
fn every_failure() {
    // What stores a password in the keyring differs from system to system: see below.
    let samples = failures();
    all_have_samples(&samples);
    let flaws = [
        KeyringFlaw::NoEntry,
        KeyringFlaw::NoProgram(String::new()),
        KeyringFlaw::Failed(String::new()),
    ];
    all_have_samples(&flaws);
    holds("failures", &page(&samples, |it, language| Notice::Failure(it.clone()).words(language)));
}

#[test]
#[cfg(target_os = "linux")]
fn an_empty_keyring_on_linux() {
    let words = |it: &Failure, language| Notice::Failure(it.clone()).words(language);
    let no_entry = Failure::Secret { of: SecretOf::Relay, flaw: keyring(KeyringFlaw::NoEntry) };
    holds("keyring_linux", &page(&[no_entry], words));
}

#[test]
fn every_misuse() {
    all_have_samples(&misuse());
    holds("misuse", &page(&misuse(), |it, language| Notice::Misuse(it.clone()).words(language)));
}
