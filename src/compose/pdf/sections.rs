//! The body as values for a letterhead: its blocks, and the sections of an official letter.
//!
//! Sections are recognised by position alone (GOST R 7.0.97-2025, 5). A layout table at the
//! beginning holds number and addressee, the last layout table the signature, and what follows it
//! is the executor's mark. The heading is between the first table and the salutation.

use serde_json::{Value, json};

use super::setting::{pieces, with_plain_spaces};
use crate::compose::body::{Align, Block, Item, Run, Span, Table, plain};

/// The parts of an official letter; each block is in exactly one.
pub(super) struct Sections<'a> {
    opening: Option<&'a Table>,
    heading: &'a [Block],
    salutation: Option<&'a [Run]>,
    body: &'a [Block],
    closing: Option<&'a Table>,
    mark: &'a [Block],
}

impl<'a> Sections<'a> {
    /// Finds the parts; `letter` has the salutation as a value.
    pub(super) fn of(blocks: &'a [Block], letter: &Value) -> Self {
        let salutation = letter["salutation"].as_str().unwrap_or_default();
        let (opening, rest) = match blocks {
            [Block::Table(table), rest @ ..] if table.is_layout() => (Some(table), rest),
            _ => (None, blocks),
        };
        let is_salutation = |block: &Block| matches!(block, Block::Paragraph(runs) if is_salutation(runs, salutation));
        let (heading, greeting, rest) = match rest.iter().position(is_salutation) {
            Some(at) => (&rest[..at], Some(&rest[at]), &rest[at + 1..]),
            None => (&rest[..0], None, rest),
        };
        let is_layout = |block: &Block| matches!(block, Block::Table(table) if table.is_layout());
        let (body, closing, mark) = match rest.iter().rposition(is_layout) {
            Some(at) => (&rest[..at], table_of(&rest[at]), &rest[at + 1..]),
            None => (rest, None, &rest[..0]),
        };
        let salutation = greeting.and_then(|block| match block {
            Block::Paragraph(of) => Some(of.as_slice()),
            _ => None,
        });
        Self { opening, heading, salutation, body, closing, mark }
    }

    /// The parts as values.
    pub(super) fn values(&self) -> Value {
        let follows = if self.closing.is_some() { Follows::Signature } else { Follows::Nothing };
        json!({
            "opening": self.opening.map(cells).unwrap_or_default(),
            "heading": all(self.heading),
            "salutation": self.salutation.map(runs),
            "body": all_kept(self.body, follows),
            "closing": self.closing.map(cells).unwrap_or_default(),
            "mark": all(self.mark),
        })
    }

    /// Date and number, and what the letter answers, in the order of the standard (GOST R
    /// 7.0.97-2025, 5.10 to 5.12), a line each; null for none.
    ///
    /// If the letter says something else in their place, that stays, and the last line is added.
    pub(super) fn registration(&self, letter: &Value) -> Value {
        let text = |value: &Value| value.as_str().map(str::trim).unwrap_or_default().to_owned();
        let (number, date) = (text(&letter["letter"]["number"]), text(&letter["letter"]["date"]));
        let is_english = letter["language"] == "en";
        let sign = if is_english { "No." } else { "№" };
        let first = self.opening.and_then(first_column);
        let written = first.as_ref().map(|runs| with_plain_spaces(&plain(runs)).into_owned());
        let mut lines: Vec<Value> = Vec::new();
        match (&first, &written) {
            (Some(first), Some(written)) if !is_registration(written, &number, &date) => {
                lines.push(runs(first));
            }
            _ => {
                let numbered = (!number.is_empty()).then(|| format!("{sign}\u{A0}{number}"));
                let dated = (!date.is_empty()).then_some(date);
                let parts: Vec<String> = dated.into_iter().chain(numbered).collect();
                if !parts.is_empty() {
                    lines.push(pieces(&parts.join(" ")).into());
                }
            }
        }
        let reference = &letter["reference"];
        let (number, date) = (text(&reference["number"]), text(&reference["date"]));
        let is_said =
            written.is_some_and(|written| !number.is_empty() && written.contains(&number));
        let answers = match (number.is_empty(), date.is_empty(), is_english) {
            _ if is_said => None,
            (true, true, _) => None,
            (false, true, false) => Some(format!("На №\u{A0}{number}")),
            (false, false, false) => Some(format!("На №\u{A0}{number} от\u{A0}{date}")),
            (true, false, false) => Some(format!("На письмо от\u{A0}{date}")),
            (false, true, true) => Some(format!("Your ref.: {number}")),
            (false, false, true) => Some(format!("Your ref.: {number} of\u{A0}{date}")),
            (true, false, true) => Some(format!("Your letter of\u{A0}{date}")),
        };
        lines.extend(answers.map(|answers| Value::Array(pieces(&answers))));
        if lines.is_empty() { Value::Null } else { lines.into() }
    }
}

/// Whether a text is number and date of the letter, in any order, and nothing else.
fn is_registration(text: &str, number: &str, date: &str) -> bool {
    const WORDS: [&str; 12] =
        ["исх", "исходящий", "номер", "дата", "от", "№", "n", "no", "our", "ref", "date", "of"];
    let mut rest = text.to_owned();
    for known in [date, number].into_iter().filter(|known| !known.is_empty()) {
        let Some(at) = rest.find(known) else { return false };
        rest.replace_range(at..at + known.len(), " ");
    }
    let words = rest.split(|c: char| !c.is_alphanumeric() && c != '№').filter(|it| !it.is_empty());
    words.map(str::to_lowercase).all(|word| WORDS.contains(&word.as_str()))
}

/// The whole letter as values.
pub(super) fn whole(blocks: &[Block]) -> Value {
    all_kept(blocks, Follows::Nothing)
}

/// What comes after some blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follows {
    Nothing,
    Signature,
}

/// The blocks as values; those at the end that must stay on one sheet with what follows are marked:
/// a signature is never alone on a sheet, nor with less than a line or two of the letter.
fn all_kept(blocks: &[Block], follows: Follows) -> Value {
    /// Characters that are enough beside a signature, and of those that can be one.
    const ENOUGH: usize = 100;
    const SHORT: usize = 300;
    let mut values = Vec::new();
    let mut is_kept = follows == Follows::Signature;
    let mut behind = 0;
    for it in blocks.iter().rev() {
        let mut value = block(it);
        let length = length_of(it);
        if is_kept {
            value["kept"] = true.into();
        }
        behind += length;
        let is_end = behind > SHORT || is_kept && length >= ENOUGH;
        is_kept = !is_end && (is_kept || behind > 0);
        if is_end {
            behind = SHORT;
        }
        values.push(value);
    }
    values.reverse();
    values.into()
}

/// The characters of a block's text, roughly.
fn length_of(block: &Block) -> usize {
    let of = |blocks: &[Block]| blocks.iter().map(length_of).sum();
    match block {
        Block::Paragraph(runs) | Block::Heading { runs, .. } => plain(runs).chars().count(),
        Block::List(items) => items.iter().map(|item| -> usize { of(&item.blocks) }).sum(),
        Block::Quote(inner) | Block::Aligned { blocks: inner, .. } => of(inner),
        Block::Table(table) => {
            table.rows.iter().flatten().map(|cell| plain(cell).chars().count()).sum()
        }
        Block::Code(text) => text.chars().count(),
        Block::Notes(notes) => notes.iter().map(|(_, inner)| -> usize { of(inner) }).sum(),
        Block::Rule => 0,
    }
}

/// The runs of a table's first column, its rows joined.
fn first_column(table: &Table) -> Option<Vec<Run>> {
    let mut joined = Vec::new();
    for cell in table.rows.iter().filter_map(|row| row.first()).filter(|cell| !cell.is_empty()) {
        if !joined.is_empty() {
            joined.push(Run::Break);
        }
        joined.extend(cell.iter().cloned());
    }
    (!joined.is_empty()).then_some(joined)
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
            joined.extend(cell.iter().flat_map(run));
        }
        Value::Array(joined)
    };
    (0..columns).map(column).collect()
}

fn is_salutation(runs: &[Run], salutation: &str) -> bool {
    let whole = plain(runs);
    let whole = with_plain_spaces(&whole);
    let salutation = with_plain_spaces(salutation);
    let rest = whole.trim().strip_prefix(&*salutation);
    !salutation.is_empty()
        && rest.is_some_and(|rest| rest.trim().chars().all(|c| "!,.".contains(c)))
}

/// The blocks as values.
pub(super) fn all(blocks: &[Block]) -> Value {
    blocks.iter().map(block).collect()
}

fn block(block: &Block) -> Value {
    match block {
        Block::Paragraph(of) => {
            // More than three lines.
            let is_long = plain(of).chars().count() > 240;
            json!({ "is": "paragraph", "of": runs(of), "is-long": is_long })
        }
        Block::Heading { level, runs: of } => {
            json!({ "is": "heading", "level": level, "of": runs(of) })
        }
        Block::List(items) => list(items),
        Block::Quote(of) => json!({ "is": "quote", "of": all(of) }),
        Block::Code(text) => json!({ "is": "code", "text": text }),
        Block::Rule => json!({ "is": "rule" }),
        Block::Table(table) => {
            let spans = table.spans();
            let row = |at: usize, row: &Vec<Vec<Run>>| {
                let cell = |(runs_of, span): (&Vec<Run>, &Option<Span>)| {
                    let Span { columns, rows } = (*span)?;
                    Some(json!({ "of": runs(runs_of), "columns": columns, "rows": rows }))
                };
                row.iter().zip(&spans[at]).filter_map(cell).collect::<Vec<_>>()
            };
            // The heading goes down as far as its cells do.
            let mut high = 1;
            let mut at = 0;
            while at < high {
                let deepest = spans[at].iter().flatten().map(|span| at + span.rows).max();
                high = high.max(deepest.unwrap_or(1));
                at += 1;
            }
            json!({
                "is": "table",
                "layout": table.is_layout(),
                "columns": table.headings.len(),
                "longest": columns(table).map(|texts| longest_word(&texts)).collect::<Vec<_>>(),
                "lengths": columns(table).map(|texts| longest_text(&texts)).collect::<Vec<_>>(),
                "align": table.alignments.iter().copied().map(side).collect::<Vec<_>>(),
                "headings": row(0, &table.headings),
                "high": high - 1,
                "rows": table.rows.iter().enumerate().map(|(at, it)| row(at + 1, it)).collect::<Vec<_>>(),
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

/// The texts of each column.
fn columns(table: &Table) -> impl Iterator<Item = Vec<String>> + '_ {
    let rows = || [&table.headings].into_iter().chain(&table.rows);
    let spans = table.spans();
    (0..table.headings.len()).map(move |at| {
        // What stands over several columns asks for the room of none.
        let is_alone = |span: &Vec<Option<Span>>| span[at].is_none_or(|span| span.columns == 1);
        let own = rows().zip(&spans).filter(|(_, span)| is_alone(span));
        own.filter_map(|(row, _)| row.get(at)).map(|cell| plain(cell)).collect()
    })
}

/// The longest word that no line ends in.
fn longest_word(texts: &[String]) -> String {
    let words = texts.iter().flat_map(|text| {
        text.split(|c: char| c.is_whitespace() && c != '\u{A0}').filter(|word| !word.is_empty())
    });
    words.max_by_key(|word| word.chars().count()).unwrap_or_default().to_owned()
}

fn longest_text(texts: &[String]) -> usize {
    texts.iter().map(|text| text.chars().count()).max().unwrap_or_default()
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
    runs.iter().flat_map(run).collect()
}

fn run(run: &Run) -> Vec<Value> {
    let value = match run {
        Run::Text(text) => return pieces(text),
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
    };
    vec![value]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::body::blocks as parse;

    const LETTER: &str = "| | |\n|:--|:--|\n| № 7<br>от 1 | Министру<br>Цою |\n\nО семинаре\n\n**Уважаемый Иван Ильич!**\n\nПриглашаем.\n\n- раз\n\n| | |\n|:--|--:|\n| Директор | И.И. Цой |\n\nИсп.: Ким\n";

    fn letter() -> Value {
        json!({ "salutation": "Уважаемый Иван Ильич", "letter": {}, "language": "ru" })
    }

    #[test]
    fn an_official_letter_falls_into_its_sections() {
        let blocks = parse(LETTER);
        let sections = Sections::of(&blocks, &letter()).values();
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
        let blocks = parse("Здравствуйте!\n\nПриглашаем.\n");
        let sections = Sections::of(&blocks, &letter()).values();
        assert_eq!(
            (sections["body"].as_array().unwrap().len(), &sections["salutation"]),
            (2, &Value::Null)
        );
        assert_eq!((&sections["opening"], &sections["closing"]), (&json!([]), &json!([])));
    }

    /// What stands at the place of date and number, for a letter that begins with `opening`.
    fn registration(opening: &str, reference: &Value, language: &str) -> String {
        let blocks = parse(&format!("| | |\n|:--|:--|\n| {opening} | Цою |\n"));
        let mut letter = letter();
        letter["letter"] = json!({ "number": "007/1", "date": "28.02.2022" });
        letter["reference"] = reference.clone();
        letter["language"] = language.into();
        let Value::Array(lines) = Sections::of(&blocks, &letter).registration(&letter) else {
            return String::new();
        };
        let piece = |piece: &Value| match piece["is"].as_str() {
            Some("break") => "|".to_owned(),
            _ => piece["text"].as_str().or(piece.as_str()).unwrap().replace('\u{A0}', "~"),
        };
        let line = |line: &Value| line.as_array().unwrap().iter().map(piece).collect::<String>();
        lines.iter().map(line).collect::<Vec<_>>().join(" / ")
    }

    #[test]
    fn date_and_number_stand_in_the_order_of_the_standard() {
        for opening in [
            "Исх. № 007/1<br>от 28.02.2022",
            "28.02.2022 № 007/1",
            "№\u{A0}007/1 от 28.02.2022 г",
            "",
        ] {
            let expected = if opening.ends_with('г') {
                "№~007/1 от 28.02.2022 г"
            } else {
                "28.02.2022 №~007/1"
            };
            assert_eq!(registration(opening, &Value::Null, "ru"), expected, "{opening}");
        }
        assert_eq!(
            registration("No. 007/1 of 28.02.2022", &Value::Null, "en"),
            "28.02.2022 No.~007/1"
        );
        assert_eq!(registration("Проект<br>28 февраля", &Value::Null, "ru"), "Проект|28 февраля");
    }

    #[test]
    fn what_a_letter_answers_is_the_last_line() {
        let reference = json!({ "number": "12-34", "date": "15.02.2022" });
        assert_eq!(
            registration("Исх. № 007/1 от 28.02.2022", &reference, "ru"),
            "28.02.2022 №~007/1 / На №~12-34 от~15.02.2022"
        );
        assert_eq!(registration("На № 12-34", &reference, "ru"), "На № 12-34");
        let dated = json!({ "number": "", "date": "15.02.2022" });
        assert_eq!(registration("Проект", &dated, "ru"), "Проект / На письмо от~15.02.2022");
    }

    #[test]
    fn what_stays_with_the_signature_is_marked() {
        let kept = |markdown: &str| -> Vec<bool> {
            let blocks = parse(markdown);
            let values = Sections::of(&blocks, &letter()).values();
            let body = values["body"].as_array().unwrap();
            body.iter().map(|block| block["kept"] == true).collect()
        };
        let long = "слово ".repeat(60);
        let closing = "| | |\n|--|--:|\n| Директор | И.И. Цой |\n";
        assert_eq!(kept(&format!("{long}\n\n{long}\n\n{closing}")), [false, true]);
        assert_eq!(
            kept(&format!("{long}\n\n{long}\n\nС уважением,\n\n{closing}")),
            [false, true, true]
        );
        // A signature in lines of its own.
        assert_eq!(
            kept(&format!("{long}\n\n{long}\n\nС уважением,\n\nИ.И. Цой")),
            [false, true, true, false]
        );
        assert_eq!(kept(&format!("{long}\n\n{long}")), [false, false]);
    }
}
