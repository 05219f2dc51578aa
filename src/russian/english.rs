//! What an English letter asks: «Dear Ms Smith», names as they are written, dates, numbers, quotes.

use jiff::civil::Date;

use super::Gender;
use super::forms::Person;
use super::names::FullName;
use super::titles;

/// What a person is called after «Dear», and the title before their whole name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Called {
    pub title: String,
    pub text: String,
}

/// By the title, else the degree, else the gender; `None` if nothing tells.
pub(super) fn called(person: &Person, gender: Option<Gender>) -> Option<Called> {
    let title = written(person.title)
        .or_else(|| of_degree(person.degree).map(str::to_owned))
        .or_else(|| gender.map(|gender| of_gender(gender).to_owned()))?;
    let FullName { surname, first_name, .. } = person.name;
    // «Dear Sir John»
    let by_first_name = matches!(title.as_str(), "Sir" | "Dame") && !first_name.is_empty();
    let name = if by_first_name || surname.is_empty() { first_name } else { surname };
    let text = format!("{title} {name}").trim_end().to_owned();
    Some(Called { title, text })
}

/// «Dr Anna Smith»
pub(super) fn in_full(title: &str, name: &FullName) -> String {
    let parts = [title, &name.first_name, &name.patronymic, &name.surname];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A title as English writes it; one that is not known stays as it was typed.
fn written(title: &str) -> Option<String> {
    let bare = title.trim().trim_end_matches('.');
    if bare.is_empty() {
        return None;
    }
    let known = match bare.to_lowercase().as_str() {
        "mr" | "mister" => "Mr",
        "mrs" => "Mrs",
        "ms" => "Ms",
        "miss" => "Miss",
        "mx" => "Mx",
        "dr" | "doctor" => "Dr",
        "prof" | "professor" => "Professor",
        "rev" | "reverend" => "Reverend",
        "sir" => "Sir",
        "dame" => "Dame",
        "lord" => "Lord",
        "lady" => "Lady",
        _ => match (of_degree(bare), titles::gender_of(bare)) {
            (Some(degree), _) => degree,
            (None, Some(gender)) if !bare.is_ascii() => of_gender(gender),
            (None, _) => return Some(bare.to_owned()),
        },
    };
    Some(known.to_owned())
}

/// A professor, else a doctor of whatever kind.
fn of_degree(degree: &str) -> Option<&'static str> {
    let words = || {
        degree.split([' ', ',', ';', '/']).map(|word| {
            let letters = word.chars().flat_map(char::to_lowercase);
            letters.filter(|c| c.is_alphanumeric()).collect::<String>()
        })
    };
    let is_one_of = |known: &[&str]| words().any(|word| known.contains(&word.as_str()));
    if is_one_of(&["professor", "prof", "профессор", "проф"]) {
        return Some("Professor");
    }
    let is_doctor = is_one_of(&[
        "dr",
        "doctor",
        "phd",
        "dphil",
        "md",
        "dsc",
        "edd",
        "dlitt",
        "lld",
        "доктор",
        "кандидат",
        "канд",
    ]) || degree.split([',', ';']).any(is_russian_degree);
    is_doctor.then_some("Dr")
}

/// «к.п.н.», «д. и. н.»
fn is_russian_degree(text: &str) -> bool {
    let small: String = text.to_lowercase().split_whitespace().collect();
    let parts: Vec<&str> = small.trim_end_matches('.').split('.').collect();
    parts.len() >= 3 && matches!(parts[0], "к" | "д") && parts.last() == Some(&"н")
}

const fn of_gender(gender: Gender) -> &'static str {
    match gender {
        Gender::Male => "Mr",
        Gender::Female => "Ms",
    }
}

/// A word in the singular after one, in the plural after any other number.
#[must_use]
pub fn plural<'a>(number: u64, one: &'a str, many: &'a str) -> &'a str {
    if number == 1 { one } else { many }
}

#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
];

const NO_BREAK_SPACE: char = '\u{A0}';

/// Whether dates are written as in the United States.
#[must_use]
pub fn is_american(language: &str) -> bool {
    language.eq_ignore_ascii_case("en-us")
}

fn month(date: Date) -> &'static str {
    usize::try_from(date.month()).ok().and_then(|it| MONTHS.get(it - 1)).copied().unwrap_or("")
}

/// `1 February 2027`; in the United States `February 1, 2027`.
#[must_use]
pub fn date(date: Date, american: bool) -> String {
    let (day, month, year) = (date.day(), month(date), date.year());
    if american {
        format!("{month}{NO_BREAK_SPACE}{day}, {year}")
    } else {
        format!("{day}{NO_BREAK_SPACE}{month} {year}")
    }
}

/// `1 Feb 2027`, which nobody reads as the second of January.
#[must_use]
pub fn short_date(date: Date, american: bool) -> String {
    let (day, month, year) = (date.day(), &month(date)[..3], date.year());
    if american {
        format!("{month}{NO_BREAK_SPACE}{day}, {year}")
    } else {
        format!("{day}{NO_BREAK_SPACE}{month}{NO_BREAK_SPACE}{year}")
    }
}

/// `1 February`
#[must_use]
pub fn day_and_month(date: Date, american: bool) -> String {
    let (day, month) = (date.day(), month(date));
    if american {
        format!("{month}{NO_BREAK_SPACE}{day}")
    } else {
        format!("{day}{NO_BREAK_SPACE}{month}")
    }
}

/// `28–30 March`, `30 March – 2 April`; years only if they differ. `None` if `to` is before `from`.
#[must_use]
pub fn range(from: Date, to: Date, american: bool) -> Option<String> {
    if to < from {
        return None;
    }
    let same_month = (from.year(), from.month()) == (to.year(), to.month());
    Some(match (from == to, same_month, from.year() == to.year()) {
        (true, _, _) => day_and_month(to, american),
        (false, true, _) if american => {
            format!("{}–{}", day_and_month(from, true), to.day())
        }
        (false, true, _) => format!("{}–{}", from.day(), day_and_month(to, false)),
        (false, false, true) => {
            format!("{} – {}", day_and_month(from, american), day_and_month(to, american))
        }
        (false, false, false) => {
            format!("{} – {}", self::date(from, american), self::date(to, american))
        }
    })
}

/// Reads `1 February 2027`, `Feb 1, 2027`.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || c == ',' || c == '.')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let [one, two, year] = words.as_slice() else { return None };
    let month_of = |word: &str| {
        let at = MONTHS.iter().position(|month| {
            let month = month.to_lowercase();
            month == word || word.len() >= 3 && month.starts_with(word)
        })?;
        i8::try_from(at + 1).ok()
    };
    let (day, month) = match (month_of(one), month_of(two)) {
        (Some(month), None) => (two, month),
        (None, Some(month)) => (one, month),
        _ => return None,
    };
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if year.len() != 4 || day.is_empty() || day.len() > 2 {
        return None;
    }
    Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()
}

#[rustfmt::skip]
const ONES: [&str; 20] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
];
#[rustfmt::skip]
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const SCALES: [(u64, &str); 3] =
    [(1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand")];

/// A number in words; `None` beyond [`super::numerals::LARGEST`].
#[must_use]
pub fn cardinal(number: u64) -> Option<String> {
    if number > super::numerals::LARGEST {
        return None;
    }
    if number == 0 {
        return Some(ONES[0].to_owned());
    }
    let mut words: Vec<String> = Vec::new();
    let mut rest = number;
    for (size, name) in SCALES {
        if rest >= size {
            words.push(format!("{} {name}", below_thousand(rest / size)));
            rest %= size;
        }
    }
    if rest > 0 {
        let and = if !words.is_empty() && rest < 100 { "and " } else { "" };
        words.push(format!("{and}{}", below_thousand(rest)));
    }
    Some(words.join(" "))
}

fn below_thousand(number: u64) -> String {
    let index = |number: u64| usize::try_from(number).unwrap_or(0);
    let mut words = Vec::new();
    if number >= 100 {
        words.push(format!("{} hundred", ONES[index(number / 100)]));
    }
    let rest = number % 100;
    if rest > 0 {
        let small = match (rest / 10, rest % 10) {
            (0 | 1, _) => ONES[index(rest)].to_owned(),
            (tens, 0) => TENS[index(tens)].to_owned(),
            (tens, ones) => format!("{}-{}", TENS[index(tens)], ONES[index(ones)]),
        };
        words.push(if words.is_empty() { small } else { format!("and {small}") });
    }
    words.join(" ")
}

/// `third`, `twenty-first`.
#[must_use]
pub fn ordinal(number: u64) -> Option<String> {
    let words = cardinal(number)?;
    let at = words.rfind([' ', '-']).map_or(0, |at| at + 1);
    let (before, last) = words.split_at(at);
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        tens if tens.ends_with('y') => format!("{}ieth", tens.trim_end_matches('y')),
        other => format!("{other}th"),
    };
    Some(format!("{before}{last}"))
}

/// `twelve thousand roubles 50 kopecks`
#[must_use]
pub fn roubles(roubles: u64, kopecks: Option<u8>) -> Option<String> {
    let words = cardinal(roubles)?;
    let roubles = plural(roubles, "rouble", "roubles");
    Some(match kopecks {
        None => format!("{words} {roubles}"),
        Some(kopecks) => {
            let word = plural(kopecks.into(), "kopeck", "kopecks");
            format!("{words} {roubles} {kopecks:02} {word}")
        }
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;

    use super::*;

    #[test]
    fn dates_are_written_as_in_english() {
        let plain = |text: String| text.replace(NO_BREAK_SPACE, " ");
        assert_eq!(plain(date(day(2027, 2, 1), false)), "1 February 2027");
        assert_eq!(plain(date(day(2027, 2, 1), true)), "February 1, 2027");
        assert_eq!(plain(short_date(day(2027, 2, 1), false)), "1 Feb 2027");
        let range = |a, b, american| range(a, b, american).map(plain);
        assert_eq!(range(day(2027, 3, 1), day(2027, 3, 3), false).as_deref(), Some("1–3 March"));
        assert_eq!(range(day(2027, 3, 1), day(2027, 3, 3), true).as_deref(), Some("March 1–3"));
        assert_eq!(
            range(day(2027, 3, 30), day(2027, 4, 2), false).as_deref(),
            Some("30 March – 2 April")
        );
        assert_eq!(range(day(2027, 3, 2), day(2027, 3, 1), false), None);
        for text in ["1 February 2027", "Feb 1, 2027", "1st February 2027"] {
            assert_eq!(parse_date(text), Some(day(2027, 2, 1)), "{text}");
        }
        for text in ["32 March 2027", "March 2027", "1 2 2027", "tomorrow"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_written_in_english_words() {
        for (number, words, nth) in [
            (0, "zero", "zeroth"),
            (1, "one", "first"),
            (12, "twelve", "twelfth"),
            (20, "twenty", "twentieth"),
            (42, "forty-two", "forty-second"),
            (105, "one hundred and five", "one hundred and fifth"),
            (12_000, "twelve thousand", "twelve thousandth"),
            (1001, "one thousand and one", "one thousand and first"),
            (
                2_300_450,
                "two million three hundred thousand four hundred and fifty",
                "two million three hundred thousand four hundred and fiftieth",
            ),
        ] {
            assert_eq!(cardinal(number).as_deref(), Some(words));
            assert_eq!(ordinal(number).as_deref(), Some(nth));
        }
        assert_eq!(cardinal(u64::MAX), None);
        assert_eq!(roubles(1, Some(5)).as_deref(), Some("one rouble 05 kopecks"));
    }
}
