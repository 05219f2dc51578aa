//! A letter that went, as the ledger recorded it, with its text where that was kept.

use anyhow::Result;

use crate::campaign::{Campaign, Draft};
use crate::cli::Show;
use crate::command::couriers::kept;
use crate::config::Config;
use crate::delivery::LedgerEntry;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::letter::{self, Digest};
use crate::notice::{Fate, InboxNotice, Notice};
use crate::terminal::Terminal;

/// The entry of a draft whose letter went and cannot be composed as it was. A letter that can is
/// put into the draft, with the date on which it went.
pub(super) fn of(
    draft: &mut Draft,
    campaign: &Campaign,
    ledger: Option<&Ledger>,
) -> Result<Option<LedgerEntry>> {
    let id = draft.recipient.as_ref().map(|recipient| campaign.id(recipient));
    let entry = match (id, ledger) {
        (Some(id), Some(ledger)) => ledger.entry(id)?,
        (None, _) | (_, None) => None,
    };
    let Some(entry) = entry.filter(|entry| entry.went().is_some()) else { return Ok(None) };
    campaign.compose_as_it_went(draft, &entry);
    let digest = draft.composed.as_ref().map(|composed| composed.letter.digest);
    Ok((digest != entry.digest || digest.is_none()).then_some(entry))
}

pub(super) fn show(
    entry: &LedgerEntry,
    given: &Show,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit> {
    let kept = kept(config, entry).filter(|bytes| is_the_letter(bytes, entry));
    let ledger = Ledger::look(&config.ledger)?;
    let answered = ledger.map_or(Ok(None), |ledger| ledger.answer(entry.id))?;
    terminal.tell(&Notice::LetterSettled {
        address: entry.address.clone(),
        fate: Fate::of(entry),
        replaced_by: entry.replaced_by.clone(),
        reply: entry.reply.clone().unwrap_or_default(),
    });
    if let Some(answered) = &answered {
        terminal.tell(&Notice::Inbox(InboxNotice::Answered(answered.clone())));
    }
    let text = kept.as_deref().and_then(letter::text_of);
    let is_there = if given.raw { kept.is_some() } else { text.is_some() || !given.text };
    if !is_there || given.html || given.pdf.is_some() {
        return Err(Failure::TextNotKept { address: entry.address.clone() }.into());
    }
    if terminal.is_json() {
        let raw = kept.filter(|_| given.raw);
        let raw = raw.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let parts = [("text", text.into()), ("raw", raw.into())];
        terminal.letter_with(entry, Fate::of(entry), answered.as_ref(), parts);
        return Ok(Exit::Well);
    }
    if given.raw {
        terminal.bytes(&kept.unwrap_or_default());
        return Ok(Exit::Well);
    }
    if given.text {
        terminal.text(&text.unwrap_or_default());
        return Ok(Exit::Well);
    }
    let record = entry.record.clone().unwrap_or_default();
    let mut fields = vec![
        ("To".to_owned(), entry.address.clone()),
        ("Addressee".to_owned(), record.addressee),
        ("Cc".to_owned(), record.copies.join(", ")),
        ("Subject".to_owned(), record.subject),
        ("Date".to_owned(), entry.dated.clone().unwrap_or(record.date)),
        ("attachments".to_owned(), record.files.join(", ")),
    ];
    fields.retain(|(_, value)| !value.is_empty());
    let number = record.number;
    terminal.result(&Notice::LetterHead {
        row: entry.row.to_string(),
        number,
        fields,
        attachments: Vec::new(),
    });
    terminal.text("");
    match text {
        Some(text) => terminal.page(&text, ""),
        None => terminal.tell(&Notice::TextNotKept),
    }
    Ok(Exit::Well)
}

/// Whether a file of the archive is the letter that went, under its Message-ID.
fn is_the_letter(bytes: &[u8], entry: &LedgerEntry) -> bool {
    let has_its_name = letter::headers(bytes)
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("Message-ID") && *value == entry.message_id);
    // The digest is of the message before it was signed.
    let is_signed =
        letter::headers(bytes).iter().any(|(name, _)| name.eq_ignore_ascii_case("DKIM-Signature"));
    has_its_name && (is_signed || Some(Digest::of(bytes)) == entry.digest)
}
