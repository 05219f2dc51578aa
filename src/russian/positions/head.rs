//! Whether a word can be the head noun of a phrase, and how it declines if it is.

use super::inflection::{Agreement, Animacy};
use super::letters::{in_capitals, is_acronym, is_cyrillic};
use super::lexicon::{self, Tag, Tags};
use super::{Referent, adjective, noun};
use crate::russian::Case;

/// How well a word is known to be a nominative that heads a phrase. Later is surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Knowledge {
    /// It only ends like a noun in the nominative.
    Shape,
    /// It ends like the name of a person: «-тель», «-щик».
    Suffix,
    /// It is in the lists.
    Listed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Singular,
    Plural,
    Indeclinable,
}

/// A head noun that was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) knowledge: Knowledge,
    pub(super) agreement: Agreement,
    pub(super) animacy: Animacy,
    pub(super) referent: Referent,
    pub(super) number: Number,
}

impl Head {
    fn listed(agreement: Agreement, referent: Referent, number: Number) -> Self {
        let animacy = referent.animacy();
        Self { knowledge: Knowledge::Listed, agreement, animacy, referent, number }
    }

    fn singular(knowledge: Knowledge, agreement: Agreement, referent: Referent) -> Self {
        Self { knowledge, ..Self::listed(agreement, referent, Number::Singular) }
    }

    /// «Детский сад-ясли» is not: its first part decides.
    pub(super) fn is_plural(self) -> bool {
        self.number == Number::Plural && self.agreement == Agreement::Plural
    }
}

/// Recognises a nominative that may head a phrase about `referent`.
///
/// A word that neither the lists nor the suffixes know counts by its shape, as
/// [`Knowledge::Shape`].
pub(super) fn recognise(word: &str, folded: &str, referent: Referent) -> Option<Head> {
    recognise_from(Knowledge::Shape, word, folded, referent)
}

/// Like [`recognise`], but skips words known less well than `least`; quicker above a shape.
pub(super) fn recognise_from(
    least: Knowledge,
    word: &str,
    folded: &str,
    referent: Referent,
) -> Option<Head> {
    let last = last_part(folded);
    if last.len() < folded.len() && lexicon::tags(folded) == Tags::default() {
        let first = first_part(folded);
        if lexicon::tags(first).has(Tag::AbbreviatedNoun) && lexicon::is_oblique(last) {
            let number = Number::Indeclinable;
            return Some(Head::listed(Agreement::Masculine, Referent::Position, number));
        }
        if lexicon::is_oblique(first)
            && !lexicon::is_post(first)
            && !lexicon::is_organisation(first)
        {
            return None;
        }
    }
    let head = recognise_simple(least, word, last, referent)?;
    Some(Head { agreement: leading_agreement(folded, last).unwrap_or(head.agreement), ..head })
}

/// The gender of a compound is that of its first part that declines: «школа-интернат» is feminine.
fn leading_agreement(folded: &str, last: &str) -> Option<Agreement> {
    let first = first_part(folded);
    if first.len() == folded.len() {
        return None;
    }
    let tags = lexicon::tags(first);
    let before_rank = stays_before_rank(first, last);
    let declines = (tags.has(Tag::Post) || tags.has(Tag::Organisation))
        && !tags.has(Tag::IndeclinableFirstPart)
        && !before_rank;
    declines.then(|| noun::agreement(first)).flatten()
}

fn recognise_simple(
    least: Knowledge,
    word: &str,
    folded: &str,
    referent: Referent,
) -> Option<Head> {
    use Referent::{Organisation, Position};
    let tags = lexicon::tags(folded);
    if tags.has(Tag::IndeclinablePost) || lexicon::is_clipped(folded) {
        return Some(Head::listed(Agreement::Common, Position, Number::Indeclinable));
    }
    if tags.has(Tag::IndeclinableOrganisation) {
        return Some(Head::listed(Agreement::Neuter, Organisation, Number::Indeclinable));
    }
    if tags.has(Tag::PluralOrganisation) {
        return Some(Head::listed(Agreement::Plural, Organisation, Number::Plural));
    }
    let listed = lexicon::listed(folded);
    let known_as = match (listed.is_post(), listed.is_organisation()) {
        (true, true) => Some(referent),
        (true, false) => Some(Position),
        (false, true) => Some(Organisation),
        (false, false) => None,
    };
    if let Some(referent) = known_as {
        return Some(Head::singular(Knowledge::Listed, noun::agreement(folded)?, referent));
    }
    if folded.ends_with(['и', 'ы', 'я']) {
        if noun::is_plural(folded, lexicon::is_post) {
            return Some(Head::listed(Agreement::Plural, Position, Number::Plural));
        }
        if noun::is_plural(folded, lexicon::is_organisation)
            && !folded.ends_with("ия")
            && !lexicon::is_oblique_singular(folded)
        {
            return Some(Head::listed(Agreement::Plural, Organisation, Number::Plural));
        }
    }
    if least <= Knowledge::Suffix && lexicon::has_person_suffix(folded) {
        return Some(Head::singular(Knowledge::Suffix, noun::agreement(folded)?, Position));
    }
    if least <= Knowledge::Shape && has_nominative_shape(word, folded) {
        return Some(Head::singular(Knowledge::Shape, noun::agreement(folded)?, referent));
    }
    None
}

/// Endings that an unlisted nominative singular hardly ever has: oblique cases and plurals.
const OBLIQUE_ENDINGS: &[&str] = &[
    "у", "ю", "ы", "и", "э", "ов", "ев", "ам", "ям", "ами", "ями", "ах", "ях", "ых", "их", "ым",
    "им", "ого", "его", "ому", "ему", "ой", "ей", "ий", "ый", "ые", "ть", "ться",
];

fn has_nominative_shape(word: &str, folded: &str) -> bool {
    let long = folded.chars().count() >= 3 && folded.chars().all(is_cyrillic);
    long && (!is_acronym(word) || folded.chars().count() > 5)
        && !OBLIQUE_ENDINGS.iter().any(|ending| folded.ends_with(ending))
        && !lexicon::is_oblique(folded)
        && !folded.ends_with("нно")
        && !lexicon::tags(folded).has(Tag::Preposition)
}

/// A declined head.
pub(super) struct DeclinedHead {
    pub(super) text: String,
    /// A first part of the compound that is in no list.
    pub(super) unknown_part: Option<String>,
}

/// Declines a recognised head, each part of a hyphenated compound by itself.
///
/// Compounds of two nouns decline in both, those with a borrowed first part in the last (Полный
/// академический справочник, §§ 120–123): «директору-распорядителю», but «вице-мэру».
pub(super) fn decline(word: &str, folded: &str, head: Head, case: Case) -> DeclinedHead {
    if !folded.contains(is_hyphen) || lexicon::tags(folded) != Tags::default() {
        return DeclinedHead { text: decline_part(word, folded, head, case), unknown_part: None };
    }
    if head.number == Number::Indeclinable {
        return DeclinedHead { text: word.to_owned(), unknown_part: None };
    }
    let compound = Compound { head, case, last: last_part(folded), in_capitals: in_capitals(word) };
    let mut text = String::with_capacity(word.len() + 12);
    let mut unknown_part = None;
    let mut start = 0;
    for (at, hyphen) in folded.char_indices().filter(|(_, c)| is_hyphen(*c)) {
        let part = &word[start..at];
        match compound.decline_first(part, &folded[start..at]) {
            FirstPart::Known(declined) => text.push_str(&declined),
            FirstPart::Unknown(declined) => {
                unknown_part.get_or_insert_with(|| part.to_owned());
                text.push_str(&declined);
            }
        }
        text.push(hyphen);
        start = at + hyphen.len_utf8();
    }
    text.push_str(&decline_part(&word[start..], &folded[start..], head, case));
    DeclinedHead { text, unknown_part }
}

fn decline_part(word: &str, folded: &str, head: Head, case: Case) -> String {
    match head.number {
        Number::Singular => noun::decline(word, folded, case, head.animacy),
        Number::Indeclinable => word.to_owned(),
        Number::Plural => noun::decline_plural(word, case, head.animacy, |singular| {
            lexicon::is_post(singular) || lexicon::is_organisation(singular)
        })
        .unwrap_or_else(|| word.to_owned()),
    }
}

/// What the first part of a compound needs to know of the whole.
struct Compound<'a> {
    head: Head,
    case: Case,
    last: &'a str,
    in_capitals: bool,
}

/// The declined first part of a compound.
enum FirstPart {
    Known(String),
    Unknown(String),
}

impl Compound<'_> {
    fn decline_first(&self, part: &str, folded: &str) -> FirstPart {
        let Self { head, case, .. } = *self;
        let tags = lexicon::tags(folded);
        let indeclinable =
            tags.has(Tag::IndeclinableFirstPart) || stays_before_rank(folded, self.last);
        let foreign = !folded.chars().all(is_cyrillic) || (is_acronym(part) && !self.in_capitals);
        if indeclinable || foreign || folded.ends_with('о') {
            return FirstPart::Known(part.to_owned());
        }
        let own = recognise_simple(Knowledge::Suffix, part, folded, head.referent)
            .filter(|own| own.referent == head.referent);
        if let Some(own) = own {
            let own = Head { animacy: head.animacy, ..own };
            let text = decline_part(part, folded, own, case);
            return match own.knowledge {
                Knowledge::Listed => FirstPart::Known(text),
                // «Трафик-менеджер»: an unlisted first part may be a borrowed attribute.
                Knowledge::Suffix | Knowledge::Shape => FirstPart::Unknown(text),
            };
        }
        match adjective::find(folded) {
            Some(class) => FirstPart::Known(class.decline(part, case, head.animacy)),
            None => FirstPart::Unknown(part.to_owned()),
        }
    }
}

/// «Генерал-майору», «инженер-капитану», but «инженеру-контролёру».
fn stays_before_rank(first: &str, last: &str) -> bool {
    let last = lexicon::tags(last);
    lexicon::tags(first).has(Tag::IndeclinableBeforeRank) && last.has(Tag::Rank)
        || first == "инженер" && last.has(Tag::EngineersRank)
}

pub(super) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

pub(super) fn first_part(folded: &str) -> &str {
    folded.split(is_hyphen).next().unwrap_or(folded)
}

pub(super) fn last_part(folded: &str) -> &str {
    folded.rsplit(is_hyphen).next().unwrap_or(folded)
}
