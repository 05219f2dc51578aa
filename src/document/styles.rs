//! Styles (ECMA-376, 17.7): what a run or a paragraph looks like where it does not say so itself.

use std::collections::HashMap;

use super::xml::Element;

/// What a style or a run says of its letters; `None` where it says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Letters {
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    pub(super) underline: Option<bool>,
    pub(super) strike: Option<bool>,
    pub(super) capitals: Option<bool>,
    pub(super) hidden: Option<bool>,
}

impl Letters {
    /// Reads `rPr`.
    pub(super) fn of(properties: Option<&Element>) -> Self {
        let Some(properties) = properties else { return Self::default() };
        let switch = |name: &str| {
            let found = properties.child(name)?;
            Some(!matches!(found.attribute("val"), Some("0" | "false" | "off" | "none")))
        };
        Self {
            bold: switch("b"),
            italic: switch("i"),
            underline: switch("u"),
            strike: switch("strike").or_else(|| switch("dstrike")),
            capitals: switch("caps"),
            hidden: switch("vanish"),
        }
    }

    /// What is said here, else what is said below.
    pub(super) fn or(self, below: Self) -> Self {
        Self {
            bold: self.bold.or(below.bold),
            italic: self.italic.or(below.italic),
            underline: self.underline.or(below.underline),
            strike: self.strike.or(below.strike),
            capitals: self.capitals.or(below.capitals),
            hidden: self.hidden.or(below.hidden),
        }
    }
}

/// What a style says of paragraphs.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    pub(super) align: Option<String>,
    /// Left indent in twentieths of a point.
    pub(super) indent: Option<i64>,
    /// The list and the level in it.
    pub(super) numbering: Option<(String, Option<usize>)>,
    /// The level of a heading, 0 for the highest.
    pub(super) outline: Option<u8>,
}

impl Lines {
    /// Reads `pPr`.
    pub(super) fn of(properties: Option<&Element>) -> Self {
        let Some(properties) = properties else { return Self::default() };
        let indent = properties.child("ind");
        let indent =
            indent.and_then(|indent| indent.attribute("left").or(indent.attribute("start")));
        let numbering = properties.child("numPr").and_then(|numbering| {
            let level = numbering.value("ilvl").and_then(|level| level.parse().ok());
            Some((numbering.value("numId")?.to_owned(), level))
        });
        Self {
            align: properties.value("jc").map(str::to_owned),
            indent: indent.and_then(|indent| indent.parse().ok()),
            numbering,
            outline: properties.value("outlineLvl").and_then(|level| level.parse().ok()),
        }
    }

    pub(super) fn or(self, below: &Self) -> Self {
        Self {
            align: self.align.or_else(|| below.align.clone()),
            indent: self.indent.or(below.indent),
            numbering: self.numbering.or_else(|| below.numbering.clone()),
            outline: self.outline.or(below.outline),
        }
    }
}

#[derive(Debug, Default)]
struct Style {
    based_on: Option<String>,
    letters: Letters,
    lines: Lines,
    has_lines_of_table: Option<bool>,
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    /// The paragraphs' style where they name none.
    default: Option<String>,
    defaults: Letters,
}

/// How far a style may be based on others.
const MOST_STEPS: usize = 20;

impl Styles {
    pub(super) fn of(part: Option<&Element>) -> Self {
        let Some(part) = part else { return Self::default() };
        let mut styles = Self::default();
        if let Some(defaults) = part.child("docDefaults").and_then(|it| it.child("rPrDefault")) {
            styles.defaults = Letters::of(defaults.child("rPr"));
        }
        for style in part.children().filter(|child| child.name == "style") {
            let Some(id) = style.attribute("styleId") else { continue };
            let is_default = matches!(style.attribute("default"), Some("1" | "true" | "on"));
            if is_default && style.attribute("type") == Some("paragraph") {
                styles.default = Some(id.to_owned());
            }
            let borders = style.child("tblPr").and_then(|table| table.child("tblBorders"));
            let read = Style {
                based_on: style.value("basedOn").map(str::to_owned),
                letters: Letters::of(style.child("rPr")),
                lines: Lines::of(style.child("pPr")),
                has_lines_of_table: borders.map(has_lines),
            };
            styles.by_id.insert(id.to_owned(), read);
        }
        styles
    }

    fn chain(&self, id: Option<&str>) -> impl Iterator<Item = &Style> {
        let first = id.and_then(|id| self.by_id.get(id));
        let next = |style: &&Style| style.based_on.as_deref().and_then(|id| self.by_id.get(id));
        std::iter::successors(first, next).take(MOST_STEPS)
    }

    fn letters_of(&self, id: Option<&str>) -> Letters {
        self.chain(id).fold(Letters::default(), |above, style| above.or(style.letters))
    }

    /// How a run looks: its own properties, its style, its paragraph's style, the defaults.
    pub(super) fn letters(&self, run: Option<&Element>, paragraph: Option<&str>) -> Letters {
        let own = Letters::of(run);
        let named = self.letters_of(run.and_then(|run| run.value("rStyle")));
        let around = self.letters_of(paragraph.or(self.default.as_deref()));
        own.or(named).or(around).or(self.defaults)
    }

    /// How a paragraph looks: its own properties, then its style.
    pub(super) fn lines(&self, paragraph: Option<&Element>) -> Lines {
        let own = Lines::of(paragraph);
        let id = paragraph.and_then(|it| it.value("pStyle")).or(self.default.as_deref());
        self.chain(id).fold(own, |above, style| above.or(&style.lines))
    }

    /// Whether a table of this style shows lines.
    pub(super) fn has_lines_of_table(&self, id: Option<&str>) -> bool {
        self.chain(id).find_map(|style| style.has_lines_of_table).unwrap_or(false)
    }
}

/// Whether `tblBorders` shows a line between or around cells.
pub(super) fn has_lines(borders: &Element) -> bool {
    sides_with_lines(borders) > 0
}

/// Whether `tcBorders` frames a cell; one line alone is to be written on.
pub(super) fn is_framed(borders: &Element) -> bool {
    sides_with_lines(borders) > 1
}

fn sides_with_lines(borders: &Element) -> usize {
    let kinds = borders.children().filter_map(|border| border.attribute("val"));
    kinds.filter(|kind| !matches!(*kind, "none" | "nil")).count()
}
