//! Where the files that a person names may be written: never over the campaign's own, over others
//! only with `--replace`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::send::{OUTBOX, REHEARSAL};
use crate::campaign::Campaign;
use crate::cli::Out;
use crate::config::{Config, Keep};
use crate::failure::{Doing, Failure};
use crate::files;
use crate::preview;
use crate::report::TableFormat;
use crate::secret::PasswordSource;

/// What to do with a file that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    Keep,
    Replace,
}

impl From<bool> for Existing {
    /// `--replace`, given or not.
    fn from(replace: bool) -> Self {
        if replace { Self::Replace } else { Self::Keep }
    }
}

/// Where and in which form the table of `--out` is written.
///
/// # Errors
/// [`Failure::TableKind`], [`Failure::FileOfCampaign`] or [`Failure::FileThere`].
pub(super) fn table<'a>(
    given: &'a Out,
    config: &Config,
) -> Result<Option<(&'a Path, TableFormat)>> {
    let Some(path) = &given.out else { return Ok(None) };
    let form = TableFormat::of(path).ok_or_else(|| Failure::TableKind { path: path.clone() })?;
    free(path, config, given.replace.into())?;
    Ok(Some((path, form)))
}

/// Refuses a path that holds something that must not be lost.
///
/// # Errors
/// [`Failure::FileOfCampaign`] or [`Failure::FileThere`].
pub(super) fn free(path: &Path, config: &Config, existing: Existing) -> Result<()> {
    files::must_not_be_link(path).map_err(|error| Failure::file(Doing::Writing, path, &error))?;
    let whole = |path: &Path| std::fs::canonicalize(path).ok();
    let name =
        path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    // The folder that it will be in is there already, whether or not the file is.
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = whole(parent.unwrap_or(Path::new(".")));
    let is_made_by_us = parent.as_ref().is_some_and(|parent| {
        let mut folders = ours(config);
        folders.any(|ours| whole(&ours).is_some_and(|ours| parent.starts_with(ours)))
    });
    // This campaign's, or that of another: one that is followed, say.
    let is_beside = parent.as_ref().is_some_and(|parent| parent.join(crate::config::FILE).exists());
    let is_kept = is_beside && (name.starts_with("ledger.") || name == crate::config::FILE);
    let this = whole(path);
    let is_own = this.is_some() && own(config).into_iter().any(|own| whole(&own) == this);
    if is_own || is_made_by_us || is_kept || path.is_dir() {
        return Err(Failure::FileOfCampaign { path: path.to_owned() }.into());
    }
    match existing {
        Existing::Keep if path.exists() => Err(Failure::FileThere { path: path.to_owned() }.into()),
        Existing::Keep | Existing::Replace => Ok(()),
    }
}

/// Like [`free`] and [`not_of_letters`].
pub(super) fn free_of_letters(path: &Path, campaign: &Campaign, existing: Existing) -> Result<()> {
    free(path, &campaign.config, existing)?;
    not_of_letters(path, campaign)
}

/// Refuses a path that is a file of the letters: an attachment, picture or template, whoever names it.
///
/// # Errors
/// [`Failure::FileOfCampaign`].
pub(super) fn not_of_letters(path: &Path, campaign: &Campaign) -> Result<()> {
    if campaign.is_made_of(path) {
        return Err(Failure::FileOfCampaign { path: path.to_owned() }.into());
    }
    Ok(())
}

/// The folders that gonets fills by itself.
fn ours(config: &Config) -> impl Iterator<Item = PathBuf> {
    let archive = config.archive.iter().filter(|archive| archive.keep == Keep::Files);
    let archive = archive.map(|archive| archive.path.as_str());
    let folders = [preview::FOLDER, OUTBOX, REHEARSAL].into_iter().chain(archive);
    folders.map(|name| config.folder.join(name)).collect::<Vec<_>>().into_iter()
}

/// The files that a campaign is made of.
fn own(config: &Config) -> Vec<PathBuf> {
    let contacts = &config.contacts;
    let optional = [&contacts.forms, &contacts.suppress].into_iter().flatten();
    let mut names = vec![contacts.file.as_str(), crate::config::FILE];
    names.extend(optional.map(String::as_str));
    let translations = config.letter.translations.iter().map(|(_, letter)| letter);
    for letter in std::iter::once(&config.letter).chain(translations) {
        let templates = [&letter.body, &letter.html, &letter.text].into_iter().flatten();
        names.extend(templates.map(String::as_str));
        let files = letter.logo.iter().chain(&letter.settings.attachments);
        names.extend(files.map(|(name, _)| name.as_str()));
    }
    let (smtp, inbox) = (config.smtp.as_ref(), config.inbox.as_ref());
    let ledger = config.ledger_table.as_ref();
    let pdf = config.pdf.iter().flat_map(|pdf| [&pdf.assets.letterhead, &pdf.assets.signature]);
    let dkim = config.dkim.iter().map(|dkim| &dkim.key);
    let authorities = [
        smtp.and_then(|smtp| smtp.ca_file.as_ref()),
        inbox.and_then(|inbox| inbox.ca_file.as_ref()),
        ledger.and_then(|ledger| ledger.ca_file.as_ref()),
    ];
    let placed = pdf.flatten().chain(dkim).chain(authorities.into_iter().flatten());
    names.extend(placed.map(|(name, _)| name.as_str()));
    names.extend(config.archive.iter().map(|archive| archive.path.as_str()));
    let secrets = [
        smtp.and_then(|smtp| smtp.password.as_ref()),
        inbox.and_then(|inbox| inbox.password.as_ref()),
        ledger.map(|ledger| &ledger.source),
    ];
    let secrets = secrets.into_iter().flatten().filter_map(|source| match source {
        PasswordSource::File(path) => Some(path.clone()),
        PasswordSource::Env(_)
        | PasswordSource::Command { .. }
        | PasswordSource::Keyring { .. }
        | PasswordSource::Terminal { .. } => None,
    });
    names.into_iter().map(|name| config.folder.join(name)).chain(secrets).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 9] = [
        crate::config::FILE,
        "contacts.csv",
        "letter.md",
        "letter.en.md",
        "Ledger.Sqlite",
        "word",
        "ca.pem",
        "first/campaign.toml",
        "first/ledger.sqlite",
    ];

    fn campaign() -> (tempfile::TempDir, Config) {
        let folder = tempfile::tempdir().unwrap();
        let text = "id = \"a\"\nname = \"A\"\n[from]\naddress = \"a@a.test\"\n\
                    [contacts]\nfile = \"contacts.csv\"\n\
                    [letter]\nsubject = \"A\"\nbody = \"letter.md\"\n\
                    [letter.en]\nsubject = \"B\"\nbody = \"letter.en.md\"\n\
                    [smtp]\nhost = \"a.test\"\nusername = \"a\"\npassword = { file = \"word\" }\n\
                    [inbox]\nhost = \"a.test\"\nusername = \"a\"\nca_file = \"ca.pem\"\n";
        std::fs::create_dir(folder.path().join("first")).unwrap();
        for name in FILES.into_iter().chain(["old.csv"]) {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let config = crate::config::read(&folder.path().join(crate::config::FILE), text).unwrap();
        (folder, config)
    }

    fn failure(existing: Existing, name: &str) -> Option<Failure> {
        let (folder, config) = campaign();
        let error = free(&folder.path().join(name), &config, existing).err()?;
        error.downcast_ref().cloned()
    }

    #[test]
    fn the_files_of_the_campaign_are_never_replaced() {
        for name in FILES.into_iter().chain(["."]) {
            let failure = failure(Existing::Replace, name);
            assert!(matches!(failure, Some(Failure::FileOfCampaign { .. })), "{name}");
        }
    }

    #[test]
    fn another_file_is_replaced_only_if_that_was_asked_for() {
        assert!(matches!(failure(Existing::Keep, "old.csv"), Some(Failure::FileThere { .. })));
        assert!(failure(Existing::Replace, "old.csv").is_none());
        assert!(failure(Existing::Keep, "new.csv").is_none());
    }

    #[test]
    fn a_table_is_written_in_the_form_that_its_name_says() {
        let (folder, config) = campaign();
        let given = |name: &str| Out { out: Some(folder.path().join(name)), replace: false };
        let form = |name: &str| table(&given(name), &config).map(|found| found.unwrap().1);
        assert_eq!(form("a.XLSX").unwrap(), TableFormat::Xlsx);
        assert!(matches!(
            form("a.docx").unwrap_err().downcast_ref(),
            Some(Failure::TableKind { .. })
        ));
        assert!(table(&Out { out: None, replace: false }, &config).unwrap().is_none());
    }
}
