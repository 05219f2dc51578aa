//! The parts that the seal covers: everything that decides what the letters say.
//!
//! Pace and server are not among them, nor is the time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use sha2::{Digest as _, Sha256};

use super::decided_forms::DecidedForms;
use crate::compose::{ComposerSettings, TemplateSource};
use crate::config::{Config, LetterTable, ReferenceColumns};
use crate::contacts::{Blocks, List, ListRow, ListSettings};
use crate::encoding::Encoding;
use crate::problem::{Fault, ListFault, Place, Problem};
use crate::seal::{self, SealPart};

/// The index of the list among the parts.
pub(super) const LIST_PART: usize = 2;

/// What the list is, found out in a thread while the list is read for the first time.
pub(super) struct BackgroundDigest {
    under_way: Mutex<Option<JoinHandle<Blocks>>>,
    known: OnceLock<Arc<Blocks>>,
}

impl BackgroundDigest {
    pub(super) fn begin(list: &Path) -> Self {
        // A list that cannot be read is reported by its readers.
        let digest = |path: &Path| Blocks::read(path).unwrap_or_default();
        let path = list.to_owned();
        let known = OnceLock::new();
        let thread = std::thread::Builder::new().name("digest".into()).spawn(move || digest(&path));
        let under_way = thread.map_err(|_| known.set(Arc::new(digest(list)))).ok();
        Self { under_way: Mutex::new(under_way), known }
    }

    /// The list's blocks, once all have been read.
    pub(super) fn wait(&self) -> Arc<Blocks> {
        let join = || {
            let thread = self.under_way.lock().unwrap_or_else(PoisonError::into_inner).take();
            Arc::new(thread.and_then(|thread| thread.join().ok()).unwrap_or_default())
        };
        self.known.get_or_init(join).clone()
    }
}

/// Program, settings, list, templates and decided forms, each by its name. The digest of the list
/// is filled in later; who is suppressed is added once the list can be read.
pub(super) fn of(
    config: &Config,
    settings: &ComposerSettings,
    decided_forms: &DecidedForms,
) -> Vec<SealPart> {
    let contacts = &config.contacts;
    let list = &contacts.list;
    let letter = &settings.letter;
    let headers = &letter.headers;
    let columns: BTreeMap<_, _> =
        list.columns.iter().map(|(field, (heading, _))| (field, heading)).collect();
    let of = |name: &str, value: &dyn std::fmt::Debug| {
        SealPart::of(name, format!("{value:?}").as_bytes())
    };
    let mut parts = vec![
        SealPart::of(seal::PROGRAM, env!("CARGO_PKG_VERSION").as_bytes()),
        of("[from]", &(&config.id, &settings.language, &settings.sender)),
        // At `LIST_PART`.
        SealPart::digested(&contacts.file, &[0; 32]),
        of(
            "[contacts]",
            &(
                (list.delimiter, list.duplicates, list.headings, columns),
                (list.encoding.map(Encoding::name), &list.sheets, list.several),
                list.odd_rows,
                contacts.filter.as_ref().map(|(filter, _)| filter),
            ),
        ),
        of(
            "[letter]",
            &(
                (&letter.subject, &config.letter.manner, letter.habits),
                letter.attachments.iter().map(|(name, _)| name).collect::<Vec<_>>(),
                (
                    config.letter.logo.as_ref().map(|(name, _)| name),
                    (headers.read_receipt, headers.delivery_receipt),
                ),
            ),
        ),
        of("[letter] preheader", &letter.preheader.as_ref().map(|(text, _)| text)),
        of("[letter.values]", &letter.values),
        of("[register]", &(&config.numbering, config.date)),
    ];
    if let Some(pdf) = &config.pdf {
        let name = |placed: &Option<(String, Place)>| placed.as_ref().map(|(name, _)| name.clone());
        let assets = &pdf.assets;
        let files = (name(&assets.letterhead), name(&pdf.fonts), name(&assets.signature));
        let look = (name(&assets.font), assets.font_size, assets.typography);
        let mark = &assets.electronic_signature;
        parts.push(of("[pdf]", &(files, name(&pdf.name), assets.standard, look, mark)));
        let letterhead = settings.pdf.as_ref().map(|pdf| &pdf.letterhead);
        parts.extend(
            letterhead
                .iter()
                .flat_map(|it| it.faces())
                .map(|face| of(&format!("font {}", face.name), &(face.origin, &face.digests))),
        );
    }
    if headers.unsubscribe.is_some() || headers.one_click.is_some() {
        let link = headers.one_click.as_ref().map(|(link, _)| link);
        parts.push(of("[unsubscribe]", &(&headers.unsubscribe, link)));
    }
    if let Some(dkim) = &config.dkim {
        parts.push(of("[dkim]", &(&dkim.domain, &dkim.selector)));
    }
    let ReferenceColumns { number, date } = &config.reference;
    if number.is_some() || date.is_some() {
        let heading = |placed: &Option<(String, Place)>| placed.as_ref().map(|(it, _)| it.clone());
        parts.push(of("[register] reference", &(heading(number), heading(date))));
    }
    parts.extend(of_templates(settings));
    if let Some(forms) = &contacts.forms {
        parts.push(of(forms, &decided_forms.sorted()));
    }
    parts
}

/// The letter in another language: its settings and its templates.
pub(super) fn of_translation(settings: &ComposerSettings, table: &LetterTable) -> Vec<SealPart> {
    let letter = &settings.letter;
    let attachments: Vec<&String> = letter.attachments.iter().map(|(name, _)| name).collect();
    let preheader = letter.preheader.as_ref().map(|(text, _)| text);
    let said = (&letter.subject, preheader, &table.manner, attachments, &letter.values);
    let said = format!("{said:?}");
    let name = format!("[letter.{}]", settings.language);
    let mut parts = vec![SealPart::of(&name, said.as_bytes())];
    parts.extend(of_templates(settings));
    parts
}

fn of_templates(settings: &ComposerSettings) -> Vec<SealPart> {
    let mut parts = Vec::new();
    let templates = [(&settings.body, "body"), (&settings.html, "html"), (&settings.text, "text")];
    for (source, role) in
        templates.into_iter().filter_map(|(source, role)| Some((source.as_ref()?, role)))
    {
        // With its role: the same file in another role makes other letters.
        parts.push(SealPart::of(&source.name, format!("{role}\n{}", source.text).as_bytes()));
    }
    let mut partials: Vec<&TemplateSource> = settings.partials.iter().collect();
    partials.sort_by(|one, other| one.name.cmp(&other.name));
    parts.extend(
        partials.into_iter().map(|source| SealPart::of(&source.name, source.text.as_bytes())),
    );
    parts
}

/// A digest of the recipients on the list who are suppressed. Entries that concern nobody on the
/// list change no letter, so they are not covered.
pub(super) fn digest_of_suppressed(
    path: &Path,
    shown: &str,
    settings: &ListSettings,
) -> Result<[u8; 32], Vec<Problem>> {
    let mut hash = Sha256::new();
    if !settings.suppression.is_empty() {
        let is_suppressed = |row: &ListRow| {
            row.problems
                .iter()
                .any(|p| matches!(p.fault, Fault::List(ListFault::Suppressed { .. })))
        };
        for row in List::open(path, shown, settings)?.filter(is_suppressed) {
            let recipient = row.recipient.as_ref();
            let copies = recipient
                .map(|it| it.copies.iter().map(|copy| copy.address.key()).collect::<Vec<_>>());
            hash.update(
                format!("{} {:?} {copies:?}\n", row.row, recipient.map(|it| it.address.key()))
                    .as_bytes(),
            );
        }
    }
    Ok(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::testing::{files, load};

    const LIST: &str = "email;name\na@one.test;Anna\n";

    fn seal(folder: &Path) -> String {
        let campaign = load(folder).unwrap_or_else(|problems| panic!("{problems:?}"));
        campaign.seal().as_str().to_owned()
    }

    /// Whether the seal is another after a change in the folder of a campaign.
    fn changes(settings: &str, change: impl FnOnce(&Path)) -> bool {
        let folder = files(LIST, "Hello {{ name }}", settings);
        fs::write(folder.path().join("plan.pdf"), "plan").unwrap();
        fs::write(folder.path().join("blocked.csv"), "email\nx@other.test\n").unwrap();
        let before = seal(folder.path());
        change(folder.path());
        seal(folder.path()) != before
    }

    fn replace(folder: &Path, file: &str, old: &str, new: &str) {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{text}");
        fs::write(path, text.replace(old, new)).unwrap();
    }

    #[test]
    fn everything_that_decides_the_letters_is_covered() {
        for (file, old, new) in [
            ("campaign.toml", "About", "On"),
            ("campaign.toml", "me@", "you@"),
            ("campaign.toml", "id = \"test\"", "id = \"other\""),
            ("campaign.toml", "x = 1", "x = 2"),
            ("contacts.csv", "Anna", "Hanna"),
            ("letter.md", "Hello", "Hi"),
            ("plan.pdf", "plan", "other"),
        ] {
            let settings = "attachments = [\"plan.pdf\"]\n[letter.values]\nx = 1\n";
            assert!(changes(settings, |folder| replace(folder, file, old, new)), "{file}: {new}");
        }
    }

    #[test]
    fn pace_and_relay_are_not_covered() {
        let pace = "[pace]\nper_minute = 60\n";
        assert!(!changes(pace, |folder| replace(folder, "campaign.toml", "60", "30")));
        let relay = "[smtp]\nhost = \"one.test\"\n";
        assert!(!changes(relay, |folder| {
            replace(folder, "campaign.toml", "\"one.test\"", "\"two.test\"");
        }));
    }

    #[test]
    fn the_role_of_a_file_is_covered() {
        let change = |folder: &Path| {
            replace(folder, "campaign.toml", "text = \"a\"", "html = \"a\"");
        };
        let folder = files(LIST, "Hello", "text = \"a\"\n");
        fs::write(folder.path().join("a"), "words").unwrap();
        let before = seal(folder.path());
        change(folder.path());
        assert_ne!(seal(folder.path()), before);
    }

    #[test]
    fn a_suppressed_address_counts_if_it_is_on_the_list() {
        let suppress = |entry: &'static str| {
            changes("", move |folder| {
                replace(folder, "campaign.toml", "[letter]", "suppress = \"no.csv\"\n[letter]");
                fs::write(folder.join("no.csv"), format!("email\n{entry}\n")).unwrap();
            })
        };
        assert!(suppress("a@one.test"));
        assert!(!suppress("x@other.test"));
    }
}
