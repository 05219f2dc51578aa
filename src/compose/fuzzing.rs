//! What `fuzz/` asks of letters in Markdown.

use super::{body, escape};

/// Makes text and HTML of a letter, and of a value in it: what follows the first NUL.
///
/// # Panics
/// If the HTML runs a script, or a value changes more of it than its own text.
pub fn letter(written: &str) {
    let (markdown, value) = written.split_once('\0').unwrap_or((written, ""));
    let html = body::render(markdown).html.to_lowercase();
    for unsafe_part in ["<script", "<iframe", "href=\"javascript:", "href=\"data:"] {
        assert!(!html.contains(unsafe_part), "{html}");
    }
    // `contacts` refuses cells with control characters or those of the plane that ASCII moves to.
    let is_of_a_cell = |c: &char| !c.is_control() && !('\u{F0000}'..='\u{FFFFF}').contains(c);
    let value: String = value.chars().filter(is_of_a_cell).collect();
    if !value.trim().is_empty() {
        assert_eq!(tags(&value), tags("x"), "{value:?}");
    }
}

/// The tags of a paragraph in which a value stands among words.
fn tags(value: &str) -> Vec<String> {
    let mut printed = Vec::new();
    // Writing into memory cannot fail.
    let _ = escape::markdown(value, &mut printed);
    let markdown = format!("Уважаемый {}, **да**", String::from_utf8_lossy(&printed));
    let html = body::render(&markdown).html;
    // A number with a hyphen is kept on one line, also in a value.
    let is_of_number = |tag: &&str| ["span style=\"white-space:nowrap\"", "/span"].contains(tag);
    let tags = html.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or_default());
    tags.filter(|tag| !is_of_number(tag)).map(str::to_owned).collect()
}
