//! Makes the couriers of a campaign from its settings and its password.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use super::send::OUTBOX;
use crate::campaign::Campaign;
use crate::config;
use crate::delivery::{Courier, LedgerEntry};
use crate::escaping::visible;
use crate::failure::{Doing, Failure, SecretOf};
use crate::files;
use crate::ledger;
use crate::letter::Letter;
use crate::notice::Notice;
use crate::outbox::{Outbox, archive, file_name};
use crate::problem::{Cause, Place};
use crate::secret::{self, PasswordSource};
use crate::smtp;
use crate::terminal::Terminal;

/// The files that a run opens besides its connections, at most: the ledger's over two connections,
/// the list, the letter's files, a look-up of a name.
const BESIDES: usize = 16;

/// The couriers of a campaign, with passwords fetched and folders created.
pub(super) fn couriers(
    campaign: &Campaign,
    connections: u32,
    outbox: &str,
    terminal: &Terminal,
) -> Result<Vec<Box<dyn Courier>>> {
    let config = &campaign.config;
    let Some(smtp) = &config.smtp else {
        let outbox = Outbox::open(&config.folder, Path::new(outbox))
            .map_err(|error| Failure::file(Doing::Writing, &config.folder.join(outbox), &error))?;
        return Ok(vec![Box::new(outbox)]);
    };
    let relay = relay(config, smtp, terminal)?;
    let asked = connections;
    let connections = affordable(&config.folder.join(config::FILE), asked);
    if connections < asked {
        terminal.warn(&Notice::FewFiles { connections, asked });
    }
    Ok(smtp::SmtpCourier::for_relay(relay, connections)
        .into_iter()
        .map(|courier| Box::new(courier) as Box<dyn Courier>)
        .collect())
}

/// How many connections the system's limit of open files leaves: as many files are opened at once as
/// a run would have, and closed again. The limit itself cannot be asked everywhere.
fn affordable(file: &Path, connections: u32) -> u32 {
    let needed = connections as usize + BESIDES;
    let held: Vec<File> = (0..needed).map_while(|_| File::open(file).ok()).collect();
    let left = held.len().saturating_sub(BESIDES);
    u32::try_from(left).unwrap_or(connections).clamp(1, connections)
}

/// Wraps the couriers so that accepted letters are stored as `[archive]` says; the second value
/// reports why that failed.
pub(super) fn archived(
    campaign: &Campaign,
    couriers: Vec<Box<dyn Courier>>,
) -> Result<(Vec<Box<dyn Courier>>, archive::StoreFailure)> {
    let failure = archive::StoreFailure::default();
    let Some(kept) = &campaign.config.archive else { return Ok((couriers, failure)) };
    let path = campaign.config.folder.join(&kept.path);
    let store: Arc<dyn archive::Store> = match kept.keep {
        config::Keep::Files => {
            let folder =
                archive::LetterFolder::open(&campaign.config.folder, Path::new(&kept.path));
            Arc::new(folder.map_err(|error| Failure::file(Doing::Writing, &path, &error))?)
        }
        config::Keep::OneFile => {
            let parent = Path::new(&kept.path).parent().unwrap_or(Path::new(""));
            files::create_folder(&campaign.config.folder, parent)
                .map_err(|error| Failure::file(Doing::Writing, &path, &error))?;
            let failed = |detail| Failure::File {
                doing: Doing::Writing,
                path: path.clone(),
                cause: Cause::Other(detail),
            };
            Arc::new(OneFile(ledger::Archive::open(&path).map_err(failed)?))
        }
    };
    let archiving = |courier| {
        Box::new(archive::ArchivingCourier::new(courier, store.clone(), failure.clone()))
            as Box<dyn Courier>
    };
    Ok((couriers.into_iter().map(archiving).collect(), failure))
}

/// Removes letters from an archive that is one file. Returns how many there were.
pub(super) fn forget(archive: &Path, names: &[String]) -> Result<u64, String> {
    ledger::Archive::remove(archive, names)
}

/// The message of a letter that went, if the archive or the outbox still has it.
pub(super) fn kept(config: &config::Config, entry: &LedgerEntry) -> Option<Vec<u8>> {
    let name = file_name(&entry.address, entry.id);
    let of_archive = config.archive.as_ref().and_then(|kept| {
        let path = config.folder.join(&kept.path);
        match kept.keep {
            config::Keep::Files => std::fs::read(path.join(&name)).ok(),
            config::Keep::OneFile => ledger::Archive::read(&path, &name),
        }
    });
    of_archive.or_else(|| std::fs::read(config.folder.join(OUTBOX).join(&name)).ok())
}

/// All letters in one file, named as they would be in a folder.
struct OneFile(ledger::Archive);

impl archive::Store for OneFile {
    fn store(&self, letter: &Letter) -> Result<(), String> {
        let address = letter.to.first().map_or("", |address| address.shown());
        self.0.keep(&file_name(address, letter.id), letter)
    }
}

pub(super) fn relay(
    config: &config::Config,
    smtp: &config::SmtpTable,
    terminal: &Terminal,
) -> Result<smtp::Relay> {
    let login = smtp.username.as_deref().map(|user| {
        let (password, host, scheme) = (smtp.password.as_ref(), &smtp.relay.host, smtp.scheme);
        Credentials { of: SecretOf::Relay, user, password, host, scheme }.fetch(terminal)
    });
    let login = login.transpose()?;
    let read = |(file, _): &(String, Place)| -> Result<Vec<u8>> {
        let path: PathBuf = config.folder.join(file);
        Ok(std::fs::read(&path).map_err(|error| Failure::file(Doing::Reading, &path, &error))?)
    };
    Ok(smtp::Relay {
        login,
        authority: smtp.ca_file.as_ref().map(read).transpose()?,
        messages_per_connection: config.pace.messages_per_connection,
        ..smtp.relay.clone()
    })
}

/// Who logs in where.
pub(super) struct Credentials<'a> {
    pub of: SecretOf,
    pub user: &'a str,
    pub password: Option<&'a PasswordSource>,
    pub host: &'a str,
    pub scheme: smtp::Scheme,
}

impl Credentials<'_> {
    /// Fetches the password, or asks for it where none is set.
    pub(super) fn fetch(&self, terminal: &Terminal) -> Result<smtp::Login, Failure> {
        let user = self.user.to_owned();
        let source = self.password.cloned().unwrap_or_else(|| {
            let prompt = Notice::TypeThePassword { user: user.clone(), host: self.host.to_owned() };
            let prompt = visible(&prompt.words(terminal.language)).into_owned();
            PasswordSource::Terminal { prompt }
        });
        let password = secret::fetch(&source, self.of)?.reveal().clone();
        Ok(smtp::Login { user, password, scheme: self.scheme })
    }
}
