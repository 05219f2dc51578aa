//! The page of the gallery: markup, style, script and words put together. The list is not in it.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};

use serde_json::{Map, Value, json};

use super::entry::for_script;
use super::folder::OURS;
use crate::notice::{self, Language};

const MARKUP: &str = include_str!("gallery.html");
const STYLE: &str = include_str!("gallery.css");
const SCRIPT: &str = include_str!("gallery.js");

/// The whole page. Scripts run by a nonce that nobody could know when the list was written.
pub(super) fn index(title: &str, language: Language) -> String {
    let nonce: String =
        (0..2).map(|_| format!("{:016x}", RandomState::new().build_hasher().finish())).collect();
    let code = match language {
        Language::English => "en",
        Language::Russian => "ru",
    };
    let words: Map<String, Value> =
        notice::gallery(language).map(|(name, words)| (name.to_owned(), json!(words))).collect();
    let words = for_script(&Value::Object(words));
    // The marks are replaced in one pass, so a title cannot bring a mark of its own.
    let mut page = String::with_capacity(MARKUP.len() + STYLE.len() + SCRIPT.len() + words.len());
    for (index, piece) in MARKUP.split("@@").enumerate() {
        match (index % 2, piece) {
            (1, "OURS") => page.push_str(OURS),
            (1, "LANGUAGE") => page.push_str(code),
            (1, "NONCE") => page.push_str(&nonce),
            (1, "TITLE") => page.push_str(&escape(title)),
            (1, "STYLE") => page.push_str(STYLE),
            (1, "WORDS") => page.push_str(&words),
            (1, "SCRIPT") => page.push_str(SCRIPT),
            (1, word) => {
                let known = notice::gallery(language).find(|(name, _)| *name == word);
                page.push_str(&escape(known.map_or(word, |(_, words)| words)));
            }
            (_, markup) => page.push_str(markup),
        }
    }
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_page_and_of_its_script_is_known() {
        let known: Vec<&str> = notice::gallery(Language::Russian).map(|(name, _)| name).collect();
        let of_page = MARKUP
            .split("@@")
            .skip(1)
            .step_by(2)
            .filter(|word| word.chars().all(char::is_lowercase));
        let of_script = SCRIPT.split("word(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let of_script = of_script
            .chain(SCRIPT.split("count(\"").skip(1).filter_map(|rest| rest.split('"').next()));
        for word in of_page.chain(of_script) {
            assert!(known.contains(&word), "{word}");
        }
    }

    #[test]
    fn a_title_is_text_and_nothing_else() {
        let page = index("</title><script>x</script>@@SCRIPT@@", Language::Russian);
        assert!(page.contains("&lt;/title&gt;&lt;script&gt;x&lt;/script&gt;@@SCRIPT@@"));
        assert_eq!(page.matches("<script").count(), 2);
        assert!(!SCRIPT.contains("</script") && !STYLE.contains("</style"));
    }
}
