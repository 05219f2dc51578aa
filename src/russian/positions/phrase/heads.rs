//! Words before and at a head: small words, epithets, the noun.

use super::{State, Walk};
use crate::russian::positions::head::{self, Head, Knowledge};
use crate::russian::positions::head_start::{self, Start, is_noun_of};
use crate::russian::positions::inflection::Agreement;
use crate::russian::positions::letters::{in_capitals, is_acronym, is_cyrillic};
use crate::russian::positions::lexicon::{self, Tag};
use crate::russian::positions::tokens::TokenKind;
use crate::russian::positions::{Referent, adjective, epithets, special_words, towns};
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
        if let Some(next) = self.small_word(at).or_else(|| self.spaced_hyphen(at)) {
            return next;
        }
        if self.current.referent == Referent::Organisation
            && self.is_capitalised(at)
            && let Some(town) = self.town(at).filter(|town| self.next(town.next).is_none())
        {
            self.heads += 1;
            // Beside «город» such names stay; by themselves they decline: «Великих Лук».
            let stays = town.declined == self.text[self.tokens[at].range.start..];
            if stays && self.current.case != Case::Nominative && towns::may_decline(&town.declined)
            {
                self.doubt_word(at, Confidence::Likely, |word| Reason::PlaceName { word });
            }
            return self.take_town(&town);
        }
        let (word, folded) = (self.word_at(at), self.folded_at(at));
        if let Some(class) = adjective::find_ordinal(folded) {
            return self.take_epithet(at, class);
        }
        if self.current.referent == Referent::Organisation
            && lexicon::tags(folded).has(Tag::LegalForm)
        {
            return self.take_acronym(at);
        }
        let head = head::recognise(word, folded, self.current.referent);
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
        if let Some(class) =
            adjective::find(folded).filter(|_| !lexicon::tags(folded).has(Tag::NeverAgreeing))
        {
            return self.take_epithet(at, class);
        }
        if self.current.referent == Referent::Organisation
            && (is_acronym(word) || !word.chars().any(is_cyrillic))
        {
            return self.take_acronym(at);
        }
        match head {
            Some(head) => self.take_head(at, head),
            None => self.no_nominative(at),
        }
    }

    /// Copies words before the head that never change: «и.о.», «зам.», «гл.», «временно», figures.
    fn small_word(&mut self, at: usize) -> Option<usize> {
        let tokens = self.tokens();
        if let Some(next) = special_words::acting_end(&tokens, at) {
            self.state = State::Acting;
            self.heads += 1;
            return Some(self.copy_through(at, next));
        }
        if self.asked.referent == Referent::Position
            && let Some(next) = special_words::degree_end(&tokens, at)
        {
            self.state = State::Tail;
            self.heads += 1;
            return Some(self.copy_through(at, next));
        }
        let dotted = tokens.is_dotted(at);
        let end = at + 1 + usize::from(dotted);
        let tags = lexicon::tags(self.folded_at(at));
        let post_follows = tokens
            .next(end)
            .is_some_and(|next| head_start::find(&tokens, next, Referent::Position).is_some());
        if tags.has(Tag::AbbreviatedAdjective) && (dotted || (post_follows && !tags.is_post())) {
            self.state = State::Epithets { last: at, agreement: Agreement::Common };
            return Some(self.copy_through(at, end));
        }
        if tags.has(Tag::AbbreviatedNoun) && !tags.has(Tag::Post) {
            self.heads += 1;
            self.state = State::Tail;
            return Some(self.copy_through(at, end));
        }
        if dotted && self.folded_at(at) == "г" && self.current.referent == Referent::Organisation {
            self.heads += 1;
            self.state = State::AfterHead(Agreement::Masculine);
            return Some(self.copy_through(at, end));
        }
        if tags.has(Tag::BeforeTheHead)
            || special_words::is_adverb(&self.tokens(), at)
            || special_words::is_figure(self.folded_at(at))
        {
            return Some(self.copy(at));
        }
        None
    }

    fn take_epithet(&mut self, at: usize, class: &adjective::AdjectiveClass) -> usize {
        let declined = class.decline(self.word_at(at), self.current.case, self.epithet_animacy(at));
        self.out.push_str(&declined);
        self.state = State::Epithets { last: at, agreement: class.agreement };
        at + 1
    }

    fn take_head(&mut self, at: usize, head: Head) -> usize {
        let (word, folded) = (self.word_at(at), self.folded_at(at));
        let declined = head::decline(word, folded, head, self.current.case);
        self.out.push_str(&declined.text);
        self.heads += 1;
        self.head_agreement = Some(head.agreement);
        if let Some(word) = declined.unknown_part {
            self.doubt(Confidence::Likely, Reason::UnknownHead { word });
        }
        self.doubt_head(at, head);
        let titled = lexicon::tags(folded).has(Tag::BeforeATitle)
            && self.next(at + 1).is_some_and(|next| self.start_at(next) >= Some(Start::Participle));
        self.state = if titled {
            State::Head
        } else if folded == "республика" && self.current.referent == Referent::Organisation
        {
            // «Республика Северная Осетия – Алания»: the name stays (Розенталь, § 197).
            State::Fixed
        } else {
            State::AfterHead(head.agreement)
        };
        at + 1
    }

    /// Doubts a head that is unknown, in the plural, or not what was asked for.
    fn doubt_head(&mut self, at: usize, head: Head) {
        let word = self.word_at(at).to_owned();
        let folded = self.folded_at(at);
        let after_agreeing_epithet = match self.state {
            State::Epithets { last: _, agreement } => agreement == head.agreement,
            State::Head
            | State::AfterHead(_)
            | State::AfterEpithet(_)
            | State::Acting
            | State::Tail
            | State::Fixed => false,
        };
        let has_epithet = self.current.referent == Referent::Organisation
            && after_agreeing_epithet
            && !may_lose_its_vowel(folded);
        if head.knowledge == Knowledge::Shape && !has_epithet {
            // After a plain consonant only its being a nominative is in question.
            let confidence = if folded.ends_with(['а', 'я', 'о', 'е', 'ь', 'ц']) {
                Confidence::Guess
            } else {
                Confidence::Likely
            };
            self.doubt(confidence, Reason::UnknownHead { word: word.clone() });
        }
        // «Консультантюрист»: two posts that lost their hyphen.
        let two_posts = || {
            let mut cuts = folded.char_indices().skip(4);
            cuts.any(|(cut, _)| {
                lexicon::is_post(&folded[..cut]) && lexicon::is_post(&folded[cut..])
            })
        };
        if head.knowledge == Knowledge::Suffix && two_posts() {
            self.doubt(Confidence::Likely, Reason::UnknownHead { word: word.clone() });
        }
        let has_no_singular = head.referent == Referent::Organisation
            && lexicon::tags(folded).has(Tag::PluralOrganisation);
        if head.is_plural() && !has_no_singular {
            self.doubt(Confidence::Likely, Reason::PluralHead { word: word.clone() });
        }
        match (head.referent, self.current.referent) {
            (Referent::Position, Referent::Organisation) => {
                self.doubt(Confidence::Likely, Reason::PositionAsOrganisation { word });
            }
            (Referent::Organisation, Referent::Position) => {
                self.doubt(Confidence::Likely, Reason::OrganisationAsPosition { word });
            }
            (Referent::Position, Referent::Position)
            | (Referent::Organisation, Referent::Organisation) => {}
        }
    }

    fn take_acronym(&mut self, at: usize) -> usize {
        self.heads += 1;
        self.state = State::Fixed;
        let listed_noun_follows = self.next_word(at + 1).is_some_and(|next| {
            (self.word_at(next).starts_with(char::is_lowercase) || in_capitals(self.text))
                && head_start::find(&self.tokens(), next, Referent::Organisation)
                    >= Some(Start::Listed)
        });
        // «МУ – Дирекция единого заказчика»: after the dash the name itself begins.
        let name_follows_a_dash = self
            .next(at + 1)
            .filter(|dash| self.tokens[*dash].kind == TokenKind::Dash)
            .and_then(|dash| self.next_word(dash + 1))
            .filter(|name| self.start_at(*name) >= Some(Start::Listed));
        if let Some(name) = name_follows_a_dash {
            self.copy_through(at, name);
            self.begin();
            return name;
        }
        // «МБОУ лицей № 9»: so schools are named in their charters.
        if listed_noun_follows
            && let Some(name) = self.next_word(at + 1)
            && is_form_of_schools(self.folded_at(at))
            && self.names_an_establishment(name)
        {
            self.copy_through(at, name);
            self.state = State::Head;
            return name;
        }
        if listed_noun_follows {
            self.doubt_word(at, Confidence::Likely, |word| Reason::AfterAbbreviation { word });
        }
        self.copy(at)
    }

    fn no_nominative(&mut self, at: usize) -> usize {
        self.doubt_word(at, Confidence::Guess, |word| Reason::NotNominative { word });
        self.state = State::Tail;
        self.copy(at)
    }

    fn word_after_epithets(&mut self, at: usize, last: usize, agreement: Agreement) -> usize {
        let (word, folded) = (self.word_at(at), self.folded_at(at));
        let tags = lexicon::tags(folded);
        if tags.has(Tag::Conjunction) {
            if self.next(at + 1).is_some_and(|next| self.epithets_go_on(next, agreement)) {
                return self.copy(at);
            }
            self.settle_epithet(last);
            return self.tail_word(at);
        }
        let head = head::recognise(word, folded, self.current.referent);
        let abbreviated = agreement == Agreement::Common;
        let listed = head.is_some_and(|head| {
            head.knowledge == Knowledge::Listed
                && !(head.is_plural() && agreement != Agreement::Plural && !abbreviated)
        });
        let last_folded = self.folded_at(last);
        if self.current.referent == Referent::Position
            && epithets::governs_instrumental(last_folded)
            && self.is_bare_organisation(at)
        {
            self.settle_epithet(last);
            return self.take_bare_organisation(at, Case::Instrumental);
        }
        let is_epithet = !listed
            && if abbreviated {
                self.nominative_epithet(at).is_some()
            } else {
                self.epithets_go_on(at, agreement)
            };
        if is_epithet
            || tags.has(Tag::BeforeTheHead)
            || (tags.has(Tag::AbbreviatedAdjective) && self.tokens().is_dotted(at))
            || tags.has(Tag::AbbreviatedNoun)
            || self.is_unknown_abbreviation(at)
        {
            return self.head_word(at);
        }
        if !listed && is_acronym(word) && self.current.referent == Referent::Organisation {
            self.doubt_word(at, Confidence::Likely, |word| Reason::AfterAbbreviation { word });
            return self.take_acronym(at);
        }
        if let Some(head) = head
            && is_noun_of(head, last_folded, agreement, self.current.referent)
        {
            if !agreement.agrees_with(head.agreement) {
                let adjective = self.word_at(last).to_owned();
                let noun = word.to_owned();
                self.doubt(Confidence::Likely, Reason::Disagreement { adjective, noun });
            }
            return self.take_head(at, head);
        }
        self.settle_epithet(last);
        self.notice_a_name(at);
        self.tail_word(at)
    }

    /// Makes the last epithet the head itself: «Заведующий школой».
    pub(super) fn settle_epithet(&mut self, last: usize) {
        self.heads += 1;
        self.state = State::Tail;
        let folded = self.folded_at(last);
        let tags = lexicon::tags(folded);
        let is_sure = match self.current.referent {
            Referent::Position => {
                epithets::stands_alone(folded) || tags.has(Tag::AbbreviatedAdjective)
            }
            Referent::Organisation => tags.has(Tag::PlaceSubstantive),
        };
        if !is_sure {
            self.doubt_word(last, Confidence::Likely, |word| Reason::UnknownHead { word });
        }
    }
}

/// МБОУ, МАДОУ, ГБПОУ: a legal form that schools, kindergartens and colleges have.
fn is_form_of_schools(folded: &str) -> bool {
    const FORMS: [&str; 24] = [
        "моу",
        "мбоу",
        "маоу",
        "мкоу",
        "мдоу",
        "мбдоу",
        "мадоу",
        "мкдоу",
        "гоу",
        "гбоу",
        "гаоу",
        "гкоу",
        "гбдоу",
        "гадоу",
        "гпоу",
        "гбпоу",
        "гапоу",
        "огбпоу",
        "огбоу",
        "обпоу",
        "чоу",
        "чдоу",
        "ноу",
        "фгкоу",
    ];
    FORMS.contains(&folded)
}

/// Whether an unlisted noun may have a fleeting vowel («уголок», «посёлок», «орёл», «день»).
fn may_lose_its_vowel(folded: &str) -> bool {
    ["ок", "ек", "ец", "ел", "ол", "ень", "оть", "оль"]
        .iter()
        .any(|ending| folded.ends_with(ending))
}
