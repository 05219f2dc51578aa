//! Assembles the message from a letter's content: header fields, addresses, envelope, signature.

use std::sync::Arc;

use super::attachments::EncodedFile;
use super::composer::Composer;
use super::mime::{self, MessageParts};
use super::rendering::Rendering;
use super::values::Addressee;
use super::{LetterMeta, Mode, Picture, escape, message_id};
use crate::letter::{Digest, Letter, Receipt, Record, Sender};
use crate::problem::LetterFault;
use crate::recipient::{Address, Mailbox, Recipient};
use crate::russian::languages;

impl Composer {
    /// Further header fields, folded and encoded.
    pub(super) fn fields(&self, rendering: &mut Rendering) -> Vec<(&'static str, String)> {
        let settings = &self.settings.letter.headers;
        let mut fields = Vec::new();
        let mut unsubscribe = Vec::new();
        if let Some(address) = &settings.unsubscribe {
            let id = self.settings.id_of(rendering.recipient);
            let local = escape::percent_encoded(address.local());
            let to = format!("{local}@{}", address.domain());
            unsubscribe.push(format!("<mailto:{to}?subject=unsubscribe%20{id}>"));
        }
        if let Some(template) = &self.templates.one_click
            && let Some(printed) = rendering.render_raw(template)
        {
            let link = escape::into_url(&printed);
            let is_sound = link.starts_with("https://")
                && link.len() <= 900
                && link.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&b));
            if is_sound {
                unsubscribe.push(format!("<{link}>"));
            } else {
                rendering.report(template.whole(), LetterFault::LinkUnfit { value: link });
            }
        }
        if !unsubscribe.is_empty() {
            fields.push(("List-Unsubscribe", unsubscribe.join(",\r\n ")));
        }
        if self.templates.one_click.is_some() {
            fields.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        if let Some(thread) = self.settings.threads.get(&rendering.recipient.address.key())
            && let Some(last) = thread.message_ids.last()
        {
            fields.push(("In-Reply-To", last.clone()));
            fields.push(("References", thread.message_ids.join("\r\n ")));
        }
        if settings.read_receipt {
            let sender = &self.settings.sender;
            let to = sender.reply_to.as_ref().map_or(&sender.address, |to| &to.address);
            let name = "Disposition-Notification-To";
            fields.push((name, mime::mailboxes(name, [("", to)])));
        }
        fields
    }

    /// Builds and signs the message.
    pub(super) fn letter(
        &self,
        addressee: Addressee,
        meta: &LetterMeta,
        mode: &Mode,
        parts: &Readable,
    ) -> Letter {
        let recipient = addressee.recipient;
        let sender = &self.settings.sender;
        let id = self.settings.id_of(recipient);
        let Addressing { to, to_name, subject, message_id, cc, bcc } =
            self.addressing(recipient, meta, mode, &parts.subject);
        let pictures: Vec<&[u8]> =
            parts.pictures.iter().map(|picture| picture.part.as_slice()).collect();
        let files: Vec<&[u8]> = parts.attachments.iter().map(|file| file.part.as_slice()).collect();
        let mut bytes = mime::build(&MessageParts {
            id,
            sender,
            language: &self.settings.language,
            to: (&to_name, to),
            reply_to: recipient.reply_to.as_ref().or(sender.reply_to.as_ref()),
            cc: &cc,
            message_id: &message_id,
            subject: &subject,
            date: &meta.date,
            fields: parts.fields,
            text: parts.text,
            html: parts.html,
            inline: &pictures,
            attachments: &files,
        });
        let digest = Digest::of(&bytes);
        if let Some(signer) = &self.settings.signer {
            signer.sign(&mut bytes);
        }
        let from = sender.return_path.as_ref().and_then(|path| path.of(id));
        let asks_receipt = self.settings.letter.headers.delivery_receipt;
        let copies = cc.iter().map(|mailbox| &mailbox.address);
        let to = deduplicated([to].into_iter().chain(copies).chain(bcc));
        let date = self.settings.date.unwrap_or_else(|| meta.date.date());
        let record = Record {
            number: meta.number.clone(),
            date: date.to_string(),
            subject: parts.subject.clone(),
            addressee: either(&addressee.forms.names(), &recipient.card.name.in_full()),
            // As printed it may name the organisation once more.
            position: either(&recipient.card.position, &addressee.forms.position_dative),
            organisation: recipient.card.organisation.clone(),
            copies: to.iter().skip(1).map(|copy| copy.shown().to_owned()).collect(),
            files: parts.attachments.iter().map(|file| file.attachment.name.clone()).collect(),
            sheets: parts.sheets,
            executor: self.executor(),
        };
        Letter {
            id,
            from: from.unwrap_or_else(|| sender.address.clone()),
            to,
            message_id,
            number: meta.number.clone(),
            subject,
            record,
            receipt: if asks_receipt { Receipt::Asked } else { Receipt::None },
            digest,
            bytes,
        }
    }

    /// Who drew the letter up, as far as `[letter.values.executor]` names them.
    fn executor(&self) -> Option<String> {
        let name = self.settings.letter.values.get("executor")?.get("name")?.as_str()?;
        Some(name.to_owned())
    }

    fn addressing<'a>(
        &'a self,
        recipient: &'a Recipient,
        meta: &LetterMeta,
        mode: &'a Mode,
        subject: &str,
    ) -> Addressing<'a> {
        let sender = &self.settings.sender;
        let id = self.settings.id_of(recipient);
        match mode {
            Mode::Real => {
                let name = &recipient.card.name;
                let name = [&name.first_name, &name.patronymic, &name.surname];
                let name: Vec<&str> =
                    name.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
                let kept = meta.message_id.clone();
                Addressing {
                    to: &recipient.address,
                    to_name: name.join(" "),
                    subject: subject.to_owned(),
                    message_id: kept.unwrap_or_else(|| message_id(id, &sender.address)),
                    cc: copies(sender, recipient),
                    bcc: &sender.bcc,
                }
            }
            Mode::Rehearsal { to, run } => {
                let is_russian = languages::is_russian(&self.settings.language);
                let mark = if is_russian { "[Репетиция]" } else { "[Rehearsal]" };
                Addressing {
                    to,
                    to_name: recipient.address.shown().to_owned(),
                    subject: format!("{mark} {subject}"),
                    message_id: format!("<{id}.{run}@{}>", sender.address.domain()),
                    cc: Vec::new(),
                    bcc: &[],
                }
            }
        }
    }
}

/// What the message is built around.
pub(super) struct Readable<'a> {
    pub pictures: &'a [Arc<Picture>],
    pub subject: String,
    pub text: &'a str,
    pub html: &'a str,
    pub fields: &'a [(&'static str, String)],
    pub attachments: &'a [Arc<EncodedFile>],
    /// The pages of the letter on letterhead, if there is one.
    pub sheets: Option<u32>,
}

/// Whom a message is addressed to, and what identifies it.
struct Addressing<'a> {
    to: &'a Address,
    to_name: String,
    subject: String,
    message_id: String,
    cc: Vec<Mailbox>,
    bcc: &'a [Address],
}

/// Who gets an open copy, each once, and not the addressee.
fn copies(sender: &Sender, recipient: &Recipient) -> Vec<Mailbox> {
    let mut once: Vec<Mailbox> = Vec::new();
    let of_row = recipient.copies.iter().cloned();
    for mailbox in sender.cc.iter().cloned().chain(of_row) {
        let key = mailbox.address.key();
        let is_known = |known: &Mailbox| known.address.key() == key;
        if key != recipient.address.key() && !once.iter().any(is_known) {
            once.push(mailbox);
        }
    }
    once
}

fn either(first: &str, otherwise: &str) -> String {
    if first.is_empty() { otherwise } else { first }.to_owned()
}

/// The addresses of an envelope, each once.
fn deduplicated<'a>(addresses: impl Iterator<Item = &'a Address>) -> Vec<Address> {
    let mut once: Vec<Address> = Vec::new();
    for address in addresses {
        if once.iter().all(|known| known.key() != address.key()) {
            once.push(address.clone());
        }
    }
    once
}
