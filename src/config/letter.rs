//! `[letter]` and `[register]`: what the letters say, and their numbers and date.

use jiff::civil::Date;

use super::Placed;
use super::table_reader::TableReader;
use crate::compose::{Habits, HeaderSettings, LetterSettings};
use crate::letter::Numbering;
use crate::problem::ConfigFault;
use crate::russian::forms::{Honorific, Manner, Speech};
use crate::russian::languages;
use crate::russian::names::Order;
use crate::russian::salutation::Style;

/// Names that templates get from the program; no value may have one of them.
const RESERVED: [&str; 7] =
    ["recipient", "addressee", "addressees", "salutation", "letter", "row", "body"];

/// `[letter]`
#[derive(Debug, Clone)]
pub struct LetterTable {
    /// With the ways of `[unsubscribe]`.
    pub settings: LetterSettings,
    pub body: Option<String>,
    pub html: Option<String>,
    pub text: Option<String>,
    pub manner: Manner,
    /// Folders outside the campaign's that files may come from.
    pub attachments_from: Vec<Placed<String>>,
    /// A picture above the HTML and on the letterhead.
    pub logo: Option<Placed<String>>,
    /// The letter in other languages, by their codes.
    pub translations: Vec<(String, LetterTable)>,
}

/// `language` is that of the campaign.
pub(super) fn read(table: &mut TableReader, language: &str) -> Option<LetterTable> {
    let codes = table.keys().into_iter().filter(|key| languages::is_known(key));
    let mut translations = Vec::new();
    for code in codes.collect::<Vec<_>>() {
        let translation = table.inner(&code, |inner| one(inner, &code)).flatten();
        translations.extend(translation.map(|letter| (code, letter)));
    }
    let mut letter = one(table, language)?;
    for (_, translation) in &mut translations {
        // What is not said again is as in the campaign's own language.
        let own = &letter.settings;
        let settings = &mut translation.settings;
        for (name, value) in &own.values {
            settings.values.entry(name.clone()).or_insert_with(|| value.clone());
        }
        if settings.attachments.is_empty() {
            settings.attachments.clone_from(&own.attachments);
        }
        settings.headers = own.headers.clone();
        settings.max_size = own.max_size;
    }
    letter.translations = translations;
    Some(letter)
}

/// How people are addressed in a language.
fn manner(table: &mut TableReader, language: &str) -> Manner {
    let speech = if languages::is_russian(language) {
        Speech::Russian
    } else if languages::is_english(language) {
        Speech::English
    } else {
        Speech::Other
    };
    let orders = [("behind", Order::SurnameFirst), ("before", Order::InitialsFirst)];
    let order = table.one_of("initials", &orders).unwrap_or(Order::SurnameFirst);
    let spaced = table.yes_no("spaced_initials").unwrap_or(false);
    let honorifics = [("full", Honorific::Full), ("short", Honorific::Short)];
    let honorific = table.one_of("honorific", &honorifics);
    let styles = [("name", Style::NameAndPatronymic), ("title", Style::TitleAndSurname)];
    let by_post = [("post", Style::TitleAndPost)];
    let salutation = table.text("salutation");
    let style = salutation.as_ref().and_then(|salutation| {
        let known = styles.iter().chain(&by_post).find(|(name, _)| name == salutation);
        known.map(|(_, style)| *style)
    });
    // Words of one's own are a salutation for everybody; a single word is more likely a mistake.
    let general = salutation.filter(|_| style.is_none());
    if let Some(value) = general.clone().filter(|text| !text.trim().contains(' ')) {
        let allowed = vec!["name", "title", "post", "Уважаемые коллеги"];
        table.fault("salutation", |key| ConfigFault::ValueUnknown { key, value, allowed });
    }
    let without_patronymic = table.one_of("without_patronymic", &styles);
    let ending = |text: String| text.trim_end_matches(['!', ',', ' ']).to_owned();
    Manner {
        speech,
        order,
        spaced,
        honorific,
        style: style.unwrap_or(Style::NameAndPatronymic),
        general: general.map(ending),
        without_patronymic,
        without_person: table.text("without_person").map(ending),
        without_gender: table.text("without_gender").map(ending),
    }
}

fn one(table: &mut TableReader, language: &str) -> Option<LetterTable> {
    let subject = table.required_text("subject");
    let subject_place = table.place_of_value("subject");
    let preheader = table.placed_text("preheader");
    let body = table.text("body");
    let html = table.text("html");
    let text = table.text("text");
    if body.is_none() && (html.is_none() || text.is_none()) {
        table.fault_here(ConfigFault::BodyMissing);
    }
    let manner = manner(table, language);
    let values = table.free_table("values");
    for name in values.keys().filter(|name| RESERVED.contains(&name.as_str())) {
        table.fault("values", |_| ConfigFault::NameReserved { name: name.clone() });
    }
    let attachments = table.placed_texts("attachments");
    let attachments_from = table.placed_texts("attachments_from");
    let max_size = table.size("max_size").unwrap_or(20 << 20);
    let logo = table.placed_text("logo");
    let headers = HeaderSettings {
        read_receipt: table.yes_no("read_receipt").unwrap_or(false),
        delivery_receipt: table.yes_no("delivery_receipt").unwrap_or(false),
        ..HeaderSettings::default()
    };
    let habits = Habits {
        soft_sign_declines: table.one_of("soft_sign_names", &[("decline", true), ("stay", false)]),
        iya_in_ie: table.one_of("iya_names", &[("ие", true), ("ии", false)]),
    };
    let subject = subject?;
    let settings = LetterSettings {
        subject,
        subject_place,
        preheader,
        values,
        attachments,
        max_size,
        headers,
        habits,
    };
    let translations = Vec::new();
    Some(LetterTable { settings, body, html, text, manner, attachments_from, logo, translations })
}

/// `[register]`
#[derive(Debug, Clone, Default)]
pub(super) struct RegisterTable {
    pub numbering: Numbering,
    pub date: Option<Date>,
    pub reference: ReferenceColumns,
}

/// The headings of the columns with number and date of the letter that each one answers.
#[derive(Debug, Clone, Default)]
pub struct ReferenceColumns {
    pub number: Option<Placed<String>>,
    pub date: Option<Placed<String>>,
}

pub(super) fn register(table: &mut TableReader) -> RegisterTable {
    let number = table.text("number");
    let first = table.integer("first", 0, i64::from(u32::MAX));
    let format = table.text("format").unwrap_or_else(|| "{}".to_owned());
    let date = table.date("date");
    let numbering = match (number, first) {
        (Some(_), Some(_)) => {
            table.fault("first", |_| ConfigFault::NumberTwice);
            Numbering::None
        }
        (Some(number), None) => Numbering::One(number),
        (None, Some(first)) => {
            let (before, width, after) = number_format(&format).unwrap_or_else(|| {
                let allowed = vec!["{}", "{:03}", "01-{:03}/22"];
                table.fault("format", |key| ConfigFault::ValueUnknown {
                    key,
                    value: format,
                    allowed,
                });
                (String::new(), 0, String::new())
            });
            let first = u32::try_from(first).unwrap_or(u32::MAX);
            Numbering::Each { first, width, before, after }
        }
        (None, None) => Numbering::None,
    };
    let reference = ReferenceColumns {
        number: table.placed_text("reference_number"),
        date: table.placed_text("reference_date"),
    };
    RegisterTable { numbering, date, reference }
}

/// Splits `01-{:03}/22` into the text before the number, its width, and the text after it.
fn number_format(format: &str) -> Option<(String, usize, String)> {
    let (before, rest) = format.split_once('{')?;
    let (inside, after) = rest.split_once('}')?;
    let width = match inside.strip_prefix(":0") {
        Some(width) => width.parse().ok().filter(|width| *width <= 12)?,
        None if inside.is_empty() => 0,
        None => return None,
    };
    (!after.contains(['{', '}']) && !before.contains('}'))
        .then(|| (before.to_owned(), width, after.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_their_format() {
        assert_eq!(number_format("01-{:03}/22"), Some(("01-".into(), 3, "/22".into())));
        assert_eq!(number_format("{}"), Some((String::new(), 0, String::new())));
        assert_eq!(number_format("{:>3}"), None);
    }
}
