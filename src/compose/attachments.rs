//! The files that go with a letter, each encoded once however many letters it goes with.
//!
//! A name may be a template; what it gives is fetched by the name alone, and where from is not
//! decided here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::mime::{self, Disposition};
use super::template::{Template, Values};
use super::{escape, look_for_gaps, problem_of_row, settle};
use crate::letter::{Attachment, Origin};
use crate::problem::{Cause, Fault, Problem, Severity};
use crate::recipient::Recipient;
use crate::russian::forms::Forms;

/// Reads a file by the name that a user or a cell gave it.
pub type Fetch = dyn Fn(&str) -> Result<Vec<u8>, Cause> + Send + Sync;

/// So many octets of encoded files are kept for the letters to come.
const KEPT: usize = 64 << 20;

/// A file, and the same as a MIME part.
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

/// The media type by the name's ending. What may not stand in base64 or would need a charset is
/// plain octets.
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
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    by_name: HashMap<String, Arc<EncodedFile>>,
    octets: usize,
}

impl Attachments {
    pub(super) fn new(names: Vec<Template>, fetch: Arc<Fetch>) -> Self {
        Self { names, fetch, kept: Mutex::default() }
    }

    /// The names for one recipient, each with its template; an empty one means no file.
    pub(super) fn names<'a>(
        &'a self,
        values: &Values,
        recipient: &Recipient,
        problems: &mut Vec<Problem>,
    ) -> Vec<(&'a Template, String)> {
        let mut names = Vec::with_capacity(self.names.len());
        for template in &self.names {
            let Some(printed) = settle(template.render(values, recipient), problems) else {
                continue;
            };
            names.push((template, printed));
        }
        names
    }

    /// The files for one recipient.
    pub(super) fn of(
        &self,
        values: &Values,
        recipient: &Recipient,
        forms: &Forms,
        problems: &mut Vec<Problem>,
    ) -> Vec<Arc<EncodedFile>> {
        let mut files = Vec::with_capacity(self.names.len());
        for (template, printed) in self.names(values, recipient, problems) {
            let name = escape::without_gaps(printed.clone());
            let name = name.trim();
            if name.is_empty() {
                // A template that says itself when there is no file leaves no gap.
                if escape::has_gap(&printed) {
                    let fault = Fault::AttachmentNone { template: template.text().to_owned() };
                    let problem = problem_of_row(recipient, &template.whole(), fault);
                    problems.push(problem.with_severity(Severity::Warning));
                }
                continue;
            }
            look_for_gaps(template, &printed, recipient, forms, problems);
            match self.get(name) {
                Ok(file) => files.push(file),
                Err(cause) => {
                    let fault = Fault::Attachment { name: name.to_owned(), cause };
                    problems.push(problem_of_row(recipient, &template.whole(), fault));
                }
            }
        }
        files
    }

    fn get(&self, name: &str) -> Result<Arc<EncodedFile>, Cause> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = kept().by_name.get(name) {
            return Ok(file.clone());
        }
        let shown = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let file = Arc::new(EncodedFile::new(shown, (self.fetch)(name)?, Origin::File));
        let mut kept = kept();
        let octets = file.part.len() + file.attachment.bytes.len();
        if kept.octets + octets <= KEPT {
            kept.octets += octets;
            kept.by_name.insert(name.to_owned(), file.clone());
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
