//! The body as values for a letterhead: its blocks, and the sections of an official letter.
//!
//! Sections are recognised by position alone (GOST R 7.0.97-2016, 5). A layout table at the
//! beginning holds number and addressee, the last layout table the signature, and what follows it
//! is the executor's mark. The heading is between the first table and the salutation.

use serde_json::{Value, json};

use crate::compose::body::{Align, Block, Item, Run, Table, plain};

/// The sections of a letter; each block is in exactly one.
pub(super) fn sections(blocks: &[Block], salutation: &str) -> Value {
    let (opening, rest) = match blocks {
        [Block::Table(table), rest @ ..] if table.is_layout() => (cells(table), rest),
        _ => (Vec::new(), blocks),
    };
    let is_salutation =
        |block: &Block| matches!(block, Block::Paragraph(runs) if is_salutation(runs, salutation));
    let (heading, greeting, rest) = match rest.iter().position(is_salutation) {
        Some(at) => (&rest[..at], Some(&rest[at]), &rest[at + 1..]),
        None => (&rest[..0], None, rest),
    };
    let is_layout = |block: &Block| matches!(block, Block::Table(table) if table.is_layout());
    let (body, closing, mark) = match rest.iter().rposition(is_layout) {
        Some(at) => {
            (&rest[..at], table_of(&rest[at]).map(cells).unwrap_or_default(), &rest[at + 1..])
        }
        None => (rest, Vec::new(), &rest[..0]),
    };
    let greeting = greeting.and_then(|block| match block {
        Block::Paragraph(of) => Some(runs(of)),
        _ => None,
    });
    json!({
        "opening": opening,
        "heading": all(heading),
        "salutation": greeting,
        "body": all(body),
        "closing": closing,
        "mark": all(mark),
    })
}

fn table_of(block: &Block) -> Option<&Table> {
    match block {
        Block::Table(table) => Some(table),
        _ => None,
    }
}

/// The cells of a layout table by column, the rows of a column joined.
fn cells(table: &Table) -> Vec<Value> {
    let columns = table.headings.len();
    let column = |at: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty());
        let mut joined: Vec<Value> = Vec::new();
        for cell in cells {
            if !joined.is_empty() {
                joined.push(json!({ "is": "break" }));
            }
            joined.extend(cell.iter().map(run));
        }
        Value::Array(joined)
    };
    (0..columns).map(column).collect()
}

fn is_salutation(runs: &[Run], salutation: &str) -> bool {
    let whole = plain(runs);
    let rest = whole.trim().strip_prefix(salutation);
    !salutation.is_empty()
        && rest.is_some_and(|rest| rest.trim().chars().all(|c| "!,.".contains(c)))
}

/// The blocks as values.
pub(super) fn all(blocks: &[Block]) -> Value {
    blocks.iter().map(block).collect()
}

fn block(block: &Block) -> Value {
    match block {
        Block::Paragraph(of) => json!({ "is": "paragraph", "of": runs(of) }),
        Block::Heading { level, runs: of } => {
            json!({ "is": "heading", "level": level, "of": runs(of) })
        }
        Block::List(items) => list(items),
        Block::Quote(of) => json!({ "is": "quote", "of": all(of) }),
        Block::Code(text) => json!({ "is": "code", "text": text }),
        Block::Rule => json!({ "is": "rule" }),
        Block::Table(table) => {
            let row = |row: &Vec<Vec<Run>>| row.iter().map(|cell| runs(cell)).collect::<Vec<_>>();
            json!({
                "is": "table",
                "layout": table.is_layout(),
                "columns": table.headings.len(),
                "align": table.alignments.iter().copied().map(side).collect::<Vec<_>>(),
                "headings": row(&table.headings),
                "rows": table.rows.iter().map(row).collect::<Vec<_>>(),
            })
        }
        Block::Aligned { align, blocks } => {
            json!({ "is": "aligned", "align": side(*align), "of": all(blocks) })
        }
        Block::Notes(notes) => {
            let note = |(number, blocks): &(String, Vec<Block>)| json!({ "number": number, "of": all(blocks) });
            json!({ "is": "notes", "of": notes.iter().map(note).collect::<Vec<_>>() })
        }
    }
}

fn side(align: Align) -> &'static str {
    match align {
        Align::Left => "left",
        Align::Centre => "center",
        Align::Right => "right",
    }
}

/// A list; `numbers` is null for bullets, and `sign` stands after each number.
fn list(items: &[Item]) -> Value {
    let numbers: Option<Vec<u64>> =
        items.iter().map(|item| item.number.map(|number| number.value)).collect();
    let sign = items.first().and_then(|item| item.number).map_or('.', |number| number.sign);
    let of: Vec<Value> = items.iter().map(|item| all(&item.blocks)).collect();
    json!({ "is": "list", "numbers": numbers, "sign": sign.to_string(), "of": of })
}

fn runs(runs: &[Run]) -> Value {
    runs.iter().map(run).collect()
}

fn run(run: &Run) -> Value {
    match run {
        Run::Text(text) => json!(text),
        Run::Break => json!({ "is": "break" }),
        Run::Code(text) => json!({ "is": "code", "text": text }),
        Run::Strong(of) => json!({ "is": "strong", "of": runs(of) }),
        Run::Emphasis(of) => json!({ "is": "emph", "of": runs(of) }),
        Run::Underline(of) => json!({ "is": "underline", "of": runs(of) }),
        Run::Strike(of) => json!({ "is": "strike", "of": runs(of) }),
        Run::Note(number) => json!({ "is": "note", "number": number }),
        Run::Picture(picture) => json!({
            "is": "picture", "source": picture.source.replace('\\', "/").trim_start_matches("./"), "alternative": picture.alternative,
            "width": picture.width,
        }),
        Run::Link { to, runs: of } => json!({ "is": "link", "to": to, "of": runs(of) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::body::parse;

    const LETTER: &str = "| | |\n|:--|:--|\n| № 7<br>от 1 | Министру<br>Цою |\n\nО семинаре\n\n**Уважаемый Иван Ильич!**\n\nПриглашаем.\n\n- раз\n\n| | |\n|:--|--:|\n| Директор | И.И. Цой |\n\nИсп.: Ким\n";

    #[test]
    fn an_official_letter_falls_into_its_sections() {
        let sections = sections(&parse(LETTER), "Уважаемый Иван Ильич");
        assert_eq!(sections["opening"][1], json!(["Министру", { "is": "break" }, "Цою"]));
        assert_eq!(sections["heading"][0]["of"], json!(["О семинаре"]));
        assert_eq!(
            sections["salutation"],
            json!([{ "is": "strong", "of": ["Уважаемый Иван Ильич!"] }])
        );
        assert_eq!(sections["body"].as_array().unwrap().len(), 2);
        assert_eq!(sections["closing"], json!([["Директор"], ["И.И. Цой"]]));
        assert_eq!(sections["mark"][0]["of"], json!(["Исп.: Ким"]));
    }

    #[test]
    fn a_letter_without_such_sections_is_all_body() {
        let sections = sections(&parse("Здравствуйте!\n\nПриглашаем.\n"), "Уважаемый Иван Ильич");
        assert_eq!(
            (sections["body"].as_array().unwrap().len(), &sections["salutation"]),
            (2, &Value::Null)
        );
        assert_eq!((&sections["opening"], &sections["closing"]), (&json!([]), &json!([])));
    }
}
