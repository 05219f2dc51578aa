//! A letter that all get and that is written to one person: it greets them, or their position and
//! name stand in its head.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use super::Campaign;
use crate::compose::{SeenLine, seen_lines};
use crate::document::{addresses_one, greets_one, is_document, short_name};
use crate::problem::{LetterFault, Place, Problem};

/// Lines in which an addressee stands, if no greeting ends them.
const HEAD: usize = 25;

impl Campaign {
    /// What of the letter is meant for one person; nothing if the list has no other.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub(super) fn meant_for_one(&self) -> Result<Vec<Problem>> {
        let mut problems = Vec::new();
        for source in self.composer.sources() {
            let lines = seen_lines(&source.name, &source.text);
            let place = |line: &SeenLine| {
                if is_document(&source.name) {
                    Place::file(source.name.as_str())
                } else {
                    line.place.clone()
                }
            };
            let text = |line: &SeenLine, range: std::ops::Range<usize>| {
                let text: String = line.text[range].iter().collect();
                text.split_whitespace().collect::<Vec<_>>().join(" ")
            };
            let greeting = lines.iter().enumerate().find_map(|(at, line)| {
                let greets = greets_one(&line.text).filter(|_| !line.is_conditional)?;
                Some((at, place(line), text(line, greets.range.clone()), greets))
            });
            // By its tag, where the greeting is a value.
            let tag = source.text.find("salutation");
            let tag = tag.map(|byte| source.text[..byte].matches('\n').count() as u64 + 1);
            let is_in_head = |at: usize, line: &SeenLine| match (&greeting, tag) {
                (Some((end, ..)), _) => at < *end,
                (None, Some(end)) => line.place.line < end,
                (None, None) => at < HEAD,
            };
            let lines = lines.iter().enumerate();
            let in_head = lines.filter(|(at, line)| !line.is_conditional && is_in_head(*at, line));
            let names = in_head.filter_map(|(_, line)| {
                Some((place(line), text(line, addresses_one(&line.text)?)))
            });
            let names: Vec<(Place, String)> = names.collect();
            let listed = self.listed(&names)?;
            problems.extend(names.into_iter().map(|(place, text)| {
                match listed.get(&short_name(&text)) {
                    Some(row) => {
                        Problem::error(place, LetterFault::NamesOne { text, row: Some(*row) })
                    }
                    None => Problem::warning(place, LetterFault::NamesOne { text, row: None }),
                }
            }));
            if let Some((_, place, text, greets)) = greeting {
                let fault = LetterFault::GreetsOne { text };
                problems.push(if greets.is_sure || self.has_named(&greets.names)? {
                    Problem::error(place, fault)
                } else {
                    Problem::warning(place, fault)
                });
            }
        }
        if problems.is_empty() && self.composer.is_same_for_all() {
            let sources = self.composer.sources();
            let name = sources.map(|source| source.name.as_str()).next().unwrap_or_default();
            problems.push(Problem::warning(Place::file(name), LetterFault::SameForAll));
        }
        if problems.is_empty() || self.rows_unverified()?.take(2).count() < 2 {
            return Ok(Vec::new());
        }
        Ok(problems)
    }

    /// Whether the letter says the same to all.
    pub(crate) fn is_same_for_all(&self) -> bool {
        self.composer.is_same_for_all()
    }

    /// Whether the list has a person with all these names.
    fn has_named(&self, names: &[String]) -> Result<bool> {
        let fold = |name: &str| name.to_lowercase().replace('ё', "е");
        let names: Vec<String> = names.iter().map(|it| fold(it)).collect();
        for row in self.rows_unverified()? {
            let Some(recipient) = &row.recipient else { continue };
            let full = fold(&recipient.card.name.in_full());
            if names.iter().all(|name| full.split_whitespace().any(|word| word == name)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The rows of the people on the list whose names, in the dative, are among these.
    fn listed(&self, names: &[(Place, String)]) -> Result<HashMap<String, u64>> {
        let mut listed = HashMap::new();
        let wanted: HashSet<String> = names.iter().map(|(_, text)| short_name(text)).collect();
        if wanted.is_empty() {
            return Ok(listed);
        }
        for row in self.rows_unverified()? {
            let Some(recipient) = &row.recipient else { continue };
            let name = short_name(&self.forms(&recipient.card).name_dative);
            if wanted.contains(&name) {
                listed.entry(name).or_insert(row.place.sheet_row());
            }
        }
        Ok(listed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{codes, files, load};
    use crate::problem::{Problem, Severity};

    const LIST: &str = "email;ФИО;Должность\n\
         a@one.test;Савенков Максим Георгиевич;Руководитель\n\
         b@one.test;Рябинина Екатерина Сергеевна;Директор\n";

    fn found(letter: &str) -> Vec<(String, &'static str, Severity)> {
        let folder = files(LIST, letter, "");
        let problems = match load(folder.path()) {
            Ok(campaign) => campaign.warnings,
            Err(problems) => problems,
        };
        let found =
            |(problem, code): (&Problem, _)| (problem.place.to_string(), code, problem.severity);
        problems.iter().zip(codes(&problems)).map(found).collect()
    }

    #[test]
    fn a_greeting_of_one_person_is_an_error_at_its_line() {
        for greeting in [
            "Уважаемый Максим Георгиевич!",
            "**Уважаемый Максим Георгиевич,**",
            "<center>Уважаемая госпожа Рябинина!</center>",
            "Добрый день, уважаемая Екатерина Сергеевна!",
            "Здравствуйте, Екатерина Сергеевна!",
            "Дорогой Максим!",
        ] {
            let found = found(&format!("{{{{ addressee.name }}}}\n\n{greeting}\n\nЖдём.\n"));
            let [(place, code, severity)] = &found[..] else { panic!("{greeting}: {found:?}") };
            assert!(place.starts_with("letter.md:3:"), "{place}");
            assert_eq!((*code, *severity), ("greets_one", Severity::Error));
        }
    }

    #[test]
    fn a_greeting_of_unknown_names_is_an_error_if_the_list_has_them_and_else_a_warning() {
        for (greeting, severity) in [
            ("Уважаемый Мехмет!", Severity::Warning),
            ("Уважаемый Савенков!", Severity::Error),
            ("Dear Anna,", Severity::Error),
            ("Dear Gudrun,", Severity::Warning),
        ] {
            let found = found(&format!("{{{{ addressee.name }}}}\n\n{greeting}\n"));
            let expected = ("letter.md:3:1".to_owned(), "greets_one", severity);
            assert_eq!(found, [expected], "{greeting}");
        }
    }

    #[test]
    fn greetings_that_fit_all_or_are_chosen_stay() {
        for letter in [
            "{{ salutation }}!\n",
            "Уважаемые коллеги!\n{{ salutation }}\n",
            "Уважаемый {{ row[\"ФИО\"] }}!\n",
            "{% if row[\"email\"] == \"a@one.test\" %}Уважаемый Максим Георгиевич!\n{% else %}\
             {{ salutation }}!{% endif %}\n",
            "{{ salutation }}!\n\nОтвет направьте Савенкову М.Г.\n",
        ] {
            assert_eq!(found(letter), [], "{letter}");
        }
    }

    #[test]
    fn an_addressee_of_the_list_in_the_head_is_an_error_and_another_a_warning() {
        let letter = |name: &str| format!("Руководителю\n{name}\n\n{{{{ salutation }}}}!\n");
        let one = |severity| [("letter.md:2:1".to_owned(), "names_one", severity)];
        assert_eq!(found(&letter("Савенкову М.Г.")), one(Severity::Error));
        assert_eq!(found(&letter("Е. С. Рябининой")), one(Severity::Error));
        assert_eq!(found(&letter("Савенкову Максиму Георгиевичу")), one(Severity::Error));
        assert_eq!(found(&letter("Петрову П.П.")), one(Severity::Warning));
    }

    #[test]
    fn a_letter_without_any_field_is_a_warning_unless_it_has_one_reader() {
        let same = [("letter.md".to_owned(), "same_for_all", Severity::Warning)];
        assert_eq!(found("Уважаемые коллеги!\n"), same);
        let folder = files("email\na@one.test\n", "Уважаемый Максим Георгиевич!\n", "");
        assert!(load(folder.path()).ok().unwrap().warnings.is_empty());
    }
}
