//! Can this word be the head noun of a phrase, and how does it decline if it is?

use super::letters::{in_capitals, is_acronym, is_cyrillic};
use super::lexicon::{self, Tag, Tags};
use super::noun::{self, Agreement, Animacy};
use super::{Subject, adjective};
use crate::russian::Case;

/// How well a word is known to be a nominative that heads a phrase. Later is surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Knowledge {
    /// It only ends like a noun in the nominative.
    Shape,
    /// It ends like a person: «-тель», «-щик».
    Suffix,
    /// It is in the lists.
    Listed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Singular,
    Plural,
    Unchanging,
}

/// A head noun that was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) knowledge: Knowledge,
    pub(super) agreement: Agreement,
    pub(super) animacy: Animacy,
    pub(super) names: Subject,
    pub(super) number: Number,
}

impl Head {
    pub(super) fn is_plural(self) -> bool {
        self.number == Number::Plural
    }
}

/// Recognises a nominative that may head a phrase about `subject`.
///
/// What the lists and suffixes do not know counts by its shape alone, and only as
/// [`Knowledge::Shape`].
pub(super) fn recognise(word: &str, folded: &str, subject: Subject) -> Option<Head> {
    recognise_from(Knowledge::Shape, word, folded, subject)
}

/// The same, but nothing that is known less well than `least`. Quicker for anything above a shape.
pub(super) fn recognise_from(
    least: Knowledge,
    word: &str,
    folded: &str,
    subject: Subject,
) -> Option<Head> {
    let last = last_part(folded);
    if last.len() < folded.len() && lexicon::tags(folded) == Tags::default() {
        let first = folded.split(is_hyphen).next().unwrap_or(folded);
        if lexicon::tags(first).has(Tag::AbbreviatedNoun) && lexicon::is_oblique(last) {
            return Some(head(
                Knowledge::Listed,
                Agreement::Masculine,
                Subject::Position,
                Number::Unchanging,
            ));
        }
        if lexicon::is_oblique(first)
            && !lexicon::is_post(first)
            && !lexicon::is_organisation(first)
        {
            return None;
        }
    }
    let head = recognise_simple(least, word, last, subject)?;
    Some(Head { agreement: leading_agreement(folded, last).unwrap_or(head.agreement), ..head })
}

/// The gender of a compound is that of its first part that declines: «школа-интернат» is feminine.
fn leading_agreement(folded: &str, last: &str) -> Option<Agreement> {
    let first = folded.split(is_hyphen).next().filter(|first| first.len() < folded.len())?;
    let tags = lexicon::tags(first);
    let rank = tags.has(Tag::IndeclinableBeforeRank) && lexicon::tags(last).has(Tag::Rank);
    let declines = (tags.has(Tag::Post) || tags.has(Tag::Organisation))
        && !tags.has(Tag::IndeclinableFirstPart)
        && !rank;
    declines.then(|| noun::agreement(first)).flatten()
}

fn recognise_simple(least: Knowledge, word: &str, folded: &str, subject: Subject) -> Option<Head> {
    let tags = lexicon::tags(folded);
    if tags.has(Tag::IndeclinablePost) || lexicon::is_clipped(folded) {
        return Some(head(
            Knowledge::Listed,
            Agreement::Common,
            Subject::Position,
            Number::Unchanging,
        ));
    }
    if tags.has(Tag::IndeclinableOrganisation) {
        return Some(head(
            Knowledge::Listed,
            Agreement::Neuter,
            Subject::Organisation,
            Number::Unchanging,
        ));
    }
    if tags.has(Tag::PluralOrganisation) {
        return Some(head(
            Knowledge::Listed,
            Agreement::Plural,
            Subject::Organisation,
            Number::Plural,
        ));
    }
    let listed = lexicon::listed(folded);
    let (office, body) = (listed.is_post(), listed.is_organisation());
    if office || body {
        let names = match (office, body, subject) {
            (true, true, own) => own,
            (true, false, Subject::Position | Subject::Organisation) => Subject::Position,
            (false, true | false, Subject::Position | Subject::Organisation) => {
                Subject::Organisation
            }
        };
        return Some(head(Knowledge::Listed, noun::agreement(folded)?, names, Number::Singular));
    }
    let many = folded.ends_with(['и', 'ы', 'я']);
    let plural = |known: fn(&str) -> bool| {
        noun::decline_plural(folded, folded, Case::Dative, Animacy::Person, known).is_some()
    };
    if many && plural(lexicon::is_post) {
        return Some(head(Knowledge::Listed, Agreement::Plural, Subject::Position, Number::Plural));
    }
    if many
        && plural(lexicon::is_organisation)
        && !folded.ends_with("ия")
        && !lexicon::is_oblique_singular(folded)
    {
        return Some(head(
            Knowledge::Listed,
            Agreement::Plural,
            Subject::Organisation,
            Number::Plural,
        ));
    }
    if least <= Knowledge::Suffix && lexicon::has_person_suffix(folded) {
        return Some(head(
            Knowledge::Suffix,
            noun::agreement(folded)?,
            Subject::Position,
            Number::Singular,
        ));
    }
    if least <= Knowledge::Shape && has_nominative_shape(word, folded) {
        return Some(head(Knowledge::Shape, noun::agreement(folded)?, subject, Number::Singular));
    }
    None
}

fn head(knowledge: Knowledge, agreement: Agreement, names: Subject, number: Number) -> Head {
    let animacy = match names {
        Subject::Position => Animacy::Person,
        Subject::Organisation => Animacy::Thing,
    };
    Head { knowledge, agreement, animacy, names, number }
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

/// Declines a recognised head, each part of a hyphen compound by itself.
///
/// Compounds of two nouns decline in both, those with a borrowed first part in the last (Полный
/// академический справочник, §§ 120–123): «директору-распорядителю», but «вице-мэру».
/// The second value names a first part that no list knows.
pub(super) fn decline(
    word: &str,
    folded: &str,
    head: Head,
    case: Case,
) -> (String, Option<String>) {
    if head.number == Number::Unchanging {
        return (word.to_owned(), None);
    }
    if !folded.contains(is_hyphen) || lexicon::tags(folded) != Tags::default() {
        return (decline_part(word, folded, head, case), None);
    }
    let last = last_part(folded);
    let compound = Compound {
        head,
        case,
        before_rank: lexicon::tags(last).has(Tag::Rank),
        in_capitals: in_capitals(word),
    };
    let mut text = String::with_capacity(word.len() + 12);
    let mut unknown = None;
    let mut start = 0;
    for (at, hyphen) in folded.char_indices().filter(|(_, c)| is_hyphen(*c)) {
        let (part, folded_part) = (&word[start..at], &folded[start..at]);
        let (declined, knowledge) = compound.decline_first(part, folded_part);
        if knowledge == Knowledge::Shape {
            unknown.get_or_insert_with(|| part.to_owned());
        }
        text.push_str(&declined);
        text.push(hyphen);
        start = at + hyphen.len_utf8();
    }
    text.push_str(&decline_part(&word[start..], &folded[start..], head, case));
    (text, unknown)
}

fn decline_part(word: &str, folded: &str, head: Head, case: Case) -> String {
    match head.number {
        Number::Singular => noun::decline(word, folded, case, head.animacy),
        Number::Unchanging => word.to_owned(),
        Number::Plural => {
            let known =
                |singular: &str| lexicon::is_post(singular) || lexicon::is_organisation(singular);
            noun::decline_plural(word, folded, case, head.animacy, known)
                .unwrap_or_else(|| word.to_owned())
        }
    }
}

/// What the first part of a compound needs to know of the whole.
struct Compound {
    head: Head,
    case: Case,
    before_rank: bool,
    in_capitals: bool,
}

impl Compound {
    fn decline_first(&self, part: &str, folded: &str) -> (String, Knowledge) {
        let Self { head, case, .. } = *self;
        let tags = lexicon::tags(folded);
        let frozen = tags.has(Tag::IndeclinableFirstPart)
            || (self.before_rank && tags.has(Tag::IndeclinableBeforeRank));
        let foreign = !folded.chars().all(is_cyrillic) || (is_acronym(part) && !self.in_capitals);
        if frozen || foreign || folded.ends_with('о') {
            return (part.to_owned(), Knowledge::Listed);
        }
        let own = recognise_simple(Knowledge::Suffix, part, folded, head.names)
            .filter(|own| own.names == head.names);
        if let Some(own) = own {
            let own = Head { animacy: head.animacy, ..own };
            // «Трафик-менеджер»: an unlisted first part may be a borrowed attribute.
            let knowledge = match own.knowledge {
                Knowledge::Listed => Knowledge::Listed,
                Knowledge::Suffix | Knowledge::Shape => Knowledge::Shape,
            };
            return (decline_part(part, folded, own, case), knowledge);
        }
        if let Some(row) = adjective::find(folded) {
            let text = adjective::decline(part, folded, row, case, head.animacy);
            return (text, Knowledge::Listed);
        }
        (part.to_owned(), Knowledge::Shape)
    }
}

pub(super) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

pub(super) fn last_part(folded: &str) -> &str {
    folded.rsplit(is_hyphen).next().unwrap_or(folded)
}
