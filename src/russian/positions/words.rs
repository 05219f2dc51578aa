//! The words of a position or an organisation, for comparing the two.
//!
//! Cut from the tokens without spaces and tags; what the words mean is for `overlap` to say.

use super::letters::fold;
use super::lexicon::{self, Tag};
use super::tokens::{self, TokenKind};

/// Last words after which the genitive of an organisation cannot simply follow.
const UNFINISHED: &[&str] =
    &["обязанности", "полномочия", "исполняющий", "исполняющая", "ответственный", "ответственная"];

/// The folded words of a text; those of quotations too.
pub(super) struct Words {
    pub(super) folded: String,
    pub(super) list: Vec<String>,
    /// Whether the text ends in the last word, with nothing but a dot after it.
    ends_in_word: bool,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let folded = fold(text.trim());
        let (tokens, _) = tokens::tokenise(&folded);
        let mut list = Vec::new();
        for token in &tokens {
            let part = &folded[token.range.clone()];
            match token.kind {
                TokenKind::Word => list.push(part.to_owned()),
                TokenKind::Quoted => list.extend(
                    part.split(|c: char| !c.is_alphanumeric())
                        .filter(|word| !word.is_empty())
                        .map(str::to_owned),
                ),
                TokenKind::Space
                | TokenKind::Break
                | TokenKind::Open
                | TokenKind::Close
                | TokenKind::Dash
                | TokenKind::Comma
                | TokenKind::Semicolon
                | TokenKind::Slash
                | TokenKind::Other => {}
            }
        }
        let ends_in_word = tokens
            .iter()
            .rev()
            .find(|token| &folded[token.range.clone()] != ".")
            .is_some_and(|token| token.kind == TokenKind::Word);
        Self { folded, list, ends_in_word }
    }

    pub(super) fn last(&self) -> Option<&str> {
        self.list.last().map(String::as_str).filter(|_| self.ends_in_word)
    }

    /// The word before the last `run` words.
    pub(super) fn before_last(&self, run: usize) -> Option<&str> {
        let at = self.list.len().checked_sub(run + 1)?;
        self.list.get(at).map(String::as_str)
    }

    /// The last word, where an organisation in the genitive cannot follow it.
    pub(super) fn unfinished(&self) -> Option<String> {
        let last = self.last()?;
        let tags = lexicon::tags(last);
        let wants_more = UNFINISHED.contains(&last)
            || tags.has(Tag::Preposition)
            || tags.has(Tag::Acting)
            || tags.has(Tag::Conjunction);
        (wants_more && !(tags.has(Tag::Preposition) && self.list.len() == 1))
            .then(|| last.to_owned())
    }
}
