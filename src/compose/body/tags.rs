//! HTML tags that people know from elsewhere, and mean: `<b>`, `<i>`, `<u>`, `<s>`, `<center>`,
//! `<div align="right">`, `<img>`.
//!
//! [`read`] turns them into marks of the private plane before the Markdown is parsed, so that they
//! cannot open a block of HTML; [`settle`] makes them into runs and blocks afterwards.

use super::markdown::{Align, Block, Run};

/// The mark that opens the first tag; each tag has two marks, the second closes it.
const FIRST: u32 = 0xF_0100;

/// How many tags of one paragraph lie in one another; what is deeper stays as it was written.
const DEEPEST: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Bold,
    Italic,
    Underline,
    Strike,
    Centre,
    Right,
}

const TAGS: [(Tag, &str); 6] = [
    (Tag::Bold, "<b>"),
    (Tag::Italic, "<i>"),
    (Tag::Underline, "<u>"),
    (Tag::Strike, "<s>"),
    (Tag::Centre, "<center>"),
    (Tag::Right, "<div align=\"right\">"),
];

impl Tag {
    fn mark(self, side: Side) -> char {
        let at = TAGS.iter().position(|(tag, _)| *tag == self).unwrap_or(0);
        let code = FIRST + 2 * u32::try_from(at).unwrap_or(0) + u32::from(side == Side::Close);
        char::from_u32(code).unwrap_or_else(|| unreachable!("the private plane has characters"))
    }

    fn align(self) -> Option<Align> {
        match self {
            Self::Centre => Some(Align::Centre),
            Self::Right => Some(Align::Right),
            Self::Bold | Self::Italic | Self::Underline | Self::Strike => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Open,
    Close,
}

fn tag_of(mark: char) -> Option<(Tag, Side)> {
    let code = u32::from(mark).checked_sub(FIRST)?;
    let (tag, _) = TAGS.get(usize::try_from(code / 2).ok()?)?;
    Some((*tag, if code % 2 == 0 { Side::Open } else { Side::Close }))
}

/// Whether a text has marks that reach from one paragraph into another, unmatched ones included.
pub(super) fn aligns(text: &str) -> bool {
    let marks = |side| [Tag::Centre, Tag::Right].map(|tag| tag.mark(side));
    text.contains(marks(Side::Open)) || text.contains(marks(Side::Close))
}

/// The tag that a text begins with, as Markdown or as a mark, and its length.
pub(super) fn read(text: &str) -> Option<(String, usize)> {
    let (inside, _) = text.strip_prefix('<')?.split_once('>')?;
    let length = inside.len() + 2;
    let (inside, side) = match inside.strip_prefix('/') {
        Some(inside) => (inside, Side::Close),
        None => (inside, Side::Open),
    };
    let lower = inside.trim().trim_end_matches('/').to_lowercase();
    let name = lower.split_whitespace().next()?;
    let is_bare = name == lower.trim();
    let tag = match name {
        "b" | "strong" if is_bare => Tag::Bold,
        "i" | "em" if is_bare => Tag::Italic,
        "u" | "ins" if is_bare => Tag::Underline,
        "s" | "del" | "strike" if is_bare => Tag::Strike,
        "center" if is_bare => Tag::Centre,
        "div" | "p" => match (attribute(inside, "align").as_deref(), side) {
            (Some("center"), Side::Open) => Tag::Centre,
            (Some("right"), Side::Open) => Tag::Right,
            // Which of the two it closes is settled by which is open.
            (None, Side::Close) if is_bare => Tag::Right,
            _ => return None,
        },
        "img" if side == Side::Open => return Some((picture(inside)?, length)),
        _ => return None,
    };
    Some((tag.mark(side).to_string(), length))
}

/// `<img src="map.png" alt="…" width="300">` as Markdown; the width goes with it as its title.
fn picture(inside: &str) -> Option<String> {
    let source = attribute(inside, "src").filter(|source| !source.contains(['<', '>', '\n']))?;
    let width = attribute(inside, "width")
        .map(|width| width.trim_end_matches("px").to_owned())
        .filter(|width| !width.is_empty() && width.bytes().all(|b| b.is_ascii_digit()));
    let alternative = attribute(inside, "alt").unwrap_or_default().replace(['[', ']'], "");
    let title = width.map(|width| format!(" \"{width}\"")).unwrap_or_default();
    Some(format!("![{alternative}](<{source}>{title})"))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let mut found =
        lower.match_indices(name).filter(|(at, _)| lower[..*at].ends_with(char::is_whitespace));
    let (at, _) = found.next()?;
    let rest = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => rest[1..].split_once(quote)?.0,
        None => rest.split_whitespace().next().unwrap_or_default(),
    };
    Some(value.trim().to_owned())
}

/// A text with each mark as the tag that was written, for tags without their other half.
fn written(text: &str) -> String {
    let tag = |c: char| match tag_of(c) {
        Some((tag, side)) => {
            let open = TAGS.iter().find(|(known, _)| *known == tag).map_or("", |(_, open)| *open);
            match side {
                Side::Open => open.to_owned(),
                Side::Close => {
                    let name = open.trim_matches(['<', '>']).split(' ').next().unwrap_or_default();
                    format!("</{name}>")
                }
            }
        }
        None => c.to_string(),
    };
    text.chars().map(tag).collect()
}

/// Where in a paragraph's text the first tag is that has no other half there, and the tag as it was
/// written. Those of alignments may have it elsewhere.
pub(super) fn first_unpaired(text: &str) -> Option<(usize, String)> {
    let inline = |(at, c)| {
        let (tag, side) = tag_of(c).filter(|(tag, _)| tag.align().is_none())?;
        Some((at, tag, side))
    };
    let all: Vec<(usize, Tag, Side)> = text.char_indices().filter_map(inline).collect();
    let count = |tag: Tag, side: Side| all.iter().filter(|it| (it.1, it.2) == (tag, side)).count();
    let unpaired: Vec<Tag> = TAGS
        .iter()
        .map(|(tag, _)| *tag)
        .filter(|tag| count(*tag, Side::Open) != count(*tag, Side::Close))
        .collect();
    let (at, tag, side) = all.iter().find(|(_, tag, _)| unpaired.contains(tag))?;
    Some((*at, written(&tag.mark(*side).to_string())))
}

/// Makes the marks in runs into runs around what they enclose; those of blocks stay.
pub(super) fn pair(runs: Vec<Run>) -> Vec<Run> {
    let has_mark = |run: &Run| match run {
        Run::Text(text) => text.chars().any(|c| tag_of(c).is_some()),
        _ => false,
    };
    if !runs.iter().any(has_mark) {
        return runs;
    }
    // What is open, innermost last, with the runs so far in it.
    let mut open: Vec<(Tag, Vec<Run>)> = Vec::new();
    let mut outside: Vec<Run> = Vec::new();
    for run in runs {
        let Run::Text(text) = run else {
            inner(&mut open, &mut outside).push(run);
            continue;
        };
        let mut part = String::new();
        for c in text.chars() {
            match tag_of(c).filter(|(tag, _)| tag.align().is_none()) {
                None => part.push(c),
                Some((tag, Side::Open)) if open.len() < DEEPEST => {
                    push(inner(&mut open, &mut outside), &mut part);
                    open.push((tag, Vec::new()));
                }
                Some((tag, Side::Close)) if open.last().is_some_and(|(it, _)| *it == tag) => {
                    push(inner(&mut open, &mut outside), &mut part);
                    if let Some((tag, runs)) = open.pop() {
                        inner(&mut open, &mut outside).push(around(tag, runs));
                    }
                }
                // Without its beginning, or one too many.
                Some(_) => part.push_str(&written(&c.to_string())),
            }
        }
        push(inner(&mut open, &mut outside), &mut part);
    }
    // Without its end.
    while let Some((tag, runs)) = open.pop() {
        let tag = written(&tag.mark(Side::Open).to_string());
        let outer = inner(&mut open, &mut outside);
        outer.push(Run::Text(tag));
        outer.extend(runs);
    }
    outside
}

fn inner<'a>(open: &'a mut [(Tag, Vec<Run>)], outside: &'a mut Vec<Run>) -> &'a mut Vec<Run> {
    match open.last_mut() {
        Some((_, runs)) => runs,
        None => outside,
    }
}

fn push(runs: &mut Vec<Run>, part: &mut String) {
    if !part.is_empty() {
        runs.push(Run::Text(std::mem::take(part)));
    }
}

fn around(tag: Tag, runs: Vec<Run>) -> Run {
    match tag {
        Tag::Bold => Run::Strong(runs),
        Tag::Italic => Run::Emphasis(runs),
        Tag::Strike => Run::Strike(runs),
        Tag::Underline | Tag::Centre | Tag::Right => Run::Underline(runs),
    }
}

/// Makes what lies between the marks of an alignment into blocks aligned so.
pub(super) fn settle(blocks: Vec<Block>) -> Vec<Block> {
    let marks = |block: &Block| match block {
        Block::Paragraph(runs) => align_marks(runs),
        _ => Vec::new(),
    };
    let all: Vec<(Tag, Side)> = blocks.iter().flat_map(marks).collect();
    if all.is_empty() {
        return blocks;
    }
    // One after the other, each open before it is closed: else they are text.
    let is_sound = all.len().is_multiple_of(2)
        && all.chunks(2).all(|pair| pair[0].1 == Side::Open && pair[1].1 == Side::Close);
    let mut settled = Vec::new();
    let mut align = None;
    for block in blocks {
        let Block::Paragraph(runs) = block else {
            put(&mut settled, align, block);
            continue;
        };
        let mut line: Vec<Run> = Vec::new();
        for run in runs {
            let Run::Text(text) = run else {
                line.push(run);
                continue;
            };
            if !is_sound {
                line.push(Run::Text(written(&text)));
                continue;
            }
            let mut part = String::new();
            for c in text.chars() {
                let Some((tag, side)) = tag_of(c) else {
                    part.push(c);
                    continue;
                };
                push(&mut line, &mut part);
                flush(&mut settled, align, &mut line);
                align = if side == Side::Open { tag.align() } else { None };
            }
            push(&mut line, &mut part);
        }
        flush(&mut settled, align, &mut line);
    }
    settled
}

fn align_marks(runs: &[Run]) -> Vec<(Tag, Side)> {
    let texts = runs.iter().filter_map(|run| match run {
        Run::Text(text) => Some(text),
        _ => None,
    });
    texts.flat_map(|text| text.chars().filter_map(tag_of)).collect()
}

/// Ends a paragraph, if there is anything in it.
fn flush(settled: &mut Vec<Block>, align: Option<Align>, line: &mut Vec<Run>) {
    let is_blank = |run: &Run| match run {
        Run::Break => true,
        Run::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    while line.last().is_some_and(is_blank) {
        line.pop();
    }
    let lead = line.iter().take_while(|run| is_blank(run)).count();
    line.drain(..lead);
    if !line.is_empty() {
        put(settled, align, Block::Paragraph(std::mem::take(line)));
    }
}

fn put(settled: &mut Vec<Block>, align: Option<Align>, block: Block) {
    let Some(align) = align else {
        settled.push(block);
        return;
    };
    match settled.last_mut() {
        Some(Block::Aligned { align: before, blocks }) if *before == align => blocks.push(block),
        _ => settled.push(Block::Aligned { align, blocks: vec![block] }),
    }
}
