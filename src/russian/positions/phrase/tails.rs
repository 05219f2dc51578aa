//! Words after a head: its late epithets, missing cases and separators, and all that stays.

use super::{State, Target, Walk};
use crate::russian::positions::head_start::{self, Start};
use crate::russian::positions::inflection::Agreement;
use crate::russian::positions::letters::{in_capitals, is_acronym};
use crate::russian::positions::lexicon::{self, Tag};
use crate::russian::positions::tokens::TokenKind;
use crate::russian::positions::{Referent, adjective, epithets, special_words};
use crate::russian::{Case, Confidence, Reason};

impl Walk<'_> {
    pub(super) fn word_after_head(&mut self, at: usize, agreement: Agreement) -> usize {
        let after_epithet = matches!(self.state, State::AfterEpithet(_));
        if lexicon::tags(self.folded_at(at)).has(Tag::Conjunction) {
            let joins_an_epithet = after_epithet
                && self
                    .next(at + 1)
                    .is_some_and(|next| self.joined_epithet(next, agreement).is_some());
            // «Аппарат и представительства»: right after a head no genitive can be joined.
            if let Some(next) = self.next_word(at + 1)
                && lexicon::is_oblique(self.folded_at(next))
            {
                self.doubt_word(next, Confidence::Likely, |word| Reason::UnclearTail { word });
            }
            return if joins_an_epithet { self.copy(at) } else { self.tail_word(at) };
        }
        if let Some(next) = self.place_name(at) {
            return next;
        }
        if self.is_unit_of_a_municipality(at) {
            // «Городской округ город Томск»: official usage keeps the second part.
            return self.tail_word(at);
        }
        if self.is_bare_organisation(at) {
            let case = match self.current.referent {
                Referent::Position => Case::Genitive,
                Referent::Organisation => self.current.case,
            };
            return self.take_bare_organisation(at, case);
        }
        let joined = || self.joined_epithet(at, agreement).filter(|_| after_epithet);
        if let Some(own) = self.nominative_epithet(at).or_else(joined) {
            let line_ends = self.tokens().kind(at + 1) == Some(TokenKind::Break);
            let post_follows =
                matches!(self.start_at(at), Some(Start::Suffix | Start::Listed)) && !line_ends;
            if !post_follows && own.agrees_with(agreement) {
                return self.epithet_after_head(at, own, agreement);
            }
        }
        self.notice_a_name(at);
        if agreement == Agreement::Masculine && self.is_ambiguous_epithet(at) {
            self.doubt_word(at, Confidence::Likely, |word| Reason::UnclearTail { word });
        }
        self.tail_word(at)
    }

    /// Doubts a surname right after the position, which stays as typed.
    pub(super) fn notice_a_name(&mut self, at: usize) {
        if self.asked.referent == Referent::Organisation {
            return;
        }
        let (word, folded) = (self.word_at(at), self.folded_at(at));
        let is_instrumental = folded.ends_with("ым") || folded.ends_with("им");
        if is_instrumental
            && self
                .previous_word(at)
                .is_some_and(|before| epithets::governs_instrumental(self.folded_at(before)))
        {
            return;
        }
        let is_name = if in_capitals(self.text) {
            special_words::ends_like_a_surname(folded)
        } else {
            special_words::looks_like_a_name(word, folded)
        };
        if is_name {
            self.doubt_word(at, Confidence::Guess, |word| Reason::PersonName { word });
        }
    }

    /// «Сторож ночной»: at the end of a phrase -ой may be the head's own epithet, or a genitive
    /// («повар столовой»).
    fn is_ambiguous_epithet(&self, at: usize) -> bool {
        let folded = self.folded_at(at);
        if self.is_capitalised(at) && self.current.referent == Referent::Organisation {
            return false;
        }
        let Some(stem) = folded.strip_suffix("ой").filter(|_| adjective::find(folded).is_some())
        else {
            return false;
        };
        let is_place = lexicon::tags(&format!("{stem}ая")).has(Tag::PlaceSubstantive);
        let in_a_row = self
            .next(at + 1)
            .filter(|comma| self.tokens[*comma].kind == TokenKind::Comma)
            .and_then(|comma| self.next_word(comma + 1))
            .is_some_and(|next| self.folded_at(next).ends_with("ой"));
        let is_last = !in_a_row
            && self.next_word(at + 1).is_none_or(|next| {
                special_words::is_figure(self.folded_at(next))
                    || lexicon::tags(self.folded_at(next)).has(Tag::Preposition)
            });
        is_last && !is_place
    }

    /// «Медицинская сестра палатная», «Епископ Томский и Асиновский».
    fn epithet_after_head(&mut self, at: usize, own: Agreement, agreement: Agreement) -> usize {
        let word = self.word_at(at);
        let names_a_see = self
            .previous_word(at)
            .is_some_and(|before| lexicon::tags(self.folded_at(before)).has(Tag::TitleWithSee));
        if self.is_capitalised(at)
            && !in_capitals(self.text)
            && !names_a_see
            && self.state == State::AfterHead(agreement)
            && self.current.referent == Referent::Position
        {
            self.doubt(Confidence::Likely, Reason::SecondNominative { word: word.to_owned() });
            return self.begin_genitive(at, Referent::Organisation);
        }
        if let Some(class) = adjective::find(self.folded_at(at)) {
            let declined = class.decline(word, self.current.case, self.current.referent.animacy());
            self.out.push_str(&declined);
        }
        self.state = State::AfterEpithet(own);
        at + 1
    }

    pub(super) fn word_after_acting(&mut self, at: usize) -> usize {
        let start = head_start::find(&self.tokens(), at, Referent::Position);
        if start >= Some(Start::Participle) && !special_words::is_abbreviation(&self.tokens(), at) {
            self.doubt_word(at, Confidence::Likely, |word| Reason::NominativeAfterActing { word });
            return self.begin_genitive(at, Referent::Position);
        }
        self.state = State::Tail;
        self.copy(at)
    }

    /// Reads the word as a head that is due in the genitive.
    fn begin_genitive(&mut self, at: usize, referent: Referent) -> usize {
        self.current = Target { case: Case::Genitive, referent };
        self.state = State::Head;
        self.head_word(at)
    }

    pub(super) fn tail_word(&mut self, at: usize) -> usize {
        self.state = State::Tail;
        let folded = self.folded_at(at);
        if special_words::is_torn_off(folded) {
            self.doubt_word(at, Confidence::Likely, |word| Reason::UnclearTail { word });
        }
        if let Some(next) = self.town_left_in_the_nominative(at) {
            return next;
        }
        let asks_for_position = self.asked.referent == Referent::Position;
        if asks_for_position && special_words::looks_like_a_patronymic(folded) {
            self.doubt_word(at, Confidence::Guess, |word| Reason::PersonName { word });
        }
        if self.tokens().is_initial(at) {
            // «Школа им. А. С. Пушкина»
            let is_namesake = self.folded.contains("им.") || self.folded.contains("имени");
            if asks_for_position && !is_namesake {
                self.doubt_word(at, Confidence::Guess, |word| Reason::PersonName { word });
            }
            return self.copy(at);
        }
        if lexicon::tags(folded).has(Tag::Conjunction) {
            return self.conjunction(at);
        }
        if !asks_for_position
            || self.current.referent == Referent::Organisation
            || special_words::is_surely_oblique(folded)
        {
            return self.copy(at);
        }
        let before = self.previous_word(at);
        let after_acronym = before.is_some_and(|before| is_acronym(self.word_at(before)));
        if special_words::looks_like_a_surname(self.word_at(at), folded)
            && before.is_some()
            && !after_acronym
        {
            self.doubt_word(at, Confidence::Likely, |word| Reason::PersonName { word });
        }
        if let Some(next) = self.dash_without_spaces(at) {
            return next;
        }
        let is_name = after_acronym && !in_capitals(self.text);
        let start = head_start::find(&self.tokens(), at, Referent::Position);
        let is_unmistakable = matches!(start, Some(Start::Participle | Start::Listed))
            && !special_words::is_abbreviation(&self.tokens(), at);
        if is_name || !is_unmistakable {
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
