//! The same letters over the same sessions without a ledger, for `benches/throughput.sh`: what the
//! ledger costs.
//!
//!     cargo bench --bench bare_smtp -- CAMPAIGN CONNECTIONS
//!
//! Reads the list, composes and carries every row of a campaign, and records nothing: the whole
//! process is to be timed, as that of gonets is. It uses the library as a program of its own: no
//! setting of gonets does this.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};

use gonets::campaign::Campaign;
use gonets::compose::{LetterMeta, Mode};
use gonets::delivery::{Courier as _, LetterQueue, Outcome, Permit, Work};
use gonets::letter::{Letter, LetterId};
use gonets::recipient::Recipient;
use gonets::smtp::{Relay, SmtpCourier};
use jiff::ZonedDateTime;

/// So many recipients are handed over at once.
const HANDFUL: usize = 64;

/// A pile of recipients that all connections take from.
struct Pile {
    campaign: Arc<Campaign>,
    recipients: Arc<Mutex<Receiver<Vec<Recipient>>>>,
    hand: Vec<Recipient>,
    accepted: Arc<AtomicUsize>,
}

impl Pile {
    fn letter(&mut self) -> Option<Box<Letter>> {
        if self.hand.is_empty() {
            self.hand = self.recipients.lock().expect("nobody panics with it").recv().ok()?;
        }
        let recipient = &self.hand.pop()?;
        let forms = self.campaign.forms(&recipient.card);
        let meta = LetterMeta { number: None, message_id: None, date: ZonedDateTime::now() };
        let composed = self.campaign.composer.compose(recipient, &forms, &meta, &Mode::Real);
        Some(Box::new(composed.expect("the bench's letters are sound").letter))
    }
}

impl LetterQueue for Pile {
    fn draw(&mut self) -> Work {
        self.letter().map_or(Work::Done, Work::Carry)
    }

    fn draw_ahead(&mut self) -> Option<Box<Letter>> {
        self.letter()
    }

    fn begin(&mut self, _: LetterId, settled: Option<(LetterId, Outcome)>) -> Permit {
        if let Some((id, outcome)) = settled {
            self.settle(id, outcome);
        }
        Permit::Granted
    }

    fn settle(&mut self, _: LetterId, outcome: Outcome) {
        assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
        self.accepted.fetch_add(1, Ordering::Relaxed);
    }

    fn give_back(&mut self, id: LetterId) {
        panic!("{id} came back");
    }
}

fn main() {
    // `cargo bench` adds a flag of its own.
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let (Some(folder), Some(connections)) = (arguments.next(), arguments.next()) else { return };
    let connections = connections.parse().expect("a number of connections");
    let campaign = Campaign::load(Some(Path::new(&folder)))
        .unwrap_or_else(|_| panic!("{folder}: no sound campaign"));
    let smtp = campaign.config.smtp.clone().expect("a campaign with a relay");
    let (campaign, accepted) = (Arc::new(campaign), Arc::new(AtomicUsize::new(0)));
    let relay = Relay { messages_per_connection: u32::MAX, ..smtp.relay };
    let (hand_over, recipients) = sync_channel(8);
    let recipients = Arc::new(Mutex::new(recipients));
    let threads: Vec<_> = SmtpCourier::for_relay(relay, connections)
        .into_iter()
        .map(|mut courier| {
            let (campaign, recipients) = (campaign.clone(), recipients.clone());
            let mut pile =
                Pile { campaign, recipients, hand: Vec::new(), accepted: accepted.clone() };
            std::thread::spawn(move || courier.carry(&mut pile))
        })
        .collect();
    let (mut hand, mut read) = (Vec::new(), 0);
    for recipient in campaign.rows().expect("the list of the bench").filter_map(|row| row.recipient)
    {
        hand.push(recipient);
        read += 1;
        if hand.len() == HANDFUL {
            hand_over.send(std::mem::take(&mut hand)).expect("somebody takes it");
        }
    }
    hand_over.send(hand).expect("somebody takes it");
    drop(hand_over);
    threads.into_iter().for_each(|thread| thread.join().expect("a connection that ends well"));
    assert_eq!(accepted.load(Ordering::Relaxed), read);
}
