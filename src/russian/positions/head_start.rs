//! Does a new head begin at this word? Looks ahead and changes nothing.

use super::epithets::{epithet, is_only_an_attribute, stands_alone};
use super::head::{self, Head, Knowledge};
use super::lexicon::{self, Tag};
use super::noun::{Agreement, Animacy};
use super::special_words::{acting, is_adverb};
use super::tokens::{TokenKind, Tokens};
use super::{Subject, adjective};
use crate::russian::Case;

/// What seems to begin at a word; later is surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Start {
    /// Epithets and an unknown noun that looks like a nominative.
    Shape,
    /// An epithet in the nominative without a noun, or a noun in the plural.
    Epithet,
    /// A neuter participle, which may be an accusative as well.
    LooseParticiple,
    /// An unlisted noun that ends like a person.
    Suffix,
    /// A participle or adjective that stands for a person («заведующий», «ответственная»).
    Participle,
    /// A listed noun, or an abbreviation that stands for one.
    Listed,
}

/// What begins at the word `at`, if anything does.
pub(super) fn find(tokens: &Tokens<'_>, at: usize, subject: Subject) -> Option<Start> {
    let mut epithets: Option<Epithets> = None;
    let mut at = at;
    loop {
        let Some(here) = tokens.next(at).filter(|here| tokens.kind(*here) == Some(TokenKind::Word))
        else {
            return epithets.and_then(|epithets| epithets.alone(subject));
        };
        let (word, folded) = (tokens.word(here), tokens.folded(here));
        let tags = lexicon::tags(folded);
        let dotted = tokens.is_dotted(here);
        if subject == Subject::Position
            && (acting(tokens, here).is_some() || (dotted && tags.has(Tag::AbbreviatedNoun)))
        {
            return Some(Start::Listed);
        }
        if dotted && tags.has(Tag::AbbreviatedAdjective) {
            epithets = Some(Epithets {
                agreement: Agreement::Common,
                alone: Alone::Never,
                last: String::new(),
            });
            at = here + 2;
            continue;
        }
        if (tags.has(Tag::BeforeTheHead) && !dotted) || is_adverb(tokens, here) {
            at = here + 1;
            continue;
        }
        if tags.has(Tag::Conjunction) && epithets.is_some() {
            match tokens.next(here + 1).filter(|next| epithet(tokens.folded(*next)).is_some()) {
                Some(next) => {
                    at = next;
                    continue;
                }
                None => return epithets.and_then(|epithets| epithets.alone(subject)),
            }
        }
        if let Some(found) = noun(word, folded, subject, epithets.as_ref()) {
            return Some(found);
        }
        let (agreement, clear) = match (epithet(folded), adjective::find(folded)) {
            (Some(agreement), _) => (agreement, true),
            (None, Some(row)) if folded.ends_with("ой") => (row.agreement, false),
            (None, _) => {
                match adjective::decline_ordinal(word, folded, Case::Nominative, Animacy::Person) {
                    Some((_, agreement)) => (agreement, false),
                    None => return epithets.and_then(|epithets| epithets.alone(subject)),
                }
            }
        };
        if epithets.as_ref().is_some_and(|before| {
            before.agreement != agreement && before.agreement != Agreement::Common
        }) {
            return epithets.and_then(|epithets| epithets.alone(subject));
        }
        let own = match (clear, agreement, stands_alone(folded)) {
            (false, _, _) => Alone::Never,
            (true, Agreement::Neuter, true) => Alone::AsLooseParticiple,
            (true, Agreement::Neuter, false) => Alone::Never,
            (true, _, true) => Alone::AsParticiple,
            (true, _, false) => Alone::AsEpithet,
        };
        let alone =
            epithets.map_or(own, |before| if own == Alone::Never { before.alone } else { own });
        epithets = Some(Epithets { agreement, alone, last: folded.to_owned() });
        at = here + 1;
    }
}

/// Epithets read so far, and what they are worth if no noun follows.
struct Epithets {
    agreement: Agreement,
    alone: Alone,
    last: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Alone {
    Never,
    AsEpithet,
    AsLooseParticiple,
    AsParticiple,
}

impl Epithets {
    fn alone(self, subject: Subject) -> Option<Start> {
        match (subject, self.alone) {
            (Subject::Organisation, _) | (Subject::Position, Alone::Never) => None,
            (Subject::Position, Alone::AsEpithet) => Some(Start::Epithet),
            (Subject::Position, Alone::AsLooseParticiple) => Some(Start::LooseParticiple),
            (Subject::Position, Alone::AsParticiple) => Some(Start::Participle),
        }
    }
}

fn noun(word: &str, folded: &str, subject: Subject, epithets: Option<&Epithets>) -> Option<Start> {
    let least = match (subject, epithets) {
        (Subject::Organisation, _) => Knowledge::Listed,
        (Subject::Position, None) => Knowledge::Suffix,
        (Subject::Position, Some(_)) => Knowledge::Shape,
    };
    let head = head::recognise_from(least, word, folded, subject)?;
    if head.names != subject {
        return None;
    }
    if head.is_plural() {
        let in_a = folded.strip_suffix(['ы', 'и']).is_some_and(|stem| {
            lexicon::is_post(&format!("{stem}а")) || lexicon::is_post(&format!("{stem}я"))
        });
        return (!in_a && epithets.is_none()).then_some(Start::Epithet);
    }
    if let Some(epithets) = epithets {
        let joined =
            epithets.last.is_empty() || noun_of(&epithets.last, epithets.agreement, head, subject);
        if !joined || !epithets.agreement.agrees_with(head.agreement) {
            return None;
        }
    }
    match (head.knowledge, subject) {
        (Knowledge::Listed, _) if lexicon::tags(folded).has(Tag::ZeroGenitive) => None,
        (Knowledge::Listed, _) => Some(Start::Listed),
        (Knowledge::Suffix, Subject::Position) => Some(Start::Suffix),
        (Knowledge::Shape, Subject::Position) => {
            epithets.filter(|epithets| epithets.alone != Alone::Never).map(|_| Start::Shape)
        }
        (Knowledge::Suffix | Knowledge::Shape, Subject::Organisation) => None,
    }
}

/// Whether a noun after epithets is theirs, or the last epithet is the head and the noun its
/// complement.
pub(super) fn noun_of(last: &str, agreement: Agreement, head: Head, subject: Subject) -> bool {
    if head.is_plural() && !matches!(agreement, Agreement::Plural | Agreement::Common) {
        return false;
    }
    if !head.is_plural() && agreement == Agreement::Plural {
        return false;
    }
    let plain = is_only_an_attribute(last);
    match (head.knowledge, subject) {
        (Knowledge::Listed, Subject::Organisation) => true,
        (Knowledge::Listed, Subject::Position) => {
            plain || !stands_alone(last) || head.names == Subject::Position
        }
        (Knowledge::Suffix, Subject::Position) => {
            plain || !stands_alone(last) || agreement == Agreement::Masculine
        }
        (Knowledge::Shape, Subject::Position) if plain => {
            agreement == Agreement::Masculine && agreement.agrees_with(head.agreement)
        }
        (Knowledge::Shape, Subject::Position) => {
            !stands_alone(last) && agreement.agrees_with(head.agreement)
        }
        (Knowledge::Suffix | Knowledge::Shape, Subject::Organisation) => {
            agreement.agrees_with(head.agreement)
        }
    }
}
