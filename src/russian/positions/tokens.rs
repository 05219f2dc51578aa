//! Cuts a phrase into words, quotations, brackets, spaces and marks.

use super::letters::is_alphanumeric;
use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Letters and figures, with hyphens and apostrophes inside: «1-й», «педагог-психолог».
    Word,
    /// Spaces on one line.
    Space,
    /// Spaces with a line break among them.
    Break,
    /// A quotation with its marks, of whatever kind and depth.
    Quoted,
    Open,
    Close,
    /// A dash with a space on at least one side, or a long dash.
    Dash,
    Comma,
    Semicolon,
    Slash,
    /// Anything else, a character at a time.
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

/// A view of a phrase and its tokens, for looking around in it.
#[derive(Clone, Copy)]
pub(super) struct Tokens<'a> {
    pub(super) text: &'a str,
    pub(super) folded: &'a str,
    pub(super) list: &'a [Token],
}

impl<'a> Tokens<'a> {
    pub(super) fn kind(&self, at: usize) -> Option<TokenKind> {
        self.list.get(at).map(|token| token.kind)
    }

    pub(super) fn word(&self, at: usize) -> &'a str {
        self.list.get(at).map_or("", |token| &self.text[token.range.clone()])
    }

    pub(super) fn folded(&self, at: usize) -> &'a str {
        self.list.get(at).map_or("", |token| &self.folded[token.range.clone()])
    }

    /// The first token from `at` on that is not a space.
    pub(super) fn next(&self, at: usize) -> Option<usize> {
        (at..self.list.len())
            .find(|next| !matches!(self.list[*next].kind, TokenKind::Space | TokenKind::Break))
    }

    /// Like [`Tokens::next`], but only if that token is a word.
    pub(super) fn next_word(&self, at: usize) -> Option<usize> {
        self.next(at).filter(|next| self.kind(*next) == Some(TokenKind::Word))
    }

    pub(super) fn is_dotted(&self, at: usize) -> bool {
        self.word(at + 1) == "."
    }

    /// The first «М.» of «М.Г.» or of «М. Г.».
    pub(super) fn is_initial(&self, at: usize) -> bool {
        let is_single = |at: usize| {
            let mut letters = self.word(at).chars();
            letters.next().is_some_and(char::is_uppercase)
                && letters.next().is_none()
                && self.is_dotted(at)
        };
        is_single(at) && self.next(at + 2).is_some_and(is_single)
    }
}

pub(super) struct Tokenised {
    pub(super) tokens: Vec<Token>,
    /// Whether all quotation marks and brackets have their pairs.
    pub(super) balanced: bool,
}

/// Cuts `text` into tokens.
pub(super) fn tokenise(text: &str) -> Tokenised {
    let mut tokens = Vec::with_capacity(24);
    let mut depth = 0_usize;
    let mut balanced = true;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = match c {
            _ if c.is_whitespace() => {
                let length = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
                let kind = if rest[..length].contains(['\n', '\r']) {
                    TokenKind::Break
                } else {
                    TokenKind::Space
                };
                (kind, length)
            }
            _ if is_alphanumeric(c) => (TokenKind::Word, word_length(rest)),
            '«' | '"' | '“' | '„' => {
                if let Some(length) = quotation_length(rest, c) {
                    (TokenKind::Quoted, length)
                } else {
                    balanced = false;
                    (TokenKind::Other, c.len_utf8())
                }
            }
            '»' | '”' => {
                balanced = false;
                (TokenKind::Other, c.len_utf8())
            }
            '(' | '[' => {
                depth += 1;
                (TokenKind::Open, 1)
            }
            ')' | ']' => {
                match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => balanced = false,
                }
                (TokenKind::Close, 1)
            }
            '-' | '–' | '—' | '―' | '−' => (TokenKind::Dash, c.len_utf8()),
            ',' => (TokenKind::Comma, 1),
            ';' => (TokenKind::Semicolon, 1),
            '/' | '\\' => (TokenKind::Slash, 1),
            _ => (TokenKind::Other, c.len_utf8()),
        };
        tokens.push(Token { kind, range: at..at + length });
        at += length;
    }
    Tokenised { tokens, balanced: balanced && depth == 0 }
}

fn word_length(rest: &str) -> usize {
    let mut length = 0;
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let inside = matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\'' | '’' | '\u{301}')
            && chars.peek().is_some_and(|next| is_alphanumeric(*next));
        if !(is_alphanumeric(c) || inside || c == '\u{301}') {
            break;
        }
        length += c.len_utf8();
    }
    length
}

/// The length of the quotation that `rest` begins with, marks included, or `None` if it never ends.
fn quotation_length(rest: &str, opening: char) -> Option<usize> {
    if opening == '"' {
        return straight_quotation_length(rest);
    }
    let mut depth = 0_usize;
    // «Центр «Радуга»»: most write one mark where two end (Розенталь, § 123).
    let closed_once = |depth: usize| depth == 1 && rest.trim_end().ends_with(['»', '”', '“']);
    for (at, c) in rest.char_indices() {
        match c {
            '«' | '„' => depth += 1,
            '“' if depth == 0 => depth += 1,
            '»' | '”' | '“' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + c.len_utf8());
                }
            }
            _ => {}
        }
    }
    closed_once(depth).then_some(rest.len())
}

fn straight_quotation_length(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut before = ' ';
    for (at, c) in rest.char_indices() {
        if c == '"' {
            let next = rest[at + 1..].chars().next();
            let opens = (before.is_whitespace() || before == '"' || before == '(')
                && next.is_some_and(is_alphanumeric);
            if opens || (depth == 0 && next.is_some()) {
                depth += 1;
            } else {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        tokenise(text).tokens.into_iter().map(|token| (token.kind, &text[token.range])).collect()
    }

    #[test]
    fn nested_quotations_are_one_piece() {
        assert_eq!(kinds("МКУ «Центр «Рост»»")[2], (TokenKind::Quoted, "«Центр «Рост»»"));
        assert_eq!(kinds("ООО \"ТД \"Рост\"\"")[2], (TokenKind::Quoted, "\"ТД \"Рост\"\""));
    }

    #[test]
    fn a_hyphen_inside_a_word_belongs_to_it() {
        assert_eq!(
            kinds("1-й врач -хирург"),
            [
                (TokenKind::Word, "1-й"),
                (TokenKind::Space, " "),
                (TokenKind::Word, "врач"),
                (TokenKind::Space, " "),
                (TokenKind::Dash, "-"),
                (TokenKind::Word, "хирург"),
            ]
        );
    }
}
