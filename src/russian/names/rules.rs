//! What a rule is: an ending or a whole word, how it declines for a man and for a woman, and its
//! source.
//!
//! The rules themselves are tables in `surname_rules`, `surname_words`, `first_name` and
//! `patronymic`.

use std::cmp::Ordering;

use super::word::{Capitals, Word, is_vowel};
use crate::russian::{Case, Confidence, Gender, Reason, Source};

/// How a word changes: letters cut off, then an ending for each case after the nominative.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Paradigm {
    pub cut: usize,
    /// Genitive, dative, accusative, instrumental, prepositional.
    pub endings: [&'static str; 5],
}

pub(super) const fn paradigm(cut: usize, endings: [&'static str; 5]) -> Paradigm {
    Paradigm { cut, endings }
}

/// One form for all cases.
pub(super) static INDECLINABLE: Paradigm = paradigm(0, [""; 5]);

/// What must precede the ending for a rule to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Any,
    /// The word has one vowel.
    OneSyllable,
    /// Two consonants precede the ending.
    AfterCluster,
    /// The word has four letters, two of them vowels: Рева, Сова.
    FourLetters,
}

/// One row of a table, of which the first row that fits decides.
pub(super) struct Rule {
    pub endings: &'static [&'static str],
    pub shape: Shape,
    pub man: &'static Paradigm,
    pub woman: &'static Paradigm,
    /// A second, defensible reading; a doubt in the cases in which its form differs.
    pub or_man: Option<&'static Paradigm>,
    pub or_woman: Option<&'static Paradigm>,
    /// The only gender that uses this form, if the form shows it.
    pub only_gender: Option<Gender>,
    pub source: Source,
}

type Endings = &'static [&'static str];

/// Declines for a man, stays for a woman.
pub(super) const fn noun(endings: Endings, man: &'static Paradigm, source: Source) -> Rule {
    Rule {
        endings,
        shape: Shape::Any,
        man,
        woman: &INDECLINABLE,
        or_man: None,
        or_woman: None,
        only_gender: None,
        source,
    }
}

/// Declines alike for both.
pub(super) const fn both(endings: Endings, paradigm: &'static Paradigm, source: Source) -> Rule {
    let mut rule = noun(endings, paradigm, source);
    rule.woman = paradigm;
    rule
}

/// A form that only men use; for a woman it stays, in doubt.
pub(super) const fn male(endings: Endings, man: &'static Paradigm, source: Source) -> Rule {
    let mut rule = noun(endings, man, source);
    rule.only_gender = Some(Gender::Male);
    rule
}

/// A form that only women use; `man` is for a man of that name, in doubt.
pub(super) const fn female(
    endings: Endings,
    woman: &'static Paradigm,
    man: &'static Paradigm,
    source: Source,
) -> Rule {
    let mut rule = noun(endings, man, source);
    rule.woman = woman;
    rule.only_gender = Some(Gender::Female);
    rule
}

/// Never declines.
pub(super) const fn indeclinable(endings: Endings, source: Source) -> Rule {
    noun(endings, &INDECLINABLE, source)
}

impl Rule {
    pub const fn or_man(mut self, other: &'static Paradigm) -> Self {
        self.or_man = Some(other);
        self
    }

    pub const fn or_woman(mut self, other: &'static Paradigm) -> Self {
        self.or_woman = Some(other);
        self
    }

    /// A second reading for both.
    pub const fn or(self, other: &'static Paradigm) -> Self {
        self.or_man(other).or_woman(other)
    }

    /// For a woman another paradigm comes first, and the man's is her second reading.
    pub const fn but_woman(mut self, woman: &'static Paradigm) -> Self {
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

    /// The ending of this rule that the word has, if its shape fits too.
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

/// The rule for a word, and how it was found.
pub(super) struct RuleMatch {
    pub rule: &'static Rule,
    pub reason: Reason,
}

/// Finds the first row that fits.
pub(super) fn by_ending(table: &'static [Rule], word: &Word) -> Option<RuleMatch> {
    table.iter().find_map(|rule| {
        rule.fits(word)
            .map(|ending| RuleMatch { rule, reason: Reason::Rule { ending, source: rule.source } })
    })
}

/// Words in small letters with `е` for `ё`, in the order of their bytes, each with its rule.
pub(super) type WordList = &'static [(&'static str, &'static Rule)];

/// Compares bytes, the first four letters at once: most words differ there.
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

/// Finds the rule of a whole word.
pub(super) fn by_word(list: WordList, word: &Word) -> Option<RuleMatch> {
    let folded = word.folded_bytes();
    let at = list.binary_search_by(|(listed, _)| order(listed.as_bytes(), folded)).ok()?;
    let rule = list[at].1;
    Some(RuleMatch { rule, reason: Reason::Listed { source: rule.source } })
}

/// One declined word, and its other reading if that differs.
pub(super) struct Declined {
    pub text: String,
    pub other: Option<String>,
    pub confidence: Confidence,
    pub reason: Reason,
}

impl Declined {
    /// The word as it was typed.
    pub fn unchanged(typed: &str, confidence: Confidence, reason: Reason) -> Self {
        Self { text: typed.to_owned(), other: None, confidence, reason }
    }

    /// A first part that never declines.
    pub fn indeclinable_part(typed: &str) -> Self {
        Self::unchanged(typed, Confidence::Sure, Reason::Compound { frozen: true })
    }

    /// Doubts a form whose other reading is the word as typed.
    pub fn or_unchanged(&mut self, typed: &str) {
        self.confidence = self.confidence.min(Confidence::Likely);
        self.other.get_or_insert_with(|| typed.to_owned());
        self.reason = Reason::TwoReadings { other: typed.to_owned() };
    }

    /// Keeps the word as typed, in doubt, with the form as the other reading.
    pub fn rather_unchanged(self, typed: &str) -> Self {
        let reason = Reason::TwoReadings { other: self.text.clone() };
        Self { other: Some(self.text), ..Self::unchanged(typed, Confidence::Likely, reason) }
    }

    /// Lowers a sure form to a likely one.
    pub fn doubt(&mut self, reason: Reason) {
        if self.confidence == Confidence::Sure {
            self.confidence = Confidence::Likely;
            self.reason = reason;
        }
    }
}

/// Applies a rule to a word as it was typed.
pub(super) fn apply(
    found: RuleMatch,
    typed: &str,
    word: &Word,
    gender: Gender,
    case: Case,
) -> Declined {
    let (paradigm, other) = match gender {
        Gender::Male => (found.rule.man, found.rule.or_man),
        Gender::Female => (found.rule.woman, found.rule.or_woman),
    };
    let text = inflect(paradigm, typed, word, case);
    let other =
        other.map(|paradigm| inflect(paradigm, typed, word, case)).filter(|other| *other != text);
    let (confidence, reason) = match (found.rule.only_gender, &other) {
        (Some(only), _) if only != gender => {
            (Confidence::Guess, Reason::WrongGender { gender: only })
        }
        (_, Some(other)) => (Confidence::Likely, Reason::TwoReadings { other: other.clone() }),
        (_, None) => (Confidence::Sure, found.reason),
    };
    Declined { text, other, confidence, reason }
}

fn inflect(paradigm: &Paradigm, typed: &str, word: &Word, case: Case) -> String {
    let [genitive, dative, accusative, instrumental, prepositional] = paradigm.endings;
    let ending = match case {
        Case::Nominative => return typed.to_owned(),
        Case::Genitive => genitive,
        Case::Dative => dative,
        Case::Accusative => accusative,
        Case::Instrumental => instrumental,
        Case::Prepositional => prepositional,
    };
    // Every letter that a paradigm cuts is Russian, two bytes long.
    let stem =
        typed.len().checked_sub(2 * paradigm.cut).and_then(|end| typed.get(..end)).unwrap_or(typed);
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
