//! The Russian of a letter: names, positions, gender, dates, typography.
//!
//! Plain values in and out: no input, no output, no foreign crate except `jiff` for dates. Never
//! guesses in silence: a form that is not certain says so, with its reason.

pub mod dates;
pub mod english;
pub mod forms;
pub mod gender;
pub mod languages;
pub mod names;
pub mod numerals;
pub mod organisation;
pub mod plural;
pub mod positions;
pub mod salutation;
pub mod titles;
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
    /// In the order of a Russian grammar.
    pub const ALL: [Self; 6] = [
        Self::Nominative,
        Self::Genitive,
        Self::Dative,
        Self::Accusative,
        Self::Instrumental,
        Self::Prepositional,
    ];
}

/// The gender in which a person is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gender {
    Male,
    Female,
}

impl Gender {
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

/// How sure a form is. Anything below [`Confidence::Sure`] is shown to a person before sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Only a proposal: the cell is damaged, or no rule covers it.
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

/// An inflected text, how sure it is, and why.
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

/// The source of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Розенталь Д. Э. Справочник по правописанию и литературной правке, § 149.
    Rosenthal149,
    /// Зализняк А. А. Грамматический словарь русского языка.
    Zaliznyak,
    /// The reference service Грамота.ру.
    Gramota,
    /// Калакуцкая Л. П. Фамилии. Имена. Отчества. Написание и склонение.
    Kalakutskaya,
    /// Суперанская А. В. Словарь русских личных имён.
    Superanskaya,
    /// Правила русской орфографии и пунктуации. Полный академический справочник. Под ред. В. В.
    /// Лопатина.
    Lopatin,
    /// Usage in official documents, if no handbook covers it.
    Usage,
}

/// Why a text has the form that it has, or why the form is less than sure.
///
/// Holds no prose: the words for it live in `notice`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The nominative was wanted, or the part is rightly absent: the text is as given.
    AsGiven,
    /// A rule for this ending applied.
    Rule { ending: &'static str, source: Source },
    /// The whole word is in a list.
    Listed { source: Source },
    /// Every part of a compound followed its own rule; a `frozen` first part never declines.
    Compound { frozen: bool },
    /// An initial («М.») has the same form in all cases.
    Initial,
    /// There is nothing to doubt (an order of words, a salutation).
    Plain,

    /// The cell is empty where a name is needed.
    Empty,
    /// Another form is defensible: a fleeting vowel, a common noun, a disputed norm.
    TwoReadings { other: String },
    /// Handbooks disagree: the form is one's, `other` the other's.
    HandbooksDisagree { own: Source, other: String, others: Source },
    /// No rule covers how the word ends, or it does not look like a word.
    UnknownEnding,
    /// The form belongs to the other gender («Иванова» of a man, «Петрович» of a woman).
    WrongGender { gender: Gender },
    /// Not a Russian spelling: left as typed.
    NotCyrillic,
    /// A Latin letter among Cyrillic ones; one that looks Cyrillic is replaced in the form.
    MixedAlphabets { letter: char },
    /// A Cyrillic letter that Russian does not have («і», «ә»).
    ForeignLetter { letter: char },
    /// A character that no name contains: a digit, a bracket, an emoji.
    NotALetter { character: char },
    /// A letter three times in a row, a slip of the hand.
    RepeatedLetter { letter: char },
    /// A letter where no Russian word has it: «й» after a consonant, «ь» after a vowel.
    ImpossibleLetter { letter: char },
    /// The last letter seems to be «й» without its mark: «Анатолии».
    FinalI { proposal: String },
    /// Longer than any name or position.
    TooLong { characters: usize },
    /// A name begins with a small letter.
    SmallLetter,
    /// Capitals in the middle of a word (`ИВанов`).
    OddCapitals,
    /// A name is typed in capitals, and would be so in running text.
    AllCapitals,
    /// Several words where one is expected.
    SeveralWords,
    /// It is not clear which word is the surname and which the first name.
    OrderUnclear,
    /// Surname and first name seem to be in each other's column.
    Swapped,
    /// No surname was found.
    SurnameMissing,
    /// No first name was found.
    FirstNameMissing,
    /// The first name is only an initial, not enough to address a person.
    FirstNameAbbreviated,
    /// A person is addressed by first name alone, which is familiar in Russian.
    NoPatronymic,
    /// No person is named, so the letter is to the institution or the post.
    NobodyNamed,
    /// It is not clear what a person in this position is called.
    PostUnclear,
    /// Cyrillic letters in an English letter.
    NotLatin,
    /// The position is a woman's, the name a man's.
    WomansPost { word: String },

    /// An organisation was given without a position: it stays in the nominative.
    PositionMissing,
    /// Latin letters inside a Cyrillic word were read as the Cyrillic ones that look alike.
    LatinInside { word: String },
    /// A quotation mark or a bracket without its pair.
    Unbalanced,
    /// The head noun is not in the dictionary: declined by its ending.
    UnknownHead { word: String },
    /// The word at the head is not a nominative that the rules know: left as typed.
    NotNominative { word: String },
    /// No nominative was found whose dative this is: left as typed.
    NotDative { word: String },
    /// No head was found at all: left as typed.
    NoHead,
    /// The head is in the plural.
    PluralHead { word: String },
    /// The adjective does not agree in gender with its noun.
    Disagreement { adjective: String, noun: String },
    /// A second nominative instead of a genitive or a separator; it was declined too.
    SecondNominative { word: String },
    /// A nominative after «и.о.» and the like was put into the genitive.
    NominativeAfterActing { word: String },
    /// A word after a separator that may or may not belong to the head.
    UnclearTail { word: String },
    /// A bracket repeats the position in other words, and was declined with it.
    Bracket { word: String },
    /// A slash joins two variants of a position, and both were declined.
    Slash,
    /// The position seems to contain a person's name.
    PersonName { word: String },
    /// An organisation instead of a position.
    OrganisationAsPosition { word: String },
    /// A position instead of an organisation.
    PositionAsOrganisation { word: String },
    /// The organisation is a name in quotation marks, with no noun that could decline.
    OnlyAName,
    /// The position names the organisation already, at least in part.
    OrganisationRepeated { word: String },
    /// The position ends in a word that an organisation cannot follow.
    UnfinishedPosition { word: String },
    /// The organisation seems to be in an oblique case already: left as typed.
    OrganisationNotNominative { word: String },
    /// A place name after «город», «село»: it usually declines with it.
    PlaceName { word: String },
    /// An abbreviation heads a phrase that is not in quotes: what follows was left as typed.
    AfterAbbreviation { word: String },
}
