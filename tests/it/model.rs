//! Random histories: runs with the real ledger, policy and SMTP sessions, which end at random,
//! against a relay that fails at random. After each run the ledger is compared with what the relay
//! received.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gonets::compose::LetterMeta;
use gonets::delivery::{Courier, Security, State};
use gonets::ledger::{Enrolment, Ledger, Location};
use gonets::letter::{Digest, Letter, LetterId, Numbering};
use gonets::policy::{Pace, Retry, Timeouts};
use gonets::problem::Place;
use gonets::recipient::{Address, Card, Cells, Recipient};
use gonets::sending::{self, Job, Rules, Run};
use gonets::smtp::{Relay, SmtpCourier};
use jiff::Timestamp;

use crate::server::{Act, Moment, Server, WITHOUT_PIPELINING, say};

/// xorshift64*: the same history for the same seed, save for what threads do.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as u32 % sides
    }
}

fn fault(dice: &mut Dice, moment: &Moment) -> Option<Act> {
    let is_message = *moment == Moment::Message;
    let acts: [Act; 10] = [
        Act::Close,
        Act::SayAndClose("421 4.3.2 closing".into()),
        say("451 4.3.0 later"),
        say("550 5.1.1 no"),
        say("garbage"),
        say("250 ok\r\n250 ok"),
        say("354 go on"),
        say("552 5.2.2 mailbox full"),
        if is_message { Act::TakeAndClose } else { Act::Close },
        if is_message { Act::TakeAndClose } else { say("450 4.2.0 greylisted") },
    ];
    // A refused sender would end each run at once; greetings and logins have tests of their own.
    let may_fail = match moment {
        Moment::Message => true,
        Moment::Command(line) => {
            ["MAIL", "RCPT", "DATA", "RSET"].iter().any(|word| line.starts_with(word))
        }
        Moment::Greeting => false,
    };
    let act = acts[dice.roll(10) as usize].clone();
    let refuses_sender = matches!((moment, &act), (Moment::Command(line), Act::Say(text))
        if (line.starts_with("MAIL") || line.starts_with("DATA")) && text.starts_with('5'));
    (may_fail && !refuses_sender && dice.roll(8) == 0).then_some(act)
}

pub fn recipient(index: usize) -> Recipient {
    Recipient {
        copies: Vec::new(),
        reply_to: None,
        place: Place::at("list", index as u64 + 2, 1),
        row: index as u64 + 1,
        address: Address::parse(&format!("p{index}@many.test")).unwrap(),
        card: Card::default(),
        key: None,
        timezone: None,
        headings: Arc::new([]),
        cells: Cells::default(),
    }
}

pub fn letter(job: &Job) -> Letter {
    let LetterMeta { message_id, .. } = job.meta.clone();
    let bytes = b"Date: now\r\nSubject: x\r\n\r\n.a letter\r\n".to_vec();
    Letter {
        id: job.id,
        from: Address::parse("invite@sender.test").unwrap(),
        to: vec![job.recipient.address.clone()],
        message_id: message_id.unwrap(),
        number: None,
        subject: String::new(),
        record: gonets::letter::Record::default(),
        receipt: gonets::letter::Receipt::None,
        digest: Digest::of(&bytes),
        bytes,
    }
}

/// A ledger that knows so many people.
pub fn ledger_of(folder: &Path, people: usize, now: Timestamp) -> Ledger {
    let (mut ledger, _) =
        Ledger::open(&Location::in_folder(folder, "model"), "the model", now).unwrap();
    let id = |recipient: &Recipient| LetterId::of("model", &recipient.address, None);
    let enrolments = (0..people).map(recipient).map(|recipient| Enrolment {
        earlier: None,
        replaces: None,
        id: id(&recipient),
        row: recipient.row,
        address: recipient.address.to_string(),
        message_id: format!("<{}@sender.test>", id(&recipient)),
    });
    ledger.enrol(enrolments, &Numbering::None, now).unwrap();
    ledger
}

/// One run; `lives` events long where it is to be cut off.
fn run(folder: &Path, server: &Server, people: usize, connections: u32, lives: Option<u64>) {
    let now = Timestamp::now();
    let mut ledger = ledger_of(folder, people, now);
    let rules = Rules {
        campaign: "model".into(),
        pace: Pace { connections, ..Pace::default() },
        retry: Retry {
            attempts: 4,
            first_delay: Duration::from_micros(1),
            reconnect_delay: Duration::from_micros(1),
            refusals_in_a_row: 1000,
            ..Retry::default()
        },
        relay: "model".into(),
        limit: None,
        patience: None,
        clock: sending::Clock::System,
        veto: None,
    };
    let relay = Relay {
        host: "127.0.0.1".into(),
        port: server.port,
        security: Security::None,
        bind: Vec::new(),
        login: None,
        authority: None,
        timeouts: Timeouts::of(Duration::from_secs(5)),
        messages_per_connection: 5,
    };
    let couriers = SmtpCourier::for_relay(relay, connections)
        .into_iter()
        .map(|courier| Box::new(courier) as Box<dyn Courier>);
    let compose: Arc<sending::Compose> = Arc::new(|job| Ok(letter(job)));
    let mut pass = || Ok((0..people).map(recipient));
    let stop: Arc<sending::Stop> = Arc::new(|| false);
    let mut lives = lives;
    let mut tell = |_| {
        lives = lives.map(|left| {
            left.checked_sub(1).unwrap_or_else(|| std::panic::resume_unwind(Box::new("cut off")))
        });
    };
    let ended = catch_unwind(AssertUnwindSafe(|| {
        Run { rules: &rules, couriers: couriers.collect(), compose, stop }.send(
            &mut ledger,
            &mut pass,
            &mut tell,
        )
    }));
    if let Ok(ended) = ended {
        ended.unwrap();
    }
    drop(ledger);
    // What a run that was cut off had on the wire comes to its end first: a dead process sends
    // nothing.
    server.wait_until_quiet();
}

/// Holds the ledger against what the relay took: nobody twice, nobody lost, nobody misnamed. A
/// person then decides the unknown ones by what the relay knows; tells which those were.
pub fn hold_against(
    ledger: &mut Ledger,
    people: usize,
    taken: &BTreeMap<String, usize>,
    now: Timestamp,
    at: &dyn Fn() -> String,
) -> Vec<String> {
    assert!(taken.values().all(|n| *n == 1), "P1, twice: {taken:?}; {}", at());
    let entries = ledger.entries(None).unwrap();
    assert_eq!(
        (entries.len(), ledger.account().unwrap().letters()),
        (people, people as u64),
        "{}",
        at()
    );
    let mut decided = Vec::new();
    for entry in entries {
        let is_taken = taken.contains_key(&entry.address);
        let is_right = match entry.state {
            State::Accepted => is_taken,
            State::Waiting | State::Filed | State::Refused => !is_taken,
            State::Unknown => true,
            State::Sending => false,
        };
        assert!(
            is_right,
            "{} is {:?}, taken {is_taken}, {:?}; {}",
            entry.address,
            entry.state,
            entry.reply,
            at()
        );
        if entry.state == State::Unknown {
            let after = if is_taken { State::Accepted } else { State::Waiting };
            ledger.resolve(std::slice::from_ref(&entry.address), after, "the model", now).unwrap();
            decided.push(entry.address);
        }
    }
    decided
}

fn history(seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (people, connections) = (3 + dice.roll(12) as usize, 1 + dice.roll(3));
    let pipelines = dice.roll(3) > 0;
    let for_server = Mutex::new(Dice(seed | 1 << 40));
    let server = Server::scripted(move |_, moment| match moment {
        Moment::Command(line) if line.starts_with("EHLO") => {
            (!pipelines).then(|| say(WITHOUT_PIPELINING))
        }
        moment => fault(&mut for_server.lock().unwrap(), moment),
    });
    let folder = tempfile::tempdir().unwrap();
    let mut taken_before = BTreeMap::new();
    for round in 0..40 {
        let lives = (dice.roll(3) == 0).then(|| u64::from(dice.roll(10)));
        run(folder.path(), &server, people, connections, lives);
        let taken = server.counts();
        let at = || {
            format!("seed {seed}, round {round}, {connections} connections, pipelining {pipelines}")
        };
        let (mut ledger, cut_off) = Ledger::open(
            &Location::in_folder(folder.path(), "model"),
            "the model",
            Timestamp::now(),
        )
        .unwrap();
        assert!(
            cut_off <= u64::from(connections) && (lives.is_some() || cut_off == 0),
            "{cut_off} cut off; {}",
            at()
        );
        hold_against(&mut ledger, people, &taken, Timestamp::now(), &at);
        assert!(taken_before.keys().all(|address| taken.contains_key(address)));
        taken_before = taken;
        if ledger.account().unwrap().waiting == 0 {
            return;
        }
    }
    panic!("seed {seed}: not done after 40 runs");
}

/// Sixty histories; more with `GONETS_HISTORIES=2000`.
#[test]
fn in_random_histories_nobody_is_sent_to_twice_lost_or_misnamed() {
    let histories =
        std::env::var("GONETS_HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    (1..=histories).for_each(history);
}
