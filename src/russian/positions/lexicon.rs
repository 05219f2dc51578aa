//! Looks a word up in all the word lists at once.
//!
//! The lists are folded into one map on first use (some thousand words, well under a millisecond).

use super::{function_words, letters, organisation_nouns, post_nouns};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// What the lists know of a word: a set of marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks(u32);

/// One list that a word may stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Office,
    FixedOffice,
    ZeroGenitive,
    BeforeATitle,
    Substantive,
    PlainEpithet,
    ChurchTitle,
    Body,
    FixedBody,
    PluralBody,
    Authority,
    Establishment,
    Territory,
    Acting,
    AbbreviatedNoun,
    AbbreviatedAdjective,
    BeforeTheHead,
    Preposition,
    Conjunction,
    FrozenFirst,
    FrozenBeforeRank,
    Rank,
    NeverAgreeing,
    PartOfAName,
    SolidPrefix,
    BodySubstantive,
    LegalForm,
}

impl Marks {
    pub(super) fn has(self, mark: Mark) -> bool {
        self.0 & (1 << mark as u32) != 0
    }

    /// A noun that names a person, declinable or not.
    pub(super) fn is_office(self) -> bool {
        self.has(Mark::Office) || self.has(Mark::FixedOffice)
    }

    /// A noun that names an organisation, declinable or not.
    pub(super) fn is_body(self) -> bool {
        self.has(Mark::Body) || self.has(Mark::FixedBody) || self.has(Mark::PluralBody)
    }
}

const LISTS: &[(Mark, &[&str])] = &[
    (Mark::Office, post_nouns::MASCULINE),
    (Mark::Office, post_nouns::IN_A),
    (Mark::Office, post_nouns::NEUTER),
    (Mark::FixedOffice, post_nouns::FIXED),
    (Mark::ZeroGenitive, post_nouns::ZERO_GENITIVE),
    (Mark::BeforeATitle, post_nouns::BEFORE_A_TITLE),
    (Mark::Substantive, post_nouns::SUBSTANTIVES),
    (Mark::PlainEpithet, post_nouns::PLAIN_EPITHETS),
    (Mark::ChurchTitle, post_nouns::WITH_A_SEE),
    (Mark::Body, organisation_nouns::SINGULAR),
    (Mark::FixedBody, organisation_nouns::FIXED),
    (Mark::PluralBody, organisation_nouns::PLURAL),
    (Mark::Authority, organisation_nouns::AUTHORITIES),
    (Mark::Establishment, organisation_nouns::ESTABLISHMENTS),
    (Mark::Territory, organisation_nouns::TERRITORIES),
    (Mark::Acting, function_words::ACTING),
    (Mark::AbbreviatedNoun, function_words::ABBREVIATED_NOUNS),
    (Mark::AbbreviatedAdjective, function_words::ABBREVIATED_ADJECTIVES),
    (Mark::BeforeTheHead, function_words::BEFORE_THE_HEAD),
    (Mark::Preposition, function_words::PREPOSITIONS),
    (Mark::Conjunction, function_words::CONJUNCTIONS),
    (Mark::FrozenFirst, function_words::FROZEN_FIRST),
    (Mark::FrozenBeforeRank, function_words::FROZEN_BEFORE_RANK),
    (Mark::Rank, function_words::RANKS),
    (Mark::NeverAgreeing, function_words::NEVER_AGREEING),
    (Mark::PartOfAName, function_words::PARTS_OF_NAMES),
    (Mark::LegalForm, organisation_nouns::LEGAL_FORMS),
    (Mark::BodySubstantive, organisation_nouns::SUBSTANTIVES),
    (Mark::SolidPrefix, function_words::SOLID_PREFIXES),
];

/// A multiplicative hash, eight bytes at a time: the lists are our own, so that no one can choose
/// words that collide.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
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

type Words = HashMap<String, Marks, BuildHasherDefault<Quick>>;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words::with_capacity_and_hasher(2500, BuildHasherDefault::default());
    for (mark, lines) in LISTS {
        for word in lines.iter().flat_map(|line| line.split_whitespace()) {
            words.entry(letters::fold(word)).or_default().0 |= 1 << *mark as u32;
        }
    }
    words
});

/// The marks of a folded word; none for a word in no list.
pub(super) fn marks(folded: &str) -> Marks {
    WORDS.get(folded).copied().unwrap_or_default()
}

/// Endings by which an unlisted noun is taken for a person («-тель», «-щик», «-лог» …).
///
/// Word formation after «Русская грамматика» (1980), names of persons. All are nominative
/// singulars and nothing else, so that none of them can be a genitive.
const PERSON_SUFFIXES: &[&str] = &[
    "тель",
    "щик",
    "чик",
    "ник",
    "ист",
    "лог",
    "вед",
    "граф",
    "тор",
    "сор",
    "зор",
    "ант",
    "ент",
    "онер",
    "ер",
    "ир",
    "арь",
    "вод",
    "фил",
    "мен",
    "мэн",
    "кор",
    "ман",
    "соп",
    "пат",
    "иатр",
    "трон",
    "урог",
    "ург",
    "ец",
    "тех",
    "ном",
    "зав",
    "маг",
    "рук",
    "юр",
    "лид",
    "ик",
    "щица",
    "чица",
    "тельница",
    "истка",
    "антка",
    "ентка",
    "иня",
];

/// Whether the ending of an unlisted word is that of a person.
pub(super) fn has_person_suffix(folded: &str) -> bool {
    folded.chars().count() >= 5
        && PERSON_SUFFIXES.iter().any(|suffix| letters::ends_with(folded, suffix))
}

/// Whether the word is a listed office, perhaps under a prefix written solid («содиректор»,
/// «техдиректор»).
pub(super) fn is_office(folded: &str) -> bool {
    listed(folded).is_office()
}

/// Whether the word is a listed organisation, perhaps under a prefix («спортшкола», «автошкола»).
pub(super) fn is_body(folded: &str) -> bool {
    listed(folded).is_body()
}

/// The marks of a noun, or of what is left of it without a prefix written solid.
pub(super) fn listed(folded: &str) -> Marks {
    let own = marks(folded);
    if own.is_office() || own.is_body() {
        return own;
    }
    for (at, _) in folded.char_indices().skip(2).take(5) {
        let (prefix, rest) = folded.split_at(at);
        if rest.len() >= 8 && marks(prefix).has(Mark::SolidPrefix) {
            let rest = marks(rest);
            if rest.has(Mark::Office) || rest.has(Mark::Body) {
                return rest;
            }
        }
    }
    own
}

/// Endings of oblique cases, and what the nominative has instead.
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
                let marks = listed(word);
                marks.is_office() || marks.is_body()
            })
    })
}

/// Whether a word in -и, -ы may be the genitive singular of a listed noun («школы», «службы»).
pub(super) fn is_oblique_singular(folded: &str) -> bool {
    ["а", "я", "ь"].iter().any(|nominative| {
        folded.strip_suffix(['и', 'ы']).is_some_and(|stem| is_body(&format!("{stem}{nominative}")))
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
