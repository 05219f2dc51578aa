//! Problems gathered by kind.

use super::{pick, say};
use crate::notice::Language;
use crate::notice::format::{en_count, ru_count};
use crate::problem::Severity;

/// What stands before a kind of problem.
pub(in crate::notice) fn label(severity: Severity, language: Language) -> &'static str {
    match severity {
        Severity::Error => pick(language, "error: ", "ошибка: "),
        Severity::Warning => pick(language, "warning: ", "внимание: "),
        Severity::Doubt => pick(language, "please check: ", "проверьте: "),
    }
}

/// Where problems of one kind are, and how many rows have them.
pub(in crate::notice) fn kind(
    file: &str,
    column: Option<&str>,
    rows: u64,
    language: Language,
) -> String {
    let column =
        column.map(|column| say!(language; en ", column \"{column}\""; ru ", столбец «{column}»"));
    let column = column.unwrap_or_default();
    say!(language;
        en ("{file}{column}: {}", en_count(rows, "row", "rows"));
        ru ("{file}{column}: {}", ru_count(rows, "строка", "строки", "строк")))
}

/// Where problems of one kind are, and at how many places.
pub(in crate::notice) fn kind_of_places(
    file: &str,
    column: Option<&str>,
    places: u64,
    language: Language,
) -> String {
    let column = column.map(|column| format!(", {column}")).unwrap_or_default();
    say!(language;
        en ("{file}{column}: {}", en_count(places, "place", "places"));
        ru ("{file}{column}: {}", ru_count(places, "место", "места", "мест")))
}

/// The rows that have one and the same problem.
pub(in crate::notice) fn same_in_rows(rows: &str, language: Language) -> String {
    say!(language; en " (rows {rows})"; ru " (строки {rows})")
}

pub(in crate::notice) fn more_rows(rows: u64, language: Language) -> String {
    say!(language; en "… and {rows} more"; ru "… и ещё {rows}")
}

/// How many kinds of problems are not shown.
pub(in crate::notice) fn more_kinds(severity: Severity, kinds: u64, language: Language) -> String {
    let [one, many, of] = match severity {
        Severity::Error => ["kind of errors", "kinds of errors", "ошибок"],
        Severity::Warning => ["kind of warnings", "kinds of warnings", "замечаний"],
        Severity::Doubt => ["kind of doubts", "kinds of doubts", "сомнений"],
    };
    say!(language;
        en ("… and {kinds} more {}", if kinds == 1 { one } else { many });
        ru ("… и ещё {} {of}", ru_count(kinds, "вид", "вида", "видов")))
}
