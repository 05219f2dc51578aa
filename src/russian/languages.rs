//! Codes of languages (ISO 639), and how lists name them.

/// Codes of two letters (ISO 639-1).
#[rustfmt::skip]
const TWO_LETTERS: &[&str] = &[
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bi",
    "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de",
    "dv", "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy",
    "ga", "gd", "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia",
    "id", "ie", "ig", "ii", "ik", "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk",
    "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo",
    "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb", "nd",
    "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os", "pa", "pi", "pl",
    "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "si", "sk", "sl",
    "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk",
    "tl", "tn", "to", "tr", "ts", "tt", "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa",
    "wo", "xh", "yi", "yo", "za", "zh", "zu",
];

/// Codes of three letters (ISO 639-3) of languages of Russia and its neighbours that have no
/// shorter one.
#[rustfmt::skip]
const THREE_LETTERS: &[&str] = &[
    "abq", "ady", "agx", "alt", "atv", "bua", "chm", "ckt", "crh", "dar", "dlg", "eve", "evn", "gag",
    "gld", "inh", "itl", "kbd", "kca", "kim", "kjh", "koi", "kpy", "krc", "krl", "kum", "lbe", "lez",
    "mdf", "mhr", "mns", "mrj", "myv", "nog", "olo", "rut", "sah", "sel", "sjd", "tab", "tkr", "tyv",
    "udm", "vep", "xal", "yrk",
];

/// Whether a tag such as `en`, `tt` or `en-GB` begins with a known language (RFC 5646).
#[must_use]
pub fn is_known(tag: &str) -> bool {
    let language = primary(tag);
    TWO_LETTERS.contains(&language.as_str()) || THREE_LETTERS.contains(&language.as_str())
}

/// Whether a tag means Russian.
#[must_use]
pub fn is_russian(tag: &str) -> bool {
    primary(tag) == "ru"
}

/// Whether a tag means English.
#[must_use]
pub fn is_english(tag: &str) -> bool {
    primary(tag) == "en"
}

fn primary(tag: &str) -> String {
    tag.split('-').next().unwrap_or_default().to_ascii_lowercase()
}

/// Names that lists give to languages, without their endings.
const NAMES: [(&str, &[&str]); 16] = [
    ("ru", &["рус", "russian", "rus"]),
    ("en", &["англ", "english", "eng"]),
    ("de", &["нем", "german", "deutsch", "ger"]),
    ("fr", &["франц", "french", "français"]),
    ("es", &["исп", "spanish", "español"]),
    ("it", &["итал", "italian"]),
    ("zh", &["кит", "chinese"]),
    ("ar", &["араб", "arabic"]),
    ("tt", &["татар", "tatar"]),
    ("ba", &["башк", "bashkir"]),
    ("be", &["белор", "белар", "belarus"]),
    ("uk", &["укр", "ukrainian"]),
    ("kk", &["каз", "kazakh"]),
    ("ky", &["кирг", "кырг", "kyrgyz"]),
    ("uz", &["узб", "uzbek"]),
    ("tr", &["тур", "turkish"]),
];

/// The one of these languages that a cell names: `en`, `EN`, «англ.», `English`, `en-US`.
#[must_use]
pub fn find<'a>(cell: &str, known: &'a [String]) -> Option<&'a String> {
    let cell = cell.trim().to_lowercase();
    let exact = known.iter().find(|code| code.to_lowercase() == cell);
    let same = || {
        let named = NAMES.iter().find(|(_, names)| names.iter().any(|name| cell.starts_with(name)));
        let code = named.map_or_else(|| primary(&cell), |(code, _)| (*code).to_owned());
        known.iter().find(|known| primary(known) == code)
    };
    exact.or_else(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_known_and_names_are_found() {
        for tag in ["ru", "en", "en-GB", "tt", "sah", "UK"] {
            assert!(is_known(tag), "{tag}");
        }
        for tag in ["zz", "english", "", "rus"] {
            assert!(!is_known(tag), "{tag}");
        }
        let known = ["ru".to_owned(), "en-GB".to_owned()];
        for (cell, code) in
            [("en", "en-GB"), ("Английский", "en-GB"), ("рус.", "ru"), ("EN-gb", "en-GB")]
        {
            assert_eq!(find(cell, &known).map(String::as_str), Some(code), "{cell}");
        }
        assert_eq!(find("de", &known), None);
        assert_eq!(find("нем.", &known), None);
    }
}
