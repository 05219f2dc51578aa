//! What the seal is over.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use sha2::{Digest as _, Sha256};

use super::Decisions;
use crate::compose::{ComposerSettings, TemplateSource};
use crate::config::Config;
use crate::contacts::{Encoding, List, ListRow, ListSettings};
use crate::problem::{Fault, ListFault, Place, Problem};
use crate::recipient::Address;
use crate::seal::{self, Part};

/// Where the list stands among the parts of the seal.
pub(super) const LIST_PART: usize = 2;

/// The digest of the list, made by a thread of its own while the list is read for the first time.
pub(super) struct LateDigest {
    under_way: Mutex<Option<JoinHandle<[u8; 32]>>>,
    known: OnceLock<[u8; 32]>,
}

impl LateDigest {
    pub(super) fn begin(list: &Path) -> Self {
        // A list that cannot be read is told by whoever reads it; its digest is nobody's.
        let digest = |path: &Path| digest_of_file(path).unwrap_or_default();
        let (path, known) = (list.to_owned(), OnceLock::new());
        let thread = std::thread::Builder::new().name("digest".into()).spawn(move || digest(&path));
        let under_way = thread.map_err(|_| known.set(digest(list))).ok();
        Self { under_way: Mutex::new(under_way), known }
    }

    pub(super) fn get(&self) -> [u8; 32] {
        *self.known.get_or_init(|| {
            let thread = self.under_way.lock().unwrap_or_else(PoisonError::into_inner).take();
            thread.and_then(|thread| thread.join().ok()).unwrap_or_default()
        })
    }
}

pub(super) fn digest_of_file(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut block = vec![0; 128 * 1024];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(hash.finalize().into()),
            n => hash.update(&block[..n]),
        }
    }
}

/// All that decides what a letter says, each with its name: program, settings, list, templates,
/// forms. Pace and server are not among them. Who is suppressed is added when the list can be gone
/// through.
pub(super) fn of(config: &Config, settings: &ComposerSettings, decisions: &Decisions) -> Vec<Part> {
    let contacts = &config.contacts;
    let list = &contacts.list;
    let headers = &config.letter.headers;
    let columns: BTreeMap<_, _> =
        list.columns.iter().map(|(field, (heading, _))| (field, heading)).collect();
    let of =
        |name: &str, value: &dyn std::fmt::Debug| Part::of(name, format!("{value:?}").as_bytes());
    let mut parts = vec![
        Part::of(seal::PROGRAM, env!("CARGO_PKG_VERSION").as_bytes()),
        of("[from]", &(&config.id, &settings.language, &settings.sender)),
        // The place of the list: see `LIST_PART`.
        Part::digested(&contacts.file, &[0; 32]),
        of(
            "[contacts]",
            &(
                (list.delimiter, list.duplicates, list.headings, columns),
                (list.encoding.map(Encoding::name), &list.sheet, list.several),
                contacts.filter.as_ref().map(|(filter, _)| filter),
            ),
        ),
        of(
            "[letter]",
            &(
                (&settings.subject, config.letter.order, config.letter.style),
                config.letter.attachments.iter().map(|(name, _)| name).collect::<Vec<_>>(),
                (
                    config.letter.logo.as_ref().map(|(name, _)| name),
                    (headers.read_receipt, headers.delivery_receipt),
                ),
            ),
        ),
        of("[letter.values]", &settings.values),
        of("[register]", &(&config.numbering, config.date)),
    ];
    if let Some(pdf) = &config.pdf {
        let name = |placed: &Option<(String, Place)>| placed.as_ref().map(|(name, _)| name.clone());
        let assets = &pdf.assets;
        let files = (name(&assets.letterhead), name(&pdf.fonts), name(&assets.signature));
        parts.push(of("[pdf]", &(files, name(&pdf.name), assets.standard)));
    }
    if headers.unsubscribe.is_some() || headers.one_click.is_some() {
        let link = headers.one_click.as_ref().map(|(link, _)| link);
        parts.push(of("[unsubscribe]", &(&headers.unsubscribe, link)));
    }
    if let Some(dkim) = &config.dkim {
        parts.push(of("[dkim]", &(&dkim.domain, &dkim.selector)));
    }
    let templates = [(&settings.body, "body"), (&settings.html, "html"), (&settings.text, "text")];
    for (source, role) in
        templates.into_iter().filter_map(|(source, role)| Some((source.as_ref()?, role)))
    {
        // The role belongs to it: one file for another's purpose makes other letters.
        parts.push(Part::of(&source.name, format!("{role}\n{}", source.text).as_bytes()));
    }
    let mut partials: Vec<&TemplateSource> = settings.partials.iter().collect();
    partials.sort_by(|one, other| one.name.cmp(&other.name));
    parts.extend(partials.into_iter().map(|source| Part::of(&source.name, source.text.as_bytes())));
    if let Some(forms) = &contacts.forms {
        parts.push(of(forms, &decisions.iter().collect::<BTreeMap<_, _>>()));
    }
    parts
}

/// A digest of whom of the list nobody must write to. An entry that forbids nobody here changes no
/// letter.
pub(super) fn withheld(
    path: &Path,
    shown: &str,
    settings: &ListSettings,
) -> Result<[u8; 32], Vec<Problem>> {
    let mut hash = Sha256::new();
    if !settings.suppression.is_empty() {
        let is_withheld = |row: &ListRow| {
            row.problems
                .iter()
                .any(|p| matches!(p.fault, Fault::List(ListFault::Suppressed { .. })))
        };
        for row in List::open(path, shown, settings)?.filter(is_withheld) {
            let recipient = row.recipient.as_ref();
            let copies = recipient.map(|it| it.copies.iter().map(Address::key).collect::<Vec<_>>());
            hash.update(
                format!("{} {:?} {copies:?}\n", row.row, recipient.map(|it| it.address.key()))
                    .as_bytes(),
            );
        }
    }
    Ok(hash.finalize().into())
}
