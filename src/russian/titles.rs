//! What people write beside a name: «г-н», «к.п.н.», «профессор», Dr, PhD. Taken off the name, and
//! kept.

use std::borrow::Cow;

use super::Gender;
use super::names::clean;

/// What stood beside a name; an empty part is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Titles {
    /// «г-н», «Mrs».
    pub title: String,
    /// Degrees, ranks and honours: «к.п.н., профессор».
    pub degree: String,
}

/// What a word or some words before or after a name are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Courtesy,
    Degree,
    /// Also a surname: Майор, Полковник.
    Rank,
}

/// Takes titles and degrees off a whole name. A text that is nothing else stays.
#[must_use]
pub fn take_off(text: &str) -> (Cow<'_, str>, Titles) {
    let cell = clean(text);
    let mut titles = Titles::default();
    if !may_have_titles(&cell) {
        return (cell, titles);
    }
    let (without_brackets, in_brackets) = brackets(&cell);
    let mut segments = without_brackets.split(',').map(str::trim).peekable();
    let mut first = segments.next().unwrap_or_default();
    let mut before = Vec::new();
    // «д.и.н., проф. Лугов Пётр Ильич»
    while segments.peek().is_some() && is_title_alone(first) {
        before.push(first.to_owned());
        first = segments.next().unwrap_or_default();
    }
    let mut name = Vec::new();
    let mut behind = Vec::new();
    for segment in segments.filter(|segment| !segment.is_empty()) {
        let words: Vec<&str> = segment.split(' ').collect();
        // «…, заслуженный учитель РФ»: a degree or an honour to the end.
        match phrase(&words) {
            Some((Kind::Courtesy, 1)) if words.len() == 1 => segment.clone_into(&mut titles.title),
            Some(_) => behind.push(segment),
            None => name.push(segment),
        }
    }
    let mut words: Vec<&str> = first.split(' ').collect();
    while let Some((kind, taken)) = phrase(&words) {
        if taken >= words.len() || !leaves_a_name(kind, words[0], &words[taken..]) {
            break;
        }
        let taken: Vec<&str> = words.drain(..taken).collect();
        keep(kind, taken.join(" "), &mut titles, &mut before);
    }
    let mut after = Vec::new();
    while let Some((kind, at)) = last_phrase(&words) {
        let taken = words.split_off(at);
        keep(kind, taken.join(" "), &mut titles, &mut after);
    }
    after.reverse();
    let degrees = before.into_iter().chain(after);
    let degrees = degrees.chain(behind.iter().chain(&in_brackets).map(ToString::to_string));
    titles.degree = degrees.collect::<Vec<_>>().join(", ");
    if titles == Titles::default() {
        return (cell, titles);
    }
    let name: Vec<String> =
        std::iter::once(words.join(" ")).chain(name.iter().map(ToString::to_string)).collect();
    (Cow::Owned(name.join(", ")), titles)
}

fn is_title_alone(segment: &str) -> bool {
    let words: Vec<&str> = segment.split(' ').collect();
    phrase(&words).is_some_and(|(_, taken)| taken == words.len())
}

/// The gender of a title: «г-жа», «Mr».
#[must_use]
pub fn gender_of(title: &str) -> Option<Gender> {
    match folded(title).as_str() {
        "гн" | "господин" | "господину" | "гну" | "mr" | "sir" | "mister" | "lord" | "monsieur"
        | "herr" => Some(Gender::Male),
        "гжа" | "госпожа" | "госпоже" | "гже" | "mrs" | "ms" | "miss" | "madam" | "madame"
        | "dame" | "lady" | "frau" => Some(Gender::Female),
        _ => None,
    }
}

/// A quick check: most names have neither a dot, a comma or a bracket nor a word in small letters
/// nor one of the titles that are written with a capital.
fn may_have_titles(cell: &str) -> bool {
    cell.contains(['.', ',', '('])
        || cell.split(' ').any(|word| {
            word.starts_with(|c: char| c.is_lowercase() || c.is_ascii()) || kind_of(word).is_some()
        })
}

fn keep(kind: Kind, text: String, titles: &mut Titles, degrees: &mut Vec<String>) {
    if kind == Kind::Courtesy && titles.title.is_empty() {
        titles.title = text;
    } else {
        degrees.push(text);
    }
}

/// Whether what would be left is a name: «Майор Анна Петровна» has no other surname.
fn leaves_a_name(kind: Kind, word: &str, rest: &[&str]) -> bool {
    let is_abbreviated = word.contains(['.', '-']) || word.is_ascii();
    if is_abbreviated || word.starts_with(char::is_lowercase) {
        return true;
    }
    let names = rest.iter().filter(|word| word.chars().count() > 1).count();
    match kind {
        Kind::Rank => names >= 3 || rest.iter().any(|word| word.contains('.')),
        Kind::Courtesy | Kind::Degree => {
            let is_patronymic =
                |word: &&str| super::names::patronymic_gender(word).is_some() && names == 2;
            names != 2 || !rest.last().is_some_and(is_patronymic)
        }
    }
}

/// The cell without its brackets, and what stands in those that hold titles.
fn brackets(cell: &str) -> (Cow<'_, str>, Vec<&str>) {
    let Some((before, rest)) = cell.split_once('(') else { return (cell.into(), Vec::new()) };
    let Some((inside, after)) = rest.split_once(')') else { return (cell.into(), Vec::new()) };
    let words: Vec<&str> = inside.trim().split(' ').collect();
    if phrase(&words).is_none() {
        return (cell.into(), Vec::new());
    }
    let rest = format!("{} {}", before.trim_end(), after.trim_start());
    (Cow::Owned(rest.trim().replace(" ,", ",")), vec![inside.trim()])
}

/// What begins an honour, which goes on to the end.
#[rustfmt::skip]
const HONOURS: [&str; 12] = [
    "заслуженный", "заслуженная", "почетный", "почетная", "народный", "народная", "отличник",
    "лауреат", "кавалер", "ветеран", "засл", "почет",
];

/// What may follow a rank.
#[rustfmt::skip]
const FURTHER: [&str; 17] = [
    "ран", "рао", "рамн", "раен", "рах", "раасн", "полиции", "юстиции", "милиции", "запаса",
    "отставке", "службы", "внутренней", "медицинской", "таможенной", "кафедры", "в",
];

/// The title or degree at the beginning, and how many words it takes.
fn phrase(words: &[&str]) -> Option<(Kind, usize)> {
    let first = words.first()?;
    if is_degree(first) {
        return Some((Kind::Degree, 1));
    }
    // «к. п. н.»
    if let [a, b, c, ..] = words
        && is_degree(&format!("{a}{b}{c}"))
        && a.ends_with('.')
        && b.ends_with('.')
    {
        return Some((Kind::Degree, 3));
    }
    let lower = folded(first);
    if matches!(lower.as_str(), "канд" | "кандидат" | "доктор" | "др") {
        let end = words.iter().take(6).position(|word| folded(word) == "наук");
        if let Some(end) = end {
            return Some((Kind::Degree, end + 1));
        }
        return (lower == "др").then_some((Kind::Degree, 1));
    }
    if HONOURS.contains(&lower.as_str()) && words.len() > 1 {
        return Some((Kind::Degree, words.len()));
    }
    let kind = kind_of(first)?;
    // «академик РАО», «полковник внутренней службы», «чл.-корр. РАН»
    let further = words[1..].iter().take_while(|word| FURTHER.contains(&folded(word).as_str()));
    Some((kind, 1 + if kind == Kind::Courtesy { 0 } else { further.count() }))
}

/// The title or degree at the end, and where it begins; at least one word stays before it.
fn last_phrase(words: &[&str]) -> Option<(Kind, usize)> {
    (1..words.len()).find_map(|at| {
        let (kind, taken) = phrase(&words[at..])?;
        let is_surname = kind != Kind::Degree
            && at < 2
            && words[at].starts_with(char::is_uppercase)
            && !words[at].contains(['.', '-']);
        (at + taken == words.len() && !is_surname).then_some((kind, at))
    })
}

/// «к.п.н.», «д.и.н», «К.Ф.-М.Н.», «PhD».
fn is_degree(word: &str) -> bool {
    const LATIN: [&str; 17] = [
        "phd", "dphil", "md", "dsc", "msc", "mba", "bsc", "edd", "dlitt", "lld", "cbe", "obe",
        "mbe", "esq", "ma", "ba", "frs",
    ];
    let lower = word.to_lowercase();
    if word.is_ascii() {
        let plain: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
        // «Ma» is a name; «PhD» and «MA» are no words.
        let capitals = word.chars().filter(char::is_ascii_uppercase).count();
        return LATIN.contains(&plain.as_str()) && (capitals > 1 || plain == "esq");
    }
    let mut parts = lower.trim_end_matches('.').split('.');
    let (first, last) = (parts.next(), parts.next_back());
    let between: Vec<&str> = parts.collect();
    matches!(first, Some("к" | "д" | "канд"))
        && last == Some("н")
        && (1..=2).contains(&between.len())
        && between.iter().all(|it| !it.is_empty() && it.chars().count() <= 6)
}

fn kind_of(word: &str) -> Option<Kind> {
    // Nearly every word of a name begins with another letter.
    if !word.starts_with(|c: char| {
        c.is_ascii_alphabetic()
            || matches!(c, 'г' | 'Г' | 'т' | 'Т' | 'п' | 'П' | 'д' | 'Д')
            || matches!(c, 'и' | 'И' | 'е' | 'Е' | 'о' | 'О')
            || matches!(c, 'а' | 'А' | 'ч' | 'Ч' | 'м' | 'М' | 'к' | 'К' | 'с' | 'С' | 'л' | 'Л')
    }) {
        return None;
    }
    match folded(word).as_str() {
        "гн" | "гжа" | "гну" | "гже" if word.contains('-') => Some(Kind::Courtesy),
        "гр" | "тов" | "mr" | "mrs" | "ms" | "miss" | "mx" | "sir" | "dame" | "lord" | "lady"
        | "господин" | "госпожа" | "господину" | "госпоже" | "товарищ" | "гражданин"
        | "гражданка" => {
            (word.len() > 4 || word.is_ascii() || word.ends_with('.')).then_some(Kind::Courtesy)
        }
        "проф" | "доц" | "акад" if word.ends_with('.') => Some(Kind::Degree),
        "профессор"
        | "доцент"
        | "академик"
        | "членкорреспондент"
        | "членкорр"
        | "чкорр"
        | "чл"
        | "dr"
        | "prof"
        | "professor"
        | "rev"
        | "reverend"
        | "hon" => Some(Kind::Degree),
        "генерал" | "полковник" | "подполковник" | "майор" | "капитан" | "лейтенант" => {
            Some(Kind::Rank)
        }
        "генералмайор" | "генераллейтенант" | "генералполковник" | "контрадмирал" => {
            Some(Kind::Degree)
        }
        "члкорр" | "членкор" => Some(Kind::Degree),
        "протоиерей"
        | "иерей"
        | "иеромонах"
        | "архимандрит"
        | "игумен"
        | "игуменья"
        | "диакон"
        | "священник"
        | "митрополит"
        | "архиепископ"
        | "епископ"
        | "имам"
        | "отец"
            if word.starts_with(char::is_lowercase) =>
        {
            Some(Kind::Degree)
        }
        "мл" | "ст" if word.ends_with('.') => Some(Kind::Degree),
        _ => None,
    }
}

/// Letters alone, small, ё as е.
fn folded(word: &str) -> String {
    let small = word.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric());
    small.map(|c| if c == 'ё' { 'е' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_degrees_are_taken_off_wherever_they_stand() {
        for (text, name, title, degree) in [
            ("Лугова Анна Петровна, к.п.н.", "Лугова Анна Петровна", "", "к.п.н."),
            ("к.п.н. Лугова Анна Петровна", "Лугова Анна Петровна", "", "к.п.н."),
            ("Лугова А.П., д. и. н., проф.", "Лугова А.П.", "", "д. и. н., проф."),
            ("Лугова Анна Петровна к.ф.-м.н.", "Лугова Анна Петровна", "", "к.ф.-м.н."),
            ("проф. Лугов А.П.", "Лугов А.П.", "", "проф."),
            ("Профессор Лугов Пётр Ильич", "Лугов Пётр Ильич", "", "Профессор"),
            ("г-н Лугов Пётр Ильич", "Лугов Пётр Ильич", "г-н", ""),
            ("Г-жа Лугова", "Лугова", "Г-жа", ""),
            ("госпожа Лугова Анна", "Лугова Анна", "госпожа", ""),
            ("Лугов Пётр Ильич (д.т.н.)", "Лугов Пётр Ильич", "", "д.т.н."),
            (
                "Лугов Пётр Ильич, кандидат педагогических наук, заслуженный учитель РФ",
                "Лугов Пётр Ильич",
                "",
                "кандидат педагогических наук, заслуженный учитель РФ",
            ),
            ("Лугов Пётр Ильич, академик РАО", "Лугов Пётр Ильич", "", "академик РАО"),
            ("чл.-корр. РАН Лугов Пётр Ильич", "Лугов Пётр Ильич", "", "чл.-корр. РАН"),
            (
                "полковник внутренней службы Лугов П.И.",
                "Лугов П.И.",
                "",
                "полковник внутренней службы",
            ),
            ("д.и.н., проф. Лугов Пётр Ильич", "Лугов Пётр Ильич", "", "д.и.н., проф."),
            ("протоиерей Андрей Лугов", "Андрей Лугов", "", "протоиерей"),
            ("Лугов Пётр Ильич мл.", "Лугов Пётр Ильич", "", "мл."),
            ("Лугов, Пётр Ильич", "Лугов, Пётр Ильич", "", ""),
            ("Dr John Smith, PhD", "John Smith", "", "Dr, PhD"),
            ("Mrs. Jane Brown", "Jane Brown", "Mrs.", ""),
            ("Smith, John, PhD", "Smith, John", "", "PhD"),
        ] {
            let (found, titles) = take_off(text);
            assert_eq!(found, name, "{text}");
            assert_eq!((titles.title.as_str(), titles.degree.as_str()), (title, degree), "{text}");
        }
    }

    #[test]
    fn names_that_look_like_titles_stay() {
        for name in [
            "Майор Анна Петровна",
            "Полковник Иван Ильич",
            "Капитан Лев Львович",
            "Господин Пётр Ильич",
            "Анна Майор",
            "К.Н. Лугов",
            "Лугов Д.Н.",
            "Доктор Анна",
            "Товстик Пётр Ильич",
            "Грин Анна",
            "Ли Ма",
            "к.п.н.",
            "Mary Ma",
        ] {
            let (found, titles) = take_off(name);
            assert_eq!((found.as_ref(), titles), (name, Titles::default()));
        }
    }

    #[test]
    fn a_title_tells_the_gender() {
        assert_eq!(gender_of("Г-жа"), Some(Gender::Female));
        assert_eq!(gender_of("Mr."), Some(Gender::Male));
        assert_eq!(gender_of("Dr"), None);
    }
}
