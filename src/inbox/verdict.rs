//! Hard or soft: what the words and codes of a failure say about the address.
//!
//! Words beat codes: servers write «550 5.7.1 No such user!».

use std::sync::LazyLock;

use super::phrases::{Phrases, normalised};
use crate::answer::Bounce;

/// What a phrase says of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    NoAddress,
    NoHost,
    Other,
}

static REASONS: LazyLock<Phrases<(Reason, u8)>> = LazyLock::new(|| {
    Phrases::read(include_str!("rules/reasons.txt"), |word| {
        let (reason, weight) = word.split_once(' ')?;
        let reason = match reason {
            "hard" => Reason::NoAddress,
            "host" => Reason::NoHost,
            "soft" => Reason::Other,
            _ => return None,
        };
        Some((reason, weight.parse().ok()?))
    })
});

/// The verdict of the words alone, which are normalised.
pub(super) fn of_words(words: &str, status: Option<&str>) -> Option<Bounce> {
    let hits = REASONS.hits(words);
    let heaviest = hits.max_by_key(|(reason, weight)| (*weight, *reason == Reason::Other));
    heaviest.map(|(reason, _)| match reason {
        Reason::NoAddress => Bounce::Hard,
        // A domain that is not found for the moment may be found tomorrow.
        Reason::NoHost if status.is_some_and(|it| it.starts_with('4')) => Bounce::Soft,
        Reason::NoHost => Bounce::Hard,
        Reason::Other => Bounce::Soft,
    })
}

/// The verdict of a failure's words, the nearest first, then of its enhanced status (RFC 3463).
pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>, status: Option<&str>) -> Bounce {
    let mut texts = texts.into_iter();
    let by_words = texts.find_map(|text| of_words(&normalised(text), status));
    by_words.unwrap_or_else(|| status.map_or(Bounce::Soft, of_status))
}

fn of_status(status: &str) -> Bounce {
    match status {
        // Bad mailbox, bad system, bad syntax, moved, null MX (RFC 3463, 3.2; RFC 7505, 4).
        "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10" => Bounce::Hard,
        // Unable to route.
        "5.4.4" => Bounce::Hard,
        _ => Bounce::Soft,
    }
}

/// Whether a word is an enhanced status code: `5.1.1` (RFC 3463, 2).
pub(super) fn is_status(word: &str) -> bool {
    let mut parts = word.split('.');
    let digits = |part: Option<&str>, most| {
        part.is_some_and(|it| {
            (1..=most).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    word.starts_with(['2', '4', '5'])
        && digits(parts.next(), 1)
        && digits(parts.next(), 3)
        && digits(parts.next(), 3)
        && parts.next().is_none()
}

/// The enhanced status code in a text: the last that says more than «other».
pub(super) fn status_in(text: &str) -> Option<String> {
    let trim = |word: &str| word.trim_matches(|c: char| !c.is_ascii_digit()).to_owned();
    let words = text.split(|c: char| c.is_whitespace() || "()<>[]#;,:".contains(c));
    let after_code = |word: &str| {
        word.split_at_checked(4)
            .filter(|(code, _)| {
                code.ends_with('-') && code[..3].bytes().all(|b| b.is_ascii_digit())
            })
            .map_or(word.to_owned(), |(_, rest)| rest.to_owned())
    };
    let codes: Vec<String> =
        words.map(|word| trim(&after_code(word))).filter(|word| is_status(word)).collect();
    let says_more = |code: &&String| !code.ends_with(".0.0");
    codes.iter().find(says_more).or_else(|| codes.first()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_beat_codes() {
        assert_eq!(of(["550 5.7.1 No such user!"], Some("5.7.1")), Bounce::Hard);
        assert_eq!(of(["550 5.1.1 Mailbox is full"], Some("5.1.1")), Bounce::Soft);
        assert_eq!(of(["550 5.1.1 <a@one.test>"], Some("5.1.1")), Bounce::Hard);
        assert_eq!(of(["Пользователь «ivan» не найден в домене"], None), Bounce::Hard);
        assert_eq!(of([""], None), Bounce::Soft);
    }

    #[test]
    fn codes_are_found_in_text() {
        assert_eq!(status_in("smtp; 550-5.1.1 x (#5.1.1)").as_deref(), Some("5.1.1"));
        assert_eq!(status_in("mx 192.0.2.1 said 550").as_deref(), None);
    }
}
