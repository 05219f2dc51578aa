//! Any text as an address: what is accepted can stand in an envelope and in a header.
#![no_main]

use gonets::recipient::Address;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(address) = Address::parse(text) else { return };
    let wire = address.wire();
    assert!(!wire.contains(|c: char| c.is_control() || c.is_whitespace() || "<>()[]\\\",;:".contains(c)), "{wire:?}");
    assert_eq!(wire.matches('@').count(), 1, "{wire:?}");
    assert!(address.domain().is_ascii() && wire.len() <= 318, "{wire:?}");
    let again = Address::parse(address.shown()).expect("what was parsed once is parsed again");
    assert_eq!(again.key(), address.key());
});
