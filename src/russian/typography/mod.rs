//! Tidies typed text by the rules of Russian typography: quotation marks, dashes, no-break spaces.
//!
//! Мильчин, «Справочник издателя и автора» (quotation marks, dashes, no-break spaces). Only spaces,
//! quotation marks and spaced hyphens ever change. What looks like an address, a tag, a template
//! expression or code stays as it is, and so do quotation marks without a pair.

mod protection;
mod quotes;

use std::ops::Range;

use super::dates::MONTHS;

const NO_BREAK_SPACE: char = '\u{A0}';

/// Stands between pieces of one text that are set together and parted again. Neither a space nor a
/// letter, and nothing that a text has.
pub const SEAM: char = '\u{F0081}';

/// Written after a figure, on the same line.
const UNITS: &[&str] = &[
    "г.", "гг.", "в.", "вв.", "%", "‰", "°", "руб.", "коп.", "₽", "тыс.", "млн", "млрд", "экз.",
    "л.", "стр.", "шт.", "чел.", "кг", "км", "м", "см", "мм", "га", "т", "ч", "мин",
];

/// Written before a figure, on the same line.
#[rustfmt::skip]
const BEFORE_FIGURES: &[&str] = &[
    "с.", "стр.", "п.", "пп.", "ст.", "ч.", "гл.", "рис.", "табл.", "л.", "д.", "кв.", "каб.",
    "ауд.", "т.", "вып.", "§", "корп.",
];

/// Pairs of letters that make one abbreviation.
const PAIRS: &[(&str, &str)] = &[
    ("т.", "е."),
    ("т.", "д."),
    ("т.", "п."),
    ("т.", "к."),
    ("т.", "ч."),
    ("н.", "э."),
    ("и.", "о."),
    ("И.", "о."),
];

/// Tidies a text. Doing it twice changes nothing more.
///
/// Straight quotation marks become «» outside and „“ inside; a spaced hyphen becomes a spaced en
/// dash; spaces inside a line become one; no-break spaces go after «№», into «28 февраля», before
/// «г.» and other units, and between initials and surname. Line breaks stay, and so does
/// indentation.
#[must_use]
pub fn tidy(text: &str) -> String {
    let mut page = Page::read(text);
    page.set_marks();
    page.bind_all();
    page.text()
}

/// How much of a text is set for print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What [`tidy`] does, and dates with their years.
    All,
    /// Only the spaces at which no line may end.
    NoBreakSpaces,
}

/// Sets a text for print. Beside what [`tidy`] binds, a month stays with its year.
#[must_use]
pub fn set(text: &str, extent: Extent) -> String {
    let mut page = Page::read(text);
    if extent == Extent::All {
        page.set_marks();
    }
    page.bind_all();
    page.bind_years();
    page.text()
}

/// Tidies an English text: straight quotation marks become “” outside and ‘’ inside, a spaced
/// hyphen becomes a spaced en dash, spaces become one.
#[must_use]
pub fn tidy_english(text: &str) -> String {
    let mut page = Page::read(text);
    page.set_marks();
    let russian = ['«', '»', '„', '“'];
    let english = ['“', '”', '‘', '’'];
    let before: Vec<char> = text.chars().collect();
    let was_straight = before.contains(&'"') || before.iter().any(|c| russian[..3].contains(c));
    let written = |(c, touch): (char, Touch)| match russian.iter().position(|mark| *mark == c) {
        Some(at) if was_straight && touch == Touch::Free => english[at],
        _ => c,
    };
    page.chars.into_iter().map(written).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touch {
    Free,
    Protected,
}

/// The characters of the text, each free to change or protected.
struct Page {
    chars: Vec<(char, Touch)>,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self { chars: text.chars().map(|c| (c, Touch::Free)).collect() };
        page.protect_between("```", "```");
        page.protect_between("`", "`");
        page.protect_between("{{", "}}");
        page.protect_between("{%", "%}");
        page.protect_tags();
        page.protect_words();
        page
    }

    fn set_marks(&mut self) {
        self.collapse_spaces();
        self.pair_quotes();
        self.draw_dashes();
    }

    /// Puts no-break spaces where no line may end.
    fn bind_all(&mut self) {
        self.bind_numbers();
        self.bind_words();
    }

    fn text(self) -> String {
        self.chars.into_iter().map(|(c, _)| c).collect()
    }

    fn at(&self, at: usize) -> Option<char> {
        self.chars.get(at).map(|(c, _)| *c)
    }

    fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|before| self.at(before))
    }

    fn is_free(&self, at: usize) -> bool {
        self.chars.get(at).is_some_and(|(_, touch)| *touch == Touch::Free)
    }

    fn protect(&mut self, range: Range<usize>) {
        for (_, touch) in &mut self.chars[range] {
            *touch = Touch::Protected;
        }
    }

    fn starts_with(&self, at: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(offset, c)| self.at(at + offset) == Some(c))
    }

    fn find(&self, from: usize, word: &str) -> Option<usize> {
        (from..self.chars.len()).find(|at| self.starts_with(*at, word))
    }

    fn collapse_spaces(&mut self) {
        let mut kept: Vec<(char, Touch)> = Vec::with_capacity(self.chars.len());
        let mut at = 0;
        while at < self.chars.len() {
            let end = (at..self.chars.len())
                .find(|end| !is_plain_space(self.chars[*end].0) || !self.is_free(*end))
                .unwrap_or(self.chars.len());
            let run = &self.chars[at..end];
            let inside = |c: Option<char>| c.is_some_and(|c| !matches!(c, '\n' | '\r' | '\t'));
            match run.len() {
                0 => {
                    kept.push(self.chars[at]);
                    at += 1;
                    continue;
                }
                length if length > 1 && inside(self.before(at)) && inside(self.at(end)) => {
                    let bound = run.iter().any(|(c, _)| *c == NO_BREAK_SPACE);
                    kept.push((if bound { NO_BREAK_SPACE } else { ' ' }, Touch::Free));
                }
                _ => kept.extend_from_slice(run),
            }
            at = end;
        }
        self.chars = kept;
    }

    fn bind(&mut self, at: usize) {
        if self.at(at) == Some(' ') && self.is_free(at) {
            self.chars[at].0 = NO_BREAK_SPACE;
        }
    }

    /// Turns a hyphen between spaces inside a line into an en dash. At the start of a line it
    /// belongs to a list.
    fn draw_dashes(&mut self) {
        for at in 2..self.chars.len().saturating_sub(2) {
            let spaced = is_plain_space_at(self, at - 1) && is_plain_space_at(self, at + 1);
            let after_text = self
                .before(at - 1)
                .is_some_and(|c| c.is_alphanumeric() || c == SEAM || "»“\")]}.,!?%…:;".contains(c));
            let before_text = self
                .at(at + 2)
                .is_some_and(|c| !c.is_whitespace() && !matches!(c, '-' | '|' | '–'));
            if self.at(at) == Some('-') && self.is_free(at) && spaced && after_text && before_text {
                self.chars[at].0 = '–';
            }
        }
    }

    fn bind_numbers(&mut self) {
        let mut at = 0;
        while at < self.chars.len() {
            match self.at(at) {
                Some('№') if self.is_free(at) => {
                    let next = self.at(at + 1);
                    if next.is_some_and(|c| c.is_ascii_digit()) && self.is_free(at + 1) {
                        self.chars.insert(at + 1, (NO_BREAK_SPACE, Touch::Free));
                    } else if next == Some(' ')
                        && self.at(at + 2).is_some_and(char::is_alphanumeric)
                    {
                        self.bind(at + 1);
                    }
                }
                Some(' ')
                    if self.before(at).is_some_and(|c| c.is_ascii_digit())
                        && self.unit_follows(at + 1) =>
                {
                    self.bind(at);
                }
                Some(' ')
                    if self.at(at + 1).is_some_and(|c| c.is_ascii_digit())
                        && self.word_ends(at, BEFORE_FIGURES) =>
                {
                    self.bind(at);
                }
                Some(_) | None => {}
            }
            at += 1;
        }
    }

    fn unit_follows(&self, at: usize) -> bool {
        UNITS.iter().chain(&MONTHS).any(|unit| {
            self.starts_with(at, unit)
                && self.at(at + unit.chars().count()).is_none_or(|c| !c.is_alphanumeric())
        })
    }

    /// Whether one of the words, whole, ends right before `end`.
    fn word_ends(&self, end: usize, words: &[&str]) -> bool {
        words.iter().any(|word| {
            end.checked_sub(word.chars().count()).is_some_and(|start| {
                self.starts_with(start, word)
                    && self.before(start).is_none_or(|c| !c.is_alphanumeric() && c != '.')
            })
        })
    }

    fn bind_words(&mut self) {
        for at in 1..self.chars.len() {
            if self.at(at) == Some(' ')
                && (self.pair_meets(at) || self.initials_meet(at) || self.name_meets(at))
            {
                self.bind(at);
            }
        }
    }

    /// «марта | 2016»
    fn bind_years(&mut self) {
        for at in 1..self.chars.len() {
            let is_year =
                || (1..5).all(|ahead| self.at(at + ahead).is_some_and(|c| c.is_ascii_digit()));
            if self.at(at) == Some(' ') && is_year() && self.word_ends(at, &MONTHS) {
                self.bind(at);
            }
        }
    }

    fn pair_meets(&self, at: usize) -> bool {
        PAIRS
            .iter()
            .any(|(one, other)| self.word_ends(at, &[one]) && self.starts_with(at + 1, other))
    }

    /// «М. | Г.»
    fn initials_meet(&self, at: usize) -> bool {
        at >= 2 && self.is_initial(at - 2) && self.is_initial(at + 1)
    }

    /// «М. Г. | Савенков», «Савенков | М. Г.», «Савенков | М.Г.»
    fn name_meets(&self, at: usize) -> bool {
        let initial_before = at >= 2 && (self.is_initial(at - 2) || self.is_tight_initial(at - 2));
        if initial_before && self.is_capitalised(at + 1) {
            return !self.begins_line(at - 2);
        }
        let two = self.is_initial(at + 1) && {
            let second = at + 3 + usize::from(self.at(at + 3).is_some_and(is_plain_space));
            self.is_initial(second) || self.is_tight_initial(second)
        };
        let one = self.is_initial(at + 1)
            && self.at(at + 3).is_none_or(|c| matches!(c, ',' | ';' | ')' | '\n'));
        (one || two) && self.surname_ends(at)
    }

    /// A capital letter with a dot, a word by itself.
    fn is_initial(&self, at: usize) -> bool {
        self.is_tight_initial(at)
            && self.before(at).is_none_or(|c| !c.is_alphanumeric() && c != '.' && c != '-')
    }

    /// An initial that may follow another without a space: the «Г.» of «М.Г.».
    fn is_tight_initial(&self, at: usize) -> bool {
        self.at(at).is_some_and(char::is_uppercase)
            && self.at(at + 1) == Some('.')
            && self.before(at).is_none_or(|c| !c.is_alphanumeric())
    }

    fn is_capitalised(&self, at: usize) -> bool {
        self.at(at).is_some_and(char::is_uppercase)
            && self.at(at + 1).is_some_and(char::is_lowercase)
    }

    fn surname_ends(&self, end: usize) -> bool {
        let start = (0..end)
            .rev()
            .take_while(|at| self.chars[*at].0.is_alphabetic() || self.chars[*at].0 == '-')
            .last();
        start.is_some_and(|start| self.is_capitalised(start))
    }

    fn begins_line(&self, at: usize) -> bool {
        self.before(at).is_none_or(|c| c == '\n')
    }
}

fn is_plain_space(c: char) -> bool {
    matches!(c, ' ' | NO_BREAK_SPACE)
}

fn is_plain_space_at(page: &Page, at: usize) -> bool {
    page.at(at).is_some_and(is_plain_space)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_quotes_are_english() {
        for (typed, tidied) in [
            ("the \"Open Doors\" day", "the “Open Doors” day"),
            ("\"the \"inner\" one\"", "“the ‘inner’ one”"),
            ("the «Open Doors» day - free", "the “Open Doors” day – free"),
            ("the “Open Doors” day, Anna’s", "the “Open Doors” day, Anna’s"),
        ] {
            assert_eq!(tidy_english(typed), tidied);
        }
    }

    #[track_caller]
    fn becomes(text: &str, expected: &str) {
        let tidied = tidy(text);
        assert_eq!(tidied.replace(NO_BREAK_SPACE, "~"), expected);
        assert_eq!(tidy(&tidied), tidied);
    }

    #[test]
    fn quotes_nest() {
        becomes("МКУ \"Центр\"", "МКУ «Центр»");
        becomes("ООО \"ТД \"Рост\"\"", "ООО «ТД „Рост“»");
        becomes("«МКУ \"Центр\"»", "«МКУ „Центр“»");
        becomes("«МКУ «Центр»»", "«МКУ „Центр“»");
        becomes("(\"да\")", "(«да»)");
        becomes("Он сказал: \"Да!\" - и ушёл.", "Он сказал: «Да!» – и ушёл.");
    }

    #[test]
    fn quotes_without_a_pair_stay() {
        becomes("монитор 24\" новый", "монитор 24\" новый");
        becomes("МКУ «Центр «Рост»", "МКУ «Центр «Рост»");
        becomes("\"одна", "\"одна");
    }

    #[test]
    fn spaces_that_must_not_break_are_bound() {
        becomes("№ 5 и №6", "№~5 и №~6");
        becomes("28 февраля 2022 г.", "28~февраля 2022~г.");
        becomes("на 2 л. в 1 экз.", "на 2~л. в 1~экз.");
        becomes("10 % и 5%", "10~% и 5%");
        becomes("с. 5, п. 3, т. е. так", "с.~5, п.~3, т.~е. так");
        becomes("Савенков М. Г. и М. Г. Савенков", "Савенков~М.~Г. и М.~Г.~Савенков");
        becomes("Савенкову М.Г.", "Савенкову~М.Г.");
        becomes("от А. Пушкина", "от А.~Пушкина");
    }

    #[test]
    fn dashes_stand_between_spaces_only() {
        becomes("Томск - город", "Томск – город");
        becomes("- пункт\n- пункт", "- пункт\n- пункт");
        becomes("10-15, 10:30, кто-то", "10-15, 10:30, кто-то");
        becomes("| - | - |", "| - | - |");
    }

    #[test]
    fn spaces_collapse_and_lines_stay() {
        becomes("а  б\n\n  в   г  \n", "а б\n\n  в г  \n");
    }

    #[test]
    fn addresses_and_code_stay() {
        for text in [
            "https://example.org/a-b?c=\"d\"&№5",
            "ivan.m.g@example.org",
            "<a href=\"https://x.ru\" title=\"да - нет\">",
            "`a  -  \"b\"`",
            "{{ row[\"№ 5\"] }}",
            "key=\"value\"",
            "{\"a\": 1}",
        ] {
            becomes(text, text);
        }
    }
}
