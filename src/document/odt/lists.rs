//! Lists of .odt: which number stands before which paragraph.

use std::collections::HashMap;

use super::super::model::{Label, LabelKind};
use super::super::numbering::printed;
use super::super::xml::Element;

const LEVELS: usize = 10;

#[derive(Debug, Clone, Default)]
struct Level {
    is_bullet: bool,
    /// As `numbering` knows it; empty if no number is shown.
    format: &'static str,
    before: String,
    after: String,
    start: u64,
    /// How many levels are shown.
    shown: usize,
}

#[derive(Debug, Default)]
pub(super) struct Lists {
    styles: HashMap<String, Vec<Level>>,
    /// How far the lists of each style have been counted.
    counts: HashMap<String, [Option<u64>; LEVELS]>,
}

impl Lists {
    pub(super) fn of(content: &Element, common: &Element) -> Self {
        let mut lists = Self::default();
        let groups = [
            common.child("styles"),
            common.child("automatic-styles"),
            content.child("automatic-styles"),
        ];
        for style in groups.into_iter().flatten().flat_map(Element::children) {
            if style.name == "list-style"
                && let Some(name) = style.attribute("name")
            {
                lists.styles.insert(name.to_owned(), levels(style));
            }
        }
        lists
    }

    /// A list that continues no other starts counting again.
    pub(super) fn begin(&mut self, list: &Element) {
        let goes_on = list.attribute("continue-numbering") == Some("true")
            || list.attribute("continue-list").is_some();
        if !goes_on && let Some(style) = list.attribute("style-name") {
            self.counts.remove(style);
        }
    }

    /// Counts one more item.
    pub(super) fn next(&mut self, style: &str, level: usize, item: &Element) -> Option<Label> {
        let levels = self.styles.get(style)?;
        let level = level.min(LEVELS - 1);
        let own = levels.get(level)?;
        if own.is_bullet {
            return Some(Label { level, kind: LabelKind::Bullet });
        }
        let counts = self.counts.entry(style.to_owned()).or_default();
        let set = item.attribute("start-value").and_then(|it| it.parse().ok());
        let count = set.or(counts[level].map(|before| before + 1)).unwrap_or(own.start);
        counts[level] = Some(count);
        counts[level + 1..].fill(None);
        if own.format.is_empty() {
            return None;
        }
        let numbers: Vec<String> = (level + 1 - own.shown.clamp(1, level + 1)..=level)
            .filter(|at| !levels[*at].format.is_empty())
            .map(|at| printed(counts[at].unwrap_or(levels[at].start), levels[at].format))
            .collect();
        let text = format!("{}{}{}", own.before, numbers.join("."), own.after);
        Some(Label { level, kind: LabelKind::Number(text.trim().to_owned()) })
    }
}

fn levels(style: &Element) -> Vec<Level> {
    let mut levels = vec![Level { start: 1, shown: 1, ..Level::default() }; LEVELS];
    for level in style.children() {
        let says = |name: &str| level.attribute(name);
        let number = |name: &str| says(name).and_then(|it| it.parse::<usize>().ok());
        let at = number("level").and_then(|level| level.checked_sub(1));
        let Some(place) = at.and_then(|at| levels.get_mut(at)) else { continue };
        *place = Level {
            is_bullet: level.name != "list-level-style-number",
            format: format_of(says("num-format").unwrap_or_default()),
            before: says("num-prefix").unwrap_or_default().to_owned(),
            after: says("num-suffix").unwrap_or_default().to_owned(),
            start: number("start-value").unwrap_or(1) as u64,
            shown: number("display-levels").unwrap_or(1),
        };
    }
    levels
}

/// The name under which Word knows a format.
fn format_of(format: &str) -> &'static str {
    match format.chars().next() {
        None => "",
        Some('a') => "lowerLetter",
        Some('A') => "upperLetter",
        Some('i') => "lowerRoman",
        Some('I') => "upperRoman",
        Some('а') => "russianLower",
        Some('А') => "russianUpper",
        Some(_) => "decimal",
    }
}
