//! One row as the gallery's script reads it: a line of the list, and the letter with its problems.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::{Value, json};

use crate::compose::Composed;
use crate::escaping::visible;
use crate::letter::{self, Record};
use crate::notice::{self, Fate, Language};
use crate::problem::{Problem, Severity};
use crate::recipient::{Card, Cells, Recipient};

/// A row, with or without a letter.
pub(crate) struct Entry<'a> {
    /// As a spreadsheet numbers it.
    pub row: u64,
    pub recipient: Option<&'a Recipient>,
    pub card: Option<&'a Card>,
    pub cells: &'a Cells,
    pub composed: Option<&'a Composed>,
    pub problems: &'a [Problem],
    pub outcome: Option<Outcome>,
    /// What is on record of a letter that went, where the list makes none of it any more.
    pub record: Option<&'a Record>,
}

/// What became of a letter that went.
pub(crate) struct Outcome {
    /// What the gallery filters by: an answer, or a state in which there is none.
    pub kind: &'static str,
    /// The kind in words.
    pub kind_words: &'static str,
    pub words: String,
    /// When and from whom an answer came, and what it or the relay said.
    pub at: String,
    pub from: String,
    pub text: String,
}

/// What the gallery's filters select by, as bits; the script has the same list.
pub(super) mod flag {
    pub(crate) const DOUBT: u32 = 1;
    pub(crate) const WARNING: u32 = 2;
    pub(crate) const BLOCKED: u32 = 4;
    pub(crate) const SUPPRESSED: u32 = 8;
    pub(crate) const NO_PATRONYMIC: u32 = 16;
    pub(crate) const OWN_FILE: u32 = 32;
    pub(crate) const COPIES: u32 = 64;
    pub(crate) const LEFT_OUT: u32 = 128;
    pub(crate) const ON_RECORD: u32 = 256;
}

impl Entry<'_> {
    /// Why the row has no letter, if it has none.
    fn fate(&self) -> Option<Fate> {
        let has_letter = self.composed.is_some() || self.record.is_some();
        (!has_letter).then(|| Fate::without_letter(self.problems))
    }

    /// The row's problems, each with whether it is why there is no letter.
    pub(super) fn causes(&self) -> impl Iterator<Item = (bool, &Problem)> {
        let fate = self.fate();
        self.problems.iter().map(move |problem| {
            let is_why = match fate {
                Some(Fate::Suppressed) => problem.suppresses(),
                Some(Fate::LeftOut(_)) => problem.leaves_out().is_some(),
                Some(Fate::Blocked | Fate::Letter(_) | Fate::Replaced) => {
                    problem.severity == Severity::Error
                }
                None => false,
            };
            (is_why, problem)
        })
    }

    pub(super) fn address(&self) -> String {
        let written = || self.card.map(|card| card.email.clone()).unwrap_or_default();
        self.recipient.map_or_else(written, |recipient| recipient.address.to_string())
    }

    /// The flags of the row, except [`flag::OWN_FILE`].
    pub(super) fn flags(&self) -> u32 {
        let has = |severity| {
            self.causes().any(|(is_why, problem)| !is_why && problem.severity == severity)
        };
        let fate = self.fate();
        if self.record.is_some() {
            return flag::ON_RECORD;
        }
        let lacks_patronymic = self.card.is_some_and(|card| card.name.patronymic.is_empty());
        let has_copies = self.composed.is_some_and(|composed| composed.letter.to.len() > 1);
        [
            (has(Severity::Doubt), flag::DOUBT),
            (has(Severity::Warning), flag::WARNING),
            (fate == Some(Fate::Blocked), flag::BLOCKED),
            (fate == Some(Fate::Suppressed), flag::SUPPRESSED),
            (matches!(fate, Some(Fate::LeftOut(_))), flag::LEFT_OUT),
            (lacks_patronymic, flag::NO_PATRONYMIC),
            (has_copies, flag::COPIES),
        ]
        .into_iter()
        .filter_map(|(holds, flag)| holds.then_some(flag))
        .sum()
    }

    /// The line of the list: what is shown of a row and searched. `at` is where its letter is,
    /// `causes` are the groups of problems that it is in.
    pub(super) fn line(
        &self,
        flags: u32,
        shape: usize,
        at: (usize, usize),
        causes: &[usize],
    ) -> Value {
        let card = self.card;
        let name =
            card.map(|card| [&card.name.surname, &card.name.first_name, &card.name.patronymic]);
        let name = name.map(|parts| {
            parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>()
        });
        let name = name.unwrap_or_default().join(" ");
        let [position, organisation] =
            card.map_or(["", ""], |card| [card.position.as_str(), card.organisation.as_str()]);
        let address = self.address();
        let shown = [name.as_str(), position, organisation, address.as_str()];
        let others = self.cells.iter().map(str::trim).filter(|cell| {
            !cell.is_empty() && !shown.contains(cell) && !name.split(' ').any(|word| word == *cell)
        });
        let others: String = others.collect::<Vec<_>>().join(" ").chars().take(400).collect();
        let number = self.composed.and_then(|composed| composed.letter.number.clone());
        let on_record = || self.record.and_then(|record| record.number.clone());
        let number = number.or_else(on_record).unwrap_or_default();
        let length = self.composed.map_or(0, |composed| composed.text.chars().count());
        json!([
            self.row,
            name,
            address,
            organisation,
            position,
            number,
            others,
            flags,
            length,
            shape,
            at.0,
            at.1,
            causes,
            self.outcome.as_ref().map_or("", |it| it.kind),
            self.outcome.as_ref().map(|it| visible(&it.from)).unwrap_or_default()
        ])
    }

    /// The letter and its problems. `files` are its attachments: name, size, path, type, and
    /// whether it is the letter itself.
    pub(super) fn letter(&self, files: &[Value], eml: Option<&str>, language: Language) -> Value {
        let problems: Vec<Value> = self
            .problems
            .iter()
            .map(|problem| {
                json!([
                    problem.severity.as_str(),
                    notice::field_of(problem, language),
                    notice::fault(&problem.fault, language),
                    notice::hint(&problem.fault, language),
                    problem.place.to_string()
                ])
            })
            .collect();
        let outcome = self.outcome.as_ref().map(|it| {
            // A mail comes from anybody.
            json!([it.words, it.at, visible(&it.from), visible(&it.text)])
        });
        if let Some(record) = self.record {
            let fields = [
                ("Subject", &record.subject),
                ("Date", &record.date),
                ("To", &self.address()),
                ("Addressee", &record.addressee),
            ]
            .map(|(name, value)| json!([name, visible(value)]));
            return json!({ "h": fields, "p": problems, "o": outcome });
        }
        let Some(composed) = self.composed else {
            return json!({ "p": problems, "o": outcome });
        };
        json!({
            "o": outcome,
            "h": letter::shown_headers(&composed.letter),
            "m": composed.html,
            "t": composed.text,
            "r": raw(&composed.letter.bytes, language),
            "a": files,
            "e": eml,
            "p": problems,
        })
    }
}

/// The message as it goes, but only the first lines of each attached file.
fn raw(message: &[u8], language: Language) -> String {
    const SHOWN: usize = 4;
    let text = String::from_utf8_lossy(message);
    let mut raw = String::with_capacity(text.len().min(64 * 1024));
    let mut in_head = true;
    let mut is_file = false;
    let mut lines = 0;
    let mut cut = 0;
    let note_cut = |cut: &mut usize, raw: &mut String| {
        if *cut > 0 {
            let words = notice::gallery(language)
                .find(|(name, _)| *name == "cut")
                .map_or("", |(_, words)| words);
            raw.push_str(&words.replace("{}", &notice::size(*cut, language)));
            raw.push('\n');
            *cut = 0;
        }
    };
    for line in text.lines() {
        if line.starts_with("--") {
            note_cut(&mut cut, &mut raw);
            in_head = true;
            is_file = false;
            lines = 0;
        } else if in_head {
            in_head = !line.is_empty();
            is_file |= line.to_ascii_lowercase().starts_with("content-disposition:");
        } else {
            lines += 1;
        }
        if is_file && !in_head && lines > SHOWN {
            cut += line.len() + 2;
        } else {
            raw.push_str(line);
            raw.push('\n');
        }
    }
    note_cut(&mut cut, &mut raw);
    raw
}

/// A hash that letters which differ only in words share: of the elements of their HTML and the
/// number of attachments.
pub(super) fn shape(composed: &Composed) -> u64 {
    let mut hasher = DefaultHasher::new();
    composed.attachments.len().hash(&mut hasher);
    for tag in composed.html.split('<').skip(1) {
        tag.split(|c: char| c.is_whitespace() || c == '>')
            .next()
            .unwrap_or_default()
            .hash(&mut hasher);
    }
    hasher.finish()
}

/// JSON for use in a script: without `<`, and without line ends that JavaScript has and JSON has
/// not.
pub(super) fn for_script(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_end_the_script_or_a_string() {
        let text = for_script(&json!("</script>\u{2028}\"\n"));
        assert_eq!(text, "\"\\u003c/script>\\u2028\\\"\\n\"");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!("</script>\u{2028}\"\n"));
    }

    #[test]
    fn only_the_beginning_of_an_attached_file_is_shown() {
        let part =
            |head: &str, lines: usize| format!("--b\r\n{head}\r\n\r\n{}", "AAAA\r\n".repeat(lines));
        let message = part("Content-Type: text/plain", 9)
            + &part("Content-Disposition: attachment", 9)
            + "--b--\r\n";
        let raw = raw(message.as_bytes(), Language::English);
        assert_eq!(raw.matches("AAAA\n").count(), 13, "{raw}");
        assert!(raw.contains("… 30 B of an attached file"), "{raw}");
    }
}
