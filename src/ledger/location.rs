//! Where a campaign's ledger is: in its folder, or on a server.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::Result;

use crate::failure::SecretOf;
use crate::secret::{self, PasswordSource, Secret};

/// Where a campaign's ledger is.
#[derive(Debug, Clone)]
pub struct Location {
    /// The campaign's folder. The rollback guard is there, whatever the engine.
    pub folder: PathBuf,
    /// The campaign's id.
    pub campaign: String,
    /// `None` for a file in the folder.
    pub server: Option<Server>,
    /// A ledger under another id may be opened: a person said that it goes on under this one.
    pub takes_other_id: bool,
}

/// A PostgreSQL server.
#[derive(Debug, Clone)]
pub struct Server {
    /// Where the connection string comes from.
    pub source: PasswordSource,
    /// A PEM file with the certificate authority of the server, beside the system's own.
    pub authority: Option<PathBuf>,
    /// The connection string, once it was fetched.
    known: Arc<OnceLock<Secret>>,
}

impl Location {
    /// A ledger in a file.
    pub fn in_folder(folder: &Path, campaign: &str) -> Self {
        Self {
            folder: folder.to_owned(),
            campaign: campaign.to_owned(),
            server: None,
            takes_other_id: false,
        }
    }

    /// Fetches the server's connection string, if there is one, so that nobody waits for it later.
    ///
    /// # Errors
    /// Why there is none.
    pub fn fetch_secret(&self) -> Result<()> {
        self.server.as_ref().map_or(Ok(()), |server| server.secret().map(drop))
    }
}

impl Server {
    pub fn new(source: PasswordSource, authority: Option<PathBuf>) -> Self {
        Self { source, authority, known: Arc::default() }
    }

    /// The connection string. It is fetched once.
    pub(super) fn secret(&self) -> Result<&Secret> {
        if let Some(known) = self.known.get() {
            return Ok(known);
        }
        let fetched = secret::fetch(&self.source, SecretOf::Ledger)?;
        Ok(self.known.get_or_init(|| fetched))
    }
}
