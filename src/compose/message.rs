//! The message as it goes over the wire (RFC 5322, RFC 2045): lettre's MIME parts under our own headers.
//!
//! The same letter always makes the same bytes; `Date` stands first, so that all behind it can be compared.

use jiff::Zoned;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Message, MessageBuilder, MultiPart, SinglePart};

use super::header;
use crate::letter::{LetterId, Sender};
use crate::recipient::Address;

/// What one message is made of.
pub(super) struct Parts<'a> {
    pub id: LetterId,
    pub sender: &'a Sender,
    pub language: &'a str,
    /// Display name and address of the addressee.
    pub to: (&'a str, &'a Address),
    pub cc: &'a [Address],
    pub message_id: &'a str,
    pub subject: &'a str,
    pub date: &'a Zoned,
    pub text: &'a str,
    pub html: &'a str,
}

/// Builds the message.
///
/// # Errors
/// What lettre refuses; checked addresses and headers give it no reason to.
pub(super) fn build(parts: &Parts) -> Result<Vec<u8>, String> {
    let sender = parts.sender;
    let from = (sender.name.as_deref().unwrap_or_default(), &sender.address);
    let plain = |address| ("", address);
    let mut builder = Fields(Message::builder()).field("Date", "", header::display_date(parts.date))?.field(
        "From",
        sender.address.wire(),
        header::mailboxes("From", [from]),
    )?;
    if let Some(address) = &sender.sender {
        builder = builder.field("Sender", address.wire(), header::mailboxes("Sender", [plain(address)]))?;
    }
    if let Some(address) = &sender.reply_to {
        builder = builder.field("Reply-To", address.wire(), header::mailboxes("Reply-To", [plain(address)]))?;
    }
    builder = builder.field("To", parts.to.1.wire(), header::mailboxes("To", [parts.to]))?;
    if !parts.cc.is_empty() {
        builder = builder.field("Cc", "", header::mailboxes("Cc", parts.cc.iter().map(plain)))?;
    }
    let builder = builder
        .field("Message-ID", parts.message_id, parts.message_id.to_owned())?
        .field("Subject", parts.subject, header::unstructured("Subject", parts.subject))?
        .field("Content-Language", parts.language, parts.language.to_owned())?
        .0;

    // lettre asks for an envelope and does not put it into the message; the courier has its own.
    let own = sender.address.wire().parse().map_err(|error| format!("{error}"))?;
    let envelope = Envelope::new(Some(own), vec![parts.to.1.wire().parse().map_err(|error| format!("{error}"))?]);
    let alternative = MultiPart::alternative()
        .boundary(format!("=_{}", parts.id))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(parts.text.to_owned()))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(parts.html.to_owned()));
    let message = builder
        .envelope(envelope.map_err(|error| error.to_string())?)
        .multipart(alternative)
        .map_err(|error| error.to_string())?;
    Ok(message.formatted())
}

struct Fields(MessageBuilder);

impl Fields {
    /// Adds a field whose value is folded and encoded already. `raw` is what lettre itself may read of it.
    fn field(self, name: &str, raw: &str, value: String) -> Result<Self, String> {
        let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|error| error.to_string())?;
        Ok(Self(self.0.raw_header(HeaderValue::dangerous_new_pre_encoded(name, raw.to_owned(), value))))
    }
}
