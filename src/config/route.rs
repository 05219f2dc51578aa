//! Where the letters of one run go, if not where `campaign.toml` says: through the relay of a file that was
//! named with `--relay`, or into the outbox.

use std::path::{Path, PathBuf};

use super::defaults::{self, DefaultsFile};
use super::pace::{self, Connections};
use super::smtp::{self, SmtpTable};
use super::table_reader::TableReader;
use crate::files;
use crate::problem::{Cause, FileFault, Place, Problem};

/// Where letters go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Route<'a> {
    /// Where `campaign.toml` says.
    #[default]
    OfCampaign,
    /// Through the relay of this file, which has `[smtp]`.
    Through(&'a Path),
    Outbox,
}

/// The file of `--relay`.
pub(super) struct RelayFile {
    file: DefaultsFile,
    /// As it was named.
    name: String,
}

impl RelayFile {
    pub(super) fn find(given: &Path) -> Result<Self, Vec<Problem>> {
        let name = given.display().to_string();
        let failed = |fault| vec![Problem::error(Place::file(name.as_str()), fault)];
        let unreadable = |cause| failed(FileFault::Unreadable { cause }.into());
        let text = defaults::text_of(given).map_err(failed)?;
        let (text, about) = text.ok_or_else(|| unreadable(Cause::NotFound))?;
        let path = std::path::absolute(given).map_err(|error| unreadable(Cause::from(&error)))?;
        let is_own = is_in_persons_folder(&path) && files::is_persons_own(&about);
        Ok(Self { file: DefaultsFile { path, text, is_own }, name })
    }

    pub(super) fn path(&self) -> PathBuf {
        self.file.path.clone()
    }

    pub(super) fn reader(&self) -> Result<TableReader<'_>, Vec<Problem>> {
        self.file.reader(&self.name)
    }
}

/// What stands in the file.
pub(super) fn read(reader: &mut TableReader, folder: &Path) -> (Option<SmtpTable>, Connections) {
    let smtp = reader.required_inner("smtp", |table| smtp::read(table, folder)).flatten();
    (smtp, reader.inner("pace", pace::connections).unwrap_or_default())
}

/// Whether a file lies where only the person or the system's administrator puts any: like `relay.toml`, it
/// then needs no permission.
fn is_in_persons_folder(path: &Path) -> bool {
    let Some(parent) = path.parent().and_then(|parent| std::fs::canonicalize(parent).ok()) else {
        return false;
    };
    let folders = files::settings_folders().into_iter().filter(|(_, is_own)| *is_own);
    folders
        .into_iter()
        .any(|(folder, _)| std::fs::canonicalize(folder).is_ok_and(|it| it == parent))
}
