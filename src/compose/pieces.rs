//! The body piece by piece: what reads the same in the next letter is not parsed and laid out
//! again.
//!
//! Most of a letter is equal in all letters of a campaign. Its Markdown falls into pieces that mean
//! the same alone as together; text and HTML of those met lately are kept, a few for each thread.

use std::cell::RefCell;
use std::rc::Rc;

use super::{body, html, text};

/// So many pieces of late letters are kept, and as many again of those before.
const KEPT: usize = 64;

/// The body in two forms.
#[derive(Debug, Default)]
pub(super) struct Forms {
    pub text: String,
    pub html: String,
    /// The first control character that no mail client prints.
    pub unprintable: Option<char>,
}

/// Text and HTML of a body in Markdown, with the values escaped.
pub(super) fn render(markdown: &str) -> Forms {
    let (text, html) =
        (String::with_capacity(markdown.len()), String::with_capacity(markdown.len() * 2));
    let mut whole = Forms { text, html, unprintable: None };
    SHELF.with_borrow_mut(|shelf| {
        for piece in pieces(markdown) {
            let piece = shelf.take(piece);
            // Between two blocks of the text stands an empty line.
            if !whole.text.is_empty() && !piece.html.is_empty() {
                whole.text.push('\n');
            }
            whole.text.push_str(&piece.text);
            whole.html.push_str(&piece.html);
            whole.unprintable = whole.unprintable.or(piece.unprintable);
        }
    });
    whole
}

fn render_alone(markdown: &str) -> Forms {
    let blocks = body::parse(markdown);
    let (text, html) = (text::render(&blocks), html::render(&blocks));
    let unprintable = unprintable(&text).or_else(|| unprintable(&html));
    Forms { text, html, unprintable }
}

/// The first control character that no mail client prints.
pub(super) fn unprintable(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

thread_local! {
    static SHELF: RefCell<Shelf> = RefCell::default();
}

/// Pieces met lately, by their Markdown. They come in the same order in each letter, so that the
/// one behind the last is nearly always the next.
#[derive(Default)]
struct Shelf {
    late: Vec<Kept>,
    before: Vec<Kept>,
    /// Where in `late` the next piece may stand.
    next: usize,
}

type Kept = (Box<str>, Rc<Forms>);

impl Shelf {
    fn take(&mut self, piece: &str) -> Rc<Forms> {
        let is_it = |kept: &Kept| *kept.0 == *piece;
        let hint = self.next.min(self.late.len());
        let ahead = self.late[hint..].iter().position(is_it).map(|at| hint + at);
        if let Some(at) = ahead.or_else(|| self.late[..hint].iter().position(is_it)) {
            self.next = at + 1;
            return self.late[at].1.clone();
        }
        let known = self.before.iter().position(is_it).map(|at| self.before.swap_remove(at));
        let kept = known.unwrap_or_else(|| (piece.into(), Rc::new(render_alone(piece))));
        if self.late.len() >= KEPT {
            self.before = std::mem::take(&mut self.late);
        }
        self.late.push(kept.clone());
        kept.1
    }
}

/// Cuts Markdown where a paragraph at the left margin follows an empty line: it ends every block
/// before it, so that both sides mean the same alone. Where something could reach further than
/// that, nothing is cut.
fn pieces(markdown: &str) -> Vec<&str> {
    if reaches_far(markdown) {
        return vec![markdown];
    }
    let octets = markdown.as_bytes();
    let (mut pieces, mut start, mut line) = (Vec::new(), 0, 0);
    let mut is_behind_empty = false;
    for end in memchr::memchr_iter(b'\n', octets).map(|at| at + 1).chain([octets.len()]) {
        if is_behind_empty && markdown[line..].chars().next().is_some_and(char::is_alphabetic) {
            pieces.push(&markdown[start..line]);
            start = line;
        }
        is_behind_empty =
            octets[line..end].iter().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
        line = end;
    }
    pieces.push(&markdown[start..]);
    pieces
}

/// True where code between fences, a block of HTML or the definition of a link could span empty
/// lines or serve another piece (CommonMark 0.31, 4.5 to 4.7).
fn reaches_far(markdown: &str) -> bool {
    let octets = markdown.as_bytes();
    let has = |mark: &str| memchr::memmem::find(octets, mark.as_bytes()).is_some();
    let begins_line = |at: usize| {
        let before = octets[..at].iter().rev().find(|b| !matches!(b, b' ' | b'\t'));
        before.is_none_or(|b| matches!(b, b'\n' | b'\r'))
    };
    has("```") || has("~~~") || has("]:") || memchr::memchr_iter(b'<', octets).any(begins_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "| | |\n|--|--|\n| a | b |\n\nУважаемая!\n\n- раз\n\n  ещё\n\n- два\n\nВ тексте [link](https://e.test).\n";

    #[test]
    fn a_letter_is_cut_at_its_paragraphs() {
        let cut = pieces(LETTER);
        assert_eq!(cut.len(), 3, "{cut:?}");
        assert_eq!(cut.concat(), LETTER);
    }

    #[test]
    fn what_reaches_over_empty_lines_is_not_cut() {
        for letter in [
            "```\n\nкод\n\n```\n",
            "<!--\n\nслова\n\n-->\n",
            "[да]\n\nнет\n\n[да]: https://e.test\n",
            " <pre>\n\nя\n\n</pre>",
        ] {
            assert_eq!(pieces(letter).len(), 1, "{letter}");
        }
    }

    #[test]
    fn the_shelf_stays_small() {
        let mut shelf = Shelf::default();
        (0..1000).for_each(|n| drop(shelf.take(&format!("слово {n}"))));
        assert!(shelf.late.len() <= KEPT && shelf.before.len() <= KEPT);
    }

    fn same(markdown: &str) {
        let (cut, whole) = (render(markdown), render_alone(markdown));
        assert_eq!((cut.text, cut.html), (whole.text, whole.html), "{markdown:?}");
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(2000))]
        #[test]
        fn pieces_say_the_same_as_the_whole(lines in proptest::collection::vec(
            proptest::sample::select(vec![
                "", "", "", " ", "слово", "Слово **жирно", "конец** да", "- пункт", "  - внутри", "  под пунктом", "1. раз", "3) три",
                "> цитата", "    код", "\tкод", "| a | b |", "|---|--:|", "a | b", "---", "===", "# Глава", "<br>", "<div>", "</div>", "`x",
                "x`", "```", "~~~", "[да]: https://e.test", "[да]", "[да](", "https://e.test)", "* * *", "\\", "слово  ", "\u{F0000}", "\u{F0031}. x",
                "a\u{F007C}b", "<!--", "-->", "слово\r", "\r", "* звезда", "+ плюс", "<b", ">",
            ]), 0..14)) {
            same(&lines.join("\n"));
        }

        #[test]
        fn any_text_says_the_same(markdown in "[а-вa-c\\-*_#>`|:\\[\\]()!<br/>\n\n\n 0-9.~\t\r]{0,120}") {
            same(&markdown);
        }
    }
}
