//! Whether a new head begins at a word.
//!
//! Looks ahead over epithets to their noun and changes nothing; what follows from a new head is
//! decided in `phrase`.

use super::epithets::{epithet, is_only_an_attribute, stands_alone};
use super::head::{self, Head, Knowledge};
use super::inflection::Agreement;
use super::lexicon::{self, Tag};
use super::special_words::{acting_end, is_adverb};
use super::tokens::Tokens;
use super::{Referent, adjective};

/// What seems to begin at a word; later is surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Start {
    /// Epithets and an unknown noun that looks like a nominative.
    Shape,
    /// An epithet in the nominative without a noun, or a noun in the plural.
    Epithet,
    /// A neuter participle, which may be an accusative as well.
    NeuterParticiple,
    /// An unlisted noun that ends like the name of a person.
    Suffix,
    /// A participle or adjective that names a person by itself («заведующий», «ответственная»).
    Participle,
    /// A listed noun, or an abbreviation of one.
    Listed,
}

/// What begins at the word `at`, if anything does.
pub(super) fn find(tokens: &Tokens<'_>, at: usize, referent: Referent) -> Option<Start> {
    let mut epithets: Option<Epithets> = None;
    let mut at = at;
    while let Some(here) = tokens.next_word(at) {
        let folded = tokens.folded(here);
        let tags = lexicon::tags(folded);
        let dotted = tokens.is_dotted(here);
        if referent == Referent::Position
            && (acting_end(tokens, here).is_some() || (dotted && tags.has(Tag::AbbreviatedNoun)))
        {
            return Some(Start::Listed);
        }
        if dotted && tags.has(Tag::AbbreviatedAdjective) {
            epithets = Some(Epithets::abbreviated());
            at = here + 2;
            continue;
        }
        if (tags.has(Tag::BeforeTheHead) && !dotted) || is_adverb(tokens, here) {
            at = here + 1;
            continue;
        }
        if tags.has(Tag::Conjunction) && epithets.is_some() {
            let next = tokens.next(here + 1).filter(|next| epithet(tokens.folded(*next)).is_some());
            let Some(next) = next else { break };
            at = next;
            continue;
        }
        if let Some(start) = start_at_noun(tokens.word(here), folded, referent, epithets.as_ref()) {
            return Some(start);
        }
        let Some(own) = Epithets::read(folded) else { break };
        epithets = match epithets {
            None => Some(own),
            Some(before) if before.goes_on_with(&own) => Some(before.extended_by(own)),
            Some(_) => break,
        };
        at = here + 1;
    }
    epithets.and_then(|epithets| epithets.without_noun(referent))
}

/// Epithets read so far, and what they are worth if no noun follows.
struct Epithets {
    agreement: Agreement,
    alone: Alone,
    /// The last of them; empty for an abbreviation.
    last: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Alone {
    Never,
    AsEpithet,
    AsNeuterParticiple,
    AsParticiple,
}

impl Epithets {
    fn abbreviated() -> Self {
        Self { agreement: Agreement::Common, alone: Alone::Never, last: String::new() }
    }

    fn read(folded: &str) -> Option<Self> {
        let last = folded.to_owned();
        if let Some(agreement) = epithet(folded) {
            let alone = match (agreement == Agreement::Neuter, stands_alone(folded)) {
                (true, true) => Alone::AsNeuterParticiple,
                (true, false) => Alone::Never,
                (false, true) => Alone::AsParticiple,
                (false, false) => Alone::AsEpithet,
            };
            return Some(Self { agreement, alone, last });
        }
        // «Городской» may be a feminine genitive, and «1-й» never stands without a noun.
        let class = adjective::find(folded)
            .filter(|_| folded.ends_with("ой"))
            .or_else(|| adjective::find_ordinal(folded))?;
        Some(Self { agreement: class.agreement, alone: Alone::Never, last })
    }

    fn goes_on_with(&self, next: &Self) -> bool {
        self.agreement == next.agreement || self.agreement == Agreement::Common
    }

    fn extended_by(self, next: Self) -> Self {
        let alone = if next.alone == Alone::Never { self.alone } else { next.alone };
        Self { alone, ..next }
    }

    fn without_noun(&self, referent: Referent) -> Option<Start> {
        match (referent, self.alone) {
            (
                Referent::Organisation,
                Alone::Never | Alone::AsEpithet | Alone::AsNeuterParticiple | Alone::AsParticiple,
            )
            | (Referent::Position, Alone::Never) => None,
            (Referent::Position, Alone::AsEpithet) => Some(Start::Epithet),
            (Referent::Position, Alone::AsNeuterParticiple) => Some(Start::NeuterParticiple),
            (Referent::Position, Alone::AsParticiple) => Some(Start::Participle),
        }
    }
}

fn start_at_noun(
    word: &str,
    folded: &str,
    referent: Referent,
    epithets: Option<&Epithets>,
) -> Option<Start> {
    let least = match (referent, epithets) {
        (Referent::Organisation, _) => Knowledge::Listed,
        (Referent::Position, None) => Knowledge::Suffix,
        (Referent::Position, Some(_)) => Knowledge::Shape,
    };
    let head = head::recognise_from(least, word, folded, referent)?;
    if head.referent != referent {
        return None;
    }
    if head.is_plural() {
        let singular_in_a = folded.strip_suffix(['ы', 'и']).is_some_and(|stem| {
            lexicon::is_post(&format!("{stem}а")) || lexicon::is_post(&format!("{stem}я"))
        });
        return (!singular_in_a && epithets.is_none()).then_some(Start::Epithet);
    }
    if let Some(epithets) = epithets {
        let joined = epithets.last.is_empty()
            || is_noun_of(head, &epithets.last, epithets.agreement, referent);
        if !joined || !epithets.agreement.agrees_with(head.agreement) {
            return None;
        }
    }
    match (head.knowledge, referent) {
        (Knowledge::Listed, _) if lexicon::tags(folded).has(Tag::ZeroGenitive) => None,
        (Knowledge::Listed, Referent::Position | Referent::Organisation) => Some(Start::Listed),
        (Knowledge::Suffix, Referent::Position) => Some(Start::Suffix),
        (Knowledge::Shape, Referent::Position) => {
            epithets.filter(|epithets| epithets.alone != Alone::Never).map(|_| Start::Shape)
        }
        (Knowledge::Suffix | Knowledge::Shape, Referent::Organisation) => None,
    }
}

/// Whether a noun belongs to the epithets before it; otherwise the last epithet is the head and the
/// noun its complement.
pub(super) fn is_noun_of(
    head: Head,
    last_epithet: &str,
    agreement: Agreement,
    referent: Referent,
) -> bool {
    if head.is_plural() && !matches!(agreement, Agreement::Plural | Agreement::Common) {
        return false;
    }
    if !head.is_plural() && agreement == Agreement::Plural {
        return false;
    }
    let is_attribute = is_only_an_attribute(last_epithet);
    let agrees = agreement.agrees_with(head.agreement);
    match (head.knowledge, referent) {
        (Knowledge::Listed, Referent::Organisation) => true,
        (Knowledge::Listed, Referent::Position) => {
            is_attribute || !stands_alone(last_epithet) || head.referent == Referent::Position
        }
        (Knowledge::Suffix, Referent::Position) => {
            is_attribute || !stands_alone(last_epithet) || agreement == Agreement::Masculine
        }
        (Knowledge::Shape, Referent::Position) if is_attribute => {
            agreement == Agreement::Masculine && agrees
        }
        (Knowledge::Shape, Referent::Position) => !stands_alone(last_epithet) && agrees,
        (Knowledge::Suffix | Knowledge::Shape, Referent::Organisation) => agrees,
    }
}
