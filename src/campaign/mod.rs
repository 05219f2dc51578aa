//! A campaign: settings, contact list, forms and templates brought together into letters and
//! problems.
//!
//! Reads everything once and reports all problems at once. Sends nothing, writes nothing.

mod absent;
mod account;
mod assets;
mod changed;
mod decided_forms;
mod draft;
mod fates;
mod filters;
pub(crate) mod follow;
mod load;
mod look_alikes;
pub(crate) mod needs;
mod numbers;
mod one_person;
mod parallel;
mod rows;
mod seal_parts;
mod seal_status;
mod selection;
mod typed_fields;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::compose::{self, Composer, Face, RowFilter};
use crate::config::Config;
use crate::contacts::{Detected, List, ListFormat, ListSettings, OddRowPolicy, OddRows};
use crate::folder::Boundary;
use crate::ledger::Enrolment;
use crate::letter::LetterId;
use crate::notice::Notice;
use crate::problem::{
    ConfigFault, Fault, LeftOut, LetterFault, ListFault, Place, Problem, RowName, TableFault,
};
use crate::recipient::{Card, Recipient};
use crate::russian::forms::{Forms, Manners};
use crate::seal::{self, Seal, SealPart};
use crate::smtp;
use decided_forms::DecidedForms;
use seal_parts::{BackgroundDigest, LIST_PART};
use selection::Selection;

pub(crate) use absent::Replacements;
pub(crate) use account::{account, next_steps, off_list, oldest_waiting, tell_off_list};
pub(crate) use assets::dkim_key;
pub use draft::Draft;
pub(crate) use fates::{RowFate, rows_with_letters};
pub(crate) use filters::Providers;
pub(crate) use follow::Following;
pub use load::LoadError;
pub(crate) use load::{Routed, suppression};
pub use numbers::Numbers;
pub(crate) use seal_status::compare_letters;
pub(crate) use typed_fields::typed_fields;
use typed_fields::typed_in_setting;

/// A campaign whose files were read without errors; rows of its list may still have some.
pub struct Campaign {
    pub config: Config,
    pub composer: Arc<Composer>,
    pub manners: Arc<Manners>,
    /// What was found out about the list: encoding, delimiter, columns.
    pub detected: Detected,
    decided_forms: DecidedForms,
    selection: Selection,
    /// The campaign that this one follows.
    pub(crate) following: Option<Arc<Following>>,
    /// The rule of `--where` or `--rows`.
    choice: Option<LeftOut>,
    list: PathBuf,
    list_settings: ListSettings,
    list_digest: BackgroundDigest,
    /// What the seal covers, in order. The digest of the list is filled in by [`Campaign::seal`].
    seal_parts: Vec<SealPart>,
    seal: OnceLock<Seal>,
    /// What concerns no letter in particular and stops none.
    pub(crate) warnings: Vec<Problem>,
}

impl Campaign {
    /// Narrows the list to a range of rows and to those for which an expression holds.
    pub fn select(
        &mut self,
        filter: Option<&str>,
        rows: Option<(u64, u64)>,
    ) -> Result<(), Vec<Problem>> {
        if let Some(filter) = filter {
            let place = Place::file("--where");
            let values = &self.config.letter.settings.values;
            let filter = RowFilter::new(filter, &place, self.composer.headings(), values)?;
            self.selection.filters.push(filter);
        }
        self.selection.rows = rows;
        self.choice = match (filter, rows) {
            (_, Some(_)) => Some(LeftOut::Rows),
            (Some(_), None) => Some(LeftOut::Where),
            (None, None) => None,
        };
        if filter.is_some() || rows.is_some() {
            // Outgoing numbers can depend on it.
            let chosen = SealPart::of(seal::SELECTION, format!("{filter:?} {rows:?}").as_bytes());
            self.seal_parts.push(chosen);
            self.seal = OnceLock::new();
        }
        Ok(())
    }

    /// The rule by which only some rows were asked for.
    pub(crate) fn choice(&self) -> Option<LeftOut> {
        self.choice
    }

    /// The seal over everything that decides what the letters say.
    pub fn seal(&self) -> &Seal {
        self.seal.get_or_init(|| {
            let mut parts = self.seal_parts.clone();
            parts[LIST_PART] = SealPart::digested(
                self.config.contacts.file.as_str(),
                &self.list_digest.wait().digest(),
            );
            Seal::over(parts)
        })
    }

    /// Whether a path leads to a file that the letters are made of, whoever names it.
    pub(crate) fn is_made_of(&self, path: &Path) -> bool {
        let Ok(whole) = std::fs::canonicalize(path) else { return false };
        self.seal_parts.iter().any(|part| {
            std::fs::canonicalize(self.config.folder.join(&part.name)).is_ok_and(|it| it == whole)
        })
    }

    /// What to say about how the list was read.
    pub(crate) fn list_read(&self, rows: u64) -> Notice {
        let (text, sheets, sample) = match self.detected.format.clone() {
            ListFormat::Text { encoding, delimiter, sample } => {
                (Some((encoding, delimiter)), Vec::new(), sample)
            }
            ListFormat::Sheets { names } => (None, names, None),
        };
        Notice::ListRead {
            file: self.config.contacts.file.clone(),
            columns: self.detected.columns,
            headings: self.detected.headings,
            rows,
            text,
            sheets,
            sample,
        }
    }

    /// A row as people name it: with its sheet if the list has several.
    pub(crate) fn name_of_row(&self, place: &Place) -> String {
        match &self.detected.format {
            ListFormat::Sheets { names } if names.len() > 1 => RowName::of(place).to_string(),
            ListFormat::Sheets { .. } | ListFormat::Text { .. } => place.sheet_row().to_string(),
        }
    }

    /// What to say about which column is which field.
    pub(crate) fn mapping(&self) -> Notice {
        let fields = self.detected.fields.clone();
        let headings = self.composer.headings().iter();
        let others = headings.filter(|heading| fields.iter().all(|(_, taken)| taken != *heading));
        Notice::Mapping {
            others: others.filter(|heading| !heading.is_empty()).cloned().collect(),
            fields,
        }
    }

    /// The faces that the PDF is set in, if there is one.
    pub(crate) fn faces(&self) -> Option<Notice> {
        let faces = self.composer.letterhead()?.faces();
        let name = |face: &Face| face.name.clone();
        let size = self.config.pdf.as_ref()?.assets.font_size;
        let of_text = faces.iter().find(|face| face.is_of_text).map(name);
        let others: Vec<_> = faces.iter().filter(|face| !face.is_of_text).map(name).collect();
        let is_told = of_text.is_some() || !others.is_empty();
        is_told.then_some(Notice::Faces { of_text, others, size })
    }

    /// The headings of the list.
    pub(crate) fn headings(&self) -> &[String] {
        self.composer.headings()
    }

    /// The error of a list without rows.
    pub(crate) fn no_rows(&self, rows: u64) -> Option<Problem> {
        (rows == 0).then(|| {
            let fault: Fault = if self.selection.is_everything() && self.has_left_out_rows() {
                TableFault::RowsAllLeftOut.into()
            } else {
                ListFault::ListHasNoRows.into()
            };
            Problem::error(Place::file(self.config.contacts.file.as_str()), fault)
        })
    }

    /// Whether the list has rows for letters that are hidden or struck through.
    fn has_left_out_rows(&self) -> bool {
        let odd_rows = OddRowPolicy { hidden: OddRows::Write, struck: OddRows::Write };
        let settings = ListSettings { odd_rows, ..self.list_settings.clone() };
        List::open(&self.list, &self.config.contacts.file, &settings)
            .is_ok_and(|mut list| list.next().is_some())
    }

    /// The lists outside the folder that are read beside the contact list, which is named anyway, and
    /// the campaigns outside that are followed.
    pub(crate) fn read_outside(&self) -> Vec<String> {
        let boundary = Boundary::around(&self.config.folder);
        let contacts = &self.config.contacts;
        let lists = [&contacts.forms, &contacts.suppress].into_iter().flatten();
        let named = lists.filter(|name| boundary.led_out_by(name).is_some()).cloned();
        // The list itself is named in any case; not so where a link of its name leads.
        let file = &contacts.file;
        let path = boundary.led_out_by(file).filter(|_| !boundary.is_spelt_out(file));
        let list = path.map(|path| format!("{file} → {}", path.display()));
        let followed = self.following.iter().flat_map(|following| following.folders());
        let followed = followed.filter_map(|folder| {
            boundary.led_out_by(&std::fs::canonicalize(folder).ok()?.to_string_lossy())
        });
        let followed = followed.map(|folder| folder.display().to_string());
        list.into_iter().chain(named).chain(followed).collect()
    }

    /// Why the file of the relay's authority cannot be used; only a relay is asked with it.
    pub(crate) fn flaw_of_authority(&self) -> Option<Problem> {
        let (name, place) = self.config.smtp.as_ref()?.ca_file.as_ref()?;
        let fault: Fault = match assets::file_of(&self.config.folder, name) {
            Err(cause) => LetterFault::Attachment { name: name.clone(), cause }.into(),
            Ok(pem) if smtp::has_certificate(&pem) => return None,
            Ok(_) => ConfigFault::NoCertificate { file: name.clone() }.into(),
        };
        Some(Problem::error(place.clone(), fault))
    }

    /// The Russian forms for a person on the list.
    pub fn forms(&self, card: &Card) -> Forms {
        Forms::of(&card.person(), self.manners.of(card.language.as_deref()))
    }

    /// The identity of a recipient's letter.
    pub fn id(&self, recipient: &Recipient) -> LetterId {
        LetterId::of(&self.config.id, &recipient.address, recipient.key.as_deref())
    }

    /// A recipient's letter as it is entered in the ledger.
    pub(crate) fn enrolment(
        &self,
        recipient: &Recipient,
        replacements: &Replacements,
    ) -> Enrolment {
        let id = self.id(recipient);
        Enrolment {
            id,
            row: recipient.row,
            address: recipient.address.shown().to_owned(),
            message_id: compose::message_id(id, &self.config.from.address),
            replaces: replacements.of(id),
            earlier: replacements.earlier(id),
        }
    }
}

#[cfg(test)]
mod testing {
    use std::path::Path;

    use tempfile::TempDir;

    use super::{Campaign, LoadError};
    use crate::problem::Problem;

    /// Writes a campaign with this list and letter; `settings` follow those of `[letter]`.
    pub(super) fn files(list: &str, letter: &str, settings: &str) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let settings = format!(
            "id = \"test\"\nname = \"Test\"\n[from]\naddress = \"me@sender.test\"\n\
             [contacts]\nfile = \"contacts.csv\"\n\
             [letter]\nsubject = \"About\"\nbody = \"letter.md\"\n{settings}"
        );
        for (name, text) in
            [("campaign.toml", settings.as_str()), ("contacts.csv", list), ("letter.md", letter)]
        {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    pub(super) fn load(folder: &Path) -> Result<Campaign, Vec<Problem>> {
        Campaign::load(Some(folder)).map_err(|error| match error {
            LoadError::Problems(problems) => problems,
            LoadError::Failure(failure) => panic!("{failure}"),
        })
    }

    /// Like [`files`], loaded; the campaign needs its folder.
    pub(super) fn campaign(list: &str, letter: &str, settings: &str) -> (TempDir, Campaign) {
        let folder = files(list, letter, settings);
        let campaign = load(folder.path()).unwrap_or_else(|problems| panic!("{problems:?}"));
        (folder, campaign)
    }

    pub(super) fn codes(problems: &[Problem]) -> Vec<&'static str> {
        problems.iter().map(|problem| problem.fault.code()).collect()
    }
}
