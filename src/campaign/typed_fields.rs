//! Fields as other programs write them, `<<Город>>`, `[Город]`, `%Город%`, that name a column of the
//! list: the letters would say just that.

use crate::compose::masked;
use crate::document::{column_of, is_document};
use crate::problem::{Fault, LetterFault, Place, Problem};

/// What stands before and after such a name, the longer first.
const PAIRS: [(&str, &str); 9] = [
    ("<<", ">>"),
    ("[[", "]]"),
    ("<", ">"),
    ("[", "]"),
    ("«", "»"),
    ("{", "}"),
    ("%", "%"),
    ("$", "$"),
    ("#", "#"),
];

/// Characters that a heading may have here.
const LONGEST: usize = 60;

/// Warns of each field in a letter's source, once.
pub(crate) fn typed_fields(file: &str, source: &str, headings: &[String]) -> Vec<Problem> {
    fields(source, headings, |line, column| {
        if is_document(file) { Place::file(file) } else { Place::at(file, line, column) }
    })
}

/// Warns of each field in a setting, such as the subject, once. What to write stands between
/// apostrophes there: it lies between the quotes of the setting.
pub(super) fn typed_in_setting(text: &str, place: &Place, headings: &[String]) -> Vec<Problem> {
    let mut problems = fields(text, headings, |_, _| place.clone());
    for problem in &mut problems {
        if let Fault::Letter(LetterFault::FieldTyped { instead, .. }) = &mut problem.fault
            && !instead.contains('\'')
        {
            *instead = instead.replace('"', "'");
        }
    }
    problems
}

/// The place is made from a line and a column of the source, counted from 1.
fn fields(source: &str, headings: &[String], place: impl Fn(u64, u64) -> Place) -> Vec<Problem> {
    let source = masked(source);
    let mut problems: Vec<Problem> = Vec::new();
    for (index, line) in source.lines().enumerate() {
        // A backslash keeps a sign a sign, and is not printed.
        let signs: Vec<(usize, char)> =
            line.chars().enumerate().filter(|(_, c)| *c != '\\').collect();
        let text: Vec<char> = signs.iter().map(|(_, c)| *c).collect();
        let mut at = 0;
        while at < text.len() {
            let Some((written, instead)) = field(&text[at..], headings) else {
                at += 1;
                continue;
            };
            let place = place(index as u64 + 1, signs[at].0 as u64 + 1);
            at += written.chars().count();
            let problem = Problem::warning(place, LetterFault::FieldTyped { written, instead });
            if !problems.iter().any(|known| known.fault == problem.fault) {
                problems.push(problem);
            }
        }
    }
    problems
}

/// The field that a text begins with, and what to write in its place.
fn field(text: &[char], headings: &[String]) -> Option<(String, String)> {
    let begins = |text: &[char], with: &str| {
        with.chars().eq(text.iter().copied().take(with.chars().count()))
    };
    let (open, close) = PAIRS.into_iter().find(|(open, _)| begins(text, open))?;
    let start = open.chars().count();
    let inside = text.get(start..)?;
    let near = inside.iter().take(LONGEST);
    let end = (0..near.len()).find(|at| begins(&inside[*at..], close))?;
    let name: String = inside[..end].iter().collect();
    let after = start + end + close.chars().count();
    // A link, or the beginning of a footnote.
    let is_link = open == "[" && text.get(after).is_some_and(|c| "([:".contains(*c));
    if is_link || name.trim() != name.trim_matches(['[', '<', '{']) {
        return None;
    }
    let column = column_of(&name, headings)?;
    Some((text[..after].iter().collect(), format!("{{{{ {column} }}}}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<String> {
        let headings = ["Город", "Эл. почта"].map(str::to_owned);
        let told = |it: &Problem| format!("{} {}", it.place, it.fault.code());
        typed_fields("l.md", source, &headings).iter().map(told).collect()
    }

    #[test]
    fn a_column_between_signs_of_another_program_is_told_once() {
        let source = "В <<Город>> и {город},\n[Эл. почта] %Город% \\<\\<Город>>\n«Город»\n";
        let expected = ["l.md:1:3", "l.md:1:15", "l.md:2:1", "l.md:2:13", "l.md:3:1"];
        assert_eq!(found(source), expected.map(|place| format!("{place} field_typed")));
    }

    #[test]
    fn a_setting_gets_a_line_that_fits_between_its_quotes() {
        let place = Place::at("campaign.toml", 10, 11);
        let headings = ["Город".to_owned()];
        let problems = typed_in_setting("О слёте: <<Город>>", &place, &headings);
        let [Problem { fault: Fault::Letter(fault), .. }] = problems.as_slice() else {
            panic!("{problems:?}");
        };
        let (written, instead) = ("<<Город>>".to_owned(), "{{ row['Город'] }}".to_owned());
        assert_eq!(*fault, LetterFault::FieldTyped { written, instead });
        assert_eq!(problems[0].place, place);
    }

    #[test]
    fn words_links_and_tags_of_the_template_are_no_fields() {
        assert!(
            found("{{ Город }} [Город](https://one.test) «Мой город» 5% город 6%, <b>\n")
                .is_empty()
        );
        assert!(found("[город]: https://one.test\nГород > 5\n").is_empty());
    }
}
