//! Reads Markdown into blocks and runs of text.
//!
//! Text, HTML and PDF are made from these. Raw HTML is text here, except `<br>` and comments;
//! images are their descriptions, and links that could run something are only their text.

use pulldown_cmark::{Alignment, Event, Options, Parser, Tag, TagEnd};

use crate::compose::escape;

/// A block of the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    Paragraph(Vec<Run>),
    Heading {
        level: u8,
        runs: Vec<Run>,
    },
    /// `start` is the first number of an ordered list.
    List {
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Quote(Vec<Block>),
    Code(String),
    Rule,
    Table(Table),
}

/// A table. One whose headings are all empty is a layout: it has no lines, and its first column
/// takes the room that is left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Table {
    pub alignments: Vec<Align>,
    pub headings: Vec<Vec<Run>>,
    pub rows: Vec<Vec<Vec<Run>>>,
}

impl Table {
    /// Whether the table only arranges.
    pub(crate) fn is_layout(&self) -> bool {
        self.headings.iter().all(Vec::is_empty)
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
    Strike(Vec<Run>),
    Code(String),
    Link {
        to: String,
        runs: Vec<Run>,
    },
    /// A hard line break.
    Break,
}

/// Reads Markdown (CommonMark, with tables and strike-through) in which values were escaped.
pub(crate) fn parse(markdown: &str) -> Vec<Block> {
    let mut parser =
        Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    blocks(&mut parser, &mut Vec::new())
}

/// Reads blocks up to the end of the enclosing one. Runs without a paragraph (in tight lists)
/// become one.
fn blocks<'a>(events: &mut impl Iterator<Item = Event<'a>>, loose: &mut Vec<Run>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let flush = |loose: &mut Vec<Run>, blocks: &mut Vec<Block>| {
        if !loose.is_empty() {
            blocks.push(Block::Paragraph(std::mem::take(loose)));
        }
    };
    while let Some(event) = events.next() {
        if let Event::Start(tag) = &event
            && !is_inline(tag)
        {
            flush(loose, &mut blocks);
            blocks.extend(block(tag, events));
            continue;
        }
        match event {
            Event::End(_) => break,
            Event::Rule => {
                flush(loose, &mut blocks);
                blocks.push(Block::Rule);
            }
            inline => run(inline, events, loose),
        }
    }
    flush(loose, &mut blocks);
    blocks
}

fn block<'a>(tag: &Tag<'a>, events: &mut impl Iterator<Item = Event<'a>>) -> Option<Block> {
    Some(match tag {
        Tag::Paragraph | Tag::HtmlBlock => Block::Paragraph(runs(events)),
        Tag::Heading { level, .. } => Block::Heading { level: *level as u8, runs: runs(events) },
        Tag::BlockQuote(_) => Block::Quote(blocks(events, &mut Vec::new())),
        Tag::CodeBlock(_) => {
            let mut text = String::new();
            for event in events.by_ref() {
                match event {
                    Event::Text(part) => text.push_str(&escape::back(&part)),
                    _ => break,
                }
            }
            Block::Code(text)
        }
        Tag::List(start) => {
            let mut items = Vec::new();
            while let Some(Event::Start(Tag::Item)) = events.next() {
                items.push(blocks(events, &mut Vec::new()));
            }
            Block::List { start: *start, items }
        }
        Tag::Table(alignments) => Block::Table(table(alignments, events)),
        // Nothing else opens a block with the options above.
        _ => {
            runs(events);
            return None;
        }
    })
}

fn table<'a>(alignments: &[Alignment], events: &mut impl Iterator<Item = Event<'a>>) -> Table {
    let align = |alignment: &Alignment| match alignment {
        Alignment::None | Alignment::Left => Align::Left,
        Alignment::Center => Align::Centre,
        Alignment::Right => Align::Right,
    };
    let mut table =
        Table { alignments: alignments.iter().map(align).collect(), ..Table::default() };
    let mut cells = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::TableCell) => cells.push(runs(events)),
            Event::End(TagEnd::TableHead) => table.headings = std::mem::take(&mut cells),
            Event::End(TagEnd::TableRow) => table.rows.push(std::mem::take(&mut cells)),
            Event::End(TagEnd::Table) => break,
            _ => {}
        }
    }
    table
}

/// Reads runs up to the end of the enclosing tag.
fn runs<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Vec<Run> {
    let mut into = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::End(_) => break,
            inline => run(inline, events, &mut into),
        }
    }
    into
}

fn run<'a>(event: Event<'a>, events: &mut impl Iterator<Item = Event<'a>>, into: &mut Vec<Run>) {
    match event {
        Event::Text(text) => push_text(&escape::back(&text), into),
        Event::Code(text) => into.push(Run::Code(escape::back(&text).into_owned())),
        Event::SoftBreak => push_text(" ", into),
        Event::HardBreak => into.push(Run::Break),
        Event::InlineHtml(html) | Event::Html(html) => push_html(&html, into),
        Event::Start(Tag::Strong) => into.push(Run::Strong(runs(events))),
        Event::Start(Tag::Emphasis) => into.push(Run::Emphasis(runs(events))),
        Event::Start(Tag::Strikethrough) => into.push(Run::Strike(runs(events))),
        Event::Start(Tag::Link { dest_url, link_type, .. }) => {
            let prefix = if link_type == pulldown_cmark::LinkType::Email { "mailto:" } else { "" };
            let to = format!("{prefix}{}", escape::back_in_url(&dest_url));
            let runs = runs(events);
            if is_harmless(&to) { into.push(Run::Link { to, runs }) } else { into.extend(runs) }
        }
        // A letter loads nothing from elsewhere: an image is its description.
        Event::Start(_) => into.extend(runs(events)),
        Event::Rule
        | Event::End(_)
        | Event::InlineMath(_)
        | Event::DisplayMath(_)
        | Event::FootnoteReference(_)
        | Event::TaskListMarker(_) => {}
    }
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

/// Whether a link only leads somewhere. Others, such as `javascript:`, lose their target and keep
/// their text.
fn is_harmless(to: &str) -> bool {
    let scheme = to.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https" | "mailto" | "tel"))
        && !to.chars().any(|c| c.is_control() || c.is_whitespace())
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
        let list = parse("- раз\n- **два**\n");
        let items = vec![
            vec![Block::Paragraph(vec![text("раз")])],
            vec![Block::Paragraph(vec![Run::Strong(vec![text("два")])])],
        ];
        assert_eq!(list, [Block::List { start: None, items }]);
    }

    #[test]
    fn a_table_without_headings_is_a_layout() {
        let blocks = parse("| | |\n|:--|--:|\n| слева<br>ниже | справа |\n");
        let Block::Table(table) = &blocks[0] else { panic!("{blocks:?}") };
        assert!(table.is_layout());
        assert_eq!(table.rows[0][0], [text("слева"), Run::Break, text("ниже")]);
    }

    #[test]
    fn a_link_that_is_code_loses_its_target() {
        assert_eq!(parse("[да](javascript:alert)"), [Block::Paragraph(vec![text("да")])]);
        assert!(
            matches!(&parse("<a@example.org>")[0], Block::Paragraph(runs) if matches!(&runs[0], Run::Link { to, .. } if to == "mailto:a@example.org"))
        );
    }

    #[test]
    fn html_is_text() {
        assert_eq!(parse("a <b>c</b>"), [Block::Paragraph(vec![text("a <b>c</b>")])]);
    }

    proptest::proptest! {
        #[test]
        fn any_markdown_is_read_to_its_end(markdown in "[a\\-*_#>`|:\\[\\]()!<br/>\n 0-9.~]{0,80}") {
            let marked = format!("{markdown}\n\nконец");
            assert!(format!("{:?}", parse(&marked)).contains("конец"));
        }
    }
}
