//! Protects what must not change: addresses, tags, code, template expressions.

use super::Page;

/// Marks of an address or of code inside a word.
const CODE_SIGNS: &[&str] =
    &["://", "www.", "@", "=", "_", "`", "\\", "{", "}", "$", "~", "^", "|", "::", "->", "()"];

impl Page {
    pub(super) fn protect_between(&mut self, opening: &str, closing: &str) {
        let mut at = 0;
        while let Some(start) = self.find(at, opening) {
            if !self.is_free(start) {
                at = start + 1;
                continue;
            }
            let Some(end) = self.find(start + opening.chars().count(), closing) else {
                return;
            };
            at = end + closing.chars().count();
            self.protect(start..at);
        }
    }

    /// Tags, so that the quotation marks of their attributes stay.
    pub(super) fn protect_tags(&mut self) {
        let mut at = 0;
        while at < self.chars.len() {
            let tag = self.at(at) == Some('<')
                && self
                    .at(at + 1)
                    .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
            let end =
                (at + 1..self.chars.len()).find(|end| matches!(self.at(*end), Some('<' | '>')));
            match end.filter(|end| tag && self.at(*end) == Some('>')) {
                Some(end) => {
                    self.protect(at..end + 1);
                    at = end + 1;
                }
                None => at += 1,
            }
        }
    }

    /// Words that look like addresses or code, without the punctuation around them.
    pub(super) fn protect_words(&mut self) {
        let mut at = 0;
        while at < self.chars.len() {
            let end = (at..self.chars.len())
                .find(|end| self.chars[*end].0.is_whitespace())
                .unwrap_or(self.chars.len());
            let word: String = self.chars[at..end].iter().map(|(c, _)| *c).collect();
            if CODE_SIGNS.iter().any(|sign| word.contains(sign)) {
                let around = |c: char| "\"«»„“().,;:!?".contains(c);
                let front = word.chars().take_while(|c| around(*c)).count();
                let back = word.chars().rev().take_while(|c| around(*c)).count();
                if front + back < end - at {
                    self.protect(at + front..end - back);
                }
            }
            at = end + 1;
        }
    }
}
