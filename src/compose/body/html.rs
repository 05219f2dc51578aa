//! Writes the body as HTML for mail clients: tables for layout, inline styles, nothing loaded from
//! elsewhere.
//!
//! Text and background keep the reader's own colours, so that a dark screen stays dark. Outlook for
//! Windows (2007 to 2019) lays out with Word, which knows no `max-width`, takes padding only of
//! cells, and lets no table inherit a font; the tests hold what is written here against a table of what the engines support.

use super::markdown::{Align, Block, Item, PictureRun, Run, Span, Table};
use crate::compose::escape::{into_html, push_html};

/// How the HTML names a picture before the message gives it an address of its own.
pub(crate) const PICTURE: &str = "picture:";

const FONT: &str =
    "font-family:Georgia,'Times New Roman',Times,serif;font-size:16px;line-height:1.5";
const AROUND: &str = "padding:24px 16px";
const PARAGRAPH: &str = "margin:0 0 14px 0";
// Word hangs bullets and numbers into the margin, and knows no padding here.
const LIST: &str = "margin:0 0 14px 26px;padding:0";
const ITEM: &str = "margin-bottom:6px";
const BRACKETS: &str = "margin:0 0 14px 26px";
const BRACKETED: &str = "margin:0 0 6px 0;text-indent:-22px";
const NOTES: &str =
    "border:0;border-top:1px solid #999999;margin:18px 0 8px 0;width:180px;text-align:left";
const NOTE: &str = "margin:0 0 4px 0;font-size:13px";
const QUOTED: &str = "padding:0 0 0 14px;border-left:3px solid #999999";
const CODE: &str =
    "margin:0 0 14px 0;font-family:Consolas,Menlo,monospace;font-size:14px;white-space:pre-wrap";
const RULE: &str = "border:0;border-top:1px solid #999999;margin:18px 0";
const TABLE: &str = "border-collapse:collapse;margin:0 0 14px 0";
const HEADING: &str = "padding:6px 12px 6px 0;border-bottom:2px solid #999999;vertical-align:top";
const NO_BREAK: &str = "<span style=\"white-space:nowrap\">";
const CELL: &str = "padding:6px 12px 6px 0;border-bottom:1px solid #999999;vertical-align:top";
/// Five columns and more, so that they fit a telephone.
const SMALL: &str =
    "font-family:Georgia,'Times New Roman',Times,serif;font-size:13px;line-height:1.4";
const WIDE: usize = 5;
const LAYOUT: &str = "border-collapse:collapse;margin:0 0 20px 0";

// Word knows only its own way to hide text, LibreOffice none at all: there it is too small to see
// (filters hold 1 px against a letter), and in a table, since a paragraph before the letter's first
// table leaves the first page empty.
const HIDDEN: &str =
    "display:none;max-height:0;overflow:hidden;font-size:2px;line-height:2px;mso-hide:all";

/// A table of fixed width, for Word alone.
const OUTLOOK_BEGIN: &str = "<!--[if mso]><table role=\"presentation\" width=\"600\" align=\"center\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td width=\"600\" align=\"left\"";
const OUTLOOK_END: &str = "<!--[if mso]></td></tr></table><![endif]-->\n";

/// A picture above the letter.
pub(crate) struct Logo<'a> {
    pub(crate) source: String,
    /// In pixels.
    pub(crate) width: usize,
    /// Shown where pictures are off.
    pub(crate) alternative: &'a str,
}

/// What a page is made of.
pub(crate) struct Page<'a> {
    pub(crate) body: &'a str,
    pub(crate) title: &'a str,
    /// The line that mail programs show behind the subject; the page itself does not.
    pub(crate) preheader: &'a str,
    pub(crate) language: &'a str,
    pub(crate) logo: Option<&'a Logo<'a>>,
}

/// Puts a body into a whole page: centred, at most 600 px wide.
pub(crate) fn page(Page { body, title, preheader, language, logo }: &Page) -> String {
    let title = into_html(title);
    let language = into_html(language);
    let preheader = match preheader.trim() {
        "" => String::new(),
        text => format!(
            "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"{HIDDEN}\"><tr><td style=\"{HIDDEN}\">{}</td></tr></table>\n",
            into_html(text)
        ),
    };
    // Outlook reads only the attribute, phones the style.
    let logo = logo.map_or_else(String::new, |logo| {
        format!(
            "<p style=\"margin:0 0 20px 0\"><img src=\"{}\" alt=\"{}\" width=\"{}\" style=\"max-width:100%;height:auto;border:0\"></p>\n",
            logo.source,
            into_html(logo.alternative),
            logo.width.min(600)
        )
    });
    format!(
        "<!DOCTYPE html>\n\
         <html lang=\"{language}\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <title>{title}</title>\n\
         </head>\n\
         <body style=\"margin:0;padding:0\">\n\
         {preheader}\
         {OUTLOOK_BEGIN} style=\"{AROUND};{FONT}\"><![endif]-->\n\
         <div lang=\"{language}\" style=\"max-width:600px;margin:0 auto;{AROUND};text-align:left;{FONT}\">\n\
         {logo}{body}\
         </div>\n\
         {OUTLOOK_END}\
         </body>\n\
         </html>\n"
    )
}

/// Writes the blocks, one a line.
pub(crate) fn render(blocks: &[Block]) -> String {
    let mut html = String::new();
    for block in blocks {
        push_block(block, &mut html);
        html.push('\n');
    }
    html
}

fn push_block(block: &Block, html: &mut String) {
    match block {
        Block::Paragraph(runs) => {
            html.push_str(&format!("<p style=\"{PARAGRAPH}\">"));
            push_runs(runs, html);
            html.push_str("</p>");
        }
        Block::Heading { level, runs } => {
            let size = match level {
                1 => 22,
                2 => 19,
                _ => 17,
            };
            // LibreOffice takes a 0 without its unit behind another measure for an indent.
            html.push_str(&format!(
                "<h{level} style=\"margin:20px 0px 12px 0px;font-size:{size}px;line-height:1.3\">"
            ));
            push_runs(runs, html);
            html.push_str(&format!("</h{level}>"));
        }
        Block::List(items) => push_list(items, html),
        Block::Quote(inner) => {
            // Yandex Mail folds the element for quotations away, as if it were an earlier letter.
            html.push_str(&format!(
                "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"{TABLE}\"><tr><td style=\"{QUOTED};{FONT}\">\n{}</td></tr></table>",
                render(inner)
            ));
        }
        Block::Code(code) => {
            html.push_str(&format!("<pre style=\"{CODE}\">{}</pre>", into_html(code)));
        }
        Block::Rule => html.push_str(&format!("<hr style=\"{RULE}\">")),
        Block::Table(table) => push_table(table, html),
        Block::Aligned { align, blocks } => {
            let align = name_of(*align);
            html.push_str(&format!("<div align=\"{align}\" style=\"text-align:{align}\">\n"));
            html.push_str(&render(blocks));
            html.push_str("</div>");
        }
        Block::Notes(notes) => {
            html.push_str(&format!("<hr style=\"{NOTES}\">\n"));
            for (number, blocks) in notes {
                html.push_str(&format!("<div style=\"{NOTE}\"><sup>{number}</sup>&nbsp;"));
                push_item(blocks, html);
                html.push_str("</div>\n");
            }
        }
    }
}

fn name_of(align: Align) -> &'static str {
    match align {
        Align::Left => "left",
        Align::Centre => "center",
        Align::Right => "right",
    }
}

/// Numbers are as they were written; one with a bracket is text, since HTML has only full stops.
fn push_list(items: &[Item], html: &mut String) {
    let first = items.first().and_then(|item| item.number);
    let Some(first) = first else {
        html.push_str(&format!("<ul style=\"{LIST}\">"));
        for item in items {
            html.push_str(&format!("<li style=\"{ITEM}\">"));
            push_item(&item.blocks, html);
            html.push_str("</li>");
        }
        html.push_str("</ul>");
        return;
    };
    if first.sign == ')' {
        html.push_str(&format!("<div style=\"{BRACKETS}\">"));
        for Item { number, blocks } in items {
            let value = number.map_or(0, |number| number.value);
            html.push_str(&format!("<div style=\"{BRACKETED}\">{value})&nbsp;"));
            push_item(blocks, html);
            html.push_str("</div>");
        }
        html.push_str("</div>");
        return;
    }
    let start =
        if first.value == 1 { String::new() } else { format!(" start=\"{}\"", first.value) };
    html.push_str(&format!("<ol{start} style=\"{LIST}\">"));
    let mut next = first.value;
    for Item { number, blocks } in items {
        let value = number.map_or(next, |number| number.value);
        let given = if value == next { String::new() } else { format!(" value=\"{value}\"") };
        html.push_str(&format!("<li{given} style=\"{ITEM}\">"));
        push_item(blocks, html);
        html.push_str("</li>");
        next = value.saturating_add(1);
    }
    html.push_str("</ol>");
}

/// A list item of one paragraph needs no paragraph of its own.
fn push_item(item: &[Block], html: &mut String) {
    for (index, block) in item.iter().enumerate() {
        match block {
            Block::Paragraph(runs) if index == 0 => push_runs(runs, html),
            other => push_block(other, html),
        }
    }
}

fn push_table(table: &Table, html: &mut String) {
    let is_layout = table.is_layout();
    let columns = table.headings.len();
    let style = if is_layout { LAYOUT } else { TABLE };
    // LibreOffice takes the space around a cell, its width and where it is aligned from attributes.
    let role = if is_layout {
        " role=\"presentation\" width=\"100%\" cellpadding=\"0\""
    } else {
        " cellpadding=\"6\""
    };
    html.push_str(&format!("<table{role} cellspacing=\"0\" border=\"0\" style=\"{style}\">"));
    let font = if !is_layout && columns >= WIDE { SMALL } else { FONT };
    let spans = table.spans();
    if !is_layout {
        let cell = CellTag { name: "th", attributes: " valign=\"top\"", style: HEADING, font };
        push_row((&table.headings, &spans[0]), table, &cell, html);
    }
    let side = if table.is_signature() { "bottom" } else { "top" };
    let width = 100 / columns.max(1);
    let of_layout = format!("padding:0 12px 0 0;vertical-align:{side};width:{width}%");
    let (attributes, style) = if is_layout {
        (format!(" valign=\"{side}\" width=\"{width}%\""), of_layout.as_str())
    } else {
        (" valign=\"top\"".to_owned(), CELL)
    };
    let cell = CellTag { name: "td", attributes: &attributes, style, font };
    for row in table.rows.iter().zip(&spans[1..]) {
        push_row(row, table, &cell, html);
    }
    html.push_str("</table>");
}

struct CellTag<'a> {
    name: &'static str,
    attributes: &'a str,
    style: &'a str,
    font: &'static str,
}

fn push_row(
    (row, spans): (&Vec<Vec<Run>>, &Vec<Option<Span>>),
    table: &Table,
    cell: &CellTag,
    html: &mut String,
) {
    let CellTag { name, attributes, style, font } = cell;
    html.push_str("<tr>");
    for (column, (runs, span)) in row.iter().zip(spans).enumerate() {
        let Some(Span { columns, rows }) = span else { continue };
        let align = name_of(table.alignments.get(column).copied().unwrap_or(Align::Left));
        let attribute = |name: &str, many: &usize| match many {
            1 => String::new(),
            many => format!(" {name}=\"{many}\""),
        };
        let span = attribute("colspan", columns) + &attribute("rowspan", rows);
        html.push_str(&format!(
            "<{name} align=\"{align}\"{span}{attributes} style=\"{style};{font}\">"
        ));
        push_runs(runs, html);
        html.push_str(&format!("</{name}>"));
    }
    html.push_str("</tr>");
}

fn push_runs(runs: &[Run], html: &mut String) {
    for run in runs {
        match run {
            Run::Text(text) => push_text(text, html),
            Run::Break => html.push_str("<br>"),
            Run::Code(code) => html.push_str(&format!("<code>{}</code>", into_html(code))),
            Run::Strong(inner) => push_inside("strong", inner, html),
            Run::Emphasis(inner) => push_inside("em", inner, html),
            Run::Underline(inner) => push_inside("u", inner, html),
            Run::Strike(inner) => push_inside("s", inner, html),
            Run::Note(number) => html.push_str(&format!("<sup>{number}</sup>")),
            Run::Picture(picture) => push_picture(picture, html),
            Run::Link { to, runs } => {
                html.push_str("<a href=\"");
                push_html(to, html);
                html.push_str("\">");
                push_runs(runs, html);
                html.push_str("</a>");
            }
        }
    }
}

/// Text in which no line ends behind the hyphen of a number: «№ 368-р», «19-й», «8-800-555-35-35».
fn push_text(text: &str, html: &mut String) {
    if !text.contains(['-', '–']) {
        return push_html(text, html);
    }
    let is_breaking = |c: char| c.is_whitespace() && c != '\u{a0}';
    for piece in text.split_inclusive(is_breaking) {
        let word = piece.trim_end_matches(is_breaking);
        if is_number_with_hyphen(word) {
            html.push_str(NO_BREAK);
            push_html(word, html);
            html.push_str("</span>");
            push_html(&piece[word.len()..], html);
        } else {
            push_html(piece, html);
        }
    }
}

fn is_number_with_hyphen(word: &str) -> bool {
    /// What is longer would not fit the screen of a telephone.
    const MOST: usize = 30;
    word.contains(['-', '–'])
        && word.bytes().any(|b| b.is_ascii_digit())
        && !word.contains(['@', '\\'])
        && !word.contains("://")
        && word.chars().count() <= MOST
}

fn push_picture(picture: &PictureRun, html: &mut String) {
    let PictureRun { source, alternative, width } = picture;
    // Outlook reads only the attribute, phones the style.
    let width = width.map(|width| format!(" width=\"{}\"", width.min(600))).unwrap_or_default();
    html.push_str(&format!(
        "<img src=\"{PICTURE}{}\" alt=\"{}\"{width} style=\"max-width:100%;height:auto;border:0\">",
        into_html(source),
        into_html(alternative)
    ));
}

fn push_inside(tag: &str, runs: &[Run], html: &mut String) {
    html.push_str(&format!("<{tag}>"));
    push_runs(runs, html);
    html.push_str(&format!("</{tag}>"));
}

#[cfg(test)]
mod tests {
    use super::super::markdown::blocks as parse;
    use super::*;

    #[test]
    fn markup_in_text_is_shown_not_obeyed() {
        let html = render(&parse("\\<script\\> <b>x</b> & \"y\""));
        assert!(html.contains("&lt;script&gt; &lt;b&gt;x&lt;/b&gt; &amp; &quot;y&quot;"), "{html}");
    }

    #[test]
    fn an_ordered_list_keeps_its_first_number() {
        assert!(render(&parse("3. раз\n4. два\n")).starts_with("<ol start=\"3\""));
    }

    /// What is written into letters, the month of caniemail.com's last test of it (as that site was
    /// on 29 June 2026; it knows nothing of Yandex Mail), and the elements on which Word (Outlook 2007
    /// to 2019), Gmail and Mail.ru follow it. `-` marks what one of them ignores, where nothing but
    /// looks is lost: Word `max-width` and the padding of `div` (it has a table of its own),
    /// `max-height`, `overflow` and `white-space`, Gmail and Mail.ru a negative `text-indent`. Of `mso-hide`, which Word alone reads, and
    /// `border-collapse` in Word, Microsoft's "Word HTML and CSS rendering" tells.
    const SUPPORT: [(&str, &str, &str); 25] = [
        ("margin", "2019-10", "body p h1 h2 h3 h4 h5 h6 ul ol div pre hr table"),
        ("margin-bottom", "2019-10", "li"),
        ("padding", "2019-07", "body ul ol td th div -"),
        ("font-family", "2019-02", "td th pre code div"),
        ("font-size", "2024-02", "table td th h1 h2 h3 h4 h5 h6 pre code div"),
        ("line-height", "2021-10", "table td th h1 h2 h3 h4 h5 h6 div"),
        ("text-indent", "2021-01", "div -"),
        ("text-align", "2025-11", "div hr"),
        ("vertical-align", "2020-12", "td th"),
        ("width", "2019-09", "td hr"),
        ("border", "2021-07", "hr img"),
        ("border-top", "2021-07", "hr"),
        ("border-left", "2021-07", "td"),
        ("border-bottom", "2021-07", "td th"),
        ("border-collapse", "2023-12", "table"),
        ("white-space", "2019-02", "pre code span -"),
        ("max-width", "2019-08", "div img -"),
        ("height", "2019-09", "img -"),
        ("text-decoration", "2019-02", "a s"),
        ("font-weight", "2022-06", "td th"),
        ("font-style", "2019-02", "em"),
        ("display", "2021-12", "table td"),
        ("max-height", "2021-11", "table td -"),
        ("overflow", "2025-05", "table td -"),
        ("mso-hide", "", "table td"),
    ];

    /// Elements that Gmail, Yandex Mail and Mail.ru leave as they are. `blockquote` is not among
    /// them: Yandex folds it. Those with a meaning of their own (`section`, `nav`) are dropped by
    /// Mail.ru and Word (caniemail.com, 2019-07).
    const ELEMENTS: &str = "html head meta title body table tr td th p br strong em u s a sup ul ol li div h1 h2 h3 h4 h5 h6 pre code hr img span";

    /// Reads a page against the tables and returns how many rules it has.
    fn rules_followed(page: &str) -> usize {
        let known: Vec<&str> = ELEMENTS.split(' ').collect();
        let mut seen = 0;
        for tag in page.split('<').skip(1).filter(|tag| tag.starts_with(char::is_alphabetic)) {
            let element = tag.split([' ', '>']).next().unwrap();
            assert!(known.contains(&element), "<{tag}");
            let Some((_, style)) = tag.split_once("style=\"") else { continue };
            for rule in style.split('"').next().unwrap().split(';').filter(|rule| !rule.is_empty())
            {
                let property = rule.split(':').next().unwrap().trim();
                let on = SUPPORT.iter().find(|(known, ..)| *known == property);
                let on = on.unwrap_or_else(|| panic!("{property} in <{tag}")).2;
                assert!(on.split(' ').any(|known| known == element), "{property} on <{tag}");
                seen += 1;
            }
        }
        seen
    }

    #[test]
    fn every_engine_follows_what_is_written() {
        let source = "# Заголовок\n\n| | |\n|:--|--:|\n| № 7 | Директору<br>школы |\n\n**Да** *нет* ~~был~~ `код` [сайт](https://one.test) ![схема](a.png)\n\n- раз\n- два\n  - внутри\n\n3. три\n4. четыре\n\n1) пункт\n\n> цитата\n\n    код\n\n```\nкод\n```\n\n***\n\n| Дата | Тема |\n|:-:|--:|\n| 5 | Сад |\n\n№ 368-р, сноска[^1]\n\n[^1]: текст\n";
        let logo = Logo { source: "cid:x".into(), width: 100, alternative: "Логотип" };
        let page_of = |source: &str| {
            page(&Page {
                body: &render(&parse(source)),
                title: "t",
                preheader: "Первое предложение.",
                language: "ru",
                logo: Some(&logo),
            })
        };
        let whole = page_of(source);
        assert!(rules_followed(&whole) > 60, "{whole}");
        assert!(whole.contains("<!--[if mso]><table") && !whole.contains("blockquote"));
        for letter in [
            include_str!("../../../templates/letter.md"),
            include_str!("../../../examples/mmso-2022/letter.md"),
        ] {
            assert!(rules_followed(&page_of(letter)) > 30, "{letter}");
        }
    }

    #[test]
    fn a_wide_table_is_smaller_and_a_narrow_one_is_not() {
        let of = |columns: usize| {
            let row = |cell: &str| format!("|{}\n", format!("{cell}|").repeat(columns));
            render(&parse(&format!("{}{}{}", row(" Час "), row("---"), row(" 5 "))))
        };
        assert!(of(5).contains("font-size:13px") && !of(5).contains("font-size:16px"));
        assert!(of(4).contains("font-size:16px") && !of(4).contains("font-size:13px"));
    }

    #[test]
    fn a_number_is_not_broken_at_its_hyphen() {
        let html = render(&parse("по № 368-р, с 19-го, до Санкт-Петербурга и a-1@one.test\n"));
        let kept: Vec<&str> = html.split(NO_BREAK).skip(1).collect();
        let kept: Vec<&str> = kept.iter().filter_map(|it| it.split("</span>").next()).collect();
        assert_eq!(kept.len(), 2, "{html}");
        assert!(kept[0].ends_with("368-р,") && kept[1] == "19-го,", "{html}");
    }

    #[test]
    fn the_page_loads_nothing() {
        let body = render(&parse("![рисунок](https://example.org/x.png)"));
        let page =
            page(&Page { body: &body, title: "t", preheader: "", language: "ru", logo: None });
        assert!(!page.contains("src=\"http"), "{page}");
    }
}
