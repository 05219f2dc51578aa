//! Reads .docx (ECMA-376): the text as Word shows it with all changes accepted.

mod fields;
mod runs;
mod tables;

use std::collections::HashMap;

use super::model::{Align, Block, Document, Paragraph, Run, plain, says_something};
use super::numbering::Numbering;
use super::package::{Package, Target, Targets};
use super::styles::Styles;
use super::xml::Element;
use crate::problem::{DocumentFault, DocumentFlaw};
use fields::OpenField;

/// A paragraph that begins so far right, in twentieths of a point (7 cm), is a block at the right.
const FAR: i64 = 3969;

/// Reads a document.
pub(super) fn read(package: &mut Package) -> Result<Document, DocumentFlaw> {
    let main = package.targets("")?.part("officeDocument").map(str::to_owned);
    let main = main.unwrap_or_else(|| "word/document.xml".to_owned());
    let mut tree = package.tree(&main)?.ok_or(DocumentFlaw::NotDocument)?;
    if tree.name != "document" {
        return Err(DocumentFlaw::NotDocument);
    }
    let targets = package.targets(&main)?;
    let mut unfinished = fields::take_unfinished(&mut tree);
    let mut part = |kind: &str| match targets.part(kind) {
        Some(name) => package.tree(name),
        None => Ok(None),
    };
    let styles = Styles::of(part("styles")?.as_ref());
    let numbering = Numbering::of(part("numbering")?.as_ref());
    let mut notes = |kind: &str, name: &str| -> Result<_, DocumentFlaw> {
        let mut part = part(kind)?;
        part.as_mut().into_iter().for_each(|it| unfinished.extend(fields::take_unfinished(it)));
        Ok(notes_of(part, name))
    };
    let footnotes = notes("footnotes", "footnote")?;
    let endnotes = notes("endnotes", "endnote")?;
    let notes_at = [("footnotes", &footnotes), ("endnotes", &endnotes)];
    let mut of_notes = HashMap::new();
    for (kind, _) in notes_at {
        if let Some(name) = targets.part(kind) {
            of_notes.insert(kind, package.targets(name)?);
        }
    }
    let mut reader = DocxReader {
        package,
        styles,
        numbering,
        targets,
        document: Document::default(),
        fields: Vec::new(),
        is_in_margin: false,
        asked: Vec::new(),
        changes: 0,
        comments: 0,
        boxes: Vec::new(),
    };
    reader.unfinished(&unfinished);
    let body = tree.child("body").ok_or(DocumentFlaw::Broken)?;
    let head = reader.letterhead(body)?;
    let mut blocks = reader.blocks(body)?;
    if !head.is_empty() {
        blocks.splice(0..0, head);
    }
    // Notes that notes refer to do not exist.
    for (kind, id) in std::mem::take(&mut reader.asked) {
        let (of, kind) = match kind {
            NoteKind::Foot => (&footnotes, "footnotes"),
            NoteKind::End => (&endnotes, "endnotes"),
        };
        let outer = of_notes.remove(kind).map(|own| std::mem::replace(&mut reader.targets, own));
        let blocks = of.get(&id).map(|note| reader.blocks(note)).transpose()?;
        if let Some(outer) = outer {
            of_notes.insert(kind, std::mem::replace(&mut reader.targets, outer));
        }
        reader.document.notes.push(blocks.unwrap_or_default());
    }
    let footer = reader.footer(body)?;
    let DocxReader { mut document, changes, comments, .. } = reader;
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

fn notes_of(part: Option<Element>, name: &str) -> HashMap<String, Element> {
    let Some(part) = part else { return HashMap::new() };
    let mut notes = HashMap::new();
    for node in part.content {
        if let super::xml::Node::Element(note) = node
            && note.name == name
            && let Some(id) = note.attribute("id").map(str::to_owned)
        {
            notes.insert(id, note);
        }
    }
    notes
}

#[derive(Debug, Clone, Copy)]
enum NoteKind {
    Foot,
    End,
}

/// The state of reading.
struct DocxReader<'a> {
    package: &'a mut Package,
    styles: Styles,
    numbering: Numbering,
    /// Of the part that is being read.
    targets: Targets,
    document: Document,
    /// Fields that have begun and not ended; they may lie in one another and span paragraphs.
    fields: Vec<OpenField>,
    /// Whether what is read stands above or below each page, where nobody misses its number.
    is_in_margin: bool,
    /// The notes referred to so far, in order.
    asked: Vec<(NoteKind, String)>,
    changes: u64,
    comments: u64,
    /// What the text boxes of the paragraph under way hold.
    boxes: Vec<Block>,
}

impl DocxReader<'_> {
    /// The blocks directly in an element, and in those that only wrap them.
    fn blocks(&mut self, parent: &Element) -> Result<Vec<Block>, DocumentFlaw> {
        let mut blocks = Vec::new();
        let mut joins = None;
        self.push_blocks(parent, &mut blocks, &mut joins)?;
        if let Some(open) = joins.take() {
            blocks.push(Block::Paragraph(open));
        }
        Ok(blocks)
    }

    /// `joins` is a paragraph whose end was deleted, so that the next continues it.
    fn push_blocks(
        &mut self,
        parent: &Element,
        blocks: &mut Vec<Block>,
        joins: &mut Option<Paragraph>,
    ) -> Result<(), DocumentFlaw> {
        for child in parent.children() {
            match child.name.as_str() {
                "p" => {
                    let mut paragraph = self.paragraph(child)?;
                    if let Some(before) = joins.take() {
                        let runs = before.runs.into_iter().chain(paragraph.runs);
                        paragraph = Paragraph { runs: runs.collect(), ..before };
                    }
                    let mark = child.child("pPr").and_then(|it| it.child("rPr"));
                    if mark.is_some_and(|mark| mark.child("del").is_some()) {
                        self.changes += 1;
                        *joins = Some(paragraph);
                    } else {
                        paragraph.join();
                        blocks.push(Block::Paragraph(paragraph));
                    }
                    blocks.append(&mut self.boxes);
                }
                "tbl" => blocks.push(Block::Table(self.table(child)?)),
                "sdt" => {
                    if let Some(content) = child.child("sdtContent") {
                        self.push_blocks(content, blocks, joins)?;
                    }
                }
                "ins" | "moveTo" => {
                    self.changes += 1;
                    self.push_blocks(child, blocks, joins)?;
                }
                "del" | "moveFrom" => self.changes += 1,
                "AlternateContent" => {
                    if let Some(chosen) = chosen(child) {
                        self.push_blocks(chosen, blocks, joins)?;
                    }
                }
                "customXml" | "smartTag" => self.push_blocks(child, blocks, joins)?,
                "altChunk" => {
                    self.document
                        .remark(DocumentFault::ObjectLeftOut { kind: "altChunk".to_owned() });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, element: &Element) -> Result<Paragraph, DocumentFlaw> {
        let properties = element.child("pPr");
        let lines = self.styles.lines(properties);
        let style = properties.and_then(|it| it.value("pStyle")).map(str::to_owned);
        let mut runs = Vec::new();
        self.push_runs(element, style.as_deref(), &mut runs)?;
        self.paragraph_ends(&mut runs);
        let label = match &lines.numbering {
            // A list numbered 0 is none. An empty paragraph shows its number too, but in a letter
            // it is a slip.
            Some((list, level)) if list != "0" && !plain(&runs).trim().is_empty() => {
                self.numbering.next(list, level.unwrap_or(0))
            }
            Some(_) | None => None,
        };
        let align = match lines.align.as_deref() {
            Some("center") => Align::Centre,
            Some("right" | "end") => Align::Right,
            Some(_) | None => Align::Left,
        };
        let is_indented_far = align == Align::Left && lines.indent.is_some_and(|it| it >= FAR);
        let heading = lines.outline.filter(|level| *level < 6).map(|level| level + 1);
        Ok(Paragraph { align, is_indented_far, heading, label, runs })
    }

    /// The letterhead above the first page, if it holds more than a page number.
    fn letterhead(&mut self, body: &Element) -> Result<Vec<Block>, DocumentFlaw> {
        let Some(name) = self.of_first_page(body, "headerReference") else {
            return Ok(Vec::new());
        };
        let blocks = self.blocks_of_part(&name)?;
        Ok(if says_something(&blocks) { blocks } else { Vec::new() })
    }

    fn footer(&mut self, body: &Element) -> Result<Vec<Block>, DocumentFlaw> {
        match self.of_first_page(body, "footerReference") {
            Some(name) => self.blocks_of_part(&name),
            None => Ok(Vec::new()),
        }
    }

    /// The part that the first page shows above or below.
    fn of_first_page(&self, body: &Element, kind: &str) -> Option<String> {
        let sections: Vec<&Element> = sections(body);
        let first = sections.first()?;
        let wanted = if first.child("titlePg").is_some() { "first" } else { "default" };
        let reference = first
            .children()
            .find(|child| child.name == kind && child.attribute("type") == Some(wanted))?;
        match self.targets.by_id.get(reference.attribute("id")?)? {
            Target::Part(name) => Some(name.clone()),
            Target::Outside(_) => None,
        }
    }

    fn blocks_of_part(&mut self, name: &str) -> Result<Vec<Block>, DocumentFlaw> {
        let Some(mut tree) = self.package.tree(name)? else { return Ok(Vec::new()) };
        let unfinished = fields::take_unfinished(&mut tree);
        self.unfinished(&unfinished);
        let own = self.package.targets(name)?;
        let outer = std::mem::replace(&mut self.targets, own);
        self.is_in_margin = true;
        let blocks = self.blocks(&tree);
        self.is_in_margin = false;
        self.targets = outer;
        self.fields.clear();
        blocks
    }

    /// Takes in the picture with an identifier; `None` if it is not one that mail programs show.
    fn picture(
        &mut self,
        id: &str,
        description: &str,
        width: Option<u32>,
    ) -> Result<Option<Run>, DocumentFlaw> {
        let left_out = |name: &str| DocumentFault::PictureLeftOut { name: name.to_owned() };
        let name = match self.targets.by_id.get(id) {
            Some(Target::Part(name)) => name.clone(),
            Some(Target::Outside(address)) => {
                self.document.remark(left_out(address));
                return Ok(None);
            }
            None => return Ok(None),
        };
        let Some(bytes) = self.package.bytes(&name)? else { return Ok(None) };
        let shown = name.rsplit('/').next().unwrap_or(&name).to_owned();
        let run = self.document.take_picture(&shown, bytes, description, width);
        if run.is_none() {
            self.document.remark(left_out(&shown));
        }
        Ok(run)
    }
}

/// The properties of the sections, first to last.
fn sections(body: &Element) -> Vec<&Element> {
    let of_paragraphs = body
        .children()
        .filter(|child| child.name == "p")
        .filter_map(|child| child.child("pPr")?.child("sectPr"));
    of_paragraphs.chain(body.child("sectPr")).collect()
}

/// What of a choice between ways to say the same is read.
fn chosen(element: &Element) -> Option<&Element> {
    element.child(chosen_name(element)?)
}

fn chosen_name(element: &Element) -> Option<&'static str> {
    let is_choice = element.name == "AlternateContent";
    is_choice.then(|| if element.child("Choice").is_some() { "Choice" } else { "Fallback" })
}
