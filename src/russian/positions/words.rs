//! The words of a position or an organisation, for comparing the two.
//!
//! Cut from the tokens without spaces and marks; what the words mean is for `overlap` to say.

use super::letters::fold;
use super::lexicon::{self, Tag};
use super::tokens::{self, TokenKind};

/// Last words that the genitive of an organisation cannot follow.
const UNFINISHED: &[&str] =
    &["обязанности", "полномочия", "исполняющий", "исполняющая", "ответственный", "ответственная"];

/// The folded words of a text, those in quotations included.
pub(super) struct Words {
    pub(super) folded: String,
    pub(super) list: Vec<String>,
    /// Whether at most a dot follows the last word.
    ends_in_word: bool,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let folded = fold(text.trim());
        let tokens = tokens::tokenise(&folded).tokens;
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

    /// The last word, if an organisation in the genitive cannot follow it.
    pub(super) fn unfinished(&self) -> Option<String> {
        let last = self.last()?;
        let tags = lexicon::tags(last);
        // «Директор, кандидат наук»: what follows would belong to the degree.
        let is_degree = last == "наук"
            && self.list.iter().skip(1).any(|word| matches!(word.as_str(), "кандидат" | "доктор"));
        let wants_more = is_degree
            || UNFINISHED.contains(&last)
            || tags.has(Tag::Acting)
            || tags.has(Tag::Conjunction)
            || tags.has(Tag::Preposition);
        let is_lone_preposition = tags.has(Tag::Preposition) && self.list.len() == 1;
        (wants_more && !is_lone_preposition).then(|| last.to_owned())
    }
}
