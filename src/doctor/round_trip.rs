//! `--loop`: one letter to oneself, looked for in the mailbox, and what became of it on the way.

use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan as _};

use super::clock::Told;
use crate::delivery::MailboxTrouble;
use crate::finding::MailboxFinding;
use crate::inbox::imap::{Batch, Folder, Mailbox, Role};
use crate::letter::Letter;

/// The field by which the letter is known again, whatever the relay makes of its Message-ID.
pub const MARK: &str = "X-Gonets-Loop";

/// Between two looks into the mailbox.
const PAUSE: Duration = Duration::from_secs(2);

/// The letter that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The value of [`MARK`].
    pub mark: String,
    pub to: String,
    pub return_path: String,
    pub message_id: String,
    /// The signatures that it had.
    signatures: Vec<String>,
}

impl Sent {
    /// Marks a letter, and keeps what is to be compared.
    pub fn of(letter: &mut Letter, mark: String) -> Self {
        let head = Head::of(&letter.bytes);
        let sent = Self {
            to: letter.to.first().map_or_else(String::new, ToString::to_string),
            return_path: letter.from.wire().to_owned(),
            message_id: head.first("message-id").unwrap_or_default().to_owned(),
            signatures: head.all("dkim-signature").map(dense).collect(),
            mark,
        };
        // Above what is signed, so that the signature still holds.
        let line = format!("{MARK}: {}\r\n", sent.mark);
        letter.bytes.splice(0..0, line.into_bytes());
        sent
    }
}

/// The letter as it came back.
#[derive(Debug)]
pub struct Arrival {
    pub folder: String,
    pub is_junk: bool,
    pub raw: Vec<u8>,
}

/// A folder, and the last mail that was in it before the letter was sent.
#[derive(Debug)]
pub struct Watched {
    folder: Folder,
    last: u32,
}

/// Notes what lies in the folders.
pub fn watch(mailbox: &mut Mailbox, names: &[String]) -> Result<Vec<Watched>, MailboxTrouble> {
    let day = Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let yesterday = day.checked_sub(1.day()).unwrap_or(day);
    let mut watched = Vec::new();
    for folder in mailbox.folders(names)? {
        match mailbox.examine(&folder) {
            Ok(_) => {}
            Err(MailboxTrouble::Refused { .. }) => continue,
            Err(trouble) => return Err(trouble),
        }
        let last = mailbox.since(yesterday)?.iter().map(|listed| listed.uid).max().unwrap_or(0);
        watched.push(Watched { folder, last });
    }
    Ok(watched)
}

/// Looks for the letter until the deadline.
pub fn wait(
    sent: &Sent,
    mailbox: &mut Mailbox,
    watched: &mut [Watched],
    deadline: Instant,
) -> Result<Option<Arrival>, MailboxTrouble> {
    let day = Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let yesterday = day.checked_sub(1.day()).unwrap_or(day);
    loop {
        for Watched { folder, last } in watched.iter_mut() {
            mailbox.examine(folder)?;
            // In a folder without a mail of these days, all that is old would be listed otherwise.
            let listed =
                if *last == 0 { mailbox.since(yesterday)? } else { mailbox.after(*last)? };
            for batch in Batch::of(&listed) {
                for mail in mailbox.fetch(&batch)? {
                    *last = mail.uid.max(*last);
                    let Some(raw) = mail.octets else { continue };
                    if Head::of(&raw).first(MARK) == Some(&sent.mark) {
                        let is_junk = folder.role == Role::Junk;
                        let folder = folder.shown.clone();
                        return Ok(Some(Arrival { folder, is_junk, raw }));
                    }
                }
            }
        }
        if Instant::now() + PAUSE >= deadline {
            return Ok(None);
        }
        std::thread::sleep(PAUSE);
    }
}

/// What became of the letter on its way. Also returns the time that the last server wrote.
pub fn judge(sent: &Sent, arrival: &Arrival) -> (Vec<MailboxFinding>, Option<Told>) {
    let head = Head::of(&arrival.raw);
    let mut found = Vec::new();
    let message_id = head.first("message-id").unwrap_or_default();
    found.push(if message_id == sent.message_id {
        MailboxFinding::MessageIdKept
    } else {
        let (ours, theirs) = (sent.message_id.clone(), message_id.to_owned());
        MailboxFinding::MessageIdChanged { ours, theirs }
    });
    if let Some(path) = head.first("return-path") {
        let theirs = path.trim().trim_matches(['<', '>']).to_owned();
        found.push(if theirs.eq_ignore_ascii_case(&sent.return_path) {
            MailboxFinding::ReturnPathKept { address: theirs }
        } else {
            MailboxFinding::ReturnPathChanged { ours: sent.return_path.clone(), theirs }
        });
    }
    if !sent.signatures.is_empty() {
        let came: Vec<String> = head.all("dkim-signature").map(dense).collect();
        let is_kept = sent.signatures.iter().all(|signature| came.contains(signature));
        found.push(if is_kept {
            MailboxFinding::SignatureKept
        } else {
            MailboxFinding::SignatureLost
        });
    }
    found.extend(results(&head));
    let told = head.first("received").and_then(|received| {
        let (by, time) = received.rsplit_once(';')?;
        let mut words = by.split_whitespace().skip_while(|word| *word != "by").skip(1);
        Told::read(words.next().unwrap_or("?"), time)
    });
    (found, told)
}

/// What the receiver says of SPF, DKIM and DMARC (RFC 8601).
fn results(head: &Head) -> Vec<MailboxFinding> {
    let mut by = None;
    let mut results: Vec<(String, String)> = Vec::new();
    for field in head.all("authentication-results") {
        let mut parts = field.split(';');
        let server = parts.next().and_then(|it| it.split_whitespace().next()).unwrap_or_default();
        // Those below were written by others on the way, or by anybody.
        if *by.get_or_insert(server) != server {
            break;
        }
        for part in parts {
            let Some((method, result)) = part.trim().split_once('=') else { continue };
            let method = method.trim().to_ascii_lowercase();
            let result: String =
                result.trim().chars().take_while(char::is_ascii_alphabetic).collect();
            if ["spf", "dkim", "dmarc"].contains(&method.as_str()) && !result.is_empty() {
                results.push((method, result.to_ascii_lowercase()));
            }
        }
    }
    let (Some(by), false) = (by, results.is_empty()) else {
        return vec![MailboxFinding::ResultsMissing];
    };
    let by = by.to_owned();
    let mut found = Vec::new();
    let mut passed: Vec<String> = Vec::new();
    for method in ["spf", "dkim", "dmarc"] {
        let own: Vec<&str> =
            results.iter().filter(|it| it.0 == method).map(|it| it.1.as_str()).collect();
        // One signature of several is enough.
        match own.first() {
            None => {}
            Some(_) if own.contains(&"pass") => passed.push(format!("{method}=pass")),
            Some(result) => found.push(MailboxFinding::ResultFails {
                by: by.clone(),
                method,
                result: (*result).to_owned(),
            }),
        }
    }
    if !passed.is_empty() {
        found.insert(0, MailboxFinding::ResultsPass { by, results: passed });
    }
    found
}

/// A value without white space, which relays fold in their own ways.
fn dense(value: &str) -> String {
    value.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The fields of a mail's head, unfolded, in their order.
struct Head(Vec<(String, String)>);

impl Head {
    fn of(raw: &[u8]) -> Self {
        let end = memchr::memmem::find(raw, b"\r\n\r\n").unwrap_or(raw.len());
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in String::from_utf8_lossy(&raw[..end]).lines() {
            match (line.starts_with([' ', '\t']), fields.last_mut()) {
                (true, Some((_, value))) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                (_, _) => {
                    if let Some((name, value)) = line.split_once(':') {
                        fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
                    }
                }
            }
        }
        Self(fields)
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(|(field, _)| field.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|it| it.0.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent() -> Sent {
        Sent {
            mark: "m".into(),
            to: "invite@sender.test".into(),
            return_path: "bounce@sender.test".into(),
            message_id: "<1@sender.test>".into(),
            signatures: vec!["v=1;b=abcd".into()],
        }
    }

    fn judged(head: &str) -> Vec<MailboxFinding> {
        let raw = format!("{}\r\n\r\nBody", head.replace('\n', "\r\n")).into_bytes();
        judge(&sent(), &Arrival { folder: "INBOX".into(), is_junk: false, raw }).0
    }

    #[test]
    fn a_letter_that_nobody_touched_is_recognised() {
        let found = judged(
            "Return-Path: <bounce@sender.test>\nAuthentication-Results: mx.test;\n spf=pass \
             smtp.mailfrom=x;\n dkim=fail header.d=other.test;\n dkim=pass header.d=sender.test;\n \
             dmarc=pass (p=reject)\nDKIM-Signature: v=1;\n b=ab\n cd\nMessage-ID: <1@sender.test>",
        );
        assert!(
            matches!(
                found.as_slice(),
                [
                    MailboxFinding::MessageIdKept,
                    MailboxFinding::ReturnPathKept { .. },
                    MailboxFinding::SignatureKept,
                    MailboxFinding::ResultsPass { results, .. },
                ] if results.len() == 3
            ),
            "{found:?}"
        );
    }

    #[test]
    fn what_a_relay_changed_and_a_receiver_held_against_it_is_told() {
        let found = judged(
            "Return-Path: <relay@other.test>\nAuthentication-Results: mx.test; spf=softfail; \
             dkim=none\nAuthentication-Results: liar.test; dmarc=pass\nMessage-ID: <2@other.test>",
        );
        assert!(
            matches!(
                found.as_slice(),
                [
                    MailboxFinding::MessageIdChanged { .. },
                    MailboxFinding::ReturnPathChanged { .. },
                    MailboxFinding::SignatureLost,
                    MailboxFinding::ResultFails { method: "spf", .. },
                    MailboxFinding::ResultFails { method: "dkim", .. },
                ]
            ),
            "{found:?}"
        );
    }
}
