//! A position in the dative back in the nominative, for lists that hold datives.
//!
//! The rules are not turned round: of the words that could be nominatives those count whose dative
//! is the text itself.

use super::letters::fold;
use super::{Referent, decline_uncached};
use crate::russian::{Case, Confidence, Form, Reason};

/// Combinations that are tried at most.
const MOST: usize = 3000;

/// The position whose dative the text is.
///
/// In doubt if there are several, left as it is if there is none.
#[must_use]
pub fn nominative(text: &str) -> Form {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = candidates(&text).into_iter().filter(|candidate| {
        let form = decline_uncached(candidate, Case::Dative, Referent::Position);
        form.text == text && form.confidence == Confidence::Sure
    });
    let first = found.next();
    // «Главный врачу» only leaves a word as it was.
    let is_rival = |other: &String| {
        let first = first.as_deref().unwrap_or_default().split(' ');
        let words = other.split(' ').zip(first).zip(text.split(' '));
        !words.into_iter().all(|((other, first), typed)| other == first || other == typed)
    };
    let rival = found.find(is_rival);
    drop(found);
    match (first, rival) {
        (Some(only), None) => {
            Form { text: only, confidence: Confidence::Sure, reason: Reason::Plain }
        }
        (Some(text), Some(other)) => {
            Form { text, confidence: Confidence::Likely, reason: Reason::TwoReadings { other } }
        }
        (None, _) => {
            let word = text.split(' ').next().unwrap_or_default().to_owned();
            Form { text, confidence: Confidence::Guess, reason: Reason::NotDative { word } }
        }
    }
}

/// What the text may be the dative of: its first word at least is another.
fn candidates(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split(' ').collect();
    let mut all: Vec<String> = vec![String::new()];
    // The heads stand first; behind a dash, a comma or «и» there may be another.
    let mut is_near_a_head = true;
    for (at, word) in words.iter().enumerate() {
        let is_joint = matches!(*word, "–" | "-" | "—" | "и");
        let readings = if is_near_a_head || is_joint { readings(word) } else { Vec::new() };
        let is_oblique = readings.is_empty() && !is_joint;
        let mut next = Vec::new();
        for before in &all {
            for reading in readings.iter().map(String::as_str).chain([*word]) {
                let space = if at == 0 { "" } else { " " };
                next.push(format!("{before}{space}{reading}"));
            }
        }
        if next.len() > MOST {
            break;
        }
        all = next;
        is_near_a_head = is_joint || word.ends_with(',') || is_near_a_head && !is_oblique;
    }
    let done = all.first().map_or(0, |it| it.split(' ').count());
    let rest = words[done.min(words.len())..].join(" ");
    all.into_iter()
        .map(|begun| format!("{begun} {rest}").trim_end().to_owned())
        .filter(|candidate| candidate != text)
        .collect()
}

/// Endings of datives, and those of the nominatives that they may come from.
const ENDINGS: [(&str, &[&str]); 12] = [
    ("ему", &["ий"]),
    ("ому", &["ый", "ий"]),
    ("йцу", &["ец"]),
    ("ьцу", &["ец"]),
    ("цу", &["ец", "ц"]),
    ("ку", &["к", "ок", "ек"]),
    ("ю", &["ь", "й", "е"]),
    ("у", &["", "о"]),
    ("ой", &["ая"]),
    ("ей", &["ая", "яя"]),
    ("е", &["а", "я"]),
    ("и", &["ь", "я"]),
];

/// Stems of adjectives in positions that end in «-ой».
const STRESSED: [&str; 13] = [
    "втор",
    "шест",
    "седьм",
    "восьм",
    "рулев",
    "часов",
    "постов",
    "вестов",
    "портн",
    "молод",
    "больш",
    "звеньев",
    "передов",
];

/// The nominatives that a word may be the dative of, by its ending.
fn readings(word: &str) -> Vec<String> {
    let (bare, mark) = match word.strip_suffix(',') {
        Some(bare) => (bare, ","),
        None => (word, ""),
    };
    // «инженеру-программисту»
    if let Some((first, last)) = bare.split_once('-')
        && !first.is_empty()
    {
        let lasts = readings(last);
        let firsts = readings(first);
        let firsts = firsts.iter().map(String::as_str).chain([first]);
        let both = firsts.flat_map(|first| {
            let lasts = lasts.iter().map(String::as_str).chain([last]);
            lasts.map(move |last| format!("{first}-{last}{mark}")).collect::<Vec<_>>()
        });
        return both.filter(|candidate| candidate != word).collect();
    }
    let folded = fold(bare);
    let mut found = Vec::new();
    if let Some(stem) = folded.strip_suffix("ому").filter(|stem| STRESSED.contains(stem)) {
        let stem: String = bare.chars().take(stem.chars().count()).collect();
        return vec![format!("{stem}ой{mark}")];
    }
    for (ending, nominatives) in ENDINGS {
        let Some(stem) = folded.strip_suffix(ending) else { continue };
        let letters = stem.chars().count();
        if letters < 2 {
            continue;
        }
        let stem: String = bare.chars().take(letters).collect();
        for nominative in nominatives {
            let reading = format!("{stem}{nominative}{mark}");
            if !found.contains(&reading) {
                found.push(reading);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dative_goes_back_to_its_nominative() {
        for (dative, wanted) in [
            ("Директору школы № 5", "Директор школы № 5"),
            ("Начальнику Управления образования", "Начальник Управления образования"),
            ("Исполняющему обязанности ректора", "Исполняющий обязанности ректора"),
            ("Заведующей кафедрой", "Заведующая кафедрой"),
            ("Главе города Томска", "Глава города Томска"),
            ("Генеральному директору АО «Луч»", "Генеральный директор АО «Луч»"),
            ("Первому заместителю министра", "Первый заместитель министра"),
            ("Председателю комитета по науке", "Председатель комитета по науке"),
            ("Главному врачу", "Главный врач"),
            ("Депутату Государственной Думы", "Депутат Государственной Думы"),
            ("Инженеру-программисту", "Инженер-программист"),
            ("Заместителю главы – начальнику отдела", "Заместитель главы – начальник отдела"),
            ("Секретарю", "Секретарь"),
            ("Судье", "Судья"),
            ("Учителю физики", "Учитель физики"),
            ("И.о. директора", "И.о. директора"),
        ] {
            let form = nominative(dative);
            if dative.starts_with("И.о.") {
                assert_eq!(form.text, wanted);
                continue;
            }
            assert_eq!(
                (form.text.as_str(), form.confidence),
                (wanted, Confidence::Sure),
                "{form:?}"
            );
        }
    }

    #[test]
    fn what_is_no_dative_stays_in_doubt() {
        for text in ["Директор школы", "", "отдел"] {
            let form = nominative(text);
            assert_eq!((form.text.as_str(), form.confidence), (text, Confidence::Guess));
        }
    }
}
