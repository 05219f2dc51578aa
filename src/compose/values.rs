//! The values that templates see, and which of them the templates of a campaign use.

use std::borrow::Cow;

use jiff::civil::Date;
use serde_json::{Value, json};
use tera::Context;

use super::template::Template;
use super::{ComposerSettings, filters};
use crate::recipient::{Cells, Recipient};
use crate::russian::forms::Forms;
use crate::russian::{Gender, dates, english, languages};

/// The values that one letter gives to its templates.
#[derive(Default)]
pub(super) struct Values(Context);

impl Values {
    pub(super) fn context(&self) -> &Context {
        &self.0
    }

    pub(super) fn text(&mut self, name: impl Into<Cow<'static, str>>, text: &str) {
        self.0.insert_value(name, text.into());
    }

    pub(super) fn map(&mut self, name: &'static str, map: TextMap) {
        self.0.insert_value(name, map.0.into());
    }

    /// Adds `letter.subject`, for the templates rendered after the subject.
    pub(super) fn subject(&mut self, subject: &str) {
        let mut letter = TextMap::default();
        if let Some(known) = self.0.get("letter").and_then(tera::Value::as_map) {
            letter.0.clone_from(known);
        }
        letter.add("subject", Some(subject));
        self.map("letter", letter);
    }

    /// Sets `body`, for a template around it: it is not escaped again.
    pub(super) fn body(&mut self, body: &str) {
        self.0.insert_value("body", tera::Value::safe_string(body));
    }
}

/// A table of texts, such as `recipient` and `row`.
#[derive(Clone, Default)]
pub(super) struct TextMap(tera::Map);

impl TextMap {
    fn of<const N: usize>(texts: [(&'static str, Option<&str>); N]) -> Self {
        let value = |text: Option<&str>| text.map_or_else(tera::Value::none, tera::Value::from);
        Self(texts.into_iter().map(|(name, text)| (name.into(), value(text))).collect())
    }

    /// A table with these names and no values, for [`TextMap::filled`].
    fn named(names: &[String]) -> Self {
        Self(names.iter().map(|name| (name.clone().into(), tera::Value::none())).collect())
    }

    /// The same names with the cells of one row, in the same order.
    pub(super) fn filled(&self, headings: &[String], cells: &Cells) -> Self {
        // If a heading comes twice, the last cell decides.
        if self.0.len() != cells.len() || cells.len() != headings.len() {
            let named = headings.iter().zip(cells.iter());
            return Self(named.map(|(name, cell)| (name.clone().into(), cell.into())).collect());
        }
        let mut filled = self.0.clone();
        filled.values_mut().zip(cells.iter()).for_each(|(value, cell)| *value = cell.into());
        Self(filled)
    }

    /// Adds a text that some letters lack.
    fn add(&mut self, name: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.0.insert(name.into(), text.into());
        }
    }
}

/// Names of the values that every letter has beside the columns and values of its campaign.
const NAMES: [&str; 6] = ["recipient", "addressee", "addressees", "salutation", "letter", "row"];

/// How many of the values a letter is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Those that the templates use.
    Used,
    /// All, so that a message about a mistake can name those that could have been meant.
    All,
}

/// Whose values are asked for.
#[derive(Clone, Copy)]
pub(super) struct Addressee<'a> {
    pub recipient: &'a Recipient,
    pub forms: &'a Forms,
    /// `letter.number`.
    pub number: Option<&'a str>,
}

/// Which values the templates use, found out once.
#[expect(clippy::struct_excessive_bools, reason = "each is found by itself")]
pub(super) struct Usage {
    /// The columns whose headings are names, and whether a template uses them as such.
    columns: Vec<(usize, bool)>,
    /// Those of [`NAMES`] that are used.
    names: Vec<&'static str>,
    /// `row` without its cells.
    row: TextMap,
    /// Whether the letter uses forms of its addressee that depend on their gender.
    pub needs_gender: bool,
    /// Whether it uses the addressee's name or position in the dative.
    pub needs_dative: bool,
    /// Whether it uses the position as it is in the nominative.
    needs_position: bool,
    /// Whether what a reader sees has anything of theirs.
    pub is_personal: bool,
}

impl Usage {
    /// `seen` are those of the templates whose result a reader sees.
    pub(super) fn of(
        settings: &ComposerSettings,
        templates: &[&Template],
        seen: &[&Template],
    ) -> Self {
        let uses = |name: &str| templates.iter().any(|template| template.uses(name));
        let mentions = |name: &str| templates.iter().any(|template| template.mentions(name));
        let is_bare = |heading: &String| {
            is_identifier(heading) && !settings.letter.values.contains_key(heading)
        };
        let bare = settings.headings.iter().enumerate().filter(|(_, heading)| is_bare(heading));
        let is_of_reader = |template: &&Template| {
            ["recipient", "addressee", "salutation", "row"].iter().any(|name| template.uses(name))
                || template.mentions("letter.number")
                || settings.headings.iter().filter(|it| is_bare(it)).any(|it| template.uses(it))
        };
        Self {
            // A letterhead may show the addressee whatever the letter says.
            needs_dative: mentions("addressee")
                || settings.pdf.is_some() && settings.language.starts_with("ru"),
            needs_position: mentions("recipient.position"),
            is_personal: seen.iter().any(is_of_reader),
            columns: bare.map(|(column, heading)| (column, uses(heading))).collect(),
            names: NAMES.into_iter().filter(|name| uses(name)).collect(),
            row: TextMap::named(&settings.headings),
            needs_gender: ["addressee", "salutation", "recipient.gender"].into_iter().any(mentions),
        }
    }

    /// The values of one letter.
    pub(super) fn values(
        &self,
        settings: &ComposerSettings,
        addressee: Addressee,
        extent: Extent,
    ) -> Values {
        let Addressee { recipient, forms, number } = addressee;
        let mut values = Values::default();
        let is_wanted = |name| extent == Extent::All || self.names.contains(&name);
        for (column, is_used) in &self.columns {
            if (*is_used || extent == Extent::All)
                && let Some(cell) = recipient.cells.get(*column)
            {
                values.text(recipient.headings[*column].clone(), cell);
            }
        }
        if is_wanted("row") {
            values.map("row", self.row.filled(&recipient.headings, &recipient.cells));
        }
        if is_wanted("recipient") {
            let card = &recipient.card;
            let mut position = card.position.clone();
            if position.is_empty() && (self.needs_position || extent == Extent::All) {
                position = filters::nominative(card.given.position_dative.clone());
            }
            let mut map = TextMap::of([
                ("surname", Some(&card.name.surname)),
                ("first_name", Some(&card.name.first_name)),
                ("patronymic", Some(&card.name.patronymic)),
                ("gender", forms.gender.map(Gender::as_str)),
                ("title", Some(&card.title)),
                ("degree", Some(&card.degree)),
                ("position", Some(&position)),
                ("organisation", Some(&card.organisation)),
                ("email", Some(recipient.address.shown())),
            ]);
            map.0.insert("row".into(), recipient.row.into());
            values.map("recipient", map);
        }
        if is_wanted("addressee") {
            let position = ("position", Some(forms.position_dative.as_str()));
            let name = ("name", Some(forms.name_dative.as_str()));
            let block = forms.block();
            let block = ("block", Some(block.as_str()));
            values.map("addressee", TextMap::of([position, name, block]));
        }
        if is_wanted("addressees") {
            let all = forms.addressees().map(|(position, name)| {
                let map = TextMap::of([("position", Some(position)), ("name", Some(name))]);
                tera::Value::from(map.0)
            });
            values.0.insert_value("addressees", all.collect::<Vec<tera::Value>>().into());
        }
        if is_wanted("salutation") {
            values.text("salutation", &forms.salutation);
        }
        if is_wanted("letter") {
            let mut map = TextMap::of([("id", Some(&settings.id_of(recipient).to_string()))]);
            map.add("number", number);
            let date = settings.date.map(|date| written_date(date, &settings.language));
            map.add("date", date.as_deref());
            let (number, date) = reference(settings, recipient);
            map.add("reference_number", number.as_deref());
            map.add("reference_date", date.as_deref());
            values.map("letter", map);
        }
        values
    }
}

/// Number and date of the letter that is answered, as far as the row has them.
fn reference(
    settings: &ComposerSettings,
    recipient: &Recipient,
) -> (Option<String>, Option<String>) {
    let cell = |column: Option<usize>| {
        let text = recipient.cells.get(column?)?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let date = cell(settings.reference.date);
    let written = |date| written_date(date, &settings.language);
    let date = date.map(|text| dates::parse(&text).map(written).unwrap_or(text));
    (cell(settings.reference.number), date)
}

/// What a letterhead sees: the values of the templates, and those that Typst asks for. The document
/// bears the date of the register, or else that of the message.
pub(super) fn for_letterhead(
    settings: &ComposerSettings,
    addressee: Addressee,
    subject: &str,
    dated: Date,
) -> Value {
    let Addressee { recipient, forms, number } = addressee;
    let card = &recipient.card;
    let mut letter = json!({ "id": settings.id_of(recipient).to_string(), "subject": subject });
    if let Some(number) = number {
        letter["number"] = json!(number);
    }
    if let Some(date) = settings.date {
        letter["date"] = json!(written_date(date, &settings.language));
    }
    let (reference_number, reference_date) = reference(settings, recipient);
    let cells = recipient.cells.iter().map(|cell| json!(cell));
    let row: serde_json::Map<String, Value> =
        recipient.headings.iter().cloned().zip(cells).collect();
    let (language, region) = match settings.language.split_once('-') {
        Some((language, region)) => (language, Some(region)),
        None => (settings.language.as_str(), None),
    };
    let day = settings.date.unwrap_or(dated);
    let day = json!({ "year": day.year(), "month": day.month(), "day": day.day() });
    json!({
        "letter": letter,
        "addressee": {
            "position": forms.position_dative,
            "name": forms.name_dative,
            "lines": forms.block().lines().collect::<Vec<_>>(),
        },
        "recipient": {
            "surname": card.name.surname,
            "first_name": card.name.first_name,
            "patronymic": card.name.patronymic,
            "gender": forms.gender.map(Gender::as_str),
            "position": card.position,
            "organisation": card.organisation,
            "email": recipient.address.shown(),
            "row": recipient.row,
        },
        "salutation": forms.salutation,
        "reference": { "number": reference_number, "date": reference_date },
        "row": row,
        "values": settings.letter.values,
        "sender": {
            "name": settings.sender.name.as_deref().unwrap_or(settings.sender.address.shown()),
            "address": settings.sender.address.shown(),
        },
        "language": language,
        "region": region.filter(|region| region.len() == 2),
        "day": day,
    })
}

/// The date of the letter as its language writes it.
fn written_date(date: Date, language: &str) -> String {
    if languages::is_english(language) {
        english::date(date, english::is_american(language))
    } else {
        dates::short(date)
    }
}

/// Every name that a template may use at the top level.
pub(super) fn known_names(settings: &ComposerSettings) -> Vec<String> {
    let own = NAMES.into_iter().chain(["body"]).map(str::to_owned);
    let columns = settings.headings.iter().filter(|heading| is_identifier(heading)).cloned();
    own.chain(settings.letter.values.keys().cloned()).chain(columns).collect()
}

/// Whether Tera can read a heading as a name.
pub(super) fn is_identifier(heading: &str) -> bool {
    let mut characters = heading.chars();
    characters.next().is_some_and(|c| c == '_' || c.is_ascii_alphabetic())
        && characters.all(|c| c == '_' || c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_latin_names_can_be_used_bare() {
        assert!(is_identifier("district_2"));
        assert!(
            !is_identifier("Район")
                && !is_identifier("2nd")
                && !is_identifier("a b")
                && !is_identifier("")
        );
    }
}
