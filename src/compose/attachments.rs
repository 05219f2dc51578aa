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
        let media_type = media_type(name);
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

/// The media type by the name's ending; plain octets if it may not be in base64 or needs a charset.
fn media_type(name: &str) -> String {
    let guess = mime_guess::from_path(name).first_or_octet_stream();
    match guess.type_().as_str() {
        "message" | "multipart" | "text" => "application/octet-stream".to_owned(),
        _ => guess.essence_str().to_owned(),
    }
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
        assert_eq!(media_type("Программа.PDF"), "application/pdf");
        assert_eq!(
            media_type("a.docx"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        );
        for name in ["a.eml", "a.txt", "a", "a.unknown"] {
            assert_eq!(media_type(name), "application/octet-stream", "{name}");
        }
    }
}
