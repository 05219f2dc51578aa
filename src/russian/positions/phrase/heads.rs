//! Words before and at a head: small words, epithets, the noun.

use super::super::head::{self, Head, Knowledge};
use super::super::head_start::{self, Start, noun_of};
use super::super::letters::{is_acronym, is_cyrillic};
use super::super::lexicon::{self, Tag};
use super::super::noun::Agreement;
use super::super::tokens::TokenKind;
use super::super::{Subject, adjective, epithets, special_words};
use super::{State, Walk};
use crate::russian::{Case, Confidence, Reason};

impl Walk<'_> {
    pub(super) fn word(&mut self, at: usize) -> usize {
        match self.state {
            State::Head => self.head_word(at),
            State::Epithets { last, agreement } => self.word_after_epithets(at, last, agreement),
            State::AfterHead(agreement) | State::AfterEpithet(agreement) => {
                self.word_after_head(at, agreement)
            }
            State::Acting => self.word_after_acting(at),
            State::Tail => self.tail_word(at),
            State::Fixed => self.copy(at),
        }
    }

    pub(super) fn head_word(&mut self, at: usize) -> usize {
        if let Some(next) = self.small_word(at) {
            return next;
        }
        let animacy = self.epithet_animacy(at);
        let (word, folded) = (self.word_at(at), self.folded_at(at));
        if let Some((text, agreement)) =
            adjective::decline_ordinal(word, folded, self.here.0, animacy)
        {
            self.out.push_str(&text);
            self.state = State::Epithets { last: at, agreement };
            return at + 1;
        }
        if self.here.1 == Subject::Organisation && lexicon::tags(folded).has(Tag::LegalForm) {
            return self.take_acronym(at);
        }
        let head = head::recognise(word, folded, self.here.1);
        if let Some(head) = head.filter(|head| head.knowledge == Knowledge::Listed) {
            return self.take_head(at, head);
        }
        if let Some(next) = self.epithet_joined_to_a_head(at) {
            return next;
        }
        if self.is_unknown_abbreviation(at) {
            self.heads += 1;
            self.state = State::Tail;
            self.doubt_word(at, Confidence::Likely, |word| Reason::UnknownHead { word });
            return self.copy_through(at, at + 2);
        }
        if self.is_a_genitive_in_oy(at) {
            return self.no_nominative(at);
        }
        if let Some(row) =
            adjective::find(folded).filter(|_| !lexicon::tags(folded).has(Tag::NeverAgreeing))
        {
            self.out.push_str(&adjective::decline(word, folded, row, self.here.0, animacy));
            self.state = State::Epithets { last: at, agreement: row.agreement };
            return at + 1;
        }
        if self.here.1 == Subject::Organisation
            && (is_acronym(word) || !word.chars().any(is_cyrillic))
        {
            return self.take_acronym(at);
        }
        match head {
            Some(head) => self.take_head(at, head),
            None => self.no_nominative(at),
        }
    }

    /// Words before the head that never change: «и.о.», «зам.», «гл.», «временно», figures.
    pub(super) fn small_word(&mut self, at: usize) -> Option<usize> {
        let tokens = self.tokens();
        if let Some(next) = special_words::acting(&tokens, at) {
            self.state = State::Acting;
            self.heads += 1;
            return Some(self.copy_through(at, next));
        }
        if let Some(next) =
            special_words::degree(&tokens, at).filter(|_| self.subject == Subject::Position)
        {
            self.state = State::Tail;
            self.heads += 1;
            return Some(self.copy_through(at, next));
        }
        let dotted = tokens.is_dotted(at);
        let tags = lexicon::tags(self.folded_at(at));
        let office_follows = self.next(at + 1 + usize::from(dotted)).is_some_and(|next| {
            head_start::find(&self.tokens(), next, Subject::Position).is_some()
        });
        if tags.has(Tag::AbbreviatedAdjective) && (dotted || (office_follows && !tags.is_post())) {
            self.state = State::Epithets { last: at, agreement: Agreement::Common };
            return Some(self.copy_through(at, at + 1 + usize::from(dotted)));
        }
        if tags.has(Tag::AbbreviatedNoun) && !tags.has(Tag::Post) {
            self.heads += 1;
            self.state = State::Tail;
            return Some(self.copy_through(at, at + 1 + usize::from(dotted)));
        }
        if dotted && self.folded_at(at) == "г" && self.here.1 == Subject::Organisation {
            self.heads += 1;
            self.state = State::AfterHead(Agreement::Masculine);
            return Some(self.copy_through(at, at + 2));
        }
        if tags.has(Tag::BeforeTheHead)
            || special_words::is_adverb(&self.tokens(), at)
            || special_words::is_figure(self.folded_at(at))
        {
            return Some(self.copy(at));
        }
        None
    }

    pub(super) fn take_head(&mut self, at: usize, head: Head) -> usize {
        let (word, folded) = (self.word_at(at), self.folded_at(at));
        let (text, unknown) = head::decline(word, folded, head, self.here.0);
        self.out.push_str(&text);
        self.heads += 1;
        self.head = Some(head.agreement);
        if let Some(word) = unknown {
            self.doubt(Confidence::Likely, Reason::UnknownHead { word });
        }
        let described = self.here.1 == Subject::Organisation
            && !may_lose_its_vowel(folded)
            && matches!(self.state, State::Epithets { last: _, agreement } if agreement == head.agreement);
        if head.knowledge == Knowledge::Shape && !described {
            let confidence =
                if noun_is_plain(folded) { Confidence::Likely } else { Confidence::Guess };
            self.doubt(confidence, Reason::UnknownHead { word: word.to_owned() });
        }
        if head.is_plural()
            && !(head.names == Subject::Organisation
                && lexicon::tags(folded).has(Tag::PluralOrganisation))
        {
            self.doubt(Confidence::Likely, Reason::PluralHead { word: word.to_owned() });
        }
        match (head.names, self.here.1) {
            (Subject::Position, Subject::Organisation) => {
                self.doubt(
                    Confidence::Likely,
                    Reason::PositionAsOrganisation { word: word.to_owned() },
                );
            }
            (Subject::Organisation, Subject::Position) => {
                self.doubt(
                    Confidence::Likely,
                    Reason::OrganisationAsPosition { word: word.to_owned() },
                );
            }
            (Subject::Position, Subject::Position)
            | (Subject::Organisation, Subject::Organisation) => {}
        }
        let titled = lexicon::tags(folded).has(Tag::BeforeATitle)
            && self.next(at + 1).is_some_and(|next| {
                head_start::find(&self.tokens(), next, self.subject) >= Some(Start::Participle)
            });
        self.state = match titled {
            true => State::Head,
            // «Республика Северная Осетия – Алания»: the name stays (Розенталь, § 197).
            false if folded == "республика" && self.here.1 == Subject::Organisation => {
                State::Fixed
            }
            false => State::AfterHead(head.agreement),
        };
        at + 1
    }

    pub(super) fn take_acronym(&mut self, at: usize) -> usize {
        self.heads += 1;
        self.state = State::Fixed;
        let noun = self.next(at + 1).filter(|next| self.tokens[*next].kind == TokenKind::Word);
        let listed = noun.is_some_and(|next| {
            head_start::find(&self.tokens(), next, Subject::Organisation) >= Some(Start::Listed)
        });
        let small = noun
            .is_some_and(|next| self.word_at(next).chars().next().is_some_and(char::is_lowercase));
        if listed && small {
            self.doubt_word(at, Confidence::Likely, |word| Reason::AfterAbbreviation { word });
        }
        self.copy(at)
    }

    pub(super) fn no_nominative(&mut self, at: usize) -> usize {
        self.doubt_word(at, Confidence::Guess, |word| Reason::NotNominative { word });
        self.state = State::Tail;
        self.copy(at)
    }

    pub(super) fn word_after_epithets(
        &mut self,
        at: usize,
        last: usize,
        agreement: Agreement,
    ) -> usize {
        let (word, folded) = (self.word_at(at), self.folded_at(at));
        if lexicon::tags(folded).has(Tag::Conjunction) {
            if self.next(at + 1).is_some_and(|next| self.epithets_go_on(next, agreement)) {
                return self.copy(at);
            }
            self.settle_epithet(last);
            return self.tail_word(at);
        }
        let head = head::recognise(word, folded, self.here.1);
        let abbreviated = agreement == Agreement::Common;
        let listed = head.is_some_and(|head| {
            head.knowledge == Knowledge::Listed
                && !(head.is_plural() && agreement != Agreement::Plural && !abbreviated)
        });
        let last_folded = self.folded_at(last);
        if self.here.1 == Subject::Position
            && epithets::governs_instrumental(last_folded)
            && self.is_bare_organisation(at)
        {
            self.settle_epithet(last);
            return self.take_bare_organisation(at, Case::Instrumental);
        }
        let epithet = !listed
            && if abbreviated {
                self.nominative_epithet(at).is_some()
            } else {
                self.epithets_go_on(at, agreement)
            };
        if epithet
            || lexicon::tags(folded).has(Tag::BeforeTheHead)
            || self.tokens().is_dotted(at) && lexicon::tags(folded).has(Tag::AbbreviatedAdjective)
        {
            return self.head_word(at);
        }
        if lexicon::tags(folded).has(Tag::AbbreviatedNoun) || self.is_unknown_abbreviation(at) {
            return self.head_word(at);
        }
        if !listed && is_acronym(word) && self.here.1 == Subject::Organisation {
            self.doubt_word(at, Confidence::Likely, |word| Reason::AfterAbbreviation { word });
            return self.take_acronym(at);
        }
        if let Some(head) = head.filter(|head| noun_of(last_folded, agreement, *head, self.here.1))
        {
            if !agreement.agrees_with(head.agreement) {
                let adjective = self.word_at(last);
                self.doubt(
                    Confidence::Likely,
                    Reason::Disagreement { adjective: adjective.to_owned(), noun: word.to_owned() },
                );
            }
            return self.take_head(at, head);
        }
        self.settle_epithet(last);
        self.notice_a_name(at);
        self.tail_word(at)
    }

    /// The last epithet turned out to be the head itself: «Заведующий школой».
    pub(super) fn settle_epithet(&mut self, last: usize) {
        self.heads += 1;
        self.state = State::Tail;
        let folded = self.folded_at(last);
        let sure = match self.here.1 {
            Subject::Position => {
                epithets::stands_alone(folded)
                    || lexicon::tags(folded).has(Tag::AbbreviatedAdjective)
            }
            Subject::Organisation => lexicon::tags(folded).has(Tag::PlaceSubstantive),
        };
        if !sure {
            self.doubt_word(last, Confidence::Likely, |word| Reason::UnknownHead { word });
        }
    }
}

/// Whether an unknown noun ends in a plain consonant, so that only its being a nominative is in
/// question.
fn noun_is_plain(folded: &str) -> bool {
    !folded.ends_with(['а', 'я', 'о', 'е', 'ь', 'ц'])
}

/// Whether an unlisted noun may have a fleeting vowel («уголок», «посёлок», «орёл», «день»).
fn may_lose_its_vowel(folded: &str) -> bool {
    ["ок", "ек", "ец", "ел", "ол", "ень", "оть", "оль"]
        .iter()
        .any(|ending| folded.ends_with(ending))
}
