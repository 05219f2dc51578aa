use super::*;
use crate::delivery::{Outcome, Reply, State, Trouble};
use crate::policy::{Retry, judge};
use crate::recipient::Address;

fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

fn open(folder: &Path) -> Ledger {
    Ledger::open(folder, "test", "a test", now()).unwrap().0
}

fn id(address: &str) -> LetterId {
    LetterId::of("test", &Address::parse(address).unwrap(), None)
}

fn enrolment(address: &str) -> Enrolment {
    Enrolment {
        id: id(address),
        row: 1,
        address: address.into(),
        message_id: "<x@example.org>".into(),
    }
}

fn numbering() -> Numbering {
    Numbering::Each { first: 7, width: 3, before: String::new(), after: String::new() }
}

fn key(ledger: &mut Ledger, address: &str) -> Key {
    ledger.begin_run("relay").unwrap().entry(id(address)).unwrap().unwrap().0
}

fn begin(letter: Key) -> Change {
    Change::Begin { letter, dated: "now".into(), digest: Digest::of(b""), at: now() }
}

fn settle(letter: Key, outcome: Outcome) -> Change {
    let verdict = judge(&outcome, letter.id, 0, &Retry::default(), now());
    Change::Settle { letter, outcome, verdict, begun: now(), ended: now(), connection: 0 }
}

/// Records in a run that is cut off before the ledger took it.
fn cut_off(ledger: &mut Ledger, changes: Vec<Change>) {
    let book = ledger.begin_run("relay").unwrap();
    book.journal().record(changes).unwrap();
}

fn record(ledger: &mut Ledger, changes: Vec<Change>) -> Result<()> {
    let mut book = ledger.begin_run("relay")?;
    let recorded = book.journal().record(changes);
    book.absorb()?;
    recorded.map(drop).map_err(|NotKept| book.journal().failure().unwrap().into())
}

fn accepted() -> Outcome {
    Outcome::Accepted(Reply { code: 250, text: "2.0.0 queued".into() })
}

#[test]
fn a_number_is_given_out_once_and_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let number =
        |ledger: &Ledger, address| ledger.entry(id(address)).unwrap().unwrap().number.unwrap();
    let mut ledger = open(folder.path());
    ledger.enrol(["a@example.org", "b@example.org"].map(enrolment), &numbering(), now()).unwrap();
    ledger.enrol(["c@example.org", "b@example.org"].map(enrolment), &numbering(), now()).unwrap();
    assert_eq!(
        ["a@example.org", "b@example.org", "c@example.org"].map(|a| number(&ledger, a)),
        ["007", "008", "009"]
    );
}

#[test]
fn what_was_sending_when_the_run_died_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = open(folder.path());
    ledger.enrol([enrolment("a@example.org")], &Numbering::None, now()).unwrap();
    let letter = key(&mut ledger, "a@example.org");
    cut_off(&mut ledger, vec![begin(letter)]);
    drop(ledger);
    let (ledger, recovered) = Ledger::open(folder.path(), "test", "another", now()).unwrap();
    assert_eq!((recovered, ledger.account().unwrap().unknown), (1, 1));
    assert_eq!(ledger.entry(id("a@example.org")).unwrap().unwrap().dated.as_deref(), Some("now"));
}

#[test]
fn an_accepted_letter_cannot_be_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = open(folder.path());
    ledger.enrol([enrolment("a@example.org")], &Numbering::None, now()).unwrap();
    let letter = key(&mut ledger, "a@example.org");
    // In the same run the journal does not take it, in a later one the ledger does not.
    assert!(
        record(&mut ledger, vec![begin(letter), settle(letter, accepted()), begin(letter)])
            .is_err()
    );
    assert!(record(&mut ledger, vec![begin(letter)]).is_err());
    assert_eq!(ledger.account().unwrap().accepted, 1);
}

#[test]
fn what_only_the_journal_knows_is_in_the_ledger_when_somebody_looks_and_when_it_is_opened() {
    for looks in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = open(folder.path());
        ledger
            .enrol(["a@example.org", "b@example.org"].map(enrolment), &Numbering::None, now())
            .unwrap();
        let [a, b] = ["a@example.org", "b@example.org"].map(|address| key(&mut ledger, address));
        cut_off(&mut ledger, vec![begin(a)]);
        // A run that was cut off leaves its journal, and another begins.
        drop(ledger);
        let mut ledger = Ledger::open(folder.path(), "test", "another", now()).unwrap().0;
        cut_off(&mut ledger, vec![begin(b), settle(b, accepted())]);
        drop(ledger);
        let account = if looks {
            Ledger::look(folder.path(), "test").unwrap().unwrap().account().unwrap()
        } else {
            open(folder.path()).account().unwrap()
        };
        assert_eq!(
            (account.accepted, account.unknown, account.waiting),
            (1, 1, 0),
            "looks: {looks}"
        );
    }
}

#[test]
fn a_ledger_that_was_cut_off_before_it_counted_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = Ledger::path(folder.path());
    drop(open(folder.path()));
    Connection::open(&path).unwrap().execute_batch("DELETE FROM tally").unwrap();
    assert!(Ledger::look(folder.path(), "test").unwrap().is_some());
    drop(open(folder.path()));
    let rows: u64 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM tally", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn a_journal_that_was_lost_or_cut_short_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = open(folder.path());
    ledger
        .enrol(["a@example.org", "b@example.org"].map(enrolment), &Numbering::None, now())
        .unwrap();
    let [a, b] = ["a@example.org", "b@example.org"].map(|address| key(&mut ledger, address));
    let book = ledger.begin_run("relay").unwrap();
    book.journal().record(vec![begin(a)]).unwrap();
    book.journal().record(vec![begin(b)]).unwrap();
    drop(book);
    drop(ledger);
    let path = folder.path().join(JOURNAL);
    let whole = std::fs::read(&path).unwrap();
    let lost = || match Ledger::open(folder.path(), "test", "me", now()).err().unwrap().downcast() {
        Ok(Failure::LedgerLost { lost, .. }) => lost,
        other => panic!("{other:?}"),
    };
    std::fs::write(&path, &whole[..100]).unwrap();
    assert_eq!(lost(), 2);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(lost(), 2);
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(open(folder.path()).account().unwrap().unknown, 2);
}

#[test]
fn a_group_is_taken_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = open(folder.path());
    ledger.enrol([enrolment("a@example.org")], &Numbering::None, now()).unwrap();
    let letter = key(&mut ledger, "a@example.org");
    let stranger = Key { position: 7, id: id("b@example.org") };
    assert!(record(&mut ledger, vec![begin(letter), begin(stranger)]).is_err());
    assert_eq!(ledger.entry(id("a@example.org")).unwrap().unwrap().state, State::Waiting);
}

#[test]
fn hundreds_of_letters_from_many_threads_are_all_there_after_a_cut() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = open(folder.path());
    let addresses: Vec<String> = (0..900).map(|n| format!("p{n}@example.org")).collect();
    ledger
        .enrol(addresses.iter().map(|address| enrolment(address)), &Numbering::None, now())
        .unwrap();
    let keys: Vec<Key> = (0..)
        .zip(&addresses)
        .map(|(position, address)| Key { position, id: id(address) })
        .collect();
    let mut book = ledger.begin_run("relay").unwrap();
    std::thread::scope(|scope| {
        let threads: Vec<_> = keys
            .chunks(150)
            .map(|keys| {
                let journal = book.journal().clone();
                scope.spawn(move || {
                    for letter in keys {
                        journal.record(vec![begin(*letter)]).unwrap();
                        journal.note(settle(*letter, accepted()));
                    }
                })
            })
            .collect();
        // The ledger takes some of it while they write: the ring has no room for all.
        while threads.iter().any(|thread| !thread.is_finished()) {
            book.absorb().unwrap();
        }
    });
    drop(book);
    drop(ledger);
    let account = open(folder.path()).account().unwrap();
    // What was noted last and stood in no block is lost with the cut, and is in doubt then.
    assert!(account.accepted + account.unknown == 900 && account.unknown <= 6, "{account:?}");
}

#[test]
fn a_second_run_is_told_who_holds_the_ledger_and_may_look() {
    let folder = tempfile::tempdir().unwrap();
    let _held = open(folder.path());
    let error = Ledger::open(folder.path(), "test", "me", now()).err().unwrap();
    assert!(
        matches!(error.downcast_ref(), Some(Failure::LedgerHeld { by }) if by == "a test"),
        "{error:?}"
    );
    let looking = Ledger::look(folder.path(), "test").unwrap().unwrap();
    assert_eq!(looking.holder().as_deref(), Some("a test"));
}

#[test]
fn foreign_newer_and_damaged_ledgers_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = Ledger::path(folder.path());
    let failure = |campaign| {
        Ledger::open(folder.path(), campaign, "me", now())
            .err()
            .unwrap()
            .downcast::<Failure>()
            .unwrap()
    };
    drop(open(folder.path()));
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

#[test]
fn resolving_keeps_the_message_id_and_the_date() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = open(folder.path());
    ledger.enrol([enrolment("A@example.org")], &Numbering::None, now()).unwrap();
    assert!(ledger.resolve(&["a@example.org".to_owned()], State::Waiting, "me", now()).is_err());
    let lost = Outcome::Unknown { trouble: Trouble::TimedOut };
    let letter = key(&mut ledger, "a@example.org");
    record(&mut ledger, vec![begin(letter), settle(letter, lost)]).unwrap();
    assert_eq!(
        ledger.resolve(&["a@example.org".to_owned()], State::Waiting, "me", now()).unwrap(),
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
    drop(open(folder.path()));
    assert_eq!(
        std::fs::metadata(Ledger::path(folder.path())).unwrap().permissions().mode() & 0o777,
        0o600
    );
}
