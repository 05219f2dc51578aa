//! Sets the letter's text as print asks: quotation marks and dashes, and no line that ends inside a
//! number, a date or a name.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::Typography;
use crate::compose::body::{Block, set_blocks};
use crate::russian::typography::Extent;

const NO_BREAK_SPACE: char = '\u{A0}';

/// Sets all text. Code and addresses stay as they are.
pub(super) fn set(blocks: &mut [Block], typography: Typography) {
    let extent = match typography {
        Typography::Russian => Extent::All,
        Typography::AsTyped => Extent::NoBreakSpaces,
    };
    set_blocks(blocks, extent);
}

/// A text as values, with what a line must not end in kept together: a number with a hyphen, a date,
/// a name with its initials, a mail address.
pub(super) fn pieces(text: &str) -> Vec<Value> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for word in text.split(is_breaking) {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        if is_kept(word) {
            if start < at {
                pieces.push(json!(text[start..at]));
            }
            pieces.push(json!({ "is": "keep", "text": word }));
            start = at + word.len();
        }
    }
    if start < text.len() {
        pieces.push(json!(text[start..]));
    }
    pieces
}

fn is_breaking(c: char) -> bool {
    c.is_whitespace() && c != NO_BREAK_SPACE
}

fn is_kept(word: &str) -> bool {
    /// Characters of a long mail address; a date with month and year has 20.
    const MOST: usize = 60;
    let has_figure = word.bytes().any(|b| b.is_ascii_digit());
    let is_bound = word.contains(NO_BREAK_SPACE);
    let has_long_part =
        || word.split(|c: char| !c.is_alphabetic()).any(|part| part.chars().count() > 3);
    // A line could end behind a hyphen, and inside a word where a hyphen is put in.
    let can_break = word.contains(['-', '–', '/']) || is_bound && has_long_part();
    let is_one = word.contains('@') || can_break && (has_figure || is_bound);
    is_one && word.chars().count() <= MOST && !word.contains("://")
}

/// A text with ordinary spaces in place of those at which no line ends.
pub(super) fn with_plain_spaces(text: &str) -> Cow<'_, str> {
    if text.contains(NO_BREAK_SPACE) {
        text.replace(NO_BREAK_SPACE, " ").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::body::{parse, plain};
    use crate::russian::typography;

    fn set_text(markdown: &str, typography: Typography) -> String {
        let mut blocks = parse(markdown).blocks;
        set(&mut blocks, typography);
        let Block::Paragraph(runs) = &blocks[0] else { panic!("{blocks:?}") };
        plain(runs).replace(NO_BREAK_SPACE, "~")
    }

    #[test]
    fn quotation_marks_pair_over_runs() {
        assert_eq!(
            set_text("Семинар \"**Школа** - *наш \"дом\"*\" и `a - \"b\"`", Typography::Russian),
            "Семинар «Школа – наш „дом“» и a - \"b\""
        );
    }

    #[test]
    fn as_typed_only_binds() {
        assert_eq!(
            set_text("\"Школа\" - от 3 марта 2016 г. № 368-р", Typography::AsTyped),
            "\"Школа\" - от 3~марта~2016~г. №~368-р"
        );
    }

    #[test]
    fn numbers_dates_and_names_are_kept_together() {
        let kept = |text: &str| -> Vec<String> {
            let set = typography::set(text, Extent::NoBreakSpaces);
            let pieces = pieces(&set).into_iter();
            let kept = pieces.filter_map(|piece| Some(piece["text"].as_str()?.to_owned()));
            kept.map(|text| text.replace(NO_BREAK_SPACE, "~")).collect()
        };
        assert_eq!(
            kept("по распоряжению от 3 марта 2016 г. № 368-р, для А.П. Ильиной, № 5 и 10 %"),
            ["3~марта~2016~г.", "№~368-р,", "А.П.~Ильиной,"]
        );
        assert_eq!(kept("19-й и Санкт-Петербург, https://one.test/a-1"), ["19-й"]);
        let whole = "до 3 марта 2016 г. и 5-го";
        let joined: String = pieces(whole)
            .iter()
            .map(|piece| piece.as_str().or_else(|| piece["text"].as_str()).unwrap())
            .collect();
        assert_eq!(joined, whole);
    }
}
