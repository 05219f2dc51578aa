//! What of a letter's source its reader would see amiss, or not see at all.
//!
//! Reads the source once for all letters: tags of the template count as words. Each finding has its
//! line and column.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Parser, Tag, TextMergeWithOffset};

use super::dialect::{as_meant, tags_of_template};
use super::links;
use super::markdown::{OPTIONS, has_too_many_marks};
use super::tags;
use crate::problem::{Fault, FilterRisk, LetterFault, Place, Problem, Severity};

/// A picture that the source names, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedPicture {
    pub source: String,
    pub place: Place,
}

/// The source with each tag as so many letters, or spaces where it prints nothing.
pub(crate) fn masked(source: &str) -> String {
    let mut masked = String::with_capacity(source.len());
    let mut from = 0;
    for tag in tags_of_template(source) {
        masked.push_str(&source[from..tag.start]);
        let prints = source[tag.start..].starts_with("{{");
        for byte in source[tag.clone()].bytes() {
            masked.push(match byte {
                b'\n' => '\n',
                _ if prints => 'x',
                _ => ' ',
            });
        }
        from = tag.end;
    }
    masked.push_str(&source[from..]);
    masked
}

/// The pictures that the source shows.
pub(crate) fn pictures(file: &str, source: &str) -> Vec<NamedPicture> {
    let masked = masked(source);
    let meant = as_meant(&masked);
    if has_too_many_marks(&meant) {
        return Vec::new();
    }
    let finder = Finder::new(file, &masked, &meant);
    Parser::new_ext(&meant, OPTIONS)
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::Image { dest_url, .. }) => {
                let place = finder.place(range.start, &dest_url);
                Some(NamedPicture { source: dest_url.into_string(), place })
            }
            _ => None,
        })
        .collect()
}

/// Warns of signs and tags that would be printed, links that lead nowhere, and text that would be
/// lost.
pub(crate) fn lint(file: &str, source: &str) -> Vec<Problem> {
    let masked = masked(source);
    let meant = as_meant(&masked);
    if has_too_many_marks(&meant) {
        // Each letter says so.
        return Vec::new();
    }
    let finder = Finder::new(file, &masked, &meant);
    let mut lint =
        Lint { finder, seen: vec![false; meant.len()], problems: Vec::new(), left_out: 0 };
    lint.read();
    lint.unpaired();
    lint.lost();
    lint.problems.sort_by(|one, other| one.place.cmp(&other.place));
    if lint.left_out > 0 {
        let fault = LetterFault::MoreAlike { count: lint.left_out };
        lint.problems.push(Problem::warning(Place::file(file), fault));
    }
    lint.problems
}

/// The site that the text of a link names, and the other to which it leads.
fn deceptive(written: &str, target: &str) -> Option<(String, String)> {
    let (text, _) = written.strip_prefix('[')?.split_once("](")?;
    let bare = |url: &str| {
        let url = url.trim().to_lowercase();
        let url = url.strip_prefix("https://").or(url.strip_prefix("http://")).unwrap_or(&url);
        let host = url.split(['/', '?', '#', ':']).next().unwrap_or_default();
        host.strip_prefix("www.").unwrap_or(host).to_owned()
    };
    let (named, host) = (bare(text), bare(target));
    let is_site = !text.trim().contains([' ', '@'])
        && named.rsplit_once('.').is_some_and(|(name, top)| {
            !name.is_empty() && top.chars().count() >= 2 && top.chars().all(char::is_alphabetic)
        });
    let is_web = target.starts_with("https://") || target.starts_with("http://");
    let is_part = |whole: &str, end: &str| whole == end || whole.ends_with(&format!(".{end}"));
    let is_other = !is_part(&host, &named) && !is_part(&named, &host);
    (is_site && is_web && is_other && !host.contains("xx")).then(|| (text.trim().to_owned(), host))
}

/// Finds the places of the source.
struct Finder<'a> {
    file: &'a str,
    meant: &'a str,
    /// Where the lines of what is meant begin, and the lines as they were written.
    begins: Vec<usize>,
    written: Vec<&'a str>,
}

/// Octets of a line within which a text is looked for.
const NEAR: usize = 4096;

impl<'a> Finder<'a> {
    fn new(file: &'a str, masked: &'a str, meant: &'a str) -> Self {
        let begins = memchr::memchr_iter(b'\n', meant.as_bytes()).map(|at| at + 1);
        let begins = std::iter::once(0).chain(begins).collect();
        Self { file, meant, begins, written: masked.lines().collect() }
    }

    /// The place of a text that stands at a byte of what is meant, or soon after it.
    fn place(&self, byte: usize, text: &str) -> Place {
        let line = self.begins.partition_point(|begins| *begins <= byte).saturating_sub(1);
        let written = self.written.get(line).copied().unwrap_or_default();
        // Of a line of a megabyte, only what is near the place is looked at.
        let near = (byte - self.begins[line]).saturating_sub(NEAR);
        let near = if written.len() > 2 * NEAR { near.min(written.len()) } else { 0 };
        let near = (0..=near).rev().find(|at| written.is_char_boundary(*at)).unwrap_or(0);
        let column = written[near..].find(text).map_or(0, |at| near + at);
        let column = written.get(..column).filter(|_| written[near..].contains(text));
        let column = column.map_or(0, |before| before.chars().count() + 1);
        Place::at(self.file, line as u64 + 1, column as u64)
    }
}

struct Lint<'a> {
    finder: Finder<'a>,
    /// Which octets reach the reader, or are not meant to.
    seen: Vec<bool>,
    problems: Vec<Problem>,
    /// Findings beyond the first of their kind.
    left_out: u64,
}

/// Findings of one kind that are told one by one.
const MOST_ALIKE: usize = 20;

impl Lint<'_> {
    fn warn(&mut self, byte: usize, text: &str, fault: LetterFault) {
        let fault = Fault::from(fault);
        let is_alike = |known: &&Problem| known.fault.code() == fault.code();
        if self.problems.iter().filter(is_alike).count() >= MOST_ALIKE {
            self.left_out += 1;
            return;
        }
        let place = self.finder.place(byte, text);
        self.problems.push(Problem::error(place, fault).with_severity(Severity::Warning));
    }

    fn read(&mut self) {
        let meant = self.finder.meant;
        let parser = Parser::new_ext(meant, OPTIONS);
        let mut definitions: HashMap<String, Vec<Range<usize>>> = HashMap::new();
        for (label, definition) in parser.reference_definitions().iter() {
            definitions.entry(label.to_lowercase()).or_default().push(definition.span.clone());
        }
        // Footnotes that nothing refers to are not printed.
        let mut referred: HashSet<String> = HashSet::new();
        let mut notes: HashMap<String, Range<usize>> = HashMap::new();
        for (event, range) in TextMergeWithOffset::new(parser.into_offset_iter()) {
            let written = &meant[range.clone()];
            match event {
                Event::Text(_) => {
                    self.seen[range.clone()].fill(true);
                    self.signs(range.start, written);
                }
                Event::Code(_) => self.seen[range].fill(true),
                Event::FootnoteReference(label) => {
                    self.seen[range].fill(true);
                    notes.remove(&*label);
                    referred.insert(label.to_string());
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    self.seen[range.clone()].fill(true);
                    let html = html.trim();
                    let bare: String = html.to_lowercase().split_whitespace().collect();
                    let is_known =
                        matches!(bare.as_str(), "<br>" | "<br/>" | "") || bare.starts_with("<!--");
                    if !is_known {
                        let tag: String = html.chars().take(60).collect();
                        let found = tag.lines().next().unwrap_or_default().to_owned();
                        self.warn(
                            range.start,
                            &found,
                            LetterFault::TagPrinted { tag: found.clone() },
                        );
                    }
                }
                Event::Start(Tag::Link { dest_url, link_type, id, .. }) => {
                    self.seen[range.clone()].fill(true);
                    let is_reference = matches!(
                        link_type,
                        LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut
                    );
                    if is_reference {
                        // Once for all that refer to it.
                        for span in definitions.remove(&id.to_lowercase()).unwrap_or_default() {
                            self.seen[span].fill(true);
                        }
                    }
                    if let Some((text, host)) = deceptive(written, &dest_url) {
                        let risk = FilterRisk::LinkElsewhere { text: text.clone(), host };
                        self.warn(range.start, &text, LetterFault::Risk(risk));
                    }
                    let is_value = dest_url.chars().all(|c| c == 'x') && !dest_url.is_empty();
                    if links::target(&dest_url).is_none() && !is_value {
                        let target = dest_url.into_string();
                        let text = if target.is_empty() { written } else { &target };
                        let text = text.to_owned();
                        self.warn(range.start, &text, LetterFault::LinkDead { target });
                    } else if written.starts_with("[](") {
                        let text = written.to_owned();
                        self.warn(range.start, written, LetterFault::TextLost { text });
                    }
                }
                Event::Start(Tag::Image { .. }) => self.seen[range].fill(true),
                Event::Start(Tag::Item) => {
                    let number = written.find(['.', ')']).unwrap_or(0);
                    self.seen[range.start..range.start + number].fill(true);
                }
                Event::Start(Tag::FootnoteDefinition(name)) => {
                    if !referred.contains(&*name) {
                        notes.insert(name.to_string(), range.clone());
                    }
                    let label = written.find("]:").unwrap_or(0);
                    self.seen[range.start..range.start + label].fill(true);
                }
                Event::Start(Tag::CodeBlock(_)) => {
                    let first = written.lines().next().map_or(0, str::len);
                    self.seen[range.start..range.start + first].fill(true);
                }
                _ => {}
            }
        }
        notes.into_values().for_each(|range| self.seen[range].fill(false));
    }

    /// Signs of Markdown, of tags and of other programs' fields in what is printed.
    fn signs(&mut self, byte: usize, written: &str) {
        let bare = without_escapes(written);
        let sign = |sign: &str| LetterFault::SignsLeft { signs: sign.to_owned() };
        for left in ["**", "](", "~~", "`", "[^"] {
            if bare.contains(left) {
                self.warn(byte, left, sign(left));
            }
        }
        let begins_line = self.finder.meant[..byte].ends_with('\n') || byte == 0;
        let words = || bare.split_whitespace();
        let is_heading = bare.starts_with('#')
            && bare.trim_start_matches('#').starts_with(char::is_alphabetic)
            && words().count() > 1
            && !words().all(|word| word.starts_with('#'));
        if begins_line && is_heading {
            self.warn(byte, "#", sign("#"));
        }
        if bare.trim().len() > 1 && bare.starts_with('|') && bare.trim_end().ends_with('|') {
            self.warn(byte, "|", sign("|"));
        }
        if let Some(text) = braces(&bare) {
            self.warn(byte, &text, LetterFault::BracesLeft { text: text.clone() });
        }
    }

    /// Tags without their other half in the same paragraph.
    fn unpaired(&mut self) {
        let mut start = 0;
        let meant = self.finder.meant;
        for paragraph in meant.split("\n\n") {
            if let Some((at, tag)) = tags::first_unpaired(paragraph) {
                self.warn(start + at, &tag, LetterFault::TagPrinted { tag: tag.clone() });
            }
            start += paragraph.len() + 2;
        }
    }

    /// Letters and digits that no reader sees.
    fn lost(&mut self) {
        let meant = self.finder.meant;
        let mut start = 0;
        for line in meant.split_inclusive('\n') {
            let lost: Vec<usize> = line
                .char_indices()
                .filter(|(at, c)| c.is_alphanumeric() && !self.seen[start + at])
                .map(|(at, _)| at)
                .collect();
            if let (Some(first), Some(last)) = (lost.first(), lost.last()) {
                let first = first - if line[..*first].ends_with("[^") { 2 } else { 0 };
                let end = last + line[*last..].chars().next().map_or(0, char::len_utf8);
                let text: String = line[first..end].chars().take(60).collect();
                self.warn(start + first, &text, LetterFault::TextLost { text: text.clone() });
            }
            start += line.len();
        }
    }
}

/// A field as other programs write it, `{Фамилия}`, or the half of one, in what is printed.
pub(crate) fn braces(text: &str) -> Option<String> {
    for half in ["{{", "}}", "{%", "%}"] {
        if text.contains(half) {
            return Some(half.to_owned());
        }
    }
    let (_, rest) = text.split_once('{')?;
    let (name, _) = rest.split_once('}')?;
    let is_name = !name.is_empty()
        && name.chars().count() <= 40
        && name.chars().all(|c| c.is_alphanumeric() || " _.-".contains(c));
    is_name.then(|| format!("{{{name}}}"))
}

fn without_escapes(written: &str) -> String {
    let mut bare = String::with_capacity(written.len());
    let mut characters = written.chars();
    while let Some(c) = characters.next() {
        if c == '\\' {
            characters.next();
            bare.push(' ');
        } else {
            bare.push(c);
        }
    }
    bare
}

/// Signs of Markdown in a text that is none.
pub(in crate::compose) fn markup(text: &str) -> Option<&'static str> {
    let heading = text.trim_start_matches('#').starts_with(' ').then_some("#");
    let heading = heading.filter(|sign| text.starts_with(sign));
    heading.or_else(|| ["**", "](", "~~"].into_iter().find(|sign| text.contains(sign)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_footnote_without_its_other_half_is_told() {
        let found = |source: &str| -> Vec<String> {
            let told = lint("letter.md", source).into_iter();
            told.map(|it| format!("{} {}", it.place, it.fault.code())).collect()
        };
        assert_eq!(found("Текст[^1].\n\n[^1]: Сноска.\n"), [""; 0]);
        assert_eq!(found("Текст[^1].\n"), ["letter.md:1:6 markdown_left"]);
        assert_eq!(found("Текст.\n\n[^1]: Сноска.\n"), ["letter.md:3:1 text_lost"]);
        assert_eq!(found("Вот [пустая]().\n"), ["letter.md:1:5 link_dead"]);
        assert_eq!(found("Вот [](https://a.test).\n"), ["letter.md:1:5 text_lost"]);
    }

    #[test]
    fn signs_of_markdown_in_a_subject_are_found() {
        assert_eq!(markup("О **важном**"), Some("**"));
        assert_eq!(markup("# О семинаре"), Some("#"));
        assert_eq!(markup("#семинар № 5"), None);
        assert_eq!(markup(" О семинаре"), None);
    }

    fn found(source: &str) -> Vec<String> {
        let problems = lint("l.md", source);
        problems.iter().map(|it| format!("{} {}", it.place, it.fault.code())).collect()
    }

    #[test]
    fn a_sound_letter_has_nothing_to_say() {
        let source = "| | |\n|:--|--:|\n| № {{ letter.number }}<br>от | **{{ x }}** |\n\n{{ y }}!\n\n\
                      {% for a in b %}\n1. {{ a }} и [сайт](one.test), www.one.test\n{%- endfor %}\n\n\
                      Срок[^1], 5*10*15, <u>до</u> ______ «Да»[а].\n\n[^1]: Сноска.\n\n[а]: https://one.test\n";
        assert_eq!(found(source), [""; 0]);
    }

    #[test]
    fn signs_that_would_be_printed_have_their_line_and_column() {
        assert_eq!(found("Да.\n\nСрок ** до ** марта\n"), ["l.md:3:6 markdown_left"]);
        assert_eq!(found("##Программа\n\n#Наша программа\n"), ["l.md:3:1 markdown_left"]);
        assert_eq!(found("[сайт] и [да](а б)\n"), ["l.md:1:13 markdown_left"]);
        assert_eq!(found("Уважаемый {Имя}!\n"), ["l.md:1:11 braces_left"]);
    }

    #[test]
    fn tags_links_and_text_that_is_lost_are_named() {
        assert_eq!(
            found("Да <font color=red>нет</font>\n"),
            ["l.md:1:4 html_tag_printed", "l.md:1:23 html_tag_printed"]
        );
        assert_eq!(found("<u>Да\n"), ["l.md:1:1 html_tag_printed"]);
        assert_eq!(found("См. [план](план.pdf)\n"), ["l.md:1:12 link_dead"]);
        assert_eq!(found("[Важно]: завтра\n\nДа.\n"), ["l.md:1:2 text_lost"]);
        assert_eq!(found("| а |\n|---|\n| б | лишнее |\n"), ["l.md:3:7 text_lost"]);
    }

    #[test]
    fn pictures_are_found_in_either_form() {
        let found =
            pictures("l.md", "Да.\n\n![схема](map.png) <img src=\"b c.png\" width=\"90\">\n");
        let found: Vec<_> = found.iter().map(|it| (it.source.as_str(), it.place.line)).collect();
        assert_eq!(found, [("map.png", 3), ("b c.png", 3)]);
    }

    proptest::proptest! {
        #[test]
        fn any_source_is_read_to_its_end(source in "[а-в1*_~<>bu/`|{}%#=\\-\\\\!\\[\\]():^ \n]{0,120}") {
            lint("l.md", &source);
            pictures("l.md", &source);
        }
    }
}
