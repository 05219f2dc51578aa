//! Numbers in words, in every case: «двенадцати тысяч рублей», «двадцать первое».
//!
//! Розенталь, «Справочник по правописанию и литературной правке», § 164–168; Зализняк.

use super::{Case, plural};

/// The gender of what is counted, or of the noun that an ordinal describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    Masculine,
    Feminine,
    Neuter,
}

/// The largest number that is written in words.
pub const LARGEST: u64 = 999_999_999_999;

/// The forms of a word in the six cases, in the order of [`Case::ALL`].
type Forms = [&'static str; 6];

fn pick(forms: &Forms, case: Case) -> &'static str {
    forms[case as usize]
}

/// A noun in the singular and the plural.
struct Noun {
    singular: Forms,
    plural: Forms,
    gender: Counted,
}

#[rustfmt::skip]
static THOUSAND: Noun = Noun {
    singular: ["тысяча", "тысячи", "тысяче", "тысячу", "тысячей", "тысяче"],
    plural: ["тысячи", "тысяч", "тысячам", "тысячи", "тысячами", "тысячах"],
    gender: Counted::Feminine,
};

#[rustfmt::skip]
static MILLION: Noun = Noun {
    singular: ["миллион", "миллиона", "миллиону", "миллион", "миллионом", "миллионе"],
    plural: ["миллионы", "миллионов", "миллионам", "миллионы", "миллионами", "миллионах"],
    gender: Counted::Masculine,
};

#[rustfmt::skip]
static MILLIARD: Noun = Noun {
    singular: ["миллиард", "миллиарда", "миллиарду", "миллиард", "миллиардом", "миллиарде"],
    plural: ["миллиарды", "миллиардов", "миллиардам", "миллиарды", "миллиардами", "миллиардах"],
    gender: Counted::Masculine,
};

static RUBLE: Noun = Noun {
    singular: ["рубль", "рубля", "рублю", "рубль", "рублём", "рубле"],
    plural: ["рубли", "рублей", "рублям", "рубли", "рублями", "рублях"],
    gender: Counted::Masculine,
};

static KOPECK: Noun = Noun {
    singular: ["копейка", "копейки", "копейке", "копейку", "копейкой", "копейке"],
    plural: ["копейки", "копеек", "копейкам", "копейки", "копейками", "копейках"],
    gender: Counted::Feminine,
};

impl Noun {
    /// The form after a number: «два рубля», «двумя рублями», «тысячью рублей».
    fn after(&self, n: u64, case: Case) -> &'static str {
        let genitive = self.plural[Case::Genitive as usize];
        let is_round = n.is_multiple_of(1000) && n > 0;
        match case {
            _ if is_round => genitive,
            Case::Nominative | Case::Accusative => plural::form(
                n,
                pick(&self.singular, case),
                self.singular[Case::Genitive as usize],
                genitive,
            ),
            Case::Genitive | Case::Dative | Case::Instrumental | Case::Prepositional => {
                let plural = pick(&self.plural, case);
                plural::form(n, pick(&self.singular, case), plural, plural)
            }
        }
    }
}

static ZERO: Forms = ["ноль", "ноля", "нолю", "ноль", "нолём", "ноле"];

static ONE: [Forms; 3] = [
    ["один", "одного", "одному", "один", "одним", "одном"],
    ["одна", "одной", "одной", "одну", "одной", "одной"],
    ["одно", "одного", "одному", "одно", "одним", "одном"],
];

static TWO: [Forms; 3] = [
    ["два", "двух", "двум", "два", "двумя", "двух"],
    ["две", "двух", "двум", "две", "двумя", "двух"],
    ["два", "двух", "двум", "два", "двумя", "двух"],
];

static THREE: Forms = ["три", "трёх", "трём", "три", "тремя", "трёх"];
static FOUR: Forms = ["четыре", "четырёх", "четырём", "четыре", "четырьмя", "четырёх"];

/// 5 to 20 and 30: nouns in «-ь».
#[rustfmt::skip]
static IN_SOFT_SIGN: [&str; 17] = [
    "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать", "двенадцать",
    "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать",
    "девятнадцать", "двадцать", "тридцать",
];

/// The first parts of 200 to 900 and of ordinals such as «двухсотый», in the genitive.
#[rustfmt::skip]
static GENITIVES: [&str; 9] =
    ["одно", "двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми", "девяти"];

fn in_soft_sign(word: &str, case: Case) -> String {
    let stem = word.strip_suffix('ь').unwrap_or(word);
    let oblique = || match stem {
        "восем" => "восьм".to_owned(),
        stem => stem.to_owned(),
    };
    match case {
        Case::Nominative | Case::Accusative => word.to_owned(),
        Case::Genitive | Case::Dative | Case::Prepositional => oblique() + "и",
        Case::Instrumental => oblique() + "ью",
    }
}

fn below_thirty_one(n: u64, gender: Counted, case: Case) -> String {
    match n {
        0 => pick(&ZERO, case).into(),
        1 => pick(&ONE[gender as usize], case).into(),
        2 => pick(&TWO[gender as usize], case).into(),
        3 => pick(&THREE, case).into(),
        4 => pick(&FOUR, case).into(),
        30 => in_soft_sign(IN_SOFT_SIGN[16], case),
        n => in_soft_sign(IN_SOFT_SIGN[usize::try_from(n - 5).unwrap_or(0)], case),
    }
}

fn tens(n: u64, case: Case) -> String {
    let is_direct = matches!(case, Case::Nominative | Case::Accusative);
    match (n, is_direct) {
        (2 | 3, _) => below_thirty_one(n * 10, Counted::Masculine, case),
        (4, true) => "сорок".into(),
        (4, false) => "сорока".into(),
        (9, true) => "девяносто".into(),
        (9, false) => "девяноста".into(),
        (n, true) => below_thirty_one(n, Counted::Masculine, Case::Nominative) + "десят",
        (n, false) if case == Case::Instrumental => {
            below_thirty_one(n, Counted::Masculine, case) + "десятью"
        }
        (n, false) => below_thirty_one(n, Counted::Masculine, case) + "десяти",
    }
}

fn hundreds(n: u64, case: Case) -> String {
    let is_direct = matches!(case, Case::Nominative | Case::Accusative);
    if n == 1 {
        return if is_direct { "сто" } else { "ста" }.into();
    }
    let first = below_thirty_one(n, Counted::Feminine, case);
    let second = match (n, case) {
        (2, Case::Nominative | Case::Accusative) => "сти",
        (3 | 4, Case::Nominative | Case::Accusative) => "ста",
        (_, Case::Nominative | Case::Accusative | Case::Genitive) => "сот",
        (_, Case::Dative) => "стам",
        (_, Case::Instrumental) => "стами",
        (_, Case::Prepositional) => "стах",
    };
    first + second
}

/// A number below a thousand; nothing for 0.
fn below_thousand(n: u64, gender: Counted, case: Case, words: &mut Vec<String>) {
    if n >= 100 {
        words.push(hundreds(n / 100, case));
    }
    let rest = n % 100;
    if rest >= 20 {
        words.push(tens(rest / 10, case));
    }
    match if rest >= 20 { rest % 10 } else { rest } {
        0 => {}
        unit => words.push(below_thirty_one(unit, gender, case)),
    }
}

/// A whole number in words; `None` above [`LARGEST`].
#[must_use]
pub fn cardinal(n: u64, gender: Counted, case: Case) -> Option<String> {
    if n > LARGEST {
        return None;
    }
    if n == 0 {
        return Some(pick(&ZERO, case).into());
    }
    let mut words = Vec::new();
    for (unit, noun) in [(1_000_000_000, &MILLIARD), (1_000_000, &MILLION), (1000, &THOUSAND)] {
        let count = n / unit % 1000;
        if count > 0 {
            below_thousand(count, noun.gender, case, &mut words);
            words.push(noun.after(count, case).into());
        }
    }
    below_thousand(n % 1000, gender, case, &mut words);
    Some(words.join(" "))
}

/// A sum of money in words, kopecks in figures: «двенадцать тысяч рублей 50 копеек».
#[must_use]
pub fn rubles(rubles: u64, kopecks: Option<u8>, case: Case) -> Option<String> {
    let words = cardinal(rubles, RUBLE.gender, case)?;
    let mut text = format!("{words} {}", RUBLE.after(rubles, case));
    if let Some(kopecks) = kopecks {
        text.push_str(&format!(" {kopecks:02} {}", KOPECK.after(kopecks.into(), case)));
    }
    Some(text)
}

/// Ordinals up to 20, masculine nominatives.
#[rustfmt::skip]
static ORDINALS: [&str; 20] = [
    "первый", "второй", "третий", "четвёртый", "пятый", "шестой", "седьмой", "восьмой", "девятый",
    "десятый", "одиннадцатый", "двенадцатый", "тринадцатый", "четырнадцатый", "пятнадцатый",
    "шестнадцатый", "семнадцатый", "восемнадцатый", "девятнадцатый", "двадцатый",
];

/// An ordinal in words: «двадцать первого», «две тысячи двадцать седьмой»; `None` for 0 and from
/// 10,000 on.
#[must_use]
pub fn ordinal(n: u64, gender: Counted, case: Case) -> Option<String> {
    if n == 0 || n >= 10_000 {
        return None;
    }
    // Only the last word is an ordinal.
    let last = match n % 100 {
        rest @ 1..=20 => rest,
        0 => match n % 1000 {
            0 => n,
            hundreds => hundreds,
        },
        rest if rest.is_multiple_of(10) => rest,
        rest => rest % 10,
    };
    let unit = |n: u64| usize::try_from(n).unwrap_or(0);
    let word = match last {
        1..=20 => ORDINALS[unit(last) - 1].to_owned(),
        30 => "тридцатый".into(),
        40 => "сороковой".into(),
        90 => "девяностый".into(),
        50..=80 => format!("{}десятый", GENITIVES[unit(last / 10) - 1]),
        100 => "сотый".into(),
        1000 => "тысячный".into(),
        200..=900 => format!("{}сотый", GENITIVES[unit(last / 100) - 1]),
        _ => format!("{}тысячный", GENITIVES[unit(last / 1000) - 1]),
    };
    let mut text = match n - last {
        0 => String::new(),
        before => cardinal(before, Counted::Masculine, Case::Nominative)? + " ",
    };
    // «Одна тысяча» is left out in years: «тысяча девятьсот».
    if let Some(rest) = text.strip_prefix("одна ") {
        text = rest.to_owned();
    }
    text.push_str(&ending(&word, gender, case));
    Some(text)
}

/// An ordinal in its gender and case, by the endings of its kind.
fn ending(word: &str, gender: Counted, case: Case) -> String {
    if word == "третий" {
        let forms: Forms = match gender {
            Counted::Masculine => ["ий", "ьего", "ьему", "ий", "ьим", "ьем"],
            Counted::Feminine => ["ья", "ьей", "ьей", "ью", "ьей", "ьей"],
            Counted::Neuter => ["ье", "ьего", "ьему", "ье", "ьим", "ьем"],
        };
        return format!("трет{}", pick(&forms, case));
    }
    let forms: Forms = match gender {
        Counted::Masculine => ["", "ого", "ому", "", "ым", "ом"],
        Counted::Feminine => ["ая", "ой", "ой", "ую", "ой", "ой"],
        Counted::Neuter => ["ое", "ого", "ому", "ое", "ым", "ом"],
    };
    match pick(&forms, case) {
        "" => word.to_owned(),
        ending => {
            let stem: String = word.chars().take(word.chars().count() - 2).collect();
            stem + ending
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Case::{Accusative, Dative, Genitive, Instrumental, Nominative, Prepositional};
    use Counted::{Feminine, Masculine, Neuter};

    #[test]
    fn every_part_of_a_number_declines() {
        for (n, case, words) in [
            (0, Genitive, "ноля"),
            (12_000, Genitive, "двенадцати тысяч"),
            (1000, Nominative, "одна тысяча"),
            (2001, Nominative, "две тысячи один"),
            (21_000, Accusative, "двадцать одну тысячу"),
            (348, Nominative, "триста сорок восемь"),
            (348, Genitive, "трёхсот сорока восьми"),
            (348, Dative, "трёмстам сорока восьми"),
            (348, Instrumental, "тремястами сорока восьмью"),
            (578, Instrumental, "пятьюстами семьюдесятью восьмью"),
            (265, Prepositional, "двухстах шестидесяти пяти"),
            (190, Dative, "ста девяноста"),
            (1_000_000, Genitive, "одного миллиона"),
            (2_500_000, Instrumental, "двумя миллионами пятьюстами тысячами"),
            (30, Dative, "тридцати"),
            (99, Genitive, "девяноста девяти"),
        ] {
            assert_eq!(cardinal(n, Masculine, case).as_deref(), Some(words), "{n} {case:?}");
        }
        assert_eq!(cardinal(22, Feminine, Nominative).as_deref(), Some("двадцать две"));
        assert_eq!(cardinal(1, Neuter, Nominative).as_deref(), Some("одно"));
        assert_eq!(cardinal(LARGEST + 1, Neuter, Nominative), None);
    }

    #[test]
    fn sums_agree_with_their_numbers() {
        for (sum, kopecks, case, words) in [
            (12_000, None, Nominative, "двенадцать тысяч рублей"),
            (12_000, None, Genitive, "двенадцати тысяч рублей"),
            (1, None, Nominative, "один рубль"),
            (2, None, Instrumental, "двумя рублями"),
            (22, Some(1), Nominative, "двадцать два рубля 01 копейка"),
            (5, Some(50), Genitive, "пяти рублей 50 копеек"),
            (1000, None, Instrumental, "одной тысячей рублей"),
        ] {
            assert_eq!(rubles(sum, kopecks, case).as_deref(), Some(words), "{sum} {case:?}");
        }
    }

    #[test]
    fn only_the_last_word_is_an_ordinal() {
        for (n, gender, case, words) in [
            (1, Neuter, Nominative, "первое"),
            (3, Feminine, Dative, "третьей"),
            (21, Masculine, Genitive, "двадцать первого"),
            (40, Neuter, Prepositional, "сороковом"),
            (50, Masculine, Nominative, "пятидесятый"),
            (2027, Masculine, Genitive, "две тысячи двадцать седьмого"),
            (2000, Masculine, Prepositional, "двухтысячном"),
            (1900, Masculine, Nominative, "тысяча девятисотый"),
            (100, Feminine, Nominative, "сотая"),
        ] {
            assert_eq!(ordinal(n, gender, case).as_deref(), Some(words), "{n}");
        }
        assert_eq!(
            (ordinal(0, Masculine, Nominative), ordinal(10_000, Neuter, Dative)),
            (None, None)
        );
    }
}
