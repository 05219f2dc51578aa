//! Words after a head: its late epithets, forgotten cases and separators, and all that stays.

use super::super::head_start::{self, Start};
use super::super::letters::{in_capitals, is_acronym};
use super::super::lexicon::{self, Tag};
use super::super::noun::{Agreement, Animacy};
use super::super::tokens::TokenKind;
use super::super::{Subject, adjective, special_words};
use super::{State, Walk};
use crate::russian::{Case, Confidence, Reason};

impl Walk<'_> {
    pub(super) fn word_after_head(&mut self, at: usize, agreement: Agreement) -> usize {
        let folded = self.folded_at(at);
        if lexicon::tags(folded).has(Tag::Conjunction) {
            let joined =
                self.next(at + 1).filter(|next| self.joined_epithet(*next, agreement).is_some());
            if let (State::AfterEpithet(_), Some(_)) = (self.state, joined) {
                return self.copy(at);
            }
            return self.tail_word(at);
        }
        if self.is_bare_organisation(at) {
            let case = match self.here.1 {
                Subject::Position => Case::Genitive,
                Subject::Organisation => self.here.0,
            };
            return self.take_bare_organisation(at, case);
        }
        let joined = match self.state {
            State::AfterEpithet(_) => self.joined_epithet(at, agreement),
            State::Head
            | State::Epithets { last: _, agreement: _ }
            | State::AfterHead(_)
            | State::Acting
            | State::Tail
            | State::Fixed => None,
        };
        if let Some(own) = self.nominative_epithet(at).or(joined) {
            let start = head_start::find(&self.tokens(), at, self.subject);
            let line_ends = self.tokens().kind(at + 1) == Some(TokenKind::Break);
            let office_follows = !line_ends && matches!(start, Some(Start::Suffix | Start::Listed));
            if !office_follows && own.agrees_with(agreement) {
                return self.epithet_after_head(at, own, agreement);
            }
        }
        if let Some(next) = self.place_name(at) {
            return next;
        }
        self.notice_a_name(at);
        if agreement == Agreement::Masculine && self.is_ambiguous_epithet(at) {
            self.doubt_word(at, Confidence::Likely, |word| Reason::UnclearTail { word });
        }
        self.tail_word(at)
    }

    /// A surname right after the position: left as it is, but not in silence.
    pub(super) fn notice_a_name(&mut self, at: usize) {
        if self.subject == Subject::Position
            && special_words::looks_like_a_name(
                self.word_at(at),
                self.folded_at(at),
                in_capitals(self.text),
            )
        {
            self.doubt_word(at, Confidence::Guess, |word| Reason::PersonName { word });
        }
    }

    /// «Сторож ночной»: at the end of a phrase -ой may be the head's own epithet, or a genitive
    /// («повар столовой»).
    pub(super) fn is_ambiguous_epithet(&self, at: usize) -> bool {
        let folded = self.folded_at(at);
        let capital = self.word_at(at).chars().next().is_some_and(char::is_uppercase);
        if capital && self.here.1 == Subject::Organisation {
            return false;
        }
        let Some(stem) = folded.strip_suffix("ой").filter(|_| adjective::find(folded).is_some())
        else {
            return false;
        };
        let place = lexicon::tags(&format!("{stem}ая")).has(Tag::PlaceSubstantive);
        let alone = self.next(at + 1).is_none_or(|next| {
            self.tokens[next].kind != TokenKind::Word
                || special_words::is_figure(self.folded_at(next))
                || lexicon::tags(self.folded_at(next)).has(Tag::Preposition)
        });
        alone && !place
    }

    /// «Медицинская сестра палатная», «Епископ Томский и Асиновский».
    pub(super) fn epithet_after_head(
        &mut self,
        at: usize,
        own: Agreement,
        agreement: Agreement,
    ) -> usize {
        let (word, folded) = (self.word_at(at), self.folded_at(at));
        let capital =
            word.chars().next().is_some_and(char::is_uppercase) && !in_capitals(self.text);
        let see = self
            .previous_word(at)
            .is_some_and(|before| lexicon::tags(self.folded_at(before)).has(Tag::TitleWithSee));
        if capital
            && !see
            && self.state == State::AfterHead(agreement)
            && self.here.1 == Subject::Position
        {
            self.doubt(Confidence::Likely, Reason::SecondNominative { word: word.to_owned() });
            self.here = (Case::Genitive, Subject::Organisation);
            self.state = State::Head;
            return self.head_word(at);
        }
        let animacy = match self.here.1 {
            Subject::Position => Animacy::Person,
            Subject::Organisation => Animacy::Thing,
        };
        if let Some(row) = adjective::find(folded) {
            self.out.push_str(&adjective::decline(word, folded, row, self.here.0, animacy));
        }
        self.state = State::AfterEpithet(own);
        at + 1
    }

    pub(super) fn word_after_acting(&mut self, at: usize) -> usize {
        let start = head_start::find(&self.tokens(), at, Subject::Position);
        if start.is_some_and(|start| start >= Start::Participle)
            && !special_words::begins_with_abbreviation(&self.tokens(), at)
        {
            self.doubt_word(at, Confidence::Likely, |word| Reason::NominativeAfterActing { word });
            self.here = (Case::Genitive, Subject::Position);
            self.state = State::Head;
            return self.head_word(at);
        }
        self.state = State::Tail;
        self.copy(at)
    }

    pub(super) fn tail_word(&mut self, at: usize) -> usize {
        self.state = State::Tail;
        let folded = self.folded_at(at);
        if self.subject == Subject::Position && special_words::looks_like_a_patronymic(folded) {
            self.doubt_word(at, Confidence::Guess, |word| Reason::PersonName { word });
        }
        if self.tokens().is_initial(at) {
            if self.subject == Subject::Position
                && !self.folded.contains("им.")
                && !self.folded.contains("имени")
            {
                self.doubt_word(at, Confidence::Guess, |word| Reason::PersonName { word });
            }
            return self.copy(at);
        }
        if lexicon::tags(folded).has(Tag::Conjunction) {
            return self.conjunction(at);
        }
        if self.subject == Subject::Organisation || self.here.1 == Subject::Organisation {
            return self.copy(at);
        }
        if special_words::is_surely_oblique(folded) {
            return self.copy(at);
        }
        if special_words::looks_like_a_surname(self.word_at(at), folded)
            && self.previous_word(at).is_some_and(|before| !is_acronym(self.word_at(before)))
        {
            self.doubt_word(at, Confidence::Likely, |word| Reason::PersonName { word });
        }
        if let Some(next) = self.dash_without_spaces(at) {
            return next;
        }
        let before = self.previous_word(at);
        let named = before
            .is_some_and(|before| is_acronym(self.word_at(before)) && !in_capitals(self.text));
        let start = head_start::find(&self.tokens(), at, Subject::Position);
        let unmistakable = start >= Some(Start::Participle)
            && start != Some(Start::Suffix)
            && !special_words::begins_with_abbreviation(&self.tokens(), at);
        if named || !unmistakable {
            return self.copy(at);
        }
        if before.is_some_and(|before| special_words::DUTIES.contains(&self.folded_at(before))) {
            return self.word_after_acting(at);
        }
        self.doubt_word(at, Confidence::Likely, |word| Reason::SecondNominative { word });
        self.begin();
        self.head_word(at)
    }
}
