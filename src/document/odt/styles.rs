//! Styles of .odt: what a name says of letters, lines and cells, with what it inherits.

use std::collections::HashMap;

use super::super::model::Style;
use super::super::xml::Element;

/// How far styles inherit; more is a circle.
const MOST_STEPS: usize = 20;

/// What a style says of letters; `None` where it says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Letters {
    bold: Option<bool>,
    italic: Option<bool>,
    underline: Option<bool>,
    strike: Option<bool>,
    capitals: Option<bool>,
    raised: Option<Raised>,
    pub hidden: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Raised {
    No,
    Above,
    Below,
}

/// What a style says of lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    pub align: Option<String>,
    /// In points.
    pub indent: Option<f64>,
}

#[derive(Debug, Default)]
struct Known {
    parent: Option<String>,
    letters: Letters,
    lines: Lines,
    has_border: bool,
    master: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Styles {
    known: HashMap<String, Known>,
}

impl Styles {
    /// The styles of a part by themselves, and those that all parts share.
    pub(super) fn of(part: &Element, common: &Element) -> Self {
        let mut styles = Self::default();
        for group in [common.child("styles"), part.child("automatic-styles")].into_iter().flatten()
        {
            for style in group.children().filter(|child| child.name == "style") {
                if let Some(name) = style.attribute("name") {
                    styles.known.insert(name.to_owned(), known(style));
                }
            }
        }
        styles
    }

    fn chain(&self, name: &str) -> impl Iterator<Item = &Known> {
        let first = self.known.get(name);
        std::iter::successors(first, |known| self.known.get(known.parent.as_ref()?))
            .take(MOST_STEPS)
    }

    pub(super) fn letters(&self, name: &str) -> Letters {
        self.chain(name).fold(Letters::default(), |own, parent| parent.letters.overlaid(own))
    }

    pub(super) fn lines(&self, name: &str) -> Lines {
        let mut lines = Lines::default();
        for known in self.chain(name) {
            lines.align = lines.align.or(known.lines.align.clone());
            lines.indent = lines.indent.or(known.lines.indent);
        }
        lines
    }

    pub(super) fn has_border(&self, name: &str) -> bool {
        self.chain(name).any(|known| known.has_border)
    }

    /// The page style of the first page.
    pub(super) fn master(&self, body: &Element) -> String {
        let first = body.children().find_map(|child| child.attribute("style-name"));
        let named = first.and_then(|name| self.chain(name).find_map(|known| known.master.clone()));
        named.filter(|name| !name.is_empty()).unwrap_or_else(|| "Standard".to_owned())
    }
}

impl Letters {
    /// These, with what others say put over them.
    pub(super) fn overlaid(self, over: Self) -> Self {
        Self {
            bold: over.bold.or(self.bold),
            italic: over.italic.or(self.italic),
            underline: over.underline.or(self.underline),
            strike: over.strike.or(self.strike),
            capitals: over.capitals.or(self.capitals),
            raised: over.raised.or(self.raised),
            hidden: over.hidden.or(self.hidden),
        }
    }

    pub(super) fn style(self) -> Style {
        Style {
            bold: self.bold.unwrap_or(false),
            italic: self.italic.unwrap_or(false),
            underline: self.underline.unwrap_or(false),
            strike: self.strike.unwrap_or(false),
        }
    }

    /// The text in capitals, or raised, if it is shown so.
    pub(super) fn written(self, text: &str) -> String {
        let text = if self.capitals == Some(true) { text.to_uppercase() } else { text.to_owned() };
        match self.raised {
            Some(Raised::Above) => super::super::model::moved(&text, "superscript"),
            Some(Raised::Below) => super::super::model::moved(&text, "subscript"),
            Some(Raised::No) | None => text,
        }
    }
}

fn known(style: &Element) -> Known {
    let mut known = Known {
        parent: style.attribute("parent-style-name").map(str::to_owned),
        master: style.attribute("master-page-name").map(str::to_owned),
        ..Known::default()
    };
    for properties in style.children() {
        let says = |name: &str| properties.attribute(name);
        match properties.name.as_str() {
            "text-properties" => {
                let is_on = |value: Option<&str>| value.map(|value| value != "none");
                known.letters = Letters {
                    bold: says("font-weight").map(|it| it == "bold" || it > "500"),
                    italic: says("font-style").map(|it| it != "normal"),
                    underline: is_on(says("text-underline-style")),
                    strike: is_on(says("text-line-through-style"))
                        .or(is_on(says("text-line-through-type"))),
                    capitals: says("text-transform").map(|it| it == "uppercase"),
                    raised: says("text-position").map(|it| {
                        let first = it.split_whitespace().next().unwrap_or_default();
                        if first == "super" || first.parse::<f64>().is_ok_and(|it| it > 0.0) {
                            Raised::Above
                        } else if first == "sub" || first.starts_with('-') {
                            Raised::Below
                        } else {
                            Raised::No
                        }
                    }),
                    hidden: says("display").map(|it| it == "none"),
                };
            }
            "paragraph-properties" => {
                known.lines = Lines {
                    align: says("text-align").map(str::to_owned),
                    indent: says("margin-left").and_then(points),
                };
            }
            "table-cell-properties" => {
                let has_line = |side: &str| {
                    says(side).is_some_and(|it| it != "none" && !it.starts_with("0pt"))
                };
                let sides = ["border-top", "border-bottom", "border-left", "border-right"];
                // One line alone is to be written on.
                known.has_border =
                    has_line("border") || sides.iter().filter(|side| has_line(side)).count() > 1;
            }
            _ => {}
        }
    }
    known
}

/// A length such as `7.5cm`, in points.
pub(super) fn points(length: &str) -> Option<f64> {
    let digits = length.trim_end_matches(|c: char| c.is_alphabetic() || c == '%');
    let number: f64 = digits.parse().ok()?;
    let unit = match &length[digits.len()..] {
        "cm" => 72.0 / 2.54,
        "mm" => 7.2 / 2.54,
        "in" => 72.0,
        "pt" => 1.0,
        "pc" => 12.0,
        "px" => 0.75,
        _ => return None,
    };
    Some(number * unit)
}
