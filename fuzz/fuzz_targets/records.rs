//! Any octets as a list, in any encoding: it ends, its lines ascend, and every cell can be asked for.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| gonets::fuzzed_records(octets));
