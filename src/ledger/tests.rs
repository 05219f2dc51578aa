use super::*;
use crate::delivery::Trouble;
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
    Enrolment { id: id(address), row: 1, address: address.into(), message_id: "<x@example.org>".into() }
}

fn numbering() -> Numbering {
    Numbering::Each { first: 7, width: 3, before: String::new(), after: String::new() }
}

fn begin(address: &str) -> Change {
    Change::Begin { id: id(address), dated: "now".into(), digest: Digest::of(b"") }
}

fn settle(address: &str, outcome: Outcome) -> Change {
    let verdict = judge(&outcome, id(address), 0, &Retry::default(), now());
    Change::Settle { id: id(address), outcome, verdict, begun: now(), connection: 0 }
}

fn accepted() -> Outcome {
    Outcome::Accepted(Reply { code: 250, text: "2.0.0 queued".into() })
}

#[test]
fn a_number_is_given_out_once_and_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let number = |ledger: &Ledger, address| ledger.entry(id(address)).unwrap().unwrap().number.unwrap();
    let mut ledger = open(folder.path());
    ledger.enrol(["a@example.org", "b@example.org"].map(enrolment), &numbering(), now()).unwrap();
    ledger.enrol(["c@example.org", "b@example.org"].map(enrolment), &numbering(), now()).unwrap();
    assert_eq!(["a@example.org", "b@example.org", "c@example.org"].map(|a| number(&ledger, a)), ["007", "008", "009"]);
}

#[test]
fn what_was_sending_when_the_run_died_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = open(folder.path());
    ledger.enrol([enrolment("a@example.org")], &Numbering::None, now()).unwrap();
    ledger.record(&[begin("a@example.org")], "relay", now()).unwrap();
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
    ledger.record(&[begin("a@example.org"), settle("a@example.org", accepted())], "relay", now()).unwrap();
    assert!(ledger.record(&[begin("a@example.org")], "relay", now()).is_err());
    assert_eq!(ledger.account().unwrap().accepted, 1);
}

#[test]
fn a_group_is_recorded_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = open(folder.path());
    ledger.enrol([enrolment("a@example.org")], &Numbering::None, now()).unwrap();
    assert!(ledger.record(&[begin("a@example.org"), begin("b@example.org")], "relay", now()).is_err());
    assert_eq!(ledger.entry(id("a@example.org")).unwrap().unwrap().state, State::Waiting);
}

#[test]
fn a_second_run_is_told_who_holds_the_ledger_and_may_look() {
    let folder = tempfile::tempdir().unwrap();
    let _held = open(folder.path());
    let error = Ledger::open(folder.path(), "test", "me", now()).err().unwrap();
    assert!(matches!(error.downcast_ref(), Some(Failure::LedgerHeld { by }) if by == "a test"), "{error:?}");
    let looking = Ledger::look(folder.path(), "test").unwrap().unwrap();
    assert_eq!(looking.holder().as_deref(), Some("a test"));
}

#[test]
fn foreign_newer_and_damaged_ledgers_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = Ledger::path(folder.path());
    let failure =
        |campaign| Ledger::open(folder.path(), campaign, "me", now()).err().unwrap().downcast::<Failure>().unwrap();
    drop(open(folder.path()));
    assert!(matches!(failure("other"), Failure::LedgerOfOther { campaign, .. } if campaign == "test"));
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
    ledger.record(&[begin("a@example.org"), settle("a@example.org", lost)], "relay", now()).unwrap();
    assert_eq!(ledger.resolve(&["a@example.org".to_owned()], State::Waiting, "me", now()).unwrap(), 1);
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
    assert_eq!(std::fs::metadata(Ledger::path(folder.path())).unwrap().permissions().mode() & 0o777, 0o600);
}
