//! Any Markdown and any value in it: text and HTML without a script, and a value that stays text.
#![no_main]

libfuzzer_sys::fuzz_target!(|written: &str| gonets::compose::fuzzing::letter(written));
