//! The forms of one person, ready for the letter: dative, initials, salutation, and every doubt.
//!
//! Forms that a person wrote into the list have the last word; the rules make only the others.

use super::gender::{self, Evidence, Verdict};
use super::names::{self, FullName, Order};
use super::salutation::{self, Style};
use super::{Case, Confidence, Form, Gender, Reason, english, positions};

/// What is known of a person, in the nominative, and the forms that were given.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    pub name: &'a FullName,
    /// The gender column.
    pub gender: Option<Gender>,
    /// «г-н», «Ms», from a column or beside the name.
    pub title: &'a str,
    /// «к.п.н.», «PhD», likewise.
    pub degree: &'a str,
    pub position: &'a str,
    pub organisation: &'a str,
    pub given: &'a Given,
    /// Whom the letter addresses beside them.
    pub others: &'a [Companion],
}

/// A further addressee of a letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Companion {
    pub name: FullName,
    pub gender: Option<Gender>,
    pub title: String,
    pub degree: String,
    pub position: String,
    pub organisation: String,
    /// Without a salutation: the letter has one for all.
    pub given: Given,
}

impl Companion {
    fn person(&self) -> Person<'_> {
        Person {
            name: &self.name,
            gender: self.gender,
            title: &self.title,
            degree: &self.degree,
            position: &self.position,
            organisation: &self.organisation,
            given: &self.given,
            others: &[],
        }
    }
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

/// In which language people are addressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Speech {
    #[default]
    Russian,
    English,
    /// Nothing is declined, and salutations are given.
    Other,
}

/// «господину» or «г-ну» before the name of an addressee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Honorific {
    Full,
    Short,
}

/// How the campaign addresses people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    pub speech: Speech,
    pub order: Order,
    /// «И. И. Савенкову»
    pub spaced: bool,
    pub honorific: Option<Honorific>,
    pub style: Style,
    /// The salutation of everybody, whoever they are.
    pub general: Option<String>,
    /// How people without a patronymic are addressed; `None` if nobody decided: in doubt.
    pub without_patronymic: Option<Style>,
    /// The salutation of a row without a person; `None` if nobody decided: in doubt.
    pub without_person: Option<String>,
    /// The English salutation where nothing tells the gender; `None` if nobody decided: asked.
    pub without_gender: Option<String>,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            speech: Speech::Russian,
            order: Order::SurnameFirst,
            spaced: false,
            honorific: None,
            style: Style::NameAndPatronymic,
            general: None,
            without_patronymic: None,
            without_person: None,
            without_gender: None,
        }
    }
}

/// How people are addressed in each language of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manners {
    pub own: Manner,
    /// By the code of the language.
    pub others: Vec<(String, Manner)>,
}

impl Manners {
    /// That of a language; of the campaign's own if there is none.
    pub fn of(&self, language: Option<&str>) -> &Manner {
        let other = self.others.iter().find(|(code, _)| Some(code.as_str()) == language);
        other.map_or(&self.own, |(_, manner)| manner)
    }

    /// Decides how institutions are addressed where nobody did.
    pub fn settle_institutions(&mut self) {
        for manner in self.others.iter_mut().map(|(_, it)| it).chain([&mut self.own]) {
            let usual = usual_without_person(manner.speech);
            manner.without_person.get_or_insert_with(|| usual.to_owned());
        }
    }
}

const fn usual_without_person(speech: Speech) -> &'static str {
    match speech {
        Speech::English => "Dear Sir or Madam",
        Speech::Russian | Speech::Other => "Уважаемые коллеги",
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
    /// The addressees beside the first.
    pub others: Vec<Addressed>,
    /// Whether the letter goes to an institution, or to a post that nobody is named for.
    pub is_without_person: bool,
    /// The confidence of the least sure form.
    pub confidence: Confidence,
    pub doubts: Vec<Doubt>,
    /// What must be asked, and of which addressee, counted from 0.
    pub question: Option<Question>,
    pub asked_of: usize,
    speech: Speech,
}

/// An addressee as they stand on the letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addressed {
    pub position: String,
    pub name: String,
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
    /// The letter is in a language whose salutations must be given.
    SalutationUnknown,
}

/// Who is addressed in a salutation, without «Уважаемый».
struct Called {
    gender: Gender,
    form: Form,
}

impl Forms {
    pub fn of(person: &Person, manner: &Manner) -> Self {
        let mut forms = Self::given(person.given, manner.speech);
        if person.given.position_dative.is_empty() {
            forms.decline_position(person);
        }
        let mut called = Vec::new();
        called.extend(forms.address(person, manner));
        for (nth, companion) in person.others.iter().enumerate() {
            let own = companion.person();
            let mut other = Self::given(own.given, manner.speech);
            // One salutation for all: whoever gave it gave it for the others too.
            other.salutation.clone_from(&person.given.salutation);
            if own.given.position_dative.is_empty() {
                other.decline_position(&own);
            }
            called.extend(other.address(&own, manner));
            forms.take_in(other, nth + 1);
        }
        forms.salute(person, manner, &called);
        if forms.question.is_some() {
            forms.confidence = Confidence::Guess;
        }
        forms
    }

    fn given(given: &Given, speech: Speech) -> Self {
        Self {
            gender: None,
            surname_dative: given.surname_dative.clone(),
            first_name_dative: String::new(),
            patronymic_dative: String::new(),
            name_dative: given.name_dative.clone(),
            position_dative: given.position_dative.clone(),
            salutation: given.salutation.clone(),
            others: Vec::new(),
            is_without_person: false,
            confidence: Confidence::Sure,
            doubts: Vec::new(),
            question: None,
            asked_of: 0,
            speech,
        }
    }

    /// The addressees in their order, the first one among them.
    pub fn addressees(&self) -> impl Iterator<Item = (&str, &str)> {
        let first = (self.position_dative.as_str(), self.name_dative.as_str());
        let others = self.others.iter().map(|it| (it.position.as_str(), it.name.as_str()));
        std::iter::once(first).chain(others)
    }

    /// The names of all addressees: «Ильиной А.П., Цою Б.И.»
    pub fn names(&self) -> String {
        let names = self.addressees().map(|(_, name)| name).filter(|name| !name.is_empty());
        names.collect::<Vec<_>>().join(", ")
    }

    /// The addressees line by line, as they stand on the letter: in English, names come first.
    pub fn block(&self) -> String {
        let lines = self.addressees().flat_map(|(position, name)| match self.speech {
            Speech::Russian => [position, name],
            Speech::English | Speech::Other => [name, position],
        });
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// The forms, doubts and questions of a further addressee.
    fn take_in(&mut self, other: Self, nth: usize) {
        self.confidence = self.confidence.min(other.confidence);
        self.doubts.extend(other.doubts.into_iter().map(|doubt| Doubt {
            field: numbered(doubt.field, nth),
            remedy: numbered(doubt.remedy, nth),
            ..doubt
        }));
        if self.question.is_none() && other.question.is_some() {
            (self.question, self.asked_of) = (other.question, nth);
        }
        self.others.push(Addressed { position: other.position_dative, name: other.name_dative });
    }

    /// Fills in gender and name; returns how to call the person in the salutation.
    fn address(&mut self, person: &Person, manner: &Manner) -> Option<Called> {
        let given = person.given;
        if *person.name == FullName::default() {
            self.is_without_person = given.name_dative.is_empty();
            return None;
        }
        match manner.speech {
            Speech::Russian => {}
            Speech::English => return self.address_in_english(person, manner),
            Speech::Other => {
                self.name_in_the_nominative(person);
                return None;
            }
        }
        let is_saluted = !self.salutation.is_empty() || manner.general.is_some();
        let is_settled = !given.name_dative.is_empty() && is_saluted;
        match gender::of(person.gender, person.title, person.name) {
            Verdict::Known { gender, .. } => return self.decline_name(person, gender, manner),
            // With both forms given, the gender is not needed.
            Verdict::Unknown | Verdict::Contradiction { .. } if is_settled => {
                self.gender = person.gender;
            }
            Verdict::Unknown => self.question = Some(Question::GenderUnknown),
            Verdict::Contradiction { one, other } => {
                self.question = Some(Question::GenderContradicted { one, other });
            }
        }
        None
    }

    fn decline_position(&mut self, person: &Person) {
        let organisation =
            Some(person.organisation).filter(|organisation| !organisation.is_empty());
        if person.position.is_empty() && organisation.is_none() {
            return;
        }
        let nominative = [person.position, person.organisation].join(" ").trim().to_owned();
        if self.speech != Speech::Russian {
            let parts = [person.position, person.organisation];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            self.position_dative = parts.join(", ");
            if self.speech == Speech::English {
                self.note_cyrillic("position", nominative, "position_dative");
            }
            return;
        }
        if person.position.is_empty() && *person.name == FullName::default() {
            // An institution, in the nominative (ГОСТ Р 7.0.97-2025).
            person.organisation.trim().clone_into(&mut self.position_dative);
            return;
        }
        let form = positions::addressee(person.position, organisation);
        self.note("position", nominative, &form, "position_dative");
        self.position_dative = form.text;
    }

    fn decline_name(&mut self, person: &Person, gender: Gender, manner: &Manner) -> Option<Called> {
        let Person { name, given, .. } = *person;
        self.gender = Some(gender);
        let dative = names::full(name, gender, Case::Dative);
        if given.name_dative.is_empty() {
            if given.surname_dative.is_empty() {
                self.note("surname", name.surname.clone(), &dative.surname, "surname_dative");
                self.surname_dative.clone_from(&dative.surname.text);
            }
            let (first, patronymic) = (&name.first_name, &name.patronymic);
            let mut initials = names::initials(first, patronymic);
            if manner.spaced {
                initials = names::spaced(&initials);
            }
            let short = names::with_initials(&self.surname_dative, &initials, manner.order);
            self.name_dative = match manner.honorific {
                Some(honorific) => honoured(honorific, gender, &short, &self.position_dative),
                None => short,
            };
        } else if given.surname_dative.is_empty() {
            self.surname_dative.clone_from(&dative.surname.text);
        }
        self.first_name_dative = dative.first_name.text;
        self.patronymic_dative = dative.patronymic.text;
        if gender == Gender::Male
            && person.given.position_dative.is_empty()
            && let Some(word) = positions::womans_post(person.position)
        {
            let form = Form {
                text: self.position_dative.clone(),
                confidence: Confidence::Likely,
                reason: Reason::WomansPost { word },
            };
            self.note("position", person.position.to_owned(), &form, "position_dative");
        }
        if !self.salutation.is_empty() || manner.general.is_some() {
            return None;
        }
        let mut form = match manner.style {
            Style::TitleAndPost => called_by_post(person, gender),
            style => salutation::called(name, gender, style),
        };
        if form.reason == Reason::NoPatronymic {
            match manner.without_patronymic {
                None => {}
                Some(Style::NameAndPatronymic) => form.confidence = Confidence::Sure,
                Some(title @ (Style::TitleAndSurname | Style::TitleAndPost)) => {
                    form = salutation::called(name, gender, title);
                }
            }
        }
        let nominative = [name.first_name.as_str(), &name.patronymic].join(" ").trim().to_owned();
        let whole = salutation::saluting(&form.text, gender);
        self.note("first_name", nominative, &Form { text: whole, ..form.clone() }, "salutation");
        Some(Called { gender, form })
    }

    fn address_in_english(&mut self, person: &Person, manner: &Manner) -> Option<Called> {
        let Person { name, given, .. } = *person;
        let verdict = gender::of(person.gender, person.title, name);
        self.gender = match verdict {
            Verdict::Known { gender, .. } => Some(gender),
            Verdict::Unknown | Verdict::Contradiction { .. } => None,
        };
        let called = english::called(person, self.gender);
        self.name_in_the_nominative(person);
        if let Some(called) = &called
            && given.name_dative.is_empty()
        {
            self.name_dative = english::in_full(&called.title, name);
        }
        self.note_cyrillic("surname", name.in_full(), "name_dative");
        if !self.salutation.is_empty() || manner.general.is_some() {
            return None;
        }
        let text = match (called, &manner.without_gender) {
            (Some(called), _) => called.text,
            (None, Some(salutation)) => {
                self.salutation.clone_from(salutation);
                return None;
            }
            (None, None) => {
                self.question = Some(match verdict {
                    Verdict::Contradiction { one, other } => {
                        Question::GenderContradicted { one, other }
                    }
                    Verdict::Known { .. } | Verdict::Unknown => Question::GenderUnknown,
                });
                return None;
            }
        };
        let mut form = Form { text, confidence: Confidence::Sure, reason: Reason::Plain };
        if name.surname.is_empty() {
            form = form.at_most(Confidence::Likely, Reason::SurnameMissing);
        }
        let letters = || name.surname.chars().filter(|c| c.is_alphabetic());
        if letters().count() > 2 && letters().all(char::is_uppercase) {
            form = form.at_most(Confidence::Likely, Reason::AllCapitals);
        }
        let whole = Form { text: format!("Dear {}", form.text), ..form.clone() };
        self.note("surname", name.first_name_first(), &whole, "salutation");
        // Nothing agrees with it.
        Some(Called { gender: self.gender.unwrap_or(Gender::Male), form })
    }

    /// «Anna Smith»: first name first, as it is written.
    fn name_in_the_nominative(&mut self, person: &Person) {
        self.gender = self.gender.or(person.gender);
        if self.name_dative.is_empty() {
            self.name_dative = english::in_full("", person.name);
        }
        self.surname_dative.clone_from(&person.name.surname);
        self.first_name_dative.clone_from(&person.name.first_name);
        self.patronymic_dative.clone_from(&person.name.patronymic);
    }

    /// The salutation of all addressees together, unless it was given.
    fn salute(&mut self, person: &Person, manner: &Manner, called: &[Called]) {
        if !self.salutation.is_empty() {
            return;
        }
        if let Some(general) = &manner.general {
            self.salutation.clone_from(general);
            return;
        }
        if manner.speech == Speech::Other {
            self.question = Some(Question::SalutationUnknown);
            return;
        }
        let is_anybody = person.others.len() + 1 > called.len() && self.question.is_none();
        match called {
            [] if self.is_without_person && is_anybody => self.salute_nobody(person, manner),
            [only] if person.others.is_empty() => {
                self.salutation = match manner.speech {
                    Speech::English | Speech::Other => format!("Dear {}", only.form.text),
                    Speech::Russian => salutation::saluting(&only.form.text, only.gender),
                };
            }
            several if self.question.is_none() && several.len() == person.others.len() + 1 => {
                let (dear, and) = match manner.speech {
                    Speech::English | Speech::Other => ("Dear", "and"),
                    Speech::Russian => ("Уважаемые", "и"),
                };
                let names: Vec<&str> = several.iter().map(|it| it.form.text.as_str()).collect();
                let (last, before) = names.split_last().unwrap_or((&"", &[]));
                self.salutation = format!("{dear} {} {and} {last}", before.join(", "));
            }
            // Nothing tells «Mr» or «Ms» of one of them.
            _ if manner.speech == Speech::English && self.question.is_none() => {
                self.salutation = manner.without_gender.clone().unwrap_or_default();
            }
            _ => {}
        }
    }

    /// A row that names an institution or a post, and nobody in it.
    fn salute_nobody(&mut self, person: &Person, manner: &Manner) {
        if let Some(salutation) = &manner.without_person {
            self.salutation.clone_from(salutation);
            return;
        }
        // A post whose holder is missing was rather forgotten.
        if self.position_dative.is_empty() || !person.position.is_empty() {
            return;
        }
        usual_without_person(manner.speech).clone_into(&mut self.salutation);
        let form = Form {
            text: self.salutation.clone(),
            confidence: Confidence::Likely,
            reason: Reason::NobodyNamed,
        };
        let nominative = [person.position, person.organisation].join(" ").trim().to_owned();
        self.note("surname", nominative, &form, "salutation");
    }

    /// Doubts Cyrillic letters in an English letter.
    fn note_cyrillic(&mut self, field: &'static str, text: String, remedy: &'static str) {
        let is_cyrillic = |c: char| matches!(c, '\u{400}'..='\u{52F}');
        if text.chars().any(is_cyrillic) {
            let form = Form {
                text: text.clone(),
                confidence: Confidence::Likely,
                reason: Reason::NotLatin,
            };
            self.note(field, text, &form, remedy);
        }
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

/// «господин министр», also if the list has the position in the dative alone.
fn called_by_post(person: &Person, gender: Gender) -> Form {
    let turned = (person.position.is_empty() && !person.given.position_dative.is_empty())
        .then(|| positions::nominative(&person.given.position_dative));
    let position = turned.as_ref().map_or(person.position, |form| &form.text);
    let unclear = || {
        salutation::called(person.name, gender, Style::TitleAndSurname)
            .at_most(Confidence::Likely, Reason::PostUnclear)
    };
    let form = salutation::by_post(position, gender).unwrap_or_else(unclear);
    match turned {
        Some(turned) => form.at_most(turned.confidence, turned.reason),
        None => form,
    }
}

/// «господину Савенкову М.Г.»; with a capital where it begins the block.
fn honoured(honorific: Honorific, gender: Gender, name: &str, position: &str) -> String {
    let title = match (honorific, gender) {
        (Honorific::Full, Gender::Male) => "господину",
        (Honorific::Full, Gender::Female) => "госпоже",
        (Honorific::Short, Gender::Male) => "г-ну",
        (Honorific::Short, Gender::Female) => "г-же",
    };
    let title = if position.is_empty() { positions::with_capital(title) } else { title.to_owned() };
    format!("{title} {name}")
}

/// The name of a field of a further addressee, the first of whom is number 1.
fn numbered(field: &'static str, nth: usize) -> &'static str {
    let names = match field {
        "position" => ["position_2", "position_3", "position_4"],
        "position_dative" => ["position_dative_2", "position_dative_3", "position_dative_4"],
        "surname" => ["surname_2", "surname_3", "surname_4"],
        "surname_dative" | "name_dative" => ["name_dative_2", "name_dative_3", "name_dative_4"],
        "first_name" => ["first_name_2", "first_name_3", "first_name_4"],
        other => [other; 3],
    };
    names.get(nth.saturating_sub(1)).copied().unwrap_or(field)
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
        let person = Person {
            name,
            gender,
            title: "",
            degree: "",
            position,
            organisation,
            given,
            others: &[],
        };
        Forms::of(&person, &Manner::default())
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
    fn an_english_name_in_capitals_is_a_doubt() {
        let manner = Manner { speech: Speech::English, ..Manner::default() };
        let given = Given::default();
        let doubts = |surname| {
            let name = name(surname, "John", "");
            let person = Person {
                name: &name,
                gender: Some(Gender::Male),
                title: "",
                degree: "",
                position: "",
                organisation: "",
                given: &given,
                others: &[],
            };
            Forms::of(&person, &manner).doubts.len()
        };
        assert_eq!([doubts("SMITH"), doubts("Smith"), doubts("Ng"), doubts("NG")], [1, 0, 0, 0]);
    }

    #[test]
    fn a_bare_first_name_is_a_doubt_until_somebody_decides() {
        let anna = name("Лугова", "Анна", "");
        let given = Given::default();
        let person = Person {
            name: &anna,
            gender: None,
            title: "",
            degree: "",
            position: "",
            organisation: "",
            given: &given,
            others: &[],
        };
        let salutation = |without_patronymic| {
            let forms = Forms::of(&person, &Manner { without_patronymic, ..Manner::default() });
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
