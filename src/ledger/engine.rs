//! What a ledger stands on.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;

use super::database::{self, Db};
use super::recorder::{Fold, Pending, Tally, Written};
use super::{Location, Server, attempt, sqlite};
use crate::failure::Failure;
use crate::suppression::{Suppressed, Suppression};

#[cfg(feature = "postgres")]
use super::{moving, postgres};

/// An open ledger, in a file or on a server. A process has one or two of them.
pub(super) enum Engine {
    Sqlite(sqlite::Store),
    #[cfg(feature = "postgres")]
    Postgres(postgres::Store),
}

/// What a run writes with.
pub(super) enum Writer {
    Sqlite(sqlite::Writer),
    #[cfg(feature = "postgres")]
    Postgres(postgres::Writer),
}

/// Does the same with either engine.
macro_rules! either {
    ($kind:ident, $engine:expr, $it:ident => $does:expr) => {
        match $engine {
            $kind::Sqlite($it) => $does,
            #[cfg(feature = "postgres")]
            $kind::Postgres($it) => $does,
        }
    };
}

/// Uses a server, if this build can.
macro_rules! on_server {
    ($server:ident => $does:expr $(, $other:ident)*) => {{
        #[cfg(feature = "postgres")]
        {
            let _: &Server = $server;
            $does
        }
        #[cfg(not(feature = "postgres"))]
        {
            let _ = ($server, $($other),*);
            Err(Failure::NoPostgres.into())
        }
    }};
}

impl Engine {
    /// Takes the lock and opens the ledger; creates it if there is none. Whether it lost something is
    /// not known yet.
    pub(super) fn hold(at: &Location, now: Timestamp) -> Result<Self> {
        let Some(server) = &at.server else {
            return Ok(Self::Sqlite(sqlite::Store::hold(at, now)?));
        };
        must_not_be_in_folder(at)?;
        on_server!(server => Ok(Self::Postgres(postgres::Store::hold(
            at, server, postgres::Access::Alone, now,
        )?)))
    }

    /// Like [`Engine::hold`], beside other workers if the ledger is on a server.
    pub(super) fn share(at: &Location, now: Timestamp) -> Result<Self> {
        let Some(server) = &at.server else { return Self::hold(at, now) };
        must_not_be_in_folder(at)?;
        on_server!(server => Ok(Self::Postgres(postgres::Store::hold(
            at, server, postgres::Access::Together, now,
        )?)))
    }

    /// Opens the ledger to look at it, also during a run. Returns `None` if there is none.
    pub(super) fn look(at: &Location) -> Result<Option<Self>> {
        let Some(server) = &at.server else {
            return Ok(sqlite::Store::look(at)?.map(Self::Sqlite));
        };
        must_not_be_in_folder(at)?;
        on_server!(server => Ok(postgres::Store::look(at, server)?.map(Self::Postgres)))
    }

    /// Opens the ledger beside the run that holds it, to change the suppression list and nothing else.
    pub(super) fn beside(at: &Location) -> Result<Self> {
        let Some(server) = &at.server else {
            return Ok(Self::Sqlite(sqlite::Store::beside(at)?));
        };
        on_server!(server => Ok(Self::Postgres(postgres::Store::beside(at, server)?)))
    }

    /// Whether this process may write letters.
    pub(super) fn is_ours(&self) -> bool {
        either!(Self, self, store => store.is_ours())
    }

    /// Who holds the ledger now, if anybody else does.
    pub(super) fn holder(&self) -> Option<String> {
        either!(Self, self, store => store.holder())
    }

    /// Makes a change as a whole or not at all. Durable when this returns.
    pub(super) fn write<T>(&mut self, change: impl FnOnce(Db) -> Result<T>) -> Result<T> {
        either!(Self, self, store => store.write(change))
    }

    /// Like [`Engine::write`], but no change that the rollback guard counts.
    pub(super) fn transact<T>(&mut self, change: impl FnOnce(Db) -> Result<T>) -> Result<T> {
        either!(Self, self, store => store.transact(change))
    }

    pub(super) fn read<T>(&self, ask: impl FnOnce(Db) -> database::Result<T>) -> Result<T> {
        either!(Self, self, store => store.read(ask))
    }

    /// From the next change on, the ledger is of another campaign.
    pub(super) fn rename(&mut self, campaign: &str) {
        either!(Self, self, store => store.rename(campaign));
    }

    /// Waits for the check of a large file.
    pub(super) fn must_be_sound(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(store) => store.must_be_sound(),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
        }
    }

    /// A copy in memory whose letters' table is up to date, if this one's is not.
    pub(super) fn caught_up(&self) -> Result<Option<rusqlite::Connection>> {
        match self {
            Self::Sqlite(store) if store.read(attempt::is_behind)? => Ok(Some(store.caught_up()?)),
            Self::Sqlite(_) => Ok(None),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(None),
        }
    }

    /// Puts what was written where it survives the loss of all but the ledger itself.
    pub(super) fn checkpoint(&self) -> Result<()> {
        match self {
            Self::Sqlite(store) => store.checkpoint(),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Writes a copy of a ledger that is a file.
    pub(super) fn copy_to(&self, path: &Path) -> Result<()> {
        match self {
            Self::Sqlite(store) => store.copy_to(path),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Err(Failure::CopyOnServer.into()),
        }
    }

    /// Leaves nothing of what was deleted where it was. A server does so in its own time.
    pub(super) fn compact(&self) -> Result<()> {
        match self {
            Self::Sqlite(store) => store.compact(),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
        }
    }

    /// What a run towards a relay writes with.
    pub(super) fn writer(&self, relay: &str) -> Result<Writer> {
        match self {
            Self::Sqlite(store) => Ok(Writer::Sqlite(store.writer(relay)?)),
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => Ok(Writer::Postgres(store.writer(relay)?)),
        }
    }

    /// Whether this ledger, which is a file, lies in a folder: the path has two spellings.
    pub(super) fn is_file_in(&self, folder: &str) -> bool {
        match self {
            Self::Sqlite(store) => store.is_file_in(folder),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => false,
        }
    }

    /// Whether it may be used from several places.
    pub(super) fn is_shared(&self) -> bool {
        !matches!(self, Self::Sqlite(_))
    }
}

impl Writer {
    /// Writes a batch and, if asked to, folds.
    pub(super) fn write(&mut self, batch: &[Pending], fold: Fold) -> Result<Written, Failure> {
        match self {
            Self::Sqlite(writer) => writer.write(batch, fold),
            // The letters' table is up to date with each batch.
            #[cfg(feature = "postgres")]
            Self::Postgres(writer) => writer.write(batch),
        }
    }

    /// Has the letters of all workers counted, if there may be several.
    pub(super) fn count_with(&mut self, tally: std::sync::Arc<dyn Tally>) {
        match self {
            Self::Sqlite(_) => drop(tally),
            #[cfg(feature = "postgres")]
            Self::Postgres(writer) => writer.count_with(tally),
        }
    }

    /// Who must not be written to, as last read.
    pub(super) fn suppression(&self) -> &std::sync::Arc<Suppression> {
        either!(Self, self, writer => &writer.suppression)
    }
}

/// The suppression list of a ledger, also during a run. Empty if there is no ledger.
///
/// # Errors
/// When the ledger is damaged, or cannot be read.
pub fn suppressed(at: &Location) -> Result<Vec<Suppressed>> {
    let Some(server) = &at.server else { return Ok(sqlite::suppressed(&at.folder)?) };
    on_server!(server => postgres::suppressed(at, server))
}

/// Creates the schema on a server, or brings it up to date. Returns the server's name.
///
/// # Errors
/// When the server cannot be reached, or does not allow it.
pub fn init(server: &Server) -> Result<String> {
    on_server!(server => postgres::init(server))
}

/// Moves the ledger in a campaign's folder to its server, and closes the file. Returns how many letters
/// it has.
///
/// # Errors
/// [`Failure::NothingToMove`], [`Failure::LedgerThere`], or what either engine reports.
pub fn move_to_server(at: &Location, who: &str, now: Timestamp) -> Result<u64> {
    let server = at.server.as_ref().ok_or(Failure::NoServer)?;
    on_server!(server => moving::to_server(at, server, who, now), who, now)
}

/// Moves the ledger on a campaign's server into its folder, and closes it there. Returns how many
/// letters it has.
///
/// # Errors
/// Like [`move_to_server`].
pub fn move_to_folder(at: &Location, who: &str, now: Timestamp) -> Result<u64> {
    let server = at.server.as_ref().ok_or(Failure::NoServer)?;
    on_server!(server => moving::to_folder(at, who, now), who, now)
}

/// A ledger in the folder is not passed over for one on a server.
fn must_not_be_in_folder(at: &Location) -> Result<()> {
    let path = sqlite::path(&at.folder);
    if sqlite::is_in_use(&path) {
        return Err(Failure::LedgerInFolder { path }.into());
    }
    Ok(())
}
