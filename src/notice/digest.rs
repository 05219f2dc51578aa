//! Many problems on one screen: those alike together, the worst kind first, examples of each.

use std::collections::HashMap;

use super::format::wrapped;
use super::words::{self, Said};
use super::{Language, field_of, problem_line};
use crate::problem::{Problem, Severity};

/// The examples of a kind that are kept.
const KEPT: usize = 3;

/// The lines that a digest takes at most, if the kinds allow it: a screen of 24 without what is said
/// before and after.
const LINES: usize = 14;

/// Problems gathered by kind.
#[derive(Default)]
pub(crate) struct Digest {
    kinds: Vec<Kind>,
    /// Where each is in `kinds`: by severity, code, file and column.
    known: HashMap<(Severity, &'static str, String), usize>,
}

/// Problems of one kind, in one file and one column.
struct Kind {
    severity: Severity,
    file: String,
    column: Option<String>,
    rows: u64,
    last_row: Option<u64>,
    /// Whether all are at one place and say the same, as a template's mistakes do.
    is_one_fault: bool,
    examples: Vec<Problem>,
    /// Of each example, the rows that have the very same: one organisation in forty rows.
    rows_alike: Vec<Vec<u64>>,
    /// The lines of the file that show the place of the first.
    excerpt: Option<String>,
}

/// How much is shown: examples of each kind, and kinds of errors, warnings and doubts.
#[derive(Clone, Copy)]
struct Extent {
    examples: usize,
    kinds: [usize; 3],
    has_excerpts: bool,
}

const EXTENTS: [Extent; 7] = [
    Extent { examples: KEPT, kinds: [usize::MAX; 3], has_excerpts: true },
    Extent { examples: KEPT, kinds: [usize::MAX; 3], has_excerpts: false },
    Extent { examples: 2, kinds: [usize::MAX; 3], has_excerpts: false },
    Extent { examples: 1, kinds: [usize::MAX; 3], has_excerpts: false },
    Extent { examples: 1, kinds: [3, 2, 1], has_excerpts: false },
    Extent { examples: 1, kinds: [3, 1, 0], has_excerpts: false },
    Extent { examples: 1, kinds: [2, 0, 0], has_excerpts: false },
];

/// A line of a digest; the first of each kind has its severity.
pub(crate) type Line = (Option<Severity>, String);

impl Digest {
    /// Adds a problem; `excerpt` shows its place in the file.
    pub(crate) fn add(&mut self, problem: &Problem, excerpt: Option<String>, language: Language) {
        // A letter's problem names its address; that is no column.
        let column = field_of(problem, language).filter(|column| !column.contains('@'));
        let (severity, code) = (problem.severity, problem.fault.code());
        let place = match column {
            Some(column) => format!("{}\0{column}", problem.place.file),
            None => problem.place.file.to_string(),
        };
        let at = *self.known.entry((severity, code, place)).or_insert(self.kinds.len());
        if at == self.kinds.len() {
            let (file, column) = (problem.place.file.to_string(), column.map(str::to_owned));
            self.kinds.push(Kind {
                severity,
                file,
                column,
                rows: 0,
                last_row: None,
                is_one_fault: true,
                examples: Vec::new(),
                rows_alike: Vec::new(),
                excerpt,
            });
        }
        let kind = &mut self.kinds[at];
        if kind.last_row != problem.row || problem.row.is_none() {
            kind.rows += 1;
            kind.last_row = problem.row;
        }
        kind.is_one_fault &= kind
            .examples
            .first()
            .is_none_or(|first| first.place == problem.place && first.fault == problem.fault);
        let row = problem.place.sheet_row();
        let alike = |known: &Problem| {
            known.fault == problem.fault && known.place.sheet() == problem.place.sheet()
        };
        let same = kind.examples.iter().position(alike).filter(|_| problem.row.is_some());
        if let Some(same) = same {
            kind.rows_alike[same].push(row);
        } else if kind.examples.len() < KEPT {
            kind.examples.push(problem.clone());
            kind.rows_alike.push(vec![row]);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The lines, none longer than `width` where words allow it.
    pub(crate) fn lines(mut self, language: Language, width: usize) -> Vec<Line> {
        self.kinds.sort_by_key(|kind| (kind.severity, std::cmp::Reverse(kind.rows)));
        let mut lines = Vec::new();
        for extent in EXTENTS {
            lines = self.shown(extent, language, width);
            if lines.len() <= LINES {
                break;
            }
        }
        lines
    }

    fn shown(&self, extent: Extent, language: Language, width: usize) -> Vec<Line> {
        let mut lines = Vec::new();
        for (severity, most) in
            [Severity::Error, Severity::Warning, Severity::Doubt].into_iter().zip(extent.kinds)
        {
            let kinds: Vec<&Kind> =
                self.kinds.iter().filter(|kind| kind.severity == severity).collect();
            for kind in kinds.iter().take(most) {
                let own = kind.lines(extent, language, width);
                lines.extend(
                    own.into_iter()
                        .enumerate()
                        .map(|(at, line)| ((at == 0).then_some(severity), line)),
                );
            }
            let others = kinds.len().saturating_sub(most) as u64;
            if others > 0 {
                lines.push((None, words::more_kinds(severity, others, language)));
            }
        }
        lines
    }
}

impl Kind {
    fn lines(&self, extent: Extent, language: Language, width: usize) -> Vec<String> {
        let examples = extent.examples;
        let is_of_rows = self.examples[0].row.is_some();
        let many = |file: &str, column| {
            let words = if is_of_rows { words::kind } else { words::kind_of_places };
            words(file, column, self.rows, language)
        };
        if self.rows == 1 {
            let line = problem_line(&self.examples[0], language);
            let label = match self.severity {
                Severity::Error => words::label(self.severity, language),
                // Their lines are labelled.
                Severity::Warning | Severity::Doubt => "",
            };
            let mut lines = wrapped(&format!("{label}{line}"), width, "  ");
            let excerpt = self.excerpt.iter().filter(|_| extent.has_excerpts);
            lines.extend(excerpt.flat_map(|excerpt| excerpt.lines().map(str::to_owned)));
            return lines;
        }
        let label = words::label(self.severity, language);
        let column = self.column.as_deref();
        if self.is_one_fault {
            let place = self.examples[0].place.to_string();
            let head = many(&place, column);
            let mut lines = wrapped(&format!("{label}{head}"), width, "  ");
            let Said { what, hint } = words::fault(&self.examples[0].fault, language);
            lines.extend(wrapped(&format!("  {what}"), width, "    "));
            lines.extend(wrapped(&format!("  → {hint}"), width, "    "));
            return lines;
        }
        let head = many(&self.file, column);
        let mut lines = wrapped(&format!("{label}{head}"), width, "  ");
        // The last one takes no more room than the line that counts it.
        let most = if self.rows == examples as u64 + 1 { examples + 1 } else { examples };
        let shown: Vec<&Problem> = self.examples.iter().take(most).collect();
        let has_sheets = shown.iter().any(|it| it.place.sheet() != shown[0].place.sheet());
        let hint = words::fault(&shown[0].fault, language).hint;
        let is_one_hint = shown.iter().all(|it| words::fault(&it.fault, language).hint == hint);
        for (problem, alike) in shown.iter().zip(&self.rows_alike) {
            let Said { what, hint } = words::fault(&problem.fault, language);
            let whose = field_of(problem, language).filter(|field| field.contains('@'));
            let whose = whose.map(|address| format!("{address}: ")).unwrap_or_default();
            let place = match &problem.place.cell {
                Some(cell) if has_sheets => cell.to_string(),
                Some(_) | None => problem.place.within_file(),
            };
            let mut text = if is_one_hint { what } else { format!("{what}; {hint}") };
            if alike.len() > 1 {
                text.push_str(&words::same_in_rows(&ranges(alike), language));
            }
            lines.extend(wrapped(&format!("  {place}  {whose}{text}"), width, "    "));
        }
        let told = self.rows_alike.iter().take(shown.len()).map(Vec::len).sum::<usize>();
        let others = self.rows.saturating_sub(told as u64);
        if others > 0 {
            lines.push(format!("  {}", words::more_rows(others, language)));
        }
        if is_one_hint {
            lines.extend(wrapped(&format!("  → {hint}"), width, "    "));
        }
        lines
    }
}

/// «3, 5–7»; of many the first.
fn ranges(rows: &[u64]) -> String {
    const MOST: usize = 8;
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for row in rows {
        match ranges.last_mut() {
            Some((_, last)) if *last == *row || *last + 1 == *row => *last = *row,
            _ => ranges.push((*row, *row)),
        }
    }
    let range = |(first, last): &(u64, u64)| {
        if first == last { first.to_string() } else { format!("{first}–{last}") }
    };
    let shown: Vec<String> = ranges.iter().take(MOST).map(range).collect();
    let more = if ranges.len() > MOST { " …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{AddressFlaw, FormsFault, ListFault, Place};

    fn address(row: u64) -> Problem {
        let fault =
            ListFault::AddressSyntax { value: format!("p{row}@"), flaw: AddressFlaw::Domain };
        let place = Place::in_sheet("list.xlsx", "Лист1", row + 1, 3);
        Problem::error(place, fault).of_row(row, "email").headed("Почта")
    }

    fn gender(row: u64) -> Problem {
        let fault = FormsFault::GenderUnknown { name: "Саша".into() };
        let place = Place::in_sheet("list.xlsx", "Лист1", row + 1, 1);
        Problem::error(place, fault).of_row(row, "gender").with_severity(Severity::Warning)
    }

    fn lines(problems: impl IntoIterator<Item = Problem>) -> Vec<String> {
        let mut digest = Digest::default();
        problems.into_iter().for_each(|problem| digest.add(&problem, None, Language::English));
        digest.lines(Language::English, 80).into_iter().map(|(_, line)| line).collect()
    }

    #[test]
    fn a_hundred_alike_are_a_few_lines_with_the_cell_alone() {
        let lines = lines((1..=100).map(address));
        assert_eq!(lines[0], "error: list.xlsx, column \"Почта\": 100 rows");
        assert!(lines[1].starts_with("  C2 \"p1@\""), "{lines:?}");
        assert!(lines.iter().any(|line| line == "  … and 97 more"), "{lines:?}");
        assert!(lines.len() <= 8, "{lines:?}");
    }

    #[test]
    fn the_worst_come_first_and_each_says_what_it_is() {
        let lines = lines((1..=2).map(gender).chain((1..=2).map(address)));
        let at = |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap();
        assert!(at("error: ") < at("warning: "), "{lines:?}");
    }

    #[test]
    fn the_same_in_many_rows_is_one_line_with_its_rows() {
        let same = |row: u64| {
            let fault = FormsFault::GenderUnknown { name: "Ким Саша".into() };
            Problem::error(Place::in_sheet("list.xlsx", "Лист1", row, 1), fault)
                .of_row(row, "gender")
                .with_severity(Severity::Doubt)
        };
        let lines = lines((2..=41).chain([50]).map(same));
        assert_eq!(lines.iter().filter(|line| line.contains("Саша")).count(), 1, "{lines:?}");
        assert!(lines.join(" ").contains("2–41, 50"), "{lines:?}");
    }

    #[test]
    fn one_problem_is_one_line_with_its_whole_place() {
        let lines = lines([address(7)]);
        assert!(lines[0].starts_with("error: list.xlsx:Лист1!C8: Почта: "), "{lines:?}");
        assert!(lines.iter().all(|line| line.chars().count() <= 80), "{lines:?}");
    }

    #[test]
    fn many_kinds_still_fit_a_screen() {
        let kinds = (0..30).flat_map(|kind| {
            (1..=9).map(move |row| address(row).headed(format!("Столбец {kind}")))
        });
        let lines = lines(kinds);
        assert!(lines.len() <= LINES + 2, "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("27 more kinds of errors")), "{lines:?}");
    }
}
