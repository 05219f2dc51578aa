//! All words that users see, in both languages, held by snapshots that read as text.
//!
//! The samples cover every variant: the compiler and [`all_have_samples`] see to it. To accept a
//! changed wording, run `INSTA_UPDATE=always cargo test` and read the diff.

mod failures;
mod findings;
mod help;
mod notices;
mod problems;
mod run;
mod russian;
mod tables;

use std::collections::BTreeSet;

use gonets::notice::Language;

/// An enum with the names of all its variants.
trait Variants {
    const NAMES: &'static [&'static str];
    fn name(&self) -> &'static str;
}

/// Lists the variants of an enum. Leaving one out does not compile.
macro_rules! variants {
    ($type:ident: $($variant:ident)*) => {
        impl crate::words::Variants for $type {
            const NAMES: &'static [&'static str] = &[$(stringify!($variant)),*];
            fn name(&self) -> &'static str {
                match self {
                    $($type::$variant { .. } => stringify!($variant)),*
                }
            }
        }
    };
}
use variants;

/// Fails when a variant has no sample.
fn all_have_samples<'a, T: Variants + 'a>(samples: impl IntoIterator<Item = &'a T>) {
    let seen: BTreeSet<&str> = samples.into_iter().map(Variants::name).collect();
    let missing: Vec<&&str> = T::NAMES.iter().filter(|name| !seen.contains(*name)).collect();
    assert!(missing.is_empty(), "no sample of {missing:?}");
}

/// A name, then its words in English and in Russian.
fn entry(name: &str, words: impl Fn(Language) -> String) -> String {
    let of = |label: &str, language| {
        let lines = words(language).replace('\n', "\n      ");
        format!("  {label}: {lines}\n")
    };
    let (english, russian) = (of("en", Language::English), of("ru", Language::Russian));
    format!("{name}\n{english}{russian}\n")
}

/// One entry for each sample.
fn page<T: Variants>(samples: &[T], words: impl Fn(&T, Language) -> String) -> String {
    samples.iter().map(|it| entry(it.name(), |language| words(it, language))).collect()
}

/// Compares with `snapshots/<name>.snap`.
fn holds(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true
    }, { insta::assert_snapshot!(name, text) });
}
