//! Finds the heading row, and which column is which field of a recipient.

use super::fields::{FIELDS, Field, TITLE_ROWS, plain};
use super::format::{ListOrigin, RowSource, UnreadableCell};
use super::{ListSettings, cells};
use crate::problem::{Fault, FileFault, ListFault, Place, Problem, Severity, nearest};

/// The column of each field.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns([Option<usize>; 14]);

impl Columns {
    /// The column of a field, counted from 0.
    pub(super) fn of(&self, field: Field) -> Option<usize> {
        self.0[field as usize]
    }

    /// The field that a column holds.
    pub(super) fn field_of(&self, column: usize) -> Option<Field> {
        FIELDS.iter().map(|(field, ..)| *field).find(|field| self.of(*field) == Some(column))
    }

    /// Each field that has a column, and the column.
    pub(super) fn mapping(&self) -> impl Iterator<Item = (&'static str, usize)> {
        FIELDS.iter().filter_map(|(field, name, _)| Some((*name, self.of(*field)?)))
    }

    /// The field of each of the first columns.
    pub(super) fn fields(&self, columns: usize) -> Vec<Option<Field>> {
        (0..columns).map(|column| self.field_of(column)).collect()
    }

    /// Finds the fields among the headings; `place` is where a heading is.
    pub(super) fn find(
        headings: &[String],
        settings: &ListSettings,
        place: impl Fn(usize) -> Place,
    ) -> Result<Self, Vec<Problem>> {
        let mut columns = Self::default();
        let mut problems = Vec::new();
        let plain: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
        for (column, heading) in headings.iter().enumerate() {
            if !heading.is_empty() && headings[..column].contains(heading) {
                let fault = ListFault::HeadingTwice { heading: heading.clone() };
                problems.push(Problem::error(place(column), fault));
            }
        }
        for (field, name, synonyms) in FIELDS {
            let slot = &mut columns.0[field as usize];
            if let Some((wanted, written)) = settings.columns.get(name) {
                *slot = headings
                    .iter()
                    .position(|heading| heading == wanted.trim())
                    .or_else(|| plain.iter().position(|heading| *heading == self::plain(wanted)));
                if slot.is_none() {
                    let nearest = nearest(wanted, headings.iter().map(String::as_str));
                    let fault = ListFault::HeadingUnknown {
                        key: name.to_owned(),
                        heading: wanted.clone(),
                        nearest,
                    };
                    problems.push(Problem::error(written.clone(), fault));
                }
                continue;
            }
            let mut found = plain
                .iter()
                .enumerate()
                .filter(|(_, heading)| synonyms.contains(&heading.as_str()))
                .map(|(at, _)| at);
            *slot = found.next();
            if let (Some(first), Some(second)) = (*slot, found.next())
                && headings[first] != headings[second]
            {
                let fault = ListFault::HeadingsForOneField {
                    field: name,
                    first: headings[first].clone(),
                    second: headings[second].clone(),
                };
                problems.push(Problem::error(place(second), fault));
            }
        }
        for (column, heading) in plain.iter().enumerate() {
            let is_taken = columns.field_of(column).is_some();
            if let Some((first, second)) = fits_two(heading).filter(|_| !is_taken)
                && columns.of(first).is_none()
                && columns.of(second).is_none()
            {
                let (first, second) = (FIELDS[first as usize].1, FIELDS[second as usize].1);
                let fault =
                    ListFault::HeadingFitsTwo { heading: headings[column].clone(), first, second };
                problems.push(Problem::error(place(column), fault));
            }
        }
        if columns.of(Field::Email).is_none() && !settings.columns.contains_key("email") {
            let nearest = plain
                .iter()
                .position(|heading| {
                    heading.contains("mail")
                        || heading.contains("почт")
                        || heading.contains("адрес")
                })
                .or_else(|| {
                    plain.iter().position(|heading| {
                        nearest(heading, ["email", "электроннаяпочта"]).is_some()
                    })
                })
                .map(|column| headings[column].clone());
            let seen = headings.iter().filter(|heading| !heading.is_empty()).take(12);
            let seen = seen.map(|heading| heading.chars().take(40).collect()).collect();
            problems.push(Problem::error(
                place(0),
                ListFault::HeadingMissing { field: "email", seen, nearest },
            ));
        }
        if problems.is_empty() { Ok(columns) } else { Err(problems) }
    }
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

/// The headings of a list.
pub(super) struct HeadingRow {
    pub line: u64,
    pub headings: Vec<String>,
    pub columns: Columns,
    /// The cells of the row, empty ones at its end included.
    pub declared: usize,
    /// The beginning of the first row above it.
    pub passed: Option<String>,
}

impl HeadingRow {
    /// Goes on to the row of the headings: the one that is set, else the first that has a heading
    /// for the address.
    pub(super) fn find(
        source: &mut RowSource,
        origin: &ListOrigin,
        settings: &ListSettings,
    ) -> Result<Self, Vec<Problem>> {
        let whole = |fault: Fault| vec![Problem::error(Place::file(origin.file.clone()), fault)];
        let mut passed = None;
        // Of the rows without a heading for the address: which has most cells, and its problems.
        let mut most_filled = 0;
        let mut likeliest = None;
        for _ in 0..=TITLE_ROWS {
            let next =
                source.next().map_err(|cause| whole(FileFault::Unreadable { cause }.into()))?;
            let Some(line) = next.filter(|line| settings.headings.is_none_or(|set| *line <= set))
            else {
                break;
            };
            if source.is_blank() {
                continue;
            }
            if settings.headings.is_none_or(|set| set == line) {
                let problems = match headings_in(source, origin, line, settings) {
                    Ok((headings, columns)) => {
                        let declared = source.len();
                        return Ok(Self { line, headings, columns, declared, passed });
                    }
                    Err(problems) => problems,
                };
                if settings.headings.is_some() || !problems.iter().any(is_without_address) {
                    return Err(problems);
                }
                // A title fills one cell; a row with more was probably meant as headings.
                let filled = filled_cells(source).count().min(2);
                if filled > most_filled {
                    most_filled = filled;
                    likeliest = Some(problems);
                }
            }
            passed.get_or_insert_with(|| {
                let cells = filled_cells(source).take(3);
                let cells = cells.map(|cell| cell.trim().chars().take(60).collect::<String>());
                cells.collect::<Vec<_>>().join(" · ")
            });
        }
        match (settings.headings, likeliest) {
            (Some(row), _) => {
                Err(vec![Problem::error(origin.place(row, 1), ListFault::HeadingsRowEmpty { row })])
            }
            (None, Some(problems)) => Err(problems),
            (None, None) => Err(whole(ListFault::ListEmpty.into())),
        }
    }
}

/// Whether a row may be a title above the headings rather than the headings.
fn is_without_address(problem: &Problem) -> bool {
    matches!(
        problem.fault,
        Fault::List(ListFault::HeadingMissing { .. } | ListFault::HeadingUnknown { .. })
    )
}

fn filled_cells(source: &RowSource) -> impl Iterator<Item = String> {
    let cells = (0..source.len()).map(|cell| source.anything(cell));
    cells.filter(|cell| !cell.trim().is_empty())
}

/// Reads the current row as headings.
fn headings_in(
    source: &RowSource,
    origin: &ListOrigin,
    line: u64,
    settings: &ListSettings,
) -> Result<(Vec<String>, Columns), Vec<Problem>> {
    let place = |column| origin.place(line, source.column(column));
    if let Some((cell, fault)) = source.flaw() {
        return Err(vec![Problem::error(place(cell), fault)]);
    }
    let mut headings = Vec::new();
    for column in 0..source.len() {
        let cell = source.cell(column).map_err(|unreadable| match unreadable {
            UnreadableCell::Bytes(_) => Fault::from(FileFault::NotUtf8),
            UnreadableCell::Error(value) => ListFault::CellIsError { value }.into(),
        });
        let heading = cell.and_then(|text| {
            let cell = cells::clean(text, cells::CellUse::Field);
            match cell.fault {
                Some((Severity::Error, fault)) => Err(fault),
                Some(_) | None => Ok(cell.text.trim_matches('\u{a0}').to_owned()),
            }
        });
        headings.push(heading.map_err(|fault| vec![Problem::error(place(column), fault)])?);
    }
    while headings.len() > 1 && headings.last().is_some_and(String::is_empty) {
        headings.pop();
    }
    let columns = Columns::find(&headings, settings, place)?;
    Ok((headings, columns))
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
