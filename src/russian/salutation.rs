//! The salutation: «Уважаемый Максим Георгиевич», «Уважаемая госпожа Ким».
//!
//! No punctuation at the end: the comma or the «!» belongs to the template.

use super::names::{FullName, clean, first_name, initials_only, patronymic, surname};
use super::{Case, Confidence, Form, Gender, Reason, positions};

/// How a person is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// By first name and patronymic.
    NameAndPatronymic,
    /// By «господин» or «госпожа» and surname.
    TitleAndSurname,
    /// By «господин» or «госпожа» and position: «Уважаемый господин министр».
    TitleAndPost,
}

/// The salutation of a person whose gender is known.
///
/// If the style needs a part that is missing, another salutation is proposed, in doubt.
#[must_use]
pub fn of(name: &FullName, gender: Gender, style: Style) -> Form {
    let form = called(name, gender, style);
    Form { text: saluting(&form.text, gender), ..form }
}

/// Puts «Уважаемый» before what a person is called.
pub(super) fn saluting(called: &str, gender: Gender) -> String {
    let respected = match gender {
        Gender::Male => "Уважаемый",
        Gender::Female => "Уважаемая",
    };
    format!("{respected} {called}").trim_end().to_owned()
}

/// What a person is called in the salutation, without «Уважаемый».
pub(super) fn called(name: &FullName, gender: Gender, style: Style) -> Form {
    let first = clean(&name.first_name);
    let named = !first.is_empty() && !initials_only(&first);
    match style {
        Style::NameAndPatronymic if named => by_name(name, gender),
        Style::NameAndPatronymic => {
            let reason = if first.is_empty() {
                Reason::FirstNameMissing
            } else {
                Reason::FirstNameAbbreviated
            };
            by_title(name, gender).at_most(Confidence::Likely, reason)
        }
        Style::TitleAndSurname | Style::TitleAndPost if !clean(&name.surname).is_empty() => {
            by_title(name, gender)
        }
        Style::TitleAndSurname | Style::TitleAndPost if named => {
            by_name(name, gender).at_most(Confidence::Likely, Reason::SurnameMissing)
        }
        Style::TitleAndSurname | Style::TitleAndPost => by_title(name, gender),
    }
}

/// «господин министр»; `None` if it is not clear what a person in this position is called.
pub(super) fn by_post(position: &str, gender: Gender) -> Option<Form> {
    let post = positions::bare_post(position)?;
    Some(salute(&[mister(gender), &post]))
}

const fn mister(gender: Gender) -> &'static str {
    match gender {
        Gender::Male => "господин",
        Gender::Female => "госпожа",
    }
}

fn by_name(name: &FullName, gender: Gender) -> Form {
    let first = first_name(&name.first_name, gender, Case::Nominative);
    let father = patronymic(&name.patronymic, gender, Case::Nominative);
    let full = !father.text.is_empty() && !initials_only(&father.text);
    let words =
        if full { vec![first.text.as_str(), &father.text] } else { vec![first.text.as_str()] };
    let form = salute(&words).at_most(first.confidence, first.reason.clone());
    let form = form.at_most(father.confidence, father.reason.clone());
    if full { form } else { form.at_most(Confidence::Likely, Reason::NoPatronymic) }
}

fn by_title(name: &FullName, gender: Gender) -> Form {
    let surname = surname(&name.surname, gender, Case::Nominative);
    salute(&[mister(gender), &surname.text]).at_most(surname.confidence, surname.reason.clone())
}

fn salute(words: &[&str]) -> Form {
    let form = Form {
        text: words.join(" ").trim_end().to_owned(),
        confidence: Confidence::Sure,
        reason: Reason::Plain,
    };
    let shouted =
        words.iter().any(|word| word.chars().count() > 1 && !word.contains(char::is_lowercase));
    if shouted { form.at_most(Confidence::Likely, Reason::AllCapitals) } else { form }
}
