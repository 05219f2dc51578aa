//! Letters of positions: folding for look-up, look-alikes, endings in the letter case of the word.

/// Folds to small letters with «е» for «ё», each as long in bytes as it was, so that places in the
/// text hold.
pub(in crate::russian) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        folded.push(match c {
            'а'..='я' | ' '..='@' | 'a'..='z' => c,
            'ё' | 'Ё' => 'е',
            'А'..='Я' => char::from_u32(u32::from(c) + 32).unwrap_or(c),
            _ => {
                let mut lower = c.to_lowercase();
                match (lower.next(), lower.next()) {
                    (Some(small), None) if small.len_utf8() == c.len_utf8() => small,
                    (Some(_) | None, Some(_) | None) => c,
                }
            }
        });
    }
    folded
}

/// `str::ends_with`, quicker for tables of endings: most differ in the last byte.
pub(super) fn ends_with(folded: &str, ending: &str) -> bool {
    folded.as_bytes().last() == ending.as_bytes().last() && folded.ends_with(ending)
}

/// Cuts the last `cut` letters and adds `stem` and `ending`, in capitals if the word ends in them.
pub(super) fn replace_ending(word: &str, cut: usize, stem: &str, ending: &str) -> String {
    let kept = match cut {
        0 => word,
        _ => word.char_indices().rev().nth(cut - 1).map_or("", |(at, _)| &word[..at]),
    };
    let mut text = String::with_capacity(word.len() + 8);
    text.push_str(kept);
    if ends_in_capitals(word) {
        text.extend(stem.chars().chain(ending.chars()).flat_map(char::to_uppercase));
    } else {
        text.push_str(stem);
        text.push_str(ending);
    }
    text
}

/// Whether the last two letters of the word are capitals, or its only one.
fn ends_in_capitals(word: &str) -> bool {
    let mut last = word.chars().rev().filter(|c| c.is_alphabetic());
    last.next().is_some_and(char::is_uppercase) && last.next().is_none_or(char::is_uppercase)
}

/// Whether the word begins with a capital.
pub(super) fn is_capitalised(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// Whether the word is written in capitals: at least two letters, none of them small.
pub(super) fn in_capitals(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let two = letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_uppercase);
    two && letters.all(char::is_uppercase)
}

/// Whether the word is an abbreviation in capitals, perhaps with small letters inside («МБОУ»,
/// «`УрФУ`»).
pub(super) fn is_acronym(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let small = word.chars().filter(|c| c.is_lowercase()).count();
    capitals >= 2
        && (small == 0
            || (small <= capitals && word.chars().next_back().is_some_and(char::is_uppercase)))
}

/// `char::is_alphanumeric`, quicker for the characters that are common here.
pub(super) fn is_alphanumeric(c: char) -> bool {
    match c {
        'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' | 'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        '\0'..='\u{7F}' | '«' | '»' | '–' | '—' | '№' => false,
        _ => c.is_alphanumeric(),
    }
}

pub(super) fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{0400}'..='\u{052F}')
}

/// Latin letters, and below them the Cyrillic ones that look alike.
const LATIN: &str = "aceopxykABCEHKMOPTXY";
const CYRILLIC: &str = "асеорхукАВСЕНКМОРТХУ";

fn look_alike(latin: char) -> Option<char> {
    LATIN.chars().zip(CYRILLIC.chars()).find(|(from, _)| *from == latin).map(|(_, to)| to)
}

/// A text whose Cyrillic words had Latin letters in them.
pub(super) struct Repaired {
    pub(super) text: String,
    /// The first such word, as typed.
    pub(super) first_word: String,
}

/// Reads Latin look-alikes inside Cyrillic words as Cyrillic; `None` if no word mixes alphabets.
pub(super) fn repair_mixed(text: &str) -> Option<Repaired> {
    if !text.bytes().any(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let mut repaired = String::with_capacity(text.len());
    let mut first_word = None;
    for word in text.split_inclusive(|c: char| !c.is_alphabetic()) {
        let mixed = word.chars().any(is_cyrillic) && word.chars().any(|c| c.is_ascii_alphabetic());
        if !mixed {
            repaired.push_str(word);
            continue;
        }
        first_word
            .get_or_insert_with(|| word.trim_end_matches(|c: char| !c.is_alphabetic()).to_owned());
        repaired.extend(word.chars().map(|c| look_alike(c).unwrap_or(c)));
    }
    first_word.map(|first_word| Repaired { text: repaired, first_word })
}
