//! Template filters for Russian, such as `{{ recipient.position | genitive }}`.
//!
//! A form that is less than sure is recorded while a template is rendered, so that a person sees it
//! before anything is sent.

mod numbers;

use std::cell::{Cell, RefCell};

use jiff::civil::Date;
use tera::{Error, Kwargs, State, StringInput, Tera, TeraResult, Value};

use super::{Habits, escape};
use crate::problem::{Fault, FilterFault, FormsFault};
use crate::russian::names::{self, Disputed, FullName};
use crate::russian::{
    Case, Confidence, Form, Gender, Reason, dates, english, gender, languages, organisation,
    plural, positions, typography,
};

/// Numbers that `range` may give to one template in all.
const MOST: u64 = 100_000;

/// Octets that `join` makes.
const LONGEST: usize = 8 << 20;

thread_local! {
    /// The doubts about the letter that this thread composes.
    static DOUBTS: RefCell<Vec<Fault>> = const { RefCell::new(Vec::new()) };
    /// Numbers that `range` has given to the template so far.
    static COUNTED: Cell<u64> = const { Cell::new(0) };
    static FAILURE: RefCell<Option<FilterFault>> = const { RefCell::new(None) };
    /// The language of that letter.
    static HABITS: Cell<Habits> = Cell::new(Habits::default());
    static TONGUE: Cell<Tongue> = const { Cell::new(Tongue::Russian) };
}

/// The language that filters speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tongue {
    Russian,
    English { american: bool },
    Other,
}

/// Sets the language of the letter that this thread composes, and the habits of the list.
pub(super) fn speak(language: &str, habits: Habits) {
    HABITS.set(habits);
    TONGUE.set(if languages::is_russian(language) {
        Tongue::Russian
    } else if languages::is_english(language) {
        Tongue::English { american: english::is_american(language) }
    } else {
        Tongue::Other
    });
}

fn tongue() -> Tongue {
    TONGUE.get()
}

/// Fails with a fault. Tera passes on only a text, so the fault is kept aside for
/// [`take_failure`].
fn fail<T>(fault: FilterFault) -> TeraResult<T> {
    FAILURE.set(Some(fault));
    Err(Error::message("a filter failed"))
}

/// Takes the fault of the filter that failed last.
pub(super) fn take_failure() -> Option<FilterFault> {
    FAILURE.take()
}

/// Takes the doubts recorded since the last call.
pub(super) fn take_doubts() -> Vec<Fault> {
    DOUBTS.take()
}

/// The names of all filters, to propose one for a name that does not exist.
pub(super) const NAMES: [&str; 17] = [
    "nominative",
    "dative",
    "genitive",
    "accusative",
    "instrumental",
    "prepositional",
    "initials",
    "date_long",
    "date_short",
    "plural",
    "typography",
    "urlencode",
    "in_words",
    "ordinal",
    "rubles",
    "day_month",
    "date_range",
];

/// Begins the rendering of a template: resets what its loops have counted.
pub(super) fn begin() {
    COUNTED.set(0);
}

/// Registers the filters with Tera.
pub(super) fn register(tera: &mut Tera) {
    numbers::register(tera);
    tera.register_function("range", |named: Kwargs, _: &State| range(&named));
    tera.register_filter("nominative", |value: &Value, named: Kwargs, _: &State| {
        only(&named, "nominative", &[])?;
        Ok(nominative(text(value)?))
    });
    tera.register_filter("join", |values: &[Value], named: Kwargs, state: &State| {
        join(values, &named, state)
    });
    tera.register_filter("dative", |value: &Value, named: Kwargs, _: &State| {
        decline("dative", &text(value)?, &named, Case::Dative)
    });
    tera.register_filter("genitive", |value: &Value, named: Kwargs, _: &State| {
        decline("genitive", &text(value)?, &named, Case::Genitive)
    });
    tera.register_filter("accusative", |value: &Value, named: Kwargs, _: &State| {
        decline("accusative", &text(value)?, &named, Case::Accusative)
    });
    tera.register_filter("instrumental", |value: &Value, named: Kwargs, _: &State| {
        decline("instrumental", &text(value)?, &named, Case::Instrumental)
    });
    tera.register_filter("prepositional", |value: &Value, named: Kwargs, _: &State| {
        decline("prepositional", &text(value)?, &named, Case::Prepositional)
    });
    tera.register_filter("initials", |value: &Value, named: Kwargs, _: &State| {
        initials(&text(value)?, &named)
    });
    tera.register_filter("date_long", |value: &Value, named: Kwargs, _: &State| {
        only(&named, "date_long", &[])?;
        date(&text(value)?).map(|date| match tongue() {
            Tongue::Russian => dates::long(date),
            Tongue::English { american } => english::date(date, american),
            Tongue::Other => dates::short(date),
        })
    });
    tera.register_filter("date_short", |value: &Value, named: Kwargs, _: &State| {
        only(&named, "date_short", &[])?;
        date(&text(value)?).map(|date| match tongue() {
            Tongue::English { american } => english::short_date(date, american),
            Tongue::Russian | Tongue::Other => dates::short(date),
        })
    });
    tera.register_filter("plural", |value: &Value, named: Kwargs, _: &State| {
        plural_of(value, &named)
    });
    tera.register_filter("typography", |value: &Value, named: Kwargs, _: &State| {
        only(&named, "typography", &[])?;
        text(value).map(|text| match tongue() {
            Tongue::Russian => typography::tidy(&text),
            Tongue::English { .. } => typography::tidy_english(&text),
            Tongue::Other => text,
        })
    });
    tera.register_filter("urlencode", |value: &Value, named: Kwargs, _: &State| {
        only(&named, "urlencode", &[])?;
        let encoded = escape::percent_encoded(&text(value)?);
        // Without anything that a template engine, Markdown or an address could take for syntax. An
        // empty one is left to be found as a gap.
        Ok(if encoded.is_empty() { "".into() } else { Value::safe_string(&encoded) })
    });
}

/// `{{ text | dative }}` declines a position; `as` names something else, `gender` a person's.
fn decline(filter: &'static str, text: &str, named: &Kwargs, case: Case) -> TeraResult<String> {
    const KINDS: [&str; 6] =
        ["position", "organisation", "name", "surname", "first_name", "patronymic"];
    only(named, filter, &["as", "gender"])?;
    let cell = named.get::<String>("gender")?;
    let gender = cell.as_deref().and_then(gender::parse);
    let kind = named.get::<String>("as")?;
    let kind = kind.as_deref().unwrap_or(if cell.is_some() { "name" } else { "position" });
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    // Nothing is declined but Russian.
    if tongue() != Tongue::Russian {
        return Ok(text.to_owned());
    }
    let form = match (kind, gender) {
        ("position", _) => positions::decline(text, case),
        ("organisation", _) => organisation::decline(text, case),
        ("name", Some(gender)) => return Ok(name(text, gender, case)),
        ("surname", Some(gender)) => names::surname(text, gender, case),
        ("first_name", Some(gender)) => by_habit(text, names::first_name(text, gender, case)),
        ("patronymic", Some(gender)) => names::patronymic(text, gender, case),
        (known, None) if KINDS.contains(&known) => match cell {
            Some(value) => {
                return fail(FilterFault::Value {
                    argument: "gender",
                    value,
                    allowed: &["m", "f"],
                });
            }
            None => return fail(FilterFault::GenderNeeded { kind: known.to_owned() }),
        },
        (other, _) => {
            return fail(FilterFault::Value {
                argument: "as",
                value: other.to_owned(),
                allowed: &KINDS,
            });
        }
    };
    Ok(noted(text, form))
}

/// The text that a value prints as.
fn text(value: &Value) -> TeraResult<String> {
    if value.is_map() || value.is_array() || value.is_none() || value.is_undefined() {
        return fail(FilterFault::NotAText);
    }
    Ok(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// Declines a whole name and keeps the order of its parts.
fn name(text: &str, gender: Gender, case: Case) -> String {
    let split = FullName::split(text);
    if split.confidence < Confidence::Sure && text.split_whitespace().count() > 1 {
        note(text, text, split.reason);
    }
    let full = names::full(&split.name, gender, case);
    let parts = [
        (&split.name.surname, full.surname),
        (&split.name.first_name, full.first_name),
        (&split.name.patronymic, full.patronymic),
    ];
    let mut parts: Vec<(&String, Form)> =
        parts.into_iter().filter(|(part, _)| !part.is_empty()).collect();
    parts.sort_by_key(|(part, _)| text.find(part.as_str()));
    parts
        .into_iter()
        .map(|(part, form)| noted(part, by_habit(part, form)))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A form on which handbooks disagree, as the list's settings have it.
fn by_habit(text: &str, form: Form) -> Form {
    let Reason::HandbooksDisagree { other, .. } = &form.reason else { return form };
    let Habits { soft_sign_declines, iya_in_ie } = HABITS.get();
    let is_wanted = |form: &str| match names::disputed(text)? {
        Disputed::SoftSign => Some((form != text) == soft_sign_declines?),
        Disputed::StressedIya => Some(form.ends_with(['е', 'Е']) == iya_in_ie?),
    };
    let Some(is_own) = is_wanted(&form.text) else { return form };
    let text = if is_own { form.text } else { other.clone() };
    Form { text, confidence: Confidence::Sure, reason: Reason::Plain }
}

/// The initials of a name («М.Г.»); `surname` adds the surname before or after them, `spaced` a
/// space between them.
fn initials(text: &str, named: &Kwargs) -> TeraResult<String> {
    only(named, "initials", &["surname", "spaced"])?;
    let initials = initials_of(text, named)?;
    if named.get::<bool>("spaced")? != Some(true) {
        return Ok(initials);
    }
    // «И. И. Иванов»
    Ok(names::spaced(&initials))
}

fn initials_of(text: &str, named: &Kwargs) -> TeraResult<String> {
    let split = FullName::split(text);
    let FullName { surname, first_name, patronymic } = &split.name;
    match named.get::<String>("surname")?.as_deref() {
        None => Ok(names::initials(first_name, patronymic)),
        Some("before") => {
            Ok(names::short(surname, first_name, patronymic, names::Order::SurnameFirst))
        }
        Some("behind") => {
            Ok(names::short(surname, first_name, patronymic, names::Order::InitialsFirst))
        }
        Some(other) => fail(FilterFault::Value {
            argument: "surname",
            value: other.to_owned(),
            allowed: &["before", "behind"],
        }),
    }
}

/// `{{ n | plural(one="письмо", few="письма", many="писем") }}` prints the word alone.
fn plural_of(value: &Value, named: &Kwargs) -> TeraResult<String> {
    only(named, "plural", &["one", "few", "many"])?;
    let number = match value.as_i64() {
        Some(number) => number.unsigned_abs(),
        None => numbers::whole(value)?,
    };
    let form = |argument| match named.get::<String>(argument)? {
        Some(form) => Ok(form),
        None => fail(FilterFault::Missing { filter: "plural", argument }),
    };
    if tongue() != Tongue::Russian && named.get::<String>("few")?.is_none() {
        return Ok(english::plural(number, &form("one")?, &form("many")?).to_owned());
    }
    Ok(plural::form(number, &form("one")?, &form("few")?, &form("many")?).to_owned())
}

/// Tera's own `range` with a bound on all numbers of a template: nested loops must end.
fn range(named: &Kwargs) -> TeraResult<Vec<i64>> {
    only(named, "range", &["start", "end", "step_by"])?;
    let start = named.get::<i64>("start")?.unwrap_or(0);
    let end = named.must_get::<i64>("end")?;
    let step = named.get::<i64>("step_by")?.unwrap_or(1);
    let span = if step < 0 { start.saturating_sub(end) } else { end.saturating_sub(start) };
    let count = match step.unsigned_abs() {
        0 => return fail(FilterFault::TooMuch),
        step => span.max(0).unsigned_abs().div_ceil(step),
    };
    let counted = COUNTED.get().saturating_add(count);
    if counted > MOST {
        return fail(FilterFault::TooMuch);
    }
    COUNTED.set(counted);
    Ok((0..count)
        .scan(start, |next, _| Some(std::mem::replace(next, next.saturating_add(step))))
        .collect())
}

/// Tera's own `join` with a bound: it would take the memory for the whole before it writes any of it.
fn join(values: &[Value], named: &Kwargs, state: &State) -> TeraResult<Value> {
    only(named, "join", &["sep"])?;
    let separator = named.get::<StringInput>("sep")?;
    let is_safe = state.autoescaping_enabled()
        && (values.iter().any(|value| value.is_string() && value.is_safe())
            || separator.as_ref().is_some_and(StringInput::is_safe));
    let between = match &separator {
        Some(separator) if is_safe => separator.rendered(state)?,
        Some(separator) => separator.as_str().into(),
        None => "".into(),
    };
    let mut joined = String::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            joined.push_str(&between);
        }
        if is_safe && !value.is_undefined() {
            joined.push_str(&state.escape_if_needed(value)?);
        } else if !is_safe {
            joined.push_str(&value.to_string());
        }
        if joined.len() > LONGEST {
            return fail(FilterFault::TooMuch);
        }
    }
    Ok(if is_safe { Value::safe_string(&joined) } else { Value::from(joined) })
}

fn date(text: &str) -> TeraResult<Date> {
    match dates::parse(text).or_else(|| english::parse_date(text)) {
        Some(date) => Ok(date),
        None => fail(FilterFault::NotADate { value: text.to_owned() }),
    }
}

/// Rejects arguments that a filter does not have.
fn only(named: &Kwargs, filter: &'static str, known: &'static [&'static str]) -> TeraResult<()> {
    let names = named.iter().filter_map(|(name, _)| name.as_str());
    match names.into_iter().find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => fail(FilterFault::Unknown { filter, argument: name.to_owned(), known }),
    }
}

/// The position whose dative this is; noted if that is doubtful.
pub(super) fn nominative(dative: String) -> String {
    if tongue() != Tongue::Russian || dative.trim().is_empty() {
        return dative;
    }
    let form = positions::nominative(&dative);
    noted(&dative, form)
}

fn noted(nominative: &str, form: Form) -> String {
    if form.confidence < Confidence::Sure {
        note(nominative, &form.text, form.reason);
    }
    form.text
}

fn note(nominative: &str, proposed: &str, reason: Reason) {
    let fault = FormsFault::FormDoubtful {
        nominative: nominative.to_owned(),
        proposed: proposed.to_owned(),
        reason,
        column: None,
    }
    .into();
    DOUBTS.with_borrow_mut(|doubts| {
        if !doubts.contains(&fault) {
            doubts.push(fault);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(template: &str) -> Result<String, String> {
        take_doubts();
        let mut tera = Tera::new();
        register(&mut tera);
        tera.add_raw_template("t", template).map_err(|error| error.to_string())?;
        tera.render("t", &tera::Context::new()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_filter_does_what_its_name_says() {
        for (template, text) in [
            ("{{ 'Начальник отдела' | dative }}", "Начальнику отдела"),
            ("{{ 'Начальник отдела' | instrumental }}", "Начальником отдела"),
            ("{{ 'Начальнику отдела' | nominative }}", "Начальник отдела"),
            (
                "{{ 'Управление образования' | genitive(as='organisation') }}",
                "Управления образования",
            ),
            ("{{ 'Ильина Анна Петровна' | dative(gender='f') }}", "Ильиной Анне Петровне"),
            ("{{ 'Анна Петровна Ильина' | accusative(gender='ж') }}", "Анну Петровну Ильину"),
            ("{{ 'Цой' | dative(as='surname', gender='m') }}", "Цою"),
            ("{{ 'Пётр' | prepositional(as='first_name', gender='m') }}", "Петре"),
            ("{{ 'Максим Георгиевич' | initials }}", "М.Г."),
            ("{{ 'Седых Вера Львовна' | initials(surname='behind') }}", "В.Л.\u{a0}Седых"),
            (
                "{{ 'Седых Вера Львовна' | initials(surname='behind', spaced=true) }}",
                "В.\u{a0}Л.\u{a0}Седых",
            ),
            ("{{ 12000 | rubles(case='genitive') }}", "двенадцати тысяч рублей"),
            ("{{ '1 234,5' | rubles }}", "одна тысяча двести тридцать четыре рубля 50 копеек"),
            ("{{ '21' | in_words(gender='f', case='accusative') }}", "двадцать одну"),
            ("{{ 3 | ordinal(gender='f', case='dative') }}", "третьей"),
            ("{{ '2027-03-01' | day_month }}", "1\u{a0}марта"),
            ("{{ '1 марта' | day_month }}", "1\u{a0}марта"),
            ("{{ '2027-03-01' | date_range(until='03.03.2027') }}", "с 1 по 3\u{a0}марта"),
            ("{{ '2022-02-28' | date_long }}", "28\u{a0}февраля 2022\u{a0}г."),
            ("{{ '28 февраля 2022 г.' | date_short }}", "28.02.2022"),
            ("{{ 22 | plural(one='письмо', few='письма', many='писем') }}", "письма"),
            ("{{ '№ 5 \"Школа\" - лучшая' | typography }}", "№\u{a0}5 «Школа» – лучшая"),
            ("{{ '' | dative }}", ""),
            ("{{ ['а', 1, 'б'] | join(sep=', ') }}{{ ['в', 'г'] | join }}", "а, 1, бвг"),
            ("{{ ['а'] | join(sep='<br>' | safe) }}", "а"),
            (
                "{{ 'Ильина & Ко, 5%' | urlencode }}",
                "%D0%98%D0%BB%D1%8C%D0%B8%D0%BD%D0%B0%20%26%20%D0%9A%D0%BE%2C%205%25",
            ),
        ] {
            assert_eq!(rendered(template).as_deref(), Ok(text), "{template}");
        }
        assert!(take_doubts().is_empty());
    }

    #[test]
    fn wrong_arguments_get_a_clear_error() {
        for (template, words) in [
            ("{{ 'Цой' | dative(as='surname') }}", "declining a surname requires gender"),
            ("{{ 'Цой' | dative(as='town') }}", "as cannot be \"town\""),
            ("{{ 'Цой' | dative(gender='x') }}", "gender cannot be \"x\""),
            ("{{ 'Цой' | dative(sex='m') }}", "has no argument \"sex\""),
            ("{{ 'завтра' | date_long }}", "\"завтра\" is not a date"),
            ("{{ 'два' | plural(one='а', few='б', many='в') }}", "\"два\" is not a whole number"),
            ("{{ '-5' | in_words }}", "\"-5\" is not"),
            ("{{ '12.345' | rubles }}", "\"12.345\" is not"),
            ("{{ 5 | rubles(case='locative') }}", "case cannot be \"locative\""),
            ("{{ '02.03.2027' | date_range(until='2027-03-01') }}", "before"),
            ("{{ 2 | plural(one='а', few='б') }}", "plural needs many"),
        ] {
            rendered(template).unwrap_err();
            let fault = crate::problem::LetterFault::Filter(take_failure().unwrap()).into();
            let said = crate::notice::fault(&fault, crate::notice::Language::English);
            assert!(said.contains(words), "{template}: {said}");
        }
    }

    #[test]
    fn a_doubtful_form_is_noted() {
        rendered("{{ 'Заяц' | dative(as='surname', gender='m') }}").unwrap();
        assert_eq!(take_doubts().len(), 1);
    }
}
