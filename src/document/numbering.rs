//! Lists (ECMA-376, 17.9): which number stands before which paragraph.

use std::collections::HashMap;

use super::model::{Label, LabelKind};
use super::xml::Element;

/// Word knows nine levels.
const LEVELS: usize = 9;

#[derive(Debug, Clone)]
struct Level {
    start: u64,
    format: String,
    text: String,
}

/// The lists of a document, and how far each has been counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// The levels of each list.
    lists: HashMap<String, Vec<Level>>,
    /// Which lists count together: those of the same pattern, unless one restarts.
    counted_as: HashMap<String, String>,
    counts: HashMap<String, [Option<u64>; LEVELS]>,
}

impl Numbering {
    pub(super) fn of(part: Option<&Element>) -> Self {
        let Some(part) = part else { return Self::default() };
        let mut numbering = Self::default();
        let patterns: HashMap<&str, &Element> = part
            .children()
            .filter(|child| child.name == "abstractNum")
            .filter_map(|child| Some((child.attribute("abstractNumId")?, child)))
            .collect();
        for list in part.children().filter(|child| child.name == "num") {
            let Some(id) = list.attribute("numId") else { continue };
            let Some(pattern) = list.value("abstractNumId") else { continue };
            let Some(levels) = patterns.get(pattern) else { continue };
            let mut levels = levels_of(levels);
            let mut counted_as = format!("pattern {pattern}");
            for other in list.children().filter(|child| child.name == "lvlOverride") {
                let at = other.attribute("ilvl").and_then(|level| level.parse::<usize>().ok());
                let Some(level) = at.and_then(|at| levels.get_mut(at)) else { continue };
                if let Some(whole) = other.child("lvl") {
                    *level = level_of(whole);
                }
                if let Some(start) = other.value("startOverride").and_then(|it| it.parse().ok()) {
                    level.start = start;
                    counted_as = format!("list {id}");
                }
            }
            numbering.lists.insert(id.to_owned(), levels);
            numbering.counted_as.insert(id.to_owned(), counted_as);
        }
        numbering
    }

    /// Counts one more paragraph of a list.
    pub(super) fn next(&mut self, list: &str, level: usize) -> Option<Label> {
        let levels = self.lists.get(list)?;
        let level = level.min(LEVELS - 1);
        let own = levels.get(level)?;
        let counts = self.counts.entry(self.counted_as.get(list)?.clone()).or_default();
        let count = counts[level].map_or(own.start, |before| before + 1);
        counts[level] = Some(count);
        counts[level + 1..].fill(None);
        let kind = match own.format.as_str() {
            "none" => return None,
            "bullet" => LabelKind::Bullet,
            _ => {
                let mut text = own.text.clone();
                for (at, of) in levels.iter().enumerate().take(level + 1) {
                    let count = counts[at].unwrap_or(of.start);
                    text = text.replace(&format!("%{}", at + 1), &printed(count, &of.format));
                }
                if text.trim().is_empty() {
                    return None;
                }
                LabelKind::Number(text.trim().to_owned())
            }
        };
        Some(Label { level, kind })
    }
}

fn levels_of(pattern: &Element) -> Vec<Level> {
    let mut levels =
        vec![Level { start: 1, format: "none".to_owned(), text: String::new() }; LEVELS];
    for level in pattern.children().filter(|child| child.name == "lvl") {
        let at = level.attribute("ilvl").and_then(|level| level.parse::<usize>().ok());
        if let Some(place) = at.and_then(|at| levels.get_mut(at)) {
            *place = level_of(level);
        }
    }
    levels
}

fn level_of(level: &Element) -> Level {
    Level {
        start: level.value("start").and_then(|start| start.parse().ok()).unwrap_or(1),
        format: level.value("numFmt").unwrap_or("decimal").to_owned(),
        text: level.value("lvlText").unwrap_or_default().to_owned(),
    }
}

pub(super) fn printed(count: u64, format: &str) -> String {
    match format {
        "decimalZero" => format!("{count:02}"),
        "lowerLetter" => letters(count, 'a', 26),
        "upperLetter" => letters(count, 'a', 26).to_uppercase(),
        "lowerRoman" => roman(count),
        "upperRoman" => roman(count).to_uppercase(),
        "russianLower" => russian(count),
        "russianUpper" => russian(count).to_uppercase(),
        _ => count.to_string(),
    }
}

/// a, b, … z, aa, bb: the letter is repeated once a round (17.18.59).
fn letters(count: u64, first: char, many: u64) -> String {
    let Some(at) = count.checked_sub(1) else { return String::new() };
    let letter = u32::try_from(at % many).ok().and_then(|at| char::from_u32(first as u32 + at));
    let times = usize::try_from(at / many + 1).unwrap_or(1).min(10);
    letter.map(|letter| letter.to_string().repeat(times)).unwrap_or_default()
}

/// Without ё, й, ъ, ы and ь, as Word counts (17.18.59).
fn russian(count: u64) -> String {
    const LETTERS: &str = "абвгдежзиклмнопрстуфхцчшщэюя";
    let Some(at) = count.checked_sub(1) else { return String::new() };
    let many = LETTERS.chars().count() as u64;
    let letter = LETTERS.chars().nth(usize::try_from(at % many).unwrap_or(0));
    let times = usize::try_from(at / many + 1).unwrap_or(1).min(10);
    letter.map(|letter| letter.to_string().repeat(times)).unwrap_or_default()
}

fn roman(count: u64) -> String {
    const STEPS: [(u64, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if count > 3999 {
        return count.to_string();
    }
    let (mut left, mut text) = (count, String::new());
    for (value, letters) in STEPS {
        while left >= value {
            text.push_str(letters);
            left -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_word_prints_them() {
        let printed = |count, format| printed(count, format);
        assert_eq!(printed(4, "upperRoman"), "IV");
        assert_eq!(printed(28, "lowerLetter"), "bb");
        assert_eq!(printed(10, "russianLower"), "к");
        assert_eq!(printed(3, "decimalZero"), "03");
    }
}
