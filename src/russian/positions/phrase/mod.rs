//! Walks a phrase from left to right and declines its nominatives.
//!
//! A phrase is a head (epithets and a noun) and a tail that stays. A separator may begin a new
//! head. `head_start` says where one begins; `head`, `noun` and `adjective` how it declines.

mod around;
mod heads;
mod separators;
mod tails;

use super::Subject;
use super::head_start::{self, Start};
use super::letters::fold;
use super::noun::Agreement;
use super::tokens::{self, Balance, Token, TokenKind};
use crate::russian::{Case, Confidence, Form, Reason};

/// Where in a phrase the walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a head.
    Head,
    /// After epithets, before their noun; the token of the last epithet.
    Epithets { last: usize, agreement: Agreement },
    /// Right after a head noun: an epithet may follow it.
    AfterHead(Agreement),
    /// Right after such an epithet: another may be joined to it.
    AfterEpithet(Agreement),
    /// After «и.о.»: a genitive is due.
    Acting,
    /// In the part that stays.
    Tail,
    /// After an abbreviation at the head of an organisation: all stays.
    Fixed,
}

struct Walk<'a> {
    text: &'a str,
    folded: &'a str,
    tokens: Vec<Token>,
    /// The case asked for.
    case: Case,
    subject: Subject,
    /// The case and subject of the head at hand: an organisation inside a position has its own.
    here: (Case, Subject),
    state: State,
    outer: Vec<State>,
    out: String,
    doubt: Option<(Confidence, Reason)>,
    heads: usize,
    /// What the head before asks of participles after a comma.
    head: Option<Agreement>,
}

/// Declines a clean, trimmed text.
pub(super) fn decline(text: &str, case: Case, subject: Subject) -> Form {
    let (tokens, balance) = tokens::tokenise(text);
    let folded = fold(text);
    let mut walk = Walk {
        text,
        folded: &folded,
        tokens,
        case,
        subject,
        here: (case, subject),
        state: State::Head,
        outer: Vec::new(),
        out: String::with_capacity(text.len() + 24),
        doubt: None,
        heads: 0,
        head: None,
    };
    if balance == Balance::Odd {
        walk.doubt(Confidence::Likely, Reason::Unbalanced);
    }
    walk.run();
    walk.finish()
}

impl Walk<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            at = match self.tokens[at].kind {
                TokenKind::Word => self.word(at),
                TokenKind::Space | TokenKind::Other => self.copy(at),
                TokenKind::Quoted => self.quotation(at),
                TokenKind::Open => self.open(at),
                TokenKind::Close => self.close(at),
                TokenKind::Break
                | TokenKind::Dash
                | TokenKind::Semicolon
                | TokenKind::Comma
                | TokenKind::Slash => self.separator(at),
            };
        }
    }

    fn finish(mut self) -> Form {
        if let State::Epithets { last, agreement: _ } = self.state {
            self.settle_epithet(last);
        }
        if self.state == State::Acting {
            self.doubt(
                Confidence::Likely,
                Reason::UnfinishedPosition { word: self.text.to_owned() },
            );
        }
        if let Some(last) = self.tokens.last()
            && matches!(
                last.kind,
                TokenKind::Dash | TokenKind::Comma | TokenKind::Semicolon | TokenKind::Slash
            )
        {
            let word = self.text[last.range.clone()].to_owned();
            self.doubt(Confidence::Likely, Reason::UnfinishedPosition { word });
        }
        if self.heads == 0 && self.doubt.is_none() {
            self.doubt(Confidence::Guess, Reason::NoHead);
        }
        let (confidence, reason) = self.doubt.unwrap_or((Confidence::Sure, Reason::Plain));
        Form { text: self.out, confidence, reason }
    }

    // --- tokens -------------------------------------------------------------------------------

    fn copy(&mut self, at: usize) -> usize {
        let range = self.tokens[at].range.clone();
        self.out.push_str(&self.text[range]);
        at + 1
    }

    fn copy_through(&mut self, from: usize, to: usize) -> usize {
        for at in from..to {
            self.copy(at);
        }
        to
    }

    fn quotation(&mut self, at: usize) -> usize {
        if let State::Epithets { last, agreement: _ } = self.state {
            match self.here.1 {
                // «Областной «Центр»»: the epithet belongs to the name.
                Subject::Organisation => {
                    self.doubt_word(last, Confidence::Likely, |word| Reason::UnknownHead { word });
                }
                Subject::Position => self.settle_epithet(last),
            }
        }
        if self.state == State::Head && self.subject == Subject::Organisation {
            self.heads += 1;
        }
        self.state = State::Tail;
        self.copy(at)
    }

    fn open(&mut self, at: usize) -> usize {
        self.outer.push(self.state);
        if self.state == State::Fixed {
            return self.copy(at);
        }
        let attached = at > 0 && self.tokens[at - 1].kind == TokenKind::Word;
        let inside = self.next(at + 1).filter(|next| self.tokens[*next].kind == TokenKind::Word);
        match inside {
            // «Воспитатель(ница)»
            _ if attached => {
                self.doubt_word(at - 1, Confidence::Likely, |word| Reason::Bracket { word });
                self.state = State::Tail;
            }
            Some(inside) => self.begin_bracket(inside),
            None => self.state = State::Tail,
        }
        self.copy(at)
    }

    /// Decides by the first word inside a bracket what becomes of it.
    fn begin_bracket(&mut self, inside: usize) {
        let epithet = self.nominative_epithet(inside).is_some();
        let noun = head_start::find(&self.tokens(), inside, self.subject) >= Some(Start::Suffix);
        let before_noun = matches!(self.state, State::Epithets { .. });
        let after_noun = matches!(self.state, State::AfterHead(_) | State::AfterEpithet(_));
        if before_noun && epithet {
            // «Специальная (коррекционная) школа»: one more epithet.
            self.state = State::Head;
        } else if noun || (after_noun && epithet) {
            self.doubt_word(inside, Confidence::Likely, |word| Reason::Bracket { word });
            self.begin();
        } else {
            if epithet && self.subject == Subject::Position {
                self.doubt_word(inside, Confidence::Likely, |word| Reason::Bracket { word });
            }
            self.state = State::Tail;
        }
    }

    fn close(&mut self, at: usize) -> usize {
        if let Some(outer) = self.outer.pop() {
            self.state = outer;
        }
        self.copy(at)
    }

    fn begin(&mut self) {
        self.state = State::Head;
        self.here = (self.case, self.subject);
    }

    /// Keeps the gravest doubt; of equals the first.
    fn doubt(&mut self, confidence: Confidence, reason: Reason) {
        if self.doubt.as_ref().is_none_or(|(known, _)| confidence < *known) {
            self.doubt = Some((confidence, reason));
        }
    }

    fn doubt_word(&mut self, at: usize, confidence: Confidence, reason: fn(String) -> Reason) {
        let word = self.word_at(at);
        self.doubt(confidence, reason(word.to_owned()));
    }
}
