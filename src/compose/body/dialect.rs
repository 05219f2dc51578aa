//! What Markdown we speak: a letter's source as its writer means it, made into what the parser
//! understands.
//!
//! Works on the template, before values are in it: what it decides is the same in every letter.
//! Lines stay lines: places in the result are those of the source, but for the column.

use std::ops::Range;

use super::tags;
use crate::compose::escape::JOIN;

/// Lines of text that a mail program or an editor broke have about this length.
const BROKEN_AT: Range<usize> = 55..101;

/// The source as it is meant: line breaks stay, dashes under a line make no heading of it, an
/// asterisk between digits is one, bold ends beside any punctuation, and HTML tags that people know
/// work.
pub(crate) fn as_meant(source: &str) -> String {
    let tags = tags_of_template(source);
    let is_in_tag = |at: usize| {
        let before = tags.partition_point(|tag| tag.start < at);
        before.checked_sub(1).is_some_and(|before| at < tags[before].end)
    };
    let joined = joined_lines(source);
    let mut meant = String::with_capacity(source.len() + source.len() / 8);
    let mut is_code = false;
    let mut is_bold = false;
    // Whether an indent could belong to an item of a list.
    let mut is_item = false;
    let mut start = 0;
    let mut before = "";
    for (index, whole) in source.split_inclusive('\n').enumerate() {
        let end = whole.strip_suffix('\n').unwrap_or(whole);
        let end = end.strip_suffix('\r').unwrap_or(end);
        let (line, line_end) = whole.split_at(end.len());
        let at = start;
        start += whole.len();
        let bare = line.trim();
        if bare.is_empty() {
            is_bold = false;
        }
        if is_in_tag(at) {
            meant.push_str(whole);
            before = bare;
            continue;
        }
        let is_fence = bare.starts_with("```") || bare.starts_with("~~~");
        if is_fence || is_code {
            is_code ^= is_fence;
            meant.push_str(whole);
            before = bare;
            continue;
        }
        let is_indented = line.starts_with([' ', '\t']);
        if !bare.is_empty() && !is_indented {
            is_item = begins_item(bare);
        }
        // Four spaces begin a paragraph, not a listing.
        let margin = if is_item { 0 } else { line.len() - line.trim_start().len() };
        let (line, at) = (&line[margin..], at + margin);
        match (underline(bare, before), condition(line, at, &tags)) {
            (Some(instead), _) => meant.push_str(&instead),
            // Where nothing comes of it, no empty line is left between the others.
            (None, Some(Condition { opening, content })) if !before.is_empty() => {
                meant.push_str("{%-");
                meant.push_str(&line[2..opening]);
                if content == Content::OnThisLine {
                    meant.push_str("<br>");
                }
                push_line(&line[opening..], at + opening, &tags, &mut is_bold, &mut meant);
            }
            (None, _) => push_line(line, at, &tags, &mut is_bold, &mut meant),
        }
        let ends_in_tag = is_in_tag(at + line.len());
        let is_row = bare.starts_with('|');
        let breaks = bare.ends_with('\\') || bare.to_lowercase().ends_with("<br>");
        if !bare.is_empty()
            && !ends_in_tag
            && !is_row
            && !breaks
            && joined.binary_search(&index).is_err()
        {
            meant.push_str("  ");
        }
        meant.push_str(line_end);
        before = bare;
    }
    meant
}

/// A line that begins with a tag which may let it vanish.
struct Condition {
    /// Where that tag ends.
    opening: usize,
    content: Content,
}

#[derive(PartialEq, Eq)]
enum Content {
    /// The line is a whole `{% if %} … {% endif %}`.
    OnThisLine,
    /// The line has nothing but tags that print nothing.
    None,
}

/// Reads a line, which is at `at` in the source, as one that a condition or a loop has to itself.
fn condition(line: &str, at: usize, template: &[Range<usize>]) -> Option<Condition> {
    const SILENT: [&str; 7] = ["if", "elif", "else", "endif", "for", "endfor", "set"];
    let end = at + line.trim_end().len();
    let first = template.iter().position(|tag| tag.start == at && tag.end <= end)?;
    let tags: Vec<&Range<usize>> =
        template[first..].iter().take_while(|tag| tag.end <= end).collect();
    let word = |tag: &Range<usize>| {
        let inside = line[tag.start - at..tag.end - at].strip_prefix("{% ")?;
        Some(inside.trim_start().split([' ', '%', '-']).next().unwrap_or_default())
    };
    let opening = tags[0].end - at;
    let is_silent = |tag: &&Range<usize>| word(tag).is_some_and(|word| SILENT.contains(&word));
    let is_last = tags.last().is_some_and(|tag| tag.end == end);
    let is_alone = tags.iter().all(is_silent) && line_without(line, at, &tags).trim().is_empty();
    if is_alone {
        return Some(Condition { opening, content: Content::None });
    }
    let opens = tags.iter().filter(|tag| word(tag) == Some("if")).count();
    let closes = tags.iter().filter(|tag| word(tag) == Some("endif")).count();
    let has_other = tags.iter().any(|tag| matches!(word(tag), Some("else" | "elif")));
    let is_whole = word(tags[0]) == Some("if")
        && is_last
        && tags.last().is_some_and(|tag| word(tag) == Some("endif"))
        && (opens, closes) == (1, 1)
        && !has_other;
    is_whole.then_some(Condition { opening, content: Content::OnThisLine })
}

fn line_without(line: &str, at: usize, tags: &[&Range<usize>]) -> String {
    let mut rest = String::new();
    let mut from = 0;
    for tag in tags {
        rest.push_str(&line[from..tag.start - at]);
        from = tag.end - at;
    }
    rest.push_str(&line[from..]);
    rest
}

/// Whether a line begins an item of a list, or a footnote, which indented lines continue.
fn begins_item(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    line.starts_with(['-', '*', '+', '>'])
        || line.starts_with("[^")
        || digits > 0 && line[digits..].starts_with(['.', ')'])
}

/// What a line of nothing but dashes or `=` is instead of the mark of a heading above it.
fn underline(bare: &str, before: &str) -> Option<String> {
    let is_all = |c: char| !bare.is_empty() && bare.chars().all(|it| it == c);
    if before.is_empty() || before.starts_with('|') {
        // Two dashes alone are how mail begins a signature.
        return (is_all('-') && bare.len() < 3).then(|| format!("\\{bare}"));
    }
    match bare.len() {
        _ if is_all('=') => Some(format!("\\{bare}")),
        0..3 if is_all('-') => Some(format!("\\{bare}")),
        _ if is_all('-') => Some("***".to_owned()),
        _ => None,
    }
}

/// A line of text with its signs as they are meant. `at` is where it begins in the source.
fn push_line(
    line: &str,
    at: usize,
    template: &[Range<usize>],
    is_bold: &mut bool,
    meant: &mut String,
) {
    let mut previous = ' ';
    let mut is_code = false;
    let mut rest = line;
    if let Some(digits) = year(line) {
        // A year, not an item of a list.
        meant.push_str(&line[..digits]);
        meant.push('\\');
        previous = '0';
        rest = &line[digits..];
    }
    while let Some(c) = rest.chars().next() {
        let here = at + line.len() - rest.len();
        if let Some(tag) = beginning(template, here) {
            let length = (tag.end - here).min(rest.len());
            meant.push_str(&rest[..length]);
            // A value is like a word.
            previous = 'x';
            rest = &rest[length..];
            continue;
        }
        let next = |behind: usize| -> char {
            let is_tag = tags::read(&rest[behind..]).is_some();
            if is_tag || beginning(template, here + behind).is_some() {
                return 'x';
            }
            rest[behind..].chars().next().unwrap_or(' ')
        };
        if c == '`' {
            is_code = !is_code;
        }
        if is_code {
            meant.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let step = match c {
            '\\' => {
                meant.push(c);
                let escaped = rest.chars().nth(1).filter(|c| !c.is_whitespace());
                escaped.into_iter().for_each(|c| meant.push(c));
                1 + escaped.map_or(0, char::len_utf8)
            }
            '<' => {
                if let Some((written, length)) = tags::read(rest) {
                    meant.push_str(&written);
                    // For the parser, what stands there now is a letter.
                    previous = 'x';
                    rest = &rest[length..];
                    continue;
                }
                let length = address_in_brackets(rest).unwrap_or(1);
                meant.push_str(&rest[..length]);
                length
            }
            '*' | '_' if rest.starts_with(&format!("{c}{c}")) => {
                let length = rest.chars().take_while(|it| *it == c).count();
                let follows = next(length);
                if *is_bold {
                    if is_mark(previous) && follows.is_alphanumeric() {
                        meant.push(JOIN);
                    }
                    meant.push_str(&rest[..length]);
                } else {
                    meant.push_str(&rest[..length]);
                    if previous.is_alphanumeric() && (is_mark(follows) || follows == 'x') {
                        meant.push(JOIN);
                    }
                }
                *is_bold = !*is_bold;
                length
            }
            // A sign of multiplication, or of a range.
            '*' | '~' if previous.is_alphanumeric() && next(1).is_alphanumeric() => {
                meant.push('\\');
                meant.push(c);
                1
            }
            '~' if !rest.starts_with("~~") => {
                meant.push_str("\\~");
                1
            }
            '~' => {
                meant.push_str("~~");
                2
            }
            c => {
                meant.push(c);
                c.len_utf8()
            }
        };
        previous = rest[..step].chars().next_back().unwrap_or(c);
        rest = &rest[step..];
    }
}

/// The tag of the template that begins at a byte; they are in order.
fn beginning(template: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    template.binary_search_by_key(&at, |tag| tag.start).ok().map(|found| &template[found])
}

/// The length of `<https://…>`, which stays as it is.
fn address_in_brackets(text: &str) -> Option<usize> {
    let (inside, _) = text.split_once('>')?;
    (inside.contains([':', '@']) && !inside.contains(' ')).then_some(inside.len() + 1)
}

/// The length of the number that a line begins with, if it is too great for an item of a list.
fn year(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let is_item = line[digits..].starts_with(". ") || line[digits..].starts_with(") ");
    (digits > 2 && is_item).then_some(digits)
}

/// Whether CommonMark counts a character as punctuation.
fn is_mark(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

/// The lines, counted from 0, that are continued by the next: text that some program broke at a
/// width, where all but the last line are long and most go on in lower case.
fn joined_lines(source: &str) -> Vec<usize> {
    let mut joined = Vec::new();
    let mut paragraph: Vec<(usize, &str)> = Vec::new();
    for (index, line) in source.lines().chain([""]).enumerate() {
        let line = line.trim_end();
        let is_text = !line.trim().is_empty()
            && !line.trim_start().starts_with(['|', '#', '>', '{'])
            && !line.starts_with("    ");
        if !is_text || begins_item(line.trim_start()) {
            joined.extend(broken(&paragraph));
            paragraph.clear();
        }
        if is_text {
            paragraph.push((index, line.trim()));
        }
    }
    joined
}

fn broken(paragraph: &[(usize, &str)]) -> Vec<usize> {
    let Some(((_, _), before)) = paragraph.split_last() else { return Vec::new() };
    let are_long = before.iter().all(|(_, line)| BROKEN_AT.contains(&line.chars().count()));
    let goes_on = |line: &&(usize, &str)| {
        line.1.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_lowercase)
    };
    let going_on = paragraph.iter().skip(1).filter(goes_on).count();
    if before.is_empty() || !are_long || going_on * 2 <= before.len() {
        return Vec::new();
    }
    before.iter().map(|(index, _)| *index).collect()
}

/// Where `{{ … }}`, `{% … %}` and `{# … #}` stand.
pub(crate) fn tags_of_template(source: &str) -> Vec<Range<usize>> {
    let mut tags = Vec::new();
    let mut from = 0;
    while let Some(at) = source[from..].find('{').map(|at| from + at) {
        let end = match source.as_bytes().get(at + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => {
                from = at + 1;
                continue;
            }
        };
        let length = source[at + 2..].find(end).map_or(source.len() - at, |length| length + 4);
        tags.push(at..at + length);
        from = at + length;
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::super::markdown::blocks as parse;
    use super::super::text;
    use super::*;

    fn read(source: &str) -> String {
        text::render(&parse(&as_meant(source)))
    }

    #[test]
    fn lines_of_a_signature_stay_lines() {
        assert_eq!(
            read("С уважением,\nдиректор гимназии\nА.П. Ильина\n"),
            "С уважением,\nдиректор гимназии\nА.П. Ильина\n"
        );
    }

    #[test]
    fn a_text_that_a_program_broke_is_one_paragraph() {
        let text = "Приглашаем Вас принять участие в межрегиональном семинаре, который\n\
                    состоится 18 и 19 марта в Примерске, и просим сообщить о нём всем\n\
                    коллегам, которым он может быть полезен.\n";
        assert!(
            parse(&as_meant(text)).len() == 1
                && !format!("{:?}", parse(&as_meant(text))).contains("Break")
        );
    }

    #[test]
    fn dashes_under_a_line_make_no_heading_of_it() {
        assert_eq!(read("Ждём Вас.\n-- \nА.П. Ильина\n"), "Ждём Вас.\n--\nА.П. Ильина\n");
        assert!(read("Ждём Вас.\n---\nА.П.\n").starts_with("Ждём Вас.\n\n———"));
        assert_eq!(read("Итог\n===\n"), "Итог\n===\n");
    }

    #[test]
    fn an_asterisk_between_digits_is_one() {
        assert_eq!(
            read("Коробка 5*10*15 см, 10~15 штук, 20~25 кг\n"),
            "Коробка 5*10*15 см, 10~15 штук, 20~25 кг\n"
        );
    }

    #[test]
    fn bold_ends_beside_any_punctuation() {
        for source in [
            "Срок:**«до 1 марта»**включительно",
            "**Важно!**Срок",
            "до**(1 марта)** и",
            "<center>**«Да»,**</center>",
            "<u>**(да)**</u>",
        ] {
            assert!(!read(source).contains('*'), "{}", read(source));
        }
    }

    #[test]
    fn a_year_begins_no_list() {
        assert_eq!(
            read("2027. Год педагога.\n\n18. марта\n"),
            "2027. Год педагога.\n\n18. марта\n"
        );
    }

    #[test]
    fn tags_that_people_know_work() {
        let blocks =
            format!("{:?}", parse(&as_meant("<center>Срок <u>**до 1 марта**</u></center>\n")));
        assert!(blocks.starts_with("[Aligned { align: Centre"), "{blocks}");
        assert!(blocks.contains("Underline([Strong([Text(\"до 1 марта\")])])"), "{blocks}");
    }

    #[test]
    fn a_condition_with_a_line_to_itself_leaves_no_empty_line() {
        let meant = as_meant("А\n{% if c %}Б {{ d }}{% endif %}\nВ\n");
        assert_eq!(meant, "А  \n{%- if c %}<br>Б {{ d }}{% endif %}  \nВ  \n");
        let meant = as_meant("А\n{% if c %}\nБ\n{% else %}\nВ\n{% endif %}\nГ\n");
        assert_eq!(meant, "А  \n{%- if c %}  \nБ  \n{%- else %}  \nВ  \n{%- endif %}  \nГ  \n");
        // A paragraph of its own stays one, and what is chosen within a line is a line.
        for source in
            ["А\n\n{% if c %}\n\nБ\n\n{% endif %}\n\nВ\n", "{% if c %}А{% else %}Б{% endif %}, В\n"]
        {
            assert!(!as_meant(source).contains("{%-"), "{}", as_meant(source));
        }
    }

    #[test]
    fn lines_and_the_tags_of_the_template_stay() {
        let source = "{# две\nстроки #}\n{% for x in y %}\n- {{ x }}**\n{%- endfor %}\n";
        let meant = as_meant(source);
        assert_eq!(meant.lines().count(), source.lines().count());
        assert!(meant.contains("{{ x }}") && meant.contains("{# две\nстроки #}"), "{meant:?}");
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_lost(source in "[а-в1*_~<>bu/`|{}%#=\\-\\\\ \n]{0,120}") {
            let meant = as_meant(&source);
            assert_eq!(meant.matches('\n').count(), source.matches('\n').count());
        }
    }
}
