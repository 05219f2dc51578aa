//! Which column is which field of a recipient: by its heading, and by what its cells hold.

use std::collections::HashSet;

use super::evidence::Evidence;
use crate::contacts::ListSettings;
use crate::contacts::fields::{
    FIELD_COUNT, FIELDS, FURTHER, FURTHER_FIELDS, Field, further_headings, of_further_addressee,
    plain,
};
use crate::problem::{Fault, ListFault, Place, Problem, Severity, TableFault, nearest};

/// The column of each field.
#[derive(Debug, Clone, Default)]
pub(in crate::contacts) struct Columns {
    own: [Option<usize>; FIELD_COUNT],
    /// Those of the addressees beside the first, in the order of [`FURTHER_FIELDS`].
    further: [[Option<usize>; FURTHER_FIELDS.len()]; FURTHER],
    /// Whether the parts of names are in capitals throughout, so that they are read with one.
    pub(in crate::contacts) capitals: bool,
}

/// A heading, and the words by which it may be known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Heading {
    /// As it is shown: the texts of all its rows, joined.
    pub shown: String,
    /// All its texts together, the last one, and the first one, as [`plain`] returns them.
    whole: String,
    last: String,
    first: String,
}

impl Heading {
    /// A heading of these texts, the uppermost first.
    pub(super) fn of(texts: &[String]) -> Self {
        let plain_at = |text: Option<&String>| text.map(|text| plain(text)).unwrap_or_default();
        let shown = texts.join(" / ");
        Self {
            whole: plain(&shown),
            last: plain_at(texts.last()),
            first: plain_at(texts.first()),
            shown,
        }
    }

    /// Whether it is one that people give to a field.
    pub(super) fn is_of(&self, synonyms: &[&str]) -> bool {
        synonyms.contains(&self.whole.as_str()) || synonyms.contains(&self.last.as_str())
    }

    fn is_named(&self, wanted: &str) -> bool {
        self.shown == wanted.trim() || self.whole == plain(wanted)
    }
}

/// The columns of a list, and what is to be told of how they were found.
pub(super) struct FoundColumns {
    pub columns: Columns,
    /// By column, counted from 0.
    pub remarks: Vec<(usize, Fault)>,
}

impl Columns {
    /// The column of a field, counted from 0.
    pub(in crate::contacts) fn of(&self, field: Field) -> Option<usize> {
        self.own[field as usize]
    }

    fn set(&mut self, field: Field, column: Option<usize>) {
        self.own[field as usize] = column;
    }

    /// The column of a field of an addressee beside the first, counted from 0.
    pub(in crate::contacts) fn of_further(&self, nth: usize, field: Field) -> Option<usize> {
        let at = FURTHER_FIELDS.iter().position(|(known, _)| *known == field)?;
        self.further[nth][at]
    }

    /// Whether the list has a column for the name of an addressee beside the first.
    pub(in crate::contacts) fn has_further(&self, nth: usize) -> bool {
        [Field::FullName, Field::Surname, Field::NameDative]
            .into_iter()
            .any(|field| self.of_further(nth, field).is_some())
    }

    /// The column of names, of surnames if they stand apart.
    pub(in crate::contacts) fn of_names(&self) -> Option<usize> {
        [Field::FullName, Field::Surname].into_iter().find_map(|field| self.of(field))
    }

    /// The field that a column holds.
    pub(in crate::contacts) fn field_of(&self, column: usize) -> Option<Field> {
        FIELDS.iter().map(|(field, ..)| *field).find(|field| self.of(*field) == Some(column))
    }

    /// Each field that has a column, and the column.
    pub(in crate::contacts) fn mapping(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let further = FURTHER_FIELDS.iter().enumerate().flat_map(move |(at, (_, names))| {
            names
                .iter()
                .enumerate()
                .filter_map(move |(nth, name)| Some((*name, self.further[nth][at]?)))
        });
        let own = FIELDS.iter().filter_map(|(field, name, _)| Some((*name, self.of(*field)?)));
        own.chain(further)
    }

    /// The field of each of the first columns.
    pub(in crate::contacts) fn fields(&self, columns: usize) -> Vec<Option<Field>> {
        (0..columns).map(|column| self.field_of(column)).collect()
    }
}

/// Finds the fields among the headings; `place` is where a heading is, `evidence` what the cells
/// below it hold.
pub(super) fn find(
    headings: &[Heading],
    evidence: &[Evidence],
    settings: &ListSettings,
    place: impl Fn(usize) -> Place,
) -> Result<FoundColumns, Vec<Problem>> {
    let mut search =
        Search { headings, evidence, settings, place, found: Vec::new(), problems: Vec::new() };
    let mut columns = Columns::default();
    search.report_twins();
    for (field, name, synonyms) in FIELDS {
        let column = match settings.columns.get(name) {
            Some((wanted, written)) => search.named(name, wanted, written),
            None if field == Field::Email => search.email(synonyms),
            None => search.only(field, synonyms),
        };
        columns.set(field, column);
    }
    search.weigh_names(&mut columns);
    search.drop_titles(&mut columns);
    search.find_further(&mut columns);
    search.weigh_capitals(&mut columns);
    search.report_double_meanings(&columns);
    if columns.of(Field::Email).is_none() && !settings.columns.contains_key("email") {
        search.report_missing_email();
    }
    let Search { found, problems, .. } = search;
    if problems.is_empty() { Ok(FoundColumns { columns, remarks: found }) } else { Err(problems) }
}

struct Search<'a, P> {
    headings: &'a [Heading],
    evidence: &'a [Evidence],
    settings: &'a ListSettings,
    place: P,
    found: Vec<(usize, Fault)>,
    problems: Vec<Problem>,
}

impl<P: Fn(usize) -> Place> Search<'_, P> {
    fn error(&mut self, column: usize, fault: ListFault) {
        let problem = Problem::error((self.place)(column), fault);
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn shown(&self, column: usize) -> String {
        self.headings.get(column).map(|heading| heading.shown.clone()).unwrap_or_default()
    }

    fn evidence(&self, column: usize) -> Evidence {
        self.evidence.get(column).copied().unwrap_or_default()
    }

    fn is_set(&self, field: Field) -> bool {
        self.settings.columns.contains_key(field.name())
    }

    fn report_twins(&mut self) {
        let mut seen = HashSet::new();
        for (column, Heading { shown, .. }) in self.headings.iter().enumerate() {
            if !shown.is_empty() && !seen.insert(shown) {
                let fault = ListFault::HeadingTwice { heading: shown.clone() };
                self.problems.push(Problem::error((self.place)(column), fault));
            }
        }
    }

    /// The column that `[contacts.columns]` names.
    fn named(&mut self, key: &str, wanted: &str, written: &Place) -> Option<usize> {
        let exact = self.headings.iter().position(|heading| heading.shown == wanted.trim());
        let whole = || self.headings.iter().position(|heading| heading.is_named(wanted));
        let last = || {
            let plain = plain(wanted);
            let mut found = (0..self.headings.len()).filter(|at| self.headings[*at].last == plain);
            found.next().filter(|_| found.next().is_none())
        };
        let column = exact.or_else(whole).or_else(last);
        if column.is_none() {
            let nearest = nearest(wanted, self.headings.iter().map(|it| it.shown.as_str()));
            let (key, heading) = (key.to_owned(), wanted.to_owned());
            let fault = ListFault::HeadingUnknown { key, heading, nearest };
            self.problems.push(Problem::error(written.clone(), fault));
        }
        column
    }

    /// The columns whose headings are known for a field; by their group if none is by itself.
    fn by_heading(&self, synonyms: &[&str]) -> Vec<usize> {
        let all = 0..self.headings.len();
        let known: Vec<usize> =
            all.clone().filter(|at| self.headings[*at].is_of(synonyms)).collect();
        if !known.is_empty() {
            return known;
        }
        let grouped: Vec<usize> =
            all.filter(|at| synonyms.contains(&self.headings[*at].first.as_str())).collect();
        if grouped.len() == 1 { grouped } else { Vec::new() }
    }

    /// The column that a heading of an export gives to a field.
    fn of_export(&self, field: Field) -> Option<usize> {
        let column = |known: &&str| {
            let column = self.headings.iter().position(|heading| heading.is_of(&[known]))?;
            // «Руководитель» may as well hold a position.
            let is_fit = field != Field::FullName || self.evidence(column).holds_whole_names();
            is_fit.then_some(column)
        };
        further_headings(field).iter().find_map(column)
    }

    /// The one column of a field; two with different headings are an error.
    fn only(&mut self, field: Field, synonyms: &[&str]) -> Option<usize> {
        let mut known = self.by_heading(synonyms);
        if field == Field::Position && known.len() > 1 {
            // «Title» beside «Position» holds «Mr» and «Ms».
            known.retain(|column| !self.evidence(*column).holds_titles());
        }
        if known.is_empty() { self.of_export(field) } else { self.one_of(field.name(), &known) }
    }

    fn one_of(&mut self, field: &'static str, columns: &[usize]) -> Option<usize> {
        let first = *columns.first()?;
        let other = columns.iter().find(|other| self.headings[**other] != self.headings[first]);
        if let Some(second) = other.copied() {
            let (first, shown) = (self.shown(first), self.shown(second));
            self.error(second, ListFault::HeadingsForOneField { field, first, second: shown });
        }
        Some(first)
    }

    /// The column of the addresses: the one that holds them, whatever its heading.
    fn email(&mut self, synonyms: &[&str]) -> Option<usize> {
        let mut known = self.by_heading(synonyms);
        if known.is_empty() {
            known.extend(self.of_export(Field::Email));
        }
        let holding: Vec<usize> = (0..self.headings.len().max(self.evidence.len()))
            .filter(|column| self.evidence(*column).holds_addresses())
            .collect();
        let both: Vec<usize> = known.iter().copied().filter(|it| holding.contains(it)).collect();
        if let [column] = both.as_slice() {
            if let Some(other) = known.iter().find(|other| *other != column) {
                let fault = TableFault::EmailByCells {
                    heading: self.shown(*column),
                    instead: Some(self.shown(*other)),
                };
                self.found.push((*column, fault.into()));
            }
            return Some(*column);
        }
        if !both.is_empty() {
            return self.one_of("email", &both);
        }
        // The cells below a heading that is known may be empty or wrong: then it stays.
        let is_refuted = |column: &usize| {
            let evidence = self.evidence(*column);
            evidence.filled > 0 && evidence.with_at == 0
        };
        let is_one = |column: usize| {
            let heading = self.headings.get(column);
            heading.is_some_and(|it| !it.shown.is_empty() && fits_two(&it.last).is_none())
        };
        match holding.as_slice() {
            [column] if known.iter().all(is_refuted) && is_one(*column) => {
                let instead = known.first().map(|known| self.shown(*known));
                let heading = self.shown(*column);
                self.found.push((*column, TableFault::EmailByCells { heading, instead }.into()));
                Some(*column)
            }
            [_, _, ..] if known.is_empty() => self.one_of("email", &holding),
            _ => self.one_of("email", &known),
        }
    }

    /// Whole names under «Имя» or «Фамилия» are whole names.
    fn weigh_names(&mut self, columns: &mut Columns) {
        if let Some(column) = columns.of(Field::FullName) {
            // «Name» beside «Surname» and «First name» says no more than they do.
            let is_export = self.headings[column].is_of(further_headings(Field::FullName));
            let is_apart = columns.of(Field::Surname).is_some();
            if is_export && is_apart && !self.is_set(Field::FullName) {
                columns.set(Field::FullName, None);
            }
            return;
        }
        let parts = [Field::Surname, Field::FirstName, Field::Patronymic];
        let of_parts: Vec<Field> =
            parts.into_iter().filter(|part| columns.of(*part).is_some()).collect();
        let [part] = of_parts.as_slice() else { return };
        let Some(column) = columns.of(*part) else { return };
        if *part != Field::Patronymic
            && !self.is_set(*part)
            && self.evidence(column).holds_whole_names()
        {
            columns.set(*part, None);
            columns.set(Field::FullName, Some(column));
            let fault = TableFault::NamesWhole { heading: self.shown(column) };
            self.found.push((column, fault.into()));
        }
    }

    /// «г-жа» is a title: neither a salutation nor a position.
    fn drop_titles(&mut self, columns: &mut Columns) {
        for field in [Field::Salutation, Field::Position] {
            let Some(column) = columns.of(field).filter(|_| !self.is_set(field)) else { continue };
            if self.evidence(column).holds_titles() {
                columns.set(field, None);
                if columns.of(Field::Title).is_none() {
                    columns.set(Field::Title, Some(column));
                }
                let fault = TableFault::TitlesOnly { heading: self.shown(column) };
                self.found.push((column, fault.into()));
            }
        }
        if columns.of(Field::Title).is_none() {
            let (_, _, synonyms) = FIELDS[Field::Position as usize];
            let titles = |at: &usize| {
                self.headings[*at].is_of(synonyms) && self.evidence(*at).holds_titles()
            };
            let column = (0..self.headings.len()).find(titles);
            columns.set(Field::Title, column.filter(|it| columns.field_of(*it).is_none()));
        }
    }

    /// The columns of the addressees beside the first, by their settings or their headings.
    fn find_further(&mut self, columns: &mut Columns) {
        let mut by_heading = Vec::new();
        for (at, (field, names)) in FURTHER_FIELDS.iter().enumerate() {
            for (nth, name) in names.iter().enumerate() {
                let set = self.settings.columns.get(*name);
                columns.further[nth][at] = match set {
                    Some((wanted, written)) => self.named(name, wanted, written),
                    None => self.further(nth, *field, name),
                };
                if set.is_none() {
                    by_heading.extend(columns.further[nth][at].map(|column| (nth, column)));
                }
            }
        }
        for nth in 0..FURTHER {
            if !columns.has_further(nth) {
                columns.further[nth] = Default::default();
                by_heading.retain(|(of, _)| *of != nth);
            }
        }
        let shown = by_heading.iter().map(|(_, column)| self.shown(*column)).collect();
        if let Some((_, first)) = by_heading.first() {
            self.found.push((*first, TableFault::FurtherAddressees { headings: shown }.into()));
        }
        let fifth = (0..self.headings.len()).find(|at| {
            let named = of_further_addressee(&self.headings[*at].shown);
            named.is_some_and(|(nth, base)| nth == FURTHER && is_of(Field::FullName, &base))
        });
        if let Some(column) = fifth.filter(|_| columns.has_further(FURTHER - 1)) {
            let fault = TableFault::AddresseesTooMany { heading: self.shown(column) };
            self.found.push((column, fault.into()));
        }
    }

    fn further(&self, nth: usize, field: Field, name: &str) -> Option<usize> {
        let is_named = |heading: &Heading, field| {
            of_further_addressee(&heading.shown)
                .is_some_and(|(of, base)| of == nth && is_of(field, &base))
        };
        (0..self.headings.len()).find(|at| {
            let heading = &self.headings[*at];
            // «Title 2» is a position, unless its cells are «Ms» and the like.
            let is_fit = match field {
                Field::Position => !self.evidence(*at).holds_titles(),
                Field::Title if is_named(heading, Field::Position) => {
                    self.evidence(*at).holds_titles()
                }
                _ => true,
            };
            is_fit && (heading.whole == plain(name) || is_named(heading, field))
        })
    }

    /// A list whose names are in capitals is told once, and read with one capital a word.
    fn weigh_capitals(&mut self, columns: &mut Columns) {
        let parts = [Field::FullName, Field::Surname, Field::FirstName, Field::Patronymic];
        let of_names: Vec<usize> = parts.iter().filter_map(|part| columns.of(*part)).collect();
        let in_capitals: Vec<usize> =
            of_names.into_iter().filter(|column| self.evidence(*column).holds_capitals()).collect();
        let Some(first) = in_capitals.first() else { return };
        columns.capitals = true;
        let headings = in_capitals.iter().map(|column| self.shown(*column)).collect();
        self.found.push((*first, TableFault::NamesInCapitals { headings }.into()));
    }

    fn report_double_meanings(&mut self, columns: &Columns) {
        for column in 0..self.headings.len() {
            let heading = &self.headings[column];
            if columns.field_of(column).is_some() {
                continue;
            }
            if let Some((first, second)) = fits_two(&heading.last)
                && columns.of(first).is_none()
                && columns.of(second).is_none()
            {
                let (first, second) = (first.name(), second.name());
                let heading = heading.shown.clone();
                self.error(column, ListFault::HeadingFitsTwo { heading, first, second });
            }
        }
    }

    fn report_missing_email(&mut self) {
        let position = |is: &dyn Fn(&Heading) -> bool| self.headings.iter().position(is);
        let nearest = position(&|heading| heading.last.contains("mail"))
            .or_else(|| position(&|heading| heading.last.contains("почт")))
            .or_else(|| {
                position(&|heading| nearest(&heading.last, ["email", "электроннаяпочта"]).is_some())
            })
            // A column whose cells are something else is no advice.
            .filter(|column| {
                self.evidence(*column).filled == 0 || self.evidence(*column).with_at > 0
            })
            .map(|column| self.shown(column));
        let seen = self.headings.iter().filter(|heading| !heading.shown.is_empty()).take(12);
        let seen = seen.map(|heading| heading.shown.chars().take(40).collect()).collect();
        self.error(0, ListFault::HeadingMissing { field: "email", seen, nearest });
    }
}

/// Whether a row may be a title above the headings rather than the headings.
pub(super) fn is_without_address(problem: &Problem) -> bool {
    matches!(
        problem.fault,
        Fault::List(ListFault::HeadingMissing { .. } | ListFault::HeadingUnknown { .. })
    )
}

/// The severity of what is told of the columns.
pub(super) const REMARK: Severity = Severity::Doubt;

/// Whether a heading, as [`plain`] returns it, is one of a field.
fn is_of(field: Field, plain: &str) -> bool {
    let (_, _, synonyms) = FIELDS[field as usize];
    synonyms.contains(&plain) || further_headings(field).contains(&plain)
}

/// The two fields whose names form a heading («Имя Отчество», «Должность, организация»).
fn fits_two(heading: &str) -> Option<(Field, Field)> {
    let with = |part: &str| {
        FIELDS.iter().find(|(_, _, synonyms)| synonyms.contains(&part)).map(|(field, ..)| *field)
    };
    heading.char_indices().skip(1).find_map(|(at, _)| {
        let (first, rest) = heading.split_at(at);
        let second = with(rest).or_else(|| with(rest.strip_prefix('и')?))?;
        with(first).filter(|first| *first != second).map(|first| (first, second))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_fields() {
        for (index, (field, ..)) in FIELDS.iter().enumerate() {
            assert_eq!(*field as usize, index);
        }
    }

    #[test]
    fn a_heading_may_fit_two_fields() {
        let two = |heading: &str| fits_two(&plain(heading));
        assert_eq!(two("Имя и отчество"), Some((Field::FirstName, Field::Patronymic)));
        assert_eq!(two("Должность, организация"), Some((Field::Position, Field::Organisation)));
        assert_eq!(two("Ф.И.О. и должность"), Some((Field::FullName, Field::Position)));
        for one in ["Имя", "Электронная почта", "Район", "Фамилия руководителя"]
        {
            assert_eq!(two(one), None, "{one}");
        }
    }

    #[test]
    fn a_heading_is_compared_without_case_spaces_and_dots() {
        assert_eq!(plain(" Эл. почта\n"), "элпочта");
        assert_eq!(plain("E-mail"), "email");
    }
}
