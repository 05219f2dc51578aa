//! Word's fields (ECMA-376, 17.16): instructions and, between their marks, what they last showed.

use std::collections::HashSet;

use super::super::model::{Field, Run, Style, plain};
use super::super::xml::{Element, Node};
use super::{DocxReader, chosen_name};
use crate::problem::DocumentFault;

/// A field that has begun.
#[derive(Debug, Default)]
pub(super) struct OpenField {
    code: String,
    is_in_result: bool,
    result: Vec<Run>,
    style: Option<Style>,
    /// Whether another field's code holds this one.
    holds_others: bool,
}

impl DocxReader<'_> {
    pub(super) fn field_begins(&mut self) {
        if self.fields.len() < 50 {
            self.fields.push(OpenField::default());
        }
    }

    pub(super) fn field_separates(&mut self) {
        if let Some(field) = self.fields.last_mut() {
            field.is_in_result = true;
        }
    }

    pub(super) fn field_code(&mut self, text: &str, style: Style) {
        if let Some(field) = self.fields.last_mut()
            && !field.is_in_result
        {
            field.code.push_str(text);
            field.style = field.style.or(Some(style));
        }
    }

    /// Puts a run where it belongs: into the text, or into the field under way.
    pub(super) fn place(&mut self, run: Run, into: &mut Vec<Run>) {
        match self.fields.last_mut() {
            None => into.push(run),
            Some(field) if field.is_in_result => field.result.push(run),
            // Text between nested fields of a condition.
            Some(field) => field.code.push_str(&plain(&[run])),
        }
    }

    pub(super) fn field_ends(&mut self, into: &mut Vec<Run>) {
        let Some(field) = self.fields.pop() else { return };
        let is_in_code = self.fields.last().is_some_and(|outer| !outer.is_in_result);
        if is_in_code {
            if let Some(outer) = self.fields.last_mut() {
                outer.code.push_str(&format!("{{{}}}", field.code.trim()));
                outer.holds_others = true;
            }
            return;
        }
        for run in self.meant(field) {
            self.place(run, into);
        }
    }

    /// A field that is written in one element.
    pub(super) fn simple_field(&mut self, code: &str, result: Vec<Run>, into: &mut Vec<Run>) {
        let style = result.iter().find_map(|run| match run {
            Run::Text(_, style) => Some(*style),
            _ => None,
        });
        let field = OpenField { code: code.to_owned(), result, style, ..OpenField::default() };
        for run in self.meant(field) {
            self.place(run, into);
        }
    }

    fn meant(&mut self, field: OpenField) -> Vec<Run> {
        let OpenField { code, mut result, style, holds_others, .. } = field;
        let words = words(&code);
        let shown = result.iter().find_map(|run| match run {
            Run::Text(_, style) => Some(*style),
            _ => None,
        });
        let style = shown.or(style).unwrap_or_default();
        let name = words.first().map(|word| word.to_uppercase()).unwrap_or_default();
        let argument = words.get(1).cloned();
        match (name.as_str(), argument) {
            ("MERGEFIELD", Some(column)) => {
                // What stands before and after only where the value is not empty.
                let switches = ["\\b", "\\f"];
                if words.iter().any(|word| switches.contains(&word.to_lowercase().as_str())) {
                    self.stays(&code, &result);
                }
                vec![Run::Field(Field::Column(column), style)]
            }
            ("ADDRESSBLOCK", _) => vec![Run::Field(Field::AddressBlock, style)],
            ("GREETINGLINE", _) => vec![Run::Field(Field::GreetingLine, style)],
            ("HYPERLINK", Some(to)) if !to.starts_with('\\') => {
                vec![Run::Link { to, runs: result }]
            }
            // Page numbers mean nothing in a mail; a bookmark's text stays as it is.
            ("PAGE" | "NUMPAGES" | "SECTIONPAGES", _) => {
                if !self.is_in_margin {
                    self.stays(&code, &[]);
                }
                Vec::new()
            }
            ("HYPERLINK" | "REF" | "SEQ" | "TOC" | "PAGEREF" | "NOTEREF" | "LISTNUM", _) => result,
            ("SYMBOL" | "FORMTEXT" | "FORMCHECKBOX" | "FORMDROPDOWN", _) => result,
            ("EMBED" | "LINK" | "INCLUDEPICTURE" | "SHAPE", _) => result,
            // Dates that move, conditions, counters of records.
            _ => {
                self.stays(&code, &result);
                if holds_others && plain(&result).trim().is_empty() {
                    result.clear();
                }
                result
            }
        }
    }

    /// What a field showed so far belongs to the paragraph that it stands in, although the field
    /// goes on in the next.
    pub(super) fn paragraph_ends(&mut self, into: &mut Vec<Run>) {
        if self.fields.iter().all(|field| field.is_in_result) {
            self.fields.iter_mut().for_each(|field| into.append(&mut field.result));
        }
    }

    /// Tells of fields whose end is missing.
    pub(super) fn unfinished(&mut self, codes: &[String]) {
        codes.iter().for_each(|code| self.stays(code, &[]));
    }

    fn stays(&mut self, code: &str, result: &[Run]) {
        let shorten = |text: &str| text.trim().chars().take(120).collect::<String>();
        let code = shorten(code);
        if !code.is_empty() {
            let result = shorten(&plain(result));
            self.document.remark(DocumentFault::FieldAsText { code, result });
        }
    }
}

/// Takes out the beginnings of fields that nothing ends: such a field would take in all text that
/// follows. Returns their instructions.
pub(super) fn take_unfinished(part: &mut Element) -> Vec<String> {
    // By their number among the beginnings of the part.
    let mut open: Vec<(usize, String)> = Vec::new();
    let mut count = 0;
    for_each_mark(part, &mut |element| match element.attribute("fldCharType") {
        Some("begin") => {
            open.push((count, String::new()));
            count += 1;
        }
        Some("end") => drop(open.pop()),
        Some(_) => {}
        None => {
            if let Some((_, code)) = open.last_mut() {
                code.push_str(&element.text());
            }
        }
    });
    let unfinished: HashSet<usize> = open.iter().map(|(number, _)| *number).collect();
    let mut at = 0;
    for_each_mark(part, &mut |element| {
        if element.attribute("fldCharType") == Some("begin") {
            if unfinished.contains(&at) {
                element.name.clear();
            }
            at += 1;
        }
    });
    open.into_iter().map(|(_, code)| code).collect()
}

/// The marks and instructions of fields, in the order in which they are read.
fn for_each_mark(parent: &mut Element, each: &mut dyn FnMut(&mut Element)) {
    let chosen = chosen_name(parent);
    for node in &mut parent.content {
        let Node::Element(child) = node else { continue };
        match child.name.as_str() {
            "fldChar" | "instrText" => each(child),
            "del" | "moveFrom" => {}
            name if chosen.is_some_and(|chosen| name != chosen) => {}
            _ => for_each_mark(child, each),
        }
    }
}

/// The words of an instruction; quotes hold one together.
fn words(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut is_quoted = false;
    for c in code.chars() {
        match c {
            '"' | '\u{201c}' | '\u{201d}' => {
                if is_quoted || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                is_quoted = !is_quoted;
            }
            c if c.is_whitespace() && !is_quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(
            words(" MERGEFIELD  \"Эл. почта\" \\* Upper "),
            ["MERGEFIELD", "Эл. почта", "\\*", "Upper"]
        );
        assert_eq!(words("MERGEFIELD Имя"), ["MERGEFIELD", "Имя"]);
    }
}
