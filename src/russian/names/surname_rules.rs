//! How surnames decline by their ending: ordered tables, one for each last letter, in which the first
//! row that fits decides.
//!
//! Whole words that decline otherwise are in `surname_words`, which is searched first.

#[allow(clippy::wildcard_imports, reason = "a table names most of the paradigms")]
use super::paradigms::*;
use super::rules::{
    INDECLINABLE, Paradigm, Rule, both, female, indeclinable, male, noun, paradigm,
};
use crate::russian::Source::{Gramota, Kalakutskaya, Rosenthal149, Usage, Zaliznyak};

/// The table for surnames with this last letter; `ё` is not folded.
pub(super) fn ending_with(last: char) -> &'static [Rule] {
    match last {
        'а' => A_ROWS,
        'я' => YA_ROWS,
        'в' => V_ROWS,
        'н' => N_ROWS,
        'й' => SHORT_I_ROWS,
        'ь' => SOFT_ROWS,
        'к' => K_ROWS,
        'ц' => TS_ROWS,
        'л' => L_ROWS,
        'х' => KH_ROWS,
        'ж' | 'ч' | 'ш' | 'щ' => HUSHING_ROWS,
        'б' | 'г' | 'д' | 'з' | 'м' | 'п' | 'р' | 'с' | 'т' | 'ф' => HARD_ROWS,
        'о' | 'е' | 'ё' | 'и' | 'і' | 'у' | 'ү' | 'ы' | 'э' | 'ю' => VOWEL_ROWS,
        _ => &[],
    }
}

/// «-о», «-е», «-и», «-у», «-ы», «-э», «-ю» never decline, Slavic or foreign.
static VOWEL_ROWS: &[Rule] = &[
    // Polish men: declining after the Russian model is recommended, staying is common.
    indeclinable(&["ски", "цки", "зки"], Rosenthal149).or_man(&SKI),
    indeclinable(&["аго", "яго", "ово", "ко", "дзе", "швили"], Rosenthal149),
    indeclinable(&["о", "е", "ё", "и", "у", "ы", "э", "ю", "і", "ү"], Rosenthal149),
];

static HARD_ROWS: &[Rule] =
    &[noun(&["р", "т", "с", "м", "д", "з", "г", "б", "п", "ф"], &HARD, Rosenthal149)];

static V_ROWS: &[Rule] = &[
    // One vowel: of the Russian type (Ржев) or not (Шнов).
    noun(&["ов", "ев", "ёв"], &OV, Rosenthal149).of_one_syllable().or_man(&HARD),
    male(&["ов", "ев", "ёв"], &OV, Rosenthal149),
    noun(&["в"], &HARD, Rosenthal149),
];

static N_ROWS: &[Rule] = &[
    // Лин, Шин, Мин: Korean, Chinese, German.
    noun(&["ин", "ын"], &HARD, Rosenthal149).of_one_syllable().or_man(&OV),
    // Arabic names used as surnames: Нажмудин, Сайфутдин.
    noun(&["тдин", "ддин", "мудин"], &HARD, Usage),
    // Ukrainian metronymics, unchanged for women (Яцишин, Ильчишин).
    noun(&["чишин", "цишин", "оришин", "анишин", "илишин"], &OV, Kalakutskaya).or_man(&HARD),
    // Белянин is a surname in «-ин», Волжанин may be read as the noun.
    male(&["янин", "чанин", "жанин"], &OV, Zaliznyak).or_man(&HARD),
    male(&["ин", "ын"], &OV, Rosenthal149),
    noun(&["н"], &HARD, Rosenthal149),
];

static L_ROWS: &[Rule] = &[
    noun(&["л"], &HARD, Rosenthal149).of_one_syllable(),
    noun(&["ёл"], &EL, Zaliznyak).or_man(&HARD),
    noun(&["аел", "иел", "уел", "оел"], &HARD, Rosenthal149),
    noun(&["ел"], &HARD, Gramota).or_man(&EL),
    noun(&["л"], &HARD, Rosenthal149),
];

static K_ROWS: &[Rule] = &[
    // Бек, Блок, Шток.
    noun(&["к"], &HARD, Rosenthal149).of_one_syllable(),
    noun(&["аёк", "оёк", "уёк", "еёк"], &AYOK, Zaliznyak),
    noun(&["чёк", "жёк", "шёк"], &OK, Zaliznyak),
    noun(&["ёк"], &YOK, Zaliznyak),
    // Савчёнок, Казачок, Рыбачок, Казанок.
    noun(&["енок", "онок", "анок", "инок", "унок"], &OK, Gramota),
    noun(&["чок", "жок", "шок", "щок"], &OK, Gramota),
    noun(&["ок"], &OK, Gramota).or_man(&HARD),
    noun(&["бек"], &HARD, Usage),
    noun(&["ек"], &HARD, Gramota).or_man(&OK),
    noun(&["к"], &HARD, Rosenthal149),
];

static TS_ROWS: &[Rule] = &[
    noun(&["ец"], &HUSHING, Zaliznyak).of_one_syllable().or_man(&TS_STRESSED),
    noun(&["глец", "длец", "плец", "клец", "блец"], &TS_STRESSED, Zaliznyak),
    noun(&["аец", "еец", "иец", "оец", "уец", "юец", "яец", "ыец"], &YEC, Zaliznyak)
        .or_man(&YEC_STRESSED),
    noun(&["лец"], &LEC, Zaliznyak).or_man(&LEC_STRESSED),
    // Мудрец, Кузнец: the vowel stays after two consonants.
    noun(&["ец"], &TS_STRESSED, Zaliznyak).after_cluster().or_man(&EC),
    noun(&["ец"], &EC, Gramota).or_man(&EC_STRESSED),
    noun(&["ц"], &HUSHING, Rosenthal149),
];

/// The dative is always safe; stress, which spelling hides, decides between «-ем» and «-ом».
static HUSHING_ROWS: &[Rule] = &[
    noun(&["ович", "евич", "ич"], &HUSHING, Rosenthal149),
    noun(&["ач", "яч", "юч", "уч", "еч", "ощ", "ищ"], &HARD, Zaliznyak).or_man(&HUSHING),
    noun(&["ж", "ш", "ч", "щ"], &HUSHING, Zaliznyak).or_man(&HARD),
];

static KH_ROWS: &[Rule] = &[
    noun(&["их", "ых"], &HARD, Usage).of_one_syllable().or_man(&INDECLINABLE),
    indeclinable(&["ых"], Rosenthal149),
    // Soft adjectives except Синих have a consonant before «-них» (Нижних); others are German.
    noun(&["аних", "ених", "оних", "уних", "юних", "яних"], &HARD, Gramota).or_man(&INDECLINABLE),
    // Гладких, Долгих, Чужих, Нижних: genitive plurals.
    indeclinable(&["ких", "гих", "хих", "жих", "ших", "чих", "щих", "них"], Rosenthal149),
    // After other consonants «-их» is not a Russian adjective: Дитрих, Эрлих. After a vowel, «-лих»
    // may be Ukrainian (Белих).
    noun(
        &["рих", "длих", "тлих", "йлих", "рлих", "нлих", "блих", "ллих", "флих", "хлих", "глих"],
        &HARD,
        Gramota,
    ),
    noun(&["их"], &HARD, Gramota).or_man(&INDECLINABLE),
    noun(&["х"], &HARD, Rosenthal149),
];

static SOFT_ROWS: &[Rule] = &[
    noun(&["ень"], &SOFT, Zaliznyak).of_one_syllable().or_man(&EN_STRESSED),
    noun(&["ень"], &SOFT, Gramota).or_man(&EN),
    noun(&["жь", "шь", "чь", "щь"], &SOFT_HUSHING, Usage).or_man(&INDECLINABLE),
    // Trades in «-арь» are mostly stressed on the ending, which spelling shows only as «ё».
    noun(&["арь", "ырь"], &SOFT, Zaliznyak).or_man(&SOFT_STRESSED),
    // Even if the common noun is feminine (Рысь, Метель), a man's surname declines as masculine.
    noun(&["ь"], &SOFT, Gramota),
];

static SHORT_I_ROWS: &[Rule] = &[
    // Кий, Вий: too short for an adjective.
    noun(&["ий"], &SHORT_I, Zaliznyak).of_one_syllable(),
    // Бокий is a noun, Высокий (in `surname_words`) an adjective.
    noun(&["окий", "екий", "акий", "укий"], &ADJ_VELAR, Usage).or_man(&IY),
    // Adjectives.
    male(&["ский", "цкий", "кий", "хий"], &ADJ_VELAR, Rosenthal149),
    // Ukrainian nouns (Кущий, Загий, Мержий); the adjectives are in `surname_words`.
    noun(&["гий"], &IY, Usage).or_man(&ADJ_VELAR),
    male(&["ший"], &ADJ_SOFT, Rosenthal149),
    noun(&["жий", "щий"], &IY, Usage).or_man(&ADJ_SOFT),
    male(&["учий", "ючий"], &ADJ_SOFT, Rosenthal149),
    // Titles (Городничий) and possessives (Охотничий) look alike.
    male(&["ничий", "ячий"], &ADJ_SOFT, Zaliznyak).or_man(&ADJ_POSSESSIVE),
    noun(&["чий"], &IY, Zaliznyak).or_man(&ADJ_SOFT),
    // Ukrainian adjectives (Печений) and names (Антоний, in `surname_words`) look alike.
    noun(&["аний", "ений", "иний", "оний", "уний", "юний", "яний"], &IY, Zaliznyak)
        .or_man(&ADJ_SOFT),
    male(&["ний"], &ADJ_SOFT, Rosenthal149),
    noun(&["ий"], &IY, Rosenthal149),
    male(&["цый"], &ADJ_TS, Rosenthal149),
    male(&["ый"], &ADJ, Rosenthal149),
    // Цой, Бой, Рой; longer ones in «-ой» are adjectives, except those in `surname_words`.
    noun(&["ой"], &SHORT_I, Rosenthal149).of_one_syllable(),
    male(&["ской", "цкой"], &ADJ_VELAR, Rosenthal149),
    // The adjectives (Сухой) are in `surname_words`; Берегой is not one.
    noun(&["кой", "гой", "хой", "жой", "шой"], &ADJ_VELAR, Usage).or_man(&SHORT_I),
    male(&["вой", "ной", "той", "мой"], &ADJ, Rosenthal149),
    noun(&["рой", "бой"], &SHORT_I, Usage).or_man(&ADJ),
    noun(&["лой", "дой", "сой", "пой", "зой"], &ADJ, Usage).or_man(&SHORT_I),
    // Чай, Бугай, Корней, Хемингуэй, Холуй.
    noun(&["й"], &SHORT_I, Rosenthal149),
];

static A_ROWS: &[Rule] = &[
    // Ма, На: Korean and Chinese.
    indeclinable(&["а"], Usage).of_one_syllable().or(&A),
    indeclinable(&["уа", "юа", "оа", "иа", "эа", "аа", "еа", "ыа", "яа"], Rosenthal149),
    // Рева, Шина: too short for a suffix.
    both(&["ова", "ева", "ина", "ына"], &A, Gramota).of_four_letters().or_woman(&OVA),
    female(&["ова", "ева", "ёва", "ина", "ына"], &OVA, &A, Rosenthal149),
    both(&["ска", "цка"], &A_VELAR, Rosenthal149).or_woman(&SKA),
    both(&["га", "ка", "ха"], &A_VELAR, Rosenthal149),
    both(&["жа", "ша", "ча", "ща"], &A_HUSHING, Rosenthal149).or(&A_HUSHING_STRESSED),
    both(&["ца"], &A_TS, Rosenthal149).or(&A_TS_STRESSED),
    both(&["а"], &A, Rosenthal149),
];

static YA_ROWS: &[Rule] = &[
    // Пя, Ся: Korean and Chinese.
    indeclinable(&["я"], Usage).of_one_syllable().or(&YA),
    female(&["жая", "шая", "чая", "щая"], &ADJ_F_HUSHING, &YA, Rosenthal149),
    // Georgian surnames of this form are in `surname_words` (Цхакая).
    female(
        &[
            "кая", "гая", "хая", "вая", "ная", "лая", "рая", "тая", "дая", "бая", "пая", "мая",
            "сая", "зая", "фая",
        ],
        &ADJ_F,
        &YA,
        Rosenthal149,
    ),
    female(&["цая"], &ADJ_F_HUSHING, &YA, Rosenthal149),
    female(&["няя"], &ADJ_F_SOFT, &YA, Rosenthal149),
    both(&["ия"], &IYA, Rosenthal149),
    // Волчья, Божья: possessives; Гостья: a noun.
    both(&["чья", "жья", "шья"], &YA, Zaliznyak).but_woman(&ADJ_F_POSSESSIVE),
    both(&["я"], &YA, Rosenthal149),
];

/// Ночь as a man's surname.
static SOFT_HUSHING: Paradigm = paradigm(1, ["а", "у", "а", "ем", "е"]);
