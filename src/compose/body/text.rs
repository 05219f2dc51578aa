//! Writes the body as plain text, without markup, in 72 columns.

use unicode_width::UnicodeWidthStr;

use super::markdown::{Align, Block, Item, Run, Span, Table};
use crate::russian::typography::{self, Extent};

/// Columns of a line; a longer word stays whole.
const WIDTH: usize = 72;

/// Spaces between the columns of a table.
const GAP: usize = 3;

/// Writes the blocks, each line ended with `\n`.
pub(super) fn render(blocks: &[Block]) -> String {
    let mut text = String::new();
    for line in lines_of_blocks(blocks, WIDTH) {
        text.push_str(line.trim_end_matches(' '));
        text.push('\n');
    }
    text
}

fn lines_of_blocks(blocks: &[Block], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for block in blocks {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(lines_of_block(block, width));
    }
    lines
}

fn lines_of_block(block: &Block, width: usize) -> Vec<String> {
    match block {
        Block::Paragraph(runs) | Block::Heading { runs, .. } => wrap(&flat(runs), width),
        Block::List(items) => lines_of_list(items, width),
        Block::Quote(inner) => lines_of_blocks(inner, width.saturating_sub(2))
            .into_iter()
            .map(|line| format!("> {line}"))
            .collect(),
        Block::Code(code) => code.lines().map(|line| format!("    {line}")).collect(),
        Block::Rule => vec!["—".repeat(24)],
        Block::Table(table) => lines_of_table(table, width),
        Block::Aligned { align, blocks } => lines_of_blocks(blocks, width)
            .into_iter()
            .map(|line| {
                let blank = width.saturating_sub(line.width());
                let before = match align {
                    Align::Left => 0,
                    Align::Centre => blank / 2,
                    Align::Right => blank,
                };
                format!("{}{line}", " ".repeat(if line.is_empty() { 0 } else { before }))
            })
            .collect(),
        Block::Notes(notes) => {
            let mut lines = vec!["—".repeat(12)];
            for (number, blocks) in notes {
                let number = format!("[{number}] ");
                let room = width.saturating_sub(number.width());
                lines.extend(indented(lines_of_blocks(blocks, room), &number));
            }
            lines
        }
    }
}

fn lines_of_list(items: &[Item], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let is_loose = items
        .iter()
        .any(|item| item.blocks.iter().filter(|b| matches!(b, Block::Paragraph(_))).count() > 1);
    for (index, Item { number, blocks }) in items.iter().enumerate() {
        let bullet = number
            .map_or_else(|| "– ".to_owned(), |number| format!("{}{} ", number.value, number.sign));
        if index > 0 && is_loose {
            lines.push(String::new());
        }
        let inner = item_lines(blocks, width.saturating_sub(bullet.width()));
        lines.extend(indented(inner, &bullet));
    }
    lines
}

/// The blocks of a list item, a nested list directly under its line.
fn item_lines(item: &[Block], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (index, block) in item.iter().enumerate() {
        if index > 0 && !matches!(block, Block::List(_)) {
            lines.push(String::new());
        }
        lines.extend(lines_of_block(block, width));
    }
    lines
}

fn indented(lines: Vec<String>, first: &str) -> Vec<String> {
    let blank = " ".repeat(first.width());
    let lines = if lines.is_empty() { vec![String::new()] } else { lines };
    lines
        .into_iter()
        .enumerate()
        .map(|(index, line)| format!("{}{line}", if index == 0 { first } else { &blank }))
        .collect()
}

fn lines_of_table(table: &Table, width: usize) -> Vec<String> {
    let cells = |row: &[Vec<Run>]| row.iter().map(|runs| flat(runs)).collect::<Vec<_>>();
    let headings = cells(&table.headings);
    let rows: Vec<Vec<String>> = table.rows.iter().map(|row| cells(row)).collect();
    let columns = headings.len();
    if columns == 0 {
        return Vec::new();
    }
    let spans = table.spans();
    let natural = |column: usize| {
        let of = |cell: &String| cell.split('\n').map(UnicodeWidthStr::width).max().unwrap_or(0);
        // What stands over several columns asks for the room of none.
        let is_alone =
            |span: &[Option<Span>]| span[column].is_none_or(|it| it.columns == 1) || columns == 1;
        [&headings]
            .into_iter()
            .chain(&rows)
            .zip(&spans)
            .filter(|(_, span)| is_alone(span))
            .filter_map(|(row, _)| row.get(column))
            .map(of)
            .max()
            .unwrap_or(0)
            .max(1)
    };
    let room = width.saturating_sub(GAP * (columns - 1)).max(columns);
    let mut widths = share(&(0..columns).map(natural).collect::<Vec<_>>(), room);
    if table.is_layout() {
        // The columns after the first go to the right edge, as an addressee does on a letter.
        for width in widths.iter_mut().skip(1) {
            *width = (*width).min(room * 5 / 9).max(1);
        }
        widths[0] = room.saturating_sub(widths[1..].iter().sum()).max(1);
    }
    let mut lines = Vec::new();
    if !table.is_layout() {
        lines.extend(lines_of_spans(&headings, &widths, &table.alignments, &spans[0]));
        lines.push(
            widths
                .iter()
                .map(|width| "-".repeat(*width))
                .collect::<Vec<_>>()
                .join(&" ".repeat(GAP)),
        );
    }
    for (row, spans) in rows.iter().zip(&spans[1..]) {
        lines.extend(if table.is_signature() {
            lines_of_signature(row, &widths, &table.alignments)
        } else {
            lines_of_spans(row, &widths, &table.alignments, spans)
        });
    }
    lines
}

/// A row in which a cell may take the room of several columns.
fn lines_of_spans(
    row: &[String],
    widths: &[usize],
    alignments: &[Align],
    spans: &[Option<Span>],
) -> Vec<String> {
    let columns = |span: &Option<Span>| span.map_or(1, |span| span.columns);
    if spans.iter().all(|span| columns(span) == 1) {
        return lines_of_row(row, widths, alignments);
    }
    let mut merged = (Vec::new(), Vec::new(), Vec::new());
    let mut at = 0;
    while at < widths.len().min(row.len()) {
        let end = (at + columns(&spans[at])).min(widths.len());
        let gaps = GAP * (end - at - 1);
        merged.0.push(row[at].clone());
        merged.1.push(widths[at..end].iter().sum::<usize>() + gaps);
        merged.2.push(alignments.get(at).copied().unwrap_or(Align::Left));
        at = end;
    }
    lines_of_row(&merged.0, &merged.1, &merged.2)
}

/// The name beside the last line of the position, however many lines either has.
fn lines_of_signature(row: &[String], widths: &[usize], alignments: &[Align]) -> Vec<String> {
    let heights: Vec<usize> =
        row.iter().zip(widths).map(|(cell, width)| wrap(cell, *width).len()).collect();
    let most = heights.iter().max().copied().unwrap_or(0);
    let lowered = |(cell, height): (&String, &usize)| "\n".repeat(most - height) + cell;
    let lowered: Vec<String> = row.iter().zip(&heights).map(lowered).collect();
    lines_of_row(&lowered, widths, alignments)
}

/// Shares out `room`: columns that need little get what they need, the others equal parts of the
/// rest.
fn share(natural: &[usize], room: usize) -> Vec<usize> {
    let mut widths = vec![0; natural.len()];
    let mut left = room;
    let mut open: Vec<usize> = (0..natural.len()).collect();
    while !open.is_empty() {
        let part = (left / open.len()).max(1);
        let small: Vec<usize> =
            open.iter().copied().filter(|column| natural[*column] <= part).collect();
        let settled = if small.is_empty() { open.clone() } else { small };
        for column in &settled {
            widths[*column] = natural[*column].min(part);
            left = left.saturating_sub(widths[*column]);
        }
        open.retain(|column| !settled.contains(column));
    }
    widths
}

fn lines_of_row(row: &[String], widths: &[usize], alignments: &[Align]) -> Vec<String> {
    let wrapped: Vec<Vec<String>> =
        row.iter().zip(widths).map(|(cell, width)| wrap(cell, *width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    let line = |index: usize| {
        let mut line = String::new();
        for (column, width) in widths.iter().enumerate() {
            let part =
                wrapped.get(column).and_then(|lines| lines.get(index)).map_or("", String::as_str);
            let blank = width.saturating_sub(part.width());
            let before = match alignments.get(column) {
                None | Some(Align::Left) => 0,
                Some(Align::Centre) => blank / 2,
                Some(Align::Right) => blank,
            };
            line.push_str(&" ".repeat(if column == 0 { before } else { before + GAP }));
            line.push_str(part);
            line.push_str(&" ".repeat(blank - before));
        }
        line
    };
    (0..height).map(line).collect()
}

/// Writes runs as text; a link shows its target unless its text already does.
fn flat(runs: &[Run]) -> String {
    let mut text = String::new();
    for run in runs {
        match run {
            Run::Text(part) | Run::Code(part) => text.push_str(part),
            Run::Break => text.push('\n'),
            Run::Note(number) => text.push_str(&format!("[{number}]")),
            Run::Picture(picture) if picture.alternative.is_empty() => {}
            Run::Picture(picture) => text.push_str(&format!("[{}]", picture.alternative)),
            Run::Strong(inner)
            | Run::Emphasis(inner)
            | Run::Underline(inner)
            | Run::Strike(inner) => text.push_str(&flat(inner)),
            Run::Link { to, runs } => {
                let shown = flat(runs);
                let bare = |address: &str| {
                    let address = address.trim_start_matches("mailto:").trim_start_matches("tel:");
                    let address =
                        address.trim_start_matches("https://").trim_start_matches("http://");
                    let address = address.trim_start_matches("www.");
                    address
                        .trim_end_matches('/')
                        .replace([' ', '\u{a0}', '(', ')', '-'], "")
                        .to_lowercase()
                };
                text.push_str(&shown);
                if bare(&shown) != bare(to) {
                    text.push_str(&format!(" ({})", to.trim_start_matches("mailto:")));
                }
            }
        }
    }
    text
}

/// Breaks at spaces, but not at no-break spaces nor inside «№ 368-р», «И.И. Цой» or a date; a word
/// that is too long stays whole.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut used = 0;
        let whole = paragraph.width() <= width;
        let bound = if whole { String::new() } else { bound_words(paragraph, width) };
        let words = if bound.is_empty() { paragraph } else { &bound };
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            let needed = word.width();
            if !line.is_empty() && used + 1 + needed > width {
                lines.push(std::mem::take(&mut line));
            }
            if line.is_empty() {
                used = 0;
            } else {
                line.push(' ');
                used += 1;
            }
            line.extend(word.chars().map(|c| if c == TIE { ' ' } else { c }));
            used += needed;
        }
        lines.push(line);
    }
    lines
}

/// Stands for a typed space at which no line may end; as wide as a space.
const TIE: char = '\u{2007}';

/// The paragraph with ties, unless what they bind is wider than a line.
fn bound_words(paragraph: &str, width: usize) -> String {
    let set = typography::set(paragraph, Extent::NoBreakSpaces);
    if set.chars().count() != paragraph.chars().count() || paragraph.contains(TIE) {
        return String::new();
    }
    let tied = |(typed, set): (char, char)| {
        if typed == ' ' && set != ' ' { TIE } else { typed }
    };
    let bound: String = paragraph.chars().zip(set.chars()).map(tied).collect();
    let fits = |word: &str| !word.contains(TIE) || word.width() <= width;
    let words = bound.split(' ');
    let words: Vec<String> = words
        .map(|word| if fits(word) { word.to_owned() } else { word.replace(TIE, " ") })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::markdown::blocks as parse;
    use super::*;

    #[test]
    fn no_line_ends_inside_a_number_a_name_or_a_date() {
        for (typed, tied) in [
            ("№ 368-р", "№ 368-р"),
            ("Н.Д. Верещаку", "Н.Д. Верещаку"),
            ("от 27 августа 2026 г. и", "27 августа 2026 г."),
        ] {
            for before in 40..75 {
                let text = render(&parse(&format!("{} {typed} здесь\n", "х".repeat(before))));
                assert!(text.lines().any(|line| line.contains(tied)), "{text}");
                assert!(!text.contains(TIE), "{text}");
            }
        }
    }

    #[test]
    fn a_layout_table_puts_the_second_column_at_the_right() {
        let text = render(&parse("| | |\n|--|--|\n| Исх. № 7 | Начальнику<br>Ильиной А.П. |\n"));
        assert_eq!(
            text,
            format!("{:<62}Начальнику\n{:<60}Ильиной А.П.\n", "Исх. № 7", "")
                .replace(&format!("{:<62}Н", "Исх. № 7"), &format!("{:<60}Н", "Исх. № 7"))
        );
    }

    #[test]
    fn the_signatory_stands_beside_the_last_line_of_the_position() {
        let text = render(&parse("| | |\n|:--|--:|\n| Директор<br>школы № 5 | И.И. Цой |\n"));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0].trim_end(), "Директор");
        assert!(lines[1].starts_with("школы № 5") && lines[1].ends_with("И.И. Цой"), "{text}");
    }

    #[test]
    fn no_markup_is_left_over() {
        let text = render(&parse(
            "# О *деле*\n\n**Важно**: [сайт](https://example.org/a), <https://example.org>\n\n1. раз\n2. два\n   - внутри\n",
        ));
        assert_eq!(
            text,
            "О деле\n\nВажно: сайт (https://example.org/a), https://example.org\n\n1. раз\n2. два\n   – внутри\n"
        );
    }

    #[test]
    fn a_table_of_data_is_aligned() {
        let text =
            render(&parse("| Дата | Тема |\n|---|---:|\n| 28 марта | Сад |\n| 5 | Школа |\n"));
        assert_eq!(
            text,
            "Дата        Тема\n--------   -----\n28 марта     Сад\n5          Школа\n"
        );
    }

    #[test]
    fn no_break_spaces_are_not_broken() {
        let long = format!("{} 28\u{a0}февраля", "слово ".repeat(11).trim());
        assert!(render(&parse(&long)).lines().any(|line| line == "28\u{a0}февраля"));
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_too_long_where_words_are_short(words in proptest::collection::vec("[а-я]{1,12}", 1..60)) {
            for line in render(&parse(&words.join(" "))).lines() {
                assert!(line.width() <= WIDTH);
            }
        }

        #[test]
        fn tables_of_any_shape_are_laid_out(cells in proptest::collection::vec("[а-я |]{0,90}", 1..8)) {
            let rows: String = cells.iter().map(|cell| format!("| {cell} |\n")).collect();
            render(&parse(&format!("| | | |\n|--|:-:|--:|\n{rows}")));
        }
    }
}
