//! The line that mail programs show behind the subject: the first sentence of the letter.

/// Characters that are shown at most, in the widest list of letters.
const MOST: usize = 140;

/// The first sentence behind the salutation, or of the first paragraph with more than some words if
/// the text has no salutation; without signs of emphasis.
pub(crate) fn first_sentence(text: &str, salutation: &str) -> String {
    /// Characters of a paragraph that is no heading and no address.
    const PARAGRAPH: usize = 40;
    let salutation = salutation.trim();
    let behind = match text.find(salutation) {
        Some(at) if !salutation.is_empty() => {
            let rest = &text[at + salutation.len()..];
            rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '\n' && c != '«')
        }
        Some(_) | None => {
            let long = text.split("\n\n").find(|it| it.trim().chars().count() >= PARAGRAPH);
            long.unwrap_or_default()
        }
    };
    let paragraph = behind.split("\n\n").map(str::trim).find(|it| !it.is_empty());
    let words: Vec<&str> = paragraph.unwrap_or_default().split_whitespace().collect();
    let plain = words.join(" ").replace('*', "");
    let end = sentence_end(&plain).unwrap_or(plain.len());
    shortened(&plain[..end])
}

/// Where the first sentence ends. A dot behind a figure or a short word can be an abbreviation.
fn sentence_end(text: &str) -> Option<usize> {
    const SHORT: usize = 4;
    text.match_indices(['.', '!', '?', '…']).map(|(at, sign)| (at, at + sign.len())).find_map(
        |(at, end)| {
            let word = text[..at].rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            let next = text[end..].strip_prefix(' ').and_then(|rest| rest.chars().next());
            let begins = next.is_some_and(|c| c.is_uppercase() || "«—–".contains(c));
            let is_word = word.chars().count() > SHORT || text[at..end] != *".";
            (begins && is_word).then_some(end)
        },
    )
}

/// At most [`MOST`] characters, cut between words.
fn shortened(text: &str) -> String {
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let end = text.char_indices().nth(MOST).map_or(text.len(), |(at, _)| at);
    let cut = text[..end].rfind(' ').unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches([',', ';', ':', '–', '-', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_first_sentence_behind_the_salutation() {
        let text = "Исх. № 7\n\nДиректору\n\nУважаемая Анна Петровна!\n\nПриглашаем Вас на *семинар*, который\nпройдёт 5 марта 2027 г. в г. Томске. Просим подтвердить участие.\n\nС уважением\n";
        assert_eq!(
            first_sentence(text, "Уважаемая Анна Петровна"),
            "Приглашаем Вас на семинар, который пройдёт 5 марта 2027 г. в г. Томске."
        );
        let same_line = "Уважаемая Анна Петровна, приглашаем Вас на семинар.\n\nИ всё.\n";
        assert_eq!(
            first_sentence(same_line, "Уважаемая Анна Петровна"),
            "приглашаем Вас на семинар."
        );
    }

    #[test]
    fn without_a_salutation_it_is_of_the_first_paragraph() {
        let text = "Исх. № 7\n\nЗдравствуйте, приглашаем Вас на семинар в Томске! Ждём.\n";
        assert_eq!(first_sentence(text, ""), "Здравствуйте, приглашаем Вас на семинар в Томске!");
        assert_eq!(first_sentence("Да.\n", "Уважаемый"), "");
    }

    #[test]
    fn a_long_one_ends_between_words() {
        let line = first_sentence(&format!("Иван! {}", "слово ".repeat(50)), "Иван");
        assert!(line.ends_with("слово…") && line.chars().count() <= MOST + 1, "{line}");
    }
}
