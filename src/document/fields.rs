//! What becomes a column: Word's merge fields, `{{ … }}`, and «Поле» where the list has a column of
//! that name.

use super::model::{Block, Document, Field, Paragraph, Run};

/// A place that became a column or an expression: as it was written, and what stands there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replaced {
    pub before: String,
    pub after: String,
}

/// Word cuts the names of its fields here, and writes `_` for what is no letter.
const LONGEST_NAME: usize = 40;

/// What became of a letter's fields.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// What was replaced, each kind once.
    pub replaced: Vec<Replaced>,
    /// Names of fields that are no heading of the list.
    pub unknown: Vec<String>,
}

/// Resolves every field by the list's headings.
pub(crate) fn resolve(document: &mut Document, headings: &[String]) -> Resolved {
    let mut replaced = Resolved::default();
    let Document { blocks, notes, .. } = document;
    for_each_paragraph(blocks, &mut |paragraph| {
        paragraph_of(paragraph, headings, &mut replaced);
    });
    for note in notes {
        for_each_paragraph(note, &mut |paragraph| {
            paragraph_of(paragraph, headings, &mut replaced);
        });
    }
    replaced
}

impl Resolved {
    fn note(&mut self, before: String, (expression, is_known): &(String, bool)) {
        let after = format!("{{{{ {expression} }}}}");
        if before == after {
            return;
        }
        let name = before.trim_start_matches("MERGEFIELD ").trim_matches(['{', '}', ' ']);
        if !is_known && !self.unknown.iter().any(|it| it == name) {
            self.unknown.push(name.to_owned());
        }
        let one = Replaced { before, after };
        if !self.replaced.contains(&one) {
            self.replaced.push(one);
        }
    }
}

pub(crate) fn for_each_paragraph(blocks: &mut [Block], each: &mut dyn FnMut(&mut Paragraph)) {
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => each(paragraph),
            Block::Table(table) => {
                for cell in table.rows.iter_mut().flatten() {
                    for_each_paragraph(&mut cell.blocks, each);
                }
            }
        }
    }
}

fn paragraph_of(paragraph: &mut Paragraph, headings: &[String], resolved: &mut Resolved) {
    columns(&mut paragraph.runs, headings, resolved);
    // From the end, so that what comes before keeps its place.
    let text: Vec<char> = paragraph.plain().chars().collect();
    let mut found = typed(&text, headings);
    while let Some((range, expression)) = found.pop() {
        resolved.note(text[range.clone()].iter().collect(), &expression);
        paragraph.replace(range, Field::Expression(expression.0));
    }
}

fn columns(runs: &mut [Run], headings: &[String], resolved: &mut Resolved) {
    for run in runs {
        match run {
            Run::Field(field, _) => match field {
                Field::Column(name) => {
                    let expression = column(name, headings);
                    resolved.note(format!("MERGEFIELD {name}"), &expression);
                    *field = Field::Expression(expression.0);
                }
                Field::AddressBlock => {
                    resolved.note("ADDRESSBLOCK".into(), &("addressee.block".into(), true));
                }
                Field::GreetingLine => {
                    resolved.note("GREETINGLINE".into(), &("salutation".into(), true));
                }
                Field::Expression(_) => {}
            },
            Run::Link { runs, .. } => columns(runs, headings, resolved),
            Run::Text(..) | Run::Break | Run::Tab | Run::Note(_) | Run::Picture(_) => {}
        }
    }
}

/// The expression for a column by the name that Word has for it, and whether the list has it. One
/// that is not there stays under its own name, so that `check` proposes the nearest.
fn column(name: &str, headings: &[String]) -> (String, bool) {
    let bare = bare(name);
    let is_cut = |heading: &&String| {
        name.chars().count() >= LONGEST_NAME && self::bare(heading).starts_with(&bare)
    };
    let found = heading(name, headings).or_else(|| headings.iter().find(is_cut));
    (in_row(found.map_or(name, String::as_str)), found.is_some())
}

/// The expression for the column of the list that a name is the heading of.
pub(crate) fn column_of(name: &str, headings: &[String]) -> Option<String> {
    heading(name, headings).map(|heading| in_row(heading))
}

/// The heading of that name: the whole of it, or the lowest of those that stand over one another if
/// only one column has it.
fn heading<'a>(name: &str, headings: &'a [String]) -> Option<&'a String> {
    let name = bare(name);
    if name.is_empty() {
        return None;
    }
    let lowest = |heading: &String| heading.rsplit_once(" / ").map(|(_, lowest)| bare(lowest));
    headings.iter().find(|heading| bare(heading) == name).or_else(|| {
        let mut such = headings.iter().filter(|heading| lowest(heading).as_ref() == Some(&name));
        such.next().filter(|_| such.next().is_none())
    })
}

fn in_row(heading: &str) -> String {
    let quote = if heading.contains('"') { '\'' } else { '"' };
    format!("row[{quote}{heading}{quote}]")
}

/// Letters and digits alone, in lower case.
fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Names that every letter knows.
const KNOWN: [&str; 5] = ["addressee", "salutation", "letter", "recipient", "row"];

/// What was typed as a field, first to last: `{{ … }}`, and «…» with a heading in it. With each
/// goes whether what it names is known.
fn typed(text: &[char], headings: &[String]) -> Vec<(std::ops::Range<usize>, (String, bool))> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (length, end): (usize, &[char]) = match text[at] {
            '{' if text.get(at + 1) == Some(&'{') => (2, &['}', '}']),
            '«' => (1, &['»']),
            _ => {
                at += 1;
                continue;
            }
        };
        let inside = &text[at + length..];
        let close = inside.windows(end.len()).take(200).position(|window| window == end);
        let Some(close) = close else {
            at += length;
            continue;
        };
        let written: String = inside[..close].iter().collect();
        let written = written.trim().replace(['“', '”', '„'], "\"").replace(['‘', '’'], "'");
        let expression = match heading(&written, headings) {
            Some(heading) => Some((in_row(heading), true)),
            // An expression of a template.
            None if length == 2 && is_expression(&written) => Some((written, true)),
            None if length == 2 && is_name(&written) => Some((in_row(&written), false)),
            None => None,
        };
        match expression {
            Some(expression) => {
                let range = at..at + length + close + end.len();
                at = range.end;
                found.push((range, expression));
            }
            None => at += length,
        }
    }
    found
}

fn is_expression(written: &str) -> bool {
    let name: String =
        written.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    // Functions are for those who write templates; what is typed in Word names a value.
    KNOWN.contains(&name.as_str()) || !name.is_empty() && name.len() == written.len()
}

/// Whether this may be a heading that was misspelt.
fn is_name(written: &str) -> bool {
    written.starts_with(char::is_alphabetic)
        && !written.contains(['{', '}', '%', '|', '"', '\'', '\\', '='])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::model::Style;

    fn resolved(runs: Vec<Run>) -> (Paragraph, Resolved) {
        let mut document = Document::default();
        document.blocks.push(Block::Paragraph(Paragraph { runs, ..Paragraph::default() }));
        let headings = ["Эл. почта", "Город", "Глава / Имя", "Глава / Телефон", "Зам / Телефон"];
        let headings = headings.map(str::to_owned);
        let replaced = resolve(&mut document, &headings);
        let Some(Block::Paragraph(paragraph)) = document.blocks.pop() else { panic!() };
        (paragraph, replaced)
    }

    #[test]
    fn a_name_in_quotes_is_a_column_only_if_the_list_has_it() {
        let style = Style { bold: true, ..Style::default() };
        let (paragraph, replaced) = resolved(vec![
            Run::Text("В «Гор".to_owned(), Style::default()),
            Run::Text("од» и «Колокол», {{ Город }}, {{ salutation }}".to_owned(), style),
        ]);
        assert_eq!(paragraph.plain(), "В \u{fffc} и «Колокол», \u{fffc}, \u{fffc}");
        let befores: Vec<&str> = replaced.replaced.iter().map(|it| it.before.as_str()).collect();
        assert_eq!(befores, ["{{ Город }}", "«Город»"]);
    }

    #[test]
    fn word_writes_underscores_in_the_names_of_its_fields() {
        let field = Run::Field(Field::Column("Эл_почта".to_owned()), Style::default());
        let (_, replaced) = resolved(vec![field]);
        assert_eq!(replaced.replaced[0].after, "{{ row[\"Эл. почта\"] }}");
    }
    #[test]
    fn a_field_is_known_by_the_lowest_heading_of_its_column_alone() {
        let text = "«Имя», {{ Имя }}, «Телефон», {{ Телефон }}, {{ Оклад }}";
        let (paragraph, found) = resolved(vec![Run::Text(text.to_owned(), Style::default())]);
        assert_eq!(paragraph.plain(), "\u{fffc}, \u{fffc}, «Телефон», \u{fffc}, \u{fffc}");
        let pairs: Vec<(&str, &str)> =
            found.replaced.iter().map(|it| (it.before.as_str(), it.after.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("{{ Оклад }}", "{{ row[\"Оклад\"] }}"),
                ("{{ Телефон }}", "{{ row[\"Телефон\"] }}"),
                ("{{ Имя }}", "{{ row[\"Глава / Имя\"] }}"),
                ("«Имя»", "{{ row[\"Глава / Имя\"] }}"),
            ]
        );
        assert_eq!(found.unknown, ["Оклад", "Телефон"]);
    }
}
