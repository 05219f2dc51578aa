//! What the Russian language asks of a letter: names, positions, gender, dates, typography.
//!
//! Plain values in, plain values out: no input, no output, no foreign crate but `jiff`'s dates.
//! Nothing here guesses in silence: a form that is not certain says so, with its reason.

pub mod dates;
pub mod forms;
pub mod gender;
pub mod names;
pub mod organisation;
pub mod plural;
pub mod positions;
pub mod salutation;
pub mod typography;

/// The six grammatical cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    Nominative,
    Genitive,
    Dative,
    Accusative,
    Instrumental,
    Prepositional,
}

impl Case {
    /// All six, in the order of a Russian grammar.
    pub const ALL: [Self; 6] = [
        Self::Nominative,
        Self::Genitive,
        Self::Dative,
        Self::Accusative,
        Self::Instrumental,
        Self::Prepositional,
    ];
}

/// The grammatical gender that a person is addressed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gender {
    Male,
    Female,
}

impl Gender {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Male => Self::Female,
            Self::Female => Self::Male,
        }
    }

    /// `m` or `f`, as in the JSON lines and the list of forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "m",
            Self::Female => "f",
        }
    }
}

/// How sure a form is. All that is not [`Confidence::Sure`] is shown to a person before anything is
/// sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Only a proposal: the cell is damaged, or the rules do not cover it.
    Guess,
    /// The better of two defensible forms.
    Likely,
    /// A settled form.
    Sure,
}

impl Confidence {
    /// The word in the list of forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Guess => "guess",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

/// One inflected text, how sure it is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub text: String,
    pub confidence: Confidence,
    pub reason: Reason,
}

impl Form {
    /// The same text, at most this sure; of two doubts the graver keeps its reason, of equals the
    /// first.
    fn at_most(mut self, confidence: Confidence, reason: Reason) -> Self {
        if confidence < self.confidence {
            self.confidence = confidence;
            self.reason = reason;
        }
        self
    }
}

/// What is wrong with a text, and how sure a form of it can be at most.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Flaw {
    confidence: Confidence,
    reason: Reason,
}

/// Where a rule of the tables comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Розенталь Д. Э. Справочник по правописанию и литературной правке, § 149.
    Rosenthal149,
    /// Зализняк А. А. Грамматический словарь русского языка.
    Zaliznyak,
    /// Answers and articles of the reference service Грамота.ру.
    Gramota,
    /// Калакуцкая Л. П. Фамилии. Имена. Отчества. Написание и склонение.
    Kalakutskaya,
    /// Суперанская А. В. Словарь русских личных имён.
    Superanskaya,
    /// The habit of official documents, where no handbook speaks.
    Usage,
}

/// Why a text has the form that it has, or why the form is less than sure.
///
/// Holds no prose: the words for it live in `notice`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The nominative was asked for, or the part is rightly absent: the text stands as it was
    /// given.
    AsGiven,
    /// A rule for this ending applied.
    Rule { ending: &'static str, source: Source },
    /// The whole word stands in a list.
    Listed { source: Source },
    /// Every part of a compound followed its own rule; `frozen` tells of a first part that never
    /// declines.
    Compound { frozen: bool },
    /// An initial («М.») has the same form in all cases.
    Initial,
    /// Nothing in doubt about this composition (an order of words, a salutation).
    Plain,

    /// The cell is empty where a name is needed.
    Empty,
    /// Another form is defensible: a fleeting vowel, a common noun, a foreign namesake, a disputed
    /// norm.
    TwoReadings { other: String },
    /// No rule covers how the word ends, or it does not look like a word.
    UnknownEnding,
    /// The form of the word belongs to the other gender («Иванова» of a man, «Петрович» of a
    /// woman).
    WrongGender { gender: Gender },
    /// Not a Russian spelling: left as it is.
    NotCyrillic,
    /// A Latin letter stands among Cyrillic ones; where it only looks Cyrillic, the form has it
    /// replaced.
    MixedAlphabets { letter: char },
    /// A Cyrillic letter that Russian does not have («і», «ә»).
    ForeignLetter { letter: char },
    /// Something that no name contains: a digit, a bracket, an emoji.
    NotALetter { character: char },
    /// A letter stands three times running, a slip of the hand.
    RepeatedLetter { letter: char },
    /// Longer than any name or position.
    TooLong { characters: usize },
    /// A name begins with a small letter, as typed.
    SmallLetter,
    /// Capitals in the middle of a word (`ИВанов`), as typed.
    OddCapitals,
    /// A name is typed in capitals, as it will stand in running text.
    AllCapitals,
    /// Several words where one is expected.
    SeveralWords,
    /// It is not clear which word is the surname and which the first name.
    OrderUnclear,
    /// Surname and first name seem to stand in each other's column.
    Swapped,
    /// No surname was found.
    SurnameMissing,
    /// No first name was found.
    FirstNameMissing,
    /// The first name is only an initial, too little to address a person by.
    FirstNameAbbreviated,
    /// A person is addressed by first name alone, which is familiar in Russian.
    NoPatronymic,

    /// An organisation was given without a position: it stays in the nominative.
    PositionMissing,
    /// Latin letters inside a Cyrillic word; they were read as the Cyrillic ones that look like
    /// them.
    LatinInside { word: String },
    /// A quotation mark or a bracket without its pair.
    Unbalanced,
    /// The head noun is not in the dictionary: declined by its ending.
    UnknownHead { word: String },
    /// The word at the head is not a nominative, or none that the rules know: left as typed.
    NotNominative { word: String },
    /// No head was found at all: left as typed.
    NoHead,
    /// The head is in the plural.
    PluralHead { word: String },
    /// The adjective does not agree in gender with its noun.
    Disagreement { adjective: String, noun: String },
    /// A second nominative stands where a genitive or a separator is due; it was declined too.
    SecondNominative { word: String },
    /// After «и.о.» and the like a nominative stands; it was put into the genitive.
    NominativeAfterActing { word: String },
    /// A word after a separator that may or may not belong to the head.
    UnclearTail { word: String },
    /// A bracket repeats the position in other words, and was declined with it.
    Bracket { word: String },
    /// A slash joins two variants of a position, and both were declined.
    Slash,
    /// A person's name seems to stand in the position.
    PersonName { word: String },
    /// An organisation stands where a position is expected.
    OrganisationAsPosition { word: String },
    /// A position stands where an organisation is expected.
    PositionAsOrganisation { word: String },
    /// The position names the organisation already, wholly or in part.
    OrganisationRepeated { word: String },
    /// The position ends in a word that wants something other than an organisation after it.
    UnfinishedPosition { word: String },
    /// The organisation seems to stand in an oblique case already: left as typed.
    OrganisationNotNominative { word: String },
    /// A place name after «город», «село»: it usually declines with it.
    PlaceName { word: String },
    /// An abbreviation heads a phrase that is not in quotes: what follows was left as typed.
    AfterAbbreviation { word: String },
}
