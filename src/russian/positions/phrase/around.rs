//! Looking around a word, and the rare cases where the text itself is cut anew.

use super::super::head::{self, Head, Knowledge};
use super::super::head_start::{self, Start};
use super::super::letters::is_acronym;
use super::super::lexicon::{self, Tag};
use super::super::noun::{Agreement, Animacy};
use super::super::tokens::{Token, TokenKind, Tokens};
use super::super::{Subject, adjective, epithets, special_words};
use super::{State, Walk};
use crate::russian::{Case, Confidence, Reason};

impl<'a> Walk<'a> {
    pub(super) fn tokens(&self) -> Tokens<'_> {
        Tokens { text: self.text, folded: self.folded, tokens: &self.tokens }
    }

    pub(super) fn word_at(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.text[token.range.clone()])
    }

    pub(super) fn folded_at(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.folded[token.range.clone()])
    }

    pub(super) fn next(&self, at: usize) -> Option<usize> {
        self.tokens().next(at)
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
            && special_words::acting(&self.tokens(), next).is_none()
        {
            next = self.next(next + 1)?;
        }
        Some(next)
    }

    pub(super) fn nominative_epithet(&self, at: usize) -> Option<Agreement> {
        epithets::epithet(self.folded_at(at)).filter(|_| self.tokens[at].kind == TokenKind::Word)
    }

    /// One more epithet after «и»; a capital tells «Стрежевской» of a see from a genitive.
    pub(super) fn joined_epithet(&self, at: usize, agreement: Agreement) -> Option<Agreement> {
        let capital = self.word_at(at).chars().next().is_some_and(char::is_uppercase);
        let see =
            || (0..at).any(|before| lexicon::tags(self.folded_at(before)).has(Tag::TitleWithSee));
        let hidden = adjective::find(self.folded_at(at))
            .map(|row| row.agreement)
            .filter(|_| capital || see());
        self.nominative_epithet(at).or(hidden).filter(|own| own.agrees_with(agreement))
    }

    /// Whether an epithet of the same gender stands at `at`. One in -ой must lead to a noun: it may
    /// be a genitive.
    pub(super) fn epithets_go_on(&self, at: usize, agreement: Agreement) -> bool {
        let mut here = at;
        loop {
            if self.nominative_epithet(here).is_some_and(|own| own.agrees_with(agreement)) {
                return true;
            }
            let folded = self.folded_at(here);
            let hidden = adjective::find(folded)
                .filter(|row| row.agreement == agreement && folded.ends_with("ой"));
            if hidden.is_none() {
                let head = head::recognise(self.word_at(here), folded, self.here.1);
                let acronym =
                    self.here.1 == Subject::Organisation && is_acronym(self.word_at(here));
                return here > at
                    && (acronym
                        || head.is_some_and(|head| {
                            head.knowledge >= Knowledge::Suffix
                                && agreement.agrees_with(head.agreement)
                        }));
            }
            match self.next(here + 1) {
                Some(next) if self.tokens[next].kind == TokenKind::Word => here = next,
                Some(_) | None => return false,
            }
        }
    }

    /// A word that is cut short by a dot and is in no list: no ending can be put to it.
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
            && self.next(at + 1).is_some_and(|next| {
                self.tokens[next].kind == TokenKind::Word
                    && lexicon::is_oblique(self.folded_at(next))
            })
    }

    /// Whether a preposition before `at` may ask for an accusative, which looks like a nominative.
    pub(super) fn accusative_is_due(&self, at: usize) -> bool {
        (0..at)
            .any(|before| ["за", "на", "в", "во", "через", "про"].contains(&self.folded_at(before)))
    }

    pub(super) fn epithet_animacy(&self, at: usize) -> Animacy {
        let body = self.here.0 == Case::Accusative
            && head_start::find(&self.tokens(), at, Subject::Organisation) == Some(Start::Listed);
        match self.here.1 {
            Subject::Position if !body => Animacy::Person,
            Subject::Position | Subject::Organisation => Animacy::Thing,
        }
    }

    /// A listed organisation in the nominative right after a head: its case or its quotes were
    /// forgotten.
    pub(super) fn is_bare_organisation(&self, at: usize) -> bool {
        let folded = self.folded_at(at);
        head_start::find(&self.tokens(), at, Subject::Organisation) == Some(Start::Listed)
            && !lexicon::tags(folded).has(Tag::IndeclinableOrganisation)
            && !lexicon::is_oblique(folded)
    }

    /// Declines such an organisation in the case that the head asks for.
    pub(super) fn take_bare_organisation(&mut self, at: usize, case: Case) -> usize {
        self.doubt_word(at, Confidence::Likely, |word| Reason::SecondNominative { word });
        self.here = (case, Subject::Organisation);
        self.state = State::Head;
        self.head_word(at)
    }

    /// «Город Томск»: the name declines with the word before it (Розенталь, § 197), but not always.
    pub(super) fn place_name(&mut self, at: usize) -> Option<usize> {
        let dotted = at >= 3 && self.word_at(at - 2) == "." && self.folded_at(at - 3) == "г";
        let before = if dotted { at - 3 } else { self.previous_word(at)? };
        let kind = ["г", "город", "село", "поселок", "деревня", "станица", "хутор", "аул"]
            .contains(&self.folded_at(before));
        let capital = self.word_at(at).chars().next().is_some_and(char::is_uppercase);
        if !kind || !capital || self.here.1 != Subject::Organisation {
            return None;
        }
        self.doubt_word(at, Confidence::Likely, |word| Reason::PlaceName { word });
        let (word, folded) = (self.word_at(at), self.folded_at(at));
        match head::recognise(word, folded, Subject::Organisation)
            .filter(|_| ["г", "город"].contains(&self.folded_at(before)))
        {
            Some(head) => {
                let (text, _) = head::decline(
                    word,
                    folded,
                    Head { animacy: Animacy::Thing, ..head },
                    self.here.0,
                );
                self.out.push_str(&text);
            }
            None => self.out.push_str(word),
        }
        self.state = State::Tail;
        Some(at + 1)
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

    /// Makes a dash of the last hyphen of the word `at`.
    pub(super) fn split_at_hyphen(&mut self, at: usize) {
        let range = self.tokens[at].range.clone();
        let Some((hyphen, mark)) =
            self.text[range.clone()].char_indices().rev().find(|(_, c)| head::is_hyphen(*c))
        else {
            return;
        };
        self.doubt_word(at, Confidence::Likely, |word| Reason::SecondNominative { word });
        let (start, end) = (range.start + hyphen, range.start + hyphen + mark.len_utf8());
        let parts = [
            Token { kind: TokenKind::Word, range: range.start..start },
            Token { kind: TokenKind::Dash, range: start..end },
            Token { kind: TokenKind::Word, range: end..range.end },
        ];
        self.tokens.splice(at..=at, parts);
    }
}
