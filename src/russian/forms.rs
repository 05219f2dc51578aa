//! The forms of one person, ready for the letter: dative, initials, salutation, and every doubt.
//!
//! Forms that a person wrote into the list have the last word; the rules make only the others.

use super::gender::{self, Evidence, Verdict};
use super::names::{self, FullName, Order};
use super::salutation::{self, Style};
use super::{Case, Confidence, Form, Gender, Reason, positions};

/// What is known of a person, in the nominative, and the forms that were given.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    pub name: &'a FullName,
    /// The gender column.
    pub gender: Option<Gender>,
    pub position: &'a str,
    pub organisation: &'a str,
    pub given: &'a Given,
}

/// Forms written into the list; the rules make the empty ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    pub surname_dative: String,
    pub name_dative: String,
    pub position_dative: String,
    pub salutation: String,
}

impl Given {
    /// Fills the empty forms from `other`.
    pub fn complete(&mut self, other: &Self) {
        let mine = [
            &mut self.surname_dative,
            &mut self.name_dative,
            &mut self.position_dative,
            &mut self.salutation,
        ];
        let theirs =
            [&other.surname_dative, &other.name_dative, &other.position_dative, &other.salutation];
        for (mine, theirs) in mine.into_iter().zip(theirs) {
            if mine.is_empty() {
                mine.clone_from(theirs);
            }
        }
    }
}

/// How the campaign addresses people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    pub order: Order,
    pub style: Style,
    /// How people without a patronymic are addressed; `None` if nobody decided: in doubt.
    pub without_patronymic: Option<Style>,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            order: Order::SurnameFirst,
            style: Style::NameAndPatronymic,
            without_patronymic: None,
        }
    }
}

/// The forms of one person; an unknown one is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forms {
    pub gender: Option<Gender>,
    pub surname_dative: String,
    pub first_name_dative: String,
    pub patronymic_dative: String,
    /// «Савенкову М.Г.»
    pub name_dative: String,
    /// «Руководителю Департамента образования администрации Города Томска»
    pub position_dative: String,
    /// «Уважаемый Максим Георгиевич», without punctuation.
    pub salutation: String,
    /// The confidence of the least sure form.
    pub confidence: Confidence,
    pub doubts: Vec<Doubt>,
    /// Why the gender is not known.
    pub question: Option<Question>,
}

/// A form that is less than sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The column that was declined.
    pub field: &'static str,
    pub nominative: String,
    pub proposed: String,
    pub confidence: Confidence,
    pub reason: Reason,
    /// The column that settles it.
    pub remedy: &'static str,
}

/// What must be asked before a person can be addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// There is no evidence of gender.
    GenderUnknown,
    /// There is evidence of both.
    GenderContradicted { one: Evidence, other: Evidence },
}

impl Forms {
    pub fn of(person: &Person, manner: Manner) -> Self {
        let mut forms = Self::given(person.given);
        if person.given.position_dative.is_empty() {
            forms.decline_position(person);
        }
        forms.address(person, manner);
        forms
    }

    fn given(given: &Given) -> Self {
        Self {
            gender: None,
            surname_dative: given.surname_dative.clone(),
            first_name_dative: String::new(),
            patronymic_dative: String::new(),
            name_dative: given.name_dative.clone(),
            position_dative: given.position_dative.clone(),
            salutation: given.salutation.clone(),
            confidence: Confidence::Sure,
            doubts: Vec::new(),
            question: None,
        }
    }

    fn address(&mut self, person: &Person, manner: Manner) {
        let given = person.given;
        if *person.name == FullName::default() {
            return;
        }
        let is_settled = !given.name_dative.is_empty() && !given.salutation.is_empty();
        match gender::of(person.gender, person.name) {
            Verdict::Known { gender, .. } => self.decline_name(person, gender, manner),
            // With both forms given, the gender is not needed.
            Verdict::Unknown | Verdict::Contradiction { .. } if is_settled => {
                self.gender = person.gender;
            }
            Verdict::Unknown => self.question = Some(Question::GenderUnknown),
            Verdict::Contradiction { one, other } => {
                self.question = Some(Question::GenderContradicted { one, other });
            }
        }
        if self.question.is_some() {
            self.confidence = Confidence::Guess;
        }
    }

    fn decline_position(&mut self, person: &Person) {
        let organisation =
            Some(person.organisation).filter(|organisation| !organisation.is_empty());
        if person.position.is_empty() && organisation.is_none() {
            return;
        }
        let form = positions::addressee(person.position, organisation);
        let nominative = [person.position, person.organisation].join(" ").trim().to_owned();
        self.note("position", nominative, &form, "position_dative");
        self.position_dative = form.text;
    }

    fn decline_name(&mut self, person: &Person, gender: Gender, manner: Manner) {
        let Person { name, given, .. } = *person;
        self.gender = Some(gender);
        let dative = names::full(name, gender, Case::Dative);
        if given.name_dative.is_empty() {
            if given.surname_dative.is_empty() {
                self.note("surname", name.surname.clone(), &dative.surname, "surname_dative");
                self.surname_dative.clone_from(&dative.surname.text);
            }
            let (first, patronymic) = (&name.first_name, &name.patronymic);
            self.name_dative = names::short(&self.surname_dative, first, patronymic, manner.order);
        } else if given.surname_dative.is_empty() {
            self.surname_dative.clone_from(&dative.surname.text);
        }
        if given.salutation.is_empty() {
            let mut form = salutation::of(name, gender, manner.style);
            if form.reason == Reason::NoPatronymic {
                match manner.without_patronymic {
                    None => {}
                    Some(Style::NameAndPatronymic) => form.confidence = Confidence::Sure,
                    Some(title @ Style::TitleAndSurname) => {
                        form = salutation::of(name, gender, title);
                    }
                }
            }
            let nominative =
                [name.first_name.as_str(), &name.patronymic].join(" ").trim().to_owned();
            self.note("first_name", nominative, &form, "salutation");
            self.salutation = form.text;
        }
        self.first_name_dative = dative.first_name.text;
        self.patronymic_dative = dative.patronymic.text;
    }

    fn note(&mut self, field: &'static str, nominative: String, form: &Form, remedy: &'static str) {
        if form.confidence == Confidence::Sure {
            return;
        }
        self.confidence = self.confidence.min(form.confidence);
        self.doubts.push(Doubt {
            field,
            nominative,
            proposed: form.text.clone(),
            confidence: form.confidence,
            reason: form.reason.clone(),
            remedy,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(surname: &str, first_name: &str, patronymic: &str) -> FullName {
        FullName {
            surname: surname.into(),
            first_name: first_name.into(),
            patronymic: patronymic.into(),
        }
    }

    fn forms(
        name: &FullName,
        gender: Option<Gender>,
        position: &str,
        organisation: &str,
        given: &Given,
    ) -> Forms {
        Forms::of(&Person { name, gender, position, organisation, given }, Manner::default())
    }

    #[test]
    fn a_man_and_a_woman_are_addressed_as_such() {
        let man = forms(
            &name("Савченков", "Матвей", "Григорьевич"),
            None,
            "Руководитель",
            "Департамент образования",
            &Given::default(),
        );
        assert_eq!(man.position_dative, "Руководителю Департамента образования");
        assert_eq!(
            (man.name_dative.as_str(), man.salutation.as_str()),
            ("Савченкову\u{a0}М.Г.", "Уважаемый Матвей Григорьевич")
        );
        assert_eq!((man.confidence, man.doubts), (Confidence::Sure, Vec::new()));
        let woman = forms(&name("Шмидт", "Ирина", "Эдуардовна"), None, "", "", &Given::default());
        assert_eq!(
            (woman.name_dative.as_str(), woman.salutation.as_str()),
            ("Шмидт\u{a0}И.Э.", "Уважаемая Ирина Эдуардовна")
        );
    }

    #[test]
    fn a_gender_that_nothing_tells_is_asked_for_unless_the_forms_are_given() {
        let unclear = name("Ким", "Саша", "");
        assert_eq!(
            forms(&unclear, None, "", "", &Given::default()).question,
            Some(Question::GenderUnknown)
        );
        let given = Given {
            name_dative: "Ким С.".into(),
            salutation: "Уважаемая Саша".into(),
            ..Given::default()
        };
        assert_eq!(forms(&unclear, None, "", "", &given).question, None);
        assert_eq!(forms(&unclear, Some(Gender::Female), "", "", &Given::default()).question, None);
    }

    #[test]
    fn a_column_against_the_patronymic_is_an_error_not_a_vote() {
        let forms = forms(
            &name("Ким", "Саша", "Петрович"),
            Some(Gender::Female),
            "",
            "",
            &Given::default(),
        );
        assert!(matches!(forms.question, Some(Question::GenderContradicted { .. })));
        assert!(forms.salutation.is_empty() && forms.name_dative.is_empty());
    }

    #[test]
    fn a_bare_first_name_is_a_doubt_until_somebody_decides() {
        let anna = name("Лугова", "Анна", "");
        let given = Given::default();
        let person =
            Person { name: &anna, gender: None, position: "", organisation: "", given: &given };
        let salutation = |without_patronymic| {
            let forms = Forms::of(&person, Manner { without_patronymic, ..Manner::default() });
            (forms.salutation, forms.doubts.len())
        };
        assert_eq!(salutation(None), ("Уважаемая Анна".into(), 1));
        assert_eq!(salutation(Some(Style::NameAndPatronymic)), ("Уважаемая Анна".into(), 0));
        let title = ("Уважаемая госпожа Лугова".into(), 0);
        assert_eq!(salutation(Some(Style::TitleAndSurname)), title);
    }

    #[test]
    fn what_a_person_wrote_has_the_last_word_and_no_doubt() {
        let given = Given { surname_dative: "Заяцу".into(), ..Given::default() };
        let forms = forms(&name("Заяц", "Пётр", "Ильич"), None, "", "", &given);
        assert_eq!(forms.name_dative, "Заяцу\u{a0}П.И.");
        assert!(forms.doubts.is_empty(), "{:?}", forms.doubts);
    }
}
