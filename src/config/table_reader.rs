//! One table of the TOML file, read key by key.
//!
//! Knows which keys were asked for, and so which are unknown, and what each is nearest to.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::slips::{slip, slip_in};
use crate::compose::braces;
use crate::policy;
use crate::problem::{
    AddressFlaw, ConfigFault, Expected, Fault, Kind, LetterFault, ListFault, Place, Problem,
    nearest,
};
use crate::recipient::{Address, Mailbox};

/// The tables that may stand in a file of defaults too, with the key that names another server: where the
/// campaign has it, the defaults of that table do not hold.
pub(super) const DEFAULT_TABLES: [(&str, Option<&str>); 4] =
    [("from", None), ("smtp", Some("host")), ("inbox", Some("host")), ("pace", None)];

/// A file, and what it is.
#[derive(Clone)]
struct Source<'i> {
    file: Arc<str>,
    text: &'i str,
    /// Of defaults; `None` for the campaign's own file.
    defaults: Option<Defaults>,
}

/// What a file of defaults is.
#[derive(Clone)]
pub(super) struct Defaults {
    /// Its folder, to which its paths are relative.
    pub folder: Arc<Path>,
    /// Whether nobody but the person, or the system's administrator, can have written it.
    pub is_own: bool,
}

struct Entry<'i> {
    /// Where the key is written.
    key: Range<usize>,
    value: Spanned<DeValue<'i>>,
    source: Source<'i>,
}

/// One table, and the problems found in it so far.
pub(super) struct TableReader<'i> {
    source: Source<'i>,
    table: BTreeMap<String, Entry<'i>>,
    /// Files of defaults, whose tables fill up those of this file; the nearest first.
    beneath: Vec<Self>,
    /// Where the table itself begins.
    start: usize,
    asked: Vec<String>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl<'i> TableReader<'i> {
    /// Parses a whole file.
    pub(super) fn parse(file: &str, text: &'i str) -> Result<Self, Vec<Problem>> {
        let file: Arc<str> = file.into();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match DeTable::parse(text) {
            Ok(table) => Ok(Self::of(Source { file, text, defaults: None }, table.into_inner(), 0)),
            Err(error) => {
                let byte = error.span().map_or(0, |span| span.start);
                let fault = slip(text, byte).unwrap_or_else(|| {
                    let detail = error.message().replace('\n', ", ");
                    ConfigFault::Toml { detail }
                });
                Err(vec![Problem::error(Place::of_byte(file, text, byte), fault)])
            }
        }
    }

    /// Parses a file of defaults.
    pub(super) fn parse_defaults(
        file: &str,
        text: &'i str,
        defaults: Defaults,
    ) -> Result<Self, Vec<Problem>> {
        let mut reader = Self::parse(file, text)?;
        reader.source.defaults = Some(defaults);
        for entry in reader.table.values_mut() {
            entry.source = reader.source.clone();
        }
        Ok(reader)
    }

    /// From now on, tables of [`DEFAULT_TABLES`] are filled up from these files.
    pub(super) fn stand_on(&mut self, beneath: Vec<Self>) {
        self.beneath = beneath;
    }

    fn of(source: Source<'i>, table: DeTable<'i>, start: usize) -> Self {
        let entry = |(key, value): (Spanned<DeString<'i>>, _)| {
            let entry = Entry { key: key.span(), value, source: source.clone() };
            (key.get_ref().to_string(), entry)
        };
        let table = table.into_iter().map(entry).collect();
        Self {
            source,
            table,
            beneath: Vec::new(),
            start,
            asked: Vec::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// All problems, unknown keys among them, in the order of the file.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        for layer in std::mem::take(&mut self.beneath) {
            self.problems.extend(layer.finish());
        }
        for (key, entry) in &self.table {
            if !self.asked.contains(key) {
                let nearest = nearest(
                    key,
                    self.asked
                        .iter()
                        .map(String::as_str)
                        .filter(|known| !self.table.contains_key(*known)),
                )
                .or_else(|| nearest(key, self.asked.iter().map(String::as_str)));
                self.problems.push(Problem::error(
                    entry.source.place(entry.key.start),
                    ConfigFault::KeyUnknown { key: key.clone(), nearest },
                ));
            }
        }
        self.problems.sort_by(|a, b| a.place.cmp(&b.place));
        self.problems
    }

    /// Reads an inner table, and takes over its problems.
    pub(super) fn inner<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let mut inner = self.table(key)?;
        let taken = read(&mut inner);
        self.warnings.append(&mut inner.warnings);
        self.problems.extend(inner.finish());
        Some(taken)
    }

    /// Reads an inner table that must be there.
    pub(super) fn required_inner<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        self.require(key);
        self.inner(key, read)
    }

    /// Whether the key is there, whatever its value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn is_text(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|entry| entry.value.get_ref().is_str())
    }

    /// Notes a fault at the value of `key`.
    pub(super) fn fault<F: Into<Fault>>(&mut self, key: &str, fault: impl FnOnce(String) -> F) {
        self.asked.push(key.to_owned());
        let place = self.place_of_value(key);
        self.problems.push(Problem::error(place, fault(key.to_owned())));
    }

    /// Warns of a field, or the half of one, in a text that is printed as it is.
    pub(super) fn warn_of_braces(&mut self, key: &str, text: &str) {
        if let Some(text) = braces(text) {
            let place = self.place_of_value(key);
            self.warnings.push(Problem::warning(place, LetterFault::BracesLeft { text }));
        }
    }

    /// What is worth a look in this table and those within it.
    pub(super) fn take_warnings(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.warnings)
    }

    /// Notes a fault of the table as a whole.
    pub(super) fn fault_here(&mut self, fault: impl Into<Fault>) {
        self.problems.push(Problem::error(self.place(), fault));
    }

    /// Where the table begins.
    pub(super) fn place(&self) -> Place {
        self.source.place(self.start)
    }

    /// Where the value of `key` begins, or the table if the key is missing.
    pub(super) fn place_of_value(&self, key: &str) -> Place {
        match self.table.get(key) {
            Some(entry) => entry.source.place(entry.value.span().start),
            None => self.place(),
        }
    }

    /// Whether all of these keys that are there come from files of defaults which are the person's own.
    pub(super) fn are_own(&self, keys: &[&str]) -> bool {
        keys.iter()
            .filter_map(|key| self.table.get(*key))
            .all(|entry| entry.source.defaults.as_ref().is_some_and(|defaults| defaults.is_own))
    }

    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        let text = self.value(key, Kind::Text, |value| value.as_str().map(str::to_owned))?;
        if text.trim().is_empty() {
            self.fault(key, |key| ConfigFault::ValueEmpty { key });
            return None;
        }
        let written = self.table.get(key).and_then(|it| it.source.text.get(it.value.span()));
        if text.contains(char::is_control)
            && let Some(slip) = written.and_then(|written| slip_in(key, written))
        {
            self.fault(key, |_| slip);
            return None;
        }
        if text.chars().any(|c| c.is_control() && c != '\t') {
            self.fault(key, |key| ConfigFault::ValueControl { key });
            return None;
        }
        Some(text)
    }

    pub(super) fn placed_text(&mut self, key: &str) -> Option<(String, Place)> {
        let place = self.place_of_value(key);
        self.text(key).map(|text| (text, place))
    }

    /// A path; one in a file of defaults is relative to that file.
    pub(super) fn path(&mut self, key: &str) -> Option<(String, Place)> {
        let place = self.place_of_value(key);
        let text = self.text(key)?;
        let defaults = self.table.get(key).and_then(|entry| entry.source.defaults.as_ref());
        let text = match defaults {
            Some(defaults) => defaults.folder.join(text).to_string_lossy().into_owned(),
            None => text,
        };
        Some((text, place))
    }

    pub(super) fn required_text(&mut self, key: &str) -> Option<String> {
        self.require(key);
        self.text(key)
    }

    pub(super) fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        self.value(key, Kind::List, |value| {
            value
                .as_array()?
                .iter()
                .map(|item| item.get_ref().as_str().map(str::to_owned))
                .collect()
        })
    }

    /// A list of texts, each with its place; none may be empty or hold a control character.
    pub(super) fn placed_texts(&mut self, key: &str) -> Vec<(String, Place)> {
        let source = self.source_of(key);
        let items = self.value(key, Kind::List, |value| {
            let item = |item: &Spanned<DeValue<'i>>| {
                let place = source.place(item.span().start);
                Some((item.get_ref().as_str()?.to_owned(), place))
            };
            value.as_array()?.iter().map(item).collect::<Option<Vec<_>>>()
        });
        let mut items = items.unwrap_or_default();
        items.retain(|(item, place)| {
            let fault = if item.trim().is_empty() {
                ConfigFault::ValueEmpty { key: key.to_owned() }
            } else if item.chars().any(char::is_control) {
                ConfigFault::ValueControl { key: key.to_owned() }
            } else {
                return true;
            };
            self.problems.push(Problem::error(place.clone(), fault));
            false
        });
        items
    }

    /// A size such as `"20 MB"`, `"500 KB"`, in octets; a kilobyte is 1024 of them.
    pub(super) fn size(&mut self, key: &str) -> Option<u64> {
        self.value(key, Kind::Size, |value| {
            let text = value.as_str()?.trim();
            let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
            let unit = match unit.trim().to_uppercase().as_str() {
                "KB" | "КБ" => 1 << 10,
                "MB" | "МБ" => 1 << 20,
                "GB" | "ГБ" => 1 << 30,
                _ => return None,
            };
            number
                .parse::<u64>()
                .ok()?
                .checked_mul(unit)
                .filter(|size| (1 << 10..=1 << 31).contains(size))
        })
    }

    pub(super) fn integer(&mut self, key: &str, least: i64, most: i64) -> Option<i64> {
        let number = self.value(key, Kind::Number, |value| {
            let integer = value.as_integer()?;
            i64::from_str_radix(integer.as_str(), integer.radix()).ok()
        })?;
        if !(least..=most).contains(&number) {
            self.fault(key, |key| ConfigFault::ValueRange { key, least, most });
            return None;
        }
        Some(number)
    }

    /// A whole number from 1 on.
    pub(super) fn count(&mut self, key: &str, most: u32) -> Option<u32> {
        self.integer(key, 1, i64::from(most)).and_then(|n| u32::try_from(n).ok())
    }

    pub(super) fn required_integer(&mut self, key: &str, least: i64, most: i64) -> Option<i64> {
        self.require(key);
        self.integer(key, least, most)
    }

    /// A number of one and more, which may have a fraction.
    pub(super) fn factor(&mut self, key: &str) -> Option<f64> {
        let (text, number) = self.value(key, Kind::Number, |value| match value {
            DeValue::Integer(number) => {
                Some((number.to_string(), number.as_str().parse::<f64>().ok()?))
            }
            DeValue::Float(number) => {
                Some((number.to_string(), number.as_str().parse::<f64>().ok()?))
            }
            _ => None,
        })?;
        if !(1.0..=100.0).contains(&number) {
            self.fault(key, |_| ConfigFault::ValueUnreadable {
                value: text,
                expected: Expected::Factor,
            });
            return None;
        }
        Some(number)
    }

    /// A text in a format of its own.
    pub(super) fn parsed<T>(
        &mut self,
        key: &str,
        expected: Expected,
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(key)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            self.fault(key, |_| ConfigFault::ValueUnreadable { value: text, expected });
        }
        parsed
    }

    /// A list of such texts; each one that cannot be parsed is a fault at its own place. A date may
    /// be without quotes.
    pub(super) fn all_parsed<T>(
        &mut self,
        key: &str,
        expected: Expected,
        parse: fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let text_of = |item: &Spanned<DeValue<'i>>| match item.get_ref() {
            DeValue::String(text) => Some((item.span().start, text.to_string())),
            DeValue::Datetime(moment) => Some((item.span().start, moment.to_string())),
            _ => None,
        };
        let items = self.value(key, Kind::List, |value| {
            value.as_array()?.iter().map(text_of).collect::<Option<Vec<_>>>()
        });
        let source = self.source_of(key);
        let mut all = Vec::new();
        for (start, value) in items.unwrap_or_default() {
            if let Some(parsed) = parse(&value) {
                all.push(parsed);
            } else {
                let fault = ConfigFault::ValueUnreadable { value, expected };
                self.problems.push(Problem::error(source.place(start), fault));
            }
        }
        all
    }

    /// The keys of a table whose keys are the user's own.
    pub(super) fn keys(&self) -> Vec<String> {
        self.table.keys().cloned().collect()
    }

    /// Notes a fault of a key itself.
    pub(super) fn fault_at_key(&mut self, key: &str, fault: impl Into<Fault>) {
        let place = match self.table.get(key) {
            Some(entry) => entry.source.place(entry.key.start),
            None => self.place(),
        };
        self.problems.push(Problem::error(place, fault));
    }

    pub(super) fn yes_no(&mut self, key: &str) -> Option<bool> {
        self.value(key, Kind::YesNo, DeValue::as_bool)
    }

    pub(super) fn date(&mut self, key: &str) -> Option<Date> {
        self.value(key, Kind::Date, |value| match value {
            DeValue::Datetime(moment) => moment.date?.to_string().parse().ok(),
            DeValue::String(text) => text.parse().ok(),
            _ => None,
        })
    }

    pub(super) fn required_date(&mut self, key: &str) -> Option<Date> {
        self.require(key);
        self.date(key)
    }

    /// A day and hour, in `zone` unless it names its own offset.
    pub(super) fn moment(&mut self, key: &str, zone: &TimeZone) -> Option<Timestamp> {
        let text = self.value(key, Kind::Date, |value| match value {
            DeValue::Datetime(moment) => Some(moment.to_string()),
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        })?;
        let moment = policy::moment(&text, zone);
        if moment.is_none() {
            let expected = Expected::Moment;
            self.fault(key, |_| ConfigFault::ValueUnreadable { value: text, expected });
        }
        moment
    }

    /// A duration such as `"90s"`, `"1m"` or `"1h 30m"`.
    pub(super) fn duration(&mut self, key: &str) -> Option<Duration> {
        self.value(key, Kind::Duration, |value| {
            let duration: jiff::SignedDuration = value.as_str()?.parse().ok()?;
            // More than a month is a mistake.
            Duration::try_from(duration)
                .ok()
                .filter(|wait| !wait.is_zero() && *wait <= Duration::from_hours(31 * 24))
        })
    }

    /// A text that is one of these names.
    pub(super) fn one_of<T: Copy>(&mut self, key: &str, known: &[(&'static str, T)]) -> Option<T> {
        let allowed: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        self.choice(key, &allowed, |text| {
            known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value)
        })
    }

    /// A text that `parse` knows; `allowed` names what it could be.
    pub(super) fn choice<T>(
        &mut self,
        key: &str,
        allowed: &[&'static str],
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(key)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            let allowed = allowed.to_vec();
            self.fault(key, |key| ConfigFault::ValueUnknown { key, value: text, allowed });
        }
        parsed
    }

    pub(super) fn address(&mut self, key: &str) -> Option<Address> {
        let text = self.text(key)?;
        let parsed = Address::parse(&text);
        self.address_or_fault(key, parsed.map_err(|flaw| (text, flaw)))
    }

    pub(super) fn required_mailbox(&mut self, key: &str) -> Option<Mailbox> {
        self.require(key);
        self.mailbox(key)
    }

    /// An address with or without a name before it.
    pub(super) fn mailbox(&mut self, key: &str) -> Option<Mailbox> {
        let text = self.text(key)?;
        let parsed = Mailbox::parse(&text);
        self.address_or_fault(key, parsed.map_err(|flaw| (text, flaw)))
    }

    /// One mailbox or several, in one text or in a list of texts.
    pub(super) fn mailboxes(&mut self, key: &str) -> Vec<Mailbox> {
        let texts =
            if self.is_text(key) { self.text(key).map(|one| vec![one]) } else { self.texts(key) };
        let lists = texts.unwrap_or_default().into_iter().filter_map(|text| {
            let parsed = match text.trim() {
                "" => Err((text, AddressFlaw::Empty)),
                text => Mailbox::parse_list(text),
            };
            self.address_or_fault(key, parsed)
        });
        lists.flatten().collect()
    }

    fn address_or_fault<T>(
        &mut self,
        key: &str,
        parsed: Result<T, (String, AddressFlaw)>,
    ) -> Option<T> {
        parsed
            .map_err(|(value, flaw)| self.fault(key, |_| ListFault::AddressSyntax { value, flaw }))
            .ok()
    }

    /// An inner table, filled up from the files of defaults.
    fn table(&mut self, key: &str) -> Option<Self> {
        let own = self.own_table(key);
        let Some((_, begins)) = DEFAULT_TABLES.iter().find(|(name, _)| *name == key) else {
            return own;
        };
        if own.is_none() && self.has(key) {
            return None;
        }
        let mut filled = own;
        for layer in &mut self.beneath {
            let Some(lower) = layer.own_table(key) else { continue };
            match &mut filled {
                None => filled = Some(lower),
                // What names another server has nothing in common with those of the defaults.
                Some(upper) if begins.is_some_and(|begins| upper.has(begins)) => {}
                Some(upper) => {
                    for (key, entry) in lower.table {
                        upper.table.entry(key).or_insert(entry);
                    }
                }
            }
        }
        filled
    }

    fn own_table(&mut self, key: &str) -> Option<Self> {
        let table = self.value(key, Kind::Table, |value| value.as_table().cloned())?;
        let source = self.source_of(key);
        let start = self.table.get(key).map_or(0, |entry| entry.key.start);
        // A heading `[key]` begins one character before the key; people look for it there.
        let start = start - usize::from(source.text[..start].ends_with('['));
        Some(Self::of(source, table, start))
    }

    /// The file that has a key, or the table itself.
    fn source_of(&self, key: &str) -> Source<'i> {
        self.table.get(key).map_or(&self.source, |entry| &entry.source).clone()
    }

    /// Every key of an inner table with its value as it was written, keys within keys as `a.b`.
    pub(super) fn written(&mut self, table: &str) -> Vec<(String, String, Place)> {
        let mut written = Vec::new();
        for (key, entry) in self.table(table).into_iter().flat_map(|inner| inner.table) {
            list(&key, &entry.value, &entry.source, &mut written);
        }
        written.sort_by(|a, b| (&a.2, &a.0).cmp(&(&b.2, &b.0)));
        written
    }

    /// A table whose keys are the user's own.
    pub(super) fn free_table(&mut self, key: &str) -> BTreeMap<String, Value> {
        self.warn_of_braces_within(key);
        let table = self.value(key, Kind::Table, |value| {
            value.as_table().map(|table| {
                table
                    .iter()
                    .map(|(key, value)| (key.get_ref().to_string(), free_value(value.get_ref())))
                    .collect()
            })
        });
        table.unwrap_or_default()
    }

    fn warn_of_braces_within(&mut self, key: &str) {
        fn texts<'a>(value: &'a Spanned<DeValue<'_>>, found: &mut Vec<(usize, &'a str)>) {
            match value.get_ref() {
                DeValue::String(text) => found.push((value.span().start, text)),
                DeValue::Array(items) => items.iter().for_each(|item| texts(item, found)),
                DeValue::Table(table) => table.values().for_each(|value| texts(value, found)),
                DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_) => {}
            }
        }
        let mut found = Vec::new();
        self.table.get(key).into_iter().for_each(|entry| texts(&entry.value, &mut found));
        let source = self.source_of(key);
        let warning = |(at, text): (usize, &str)| {
            let fault = LetterFault::BracesLeft { text: braces(text)? };
            Some(Problem::warning(source.place(at), fault))
        };
        self.warnings.extend(found.into_iter().filter_map(warning));
    }

    fn require(&mut self, key: &str) {
        let is_default = DEFAULT_TABLES.iter().any(|(name, _)| *name == key);
        let is_beneath = is_default && self.beneath.iter().any(|layer| layer.has(key));
        if !(self.has(key) || is_beneath) {
            self.fault_here(ConfigFault::KeyMissing { key: key.to_owned() });
        }
    }

    fn value<T>(
        &mut self,
        key: &str,
        expected: Kind,
        take: impl FnOnce(&DeValue<'i>) -> Option<T>,
    ) -> Option<T> {
        self.asked.push(key.to_owned());
        let taken = take(self.table.get(key)?.value.get_ref());
        if taken.is_none() {
            self.fault(key, |key| ConfigFault::ValueKind { key, expected });
        }
        taken
    }
}

impl Source<'_> {
    fn place(&self, byte: usize) -> Place {
        Place::of_byte(self.file.clone(), self.text, byte)
    }
}

fn list(
    key: &str,
    value: &Spanned<DeValue<'_>>,
    source: &Source,
    into: &mut Vec<(String, String, Place)>,
) {
    if let DeValue::Table(table) = value.get_ref() {
        for (inner, value) in table {
            list(&format!("{key}.{}", inner.get_ref()), value, source, into);
        }
        return;
    }
    let text = source.text.get(value.span()).unwrap_or_default().to_owned();
    into.push((key.to_owned(), text, source.place(value.span().start)));
}

/// A value of the user's own, as templates see it. Dates become text, which the date filters parse.
fn free_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(yes) => Value::from(*yes),
        DeValue::Datetime(moment) => Value::from(moment.to_string()),
        DeValue::Array(items) => items.iter().map(|item| free_value(item.get_ref())).collect(),
        DeValue::Table(table) => {
            let entry = |(key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| {
                (key.get_ref().to_string(), free_value(value.get_ref()))
            };
            Value::Object(table.iter().map(entry).collect())
        }
    }
}
