use rusqlite::Connection;

use super::*;
use crate::delivery::{Outcome, Reply, State, Trouble};
use crate::letter::Record;
use crate::policy::{Gate, Retry, Tried, judge};
use crate::recipient::Address;
use crate::suppression::Suppressed;

fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

fn open(at: &Location) -> Ledger {
    Ledger::open(at, "a test", now()).unwrap().0
}

/// What holds for a ledger on either engine, each time for a new one.
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[test]
            fn $name() {
                let folder = tempfile::tempdir().unwrap();
                super::$name(&super::Location::in_folder(folder.path(), "test"));
            })*
        }

        #[cfg(feature = "postgres")]
        mod on_postgres {
            $(#[test]
            #[ignore = "needs PostgreSQL"]
            fn $name() {
                super::on_a_server(super::$name);
            })*
        }
    };
}

on_both_engines!(
    a_number_is_given_out_once_and_for_good,
    what_was_sending_when_the_run_died_is_unknown,
    an_accepted_letter_cannot_be_begun_again,
    attempts_of_an_interrupted_run_are_known_to_whoever_looks,
    attempts_of_an_interrupted_run_are_known_to_whoever_opens,
    an_address_suppressed_by_another_process_is_heard_of_before_the_next_letter,
    a_letter_that_is_not_the_ledgers_cannot_be_begun,
    hundreds_of_letters_from_many_threads_are_all_there_after_a_cut,
    a_second_run_is_told_who_holds_the_ledger_and_may_look,
    resolving_keeps_the_message_id_and_the_date,
);

/// The one server of these tests, and how many campaigns were begun on it.
#[cfg(feature = "postgres")]
static SERVER: std::sync::Mutex<Option<(postgres::cluster::Cluster, u32)>> =
    std::sync::Mutex::new(None);

#[cfg(feature = "postgres")]
fn on_a_server(holds: fn(&Location)) {
    let folder = tempfile::tempdir().unwrap();
    let (url, number) = {
        let mut server = SERVER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (cluster, count) = server.get_or_insert_with(|| {
            let cluster = postgres::cluster::Cluster::start();
            init(&server_at(folder.path(), &cluster.url("admin"))).unwrap();
            (cluster, 0)
        });
        *count += 1;
        (cluster.url("admin"), *count)
    };
    holds(&Location {
        server: Some(server_at(folder.path(), &url)),
        ..Location::in_folder(folder.path(), &format!("test-{number}"))
    });
}

/// A server whose connection string is in a file.
#[cfg(feature = "postgres")]
fn server_at(folder: &Path, url: &str) -> Server {
    let path = folder.join("server");
    crate::files::put(&path, url.as_bytes(), crate::files::Audience::Owner).unwrap();
    Server::new(crate::secret::PasswordSource::File(path), None)
}

fn id(address: &str) -> LetterId {
    LetterId::of("test", &Address::parse(address).unwrap(), None)
}

fn enrolment(address: &str) -> Enrolment {
    Enrolment {
        replaces: None,
        earlier: None,
        id: id(address),
        row: 1,
        address: address.into(),
        message_id: "<x@example.org>".into(),
    }
}

fn numbering() -> Numbering {
    Numbering::Each { first: 7, width: 3, before: String::new(), after: String::new() }
}

fn key(ledger: &mut Ledger, address: &str) -> LetterKey {
    ledger.begin_run("relay").unwrap().entry(id(address), Met::Again).unwrap().unwrap().0
}

fn beginning(letter: LetterKey) -> Beginning {
    let to = vec![Address::parse("a@example.org").unwrap()];
    let record = Record { subject: "О семинаре".into(), ..Record::default() }.to_json();
    Beginning {
        letter,
        dated: "now".into(),
        digest: Digest::of(b""),
        record,
        at: now(),
        to,
        gate: Gate::default(),
    }
}

fn ended(letter: LetterKey, outcome: Outcome) -> Attempt {
    let verdict = judge(&outcome, &Tried::before(letter.id, 0), &Retry::default(), now());
    Attempt::Ended {
        letter,
        outcome,
        verdict,
        begun: now(),
        ended: now(),
        connection: 0,
        record: None,
    }
}

/// Records in a run that ends before the letters' table is brought up to date: a beginning each,
/// and what became of it.
fn cut_off(ledger: &mut Ledger, attempts: &[(LetterKey, Option<Outcome>)]) {
    let session = ledger.begin_run("relay").unwrap();
    record_in(session.recorder(), attempts).unwrap();
}

fn record_in(
    recorder: &Recorder,
    attempts: &[(LetterKey, Option<Outcome>)],
) -> Result<(), NotBegun> {
    let mut settled = None;
    for (letter, outcome) in attempts {
        recorder.begin(beginning(*letter), settled.take())?;
        settled = outcome.clone().map(|outcome| ended(*letter, outcome));
    }
    settled.into_iter().for_each(|ended| recorder.settle(ended));
    Ok(())
}

/// Records in a run that ends well.
fn record(ledger: &mut Ledger, attempts: &[(LetterKey, Option<Outcome>)]) -> Result<()> {
    let mut session = ledger.begin_run("relay")?;
    let recorded = record_in(session.recorder(), attempts);
    session.fold()?;
    recorded.map_err(|_| session.recorder().failure().unwrap().into())
}

fn accepted() -> Outcome {
    Outcome::Accepted(Reply { code: 250, text: "2.0.0 queued".into() })
}

fn a_number_is_given_out_once_and_for_good(at: &Location) {
    let number =
        |ledger: &Ledger, address| ledger.entry(id(address)).unwrap().unwrap().number.unwrap();
    let mut ledger = open(at);
    ledger.enrol(["a@example.org", "b@example.org"].map(enrolment), &numbering(), now()).unwrap();
    ledger.enrol(["c@example.org", "b@example.org"].map(enrolment), &numbering(), now()).unwrap();
    assert_eq!(
        ["a@example.org", "b@example.org", "c@example.org"].map(|a| number(&ledger, a)),
        ["007", "008", "009"]
    );
}

fn what_was_sending_when_the_run_died_is_unknown(at: &Location) {
    let mut ledger = open(at);
    ledger.enrol([enrolment("a@example.org")], &Numbering::None, now()).unwrap();
    let letter = key(&mut ledger, "a@example.org");
    cut_off(&mut ledger, &[(letter, None)]);
    drop(ledger);
    let (ledger, recovered) = Ledger::open(at, "another", now()).unwrap();
    assert_eq!((recovered, ledger.account().unwrap().unknown), (1, 1));
    assert_eq!(ledger.entry(id("a@example.org")).unwrap().unwrap().dated.as_deref(), Some("now"));
}

fn an_accepted_letter_cannot_be_begun_again(at: &Location) {
    let mut ledger = open(at);
    ledger.enrol([enrolment("a@example.org")], &Numbering::None, now()).unwrap();
    let letter = key(&mut ledger, "a@example.org");
    // Not in the same run, and not in a later one.
    let accepted = Some(accepted());
    assert!(record(&mut ledger, &[(letter, accepted.clone()), (letter, None)]).is_err());
    assert!(record(&mut ledger, &[(letter, accepted)]).is_err());
    assert_eq!(ledger.account().unwrap().accepted, 1);
}

fn attempts_of_an_interrupted_run_are_known_to_whoever_looks(at: &Location) {
    interrupt(at);
    let account = Ledger::look(at).unwrap().unwrap().account().unwrap();
    assert_eq!((account.accepted, account.unknown, account.waiting), (1, 2, 0));
}

fn attempts_of_an_interrupted_run_are_known_to_whoever_opens(at: &Location) {
    interrupt(at);
    let account = open(at).account().unwrap();
    assert_eq!((account.accepted, account.unknown, account.waiting), (1, 2, 0));
}

/// Two runs that are cut off: one letter is accepted, of two nobody knows.
fn interrupt(at: &Location) {
    let mut ledger = open(at);
    let addresses = ["a@example.org", "b@example.org", "c@example.org"];
    ledger.enrol(addresses.map(enrolment), &Numbering::None, now()).unwrap();
    let [a, b, c] = addresses.map(|address| key(&mut ledger, address));
    cut_off(&mut ledger, &[(a, None)]);
    drop(ledger);
    let mut ledger = Ledger::open(at, "another", now()).unwrap().0;
    cut_off(&mut ledger, &[(b, Some(accepted())), (c, None)]);
}

#[test]
fn what_was_recorded_counts_where_the_letters_cannot_be_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = open(&Location::in_folder(folder.path(), "test"));
    let addresses = ["a@example.org", "b@example.org", "c@example.org"];
    ledger.enrol(addresses.map(enrolment), &Numbering::None, now()).unwrap();
    let [a, b, _] = addresses.map(|address| key(&mut ledger, address));
    cut_off(&mut ledger, &[(a, Some(accepted())), (b, None)]);
    assert_eq!(ledger.account().unwrap().accepted, 0);
    let account = ledger.account_as_recorded().unwrap();
    assert_eq!((account.accepted, account.unknown, account.waiting), (1, 1, 1));
}

#[test]
fn attempts_that_are_lost_again_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = open(&Location::in_folder(folder.path(), "test"));
    ledger
        .enrol(["a@example.org", "b@example.org"].map(enrolment), &Numbering::None, now())
        .unwrap();
    let [a, b] = ["a@example.org", "b@example.org"].map(|address| key(&mut ledger, address));
    cut_off(&mut ledger, &[(a, None), (b, None)]);
    drop(ledger);
    let db = Connection::open(sqlite::path(folder.path())).unwrap();
    for _ in 0..2 {
        db.execute("DELETE FROM attempt WHERE id = (SELECT max(id) FROM attempt)", []).unwrap();
        let error =
            Ledger::open(&Location::in_folder(folder.path(), "test"), "me", now()).err().unwrap();
        assert!(matches!(error.downcast_ref(), Some(Failure::LedgerTorn { waiting: 2, .. })));
    }
    // Not after a run that was cut off, but in an older copy.
    db.execute("UPDATE holder SET running = 0", []).unwrap();
    let error =
        Ledger::open(&Location::in_folder(folder.path(), "test"), "me", now()).err().unwrap();
    assert!(matches!(error.downcast_ref(), Some(Failure::LedgerLost { lost: 2, .. })), "{error}");
}

fn an_address_suppressed_by_another_process_is_heard_of_before_the_next_letter(at: &Location) {
    let mut ledger = open(at);
    ledger
        .enrol(["a@example.org", "b@example.org"].map(enrolment), &Numbering::None, now())
        .unwrap();
    let [a, b] = ["a@example.org", "b@example.org"].map(|address| key(&mut ledger, address));
    let mut session = ledger.begin_run("relay").unwrap();
    let before = session.recorder().suppression();
    let new = Suppressed {
        entry: "example.org".into(),
        reason: String::new(),
        date: "2026-03-01".into(),
    };
    Ledger::beside(at).unwrap().suppress(&new, "a clerk").unwrap();
    assert_eq!(session.recorder().begin(beginning(a), None), Err(NotBegun::Suppressed));
    assert!(session.fold().unwrap().is_empty() && session.close().is_empty());
    assert!(!std::sync::Arc::ptr_eq(&before, &session.recorder().suppression()));
    assert_eq!(session.recorder().begin(beginning(b), None), Err(NotBegun::NotRecorded));
}

fn a_letter_that_is_not_the_ledgers_cannot_be_begun(at: &Location) {
    let mut ledger = open(at);
    ledger.enrol([enrolment("a@example.org")], &Numbering::None, now()).unwrap();
    let stranger = LetterKey { position: 0, id: id("b@example.org") };
    assert!(record(&mut ledger, &[(stranger, None)]).is_err());
    assert_eq!(ledger.entry(id("a@example.org")).unwrap().unwrap().state, State::Waiting);
}

#[test]
fn after_a_failure_nothing_begins_and_what_is_known_is_kept_for_another_try() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = open(&Location::in_folder(folder.path(), "test"));
    let addresses = ["a@example.org", "b@example.org", "c@example.org"];
    ledger.enrol(addresses.map(enrolment), &Numbering::None, now()).unwrap();
    let [a, b, c] = addresses.map(|address| key(&mut ledger, address));
    let mut session = ledger.begin_run("relay").unwrap();
    session.recorder().begin(beginning(a), None).unwrap();
    let path = sqlite::path(folder.path());
    let away = folder.path().join("away");
    std::fs::rename(&path, &away).unwrap();
    let settled = ended(a, accepted());
    assert_eq!(session.recorder().begin(beginning(b), Some(settled)), Err(NotBegun::NotRecorded));
    assert!(matches!(session.recorder().failure(), Some(Failure::LedgerGone { .. })));
    std::fs::rename(&away, &path).unwrap();
    assert_eq!(session.recorder().begin(beginning(c), None), Err(NotBegun::NotRecorded));
    let folded = session.fold().unwrap();
    assert!(
        matches!(folded[..], [Attempt::Begun { .. }, Attempt::Ended { .. }]),
        "the beginning and the end of the first letter: {folded:?}"
    );
    assert!(session.close().is_empty());
    drop(session);
    assert_eq!(ledger.account().unwrap().accepted, 1);
    assert_eq!(ledger.account().unwrap().waiting, 2);
}

fn hundreds_of_letters_from_many_threads_are_all_there_after_a_cut(at: &Location) {
    let mut ledger = open(at);
    let addresses: Vec<String> = (0..900).map(|n| format!("p{n}@example.org")).collect();
    ledger
        .enrol(addresses.iter().map(|address| enrolment(address)), &Numbering::None, now())
        .unwrap();
    let keys: Vec<LetterKey> = (0..)
        .zip(&addresses)
        .map(|(position, address)| LetterKey { position, id: id(address) })
        .collect();
    let mut session = ledger.begin_run("relay").unwrap();
    std::thread::scope(|scope| {
        let threads: Vec<_> = keys
            .chunks(150)
            .map(|keys| {
                let recorder = session.recorder().clone();
                scope.spawn(move || {
                    for letter in keys {
                        recorder.begin(beginning(*letter), None).unwrap();
                        recorder.settle(ended(*letter, accepted()));
                    }
                })
            })
            .collect();
        while threads.iter().any(|thread| !thread.is_finished()) {
            session.fold().unwrap();
        }
    });
    drop(session);
    drop(ledger);
    let account = open(at).account().unwrap();
    // What was settled last and not committed is lost with the cut, and in doubt then.
    assert!(account.accepted + account.unknown == 900 && account.unknown <= 6, "{account:?}");
}

fn a_second_run_is_told_who_holds_the_ledger_and_may_look(at: &Location) {
    let _held = open(at);
    let error = Ledger::open(at, "me", now()).err().unwrap();
    assert!(
        matches!(error.downcast_ref(), Some(Failure::LedgerHeld { by }) if by == "a test"),
        "{error:?}"
    );
    let looking = Ledger::look(at).unwrap().unwrap();
    assert_eq!(looking.holder().as_deref(), Some("a test"));
}

#[test]
fn foreign_newer_and_damaged_ledgers_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = sqlite::path(folder.path());
    let failure = |campaign| {
        Ledger::open(&Location::in_folder(folder.path(), campaign), "me", now())
            .err()
            .unwrap()
            .downcast::<Failure>()
            .unwrap()
    };
    drop(open(&Location::in_folder(folder.path(), "test")));
    assert!(
        matches!(failure("other"), Failure::LedgerOfOther { campaign, .. } if campaign == "test")
    );
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(failure("test"), Failure::LedgerNewer { version: 99, .. }));
    std::fs::write(
        &path,
        "no database at all, but a text that is long enough to be read as a header of one, or so it seems to us here",
    )
    .unwrap();
    assert!(matches!(failure("test"), Failure::LedgerDamaged { .. }));
}

fn resolving_keeps_the_message_id_and_the_date(at: &Location) {
    let mut ledger = open(at);
    ledger.enrol([enrolment("A@example.org")], &Numbering::None, now()).unwrap();
    assert!(ledger.resolve(&["a@example.org".to_owned()], State::Waiting, "me", now()).is_err());
    let lost = Outcome::Unknown { trouble: Trouble::TimedOut };
    let letter = key(&mut ledger, "a@example.org");
    record(&mut ledger, &[(letter, Some(lost))]).unwrap();
    assert_eq!(
        ledger.resolve(&["a@example.org".to_owned()], State::Waiting, "me", now()).unwrap().len(),
        1
    );
    let entry = ledger.entry(id("a@example.org")).unwrap().unwrap();
    assert_eq!(
        (entry.state, entry.dated.as_deref(), entry.message_id.as_str()),
        (State::Waiting, Some("now"), "<x@example.org>")
    );
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    drop(open(&Location::in_folder(folder.path(), "test")));
    assert_eq!(
        std::fs::metadata(sqlite::path(folder.path())).unwrap().permissions().mode() & 0o777,
        0o600
    );
}
