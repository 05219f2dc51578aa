//! The couriers of a campaign: what its settings and its password make of `smtp` and `outbox`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::campaign::Campaign;
use crate::config::{self, Password};
use crate::delivery::Courier;
use crate::notice::{Doing, Failure, Notice};
use crate::outbox::Outbox;
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
        let outbox = Outbox::open(&folder).map_err(|error| Failure::file(Doing::Writing, &folder, &error))?;
        return Ok(vec![Box::new(outbox)]);
    };
    let relay = relay(campaign, smtp, screen)?;
    Ok(smtp::Smtp::several(relay, connections)
        .into_iter()
        .map(|courier| Box::new(courier) as Box<dyn Courier>)
        .collect())
}

pub(super) fn relay(campaign: &Campaign, smtp: &config::Smtp, screen: &Screen) -> Result<smtp::Relay> {
    let config = &campaign.config;
    let login = smtp.username.as_ref().map(|user| login(&config.folder, smtp, user, screen)).transpose()?;
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
        Some(Password::Keyring(service, patience)) => Source::Keyring { service, user: user.clone(), patience },
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
