//! Writes a letter as the source that `compose` reads (`docs/letter.md`): Markdown with the
//! templates' tags, meant for a person to go on writing in.

use super::model::{
    Align, Block, Cell, Document, Field, Join, Label, LabelKind, Paragraph, Run, Style, Table,
};

/// So many spaces in a row are a column, as tabs are.
const GAP: &str = "     ";

/// Writes the whole letter; `folder` is where its pictures lie.
pub(crate) fn markdown(document: &Document, folder: &str) -> String {
    let writer = Writer { document, folder };
    let mut parts: Vec<String> = Vec::new();
    let blocks = columns(&document.blocks);
    let mut rest = &blocks[..];
    while let [first, ..] = rest {
        let (part, taken) = match first {
            Block::Table(table) => (writer.table(table), 1),
            Block::Paragraph(paragraph) if paragraph.label.is_some() => {
                let many = 1 + rest[1..].iter().take_while(|block| is_item(block)).count();
                (writer.list(&rest[..many]), many)
            }
            Block::Paragraph(paragraph) if is_at_right(paragraph) => {
                let like = rest[1..].iter().take_while(|block| is_like(block, paragraph));
                let many = 1 + like.count();
                (writer.at_right(&rest[..many], paragraph.align), many)
            }
            Block::Paragraph(paragraph) => (writer.paragraph(paragraph), 1),
        };
        if !part.trim().is_empty() {
            parts.push(part);
        }
        rest = &rest[taken..];
    }
    for (at, note) in document.notes.iter().enumerate() {
        parts.push(format!("[^{}]: {}", at + 1, writer.cell(note)));
    }
    let mut whole = parts.join("\n\n");
    whole.push('\n');
    whole
}

fn is_item(block: &Block) -> bool {
    matches!(block, Block::Paragraph(paragraph) if paragraph.label.is_some())
}

fn is_at_right(paragraph: &Paragraph) -> bool {
    paragraph.is_indented_far || paragraph.align == Align::Right
}

fn is_like(block: &Block, other: &Paragraph) -> bool {
    match block {
        Block::Paragraph(paragraph) => {
            is_at_right(paragraph)
                && paragraph.align == other.align
                && paragraph.label.is_none()
                && !paragraph.runs.is_empty()
        }
        Block::Table(_) => false,
    }
}

/// The blocks with lines that tabs or many spaces part into columns as tables without lines.
fn columns(blocks: &[Block]) -> Vec<Block> {
    let mut parted: Vec<Block> = Vec::new();
    let mut is_open = false;
    for block in blocks {
        let row = match block {
            Block::Paragraph(paragraph) => row(paragraph),
            Block::Table(_) => None,
        };
        let Some(row) = row else {
            is_open = false;
            parted.push(block.clone());
            continue;
        };
        match parted.last_mut() {
            Some(Block::Table(table)) if is_open && table.rows[0].len() == row.len() => {
                table.rows.push(row);
            }
            _ => parted.push(Block::Table(Table { rows: vec![row], has_lines: false })),
        }
        is_open = true;
    }
    parted
}

/// The two or three columns of a line, the last at the right.
fn row(paragraph: &Paragraph) -> Option<Vec<Cell>> {
    if paragraph.label.is_some() || paragraph.align != Align::Left {
        return None;
    }
    let mut parts: Vec<Vec<Run>> = vec![Vec::new()];
    for run in &paragraph.runs {
        match run {
            Run::Tab => parts.push(Vec::new()),
            Run::Text(text, style) => {
                let mut pieces = text.split(GAP);
                let first = pieces.next().unwrap_or_default().to_owned();
                parts.last_mut()?.push(Run::Text(first, *style));
                for piece in pieces {
                    parts.push(vec![Run::Text(piece.to_owned(), *style)]);
                }
            }
            // Lines of their own have columns of their own.
            Run::Break => return None,
            Run::Link { .. } | Run::Note(_) | Run::Picture(_) | Run::Field(..) => {
                parts.last_mut()?.push(run.clone());
            }
        }
    }
    let is_blank = |runs: &Vec<Run>| super::model::plain(runs).trim().is_empty();
    parts.retain(|runs| !is_blank(runs));
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    let last = parts.len() - 1;
    let cell = |(at, runs)| {
        let align = if at == last { Align::Right } else { Align::Left };
        let paragraph = Paragraph { align, runs, ..Paragraph::default() };
        Cell { blocks: vec![Block::Paragraph(paragraph)], join: None }
    };
    Some(parts.into_iter().enumerate().map(cell).collect())
}

/// How the letter's source says that a cell continues its neighbour.
fn sign_of(join: Join) -> String {
    match join {
        Join::Left => "<<".to_owned(),
        Join::Up => "^^".to_owned(),
    }
}

struct Writer<'a> {
    document: &'a Document,
    folder: &'a str,
}

impl Writer<'_> {
    fn paragraph(&self, paragraph: &Paragraph) -> String {
        let text = self.runs(&paragraph.runs, "<br>\n");
        let text = text.trim();
        if text.is_empty() {
            return String::new();
        }
        if let Some(level) = paragraph.heading {
            let line = self.runs(&paragraph.runs, " ");
            return format!("{} {}", "#".repeat(usize::from(level)), line.trim());
        }
        match paragraph.align {
            Align::Centre => format!("<center>{text}</center>"),
            Align::Left | Align::Right => at_line_start(text),
        }
    }

    /// Paragraphs at the right: beside an empty column, as an addressee stands on a letter.
    fn at_right(&self, blocks: &[Block], align: Align) -> String {
        let lines: Vec<String> = blocks
            .iter()
            .filter_map(|block| match block {
                Block::Paragraph(paragraph) => Some(self.runs(&paragraph.runs, "<br>")),
                Block::Table(_) => None,
            })
            .map(|line| in_cell(line.trim()))
            .filter(|line| !line.is_empty())
            .collect();
        if lines.is_empty() {
            return String::new();
        }
        let side = if align == Align::Right { "--:" } else { ":--" };
        format!("| | |\n|:--|{side}|\n| | {} |", lines.join("<br>"))
    }

    fn list(&self, blocks: &[Block]) -> String {
        let mut lines: Vec<String> = Vec::new();
        let mut was_text = false;
        for block in blocks {
            let Block::Paragraph(paragraph) = block else { continue };
            let Some(Label { level, kind }) = &paragraph.label else { continue };
            let indent = " ".repeat(4 * level);
            let text = self.runs(&paragraph.runs, "<br>");
            let text = text.trim();
            match kind {
                LabelKind::Bullet => lines.push(format!("{indent}- {text}")),
                LabelKind::Number(number) if is_of_markdown(number) => {
                    // A blank line ends the paragraph that an unusual number was.
                    if was_text {
                        lines.push(String::new());
                    }
                    lines.push(format!("{indent}{number} {text}"));
                }
                // Markdown has no such numbers: the paragraph begins with it.
                LabelKind::Number(number) => {
                    if !lines.is_empty() {
                        lines.push(String::new());
                    }
                    lines.push(format!("{indent}{number} {text}"));
                    was_text = true;
                    continue;
                }
            }
            was_text = false;
        }
        lines.join("\n")
    }

    fn table(&self, table: &Table) -> String {
        let mut rows: Vec<Vec<String>> = table
            .rows
            .iter()
            .map(|row| {
                let sign = |cell: &Cell| cell.join.filter(|_| table.has_lines).map(sign_of);
                let text = |cell| sign(cell).unwrap_or_else(|| self.cell(&cell.blocks));
                row.iter().map(text).collect()
            })
            .collect();
        let is_blank = |cell: &String| cell.is_empty() || cell == "<<";
        rows.retain(|row| !row.iter().all(is_blank));
        let many = rows.first().map_or(0, Vec::len);
        let mut aligns: Vec<Align> = (0..many).map(|at| align_of(table, at)).collect();
        if !table.has_lines && many > 2 {
            // Columns that only keep others apart.
            let is_used: Vec<bool> =
                (0..many).map(|at| rows.iter().any(|row| !row[at].is_empty())).collect();
            for row in &mut rows {
                let mut at = 0;
                row.retain(|_| {
                    at += 1;
                    is_used[at - 1]
                });
            }
            let mut at = 0;
            aligns.retain(|_| {
                at += 1;
                is_used[at - 1]
            });
        }
        let Some(first) = rows.first() else { return String::new() };
        if first.len() == 1 && !table.has_lines {
            return rows.iter().map(|row| at_line_start(&row[0])).collect::<Vec<_>>().join("\n\n");
        }
        let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
        let sides: Vec<String> = aligns
            .iter()
            .map(|align| match align {
                Align::Left => ":--".to_owned(),
                Align::Centre => ":-:".to_owned(),
                Align::Right => "--:".to_owned(),
            })
            .collect();
        let mut lines = Vec::new();
        if table.has_lines {
            // The heading is bold already.
            let heading: Vec<String> = first.iter().map(|cell| without_bold(cell)).collect();
            lines.push(line(&heading));
            rows.remove(0);
        } else {
            lines.push(format!("|{}", " |".repeat(aligns.len())));
        }
        lines.push(format!("|{}|", sides.join("|")));
        lines.extend(rows.iter().map(|row| line(row)));
        lines.join("\n")
    }

    /// The paragraphs of a cell on one line.
    fn cell(&self, blocks: &[Block]) -> String {
        let line = |block: &Block| match block {
            Block::Paragraph(paragraph) => {
                let text = self.runs(&paragraph.runs, "<br>");
                let text = in_cell(text.trim());
                match &paragraph.label {
                    Some(Label { kind: LabelKind::Bullet, .. }) => format!("– {text}"),
                    Some(Label { kind: LabelKind::Number(number), .. }) => {
                        format!("{number} {text}")
                    }
                    None => text,
                }
            }
            Block::Table(table) => {
                let cells = table.rows.iter().flatten().map(|cell| self.cell(&cell.blocks));
                cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("<br>")
            }
        };
        let lines = blocks.iter().map(line).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("<br>")
    }

    /// Runs on one line, but for `line_break`.
    fn runs(&self, runs: &[Run], line_break: &str) -> String {
        let mut text = String::new();
        let mut at = 0;
        while at < runs.len() {
            let Some(style) = style_of(&runs[at]) else {
                self.push_other(&runs[at], line_break, &mut text);
                at += 1;
                continue;
            };
            let mut inside = String::new();
            while at < runs.len() && style_of(&runs[at]) == Some(style) {
                match &runs[at] {
                    Run::Text(part, _) => push_escaped(part, &mut inside),
                    Run::Field(field, _) => inside.push_str(&tag(field)),
                    Run::Break | Run::Tab | Run::Link { .. } | Run::Note(_) | Run::Picture(_) => {}
                }
                at += 1;
            }
            push_styled(&inside, style, &mut text);
        }
        text
    }

    fn push_other(&self, run: &Run, line_break: &str, text: &mut String) {
        match run {
            Run::Break => text.push_str(line_break),
            Run::Tab if text.trim().is_empty() => {}
            Run::Tab => text.push(' '),
            Run::Link { to, runs } => {
                let shown = self.runs(runs, " ");
                let is_bare = to.trim_start_matches("mailto:") == shown.trim();
                if is_bare && !to.contains(['<', '>', ' ']) {
                    text.push_str(&format!("<{to}>"));
                } else {
                    let to = to.replace(' ', "%20").replace('(', "%28").replace(')', "%29");
                    text.push_str(&format!("[{}]({to})", shown.trim()));
                }
            }
            Run::Note(at) => text.push_str(&format!("[^{}]", at + 1)),
            Run::Picture(at) => {
                let Some(picture) = self.document.pictures.get(*at) else { return };
                let description: String =
                    picture.description.chars().filter(|c| !"\"<>\n\r".contains(*c)).collect();
                let width =
                    picture.width.map(|width| format!(" width=\"{width}\"")).unwrap_or_default();
                let folder = self.folder;
                text.push_str(&format!(
                    "<img src=\"{folder}{}\" alt=\"{description}\"{width}>",
                    picture.name
                ));
            }
            Run::Text(..) | Run::Field(..) => {}
        }
    }
}

fn style_of(run: &Run) -> Option<Style> {
    match run {
        Run::Text(_, style) | Run::Field(_, style) => Some(*style),
        Run::Break | Run::Tab | Run::Link { .. } | Run::Note(_) | Run::Picture(_) => None,
    }
}

fn tag(field: &Field) -> String {
    match field {
        Field::Expression(expression) => format!("{{{{ {expression} }}}}"),
        Field::Column(name) => format!("{{{{ row[\"{}\"] }}}}", name.replace('"', "")),
        Field::AddressBlock => "{{ addressee.block }}".to_owned(),
        Field::GreetingLine => "{{ salutation }}!".to_owned(),
    }
}

/// The style's signs around the words, spaces left outside.
fn push_styled(inside: &str, style: Style, text: &mut String) {
    let words = inside.trim();
    if words.is_empty() || style == Style::default() {
        text.push_str(inside);
        return;
    }
    let lead = &inside[..inside.len() - inside.trim_start().len()];
    let tail = &inside[inside.trim_end().len()..];
    let mut styled = words.to_owned();
    if style.strike {
        styled = format!("~~{styled}~~");
    }
    if style.italic {
        styled = format!("<i>{styled}</i>");
    }
    if style.bold {
        styled = format!("**{styled}**");
    }
    if style.underline {
        styled = format!("<u>{styled}</u>");
    }
    text.push_str(&format!("{lead}{styled}{tail}"));
}

fn without_bold(cell: &str) -> String {
    let inside = cell.strip_prefix("**").and_then(|cell| cell.strip_suffix("**"));
    inside.filter(|inside| !inside.contains("**")).unwrap_or(cell).to_owned()
}

/// How most of a column's cells are aligned.
fn align_of(table: &Table, column: usize) -> Align {
    let first =
        |cell: &Cell| match cell.blocks.iter().find(
            |block| matches!(block, Block::Paragraph(paragraph) if !paragraph.runs.is_empty()),
        ) {
            Some(Block::Paragraph(paragraph)) => Some(paragraph.align),
            Some(Block::Table(_)) | None => None,
        };
    let mut aligns = table.rows.iter().rev().filter_map(|row| first(row.get(column)?));
    aligns.next().unwrap_or_default()
}

/// `3.` or `3)`, which Markdown knows.
fn is_of_markdown(number: &str) -> bool {
    let digits = number.trim_end_matches(['.', ')']);
    number.len() == digits.len() + 1
        && (1..=2).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Text in which no character means something to Markdown or to a template.
fn push_escaped(text: &str, into: &mut String) {
    let characters: Vec<char> = text.chars().collect();
    for (at, c) in characters.iter().copied().enumerate() {
        let neighbour = |at: Option<usize>| at.and_then(|at| characters.get(at)).copied();
        let (before, after) = (neighbour(at.checked_sub(1)), neighbour(Some(at + 1)));
        let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match c {
            '_' if is_inside(before) && is_inside(after) => into.push(c),
            '*' if is_inside(before) && is_inside(after) => into.push(c),
            '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '~' => {
                into.push('\\');
                into.push(c);
            }
            '&' if is_inside(after) || after == Some('#') => into.push_str("\\&"),
            // Two of them, or one and `%`, would open a tag of the template.
            '{' if matches!(after, Some('{' | '%' | '#')) || after.is_none() => {
                into.push_str("{{ \"{\" }}");
            }
            c => into.push(c),
        }
    }
}

/// A paragraph whose first characters would make it a list, a heading or a line.
fn at_line_start(text: &str) -> String {
    let escape = |line: &str| {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let behind = &line[digits..];
        if digits > 0 && (behind.starts_with(". ") || behind.starts_with(") ")) {
            return format!("{}\\{behind}", &line[..digits]);
        }
        let first = line.chars().next().unwrap_or(' ');
        let is_sign = "-+".contains(first) && line[1..].starts_with([' ', '\u{a0}'])
            || "#>|=".contains(first)
            || first == '-' && line.trim().chars().all(|c| c == '-');
        if is_sign { format!("\\{line}") } else { line.to_owned() }
    };
    text.lines().map(|line| escape(line.trim_start())).collect::<Vec<_>>().join("\n")
}

/// A text as a cell of a table has it: a bar of its own would end the cell, one of an expression is
/// gone before.
fn in_cell(text: &str) -> String {
    let mut cell = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find("{{") {
        let end = rest[begin..].find("}}").map_or(rest.len(), |end| begin + end + 2);
        cell.push_str(&rest[..begin].replace('|', "\\|"));
        cell.push_str(&rest[begin..end]);
        rest = &rest[end..];
    }
    cell + &rest.replace('|', "\\|")
}
