//! What `doctor` found: the fact, and what to publish or write.

mod campaign;
mod domain;
mod mailbox;
mod relay;

use super::{Said, pick};
use crate::escaping::one_line;
use crate::finding::{Finding, Gravity, Subject};
use crate::notice::Language;
use crate::notice::format::size;

/// The mark, the fact and, on a line of its own, what to do.
pub(super) fn line(found: &Finding, language: Language) -> String {
    let mark = match found.gravity() {
        Gravity::Ok => pick(language, "ok", "хорошо"),
        Gravity::Info => pick(language, "note", "заметка"),
        Gravity::Warning => pick(language, "warning", "внимание"),
        Gravity::Error => pick(language, "error", "ошибка"),
    };
    let Said { what, hint } = finding(found, language);
    let (what, hint) = (one_line(&what), one_line(&hint));
    if hint.is_empty() {
        format!("  {mark}: {what}")
    } else {
        format!("  {mark}: {what}\n    → {hint}")
    }
}

/// The heading above the findings about one thing.
pub(super) fn heading(subject: Subject, language: Language) -> &'static str {
    match subject {
        Subject::Relay => pick(language, "Relay", "Сервер"),
        Subject::Domain => pick(language, "Sender's domain", "Домен отправителя"),
        Subject::Mailbox => pick(language, "Answers", "Ответы"),
        Subject::Campaign => pick(language, "Campaign and computer", "Рассылка и компьютер"),
    }
}

pub(in crate::notice) fn finding(found: &Finding, language: Language) -> Said {
    match found {
        Finding::Relay(it) => relay::finding(it, language),
        Finding::Domain(it) => domain::finding(it, language),
        Finding::Mailbox(it) => mailbox::finding(it, language),
        Finding::Campaign(it) => campaign::finding(it, language),
    }
}

/// A fact that needs no remedy.
fn fact(what: String) -> Said {
    Said { what, hint: String::new() }
}

fn size_of(octets: u64, language: Language) -> String {
    size(usize::try_from(octets).unwrap_or(usize::MAX), language)
}
