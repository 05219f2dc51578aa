//! Turns Typst's diagnostics into problems of the letterhead, and finds missing glyphs.

use std::collections::BTreeSet;

use typst::WorldExt as _;
use typst::diag::SourceDiagnostic;
use typst::foundations::Bytes;
use typst::layout::{Frame, FrameItem};
use typst::syntax::DiagSpan;
use typst_layout::PagedDocument;

use super::letterhead::{LetterWorld, Letterhead, NOT_FOUND};
use crate::problem::{LetterFault, Place, Problem, nearest};

/// The names that `gonets.typ` gives to a letterhead.
const NAMES: [&str; 22] = [
    "letter",
    "addressee",
    "recipient",
    "salutation",
    "row",
    "values",
    "sender",
    "language",
    "logo",
    "signature",
    "electronic-signature",
    "registration",
    "face",
    "size",
    "whole",
    "opening",
    "subject-heading",
    "salutation-line",
    "body",
    "closing",
    "mark",
    "blocks",
];

impl Letterhead {
    /// Turns an error or warning into a problem.
    pub(super) fn problem(&self, said: &SourceDiagnostic) -> Problem {
        let mut own = std::iter::once(said.span)
            .chain(said.trace.iter().map(|point| DiagSpan::from(point.span)));
        let place = own.find_map(|span| self.place(span));
        let place = place.unwrap_or_else(|| Place::file(self.name.as_str()));
        let message = said.message.as_str();
        let quoted = || message.split_once(": ").map(|(_, name)| name.trim().to_owned());
        let fault = if let Some(rest) = message.strip_prefix("file not found (searched at ") {
            let name = rest.trim_end_matches(')').trim_start_matches('/').to_owned();
            LetterFault::Attachment { name, cause: NOT_FOUND }
        } else if let (true, Some(name)) = (message.starts_with("unknown variable"), quoted()) {
            LetterFault::VariableUnknown { nearest: nearest(&name, NAMES), name }
        } else if message.starts_with("failed to decode image") {
            LetterFault::PictureUnreadable
        } else {
            let hint = said.hints.first().map(|hint| hint.v.to_string());
            LetterFault::Typst { detail: message.replace('\n', ", "), hint }
        };
        Problem::error(place, fault)
    }

    /// The place in a file of the campaign; `None` for our own files, which a user cannot fix.
    fn place(&self, span: DiagSpan) -> Option<Place> {
        let file = span.id()?;
        let path = file.get().vpath();
        let shown = path.get_without_slash();
        if shown.starts_with("gonets") {
            return None;
        }
        let range = LetterWorld { letterhead: self, letter: Bytes::new([]) }.range(span)?;
        let text = self.sources.get(&file)?.text();
        let name = if path.get_with_slash() == self.path { self.name.as_str() } else { shown };
        Some(Place::of_byte(name, text, range.start))
    }
}

/// The characters for which no font has a glyph, each once.
pub(super) fn missing_glyphs(document: &PagedDocument) -> String {
    let mut missing = BTreeSet::new();
    for page in document.pages() {
        look(&page.frame, &mut missing);
    }
    missing
        .into_iter()
        .map(|c| format!("{c} (U+{:04X})", u32::from(c)))
        .collect::<Vec<_>>()
        .join(", ")
}

fn look(frame: &Frame, missing: &mut BTreeSet<char>) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => look(&group.frame, missing),
            FrameItem::Text(text) => {
                for glyph in text.glyphs.iter().filter(|glyph| glyph.id == 0) {
                    missing.extend(text.text.get(glyph.range()).into_iter().flat_map(str::chars));
                }
            }
            FrameItem::Shape(..)
            | FrameItem::Image(..)
            | FrameItem::Link(..)
            | FrameItem::Tag(_) => {}
        }
    }
}
