//! The files that go with a letter, each encoded once, however many letters it goes with.
//!
//! A file name may be a template. Where a file comes from is decided by [`Fetch`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::escape;
use super::mime::{self, Disposition};
use super::rendering::Rendering;
use super::template::Template;
use crate::letter::{Attachment, Origin};
use crate::problem::{Cause, LetterFault, Severity};

/// Reads a file by the name that a user or a cell gave it.
pub(crate) type Fetch = dyn Fn(&str) -> Result<Vec<u8>, Cause> + Send + Sync;

/// Octets of files that are kept for later letters.
const KEPT: usize = 64 << 20;

/// A file, plain and as a MIME part.
pub(super) struct EncodedFile {
    pub(super) attachment: Attachment,
    pub(super) part: Vec<u8>,
}

impl EncodedFile {
    pub(super) fn new(name: &str, bytes: Vec<u8>, origin: Origin) -> Self {
        let media_type = media_type(name, &bytes);
        let part = mime::file(name, &media_type, &bytes, Disposition::Attachment);
        Self {
            attachment: Attachment {
                name: name.to_owned(),
                media_type,
                bytes: bytes.into(),
                origin,
            },
            part,
        }
    }
}

/// The media type by the name's ending; plain octets if it may not be in base64, or is text in an
/// encoding that is not known.
fn media_type(name: &str, bytes: &[u8]) -> String {
    let guess = mime_guess::from_path(name).first_or_octet_stream();
    let essence = guess.essence_str();
    match (guess.type_().as_str(), std::str::from_utf8(bytes)) {
        // A reader of calendars needs the method (RFC 6047, 2.4).
        ("text", Ok(text)) if essence == "text/calendar" => match method(text) {
            Some(method) => format!("{essence}; charset=utf-8; method={method}"),
            None => format!("{essence}; charset=utf-8"),
        },
        ("text", Ok(_)) => format!("{essence}; charset=utf-8"),
        ("message" | "multipart" | "text", _) => "application/octet-stream".to_owned(),
        _ => essence.to_owned(),
    }
}

/// What a calendar is for: `PUBLISH`, `REQUEST` and so on (RFC 5545, 3.7.2).
fn method(calendar: &str) -> Option<&str> {
    let mut values = calendar.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = values.find(|(name, _)| name.eq_ignore_ascii_case("method"))?;
    let value = value.trim();
    (1..=20).contains(&value.len()).then_some(())?;
    value.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-').then_some(value)
}

/// The attachments of a campaign.
pub(super) struct Attachments {
    names: Vec<Template>,
    fetch: Arc<Fetch>,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    by_name: HashMap<String, Arc<EncodedFile>>,
    octets: usize,
}

impl Attachments {
    pub(super) fn new(names: Vec<Template>, fetch: Arc<Fetch>) -> Self {
        Self { names, fetch, cache: Mutex::default() }
    }

    /// The names for one recipient, each with its template; an empty one means no file.
    pub(super) fn names(&self, rendering: &mut Rendering) -> Vec<(&Template, String)> {
        let names = self.names.iter();
        names.filter_map(|template| Some((template, rendering.render_raw(template)?))).collect()
    }

    /// The files for one recipient.
    pub(super) fn of(&self, rendering: &mut Rendering) -> Vec<Arc<EncodedFile>> {
        let mut files = Vec::with_capacity(self.names.len());
        for (template, rendered) in self.names(rendering) {
            let name = escape::without_gaps(rendered.clone());
            let name = name.trim();
            if name.is_empty() {
                // A template that decides itself against a file leaves no gap.
                if escape::has_gap(&rendered) {
                    let fault =
                        LetterFault::AttachmentNone { template: template.text().to_owned() };
                    rendering.report_as(Severity::Warning, template.whole(), fault);
                }
                continue;
            }
            rendering.report_gaps(template, &rendered);
            match self.get(name) {
                Ok(file) => files.push(file),
                Err(cause) => {
                    let fault = LetterFault::Attachment { name: name.to_owned(), cause };
                    rendering.report(template.whole(), fault);
                }
            }
        }
        files
    }

    fn get(&self, name: &str) -> Result<Arc<EncodedFile>, Cause> {
        let cache = || self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = cache().by_name.get(name) {
            return Ok(file.clone());
        }
        let shown = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let file = Arc::new(EncodedFile::new(shown, (self.fetch)(name)?, Origin::File));
        let mut cache = cache();
        let octets = file.part.len() + file.attachment.bytes.len();
        if cache.octets + octets <= KEPT {
            cache.octets += octets;
            cache.by_name.insert(name.to_owned(), file.clone());
        }
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_says_what_a_reader_opens() {
        let media_type_of = |name| media_type(name, b"x");
        assert_eq!(media_type_of("Программа.PDF"), "application/pdf");
        assert_eq!(
            media_type_of("a.docx"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        );
        for name in ["a.eml", "a", "a.unknown"] {
            assert_eq!(media_type_of(name), "application/octet-stream", "{name}");
        }
        assert_eq!(media_type("a.txt", "да".as_bytes()), "text/plain; charset=utf-8");
        assert_eq!(media_type("a.txt", b"\xE4\xE0"), "application/octet-stream");
        let calendar = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n";
        assert_eq!(media_type("a.ics", calendar), "text/calendar; charset=utf-8; method=REQUEST");
        let hostile = b"METHOD:A\tb; x=y\n";
        assert_eq!(media_type("a.ics", hostile), "text/calendar; charset=utf-8");
    }
}
