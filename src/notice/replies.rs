//! What a relay's reply means: by its enhanced status code (RFC 3463), else by its code
//! (RFC 5321, 4.2).

use std::path::Path;

use super::format::cut;
use super::{Language, words};
use crate::delivery::{NO_COPY, Trouble};

/// Beginnings of an enhanced status code after its class, and their meaning in English and
/// Russian; the first match counts.
const MEANINGS: [(&str, &str, &str); 23] = [
    ("1.1", "there is no such mailbox", "такого ящика нет"),
    ("1.0", "there is no such mailbox", "такого ящика нет"),
    ("1.2", "there is no such mail domain", "такого почтового домена нет"),
    ("1.3", "the relay rejects the address syntax", "сервер не понял адреса"),
    ("1.6", "the mailbox has moved", "ящик переехал"),
    ("1.8", "the sender's address is not trusted", "адресу отправителя не доверяют"),
    ("1.10", "the domain does not accept mail", "домен не принимает почты"),
    ("2.1", "the mailbox is disabled", "ящик отключён"),
    ("2.2", "the mailbox is full", "ящик переполнен"),
    ("2.3", "the letter is too large", "письмо слишком велико"),
    ("3.4", "the letter is too large", "письмо слишком велико"),
    ("4.1", "the recipient's server does not answer", "сервер получателя не отвечает"),
    ("4.4", "there is no such mail domain", "такого почтового домена нет"),
    ("4.", "the recipient's server cannot be reached", "нет связи с сервером получателя"),
    ("5.", "the relay reports a protocol error", "сервер не понял программу"),
    ("7.1", "refused by the server's policy", "отказ по правилам сервера"),
    ("7.", "refused: not trusted or classified as spam", "отказ: нет доверия или похоже на спам"),
    (
        "6.7",
        "the address has letters beyond Latin, and the server takes none: it lacks SMTPUTF8",
        "в адресе русские буквы, а сервер таких не берёт: нужен сервер с поддержкой SMTPUTF8",
    ),
    ("6.", "the server does not accept this content", "сервер не принимает такого содержимого"),
    ("3.", "the server cannot accept the letter now", "сервер сейчас не может принять письмо"),
    ("2.", "cannot deliver to the mailbox", "в ящик нельзя доставить"),
    ("1.", "something is wrong with the address", "что-то не так с адресом"),
    ("0.", "the server gives no reason", "сервер не назвал причины"),
];

/// Meanings by the reply code alone.
const CODES: [(&str, &str, &str); 9] = [
    ("421", "the server is busy", "сервер занят"),
    (
        "450",
        "the mailbox is busy; the server asks to retry later",
        "ящик занят, сервер просит зайти позже",
    ),
    ("451", "the server asks to retry later", "сервер просит зайти позже"),
    ("452", "the server has no space right now", "у сервера сейчас нет места"),
    ("550", "cannot deliver to the mailbox", "в ящик нельзя доставить"),
    ("551", "there is no such mailbox here", "такого ящика здесь нет"),
    (
        "552",
        "the letter is too large or the mailbox is full",
        "письмо слишком велико или ящик переполнен",
    ),
    ("553", "the address is not accepted", "адрес не принят"),
    ("554", "refused", "отказано"),
];

/// Returns what a reply, or a trouble noted in its place, means, if known.
pub fn meaning(reply: &str, language: Language) -> Option<String> {
    if let Some(trouble) = Trouble::parse(reply) {
        return Some(words::trouble(&trouble, language).what);
    }
    let mut parts = reply.split_whitespace();
    let (code, second) = (parts.next()?, parts.next().unwrap_or_default());
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_digit()) || code.starts_with('2') {
        return None;
    }
    let of_language = |(_, english, russian): &(_, &str, &str)| match language {
        Language::English => (*english).to_owned(),
        Language::Russian => (*russian).to_owned(),
    };
    let detail = second
        .split_once('.')
        .filter(|(class, _)| matches!(*class, "4" | "5"))
        .map(|(_, detail)| detail);
    let by_detail = detail.and_then(|detail| {
        // A 4yz reply is explained by its code unless the detail matches exactly: "retry later" says
        // more than the kind of obstacle.
        let is_broad = !code.starts_with('4');
        let fits = |known: &str| {
            known == detail || is_broad && known.ends_with('.') && detail.starts_with(known)
        };
        MEANINGS.iter().find(|(known, _, _)| fits(known))
    });
    by_detail
        .map(of_language)
        .or_else(|| CODES.iter().find(|(known, _, _)| *known == code).map(of_language))
}

/// Formats a reply: what it means, and what the relay said; then each copy that did not go.
pub fn reply_words(reply: &str, language: Language) -> String {
    let mut parts = reply.split(NO_COPY);
    let mut words = one_reply(parts.next().unwrap_or_default(), language);
    for (copy, reply) in parts.filter_map(|part| part.split_once(": ")) {
        let no_copy = match language {
            Language::English => "; without the copy to",
            Language::Russian => "; без копии для",
        };
        words += &format!("{no_copy} {copy}: {}", one_reply(reply, language));
    }
    words
}

fn one_reply(reply: &str, language: Language) -> String {
    // What the outbox answers is the name of a file.
    let file = reply
        .strip_prefix("250 ")
        .filter(|file| Path::new(file).extension().is_some_and(|it| it == "eml"));
    if let Some(file) = file {
        return file.to_owned();
    }
    match meaning(reply, language) {
        Some(meaning) if Trouble::parse(reply).is_some() => meaning,
        Some(meaning) => format!("{meaning} ({})", cut(reply)),
        None => cut(reply),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_told_by_what_it_means() {
        let words = |reply| reply_words(reply, Language::Russian);
        assert_eq!(words("550 5.1.1 No such user"), "такого ящика нет (550 5.1.1 No such user)");
        assert_eq!(
            words("554 5.7.8 spam"),
            "отказ: нет доверия или похоже на спам (554 5.7.8 spam)"
        );
        assert_eq!(words("450 try later"), "ящик занят, сервер просит зайти позже (450 try later)");
        assert_eq!(words("timed out"), "нет ответа в отведённое время");
        assert_eq!(words("250 2.0.0 Ok"), "250 2.0.0 Ok");
        assert_eq!(
            words("250 Ok; no copy to b@two.test: 550 5.1.1 No"),
            "250 Ok; без копии для b@two.test: такого ящика нет (550 5.1.1 No)"
        );
        assert_eq!(meaning("5x0", Language::English), None);
    }

    #[test]
    fn every_meaning() {
        let entry = |(reply, en, ru): &(_, _, _)| format!("{reply}\n  en: {en}\n  ru: {ru}\n\n");
        let text: String = MEANINGS.iter().chain(&CODES).map(entry).collect();
        insta::with_settings!({
            snapshot_path => "../../tests/it/words/snapshots",
            prepend_module_to_snapshot => false, omit_expression => true
        }, { insta::assert_snapshot!("meanings", text) });
    }
}
