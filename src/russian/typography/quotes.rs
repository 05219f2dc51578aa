//! Pairs quotation marks within a paragraph: «» outside, „“ inside.

use super::Page;
use std::ops::Range;

impl Page {
    pub(super) fn pair_quotes(&mut self) {
        for paragraph in self.paragraphs() {
            if let Some(changes) = self.quotes_of(paragraph) {
                for (at, c) in changes {
                    self.chars[at].0 = c;
                }
            }
        }
    }

    /// Blocks of lines separated by an empty line.
    fn paragraphs(&self) -> Vec<Range<usize>> {
        let mut paragraphs = Vec::new();
        let mut start = 0;
        let mut empty_line = false;
        for (at, (c, _)) in self.chars.iter().enumerate() {
            match c {
                '\n' if empty_line => {
                    paragraphs.push(start..at);
                    start = at;
                }
                '\n' => empty_line = true,
                c if c.is_whitespace() => {}
                _ => empty_line = false,
            }
        }
        paragraphs.push(start..self.chars.len());
        paragraphs
    }

    /// What the quotation marks of a paragraph become, or `None` if they do not pair.
    fn quotes_of(&self, paragraph: Range<usize>) -> Option<Vec<(usize, char)>> {
        let mut changes = Vec::new();
        let mut open: Vec<char> = Vec::new();
        let mut after_opening = None;
        for at in paragraph.filter(|at| self.is_free(*at)) {
            let c = self.chars[at].0;
            let opens = match c {
                '«' | '„' => true,
                '»' | '“' => false,
                '"' => self.straight_opens(at, after_opening == at.checked_sub(1) && at > 0)?,
                '”' => return None,
                _ => continue,
            };
            if opens {
                let outer = open.is_empty();
                let mark = match (c, outer) {
                    ('„', _) | (_, false) => '„',
                    (_, true) => '«',
                };
                changes.push((at, mark));
                open.push(mark);
                after_opening = Some(at);
            } else {
                match (open.pop()?, c) {
                    ('«', '“') => return None,
                    ('«', _) => changes.push((at, '»')),
                    (_, _) => changes.push((at, '“')),
                }
            }
        }
        open.is_empty().then_some(changes)
    }

    /// Whether a straight mark opens, or `None` if its surroundings do not show it.
    fn straight_opens(&self, at: usize, after_opening: bool) -> Option<bool> {
        let before = self.before(at);
        let after = self.at(at + 1);
        let open_before =
            after_opening || before.is_none_or(|c| c.is_whitespace() || "([-–—/".contains(c));
        let open_after = after.is_none_or(|c| c.is_whitespace() || ")].,;:!?-–—/".contains(c));
        if open_before != open_after {
            return Some(open_before);
        }
        let after_text = before.is_some_and(char::is_alphanumeric);
        let before_text = after.is_some_and(char::is_alphanumeric);
        let is_unclear = open_before || (after_text && before_text);
        (!is_unclear).then_some(before_text)
    }
}
