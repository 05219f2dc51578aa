//! Walks a phrase from left to right and declines its nominatives.
//!
//! A phrase is a head (epithets and a noun) and a tail that stays. A separator may begin a new
//! head. Where one begins is decided in `head_start`; how it declines in `head`, `noun` and
//! `adjective`.

mod context;
mod heads;
mod separators;
mod tails;

use super::Referent;
use super::head_start::{self, Start};
use super::inflection::Agreement;
use super::letters::{fold, is_acronym};
use super::special_words;
use super::tokens::{self, Token, TokenKind};
use crate::russian::{Case, Confidence, Flaw, Form, Reason};

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
    /// After an abbreviation at the head of an organisation: everything stays.
    Fixed,
}

/// What a head is to become.
#[derive(Debug, Clone, Copy)]
struct Target {
    case: Case,
    referent: Referent,
}

struct Walk<'a> {
    text: &'a str,
    folded: &'a str,
    tokens: Vec<Token>,
    /// What was asked for.
    asked: Target,
    /// That of the head at hand: an organisation inside a position has its own.
    current: Target,
    state: State,
    /// The states outside the brackets that are open.
    outer: Vec<State>,
    out: String,
    /// The gravest so far.
    flaw: Option<Flaw>,
    heads: usize,
    /// What the last head asks of participles after a comma.
    head_agreement: Option<Agreement>,
}

/// Declines a clean, trimmed text.
pub(super) fn decline(text: &str, case: Case, referent: Referent) -> Form {
    let tokens::Tokenised { tokens, balanced } = tokens::tokenise(text);
    let folded = fold(text);
    let target = Target { case, referent };
    let mut walk = Walk {
        text,
        folded: &folded,
        tokens,
        asked: target,
        current: target,
        state: State::Head,
        outer: Vec::new(),
        out: String::with_capacity(text.len() + 24),
        flaw: None,
        heads: 0,
        head_agreement: None,
    };
    if !balanced {
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
            let word = self.text.to_owned();
            self.doubt(Confidence::Likely, Reason::UnfinishedPosition { word });
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
        if self.heads == 0 && self.flaw.is_none() {
            self.doubt(Confidence::Guess, Reason::NoHead);
        }
        match self.flaw {
            Some(Flaw { confidence, reason }) => Form { text: self.out, confidence, reason },
            None => Form { text: self.out, confidence: Confidence::Sure, reason: Reason::Plain },
        }
    }

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
            match self.current.referent {
                // «Областной «Центр»»: the epithet belongs to the name.
                Referent::Organisation => {
                    self.doubt_word(last, Confidence::Likely, |word| Reason::UnknownHead { word });
                }
                Referent::Position => self.settle_epithet(last),
            }
        }
        if self.state == State::Head && self.asked.referent == Referent::Organisation {
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
        let glued = at > 0 && self.tokens[at - 1].kind == TokenKind::Word;
        if glued && is_acronym(self.word_at(at - 1)) {
            // «РС(Я)»
            self.state = State::Tail;
        } else if glued {
            // «Воспитатель(ница)»
            self.doubt_word(at - 1, Confidence::Likely, |word| Reason::Bracket { word });
            self.state = State::Tail;
        } else if let Some(inside) = self.next_word(at + 1) {
            self.begin_bracket(inside);
        } else {
            self.state = State::Tail;
        }
        self.copy(at)
    }

    /// Decides by the first word inside a bracket what becomes of it.
    fn begin_bracket(&mut self, inside: usize) {
        if special_words::acting_end(&self.tokens(), inside).is_some() {
            self.state = State::Tail;
            return;
        }
        let agreement = self.nominative_epithet(inside);
        let epithet = agreement.is_some();
        // «Отделение по Курской области (объединённое)»: the whole bracket belongs to the head.
        let of_the_head = agreement.is_some_and(|own| Some(own) == self.head_agreement)
            && self.tokens().kind(inside + 1) == Some(TokenKind::Close);
        let noun = self.start_at(inside) >= Some(Start::Suffix);
        let before_noun = matches!(self.state, State::Epithets { .. });
        let after_noun = matches!(self.state, State::AfterHead(_) | State::AfterEpithet(_));
        if before_noun && epithet {
            // «Специальная (коррекционная) школа»: one more epithet.
            self.state = State::Head;
        } else if noun || (after_noun && epithet) || of_the_head {
            self.doubt_word(inside, Confidence::Likely, |word| Reason::Bracket { word });
            self.begin();
        } else {
            // «Начальник отдела (контрактная служба)» cannot be of the head.
            let may_agree =
                agreement.zip(self.head_agreement).is_none_or(|(own, head)| own.agrees_with(head));
            if epithet && may_agree && self.asked.referent == Referent::Position {
                self.doubt_word(inside, Confidence::Likely, |word| Reason::UnclearTail { word });
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

    /// Begins a new head.
    fn begin(&mut self) {
        self.state = State::Head;
        self.current = self.asked;
    }

    /// What begins at a word, if it is to name what was asked for.
    fn start_at(&self, at: usize) -> Option<Start> {
        head_start::find(&self.tokens(), at, self.asked.referent)
    }

    /// Keeps the gravest flaw; of equals the first.
    fn doubt(&mut self, confidence: Confidence, reason: Reason) {
        if self.flaw.as_ref().is_none_or(|known| confidence < known.confidence) {
            self.flaw = Some(Flaw { confidence, reason });
        }
    }

    fn doubt_word(&mut self, at: usize, confidence: Confidence, reason: fn(String) -> Reason) {
        self.doubt(confidence, reason(self.word_at(at).to_owned()));
    }
}
