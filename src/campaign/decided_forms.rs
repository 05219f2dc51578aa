//! Forms that a person decided in a file of their own (`[contacts] forms`).

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::contacts::{DuplicatePolicy, List, ListRow, ListSettings, ManyAddresses};
use crate::problem::{Fault, FormsFault, ListFault, Place, Problem, Severity};
use crate::recipient::{Address, Card};
use crate::russian::names::FullName;

/// Decided forms by address; several people may share one.
#[derive(Default)]
pub(super) struct DecidedForms {
    file: String,
    by_address: HashMap<String, Vec<Card>>,
}

impl DecidedForms {
    /// Reads a file that `check --forms` wrote and a person corrected.
    pub(super) fn read(folder: &Path, file: &str) -> Result<Self, Vec<Problem>> {
        let settings = ListSettings {
            duplicates: DuplicatePolicy::Ignore,
            several: ManyAddresses::Copy,
            ..ListSettings::default()
        };
        let mut by_address: HashMap<String, Vec<Card>> = HashMap::new();
        let mut problems = Vec::new();
        for row in List::open(&folder.join(file), file, &settings)? {
            // A row without an address decides nothing.
            let Some(recipient) = row.recipient else {
                problems.extend(row.problems.into_iter().filter(|problem| {
                    !matches!(
                        problem.fault,
                        Fault::List(ListFault::CellEmpty | ListFault::AddressSyntax { .. })
                    )
                }));
                continue;
            };
            by_address.entry(recipient.address.key()).or_default().push(recipient.card);
        }
        problems.retain(|problem| problem.severity == Severity::Error);
        if problems.is_empty() {
            Ok(Self { file: file.to_owned(), by_address })
        } else {
            Err(problems)
        }
    }

    /// All of them in a fixed order, for the seal.
    pub(super) fn sorted(&self) -> BTreeMap<&String, &Vec<Card>> {
        self.by_address.iter().collect()
    }

    /// Completes a row of `list` with its decided forms; what the list itself says has precedence.
    pub(super) fn complete(&self, mut row: ListRow, list: &str) -> ListRow {
        let address = row.recipient.as_ref().map(|recipient| recipient.address.key());
        let card =
            row.recipient.as_mut().map(|recipient| &mut recipient.card).or(row.card.as_mut());
        let Some(card) = card else { return row };
        let address =
            address.or_else(|| Address::parse(&card.email).ok().map(|address| address.key()));
        let Some(decided) = address.and_then(|address| self.by_address.get(&address)) else {
            return row;
        };
        let agrees = |decided: &str, listed: &str| decided.is_empty() || decided == listed;
        let same = decided.iter().find(|decided| {
            (decided.name == FullName::default() || decided.name == card.name)
                && agrees(&decided.position, &card.position)
                && agrees(&decided.organisation, &card.organisation)
        });
        if let Some(same) = same {
            card.gender = card.gender.or(same.gender);
            card.given.complete(&same.given);
            return row;
        }
        let place = row.recipient.as_ref().map(|recipient| recipient.place.clone());
        let problem = Problem::error(
            place.unwrap_or_else(|| Place::file(list)),
            FormsFault::FormsOfAnother { file: self.file.clone() },
        );
        row.problems.push(problem.of_row(row.row, "email").with_severity(Severity::Warning));
        row
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::testing::{codes, files, load};

    /// The dative of the only row's name, and its problems, with this file of decided forms.
    fn completed(row: &str, forms: &str) -> (String, Vec<&'static str>) {
        let list = format!("email;surname;name_dative\n{row}\n");
        let folder = files(&list, "Hello", "");
        let settings = fs::read_to_string(folder.path().join("campaign.toml")).unwrap();
        let settings = settings.replace("[letter]", "forms = \"forms.csv\"\n[letter]");
        fs::write(folder.path().join("campaign.toml"), settings).unwrap();
        fs::write(folder.path().join("forms.csv"), forms).unwrap();
        let campaign = load(folder.path()).unwrap_or_else(|problems| panic!("{problems:?}"));
        let row = campaign.rows().unwrap().next().unwrap();
        (row.recipient.unwrap().card.given.name_dative, codes(&row.problems))
    }

    #[test]
    fn a_decided_form_completes_the_row_of_the_same_person() {
        let forms = "email;surname;name_dative\nA@one.test;Заяц;Зайцу\n";
        assert_eq!(completed("a@one.test;Заяц;", forms), ("Зайцу".to_owned(), vec![]));
    }

    #[test]
    fn the_list_has_precedence() {
        let forms = "email;surname;name_dative\na@one.test;Заяц;Зайцу\n";
        assert_eq!(completed("a@one.test;Заяц;Заяцу", forms), ("Заяцу".to_owned(), vec![]));
    }

    #[test]
    fn forms_of_another_person_are_not_used_and_reported() {
        let forms = "email;surname;name_dative\na@one.test;Волк;Волку\n";
        assert_eq!(completed("a@one.test;Заяц;", forms), (String::new(), vec!["forms_of_another"]));
    }
}
