//! By what a mail may be matched to a letter.

use super::addresses;
use super::mime::{Head, Mail, Part};
use super::phrases::normalised;
use super::prose::Text;
use super::report::{self, DeliveryStatus};

/// What a mail shows of the letter that it answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clues {
    /// The addresses at which it arrived, in lower case: a return path may hold the letter's id.
    pub arrived_at: Vec<String>,
    /// `Original-Envelope-Id` (RFC 3464, 2.2.1).
    pub envelope_id: Option<String>,
    /// The Message-IDs of letters that came back, in angle brackets.
    pub returned: Vec<String>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    /// Its subject, normalised, without «Re:».
    pub subject: String,
    /// The subject of the letter that came back, normalised.
    pub returned_subject: Option<String>,
    /// Outgoing numbers named with their word: «исх. № 007-13».
    pub numbers: Vec<String>,
    /// To whom the letter that is quoted or came back was addressed.
    pub addressed_to: Vec<String>,
    /// The id in the subject of our `mailto:` of List-Unsubscribe.
    pub unsubscribe_id: Option<String>,
}

const MAX_IDS: usize = 50;

impl Clues {
    pub(super) fn of(mail: &Mail, text: &Text, report: &DeliveryStatus) -> Self {
        let head = &mail.head;
        let mut clues = Self { envelope_id: report.envelope_id.clone(), ..Self::default() };
        for name in [
            "delivered-to",
            "x-original-to",
            "envelope-to",
            "x-envelope-to",
            "x-delivered-to",
            "to",
            "cc",
        ] {
            for value in head.all(name) {
                clues.arrived_at.extend(addresses::all(value));
            }
        }
        clues.arrived_at.truncate(MAX_IDS);
        let subject = head.get("subject").unwrap_or_default();
        clues.subject = bare_subject(subject);
        let words = normalised(subject);
        let mut words = words.split_whitespace();
        if words.next() == Some("unsubscribe") {
            clues.unsubscribe_id = words.next().map(str::to_owned);
        }
        clues.in_reply_to = ids(head, "in-reply-to");
        clues.references = ids(head, "references");
        if let Some(returned) = &text.returned {
            clues.returned = ids(returned, "message-id");
            clues.returned_subject = returned.get("subject").map(bare_subject);
            for name in ["to", "x-original-to", "envelope-to"] {
                returned
                    .all(name)
                    .for_each(|value| clues.addressed_to.extend(addresses::all(value)));
            }
        }
        for name in ["x-original-message-id", "original-message-id", "x-failed-message-id"] {
            clues.returned.extend(ids(head, name));
        }
        for part in &mail.parts {
            let (Part::Disposition(fields) | Part::Feedback(fields) | Part::DeliveryStatus(fields)) =
                part
            else {
                continue;
            };
            for (name, value) in report::unfolded(fields) {
                match name.as_str() {
                    "original-message-id" | "x-original-message-id" => {
                        clues.returned.extend(ids_in(&value));
                    }
                    "original-rcpt-to" | "original-recipient" | "final-recipient" => {
                        clues.addressed_to.extend(addresses::all(&value));
                    }
                    "original-envelope-id" => {
                        clues.envelope_id.get_or_insert(value);
                    }
                    _ => {}
                }
            }
        }
        let body = text.joined();
        clues.numbers = numbers(&format!("{subject}\n{body}"));
        clues.addressed_to.extend(quoted_to(&body));
        // Message-IDs pasted into the text without a head.
        for line in body.lines().take(400) {
            let line = line.trim_start_matches(['>', ' ', '|']);
            if line.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("message-id:")) {
                clues.returned.extend(ids_in(line));
            }
        }
        clues.returned.truncate(MAX_IDS);
        clues.references.truncate(MAX_IDS);
        clues.addressed_to.sort();
        clues.addressed_to.dedup();
        clues
    }
}

fn ids(head: &Head, name: &str) -> Vec<String> {
    head.all(name).flat_map(ids_in).take(MAX_IDS).collect()
}

/// The Message-IDs of a field, in angle brackets.
fn ids_in(value: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        let Some(end) = rest.find('>') else { break };
        let id: String = rest[..=end].chars().filter(|c| !c.is_whitespace()).collect();
        if id.contains('@') && id.len() < 500 {
            found.push(id);
        }
        rest = &rest[end + 1..];
    }
    if found.is_empty() {
        let bare = value.trim();
        if bare.contains('@') && !bare.contains(' ') && bare.len() < 500 {
            found.push(format!("<{bare}>"));
        }
    }
    found
}

/// A subject, normalised, without what programs put before it.
pub(super) fn bare_subject(subject: &str) -> String {
    let normal = normalised(subject);
    let mut rest = normal.as_str();
    loop {
        let before = rest;
        if let Some((prefix, after)) = rest.split_once(':')
            && is_prefix(prefix)
        {
            rest = after.trim_start();
        }
        if rest == before {
            return rest.to_owned();
        }
    }
}

/// Whether a word before a colon is a program's and not the subject's.
fn is_prefix(prefix: &str) -> bool {
    let word = prefix.split('[').next().unwrap_or_default().trim();
    let short = [
        "re",
        "fw",
        "fwd",
        "ha",
        "на",
        "aw",
        "sv",
        "wg",
        "ответ",
        "отв",
        "пересл",
        "пер",
        "rv",
        "res",
        "odp",
        "rif",
        "vs",
        "antw",
        "автоматический ответ",
        "автоответ",
        "automatic reply",
        "auto",
        "autoreply",
        "auto reply",
        "out of office",
        "automatische antwort",
        "undeliverable",
        "не удается доставить",
        "недоставленное",
        "недоставлено",
        "не доставлено",
        "не удалось доставить",
        "прочтено",
        "прочитано",
        "read",
        "delivered",
        "доставлено",
        "нет на работе",
        "отсутствует на работе",
        "réponse automatique",
        "вне офиса",
        "отклонено",
        "принято",
    ];
    short.contains(&word)
}

/// Outgoing numbers with their word (ГОСТ Р 7.0.97-2016, 5.10, 5.12): «исх. № 007-13», «на № 007-13»,
/// «Ваш исх. 007-13».
fn numbers(text: &str) -> Vec<String> {
    let words = normalised(text);
    let mut found: Vec<String> = Vec::new();
    for mark in [
        "исх",
        "на №",
        "на n",
        "вашего №",
        "ваш №",
        "письмо №",
        "письма №",
        "письму №",
        "приглашение №",
        "приглашению №",
        "reg. no",
        "ref. no",
        "our ref",
    ] {
        for (at, _) in words.match_indices(mark) {
            let rest = &words[at + mark.len()..];
            let rest = rest.trim_start_matches(|c: char| {
                c.is_alphabetic() && mark == "исх" || " .:№n#".contains(c)
            });
            let number = rest.split(|c: char| c.is_whitespace() || ",;()«»\"".contains(c)).next();
            let number = number.unwrap_or_default().trim_end_matches(['.', ':']);
            let is_number =
                number.chars().any(|c| c.is_ascii_digit()) && number.chars().count() < 40;
            if is_number && !found.iter().any(|it| it == number) && found.len() < 10 {
                found.push(number.to_owned());
            }
        }
    }
    found
}

/// The addresses of a quoted head: «Кому:», «To:».
fn quoted_to(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().take(1000) {
        let line = line.trim_start_matches(['>', ' ', '|', '*', '\t']);
        let starts = ["Кому:", "To:", "An:", "À:", "Кому :", "Кому*:", "To*:"];
        if starts.iter().any(|start| line.starts_with(start)) {
            found.extend(addresses::all(line));
        }
    }
    found.truncate(MAX_IDS);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_lose_what_programs_put_before_them() {
        assert_eq!(bare_subject("Re:тема"), "тема");
        assert_eq!(bare_subject("RE: Автоматический ответ: О форуме: сроки"), "о форуме: сроки");
        assert_eq!(bare_subject("Re[2]: О семинаре"), "о семинаре");
    }

    #[test]
    fn numbers_count_with_their_word_only() {
        assert_eq!(numbers("на № 007-13 от 01.03.2026"), ["007-13"]);
        assert_eq!(numbers("Ваш исх. № 01-12/45, исходящий №7"), ["01-12/45", "7"]);
        assert_eq!(numbers("школа № 5, дом 7"), [""; 0]);
    }

    #[test]
    fn message_ids_are_found_in_any_form() {
        assert_eq!(ids_in("<a@b.test>\n <c@d.test>"), ["<a@b.test>", "<c@d.test>"]);
        assert_eq!(ids_in("a@b.test"), ["<a@b.test>"]);
    }
}
