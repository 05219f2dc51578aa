//! `[letter]` and `[register]`: what the letters say, and their numbers and date.

use jiff::civil::Date;

use super::Placed;
use super::table_reader::TableReader;
use crate::compose::{HeaderSettings, LetterSettings};
use crate::letter::Numbering;
use crate::problem::ConfigFault;
use crate::russian::forms::Manner;
use crate::russian::names::Order;
use crate::russian::salutation::Style;

/// Names that templates get from the program; no value may have one of them.
const RESERVED: [&str; 6] = ["recipient", "addressee", "salutation", "letter", "row", "body"];

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
}

pub(super) fn read(table: &mut TableReader) -> Option<LetterTable> {
    let subject = table.required_text("subject");
    let subject_place = table.place_of_value("subject");
    let body = table.text("body");
    let html = table.text("html");
    let text = table.text("text");
    if body.is_none() && (html.is_none() || text.is_none()) {
        table.fault_here(ConfigFault::BodyMissing);
    }
    let orders = [("behind", Order::SurnameFirst), ("before", Order::InitialsFirst)];
    let order = table.one_of("initials", &orders).unwrap_or(Order::SurnameFirst);
    let styles = [("name", Style::NameAndPatronymic), ("title", Style::TitleAndSurname)];
    let style = table.one_of("salutation", &styles).unwrap_or(Style::NameAndPatronymic);
    let without_patronymic = table.one_of("without_patronymic", &styles);
    let manner = Manner { order, style, without_patronymic };
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
    let subject = subject?;
    let settings =
        LetterSettings { subject, subject_place, values, attachments, max_size, headers };
    Some(LetterTable { settings, body, html, text, manner, attachments_from, logo })
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
