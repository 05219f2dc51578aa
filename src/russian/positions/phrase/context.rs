//! Looks around a word; in rare cases cuts the tokens again at a hyphen.

use super::{State, Target, Walk};
use crate::russian::positions::head::{self, Head, Knowledge};
use crate::russian::positions::head_start::{self, Start};
use crate::russian::positions::inflection::{Agreement, Animacy};
use crate::russian::positions::letters::{is_acronym, is_capitalised};
use crate::russian::positions::lexicon::{self, Tag};
use crate::russian::positions::tokens::{Token, TokenKind, Tokens};
use crate::russian::positions::{Referent, adjective, epithets, special_words, towns};
use crate::russian::{Case, Confidence, Reason};

/// A listed town in the case that is due, and the token after it.
pub(super) struct Town {
    pub declined: String,
    pub next: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn tokens(&self) -> Tokens<'_> {
        Tokens { text: self.text, folded: self.folded, list: &self.tokens }
    }

    pub(super) fn word_at(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.text[token.range.clone()])
    }

    pub(super) fn folded_at(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.folded[token.range.clone()])
    }

    pub(super) fn is_capitalised(&self, at: usize) -> bool {
        is_capitalised(self.word_at(at))
    }

    pub(super) fn next(&self, at: usize) -> Option<usize> {
        self.tokens().next(at)
    }

    pub(super) fn next_word(&self, at: usize) -> Option<usize> {
        self.tokens().next_word(at)
    }

    /// The word before `at`, with nothing but a space between.
    pub(super) fn previous_word(&self, at: usize) -> Option<usize> {
        let before = at.checked_sub(2)?;
        (self.tokens[before].kind == TokenKind::Word
            && self.tokens[at - 1].kind == TokenKind::Space)
            .then_some(before)
    }

    /// The first token from `at` on that is neither space nor conjunction («а также», «он же»).
    pub(super) fn after_conjunctions(&self, at: usize) -> Option<usize> {
        let mut next = self.next(at)?;
        while lexicon::tags(self.folded_at(next)).has(Tag::Conjunction)
            && special_words::acting_end(&self.tokens(), next).is_none()
        {
            next = self.next(next + 1)?;
        }
        Some(next)
    }

    pub(super) fn nominative_epithet(&self, at: usize) -> Option<Agreement> {
        epithets::epithet(self.folded_at(at)).filter(|_| self.tokens[at].kind == TokenKind::Word)
    }

    /// One more epithet after «и»; a capital or a see makes «Стрежевской» one, not a genitive.
    pub(super) fn joined_epithet(&self, at: usize, agreement: Agreement) -> Option<Agreement> {
        let after_see =
            || (0..at).any(|before| lexicon::tags(self.folded_at(before)).has(Tag::TitleWithSee));
        let in_oy = adjective::find(self.folded_at(at))
            .map(|class| class.agreement)
            .filter(|_| self.is_capitalised(at) || after_see());
        self.nominative_epithet(at).or(in_oy).filter(|own| own.agrees_with(agreement))
    }

    /// Whether an epithet of the same gender begins at `at`. One in -ой may be a genitive, so that
    /// it must lead to a noun.
    pub(super) fn epithets_go_on(&self, at: usize, agreement: Agreement) -> bool {
        let mut here = at;
        loop {
            if self.nominative_epithet(here).is_some_and(|own| own.agrees_with(agreement)) {
                return true;
            }
            let folded = self.folded_at(here);
            let in_oy = folded.ends_with("ой")
                && adjective::find(folded).is_some_and(|class| class.agreement == agreement);
            if !in_oy {
                let referent = self.current.referent;
                let word = self.word_at(here);
                let is_noun = || {
                    referent == Referent::Organisation && is_acronym(word)
                        || head::recognise(word, folded, referent).is_some_and(|head| {
                            head.knowledge >= Knowledge::Suffix
                                && agreement.agrees_with(head.agreement)
                        })
                };
                return here > at && is_noun();
            }
            match self.next_word(here + 1) {
                Some(next) => here = next,
                None => return false,
            }
        }
    }

    /// Whether the word is cut short by a dot and in no list, so that it cannot take an ending.
    pub(super) fn is_unknown_abbreviation(&self, at: usize) -> bool {
        let folded = self.folded_at(at);
        self.tokens().is_dotted(at)
            && folded.chars().count() <= 7
            && lexicon::tags(folded) == lexicon::Tags::default()
            && !lexicon::is_post(head::last_part(folded))
            && !lexicon::is_organisation(folded)
            && adjective::find(folded).is_none()
    }

    /// «Городской службы»: an epithet in -ой before an oblique case is one itself.
    pub(super) fn is_a_genitive_in_oy(&self, at: usize) -> bool {
        let folded = self.folded_at(at);
        folded.ends_with("ой")
            && !epithets::stands_alone(folded)
            && self.next_word(at + 1).is_some_and(|next| lexicon::is_oblique(self.folded_at(next)))
    }

    /// Whether a preposition before `at` may ask for an accusative, which looks like a nominative.
    pub(super) fn accusative_is_due(&self, at: usize) -> bool {
        (0..at)
            .any(|before| ["за", "на", "в", "во", "через", "про"].contains(&self.folded_at(before)))
    }

    pub(super) fn epithet_animacy(&self, at: usize) -> Animacy {
        let before_organisation = self.current.case == Case::Accusative
            && head_start::find(&self.tokens(), at, Referent::Organisation) == Some(Start::Listed);
        if before_organisation { Animacy::Inanimate } else { self.current.referent.animacy() }
    }

    /// Whether a listed organisation in the nominative follows a head: its case or its quotation
    /// marks were forgotten.
    pub(super) fn is_bare_organisation(&self, at: usize) -> bool {
        let folded = self.folded_at(at);
        head_start::find(&self.tokens(), at, Referent::Organisation) == Some(Start::Listed)
            && !lexicon::tags(folded).has(Tag::IndeclinableOrganisation)
            && !lexicon::is_oblique(folded)
    }

    /// «город», «посёлок» after «городской округ», «муниципальное образование» and the like.
    pub(super) fn is_unit_of_a_municipality(&self, at: usize) -> bool {
        let unit = ["город", "поселок", "село", "рабочий", "станица", "район"];
        let before = self.previous_word(at).map(|before| self.folded_at(before));
        unit.contains(&self.folded_at(at))
            && before.is_some_and(|it| ["округ", "образование", "поселение"].contains(&it))
    }

    /// «Муниципальное … учреждение лицей № 9»: so schools are named in their charters.
    fn is_charter_name(&self, at: usize) -> bool {
        let is_legal_form =
            |before| ["учреждение", "организация"].contains(&self.folded_at(before));
        self.previous_word(at).is_some_and(is_legal_form) && self.names_an_establishment(at)
    }

    /// Whether one of the next words is «школа», «лицей», «детский сад» or the like.
    pub(super) fn names_an_establishment(&self, at: usize) -> bool {
        (at..self.tokens.len()).take(8).any(|word| {
            let first = head::first_part(self.folded_at(word));
            lexicon::tags(self.folded_at(word)).has(Tag::Establishment)
                || lexicon::tags(first).has(Tag::Establishment)
        })
    }

    /// Declines such an organisation in the case that the head asks for.
    pub(super) fn take_bare_organisation(&mut self, at: usize, case: Case) -> usize {
        if !self.is_charter_name(at) {
            self.doubt_word(at, Confidence::Likely, |word| Reason::SecondNominative { word });
        }
        self.current = Target { case, referent: Referent::Organisation };
        self.state = State::Head;
        self.head_word(at)
    }

    /// «Город Томск»: the name declines with the word before it (Розенталь, § 197), but not always.
    pub(super) fn place_name(&mut self, at: usize) -> Option<usize> {
        let dotted = at >= 3 && self.word_at(at - 2) == "." && self.folded_at(at - 3) == "г";
        let before = if dotted { at - 3 } else { self.previous_word(at)? };
        let before = self.folded_at(before);
        let names_a_place = ["г", "город", "село", "поселок", "деревня", "станица", "хутор", "аул"]
            .contains(&before);
        if !names_a_place
            || !self.is_capitalised(at)
            || self.current.referent != Referent::Organisation
        {
            return None;
        }
        if ["г", "город"].contains(&before)
            && let Some(town) = self.town(at)
        {
            return Some(self.take_town(&town));
        }
        if self.nominative_epithet(at).is_some() {
            // «Посёлок Красный Яр»: the name stays with such words (Розенталь, § 197).
            self.doubt_word(at, Confidence::Likely, |word| Reason::PlaceName { word });
            self.state = State::Tail;
            return Some(self.copy(at));
        }
        self.doubt_word(at, Confidence::Likely, |word| Reason::PlaceName { word });
        let (word, folded) = (self.word_at(at), self.folded_at(at));
        let head = head::recognise(word, folded, Referent::Organisation)
            .filter(|_| ["г", "город"].contains(&before));
        match head {
            Some(head) => {
                let head = Head { animacy: Animacy::Inanimate, ..head };
                let declined = head::decline(word, folded, head, self.current.case);
                self.out.push_str(&declined.text);
            }
            None => self.out.push_str(word),
        }
        self.state = State::Tail;
        Some(at + 1)
    }

    /// A listed town of one or two words.
    pub(super) fn town(&self, at: usize) -> Option<Town> {
        let second = self.next_word(at + 1).filter(|second| *second == at + 2);
        let two_words = second.map(|second| {
            let range = self.tokens[at].range.start..self.tokens[second].range.end;
            (&self.text[range], second + 1)
        });
        let mut names = two_words.into_iter().chain([(self.word_at(at), at + 1)]);
        names.find_map(|(name, next)| {
            let declined = towns::decline(name, self.current.case)?;
            Some(Town { declined, next })
        })
    }

    /// «Мэр города Москва»: declined too, in doubt.
    pub(super) fn town_left_in_the_nominative(&mut self, at: usize) -> Option<usize> {
        let before = self.previous_word(at)?;
        if self.folded_at(before) != "города" || !self.is_capitalised(at) {
            return None;
        }
        self.current.case = Case::Genitive;
        let town = self.town(at)?;
        if self.text[self.tokens[at].range.start..].starts_with(&town.declined) {
            return None;
        }
        self.doubt_word(at, Confidence::Likely, |word| Reason::PlaceName { word });
        Some(self.take_town(&town))
    }

    pub(super) fn take_town(&mut self, town: &Town) -> usize {
        self.out.push_str(&town.declined);
        self.state = State::Tail;
        // «Ростов Великий»
        if let Some(next) = self.next_word(town.next).filter(|next| *next == town.next + 1)
            && self.is_capitalised(next)
            && self.nominative_epithet(next).is_some()
        {
            self.doubt_word(next, Confidence::Likely, |word| Reason::PlaceName { word });
        }
        town.next
    }

    /// «Директор-главный врач»: the hyphen is a dash.
    pub(super) fn epithet_joined_to_a_head(&mut self, at: usize) -> Option<usize> {
        let (first, last) = self.folded_at(at).rsplit_once(head::is_hyphen)?;
        if !lexicon::is_post(first) || epithets::epithet(last).is_none() {
            return None;
        }
        self.split_at_hyphen(at);
        Some(self.head_word(at))
    }

    /// «Учебно – методический»: the dash is a hyphen.
    pub(super) fn spaced_hyphen(&mut self, at: usize) -> Option<usize> {
        let dash = self.next(at + 1).filter(|dash| self.tokens[*dash].kind == TokenKind::Dash)?;
        let epithet = self.next_word(dash + 1)?;
        let is_first_part = self.folded_at(at).ends_with('о')
            && lexicon::tags(self.folded_at(at)) == lexicon::Tags::default()
            && self.nominative_epithet(epithet).is_some();
        if !is_first_part {
            return None;
        }
        self.doubt_word(at, Confidence::Likely, |word| Reason::UnknownHead { word });
        Some(self.copy_through(at, epithet))
    }

    /// «Заместитель главы-начальник отдела»: the hyphen is a dash.
    pub(super) fn dash_without_spaces(&mut self, at: usize) -> Option<usize> {
        let (first, last) = self.folded_at(at).rsplit_once(head::is_hyphen)?;
        let new_head = lexicon::is_post(last) || epithets::epithet(last).is_some();
        if !new_head || !lexicon::is_oblique(first) {
            return None;
        }
        self.split_at_hyphen(at);
        Some(self.copy(at))
    }

    /// Turns the last hyphen of the word `at` into a dash.
    fn split_at_hyphen(&mut self, at: usize) {
        let range = self.tokens[at].range.clone();
        let Some((hyphen, mark)) =
            self.text[range.clone()].char_indices().rev().find(|(_, c)| head::is_hyphen(*c))
        else {
            return;
        };
        self.doubt_word(at, Confidence::Likely, |word| Reason::SecondNominative { word });
        let start = range.start + hyphen;
        let end = start + mark.len_utf8();
        let parts = [
            Token { kind: TokenKind::Word, range: range.start..start },
            Token { kind: TokenKind::Dash, range: start..end },
            Token { kind: TokenKind::Word, range: end..range.end },
        ];
        self.tokens.splice(at..=at, parts);
    }
}
