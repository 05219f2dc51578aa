//! Rows and cells that are about nobody: titles, totals, repeated headings; «вакансия», «нет», «—».

use crate::contacts::fields::{Field, plain};
use crate::contacts::headings::Columns;
use crate::russian::Confidence;
use crate::russian::names::FullName;

/// What a row is that is about nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAddressee {
    /// The title of a section, or a note in one cell.
    Title,
    Total,
    /// «Исп. Иванова, тел. 22-33-44»
    Executor,
    ColumnNumbers,
    Headings,
}

/// What the row of these cells is if it is about nobody: their columns and texts, without those
/// that a merged cell covers. No row with an address is.
pub(super) fn no_addressee(
    cells: &[(usize, &str)],
    is_merged: bool,
    headings: &[&str],
    columns: &Columns,
) -> Option<NoAddressee> {
    if cells.iter().any(|(_, text)| text.contains('@')) {
        return None;
    }
    let (_, first) = cells.first()?;
    let repeats = |(column, text): &&(usize, &str)| {
        let heading = headings.get(*column).copied().unwrap_or_default();
        let last = heading.rsplit(" / ").next().unwrap_or_default();
        let group = heading.split(" / ").next().unwrap_or_default();
        let text = plain(text);
        !text.is_empty() && [heading, last, group].iter().any(|it| plain(it) == text)
    };
    if cells.len() >= 2 && cells.iter().filter(repeats).count() * 2 > cells.len() {
        return Some(NoAddressee::Headings);
    }
    let number = |text: &str| text.trim_end_matches('.').parse::<u64>().ok();
    let is_counted = |(at, (_, text)): (usize, &(usize, &str))| number(text) == Some(at as u64 + 1);
    if cells.len() >= 3 && cells.iter().enumerate().all(is_counted) {
        return Some(NoAddressee::ColumnNumbers);
    }
    let is_total = |(_, text): &(usize, &str)| begins_with(text, &TOTALS);
    if cells.iter().take(2).any(is_total) && (cells.len() <= 2 || has_figures(&cells[1..])) {
        return Some(NoAddressee::Total);
    }
    if cells.len() <= 3 && begins_with(first, &EXECUTORS) {
        return Some(NoAddressee::Executor);
    }
    is_section(cells, is_merged, headings, columns).then_some(NoAddressee::Title)
}

const TOTALS: [&str; 7] = ["итого", "итог", "всего", "подытог", "total", "subtotal", "grand total"];
const EXECUTORS: [&str; 6] =
    ["исп.", "исп:", "исполнитель", "исполн.", "составил", "ответственный исполнитель"];

/// Whether a text begins with one of these words, whatever its case.
fn begins_with(text: &str, words: &[&str]) -> bool {
    let small = text.to_lowercase();
    words.iter().any(|word| {
        small.strip_prefix(word).is_some_and(|rest| {
            !rest.starts_with(|c: char| c.is_alphanumeric()) || word.ends_with('.')
        })
    })
}

/// Whether the cells beside «Итого» are what stands there: numbers, or nothing much.
fn has_figures(cells: &[(usize, &str)]) -> bool {
    cells.iter().all(|(_, text)| text.chars().filter(|c| c.is_alphabetic()).count() <= 12)
}

/// Whether the one cell of a row is the title of a section rather than all that is known of
/// somebody.
fn is_section(
    cells: &[(usize, &str)],
    is_merged: bool,
    headings: &[&str],
    columns: &Columns,
) -> bool {
    let [(column, text)] = cells else { return false };
    let named = headings.iter().filter(|heading| !heading.is_empty()).count();
    if named < 3 || text.chars().filter(|c| c.is_alphabetic()).count() < 2 {
        return false;
    }
    if is_merged {
        return true;
    }
    // Whoever stands there alone may be a person whose address is missing.
    let is_numbered = headings.iter().any(|heading| heading.trim_start().starts_with('№'));
    // The column of numbers is empty beside a title.
    let is_first = *column == 0
        || *column == 1 && headings.first().is_some_and(|it| it.trim_start().starts_with('№'));
    match columns.field_of(*column) {
        // Words are no address that was mistyped.
        Some(Field::Email) => {
            *column == 0
                && text.contains(' ')
                && !text.contains(|c: char| c.is_ascii_alphabetic() || c == '.')
        }
        Some(Field::FullName | Field::Surname) => is_first && !is_person(text),
        Some(Field::Organisation) => is_first && (is_numbered || named >= 4),
        Some(_) => is_first,
        None => *column <= 1,
    }
}

fn is_person(text: &str) -> bool {
    let split = FullName::split(text);
    let words = text.split_whitespace().count();
    let begins_large = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    words <= 4
        && text.split_whitespace().all(begins_large)
        && (words == 1 && text.chars().next().is_some_and(char::is_uppercase)
            || !split.name.patronymic.is_empty()
            || split.confidence == Confidence::Sure && !split.name.first_name.is_empty())
}

/// Whether a cell says that there is nobody or nothing: «вакансия», «нет», «—».
pub(super) fn is_nobody(text: &str) -> bool {
    const WORDS: [&str; 26] = [
        "вакансия",
        "вакант",
        "вакантно",
        "вакантна",
        "вакантен",
        "вакантнаядолжность",
        "должностьвакантна",
        "нет",
        "нету",
        "неназначен",
        "неназначена",
        "неуказан",
        "неуказана",
        "неуказано",
        "неизвестно",
        "отсутствует",
        "неимеется",
        "нд",
        "нетданных",
        "свободно",
        "нетадреса",
        "нетпочты",
        "vacant",
        "vacancy",
        "none",
        "na",
    ];
    // Nearly every cell is longer than these words, or has an @.
    if text.is_empty() || text.len() > 60 || text.contains('@') {
        return false;
    }
    let plain = plain(text);
    if plain.is_empty() {
        return text.chars().all(|c| "-–—−‒―./… _*?".contains(c));
    }
    WORDS.contains(&plain.as_str())
}

/// Whether a cell is a title by itself: «г-жа», «господин».
pub(crate) fn is_title(text: &str) -> bool {
    const TITLES: [&str; 26] = [
        "гн",
        "гжа",
        "господин",
        "госпожа",
        "господину",
        "госпоже",
        "гну",
        "гже",
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "professor",
        "doctor",
        "mx",
        "sir",
        "dame",
        "rev",
        "уважаемый",
        "уважаемая",
        "тов",
        "товарищ",
        "гр",
        "г",
    ];
    text.len() <= 24 && TITLES.contains(&plain(text).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: [&str; 5] = ["№", "Руководитель / ФИО", "Должность", "Район", "Эл. почта"];

    fn kind(cells: &[&str]) -> Option<NoAddressee> {
        let cells: Vec<(usize, &str)> =
            cells.iter().copied().enumerate().filter(|(_, text)| !text.is_empty()).collect();
        no_addressee(&cells, false, &HEADINGS, &Columns::default())
    }

    #[test]
    fn a_row_that_is_about_nobody_is_known_for_what_it_is() {
        for (cells, expected) in [
            (["Северный округ", "", "", "", ""].as_slice(), Some(NoAddressee::Title)),
            (&["", "Итого: 12", "", "", ""], Some(NoAddressee::Total)),
            (&["Всего", "", "", "340", ""], Some(NoAddressee::Total)),
            (&["Исп. Иванова А.А., тел. 22-33-44", "", "", "", ""], Some(NoAddressee::Executor)),
            (&["1", "2", "3", "4", "5"], Some(NoAddressee::ColumnNumbers)),
            (&["№", "ФИО", "Должность", "Район", "Эл. почта"], Some(NoAddressee::Headings)),
            (&["", "ФИО", "Должность", "", "Эл. почта"], Some(NoAddressee::Headings)),
            (&["1", "Ильина Анна Петровна", "Начальник", "", ""], None),
            (&["2", "Цой Борис", "", "", ""], None),
            (&["", "Итого", "", "", "a@one.test"], None),
        ] {
            assert_eq!(kind(cells), expected, "{cells:?}");
        }
    }

    #[test]
    fn a_person_alone_in_a_row_is_no_title() {
        for text in ["Ильина Анна Петровна", "Ильина А.П.", "Ильина"]
        {
            assert!(is_person(text), "{text}");
        }
        for text in ["Северный округ", "Главы муниципальных районов", "1. Школы города"]
        {
            assert!(!is_person(text), "{text}");
        }
    }

    #[test]
    fn a_cell_can_say_that_there_is_nobody() {
        for text in ["Вакансия", "нет", "—", "-", "(вакантно)", "н/д", "не указан", "..."]
        {
            assert!(is_nobody(text), "{text}");
        }
        for text in ["", "Нетов", "Ким", "Ли", "На Анна", "a-b"] {
            assert!(!is_nobody(text), "{text}");
        }
        for (text, is) in [("г-жа", true), ("Г-н.", true), ("Уважаемая Анна!", false), ("", false)]
        {
            assert_eq!(is_title(text), is, "{text}");
        }
    }
}
