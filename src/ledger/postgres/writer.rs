//! The transactions in which a run writes: one a batch, over the session that holds the lock.

use std::sync::Arc;

use anyhow::Result;

use super::super::database::Db;
use super::super::recorder::{Fold, Pending, Written, append_all};
use super::super::rollback_guard::{self, Guard};
use super::super::{attempt, suppression};
use super::{Session, Store};
use crate::failure::Failure;
use crate::suppression::Suppression;

/// Writes for a run.
pub(in crate::ledger) struct Writer {
    session: Arc<Session>,
    relay: String,
    guard: Arc<Guard>,
    /// Transactions before the run, and the last row of `attempt`: what the guard counts.
    writes: u64,
    last: u64,
    /// The letters' table lacks attempts that are recorded.
    is_behind: bool,
    pub(in crate::ledger) suppression: Arc<Suppression>,
    /// Rises when anybody changes something other than attempts.
    changes: Option<i64>,
}

impl Store {
    /// What a run towards a relay writes with.
    pub(in crate::ledger) fn writer(&self, relay: &str) -> Result<Writer> {
        let Some(guard) = self.guard.clone() else {
            return Err(Failure::Ours { detail: "a run without the lock".into() }.into());
        };
        let (writes, last, is_behind) = self.read(|db| {
            Ok((
                rollback_guard::writes(db)?,
                rollback_guard::attempts(db)?,
                attempt::is_behind(db)?,
            ))
        })?;
        let mut writer = Writer {
            session: self.session.clone(),
            relay: relay.to_owned(),
            guard,
            writes,
            last,
            is_behind,
            suppression: Arc::default(),
            changes: None,
        };
        writer.write(&[], Fold::No)?;
        Ok(writer)
    }
}

impl Writer {
    /// Writes a batch and, if asked to, folds.
    pub(in crate::ledger) fn write(
        &mut self,
        batch: &[Pending],
        fold: Fold,
    ) -> Result<Written, Failure> {
        let session = self.session.clone();
        let has_to_fold = fold == Fold::Yes && self.is_behind;
        let written = if batch.is_empty() && !has_to_fold {
            self.refresh(Db::Postgres(&session.connection())).map(|()| Written::default())
        } else {
            session.transact(|db| self.record(db, batch, fold))
        };
        let written = written.map_err(|error| super::failure(&session.server, error))?;
        if !batch.is_empty() || has_to_fold {
            let has_appended = written.suppressed.len() < batch.len();
            self.is_behind = fold == Fold::No && (self.is_behind || has_appended);
            self.guard.note(self.writes + self.last);
        }
        Ok(written)
    }

    fn record(&mut self, db: Db, batch: &[Pending], fold: Fold) -> Result<Written> {
        // Nobody else can add an address between this look and the commit.
        self.refresh(db)?;
        let (suppressed, last) = append_all(db, batch, &self.suppression, &self.relay)?;
        self.last = last.unwrap_or(self.last);
        if fold == Fold::Yes {
            attempt::fold(db)?;
        }
        Ok(Written { suppressed, unsynced: None })
    }

    /// Reads who must not be written to, if anybody has changed something.
    fn refresh(&mut self, db: Db) -> Result<()> {
        let ask =
            format!("SELECT changes FROM gonets.campaign WHERE number = {}", self.session.number);
        let changes = Some(db.value(&ask, &[])?);
        if self.changes == changes {
            return Ok(());
        }
        let mut suppression = Suppression::default();
        for entry in suppression::entries(db)? {
            suppression.add(entry);
        }
        self.suppression = Arc::new(suppression);
        self.changes = changes;
        Ok(())
    }
}
