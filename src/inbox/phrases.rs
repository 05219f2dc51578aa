//! The tables of phrases in `rules/`, and what of them occurs in a text.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// How far the pieces of a phrase may stand apart, in octets.
const REACH: usize = 200;

/// A table of phrases, each with what it means.
pub(super) struct Phrases<T> {
    machine: AhoCorasick,
    /// For each piece of the machine: the phrase, and which piece of it.
    pieces: Vec<(usize, usize)>,
    all: Vec<Phrase<T>>,
}

struct Phrase<T> {
    length: usize,
    meaning: T,
}

impl<T: Copy> Phrases<T> {
    /// Reads a table: `meaning | words … words | source`, comments behind `#`.
    ///
    /// # Panics
    /// If a line has another form: the tables are part of the program, and a test reads them.
    pub fn read(table: &str, meaning: impl Fn(&str) -> Option<T>) -> Self {
        let mut pieces = Vec::new();
        let mut patterns: Vec<String> = Vec::new();
        let mut phrases = Vec::new();
        for line in table.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut cells = line.split(" | ");
            let (Some(word), Some(words), Some(_source)) =
                (cells.next(), cells.next(), cells.next())
            else {
                panic!("a rule has three cells: {line}");
            };
            let Some(meaning) = meaning(word.trim()) else { panic!("unknown meaning: {line}") };
            let parts: Vec<&str> = words.split('…').map(str::trim).collect();
            for (index, part) in parts.iter().enumerate() {
                pieces.push((phrases.len(), index));
                patterns.push((*part).to_owned());
            }
            phrases.push(Phrase { length: parts.len(), meaning });
        }
        let machine = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .unwrap_or_else(|error| panic!("the table of phrases is too big: {error}"));
        Self { machine, pieces, all: phrases }
    }

    /// What the phrases mean that occur in `text`, which is normalised.
    pub fn hits<'a>(&'a self, text: &'a str) -> impl Iterator<Item = T> + 'a {
        // Of each phrase of several pieces: the next piece, and where the last one ended.
        let mut begun: Vec<(usize, usize, usize)> = Vec::new();
        self.machine.find_overlapping_iter(text).filter_map(move |found| {
            let (phrase, piece) = self.pieces[found.pattern().as_usize()];
            let whole = &self.all[phrase];
            if whole.length == 1 {
                return Some(whole.meaning);
            }
            if piece == 0 {
                begun.retain(|(other, next, _)| *other != phrase || *next > 1);
                begun.push((phrase, 1, found.end()));
                return None;
            }
            let at = begun.iter().position(|(other, next, end)| {
                *other == phrase
                    && *next == piece
                    && found.start() >= *end
                    && found.start() - *end <= REACH
            })?;
            let (_, next, end) = &mut begun[at];
            *next += 1;
            *end = found.end();
            if piece + 1 < whole.length {
                return None;
            }
            begun.swap_remove(at);
            Some(whole.meaning)
        })
    }

    pub fn occur(&self, text: &str) -> bool {
        self.hits(text).next().is_some()
    }
}

/// Where a text of a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notice {
    Failed,
    /// Given up, whatever else is said.
    Final,
    Delayed,
    /// The letter itself begins.
    Copy,
}

/// A table that says one thing.
macro_rules! table {
    ($name:ident, $file:literal) => {
        pub(super) static $name: LazyLock<Phrases<()>> =
            LazyLock::new(|| Phrases::read(include_str!($file), |_| Some(())));
    };
}
table!(SYSTEM_SENDERS, "rules/system_senders.txt");

/// What a mail without a report says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// A subject that programs give to their answers.
    AutoSubject,
    /// Words of a program's answer.
    AutoWords,
    AwaySubject,
    Away,
    /// Whom to ask meanwhile: what a person adds to a notice of absence.
    Instead,
    /// Words that take up the letter: a person answers.
    Answer,
    Challenge,
    /// The letter was seen, says the reader's program.
    Receipt,
    Unsubscribe,
    /// Words of a footer that offers to unsubscribe.
    Footer,
    /// A subject that programs give to notices of failure.
    NoticeSubject,
}

pub(super) static SIGNS: LazyLock<Phrases<Sign>> = LazyLock::new(|| {
    Phrases::read(include_str!("rules/signs.txt"), |word| {
        Some(match word {
            "auto-subject" => Sign::AutoSubject,
            "auto" => Sign::AutoWords,
            "away-subject" => Sign::AwaySubject,
            "away" => Sign::Away,
            "instead" => Sign::Instead,
            "answer" => Sign::Answer,
            "challenge" => Sign::Challenge,
            "receipt" => Sign::Receipt,
            "unsubscribe" => Sign::Unsubscribe,
            "footer" => Sign::Footer,
            "notice-subject" => Sign::NoticeSubject,
            _ => return None,
        })
    })
});

pub(super) static NOTICES: LazyLock<Phrases<Notice>> = LazyLock::new(|| {
    Phrases::read(include_str!("rules/notices.txt"), |word| match word {
        "failed" => Some(Notice::Failed),
        "final" => Some(Notice::Final),
        "delayed" => Some(Notice::Delayed),
        "copy" => Some(Notice::Copy),
        _ => None,
    })
});

/// Text as the tables have it: lower case, one space between words, straight apostrophes, «е» for
/// «ё», and the reply codes that a server repeats on each line of its reply only once.
pub(super) fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut has_code = false;
    for word in text.split_whitespace() {
        let is_code = is_repeated_code(word);
        if is_code && has_code {
            continue;
        }
        has_code |= is_code;
        if !out.is_empty() {
            out.push(' ');
        }
        for c in word.chars() {
            match c {
                '’' | '‘' | '`' => out.push('\''),
                'ё' | 'Ё' => out.push('е'),
                c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
                c => out.extend(c.to_lowercase()),
            }
        }
    }
    out
}

/// `550-5.1.1`: what stands at the beginning of each line of a reply but the last.
fn is_repeated_code(word: &str) -> bool {
    let Some((code, rest)) = word.split_at_checked(3) else { return false };
    code.bytes().all(|byte| byte.is_ascii_digit())
        && code.starts_with(['4', '5'])
        && (rest == "-" || (rest.starts_with('-') && super::verdict::is_status(&rest[1..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_of_two_pieces_needs_both_in_order_and_near() {
        let table = Phrases::read("x | user … unknown | here", |_| Some(()));
        assert!(table.occur("user <a@one.test> is unknown"));
        assert!(!table.occur("unknown user"));
        assert!(!table.occur(&format!("user {} unknown", "a".repeat(300))));
    }

    #[test]
    fn a_reply_of_several_lines_reads_as_one() {
        assert_eq!(
            normalised(
                "550-5.1.1 The account that you\n550-5.1.1 tried to reach does\n550 5.1.1 not exist"
            ),
            "550-5.1.1 the account that you tried to reach does 550 5.1.1 not exist"
        );
    }
}
