//! Format codes, taken apart into sections and parts.

use super::names::Tongue;

/// An element of a format code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Part {
    Literal(char),
    Digit(Filler),
    Point,
    Comma,
    /// The line of a fraction, or what separates the parts of a date.
    Slash,
    Percent,
    /// `E+` always has a sign, `E-` only if the exponent is negative.
    Exponent(ExponentSign),
    /// A part of a moment, written so many times.
    Time(Unit, usize),
    /// `[h]`: hours, minutes or seconds in all.
    Elapsed(Unit, usize),
    HalfDay,
    Text,
    General,
}

/// What a placeholder shows where the number has no digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filler {
    /// `0`
    Zero,
    /// `#`
    Nothing,
    /// `?`
    Space,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExponentSign {
    Always,
    IfNegative,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Year,
    /// Minutes, too, beside hours or seconds.
    Month,
    Day,
    Hour,
    Second,
}

/// By whose rules a moment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Locale {
    #[default]
    Readers,
    Of(Tongue),
    /// A language whose months are not known here.
    Other,
    /// `[$-F800]`: the long date of the system, whatever follows.
    LongDate,
    /// `[$-F400]`: the time of the system.
    LongTime,
}

/// `[>=100]`
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Condition {
    comparison: Comparison,
    limit: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Condition {
    #[expect(clippy::float_cmp, reason = "a condition compares with the number as it was written")]
    pub(super) fn holds(self, value: f64) -> bool {
        match self.comparison {
            Comparison::Less => value < self.limit,
            Comparison::LessOrEqual => value <= self.limit,
            Comparison::Greater => value > self.limit,
            Comparison::GreaterOrEqual => value >= self.limit,
            Comparison::Equal => value == self.limit,
            Comparison::NotEqual => value != self.limit,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (comparison, rest) = [
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<>", Comparison::NotEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
            ("=", Comparison::Equal),
        ]
        .into_iter()
        .find_map(|(sign, comparison)| Some((comparison, text.strip_prefix(sign)?)))?;
        Some(Self { comparison, limit: rest.trim().replace(',', ".").parse().ok()? })
    }
}

/// One of the sections between semicolons.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub condition: Option<Condition>,
    pub locale: Locale,
    pub parts: Vec<Part>,
}

impl Section {
    pub(super) fn is_of_moment(&self) -> bool {
        let is_of_moment =
            |part: &Part| matches!(part, Part::Time(..) | Part::Elapsed(..) | Part::HalfDay);
        self.parts.iter().any(is_of_moment)
    }

    fn read_bracket(&mut self, inside: &str) -> Option<()> {
        let small = inside.to_lowercase();
        let unit = match small.chars().next()? {
            'h' => Some(Unit::Hour),
            'm' => Some(Unit::Month),
            's' => Some(Unit::Second),
            _ => None,
        };
        if let Some(unit) = unit
            && small.chars().all(|c| small.starts_with(c))
        {
            self.parts.push(Part::Elapsed(unit, small.len()));
        } else if let Some(currency) = inside.strip_prefix('$') {
            let (sign, locale) = currency.split_once('-').unwrap_or((currency, ""));
            self.parts.extend(sign.chars().map(Part::Literal));
            if !locale.is_empty() {
                self.locale = self::locale(locale)?;
            }
        } else if small.starts_with(['<', '>', '=']) {
            self.condition = Some(Condition::parse(inside)?);
        } else if !is_colour(&small) {
            return None;
        }
        Some(())
    }
}

fn is_colour(small: &str) -> bool {
    let names = ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"];
    let russian = [
        "черный",
        "чёрный",
        "синий",
        "голубой",
        "зеленый",
        "зелёный",
        "красный",
        "белый",
        "желтый",
    ];
    names.contains(&small)
        || russian.contains(&small)
        || small.starts_with("color")
        || small.starts_with("цвет")
}

/// A language tag: `409`, `FC19`, `419,1`, `ru-RU`, `x-sysdate`; `None` for numerals or a calendar
/// of another kind.
fn locale(tag: &str) -> Option<Locale> {
    let tag = tag.split(',').next().unwrap_or_default();
    match tag.to_lowercase().as_str() {
        "x-sysdate" => return Some(Locale::LongDate),
        "x-systime" => return Some(Locale::LongTime),
        _ => {}
    }
    let Ok(code) = u32::from_str_radix(tag, 16) else {
        let known = Tongue::of_tag(&tag.to_lowercase());
        return Some(known.map_or(Locale::Other, Locale::Of));
    };
    // Two digits each for numerals and calendar, four for the language (MS-LCID).
    if code >> 24 > 1 || code >> 16 & 0xFF > 1 {
        return None;
    }
    Some(match code & 0xFFFF {
        0 => Locale::Readers,
        0xF800 => Locale::LongDate,
        0xF400 => Locale::LongTime,
        language => Tongue::of_language(language & 0x3FF).map_or(Locale::Other, Locale::Of),
    })
}

/// Whether a code that cannot be followed is one of dates or times.
pub(super) fn is_of_moments(format: &str) -> bool {
    let mut is_quoted = false;
    let mut is_in_brackets = false;
    format.chars().any(|c| {
        match c {
            '"' => is_quoted = !is_quoted,
            '[' => is_in_brackets = true,
            ']' => is_in_brackets = false,
            _ => {}
        }
        !is_quoted && !is_in_brackets && matches!(c.to_ascii_lowercase(), 'y' | 'd' | 'm' | 'h')
    })
}

/// The sections of a format code; `None` if something in one of them is not known.
pub(super) fn sections(format: &str) -> Option<Vec<Section>> {
    let mut sections = vec![Section::default()];
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let section = sections.last_mut()?;
        let after = &rest[c.len_utf8()..];
        let mut next = after;
        let small = c.to_ascii_lowercase();
        let run = rest.chars().take_while(|other| other.to_ascii_lowercase() == small).count();
        let mut time = |unit, most| {
            next = &rest[run..];
            (run <= most).then_some(Part::Time(unit, run))
        };
        let part = match small {
            ';' => {
                // Excel has no more than four.
                if sections.len() == 4 {
                    return None;
                }
                sections.push(Section::default());
                rest = next;
                continue;
            }
            '"' => {
                let end = after.find('"').unwrap_or(after.len());
                section.parts.extend(after[..end].chars().map(Part::Literal));
                rest = after.get(end + 1..).unwrap_or_default();
                continue;
            }
            '[' => {
                let end = after.find(']')?;
                section.read_bracket(&after[..end])?;
                rest = &after[end + 1..];
                continue;
            }
            // What follows is one character as it is, as wide a space, or repeated to the edge.
            '\\' | '_' | '*' => {
                let which = after.chars().next()?;
                rest = &after[which.len_utf8()..];
                match c {
                    '\\' => section.parts.push(Part::Literal(which)),
                    '_' => section.parts.push(Part::Literal(' ')),
                    _ => {}
                }
                continue;
            }
            '0' => Part::Digit(Filler::Zero),
            '#' => Part::Digit(Filler::Nothing),
            '?' => Part::Digit(Filler::Space),
            '.' => Part::Point,
            ',' => Part::Comma,
            '/' => Part::Slash,
            '%' => Part::Percent,
            '@' => Part::Text,
            'y' => time(Unit::Year, 4)?,
            'm' => time(Unit::Month, 5)?,
            'd' => time(Unit::Day, 4)?,
            'h' => time(Unit::Hour, 2)?,
            's' => time(Unit::Second, 2)?,
            'e' if after.starts_with(['+', '-']) => {
                next = &after[1..];
                let is_always = after.starts_with('+');
                Part::Exponent(if is_always {
                    ExponentSign::Always
                } else {
                    ExponentSign::IfNegative
                })
            }
            'a' if starts_with(rest, "AM/PM") => {
                next = &rest[5..];
                Part::HalfDay
            }
            'a' if starts_with(rest, "A/P") => {
                next = &rest[3..];
                Part::HalfDay
            }
            'g' if starts_with(rest, "General") => {
                next = &rest[7..];
                Part::General
            }
            // Russian words for parts of a date, which Excel takes for text: somebody meant a date.
            'Г' | 'М' | 'Д' | 'Ч' if run >= 1 && rest.chars().nth(1) == Some(c) => return None,
            c if c.is_ascii_alphabetic() => return None,
            c => Part::Literal(c),
        };
        section.parts.push(part);
        rest = next;
    }
    Some(sections)
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}
