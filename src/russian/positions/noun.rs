//! How a noun declines, by its ending: one ordered table for the singular, one for the plural.
//!
//! Classes and stress patterns after Зализняк, «Грамматический словарь»: the figure is the class of
//! the stem, the letter the stress ("b" is stress on the ending), "*" a fleeting vowel. Which nouns
//! name a person is decided by `post_nouns`.

use super::inflection::{Agreement, Animacy, CaseEndings, ending_in};
use super::letters::{ends_with, fold, replace_ending};
use crate::russian::Case;

const HARD: CaseEndings = ["а", "у", "", "ом", "е"];
const HUSHING: CaseEndings = ["а", "у", "", "ем", "е"];
const SOFT: CaseEndings = ["я", "ю", "", "ем", "е"];
const SOFT_STRESSED: CaseEndings = ["я", "ю", "", "ём", "е"];
const IN_IY: CaseEndings = ["я", "ю", "", "ем", "и"];
const A: CaseEndings = ["ы", "е", "у", "ой", "е"];
const A_VELAR: CaseEndings = ["и", "е", "у", "ой", "е"];
const A_HUSHING: CaseEndings = ["и", "е", "у", "ей", "е"];
const A_TS: CaseEndings = ["ы", "е", "у", "ей", "е"];
const YA: CaseEndings = ["и", "е", "ю", "ей", "е"];
const YA_STRESSED: CaseEndings = ["и", "е", "ю", "ёй", "е"];
const IYA: CaseEndings = ["и", "и", "ю", "ей", "и"];
const FEMININE_SOFT: CaseEndings = ["и", "и", "ь", "ью", "и"];
const O: CaseEndings = ["а", "у", "о", "ом", "е"];
const E: CaseEndings = ["а", "у", "е", "ем", "е"];
const IE: CaseEndings = ["я", "ю", "е", "ем", "и"];
const YE: CaseEndings = ["я", "ю", "е", "ем", "е"];

/// Endings of nominatives in small letters, «е» for «ё»; `=` marks a whole word.
type Nominatives = &'static [&'static str];

/// Nouns with these nominatives lose `cut` letters, take `stem`, then the ending of the case.
struct SingularClass {
    nominatives: Nominatives,
    cut: usize,
    stem: &'static str,
    endings: CaseEndings,
    agreement: Agreement,
}

impl SingularClass {
    fn fits(&self, folded: &str) -> bool {
        self.nominatives.iter().any(|nominative| match nominative.strip_prefix('=') {
            Some(whole) => folded == whole,
            None => ends_with(folded, nominative),
        })
    }
}

const fn masculine(
    nominatives: Nominatives,
    cut: usize,
    stem: &'static str,
    endings: CaseEndings,
) -> SingularClass {
    SingularClass { nominatives, cut, stem, endings, agreement: Agreement::Masculine }
}

const fn feminine(
    nominatives: Nominatives,
    cut: usize,
    stem: &'static str,
    endings: CaseEndings,
) -> SingularClass {
    SingularClass { agreement: Agreement::Feminine, ..masculine(nominatives, cut, stem, endings) }
}

const fn common(
    nominatives: Nominatives,
    cut: usize,
    stem: &'static str,
    endings: CaseEndings,
) -> SingularClass {
    SingularClass { agreement: Agreement::Common, ..masculine(nominatives, cut, stem, endings) }
}

const fn neuter(
    nominatives: Nominatives,
    cut: usize,
    stem: &'static str,
    endings: CaseEndings,
) -> SingularClass {
    SingularClass { agreement: Agreement::Neuter, ..masculine(nominatives, cut, stem, endings) }
}

/// The first class that fits decides.
#[rustfmt::skip]
const SINGULAR: &[SingularClass] = &[
    // Single words with a class of their own.
    feminine(&["=церковь"], 4, "к", ["ви", "ви", "овь", "овью", "ви"]), // f 8*e
    masculine(&["=посол"], 2, "л", HARD),                               // m 1*b, a person
    feminine(&["=мать"], 1, "", ["ери", "ери", "ь", "ерью", "ери"]),    // f 8*e
    masculine(&["=гость"], 1, "", SOFT),
    // Fleeting -ец, m 5*. Stress on the ending (b) gives -ом, else -ем.
    masculine(&["=отец"], 2, "ц", HARD),
    masculine(&["=боец"], 2, "йц", HARD),
    masculine(&[
        "=продавец", "=певец", "=пловец", "=купец", "=борец", "=истец", "=творец", "=гонец",
        "=дворец", "=образец", "=писец", "=гребец",
    ], 2, "ц", HARD),
    masculine(&["=стрелец", "=делец"], 2, "ьц", HARD),
    // The vowel stays: m 5b.
    masculine(&["=кузнец", "=мудрец", "=чтец", "=жрец", "=швец", "=спец"], 0, "", HARD),
    masculine(&["аец", "еец", "оец"], 2, "йц", HUSHING),
    masculine(&["лец"], 2, "ьц", HUSHING),
    masculine(&["ец"], 2, "ц", HUSHING),
    // Velar stems: the vowel of these stays (m 3); in all others in -ок, -ёк it is fleeting (m 3*).
    masculine(&[
        "знаток", "игрок", "ездок", "седок", "ходок", "пророк", "срок", "урок", "поток", "исток",
        "восток", "блок", "век", // «человек»
    ], 0, "", HARD),
    masculine(&["ок"], 2, "к", HARD), // стрелок, посёлок, участок
    masculine(&["лек", "нек"], 2, "ьк", HARD), // огонёк
    masculine(&["еек"], 2, "йк", HARD),
    // Stress on the ending, soft: m 2b.
    masculine(&[
        "секретарь", "вратарь", "технарь", "ключарь", "звонарь", "пономарь", "монастырь", "=вождь",
        "=король",
    ], 1, "", SOFT_STRESSED),
    // Stress on the ending, hushing: m 4b. All in -ач; the rest unstressed.
    masculine(&["ач", "=паж"], 0, "", HARD),
    masculine(&["манеж", "ж", "ч", "ш", "щ", "ц"], 0, "", HUSHING),
    // Soft masculines in -ь; all other nouns in -ь are feminine (f 8a).
    masculine(&["тель", "арь", "ерь", "ырь", "=князь", "ансамбль"], 1, "", SOFT), // лагерь, егерь
    masculine(&["=корабль"], 1, "", SOFT_STRESSED),
    feminine(&["ь"], 1, "", FEMININE_SOFT),
    masculine(&["ий"], 1, "", IN_IY), // викарий, санаторий: m 7a
    masculine(&["й"], 1, "", SOFT),   // лицей, казначей, герой: m 6a
    // Feminine and common nouns in -а, -я.
    common(&["судья"], 1, "", YA_STRESSED), // f 6*d
    feminine(&["попадья", "семья"], 1, "", YA_STRESSED),
    common(&["глава", "старшина", "староста", "воевода", "старейшина"], 1, "", A),
    common(&["слуга", "коллега"], 1, "", A_VELAR),
    common(&["голова"], 1, "", A),
    common(&["юнга"], 1, "", A_VELAR),
    common(&["лама", "мулла"], 1, "", A),
    feminine(&["управа"], 1, "", A),
    feminine(&["госпожа"], 1, "", A_VELAR), // f 4b
    feminine(&["ия"], 1, "", IYA),          // f 7a
    feminine(&["я"], 1, "", YA),
    feminine(&["ца"], 1, "", A_TS),
    feminine(&["ша", "жа", "ча", "ща"], 1, "", A_HUSHING),
    feminine(&["ка", "га", "ха"], 1, "", A_VELAR),
    feminine(&["а"], 1, "", A),
    // Neuters.
    neuter(&["ие"], 1, "", IE),
    neuter(&["ье"], 1, "", YE),
    neuter(&["е"], 1, "", E), // училище
    neuter(&["о"], 1, "", O),
];

/// Letters that a masculine noun of the hard class may end in.
const HARD_CONSONANTS: &str = "бвгдзклмнпрстфх";

const IN_HARD_CONSONANT: SingularClass = masculine(&[], 0, "", HARD);

fn find(folded: &str) -> Option<&'static SingularClass> {
    SINGULAR.iter().find(|class| class.fits(folded)).or_else(|| {
        let last = folded.chars().next_back()?;
        HARD_CONSONANTS.contains(last).then_some(&IN_HARD_CONSONANT)
    })
}

/// The agreement that the noun asks of its adjectives, or `None` if no class fits («жюри»).
pub(super) fn agreement(folded: &str) -> Option<Agreement> {
    find(folded).map(|class| class.agreement)
}

/// Declines a nominative singular; a word that fits no class stays.
pub(super) fn decline(word: &str, folded: &str, case: Case, animacy: Animacy) -> String {
    let declined = find(folded).and_then(|class| {
        let ending = ending_in(&class.endings, case, animacy)?;
        Some(replace_ending(word, class.cut, class.stem, ending))
    });
    declined.unwrap_or_else(|| word.to_owned())
}

struct PluralClass {
    /// The ending of the nominative plural, of which `cut` letters go.
    ending: &'static str,
    cut: usize,
    /// Makes the nominative singular out of the stem, to look it up.
    singular: &'static str,
    endings: CaseEndings,
}

const fn plural(
    ending: &'static str,
    cut: usize,
    singular: &'static str,
    endings: CaseEndings,
) -> PluralClass {
    PluralClass { ending, cut, singular, endings }
}

/// The first class whose ending fits and whose singular is a known noun decides.
const PLURAL: &[PluralClass] = &[
    plural("ы", 1, "", ["ов", "ам", "", "ами", "ах"]), // депутаты
    plural("цы", 2, "ец", ["цев", "цам", "", "цами", "цах"]), // добровольцы
    plural("чи", 1, "", ["ей", "ам", "", "ами", "ах"]), // врачи
    plural("щи", 1, "", ["ей", "ам", "", "ами", "ах"]), // товарищи
    plural("и", 1, "", ["ов", "ам", "", "ами", "ах"]), // начальники
    plural("и", 1, "ь", ["ей", "ям", "", "ями", "ях"]), // руководители
    plural("и", 1, "й", ["ев", "ям", "", "ями", "ях"]), // казначеи
    plural("ы", 1, "а", ["", "ам", "", "ами", "ах"]),  // главы
    plural("ия", 1, "е", ["й", "ям", "", "ями", "ях"]), // управления
];

/// The nouns of `organisation_nouns::PLURAL`, which have no singular.
const PLURAL_ONLY: &[PluralClass] = &[
    plural("ясли", 2, "", ["лей", "лям", "", "лями", "лях"]),
    plural("сети", 1, "", ["ей", "ям", "", "ями", "ях"]),
    plural("войска", 1, "", ["", "ам", "", "ами", "ах"]),
    plural("классы", 1, "", ["ов", "ам", "", "ами", "ах"]),
    plural("курсы", 1, "", ["ов", "ам", "", "ами", "ах"]),
];

/// Declines a nominative plural, or returns `None` if `is_known` does not know its singular.
pub(super) fn decline_plural(
    word: &str,
    case: Case,
    animacy: Animacy,
    is_known: impl Fn(&str) -> bool,
) -> Option<String> {
    let folded = fold(word);
    let class = plural_class(&folded, is_known)?;
    let declined = ending_in(&class.endings, case, animacy)
        .map(|ending| replace_ending(word, class.cut, "", ending));
    Some(declined.unwrap_or_else(|| word.to_owned()))
}

/// Whether the word is a nominative plural whose singular `is_known` knows.
pub(super) fn is_plural(folded: &str, is_known: impl Fn(&str) -> bool) -> bool {
    plural_class(folded, is_known).is_some()
}

fn plural_class(folded: &str, is_known: impl Fn(&str) -> bool) -> Option<&'static PluralClass> {
    PLURAL_ONLY.iter().find(|class| folded.ends_with(class.ending)).or_else(|| {
        PLURAL.iter().find(|class| {
            folded.ends_with(class.ending)
                && is_known(&replace_ending(folded, class.cut, class.singular, ""))
        })
    })
}
