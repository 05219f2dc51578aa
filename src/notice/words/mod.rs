//! The words for everything that is said, both languages in one arm.
//!
//! Each topic is a `match` without `_`: a variant without words does not compile.

#![expect(clippy::too_many_lines, reason = "a topic is one `match` over all its variants")]
#![expect(clippy::ref_option, reason = "`nearest` is bound by a pattern on a reference")]

mod as_seen;
mod config;
mod delivery;
mod digest;
mod document;
mod failure;
mod findings;
mod foreign;
mod forms;
mod inbox;
mod letter;
mod list;
mod notices;
mod plan;
mod secret;
mod table;
mod trust;

pub(super) use delivery::trouble;
pub use delivery::{fate, fate_and, not_on_list};
pub(super) use digest::{kind, kind_of_places, label, more_kinds, more_rows, same_in_rows};
pub(super) use findings::finding;
pub use inbox::{answer, bounce};
pub(super) use list::field;
pub(super) use notices::notice;
pub use table::heading;

use super::Language;
use crate::problem::Fault;

/// What is wrong, and what to do about it.
pub(super) struct Said {
    pub(super) what: String,
    pub(super) hint: String,
}

/// Formats the words of one language: `en what` makes a `String`, `en what, hint` a [`Said`].
/// Each is a format string, `(format, arguments…)` or `(expression)`.
macro_rules! say {
    ($language:expr; en $($en:tt),+; ru $($ru:tt),+) => {
        match $language {
            Language::English => crate::notice::words::said!($($en),+),
            Language::Russian => crate::notice::words::said!($($ru),+),
        }
    };
}
macro_rules! said {
    ($what:tt) => {
        crate::notice::words::text!($what)
    };
    ($what:tt, $hint:tt) => {
        crate::notice::words::Said {
            what: crate::notice::words::text!($what),
            hint: crate::notice::words::text!($hint),
        }
    };
}
macro_rules! text {
    ($format:literal) => { format!($format) };
    (($format:literal, $($argument:expr),+)) => { format!($format, $($argument),+) };
    (($words:expr)) => { String::from($words) };
}
use {said, say, text};

/// The words of one language.
fn pick(language: Language, english: &'static str, russian: &'static str) -> &'static str {
    match language {
        Language::English => english,
        Language::Russian => russian,
    }
}

/// A problem in words.
pub(super) fn fault(fault: &Fault, language: Language) -> Said {
    match fault {
        Fault::File(fault) => config::file(fault, language),
        Fault::Config(fault) => config::config(fault, language),
        Fault::List(fault) => list::list(fault, language),
        Fault::Table(fault) => as_seen::table(fault, language),
        Fault::Forms(fault) => forms::forms(fault, language),
        Fault::Letter(fault) => letter::letter(fault, language),
        Fault::Document(fault) => document::document(fault, language),
    }
}

/// Asks whether the nearest known name was meant, if there is one.
fn nearest_or(otherwise: &str, nearest: &Option<String>, language: Language) -> String {
    match nearest {
        Some(name) => say!(language; en "did you mean \"{name}\"?"; ru "может быть, «{name}»?"),
        None => otherwise.to_owned(),
    }
}
