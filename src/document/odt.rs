//! Reads .odt (OpenDocument 1.3, part 3): the text as LibreOffice shows it with all changes
//! accepted.

mod lists;
mod styles;

use super::model::{
    Align, Block, Cell, Document, Field, Join, Label, Paragraph, Run, Table, flat, says_something,
};
use super::package::Package;
use super::xml::{Element, Node};
use crate::problem::{DocumentFault, DocumentFlaw};
use lists::Lists;
use styles::{Letters, Styles, points};

/// A paragraph that begins so far right, in points (7 cm), is a block at the right.
const FAR: f64 = 198.0;

/// Spaces that one element may stand for.
const MOST_SPACES: usize = 40;

/// Octets of a cell that may be repeated; others stand once.
const MOST_REPEATED: usize = 1000;

/// More columns than a letter has.
const MOST_COLUMNS: usize = 63;

/// Reads a document.
pub(super) fn read(package: &mut Package) -> Result<Document, DocumentFlaw> {
    let manifest = package.tree("META-INF/manifest.xml")?;
    if manifest.is_some_and(|it| it.find("encryption-data").is_some()) {
        return Err(DocumentFlaw::Protected);
    }
    let content = package.tree("content.xml")?.ok_or(DocumentFlaw::NotDocument)?;
    let common = package.tree("styles.xml")?.unwrap_or_default();
    let body = content.child("body").and_then(|body| body.child("text"));
    let body = body.ok_or(DocumentFlaw::NotDocument)?;
    let mut reader = OdtReader {
        package,
        styles: Styles::of(&content, &common),
        lists: Lists::of(&content, &common),
        document: Document::default(),
        changes: 0,
        comments: 0,
        boxes: Vec::new(),
        is_in_margin: false,
    };
    let mut blocks = reader.blocks(body)?;
    let master = reader.styles.master(body);
    // Headers have automatic styles of their own.
    reader.styles = Styles::of(&common, &common);
    reader.is_in_margin = true;
    let mut footer = Vec::new();
    if let Some(page) = page(&common, &master) {
        let head = page.child("header-first").or(page.child("header"));
        let head = head.map(|head| reader.blocks(head)).transpose()?.unwrap_or_default();
        if says_something(&head) {
            blocks.splice(0..0, head);
        }
        let foot = page.child("footer-first").or(page.child("footer"));
        footer = foot.map(|foot| reader.blocks(foot)).transpose()?.unwrap_or_default();
    }
    let OdtReader { mut document, changes, comments, .. } = reader;
    if changes > 0 {
        document.remark(DocumentFault::ChangesAccepted { changes });
    }
    if comments > 0 {
        document.remark(DocumentFault::CommentsLeftOut { comments });
    }
    document.blocks = blocks;
    document.push_footer(footer);
    Ok(document)
}

/// The page style of a name.
fn page<'a>(common: &'a Element, name: &str) -> Option<&'a Element> {
    let pages = common.child("master-styles")?;
    let is_it = |page: &&Element| page.attribute("name") == Some(name);
    pages.children().filter(|child| child.name == "master-page").find(is_it)
}

/// The state of reading.
struct OdtReader<'a> {
    package: &'a mut Package,
    styles: Styles,
    lists: Lists,
    document: Document,
    changes: u64,
    comments: u64,
    /// What the text boxes of the paragraph under way hold.
    boxes: Vec<Block>,
    /// Whether what is read stands above or below each page, where nobody misses its number.
    is_in_margin: bool,
}

impl OdtReader<'_> {
    /// The blocks directly in an element, and in those that only wrap them.
    fn blocks(&mut self, parent: &Element) -> Result<Vec<Block>, DocumentFlaw> {
        let mut blocks = Vec::new();
        self.push_blocks(parent, &mut blocks)?;
        Ok(blocks)
    }

    fn push_blocks(
        &mut self,
        parent: &Element,
        blocks: &mut Vec<Block>,
    ) -> Result<(), DocumentFlaw> {
        for child in parent.children() {
            match child.name.as_str() {
                "p" | "h" => self.push_paragraph(child, None, blocks)?,
                "list" => {
                    let style = child.attribute("style-name").unwrap_or_default();
                    self.lists.begin(child);
                    self.push_list(child, style, 0, blocks)?;
                }
                "table" => {
                    let table = self.table(child)?;
                    blocks.push(Block::Table(table));
                }
                "section" | "index-body" | "table-of-content" | "numbered-paragraph" => {
                    self.push_blocks(child, blocks)?;
                }
                // What was deleted lies here, and what was inserted in the text.
                "tracked-changes" => {
                    let regions = child.children().filter(|it| it.name == "changed-region");
                    self.changes += regions.count() as u64;
                }
                "frame" | "custom-shape" | "rect" | "g" => {
                    let mut runs = Vec::new();
                    self.push_drawing(child, &mut runs)?;
                    if !runs.is_empty() {
                        blocks.push(Block::Paragraph(Paragraph { runs, ..Paragraph::default() }));
                    }
                    blocks.append(&mut self.boxes);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn push_list(
        &mut self,
        list: &Element,
        style: &str,
        level: usize,
        blocks: &mut Vec<Block>,
    ) -> Result<(), DocumentFlaw> {
        let style = list.attribute("style-name").unwrap_or(style);
        for item in list.children() {
            let mut is_labelled = item.name != "list-item";
            for child in item.children() {
                match child.name.as_str() {
                    "p" | "h" => {
                        let label = if is_labelled || child.whole_text().trim().is_empty() {
                            None
                        } else {
                            self.lists.next(style, level, item)
                        };
                        is_labelled |= label.is_some();
                        self.push_paragraph(child, label, blocks)?;
                    }
                    "list" => self.push_list(child, style, level + 1, blocks)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn push_paragraph(
        &mut self,
        element: &Element,
        label: Option<Label>,
        blocks: &mut Vec<Block>,
    ) -> Result<(), DocumentFlaw> {
        let style = element.attribute("style-name").unwrap_or_default();
        let (lines, letters) = (self.styles.lines(style), self.styles.letters(style));
        let mut runs = Vec::new();
        self.push_runs(element, letters, &mut runs)?;
        let align = match lines.align.as_deref() {
            Some("center") => Align::Centre,
            Some("end" | "right") => Align::Right,
            Some(_) | None => Align::Left,
        };
        let is_indented_far = align == Align::Left && lines.indent.is_some_and(|it| it >= FAR);
        let level = element.attribute("outline-level").and_then(|it| it.parse::<u8>().ok());
        let heading = level.filter(|level| element.name == "h" && (1..=6).contains(level));
        let mut paragraph = Paragraph { align, is_indented_far, heading, label, runs };
        paragraph.join();
        blocks.push(Block::Paragraph(paragraph));
        blocks.append(&mut self.boxes);
        Ok(())
    }

    /// Reads what a paragraph, or an element that only wraps text, holds.
    fn push_runs(
        &mut self,
        parent: &Element,
        letters: Letters,
        into: &mut Vec<Run>,
    ) -> Result<(), DocumentFlaw> {
        for node in &parent.content {
            let child = match node {
                Node::Text(text) => {
                    self.push_text(text, letters, into);
                    continue;
                }
                Node::Element(child) => child,
            };
            match child.name.as_str() {
                "span" => {
                    let style = child.attribute("style-name").unwrap_or_default();
                    let own = letters.overlaid(self.styles.letters(style));
                    self.push_runs(child, own, into)?;
                }
                "s" => {
                    let count = child.attribute("c").and_then(|it| it.parse().ok()).unwrap_or(1);
                    into.push(Run::Text(" ".repeat(count.min(MOST_SPACES)), letters.style()));
                }
                "tab" => into.push(Run::Tab),
                "line-break" => into.push(Run::Break),
                "a" => {
                    let mut runs = Vec::new();
                    self.push_runs(child, letters, &mut runs)?;
                    match child.attribute("href") {
                        Some(to) if !to.is_empty() && !to.starts_with('#') => {
                            // What a link looks like is the mail program's.
                            into.push(Run::Link { to: to.to_owned(), runs: without_style(runs) });
                        }
                        Some(_) | None => into.append(&mut runs),
                    }
                }
                "note" => {
                    let body = child.child("note-body");
                    let blocks = body.map(|body| self.blocks(body)).transpose()?;
                    if self.document.notes.len() < 1000 {
                        self.document.notes.push(blocks.unwrap_or_default());
                        into.push(Run::Note(self.document.notes.len() - 1));
                    }
                }
                "database-display" => {
                    let name = child.attribute("column-name").unwrap_or_default().to_owned();
                    into.push(Run::Field(Field::Column(name), letters.style()));
                }
                "annotation" => self.comments += 1,
                "page-number" | "page-count" if self.is_in_margin => {}
                "frame" | "custom-shape" | "rect" | "g" => self.push_drawing(child, into)?,
                "ruby" => {
                    if let Some(base) = child.child("ruby-base") {
                        self.push_runs(base, letters, into)?;
                    }
                }
                "meta" | "meta-field" | "text-input" | "bookmark-ref" | "reference-ref" => {
                    self.push_runs(child, letters, into)?;
                }
                _ => {
                    let shown = child.whole_text();
                    if !shown.trim().is_empty() {
                        // A field: what it showed last.
                        let (code, result) = (child.name.clone(), shown);
                        self.document.remark(DocumentFault::FieldAsText { code, result });
                        self.push_runs(child, letters, into)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn push_text(&mut self, text: &str, letters: Letters, into: &mut Vec<Run>) {
        // Spaces and line ends of the file are one space (6.1.2).
        let mut kept = String::with_capacity(text.len());
        for c in text.chars() {
            let is_space = matches!(c, ' ' | '\t' | '\n' | '\r');
            if !(is_space && kept.ends_with(' ')) {
                kept.push(if is_space { ' ' } else { c });
            }
        }
        if letters.hidden == Some(true) {
            let text = kept.chars().take(120).collect();
            self.document.remark(DocumentFault::HiddenLeftOut { text });
            return;
        }
        let kept = letters.written(&kept);
        into.push(Run::Text(kept, letters.style()));
    }

    /// A picture, or the text of a text box.
    fn push_drawing(&mut self, frame: &Element, into: &mut Vec<Run>) -> Result<(), DocumentFlaw> {
        let object = frame.child("object").or(frame.child("object-ole"));
        let text = frame.child("text-box").or((frame.name != "frame").then_some(frame));
        if let Some(text) = text {
            let outer = std::mem::take(&mut self.boxes);
            let blocks = self.blocks(text)?;
            let inner = std::mem::replace(&mut self.boxes, outer);
            self.boxes.extend(blocks.into_iter().chain(inner));
            return Ok(());
        }
        if object.is_some() {
            let kind = frame.attribute("name").unwrap_or("object").to_owned();
            self.document.remark(DocumentFault::ObjectLeftOut { kind });
            return Ok(());
        }
        let hrefs: Vec<&str> = frame
            .children()
            .filter(|child| child.name == "image")
            .filter_map(|image| image.attribute("href"))
            .collect();
        let Some(first) = hrefs.first() else { return Ok(()) };
        let description = frame.child("desc").map(Element::text).unwrap_or_default();
        let pixels = |width: f64| (width * 96.0 / 72.0).round();
        let width = frame.attribute("width").and_then(points).map(pixels);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
        let width = width.filter(|it| (1.0..10_000.0).contains(it)).map(|it| it as u32);
        // A drawing has a picture in each of several formats.
        for href in &hrefs {
            let Some(bytes) = self.package.bytes(href.trim_start_matches("./"))? else { continue };
            let ending = href.rsplit('.').next().unwrap_or_default();
            let name = format!("image{}.{ending}", self.document.pictures.len() + 1);
            if let Some(run) = self.document.take_picture(&name, bytes, &description, width) {
                into.push(run);
                return Ok(());
            }
        }
        let name = first.rsplit('/').next().unwrap_or(first).to_owned();
        self.document.remark(DocumentFault::PictureLeftOut { name });
        Ok(())
    }

    fn table(&mut self, table: &Element) -> Result<Table, DocumentFlaw> {
        let mut read = Table::default();
        self.push_rows(table, &mut read)?;
        let columns = read.rows.iter().map(Vec::len).max().unwrap_or(0);
        for row in &mut read.rows {
            row.resize(columns, Cell::default());
        }
        Ok(read)
    }

    fn push_rows(&mut self, parent: &Element, table: &mut Table) -> Result<(), DocumentFlaw> {
        for child in parent.children() {
            match child.name.as_str() {
                "table-header-rows" | "table-rows" | "table-row-group" => {
                    self.push_rows(child, table)?;
                }
                "table-row" => {
                    let mut row = Vec::new();
                    // Covered cells to come that continue the one at their left.
                    let mut beside = 0;
                    for cell in child.children() {
                        let is_covered = cell.name == "covered-table-cell";
                        if cell.name != "table-cell" && !is_covered {
                            continue;
                        }
                        let style = cell.attribute("style-name").unwrap_or_default();
                        table.has_lines |= self.styles.has_border(style);
                        let number = |name| cell.attribute(name)?.parse::<usize>().ok();
                        let blocks = if is_covered { Vec::new() } else { flat(self.blocks(cell)?) };
                        if !is_covered {
                            beside =
                                number("number-columns-spanned").unwrap_or(1).saturating_sub(1);
                        }
                        let times = number("number-columns-repeated")
                            .filter(|_| cell.whole_text().len() < MOST_REPEATED)
                            .unwrap_or(1);
                        for _ in 0..times.clamp(1, MOST_COLUMNS - row.len().min(MOST_COLUMNS - 1)) {
                            let join = match is_covered {
                                false => None,
                                true if beside > 0 => Some(Join::Left),
                                true => Some(Join::Up),
                            };
                            beside = beside.saturating_sub(usize::from(is_covered));
                            row.push(Cell { blocks: blocks.clone(), join });
                        }
                    }
                    table.rows.push(row);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn without_style(runs: Vec<Run>) -> Vec<Run> {
    let plain = |run| match run {
        Run::Text(text, style) => {
            Run::Text(text, super::model::Style { underline: false, ..style })
        }
        other => other,
    };
    runs.into_iter().map(plain).collect()
}
