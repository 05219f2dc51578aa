//! A letter as a person sees it in their word processor: the value that readers make and writers
//! take.

use crate::problem::DocumentFault;

/// A letter.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Document {
    pub blocks: Vec<Block>,
    /// Footnotes and endnotes; [`Run::Note`] counts into them.
    pub notes: Vec<Vec<Block>>,
    pub pictures: Vec<PictureFile>,
    /// What was decided or left out while reading, each once.
    pub remarks: Vec<DocumentFault>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    Paragraph(Paragraph),
    Table(Table),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Paragraph {
    pub align: Align,
    /// Begins right of the middle of the line, as an addressee does without a table.
    pub is_indented_far: bool,
    /// The level of a heading, counted from 1.
    pub heading: Option<u8>,
    pub label: Option<Label>,
    pub runs: Vec<Run>,
}

/// What numbering puts before a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    /// How deep the list lies in others, 0 for the outermost.
    pub level: usize,
    pub kind: LabelKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LabelKind {
    Bullet,
    /// As printed: `3.`, `2)`, `1.2.`, `б)`.
    Number(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Align {
    #[default]
    Left,
    Centre,
    Right,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Run {
    Text(String, Style),
    /// A line break within the paragraph.
    Break,
    /// A jump to the next tab stop.
    Tab,
    Link {
        to: String,
        runs: Vec<Run>,
    },
    /// A reference to a note, counted from 0.
    Note(usize),
    /// A picture, counted from 0 among [`Document::pictures`].
    Picture(usize),
    Field(Field, Style),
}

/// A place that each letter fills with its own value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Field {
    /// A column of the list, by the name that the word processor knows.
    Column(String),
    /// The expression of a template.
    Expression(String),
    /// Word's own block of an addressee.
    AddressBlock,
    /// Word's own line of greeting.
    GreetingLine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is set by itself")]
pub(crate) struct Style {
    pub bold: bool,
    pub italic: bool,
    pub underline: bool,
    pub strike: bool,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Table {
    pub rows: Vec<Vec<Cell>>,
    pub has_lines: bool,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cell {
    pub blocks: Vec<Block>,
    /// Whether it is a part of the cell beside or above it.
    pub join: Option<Join>,
}

/// Which neighbour a merged cell continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    Left,
    Up,
}

impl Cell {
    pub(super) fn joined(join: Join) -> Self {
        Self { blocks: Vec::new(), join: Some(join) }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PictureFile {
    /// Its name in the package.
    pub name: String,
    pub bytes: Vec<u8>,
    pub description: String,
    /// In pixels of 1/96 inch, as shown; `None` if the document does not say.
    pub width: Option<u32>,
}

impl Document {
    /// Takes in a picture; `None` if it is not one that mail programs show.
    pub(super) fn take_picture(
        &mut self,
        name: &str,
        bytes: Vec<u8>,
        description: &str,
        width: Option<u32>,
    ) -> Option<Run> {
        let is_known = [&b"\x89PNG"[..], &b"\xff\xd8\xff"[..], &b"GIF8"[..]];
        if !is_known.iter().any(|first| bytes.starts_with(first)) {
            return None;
        }
        let known = self.pictures.iter().position(|it| it.bytes == bytes);
        let at = known.unwrap_or_else(|| {
            let (name, description) = (name.to_owned(), description.to_owned());
            self.pictures.push(PictureFile { name, bytes, description, width });
            self.pictures.len() - 1
        });
        Some(Run::Picture(at))
    }

    /// Puts a footer at the end, if it holds more than a page number.
    pub(super) fn push_footer(&mut self, footer: Vec<Block>) {
        let says = |block: &Block| says_something(std::slice::from_ref(block));
        let footer: Vec<Block> = footer.into_iter().filter(says).collect();
        if footer.is_empty() {
            return;
        }
        let blocks = flat(footer.clone());
        let texts = blocks.iter().filter_map(|block| match block {
            Block::Paragraph(paragraph) if holds_something(&paragraph.runs) => {
                Some(paragraph.plain().replace('\u{fffc}', "…").trim().to_owned())
            }
            Block::Paragraph(_) | Block::Table(_) => None,
        });
        let text = texts.collect::<Vec<_>>().join(" / ");
        self.remark(DocumentFault::FooterAtEnd { text });
        self.blocks.extend(footer);
    }

    pub(super) fn remark(&mut self, remark: DocumentFault) {
        if !self.remarks.contains(&remark) && self.remarks.len() < 100 {
            self.remarks.push(remark);
        }
    }
}

impl Paragraph {
    /// The paragraph's characters; whatever is not text is one U+FFFC, a break `\n`, a tab `\t`.
    pub(crate) fn plain(&self) -> String {
        plain(&self.runs)
    }

    /// Puts a field in the place of some characters, counted as in [`Paragraph::plain`], in the
    /// style of the first of them.
    pub(crate) fn replace(&mut self, range: std::ops::Range<usize>, field: Field) {
        let (mut before, rest) = split(std::mem::take(&mut self.runs), range.start);
        let (replaced, after) = split(rest, range.len());
        let style = replaced.iter().find_map(|run| match run {
            Run::Text(_, style) | Run::Field(_, style) => Some(*style),
            Run::Link { .. } | Run::Break | Run::Tab | Run::Note(_) | Run::Picture(_) => None,
        });
        before.push(Run::Field(field, style.unwrap_or_default()));
        before.extend(after);
        self.runs = before;
    }

    /// Takes some characters out, counted as in [`Paragraph::plain`].
    pub(crate) fn remove(&mut self, range: std::ops::Range<usize>) {
        let (mut before, rest) = split(std::mem::take(&mut self.runs), range.start);
        before.extend(split(rest, range.len()).1);
        self.runs = before;
    }

    /// Joins neighbours of the same style, which word processors split as they like.
    pub(super) fn join(&mut self) {
        join(&mut self.runs);
    }
}

fn join(runs: &mut Vec<Run>) {
    let mut joined: Vec<Run> = Vec::new();
    for run in std::mem::take(runs) {
        match (joined.last_mut(), run) {
            (_, Run::Text(text, _)) if text.is_empty() => {}
            (Some(Run::Text(before, one)), Run::Text(text, other)) if *one == other => {
                before.push_str(&text);
            }
            (_, Run::Link { to, mut runs }) => {
                join(&mut runs);
                joined.push(Run::Link { to, runs });
            }
            (_, run) => joined.push(run),
        }
    }
    *runs = joined;
}

pub(crate) fn plain(runs: &[Run]) -> String {
    let mut text = String::new();
    for run in runs {
        match run {
            Run::Text(part, _) => text.push_str(part),
            Run::Break => text.push('\n'),
            Run::Tab => text.push('\t'),
            Run::Link { runs, .. } => text.push_str(&plain(runs)),
            Run::Note(_) | Run::Picture(_) | Run::Field(..) => text.push('\u{fffc}'),
        }
    }
    text
}

/// Splits runs before the character `at`.
fn split(runs: Vec<Run>, at: usize) -> (Vec<Run>, Vec<Run>) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut left = at;
    for run in runs {
        let length = match &run {
            Run::Text(text, _) => text.chars().count(),
            Run::Link { runs, .. } => plain(runs).chars().count(),
            Run::Break | Run::Tab | Run::Note(_) | Run::Picture(_) | Run::Field(..) => 1,
        };
        if left >= length {
            left -= length;
            before.push(run);
            continue;
        }
        match run {
            Run::Text(text, style) if left > 0 => {
                let byte = text.char_indices().nth(left).map_or(text.len(), |(byte, _)| byte);
                before.push(Run::Text(text[..byte].to_owned(), style));
                after.push(Run::Text(text[byte..].to_owned(), style));
            }
            Run::Link { to, runs } if left > 0 => {
                let (one, other) = split(runs, left);
                before.push(Run::Link { to: to.clone(), runs: one });
                after.push(Run::Link { to, runs: other });
            }
            run => after.push(run),
        }
        left = 0;
    }
    (before, after)
}

/// What stands beside the number of a page.
const PAGE_WORDS: [&str; 8] = ["стр", "страница", "лист", "листов", "из", "page", "p", "of"];

/// Whether blocks hold more than a page number.
pub(super) fn says_something(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match block {
        Block::Paragraph(paragraph) => holds_something(&paragraph.runs),
        Block::Table(_) => true,
    })
}

fn holds_something(runs: &[Run]) -> bool {
    let is_shown = |run: &Run| matches!(run, Run::Picture(_) | Run::Field(..));
    let text = plain(runs).to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    runs.iter().any(is_shown) || words.any(|word| !PAGE_WORDS.contains(&word))
}

/// The paragraphs of a cell, those of tables in it too.
pub(super) fn flat(blocks: Vec<Block>) -> Vec<Block> {
    let mut all = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(_) => all.push(block),
            Block::Table(table) => {
                for cell in table.rows.into_iter().flatten() {
                    all.extend(flat(cell.blocks));
                }
            }
        }
    }
    all
}

/// Digits and signs as raised or lowered characters; a text with others stays as it is.
pub(super) fn moved(text: &str, how: &str) -> String {
    let plain = "0123456789+-=()";
    let (raised, lowered) = ("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎");
    let others = if how == "superscript" { raised } else { lowered };
    let moved = |c: char| {
        let at = plain.chars().position(|known| known == c)?;
        others.chars().nth(at)
    };
    text.chars().map(moved).collect::<Option<String>>().unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_alone_is_something() {
        let paragraph =
            |run| vec![Block::Paragraph(Paragraph { runs: vec![run], ..Paragraph::default() })];
        let field = Field::Column("Организация".to_owned());
        assert!(says_something(&paragraph(Run::Field(field, Style::default()))));
        assert!(!says_something(&paragraph(Run::Text(" 1 ".to_owned(), Style::default()))));
    }

    #[test]
    fn the_line_of_a_page_number_in_a_footer_is_left_out() {
        let line = |text: &str| {
            let runs = vec![Run::Text(text.to_owned(), Style::default())];
            Block::Paragraph(Paragraph { runs, ..Paragraph::default() })
        };
        let mut document = Document::default();
        document.push_footer(vec![line("Стр. 1 из 2"), line("– 1 –"), line("Page 1 of 2")]);
        assert!(document.blocks.is_empty() && document.remarks.is_empty());
        document.push_footer(vec![line("Исп. Ильина А.П."), line("Стр. ")]);
        let text = "Исп. Ильина А.П.".to_owned();
        assert_eq!(document.remarks, [DocumentFault::FooterAtEnd { text }]);
        assert_eq!(document.blocks.len(), 1);
    }
}
