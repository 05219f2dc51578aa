//! Caches rendered fragments of the body.
//!
//! Most of a letter reads the same in every letter of a campaign. Its Markdown is cut into
//! fragments that mean the same alone as together, and each thread keeps the text and HTML of those
//! it met lately.

use std::cell::RefCell;
use std::rc::Rc;

use super::markdown::{self, Parsed};
use super::setting::set_blocks;
use super::{html, tags, text};
use crate::russian::typography::Extent;

/// Entries kept in each of the two generations of the cache.
const KEPT: usize = 64;

/// The body in two forms.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    pub text: String,
    pub html: String,
    /// The first control character that no mail client prints.
    pub unprintable: Option<char>,
    /// Quotes, lists or emphasis lie too deep in one another.
    pub is_too_deep: bool,
}

/// Text and HTML of a body in Markdown, with the values escaped.
pub(crate) fn render(markdown: &str) -> Rendered {
    let mut whole = Rendered {
        text: String::with_capacity(markdown.len()),
        html: String::with_capacity(markdown.len() * 2),
        unprintable: None,
        is_too_deep: false,
    };
    CACHE.with_borrow_mut(|cache| {
        for fragment in fragments(markdown) {
            let fragment = cache.rendered(fragment);
            if !whole.text.is_empty() && !fragment.html.is_empty() {
                whole.text.push('\n');
            }
            whole.text.push_str(&fragment.text);
            whole.html.push_str(&fragment.html);
            whole.unprintable = whole.unprintable.or(fragment.unprintable);
            whole.is_too_deep |= fragment.is_too_deep;
        }
    });
    whole
}

fn render_uncached(markdown: &str) -> Rendered {
    let Parsed { mut blocks, is_too_deep } = markdown::parse(markdown);
    let text = text::render(&blocks);
    // The program breaks the lines of the text, the reader's screen those of HTML.
    set_blocks(&mut blocks, Extent::NoBreakSpaces);
    let html = html::render(&blocks);
    let unprintable = unprintable(&text).or_else(|| unprintable(&html));
    Rendered { text, html, unprintable, is_too_deep }
}

/// The first control character that no mail client prints.
pub(crate) fn unprintable(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

thread_local! {
    static CACHE: RefCell<FragmentCache> = RefCell::default();
}

/// Fragments met lately, by their Markdown, in two generations. They come in the same order in each
/// letter, so the one after the last is nearly always the next.
#[derive(Default)]
struct FragmentCache {
    young: Vec<Entry>,
    old: Vec<Entry>,
    /// Where in `young` the search for the next fragment begins.
    next: usize,
}

type Entry = (Box<str>, Rc<Rendered>);

impl FragmentCache {
    fn rendered(&mut self, fragment: &str) -> Rc<Rendered> {
        let is_it = |entry: &Entry| *entry.0 == *fragment;
        let hint = self.next.min(self.young.len());
        let ahead = self.young[hint..].iter().position(is_it).map(|at| hint + at);
        if let Some(at) = ahead.or_else(|| self.young[..hint].iter().position(is_it)) {
            self.next = at + 1;
            return self.young[at].1.clone();
        }
        let old = self.old.iter().position(is_it).map(|at| self.old.swap_remove(at));
        let entry = old.unwrap_or_else(|| (fragment.into(), Rc::new(render_uncached(fragment))));
        if self.young.len() >= KEPT {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.push(entry.clone());
        entry.1
    }
}

/// Cuts Markdown where a paragraph at the left margin follows an empty line: it ends every block
/// before it, so both sides mean the same alone. Where some construct could reach further, nothing
/// is cut.
fn fragments(markdown: &str) -> Vec<&str> {
    if reaches_far(markdown) {
        return vec![markdown];
    }
    let octets = markdown.as_bytes();
    let mut fragments = Vec::new();
    let mut start = 0;
    let mut line = 0;
    let mut follows_empty_line = false;
    for end in memchr::memchr_iter(b'\n', octets).map(|at| at + 1).chain([octets.len()]) {
        if follows_empty_line && markdown[line..].chars().next().is_some_and(char::is_alphabetic) {
            fragments.push(&markdown[start..line]);
            start = line;
        }
        follows_empty_line =
            octets[line..end].iter().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
        line = end;
    }
    fragments.push(&markdown[start..]);
    fragments
}

/// Whether fenced code, a block of HTML, an alignment, a footnote or a link definition could span
/// empty lines or serve another fragment (CommonMark 0.31, 4.5 to 4.7).
fn reaches_far(markdown: &str) -> bool {
    let octets = markdown.as_bytes();
    let has = |opening: &str| memchr::memmem::find(octets, opening.as_bytes()).is_some();
    let begins_line = |at: usize| {
        let before = octets[..at].iter().rev().find(|b| !matches!(b, b' ' | b'\t'));
        before.is_none_or(|b| matches!(b, b'\n' | b'\r'))
    };
    has("```")
        || has("~~~")
        || has("]:")
        || tags::aligns(markdown)
        || memchr::memchr_iter(b'<', octets).any(begins_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "| | |\n|--|--|\n| a | b |\n\nУважаемая!\n\n- раз\n\n  ещё\n\n- два\n\nВ тексте [link](https://e.test).\n";

    #[test]
    fn a_letter_is_cut_at_its_paragraphs() {
        let cut = fragments(LETTER);
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
            assert_eq!(fragments(letter).len(), 1, "{letter}");
        }
    }

    #[test]
    fn the_cache_stays_small() {
        let mut cache = FragmentCache::default();
        (0..1000).for_each(|n| drop(cache.rendered(&format!("слово {n}"))));
        assert!(cache.young.len() <= KEPT && cache.old.len() <= KEPT);
    }

    fn same(markdown: &str) {
        let (cut, whole) = (render(markdown), render_uncached(markdown));
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
                "a\u{F007C}b", "<!--", "да[^1]", "[^1]: сноска", "\u{F0108}в центре", "\u{F0109}", "\u{F0104}u\u{F0105}", "-->", "слово\r", "\r", "* звезда", "+ плюс", "<b", ">",
            ]), 0..14)) {
            same(&lines.join("\n"));
        }

        #[test]
        fn any_text_says_the_same(markdown in "[а-вa-c\\-*_#>`|:\\[\\]()!<br/>\n\n\n 0-9.~\t\r]{0,120}") {
            same(&markdown);
        }
    }
}
