//! The text of an HTML mail, roughly as a person sees it.

/// Tags, scripts and styles dropped, entities decoded, a line for each block.
pub(super) fn text(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        entities(&rest[..at], &mut out);
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let name_end =
            rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '/').unwrap_or(rest.len());
        let name = rest[..name_end].to_ascii_lowercase();
        if name.is_empty() {
            // `<anna@one.test>` unescaped, or a lone sign.
            out.push('<');
            continue;
        }
        if rest[name_end..].starts_with(['@', '.']) {
            out.push('<');
            continue;
        }
        rest = rest.split_once('>').map_or("", |(_, after)| after);
        match name.trim_matches('/') {
            hidden @ ("script" | "style" | "head" | "title") if !name.starts_with('/') => {
                let end = format!("</{hidden}");
                let at = find_ignoring_case(rest, &end);
                rest = at.map_or("", |at| &rest[at..]);
            }
            // What mail programs quote; its own words end here, as in plain text.
            "blockquote" if !name.starts_with('/') => {
                out.push_str("\n-----Original Message-----\n");
            }
            "br" | "p" | "div" | "tr" | "li" | "h1" | "h2" | "h3" | "table" | "blockquote"
            | "hr" | "ul" | "pre" => out.push('\n'),
            "td" | "th" => out.push(' '),
            _ => {}
        }
    }
    entities(rest, &mut out);
    out
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    let wanted = wanted.as_bytes();
    text.as_bytes().windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted))
}

fn entities(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let name = rest.split_once(';').map(|(name, _)| name).filter(|name| name.len() < 10);
        let decoded = name.and_then(|name| match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "nbsp" => Some(' '),
            "laquo" => Some('«'),
            "raquo" => Some('»'),
            "mdash" => Some('—'),
            "ndash" => Some('–'),
            other => {
                let number = other.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)
            }
        });
        match (decoded, name) {
            (Some(c), Some(name)) => {
                out.push(c);
                rest = &rest[name.len() + 1..];
            }
            _ => out.push('&'),
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn html_reads_as_a_person_sees_it() {
        let html = "<HTML><head><title>x</title></head><style>p{}</style><p>Не&nbsp;доставлено:<br>\
                    &lt;anna@one.test&gt; <b>550</b> &#1053;&#x435;т</p><!-- no -->A & B";
        let words: Vec<String> = text(html).split_whitespace().map(str::to_owned).collect();
        assert_eq!(words.join(" "), "Не доставлено: <anna@one.test> 550 Нет A & B");
    }
}
