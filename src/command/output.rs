//! Where a file may be written that somebody asked for: never over the campaign's own, over others
//! by word only.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::config::Config;
use crate::failure::Failure;
use crate::report::TableFormat;

/// Whether a file that is there may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    Keep,
    Replace,
}

impl Existing {
    pub(super) fn replaced(is_asked: bool) -> Self {
        if is_asked { Self::Replace } else { Self::Keep }
    }
}

/// The form of a table that will be written to `path`.
///
/// # Errors
/// [`Failure::TableKind`], [`Failure::FileOfCampaign`] or [`Failure::FileThere`].
pub(super) fn table(path: &Path, config: &Config, existing: Existing) -> Result<TableFormat> {
    let form = TableFormat::of(path).ok_or_else(|| Failure::TableKind { path: path.to_owned() })?;
    free(path, config, existing)?;
    Ok(form)
}

/// Refuses a place where something stands that must not be lost.
///
/// # Errors
/// [`Failure::FileOfCampaign`] or [`Failure::FileThere`].
pub(super) fn free(path: &Path, config: &Config, existing: Existing) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let whole = |path: &Path| std::fs::canonicalize(path).ok();
    let this = whole(path);
    let is_own = own(config).into_iter().any(|own| whole(&own) == this);
    let name =
        path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    if is_own || name.starts_with("ledger.") || path.is_dir() {
        return Err(Failure::FileOfCampaign { path: path.to_owned() }.into());
    }
    match existing {
        Existing::Replace => Ok(()),
        Existing::Keep => Err(Failure::FileThere { path: path.to_owned() }.into()),
    }
}

/// The files that a campaign is made of.
fn own(config: &Config) -> Vec<PathBuf> {
    let (letter, contacts) = (&config.letter, &config.contacts);
    let named = [&letter.body, &letter.html, &letter.text, &contacts.forms, &contacts.suppress];
    let named = named
        .into_iter()
        .flatten()
        .map(String::as_str)
        .chain([contacts.file.as_str(), crate::config::FILE]);
    let pdf =
        config.pdf.iter().flat_map(|pdf| [&pdf.assets.letterhead, &pdf.assets.signature]).flatten();
    let files = pdf
        .chain(&letter.logo)
        .chain(&letter.settings.attachments)
        .chain(config.dkim.iter().map(|dkim| &dkim.key));
    let files = files.map(|(name, _)| name.as_str());
    let archive = config.archive.iter().map(|archive| archive.path.as_str());
    named.chain(files).chain(archive).map(|name| config.folder.join(name)).collect()
}
