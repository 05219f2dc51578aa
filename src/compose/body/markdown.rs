//! Reads Markdown into blocks and runs of text.
//!
//! Text, HTML and PDF are made from these. Raw HTML is text here, except `<br>`, comments and what
//! `tags` knows; links that could run something are only their text.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{
    Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd, TextMergeWithOffset,
};

use super::{links, tags};
use crate::compose::escape;

/// A block of the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    Paragraph(Vec<Run>),
    Heading {
        level: u8,
        runs: Vec<Run>,
    },
    List(Vec<Item>),
    Quote(Vec<Block>),
    Code(String),
    Rule,
    Table(Table),
    /// Centred, or at the right.
    Aligned {
        align: Align,
        blocks: Vec<Block>,
    },
    /// Footnotes, each with its number as in [`Run::Note`].
    Notes(Vec<(String, Vec<Block>)>),
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// The number as it was written, if the list has numbers.
    pub number: Option<Number>,
    pub blocks: Vec<Block>,
}

/// The number of an item, and the sign after it: `.` or `)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number {
    pub value: u64,
    pub sign: char,
}

/// A table. One whose headings are all empty is a layout: it has no lines, and its first column
/// takes the room that is left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Table {
    pub alignments: Vec<Align>,
    pub headings: Vec<Vec<Run>>,
    pub rows: Vec<Vec<Vec<Run>>>,
    /// Cells that continue a neighbour, by row (0 for the headings) and column.
    joins: BTreeMap<(usize, usize), Join>,
}

/// Which neighbour a cell continues: `<<` or `^^` is all that stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    Left,
    Up,
}

/// How many columns and rows a cell takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub columns: usize,
    pub rows: usize,
}

impl Table {
    /// Whether the table only arranges.
    pub(crate) fn is_layout(&self) -> bool {
        self.headings.iter().all(Vec::is_empty)
    }

    /// What each cell takes, row by row from the headings on; `None` for one that another covers.
    pub(crate) fn spans(&self) -> Vec<Vec<Option<Span>>> {
        let rows = self.rows.len() + 1;
        let columns = self.headings.len();
        let mut spans = vec![vec![Some(Span { columns: 1, rows: 1 }); columns]; rows];
        if self.joins.is_empty() {
            return spans;
        }
        let is_joined = |row, column, join| self.joins.get(&(row, column)) == Some(&join);
        for row in 0..rows {
            for column in 0..columns {
                if spans[row][column].is_none() || self.joins.contains_key(&(row, column)) {
                    continue;
                }
                let wide = (column + 1..columns)
                    .take_while(|at| spans[row][*at].is_some() && is_joined(row, *at, Join::Left));
                let wide = 1 + wide.count();
                // Each row that it goes down into, it takes in its whole width.
                let goes_into = |below: &usize| {
                    is_joined(*below, column, Join::Up)
                        && (column + 1..column + wide)
                            .all(|at| self.joins.contains_key(&(*below, at)))
                };
                let high = 1 + (row + 1..rows).take_while(goes_into).count();
                for covered in &mut spans[row..row + high] {
                    covered[column..column + wide].fill(None);
                }
                spans[row][column] = Some(Span { columns: wide, rows: high });
            }
        }
        spans
    }

    /// Whether it is a signature: the name, at the right, stands beside the last line of the position.
    pub(crate) fn is_signature(&self) -> bool {
        self.is_layout() && self.headings.len() > 1 && self.alignments.last() == Some(&Align::Right)
    }
}

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Run {
    Text(String),
    Strong(Vec<Run>),
    Emphasis(Vec<Run>),
    Underline(Vec<Run>),
    Strike(Vec<Run>),
    Code(String),
    Link {
        to: String,
        runs: Vec<Run>,
    },
    Picture(PictureRun),
    /// The number of a footnote.
    Note(String),
    /// A hard line break.
    Break,
}

/// A picture in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PictureRun {
    /// The file as the letter names it.
    pub source: String,
    /// What is shown where pictures are off.
    pub alternative: String,
    /// In pixels; the picture's own where the letter does not say.
    pub width: Option<u32>,
}

/// What of Markdown is read beside CommonMark.
pub(super) const OPTIONS: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_FOOTNOTES);

/// How deep quotes, lists and emphasis may lie in one another, the letter itself and the words in it
/// included: all who read them go down by recursion,
/// on stacks of any thread, and mail programs stop showing them long before.
const DEEPEST: usize = 34;

/// Marks of quotes and lists at the beginning of one line, from which on it is not even parsed: the
/// parser's time grows with their square.
const MOST_MARKS: usize = 200;

type Placed<'a> = (Event<'a>, Range<usize>);

/// A body as blocks.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub blocks: Vec<Block>,
    /// Quotes, lists or emphasis lie too deep in one another; the blocks lack what is beneath.
    pub is_too_deep: bool,
}

/// Reads Markdown (CommonMark, with tables, strike-through and footnotes) in which values were
/// escaped.
pub(crate) fn parse(markdown: &str) -> Parsed {
    if has_too_many_marks(markdown) {
        return Parsed { is_too_deep: true, ..Parsed::default() };
    }
    parse_at(markdown, 0)
}

#[cfg(test)]
pub(crate) fn blocks(markdown: &str) -> Vec<Block> {
    parse(markdown).blocks
}

/// Whether a line begins with more marks of quotes and lists, or deeper inside a list, than any that is
/// read.
pub(super) fn has_too_many_marks(markdown: &str) -> bool {
    markdown.split('\n').any(|line| {
        let lead = line.bytes().take_while(|b| b" \t>-+*.)0123456789".contains(b));
        let (length, marks) = lead.fold((0, 0), |(length, marks), b| {
            (length + 1, marks + usize::from(b">-+*.)".contains(&b)))
        });
        marks > MOST_MARKS || marks > 0 && length > 2 * MOST_MARKS && line.starts_with([' ', '\t'])
    })
}

fn parse_at(markdown: &str, depth: usize) -> Parsed {
    let events = Parser::new_ext(markdown, OPTIONS).into_offset_iter();
    let mut reader = Reader {
        events: Box::new(TextMergeWithOffset::new(events)),
        source: markdown,
        notes: Vec::new(),
        asked: Vec::new(),
        is_in_link: false,
        depth,
        is_too_deep: false,
    };
    let mut blocks = tags::settle(reader.blocks());
    let Reader { notes, asked, is_too_deep, .. } = reader;
    let notes: Vec<_> = asked
        .iter()
        .enumerate()
        .filter_map(|(at, label)| {
            let (_, blocks) = notes.iter().find(|(of, _)| of == label)?;
            Some(((at + 1).to_string(), blocks.clone()))
        })
        .collect();
    if !notes.is_empty() {
        blocks.push(Block::Notes(notes));
    }
    Parsed { blocks, is_too_deep }
}

/// The state of reading.
struct Reader<'a> {
    events: Box<dyn Iterator<Item = Placed<'a>> + 'a>,
    source: &'a str,
    /// Footnotes by their labels.
    notes: Vec<(String, Vec<Block>)>,
    /// The labels referred to so far, each once.
    asked: Vec<String>,
    is_in_link: bool,
    /// How many quotes, lists and runs enclose what is read.
    depth: usize,
    is_too_deep: bool,
}

impl<'a> Reader<'a> {
    /// Reads blocks up to the end of the enclosing one. Runs without a paragraph (in tight lists)
    /// become one.
    fn blocks(&mut self) -> Vec<Block> {
        if !self.goes_deeper() {
            return Vec::new();
        }
        let blocks = self.inner_blocks();
        self.depth -= 1;
        blocks
    }

    /// Counts one more enclosing tag; if that is one too many, skips to its end.
    fn goes_deeper(&mut self) -> bool {
        if self.depth < DEEPEST {
            self.depth += 1;
            return true;
        }
        self.is_too_deep = true;
        let mut open = 1;
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Start(_) => open += 1,
                Event::End(_) => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
        }
        false
    }

    fn inner_blocks(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut loose = Vec::new();
        let flush = |loose: &mut Vec<Run>, blocks: &mut Vec<Block>| {
            if !loose.is_empty() {
                blocks.push(Block::Paragraph(tags::pair(std::mem::take(loose))));
            }
        };
        while let Some((event, range)) = self.events.next() {
            match event {
                Event::Start(tag) if !is_inline(&tag) => {
                    flush(&mut loose, &mut blocks);
                    self.block(&tag, &mut blocks);
                }
                Event::End(_) => break,
                Event::Rule => {
                    flush(&mut loose, &mut blocks);
                    blocks.push(Block::Rule);
                }
                inline => self.run((inline, range), &mut loose),
            }
        }
        flush(&mut loose, &mut blocks);
        blocks
    }

    fn block(&mut self, tag: &Tag<'a>, blocks: &mut Vec<Block>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => {
                let runs = self.runs();
                if !runs.is_empty() {
                    blocks.push(Block::Paragraph(runs));
                }
            }
            Tag::Heading { level, .. } => {
                blocks.push(Block::Heading { level: *level as u8, runs: self.runs() });
            }
            Tag::BlockQuote(_) => {
                let inner = tags::settle(self.blocks());
                blocks.push(Block::Quote(inner));
            }
            Tag::CodeBlock(kind) => {
                let mut text = String::new();
                for (event, _) in self.events.by_ref() {
                    match event {
                        Event::Text(part) => text.push_str(&part),
                        _ => break,
                    }
                }
                match kind {
                    // An indent is how people begin a paragraph.
                    CodeBlockKind::Indented => {
                        let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
                        let inner = parse_at(&lines.join("\n"), self.depth);
                        self.is_too_deep |= inner.is_too_deep;
                        blocks.extend(inner.blocks);
                    }
                    CodeBlockKind::Fenced(_) => {
                        blocks.push(Block::Code(escape::back(&text).into_owned()));
                    }
                }
            }
            Tag::List(_) => {
                let mut items = Vec::new();
                while let Some((Event::Start(Tag::Item), range)) = self.events.next() {
                    let number = number(&self.source[range]);
                    let inner = tags::settle(self.blocks());
                    items.push(Item { number, blocks: inner });
                }
                blocks.push(Block::List(items));
            }
            Tag::Table(alignments) => blocks.push(Block::Table(self.table(alignments))),
            Tag::FootnoteDefinition(label) => {
                let inner = tags::settle(self.blocks());
                self.notes.push((label.to_string(), inner));
            }
            // Nothing else opens a block with the options above.
            _ => drop(self.runs()),
        }
    }

    fn table(&mut self, alignments: &[Alignment]) -> Table {
        let align = |alignment: &Alignment| match alignment {
            Alignment::None | Alignment::Left => Align::Left,
            Alignment::Center => Align::Centre,
            Alignment::Right => Align::Right,
        };
        let mut table =
            Table { alignments: alignments.iter().map(align).collect(), ..Table::default() };
        let mut cells = Vec::new();
        let mut row = 0;
        while let Some((event, range)) = self.events.next() {
            match event {
                Event::Start(Tag::TableCell) => {
                    let (row, column) = (row, cells.len());
                    let join = match self.source[range].trim_matches(['|', ' ', '\t']) {
                        "<<" if column > 0 => Some(Join::Left),
                        "^^" if row > 0 => Some(Join::Up),
                        _ => None,
                    };
                    let runs = self.runs();
                    cells.push(if join.is_some() { Vec::new() } else { runs });
                    table.joins.extend(join.map(|join| ((row, column), join)));
                }
                Event::End(TagEnd::TableHead) => {
                    table.headings = std::mem::take(&mut cells);
                    row += 1;
                }
                Event::End(TagEnd::TableRow) => {
                    table.rows.push(std::mem::take(&mut cells));
                    row += 1;
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        table
    }

    /// Reads runs up to the end of the enclosing tag.
    fn runs(&mut self) -> Vec<Run> {
        if !self.goes_deeper() {
            return Vec::new();
        }
        let mut into = Vec::new();
        while let Some((event, range)) = self.events.next() {
            match event {
                Event::End(_) => break,
                inline => self.run((inline, range), &mut into),
            }
        }
        self.depth -= 1;
        tags::pair(into)
    }

    fn run(&mut self, (event, _): Placed<'a>, into: &mut Vec<Run>) {
        match event {
            Event::Text(text) if self.is_in_link => push_text(&escape::back(&text), into),
            Event::Text(text) => {
                for run in links::runs_of(&text) {
                    match run {
                        Run::Text(text) => push_text(&text, into),
                        link => into.push(link),
                    }
                }
            }
            Event::Code(text) => into.push(Run::Code(escape::back(&text).into_owned())),
            // After a break that was written out.
            Event::SoftBreak if into.last() == Some(&Run::Break) => {}
            Event::SoftBreak => push_text(" ", into),
            Event::HardBreak => into.push(Run::Break),
            Event::InlineHtml(html) | Event::Html(html) => push_html(&html, into),
            Event::Start(Tag::Strong) => into.push(Run::Strong(self.runs())),
            Event::Start(Tag::Emphasis) => into.push(Run::Emphasis(self.runs())),
            Event::Start(Tag::Strikethrough) => into.push(Run::Strike(self.runs())),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let outer = std::mem::replace(&mut self.is_in_link, true);
                let runs = self.runs();
                self.is_in_link = outer;
                match links::target(&escape::back_in_url(&dest_url)) {
                    Some(to) => into.push(Run::Link { to, runs }),
                    None => into.extend(runs),
                }
            }
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                let alternative = plain(&self.runs());
                let source = escape::back(&dest_url).into_owned();
                let width = title.parse().ok().filter(|width| *width > 0);
                into.push(Run::Picture(PictureRun { source, alternative, width }));
            }
            Event::FootnoteReference(label) => {
                let label = label.to_string();
                let known = self.asked.iter().position(|known| *known == label);
                let at = known.unwrap_or_else(|| {
                    self.asked.push(label);
                    self.asked.len() - 1
                });
                into.push(Run::Note((at + 1).to_string()));
            }
            Event::Start(_) => into.extend(self.runs()),
            Event::Rule
            | Event::End(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::TaskListMarker(_) => {}
        }
    }
}

/// The number with which an item begins; `None` for a bullet.
fn number(item: &str) -> Option<Number> {
    let digits = item.bytes().take_while(u8::is_ascii_digit).count();
    let sign = item[digits..].chars().next().filter(|c| matches!(c, '.' | ')'))?;
    Some(Number { value: item[..digits].parse().ok()?, sign })
}

/// Runs as their text alone.
pub(crate) fn plain(runs: &[Run]) -> String {
    let mut text = String::new();
    for run in runs {
        match run {
            Run::Text(part) | Run::Code(part) => text.push_str(part),
            Run::Break => text.push(' '),
            Run::Strong(inner)
            | Run::Emphasis(inner)
            | Run::Underline(inner)
            | Run::Strike(inner)
            | Run::Link { runs: inner, .. } => text.push_str(&plain(inner)),
            Run::Picture(_) | Run::Note(_) => {}
        }
    }
    text
}

/// Text, its own line breaks (from a cell) as breaks, next to text already there as one run.
fn push_text(text: &str, into: &mut Vec<Run>) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            into.push(Run::Break);
        }
        match into.last_mut() {
            Some(Run::Text(before)) => before.push_str(line),
            _ if line.is_empty() => {}
            _ => into.push(Run::Text(line.to_owned())),
        }
    }
}

/// `<br>` is a break, a comment is nothing, all other HTML is text.
fn push_html(html: &str, into: &mut Vec<Run>) {
    let html = html.trim_end_matches('\n');
    let tag: String =
        html.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    match tag.as_str() {
        "<br>" | "<br/>" => into.push(Run::Break),
        comment if comment.starts_with("<!--") && comment.ends_with("-->") => {}
        _ => push_text(&escape::back(html), into),
    }
}

fn is_inline(tag: &Tag) -> bool {
    matches!(
        tag,
        Tag::Strong | Tag::Emphasis | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Run {
        Run::Text(text.to_owned())
    }

    #[test]
    fn a_tight_list_has_a_paragraph_an_item() {
        let list = blocks("- раз\n- **два**\n");
        let item = |run| Item { number: None, blocks: vec![Block::Paragraph(vec![run])] };
        let items = vec![item(text("раз")), item(Run::Strong(vec![text("два")]))];
        assert_eq!(list, [Block::List(items)]);
    }

    #[test]
    fn a_table_without_headings_is_a_layout() {
        let blocks = blocks("| | |\n|:--|--:|\n| слева<br>ниже | справа |\n");
        let Block::Table(table) = &blocks[0] else { panic!("{blocks:?}") };
        assert!(table.is_layout());
        assert_eq!(table.rows[0][0], [text("слева"), Run::Break, text("ниже")]);
    }

    #[test]
    fn merged_cells_take_the_room_of_those_that_continue_them() {
        let source = "| № | план | << |\n|---|---|---|\n| ^^ | 1 | 2 |\n| итого | << | ^^ |\n| << | ^^ | да |\n";
        let Block::Table(table) = &blocks(source)[0] else { panic!() };
        let spans: Vec<String> = table
            .spans()
            .iter()
            .map(|row| {
                let shown = |it: &Option<Span>| match it {
                    Some(Span { columns, rows }) => format!("{columns}x{rows}"),
                    None => "-".to_owned(),
                };
                row.iter().map(shown).collect::<Vec<_>>().join(" ")
            })
            .collect();
        // What nothing covers stands alone, and empty.
        assert_eq!(spans, ["1x2 2x1 -", "- 1x1 1x2", "2x1 - -", "1x1 1x1 1x1"]);
        assert_eq!(table.rows[1][1], []);
        assert_eq!(table.rows[2][0], [text("<<")]);
    }

    #[test]
    fn a_link_that_is_code_loses_its_target() {
        assert_eq!(blocks("[да](javascript:alert)"), [Block::Paragraph(vec![text("да")])]);
        assert!(
            matches!(&blocks("<a@example.org>")[0], Block::Paragraph(runs) if matches!(&runs[0], Run::Link { to, .. } if to == "mailto:a@example.org"))
        );
    }

    #[test]
    fn html_is_text() {
        assert_eq!(blocks("a <q>c</q>"), [Block::Paragraph(vec![text("a <q>c</q>")])]);
    }

    #[test]
    fn items_keep_the_numbers_that_they_were_given() {
        let [Block::List(items)] = &blocks("2028. год\n\n18. марта\n")[..] else {
            panic!()
        };
        let numbers: Vec<_> = items.iter().map(|item| item.number.unwrap().value).collect();
        assert_eq!(numbers, [2028, 18]);
    }

    #[test]
    fn an_indent_begins_a_paragraph() {
        assert_eq!(
            blocks("    Приглашаем **Вас**\n")[0],
            Block::Paragraph(vec![text("Приглашаем "), Run::Strong(vec![text("Вас")])])
        );
    }

    #[test]
    fn a_footnote_stands_at_the_end_under_its_number() {
        let blocks = blocks("Срок[^a].\n\n[^a]: до марта\n\nДалее.\n");
        let notes = vec![("1".to_owned(), vec![Block::Paragraph(vec![text("до марта")])])];
        assert_eq!(blocks.last(), Some(&Block::Notes(notes)));
        assert!(format!("{blocks:?}").contains("Note(\"1\")"), "{blocks:?}");
    }

    proptest::proptest! {
        #[test]
        fn any_markdown_is_read_to_its_end(markdown in "[a\\-*_#>`|:\\[\\]()!<br/>\n 0-9.~]{0,80}") {
            let marked = format!("{markdown}\n\nконец");
            assert!(format!("{:?}", blocks(&marked)).contains("конец"));
        }
    }
}
