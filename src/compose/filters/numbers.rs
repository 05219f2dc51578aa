//! Filters for numbers and sums in words, and for days and spans of dates.

use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::{Tongue, date, fail, only, text, tongue};
use crate::problem::FilterFault;
use crate::russian::numerals::{self, Counted};
use crate::russian::{Case, Gender, dates, english, gender};

const CASES: [&str; 6] =
    ["nominative", "genitive", "dative", "accusative", "instrumental", "prepositional"];

pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("in_words", |value: &Value, named: Kwargs, _: &State| {
        only(&named, "in_words", &["case", "gender"])?;
        let (number, counted, case) = (whole(value)?, counted(&named)?, case(&named)?);
        in_words(
            value,
            match tongue() {
                Tongue::Russian => numerals::cardinal(number, counted, case),
                Tongue::English { .. } => english::cardinal(number),
                Tongue::Other => Some(number.to_string()),
            },
        )
    });
    tera.register_filter("ordinal", |value: &Value, named: Kwargs, _: &State| {
        only(&named, "ordinal", &["case", "gender"])?;
        let (number, counted, case) = (whole(value)?, counted(&named)?, case(&named)?);
        in_words(
            value,
            match tongue() {
                Tongue::Russian => numerals::ordinal(number, counted, case),
                Tongue::English { .. } => english::ordinal(number),
                Tongue::Other => Some(number.to_string()),
            },
        )
    });
    tera.register_filter("rubles", |value: &Value, named: Kwargs, _: &State| {
        only(&named, "rubles", &["case"])?;
        let sum = sum(value)?;
        let case = case(&named)?;
        in_words(
            value,
            match tongue() {
                Tongue::Russian => numerals::rubles(sum.rubles, sum.kopecks, case),
                Tongue::English { .. } => english::roubles(sum.rubles, sum.kopecks),
                Tongue::Other => Some(text(value)?),
            },
        )
    });
    tera.register_filter("day_month", |value: &Value, named: Kwargs, _: &State| {
        only(&named, "day_month", &[])?;
        let text = text(value)?;
        match tongue() {
            Tongue::English { american } => {
                date(&text).map(|date| english::day_and_month(date, american))
            }
            Tongue::Russian | Tongue::Other => dates::day_and_month_of(&text)
                .map_or_else(|| date(&text).map(dates::day_and_month), Ok),
        }
    });
    tera.register_filter("date_range", |value: &Value, named: Kwargs, _: &State| {
        only(&named, "date_range", &["until"])?;
        let Some(until) = named.get::<String>("until")? else {
            return fail(FilterFault::Missing { filter: "date_range", argument: "until" });
        };
        let (from, to) = (date(&text(value)?)?, date(&until)?);
        let range = match tongue() {
            Tongue::Russian => dates::range(from, to),
            Tongue::English { american } => english::range(from, to, american),
            Tongue::Other => {
                (from <= to).then(|| format!("{} – {}", dates::short(from), dates::short(to)))
            }
        };
        match range {
            Some(range) => Ok(range),
            None => fail(FilterFault::EndsBeforeItBegins { until }),
        }
    });
}

fn in_words(value: &Value, words: Option<String>) -> TeraResult<String> {
    words.map_or_else(|| not_a_number(value), Ok)
}

fn not_a_number<T>(value: &Value) -> TeraResult<T> {
    fail(FilterFault::NotANumber { value: value.to_string() })
}

/// A whole number: a number, or figures with or without spaces.
pub(super) fn whole(value: &Value) -> TeraResult<u64> {
    let number = match (value.as_i64(), value.as_str()) {
        (Some(number), _) => u64::try_from(number).ok(),
        (None, Some(text)) => without_spaces(text).parse().ok(),
        (None, None) => None,
    };
    number.map_or_else(|| not_a_number(value), Ok)
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

struct Sum {
    rubles: u64,
    kopecks: Option<u8>,
}

/// «12 000», «12000,50» or «12 000.50».
fn sum(value: &Value) -> TeraResult<Sum> {
    let text = without_spaces(&text(value)?).replace(',', ".");
    let (rubles, rest) =
        text.split_once('.').map_or((text.as_str(), None), |(rubles, rest)| (rubles, Some(rest)));
    let kopecks = match rest.map(|rest| (rest.len(), rest.parse::<u8>())) {
        None => None,
        Some((1, Ok(tenths))) => Some(tenths * 10),
        Some((2, Ok(kopecks))) => Some(kopecks),
        Some((_, _)) => return not_a_number(value),
    };
    let figures = !rubles.is_empty() && rubles.bytes().all(|byte| byte.is_ascii_digit());
    match rubles.parse() {
        Ok(rubles) if figures => Ok(Sum { rubles, kopecks }),
        Ok(_) | Err(_) => not_a_number(value),
    }
}

/// The argument `case`; the nominative without one.
fn case(named: &Kwargs) -> TeraResult<Case> {
    let Some(value) = named.get::<String>("case")? else {
        return Ok(Case::Nominative);
    };
    match CASES.iter().position(|case| *case == value) {
        Some(at) => Ok(Case::ALL[at]),
        None => fail(FilterFault::Value { argument: "case", value, allowed: &CASES }),
    }
}

/// The argument `gender` of a thing: `m`, `f` or `n`; masculine without one.
fn counted(named: &Kwargs) -> TeraResult<Counted> {
    let Some(value) = named.get::<String>("gender")? else {
        return Ok(Counted::Masculine);
    };
    match (value.as_str(), gender::parse(&value)) {
        ("n" | "с", _) => Ok(Counted::Neuter),
        (_, Some(Gender::Male)) => Ok(Counted::Masculine),
        (_, Some(Gender::Female)) => Ok(Counted::Feminine),
        (_, None) => {
            fail(FilterFault::Value { argument: "gender", value, allowed: &["m", "f", "n"] })
        }
    }
}
