//! Any octets as a mail that came back: it is read to its end, judged, and what is kept of it is short.
#![no_main]

use gonets::inbox::{self, Answerable, Counted, Letters, Mailed};
use gonets::letter::LetterId;
use gonets::recipient::Address;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    let Some(reading) = inbox::read(octets) else { return };
    for told in &reading.told {
        assert!(told.diagnostic.chars().count() <= 500, "{told:?}");
    }
    let now = jiff::Timestamp::UNIX_EPOCH;
    let letter = |address: &str, number: &str| Answerable {
        id: LetterId::of("a", &Address::parse(address).expect("an address"), None),
        address: address.to_owned(),
        message_id: format!("<{number}@sender.test>"),
        number: Some(number.to_owned()),
        subject: Some("О семинаре".to_owned()),
        at: now,
    };
    let all = vec![letter("anna@one.test", "one"), letter("boris@two.test", "007")];
    let letters = Letters::new(all, vec!["invite@sender.test".into()], Vec::new());
    let mailed = Mailed { digest: inbox::digest(octets), source: "a", now };
    let judgement = inbox::judge(&reading, &letters, mailed);
    // A report about a copy is ours and says nothing of a letter.
    assert!(judgement.counted != Counted::NotOurs || judgement.mails.is_empty());
    assert!(judgement.mails.len() <= reading.told.len().max(1));
});
