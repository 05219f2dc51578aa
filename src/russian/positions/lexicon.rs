//! Looks a word up in all the word lists at once.
//!
//! The lists are folded into one map on first use (about two thousand words, well under a
//! millisecond).

use super::{function_words, letters, organisation_nouns, post_nouns};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// What the lists know of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tags(u32);

/// A list that a word may be in, or several lists of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Post,
    IndeclinablePost,
    ZeroGenitive,
    BeforeATitle,
    Substantive,
    AttributeOnly,
    TitleWithSee,
    Organisation,
    IndeclinableOrganisation,
    PluralOrganisation,
    Authority,
    Establishment,
    Territory,
    Acting,
    AbbreviatedNoun,
    AbbreviatedAdjective,
    BeforeTheHead,
    Preposition,
    Conjunction,
    IndeclinableFirstPart,
    IndeclinableBeforeRank,
    Rank,
    EngineersRank,
    NeverAgreeing,
    PartOfPlaceName,
    SolidPrefix,
    PlaceSubstantive,
    LegalForm,
}

impl Tags {
    pub(super) fn has(self, tag: Tag) -> bool {
        self.0 & (1 << tag as u32) != 0
    }

    /// A noun that names a person, declinable or not.
    pub(super) fn is_post(self) -> bool {
        self.has(Tag::Post) || self.has(Tag::IndeclinablePost)
    }

    /// A noun that names an organisation, declinable or not.
    pub(super) fn is_organisation(self) -> bool {
        self.has(Tag::Organisation)
            || self.has(Tag::IndeclinableOrganisation)
            || self.has(Tag::PluralOrganisation)
    }
}

const LISTS: &[(Tag, &[&str])] = &[
    (Tag::Post, post_nouns::MASCULINE),
    (Tag::Post, post_nouns::IN_A),
    (Tag::Post, post_nouns::NEUTER),
    (Tag::IndeclinablePost, post_nouns::INDECLINABLE),
    (Tag::ZeroGenitive, post_nouns::ZERO_GENITIVE),
    (Tag::BeforeATitle, post_nouns::BEFORE_A_TITLE),
    (Tag::Substantive, post_nouns::SUBSTANTIVES),
    (Tag::AttributeOnly, post_nouns::ATTRIBUTES_ONLY),
    (Tag::TitleWithSee, post_nouns::TITLES_WITH_A_SEE),
    (Tag::Organisation, organisation_nouns::SINGULAR),
    (Tag::IndeclinableOrganisation, organisation_nouns::INDECLINABLE),
    (Tag::PluralOrganisation, organisation_nouns::PLURAL),
    (Tag::Authority, organisation_nouns::AUTHORITIES),
    (Tag::Establishment, organisation_nouns::ESTABLISHMENTS),
    (Tag::Territory, organisation_nouns::TERRITORIES),
    (Tag::Acting, function_words::ACTING),
    (Tag::AbbreviatedNoun, function_words::ABBREVIATED_NOUNS),
    (Tag::AbbreviatedAdjective, function_words::ABBREVIATED_ADJECTIVES),
    (Tag::BeforeTheHead, function_words::BEFORE_THE_HEAD),
    (Tag::Preposition, function_words::PREPOSITIONS),
    (Tag::Conjunction, function_words::CONJUNCTIONS),
    (Tag::IndeclinableFirstPart, function_words::INDECLINABLE_FIRST_PARTS),
    (Tag::IndeclinableBeforeRank, function_words::INDECLINABLE_BEFORE_RANK),
    (Tag::Rank, function_words::RANKS),
    (Tag::EngineersRank, function_words::ENGINEERS_RANKS),
    (Tag::NeverAgreeing, function_words::NEVER_AGREEING),
    (Tag::PartOfPlaceName, function_words::PARTS_OF_PLACE_NAMES),
    (Tag::LegalForm, organisation_nouns::LEGAL_FORMS),
    (Tag::PlaceSubstantive, organisation_nouns::SUBSTANTIVES),
    (Tag::SolidPrefix, function_words::SOLID_PREFIXES),
];

/// A multiplicative hash, eight bytes at a time. The keys are our own lists, so that nobody can
/// choose words that collide.
#[derive(Default)]
struct QuickHasher(u64);

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word))
                .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

type Lexicon = HashMap<String, Tags, BuildHasherDefault<QuickHasher>>;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut words = Lexicon::with_capacity_and_hasher(2500, BuildHasherDefault::default());
    for (tag, lines) in LISTS {
        for word in lines.iter().flat_map(|line| line.split_whitespace()) {
            words.entry(letters::fold(word)).or_default().0 |= 1 << *tag as u32;
        }
    }
    words
});

/// The tags of a folded word; empty for a word in no list.
pub(super) fn tags(folded: &str) -> Tags {
    LEXICON.get(folded).copied().unwrap_or_default()
}

/// Endings by which an unlisted noun is taken for a person («-тель», «-щик», «-лог» …).
///
/// Word formation after «Русская грамматика» (1980), names of persons. All are nominative
/// singulars; none can be a genitive.
#[rustfmt::skip]
const PERSON_SUFFIXES: &[&str] = &[
    "тель", "щик", "чик", "ник", "ист", "лог", "вед", "граф", "тор", "сор", "зор", "ант", "ент",
    "онер", "ер", "ир", "арь", "вод", "фил", "мен", "мэн", "кор", "ман", "соп", "пат", "иатр",
    "трон", "урог", "ург", "ец", "тех", "оном", "зав", "маг", "рук", "юр", "лид", "ик", "щица",
    "чица", "тельница", "истка", "антка", "ентка", "иня",
];

/// Whether an unlisted word ends like the name of a person.
pub(super) fn has_person_suffix(folded: &str) -> bool {
    folded.chars().count() >= 5
        && PERSON_SUFFIXES.iter().any(|suffix| letters::ends_with(folded, suffix))
}

/// Whether the word is a listed post, perhaps with a prefix («содиректор», «техдиректор»).
pub(super) fn is_post(folded: &str) -> bool {
    listed(folded).is_post()
}

/// Whether the word is a listed organisation, perhaps with a prefix («спортшкола», «автошкола»).
pub(super) fn is_organisation(folded: &str) -> bool {
    listed(folded).is_organisation()
}

/// The tags of a noun, or of its rest after a prefix written solid.
pub(super) fn listed(folded: &str) -> Tags {
    let own = tags(folded);
    if own.is_post() || own.is_organisation() {
        return own;
    }
    for (at, _) in folded.char_indices().skip(2).take(5) {
        let (prefix, rest) = folded.split_at(at);
        if rest.len() >= 8 && tags(prefix).has(Tag::SolidPrefix) {
            let rest = tags(rest);
            if rest.has(Tag::Post) || rest.has(Tag::Organisation) {
                return rest;
            }
        }
    }
    own
}

/// Endings of oblique cases, and the nominative's endings in their place.
const OBLIQUE: &[(&str, &[&str])] = &[
    ("ами", &["", "а"]),
    ("ями", &["ь", "я", "й", "е"]),
    ("иям", &["ия", "ие"]),
    ("ью", &["ь"]),
    ("ом", &["", "о"]),
    ("ем", &["ь", "й", "е", ""]),
    ("ой", &["а"]),
    ("ей", &["а", "я", "ь", "й"]),
    ("ам", &["", "а", "о"]),
    ("ям", &["ь", "я", "е", "й"]),
    ("ах", &["", "а", "о"]),
    ("ях", &["ь", "я", "е"]),
    ("ов", &[""]),
    ("ев", &["й", ""]),
    ("а", &["", "о", "е"]),
    ("я", &["ь", "й", "е"]),
    ("у", &["", "а", "о", "е"]),
    ("ю", &["ь", "й", "я", "е"]),
    ("е", &["", "а", "о", "ь", "й"]),
    ("и", &["", "а", "я", "ь", "е", "й"]),
    ("ы", &["а", ""]),
];

/// Whether the word is an oblique case of a listed noun («директора», «управления», «школы»).
pub(super) fn is_oblique(folded: &str) -> bool {
    nominative_of(folded).is_some()
}

/// Whether the word is a clipped compound with an oblique case inside («замдекана»,
/// «помкомвзвода»).
pub(super) fn is_clipped(folded: &str) -> bool {
    function_words::CLIPPED
        .iter()
        .filter_map(|prefix| folded.strip_prefix(prefix))
        .any(|rest| rest.len() >= 8 && (is_oblique(rest) || is_clipped(rest)))
}

/// The listed noun that the word may be an oblique case of.
pub(super) fn nominative_of(folded: &str) -> Option<String> {
    if let Some((_, last)) = folded.rsplit_once('-') {
        return nominative_of(last);
    }
    OBLIQUE.iter().find_map(|(ending, nominatives)| {
        let stem = folded.strip_suffix(ending)?;
        nominatives
            .iter()
            .map(|nominative| format!("{stem}{nominative}"))
            .chain(stem.strip_suffix('ц').map(|stem| format!("{stem}ец")))
            .find(|word| {
                let tags = listed(word);
                tags.is_post() || tags.is_organisation()
            })
    })
}

/// Whether a word in -и, -ы may be the genitive singular of a listed noun («школы», «службы»).
pub(super) fn is_oblique_singular(folded: &str) -> bool {
    ["а", "я", "ь"].iter().any(|nominative| {
        folded
            .strip_suffix(['и', 'ы'])
            .is_some_and(|stem| is_organisation(&format!("{stem}{nominative}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oblique_cases_of_listed_nouns_are_seen() {
        for word in [
            "директора",
            "управления",
            "школы",
            "начальнику",
            "отделом",
            "филиала",
            "судьи",
            "главы",
        ] {
            assert!(is_oblique(word), "{word}");
        }
        for word in ["директор", "управление", "заведующая"] {
            assert!(!is_oblique(word), "{word}");
        }
    }
}
