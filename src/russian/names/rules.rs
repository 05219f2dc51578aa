//! What a rule is: an ending (or a whole word), how it declines for a man and for a woman, and
//! where that is written.
//!
//! The rules themselves are tables: `surname_rules`, `surname_words`, `first_name_rules`,
//! `patronymic_rules`.

use std::cmp::Ordering;

use super::word::{Capitals, Word, is_vowel};
use crate::russian::{Case, Confidence, Gender, Reason, Source};

/// How a word changes: letters cut off, then an ending for each case after the nominative.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    pub cut: usize,
    /// Genitive, dative, accusative, instrumental, prepositional.
    pub endings: [&'static str; 5],
}

pub(super) const fn pattern(cut: usize, endings: [&'static str; 5]) -> Pattern {
    Pattern { cut, endings }
}

/// The word has one form for all cases.
pub(super) static STAY: Pattern = pattern(0, [""; 5]);

/// What must stand before the ending for a rule to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Any,
    /// The word has one vowel.
    OneSyllable,
    /// Two consonants stand before the ending.
    AfterCluster,
    /// The word has four letters, two of them vowels: Рева, Сова.
    FourLetters,
}

/// One row of a table. The first row that fits decides.
pub(super) struct Rule {
    pub endings: &'static [&'static str],
    pub shape: Shape,
    pub man: &'static Pattern,
    pub woman: &'static Pattern,
    /// A second reading that is defensible too; a doubt in the cases where it gives another form.
    pub or_man: Option<&'static Pattern>,
    pub or_woman: Option<&'static Pattern>,
    /// Who alone wears this form, where the form tells.
    pub worn_by: Option<Gender>,
    pub source: Source,
}

type Endings = &'static [&'static str];

/// Declines for a man, stays for a woman.
pub(super) const fn noun(endings: Endings, man: &'static Pattern, source: Source) -> Rule {
    Rule {
        endings,
        shape: Shape::Any,
        man,
        woman: &STAY,
        or_man: None,
        or_woman: None,
        worn_by: None,
        source,
    }
}

/// Declines alike for both.
pub(super) const fn both(endings: Endings, pattern: &'static Pattern, source: Source) -> Rule {
    let mut rule = noun(endings, pattern, source);
    rule.woman = pattern;
    rule
}

/// A form that only men wear; on a woman it stays, in doubt.
pub(super) const fn mans(endings: Endings, man: &'static Pattern, source: Source) -> Rule {
    let mut rule = noun(endings, man, source);
    rule.worn_by = Some(Gender::Male);
    rule
}

/// A form that only women wear; `man` is for a man of that name, in doubt.
pub(super) const fn womans(
    endings: Endings,
    woman: &'static Pattern,
    man: &'static Pattern,
    source: Source,
) -> Rule {
    let mut rule = noun(endings, man, source);
    rule.woman = woman;
    rule.worn_by = Some(Gender::Female);
    rule
}

/// Never declines.
pub(super) const fn stay(endings: Endings, source: Source) -> Rule {
    noun(endings, &STAY, source)
}

impl Rule {
    pub const fn or_man(mut self, other: &'static Pattern) -> Self {
        self.or_man = Some(other);
        self
    }

    pub const fn or_woman(mut self, other: &'static Pattern) -> Self {
        self.or_woman = Some(other);
        self
    }

    /// A second reading for both.
    pub const fn or(self, other: &'static Pattern) -> Self {
        self.or_man(other).or_woman(other)
    }

    /// A woman's follows another pattern first, the man's is her second reading.
    pub const fn but_woman(mut self, woman: &'static Pattern) -> Self {
        self.or_woman = Some(self.woman);
        self.woman = woman;
        self
    }

    pub const fn of_one_syllable(mut self) -> Self {
        self.shape = Shape::OneSyllable;
        self
    }

    pub const fn after_cluster(mut self) -> Self {
        self.shape = Shape::AfterCluster;
        self
    }

    pub const fn of_four_letters(mut self) -> Self {
        self.shape = Shape::FourLetters;
        self
    }

    /// The ending of this rule that the word has, in the shape that the rule asks for.
    fn fits(&self, word: &Word) -> Option<&'static str> {
        let ending = self.endings.iter().find(|ending| word.ends_with(ending))?;
        let shaped = match self.shape {
            Shape::Any => true,
            Shape::OneSyllable => word.syllables() == 1,
            Shape::AfterCluster => {
                let before = word.letters_from_end().skip(ending.chars().count());
                before.take(2).filter(|c| !is_vowel(*c)).count() == 2
            }
            Shape::FourLetters => word.count() == 4 && word.syllables() == 2,
        };
        shaped.then_some(*ending)
    }
}

/// The rule for a word and how it was found.
pub(super) struct Hit {
    pub rule: &'static Rule,
    pub reason: Reason,
}

/// The first row of a table that fits.
pub(super) fn by_ending(table: &'static [Rule], word: &Word) -> Option<Hit> {
    table.iter().find_map(|rule| {
        rule.fits(word)
            .map(|ending| Hit { rule, reason: Reason::Rule { ending, source: rule.source } })
    })
}

/// A word list: each word in small letters with `е` for `ё`, in the order of their bytes, with the
/// row it belongs to.
pub(super) type WordList = &'static [(&'static str, &'static Rule)];

/// The order of bytes, four letters at a time where there are four: most words differ in the first.
fn order(a: &[u8], b: &[u8]) -> Ordering {
    match (a.split_first_chunk(), b.split_first_chunk()) {
        (Some((a, a_rest)), Some((b, b_rest))) => {
            u64::from_be_bytes(*a).cmp(&u64::from_be_bytes(*b)).then_with(|| a_rest.cmp(b_rest))
        }
        (_, _) => a.cmp(b),
    }
}

/// Whether a sorted list has the word.
pub(super) fn lists(list: &[&str], word: &Word) -> bool {
    let folded = word.folded_bytes();
    list.binary_search_by(|listed| order(listed.as_bytes(), folded)).is_ok()
}

/// The row of a whole word.
pub(super) fn by_word(list: WordList, word: &Word) -> Option<Hit> {
    let folded = word.folded_bytes();
    let at = list.binary_search_by(|(listed, _)| order(listed.as_bytes(), folded)).ok()?;
    let rule = list[at].1;
    Some(Hit { rule, reason: Reason::Listed { source: rule.source } })
}

/// One declined word: what to write, the other reading if it differs, how sure, and why.
pub(super) struct Declined {
    pub text: String,
    pub other: Option<String>,
    pub confidence: Confidence,
    pub reason: Reason,
}

/// Applies a rule to a word as it was typed.
pub(super) fn apply(hit: Hit, typed: &str, word: &Word, gender: Gender, case: Case) -> Declined {
    let (pattern, other) = match gender {
        Gender::Male => (hit.rule.man, hit.rule.or_man),
        Gender::Female => (hit.rule.woman, hit.rule.or_woman),
    };
    let text = inflect(pattern, typed, word, case);
    let other =
        other.map(|pattern| inflect(pattern, typed, word, case)).filter(|other| *other != text);
    let (confidence, reason) = match (hit.rule.worn_by, &other) {
        (Some(worn_by), _) if worn_by != gender => {
            (Confidence::Guess, Reason::WrongGender { worn_by })
        }
        (_, Some(other)) => (Confidence::Likely, Reason::TwoReadings { other: other.clone() }),
        (_, None) => (Confidence::Sure, hit.reason),
    };
    Declined { text, other, confidence, reason }
}

fn inflect(pattern: &Pattern, typed: &str, word: &Word, case: Case) -> String {
    let [genitive, dative, accusative, instrumental, prepositional] = pattern.endings;
    let ending = match case {
        Case::Nominative => return typed.to_owned(),
        Case::Genitive => genitive,
        Case::Dative => dative,
        Case::Accusative => accusative,
        Case::Instrumental => instrumental,
        Case::Prepositional => prepositional,
    };
    // Every letter that a pattern cuts is Russian, two bytes long.
    let stem =
        typed.len().checked_sub(2 * pattern.cut).and_then(|end| typed.get(..end)).unwrap_or(typed);
    let mut text = String::with_capacity(stem.len() + ending.len());
    text.push_str(stem);
    match word.capitals {
        Capitals::All => text.extend(ending.chars().map(capital)),
        Capitals::First if stem.is_empty() => {
            let mut letters = ending.chars();
            text.extend(letters.next().map(capital));
            text.push_str(letters.as_str());
        }
        Capitals::None | Capitals::First | Capitals::Odd => text.push_str(ending),
    }
    text
}

fn capital(c: char) -> char {
    match c {
        'а'..='я' => char::from_u32(c as u32 - 32).unwrap_or(c),
        'ё' => 'Ё',
        c => c,
    }
}
