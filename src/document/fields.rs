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

/// Resolves every field by the list's headings and returns what was replaced, each kind once.
pub(crate) fn resolve(document: &mut Document, headings: &[String]) -> Vec<Replaced> {
    let mut replaced = Vec::new();
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

fn paragraph_of(paragraph: &mut Paragraph, headings: &[String], replaced: &mut Vec<Replaced>) {
    let mut note = |before: String, after: &str| {
        let after = format!("{{{{ {after} }}}}");
        let one = Replaced { before, after };
        if !replaced.contains(&one) {
            replaced.push(one);
        }
    };
    columns(&mut paragraph.runs, headings, &mut note);
    // From the end, so that what comes before keeps its place.
    let text: Vec<char> = paragraph.plain().chars().collect();
    let mut found = typed(&text, headings);
    while let Some((range, expression)) = found.pop() {
        let before: String = text[range.clone()].iter().collect();
        if before != format!("{{{{ {expression} }}}}") {
            note(before, &expression);
        }
        paragraph.replace(range, Field::Expression(expression));
    }
}

fn columns(runs: &mut [Run], headings: &[String], note: &mut dyn FnMut(String, &str)) {
    for run in runs {
        match run {
            Run::Field(field, _) => {
                if let Field::Column(name) = field {
                    let expression = column(name, headings);
                    note(format!("MERGEFIELD {name}"), &expression);
                    *field = Field::Expression(expression);
                }
            }
            Run::Link { runs, .. } => columns(runs, headings, note),
            Run::Text(..) | Run::Break | Run::Tab | Run::Note(_) | Run::Picture(_) => {}
        }
    }
}

/// The expression for a column by the name that Word has for it. One that is not in the list stays
/// under its own name, so that `check` proposes the nearest.
fn column(name: &str, headings: &[String]) -> String {
    let bare = bare(name);
    let is_it = |heading: &&String| {
        let heading = self::bare(heading);
        heading == bare || name.chars().count() >= LONGEST_NAME && heading.starts_with(&bare)
    };
    in_row(headings.iter().find(is_it).map_or(name, String::as_str))
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

/// What was typed as a field, first to last: `{{ … }}`, and «…» with a heading in it.
fn typed(text: &[char], headings: &[String]) -> Vec<(std::ops::Range<usize>, String)> {
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
        let heading = headings.iter().find(|heading| bare(heading) == bare(&written));
        let expression = match heading {
            Some(heading) if !bare(heading).is_empty() => Some(in_row(heading)),
            // An expression of a template.
            Some(_) | None if length == 2 && is_expression(&written) => Some(written),
            Some(_) | None => None,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::model::Style;

    fn resolved(runs: Vec<Run>) -> (Paragraph, Vec<Replaced>) {
        let mut document = Document::default();
        document.blocks.push(Block::Paragraph(Paragraph { runs, ..Paragraph::default() }));
        let headings = ["Эл. почта".to_owned(), "Город".to_owned()];
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
        let befores: Vec<&str> = replaced.iter().map(|it| it.before.as_str()).collect();
        assert_eq!(befores, ["{{ Город }}", "«Город»"]);
    }

    #[test]
    fn word_writes_underscores_in_the_names_of_its_fields() {
        let field = Run::Field(Field::Column("Эл_почта".to_owned()), Style::default());
        let (_, replaced) = resolved(vec![field]);
        assert_eq!(replaced[0].after, "{{ row[\"Эл. почта\"] }}");
    }
}
