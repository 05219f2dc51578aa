//! Builds the message as it goes over the wire (RFC 5322, RFC 2045).
//!
//! `Date` comes first, so that the bytes after it can be compared: they are the same whenever the
//! same letter is composed.

use jiff::ZonedDateTime;

use super::header;
use super::part::MimePart;
use crate::letter::{LetterId, Sender};
use crate::recipient::{Address, Mailbox};

/// What one message is made of.
pub(crate) struct MessageParts<'a> {
    pub id: LetterId,
    pub sender: &'a Sender,
    pub language: &'a str,
    /// The addressee's display name and address.
    pub to: (&'a str, &'a Address),
    pub reply_to: Option<&'a Mailbox>,
    pub cc: &'a [Mailbox],
    pub message_id: &'a str,
    pub subject: &'a str,
    pub date: &'a ZonedDateTime,
    /// Further fields, their values already folded and encoded.
    pub fields: &'a [(&'static str, String)],
    pub text: &'a str,
    pub html: &'a str,
    /// Pictures that the HTML shows, each encoded by [`super::file`].
    pub inline: &'a [&'a [u8]],
    /// Attachments, each encoded by [`super::file`].
    pub attachments: &'a [&'a [u8]],
}

/// Builds mixed(related(alternative(text, html), pictures), attachments), without the levels that
/// would hold a single part.
pub(crate) fn build(parts: &MessageParts) -> Vec<u8> {
    let files: usize = parts.inline.iter().chain(parts.attachments).map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(files + 2 * (parts.text.len() + parts.html.len()) + 4096);
    head(parts, &mut out);
    let boundary = |level: &str| format!("=_{level}{}", parts.id);
    let mut body = MimePart::Several {
        subtype: "alternative",
        boundary: boundary("a"),
        parts: vec![
            MimePart::Text { subtype: "plain", content: parts.text },
            MimePart::Text { subtype: "html", content: parts.html },
        ],
    };
    for (subtype, level, further) in
        [("related", "r", parts.inline), ("mixed", "m", parts.attachments)]
    {
        if !further.is_empty() {
            let parts = std::iter::once(body)
                .chain(further.iter().map(|part| MimePart::Ready(part)))
                .collect();
            body = MimePart::Several { subtype, boundary: boundary(level), parts };
        }
    }
    body.write(&mut out);
    out.extend_from_slice(b"\r\n");
    out
}

fn named(mailbox: &Mailbox) -> (&str, &Address) {
    (mailbox.name.as_deref().unwrap_or_default(), &mailbox.address)
}

fn head(parts: &MessageParts, out: &mut Vec<u8>) {
    let mut field = |name: &str, value: &str| {
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    };
    let sender = parts.sender;
    let from = (sender.name.as_deref().unwrap_or_default(), &sender.address);
    field("Date", &header::display_date(parts.date));
    field("From", &header::mailboxes("From", [from]));
    if let Some(address) = &sender.sender {
        field("Sender", &header::mailboxes("Sender", [("", address)]));
    }
    if let Some(mailbox) = parts.reply_to {
        field("Reply-To", &header::mailboxes("Reply-To", [named(mailbox)]));
    }
    field("To", &header::mailboxes("To", [parts.to]));
    if !parts.cc.is_empty() {
        field("Cc", &header::mailboxes("Cc", parts.cc.iter().map(named)));
    }
    field("Message-ID", parts.message_id);
    field("Subject", &header::unstructured("Subject", parts.subject));
    field("Content-Language", parts.language);
    for (name, value) in parts.fields {
        field(name, value);
    }
    field("MIME-Version", "1.0");
}
