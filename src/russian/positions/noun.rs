//! How a noun declines in the singular, by its ending: one ordered table.
//!
//! Classes and stress patterns after Зализняк, «Грамматический словарь»: the figure is the class of
//! the stem, a letter the stress («b» is stress on the ending), «*» a fleeting vowel. Which nouns
//! name a person is for `post_nouns` to say.

use super::letters::{ends_with, replace_ending};
use crate::russian::Case;

/// What a noun asks of its adjectives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    Masculine,
    Feminine,
    Neuter,
    Plural,
    /// «Глава», «судья»: as the person is.
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
    Person,
    Thing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Accusative {
    ByAnimacy,
    Own(&'static str),
}

/// Endings of the five oblique cases, put where the nominative lost its last `cut` letters.
#[derive(Debug, Clone, Copy)]
struct Endings {
    genitive: &'static str,
    dative: &'static str,
    accusative: Accusative,
    instrumental: &'static str,
    prepositional: &'static str,
}

const fn masculine(
    genitive: &'static str,
    dative: &'static str,
    instrumental: &'static str,
    prepositional: &'static str,
) -> Endings {
    Endings { genitive, dative, accusative: Accusative::ByAnimacy, instrumental, prepositional }
}

const fn own(
    genitive: &'static str,
    dative: &'static str,
    accusative: &'static str,
    instrumental: &'static str,
    prepositional: &'static str,
) -> Endings {
    Endings {
        genitive,
        dative,
        accusative: Accusative::Own(accusative),
        instrumental,
        prepositional,
    }
}

const HARD: Endings = masculine("а", "у", "ом", "е");
const HUSHING: Endings = masculine("а", "у", "ем", "е");
const SOFT: Endings = masculine("я", "ю", "ем", "е");
const SOFT_STRESSED: Endings = masculine("я", "ю", "ём", "е");
const IN_IY: Endings = masculine("я", "ю", "ем", "и");
const A: Endings = own("ы", "е", "у", "ой", "е");
const A_VELAR: Endings = own("и", "е", "у", "ой", "е");
const A_HUSHING: Endings = own("и", "е", "у", "ей", "е");
const A_TS: Endings = own("ы", "е", "у", "ей", "е");
const YA: Endings = own("и", "е", "ю", "ей", "е");
const YA_STRESSED: Endings = own("и", "е", "ю", "ёй", "е");
const IYA: Endings = own("и", "и", "ю", "ей", "и");
const FEMININE_SOFT: Endings = own("и", "и", "ь", "ью", "и");
const O: Endings = own("а", "у", "о", "ом", "е");
const E: Endings = own("а", "у", "е", "ем", "е");
const IE: Endings = own("я", "ю", "е", "ем", "и");
const YE: Endings = own("я", "ю", "е", "ем", "е");

/// One row: nouns with this ending lose `cut` letters, take `stem`, then the ending of the case.
struct Row {
    ending: &'static str,
    cut: usize,
    stem: &'static str,
    endings: Endings,
    agreement: Agreement,
}

impl Row {
    fn fits(&self, folded: &str) -> bool {
        match self.ending.strip_prefix('=') {
            Some(whole) => folded == whole,
            None => ends_with(folded, self.ending),
        }
    }
}

const fn row(
    ending: &'static str,
    cut: usize,
    stem: &'static str,
    endings: Endings,
    agreement: Agreement,
) -> Row {
    Row { ending, cut, stem, endings, agreement }
}

use Agreement::{Common, Feminine, Masculine, Neuter};

/// The first row whose ending fits decides; «=» is for a whole word. «Ё» is written «е».
const SINGULAR: &[Row] = &[
    // Single words with a way of their own.
    row("=церковь", 4, "к", own("ви", "ви", "овь", "овью", "ви"), Feminine), // f 8*e
    row("=посол", 2, "л", HARD, Masculine),                                  // m 1*b, a person
    row("=мать", 1, "", own("ери", "ери", "ь", "ерью", "ери"), Feminine),    // f 8*e
    row("=гость", 1, "", SOFT, Masculine),
    // Fleeting -ец, m 5*. Stress on the ending (b) gives -ом, else -ем.
    row("=отец", 2, "ц", HARD, Masculine),
    row("=боец", 2, "йц", HARD, Masculine),
    row("=продавец", 2, "ц", HARD, Masculine),
    row("=певец", 2, "ц", HARD, Masculine),
    row("=пловец", 2, "ц", HARD, Masculine),
    row("=купец", 2, "ц", HARD, Masculine),
    row("=борец", 2, "ц", HARD, Masculine),
    row("=истец", 2, "ц", HARD, Masculine),
    row("=творец", 2, "ц", HARD, Masculine),
    row("=гонец", 2, "ц", HARD, Masculine),
    row("=дворец", 2, "ц", HARD, Masculine),
    row("=образец", 2, "ц", HARD, Masculine),
    row("=писец", 2, "ц", HARD, Masculine),
    row("=гребец", 2, "ц", HARD, Masculine),
    row("=стрелец", 2, "ьц", HARD, Masculine),
    row("=делец", 2, "ьц", HARD, Masculine),
    // The vowel stays: m 5b.
    row("=кузнец", 0, "", HARD, Masculine),
    row("=мудрец", 0, "", HARD, Masculine),
    row("=чтец", 0, "", HARD, Masculine),
    row("=жрец", 0, "", HARD, Masculine),
    row("=швец", 0, "", HARD, Masculine),
    row("=спец", 0, "", HARD, Masculine),
    row("аец", 2, "йц", HUSHING, Masculine),
    row("еец", 2, "йц", HUSHING, Masculine),
    row("оец", 2, "йц", HUSHING, Masculine),
    row("лец", 2, "ьц", HUSHING, Masculine),
    row("ец", 2, "ц", HUSHING, Masculine),
    // Velar stems: the vowel of these stays (m 3); in all others in -ок, -ёк it is fleeting (m 3*).
    row("знаток", 0, "", HARD, Masculine),
    row("игрок", 0, "", HARD, Masculine),
    row("ездок", 0, "", HARD, Masculine),
    row("седок", 0, "", HARD, Masculine),
    row("ходок", 0, "", HARD, Masculine),
    row("пророк", 0, "", HARD, Masculine),
    row("срок", 0, "", HARD, Masculine),
    row("урок", 0, "", HARD, Masculine),
    row("поток", 0, "", HARD, Masculine),
    row("исток", 0, "", HARD, Masculine),
    row("восток", 0, "", HARD, Masculine),
    row("блок", 0, "", HARD, Masculine),
    row("век", 0, "", HARD, Masculine), // человек
    row("ок", 2, "к", HARD, Masculine), // стрелок, посёлок, участок
    row("лек", 2, "ьк", HARD, Masculine),
    row("нек", 2, "ьк", HARD, Masculine), // огонёк
    row("еек", 2, "йк", HARD, Masculine),
    // Stress on the ending, soft: m 2b.
    row("секретарь", 1, "", SOFT_STRESSED, Masculine),
    row("вратарь", 1, "", SOFT_STRESSED, Masculine),
    row("технарь", 1, "", SOFT_STRESSED, Masculine),
    row("ключарь", 1, "", SOFT_STRESSED, Masculine),
    row("звонарь", 1, "", SOFT_STRESSED, Masculine),
    row("пономарь", 1, "", SOFT_STRESSED, Masculine),
    row("монастырь", 1, "", SOFT_STRESSED, Masculine),
    row("=вождь", 1, "", SOFT_STRESSED, Masculine),
    row("=король", 1, "", SOFT_STRESSED, Masculine),
    // Stress on the ending, hushing: m 4b. All in -ач; the rest unstressed.
    row("ач", 0, "", HARD, Masculine),
    row("=паж", 0, "", HARD, Masculine),
    row("манеж", 0, "", HUSHING, Masculine),
    row("ж", 0, "", HUSHING, Masculine),
    row("ч", 0, "", HUSHING, Masculine),
    row("ш", 0, "", HUSHING, Masculine),
    row("щ", 0, "", HUSHING, Masculine),
    row("ц", 0, "", HUSHING, Masculine),
    // Soft masculines in -ь; all other nouns in -ь are feminine (f 8a).
    row("тель", 1, "", SOFT, Masculine),
    row("арь", 1, "", SOFT, Masculine),
    row("ерь", 1, "", SOFT, Masculine), // лагерь, егерь
    row("ырь", 1, "", SOFT, Masculine),
    row("=князь", 1, "", SOFT, Masculine),
    row("ансамбль", 1, "", SOFT, Masculine),
    row("=корабль", 1, "", SOFT_STRESSED, Masculine),
    row("ь", 1, "", FEMININE_SOFT, Feminine),
    row("ий", 1, "", IN_IY, Masculine), // викарий, санаторий: m 7a
    row("й", 1, "", SOFT, Masculine),   // лицей, казначей, герой: m 6a
    // Feminine and common nouns in -а, -я.
    row("судья", 1, "", YA_STRESSED, Common), // f 6*d
    row("попадья", 1, "", YA_STRESSED, Feminine),
    row("семья", 1, "", YA_STRESSED, Feminine),
    row("глава", 1, "", A, Common),
    row("старшина", 1, "", A, Common),
    row("староста", 1, "", A, Common),
    row("воевода", 1, "", A, Common),
    row("старейшина", 1, "", A, Common),
    row("слуга", 1, "", A_VELAR, Common),
    row("коллега", 1, "", A_VELAR, Common),
    row("голова", 1, "", A, Common),
    row("юнга", 1, "", A_VELAR, Common),
    row("лама", 1, "", A, Common),
    row("мулла", 1, "", A, Common),
    row("управа", 1, "", A, Feminine),
    row("госпожа", 1, "", own("и", "е", "у", "ой", "е"), Feminine), // f 4b
    row("ия", 1, "", IYA, Feminine),                                // f 7a
    row("я", 1, "", YA, Feminine),
    row("ца", 1, "", A_TS, Feminine),
    row("ша", 1, "", A_HUSHING, Feminine),
    row("жа", 1, "", A_HUSHING, Feminine),
    row("ча", 1, "", A_HUSHING, Feminine),
    row("ща", 1, "", A_HUSHING, Feminine),
    row("ка", 1, "", A_VELAR, Feminine),
    row("га", 1, "", A_VELAR, Feminine),
    row("ха", 1, "", A_VELAR, Feminine),
    row("а", 1, "", A, Feminine),
    // Neuters.
    row("ие", 1, "", IE, Neuter),
    row("ье", 1, "", YE, Neuter),
    row("е", 1, "", E, Neuter), // училище
    row("о", 1, "", O, Neuter),
];

/// Letters that a masculine noun of the plain class may end in.
const PLAIN_CONSONANTS: &str = "бвгдзклмнпрстфх";

const PLAIN: Row = row("", 0, "", HARD, Masculine);

fn find(folded: &str) -> Option<&'static Row> {
    SINGULAR.iter().find(|row| row.fits(folded)).or_else(|| {
        let last = folded.chars().next_back()?;
        PLAIN_CONSONANTS.contains(last).then_some(&PLAIN)
    })
}

/// What adjectives the noun takes, or nothing where no row fits («жюри»).
pub(super) fn agreement(folded: &str) -> Option<Agreement> {
    find(folded).map(|row| row.agreement)
}

/// Declines `word`, whose small letters with «е» for «ё» are `folded`. A word that no row fits
/// stays.
pub(super) fn decline(word: &str, folded: &str, case: Case, animacy: Animacy) -> String {
    let Some(row) = find(folded) else {
        return word.to_owned();
    };
    let endings = &row.endings;
    let ending = match case {
        Case::Nominative => return word.to_owned(),
        Case::Genitive => endings.genitive,
        Case::Dative => endings.dative,
        Case::Accusative => match (endings.accusative, animacy) {
            (Accusative::Own(ending), Animacy::Person | Animacy::Thing) => ending,
            (Accusative::ByAnimacy, Animacy::Person) => endings.genitive,
            (Accusative::ByAnimacy, Animacy::Thing) => return word.to_owned(),
        },
        Case::Instrumental => endings.instrumental,
        Case::Prepositional => endings.prepositional,
    };
    replace_ending(word, row.cut, row.stem, ending)
}

/// Plural endings: genitive, dative, instrumental, prepositional.
struct PluralRow {
    /// What the nominative plural ends in, and how many letters are cut.
    ending: &'static str,
    cut: usize,
    /// What makes the singular of the stem, to look it up.
    singular: &'static str,
    cases: [&'static str; 4],
}

/// The first row whose ending fits and whose singular is a known noun decides.
const PLURAL: &[PluralRow] = &[
    PluralRow { ending: "ы", cut: 1, singular: "", cases: ["ов", "ам", "ами", "ах"] }, // депутаты
    PluralRow {
        ending: "цы", cut: 2, singular: "ец", cases: ["цев", "цам", "цами", "цах"]
    }, // добровольцы
    PluralRow { ending: "чи", cut: 1, singular: "", cases: ["ей", "ам", "ами", "ах"] }, // врачи
    PluralRow { ending: "щи", cut: 1, singular: "", cases: ["ей", "ам", "ами", "ах"] }, // товарищи
    PluralRow { ending: "и", cut: 1, singular: "", cases: ["ов", "ам", "ами", "ах"] }, // начальники
    PluralRow { ending: "и", cut: 1, singular: "ь", cases: ["ей", "ям", "ями", "ях"] }, // руководители
    PluralRow { ending: "и", cut: 1, singular: "й", cases: ["ев", "ям", "ями", "ях"] }, // казначеи
    PluralRow { ending: "ы", cut: 1, singular: "а", cases: ["", "ам", "ами", "ах"] },   // главы
    PluralRow { ending: "ия", cut: 1, singular: "е", cases: ["й", "ям", "ями", "ях"] }, // управления
];

/// The nouns of `organisation_nouns::PLURAL`, which have no singular to go by.
const PLURAL_ONLY: &[PluralRow] = &[
    PluralRow {
        ending: "ясли", cut: 2, singular: "", cases: ["лей", "лям", "лями", "лях"]
    },
    PluralRow {
        ending: "сети", cut: 1, singular: "", cases: ["ей", "ям", "ями", "ях"]
    },
    PluralRow {
        ending: "войска", cut: 1, singular: "", cases: ["", "ам", "ами", "ах"]
    },
    PluralRow {
        ending: "классы", cut: 1, singular: "", cases: ["ов", "ам", "ами", "ах"]
    },
    PluralRow {
        ending: "курсы", cut: 1, singular: "", cases: ["ов", "ам", "ами", "ах"]
    },
];

/// Declines a noun that stands in the nominative plural, if its singular is known to `known`.
pub(super) fn decline_plural(
    word: &str,
    folded: &str,
    case: Case,
    animacy: Animacy,
    known: impl Fn(&str) -> bool,
) -> Option<String> {
    let listed = PLURAL_ONLY.iter().find(|row| folded.ends_with(row.ending));
    let row = listed.or_else(|| {
        PLURAL.iter().find(|row| {
            folded.ends_with(row.ending)
                && known(&replace_ending(folded, row.cut, row.singular, ""))
        })
    })?;
    let [genitive, dative, instrumental, prepositional] = row.cases;
    let ending = match case {
        Case::Nominative => return Some(word.to_owned()),
        Case::Genitive => genitive,
        Case::Dative => dative,
        Case::Accusative => match animacy {
            Animacy::Person => genitive,
            Animacy::Thing => return Some(word.to_owned()),
        },
        Case::Instrumental => instrumental,
        Case::Prepositional => prepositional,
    };
    Some(replace_ending(word, row.cut, "", ending))
}
