//! The couriers of a campaign: what its settings and its password make of `smtp` and `outbox`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use crate::campaign::Campaign;
use crate::config::{self, Password};
use crate::delivery::Courier;
use crate::ledger;
use crate::letter::Letter;
use crate::notice::{Doing, Failure, Notice};
use crate::outbox::{Outbox, archive, file_name};
use crate::problem::Cause;
use crate::screen::{self, Screen};
use crate::secret::{self, Source};
use crate::smtp::{self, Scheme};

/// The couriers of a campaign. Passwords are fetched and folders made before anything is claimed.
pub(super) fn couriers(
    campaign: &Campaign,
    connections: u32,
    outbox: &str,
    screen: &Screen,
) -> Result<Vec<Box<dyn Courier>>> {
    let config = &campaign.config;
    let Some(smtp) = &config.smtp else {
        let folder = config.folder.join(outbox);
        let outbox = Outbox::open(&folder)
            .map_err(|error| Failure::file(Doing::Writing, &folder, &error))?;
        return Ok(vec![Box::new(outbox)]);
    };
    let relay = relay(campaign, smtp, screen)?;
    Ok(smtp::Smtp::several(relay, connections)
        .into_iter()
        .map(|courier| Box::new(courier) as Box<dyn Courier>)
        .collect())
}

/// The same couriers, their accepted letters kept where `[archive]` says so; and what will tell why
/// that failed.
pub(super) fn archived(
    campaign: &Campaign,
    couriers: Vec<Box<dyn Courier>>,
) -> Result<(Vec<Box<dyn Courier>>, archive::Trouble)> {
    let trouble = archive::Trouble::default();
    let Some(kept) = &campaign.config.archive else { return Ok((couriers, trouble)) };
    let path = campaign.config.folder.join(&kept.path);
    let keeper: Arc<dyn archive::Keeper> = match kept.keep {
        config::Keep::Files => {
            let files = archive::Files::open(&path);
            Arc::new(files.map_err(|error| Failure::file(Doing::Writing, &path, &error))?)
        }
        config::Keep::OneFile => {
            let failed = |detail| Failure::File {
                doing: Doing::Writing,
                path: path.clone(),
                cause: Cause::Other(detail),
            };
            Arc::new(OneFile(ledger::Archive::open(&path).map_err(failed)?))
        }
    };
    let archiving = |courier| {
        Box::new(archive::Archiving::new(courier, keeper.clone(), trouble.clone()))
            as Box<dyn Courier>
    };
    Ok((couriers.into_iter().map(archiving).collect(), trouble))
}

/// All letters in one file, named as they would be in a folder.
struct OneFile(ledger::Archive);

impl archive::Keeper for OneFile {
    fn keep(&self, letter: &Letter) -> Result<(), String> {
        let address = letter.to.first().map_or("", |address| address.shown());
        self.0.keep(&file_name(address, letter.id), letter)
    }
}

pub(super) fn relay(
    campaign: &Campaign,
    smtp: &config::Smtp,
    screen: &Screen,
) -> Result<smtp::Relay> {
    let config = &campaign.config;
    let login =
        smtp.username.as_ref().map(|user| login(&config.folder, smtp, user, screen)).transpose()?;
    let read = |file: &String| -> Result<Vec<u8>> {
        let path: PathBuf = config.folder.join(file);
        Ok(std::fs::read(&path).map_err(|error| Failure::file(Doing::Reading, &path, &error))?)
    };
    Ok(smtp::Relay {
        host: smtp.host.clone(),
        port: smtp.port,
        security: smtp.security,
        login,
        authority: smtp.ca_file.as_ref().map(read).transpose()?,
        patience: smtp.patience,
        messages_per_connection: config.pace.messages_per_connection,
    })
}

/// Fetches the password, or asks for it where none is set.
fn login(folder: &Path, smtp: &config::Smtp, user: &str, screen: &Screen) -> Result<smtp::Login> {
    let user = user.to_owned();
    let source = match smtp.password.clone() {
        Some(Password::Env(name)) => Source::Env(name),
        Some(Password::Command(words, patience)) => Source::Command { words, patience },
        Some(Password::File(file)) => Source::File(folder.join(file)),
        Some(Password::Keyring(service, patience)) => {
            Source::Keyring { service, user: user.clone(), patience }
        }
        None => {
            let prompt = Notice::TypeThePassword { user: user.clone(), host: smtp.host.clone() };
            Source::Terminal { prompt: screen::visible(&prompt.words(screen.language)) }
        }
    };
    let password = secret::fetch(&source)?.reveal().clone();
    let scheme = match smtp.auth {
        config::Auth::Password => Scheme::Password,
        config::Auth::XOAuth2 => Scheme::Token,
    };
    Ok(smtp::Login { user, password, scheme })
}
