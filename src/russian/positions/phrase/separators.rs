//! Dashes, commas, line breaks, slashes and «и»: whether a new head begins after them.

use super::{State, Walk};
use crate::russian::positions::Referent;
use crate::russian::positions::head_start::{self, Start};
use crate::russian::positions::inflection::Agreement;
use crate::russian::positions::letters::is_acronym;
use crate::russian::positions::lexicon::{self, Tag};
use crate::russian::positions::tokens::TokenKind;
use crate::russian::{Confidence, Reason};

/// What to do with the word after a separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Begin,
    BeginInDoubt,
    StayInDoubt,
    Stay,
}

impl Walk<'_> {
    /// A mark that separates, and the conjunctions after it.
    pub(super) fn separator(&mut self, at: usize) -> usize {
        let kind = self.tokens[at].kind;
        if self.state == State::Fixed && kind != TokenKind::Break {
            return self.copy(at);
        }
        let Some(next) = self.after_conjunctions(at + 1) else {
            return self.copy(at);
        };
        if let State::Epithets { last, agreement } = self.state {
            if kind == TokenKind::Comma && self.epithets_go_on(next, agreement) {
                return self.copy_through(at, next);
            }
            self.settle_epithet(last);
        }
        if self.tokens[next].kind != TokenKind::Word {
            return self.copy(at);
        }
        let start = self.start_at(next);
        let decision = match kind {
            TokenKind::Comma => self.after_comma(next, start),
            TokenKind::Slash => after_slash(start),
            TokenKind::Break => after_break(start),
            TokenKind::Dash
            | TokenKind::Semicolon
            | TokenKind::Word
            | TokenKind::Space
            | TokenKind::Quoted
            | TokenKind::Open
            | TokenKind::Close
            | TokenKind::Other => self.after_dash(next, start),
        };
        if kind == TokenKind::Slash && decision == Decision::BeginInDoubt {
            self.doubt(Confidence::Likely, Reason::Slash);
        }
        if matches!(kind, TokenKind::Dash | TokenKind::Semicolon | TokenKind::Slash) {
            self.state = State::Tail;
        }
        self.follow(decision, at, next)
    }

    /// «и», «или», «а также» in a tail.
    pub(super) fn conjunction(&mut self, at: usize) -> usize {
        let next =
            self.after_conjunctions(at).filter(|next| self.tokens[*next].kind == TokenKind::Word);
        let Some(next) = next else {
            return self.copy(at);
        };
        let start = self.start_at(next);
        let decision = self.after_conjunction(next, start);
        self.follow(decision, at, next)
    }

    fn follow(&mut self, decision: Decision, at: usize, next: usize) -> usize {
        match decision {
            Decision::Begin => {}
            Decision::BeginInDoubt | Decision::StayInDoubt => {
                self.doubt_word(next, Confidence::Likely, |word| Reason::UnclearTail { word });
            }
            Decision::Stay => return self.copy(at),
        }
        if decision == Decision::StayInDoubt {
            return self.copy(at);
        }
        self.begin();
        self.copy_through(at, next)
    }

    /// After a dash, nearly any nominative is a new head.
    fn after_dash(&self, next: usize, start: Option<Start>) -> Decision {
        match start {
            Some(Start::Listed | Start::Participle | Start::Suffix) => Decision::Begin,
            Some(Start::Epithet | Start::Shape | Start::NeuterParticiple) => Decision::BeginInDoubt,
            None if self.surely_stays(next) => Decision::Stay,
            None => Decision::StayInDoubt,
        }
    }

    /// After a comma, only a person or a participle that agrees with the head is a new head.
    fn after_comma(&self, next: usize, start: Option<Start>) -> Decision {
        let Some(start) = start else {
            // «И.о. директора, Муниципальное учреждение»: an organisation in the nominative.
            let organisation = || {
                self.is_capitalised(next)
                    && head_start::find(&self.tokens(), next, Referent::Organisation)
                        == Some(Start::Listed)
            };
            let is_odd = self.asked.referent == Referent::Position && organisation();
            return if is_odd { Decision::StayInDoubt } else { Decision::Stay };
        };
        match (self.asked.referent, start) {
            (Referent::Position, Start::Listed | Start::Participle) => Decision::Begin,
            (Referent::Position, Start::NeuterParticiple)
                if self.head_agreement == Some(Agreement::Neuter) =>
            {
                Decision::Begin
            }
            (Referent::Position, Start::Suffix | Start::NeuterParticiple) => Decision::BeginInDoubt,
            (Referent::Position, Start::Epithet) if self.accusative_is_due(next) => Decision::Stay,
            (Referent::Position, Start::Epithet) => Decision::BeginInDoubt,
            (Referent::Position, Start::Shape) => Decision::StayInDoubt,
            (Referent::Organisation, Start::Listed | Start::Epithet) => Decision::BeginInDoubt,
            (
                Referent::Organisation,
                Start::Participle | Start::Suffix | Start::NeuterParticiple | Start::Shape,
            ) => Decision::Stay,
        }
    }

    /// After «и», a listed person is a new head; anything else more likely belongs to the tail.
    fn after_conjunction(&self, next: usize, start: Option<Start>) -> Decision {
        let Some(start) = start else {
            return Decision::Stay;
        };
        let accusative = self.accusative_is_due(next);
        match (self.asked.referent, start) {
            (Referent::Position, Start::Listed) => Decision::Begin,
            (Referent::Position, Start::Suffix) => Decision::BeginInDoubt,
            (Referent::Position, Start::Participle) if !accusative => Decision::Begin,
            (Referent::Position, Start::Participle | Start::Epithet | Start::NeuterParticiple)
                if accusative =>
            {
                Decision::Stay
            }
            (
                Referent::Position,
                Start::Participle | Start::Epithet | Start::NeuterParticiple | Start::Shape,
            ) => Decision::StayInDoubt,
            (Referent::Organisation, Start::Listed) if !accusative => Decision::Begin,
            (Referent::Organisation, Start::Listed | Start::Epithet) => Decision::BeginInDoubt,
            (
                Referent::Organisation,
                Start::Participle | Start::Suffix | Start::NeuterParticiple | Start::Shape,
            ) => Decision::Stay,
        }
    }

    /// Whether the word after a dash is an oblique case, a name or a figure, which surely stays.
    fn surely_stays(&self, next: usize) -> bool {
        let (word, folded) = (self.word_at(next), self.folded_at(next));
        let tags = lexicon::tags(folded);
        lexicon::is_oblique(folded)
            || is_acronym(word)
            || tags.has(Tag::Preposition)
            || tags.has(Tag::PartOfPlaceName)
            || word.chars().any(|c| c.is_ascii_digit())
            || ["ого", "его", "ых", "их", "ой", "ей"].iter().any(|ending| folded.ends_with(ending))
    }
}

/// Two variants of one position, or «ВР/УВР».
fn after_slash(start: Option<Start>) -> Decision {
    if start >= Some(Start::Participle) { Decision::BeginInDoubt } else { Decision::Stay }
}

/// A cell with several lines.
fn after_break(start: Option<Start>) -> Decision {
    if start >= Some(Start::Participle) { Decision::Begin } else { Decision::Stay }
}
