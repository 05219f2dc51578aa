//! What nouns and adjectives share: agreement, animacy, the endings of the oblique cases.

use crate::russian::Case;

/// What a noun asks of its adjectives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    Masculine,
    Feminine,
    Neuter,
    Plural,
    /// «Глава», «судья»: masculine or feminine, as the person is.
    Common,
}

impl Agreement {
    /// Whether an epithet and a noun, or a noun and its epithet, go together.
    pub(super) fn agrees_with(self, other: Self) -> bool {
        let is_personal =
            |agreement| matches!(agreement, Self::Masculine | Self::Feminine | Self::Common);
        self == other
            || (self == Self::Common && is_personal(other))
            || (other == Self::Common && is_personal(self))
    }
}

/// Whether the accusative is like the genitive (persons) or like the nominative (things).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Animacy {
    Animate,
    Inanimate,
}

/// Genitive, dative, accusative, instrumental, prepositional. An empty accusative goes by animacy.
pub(super) type CaseEndings = [&'static str; 5];

/// The ending of a case, or `None` if the word keeps its nominative.
pub(super) fn ending_in(
    endings: &CaseEndings,
    case: Case,
    animacy: Animacy,
) -> Option<&'static str> {
    let [genitive, dative, accusative, instrumental, prepositional] = *endings;
    match case {
        Case::Nominative => None,
        Case::Genitive => Some(genitive),
        Case::Dative => Some(dative),
        Case::Accusative => match (accusative, animacy) {
            ("", Animacy::Animate) => Some(genitive),
            ("", Animacy::Inanimate) => None,
            (own, Animacy::Animate | Animacy::Inanimate) => Some(own),
        },
        Case::Instrumental => Some(instrumental),
        Case::Prepositional => Some(prepositional),
    }
}
