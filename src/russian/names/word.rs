//! One word in small letters, with the properties that rules test.
//!
//! Read once; a word without `ё` takes no allocation.

/// Longest single word, in bytes (two for a Cyrillic letter).
const LONGEST_WORD: usize = 80;

/// Which letters of a word are capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Capitals {
    None,
    First,
    /// More than one, and no small letter.
    All,
    /// Somewhere inside: `ИВанов`, `МакДональд`.
    Odd,
}

/// A word in small letters.
pub(super) struct Word {
    /// UTF-8, with `ё` written `е`.
    folded: [u8; LONGEST_WORD],
    len: usize,
    /// The word with `ё`, if it has one.
    with_yo: Option<String>,
    last: char,
    letters: usize,
    vowels: usize,
    plain: bool,
    /// The letter that occurs three times in a row, if one does.
    pub tripled: Option<char>,
    /// A letter where no Russian word has it: «й» after a consonant, «ь» or «ъ» after a vowel.
    pub misplaced: Option<char>,
    pub capitals: Capitals,
}

impl Word {
    /// Reads one word; `None` when it is longer than a word can be.
    pub fn read(text: &str) -> Option<Self> {
        let mut word = Self {
            folded: [0; LONGEST_WORD],
            len: 0,
            with_yo: None,
            last: '\0',
            letters: 0,
            vowels: 0,
            plain: true,
            tripled: None,
            misplaced: None,
            capitals: Capitals::None,
        };
        if text.len() > LONGEST_WORD {
            return None;
        }
        let (mut capitals, mut small, mut first) = (0, 0, false);
        let (mut twice, mut yo) = (false, false);
        for c in text.chars() {
            let low = small_letter(c);
            if low != c {
                capitals += 1;
                first |= small == 0 && capitals == 1;
            } else if is_russian(low) || c.is_alphabetic() {
                small += 1;
            }
            yo |= low == 'ё';
            word.plain &= is_russian(low);
            word.letters += 1;
            word.vowels += usize::from(is_vowel(low));
            if twice && low == word.last {
                word.tripled = Some(low);
            }
            twice = low == word.last;
            let misplaced = match low {
                'й' => is_russian(word.last) && !is_vowel(word.last) && !matches!(word.last, 'й'),
                'ь' | 'ъ' => is_vowel(word.last),
                _ => false,
            };
            if misplaced {
                word.misplaced = Some(low);
            }
            word.last = low;
            word.push(if low == 'ё' { 'е' } else { low })?;
        }
        word.capitals = match (capitals, small, first) {
            (0, _, _) => Capitals::None,
            (1, _, true) => Capitals::First,
            (_, 0, _) => Capitals::All,
            (_, _, _) => Capitals::Odd,
        };
        word.with_yo = yo.then(|| text.chars().map(small_letter).collect());
        Some(word)
    }

    fn push(&mut self, letter: char) -> Option<()> {
        let room = self.folded.get_mut(self.len..self.len + letter.len_utf8())?;
        letter.encode_utf8(room);
        self.len += letter.len_utf8();
        Some(())
    }

    /// The word in small letters, `ё` written `е`.
    pub fn folded(&self) -> &str {
        std::str::from_utf8(self.folded_bytes()).unwrap_or_default()
    }

    pub fn folded_bytes(&self) -> &[u8] {
        &self.folded[..self.len]
    }

    /// Whether the word has the ending; one with `е` also fits `ё`, not the other way round.
    pub fn ends_with(&self, ending: &str) -> bool {
        let ending = ending.as_bytes();
        ends_with(self.folded_bytes(), ending)
            || self.with_yo.as_ref().is_some_and(|word| ends_with(word.as_bytes(), ending))
    }

    /// Whether all characters are letters of the Russian alphabet.
    pub const fn is_plain(&self) -> bool {
        self.plain && self.letters > 0
    }

    /// `ИВанов`, `иВАНОВ`; not `О'Нил`.
    pub fn has_odd_capitals(&self) -> bool {
        let apostrophe = |c: char| matches!(c, '\'' | '’' | 'ʼ' | '`');
        self.capitals == Capitals::Odd && !self.folded().contains(apostrophe)
    }

    /// The last letter, small.
    pub const fn last(&self) -> char {
        self.last
    }

    pub const fn count(&self) -> usize {
        self.letters
    }

    pub const fn syllables(&self) -> usize {
        self.vowels
    }

    /// Whether it can be pronounced: it has a vowel, no sign in front, no hard sign at the end.
    pub fn is_pronounceable(&self) -> bool {
        let starts = |sign: &str| self.folded_bytes().starts_with(sign.as_bytes());
        self.vowels > 0 && !starts("ь") && !starts("ъ") && !starts("ы") && self.last != 'ъ'
    }

    /// The small letters, last first.
    pub fn letters_from_end(&self) -> impl Iterator<Item = char> {
        self.folded().chars().rev()
    }
}

fn small_letter(c: char) -> char {
    match c {
        'А'..='Я' => char::from_u32(c as u32 + 32).unwrap_or(c),
        'а'..='я' | 'ё' | '-' => c,
        'Ё' => 'ё',
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

fn is_russian(small: char) -> bool {
    matches!(small, 'а'..='я' | 'ё')
}

/// `slice::ends_with`, quicker for endings: most differ in the last letter but one.
fn ends_with(word: &[u8], ending: &[u8]) -> bool {
    word.len() >= ending.len() && word.iter().rev().zip(ending.iter().rev()).all(|(a, b)| a == b)
}

pub(super) fn is_vowel(c: char) -> bool {
    matches!(c, 'а' | 'е' | 'ё' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я')
        || matches!(c, 'і' | 'ї' | 'є' | 'ә' | 'ө' | 'ү' | 'ұ')
}
