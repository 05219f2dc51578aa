//! Runs: the text of a paragraph and what stands in it.

use super::super::model::{Run, Style, moved};
use super::super::package::Target;
use super::super::xml::{Element, Node};
use super::{DocxReader, NoteKind, chosen};
use crate::problem::{DocumentFault, DocumentFlaw};

/// EMU in a pixel of 1/96 inch.
const EMU: u64 = 9525;

impl DocxReader<'_> {
    /// Reads what a paragraph, or an element that only wraps runs, holds. `style` is the
    /// paragraph's.
    pub(super) fn push_runs(
        &mut self,
        parent: &Element,
        style: Option<&str>,
        into: &mut Vec<Run>,
    ) -> Result<(), DocumentFlaw> {
        for child in parent.children() {
            match child.name.as_str() {
                "r" => self.push_run(child, style, into)?,
                "hyperlink" => self.push_link(child, style, into)?,
                "fldSimple" => {
                    let mut result = Vec::new();
                    let outer = std::mem::take(&mut self.fields);
                    let read = self.push_runs(child, style, &mut result);
                    self.fields = outer;
                    read?;
                    self.simple_field(child.attribute("instr").unwrap_or_default(), result, into);
                }
                "ins" | "moveTo" => {
                    self.changes += 1;
                    self.push_runs(child, style, into)?;
                }
                "del" | "moveFrom" => self.changes += 1,
                "sdt" => {
                    if let Some(content) = child.child("sdtContent") {
                        self.push_runs(content, style, into)?;
                    }
                }
                "AlternateContent" => {
                    if let Some(chosen) = chosen(child) {
                        self.push_runs(chosen, style, into)?;
                    }
                }
                "smartTag" | "customXml" | "dir" | "bdo" | "ruby" | "rubyBase" => {
                    self.push_runs(child, style, into)?;
                }
                "oMath" | "oMathPara" => {
                    let text = math(child);
                    self.place(Run::Text(text, Style::default()), into);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn push_link(
        &mut self,
        link: &Element,
        style: Option<&str>,
        into: &mut Vec<Run>,
    ) -> Result<(), DocumentFlaw> {
        let mut runs = Vec::new();
        self.push_runs(link, style, &mut runs)?;
        let target = link.attribute("id").and_then(|id| self.targets.by_id.get(id));
        match target {
            Some(Target::Outside(to)) => {
                // Word underlines every link; mail programs do it themselves.
                for run in &mut runs {
                    if let Run::Text(_, style) = run {
                        style.underline = false;
                    }
                }
                into.push(Run::Link { to: to.clone(), runs });
            }
            // A link within the document.
            Some(Target::Part(_)) | None => into.append(&mut runs),
        }
        Ok(())
    }

    fn push_run(
        &mut self,
        run: &Element,
        paragraph: Option<&str>,
        into: &mut Vec<Run>,
    ) -> Result<(), DocumentFlaw> {
        let properties = run.child("rPr");
        let letters = self.styles.letters(properties, paragraph);
        let style = Style {
            bold: letters.bold.unwrap_or(false),
            italic: letters.italic.unwrap_or(false),
            underline: letters.underline.unwrap_or(false),
            strike: letters.strike.unwrap_or(false),
        };
        let is_hidden = letters.hidden.unwrap_or(false);
        let raised = properties.and_then(|it| it.value("vertAlign")).unwrap_or_default();
        for child in run.children() {
            match child.name.as_str() {
                "t" if is_hidden => {
                    let text = child.text().chars().take(120).collect();
                    self.document.remark(DocumentFault::HiddenLeftOut { text });
                }
                "t" => {
                    let mut text = child.text();
                    if letters.capitals.unwrap_or(false) {
                        text = text.to_uppercase();
                    }
                    if matches!(raised, "superscript" | "subscript") {
                        text = moved(&text, raised);
                    }
                    self.push_text(&text, style, into);
                }
                "tab" | "ptab" => self.place(Run::Tab, into),
                "br" if child.attribute("type") == Some("page") => {}
                "br" | "cr" => self.place(Run::Break, into),
                "noBreakHyphen" => self.place(Run::Text("\u{2011}".to_owned(), style), into),
                "sym" => self.push_symbol(child, style, into),
                "instrText" => self.field_code(&child.text(), style),
                "fldChar" => match child.attribute("fldCharType") {
                    Some("begin") => self.field_begins(),
                    Some("separate") => self.field_separates(),
                    Some("end") => self.field_ends(into),
                    _ => {}
                },
                "footnoteReference" => self.push_note(NoteKind::Foot, child, into),
                "endnoteReference" => self.push_note(NoteKind::End, child, into),
                "commentReference" => self.comments += 1,
                "drawing" | "pict" | "object" => self.push_drawing(child, into)?,
                "AlternateContent" => {
                    for inner in chosen(child).into_iter().flat_map(Element::children) {
                        self.push_drawing(inner, into)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Text; characters of the private plane that a symbol font draws cannot be kept.
    fn push_text(&mut self, text: &str, style: Style, into: &mut Vec<Run>) {
        let is_symbol = |c: char| ('\u{f000}'..='\u{f0ff}').contains(&c);
        let kept: String = if text.contains(is_symbol) {
            let font = "Symbol".to_owned();
            let known = |c: char| if is_symbol(c) { symbol(c as u32 & 0xff) } else { Some(c) };
            if text.chars().any(|c| known(c).is_none()) {
                self.document.remark(DocumentFault::SymbolLeftOut { font });
            }
            text.chars().filter_map(known).collect()
        } else {
            text.to_owned()
        };
        let mut parts = kept.split(['\n', '\u{b}']);
        if let Some(first) = parts.next() {
            self.place(Run::Text(first.to_owned(), style), into);
        }
        for part in parts {
            // A line end in the file is a space.
            self.place(Run::Text(format!(" {part}"), style), into);
        }
    }

    fn push_symbol(&mut self, symbol_element: &Element, style: Style, into: &mut Vec<Run>) {
        let code = symbol_element.attribute("char").and_then(|it| u32::from_str_radix(it, 16).ok());
        if let Some(c) = code.and_then(|code| symbol(code & 0xff)) {
            self.place(Run::Text(c.to_string(), style), into);
        } else {
            let font = symbol_element.attribute("font").unwrap_or("Symbol").to_owned();
            self.document.remark(DocumentFault::SymbolLeftOut { font });
        }
    }

    fn push_note(&mut self, kind: NoteKind, reference: &Element, into: &mut Vec<Run>) {
        let Some(id) = reference.attribute("id") else { return };
        if self.asked.len() < 1000 {
            self.asked.push((kind, id.to_owned()));
            let at = self.asked.len() - 1;
            self.place(Run::Note(at), into);
        }
    }

    /// A picture, or the text of a text box.
    fn push_drawing(&mut self, drawing: &Element, into: &mut Vec<Run>) -> Result<(), DocumentFlaw> {
        if let Some(text) = drawing.find("txbxContent") {
            // Its fields are its own.
            let outer = std::mem::take(&mut self.fields);
            let blocks = self.blocks(text);
            self.fields = outer;
            self.boxes.append(&mut blocks?);
            return Ok(());
        }
        let about = drawing.find("docPr");
        let description = about
            .and_then(|it| it.attribute("descr"))
            .filter(|text| !text.trim().is_empty())
            .unwrap_or_default();
        let width = drawing.find("extent").and_then(|it| it.attribute("cx")?.parse::<u64>().ok());
        let width = width.and_then(|width| u32::try_from(width / EMU).ok()).filter(|it| *it > 0);
        let drawn =
            drawing.find("blip").and_then(|it| it.attribute("embed").or(it.attribute("link")));
        let image = drawing.find("imagedata").and_then(|it| it.attribute("id"));
        if let Some(id) = drawn.or(image) {
            let id = id.to_owned();
            if let Some(run) = self.picture(&id, description, width)? {
                self.place(run, into);
            }
            return Ok(());
        }
        // Lines and frames say nothing.
        if drawing.find("line").is_none() && drawing.find("wsp").is_none() {
            let name = about.and_then(|it| it.attribute("name")).unwrap_or_default();
            let kind = if name.is_empty() { drawing.name.as_str() } else { name };
            self.document.remark(DocumentFault::ObjectLeftOut { kind: kind.to_owned() });
        }
        Ok(())
    }
}

/// The text of a formula, in order.
fn math(element: &Element) -> String {
    let mut text = String::new();
    for node in &element.content {
        if let Node::Element(child) = node {
            if child.name == "t" {
                text.push_str(&child.text());
            } else {
                text.push_str(&math(child));
            }
        }
    }
    text
}

/// Characters of Symbol and Wingdings that letters use, by their code in the font.
fn symbol(code: u32) -> Option<char> {
    Some(match code {
        0xb7 | 0x6c | 0x9f => '•',
        0xa7 | 0x6e => '▪',
        0xfc => '✓',
        0xfb => '✗',
        0xfe => '☑',
        0x6f | 0xa8 => '☐',
        0xd8 | 0xe0 | 0xae => '→',
        0x2a => '✉',
        0x28 => '☎',
        0x2d => '–',
        0xb0 => '°',
        0xb1 => '±',
        0xb3 => '≥',
        0xa3 => '≤',
        0xb4 => '×',
        _ => return None,
    })
}
