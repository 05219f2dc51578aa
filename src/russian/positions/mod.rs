//! Positions as people write them in a table, in any case.
//!
//! The head of the phrase declines, its tail stays («Начальнику отдела образования»); a dash, a
//! comma or «и» may begin a new head. The word lists are in `post_nouns`, `organisation_nouns` and
//! `function_words`, the endings in `noun` and `adjective`. Personal names are not read here: see
//! `names`.

mod adjective;
mod cache;
mod epithets;
mod function_words;
mod head;
mod head_start;
mod inflection;
pub(in crate::russian) mod letters;
mod lexicon;
mod nominative;
mod noun;
mod organisation_nouns;
mod overlap;
mod persons_post;
mod phrase;
mod post_nouns;
mod special_words;
mod tokens;
mod towns;
mod validate;
mod with_organisation;
mod words;

use inflection::Animacy;
pub use nominative::nominative;
pub(in crate::russian) use persons_post::{bare_post, womans_post};

use super::{Case, Confidence, Flaw, Form, Reason, Source};

/// What a phrase names: a person by their position, or an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::russian) enum Referent {
    Position,
    Organisation,
}

impl Referent {
    fn animacy(self) -> Animacy {
        match self {
            Self::Position => Animacy::Animate,
            Self::Organisation => Animacy::Inanimate,
        }
    }
}

/// Declines a whole position, given in the nominative singular.
///
/// Letter case, «ё» and quotations stay as typed; the ends are trimmed and runs of spaces become
/// one.
#[must_use]
pub fn decline(position: &str, case: Case) -> Form {
    decline_uncached(position, case, Referent::Position)
}

/// Declines a position and puts the organisation, given in the nominative, after it.
///
/// The organisation takes the genitive, or the instrumental after «заведующий», «управляющий» and
/// the like (Розенталь, «Управление в русском языке»). An organisation that the position names
/// already is not repeated, and is a doubt.
#[must_use]
pub fn with_organisation(position: &str, organisation: &str, case: Case) -> Form {
    with_organisation::join(position, organisation, case)
}

/// The position line of an addressee block: in the dative, beginning with a capital
/// (ГОСТ Р 7.0.97-2025, addressee), the rest as typed.
#[must_use]
pub fn addressee(position: &str, organisation: Option<&str>) -> Form {
    let form = match organisation {
        Some(organisation) => with_organisation(position, organisation, Case::Dative),
        None => decline_as(position, Case::Dative, Referent::Position),
    };
    Form { text: with_capital(&form.text), ..form }
}

/// Declines a position or an organisation; quick for one that was declined lately.
pub(in crate::russian) fn decline_as(text: &str, case: Case, referent: Referent) -> Form {
    cache::get_or_insert(text, case, referent, || decline_uncached(text, case, referent))
}

fn decline_uncached(text: &str, case: Case, referent: Referent) -> Form {
    let validated = match validate::validate(text) {
        Ok(validated) => validated,
        Err(form) => return form,
    };
    if referent == Referent::Organisation
        && validated.flaw.is_none()
        && case != Case::Nominative
        && let Some(text) = towns::titled_city(&validated.text, case)
    {
        let reason = Reason::Listed { source: Source::Rosenthal149 };
        return Form { text, confidence: Confidence::Sure, reason };
    }
    let mut form = phrase::decline(&validated.text, case, referent);
    if referent == Referent::Position
        && let Some(reason) = as_organisation(&validated.text, &form)
    {
        // It declines as what it is: «Городу Твери».
        let text = decline_uncached(&validated.text, case, Referent::Organisation).text;
        form = Form { text, confidence: form.confidence.min(Confidence::Likely), reason };
    }
    match validated.flaw {
        Some(Flaw { confidence, reason }) if confidence <= form.confidence => {
            Form { confidence, reason, ..form }
        }
        Some(_) | None => form,
    }
}

/// Why a position is in doubt that is an organisation or a place.
fn as_organisation(text: &str, form: &Form) -> Option<Reason> {
    let is_place = || {
        let mut words = text.splitn(2, [' ', '-']);
        words.next().is_some_and(|first| towns::names_a_place(&letters::fold(first)))
            || towns::decline(text, Case::Genitive).is_some()
    };
    match &form.reason {
        Reason::OrganisationAsPosition { .. } => Some(form.reason.clone()),
        _ if form.confidence < Confidence::Sure && is_place() => {
            Some(Reason::OrganisationAsPosition { word: text.to_owned() })
        }
        _ => None,
    }
}

pub(in crate::russian) fn with_capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
